"""The learner's command says in words what would be mended, and where to run it."""

import os
import shutil

import pytest

from scaling.grading.preflight.command import main

from .builders import ASSIGNMENT, NOTEBOOK, ROOT, SOLUTION, cell, hand_in, solved


@pytest.fixture
def course(tmp_path):
    """A course folder with its solution and settings, and the learner's own in it."""
    (tmp_path / "solutions" / ASSIGNMENT).mkdir(parents=True)
    (tmp_path / "solutions" / ASSIGNMENT / SOLUTION.name).write_bytes(SOLUTION.read_bytes())
    (tmp_path / "nbgrader_config.py").write_bytes((ROOT / "nbgrader_config.py").read_bytes())
    return tmp_path


def test_a_sound_notebook_can_be_handed_in(course, capsys):
    file = hand_in(course / "mine", solved()) / f"{NOTEBOOK}.ipynb"
    assert main(file) == 0
    assert capsys.readouterr().out == f"{NOTEBOOK}.ipynb is in order and can be handed in.\n"


def test_a_damaged_notebook_is_told_in_words(course, capsys):
    nb = solved()
    cell(nb, "m3-pairs")["source"] = "pass"
    file = hand_in(course / "mine", nb) / f"{NOTEBOOK}.ipynb"
    assert main(file) == 1
    said = capsys.readouterr().out
    assert "  - The check of question m3-pairs had been changed; it was put back." in said
    assert "can be graded" in said


def test_what_cannot_be_graded_is_told_in_words(course, capsys):
    file = hand_in(course / "mine", b"{") / f"{NOTEBOOK}.ipynb"
    assert main(file) == 2
    assert "It cannot be graded as it is:" in capsys.readouterr().out


def test_a_renamed_notebook_is_recognised(course, capsys):
    file = hand_in(course / "mine", solved(), name="final.ipynb") / "final.ipynb"
    assert main(file) == 1
    assert f"should be called {NOTEBOOK}.ipynb" in capsys.readouterr().out


def test_a_copy_of_the_course_without_solutions_says_what_to_do(tmp_path, capsys):
    (tmp_path / "nbgrader_config.py").write_bytes((ROOT / "nbgrader_config.py").read_bytes())
    file = hand_in(tmp_path / "mine", solved()) / f"{NOTEBOOK}.ipynb"
    assert main(file) == 2
    assert "holds no solutions" in capsys.readouterr().out


@pytest.mark.parametrize(("damage", "code"), [(False, 0), (True, 1)])
def test_without_solutions_what_was_handed_out_is_compared(
    tmp_path, capsys, monkeypatch, damage, code
):
    newer = tmp_path / "released"
    shutil.copytree(ROOT / "exercises" / ASSIGNMENT, newer / ASSIGNMENT)
    monkeypatch.setenv("SCALING_EXERCISES", f"{newer}{os.pathsep}{ROOT / 'exercises'}")
    nb = solved()
    if damage:
        cell(nb, "m3-pairs")["source"] = "pass"
    file = hand_in(tmp_path / "mine", nb) / f"{NOTEBOOK}.ipynb"
    assert main(file) == code
    said = capsys.readouterr().out
    assert ("The check of question m3-pairs had been changed; it was put back." in said) == damage
    assert "can be" in said


def test_a_file_that_is_not_there_is_told(course, capsys):
    assert main(course / "none.ipynb") == 2
    assert "There is no file" in capsys.readouterr().out


def test_a_file_far_from_the_course_is_compared_with_the_present_one(
    course, tmp_path_factory, monkeypatch
):
    file = hand_in(tmp_path_factory.mktemp("far"), solved()) / f"{NOTEBOOK}.ipynb"
    monkeypatch.chdir(course)
    assert main(file) == 0


def test_without_a_course_the_command_says_where_to_run_it(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = hand_in(tmp_path / "far", solved()) / f"{NOTEBOOK}.ipynb"
    assert main(file) == 2
    assert "The course was not found" in capsys.readouterr().out


def test_answers_that_python_cannot_read_are_named_with_the_cause(course, capsys):
    nb = solved()
    cell(nb, "m3-voice-answer")["source"] = "voice = 90 × 48"
    cell(nb, "m3-reading-answer")["source"] = "%time\nreading = “b”"
    file = hand_in(course / "mine", nb) / f"{NOTEBOOK}.ipynb"
    assert main(file) == 1
    said = capsys.readouterr().out
    assert "Python cannot read these answers" in said
    assert "  - The answer cell m3-voice-answer: Write * for “times”, not ×." in said
    assert "  - The answer cell m3-reading-answer: The quotation marks are curly" in said
    assert "in order" not in said
