"""Sunlight, the county line and maternal deaths: figures of places and groups, and their limits."""

import numpy as np
import pytest
import statsmodels.formula.api as smf

from scaling import datasets
from scaling.who_is_heard import county_line, maternal_deaths, sunlight

approx = pytest.approx


@pytest.fixture(scope="module")
def counties():
    table = datasets.load("melanoma_counties")
    return table.assign(ratio=table.deaths / table.expected)


def test_in_the_uk_deaths_rise_with_sunlight_as_over_its_counties(counties):
    """The groups of the picture and a weighted regression agree on the direction."""
    here = counties[counties.nation == "UK"]
    fitted = smf.wls("ratio ~ uvb", here, weights=here.expected).fit()
    least, _, most = sunlight.run("UK").by_group
    assert fitted.params["uvb"] > 0
    assert most > least


@pytest.mark.parametrize("nation", sunlight.OFFERED)
def test_groups_hold_all_counties_and_all_deaths(nation, counties):
    result = sunlight.run(nation)
    here = counties if nation == sunlight.EVERYWHERE else counties[counties.nation == nation]
    assert result.deaths.sum() == here.deaths.sum()
    assert np.bincount(result.group).min() >= 9
    highest = [result.sunlight[result.group == group].max() for group in range(3)]
    assert highest == sorted(highest)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"nation": "Spain"}, "nation must be"),
        ({"groups": 1}, "groups must be a whole number of at least 2"),
        ({"nation": "Luxembourg"}, "has 3 counties"),
        ({"nation": "West Germany", "groups": 7}, "at most 3 groups"),
    ],
)
def test_what_cannot_be_is_refused_by_name(values, message):
    with pytest.raises(ValueError, match=message):
        sunlight.run(**values)


# County line


def test_the_line_through_the_counties_is_that_of_a_weighted_regression():
    table = datasets.load("infant_deaths_nc")
    table = table[table.period == "1974-78"]
    table = table.assign(
        share=table.nonwhite_births / table.births, rate=1000 * table.sids_deaths / table.births
    )
    fitted = smf.wls("rate ~ share", table, weights=table.births).fit()
    ends = (fitted.params["Intercept"], fitted.params.sum())
    assert county_line.line() == approx(ends)
    assert county_line.line() == approx((0.74, 4.77), abs=0.005)
    all_white, none_white = county_line.line_intervals()
    assert all_white == approx(tuple(fitted.conf_int().loc["Intercept"]))
    turned = smf.wls("rate ~ I(1 - share)", table, weights=table.births).fit()
    assert none_white == approx(tuple(turned.conf_int().loc["Intercept"]))


def test_the_interval_of_a_third_is_about_that_of_resampled_counties():
    result, generator = sunlight.run("UK"), np.random.default_rng(6)
    for group, (low, high) in enumerate(sunlight.group_intervals(result)):
        here = np.flatnonzero(result.group == group)
        drawn = generator.choice(here, (4000, len(here)))
        ratio = result.deaths[drawn].sum(axis=1) / result.expected[drawn].sum(axis=1)
        assert low < result.by_group[group] < high
        assert (high - low) == approx(np.diff(np.quantile(ratio, [0.025, 0.975]))[0], rel=0.2)


def test_no_county_stands_at_either_end_of_the_line():
    table = datasets.load("infant_deaths_nc")
    share = table.nonwhite_births / table.births
    assert 0 < share.min() < share.max() < 0.8


def test_the_known_answer_is_beside_the_line_and_the_children():
    known = county_line.known_answer().table.set_index("per 1,000 births")
    assert known["among people, 1972–74"].to_dict() == {
        "White": "1.23",
        "Black": "3.75",
        "American Indian": "6.56",
        "ratio, Black to White": "3.0",
        "all": "2.06",
    }
    assert known.loc["all", "children who died, 1974–78"] == "667 of 329,962"


# Maternal deaths


def test_a_table_without_numbers_of_women_has_no_column_of_them():
    assert "women who died" not in maternal_deaths.by_group()
    assert "women who died" in maternal_deaths.by_period()


def test_rates_were_read_where_the_lesson_says():
    figures = datasets.load("published_figures")
    figures = figures[figures.case == maternal_deaths.CASE]
    by_group = figures[figures.period == "2016-18"]
    kinds = by_group.set_index("group").source_kind.to_dict()
    assert kinds.pop("all women") == "university news"
    assert set(kinds.values()) == {"official report, read in a copy"}
    others = figures[figures.period != "2016-18"].source_kind.value_counts()
    assert others.to_dict() == {"university news": 4}


def test_the_ratio_has_the_narrowest_interval_that_the_rates_allow():
    """Any smaller number of Black women, whatever the others' rates, gives a wider one."""
    most, (low, high) = maternal_deaths.narrowest_interval()
    deaths, maternities = 217, 2_235_159
    of_white = deaths - most
    assert 1e5 * of_white / 8 + 1e5 * most / 34 == approx(maternities, rel=0.005)
    assert np.log(high / low) > 2 * 1.96 * np.sqrt(1 / most + 1 / of_white) * 0.98
    assert low < 34 / 8 < high
    for fewer in range(1, most):
        of_others = deaths - fewer
        assert 1 / fewer + 1 / of_others > 1 / most + 1 / of_white


def test_every_period_has_its_number_of_women_and_an_interval():
    table = maternal_deaths.by_period()
    assert len(table) == 5
    for _, row in table.iterrows():
        low, high = (float(end) for end in row["95 % interval"].split(" to "))
        assert low < float(row["per 100,000"]) < high
        deaths, births = (int(n.replace(",", "")) for n in row["women who died"].split(" of "))
        assert 1e5 * deaths / births == approx(float(row["per 100,000"]), abs=0.01)


def test_a_ratio_of_groups_stands_beside_its_difference():
    against = maternal_deaths.by_group()["against White women"]
    assert against["Black"] == "4.2 times, 26 more per 100,000"
    assert against["White"] == "–"
