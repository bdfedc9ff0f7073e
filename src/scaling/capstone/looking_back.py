"""Looking back: all predictions of a learner in the course, compared with the outcomes.

A surprise is the distance between prediction and outcome as a share of the question's scale, so
that ties, visits and effect sizes can be shown in one picture. ``how_sure.py`` shows beside it how
often the learner was close, by how sure they were. There is no model here.
Left out: second predictions, which were made with the answer known.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from scaling import prediction, style, wording
from scaling.capstone import board
from scaling.explorable import LESSONS, Ask, Explorable, Still, all_explorables
from scaling.game import Game
from scaling.prediction import Prediction

TITLE = "What you predicted, and what came out"
ROW_HEIGHT = 46  # pixels
# A prediction within this share of the scale from the tempting answer counts as tempted.
NEAR = 0.1
NOT_STATED = "not stated"


@dataclass(frozen=True)
class Answer:
    """A learner's first prediction on one explorable.

    Attributes
    ----------
    lesson : str
        Number of the lesson, such as "3" or "5a".
    title : str
        Title of the explorable.
    ask : scaling.explorable.Ask
        Its question, with the scale and the tempting answer.
    predicted, outcome : float
        In the question's unit, at the time the learner committed the prediction.
    confidence : str
        How sure the learner was, as in ``prediction.CONFIDENCE``; empty if not stated.
    """

    lesson: str
    title: str
    ask: Ask
    predicted: float
    outcome: float
    confidence: str = ""

    @property
    def surprise(self) -> float:
        """Distance from prediction to outcome, as a share of the question's scale."""
        return abs(self.predicted - self.outcome) / (self.ask.high - self.ask.low)

    @property
    def tempted(self) -> bool:
        """Whether the prediction lies near a tempting answer that is wrong."""
        if self.ask.is_right:
            return False
        distance = abs(self.predicted - self.ask.tempting)
        return distance <= NEAR * (self.ask.high - self.ask.low)

    def place(self, value: float) -> float:
        """Return a value's place on the question's scale, from 0 at the low end to 100."""
        share = (value - self.ask.low) / (self.ask.high - self.ask.low)
        return 100 * min(1, max(0, share))


@dataclass(frozen=True)
class LookingBack:
    """A learner's predictions, the largest surprise first.

    Attributes
    ----------
    answers : tuple of Answer
        The first prediction on each explorable of the present course.
    asked : int
        Number of questions in the course.
    others : tuple of scaling.prediction.Prediction
        First predictions on anything else, such as an explorable of an earlier version.
    """

    answers: tuple[Answer, ...]
    asked: int
    others: tuple[Prediction, ...]


def run() -> LookingBack:
    """Read the learner's own file of predictions."""
    first: dict[str, Prediction] = {}
    for one in prediction.committed():
        first.setdefault(one.key, one)
    # The game asks for a prediction as well.
    known: dict[str, Explorable | Game] = {**all_explorables(), board.game.key: board.game}
    # A question of an earlier version may have been about something else.
    others = {
        key: one
        for key, one in first.items()
        if key not in known or one.unit != known[key].ask.unit
    }
    answers = [
        Answer(
            _lesson(key),
            known[key].title,
            known[key].ask,
            one.predicted,
            one.outcome,
            one.confidence,
        )
        for key, one in first.items()
        if key not in others
    ]
    answers.sort(key=lambda answer: answer.surprise, reverse=True)
    return LookingBack(tuple(answers), len(known), tuple(others.values()))


# Modules 1 and 5 have two lessons each. Those of module 1 share a folder; from the two folders of
# module 5 on, a folder's position is not its number.
NUMBERS = {
    "scaling_up": "1a",
    "scaling_up.adoption": "1b",
    "scaling_up.corn": "1b",
    "three_scales": "5a",
    "who_is_heard": "5b",
    "capstone": "6",
}


def _lesson(key: str) -> str:
    """Return the number of the lesson that an explorable belongs to."""
    folder = key.split(".")[0]
    return NUMBERS.get(key) or NUMBERS.get(folder) or str(LESSONS.index(folder))


def picture(result: LookingBack) -> go.Figure:
    """Draw a line from each prediction to what came out, on the question's own scale."""
    answers = result.answers[::-1]  # plotly counts rows from below.
    rows = list(range(len(answers)))
    said = [answer.place(answer.predicted) for answer in answers]
    came = [answer.place(answer.outcome) for answer in answers]
    tempting = [answer.place(answer.ask.tempting) for answer in answers]
    # Each mark has its name, its values, its colour, its symbol, its size and its outline.
    marks: tuple[tuple[str, list[float], str, str, float, dict[str, float]], ...] = (
        ("tempting answer", tempting, style.CHANCE, "x-thin", 10, {"width": 2}),
        ("your prediction", said, style.ORANGE, "circle-open", 13, {"width": 2.5}),
        ("what came out", came, style.OBSERVED, "diamond", 11, {}),
    )
    figure = go.Figure()
    for row, here, there in zip(rows, said, came, strict=True):
        ends = {"x0": here, "x1": there, "y0": row, "y1": row}
        figure.add_shape(type="line", line={"color": style.GREY, "width": 1.5}, **ends)
    for name, places, colour, symbol, size, line in marks:
        figure.add_scatter(
            x=places,
            y=rows,
            mode="markers",
            name=name,
            marker={
                "symbol": symbol,
                "size": size,
                "color": colour,
                "line": {**line, "color": colour},
            },
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=[-3] * len(rows),
        y=[row + 0.4 for row in rows],
        mode="text",
        text=[f"{answer.title} (lesson {answer.lesson})" for answer in answers],
        textposition="middle right",
        textfont={"size": 13},  # The longest title fits a phone.
        cliponaxis=False,
        hoverinfo="skip",
        showlegend=False,
    )
    figure.update_layout(
        height=150 + ROW_HEIGHT * len(rows),
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"},
        margin={"l": 10, "r": 10, "t": 60},
        xaxis={"title": "Place on the scale of the question, per cent", "range": [-3, 103]},
        yaxis={"visible": False, "range": [-0.5, max(len(rows), 1) - 0.2]},
    )
    if not answers:
        figure.update_xaxes(visible=False)
        figure.add_annotation(x=50, y=0, text="No prediction committed so far")
    return figure


def words(result: LookingBack) -> str:
    """Say how many predictions there are, and which outcome surprised most."""
    if not result.answers:
        return (
            f"You have committed none of the course's {result.asked} predictions so far. "
            f"Commit one in any lesson and {wording.here.again}."
        )
    most = result.answers[0]
    said, came = most.ask.write(most.predicted), most.ask.write(most.outcome)
    tempted = sum(answer.tempted for answer in result.answers)
    return (
        f"You committed {len(result.answers)} of the course's {result.asked} predictions, "
        f"{tempted} of them near a tempting answer that was wrong. "
        f"You were furthest off under “{most.title}”: you said {said}, and it was {came}."
    )


def table(result: LookingBack) -> pd.DataFrame:
    """Return every first prediction with its question, the largest surprise first."""
    rows = [
        {
            "lesson": str(answer.lesson),
            "about": answer.title,
            "question": answer.ask.text,
            "you said": answer.ask.write(answer.predicted),
            "it was": answer.ask.write(answer.outcome),
            "tempting": answer.ask.write(answer.ask.tempting),
            "how sure": prediction.CONFIDENCE.get(answer.confidence, NOT_STATED),
            "off by, of the scale": style.percent(answer.surprise),
        }
        for answer in result.answers
    ]
    rows += [
        {
            "about": "asked by another version of the course",
            "question": one.question,
            "you said": f"{one.predicted:g} {one.unit}".strip(),
            "it was": f"{one.outcome:g} {one.unit}".strip(),
        }
        for one in result.others
    ]
    columns = ["lesson", "about", "question", "you said", "it was", "tempting", "how sure"]
    return pd.DataFrame(rows, columns=[*columns, "off by, of the scale"])


def still() -> Still:
    """Return picture, words and table of the learner's predictions, for display in a notebook."""
    result = run()
    drawn = picture(result).update_layout(template=style.LIGHT)
    return Still(TITLE, drawn, words(result), table(result))
