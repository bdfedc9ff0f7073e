"""Where a form's answers are kept: one JSON file beside the notebook, written as the learner types.

How it is written stands in ``kept.py``. What another notebook has written meanwhile is set aside,
not overwritten. Where nothing can be written the answers last until the kernel stops.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from scaling import kept
from scaling.form import Answers, Form
from scaling.wording import reason

FORMAT = 1


class FormFile:
    """The learner's file of one form, in the present folder.

    Parameters
    ----------
    form : scaling.form.Form
    """

    def __init__(self, form: Form):
        self.form = form
        self.path = Path.cwd() / f"{form.file}.json"
        self._known: bytes | None = None  # what the file held when it was last read or written
        self._others: dict[str, object] = {}  # answers to what this version does not ask
        self._exported: dict[str, str] = {}  # digests of the pages written so far
        self._is_closed = False  # of a later version: not ours to write

    def read(self) -> tuple[dict, str]:
        """Return the answers and a note for the learner, empty when there is nothing to say."""
        try:
            answers, note = kept.read(self.path, FORMAT, self._understood, "file of answers")
            self._known = self._content()
        except OSError as error:  # also: of a later version
            self._is_closed = True
            return self.form.empty, (
                f"{self.path.name} is left as it is ({reason(error)}). What you write "
                "now lasts until the kernel stops."
            )
        if answers is None:
            return self.form.empty, note
        return answers, f"Your answers of last time, from {self.path.name}."

    def _content(self) -> bytes | None:
        return self.path.read_bytes() if self.path.exists() else None

    def _understood(self, stored: dict) -> dict:
        answers, exported = stored["answers"], stored["exported"]
        if not (isinstance(answers, dict) and isinstance(exported, dict)):
            raise TypeError("it holds no answers")
        found = self.form.checked(answers)
        self._others = {name: value for name, value in answers.items() if name not in found}
        self._exported = {name: str(digest) for name, digest in exported.items()}
        return found

    def write(self, answers: Answers) -> str:
        """Keep the answers; return what to tell the learner.

        Raises
        ------
        OSError
            If they cannot be kept; the message says why in words for a learner.
        """
        if self._is_closed:
            raise OSError(
                f"{self.path.name} is left as it is, so this lasts until the kernel stops."
            )
        try:
            note = self._make_way()
            content = {
                "format": FORMAT,
                "form": self.form.title,
                "answers": {**self._others, **answers},
                "exported": self._exported,
            }
            kept.write(self.path, content)
            self._known = self._content()
        except OSError as error:
            raise OSError(
                f"Your answers cannot be kept in {self.path.name} ({reason(error)}), so "
                "they last until the kernel stops."
            ) from error
        return note or f"Kept in {self.path.name}, beside this notebook."

    def _make_way(self) -> str:
        """Set aside what somebody else has written since we last looked."""
        if self._content() in (None, self._known):
            return ""
        aside = kept.set_aside(self.path, "other")
        return (
            f"{self.path.name} had been changed elsewhere, perhaps in another notebook. That "
            f"version is kept as {aside.name}; yours is in {self.path.name}."
        )

    def put_away(self) -> str:
        """Give the file another name, so that a new one can be begun; return what to say.

        Raises
        ------
        OSError
            If that cannot be done; the message says why in words for a learner.
        """
        try:
            aside = kept.set_aside(self.path, "before")
        except OSError as error:
            raise OSError(f"{self.path.name} cannot be renamed ({reason(error)}).") from error
        self._others, self._known = {}, None
        return f"What you had is kept as {aside.name}. A new one is begun."

    @property
    def before(self) -> Path | None:
        """Return what was put away last, if anything was."""
        found = self.path.parent.glob(f"{self.path.stem}.before-*{self.path.suffix}")
        return max(found, key=lambda file: file.name, default=None)

    def bring_back(self) -> dict:
        """Take up again what was put away last; what is there now is put away in its place.

        Raises
        ------
        OSError
            If that cannot be done; the message says why in words for a learner.
        """
        back = self.before
        if back is None:
            raise OSError("Nothing has been put away here.")
        try:
            answers = self._understood(json.loads(back.read_text(encoding="utf-8")))
            if self.path.exists():
                kept.set_aside(self.path, "before")
            back.rename(self.path)
            self._known = self._content()
        except OSError as error:
            raise OSError(f"{back.name} cannot be taken up again ({reason(error)}).") from error
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise OSError(f"{back.name} cannot be understood.") from error
        return answers

    def export(self, pages: dict[str, str]) -> list[str]:
        """Write pages beside the notebook; return the names they got.

        Parameters
        ----------
        pages : dict
            Ending (``".html"``) to text. A file that was not written here, or was changed since,
            is never replaced: the page then gets a number.

        Raises
        ------
        OSError
            If a page cannot be written.
        """
        names = []
        for ending, text in pages.items():
            file = self._free(ending)
            kept.write_text(file, text)
            self._exported[file.name] = _digest(text.encode())
            names.append(file.name)
        return names

    def _free(self, ending: str) -> Path:
        number = 1
        while True:
            name = f"{self.form.file}{f'-{number}' if number > 1 else ''}{ending}"
            file = self.path.with_name(name)
            if not file.exists() or self._exported.get(name) == _digest(file.read_bytes()):
                return file
            number += 1


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
