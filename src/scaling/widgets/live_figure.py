"""The figure that a live picture shows, as a page gets it, in JupyterLab and in the web edition.

It is sent whole and in one message. The page finds out what differs (``redraw.js``), which
takes plotly's own widget many times as long.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import traitlets

from scaling import style


class LiveFigure(traitlets.HasTraits):
    """The figure of a picture, and the clicks on its points; the widget of each home adds the rest.

    ``figure`` is JSON without a template, and ``look`` JSON of template and config, which seldom
    change.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        What to show first.
    template : plotly.graph_objects.layout.Template
        The look, in the place of the figure's own template.

    Attributes
    ----------
    drawn : plotly.graph_objects.Figure
        What is shown now.
    """

    figure = traitlets.Unicode().tag(sync=True)
    look = traitlets.Unicode().tag(sync=True)

    hold_sync: Callable[[], Any]
    on_msg: Callable[[Callable[[Any, Any, Any], None]], None]

    def __init__(self, figure: go.Figure, template: go.layout.Template):
        super().__init__()
        self._template: go.layout.Template | None = None  # what `look` was made of
        self._clicked: list[Callable[[int, int], None]] = []
        self.on_msg(self._take)
        self.become(figure, template)

    def can_become(self, figure: go.Figure) -> bool:
        """Tell whether the figure has the same traces in the same order, so that it can follow."""
        return [trace.type for trace in figure.data] == [trace.type for trace in self.drawn.data]

    def become(self, figure: go.Figure, template: go.layout.Template) -> None:
        """Show another figure in the same place."""
        self.drawn = figure
        with self.hold_sync():
            if template is not self._template:
                self._template = template
                described = {"config": style.CONFIG, "template": template.to_plotly_json()}
                self.look = json.dumps(described)
            self.figure = self.written(figure)

    def written(self, figure: go.Figure) -> str:
        """Return the figure as JSON, without its template."""
        raise NotImplementedError

    def on_click(self, act: Callable[[int, int], None]) -> None:
        """Call ``act(trace, point)`` with both numbers when a point is clicked."""
        self._clicked.append(act)

    def _take(self, _: object, content: dict[str, Any], __: object) -> None:
        """Take a click of the learner's."""
        for act in self._clicked:
            act(content["trace"], content["points"][0])
