"""The copy that is graded, written afresh.

Nothing of a cell's old metadata, tags or outputs is taken over. The submission itself is not
written to, and the copy is not saved.
"""

from __future__ import annotations

import itertools
from typing import Any

import nbformat
from nbformat import NotebookNode

from ..release import Release, SourceCell
from .cells import VALID_ID, Cell
from .findings import CannotGradeError
from .mending import Mended
from .order import Placed, graded_or_own


def written(mended: Mended, release: Release) -> NotebookNode:
    """Write the copy, in the kernel of the release.

    Raises
    ------
    CannotGradeError
        Where what came out is not a valid notebook all the same.
    """
    placed = zip(mended.ordered, mended.sources, strict=True)
    nodes = [_as_node(known, cell, source) for (known, cell), source in placed]
    _give_ids(nodes, mended.ordered)
    notebook = nbformat.v4.new_notebook(cells=nodes, metadata={"language_info": {"name": "python"}})
    if release.kernelspec:
        notebook.metadata["kernelspec"] = nbformat.from_dict(release.kernelspec)
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        reason = str(error).splitlines()[0][:200]
        raise CannotGradeError(f"The notebook is damaged beyond mending ({reason}).") from error
    return notebook


def _as_node(known: SourceCell | None, cell: Cell | None, source: str) -> NotebookNode:
    """Write one cell."""
    kind = graded_or_own(known, cell).cell_type
    node: dict[str, Any] = {
        "cell_type": kind,
        "id": "",
        "metadata": {"nbgrader": known.marks} if known else {},
        "source": source,
    }
    if kind == "code":
        node |= {"outputs": [], "execution_count": None}
    elif cell and cell.attachments:
        node["attachments"] = cell.attachments
    return nbformat.from_dict(node)


def _give_ids(nodes: list[NotebookNode], ordered: list[Placed]) -> None:
    """Give every cell an id of its own: its grade id, else the learner's, else a new one."""
    used = {known.grade_id for known, _ in ordered if known}
    new = (f"own-{n}" for n in itertools.count(1))
    for node, (known, cell) in zip(nodes, ordered, strict=True):
        own = cell.cell_id if cell else ""
        name = known.grade_id if known else own
        is_taken = known is None and name in used
        if is_taken or not VALID_ID.fullmatch(name):
            name = next(one for one in new if one not in used)
        used.add(name)
        node.id = name
