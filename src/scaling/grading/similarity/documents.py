"""What a class wrote, by student and question; and what everybody was given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from scaling.grading.course import Course, CourseError
from scaling.grading.feedback import graded
from scaling.grading.insight.reading import questions, written_cells
from scaling.grading.similarity.pairs import CODE, PROSE, Kind
from scaling.progress.questions import is_touched


@dataclass(frozen=True)
class Work:
    """What a class wrote of one kind.

    Attributes
    ----------
    kind : Kind
    everybody : dict of str to dict of str to str
        By student and question.
    known : list of str
        Release and solution.
    """

    kind: Kind
    everybody: dict[str, dict[str, str]] = field(default_factory=dict)
    known: list[str] = field(default_factory=list)


def read(course: Course, assignment: str) -> tuple[tuple[Work, ...], Mapping[str, str]]:
    """Return what a class wrote, code and prose apart, and the title of each question.

    Raises
    ------
    CourseError
        If nothing is graded.
    """
    works = (Work(CODE), Work(PROSE))
    asked = questions(course, assignment)
    for file in _given(course, assignment):
        for cell in nbformat.read(file, as_version=4).cells:
            works[cell.cell_type != "code"].known.append(cell.source)
    for student in graded(course, assignment):
        for name, several in asked.items():
            file = course.autograded(student, assignment) / f"{name}.ipynb"
            if not file.is_file():
                continue
            cells = written_cells(nbformat.read(file, as_version=4).cells, several)
            for question in several:
                text = "\n\n".join(cell.source for cell in cells[question.id] if is_touched(cell))
                if text:
                    work = works[question.by_person]
                    work.everybody.setdefault(student, {})[question.id] = text
    if not any(work.everybody for work in works):
        raise CourseError(
            f"Nothing is graded for {assignment}. Run this first:\n"
            f"    python -m scaling grade {assignment}"
        )
    return works, {one.id: one.title for several in asked.values() for one in several}


def _given(course: Course, assignment: str) -> list[Path]:
    """Return the notebooks that everybody has, and the solutions."""
    release = Path(course.folders.format_path(course.folders.release_directory, ".", assignment))
    places = (course.source(assignment), course.root / release)
    return [file for place in places for file in sorted(place.glob("*.ipynb"))]
