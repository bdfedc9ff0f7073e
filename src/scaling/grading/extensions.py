"""Until when one student may hand in: extensions, which late penalties respect.

They are rows in a table of ours in the gradebook's own database, because nbgrader can note an
extension only for a submission that it has already. Grading hands them on to nbgrader, which moves
the due date of this one submission.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from nbgrader.api import Gradebook, SubmittedAssignment
from sqlalchemy import Column, DateTime, MetaData, String, Table, delete, insert, inspect, select

LONGEST = 128  # characters, as in nbgrader's own tables

_table = Table(
    "scaling_extensions",
    MetaData(),
    Column("assignment", String(LONGEST), primary_key=True),
    Column("student", String(LONGEST), primary_key=True),
    Column("until", DateTime, nullable=True),  # in UTC; none where one was taken back
)


def grant(gradebook: Gradebook, assignment: str, until: dict[str, datetime | None]) -> list[str]:
    """Note until when students may hand in; return those for whom this is new.

    Parameters
    ----------
    gradebook : nbgrader.api.Gradebook
        An open gradebook.
    assignment : str
    until : dict
        For each student a moment in UTC without a zone, or None to take an extension back.
    """
    _table.create(gradebook.engine, checkfirst=True)
    with gradebook.engine.begin() as connection:
        wanted = select(_table.c.student, _table.c.until).where(_table.c.assignment == assignment)
        known = {row.student: row.until for row in connection.execute(wanted)}
        new = [one for one, moment in until.items() if known.get(one) != moment]
        for student in new:
            before = (_table.c.assignment == assignment) & (_table.c.student == student)
            connection.execute(delete(_table).where(before))
            values = {"assignment": assignment, "student": student, "until": until[student]}
            connection.execute(insert(_table).values(**values))
    return new


def granted(gradebook: Gradebook, assignment: str) -> dict[str, datetime | None]:
    """Return the extensions of an assignment by student."""
    connection = gradebook.db.connection()
    if not inspect(connection).has_table(_table.name):
        return {}
    wanted = select(_table.c.student, _table.c.until).where(_table.c.assignment == assignment)
    return {row.student: row.until for row in connection.execute(wanted)}


def apply(gradebook: Gradebook, submission: SubmittedAssignment) -> None:
    """Move the due date of a submission if its student has an extension; commit nothing.

    An extension that was given by nbgrader itself is kept where none is noted here.
    """
    due = submission.assignment.duedate
    until = granted(gradebook, submission.assignment.name)
    if due is None or submission.student.id not in until:
        return
    moment = until[submission.student.id]
    submission.extension = None if moment is None else max(timedelta(0), moment - due)
