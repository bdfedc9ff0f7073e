"""From the text of a notebook to the cells that can be graded, step by step.

The steps are in files of their own: ``reading.py``, ``cells.py``, ``damage.py``, ``matching.py``,
``copies.py``, ``putting_back.py``, ``order.py``, ``scanning.py``. Here are their order, and what
needs all of them. None needs nbformat: the web edition opens notebooks in this way too.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..release import Release, SourceCell
from .cells import Cell, cells_of
from .copies import chosen_of, copies_kept
from .damage import tell_damage, tell_kernel
from .elsewhere import tell_elsewhere
from .findings import Kind, Report, called, sentence
from .matching import is_stub, recognise
from .names import answer_names, names_in
from .order import Placed, graded_or_own, in_order
from .putting_back import put_back, tell_marks, tell_strange_marks
from .reading import notebook_in
from .scanning import tell_suspicious

FOUND_ELSEWHERE = "# This answer cell was missing; its answer was found in another cell."


@dataclass(frozen=True)
class Mended:
    """Every cell of the release once, and all that the learner wrote.

    Attributes
    ----------
    ordered : list of Placed
        The cells in their order.
    sources : list of str
        The text of each, as it is graded.
    """

    ordered: list[Placed]
    sources: list[str]


def mended_text(text: str, release: Release, report: Report) -> Mended:
    """Mend the text of a notebook's file.

    Raises
    ------
    CannotGradeError
        If it is no notebook, or not this one.
    """
    data = notebook_in(text, report)
    cells = cells_of(data)
    tell_damage(data, report)
    tell_kernel(data, release, report)
    return mended(cells, release, report)


def mended(cells: list[Cell], release: Release, report: Report) -> Mended:
    """Mend the cells of a notebook."""
    matches = recognise(cells, release)
    graded: dict[str, Cell | None] = {}
    kept: list[Cell] = matches.free(cells)
    for known in release.cells:
        copies = sorted(matches.found.get(known.grade_id, []), key=lambda cell: cell.at)
        graded[known.grade_id] = chosen = chosen_of(copies, known)
        kept += copies_kept(copies, chosen, known, report)
        if chosen is None:
            _tell_missing(known, report)
        else:
            tell_marks(chosen, known, known.grade_id in matches.lost, report)
            kept += put_back(chosen, known, report)
    own = sorted(kept, key=lambda cell: cell.at)
    tell_strange_marks(own, release, report)
    ordered = in_order(graded, own, release, report)
    tell_suspicious(ordered, release, report)
    _tell_unanswered(graded, release, report)
    _tell_undone(ordered, release, report)
    tell_elsewhere(ordered, release, report)
    answers, made = answer_names(release), _made_names(graded, own, release)
    return Mended(ordered, [_source(known, cell, answers, made) for known, cell in ordered])


def _source(
    known: SourceCell | None, cell: Cell | None, answers: dict[str, set[str]], made: set[str]
) -> str:
    if known is None:
        return graded_or_own(known, cell).source
    if known.locked:
        return known.source
    if cell is not None:
        return cell.source
    # A stub that defines a function would hide the learner's own from another cell.
    found = answers.get(known.grade_id, set()) & made
    return FOUND_ELSEWHERE if found and known.cell_type == "code" else known.released


def _tell_missing(known: SourceCell, report: Report) -> None:
    text = f"{sentence(called(known))} was missing; it was put back as it was released."
    many = "{n} cells of the exercise ({names}) were missing; they were put back as released."
    report.each(Kind.REPAIRED, known.grade_id, text, many)


def _tell_unanswered(graded: dict[str, Cell | None], release: Release, report: Report) -> None:
    """Note the answers that are still as they were released: a help for the learner."""
    blank = [
        known.grade_id
        for known in release.cells
        if known.solution and (cell := graded[known.grade_id]) and is_stub(cell, known)
    ]
    if blank:
        text = f"Not answered so far: {', '.join(blank)}."
        report.add(Kind.NOTE, "notebook", text)


def _tell_undone(ordered: list[Placed], release: Release, report: Report) -> None:
    """Flag an answer in another cell that an untouched answer cell, further down, undoes."""
    answers = answer_names(release)
    made: set[str] = set()
    for known, cell in ordered:
        if cell is None or (known or cell).cell_type != "code":
            continue
        names = names_in(cell.source)
        undone = names & made & answers.get(known.grade_id, set()) if known else set()
        if known and undone and known.solution and is_stub(cell, known):
            text = (
                f"{sentence(' and '.join(sorted(undone)))} is made in another cell, and the "
                f"untouched {known.grade_id} below undoes it; the answer belongs in that cell."
            )
            report.explain(known.grade_id, text)
        made |= names


def _made_names(graded: dict[str, Cell | None], own: list[Cell], release: Release) -> set[str]:
    """Return the names that the learner's code makes, in own cells and in answers begun."""
    code = [cell for cell in own if cell.cell_type == "code"]
    for known in release.cells:
        cell = graded[known.grade_id]
        is_answer = known.solution and known.cell_type == "code"
        if is_answer and cell is not None and not is_stub(cell, known):
            code.append(cell)
    return set().union(*(names_in(cell.source) for cell in code))
