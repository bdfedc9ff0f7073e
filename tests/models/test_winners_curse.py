"""The winner's curse: the closed form is what simulated pilots do, and shrinking undoes it."""

import numpy as np
import pytest
from scipy import stats

from scaling.scaling_up import winners_curse

approx = pytest.approx


def imagined(pilots, n, tau, mean=0.1, worlds=40_000, seed=5):
    """Pilots with people in them: a world is drawn person by person, in sums of normals."""
    generator = np.random.default_rng(seed)
    true = generator.normal(mean, tau, (worlds, pilots))
    treated = generator.normal(true, 1 / np.sqrt(n))  # mean of n people
    control = generator.normal(0, 1 / np.sqrt(n), (worlds, pilots))
    reported = treated - control
    best = reported.argmax(axis=1)
    return reported[np.arange(worlds), best], true[np.arange(worlds), best]


@pytest.mark.parametrize(
    ("pilots", "n", "tau"), [(1, 50, 0.1), (2, 20, 0.3), (20, 50, 0.1), (20, 800, 0.1), (50, 50, 0)]
)
def test_what_the_best_reports_and_delivers_is_what_simulated_pilots_do(pilots, n, tau):
    reported, delivered = imagined(pilots, n, tau)
    expected = winners_curse.expected(pilots, n, tau)
    assert expected.reported == approx(reported.mean(), abs=0.005)
    assert expected.delivered == approx(delivered.mean(), abs=0.005)


def test_the_simulation_behind_the_picture_agrees_with_the_closed_form():
    for pilots, n, tau in [(1, 20, 0.3), (20, 50, 0.1), (50, 1000, 0.2)]:
        reported, delivered = winners_curse.simulate(pilots, n, tau)
        expected = winners_curse.expected(pilots, n, tau)
        for found, wanted in ((reported, expected.reported), (delivered, expected.delivered)):
            assert found.mean() == approx(wanted, abs=4 * found.std() / np.sqrt(len(found)))


def test_the_figures_of_the_lesson():
    small, large = winners_curse.expected(20, 50, 0.1), winners_curse.expected(20, 800, 0.1)
    assert (small.reported, small.delivered) == approx((0.52, 0.18), abs=0.005)
    assert (large.reported, large.delivered) == approx((0.31, 0.27), abs=0.005)


def test_shrinking_is_right_whatever_was_reported():
    """Among simulated pilots that report much the same, true effects average the shrunken one."""
    mean, tau, n = 0.1, 0.15, 80
    generator = np.random.default_rng(3)
    true = generator.normal(mean, tau, 2_000_000)
    reported = true + generator.normal(0, np.sqrt(2 / n), true.size)
    for around in (-0.3, 0.0, 0.1, 0.4, 0.6):
        alike = np.abs(reported - around) < 0.01
        assert true[alike].mean() == approx(
            winners_curse.shrink(around, mean, tau, n), abs=5 * tau / np.sqrt(alike.sum())
        )


def test_shrinking_is_the_mean_of_the_posterior_found_by_integration():
    mean, tau, n, reported = 0.1, 0.1, 50, 0.52
    grid = np.linspace(-2, 2, 40_001)
    weight = stats.norm.pdf(grid, mean, tau) * stats.norm.pdf(reported, grid, np.sqrt(2 / n))
    assert winners_curse.shrink(reported, mean, tau, n) == approx(np.average(grid, weights=weight))


def test_shrinking_keeps_shapes_and_knows_both_ends():
    several = winners_curse.shrink([0.0, 0.5], 0.1, 0.1, 50)
    assert several == approx([0.08, 0.18])
    assert isinstance(winners_curse.shrink(0.5, 0.1, 0.1, 50), float)
    assert winners_curse.shrink(0.5, 0.1, 0, 50) == 0.1  # nothing differs: believe the mean
    assert winners_curse.shrink(0.5, 0.1, 0.1, 1e12) == approx(0.5)  # nothing is chance


@pytest.mark.parametrize("pilots", [1, 2, 3, 20, 50])
def test_the_largest_of_some_normal_draws_is_that_of_many_draws(pilots):
    draws = np.random.default_rng(1).standard_normal((100_000, pilots)).max(axis=1)
    assert winners_curse.largest(pilots) == approx(draws.mean(), abs=0.012)


def test_the_largest_of_one_and_two_are_known_exactly():
    assert winners_curse.largest(1) == approx(0, abs=1e-12)
    assert winners_curse.largest(2) == approx(1 / np.sqrt(np.pi))


def test_the_best_pilot_disappoints_when_effects_hardly_differ():
    gaps = []
    for tau in (0.0, 0.1, 0.2, 0.3):
        expected = winners_curse.expected(20, 50, tau)
        gaps.append(expected.delivered / expected.reported)
    assert gaps == sorted(gaps)


def test_one_pilot_alone_does_not_disappoint():
    expected = winners_curse.expected(1, 50, 0.1)
    assert expected.reported == approx(expected.delivered) == approx(0.1)


def test_the_smallest_n_is_the_first_that_is_enough():
    n = winners_curse.smallest_n(20, 0.1, 0.1, 0.25)
    assert winners_curse.expected(20, n, 0.1).overstatement < 0.25
    assert winners_curse.expected(20, n - 1, 0.1).overstatement >= 0.25
    enough = [winners_curse.expected(20, k, 0.1).overstatement < 0.25 for k in range(2, 600)]
    assert enough.index(True) + 2 == n == 490


def test_no_number_is_enough_where_nothing_differs_and_little_is_asked():
    with pytest.raises(ValueError, match="No pilot of less than a million"):
        winners_curse.smallest_n(20, 0.0, 0.001, 0.01)


def test_a_second_pilot_of_the_best_is_off_by_what_simulation_says():
    """Both pilots together, weighted by people, shrunk towards the mean."""
    mean, tau, n, second = 0.1, 0.1, 50, 200
    generator = np.random.default_rng(8)
    worlds = 60_000
    true = generator.normal(mean, tau, (worlds, 20))
    first = true + generator.normal(0, np.sqrt(2 / n), true.shape)
    each, best = np.arange(worlds), first.argmax(axis=1)
    theta = true[each, best]
    again = theta + generator.normal(0, np.sqrt(2 / second), worlds)
    both = (n * first[each, best] + second * again) / (n + second)
    promise = winners_curse.shrink(both, mean, tau, n + second)
    result = winners_curse.run(20, n, tau, second)
    assert np.sqrt(np.mean((promise - theta) ** 2)) == approx(result.error_after_second, rel=0.02)
    assert promise.mean() == approx(theta.mean(), abs=0.002)
    alone = winners_curse.shrink(first[each, best], mean, tau, n)
    assert np.sqrt(np.mean((alone - theta) ** 2)) == approx(result.error_after_first, rel=0.02)


def test_the_world_that_is_drawn_keeps_its_pilots_when_more_are_added():
    few, many = winners_curse.run(5), winners_curse.run(6)
    assert (few.reports == many.reports[:5]).all()
    assert few.pilots == 5
    assert many.reports[many.best] == many.reports.max()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"pilots": 0}, "pilots must be a whole number from 1 to 50"),
        ({"pilots": 2.5}, "pilots must be a whole number"),
        ({"n": 1}, "n must be 2 people per arm or more"),
        ({"n": float("nan")}, "n must be 2 people per arm or more"),
        ({"tau": -0.1}, "tau must be 0 or more"),
        ({"second": -1}, "second must be 0 people per arm or more"),
    ],
)
def test_what_cannot_be_is_refused_by_name(values, message):
    with pytest.raises(ValueError, match=message):
        winners_curse.run(**values)
