"""Lets the tests of each module share ``wording.py`` and ``understand.py``, and ends a watch."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parent))
pytest.register_assert_rewrite("wording", "understand")


@pytest.fixture(autouse=True)
def numbers_are_shown_as_before():
    """Undo what a watch that a test begins changes for the whole process."""
    yield
    np.set_printoptions(legacy=False)
