"""``python -m scaling`` knows its commands and imports only the one that is asked for."""

import subprocess
import sys
from pathlib import Path

import pytest

from scaling.__main__ import COMMANDS, main

ROOT = Path(__file__).parents[2]
(RELEASED,) = ROOT.glob("exercises/03-size-and-context/*.ipynb")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_what_it_takes(command, capsys):
    with pytest.raises(SystemExit) as left:
        main([command, "--help"])
    assert left.value.code == 0
    assert f"python -m scaling {command}" in capsys.readouterr().out


def test_the_list_of_commands_names_them_all(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    said = capsys.readouterr().out
    assert all(name in said for name in COMMANDS)


@pytest.mark.parametrize("arguments", [[], ["grad"], ["grade"], ["grade", "x", "--jobs", "two"]])
def test_a_wrong_command_line_is_told_and_exits_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_preflight_passes_its_exit_code_on(tmp_path, capsys):
    assert main(["preflight", str(RELEASED)]) == 0
    assert "is in order" in capsys.readouterr().out
    assert main(["preflight", str(tmp_path / "none.ipynb")]) == 2


@pytest.mark.parametrize(
    ("limit", "said"),
    [("--cell-seconds=0", "cell_seconds should be above 0"), ("--memory-mb=-1", "memory_mb")],
)
def test_a_limit_that_allows_nothing_is_refused(limit, said, capsys):
    assert main(["grade", "03-size-and-context", limit]) == 2
    assert said in capsys.readouterr().err


def test_outside_of_a_course_grading_says_where_to_go(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["grade", "03-size-and-context"]) == 2
    assert "is not inside a course" in capsys.readouterr().err


def test_listing_commands_imports_none_of_them():
    script = "import sys, scaling.__main__; print([m for m in sys.modules if 'nbgrader' in m])"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


WITHOUT_NBGRADER = """
import sys
sys.modules["nbgrader"] = None  # as where the extra "grading" is not installed
from scaling.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("command", ["preflight", "grade", "demo-class"])
def test_without_nbgrader_a_command_says_how_to_install_it(command):
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_NBGRADER, command, "x"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "make grading" in done.stderr
    assert "nbgrader" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["--help"], ["progress", "--help"], ["panels", "--help"]])
def test_what_a_learner_needs_works_without_nbgrader(arguments):
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_NBGRADER, *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "usage: python -m scaling" in done.stdout
