"""Adoption: how an idea spreads by publicity and by word of mouth, and where it stops.

The Bass (1969) model: of those who have not adopted yet, a share p a year does so because of what
comes from outside, and q·F because of the share F who have adopted before them.
Left out: who talks to whom, that people give things up again, and that an idea may not be good.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize

WITHIN = 30  # years drawn


def bass(t: ArrayLike, p: float, q: float, resistance: float = 0.0) -> np.ndarray | float:
    """Return the share of all who have adopted by time t (Bass 1969).

    Parameters
    ----------
    t : array_like
        Time since the start, 0 or more, in the unit of 1/p and 1/q (here years).
    p : float
        Adoption because of publicity, a year, above 0.
    q : float
        Adoption because of word of mouth, a year, 0 or more.
    resistance : float
        Share r who will never adopt, 0 to 1.

    Returns
    -------
    numpy.ndarray or float
        (1 − r)(1 − e^(−(p + q)t)) / (1 + (q/p)e^(−(p + q)t)), in the shape of ``t``.
    """
    left = np.exp(-(p + q) * np.asarray(t, dtype=float))
    return ((1 - resistance) * (1 - left) / (1 + q / p * left))[()]


def peak(p: float, q: float) -> float:
    """Return when most adopt at once, ln(q/p)/(p + q), in years; 0 where q is at most p.

    Parameters
    ----------
    p : float
        Publicity, a year, above 0.
    q : float
        Word of mouth, a year, 0 or more. Where it is no stronger than publicity, most adopt at the
        start and ever fewer after it.
    """
    return float(np.log(q / p) / (p + q)) if q > p else 0.0


@dataclass(frozen=True)
class Fit:
    """A Bass curve laid through shares.

    Attributes
    ----------
    p, q : float
        Publicity and word of mouth, per unit of time.
    resistance : float
        Share who will never adopt, as it was given.
    miss : float
        Typical distance between curve and shares (root of the mean square), as a share.
    """

    p: float
    q: float
    resistance: float
    miss: float


def fit(times: ArrayLike, shares: ArrayLike, resistance: float = 0.0) -> Fit:
    """Find the p and q whose curve passes nearest to some shares (least squares).

    Parameters
    ----------
    times : array_like, shape (k,)
        Times since the start, 0 or more; at least three.
    shares : array_like, shape (k,)
        Share of all who had adopted by then, 0 to 1.
    resistance : float
        Share who will never adopt, 0 or more and below 1. It is taken as known: an early curve
        cannot tell it.

    Returns
    -------
    Fit

    Raises
    ------
    ValueError
        If times or shares are too few, of different length, missing or out of their range.
    """
    times, shares = np.asarray(times, dtype=float), np.asarray(shares, dtype=float)
    if times.ndim != 1 or times.shape != shares.shape or len(times) < 3:
        raise ValueError("A curve needs one share for each time, at least three of both.")
    if not (np.isfinite(times).all() and (times >= 0).all() and times.max() > 0):
        raise ValueError("Times must be 0 or more, counted from the start.")
    if not ((shares >= 0) & (shares <= 1)).all():
        raise ValueError("Shares must lie between 0 and 1; 78 per cent is 0.78.")
    if not 0 <= resistance < 1:
        raise ValueError(f"resistance must be 0 or more and below 1; it is {resistance}.")
    if shares.max() == 0:
        raise ValueError("Nobody has adopted yet; there is no curve to find.")

    def gap(logs: np.ndarray) -> np.ndarray:  # logarithms keep both rates above 0
        return bass(times, *np.exp(logs), resistance) - shares

    start = np.log(np.array([0.1, 5.0]) / times.max())
    found = optimize.least_squares(gap, start, bounds=(start - 12, start + 5), x_scale=1.0)
    p, q = (float(rate) for rate in np.exp(found.x))
    return Fit(p, q, resistance, float(np.sqrt(np.mean(found.fun**2))))


@dataclass(frozen=True)
class Adoption:
    """How an idea spreads, and how it would with twice the publicity.

    Attributes
    ----------
    publicity, word_of_mouth : float
        p and q, a year.
    resistance : float
        Share who will never adopt, r.
    years : float
        After which adopters are counted.
    """

    publicity: float
    word_of_mouth: float
    resistance: float
    years: float

    def share(self, t: ArrayLike, times: float = 1.0) -> np.ndarray | float:
        """Return the share of all who have adopted by ``t`` with ``times`` the publicity."""
        return bass(t, times * self.publicity, self.word_of_mouth, self.resistance)

    def peak(self, times: float = 1.0) -> float:
        """Return when most adopt at once, in years, with ``times`` the publicity."""
        return peak(times * self.publicity, self.word_of_mouth)


@lru_cache(maxsize=256)
def run(
    publicity: float = 0.005,
    word_of_mouth: float = 0.4,
    resistance: float = 0.0,
    years: float = 10,
) -> Adoption:
    """Let an idea spread.

    Parameters
    ----------
    publicity : float
        p a year, above 0: somebody has to be first.
    word_of_mouth : float
        q a year, 0 or more.
    resistance : float
        Share who will never adopt, 0 to 1.
    years : float
        After which adopters are counted, above 0.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    if not 0 < publicity < np.inf:
        raise ValueError(f"publicity must be above 0: somebody has to be first; it is {publicity}.")
    if not 0 <= word_of_mouth < np.inf:
        raise ValueError(f"word_of_mouth must be 0 or more; it is {word_of_mouth}.")
    if not 0 <= resistance <= 1:
        raise ValueError(f"resistance must lie between 0 and 1; it is {resistance}.")
    if not 0 < years < np.inf:
        raise ValueError(f"years must be above 0; it is {years}.")
    return Adoption(publicity, word_of_mouth, resistance, years)
