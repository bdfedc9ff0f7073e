"""The numbers in an essay, and whether the learner's own notebook holds them.

A person judges whether a number is used well. This only says where it may come from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

OWN, GIVEN, NOWHERE = "own result", "in the exercise", "not in this notebook"
MOST_NUMBERS = 20_000  # that are looked at in one notebook
_NUMBER = re.compile(
    r"(?<![\w.,])([-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(?![\w]|[.,]\d)(\s?(?:%|per cent\b))?"
)
_IN_WORDS = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|"
    r"fifty|sixty|seventy|eighty|ninety|hundred|thousand|half|thirds?|quarters?|tenths?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Figure:
    """A number in an essay as it was written, and where the notebook has it."""

    text: str
    where: str


def figures(essay: str, own: Iterable[str], given: Iterable[str]) -> list[Figure]:
    """Return each number of an essay once, in its order.

    Parameters
    ----------
    essay : str
    own : iterable of str
        The learner's answers and what came of them.
    given : iterable of str
        What the exercise says and shows.
    """
    known = [(OWN, _values(own)), (GIVEN, _values(given))]
    found: dict[str, Figure] = {}
    for match in _NUMBER.finditer(essay):
        number, percent = match[1], bool(match[2])
        where = next((name for name, values in known if _is_in(number, percent, values)), NOWHERE)
        found.setdefault(match[0], Figure(match[0], where))
    return list(found.values())


def in_words(essay: str) -> list[str]:
    """Return the numbers that an essay spells out, each once."""
    return list(dict.fromkeys(word.lower() for word in _IN_WORDS.findall(essay)))


def _values(texts: Iterable[str]) -> set[float]:
    values: set[float] = set()
    for text in texts:
        for match in _NUMBER.finditer(text):
            if len(values) >= MOST_NUMBERS:
                return values
            values.add(_value(match[1]))
    return values


def _value(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))


def _is_in(text: str, percent: bool, values: set[float]) -> bool:
    """Return whether a number is there, or is one that was rounded; a percentage may be a share."""
    value, places = _value(text), len(text.partition(".")[2])
    if value in values or (percent and value / 100 in values):
        return True
    # Whole numbers are so common that rounding to one says nothing, except of a percentage.
    near = 0.5 * 10**-places + 1e-9
    rounded = places > 0 and any(abs(one - value) <= near for one in values)
    return rounded or (percent and any(abs(100 * one - value) <= near for one in values))
