"""Which questions the learners of a class want to be looked at again."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markupsafe import Markup

from scaling.grading import clean
from scaling.grading.pages import question_label

from . import asking, essays


@dataclass(frozen=True)
class Request:
    """What one learner asks about one question.

    Attributes
    ----------
    question : str
        The graded cell whose points are asked about; "" where it belongs to none.
    commented : str
        The cell that carries a comment on it, or "".
    label : str
        Such as "Question 3".
    text : str
    """

    question: str
    commented: str
    label: str
    text: str

    @property
    def key(self) -> str:
        """What this request is known by; another text is another request."""
        return hashlib.sha256(self.text.encode(errors="replace")).hexdigest()[:32]


@dataclass
class _Section:
    """The cells from one prompt to the next."""

    label: str = ""
    graded: str = ""
    commented: str = ""
    texts: list[str] = field(default_factory=list)
    cells: list[dict[str, Any]] = field(default_factory=list)

    def request(self) -> Request | None:
        if not self.texts:
            return None
        text = "\n".join(self.texts)
        return Request(self.graded, self.commented, self.label or "The exercise as a whole", text)


def requests_in(file: Path) -> list[Request]:
    """Return the requests in a graded notebook, at most one for each question.

    Raises
    ------
    OSError, ValueError
        If the notebook cannot be read.
    """
    about = file.stat()
    return _requests_in(file, about.st_mtime_ns, about.st_size)


@functools.lru_cache(maxsize=10_000)
def _requests_in(file: Path, _changed: int, _size: int) -> list[Request]:
    found = (section.request() for section in _sections(essays.cells_in(file)))
    return [request for request in found if request is not None]


def answered(file: Path, question: str) -> Markup:
    """Return what a learner wrote around a question and what came of it, cleaned.

    Raises
    ------
    OSError, ValueError
        If the notebook cannot be read.
    """
    sections = _sections(essays.cells_in(file))
    found = next((one for one in sections if one.graded == question), _Section())
    parts = []
    for cell in found.cells:
        given = essays.is_given(cell)
        if not given:
            shown = clean.code if cell["cell_type"] == "code" else clean.render
            parts.append(shown(asking.without(cell["source"])))
        if not given or essays.own(cell).get("grade"):
            parts += [clean.as_typed(essays.plain(output)) for output in cell.get("outputs", [])]
    return Markup("".join(parts))


def _sections(cells: list[dict[str, Any]]) -> list[_Section]:
    found = [_Section()]
    for cell in cells:
        marks = essays.own(cell)
        given = essays.is_given(cell)
        label = question_label(cell["source"]) if given else ""
        if label:
            found.append(_Section(label))
        here = found[-1]
        here.cells.append(cell)
        name = marks.get("grade_id", "")
        if marks.get("task"):
            here.graded = here.commented = name
        elif marks.get("grade"):
            here.graded = here.graded or name
        if marks.get("solution"):
            here.commented = here.commented or name
        if not given and (text := asking.asked(cell["source"])):
            here.texts.append(text)
    return found
