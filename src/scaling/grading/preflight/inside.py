"""What in a submission's folder is a notebook, by name or by content, and what is the course's own.

Only names and the first bytes of a file are looked at here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from ..release import SETTINGS
from .folder import is_hidden, walk

# A browser or a mail program may save a notebook under these endings, or without one.
_ENDINGS = ("", ".json", ".txt")
_BEGINNING = 100_000  # bytes
MOST_COURSES = 5
_KEYS = (b'"cells"', b'"nbformat"', b'"worksheets"')


def found_notebooks(folder: Path) -> list[Path]:
    """Return what may be a notebook, under any ending, but not those that the course brings."""
    courses = course_folders(folder)
    return [
        folder / path
        for path, kind in walk(folder)
        if kind == "file"
        and not is_hidden(path)
        and not is_of_course(path, courses)
        and _may_be_notebook(folder / path)
    ]


def _may_be_notebook(file: Path) -> bool:
    name = file.name.lower()
    if name.rstrip().endswith((".ipynb", ".ipynb.txt", ".ipynb.json")):
        return True
    if ".ipynb" not in name and file.suffix.lower() not in _ENDINGS:
        return False
    start = beginning(file).lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith(b"{") and any(key in start for key in _KEYS)


def beginning(file: Path) -> bytes:
    """Return the first bytes of an ordinary file; none where it cannot be read."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        with os.fdopen(os.open(file, flags | getattr(os, "O_BINARY", 0)), "rb") as opened:
            return opened.read(_BEGINNING)
    except OSError:
        return b""


def course_folders(folder: Path) -> list[Path]:
    """Return the folders, relative to the submission's, that hold a copy of the whole course."""
    paths = [path for path, _ in walk(folder)]
    roots = [path.parent for path in paths if path.name == SETTINGS][:MOST_COURSES]
    return [root for root in roots if _is_course(root, paths)]


def _is_course(root: Path, paths: list[Path]) -> bool:
    def holds(*parts: str) -> bool:
        begin = root.joinpath(*parts)
        return any(path.is_relative_to(begin) for path in paths)

    return holds("src", "scaling") and holds("exercises")


def is_of_course(path: Path, courses: list[Path]) -> bool:
    """Return whether a path lies in a copy of the course, and not among its exercises."""
    return any(
        path.is_relative_to(root) and not path.is_relative_to(root / "exercises")
        for root in courses
    )


def without_course(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield all in a folder as ``walk`` does, without what the course brings."""
    courses = course_folders(folder)
    for path, kind in walk(folder):
        if not is_of_course(path, courses):
            yield path, kind
