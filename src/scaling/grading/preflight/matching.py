"""Which cell of a submission is which of the release: by mark, id, text, names and place.

Every cell is given to one cell of the release at most, and no cell is changed. Which of several
copies counts is decided in ``copies.py``. The last part compares one cell with one of the release.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from ..release import Release, SourceCell
from .cells import Cell
from .findings import FEW, CannotGradeError
from .names import answer_names, names_in

MOST_COMPARED = 200  # cells for each cell of the release
LONGEST_COMPARED = 2_000  # characters
ALIKE = 90  # per cent of a text
MANY_NAMES = 4


@dataclass
class Matches:
    """Which cells of the submission are which of the release.

    ``found`` maps grade ids to cells, several where there are copies; ``lost`` holds the grade ids
    that were recognised by something else than nbgrader's mark.
    """

    found: dict[str, list[Cell]] = field(default_factory=lambda: defaultdict(list))
    lost: set[str] = field(default_factory=set)
    taken: set[Cell] = field(default_factory=set)

    def take(self, grade_id: str, cells: Iterable[Cell], marked: bool = False) -> None:
        """Assign these cells to the one of this name, known by nbgrader's mark or otherwise."""
        for cell in cells:
            self.found[grade_id].append(cell)
            self.taken.add(cell)
            if not marked:
                self.lost.add(grade_id)

    def free(self, cells: Iterable[Cell]) -> list[Cell]:
        """Return those of the cells that are not recognised yet."""
        return [cell for cell in cells if cell not in self.taken]


def recognise(cells: list[Cell], release: Release) -> Matches:
    """Recognise the cells of the release by mark, id, text and place, in this order."""
    matches = Matches()
    _match_marks(cells, release, matches)
    _match_ids(cells, release, matches)
    _match_texts(cells, release, matches)
    if not _is_this_exercise(cells, release, matches):
        _match_alike(cells, release, matches)
    if not (_is_this_exercise(cells, release, matches) or _holds_answers(cells, release)):
        raise CannotGradeError(_describe_other_notebook(cells, release))
    _match_names(cells, release, matches)
    _match_places(cells, release, matches)
    return matches


def _match_marks(cells: list[Cell], release: Release, matches: Matches) -> None:
    known = {cell.grade_id for cell in release.cells}
    for cell in cells:
        if cell.grade_id in known:
            matches.take(cell.grade_id, [cell], marked=True)


def _match_ids(cells: list[Cell], release: Release, matches: Matches) -> None:
    """Recognise cells by their id, which authors set to the grade id, where just one has it."""
    by_id = defaultdict(list)
    for cell in matches.free(cells):
        by_id[cell.cell_id].append(cell)
    for known in release.cells:
        if known.grade_id not in matches.found and len(by_id[known.grade_id]) == 1:
            matches.take(known.grade_id, by_id[known.grade_id])


def _match_texts(cells: list[Cell], release: Release, matches: Matches) -> None:
    """Recognise locked cells by their exact text; all copies, or one each where texts repeat."""
    known: dict[str, list[str]] = defaultdict(list)
    found: dict[str, list[Cell]] = defaultdict(list)
    for one in release.cells:
        if one.locked and one.grade_id not in matches.found and one.released.strip():
            known[plain(one.released)].append(one.grade_id)
    for cell in matches.free(cells):
        found[plain(cell.source)].append(cell)
    for text, grade_ids in known.items():
        if len(grade_ids) == 1:
            matches.take(grade_ids[0], found[text])
        else:
            for grade_id, cell in zip(grade_ids, found[text], strict=False):
                matches.take(grade_id, [cell])


def _match_alike(cells: list[Cell], release: Release, matches: Matches) -> None:
    """Recognise locked cells by nearly their text, as where a program has changed every cell."""
    for one in release.cells:
        if not one.locked or one.grade_id in matches.found or not one.released.strip():
            continue
        text = plain(one.released)[:LONGEST_COMPARED]
        free = matches.free(cells)[:MOST_COMPARED]
        scores = {
            cell: max(fuzz.ratio(text, part[:LONGEST_COMPARED]) for part in _as_typed(cell))
            for cell in free
        }
        best = max(free, key=lambda cell: scores[cell], default=None)
        if best is not None and scores[best] >= ALIKE:
            matches.take(one.grade_id, [best])


def _as_typed(cell: Cell) -> tuple[str, str]:
    """Return a cell's text, and the same without a first line, which may be a program's mark."""
    text = plain(cell.source)
    return text, plain(text.partition("\n")[2])


def _holds_answers(cells: list[Cell], release: Release) -> bool:
    """Return whether at least half of the names that the checks ask for are made."""
    if any(is_strange(cell, release) for cell in cells):
        return False
    wanted = set().union(*answer_names(release).values())
    code = [cell for cell in cells if cell.cell_type == "code"][:MOST_COMPARED]
    made = set().union(*(names_in(cell.source) for cell in code))
    return len(wanted) >= MANY_NAMES and 2 * len(wanted & made) >= len(wanted)


def _is_this_exercise(cells: list[Cell], release: Release, matches: Matches) -> bool:
    """Return whether enough was recognised; a shared import cell alone is not enough."""
    marked = len(matches.found) - len(matches.lost)
    strange = sum(is_strange(cell, release) for cell in cells)
    if marked and marked >= strange:
        return True
    return len(matches.found) >= max(1, len(release.cells) / 5)


def _describe_other_notebook(cells: list[Cell], release: Release) -> str:
    """Return which other notebook this is, by its heading and the names of its questions."""
    heads = (re.match(r"#+ +(.+)", cell.source) for cell in cells if cell.cell_type == "markdown")
    title = next((f"“{head[1].strip()[:80]}”" for head in heads if head), "a notebook of its own")
    names = [cell.grade_id for cell in cells if cell.grade_id][:FEW]
    questions = f" (its cells are called {', '.join(names)} …)" if names else ""
    return (
        f"This is not {release.notebook}: it is {title}{questions}, and none of its cells, or too "
        f"few, belong to {release.notebook}. Hand in {release.notebook}.ipynb."
    )


def _match_names(cells: list[Cell], release: Release, matches: Matches) -> None:
    """Recognise answers by the name their check asks for, near their place or else anywhere."""
    answers = answer_names(release)
    for place, known in enumerate(release.cells):
        wanted = answers.get(known.grade_id)
        if not wanted or known.grade_id in matches.found:
            continue
        others = set().union(*answers.values()) - wanted
        makers = [cell for cell in matches.free(cells) if _makes_only(cell, wanted, others)]
        if makers:
            near = _between(cells, release, matches, place)
            # Of several the last counts: it is what the learner means by now.
            matches.take(known.grade_id, [max(makers, key=lambda cell: (cell in near, cell.at))])


def _makes_only(cell: Cell, wanted: set[str], others: set[str]) -> bool:
    made = names_in(cell.source)
    return not made.isdisjoint(wanted) and made.isdisjoint(others)


def _match_places(cells: list[Cell], release: Release, matches: Matches) -> None:
    """Recognise what is left between its neighbours: by likeness, answers also by their place."""
    for place, known in enumerate(release.cells):
        if known.grade_id in matches.found:
            continue
        between = matches.free(_between(cells, release, matches, place))[:MOST_COMPARED]
        scores = {cell: _likeness(cell, known) for cell in between}
        best = max(between, key=lambda cell: (scores[cell], cell.at), default=None)
        if best is not None and scores[best] > 0:
            matches.take(known.grade_id, [best])


def _between(cells: list[Cell], release: Release, matches: Matches, place: int) -> list[Cell]:
    """Return the cells between the recognised neighbours of one cell of the release."""
    before = [matches.found.get(cell.grade_id) for cell in release.cells[:place]]
    after = [matches.found.get(cell.grade_id) for cell in release.cells[place + 1 :]]
    low = next((found[-1].at for found in reversed(before) if found), -1)
    high = next((found[0].at for found in after if found), len(cells))
    return [cell for cell in cells if low < cell.at < high]


def _likeness(cell: Cell, known: SourceCell) -> float:
    """Score how much a cell looks like one of the release: 0 is not at all, 100 is surely."""
    alike = fuzz.ratio(cell.source[:5000], known.released[:5000])
    if known.solution and cell.cell_type == known.cell_type:
        return max(alike, 50) if cell.source.strip() else 1
    return alike if alike >= 75 else 0


# ---------------------------------------------------------------- one cell with one of the release


def plain(source: str) -> str:
    """Return a text without the white space that editors add or take away."""
    return "\n".join(line.rstrip() for line in source.strip().splitlines())


def is_stub(cell: Cell, known: SourceCell) -> bool:
    """Return whether an answer is empty or still as it was released."""
    return plain(cell.source) in (plain(known.released), "")


def is_unchanged(cell: Cell, known: SourceCell) -> bool:
    """Return whether a cell is as it was released, now or earlier, or as it is graded."""
    texts = (known.released, known.source, known.without_watch)
    return plain(cell.source) in map(plain, texts)


def is_strange(cell: Cell, release: Release) -> bool:
    """Return whether a cell carries the mark of a question that this exercise does not have."""
    return bool(cell.grade_id) and all(cell.grade_id != known.grade_id for known in release.cells)
