"""Images: guests in which everything is imported, kept on disk for all submissions.

The first is made once for each version of the course and of what it needs. From it follows one for
each exercise, in which the exercise's own cells have run: all of them once, so that what they
import is there, and then those before the first answer, whose outputs are kept. The name of each
file holds a fingerprint of all that it rests on.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
import time
import zipfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from scaling import files

from . import lesson
from .guest import (
    LIBRARY,
    Base,
    Guest,
    Runtime,
    State,
    artifact,
    fingerprint,
    is_ready,
    mapped,
    pinned,
)
from .release import Release
from .wasi import System, folder, put, walk

FORM = 5  # of these files; a change makes all of them anew
HOME = "/home/student"
WORK = f"{HOME}/work"
SECONDS = 900  # that making an image may take
MEMORY = 2e9  # bytes, the same
DISK = 64e6
KEPT = 12  # images; each takes about 120 MB
UNUSED = 86_400  # seconds after which an image is no longer needed by a run that has just begun
IMPORTS = f"""
import os, sys
sys.path.insert(0, {lesson.SITE!r})
sys.path.append("")
sys.dont_write_bytecode = True
os.chdir({WORK!r})
import numpy, pandas, scipy.stats, networkx, plotly.graph_objects
from scaling.grading.inside import Room
room = Room(({f"{lesson.SITE}/scaling/"!r}, {WORK!r}))
import scaling.explorable
room.warm_up([])
"""
ENVIRONMENT = {
    "HOME": HOME,
    "TMPDIR": "/tmp",
    "PYTHONTZPATH": "",
    "TZ": "UTC",
    "PYTHONHASHSEED": "0",
    "IPYTHONDIR": f"{HOME}/.ipython",
    "PLOTLY_RENDERER": "plotly_mimetype",  # The script that others would send with it is not there.
    "NBGRADER_EXECUTION": "autograde",
    "SCALING_PREDICTIONS": f"{HOME}/predictions.json",
}


@dataclass(frozen=True)
class Led:
    """A cell before the first answer, which has run in the image: what it showed."""

    source: str
    messages: list[dict[str, Any]]
    count: int | None


@dataclass(frozen=True)
class Image:
    """Where the guests of one exercise begin.

    Parameters
    ----------
    first : State
        Everything is imported.
    state : State
        The cells in ``led`` have run, too.
    led : list of Led
    """

    first: State
    state: State
    led: list[Led]


@dataclass(frozen=True)
class Exercise:
    """What of an exercise is in its image: its locked cells, and those before the first answer."""

    locked: tuple[str, ...]
    leading: tuple[str, ...]

    @classmethod
    def of(cls, release: Release) -> Exercise:
        """Return this of a release."""
        code = [cell for cell in release.cells if cell.cell_type == "code"]
        given = [cell.locked and not cell.grade for cell in code]
        leading = code[: given.index(False)] if False in given else code
        return cls(
            tuple(cell.source for cell, is_given in zip(code, given, strict=True) if is_given),
            tuple(cell.source for cell in leading),
        )


class Images:
    """The images of one machine.

    Parameters
    ----------
    cache : pathlib.Path
        The folder in which they are kept; only the grader or the administrator can write to it.
    """

    def __init__(self, cache: Path):
        self.cache = cache
        cache.mkdir(parents=True, exist_ok=True, mode=0o755)
        brought = list(lesson.files())
        told = hashlib.sha256(f"{FORM} {fingerprint()} {IMPORTS} {ENVIRONMENT}".encode())
        for path, content in brought:
            told.update(f"{path} {len(content)}\n".encode())
            told.update(content)
        self.key = told.hexdigest()[:32]
        self.lesson = cache / f"lesson-{self.key}.zip"
        if not self.lesson.is_file():
            _write(self.lesson, lambda new: _pack(brought, new))

    def are_ready(self, exercises: Iterable[Exercise]) -> bool:
        """Tell whether nothing has to be made for these exercises."""
        keys = [self._key(exercise) for exercise in exercises]
        return is_ready(self.cache) and all(map(self._is_kept, [self.key, *keys]))

    def prepare(self, runtime: Runtime, exercises: Iterable[Exercise]) -> None:
        """Make what is not there yet."""
        if not self._is_kept(self.key):
            pinned("python-stdlib.zip")
            self._make(self.key, Guest(runtime, self._system({}), MEMORY), IMPORTS, ())
        for exercise in exercises:
            key = self._key(exercise)
            if not self._is_kept(key):
                guest = Guest(runtime, self._state(self.key), MEMORY)
                todo = _order(do="warm_up", cells=exercise.locked)
                self._make(key, guest, todo, exercise.leading)
        self._forget_old()

    def of(self, exercise: Exercise) -> Image:
        """Return the image of an exercise, which has been prepared."""
        key = self._key(exercise)
        led = [Led(**cell) for cell in self._about(key)["led"]]
        return Image(self._state(self.key), self._state(key), led)

    # ------------------------------------------------------------ files

    def _key(self, exercise: Exercise) -> str:
        told = json.dumps([self.key, exercise.locked, exercise.leading])
        return hashlib.sha256(told.encode()).hexdigest()[:32]

    def _memory(self, key: str) -> Path:
        return self.cache / f"image-{key}.memory"

    def _is_kept(self, key: str) -> bool:
        memory = self._memory(key)
        return memory.is_file() and memory.with_suffix(".json").is_file()

    def _about(self, key: str) -> dict[str, Any]:
        return json.loads(self._memory(key).with_suffix(".json").read_text(encoding="utf-8"))

    def _state(self, key: str) -> State:
        with suppress(PermissionError):  # An administrator may have prepared it.
            os.utime(self._memory(key))
        about = self._about(key)
        system = self._system(about["files"], about["slept"])
        return State.at_first(Base(self._memory(key)), system)

    def _make(self, key: str, guest: Guest, todo: str, leading: Iterable[str]) -> None:
        said: list[bytes] = []
        led = []
        guest.system.said = lambda _, piece: said.append(piece)
        try:
            if guest.run(todo, SECONDS, SECONDS):
                raise RuntimeError(b"".join(said).decode(errors="replace")[-3000:])
            for source in leading:
                said.clear()
                guest.run(_order(do="run", source=source), SECONDS, SECONDS)
                *messages, reply = [json.loads(line) for line in b"".join(said).splitlines()]
                count = reply["content"]["count"]
                led.append({"source": source, "messages": messages, "count": count})
            if len(guest.system.opened) > 1:
                raise RuntimeError("A file was left open.")
            written = {
                path: bytes(part.content).decode("latin-1")
                for path, part in walk(guest.system.root)
                if part.may_write
            }
            about = {"files": written, "slept": guest.system.slept, "led": led}
            memory, view = self._memory(key), guest.view()
            text = json.dumps(about)
            _write(memory.with_suffix(".json"), lambda new: new.write_text(text, "utf-8"))
            _write(memory, lambda new: _sparse(view, new))
        finally:
            guest.close()

    def _system(self, written: dict[str, str], slept: int = 0) -> System:
        root = folder()
        put(root, LIBRARY, mapped(artifact("python-stdlib.zip")))
        for path, content in self._lesson:
            put(root, path, content)
        root.content["tmp"] = folder(may_write=True)
        above = root
        for part in WORK.strip("/").split("/"):
            above.content[part] = folder(may_write=part != "home")
            above = above.content[part]
        for path, text in written.items():
            put(root, path, bytearray(text.encode("latin-1")), may_write=True)
        return System(root, ENVIRONMENT, DISK, slept=slept)

    @cached_property
    def _lesson(self) -> list[tuple[str, memoryview]]:
        """What a lesson needs, by path: parts of one file, read when they are asked for."""
        content = memoryview(mapped(self.lesson))
        found = []
        with zipfile.ZipFile(self.lesson) as archive:
            for part in archive.infolist():
                name, more = struct.unpack_from("<HH", content, part.header_offset + 26)
                start = part.header_offset + 30 + name + more
                found.append((part.filename, content[start : start + part.file_size]))
        return found

    def _forget_old(self) -> None:
        for memory in self._unused("image-*.memory", KEPT):
            _forget(memory)
            if not memory.exists():
                _forget(memory.with_suffix(".json"))
        left_over = self._unused(".*", 0)  # by a run that was killed while it wrote
        for file in (*self._unused("lesson-*", 2), *self._unused("python-*", 2), *left_over):
            _forget(file)

    def _unused(self, pattern: str, kept: int) -> list[Path]:
        """Return files that no run has made or used for a day, but not the latest of them."""
        times = {file: file.stat().st_mtime for file in self.cache.glob(pattern)}
        latest = sorted(times, key=times.__getitem__, reverse=True)
        return [file for file in latest[kept:] if time.time() - times[file] > UNUSED]


def _order(**order: Any) -> str:
    """Return the line of Python that has a guest do one thing."""
    return f"room.serve({json.dumps(order)!r})"


def _pack(files: list[tuple[str, bytes]], new: Path) -> None:
    with zipfile.ZipFile(new, "w") as archive:
        for path, content in files:
            archive.writestr(zipfile.ZipInfo(path.lstrip("/")), content)


def _sparse(content: memoryview, new: Path) -> None:
    """Write memory to a file, without those parts in which there is nothing."""
    nothing = bytes(65_536)
    with new.open("wb") as opened:
        for at in range(0, len(content), len(nothing)):
            part = bytes(content[at : at + len(nothing)])
            if part != nothing:
                opened.seek(at)
                opened.write(part)
        opened.truncate(len(content))


def _forget(file: Path) -> None:
    with suppress(OSError):  # On Windows a file that another run uses cannot be removed.
        file.unlink()


def _write(file: Path, write: Callable[[Path], object]) -> None:
    """Write a file that only this user may change, in one step."""
    try:
        with files.replaced(file, 0o644) as new:
            write(new)
    except PermissionError:
        if not file.is_file():  # On Windows what another run has made and uses is not replaced.
            raise
