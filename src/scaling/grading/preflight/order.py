"""The cells of the release in the order of the release, each with the learner's own around it.

As few cells as possible count as moved. What the cells hold is changed nowhere here.
"""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Iterator

from ..release import Release, SourceCell
from .cells import Cell
from .findings import Kind, Report, called, sentence
from .names import asked_for, given_names, names_in

# It holds a cell of the release, one of the submission, or both where they belong together.
Placed = tuple[SourceCell | None, Cell | None]


def graded_or_own(known: SourceCell | None, cell: Cell | None) -> SourceCell | Cell:
    """Return the cell of the release, or where there is none the learner's own.

    Raises
    ------
    ValueError
        If there is neither; a place in a notebook holds at least one.
    """
    found = known or cell
    if found is None:
        raise ValueError("A place in a notebook holds a cell of the release, or one's own.")
    return found


def in_order(
    graded: dict[str, Cell | None], own: list[Cell], release: Release, report: Report
) -> list[Placed]:
    """Put the cells of the release into its order, each with the learner's own cells around it."""
    found = [(known, graded[known.grade_id]) for known in release.cells]
    present = [(known, cell.at) for known, cell in found if cell is not None]
    steady = _longest_rising([at for _, at in present])
    moved = {known.grade_id for i, (known, _) in enumerate(present) if i not in steady}
    for known, _ in present:
        if known.grade_id in moved:
            text = f"{sentence(called(known))} had been moved; it is in its place again."
            many = "{n} cells ({names}) had been moved; the exercise is in its order again."
            report.each(Kind.REPAIRED, known.grade_id, text, many)
    before, after = _companions(graded, own, release, moved)
    return list(_laid_out(graded, before, after, release))


def _longest_rising(values: list[float]) -> set[int]:
    """Return the positions of a longest rising run: the cells that need not be moved."""
    ends: list[float] = []
    ends_at: list[int] = []
    previous: dict[int, int | None] = {}
    for i, value in enumerate(values):
        place = bisect.bisect_left(ends, value)
        previous[i] = ends_at[place - 1] if place else None
        ends[place : place + 1] = [value]
        ends_at[place : place + 1] = [i]
    steady: set[int] = set()
    last = ends_at[-1] if ends_at else None
    while last is not None:
        steady.add(last)
        last = previous[last]
    return steady


def _companions(
    graded: dict[str, Cell | None], own: list[Cell], release: Release, moved: set[str]
) -> tuple[dict[str, list[Cell]], dict[str, list[Cell]]]:
    """Return which own cells go in front of, and which behind, each cell of the release.

    Own cells before everything are behind the empty name.
    """
    known = {graded[cell.grade_id]: cell for cell in release.cells}
    present = [cell for cell in graded.values() if cell is not None]
    before: dict[str, list[Cell]] = defaultdict(list)
    after: dict[str, list[Cell]] = defaultdict(list)
    waiting: list[Cell] = []
    anchor = ""
    for cell in sorted([*present, *own], key=lambda cell: cell.at):
        of_release = known.get(cell)
        if of_release is None:
            waiting.append(cell)
        elif of_release.grade_id not in moved:
            after[anchor] += waiting
            anchor, waiting = of_release.grade_id, []
        elif of_release.solution:
            before[of_release.grade_id], waiting = waiting, []
    after[anchor] += waiting
    return before, after


def _laid_out(
    graded: dict[str, Cell | None],
    before: dict[str, list[Cell]],
    after: dict[str, list[Cell]],
    release: Release,
) -> Iterator[Placed]:
    """Yield all cells in their final order."""
    given, waiting = given_names(release), after[""]
    for known in release.cells:
        if graded[known.grade_id] is not None:
            yield from ((None, cell) for cell in waiting)
            waiting = []
        elif known.grade and known.cell_type == "code":
            # A check that is put back comes behind the cells that make what it asks for.
            ready, waiting = _ready(waiting, asked_for(known, given))
            yield from ((None, cell) for cell in ready)
        yield from ((None, cell) for cell in before[known.grade_id])
        yield known, graded[known.grade_id]
        waiting = waiting + after[known.grade_id]
    yield from ((None, cell) for cell in waiting)


def _ready(waiting: list[Cell], wanted: set[str]) -> tuple[list[Cell], list[Cell]]:
    """Split own cells behind the last one that makes a wanted name."""
    last = max((i for i, cell in enumerate(waiting) if wanted & names_in(cell.source)), default=-1)
    return waiting[: last + 1], waiting[last + 1 :]
