"""Where a learner's answers to the inventory are kept: a small file beside their predictions.

Two notebooks ask, lesson 0 and lesson 6, so every change reads the file anew under its lock. A file
that is handed in has the same format. It holds a random id, the learner's pseudonym if they chose
one, the letters, and the days on which they finished; nothing else.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from scaling import files, prediction, wording
from scaling.inventory import BEFORE, FORMS, LETTERS, items
from scaling.wording import reason

FORMAT = 1
KIND = "does-it-scale concept inventory"
LONGEST_NAME = 60  # characters
_unsaved: list[Answers] = []  # the answers of this session that the disk could not take


@dataclass(frozen=True)
class Answered:
    """The answers of one sitting.

    Attributes
    ----------
    form : {"A", "B"}
    chosen : dict of str to str
        Letters by the id of the item. Ids that this version of the course does not know are kept,
        and a sitting that is finished may lack those that have come since.
    finished : str
        The day on which the learner finished, such as 2026-03-01; empty until then.
    """

    form: str
    chosen: dict[str, str] = field(default_factory=dict)
    finished: str = ""

    def __post_init__(self):
        if self.form not in FORMS or len(self.form) != 1:
            raise ValueError(f"form is one of {', '.join(FORMS)}")
        if any(len(letter) != 1 or letter not in LETTERS for letter in self.chosen.values()):
            raise ValueError(f"an answer is one of {', '.join(LETTERS)}")
        if self.finished:
            date.fromisoformat(self.finished)  # raises ValueError if it is no day


@dataclass(frozen=True)
class Answers:
    """The content of the file.

    Attributes
    ----------
    id : str
        32 random hexadecimal digits, which say nothing about the learner.
    name : str
        A pseudonym of the learner's choice; often empty.
    before, after : Answered or None
    kind : str
        What tells such a file from every other.
    """

    id: str
    name: str = ""
    before: Answered | None = None
    after: Answered | None = None
    kind: str = KIND

    def __post_init__(self):
        if self.kind != KIND or not re.fullmatch(r"[0-9a-f]{32}", self.id):
            raise ValueError("this is no file of the inventory")
        if len(self.name) > LONGEST_NAME:
            raise ValueError(f"a name has at most {LONGEST_NAME} characters")
        if self.before and self.after and self.before.form == self.after.form:
            raise ValueError("both sittings have the same form")

    def of(self, when: str) -> Answered:
        """Return the answers of a sitting, which are empty before its first question."""
        return (self.before if when == BEFORE else self.after) or Answered(self.form(when))

    def form(self, when: str) -> str:
        """Return the form of a sitting: by the id, so that about half of all begin with each."""
        mine, other = (self.before, self.after) if when == BEFORE else (self.after, self.before)
        if mine:
            return mine.form
        if other:
            return _other(other.form)
        first = FORMS[hashlib.sha256(self.id.encode()).digest()[0] % 2]
        return first if when == BEFORE else _other(first)

    def with_sitting(self, when: str, answered: Answered) -> Answers:
        """Return the same with another sitting."""
        return replace(self, before=answered) if when == BEFORE else replace(self, after=answered)


def _other(form: str) -> str:
    return FORMS[1 - FORMS.index(form)]


def missing(answered: Answered) -> list[int]:
    """Return the numbers of the questions without an answer, counted from 1."""
    return [number for number, item in enumerate(items(), 1) if item.id not in answered.chosen]


def path() -> Path:
    """Return the learner's file, beside their predictions; it need not exist yet."""
    return prediction.beside("inventory")


def begin() -> Answers:
    """Return a file without answers, which is not written yet."""
    return Answers(uuid.uuid4().hex)


def load() -> tuple[Answers | None, str]:
    """Return what is kept, None if nothing is, and a note for the learner, which is often empty."""
    try:
        kept, note = files.read(path(), FORMAT, files.decoder(Answers), "file of answers", False)
    except OSError as error:
        return _last_unsaved(), _cannot_be_kept(error)
    return kept or _last_unsaved(), note


def change(at_first: Answers, update: Callable[[Answers], Answers]) -> tuple[Answers, str]:
    """Change what is kept; return it as it is now, and a note for the learner.

    Parameters
    ----------
    at_first : Answers
        What is changed if nothing is kept yet.
    update : callable
        Takes what is kept, and returns what is to be kept.
    """
    file = path()
    try:
        with files.lock(file):
            kept, note = files.read(file, FORMAT, files.decoder(Answers), "file of answers")
            changed = update(kept or at_first)
            files.write(file, FORMAT, changed)
        return changed, note
    # A lock that is never released (filelock.Timeout) and a later version's file end here as well.
    except OSError as error:
        changed = update(_last_unsaved() or at_first)
        _unsaved[:] = [changed]
        return changed, _cannot_be_kept(error)


def _last_unsaved() -> Answers | None:
    return _unsaved[-1] if _unsaved else None


def _cannot_be_kept(error: OSError) -> str:
    return (
        f"Your answers cannot be kept in {path().name} ({reason(error)}), so they last "
        f"{wording.here.until}."
    )


def choose(when: str, chosen: dict[str, str], form: str) -> Callable[[Answers], Answers]:
    """Return an update that adds answers to a form, unless another form is asked by now."""

    def update(kept: Answers) -> Answers:
        answered = kept.of(when)
        if answered.form != form or answered.finished:
            return kept
        return kept.with_sitting(when, replace(answered, chosen=answered.chosen | chosen))

    return update


def finish(when: str) -> Callable[[Answers], Answers]:
    """Return an update that ends a sitting today, if every question has an answer."""

    def update(kept: Answers) -> Answers:
        answered = kept.of(when)
        if answered.finished or missing(answered):
            return kept
        return kept.with_sitting(when, replace(answered, finished=date.today().isoformat()))

    return update


def rename(name: str) -> Callable[[Answers], Answers]:
    """Return an update that gives the learner a pseudonym."""
    kept_name = files.encodable(" ".join(name.split()))[:LONGEST_NAME]
    return lambda kept: replace(kept, name=kept_name)


def export(kept: Answers, target: Path) -> None:
    """Write the file that is handed in.

    Raises
    ------
    ValueError
        If there is another file of that name, which stays as it is.
    OSError
        If it cannot be written.
    """
    if target.exists():
        try:
            there = files.read(target, FORMAT, files.decoder(Answers), "file", False)[0]
        except OSError:
            there = None
        if there is None or there.id != kept.id:
            raise ValueError(
                f"{target.name} is there already and is not yours to hand in. It stays as it is; "
                "choose another name."
            )
    files.write(target, FORMAT, kept)


def name_for_export(kept: Answers) -> str:
    """Return the name of the file that is handed in, which does not repeat the pseudonym."""
    return f"inventory-{kept.id[:8]}.json"
