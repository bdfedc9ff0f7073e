"""What a learner sees after the second sitting: idea by idea, what was chosen then and now."""

from __future__ import annotations

from dataclasses import dataclass

from scaling.inventory import AFTER, BEFORE, RIGHT, Item, items
from scaling.inventory.file import Answered, Answers


@dataclass(frozen=True)
class Result:
    """One idea and what a learner made of it.

    Attributes
    ----------
    item : Item
    before, after : str
        ``RIGHT``, the name of a slip, or an empty text if it was not asked in a finished sitting.
    """

    item: Item
    before: str
    after: str


def results(kept: Answers) -> list[Result]:
    """Return the results, those ideas first that are not right in the second sitting."""
    found = [
        Result(item, _slip(item, kept.of(BEFORE)), _slip(item, kept.of(AFTER))) for item in items()
    ]
    return sorted(found, key=lambda result: result.after == RIGHT)


def score(answered: Answered) -> int:
    """Return how many answers of a finished sitting are right."""
    return sum(_slip(item, answered) == RIGHT for item in items())


def _slip(item: Item, answered: Answered) -> str:
    if not answered.finished or item.id not in answered.chosen:
        return ""
    return item.forms[answered.form].slip(answered.chosen[item.id])


def in_words(result: Result) -> str:
    """Return what was chosen before and after, as a sentence, and what to read if it is wrong."""
    said = [
        f"{when}: {'right' if slip == RIGHT else f'an answer that {result.item.slips[slip]}'}"
        for when, slip in (("Before", result.before), ("Now", result.after))
        if slip
    ]
    more = "" if result.after == RIGHT else f" Lesson {result.item.lesson} is about it."
    return f"{'. '.join(said)}.{more}"
