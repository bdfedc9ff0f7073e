"""When something was handed in, and until when it may be, out of what a platform or a person wrote.

Moodle writes a moment as the exporting person reads it, such as ``Friday, 12 March 2027, 5:40 PM``,
without a zone. The zone has to be named; nothing is guessed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

from ..moments import moment
from . import sheets
from .roster import Roster, plain

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2})?(?: ?(?P<half>[ap])\.?m\.?)?"
_WRITTEN = re.compile(
    rf"(?:(?P<weekday>{'|'.join(DAYS)}),? )?"
    rf"(?:(?P<day>\d{{1,2}}) (?P<month>{'|'.join(MONTHS)})"
    rf"|(?P<month_>{'|'.join(MONTHS)}) (?P<day_>\d{{1,2}}),?) (?P<year>\d{{4}}),? (?:at )?{_TIME}"
)


@dataclass(frozen=True)
class Dates:
    """What an instructor's own file says: by student, in UTC, None where it was taken back."""

    submitted: dict[str, datetime]
    due: dict[str, datetime | None]


def written(text: str, zone: str) -> datetime | None:
    """Return the first moment in a text of Moodle's in English, in UTC without a zone.

    Raises
    ------
    ValueError
        If there is none though the text has a year and a time, or it is in doubt.
    """
    plain_text = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    found = _WRITTEN.search(plain_text)
    if not found:
        if re.search(r"\d{4}.*\d{1,2}[:.]\d{2}", plain_text):
            raise ValueError(
                f"“{text.strip()}” is no moment in English. Set Moodle's language to English "
                "before you export."
            )
        return None
    day, hour = int(found["day"] or found["day_"]), int(found["hour"])
    month = MONTHS.index(found["month"] or found["month_"]) + 1
    if found["half"]:
        hour = hour % 12 + 12 * (found["half"] == "p")
    when = date(int(found["year"]), month, day)
    if found["weekday"] and DAYS[when.weekday()] != found["weekday"]:
        raise ValueError(f"“{text.strip()}” names a day of the week that it is not.")
    return moment(f"{when} {hour:02}:{found['minute']} {zone}")


def read(data: bytes, known: Roster, zone: str) -> Dates:
    """Read an instructor's CSV file with the columns ``id``, ``submitted`` and ``due``.

    An id is that of the gradebook, or a number or an e-mail address of the platform's list. A
    hyphen under ``due`` takes an extension back. A moment without a zone is in ``zone``.

    Raises
    ------
    ValueError
        If a column, a person or a moment is not understood. Nothing was then entered.
    """
    sheet = sheets.read(data)
    id_at, submitted_at, due_at = (sheet.column(title) for title in ("id", "submitted", "due"))
    if id_at is None or (submitted_at is None and due_at is None):
        raise ValueError("The file of dates should have a column id, and submitted or due.")
    students = {plain(student): student for student in known.students.values()}
    for number, student in known.students.items():
        students.setdefault(plain(number), student)
        students.setdefault(plain(known.people[number].email), student)
    found = Dates({}, {})
    for row in range(1, len(sheet.rows)):
        one = sheet.value(row, id_at)
        if not one:
            continue
        if plain(one) not in students:
            raise ValueError(f"Line {row + 1} of the file of dates names {one}, who is not known.")
        submitted, due = sheet.value(row, submitted_at), sheet.value(row, due_at)
        if submitted:
            found.submitted[students[plain(one)]] = _typed(submitted, zone, row)
        if due:
            until = None if due in {"-", "–"} else _typed(due, zone, row)
            found.due[students[plain(one)]] = until
    return found


def _typed(text: str, zone: str, row: int) -> datetime:
    for form in (text, f"{text} {zone}"):
        try:
            return moment(form)
        except ValueError as problem:
            why = problem
    raise ValueError(f"Line {row + 1} of the file of dates says “{text}”. {why}")
