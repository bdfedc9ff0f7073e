"""The learner's prediction drawn beside the outcome.

It is drawn in the picture, or on a number line under the question if no axis of the picture shows
the quantity that was asked for.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator

import plotly.graph_objects as go
from markupsafe import Markup

from scaling import style
from scaling.ask import Ask, Mark

SAID = style.PURPLE
# A unit that is longer is read on the axis, and not repeated in the label.
LONGEST_UNIT = 12  # characters


def draw(figure: go.Figure, mark: Mark, ask: Ask, said: float, outcome: float) -> None:
    """Draw the prediction as a line across a panel, and its distance from the outcome.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        The figure that is drawn into.
    mark : explorable.Mark
    ask : explorable.Ask
    said, outcome : float
        On the scale of the question.
    """
    letter, number = mark.axis[0], mark.axis[1:]
    axis = figure.layout[f"{letter}axis{number}"]
    across = axis.anchor or f"{'y' if letter == 'x' else 'x'}{number}"
    here, there = said * mark.scale, outcome * mark.scale
    place, beyond = _clamped(axis, here)
    number_said = style.number(said, ask.digits)
    named = ask.write(said) if len(ask.unit) <= LONGEST_UNIT else number_said
    text = style.plain(f"you said {named}")
    if beyond:
        arrow = {("x", 1): "→", ("x", -1): "←", ("y", 1): "↑", ("y", -1): "↓"}[letter, beyond]
        text = f"{text} {arrow}"
    # The label has to fit with the panels side by side and with each on a narrow page.
    side_by_side = _panel_size(figure, mark.axis, across)
    if letter == "x" and 2 * _LETTER_WIDTH * len(text) > side_by_side[0]:
        text = text.replace("you said ", "you said<br>")  # Beside the line is half of the panel.
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
    edge = 0.985  # share of the panel; few data lie so close to its edge
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
    along = share_of_axis(axis, place)
    rooms = (side_by_side, (_NARROW, side_by_side[1]))
    taken = [list(_label_boxes(figure, mark.axis, across, room)) for room in rooms]

    def overlap_of(choice: dict) -> float:
        if along is None:
            return 0
        x, y = (choice["x"], along) if letter == "y" else (along, choice["y"])
        worst = 0.0
        for room, others in zip(rooms, taken, strict=True):
            box = _box(choice | {"text": text}, x, y, room)
            outside = max(0, -box[0]) + max(0, box[1] - 1) + max(0, -box[2]) + max(0, box[3] - 1)
            worst += 10 * outside + sum(_overlap(box, other) for other in others)
        return worst

    figure.add_annotation(note | min(_PLACES[letter], key=overlap_of))


# Places for the label along a horizontal line ("y") or beside a vertical one ("x"), best first.
_PLACES = {
    "y": [
        {"x": x, "xanchor": side, "yanchor": anchor, "yshift": shift}
        for away in (0, 40, 80)
        for x, side in ((0.97, "right"), (0.02, "left"), (0.5, "center"))
        for anchor, shift in (("bottom", away), ("top", -away))
    ],
    "x": [
        {"y": y, "yanchor": anchor, "xanchor": side, "xshift": shift}
        for y, anchor in ((0.02, "bottom"), (0.98, "top"), (0.5, "middle"), (0.25, "middle"))
        for side, shift in (("left", 5), ("right", -5))
    ],
}
_LETTER_WIDTH, _LINE_HEIGHT = 7.2, 18  # pixels
_NARROW = 300  # pixels
# At this size of the whole picture labels begin to collide.
_WIDTH, _HEIGHT = 660, 450  # pixels

Box = tuple[float, float, float, float]  # left, right, bottom, top; shares of the panel


def _panel_size(figure: go.Figure, one: str, other: str) -> tuple[float, float]:
    """Return the approximate width and height of the panel of two axes, in pixels."""
    x, y = sorted((one, other))
    margin = figure.layout.margin
    inside = (figure.layout.height or _HEIGHT) - (margin.t or 40) - (margin.b or 50)
    across = figure.layout[f"xaxis{x[1:]}"].domain or (0, 1)
    upwards = figure.layout[f"yaxis{y[1:]}"].domain or (0, 1)
    return _WIDTH * (across[1] - across[0]), inside * (upwards[1] - upwards[0])


def _label_boxes(
    figure: go.Figure, one: str, other: str, room: tuple[float, float]
) -> Iterator[Box]:
    """Yield the boxes of the labels that are in the panel of two axes already."""
    x_axis, y_axis = sorted((one, other))
    x, y = _position(figure, "x", x_axis), _position(figure, "y", y_axis)
    for note in figure.layout.annotations:
        left, bottom = x(note), y(note)
        if left is not None and bottom is not None and note.text:
            yield _box(note.to_plotly_json(), left, bottom, room)


def _position(
    figure: go.Figure, letter: str, name: str
) -> Callable[[go.layout.Annotation], float | None]:
    """Return a function that tells how far along an axis a label lies; None if it lies on none."""

    def position(note: go.layout.Annotation) -> float | None:
        ref, value = note[f"{letter}ref"] or letter, note[letter]
        if ref == name and isinstance(value, int | float):
            axis = figure.layout[f"{letter}axis{name[1:]}"]
            return share_of_axis(axis, 10**value if axis.type == "log" else value)
        return value if ref == f"{name} domain" else None

    return position


def _box(note: dict, x: float, y: float, room: tuple[float, float]) -> Box:
    """Return the approximate box of a label at x and y, shares of its panel."""
    lines = [re.sub(r"<[^>]*>", "", line) for line in note["text"].split("<br>")]
    wide = _LETTER_WIDTH * max(map(len, lines)) / room[0]
    high = _LINE_HEIGHT * len(lines) / room[1]
    x += note.get("xshift", 0) / room[0]
    y += note.get("yshift", 0) / room[1]
    left = x - {"left": 0, "right": 1}.get(note.get("xanchor", ""), 0.5) * wide
    bottom = y - {"bottom": 0, "top": 1}.get(note.get("yanchor", ""), 0.5) * high
    return left, left + wide, bottom, bottom + high


def _overlap(one: Box, other: Box) -> float:
    """Return the area that two boxes share."""
    across = min(one[1], other[1]) - max(one[0], other[0])
    upwards = min(one[3], other[3]) - max(one[2], other[2])
    return max(0, across) * max(0, upwards)


def _ends(axis: go.layout.XAxis | go.layout.YAxis) -> tuple[float, float] | None:
    if axis.range is None or None in axis.range:
        return None
    first, last = (float(end) for end in axis.range)
    return (10**first, 10**last) if axis.type == "log" else (first, last)


def _clamped(axis: go.layout.XAxis | go.layout.YAxis, value: float) -> tuple[float, int]:
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


def share_of_axis(axis: go.layout.XAxis | go.layout.YAxis, value: float) -> float | None:
    """Return how far along its axis a value lies, from 0 to 1; None where no range is set."""
    ends = _ends(axis)
    if ends is None:
        return None
    if axis.type == "log":
        low, high, value = *map(math.log10, ends), math.log10(max(value, min(ends)))
    else:
        low, high = ends
    return (value - low) / (high - low)


def number_line(ask: Ask, said: float, outcome: float) -> Markup:
    """Return a number line as HTML: the scale, what the learner said, and what came out."""
    left, right = (100 * _clipped(ask, value) for value in (said, outcome))
    low, gap = min(left, right), abs(right - left)
    return Markup(
        "<div class='scaling-line' role='img' aria-label='{words}'>"
        "<span class='scaling-line-end'>{first}</span>"
        "<div class='scaling-line-track'>"
        "<i class='scaling-line-gap' style='left:{low:.1f}%;width:{gap:.1f}%'></i>"
        "<i class='scaling-line-said' style='left:{left:.1f}%'></i>"
        "<i class='scaling-line-here' style='left:{right:.1f}%'></i>"
        "</div>"
        "<span class='scaling-line-end'>{last}</span>"
        "<span class='scaling-small'>◆ you said &nbsp; ● it is</span></div>"
    ).format(
        words=f"You said {ask.write(said)}; it is {ask.write(outcome)}.",
        first=style.number(ask.low, ask.digits),
        last=style.number(ask.high, ask.digits),
        low=low,
        gap=gap,
        left=left,
        right=right,
    )


def _clipped(ask: Ask, value: float) -> float:
    return min(1, max(0, (value - ask.low) / (ask.high - ask.low)))
