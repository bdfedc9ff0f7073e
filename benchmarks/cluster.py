"""Grading by a cluster beside grading here: where the time goes, and how it grows.

A class in the styles of the demonstration class is graded by processes here, then by a
``LocalCluster`` of as many workers, each time as a command of its own from an empty gradebook;
every mark is compared, and the exit code is 1 if one differs. Processor time is told apart by who
spent it: the grader, which enters marks one after the other, and those who grade. It changes little
with what else runs on the machine; seconds by the clock do.

Last, what one submission costs the grader alone in a gradebook that already holds a large class.

    python benchmarks/cluster.py [--students 30 100] [--workers 2] [--entered 0 1000 10000]
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from pathlib import Path

import nbformat
import psutil
from distributed import LocalCluster
from grading import COURSE, forget, marks, resident
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
from scaling.grading.sharing import Sharing
from scaling.grading.worker import Job, Outcome

ASSIGNMENT = "03-size-and-context"
LOOP = ("--cell-seconds", "3")  # for endless loops, as in the demonstration class


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


def grade(place: Path, workers: list[int], *more: str) -> tuple[float, float, float, float]:
    """Grade a class; return seconds, the grader's and the workers' processor time, and memory."""
    began, mine = time.perf_counter(), os.times()
    theirs = sum(used(pid) for pid in workers)
    running = subprocess.Popen(
        [sys.executable, "-m", "scaling", "grade", ASSIGNMENT, *LOOP, *more],
        cwd=place,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with Weighed([running.pid, *workers]) as weighed:
        said = running.communicate()[0]
    took, after = time.perf_counter() - began, os.times()
    if running.returncode not in (0, 1):
        sys.exit(said[-4000:])
    ours = after.children_user + after.children_system - mine.children_user - mine.children_system
    return took, ours, sum(used(pid) for pid in workers) - theirs, weighed.most


def compare(students: int, number: int) -> bool:
    """Grade a class here and by a cluster; print both, and tell whether all marks are the same."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "course")
        make_class(place, students)
        grade(place, [], "--student", demo_class.invent(1, 1)[0].id)  # prepares this machine
        forget(place, ASSIGNMENT)
        here = grade(place, [], "--jobs", str(number))
        known = marks(place)
        forget(place, ASSIGNMENT)
        with LocalCluster(
            n_workers=number, threads_per_worker=1, memory_limit=0, dashboard_address=None
        ) as cluster:
            pids = [worker.pid for worker in cluster.workers.values()]
            there = grade(place, pids, "--scheduler", cluster.scheduler_address)
        for name, (took, ours, theirs, memory) in (("here", here), ("cluster", there)):
            print(
                f"{students:6d} students, {name:8} {took:7.1f} s   processor: {ours:6.1f} s grader"
                f" {theirs:7.1f} s workers, {(ours + theirs) / students:.2f} s each"
                f"   {memory / 1e9:.2f} GB",
                flush=True,
            )
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
    parser.add_argument("--students", type=int, nargs="*", default=[30, 100])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--entered", type=int, nargs="*", default=[0, 1000, 10_000])
    given = parser.parse_args()
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    print(f"Load before: {os.getloadavg()[0]:.1f}")
    same = [compare(students, given.workers) for students in given.students]
    if same:
        print("All marks are the same." if all(same) else "MARKS DIFFER.")
    for before in given.entered:
        entering(before)
    return 0 if all(same) else 1


if __name__ == "__main__":
    sys.exit(main())
