"""How an answer is filled in on a page of Jupyter: buttons, boxes, menus or a field.

All of it is done in the page (``page.js``), so that a choice is in the answer cell at once, even
while Python is busy.
"""

from __future__ import annotations

from pathlib import Path

import traitlets
from IPython.display import display

from scaling.fill import Filling
from scaling.widgets.late import AnyWidget

_HERE = Path(__file__).parent


class Page(AnyWidget):
    """The widget of one answer; see ``Filling`` for what is in it."""

    _esm = _HERE / "page.js"
    _css = _HERE / "page.css"

    kind = traitlets.Unicode().tag(sync=True)
    name = traitlets.Unicode().tag(sync=True)
    letters = traitlets.List(traitlets.Unicode()).tag(sync=True)
    items = traitlets.List(traitlets.Unicode()).tag(sync=True)
    unit = traitlets.Unicode().tag(sync=True)

    def __repr__(self):
        return f"Type your answer into the cell below: {self.name} = …"


def show(filling: Filling) -> None:
    """Display what fills in an answer."""
    display(
        Page(
            kind=filling.kind,
            name=filling.name,
            letters=list(filling.letters),
            items=list(filling.items),
            unit=filling.unit,
        )
    )
