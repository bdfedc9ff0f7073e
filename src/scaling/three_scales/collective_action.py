"""Collective action: why one crowd acts and a crowd like it does not.

Threshold model of collective behaviour (Granovetter 1978): each person acts once enough others do,
and the crowd runs to a fixed point. Small differences between people, everything or nothing above.
Left out: who sees whom, how strongly one counts for another, doubts afterwards, and repression.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from scipy import stats

PEOPLE = 100  # in a crowd, unless the learner gives thresholds
CROWDS = 500  # drawn alike
MOST_GIVEN = 500  # thresholds a learner may enter
BEGINS = 0.0  # threshold of somebody who acts whatever others do


@dataclass(frozen=True)
class Crowds:
    """One crowd, and what becomes of others like it.

    Attributes
    ----------
    mean, spread : float
        Of the thresholds, as set; NaN where thresholds are given.
    organisers : int
        People among them who begin in any case.
    thresholds : numpy.ndarray, shape (people,)
        Of the crowd that is drawn, lowest first: how many others must act first.
    steps : numpy.ndarray of int
        How many act, round after round, from 0 to the fixed point.
    others : numpy.ndarray of int, shape (crowds,)
        How many act in the end in crowds like it: drawn at random with the same mean and spread,
        or, where thresholds are given, the same crowd with one person who waits for one more.
    is_given : bool
        Whether the thresholds are the learner's own.
    """

    mean: float
    spread: float
    organisers: int
    thresholds: np.ndarray
    steps: np.ndarray
    others: np.ndarray
    is_given: bool

    @property
    def people(self) -> int:
        """People in the crowd."""
        return len(self.thresholds)

    @property
    def acting(self) -> int:
        """People who act in the end."""
        return int(self.steps[-1])

    @property
    def most_act(self) -> float:
        """Share of the crowds like it in which more than half act."""
        return float(np.mean(self.others > self.people / 2))


def cascade(thresholds: np.ndarray | list[float]) -> int | np.ndarray:
    """Return how many act in the end, if at first nobody does.

    Parameters
    ----------
    thresholds : array_like, shape (people,) or (crowds, people)
        How many others must act before this person does; 0 or less for who begins in any case,
        in any order. Infinity for somebody who never acts.

    Returns
    -------
    int, or numpy.ndarray of int, shape (crowds,)
        The least fixed point of r = number of thresholds that are at most r.

    Raises
    ------
    ValueError
        If there is no threshold, or one of them is not a number.

    Notes
    -----
    With the thresholds in order, lowest first, the cascade stops at the first person who waits for
    more than all the people before.
    """
    given = np.asarray(thresholds, dtype=float)
    if given.ndim not in (1, 2) or given.shape[-1] == 0:
        raise ValueError("thresholds must be a list of numbers, one a person, and not empty.")
    if np.isnan(given).any():
        raise ValueError("thresholds must all be numbers; one of them is missing.")
    ordered = np.sort(given, axis=-1)
    people = ordered.shape[-1]
    waits = ordered > np.arange(people)
    stops = np.where(waits.any(axis=-1), waits.argmax(axis=-1), people)
    return int(stops) if ordered.ndim == 1 else stops


def rounds(thresholds: np.ndarray | list[float]) -> np.ndarray:
    """Return how many act after each round, from 0 until no more join.

    Parameters
    ----------
    thresholds : array_like, shape (people,)
        As for ``cascade``.

    Returns
    -------
    numpy.ndarray of int
        The last number is ``cascade(thresholds)``.
    """
    ordered = np.sort(np.asarray(thresholds, dtype=float))
    acting = [0]
    while (now := int(np.searchsorted(ordered, acting[-1], side="right"))) > acting[-1]:
        acting.append(now)
    return np.array(acting)


def even_crowd(mean: float, spread: float, people: int = PEOPLE) -> np.ndarray:
    """Return thresholds spread evenly over a normal curve, lowest first.

    Parameters
    ----------
    mean, spread : float
        Mean and standard deviation of the curve; ``spread`` 0 or more.
    people : int
        0 or more.
    """
    return mean + spread * stats.norm.ppf((np.arange(people) + 0.5) / max(people, 1))


def read(text: str) -> np.ndarray:
    """Read a learner's own thresholds: numbers separated by commas, spaces or new lines.

    Parameters
    ----------
    text : str
        Whole numbers of 0 or more; 0–99 stands for all whole numbers from 0 to 99.

    Raises
    ------
    ValueError
        Naming the line and the part of it that cannot be read, or if there are too many.
    """
    found: list[int] = []
    for number, line in enumerate(text.splitlines(), 1):
        for part in re.split(r"[,;\s]+", line.strip()):
            if part:
                found.extend(_read_part(number, part))
        if len(found) > MOST_GIVEN:
            raise ValueError(f"At most {MOST_GIVEN} thresholds can be followed here.")
    return np.array(found, dtype=float)


def _read_part(line: int, part: str) -> range:
    one = re.fullmatch(r"(\d{1,6})(?:[-–](\d{1,6}))?", part, flags=re.ASCII)
    if not one:
        raise ValueError(
            f"Line {line}: “{part}” is not a threshold. Write whole numbers of 0 or more with "
            "commas between them, such as 0, 1, 2, or 0–99 for all from 0 to 99."
        )
    first = int(one[1])
    last = first if one[2] is None else int(one[2])
    if not first <= last < first + MOST_GIVEN:
        raise ValueError(
            f"Line {line}: “{part}” must run upwards, over at most {MOST_GIVEN} numbers."
        )
    return range(first, last + 1)


@cache
def _draws() -> np.ndarray:
    return np.random.default_rng(1978).standard_normal((CROWDS, PEOPLE))


@lru_cache(maxsize=512)
def run(mean: float = 25, spread: float = 13, organisers: int = 0, given: str = "") -> Crowds:
    """Let a crowd run to its fixed point, and 500 like it.

    Parameters
    ----------
    mean : float
        Of the thresholds of 100 people, 0 to 100.
    spread : float
        Their standard deviation, 0 or more.
    organisers : int
        How many of the 100 begin in any case, 0 to 100.
    given : str
        The learner's own thresholds as read by ``read``; if not empty, they stand in place of
        mean and spread, and organisers come on top of them.

    Raises
    ------
    ValueError
        If an argument is out of its range or ``given`` cannot be read.
    """
    if not 0 <= mean <= PEOPLE:
        raise ValueError(f"mean must lie between 0 and {PEOPLE}; it is {mean}.")
    if not 0 <= spread < np.inf:
        raise ValueError(f"spread must be 0 or more; it is {spread}.")
    if organisers not in range(PEOPLE + 1):
        raise ValueError(f"organisers must be a whole number, 0 to {PEOPLE}; it is {organisers}.")
    organisers = int(organisers)
    begin = np.full(organisers, BEGINS)
    if given.strip():
        crowd = np.sort(np.concatenate([begin, read(given)]))
        like_it = crowd + np.eye(len(crowd))
        mean = spread = float("nan")
    else:
        rest = PEOPLE - organisers
        crowd = np.sort(np.concatenate([begin, even_crowd(mean, spread, rest)]))
        like_it = mean + spread * _draws()
        like_it[:, rest:] = BEGINS
    return Crowds(
        mean, spread, organisers, crowd, rounds(crowd), cascade(like_it), bool(given.strip())
    )
