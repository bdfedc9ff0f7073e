"""A question that a person marks, as its author wrote it: prompt, rubric and mark scheme."""

from __future__ import annotations

import re
from dataclasses import dataclass

BEGIN, END = "### BEGIN MARK SCHEME", "### END MARK SCHEME"
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Level:
    """What an answer has to do for these points."""

    points: float
    text: str


@dataclass(frozen=True)
class Row:
    """One criterion, from its lowest level to its highest."""

    name: str
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class Rubric:
    """A question for those who mark it.

    Attributes
    ----------
    prompt : str
        Markdown, without the rubric and the mark scheme.
    rows : tuple of Row
        Empty where the author wrote no rubric.
    scheme : str
        Markdown that students never see; may be empty.
    words : tuple of int, or None
        The fewest and the most words that are asked for.
    """

    prompt: str
    rows: tuple[Row, ...]
    scheme: str
    words: tuple[int, int] | None

    def scale(self, most: float) -> float:
        """Return how many points of the question one point of the rubric is.

        Parameters
        ----------
        most : float
            What the question is worth, which an instructor may have changed.
        """
        highest = sum(max(level.points for level in row.levels) for row in self.rows)
        return most / highest if highest else 1.0


def parse(source: str) -> Rubric:
    """Read a question from the source of its cell.

    The rubric is a table whose head holds points and whose first column names the criteria.
    """
    shown, _, rest = source.partition(BEGIN)
    scheme = rest.partition(END)[0].strip()
    lines = shown.splitlines()
    table = [line for line in lines if line.lstrip().startswith("|")]
    rows = _rows([_cells(line) for line in table])
    prompt = [line for line in lines if not rows or line not in table]
    words = re.search(r"(\d+) (?:to|–|-) (\d+) words", shown)
    limits = (int(words[1]), int(words[2])) if words else None
    return Rubric("\n".join(prompt).strip(), rows, scheme, limits)


def with_heading(source: str) -> str:
    """Return a question whose mark scheme has a heading in the place of nbgrader's marks."""
    return source.replace(BEGIN, "### Mark scheme (students never see it)").replace(END, "")


def _cells(line: str) -> list[str]:
    return [part.strip().strip("*").strip() for part in line.strip().strip("|").split("|")]


def _rows(table: list[list[str]]) -> tuple[Row, ...]:
    """Return the criteria of a table; none where its head holds anything but points."""
    if len(table) < 3:
        return ()
    head = table[0][1:]
    if len(head) < 2 or not all(_NUMBER.fullmatch(cell) for cell in head):
        return ()
    points = [float(cell) for cell in head]
    rows = [row for row in table[2:] if len(row) == len(table[0])]
    return tuple(
        Row(name, tuple(Level(*pair) for pair in zip(points, texts, strict=True)))
        for name, *texts in rows
    )
