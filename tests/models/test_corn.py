"""Corn: both stories are fitted as well as others would fit them, and fit equally well."""

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import curve_fit

from scaling import datasets
from scaling.scaling_up import adoption, corn

approx = pytest.approx


def test_the_curve_is_that_of_the_table():
    table, result = datasets.load("hybrid_corn_adoption"), corn.run()
    assert result.shares == approx(table.adopters_so_far / table.farmers)
    assert (result.years[0], result.years[-1]) == (1946, 1965)
    assert result.shares[-1] == approx(540 / 692)


@pytest.mark.parametrize("resistance", [0.0, 0.2])
@pytest.mark.parametrize("known", [1956, 1960, 1965])
def test_both_stories_are_fitted_as_another_fitter_does(known, resistance):
    result = corn.run(known, resistance)
    seen = result.years <= known
    since, shares = result.years[seen] - 1945, result.shares[seen]
    for curve, start, mine in [
        (adoption.bass, (0.005, 0.3), result.influence),
        (corn.ready, (15, 5), result.likeness),
    ]:
        found, _ = curve_fit(
            lambda t, a, b, curve=curve: curve(t, a, b, resistance), since, shares, p0=start
        )
        assert mine.values == approx(found, rel=1e-3)
        assert mine.miss == approx(
            np.sqrt(np.mean((curve(since, *found, resistance) - shares) ** 2)), rel=1e-4
        )


def test_ready_is_what_farmers_do_who_never_heed_each_other():
    moments = np.random.default_rng(2).normal(16, 5.6, 200_000)
    for year in (5, 10, 16, 20):
        assert corn.ready(year, 16, 5.6) == approx((moments <= year).mean(), abs=0.004)
        assert corn.ready(year, 16, 5.6, 0.3) == approx(0.7 * stats.norm.cdf(year, 16, 5.6))


def test_without_any_influence_the_curve_fits_as_well_as_with_it():
    result = corn.run()
    assert result.influence.miss == approx(0.021, abs=0.0005)
    assert result.likeness.miss == approx(0.022, abs=0.0005)


def test_sharing_round_years_moves_recall_and_loses_no_farmer():
    told, shared = corn.run(), corn.run(recall=corn.SHARED)
    assert shared.shares[-1] == approx(told.shares[-1])
    assert shared.influence.miss < told.influence.miss
    new = np.diff(shared.shares, prepend=0)
    assert new[4:7] == approx(np.full(3, (6 + 32 + 3) / 3 / 692))  # 1950 to 1952
    assert new[9:12] == approx(np.full(3, (3 + 90 + 6) / 3 / 692))  # 1955 to 1957


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"known": 1950}, "known must be a year from 1952 to 1965"),
        ({"resistance": 1.0}, "resistance must be 0 or more and below 1"),
        ({"recall": "other"}, "recall must be"),
    ],
)
def test_what_cannot_be_is_refused_by_name(values, message):
    with pytest.raises(ValueError, match=message):
        corn.run(**values)
