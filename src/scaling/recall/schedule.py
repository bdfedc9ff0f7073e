"""When a question is due again: the schedule of the review.

FSRS (Ye, Su and Cao 2022), as the package ``fsrs`` has it, estimates from all answers to a question
how long it will be remembered, and asks it again when the chance to know it has fallen to nine in
ten. The file keeps answers only, and the schedule is made from them each time, so that nothing of
the package is in a learner's file.
Left out: how long an answer took, and parameters fitted to one learner, which take hundreds of
answers. A question with three or four options may be answered rightly by chance.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from scaling import prediction, recall
from scaling.recall import Question, file
from scaling.recall.file import Answer
from scaling.wording import number_of

if TYPE_CHECKING:
    from fsrs import Scheduler

AFTER_A_LESSON = timedelta(days=1)
AT_ONCE = 8  # questions, about five minutes
SECONDS_EACH = 40
NOTHING_MET = (
    "There is nothing to review yet. What you are asked and predict in the lessons comes back here "
    "after a day or more, and then at intervals that grow as long as you remember it."
)


@dataclass(frozen=True)
class Planned:
    """A question that the learner has met, and when it is due.

    Attributes
    ----------
    question : Question
    due : datetime
        With its time zone.
    times : int
        How often it has been answered.
    """

    question: Question
    due: datetime
    times: int

    def is_due(self, now: datetime) -> bool:
        """Tell whether it is due on the day of ``now``, where the learner is."""
        return self.due.astimezone().date() <= now.astimezone().date()


def plan() -> tuple[Planned, ...]:
    """Return all questions that the learner has met, the one that is due first at the front.

    A question is met when it was answered, or when the learner has predicted on the explorable that
    it is about. So all questions on a lesson are met once all its predictions are made.
    """
    met: dict[str, datetime] = {}
    for one in prediction.committed():
        met.setdefault(one.key, datetime.fromisoformat(one.committed).astimezone())
    return planned(recall.all_questions().values(), file.kept(), met)


def planned(
    questions: Iterable[Question], answers: Iterable[Answer], met: Mapping[str, datetime]
) -> tuple[Planned, ...]:
    """Return the questions that were met, by the day on which they are due; each day's are mixed.

    Parameters
    ----------
    questions : iterable of Question
    answers : iterable of Answer
        Those to questions that are not among these are passed over.
    met : mapping of str to datetime
        By the key of an explorable: when the learner first predicted on it.
    """
    given: dict[str, list[Answer]] = {}
    for answer in sorted(answers, key=lambda one: one.when):
        given.setdefault(answer.question, []).append(answer)
    found = []
    for question in questions:
        own = given.get(question.key, [])
        if own:
            found.append(Planned(question, _due_after(own), len(own)))
        elif question.about in met:
            found.append(Planned(question, met[question.about] + AFTER_A_LESSON, 0))
    return tuple(sorted(found, key=lambda one: (one.due.astimezone().date(), _lot(one))))


def _lot(one: Planned) -> float:
    """Return a number that mixes the questions of one day, so that lessons alternate."""
    return random.Random(f"{one.question.key} {one.times}").random()


@functools.cache
def scheduler() -> Scheduler:
    """Return the scheduler of FSRS.

    Without steps of minutes, each question comes back on another day, and after a year at most.
    """
    # Imported late, so that a lesson opens where the package is not installed yet.
    from fsrs import Scheduler

    return Scheduler(
        desired_retention=0.9,
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=365,  # days
        enable_fuzzing=False,
    )


def _due_after(answers: list[Answer]) -> datetime:
    """Return when a question is due after these answers to it, oldest first."""
    from fsrs import Card, Rating

    card = Card(card_id=0, due=answers[0].when)
    for answer in answers:
        rating = Rating.Good if answer.right else Rating.Again
        card, _ = scheduler().review_card(card, rating, answer.when)
    return card.due


def minutes(questions: int) -> int:
    """Return about how many minutes so many questions take, at least 1."""
    return max(1, round(questions * SECONDS_EACH / 60))


def sitting(plan: Sequence[Planned], now: datetime) -> tuple[Planned, ...]:
    """Return the questions for one sitting, at most ``AT_ONCE``."""
    return tuple(one for one in plan if one.is_due(now))[:AT_ONCE]


def offer(plan: Sequence[Planned], now: datetime) -> str:
    """Say how many questions are due now and how long they take, or when the next ones are due.

    Parameters
    ----------
    plan : sequence of Planned
        As ``plan`` returns it.
    now : datetime
        With its time zone.
    """
    if not plan:
        return NOTHING_MET
    waiting = [one for one in plan if one.is_due(now)]
    if not waiting:
        return f"Nothing is due today. {upcoming(plan, now)}"
    some = min(len(waiting), AT_ONCE)
    time = number_of(minutes(some), "minute")
    rest = f", {some} of them at once" if some < len(waiting) else ""
    are = "is" if len(waiting) == 1 else "are"
    return f"{number_of(len(waiting), 'question')} {are} due{rest}: about {time}."


def upcoming(plan: Sequence[Planned], now: datetime) -> str:
    """Say when the next questions are due that are not due yet; an empty text if there are none."""
    later = [one.due.astimezone().date() for one in plan if not one.is_due(now)]
    if not later:
        return ""
    number = number_of(later.count(min(later)), "question")
    return f"Next: {number} on {min(later).isoformat()}."
