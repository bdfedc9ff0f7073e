"""The learner's prediction beside what came out: in the picture where it has such an axis.

Where no axis of the picture holds the quantity asked for, a number line under the question does.
"""

from __future__ import annotations

import html
import math

import plotly.graph_objects as go

from scaling import style
from scaling.explorable import Ask, Mark

SAID = style.PURPLE  # the learner's own answer, in every picture


def draw(figure: go.Figure, mark: Mark, ask: Ask, said: float, outcome: float) -> None:
    """Draw where the learner said, and the gap to what came out, across the panel of an axis.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        Is changed.
    mark : explorable.Mark
    ask : explorable.Ask
    said, outcome : float
        On the scale of the question.
    """
    letter, number = mark.axis[0], mark.axis[1:]
    axis = figure.layout[f"{letter}axis{number}"]
    across = axis.anchor or f"{'y' if letter == 'x' else 'x'}{number}"
    here, there = said * mark.scale, outcome * mark.scale
    place, beyond = _inside(axis, here)
    text = style.plain(f"you said {ask.write(said)}")
    if beyond:
        arrow = {("x", 1): "→", ("x", -1): "←", ("y", 1): "↑", ("y", -1): "↓"}[letter, beyond]
        text = f"{text} {arrow}"
    side = "x" if letter == "y" else "y"
    is_log = axis.type == "log"
    line = {
        f"{side}ref": f"{across} domain",
        f"{letter}ref": mark.axis,
        "type": "line",
        "line": {"color": SAID, "dash": "dot", "width": 2},
    }
    figure.add_shape(
        line | {f"{side}0": 0, f"{side}1": 1, f"{letter}0": place, f"{letter}1": place}
    )
    edge = 0.985  # of the panel: the gap is drawn where few data lie
    figure.add_shape(
        line
        | {f"{side}0": edge, f"{side}1": edge, f"{letter}0": place, f"{letter}1": there}
        | {"line": {"color": SAID, "width": 4}, "opacity": 0.6}
    )
    note = {
        f"{side}ref": f"{across} domain",
        f"{letter}ref": mark.axis,
        f"{letter}": math.log10(place) if is_log and place > 0 else place,
        "text": text,
        "showarrow": False,
    }
    if letter == "y":
        middle = _share(axis, place)
        anchor = "top" if middle is not None and middle > 0.93 else "bottom"
        note |= {"x": 0.97, "xanchor": "right", "yanchor": anchor}
    else:
        middle = _share(axis, place)
        anchor = "right" if middle is not None and middle > 0.6 else "left"
        shift = -5 if anchor == "right" else 5
        note |= {"y": 0.02, "yanchor": "bottom", "xanchor": anchor, "xshift": shift}
    figure.add_annotation(note)


def _ends(axis: go.layout.XAxis | go.layout.YAxis) -> tuple[float, float] | None:
    if axis.range is None or None in axis.range:
        return None
    ends = [float(end) for end in axis.range]
    return tuple(10**end for end in ends) if axis.type == "log" else tuple(ends)


def _inside(axis: go.layout.XAxis | go.layout.YAxis, value: float) -> tuple[float, int]:
    """Return a value brought inside its axis, and the side of the picture it lay beyond."""
    ends = _ends(axis)
    if ends is None:
        return value, 0
    low, high = min(ends), max(ends)
    if low <= value <= high:
        return value, 0
    beyond = 1 if value > high else -1
    place = high if beyond > 0 else low
    return place, beyond if ends[0] < ends[1] else -beyond


def _share(axis: go.layout.XAxis | go.layout.YAxis, value: float) -> float | None:
    """Return how far along its axis a value lies, from 0 to 1; None where no range is set."""
    ends = _ends(axis)
    if ends is None:
        return None
    if axis.type == "log":
        low, high, value = *map(math.log10, ends), math.log10(max(value, min(ends)))
    else:
        low, high = ends
    return (value - low) / (high - low)


def number_line(ask: Ask, said: float, outcome: float) -> str:
    """Return a number line as HTML: the scale, what the learner said, and what came out."""
    left, right = (100 * _clipped(ask, value) for value in (said, outcome))
    low, gap = min(left, right), abs(right - left)
    words = html.escape(f"You said {ask.write(said)}; it is {ask.write(outcome)}.")
    return (
        f"<div class='scaling-line' role='img' aria-label='{words}'>"
        f"<span class='scaling-line-end'>{style.number(ask.low, ask.digits)}</span>"
        "<div class='scaling-line-track'>"
        f"<i class='scaling-line-gap' style='left:{low:.1f}%;width:{gap:.1f}%'></i>"
        f"<i class='scaling-line-said' style='left:{left:.1f}%'></i>"
        f"<i class='scaling-line-here' style='left:{right:.1f}%'></i>"
        "</div>"
        f"<span class='scaling-line-end'>{style.number(ask.high, ask.digits)}</span>"
        "<span class='scaling-small'>◆ you said &nbsp; ● it is</span></div>"
    )


def _clipped(ask: Ask, value: float) -> float:
    return min(1, max(0, (value - ask.low) / (ask.high - ask.low)))
