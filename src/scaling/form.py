"""What a form is: steps with text and tables of a learner's own, and what they show so far.

A module file declares one ``Form`` and never meets a widget. How it looks in a notebook is decided
in ``form_page.py``, where its answers are kept in ``form_file.py``, and how it leaves the notebook
in ``form_export.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from scaling import kept
from scaling.explorable import Rows, Still
from scaling.rows import Table

LONGEST = 20_000  # characters of one text
Answers = Mapping[str, str | Table]


@dataclass(frozen=True)
class Text:
    """Text that the learner types: the answer ``name``.

    Parameters
    ----------
    name, label : str
    hint : str
        An example or a helping question, shown in the empty field.
    lines : int
        How high the field is.
    """

    name: str
    label: str
    hint: str = ""
    lines: int = 3


Field = Text | Rows


@dataclass(frozen=True)
class Step:
    """One step of a form.

    Parameters
    ----------
    title : str
    why : str
        What the step is for, in one or two sentences.
    fields : tuple of Text or Rows
    look : callable, optional
        ``look(answers)`` gives what the answers so far show; it takes whatever stands in the form,
        and raises ``ValueError`` with a sentence where that cannot be shown yet.
    """

    title: str
    why: str
    fields: tuple[Field, ...]
    look: Callable[[Answers], Still] | None = None


@dataclass(frozen=True)
class Form:
    """A form in several steps.

    Parameters
    ----------
    title : str
    file : str
        Name of the learner's files, without an ending; letters, digits and hyphens.
    steps : tuple of Step
        Their fields have different names.
    example : mapping
        Answers to begin with, for a learner who wants to see how it is meant.
    """

    title: str
    file: str
    steps: tuple[Step, ...]
    example: Answers

    def __post_init__(self):
        names = [field.name for field in self.fields]
        if len(set(names)) < len(names):
            raise ValueError(f"{self.title}: each field needs a name of its own.")
        self.checked(self.example)

    @property
    def fields(self) -> tuple[Field, ...]:
        """All fields, in the order of the steps."""
        return tuple(field for step in self.steps for field in step.fields)

    @property
    def empty(self) -> dict[str, str | Table]:
        """The answers of somebody who has not begun."""
        return {field.name: field.start if isinstance(field, Rows) else "" for field in self.fields}

    def checked(self, answers: Mapping[str, object]) -> dict[str, str | Table]:
        """Return answers to all fields, those that are missing as they stand at first.

        Parameters
        ----------
        answers : mapping
            By name: text, or rows of text. Names that the form does not know are passed over.

        Raises
        ------
        ValueError
            Naming the field that holds something else than it should.
        """
        found = self.empty
        for field in self.fields:
            if field.name not in answers:
                continue
            given = answers[field.name]
            if isinstance(field, Text):
                found[field.name] = _text(field, given)
            else:
                found[field.name] = _table(field, given)
        return found

    def show(self) -> None:
        """Display the form in a notebook, with the answers kept beside it."""
        from IPython.display import display

        from scaling.form_page import FormPage

        display(FormPage(self))


def _text(field: Text, given: object) -> str:
    if not isinstance(given, str):
        raise ValueError(f"{field.name} should hold text; it holds {type(given).__name__}.")
    if len(given) > LONGEST:
        raise ValueError(f"{field.name} has more than {LONGEST:,} characters.")
    return kept.whole(given)


def _table(field: Rows, given: object) -> Table:
    width = len(field.columns)
    is_table = isinstance(given, list | tuple) and all(
        isinstance(row, list | tuple)
        and len(row) == width
        and all(isinstance(part, str) for part in row)
        for row in given
    )
    if not is_table:
        raise ValueError(f"{field.name} should hold rows of {width} texts each.")
    table = tuple(tuple(row) for row in given)
    field.check(table)
    return table
