"""How often an answer was tried, and whether its solution was looked at: in the learner's own file.

The file lies beside the predictions (``prediction.py``). Only checks that are run on a page of
Jupyter count; while an exercise is graded nothing is written. On a disk that cannot be written the
counts last until the kernel stops.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from scaling import files, prediction

FORMAT = 1
ENOUGH = 3  # wrong tries


@dataclass(frozen=True)
class Tries:
    """How often one question was tried without success, and whether its solution was seen."""

    wrong: int = 0
    seen: bool = False


@dataclass(frozen=True)
class TriesFile:
    """The content of the file, by the question's id."""

    questions: dict[str, Tries] = field(default_factory=dict)


_unsaved: dict[str, Tries] = {}


def _file() -> Path:
    return prediction.path().with_name("tries.json")


def _stored(rename_broken: bool) -> dict[str, Tries]:
    decode = files.decoder(TriesFile)
    found, _ = files.read(_file(), FORMAT, decode, "file of tries", rename_broken)
    return found.questions if found else {}


def read() -> dict[str, Tries]:
    """Return the tries of every question that was tried, by the question's id."""
    try:
        return _stored(rename_broken=False) | _unsaved
    except OSError:
        return dict(_unsaved)


def _write(question: str, tried: Tries) -> None:
    try:
        with files.lock(_file()):
            questions = _stored(rename_broken=True) | {question: tried}
            files.write(_file(), FORMAT, TriesFile(questions))
            _unsaved.pop(question, None)
    except OSError:  # a disk that cannot be written, or a file of a later version of the course
        _unsaved[question] = tried


def add(question: str) -> int:
    """Count one more wrong try; return how many there are."""
    before = read().get(question, Tries())
    _write(question, replace(before, wrong=before.wrong + 1))
    return before.wrong + 1


def mark_seen(question: str) -> None:
    """Note that the solution of a question was looked at."""
    _write(question, replace(read().get(question, Tries()), seen=True))
