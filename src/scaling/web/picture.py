"""The live picture in a browser: a figure that is sent whole, in place of ``widgets/picture.py``.

``web/js/redraw.js`` finds out what differs and draws only that. ``uirevision`` leaves an axis alone
that the reader zoomed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import ipywidgets
import plotly.graph_objects as go
import traitlets
from markupsafe import Markup

from scaling import style
from scaling.still import Still


def described(still: Still, with_plotly: bool) -> Markup:
    """Return the picture of an exported page as a description, for ``export.js`` to draw.

    It takes the place of ``form.export._drawn``: all of plotly's JavaScript is not here.
    """
    figure = go.Figure(still.picture).update_layout(template=style.LIGHT)
    return Markup("<div data-figure='{}'></div>").format(figure.to_json())


@dataclass
class _Points:
    """The points that were clicked, by their numbers in the trace."""

    point_inds: list[int]


@dataclass
class _Trace:
    """One trace of the picture, which can be clicked."""

    clicked: list[Callable[[Any, Any, Any], None]] = field(default_factory=list)

    def on_click(self, act: Callable[[Any, Any, Any], None]) -> None:
        self.clicked.append(act)


class _Layout:
    """The layout of the picture, of which only the template changes by itself."""

    picture: Picture

    def __init__(self, picture: Picture):
        self.__dict__["picture"] = picture

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.picture.drawn.layout, name, value)
        self.picture.send_figure()


class Picture(ipywidgets.Widget):
    """A figure on the page; see ``widgets/picture.py``.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
    """

    figure = traitlets.Unicode().tag(sync=True)  # JSON, without the template
    look = traitlets.Unicode().tag(sync=True)  # JSON of template and config, which seldom change

    def __init__(self, figure: go.Figure):
        super().__init__()
        self._template: Any = None  # what `look` was made of
        self.data = [_Trace() for _ in figure.data]
        self.become(figure)

    @property
    def layout(self) -> Any:
        """The layout of the figure, as plotly's own widget has it."""
        return _Layout(self)

    def can_become(self, figure: go.Figure) -> bool:
        """Tell whether the figure can follow in the same place; here any can."""
        return True

    def become(self, figure: go.Figure) -> None:
        """Show another figure."""
        self.drawn = figure
        self.send_figure()

    def send_figure(self) -> None:
        """Send the figure as it is now."""
        layout = self.drawn.layout
        layout.uirevision = "kept"
        template, layout.template = layout.template, None
        if template is not self._template:
            self._template = template
            plain = template.to_plotly_json() if template else {}
            self.look = json.dumps({"config": style.CONFIG, "template": plain})
        self.figure = self.drawn.to_json()
        layout.template = template

    def receive(self, content: dict[str, Any]) -> None:
        """Take a click of the reader's."""
        trace = self.data[content["trace"]] if content["trace"] < len(self.data) else _Trace()
        for act in trace.clicked:
            act(trace, _Points(content["points"]), None)
