"""What is written down about a graded submission: the gradebook, the notebook, and a short record.

`enter` does it all. Its order makes a run that is killed harmless. First the graded notebook is put
in place, in one step; then the marks go into the gradebook, in one transaction; the record, which
says that this very submission is done, comes last. What is missing is done again by the next run.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

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

from scaling import files

from . import extensions
from .course import Course
from .examiner import Verdict
from .moments import HOW
from .preflight.folder import MOST_BYTES, walk
from .release import Release
from .worker import Job, Outcome

Result = TypeVar("Result")
FOLDER = ".grading"
TIMESTAMP = "timestamp.txt"
LARGEST_TIMESTAMP = 1000  # bytes
LONGEST_NAME = 200  # bytes
MOST_TRIES = 8


@dataclass(frozen=True)
class Record:
    """What came of one submission.

    Attributes
    ----------
    student, assignment : str
    state : str
        ``"graded"``, ``"repaired"`` or ``"ungraded"``.
    remarks : list of str
        Why it is not graded, and what was repaired.
    flags : list of str
        Why a person should look at it.
    points, most : float
        What the checks gave, and the most that they could give.
    by_hand : int
        How many answers wait for a person.
    digest : str
        A checksum of all that the mark depends on; a submission with another one is graded again.
    seconds : float
    details : str
        The traceback, if our own code failed.
    graded_at : str
        Date and time in UTC.
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
    """Return a checksum of a submission and of the exercise it is graded against.

    Of a file that is larger than anything that is graded, only size and date are in it.

    Raises
    ------
    CannotGradeError
        If the folder cannot be read; the message says why.
    """
    total = hashlib.sha256(repr(releases).encode())
    left = MOST_BYTES
    for path, kind in walk(folder):
        place = folder / path
        total.update(os.fsencode(path) + b"\0")  # A name may not be UTF-8.
        try:
            if kind == "link":
                total.update(os.fsencode(place.readlink()))
            elif kind == "file":
                about = place.stat()
                left -= about.st_size
                if left < 0:
                    total.update(repr((about.st_size, about.st_mtime_ns)).encode())
                    continue
                with place.open("rb") as file:
                    total.update(hashlib.file_digest(file, "sha256").digest())
        except OSError as error:
            total.update(str(error.errno).encode())  # It may not be readable.
    return total.hexdigest()


def enter(course: Course, gradebook: Gradebook, job: Job, outcome: Outcome) -> Record:
    """Write down what came of one submission: its notebooks, its marks and its record.

    The files of the outcome are removed.

    Parameters
    ----------
    course : Course
    gradebook : nbgrader.api.Gradebook
        The open gradebook of the course.
    job : Job
    outcome : Outcome
        What came of the job. If its marks cannot be entered, it becomes ungraded; the record says
        why, and no other submission is affected.

    Returns
    -------
    Record
        As it was written.
    """
    points, most, by_hand = 0.0, 0.0, 0
    try:
        if outcome.notebooks:
            by_hand = _place_and_mark(course, gradebook, job, outcome)
            points, most = _points(job, outcome)
        else:
            _register(gradebook, job.student)
    except Exception as problem:  # nbgrader, its plugins and the database raise many kinds.
        gradebook.db.rollback()
        why = f"entering its marks failed with {type(problem).__name__}: {problem}."
        outcome.ungraded.append(why)
        outcome.details = traceback.format_exc()
    if outcome.files is not None:
        shutil.rmtree(outcome.files, ignore_errors=True)
    state = "ungraded" if outcome.ungraded else "repaired" if outcome.repaired else "graded"
    record = Record(
        student=job.student,
        assignment=job.assignment,
        state=state,
        remarks=outcome.ungraded + outcome.repaired,
        flags=outcome.flags,
        points=points,
        most=most,
        by_hand=by_hand,
        # Without a digest, the next run tries again what failed because of our own code.
        digest="" if outcome.details else job.digest,
        seconds=round(outcome.seconds, 2),
        details=outcome.details,
    )
    try:
        write(course.root, record)
    except OSError as problem:
        why = f"Its record could not be written ({problem.strerror}); the next run grades it again."
        record = replace(record, flags=[*record.flags, why])
    return record


def _place_and_mark(course: Course, gradebook: Gradebook, job: Job, outcome: Outcome) -> int:
    """Put notebooks and marks in place; return how many answers wait for a person."""
    student, assignment, files = job.student, job.assignment, outcome.files
    if files is None:
        raise ValueError("An outcome with notebooks needs the folder of the files beside them.")
    timestamp = job.folder / TIMESTAMP
    if _is_small_file(timestamp):
        shutil.copyfile(timestamp, files / TIMESTAMP)
    target = course.autograded(student, assignment)
    changed = _place_notebooks(target, outcome.notebooks, files)
    handed_in_at = _handed_in_at(course, job, outcome)
    graded = {name: (nb, outcome.verdicts[name]) for name, nb in outcome.notebooks.items()}
    by_hand, is_late = _enter_marks(gradebook, student, assignment, handed_in_at, graded, changed)
    if is_late:
        _assign_late_penalty(course, student, assignment, outcome.notebooks)
    return by_hand


def _points(job: Job, outcome: Outcome) -> tuple[float, float]:
    """Return the points that the checks gave, and the most that they could give."""
    points = sum(part.points for one in outcome.verdicts.values() for part in one.values())
    most = sum(
        cell.points
        for release in job.releases
        if release.notebook in outcome.notebooks
        for cell in release.cells
        if cell.grade and not cell.solution
    )
    return points, most


def _handed_in_at(course: Course, job: Job, outcome: Outcome) -> datetime | None:
    """Return when a submission was handed in; where that cannot be read, flag the outcome."""
    timestamp = job.folder / TIMESTAMP
    if not os.path.lexists(timestamp):
        return None
    try:
        if not _is_small_file(timestamp):
            raise ValueError(f"{timestamp} is not a small file.")
        return course.handed_in_at(job.student, job.assignment)
    except Exception:  # nbgrader and dateutil raise many kinds for a text that is no date.
        flag = f"timestamp.txt names no moment beyond doubt, so it counts as in time. {HOW}"
        outcome.flags.append(flag)
        return None


def _is_small_file(place: Path) -> bool:
    """Return whether it is a small file of its own: no link, no pipe that is never closed."""
    return place.is_file() and not place.is_symlink() and place.stat().st_size < LARGEST_TIMESTAMP


# ---------------------------------------------------------------- the short record


def _place(root: Path, student: str, assignment: str) -> Path:
    name = os.fsencode(student)
    if len(name) > LONGEST_NAME:  # A file's name has at most 255 bytes, the ending included.
        student = f"{os.fsdecode(name[:100])}-{hashlib.sha256(name).hexdigest()[:32]}"
    return root / FOLDER / assignment / f"{student}.json"


def read(root: Path, student: str, assignment: str) -> Record | None:
    """Return what is written down about a submission in a course folder, if anything is."""
    try:
        return Record(**json.loads(_place(root, student, assignment).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, RecursionError):
        return None  # There is none, or one of another version: it is graded again.


def write(root: Path, record: Record) -> None:
    """Write a record down in a course folder, in one step."""
    place = _place(root, record.student, record.assignment)
    place.parent.mkdir(parents=True, exist_ok=True)
    for left_over in files.halves(place):
        left_over.unlink(missing_ok=True)  # A run that was killed has left it.
    text = json.dumps(asdict(record), indent=1, ensure_ascii=False)
    # It is readable as the folder's other files are: graders may share a folder by group.
    files.write_text(place, text.encode(errors="backslashreplace").decode())


# ---------------------------------------------------------------- the graded notebook


def _place_notebooks(target: Path, notebooks: dict[str, NotebookNode], files: Path) -> bool:
    """Put graded notebooks and the files beside them in place; return whether answers changed.

    What was there before is replaced only when everything new is written.
    """
    changed = not target.exists() or any(
        _sources(target / f"{name}.ipynb") != _sources(nb) for name, nb in notebooks.items()
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    # Another grader may be at work on another assignment of the same student.
    new_as, old_as = f".new-{target.name}-", f".old-{target.name}-"
    for left_over in target.parent.iterdir():
        if left_over.name.startswith((new_as, old_as)):
            _remove(left_over)  # A run that was killed has left it.
    new = Path(tempfile.mkdtemp(prefix=new_as, dir=target.parent))
    shutil.copytree(files, new, dirs_exist_ok=True)
    for name, nb in notebooks.items():
        # Half a character, which Python's text can hold and UTF-8 cannot, becomes a question mark.
        data = nbformat.writes(nb).encode(errors="replace")
        (new / f"{name}.ipynb").write_bytes(data)
    # As in nbgrader, these are not edited; where a group shares the folder, others replace them.
    folder_mode = 0o2775 if target.parent.stat().st_mode & 0o020 else 0o755
    for part in new.rglob("*"):
        part.chmod(folder_mode if part.is_dir() else 0o444)
    new.chmod(folder_mode)
    if target.exists():
        old = Path(tempfile.mkdtemp(prefix=old_as, dir=target.parent))
        target.replace(old / "x")
        new.replace(target)
        _remove(old)
    else:
        new.replace(target)
    return changed


def _remove(folder: Path) -> None:
    """Remove a folder; Windows removes no file that is closed to writing, as graded ones are."""
    if os.name == "nt":
        for part in folder.rglob("*"):
            part.chmod(0o666)
    shutil.rmtree(folder)


def _sources(notebook: Path | NotebookNode) -> list[str] | None:
    found = notebook
    if isinstance(found, Path):
        try:
            found = nbformat.read(found, as_version=4)
        except (OSError, ValueError):
            return None
    return [cell.source for cell in found.cells]


# ---------------------------------------------------------------- the gradebook


def _enter_marks(
    gradebook: Gradebook,
    student: str,
    assignment: str,
    handed_in_at: datetime | None,
    graded: dict[str, tuple[NotebookNode, dict[str, Verdict]]],
    changed: bool,
) -> tuple[int, bool]:
    """Enter the marks of one submission, all or none.

    Return how many answers wait for a person, and whether the submission came late.

    Marks and comments that a person gave are never changed. Answers that have changed since then
    wait for that person again.
    """

    def entry() -> tuple[int, bool]:
        _ensure_student(gradebook, student)
        submission = _submission(gradebook, student, assignment)
        submission.timestamp = handed_in_at
        extensions.apply(gradebook, submission)
        waiting = 0
        for notebook in submission.notebooks:
            if notebook.name in graded:
                nb, verdicts = graded[notebook.name]
                notebook.late_submission_penalty = None  # nbgrader's plugin decides on it anew.
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
        is_late = submission.total_seconds_late > 0
        gradebook.db.commit()
        return waiting, is_late

    return _patiently(gradebook, entry)


def _mark(grade: Grade, cell: NotebookNode, verdicts: dict[str, Verdict], changed: bool) -> None:
    if grade.name in verdicts:
        grade.auto_score = verdicts[grade.name].points
        by_hand = grade.manual_score is not None
    elif utils.is_grade(cell) and utils.is_solution(cell):
        grade.auto_score, _ = utils.determine_grade(cell)
        by_hand = grade.auto_score is None or grade.manual_score is not None
    elif utils.is_grade(cell):
        raise ValueError(f"{grade.name} was not checked.")
    else:
        by_hand = True
    if not by_hand:
        grade.needs_manual_grade = False
    elif changed:
        grade.needs_manual_grade = True


def _comment(comment: Any, cell: NotebookNode) -> None:
    untouched = cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
    comment.auto_comment = "No response." if untouched and not utils.is_task(cell) else None


def _register(gradebook: Gradebook, student: str) -> None:
    """Add a student whose work could not be graded, so that missing marks are seen."""

    def entry() -> None:
        _ensure_student(gradebook, student)

    _patiently(gradebook, entry)


def _ensure_student(gradebook: Gradebook, student: str) -> None:
    try:
        gradebook.find_student(student)
    except MissingEntry:
        gradebook.add_student(student)


def _submission(gradebook: Gradebook, student: str, assignment: str) -> SubmittedAssignment:
    """Return the entry of a submission; make one if there is none.

    nbgrader's ``add_submission`` makes the same entry, but commits it at once: a person who marks
    by hand could then write to it before the marks of the checks are there.
    """
    try:
        return gradebook.find_submission(assignment, student)
    except MissingEntry:
        with gradebook.db.no_autoflush:  # A flush would write it half made.
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


def _patiently(gradebook: Gradebook, step: Callable[[], Result]) -> Result:
    """Do a step; try it again when another grader was writing at the same time."""
    noise = logging.getLogger("traitlets")
    for left in reversed(range(MOST_TRIES)):
        level = noise.level
        noise.setLevel(logging.CRITICAL)  # nbgrader logs each try as an error.
        try:
            return step()
        except (OperationalError, IntegrityError, InvalidEntry):
            gradebook.db.rollback()
            if not left:
                raise
            time.sleep(0.1 * 2 ** (MOST_TRIES - left))
        finally:
            noise.setLevel(level)
    raise AssertionError("unreachable")


def _assign_late_penalty(
    course: Course, student: str, assignment: str, graded: dict[str, NotebookNode]
) -> None:
    """Have nbgrader's plugin decide on each notebook of late work, as its settings say."""
    step = AssignLatePenalties(config=course.config)
    step.log.setLevel(logging.ERROR)
    for name, nb in graded.items():
        about = {"student": student, "assignment": assignment, "notebook": name}
        step.preprocess(nb, {"nbgrader": {**about, "db_url": course.folders.db_url}})
