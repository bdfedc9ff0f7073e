"""Averages: what one rate for all hides, and what a falling ratio does not say.

Two groups of very different size, before and after. Rates with their counts and exact Poisson
intervals (Garwood 1936), their ratio with an exact interval given the sum of both counts
(Przyborowski & Wilenski 1940), their difference, and the deaths behind them.
Left out: why the groups differ. A group here is a mark of how people are treated and how they
live, never a cause in their bodies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from scipy import special

from scaling import arguments, style, wording
from scaling.explorable import Ask, Explorable, Mark, Slider, Task
from scaling.style import Panel

PER = 100_000  # births

# ---------------------------------------------------------------- rates and their intervals


def rate(deaths: float, births: float, per: float = PER) -> float:
    """Return the number of deaths for each ``per`` births.

    Parameters
    ----------
    deaths : float
        0 or more.
    births : float
        Above 0.
    per : float
        Number of births that the rate refers to.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the births are not above 0, or the deaths are below 0.
    """
    arguments.above("births", births)
    arguments.at_least("deaths", deaths)
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
        Half a χ² quantile with 2·deaths degrees of freedom, and half of one with 2·deaths + 2. The
        lower end is 0 where no death was observed.

    Raises
    ------
    ValueError
        If the count is not a whole number of at least 0, or the level is not between 0 and 1.
    """
    arguments.whole("deaths", deaths)
    arguments.strictly_between("level", level, 0, 1, such_as=0.95)
    return _count_interval(int(deaths), level)


# Picture, words and table ask for the same intervals.
@lru_cache(maxsize=64)
def _count_interval(deaths: int, level: float) -> tuple[float, float]:
    outside = (1 - level) / 2
    low = special.gammaincinv(deaths, outside) if deaths else 0.0
    return float(low), float(special.gammainccinv(deaths + 1, outside))


@lru_cache(maxsize=64)
def _share_interval(count: int, total: int, level: float) -> tuple[float, float]:
    outside = (1 - level) / 2
    # `stats.binomtest` looks for the same ends step by step, which takes a hundred times as long.
    low = special.betaincinv(count, total - count + 1, outside) if count else 0.0
    high = special.betaincinv(count + 1, total - count, 1 - outside) if count < total else 1.0
    return float(low), float(high)


def rate_interval(
    deaths: int, births: float, level: float = 0.95, per: float = PER
) -> tuple[float, float]:
    """Return the exact interval of a rate: the interval of the count, divided by the births.

    Parameters
    ----------
    deaths, births, level, per
        As in `garwood` and `rate`.

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
    """Return how many times as high the group's rate is as that of the others.

    Parameters
    ----------
    rate_of_group, rate_of_others : float
        Both for the same number of births.

    Returns
    -------
    float
        NaN where the rate of the others is 0.
    """
    return rate_of_group / rate_of_others if rate_of_others else float("nan")


def ratio_interval(
    deaths: tuple[int, int], births: tuple[float, float], level: float = 0.95
) -> tuple[float, float]:
    """Return the exact interval of the ratio of two rates, given the sum of both counts.

    The group's share of all deaths is binomial; its odds are the ratio of the rates times the
    ratio of the births (Przyborowski & Wilenski 1940). The exact interval of the share is that of
    Clopper and Pearson (1934).

    Parameters
    ----------
    deaths, births : tuple
        First those of the group, then those of the others.
    level : float
        Between 0 and 1.

    Returns
    -------
    tuple of float
        The upper end is infinite where no one died among the others; both ends are NaN where no
        one died at all.

    Raises
    ------
    ValueError
        As in `garwood` and `rate`.
    """
    for count, of in zip(deaths, births, strict=True):
        arguments.whole("deaths", count)
        arguments.above("births", of)
    total = sum(deaths)
    if total == 0:
        return float("nan"), float("nan")
    arguments.strictly_between("level", level, 0, 1, such_as=0.95)
    share = _share_interval(int(deaths[0]), int(total), level)
    odds = [end / (1 - end) if end < 1 else float("inf") for end in share]
    return odds[0] * births[1] / births[0], odds[1] * births[1] / births[0]


def difference(rate_of_group: float, rate_of_others: float) -> float:
    """Return by how much the group's rate is higher; below 0 where it is lower.

    Parameters
    ----------
    rate_of_group, rate_of_others : float
        Both for the same number of births.

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
        One rate and one number of births for each group.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the lengths differ, or the sum of the births is not above 0.
    """
    if len(rates) != len(births) or not sum(births) > 0:
        raise ValueError("Every group needs a rate and a number of births; together above 0.")
    return float(np.average(rates, weights=births))


# ---------------------------------------------------------------- two groups, then and later

A, B = "group A", "group B"
THEN = (10, 40)  # deaths per 100,000 births
BIRTHS_A_YEAR = 1_000_000
COLOUR = {A: style.ORANGE, B: style.BLUE}
PERIODS = ("then", "later")
# The axes are wide enough for every setting, so that lines can be compared while they move.
RATES, RATIOS, DIFFERENCES = (0, 76), (0, 17), (-20, 48)


@dataclass(frozen=True)
class Averages:
    """Deaths of women in two groups, in an earlier and in a later period.

    Attributes
    ----------
    births : tuple of int
        Births in groups A and B, the same in both periods.
    deaths : tuple of tuple of int
        Deaths in groups A and B, in the earlier and then in the later period.
    years : int
        Number of years in each period.
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
        """Return how many times as high B's rate is as A's in period 0 or 1."""
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
    """Count the women who died in two groups, in an earlier and in a later period.

    Parameters
    ----------
    later_a, later_b : float
        Deaths per 100,000 births in the later period, above 0; in the earlier one they were 10 and
        40.
    share_b : float
        Births in group B, of a hundred; above 0 and below 100.
    years : int
        Number of years in each period, at least 1, with a million births a year.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Notes
    -----
    The counts follow from the rates, rounded to whole women.
    """
    arguments.above("later_a", later_a, 0, PER)
    arguments.above("later_b", later_b, 0, PER)
    arguments.strictly_between("share_b", share_b, 0, 100, such_as=10)
    arguments.whole("years", years, 1)
    births_b = round(BIRTHS_A_YEAR * years * share_b / 100)
    births = (BIRTHS_A_YEAR * int(years) - births_b, births_b)
    then_a, then_b = THEN
    deaths = (
        (round(then_a * births[0] / PER), round(then_b * births[1] / PER)),
        (round(later_a * births[0] / PER), round(later_b * births[1] / PER)),
    )
    return Averages(births=births, deaths=deaths, years=int(years))


def picture(result: Averages) -> go.Figure:
    """Draw the rates of both groups and of all, beside their ratio and their difference."""
    intervals = [
        [rate_interval(result.deaths[period][group], result.births[group]) for period in (0, 1)]
        for group in (0, 1)
    ]
    ratios = [result.ratio(period) for period in (0, 1)]
    ratio_intervals = [result.ratio_interval(period) for period in (0, 1)]
    differences = [result.difference(period) for period in (0, 1)]
    ends = {"tickvals": [0, 1], "ticktext": PERIODS, "showgrid": False}
    # The narrow panels leave room for the numbers beside the ends of their lines.
    narrow = ends | {"range": [-0.85, 1.85], "tickangle": 0}
    layout = style.panels(
        Panel(
            "deaths per 100,000 births,<br>95 % intervals",
            (0, 0.35),
            ends | {"range": [-0.5, 1.5]},
            {"range": RATES},
        ),
        Panel("ratio,<br>B to A", (0.46, 0.69), narrow, {"range": RATIOS}),
        Panel("difference,<br>B less A", (0.78, 1), narrow, {"range": DIFFERENCES}),
    )
    layout["annotations"] += [
        *_rates_at_ends(result),
        *_values_at_ends("2", [style.number(value, 1) for value in ratios], ratios),
        *_values_at_ends("3", [style.number(value, 0) for value in differences], differences),
    ]
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
                error_y=_error_bars(ratios, ratio_intervals),
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
        layout | {"height": 430, "margin": {"t": 62, "l": 50}},
    )


def _error_bars(values: list[float], intervals: list[tuple[float, float]]) -> dict:
    low, high = np.array(intervals).T
    return {"array": high - values, "arrayminus": values - low, "thickness": 1.5, "width": 5}


def _rates(result: Averages, group: int, name: str, intervals: list) -> go.Scatter:
    values = [result.rates(period)[group] for period in (0, 1)]
    return go.Scatter(
        x=[0, 1],
        y=values,
        error_y=_error_bars(values, intervals),
        mode="lines+markers",
        line={"color": COLOUR[name], "width": 2.5},
        marker={"size": 11, "symbol": "circle" if name == B else "triangle-up"},
        customdata=[result.deaths[period][group] for period in (0, 1)],
        hovertemplate=name + ": %{y:.1f}, %{customdata:,} women<extra></extra>",
    )


def _rates_at_ends(result: Averages) -> list[dict]:
    """Return the rates at both ends of their lines, moved apart where they would overlap."""
    notes = []
    for period in (0, 1):
        rate_a, rate_b = result.rates(period)
        heights = {"A": rate_a, "B": rate_b, "all": result.overall(period)}
        for name, height in style.apart(heights, 0.065 * RATES[1], bottom=2).items():
            text = style.number(heights[name], 0)
            notes.append(_beside("", period, f"{name} {text}" if period == 0 else text, height))
    return notes


def _values_at_ends(panel: str, texts: list[str], heights: list[float]) -> list[dict]:
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
    """Say how high the rate in group B is and how the ratio changed, or what else changed."""
    rate_a, rate_b = result.rates(1)
    if before and before.rates(1) == (rate_a, rate_b):
        women, earlier = (f"{one.deaths[1][1]:,}" for one in (result, before))
        return (
            f"The rates are as before; in group B {women} women died later"
            f"{wording.was(women, earlier)}."
        )
    return (
        f"Later the rate in group B is {style.number(rate_b, 0)}, and the ratio "
        f"{_change(result.ratio(0), result.ratio(1), 1)}."
    )


def _change(then: float, later: float, digits: int) -> str:
    """Return how a number changes, as a reader sees it with so many digits."""
    before, now = (style.number(value, digits) for value in (then, later))
    if before == now:
        return f"stays at {now}"
    return f"{'rises' if later > then else 'falls'} to {now}"


def words(result: Averages) -> str:
    """Say how rates and deaths changed in both groups, and how ratio and difference did."""
    (then_a, then_b), (later_a, later_b) = (
        [style.number(value, 0) for value in result.rates(period)] for period in (0, 1)
    )
    (_, women_b), (_, women_later_b) = result.deaths
    then, later = (style.number(result.overall(period), 1) for period in (0, 1))
    return (
        f"Of 100,000 women who gave birth {then_b} died in group B then and {later_b} later "
        f"({women_b:,} and {women_later_b:,} of {result.births[1]:,}), {then_a} and {later_a} in "
        f"group A, {then} and {later} in both together. The ratio "
        f"{_change(result.ratio(0), result.ratio(1), 1)}, the difference "
        f"{_change(result.difference(0), result.difference(1), 0)}."
    )


def table(result: Averages) -> pd.DataFrame:
    """Return counts, rates and intervals of both groups and of all, and ratio and difference."""
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


def _seen_both_better(at: Callable[..., Averages]) -> str:
    result = at(later_a=8, later_b=38)
    return (
        f"The ratio {_change(result.ratio(0), result.ratio(1), 1)} and the difference "
        f"{_change(result.difference(0), result.difference(1), 0)}, though fewer women die in both "
        "groups. Neither measure says so."
    )


def _seen_few(at: Callable[..., Averages]) -> str:
    result = at(share_b=5, years=1)
    count = result.deaths[1][1]
    return (
        f"It rests on {count} deaths: anything from "
        f"{style.interval(*rate_interval(count, result.births[1]), 0)} would be no surprise. The "
        f"rate of all women, {style.number(result.overall(1), 1)}, hardly shows group B."
    )


def _seen_both_worse(at: Callable[..., Averages]) -> str:
    result = at(later_a=14, later_b=46)
    more_a, more_b = -np.subtract(*result.deaths)
    return (
        f"The ratio {_change(result.ratio(0), result.ratio(1), 1)}, and {more_b} more women of "
        f"group B died, and {more_a} more of group A. It fell because group A's rate rose faster."
    )


explorable = Explorable(
    title="Two groups and their ratio",
    ask=Ask(
        "In an imagined country one woman in ten who gives birth belongs to group B. In group A 10 "
        "women died per 100,000 births, in group B 40: four times as many. Some years later group "
        "A's rate is what it was, and the report says: the ratio has fallen from 4.0 to 3.4. How "
        "many women in group B die per 100,000 births now?",
        low=20,
        high=60,
        step=1,
        unit="women",
        tempting=34,
        is_right=True,
        because="as long as group A stays where it is, a lower ratio means fewer deaths in group "
        "B.",
        otherwise="A ratio is one rate divided by the other: 3.4 times the 10 of group A.",
    ),
    answer=lambda result: result.rates(1)[1],
    controls=(
        Slider("later_a", "Group A later, per 100,000", 5, 24, start=10),
        Slider("later_b", "Group B later, per 100,000", 6, 50, start=34, step=2),
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
            "Another report has the ratio at 3.3, with group A at 14 and group B at 46. Is that "
            "good news?",
            {"later_a": 14, "later_b": 46},
            _seen_both_worse,
        ),
        Task(
            "Bring group A to 8 and group B to 38: both are better off. What do the ratio and the "
            "difference say?",
            {"later_a": 8, "later_b": 38},
            _seen_both_better,
        ),
        Task(
            "Set births in group B to 5 of a hundred, and count one year. How sure is the rate in "
            "group B now?",
            {"share_b": 5, "years": 1},
            _seen_few,
        ),
    ),
    mark=Mark("y"),
    limits=(
        "That the lower ratio is good news hangs on group A's later rate, 10 as before and "
        "invented: had it risen to 14, 46 in group B would give a lower ratio too. Counts are "
        "what the rates give, without the chance that real counts have. Two groups hide others: "
        "within each, women differ as well. No rate says why; belonging to a group marks how "
        "women are treated and how they live, and is not a cause in them."
    ),
)
