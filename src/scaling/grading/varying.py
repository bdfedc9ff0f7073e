"""An exercise with data of one's own for each student: how it is released, and how it is graded.

``c.Vary.enabled = True`` in ``nbgrader_config_local.py`` lets `nbgrader generate_assignment` add
cells to an exercise: one for the student's token, and others that say which data are the student's
(``checking/variants.py``). No cell that was there is changed. The grader takes no word of the
notebook for it: it knows the token of whoever handed it in.
"""

from __future__ import annotations

import contextlib
import importlib
import re
from collections.abc import Iterable, Iterator
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool

from scaling.checking import function
from scaling.checking.variants import Variants, read_token
from scaling.wording import listed

from .preflight.findings import Finding, Kind, printable
from .release import ADDED, SCHEMA_VERSION, Release

_CHECKS = re.compile(r"^from (scaling\.[\w.]+) import checks as check$", re.MULTILINE)
_CHECK = re.compile(r"\bcheck\.(\w+)[.(]")
_TOKEN = re.compile(r"""\bmine\s*=.*?["']([^"'\n]*)["']""")
ASKED = """\
# Some questions have data of your own. Your instructor has sent you a
# token for them: put it between the quotes, and run this cell. Cells
# below name your numbers; take them.
mine = check.mine("{}")"""


class Vary(NbGraderPreprocessor):
    """A step of `nbgrader generate_assignment`: cells for data of one's own, if wanted."""

    enabled = Bool(False, help="Whether each student gets data of their own").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Add the cells to an exercise that has such data; leave any other as it is."""
        variants = variants_of(cell.source for cell in nb.cells)
        if variants is None:
            return nb, resources
        cells: list[NotebookNode] = []
        unknown = set(variants.cells)
        for cell in nb.cells:
            cells.append(cell)
            name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            module, _, rest = name.partition("-")
            if rest == "imports":
                cells.append(_cell(f"{module}-mine", ASKED.format(""), is_answer=True))
            if name in variants.cells:
                cells.append(_cell(f"{module}-mine-{rest}", variants.cells[name]))
                unknown.remove(name)
        if unknown:
            raise RuntimeError(f"This exercise has no cell {', '.join(sorted(unknown))}.")
        nb.cells = cells
        return nb, resources


def _cell(name: str, source: str, is_answer: bool = False) -> NotebookNode:
    marks = {
        "grade": False,
        "grade_id": name,
        "locked": not is_answer,
        "schema_version": SCHEMA_VERSION,
        "solution": is_answer,
        "task": False,
    }
    tags = ["raises-exception"]  # without a token all other questions can be worked on
    return new_code_cell(source, id=name, metadata={"nbgrader": marks, "tags": tags})


def variants_of(sources: Iterable[str]) -> Variants | None:
    """Return the numbers that vary in an exercise with these cells; None if there are none."""
    found = next(filter(None, map(_CHECKS.search, sources)), None)
    return getattr(importlib.import_module(f"{found[1]}.checks"), "mine", None) if found else None


def _place(release: Release) -> str:
    """Return the id of the cell for the token, or "" if all students have the usual data."""
    names = (cell.grade_id for cell in release.cells if cell.solution)
    return next(filter(ADDED.fullmatch, names), "")


def is_varied(release: Release) -> bool:
    """Tell whether a release has data of one's own."""
    return bool(_place(release))


def behind(name: str) -> str:
    """Return the id of the cell behind which an added cell stands; "" for any other."""
    found = ADDED.fullmatch(name)
    return f"{found[1]}-{found[2] or 'imports'}" if found else ""


def with_token(nb: NotebookNode, token: str) -> None:
    """Put a token into a released notebook."""
    for cell in nb.cells:
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("solution") and ADDED.fullmatch(marks["grade_id"]):
            cell.source = ASKED.format(token)


class Given:
    """The data of one student, of whom the grader knows the token.

    Parameters
    ----------
    release : Release
        One with data of one's own.
    token : str
        The student's.

    Raises
    ------
    ValueError
        If the exercise, as it is here, has no such data.
    """

    def __init__(self, release: Release, token: str):
        variants = variants_of(cell.source for cell in release.cells)
        if variants is None:
            raise ValueError(
                f"{release.notebook} was released with data of one's own, but this version of the "
                "course has none for it. Generate it anew, or install the version that it is of"
            )
        self.release, self.token, self.variants = release, token, variants
        self.doubt = ""

    @contextlib.contextmanager
    def in_use(self, nb: NotebookNode) -> Iterator[None]:
        """Let the checks take these data while it lasts, and a mended notebook begin with them."""
        self._put_into(nb)
        with self.variants.using(self.token):
            yield

    def _put_into(self, nb: NotebookNode) -> None:
        place = _place(self.release)
        for cell in nb.cells:
            if cell.metadata.get("nbgrader", {}).get("grade_id") == place:
                found = _TOKEN.search(cell.source)
                self.doubt = self._doubt(found[1] if found else "")
                named = ", ".join(
                    f"{name}={value!r}" for name, value in self.variants.values(self.token).items()
                )
                cell.source = (
                    "# The grader has put the data of this student here.\n"
                    f"from types import SimpleNamespace\n\nmine = SimpleNamespace({named})"
                )

    def _doubt(self, written: str) -> str:
        if read_token(written) == self.token:
            return ""
        if not written.strip():
            return "no token is in the notebook"
        return f"the notebook has the token {printable(written[:40])}, which is not this student's"

    @property
    def flags(self) -> list[str]:
        """What a person should look at."""
        graded = "it was graded with this student's own data"
        return [f"{self.doubt[0].upper()}{self.doubt[1:]}; {graded}."] if self.doubt else []

    @property
    def findings(self) -> list[Finding]:
        """Why an answer may have got nothing, by question, for the page of feedback."""
        if not self.doubt:
            return []
        checks = {check.name: check for check in self.variants.checks}
        numbers = self.variants.values(self.token)
        found = []
        for cell in self.release.cells:
            asked = _CHECK.search(cell.source) if cell.grade else None
            check = checks.get(asked[1]) if asked else None
            if check and check.varies and not isinstance(check, function):  # its cases are all's
                yours = listed([f"{name} = {numbers[name]}" for name in check.varies.names])
                text = (
                    f"This answer was compared with your own data ({yours}), but "
                    f"{self.doubt_told}. If you do not know why, write to your instructor."
                )
                found.append(Finding(Kind.FLAGGED, cell.grade_id, text, explains=True))
        return found

    @property
    def doubt_told(self) -> str:
        """The doubt, to the student."""
        return self.doubt.replace("this student's", "yours").replace(
            "the notebook", "your notebook"
        )
