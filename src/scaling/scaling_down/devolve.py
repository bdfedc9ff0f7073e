"""Devolve: one service for all, each on its own, or devolved decisions with shared back-up.

The decentralisation theorem (Oates 1972) in its simplest form: a uniform service misses places that
differ, a local one fits but costs more. With squared misfit the loss is the variance of needs.
The example: hours of help at home, of which places want more or fewer than they want on average.
Left out: what spills over from one place to the next, a centre that knows places and treats them
differently, places that misread themselves, and fairness between them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from scipy import stats

from scaling import style
from scaling.explorable import Ask, Explorable, Mark, Slider, Task
from scaling.wording import was

PLACES = 12  # drawn
MEAN = 6  # hours of help a week that places want on average
DRAWN_UP_TO = 2.5  # diversity on the axis of the curves
TOP = 6.8  # loss on both axes: that of the most diverse places is 2.5² = 6.25
CENTRAL, ALONE, DEVOLVED = style.SCALE_UP, style.GO_ALONE, style.JOIN_UP
NAMES = ("one service for all", "each on its own", "devolved, shared back-up")


@dataclass(frozen=True)
class Devolve:
    """What a place loses, on average, in three ways of providing for many places.

    A point of loss is what a place loses that is missed by one hour; two hours lose four points.

    Attributes
    ----------
    diversity : float
        Standard deviation of needs between places, σ, in hours.
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
    def misses(self) -> np.ndarray:
        """What each of twelve places loses where all get the same, the most first."""
        return np.sort(needs(self.diversity) ** 2)[::-1]

    @property
    def better_devolved(self) -> int:
        """For how many of the twelve devolved decisions with back-up lose less than one service."""
        return int((self.misses > self.devolved + 1e-9).sum())

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
    """Draw what each of twelve places loses, beside the mean loss of three ways over diversity."""
    left, right = (0, 0.43), (0.55, 1)
    loss = {"range": [-0.6, TOP], "tickvals": list(range(7))}
    # Plain dictionaries, because a slider redraws this and make_subplots takes three times as long.
    return go.Figure(
        [*_places(result), *_curves(result), _points(result)],
        {
            "height": 430,
            "margin": {"t": 62, "l": 50},
            "annotations": [
                style.heading("each of the twelve places,<br>if all get the same (■)", left, 1),
                style.heading("a place on average,<br>and where you are", right, 1),
                *_notes(result),
                *_names(result),
            ],
            "xaxis": {
                "domain": left,
                "anchor": "y",
                "range": [-0.2, PLACES + 0.7],
                "tickvals": [1, 4, 8, PLACES],
                "showgrid": False,
                "title": {"text": "places, the most different first"},
            },
            "yaxis": loss | {"anchor": "x", "title": {"text": "points lost by a place"}},
            "xaxis2": {
                "domain": right,
                "anchor": "y2",
                "range": [0, DRAWN_UP_TO + 0.05],
                "title": {"text": "hours by which places differ (σ)"},
            },
            "yaxis2": loss | {"anchor": "x2"},
        },
    )


def _places(result: Devolve) -> list[go.Scatter]:
    """Return a stem for each place, up to what it loses, and the lines of the other two ways."""
    places = np.arange(1, PLACES + 1)
    ends = np.arange(2 * PLACES).reshape(-1, 2)
    lost = result.misses
    drawn = np.minimum(lost, TOP - 0.15)  # the most different places of all would be off the axis
    x, y = np.repeat(places, 2), np.column_stack([np.zeros(PLACES), drawn]).ravel()
    wide = [-0.2, PLACES + 0.7]
    return [
        go.Scatter(
            **style.lines_between(x.astype(float), y, ends),
            mode="lines",
            line={"color": CENTRAL, "width": 2},
            hoverinfo="skip",
        ),
        go.Scatter(
            x=places,
            y=drawn,
            customdata=lost,
            mode="markers",
            marker={
                "size": 10,
                "color": CENTRAL,
                "symbol": [_symbol(loss, result) for loss in lost],
            },
            hovertemplate="loses %{customdata:.2f}<extra></extra>",
            cliponaxis=False,
        ),
        _level(wide, result.alone, ALONE, "dash"),
        _level(wide, result.devolved, DEVOLVED, "dashdot"),
    ]


def _symbol(loss: float, result: Devolve) -> str:
    """Return an open mark for a place that devolving serves better; a triangle points beyond."""
    mark = "square" if loss < TOP else "triangle-up"
    return f"{mark}-open" if loss > result.devolved else mark


def _level(across: list[float], loss: float, colour: str, dash: str) -> go.Scatter:
    return go.Scatter(
        x=across,
        y=[loss, loss],
        mode="lines",
        line={"color": colour, "width": 2.5, "dash": dash},
        hoverinfo="skip",
    )


def _notes(result: Devolve) -> list[dict]:
    """Return, in the left panel, for how many places it is better to decide by themselves."""
    many = result.better_devolved
    text = f"<b>{many}</b> of the {PLACES} lose less<br>if devolved (□)"
    if result.misses[0] >= TOP:
        text += "<br>△: more than 6 points"
    return [{"x": PLACES + 0.6, "y": TOP - 0.4, "text": text, "xanchor": "right", "yanchor": "top"}]


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
            hovertemplate="%{x:.2f} hours: %{y:.2f}<extra></extra>",
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


def _names(result: Devolve) -> list[dict]:
    """Return the names of the three lines, the flat ones apart from each other and the axis."""
    gap, apart = 0.04 * TOP, 0.075 * TOP  # of a name from its line, and of two names
    (low, lower), (high, upper) = sorted(
        [(result.devolved, NAMES[2]), (result.alone, NAMES[1])], key=lambda line: line[0]
    )
    low_at = low - gap if low > 2 * gap else low + gap
    high_at = max(high + gap, low_at + apart)
    panel = {"xref": "x2", "yref": "y2", "xanchor": "right"}
    steep = 2.3  # where the curve is steep and a name beside it crosses no flat line
    return [
        panel | {"text": lower, "x": DRAWN_UP_TO, "y": low_at},
        panel | {"text": upper, "x": DRAWN_UP_TO, "y": high_at},
        panel | {"text": "one service for all", "x": steep, "y": steep**2, "xshift": -8},
    ]


def brief(result: Devolve, before: Devolve | None) -> str:
    """Say for how many places devolving is better; of losses on average what has changed."""
    many = result.better_devolved
    if before is not None and before.diversity != result.diversity:
        loss, earlier = style.number(result.central), style.number(before.central)
        return f"One service for all loses {loss} points a place{was(loss, earlier)}."
    if before is not None and before.extra_cost != result.extra_cost:
        alone, devolved = style.number(result.alone), style.number(result.devolved)
        return f"Each on its own loses {alone} points, devolved with shared back-up {devolved}."
    if before is not None and before.better_devolved == many:
        loss = style.number(result.devolved)
        return (
            f"Devolved with shared back-up, a place loses {loss} points"
            f"{was(loss, style.number(before.devolved))}."
        )
    return f"For {many} of the {PLACES} places devolving with shared back-up is better."


def words(result: Devolve) -> str:
    """Say what each way loses on average, and for how many places devolving is better."""
    central, alone, devolved = (style.number(loss) for loss in result.losses)
    return (
        f"Where places differ by {style.number(result.diversity)} hours, one service for all loses "
        f"{central} points a place, each on its own {alone}, and devolved with shared back-up "
        f"{devolved}. With one service for all, {result.better_devolved} of {PLACES} places lose "
        f"more than devolved, and {PLACES - result.better_devolved} do not."
    )


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


def _seen_twice(at: Callable[..., Devolve]) -> str:
    once, twice = at(), at(diversity=2)
    return (
        f"It goes from {style.number(once.central, 1)} to {style.number(twice.central, 1)}, four "
        f"times as much, since a miss costs its square. Now devolving is better for "
        f"{twice.better_devolved} of the twelve."
    )


def _seen_dear(at: Callable[..., Devolve]) -> str:
    start = at()
    return (
        f"From {style.number(start.extra_cost * start.shared, 1)} on coordination eats what "
        f"back-up takes over: the green line lies on the orange one."
    )


explorable = Explorable(
    title="Twelve places, three ways",
    ask=Ask(
        "Twelve places want help at home: six hours a week on average, some places more and others "
        "fewer. One service gives all of them six. Being an hour off costs a place 1 point, two "
        "hours 4, three hours 9; on average places lose 1.0. If places decide and share back-up, "
        "help fits, and costs each of them 0.8 points. For how many of the twelve is that better?",
        low=0,
        high=12,
        step=1,
        unit="places",
        tempting=10,
        because="devolving loses less on average, so most places should lose less.",
        otherwise="A few places differ by more than an hour, and they lose several points each.",
    ),
    answer=lambda result: result.better_devolved,
    controls=(
        Slider("diversity", "Hours by which places differ", 0, 2.5, start=1, step=0.05),
        Slider("extra_cost", "Extra cost of doing it all alone, points", 0, 4, start=1.5, step=0.1),
        Slider("shared", "Part of it that back-up takes over", 0, 1, start=0.6, step=0.05),
        Slider("coordination", "Cost of coordination, points", 0, 2, start=0.2, step=0.05),
    ),
    run=run,
    picture=picture,
    brief=brief,
    words=words,
    table=table,
    mark=Mark("x"),
    tasks=(
        Task(
            "Let all places want the same. Which way loses least now? Name a service like that.",
            {"diversity": 0},
            lambda at: (
                f"One service for all: it loses {style.number(at(diversity=0).central)}. A pension "
                f"formula or a unit of blood should be the same everywhere."
            ),
        ),
        Task(
            "Let places differ by 2 hours instead of 1. The mean loss of one service for all does "
            "not double: what does it do, and why?",
            {"diversity": 2},
            _seen_twice,
        ),
        Task(
            "Start from the other side: make coordination so dear that each on its own loses less "
            "than devolved with back-up. How much may it cost at most?",
            {},
            _seen_dear,
        ),
    ),
    limits=(
        "A local service is taken to fit perfectly; real places can misread themselves, or be "
        "run by a few. A centre is taken to treat all alike; one that knows places can do better. "
        "Nothing spills over to neighbours, and nothing is said of fairness: places that decide "
        "alone may also be left alone. Points of loss are invented."
    ),
)
