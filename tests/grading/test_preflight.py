"""Before a submission runs: what can be mended is mended, what cannot is said, nothing is lost."""

import copy
import json
import os
import random
import time
from pathlib import Path

import nbformat
import pytest
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearOutput,
    DeduplicateIds,
    OverwriteCells,
    OverwriteKernelspec,
)

from scaling.grading import preflight
from scaling.grading.preflight import Kind, inspect_submission
from scaling.grading.release import Release

ROOT = Path(__file__).parents[2]
ASSIGNMENT = "03-size-and-context"
NOTEBOOK = f"{ASSIGNMENT}-exercise"
SOLUTION = ROOT / "solutions" / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
RELEASE = Release.from_solution(SOLUTION)
LOCKED = [cell.grade_id for cell in RELEASE.cells if cell.locked]
ANSWERS = [cell.grade_id for cell in RELEASE.cells if cell.solution]
CHECKS = [cell.grade_id for cell in RELEASE.cells if cell.grade]


# ---------------------------------------------------------------- handing in, in a few lines


def solved():
    """The released exercise with the right answers, as the data of a notebook file."""
    file = ROOT / "exercises" / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
    nb = json.loads(file.read_text(encoding="utf-8"))
    right = {cell["id"]: cell for cell in json.loads(SOLUTION.read_text(encoding="utf-8"))["cells"]}
    for one in nb["cells"]:
        one["source"] = "".join(one["source"])
        if one["id"] in ANSWERS:
            lines = "".join(right[one["id"]]["source"]).splitlines()
            one["source"] = "\n".join(line for line in lines if "### " not in line)
    return nb


def cell(nb, cell_id):
    return next(one for one in nb["cells"] if one["id"] == cell_id)


def place(nb, cell_id):
    return nb["cells"].index(cell(nb, cell_id))


def remove(nb, *cell_ids):
    for cell_id in cell_ids:
        nb["cells"].remove(cell(nb, cell_id))


def insert(nb, at, source, kind="code", cell_id="mine", **metadata):
    one = {"cell_type": kind, "id": cell_id, "metadata": metadata, "source": source}
    if kind == "code":
        one |= {"outputs": [], "execution_count": None}
    nb["cells"].insert(at, one)


def strip(nb, ids=True):
    """Take away every mark, as some editors do, and the ids as well."""
    for one in nb["cells"]:
        one["metadata"] = {}
        if ids:
            del one["id"]
    if ids:
        nb["nbformat_minor"] = 4


def hand_in(folder, nb, name=f"{NOTEBOOK}.ipynb"):
    folder.mkdir(exist_ok=True)
    data = nb if isinstance(nb, bytes | str) else json.dumps(nb)
    data = data if isinstance(data, bytes) else data.encode()
    (folder / name).write_bytes(data)
    return folder


@pytest.fixture
def look(tmp_path):
    """Hand in a notebook and inspect it."""

    def inspect(nb, release=RELEASE, **name):
        return inspect_submission(hand_in(tmp_path / "ada", nb, **name), release)

    return inspect


def texts(inspection, kind=None):
    found = inspection.findings if kind is None else inspection._of(kind)
    return "\n".join(finding.text for finding in found)


def sources(inspection):
    """The sources of the mended copy, by grade id; own cells by cell id."""
    return {
        one.metadata.get("nbgrader", {}).get("grade_id", one.id): one.source
        for one in inspection.notebook.cells
    }


def order(inspection):
    return [one.id for one in inspection.notebook.cells]


def assert_ready(inspection, release=RELEASE):
    """The copy is a valid notebook that nbgrader accepts, with every cell as it must be."""
    nb = inspection.notebook
    assert nb is not None, texts(inspection)
    nbformat.validate(nb)
    assert len({one.id for one in nb.cells}) == len(nb.cells)
    MetadataValidator().validate_nb(nb)
    CheckCellMetadata().preprocess(nb, {})
    marked = [one for one in nb.cells if "nbgrader" in one.metadata]
    assert [one.metadata.nbgrader.grade_id for one in marked] == [
        known.grade_id for known in release.cells
    ]
    for one, known in zip(marked, release.cells, strict=True):
        assert one.cell_type == known.cell_type
        assert dict(one.metadata.nbgrader) == known.marks
        if known.locked:
            assert one.source == known.source
    assert all(not one.get("outputs") for one in nb.cells)
    assert nb.metadata.get("kernelspec") == release.kernelspec


def assert_solved(inspection):
    """Every answer stands in its own cell, as it was written."""
    assert_ready(inspection)
    found, right = sources(inspection), solved()
    for grade_id in ANSWERS:
        assert found[grade_id] == cell(right, grade_id)["source"]


def run(notebook):
    """Run the copy's code cell by cell; return the ids of the checks that stop."""
    names, stopped = {}, []
    for one in notebook.cells:
        if one.cell_type != "code":
            continue
        try:
            exec(compile(one.source, one.id, "exec"), names)
        except Exception:
            stopped.append(one.id)
    return [cell_id for cell_id in stopped if cell_id in CHECKS]


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


# ---------------------------------------------------------------- files that cannot be read


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b'{"cells": [{"cell_type": "code", "sou', "breaks off in the middle"),
        (b'{"cells": [\n<<<<<<< HEAD\n1,\n=======\n2\n>>>>>>> mine\n]}', "merge"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b"PK\x03\x04abc", "zip"),
        (b"%PDF-1.7 abc", "PDF"),
        (b'{"cells": [1,,2]}', "line 1 is damaged"),
        (b'{"cells": ' + b"[" * 100_000, "cannot|can be read|breaks off"),
        (b"[1, 2]", "not a notebook"),
        (b'{"name": "data"}', "not a notebook"),
        (b'{"cells": {}, "nbformat": 4}', "not a notebook"),
    ],
)
def test_what_is_no_notebook_is_ungraded_with_its_reason(look, data, said):
    inspection = look(data)
    assert inspection.notebook is None
    (finding,) = inspection.ungraded
    assert any(part in finding.text for part in said.split("|")), finding.text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_another_encoding_is_mended(look, encoding):
    inspection = look(json.dumps(solved(), ensure_ascii=False).encode(encoding))
    assert_solved(inspection)
    assert "was saved as" in texts(inspection, Kind.REPAIRED)


def test_an_old_windows_encoding_is_mended(look):
    nb = solved()
    insert(nb, 3, "Zürich", kind="markdown")
    text = json.dumps(nb, ensure_ascii=False)
    inspection = look(text.encode("cp1252", errors="replace"))
    assert_ready(inspection)
    assert sources(inspection)["mine"] == "Zürich"


def test_an_enormous_file_is_ungraded(look, monkeypatch):
    monkeypatch.setattr(preflight, "MOST_BYTES", 1000)
    inspection = look(solved())
    assert inspection.notebook is None
    assert "MB are allowed" in texts(inspection)


def test_a_notebook_of_format_3_is_brought_up_to_date(look):
    nb = solved()
    cells = [
        {"cell_type": "heading", "level": 2, "source": one["source"][3:], "metadata": {}}
        if one["source"].startswith("## ") and "\n" not in one["source"]
        else {"cell_type": "code", "input": one["source"], "metadata": one["metadata"],
              "language": "python", "outputs": [{"output_type": "pyout"}]}
        if one["cell_type"] == "code"
        else {"cell_type": one["cell_type"], "source": one["source"], "metadata": one["metadata"]}
        for one in nb["cells"]
    ]  # fmt: skip
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}
    inspection = look(old)
    assert_solved(inspection)
    assert "old format" in texts(inspection, Kind.REPAIRED)


# ---------------------------------------------------------------- damage to the format


def test_whatever_does_not_fit_the_format_is_mended(look):
    nb = solved()
    cells = nb["cells"]
    del cells[1]["id"]
    cells[2]["id"] = cells[3]["id"]
    cells[4]["id"] = "not valid!"
    cells[5]["outputs"] = [{"output_type": "stream"}, "text", 3]
    cells[6]["outputs"] = None
    del cells[10]["metadata"]
    cells[12]["metadata"] = ["nbgrader"]
    cells[13]["source"] = ["a", 1]
    cells.insert(20, "no cell")
    insert(nb, 22, "x", kind="sql", cell_id="strange")
    nb["metadata"] = None
    nb["nbformat"] = 9
    inspection = look(nb)
    assert_ready(inspection)
    said = texts(inspection, Kind.REPAIRED)
    for part in (
        "1 entry of the notebook was not a cell; it was left out.",
        "1 cell was of an unknown type; it was kept as plain text.",
        "1 cell had no readable text; it was kept empty.",
        "2 cells had no metadata",
        "2 cells had no valid id",
        "1 cell had the id of another",
        "The outputs of 2 cells were damaged; they were left out.",
        "version of the notebook format",
    ):
        assert part in said


@pytest.mark.parametrize("depth", [900, 990, 3000])
def test_what_is_nested_too_deeply_is_survived(look, depth):
    nb = json.dumps(solved()).replace('"outputs": []', '"outputs": ' + "[" * depth + "]" * depth)
    inspection = look(nb.replace('"points": 1', '"points": ' + "[" * depth + "]" * depth))
    assert inspection.notebook is not None or inspection.ungraded


def test_findings_hold_no_control_characters(look):
    nb = solved()
    insert(nb, 4, "x = 1", nbgrader={"grade_id": "\x1b[2J\n"})
    assert texts(look(nb)).isprintable()


def test_half_characters_and_foreign_line_ends_are_mended(look):
    nb = solved()
    insert(nb, 3, "a\r\nb\ud800", kind="markdown")
    inspection = look(nb)
    assert sources(inspection)["mine"] == "a\nb\ufffd"
    nbformat.writes(inspection.notebook).encode()


def test_broken_attachments_go_and_sound_ones_stay(look):
    nb = solved()
    insert(nb, 3, "![](attachment:a.png)", kind="markdown")
    nb["cells"][3]["attachments"] = {"a.png": {"image/png": "AAAA"}, "b.png": 3}
    inspection = look(nb)
    assert inspection.notebook.cells[3].attachments == {"a.png": {"image/png": "AAAA"}}


def test_another_kernel_is_replaced(look):
    nb = solved()
    nb["metadata"]["kernelspec"] = {"name": "ir", "display_name": "R", "language": "R"}
    inspection = look(nb)
    assert_solved(inspection)
    assert "“R”" in texts(inspection, Kind.REPAIRED)


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


# ---------------------------------------------------------------- marks


@pytest.mark.parametrize("ids", [True, False])
def test_stripped_marks_are_given_back(look, ids):
    nb = solved()
    strip(nb, ids=ids)
    inspection = look(nb)
    assert_solved(inspection)
    assert "had lost the mark" in texts(inspection, Kind.REPAIRED)


def test_stripped_marks_are_given_back_among_own_cells_and_changed_texts(look):
    nb = solved()
    insert(nb, place(nb, "m3-voice-answer"), "minutes = 90")
    insert(nb, place(nb, "m3-voice"), "print(voice)")
    cell(nb, "m3-pairs-question")["source"] += "\n\nAsk Ben."
    cell(nb, "m3-pairs")["source"] += "  # done"
    strip(nb)
    inspection = look(nb)
    assert_solved(inspection)
    assert run(inspection.notebook) == []


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("points", 100, "points: 100 instead of 1"),
        ("points", "many", "points: many instead of 1"),
        ("grade", False, "grade"),
        ("solution", True, "solution"),
        ("locked", False, "locked"),
        ("task", True, "task"),
        ("checksum", "0" * 32, "checksum"),
        ("schema_version", 1, "version"),
        ("cell_type", 3, None),
        ("more", 3, None),
    ],
)
def test_changed_marks_are_put_back(look, key, value, said):
    nb = solved()
    cell(nb, "m3-pairs")["metadata"]["nbgrader"][key] = value
    inspection = look(nb)
    assert_solved(inspection)
    if said:
        (finding,) = inspection.repaired
        assert finding.about == "m3-pairs"
        assert said in finding.text


@pytest.mark.parametrize("marks", [{}, None, "m3-pairs", 3, [], {"grade_id": 3}, {"grade_id": []}])
def test_marks_of_any_type_are_survived(look, marks):
    nb = solved()
    cell(nb, "m3-pairs")["metadata"]["nbgrader"] = marks
    insert(nb, 4, "x = 1", nbgrader=marks)
    assert_solved(look(nb))


def test_an_unknown_mark_is_taken_away_and_its_cell_kept(look):
    nb = solved()
    marks = {"grade_id": "m9-more", "grade": True, "solution": False, "locked": True, "points": 5}
    insert(nb, 4, "x = 1", nbgrader=marks)
    inspection = look(nb)
    assert_solved(inspection)
    assert sources(inspection)["mine"] == "x = 1"
    assert "m9-more" in texts(inspection, Kind.REPAIRED)


def test_a_check_tagged_to_be_skipped_is_run(look):
    nb = solved()
    cell(nb, "m3-pairs")["metadata"]["tags"] = ["skip-execution"]
    inspection = look(nb)
    assert_solved(inspection)
    assert "skipped" in texts(inspection, Kind.FLAGGED)


# ---------------------------------------------------------------- changed, retyped


def test_a_changed_check_is_put_back(look):
    nb = solved()
    cell(nb, "m3-pairs")["source"] = "print('fine')"
    inspection = look(nb)
    assert_solved(inspection)
    (finding,) = inspection.findings
    assert finding.about == "m3-pairs"
    assert finding.text == "The check of question m3-pairs had been changed; it was put back."


def test_white_space_alone_is_no_change(look):
    nb = solved()
    cell(nb, "m3-pairs")["source"] += "\n\n"
    assert look(nb).findings == ()


def test_an_answer_written_into_its_check_is_kept(look):
    nb = solved()
    cell(nb, "m3-voice")["source"] = "voice = 90 / 48\ncheck.voice(voice)"
    cell(nb, "m3-voice-answer")["source"] = ""
    inspection = look(nb)
    assert_ready(inspection)
    assert run(inspection.notebook) == []
    assert "kept in a cell of its own" in texts(inspection, Kind.REPAIRED)


def test_an_import_added_to_a_locked_cell_is_kept(look):
    nb = solved()
    cell(nb, "m3-imports")["source"] += "\nimport math"
    cell(nb, "m3-voice-answer")["source"] = "voice = math.fsum([90]) / 48"
    inspection = look(nb)
    assert_ready(inspection)
    assert run(inspection.notebook) == []


def test_a_set_up_that_was_changed_is_not_kept(look):
    nb = solved()
    old = cell(nb, "m3-trials")["source"]
    cell(nb, "m3-trials")["source"] = old.replace("np.log(vaccinated / others)", "[0] * 13")
    inspection = look(nb)
    assert_solved(inspection)
    assert run(inspection.notebook) == []


def test_a_judgement_written_into_its_task_is_kept_and_flagged(look):
    nb = solved()
    cell(nb, "m3-judgement")["source"] += "\n\nI would first ask who hosts the table, and why."
    inspection = look(nb)
    assert_solved(inspection)
    assert "I would first ask who hosts the table, and why." in sources(inspection).values()
    assert [finding.about for finding in inspection.flagged] == ["m3-judgement"]


@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_a_retyped_answer_is_code_again(look, kind):
    nb = solved()
    cell(nb, "m3-pairs-answer")["cell_type"] = kind
    inspection = look(nb)
    assert_solved(inspection)
    assert f"turned into a {kind} cell" in texts(inspection, Kind.REPAIRED)


def test_a_retyped_check_and_prompt_are_turned_back(look):
    nb = solved()
    cell(nb, "m3-pairs")["cell_type"] = "raw"
    cell(nb, "m3-pairs-question")["cell_type"] = "code"
    assert_solved(look(nb))


# ---------------------------------------------------------------- missing, moved, doubled


def test_a_missing_check_is_restored_after_its_answer(look):
    nb = solved()
    remove(nb, "m3-pairs")
    inspection = look(nb)
    assert_solved(inspection)
    assert "m3-pairs was missing" in texts(inspection, Kind.REPAIRED)
    assert run(inspection.notebook) == []


def test_a_missing_answer_is_not_done(look):
    nb = solved()
    remove(nb, "m3-pairs-answer")
    inspection = look(nb)
    assert_ready(inspection)
    assert "raise NotImplementedError" in sources(inspection)["m3-pairs-answer"]
    assert run(inspection.notebook) == ["m3-pairs"]


@pytest.mark.parametrize("at", ["m3-pairs", "m3-part-2", "m3-imports"])
def test_an_answer_made_in_another_cell_is_not_lost(look, at):
    nb = solved()
    insert(nb, place(nb, at), cell(nb, "m3-pairs-answer")["source"])
    remove(nb, "m3-pairs-answer")
    inspection = look(nb)
    assert_ready(inspection)
    assert run(inspection.notebook) == []


def test_a_whole_question_deleted_and_answered_in_own_cells_is_graded(look):
    nb = solved()
    at = place(nb, "m3-pairs-question")
    remove(nb, "m3-pairs-question", "m3-pairs-answer", "m3-pairs")
    insert(nb, at, "def half(x):\n    return x / 2", cell_id="half")
    insert(nb, at + 1, "def pairs(n):\n    return half(n * (n - 1))", cell_id="whole")
    inspection = look(nb)
    assert_ready(inspection)
    assert run(inspection.notebook) == []


def test_only_the_answers_handed_in_are_graded(look):
    nb = solved()
    nb["cells"] = [one for one in nb["cells"] if one["id"] in ANSWERS]
    inspection = look(nb)
    assert_solved(inspection)
    assert run(inspection.notebook) == []


def test_a_check_moved_before_its_answer_goes_back(look):
    nb = solved()
    at = place(nb, "m3-pairs")
    nb["cells"][at - 1], nb["cells"][at] = nb["cells"][at], nb["cells"][at - 1]
    inspection = look(nb)
    assert_solved(inspection)
    assert "had been moved" in texts(inspection, Kind.REPAIRED)


def test_own_cells_travel_with_a_moved_answer(look):
    nb = solved()
    answer = cell(nb, "m3-pairs-answer")
    answer["source"] = "def pairs(n):\n    return half(n * (n - 1))"
    remove(nb, "m3-pairs-answer")
    nb["cells"].append(answer)
    insert(nb, len(nb["cells"]) - 1, "def half(x):\n    return x / 2", cell_id="half")
    inspection = look(nb)
    assert_ready(inspection)
    ids = order(inspection)
    assert ids.index("half") + 1 == ids.index("m3-pairs-answer")
    assert run(inspection.notebook) == []


def test_own_cells_at_the_end_stay_there(look):
    nb = solved()
    title = nb["cells"].pop(0)
    nb["cells"].append(title)
    insert(nb, len(nb["cells"]), "print(pairs(3))")
    inspection = look(nb)
    assert_solved(inspection)
    assert order(inspection)[-1] == "mine"


def test_an_answer_that_an_untouched_cell_undoes_is_flagged(look):
    nb = solved()
    answer = cell(nb, "m3-pairs-answer")
    insert(nb, place(nb, "m3-pairs-answer"), answer["source"])
    answer["source"] = next(c.released for c in RELEASE.cells if c.grade_id == "m3-pairs-answer")
    (finding,) = look(nb).flagged
    assert finding.about == "m3-pairs-answer"


def double(nb, cell_id, source=None, at=None):
    twin = copy.deepcopy(cell(nb, cell_id)) | {"id": f"{cell_id}-twin"}
    if source is not None:
        twin["source"] = source
    nb["cells"].insert(place(nb, cell_id) + 1 if at is None else at, twin)


def test_a_doubled_check_is_kept_once(look):
    nb = solved()
    double(nb, "m3-pairs")
    inspection = look(nb)
    assert_solved(inspection)
    assert "there 2 times" in texts(inspection, Kind.REPAIRED)
    assert len(inspection.notebook.cells) == len(nb["cells"]) - 1


def test_a_changed_copy_of_a_check_is_an_own_cell(look):
    nb = solved()
    double(nb, "m3-pairs", "print(pairs(5))")
    inspection = look(nb)
    assert_solved(inspection)
    assert "print(pairs(5))" in sources(inspection).values()


def test_all_copies_of_an_answer_are_run_and_the_last_is_graded(look):
    nb = solved()
    right = cell(nb, "m3-pairs-answer")["source"]
    double(nb, "m3-pairs-answer")
    cell(nb, "m3-pairs-answer")["source"] = "def pairs(n):\n    return n"
    inspection = look(nb)
    assert_solved(inspection)
    assert sources(inspection)["m3-pairs-answer"] == right
    assert "def pairs(n):\n    return n" in sources(inspection).values()
    assert run(inspection.notebook) == []


def test_a_split_answer_still_works(look):
    nb = solved()
    cell(nb, "m3-chance-spread-answer")["source"] = "p = households.bought.mean()"
    rest = 'chance_spread = np.sqrt(np.mean(p * (1 - p) / villages["size"]))'
    double(nb, "m3-chance-spread-answer", rest)
    inspection = look(nb)
    assert_ready(inspection)
    assert run(inspection.notebook) == []


def test_an_untouched_copy_does_not_undo_an_answer(look):
    nb = solved()
    stub = next(known.released for known in RELEASE.cells if known.grade_id == "m3-pairs-answer")
    double(nb, "m3-pairs-answer", stub)
    inspection = look(nb)
    assert_solved(inspection)
    assert run(inspection.notebook) == []


# ---------------------------------------------------------------- questions marked by a person


def small_notebook(answer="Because.", cell_type="markdown"):
    marks = {"schema_version": 3, "grade": True, "solution": True, "locked": False, "task": False,
             "grade_id": "s-essay", "points": 3}  # fmt: skip
    make = getattr(nbformat.v4, f"new_{cell_type}_cell")
    prompt = nbformat.v4.new_markdown_cell("# Small\n\nWhy?", id="s-prompt")
    prompt.metadata["nbgrader"] = {
        "schema_version": 3, "grade": False, "solution": False, "locked": True, "task": False,
        "grade_id": "s-prompt",
    }  # fmt: skip
    cells = [prompt, make(answer, id="s-essay", metadata={"nbgrader": marks})]
    return json.loads(nbformat.writes(nbformat.v4.new_notebook(cells=cells)))


@pytest.fixture
def small(tmp_path_factory):
    """The release of an exercise with one question, an essay."""
    file = tmp_path_factory.mktemp("small") / "small.ipynb"
    file.write_text(json.dumps(small_notebook("YOUR ANSWER HERE")))
    return Release.from_solution(file)


def test_copies_of_an_essay_that_differ_are_flagged(look, small):
    nb = small_notebook()
    double(nb, "s-essay", "On second thoughts.")
    inspection = look(nb, small, name="small.ipynb")
    assert_ready(inspection, small)
    assert sources(inspection)["s-essay"] == "On second thoughts."
    assert "Because." in sources(inspection).values()
    assert [finding.about for finding in inspection.flagged] == ["s-essay"]


def test_equal_copies_of_an_essay_are_one(look, small):
    nb = small_notebook()
    double(nb, "s-essay")
    inspection = look(nb, small, name="small.ipynb")
    assert_ready(inspection, small)
    assert len(inspection.notebook.cells) == 2
    assert not inspection.flagged


def test_an_essay_in_a_code_cell_is_text_again(look, small):
    inspection = look(small_notebook("Because.", "code"), small, name="small.ipynb")
    assert_ready(inspection, small)
    assert sources(inspection)["s-essay"] == "Because."


def test_a_stripped_essay_is_found_by_its_place(look, small):
    nb = small_notebook()
    strip(nb)
    inspection = look(nb, small, name="small.ipynb")
    assert_ready(inspection, small)
    assert sources(inspection)["s-essay"] == "Because."


def test_copies_of_a_task_that_differ_are_flagged(look):
    nb = solved()
    double(nb, "m3-judgement", "My judgement, written here.")
    inspection = look(nb)
    assert_solved(inspection)
    assert "My judgement, written here." in sources(inspection).values()
    assert [finding.about for finding in inspection.flagged] == ["m3-judgement"]


# ---------------------------------------------------------------- any damage


def damages():
    """Ways in which an honest notebook gets damaged; each changes it in place."""

    def some(nb, rng, ids, most=6):
        there = [one for one in nb["cells"] if one.get("id") in ids]
        return rng.sample(there, min(len(there), rng.randint(1, most)))

    def lose_marks(nb, rng):
        for one in some(nb, rng, LOCKED + ANSWERS, 30):
            one["metadata"] = rng.choice([{}, {"nbgrader": {}}, {"nbgrader": None}])

    def change_marks(nb, rng):
        for one in some(nb, rng, LOCKED + ANSWERS):
            marks = one["metadata"].get("nbgrader")
            if marks:
                key = rng.choice(sorted(set(marks) - {"grade_id"}))
                marks[key] = rng.choice([True, False, 7, "x", None, [], {}])

    def retype(nb, rng):
        for one in some(nb, rng, LOCKED + ANSWERS):
            one["cell_type"] = rng.choice(["code", "markdown", "raw"])

    def change_locked(nb, rng):
        for one in some(nb, rng, LOCKED):
            one["source"] = rng.choice(["", one["source"] + "\n# mine", "pass"])

    def delete_locked(nb, rng):
        for one in some(nb, rng, LOCKED, 20):
            nb["cells"].remove(one)

    def double_any(nb, rng):
        for one in some(nb, rng, LOCKED + ANSWERS):
            nb["cells"].insert(nb["cells"].index(one) + 1, copy.deepcopy(one))

    def move(nb, rng):
        for one in some(nb, rng, LOCKED + ANSWERS, 3):
            nb["cells"].remove(one)
            nb["cells"].insert(rng.randint(0, len(nb["cells"])), one)

    def add_own(nb, rng):
        for n in range(rng.randint(1, 5)):
            kind = rng.choice(["code", "markdown", "raw"])
            insert(nb, rng.randint(0, len(nb["cells"])), f"mine_{n} = {n}", kind, f"mine-{n}")

    def break_outputs(nb, rng):
        for one in some(nb, rng, LOCKED + ANSWERS):
            one["outputs"] = rng.choice([None, [3], {"a": 1}, [{"output_type": "error"}]])

    return [lose_marks, change_marks, retype, change_locked, delete_locked, double_any, move,
            add_own, break_outputs]  # fmt: skip


def damaged(seed):
    nb, rng = solved(), random.Random(seed)
    for damage in rng.sample(damages(), rng.randint(1, 5)):
        damage(nb, rng)
    return nb


@pytest.mark.parametrize("seed", range(60))
def test_an_honest_solution_survives_any_damage(look, seed):
    nb = damaged(seed)
    inspection = look(nb)
    assert_solved(inspection)
    kept = list(sources(inspection).values())
    for one in nb["cells"]:
        if one["id"].startswith("mine"):
            assert one["source"] in kept
    json.dumps(inspection.notebook)


@pytest.mark.parametrize("seed", range(100, 120))
def test_answers_are_found_where_marks_and_ids_are_lost_as_well(look, seed):
    nb, rng = damaged(seed), random.Random(seed)
    for one in nb["cells"]:
        if rng.random() < 0.7:
            one["metadata"] = {}
            del one["id"]
    inspection = look(nb | {"nbformat_minor": 4})
    assert_solved(inspection)
    assert run(inspection.notebook) == []


@pytest.mark.parametrize(
    "source", ["!ls\n" * 3000, "%%time\n" * 999, "x = 1\n" * 99_999, "-" * 49_999]
)
def test_code_that_takes_long_to_read_is_given_up(look, source):
    nb = solved()
    insert(nb, place(nb, "m3-voice"), source)
    start = time.monotonic()
    assert_solved(look(nb))
    assert time.monotonic() - start < 10


@pytest.mark.slow
def test_nbgrader_finds_nothing_left_to_mend(look, course_folder):
    resources = {
        "nbgrader": {
            "notebook": NOTEBOOK,
            "assignment": ASSIGNMENT,
            "db_url": f"sqlite:///{course_folder / 'gradebook.db'}",
        }
    }
    for seed in range(3):
        nb = look(damaged(seed)).notebook
        before = copy.deepcopy(nb)
        for step in (ClearOutput(), DeduplicateIds(), OverwriteKernelspec(), OverwriteCells()):
            nb, _ = step.preprocess(nb, resources)
        assert nb == before


@pytest.mark.parametrize("seed", range(0, 60, 6))
def test_a_damaged_solution_still_passes_every_check(look, seed):
    assert run(look(damaged(seed)).notebook) == []


@pytest.mark.parametrize("seed", range(100))
def test_no_file_however_broken_brings_preflight_down(look, seed):
    """Replace a value somewhere in the notebook by one of another type."""
    rng, nb = random.Random(seed), solved()
    for _ in range(rng.randint(1, 20)):
        spot = nb
        while isinstance(spot, dict | list) and spot:
            keys = list(spot) if isinstance(spot, dict) else range(len(spot))
            key = rng.choice(list(keys))
            if rng.random() < 0.3 or not isinstance(spot[key], dict | list) or not spot[key]:
                spot[key] = rng.choice([None, 3, "x", [], {}, True, 1.5, ["a"], {"a": 1}])
                break
            spot = spot[key]
    inspection = look(nb)
    assert inspection.ungraded if inspection.notebook is None else True
    if inspection.notebook is not None:
        assert_ready(inspection)


# ---------------------------------------------------------------- code to look at


HONEST = [
    "import math\nvoice = math.fsum([90]) / 48",
    "import numpy as np, pandas as pd, statistics\nfrom scipy import optimize, stats",
    "check.pairs(pairs)",
    "check.pairs.say(pairs)",
    "help(check.pairs)",
    "from scaling.size_context import checks as check\nfrom scaling import datasets",
    "pd.options.display.max_rows = 10",
    "print('There are two solutions')",
    "df = trials.assign(expected=1)\nprint(df.expected.mean())",
    "def f(check):\n    return check + 1",
    "%timeit pairs(3)\n!pip list\n%matplotlib inline\npairs?",
    "%%time\npairs(3)",
    "import sys\nsys.path",
    "import os\nos.getcwd()\nos.path.join('a', 'b')",
    "import re\nre.compile('a')\ntrials.eval('a + b')",
    "stats = trials.describe()\nstats.columns = ['a']",
    "trials.columns = trials.columns.str.lower()",
    "import matplotlib.pyplot as plt\nplt.rcParams['a'] = 1",
    "rng = np.random.default_rng(1)\nsocket = 3\nagain = 2",
    "while again > 0:\n    again -= 1",
    "x = input('n?')\ny = eval(input())",
    "def broken(:\n    pass",
    "print('résumé \\d')",
]

WORTH_A_LOOK = {
    "pairs = check.pairs.expected": "check other than by calling it",
    "voice = check.voice.expected()": "check.voice.expected",
    "c = check\nc.voice.slips": "c.voice.slips",
    "check.pairs.again(pairs, (3,))": "check.pairs.again",
    "check.pairs._hint(3)": "_hint",
    "getattr(check.pairs, 'expected')": "expected",
    "class check:\n    pairs = print": "another check",
    "def check(x): pass": "another check",
    "check = None": "another check",
    "import json as check": "another check",
    "from scaling import checking": "scaling.checking",
    "from scaling.size_context.checks import pairs as p": "scaling.size_context.checks",
    "import scaling\nscaling.size_context.checks.pairs": "scaling.size_context.checks",
    "open('../../solutions/03/x.ipynb').read()": "solutions",
    "from pathlib import Path\nPath('..', 'solutions')": "solutions",
    "open('gradebook.db')": "gradebook",
    "!cat ../solutions/a.ipynb": "solutions",
    "__import__('os')": "__import__",
    "import ctypes": "ctypes",
    "import gc\ngc.get_objects()": "gc",
    "import sys\nsys._getframe(1)": "sys._getframe",
    "import sys\nsys.settrace(print)": "settrace",
    "import ast\nclass T(ast.NodeTransformer): pass": "NodeTransformer",
    "get_ipython().input_transformers_post.append(1)": "input_transformers_post",
    "get_ipython().ast_transformers.append(1)": "ast_transformers",
    "get_ipython().set_custom_exc((Exception,), print)": "set_custom_exc",
    "import os\nos._exit(0)": "os._exit",
    "from os import _exit": "_exit",
    "import os\nos.system('ls')": "os.system",
    "import subprocess as s": "subprocess",
    "import socket": "socket",
    "import sys\nsys.modules['scaling'] = 1": "sys.modules",
    "np.isfinite = print": "np.isfinite = …",
    "setattr(np, 'log', print)": "setattr",
    "exec('import ctypes')": "ctypes",
    "exec(code)": "exec()",
    "%%time\nimport ctypes": "ctypes",
    "import ctypes\ndef broken(:": "ctypes",
}


@pytest.mark.parametrize("source", HONEST)
def test_honest_code_is_not_flagged(look, source):
    nb = solved()
    insert(nb, place(nb, "m3-voice") + 1, source)
    inspection = look(nb)
    assert not inspection.flagged, texts(inspection)


def test_the_solution_itself_is_not_flagged(look):
    assert not look(solved()).flagged


@pytest.mark.parametrize("source", WORTH_A_LOOK)
def test_code_that_reaches_further_is_flagged_and_kept(look, source):
    nb = solved()
    cell(nb, "m3-voice-answer")["source"] = source
    inspection = look(nb)
    (finding,) = inspection.flagged
    assert finding.about == "m3-voice-answer"
    assert WORTH_A_LOOK[source] in finding.text
    assert sources(inspection)["m3-voice-answer"] == source


def test_an_own_cell_is_named_by_the_cell_before_it(look):
    nb = solved()
    insert(nb, place(nb, "m3-voice") + 1, "import ctypes")
    (finding,) = look(nb).flagged
    assert finding.text == "A cell after m3-voice uses ctypes; look at what it does."


# ---------------------------------------------------------------- other files


@pytest.fixture
def with_files(tmp_path):
    def inspect(files):
        folder = hand_in(tmp_path / "ada", solved())
        for name, data in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(data)
        return inspect_submission(folder, RELEASE)

    return inspect


def test_helpers_and_data_are_kept(with_files):
    inspection = with_files({
        "my_helpers.py": "x = 1", "data/own.csv": "a,b", "tools_of_mine/__init__.py": "",
        "tools_of_mine/io.py": "", "test/table.csv": "a", ".DS_Store": "", "x.ipynb": "{}",
        ".ipynb_checkpoints/a.ipynb": "", "__pycache__/my_helpers.cpython-311.pyc": "",
    })  # fmt: skip
    assert [path.as_posix() for path in inspection.files] == [
        "data/own.csv", "my_helpers.py", "test/table.csv", "tools_of_mine/__init__.py",
        "tools_of_mine/io.py",
    ]  # fmt: skip
    assert inspection.findings == ()


@pytest.mark.parametrize(
    "name",
    ["numpy.py", "random.py", "scaling.py", "sitecustomize.py", "usercustomize.py", "conftest.py",
     "numpy/__init__.py", "scaling/size_context/checks.py", "statistics/helper.py", "fast.so",
     "a.pth", "numpy.pyc", "ipython_config.py", ".ipython/profile_default/startup/a.py",
     ".jupyter/jupyter_config.py", "nbgrader_config.py", "nbgrader.py", "xml.py"],
)  # fmt: skip
def test_what_would_shadow_a_module_or_change_settings_is_left_out(with_files, name):
    inspection = with_files({name: "x = 1"})
    assert inspection.files == ()
    (finding,) = inspection.flagged
    assert finding.about == name
    assert "it was left out" in finding.text


def test_a_linked_file_is_left_out(tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("a")
    folder = hand_in(tmp_path / "ada", solved())
    (folder / "own.csv").symlink_to(secret)
    inspection = inspect_submission(folder, RELEASE)
    assert inspection.files == ()
    assert "is a link" in texts(inspection, Kind.FLAGGED)


def test_files_beyond_the_limits_are_left_out(with_files, monkeypatch):
    monkeypatch.setattr(preflight, "MOST_FILES", 3)
    inspection = with_files({f"{n}.csv": "a" for n in range(10)})
    assert len(inspection.files) == 3
    (finding,) = inspection.flagged
    assert "7 files" in finding.text


def test_a_helper_is_read_like_a_cell(with_files):
    inspection = with_files({"my_helpers.py": "import ctypes"})
    assert [finding.about for finding in inspection.flagged] == ["my_helpers.py"]


# ---------------------------------------------------------------- the learner's command


@pytest.fixture
def course(tmp_path):
    """A course folder with its solution and settings, and the learner's own in it."""
    (tmp_path / "solutions" / ASSIGNMENT).mkdir(parents=True)
    (tmp_path / "solutions" / ASSIGNMENT / SOLUTION.name).write_bytes(SOLUTION.read_bytes())
    (tmp_path / "nbgrader_config.py").write_bytes((ROOT / "nbgrader_config.py").read_bytes())
    return tmp_path


def test_a_sound_notebook_can_be_handed_in(course, capsys):
    file = hand_in(course / "mine", solved()) / f"{NOTEBOOK}.ipynb"
    assert preflight.main(file) == 0
    assert capsys.readouterr().out == f"{NOTEBOOK}.ipynb is in order and can be handed in.\n"


def test_a_damaged_notebook_is_told_in_words(course, capsys):
    nb = solved()
    cell(nb, "m3-pairs")["source"] = "pass"
    file = hand_in(course / "mine", nb) / f"{NOTEBOOK}.ipynb"
    assert preflight.main(file) == 1
    said = capsys.readouterr().out
    assert "  - The check of question m3-pairs had been changed; it was put back." in said
    assert "can be graded" in said


def test_what_cannot_be_graded_is_told_in_words(course, capsys):
    file = hand_in(course / "mine", b"{") / f"{NOTEBOOK}.ipynb"
    assert preflight.main(file) == 2
    assert "It cannot be graded as it is:" in capsys.readouterr().out


def test_a_renamed_notebook_is_recognised(course, capsys):
    file = hand_in(course / "mine", solved(), name="final.ipynb") / "final.ipynb"
    assert preflight.main(file) == 1
    assert f"should be called {NOTEBOOK}.ipynb" in capsys.readouterr().out


def test_a_file_that_is_not_there_is_told(course, capsys):
    assert preflight.main(course / "none.ipynb") == 2
    assert "There is no file" in capsys.readouterr().out


def test_a_file_far_from_the_course_is_compared_with_the_course_one_stands_in(
    course, tmp_path_factory, monkeypatch
):
    file = hand_in(tmp_path_factory.mktemp("far"), solved()) / f"{NOTEBOOK}.ipynb"
    monkeypatch.chdir(course)
    assert preflight.main(file) == 0


def test_without_a_course_the_command_says_where_to_run_it(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = hand_in(tmp_path / "far", solved()) / f"{NOTEBOOK}.ipynb"
    assert preflight.main(file) == 2
    assert "The course was not found" in capsys.readouterr().out
