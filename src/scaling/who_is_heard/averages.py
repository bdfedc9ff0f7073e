"""Averages: what one rate for all hides, and what a falling ratio does not say.

Two groups of very different size, before and after. Rates with their counts and exact Poisson
intervals (Garwood 1936), their ratio with an exact interval given the sum of both counts
(Przyborowski & Wilenski 1940), their difference, and the deaths behind it.
Left out: why the groups differ. A group here is a mark of how people are treated and how they
live, never a cause in their bodies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from scipy import stats

from scaling import style, wording
from scaling.explorable import Ask, Explorable, Mark, Slider, Task

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


# Two groups in an imagined country

A, B = "group A", "group B"
THEN = (10, 40)  # deaths per 100,000 births in both groups, at first
BIRTHS_A_YEAR = 1_000_000
COLOUR = {A: style.ORANGE, B: style.BLUE}
PERIODS = ("then", "later")
# Ends of the axes, wide enough for every setting, so that lines can be compared while they move.
RATES, RATIOS, DIFFERENCES = (0, 76), (0, 17), (-20, 48)


@dataclass(frozen=True)
class Averages:
    """Deaths of women in two groups, then and later.

    Attributes
    ----------
    births : tuple of int
        In groups A and B, the same in both periods.
    deaths : tuple of tuple of int
        In groups A and B: first then, then later.
    years : int
        Years counted together in each period.
    """

    births: tuple[int, int]
    deaths: tuple[tuple[int, int], tuple[int, int]]
    years: int

    def rates(self, period: int) -> tuple[float, float]:
        """Return the rates of A and B per 100,000 births in period 0 or 1."""
        deaths_a, deaths_b = self.deaths[period]
        return rate(deaths_a, self.births[0]), rate(deaths_b, self.births[1])

    def overall(self, period: int) -> float:
        """Return the rate of all women together in period 0 or 1."""
        return rate(sum(self.deaths[period]), sum(self.births))

    def ratio(self, period: int) -> float:
        """Return how many times as high B's rate is in period 0 or 1."""
        rate_a, rate_b = self.rates(period)
        return ratio(rate_b, rate_a)

    def ratio_interval(self, period: int) -> tuple[float, float]:
        """Return the exact 95 % interval of that ratio."""
        return ratio_interval(self.deaths[period][::-1], self.births[::-1])

    def difference(self, period: int) -> float:
        """Return by how much B's rate is higher in period 0 or 1."""
        rate_a, rate_b = self.rates(period)
        return difference(rate_b, rate_a)


def run(later_a: float = 14, later_b: float = 46, share_b: float = 10, years: int = 3) -> Averages:
    """Count women who died in two groups, then and later.

    Parameters
    ----------
    later_a, later_b : float
        Deaths per 100,000 births later; above 0. Then they were 10 and 40.
    share_b : float
        Of 100 births, those in group B; above 0 and below 100.
    years : int
        Years counted together in each period, at least 1; a million births a year.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Notes
    -----
    Counts are what the rates give, rounded to whole women.
    """
    for name, value in {"later_a": later_a, "later_b": later_b}.items():
        if not 0 < value <= PER:
            raise ValueError(f"{name} must lie above 0 and at most at {PER:,}; it is {value}.")
    if not 0 < share_b < 100:
        raise ValueError(f"share_b must lie above 0 and below 100; it is {share_b}.")
    if not (years >= 1 and float(years).is_integer()):
        raise ValueError(f"years must be a whole number from 1; it is {years}.")
    births_b = round(BIRTHS_A_YEAR * years * share_b / 100)
    births = (BIRTHS_A_YEAR * int(years) - births_b, births_b)
    deaths = tuple(
        tuple(round(value * of / PER) for value, of in zip(rates, births, strict=True))
        for rates in (THEN, (later_a, later_b))
    )
    return Averages(births=births, deaths=deaths, years=int(years))


def picture(result: Averages) -> go.Figure:
    """Draw the rates of both groups and of all, beside their ratio and their difference."""
    panels = ((0, 0.38), (0.5, 0.7), (0.82, 1))
    intervals = [
        [rate_interval(result.deaths[period][group], result.births[group]) for period in (0, 1)]
        for group in (0, 1)
    ]
    ratios = [result.ratio(period) for period in (0, 1)]
    ratio_intervals = [result.ratio_interval(period) for period in (0, 1)]
    differences = [result.difference(period) for period in (0, 1)]
    ends = {"tickvals": [0, 1], "ticktext": PERIODS, "showgrid": False}
    narrow = ends | {
        "range": [-1.1, 2],
        "tickangle": 0,
    }  # with room for what stands beside the ends
    return go.Figure(
        [
            _rates(result, 0, A, intervals[0]),
            _rates(result, 1, B, intervals[1]),
            go.Scatter(
                x=[0, 1],
                y=[result.overall(period) for period in (0, 1)],
                mode="lines",
                line={"color": style.CHANCE, "width": 2.5, "dash": "dot"},
                hovertemplate="all: %{y:.1f}<extra></extra>",
            ),
            go.Scatter(
                x=[0, 1],
                y=ratios,
                error_y=_bars(ratios, ratio_intervals),
                mode="lines+markers",
                line={"color": style.GREEN, "width": 2.5},
                marker={"size": 11, "symbol": "diamond"},
                xaxis="x2",
                yaxis="y2",
                hovertemplate="ratio %{y:.2f}<extra></extra>",
            ),
            go.Scatter(
                x=[0, 1],
                y=differences,
                mode="lines+markers",
                line={"color": style.PURPLE, "width": 2.5},
                marker={"size": 11, "symbol": "square"},
                xaxis="x3",
                yaxis="y3",
                hovertemplate="difference %{y:.1f}<extra></extra>",
            ),
        ],
        {
            "height": 430,
            "margin": {"t": 62, "l": 50},
            "annotations": [
                style.heading("deaths per 100,000 births,<br>95 % intervals", panels[0], 1),
                style.heading("ratio,<br>B to A", panels[1], 1),
                style.heading("difference,<br>B less A", panels[2], 1),
                *_names(result),
                *_at_ends("2", [style.number(value, 1) for value in ratios], ratios),
                *_at_ends("3", [style.number(value, 0) for value in differences], differences),
            ],
            "xaxis": ends | {"range": [-0.5, 1.5], "domain": panels[0], "anchor": "y"},
            "yaxis": {"anchor": "x", "range": RATES},
            "xaxis2": narrow | {"domain": panels[1], "anchor": "y2"},
            "yaxis2": {"anchor": "x2", "range": RATIOS},
            "xaxis3": narrow | {"domain": panels[2], "anchor": "y3"},
            "yaxis3": {"anchor": "x3", "range": DIFFERENCES},
        },
    )


def _bars(values: list[float], intervals: list[tuple[float, float]]) -> dict:
    low, high = np.array(intervals).T
    return {"array": high - values, "arrayminus": values - low, "thickness": 1.5, "width": 5}


def _rates(result: Averages, group: int, name: str, intervals: list) -> go.Scatter:
    values = [result.rates(period)[group] for period in (0, 1)]
    return go.Scatter(
        x=[0, 1],
        y=values,
        error_y=_bars(values, intervals),
        mode="lines+markers",
        line={"color": COLOUR[name], "width": 2.5},
        marker={"size": 11, "symbol": "circle" if name == B else "triangle-up"},
        customdata=[result.deaths[period][group] for period in (0, 1)],
        hovertemplate=name + ": %{y:.1f}, %{customdata:,} women<extra></extra>",
    )


def _names(result: Averages) -> list[dict]:
    """Return what stands at both ends of the lines of rates, out of each other's way."""
    notes = []
    for period in (0, 1):
        rate_a, rate_b = result.rates(period)
        heights = {"A": rate_a, "B": rate_b, "all": result.overall(period)}
        for name, height in style.apart(heights, 0.065 * RATES[1], bottom=2).items():
            text = style.number(heights[name], 0)
            notes.append(_beside("", period, f"{name} {text}" if period == 0 else text, height))
    return notes


def _at_ends(panel: str, texts: list[str], heights: list[float]) -> list[dict]:
    return [_beside(panel, period, texts[period], heights[period]) for period in (0, 1)]


def _beside(panel: str, period: int, text: str, height: float) -> dict:
    """Return a note left of the first end of a line, or right of its second."""
    side = {"xanchor": "left", "xshift": 9} if period else {"xanchor": "right", "xshift": -9}
    return side | {
        "xref": f"x{panel}",
        "yref": f"y{panel}",
        "x": period,
        "y": height,
        "text": text,
    }


def brief(result: Averages, before: Averages | None) -> str:
    """Say how high the rate in group B is, and which way the ratio went; or what else changed."""
    rate_a, rate_b = result.rates(1)
    if before and before.rates(1) == (rate_a, rate_b):
        women, previous = (f"{of.deaths[1][1]:,}" for of in (result, before))
        return (
            f"The rates are as before; in group B {women} women died later"
            f"{wording.was(women, previous)}."
        )
    return (
        f"Later the rate in group B is {style.number(rate_b, 0)}, and the ratio "
        f"{_goes(result.ratio(0), result.ratio(1), 1)}."
    )


def _goes(then: float, later: float, digits: int) -> str:
    """Return whether a number rises or falls, as it is written."""
    before, now = (style.number(value, digits) for value in (then, later))
    if before == now:
        return f"stays at {now}"
    return f"{'rises' if later > then else 'falls'} to {now}"


def words(result: Averages) -> str:
    """Say what became of both groups in rates and in women, and of ratio and difference."""
    (then_a, then_b), (later_a, later_b) = (
        [style.number(value, 0) for value in result.rates(period)] for period in (0, 1)
    )
    (_, women_b), (_, women_later_b) = result.deaths
    then, later = (style.number(result.overall(period), 1) for period in (0, 1))
    return (
        f"Of 100,000 women who gave birth {then_b} died in group B then and {later_b} later "
        f"({women_b:,} and {women_later_b:,} of {result.births[1]:,}), {then_a} and {later_a} in "
        f"group A, {then} and {later} in both together. The ratio "
        f"{_goes(result.ratio(0), result.ratio(1), 1)}, the difference "
        f"{_goes(result.difference(0), result.difference(1), 0)}."
    )


def table(result: Averages) -> pd.DataFrame:
    """Return counts, rates and intervals of both groups and of all, with ratio and difference."""
    rows = []
    for period, when in enumerate(PERIODS):
        deaths = (*result.deaths[period], sum(result.deaths[period]))
        births = (*result.births, sum(result.births))
        for name, count, of in zip((A, B, "all"), deaths, births, strict=True):
            rows.append(
                {
                    "": f"{name}, {when}",
                    "women who died": f"{count:,} of {of:,}",
                    "per 100,000 births": style.number(rate(count, of), 1),
                    "95 % interval": style.interval(*rate_interval(count, of), 1),
                }
            )
        low, high = result.ratio_interval(period)
        rows.append(
            {
                "": f"ratio, {when}",
                "women who died": style.number(float("nan")),
                "per 100,000 births": style.number(result.ratio(period)),
                "95 % interval": style.interval(low, high),
            }
        )
        rows.append(
            {
                "": f"difference, {when}",
                "women who died": style.number(float("nan")),
                "per 100,000 births": style.number(result.difference(period), 1),
                "95 % interval": style.number(float("nan")),
            }
        )
    return pd.DataFrame(rows)


def _both_better(at: Callable[..., Averages]) -> str:
    result = at(later_a=8, later_b=38)
    return (
        f"The ratio {_goes(result.ratio(0), result.ratio(1), 1)} and the difference "
        f"{_goes(result.difference(0), result.difference(1), 0)}, though fewer women die in both "
        "groups. Neither measure says so."
    )


def _few(at: Callable[..., Averages]) -> str:
    result = at(share_b=5, years=1)
    count = result.deaths[1][1]
    return (
        f"It rests on {count} deaths: anything from "
        f"{style.interval(*rate_interval(count, result.births[1]), 0)} would be no surprise. The "
        f"rate of all women, {style.number(result.overall(1), 1)}, hardly shows group B."
    )


def _halved(at: Callable[..., Averages]) -> str:
    result = at(later_a=5, later_b=20)
    lives_a, lives_b = np.subtract(*result.deaths)
    return (
        f"The ratio {_goes(result.ratio(0), result.ratio(1), 1)}, as if nothing had happened. Yet "
        f"{lives_b} women of group B live and {lives_a} of group A who would have died before."
    )


explorable = Explorable(
    title="Two groups and their ratio",
    ask=Ask(
        "In an imagined country one woman in ten who gives birth belongs to group B. In group A 10 "
        "women died per 100,000 births, in group B 40: four times as many. Some years later the "
        "report says: the ratio has fallen from 4.0 to 3.3. How many women in group B die per "
        "100,000 births now?",
        low=20,
        high=60,
        step=1,
        unit="women",
        tempting=33,
        because="a lower ratio sounds like fewer deaths; had A stayed at 10, B would be at 33.",
        otherwise="Group A's rate rose too, and faster in proportion; a smaller rise in group B "
        "fits the lower ratio.",
    ),
    answer=lambda result: result.rates(1)[1],
    controls=(
        Slider("later_a", "Group A later, per 100,000", 5, 24, start=14),
        Slider("later_b", "Group B later, per 100,000", 6, 50, start=46, step=2),
        Slider("share_b", "Births in group B, of a hundred", 5, 50, start=10, step=5),
        Slider("years", "Years counted together", 1, 9, start=3),
    ),
    run=run,
    brief=brief,
    picture=picture,
    words=words,
    table=table,
    tasks=(
        Task(
            "Bring group A to 8 and group B to 38: both are better off. What do the ratio and the "
            "difference say?",
            {"later_a": 8, "later_b": 38},
            _both_better,
        ),
        Task(
            "Set births in group B to 5 of a hundred, and count one year. How sure is the rate in "
            "group B now?",
            {"share_b": 5, "years": 1},
            _few,
        ),
        Task(
            "Start from the other side: halve both rates, to 5 and 20. What do the ratio and the "
            "number of women say?",
            {"later_a": 5, "later_b": 20},
            _halved,
        ),
    ),
    mark=Mark("y"),
    limits=(
        "The groups and the country are imagined, and counts are what the rates give, without the "
        "chance that real counts have. Two groups hide others: within each, women differ as well. "
        "No rate says why; belonging to a group marks how women are treated and how they live, "
        "and is not a cause in them."
    ),
)
