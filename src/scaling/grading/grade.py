"""Grade what a class has handed in: ``python -m scaling grade ASSIGNMENT``.

Every submission is looked at (`preflight`), run behind a wall (`execute`) and entered in the
gradebook of nbgrader (`records`). What nbgrader does with its gradebook afterwards works as ever:
formgrader, feedback, export. The run ends with a table of all submissions, and with exit code 0
only if none of them is left ungraded.
"""

from __future__ import annotations

import argparse
import collections
import functools
import itertools
import multiprocessing
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry

from . import modes, records, walls, worker
from .arrivals import MOST_TOLD, alike, is_link, strays
from .course import Course, CourseError, open_course
from .kernel import SandboxError
from .limits import Limits
from .preflight.findings import printable
from .records import Record
from .release import Release
from .report import Progress, table
from .sharing import Sharing
from .worker import Job, Outcome

# The number of the process follows. The folder is in /tmp because sockets need short paths.
FOLDER = "scaling-"
WITHOUT_A_WALL = """
!! Grading WITHOUT the sandbox. What your students wrote runs on this machine as you: it can
!! read the solutions, write the gradebook, use the network and delete your files.
"""


def grade(
    assignment: str,
    *,
    students: Iterable[str] = (),
    course: Path | None = None,
    jobs: int | None = None,
    again: bool = False,
    unsafe: bool = False,
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
    unsafe : bool
        Grade without the sandbox.
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
    if not unsafe and (problem := walls.problem()):
        raise CourseError(
            f"{problem}\nNothing was graded. To grade without it, and only if you know and trust "
            "every submission, add --unsafe."
        )
    with here.gradebook() as gradebook:
        releases = _releases(here, gradebook, assignment)
        wanted = _wanted(here, assignment, list(students))
        todo, done = _divide(here, assignment, wanted, releases, again)
        jobs = min(jobs or _processors(), max(1, len(todo)))
        _sweep()
        # All temporary files of the workers are in one folder, which goes however they end.
        with (
            tempfile.TemporaryDirectory(prefix=f"{FOLDER}{os.getpid()}-", dir="/tmp") as place,
            Sharing(here, gradebook, assignment, limits.submission_seconds, again) as sharing,
            Progress(len(todo)) as progress,
        ):
            pool = functools.partial(_pool, releases, limits, unsafe, Path(place))
            for job, outcome in _outcomes(todo, jobs, pool, sharing.is_next):
                record = sharing.enter(job, outcome)
                if record is not None:
                    done.append(record)
                    progress.tell(record)
            done += sharing.by_others()
    return sorted(done, key=lambda record: record.student)


# ---------------------------------------------------------------- what there is to do


def _sweep() -> None:
    """Remove what runs that were killed have left in the folder for temporary files."""
    for place in Path("/tmp").glob(f"{FOLDER}*-*"):
        process = place.name.removeprefix(FOLDER).split("-")[0]
        if process.isdigit() and not Path("/proc", process).exists():
            shutil.rmtree(place, ignore_errors=True)  # A folder of another user stays.


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
        Release.from_gradebook(gradebook, assignment, name, source / f"{name}.ipynb")
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
) -> tuple[list[Job], list[Record]]:
    """Divide submissions into those to be graded and those that are done."""
    todo: list[Job] = []
    done: list[Record] = []
    for student in students:
        folder = course.submitted(student, assignment)
        record = records.read(course.root, student, assignment)
        digest = records.digest(folder, list(releases))
        if record is not None and record.digest == digest and not again:
            done.append(record)
        else:
            todo.append(Job(student, folder, digest, releases, course.source(assignment)))
    return todo, done


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


# ---------------------------------------------------------------- doing it


def _outcomes(
    todo: list[Job],
    jobs: int,
    pool_of: Callable[[int], ProcessPoolExecutor],
    is_next: Callable[[collections.deque[Job]], bool],
) -> Iterator[tuple[Job, Outcome]]:
    """Grade in several processes; give each outcome as it comes.

    If a process of ours is killed, each submission it may have been working on is tried once more,
    one at a time, so that the culprit is known and no other submission suffers.
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
        with pool_of(1) as pool:
            try:
                outcome = pool.submit(worker.work, job).result()
            except BrokenProcessPool:
                why = "the process that graded it was killed, probably for want of memory."
                outcome = Outcome(job.student, ungraded=[why], details=why)
        yield job, outcome


def _pool(
    releases: tuple[Release, ...], limits: Limits, unsafe: bool, place: Path, jobs: int
) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        jobs,
        # A fork imports nothing again. It is safe here because there are no threads yet.
        mp_context=multiprocessing.get_context("fork"),
        initializer=worker.start,
        initargs=(_warm_up(releases), limits, unsafe, place),
    )


def _warm_up(releases: Iterable[Release]) -> list[str]:
    """Return the code of the exercises' locked cells that mark nothing."""
    cells = itertools.chain.from_iterable(release.cells for release in releases)
    return [
        cell.source for cell in cells if cell.cell_type == "code" and cell.locked and not cell.grade
    ]


# ---------------------------------------------------------------- the command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("assignment", help="such as 03-size-and-context")
    parser.add_argument("--student", action="append", default=[], help="only this one (may repeat)")
    parser.add_argument("--jobs", type=int, help="how many at once (as many as processors)")
    parser.add_argument("--again", action="store_true", help="also what is graded already")
    parser.add_argument("--unsafe", action="store_true", help="without the sandbox")
    parser.add_argument("--course", type=Path, help="the course folder, if not the present one")
    for part in fields(Limits):
        name, text = part.name.replace("_", "-"), f"{part.metadata['what']} ({part.default:g})"
        parser.add_argument(f"--{name}", type=float, default=part.default, metavar="N", help=text)


def main(given: argparse.Namespace) -> int:
    """Grade as the command line says; return 0 if everything is graded, 1 if not, 2 if unable."""
    try:
        given.assignment = Path(given.assignment).name  # as the Tab key writes it
        limits = Limits(**{part.name: getattr(given, part.name) for part in fields(Limits)})
        if given.unsafe:
            print(WITHOUT_A_WALL, file=sys.stderr)
        if note := modes.readable_solutions(open_course(given.course)):
            print(note, file=sys.stderr)
        found = grade(
            given.assignment,
            students=given.student,
            course=given.course,
            jobs=given.jobs,
            again=given.again,
            unsafe=given.unsafe,
            limits=limits,
        )
    except (CourseError, SandboxError, ValueError) as problem:
        print(problem, file=sys.stderr)
        return 2
    print(table(found))
    told = outside(given.course, given.assignment)
    if told:
        print(told)
    return 1 if told or any(record.state == "ungraded" for record in found) else 0
