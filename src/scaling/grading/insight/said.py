"""What became of one answer, in words that several students can share.

A graded notebook keeps what each check said. If that is the hint of a slip, the slip is known. The
hint of no slip may quote an answer or a number of this one student; it is told without them, so
that alike mistakes count together and nobody's words get into a table.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from scaling.checking import NOT_DONE
from scaling.grading.outputs import was_stopped
from scaling.progress.questions import error_of, is_touched

_QUOTED = re.compile(r"“[^”]*”|'[^']*'|\"[^\"]*\"")
_NUMBER = re.compile(r"[-−]?\d[\d.,]*(?<=\d)(?:e[-+]?\d+)?")
_SO_FAR = re.compile(r"\n[\d.]+ of [\d.]+ points? so far\.")

UNNAMED = "Something is written, but nothing under the name that the check asks for."


class State(StrEnum):
    """What became of an answer."""

    RIGHT = "right"
    SLIP = "slip"  # with the hint of a wrong procedure that its check knows
    HINT = "hint"  # with another hint
    STOPPED = "stopped"  # its code stopped with an error
    BLANK = "blank"
    PERSON = "for a person"


@dataclass(frozen=True)
class Said:
    """What became of an answer, and in which words; the words of a right one are ""."""

    state: State
    words: str = ""


def said(check: Any, answers: Sequence[Any], slips: Mapping[str, str]) -> Said:
    """Return what became of an answer that did not get all its points.

    Parameters
    ----------
    check : NotebookNode
        The graded cell of the check, with its outputs.
    answers : sequence of NotebookNode
        The graded cells that the student wrote in.
    slips : mapping of str to str
        The hints of the slips that the check knows, and a regular expression for each, as a hint
        may hold a student's own numbers.
    """
    if not any(map(is_touched, answers)):
        return Said(State.BLANK)
    stopped = _stopped([*answers, check])
    if stopped:
        return Said(State.STOPPED, stopped)
    told = error_of(check)
    if told.startswith(NOT_DONE):
        return Said(State.HINT, UNNAMED)
    told = told or _printed(check)
    # One slip may say what another does and more, so the longest wins.
    found = (hint for hint, pattern in slips.items() if re.search(pattern, plain(told)))
    known = max(found, key=len, default="")
    if known:
        return Said(State.SLIP, known)
    return Said(State.HINT, in_general(told) or "The check found no reason.")


def in_general(hint: str) -> str:
    """Return a hint with dots in place of what it quotes from one answer."""
    return plain(_NUMBER.sub("…", _QUOTED.sub("“…”", hint)))


def _printed(check: Any) -> str:
    """Return the hint that a check printed beside the part of its points."""
    text = "".join(
        output.get("text", "") for output in check.outputs if output.output_type == "stream"
    )
    return _SO_FAR.split(text)[0]


def _stopped(cells: Sequence[Any]) -> str:
    """Return how the code of an answer stopped, or ""."""
    for cell in cells[:-1]:
        for output in cell.get("outputs", []):
            if output.output_type == "error" and output.ename != "NotImplementedError":
                return _kind_of(output.ename)
    return "It took too long, or too much memory." if any(map(was_stopped, cells)) else ""


def _kind_of(name: str) -> str:
    """Return a sentence on an error; a student may have named one, so others have no name here."""
    known = isinstance(getattr(builtins, name, None), type)
    return f"The answer's code stops with {name if known else 'another error'}."


def plain(text: str) -> str:
    """Return a text with one space wherever it has room."""
    return " ".join(text.split())
