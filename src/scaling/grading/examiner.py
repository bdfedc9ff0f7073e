"""The examiner: runs the test cells of an exercise away from the student's code.

A test cell, such as ``check.pairs(pairs)``, uses names of two sorts. Some are made by the
exercise's own locked cells (``check``); these cells run here, as they were released. All others
are answers: they are fetched as data from the student's kernel (``carry.py``) each time. So no
code of a student's can change a check, an assertion or the score.

Two things follow for authors of test cells: an answer has to be data, or a function of data;
and a test cell may not rely on what another test cell made.
"""

from __future__ import annotations

import builtins
import contextlib
import io
import math
import numbers
import traceback
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from nbformat.v4 import new_output

from scaling.checking import NotDone

from . import source
from .carry import GivenUp, NotCarried
from .release import Release, SourceCell

LONGEST_ERROR = 10_000  # characters
Fetch = Callable[[list[str]], dict[str, Any]]


@dataclass(frozen=True)
class Verdict:
    """The result of a test cell.

    Attributes
    ----------
    points : float
        0 unless the cell ran to its end.
    outputs : list of nbformat outputs
        What it printed, and the hint or error it ended with.
    doubt : str
        Why a person should look, or "".
    """

    points: float
    outputs: list
    doubt: str = ""


class Examiner:
    """Runs the test cells of one exercise; keeps nothing of one student for the next."""

    def __init__(self, release: Release):
        self._cells = [cell for cell in release.cells if cell.cell_type == "code"]
        self._exercise_namespace: dict[str, Any] | None = None

    def examine(self, cell: SourceCell, fetch: Fetch) -> Verdict:
        """Run one test cell.

        Parameters
        ----------
        cell : SourceCell
            As it was released, with hidden tests.
        fetch : callable
            Takes names, returns those values that exist in the student's kernel.
        """
        tree = source.parse(cell.source)
        own = self._made_by_the_exercise()
        wanted = sorted(source.free(tree) - set(own) - set(vars(builtins)))
        printed = io.StringIO()
        try:
            answers = fetch(wanted)
            with contextlib.redirect_stdout(printed), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                value = source.run(tree, {**own, **answers})
            points, doubt = _points(value, cell.points)
            error: Exception | None = None
        except NotCarried as problem:
            names = ", ".join(wanted)
            error = NotDone(names, f"could not be read: {problem}")
            points, doubt = 0.0, f"The answer {names} could not be read: {problem}."
        except GivenUp:
            raise
        except Exception as problem:  # A test that fails may raise any exception.
            error = _as_not_done(problem, wanted)
            points, doubt = 0.0, ""
        outputs = []
        if printed.getvalue():
            outputs.append(new_output("stream", name="stdout", text=printed.getvalue()))
        if error is not None:
            outputs.append(_as_output(error))
        return Verdict(points, outputs, doubt)

    def import_all(self) -> None:
        """Import what the checks need, so that processes forked from this one have it.

        Where that fails it does so once more for each submission, whose record then says why.
        """
        with contextlib.suppress(Exception):
            self._made_by_the_exercise()

    def _made_by_the_exercise(self) -> dict[str, Any]:
        """Run the locked cells that make what test cells need; return what they made."""
        if self._exercise_namespace is None:
            self._exercise_namespace = {"__name__": "__main__"}
            locked = [cell for cell in self._cells if cell.locked and not cell.grade]
            used: set[str] = set()
            for cell in self._cells:
                if cell.grade and not cell.solution:
                    used |= source.free(source.parse(cell.source))
            for cell in _needed(locked, used):
                with contextlib.redirect_stdout(io.StringIO()):
                    source.run(source.parse(cell.source), self._exercise_namespace)
        return self._exercise_namespace


def _needed(cells: list[SourceCell], used: set[str]) -> list[SourceCell]:
    """Return those cells that make one of the names, and those that these need in turn.

    A locked cell that works with a student's answer is not among them: what it makes is an answer,
    too, and comes from the student's kernel.
    """
    by_themselves, made = [], set(vars(builtins))
    for cell in cells:
        tree = source.parse(cell.source)
        if source.free(tree) <= made:
            by_themselves.append(cell)
            made |= source.bound(tree)
    needed: list[SourceCell] = []
    for cell in reversed(by_themselves):
        tree = source.parse(cell.source)
        if source.bound(tree) & used:
            used = used | source.free(tree)
            needed.insert(0, cell)
    return needed


def _points(value: Any, most: float) -> tuple[float, str]:
    """Return the points for a cell that ran to its end: all, or the part that it evaluates to."""
    if value is None:
        return most, ""
    number = isinstance(value, numbers.Real) and not isinstance(value, bool | np.bool_)
    if not number or not math.isfinite(value) or not 0 <= value <= most:
        return 0.0, f"The test cell gives {value!r:.60}, which is no score from 0 to {most:g}."
    return float(value), ""


def _as_not_done(problem: Exception, wanted: Iterable[str]) -> Exception:
    """Return `NotDone` for an answer that does not exist, and any other exception unchanged."""
    if isinstance(problem, NameError) and problem.name and problem.name in wanted:
        return NotDone(problem.name, "does not exist yet. Run its answer cell first")
    return problem


def _as_output(error: Exception) -> dict[str, Any]:
    """Return an error as a notebook shows it: a hint in one line, another with its place."""
    if hasattr(error, "_render_traceback_"):
        lines = error._render_traceback_()
    else:
        lines = traceback.format_exception_only(error)
    # A hint may quote an answer, which may be very long.
    lines = "\n".join(lines).rstrip()[:LONGEST_ERROR].splitlines()
    said = str(error)[:LONGEST_ERROR]
    return new_output("error", ename=type(error).__name__, evalue=said, traceback=lines)
