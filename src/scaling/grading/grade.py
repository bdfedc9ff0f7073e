"""Grade what a class has handed in: ``python -m scaling grade ASSIGNMENT``.

Every submission is looked at (`preflight`), run in a guest (`execute`) and entered in the
gradebook of nbgrader (`records`). What nbgrader does with its gradebook afterwards works as ever:
formgrader, feedback, export. The run ends with a table of all submissions, and with exit code 0
only if none of them is left ungraded.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from sqlalchemy.exc import SQLAlchemyError

from . import modes, records, releasing, variants, worker
from .arrivals import MOST_TOLD, alike, is_link, strays
from .cluster import Cluster
from .course import Course, CourseError, open_course
from .image import Images
from .limits import Limits
from .pool import LocalPool, outcomes
from .preflight.findings import CannotGradeError, printable
from .prepare import prepare
from .records import Record
from .release import Release
from .report import Progress, table
from .sharing import Sharing
from .varying import is_varied
from .worker import Job, Outcome
from .workspace import workspace

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
    scheduler: str | None = None,
    certificate: Path | None = None,
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
    scheduler : str, optional
        The address of a scheduler of ``dask.distributed``, whose workers grade in place of
        processes here.
    certificate : pathlib.Path, optional
        The file with key and certificate for it.

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
        # All temporary files are in one folder, which goes however the run ends.
        with workspace() as place:
            prepared = None if scheduler else prepare(releases if todo else (), place)

            def graded() -> Iterator[tuple[Job, Outcome]]:
                local = todo
                if scheduler and todo:
                    local = []
                    with Cluster(scheduler, certificate, limits, place) as cluster:
                        yield from outcomes(todo, cluster, sharing.is_next, sharing.keep, local)
                many = min(jobs or _processors(), max(1, len(local)))
                context = worker.processes(has_threads=bool(scheduler))
                with LocalPool(images, limits, place, many, context) as pool:
                    yield from outcomes(local, pool, sharing.is_next, sharing.keep, [])

            def images() -> Images:
                return prepared or prepare(releases, place)

            with (
                Sharing(here, gradebook, assignment, limits.submission_seconds, again) as sharing,
                Progress(len(todo)) as progress,
            ):
                for job, outcome in graded():
                    record = sharing.enter(job, outcome)
                    if record is not None:
                        done.append(record)
                        progress.tell(record)
                done += sharing.by_others()
    return sorted(done, key=lambda record: record.student)


# ---------------------------------------------------------------- what there is to do


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
    secret = variants.secret_of(course) if any(map(is_varied, releases)) else b""
    for student in students:
        folder = course.submitted(student, assignment)
        record = records.read(course.root, student, assignment)
        try:
            digest = records.digest(folder, list(releases))
        except CannotGradeError as problem:
            job = Job(student, folder, "", releases, course.source(assignment))
            unread.append((job, Outcome(student, ungraded=[f"{problem}."])))
            continue
        token = variants.token_of(secret, student) if secret else ""
        if token:
            digest = hashlib.sha256(f"{digest} {token}".encode()).hexdigest()
        if record is not None and record.digest == digest and not again:
            done.append(record)
        else:
            todo.append(Job(student, folder, digest, releases, course.source(assignment), token))
    return todo, done, unread


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


# ---------------------------------------------------------------- the command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("assignment", help="such as 03-size-and-context")
    parser.add_argument("--student", action="append", default=[], help="only this one (may repeat)")
    parser.add_argument("--jobs", type=int, help="how many at once (as many as processors)")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="grade by its workers, with dask")
    parser.add_argument("--certificate", type=Path, help="the file with key and certificate for it")
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
            scheduler=given.scheduler,
            certificate=given.certificate and given.certificate.absolute(),
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
