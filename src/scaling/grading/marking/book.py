"""The gradebook's side of the marking room: questions, and the marks that are in it now."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import Connection, Select, select

from scaling.grading.pages import question_label

from .rubric import Rubric, parse


@dataclass(frozen=True)
class Question:
    """A question that a person marks.

    Attributes
    ----------
    name : str
        nbgrader's id of its cell.
    notebook : str
    label : str
        Such as "Question 15".
    most : float
        Points.
    rubric : Rubric
    """

    name: str
    notebook: str
    label: str
    most: float
    rubric: Rubric


@dataclass(frozen=True)
class Mark:
    """What the gradebook says about one answer.

    Attributes
    ----------
    submission, student, notebook, question : str
        ``submission`` is nbgrader's id of the submitted notebook.
    grade : str
        nbgrader's id.
    by_checks, by_hand : float or None
        Points.
    waits : bool
        Whether a person still has to mark it.
    comment_id, comment : str or None
        Of the cell that is commented on: the question's own, or the answer above a check.
    """

    submission: str
    student: str
    notebook: str
    question: str
    grade: str
    by_checks: float | None
    by_hand: float | None
    waits: bool
    comment_id: str | None = None
    comment: str | None = None

    @property
    def is_marked(self) -> bool:
        """Whether a person gave points that still stand."""
        return self.by_hand is not None and not self.waits

    def version(self, answer: str = "") -> str:
        """Return a text that differs when anything has changed, also by formgrader or a grader.

        Parameters
        ----------
        answer : str
            A checksum of what the learner wrote.
        """
        told = repr((self.by_hand, self.waits, self.comment, answer))
        return hashlib.sha256(told.encode(errors="replace")).hexdigest()[:32]


def questions(gradebook: Gradebook, assignment: str) -> list[Question]:
    """Return the questions of an assignment that a person marks.

    Raises
    ------
    nbgrader.api.MissingEntry
        If the gradebook does not know the assignment.
    """
    found = []
    for notebook in gradebook.find_assignment(assignment).notebooks:
        sources = {cell.name: cell.source or "" for cell in notebook.source_cells}
        written = {cell.name for cell in notebook.solution_cells}
        by_hand = [cell for cell in notebook.grade_cells if cell.name in written]
        for cell in (*notebook.task_cells, *by_hand):
            source = sources.get(cell.name, "")
            label = question_label(source) or cell.name
            found.append(Question(cell.name, notebook.name, label, cell.max_score, parse(source)))
    return sorted(found, key=lambda one: (one.notebook, one.name))


def most_points(gradebook: Gradebook, assignment: str) -> dict[str, float]:
    """Return what each graded cell and each task of an assignment is worth, by its name."""
    return {
        cell.name: cell.max_score
        for notebook in gradebook.find_assignment(assignment).notebooks
        for cell in (*notebook.grade_cells, *notebook.task_cells)
    }


def marks(connection: Connection, assignment: str, question: str | None = None) -> list[Mark]:
    """Return the marks of all submissions for one question or for all."""
    wanted = _marks().where(Assignment.name == assignment)
    if question is not None:
        wanted = wanted.where(BaseCell.name == question)
    return [Mark(*row) for row in connection.execute(wanted)]


def mark(connection: Connection, submission: str, question: str, commented: str) -> Mark:
    """Return the mark of one answer, and the comment on a cell.

    Raises
    ------
    nbgrader.api.MissingEntry
        If the submission or the question is not in the gradebook.
    """
    wanted = _marks().where(SubmittedNotebook.id == submission, BaseCell.name == question)
    row = connection.execute(wanted).first()
    if row is None:
        raise MissingEntry("The gradebook has no such submission any more.")
    comment = connection.execute(
        select(Comment.id, Comment.manual_comment)
        .join(BaseCell, Comment.cell_id == BaseCell.id)
        .where(Comment.notebook_id == submission, BaseCell.name == commented)
    ).first()
    return Mark(*row, *(comment or ()))


def _marks() -> Select:
    return (
        select(
            SubmittedNotebook.id,
            SubmittedAssignment.student_id,
            Notebook.name,
            BaseCell.name,
            Grade.id,
            Grade.auto_score,
            Grade.manual_score,
            Grade.needs_manual_grade,
        )
        .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
        .join(BaseCell, Grade.cell_id == BaseCell.id)
    )
