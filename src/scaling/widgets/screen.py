"""A picture on the page with its words and its table, for explorables, forms and games.

A small anywidget (``screen.js``) announces the words to screen readers, names the controls for
them, reports whether JupyterLab's theme is dark and whether there is room for panels side by side,
and opens the folded text of the lesson once the learner has predicted.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import ipywidgets
import pandas as pd
import plotly.graph_objects as go
import traitlets
from IPython.display import HTML
from markupsafe import Markup

from scaling import style
from scaling.stacking import stacked
from scaling.still import as_html
from scaling.widgets.late import AnyWidget
from scaling.widgets.markup import Html, Prose, prose
from scaling.widgets.picture import Picture

UNSET = "scaling-unset"  # CSS class of a slider that has not been moved yet
NOT_SET = "not set yet"  # what such a slider says of its value
ALL_FIGURES = "All figures"  # the fold of words and table
_HERE = Path(__file__).parent


def _at_once(screen: Screen, act: Callable[[], None]) -> None:
    act()


# Does what follows the picture of a screen. In the web edition, where a picture is sent at the end
# of a turn, it waits for a turn of its own (web/instead.py); only the newest of a screen is done.
follow: Callable[[Screen, Callable[[], None]], None] = _at_once
waiting: dict[Screen, Callable[[], None]] = {}


class TextPanel(AnyWidget):
    """The words under the picture, the figures behind it, and the names of the controls.

    ``words`` is written into an element with role "status" that is never replaced, because screen
    readers announce a change of its text but not a new element. ``more`` and ``table`` hold all
    figures, folded. ``names`` maps a CSS class to the accessible name of the control inside it,
    which ipywidgets' sliders lack. ``parts`` holds what the scripts of JupyterLab and of the web
    edition call the parts that they make. ``revealed`` opens the folded text of the lesson.
    ``dark`` and ``narrow`` are set by the browser.
    """

    _esm = _HERE / "screen.js"
    _css = _HERE / "screen.css"

    words = traitlets.Unicode().tag(sync=True)
    trouble = traitlets.Bool(False).tag(sync=True)
    more = traitlets.Unicode().tag(sync=True)
    table = Html().tag(sync=True)
    names = traitlets.Dict().tag(sync=True)
    parts = traitlets.Dict().tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    revealed = traitlets.Bool(False).tag(sync=True)
    dark = traitlets.Bool(False).tag(sync=True)
    narrow = traitlets.Bool(False).tag(sync=True)


class Screen:
    """Picture, words and table of an explorable, a game or a step of a form.

    Parameters
    ----------
    title : str
        Its name for screen readers.

    Attributes
    ----------
    box, text_panel : ipywidgets.DOMWidget
        The picture, and words with table: two widgets to be placed on the page.
    """

    def __init__(self, title: str):
        self.picture: Picture | None = None
        self._figure = go.Figure()  # The figure with its panels side by side.
        self._clicked: Callable[[int, int], None] | None = None
        self.box = boxed("scaling-picture", [])
        self.text_panel = TextPanel(title=title, parts=names_of_parts(title))
        self.text_panel.observe(self._change_theme, "dark")
        self.text_panel.observe(self._change_width, "narrow")

    def show(
        self,
        figure: go.Figure,
        words: str,
        table: pd.DataFrame | Callable[[], pd.DataFrame],
        brief: str | None = None,
    ) -> None:
        """Show another state; the picture changes in place where it can.

        Parameters
        ----------
        figure : plotly.graph_objects.Figure
        words : str
            What the picture shows, with all figures.
        table : pandas.DataFrame, or callable that returns it
        brief : str, optional
            The one sentence that is shown and spoken; ``words`` then wait behind a click.
        """
        self._figure = figure
        self._draw()
        with self.text_panel.hold_sync():
            self.text_panel.more = words if brief else ""
            self.say(brief or words)
        follow(self, lambda: self._fill(table() if callable(table) else table))

    def on_click(self, act: Callable[[int, int], None]) -> None:
        """Call ``act(trace, point)`` with both numbers when a point of the picture is clicked."""
        self._clicked = act

    def _click(self, trace: int, point: int) -> None:
        if self._clicked is not None:
            self._clicked(trace, point)

    def _fill(self, table: pd.DataFrame) -> None:
        self.text_panel.table = as_html(table)

    def fitted(self, figure: go.Figure) -> go.Figure:
        """Return a figure as this page shows it: with stacked panels where it is narrow."""
        return stacked(figure) if self.text_panel.narrow else figure

    def _draw(self) -> None:
        figure = self.fitted(self._figure)
        template = style.DARK if self.text_panel.dark else style.LIGHT
        if self.picture is not None and self.picture.can_become(figure):
            self.picture.become(figure, template)
        else:
            self.picture = Picture(figure, template)
            self.picture.on_click(self._click)
            self.box.children = [self.picture]

    def say(self, words: str, trouble: bool = False) -> None:
        """Show a message; after an error the picture stays and is marked as outdated."""
        with self.text_panel.hold_sync():
            self.text_panel.words, self.text_panel.trouble = words, trouble
        (self.box.add_class if trouble else self.box.remove_class)("scaling-outdated")

    def _change_width(self, _: object) -> None:
        if self.picture is not None:
            self.picture = None  # Made anew, because the two layouts set different properties.
            self._draw()

    def _change_theme(self, _: object) -> None:
        if self.picture is not None:
            self._draw()


def names_of_parts(title: str) -> dict[str, str]:
    """Return what screen readers say of the parts of a screen, and the heading of its table."""
    stop = "" if title.endswith("?") else "."
    return {
        "all": ALL_FIGURES,
        "table": f"Figures: {title}",
        "picture": f"Picture: {title}{stop} The sentence below says what it shows.",
        "question": "Prediction",
        "unset": NOT_SET,
    }


def identify(widget: ipywidgets.DOMWidget) -> str:
    """Give a widget a CSS class that nothing else on the page has, and return it."""
    name = f"scaling-{widget.model_id}"  # A counter would repeat the names of another kernel.
    widget.add_class(name)
    return name


def labelled(
    name: str, widget: ipywidgets.DOMWidget, css_class: str = "scaling-control", hint: str = ""
) -> ipywidgets.VBox:
    """Return a control below its label, with a hint beside the label if there is one."""
    beside = Markup(" <span class='scaling-small'>{}</span>").format(hint) if hint else ""
    label = prose(Markup("<span class='scaling-label'>{}</span>{}").format(name, beside))
    return ipywidgets.VBox([label, widget]).add_class(css_class)


def boxed(css_class: str, children: list[ipywidgets.Widget]) -> ipywidgets.Box:
    """Return a box with a class of the style sheet."""
    return ipywidgets.Box(children).add_class(css_class)


def titled(title: str) -> Prose:
    """Return the heading of an explorable, a form or a game."""
    return prose(Markup("<h3>{}</h3>").format(title))


def limits_note(limits: str) -> Prose:
    """Return the paragraph on what a model leaves out."""
    text = Markup("<p class='scaling-small'><b>What this leaves out.</b> {}</p>")
    return prose(text.format(limits))


def kernel_ended_note() -> HTML:
    """Return the paragraph that replaces a widget whose kernel has ended.

    ``screen.css`` hides it as long as a live widget is beside it.
    """
    return HTML(
        "<p class='scaling-asleep'>This picture is asleep, because its kernel has ended. To wake "
        "it, run this cell again, or choose <b>Run ▸ Run All Cells</b>. Your predictions are "
        "kept.</p>"
    )
