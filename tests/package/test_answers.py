"""Right answers are where no guest gets them from: in files ``checks.py``."""

import importlib
import re
from pathlib import Path

import pytest

import scaling
from scaling import checking
from scaling.checking import Check
from scaling.grading import lesson

from .test_layout import MODULES

CHECKS = re.compile(r"scaling(\.\w+)+\.checks")
LESSON_MODULES = [name for name in MODULES if not name.endswith("__main__")]


def checks_of(name):
    """The checks that a module holds, by whatever name."""
    module = importlib.import_module(name)
    return {key for key, thing in vars(module).items() if isinstance(thing, Check)}


@pytest.mark.parametrize("name", LESSON_MODULES)
def test_a_check_is_in_a_file_that_no_guest_gets(name):
    is_hidden = CHECKS.fullmatch(name) is not None
    assert is_hidden or not checks_of(name), "a check outside of a lesson's checks.py"


def test_there_are_checks_to_be_hidden():
    hidden = [name for name in LESSON_MODULES if CHECKS.fullmatch(name)]
    assert len(hidden) >= 7
    assert all(checks_of(name) for name in hidden)


def test_in_a_guest_each_file_of_checks_is_a_stand_in():
    hidden = {MODULES[name] for name in LESSON_MODULES if CHECKS.fullmatch(name)}
    brought = {path: content for path, content in lesson.files() if path.endswith("checks.py")}
    package = Path(scaling.__file__).parent
    expected = {f"{lesson.SITE}/scaling/{file.relative_to(package).as_posix()}" for file in hidden}
    assert set(brought) == expected
    assert set(brought.values()) == {lesson.STAND_IN}


COPIES = (
    "size_context/.ipynb_checkpoints/checks-checkpoint.py",
    "size_context/checks-Copy1.py",
    "size_context/checks (copy).py",
    "size_context/.checks.py",
    "size_context/old_checks.py",
    "size_context/backup/answers.py",
)


@pytest.mark.parametrize("copy", COPIES)
@pytest.mark.parametrize("name", [name for name in LESSON_MODULES if CHECKS.fullmatch(name)])
def test_no_copy_of_checks_that_an_editor_leaves_gets_into_a_guest(
    tmp_path, monkeypatch, name, copy
):
    (tmp_path / "_data").mkdir()
    (tmp_path / copy).parent.mkdir(parents=True)
    (tmp_path / copy).write_bytes(MODULES[name].read_bytes())
    monkeypatch.setattr(scaling, "__file__", str(tmp_path / "__init__.py"))
    monkeypatch.setattr(lesson, "BROUGHT", ())
    assert {content for _, content in lesson.files()} <= {lesson.STAND_IN}


@pytest.mark.parametrize("word", [name for name in checking.__all__ if name.islower()])
@pytest.mark.parametrize(
    "line",
    [
        "from scaling.checking import Hint, {word}",
        "from scaling.checking import (\n    Hint,\n    {word},\n)",
        "from scaling.checking.kinds import {word}",
        "from ..checking.choosing import {word}",
        "from scaling import checking\n\nreading = checking.{word}(",
        "from scaling import checking\n\nreading = checking.choosing.{word}(",
    ],
)
def test_each_word_of_the_vocabulary_gives_a_copy_of_checks_away(word, line):
    is_kind = isinstance(getattr(checking, word), type)
    assert bool(lesson.VOCABULARY.search(line.format(word=word).encode())) == is_kind


def test_no_other_module_is_taken_for_checks():
    stands_in = {path for path, content in lesson.files() if content == lesson.STAND_IN}
    assert all(path.endswith("/checks.py") for path in stands_in)
