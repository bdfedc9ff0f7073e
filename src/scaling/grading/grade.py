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
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import fields
from datetime import datetime
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry

from . import records, walls, worker
from .course import Course, CourseError, open_course
from .kernel import SandboxError
from .limits import Limits
from .records import Record
from .release import Release
from .report import Progress, table
from .worker import Job, Outcome

FOLDER = "scaling-"  # and the number of the process: in /tmp, since sockets need short paths
STAMP = "timestamp.txt"
MOST_OF_STAMP = 1000  # bytes; a date has thirty
WITHOUT_A_WALL = """
!! Grading WITHOUT the sandbox. Whatever your students wrote runs on this machine as you: it can
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
        Whose; everybody's if empty.
    course : pathlib.Path, optional
        The course folder; else the one around the present folder.
    jobs : int, optional
        How many at once; else as many as there are processors.
    again : bool
        Also those graded before whose submission has not changed.
    unsafe : bool
        Without the sandbox.
    limits : Limits, optional
        What one submission may use.

    Returns
    -------
    list of Record
        Of all these submissions, also those that were graded before.

    Raises
    ------
    CourseError
        If something has to be done first; the message says what.
    """
    here = open_course(course)
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
        # everything that workers put down for a while is in one folder, gone however they end
        with (
            tempfile.TemporaryDirectory(prefix=f"{FOLDER}{os.getpid()}-", dir="/tmp") as place,
            Progress(len(todo)) as progress,
        ):
            pool = functools.partial(_pool, releases, limits, unsafe, Path(place))
            for job, outcome in _outcomes(todo, jobs, pool):
                record = _entered(here, gradebook, assignment, job, outcome)
                done.append(record)
                progress.tell(record)
    return sorted(done, key=lambda record: record.student)


# ---------------------------------------------------------------- what there is to do


def _sweep() -> None:
    """Remove what runs that were killed have left in the folder for temporary files."""
    for place in Path("/tmp").glob(f"{FOLDER}*-*"):
        process = place.name.removeprefix(FOLDER).split("-")[0]
        if process.isdigit() and not Path("/proc", process).exists():
            shutil.rmtree(place, ignore_errors=True)  # another user's stays


def _releases(course: Course, gradebook: Gradebook, assignment: str) -> tuple[Release, ...]:
    try:
        names = [notebook.name for notebook in gradebook.find_assignment(assignment).notebooks]
    except MissingEntry:
        names = []
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
    there = course.students(assignment)
    missing = sorted(set(students) - set(there))
    if missing:
        raise CourseError(f"Nothing was handed in by {', '.join(missing)} for {assignment}.")
    if not there:
        place = course.submitted("STUDENT", assignment)
        raise CourseError(f"Nothing was handed in so far: there is no folder {place}.")
    return students or there


def _divide(
    course: Course,
    assignment: str,
    students: list[str],
    releases: tuple[Release, ...],
    again: bool,
) -> tuple[list[Job], list[Record]]:
    """Divide submissions into those to be graded and those that are done."""
    todo, done = [], []
    for student in students:
        folder = course.submitted(student, assignment)
        record = records.read(course.root, student, assignment)
        digest = records.digest(folder, list(releases))
        is_done = record is not None and record.digest == digest
        if is_done and not again:
            done.append(record)
        else:
            todo.append(Job(student, folder, digest, releases, course.source(assignment)))
    return todo, done


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


# ---------------------------------------------------------------- doing it


def _outcomes(
    todo: list[Job], jobs: int, pool_of: Callable[[int], ProcessPoolExecutor]
) -> Iterator[tuple[Job, Outcome]]:
    """Grade in several processes; give each outcome as it comes.

    Should a process of ours be killed, everything it may have been busy with is tried once more,
    one at a time, so that the culprit is known and nobody else is touched.
    """
    suspects: list[Job] = []
    waiting = collections.deque(todo)
    while True:
        with pool_of(jobs) as pool:
            running: dict[Future, Job] = {}
            try:
                while True:
                    while waiting and len(running) <= jobs:
                        future = pool.submit(worker.work, waiting[0])  # a broken pool refuses
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
        # forked, so that nothing is imported twice; there are no threads yet
        mp_context=multiprocessing.get_context("fork"),
        initializer=worker.start,
        initargs=(_warm_up(releases), limits, unsafe, place),
    )


def _warm_up(releases: Iterable[Release]) -> list[str]:
    """Return the exercises' own cells that mark nothing."""
    cells = itertools.chain.from_iterable(release.cells for release in releases)
    return [
        cell.source for cell in cells if cell.cell_type == "code" and cell.locked and not cell.grade
    ]


def _entered(
    course: Course, gradebook: Gradebook, assignment: str, job: Job, outcome: Outcome
) -> Record:
    """Write down what came of a submission; what hinders that is its own trouble, nobody else's."""
    points, most, by_hand = 0.0, 0.0, 0
    try:
        points, most, by_hand = _marked(course, gradebook, assignment, job, outcome)
    except Exception as problem:
        gradebook.db.rollback()
        why = f"entering its marks failed with {type(problem).__name__}: {problem}."
        outcome.ungraded.append(why)
        outcome.details = traceback.format_exc()
    if outcome.files is not None:
        shutil.rmtree(outcome.files, ignore_errors=True)
    state = "ungraded" if outcome.ungraded else "repaired" if outcome.repaired else "graded"
    record = Record(
        student=job.student,
        assignment=assignment,
        state=state,
        remarks=outcome.ungraded + outcome.repaired,
        flags=outcome.flags,
        points=points,
        most=most,
        by_hand=by_hand,
        # what failed on our side is tried again by the next run
        digest="" if outcome.details else job.digest,
        seconds=round(outcome.seconds, 2),
        details=outcome.details,
    )
    records.write(course.root, record)
    return record


def _marked(
    course: Course, gradebook: Gradebook, assignment: str, job: Job, outcome: Outcome
) -> tuple[float, float, int]:
    """Put notebooks and marks in place; return the points, of how many, and what is by hand."""
    student, points, most, by_hand = job.student, 0.0, 0.0, 0
    if not outcome.notebooks:
        records.enroll(gradebook, student)  # or nobody would miss the marks
    else:
        target = course.autograded(student, assignment)
        stamp = job.folder / STAMP
        if _is_stamp(stamp):
            shutil.copyfile(stamp, outcome.files / stamp.name)
        changed = records.place_notebooks(target, outcome.notebooks, outcome.files)
        handed_in_at = _handed_in_at(course, student, assignment, outcome)
        graded = {name: (nb, outcome.verdicts[name]) for name, nb in outcome.notebooks.items()}
        by_hand = records.enter(gradebook, student, assignment, handed_in_at, graded, changed)
        records.assign_late_penalty(course, student, assignment, outcome.notebooks)
        points = sum(part.points for one in outcome.verdicts.values() for part in one.values())
        most = sum(
            cell.points
            for release in job.releases
            if release.notebook in outcome.notebooks
            for cell in release.cells
            if cell.grade and not cell.solution
        )
    return points, most, by_hand


def _handed_in_at(
    course: Course, student: str, assignment: str, outcome: Outcome
) -> datetime | None:
    stamp = course.submitted(student, assignment) / STAMP
    if not os.path.lexists(stamp):
        return None
    try:
        if not _is_stamp(stamp):
            raise ValueError("no small file")
        return course.handed_in_at(student, assignment)
    except Exception:  # whatever nbgrader and dateutil make of what stands there
        flag = "timestamp.txt holds no date, so nothing is known about lateness."
        outcome.flags.append(flag)
        return None


def _is_stamp(stamp: Path) -> bool:
    """Tell whether it is a small file of its own: no link, no pipe that is never closed."""
    return stamp.is_file() and not stamp.is_symlink() and stamp.stat().st_size < MOST_OF_STAMP


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
        limits = Limits(**{part.name: getattr(given, part.name) for part in fields(Limits)})
        if given.unsafe:
            print(WITHOUT_A_WALL, file=sys.stderr)
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
    return 1 if any(record.state == "ungraded" for record in found) else 0
