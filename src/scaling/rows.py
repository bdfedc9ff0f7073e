"""A table that a learner edits: its columns, its check, and its form as a small CSV file.

An explorable or a form offers one as a control (``Rows``); ``widgets/rows_editor.py`` decides how
it looks on the page. A table is a tuple of rows, and a row a tuple of texts, one for each column.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scaling.wording import listed, number_of

Table = tuple[tuple[str, ...], ...]
# A table that people edit is far smaller; a larger file is not read.
LARGEST_FILE = 200_000  # bytes


class BadRow(ValueError):
    """What is wrong with one row, in a sentence for a learner.

    Parameters
    ----------
    row : int
        Counted from 0.
    why : str
        What is wrong and what to do, without the number of the row.
    """

    def __init__(self, row: int, why: str):
        super().__init__(f"Row {row + 1}: {why}")
        self.row, self.why = row, why


@dataclass(frozen=True)
class Column:
    """One column: ``name`` in the file, ``label`` on the page, and what may be chosen.

    Without ``options`` any text may be typed; a ``short`` column holds a number or a word; a
    ``hidden`` one is kept in the file and not shown, and a file may lack it.
    """

    name: str
    label: str
    options: tuple[str, ...] = ()
    hidden: bool = False
    short: bool = False


@dataclass(frozen=True)
class Rows:
    """A table that the learner edits, saves and loads: the model's argument ``name``.

    Parameters
    ----------
    name, label : str
    columns : tuple of Column
    start : Table
        The rows of the start.
    check : callable
        ``check(rows)`` raises ``BadRow``, or another ``ValueError``, for a table that is not
        accepted.
    settle : callable
        ``settle(before, after)`` gives the table with all changes that follow from an edit.
    file : str
        Name that is proposed for the learner's CSV file; empty in a form, which keeps its tables.
    fixed : bool
        Whether rows can be neither added nor removed, and only their other columns are edited.
    """

    name: str
    label: str
    columns: tuple[Column, ...]
    start: Table
    check: Callable[[Table], Any]
    settle: Callable[[Table, Table], Table]
    file: str
    fixed: bool = False


def to_csv(rows: Table, columns: tuple[Column, ...]) -> str:
    """Return the table as CSV text, with a first line that names the columns."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.name for column in columns])
    writer.writerows(rows)
    return out.getvalue()


def from_csv(
    content: bytes, columns: tuple[Column, ...], check: Callable[[Table], object]
) -> Table:
    """Read a table from the bytes of a CSV file, or say which line is wrong.

    Parameters
    ----------
    content : bytes
        UTF-8, with commas, semicolons or tabs between the parts; empty lines are passed over.
    columns : tuple of Column
        Those that the first line must name, in any order; hidden ones may be missing.
    check : callable
        ``check(rows)`` raises ``BadRow`` or another ``ValueError`` if a table makes no sense.

    Raises
    ------
    ValueError
        Naming the line of the file, what is wrong with it and what is allowed.
    """
    lines = _lines(content)
    if not lines:
        raise ValueError("the file is empty.")
    (first, names), *rest = lines
    place = _positions(first, names, columns)
    rows, numbers = [], []
    for number, parts in rest:
        if len(parts) != len(names):
            raise ValueError(
                f"line {number} has {number_of(len(parts), 'part')}, but line {first} names "
                f"{number_of(len(names), 'column')}. Put quotation marks around a name "
                "with a comma in it."
            )
        places = (place[column.name] for column in columns)
        row = tuple("" if at is None else parts[at] for at in places)
        for column, text in zip(columns, row, strict=True):
            if column.options and text not in column.options:
                raise ValueError(
                    f"line {number}: “{text}” cannot stand under {column.name}. Write "
                    f"{listed(column.options, 'or')}."
                )
        rows.append(row)
        numbers.append(number)
    table = tuple(rows)
    try:
        check(table)
    except BadRow as error:
        raise ValueError(f"line {numbers[error.row]}: {error.why}") from None
    return table


def _lines(content: bytes) -> list[tuple[int, list[str]]]:
    """Return the lines that are not empty, each with its number and its parts, stripped."""
    if len(content) > LARGEST_FILE:
        raise ValueError(f"the file is larger than {LARGEST_FILE // 1000} kilobytes.")
    try:
        text = content.decode("utf-8-sig")  # Spreadsheets put a byte order mark first.
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ValueError(
            f"line {line} holds a character that is not UTF-8. Save the file as “CSV UTF-8”."
        ) from None
    head = text.lstrip().partition("\n")[0]
    between = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True)
    lines, start = [], 1
    try:
        for parts in reader:
            parts = [" ".join(part.split()) for part in parts]
            if any(parts):
                lines.append((start, parts))
            start = reader.line_num + 1
    except csv.Error as error:
        raise ValueError(
            f"line {start} is not CSV ({error}). Look for a stray quotation mark."
        ) from None
    return lines


def _positions(line: int, names: list[str], columns: tuple[Column, ...]) -> dict[str, int | None]:
    """Return the position of each column in the file; None for a hidden one that is missing."""
    needed = [column.name for column in columns if not column.hidden]
    known = [column.name for column in columns]
    missing = [name for name in needed if name not in names]
    if missing or len(set(names)) < len(names):
        raise ValueError(f"line {line} must name the columns, each once: {', '.join(needed)}.")
    strange = [name for name in names if name not in known]
    if strange:
        raise ValueError(
            f"line {line} names the column “{strange[0]}”, which this table does not have."
        )
    return {name: names.index(name) if name in names else None for name in known}
