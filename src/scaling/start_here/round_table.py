"""News at one long table: how a few friendships across it shorten the way around.

People sit around a table and tell the two who sit beside them. Some also have a friend elsewhere at
the table, drawn at random (Watts & Strogatz 1998). The people are invented.
Left out: news that is forgotten, changed or kept back, and friends who sit near each other.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from scaling import arguments, style
from scaling.explorable import Ask, Explorable, Mark, Slider, Task
from scaling.start_here.checks import PEOPLE_EACH
from scaling.style import Panel
from scaling.wording import number_of, was

MOST_TABLES, MOST_FRIENDSHIPS = 10, 30
# The pairs of friends of the tasks.
PAIRS = 6
# Without friendships, news needs one minute a seat, halfway around the longest table.
MOST_MINUTES = MOST_TABLES * PEOPLE_EACH // 2
# The tests show that this seed draws typical friendships.
TYPICAL_SEED = 42
# The table is drawn this many times as wide as it is deep.
WIDTH_OVER_DEPTH = 1.8


@dataclass(frozen=True)
class News:
    """The minute in which each person at the table hears the news.

    Attributes
    ----------
    friendships : numpy.ndarray of int, shape (friendships, 2)
        The seats of the two friends in each friendship.
    heard : numpy.ndarray of int, shape (people,)
        The minute in which each seat hears the news; the first seat knows it in minute 0.
    """

    friendships: np.ndarray
    heard: np.ndarray

    @property
    def people(self) -> int:
        """The number of people at the table."""
        return len(self.heard)

    @property
    def minutes(self) -> int:
        """The minutes until everyone knows."""
        return int(self.heard.max())

    @property
    def minutes_without(self) -> int:
        """The minutes until everyone would know without friendships: halfway around the table."""
        return self.people // 2

    def know(self, minute: int) -> int:
        """Return how many people know the news after ``minute`` minutes."""
        return int((self.heard <= minute).sum())


@cache
def _friends_positions(draw: int) -> np.ndarray:
    """Return the positions of both friends, as shares of the way round, shape (friendships, 2)."""
    return np.random.default_rng(draw).random((MOST_FRIENDSHIPS, 2))


@lru_cache(maxsize=512)
def run(tables: int = 10, friendships: int = 6, draw: int = TYPICAL_SEED) -> News:
    """Pass news around one long table.

    Parameters
    ----------
    tables : int
        The number of tables of 24 people that are pushed together, 1 to 10.
    friendships : int
        The number of pairs of friends, who sit anywhere and tell each other, 0 to 30. Adding a
        pair does not move the others.
    draw : int
        The seed of the random numbers that seat the friends.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    arguments.whole("tables", tables, 1, MOST_TABLES)
    arguments.whole("friendships", friendships, 0, MOST_FRIENDSHIPS)
    people = PEOPLE_EACH * int(tables)
    seats = (_friends_positions(draw)[: int(friendships)] * people).astype(int)
    return News(seats, _minutes_from_first_seat(people, seats))


def _minutes_from_first_seat(people: int, friendships: np.ndarray) -> np.ndarray:
    """Return the length of the shortest path from the first seat to each seat, in minutes."""
    tells = [[(seat - 1) % people, (seat + 1) % people] for seat in range(people)]
    for one, other in friendships.tolist():
        tells[one].append(other)
        tells[other].append(one)
    heard = np.full(people, -1)
    heard[0] = 0
    waiting = deque([0])
    while waiting:
        seat = waiting.popleft()
        for listener in tells[seat]:
            if heard[listener] < 0:
                heard[listener] = heard[seat] + 1
                waiting.append(listener)
    return heard


def _seats(people: int) -> tuple[np.ndarray, np.ndarray]:
    """Return x and y of seats at equal distances around an oval, the first at its left end."""
    angles = np.linspace(0, 2 * np.pi, 2001)
    x, y = -WIDTH_OVER_DEPTH * np.cos(angles), np.sin(angles)
    arc = np.concatenate([[0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
    seat_angles = np.interp(np.arange(people) / people * arc[-1], arc, angles)
    return -WIDTH_OVER_DEPTH * np.cos(seat_angles), np.sin(seat_angles)


def picture(result: News) -> go.Figure:
    """Draw people around the table, coloured by when they hear, above a line of minutes."""
    x, y = _seats(result.people)
    last = int(result.heard.argmax())
    key = "dots: people, blue early to orange late;<br>★ first, ◆ last; lines: friendships"
    layout = style.panels(
        Panel(
            key,
            (0, 1),
            {"range": [-1.95, 1.95], "visible": False},
            {"range": [-1.12, 1.12], "visible": False},
            within=(0.26, 1),
        ),
        Panel(
            "",
            (0, 1),
            {
                "range": [0, MOST_MINUTES + 4],
                "dtick": 20,
                "title": {"text": "minutes until everybody knows"},
            },
            {"range": [-1.7, 2.2], "visible": False},
            within=(0, 0.2),
        ),
    )
    return go.Figure(
        [
            go.Scatter(
                **style.lines_between(x, y, result.friendships),
                mode="lines",
                line={"color": style.GREEN, "width": 1.5},
                hoverinfo="skip",
            ),
            go.Scatter(
                x=x,
                y=y,
                mode="markers",
                marker={
                    "size": 6 if result.people > 120 else 10,
                    "color": result.heard,
                    "cmin": 0,
                    "cmax": MOST_MINUTES,
                    "colorscale": [[0, style.BLUE], [0.5, style.GREY], [1, style.ORANGE]],
                },
                customdata=result.heard,
                cliponaxis=False,
                hovertemplate="hears it in minute %{customdata}<extra></extra>",
            ),
            go.Scatter(
                x=x[[0, last]],
                y=y[[0, last]],
                mode="markers",
                marker={
                    "size": [17, 14],
                    "symbol": ["star", "diamond"],
                    "color": [style.BLUE, style.VERMILLION],
                },
                cliponaxis=False,
                hoverinfo="skip",
            ),
            go.Scatter(
                x=[result.minutes_without, result.minutes],
                y=[1.4, 0.2],
                mode="markers+text",
                text=[" no friendship ", " these friendships "],
                textposition=[
                    f"middle {'right' if at < MOST_MINUTES / 2 else 'left'}"
                    for at in (result.minutes_without, result.minutes)
                ],
                marker={
                    "size": [12, 14],
                    "symbol": ["circle-open", "diamond"],
                    "color": [style.GREY, style.VERMILLION],
                    "line": {"width": 2},
                },
                xaxis="x2",
                yaxis="y2",
                cliponaxis=False,
                hovertemplate="%{x} minutes<extra></extra>",
            ),
        ],
        layout | {"height": 470, "margin": {"t": 60, "l": 25, "r": 25}},
    )


def brief(result: News, before: News | None) -> str:
    """State after how many minutes everyone knows."""
    if before is not None and before.minutes != result.minutes:
        return (
            f"Everybody knows after {result.minutes} minutes"
            f"{was(str(result.minutes), str(before.minutes))}."
        )
    across = number_of(len(result.friendships), "friendship")
    return f"With {across} across the table, everybody knows after {result.minutes} minutes."


def words(result: News) -> str:
    """State how long news takes with these friendships, and without any."""
    across = number_of(len(result.friendships), "friendship")
    half = int(np.sort(result.heard)[(result.people - 1) // 2])
    return (
        f"At a table of {result.people} people with {across} across it, half of them know the news "
        f"after {half} minutes and everybody after {result.minutes}. Without any friendship it "
        f"takes {result.minutes_without} minutes."
    )


def table(result: News) -> pd.DataFrame:
    """Return how many people know the news after every tenth minute, and at the end."""
    no_friends = run(result.people // PEOPLE_EACH, 0)
    minutes = sorted({*range(0, MOST_MINUTES + 1, 10), result.minutes})
    return pd.DataFrame(
        {
            "after minutes": minutes,
            "people who know": [result.know(minute) for minute in minutes],
            "with no friendship": [no_friends.know(minute) for minute in minutes],
            "of": result.people,
        }
    )


def _one_friendship_and_six(at: Callable[..., News]) -> str:
    none, one, some = (at(friendships=many).minutes for many in (0, 1, PAIRS))
    return (
        f"With none it takes {none} minutes, with one {one}, with six {some}. Two people who know "
        "each other across the table help everybody, also those who know nobody there."
    )


def _one_table_and_ten(at: Callable[..., News]) -> str:
    none, some = (at(tables=1, friendships=many).minutes for many in (0, PAIRS))
    saved = at(friendships=0).minutes - at(friendships=PAIRS).minutes
    return (
        f"At one table six friendships save {none - some} minutes of {none}; at ten tables they "
        f"save {saved}. Where everybody is near anyway, there is little to bridge."
    )


def _enough_for_half_an_hour(at: Callable[..., News]) -> str:
    enough = next(many for many in range(MOST_FRIENDSHIPS + 1) if at(friendships=many).minutes < 30)
    at_once = at(friendships=MOST_FRIENDSHIPS)
    return (
        f"It takes {enough} friendships. The first few save most, and each further one less: all "
        f"{MOST_FRIENDSHIPS} still leave {at_once.minutes} minutes."
    )


explorable = Explorable(
    title="News at one long table",
    ask=Ask(
        "Around one table of 24 people news goes from neighbour to neighbour, both ways, one seat "
        "a minute: after 12 minutes all know. Now ten such tables are pushed together into one "
        "ring of 240. After how many minutes does everybody know?",
        low=0,
        high=300,
        step=1,
        unit="minutes",
        tempting=120,
        is_right=True,
        because="ten times the seats, ten times the way, as long as nobody knows anybody farther "
        "off.",
        otherwise="The news goes both ways, so it has half of the ring to walk, seat by seat.",
    ),
    answer=lambda result: result.minutes,
    controls=(
        Slider("friendships", "Friendships across the table", 0, MOST_FRIENDSHIPS, start=0),
        Slider("tables", "Tables of 24 pushed together", 1, MOST_TABLES, start=10),
    ),
    run=run,
    picture=picture,
    brief=brief,
    words=words,
    table=table,
    tasks=(
        Task(
            "Now six pairs of friends sit anywhere around the ring, and tell each other too. Bring "
            "them in one by one, or all at once. Watch how far the orange reaches.",
            {"friendships": PAIRS},
            _one_friendship_and_six,
        ),
        Task(
            "Go back to one table of 24. What do the same six friendships save there?",
            {"friendships": PAIRS, "tables": 1},
            _one_table_and_ten,
        ),
        Task(
            "How many friendships bring the ten tables below half an hour?",
            {},
            _enough_for_half_an_hour,
        ),
    ),
    mark=Mark("x2"),
    limits=(
        "That ten times the people take ten times as long hangs on nobody having a friend across "
        "the ring, 0 at the start: with one pair it takes 95 minutes. The table and its people are "
        "invented. Everybody passes the news on at once, and nobody forgets or changes it. The lot "
        "seated these friends once; another draw gives another number."
    ),
)
