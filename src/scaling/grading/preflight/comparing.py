"""How one cell of a submission compares with one of the release.

Only yes or no: how much two cells are alike is a matter of ``matching.py``.
"""

from __future__ import annotations

from ..release import Release, SourceCell
from .cells import Cell


def plain(source: str) -> str:
    """Return a text without the white space that editors add or take away."""
    return "\n".join(line.rstrip() for line in source.strip().splitlines())


def is_stub(cell: Cell, known: SourceCell) -> bool:
    """Tell whether an answer is empty or still as it was released."""
    return plain(cell.source) in (plain(known.released), "")


def is_unchanged(cell: Cell, known: SourceCell) -> bool:
    """Tell whether a cell is as it was released, now or earlier, or as it is graded."""
    texts = (known.released, known.source, known.without_watch)
    return plain(cell.source) in map(plain, texts)


def is_strange(cell: Cell, release: Release) -> bool:
    """Tell whether a cell carries the mark of a question that this exercise does not have."""
    return bool(cell.grade_id) and all(cell.grade_id != known.grade_id for known in release.cells)
