"""Voices: who answers decides what is heard, and more answers of the same kind do not cure it.

Each person answers with a chance ρ that depends on power and on place. The mean of the answers is
then off by cov(ρ, y)/ρ̄ (Bethlehem 1988): by how much those likely to answer differ from others, and
not by how few they are. Three ways to ask: online, in our offices, and where people are.
Left out: what people say depends on who asks, and whether anything follows from it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

# What the answers make of everybody's mean


def bias(chance: ArrayLike, y: ArrayLike) -> float:
    """Return by how much the answers' mean is off, cov(ρ, y)/ρ̄ (Bethlehem 1988).

    Parameters
    ----------
    chance : array_like, shape (people,)
        ρ, each person's chance of answering, 0 to 1; not 0 for everyone.
    y : array_like, shape (people,)
        What each person would say.

    Returns
    -------
    float
        In units of y: Σρy/Σρ less the mean of y. The covariance is over all the people, so its sum
        is divided by their number.

    Raises
    ------
    ValueError
        If the lengths differ, a chance is not from 0 to 1, or nobody can answer.
    """
    chance, y = np.asarray(chance, dtype=float), np.asarray(y, dtype=float)
    if chance.ndim != 1 or chance.shape != y.shape or len(y) == 0:
        raise ValueError(
            f"There must be one chance and one answer for each person; here are {chance.size} "
            f"chances and {y.size} answers."
        )
    if not np.isfinite(y).all():
        raise ValueError("A value of y is missing or infinite; leave that person out.")
    if not ((chance >= 0) & (chance <= 1)).all():
        raise ValueError("Every chance of answering must lie between 0 and 1.")
    if chance.sum() == 0:
        raise ValueError("Nobody can answer: at least one chance must be above 0.")
    covariance = np.mean((chance - chance.mean()) * (y - y.mean()))
    return float(covariance / chance.mean())


def chances(inclined: ArrayLike, answers: float) -> np.ndarray:
    """Return chances in proportion to an inclination that add up to a number of answers.

    Parameters
    ----------
    inclined : array_like, shape (people,)
        How inclined each person is to answer, compared with others; above 0.
    answers : float
        Answers to be expected, above 0 and at most the number of people.

    Returns
    -------
    numpy.ndarray, shape (people,)
        min(1, c · inclined): where c would take somebody beyond certainty, the others make it up.

    Raises
    ------
    ValueError
        If an inclination is not above 0, or there are more answers than people.
    """
    inclined = np.asarray(inclined, dtype=float)
    if inclined.ndim != 1 or not (np.isfinite(inclined).all() and (inclined > 0).all()):
        raise ValueError("Every inclination must be above 0.")
    if not 0 < answers <= len(inclined):
        raise ValueError(
            f"answers must lie above 0 and at most at {len(inclined)}, the number of people; "
            f"it is {answers}."
        )
    chance = np.zeros(len(inclined))
    certain = np.zeros(len(inclined), dtype=bool)
    while True:
        left = answers - certain.sum()
        chance = np.where(certain, 1.0, inclined * left / max(inclined[~certain].sum(), 1e-300))
        if not (chance > 1 + 1e-12).any():
            return np.minimum(chance, 1.0)
        certain |= chance >= 1
