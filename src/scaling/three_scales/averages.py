"""Averages: what one rate for all hides, and what a falling ratio does not say.

Two groups of very different size, before and after. Rates with their counts and exact Poisson
intervals (Garwood 1936), their ratio with an exact interval given the sum of both counts
(Przyborowski & Wilenski 1940), their difference, and the deaths behind it.
Left out: why the groups differ. A group here is a mark of how people are treated and how they
live, never a cause in their bodies.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

PER = 100_000  # births

# Rates, and how sure they are


def rate(deaths: float, births: float, per: float = PER) -> float:
    """Return deaths for so many births.

    Parameters
    ----------
    deaths : float
        0 or more.
    births : float
        Above 0.
    per : float
        Births to which the rate refers.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If there are no births, or fewer than no deaths.
    """
    _checked(deaths, births)
    return per * deaths / births


def garwood(deaths: int, level: float = 0.95) -> tuple[float, float]:
    """Return the exact interval for the expected count behind an observed one (Garwood 1936).

    Parameters
    ----------
    deaths : int
        Observed count, 0 or more.
    level : float
        Between 0 and 1.

    Returns
    -------
    tuple of float
        From half a χ² quantile with 2·deaths degrees of freedom to half of one with
        2·deaths + 2. Where none was observed, from 0.

    Raises
    ------
    ValueError
        If the count is not a whole number from 0, or the level not between 0 and 1.
    """
    _checked_count(deaths)
    outside = (1 - _checked_level(level)) / 2
    low = stats.chi2.ppf(outside, 2 * deaths) / 2 if deaths else 0.0
    return float(low), float(stats.chi2.isf(outside, 2 * deaths + 2) / 2)


def rate_interval(
    deaths: int, births: float, level: float = 0.95, per: float = PER
) -> tuple[float, float]:
    """Return the exact interval of a rate: that of the count, divided by the births.

    Parameters
    ----------
    deaths : int
    births : float
    level : float
    per : float
        All as in `garwood` and `rate`.

    Returns
    -------
    tuple of float

    Raises
    ------
    ValueError
        As in `garwood` and `rate`.
    """
    low, high = garwood(deaths, level)
    return rate(low, births, per), rate(high, births, per)


def ratio(rate_of_group: float, rate_of_others: float) -> float:
    """Return how many times as high the group's rate is (NaN where the others' is 0).

    Parameters
    ----------
    rate_of_group, rate_of_others : float
        Both for as many births.

    Returns
    -------
    float
    """
    return rate_of_group / rate_of_others if rate_of_others else float("nan")


def ratio_interval(
    deaths: tuple[int, int], births: tuple[float, float], level: float = 0.95
) -> tuple[float, float]:
    """Return the exact interval of the ratio of two rates, given the sum of both counts.

    Of all deaths the group's share is binomial, with odds that are the ratio times the ratio of
    births (Przyborowski & Wilenski 1940); the share's exact interval is that of Clopper and
    Pearson (1934).

    Parameters
    ----------
    deaths, births : tuple
        Of the group, then of the others.
    level : float
        Between 0 and 1.

    Returns
    -------
    tuple of float
        The upper end is infinite where the others have no death; NaN and NaN where nobody died.

    Raises
    ------
    ValueError
        As in `garwood` and `rate`.
    """
    for count, of in zip(deaths, births, strict=True):
        _checked_count(count)
        _checked(count, of)
    total = sum(deaths)
    if total == 0:
        return float("nan"), float("nan")
    share = stats.binomtest(int(deaths[0]), int(total)).proportion_ci(_checked_level(level))
    odds = [end / (1 - end) if end < 1 else float("inf") for end in share]
    return odds[0] * births[1] / births[0], odds[1] * births[1] / births[0]


def difference(rate_of_group: float, rate_of_others: float) -> float:
    """Return by how much the group's rate is higher; below 0 where it is lower.

    Parameters
    ----------
    rate_of_group, rate_of_others : float
        Both for as many births.

    Returns
    -------
    float
    """
    return rate_of_group - rate_of_others


def overall(rates: tuple[float, ...], births: tuple[float, ...]) -> float:
    """Return the rate of all groups together: their rates weighted with their births.

    Parameters
    ----------
    rates, births : tuple of float
        One of each for a group.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the lengths differ, or there are no births.
    """
    if len(rates) != len(births) or not sum(births) > 0:
        raise ValueError("Every group needs a rate and a number of births; together above 0.")
    return float(np.average(rates, weights=births))


def _checked(deaths: float, births: float) -> None:
    if not births > 0:
        raise ValueError(f"A rate needs births above 0; there are {births}.")
    if not deaths >= 0:
        raise ValueError(f"Deaths must be 0 or more; there are {deaths}.")


def _checked_count(deaths: int) -> None:
    if not (deaths >= 0 and float(deaths).is_integer()):
        raise ValueError(f"A count of deaths must be a whole number from 0; it is {deaths}.")


def _checked_level(level: float) -> float:
    if not 0 < level < 1:
        raise ValueError(f"A level must lie between 0 and 1, such as 0.95; it is {level}.")
    return level
