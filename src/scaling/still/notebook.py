"""How a ``Still`` is displayed as the output of a notebook's cell."""

from __future__ import annotations

import json

from IPython.display import HTML, display
from markupsafe import Markup

from scaling import style
from scaling.still import Still, as_html


def display_still(still: Still) -> None:
    """Display picture, words and table, one output each."""
    # JupyterLab draws the figure itself; where it cannot be drawn the words replace it.
    # ``fig.show`` would write five megabytes of JavaScript into the notebook.
    drawn = {
        "application/vnd.plotly.v1+json": json.loads(still.picture.to_json())
        # JupyterLab resizes the figure; plotly would shrink it to nothing when the theme changes.
        | {"config": style.CONFIG | {"responsive": False}},
        "text/plain": f"{still.title}. {still.words}",
    }
    display(drawn, raw=True)
    display({"text/markdown": still.words, "text/plain": still.words}, raw=True)
    if not len(still.table):
        return
    table = as_html(still.table)
    if still.folded:
        table = Markup(
            "<details><summary>The figures behind the picture ({} rows)</summary>{}</details>"
        ).format(len(still.table), table)
    display(HTML(table))
