"""`python -m scaling grade` beside stock `nbgrader autograde`, on the same submissions in one run.

A class of honest students hands in the exercises: some complete, some half done, some with slips,
some untouched. Both grade it, by turns, each from an empty gradebook and each as a command of its
own, so that starting counts; what a machine needs once is made before. Then every mark is compared;
the exit code is 1 if one differs. Last, ours alone on growing classes, for how time grows with
their size.

    python benchmarks/grading.py [--students 30] [--turns 3] [--grow 10 30 100]
"""

from __future__ import annotations

import argparse
import copy
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook

COURSE = Path(__file__).resolve().parent.parent
AIM = 12


def run(place: Path, *arguments: str) -> float:
    """Run a Python module in a course folder; return the seconds it took."""
    here = str(Path(sys.executable).parent)
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=place,
        env={**os.environ, "PATH": here + os.pathsep + os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    took = time.perf_counter() - began
    if done.returncode:
        sys.exit(f"{' '.join(arguments)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return took


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


def main() -> int:
    """Measure, compare, report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--assignment", default="03-size-and-context")
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--grow", type=int, nargs="*", default=[10, 30, 100])
    given = parser.parse_args()
    ours = ("scaling", "grade", given.assignment)
    stock = ("nbgrader", "autograde", given.assignment)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "course")
        make_course(place, given.assignment, given.students)
        run(place, *ours)
        times: dict[tuple[str, ...], list[float]] = {ours: [], stock: []}
        found = {}
        for _ in range(given.turns):
            for command in (ours, stock):
                forget(place, given.assignment)
                times[command].append(run(place, *command))
                found[command] = marks(place)
        if found[ours] != found[stock]:
            different = [key for key in found[stock] if found[ours].get(key) != found[stock][key]]
            print(f"{len(different)} marks differ, the first of {different[0]}")
            return 1
        ratios = [theirs / mine for mine, theirs in zip(times[ours], times[stock], strict=True)]
        print(f"{len(found[ours])} marks of {given.students} students are the same in both.")
        print(f"stock  {statistics.median(times[stock]):7.1f} s   (no wall)")
        print(f"ours   {statistics.median(times[ours]):7.1f} s   (in WebAssembly)")
        print(
            f"ratio  {statistics.median(ratios):7.1f}     from {min(ratios):.1f} to "
            f"{max(ratios):.1f}; the aim is {AIM}"
        )
    for students in given.grow:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder, "course")
            make_course(place, given.assignment, students)
            took = run(place, *ours)
            print(f"{students:4d} students {took:7.1f} s   {took / students:.2f} s each")
    return 0


if __name__ == "__main__":
    sys.exit(main())
