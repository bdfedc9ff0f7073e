"""A cell of the release gets back its mark, its type and, where it is locked, its text.

This tells what was put back and keeps what a learner had added; the copy itself is written in
``writing.py``.
"""

from __future__ import annotations

import ast
import re

from rapidfuzz import fuzz

from scaling.notebook_file import checksum

from ..release import ADDED, SCHEMA_VERSION, Release, SourceCell
from ..source import bound
from .cells import Cell
from .findings import Kind, Report, called, sentence
from .matching import is_strange, is_unchanged
from .names import LONGEST_CODE, names_in, parsed

# PyCharm, VS Code, Databricks and nbconvert begin each cell with such a line in their files.
_PROGRAM_MARK = re.compile(r"\A\s*(# ?%%.*|# COMMAND -+|# In ?\[.*\]:)$", re.MULTILINE)


def tell_marks(cell: Cell, known: SourceCell, is_lost: bool, report: Report) -> None:
    """Report what was wrong with the metadata by which nbgrader knows this cell."""
    name = called(known)
    if is_lost:
        text = f"{sentence(name)} had lost the mark by which it is graded; it was given back."
        many = "{n} cells ({names}) had lost the mark by which they are graded; it was given back."
        report.each(Kind.REPAIRED, known.grade_id, text, many)
    else:
        marks = cell.marks if isinstance(cell.marks, dict) else {}
        wrong = _wrong_marks(marks, known)
        if wrong == ["checksum"] and is_of_other_version(cell, known):
            wrong = []  # That its text is another one is told where the text is put back.
        if wrong:
            said = ", ".join(wrong)
            text = f"The marks of {name} had been changed ({said}); they were put back."
            many = "The marks of {n} cells ({names}) had been changed; they were put back."
            report.each(Kind.REPAIRED, known.grade_id, text, many)
    if "skip-execution" in cell.tags and known.cell_type == "code":
        text = f"{sentence(name)} was tagged to be skipped; the tag was taken away."
        report.add(Kind.FLAGGED, known.grade_id, text)


def _wrong_marks(marks: dict, known: SourceCell) -> list[str]:
    wrong = []
    if (known.grade or known.task) and not _is_points(marks.get("points"), known.points):
        points = marks.get("points")
        said = str(points)[:20] if isinstance(points, int | float | str) else "none"
        wrong.append(f"points: {said} instead of {known.points:g}")
    flags = ("grade", "solution", "locked", "task")
    wrong += [flag for flag in flags if bool(marks.get(flag, False)) != getattr(known, flag)]
    if marks.get("schema_version") != SCHEMA_VERSION:
        wrong.append("version")
    released = (known.released_checksum, known.checksum_without_watch)
    if marks.get("checksum") not in (known.checksum, *released):
        wrong.append("checksum")
    return wrong


def is_of_other_version(cell: Cell, known: SourceCell) -> bool:
    """Return whether a locked cell is, by its own checksum, as another version released it."""
    marks = cell.marks if isinstance(cell.marks, dict) else {}
    noted, points = marks.get("checksum"), marks.get("points", 0)
    ours = (known.checksum, known.released_checksum, known.checksum_without_watch)
    if not known.locked or noted in ours or not isinstance(points, int | float):
        return False
    return noted == checksum(cell.source, cell.cell_type, marks)


def _is_points(value: object, points: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == points


def tell_strange_marks(own: list[Cell], release: Release, report: Report) -> None:
    """Report own cells with a mark that is unreadable or belongs to no cell of the exercise."""
    for cell in own:
        if cell.marks is not None and not isinstance(cell.marks, dict):
            text = (
                "A cell had a grading mark that cannot be read; it was taken away, the cell kept."
            )
            report.add(Kind.REPAIRED, "notebook", text)
        elif is_strange(cell, release) and not ADDED.fullmatch(cell.grade_id):
            name = cell.grade_id[:60]
            text = (
                f"A cell is marked {name}, which this exercise does not have; it is kept unmarked."
            )
            many = "{n} cells have marks that this exercise does not have; they are kept unmarked."
            report.each(Kind.REPAIRED, name, text, many)


def put_back(cell: Cell, known: SourceCell, report: Report) -> list[Cell]:
    """Report a wrong type or text; return what the learner had added to a locked cell."""
    name = sentence(called(known))
    if cell.cell_type != known.cell_type:
        text = (
            f"{name} had been turned into a {cell.cell_type} cell; it is {known.cell_type} again."
        )
        many = "{n} cells ({names}) had been turned into another type; they were turned back."
        report.each(Kind.REPAIRED, known.grade_id, text, many)
    if not known.locked or is_unchanged(cell, known):
        return []
    if is_of_other_version(cell, known):
        text = f"{name} was of another version of the exercise; it is as in this one."
        many = "{n} cells ({names}) were of another version of the exercise; they are as in this."
        report.each(Kind.REPAIRED, known.grade_id, text, many)
        return []
    text = f"{name} had been changed; it was put back"
    many = "{n} locked cells ({names}) had been changed; they were put back"
    added = _added(cell, known)
    if not added:
        report.each(Kind.REPAIRED, known.grade_id, f"{text}.", f"{many}.")
        return []
    text += ", and what had been added is kept in a cell of its own."
    many += ", and what had been added is kept in cells of their own."
    report.each(Kind.REPAIRED, known.grade_id, text, many)
    if known.task:
        text = f"Something was written into {called(known)}; read it before marking."
        report.add(Kind.FLAGGED, known.grade_id, text)
    # It goes in front of a check, which may need it, and behind any other cell, which it may need.
    at = cell.at + (-0.5 if known.grade and known.cell_type == "code" else 0.5)
    return [Cell(known.cell_type, added, None, "", {}, [], at)]


def _added(cell: Cell, known: SourceCell) -> str:
    """Return what a learner had written into a locked cell that may be an answer or a set-up.

    Of code, the statements that make names the cell does not make itself; of text, the lines that
    are like none of the cell.
    """
    if known.cell_type == "markdown" and len(cell.source) > LONGEST_CODE:
        return cell.source
    if known.cell_type == "markdown":
        old = known.source.splitlines()
        typed = _PROGRAM_MARK.sub("", cell.source, count=1)
        lines = [line for line in typed.splitlines() if not _is_like_one_of(line, old)]
        return "\n".join(lines).strip()
    tree, there = parsed(cell.source), names_in(known.source)
    if tree is None or cell.source.lstrip().startswith(("%", "!")):
        return ""
    statements = [
        statement
        for statement in tree.body
        if not isinstance(statement, ast.Expr)
        and (made := bound(ast.Module([statement], [])))
        and not made & there
    ]
    return "\n".join(ast.unparse(statement) for statement in statements)


def _is_like_one_of(line: str, lines: list[str]) -> bool:
    return not line.strip() or any(fuzz.ratio(line[:2000], other[:2000]) > 70 for other in lines)
