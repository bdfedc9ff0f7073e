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
        ).format(scrolled(as_html(self.table)))


def as_html(table: pd.DataFrame) -> Markup:
    """Return a table for a page, with a dash where a figure is missing.

    An index that has a name comes first. Columns of words have a class by their place
    (``scaling-left-2``), by which ``screen.css`` aligns them to the left. What the cells and the
    names of the columns hold is escaped by pandas.
    """
    if any(name is not None for name in table.index.names):
        table = table.reset_index()
    columns = enumerate((table.iloc[:, place] for place in range(table.shape[1])), start=1)
    classes = [f"scaling-left-{place}" for place, column in columns if _is_words(column)]
    return Markup(
        table.to_html(index=False, border=0, na_rep="\N{EN DASH}", escape=True, classes=classes)
    )


def scrolled(table: Markup, name: str = "Table") -> Markup:
    """Return a table that scrolls in its own place, also by keyboard, where a page is narrow."""
    return Markup(
        "<div class='scaling-scroll' tabindex='0' role='region' aria-label='{}'>{}</div>"
    ).format(name, table)


def _is_words(column: pd.Series) -> bool:
    """Return whether most cells begin with a letter, unlike figures with their unit."""
    return sum(isinstance(cell, str) and cell[:1].isalpha() for cell in column) > len(column) / 2
