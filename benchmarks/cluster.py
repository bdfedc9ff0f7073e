"""Grading by a cluster beside grading here: where the time goes, and how it grows.

A class in the styles of the demonstration class is graded by processes here, then by a
``LocalCluster`` of as many workers, each time as a command of its own from an empty gradebook;
every mark is compared, and the exit code is 1 if one differs. The table tells the seconds by the
clock, the memory at its most, and the processor time for each submission: that of the grader, who
enters marks one after the other, by what it does, and that of those who grade, with their start.
Processor time changes little with what else runs on the machine; seconds by the clock do.

Then where the time of those who grade goes, in one process. Last, what one submission costs the
grader alone in a gradebook that already holds a large class.

    python benchmarks/cluster.py [--students 100 300 1000] [--workers 2] [--entered 0 1000]
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import pstats
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from pathlib import Path

import nbformat
import psutil
from grading import COURSE, Phases, forget, marks, report_phases, resident
from nbgrader.api import (
    Comment,
    Grade,
    Gradebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)

from scaling.grading import demo_class, releasing
from scaling.grading.course import open_course
from scaling.grading.examiner import Verdict
from scaling.grading.limits import Limits
from scaling.grading.sharing import Sharing
from scaling.grading.worker import Job, Outcome

ASSIGNMENT = "03-size-and-context"
LOOP = ("--cell-seconds", "3")  # for endless loops, as in the demonstration class
COLUMNS = ("start", "claims", "travel", "notebooks", "marks", "else")  # what the grader does
HEAD = " students where      seconds    GB" + "".join(f"{name:>10}" for name in COLUMNS)


def make_class(place: Path, students: int) -> None:
    """Make a course folder in which a class has handed in, in the styles of the demonstration."""
    demo_class._set_up(place, COURSE)
    demo_class._nbgrader(place, "generate_assignment", ASSIGNMENT)
    group = demo_class.invent(students, 1)
    demo_class.hand_in(place, demo_class.exercise(place, ASSIGNMENT), group, 1)


def used(pid: int) -> float:
    """Return the processor seconds of a process and of those below it, ended ones included."""
    total = 0.0
    first = psutil.Process(pid)
    for process in (first, *first.children(recursive=True)):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


class Weighed:
    """The most memory that some processes have at once, looked at five times a second."""

    def __init__(self, pids: list[int]):
        self.pids, self.most, self._is_over = pids, 0.0, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Weighed:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._is_over.wait(0.2):
            self.most = max(self.most, sum(resident(pid) for pid in self.pids))


def command(told: str, *arguments: str) -> int:
    """Do what ``python -m scaling`` does; write down the processor seconds of it by phase."""
    from scaling.__main__ import main as scaling
    from scaling.grading import claims, cluster, grade, records

    phases = Phases("else", time.process_time)
    phases.seconds["start"] = time.process_time()  # imports
    watched = {
        "start": [(grade, "_divide"), (grade, "prepare")],
        "claims": [(claims.Claims, name) for name in ("take", "renew", "prolong", "give_back")],
        "travel": [(cluster, "pack_job"), (cluster, "unpack_outcome"), (cluster, "_connect")],
        "notebooks": [(records, "_place_notebooks")],
        "marks": [(records, "_enter_marks"), (records, "_assign_late_penalty")],
    }
    for phase, functions in watched.items():
        for owner, function in functions:
            phases.watch(owner, function, phase)
    code = scaling(list(arguments))
    phases.tell()
    below = resource.getrusage(resource.RUSAGE_CHILDREN)
    phases.seconds["workers"] = below.ru_utime + below.ru_stime
    Path(told).write_text(json.dumps(phases.seconds), encoding="utf-8")
    return code


def grade(place: Path, workers: list[int], *more: str) -> dict[str, float]:
    """Grade a class; return seconds by the clock, those of processors by phase, and memory."""
    told = place / "told.json"
    began, theirs = time.perf_counter(), sum(used(pid) for pid in workers)
    start = "import sys, cluster; sys.exit(cluster.command(*sys.argv[1:]))"
    running = subprocess.Popen(
        [sys.executable, "-c", start, told, "grade", ASSIGNMENT, *LOOP, *more],
        cwd=place,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with Weighed([running.pid, *workers]) as weighed:
        said = running.communicate()[0]
    took = time.perf_counter() - began
    if running.returncode not in (0, 1):
        sys.exit(said[-4000:])
    found = json.loads(told.read_text(encoding="utf-8"))
    found["workers"] += sum(used(pid) for pid in workers) - theirs
    return found | {"seconds": took, "memory": weighed.most}


def compare(students: int, number: int) -> bool:
    """Grade a class here and by a cluster; print both, and tell whether all marks are the same."""
    from distributed import LocalCluster

    def row(where: str, found: dict[str, float]) -> None:
        each = [1000 * found.get(name, 0) / students for name in (*COLUMNS, "workers")]
        print(
            f"{students:9d} {where:8} {found['seconds']:9.1f} {found['memory'] / 1e9:5.2f}"
            + "".join(f"{one:10.1f}" for one in each),
            flush=True,
        )

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "course")
        make_class(place, students)
        grade(place, [], "--student", demo_class.invent(1, 1)[0].id)  # prepares this machine
        forget(place, ASSIGNMENT)
        row("here", grade(place, [], "--jobs", str(number)))
        known = marks(place)
        forget(place, ASSIGNMENT)
        with LocalCluster(
            n_workers=number, threads_per_worker=1, memory_limit=0, dashboard_address=None
        ) as cluster:
            pids = [worker.pid for worker in cluster.workers.values()]
            row("cluster", grade(place, pids, "--scheduler", cluster.scheduler_address))
        return marks(place) == known


def fill(place: Path, students: int) -> None:
    """Enter a class in the gradebook without grading it."""
    with (
        Gradebook(f"sqlite:///{place / 'gradebook.db'}", "demo-class") as book,
        book.db.no_autoflush,
    ):
        assignment = book.find_assignment(ASSIGNMENT)
        for number in range(students):
            student = Student(id=f"filled-{number:05d}")
            submission = SubmittedAssignment(assignment=assignment, student=student)
            for released in assignment.notebooks:
                notebook = SubmittedNotebook(notebook=released, assignment=submission)
                for cell in (*released.grade_cells, *released.task_cells):
                    Grade(cell=cell, notebook=notebook, auto_score=1.0)
                for cell in (*released.solution_cells, *released.task_cells):
                    Comment(cell=cell, notebook=notebook)
            book.db.add(submission)
        book.db.commit()


def entering(before: int, students: int = 20) -> None:
    """Print what the grader does for one submission, in a gradebook with a class in it."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "course")
        make_class(place, 1)
        fill(place, before)
        here = open_course(place)
        with here.gradebook() as book:
            (file,) = here.source(ASSIGNMENT).glob("*.ipynb")
            release = releasing.from_gradebook(book, ASSIGNMENT, file.stem, file)
            solved = nbformat.read(file, as_version=4)
            checks = {
                cell.grade_id: Verdict(cell.points, [])
                for cell in release.cells
                if cell.grade and not cell.solution
            }
            profile = cProfile.Profile()
            with Sharing(here, book, ASSIGNMENT, 180, again=True) as sharing:
                began = time.process_time()
                for number in range(students):
                    student = f"new-{number}"
                    job = Job(student, place, "", (release,), here.source(ASSIGNMENT))
                    beside = place / f"beside-{number}"
                    beside.mkdir()
                    made = Outcome(
                        student, {release.notebook: solved}, {release.notebook: checks}, beside
                    )
                    if number == students - 1:
                        profile.enable()
                    sharing.is_next(deque([job]))
                    sharing.enter(job, made)
                profile.disable()
            each = (time.process_time() - began) / students
        print(f"{before:6d} entered before: {1000 * each:6.1f} ms of the grader for one more")
        if os.environ.get("PROFILE"):
            pstats.Stats(profile).sort_stats("cumtime").print_stats(25)


def main() -> int:
    """Measure, compare, report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, nargs="*", default=[100, 300, 1000])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--phases", type=int, default=30, help="students; 0 for none")
    parser.add_argument("--entered", type=int, nargs="*", default=[0, 1000])
    given = parser.parse_args()
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    print(f"Load before: {os.getloadavg()[0]:.1f}")
    print(
        " " * 34 + "milliseconds of a processor for each submission: the grader's, by what it does"
    )
    print(f"{HEAD}   workers", flush=True)
    same = [compare(students, given.workers) for students in given.students]
    if same:
        print("All marks are the same." if all(same) else "MARKS DIFFER.", flush=True)
    if given.phases:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder, "course")
            make_class(place, given.phases)
            report_phases(place, ASSIGNMENT, Limits(cell_seconds=3))
    for before in given.entered:
        entering(before)
    return 0 if all(same) else 1


if __name__ == "__main__":
    sys.exit(main())
