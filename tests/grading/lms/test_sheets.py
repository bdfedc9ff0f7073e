"""A platform's list is filled in, and no other byte of it changes."""

import csv
import io
import random

import pytest

from scaling.grading.lms import sheets

TEXTS = ("", "Alex", "Müller, Jörg", 'the "late" one', "a\nb", "c;d", "16.00", "1,5", " x ", "李")


def table(dice):
    """A random table as bytes, its rows, and how it is written."""
    rows = [[dice.choice(TEXTS) for _ in range(4)] for _ in range(dice.randint(1, 6))]
    rows[0] = ["Identifier", "Full name", "Grade", "x"]
    buffer = io.StringIO(newline="")
    separator = dice.choice(",;\t")
    newline = dice.choice(["\n", "\r\n"])
    quoting = dice.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    csv.writer(buffer, delimiter=separator, lineterminator=newline, quoting=quoting).writerows(rows)
    encoding = dice.choice(["utf-8", "utf-8-sig", "utf-16"])
    return buffer.getvalue().encode(encoding), rows, encoding, separator


@pytest.mark.parametrize("seed", range(60))
def test_cells_are_filled_and_all_else_is_what_it_was(seed):
    dice = random.Random(seed)
    data, rows, encoding, separator = table(dice)
    sheet = sheets.read(data)
    assert [[cell.text for cell in row] for row in sheet.rows] == rows
    assert sheet.filled({}) == data
    at = sheet.column("GRADE")
    values = {(row, at): dice.choice(TEXTS) for row in range(1, len(rows)) if dice.random() < 0.6}
    filled = sheet.filled(values)
    expected = [row.copy() for row in rows]
    for (row, column), value in values.items():
        expected[row][column] = value
    text = io.StringIO(filled.decode(encoding), newline="")
    assert list(csv.reader(text, delimiter=separator)) == expected
    # The raw text of every other cell, with its quotation marks and line ends.
    again = sheets.read(filled)
    for row, cells in enumerate(sheet.rows):
        for column, cell in enumerate(cells):
            other = again.rows[row][column]
            if sheet.text[cell.start : cell.end].startswith('"'):
                assert again.text[other.start] == '"'  # A quoted cell stays quoted.
            if (row, column) not in values:
                assert again.text[other.start : other.end] == sheet.text[cell.start : cell.end]
    assert len(again.text) - len(sheet.text) == sum(
        (new.end - new.start) - (old.end - old.start)
        for old_row, new_row in zip(sheet.rows, again.rows, strict=True)
        for old, new in zip(old_row, new_row, strict=True)
    )


def test_a_list_of_windows_keeps_its_bytes():
    data = "Identifier;Grade\r\nParticipant 1;\r\nJ\u00f6rg;5,0\r\n".encode("cp1252")
    assert sheets.read(data).filled({(1, 1): "4,5"}) == data.replace(b"1;", b"1;4,5")
    odd = b"Identifier,Grade\n\x81\xf6,\n"  # bytes that are no text in any of these
    assert sheets.read(odd).filled({}) == odd


@pytest.mark.parametrize(
    ("data", "why"),
    [(b"", "empty"), (b"\xef\xbb\xbf\n", "empty"), (b'a,b\n1,"2\n', "never closed")],
)
def test_a_list_that_is_cut_off_is_refused(data, why):
    with pytest.raises(ValueError, match=why):
        sheets.read(data)
