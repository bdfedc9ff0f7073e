"""The board of the region: its picture, and the game as a notebook shows it.

Twelve neighbourhoods, circles as large as the people in them are many, shaded by the need that
seems to be met: as promised, until somebody measures.
"""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from scaling import style
from scaling.capstone import region, telling
from scaling.capstone.region import END, NAMES, PLACES, QUARTERS, Move, State
from scaling.explorable import Ask
from scaling.process_product import frozen
from scaling.turns import Ending, Game
from scaling.wording import number_of

COLUMNS = 4
ACROSS = np.array([0.06, -0.05, 0.05, -0.06, -0.06, 0.07, -0.04, 0.05, 0.05, -0.06, 0.06, -0.05])
DOWN = np.array([0.02, 0.06, -0.02, 0.05, -0.03, 0.03, 0.06, -0.02, 0.04, -0.03, 0.02, 0.05])
LARGEST = 66  # pixels across, for the most people there can be
MOST_PEOPLE = 1600
LEGEND = {
    "text": "larger: more people live there;  darker: more of the need met<br>"
    "trust: from 0 to 1;  own: decides for itself;  joined: learns from other tables",
    "x": 0.5,
    "y": 0,
    "xref": "paper",
    "yref": "paper",
    "yanchor": "top",
}


def picture(state: State) -> go.Figure:
    """Draw the neighbourhoods: size, what stands there, and how much need seems to be met."""
    place = np.arange(PLACES)
    x, y = place % COLUMNS + ACROSS, -(place // COLUMNS) + DOWN
    met = state.met if state.over else telling.believed(state)
    shade = np.clip(np.nan_to_num(met), 0, 1)
    across = LARGEST * np.sqrt(state.region.people / MOST_PEOPLE)

    def note(number: int) -> dict:
        return {
            "x": x[number],
            "y": y[number],
            "yanchor": "top",
            "yshift": -across[number] / 2 - 1,
            "text": "<br>".join(_label(state, number, met[number])),
        }

    # Plain dictionaries, as in all pictures that are drawn again and again.
    return go.Figure(
        [
            {
                "type": "scatter",
                "x": x,
                "y": y,
                "mode": "markers",
                "marker": {
                    "size": across,
                    "opacity": 1,  # circles of different size are pale by default
                    "color": [f"rgba(0,114,178,{0.08 + 0.92 * part:.2f})" for part in shade],
                    "line": {"color": style.OBSERVED, "width": 1.5},
                },
                "text": list(NAMES),
                "customdata": state.region.people,
                "hovertemplate": "%{text}: %{customdata:,} people<extra></extra>",
            }
        ],
        {
            "height": 466,
            "margin": {"t": 12, "l": 6, "r": 6, "b": 42},
            "annotations": [*map(note, range(PLACES)), LEGEND],
            "xaxis": {"visible": False, "range": [-0.55, COLUMNS - 0.45], "fixedrange": True},
            "yaxis": {"visible": False, "range": [-2.72, 0.36], "fixedrange": True},
        },
    )


def _label(state: State, place: int, met: float) -> list[str]:
    """Return what stands under a circle: name, what is there, and what seems to be met."""
    name = f"<b>{NAMES[place]}</b>"
    stands = telling.stands(state, place).removeprefix("handbook, ")  # all of it has no room
    if state.over:
        return [name, stands, f"{style.percent(met)} met"]
    if state.table[place]:
        source = "promised" if np.isnan(state.report[place]) else "measured"
        return [name, stands, f"{style.percent(met)} {source}"]
    seen = f"trust {style.number(state.trust[place])}" if state.known[place] else "nobody asked"
    return [name, stands, "a worker there" if state.listening[place] else seen]


def heading(state: State) -> str:
    """Say where one stands: quarter, money, tables, and the seed that brings the region back."""
    when = (
        "The two years are over"
        if state.over
        else f"Quarter {state.quarter + 1} of {QUARTERS}: {state.money:g} points to spend"
    )
    tables = number_of(int(state.table.sum()), "table")
    return f"{when} · {tables} · region {state.region.seed}"


def words(before: State | None, after: State) -> str:
    """Say what has happened since the state before, or how the game begins."""
    if after.over:
        return telling.verdict(after)
    if before is not None:
        return telling.moved(before, after)
    begun = number_of(_moves_this_quarter(after), "move")
    if after.past:
        return f"{telling.quarter(after)} In this quarter you have made {begun}."
    if after.moves:
        return f"The first quarter has begun; you have made {begun}."
    return (
        f"Twelve neighbourhoods, {QUARTERS} quarters, {region.INCOME:g} points in each. Nobody has "
        "asked anything yet: choose a move, choose where, and do it."
    )


def _moves_this_quarter(state: State) -> int:
    """Return how many moves have been made since the last quarter ended."""
    ends = [number for number, move in enumerate(state.moves) if move.kind == END]
    return len(state.moves) - (ends[-1] + 1 if ends else 0)


def spread(state: State, kind: str, place: int | None) -> list[Move]:
    """Return one move, or with place None all that can be made, in large places first.

    Raises
    ------
    ValueError
        If there is none, with the reason.
    """
    if place is not None:
        move = Move(kind, place)
        reason = region.why_not(state, move)
        if reason:
            raise ValueError(reason)
        return [move]
    moves, reasons = [], []
    for number in np.argsort(-state.region.people, kind="stable"):
        move = Move(kind, int(number))
        reason = region.why_not(state, move)
        if reason:
            reasons.append(reason)
        else:
            moves.append(move)
            state = region.play(state, move)
    if not moves:
        # What money would have made possible says more than what was done already.
        dear = next((reason for reason in reasons if reason.startswith("That costs")), reasons[0])
        raise ValueError(f"That can be done nowhere now. {dear}")
    return moves


def ending(state: State) -> Ending:
    """Return the end: need met, simple policies in the same region, and every place's story."""
    order = np.argsort(state.met, kind="stable")
    return Ending(
        outcome=100 * state.total,
        comparison=telling.comparison(state),
        stories=tuple(
            (telling.question(state, place), telling.explain(state, place)) for place in order
        ),
    )


def pack(move: Move) -> list[object]:
    """Return a move as a list for a file."""
    return [move.kind, move.place]


def unpack(values: list[object]) -> Move:
    """Return the move that was packed.

    Raises
    ------
    ValueError
        If it was something else.
    """
    kind, place = values
    if not isinstance(kind, str) or not (place is None or isinstance(place, int)):
        raise ValueError("A move is its kind and the number of a neighbourhood.")
    return Move(kind, place)


game = Game(
    key="capstone.region",
    title="A region of twelve neighbourhoods",
    story=(
        "The ministry gives you a region and two years. Each quarter brings "
        f"{region.INCOME:g} points; what you do not spend stays. What people need, whom they trust "
        "and what is right there you do not know. Regions differ: what works in one fails in the "
        "next.",
        "A table helps those who come, as far as it fits them and as far as its process grew "
        "there. Every quarter counts, from the first. Until you measure, you see what is promised.",
        "What is right in a place is one number, and the Kettle does 0. A table that is 1 off "
        f"keeps {style.percent(float(frozen.fit(1)))} of its fit, as in lesson 2. Whoever listens "
        "learns what is wanted and whom people trust, and so what kind of region it is.",
    ),
    ask=Ask(
        "You have all that this course has shown. Over two years, how much of the need in the "
        "twelve neighbourhoods will you have met, in per cent?",
        low=0,
        high=100,
        step=1,
        unit="per cent",
        tempting=70,
        because="by the end there can be a table everywhere. But trust and process take most of "
        "two years, and those count too.",
    ),
    kinds={label: kind for kind, label in telling.LABELS.items()},
    places=NAMES,
    everywhere="as far as the money goes, largest first",
    turn="quarter",
    world="region",
    new=region.new_region,
    spread=spread,
    end=Move(END),
    play=region.play,
    pack=pack,
    unpack=unpack,
    is_over=lambda state: state.over,
    cost=region.cost,
    heading=heading,
    words=words,
    price=telling.price,
    picture=picture,
    table=telling.table,
    turns=telling.turns,
    ending=ending,
    limits=(
        "Numbers are invented, and which way is best where depends on them; the equations are "
        "those of the lessons. Neighbourhoods do not wait for a player: they act by themselves, "
        "and what one does reaches the next. Nobody moves away, no worker leaves, and no minister "
        "asks for figures in between. What is right is one number here, and whoever tries "
        "something knows at once whether it was better. The simple rules know no more than you "
        "do; they were written by people who knew the three "
        "kinds of region."
    ),
)
