"""Corn: a real curve of adoption, and how little it says about why and how far.

692 farmers in eleven Brazilian villages by the year in which they first planted hybrid corn
(Rogers, Ascroft & Röling 1970; Valente 1995). Two stories are laid through it: word of mouth (Bass
1969), and farmers who never heed each other and are ready at different times, by a normal curve.
Left out: villages, and who knew whom; the farmers were asked in 1966 and recalled the year.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, stats

from scaling import datasets
from scaling.scaling_up import adoption

BEFORE = 1945  # the year before the first adopters
LAST = 1965
ROUND_YEARS = (1951, 1956)  # fifteen and ten years before the farmers were asked
AS_TOLD, SHARED = "as told", "shared"


def ready(t: ArrayLike, middle: float, spread: float, resistance: float = 0.0) -> np.ndarray:
    """Return the share who are ready by time t if nobody heeds anybody.

    Parameters
    ----------
    t : array_like
        Years since the start.
    middle, spread : float
        Mean and standard deviation of the years at which farmers are ready; spread above 0.
    resistance : float
        Share who will never adopt, 0 to 1.
    """
    return (1 - resistance) * stats.norm.cdf((np.asarray(t, dtype=float) - middle) / spread)


@dataclass(frozen=True)
class Story:
    """One explanation laid through the years that are known.

    Attributes
    ----------
    curve : numpy.ndarray, shape (years,)
        Share of farmers who have adopted by each year up to 1965.
    miss : float
        Typical distance from the years that are known (root of the mean square), as a share.
    values : tuple of float
        p and q of word of mouth; or middle and spread of readiness, in years since 1945.
    """

    curve: np.ndarray
    miss: float
    values: tuple[float, float]


@dataclass(frozen=True)
class Corn:
    """The farmers' curve, and two stories laid through its beginning.

    Attributes
    ----------
    known : int
        Last year that the two stories have seen.
    resistance : float
        Share who will never adopt, as it was supposed.
    recall : {"as told", "shared"}
        Whether 1951 and 1956 are as told, or shared with the years beside them.
    years : numpy.ndarray of int, shape (20,)
        1946 to 1965.
    shares : numpy.ndarray, shape (20,)
        Share of farmers who have adopted by then.
    influence, likeness : Story
        Word of mouth, and readiness without it.
    """

    known: int
    resistance: float
    recall: str
    years: np.ndarray
    shares: np.ndarray
    influence: Story
    likeness: Story


@cache
def _told(recall: str) -> tuple[np.ndarray, np.ndarray]:
    """Return years and the share of farmers who have adopted by then."""
    table = datasets.load("hybrid_corn_adoption")
    new = table.new_adopters.to_numpy(dtype=float)
    years = table.year.to_numpy()
    if recall == SHARED:
        for year in ROUND_YEARS:
            beside = np.abs(years - year) <= 1
            new[beside] = new[beside].mean()
    return years, new.cumsum() / table.farmers.to_numpy()


@lru_cache(maxsize=256)
def run(known: int = LAST, resistance: float = 0.0, recall: str = AS_TOLD) -> Corn:
    """Lay two stories through the farmers' curve up to a year.

    Parameters
    ----------
    known : int
        Last year that the stories see, 1952 to 1965.
    resistance : float
        Share who will never adopt, 0 or more and below 1.
    recall : {"as told", "shared"}
        Leave the years as told, or share 1951 and 1956 with the years beside them.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    if known not in range(1952, LAST + 1):
        raise ValueError(f"known must be a year from 1952 to {LAST}; it is {known}.")
    if not 0 <= resistance < 1:
        raise ValueError(f"resistance must be 0 or more and below 1; it is {resistance}.")
    if recall not in (AS_TOLD, SHARED):
        raise ValueError(f"recall must be {AS_TOLD!r} or {SHARED!r}; it is {recall!r}.")
    years, shares = _told(recall)
    since = years - BEFORE
    seen = years <= known
    found = adoption.fit(since[seen], shares[seen], resistance)
    return Corn(
        known=int(known),
        resistance=resistance,
        recall=recall,
        years=years,
        shares=shares,
        influence=Story(
            adoption.bass(since, found.p, found.q, resistance), found.miss, (found.p, found.q)
        ),
        likeness=_likeness(since, shares, seen, resistance),
    )


def _likeness(since: np.ndarray, shares: np.ndarray, seen: np.ndarray, resistance: float) -> Story:
    def gap(values: np.ndarray) -> np.ndarray:
        return ready(since[seen], *values, resistance) - shares[seen]

    found = optimize.least_squares(gap, (15.0, 5.0), bounds=([0, 0.5], [100, 50]))
    middle, spread = (float(value) for value in found.x)
    miss = float(np.sqrt(np.mean(found.fun**2)))
    return Story(ready(since, middle, spread, resistance), miss, (middle, spread))
