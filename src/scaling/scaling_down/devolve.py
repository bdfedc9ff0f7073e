"""Devolve: one service for all, each on its own, or devolved decisions with shared back-up.

The decentralisation theorem (Oates 1972) in its simplest form: a uniform service fits badly where
places differ, a local one fits but costs more. If misfit is squared, the mean loss is the variance
of needs. The example is help at home, of which some places want more hours and others fewer.
Left out: what spills over from one place to the next, a centre that knows places and treats them
differently, places that misread themselves, and fairness between them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from scipy import special

from scaling import arguments, style
from scaling.explorable import Ask, Drag, Explorable, Mark, Slider, Task
from scaling.style import Panel
from scaling.wording import was

# The picture shows this many places.
PLACES = 12
# Places want this much help on average.
MEAN = 6  # hours a week
# The axis of diversity ends here, as does its slider.
MOST_DIVERSITY = 2.5  # hours
# Both axes of loss end here, above the mean loss at the greatest diversity, 2.5² = 6.25.
LOSS_AXIS_END = 6.8  # points
CENTRAL, ALONE, DEVOLVED = style.SCALE_UP, style.GO_ALONE, style.JOIN_UP
NAMES = ("one service for all", "each on its own", "devolved, shared back-up")


@dataclass(frozen=True)
class Devolve:
    """What a place loses, on average, in three ways of providing for many places.

    Loss is counted in points: a service that is one hour off costs a place 1 point, two hours 4.

    Attributes
    ----------
    diversity : float
        Standard deviation of needs between places, σ, in hours.
    extra_cost : float
        Additional cost to a place that does everything itself, a, in points.
    shared : float
        Part of this cost that shared back-up takes over, from 0 to 1.
    coordination : float
        Cost of sharing to each place, c, in points.
    """

    diversity: float
    extra_cost: float
    shared: float
    coordination: float

    @property
    def central(self) -> float:
        """Mean loss if all places get the same, σ²."""
        return self.diversity**2

    @property
    def alone(self) -> float:
        """Loss if each place does everything itself, a."""
        return self.extra_cost

    @property
    def devolved(self) -> float:
        """Loss if places decide and share back-up, a(1 − shared) + c."""
        return self.extra_cost * (1 - self.shared) + self.coordination

    @property
    def uniform_losses(self) -> np.ndarray:
        """The loss of each of the twelve places if all get the same, the largest loss first."""
        return np.sort(needs(self.diversity) ** 2)[::-1]

    @property
    def better_devolved(self) -> int:
        """The number of the twelve places that lose less devolved than with one service for all."""
        return int((self.uniform_losses > self.devolved + 1e-9).sum())

    @property
    def losses(self) -> tuple[float, float, float]:
        """The three losses, in the order of ``NAMES``."""
        return self.central, self.alone, self.devolved

    @property
    def best(self) -> str:
        """The way that loses least; of two that lose the same, the first in ``NAMES``."""
        return NAMES[int(np.argmin(self.losses))]


def break_even(cost: float) -> float:
    """Return the diversity from which deciding locally loses no more than one service for all.

    Parameters
    ----------
    cost : float
        The cost to a place of deciding locally, 0 or more: a alone, a(1 − shared) + c with back-up.

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
    diversity : float
        Standard deviation of needs between places in hours, 0 or more.
    extra_cost : float
        Additional cost to a place that does everything itself, in points, 0 or more.
    shared : float
        Part of this cost that shared back-up takes over, 0 to 1.
    coordination : float
        Cost of sharing to each place, in points, 0 or more.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    arguments.at_least("diversity", diversity)
    arguments.at_least("extra_cost", extra_cost)
    arguments.at_least("coordination", coordination)
    arguments.between("shared", shared, 0, 1)
    return Devolve(diversity, extra_cost, shared, coordination)


def needs(diversity: float, places: int = PLACES) -> np.ndarray:
    """Return how far each place's needs lie from the mean, spread evenly over a normal curve.

    Parameters
    ----------
    diversity : float
        σ, 0 or more.
    places : int
        The number of places, at least 2.

    Returns
    -------
    numpy.ndarray, shape (places,)
        Hours, with mean 0 and variance exactly σ².
    """
    even = special.ndtri((np.arange(places) + 0.5) / places)
    return diversity * even / even.std()


def picture(result: Devolve) -> go.Figure:
    """Draw the loss of each of twelve places, beside the mean loss of three ways over diversity."""
    loss = {"range": [-0.6, LOSS_AXIS_END], "tickvals": list(range(7))}
    layout = style.panels(
        Panel(
            "each of the twelve places,<br>if all get the same (■)",
            (0, 0.43),
            {
                "range": [-0.2, PLACES + 0.7],
                "tickvals": [1, 4, 8, PLACES],
                "showgrid": False,
                "title": {"text": "places, the most different first"},
            },
            loss | {"title": {"text": "points lost by a place"}},
        ),
        Panel(
            "a place on average,<br>and where you are",
            (0.55, 1),
            {
                "range": [0, MOST_DIVERSITY + 0.05],
                "title": {"text": "hours by which places differ (σ)"},
            },
            loss,
        ),
    )
    layout["annotations"] += [_note(result), *_line_names(result)]
    return go.Figure(
        [*_place_traces(result), *_curve_traces(result), _point_trace(result)],
        layout | {"height": 430, "margin": {"t": 62, "l": 50}},
    )


def _place_traces(result: Devolve) -> list[go.Scatter]:
    """Return a stem for each place, as high as its loss, and the lines of the other two ways."""
    places = np.arange(1, PLACES + 1)
    ends = np.arange(2 * PLACES).reshape(-1, 2)
    lost = result.uniform_losses
    # Where diversity is greatest, some places would lie beyond the axis.
    drawn = np.minimum(lost, LOSS_AXIS_END - 0.15)
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
        _flat_line(wide, result.alone, ALONE, "dash"),
        _flat_line(wide, result.devolved, DEVOLVED, "dashdot"),
    ]


def _symbol(loss: float, result: Devolve) -> str:
    """Return a place's mark: open if devolving is better for it, a triangle if off the axis."""
    mark = "square" if loss < LOSS_AXIS_END else "triangle-up"
    return f"{mark}-open" if loss > result.devolved else mark


def _flat_line(across: list[float], loss: float, colour: str, dash: str) -> go.Scatter:
    return go.Scatter(
        x=across,
        y=[loss, loss],
        mode="lines",
        line={"color": colour, "width": 2.5, "dash": dash},
        hoverinfo="skip",
    )


def _note(result: Devolve) -> dict:
    """Return the note in the left panel: for how many places it is better to decide locally."""
    many = result.better_devolved
    text = f"<b>{many}</b> of the {PLACES} lose less<br>if devolved (□)"
    if result.uniform_losses[0] >= LOSS_AXIS_END:
        text += "<br>△: more than 6 points"
    place = {"x": PLACES + 0.6, "y": LOSS_AXIS_END - 0.4}
    return place | {"text": text, "xanchor": "right", "yanchor": "top"}


def _curve_traces(result: Devolve) -> list[go.Scatter]:
    spread = np.linspace(0, MOST_DIVERSITY, 51)
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


def _point_trace(result: Devolve) -> go.Scatter:
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


def _line_names(result: Devolve) -> list[dict]:
    """Return the names of the three lines; those of the flat lines do not overlap."""
    # These are the distances of a name from its line, and of two names from each other.
    from_line, between_names = 0.04 * LOSS_AXIS_END, 0.075 * LOSS_AXIS_END
    (low, lower), (high, upper) = sorted(
        [(result.devolved, NAMES[2]), (result.alone, NAMES[1])], key=lambda line: line[0]
    )
    low_at = low - from_line if low > 2 * from_line else low + from_line
    high_at = max(high + from_line, low_at + between_names)
    panel = {"xref": "x2", "yref": "y2", "xanchor": "right"}
    # At this diversity the curve is so steep that a name beside it crosses no flat line.
    steep = 2.3
    return [
        panel | {"text": lower, "x": MOST_DIVERSITY, "y": low_at},
        panel | {"text": upper, "x": MOST_DIVERSITY, "y": high_at},
        panel | {"text": "one service for all", "x": steep, "y": steep**2, "xshift": -8},
    ]


def brief(result: Devolve, before: Devolve | None) -> str:
    """State for how many places devolving is better, or which mean loss has just changed."""
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
    """State what each way loses on average, and for how many places devolving is better."""
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
    # The points follow four traces of places and three curves.
    touch=(Drag(control="diversity", hint="or drag a point", traces=(7,)),),
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
        "The moral hangs on how far places differ, 1 hour here: below 0.89 one service for all "
        "loses less than devolving with back-up. A local service is taken to fit perfectly; real "
        "places can misread themselves, or be run by a few. A centre is taken to treat all alike; "
        "one that knows places can do better. Nothing spills over to neighbours, and nothing is "
        "said of fairness: places that decide alone may also be left alone."
    ),
)
