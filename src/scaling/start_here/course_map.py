"""The map of the course: the question of each lesson, and the lessons that fit into a given time.

There is no model here, only arithmetic.
Left out: exercises, breaks, and conversation, which is where most of the learning happens.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from scaling import arguments


@dataclass(frozen=True)
class Lesson:
    """One lesson of the course.

    Attributes
    ----------
    number : str
        The module's number, followed by a letter where a module has two lessons: "5a", "5b".
    title, question : str
    minutes : int
        The time that reading and doing it take, by the measure in
        ``tests/notebooks/reading_time.py``.
    """

    number: str
    title: str
    question: str
    minutes: int

    @property
    def name(self) -> str:
        """Number and title, as the course writes them, such as "3 Size and context"."""
        return f"{self.number} {self.title}"

    @property
    def span(self) -> str:
        """From a tenth less than the minutes to a quarter more, in steps of five."""
        low, high = 5 * int(0.9 * self.minutes // 5), -5 * int(-1.25 * self.minutes // 5)
        return f"{low} to {high}"

    @property
    def module(self) -> int:
        """The number of the module, which is also that of its exercise: 5 for lesson 5a."""
        return int(self.number.rstrip("ab"))


LESSONS = (
    Lesson("0", "Start here", "How does this course work?", 16),
    Lesson("1a", "Scaling up", "Why does the effect so often shrink?", 36),
    Lesson(
        "1b", "How ideas spread", "How does an idea get around, and what does its curve hide?", 20
    ),
    Lesson("2", "Process and product", "What travels when a solution travels?", 53),
    Lesson("3", "Size and context", "If it works here, what can you promise there?", 51),
    Lesson("4", "Scaling down", "What does distance cost?", 62),
    Lesson("5a", "Three scales", "At which scale does a change act?", 39),
    Lesson("5b", "Who is heard", "Who is heard, and what do averages hide?", 56),
    Lesson("6", "Capstone", "What will you tell the ministry?", 55),
)
# The most telling lessons come first, for people who do not have time for all of them.
BY_PRIORITY = ("0", "3", "1a", "2", "4", "5a", "5b", "1b", "6")


@dataclass(frozen=True)
class Route:
    """The lessons that fit into ``hours``, in the order of the course."""

    hours: float
    lessons: tuple[Lesson, ...]

    @property
    def minutes(self) -> int:
        """The minutes that the chosen lessons take together."""
        return sum(lesson.minutes for lesson in self.lessons)


def run(hours: float = 2) -> Route:
    """Choose lessons that fit into the available time, the most telling ones first.

    Parameters
    ----------
    hours : float
        The available time, 0 or more.

    Raises
    ------
    ValueError
        If ``hours`` is below 0, or not finite.
    """
    arguments.at_least("hours", hours)
    minutes_left, chosen = hours * 60, []
    for lesson in sorted(LESSONS, key=lambda one: BY_PRIORITY.index(one.number)):
        if lesson.minutes <= minutes_left:
            chosen.append(lesson)
            minutes_left -= lesson.minutes
    return Route(hours, tuple(sorted(chosen, key=LESSONS.index)))


def table() -> pd.DataFrame:
    """Return every lesson with its question and its minutes."""
    return pd.DataFrame(
        {
            "lesson": [lesson.name for lesson in LESSONS],
            "it asks": [lesson.question for lesson in LESSONS],
            "minutes, about": [lesson.span for lesson in LESSONS],
        }
    ).set_index("lesson")
