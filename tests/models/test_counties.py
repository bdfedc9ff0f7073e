"""Counties: both ends of the league table, shuffled and imagined worlds beside them."""

import numpy as np
import pytest
from scipy import stats

from scaling import datasets
from scaling.scaling_down import counties, funnel

approx = pytest.approx


def seen(end, part):
    """A row of the table, for ends of twenty."""
    return counties.small_in_tails().loc[(f"20 {end} rates", part)]


@pytest.mark.parametrize("many", [25, 50])
@pytest.mark.parametrize("end", ["lowest", "highest"])
def test_the_interval_if_size_told_nothing_is_that_of_shuffled_sizes(many, end):
    result = counties.run()
    rate = result.deaths[0] / result.births[0]
    order = np.argsort(rate, kind="stable")
    tail = order[:20] if end == "lowest" else order[-20:]
    small = np.argsort(np.argsort(result.births[0])) < many
    generator = np.random.default_rng(7)
    shuffled = [generator.permutation(small)[tail].sum() for _ in range(20_000)]
    low, high = np.quantile(shuffled, [0.025, 0.975])
    part = {25: "smallest quarter", 50: "smaller half"}[many]
    assert seen(end, part)["if size told nothing"] == f"{low:.0f} to {high:.0f}"


@pytest.mark.parametrize(
    ("end", "part", "count"),
    [
        ("lowest", "smaller half", 17),
        ("highest", "smaller half", 11),
        ("lowest", "smallest quarter", 12),
        ("highest", "smallest quarter", 4),
    ],
)
def test_small_counties_at_both_ends_are_counted_rightly(end, part, count):
    row = seen(end, part)
    assert row.counties == count
    low, high = (int(value) for value in row["if only chance differed"].split(" to "))
    assert low <= count <= high


def test_the_low_end_is_smaller_than_shuffled_sizes_allow():
    for part in ("smaller half", "smallest quarter"):
        row = seen("lowest", part)
        assert row.counties > int(row["if size told nothing"].split(" to ")[1])


def test_no_tie_decides_who_belongs_to_an_end_of_twenty():
    result = counties.run()
    rate = np.sort(result.deaths[0] / result.births[0])
    assert rate[19] < rate[20]
    assert rate[79] < rate[80]


def test_no_tie_decides_who_is_among_the_ten_highest():
    rate = np.sort(counties.run().deaths[0] / counties.run().births[0])
    assert rate[89] < rate[90]


def test_as_many_lie_outside_by_the_exact_limits_as_by_the_formula():
    result = counties.run()
    births, deaths = result.births[0], result.deaths[0]
    low, high = funnel.limits(funnel.pooled(deaths, births), births)
    rate = deaths / births
    assert result.outside == ((rate > high) | (rate < low)).sum() == 15


def test_predictions_of_the_next_period_are_those_reckoned_by_hand():
    table = datasets.load("infant_deaths_nc")
    now, later = (
        table[table.period == period].set_index("county") for period in ("1974-78", "1979-84")
    )
    rate, after = (1000 * part.sids_deaths / part.births for part in (now, later))
    state = 1000 * now.sids_deaths.sum() / now.births.sum()
    small = now.births <= now.births.median()
    errors = counties.mean_errors()
    for half, part in (("smaller half", small), ("larger half", ~small)):
        assert errors[half].iloc[0] == pytest.approx((after - rate).abs()[part].mean(), abs=0.005)
        assert errors[half].iloc[1] == pytest.approx((after - state).abs()[part].mean(), abs=0.005)
    # A shrunken rate lies between the two; so its error cannot exceed the larger of theirs.
    assert (errors.iloc[2] < errors.iloc[0]).all()
    assert errors["larger half"].iloc[2] < errors["larger half"].iloc[1]


def test_three_times_as_many_as_chance_allows_lie_outside():
    assert counties.run().outside > stats.binom.ppf(0.999, 100, 0.05)


def test_the_same_counties_are_followed_into_the_next_period():
    first, next_ = counties.run(period=0), counties.run(period=1)
    assert (first.high == next_.high).all()
    assert (first.without == next_.without).all()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"period": 2}, "period must be one of 0 and 1"),
        ({"highest": 0}, "highest must be a whole number from 1 to 50"),
        ({"level": 100}, "level must lie between 0 and 100 per cent"),
    ],
)
def test_what_cannot_be_is_refused_by_name(values, message):
    with pytest.raises(ValueError, match=message):
        counties.run(**values)


@pytest.mark.parametrize("tail", [12, 51, 20.5])
def test_ends_must_be_long_enough_to_have_an_order(tail):
    with pytest.raises(ValueError, match="tail must be a whole number from 13 to 50"):
        counties.small_in_tails(tail)
