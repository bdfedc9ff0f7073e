"""What a class handed in for one assignment, as gradebook and graded notebooks have it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Grade as Mark
from nbgrader.api import Gradebook, MissingEntry, SubmittedAssignment

from scaling.checking.kinds import Check
from scaling.grading.course import Course, CourseError
from scaling.grading.demo_answers import questions as checked
from scaling.grading.insight.said import Said, State, plain, said
from scaling.grading.marking import log
from scaling.progress.questions import find_places, grading, is_touched


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes
    ----------
    id : str
        Of the graded cell, such as ``"m3-pairs"``.
    title : str
        The first words of its prompt.
    most : float
        Points.
    by_person : bool
        Whether a person marks it.
    slips : mapping of str to str
        The hints of the slips that its checks know, and a regular expression for each, as `said`
        needs it.
    cells : tuple of str
        The names of the cells that are written in.
    """

    id: str
    title: str
    most: float
    by_person: bool
    slips: Mapping[str, str] = field(default_factory=dict)
    cells: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """Its number in words, such as "Question 4"."""
        return self.title.partition(":")[0]


@dataclass(frozen=True)
class Answer:
    """One answer: its points, None while it waits for a person, and what became of it."""

    points: float | None
    said: Said


@dataclass(frozen=True)
class Student:
    """One student and, if anything of hers is graded, her answers by question.

    Attributes
    ----------
    id, name : str
    answers : dict or None
        None where nothing was handed in, or nothing could be graded.
    handed_in : datetime or None
        In UTC; None where it is not known.
    """

    id: str
    name: str
    answers: dict[str, Answer] | None
    handed_in: datetime | None = None


@dataclass(frozen=True)
class Class:
    """What a class handed in for one assignment.

    Attributes
    ----------
    assignment : str
    questions : tuple of Question
        In the order of the exercise.
    students : tuple of Student
    due : datetime or None
        In UTC.
    given : tuple of (str, str, float)
        Marker, question and points of each answer that was marked in the marking room.
    """

    assignment: str
    questions: tuple[Question, ...]
    students: tuple[Student, ...]
    due: datetime | None = None
    given: tuple[tuple[str, str, float], ...] = ()

    @property
    def graded(self) -> list[Student]:
        """Those students of whom something is graded."""
        return [student for student in self.students if student.answers is not None]


def read(course: Course, assignment: str) -> Class:
    """Read what a class handed in.

    Raises
    ------
    CourseError
        If the assignment was never generated, or nothing is graded.
    """
    asked = questions(course, assignment)
    with course.gradebook() as gradebook:
        try:
            known = gradebook.find_assignment(assignment)
        except MissingEntry:
            raise CourseError(
                f"The gradebook has no assignment {assignment}. Generate it first:\n"
                f"    nbgrader generate_assignment {assignment}"
            ) from None
        found = Class(
            assignment,
            tuple(one for several in asked.values() for one in several),
            tuple(_student(course, gradebook, one, assignment, asked) for one in _all(gradebook)),
            known.duedate,
            _given(gradebook, assignment),
        )
    if not found.graded:
        raise CourseError(
            f"Nothing is graded for {assignment}. Run this first:\n"
            f"    python -m scaling grade {assignment}"
        )
    return found


def _given(gradebook: Gradebook, assignment: str) -> tuple[tuple[str, str, float], ...]:
    states = log.states(log.read(gradebook.engine, assignment))
    return tuple(
        (state.mark.marker, question, state.mark.score)
        for (_, question), state in states.items()
        if state.mark is not None and state.mark.score is not None
    )


def questions(course: Course, assignment: str) -> dict[str, list[Question]]:
    """Return the questions of an assignment in order, by notebook."""
    files = sorted(course.source(assignment).glob("*.ipynb"))
    return {file.stem: _questions(file) for file in files}


def _questions(solution: Path) -> list[Question]:
    nb = nbformat.read(solution, as_version=4)
    slips: dict[str, dict[str, str]] = {}
    for one in checked(nb):
        slips.setdefault(one.grade_id, {}).update(patterns(one.check))
    return [
        Question(
            id=place.grade_id,
            title=place.title,
            most=float(place.points),
            by_person=place.is_for_a_person,
            slips=slips.get(place.grade_id, {}),
            cells=tuple(_name(nb.cells[index]) for index in place.answers),
        )
        for place in find_places(nb.cells)
    ]


def patterns(check: Check) -> dict[str, str]:
    """Return the hints of the slips that a check knows, and a regular expression for each."""
    as_told = check.varies.pattern if check.varies else re.escape
    return {hint: as_told(plain(hint)) for hint in check.slips}


def _name(cell: Any) -> str:
    """Return the name by which nbgrader knows a cell; that of the notebook where it knows none."""
    return str(grading(cell).get("grade_id") or cell.get("id", ""))


def _all(gradebook: Gradebook) -> list[tuple[str, str]]:
    """Return id and name of all students."""
    return [
        (one.id, " ".join(part for part in (one.first_name, one.last_name) if part))
        for one in gradebook.students
    ]


def _student(
    course: Course,
    gradebook: Gradebook,
    who: tuple[str, str],
    assignment: str,
    asked: dict[str, list[Question]],
) -> Student:
    try:
        submission = gradebook.find_submission(assignment, who[0])
    except MissingEntry:
        return Student(*who, None)
    answers = _answers(course, submission, who[0], assignment, asked)
    return Student(*who, answers or None, submission.timestamp)


def _answers(
    course: Course,
    submission: SubmittedAssignment,
    student: str,
    assignment: str,
    asked: dict[str, list[Question]],
) -> dict[str, Answer]:
    found = {}
    for notebook in submission.notebooks:
        file = course.autograded(student, assignment) / f"{notebook.name}.ipynb"
        if notebook.name not in asked or not file.is_file():
            continue
        cells = nbformat.read(file, as_version=4).cells
        named = {_name(cell): cell for cell in cells}
        written = written_cells(cells, asked[notebook.name])
        marks = {mark.name: mark for mark in notebook.grades}
        for question in asked[notebook.name]:
            mark = marks.get(question.id)
            if mark is None or question.id not in named:
                continue
            points, theirs = _points(mark), written[question.id]
            if question.by_person:
                state = State.PERSON if any(map(is_touched, theirs)) else State.BLANK
                became = Said(state)
            elif points is not None and points >= question.most:
                became = Said(State.RIGHT)
            else:
                became = said(named[question.id], theirs, question.slips)
            found[question.id] = Answer(points, became)
    return found


def written_cells(cells: list[Any], several: list[Question]) -> dict[str, list[Any]]:
    """Return by question those cells of a graded notebook that a student wrote in."""
    named = {_name(cell): cell for cell in cells}
    places = {place.grade_id: place for place in find_places(cells)}
    found = {}
    for question in several:
        theirs = [named[name] for name in question.cells if name in named]
        if question.by_person and question.id in places:
            # An essay may go on in cells that a student has added.
            more = (cells[index] for index in places[question.id].answers)
            theirs += [cell for cell in more if not any(cell is one for one in theirs)]
        found[question.id] = theirs
    return found


def _points(mark: Mark) -> float | None:
    """Return the points of a mark; None while a person has to look at it."""
    if mark.needs_manual_grade and mark.manual_score is None:
        return None
    return float(mark.score)
