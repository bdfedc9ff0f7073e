"""Equity: the same for all, fitted to need, or where it does the most good.

A budget is shared among people with different needs, each of whom has something already. How far a
person gets grows ever more slowly, 1 − exp(−(has + gets)/need). Four rules: equal shares, shares in
proportion to the shortfall, lifting the least well off first (maximin, Rawls 1971; by
water-filling), and the greatest sum over all, which favours those who are cheap to help.
Left out: who says what somebody needs, what people can do for each other, and what a rule does to
those who must prove their need to get anything.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

# The four rules


def outcome(needs: ArrayLike, has: ArrayLike, gets: ArrayLike = 0.0) -> np.ndarray:
    """Return how far each person gets, 1 − exp(−(has + gets)/need).

    Parameters
    ----------
    needs : array_like, shape (people,)
        Hours that bring a person from nothing to 63 %; above 0.
    has : array_like, shape (people,)
        Hours from elsewhere; 0 or more.
    gets : array_like, shape (people,), or float
        Hours from the budget; 0 or more.

    Returns
    -------
    numpy.ndarray, shape (people,)
        Shares from 0 (nothing) to 1 (all that help can do).

    Raises
    ------
    ValueError
        If a need is not above 0, or hours are below 0.
    """
    needs, has = _checked(needs, has)
    gets = np.asarray(gets, dtype=float)
    if not (np.isfinite(gets).all() and (gets >= 0).all()):
        raise ValueError("gets must be 0 or more for everyone: help cannot be taken away.")
    return -np.expm1(-(has + gets) / needs)


def equal(budget: float, needs: ArrayLike, has: ArrayLike) -> np.ndarray:
    """Return the same share for everyone, budget / people.

    Parameters
    ----------
    budget : float
        Hours to share; 0 or more.
    needs, has : array_like, shape (people,)
        As in `outcome`.

    Returns
    -------
    numpy.ndarray, shape (people,)
        Hours for each person; they add up to the budget.

    Raises
    ------
    ValueError
        If the budget or a person's hours are below 0, or a need is not above 0.
    """
    needs, _ = _checked(needs, has)
    return np.full(len(needs), _checked_budget(budget) / len(needs))


def proportional(budget: float, needs: ArrayLike, has: ArrayLike) -> np.ndarray:
    """Return shares in proportion to what each person falls short of, need − has.

    Parameters
    ----------
    budget, needs, has
        As in `equal`. Who has more than the need falls short of nothing and gets nothing; where
        nobody falls short, the shares are equal.

    Returns
    -------
    numpy.ndarray, shape (people,)

    Raises
    ------
    ValueError
        As in `equal`.
    """
    needs, has = _checked(needs, has)
    shortfall = np.maximum(needs - has, 0)
    if shortfall.sum() == 0:
        return equal(budget, needs, has)
    return _checked_budget(budget) * shortfall / shortfall.sum()


def maximin(budget: float, needs: ArrayLike, has: ArrayLike) -> np.ndarray:
    """Return the shares that lift the least well off as far as the budget goes.

    The lowest (has + gets)/need rise together, like water that fills a valley from the bottom:
    everybody below the level L gets L·need − has, the others nothing.

    Parameters
    ----------
    budget, needs, has
        As in `equal`.

    Returns
    -------
    numpy.ndarray, shape (people,)

    Raises
    ------
    ValueError
        As in `equal`.
    """
    needs, has = _checked(needs, has)
    budget = _checked_budget(budget)
    lowest_first = np.argsort(has / needs, kind="stable")
    # With the k lowest in the water its level would be (budget + Σ has) / Σ need.
    levels = (budget + np.cumsum(has[lowest_first])) / np.cumsum(needs[lowest_first])
    level = levels.min()  # each further person in the water lowers it, until one lies above it
    return np.maximum(level * needs - has, 0)


def greatest_sum(budget: float, needs: ArrayLike, has: ArrayLike) -> np.ndarray:
    """Return the shares that make the sum of all outcomes as large as it can be.

    The next hour goes where it adds most, exp(−(has + gets)/need)/need: at first to people whose
    need is small. In the end it adds as much for each who gets something (Lagrange's condition).

    Parameters
    ----------
    budget, needs, has
        As in `equal`.

    Returns
    -------
    numpy.ndarray, shape (people,)

    Raises
    ------
    ValueError
        As in `equal`.
    """
    needs, has = _checked(needs, has)
    budget = _checked_budget(budget)
    # On a logarithmic scale a first hour adds −(has + need·log need)/need, and each further hour
    # lowers this by 1/need: the same water as in `maximin`, with another bottom of the valley.
    bottom = has + needs * np.log(needs)
    cheapest_first = np.argsort(bottom / needs, kind="stable")
    levels = (budget + np.cumsum(bottom[cheapest_first])) / np.cumsum(needs[cheapest_first])
    return np.maximum(levels.min() * needs - bottom, 0)


def gini(values: ArrayLike) -> float:
    """Return the Gini coefficient of some outcomes (Gini 1912).

    Parameters
    ----------
    values : array_like, shape (people,)
        0 or more.

    Returns
    -------
    float
        0 if all are the same, towards 1 if one has everything; 0 where nobody has anything.
    """
    values = np.sort(np.asarray(values, dtype=float))
    if values.sum() == 0:
        return 0.0
    rank = np.arange(1, len(values) + 1)
    return float(np.sum((2 * rank - len(values) - 1) * values) / (len(values) * values.sum()))


def _checked(needs: ArrayLike, has: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    needs, has = np.asarray(needs, dtype=float), np.asarray(has, dtype=float)
    if needs.ndim != 1 or needs.shape != has.shape or len(needs) == 0:
        raise ValueError(
            f"There must be one need and one number of hours for each person; here are "
            f"{needs.size} needs and {has.size} numbers of hours."
        )
    if not (np.isfinite(needs).all() and (needs > 0).all()):
        raise ValueError("Every need must be above 0; leave out a person who needs nothing.")
    if not (np.isfinite(has).all() and (has >= 0).all()):
        raise ValueError("What people have already must be 0 or more.")
    return needs, has


def _checked_budget(budget: float) -> float:
    if not 0 <= budget < np.inf:
        raise ValueError(f"The budget must be 0 or more; it is {budget}.")
    return float(budget)
