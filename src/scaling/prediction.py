"""A learner's committed predictions: kept in a small file of theirs, shown again at the end.

Shown by ``capstone/looking_back.py``. The file is JSON in the learner's own data folder
(``platformdirs``), or wherever the environment variable ``SCALING_PREDICTIONS`` points, for people
who share one account on one machine. Writing is atomic and locked; a file that cannot be understood
is set aside, never overwritten; on a disk that cannot be written the predictions live until the
kernel stops.
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import filelock
import platformdirs

FORMAT = 1
_unsaved: list[Prediction] = []  # of this session, where the disk could not take them
_said: set[str] = set()


@dataclass(frozen=True)
class Prediction:
    """One committed prediction: what was asked, what the learner said, what came out."""

    key: str
    question: str
    predicted: float
    outcome: float
    unit: str
    committed: str  # ISO 8601, UTC

    @property
    def day(self) -> str:
        """The day it was committed, where the learner is, such as 2026-03-01."""
        return datetime.fromisoformat(self.committed).astimezone().date().isoformat()


def path() -> Path:
    """Return the learner's file of predictions (it need not exist yet)."""
    chosen = os.environ.get("SCALING_PREDICTIONS")
    if chosen:
        file = Path(chosen).expanduser()
        # A bare name counts from home: lessons and exercises run in folders of their own.
        return file if file.is_absolute() else Path.home() / file
    return platformdirs.user_data_path("does-it-scale", appauthor=False) / "predictions.json"


def commit(key: str, question: str, predicted: float, outcome: float, unit: str) -> str:
    """Keep one prediction; return a note for the learner, empty when there is nothing to say.

    Earlier predictions stay: the file only ever grows.
    """
    new = Prediction(
        key, question, float(predicted), float(outcome), unit, datetime.now(UTC).isoformat()
    )
    file = path()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(f"{file}.lock", timeout=5):
            kept, note = _read(file)
            _write(file, [*kept, new])
        return note
    # also a lock that is never released (filelock.Timeout), and a file of a later version
    except OSError as error:
        _unsaved.append(new)
        return _once(
            f"Your predictions cannot be saved in {file} ({error.strerror or error}), so they last "
            "until the kernel stops. Everything else works."
        )


def committed(key: str | None = None) -> list[Prediction]:
    """Return the predictions committed so far, oldest first; only those of ``key`` if given."""
    file = path()
    try:
        kept, _ = _read(file, set_aside=False)
    except OSError:
        kept = []
    return [item for item in [*kept, *_unsaved] if key is None or item.key == key]


def _read(file: Path, set_aside: bool = True) -> tuple[list[Prediction], str]:
    try:
        text = file.read_text(encoding="utf-8-sig")  # some editors put a byte order mark first
    except FileNotFoundError:
        return [], ""
    except UnicodeDecodeError:
        text = ""
    try:
        stored = json.loads(text)
        if stored["format"] <= FORMAT:
            return [_understood(item) for item in stored["predictions"]], ""
    except (ValueError, KeyError, TypeError):
        if not set_aside:
            return [], ""
        stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
        aside = file.with_name(f"{file.stem}.broken-{stamp}{file.suffix}")
        file.rename(aside)
        return [], (
            f"Your file of predictions could not be read. It is kept as {aside.name}; a new one "
            "has been started."
        )
    raise OSError(None, "the file was written by a later version of the course")


def _understood(item: dict[str, object]) -> Prediction:
    numbers = {name: float(item[name]) for name in ("predicted", "outcome")}
    words = {name: value for name, value in item.items() if name not in numbers}
    if not all(isinstance(value, str) for value in words.values()):
        raise TypeError("key, question, unit and time of a prediction are text")
    datetime.fromisoformat(words["committed"])  # raises ValueError where it is no time
    return Prediction(**words, **numbers)


def _write(file: Path, predictions: list[Prediction]) -> None:
    """Replace the file in one step, so that a crash leaves the old one or the new one, whole."""
    content = {"format": FORMAT, "predictions": [asdict(item) for item in predictions]}
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(content, stream, ensure_ascii=False, indent=1)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _once(note: str) -> str:
    if note in _said:
        return ""
    _said.add(note)
    return note
