"""Bring lessons, exercises and tables into a learner's home, and never over what they changed.

What the learner has not touched is replaced by a newer version. What they have changed stays, and
the newer version arrives beside it, once. An exercise comes as it was released in the exchange,
else as the course has it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path

from scaling.prediction import beside

FOLDER = "does-it-scale"
LINKED = ("data",)  # only read


def bring(home: Path, course: Path, released: Path) -> list[str]:
    """Bring what is missing or newer; return what arrived beside a learner's own.

    Parameters
    ----------
    home : pathlib.Path
        Where the learner's folder ``does-it-scale`` is, or is to be.
    course : pathlib.Path
        The course as it is installed: ``course/``, ``exercises/``, ``data/``.
    released : pathlib.Path
        The assignments in the exchange, one folder each; it need not exist.

    Raises
    ------
    OSError
        If the home cannot be written.
    """
    own = home / FOLDER
    own.mkdir(mode=0o700, exist_ok=True)
    for name in LINKED:
        if not os.path.lexists(own / name):
            (own / name).symlink_to(course / name)
    noted = _noted()
    told = []
    try:
        for name, source in _sources(course, released).items():
            content = source.read_bytes()
            digest = hashlib.sha256(content).hexdigest()
            if other := _bring_one(own / name, content, digest, noted.get(name)):
                told.append(f"{name} is yours, and stays. Its new version is {other.name}")
            noted[name] = digest
    finally:
        _write(_notes(), json.dumps(noted, indent=1).encode())
    return told


def _bring_one(target: Path, content: bytes, digest: str, noted: str | None) -> Path | None:
    """Bring one file; return where it is, if that is beside the learner's own."""
    try:
        own = hashlib.sha256(target.read_bytes()).hexdigest()
    except FileNotFoundError:
        own = noted
    else:
        if own == digest or noted == digest:  # It is there, or was brought before.
            return None
    if own == noted:  # It is missing, or as it was brought.
        _write(target, content)
        return None
    free = _free(target)
    _write(free, content)
    return free


def _free(target: Path) -> Path:
    """Return a name beside a file that nothing has."""
    today = f"{target.stem} (new {date.today().isoformat()}"
    for number in count(1):
        free = target.with_name(f"{today}{'' if number == 1 else f', {number}'}){target.suffix}")
        if not os.path.lexists(free):
            return free
    raise AssertionError("count() has no end")


def _sources(course: Path, released: Path) -> dict[str, Path]:
    """Return what is to be brought, by its name in the learner's folder."""
    found = {
        file.relative_to(course).as_posix(): file
        for folder in ("course", "exercises")
        for file in _files(course / folder)
    }
    for file in _files(released):
        found[f"exercises/{file.relative_to(released).as_posix()}"] = file
    return found


def _files(folder: Path) -> Iterator[Path]:
    return (file for file in sorted(folder.rglob("*")) if file.is_file() and not file.is_symlink())


def _notes() -> Path:
    return beside("brought.json")


def _noted() -> dict[str, str]:
    """Return the digest of each file as it was last brought; none where that cannot be read.

    Without a note a file that differs counts as the learner's own.
    """
    try:
        noted = json.loads(_notes().read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}


def _write(target: Path, content: bytes) -> None:
    """Write a file in one step."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    part.write_bytes(content)
    part.replace(target)
