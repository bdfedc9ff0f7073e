"""What an explorable is: a question, a prediction, controls, a model, and what it shows.

A module declares one ``Explorable`` from plain functions and imports no widget. ``frame.py`` in
this folder decides how it looks in a notebook; ``Explorable.still`` gives the same picture, words
and table without widgets, for exercises, tests and printed pages.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go

import scaling
from scaling import style
from scaling.ask import Ask, Mark
from scaling.draw import Draw
from scaling.explorable.controls import Choice, Control, Paste, Slider
from scaling.explorable.play import Play, Sweep
from scaling.explorable.touch import Arrange, Details, Drag, Pick, Touch
from scaling.rounds import Offer, Rounds
from scaling.rows import Rows
from scaling.still import Folded, Still

__all__ = [
    "LESSONS",
    "Arrange",
    "Ask",
    "Choice",
    "Control",
    "Details",
    "Drag",
    "Draw",
    "Explorable",
    "Folded",
    "Mark",
    "Offer",
    "Paste",
    "Pick",
    "Play",
    "Rounds",
    "Rows",
    "Slider",
    "Still",
    "Sweep",
    "Task",
    "all_explorables",
]

LONGEST_OPEN_TABLE = 16  # rows
# The folders of the package that hold explorables, in the order of the course.
LESSONS = (
    "start_here",
    "scaling_up",
    "process_product",
    "size_context",
    "scaling_down",
    "three_scales",
    "who_is_heard",
    "capstone",
)


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
        the model from the start state with these values changed. It is shown after the learner has
        pressed the button "I have looked".
    """

    text: str
    sets: Mapping[str, Any]
    seen: Callable[[Callable[..., Any]], str]


@dataclass(frozen=True, kw_only=True)
class Explorable:
    """An idea to play with.

    >>> import pandas as pd
    >>> import plotly.graph_objects as go
    >>> from scaling.explorable import Ask, Explorable, Slider, Task
    >>> def run(people: int) -> int:
    ...     return people * (people - 1) // 2
    >>> ties = Explorable(
    ...     title="Ties in a group",
    ...     ask=Ask("How many pairs do 24 people form?", 0, 600, "pairs", 24, "each has one."),
    ...     controls=(Slider("people", "People", 2, 48, start=24),),
    ...     run=run,
    ...     answer=lambda pairs: pairs,
    ...     picture=lambda pairs: go.Figure(go.Bar(x=["pairs"], y=[pairs])),
    ...     words=lambda pairs: f"They form {pairs} pairs.",
    ...     brief=lambda pairs, before: f"{pairs} pairs.",
    ...     table=lambda pairs: pd.DataFrame({"pairs": [pairs]}),
    ...     tasks=(Task("Double it.", {"people": 48}, lambda at: f"{at(people=48)} pairs."),),
    ...     limits="Not everyone knows everyone.",
    ... )
    >>> ties.still(people=48).words
    'They form 1128 pairs.'

    ``ties.show()`` displays it in a notebook; ``size_context/ties.py`` is a whole one to read.

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
        ``brief(result, before)`` gives the one sentence that is shown under the picture and read
        out by screen readers: what has just changed, in at most 20 words and two numbers.
        ``before`` is the result before the change, or None at first; then the sentence gives the
        quantity that the question asks for.
    picture, words, table : callable
        ``result`` to a plotly figure, to at most two plain sentences with all figures, and to a
        DataFrame.
    tasks : tuple of Task
        Two or three things to try.
    mark : Mark, optional
        The axis of the picture that shows the quantity asked for; None if no axis shows it.
    play : Play or Sweep, optional
        How the picture comes about, for the button *Play*.
    rounds : Rounds, optional
        What the learner chooses in several rounds, between the prediction and the picture.
    draw : Draw, optional
        The rest of a curve, where the learner draws the prediction.
    touch : tuple of Pick, Drag or Details
        Which points of the picture can be clicked or dragged, and what that does; at most one
        ``Details``.
    arrange : Arrange, optional
        Points that are dragged to change a learner's table.
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
    play: Play | Sweep | None = None
    rounds: Rounds | None = None
    draw: Draw | None = None
    touch: tuple[Touch, ...] = ()
    arrange: Arrange | None = None

    def __post_init__(self):
        if len(self.controls) > 4:
            raise ValueError(f"{self.title}: at most four controls, not {len(self.controls)}.")
        for each in self.touch:
            if not isinstance(each, Details) and each.control not in self.start:
                raise ValueError(f"{self.title}: there is no control {each.control!r} to touch.")
        if sum(isinstance(each, Details) for each in self.touch) > 1:
            raise ValueError(f"{self.title}: one Details at most, with all that have a story.")

    @property
    def details(self) -> Details | None:
        """The points that have a story, if any have one."""
        return next((each for each in self.touch if isinstance(each, Details)), None)

    @property
    def drags(self) -> tuple[Drag, ...]:
        """The points that can be dragged."""
        return tuple(each for each in self.touch if isinstance(each, Drag))

    @property
    def key(self) -> str:
        """The explorable's name in the file of predictions, for example ``size_context.ties``."""
        return ".".join(self.run.__module__.split(".")[-2:])

    @property
    def start(self) -> dict[str, Any]:
        """The start value of every control, by the control's name."""
        return {control.name: control.start for control in self.controls}

    def slider(self, name: str) -> Slider:
        """Return one of the sliders, by its name.

        Raises
        ------
        ValueError
            If no slider has this name.
        """
        for control in self.controls:
            if isinstance(control, Slider) and control.name == name:
                return control
        raise ValueError(f"{self.title} has no slider named {name}.")

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
        return Still(
            self.title, picture, self.words(result), table, folded=len(table) > LONGEST_OPEN_TABLE
        )

    def show(self, *, big: bool = False) -> None:
        """Display the explorable in a notebook, prediction first.

        Parameters
        ----------
        big : bool
            Enlarge everything, so that it can be read from the last row of a lecture hall.
        """
        from scaling.explorable.frame import show  # imported late: only a notebook has widgets

        show(self, big=big)

    def widget(self):  # noqa: ANN201 - the type lives in frame.py, which only notebooks need
        """Return the explorable as an ipywidget, a ``frame.Frame``, to be placed by the caller."""
        from scaling.explorable.frame import Frame

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
