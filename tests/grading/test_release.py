"""A release is the same, whether it is read from the gradebook or made from its solution."""

import dataclasses
import json
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.nbgraderformat import MetadataValidator

from scaling.grading import release, releasing
from scaling.grading.release import Release
from scaling.grading.releasing import settings

ROOT = Path(__file__).parents[2]
ASSIGNMENT = "03-size-and-context"
NOTEBOOK = f"{ASSIGNMENT}-exercise"
SOLUTIONS = sorted((ROOT / "solutions").glob("*/*-exercise.ipynb"))


def released(solution):
    return nbformat.read(ROOT / "exercises" / solution.relative_to(ROOT / "solutions"), 4)


@pytest.fixture(params=SOLUTIONS, ids=lambda file: file.stem)
def solution(request):
    return request.param


def test_a_release_has_the_cells_that_students_got_in_their_order(solution):
    cells = [cell for cell in released(solution).cells if "nbgrader" in cell.metadata]
    release = releasing.from_solution(solution)
    assert [cell.grade_id for cell in release.cells] == [
        cell.metadata.nbgrader.grade_id for cell in cells
    ]
    assert [cell.released for cell in release.cells] == [cell.source for cell in cells]


def test_a_release_knows_the_checksums_that_students_got(solution):
    cells = [cell for cell in released(solution).cells if "nbgrader" in cell.metadata]
    checksums = [cell.released_checksum for cell in releasing.from_solution(solution).cells]
    assert checksums == [cell.metadata.nbgrader.checksum for cell in cells]


def test_a_release_holds_hidden_tests_and_no_solutions(solution):
    sources = "\n".join(cell.source for cell in releasing.from_solution(solution).cells)
    is_understand = solution.parent.name.endswith("-understand")
    assert ("### BEGIN HIDDEN TESTS" in sources) != is_understand
    assert "### BEGIN SOLUTION" not in sources


def test_what_students_got_holds_neither_hidden_tests_nor_mark_schemes(solution):
    text = "\n".join(cell.released for cell in releasing.from_solution(solution).cells)
    assert "HIDDEN TESTS" not in text
    assert "MARK SCHEME" not in text


def test_what_students_got_is_a_release_without_what_is_hidden(solution):
    file = ROOT / "exercises" / solution.relative_to(ROOT / "solutions")
    nb = json.loads(file.read_text(encoding="utf-8"))
    found = Release.from_released(nb, file.parent.name, file.stem)
    release = releasing.from_solution(solution)
    known = [dataclasses.replace(cell, source=cell.released, checksum=cell.released_checksum)
             for cell in release.cells]  # fmt: skip
    assert found == dataclasses.replace(release, cells=tuple(known))


def test_marks_are_in_the_newest_schema_of_nbgrader():
    assert MetadataValidator.schema_version == release.SCHEMA_VERSION


def test_points_add_up_to_those_of_the_exercise():
    release = releasing.from_solution(ROOT / "solutions" / ASSIGNMENT / f"{NOTEBOOK}.ipynb")
    assert sum(cell.points for cell in release.cells) == 20


def test_settings_are_read_and_never_run(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text(
        "c = get_config()\n"
        "open('ran', 'w').close()\n"
        "c.ClearSolutions.text_stub = 'Write.'\n"
        "c.ClearSolutions.code_stub = dict(python='computed')\n"
    )
    found = settings(tmp_path / "solutions" / "a" / "a.ipynb")
    assert found.ClearSolutions == {"text_stub": "Write."}
    assert not (tmp_path / "ran").exists()


def test_a_solution_with_marks_that_are_not_valid_is_named(tmp_path):
    nb = nbformat.read(ROOT / "solutions" / ASSIGNMENT / f"{NOTEBOOK}.ipynb", 4)
    nb.cells[0].metadata.nbgrader.schema_version = 1
    nbformat.write(nb, tmp_path / "broken.ipynb")
    with pytest.raises(ValueError, match=r"broken\.ipynb"):
        releasing.from_solution(tmp_path / "broken.ipynb")


@pytest.mark.slow
def test_the_gradebook_and_the_solution_give_the_same_release(course_folder):
    with Gradebook(f"sqlite:///{course_folder / 'gradebook.db'}") as book:
        recorded = releasing.from_gradebook(book, ASSIGNMENT, NOTEBOOK)
    file = course_folder / "solutions" / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
    assert recorded == releasing.from_solution(file)


@pytest.mark.slow
def test_a_gradebook_without_the_assignment_says_so(course_folder):
    with (
        Gradebook(f"sqlite:///{course_folder / 'gradebook.db'}") as book,
        pytest.raises(MissingEntry),
    ):
        releasing.from_gradebook(book, "99-none", "none")
