"""Devolve: one service for all, each on its own, or devolved decisions with shared back-up.

The decentralisation theorem (Oates 1972) in its simplest form: a uniform service misses places that
differ, a local one fits but costs more. With squared misfit the loss is the variance of needs.
Left out: what spills over from one place to the next, a centre that knows places and treats them
differently, places that misread themselves, and fairness between them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from scipy import stats

from scaling import style
from scaling.explorable import Ask, Explorable, Slider

PLACES = 12  # drawn
DRAWN_UP_TO = 2.5  # diversity on the axis of the curves
CENTRAL, ALONE, DEVOLVED = style.SCALE_UP, style.GO_ALONE, style.JOIN_UP
NAMES = ("one service for all", "each on its own", "devolved, shared back-up")


@dataclass(frozen=True)
class Devolve:
    """What a place loses, on average, in three ways of providing for many places.

    Attributes
    ----------
    diversity : float
        Standard deviation of needs between places, σ.
    extra_cost : float
        What a place pays more when it does everything itself, a, in points of loss.
    shared : float
        Part of this that shared back-up takes over, from 0 to 1.
    coordination : float
        What sharing costs each place, c, in points of loss.
    """

    diversity: float
    extra_cost: float
    shared: float
    coordination: float

    @property
    def central(self) -> float:
        """Loss where all get the same, σ²."""
        return self.diversity**2

    @property
    def alone(self) -> float:
        """Loss where each place does everything itself, a."""
        return self.extra_cost

    @property
    def devolved(self) -> float:
        """Loss where places decide and share back-up, a(1 − shared) + c."""
        return self.extra_cost * (1 - self.shared) + self.coordination

    @property
    def losses(self) -> tuple[float, float, float]:
        """The three losses, in the order of ``NAMES``."""
        return self.central, self.alone, self.devolved

    @property
    def best(self) -> str:
        """The way that loses least; where two lose the same, the first in ``NAMES``."""
        return NAMES[int(np.argmin(self.losses))]


def break_even(cost: float) -> float:
    """Return the diversity from which deciding locally loses no more than one service for all.

    Parameters
    ----------
    cost : float
        What deciding locally costs a place, 0 or more: ``a`` alone, a(1 − shared) + c with back-up.

    Returns
    -------
    float
        σ* = √cost, from σ² = cost.
    """
    return float(np.sqrt(cost))


def run(
    diversity: float = 1.0, extra_cost: float = 1.5, shared: float = 0.6, coordination: float = 0.2
) -> Devolve:
    """Compare three ways of providing for many places.

    Parameters
    ----------
    diversity, extra_cost, coordination : float
        0 or more.
    shared : float
        0 to 1.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    for name, value in (
        ("diversity", diversity),
        ("extra_cost", extra_cost),
        ("coordination", coordination),
    ):
        if not 0 <= value < np.inf:
            raise ValueError(f"{name} must be 0 or more; it is {value}.")
    if not 0 <= shared <= 1:
        raise ValueError(f"shared must lie between 0 and 1; it is {shared}.")
    return Devolve(diversity, extra_cost, shared, coordination)


def needs(diversity: float, places: int = PLACES) -> np.ndarray:
    """Return needs of places spread evenly over a normal curve: mean 0, variance exactly σ².

    Parameters
    ----------
    diversity : float
        σ, 0 or more.
    places : int
        At least 2.
    """
    even = stats.norm.ppf((np.arange(places) + 0.5) / places)
    return diversity * even / even.std()


def picture(result: Devolve) -> go.Figure:
    """Draw twelve places around the one service, beside the loss of three ways over diversity."""
    left, right = (0, 0.36), (0.47, 0.98)
    top = max(3.0, 1.15 * result.central, 1.15 * result.extra_cost, 1.15 * result.devolved)
    # Plain dictionaries, because a slider redraws this and make_subplots takes three times as long.
    return go.Figure(
        [*_places(result), *_curves(result), _points(result)],
        {
            "height": 430,
            "margin": {"t": 62, "l": 50},
            "annotations": [
                style.heading("what twelve places need,<br>and the service for all", left, 1),
                style.heading("loss in a place, on average", right, 1),
                *_names(result, top),
            ],
            "xaxis": {
                "domain": left,
                "anchor": "y",
                "range": [-0.8, PLACES - 0.2],
                "showticklabels": False,
                "ticks": "",
                "showgrid": False,
                "title": {"text": "places"},
            },
            "yaxis": {
                "anchor": "x",
                "range": [-4.6, 4.6],
                "dtick": 2,
                "title": {"text": "less or more than the mean"},
            },
            "xaxis2": {
                "domain": right,
                "anchor": "y2",
                "range": [0, DRAWN_UP_TO + 0.05],
                "title": {"text": "how much places differ, σ"},
            },
            "yaxis2": {"anchor": "x2", "range": [0, top]},
        },
    )


def _places(result: Devolve) -> list[go.Scatter]:
    """Return the line of the one service, the gaps to it, and what each place needs."""
    wanted = needs(result.diversity)
    order = np.arange(PLACES)
    shuffled = wanted[(order * 5) % PLACES]  # neighbours differ, as they do
    x, y = np.repeat(order, 2), np.column_stack([np.zeros(PLACES), shuffled]).ravel()
    ends = np.arange(2 * PLACES).reshape(-1, 2)
    quiet = {"hoverinfo": "skip"}
    return [
        go.Scatter(
            x=[-0.6, PLACES - 0.4],
            y=[0, 0],
            mode="lines",
            line={"color": CENTRAL, "width": 3},
            **quiet,
        ),
        go.Scatter(
            **style.lines_between(x.astype(float), y, ends),
            mode="lines",
            line={"color": CENTRAL, "width": 1.5, "dash": "dot"},
            **quiet,
        ),
        go.Scatter(
            x=order,
            y=shuffled,
            mode="markers",
            marker={"size": 10, "color": style.BLUE},
            hovertemplate="needs %{y:.1f} from the mean<extra></extra>",
        ),
    ]


def _curves(result: Devolve) -> list[go.Scatter]:
    spread = np.linspace(0, DRAWN_UP_TO, 51)
    flat = np.ones_like(spread)
    lines = [
        (spread**2, CENTRAL, "solid"),
        (result.alone * flat, ALONE, "dash"),
        (result.devolved * flat, DEVOLVED, "dashdot"),
    ]
    return [
        go.Scatter(
            x=spread,
            y=loss,
            mode="lines",
            line={"color": colour, "width": 2.5, "dash": dash},
            xaxis="x2",
            yaxis="y2",
            hovertemplate="σ = %{x:.2f}: %{y:.2f}<extra></extra>",
        )
        for loss, colour, dash in lines
    ]


def _points(result: Devolve) -> go.Scatter:
    return go.Scatter(
        x=[result.diversity] * 3,
        y=result.losses,
        mode="markers",
        marker={
            "size": 12,
            "color": [CENTRAL, ALONE, DEVOLVED],
            "symbol": ["square", "triangle-up", "circle"],
        },
        xaxis="x2",
        yaxis="y2",
        cliponaxis=False,
        hoverinfo="skip",
    )


def _names(result: Devolve, top: float) -> list[dict]:
    """Return the names of the three lines, kept apart from each other and from the axis."""
    gap, apart = 0.045 * top, 0.08 * top  # of a name from its line, and of two names
    (low, lower), (high, upper) = sorted(
        [(result.devolved, NAMES[2]), (result.alone, NAMES[1])], key=lambda line: line[0]
    )
    low_at = low - gap if low > 2 * gap else low + gap
    high_at = max(high + gap, low_at + apart)
    heights = top * np.linspace(0.3, 0.92, 32)
    heights = heights[np.sqrt(heights) <= DRAWN_UP_TO]
    room = np.minimum(np.abs(heights - low_at), np.abs(heights - high_at))
    steep = float(heights[np.argmax(np.minimum(room, 3 * apart))])
    panel = {"xref": "x2", "yref": "y2", "xanchor": "right"}
    return [
        panel | {"text": lower, "x": DRAWN_UP_TO, "y": low_at},
        panel | {"text": upper, "x": DRAWN_UP_TO, "y": high_at},
        panel
        | {"text": "one service<br>for all", "x": steep**0.5, "y": steep}
        | {"xshift": -8, "align": "right"},
    ]


def words(result: Devolve) -> str:
    """Say what each way loses, and from which diversity local decisions are better."""
    central, alone, devolved = (style.number(loss) for loss in result.losses)
    return (
        f"Where places differ by {style.number(result.diversity)}, one service for all loses "
        f"{central} a place; each on its own loses {alone}, and devolved decisions with "
        f"{style.percent(result.shared)} of the extra cost shared, at "
        f"{style.number(result.coordination)} for coordination, lose {devolved}. The least "
        f"is lost by {_least(result)}; deciding locally pays from a difference of "
        f"{style.number(break_even(result.alone))} alone, and of "
        f"{style.number(break_even(result.devolved))} with back-up."
    )


def _least(result: Devolve) -> str:
    lowest = min(result.losses)
    tied = [
        name
        for name, loss in zip(NAMES, result.losses, strict=True)
        if np.isclose(loss, lowest, atol=1e-9)
    ]
    return " and ".join(tied)


def table(result: Devolve) -> pd.DataFrame:
    """Return the three ways side by side."""
    fits = (style.number(result.central), "0.00", "0.00")
    costs = ("0.00", style.number(result.alone), style.number(result.devolved))
    pays = ("below these two", *(f"{break_even(loss):.2f}" for loss in result.losses[1:]))
    return pd.DataFrame(
        {
            "way": NAMES,
            "loss from misfit": fits,
            "loss from cost": costs,
            "loss in a place": [style.number(loss) for loss in result.losses],
            "pays from a difference of": pays,
        }
    )


explorable = Explorable(
    title="One for all, each alone, or neither",
    ask=Ask(
        "Twelve places need different things. One service for all misses each by something: a loss "
        "of 1.0 a place, on average. If each place does everything itself it fits, but pays 1.5 "
        "more. A third way: each place decides, and shared back-up takes over 60 % of that extra "
        "cost, while coordination costs each place 0.2. What is its loss a place?",
        low=0,
        high=2,
        step=0.05,
        unit="a place",
        tempting=1.25,
        because="a compromise between two ways should lie between them.",
    ),
    answer=lambda result: result.devolved,
    controls=(
        Slider("diversity", "How much places differ, σ", 0, 2.5, start=1, step=0.05),
        Slider("extra_cost", "Extra cost of doing it all alone", 0, 4, start=1.5, step=0.1),
        Slider("shared", "Part that back-up takes over", 0, 1, start=0.6, step=0.05),
        Slider("coordination", "Cost of coordination", 0, 2, start=0.2, step=0.05),
    ),
    run=run,
    picture=picture,
    words=words,
    table=table,
    tasks=(
        "Let all places need the same (0). Which way loses least now? Name a service like that.",
        "Let places differ by 2 instead of 1. The loss of one service for all does not double: "
        "what does it do, and why?",
        "Start from the other side: make coordination so dear that each on its own loses less than "
        "devolved with back-up. How much may it cost at most?",
    ),
    limits=(
        "A local service is taken to fit perfectly; real places can misread themselves, or be "
        "run by a few. A centre is taken to treat all alike; one that knows places can do better. "
        "Nothing spills over to neighbours, and nothing is said of fairness: places that decide "
        "alone may also be left alone. Points of loss are invented."
    ),
)
