"""Parts of sentences that many modules share: counts, lists, earlier values, and errors.

``style.py`` formats single numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Surroundings:
    """How sentences call the place where a learner reads a page.

    Attributes
    ----------
    beside : str
        Where the learner's files are.
    until : str
        How long that lasts which is in no file.
    again : str
        What brings a page up to date.
    from_the_top : str
        What runs all cells of an exercise.
    state : str
        Which state of an exercise is read: the one that was saved, or the present one.
    """

    beside: str = "beside this notebook"
    until: str = "until the kernel stops"
    again: str = "run this cell again"
    from_the_top: str = "*Run All Cells* in the menu *Run*"
    state: str = "as it was last saved"


here = Surroundings()  # The web edition puts its own in place.


def number_of(number: float, thing: str) -> str:
    """Return a number with its noun, such as "1 table" or "1,200 tables"."""
    return f"{number:,.15g} {thing}{'' if number == 1 else 's'}"


def listed(names: Sequence[str], last: str = "and") -> str:
    """Join one or more names into a phrase, such as "one, two and three"."""
    *others, end = names
    return f"{', '.join(others)} {last} {end}" if others else end


def was(now: str, before: str | None) -> str:
    """Return an earlier value in brackets, such as " (66 % before)"; "" if it has not changed."""
    return "" if before in (None, now) else f" ({before} before)"


def reason(error: Exception) -> str:
    """Return an error's message without its full stop, and without the number of an ``OSError``."""
    return (getattr(error, "strerror", None) or str(error)).rstrip(".")


def fault(error: Exception, what_now: str) -> str:
    """Return the message that a learner reads when the course itself has failed.

    Parameters
    ----------
    error : Exception
        The unexpected error.
    what_now : str
        A sentence that tells the learner what to do.
    """
    return f"A fault of ours, not of yours ({type(error).__name__}: {error}). {what_now}"
