"""Several copies of one cell: one is graded, and what the others hold is kept.

Copies are recognised in ``matching.py``; the place of a kept one is decided in ``order.py``.
"""

from __future__ import annotations

from ..release import SourceCell
from .cells import Cell
from .findings import Kind, Report, called, sentence
from .matching import is_stub, is_unchanged, plain


def chosen_of(copies: list[Cell], known: SourceCell) -> Cell | None:
    """Choose which of several copies is graded: the last answer written, the first true lock."""
    if not copies:
        return None
    if known.solution:
        return next((cell for cell in reversed(copies) if not is_stub(cell, known)), copies[-1])
    return next((cell for cell in copies if is_unchanged(cell, known)), copies[0])


def copies_kept(
    copies: list[Cell], chosen: Cell | None, known: SourceCell, report: Report
) -> list[Cell]:
    """Return the copies that hold something of the learner's, as cells of their own."""
    others = [cell for cell in copies if cell is not chosen]
    if not others:
        return []
    is_nothing_new = is_stub if known.solution else is_unchanged
    kept = [cell for cell in others if not is_nothing_new(cell, known)]
    there = plain(chosen.source) if chosen else None
    different = [cell for cell in kept if plain(cell.source) != there]
    by_hand = known.task or (known.solution and known.grade)
    if by_hand and known.solution:
        kept = different
    others_are = (
        "and what the others hold is kept beside it" if kept else "the copies were left out"
    )
    text = f"{sentence(called(known))} was there {len(copies)} times; one is graded, {others_are}."
    many = "{n} cells ({names}) were there more than once; one of each is graded."
    report.each(Kind.REPAIRED, known.grade_id, text, many)
    if by_hand and different:
        text = f"The copies of {known.grade_id} differ; read all of them before marking."
        report.add(Kind.FLAGGED, known.grade_id, text)
    return kept
