"""Recall: questions on the last two lessons, asked again after a while, never graded.

To fetch something from memory keeps it there longer than to read it again (Roediger and Karpicke
2006), and best with pauses that grow (Cepeda and others 2006). So each lesson from 2 on opens with
three questions (``lesson_2.py`` and its neighbours declare them), and those that a learner has met
come back in the review (``review.py``, ``python -m scaling review``) when they are about to be
forgotten (``schedule.py``). ``file.py`` keeps the answers, and ``page.py`` says how both look.
"""

from __future__ import annotations

import importlib
import random
from dataclasses import dataclass

# The lessons that open with questions, and those that these are about.
ABOUT = {
    "2": ("1a", "1b"),
    "3": ("1b", "2"),
    "4": ("2", "3"),
    "5a": ("3", "4"),
    "5b": ("4", "5a"),
    "6": ("5a", "5b"),
}


@dataclass(frozen=True)
class Option:
    """One answer to choose.

    Parameters
    ----------
    text : str
    why : str
        Why it is right, or what it overlooks, in one or two sentences.
    """

    text: str
    why: str


@dataclass(frozen=True)
class Question:
    """One question with one right answer.

    Parameters
    ----------
    key : str
        Its name in the learner's file. It stays when the question is reworded.
    about : str
        The key of the explorable that it is about, such as ``size_context.ties``.
    text : str
    right : Option
    wrong : tuple of Option
        Two or three others, each a misunderstanding that people really have.
    """

    key: str
    about: str
    text: str
    right: Option
    wrong: tuple[Option, ...]

    def options(self, times: int = 0) -> tuple[Option, ...]:
        """Return all options in an order that changes with how often the question was asked."""
        order = [self.right, *self.wrong]
        random.Random(f"{self.key} {times}").shuffle(order)
        return tuple(order)

    def verdict(self, chosen: Option) -> str:
        """Return what to say of an answer: whether it is right, and why."""
        if chosen == self.right:
            return f"Right. {self.right.why}"
        return f"Not so. {chosen.why} The answer is: “{self.right.text}” {self.right.why}"


@dataclass(frozen=True)
class Recall:
    """The questions at the opening of a lesson.

    Parameters
    ----------
    lesson : str
        The lesson's number, such as "3" or "5a".
    questions : tuple of Question
    """

    lesson: str
    questions: tuple[Question, ...]

    @property
    def title(self) -> str:
        """The heading on the page."""
        one, other = ABOUT[self.lesson]
        return f"What do you remember of lessons {one} and {other}?"


def of_lesson(lesson: str) -> Recall:
    """Return the questions at the opening of a lesson.

    Raises
    ------
    ValueError
        If the lesson has none.
    """
    if lesson not in ABOUT:
        raise ValueError(f"Lessons {', '.join(ABOUT)} have recall questions, {lesson!r} has not.")
    return importlib.import_module(f"scaling.recall.lesson_{lesson}").recall


def all_questions() -> dict[str, Question]:
    """Return all questions by their keys, in the order of the lessons that ask them."""
    return {one.key: one for lesson in ABOUT for one in of_lesson(lesson).questions}


def show(lesson: str) -> None:
    """Display the questions at the opening of a lesson.

    Parameters
    ----------
    lesson : str
        Its number, such as "3" or "5a".
    """
    from scaling.recall.page import show_recall  # imported late: only a notebook has widgets

    show_recall(of_lesson(lesson))
