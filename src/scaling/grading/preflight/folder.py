"""A submission's folder, walked and opened with care: anything may be in it.

A link is reported and never followed, a pipe is never waited for, and nothing is written. What the
files hold is not looked at.
"""

from __future__ import annotations

import itertools
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from .findings import CannotGradeError

# This limit holds for a notebook, and for all other files together.
MOST_BYTES = 50_000_000
MOST_ENTRIES = 10_000
DEEPEST = 200  # folders in folders


def is_there(file: Path) -> bool:
    """Return whether anything has this name, also a link that leads nowhere."""
    return os.path.lexists(file)


def walk(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield all in a folder as relative paths with their kind; no link is followed.

    Raises
    ------
    CannotGradeError
        If there is more in it than anybody hands in, or it cannot be read.
    """
    folder = Path(folder)
    ahead = [folder]
    count = 0
    while ahead:
        here = ahead.pop()
        try:
            with os.scandir(here) as found:
                entries = sorted(itertools.islice(found, MOST_ENTRIES), key=lambda one: one.name)
            kinds = [_kind(entry) for entry in entries]
        except OSError as error:
            why = error.strerror or str(error)
            raise CannotGradeError(f"its folder cannot be read: {why}") from None
        count += len(entries)
        if count >= MOST_ENTRIES:
            raise CannotGradeError(f"its folder holds more than {MOST_ENTRIES} files")
        if len(here.parts) - len(folder.parts) > DEEPEST:
            raise CannotGradeError(f"its folders are nested more than {DEEPEST} deep")
        for entry, kind in zip(entries, kinds, strict=True):
            if kind != "folder":
                yield (here / entry.name).relative_to(folder), kind
        folders = [one.name for one, kind in zip(entries, kinds, strict=True) if kind == "folder"]
        ahead += [here / name for name in reversed(folders)]


def _kind(entry: os.DirEntry) -> str:
    if entry.is_symlink():
        return "link"
    if entry.is_dir():
        return "folder"
    entry.stat()  # What may be listed and not entered raises here.
    return "file" if entry.is_file() else "special"


def is_hidden(path: Path) -> bool:
    """Return whether a path is one that programs keep for themselves, such as a checkpoint."""
    return any(part.startswith(".") or part in ("__pycache__", "__MACOSX") for part in path.parts)


def bytes_of(file: Path) -> bytes:
    """Read an ordinary file of limited size, which a link or a pipe is not."""
    if not is_there(file):
        raise CannotGradeError(f"There is no file {file.name}.")
    if file.is_symlink():
        raise CannotGradeError(f"{file.name} is a link. Hand in the notebook itself.")
    # The file may be replaced in the meantime, so what was opened is checked once more.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        with os.fdopen(os.open(file, flags | getattr(os, "O_BINARY", 0)), "rb") as opened:
            about = os.fstat(opened.fileno())
            if not stat.S_ISREG(about.st_mode):
                raise CannotGradeError(f"{file.name} is not an ordinary file.")
            if about.st_size > MOST_BYTES:
                size = about.st_size / 1e6
                raise CannotGradeError(
                    f"{file.name} has {size:.0f} MB; {MOST_BYTES / 1e6:.0f} MB are allowed. Clear "
                    "all outputs, save, and hand it in again."
                )
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise CannotGradeError(
            f"{file.name} cannot be opened ({error.strerror or error})."
        ) from None
