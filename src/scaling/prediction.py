"""A learner's committed predictions: kept in a small file of theirs, shown again at the end.

Shown by ``capstone/looking_back.py``. The file is JSON in the learner's own data folder
(``platformdirs``), or where the environment variable ``SCALING_PREDICTIONS`` points, for people who
share one account on one machine. ``files.py`` reads and writes it; on a disk that cannot be written
the predictions last until the kernel stops.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from scaling import files, wording
from scaling.wording import reason

# Since 2 a prediction has a confidence, since 3 a line; an earlier course leaves such a file alone.
FORMAT = 3
# How sure learners may say they are: the name in the file, and the words on the page.
CONFIDENCE = {"guess": "a guess", "think": "I think so", "sure": "I am sure"}
# Explorables of lesson 5b had keys of lesson 5a before they had a folder of their own.
_RENAMED = {
    f"three_scales.{name}": f"who_is_heard.{name}"
    for name in ("averages", "equity", "immunisation", "levels", "sunlight", "voices")
}
_unsaved: list[Prediction] = []  # predictions of this session that the disk could not take
_notes_shown: set[str] = set()


@dataclass(frozen=True)
class Prediction:
    """One committed prediction: what was asked, what the learner said, what came out.

    ``confidence`` is a name in ``CONFIDENCE``; it is empty if the learner has not stated it.
    ``drawn`` has the y of the line that the prediction was read off; it is empty if none was drawn.
    """

    key: str
    question: str
    predicted: float
    outcome: float
    unit: str
    committed: str  # ISO 8601, UTC
    confidence: str = ""
    drawn: tuple[float, ...] = ()

    def __post_init__(self):
        check_confidence(self.confidence)
        datetime.fromisoformat(self.committed)  # raises ValueError if it is no time

    @property
    def day(self) -> str:
        """The day it was committed, where the learner is, such as 2026-03-01."""
        return datetime.fromisoformat(self.committed).astimezone().date().isoformat()


@dataclass(frozen=True)
class PredictionsFile:
    """The content of the file, oldest prediction first."""

    predictions: tuple[Prediction, ...]


def path() -> Path:
    """Return the path of the learner's file of predictions, which need not exist yet."""
    chosen = os.environ.get("SCALING_PREDICTIONS")
    if chosen:
        file = Path(chosen).expanduser()
        # A bare name counts from home: lessons and exercises run in folders of their own.
        return file if file.is_absolute() else Path.home() / file
    import platformdirs  # a browser, which has a storage of its own, does not have it

    return platformdirs.user_data_path("does-it-scale", appauthor=False) / "predictions.json"


def beside(name: str) -> Path:
    """Return the path of another file of the learner's, beside their predictions.

    Parameters
    ----------
    name : str
        What it holds, such as "recall" for ``predictions.recall.json``.
    """
    file = path()
    return file.with_name(f"{file.stem}.{name}{file.suffix}")


def check_confidence(confidence: str) -> None:
    """Raise ``ValueError`` unless a confidence is a name in ``CONFIDENCE``, or empty."""
    if confidence and confidence not in CONFIDENCE:
        raise ValueError(f"A confidence is one of {', '.join(CONFIDENCE)}, not {confidence!r}.")


def commit(
    key: str,
    question: str,
    predicted: float,
    outcome: float,
    unit: str,
    confidence: str = "",
    drawn: tuple[float, ...] = (),
) -> str:
    """Keep one prediction; return a note for the learner, which is often empty.

    Earlier predictions stay in the file.
    """
    now = datetime.now(UTC).isoformat()
    new = Prediction(key, question, float(predicted), float(outcome), unit, now, confidence, drawn)
    file = path()
    try:
        with files.lock(file):
            earlier, note = _read(file)
            files.write(file, FORMAT, PredictionsFile((*earlier, new)))
        return note
    # A lock that is never released (filelock.Timeout) and a later version's file end here as well.
    except OSError as error:
        _unsaved.append(new)
        return _unless_shown(
            f"Your predictions cannot be saved in {file} ({reason(error)}), so they last "
            f"{wording.here.until}. Everything else works."
        )


def committed(key: str | None = None) -> list[Prediction]:
    """Return the predictions committed so far, oldest first; only those of ``key`` if given."""
    file = path()
    try:
        saved, _ = _read(file, rename_broken=False)
    except OSError:
        saved = ()
    return [item for item in [*saved, *_unsaved] if key is None or item.key == key]


def _read(file: Path, rename_broken: bool = True) -> tuple[tuple[Prediction, ...], str]:
    decode = files.decoder(PredictionsFile)
    found, note = files.read(file, FORMAT, decode, "file of predictions", rename_broken)
    if found is None:
        return (), note
    return tuple(
        replace(one, key=_RENAMED.get(one.key, one.key)) for one in found.predictions
    ), note


def _unless_shown(note: str) -> str:
    """Return a note the first time, and an empty text once it has been shown."""
    if note in _notes_shown:
        return ""
    _notes_shown.add(note)
    return note
