"""Pages of feedback: ``python -m scaling feedback ASSIGNMENT``.

A page is made anew when the graded notebook, a mark or a comment has changed since. A page that
cannot be made costs no other; with ``--release`` nbgrader's exchange carries the pages of those who
handed in by it.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import sys
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbgrader
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import GenerateFeedback
from nbgrader.exchange.default.release_feedback import ExchangeReleaseFeedback
from nbgrader.utils import notebook_hash

from scaling import files

from . import records
from .course import Course, CourseError, open_course
from .worker import processes

SECRET = "submission_secret.txt"
CARRIED = (records.TIMESTAMP, SECRET)
TEMPLATES = Path(__file__).parent / "templates" / "feedback"


@dataclass(frozen=True)
class Page:
    """What came of one student's feedback: ``"made"``, ``"unchanged"``, or why there is none."""

    student: str
    state: str


def feedback(
    assignment: str, *, course: Path | None = None, jobs: int | None = None
) -> tuple[Course, list[Page]]:
    """Make the pages of one assignment that are missing or out of date.

    Raises
    ------
    CourseError
        If nothing was graded so far.
    """
    here = open_course(course)
    students = graded(here, assignment)
    if not students:
        raise CourseError(
            f"Nothing is graded for {assignment}. Run this first:\n"
            f"    python -m scaling grade {assignment}"
        )
    pages: list[Page] = []
    todo: dict[str, str] = {}
    with here.gradebook() as gradebook:
        for student in students:
            try:
                key = _key(here, gradebook, student, assignment)
            except (OSError, MissingEntry) as problem:
                pages.append(Page(student, f"no page: {problem}"))
                continue
            if _is_current(here, student, assignment, key):
                pages.append(Page(student, "unchanged"))
            else:
                todo[student] = key
    pages += _made(here, assignment, todo, jobs or os.cpu_count() or 1)
    return here, sorted(pages, key=lambda page: page.student)


def graded(course: Course, assignment: str) -> list[str]:
    """Return the students whose work is graded, in alphabetical order."""
    top = course.students_folder(course.folders.autograded_directory)
    found = top.iterdir() if top.is_dir() else ()
    return sorted(one.name for one in found if course.autograded(one.name, assignment).is_dir())


def _notebooks(course: Course, student: str, assignment: str) -> list[Path]:
    return sorted(course.autograded(student, assignment).glob("*.ipynb"))


def _key(course: Course, gradebook: Gradebook, student: str, assignment: str) -> str:
    """Return a checksum of all that a page shows."""
    total = hashlib.sha256(nbgrader.__version__.encode())
    for part in (*sorted(TEMPLATES.iterdir()), *_notebooks(course, student, assignment)):
        total.update(part.read_bytes())
    submission = gradebook.find_submission(assignment, student)
    told: list[Any] = [submission.late_submission_penalty]
    for notebook in sorted(submission.notebooks, key=lambda one: one.name):
        told += sorted(
            repr((one.name, one.score, one.max_score, one.manual_score, one.needs_manual_grade))
            for one in notebook.grades
        )
        told += sorted(repr((one.name, one.comment)) for one in notebook.comments)
    total.update(repr(told).encode())
    return total.hexdigest()


def _note(course: Course, student: str, assignment: str) -> Path:
    name = hashlib.sha256(os.fsencode(student)).hexdigest()[:32]
    return course.root / records.FOLDER / assignment / ".feedback" / name


def _is_current(course: Course, student: str, assignment: str, key: str) -> bool:
    try:
        known = _note(course, student, assignment).read_text(encoding="utf-8")
    except OSError:
        return False
    folder = course.feedback(student, assignment)
    pages = (folder / f"{one.stem}.html" for one in _notebooks(course, student, assignment))
    return known == key and all(page.is_file() for page in pages)


def _made(course: Course, assignment: str, todo: dict[str, str], jobs: int) -> list[Page]:
    pages: list[Page] = []
    if not todo:
        return pages
    with ProcessPoolExecutor(min(jobs, len(todo)), mp_context=processes()) as pool:
        asked = {student: pool.submit(_make, course.root, student, assignment) for student in todo}
        for student, future in asked.items():
            try:
                why = future.result()
            except BrokenProcessPool:
                why = "the process that made it was killed, probably for want of memory"
            if not why:
                note = _note(course, student, assignment)
                note.parent.mkdir(parents=True, exist_ok=True)
                files.write_text(note, todo[student])
            pages.append(Page(student, f"no page: {why}" if why else "made"))
    return pages


def _make(root: Path, student: str, assignment: str) -> str:
    """Make the pages of one student; return why not, or ""."""
    try:
        course = open_course(root)
        maker = GenerateFeedback(coursedir=course.folders, config=course.config)
        exporter = maker.exporter_class(config=maker.config)
        for preprocessor in maker.preprocessors:
            exporter.register_preprocessor(preprocessor)
        folder = course.feedback(student, assignment)
        folder.mkdir(parents=True, exist_ok=True)
        for notebook in _notebooks(course, student, assignment):
            about = {
                "student": student,
                "assignment": assignment,
                "notebook": notebook.stem,
                "db_url": course.folders.db_url,
            }
            resources = {"unique_key": notebook.stem, "nbgrader": about}
            page, _ = exporter.from_filename(str(notebook), resources=resources)
            files.write_text(folder / f"{notebook.stem}.html", page)
        for name in CARRIED:
            source = course.submitted(student, assignment) / name
            if source.is_file() and not source.is_symlink():
                shutil.copyfile(source, folder / name)
    except Exception as problem:  # nbgrader, nbconvert and the database raise many kinds.
        return f"{type(problem).__name__}: {problem}"
    return ""


class _Release(ExchangeReleaseFeedback):
    """nbgrader's own release, which goes on past a submission that was placed by hand."""

    def __init__(self, course: Course, students: list[str], **traits: Any):
        super().__init__(**traits)
        self.course, self.students = course, students
        self.by_hand: list[str] = []

    def copy_files(self) -> None:
        """Put the pages where the students' ``fetch_feedback`` looks for them."""
        self.by_hand = []
        assignment = self.coursedir.assignment_id
        for student in self.students:
            folder = self.course.feedback(student, assignment)
            if not (folder / SECRET).is_file():
                self.by_hand.append(student)
                continue
            secret = (folder / SECRET).read_text(encoding="utf-8")
            for page in sorted(folder.glob("*.html")):
                name = notebook_hash(secret=secret, notebook_id=page.stem)
                target = Path(self.dest_path, f"{name}.html")
                files.write_text(target, page.read_text(encoding="utf-8"))
                target.chmod(0o644)  # Students read it, by a name that only one of them knows.


def release(course: Course, assignment: str, students: list[str]) -> list[str]:
    """Release pages by nbgrader's exchange; return who handed in without it."""
    course.folders.assignment_id = assignment
    exchange = _Release(course, students, coursedir=course.folders, config=course.config)
    exchange.start()
    return exchange.by_hand


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("assignment", help="such as 03-size-and-context")
    parser.add_argument("--release", action="store_true", help="also by nbgrader's exchange")
    parser.add_argument("--jobs", type=int, help="how many at once (as many as processors)")
    parser.add_argument("--course", type=Path, help="the course folder, if not the present one")


def main(given: argparse.Namespace) -> int:
    """Make the pages; return 0, or 1 if one could not be made, or 2 if unable."""
    try:
        course, pages = feedback(given.assignment, course=given.course, jobs=given.jobs)
        failed = [page for page in pages if page.state.startswith("no page")]
        for page in failed:
            print(f"{ascii(page.student)[1:-1]}: {page.state}")
        made = sum(page.state == "made" for page in pages)
        unchanged = len(pages) - made - len(failed)
        print(f"{len(pages)} students: pages of {made} made, of {unchanged} unchanged.")
        if given.release:
            there = [page.student for page in pages if page not in failed]
            by_hand = release(course, given.assignment, there)
            print(f"{len(there) - len(by_hand)} released.")
            if by_hand:
                print(f"Not handed in by the exchange, so return it yourself: {', '.join(by_hand)}")
    except (CourseError, nbgrader.exchange.ExchangeError) as problem:
        print(problem, file=sys.stderr)
        return 2
    return 1 if failed else 0
