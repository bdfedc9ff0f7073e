"""Collective action: why one crowd acts and a crowd like it does not.

Threshold model of collective behaviour (Granovetter 1978): each person acts once enough others do,
until no more join. A small difference between people can decide between everything and nothing.
Left out: who sees whom, how much one person counts for another, later doubts, and repression.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import ArrayLike
from scipy import special

from scaling import arguments, style
from scaling.explorable import Ask, Explorable, Mark, Paste, Play, Slider, Task
from scaling.style import Panel
from scaling.wording import number_of, was

# A crowd has this size unless the learner gives thresholds.
PEOPLE = 100
# This many crowds are drawn with the same mean and spread, to show how differently they end.
CROWDS = 500
# The last round on the slider shows the end, even where it takes more rounds than that.
LAST = 12
# A learner may enter at most this many thresholds.
MOST_GIVEN = 500
# People with this threshold act even if no one else does.
BEGINS = 0.0


@dataclass(frozen=True)
class Crowds:
    """One crowd, and the ends of other crowds like it.

    Attributes
    ----------
    mean, spread : float
        Mean and standard deviation of the thresholds, as set; NaN where thresholds are given.
    organisers : int
        Number of people who begin in any case.
    thresholds : numpy.ndarray, shape (people,)
        Number of others who must act before each person does, lowest first.
    steps : numpy.ndarray of int
        Number of people acting after each round, from 0 to the fixed point.
    others : numpy.ndarray of int, shape (crowds,)
        Number of people acting in the end in crowds like it: drawn at random with the same mean
        and spread, or, where thresholds are given, the same crowd with one person who waits for
        one more.
    is_given : bool
        Whether the thresholds are the learner's own.
    round : int
        Round after which the crowd is drawn, at most the last one.
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
        """Number of people in the crowd."""
        return len(self.thresholds)

    @property
    def acting(self) -> int:
        """Number of people who act in the end."""
        return int(self.steps[-1])

    @property
    def shown(self) -> int:
        """Number of people who act after the round that is drawn."""
        return int(self.steps[self.round])

    @property
    def most_act(self) -> float:
        """Share of the other crowds in which more than half act."""
        return float(np.mean(self.others > self.people / 2))


def cascade(thresholds: ArrayLike) -> int:
    """Return how many act in the end, if at first no one does.

    Parameters
    ----------
    thresholds : array_like, shape (people,)
        Number of others who must act before each person does, in any order: 0 or less for people
        who begin in any case, infinity for people who never act.

    Returns
    -------
    int
        The least fixed point of r = number of thresholds that are at most r.

    Raises
    ------
    ValueError
        If there is no threshold, or one of them is not a number.

    Notes
    -----
    With the thresholds in order, lowest first, the cascade stops at the first person who waits for
    more people than all those before.
    """
    given = np.asarray(thresholds, dtype=float)
    if given.ndim != 1 or len(given) == 0:
        raise ValueError("thresholds must be a list of numbers, one a person, and not empty.")
    return int(cascades(given[None, :])[0])


def cascades(crowds: np.ndarray) -> np.ndarray:
    """Return how many act in the end in each of several crowds of the same size.

    Parameters
    ----------
    crowds : numpy.ndarray, shape (crowds, people)
        Thresholds, as for ``cascade``.

    Returns
    -------
    numpy.ndarray of int, shape (crowds,)

    Raises
    ------
    ValueError
        If a threshold is not a number.
    """
    if np.isnan(crowds).any():
        raise ValueError("thresholds must all be numbers; one of them is missing.")
    ordered = np.sort(crowds, axis=-1)
    people = ordered.shape[-1]
    waits = ordered > np.arange(people)
    return np.where(waits.any(axis=-1), waits.argmax(axis=-1), people)


def rounds(thresholds: ArrayLike) -> np.ndarray:
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
    """Return thresholds at even steps of a normal distribution, lowest first.

    Parameters
    ----------
    mean, spread : float
        Mean and standard deviation; ``spread`` is 0 or more.
    people : int
        0 or more.
    """
    return mean + spread * special.ndtri((np.arange(people) + 0.5) / max(people, 1))


def read(text: str) -> np.ndarray:
    """Read a learner's own thresholds: numbers separated by commas, spaces or new lines.

    Parameters
    ----------
    text : str
        Whole numbers of 0 or more; 0–99 means all whole numbers from 0 to 99.

    Raises
    ------
    ValueError
        If a part cannot be read; the message names it and its line. Or if there are too many.
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
def _standard_draws() -> np.ndarray:
    return np.random.default_rng(1978).standard_normal((CROWDS, PEOPLE))


@lru_cache(maxsize=512)
def run(
    mean: float = 25, spread: float = 13, organisers: int = 0, given: str = "", until: int = LAST
) -> Crowds:
    """Follow a crowd until no more people join, and 500 other crowds like it.

    Parameters
    ----------
    mean : float
        Mean threshold of 100 people, 0 to 100.
    spread : float
        Standard deviation of the thresholds, 0 or more.
    organisers : int
        Number of people, of the 100, who begin in any case, 0 to 100.
    given : str
        The learner's own thresholds, in the format of ``read``. If not empty, they replace mean
        and spread, and organisers are added to them.
    until : int
        Round after which the crowd is drawn, 0 to 12; ``LAST`` for the end.

    Raises
    ------
    ValueError
        If an argument is out of its range or ``given`` cannot be read.
    """
    arguments.between("mean", mean, 0, PEOPLE)
    arguments.at_least("spread", spread)
    arguments.whole("organisers", organisers, 0, PEOPLE)
    arguments.whole("until", until, 0, LAST)
    organisers = int(organisers)
    begin = np.full(organisers, BEGINS)
    if given.strip():
        crowd = np.sort(np.concatenate([begin, read(given)]))
        like_it = crowd + np.eye(len(crowd))
        mean = spread = float("nan")
    else:
        rest = PEOPLE - organisers
        crowd = np.sort(np.concatenate([begin, even_crowd(mean, spread, rest)]))
        like_it = mean + spread * _standard_draws()
        like_it[:, rest:] = BEGINS
    steps = rounds(crowd)
    end = len(steps) - 1
    return Crowds(
        mean=mean,
        spread=spread,
        organisers=organisers,
        thresholds=crowd,
        steps=steps,
        others=cascades(like_it),
        is_given=bool(given.strip()),
        round=end if until == LAST else min(int(until), end),
    )


# ---------------------------------------------------------------- what a learner sees

ACTING = style.VERMILLION
BARS = 10
LEFT, RIGHT = (0, 0.5), (0.66, 1)
# People have head and shoulders in a crowd up to this size; a larger crowd is drawn as dots.
MOST_WITH_SHOULDERS = 150
# A cascade is played in about so many pictures.
MOMENTS = 180


def picture(result: Crowds, step: float | None = None) -> go.Figure:
    """Draw the crowd, with those who act on their feet, beside the ends of other crowds.

    Parameters
    ----------
    result : Crowds
    step : float, optional
        The round that is drawn; within a round people stand up one after the other. By default that
        of the result.
    """
    people, step = result.people, result.round if step is None else step
    shown = int(np.interp(step, np.arange(len(result.steps)), result.steps))
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
        x=[result.acting if step == result.round else shown],
        y=[0],
        mode="markers",
        marker={"size": 14, "color": ACTING, "symbol": "diamond"},
        cliponaxis=False,
        hovertemplate="this crowd: %{x}<extra></extra>",
        xaxis="x2",
        yaxis="y2",
    )
    side = _people_in_row(people)
    others = (
        "\N{BLACK DIAMOND} this crowd; bars:<br>if one waits longer"
        if result.is_given
        else f"\N{BLACK DIAMOND} this crowd; bars:<br>{CROWDS} drawn like it"
    )
    layout = style.panels(
        Panel(
            f"<b>{shown} of {people} act</b><br>{_where_it_is(result, step)}",
            LEFT,
            {
                "range": [-0.7, side - 0.3],
                "showticklabels": False,
                "ticks": "",
                "showgrid": False,
                "title": {"text": "standing: acts; who waits for fewest is first"},
            },
            {"range": [-((people - 1) // side) - 0.9, 0.9], "visible": False},
        ),
        Panel(
            others,
            RIGHT,
            {
                "range": [-0.03 * people, 1.06 * people],
                "nticks": 6,
                "title": {"text": "people who act in the end"},
            },
            {
                "range": [-0.03, 1.08],
                "tickvals": [0, 0.25, 0.5, 0.75, 1],
                "tickformat": ".0%",
                "title": {"text": "of these crowds"},
            },
        ),
    )
    return go.Figure(
        [*_people_drawn(result, shown), bars, here], layout | {"height": 430, "margin": {"t": 62}}
    )


def _people_in_row(people: int) -> int:
    """Return the number of people drawn in a row."""
    return max(int(np.ceil(np.sqrt(people))), 3)


def _people_drawn(result: Crowds, shown: int) -> list[go.Scatter]:
    """Return the people: those who act stand, filled, and the next one to wait has a ring."""
    people, side = result.people, _people_in_row(result.people)
    order = np.arange(people)
    x, y = order % side, -(order // side)
    acts = order < shown
    scale = 10 / max(side, 10)
    # Head and shoulders of those who sit and of those who stand: symbol, size and height.
    sitting = [("circle-open", 9, 0.0), ("triangle-up-open", 12, -0.28)]
    standing = [("circle", 11, 0.3), ("triangle-up", 19, -0.12)]
    if people > MOST_WITH_SHOULDERS:
        sitting, standing = [("circle-open", 14, 0.0)], [("circle", 14, 0.0)]
    waits = np.array([f"waits for {max(int(np.ceil(t)), 0)}" for t in result.thresholds])
    figures = [
        go.Scatter(
            x=x[who],
            y=y[who] + height,
            mode="markers",
            marker={"size": size * scale, "symbol": symbol, "color": colour, "opacity": 1},
            customdata=waits[who],
            hovertemplate="%{customdata}<extra></extra>",
        )
        for who, parts, colour in ((~acts, sitting, style.GREY), (acts, standing, ACTING))
        for symbol, size, height in parts
    ]
    # A learner should see the person at whom the cascade ended before anything else.
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


def _where_it_is(result: Crowds, step: float) -> str:
    """Return the round that is shown, or the person at whom the cascade ended."""
    if step < len(result.steps) - 1:
        return f"after {number_of(int(step), 'round')}"
    if result.acting == result.people:
        return f"in the end, after {number_of(len(result.steps) - 1, 'round')}"
    needs = result.thresholds[result.acting]
    return f"and the next (ringed) waits for {style.number(np.ceil(needs), 0)}"


def brief(result: Crowds, before: Crowds | None) -> str:
    """Say how many people act in the end, or up to the round that is shown."""
    if result.shown < result.acting:
        return (
            f"After {number_of(result.round, 'round')}, {_people_act(result.shown)}; others follow."
        )
    earlier = None
    if before is not None and before.people == result.people and before.shown == before.acting:
        earlier = str(before.acting)
    return f"{_people_act(result.acting)} in the end{was(str(result.acting), earlier)}."


def _people_act(count: int) -> str:
    return "1 person acts" if count == 1 else f"{count} people act"


def words(result: Crowds) -> str:
    """Say how many people act in this crowd, and how other crowds like it end."""
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
        f"{_crowd_in_words(result)}: {_people_act(result.acting)} {end}. {others}, more than half "
        f"act in {style.percent(result.most_act)}; the middle half end between {low} and {high}."
    )


def _crowd_in_words(result: Crowds) -> str:
    begin = number_of(result.organisers, "organiser")
    if result.is_given:
        own = f"{number_of(result.people - result.organisers, 'threshold')} of yours"
        return f"A crowd with {own} and {begin}"
    return (
        f"{result.people} people with thresholds of {style.number(result.mean, 0)} on average, "
        f"give or take {style.number(result.spread, 0)}, and {begin} among them"
    )


def table(result: Crowds) -> pd.DataFrame:
    """Return how many crowds end with how many people, and the place of the one in the picture."""
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


def _moments(result: Crowds) -> np.ndarray:
    """Return the moments that are played, in rounds; people stand up one after the other."""
    in_each = max(1, MOMENTS // max(result.round, 1))
    return np.linspace(0, result.round, result.round * in_each + 1)


def _seen_in_between(at: Callable[..., Crowds]) -> str:
    little, much = at(spread=12), at()
    waits = style.number(np.ceil(little.thresholds[little.acting]), 0)
    return (
        f"With a spread of 12, {little.acting} act and the next waits for {waits}. With 13 the "
        f"same person comes, and {much.acting} act. One person in the narrow place decides it."
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
# In the broken ladder one person waits for one more than in the other.
LADDER, BROKEN = "0\N{EN DASH}99", "0, 2, 2\N{EN DASH}99"

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
    play=Play(each="round", steps=_moments, picture=picture, seconds=6),
    limits=(
        "Where the leap comes hangs on the average of 25, which is invented: with 24 it comes at "
        "a spread of 12, with 26 at 14. Everybody sees everybody and counts them alike; real "
        "people watch friends and hear rumours. Nobody leaves once in, is punished, or changes "
        "their mind. Thresholds cannot be seen before the event, so the model explains surprise "
        "better than it predicts. What a crowd acts for is left open: a good cause, or a bad one."
    ),
)
