"""Small files of the learner's own: written whole or not at all, and never lost unread.

Writing is atomic. Whoever reads before writing holds `lock`, as two notebooks may be open at once.
A file that cannot be understood is set aside under another name; one of a later version of the
course is left alone.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import filelock

T = TypeVar("T")


def lock(file: Path) -> filelock.BaseFileLock:
    """Return the lock of a file, for ``with``; makes the file's folder where it is missing.

    Raises
    ------
    OSError
        If there can be no such folder; on entering also ``filelock.Timeout``, which is one, if
        somebody else holds the lock for five seconds.
    """
    import filelock  # not needed, and not there, where a browser keeps the files

    file.parent.mkdir(parents=True, exist_ok=True)
    return filelock.FileLock(f"{file}.lock", timeout=5)


def read(
    file: Path,
    version: int,
    understand: Callable[[dict[str, Any]], T],
    what: str,
    keep_aside: bool = True,
) -> tuple[T | None, str]:
    """Read a file.

    Parameters
    ----------
    file : pathlib.Path
    version : int
        Of the file's format: the latest that can be understood.
    understand : callable
        Makes of the file's content what is wanted; raises ``ValueError``, ``KeyError`` or
        ``TypeError`` where it is something else.
    what : str
        What the file is called to the learner, such as "file of predictions".
    keep_aside : bool
        Whether a file that cannot be understood is renamed, to make room for a new one.

    Returns
    -------
    tuple
        What was understood, or None; and a note for the learner, often empty.

    Raises
    ------
    OSError
        If the file is there and cannot be read, or is of a later version.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")  # some editors put a byte order mark first
    except FileNotFoundError:
        return None, ""
    except UnicodeDecodeError:
        text = ""
    try:
        stored = json.loads(text)
        if stored["format"] <= version:
            return understand(stored), ""
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError):
        if not keep_aside:
            return None, ""
        aside = set_aside(file, "broken")
        return None, (
            f"Your {what} could not be read. It is kept as {aside.name}; a new one has been "
            "started."
        )
    raise OSError(None, "the file was written by a later version of the course")


def set_aside(file: Path, why: str) -> Path:
    """Give a file a name of its own beside the old one, and return it."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    aside = file.with_name(f"{file.stem}.{why}-{stamp}{file.suffix}")
    file.rename(aside)
    return aside


def write(file: Path, content: dict[str, Any]) -> None:
    """Replace a JSON file in one step; see `write_text`."""
    write_text(file, json.dumps(content, ensure_ascii=False, indent=1))


def whole(text: str) -> str:
    """Return text without halves of characters, which no file can hold."""
    return text.encode("utf-8", "replace").decode()


def write_text(file: Path, text: str) -> None:
    """Replace a file in one step, so that a crash leaves the old one or the new one, whole.

    Raises
    ------
    OSError
        If the folder cannot be written; the file is then as it was.
    """
    temporary = file.with_name(f".{file.name}-{uuid.uuid4().hex}")
    try:
        with temporary.open("x", encoding="utf-8", newline="") as stream:  # readable as any file
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        if file.exists():
            shutil.copymode(file, temporary)
        temporary.replace(file)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
