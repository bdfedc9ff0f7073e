"""Averages: exact intervals beside their definition, and what ratios and differences do."""

import numpy as np
import pytest
from scipy import optimize, stats

from scaling.who_is_heard import averages

approx = pytest.approx


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
@pytest.mark.parametrize("deaths", [0, 1, 3, 28, 217])
def test_the_ends_of_the_interval_are_where_the_count_becomes_surprising(deaths, level):
    """The definition: at the ends, so many or more (or fewer) have a chance of (1 − level)/2."""
    low, high = averages.garwood(deaths, level)
    outside = (1 - level) / 2
    assert stats.poisson.cdf(deaths, high) == approx(outside)
    if deaths:
        assert stats.poisson.sf(deaths - 1, low) == approx(outside)
    else:
        assert low == 0


@pytest.mark.parametrize("deaths", [1, 5, 40])
def test_the_interval_is_that_of_scipy_found_by_root_finding(deaths):
    def surprise(mean):
        return stats.poisson.sf(deaths - 1, mean) - 0.025

    low, _ = averages.garwood(deaths)
    assert low == approx(optimize.brentq(surprise, 1e-9, deaths))


@pytest.mark.parametrize("mean", [0.5, 3.0, 20.0])
def test_the_interval_holds_the_truth_at_least_as_often_as_it_says(mean):
    counts = np.random.default_rng(1).poisson(mean, 4000)
    ends = {count: averages.garwood(int(count)) for count in np.unique(counts)}
    held = np.mean([ends[count][0] <= mean <= ends[count][1] for count in counts])
    assert held > 0.945


def test_the_rate_of_the_uk_follows_from_its_count():
    assert averages.rate(217, 2_235_159) == approx(9.708, abs=0.001)
    assert averages.rate_interval(217, 2_235_159) == approx((8.46, 11.09), abs=0.005)
    assert averages.rate(3, 1500, per=1000) == approx(2)


def test_ratio_and_difference_look_at_the_same_rates_in_two_ways():
    assert averages.ratio(34, 8) == approx(4.25)
    assert averages.difference(34, 8) == 26
    assert averages.difference(8, 34) == -26
    assert np.isnan(averages.ratio(3, 0))


def test_a_ratio_can_fall_while_both_rates_and_their_difference_rise():
    assert averages.ratio(40, 13) < averages.ratio(34, 8)
    assert averages.difference(40, 13) > averages.difference(34, 8)


@pytest.mark.parametrize("deaths", [(28, 115), (3, 40), (0, 12), (5, 5)])
def test_at_the_ends_of_a_ratios_interval_the_share_becomes_surprising(deaths):
    births = (80_000, 1_450_000)
    low, high = averages.ratio_interval(deaths, births)

    def share(ratio):
        return ratio * births[0] / (ratio * births[0] + births[1])

    assert stats.binom.cdf(deaths[0], sum(deaths), share(high)) == approx(0.025)
    if deaths[0]:
        assert stats.binom.sf(deaths[0] - 1, sum(deaths), share(low)) == approx(0.025)
    else:
        assert low == 0


def test_without_deaths_among_the_others_a_ratio_has_no_upper_end():
    low, high = averages.ratio_interval((4, 0), (100, 100))
    assert low > 0
    assert np.isinf(high)
    assert np.isnan(averages.ratio_interval((0, 0), (10, 10))).all()


def test_the_overall_rate_is_that_of_all_counts_together():
    deaths, births = (28, 115, 30), (80_000, 1_450_000, 200_000)
    rates = [averages.rate(d, b) for d, b in zip(deaths, births, strict=True)]
    assert averages.overall(rates, births) == approx(averages.rate(sum(deaths), sum(births)))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: averages.rate(1, 0), "births must be above 0"),
        (lambda: averages.rate(-1, 10), "deaths must be 0 or more"),
        (lambda: averages.garwood(-1), "deaths must be a whole number of at least 0"),
        (lambda: averages.garwood(2.5), "deaths must be a whole number of at least 0"),
        (lambda: averages.garwood(2, 95), "level must lie between 0 and 1"),
        (lambda: averages.overall((1, 2), (1,)), "Every group needs a rate"),
        (lambda: averages.overall((1, 2), (0, 0)), "Every group needs a rate"),
    ],
)
def test_what_cannot_be_is_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_counts_follow_from_rates_and_births():
    result = averages.run(later_a=14, later_b=46, share_b=10, years=3)
    assert result.births == (2_700_000, 300_000)
    assert result.deaths == ((270, 120), (378, 138))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"later_a": 0}, "later_a must be above 0"),
        ({"later_b": 200_000}, "later_b must be above 0 and up to 100000"),
        ({"share_b": 100}, "share_b must lie between 0 and 100, such as"),
        ({"years": 0}, "years must be a whole number"),
        ({"years": 1.5}, "years must be a whole number"),
    ],
)
def test_a_country_that_cannot_be_is_refused_by_name(values, message):
    with pytest.raises(ValueError, match=message):
        averages.run(**values)
