"""How often an answer was tried, and whether its solution was looked at: in the learner's own file.

The file lies beside the predictions (``prediction.py``). Only what is run in a page counts: where
an exercise is graded nothing is written, and nothing is shown. Where the disk cannot be written,
tries count until Python stops.
"""

from __future__ import annotations

from typing import Any

from scaling import kept

FORMAT = 1
ENOUGH = 3  # tries after which a solution may be seen
_unsaved: dict[str, dict[str, Any]] = {}


def _file() -> Any:
    from scaling import prediction  # its file's place; platformdirs is not needed to check

    return prediction.path().with_name("tries.json")


def _understand(stored: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        str(question): {"wrong": int(noted["wrong"]), "seen": bool(noted["seen"])}
        for question, noted in stored["questions"].items()
    }


def _stored(keep_aside: bool) -> dict[str, dict[str, Any]]:
    return kept.read(_file(), FORMAT, _understand, "file of tries", keep_aside)[0] or {}


def read() -> dict[str, dict[str, Any]]:
    """Return by question how many wrong tries there were, and whether its solution was seen."""
    try:
        return _stored(keep_aside=False) | _unsaved
    except OSError:
        return dict(_unsaved)


def _note(question: str, wrong: int, seen: bool) -> None:
    new = {"wrong": wrong, "seen": seen}
    try:
        with kept.lock(_file()):
            whole = _stored(keep_aside=True) | {question: new}
            kept.write(_file(), {"format": FORMAT, "questions": whole})
            _unsaved.pop(question, None)
    except OSError:  # a disk that cannot be written, or a file of a later course
        _unsaved[question] = new


def add(question: str) -> int:
    """Count one more wrong try; return how many there are."""
    noted = read().get(question, {"wrong": 0, "seen": False})
    _note(question, noted["wrong"] + 1, noted["seen"])
    return noted["wrong"] + 1


def mark_seen(question: str) -> None:
    """Note that the solution of a question was looked at."""
    noted = read().get(question, {"wrong": 0})
    _note(question, noted["wrong"], True)
