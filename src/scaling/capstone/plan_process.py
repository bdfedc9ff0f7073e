"""Step 2 of the plan: how the first one came about, and how much of that travels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from scaling import style
from scaling.capstone.plan_shared import (
    list_layout,
    names_from_above,
    number_in_row,
    plain_number,
    refuse_bad_names,
    short,
    table_of,
)
from scaling.explorable import Still
from scaling.form import Answers
from scaling.rows import BadRow, Table

AS_IT_IS, ADAPTED, GROWN_ANEW = "travels as it is", "adapted there", "grown anew there"
TRAVELS = {AS_IT_IS: style.BLUE, ADAPTED: style.ORANGE, GROWN_ANEW: style.GREEN}
PATTERNS = {AS_IT_IS: "", ADAPTED: "/", GROWN_ANEW: "x"}


@dataclass(frozen=True)
class Work:
    """One piece of the work that went into the first project.

    Attributes
    ----------
    what, who : str
        What was done, and by whom.
    weeks : float
        0 or more.
    travels : str
        How it gets to another place, a key of ``TRAVELS``.
    """

    what: str
    who: str
    weeks: float
    travels: str


def work(rows: Table) -> tuple[Work, ...]:
    """Read the process record.

    Raises
    ------
    BadRow
        If a name is missing or given twice, the weeks are not a number, or ``travels`` is unknown.
    """
    refuse_bad_names(rows, "a piece of work")
    found = []
    for place, (what, who, weeks, travels) in enumerate(rows):
        if travels not in TRAVELS:
            raise BadRow(place, f"“{travels}” is not one of {', '.join(TRAVELS)}.")
        found.append(
            Work(what, who, number_in_row(place, weeks, "the number of weeks", 5000), travels)
        )
    return tuple(found)


def weeks_by_way(record: Iterable[Work]) -> dict[str, float]:
    """Return the weeks of work that travel in each way, by the keys of ``TRAVELS``."""
    weeks = dict.fromkeys(TRAVELS, 0.0)
    for one in record:
        weeks[one.travels] += one.weeks
    return weeks


def process_record(answers: Answers) -> Still:
    """Show how much of the work has to be done again in each place.

    Raises
    ------
    ValueError
        If no work is written down yet.
    """
    record = work(table_of(answers, "process"))
    weeks = weeks_by_way(record)
    total = sum(weeks.values())
    if not total:
        raise ValueError("Write down what was done and how many weeks it took.")
    again = weeks[GROWN_ANEW]
    said = (
        f"Of {plain_number(total)} weeks of work, {plain_number(again)} "
        f"({style.percent(again / total)}) have to be grown anew in each place and "
        f"{plain_number(weeks[ADAPTED])} adapted. Weeks are not effects: ask which of them people "
        "would miss."
    )
    figure = go.Figure(
        [
            go.Bar(
                orientation="h",
                y=[row for row, one in enumerate(record) if one.travels == way],
                x=[one.weeks for one in record if one.travels == way],
                name=way,
                marker={
                    "color": colour,
                    "pattern": {"shape": PATTERNS[way], "fgcolor": "#ffffff", "size": 8}
                    | {"fillmode": "overlay", "solidity": 0.25},
                },
                hoverinfo="skip",
            )
            for way, colour in TRAVELS.items()
        ]
    )
    figure.update_layout(
        **list_layout(len(record)),
        barmode="stack",
        showlegend=True,
        xaxis={"title": "weeks of work"},
        yaxis=names_from_above([short(one.what) for one in record]),
    )
    table = pd.DataFrame(
        [(one.what, one.who, plain_number(one.weeks), one.travels) for one in record],
        columns=["what was done", "by whom", "weeks", "elsewhere"],
    )
    return Still("How it came about, and what travels", figure, said, table)
