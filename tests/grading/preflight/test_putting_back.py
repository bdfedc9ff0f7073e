"""Lost marks, changed texts and changed types are put right, and nothing is lost."""

import pytest

from scaling.grading.preflight import Kind
from scaling.notebook_file import checksum

from .builders import (
    assert_ready,
    assert_solved,
    cell,
    insert,
    place,
    run,
    solved,
    sources,
    strip,
    texts,
)

pytestmark = pytest.mark.slow

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
    cell(nb, "m3-trials")["source"] = old.replace("trials.effect,", "[0] * 13,")
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


OLDER_FIRST_CELL = """import numpy as np
from scipy import stats

from scaling import datasets
from scaling.size_context import checks as check
from scaling.size_context import emergencies, joining_up, next_place"""


def test_a_copy_released_before_watch_was_called_has_nothing_changed(look):
    nb = solved()
    first = cell(nb, "m3-imports")
    now = first["source"]
    first["source"] = OLDER_FIRST_CELL
    first["metadata"]["nbgrader"]["checksum"] = "8f918b9dce83460940366e2accbf9fcf"
    inspection = look(nb)
    assert_solved(inspection)
    assert texts(inspection, Kind.REPAIRED) == texts(inspection, Kind.FLAGGED) == ""
    assert sources(inspection)["m3-imports"] == now  # the exercise is run as it is today
    assert run(inspection.notebook) == []


def test_the_first_cell_is_put_back_where_more_than_that_was_changed(look):
    nb = solved()
    cell(nb, "m3-imports")["source"] = OLDER_FIRST_CELL.replace("emergencies, ", "")
    assert "had been changed; it was put back" in texts(look(nb), Kind.REPAIRED)


def test_a_prompt_of_another_version_is_not_the_learner_s_text(look):
    nb = solved()
    one = cell(nb, "m3-judgement")
    one["source"] = "## 7 Judgement\n\nAn older wording of the whole task, in its own words."
    marks = one["metadata"]["nbgrader"]
    marks["checksum"] = checksum(one["source"], "markdown", marks)
    inspection = look(nb)
    assert_solved(inspection)
    assert [finding.text for finding in inspection.repaired] == [
        "The text of task m3-judgement was of another version of the exercise; it is as in this "
        "one."
    ]
    assert "An older wording" not in "".join(sources(inspection).values())
    one["source"] += "\n\nI would first ask who hosts the table, and why."  # the checksum stays
    assert "I would first ask who hosts the table" in "".join(sources(look(nb)).values())
