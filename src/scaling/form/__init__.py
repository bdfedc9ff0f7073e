"""What a form is: steps in which a learner writes text and tables, and what these show so far.

A module declares one ``Form`` and imports no widget. ``page.py`` decides how it looks in a
notebook, ``file.py`` keeps its answers, and ``export.py`` writes it as a page of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from scaling import files
from scaling.rows import Rows, Table
from scaling.still import Still

LONGEST = 20_000  # characters
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
        Height of the field.
    is_number : bool
        Whether one number is asked for.
    """

    name: str
    label: str
    hint: str = ""
    lines: int = 3
    is_number: bool = False


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
        ``look(answers)`` gives what the answers so far show. It has to accept unfinished answers,
        and raises ``ValueError`` with a sentence if they cannot be shown yet.
    """

    title: str
    why: str
    fields: tuple[Field, ...]
    look: Callable[[Answers], Still] | None = None


@dataclass(frozen=True)
class Form:
    """A form in several steps.

    >>> from scaling.form import Form, Step, Text
    >>> plan = Form(
    ...     title="Our table",
    ...     file="our-table",
    ...     steps=(Step("Why", "Say what it is for.", (Text("why", "Why a table?"),)),),
    ...     example={"why": "Neighbours meet."},
    ... )
    >>> plan.checked({})
    {'why': ''}
    >>> plan.filled(plan.steps[0], plan.example)
    1

    ``plan.show()`` displays it in a notebook; ``capstone/plan.py`` is a whole one.

    Parameters
    ----------
    title : str
    file : str
        Name of the learner's files, without an ending; letters, digits and hyphens.
    steps : tuple of Step
        Their fields have different names.
    example : mapping
        Answers that a learner can fill in to see what is meant.
    headings : mapping of str to str
        By the name of a field, the heading of its answer on paper, if it is not the label.
    named_by, author : str
        The fields for the name of the project and for the author's name; empty if there are none.
    brief : callable
        ``brief(answers)`` gives the first page on paper: headings with their text. Those whose text
        is empty are left out.
    """

    title: str
    file: str
    steps: tuple[Step, ...]
    example: Answers
    headings: Mapping[str, str] = field(default_factory=dict)
    named_by: str = ""
    author: str = ""
    brief: Callable[[Answers], Sequence[tuple[str, str]]] = lambda _: ()

    def __post_init__(self):
        names = [one.name for one in self.fields]
        if len(set(names)) < len(names):
            raise ValueError(f"{self.title}: each field needs a name of its own.")
        self.checked(self.example)

    @property
    def fields(self) -> tuple[Field, ...]:
        """All fields, in the order of the steps."""
        return tuple(one for step in self.steps for one in step.fields)

    @property
    def empty(self) -> dict[str, str | Table]:
        """The answers before anything is filled in."""
        return {one.name: one.start if isinstance(one, Rows) else "" for one in self.fields}

    def heading(self, of: Field) -> str:
        """Return the heading of a field's answer on paper."""
        return self.headings.get(of.name, of.label)

    def name(self, answers: Answers) -> str:
        """Return what the form is about, in the learner's words; its title until they have any."""
        return " ".join(str(answers.get(self.named_by, "")).split()) or self.title

    def filled(self, step: Step, answers: Answers) -> int:
        """Return how many fields of a step are no longer as they were at the start."""
        empty = self.empty
        return sum(answers[one.name] != empty[one.name] for one in step.fields)

    def checked(self, answers: Mapping[str, object]) -> dict[str, str | Table]:
        """Return answers to all fields; those that are missing are as at the start.

        Parameters
        ----------
        answers : mapping
            By name: text, or rows of text. Names that the form does not know are passed over.

        Raises
        ------
        ValueError
            If a field holds a value of another type or a table that fails its check.
        """
        found = self.empty
        for one in self.fields:
            if one.name not in answers:
                continue
            given = answers[one.name]
            if isinstance(one, Text):
                found[one.name] = _text(one, given)
            else:
                found[one.name] = _table(one, given)
        return found

    def show(self) -> None:
        """Display the form in a notebook, with the answers kept beside it."""
        from scaling.form.page import show  # imported late: only a notebook has widgets

        show(self)


def _text(field: Text, given: object) -> str:
    if not isinstance(given, str):
        raise ValueError(f"{field.name} should hold text; it holds {type(given).__name__}.")
    if len(given) > LONGEST:
        raise ValueError(f"{field.name} has more than {LONGEST:,} characters.")
    return files.encodable(given)


def _table(field: Rows, given: object) -> Table:
    width = len(field.columns)
    if not isinstance(given, list | tuple) or not all(_is_row(row, width) for row in given):
        raise ValueError(f"{field.name} should hold rows of {width} texts each.")
    table = tuple(tuple(row) for row in given)
    field.check(table)
    return table


def _is_row(row: object, width: int) -> bool:
    if not isinstance(row, list | tuple) or len(row) != width:
        return False
    return all(isinstance(part, str) for part in row)
