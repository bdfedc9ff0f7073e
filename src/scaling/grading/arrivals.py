"""What lies in ``submitted/`` and is nobody's submission, and ids that may be one person's."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from .course import Course

MOST_TOLD = 20


def is_link(course: Course, student: str, assignment: str) -> bool:
    """Return whether a student's folder, or the assignment's in it, leads elsewhere."""
    place = course.submitted(student, assignment)
    depth = len(course.students_folder(course.folders.submitted_directory).parts)
    below = [place, *place.parents][: len(place.parts) - depth]
    try:
        return any(part.is_symlink() for part in below)
    except PermissionError:
        return False  # What is in it cannot be told; grading says so of this submission.


def strays(course: Course, assignment: str, known: Iterable[str]) -> list[str]:
    """Say of each thing that is not ``STUDENT/ASSIGNMENT/`` what and where it is.

    Parameters
    ----------
    course : Course
    assignment : str
    known : iterable of str
        The names of all assignments.
    """
    top = course.students_folder(course.folders.submitted_directory)
    names = {*known, assignment}
    found: list[str] = []
    for place in sorted(top.iterdir()) if top.is_dir() else ():
        if place.name.startswith(".") and not place.is_dir():
            continue
        if place.is_symlink():
            found.append(f"{place.name} is a link, which is not followed")
        elif not place.is_dir():
            found.append(f"{place.name} is a file outside of a student's folder")
        else:
            found += _inside(place, names, assignment)
    return found


def _inside(place: Path, names: set[str], assignment: str) -> list[str]:
    found = []
    try:
        inside = sorted(place.iterdir())
        for one in inside:
            name = f"{place.name}/{one.name}"
            if one.is_symlink():
                found.append(f"{name} is a link, which is not followed")
            elif one.name not in names and not one.name.startswith("."):
                kind = "folder" if one.is_dir() else "file"
                found.append(f"{name} is a {kind} that belongs into {place.name}/{assignment}/")
    except OSError as error:
        return [f"{place.name} cannot be opened ({error.strerror})"]
    return found if inside else [f"{place.name} is empty"]


def alike(ids: Iterable[str]) -> list[str]:
    """Say which ids differ only in case, blanks or the way in which accents are written."""
    same: dict[str, set[str]] = defaultdict(set)
    for one in ids:
        plain = unicodedata.normalize("NFKC", one).casefold()
        same["".join(plain.split())].add(one)
    return [
        f"{' and '.join(sorted(map(ascii, group)))} are one name in two spellings: rename the "
        "folder in submitted/ as the gradebook has it"
        for group in same.values()
        if len(group) > 1
    ]
