"""One state of an explorable, fixed: a picture, its words and its table, without widgets."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go
from markupsafe import Markup


@dataclass(frozen=True)
class Still:
    """One state of an explorable without widgets: picture, words and table.

    A table that is ``folded`` opens at a click, so that a long one does not hide what comes next.
    """

    title: str
    picture: go.Figure
    words: str
    table: pd.DataFrame
    folded: bool = False

    def _ipython_display_(self) -> None:
        from scaling.still.notebook import display_still  # imported late: it needs IPython

        display_still(self)


@dataclass(frozen=True)
class Folded:
    """A table that answers a question: folded until the explorable before it has been answered.

    ``widgets/screen.js`` opens it, and the folded text of the lesson, when the learner commits.
    """

    table: pd.DataFrame

    def _repr_html_(self) -> str:
        return Markup(
            '<details class="scaling-after"><summary>The table (opens when you have predicted)'
            "</summary>{}</details>"
        ).format(as_html(self.table))


def as_html(table: pd.DataFrame) -> Markup:
    """Return a table for a page, with a dash where a figure is missing.

    What the cells and the names of the columns hold is escaped by pandas.
    """
    return Markup(table.to_html(index=False, border=0, na_rep="\N{EN DASH}", escape=True))
