"""The right notebook of a folder is found; one with nothing to mend stays as it is."""

import os

import nbformat
import pytest

from scaling.grading.preflight import Kind
from scaling.grading.preflight.submission import inspect_submission

from .builders import (
    ASSIGNMENT,
    NOTEBOOK,
    RELEASE,
    ROOT,
    assert_ready,
    assert_solved,
    cell,
    hand_in,
    insert,
    order,
    place,
    small_notebook,
    solved,
    sources,
    strip,
    texts,
)

pytestmark = pytest.mark.slow

# ---------------------------------------------------------------- nothing to mend


def test_an_untouched_solution_has_nothing_to_report(look):
    inspection = look(solved())
    assert inspection.findings == ()
    assert_solved(inspection)


def test_hidden_tests_are_in_the_copy(look):
    assert "### BEGIN HIDDEN TESTS" in sources(look(solved()))["m3-pairs"]


def test_a_blank_exercise_is_graded_with_a_note(look):
    blank = (ROOT / "exercises" / ASSIGNMENT / f"{NOTEBOOK}.ipynb").read_bytes()
    inspection = look(blank)
    assert_ready(inspection)
    assert [finding.kind for finding in inspection.findings] == [Kind.NOTE]


def test_outputs_are_cleared_and_big_ones_told_of(look):
    nb = solved()
    shown = {"output_type": "stream", "name": "stdout", "text": "x" * 6_000_000}
    cell(nb, "m3-forest")["outputs"] = [shown]
    inspection = look(nb)
    assert_solved(inspection)
    assert "6 MB" in texts(inspection, Kind.NOTE)


def test_own_cells_stay_where_they_were_without_old_metadata(look):
    nb = solved()
    insert(nb, place(nb, "m3-pairs"), "pairs(3)", nbgrader={}, tags=["skip-execution"])
    insert(nb, 0, "My notes", kind="markdown", cell_id="notes")
    inspection = look(nb)
    assert_solved(inspection)
    assert order(inspection) == [one["id"] for one in nb["cells"]]
    assert all("tags" not in one.metadata for one in inspection.notebook.cells)
    assert not inspection.repaired


def test_the_submission_is_untouched(tmp_path):
    nb = solved()
    strip(nb)
    folder = hand_in(tmp_path / "ada", nb, name="renamed.ipynb")
    (folder / "numpy.py").write_text("x = 1")
    before = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in folder.iterdir()}
    inspect_submission(folder, RELEASE)
    after = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in folder.iterdir()}
    assert before == after


# ---------------------------------------------------------------- names of notebooks


def test_a_missing_notebook_is_ungraded(tmp_path):
    (tmp_path / "ada").mkdir()
    inspection = inspect_submission(tmp_path / "ada", RELEASE)
    assert inspection.notebook is None
    assert "is missing" in texts(inspection, Kind.UNGRADED)


@pytest.mark.parametrize("name", ["exercise (1).ipynb", f"{NOTEBOOK}.ipynb.txt", "A.IPYNB"])
def test_a_renamed_notebook_is_found(look, name):
    inspection = look(solved(), name=name)
    assert_solved(inspection)
    assert name in texts(inspection, Kind.REPAIRED)
    assert inspection.files == ()


def test_a_notebook_in_a_folder_of_its_own_is_found(tmp_path):
    (tmp_path / "ada").mkdir()
    hand_in(tmp_path / "ada" / "work", solved())
    assert_solved(inspect_submission(tmp_path / "ada", RELEASE))


def test_two_notebooks_that_could_be_meant_are_ungraded(tmp_path):
    nb = solved()
    hand_in(tmp_path / "ada", nb, name="one.ipynb")
    cell(nb, "m3-voice-answer")["source"] = "voice = 2"
    folder = hand_in(tmp_path / "ada", nb, name="two.ipynb")
    inspection = inspect_submission(folder, RELEASE)
    assert inspection.notebook is None
    assert "one.ipynb and two.ipynb" in texts(inspection, Kind.UNGRADED)


def test_two_equal_notebooks_are_one(tmp_path):
    hand_in(tmp_path / "ada", solved(), name="one.ipynb")
    folder = hand_in(tmp_path / "ada", solved(), name="two.ipynb")
    assert_solved(inspect_submission(folder, RELEASE))


def test_checkpoints_are_never_graded(tmp_path):
    (tmp_path / "ada").mkdir()
    hand_in(tmp_path / "ada" / ".ipynb_checkpoints", solved())
    assert inspect_submission(tmp_path / "ada", RELEASE).notebook is None


def test_an_empty_notebook_with_a_good_copy_beside_it_is_told_of(tmp_path):
    hand_in(tmp_path / "ada", b"")
    folder = hand_in(tmp_path / "ada", solved(), name="copy.ipynb")
    inspection = inspect_submission(folder, RELEASE)
    assert_solved(inspection)
    assert "copy.ipynb" in texts(inspection, Kind.FLAGGED)


def other_exercise():
    cells = [
        nbformat.v4.new_markdown_cell("# Exercise 1: Scaling up"),
        nbformat.v4.new_code_cell(
            next(c.released for c in RELEASE.cells if "imports" in c.grade_id)
        ),
    ]
    for n in range(3):
        marks = {"grade_id": f"m1-q{n}", "grade": False, "solution": True, "locked": False}
        cells.append(nbformat.v4.new_code_cell("x = 1", metadata={"nbgrader": marks}))
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells))


@pytest.mark.parametrize("name", [f"{NOTEBOOK}.ipynb", "01-scaling-up-exercise.ipynb"])
def test_another_exercise_is_named(look, name):
    inspection = look(other_exercise(), name=name)
    assert inspection.notebook is None
    said = texts(inspection, Kind.UNGRADED)
    assert "“Exercise 1: Scaling up”" in said
    assert "m1-q0" in said


def test_several_notebooks_of_one_assignment_are_told_apart(tmp_path, small):
    folder = hand_in(tmp_path / "ada", solved(), name="first.ipynb")
    hand_in(folder, small_notebook(), name="second.ipynb")
    assert_solved(inspect_submission(folder, RELEASE))
    assert_ready(inspect_submission(folder, small), small)


def test_a_submitted_link_is_ungraded(tmp_path):
    outside = hand_in(tmp_path / "outside", solved())
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / f"{NOTEBOOK}.ipynb").symlink_to(outside / f"{NOTEBOOK}.ipynb")
    (tmp_path / "ada" / "work").symlink_to(outside)
    inspection = inspect_submission(tmp_path / "ada", RELEASE)
    assert inspection.notebook is None
    assert "is a link" in texts(inspection, Kind.UNGRADED)
    assert inspection.files == ()
    assert "work is a link" in texts(inspection, Kind.FLAGGED)


def test_a_pipe_is_not_waited_for(tmp_path):
    (tmp_path / "ada").mkdir()
    os.mkfifo(tmp_path / "ada" / f"{NOTEBOOK}.ipynb")
    inspection = inspect_submission(tmp_path / "ada", RELEASE)
    assert "not an ordinary file" in texts(inspection, Kind.UNGRADED)
