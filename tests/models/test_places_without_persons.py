"""Sunlight, the county line and maternal deaths: figures of places and groups, and their limits."""

import numpy as np
import pytest
import statsmodels.formula.api as smf

from scaling import datasets
from scaling.three_scales import county_line, maternal_deaths, sunlight

approx = pytest.approx


@pytest.fixture(scope="module")
def counties():
    table = datasets.load("melanoma_counties")
    return table.assign(ratio=table.deaths / table.expected)


@pytest.mark.parametrize(
    ("compared", "formula"),
    [
        ("all 354 counties", "ratio ~ uvb"),
        ("counties of one nation", "ratio ~ uvb + C(nation)"),
        ("counties of one region", "ratio ~ uvb + C(region)"),
    ],
)
def test_slopes_by_scale_are_those_of_weighted_regressions(counties, compared, formula):
    fitted = smf.wls(formula, counties, weights=counties.expected).fit()
    shown = sunlight.slopes_by_scale().loc[compared].item().replace("−", "-")
    assert float(shown) == approx(fitted.params["uvb"], abs=0.0005)


def test_regions_have_names_of_their_own_in_all_nations(counties):
    assert counties.region.nunique() == len(counties[["nation", "region"]].drop_duplicates())


def test_the_slope_turns_within_regions():
    slopes = [
        float(shown.replace("−", "-"))
        for shown in sunlight.slopes_by_scale()["deaths over expected, for one unit more"]
    ]
    assert all(slope < 0 for slope in slopes[:3])
    assert slopes[3] > 0


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
        ({"groups": 1}, "groups must be a whole number from 2"),
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


def test_no_county_stands_at_either_end_of_the_line():
    table = datasets.load("infant_deaths_nc")
    share = table.nonwhite_births / table.births
    assert 0 < share.min() < share.max() < 0.8


def test_the_known_answer_stands_beside_the_line_and_the_number_of_children():
    known = county_line.known_answer()
    assert known["among people, 1972–74"].to_dict() == {
        "White": "1.23",
        "Black": "3.75",
        "American Indian": "6.56",
        "ratio, Black to White": "3.0",
        "all": "2.06",
    }
    assert known.loc["all", "children who died, 1974–78"] == "667 of 329,962"


# Maternal deaths


def test_no_number_of_women_is_made_up_where_none_was_read():
    women = maternal_deaths.by_group()["women who died"]
    assert women["all women"] == "217 of 2,235,159"
    assert set(women.drop("all women")) == {"not in what we read"}


def test_every_rate_says_what_was_read():
    for table in (maternal_deaths.by_group(), maternal_deaths.by_period()):
        assert (table["read in"] != "").all()
    assert set(maternal_deaths.by_group()["read in"]) == {"report quoted on a page"}


def test_every_period_has_its_number_of_women_and_an_interval_around_its_rate():
    table = maternal_deaths.by_period()
    assert len(table) == 6
    for _, row in table.iterrows():
        low, high = (float(end) for end in row["95 % interval"].split(" to "))
        assert low < float(row["per 100,000"]) < high
        deaths, births = (int(n.replace(",", "")) for n in row["women who died"].split(" of "))
        assert 1e5 * deaths / births == approx(float(row["per 100,000"]), abs=0.01)


def test_a_ratio_of_groups_stands_beside_its_difference():
    against = maternal_deaths.by_group()["against White women"]
    assert against["Black"] == "4.2 times, 26 more per 100,000"
    assert against["White"] == "–"
