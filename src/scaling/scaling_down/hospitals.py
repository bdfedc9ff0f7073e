"""Hospitals: operations on children's hearts, then and later.

Operations and deaths within 30 days in 12 English hospitals (1991–95; Spiegelhalter and others
2002) and in 13 of the UK and Ireland (2012–15; Spiegelhalter 2019), with the limits of ``funnel``
and Spearman's rank correlation of operations and survival. The death rates of the two periods must
not be compared: the first counts under-ones with open operations, the second all children.
Left out: how ill the children were, which no figure here allows for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import scipy
from scipy import special

from scaling import arguments, datasets, style
from scaling.explorable import Ask, Choice, Explorable, Slider, Task
from scaling.scaling_down import funnel
from scaling.style import Panel
from scaling.wording import number_of

EARLY, LATE = "1991-1995", "2012-2015"
SHOWN = {EARLY: "1991–95", LATE: "2012–15"}
WHO = {EARLY: "under-ones, England", LATE: "all children, UK and Ireland"}
# Neither period has more hospitals than this.
MOST = 13
# This hospital was the subject of the inquiry.
CASE = "Bristol"
COUNTED, LEFT_OUT = "counted", "left out"


@dataclass(frozen=True)
class Hospitals:
    """The hospitals of one period.

    Attributes
    ----------
    period : {"1991-1995", "2012-2015"}
    level : float
        The share of hospitals that the limits hold if only chance differs, between 0 and 1.
    bristol : {"counted", "left out"}
    names : tuple of str
    operations, deaths : numpy.ndarray, shape (hospitals,)
    correlation : float
        Spearman's rank correlation of operations and survival.
    """

    period: str
    level: float
    bristol: str
    names: tuple[str, ...]
    operations: np.ndarray
    deaths: np.ndarray
    correlation: float

    @property
    def correlation_interval(self) -> tuple[float, float]:
        """The 95 % interval of that correlation."""
        return correlation_interval(self.correlation, len(self.names))

    @property
    def share(self) -> float:
        """Deaths per operation, over all these hospitals."""
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
    return table.sort_values("operations", kind="stable")


def correlation(operations: np.ndarray, deaths: np.ndarray) -> float:
    """Return Spearman's rank correlation of operations with survival.

    Parameters
    ----------
    operations, deaths : numpy.ndarray, shape (hospitals,)
    """
    return float(scipy.stats.spearmanr(operations, 1 - deaths / operations).statistic)


def correlation_interval(value: float, places: int, level: float = 0.95) -> tuple[float, float]:
    """Return the interval of a rank correlation (Fieller, Hartley & Pearson 1957).

    On Fisher's scale, artanh, its standard error is about √(1.06 / (n − 3)).

    Parameters
    ----------
    value : float
        The correlation, above −1 and below 1.
    places : int
        Number of pairs of ranks, at least 4.
    level : float
        Between 0 and 1.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    arguments.strictly_between("value", value, -1, 1, such_as=0.5)
    arguments.whole("places", places, 4)
    arguments.strictly_between("level", level, 0, 1, such_as=0.95)
    half = special.ndtri(0.5 + level / 2) * np.sqrt(1.06 / (places - 3))
    low, high = np.tanh(np.arctanh(value) + np.array([-half, half]))
    return float(low), float(high)


@lru_cache(maxsize=128)
def run(period: str = LATE, level: float = 95, bristol: str = COUNTED) -> Hospitals:
    """Return the hospitals of one period.

    Parameters
    ----------
    period : {"1991-1995", "2012-2015"}
    level : float
        Per cent of hospitals that the limits hold if only chance differs, above 0 and below 100.
    bristol : {"counted", "left out"}
        Whether the hospital of the inquiry is counted.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    arguments.one_of("period", period, SHOWN)
    arguments.strictly_between("level", level, 0, 100, such_as=95, unit="per cent")
    arguments.one_of("bristol", bristol, (COUNTED, LEFT_OUT))
    here = _read(period, bristol)
    return Hospitals(
        period=period,
        level=level / 100,
        bristol=bristol,
        names=tuple(here.hospital),
        operations=here.operations.to_numpy(),
        deaths=here.deaths.to_numpy(),
        correlation=correlation(here.operations.to_numpy(), here.deaths.to_numpy()),
    )


def picture(result: Hospitals) -> go.Figure:
    """Draw hospitals by their ranks in size and survival, beside the funnel of their deaths.

    Deaths are drawn as multiples of the period's mean, so that the heights of two periods do not
    invite a comparison.
    """
    rank = {"range": [0.2, MOST + 2], "tickvals": [1, (MOST + 1) // 2, MOST]}
    layout = style.panels(
        Panel(
            f"{SHOWN[result.period]}, {WHO[result.period]}:<br>rank correlation "
            f"{style.number(result.correlation)}",
            (0, 0.43),
            rank | {"title": {"text": "place by operations, fewest first"}},
            rank | {"title": {"text": "place by survival, lowest first"}},
        ),
        Panel(
            "deaths, as a multiple<br>of the mean of all of these",
            (0.6, 1),
            {
                "type": "log",
                "range": list(np.log10([90, 2200])),
                "tickvals": [100, 300, 1000, 2000],
                "ticktext": ["100", "300", "1,000", "2,000"],
                "title": {"text": "operations (scale multiplies)"},
            },
            {"range": [0, 3], "nticks": 4},
        ),
    )
    layout["annotations"] += _labels(result)
    return go.Figure(
        [*_rank_traces(result), *_funnel_traces(result)],
        layout | {"height": 430, "margin": {"t": 62}},
    )


def _ranks(result: Hospitals) -> tuple[np.ndarray, np.ndarray]:
    """Return the hospitals' ranks by operations and by survival, from 1; ties share a mean rank."""
    rank = scipy.stats.rankdata
    return rank(result.operations), rank(-result.deaths / result.operations)


def _hospital_marks(result: Hospitals, shown: dict[str, object]) -> go.Scatter:
    """Return the hospitals' marks; Bristol's is open, so that it does not hide another one."""
    is_case = np.array([name == CASE for name in result.names])
    return go.Scatter(
        mode="markers",
        marker={
            "size": np.where(is_case, 14, 10),
            "color": np.where(is_case, style.VERMILLION, style.OBSERVED),
            "symbol": np.where(is_case, "diamond-open", "circle"),
            "line": {"width": np.where(is_case, 2.5, 0)},
        },
        text=result.names,
        cliponaxis=False,
        **shown,
    )


def _rank_traces(result: Hospitals) -> list[go.Scatter]:
    """Return the line of a correlation of 1, and the hospitals by their ranks."""
    by_size, by_survival = _ranks(result)
    along = [1, len(result.names)]
    line = {"color": style.CHANCE, "width": 2, "dash": "dot"}
    return [
        go.Scatter(x=along, y=along, mode="lines", line=line, hoverinfo="skip"),
        _hospital_marks(
            result,
            {
                "x": by_size,
                "y": by_survival,
                "hovertemplate": "%{text}: place %{x} by operations, %{y} by survival"
                "<extra></extra>",
            },
        ),
    ]


def _funnel_traces(result: Hospitals) -> list[go.Scatter]:
    """Return the limits and the line of the mean, and deaths as multiples of the mean."""
    along = np.unique(np.round(np.geomspace(95, 2100, 70)))
    lower, upper = funnel.exact_limits(result.share, along, result.level)
    line = {"color": style.CHANCE, "width": 2}
    here = {"mode": "lines", "hoverinfo": "skip", "xaxis": "x2", "yaxis": "y2"}
    return [
        go.Scatter(x=along, y=lower / result.share, line=line, **here),
        go.Scatter(x=along, y=upper / result.share, line=line, **here),
        go.Scatter(x=along, y=np.ones(len(along)), line=line | {"dash": "dot"}, **here),
        _hospital_marks(
            result,
            {
                "x": result.operations,
                "y": result.deaths / result.operations / result.share,
                "customdata": 100 * result.deaths / result.operations,
                "hovertemplate": "%{text}: %{customdata:.1f} in a hundred, %{x:,} operations"
                "<extra></extra>",
                "xaxis": "x2",
                "yaxis": "y2",
            },
        ),
    ]


def _labels(result: Hospitals) -> list[dict]:
    """Return the label of the dotted line, and the name of Bristol in both panels."""
    by_size, by_survival = _ranks(result)
    many = len(result.names)
    names = [
        {"x": many, "y": many, "text": "1: the same order", "yanchor": "bottom", "yshift": 7}
        | {"xanchor": "right", "xshift": 8}
    ]
    if CASE in result.names:
        case = result.names.index(CASE)
        beside = {"text": CASE, "xanchor": "left", "xshift": 11}
        multiple = float(result.deaths[case] / result.operations[case] / result.share)
        names += [
            beside | {"x": by_size[case], "y": by_survival[case]},
            beside
            | {"x": float(np.log10(result.operations[case])), "y": multiple}
            | {"xref": "x2", "yref": "y2"},
        ]
    return names


def brief(result: Hospitals, before: Hospitals | None) -> str:
    """State the correlation, or how many hospitals lie outside lines that have just changed."""
    if before is not None and before.level != result.level:
        count = int(np.abs(result.position).sum())
        return (
            f"Outside the lines that hold {style.percent(result.level)} "
            f"{'lies' if count == 1 else 'lie'} {number_of(count, 'hospital')}."
        )
    period = {EARLY: "earlier", LATE: "later"}[result.period]
    without = f", without {CASE}," if result.bristol == LEFT_OUT else ""
    return (
        f"In the {period} period{without} the rank correlation of operations with survival is "
        f"{style.number(result.correlation)}."
    )


def words(result: Hospitals) -> str:
    """State how operations go with survival, and how many hospitals lie outside the lines."""
    above, below = int((result.position > 0).sum()), int((result.position < 0).sum())
    without = f" without {CASE}" if result.bristol == LEFT_OUT else ""
    return (
        f"In {SHOWN[result.period]}, {len(result.names)} hospitals{without} with "
        f"{result.operations.min()} to {style.number(result.operations.max(), 0)} operations: the "
        f"rank correlation of operations with survival is {style.number(result.correlation)} (95 % "
        f"interval {style.interval(*result.correlation_interval)}). "
        f"Outside the lines that hold {style.percent(result.level)} lie {above} above and {below} "
        f"below; nothing here allows for how ill the children were."
    )


def table(result: Hospitals) -> pd.DataFrame:
    """Return the hospitals in the order of size, each with its limits."""
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


def _seen_early(at: Callable[..., Hospitals]) -> str:
    all_of_them, others = at(period=EARLY), at(period=EARLY, bristol=LEFT_OUT)
    return (
        f"“Large is safer”: the rank correlation is {style.number(all_of_them.correlation)}, and "
        f"without {CASE} still {style.number(others.correlation)}."
    )


def _seen_late(at: Callable[..., Hospitals]) -> str:
    late = at(period=LATE)
    low, high = (style.number(end) for end in late.correlation_interval)
    return (
        f"The rank correlation is {style.number(late.correlation)}, with a 95 % interval from "
        f"{low} to {high}. Nothing is found, and much cannot be excluded."
    )


def _seen_lines(at: Callable[..., Hospitals]) -> str:
    narrow, wide = (int(np.abs(at(period=LATE, level=level).position).sum()) for level in (80, 99))
    return (
        f"{number_of(narrow, 'hospital')} at 80 per cent, {wide} at 99. Nothing about them has "
        f"changed: who is called good or bad hangs on where the lines are drawn."
    )


explorable = Explorable(
    title="Hospitals, then and later",
    ask=Ask(
        "Twelve English hospitals operated on the hearts of infants in 1991–95, one of them nearly "
        "five times as often as another. A rank correlation of operations with survival would be 1 "
        "if those with more operations always did better, 0 if neither went with the other, and −1 "
        "if they always did worse. What was it?",
        low=-1,
        high=1,
        step=0.05,
        unit="",
        tempting=0.8,
        is_right=True,
        because="those who do a difficult thing more often should do it better.",
        otherwise="Those with more operations lost a smaller share, in nearly the same order.",
    ),
    answer=lambda result: result.correlation,
    controls=(
        Choice(
            "period",
            "Period",
            {
                "2012–15, all children": LATE,
                "1991–95, under-ones": EARLY,
            },
            start=EARLY,
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
    brief=brief,
    words=words,
    table=table,
    tasks=(
        Task(
            "Which slogan do these twelve points serve? Leave Bristol out: does that slogan hang "
            "on it?",
            {"bristol": LEFT_OUT},
            _seen_early,
        ),
        Task(
            "Go on to 2012–15, to thirteen hospitals for children of all ages in the UK and "
            "Ireland. What is left of it?",
            {"period": LATE},
            _seen_late,
        ),
        Task(
            "In 2012–15, let the lines hold 80 per cent, then 99. How many hospitals would you "
            "have called good or bad at 80, and at 99?",
            {"period": LATE, "level": 80},
            _seen_lines,
        ),
    ),
    limits=(
        "Nothing allows for how ill the children were, and large hospitals may take the most "
        "difficult. Never compare the deaths of the two periods: they count different children. "
        "Thirteen hospitals cannot exclude that size still matters somewhat."
    ),
)
