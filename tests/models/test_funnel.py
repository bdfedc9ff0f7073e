"""Funnel: limits against exact chances, and who stands at both ends."""

import numpy as np
import pytest
from scipy import stats

from scaling.scaling_down import funnel

approx = pytest.approx
WORLDS = range(1, 31)


def coverage(limits, share, size):
    """Chance that a rate lies between two limits, by adding up the binomial."""
    low, high = limits
    counts = np.arange(size + 1)
    inside = (counts / size >= low - 1e-12) & (counts / size <= high + 1e-12)
    return stats.binom.pmf(counts, size, share)[inside].sum()


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6])
@pytest.mark.parametrize("size", [500, 2000, 20_000])
def test_for_large_units_the_formula_gives_the_exact_limits(share, size):
    by_formula = np.array(funnel.limits(share, size))
    exact = np.array(funnel.exact_limits(share, size))
    half = by_formula[1] - share
    assert by_formula == approx(exact, abs=0.05 * half)


@pytest.mark.parametrize("share", [0.02, 0.12, 0.6])
@pytest.mark.parametrize("size", [2000, 20_000])
def test_between_the_limits_lies_what_they_promise(share, size):
    assert coverage(funnel.exact_limits(share, size), share, size) == approx(0.95, abs=0.012)
    assert coverage(funnel.limits(share, size), share, size) == approx(0.95, abs=0.015)


@pytest.mark.parametrize("size", [20, 143, 1000])
@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_exact_limits_lie_within_one_count_of_the_binomial_quantiles(size, level):
    low, high = funnel.exact_limits(0.12, size, level)
    first, last = stats.binom.ppf([(1 - level) / 2, (1 + level) / 2], size, 0.12)
    assert max(0, first - 1) <= low * size <= first
    assert last - 1 <= high * size <= last


@pytest.mark.parametrize("expected", [5, 20, 100])
def test_for_rare_events_the_limits_are_those_of_poisson(expected):
    size = 1_000_000
    low, high = funnel.exact_limits(expected / size, size)
    first, last = stats.poisson.ppf([0.025, 0.975], expected)
    assert first - 1 <= low * size <= first
    assert last - 1 <= high * size <= last


def test_four_times_the_people_halve_the_width():
    low, high = funnel.limits(0.6, np.array([100, 400]))
    width = high - low
    assert width[0] == approx(2 * width[1])


def test_a_unit_is_outside_exactly_where_the_picture_shows_it():
    generator = np.random.default_rng(6)
    size = generator.integers(20, 3000, 300)
    events = generator.binomial(size, generator.uniform(0.4, 0.8, 300))
    low, high = funnel.exact_limits(0.6, size)
    position = funnel.outside(events, size, 0.6)
    assert ((events / size > high) == (position == 1)).all()
    assert ((events / size < low) == (position == -1)).all()
    assert {-1, 0, 1} == set(position)


def test_where_only_chance_differs_about_one_in_twenty_lies_outside():
    found = []
    for world in WORLDS:
        result = funnel.run(world=world)
        found.append(np.abs(funnel.outside(result.helped[0], result.size, 0.6)).sum())
    assert np.mean(found) == approx(5, abs=1)


def test_by_chance_alone_both_ends_are_small():
    best = np.mean([funnel.run(world=world).small_among_best for world in WORLDS])
    worst = np.mean([funnel.run(world=world).small_among_worst for world in WORLDS])
    assert min(best, worst) > 9


def test_by_chance_alone_both_ends_go_back_to_the_middle():
    for world in WORLDS:
        result = funnel.run(world=world)
        best, worst = ([result.rate(end, year) for year in (0, 1)] for end in _ends(result))
        assert best[0] > 0.62 > 0.58 > worst[0]
    later = [
        [funnel.run(world=w).rate(end, 1) for end in _ends(funnel.run(world=w))] for w in WORLDS
    ]
    assert np.mean(later, axis=0) == approx([0.6, 0.6], abs=0.015)


def _ends(result):
    return result.best, result.worst


def test_true_differences_last():
    result = funnel.run(spread=15)
    assert result.rate(result.best, 1) > 0.7
    assert result.rate(result.worst, 1) < 0.5


def rates(**values):
    """Rates by world, period and service, over many worlds."""
    results = [funnel.run(**values, world=world) for world in range(1, 201)]
    return np.array([result.helped / result.size for result in results])


def test_an_advantage_lifts_the_smallest_as_it_lowers_the_largest():
    found = rates(advantage=20).mean(axis=(0, 1))
    along = np.arange(100) / 99  # from the smallest service to the largest
    assert found[:10].mean() == approx(0.7 - 0.2 * along[:10].mean(), abs=0.009)
    assert found[-10:].mean() == approx(0.7 - 0.2 * along[-10:].mean(), abs=0.0008)


def test_services_differ_by_the_spread_and_alike_in_both_periods():
    """Chance is drawn anew in each period, so that only true differences vary together."""
    first, second = np.moveaxis(rates(spread=5)[:, :, -30:] - 0.6, 1, 0)
    assert (first * second).mean() == approx(0.05**2, rel=0.08)
    chance = 0.6 * 0.4 / funnel.run().size[-30:]
    assert (first**2).mean() == approx(0.05**2 + chance.mean(), rel=0.08)


def test_however_large_the_spread_a_service_helps_from_1_to_99_in_100():
    found = rates(spread=1e6)[:, :, -50:]
    assert found[found < 0.5].mean() == approx(0.01, abs=0.0003)
    assert found[found > 0.5].mean() == approx(0.99, abs=0.0003)


def test_only_the_worst_end_tells_an_advantage_of_the_small_from_chance():
    chance = [funnel.run(world=world) for world in WORLDS]
    truly = [funnel.run(advantage=20, world=world) for world in WORLDS]
    assert np.mean([r.small_among_best for r in chance]) > 9
    assert np.mean([r.small_among_best for r in truly]) > 9
    assert np.mean([r.small_among_worst for r in truly]) < 3


def test_the_start_shows_what_the_question_says():
    result = funnel.run()
    assert (result.small_among_best, result.small_among_worst) == (9, 10)
    assert (result.size.min(), result.size.max(), len(result.size)) == (10, 2000, 100)


@pytest.mark.parametrize(("count", "half"), [(100, 50), (13, 6)])
def test_the_smaller_half_is_half_also_where_sizes_tie(count, half):
    assert np.flatnonzero(funnel.smaller_half(np.ones(count))).tolist() == [*range(half)]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"spread": -1}, "spread must be 0 or more"),
        ({"spread": np.inf}, "spread must be 0 or more"),
        ({"advantage": 40.5}, "advantage must lie between -40 and 40"),
        ({"advantage": -40.5}, "advantage must lie between -40 and 40"),
        ({"marked": 0}, "marked must be a whole number from 1 to 50"),
        ({"marked": 51}, "marked must be a whole number from 1 to 50"),
    ],
)
def test_what_cannot_be_is_refused_by_name(values, message):
    with pytest.raises(ValueError, match=message):
        funnel.run(**values)


@pytest.mark.parametrize(("advantage", "marked"), [(-40, 1), (40, 50)])
def test_the_ends_of_what_can_be_asked_are_answered(advantage, marked):
    result = funnel.run(advantage=advantage, marked=marked)
    assert len(result.best) == len(result.worst) == marked
    assert result.helped.shape == (2, 100)
