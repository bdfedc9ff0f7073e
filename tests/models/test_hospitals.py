"""Hospitals: ranks by hand, both periods, and the case of the inquiry."""

import numpy as np
import pytest
from scipy import stats

from scaling.scaling_down import hospitals
from scaling.scaling_down.hospitals import COUNTED, EARLY, LATE, LEFT_OUT

approx = pytest.approx


def test_the_rank_correlation_is_the_correlation_of_ranks():
    result = hospitals.run(EARLY)
    volume = stats.rankdata(result.operations)
    survival = stats.rankdata(1 - result.deaths / result.operations)
    assert result.correlation == approx(np.corrcoef(volume, survival)[0, 1])


@pytest.mark.parametrize(
    ("period", "bristol", "count", "correlation"),
    [(EARLY, COUNTED, 12, 0.85), (EARLY, LEFT_OUT, 11, 0.82), (LATE, COUNTED, 13, -0.03)],
)
def test_large_was_safer_once_and_later_was_not(period, bristol, count, correlation):
    result = hospitals.run(period, bristol=bristol)
    assert len(result.names) == count
    assert result.correlation == approx(correlation, abs=0.005)


@pytest.mark.slow
def test_the_interval_of_a_correlation_holds_what_it_promises():
    """Ranks of pairs drawn from a normal distribution whose rank correlation is known."""
    generator, kept = np.random.default_rng(4), 0
    rho = 0.6
    true = 6 / np.pi * np.arcsin(rho / 2)
    for _ in range(1500):
        x, e = generator.normal(size=(2, 13))
        value = stats.spearmanr(x, rho * x + np.sqrt(1 - rho**2) * e).statistic
        low, high = hospitals.correlation_interval(value, 13)
        kept += low < true < high
    assert kept / 1500 == approx(0.95, abs=0.025)
    with pytest.raises(ValueError, match="places"):
        hospitals.correlation_interval(0.5, 3)


def test_bristol_stands_above_every_line_though_it_was_not_the_smallest():
    result = hospitals.run(EARLY, level=99)
    where = result.names.index("Bristol")
    assert result.position[where] == 1
    assert result.operations[where] > result.operations.min()


def test_the_smallest_hospital_of_the_later_period_is_inside():
    result = hospitals.run(LATE)
    assert result.position[np.argmin(result.operations)] == 0


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"period": "2000"}, "period must be one of"),
        ({"level": 0}, "level must lie between 0 and 100 per cent"),
        ({"bristol": "perhaps"}, "bristol must be"),
    ],
)
def test_what_cannot_be_is_refused_by_name(values, message):
    with pytest.raises(ValueError, match=message):
        hospitals.run(**values)
