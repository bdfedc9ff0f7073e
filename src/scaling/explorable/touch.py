"""What can be touched in a picture: a point is clicked, or dragged along its curve.

It is declared with the explorable. Everything that can be clicked or dragged is a control or in a
list as well, for the keyboard and for a screen reader.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go

from scaling import style
from scaling.explorable.said import share_of_axis
from scaling.rows import Table

# The label of a point stands so far from it.
ACROSS, UPWARDS = 26, 34  # pixels
# Labels are turned to the inside of the panel beyond this share of its width or height.
FAR = 0.5
LETTERS = 24  # in one line of a label
RING = {"text": "◯", "font": {"size": 30}}


@dataclass(frozen=True, kw_only=True)
class Pick:
    """Points of the picture that set a control.

    Parameters
    ----------
    control : str
        The name of the control: a slider or a choice.
    hint : str
        What to click, such as "click a square"; it stands beside the control's label.
    points : callable
        ``points(result)`` gives, by the number of a trace, the value that each of its points sets.
    """

    control: str
    hint: str
    points: Callable[[Any], Mapping[int, Sequence[Any]]]


@dataclass(frozen=True, kw_only=True)
class Details:
    """Points of the picture that have a story: details on demand (Shneiderman 1996).

    Parameters
    ----------
    label : str
        What is looked at, for the list that offers all of them, such as "Look at a county".
    hint : str
        What to click, such as "or click its dot".
    names : callable
        ``names(result)`` gives the names of all that have a story, in the order of the list.
    story : callable
        ``story(result, name)`` tells it in one sentence.
    points : callable
        ``points(result)`` gives, by the number of a trace, the name of each of its points.
    has_names : bool
        Whether the picture has the names already; then a point that is looked at has a ring.
    """

    label: str
    hint: str
    names: Callable[[Any], Sequence[str]]
    story: Callable[[Any, str], str]
    points: Callable[[Any], Mapping[int, Sequence[str]]]
    has_names: bool = False

    def mark(self, figure: go.Figure, result: Any, name: str) -> None:
        """Mark a name's first point in the picture of a result."""
        trace, point = next(self._places(result, name))
        place, look = _place(figure, figure.data[trace], point), RING
        if not self.has_names:
            look = _label(figure, place, name)
        figure.add_annotation(place | look)

    def _places(self, result: Any, name: str) -> Iterator[tuple[int, int]]:
        for trace, names in self.points(result).items():
            for point, each in enumerate(names):
                if each == name:
                    yield trace, point


@dataclass(frozen=True, kw_only=True)
class Drag:
    """Points of the picture that can be dragged in the place of a slider.

    Parameters
    ----------
    control : str
        The name of the slider.
    hint : str
        What to drag, such as "or drag the diamond"; it stands beside the slider's label.
    traces : tuple of int
        The numbers of the traces whose points these are.
    along : {"x", "y"}
        The direction in which they are dragged. The slider's value is where they lie.
    stops : callable, optional
        ``stops(result, values)`` gives, by the number of a trace, where each of its points lies at
        each of the slider's ``values``, where that is not the value itself.
    """

    control: str
    hint: str
    traces: tuple[int, ...]
    along: Literal["x", "y"] = "x"
    stops: Callable[[Any, Sequence[float]], Mapping[int, np.ndarray]] | None = None


@dataclass(frozen=True, kw_only=True)
class Arrange:
    """Points that can be dragged anywhere, or onto each other, in the place of a learner's table.

    Parameters
    ----------
    control : str
        The name of the table.
    label : str
        What is chosen by ``ways``, for the list that offers them.
    ways : mapping of str to value
        What a drag does, by its label; the first one at first.
    traces : tuple of int
        The numbers of the traces whose points these are.
    points : callable
        ``points(result)`` gives, by the number of a trace, the name of each of its points.
    dropped : callable
        ``dropped(table, way, name, (x, y), onto)`` gives the table after a point was dropped at a
        place, or onto another one (else ``onto`` is empty); a ``ValueError`` says why it cannot be.
    """

    control: str
    label: str
    ways: Mapping[str, Any]
    traces: tuple[int, ...]
    points: Callable[[Any], Mapping[int, Sequence[str]]]
    dropped: Callable[[Table, Any, str, tuple[float, float], str], Table]


def _place(figure: go.Figure, trace: Any, point: int) -> dict[str, Any]:
    """Return where an annotation of a point of a trace lies."""
    place: dict[str, Any] = {}
    for letter in ("x", "y"):
        ref = trace[f"{letter}axis"] or letter
        value = float(trace[letter][point])
        is_log = figure.layout[f"{letter}axis{ref[1:]}"].type == "log"
        place |= {f"{letter}ref": ref, letter: math.log10(value) if is_log else value}
    return place


def _label(figure: go.Figure, place: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the text of an annotation that names a point, beside it and inside its panel."""
    is_far = {}
    for letter in ("x", "y"):
        axis = figure.layout[f"{letter}axis{place[f'{letter}ref'][1:]}"]
        value = 10 ** place[letter] if axis.type == "log" else place[letter]
        is_far[letter] = (share_of_axis(axis, value) or 0) > FAR
    lines = textwrap.wrap(name, LETTERS)
    return {
        "text": "<br>".join(f"<b>{style.plain(line)}</b>" for line in lines),
        "showarrow": True,
        "arrowhead": 0,
        "arrowwidth": 2,
        "arrowcolor": style.GREY,
        "standoff": 7,
        "ax": -ACROSS if is_far["x"] else ACROSS,
        "ay": UPWARDS if is_far["y"] else -UPWARDS,
        "xanchor": "right" if is_far["x"] else "left",
    }


Touch = Pick | Details | Drag
