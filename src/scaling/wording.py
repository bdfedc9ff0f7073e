"""Parts of sentences that are said in many places: counts, lists, reasons, a fault of ours.

How a single number is written stands in ``style.py``.
"""

from __future__ import annotations

from collections.abc import Sequence


def number_of(number: float, thing: str) -> str:
    """Return a number with its noun, such as "1 table" or "1,200 tables"."""
    return f"{number:,.15g} {thing}{'' if number == 1 else 's'}"


def listed(names: Sequence[str], last: str = "and") -> str:
    """Return names as words, such as "one, two and three"; at least one name."""
    *others, end = names
    return f"{', '.join(others)} {last} {end}" if others else end


def was(now: str, before: str | None) -> str:
    """Return what a figure was before, such as " (66 % before)"; nothing if it is the same."""
    return "" if before in (None, now) else f" ({before} before)"


def reason(error: Exception) -> str:
    """Return why something failed, without the number and file of an ``OSError``, or a stop."""
    return (getattr(error, "strerror", None) or str(error)).rstrip(".")


def fault(error: Exception, what_now: str) -> str:
    """Return what a learner reads where the course itself has failed.

    Parameters
    ----------
    error : Exception
        What nobody foresaw.
    what_now : str
        What to do, as a sentence.
    """
    return f"A fault of ours, not of yours ({type(error).__name__}: {error}). {what_now}"
