"""A plan for scaling in five steps, with the bars of readiness: the recipe of lesson 1, filled in.

The five steps of the essay "Scaling Up: Transforming Small-Scale Experiments for Broader Social
Insights", asked with what the other lessons found: process and product, the three scales, ownership
and a pilot that can fail. Pictures: the power–interest grid (Mendelow 1981), a Gantt chart.
Left out: whether the plan is any good. It can only show what is missing in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from scaling import style
from scaling.explorable import Rows, Still
from scaling.form import Answers, Form, Step, Text
from scaling.rows import BadRow, Column, Table
from scaling.scaling_up import readiness, winners_curse
from scaling.three_scales import ripples
from scaling.wording import listed, number_of

MOST_ROWS = 30  # of a table that can still be drawn
TENTH = 10  # power and interest are given from 0 to this
HIGH = 5  # from here on they count as high
LONGEST_LABEL = 28  # letters of a name in a picture
SCALES = ripples.SCALES
SYMBOLS = dict(zip(SCALES, ("square", "circle", "diamond"), strict=True))
COLOURS = dict(zip(SCALES, ripples.COLOURS, strict=True))

# ---------------------------------------------------------------- numbers that people type


def amount(text: str, name: str, most: float = 1e12) -> float:
    """Read a number of 0 or more as people write it: 12, 1.5, 12,500 or £6,000.

    Raises
    ------
    ValueError
        Saying what cannot be read and how to write it.
    """
    bare = re.sub(r"^[£€$]\s*|\s*[£€$]$", "", text.strip())
    if not re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?|\d{1,15}(\.\d+)?", bare):
        raise ValueError(f"{name} must be a number such as 12 or 1.5; it is “{text}”.")
    value = float(bare.replace(",", ""))
    if value > most:
        raise ValueError(f"{name} can be at most {style.number(most, 0)}; it is “{text}”.")
    return value


def _read(row: int, text: str, name: str, most: float = 1e12, least: float = 0) -> float:
    try:
        value = amount(text, name, most)
    except ValueError as error:
        raise BadRow(row, str(error)) from None
    if value < least:
        raise BadRow(row, f"{name} must be at least {least:g}; it is “{text}”.")
    return value


def _named(rows: Table, what: str) -> None:
    """Check that there are not too many rows, and that each begins with a name of its own."""
    seen = set()
    for place, row in enumerate(rows):
        if place >= MOST_ROWS:
            raise BadRow(place, f"{MOST_ROWS} rows can be drawn. Join some of them.")
        if not row[0]:
            raise BadRow(place, f"{what} needs a name.")
        if row[0].casefold() in seen:
            raise BadRow(place, f"“{row[0]}” is there already. Give it another name.")
        seen.add(row[0].casefold())


# ---------------------------------------------------------------- 2 how it came about

AS_IT_IS, ADAPTED, GROWN_ANEW = "travels as it is", "adapted there", "grown anew there"
TRAVELS = {AS_IT_IS: style.BLUE, ADAPTED: style.ORANGE, GROWN_ANEW: style.GREEN}
PATTERNS = {AS_IT_IS: "", ADAPTED: "/", GROWN_ANEW: "x"}


@dataclass(frozen=True)
class Work:
    """One piece of the work that made the first one: what, by whom, weeks, and how it travels."""

    what: str
    who: str
    weeks: float
    travels: str


def work(rows: Table) -> tuple[Work, ...]:
    """Read the process record.

    Raises
    ------
    BadRow
        If a name is missing or stands twice, weeks are no number, or it travels in no known way.
    """
    _named(rows, "a piece of work")
    found = []
    for place, (what, who, weeks, travels) in enumerate(rows):
        if travels not in TRAVELS:
            raise BadRow(place, f"“{travels}” is not one of {', '.join(TRAVELS)}.")
        found.append(Work(what, who, _read(place, weeks, "the number of weeks", 5000), travels))
    return tuple(found)


def weeks_by_way(record: Iterable[Work]) -> dict[str, float]:
    """Return how many weeks of work travel in each way."""
    weeks = dict.fromkeys(TRAVELS, 0.0)
    for one in record:
        weeks[one.travels] += one.weeks
    return weeks


def process_record(answers: Answers) -> Still:
    """Show how much of the work has to be done again in each place."""
    record = work(answers["process"])
    weeks = weeks_by_way(record)
    total = sum(weeks.values())
    if not total:
        raise ValueError("Write down what was done and how many weeks it took.")
    again = weeks[GROWN_ANEW]
    said = (
        f"Of {_plain(total)} weeks of work, {_plain(again)} ({style.percent(again / total)}) have "
        f"to be grown anew in each place and {_plain(weeks[ADAPTED])} adapted. Weeks are not "
        "effects: ask which of them people would miss."
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
        **_listing(len(record)),
        barmode="stack",
        showlegend=True,
        xaxis={"title": "weeks of work"},
        yaxis=_names_from_above([_short(one.what) for one in record]),
    )
    table = pd.DataFrame(
        [(one.what, one.who, _plain(one.weeks), one.travels) for one in record],
        columns=["what was done", "by whom", "weeks", "elsewhere"],
    )
    return Still("How it came about, and what travels", figure, said, table)


# ---------------------------------------------------------------- 3 who is touched


@dataclass(frozen=True)
class Stakeholder:
    """Somebody whom the plan touches: who, at which scale, power and interest from 0 to 10."""

    who: str
    scale: str
    power: float
    interest: float
    part: str


def stakeholders(rows: Table) -> tuple[Stakeholder, ...]:
    """Read the list of stakeholders.

    Raises
    ------
    BadRow
        If a name is missing or stands twice, or a number is not from 0 to 10.
    """
    _named(rows, "a stakeholder")
    found = []
    for place, (who, scale, power, interest, part) in enumerate(rows):
        if scale not in SCALES:
            raise BadRow(place, f"“{scale}” is not one of {', '.join(SCALES)}.")
        numbers = _read(place, power, "power", TENTH), _read(place, interest, "interest", TENTH)
        found.append(Stakeholder(who, scale, *numbers, part))
    return tuple(found)


def unheard(found: Iterable[Stakeholder]) -> list[str]:
    """Return who has high interest and little power: those whom a plan forgets most easily."""
    return [one.who for one in found if one.interest >= HIGH > one.power]


def grid(answers: Answers) -> Still:
    """Show power and interest of all stakeholders, with their scale."""
    found = stakeholders(answers["stakeholders"])
    if not found:
        raise ValueError("Name somebody whom the plan touches.")
    missing = [scale for scale in SCALES if scale not in {one.scale for one in found}]
    quiet = unheard(found)
    said = (
        f"Much at stake and little power: {listed(quiet)}. "
        if quiet
        else "Nobody here has much at stake and little power; is somebody missing? "
    )
    said += (
        f"Nobody stands at the {listed(missing)} scale yet."
        if missing
        else "All three scales are there."
    )
    figure = go.Figure()
    for scale in SCALES:
        here = [one for one in found if one.scale == scale]
        figure.add_scatter(
            x=[one.interest for one in here],
            y=[one.power for one in here],
            mode="markers+text",
            text=[_short(one.who) for one in here],
            textposition=[_side(one, found) for one in here],
            marker={"symbol": SYMBOLS[scale], "color": COLOURS[scale], "size": 13},
            name=scale,
            hoverinfo="skip",
        )
    border = {"line": {"color": style.GREY, "dash": "dot"}, "layer": "below"}
    figure.add_vline(HIGH, **border)
    figure.add_hline(HIGH, **border)
    ends = {"range": [-0.8, TENTH + 0.8], "dtick": 5}
    figure.update_layout(
        height=460,
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.01, "yanchor": "bottom"},
        xaxis={"title": "what is at stake for them, 0 to 10", **ends},
        yaxis={"title": "their power over it, 0 to 10", **ends},
    )
    table = pd.DataFrame(
        [(one.who, one.scale, _plain(one.power), _plain(one.interest), one.part) for one in found],
        columns=["who", "scale", "power", "at stake", "how they take part"],
    )
    return Still("Power and interest at three scales", figure, said, table)


# Where a name may stand, for those at one point or close to it.
_SIDES = ("top center", "bottom center", "middle right", "middle left")


def _side(one: Stakeholder, found: tuple[Stakeholder, ...]) -> str:
    near = [
        other
        for other in found
        if abs(other.power - one.power) < 1 and abs(other.interest - one.interest) < 4
    ]
    side = _SIDES[near.index(one) % len(_SIDES)]
    if one.interest > TENTH - 2 and side in ("top center", "middle right"):
        return "top left" if side == "top center" else "middle left"
    if one.interest < 2 and side in ("top center", "middle left"):
        return "top right" if side == "top center" else "middle right"
    return side


# ---------------------------------------------------------------- 4 times, means, barriers


@dataclass(frozen=True)
class Task:
    """One task: what, who, the month it starts in (1 is the first), its months and its cost."""

    what: str
    who: str
    start: float
    months: float
    cost: float

    @property
    def end(self) -> float:
        """The month before which it is done: a task of two months from month 1 ends at 3."""
        return self.start + self.months


def tasks(rows: Table) -> tuple[Task, ...]:
    """Read the tasks.

    Raises
    ------
    BadRow
        If a name is missing or stands twice, or a number is out of its range.
    """
    _named(rows, "a task")
    return tuple(
        Task(
            what,
            who,
            _read(place, start, "the month it starts in", 600, least=1),
            _read(place, months, "the number of months", 600, least=0.1),
            _read(place, cost or "0", "the cost"),
        )
        for place, (what, who, start, months, cost) in enumerate(rows)
    )


def duration(found: Iterable[Task]) -> float:
    """Return how many months pass from the first day to the end of the last task."""
    return max((one.end for one in found), default=1.0) - 1


def spent_by_month(found: Iterable[Task]) -> np.ndarray:
    """Return what is spent in each month, if each task spends evenly.

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
    """Read the barriers, each with what would be done about it (or nothing, yet).

    Raises
    ------
    BadRow
        If a barrier has no name or stands twice.
    """
    _named(rows, "a barrier")
    return tuple((what, answer) for what, answer in rows)


def gantt(answers: Answers) -> Still:
    """Show the tasks in time, and what they cost beside what there is."""
    found = tasks(answers["tasks"])
    if not found:
        raise ValueError("Write down a first task.")
    cost = sum(one.cost for one in found)
    spent = spent_by_month(found)
    open_ = [what for what, answer in barriers(answers["barriers"]) if not answer]
    means, unread = f"They cost {_money(cost)}", ""
    try:
        there = amount(answers["budget"], "What there is") if answers["budget"].strip() else None
    except ValueError as error:
        there, unread = None, f" {error}"
    if there is not None:
        means += (
            f" of the {_money(there)} there is"
            if round(cost) <= round(there)
            else (f", {_money(cost - there)} more than there is")
        )
    if round(spent.max()) > 0:
        means += f"; the dearest month is month {int(spent.argmax()) + 1}, {_money(spent.max())}"
    months = round(duration(found), 1)
    unanswered = f"; no answer yet to: {listed(open_)}" if open_ else ""
    said = (
        f"{number_of(len(found), 'task')} over {number_of(months, 'month')}. {means}{unanswered}."
        f"{unread}"
    )
    figure = go.Figure(
        go.Bar(
            orientation="h",
            y=list(range(len(found))),
            base=[one.start for one in found],
            x=[one.months for one in found],
            marker={"color": style.BLUE},
            text=[_short(one.who) for one in found],
            insidetextanchor="start",
            textposition="auto",
            constraintext="none",
            cliponaxis=False,
            hoverinfo="skip",
        )
    )
    last = 1 + duration(found)
    labelled = np.arange(1, int(np.ceil(last)), _months_apart(last - 1))
    figure.update_layout(
        **_listing(len(found)),
        xaxis={
            "title": "month",
            "range": [1, last + 0.3 * (last - 1)],  # room for a name beside a short bar
            "tickvals": labelled + 0.5,  # in the middle of the month: a bar ends where one ends
            "ticktext": [f"{month}" for month in labelled],
            "showgrid": False,
            "ticks": "",
        },
        yaxis=_names_from_above([_short(one.what) for one in found]),
    )
    table = pd.DataFrame(
        [
            (one.what, one.who, _plain(one.start), _plain(one.end - 1), _money(one.cost))
            for one in found
        ],
        columns=["task", "who", "from month", "until the end of month", "cost"],
    )
    return Still("The plan in time", figure, said, table)


def _months_apart(months: float) -> int:
    return next((step for step in (1, 3, 6, 12, 24) if months / step <= 16), 60)


# ---------------------------------------------------------------- 5 a pilot of the growing

PEOPLE = [5, 10, 20, 50, 100, 200, 500, 1000, 2000, 10_000, 100_000, 1_000_000]  # on the axis


def pilot(answers: Answers) -> Still:
    """Show what a pilot of that size can tell, beside effects of the size that pilots have."""
    if not answers["pilot_size"].strip():
        raise ValueError("Say how many people will take part in each of the two groups.")
    people = amount(answers["pilot_size"], "The number of people", 1e6)
    if people < 2 or people % 1:
        raise ValueError(
            f"Two or more whole people must take part in each group; it is {people:g}."
        )
    sizes = np.unique(np.round(np.geomspace(5, max(2000, 1.5 * people), 60)))
    off_by = np.sqrt(2 / sizes)
    error = float(np.sqrt(2 / people))
    trusted = winners_curse.reliability(winners_curse.TAU, people)
    said = (
        f"With {_plain(people)} people in each of the two groups, chance alone moves the result by "
        f"about {style.number(error)} of what people typically differ by (a standard deviation). "
        f"If results differ as those of other pilots do, only {style.percent(trusted)} of what is "
        "surprising in it would be found again."
    )
    figure = go.Figure()
    figure.add_scatter(
        x=sizes, y=off_by, mode="lines", line={"color": style.BLUE, "width": 2.5}, hoverinfo="skip"
    )
    figure.add_scatter(
        x=[people],
        y=[error],
        mode="markers+text",
        text=["your pilot"],
        textposition="top right" if people < 300 else "top center",
        marker={"size": 13, "color": style.VERMILLION, "symbol": "diamond"},
        hoverinfo="skip",
    )
    figure.update_layout(
        height=340,
        xaxis={
            "title": "people in each group",
            "type": "log",
            "tickvals": PEOPLE,
            "ticktext": [f"{some:,}" for some in PEOPLE],
        },
        yaxis={"title": "moved by chance<br>(standard deviations)", "rangemode": "tozero"},
    )
    table = pd.DataFrame(
        {
            "people in each group": [_plain(people), _plain(4 * people)],
            "moved by chance (standard deviations)": [style.number(error), style.number(error / 2)],
        }
    )
    return Still("What the pilot can tell", figure, said, table)


# ---------------------------------------------------------------- ready?


def scores(rows: Table) -> str:
    """Return the five scores as ``readiness.run`` reads them.

    Raises
    ------
    BadRow, ValueError
        If a component is missing or stands twice, or a score is not from 0 to 4.
    """
    names = {name: key for key, name in readiness.COMPONENTS.items()}
    _named(rows, "a component")
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
    """Show the readiness of lesson 1 as bars for these scores."""
    if answers["readiness"] == plan.empty["readiness"]:
        raise ValueError("Not scored yet: give each component what you can show for it.")
    result = readiness.run(own=scores(answers["readiness"]))
    given = {row[0]: int(row[1]) for row in answers["readiness"]}
    least = min(given.values())
    weakest = listed([name.lower() for name, score in given.items() if score == least])
    said = (
        f"{style.number(float(np.mean(list(given.values()))), 1)} of "
        f"{readiness.HIGHEST_SCORE} on average; weakest, with {least}: {weakest}."
    )
    bare = [row[0] for row in answers["readiness"] if row[1] != "0" and not row[2]]
    if bare:
        said += f" Nothing is written down yet to show for {listed(bare)}."
    table = pd.DataFrame(answers["readiness"], columns=["component", "score", "what shows it"])
    return Still("Ready to scale?", readiness.picture(result), said, table)


# ---------------------------------------------------------------- helpers of all pictures


def _brief(answers: Answers) -> tuple[tuple[str, str], ...]:
    """Return the first page: what is asked and proposed, its cost, what shows, who is not heard."""
    found = tasks(answers["tasks"])
    quiet = unheard(stakeholders(answers["stakeholders"]))
    cost, shows = [], [answers["pilot_measure"].strip()]
    if found:
        months = number_of(round(duration(found), 1), "month")
        cost.append(f"{_money(sum(one.cost for one in found))} over {months}.")
        last = max(found, key=lambda one: one.end)
        until = f"{_plain(np.ceil(last.end - 1))}"
        shows.append(f"The last task, “{last.what}”, ends with month {until}.")
    if answers["budget"].strip():
        cost.append(f"There is {answers['budget'].strip()}.")
    little = f"Much at stake and little power have: {listed(quiet)}." if quiet else ""
    return (
        ("What we answer", answers["answer"]),
        ("What it is for", answers["value"]),
        ("How it would grow", answers["way"]),
        ("What it costs", " ".join(cost)),
        ("What will be seen, and when", "\n".join(filter(None, shows))),
        ("What would make us stop", answers["pilot_stop"]),
        ("Who has not been heard", "\n".join(filter(None, [answers["missing"].strip(), little]))),
    )


def _plain(value: float) -> str:
    return style.number(value, 0 if float(value).is_integer() else 1)


def _money(value: float) -> str:
    return style.number(value, 0)


def _short(name: str) -> str:
    """Return a name as it fits into a picture; what plotly would take for a tag is spelled out."""
    cut = name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1]}…"
    return style.plain(cut)


def _listing(rows: int) -> dict[str, object]:
    return {
        "height": 150 + 34 * rows,
        "margin": {"t": 50},
        "bargap": 0.35,
        "legend": {"orientation": "h", "x": 0, "y": 1.01, "yanchor": "bottom"},
    }


def _names_from_above(names: list[str]) -> dict[str, object]:
    """Return an axis of numbered rows, the first on top: two short names may be the same."""
    return {
        "tickvals": list(range(len(names))),
        "ticktext": names,
        "range": [len(names) - 0.5, -0.5],
    }


def _as_edited(_: Table, after: Table) -> Table:
    return after


def _rows(
    name: str,
    label: str,
    columns: tuple[Column, ...],
    check: Callable[[Table], object],
    start: Table = (),
    fixed: bool = False,
) -> Rows:
    return Rows(name, label, columns, start, check, _as_edited, file="", fixed=fixed)


# ---------------------------------------------------------------- the form

# The Kettle's plan as far as somebody has got with it. What to tell the ministry is left open: that
# is the learner's part.
KETTLE = {
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
            "One sentence that the people it is for would sign. Then what in it is method and "
            "relationship, and what can be handed over.",
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
                _rows(
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
                _rows(
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
                _rows(
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
                _rows(
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
                Text("pilot_place", "Where, and who decides there?", "", 2),
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
            "lesson 1.",
            (
                _rows(
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
    brief=_brief,
)
