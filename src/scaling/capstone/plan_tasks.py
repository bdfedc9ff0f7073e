"""Step 4 of the plan: tasks in time, their cost, and barriers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from scaling import style
from scaling.capstone.plan_shared import (
    amount,
    list_layout,
    money,
    names_from_above,
    number_in_row,
    plain_number,
    refuse_bad_names,
    short,
    table_of,
    text_of,
)
from scaling.explorable import Still
from scaling.form import Answers
from scaling.rows import Table
from scaling.wording import listed, number_of


@dataclass(frozen=True)
class Task:
    """One task of the plan.

    Attributes
    ----------
    what, who : str
    start : float
        Month in which it starts, from 1.
    months : float
        Duration, above 0.
    cost : float
        0 or more, in the unit of the budget.
    """

    what: str
    who: str
    start: float
    months: float
    cost: float

    @property
    def end(self) -> float:
        """Month at whose beginning it is done: a task of two months from month 1 ends at 3."""
        return self.start + self.months


def tasks(rows: Table) -> tuple[Task, ...]:
    """Read the tasks.

    Raises
    ------
    BadRow
        If a name is missing or given twice, or a number is out of its range.
    """
    refuse_bad_names(rows, "a task")
    return tuple(
        Task(
            what,
            who,
            number_in_row(place, start, "the month it starts in", 600, least=1),
            number_in_row(place, months, "the number of months", 600, least=0.1),
            number_in_row(place, cost or "0", "the cost"),
        )
        for place, (what, who, start, months, cost) in enumerate(rows)
    )


def duration(found: Iterable[Task]) -> float:
    """Return the number of months from the first day to the end of the last task."""
    return max((one.end for one in found), default=1.0) - 1


def spent_by_month(found: Iterable[Task]) -> np.ndarray:
    """Return the money spent in each month if each task spends evenly.

    Parameters
    ----------
    found : iterable of Task

    Returns
    -------
    numpy.ndarray, shape (months,)
        In the unit of the costs; the first entry is month 1.
    """
    found = tuple(found)
    months = np.arange(1, int(np.ceil(duration(found))) + 1)
    total = np.zeros(len(months))
    for one in found:
        inside = np.minimum(months + 1, one.end) - np.maximum(months, one.start)
        total += one.cost * np.clip(inside, 0, None) / one.months
    return total


def barriers(rows: Table) -> tuple[tuple[str, str], ...]:
    """Read the barriers, each with the answer to it, which may be empty.

    Raises
    ------
    BadRow
        If a barrier has no name or is given twice.
    """
    refuse_bad_names(rows, "a barrier")
    return tuple((what, answer) for what, answer in rows)


def gantt(answers: Answers) -> Still:
    """Show the tasks in time, and their cost compared with the budget.

    Raises
    ------
    ValueError
        If no task is written down yet.
    """
    found = tasks(table_of(answers, "tasks"))
    if not found:
        raise ValueError("Write down a first task.")
    cost = sum(one.cost for one in found)
    spent = spent_by_month(found)
    unanswered_barriers = [
        what for what, answer in barriers(table_of(answers, "barriers")) if not answer
    ]
    funding, unread = f"They cost {money(cost)}", ""
    try:
        there = (
            amount(text_of(answers, "budget"), "What there is")
            if text_of(answers, "budget").strip()
            else None
        )
    except ValueError as error:
        there, unread = None, f" {error}"
    if there is not None:
        funding += (
            f" of the {money(there)} there is"
            if round(cost) <= round(there)
            else (f", {money(cost - there)} more than there is")
        )
    if round(spent.max()) > 0:
        funding += f"; the dearest month is month {int(spent.argmax()) + 1}, {money(spent.max())}"
    months = round(duration(found), 1)
    unanswered = f"; no answer yet to: {listed(unanswered_barriers)}" if unanswered_barriers else ""
    said = (
        f"{number_of(len(found), 'task')} over {number_of(months, 'month')}. {funding}{unanswered}."
        f"{unread}"
    )
    figure = go.Figure(
        go.Bar(
            orientation="h",
            y=list(range(len(found))),
            base=[one.start for one in found],
            x=[one.months for one in found],
            marker={"color": style.BLUE},
            text=[short(one.who) for one in found],
            insidetextanchor="start",
            textposition="auto",
            constraintext="none",
            cliponaxis=False,
            hoverinfo="skip",
        )
    )
    last = 1 + duration(found)
    labelled = np.arange(1, int(np.ceil(last)), _months_between_labels(last - 1))
    figure.update_layout(
        **list_layout(len(found)),
        xaxis={
            "title": "month",
            # The axis runs on, so that there is room for a name beside a short bar.
            "range": [1, last + 0.3 * (last - 1)],
            # Labels are in the middle of their months, because bars end between two months.
            "tickvals": labelled + 0.5,
            "ticktext": [f"{month}" for month in labelled],
            "showgrid": False,
            "ticks": "",
        },
        yaxis=names_from_above([short(one.what) for one in found]),
    )
    table = pd.DataFrame(
        [
            (one.what, one.who, plain_number(one.start), plain_number(one.end - 1), money(one.cost))
            for one in found
        ],
        columns=["task", "who", "from month", "until the end of month", "cost"],
    )
    return Still("The plan in time", figure, said, table)


def _months_between_labels(months: float) -> int:
    return next((step for step in (1, 3, 6, 12, 24) if months / step <= 16), 60)
