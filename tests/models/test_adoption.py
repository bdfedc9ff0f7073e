"""Adoption: the closed form solves the equation, its peak is the steepest point, fits find back."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from scaling.scaling_up import adoption

approx = pytest.approx
RATES = [(0.005, 0.4), (0.01, 0.4), (0.03, 0.38), (0.1, 0.1), (0.2, 0.0), (0.05, 0.02)]


@pytest.mark.parametrize(("p", "q"), RATES)
@pytest.mark.parametrize("resistance", [0.0, 0.3])
def test_the_closed_form_is_what_integrating_the_equation_gives(p, q, resistance):
    """dF/dt = (p + qF)(1 − F) among those who may ever adopt."""
    years = np.linspace(0, 30, 61)
    solved = solve_ivp(
        lambda _, share: (p + q * share) * (1 - share),
        (0, 30),
        [0.0],
        t_eval=years,
        rtol=1e-9,
        atol=1e-12,
    )
    assert adoption.bass(years, p, q, resistance) == approx(
        (1 - resistance) * solved.y[0], abs=1e-7
    )


@pytest.mark.parametrize(("p", "q"), RATES)
def test_the_peak_is_where_the_curve_is_steepest(p, q):
    years = np.linspace(0, 40, 400_001)
    steepest = years[np.gradient(adoption.bass(years, p, q), years).argmax()]
    assert adoption.peak(p, q) == approx(steepest, abs=2e-3)


def test_the_peak_of_the_lesson_and_where_there_is_none():
    assert adoption.peak(0.005, 0.4) == approx(np.log(80) / 0.405)
    assert adoption.peak(0.1, 0.1) == 0
    assert adoption.peak(0.2, 0.05) == 0


def test_people_who_adopt_one_by_one_follow_the_curve():
    """Ten thousand people, a hundredth of a year at a time, nobody knows a formula."""
    generator = np.random.default_rng(4)
    p, q, people, steps = 0.02, 0.4, 10_000, 100
    adopted = 0
    for year in range(1, 16):
        for _ in range(steps):
            chance = (p + q * adopted / people) / steps
            adopted += generator.binomial(people - adopted, chance)
        assert adopted / people == approx(adoption.bass(year, p, q), abs=0.03)


def test_half_a_curve_of_resisters_is_half_as_high():
    years = np.arange(30)
    assert adoption.bass(years, 0.02, 0.3, 0.5) == approx(0.5 * adoption.bass(years, 0.02, 0.3))


@pytest.mark.parametrize(("p", "q"), [(0.005, 0.4), (0.01, 0.4), (0.03, 0.38), (0.1, 0.1)])
@pytest.mark.parametrize("resistance", [0.0, 0.25])
def test_a_fit_finds_back_the_rates_of_a_curve(p, q, resistance):
    years = np.arange(1, 21)
    found = adoption.fit(years, adoption.bass(years, p, q, resistance), resistance)
    assert (found.p, found.q) == approx((p, q), rel=1e-4)
    assert found.miss == approx(0, abs=1e-7)


def test_a_fit_finds_back_the_rates_in_any_unit_of_time():
    months = 12 * np.arange(1, 21)
    found = adoption.fit(months, adoption.bass(months, 0.01 / 12, 0.4 / 12))
    assert (found.p, found.q) == approx((0.01 / 12, 0.4 / 12), rel=1e-4)


def test_a_fit_through_noisy_counts_is_near_the_rates_behind_them():
    generator = np.random.default_rng(6)
    years, p, q = np.arange(1, 21), 0.01, 0.4
    found = []
    for _ in range(30):
        steps = np.diff(adoption.bass(np.arange(21), p, q))
        new = generator.multinomial(700, [*steps, 1 - steps.sum()])[:-1]
        fitted = adoption.fit(years, new.cumsum() / 700)
        found.append((fitted.p, fitted.q))
    middle = np.median(found, axis=0)
    assert middle == approx([p, q], rel=0.1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1, 2], [0.1, 0.2]), "at least three"),
        (([1, 2, 3], [0.1, 0.2]), "one share for each time"),
        (([-1, 2, 3], [0.1, 0.2, 0.3]), "Times must be 0 or more"),
        (([1, 2, 3], [10, 20, 30]), "Shares must lie between 0 and 1"),
        (([1, 2, 3], [0, 0, 0]), "Nobody has adopted"),
        (([1, 2, 3], [0.1, 0.2, 0.3], 1.0), "resistance must be 0 or more and below 1"),
    ],
)
def test_what_cannot_be_fitted_is_refused_by_name(arguments, message):
    with pytest.raises(ValueError, match=message):
        adoption.fit(*arguments)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"publicity": 0}, "publicity must be above 0"),
        ({"word_of_mouth": -0.1}, "word_of_mouth must be 0 or more"),
        ({"resistance": 1.2}, "resistance must lie between 0 and 1"),
        ({"years": 0}, "years must be above 0"),
        ({"publicity": float("nan")}, "publicity must be above 0"),
    ],
)
def test_what_cannot_be_is_refused_by_name(values, message):
    with pytest.raises(ValueError, match=message):
        adoption.run(**values)
