"""Figures as plain dictionaries with attributes, which become the same JSON as plotly's own."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterable, Mapping
from functools import cached_property
from types import SimpleNamespace
from typing import Any

import numpy as np

# Names with an underscore of their own; any other underscore leads into a part: title_text.
UNSPLIT = ("error_x", "error_y", "paper_bgcolor", "plot_bgcolor")
# What plotly makes of a text in the place of a part.
TITLE = "title"
# Parts and lists that may be asked for before they are set.
PARTS = {"font", "line", "margin", "marker", "textfont", TITLE}
LISTS = {"annotations", "shapes"}
# Types of numbers that plotly.js reads as bytes.
TYPES = {
    "int8": "i1",
    "uint8": "u1",
    "int16": "i2",
    "uint16": "u2",
    "int32": "i4",
    "uint32": "u4",
    "float32": "f4",
    "float64": "f8",
}


class Part(dict[str, Any]):
    """A part of a figure; its properties are items and attributes. One that is not set is None."""

    def __init__(self, given: Mapping[str, Any] | None = None, /, **more: Any):
        super().__init__()
        self.update_with({**(given or {}), **more})

    def __missing__(self, name: str) -> Any:
        if name in LISTS:
            return ()
        if name in PARTS or name.startswith(("xaxis", "yaxis")):
            super().__setitem__(name, Part())
            return self[name]
        return None

    def __setitem__(self, name: str, value: Any) -> None:
        first, rest = _first(name)
        if rest:
            self[first][rest] = value
        elif value is None or (name in LISTS and not value):
            self.pop(name, None)
        else:
            super().__setitem__(name, _owned(name, value))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def update_with(self, changes: Mapping[str, Any]) -> None:
        """Set properties, and those of parts and of lists of parts one by one."""
        for name, value in changes.items():
            first, rest = _first(name)
            if rest:
                self.update_with({first: {rest: value}})
                continue
            before = self.get(name)
            if type(value) is dict and type(before) is Part:
                before.update_with(value)
            elif name in LISTS and isinstance(value, list | tuple) and before:
                for part, change in zip(before, value, strict=False):
                    part.update_with(change)
                super().__setitem__(name, before + [Part(new) for new in value[len(before) :]])
            else:
                self[name] = value

    def to_plotly_json(self) -> dict[str, Any]:
        """Return the part as plain dictionaries and lists; arrays stay arrays."""
        return _plain(self)


class Template(Part):
    """The look of a figure, which never changes."""

    @cached_property
    def plain(self) -> dict[str, Any]:
        """The template as plain dictionaries."""
        found: dict[str, Any] = _plain(dict(self))
        return found


class _Trace(Part):
    """A trace."""

    kind = "scatter"

    def __init__(self, given: Mapping[str, Any] | None = None, /, **more: Any):
        super().__init__({"type": self.kind, **(given or {})}, **more)


class Scatter(_Trace):
    """Points or lines."""


class Bar(_Trace):
    """Bars."""

    kind = "bar"


layout = SimpleNamespace(Template=Template)


class Figure:
    """A figure.

    Parameters
    ----------
    data : figure, trace, or iterable of traces
    layout : mapping, optional
    """

    def __init__(self, data: Any = (), layout: Mapping[str, Any] | None = None):
        if isinstance(data, Figure):
            data, layout = data.data, data.layout if layout is None else layout
        traces: Iterable[Any] = [data] if isinstance(data, dict) else data or ()
        self.data: tuple[_Trace, ...] = tuple(map(_Trace, traces))
        self.layout = Part(layout)

    def add_trace(self, trace: Mapping[str, Any]) -> Figure:
        """Add a trace; return the figure."""
        self.data = (*self.data, _Trace(trace))
        return self

    def add_scatter(self, **properties: Any) -> Figure:
        """Add points or lines; return the figure."""
        return self.add_trace(properties)

    def add_annotation(self, given: Mapping[str, Any] | None = None, **more: Any) -> Figure:
        """Add a label; return the figure."""
        return self._add("annotations", given, more)

    def add_shape(self, given: Mapping[str, Any] | None = None, **more: Any) -> Figure:
        """Add a shape; return the figure."""
        return self._add("shapes", given, more)

    def add_vline(self, x: float, **more: Any) -> Figure:
        """Add an upright line across the panel; return the figure."""
        ends = {"x0": x, "x1": x, "y0": 0, "y1": 1, "xref": "x", "yref": "y domain"}
        return self.add_shape({"type": "line", **ends}, **more)

    def add_hline(self, y: float, **more: Any) -> Figure:
        """Add a level line across the panel; return the figure."""
        ends = {"x0": 0, "x1": 1, "y0": y, "y1": y, "xref": "x domain", "yref": "y"}
        return self.add_shape({"type": "line", **ends}, **more)

    def update_layout(self, given: Mapping[str, Any] | None = None, **more: Any) -> Figure:
        """Change the layout; return the figure."""
        self.layout.update_with({**(given or {}), **more})
        return self

    def update_xaxes(self, **properties: Any) -> Figure:
        """Change all x axes; return the figure."""
        return self._update_axes("xaxis", properties)

    def update_yaxes(self, **properties: Any) -> Figure:
        """Change all y axes; return the figure."""
        return self._update_axes("yaxis", properties)

    def to_plotly_json(self) -> dict[str, Any]:
        """Return data and layout as plain dictionaries and lists; arrays stay arrays."""
        return {"data": list(map(_plain, self.data)), "layout": _plain(self.layout)}

    def to_json(self) -> str:
        """Return the figure as JSON, arrays of numbers as their bytes."""
        plain = self.to_plotly_json()
        try:
            return json.dumps(plain, default=_described, allow_nan=False)
        except ValueError:  # JSON has no NaN.
            return json.dumps(_without_nan(plain), default=_described)

    def _add(self, place: str, given: Mapping[str, Any] | None, more: dict[str, Any]) -> Figure:
        self.layout[place] = [*self.layout[place], {**(given or {}), **more}]
        return self

    def _update_axes(self, kind: str, properties: dict[str, Any]) -> Figure:
        for name in {kind, *(name for name in self.layout if name.startswith(kind))}:
            self.layout[name].update_with(properties)
        return self


def _first(name: str) -> tuple[str, str]:
    """Return the first step of a path such as title_text, and the rest of it."""
    if "_" not in name or name in UNSPLIT:
        return name, ""
    first, _, rest = name.partition("_")
    return first, rest


def _owned(name: str, value: Any) -> Any:
    """Return what a figure may change: parts and lists of its own, and arrays as they are."""
    if isinstance(value, Template):
        return value
    if isinstance(value, dict):
        return Part(value)
    if name == TITLE and isinstance(value, str):
        return Part(text=value)
    if isinstance(value, list | tuple):
        return [Part(one) if isinstance(one, dict) else one for one in value]
    return value


def _plain(part: Any) -> Any:
    """Return a part as plain data, without parts that hold nothing."""
    if isinstance(part, Template):
        return part.plain
    if isinstance(part, dict):
        found = {name: _plain(value) for name, value in part.items()}
        return {name: value for name, value in found.items() if not _is_empty(value)}
    if isinstance(part, list):
        return list(map(_plain, part))
    return part


def _is_empty(value: Any) -> bool:
    return isinstance(value, dict) and not value


def _described(value: Any) -> Any:
    """Return what JSON does not know as what plotly.js reads."""
    if isinstance(value, np.generic):
        return value.item()
    array = np.asarray(value)
    kind = array.dtype.name
    if array.ndim == 1 and array.size and kind in TYPES:
        return {"dtype": TYPES[kind], "bdata": base64.b64encode(array.tobytes()).decode("ascii")}
    return _without_nan(array.tolist())


def _without_nan(part: Any) -> Any:
    """Return data with None in the place of what is no number."""
    if isinstance(part, dict):
        return {name: _without_nan(value) for name, value in part.items()}
    if isinstance(part, list):
        return list(map(_without_nan, part))
    if isinstance(part, float | np.floating) and not math.isfinite(part):
        return None
    return part
