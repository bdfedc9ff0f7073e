"""How far two markers agree, and whether a marker's marks drift with time.

Agreement is Cohen's kappa with quadratic weights (Cohen, J. 1968, Psychological Bulletin 70,
213-220): one minus the mean squared difference of two marks of the same answer over that of all
pairs of a mark of the first and a mark of the second kind. Written in this way it needs no list of
categories, so half points count as what they are. Its interval is the percentile bootstrap over
answers (Efron, B. and Tibshirani, R. 1993, chapter 13). Drift is the difference of means between
the later and the earlier half of what one person marked, with the interval of Welch (1947).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from .log import MARK, SECOND, Event

LEVEL = 0.95
FEWEST_PAIRS = 8  # with fewer, the bootstrap says more than there is to know
FEWEST_IN_A_HALF = 5
RESAMPLES = 4_000


@dataclass(frozen=True)
class Agreement:
    """Two marks of each of some answers.

    Attributes
    ----------
    pairs : int
    equal : int
        How many pairs are equal.
    difference : float
        Second mark minus first, mean, in points; NaN without pairs.
    kappa, low, high : float
        With its interval of 95 %. NaN where too few pairs, or marks that are all alike, say
        nothing.
    """

    pairs: int
    equal: int
    difference: float
    kappa: float
    low: float
    high: float


@dataclass(frozen=True)
class Drift:
    """One marker's marks of one question, in points.

    Attributes
    ----------
    marker, question : str
    answers : int
    first, second : float
        Mean of the earlier and of the later half.
    difference, low, high : float
        Later minus earlier, with its interval of 95 %; NaN where a half is too small.
    """

    marker: str
    question: str
    answers: int
    first: float
    second: float
    difference: float
    low: float
    high: float


def kappa(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return Cohen's kappa with quadratic weights along the last axis.

    Parameters
    ----------
    first, second : array, shape (…, n)
        Points.

    Returns
    -------
    array, shape (…)
        At most 1; NaN where every mark is the same.
    """
    observed = ((first - second) ** 2).mean(axis=-1)
    between = (first.mean(axis=-1) - second.mean(axis=-1)) ** 2
    expected = first.var(axis=-1) + second.var(axis=-1) + between
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected > 0, 1 - observed / expected, np.nan)


def agreement(pairs: Sequence[tuple[float, float]], seed: int = 1) -> Agreement:
    """Return how far the first and the second marks of answers agree."""
    marks = np.array(pairs, dtype=float).reshape(-1, 2)
    first, second = marks[:, 0], marks[:, 1]
    number, equal = len(marks), int((first == second).sum())
    difference = float((second - first).mean()) if number else float("nan")
    low = high = found = float("nan")
    if number >= FEWEST_PAIRS:
        found = float(kappa(first, second))
        drawn = np.random.default_rng(seed).integers(number, size=(RESAMPLES, number))
        again = kappa(first[drawn], second[drawn])
        again = again[~np.isnan(again)]
        if again.size and not np.isnan(found):
            tail = (1 - LEVEL) / 2
            low, high = (float(one) for one in np.quantile(again, [tail, 1 - tail]))
    return Agreement(number, equal, difference, found, low, high)


def pairs_of(
    events: Iterable[Event], first: dict[tuple[str, str], float]
) -> dict[str, list[tuple[float, float]]]:
    """Return by question the first mark of each answer beside each second one by another person.

    Parameters
    ----------
    events : iterable of Event
        The oldest first.
    first : dict
        The marks that count, by submission and question.
    """
    markers: dict[tuple[str, str], str] = {}
    seconds: dict[tuple[str, str, str], float] = {}
    for event in events:
        place = (event.submission, event.question)
        if event.what == MARK:
            markers[place] = event.marker
        elif event.what == SECOND and event.score is not None:
            seconds[*place, event.marker] = event.score
    found = defaultdict(list)
    for (submission, question, marker), score in seconds.items():
        place = (submission, question)
        if place in first and markers.get(place) != marker:
            found[question].append((first[place], score))
    return dict(found)


def drift(marker: str, question: str, scores: Sequence[float]) -> Drift:
    """Return how the marks of one person changed, from the order in which they were given."""
    marks = np.array(scores, dtype=float)
    half = len(marks) // 2
    early, late = marks[:half], marks[half:]
    before, after = (float(part.mean()) if part.size else float("nan") for part in (early, late))
    low = high = float("nan")
    if half >= FEWEST_IN_A_HALF:
        spread = np.sqrt(early.var(ddof=1) / early.size + late.var(ddof=1) / late.size)
        low = high = after - before
        if spread > 0:
            test = stats.ttest_ind(late, early, equal_var=False)
            low, high = (float(one) for one in test.confidence_interval(LEVEL))
    return Drift(marker, question, len(marks), before, after, after - before, low, high)


def drifts(events: Iterable[Event]) -> list[Drift]:
    """Return the drift of each marker and question; an answer counts when it was first marked."""
    order: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for event in events:
        if event.what == MARK and event.score is not None:
            order[event.marker, event.question][event.submission] = event.score
    return [
        drift(marker, question, list(by_submission.values()))
        for (marker, question), by_submission in sorted(order.items())
    ]
