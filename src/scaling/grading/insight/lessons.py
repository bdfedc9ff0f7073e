"""Where the course answers a question's slips: its lesson, and the explorable to play there.

``lessons.csv`` declares it for every question that a check marks. Where no explorable answers, its
column is empty, and the lesson alone is named.
"""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass
from pathlib import Path

from scaling.explorable import all_explorables

TABLE = Path(__file__).with_name("lessons.csv")


@dataclass(frozen=True)
class Answered:
    """Where a question is answered.

    Attributes
    ----------
    lesson : str
        The name of its notebook without the ending, such as ``"03-size-and-context"``.
    explorable : str
        The title of the explorable, or "".
    """

    lesson: str
    explorable: str

    def address(self, site: str) -> str:
        """Return the address of the lesson's page on a site, or "" where there is no site."""
        return f"{site.rstrip('/')}/{self.lesson}.html" if site else ""

    @property
    def words(self) -> str:
        """Where to go, such as “Ties in a group”, lesson 3."""
        number = self.lesson.split("-")[0].lstrip("0")
        return f"“{self.explorable}”, lesson {number}" if self.explorable else f"Lesson {number}"


@functools.cache
def rows() -> dict[str, tuple[str, str]]:
    """Return lesson and key of the explorable, by question."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {one["question"]: (one["lesson"], one["explorable"]) for one in csv.DictReader(file)}


def answered(question: str) -> Answered | None:
    """Return where a question is answered; None for a question of the instructor's own."""
    if question not in rows():
        return None
    lesson, key = rows()[question]
    return Answered(lesson, all_explorables()[key].title if key else "")
