"""The live picture in a browser: a figure that is sent whole, in place of ``widgets/picture.py``.

``widgets/redraw.js`` finds out what differs and draws only that. ``uirevision`` leaves an axis
alone that the reader zoomed.
"""

from __future__ import annotations

import ipywidgets
import plotly.graph_objects as go
from markupsafe import Markup

from scaling import style
from scaling.still import Still
from scaling.widgets.live_figure import LiveFigure


def described(still: Still, with_plotly: bool) -> Markup:
    """Return the picture of an exported page as a description, for ``export.js`` to draw.

    It takes the place of ``form.export._drawn``: all of plotly's JavaScript is not here.
    """
    figure = go.Figure(still.picture).update_layout(template=style.LIGHT)
    return Markup("<div data-figure='{}'></div>").format(figure.to_json())


class Picture(LiveFigure, ipywidgets.Widget):
    """A figure on the page; see ``LiveFigure``."""

    def can_become(self, figure: go.Figure) -> bool:
        """Tell whether the figure can follow in the same place; here any can."""
        return True

    def written(self, figure: go.Figure) -> str:
        """Return the figure as JSON, which has no template here."""
        figure.layout.uirevision = "kept"
        return str(figure.to_json())
