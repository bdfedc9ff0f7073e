"""A course with a gradebook that knows one assignment, and no student."""

import shutil
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

sys.path.append(str(Path(__file__).parent))  # for invented

from invented import ASSIGNMENT, NOTEBOOK

from scaling.grading.course import open_course


@pytest.fixture(scope="session")
def empty_gradebook(tmp_path_factory):
    file = tmp_path_factory.mktemp("lms") / "gradebook.db"
    with pytest.MonkeyPatch.context() as patch:
        # nbgrader runs a program to ask for it, which takes seconds.
        patch.setattr("nbgrader.api.get_alembic_version", lambda: "of a test")
        with Gradebook(f"sqlite:///{file}", "course") as book:
            book.add_assignment(ASSIGNMENT, duedate="2026-03-12 17:00:00 UTC")
            book.add_notebook(NOTEBOOK, ASSIGNMENT)
            book.add_grade_cell("check", NOTEBOOK, ASSIGNMENT, max_score=16, cell_type="code")
            book.add_grade_cell("essay", NOTEBOOK, ASSIGNMENT, max_score=4, cell_type="markdown")
            book.add_solution_cell("essay", NOTEBOOK, ASSIGNMENT)
    return file


@pytest.fixture
def course(empty_gradebook, tmp_path, monkeypatch):
    """A course folder, which is the working directory."""
    place = tmp_path / "course"
    place.mkdir()
    (place / "nbgrader_config.py").write_text("c = get_config()\n")
    shutil.copy(empty_gradebook, place / "gradebook.db")
    monkeypatch.chdir(place)
    return open_course(place)


@pytest.fixture
def book(course):
    with course.gradebook() as gradebook:
        yield gradebook
