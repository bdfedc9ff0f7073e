"""The points of a picture that can be dragged; ``handles.js`` makes them so in both homes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import traitlets

from scaling.widgets.late import AnyWidget


class Handles(AnyWidget):
    """Handles on the picture beside it.

    ``places`` has, of each handle, the ``traces`` whose points it is, the direction ``along`` which
    they are dragged, and ``low``, ``high`` and ``step`` of their values. ``stops`` has, by the
    number of a handle and of a trace, where each point lies at each of these values, if that is not
    the value itself. ``moved`` is what the page says last: the number of a ``handle``, its
    ``value``, and a ``turn`` that differs each time.
    Points of the traces in ``free`` are dragged anywhere. ``dropped`` has the ``trace`` and the
    ``point``, ``x`` and ``y`` on their axes, what they were dropped ``onto`` as a trace and a
    point, if anything, and a ``turn``.
    """

    _esm = Path(__file__).with_name("handles.js")

    places: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    stops: traitlets.Dict[str, dict[str, list[list[float]]]] = traitlets.Dict().tag(sync=True)
    moved = traitlets.Dict().tag(sync=True)
    free: traitlets.List[int] = traitlets.List().tag(sync=True)
    dropped = traitlets.Dict().tag(sync=True)

    def __init__(self, places: list[dict[str, Any]], free: Sequence[int] = ()):
        super().__init__(places=places, free=list(free))
        self.add_class("scaling-handles")
