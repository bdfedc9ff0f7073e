"""What an exercise looked like when it was released.

A submission is judged against this. How it is made with nbgrader is in ``releasing.py``; nothing
here needs nbgrader, so that the web edition can compare a learner's notebook as well.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scaling.notebook_file import checksum, joined

SETTINGS = "nbgrader_config.py"
SCHEMA_VERSION = 3  # of the metadata that nbgrader keeps in cells
# Cells for data of one's own (varying.py), which an exercise has where an instructor wants that.
ADDED = re.compile(r"(m\d)-mine(?:-([a-z0-9-]+))?")
_WATCH = re.compile(
    r"\n*^checking\.watch\(\).*$|^from scaling import checking\n|\bchecking, ", re.MULTILINE
)


@dataclass(frozen=True)
class SourceCell:
    """One cell that nbgrader knows, as it was released.

    Attributes
    ----------
    grade_id : str
        Its name, unique in the notebook.
    cell_type : str
        ``"code"`` or ``"markdown"``.
    source : str
        As graded: with hidden tests and mark scheme.
    released : str
        As the student received it: without them.
    grade, solution, locked, task : bool
        nbgrader's flags. A cell that is graded and not written in by the student is always locked.
    points : float
        What a graded cell or a task is worth; 0 for all others.
    checksum : str
        nbgrader's checksum of ``source``, 32 hexadecimal digits.
    """

    grade_id: str
    cell_type: str
    source: str
    released: str
    grade: bool
    solution: bool
    locked: bool
    task: bool
    points: float
    checksum: str

    @property
    def marks(self) -> dict:
        """The metadata that nbgrader keeps in this cell, in its newest schema."""
        marks = {
            "schema_version": SCHEMA_VERSION,
            "grade": self.grade,
            "grade_id": self.grade_id,
            "locked": self.locked,
            "solution": self.solution,
            "task": self.task,
            "checksum": self.checksum,
            "cell_type": self.cell_type,
        }
        return marks | ({"points": self.points} if self.grade or self.task else {})

    @property
    def released_checksum(self) -> str:
        """The checksum that the student's copy carries: of the cell without hidden tests."""
        return _checksum(self, self.released)

    @property
    def without_watch(self) -> str:
        """The text in copies that were released before the first cell called ``checking.watch``."""
        return _WATCH.sub("", self.released)

    @property
    def checksum_without_watch(self) -> str:
        """The checksum that such a copy carries."""
        return _checksum(self, self.without_watch)


@dataclass(frozen=True)
class Release:
    """One notebook of an assignment, as it was released.

    Attributes
    ----------
    assignment, notebook : str
        The assignment's name, and the notebook's file name without its ending.
    cells : tuple of SourceCell
        All cells that nbgrader knows, in the order of the notebook.
    kernelspec : dict or None
        The kernel it runs in; None where the solution names none.
    folder : pathlib.Path or None
        Where the exercise's own files are. A checksum of the release does not depend on it.
    """

    assignment: str
    notebook: str
    cells: tuple[SourceCell, ...]
    kernelspec: dict | None
    folder: Path | None = field(default=None, repr=False, compare=False)

    @classmethod
    def from_released(cls, nb: Mapping[str, Any], assignment: str, notebook: str) -> Release:
        """Read a release from the notebook that students get, which holds no hidden tests.

        Parameters
        ----------
        nb : mapping
            The notebook as parsed JSON, as nbgrader generated it.
        assignment, notebook : str
            Its folder, and its file name without the ending.
        """
        cells = (_from_released(cell) for cell in nb["cells"] if "nbgrader" in cell["metadata"])
        kernelspec = dict(nb["metadata"].get("kernelspec", {})) or None
        return cls(assignment, notebook, tuple(cells), kernelspec)


def _from_released(cell: Mapping[str, Any]) -> SourceCell:
    marks, source = cell["metadata"]["nbgrader"], joined(cell["source"]) or ""
    grade, solution, task = (bool(marks.get(flag)) for flag in ("grade", "solution", "task"))
    return SourceCell(
        grade_id=marks["grade_id"],
        cell_type=cell["cell_type"],
        source=source,
        released=source,
        grade=grade,
        solution=solution,
        locked=not solution and (grade or bool(marks.get("locked"))),
        task=task,
        points=float(marks["points"]) if grade or task else 0.0,
        checksum=marks["checksum"],
    )


@functools.lru_cache(maxsize=2000)
def _checksum(cell: SourceCell, source: str) -> str:
    return checksum(source, cell.cell_type, cell.marks)
