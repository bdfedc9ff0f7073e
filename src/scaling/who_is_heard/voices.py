"""Voices: who answers decides what is heard, and more answers of the same kind do not change that.

Each person answers with a chance ρ that depends on power and on place. The mean of the answers is
then off by cov(ρ, y)/ρ̄ (Bethlehem 1988): it matters how people likely to answer differ from others,
not how few they are. There are three ways to ask: online, in offices, and where people are.
Left out: what people say depends on who asks, and on whether anything follows from it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, lru_cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from scaling import arguments, style, wording
from scaling.explorable import Ask, Choice, Explorable, Mark, Play, Slider, Task
from scaling.style import Panel

# ---------------------------------------------------------------- the bias of answers


def bias(chance: ArrayLike, y: ArrayLike) -> float:
    """Return the bias of the mean of the answers, cov(ρ, y)/ρ̄ (Bethlehem 1988).

    Parameters
    ----------
    chance : array_like, shape (people,)
        ρ, each person's chance of answering, from 0 to 1; it must not be 0 for everyone.
    y : array_like, shape (people,)
        Each person's answer, if given.

    Returns
    -------
    float
        Σρy/Σρ less the mean of y, in units of y. The covariance is that of all people, not of a
        sample, so that its sum is divided by their number.

    Raises
    ------
    ValueError
        If the lengths differ, a chance is not from 0 to 1, or all chances are 0.
    """
    chance, y = np.asarray(chance, dtype=float), np.asarray(y, dtype=float)
    if chance.ndim != 1 or chance.shape != y.shape or len(y) == 0:
        raise ValueError(
            f"There must be one chance and one answer for each person; here are {chance.size} "
            f"chances and {y.size} answers."
        )
    if not np.isfinite(y).all():
        raise ValueError("A value of y is missing or infinite; leave that person out.")
    if not ((chance >= 0) & (chance <= 1)).all():
        raise ValueError("Every chance of answering must lie between 0 and 1.")
    if chance.sum() == 0:
        raise ValueError("Nobody can answer: at least one chance must be above 0.")
    covariance = np.mean((chance - chance.mean()) * (y - y.mean()))
    return float(covariance / chance.mean())


def chances(inclined: ArrayLike, answers: float) -> np.ndarray:
    """Return chances of answering that are in proportion to people's inclination.

    Parameters
    ----------
    inclined : array_like, shape (people,)
        Inclination of each person to answer, relative to others; above 0.
    answers : float
        Expected number of answers, above 0 and at most the number of people.

    Returns
    -------
    numpy.ndarray, shape (people,)
        min(1, c · inclined), with c such that the chances add up to the number of answers.

    Raises
    ------
    ValueError
        If an inclination is not above 0, or there are more answers than people.
    """
    inclined = np.asarray(inclined, dtype=float)
    if inclined.ndim != 1 or not (np.isfinite(inclined).all() and (inclined > 0).all()):
        raise ValueError("Every inclination must be above 0.")
    arguments.above("answers", answers, 0, len(inclined))
    chance = np.zeros(len(inclined))
    certain = np.zeros(len(inclined), dtype=bool)
    while True:
        left = answers - certain.sum()
        chance = np.where(certain, 1.0, inclined * left / max(inclined[~certain].sum(), 1e-300))
        if not (chance > 1 + 1e-12).any():
            return np.minimum(chance, 1.0)
        certain |= chance >= 1


# ---------------------------------------------------------------- six hundred people, three ways

PEOPLE = 600
MEAN = 50.0  # points of a hundred
# The seeds of draws start here, because the first of them is off by a typical amount.
FIRST_SEED = 734
# This share of people seldom go out, and they rate the service lower.
AT_HOME = 0.25
ONE_IN = round(1 / AT_HOME)
# The means of so many draws are piled up beside the people.
DRAWS = 60
# Means that differ by less lie beside one another.
PILED = 0.25  # points of rating
# The rest of the rating is spread evenly over this many strata of power.
STRATA = 30
LOWER_AT_HOME = 10.0  # points
ONLINE, OFFICE, THERE = "online", "office", "there"
NAMES = {ONLINE: "online", OFFICE: "in our offices", THERE: "where people are"}
# The inclination to answer is e to the power of STEEP times a person's power (0 to 1), times
# SELDOM_OUT for people who seldom go out. An answer takes HOURS of work.
STEEP = {ONLINE: 2.5, OFFICE: 3.5, THERE: 0.3}
SELDOM_OUT = {ONLINE: 1.0, OFFICE: 0.3, THERE: 0.3}
HOURS = {ONLINE: 0.1, OFFICE: 0.5, THERE: 1.5}
HEARD, UNHEARD = style.BLUE, style.GREY
COLOURS = {ONLINE: style.VERMILLION, OFFICE: style.PURPLE, THERE: style.GREEN}
SYMBOLS = {ONLINE: ("square", "■"), OFFICE: ("triangle-up", "▲"), THERE: ("circle", "●")}


@dataclass(frozen=True)
class Voices:
    """The people who answered, and how far the mean of their answers is off.

    Attributes
    ----------
    way : {"online", "office", "there"}
    answers : int
        Number of people who answer.
    link : float
        Points by which people with most power rate the service higher than those with least.
    draw : int
        Number of the random draw that decides who answers.
    power : numpy.ndarray, shape (people,)
        Power of each person, from 0 to 1.
    rating : numpy.ndarray, shape (people,)
        Rating that each person would give, from 0 to 100; the mean is 50.
    chance : numpy.ndarray, shape (people,)
        Chance that each person answers.
    answered : numpy.ndarray of bool, shape (people,)
        Whether each person answered in this draw.
    biases : dict of str to float
        Bias of the mean of this number of answers, in points, for each way to ask.
    """

    way: str
    answers: int
    link: float
    draw: int
    power: np.ndarray
    rating: np.ndarray
    chance: np.ndarray
    answered: np.ndarray
    biases: dict[str, float]

    @property
    def expected(self) -> float:
        """Mean of the answers, on average over draws."""
        return MEAN + self.biases[self.way]

    @property
    def heard(self) -> float:
        """Mean of the answers in this draw."""
        return float(self.rating[self.answered].mean())

    def from_less_power(self) -> float:
        """Return the share of this draw's answers that come from the half with less power."""
        return float((self.power[self.answered] < 0.5).mean())


@lru_cache(maxsize=512)
def run(way: str = ONLINE, answers: int = 240, link: float = 40, draw: int = 1) -> Voices:
    """Ask six hundred people in one of three ways.

    Parameters
    ----------
    way : {"online", "office", "there"}
    answers : int
        Number of people who answer, from 10 to 600.
    link : float
        Points of rating from least to most power, 0 to 50.
    draw : int
        Number of the random draw that decides who answers.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    arguments.one_of("way", way, NAMES)
    arguments.between("answers", answers, 10, PEOPLE)
    arguments.between("link", link, 0, 50, "points")
    power, at_home, luck = _people()
    rating = MEAN + link * (power - 0.5) - LOWER_AT_HOME * (at_home - AT_HOME) + luck
    chance = _chances(way, answers)
    biases = {other: bias(_chances(other, answers), rating) for other in NAMES}
    answered = _answered(way, answers, draw)
    return Voices(way, int(answers), link, int(draw), power, rating, chance, answered, biases)


@cache
def _people() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return each person's power, whether they seldom go out (1 or 0), and the rest of the rating.

    The means are exact, so that the mean rating is always 50. Of each four people of nearly the
    same power one seldom goes out, and the rest of the rating is spread evenly over power and
    place. So nothing goes with power by accident, as it would in a town drawn by lot.
    """
    generator = np.random.default_rng(11)
    power = (np.arange(PEOPLE) + 0.5) / PEOPLE
    fours = np.arange(PEOPLE) // ONE_IN * ONE_IN
    at_home = np.zeros(PEOPLE)
    at_home[fours[::ONE_IN] + generator.integers(0, ONE_IN, PEOPLE // ONE_IN)] = 1.0
    luck = np.empty(PEOPLE)
    for place in (0.0, 1.0):
        who = np.flatnonzero(at_home == place)
        # Each stratum of power gets one value out of each row, so that all get nearly the same.
        rows = np.linspace(-15, 15, len(who)).reshape(-1, STRATA)
        by_stratum = generator.permuted(rows, axis=1).T
        luck[who] = generator.permuted(by_stratum, axis=1).ravel()
    return power, at_home, luck


@lru_cache(maxsize=512)
def _chances(way: str, answers: int) -> np.ndarray:
    power, at_home, _ = _people()
    inclined = np.exp(STEEP[way] * (power - 0.5)) * np.where(at_home, SELDOM_OUT[way], 1.0)
    return chances(inclined, answers)


@lru_cache(maxsize=512)
def _lots(draw: int) -> tuple[np.ndarray, float]:
    """Return the order of people in a draw, and its random start, a part of one step."""
    generator = np.random.default_rng(FIRST_SEED + draw)
    return generator.permutation(PEOPLE), generator.random()


# A picture shows the means of many draws, whatever has changed.
@lru_cache(maxsize=512)
def _answered(way: str, answers: int, draw: int) -> np.ndarray:
    """Return who answers in one draw: exactly this many, each with the chance of ``_chances``.

    People are put in random order and their chances are laid end to end. From a random start, the
    person at every whole step answers (systematic sampling, Madow 1949). The random numbers are the
    same in all three ways.
    """
    order, start = _lots(draw)
    ends = np.cumsum(_chances(way, answers)[order])
    # This removes the rounding error of the sum, so that exactly this many people are hit.
    ends *= answers / ends[-1]
    hits = np.searchsorted(ends, np.arange(answers) + start, side="right")
    answered = np.zeros(PEOPLE, dtype=bool)
    answered[order[np.minimum(hits, PEOPLE - 1)]] = True
    return answered


@lru_cache(maxsize=128)
def _biases_by_answers(link: float) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return numbers of answers, and the bias of each way to ask at each of them."""
    counts = np.arange(20, PEOPLE + 1, 20)
    rating = run(ONLINE, 20, link).rating
    return counts, {
        way: np.array([bias(_chances(way, int(count)), rating) for count in counts])
        for way in NAMES
    }


def picture(result: Voices, drawn: float = DRAWS) -> go.Figure:
    """Draw all people and who of them answered, beside the bias of three ways to ask.

    Parameters
    ----------
    result : Voices
    drawn : float
        How many draws have been made, the last of which is shown. When all have been made, it is
        that of the result.
    """
    if drawn < DRAWS:
        answered = _answered(result.way, result.answers, int(drawn))
        result = replace(result, draw=int(drawn), answered=answered)
    counts, biases = _biases_by_answers(result.link)
    layout = style.panels(
        Panel(
            "<b>●</b> answered, ○ did not",
            (0, 0.58),
            {
                # The axis runs on, so that there is room for the learner's prediction.
                "range": [-2, 148],
                "tickvals": [0, 50, 100],
                "ticktext": ["least", "middle", "most"],
                "title": {"text": "people by their power"},
            },
            {"range": [0, 108], "title": {"text": "rating of the service, 0 to 100"}},
        ),
        Panel(
            "off on average<br>(large mark: set here)",
            (0.7, 1),
            {
                "range": [0, PEOPLE * 1.02],
                "tickvals": [0, 200, 400, 600],
                "title": {"text": "answers"},
            },
            {"range": [-2, 22], "title": {"text": "points above everybody's mean"}},
        ),
    )
    pile = _pile(result, int(drawn))
    layout["annotations"] += [*_means(result), *_names(result), _name_of_pile(pile)]
    # Traces are plain dictionaries, because a slider draws this picture again and again.
    return go.Figure(
        [
            *(
                {
                    "type": "scatter",
                    "x": 100 * result.power[who],
                    "y": result.rating[who],
                    "mode": "markers",
                    "marker": {"color": colour, "size": size, "symbol": symbol, "opacity": opacity},
                    "hoverinfo": "skip",
                }
                for who, colour, size, symbol, opacity in (
                    (~result.answered, UNHEARD, 4, "circle-open", 0.5),
                    (result.answered, HEARD, 6, "circle", 0.5),
                )
            ),
            *(
                {
                    "type": "scatter",
                    "x": [0, 100],
                    "y": [height, height],
                    "mode": "lines",
                    "line": {"color": colour, "width": 3, "dash": dash},
                    "hoverinfo": "skip",
                }
                for height, colour, dash in (
                    (MEAN, UNHEARD, "solid"),
                    (result.heard, HEARD, "dash"),
                )
            ),
            pile,
            *(
                {
                    "type": "scatter",
                    "x": counts,
                    "y": biases[way],
                    "mode": "lines+markers",
                    "line": {"color": COLOURS[way], "width": 2.5},
                    "marker": {"symbol": SYMBOLS[way][0], "size": 8, "maxdisplayed": 6},
                    "xaxis": "x2",
                    "yaxis": "y2",
                    "hovertemplate": name + ": %{x} answers, off by %{y:+.1f}<extra></extra>",
                }
                for way, name in NAMES.items()
            ),
            {
                "type": "scatter",
                "x": [result.answers],
                "y": [result.biases[result.way]],
                "mode": "markers",
                "marker": {
                    "color": COLOURS[result.way],
                    "symbol": SYMBOLS[result.way][0],
                    "size": 16,
                },
                "xaxis": "x2",
                "yaxis": "y2",
                "cliponaxis": False,
                "hoverinfo": "skip",
            },
        ],
        layout | {"height": 440, "margin": {"t": 62, "l": 50}},
    )


def _pile(result: Voices, drawn: int) -> dict:
    """Return the means of the first draws, those that are alike beside one another."""
    answered = [_answered(result.way, result.answers, draw + 1) for draw in range(drawn)]
    means = np.array([result.rating[who].mean() for who in answered])
    rows = np.round(means / PILED)
    beside = np.array([np.sum(rows[:draw] == row) for draw, row in enumerate(rows)])
    return {
        "type": "scatter",
        "x": 104 + 2.5 * beside,
        "y": means,
        "mode": "markers",
        "marker": {"color": HEARD, "size": 4, "symbol": "circle"},
        "hoverinfo": "skip",
    }


def _name_of_pile(pile: dict) -> dict:
    """Return the label above the means of several draws."""
    count = wording.number_of(len(pile["y"]), "draw")
    place = {"x": 104, "y": float(pile["y"].max()), "xref": "x", "yref": "y"}
    return place | {"text": count, "xanchor": "left", "yanchor": "bottom", "yshift": 4}


def _means(result: Voices) -> list[dict]:
    """Return the labels of the two means, placed where few people are drawn."""
    place = {"xref": "x", "yref": "y"}
    heard, everybody = style.number(result.heard, 1), style.number(MEAN, 0)
    return [
        place
        | {
            "x": 0,
            "y": 106,
            "xanchor": "left",
            "yanchor": "top",
            "text": f"<span style='color:{HEARD}'>╍╍</span> mean of answers <b>{heard}</b>",
        },
        place
        | {
            "x": 147,
            "y": 1,
            "xanchor": "right",
            "yanchor": "bottom",
            "text": f"<span style='color:{UNHEARD}'>▬▬</span> everybody's mean <b>{everybody}</b>",
        },
    ]


def _names(result: Voices) -> list[dict]:
    """Return the labels of the three lines, highest first, each with its mark."""
    _, biases = _biases_by_answers(result.link)
    place = {"xref": "x2 domain", "yref": "y2 domain", "x": 1, "xanchor": "right"}
    return [
        place
        | {
            "text": f"<span style='color:{COLOURS[way]}'>{SYMBOLS[way][1]}</span> {NAMES[way]}",
            "y": 0.98 - 0.07 * row,
        }
        for row, way in enumerate(sorted(NAMES, key=lambda way: -biases[way][0]))
    ]


def brief(result: Voices, before: Voices | None) -> str:
    """Say what the mean of the answers is, and what it was."""
    now = style.number(result.heard, 1)
    if before is None:
        mean = style.number(MEAN, 0)
        return f"The mean of the answers is {now}, where that of everybody would be {mean}."
    earlier = style.number(before.heard, 1)
    if now == earlier:
        less = style.percent(result.from_less_power())
        return f"The mean is {now} still; {less} of the answers come from the half with less power."
    return f"The mean of the answers is {now}{wording.was(now, earlier)}."


def words(result: Voices) -> str:
    """Say what the mean of the answers is, who gave them, and how far it is off on average."""
    return (
        f"Asked {NAMES[result.way]}, {result.answers} of {PEOPLE} people answer (draw "
        f"{result.draw}): {style.percent(result.from_less_power())} of them are of the half with "
        f"less power, and their mean is {style.number(result.heard, 1)} where everybody's is "
        f"{style.number(MEAN, 0)}. Over many draws such a mean is off by "
        f"{_signed(result.biases[result.way])} points, where people with most power rate the "
        f"service {style.number(result.link, 0)} points higher than people with least."
    )


def _signed(points: float) -> str:
    return ("+" if round(points, 1) > 0 else "") + style.number(points, 1)


def table(result: Voices) -> pd.DataFrame:
    """Return the bias, the error by chance and the cost of three ways to ask for as many answers.

    The error by chance in a mean of n answers from N people is that of simple random sampling,
    s·√((1 − n/N)/n).
    """
    spread = float(result.rating.std(ddof=1))
    chance = spread * np.sqrt((1 - result.answers / PEOPLE) / result.answers)
    hours = HOURS[result.way] * result.answers
    return pd.DataFrame(
        {
            "asked": list(NAMES.values()),
            f"mean in draw {result.draw}": [
                style.number(result.rating[_answered(way, result.answers, result.draw)].mean(), 1)
                for way in NAMES
            ],
            "off on average, points": [_signed(result.biases[way]) for way in NAMES],
            "by chance, ±": [style.number(1.96 * chance, 1)] * len(NAMES),
            "from the half with less power": [
                style.percent(_from_less_power(_chances(way, result.answers))) for way in NAMES
            ],
            f"hours for {result.answers} answers": [
                style.number(HOURS[way] * result.answers, 0) for way in NAMES
            ],
            f"answers for {style.number(hours, 0)} hours": [
                style.number(min(PEOPLE, hours / HOURS[way]), 0) for way in NAMES
            ],
        }
    )


def _from_less_power(chance: np.ndarray) -> float:
    """Return the expected share of answers from the half of people with less power."""
    power, _, _ = _people()
    return float(chance[power < 0.5].sum() / chance.sum())


def _seen_reminders(at: Callable[..., Voices]) -> str:
    some, everyone = (style.number(at(answers=count).heard, 1) for count in (400, PEOPLE))
    return (
        f"With 400 answers the mean is {some}. It comes right, at {everyone}, only when nobody is "
        "left who does not answer."
    )


def _seen_where_people_are(at: Callable[..., Voices]) -> str:
    there, online = at(way=THERE), at()
    hours, usual = (style.number(HOURS[of.way] * of.answers, 0) for of in (there, online))
    shares = [style.percent(of.from_less_power()) for of in (online, there)]
    return (
        f"Of the answers {shares[1]} come from the half with less power, instead of {shares[0]}. "
        f"It takes {hours} hours instead of {usual}, by our made-up rates."
    )


def _seen_no_link(at: Callable[..., Voices]) -> str:
    biases = at(link=0).biases
    way = max(biases, key=lambda way: abs(biases[way]))
    return (
        f"The one {NAMES[way]}, by {_signed(biases[way])} points on average: it misses people who "
        "seldom go out, and these rate the service lower."
    )


explorable = Explorable(
    title="A survey and its reminders",
    ask=Ask(
        "Six hundred people use a service and would rate it 50 of 100 on average. In an online "
        "survey 60 answer, and their mean is 57. The team sends reminders until four times as "
        "many have answered, 240. They move everybody alike: each is four times as likely to "
        "answer as before. What is the mean of the 240 answers?",
        low=45,
        high=65,
        step=0.5,
        unit="points",
        tempting=52,
        because="four times the answers should bring the mean much nearer to the truth.",
        otherwise="Reminders that move everybody alike bring in the same kinds of people as "
        "before, and none with more power.",
    ),
    answer=lambda result: result.heard,
    controls=(
        Choice("way", "Asked", {name: way for way, name in NAMES.items()}, start=ONLINE),
        Slider("answers", "Answers", 20, 600, start=240, step=20),
        Slider("link", "Gap in ratings by power, points", 0, 50, start=40, step=5),
        Slider("draw", "Another draw", 1, 30, start=1),
    ),
    run=run,
    brief=brief,
    picture=picture,
    words=words,
    table=table,
    tasks=(
        Task(
            "Raise the answers to 400, and then to 600 by hand. When does the mean come right?",
            {"answers": 400},
            _seen_reminders,
        ),
        Task(
            "Go back to 240 answers and ask where people are. Who is heard now, and what does it "
            "cost?",
            {"way": THERE},
            _seen_where_people_are,
        ),
        Task(
            "Start from the other side: let ratings have nothing to do with power (0). Which way "
            "to ask is off most now, and whom does it miss?",
            {"link": 0},
            _seen_no_link,
        ),
    ),
    mark=Mark("y"),
    play=Play(
        each="draw",
        steps=lambda result: range(1, DRAWS + 1),
        picture=picture,
        seconds=10,
    ),
    limits=(
        "That the mean is off hangs on two invented slopes: with power, ratings rise by 40 points "
        "and the inclination to answer online grows twelvefold. If either is 0, the online survey "
        "is off by nothing, on average. What people say depends on who asks and whether anything "
        "follows from it; here everybody says what they think. Power is one number. The hours are "
        "made up."
    ),
)
