"""From a file's bytes to a notebook's cells: encodings, old formats, why a file is no notebook.

A learner's overview, the look before handing in and grading read every file by these functions, so
that all three say the same of it. What is in the cells may still be anything.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator

_OTHER_KINDS = {
    "PK": "a zip archive; unpack it and hand in the notebook",
    "%PDF": "a PDF; hand in the notebook itself",
    "<!DOCTYPE": "a web page, not the notebook; download the notebook itself",
    "<html": "a web page, not the notebook; download the notebook itself",
}
MARKS_LOST = (
    "Another program has removed the marks that grading needs. They are given back when it is "
    "graded, and no answer is lost: hand it in as it is."
)


def text_in(data: bytes, name: str) -> tuple[str, list[str]]:
    """Return the text of a file, by whichever encoding it was saved in, and remarks on that.

    Raises
    ------
    ValueError
        If it is empty; ``name`` is in the message.
    """
    if not data.strip(b"\0 \t\r\n"):
        raise ValueError(f"{name} is empty. Save the notebook and hand it in again.")
    encoding = json.detect_encoding(data)
    remarks = []
    if encoding != "utf-8":
        remarks.append(f"{name} was saved as {encoding.upper()}; it was read as that.")
    try:
        return data.decode(encoding), remarks
    except UnicodeDecodeError:
        said = f"{name} is not saved as UTF-8; some accented letters may be wrong."
        return data.decode("cp1252", errors="replace"), [*remarks, said]


def kind_in(start: bytes) -> str:
    """Return what a file is that is no notebook, as far as its first bytes tell; "" if unknown."""
    text = start[:20].decode("latin-1").lstrip().lower()
    for begins, kind in _OTHER_KINDS.items():
        if text.startswith(begins.lower()):
            return kind
    return "" if text else "empty"


def notebook_in(text: str) -> tuple[dict, list[str]]:
    """Return a notebook of format 4, as far as its shape goes, and remarks on what was mended.

    Raises
    ------
    ValueError
        If it is no notebook; the message says why, and what to do.
    """
    try:
        data = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise ValueError(_why_no_json(text, error)) from None
    if isinstance(data, dict) and isinstance(data.get("cells"), list):
        is_present = data.get("nbformat") == 4
        return data, [] if is_present else ["The version of the notebook format was mended."]
    if isinstance(data, dict) and isinstance(data.get("worksheets"), list):
        said = "The notebook was saved in an old format (3 or older); it was brought up to date."
        return data | {"cells": list(_old_cells(data["worksheets"]))}, [said]
    raise ValueError("The file can be read but is not a notebook: it has no list of cells.")


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
        rest = text[error.pos :]  # empty, or a word that was cut off
        is_cut = any(word.startswith(rest) for word in ("true", "false", "null"))
        if is_cut or error.msg.startswith("Unterminated string"):
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


def checksum(source: str, cell_type: str, marks: dict) -> str:
    """Return what nbgrader notes of a cell at its release (``nbgrader.utils.compute_checksum``).

    Done here because nbgrader is not everywhere, and takes longer to import than all else.

    Parameters
    ----------
    source, cell_type : str
    marks : dict
        nbgrader's part of the cell's metadata.

    Returns
    -------
    str
        32 hexadecimal digits.
    """
    grade, solution = bool(marks.get("grade")), bool(marks.get("solution"))
    locked = not solution and (grade or bool(marks.get("locked")))
    parts = [source, cell_type, str(grade), str(solution), str(locked)]
    parts.append(str(marks.get("grade_id")))
    if grade:
        parts.append(str(float(marks.get("points", 0))))
    return hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest()
