"""Where a form's answers are kept: one JSON file beside the notebook, written as the learner types.

``scaling/files.py`` writes it. What another notebook has written meanwhile is renamed, not
overwritten. Where nothing can be written the answers last until the kernel stops.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scaling import files, wording
from scaling.form import Answers, Form
from scaling.rows import Table
from scaling.wording import reason

FORMAT = 1


@dataclass(frozen=True)
class FormContent:
    """The content of the file.

    Attributes
    ----------
    answers : dict
        By the name of a field: text, or rows of text. ``Form.checked`` checks them; names that this
        version of the form does not know are kept.
    exported : dict of str to str
        By the name of a page that was exported: the SHA-256 digest of its content.
    form : str
        The title of the form, for people who open the file.
    """

    answers: dict[str, Any]
    exported: dict[str, str]
    form: str = ""


class FormFile:
    """The learner's file of one form, in the present folder.

    Parameters
    ----------
    form : scaling.form.Form
    """

    def __init__(self, form: Form):
        self.form = form
        self.path = Path.cwd() / f"{form.file}.json"
        self._last_content: bytes | None = None  # the file's, when it was last read or written
        self._unknown: dict[str, Any] = {}  # answers to fields that this version does not have
        self._exported: dict[str, str] = {}  # digests of the pages that were written
        self._is_read_only = False  # a later version wrote the file, or it cannot be read

    def read(self) -> tuple[dict[str, str | Table], str]:
        """Return the answers and a note for the learner, which is often empty."""
        try:
            answers, note = files.read(self.path, FORMAT, self._take, "file of answers")
            self._last_content = self._content()
        except OSError as error:
            self._is_read_only = True
            return self.form.empty, (
                f"{self.path.name} is left as it is ({reason(error)}). What you write "
                f"now lasts {wording.here.until}."
            )
        if answers is None:
            return self.form.empty, note
        return answers, f"Your answers of last time, from {self.path.name}."

    def _content(self) -> bytes | None:
        return self.path.read_bytes() if self.path.exists() else None

    def _take(self, stored: dict[str, Any]) -> dict[str, str | Table]:
        """Take over the content of a file, and return its answers."""
        content = files.decoder(FormContent)(stored)
        found = self.form.checked(content.answers)
        self._unknown = {
            name: value for name, value in content.answers.items() if name not in found
        }
        self._exported = content.exported
        return found

    def write(self, answers: Answers) -> str:
        """Write the answers to the file; return what to tell the learner.

        Raises
        ------
        OSError
            If they cannot be kept; the message says why in words for a learner.
        """
        if self._is_read_only:
            raise OSError(f"{self.path.name} is left as it is, so this lasts {wording.here.until}.")
        try:
            note = self._rename_if_changed()
            answers = {**self._unknown, **answers}
            files.write(self.path, FORMAT, FormContent(answers, self._exported, self.form.title))
            self._last_content = self._content()
        except OSError as error:
            raise OSError(
                f"Your answers cannot be kept in {self.path.name} ({reason(error)}), so "
                f"they last {wording.here.until}."
            ) from error
        return note or f"Kept in {self.path.name}, {wording.here.beside}."

    def _rename_if_changed(self) -> str:
        """Rename the file if another program has changed it; return what to tell the learner."""
        if self._content() in (None, self._last_content):
            return ""
        renamed = files.rename_with_time(self.path, "other")
        return (
            f"{self.path.name} had been changed elsewhere, perhaps in another notebook. That "
            f"version is kept as {renamed.name}; yours is in {self.path.name}."
        )

    def archive(self) -> str:
        """Rename the file, so that a new one can be begun; return what to tell the learner.

        Raises
        ------
        OSError
            If that cannot be done; the message says why in words for a learner.
        """
        try:
            renamed = files.rename_with_time(self.path, "before")
        except OSError as error:
            raise OSError(f"{self.path.name} cannot be renamed ({reason(error)}).") from error
        self._unknown, self._last_content = {}, None
        return f"What you had is kept as {renamed.name}. A new one is begun."

    @property
    def last_archived(self) -> Path | None:
        """The file that was archived last, if there is one."""
        found = self.path.parent.glob(f"{self.path.stem}.before-*{self.path.suffix}")
        return max(found, key=lambda file: file.name, default=None)

    def bring_back(self) -> dict[str, str | Table]:
        """Return to the file that was archived last; the present one is archived in its place.

        Raises
        ------
        OSError
            If that cannot be done; the message says why in words for a learner.
        """
        back = self.last_archived
        if back is None:
            raise OSError("Nothing has been put away here.")
        try:
            answers = self._take(json.loads(back.read_text(encoding="utf-8")))
            if self.path.exists():
                files.rename_with_time(self.path, "before")
            back.rename(self.path)
            self._last_content = self._content()
        except OSError as error:
            raise OSError(f"{back.name} cannot be taken up again ({reason(error)}).") from error
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise OSError(f"{back.name} cannot be understood.") from error
        return answers

    def export(self, pages: dict[str, str]) -> list[str]:
        """Write pages beside the notebook; return their file names.

        Parameters
        ----------
        pages : dict
            Ending (``".html"``) to text. A file that was written by another program, or changed
            since, is never replaced: the page then gets a number.

        Raises
        ------
        OSError
            If a page cannot be written.
        """
        names = []
        for ending, text in pages.items():
            file = self._unused_name(ending)
            files.write_text(file, text)
            self._exported[file.name] = _digest(text.encode())
            names.append(file.name)
        return names

    def _unused_name(self, ending: str) -> Path:
        number = 1
        while True:
            name = f"{self.form.file}{f'-{number}' if number > 1 else ''}{ending}"
            file = self.path.with_name(name)
            if not file.exists() or self._exported.get(name) == _digest(file.read_bytes()):
                return file
            number += 1


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
