"""Collective action: why one crowd acts and a crowd like it does not.

Threshold model of collective behaviour (Granovetter 1978): each person acts once enough others do,
and the crowd runs to a fixed point. Small differences between people, everything or nothing above.
Left out: who sees whom, how strongly one counts for another, doubts afterwards, and repression.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from scipy import stats

from scaling import style
from scaling.explorable import Ask, Explorable, Mark, Paste, Slider, Task
from scaling.wording import number_of, was

PEOPLE = 100  # in a crowd, unless the learner gives thresholds
CROWDS = 500  # drawn alike
LAST = 12  # round on the slider that means: to the end
MOST_GIVEN = 500  # thresholds a learner may enter
BEGINS = 0.0  # threshold of somebody who acts whatever others do


@dataclass(frozen=True)
class Crowds:
    """One crowd, and what becomes of others like it.

    Attributes
    ----------
    mean, spread : float
        Of the thresholds, as set; NaN where thresholds are given.
    organisers : int
        People among them who begin in any case.
    thresholds : numpy.ndarray, shape (people,)
        Of the crowd that is drawn, lowest first: how many others must act first.
    steps : numpy.ndarray of int
        How many act, round after round, from 0 to the fixed point.
    others : numpy.ndarray of int, shape (crowds,)
        How many act in the end in crowds like it: drawn at random with the same mean and spread,
        or, where thresholds are given, the same crowd with one person who waits for one more.
    is_given : bool
        Whether the thresholds are the learner's own.
    round : int
        The round after which the crowd is drawn, at most the last one.
    """

    mean: float
    spread: float
    organisers: int
    thresholds: np.ndarray
    steps: np.ndarray
    others: np.ndarray
    is_given: bool
    round: int

    @property
    def people(self) -> int:
        """People in the crowd."""
        return len(self.thresholds)

    @property
    def acting(self) -> int:
        """People who act in the end."""
        return int(self.steps[-1])

    @property
    def shown(self) -> int:
        """People who act after the round that is drawn."""
        return int(self.steps[self.round])

    @property
    def most_act(self) -> float:
        """Share of the crowds like it in which more than half act."""
        return float(np.mean(self.others > self.people / 2))


def cascade(thresholds: np.ndarray | list[float]) -> int | np.ndarray:
    """Return how many act in the end, if at first nobody does.

    Parameters
    ----------
    thresholds : array_like, shape (people,) or (crowds, people)
        How many others must act before this person does; 0 or less for who begins in any case,
        in any order. Infinity for somebody who never acts.

    Returns
    -------
    int, or numpy.ndarray of int, shape (crowds,)
        The least fixed point of r = number of thresholds that are at most r.

    Raises
    ------
    ValueError
        If there is no threshold, or one of them is not a number.

    Notes
    -----
    With the thresholds in order, lowest first, the cascade stops at the first person who waits for
    more than all the people before.
    """
    given = np.asarray(thresholds, dtype=float)
    if given.ndim not in (1, 2) or given.shape[-1] == 0:
        raise ValueError("thresholds must be a list of numbers, one a person, and not empty.")
    if np.isnan(given).any():
        raise ValueError("thresholds must all be numbers; one of them is missing.")
    ordered = np.sort(given, axis=-1)
    people = ordered.shape[-1]
    waits = ordered > np.arange(people)
    stops = np.where(waits.any(axis=-1), waits.argmax(axis=-1), people)
    return int(stops) if ordered.ndim == 1 else stops


def rounds(thresholds: np.ndarray | list[float]) -> np.ndarray:
    """Return how many act after each round, from 0 until no more join.

    Parameters
    ----------
    thresholds : array_like, shape (people,)
        As for ``cascade``.

    Returns
    -------
    numpy.ndarray of int
        The last number is ``cascade(thresholds)``.
    """
    ordered = np.sort(np.asarray(thresholds, dtype=float))
    acting = [0]
    while (now := int(np.searchsorted(ordered, acting[-1], side="right"))) > acting[-1]:
        acting.append(now)
    return np.array(acting)


def even_crowd(mean: float, spread: float, people: int = PEOPLE) -> np.ndarray:
    """Return thresholds spread evenly over a normal curve, lowest first.

    Parameters
    ----------
    mean, spread : float
        Mean and standard deviation of the curve; ``spread`` 0 or more.
    people : int
        0 or more.
    """
    return mean + spread * stats.norm.ppf((np.arange(people) + 0.5) / max(people, 1))


def read(text: str) -> np.ndarray:
    """Read a learner's own thresholds: numbers separated by commas, spaces or new lines.

    Parameters
    ----------
    text : str
        Whole numbers of 0 or more; 0–99 stands for all whole numbers from 0 to 99.

    Raises
    ------
    ValueError
        Naming the line and the part of it that cannot be read, or if there are too many.
    """
    found: list[int] = []
    for number, line in enumerate(text.splitlines(), 1):
        for part in re.split(r"[,;\s]+", line.strip()):
            if part:
                found.extend(_read_part(number, part))
            if len(found) > MOST_GIVEN:
                raise ValueError(f"At most {MOST_GIVEN} thresholds can be followed here.")
    return np.array(found, dtype=float)


def _read_part(line: int, part: str) -> range:
    one = re.fullmatch(r"(\d{1,6})(?:[-–](\d{1,6}))?", part, flags=re.ASCII)
    if not one:
        raise ValueError(
            f"Line {line}: “{part}” is not a threshold. Write whole numbers of 0 or more with "
            "commas between them, such as 0, 1, 2, or 0–99 for all from 0 to 99."
        )
    first = int(one[1])
    last = first if one[2] is None else int(one[2])
    if not first <= last < first + MOST_GIVEN:
        raise ValueError(
            f"Line {line}: “{part}” must run upwards, over at most {MOST_GIVEN} numbers."
        )
    return range(first, last + 1)


@cache
def _draws() -> np.ndarray:
    return np.random.default_rng(1978).standard_normal((CROWDS, PEOPLE))


@lru_cache(maxsize=512)
def run(
    mean: float = 25, spread: float = 13, organisers: int = 0, given: str = "", until: int = LAST
) -> Crowds:
    """Let a crowd run to its fixed point, and 500 like it.

    Parameters
    ----------
    mean : float
        Of the thresholds of 100 people, 0 to 100.
    spread : float
        Their standard deviation, 0 or more.
    organisers : int
        How many of the 100 begin in any case, 0 to 100.
    given : str
        The learner's own thresholds as read by ``read``; if not empty, they stand in place of
        mean and spread, and organisers come on top of them.
    until : int
        Round after which the crowd is drawn, 0 or more; ``LAST`` for the end.

    Raises
    ------
    ValueError
        If an argument is out of its range or ``given`` cannot be read.
    """
    if not 0 <= mean <= PEOPLE:
        raise ValueError(f"mean must lie between 0 and {PEOPLE}; it is {mean}.")
    if not 0 <= spread < np.inf:
        raise ValueError(f"spread must be 0 or more; it is {spread}.")
    if organisers not in range(PEOPLE + 1):
        raise ValueError(f"organisers must be a whole number, 0 to {PEOPLE}; it is {organisers}.")
    if until not in range(LAST + 1):
        raise ValueError(f"until must be a whole number, 0 to {LAST}; it is {until}.")
    organisers = int(organisers)
    begin = np.full(organisers, BEGINS)
    if given.strip():
        crowd = np.sort(np.concatenate([begin, read(given)]))
        like_it = crowd + np.eye(len(crowd))
        mean = spread = float("nan")
    else:
        rest = PEOPLE - organisers
        crowd = np.sort(np.concatenate([begin, even_crowd(mean, spread, rest)]))
        like_it = mean + spread * _draws()
        like_it[:, rest:] = BEGINS
    steps = rounds(crowd)
    end = len(steps) - 1
    return Crowds(
        mean=mean,
        spread=spread,
        organisers=organisers,
        thresholds=crowd,
        steps=steps,
        others=cascade(like_it),
        is_given=bool(given.strip()),
        round=end if until == LAST else min(int(until), end),
    )


# ---------------------------------------------------------------- what a learner sees

ACTING = style.VERMILLION
BARS = 10  # of the histogram
LEFT, RIGHT = (0, 0.5), (0.66, 1)
MOST_DRAWN = 150  # people with head and shoulders; a larger crowd is drawn as dots


def picture(result: Crowds) -> go.Figure:
    """Draw the crowd, those who act filled, beside the ends of other crowds."""
    people, shown = result.people, result.shown
    edges = np.linspace(0, people, BARS + 1)
    counts, _ = np.histogram(result.others, edges)
    bars = go.Bar(
        x=(edges[:-1] + edges[1:]) / 2,
        y=counts / len(result.others),
        width=0.86 * people / BARS,
        marker={"color": style.CHANCE, "opacity": 0.75},
        xaxis="x2",
        yaxis="y2",
        hovertemplate="%{y:.0%} of crowds<extra></extra>",
    )
    here = go.Scatter(
        x=[result.acting],
        y=[0],
        mode="markers",
        marker={"size": 14, "color": ACTING, "symbol": "diamond"},
        cliponaxis=False,
        hovertemplate="this crowd: %{x}<extra></extra>",
        xaxis="x2",
        yaxis="y2",
    )
    side = _side(people)
    others = (
        "\N{BLACK DIAMOND} this crowd; bars:<br>if one waits longer"
        if result.is_given
        else f"\N{BLACK DIAMOND} this crowd; bars:<br>{CROWDS} drawn like it"
    )
    return go.Figure(
        [*_figures(result), bars, here],
        {
            "height": 430,
            "margin": {"t": 62},
            "annotations": [
                style.heading(f"<b>{shown} of {people} act</b><br>{_round(result)}", LEFT, 1),
                style.heading(others, RIGHT, 1),
            ],
            "xaxis": {
                "domain": LEFT,
                "anchor": "y",
                "range": [-0.7, side - 0.3],
                "showticklabels": False,
                "ticks": "",
                "showgrid": False,
                "title": {"text": "filled: acts; row by row, who waits for fewest first"},
            },
            "yaxis": {
                "anchor": "x",
                "range": [-((people - 1) // side) - 0.9, 0.9],
                "visible": False,
            },
            "xaxis2": {
                "range": [-0.03 * people, 1.06 * people],
                "nticks": 6,
                "domain": RIGHT,
                "anchor": "y2",
                "title": {"text": "people who act in the end"},
            },
            "yaxis2": {
                "anchor": "x2",
                "range": [-0.03, 1.08],
                "tickvals": [0, 0.25, 0.5, 0.75, 1],
                "tickformat": ".0%",
                "title": {"text": "of these crowds"},
            },
        },
    )


def _side(people: int) -> int:
    """Return how many people are drawn in a row."""
    return max(int(np.ceil(np.sqrt(people))), 3)


def _figures(result: Crowds) -> list[go.Scatter]:
    """Return the people, those who act filled, and what the first of the others waits for."""
    people, shown, side = result.people, result.shown, _side(result.people)
    order = np.arange(people)
    x, y = order % side, -(order // side)
    acts = order < shown
    scale = 10 / max(side, 10)
    parts = [("circle", 11, 0.22), ("triangle-up", 17, -0.16)]  # head, shoulders
    if people > MOST_DRAWN:
        parts = [("circle", 14, 0)]
    waits = [f"waits for {max(int(np.ceil(t)), 0)}" for t in result.thresholds]
    figures = [
        go.Scatter(
            x=x,
            y=y + height,
            mode="markers",
            marker={
                "size": size * scale,
                "symbol": [f"{symbol}{'' if one else '-open'}" for one in acts],
                "color": [ACTING if one else style.GREY for one in acts],
                "opacity": 1,
            },
            customdata=waits,
            hovertemplate="%{customdata}<extra></extra>",
        )
        for symbol, size, height in parts
    ]
    # The person at whom it ended: what a learner is to see first.
    ended_at = [] if shown < result.acting or shown == people else [shown]
    ring = go.Scatter(
        x=x[ended_at],
        y=y[ended_at],
        mode="markers",
        marker={
            "size": 40 * scale,
            "symbol": "circle-open",
            "color": ACTING,
            "line": {"width": 2},
        },
        hoverinfo="skip",
    )
    return [*figures, ring]


def _round(result: Crowds) -> str:
    """Return which round is shown, or at whom it ended."""
    if result.shown < result.acting:
        return f"after {number_of(result.round, 'round')}"
    if result.acting == result.people:
        return f"in the end, after {number_of(len(result.steps) - 1, 'round')}"
    needs = result.thresholds[result.acting]
    return f"and the next (ringed) waits for {style.number(np.ceil(needs), 0)}"


def brief(result: Crowds, before: Crowds | None) -> str:
    """Say how many people act in the end, or up to the round that is shown."""
    if result.shown < result.acting:
        return f"After {number_of(result.round, 'round')}, {_people(result.shown)}; others follow."
    was_so = None
    if before is not None and before.people == result.people and before.shown == before.acting:
        was_so = str(before.acting)
    return f"{_people(result.acting)} in the end{was(str(result.acting), was_so)}."


def _people(count: int) -> str:
    return "1 person acts" if count == 1 else f"{count} people act"


def words(result: Crowds) -> str:
    """Say how many act in this crowd, and how crowds like it end."""
    low, high = np.percentile(result.others, [25, 75], method="nearest")
    others = (
        "Where one of them waits for one more, any of them in turn"
        if result.is_given
        else f"Of {CROWDS} crowds drawn with this mean and spread"
    )
    end = f"in the end, after {number_of(len(result.steps) - 1, 'round')}"
    if result.shown < result.acting:
        end = f"{end}, and {result.shown} so far"
    return (
        f"{_who(result)}: {_people(result.acting)} {end}. {others}, more than half act in "
        f"{style.percent(result.most_act)}; the middle half end between {low} and {high}."
    )


def _who(result: Crowds) -> str:
    begin = number_of(result.organisers, "organiser")
    if result.is_given:
        own = f"{number_of(result.people - result.organisers, 'threshold')} of yours"
        return f"A crowd with {own} and {begin}"
    return (
        f"{result.people} people with thresholds of {style.number(result.mean, 0)} on average, "
        f"give or take {style.number(result.spread, 0)}, and {begin} among them"
    )


def table(result: Crowds) -> pd.DataFrame:
    """Return how many crowds end where, and where the one in the picture does."""
    people = result.people
    edges = np.linspace(0, people, BARS + 1)
    counts, _ = np.histogram(result.others, edges)
    here, _ = np.histogram([result.shown], edges)
    starts = np.ceil(edges[:-1]).astype(int)
    ends = np.append(np.ceil(edges[1:-1]).astype(int) - 1, people)
    return pd.DataFrame(
        {
            "people who act in the end": [
                f"{a} to {b}" if a < b else str(a) for a, b in zip(starts, ends, strict=True)
            ],
            "crowds like it": counts,
            "of all": [style.percent(count / len(result.others), 1) for count in counts],
            "the crowd in the picture": [
                f"here, {result.shown}" if is_here else "" for is_here in here
            ],
        }
    )


def _seen_in_between(at: Callable[..., Crowds]) -> str:
    little, much = at(spread=12), at()
    waits = style.number(np.ceil(little.thresholds[little.acting]), 0)
    return (
        f"With a spread of 12 {little.acting} act and the next waits for {waits}. With 13 the same "
        f"person comes, and {much.acting} act. One person in the narrow place decides it."
    )


def _seen_organised(at: Callable[..., Crowds]) -> str:
    ends = {count: at(spread=5, organisers=count).acting for count in range(MOST_ORGANISERS + 1)}
    enough = min(count for count, acting in ends.items() if acting == PEOPLE)
    return (
        f"{enough - 1} organisers bring {ends[enough - 1]} people to act, and {enough} bring all "
        f"{ends[enough]}."
    )


def _seen_ladder(at: Callable[..., Crowds]) -> str:
    whole, broken = at(given=LADDER), at(given=BROKEN)
    return (
        f"From {whole.acting} to {broken.acting}: nobody acts after the first. A reporter would "
        "write of an uprising here and of one angry person there. In what people want, the two "
        "crowds hardly differ."
    )


MOST_ORGANISERS = 20
LADDER, BROKEN = "0\N{EN DASH}99", "0, 2, 2\N{EN DASH}99"  # one person waits for one more

explorable = Explorable(
    title="Two estates",
    ask=Ask(
        "On an estate of 100 tenants each would withhold the rent once enough others do. On "
        "average a tenant waits for 25 others, give or take 12, spread like a bell curve. Three "
        "act, and it ends there. On the next estate the average is 25 as well, give or take 13. "
        "How many act there?",
        low=0,
        high=100,
        step=1,
        unit="people",
        tempting=4,
        because="like crowds should behave alike.",
        otherwise="Who acts makes others ready, and these make others ready in their turn.",
    ),
    answer=lambda result: result.acting,
    controls=(
        Slider("spread", "Spread: people differ, give or take", 1, 40, start=13),
        Slider("organisers", "Organisers, who begin in any case", 0, MOST_ORGANISERS, start=0),
        Slider("until", f"Round to show ({LAST}: the end)", 0, LAST, start=LAST),
        Paste(
            "given",
            "Your own crowd: type how many others each person waits for, with commas between, or "
            "0\N{EN DASH}99 for all from 0 to 99 (empty: as the sliders say)",
            example="0, 1, 1, 4, 5",
        ),
    ),
    run=run,
    brief=brief,
    picture=picture,
    words=words,
    table=table,
    mark=Mark("x2"),
    tasks=(
        Task(
            "Take the first estate, with a spread of 12. At whom does it end? Then go to 13, and "
            "draw the rounds from 0 upwards.",
            {"spread": 12},
            _seen_in_between,
        ),
        Task(
            "Set the spread to 5: people are almost alike, and nobody moves. How many organisers "
            "does it take to move everybody?",
            {"spread": 5},
            _seen_organised,
        ),
        Task(
            "Start from the other end: type 0\N{EN DASH}99 into the box, a ladder of thresholds. "
            "Then type 0, 2, 2\N{EN DASH}99: one person who waited for 1 waits for 2. What "
            "happens, and what would a reporter write?",
            {"given": LADDER},
            _seen_ladder,
        ),
    ),
    limits=(
        "Everybody sees everybody and counts them alike; real people watch friends and hear "
        "rumours. Nobody leaves once in, is punished, or changes their mind. Thresholds cannot be "
        "seen before the event, so the model explains surprise better than it predicts. What a "
        "crowd acts for is left open: a good cause, or a bad one."
    ),
)
