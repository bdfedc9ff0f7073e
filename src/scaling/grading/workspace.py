"""Folders for temporary files of a run; a later run removes those of one that was killed."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

PREFIX = "scaling-"  # how the names of such folders begin
YOUNG = 60  # seconds after which such a folder has its lock
LOCK = "lock"


@contextmanager
def workspace() -> Iterator[Path]:
    """Make a folder for temporary files, which goes with the ``with`` block."""
    _sweep()
    with (
        tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-") as folder,
        FileLock(Path(folder) / LOCK),
    ):
        yield Path(folder)


def _sweep() -> None:
    """Remove what runs that were killed have left in the folder for temporary files."""
    for place in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        with suppress(OSError, Timeout):  # Another run holds its lock, or another user has it.
            if time.time() - place.stat().st_mtime > YOUNG:
                with FileLock(place / LOCK, timeout=0):
                    pass
                shutil.rmtree(place, ignore_errors=True)


def late(place: Path, student: str) -> Path:
    """Return the file that is not empty if grading a submission took too long and was ended."""
    return place / f"late-{hashlib.sha256(os.fsencode(student)).hexdigest()[:32]}"


def is_late(place: Path, student: str) -> bool:
    """Tell whether grading a submission took too long, so that its process was ended."""
    file = late(place, student)
    return file.is_file() and file.stat().st_size > 0
