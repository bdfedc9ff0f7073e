"""An export for research: one answer in a row, without names, and what its columns mean.

It is pseudonymous and not anonymous. Ids are drawn anew for each export and kept nowhere, there is
no text of a student's, and no time finer than a day; but who knows somebody's marks can find them.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator

from scaling import reports
from scaling.grading.course import CourseError
from scaling.grading.insight.reading import Class, Question, Student
from scaling.grading.insight.said import Said, State
from scaling.inventory.analysis import FEWEST

RARE = "rare"
NOT_GRADED = "not graded"
# What each column means; the codebook is made of this.
COLUMNS = {
    "learner": "A random id, drawn anew for each export; it is the same in all rows of a learner.",
    "assignment": "The exercise.",
    "question": "The question's id, as in the notebook.",
    "marked_by": "check or person.",
    "most": "The points that the question can give.",
    "points": "Those that it gave; empty where it waits for a person, or nothing was graded.",
    "state": "right; slip: a mistake that the check knows; hint: another; stopped: the code ended "
    "with an error; blank; for a person: somebody marks it; not graded: no work of this learner.",
    "mistake": "For slip and stopped, the mistake in words of the course; rare where fewer than "
    f"{FEWEST} made it. What a learner wrote is nowhere.",
    "day": f"The day of handing in, in UTC; empty where it is unknown, or fewer than {FEWEST} "
    "handed in on it.",
}


def to_csv(found: Class) -> str:
    """Return the answers of a class, one in a row, in an order that says nothing.

    Raises
    ------
    CourseError
        If the work of fewer than ``FEWEST`` is graded.
    """
    if len(found.graded) < FEWEST:
        raise CourseError(
            f"The work of fewer than {FEWEST} students is graded. An export of so few would not "
            "hide who they are, so there is none."
        )
    ids = {student.id: secrets.token_hex(6) for student in found.students}
    if len(set(ids.values())) < len(ids):
        raise AssertionError("Two random ids of 48 bits are the same.")
    days = Counter(_day(student) for student in found.students)
    made = Counter(
        (question.id, _said(student, question))
        for student in found.students
        for question in found.questions
    )
    rows: list[tuple[str | float, ...]] = []
    for student in sorted(found.students, key=lambda one: ids[one.id]):
        day = _day(student) if days[_day(student)] >= FEWEST else ""
        rows += [(ids[student.id], *row, day) for row in _rows(found, student, made)]
    return reports.as_csv(tuple(COLUMNS), rows)


def _rows(
    found: Class, student: Student, made: Counter[tuple[str, Said | None]]
) -> Iterator[tuple[str | float, ...]]:
    for question in found.questions:
        answer = (student.answers or {}).get(question.id)
        said = _said(student, question)
        mistake = ""
        if said and said.state in (State.SLIP, State.STOPPED):
            mistake = said.words if made[question.id, said] >= FEWEST else RARE
        yield (
            found.assignment,
            question.id,
            "person" if question.by_person else "check",
            question.most,
            "" if answer is None or answer.points is None else answer.points,
            said.state.value if said else NOT_GRADED,
            mistake,
        )


def _said(student: Student, question: Question) -> Said | None:
    answer = (student.answers or {}).get(question.id)
    return answer.said if answer else None


def _day(student: Student) -> str:
    return f"{student.handed_in:%Y-%m-%d}" if student.handed_in else ""


def codebook(found: Class) -> str:
    """Return what the columns and the questions mean, as Markdown."""
    columns = "\n".join(f"- **{name}**: {means}" for name, means in COLUMNS.items())
    asked = "\n".join(f"- `{one.id}` ({one.most:g}): {one.title}" for one in found.questions)
    learners, questions = len(found.students), len(found.questions)
    return f"""# Codebook: {found.assignment}

One answer of one learner in a row; {learners} learners, {questions} questions.

**This is pseudonymous and not anonymous.** Whoever knows a learner's marks may recognise the row. \
Keep it as you keep marks, and ask who has to agree before it leaves the house.

## Columns

{columns}

## Questions, with their points

{asked}
"""
