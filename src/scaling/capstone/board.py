"""The board of the region: its picture, and the game as a notebook shows it.

Each of the twelve neighbourhoods is a circle whose area shows how many people live there; it is lit
as far as people come to its table. A smaller circle inside shows the need that is met: open as long
as it is only promised, filled once it has been measured. A bar above the circle is as long as trust
is large.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from scaling import style
from scaling.capstone import region, telling
from scaling.capstone.region import END, NAMES, PLACES, QUARTERS, Move, State
from scaling.explorable import Ask
from scaling.game import Ending, Game, Replay
from scaling.process_product import frozen
from scaling.wording import number_of

COLUMNS = 4
ACROSS = np.array([0.03, -0.02, 0.02, -0.03, -0.03, 0.03, -0.02, 0.03, 0.02, -0.03, 0.03, -0.02])
DOWN = np.array([0.01, 0.03, -0.03, 0.03, -0.02, 0.02, 0.03, -0.02, 0.0, -0.02, 0.01, 0.02])
# The largest circle is that of the most people a neighbourhood can have.
LARGEST = 66  # pixels
MOST_PEOPLE = 1600
# The bar of trust is as long as this where trust is 1, and this far above the circle.
TRUST, ABOVE = 46, 9  # pixels
DARK, LIT = "rgba(136,136,136,0.12)", "rgba(240,228,66,{:.2f})"
LEGEND = {
    "text": "circle: the people there, lit as far as they come;  bar above: trust, if known<br>"
    "inner circle: the need that is met this quarter<br>"
    "(open is promised, filled is measured)",
    "x": 0.5,
    "y": 0,
    "xref": "paper",
    "yref": "paper",
    "yanchor": "top",
}
AFTERWARDS = LEGEND | {
    "text": "circle: the people there, lit as far as they came;  bar above: trust<br>"
    "inner circle: the need of two years<br>"
    "(open is what it seemed, filled is what was met)"
}
# On a phone the four columns are four rows.
ON_A_PHONE = {
    "height": 700,
    "margin": {"b": 96},
    "xaxis": {"range": [-0.5, 2.5]},
    "yaxis": {"range": [-3.7, 0.45]},
}
# A quarter that is played has this many pictures a week.
PICTURES = 7
QUARTER_TAKES, ALL_TAKE = 2.6, 3.4  # seconds, at normal speed
AGAIN = (
    "Tables would lose what they have learnt. Choose one if it is to begin again, or measure first."
)
FIT = {steps: style.percent(float(frozen.fit(np.array(steps)))) for steps in (1, 2)}


def picture(state: State, chosen: int | None = None) -> go.Figure:
    """Draw the neighbourhoods with their people, their tables, and the need that seems to be met.

    Parameters
    ----------
    state : State
    chosen : int, optional
        The number of a neighbourhood to highlight.
    """
    labels = [_label(state, place) for place in range(PLACES)]
    return _drawn(state, _parts(state), labels, chosen)


def _drawn(
    state: State,
    parts: tuple[np.ndarray, np.ndarray],
    labels: list[list[str]],
    chosen: int | None,
    is_over: bool = False,
) -> go.Figure:
    """Draw the neighbourhoods, with the parts of the need that are open and filled circles."""
    place = np.arange(PLACES)
    x, y = place % COLUMNS + ACROSS, -(place // COLUMNS) + DOWN
    across = LARGEST * np.sqrt(state.region.people / MOST_PEOPLE)
    open_part, full_part = parts
    # Readers compare the areas of circles, so diameters grow with the root of the share.
    promised, filled = ((across * np.sqrt(part)).tolist() for part in (open_part, full_part))

    def note(number: int) -> dict:
        return {
            "x": x[number],
            "y": y[number],
            "yanchor": "top",
            "yshift": -across[number] / 2 - 1,
            "text": "<br>".join(labels[number]),
        }

    def marks(marker: dict) -> dict:
        return {
            "type": "scatter",
            "x": x,
            "y": y,
            "mode": "markers",
            # plotly draws circles of different sizes pale unless it is given an opacity.
            "marker": {"opacity": 1} | marker,
            "text": list(NAMES),
            "customdata": state.region.people,
            "hovertemplate": "%{text}: %{customdata:,} people. Click to choose.<extra></extra>",
        }

    comes = telling.share_coming(state)
    light = [
        LIT.format(0.12 + 0.8 * comes[number]) if state.table[number] else DARK for number in place
    ]
    is_known = state.known | is_over
    full_length = np.full(PLACES, float(TRUST))

    def bar(length: np.ndarray, look: dict) -> dict:
        # Plotly moves a mark down by its standoff, and turning it by half a circle, up.
        away = {"angle": -180, "standoff": (across / 2 + ABOVE).tolist()}
        return marks({"size": length.tolist(), "symbol": "line-ew", "line": look} | away)

    ring = [style.ORANGE if number == chosen else style.OBSERVED for number in place]
    return go.Figure(
        [
            marks(
                {
                    "size": across.tolist(),
                    "color": light,
                    "line": {"color": ring, "width": np.where(place == chosen, 5, 1.5).tolist()},
                }
            ),
            marks(
                {
                    "size": promised,
                    "color": "rgba(0,0,0,0)",
                    "line": {
                        "color": style.OBSERVED,
                        "width": np.where(open_part > 0, 2, 0).tolist(),
                    },
                }
            ),
            marks({"size": filled, "color": style.OBSERVED, "line": {"width": 0}}),
            bar(full_length, {"color": style.GREY, "width": np.where(is_known, 2, 1).tolist()}),
            bar(np.where(is_known, TRUST * state.trust, 0.0), {"color": style.GREEN, "width": 8}),
        ],
        {
            "height": 520,
            "meta": {"turned": ON_A_PHONE},
            "margin": {"t": 6, "l": 6, "r": 6, "b": 56},
            "annotations": [
                *map(note, range(PLACES)),
                AFTERWARDS if state.over or is_over else LEGEND,
            ],
            "xaxis": {"visible": False, "range": [-0.55, COLUMNS - 0.45], "fixedrange": True},
            "yaxis": {"visible": False, "range": [-2.78, 0.44], "fixedrange": True},
        },
    )


def _parts(state: State) -> tuple[np.ndarray, np.ndarray]:
    """Return the parts of the need that are drawn open and filled, from 0 to 1, by place."""
    if state.over:
        opened, filled = _seemed(state), state.met
    else:
        met = np.nan_to_num(telling.seemingly_met(state))
        is_measured = ~np.isnan(state.report)
        opened, filled = np.where(is_measured, 0, met), np.where(is_measured, met, 0)
    return np.clip(opened, 0, 1), np.clip(filled, 0, 1)


def _seemed(state: State) -> np.ndarray:
    """Return the share of two years' need that seemed to be met, by measures and by promises."""
    measured, promised = telling.measured_and_promised(state)
    return measured + promised


def _label(state: State, place: int) -> list[str]:
    """Return the lines under a circle: name, table or worker, and the need that seems met."""
    name = f"<b>{NAMES[place]}</b>"
    # The label has no room for the whole description.
    table = telling.table_in_words(state, place).removeprefix("handbook, ")
    if state.over:
        seemed = style.percent(float(_seemed(state)[place]))
        return [name, f"seemed {seemed}", f"met {style.percent(state.met[place])}"]
    worker = ", worker" if state.listening[place] else ""
    if not state.table[place]:
        return [name, table + worker, "" if state.known[place] else "nobody asked"]
    source = "promised" if np.isnan(state.report[place]) else "measured"
    met = style.percent(telling.seemingly_met(state)[place])
    return [name, table + worker, f"{met} {source}"]


def replay(states: Sequence[State], chosen: int | None = None) -> Replay | None:
    """Return the last quarter week by week or, when all is over, the two years.

    Parameters
    ----------
    states : sequence of State
        The region before the first move, and after each.
    chosen : int, optional
        The number of a neighbourhood to highlight.

    Returns
    -------
    Replay or None
        Its last picture is that of the last state. None before a quarter has passed.
    """
    now = states[-1]
    ends = [
        (before, after)
        for before, after in itertools.pairwise(states)
        if after.quarter > before.quarter
    ]
    if not ends:
        return None
    if now.over:
        return _two_years(ends, now, chosen)
    before, after = ends[-1]
    weeks = region.trust_by_week(now.region, after.past[-1])
    moments = np.arange(PICTURES * region.WEEKS) / PICTURES

    def figure(at: int) -> go.Figure:
        if at == len(moments):
            return picture(now, chosen)
        shown = replace(before, trust=_at_week(weeks, moments[at]))
        return _drawn(shown, _parts(shown), _short_labels(before), chosen)

    each = [f"week {min(math.floor(week) + 1, region.WEEKS)}" for week in (*moments, region.WEEKS)]
    return Replay([f"{week} of {region.WEEKS}" for week in each], QUARTER_TAKES, figure)


def _short_labels(state: State) -> list[list[str]]:
    """Return labels without figures: where these change, a picture takes far longer to draw."""
    return [_label(state, place)[:2] for place in range(PLACES)]


def _at_week(weeks: np.ndarray, week: float) -> np.ndarray:
    """Return values that are given at the beginning of each week at a moment in between."""
    last = min(math.floor(week), len(weeks) - 2)
    return weeks[last] + (week - last) * (weeks[last + 1] - weeks[last])


def _two_years(ends: Sequence[tuple[State, State]], now: State, chosen: int | None) -> Replay:
    """Return the two years week by week: what seemed to be met so far, and what was."""
    paths = [region.trust_by_week(now.region, after.past[-1]) for _, after in ends]
    count = region.WEEKS * len(ends)

    def figure(at: int) -> go.Figure:
        if at == count:
            return picture(now, chosen)
        quarter, week = divmod(at, region.WEEKS)
        before, after = ends[quarter]
        passed = week / region.WEEKS
        parts = [
            np.clip(old + passed * (new - old), 0, 1)
            for old, new in ((_seemed(before), _seemed(after)), (before.met, after.met))
        ]
        shown = replace(before, trust=_at_week(paths[quarter], week))
        labels = _short_labels(before)
        return _drawn(shown, (parts[0], parts[1]), labels, chosen, is_over=True)

    each = [f"week {min(week + 1, count)} of {count}" for week in range(count + 1)]
    return Replay(each, ALL_TAKE, figure)


def heading(state: State) -> str:
    """Return the quarter, the money and the number of tables, in a line beside the picture."""
    when = (
        "The two years are over"
        if state.over
        else f"Quarter {state.quarter + 1} of {QUARTERS}: {number_of(state.money, 'point')}"
    )
    return f"{when}, {number_of(int(state.table.sum()), 'table')}"


def words(before: State | None, after: State) -> str:
    """Say what has happened between two states, or how the game begins."""
    if after.over:
        return telling.verdict(after)
    if before is not None:
        return telling.what_was_done(before, after)
    begun = number_of(_moves_this_quarter(after), "move")
    if after.past:
        return f"{telling.quarter_in_words(after)} In this quarter you have made {begun}."
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
    """Return one move or, with place None, all moves that can be made, in large places first.

    As long as nothing is measured, the Kettle's own handbook goes only to all places without a
    table: elsewhere it would undo what a table has learnt, which a learner can choose one by one.

    Raises
    ------
    ValueError
        If no move can be made; the message says why.
    """
    if place is not None:
        move = Move(kind, place)
        reason = _why_not(state, move)
        if reason:
            raise ValueError(reason)
        return [move]
    moves, reasons = [], []
    is_kettles = kind == region.EXPORT and region.handbook(state)[1] is None
    for number in np.argsort(-state.region.people, kind="stable"):
        move = Move(kind, int(number))
        reason = _why_not(state, move)
        if not reason and is_kettles and state.table[number]:
            reason = AGAIN
        if reason:
            reasons.append(reason)
        else:
            moves.append(move)
            state = region.play(state, move)
    if not moves:
        raise ValueError(_nowhere(state, kind, reasons))
    return moves


def _why_not(state: State, move: Move) -> str:
    """Return why a move is not offered: it cannot be made, or it could have no effect."""
    reason = region.why_not(state, move)
    if reason or state.quarter < QUARTERS - 1:
        return reason
    # This is not a rule of the region itself, so that earlier games with such moves still load.
    if move.kind == region.GROW:
        return "What is grown in the last quarter would open after the two years."
    if move.kind == region.JOIN:
        return "What is learnt from others in the last quarter would come after the two years."
    place = move.place
    if move.kind == region.LISTEN and place is not None and not state.table[place]:
        return f"{NAMES[place]} has no table that could use it before the two years end."
    return ""


def _nowhere(state: State, kind: str, reasons: list[str]) -> str:
    """Return the reason to give where a move cannot be made anywhere."""
    if state.over:
        return reasons[0]
    if kind in (region.JOIN, region.DEVOLVE, region.MEASURE) and not state.table.any():
        return "That needs a table, and there is none yet."
    if AGAIN in reasons:
        return AGAIN
    # If money is short somewhere, that is more useful to know than what has been done elsewhere.
    dear = next((reason for reason in reasons if reason.startswith("That costs")), "")
    if len(set(reasons)) == 1:
        return reasons[0]
    return dear or f"That can be done nowhere now. {reasons[0]}"


def offer(state: State, moves: list[Move]) -> str:
    """Return moves of one kind with their cost, such as "Listen in Ash Grove: 1 point"."""
    after = state
    for move in moves:
        after = region.play(after, move)
    places = [move.place for move in moves if move.place is not None]
    where = NAMES[places[0]] if len(places) == 1 else f"{len(places)} places"
    spent = number_of(state.money - after.money, "point")
    return f"{telling.LABELS[moves[0].kind]} in {where}: {spent}"


def stays(state: State) -> str:
    """Say how much money is not spent, and whether it can be spent later."""
    if state.over or state.money < min(region.COSTS.values()):
        return ""
    last = state.quarter == QUARTERS - 1
    verb = "is" if state.money == 1 else "are"
    kept = f"{verb} lost" if last else "stays" if state.money == 1 else "stay"
    return f"{number_of(state.money, 'point')} {kept}"


def curve(state: State, passed: float = QUARTERS) -> go.Figure:
    """Draw the need met by each quarter, for the learner and all rules, and what it seemed.

    Parameters
    ----------
    state : State
        After two years.
    passed : float
        The quarters that are drawn, from the first day.
    """
    best, _ = telling.best_rule(state)
    ways = telling.met_by_way(state)
    quarters = np.append(np.arange(math.floor(passed) + 1), float(passed))
    seemed = 100 * telling.overall(state, _seemed(state))
    everything = [*(100 * path for path in ways.values()), np.array([seemed])]
    top = max(20.0, 1.08 * max(path.max() for path in everything))
    bottom = min(0.0, 1.1 * min(path.min() for path in everything))
    paths = {
        way: 100 * np.interp(quarters, np.arange(QUARTERS + 1), path) for way, path in ways.items()
    }
    ends = {way: float(path[-1]) for way, path in paths.items()}
    is_over = passed == QUARTERS
    if is_over:
        ends["it seemed"] = seemed
    looks = {best: {"color": style.JOIN_UP, "width": 3, "dash": "dash"}}
    looks |= {telling.YOU: {"color": style.OBSERVED, "width": 4}}
    lines = [
        {
            "type": "scatter",
            "x": quarters,
            "y": path,
            "mode": "lines",
            "line": looks.get(way, {"color": style.GREY, "width": 1.5}),
            "hovertemplate": f"{way}, after quarter %{{x:.0f}}: %{{y:.0f}} %<extra></extra>",
        }
        for way, path in paths.items()
    ]
    lines.append(
        {
            "type": "scatter",
            "cliponaxis": False,
            "x": [QUARTERS] if is_over else [],
            "y": [seemed] if is_over else [],
            "mode": "markers",
            "marker": {"symbol": "circle-open", "size": 13, "color": style.OBSERVED},
            "hovertemplate": "by promises and measures: %{y:.0f} %<extra></extra>",
        }
    )
    labels = style.apart(ends, gap=(top - bottom) / 14, bottom=bottom, top=top)
    return go.Figure(
        lines,
        {
            "height": 330,
            "margin": {"t": 16, "r": 158, "b": 50},
            "xaxis": {
                "title": {"text": "quarters passed"},
                "dtick": 1,
                "range": [0, QUARTERS + 0.1],
            },
            "yaxis": {
                "title": {"text": "need of two years met, per cent"},
                "range": [bottom, top],
            },
            "annotations": [
                {
                    "x": QUARTERS,
                    "y": height,
                    "xshift": 10,
                    "xanchor": "left",
                    "text": _at_the_end(way, ends[way], way in looks),
                }
                for way, height in labels.items()
            ],
        },
    )


def _at_the_end(way: str, met: float, is_main: bool) -> str:
    """Return the label of a line, short enough to stand beside it on a phone."""
    name = way.split(",")[0].removesuffix(" everywhere")
    text = f"{name} {style.number(met, 0)}\N{NO-BREAK SPACE}%"
    return f"<b>{text}</b>" if is_main else text


def race(state: State) -> Replay:
    """Return the curve as it grows from week to week."""
    count = region.WEEKS * QUARTERS
    quarters = [min(week // region.WEEKS + 1, QUARTERS) for week in range(count + 1)]
    return Replay(
        [f"quarter {quarter} of {QUARTERS}" for quarter in quarters],
        ALL_TAKE,
        lambda week: curve(state, week / region.WEEKS),
    )


def ending(state: State) -> Ending:
    """Return the ending: the need met, simple policies in the same region, and all stories."""
    name, best = telling.best_rule(state)
    paths = {way: list(map(style.percent, path)) for way, path in telling.met_by_way(state).items()}
    return Ending(
        outcome=100 * state.total,
        curve=curve(state),
        replay=race(state),
        advice=telling.advice(state),
        path=pd.DataFrame({"quarters passed": range(QUARTERS + 1)} | paths),
        best=(f"What “{name}” did", *telling.moves_by_quarter(best)),
        comparison=telling.comparison(state),
        stories=telling.stories(state),
    )


def pack(move: Move) -> list[object]:
    """Return a move as a list that can be stored in a file."""
    return [move.kind, move.place]


def unpack(values: list[object]) -> Move:
    """Return the move that ``pack`` made into a list.

    Raises
    ------
    ValueError
        If the list does not hold a move.
    """
    kind, place = values
    if not isinstance(kind, str) or not (place is None or isinstance(place, int)):
        raise ValueError("A move is its kind and the number of a neighbourhood.")
    return Move(kind, place)


game = Game(
    key="capstone.region",
    title="A region of twelve neighbourhoods",
    story=(
        "The ministry gives you a region and two years. What people need, whom they trust and what "
        "is right there you do not know. Regions differ: what works in one fails in the next.",
        "Who listens learns what is wanted and whom people trust, and so what kind of region it "
        "is. A table may be open there meanwhile: listening needs no quarter of its own.",
    ),
    rules=(
        f"Each quarter brings {region.INCOME:g} points. What you keep stays, up to the end.",
        "A table helps those who come, as far as it fits them and its process grew there.",
        "How a table is run is told in steps from the Kettle: which evenings, who cooks, what is "
        f"shared. One step off what people want keeps {FIT[1]} of the fit, two {FIT[2]}.",
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
        otherwise="Some need is met from the first quarter on, wherever a table fits and is open.",
    ),
    kinds={label: kind for kind, label in telling.LABELS.items()},
    places=NAMES,
    about=telling.about,
    guide=telling.guide,
    purse=lambda state: 0.0 if state.over else state.money,
    place_for_all="as far as the money goes, largest first",
    turn="quarter",
    step="week",
    world="region",
    new=region.new_region,
    moves=spread,
    offer=offer,
    end=Move(END),
    stays=stays,
    play=region.play,
    pack=pack,
    unpack=unpack,
    is_over=lambda state: state.over,
    cost=region.cost,
    heading=heading,
    words=words,
    price=telling.price,
    picture=picture,
    replay=replay,
    table=telling.table,
    turns=telling.moves_by_quarter,
    score=telling.score,
    known=telling.known,
    guesses=tuple(region.KINDS),
    judge=telling.judge,
    ending=ending,
    limits=(
        "Numbers are invented, and which way is best where depends on them, most on the share of "
        "the effect that is process: 0.4 here, 0.6 in lesson 2. The equations are those of the "
        "lessons. In reality neighbourhoods do not wait for a player: they act by "
        "themselves, and what one does reaches the next. People move away, workers leave, and a "
        "minister asks for figures in between. What is right is more than one number, and seldom "
        "does somebody know at once whether something was better. The simple rules know no more "
        "than you do; they were written by people who knew the three kinds of region."
    ),
)
