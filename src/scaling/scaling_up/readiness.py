"""Readiness: the recipe's five components, scored by evidence, and the weakest beside the mean.

The five components and five steps of the essay "Scaling Up: Transforming Small-Scale Experiments
for Broader Social Insights" are turned into twenty statements for which evidence could be shown.
The statements are ours, and so is the rule that each counts one.
Left out: how much each weighs. No study that we know of shows that such a score predicts success.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from scaling import arguments, style
from scaling.explorable import Ask, Choice, Explorable, Mark, Paste, Slider, Task
from scaling.wording import listed

# A component has four statements, and its score is the number of them that are shown to be so.
HIGHEST_SCORE = 4
YES, NO, OPEN = "yes", "no", "not known"
SHOWN, PLANNED = style.BLUE, style.ORANGE

COMPONENTS = {
    "evidence": "evidence-based design",
    "partners": "strategic partnerships",
    "learning": "reflective learning",
    "resources": "resource allocation",
    "communication": "communication",
}
# From this distance on, mean and weakest are said to disagree.
CLEAR_DISTANCE = 0.5  # points
STATEMENTS = {
    "evidence": (
        "the outcome was counted, before and after",
        "a comparison shows what would have happened anyway",
        "stories were gathered, also from people who stayed away",
        "it has been tried in a second place",
    ),
    "partners": (
        "the people it is for take part in deciding",
        "a partner has said in writing what it will give",
        "all whom it touches are listed, with what they want",
        "those who may lose by it were asked",
    ),
    "learning": (
        "there is a fixed time to look back",
        "something was changed because of it",
        "how it came about is written down, mistakes included",
        "growing was itself piloted",
    ),
    "resources": (
        "money comes from more than one source",
        "the cost is known, unpaid hours included",
        "there are people to do it elsewhere, or a way to train them",
        "a plan names times, means and barriers",
    ),
    "communication": (
        "one sentence says what it is worth, and the people it is for agree",
        "people it does not reach have heard of it",
        "the people it is for tell it in their own words",
        "what did not work is told as well",
    ),
}


@dataclass(frozen=True)
class Case:
    """The findings about one initiative.

    Attributes
    ----------
    name : str
    findings : dict
        For each component four findings, each of which is an answer (``YES``, ``NO`` or ``OPEN``)
        and the evidence for it.
    """

    name: str
    findings: dict[str, tuple[tuple[str, str], ...]]


_NOT_FOUND_OUT = (OPEN, "we did not find out")
CASES = {
    "kettle": Case(
        "the Kettle",
        {
            "evidence": (
                (YES, "guests were asked on their first evening and a year later"),
                (NO, "nobody knows how lonely they would be without it"),
                (NO, "stories were told by those who come"),
                (NO, "there is one Kettle"),
            ),
            "partners": (
                (YES, "neighbours chose the evening and the rules"),
                (YES, "the parish lends the room, by letter"),
                (NO, "nobody drew up a list"),
                (NO, "the café across the road was not asked"),
            ),
            "learning": (
                (YES, "on the last evening of each month"),
                (YES, "guests wanted to cook too, and now they do"),
                (NO, "the winter of listening is written nowhere"),
                (NO, "growing has not been tried"),
            ),
            "resources": (
                (YES, "a grant for the worker, and a collection for the soup"),
                (NO, "nobody has counted the neighbours' hours"),
                (NO, "there is one worker, and no way to train another"),
                (NO, "there is no plan beyond the grant"),
            ),
            "communication": (
                (YES, "“somebody notices when you are not there”"),
                (YES, "the ministry has heard of it"),
                (YES, "guests told the newspaper themselves"),
                (NO, "nobody tells of the four who stopped coming"),
            ),
        },
    ),
    "grameen": Case(
        "Grameen Bank",
        {
            "evidence": (
                _NOT_FOUND_OUT,
                (OPEN, "disputed: the best-known comparison did not hold (Roodman & Morduch 2014)"),
                _NOT_FOUND_OUT,
                (YES, "such loans were tested by lot in seven places (Meager 2019)"),
            ),
            "partners": (
                (YES, "borrowers elect nine of the thirteen on the board (news report)"),
                _NOT_FOUND_OUT,
                _NOT_FOUND_OUT,
                _NOT_FOUND_OUT,
            ),
            "learning": (
                _NOT_FOUND_OUT,
                (YES, "redesigned as Grameen II after arrears and a flood (Rutherford 2006)"),
                (YES, "the crises of 1995 and 1998 (the bank's own page)"),
                _NOT_FOUND_OUT,
            ),
            "resources": (_NOT_FOUND_OUT, _NOT_FOUND_OUT, _NOT_FOUND_OUT, _NOT_FOUND_OUT),
            "communication": (
                _NOT_FOUND_OUT,
                (YES, "the Nobel Peace Prize of 2006"),
                _NOT_FOUND_OUT,
                (YES, "the bank's own page tells of the crises"),
            ),
        },
    ),
    "harlem": Case(
        "the Harlem Children's Zone",
        {
            "evidence": (
                (YES, "test scores, year by year (Dobbie & Fryer 2011)"),
                (YES, "lots, for its schools; not for the programmes around (Dobbie & Fryer 2011)"),
                _NOT_FOUND_OUT,
                _NOT_FOUND_OUT,
            ),
            "partners": (_NOT_FOUND_OUT, _NOT_FOUND_OUT, _NOT_FOUND_OUT, _NOT_FOUND_OUT),
            "learning": (
                _NOT_FOUND_OUT,
                (YES, "activities outside the zone were phased out (HCZ 2003)"),
                (YES, "how it changed while growing, and the stress of it (Bridgespan 2004)"),
                (YES, "24 blocks first, then 60 (Bridgespan 2004)"),
            ),
            "resources": (
                _NOT_FOUND_OUT,
                _NOT_FOUND_OUT,
                _NOT_FOUND_OUT,
                (YES, "a growth plan for the years 2001 to 2009 (HCZ 2003)"),
            ),
            "communication": (
                _NOT_FOUND_OUT,
                (YES, "a presidential campaign promised copies (Whitehurst & Croft 2010)"),
                _NOT_FOUND_OUT,
                _NOT_FOUND_OUT,
            ),
        },
    ),
}


@dataclass(frozen=True)
class Readiness:
    """The scores of the five components, now and after some work.

    Attributes
    ----------
    name : str
        The name of the initiative.
    findings : dict
        As in `Case`.
    is_own : bool
        Whether the scores are a learner's own. It is then unknown which statements they count.
    component : str
        The component to work on, a key of ``COMPONENTS``.
    more : int
        The number of further statements that this work would make true.
    """

    name: str
    findings: dict[str, tuple[tuple[str, str], ...]]
    is_own: bool
    component: str
    more: int

    @property
    def now(self) -> dict[str, int]:
        """The score of each component before the work, 0 to 4."""
        return scores(self.findings)

    @property
    def unknown(self) -> dict[str, int]:
        """The number of statements in each component about which nothing was found."""
        return {key: _count(answers, OPEN) for key, answers in self.findings.items()}

    @property
    def then(self) -> dict[str, int]:
        """The score of each component after the work, at most 4."""
        return self.now | {self.component: min(HIGHEST_SCORE, self.now[self.component] + self.more)}


def shown(findings: dict[str, tuple[tuple[str, str], ...]]) -> dict[str, list[str]]:
    """Return, for each component, the evidence for those of its statements that are shown."""
    return {
        key: [evidence for answer, evidence in answers if answer == YES]
        for key, answers in findings.items()
    }


def scores(findings: dict[str, tuple[tuple[str, str], ...]]) -> dict[str, int]:
    """Return how many of the four statements of each component are shown to be so."""
    return {key: len(evidence) for key, evidence in shown(findings).items()}


def _count(answers: tuple[tuple[str, str], ...], wanted: str) -> int:
    return sum(answer == wanted for answer, _ in answers)


def mean(points: dict[str, int]) -> float:
    """Return the mean of the scores."""
    return float(np.mean(list(points.values())))


def weakest(points: dict[str, int]) -> tuple[str, ...]:
    """Return the component with the lowest score, or all of them where several share it."""
    lowest = min(points.values())
    return tuple(key for key, score in points.items() if score == lowest)


def read_own(text: str) -> dict[str, tuple[tuple[str, str], ...]]:
    """Read a learner's own scores: five lines, each a component and a number from 0 to 4.

    Parameters
    ----------
    text : str
        The first word of a line names the component, and its last word is the score. Empty lines
        are ignored.

    Raises
    ------
    ValueError
        If a line cannot be read or a component is missing; the error names it and gives an example.
    """
    points: dict[str, int] = {}
    for line in filter(str.strip, text.splitlines()):
        parts = re.split(r"[,;:\s]+", line.strip().lower())
        names = {key: (key[:5], name[:5]) for key, name in COMPONENTS.items()}
        key = next((key for key in COMPONENTS if parts[0][:5] in names[key]), None)
        if key is None or parts[-1] not in list("01234"):
            raise ValueError(
                f"“{line.strip()}” cannot be read: write a component and a number from 0 to "
                f"{HIGHEST_SCORE}, such as: evidence 2."
            )
        points[key] = int(parts[-1])
    missing = [key for key in COMPONENTS if key not in points]
    if missing:
        raise ValueError(
            f"A score is missing for {', '.join(missing)}: one line for each is needed."
        )
    return {
        key: ((YES, ""),) * points[key] + ((NO, ""),) * (HIGHEST_SCORE - points[key])
        for key in COMPONENTS
    }


@lru_cache(maxsize=256)
def run(
    case: str = "kettle", component: str = "evidence", more: int = 0, own: str = ""
) -> Readiness:
    """Score an initiative by the recipe.

    Parameters
    ----------
    case : {"kettle", "grameen", "harlem"}
    component : str
        The component to work on: "evidence", "partners", "learning", "resources" or
        "communication".
    more : int
        The number of further statements that the work would make true, 0 to 4. No more than those
        that are left are counted.
    own : str
        A learner's own scores, as `read_own` reads them, which replace ``case``; may be empty.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    arguments.one_of("case", case, CASES)
    arguments.one_of("component", component, COMPONENTS)
    arguments.whole("more", more, 0, HIGHEST_SCORE)
    is_own = bool(own.strip())
    chosen = Case("your initiative", read_own(own)) if is_own else CASES[case]
    return Readiness(chosen.name, chosen.findings, is_own, component, int(more))


def picture(result: Readiness) -> go.Figure:
    """Draw each component's score, with lines at the weakest and at the mean.

    A bar also shows what the work adds, and how many statements are unknown.
    """
    at_weakest, at_mean = min(result.then.values()), mean(result.then)
    return go.Figure(
        [
            *_bars(result),
            _line(at_mean, style.GREY, "dot"),
            _line(at_weakest, style.VERMILLION, "solid"),
        ],
        {
            "height": 430,
            "margin": {"t": 64, "b": 60, "l": 60, "r": 30},
            "barmode": "stack",
            "bargap": 0.4,
            "annotations": _line_names(at_weakest, at_mean),
            "xaxis": {
                "anchor": "y",
                "range": [0, HIGHEST_SCORE + 0.05],
                "dtick": 1,
                "title": {
                    "text": "statements shown to be so, of four<br>"
                    "(dotted: by the work; hatched: not known)"
                },
            },
            "yaxis": {
                "anchor": "x",
                "range": [5.2, -0.6],
                "tickvals": list(range(len(COMPONENTS))),
                "ticktext": _row_names(result),
                "ticks": "",
                "showgrid": False,
            },
        },
    )


def _row_names(result: Readiness) -> list[str]:
    """Return the names of the components, with the one to work on in bold."""
    rows = []
    for key, name in COMPONENTS.items():
        row = name.replace(" ", "<br>")
        rows.append(f"<b>{row}</b>" if key == result.component else row)
    return rows


def _line_names(at_weakest: float, at_mean: float) -> list[dict]:
    """Return the names of the two lines, one above the other so that they never overlap."""
    place = {"xref": "x", "yref": "paper", "yanchor": "bottom"}
    named = [
        (at_mean, 1.07, f"dotted: mean <b>{style.number(at_mean, 1)}</b>"),
        (at_weakest, 1.005, f"line: weakest <b>{style.number(at_weakest, 1)}</b>"),
    ]
    return [
        place
        | {"x": x, "y": y, "text": text}
        | {"xanchor": "left" if x < 1 else "right" if x > HIGHEST_SCORE - 1 else "center"}
        for x, y, text in named
    ]


def _bars(result: Readiness) -> list[go.Bar]:
    """Return stacked bars: statements shown, added by the work, and unknown."""
    added = {key: result.then[key] - result.now[key] for key in COMPONENTS}
    unknown = {
        key: min(result.unknown[key], HIGHEST_SCORE - result.then[key]) for key in COMPONENTS
    }
    looks = [
        (result.now, {"color": SHOWN}),
        (added, {"pattern": {"shape": ".", "bgcolor": PLANNED, "fgcolor": "#444444", "size": 6}}),
        (
            unknown,
            {
                "color": "rgba(0,0,0,0)",
                "pattern": {"shape": "/", "fgcolor": style.GREY, "size": 8, "solidity": 0.15},
                "line": {"color": style.GREY, "width": 1},
            },
        ),
    ]
    return [
        go.Bar(
            orientation="h",
            y=list(range(len(COMPONENTS))),
            x=[points[key] for key in COMPONENTS],
            marker=marker,
            hovertemplate="%{x}<extra></extra>",
        )
        for points, marker in looks
    ]


def _line(at: float, colour: str, dash: str) -> go.Scatter:
    return go.Scatter(
        x=[at, at],
        y=[-0.6, 5.2],
        mode="lines",
        line={"color": colour, "dash": dash, "width": 2.5},
        cliponaxis=False,
        hoverinfo="skip",
    )


def brief(result: Readiness, before: Readiness | None) -> str:
    """State which component is weakest, or that only the mean has moved."""
    average = style.number(mean(result.then), 1)
    lowest = style.number(min(result.then.values()), 1)
    names = weakest(result.then)
    if before is not None and before.name == result.name:
        rests = min(before.then.values()) == min(result.then.values())
        if rests and mean(before.then) != mean(result.then):
            return f"The mean moves to {average}, and the weakest stays at {lowest}."
    who = listed([COMPONENTS[key] for key in names])
    are, each = ("is", "") if len(names) == 1 else ("are", " each")
    said = f"{who} {are} weakest, with {lowest} of {HIGHEST_SCORE}{each}."
    if sum(result.unknown.values()):
        return f"In what we found, {said}"
    return said[0].upper() + said[1:]


def words(result: Readiness) -> str:
    """State mean and weakest, whether they disagree, and which statement to show next."""
    points = result.then
    lowest = min(points.values())
    added = points[result.component] - result.now[result.component]
    with_work = f" with {added} more for {COMPONENTS[result.component]}" if added else ""
    unknown = sum(result.unknown.values())
    if unknown:
        verdict = f"Of {unknown} we do not know"
    elif mean(points) - lowest >= CLEAR_DISTANCE:
        verdict = "Mean and weakest disagree"
    else:
        verdict = "Mean and weakest agree"
    return (
        f"For {result.name}{with_work}, {sum(points.values())} of the twenty statements are shown "
        f"to be so: {style.number(mean(points), 1)} of {HIGHEST_SCORE} on average, and {lowest} "
        f"where it is weakest. {verdict}; {_next_statement(result)}."
    )


def _next_statement(result: Readiness) -> str:
    """Return a clause with the next statement to show for the component to work on."""
    name = COMPONENTS[result.component]
    todo = [
        statement
        for statement, (answer, _) in zip(
            STATEMENTS[result.component], result.findings[result.component], strict=True
        )
        if answer != YES
    ][result.then[result.component] - result.now[result.component] :]
    if not todo:
        return f"nothing is left to show for {name}"
    if result.is_own:
        return f"for {name}, {len(todo)} of {HIGHEST_SCORE} statements are still to be shown"
    return f"to show next for {name}: {todo[0]}"


def table(result: Readiness) -> pd.DataFrame:
    """Return the twenty statements, each with its answer and its evidence."""
    return pd.DataFrame(
        [
            {
                "component": COMPONENTS[key],
                "statement": statement,
                "shown": "your count" if result.is_own else answer,
                "what it rests on": evidence,
                "score": f"{result.now[key]} of {HIGHEST_SCORE}"
                + (f", {result.then[key]} with the work" if result.more else ""),
            }
            for key, statements in STATEMENTS.items()
            for statement, (answer, evidence) in zip(statements, result.findings[key], strict=True)
        ]
    )


def _work_on_the_best(at: Callable[..., Readiness]) -> str:
    result = at(component="communication", more=3)
    return (
        f"The mean goes from {style.number(mean(result.now), 1)} to "
        f"{style.number(mean(result.then), 1)}, and the weakest stays at "
        f"{min(result.then.values())}. It is pleasant to improve what one is good at."
    )


def _work_on_one_of_two(at: Callable[..., Readiness]) -> str:
    result = at(component="resources", more=3)
    first, second = (COMPONENTS[key] for key in weakest(result.now))
    return (
        f"It stays at {min(result.then.values())}: now the other of the two holds it down. The "
        f"plan moves when both do, {first} and {second}."
    )


def _own_initiative(at: Callable[..., Readiness]) -> str:
    kettle = sum(at().now.values())
    return (
        f"The Kettle can show {kettle} of the twenty today. Where mean and weakest lie apart in "
        "yours, the weakest is the next thing to work on."
    )


explorable = Explorable(
    title="Ready to scale?",
    ask=Ask(
        "The Kettle scores 1.8 of 4 on average over five components: 1 for evidence, then 2, 2, 1 "
        "and 3 for the others. A year's work on evidence makes all its four statements true. If "
        "a plan holds no better than its weakest component, what does it score then?",
        low=0,
        high=4,
        step=0.1,
        unit="of 4",
        tempting=2.4,
        because="the average takes everything into account, and it has risen to that.",
        otherwise="No component of the Kettle is without anything to show.",
    ),
    answer=lambda result: min(result.then.values()),
    controls=(
        Choice(
            "case",
            "Initiative",
            {"the Kettle": "kettle", "Grameen Bank": "grameen", "Harlem Children's Zone": "harlem"},
            start="kettle",
        ),
        Choice(
            "component",
            "Component to work on",
            {name.capitalize(): key for key, name in COMPONENTS.items()},
            start="evidence",
        ),
        Slider("more", "Further statements made true by this work", 0, 3, start=3),
        Paste(
            "own",
            "Your own initiative instead: five lines",
            example="evidence 2\npartners 1\nlearning 3\nresources 1\ncommunication 4",
        ),
    ),
    run=run,
    picture=picture,
    brief=brief,
    words=words,
    table=table,
    tasks=(
        Task(
            "Work on communication, where the Kettle is best. What happens to the mean, and what "
            "to the weakest?",
            {"component": "communication"},
            _work_on_the_best,
        ),
        Task(
            "Work on resources instead, as hard as you can. Does the weakest move?",
            {"component": "resources"},
            _work_on_one_of_two,
        ),
        Task(
            "Open “All figures” under the picture, go through the twenty statements for an "
            "initiative you know, and enter its five scores.",
            {},
            _own_initiative,
        ),
    ),
    mark=Mark("x"),
    limits=(
        "That a year's work moves the score by so little hangs on our rule of the weakest: by the "
        "mean it would go from 1.8 to 2.4. The twenty statements are ours, each counts the same, "
        "and nobody has shown that such a score foretells success. The weakest component does not "
        "always decide. A score says as much about what somebody looked up as about the "
        "initiative, and high ones can belong to something that does no good."
    ),
)
