"""The same picture with its panels stacked, for a page that is too narrow for two side by side.

A picture is drawn once, with its panels abreast. On a phone, or in JupyterLab with its file panel
open, each panel takes the whole width instead, and the picture grows in height.
"""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
import plotly.graph_objects as go

# Panels are stacked in a picture that is narrower than this.
NARROW = 560  # pixels
# In a narrow picture headings are smaller, and longer ones are broken, so that a phone shows them.
LETTERS = 40  # characters
HEADING = 14  # pixels
# Titles of axes are centred on their panel, which has less room, because of the labels beside it.
TITLE_LETTERS = 32  # characters
# Of so many fixed ticks of a logarithmic axis, every second one has a label.
MANY_TICKS = 6
# Two stacked panels have room between them for the axis of the upper one and its title.
GAP = 70  # pixels
LINE = 22  # pixels per line of a heading
SHRUNK = 0.8  # height of a stacked panel / its height side by side
# The widths of the panels' area side by side and stacked, for which the pictures are drawn.
USUAL, SLIM = 800, 368  # pixels
# Tick labels and title of the right one of two panels take this much of the room between them.
TICKS = 60  # pixels
# The defaults of plotly and of our templates.
DEFAULT_HEIGHT, DEFAULT_MARGIN = 450, {"t": 40, "b": 50}  # pixels

Span = tuple[float, float]


def stacked(figure: go.Figure) -> go.Figure:
    """Return the figure with its panels one above the other, the left one at the top.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        The ``domain`` of an x axis marks a panel. A figure of one panel, or with panels that share
        a y axis, is returned with its headings wrapped. Where ``meta`` has a part ``turned``, what
        lies in a row is put in a column and the other way round, with that part as changes of the
        layout.
    """
    layout = figure.to_plotly_json()["layout"]
    columns = _columns(layout)
    notes = [dict(note) for note in layout.get("annotations", ())]
    margin = DEFAULT_MARGIN | layout.get("margin", {})
    for note in notes:
        _wrap(note)
    if "turned" in (layout.get("meta") or {}):
        return _turned(figure, notes, layout["meta"]["turned"])
    if len(columns) < 2:
        headings = [note["text"].count("<br>") + 1 for note in notes if _is_heading(note)]
        margin["t"] = max(margin["t"], LINE * max(headings, default=0) + 12)
        slim = _slim_axes(layout) | {"annotations": notes, "margin": margin}
        return go.Figure(figure).update_layout(slim)

    lines = [1] * len(columns)
    for note in notes:
        place = _column_of(note, columns)
        if place is not None and _is_heading(note):
            lines[place] = max(lines[place], note["text"].count("<br>") + 1)
    margin["t"] = max(margin["t"], LINE * lines[0] + 12)
    margin["l"], margin["r"] = min(margin.get("l", 60), 60), min(margin.get("r", 20), 20)
    height = layout.get("height", DEFAULT_HEIGHT)
    panel = SHRUNK * (height - margin["t"] - margin["b"])
    below = [0] * len(columns)  # further lines of the title along the bottom of each panel
    for name in _axes(layout, "x"):
        column = columns.index(_nearest(layout[name].get("domain", (0, 1)), columns))
        title = _wrapped(layout[name].get("title", {}).get("text") or "", TITLE_LETTERS)
        below[column] = max(below[column], title.count("<br>"))
    gaps = [GAP + LINE * (above + count) for above, count in zip(below, lines[1:], strict=False)]
    inside = panel * len(columns) + sum(gaps)  # pixels between the upper and the lower margin
    tops = [1 - (panel * i + sum(gaps[:i])) / inside for i in range(len(columns))]
    bands = [(max(0, top - panel / inside), top) for top in tops]

    changes: dict[str, Any] = {"height": round(inside + margin["t"] + margin["b"])}
    changes["margin"] = margin
    for name in _axes(layout, "x"):
        column = columns.index(_nearest(layout[name].get("domain", (0, 1)), columns))
        width = 1 - _gutter(columns, column)
        domain = _within(layout[name].get("domain", (0, 1)), columns[column])
        changes[name] = {"domain": tuple(width * edge for edge in domain)}
        partner = _partner(layout, name)
        low, high = layout.get(partner, {}).get("domain", (0, 1))
        changes[partner] = {"domain": (_into(low, bands[column]), _into(high, bands[column]))}
    shapes = [dict(shape) for shape in layout.get("shapes", ())]
    for part in (*notes, *shapes):
        _move(part, columns, bands, panel / SHRUNK / inside)
    drawn = go.Figure(figure).update_layout(annotations=notes, shapes=shapes, **changes)
    return drawn.update_layout(_slim_axes(layout))


def _turned(figure: go.Figure, notes: list[dict[str, Any]], changes: dict[str, Any]) -> go.Figure:
    """Return a picture of points, with rows as columns from the left and columns as rows."""
    drawn = go.Figure(figure)
    for trace in drawn.data:
        trace.x, trace.y = -np.asarray(trace.y), -np.asarray(trace.x)
    for note in notes:
        if note.get("xref") == "paper":
            note["text"] = _wrapped(note["text"])
        else:
            note["x"], note["y"] = -note["y"], -note["x"]
    return drawn.update_layout(annotations=notes, **changes)


def _axes(layout: dict[str, Any], letter: str) -> list[str]:
    return [name for name in layout if name.startswith(f"{letter}axis")]


def _columns(layout: dict[str, Any]) -> list[Span]:
    """Return the spans of the panels that lie side by side, from left to right."""
    spans = sorted({tuple(layout[name].get("domain", (0, 1))) for name in _axes(layout, "x")})
    partners = [_partner(layout, name) for name in _axes(layout, "x")]
    if len(set(partners)) < len(partners):
        return []  # Two panels share a y axis.
    columns: list[Span] = []
    for low, high in spans:
        if columns and low < columns[-1][1] - 1e-6:  # It is above or below the one before.
            columns[-1] = (min(columns[-1][0], low), max(columns[-1][1], high))
        else:
            columns.append((low, high))
    return columns


def _partner(layout: dict[str, Any], name: str) -> str:
    """Return the y axis that belongs to an x axis."""
    number = name.removeprefix("xaxis")
    anchor = layout[name].get("anchor") or f"y{number}"
    return f"yaxis{anchor.removeprefix('y')}"


def _nearest(domain: Span, columns: list[Span]) -> Span:
    middle = sum(domain) / 2
    return min(columns, key=lambda span: abs(sum(span) / 2 - middle))


def _within(domain: Span, column: Span) -> Span:
    """Return where a part of a column lies once the column is as wide as the picture."""
    low, high = column
    left, right = (min(1, max(0, (edge - low) / (high - low))) for edge in domain)
    return left, right


def _into(share: float, band: Span) -> float:
    return round(band[0] + share * (band[1] - band[0]), 6)


def _is_heading(note: dict[str, Any]) -> bool:
    return note.get("xref") == note.get("yref") == "paper" and note.get("y", 0) >= 0.9


def _column_of(note: dict[str, Any], columns: list[Span]) -> int | None:
    """Return the panel that a note on paper belongs to; None for one on an axis or between them."""
    if note.get("xref") != "paper" or "x" not in note:
        return None
    inside = [i for i, (low, high) in enumerate(columns) if low - 1e-6 <= note["x"] <= high + 1e-6]
    return inside[0] if inside else None


def _wrap(note: dict[str, Any]) -> None:
    font = note.get("font", {})
    if font.get("size", 0) > HEADING:
        note["font"] = font | {"size": HEADING}
    if _is_heading(note):
        note["text"] = _wrapped(note["text"])


def _wrapped(text: str, letters: int = LETTERS) -> str:
    """Return a text broken into lines of at most so many letters, but for lines with tags."""
    lines = []
    for line in text.split("<br>"):
        if "<" in line or len(line) <= letters:
            lines.append(line)
        else:
            lines += _evenly(line, letters)
    return "<br>".join(lines)


def _evenly(line: str, letters: int) -> list[str]:
    """Return a line broken into as few lines as possible, none of them much shorter than others."""
    broken = textwrap.wrap(line, letters, break_long_words=False)
    for fewer in range(len(line) // len(broken), letters):
        even = textwrap.wrap(line, fewer, break_long_words=False)
        if len(even) == len(broken):
            return even
    return broken


def _slim_axes(layout: dict[str, Any]) -> dict[str, Any]:
    """Return for the axes along the bottom titles that fit, and labels that stay apart."""
    changes: dict[str, Any] = {}
    for name in _axes(layout, "x"):
        axis = layout[name]
        changes[f"{name}_autotickangles"] = [0, 30]  # Upright ones are hard to read.
        if text := axis.get("title", {}).get("text"):
            changes[f"{name}_title_text"] = _wrapped(text, TITLE_LETTERS)
        if axis.get("type") == "log" and len(axis.get("tickvals") or ()) >= MANY_TICKS:
            for part in {"tickvals", "ticktext"} & axis.keys():
                changes[f"{name}_{part}"] = axis[part][::2]
    return changes


def _gutter(columns: list[Span], place: int) -> float:
    """Return the share of the width to leave free right of a panel, for labels of its curves."""
    if place + 1 == len(columns):
        return 0
    free = USUAL * (columns[place + 1][0] - columns[place][1]) - TICKS
    return min(0.3, max(0, free / SLIM))


def _move(part: dict[str, Any], columns: list[Span], bands: list[Span], shrunk: float) -> None:
    """Move a note or a shape that is placed on the picture's paper along with its panel."""
    if "x" in part:
        place = _column_of(part, columns)
        if place is not None:
            part["x"] = _within((part["x"], part["x"]), columns[place])[0]
            if part.get("yref") == "paper":
                part["y"] = _into(part["y"], bands[place])
        elif part.get("yref") == "paper" and part.get("y", 0) < 0:
            part["y"] *= shrunk  # It stays as many pixels below the panels as before.
        return
    if part.get("xref") == "paper" and "x0" in part:
        span = (part["x0"], part["x1"])
        column = _nearest(span, columns)
        part["x0"], part["x1"] = _within(span, column)
        if part.get("yref") == "paper":
            band = bands[columns.index(column)]
            part["y0"], part["y1"] = _into(part["y0"], band), _into(part["y1"], band)
