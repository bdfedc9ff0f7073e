"""Pages and tables that are written to be opened elsewhere: in a browser, in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import jinja2


def templates(folder: Path) -> jinja2.Environment:
    """Return the page templates of a folder; every value is escaped, unless it is ``Markup``."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return rows as CSV below the names of their columns, text in quotes and numbers bare."""
    buffer = io.StringIO(newline="")
    table = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC)
    table.writerow(columns)
    table.writerows(rows)
    # Without a byte order mark Excel would misread what is not ASCII.
    return "\ufeff" + buffer.getvalue()
