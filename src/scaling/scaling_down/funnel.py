"""Funnel: the best and the worst units are small ones, by chance, unless one allows for size.

The spread of a rate shrinks with the square root of the number of people behind it (de Moivre 1730;
"the most dangerous equation", Wainer 2007). In a funnel plot the control limits therefore widen as
units get smaller (Spiegelhalter 2005); here they are exact binomial limits, interpolated as
Spiegelhalter proposes.
Left out: everything that makes people differ before a service meets them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import scipy

from scaling import arguments, style
from scaling.explorable import Ask, Details, Explorable, Slider, Sweep, Task
from scaling.style import Panel

SERVICES = 100
SMALLEST, LARGEST = 10, 2000  # people
# All services together help this share of people, on average.
SHARE = 0.6
# If only chance differs, the limits hold this share of units.
LEVEL = 0.95
LOW, HIGH, REST, RING = style.ORANGE, style.PURPLE, style.GREY, style.VERMILLION
# A mark takes up this share of the axis of size.
MARK_WIDTH = 0.035
# This number of rows of marks fits below 0.
ROWS = 6


# This part is the plot, which also serves real data.


def limits(share: float, size: float | np.ndarray, z: float = 1.96) -> tuple[np.ndarray, ...]:
    """Return approximate control limits, p ± z·√(p(1 − p)/n).

    Parameters
    ----------
    share : float
        The rate over all units, p, 0 to 1.
    size : float or numpy.ndarray
        People in each unit, n.
    z : float
        With 1.96 the limits hold 95 in 100 units, if only chance differs and n·p is not small.

    Returns
    -------
    tuple of numpy.ndarray
        Lower and upper limit; for small units the lower may fall below 0.
    """
    half = z * np.sqrt(share * (1 - share) / np.asarray(size, dtype=float))
    return share - half, share + half


def exact_limits(
    share: float, size: float | np.ndarray, level: float = LEVEL
) -> tuple[np.ndarray, np.ndarray]:
    """Return control limits from the binomial distribution (Spiegelhalter 2005, appendix).

    Parameters
    ----------
    share : float
        The rate over all units, p, between 0 and 1.
    size : float or numpy.ndarray
        People in each unit, n, in whole numbers.
    level : float
        Probability of lying between the limits if only chance differs, between 0 and 1.

    Returns
    -------
    tuple of numpy.ndarray
        Lower and upper limit.

    Notes
    -----
    Counts are whole numbers, so their quantiles jump. Each limit is interpolated between two
    counts, which makes the lines smooth.
    """
    size = np.asarray(size, dtype=float)
    ends = []
    for chance in ((1 - level) / 2, (1 + level) / 2):
        count = scipy.stats.binom.ppf(chance, size, share)
        upper = scipy.stats.binom.cdf(count, size, share)
        step = scipy.stats.binom.pmf(count, size, share)
        ends.append(np.maximum(0, count - (upper - chance) / step) / size)
    return ends[0], ends[1]


def outside(events: np.ndarray, size: np.ndarray, share: float, level: float = LEVEL) -> np.ndarray:
    """Return 1 for units above their limits, −1 for those below, 0 for those inside.

    Parameters
    ----------
    events, size : numpy.ndarray, shape (units,)
        Events and people in each unit.
    share : float
        The rate over all units, p.
    level : float
        As in ``exact_limits``, which gives the lines of the picture.

    Returns
    -------
    numpy.ndarray of int, shape (units,)
    """
    rate = events / size
    low, high = exact_limits(share, size, level)
    return (rate > high).astype(int) - (rate < low).astype(int)


def smaller_half(size: np.ndarray) -> np.ndarray:
    """Return whether each unit belongs to the smaller half.

    If the number of units is odd, the middle one does not belong to it.
    """
    return np.argsort(np.argsort(size, kind="stable"), kind="stable") < len(size) // 2


def pooled(events: np.ndarray, size: np.ndarray, which: np.ndarray | slice = slice(None)) -> float:
    """Return the rate of some units taken together: all events over all people."""
    return float(events[which].sum() / size[which].sum())


@dataclass(frozen=True)
class Look:
    """How a funnel is worded and drawn.

    Attributes
    ----------
    per : int
        Rates are shown for this number of people.
    size_title, rate_title : str
        Titles of the two axes.
    size_ticks : sequence of int
        Ticks on the logarithmic axis of size.
    top : float
        Highest rate on the axis.
    low, high : str
        Names of the marked groups at both ends.
    periods : tuple of str
        Names of the first and the next period.
    below : float
        How far the axis of rates extends below 0. Units without an event, which would hide each
        other at 0, are drawn there one below the other.
    rings : bool
        Whether units outside the limits get a ring.
    """

    per: int
    size_title: str
    rate_title: str
    size_ticks: Sequence[int]
    top: float
    low: str
    high: str
    periods: tuple[str, str]
    below: float = 0
    rings: bool = False


def draw(
    size: np.ndarray,
    events: np.ndarray,
    ends: tuple[np.ndarray, np.ndarray],
    look: Look,
    level: float = LEVEL,
    shown: int = 0,
) -> go.Figure:
    """Draw the funnel of one period, beside both ends in the first and the next period.

    Parameters
    ----------
    size, events : numpy.ndarray, shape (2, units)
        People and events in the first and the next period.
    ends : tuple of numpy.ndarray
        Units at the low and at the high end of the first period.
    look : Look
    level : float
        As in ``exact_limits``.
    shown : {0, 1}
        The period that the funnel shows.
    """
    now = events[shown] / size[shown] * look.per
    share = pooled(events[shown], size[shown])
    rate = {"range": [-look.below, 1.12 * look.top], "tickvals": np.linspace(0, look.top, 6)}
    periods = _period_traces(size, events, ends, look)
    position = outside(events[shown], size[shown], share, level)
    layout = style.panels(
        Panel(
            f"{look.periods[shown]}: between the grey lines<br>chance keeps {style.percent(level)}",
            (0, 0.6),
            {
                "type": "log",
                "range": list(np.log10([size.min() / 1.25, size.max() * 1.25])),
                "tickvals": list(look.size_ticks),
                "ticktext": [f"{tick:,}" for tick in look.size_ticks],
                "title": {"text": look.size_title},
            },
            rate | {"title": {"text": look.rate_title}},
        ),
        Panel(
            "both ends<br>taken together",
            (0.72, 1),
            {
                "range": [-0.35, 1.35],
                "tickvals": [0, 1],
                "ticktext": list(look.periods),
                "showgrid": False,
            },
            rate | {"side": "right"},
        ),
    )
    layout["annotations"] += [
        *_half_labels(size, ends, look, int(np.abs(position).sum())),
        *_period_labels(periods, look),
    ]
    layout["shapes"] = [_border_line(size, look)]
    return go.Figure(
        [
            *_limit_traces(size[shown], share, level, look),
            *_unit_traces(size[shown], now, ends, look),
            _ring_trace(size[shown], now, position, look),
            *periods,
        ],
        layout | {"height": 450, "margin": {"t": 62, "b": 70}},
    )


def _limit_traces(size: np.ndarray, share: float, level: float, look: Look) -> list[go.Scatter]:
    """Return the two control limits, and the line of the mean."""
    along = np.unique(np.round(np.geomspace(size.min() / 1.2, size.max() * 1.2, 70)))
    along = along[along >= 1]
    low, high = exact_limits(share, along, level)
    look_of_lines = {"mode": "lines", "hoverinfo": "skip"}
    line = {"color": style.CHANCE, "width": 2}
    return [
        go.Scatter(x=along, y=look.per * low, line=line, **look_of_lines),
        go.Scatter(x=along, y=look.per * high, line=line, **look_of_lines),
        go.Scatter(
            x=along,
            y=np.full(len(along), look.per * share),
            line=line | {"dash": "dot"},
            **look_of_lines,
        ),
    ]


def _border_line(size: np.ndarray, look: Look) -> dict:
    """Return the line between the smaller and the larger half."""
    return {
        "type": "line",
        "x0": _border(size[0]),
        "x1": _border(size[0]),
        "y0": -look.below,
        "y1": 1.12 * look.top,
        "line": {"color": style.GREY, "width": 1, "dash": "dot"},
        "layer": "below",
    }


def _border(size: np.ndarray) -> float:
    """Return the size that divides the smaller half from the larger one."""
    in_order = np.sort(size)
    return float(np.sqrt(in_order[len(size) // 2 - 1] * in_order[len(size) // 2]))


def _half_labels(size: np.ndarray, ends: tuple, look: Look, ringed: int) -> list[dict]:
    """Return the names of the halves, and the counts of small and of ringed units."""
    small = smaller_half(size[0])
    border, right = np.log10([_border(size[0]), size.max() * 1.2])
    height = look.top + look.below
    place = {"x": border, "y": 1.12 * look.top, "yanchor": "top"}
    counted = {"x": right, "xanchor": "right"}
    return [
        place | {"text": "smaller half", "xanchor": "right", "xshift": -5},
        place | {"text": "larger half", "xanchor": "left", "xshift": 5},
        counted
        | {"text": f"{len(ends[1])} ▲: <b>{small[ends[1]].sum()}</b> small"}
        | {"y": look.top - 0.06 * height},
        counted
        | {"text": f"{len(ends[0])} ▼: <b>{small[ends[0]].sum()}</b> small"}
        | {"y": -look.below + 0.05 * height},
        counted
        | {"text": f"○ outside: <b>{ringed}</b>"}
        | {"y": look.top - 0.14 * height, "visible": look.rings},
    ]


def _unit_traces(size: np.ndarray, rate: np.ndarray, ends: tuple, look: Look) -> list[go.Scatter]:
    """Return all units: those at both ends as triangles, the others as dots."""
    is_end = np.zeros(len(size), dtype=bool)
    is_end[np.concatenate(ends)] = True
    groups = [
        (np.flatnonzero(~is_end), REST, "circle", 6),
        (ends[0], LOW, "triangle-down", 10),
        (ends[1], HIGH, "triangle-up", 10),
    ]
    height = _heights(size, rate, look)
    return [
        go.Scatter(
            x=size[which],
            y=height[which],
            customdata=rate[which],
            mode="markers",
            marker={"color": colour, "symbol": symbol, "size": width},
            hovertemplate="%{x:,} people: %{customdata:.1f}<extra></extra>",
            cliponaxis=False,
        )
        for which, colour, symbol, width in groups
    ]


def names_at_points(names: Sequence[str], ends: tuple) -> dict[int, list[str]]:
    """Return the name of the unit at each point of the funnel, by the number of the trace.

    Parameters
    ----------
    names : sequence of str
        The units' names.
    ends : tuple of numpy.ndarray
        As for ``draw``.
    """
    others = np.setdiff1d(np.arange(len(names)), np.concatenate(ends))
    first = 3  # after both limits and the mean
    return {
        trace: [names[unit] for unit in group] for trace, group in enumerate((others, *ends), first)
    }


def _heights(size: np.ndarray, rate: np.ndarray, look: Look) -> np.ndarray:
    """Return the height of each unit: its rate, or a row below 0 if the rate is 0."""
    height = rate.astype(float)
    if not look.below:
        return height
    span = np.log10(size.max() / size.min())
    last_in_row: list[float] = []
    for unit in sorted(np.flatnonzero(rate == 0), key=lambda unit: size[unit]):
        place = np.log10(size[unit]) / span
        # A unit goes into the first row in which it does not touch the last one, or into a new row.
        free = (row for row, last in enumerate(last_in_row) if place - last > MARK_WIDTH)
        row = next(free, len(last_in_row))
        last_in_row[row : row + 1] = [place]
        height[unit] = -row * look.below / ROWS
    return height


def _ring_trace(size: np.ndarray, rate: np.ndarray, position: np.ndarray, look: Look) -> go.Scatter:
    """Return a ring around every unit whose position is outside the limits."""
    which = np.flatnonzero(position) if look.rings else np.array([], dtype=int)
    return go.Scatter(
        x=size[which],
        y=_heights(size, rate, look)[which],
        mode="markers",
        marker={"symbol": "circle-open", "size": 17, "color": RING, "line": {"width": 2}},
        hoverinfo="skip",
        cliponaxis=False,
    )


def _period_traces(
    size: np.ndarray, events: np.ndarray, ends: tuple, look: Look
) -> list[go.Scatter]:
    """Return lines from the first period to the next: all units, the low end, the high end."""
    groups = [
        (slice(None), style.CHANCE, "circle", "dot"),
        (ends[0], LOW, "triangle-down", "dash"),
        (ends[1], HIGH, "triangle-up", "solid"),
    ]
    return [
        go.Scatter(
            x=[0, 1],
            y=[look.per * pooled(events[period], size[period], which) for period in (0, 1)],
            mode="lines+markers",
            line={"color": colour, "width": 2.5, "dash": dash},
            marker={"color": colour, "symbol": symbol, "size": 11},
            xaxis="x2",
            yaxis="y2",
            cliponaxis=False,
            hovertemplate="%{y:.2f}<extra></extra>",
        )
        for which, colour, symbol, dash in groups
    ]


def _period_labels(periods: list[go.Scatter], look: Look) -> list[dict]:
    """Return the names of the three lines, where they begin and without overlap."""
    every, low, high = periods
    place = {"xref": "x2", "yref": "y2", "x": 0, "xanchor": "left", "xshift": -14}
    return [
        place | {"text": look.high, "y": high.y[0], "yanchor": "bottom", "yshift": 9},
        place | {"text": look.low, "y": low.y[0], "yanchor": "top", "yshift": -9}
        if low.y[0] > 0.12 * look.top
        else place | {"text": look.low, "y": 0, "xshift": 9, "yanchor": "top", "yshift": -2},
        place | {"text": "all", "y": every.y[0], "xanchor": "right", "xshift": -9},
    ]


# This part is the model of a hundred services.


@dataclass(frozen=True)
class Funnel:
    """A hundred services of very different size, in two periods.

    Attributes
    ----------
    spread : float
        Standard deviation of the services' true rates, τ, in percentage points.
    advantage : float
        How much more the smallest service truly helps than the largest, in percentage points.
    marked : int
        The number of services that are marked at each end.
    world : int
        The seed of this world.
    size : numpy.ndarray, shape (services,)
        People in each service.
    helped : numpy.ndarray, shape (2, services)
        The number of them who are helped in the first and in the next period.
    worst, best : numpy.ndarray, shape (marked,)
        The services at either end of the first period.
    """

    spread: float
    advantage: float
    marked: int
    world: int
    size: np.ndarray
    helped: np.ndarray
    worst: np.ndarray
    best: np.ndarray

    @property
    def small_among_best(self) -> int:
        """The number of the best services that belong to the smaller half."""
        return int(smaller_half(self.size)[self.best].sum())

    @property
    def small_among_worst(self) -> int:
        """The number of the worst services that belong to the smaller half."""
        return int(smaller_half(self.size)[self.worst].sum())

    def rate(self, which: np.ndarray | slice, period: int) -> float:
        """Return the share helped in some services taken together."""
        return pooled(self.helped[period], self.size, which)


@lru_cache(maxsize=256)
def run(spread: float = 0.0, advantage: float = 0.0, marked: int = 10, world: int = 1) -> Funnel:
    """Let a hundred services work for two periods.

    Parameters
    ----------
    spread : float
        Standard deviation of true rates, τ, in percentage points, 0 or more. The true rate of a
        service is the same in both periods.
    advantage : float
        How much more the smallest service truly helps than the largest, in percentage points, −40
        to 40.
    marked : int
        The number of services to mark at each end, 1 to 50.
    world : int
        The seed of the random numbers.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    arguments.at_least("spread", spread)
    arguments.between("advantage", advantage, -40, 40)
    arguments.whole("marked", marked, 1, SERVICES // 2)
    generator = np.random.default_rng(world)
    size = np.round(np.geomspace(SMALLEST, LARGEST, SERVICES)).astype(int)
    tilt = advantage / 100 * np.linspace(0.5, -0.5, SERVICES)
    true_rate = SHARE + tilt + spread / 100 * generator.standard_normal(SERVICES)
    helped = generator.binomial(size, np.clip(true_rate, 0.01, 0.99), (2, SERVICES))
    order = np.argsort(helped[0] / size, kind="stable")
    return Funnel(
        spread=spread,
        advantage=advantage,
        marked=int(marked),
        world=int(world),
        size=size,
        helped=helped,
        worst=order[: int(marked)],
        best=order[-int(marked) :],
    )


def picture(result: Funnel) -> go.Figure:
    """Draw the funnel of the first period, beside what becomes of its best and its worst."""
    look = Look(
        per=100,
        size_title="people in the service (scale multiplies)",
        rate_title="helped, in a hundred",
        size_ticks=(10, 50, 250, 1000),
        top=100,
        low=f"{result.marked} worst",
        high=f"{result.marked} best",
        periods=("this year", "next year"),
    )
    size = np.array([result.size, result.size])
    return draw(size, result.helped, (result.worst, result.best), look)


def brief(result: Funnel, before: Funnel | None) -> str:
    """State how many are small at both ends, or how the ends do a year later."""
    if before is None:
        return (
            f"Of the {result.marked} worst services, {result.small_among_worst} belong to the "
            f"smaller half."
        )
    if before.spread != result.spread:
        best, worst = (style.percent(result.rate(end, 1)) for end in (result.best, result.worst))
        return f"In the next year this year's best help {best} of people, and its worst {worst}."
    return (
        f"To the smaller half belong {result.small_among_best} of the best services and "
        f"{result.small_among_worst} of the worst."
    )


def words(result: Funnel) -> str:
    """State how many of the best and the worst are small, and how both do a year later."""
    truly = f"a true spread of {style.number(result.spread, 1)} points"
    if result.advantage:
        truly += f" and {style.number(result.advantage, 0)} points for being smallest"
    best, worst = (
        [style.percent(result.rate(group, year), 1) for year in (0, 1)]
        for group in (result.best, result.worst)
    )
    return (
        f"With {truly} (world {result.world}), {result.small_among_best} of the {result.marked} "
        f"best services belong to the smaller half, and {result.small_among_worst} of the "
        f"{result.marked} worst. A year later the best go from {best[0]} to {best[1]}, the worst "
        f"from {worst[0]} to {worst[1]}, where all together help "
        f"{style.percent(result.rate(slice(None), 1), 1)}."
    )


def table(result: Funnel) -> pd.DataFrame:
    """Return sizes and rates in both years of the best, the worst and all services."""
    groups = {
        f"{result.marked} best": result.best,
        f"{result.marked} worst": result.worst,
        "all": np.arange(SERVICES),
    }
    is_small = smaller_half(result.size)
    return pd.DataFrame(
        [
            {
                "services": name,
                "of the smaller half": int(is_small[group].sum()),
                "people in the middle one": style.number(float(np.median(result.size[group])), 0),
                "helped this year": style.percent(result.rate(group, 0), 1),
                "helped next year": style.percent(result.rate(group, 1), 1),
                "outside the lines": int(
                    np.abs(
                        outside(
                            result.helped[0][group],
                            result.size[group],
                            result.rate(slice(None), 0),
                        )
                    ).sum()
                ),
            }
            for name, group in groups.items()
        ]
    )


NAMES = tuple(f"service {number}" for number in range(1, SERVICES + 1))  # the smallest first


def _story(result: Funnel, name: str) -> str:
    """Return what one service did in both years, and what chance alone would let it do."""
    service = NAMES.index(name)
    size = int(result.size[service])
    helped = [int(year[service]) for year in result.helped]
    share = result.rate(slice(None), 0)
    low, high = (style.percent(float(end)) for end in exact_limits(share, size))
    return (
        f"{name.capitalize()} has {size:,} people. It helped {helped[0]:,} of them this year "
        f"({style.percent(helped[0] / size)}) and {helped[1]:,} the next "
        f"({style.percent(helped[1] / size)}); chance keeps it between {low} and {high}."
    )


def _lead_kept(result: Funnel) -> float:
    """Return the part of the best services' lead over all that is left in the next year."""
    first, later = (
        result.rate(result.best, year) - result.rate(slice(None), year) for year in (0, 1)
    )
    return max(0, later / first)


def _seen_worlds(at: Callable[..., Funnel]) -> str:
    slider = explorable.slider("world")
    worlds = [at(world=world) for world in range(int(slider.low), int(slider.high) + 1)]
    least = min(min(world.small_among_best, world.small_among_worst) for world in worlds)
    return (
        f"In each of the {len(worlds)} worlds at least {least} of the ten best are small, and at "
        f"least {least} of the ten worst. Which services they are is luck."
    )


def _seen_spread(at: Callable[..., Funnel]) -> str:
    none, some, much = (style.percent(_lead_kept(at(spread=points))) for points in (0, 5, 15))
    return (
        f"Without a true spread the best keep {none} of their lead; with 5 points {some}, and "
        f"with 15 points {much}. What is true stays, and luck does not."
    )


def _seen_advantage(at: Callable[..., Funnel]) -> str:
    chance, truly = at(), at(advantage=20)
    return (
        f"The worst: {truly.small_among_worst} of ten are small now, in place of "
        f"{chance.small_among_worst}. Among the best it is {truly.small_among_best}, against "
        f"{chance.small_among_best}: that end looks the same either way."
    )


explorable = Explorable(
    title="A hundred services, ranked",
    ask=Ask(
        "A hundred services have from 10 to 2,000 people each. Rank them by the share of people "
        "they help. Of the ten best, nine belong to the smaller half of the services. How many of "
        "the ten worst belong to the smaller half?",
        low=0,
        high=10,
        step=1,
        unit="of the ten",
        tempting=1,
        because="if the best are small, the worst should be large.",
        otherwise="In a small service a few people move the share, upwards or downwards.",
    ),
    answer=lambda result: result.small_among_worst,
    controls=(
        Slider("spread", "True spread of services, points", 0, 15, start=0, step=0.5),
        Slider("advantage", "Smallest truly better by, points", -20, 20, start=0),
        Slider("marked", "Services marked at each end", 5, 30, start=10),
        Slider("world", "Another world", 1, 30, start=1),
    ),
    run=run,
    picture=picture,
    brief=brief,
    words=words,
    table=table,
    tasks=(
        Task(
            "Go on through several worlds. Who is best changes each time; what about their size?",
            {"world": 2},
            _seen_worlds,
        ),
        Task(
            "Give the services a true spread of 5 points, then more. When do the best stay best in "
            "the next year?",
            {"spread": 5},
            _seen_spread,
        ),
        Task(
            "Start from the other side: make the smallest truly better by 20 points. Which end of "
            "the list shows that this is no longer chance, the best or the worst?",
            {"advantage": 20},
            _seen_advantage,
        ),
    ),
    play=Sweep(each="world", control="world", seconds=15),
    touch=(
        Details(
            label="Look at a service",
            hint="or click it",
            names=lambda result: NAMES,
            story=_story,
            points=lambda result: names_at_points(NAMES, (result.worst, result.best)),
        ),
    ),
    limits=(
        "The moral hangs on true differences that are small beside chance, none here: with a true "
        "spread of 15 points fewer than six of the ten worst are small, on average over 30 "
        "worlds, where a lot would give five. People come to a service at random, and one "
        "person's luck is not another's. Real services serve people who differ, and small ones "
        "may choose whom they take. Nothing here says that size does not matter; it says that a "
        "list of the best cannot show it."
    ),
)
