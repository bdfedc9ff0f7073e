"""The live picture of an explorable in JupyterLab, which draws only what differs.

Two things that plotly's own ``FigureWidget`` lacks. It sends its five megabytes of JavaScript with
every single figure; here a page loads them once (``plotly_once.js``). And it works out every figure
from the beginning and reports all defaults to the kernel at each step of a slider; here the page
draws as the web edition does (``picture.js``).
"""

from __future__ import annotations

import functools
import sys
from pathlib import Path

import plotly.graph_objects as go
import traitlets
from plotly.io.json import to_json_plotly
from plotly.offline import get_plotlyjs

from scaling.widgets.late import AnyWidget
from scaling.widgets.live_figure import LiveFigure

_HERE = Path(__file__).parent


class _Plotly(AnyWidget):
    """Plotly's JavaScript, sent to a page once."""

    _esm = _HERE / "plotly_once.js"

    bundle = traitlets.Unicode().tag(sync=True)


@functools.cache
def _send_plotly() -> _Plotly:
    return _Plotly(bundle=get_plotlyjs())


@functools.cache
def _script() -> str:
    """Return the script of a picture, behind the one by which both homes draw."""
    redraw, own = ((_HERE / name).read_text("utf-8") for name in ("redraw.js", "picture.js"))
    inside = redraw.replace("\nexport ", "\n")  # where its names are its own
    return f"const redraw = (() => {{\n{inside}\nreturn redraw;\n}})();\n{own}"


class Picture(LiveFigure, AnyWidget):
    """A figure on the page; see ``LiveFigure``."""

    def __init__(self, figure: go.Figure, template: go.layout.Template):
        _send_plotly()
        self._esm = _script()
        super().__init__(figure, template)

    def become(self, figure: go.Figure, template: go.layout.Template) -> None:
        """Show another figure in the same place, and have it leave before anything else is done.

        The kernel sends from a thread of its own, which would get its turn only when words and
        table are made. All that is printed leaves by the same thread, so this waits for it.
        """
        super().become(figure, template)
        sys.stdout.flush()

    def written(self, figure: go.Figure) -> str:
        """Return the figure as JSON, without its template."""
        plain = figure.to_plotly_json()
        plain["layout"].pop("template", None)
        return str(to_json_plotly(plain))
