"""What a learner has answered, kept in a small file of theirs beside the predictions.

Every answer is added and none is replaced. On a disk that cannot be written the answers last until
the kernel stops.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scaling import files, prediction, wording
from scaling.recall import Option, Question
from scaling.wording import reason

FORMAT = 1
WHAT = "file of recalled answers"
_unsaved: list[Answer] = []  # answers of this session that the disk could not take


@dataclass(frozen=True)
class Answer:
    """One answer.

    Attributes
    ----------
    question : str
        The question's key.
    chosen : str
        The text of the option.
    right : bool
    answered : str
        ISO 8601, UTC.
    """

    question: str
    chosen: str
    right: bool
    answered: str

    def __post_init__(self):
        if datetime.fromisoformat(self.answered).tzinfo is None:
            raise ValueError("The time of an answer needs its time zone.")

    @property
    def when(self) -> datetime:
        """The time of the answer, in UTC."""
        return datetime.fromisoformat(self.answered).astimezone(UTC)


@dataclass(frozen=True)
class RecallFile:
    """The content of the file, oldest answer first."""

    answers: tuple[Answer, ...]


def path() -> Path:
    """Return the path of the file, which need not exist yet."""
    return prediction.beside("recall")


def keep(question: Question, chosen: Option, now: datetime | None = None) -> str:
    """Keep one answer; return a note for the learner, which is often empty.

    Parameters
    ----------
    question : Question
    chosen : Option
    now : datetime, optional
        The time of the answer, with its zone; by default the present.
    """
    when = (now or datetime.now(UTC)).astimezone(UTC)
    new = Answer(question.key, chosen.text, chosen == question.right, when.isoformat())
    file = path()
    try:
        return files.append(file, FORMAT, RecallFile, new, WHAT)
    except OSError as error:
        _unsaved.append(new)
        return (
            f"Your answers cannot be saved in {file} ({reason(error)}), so they last "
            f"{wording.here.until}."
        )


def kept() -> list[Answer]:
    """Return all answers, oldest first."""
    try:
        found, _ = files.read(path(), FORMAT, files.decoder(RecallFile), WHAT, rename_broken=False)
    except OSError:
        found = None
    saved = found.answers if found else ()
    return sorted([*saved, *_unsaved], key=lambda one: one.when)
