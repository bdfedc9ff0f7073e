"""Collective action: why one crowd acts and a crowd like it does not.

Threshold model of collective behaviour (Granovetter 1978): each person acts once enough others do,
and the crowd runs to a fixed point. Small differences between people, everything or nothing above.
Left out: who sees whom, how strongly one counts for another, doubts afterwards, and repression.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from scipy import stats

from scaling import style
from scaling.explorable import Ask, Explorable, Paste, Slider
from scaling.wording import number_of

PEOPLE = 100  # in a crowd, unless the learner gives thresholds
CROWDS = 500  # drawn alike
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
    """

    mean: float
    spread: float
    organisers: int
    thresholds: np.ndarray
    steps: np.ndarray
    others: np.ndarray
    is_given: bool

    @property
    def people(self) -> int:
        """People in the crowd."""
        return len(self.thresholds)

    @property
    def acting(self) -> int:
        """People who act in the end."""
        return int(self.steps[-1])

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
def run(mean: float = 25, spread: float = 13, organisers: int = 0, given: str = "") -> Crowds:
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
    return Crowds(
        mean, spread, organisers, crowd, rounds(crowd), cascade(like_it), bool(given.strip())
    )


ACTING, READY = style.VERMILLION, style.BLUE
BARS = 10  # of the histogram


def picture(result: Crowds) -> go.Figure:
    """Draw how acting makes others ready, with the cascade, beside the ends of other crowds."""
    left, right = (0, 0.5), (0.64, 1)
    people = result.people
    acting = np.arange(people + 1)
    ready = np.searchsorted(result.thresholds, acting, side="right")
    edges = np.linspace(0, people, BARS + 1)
    counts, _ = np.histogram(result.others, edges)
    shares = counts / len(result.others)
    axis = {"range": [-0.03 * people, 1.06 * people], "nticks": 6}
    others = (
        "the same crowd, one person<br>waiting for one more"
        if result.is_given
        else f"{CROWDS} crowds with the<br>same mean and spread"
    )
    return go.Figure(
        [
            go.Scatter(
                x=[0, people],
                y=[0, people],
                mode="lines",
                line={"color": style.GREY, "width": 1.5, "dash": "dot"},
                hoverinfo="skip",
            ),
            go.Scatter(
                x=acting,
                y=ready,
                mode="lines",
                line={"color": READY, "width": 2.5},
                hovertemplate="if %{x} act, %{y} are ready to<extra></extra>",
            ),
            _stairs(result),
            go.Scatter(
                x=[result.acting],
                y=[result.acting],
                mode="markers",
                marker={"size": 13, "color": ACTING, "symbol": "diamond"},
                cliponaxis=False,
                hoverinfo="skip",
            ),
            go.Bar(
                x=(edges[:-1] + edges[1:]) / 2,
                y=shares,
                width=0.86 * people / BARS,
                marker={"color": ACTING, "opacity": 0.75},
                xaxis="x2",
                yaxis="y2",
                hovertemplate="%{y:.0%} of crowds<extra></extra>",
            ),
        ],
        {
            "height": 440,
            "margin": {"t": 62},
            "annotations": [
                style.heading("how many are ready,<br>given how many act", left, 1),
                style.heading(others, right, 1),
                # The corner below the diagonal is empty in every crowd that gets anywhere.
                {
                    "text": f"<b>\N{BLACK DIAMOND} {result.acting} act in the end</b>",
                    "x": 1.04 * people,
                    "y": 0.1 * people,
                    "xref": "x",
                    "yref": "y",
                    "xanchor": "right",
                },
            ],
            "xaxis": axis | {"domain": left, "anchor": "y", "title": {"text": "people acting"}},
            "yaxis": axis | {"anchor": "x", "title": {"text": "people ready to act"}},
            "xaxis2": axis
            | {"domain": right, "anchor": "y2", "title": {"text": "people who act in the end"}},
            "yaxis2": {
                "anchor": "x2",
                "range": [0, 1.08],
                "tickvals": [0, 0.25, 0.5, 0.75, 1],
                "tickformat": ".0%",
                "title": {"text": "of these crowds"},
            },
        },
    )


def _stairs(result: Crowds) -> go.Scatter:
    """Return the cascade: across to who is acting, up to who is ready then, and again."""
    steps = result.steps
    return go.Scatter(
        x=np.repeat(steps, 2)[:-1],
        y=np.repeat(steps, 2)[1:],
        mode="lines",
        line={"color": ACTING, "width": 1.5, "dash": "dash"},
        hoverinfo="skip",
    )


def words(result: Crowds) -> str:
    """Say how many act in this crowd, and how crowds like it end."""
    low, high = np.percentile(result.others, [25, 75], method="nearest")
    others = (
        "If one of them, whoever it is, waits for one more"
        if result.is_given
        else f"Of {CROWDS} crowds drawn with this mean and spread"
    )
    return (
        f"{_who(result)}: {result.acting} act in the end, after "
        f"{number_of(len(result.steps) - 1, 'round')}. {others}, more than half of the people act "
        f"in {style.percent(result.most_act)} of cases, and the middle half of the cases end "
        f"between {low} and {high} people."
    )


def _who(result: Crowds) -> str:
    begin = number_of(result.organisers, "organiser")
    if result.is_given:
        return f"{result.people} people, with your thresholds and {begin}"
    return (
        f"{result.people} people with thresholds of {style.number(result.mean, 0)} on average, "
        f"give or take {style.number(result.spread, 0)}, and {begin} among them"
    )


def table(result: Crowds) -> pd.DataFrame:
    """Return how many crowds end where, and where the one in the picture does."""
    people = result.people
    edges = np.linspace(0, people, BARS + 1)
    counts, _ = np.histogram(result.others, edges)
    here, _ = np.histogram([result.acting], edges)
    starts = np.ceil(edges[:-1]).astype(int)
    ends = np.append(np.ceil(edges[1:-1]).astype(int) - 1, people)
    return pd.DataFrame(
        {
            "people who act in the end": [
                f"{a} to {b}" if a < b else str(a) for a, b in zip(starts, ends, strict=True)
            ],
            "crowds like it": counts,
            "of all": [style.percent(count / len(result.others), 1) for count in counts],
            "the crowd in the picture": ["here" if is_here else "" for is_here in here],
        }
    )


explorable = Explorable(
    title="Two crowds alike",
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
    ),
    answer=lambda result: result.acting,
    controls=(
        Slider("mean", "Others a person waits for, on average", 5, 60, start=25),
        Slider("spread", "Spread: people differ, give or take", 1, 40, start=13),
        Slider("organisers", "Organisers, who begin in any case", 0, 20, start=0),
        Paste(
            "given",
            "Your own thresholds (empty: as the sliders say)",
            example="0–99\n0, 2, 2–99",
        ),
    ),
    run=run,
    picture=picture,
    words=words,
    table=table,
    tasks=(
        "Go back and forth between a spread of 12 and of 13. Which place in the left picture "
        "decides it?",
        "Set the spread to 5: people are almost alike, and nobody moves. How many organisers does "
        "it take to move everybody?",
        "Start from the other end: type 0–99 into the box. Everybody acts. Now type 0, 2, 2–99: "
        "one person who waited for 1 waits for 2. What happens, and what would a reporter write "
        "about these hundred people?",
    ),
    limits=(
        "Everybody sees everybody and counts them alike; real people watch friends and hear "
        "rumours. Nobody leaves once in, is punished, or changes their mind. Thresholds cannot be "
        "seen before the event, so the model explains surprise better than it predicts. What a "
        "crowd acts for is left open: a good cause, or a bad one."
    ),
)
