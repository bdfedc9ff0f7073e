"""The winner's curse: the best of many honest pilots promises more than it delivers.

Regression to the mean in what was chosen for being best (Galton 1886; Efron 2011), and how small
studies exaggerate what passes a bar (Gelman & Carlin 2014). True effects and errors are normal, so
shrinking a report towards the mean of all pilots undoes it.
Left out: everything that changes when a pilot grows. Here nothing does, and the effect shrinks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import ArrayLike
from scipy import integrate, stats

MEAN = 0.1  # true effect of an average pilot, μ, in standard deviations
WORLDS = 4000  # imagined, to show how much is chance
MOST_PILOTS = 50
WORLD = 15  # seed of the one that is drawn: its best pilot is a typical one


def reliability(tau: float, n: float) -> float:
    """Return the share B of the differences between reports that is true, τ²/(τ² + 2/n).

    Parameters
    ----------
    tau : float
        Standard deviation of true effects between pilots, τ, 0 or more.
    n : float
        People per arm in each pilot, above 0.

    Notes
    -----
    The difference of two means of n people, each with variance 1, has variance 1/n + 1/n.
    """
    return tau**2 / (tau**2 + 2 / n)


def shrink(reported: ArrayLike, mean: float, tau: float, n: float) -> np.ndarray | float:
    """Return what a pilot that reports an effect should be expected to deliver.

    Parameters
    ----------
    reported : array_like
        Reported effects d, in standard deviations.
    mean : float
        True effect of an average pilot, μ.
    tau : float
        Standard deviation of true effects between pilots, τ, 0 or more.
    n : float
        People per arm in each pilot, above 0.

    Returns
    -------
    numpy.ndarray or float
        μ + B(d − μ), in the shape of ``reported``.

    Notes
    -----
    It holds for a pilot picked for its report as for any other: the report is all that is known.
    """
    return mean + reliability(tau, n) * (np.asarray(reported, dtype=float) - mean)[()]


@cache
def largest(pilots: int) -> float:
    """Return the expected largest of some draws from a standard normal distribution.

    Parameters
    ----------
    pilots : int
        J, at least 1.

    Returns
    -------
    float
        ∫ x·J·φ(x)·Φ(x)^(J − 1) dx: 0 for one draw, 1.87 for twenty.
    """

    def mass(x: float) -> float:
        return x * pilots * stats.norm.pdf(x) * stats.norm.cdf(x) ** (pilots - 1)

    return float(integrate.quad(mass, -9, 9)[0])


@dataclass(frozen=True)
class Expected:
    """What the best of many pilots does on average over worlds, in standard deviations.

    Attributes
    ----------
    reported : float
        By the pilot with the largest report.
    delivered : float
        By the same pilot, its true effect.
    """

    reported: float
    delivered: float

    @property
    def overstatement(self) -> float:
        """By what share of what it delivers the best pilot overstates it (0.25: a quarter)."""
        return self.reported / self.delivered - 1


def expected(pilots: int, n: float, tau: float, mean: float = MEAN) -> Expected:
    """Return what the best of J pilots reports, and what it delivers, on average over worlds.

    Parameters
    ----------
    pilots : int
        J, at least 1.
    n : float
        People per arm in each pilot, above 0.
    tau : float
        Standard deviation of true effects between pilots, τ, 0 or more.
    mean : float
        True effect of an average pilot, μ.
    """
    reported = mean + np.sqrt(tau**2 + 2 / n) * largest(pilots)
    return Expected(float(reported), float(shrink(reported, mean, tau, n)))


def smallest_n(
    pilots: int = 20, tau: float = 0.1, mean: float = MEAN, overstatement: float = 0.25
) -> int:
    """Return the fewest people per arm with which the best pilot overstates by less than a share.

    Parameters
    ----------
    pilots : int
        J, at least 1.
    tau, mean : float
        Both above 0.
    overstatement : float
        Above 0; 0.25 is a quarter of what the pilot delivers.

    Raises
    ------
    ValueError
        If no number below a million is enough.
    """
    low, high = 0, 1_000_000  # not enough, and enough
    if not expected(pilots, high, tau, mean).overstatement < overstatement:
        raise ValueError("No pilot of less than a million people is large enough for that.")
    while high - low > 1:
        middle = (low + high) // 2
        enough = expected(pilots, middle, tau, mean).overstatement < overstatement
        low, high = (low, middle) if enough else (middle, high)
    return high


@lru_cache(maxsize=64)
def simulate(
    pilots: int, n: float, tau: float, mean: float = MEAN, worlds: int = WORLDS, seed: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Imagine many worlds; in each, keep the pilot with the largest report.

    Parameters
    ----------
    pilots, n, tau, mean
        As in `expected`; at most 50 pilots.
    worlds : int
        How many.
    seed : int
        Of the random numbers; the same worlds for any number of people and any τ.

    Returns
    -------
    reported, delivered : numpy.ndarray, shape (worlds,)
        By the best pilot of each world, in standard deviations.
    """
    true, error = _draws(worlds, seed)
    effects = mean + tau * true[:, :pilots]
    reports = effects + np.sqrt(2 / n) * error[:, :pilots]
    best = reports.argmax(axis=1)
    each = np.arange(worlds)
    return reports[each, best], effects[each, best]


@cache
def _draws(worlds: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((2, worlds, MOST_PILOTS))


@dataclass(frozen=True)
class Pilots:
    """Pilots of one idea in one world, and the best of them in many.

    Attributes
    ----------
    n : int
        People per arm in each pilot.
    tau : float
        Standard deviation of true effects between pilots, τ.
    second : int
        People per arm in a second pilot of the best; 0 if there is none.
    effects, reports : numpy.ndarray, shape (pilots,)
        True and reported effects in the world that is drawn, in standard deviations.
    expected : Expected
        What the best reports and delivers on average over worlds.
    reported, delivered : numpy.ndarray, shape (worlds,)
        The same in each of many worlds.
    """

    n: int
    tau: float
    second: int
    effects: np.ndarray
    reports: np.ndarray
    expected: Expected
    reported: np.ndarray
    delivered: np.ndarray

    @property
    def pilots(self) -> int:
        """How many pilots there are, J."""
        return len(self.reports)

    @property
    def best(self) -> int:
        """Which pilot of the world that is drawn has the largest report."""
        return int(self.reports.argmax())

    @property
    def shrunken(self) -> float:
        """What to expect of the best pilot of the world that is drawn, from its report alone."""
        return float(shrink(self.reports[self.best], MEAN, self.tau, self.n))

    @property
    def off_after_first(self) -> float:
        """Typical error (standard deviation) of a shrunken promise, from the first pilot alone."""
        return float(np.sqrt(self.tau**2 * (1 - reliability(self.tau, self.n))))

    @property
    def off_after_second(self) -> float:
        """Typical error of a promise that uses the second pilot as well; as before without one."""
        return float(np.sqrt(self.tau**2 * (1 - reliability(self.tau, self.n + self.second))))


def run(pilots: int = 20, n: int = 50, tau: float = 0.1, second: int = 0) -> Pilots:
    """Pilot one idea in several towns, and keep the best.

    Parameters
    ----------
    pilots : int
        J, 1 to 50.
    n : int
        People per arm in each pilot, at least 2.
    tau : float
        Standard deviation of true effects between pilots, τ, 0 or more.
    second : int
        People per arm in a second pilot of the best, 0 or more.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    if pilots not in range(1, MOST_PILOTS + 1):
        raise ValueError(f"pilots must be a whole number from 1 to {MOST_PILOTS}; it is {pilots}.")
    if not 2 <= n < np.inf:
        raise ValueError(f"n must be at least 2 people per arm; it is {n}.")
    if not 0 <= tau < np.inf:
        raise ValueError(f"tau must be 0 or more; it is {tau}.")
    if not 0 <= second < np.inf:
        raise ValueError(f"second must be 0 people per arm or more; it is {second}.")
    true, error = _draws(1, WORLD)[:, 0, :pilots]
    effects = MEAN + tau * true
    reported, delivered = simulate(pilots, n, tau)
    return Pilots(
        n=n,
        tau=tau,
        second=second,
        effects=effects,
        reports=effects + np.sqrt(2 / n) * error,
        expected=expected(pilots, n, tau),
        reported=reported,
        delivered=delivered,
    )
