"""Who marks what, and in which order: the same for everybody who asks, without a list anywhere.

All of it is drawn from the students' ids by a checksum. So a student who comes late changes nobody
else's share, and the order has nothing to do with names, marks or the time of handing in; drift
over the order of marking can then be told from differences between students.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable


def draw(*parts: str) -> int:
    """Return a number that looks drawn by lot and is the same for the same parts."""
    told = "\0".join(parts).encode(errors="backslashreplace")
    return int.from_bytes(hashlib.sha256(told).digest()[:8])


def in_order(students: Iterable[str], question: str) -> list[str]:
    """Return students in the order in which their answers to a question are marked."""
    return sorted(students, key=lambda student: draw("order", question, student))


def share(text: str) -> tuple[int, int]:
    """Read "2/3" as the second of three shares.

    Raises
    ------
    ValueError
        If it is anything else.
    """
    found = re.fullmatch(r"\s*(\d{1,3})\s*/\s*(\d{1,3})\s*", text, re.ASCII)
    if not found or not 1 <= int(found[1]) <= int(found[2]):
        raise ValueError(f"--share is such as 1/2, the first of two shares, not {text}.")
    return int(found[1]), int(found[2])


def is_in(student: str, part: int, of: int) -> bool:
    """Return whether a student belongs to one of so many shares, counted from 1."""
    return draw("share", student) % of == part - 1


def sample(students: Iterable[str], question: str, number: int) -> set[str]:
    """Return the students whose answers to a question are marked twice."""
    lots = sorted(students, key=lambda student: draw("second", question, student))
    return set(lots[:number])
