"""Lets the tests of each module share ``wording.py`` and ``understand.py``."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))
pytest.register_assert_rewrite("wording", "understand")
