"""Right answers are where the wall around students' code looks for them: in files ``checks.py``."""

import importlib
from pathlib import Path

import pytest

from scaling.checking import Check
from scaling.grading import stand_in, walls

from .test_layout import MODULES

LESSON_MODULES = [name for name in MODULES if not name.endswith("__main__")]


def checks_of(name):
    """The checks that a module holds, by whatever name."""
    module = importlib.import_module(name)
    return {key for key, thing in vars(module).items() if isinstance(thing, Check)}


@pytest.mark.parametrize("name", LESSON_MODULES)
def test_a_check_is_in_a_file_that_the_wall_hides(name):
    is_hidden = stand_in.CHECKS.fullmatch(name) is not None
    assert is_hidden or not checks_of(name), "a check outside of a lesson's checks.py"


def test_there_are_checks_to_be_hidden():
    hidden = [name for name in LESSON_MODULES if stand_in.CHECKS.fullmatch(name)]
    assert len(hidden) >= 7
    assert all(checks_of(name) for name in hidden)


def test_the_wall_and_the_stand_in_mean_the_same_files():
    hidden = {MODULES[name] for name in LESSON_MODULES if stand_in.CHECKS.fullmatch(name)}
    masked = {Path(file) for file in walls._answers() if file.endswith("checks.py")}
    assert hidden == masked
