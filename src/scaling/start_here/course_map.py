"""The map of the course: what each lesson asks, and which lessons fit into the time one has.

No model, only arithmetic; it is here so that a newcomer meets prediction, slider, picture, words
and table on something that cannot be misunderstood.
Left out: exercises, breaks, and conversation, which is where most of the learning happens.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from scaling import style
from scaling.explorable import Ask, Explorable, Slider
from scaling.wording import number_of


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


def picture(result: Route) -> go.Figure:
    """Draw one bar a lesson, filled where it fits, under its name and question."""
    fits = [lesson in result.lessons for lesson in LESSONS]
    rows = list(range(len(LESSONS)))
    figure = go.Figure()
    figure.add_bar(
        orientation="h",
        y=rows,
        x=[lesson.minutes for lesson in LESSONS],
        marker={
            "color": [style.BLUE if fit else "rgba(136,136,136,0.25)" for fit in fits],
            "line": {"color": style.BLUE, "width": 1.5},
        },
        hoverinfo="skip",
        width=0.34,
    )
    figure.add_scatter(
        x=[0] * len(rows),
        y=[row - 0.38 for row in rows],
        mode="text",
        textposition="middle right",
        text=[
            ("✔ " if fit else "") + f"<b>{lesson.name}</b>: {lesson.question}"
            for lesson, fit in zip(LESSONS, fits, strict=True)
        ],
        hoverinfo="skip",
    )
    figure.update_xaxes(title="minutes", range=[0, 65], tickvals=[0, 20, 40, 60], showgrid=False)
    figure.update_yaxes(visible=False, range=[len(LESSONS) - 0.6, -0.7])
    return figure.update_layout(height=485, margin={"t": 10, "l": 10})


def words(result: Route) -> str:
    """Say which lessons fit."""
    hours = number_of(result.hours, "hour")
    if not result.lessons:
        return f"In {hours} no lesson fits; the shortest takes {LESSONS[0].minutes} minutes."
    names = ", ".join(lesson.name for lesson in result.lessons)
    return f"In {hours} there is time for {names}: {result.minutes} minutes in all."


def table(result: Route) -> pd.DataFrame:
    """Return every lesson with its question, its minutes and whether it fits."""
    return pd.DataFrame(
        [
            {
                "lesson": lesson.name,
                "question": lesson.question,
                "minutes": lesson.minutes,
                "fits": "yes" if lesson in result.lessons else "no",
            }
            for lesson in LESSONS
        ]
    )


explorable = Explorable(
    title="The map of the course",
    ask=Ask(
        "You have two hours. How many of the eight lessons of this course fit into them, if you "
        "leave the exercises for later?",
        low=0,
        high=8,
        step=1,
        unit="of the eight",
        tempting=5,
        because="a lesson of a course looks like something for twenty minutes.",
    ),
    answer=lambda result: len(result.lessons),
    controls=(Slider("hours", "Hours you have", 0.5, 7.5, start=2, step=0.5),),
    run=run,
    picture=picture,
    words=words,
    table=table,
    tasks=(
        "Move the slider to the time you have this week. Use the mouse, or click on its handle and "
        "press the arrow keys.",
        "Open “The figures behind the picture” below it. Every picture of the course has its words "
        "and its table.",
    ),
    limits="Exercises come on top, about as long again. Minutes are what we plan for, not a race.",
)
