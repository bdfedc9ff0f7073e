"""Where words stand: lessons, exercises, what explorables ask and what checks say.

A page is named ``"3 lesson"``, ``"3 understand"`` or ``"3 exercise"`` by the number of its file, by
its explorable (``"ties"``) or by its checks (``"size_context.checks"``).
"""

import importlib
import re
from functools import cache
from pathlib import Path

import nbformat

from scaling import style
from scaling.explorable import all_explorables

ROOT = Path(__file__).parents[3]


def _kind(path):
    if path.parent.name == "course":
        return "lesson"
    return "understand" if path.parent.name.endswith("-understand") else "exercise"


NOTEBOOKS = {
    f"{path.name.split('-')[0].removeprefix('0')} {_kind(path)}": path
    for pattern in ("course/[0-9]*.ipynb", "solutions/[0-9]*/*.ipynb")
    for path in sorted(ROOT.glob(pattern))
}
BOUND = r"(?:below|from|at|above|is|of|by) [012]\b(?!\.\d)"  # in a check: "above 0", "at 1"


def STATED():  # noqa: N802 - it is used like a constant, in the place of what a row rests on
    """Say that words only state something: a task, a definition, Python, an option, a date.

    They claim nothing about data or a model. Only their wording and place are looked up, and
    ``test_rows_that_only_state_something_are_counted`` counts them.
    """
    return True


@cache
def explorables():
    """Every explorable of the course, by the name of its file."""
    return {key.split(".")[1]: explorable for key, explorable in all_explorables().items()}


def checks():
    """Every module of checks, as its page is named."""
    return [f"{path.parent.name}.checks" for path in sorted(ROOT.glob("src/scaling/*/checks.py"))]


def pages():
    """All pages whose numbers are looked up.

    Those of Understand are laid down by its questions; ``test_understand.py`` compares them with
    what the checks count with.
    """
    notebooks = [where for where in NOTEBOOKS if not where.endswith("understand")]
    return [*notebooks, *explorables(), *checks()]


@cache
def notebook(where):
    return nbformat.read(NOTEBOOKS[where], as_version=4)


@cache
def code():
    """Every code cell of the notebooks, as (page, source)."""
    return {
        (where, cell.source)
        for where in NOTEBOOKS
        for cell in notebook(where).cells
        if cell.cell_type == "code"
    }


@cache
def text(where):
    if where in NOTEBOOKS:
        parts = [cell.source for cell in notebook(where).cells if cell.cell_type == "markdown"]
    elif where in explorables():
        explorable = explorables()[where]
        ask, labels = explorable.ask, [control.label for control in explorable.controls]
        tasks = [task.text for task in explorable.tasks]
        parts = [ask.text, ask.because, ask.otherwise, *labels, *tasks, explorable.limits]
    else:
        module = importlib.import_module(f"scaling.{where}")
        found = [value for value in vars(module).values() if hasattr(value, "slips")]
        parts = [part for check in found for part in (check.meaning, *check.slips)]
    return re.sub(r"\s+", " ", "\n\n".join(parts)).replace("\N{NO-BREAK SPACE}", " ")


# ---------------------------------------------------------------- how prose says a number


def share(value, digits=0):
    return style.percent(value, digits).replace("\N{NO-BREAK SPACE}", " ")


def slider(module, name):
    return next(control for control in module.explorable.controls if control.name == name)


def words_for(count):
    return {2: "two", 7: "seven", 8: "eight", 13: "thirteen", 24: "Twenty-four"}[count]
