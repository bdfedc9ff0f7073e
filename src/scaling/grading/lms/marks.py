"""Marks go into the file that a platform exported, which is the file that it imports.

A cell is filled in only where a mark is final, and where there is none yet; every other byte stays.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime

from nbgrader.api import Assignment, Gradebook, MissingEntry, Student

from .. import extensions, records
from ..course import Course, CourseError
from ..export import row
from ..preflight.findings import printable
from .platform import Column, Platform
from .roster import Roster
from .sheets import Sheet

NOTHING = "handed in nothing"
EARLY = "0 points before the due date"
WAITING = "wait for a person (--with-waiting writes what there is)"
UNGRADED = "are not graded"
NOT_YET = "have work in submitted/ that is not graded yet"
_COMMA = re.compile(r"\d+,\d+")


@dataclass(frozen=True)
class Wishes:
    """What an instructor asks of marks.

    Attributes
    ----------
    column : str
        Title or number of the column, in Canvas.
    scale : bool
        Whether marks are carried over to another number of points.
    with_waiting : bool
        Whether marks are written that a person may still change.
    replace : bool
        Whether another mark that is in the file gives way.
    zeros : bool
        Whether 0 is written for those who handed in nothing and are past their due date.
    """

    column: str = ""
    scale: bool = False
    with_waiting: bool = False
    replace: bool = False
    zeros: bool = False


@dataclass
class Filled:
    """The file to be imported; how many marks are in it, and who got none, by the reason."""

    data: bytes
    written: int = 0
    same: int = 0
    blank: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def marks(
    course: Course,
    gradebook: Gradebook,
    platform: Platform,
    assignment: str,
    sheet: Sheet,
    known: Roster,
    wishes: Wishes,
) -> Filled:
    """Fill marks into a platform's list.

    Raises
    ------
    CourseError
        If the gradebook does not know the assignment.
    ValueError
        If the list has no such column, or counts other points and ``scale`` is not asked for.
    """
    try:
        entry = gradebook.find_assignment(assignment)
    except MissingEntry:
        raise CourseError(f"The gradebook knows no assignment {assignment}.") from None
    column = platform.column(sheet, wishes.column, assignment)
    factor = _factor(column, entry.max_score, assignment, wishes.scale)
    is_comma = any(
        _COMMA.fullmatch(text)
        for row_at in column.most
        for text in (sheet.value(row_at, column.at), column.most[row_at])
    )
    until = extensions.granted(gradebook, assignment)
    by_id = {student.id: student for student in gradebook.students}
    found = Filled(b"")
    values: dict[tuple[int, int], str] = {}
    for number, person in known.people.items():
        if number not in known.students:
            found.blank["are no students of the gradebook"].append(str(person))
            continue
        student = by_id[known.students[number]]
        mark, why = _mark(course, gradebook, entry, student, until.get(student.id), wishes)
        if mark is None:
            found.blank[why].append(printable(student.id))
            continue
        before = sheet.value(person.row, column.at)
        after = f"{mark * factor:.2f}"
        after = after.replace(".", ",") if is_comma else after
        if before not in {"", "-"} and _number(before) == _number(after):
            found.same += 1
        elif person.row in column.locked:
            found.blank["cannot be changed on the platform"].append(printable(student.id))
        elif before not in {"", "-"} and not wishes.replace:
            told = f"{printable(student.id)} ({printable(before)} there, {after} here)"
            found.blank["have another mark in the file (--replace writes over it)"].append(told)
        else:
            values[person.row, column.at] = after
            found.written += 1
    found.data = sheet.filled(values)
    return found


def _factor(column: Column, points: float, assignment: str, scale: bool) -> float:
    """Return by what marks are multiplied for the platform."""
    most = {_number(text) for text in column.most.values()}
    if len(most) != 1 or None in most or 0 in most:
        raise ValueError(
            "The platform does not count points there. Set the assignment's grade to points "
            f"({points:g}), and export the file again."
        )
    (there,) = most
    assert there is not None
    if there != points and not scale:
        raise ValueError(
            f"{assignment} has {points:g} points, and {there:g} on the platform. Set {points:g} "
            "there and export the file again, or add --scale to carry marks over in proportion."
        )
    return there / points if scale and points else 1.0


def _number(text: str) -> float | None:
    try:
        return round(float(text.replace(",", ".")), 2)
    except ValueError:
        return None


def _mark(
    course: Course,
    gradebook: Gradebook,
    assignment: Assignment,
    student: Student,
    until: datetime | None,
    wishes: Wishes,
) -> tuple[float | None, str]:
    """Return a student's mark, or None and why there is none to be written."""
    record = records.read(course.root, student.id, assignment.name)
    values = row(gradebook, assignment, student, record)
    due = until or assignment.duedate
    is_over = due is not None and datetime.now(UTC).replace(tzinfo=None) > due
    if values["state"] == "not handed in":
        if course.submitted(student.id, assignment.name).is_dir():
            return None, NOT_YET
        return (0.0, "") if wishes.zeros and is_over else (None, NOTHING)
    if values["state"].startswith("ungraded"):
        return None, UNGRADED
    if record is not None and not record.digest:
        return None, NOT_YET  # The work was replaced by newer work.
    if values["needs_manual_grade"] and not wishes.with_waiting:
        return None, WAITING
    if not values["score"] and due is not None and not is_over:
        return None, EARLY
    return values["score"], ""
