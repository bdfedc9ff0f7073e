"""The live picture of an explorable: a plotly ``FigureWidget`` that changes only what differs.

Two things plotly's own widget lacks. It sends its five megabytes of JavaScript with every single
figure; here a page loads them once (``plotly_once.js``) and each figure points to them
(``picture.js``). And it has no way to become another figure in place, which is what lets zoom and
focus stay while a slider moves.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
import traitlets

from scaling import style
from scaling.widgets.late import AnyWidget

_HERE = Path(__file__).parent


class _Plotly(AnyWidget):
    """Plotly's JavaScript, sent to a page once."""

    _esm = _HERE / "plotly_once.js"

    bundle = traitlets.Unicode().tag(sync=True)


@functools.cache
def _send_plotly() -> _Plotly:
    return _Plotly(bundle=str(go.FigureWidget._esm))


class Picture(AnyWidget, go.FigureWidget):
    """A figure on the page.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        What to show first.
    """

    _esm = _HERE / "picture.js"

    # After every change the browser reports all defaults that it filled in, about 30 kilobytes,
    # and plotly's widget reads them. They are not needed here; zooming is reported separately.
    _js2py_traceDeltas = traitlets.Dict(allow_none=True).tag(sync=True, echo_update=False)  # noqa: N815
    _js2py_layoutDelta = traitlets.Dict(allow_none=True).tag(sync=True, echo_update=False)  # noqa: N815

    @traitlets.observe("_js2py_traceDeltas")
    def _handler_js2py_traceDeltas(self, _: object) -> None:  # noqa: N802 - plotly's names
        """Ignore the defaults that the browser filled into the traces."""

    @traitlets.observe("_js2py_layoutDelta")
    def _handler_js2py_layoutDelta(self, _: object) -> None:  # noqa: N802
        """Ignore the defaults that the browser filled into the layout."""

    def __init__(self, figure: go.Figure):
        # JupyterLab has messages of widgets handled in another thread than cells. A change that a
        # cell makes while the whole figure is being sent would otherwise be lost.
        self._changing = threading.RLock()
        _send_plotly()
        super().__init__(figure)
        self._config = dict(style.CONFIG)
        self._shown = _described(figure)
        # By the path of an axis, every range that it has had without being zoomed.
        self._unzoomed = {path: {tuple(span)} for path, span in self._ranges()}
        self._edits_sent = self._edits
        self.on_msg(self._catch_up)

    @property
    def _edits(self) -> tuple[int, int]:
        """The numbers that plotly gave to the last edits of layout and traces."""
        return self._last_layout_edit_id, self._last_trace_edit_id

    def _catch_up(self, _: object, content: dict[str, Any], __: object) -> None:
        """Send the whole figure to a view that was drawn after earlier changes had been sent."""
        if content.get("event") != "drawn":
            return
        with self._changing, self.hold_sync():
            if self._edits_sent == self._edits:
                return
            self._edits_sent = self._edits
            # Emptied first, because a value that equals the one at the start is not sent otherwise.
            self._widget_layout, self._widget_data = {}, []
            self._widget_layout = deepcopy(self._layout_obj._props)
            self._widget_data = deepcopy(self._data)

    def can_become(self, figure: go.Figure) -> bool:
        """Tell whether the figure has the same traces in the same order, so that it can follow."""
        return [trace.type for trace in figure.data] == [trace.type for trace in self.data]

    def become(self, figure: go.Figure) -> None:
        """Send only what differs, and leave an axis alone that the learner has zoomed."""
        new = _described(figure)
        with self._changing, self.batch_update():
            for trace, old, now in zip(self.data, self._shown["data"], new["data"], strict=True):
                for path, (_, value) in _changes(old, now).items():
                    trace[path] = value
            for path, (before, value) in _changes(self._shown["layout"], new["layout"]).items():
                is_range = path.endswith(".range")
                if is_range and value is not None:
                    self._unzoomed.setdefault(path, set()).add(tuple(value))
                is_zoomed = before is not None and not _same(self.layout[path], before)
                if not (is_range and is_zoomed):
                    self.layout[path] = value
            self._shown = new

    def _ranges(self) -> Iterator[tuple[str, Any]]:
        for path, value in _leaves(self._shown["layout"]):
            if path.endswith(".range"):
                yield path, value

    def plotly_relayout(self, relayout_data: dict[str, Any], **kwargs: Any) -> None:
        """Take up what a learner does to the axes; a double click ends at the present range.

        The browser goes back to the range with which its view began. That one is too long or too
        short by now if a control has changed it while the picture was zoomed.
        """
        with self._changing:
            super().plotly_relayout(relayout_data, **kwargs)
            with self.batch_update():
                for path, span in self._ranges():
                    now = self.layout[path]
                    is_unzoomed = now is not None and tuple(now) in self._unzoomed[path]
                    if is_unzoomed and not _same(now, span):
                        self.layout[path] = span


def _described(figure: go.Figure) -> dict[str, Any]:
    """Return the figure as plain data, without the template: that changes with the theme alone."""
    plain = figure.to_plotly_json()
    plain["layout"].pop("template", None)
    return plain


def _changes(old: dict[str, Any], new: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return, by dotted path, value before and after of all leaves that differ (None: absent)."""
    before, after = dict(_leaves(old)), dict(_leaves(new))
    return {
        path: (before.get(path), after.get(path))
        for path in sorted(before.keys() | after.keys())
        if not _same(before.get(path), after.get(path))
    }


def _leaves(part: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in part.items():
        # plotly writes an array as a dictionary of its type and its bytes, which is one value.
        if isinstance(value, dict) and "bdata" not in value:
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return np.array_equal(one, other)
    if isinstance(one, tuple | list) and isinstance(other, tuple | list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)
