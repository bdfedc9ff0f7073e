"""A class whose work is graded, written straight into gradebook and folders: nothing is run."""

import copy
import shutil
from datetime import datetime
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_output
from nbgrader.api import Gradebook

from scaling.grading import records

ROOT = Path(__file__).parents[2]
ASSIGNMENT = "03-size-and-context"
NOTEBOOK = f"{ASSIGNMENT}-exercise"
DUE = datetime(2026, 3, 12, 17)


def released():
    return nbformat.read(ROOT / "exercises" / ASSIGNMENT / f"{NOTEBOOK}.ipynb", as_version=4)


def grade_ids(flag):
    """The names of the cells of the exercise that nbgrader flags so, in order."""
    found = (cell.metadata.get("nbgrader", {}) for cell in released().cells)
    return {one.grade_id: one.get("points", 0) for one in found if one.get(flag)}


def a_course(place, students):
    """Make a course folder in which students are enrolled, and no work is graded."""
    (place / "solutions").mkdir(parents=True)
    shutil.copytree(ROOT / "solutions" / ASSIGNMENT, place / "solutions" / ASSIGNMENT)
    shutil.copytree(ROOT / "exercises" / ASSIGNMENT, place / "exercises" / ASSIGNMENT)
    (place / "nbgrader_config.py").write_text(
        'c = get_config()\nc.CourseDirectory.source_directory = "solutions"\n'
        'c.CourseDirectory.release_directory = "exercises"\n'
    )
    with pytest.MonkeyPatch.context() as patch:
        # nbgrader runs a program to ask for it, which takes seconds.
        patch.setattr("nbgrader.api.get_alembic_version", lambda: "of a test")
        with Gradebook(f"sqlite:///{place / 'gradebook.db'}") as book:
            book.add_assignment(ASSIGNMENT, duedate=DUE)
            book.add_notebook(NOTEBOOK, ASSIGNMENT)
            for name, points in grade_ids("grade").items():
                book.add_grade_cell(name, NOTEBOOK, ASSIGNMENT, max_score=points, cell_type="code")
            for name, points in grade_ids("task").items():
                book.add_task_cell(
                    name, NOTEBOOK, ASSIGNMENT, max_score=points, cell_type="markdown"
                )
            for student, (first, last) in students.items():
                book.add_student(student, first_name=first, last_name=last)
    return place


def hand_in(place, work):
    """Write graded work.

    Parameters
    ----------
    place : pathlib.Path
    work : dict
        By student: sources by cell, what checks said (None for a right answer; it is the default),
        points of persons by question, and the time.
    """
    nb = released()
    with Gradebook(f"sqlite:///{place / 'gradebook.db'}") as book:
        for student, (sources, said, marks, at) in work.items():
            mine = copy.deepcopy(nb)
            submission = records._submission(book, student, ASSIGNMENT)
            submission.timestamp = at
            (notebook,) = submission.notebooks
            for cell in mine.cells:
                cell.source = sources.get(cell.id, cell.source)
                if said.get(cell.id):
                    cell.outputs = [output(*said[cell.id])]
            for mark in notebook.grades:
                if mark.name in grade_ids("task"):
                    mark.manual_score = marks.get(mark.name)
                    mark.needs_manual_grade = mark.name not in marks
                else:
                    mark.auto_score = 0 if said.get(mark.name) else mark.cell.max_score
                    mark.needs_manual_grade = False
            file = place / "autograded" / student / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
            file.parent.mkdir(parents=True)
            nbformat.write(mine, file)
        book.db.commit()
    return place


def output(kind, text):
    return new_output("error", ename=kind, evalue=text, traceback=[text])
