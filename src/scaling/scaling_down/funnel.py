"""Funnel: the best and the worst are small, by chance, until somebody allows for size.

The spread of a rate shrinks with the square root of the number of people behind it (de Moivre 1730;
"the most dangerous equation", Wainer 2007). Control limits that widen as units get smaller: the
funnel plot (Spiegelhalter 2005), here with exact binomial limits, interpolated as he proposes.
Left out: everything that makes people differ before a service meets them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from scipy import stats

from scaling import style
from scaling.explorable import Ask, Explorable, Slider, Task

SERVICES = 100
SMALLEST, LARGEST = 10, 2000  # people in a service
SHARE = 0.6  # of people who are helped, over all services
LEVEL = 0.95  # of the limits
LOW, HIGH, REST, RING = style.ORANGE, style.PURPLE, style.GREY, style.VERMILLION
WIDTH, ROWS = 0.035, 6  # of a mark, as a share of the axis of size; of marks that fit below 0


# What real data under the same picture use as well


def limits(share: float, size: float | np.ndarray, z: float = 1.96) -> tuple[np.ndarray, ...]:
    """Return control limits by the formula, p ± z·√(p(1 − p)/n).

    Parameters
    ----------
    share : float
        p over all units, 0 to 1.
    size : float or numpy.ndarray
        n, people in each unit.
    z : float
        1.96 keeps 95 in 100 units inside, if only chance differs and n·p is not small.

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
        p over all units, between 0 and 1.
    size : float or numpy.ndarray
        n, people in each unit; whole numbers.
    level : float
        Chance of lying inside, between 0 and 1.

    Notes
    -----
    A count jumps; so that the lines do not, each limit is interpolated between two counts.
    """
    size = np.asarray(size, dtype=float)
    found = []
    for chance in ((1 - level) / 2, (1 + level) / 2):
        count = stats.binom.ppf(chance, size, share)
        upper = stats.binom.cdf(count, size, share)
        step = stats.binom.pmf(count, size, share)
        found.append(np.maximum(0, count - (upper - chance) / step) / size)
    return found[0], found[1]


def outside(events: np.ndarray, size: np.ndarray, share: float, level: float = LEVEL) -> np.ndarray:
    """Return 1 for units above their limits, −1 for those below, 0 for those inside.

    Parameters
    ----------
    events, size : numpy.ndarray, shape (units,)
        Counts, and people in each unit.
    share : float
        p over all units.
    level : float
        Chance of lying inside `exact_limits`, which are the lines of the picture.
    """
    rate = events / size
    low, high = exact_limits(share, size, level)
    return (rate > high).astype(int) - (rate < low).astype(int)


def smaller_half(size: np.ndarray) -> np.ndarray:
    """Return which units belong to the smaller half (of an odd number, without the middle one)."""
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
        Rates are shown per so many people.
    size_title, rate_title : str
        Of the axes.
    size_ticks : sequence of int
        On the logarithmic axis of size.
    top : float
        Highest rate on the axis.
    low, high : str
        Names of the marked groups at both ends.
    periods : tuple of str
        Names of the first and the next period.
    below : float
        How far the axis of rates goes on below 0: where units without an event would hide each
        other, they stand one below the other there.
    rings : bool
        Whether units outside the limits have a ring around them.
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
        People and counts in the first and the next period.
    ends : tuple of numpy.ndarray
        Units at the low and at the high end of the first period.
    look : Look
    level : float
        Of the limits.
    shown : {0, 1}
        Period of the funnel.
    """
    left, right = (0, 0.6), (0.72, 1)
    now = events[shown] / size[shown] * look.per
    share = pooled(events[shown], size[shown])
    rate = {"range": [-look.below, 1.12 * look.top], "tickvals": np.linspace(0, look.top, 6)}
    headings = [
        style.heading(
            f"{look.periods[shown]}: between the grey lines<br>chance keeps {style.percent(level)}",
            left,
            1,
        ),
        style.heading("both ends<br>taken together", right, 1),
    ]
    moves = _moves(size, events, ends, look)
    beyond = outside(events[shown], size[shown], share, level)
    # Plain dictionaries, because a slider redraws this and make_subplots takes three times as long.
    return go.Figure(
        [
            *_limits(size[shown], share, level, look),
            *_units(size[shown], now, ends, look),
            _rings(size[shown], now, beyond, look),
            *moves,
        ],
        {
            "height": 450,
            "margin": {"t": 62, "b": 70},
            "annotations": [
                *headings,
                *_halves(size, ends, look, int(np.abs(beyond).sum())),
                *_names(moves, look),
            ],
            "shapes": [_middle(size, look)],
            "xaxis": {
                "domain": left,
                "anchor": "y",
                "type": "log",
                "range": list(np.log10([size.min() / 1.25, size.max() * 1.25])),
                "tickvals": list(look.size_ticks),
                "ticktext": [f"{tick:,}" for tick in look.size_ticks],
                "title": {"text": look.size_title},
            },
            "yaxis": rate | {"anchor": "x", "title": {"text": look.rate_title}},
            "xaxis2": {
                "domain": right,
                "anchor": "y2",
                "range": [-0.35, 1.35],
                "tickvals": [0, 1],
                "ticktext": list(look.periods),
                "showgrid": False,
            },
            "yaxis2": rate | {"anchor": "x2", "side": "right"},
        },
    )


def _limits(size: np.ndarray, share: float, level: float, look: Look) -> list[go.Scatter]:
    """Return the lines that chance alone keeps a share of units between, and the mean."""
    along = np.unique(np.round(np.geomspace(size.min() / 1.2, size.max() * 1.2, 70)))
    along = along[along >= 1]
    low, high = exact_limits(share, along, level)
    quiet = {"mode": "lines", "hoverinfo": "skip"}
    line = {"color": style.CHANCE, "width": 2}
    return [
        go.Scatter(x=along, y=look.per * low, line=line, **quiet),
        go.Scatter(x=along, y=look.per * high, line=line, **quiet),
        go.Scatter(
            x=along, y=np.full(len(along), look.per * share), line=line | {"dash": "dot"}, **quiet
        ),
    ]


def _middle(size: np.ndarray, look: Look) -> dict:
    """Return the line between the smaller and the larger half."""
    return {
        "type": "line",
        "x0": _half(size[0]),
        "x1": _half(size[0]),
        "y0": -look.below,
        "y1": 1.12 * look.top,
        "line": {"color": style.GREY, "width": 1, "dash": "dot"},
        "layer": "below",
    }


def _half(size: np.ndarray) -> float:
    """Return a size between the smaller and the larger half."""
    in_order = np.sort(size)
    return float(np.sqrt(in_order[len(size) // 2 - 1] * in_order[len(size) // 2]))


def _halves(size: np.ndarray, ends: tuple, look: Look, ringed: int) -> list[dict]:
    """Return the names of the halves, and how many units are small at both ends, or outside."""
    small = smaller_half(size[0])
    middle, right = np.log10([_half(size[0]), size.max() * 1.2])
    height = look.top + look.below
    place = {"x": middle, "y": 1.12 * look.top, "yanchor": "top"}
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


def _units(size: np.ndarray, rate: np.ndarray, ends: tuple, look: Look) -> list[go.Scatter]:
    """Return all units as dots, both ends with marks of their own."""
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


def _heights(size: np.ndarray, rate: np.ndarray, look: Look) -> np.ndarray:
    """Return where units are drawn: at their rate, but one below the other at 0."""
    height = rate.astype(float)
    if not look.below:
        return height
    span = np.log10(size.max() / size.min())
    filled: list[float] = []  # in each row, the place of the last unit
    for unit in sorted(np.flatnonzero(rate == 0), key=lambda unit: size[unit]):
        place = np.log10(size[unit]) / span
        free = (row for row, last in enumerate(filled) if place - last > WIDTH)
        row = next(free, len(filled))
        filled[row : row + 1] = [place]
        height[unit] = -row * look.below / ROWS
    return height


def _rings(size: np.ndarray, rate: np.ndarray, where: np.ndarray, look: Look) -> go.Scatter:
    """Return a ring around every unit outside the limits."""
    which = np.flatnonzero(where) if look.rings else np.array([], dtype=int)
    return go.Scatter(
        x=size[which],
        y=_heights(size, rate, look)[which],
        mode="markers",
        marker={"symbol": "circle-open", "size": 17, "color": RING, "line": {"width": 2}},
        hoverinfo="skip",
        cliponaxis=False,
    )


def _moves(size: np.ndarray, events: np.ndarray, ends: tuple, look: Look) -> list[go.Scatter]:
    """Return the rates of both ends and of all, from one period to the next."""
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


def _names(moves: list[go.Scatter], look: Look) -> list[dict]:
    """Return the names of both ends and of all, where they begin and out of each other's way."""
    every, low, high = moves
    place = {"xref": "x2", "yref": "y2", "x": 0, "xanchor": "left", "xshift": -14}
    return [
        place | {"text": look.high, "y": high.y[0], "yanchor": "bottom", "yshift": 9},
        place | {"text": look.low, "y": low.y[0], "yanchor": "top", "yshift": -9}
        if low.y[0] > 0.12 * look.top
        else place | {"text": look.low, "y": 0, "xshift": 9, "yanchor": "top", "yshift": -2},
        place | {"text": "all", "y": every.y[0], "xanchor": "right", "xshift": -9},
    ]


# The model


@dataclass(frozen=True)
class Funnel:
    """A hundred services of very different size, in two periods.

    Attributes
    ----------
    spread : float
        Standard deviation of what services truly do, τ, in points of a hundred.
    advantage : float
        By how many points the smallest service truly helps more than the largest.
    marked : int
        Services marked at each end.
    world : int
        Seed: which of many worlds.
    size : numpy.ndarray, shape (services,)
        People in each service.
    helped : numpy.ndarray, shape (2, services)
        Of them, how many are helped in the first and in the next period.
    worst, best : numpy.ndarray, shape (marked,)
        Services at either end of the first period.
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
        """How many of the best belong to the smaller half."""
        return int(smaller_half(self.size)[self.best].sum())

    @property
    def small_among_worst(self) -> int:
        """How many of the worst belong to the smaller half."""
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
        τ in points, 0 or more. What a service truly does is the same in both periods.
    advantage : float
        Points by which the smallest truly helps more than the largest, −40 to 40.
    marked : int
        Services at each end, 1 to 50.
    world : int
        Seed.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    if not 0 <= spread < np.inf:
        raise ValueError(f"spread must be 0 or more; it is {spread}.")
    if not -40 <= advantage <= 40:
        raise ValueError(f"advantage must lie between −40 and 40; it is {advantage}.")
    if marked not in range(1, SERVICES // 2 + 1):
        raise ValueError(
            f"marked must be a whole number from 1 to {SERVICES // 2}; it is {marked}."
        )
    generator = np.random.default_rng(world)
    size = np.round(np.geomspace(SMALLEST, LARGEST, SERVICES)).astype(int)
    tilt = advantage / 100 * np.linspace(0.5, -0.5, SERVICES)
    does = SHARE + tilt + spread / 100 * generator.standard_normal(SERVICES)
    helped = generator.binomial(size, np.clip(does, 0.01, 0.99), (2, SERVICES))
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
    """Draw the funnel of the first period, beside what becomes of its best and worst."""
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
    """Say how many are small at both ends; where both are a year later, if true spread changed."""
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
    """Say who is small among the best and the worst, and where both are a year later."""
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
    """Return best, worst and all with their sizes and both years."""
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


def _lead_kept(result: Funnel) -> float:
    """Return which part of the best services' lead over all is left in the next year."""
    first, later = (
        result.rate(result.best, year) - result.rate(slice(None), year) for year in (0, 1)
    )
    return max(0, later / first)


def _seen_worlds(at: Callable[..., Funnel]) -> str:
    (slider,) = [control for control in explorable.controls if control.name == "world"]
    worlds = [at(world=world) for world in range(slider.low, slider.high + 1)]
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
    limits=(
        "People come to a service at random, and one person's luck is not another's. Real services "
        "serve people who differ, and small ones may choose whom they take. Nothing here says that "
        "size does not matter; it says that a list of the best cannot show it."
    ),
)
