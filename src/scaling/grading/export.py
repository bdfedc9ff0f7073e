"""Grades as a CSV file that a spreadsheet opens without running anything.

nbgrader's own exporter joins fields with commas and quotes nothing: a name with a comma moves every
column after it, and a name that begins with an equals sign is a formula to a spreadsheet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.api import Assignment, Gradebook, MissingEntry, Student, SubmittedAssignment
from nbgrader.plugins import ExportPlugin
from sqlalchemy.orm import undefer

from scaling import files, reports

from . import records
from .records import Record

COLUMNS = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
    "needs_manual_grade",
    "state",
    "lms_user_id",
)
FORMULA_STARTS = tuple("=+-@−")


class SafeCsv(ExportPlugin):
    """nbgrader's columns in its order, and three more.

    ``needs_manual_grade`` says whether a person still has to mark it. ``state`` says what became of
    the submission: graded, repaired, ungraded and why, or not handed in. What could not be graded
    has no score: an empty cell, not a zero. ``lms_user_id`` is the student's number in a learning
    platform, if it is known. The due date is the student's own where there is an extension.
    """

    def export(self, gradebook: Gradebook) -> None:
        """Write the grades to ``--to``, or to ``grades.csv``.

        The file is whole at every moment: the old one stays until the new one is complete.

        Parameters
        ----------
        gradebook : nbgrader.api.Gradebook
            An open gradebook.

        Raises
        ------
        OSError
            If the file cannot be written; the old one is then untouched.
        """
        target = Path(self.to or "grades.csv").resolve()
        self.log.info("Exporting grades to %s", target)
        if target.exists():
            self.log.warning("Replacing %s", target)
        write_table(target, self._rows(gradebook))

    def _rows(self, gradebook: Gradebook) -> Iterator[dict[str, Any]]:
        for assignment in gradebook.assignments:
            if not self._is_wanted(assignment.name, self.assignment):
                continue
            submissions = _submissions(gradebook, assignment)
            for student in gradebook.students:
                if self._is_wanted(student.id, self.student):
                    record = records.read(self._root(), student.id, assignment.name)
                    yield _row(assignment, student, submissions.get(student.id), record)

    def _root(self) -> Path:
        course = getattr(self.parent, "coursedir", None)
        return Path(course.root if course else "")

    @staticmethod
    def _is_wanted(name: str, chosen: list[Any]) -> bool:
        # An id made of digits arrives as a number from the command line.
        return not chosen or name in {str(one) for one in chosen}


def row(
    gradebook: Gradebook, assignment: Assignment, student: Student, record: Record | None = None
) -> dict[str, Any]:
    """Return the grades of one student in one assignment; nothing handed in counts as zero."""
    try:
        submission = gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:
        submission = None
    return _row(assignment, student, submission, record)


def _submissions(gradebook: Gradebook, assignment: Assignment) -> dict[str, SubmittedAssignment]:
    """Return what was handed in, by student, in one query instead of several for each."""
    wanted = gradebook.db.query(SubmittedAssignment).filter_by(assignment_id=assignment.id)
    parts = (
        SubmittedAssignment.score,
        SubmittedAssignment.late_submission_penalty,
        SubmittedAssignment.needs_manual_grade,
    )
    return {one.student_id: one for one in wanted.options(*map(undefer, parts))}


def _row(
    assignment: Assignment,
    student: Student,
    submission: SubmittedAssignment | None,
    record: Record | None,
) -> dict[str, Any]:
    about = {
        "assignment": assignment.name,
        "duedate": _in_utc(assignment.duedate),
        "student_id": student.id,
        "last_name": student.last_name,
        "first_name": student.first_name,
        "email": student.email,
        "lms_user_id": student.lms_user_id,
        "max_score": assignment.max_score,
        "needs_manual_grade": False,
        "state": _state(record),
    }
    if submission is None:
        nothing = 0.0 if record is None else None  # Ungraded work has no score, not even 0.
        return about | dict.fromkeys(("raw_score", "late_submission_penalty", "score"), nothing)
    penalty = submission.late_submission_penalty or 0.0
    return about | {
        "duedate": _in_utc(submission.duedate),
        "timestamp": _in_utc(submission.timestamp),
        "raw_score": submission.score,
        "late_submission_penalty": penalty,
        "score": max(0.0, submission.score - penalty),
        "needs_manual_grade": bool(submission.needs_manual_grade),
        "state": _state(record) if record else "graded",
    }


def _in_utc(moment: datetime | None) -> str | None:
    """Return a moment with its zone, which nbgrader leaves out."""
    return None if moment is None else f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _state(record: Record | None) -> str:
    if record is None:
        return "not handed in"
    return ": ".join([record.state, *(record.remarks[:1] if record.state == "ungraded" else ())])


def write_table(target: Path, rows: Iterator[dict[str, Any]]) -> None:
    """Write rows as CSV, text in quotes and made harmless, numbers bare; all or nothing."""
    made = ([harmless(values.get(column)) for column in COLUMNS] for values in rows)
    text = reports.as_csv(COLUMNS, made)
    if target.exists() and not target.is_file():  # A device such as /dev/stdout is not replaced.
        with target.open("w", encoding="utf-8", newline="") as stream:
            stream.write(text)
    else:
        files.write_text(target, text)


def harmless(value: Any) -> Any:
    """Return a value for a cell: numbers as they are, text that no spreadsheet takes for a formula.

    Text is what OWASP advises against when it begins with ``=``, ``+``, ``-``, ``@``, a tab or a
    line break, here also after blanks and in the full width of East Asian type, which some
    spreadsheets read alike. It then gets an apostrophe in front. Control characters go.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return value
    text = "".join(letter for letter in re.sub(r"\s", " ", str(value)) if _is_text(letter))
    seen = unicodedata.normalize("NFKC", text).lstrip()
    # Where commas are decimal points, a spreadsheet begins a new cell after each semicolon.
    cells = [seen, *re.split(r"[;\t]\s*", unicodedata.normalize("NFKC", str(value)))]
    danger = str(value)[:1] in {"\t", "\r", "\n"} or any(
        cell.lstrip().startswith(FORMULA_STARTS) for cell in cells
    )
    if danger:
        text = re.sub(r"([;；])(?=\s*\S)", r"\1'", text)
    return f"'{text}" if danger else text


def _is_text(letter: str) -> bool:
    """Return whether a character is text, and not a control such as a mark of direction."""
    return unicodedata.category(letter) not in {"Cc", "Cf", "Cs"}
