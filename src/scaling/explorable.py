"""What an explorable is: a question, a prediction, controls, a model, and what it shows.

A module file declares one ``Explorable`` from plain functions and never meets a widget. How it
looks in a notebook is decided in ``frame.py``; ``still`` gives the same picture, words and table
without any widget, for exercises, tests and printed pages.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go

import scaling
from scaling import style
from scaling.rows import Column, Table

NEAR = 0.05  # of the scale: a prediction no further off than this is a near hit
LONG = 16  # rows of a table that a screen still holds under its picture
LESSONS = (  # the folders of the package that hold explorables, in the order of the course
    "start_here",
    "scaling_up",
    "process_product",
    "size_context",
    "scaling_down",
    "three_scales",
    "capstone",
)


@dataclass(frozen=True)
class Ask:
    """The question a learner answers before anything moves.

    Parameters
    ----------
    text : str
        The question, complete without the picture.
    low, high : float
        Ends of the scale on which the learner answers, in ``unit``.
    unit : str
        Unit in words, for example "ties".
    tempting : float
        The answer most people are drawn to; shown only after the learner has committed.
    because : str
        Why it is tempting, one short sentence.
    otherwise : str
        What an answer overlooks that is off to the other side of the outcome; a whole sentence.
    step : float, optional
        Distance between two answers; by default a hundredth of the scale.
    """

    text: str
    low: float
    high: float
    unit: str
    tempting: float
    because: str
    otherwise: str = ""
    step: float | None = None

    def __post_init__(self):
        if not self.low < self.high:
            raise ValueError(f"An Ask needs low below high, not {self.low} and {self.high}.")
        if not self.low <= self.tempting <= self.high:
            raise ValueError("The tempting answer must lie on the scale that the Ask offers.")

    @property
    def digits(self) -> int:
        """Decimal places in which answers are written."""
        return style.decimals(self.step or (self.high - self.low) / 100)

    def write(self, value: float) -> str:
        """Return a value on this scale in words, with its unit."""
        return f"{style.number(value, self.digits)} {self.unit}".strip()

    def reply(self, predicted: float, outcome: float) -> str:
        """Return what is to be said of a prediction: how far off, to which side, and why.

        Parameters
        ----------
        predicted, outcome : float
            On this scale.
        """
        off = predicted - outcome
        if abs(off) <= NEAR * (self.high - self.low):
            exactly = self.write(predicted) == self.write(outcome)
            praise = "Exactly so." if exactly else f"Close, only {self._gap(off)} off."
            return f"{praise} {self.temptation()}"
        said = f"Too {'high' if off > 0 else 'low'} by {self._gap(off)}."
        if off * (self.tempting - outcome) < 0:
            return f"{said} {self.otherwise}".strip()
        if abs(predicted - self.tempting) <= NEAR * (self.high - self.low):
            return f"{said} You gave the tempting answer: {self.because}"
        return f"{said} {self.temptation()}"

    def _gap(self, off: float) -> str:
        """Return how far two answers lie apart, in a unit that a difference can have."""
        if self.unit.startswith("per cent"):
            unit = "percentage points"
        else:
            unit = "" if self.unit.startswith(("of ", "times")) else self.unit
        return f"{style.number(abs(off), self.digits)} {unit}".strip()

    def temptation(self) -> str:
        """Return the tempting answer and why it tempts, as one sentence."""
        return f"The tempting answer is {self.write(self.tempting)}: {self.because}"


@dataclass(frozen=True)
class Mark:
    """The axis of the picture that holds the quantity asked for, where a prediction is drawn.

    Parameters
    ----------
    axis : str
        As plotly names it, such as "y" or "x2".
    scale : float
        By which an answer is multiplied to lie on that axis: 0.01 for an answer in per cent on an
        axis of shares.
    """

    axis: str
    scale: float = 1


@dataclass(frozen=True)
class Task:
    """One thing to try.

    Parameters
    ----------
    text : str
        What to do, and what to look for.
    sets : mapping of str to value
        The controls that its button sets, by name; all others go back to their start. Empty where
        finding the values is the task: then there is no button.
    seen : callable
        ``seen(at)`` says what one should have seen, in one or two sentences; ``at(**values)`` runs
        the model from the start state with these values changed. Shown when the learner has looked.
    """

    text: str
    sets: Mapping[str, Any]
    seen: Callable[[Callable[..., Any]], str]


@dataclass(frozen=True)
class Slider:
    """A number that the learner moves: the model's argument ``name``, from ``low`` to ``high``."""

    name: str
    label: str
    low: float
    high: float
    start: float
    step: float = 1

    def __post_init__(self):
        if not self.low <= self.start <= self.high:
            raise ValueError(f"Slider {self.name}: start {self.start} is off its scale.")


@dataclass(frozen=True)
class Choice:
    """One of several options: the model's argument ``name``; ``options`` maps label to value.

    Where the options follow from a table that the learner edits, ``among(result)`` gives them anew.
    """

    name: str
    label: str
    options: Mapping[str, Any]
    start: Any
    among: Callable[[Any], Mapping[str, Any]] | None = None

    def __post_init__(self):
        if self.start not in self.options.values():
            raise ValueError(f"Choice {self.name}: start {self.start!r} is not one of its options.")


@dataclass(frozen=True)
class Paste:
    """Text of several lines, such as a learner's own figures: the model's argument ``name``."""

    name: str
    label: str
    example: str
    start: str = ""


@dataclass(frozen=True)
class Rows:
    """A table that the learner edits, saves and loads: the model's argument ``name``.

    Parameters
    ----------
    name, label : str
    columns : tuple of rows.Column
    start : rows.Table
        The rows that stand there first.
    check : callable
        ``check(rows)`` raises ``rows.BadRow``, or another ``ValueError``, if a table makes no
        sense; such a table is not taken over.
    settle : callable
        ``settle(before, after)`` gives the table with what follows from an edit.
    file : str
        Name that is proposed for the learner's CSV file; empty in a form, which keeps its tables.
    fixed : bool
        Whether the rows stay those of the start: only what stands behind their names is edited.
    """

    name: str
    label: str
    columns: tuple[Column, ...]
    start: Table
    check: Callable[[Table], Any]
    settle: Callable[[Table, Table], Table]
    file: str
    fixed: bool = False


Control = Slider | Choice | Paste | Rows


@dataclass(frozen=True)
class Still:
    """One state of an explorable without widgets: picture, words and table.

    A table that is ``folded`` opens at a click: a long one would push out of sight what comes next.
    """

    title: str
    picture: go.Figure
    words: str
    table: pd.DataFrame
    folded: bool = False

    def _ipython_display_(self) -> None:
        from IPython.display import HTML, display

        # JupyterLab draws the figure itself; where it cannot be drawn the words stand in for it.
        # (fig.show() would write five megabytes of JavaScript into the notebook.)
        drawn = {
            "application/vnd.plotly.v1+json": json.loads(self.picture.to_json())
            # JupyterLab resizes it itself; plotly would fold it to nothing when the theme changes.
            | {"config": style.CONFIG | {"responsive": False}},
            "text/plain": f"{self.title}. {self.words}",
        }
        display(drawn, raw=True)
        display({"text/markdown": self.words, "text/plain": self.words}, raw=True)
        if not len(self.table):
            return
        table = as_html(self.table)
        if self.folded:
            named = f"<summary>The figures behind the picture ({len(self.table)} rows)</summary>"
            table = f"<details>{named}{table}</details>"
        display(HTML(table))


@dataclass(frozen=True)
class Folded:
    """A table that answers a question: folded until the explorable before it has been answered.

    ``screen.js`` opens it, and the folded text of the lesson, when the learner commits.
    """

    table: pd.DataFrame

    def _repr_html_(self) -> str:
        return (
            '<details class="scaling-after"><summary>The table (opens when you have predicted)'
            f"</summary>{as_html(self.table)}</details>"
        )


def as_html(table: pd.DataFrame) -> str:
    """Return a table for a page, with a dash where a figure is missing."""
    return table.to_html(index=False, border=0, na_rep="\N{EN DASH}")


@dataclass(frozen=True, kw_only=True)
class Explorable:
    """An idea to play with.

    Parameters
    ----------
    title : str
        The idea in a few words.
    ask : Ask
        What the learner predicts first.
    answer : callable
        ``answer(result)`` gives the number that the prediction is compared with.
    controls : tuple of Slider, Choice, Paste or Rows
        At most four, in the order shown, starting where the tempting answer fails.
    run : callable
        The bare model: takes the controls by name, returns a frozen result, and raises
        ``ValueError`` with a sentence for a learner when it cannot.
    brief : callable
        ``brief(result, before)`` gives the one sentence that stands under the picture and is
        spoken: what has just changed, in at most 20 words and two numbers. ``before`` is the
        result before the change, or None at first; then the sentence tells what was asked for.
    picture, words, table : callable
        ``result`` to a plotly figure, to at most two plain sentences with all figures, and to a
        DataFrame.
    tasks : tuple of Task
        Two or three things to try.
    mark : Mark, optional
        Where the picture holds the quantity asked for; None where no axis does.
    limits : str
        What the model leaves out.
    """

    title: str
    ask: Ask
    answer: Callable[[Any], float]
    controls: tuple[Control, ...]
    run: Callable[..., Any]
    picture: Callable[[Any], go.Figure]
    words: Callable[[Any], str]
    table: Callable[[Any], pd.DataFrame]
    tasks: tuple[Task, ...]
    limits: str
    brief: Callable[[Any, Any | None], str]
    mark: Mark | None = None

    def __post_init__(self):
        if len(self.controls) > 4:
            raise ValueError(f"{self.title}: at most four controls, not {len(self.controls)}.")

    @property
    def key(self) -> str:
        """The explorable's name in the file of predictions, for example ``size_context.ties``."""
        return ".".join(self.run.__module__.split(".")[-2:])

    @property
    def start(self) -> dict[str, Any]:
        """The state in which the learner meets it: the start value of every control."""
        return {control.name: control.start for control in self.controls}

    def still(self, **values: Any) -> Still:
        """Return picture, words and table for the given values, without widgets.

        Parameters
        ----------
        **values
            Values of controls by name; a control left out stays where it starts.

        Raises
        ------
        ValueError
            If a name is not one of the controls, or the model refuses a value.
        """
        unknown = set(values) - set(self.start)
        if unknown:
            raise ValueError(
                f"{self.title} has no control named {', '.join(sorted(unknown))}. "
                f"Its controls are: {', '.join(self.start)}."
            )
        result = self.run(**(self.start | values))
        picture = self.picture(result).update_layout(template=style.LIGHT)
        table = self.table(result)
        return Still(self.title, picture, self.words(result), table, folded=len(table) > LONG)

    def show(self) -> None:
        """Display the explorable in a notebook, prediction first."""
        from IPython.display import display

        from scaling.screen import asleep

        display(self.widget(), asleep())

    def widget(self):  # noqa: ANN201 - the type lives in frame.py, which only notebooks need
        """Return the explorable as an ipywidget (a ``frame.Frame``), for placing it oneself."""
        from scaling.frame import Frame

        return Frame(self)


def all_explorables() -> dict[str, Explorable]:
    """Return all explorables of the course by their keys, in the order of the lessons."""
    found = {}
    for folder in LESSONS:
        places = [str(Path(place, folder)) for place in scaling.__path__]
        for file in pkgutil.iter_modules(places):
            module = importlib.import_module(f"scaling.{folder}.{file.name}")
            if isinstance(thing := getattr(module, "explorable", None), Explorable):
                found[thing.key] = thing
    return found
