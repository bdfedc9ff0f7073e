"""A class hands in: each student answers in a way of their own, and nbgrader grades them at once.

Everything happens in a course folder of its own. The whole class is graded in one run, because
starting nbgrader takes longer than grading.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

ROOT = Path(__file__).parents[2]
ASSIGNMENT = "03-size-and-context"
NOTEBOOK = f"{ASSIGNMENT}-exercise"


@dataclass(frozen=True)
class Course:
    """A course folder after a class has been graded."""

    place: Path
    log: str

    def read(self, stage, student):
        return nbformat.read(self.file(stage, student), as_version=4)

    def file(self, stage, student):
        suffix = "html" if stage == "feedback" else "ipynb"
        return self.place / stage / student / ASSIGNMENT / f"{NOTEBOOK}.{suffix}"

    def feedback(self, student):
        return self.file("feedback", student).read_text(encoding="utf-8")

    def grades(self, student):
        """Each graded cell's points, maximum and whether a person still has to mark it."""
        with Gradebook(f"sqlite:///{self.place / 'gradebook.db'}") as book:
            (notebook,) = book.find_submission(ASSIGNMENT, student).notebooks
            return [
                (grade.name, grade.score, grade.max_score, grade.needs_manual_grade)
                for grade in notebook.grades
            ]

    def points(self, student):
        """Points by question, without the question that a person marks."""
        return {name: score for name, score, _, manual in self.grades(student) if not manual}

    def outputs(self, student, cell_id):
        cells = {cell.id: cell for cell in self.read("autograded", student).cells}
        return cells[cell_id].get("outputs", [])

    def said(self, student, question):
        """What the check of one question printed, or the last line of its error."""
        lines = []
        for output in self.outputs(student, question):
            if output.output_type == "stream":
                lines.append(output.text)
            elif output.output_type == "error":
                lines += output.traceback
        return "\n".join(lines)


def environment(place):
    """The environment of somebody who has activated the course's Python."""
    here = str(Path(sys.executable).parent)
    return {
        **os.environ,
        "PATH": here + os.pathsep + os.environ["PATH"],  # nbgrader calls alembic by name
        "SCALING_PREDICTIONS": str(place / "predictions.json"),
        "HOME": str(place),
        "JUPYTER_CONFIG_DIR": str(place / ".jupyter"),
        "IPYTHONDIR": str(place / ".ipython"),
    }


def nbgrader(place, *arguments):
    """Run one nbgrader command in the course folder; return what it said."""
    finished = subprocess.run(
        [sys.executable, "-m", "nbgrader", *map(str, arguments)],
        cwd=place,
        env=environment(place),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
    )
    assert finished.returncode == 0, finished.stdout[-3000:]
    return finished.stdout


def hand_in(course, student, sources):
    """Put a submission in place: the released exercise with these sources, by cell id."""
    nb = nbformat.read(course / "exercises" / ASSIGNMENT / f"{NOTEBOOK}.ipynb", as_version=4)
    cells = {cell.id: cell for cell in nb.cells}
    for cell_id, source in sources.items():
        cells[cell_id].source = source
    target = course / "submitted" / student / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
    target.parent.mkdir(parents=True)
    nbformat.write(nb, target)


@pytest.fixture(scope="session")
def course_folder(tmp_path_factory):
    """A course folder with the solutions, the settings and the released exercise."""
    place = tmp_path_factory.mktemp("does-it-scale")
    shutil.copytree(ROOT / "solutions", place / "solutions")
    shutil.copy(ROOT / "nbgrader_config.py", place)
    nbgrader(place, "generate_assignment", ASSIGNMENT, f"--CourseDirectory.root={place}")
    return place


@pytest.fixture(scope="session")
def answers(course_folder):
    """The answers of the solution, by question."""
    nb = nbformat.read(course_folder / "solutions" / ASSIGNMENT / f"{NOTEBOOK}.ipynb", as_version=4)
    return {
        cell.id.removesuffix("-answer"): "\n".join(
            line for line in cell.source.splitlines() if "### " not in line
        )
        for cell in nb.cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }


@pytest.fixture(scope="module")
def graded(course_folder, answers, request):
    """The graded course: every student of ``CLASS`` in the test module has handed in."""
    for student, of in request.module.CLASS.items():
        hand_in(course_folder, student, of(answers))
    root = f"--CourseDirectory.root={course_folder}"
    log = nbgrader(course_folder, "autograde", ASSIGNMENT, root)
    log += nbgrader(course_folder, "generate_feedback", ASSIGNMENT, root)
    return Course(course_folder, log)


@pytest.fixture(scope="session")
def validate(course_folder):
    """Run ``nbgrader validate`` on one notebook of the course folder."""

    def run(folder):
        file = Path(folder) / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
        return nbgrader(course_folder, "validate", file)

    return run
