"""`python -m scaling grade` beside stock `nbgrader autograde`, on the same submissions in one run.

A class of honest students hands in the exercises: some complete, some half done, some with slips,
some untouched. Both grade it, by turns, each from an empty gradebook and each as a command of its
own, so that starting counts; what a machine needs once is made before. Then every mark is compared;
the exit code is 1 if one differs. Then ours alone on growing classes, for how time and memory grow
with their size: the resident memory of all processes of the run at once, looked at ten times a
second, in which what they share counts for each. Last, where the time goes, in one process.

    python benchmarks/grading.py [--students 30] [--turns 3] [--grow 10 30 100 300] [--phases 30]
"""

from __future__ import annotations

import argparse
import copy
import functools
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict, deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbformat
import psutil
from nbgrader.api import Gradebook

from scaling.grading.limits import Limits

COURSE = Path(__file__).resolve().parent.parent
AIM = 12


def run(place: Path, *arguments: str) -> float:
    """Run a Python module in a course folder; return the seconds it took."""
    return run_and_weigh(place, *arguments)[0]


def run_and_weigh(place: Path, *arguments: str) -> tuple[float, float]:
    """Run a Python module; return the seconds it took, and the bytes of memory at its most."""
    here = str(Path(sys.executable).parent)
    usual = {name: of for name, of in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began, most = time.perf_counter(), 0.0
    with tempfile.TemporaryFile() as said:
        running = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=place,
            env={**usual, "PATH": here + os.pathsep + os.environ["PATH"]},
            stdout=said,
            stderr=said,
        )
        while running.poll() is None:
            most = max(most, resident(running.pid))
            with suppress(subprocess.TimeoutExpired):
                running.wait(0.1)
        took = time.perf_counter() - began
        said.seek(0)
        if running.returncode:
            sys.exit(f"{' '.join(arguments)} failed:\n{said.read()[-4000:].decode()}")
    return took, most


def resident(pid: int) -> float:
    """Return the bytes of memory that a process and those below it have at this moment."""
    total = 0
    with suppress(psutil.NoSuchProcess):
        first = psutil.Process(pid)
        for process in (first, *first.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                total += process.memory_info().rss
    return total


class Phases:
    """Seconds by phase; a phase inside another one does not count for that.

    Parameters
    ----------
    name : str
        The phase outside of all others.
    clock : callable
        Returns seconds, such as ``time.process_time`` for those of a processor.
    """

    def __init__(self, name: str, clock: Callable[[], float] = time.perf_counter):
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._clock, self._names, self._since = clock, [name], clock()

    def tell(self) -> None:
        """Count the time since this was called last for the present phase."""
        now = self._clock()
        self.seconds[self._names[-1]] += now - self._since
        self._since = now

    def watch(self, owner: Any, function: str, phase: str) -> None:
        """Let a function be a phase."""
        inner = getattr(owner, function)

        @functools.wraps(inner)
        def watched(*given: Any, **named: Any) -> Any:
            self.tell()
            self._names.append(phase)
            try:
                return inner(*given, **named)
            finally:
                self.tell()
                self._names.pop()

        setattr(owner, function, watched)


def report_phases(place: Path, assignment: str, limits: Limits | None = None) -> None:
    """Grade a class in this process and print where the time goes."""
    started = time.time()
    from scaling.grading import execute, grade, guest, image, records, worker

    phases = Phases("else")
    phases.seconds["start: imports"] = time.time() - started
    watched = {
        "start: look at what was handed in": [(grade, "_divide")],
        "start: find images": [(grade, "prepare")],
        "start: load the runtime, map images": [(worker.Worker, "__init__"), (image.Images, "of")],
        "read and mend the notebook": [(worker, "inspect_submission"), (worker, "_gather")],
        "begin and end a guest": [(guest.Guest, "__init__"), (guest.Guest, "close")],
        "run cells": [(execute.GuestExecute, "_run")],
        "check answers": [(execute.GuestExecute, "_examine")],
        "note a state, go back to it": [(guest.Guest, "state"), (guest.Guest, "go_back")],
        "write notebook, marks, record": [(records, "enter")],
    }
    for phase, functions in watched.items():
        for owner, function in functions:
            phases.watch(owner, function, phase)

    def outcomes(todo: Any, pool: Any, is_next: Any, _keep: Any, _left: Any) -> Any:
        mine = worker.Worker(pool.images(), pool.limits, pool.place)
        waiting = deque(todo)
        while is_next(waiting):
            job = waiting.popleft()
            yield job, mine.grade(job)

    grade.outcomes = outcomes
    found = grade.grade(assignment, course=place, jobs=1, limits=limits)
    phases.tell()
    total = sum(phases.seconds.values())
    print(f"{len(found)} students in one process: {total:.1f} s")
    for phase, seconds in sorted(phases.seconds.items(), key=lambda item: -item[1]):
        each = "" if phase.startswith("start") else f"{1000 * seconds / len(found):6.0f} ms each"
        print(f"  {phase:36} {seconds:6.2f} s {100 * seconds / total:4.0f} % {each}")


def make_course(place: Path, assignment: str, students: int) -> None:
    """Make a course folder in which a class has handed in."""
    shutil.copytree(COURSE / "solutions", place / "solutions")
    shutil.copy(COURSE / "nbgrader_config.py", place)
    run(place, "nbgrader", "generate_assignment", assignment)
    for released in (place / "exercises" / assignment).glob("*.ipynb"):
        empty = nbformat.read(released, as_version=4)
        solution = nbformat.read(place / "solutions" / assignment / released.name, as_version=4)
        answers = {
            cell.id: "\n".join(line for line in cell.source.splitlines() if "### " not in line)
            for cell in solution.cells
            if cell.metadata.get("nbgrader", {}).get("solution")
        }
        for number in range(students):
            chance = random.Random(number)
            share = (1.0, 1.0, 0.5, 0.8, 0.0)[number % 5]
            handed_in = copy.deepcopy(empty)
            for cell in handed_in.cells:
                if cell.id in answers and chance.random() < share:
                    cell.source = answers[cell.id]
            target = place / "submitted" / f"student-{number:03d}" / assignment / released.name
            target.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(handed_in, target)


def forget(place: Path, assignment: str) -> None:
    """Go back to before grading."""
    for made in ("autograded", ".grading"):
        shutil.rmtree(place / made, ignore_errors=True)
    with Gradebook(f"sqlite:///{place / 'gradebook.db'}") as book:
        for student in [student.id for student in book.students]:
            book.remove_student(student)


def marks(place: Path) -> dict[tuple[str, str], float | None]:
    """Return every mark a check gave, by student and question."""
    with Gradebook(f"sqlite:///{place / 'gradebook.db'}") as book:
        return {
            (grade.student.id, grade.name): grade.auto_score
            for assignment in book.assignments
            for submission in assignment.submissions
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


def processor_seconds() -> float:
    """Return the processor time of all commands that have ended so far."""
    used = os.times()
    return used.children_user + used.children_system


def compare(ours: list[float], stock: list[float]) -> None:
    """Print how long both took."""
    ratios = [theirs / mine for mine, theirs in zip(ours, stock, strict=True)]
    print(f"  stock  {statistics.median(stock):7.1f} s   (no wall)")
    print(f"  ours   {statistics.median(ours):7.1f} s   (in WebAssembly)")
    print(
        f"  ratio  {statistics.median(ratios):7.1f}     from {min(ratios):.1f} to {max(ratios):.1f}"
    )


def main() -> int:
    """Measure, compare, report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--assignment", default="03-size-and-context")
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--grow", type=int, nargs="*", default=[10, 30, 100, 300])
    parser.add_argument("--phases", type=int, default=30, help="students; 0 for none")
    given = parser.parse_args()
    ours = ("scaling", "grade", given.assignment)
    stock = ("nbgrader", "autograde", given.assignment)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "course")
        make_course(place, given.assignment, given.students if given.turns else 1)
        run(place, *ours)
        times: dict[tuple[str, ...], list[float]] = {ours: [], stock: []}
        used: dict[tuple[str, ...], list[float]] = {ours: [], stock: []}
        found = {}
        for _ in range(given.turns):
            for command in (ours, stock):
                forget(place, given.assignment)
                before = processor_seconds()
                times[command].append(run(place, *command))
                used[command].append(processor_seconds() - before)
                found[command] = marks(place)
        if given.turns and found[ours] != found[stock]:
            different = [key for key in found[stock] if found[ours].get(key) != found[stock][key]]
            print(f"{len(different)} marks differ, the first of {different[0]}")
            return 1
        if given.turns:
            print(f"{len(found[ours])} marks of {given.students} students are the same in both.")
            print(f"By the clock; the aim is a ratio of {AIM}:")
            compare(times[ours], times[stock])
            print("Processor time, which other programs on the machine change little:")
            compare(used[ours], used[stock])
    for students in given.grow:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder, "course")
            make_course(place, given.assignment, students)
            took, most = run_and_weigh(place, *ours)
            each = f"{took / students:.2f} s each"
            print(f"{students:4d} students {took:7.1f} s   {each}   {most / 1e9:.2f} GB")
    if given.phases:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder, "course")
            make_course(place, given.assignment, given.phases)
            report_phases(place, given.assignment)
    return 0


if __name__ == "__main__":
    sys.exit(main())
