"""What the course reads of notebooks, without nbformat: format 4, as the page writes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

__version__ = "5"
ValidationError = ValueError


class NotebookNode(dict[str, Any]):
    """A dict whose keys are attributes as well."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value


def read(file: str | Path, as_version: int) -> NotebookNode:
    """Return the notebook in a file; a ``ValueError`` if it is none."""
    return reads(Path(file).read_text(encoding="utf-8"), as_version)


def reads(text: str, as_version: int) -> NotebookNode:
    """Return the notebook that a text holds; a ``ValueError`` if it holds none."""
    found = json.loads(text, object_hook=NotebookNode)
    if not isinstance(found, dict) or not isinstance(found.get("cells"), list):
        raise ValueError("This is no notebook of format 4.")
    for cell in found["cells"]:
        if isinstance(cell["source"], list):
            cell["source"] = "".join(cell["source"])
    return NotebookNode(found)
