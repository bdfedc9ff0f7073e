"""The map of the course: what each lesson asks, and which lessons fit into the time one has.

No model, only arithmetic.
Left out: exercises, breaks, and conversation, which is where most of the learning happens.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Lesson:
    """One lesson: number, title, question and minutes.

    A module of two lessons numbers them with letters: "5a", "5b".
    """

    number: str
    title: str
    question: str
    minutes: int

    @property
    def name(self) -> str:
        """The lesson as it is called in the course, such as "3 Size and context"."""
        return f"{self.number} {self.title}"

    @property
    def module(self) -> int:
        """The number of its module, which its exercise bears: 5 for lesson 5a."""
        return int(self.number.rstrip("ab"))


LESSONS = (
    Lesson("0", "Start here", "How does this course work?", 20),
    Lesson("1", "Scaling up", "Why does the effect so often shrink?", 58),
    Lesson("2", "Process and product", "What travels when a solution travels?", 58),
    Lesson("3", "Size and context", "If it works here, what can you promise there?", 55),
    Lesson("4", "Scaling down", "What does distance cost?", 58),
    Lesson("5a", "Three scales", "At which scale does a change act?", 55),
    Lesson("5b", "Who is heard", "Who is heard, and what do averages hide?", 58),
    Lesson("6", "Capstone", "What will you tell the ministry?", 60),
)
FIRST_THINGS_FIRST = ("0", "3", "1", "2", "4", "5a", "5b", "6")  # for people with little time


@dataclass(frozen=True)
class Route:
    """The lessons that fit into ``hours``, in the order of the course."""

    hours: float
    lessons: tuple[Lesson, ...]

    @property
    def minutes(self) -> int:
        """Minutes that the chosen lessons take together."""
        return sum(lesson.minutes for lesson in self.lessons)


def run(hours: float = 2) -> Route:
    """Choose lessons for the time there is, the most telling ones first.

    Parameters
    ----------
    hours : float
        0 or more.

    Raises
    ------
    ValueError
        If ``hours`` is below 0.
    """
    if not hours >= 0:
        raise ValueError(f"hours must be 0 or more; it is {hours}.")
    left, chosen = hours * 60, []
    for lesson in sorted(LESSONS, key=lambda one: FIRST_THINGS_FIRST.index(one.number)):
        if lesson.minutes <= left:
            chosen.append(lesson)
            left -= lesson.minutes
    return Route(hours, tuple(sorted(chosen, key=LESSONS.index)))


def table() -> pd.DataFrame:
    """Return every lesson with its question and its minutes."""
    return pd.DataFrame(
        {
            "lesson": [lesson.name for lesson in LESSONS],
            "it asks": [lesson.question for lesson in LESSONS],
            "minutes": [lesson.minutes for lesson in LESSONS],
        }
    ).set_index("lesson")
