"""A plan for scaling in five steps with bars of readiness: the recipe of lesson 1a, filled in.

The steps are those of the essay "Scaling Up: Transforming Small-Scale Experiments for Broader
Social Insights". Their questions use what the other lessons found: process and product, the three
scales, ownership, and a pilot that can fail. Steps 2 to 5 are read and drawn in the files beside
this one, from ``plan_process.py`` to ``plan_pilot.py``.
Left out: whether the plan is any good. The form can only show what is missing in it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from scaling import style
from scaling.capstone.plan_pilot import pilot
from scaling.capstone.plan_process import (
    ADAPTED,
    AS_IT_IS,
    GROWN_ANEW,
    TRAVELS,
    Work,
    process_record,
    weeks_by_way,
    work,
)
from scaling.capstone.plan_shared import (
    MOST_ROWS,
    amount,
    money,
    plain_number,
    refuse_bad_names,
    table_of,
    text_of,
)
from scaling.capstone.plan_stakeholders import (
    COLOURS,
    HIGH,
    SCALES,
    TENTH,
    Stakeholder,
    grid,
    stakeholders,
    unheard,
)
from scaling.capstone.plan_tasks import Task, barriers, duration, gantt, spent_by_month, tasks
from scaling.explorable import Rows, Still
from scaling.form import Answers, Form, Step, Text
from scaling.rows import BadRow, Column, Table
from scaling.scaling_up import readiness
from scaling.wording import listed, number_of

__all__ = [
    "ADAPTED",
    "AS_IT_IS",
    "COLOURS",
    "GROWN_ANEW",
    "HIGH",
    "KETTLE",
    "MOST_ROWS",
    "SCALES",
    "SCORES",
    "TENTH",
    "TRAVELS",
    "Stakeholder",
    "Task",
    "Work",
    "amount",
    "barriers",
    "duration",
    "gantt",
    "grid",
    "pilot",
    "plan",
    "process_record",
    "ready",
    "scores",
    "spent_by_month",
    "stakeholders",
    "tasks",
    "unheard",
    "weeks_by_way",
    "work",
]

# ---------------------------------------------------------------- readiness


def scores(rows: Table) -> str:
    """Return the five scores in the format that ``readiness.run`` reads.

    Raises
    ------
    BadRow, ValueError
        If a component is missing or given twice, or a score is not from 0 to 4.
    """
    names = {name: key for key, name in readiness.COMPONENTS.items()}
    refuse_bad_names(rows, "a component")
    for place, (component, score, _) in enumerate(rows):
        if component not in names:
            raise BadRow(place, f"“{component}” is none of the five components.")
        if score not in SCORES:
            raise BadRow(place, f"a score is one of {', '.join(SCORES)}; it is “{score}”.")
    if len(rows) < len(names):
        raise ValueError("All five components are needed, each in one row.")
    return "\n".join(f"{names[component]} {score}" for component, score, _ in rows)


SCORES = tuple(str(score) for score in range(readiness.HIGHEST_SCORE + 1))


def ready(answers: Answers) -> Still:
    """Show these scores as the bars of readiness of lesson 1a.

    Raises
    ------
    ValueError
        If the components are not scored yet.
    """
    if table_of(answers, "readiness") == plan.empty["readiness"]:
        raise ValueError("Not scored yet: give each component what you can show for it.")
    result = readiness.run(own=scores(table_of(answers, "readiness")))
    given = {row[0]: int(row[1]) for row in table_of(answers, "readiness")}
    least = min(given.values())
    weakest = listed([name.lower() for name, score in given.items() if score == least])
    said = (
        f"{style.number(float(np.mean(list(given.values()))), 1)} of "
        f"{readiness.HIGHEST_SCORE} on average; weakest, with {least}: {weakest}."
    )
    bare = [row[0] for row in table_of(answers, "readiness") if row[1] != "0" and not row[2]]
    if bare:
        said += f" Nothing is written down yet to show for {listed(bare)}."
    table = pd.DataFrame(
        table_of(answers, "readiness"), columns=["component", "score", "what shows it"]
    )
    return Still("Ready to scale?", readiness.picture(result), said, table)


# ---------------------------------------------------------------- the first page


def _first_page(answers: Answers) -> tuple[tuple[str, str], ...]:
    """Return the headings and texts of the first page of the printed plan."""
    found = tasks(table_of(answers, "tasks"))
    quiet = unheard(stakeholders(table_of(answers, "stakeholders")))
    cost, shows = [], [text_of(answers, "pilot_measure").strip()]
    if found:
        months = number_of(round(duration(found), 1), "month")
        cost.append(f"{money(sum(one.cost for one in found))} over {months}.")
        last = max(found, key=lambda one: one.end)
        until = f"{plain_number(np.ceil(last.end - 1))}"
        shows.append(f"The last task, “{last.what}”, ends with month {until}.")
    if text_of(answers, "budget").strip():
        cost.append(f"There is {text_of(answers, 'budget').strip()}.")
    little = f"Much at stake and little power have: {listed(quiet)}." if quiet else ""
    return (
        ("What we answer", text_of(answers, "answer")),
        ("What it is for", text_of(answers, "value")),
        ("How it would grow", text_of(answers, "way")),
        ("What it costs", " ".join(cost)),
        ("What will be seen, and when", "\n".join(filter(None, shows))),
        ("What would make us stop", text_of(answers, "pilot_stop")),
        (
            "Who has not been heard",
            "\n".join(filter(None, [text_of(answers, "missing").strip(), little])),
        ),
    )


# ---------------------------------------------------------------- the form


def _unchanged(_: Table, after: Table) -> Table:
    """Return an edited table as it is: in these tables no cell follows from another."""
    return after


def _table(
    name: str,
    label: str,
    columns: tuple[Column, ...],
    check: Callable[[Table], object],
    start: Table = (),
    fixed: bool = False,
) -> Rows:
    return Rows(name, label, columns, start, check, _unchanged, file="", fixed=fixed)


# This is the Kettle's plan, unfinished: what to tell the ministry is left to the learner.
KETTLE: dict[str, str | Table] = {
    "project": "A weekly table in one neighbourhood, begun by neighbours",
    "author": "Neighbours who run the Kettle",
    "value": "People who live alone say that somebody notices when they are not there.",
    "core": "The winter of listening; that neighbours choose the evening and the rules.",
    "box": "Recipes, a rota, how to ask for a room.",
    "doubt": "Guests are no less lonely after a year than people who were asked in a year later.",
    "process": (
        ("Listening", "the worker", "20", GROWN_ANEW),
        ("Choosing evening and rules", "neighbours", "4", GROWN_ANEW),
        ("Finding a room", "the parish", "3", ADAPTED),
        ("Recipes and rota", "neighbours", "2", AS_IT_IS),
    ),
    "stakeholders": (
        ("Guests", "individual", "2", "10", "they choose the evening and the rules"),
        ("Neighbours who run it", "individual", "4", "9", "they decide each month"),
        ("The parish", "organisational", "5", "4", "it lends the room"),
        ("The ministry", "society-wide", "10", "5", "it asks for 400"),
    ),
    "missing": "People who stay at home: at the surgery, in the laundry, at the bus stop.",
    "way": "Grow it anew in one more place, then let the two tables visit each other. Nobody knows "
    "yet how alike the places are.",
    "tasks": (
        ("Listen in a second place", "a worker, three days", "1", "6", "10800"),
        ("Find a room and an evening", "neighbours there", "6", "1", "600"),
        ("The weekly table", "neighbours, worker one day", "7", "12", "7200"),
        ("Visits between the tables", "both", "9", "10", "900"),
        ("Look back, and decide", "guests", "18", "1", "500"),
    ),
    "budget": "20000",
    "barriers": (
        ("The café across the road fears for its trade", "ask what it would lose; buy soup there"),
        ("The money ends", "a second source before the first ends; unpaid hours counted"),
        ("The worker leaves", "two neighbours go along from the start"),
    ),
    "pilot_place": "One neighbourhood that asked. The neighbours there decide, once they meet.",
    "pilot_measure": "Loneliness, asked by somebody who runs no table. Half of those who want to "
    "come are invited at once, half in a year, by lot.",
    "pilot_size": "50",
    "pilot_stop": "Stop if those who came are no less lonely. Adapt if guests come and decide "
    "nothing.",
    "readiness": tuple(
        (readiness.COMPONENTS[key], str(len(shown)), "; ".join(shown))
        for key, shown in readiness.shown(readiness.CASES["kettle"].findings).items()
    ),
}

plan = Form(
    title="A plan for scaling",
    file="my-scaling-plan",
    steps=(
        Step(
            "The core of its value",
            "One sentence that the people it is for would sign. Then the functions that have to be "
            "kept, such as method and relationship, and the forms that are free (lesson 2).",
            (
                Text("project", "What is it, and where?", "a weekly table in one neighbourhood", 1),
                Text(
                    "value",
                    "In one sentence: who is better off, and how would they say it?",
                    "People who live alone say that somebody notices when they are not there.",
                    2,
                ),
                Text("core", "What must be grown anew, or it is no longer the same?", "", 3),
                Text("box", "What can be written down and handed over?", "", 3),
                Text("doubt", "What would make you believe that it does not work?", "", 2),
                Text("author", "Who writes this plan?", "", 1),
            ),
        ),
        Step(
            "How it came about",
            "Write down the process, mistakes included: what was done, by whom, and for how long.",
            (
                _table(
                    "process",
                    "The process record",
                    (
                        Column("what", "What was done"),
                        Column("who", "By whom"),
                        Column("weeks", "Weeks", short=True),
                        Column("travels", "Elsewhere it is", tuple(TRAVELS)),
                    ),
                    work,
                ),
            ),
            process_record,
        ),
        Step(
            "Who is touched",
            "List all who gain, lose, decide or do the work, at all three scales. Then look who "
            "has much at stake and little power.",
            (
                _table(
                    "stakeholders",
                    "Stakeholders: their power, and what is at stake for them, from 0 to 10",
                    (
                        Column("who", "Who"),
                        Column("scale", "Scale", SCALES),
                        Column("power", "Power", short=True),
                        Column("interest", "At stake", short=True),
                        Column("part", "How they take part"),
                    ),
                    stakeholders,
                ),
                Text("missing", "Whose voice is missing, and where would you go to hear it?"),
            ),
            grid,
        ),
        Step(
            "The plan: times, means, barriers",
            "Tasks in months, with what they cost. Include the listening, and hours that nobody "
            "pays for.",
            (
                Text("way", "Copy, grow anew, join up or scale down? Say why here.", "", 3),
                _table(
                    "tasks",
                    "Tasks",
                    (
                        Column("task", "Task"),
                        Column("who", "Who"),
                        Column("start", "From month", short=True),
                        Column("months", "Months", short=True),
                        Column("cost", "Cost", short=True),
                    ),
                    tasks,
                ),
                Text("budget", "What is there to spend?", "50,000", 1, is_number=True),
                _table(
                    "barriers",
                    "Barriers",
                    (Column("barrier", "Barrier"), Column("answer", "What you would do")),
                    barriers,
                ),
            ),
            gantt,
        ),
        Step(
            "A pilot of the growing",
            "Not the programme is tested here but its way to another place. A pilot that cannot "
            "fail tells nothing.",
            (
                Text(
                    "pilot_place",
                    "Where, who decides there, and which support factors (lesson 3) are in place?",
                    "",
                    2,
                ),
                Text("pilot_measure", "What will be counted, by whom, compared with what?", "", 2),
                Text(
                    "pilot_size",
                    "How many people take part, and how many for comparison? The same number for "
                    "both groups",
                    "100",
                    1,
                    is_number=True,
                ),
                Text("pilot_stop", "Which result would make you stop, and which adapt?", "", 2),
            ),
            pilot,
        ),
        Step(
            "Ready?",
            "Score the five components by what you could show to somebody who doubts it, as in "
            "lesson 1a.",
            (
                _table(
                    "readiness",
                    "The five components",
                    (
                        Column("component", "Component"),
                        Column("score", "Score", SCORES),
                        Column("shows", "What shows it"),
                    ),
                    scores,
                    start=tuple((name, "0", "") for name in readiness.COMPONENTS.values()),
                    fixed=True,
                ),
                Text("answer", "What will you tell the ministry (or whoever asks you)?", "", 5),
            ),
            ready,
        ),
    ),
    example=KETTLE,
    headings={
        "project": "The project",
        "value": "Its value, in one sentence",
        "core": "What must be grown anew",
        "box": "What can be handed over",
        "doubt": "What would show that it does not work",
        "author": "Who writes",
        "process": "What was done, by whom, for how long",
        "stakeholders": "Who gains, loses, decides or does the work (power and stake from 0 to 10)",
        "missing": "Whose voice is missing",
        "way": "How it would grow, and why so",
        "budget": "What there is to spend",
        "tasks": "Tasks, with months and cost",
        "barriers": "Barriers, and what we would do",
        "pilot_place": "Where the pilot is, and who decides",
        "pilot_measure": "What is counted, by whom, compared with what",
        "pilot_size": "People in each of the two groups",
        "pilot_stop": "What would make us stop or adapt",
        "readiness": "Readiness, each component from 0 to 4",
        "answer": "Our answer",
    },
    named_by="project",
    author="author",
    brief=_first_page,
)
