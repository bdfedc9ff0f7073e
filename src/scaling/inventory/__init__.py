"""What a concept inventory is: sixteen questions, asked before the course and after it.

Each item is about one misconception that the course wants to change. It has two forms, A and B, of
the same structure, with cases that the course does not use, and each wrong option is named after
the mistake behind it (Hestenes, Wells and Swackhamer, 1992). Half of the learners meet form A first
and the others form B, so that a difference in difficulty does not pass for a gain.

``items.toml`` holds the items, ``file.py`` keeps a learner's answers, and ``page.py`` asks.
``reading.py``, ``analysis.py``, ``report.py`` and ``command.py`` are for the instructor of a class.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FORMS = "AB"
LETTERS = "abcd"
RIGHT = "right"
MINUTES = 12
BEFORE, AFTER = "before", "after"


@dataclass(frozen=True)
class Version:
    """One form of an item: a case, a question, and its options.

    Attributes
    ----------
    stem : str
        The case and the question, complete without the options.
    options : tuple of (str, str)
        For each letter, in order: ``RIGHT`` or the name of a slip, and the text.
    """

    stem: str
    options: tuple[tuple[str, str], ...]

    def slip(self, letter: str) -> str:
        """Return ``RIGHT``, or the name of the slip that an option shows."""
        return self.options[LETTERS.index(letter)][0]


@dataclass(frozen=True)
class Item:
    """One idea, asked in two forms.

    Attributes
    ----------
    id : str
        Its name in the files of learners, the same as long as its options stay.
    lesson : str
        The lesson that teaches the idea, such as "1a".
    idea : str
        What is right, as a sentence.
    slips : mapping of str to str
        By name: what a learner does who chooses that option. The main misconception is the first.
    forms : mapping of str to Version
        By letter.
    """

    id: str
    lesson: str
    idea: str
    slips: Mapping[str, str]
    forms: Mapping[str, Version]


@dataclass(frozen=True)
class Sitting:
    """One of the two times at which the inventory is asked.

    Attributes
    ----------
    when : {"before", "after"}
    title : str
    about : str
        What a learner reads before the first question.
    """

    when: str
    title: str
    about: str


before = Sitting(
    BEFORE,
    "Sixteen questions before the course",
    f"They take about {MINUTES} minutes, and you may leave and go on another time. Choose what you "
    "think most likely, also where you are not sure. You are told what is right after the course, "
    "when you have answered sixteen others; until then the questions would teach themselves.",
)
after = Sitting(
    AFTER,
    "Sixteen questions after the course",
    f"They ask the same ideas of other cases, and take about {MINUTES} minutes; you may leave and "
    "go on another time. Choose what you think most likely, also where you are not sure. When you "
    "have finished you see, idea by idea, what has changed.",
)


@cache
def items() -> tuple[Item, ...]:
    """Return the items in the order in which they are asked."""
    text = Path(__file__).with_name("items.toml").read_text(encoding="utf-8")
    return tuple(
        Item(
            stored["id"],
            stored["lesson"],
            stored["idea"],
            stored["slips"],
            {
                form: Version(stored[form]["stem"], tuple(map(tuple, stored[form]["options"])))
                for form in FORMS
            },
        )
        for stored in tomllib.loads(text)["items"]
    )


def sitting(when: str) -> Sitting:
    """Return the sitting that is called "before" or "after"."""
    for one in (before, after):
        if one.when == when:
            return one
    raise ValueError(f'Write inventory.show("{BEFORE}") or inventory.show("{AFTER}").')


def show(when: str) -> None:
    """Display the questions in a notebook.

    Parameters
    ----------
    when : {"before", "after"}
        Whether they are asked before the course or after it.
    """
    from scaling.inventory.page import show_page  # imported late: only a notebook has widgets

    show_page(sitting(when))
