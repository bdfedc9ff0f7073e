"""The Makefile says where another Python is asked for than the one that .venv was made with."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def make(tmp_path):
    """Return a function that says what make would do where .venv has Python 3.11."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("pyproject.toml", "requirements.txt", ".venv/uv.done", ".venv/course.done"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    for name, version in ((".venv/bin/python", 11), ("python3.11", 11), ("python3.12", 12)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"#!/bin/sh\necho '(3, {version})'\n")
        (tmp_path / name).chmod(0o755)

    def run(*arguments):
        line = ["make", "--dry-run", *arguments]
        return subprocess.run(line, cwd=tmp_path, capture_output=True, text=True)

    return run


def test_another_python_than_that_of_the_environment_is_refused_in_words(make):
    done = make("lab", "PYTHON=./python3.12")
    assert done.returncode == 2
    assert ".venv was made with another Python than ./python3.12" in done.stderr
    assert "make clean" in done.stderr


@pytest.mark.parametrize(
    "arguments", [("lab",), ("lab", "PYTHON=./python3.11"), ("clean", "PYTHON=./python3.12")]
)
def test_the_same_python_and_a_new_beginning_are_not_refused(make, arguments):
    done = make(*arguments)
    assert done.returncode == 0, done.stderr
    assert "another Python" not in done.stderr
