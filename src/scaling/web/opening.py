"""A learner's notebook is taken back: its answers by cell, the learner's own cells, and remarks.

It may have been begun in JupyterLab and have been through VS Code, Colab or a mail. It is compared
with the exercise as the look before handing in does it (``grading/preflight``), in the same words.
"""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from scaling import notebook_file
from scaling.grading.preflight.cells import VALID_ID, Cell, cells_of
from scaling.grading.preflight.findings import CannotGradeError, Kind, Report
from scaling.grading.preflight.matching import plain
from scaling.grading.preflight.mending import Mended, mended_text
from scaling.grading.release import Release
from scaling.web import released

NOTHING_CHANGED = "Nothing here was changed."
PICTURES = ("image/png", "image/jpeg", "image/gif")  # that feedback shows (grading/clean.py)
ROOM_FOR_PICTURES = 750  # kB, of which base64 makes the 1,000,000 characters of web/js/notebook.js


def open_notebook(name: str, text: str, is_bytes: bool = False) -> dict[str, Any]:
    """Take the answers out of a notebook, however damaged it is.

    Parameters
    ----------
    name : str
        The exercise of the page, such as "03-size-and-context".
    text : str
        What is in the file.
    is_bytes : bool
        Whether each character of ``text`` stands for one byte, as the encoding is not known.

    Returns
    -------
    dict
        ``answers``: by cell id, the text of each answer that is not as it was released. ``own``:
        the learner's own cells in their order, each with ``after`` (the id of the cell of the
        release in front of it, or an empty text), ``id``, ``cell_type`` and ``source``, and with
        ``attachments`` where pictures were pasted into it. ``attachments``: those of answers, by
        cell id.
        ``findings``: what was mended and what to look at, each with its ``kind`` and a ``text``.
        ``refused``: why nothing was taken, or an empty text. ``other``: the ``title`` and the
        ``page`` of the exercise that it belongs to, where that is another one.

    Raises
    ------
    ValueError
        If the course has no exercise of this name.
    """
    exercise, report = _exercise(name), Report()
    taken, other = _Taken({}, [], {}), None
    with report.reasons("notebook"):
        if is_bytes:
            text = _decoded(text.encode("latin-1"), report)
        other = _other_exercise(text, exercise)
        if other is not None:
            raise CannotGradeError(
                f"This notebook belongs to another exercise, “{other.title}”, which has a page of "
                "its own."
            )
        taken = _taken(mended_text(text, exercise.release, report), exercise, report)
    findings = report.closed()
    reasons = [found.text for found in findings if found.kind is Kind.UNGRADED]
    return {
        "answers": taken.answers,
        "own": taken.own,
        "attachments": taken.attachments,
        "findings": [
            {"kind": found.kind.value, "text": found.text}
            for found in findings
            if found.kind is not Kind.UNGRADED
        ],
        "refused": " ".join([*reasons, NOTHING_CHANGED]) if reasons else "",
        "other": {"title": other.title, "page": other.page} if other else None,
    }


def _decoded(data: bytes, report: Report) -> str:
    try:
        text, remarks = notebook_file.text_in(data, "Your file")
    except ValueError as problem:
        raise CannotGradeError(str(problem)) from None
    for remark in remarks:
        report.add(Kind.REPAIRED, "notebook", remark)
    return text


# ---------------------------------------------------------------- the exercises of the course


@dataclass(frozen=True)
class _Exercise:
    """An exercise as students get it; ``cells`` are all its cells as JSON."""

    name: str
    title: str
    release: Release
    cells: list[dict[str, Any]]

    @property
    def page(self) -> str:
        return f"exercise-{self.name}.html"


@functools.cache
def _exercise(name: str) -> _Exercise:
    files = released.files()
    if name not in files:
        raise ValueError(f"This course has no exercise {name}; it has {', '.join(files)}.")
    file = files[name]
    nb = json.loads(file.read_text(encoding="utf-8"))
    cells = [one | {"source": notebook_file.joined(one["source"])} for one in nb["cells"]]
    title = cells[0]["source"].splitlines()[0].removeprefix("# ")
    return _Exercise(name, title, Release.from_released(nb, name, file.stem), cells)


def _other_exercise(text: str, exercise: _Exercise) -> _Exercise | None:
    """Return the other exercise that most cells are of, where hardly any are of this one."""
    try:
        cells = cells_of(notebook_file.notebook_in(text)[0])
    except ValueError:
        return None  # It is no notebook, which is told elsewhere.
    here = _fit(cells, exercise)
    if 5 * here >= len(exercise.release.cells):
        return None
    best = max((_exercise(name) for name in released.files()), key=lambda one: _fit(cells, one))
    return best if _fit(cells, best) > here else None


def _fit(cells: Iterable[Cell], exercise: _Exercise) -> int:
    """Count the cells that are of an exercise, by mark, id or text."""
    names = {one["id"] for one in exercise.cells}
    texts = {plain(one.released) for one in exercise.release.cells if one.locked}
    return sum(
        cell.grade_id in names or cell.cell_id in names or plain(cell.source) in texts
        for cell in cells
    )


# ---------------------------------------------------------------- what the page takes


@dataclass
class _Taken:
    answers: dict[str, str]
    own: list[dict[str, Any]]
    attachments: dict[str, dict[str, dict[str, str]]]


def _taken(mended: Mended, exercise: _Exercise, report: Report) -> _Taken:
    ids = {
        one["metadata"]["nbgrader"]["grade_id"]: one["id"]
        for one in exercise.cells
        if "nbgrader" in one["metadata"]
    }
    answers: dict[str, str] = {}
    texts: dict[str, Cell] = {}  # cells of answers into which pictures may have been pasted
    own: list[tuple[str, Cell]] = []
    after = ""
    for (known, cell), source in zip(mended.ordered, mended.sources, strict=True):
        if known is not None:
            after = ids[known.grade_id]
            if not known.locked and source != known.released:
                answers[after] = source
            if not known.locked and known.cell_type == "markdown" and cell is not None:
                texts[after] = cell
        elif cell is not None and cell.source.strip():
            own.append((after, cell))
    for place, one in enumerate(exercise.cells):
        if "nbgrader" not in one["metadata"]:
            found, own = _unmarked(one, exercise.cells[place - 1]["id"], own)
            if found is not None:
                texts[one["id"]] = found
                if found.source != one["source"]:
                    answers[one["id"]] = found.source
    attachments = {name: _pictures(cell) for name, cell in texts.items() if _pictures(cell)}
    taken = [*texts.values(), *(cell for _, cell in own if cell.cell_type != "code")]
    _tell_left_behind(mended, sum(len(_pictures(cell)) for cell in taken), report)
    return _Taken(answers, _with_ids(own, {one["id"] for one in exercise.cells}), attachments)


def _unmarked(
    one: dict[str, Any], before: str, own: list[tuple[str, Cell]]
) -> tuple[Cell | None, list[tuple[str, Cell]]]:
    """Find a cell of the exercise that nbgrader does not mark, such as the answer to a judgement.

    It is known by its id, else it is the first text behind the cell that it follows.

    Parameters
    ----------
    one : dict
        The cell, as it was released.
    before : str
        The id of the cell in front of it.
    own : list of (str, Cell)
        The cells that are not recognised, each with the id of the cell in front of it.

    Returns
    -------
    tuple
        The cell or None, and all others with the cells in front of them.
    """
    named = [cell for _, cell in own if cell.cell_id == one["id"]]
    written = [cell for cell in named if plain(cell.source) != plain(one["source"])]
    here = [cell for after, cell in own if after == before and cell.cell_type == one["cell_type"]]
    found = next(iter([*reversed(written), *named, *here]), None)
    if found is None:
        return None, own
    place = next(at for at, (_, cell) in enumerate(own) if cell is found)
    is_here = own[place][0] == before
    rest = [
        (one["id"] if is_here and at > place and after == before else after, cell)
        for at, (after, cell) in enumerate(own)
        if at != place
    ]
    return found, rest


def _with_ids(own: list[tuple[str, Cell]], used: set[str]) -> list[dict[str, Any]]:
    """Give every own cell an id that no other has: its own where it can be kept."""
    new = (f"own-{n}" for n in itertools.count(1))
    found = []
    for after, cell in own:
        name = cell.cell_id
        if name in used or not VALID_ID.fullmatch(name):
            name = next(one for one in new if one not in used)
        used.add(name)
        one: dict[str, Any] = {"after": after, "id": name, "cell_type": cell.cell_type}
        one["source"] = cell.source
        if cell.cell_type != "code" and (pictures := _pictures(cell)):
            one["attachments"] = pictures
        found.append(one)
    return found


def _pictures(cell: Cell) -> dict[str, dict[str, str]]:
    """Return what was pasted into a text and can be shown, by name: base64 by kind."""
    found = {
        name: {
            kind: notebook_file.joined(data) or ""
            for kind, data in bundle.items()
            if kind in PICTURES
        }
        for name, bundle in cell.attachments.items()
    }
    return {name: bundle for name, bundle in found.items() if bundle}


def _tell_left_behind(mended: Mended, taken: int, report: Report) -> None:
    """Flag pictures that are too large, of another kind, or not in a text of the learner's."""
    all_ = sum(len(cell.attachments) for _, cell in mended.ordered if cell is not None)
    if number := all_ - taken:
        what = "A picture that was" if number == 1 else f"{number} pictures that were"
        text = (
            f"{what} pasted into a text cell cannot be taken over: a page keeps PNG, JPEG and GIF "
            f"pictures in texts of your own, {ROOM_FOR_PICTURES} kB in all. Keep your file."
        )
        report.add(Kind.FLAGGED, "notebook", text)
