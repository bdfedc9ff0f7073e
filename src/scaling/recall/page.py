"""How recall questions look and behave in a notebook, and the review that is made of them.

One question at a time: its text, and a button for each option. The answer is said in a line that
screen readers announce, below the options, of which the right one and the chosen one are marked.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import ipywidgets
from IPython.display import display
from markupsafe import Markup

from scaling.recall import Option, Question, Recall, file, schedule
from scaling.widgets.markup import prose
from scaling.widgets.screen import TextPanel, boxed, kernel_ended_note, names_of_parts, titled

REVIEW = "Review: what is due today"
RIGHT, CHOSEN = "\N{CHECK MARK} right", "your answer"
COME_BACK = "They come back in the review, on the start page, when they are due."


def show_recall(recall: Recall) -> None:
    """Display the questions of a lesson as the output of a notebook's cell."""
    display(RecallPage(recall), kernel_ended_note())


def show_review() -> None:
    """Display the review as the output of a notebook's cell."""
    display(ReviewPage(), kernel_ended_note())


class _Sitting(ipywidgets.VBox):
    """Some questions, one after the other.

    Parameters
    ----------
    title : str

    Attributes
    ----------
    asked : ipywidgets.Box
        The present question with its options; after the answer, with what was chosen.
    panel : TextPanel
        Its words are announced.
    below : ipywidgets.Box
        The button that goes on, where there is one.
    """

    def __init__(self, title: str):
        self.asked = ipywidgets.VBox([]).add_class("scaling-question")
        self.panel = TextPanel(
            title=title, parts=names_of_parts(title) | {"question": "Question"}, revealed=True
        )
        self.below = boxed("scaling-buttons", [])
        self.waiting: list[tuple[Question, int]] = []
        self.number, self.right = 0, 0
        self.options: list[ipywidgets.Button] = []
        super().__init__([titled(title), self.asked, self.panel, self.below])
        self.add_class("scaling-explorable")
        self.add_class("scaling-recall")

    def begin(self, questions: Sequence[tuple[Question, int]]) -> None:
        """Ask questions, each with how often it was answered before."""
        self.waiting = list(questions)
        self.of, self.number, self.right = len(questions), 0, 0
        self.ask()

    def ask(self) -> None:
        """Ask the next question."""
        question, times = self.waiting.pop(0)
        self.number += 1
        self.below.children = []
        self.options = [
            _button(option.text, functools.partial(self._answer, question, option, times))
            for option in question.options(times)
        ]
        text = Markup("<p>{}</p>").format(question.text)
        self.asked.children = [prose(text), boxed("scaling-options", self.options)]
        self.panel.words = f"Question {self.number} of {self.of}."

    def _answer(self, question: Question, chosen: Option, times: int) -> None:
        note = file.keep(question, chosen)
        self.right += chosen == question.right
        self.asked.children = [prose(_answered(question, chosen, times))]
        said = [question.verdict(chosen), note]
        if self.waiting:
            self.below.children = [_button("Next question", self.ask, button_style="primary")]
        else:
            said.append(f"That was the last: {self.right} of {self.of} right.")
            said.append(self.end())
        self.panel.words = " ".join(filter(None, said))

    def end(self) -> str:
        """Offer what can be done after the last answer; return what to say."""
        raise NotImplementedError


class RecallPage(_Sitting):
    """The questions at the opening of a lesson.

    Parameters
    ----------
    recall : Recall
    """

    def __init__(self, recall: Recall):
        super().__init__(recall.title)
        self.recall = recall
        last = {one.question: one for one in file.kept()}
        answered = [last[one.key] for one in recall.questions if one.key in last]
        if len(answered) < len(recall.questions):
            self.begin([(one, 0) for one in recall.questions if one.key not in last])
            return
        right = sum(one.right for one in answered)
        day = max(one.when for one in answered).astimezone().date().isoformat()
        self.panel.words = f"You have answered these on {day}: {right} of {len(answered)} right."
        self._offer_again()

    def end(self) -> str:
        """Offer the questions once more."""
        self._offer_again()
        return COME_BACK

    def _offer_again(self) -> None:
        self.below.children = [_button("Answer again", self._again)]

    def _again(self) -> None:
        times = [one.question for one in file.kept()]
        self.begin([(one, times.count(one.key)) for one in self.recall.questions])


class ReviewPage(_Sitting):
    """What is due of all questions that the learner has met."""

    def __init__(self):
        super().__init__(REVIEW)
        plan, now = schedule.plan(), datetime.now(UTC)
        self._offer_more(schedule.sitting(plan, now))
        self.panel.words = schedule.offer(plan, now)

    def end(self) -> str:
        """Offer what is left; return what is due when."""
        plan, now = schedule.plan(), datetime.now(UTC)
        due = schedule.sitting(plan, now)
        self._offer_more(due)
        return schedule.offer(plan, now) if due else schedule.upcoming(plan, now)

    def _offer_more(self, due: Sequence[schedule.Planned]) -> None:
        self.below.children = [_button("Begin", self._begin, button_style="primary")] if due else []

    def _begin(self) -> None:
        due = schedule.sitting(schedule.plan(), datetime.now(UTC))
        self.begin([(one.question, one.times) for one in due])


def _button(text: str, act: Callable[[], None], **look: str) -> ipywidgets.Button:
    button = ipywidgets.Button(description=text, **look)
    button.on_click(lambda _: act())
    return button


def _answered(question: Question, chosen: Option, times: int) -> Markup:
    """Return a question with its options, of which the right one and the chosen one are marked."""
    lines = []
    for option in question.options(times):
        marks = [RIGHT] * (option == question.right) + [CHOSEN] * (option == chosen)
        mark = Markup(" <b>({})</b>").format(", ".join(marks)) if marks else ""
        lines.append(Markup("<li>{}{}</li>").format(option.text, mark))
    return Markup("<p>{}</p><ul>{}</ul>").format(question.text, Markup().join(lines))
