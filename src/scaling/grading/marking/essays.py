"""What a learner wrote for a question that a person marks, read from the graded notebook."""

from __future__ import annotations

import functools
import hashlib
import json
import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nbconvert.filters import strip_ansi

from scaling.grading import clean
from scaling.notebook_file import joined

from . import asking
from .figures import Figure, figures, in_words

STUB = "write your answer here."
MOST_OUTPUT = 50_000  # characters of one output in which numbers are looked for


@dataclass(frozen=True)
class Essay:
    """An answer, ready for a page.

    Attributes
    ----------
    html : markupsafe.Markup
        What was written, cleaned; empty where nothing was.
    words : int
    figures : list of Figure
    in_words : list of str
        Numbers that are spelt out.
    elsewhere : markupsafe.Markup
        Text that the learner added in other places of the notebook, cleaned.
    request : str
        What the learner asks about the mark of this question, or "".
    digest : str
        Of what was written: another one means that it has changed.
    """

    html: Markup
    words: int
    figures: list[Figure]
    in_words: list[str]
    elsewhere: Markup
    request: str
    digest: str


def cells_in(file: Path) -> list[dict[str, Any]]:
    """Return the cells of a graded notebook.

    Raises
    ------
    OSError
        If it cannot be read.
    ValueError
        If it is no notebook.
    """
    about = file.stat()
    return _cells_in(file, about.st_mtime_ns, about.st_size)


@functools.lru_cache(maxsize=64)
def _cells_in(file: Path, _changed: int, _size: int) -> list[dict[str, Any]]:
    cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
    for cell in cells:
        cell["source"] = joined(cell["source"]) or ""
    return cells


def own(cell: dict[str, Any]) -> dict[str, Any]:
    """Return what nbgrader keeps in a cell; empty for a cell that the learner added."""
    return cell["metadata"].get("nbgrader") or {}


def is_given(cell: dict[str, Any]) -> bool:
    """Return whether the exercise's author wrote a cell, and grading has put it back."""
    marks = own(cell)
    return bool(marks) and not marks.get("solution")


def answer_cells(cells: list[dict[str, Any]], question: str) -> list[dict[str, Any]]:
    """Return the cells in which a question is answered: its own, or those that follow a task."""
    at = next((at for at, cell in enumerate(cells) if own(cell).get("grade_id") == question), None)
    if at is None:
        return []
    if own(cells[at]).get("solution"):
        return [cells[at]]
    found = []
    for cell in cells[at + 1 :]:
        if is_given(cell):
            break
        found.append(cell)
    return found


def read(file: Path, question: str) -> Essay:
    """Read the answer to one question of a graded notebook.

    Raises
    ------
    OSError, ValueError
        If the notebook cannot be read.
    """
    cells = cells_in(file)
    answer = answer_cells(cells, question)
    written = [cell for cell in answer if not _is_stub(cell)]
    text = "\n\n".join(asking.without(cell["source"]) for cell in written).strip()
    others = [cell for cell in cells if not any(cell is one for one in answer)]
    added = [cell for cell in others if not own(cell) and cell["cell_type"] != "code"]
    asked = [asking.asked(cell["source"]) for cell in answer]
    digest = hashlib.sha256("\0".join(cell["source"] for cell in answer).encode(errors="replace"))
    return Essay(
        html=Markup().join(_html(cell) for cell in written) if text else Markup(),
        words=len(re.findall(r"[^\W_]+(?:[-’'.,][^\W_]+)*", text)),
        figures=figures(text, *_known(others)),
        in_words=in_words(text),
        elsewhere=Markup().join(_html(cell) for cell in added if not _is_stub(cell)),
        request="\n".join(one for one in asked if one),
        digest=digest.hexdigest()[:32],
    )


def _is_stub(cell: dict[str, Any]) -> bool:
    return cell["source"].strip().strip("*_").strip().lower() in ("", STUB)


def _html(cell: dict[str, Any]) -> Markup:
    """Return a cell as HTML in which nothing runs; cleaning is the last step."""
    source = asking.without(cell["source"])
    if cell["cell_type"] == "code":
        return Markup(clean.code(source))
    if cell["cell_type"] == "markdown":
        pictures = cell.get("attachments")
        return Markup(clean.render(source, pictures if isinstance(pictures, dict) else {}))
    return Markup(clean.as_typed(source))


def _known(cells: list[dict[str, Any]]) -> tuple[list[str], list[str]]:
    """Return the texts in which the learner's own numbers are, and those of the exercise."""
    mine, theirs = [], []
    for cell in cells:
        marks = own(cell)
        results = [_text(output) for output in cell.get("outputs", [])]
        if is_given(cell) and not marks.get("grade"):
            theirs += [cell["source"].partition("### BEGIN")[0], *results]
        elif is_given(cell):
            mine += results
        elif cell["cell_type"] == "code":
            mine += [cell["source"], *results]
    return mine, theirs


def _text(output: dict[str, Any]) -> str:
    table = output.get("data", {}).get("text/html", "")
    return f"{plain(output)} {unescape(re.sub(r'<[^>]*>', ' ', joined(table) or ''))}"[:MOST_OUTPUT]


def plain(output: dict[str, Any]) -> str:
    """Return what an output of a cell says as text, which still has to be cleaned."""
    said = (output.get("text"), output.get("data", {}).get("text/plain"))
    parts = [joined(part) or "" for part in said if part]
    return strip_ansi("\n".join([*parts, *map(str, output.get("traceback", []))]))
