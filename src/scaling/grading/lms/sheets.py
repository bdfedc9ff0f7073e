"""A CSV file in which single cells are filled in, and every other byte stays as it was.

A platform reads back only what it wrote: its own columns, separators and line endings. A table that
is read and written anew would change quotation marks, line endings and encoding.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

SEPARATORS = ",;\t"
MARK = "\ufeff"


@dataclass(frozen=True)
class Cell:
    """The text of a cell, and where it begins and ends in the file, quotation marks included."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Sheet:
    """A table as it was read.

    Attributes
    ----------
    text : str
        The whole file, with its byte order mark if it has one.
    encoding : str
        With which ``text`` becomes the bytes that were read.
    separator : str
    rows : list of list of Cell
        The first holds the titles.
    """

    text: str
    encoding: str
    separator: str
    rows: list[list[Cell]]

    def column(self, *titles: str) -> int | None:
        """Return the place of the first column with one of these titles, in any case."""
        wanted = [title.casefold() for title in titles]
        found = (at for at, title in enumerate(self.titles) if title.strip().casefold() in wanted)
        return next(found, None)

    @property
    def titles(self) -> list[str]:
        """The titles of all columns."""
        return [cell.text for cell in self.rows[0]] if self.rows else []

    def value(self, row: int, column: int | None) -> str:
        """Return the text of a cell without blanks around it; "" where there is none."""
        if column is None or column >= len(self.rows[row]):
            return ""
        return self.rows[row][column].text.strip()

    def filled(self, values: dict[tuple[int, int], str]) -> bytes:
        """Return the file with other texts in some cells, given by row and column."""
        parts, at = [], 0
        for row, column in sorted(values):
            cell = self.rows[row][column]
            parts += [self.text[at : cell.start], self._as_cell(values[row, column], cell)]
            at = cell.end
        return "".join([*parts, self.text[at:]]).encode(self.encoding)

    def _as_cell(self, value: str, before: Cell) -> str:
        was_quoted = self.text[before.start : before.end].startswith('"')
        if was_quoted or re.search(rf'[{self.separator}"\r\n]', value):
            return '"' + value.replace('"', '""') + '"'
        return value


def read(data: bytes) -> Sheet:
    """Read a CSV file with commas, semicolons or tabs, in UTF-8, UTF-16 or Windows' code page.

    Raises
    ------
    ValueError
        If a quotation mark is never closed, or the file is empty.
    """
    text, encoding = _decoded(data)
    if not text.strip(MARK).strip():
        raise ValueError("The file is empty. Export it from the platform again.")
    separator = max(SEPARATORS, key=lambda one: len(next(_rows(text, one), [])))
    rows = list(_rows(text, separator))
    return Sheet(text, encoding, separator, rows)


def _decoded(data: bytes) -> tuple[str, str]:
    """Return the text, in which a byte order mark stays, and an encoding that gives it back."""
    marks = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
    encodings = [marks[data[:2]]] if data[:2] in marks else ["utf-8", "cp1252"]
    for encoding in encodings:
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1"), "latin-1"  # It has a character for every byte.


def _rows(text: str, separator: str) -> Iterator[list[Cell]]:
    other = rf"[^{separator}\r\n]*"
    cell = re.compile(
        rf'(?:"(?P<quoted>[^"]*(?:""[^"]*)*)"(?P<behind>{other})|(?P<bare>{other}))'
        rf"(?P<end>{separator}|\r\n|\n|\r|\Z)"
    )
    at = len(MARK) if text.startswith(MARK) else 0
    row: list[Cell] = []
    while at < len(text) or row:
        found = cell.match(text, at)
        if not found or (found["bare"] or "").startswith('"'):
            line = text.count("\n", 0, at) + 1
            raise ValueError(
                f"The quotation mark in line {line} is never closed. Export the file again."
            )
        quoted, bare = found["quoted"], found["bare"]
        value = bare if quoted is None else quoted.replace('""', '"') + found["behind"]
        row.append(Cell(value, found.start(), found.start("end")))
        at = found.end()
        if found["end"] != separator:
            yield row
            row = []
