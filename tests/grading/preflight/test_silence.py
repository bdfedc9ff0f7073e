"""Nothing is passed over: work in another file, and what only worked on the learner's computer."""

import copy
import json

import pytest

from scaling.grading.preflight import Kind
from scaling.grading.preflight.submission import inspect_submission
from scaling.grading.release import SETTINGS

from .builders import (
    ANSWERS,
    ASSIGNMENT,
    NOTEBOOK,
    RELEASE,
    ROOT,
    assert_ready,
    assert_solved,
    cell,
    hand_in,
    insert,
    place,
    solved,
    sources,
    strip,
    texts,
)

pytestmark = pytest.mark.slow


def blank():
    file = ROOT / "exercises" / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
    return json.loads(file.read_text(encoding="utf-8"))


def released(answer):
    return next(known.released for known in RELEASE.cells if known.grade_id == answer)


# ---------------------------------------------------------------- several notebooks


@pytest.mark.parametrize("name", [f"{NOTEBOOK} (1).ipynb", f"final/{NOTEBOOK}.ipynb", "b.json"])
def test_work_beside_the_untouched_exercise_is_graded_and_told(tmp_path, name):
    folder = hand_in(tmp_path / "ada", blank())
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(json.dumps(solved()), encoding="utf-8")
    inspection = inspect_submission(folder, RELEASE)
    assert_solved(inspection)
    assert f"{name}, which was handed in beside it" in texts(inspection, Kind.FLAGGED)


def test_two_different_works_beside_the_untouched_exercise_are_ungraded(tmp_path):
    folder = hand_in(tmp_path / "ada", blank())
    hand_in(folder, solved(), name="one.ipynb")
    other = solved()
    cell(other, "m3-voice-answer")["source"] = "voice = 2"
    hand_in(folder, other, name="two.ipynb")
    inspection = inspect_submission(folder, RELEASE)
    assert inspection.notebook is None
    assert "one.ipynb and two.ipynb" in texts(inspection, Kind.UNGRADED)


def test_of_two_works_the_named_one_is_graded_and_the_other_told(tmp_path):
    folder = hand_in(tmp_path / "ada", solved())
    other = solved()
    cell(other, "m3-voice-answer")["source"] = "voice = 2"
    hand_in(folder, other, name="better.ipynb")
    inspection = inspect_submission(folder, RELEASE)
    assert_solved(inspection)
    assert "better.ipynb fits too" in texts(inspection, Kind.FLAGGED)


def test_an_untouched_or_equal_copy_is_not_worth_a_look(tmp_path):
    folder = hand_in(tmp_path / "ada", solved())
    hand_in(folder, blank(), name="fresh.ipynb")
    hand_in(folder, solved(), name="copy.ipynb")
    assert not inspect_submission(folder, RELEASE).flagged


@pytest.mark.parametrize("name", [".json", "", ".ipynb.download", ".ipynb "])
def test_a_notebook_under_another_ending_is_found(look, name):
    assert_solved(look(solved(), name=NOTEBOOK + name))


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [("a.zip", b"PK\3\4x", "a zip archive"), ("a.pdf", b"%PDF-1", "a PDF"), ("a.py", b"x", "")],
)
def test_what_is_there_in_place_of_a_notebook_is_named(look, name, data, kind):
    said = texts(look(data, name=name), Kind.UNGRADED)
    assert f"What is there: {name}" in said
    assert kind in said


def test_a_zip_called_notebook_is_not_called_badly_encoded(look):
    said = texts(look(b"PK\3\4" + bytes(range(128, 256))))
    assert "a zip archive" in said
    assert "UTF-8" not in said


def test_the_whole_course_handed_in_is_one_remark(tmp_path):
    course = tmp_path / "ada" / "does-it-scale"
    for name in (SETTINGS, "src/scaling/numpy.py", "course/conftest.py", "src/scaling/a.so"):
        (course / name).parent.mkdir(parents=True, exist_ok=True)
        (course / name).write_text("x")
    for part, nb in (("exercises", solved()), ("solutions", blank())):
        (course / part / ASSIGNMENT).mkdir(parents=True)
        hand_in(course / part / ASSIGNMENT, nb)
    inspection = inspect_submission(tmp_path / "ada", RELEASE)
    assert_solved(inspection)
    assert not inspection.flagged
    assert "The course itself was handed in along" in texts(inspection, Kind.REPAIRED)
    assert inspection.files == ()


# ---------------------------------------------------------------- changed by a program


@pytest.mark.parametrize("mark", ["#%%", "#%% md", "# COMMAND ----------", "# In[ ]:"])
def test_a_mark_of_a_program_in_every_cell_does_no_harm(look, mark):
    nb = solved()
    for one in nb["cells"]:
        one["source"] = f"{mark}\n{one['source']}"
    strip(nb)
    inspection = look(nb)
    assert_ready(inspection)
    assert not inspection.flagged
    assert "voice =" in sources(inspection)["m3-voice-answer"]


def test_a_line_of_ones_own_on_top_of_a_task_is_still_told(look):
    nb = solved()
    cell(nb, "m3-judgement")["source"] = "I ask who hosts.\n" + cell(nb, "m3-judgement")["source"]
    assert "Something was written into the text of task m3-judgement" in texts(look(nb))


def test_answers_alone_are_this_exercise(look):
    nb = solved()
    nb["cells"] = [one for one in nb["cells"] if one["id"] in ANSWERS]
    strip(nb)
    inspection = look(nb)
    assert_ready(inspection)
    assert "voice =" in sources(inspection)["m3-voice-answer"]


# ---------------------------------------------------------------- right here, nothing there


def flagged(look, source, answer="m3-voice-answer"):
    nb = solved()
    cell(nb, answer)["source"] = source
    return texts(look(nb), Kind.FLAGGED)


@pytest.mark.parametrize("at_the_end", [False, True])
def test_an_answer_below_its_check_is_told(look, at_the_end):
    nb = solved()
    answer = cell(nb, "m3-voice-answer")["source"]
    cell(nb, "m3-voice-answer")["source"] = released("m3-voice-answer")
    insert(nb, len(nb["cells"]) if at_the_end else place(nb, "m3-voice") + 1, answer)
    assert "voice is made below m3-voice, the check" in texts(look(nb), Kind.FLAGGED)


def test_a_function_below_its_check_is_told(look):
    nb = solved()
    answer = cell(nb, "m3-pairs-answer")["source"]
    cell(nb, "m3-pairs-answer")["source"] = released("m3-pairs-answer")
    insert(nb, len(nb["cells"]), answer)
    assert "pairs is made below m3-pairs, the check" in texts(look(nb), Kind.FLAGGED)


def test_what_waits_for_the_keyboard_is_told(look):
    assert "waits for input()" in flagged(look, "voice = float(input()) / 48")


@pytest.mark.parametrize(
    ("source", "needs"),
    [
        ("from helper import f\nvoice = f()", "the module helper"),
        ("import nowhere.at_all\nvoice = 2", "the module nowhere"),
        ("voice = float(open('mine.txt').read())", "the file mine.txt"),
        ("import pandas as pd\nvoice = len(pd.read_csv('a.csv'))", "the file a.csv"),
        ("import pandas as pd\nvoice = len(pd.read_csv('https://x.org/a'))", "the network"),
    ],
)
def test_what_was_not_handed_in_is_told(look, source, needs):
    assert f"m3-voice-answer needs {needs}" in flagged(look, source)


def test_a_file_that_was_handed_in_is_not_told(tmp_path):
    nb = solved()
    cell(nb, "m3-voice-answer")["source"] = "from helper import f\nvoice = open('a.txt') and f()"
    folder = hand_in(tmp_path / "ada", nb)
    for name in ("helper.py", "a.txt"):
        (folder / name).write_text("f = float")
    assert not inspect_submission(folder, RELEASE).flagged


def test_a_name_that_is_made_further_down_is_told(look):
    nb = solved()
    cell(nb, "m3-voice-answer")["source"] = "voice = minutes / 48"
    insert(nb, len(nb["cells"]), "minutes = 90")
    assert "m3-voice-answer uses minutes" in texts(look(nb), Kind.FLAGGED)


def test_an_own_cell_above_the_check_is_fine(look):
    nb = solved()
    answer = copy.copy(cell(nb, "m3-voice-answer")["source"])
    cell(nb, "m3-voice-answer")["source"] = "voice = result"
    insert(nb, place(nb, "m3-voice-answer"), answer.replace("voice", "result"))
    assert not look(nb).flagged
