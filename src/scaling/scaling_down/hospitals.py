"""Hospitals: operations on children's hearts, where large was safer once and later was not.

Operations and deaths within 30 days in 12 English hospitals (1991–95; Spiegelhalter and others
2002) and in 13 of the UK and Ireland (2012–15; Spiegelhalter 2019), under the picture of
``funnel``, with Spearman's rank correlation of operations and survival. The levels of the periods
must not be compared: under-ones with open operations then, all children later.
Left out: how ill the children were, which no figure here allows for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from scipy import stats

from scaling import datasets, style
from scaling.explorable import Ask, Choice, Explorable, Slider
from scaling.scaling_down import funnel

EARLY, LATE = "1991-1995", "2012-2015"
SHOWN = {EARLY: "1991–95", LATE: "2012–15"}
WHO = {EARLY: "under-ones, open operations, England", LATE: "all children, UK and Ireland"}
CASE = "Bristol"
COUNTED, LEFT_OUT = "counted", "left out"


@dataclass(frozen=True)
class Hospitals:
    """One period's hospitals.

    Attributes
    ----------
    period : {"1991-1995", "2012-2015"}
    level : float
        Of the limits, between 0 and 1.
    bristol : {"counted", "left out"}
    names : tuple of str
    operations, deaths : numpy.ndarray, shape (hospitals,)
    correlation : float
        Spearman's, of operations and survival.
    later : float
        The same in 2012–15.
    """

    period: str
    level: float
    bristol: str
    names: tuple[str, ...]
    operations: np.ndarray
    deaths: np.ndarray
    correlation: float
    later: float

    @property
    def share(self) -> float:
        """Deaths for each operation, over all these hospitals."""
        return funnel.pooled(self.deaths, self.operations)

    @property
    def position(self) -> np.ndarray:
        """1 for hospitals above their limits, −1 for those below, 0 inside."""
        return funnel.outside(self.deaths, self.operations, self.share, self.level)


@cache
def _read(period: str, bristol: str) -> pd.DataFrame:
    table = datasets.load("child_heart_surgery")
    table = table[table.period == period]
    if bristol == LEFT_OUT:
        table = table[table.hospital != CASE]
    return table.sort_values("operations")


def correlation(operations: np.ndarray, deaths: np.ndarray) -> float:
    """Return Spearman's rank correlation of operations with survival.

    Parameters
    ----------
    operations, deaths : numpy.ndarray, shape (hospitals,)
    """
    return float(stats.spearmanr(operations, 1 - deaths / operations).statistic)


@lru_cache(maxsize=128)
def run(period: str = LATE, level: float = 95, bristol: str = COUNTED) -> Hospitals:
    """Look at one period.

    Parameters
    ----------
    period : {"1991-1995", "2012-2015"}
    level : float
        Per cent of hospitals that the limits hold if only chance differs; above 0 and below 100.
    bristol : {"counted", "left out"}
        Whether the hospital of the inquiry is counted.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    if period not in SHOWN:
        raise ValueError(f"period must be one of {EARLY} and {LATE}; it is {period!r}.")
    if not 0 < level < 100:
        raise ValueError(f"level must lie above 0 and below 100 per cent; it is {level}.")
    if bristol not in (COUNTED, LEFT_OUT):
        raise ValueError(f"bristol must be {COUNTED!r} or {LEFT_OUT!r}; it is {bristol!r}.")
    here, later = _read(period, bristol), _read(LATE, bristol)
    return Hospitals(
        period=period,
        level=level / 100,
        bristol=bristol,
        names=tuple(here.hospital),
        operations=here.operations.to_numpy(),
        deaths=here.deaths.to_numpy(),
        correlation=correlation(here.operations.to_numpy(), here.deaths.to_numpy()),
        later=correlation(later.operations.to_numpy(), later.deaths.to_numpy()),
    )


def picture(result: Hospitals) -> go.Figure:
    """Draw the funnel of one period; Bristol, the case of the inquiry, is named."""
    low = 10 * np.floor(result.operations.min() / 1.25 / 10)
    along = np.unique(np.round(np.geomspace(low, result.operations.max() * 1.15, 70)))
    lower, upper = (100 * edge for edge in funnel.exact_limits(result.share, along, result.level))
    rate = 100 * result.deaths / result.operations
    is_case = np.array([name == CASE for name in result.names])
    line = {"color": style.CHANCE, "width": 2}
    quiet = {"mode": "lines", "hoverinfo": "skip"}
    return go.Figure(
        [
            go.Scatter(x=along, y=lower, line=line, **quiet),
            go.Scatter(x=along, y=upper, line=line, **quiet),
            go.Scatter(
                x=along,
                y=np.full(len(along), 100 * result.share),
                line=line | {"dash": "dot"},
                **quiet,
            ),
            go.Scatter(
                x=result.operations,
                y=rate,
                mode="markers",
                marker={
                    "size": 12,
                    "color": np.where(is_case, style.VERMILLION, style.OBSERVED),
                    "symbol": np.where(is_case, "diamond", "circle"),
                },
                text=result.names,
                hovertemplate="%{text}: %{y:.1f} in a hundred, %{x:,} operations<extra></extra>",
            ),
        ],
        {
            "height": 400,
            "margin": {"t": 44},
            "annotations": [
                style.heading(f"{SHOWN[result.period]}: {WHO[result.period]}", (0, 1), 1),
                *(
                    {
                        "x": x,
                        "y": y,
                        "text": CASE,
                        "xanchor": "left",
                        "xshift": 11,
                    }
                    for x, y in zip(result.operations[is_case], rate[is_case], strict=True)
                ),
            ],
            # Axes find their own ends, so that a zoomed picture finds back in the other period.
            "xaxis": {
                "rangemode": "tozero",
                "tickformat": ",",
                "title": {"text": "operations"},
            },
            "yaxis": {
                "rangemode": "tozero",
                "title": {"text": "deaths within 30 days,<br>in a hundred operations"},
            },
        },
    )


def words(result: Hospitals) -> str:
    """Say how operations go with survival, and how many hospitals lie outside the lines."""
    above, below = int((result.position > 0).sum()), int((result.position < 0).sum())
    without = f" without {CASE}" if result.bristol == LEFT_OUT else ""
    return (
        f"In {SHOWN[result.period]}, {len(result.names)} hospitals{without} with "
        f"{result.operations.min()} to {style.number(result.operations.max(), 0)} operations: the "
        f"rank correlation of operations with survival is {style.number(result.correlation)}. "
        f"Outside the lines that hold {style.percent(result.level)} lie {above} above and {below} "
        f"below; nothing here allows for how ill the children were."
    )


def table(result: Hospitals) -> pd.DataFrame:
    """Return the hospitals by size, with the limits of each."""
    lower, upper = funnel.exact_limits(result.share, result.operations, result.level)
    where = {-1: "below", 0: "inside", 1: "above"}
    return pd.DataFrame(
        {
            "hospital": result.names,
            "operations": [style.number(count, 0) for count in result.operations],
            "deaths": result.deaths,
            "in a hundred": [
                style.number(rate, 1) for rate in 100 * result.deaths / result.operations
            ],
            f"{style.percent(result.level)} lines": [
                style.interval(100 * low, 100 * high, 1)
                for low, high in zip(lower, upper, strict=True)
            ],
            "lies": [where[int(place)] for place in result.position],
        }
    )


explorable = Explorable(
    title="Large and safe, once",
    ask=Ask(
        "Twelve English hospitals operated on the hearts of infants in 1991–95. Those with more "
        "operations lost fewer children: a rank correlation of 0.85 with survival, where 1 would "
        "be the same order and 0 no relation. In 2012–15 there were thirteen hospitals for "
        "children of all ages in the UK and Ireland. What was the correlation then?",
        low=-1,
        high=1,
        step=0.05,
        unit="",
        tempting=0.85,
        because="large hospitals have more practice, so they should still be safer.",
    ),
    answer=lambda result: result.later,
    controls=(
        Choice(
            "period",
            "Period",
            {
                "2012–15, all children": LATE,
                "1991–95, under-ones": EARLY,
            },
            start=LATE,
        ),
        Choice(
            "bristol",
            "Bristol, the case of the inquiry",
            {"is counted": COUNTED, "is left out": LEFT_OUT},
            start=COUNTED,
        ),
        Slider("level", "Lines hold, per cent", 80, 99, start=95),
    ),
    run=run,
    picture=picture,
    words=words,
    table=table,
    tasks=(
        "Go back to 1991–95. Which slogan would these twelve points have served? Then leave "
        "Bristol out: does that slogan hang on it?",
        "In 2012–15, widen the lines from 80 to 99 per cent. How many hospitals would you have "
        "called good or bad at 80, and at 99?",
    ),
    limits=(
        "Nothing allows for how ill the children were, and large hospitals may take the most "
        "difficult. Never compare the heights of the two periods: they count different children. "
        "Thirteen hospitals cannot exclude that size still matters somewhat."
    ),
)
