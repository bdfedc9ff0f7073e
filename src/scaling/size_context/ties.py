"""Ties: how many a group could have, how many it can keep alive, and who gets a word in.

The number of pairs grows with the square of the group, while the hours in a week do not grow at
all. This is the relational cousin of the square–cube law (Galileo 1638; Haldane 1926, "On being the
right size"). Time limits how many ties a person can keep; Dunbar (1992) proposes a biological limit
too, which is not assumed here.
Left out: that some ties matter more than others, and everything an organiser can do about it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from scaling import arguments, style
from scaling.explorable import Ask, Explorable, Folded, Mark, Slider, Task
from scaling.style import Panel
from scaling.wording import number_of, was

# The slider and the axes of group size end at this number.
LARGEST = 60  # people
# The axis of voice is cut off here, so that the values of large groups can be told apart.
VOICE_AXIS_END = 10  # minutes


@dataclass(frozen=True)
class Ties:
    """The ties that one group can have and keep alive, and the time each person has to speak.

    Attributes
    ----------
    people : int
        Size of the group, n.
    hours_per_week : float
        Hours a week that each person can give to ties in the group, H.
    hours_per_tie : float
        Hours a week that one tie needs to stay alive, h.
    meeting_minutes : float
        Length of a meeting of the whole group, M.
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
    """Return the number of possible ties in a group of ``people``, n(n − 1)/2."""
    return people * (people - 1) // 2


def alive_share(people: int, hours_per_week: float, hours_per_tie: float) -> float:
    """Return the share of a group's possible ties that its hours can keep alive.

    The share is 1 for a single person, who has no tie to lose.
    """
    if people < 2:
        return 1.0
    return min(1.0, hours_per_week / (hours_per_tie * (people - 1)))


def run(
    people: int = 24,
    hours_per_week: float = 5.0,
    hours_per_tie: float = 0.5,
    meeting_minutes: float = 60,
) -> Ties:
    """Count the possible and the living ties of one group.

    Parameters
    ----------
    people : int
        Size of the group, at least 1.
    hours_per_week : float
        Hours that each person can give to ties in the group, 0 or more.
    hours_per_tie : float
        Hours a week that one tie needs to stay alive, above 0.
    meeting_minutes : float
        Length of a meeting of the whole group, 0 or more.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    arguments.whole("people", people, 1)
    arguments.above("hours_per_tie", hours_per_tie)
    arguments.at_least("hours_per_week", hours_per_week)
    arguments.at_least("meeting_minutes", meeting_minutes)
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


def ties_to_draw(people: int, count: int) -> np.ndarray:
    """Choose which ties to draw: first those between neighbours, then those across the circle.

    Parameters
    ----------
    people : int
        Size of the group.
    count : int
        The number of ties to draw.

    Returns
    -------
    numpy.ndarray, shape (min(count, pairs), 2)
        The two people whom each tie joins, numbered from 0 round the circle.
    """
    seat = np.arange(people)
    rounds = [np.column_stack([seat, (seat + step) % people]) for step in range(1, people // 2 + 1)]
    # In an even group the last round contains each opposite pair twice; the slice drops the copies.
    return np.concatenate([*rounds, np.empty((0, 2), dtype=int)])[: min(count, pairs(people))]


def picture(result: Ties) -> go.Figure:
    """Draw the people and their ties, beside curves of ties and of voice over group size."""
    sizes = np.arange(2, LARGEST + 1)
    shares = np.array(
        [alive_share(int(n), result.hours_per_week, result.hours_per_tie) for n in sizes]
    )
    possible = np.array([pairs(int(n)) for n in sizes])
    voices = result.meeting_minutes / sizes
    here, most = result.people, pairs(LARGEST)
    left, right = (0, 0.42), (0.55, 1)
    # The circle stays round because plotly narrows the panel; a wider range would make it smaller.
    square = {"visible": False, "constrain": "domain"}
    people = {"range": [0, LARGEST + 3]}
    title = f"{style.number(result.pairs, 0)} possible ties, {style.number(result.alive, 0)} alive"
    layout = style.panels(
        Panel(
            title,
            left,
            square | {"range": [-1.1, 1.1]},
            square | {"scaleanchor": "x", "range": [-1.35, 1.1]},
        ),
        Panel("ties in the group", right, people, {"range": [0, 1.08 * most]}, within=(0.5, 1)),
        Panel(
            "minutes of voice for each",
            right,
            people | {"title": {"text": "people in the group (diamond: now)"}},
            {"range": [0, VOICE_AXIS_END]},
            within=(0, 0.27),
        ),
    )
    layout["annotations"] += [
        {"text": "pale: possible · dark: alive", "x": 0, "y": -1.14, "yanchor": "top"},
        _label("possible", 46, pairs(46)) | {"yshift": 0},
        _label("alive", LARGEST, shares[-1] * most),
    ]
    return go.Figure(
        [
            *_circle(result),
            *_curve("2", sizes, possible, here, result.pairs, style.GREY, most),
            *_curve("2", sizes, shares * possible, here, result.alive, style.BLUE, most),
            *_curve("3", sizes, voices, here, result.voice_minutes, style.GREEN, VOICE_AXIS_END),
        ],
        layout | {"height": 440, "margin": {"t": 44, "l": 10}},
    )


def _label(text: str, people: int, count: float) -> dict:
    """Return the label of a curve in the panel of ties, placed above one of its points."""
    place = {"x": people, "y": count, "xref": "x2", "yref": "y2"}
    return place | {
        "text": text,
        "xanchor": "right",
        "yanchor": "bottom",
        "xshift": -14,
        "yshift": 8,
    }


def _circle(result: Ties) -> list[go.Scatter]:
    """Return the people as dots on a circle, joined by pale possible and dark living ties."""
    angle = 2 * np.pi * np.arange(result.people) / result.people
    x, y = np.sin(angle), np.cos(angle)
    layers = [(result.pairs, style.GREY, 0.3), (round(result.alive), style.BLUE, 1)]
    return [
        *(
            go.Scatter(
                **style.lines_between(x, y, ties_to_draw(result.people, count)),
                mode="lines",
                line={"width": 0.8, "color": colour, "simplify": False},
                opacity=opacity,
                hoverinfo="skip",
            )
            for count, colour, opacity in layers
        ),
        go.Scatter(
            x=x,
            y=y,
            mode="markers",
            marker={"size": 8, "color": style.BLUE},
            hoverinfo="skip",
        ),
    ]


def _curve(
    panel: str,
    sizes: np.ndarray,
    values: np.ndarray,
    people: int,
    value: float,
    colour: str,
    top: float,
) -> list[go.Scatter]:
    """Return a curve over group size, and the mark of this group, which never leaves the axis."""
    # A triangle says that the value lies above the end of the axis.
    symbol = "diamond" if value <= top else "triangle-up"
    axes = {"xaxis": f"x{panel}", "yaxis": f"y{panel}"}
    return [
        go.Scatter(
            x=sizes, y=values, mode="lines", line={"color": colour}, hoverinfo="skip", **axes
        ),
        go.Scatter(
            **axes,
            x=[people],
            y=[min(value, top)],
            mode="markers",
            marker={"size": 13, "color": colour, "symbol": symbol},
            cliponaxis=False,
            customdata=[value],
            hovertemplate="%{x} people: %{customdata:,.1f}<extra></extra>",
        ),
    ]


def brief(result: Ties, before: Ties | None) -> str:
    """State how many ties are possible, or what a control has just changed."""
    possible, alive = style.number(result.pairs, 0), style.number(result.alive, 0)
    if before is None or result == before:
        return f"{possible} ties are possible; {alive} of them are alive."
    if result.people != before.people:
        earlier = was(possible, style.number(before.pairs, 0))
        return f"{possible} ties are possible{earlier}; {_change_for_each(result, before)}."
    if result.meeting_minutes != before.meeting_minutes:
        minutes, earlier = (style.number(one.voice_minutes, 1) for one in (result, before))
        return f"In the meeting each voice gets {minutes} minutes{was(minutes, earlier)}."
    if result.alive_share == 1:
        return f"Every possible tie can be alive now: all {possible}."
    earlier = was(alive, style.number(before.alive, 0))
    return f"{alive} ties are alive{earlier}, fewer than are possible."


def _change_for_each(result: Ties, before: Ties) -> str:
    """State whether each person keeps more or fewer ties alive than before."""
    if np.isclose(result.alive_each, before.alive_each):
        return "each person keeps as many alive as before"
    more = "more" if result.alive_each > before.alive_each else "fewer"
    return f"each person keeps {more} alive than before"


def words(result: Ties) -> str:
    """State how many ties are possible and alive, and how long each person can speak."""
    each = style.number(result.alive_each, 1).removesuffix(".0")
    people = "1 person" if result.people == 1 else f"{result.people} people"
    return (
        f"Among {people} {style.number(result.pairs, 0)} ties are possible; "
        f"{number_of(result.hours_per_week, 'hour')} a week each, at {result.hours_per_tie:g} a "
        f"tie, keep {style.number(result.alive, 0)} alive, {style.percent(result.alive_share)} of "
        f"them or {each} for each person. In a meeting of {result.meeting_minutes:g} minutes each "
        f"voice gets {style.number(result.voice_minutes, 1)}."
    )


def table(result: Ties) -> pd.DataFrame:
    """Return this group beside one of half its size and one of double its size."""
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
    """Return the strength and weight of an animal or a bridge enlarged in all directions.

    Strength grows with the cross-section, weight with the volume (Galileo 1638).

    Parameters
    ----------
    scales : tuple of float
        How many times as long, wide and high; each above 0.

    Returns
    -------
    pandas.DataFrame
        One row for each scale, which is the index.

    Raises
    ------
    ValueError
        If a scale is not above 0.
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


def square_cube_table() -> Folded:
    """Return ``square_cube`` as a table that stays folded until the learner has predicted."""
    return Folded(square_cube().reset_index())


def _largest_seen(at: Callable[..., Ties]) -> str:
    small, large = at(), at(people=LARGEST)
    return (
        f"Possible ties grow from {style.number(small.pairs, 0)} to "
        f"{style.number(large.pairs, 0)}. Each person keeps {small.alive_each:g} alive: the "
        f"share falls to {style.percent(large.alive_share)}, and voice to "
        f"{style.number(large.voice_minutes, 1)} minutes."
    )


def _hours_seen(at: Callable[..., Ties]) -> str:
    needed = [one.hours_per_tie * (one.people - 1) for one in (at(), at(people=48))]
    return (
        f"Among 24 people each needs {needed[0]:g} hours a week, among 48 {needed[1]:g}: what each "
        "must give grows as the group does."
    )


def _meeting_seen(at: Callable[..., Ties]) -> str:
    longest = at(people=LARGEST, meeting_minutes=180)
    return (
        f"The longest meeting on the slider, {longest.meeting_minutes / 60:g} hours, gives "
        f"{longest.voice_minutes:g} minutes to each, and {longest.people - 1} others to listen to."
    )


explorable = Explorable(
    title="Ties in a group",
    ask=Ask(
        "Twelve people round one table can form 66 pairs: 66 possible ties. Two tables are joined "
        "into one group of twenty-four. How many ties are possible now?",
        low=0,
        high=400,
        step=1,
        unit="ties",
        tempting=132,
        because="twice the people, twice the ties.",
        otherwise="A tie counts once, not once from either end, and there is none with oneself.",
    ),
    answer=lambda result: result.pairs,
    controls=(
        Slider("people", "People in the group", 2, LARGEST, start=24),
        Slider("hours_per_week", "Hours a week each can give", 0.5, 24, start=5, step=0.5),
        Slider("hours_per_tie", "Hours a week a living tie needs", 0.1, 2, start=0.5, step=0.1),
        Slider("meeting_minutes", "Minutes of a meeting of all", 10, 180, start=60, step=10),
    ),
    run=run,
    picture=picture,
    brief=brief,
    words=words,
    table=table,
    mark=Mark("y2"),
    tasks=(
        Task(
            "Make the group as large as it goes. Of possible ties, living ties for each person and "
            "minutes of voice: which grows, which stays, which shrinks?",
            {"people": LARGEST},
            _largest_seen,
        ),
        Task(
            "Among 24 people, how many hours a week must each give before every possible tie is "
            "alive? And among 48?",
            {},
            _hours_seen,
        ),
        Task(
            "Start from the other end: everyone in a group of 60 is to speak for three minutes. "
            "How long must the meeting be, and would you go?",
            {},
            _meeting_seen,
        ),
    ),
    limits=(
        "That most ties among 24 go cold hangs on 5 hours a week and half an hour a tie: with "
        "11.5 hours all would be alive. All ties cost the same and matter the same, and everyone "
        "has the same hours. Time is counted pair by pair, although one evening at a table tends "
        "many ties at once. Real groups divide into circles, share hosts and rota the talking; "
        "that is a way of staying small inside something large, and lesson 4 takes it up."
    ),
)
