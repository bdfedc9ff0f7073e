"""Looking back: what a learner predicted in the whole course, beside what came out.

No model. A surprise is the distance between prediction and outcome as a share of the scale on which
the question was answered, so that ties, visits and effect sizes can stand in one picture.
Left out: how sure the learner was, and what was predicted a second time, knowing the answer.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from scaling import prediction, style
from scaling.capstone import board
from scaling.explorable import LESSONS, Ask, Still, all_explorables
from scaling.prediction import Prediction

TITLE = "What you predicted, and what came out"
ROW = 46  # pixels of the picture for each prediction
NEAR = 0.1  # of the scale: this near to the tempting answer counts as tempted


@dataclass(frozen=True)
class Answer:
    """A learner's first prediction on one explorable.

    Attributes
    ----------
    lesson : str
        The lesson that asked, as the course numbers it: "3" or "5a".
    title : str
        The explorable's.
    ask : scaling.explorable.Ask
        Its question, with the scale and the tempting answer.
    predicted, outcome : float
        In the question's unit, as they were when the learner committed.
    """

    lesson: str
    title: str
    ask: Ask
    predicted: float
    outcome: float

    @property
    def surprise(self) -> float:
        """Distance from prediction to outcome, as a share of the question's scale."""
        return abs(self.predicted - self.outcome) / (self.ask.high - self.ask.low)

    @property
    def tempted(self) -> bool:
        """Whether the prediction lies near the tempting answer."""
        distance = abs(self.predicted - self.ask.tempting)
        return distance <= NEAR * (self.ask.high - self.ask.low)

    def place(self, value: float) -> float:
        """Return where a value lies on the question's scale: 0 at its low end, 100 at its high."""
        share = (value - self.ask.low) / (self.ask.high - self.ask.low)
        return 100 * min(1, max(0, share))


@dataclass(frozen=True)
class LookingBack:
    """A learner's predictions, the largest surprise first.

    Attributes
    ----------
    answers : tuple of Answer
        The first prediction on each explorable that the course still holds.
    asked : int
        How many questions the course asks.
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
    known = all_explorables() | {board.game.key: board.game}  # the game asks a question as well
    answers = [
        Answer(_lesson(key), known[key].title, known[key].ask, one.predicted, one.outcome)
        for key, one in first.items()
        if key in known
    ]
    answers.sort(key=lambda answer: answer.surprise, reverse=True)
    others = tuple(one for key, one in first.items() if key not in known)
    return LookingBack(tuple(answers), len(known), others)


NUMBERS = {"three_scales": "5a", "who_is_heard": "5b", "capstone": "6"}  # lesson 5 is in two parts


def _lesson(key: str) -> str:
    folder = key.split(".")[0]
    return NUMBERS.get(folder) or str(LESSONS.index(folder))


def picture(result: LookingBack) -> go.Figure:
    """Draw a line from each prediction to what came out, on the question's own scale."""
    answers = result.answers[::-1]  # plotly counts rows from below
    rows = list(range(len(answers)))
    said = [answer.place(answer.predicted) for answer in answers]
    came = [answer.place(answer.outcome) for answer in answers]
    tempting = [answer.place(answer.ask.tempting) for answer in answers]
    marks = (
        ("tempting answer", tempting, {"symbol": "x-thin", "size": 10, "line": {"width": 2}}),
        ("your prediction", said, {"symbol": "circle-open", "size": 13, "line": {"width": 2.5}}),
        ("what came out", came, {"symbol": "diamond", "size": 11}),
    )
    colours = (style.CHANCE, style.ORANGE, style.OBSERVED)
    figure = go.Figure()
    for row, here, there in zip(rows, said, came, strict=True):
        ends = {"x0": here, "x1": there, "y0": row, "y1": row}
        figure.add_shape(type="line", line={"color": style.GREY, "width": 1.5}, **ends)
    for (name, places, marker), colour in zip(marks, colours, strict=True):
        line = marker.get("line", {}) | {"color": colour}
        figure.add_scatter(
            x=places,
            y=rows,
            mode="markers",
            name=name,
            marker=marker | {"color": colour, "line": line},
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=[0] * len(rows),
        y=[row + 0.4 for row in rows],
        mode="text",
        text=[f"{answer.title} (lesson {answer.lesson})" for answer in answers],
        textposition="middle right",
        hoverinfo="skip",
        showlegend=False,
    )
    figure.update_layout(
        height=150 + ROW * len(rows),
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"},
        margin={"l": 20, "t": 60},
        xaxis={"title": "Place on the scale of the question, per cent", "range": [-3, 103]},
        yaxis={"visible": False, "range": [-0.5, max(len(rows), 1) - 0.2]},
    )
    if not answers:
        figure.update_xaxes(visible=False)
        figure.add_annotation(x=50, y=0, text="No prediction committed so far")
    return figure


def words(result: LookingBack) -> str:
    """Say how many there are, and which surprised most."""
    if not result.answers:
        return (
            f"You have committed none of the course's {result.asked} predictions so far. "
            "Commit one in any lesson and run this cell again."
        )
    most = result.answers[0]
    said, came = most.ask.write(most.predicted), most.ask.write(most.outcome)
    tempted = sum(answer.tempted for answer in result.answers)
    return (
        f"You committed {len(result.answers)} of the course's {result.asked} predictions, "
        f"{tempted} of them near the tempting answer. "
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
    columns = ["lesson", "about", "question", "you said", "it was", "tempting"]
    return pd.DataFrame(rows, columns=[*columns, "off by, of the scale"])


def still() -> Still:
    """Return picture, words and table of the learner's predictions, for display in a notebook."""
    result = run()
    drawn = picture(result).update_layout(template=style.LIGHT)
    return Still(TITLE, drawn, words(result), table(result))
