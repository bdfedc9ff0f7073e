"""What is written down about a graded submission: the gradebook, the notebook, and a short record.

The order makes a run that is killed harmless. First the graded notebook is put in place, in one
step; then the marks go into the gradebook, in one transaction; the record, which says that this
very submission is done, comes last. Whatever is missing is done again by the next run.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import (
    Comment,
    Grade,
    Gradebook,
    InvalidEntry,
    MissingEntry,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy.exc import IntegrityError, OperationalError

from .course import Course
from .examiner import Verdict
from .release import Release

FOLDER = ".grading"  # in the course folder; never part of the course
TRIES = 8  # when several graders write at once


@dataclass(frozen=True)
class Record:
    """What came of one submission.

    Attributes
    ----------
    student, assignment : str
    state : str
        ``"graded"``, ``"repaired"`` or ``"ungraded"``.
    remarks : list of str
        What was repaired, why it is not graded.
    flags : list of str
        Why a person should look at it.
    points, most : float
        By checks alone.
    by_hand : int
        How many answers wait for a person.
    digest : str
        Of everything that decided it; a submission with another one is graded again.
    seconds : float
    details : str
        Where our own code failed, if it did.
    graded_at : str
    """

    student: str
    assignment: str
    state: str
    remarks: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    points: float = 0.0
    most: float = 0.0
    by_hand: int = 0
    digest: str = ""
    seconds: float = 0.0
    details: str = ""
    graded_at: str = field(default_factory=lambda: f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC")


def digest(folder: Path, releases: list[Release]) -> str:
    """Return a checksum of a submission and of the exercise it is graded against."""
    total = hashlib.sha256(repr(releases).encode())
    for place in sorted(folder.rglob("*")):
        total.update(os.fsencode(place.relative_to(folder)))  # a name may be no UTF-8
        if place.is_symlink():
            total.update(os.fsencode(place.readlink()))
        elif place.is_file():
            with suppress(OSError), place.open("rb") as file:  # one may not be readable
                total.update(hashlib.file_digest(file, "sha256").digest())
    return total.hexdigest()


# ---------------------------------------------------------------- the short record


def _place(root: Path, student: str, assignment: str) -> Path:
    return root / FOLDER / assignment / f"{student}.json"


def read(root: Path, student: str, assignment: str) -> Record | None:
    """Return what is written down about a submission in a course folder, if anything is."""
    try:
        return Record(**json.loads(_place(root, student, assignment).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None  # none yet, or of another version: it is graded again


def write(root: Path, record: Record) -> None:
    """Write a record down in a course folder, in one step."""
    place = _place(root, record.student, record.assignment)
    place.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(record), indent=1, ensure_ascii=False)
    with tempfile.NamedTemporaryFile(
        "w",
        encoding="utf-8",
        errors="backslashreplace",
        dir=place.parent,
        suffix=".new",
        delete=False,
    ) as file:
        file.write(text)
    Path(file.name).replace(place)


# ---------------------------------------------------------------- the graded notebook


def place_notebooks(target: Path, notebooks: dict[str, NotebookNode], files: Path) -> bool:
    """Put graded notebooks and the files beside them in place; tell whether answers changed.

    What stands there is replaced only when all of the new is written.
    """
    changed = not target.exists() or any(
        _sources(target / f"{name}.ipynb") != _sources(nb) for name, nb in notebooks.items()
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    for left_over in (*target.parent.glob(".new-*"), *target.parent.glob(".old-*")):
        shutil.rmtree(left_over)  # of a run that was killed
    new = Path(tempfile.mkdtemp(prefix=".new-", dir=target.parent))
    shutil.copytree(files, new, dirs_exist_ok=True)
    for name, nb in notebooks.items():
        # half a character, which Python's text can hold and UTF-8 cannot, becomes a question mark
        data = nbformat.writes(nb).encode(errors="replace")
        (new / f"{name}.ipynb").write_bytes(data)
    for part in new.rglob("*"):
        part.chmod(0o755 if part.is_dir() else 0o444)  # as nbgrader does: nobody edits these
    new.chmod(0o755)
    if target.exists():
        old = Path(tempfile.mkdtemp(prefix=".old-", dir=target.parent))
        target.replace(old / "x")
        new.replace(target)
        shutil.rmtree(old)
    else:
        new.replace(target)
    return changed


def _sources(notebook: Path | NotebookNode) -> list[str] | None:
    if isinstance(notebook, Path):
        try:
            notebook = nbformat.read(notebook, as_version=4)
        except (OSError, ValueError):
            return None
    return [cell.source for cell in notebook.cells]


# ---------------------------------------------------------------- the gradebook


def enter(
    gradebook: Gradebook,
    student: str,
    assignment: str,
    handed_in_at: datetime | None,
    graded: dict[str, tuple[NotebookNode, dict[str, Verdict]]],
    changed: bool,
) -> int:
    """Enter the marks of one submission, all or none; return how many answers wait for a person.

    Marks and comments that a person gave are never touched. Answers that changed since are put
    before that person again.
    """

    def entry() -> int:
        _student_exists(gradebook, student)
        submission = _submission(gradebook, student, assignment)
        if handed_in_at is not None:
            submission.timestamp = handed_in_at
        waiting = 0
        for notebook in submission.notebooks:
            if notebook.name in graded:
                nb, verdicts = graded[notebook.name]
                cells = {
                    cell.metadata.nbgrader.grade_id: cell
                    for cell in nb.cells
                    if cell.metadata.get("nbgrader", {}).get("grade_id")
                }
                for grade in notebook.grades:
                    _mark(grade, cells[grade.name], verdicts, changed)
                for comment in notebook.comments:
                    _comment(comment, cells[comment.name])
            waiting += sum(grade.needs_manual_grade for grade in notebook.grades)
        gradebook.db.commit()
        return waiting

    return _patiently(gradebook, entry)


def _mark(grade: Grade, cell: NotebookNode, verdicts: dict[str, Verdict], changed: bool) -> None:
    if grade.name in verdicts:
        grade.auto_score = verdicts[grade.name].points
        by_hand = grade.manual_score is not None
    elif utils.is_grade(cell) and utils.is_solution(cell):
        grade.auto_score, _ = utils.determine_grade(cell)
        by_hand = grade.auto_score is None or grade.manual_score is not None
    elif utils.is_grade(cell):
        raise ValueError(f"{grade.name} was not checked.")  # no mark without evidence
    else:
        by_hand = True
    if not by_hand:
        grade.needs_manual_grade = False
    elif changed:
        grade.needs_manual_grade = True


def _comment(comment: object, cell: NotebookNode) -> None:
    untouched = cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
    comment.auto_comment = "No response." if untouched and not utils.is_task(cell) else None


def enroll(gradebook: Gradebook, student: str) -> None:
    """Let the gradebook know a student of whom nothing could be graded."""

    def entry() -> int:
        _student_exists(gradebook, student)
        return 0

    _patiently(gradebook, entry)


def _student_exists(gradebook: Gradebook, student: str) -> None:
    try:
        gradebook.find_student(student)
    except MissingEntry:
        gradebook.add_student(student)


def _submission(gradebook: Gradebook, student: str, assignment: str) -> SubmittedAssignment:
    """Return the entry of a submission; make one if there is none.

    nbgrader's ``add_submission`` makes the same, but lets everybody see it at once: somebody who
    marks by hand could then come between the entry and its marks.
    """
    try:
        return gradebook.find_submission(assignment, student)
    except MissingEntry:
        with gradebook.db.no_autoflush:  # it is filled in step by step
            made = SubmittedAssignment(
                assignment=gradebook.find_assignment(assignment),
                student=gradebook.find_student(student),
            )
            for released in made.assignment.notebooks:
                notebook = SubmittedNotebook(notebook=released, assignment=made)
                for cell in (*released.grade_cells, *released.task_cells):
                    Grade(cell=cell, notebook=notebook)
                for cell in (*released.solution_cells, *released.task_cells):
                    Comment(cell=cell, notebook=notebook)
            gradebook.db.add(made)
        gradebook.db.flush()
        return made


def _patiently(gradebook: Gradebook, step: Callable[[], int]) -> int:
    """Try a step again when another grader was in the way."""
    noise = logging.getLogger("traitlets")
    for left in reversed(range(TRIES)):
        level = noise.level
        noise.setLevel(logging.CRITICAL)  # nbgrader reports each try as an error
        try:
            return step()
        except (OperationalError, IntegrityError, InvalidEntry):
            gradebook.db.rollback()
            if not left:
                raise
            time.sleep(0.1 * 2 ** (TRIES - left))
        finally:
            noise.setLevel(level)
    raise AssertionError("unreachable")


def assign_late_penalty(
    course: Course, student: str, assignment: str, graded: dict[str, NotebookNode]
) -> None:
    """Let nbgrader's plugin for late work decide on each notebook, as its settings say."""
    step = AssignLatePenalties(config=course.config)
    step.log.setLevel(logging.ERROR)
    for name, nb in graded.items():
        about = {"student": student, "assignment": assignment, "notebook": name}
        step.preprocess(nb, {"nbgrader": {**about, "db_url": course.folders.db_url}})
