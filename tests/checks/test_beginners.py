"""A hundred beginners' answers: nine hints in ten name the mistake, and none points elsewhere."""

import io
import re
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import nbformat
import pytest
from beginners import ANSWERS
from shells import new_shell

from scaling.checking import watch, watching

ROOT = Path(__file__).parents[2]
LEAST = 0.9  # of the hints name the mistake


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What the check says to each answer, after all other questions have been answered."""
    patch, hints = pytest.MonkeyPatch(), []
    patch.setenv("SCALING_PREDICTIONS", str(tmp_path_factory.mktemp("own") / "predictions.json"))
    patch.setattr(watching, "_watch", None)
    for number in sorted({answer[0] for answer in ANSWERS}):
        file, *_ = sorted(ROOT.glob(f"solutions/0{number}-*/*.ipynb"))
        code = [cell for cell in nbformat.read(file, 4).cells if cell.cell_type == "code"]
        shell = new_shell()
        watch(shell)
        for cell in code:
            if not cell.metadata.nbgrader.grade and "still(" not in cell.source:
                run(shell, cell.id, cell.source)
        for exercise, name, typed, _ in ANSWERS:
            if exercise == number:
                cell_id = f"m{number}-{name.replace('_', '-')}"
                run(shell, "own", f"del {name}")
                shown = run(shell, f"{cell_id}-answer", typed)
                hints.append(run(shell, cell_id, f"check.{name}({name})"))
                right = next(cell.source for cell in code if cell.id == f"{cell_id}-answer")
                for lost in re.findall(r"Careful: (\w+)", shown):
                    made = next(cell for cell in code if re.search(rf"def {lost}\(", cell.source))
                    run(shell, made.id, made.source)
                run(shell, f"{cell_id}-answer", right)
    patch.undo()
    return hints


def run(shell, cell_id, source):
    shown = io.StringIO()
    with redirect_stdout(shown), redirect_stderr(io.StringIO()):
        shell.run_cell(source, store_history=True, cell_id=cell_id)
    return shown.getvalue()


def test_there_are_a_hundred_over_all_exercises():
    assert len(ANSWERS) == 100
    assert set(Counter(exercise for exercise, *_ in ANSWERS)) == {1, 2, 3, 4, 5, 6}


@pytest.mark.slow
def test_nine_hints_in_ten_name_the_mistake(said):
    named = [bool(re.search(words, hint)) for hint, (*_, words) in zip(said, ANSWERS, strict=True)]
    others = [
        f"{typed!r} got: {hint.strip()}"
        for hint, (_, _, typed, _), is_named in zip(said, ANSWERS, named, strict=True)
        if not is_named
    ]
    assert sum(named) >= LEAST * len(named), "\n".join(others)


@pytest.mark.slow
def test_nobody_who_ran_an_answer_cell_is_told_to_run_it(said):
    assert [hint for hint in said if "Run its answer cell first" in hint] == []
