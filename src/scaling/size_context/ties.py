"""Ties: how many a group could have, how many it can keep alive, and who gets a word in.

Pairs grow with the square of the group, hours in a week do not grow at all: the relational cousin
of the square–cube law (Galileo 1638; Haldane 1926, "On being the right size"). Capacity for ties is
limited by time (Dunbar 1992 gives a biological version of the limit; none is assumed here).
Left out: that some ties matter more than others, and everything an organiser can do about it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from scaling import style
from scaling.explorable import Ask, Explorable, Slider

DRAWN_UP_TO = 150  # people; beyond, the drawing would say no more than the curve does
CURVE_UP_TO = 200  # people
VOICE_UP_TO = 10  # minutes shown on the axis of voice


@dataclass(frozen=True)
class Ties:
    """What becomes of connection in one group.

    Attributes
    ----------
    people : int
        Size of the group, n.
    hours_per_week : float
        Hours a week each person can give to ties in the group, H.
    hours_per_tie : float
        Hours a week one tie needs to stay alive, h.
    meeting_minutes : float
        Length of a meeting of everybody, M.
    pairs : int
        Possible ties, n(n − 1)/2.
    alive_share : float
        Share of the possible ties that can be alive, min(1, H/(h(n − 1))).
    alive : float
        Living ties in the whole group.
    alive_each : float
        Living ties of each person.
    voice_minutes : float
        Minutes of the meeting for each person, M/n.
    """

    people: int
    hours_per_week: float
    hours_per_tie: float
    meeting_minutes: float
    pairs: int
    alive_share: float
    alive: float
    alive_each: float
    voice_minutes: float


def pairs(people: int) -> int:
    """Return the number of possible ties among ``people``, n(n − 1)/2."""
    return people * (people - 1) // 2


def alive_share(people: int, hours_per_week: float, hours_per_tie: float) -> float:
    """Return the share of possible ties that a group's hours can keep alive (1 for one person)."""
    if people < 2:
        return 1.0
    return min(1.0, hours_per_week / (hours_per_tie * (people - 1)))


def run(
    people: int = 24,
    hours_per_week: float = 5.0,
    hours_per_tie: float = 0.5,
    meeting_minutes: float = 60,
) -> Ties:
    """Count the ties of one group.

    Parameters
    ----------
    people : int
        At least 1.
    hours_per_week : float
        0 or more.
    hours_per_tie : float
        Above 0.
    meeting_minutes : float
        0 or more.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    if not people >= 1 or people % 1:
        raise ValueError(f"people must be a whole number of at least 1; it is {people}.")
    if not hours_per_tie > 0:
        raise ValueError(f"hours_per_tie must be above 0; it is {hours_per_tie}.")
    if not hours_per_week >= 0:
        raise ValueError(f"hours_per_week must be 0 or more; it is {hours_per_week}.")
    if not meeting_minutes >= 0:
        raise ValueError(f"meeting_minutes must be 0 or more; it is {meeting_minutes}.")
    people = int(people)
    share = alive_share(people, hours_per_week, hours_per_tie)
    return Ties(
        people=people,
        hours_per_week=hours_per_week,
        hours_per_tie=hours_per_tie,
        meeting_minutes=meeting_minutes,
        pairs=pairs(people),
        alive_share=share,
        alive=share * pairs(people),
        alive_each=share * (people - 1),
        voice_minutes=meeting_minutes / people,
    )


def living_network(people: int, count: int) -> np.ndarray:
    """Return the ends of the living ties to draw: each person tied to those seated nearest.

    Parameters
    ----------
    people : int
        Size of the group.
    count : int
        How many ties are alive.

    Returns
    -------
    numpy.ndarray, shape (min(count, pairs), 2)
        Pairs of people, numbered from 0 round the circle.
    """
    seat = np.arange(people)
    rounds = [np.column_stack([seat, (seat + step) % people]) for step in range(1, people // 2 + 1)]
    # With an even number the last round names each opposite pair twice; the cut drops the second.
    return np.concatenate([*rounds, np.empty((0, 2), dtype=int)])[: min(count, pairs(people))]


def picture(result: Ties) -> go.Figure:
    """Draw the circle of people with its living ties, beside both curves over group size."""
    sizes = np.arange(2, CURVE_UP_TO + 1)
    shares = [alive_share(n, result.hours_per_week, result.hours_per_tie) for n in sizes]
    voices = result.meeting_minutes / sizes
    left, right, upper, lower = (0, 0.4), (0.53, 1), (0.62, 1), (0, 0.38)
    # Narrowing the panel, not widening the range, keeps the circle as large as there is room for.
    square = {"visible": False, "range": [-1.1, 1.1], "constrain": "domain"}
    people = {"domain": right, "range": [0, CURVE_UP_TO + 5]}
    headings = [
        style.heading(f"{result.people} people, their living ties", left, 1),
        style.heading("possible ties that are alive", right, 1),
        style.heading(
            f"minutes of voice each, out of {style.number(result.meeting_minutes, 0)}", right, 0.38
        ),
    ]
    if result.people > DRAWN_UP_TO:
        headings.append({"text": f"Drawn up to {DRAWN_UP_TO} people.", "x": 0, "y": 0})
    # Plain dictionaries, because a slider redraws this and make_subplots takes three times as long.
    return go.Figure(
        [
            *_circle(result),
            *_curve("2", sizes, shares, result.people, result.alive_share, style.BLUE),
            *_curve("3", sizes, voices, result.people, result.voice_minutes, style.GREEN),
        ],
        {
            "height": 440,
            "margin": {"t": 44, "l": 10},
            "annotations": headings,
            "xaxis": square | {"domain": left, "anchor": "y"},
            "yaxis": square | {"scaleanchor": "x", "anchor": "x"},
            "xaxis2": people | {"anchor": "y2"},
            "yaxis2": {"domain": upper, "anchor": "x2", "range": [0, 1.08], "tickformat": ".0%"},
            "xaxis3": people | {"anchor": "y3", "title": {"text": "people in the group"}},
            "yaxis3": {"domain": lower, "anchor": "x3", "range": [0, VOICE_UP_TO]},
        },
    )


def _circle(result: Ties) -> list[go.Scatter]:
    """People as dots on a circle and their living ties as lines; nothing above 150 people."""
    people = result.people if result.people <= DRAWN_UP_TO else 0
    angle = 2 * np.pi * np.arange(people) / max(people, 1)
    x, y = np.sin(angle), np.cos(angle)
    ends = living_network(people, round(result.alive))
    return [
        go.Scatter(
            **style.lines_between(x, y, ends),
            mode="lines",
            line={"width": 0.7, "color": style.BLUE, "simplify": False},
            hoverinfo="skip",
        ),
        go.Scatter(
            x=x,
            y=y,
            mode="markers",
            marker={"size": 8, "color": style.BLUE},
            hoverinfo="skip",
        ),
    ]


def _curve(panel, sizes, values, people, value, colour) -> list[go.Scatter]:  # noqa: ANN001
    """Return a curve over group size and the point on it where this group stands."""
    axes = {"xaxis": f"x{panel}", "yaxis": f"y{panel}"}
    return [
        go.Scatter(
            x=sizes, y=values, mode="lines", line={"color": colour}, hoverinfo="skip", **axes
        ),
        go.Scatter(
            **axes,
            x=[people],
            y=[min(value, VOICE_UP_TO)],
            mode="markers",
            marker={
                "size": 13,
                "color": colour,
                "symbol": "diamond" if value <= VOICE_UP_TO else "triangle-up",  # beyond the axis
            },
            cliponaxis=False,
            customdata=[value],
            hovertemplate="%{x} people: %{customdata:.2f}<extra></extra>",
        ),
    ]


def words(result: Ties) -> str:
    """Say how many ties are possible, how many live, and how long each voice lasts."""
    each, people = style.number(result.alive_each, 1), result.people
    return (
        f"Among {people} people {style.number(result.pairs, 0)} ties are possible; "
        f"{result.hours_per_week:g} hours a week each, at {result.hours_per_tie:g} a tie, keep "
        f"{style.number(result.alive, 0)} alive, {style.percent(result.alive_share)} of them or "
        f"{each.removesuffix('.0')} for each person. In a meeting of "
        f"{style.number(result.meeting_minutes, 0)} minutes each voice gets "
        f"{style.number(result.voice_minutes, 1)} minutes."
    )


def table(result: Ties) -> pd.DataFrame:
    """Return this group beside one of half and one of double its size."""
    sizes = sorted({max(1, result.people // 2), result.people, 2 * result.people})
    rows = [
        run(size, result.hours_per_week, result.hours_per_tie, result.meeting_minutes)
        for size in sizes
    ]
    return pd.DataFrame(
        {
            "people": sizes,
            "possible ties": [row.pairs for row in rows],
            "living ties": [style.number(row.alive, 0) for row in rows],
            "alive": [style.percent(row.alive_share) for row in rows],
            "living ties each": [style.number(row.alive_each, 1) for row in rows],
            "minutes of voice each": [style.number(row.voice_minutes, 1) for row in rows],
        }
    )


def square_cube(scales: tuple[float, ...] = (1, 2, 3, 10)) -> pd.DataFrame:
    """Return what happens to an animal or a bridge built ``scales`` times as long (Galileo 1638).

    Parameters
    ----------
    scales : tuple of float
        How many times longer, wider and higher; each above 0.

    Returns
    -------
    pandas.DataFrame
        Indexed by scale: strength grows with the cross-section, weight with the volume.
    """
    if min(scales) <= 0:
        raise ValueError(f"Every scale must be above 0; the smallest here is {min(scales)}.")
    length = pd.Series(scales, dtype=float)
    return pd.DataFrame(
        {
            "times as strong": length**2,
            "times as heavy": length**3,
            "weight on each unit of strength": length**3 / length**2,
        }
    ).set_index(length.rename("times as long"))


explorable = Explorable(
    title="Ties: what a group can hold",
    ask=Ask(
        "Twelve people round one table can form 66 pairs: 66 possible ties. Two tables are joined "
        "into one group of twenty-four. How many ties are possible now?",
        low=0,
        high=400,
        step=1,
        unit="ties",
        tempting=132,
        because="twice the people, twice the ties.",
    ),
    answer=lambda result: result.pairs,
    controls=(
        Slider("people", "People in the group", 2, CURVE_UP_TO, start=24),
        Slider("hours_per_week", "Hours a week each can give", 0.5, 24, start=5, step=0.5),
        Slider("hours_per_tie", "Hours a week a living tie needs", 0.1, 2, start=0.5, step=0.1),
        Slider("meeting_minutes", "Minutes of a meeting of all", 10, 180, start=60, step=10),
    ),
    run=run,
    picture=picture,
    words=words,
    table=table,
    tasks=(
        "Make the group as large as it goes. Of possible ties, the share alive and the minutes of "
        "voice, which grows, and which shrink?",
        "Go back to 24 people. How many hours a week must each give before every possible tie is "
        "alive? Now do the same for 48.",
        "Start from the other end: in a group of 200, how long would the meeting have to be for "
        "everyone to speak for three minutes? The slider ends before that. Would you go?",
    ),
    limits=(
        "All ties cost the same and matter the same, and everyone has the same hours. Time is "
        "counted pair by pair, although one evening at a table tends many ties at once. Real "
        "groups divide into circles, share hosts and rota the talking; that is a way of staying "
        "small inside something large, and lesson 4 takes it up."
    ),
)
