"""A file that was handed in becomes a notebook, and what had to be mended on the way is told.

How it is read is in ``scaling.notebook_file``, which learners' own overview uses too.
"""

from __future__ import annotations

from pathlib import Path

from scaling import notebook_file
from scaling.notebook_file import joined

from .findings import CannotGradeError, Kind, Report
from .folder import bytes_of
from .inside import beginning

__all__ = ["joined", "kind_of", "notebook_in", "text_of"]


def text_of(file: Path, report: Report) -> str:
    """Read a file as text, by whichever encoding it was saved in."""
    try:
        text, remarks = notebook_file.text_in(bytes_of(file), file.name)
    except ValueError as problem:
        raise CannotGradeError(str(problem)) from None
    for remark in remarks:
        report.add(Kind.REPAIRED, "notebook", remark)
    return text


def kind_of(file: Path) -> str:
    """Return in brackets what a file is that is no notebook, as far as its first bytes tell."""
    kind = notebook_file.kind_in(beginning(file))
    return f" ({kind})" if kind else ""


def notebook_in(text: str, report: Report) -> dict:
    """Parse the text and return it as a notebook of format 4 as far as its shape goes."""
    try:
        data, remarks = notebook_file.notebook_in(text)
    except ValueError as problem:
        raise CannotGradeError(str(problem)) from None
    for remark in remarks:
        report.add(Kind.REPAIRED, "notebook", remark)
    return data
