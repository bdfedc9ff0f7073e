"""A frozen copy drifts away with the square root of time; an adapted one settles at a formula."""

import math

import numpy as np
import pytest

from scaling.process_product import frozen

approx = pytest.approx


def follow(months, drift, noise, step, start_gap=0.0, places=10_000, seed=3):
    """Follow the gap of many places by its own recipe, with numbers of its own."""
    generator = np.random.default_rng(seed)
    right, practice = np.full(places, start_gap), np.zeros(places)
    for _ in range(months):
        right = right + drift * generator.standard_normal(places)
        reading = right + noise * generator.standard_normal(places)
        practice = (1 - step) * practice + step * reading
    return right - practice


@pytest.mark.parametrize("months", [1, 12, 60])
@pytest.mark.parametrize(("drift", "noise"), [(0.2, 0.3), (0.05, 1.0), (0.5, 0.0), (0.0, 0.7)])
@pytest.mark.parametrize("step", [0.0, 0.1, 0.3, 1.0])
def test_mean_and_variance_of_the_gap_agree_with_simulation(months, drift, noise, step):
    gaps = follow(months, drift, noise, step, start_gap=0.8)
    mean, variance = frozen.gap_moments(months, drift, noise, step, 0.8)
    assert gaps.mean() == approx(float(mean), abs=0.05)
    assert gaps.var() == approx(float(variance), rel=0.07, abs=1e-9)


@pytest.mark.parametrize(("drift", "noise"), [(0.2, 0.3), (0.05, 1.0), (0.5, 0.1)])
@pytest.mark.parametrize("step", [0.1, 0.3, 0.7, 1.0])
def test_the_steady_gap_is_what_the_gap_settles_at(drift, noise, step):
    assert frozen.steady_gap(drift, noise, step) == approx(
        np.mean(follow(200, drift, noise, step) ** 2), rel=0.07
    )
    _, variance = frozen.gap_moments(100_000, drift, noise, step)
    assert frozen.steady_gap(drift, noise, step) == approx(float(variance))


def test_the_squared_gap_of_a_frozen_copy_is_time_times_drift_squared():
    for months in (0, 1, 12, 60):
        assert float(frozen.gap_moments(months, 0.2, 0.3, 0)[1]) == approx(months * 0.04)
    assert np.mean(follow(60, 0.2, 5.0, 0) ** 2) == approx(60 * 0.04, rel=0.05)


@pytest.mark.parametrize("drift", [0.05, 0.2, 0.5])
@pytest.mark.parametrize("noise", [0.1, 0.3, 1.0, 2.0])
def test_the_best_step_by_formula_is_the_one_found_by_trying_all(drift, noise):
    steps = np.linspace(0.0005, 1, 2000)
    tried = [frozen.steady_gap(drift, noise, step) for step in steps]
    best = frozen.best_step(drift, noise)
    assert best == approx(steps[np.argmin(tried)], abs=6e-4)
    assert 0 < best < 1
    assert frozen.steady_gap(drift, noise, best) == approx(best * noise**2)  # as Kalman has it


@pytest.mark.slow
def test_the_best_step_is_also_best_in_a_simulation():
    """The curve is flat at its best, so the simulated one is only near it."""
    steps = np.linspace(0.2, 0.8, 13)
    tried = [np.mean(follow(120, 0.2, 0.3, step) ** 2) for step in steps]
    assert steps[np.argmin(tried)] == approx(frozen.best_step(0.2, 0.3), abs=0.08)


def test_at_the_ends_the_best_step_is_to_believe_all_or_nothing():
    """So the slogan “neither 0 nor 1” needs both drift and noise."""
    assert frozen.best_step(0.2, 0) == 1
    assert frozen.best_step(0, 0.3) == 0
    with pytest.raises(ValueError, match="must not both be 0"):
        frozen.best_step(0, 0)


@pytest.mark.parametrize("mean", [0, 0.5, 1.5])
@pytest.mark.parametrize("variance", [0.0, 0.05, 1.0, 2.4])
def test_the_expected_fit_is_the_average_over_normal_gaps(mean, variance):
    gaps = mean + variance**0.5 * np.random.default_rng(4).standard_normal(400_000)
    assert float(frozen.expected_fit(mean, variance)) == approx(frozen.fit(gaps).mean(), abs=0.002)


def test_the_figures_of_the_design():
    result = frozen.run()
    assert result.frozen_fit[60] == approx(0.54, abs=0.005)
    assert result.adapted_fit[60] == approx(0.97, abs=0.005)
    assert result.best == 0.48
    assert frozen.best_step(0.2, 0.3) == approx(0.4805, abs=1e-4)


def test_the_400_places_of_the_picture_agree_with_the_expected_curves():
    right, practice = frozen.simulate(0.2, 0.3, 0.3)
    result = frozen.run()
    assert right.shape == practice.shape == (61, 400)
    assert frozen.fit(right).mean(axis=1) == approx(result.frozen_fit, abs=0.05)
    assert frozen.fit(right - practice).mean(axis=1) == approx(result.adapted_fit, abs=0.01)
    inside = (frozen.fit(right) >= result.frozen_band[0][:, None]) & (
        frozen.fit(right) <= result.frozen_band[1][:, None]
    )
    assert inside[1:].mean(axis=1) == approx(2 / 3, abs=0.01)


def test_one_who_never_moves_is_frozen_too():
    result = frozen.run(step=0.0)
    assert result.adapted == approx(np.zeros(61))
    assert result.adapted_fit == approx(result.frozen_fit)


def test_a_perfect_reader_fits_perfectly():
    result = frozen.run(start_gap=2.0, noise=0.0, step=1.0)
    assert result.adapted_fit[1:] == approx(np.ones(60))
    assert result.best == 1


def test_nothing_moves_and_nothing_is_misread_so_every_step_is_as_good():
    assert "Every step is as good" in frozen.words(frozen.run(drift=0.0, noise=0.0))


def test_the_copy_from_elsewhere_fits_within_a_year_if_it_is_adapted():
    result = frozen.run(start_gap=1.5)
    assert result.frozen_fit[0] == approx(math.exp(-1.125))
    assert result.adapted_fit[12] > 0.95
    assert result.frozen_fit[12] < 0.5


@pytest.mark.parametrize("bad", [0, -0.1, 1.1, math.nan])
def test_a_frozen_copy_has_no_steady_gap(bad):
    with pytest.raises(ValueError, match="above 0 and up to 1"):
        frozen.steady_gap(0.2, 0.3, bad)


@pytest.mark.parametrize(
    ("argument", "bad"),
    [(name, bad) for name in ("start_gap", "drift", "noise") for bad in (-1, math.nan, math.inf)],
)
def test_what_cannot_be_is_refused_in_a_sentence(argument, bad):
    with pytest.raises(ValueError, match=f"{argument} must be 0 or more"):
        frozen.run(**{argument: bad})


@pytest.mark.parametrize("bad", [-0.1, 1.1, math.nan])
def test_a_step_beyond_the_reading_is_refused(bad):
    with pytest.raises(ValueError, match="step must lie between 0 and 1"):
        frozen.run(step=bad)


@pytest.mark.parametrize("start_gap", [0, 2])
@pytest.mark.parametrize("drift", [0, 0.5])
@pytest.mark.parametrize("noise", [0, 2])
@pytest.mark.parametrize("step", [0, 0.3, 1])
def test_the_place_that_is_drawn_never_leaves_its_axis(start_gap, drift, noise, step):
    result = frozen.run(start_gap, drift, noise, step)
    low, high = frozen.PATH_RANGE
    for path in (result.right, result.adapted):
        assert low < path.min() <= path.max() < high


def test_the_place_that_is_drawn_is_neither_lucky_nor_unlucky():
    result = frozen.run()
    assert frozen.fit(result.right[-1]) == approx(result.frozen_fit[-1], abs=0.06)


def test_the_same_seed_draws_the_same_places_and_another_seed_others():
    assert (frozen.run(seed=1).right == frozen.run(seed=1).right).all()
    assert (frozen.run(seed=2).right != frozen.run(seed=1).right).any()
