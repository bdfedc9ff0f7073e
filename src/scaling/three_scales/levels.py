"""Levels: how much of what differs lies at each scale, and how a slope turns between scales.

People in families in places. Variance components of a nested analysis of variance (Henderson 1953;
Gower 1962); the first share is the intraclass correlation of people in one place. A slope over
places, over neighbours and over all are three slopes: to read one for another is the ecological
fallacy (Robinson 1950).
Left out: what makes places differ, and that people move to places that suit them.
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

# Variance at each scale


def components(values: ArrayLike, *groups: Sequence[Hashable]) -> np.ndarray:
    """Return the variance that each scale adds, coarsest scale first, persons last.

    Sums of squares of a nested analysis of variance are set equal to what they would be on average
    (Henderson 1953, method 1; coefficients by Gower 1962). With groups of the same size this is
    what restricted maximum likelihood gives, where no estimate falls below 0.

    Parameters
    ----------
    values : array_like, shape (persons,)
        What is measured, one value a person.
    *groups : sequence, shape (persons,)
        To which group each person belongs, one sequence a scale, coarsest first: for example
        communities, then families. A family counts within its community.

    Returns
    -------
    numpy.ndarray, shape (scales + 1,)
        Variances, in squared units of the values. An estimate may fall below 0; see `shares`.

    Raises
    ------
    ValueError
        If lengths differ, a value is missing, or a scale has no more groups than the one above it.
    """
    values = np.asarray(values, dtype=float)
    if not groups or any(len(group) != len(values) for group in groups):
        raise ValueError(
            "Give at least one group for each person: as many of them as there are values."
        )
    if not np.isfinite(values).all():
        raise ValueError("A value is missing or infinite; leave that person out.")
    codes = _nested(groups)
    counts = [len(np.unique(code)) for code in codes]
    if any(finer <= coarser for coarser, finer in itertools.pairwise(counts)):
        raise ValueError(
            "Each scale needs more groups than the one above it, and the finest fewer groups than "
            f"persons; from all to persons there are {', '.join(map(str, counts))}."
        )
    sizes = [np.bincount(code) for code in codes]
    explained = [
        np.sum(np.bincount(code, values) ** 2 / size)
        for code, size in zip(codes, sizes, strict=True)
    ]
    # How often the variance of each finer scale enters the sum of squares of each scale, on average
    weights = [
        [_weight(codes, sizes, of, at) for of in range(1, len(codes))] for at in range(len(codes))
    ]
    return np.linalg.solve(np.diff(weights, axis=0), np.diff(explained))


def shares(values: ArrayLike, *groups: Sequence[Hashable]) -> np.ndarray:
    """Return the share of the variation that lies at each scale, coarsest first, persons last.

    Parameters
    ----------
    values, *groups
        As in `components`.

    Returns
    -------
    numpy.ndarray, shape (scales + 1,)
        They add up to 1. An estimate below 0 counts as 0. With one scale of groups the first share
        is the intraclass correlation.

    Raises
    ------
    ValueError
        As in `components`; or if nothing varies.
    """
    found = np.maximum(components(values, *groups), 0)
    if found.sum() == 0:
        raise ValueError("All values are the same: there is no variation to share out.")
    return found / found.sum()


def _nested(groups: tuple[Sequence[Hashable], ...]) -> list[np.ndarray]:
    """Return codes of all scales from one group of all down to persons, each within the last."""
    codes = [np.zeros(len(groups[0]), dtype=int)]
    for group in groups:
        _, here = np.unique(np.asarray(group), return_inverse=True)
        _, within = np.unique(codes[-1] * (here.max() + 1) + here, return_inverse=True)
        codes.append(within)
    return [*codes, np.arange(len(groups[0]))]


def _weight(codes: list[np.ndarray], sizes: list[np.ndarray], of: int, at: int) -> float:
    if of <= at:
        return float(len(codes[0]))
    return float(np.sum(sizes[of][codes[of]] / sizes[at][codes[at]]))


# Slopes between scales


@dataclass(frozen=True)
class Slopes:
    """Three answers to how y goes with x.

    Attributes
    ----------
    overall : float
        Over all persons, whichever their place.
    between : float
        Over the means of places, each counted with its persons.
    within : float
        Among neighbours: over distances from the mean of one's own place.
    sorted_share : float
        Share of the variation in x that lies between places, η²;
        overall = sorted_share · between + (1 − sorted_share) · within.
    """

    overall: float
    between: float
    within: float
    sorted_share: float


def slopes(x: ArrayLike, y: ArrayLike, place: Sequence[Hashable]) -> Slopes:
    """Return the slope of y on x over all persons, between places and among neighbours.

    Parameters
    ----------
    x, y : array_like, shape (persons,)
    place : sequence, shape (persons,)

    Returns
    -------
    Slopes
        In units of y for one of x; ``between`` is NaN where the places' means of x are all the
        same, ``within`` where nobody differs from the mean of the place.

    Raises
    ------
    ValueError
        If lengths differ, a value is missing, or x is the same everywhere.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if x.ndim != 1 or not len(x) == len(y) == len(place):
        raise ValueError("Give one x, one y and one place for each person.")
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("A value is missing or infinite; leave that person out.")
    if np.ptp(x) == 0:
        raise ValueError("x is the same for everyone, so nothing can go with it.")
    _, code = np.unique(np.asarray(place), return_inverse=True)
    size = np.bincount(code)
    means = [(np.bincount(code, value) / size)[code] for value in (x, y)]
    among, along = x - means[0], means[0] - x.mean()
    total = np.sum((x - x.mean()) ** 2)
    between_x, within_x = (
        square if square > 1e-12 * total else np.nan
        for square in (np.sum(along**2), np.sum(among**2))
    )
    return Slopes(
        overall=float(np.sum((x - x.mean()) * y) / total),
        between=float(np.sum(along * y) / between_x),
        within=float(np.sum(among * y) / within_x),
        sorted_share=float(np.sum(along**2) / total),
    )
