"""What works where a learner wrote it and not where it is graded, told before it is run.

An answer below its check, a question put to the person at the keyboard, a name that only an earlier
session knew, a file or a library that was not handed in. Nothing is run here, so what ``exec``
makes is not seen.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from ..release import ADDED, Release
from ..source import free
from .beside import is_importable
from .findings import Report
from .matching import is_stub
from .names import answer_names, asked_for, given_names, names_in, parsed
from .order import Placed

_READERS = {"open", "read_csv", "read_excel", "read_json", "loadtxt", "genfromtxt", "read_table"}


def tell_elsewhere(ordered: list[Placed], release: Release, report: Report) -> None:
    """Flag what a check or a cell needs and finds only in the learner's own session."""
    _tell_below_check(ordered, release, report)
    made = given_names(release) | {"get_ipython", "display", "In", "Out", "_", "__"}
    code = [cell for _, cell in ordered if cell is not None and cell.cell_type == "code"]
    all_made = made.union(*(names_in(cell.source) for cell in code))
    above: set[str] = set(made)
    for known, cell in ordered:
        if cell is None or cell.cell_type != "code" or (known and known.locked):
            continue
        if known and is_stub(cell, known):
            above |= names_in(cell.source) if ADDED.fullmatch(known.grade_id) else set()
            continue
        tree = parsed(cell.source)
        where = known.grade_id if known else "a cell of one's own"
        if tree is not None:
            if known and _asks(tree):
                text = f"{where} waits for input(), which is not there in grading: write the value."
                report.explain(where, text)
            later = sorted((_used_at_once(tree) & all_made) - above - names_in(cell.source))
            if later:
                text = f"{where} uses {', '.join(later[:4])}, which is made only further down."
                report.explain(where, text)
        above |= names_in(cell.source)


def _tell_below_check(ordered: list[Placed], release: Release, report: Report) -> None:
    answers, given = answer_names(release), given_names(release)
    above: set[str] = set()
    waiting: dict[str, str] = {}  # By name: the check that did not find it.
    for known, cell in ordered:
        if known and known.grade and not known.solution and known.cell_type == "code":
            for name in asked_for(known, given) - above:
                waiting.setdefault(name, known.grade_id)
        if cell is None or cell.cell_type != "code" or (known and is_stub(cell, known)):
            continue
        made = names_in(cell.source)
        for name in sorted(made & waiting.keys()):
            if not known or name not in answers.get(known.grade_id, set()):
                check = waiting.pop(name)
                text = (
                    f"{name} is made below {check}, the check that asks for it, which does not see "
                    "it; the answer belongs above its check."
                )
                report.explain(check, text)
        above |= made


def _asks(tree: ast.AST) -> bool:
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "input"
        for node in ast.walk(tree)
    )


def _used_at_once(tree: ast.Module) -> set[str]:
    """Return the names that code needs when it runs, which those in its functions are not."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    at_once = [part for part in tree.body if not isinstance(part, kinds)]
    try:
        return free(ast.Module(at_once, []))
    except RecursionError:
        return set()


def not_handed_in(source: str, folders: list[Path]) -> Iterator[str]:
    """Yield what a piece of code reads or imports that is neither beside it nor installed.

    Parameters
    ----------
    source : str
    folders : list of pathlib.Path
        Where files beside the notebook are, the learner's and the exercise's own.
    """
    tree = parsed(source)
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or ""]
        else:
            names = []
        for name in names:
            top = name.split(".")[0]
            files = (f"{top}.py", top)
            if top and not is_importable(top) and not _is_beside(files, folders):
                yield f"the module {top}"
        if isinstance(node, ast.Call) and _called(node.func) in _READERS and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                name = first.value
                writes = len(node.args) > 1 and _called(node.func) == "open"
                is_url = "://" in name
                if not writes and not is_url and not _is_beside((name,), folders):
                    yield f"the file {name[:60]}"
                elif is_url:
                    yield f"the network, for {name[:60]}"


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _is_beside(names: tuple[str, ...], folders: list[Path]) -> bool:
    try:
        return any((folder / name).exists() for folder in folders for name in names)
    except (OSError, ValueError):  # A name that no file can have.
        return False
