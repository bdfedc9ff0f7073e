"""How Moodle names files and columns.

Paths in an archive ("Download all submissions") and in one that it takes back ("Upload multiple
feedback files in a zip") are as in ``mod/assign/feedback/file/importziplib.php`` of Moodle 4.1 and
later, which also reads those of earlier versions:
``FULL NAME_NUMBER_assignsubmission_file/FILE`` in folders, with an underscore behind it before 4.1,
and ``FULL NAME_NUMBER_assignsubmission_file_FILE`` without. The list is the grading
worksheet ("Download grading worksheet", if "Offline grading worksheet" is on among the feedback
types; https://docs.moodle.org/401/en/Assignment_settings, 2022). Its columns are in
``mod/assign/gradingtable.php``, and what its import compares is in
``mod/assign/feedback/offline/importgradeslib.php`` (both as of 2024): who imports it must use the
language in which it was exported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from .platform import Column, Platform, Upload
from .roster import Person
from .sheets import Sheet

_PART = re.compile(r"(?P<name>.*?)_(?P<number>\d+)_assignsubmission_(?P<kind>[a-z]+)(?P<rest>_.*)?")
_BLANK = {"", "-"}


def people(sheet: Sheet) -> list[Person]:
    """Read the grading worksheet of one assignment."""
    identifier = sheet.column("Identifier")
    if identifier is None:
        raise ValueError(
            "This is no grading worksheet: it has no column Identifier. Set Moodle's language to "
            "English; in the assignment choose Submissions, Actions, Download grading worksheet. "
            "(It is there if “Offline grading worksheet” is on in the settings of the assignment.)"
        )
    name, email = sheet.column("Full name"), sheet.column("Email address")
    logins = [sheet.column(title) for title in ("ID number", "Username")]
    handed_in, status = sheet.column("Last modified (submission)"), sheet.column("Status")
    found = []
    for row in range(1, len(sheet.rows)):
        number = re.search(r"(\d+)$", sheet.value(row, identifier))
        if not number:
            continue
        written, state = sheet.value(row, handed_in), sheet.value(row, status)
        extension = re.search(r"Extension granted until:? *(.*)", state, re.IGNORECASE)
        found.append(
            Person(
                number=number[1],
                name=sheet.value(row, name),
                email=sheet.value(row, email),
                logins=tuple(filter(None, (sheet.value(row, at) for at in logins))),
                row=row,
                is_lasting=False,
                handed_in="" if written in _BLANK else written,
                extension=extension[1] if extension else "",
                is_draft=state.casefold().startswith("draft"),
            )
        )
    return found


def upload(path: PurePosixPath, _known: Iterable[str]) -> Upload | None:
    """Say to whom a file belongs, by the first part of its path that is named for a person."""
    for at, part in enumerate(path.parts):
        found = _PART.fullmatch(part)
        if not found:
            continue
        rest = (found["rest"] or "")[1:]
        inside = path.parts[at + 1 :]
        if not rest and not inside:
            return None
        begins = part[: len(part) - len(rest)] + ("" if rest else "/")
        return Upload(
            number=found["number"],
            name=found["name"].replace("_", " "),
            path=PurePosixPath(*filter(None, (rest, *inside))),
            kept=begins,
        )
    return None


def column(sheet: Sheet, _wanted: str, _assignment: str) -> Column:
    """Find the column Grade, and the rows in which it cannot be changed."""
    at, most = sheet.column("Grade"), sheet.column("Maximum Grade")
    if at is None or most is None or sheet.column("Last modified (grade)") is None:
        raise ValueError(
            "The worksheet lacks one of the columns Grade, Maximum Grade and Last modified "
            "(grade), without which Moodle imports nothing. Export it again, in English."
        )
    changeable = sheet.column("Grade can be changed")
    rows = {person.row for person in people(sheet)}
    locked = {row for row in rows if sheet.value(row, changeable).casefold() == "no"}
    return Column(at, {row: sheet.value(row, most) for row in rows}, frozenset(locked))


def returned(kept: list[str], pages: dict[str, bytes]) -> list[tuple[str, bytes]]:
    """Put pages where Moodle looks for a person's feedback: beside the files that came from it."""
    begins = next((one for one in kept if "_assignsubmission_file" in one), kept[0])
    return [(f"{begins}{name}", page) for name, page in pages.items()]


MOODLE = Platform("moodle", people, upload, column, returned)
