"""A learner's committed predictions: kept in a small file of theirs, shown again at the end.

Shown by ``capstone/looking_back.py``. The file is JSON in the learner's own data folder
(``platformdirs``), or wherever the environment variable ``SCALING_PREDICTIONS`` points, for people
who share one account on one machine. How it is written stands in ``kept.py``; on a disk that cannot
be written the predictions live until the kernel stops.
"""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from scaling import kept
from scaling.wording import reason

FORMAT = 1
# Explorables of lesson 5b had keys of lesson 5a before they had a folder of their own.
_RENAMED = {
    f"three_scales.{name}": f"who_is_heard.{name}"
    for name in ("averages", "equity", "immunisation", "levels", "sunlight", "voices")
}
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
    import platformdirs  # not needed, and not there, where a browser keeps the predictions

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
        with kept.lock(file):
            earlier, note = _read(file)
            items = [asdict(item) for item in [*earlier, new]]
            kept.write(file, {"format": FORMAT, "predictions": items})
        return note
    # also a lock that is never released (filelock.Timeout), and a file of a later version
    except OSError as error:
        _unsaved.append(new)
        return _once(
            f"Your predictions cannot be saved in {file} ({reason(error)}), so they last "
            "until the kernel stops. Everything else works."
        )


def committed(key: str | None = None) -> list[Prediction]:
    """Return the predictions committed so far, oldest first; only those of ``key`` if given."""
    file = path()
    try:
        saved, _ = _read(file, keep_aside=False)
    except OSError:
        saved = []
    return [item for item in [*saved, *_unsaved] if key is None or item.key == key]


def _read(file: Path, keep_aside: bool = True) -> tuple[list[Prediction], str]:
    found, note = kept.read(
        file,
        FORMAT,
        lambda stored: [_understood(item) for item in stored["predictions"]],
        "file of predictions",
        keep_aside,
    )
    return found or [], note


def _understood(item: dict[str, object]) -> Prediction:
    numbers = {name: float(item[name]) for name in ("predicted", "outcome")}
    words = {name: value for name, value in item.items() if name not in numbers}
    if not all(isinstance(value, str) for value in words.values()):
        raise TypeError("key, question, unit and time of a prediction are text")
    datetime.fromisoformat(words["committed"])  # raises ValueError where it is no time
    words["key"] = _RENAMED.get(words["key"], words["key"])
    return Prediction(**words, **numbers)


def _once(note: str) -> str:
    if note in _said:
        return ""
    _said.add(note)
    return note
