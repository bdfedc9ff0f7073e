"""From a file's bytes to a notebook: encodings, old formats, and why a file is no notebook.

Only the outermost shape is made sure of, a dictionary with a list of cells. What is in the cells
may still be anything; see ``cells.py``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from .findings import CannotGradeError, Kind, Report
from .folder import bytes_of
from .inside import beginning

_OTHER_KINDS = {
    "PK": "a zip archive; unpack it and hand in the notebook",
    "%PDF": "a PDF; hand in the notebook itself",
    "<!DOCTYPE": "a web page, not the notebook; download the notebook itself",
    "<html": "a web page, not the notebook; download the notebook itself",
}


def text_of(file: Path, report: Report) -> str:
    """Read a file as text, by whichever encoding it was saved in."""
    data = bytes_of(file)
    if not data.strip(b"\0 \t\r\n"):
        raise CannotGradeError(f"{file.name} is empty. Save the notebook and hand it in again.")
    encoding = json.detect_encoding(data)
    if encoding != "utf-8":
        text = f"{file.name} was saved as {encoding.upper()}; it was read as that."
        report.add(Kind.REPAIRED, "notebook", text)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        text = f"{file.name} is not saved as UTF-8; some accented letters may be wrong."
        report.add(Kind.REPAIRED, "notebook", text)
        return data.decode("cp1252", errors="replace")


def kind_of(file: Path) -> str:
    """Return in brackets what a file is that is no notebook, as far as its first bytes tell."""
    start = beginning(file)[:20].decode("latin-1").lstrip().lower()
    for begins, kind in _OTHER_KINDS.items():
        if start.startswith(begins.lower()):
            return f" ({kind})"
    return " (empty)" if not start else ""


def notebook_in(text: str, report: Report) -> dict:
    """Parse the text and return it as a notebook of format 4 as far as its shape goes."""
    try:
        data = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise CannotGradeError(_why_no_json(text, error)) from None
    if isinstance(data, dict) and isinstance(data.get("cells"), list):
        if data.get("nbformat") != 4:
            report.add(Kind.REPAIRED, "notebook", "The version of the notebook format was mended.")
        return data
    if isinstance(data, dict) and isinstance(data.get("worksheets"), list):
        said = "The notebook was saved in an old format (3 or older); it was brought up to date."
        report.add(Kind.REPAIRED, "notebook", said)
        return data | {"cells": list(_old_cells(data["worksheets"]))}
    raise CannotGradeError("The file can be read but is not a notebook: it has no list of cells.")


def _why_no_json(text: str, error: Exception) -> str:
    text = text.strip()
    for start, kind in _OTHER_KINDS.items():
        if text[:20].lower().startswith(start.lower()):
            return f"The file is {kind}."
    if re.search(r"^(<{7}|>{7})( |$)", text, re.MULTILINE):
        return (
            "The file holds two versions at once, with the marks of a merge that was not finished "
            "(<<<<<<<). Settle the merge, open the notebook once, and hand it in again."
        )
    if isinstance(error, json.JSONDecodeError):
        if error.pos >= len(text) or error.msg.startswith("Unterminated string"):
            return (
                "The file breaks off in the middle; it was probably not uploaded or saved in full. "
                "Save the notebook and hand it in again."
            )
        return (
            f"The file is not a notebook that can be read: line {error.lineno} is damaged. Open it "
            "in Jupyter; if that fails, copy the answers into a fresh exercise."
        )
    return "The file is not a notebook that can be read."


def _old_cells(worksheets: list) -> Iterator[dict]:
    """Bring the cells of format 3 into the shape of format 4."""
    for sheet in worksheets:
        cells = sheet.get("cells") if isinstance(sheet, dict) else None
        for cell in cells if isinstance(cells, list) else []:
            if not isinstance(cell, dict):
                continue
            kind, source = cell.get("cell_type"), joined(cell.get("source")) or ""
            if kind == "code":
                source = joined(cell.get("input")) or source
            elif kind == "heading":
                level = cell.get("level")
                depth = level if isinstance(level, int) and 1 <= level <= 6 else 1
                source = "#" * depth + " " + source
            kind = kind if kind in ("code", "raw") else "markdown"
            yield {
                "cell_type": kind,
                "source": source,
                "metadata": cell.get("metadata", {}),
                "outputs": [],
                "execution_count": None,
            }


def joined(source: object) -> str | None:
    """Return a source as one text; None where it is neither text nor a list of lines."""
    if isinstance(source, str):
        return source
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        return "".join(source)
    return None
