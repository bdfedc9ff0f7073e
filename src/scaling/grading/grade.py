"""Grade what a class has handed in: ``python -m scaling grade ASSIGNMENT``.

Every submission is looked at (`preflight`), run in a guest (`execute`) and entered in the
gradebook of nbgrader (`records`). What nbgrader does with its gradebook afterwards works as ever:
formgrader, feedback, export. The run ends with a table of all submissions, and with exit code 0
only if none of them is left ungraded.
"""

from __future__ import annotations

import argparse
import collections
import functools
import itertools
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path

from filelock import FileLock, Timeout
from nbgrader.api import Gradebook, MissingEntry
from sqlalchemy.exc import SQLAlchemyError

from . import modes, records, releasing, worker
from .arrivals import MOST_TOLD, alike, is_link, strays
from .course import Course, CourseError, open_course
from .image import Images
from .limits import Limits
from .preflight.findings import CannotGradeError, printable
from .prepare import prepare
from .records import Record
from .release import Release
from .report import Progress, table
from .sharing import Sharing
from .worker import Job, Outcome

FOLDER = "scaling-"  # how the names of folders for temporary files begin
YOUNG = 60  # seconds after which such a folder has its lock
LOCK = "lock"
UNABLE = """\
The run ended here, because a file or the gradebook cannot be read or written. Nothing that was
entered is lost. When it can be again, type the same command once more; it goes on from here.\
"""


def grade(
    assignment: str,
    *,
    students: Iterable[str] = (),
    course: Path | None = None,
    jobs: int | None = None,
    again: bool = False,
    limits: Limits | None = None,
) -> list[Record]:
    """Grade the submissions of one assignment.

    Parameters
    ----------
    assignment : str
        Its name, such as ``"03-size-and-context"``; it has been generated with nbgrader.
    students : iterable of str
        Whose submissions; those of all students if empty.
    course : pathlib.Path, optional
        The course folder; by default the one around the working directory.
    jobs : int, optional
        How many to grade at once; by default as many as there are processors.
    again : bool
        Grade also submissions that were graded before and have not changed.
    limits : Limits, optional
        What one submission may use.

    Returns
    -------
    list of Record
        One for each of these submissions, also for those that were graded before.

    Raises
    ------
    CourseError
        If something has to be done first; the message says what.
    """
    here = open_course(course)
    modes.secure(here)
    limits = limits or Limits()
    with here.gradebook() as gradebook:
        releases = _releases(here, gradebook, assignment)
        wanted = _wanted(here, assignment, list(students))
        todo, done, unread = _divide(here, assignment, wanted, releases, again)
        done += [records.enter(here, gradebook, job, outcome) for job, outcome in unread]
        jobs = min(jobs or _processors(), max(1, len(todo)))
        _sweep()
        # All temporary files of the workers are in one folder, which goes however they end.
        with (
            tempfile.TemporaryDirectory(prefix=f"{FOLDER}{os.getpid()}-") as folder,
            FileLock(Path(folder) / LOCK),
        ):
            place = Path(folder)
            images = prepare(releases if todo else (), place)
            pool = functools.partial(_pool, images, limits, place)
            with (
                Sharing(here, gradebook, assignment, limits.submission_seconds, again) as sharing,
                Progress(len(todo)) as progress,
            ):
                for job, outcome in _outcomes(todo, jobs, pool, place, sharing.is_next):
                    record = sharing.enter(job, outcome)
                    if record is not None:
                        done.append(record)
                        progress.tell(record)
                done += sharing.by_others()
    return sorted(done, key=lambda record: record.student)


# ---------------------------------------------------------------- what there is to do


def _sweep() -> None:
    """Remove what runs that were killed have left in the folder for temporary files."""
    for place in Path(tempfile.gettempdir()).glob(f"{FOLDER}*-*"):
        with suppress(OSError, Timeout):  # Another run holds its lock, or another user has it.
            if time.time() - place.stat().st_mtime > YOUNG:
                with FileLock(place / LOCK, timeout=0):
                    pass
                shutil.rmtree(place, ignore_errors=True)


def _releases(course: Course, gradebook: Gradebook, assignment: str) -> tuple[Release, ...]:
    try:
        names = [notebook.name for notebook in gradebook.find_assignment(assignment).notebooks]
    except MissingEntry:
        names = []
    nearly = get_close_matches(assignment, [one.name for one in gradebook.assignments], 1, 0.3)
    if not names and not course.source(assignment).is_dir() and nearly:
        raise CourseError(f"There is no assignment {assignment}. Did you mean {nearly[0]}?")
    if not names:
        raise CourseError(
            f"The gradebook knows no assignment {assignment}. Run this first:\n"
            f"    nbgrader generate_assignment {assignment} --force"
        )
    source = course.source(assignment)
    return tuple(
        releasing.from_gradebook(gradebook, assignment, name, source / f"{name}.ipynb")
        for name in sorted(names)
    )


def _wanted(course: Course, assignment: str, students: list[str]) -> list[str]:
    there = [one for one in course.students(assignment) if not is_link(course, one, assignment)]
    missing = sorted(set(students) - set(there))
    if missing:
        raise CourseError(f"Nothing was handed in by {', '.join(missing)} for {assignment}.")
    if not there:
        place = course.submitted("STUDENT", assignment)
        told = _listed(strays(course, assignment, []))
        raise CourseError(f"Nothing was handed in so far: there is no folder {place}.{told}")
    return students or there


def _listed(found: list[str]) -> str:
    """Return what lies outside of all submissions, as lines to be printed; "" if nothing does."""
    if not found:
        return ""
    more = f"\n  and {len(found) - MOST_TOLD} more" if len(found) > MOST_TOLD else ""
    lines = (f"  {printable(one)}" for one in found)
    return "\n".join(["\nNOT GRADED, or in doubt:", *itertools.islice(lines, MOST_TOLD)]) + more


def outside(course: Path | None, assignment: str) -> str:
    """Return, to be printed, what cannot be graded because of its place or its name."""
    here = open_course(course)
    with here.gradebook() as gradebook:
        known = [one.name for one in gradebook.assignments]
        ids = {one.id for one in gradebook.students} | set(here.students(assignment))
    return _listed([*strays(here, assignment, known), *alike(ids)])


def _divide(
    course: Course,
    assignment: str,
    students: list[str],
    releases: tuple[Release, ...],
    again: bool,
) -> tuple[list[Job], list[Record], list[tuple[Job, Outcome]]]:
    """Divide submissions into those to be graded, those that are done, and the unreadable."""
    todo: list[Job] = []
    done: list[Record] = []
    unread: list[tuple[Job, Outcome]] = []
    for student in students:
        folder = course.submitted(student, assignment)
        record = records.read(course.root, student, assignment)
        try:
            digest = records.digest(folder, list(releases))
        except CannotGradeError as problem:
            job = Job(student, folder, "", releases, course.source(assignment))
            unread.append((job, Outcome(student, ungraded=[f"{problem}."])))
            continue
        if record is not None and record.digest == digest and not again:
            done.append(record)
        else:
            todo.append(Job(student, folder, digest, releases, course.source(assignment)))
    return todo, done, unread


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


# ---------------------------------------------------------------- doing it


def _outcomes(
    todo: list[Job],
    jobs: int,
    pool_of: Callable[[int], ProcessPoolExecutor],
    place: Path,
    is_next: Callable[[collections.deque[Job]], bool],
) -> Iterator[tuple[Job, Outcome]]:
    """Grade in several processes; give each outcome as it comes.

    If a process of ours is killed, each submission it may have been working on is tried once more,
    one at a time, so that the culprit is known and no other submission suffers. One that took too
    long is known already.
    """
    suspects: list[Job] = []
    waiting = collections.deque(todo)
    while True:
        with pool_of(jobs) as pool:
            running: dict[Future, Job] = {}
            try:
                while True:
                    while len(running) <= jobs and is_next(waiting):
                        # A broken pool refuses the job, which must then still be in the queue.
                        future = pool.submit(worker.work, waiting[0])
                        running[future] = waiting.popleft()
                    if not running:
                        break
                    for future in wait(running, return_when=FIRST_COMPLETED).done:
                        outcome = future.result()
                        yield running.pop(future), outcome
            except BrokenProcessPool:
                suspects += running.values()
                continue
        break
    for job in suspects:
        yield job, _alone(job, pool_of, worker.late(place, job))


def _alone(job: Job, pool_of: Callable[[int], ProcessPoolExecutor], late: Path) -> Outcome:
    """Grade a submission that was there when a process of ours ended."""
    if not _is_late(late):
        with pool_of(1) as pool:
            try:
                return pool.submit(worker.work, job).result()
            except BrokenProcessPool:
                pass
    if _is_late(late):
        return Outcome(job.student, ungraded=["looking at what is in it took too long."])
    why = "the process that graded it was killed, probably for want of memory."
    return Outcome(job.student, ungraded=[why], details=why)


def _is_late(late: Path) -> bool:
    return late.is_file() and late.stat().st_size > 0


def _pool(images: Images, limits: Limits, place: Path, jobs: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        jobs,
        mp_context=worker.processes(),
        initializer=worker.start,
        initargs=(images, limits, place),
    )


# ---------------------------------------------------------------- the command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("assignment", help="such as 03-size-and-context")
    parser.add_argument("--student", action="append", default=[], help="only this one (may repeat)")
    parser.add_argument("--jobs", type=int, help="how many at once (as many as processors)")
    parser.add_argument("--again", action="store_true", help="also what is graded already")
    parser.add_argument("--course", type=Path, help="the course folder, if not the present one")
    for part in fields(Limits):
        name, text = part.name.replace("_", "-"), f"{part.metadata['what']} ({part.default:g})"
        parser.add_argument(f"--{name}", type=float, default=part.default, metavar="N", help=text)


def main(given: argparse.Namespace) -> int:
    """Grade as the command line says; return 0 if everything is graded, 1 if not, 2 if unable."""
    try:
        given.assignment = Path(given.assignment).name  # as the Tab key writes it
        limits = Limits(**{part.name: getattr(given, part.name) for part in fields(Limits)})
        if note := modes.readable_solutions(open_course(given.course)):
            print(note, file=sys.stderr)
        found = grade(
            given.assignment,
            students=given.student,
            course=given.course,
            jobs=given.jobs,
            again=given.again,
            limits=limits,
        )
    except (CourseError, ValueError) as problem:
        print(problem, file=sys.stderr)
        return 2
    except (OSError, SQLAlchemyError) as problem:
        print(f"{_last(problem)}\n{UNABLE}", file=sys.stderr)
        return 2
    print(table(found))
    told = outside(given.course, given.assignment)
    if told:
        print(told)
    return 1 if told or any(record.state == "ungraded" for record in found) else 0


def _last(problem: Exception) -> str:
    """Return what a database or the system says, without the statement that led to it."""
    return str(getattr(problem, "orig", None) or problem)
