"""The cells of a submission, reduced to what can be trusted to have the right type.

Outputs and all metadata but nbgrader's mark and the tags are left behind. What had been of a wrong
type is told in ``damage.py``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .findings import CannotGradeError
from .reading import joined

MOST_CELLS = 5_000
CELL_TYPES = ("code", "markdown", "raw")
VALID_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


@dataclass(eq=False)
class Cell:
    """One cell of a submission.

    ``marks`` is what nbgrader's part of its metadata holds, of any type, or None; ``at`` is its
    place in the notebook, and halves are free for what is put between two cells.
    """

    cell_type: str
    source: str
    marks: object
    cell_id: str
    attachments: dict
    tags: list
    at: float

    @property
    def grade_id(self) -> str:
        """The name in nbgrader's mark; empty where there is none."""
        name = self.marks.get("grade_id") if isinstance(self.marks, dict) else None
        return name if isinstance(name, str) else ""


def cells_of(data: dict) -> list[Cell]:
    """Return the cells of a notebook, every part of the right type."""
    raw = [cell for cell in data["cells"] if isinstance(cell, dict)]
    if len(raw) > MOST_CELLS:
        raise CannotGradeError(f"The notebook has {len(raw)} cells; {MOST_CELLS} are allowed.")
    return [_as_cell(cell, at) for at, cell in enumerate(raw)]


def _as_cell(raw: dict, at: int) -> Cell:
    found = raw.get("metadata")
    metadata = found if isinstance(found, dict) else {}
    kind, name, tags = raw.get("cell_type"), raw.get("id"), metadata.get("tags")
    return Cell(
        cell_type=kind if kind in CELL_TYPES else "raw",
        source=_tidied(joined(raw.get("source")) or ""),
        marks=metadata.get("nbgrader"),
        cell_id=name if isinstance(name, str) else "",
        attachments=_sound_attachments(raw.get("attachments")),
        tags=tags if isinstance(tags, list) else [],
        at=at,
    )


def _tidied(source: str) -> str:
    """Return a source with plain line ends and without half characters, which no file can hold."""
    return re.sub("[\ud800-\udfff]", "\ufffd", source.replace("\r\n", "\n").replace("\r", "\n"))


def _sound_attachments(found: object) -> dict:
    """Return the attached pictures of a text cell that fit the notebook format."""
    found = found if isinstance(found, dict) else {}
    return {
        name: bundle
        for name, bundle in found.items()
        if isinstance(bundle, dict) and all(joined(part) is not None for part in bundle.values())
    }
