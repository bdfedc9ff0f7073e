"""What the region has to tell: each quarter, why it went as it did; at the end, each place's story.

While the game goes on only that is told which somebody could know: who comes, what people say where
somebody listens, what is measured. Afterwards everything is, from the same equations that moved it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pandas as pd

from scaling import style
from scaling.capstone import region
from scaling.capstone.policies import POLICIES, play_all
from scaling.capstone.region import (
    DEVOLVE,
    END,
    EXPORT,
    GROW,
    GROWS,
    JOIN,
    LISTEN,
    MEASURE,
    NAMES,
    PLACES,
    PROCESS,
    QUARTERS,
    Quarter,
    State,
    cost,
    handbook,
    standard_error,
)
from scaling.process_product import trust, what_travels
from scaling.wording import number_of

PROMISE = 1.0  # what a handbook promises to those who come: the effect at home
BEFORE = 2  # quarters of listening that a place might have had before all else
LITTLE, MUCH = 0.1, 0.25  # of the need met: less is failing, and no less is doing well
SEVERAL = 3  # places asked, from which on their wishes are told together
NOTICED = 0.015  # change of trust in a quarter from which on it is worth a sentence
LABELS = {
    LISTEN: "Listen",
    EXPORT: "Export the Kettle",
    GROW: "Grow it anew",
    JOIN: "Join up",
    DEVOLVE: "Devolve with back-up",
    MEASURE: "Measure",
}
MEANT = {  # what was meant to come of a move, in the words of its lesson
    LISTEN: "A worker is there four days a week: trust fills, and a table moves half of the way to "
    "what people say (lesson 2).",
    EXPORT: "A table opens with a handbook, at once. The process stays behind (lesson 2).",
    GROW: "A table opens next quarter, begun with what people say; half of the missing process is "
    "grown there, with a worker present (lesson 2).",
    JOIN: "Each week the table tries something, half the time what another joined table does, and "
    "keeps it only if it is better there (lesson 3).",
    DEVOLVE: "The table decides for itself: no layers above it, nothing imposed. It joins a shared "
    "reserve; the first table pays most (lesson 4).",
    MEASURE: "At the end of the quarter you know its effect, give or take chance. An export "
    "copies the place with the best report (lesson 1).",
}


def names(places: Sequence[int]) -> str:
    """Return neighbourhoods in words: one, two, or one "and 3 others"."""
    first = [NAMES[place] for place in places]
    if len(first) <= 2:
        return " and ".join(first)
    return f"{first[0]} and {len(first) - 1} others"


# ---------------------------------------------------------------- while it goes on


def comes(state: State) -> np.ndarray:
    """Return the share of the people it is for who come now, or would."""
    return trust.uptake(state.trust)


def believed(state: State) -> np.ndarray:
    """Return the share of the need that seems to be met now: NaN where no table stands.

    Those who come, times what was measured; until somebody measures, times what was promised.
    """
    effect = np.where(np.isnan(state.report), PROMISE, state.report)
    return np.where(state.table, comes(state) * effect, np.nan)


def price(state: State, kind: str) -> str:
    """Say what a move is and what it costs now."""
    source = handbook(state)[1]
    whose = (
        ""
        if kind != EXPORT
        else " Now it would be the Kettle’s own handbook."
        if source is None
        else f" Now it would be that of {NAMES[source]}, which has the best report."
    )
    points = number_of(cost(state, kind), "point")
    return f"{LABELS[kind]} costs {points} a place. {MEANT[kind]}{whose}"


def moved(before: State, after: State) -> str:
    """Say what was done since the state before: one move in several places, or a quarter's end."""
    done = after.moves[len(before.moves) :]
    if not done:
        return "Nothing has been done."
    if done[-1].kind == END:
        return quarter(after)
    kind = done[0].kind
    where = [move.place for move in done]
    spent = before.money - after.money
    said = {
        LISTEN: f"Somebody will listen in {names(where)} this quarter",
        EXPORT: f"A table opens in {names(where)}, with {_whose(before)} handbook",
        GROW: f"A table is being grown anew in {names(where)} and opens next quarter",
        JOIN: f"{names(where)} will learn from the other joined tables, and they from it"
        if len(where) == 1
        else f"{names(where)} will learn from each other and all joined tables",
        DEVOLVE: f"From now on {names(where)} "
        + ("decides" if len(where) == 1 else "decide")
        + f" what is done there, with a reserve shared by "
        f"{number_of(int(after.devolved.sum()), 'table')}",
        MEASURE: f"{names(where)} will be measured this quarter",
    }[kind]
    return f"{said}. That costs {spent:g}; {after.money:g} left."


def _whose(state: State) -> str:
    source = handbook(state)[1]
    return "the Kettle’s own" if source is None else f"{NAMES[source]}’s"


def quarter(state: State) -> str:
    """Say what the last quarter brought, as far as anybody can know, and why."""
    lived = state.past[-1]
    tables = int(lived.open.sum())
    came = float((lived.came * state.region.need)[lived.open].sum())
    first = (
        f"Quarter {state.quarter} is over: {style.number(came, 0)} people came to "
        f"{number_of(tables, 'table')}."
        if tables
        else f"Quarter {state.quarter} is over; no table was open yet."
    )
    told = [*_measured(state, lived), *_heard(state, lived), *_drained(lived)]
    return " ".join([first, *(told or _fewest(lived))])


def _fewest(lived: Quarter) -> list[str]:
    """Return where fewest came and why, for a quarter with nothing else to tell."""
    if not lived.open.any():
        return []
    place = int(np.where(lived.open, lived.came, np.inf).argmin())
    before, after = (style.number(value[place]) for value in (lived.trust, lived.trust_after))
    went = f"stayed at {before}" if before == after else f"went from {before} to {after}"
    return [
        f"Fewest came in {NAMES[place]}, {style.percent(lived.came[place])} of those it is for: "
        f"trust there {went} (lesson 2)."
    ]


def _measured(state: State, lived: Quarter) -> list[str]:
    """Return what was measured, the best first, with the error that it is known to have."""
    where = np.flatnonzero(~np.isnan(lived.report))
    if len(where) == 0:
        return []
    best = where[lived.report[where].argmax()]
    error = 1.96 * standard_error(state.region.need * lived.came)[best]
    report = (
        f"{style.number(lived.report[best])} of the effect at home, give or take "
        f"{style.number(error)}"
    )
    if len(where) == 1:
        return [f"{NAMES[best]} reports {report}."]
    return [
        f"The best of {len(where)} reports, {NAMES[best]}’s, says {report}; the best of several "
        "promises too much (lesson 1)."
    ]


def _heard(state: State, lived: Quarter) -> list[str]:
    """Return where a worker's presence filled trust most, and what people said."""
    asked = lived.listened | lived.grew
    if not asked.any():
        return []
    gained = np.where(asked, lived.trust_after - lived.trust, -np.inf)
    best = int(gained.argmax())
    count = int(asked.sum())
    most = "" if count == 1 else f", most of {count} places with a worker"
    wishes = state.heard[~np.isnan(state.heard)]
    wish = (
        f"what people want lies at {style.number(lived.heard[best], 1)}, with the Kettle at 0"
        if len(wishes) < SEVERAL
        else f"what people want lies between {style.number(wishes.min(), 1)} and "
        f"{style.number(wishes.max(), 1)} in the {len(wishes)} places asked so far, with the "
        "Kettle at 0"
    )
    return [
        f"In {NAMES[best]} trust went from {style.number(lived.trust[best])} to "
        f"{style.number(lived.trust_after[best])}{most}; {wish}."
    ]


def _drained(lived: Quarter) -> list[str]:
    """Return where trust fell most, if it did."""
    lost = np.where(lived.open, lived.trust - lived.trust_after, -np.inf)
    worst = int(lost.argmax())
    if lost[worst] < NOTICED:
        return []
    return [
        f"In {NAMES[worst]} trust fell from {style.number(lived.trust[worst])} to "
        f"{style.number(lived.trust_after[worst])}: what people did not shape and what does not "
        "fit is felt as imposed (lesson 2)."
    ]


def table(state: State) -> pd.DataFrame:
    """Return what is known of each neighbourhood."""
    seen, unknown = state.known, "not known"
    met = believed(state)
    rows = []
    for place in range(PLACES):
        rows.append(
            {
                "neighbourhood": NAMES[place],
                "people": f"{state.region.people[place]:,}",
                "it is for": str(state.region.need[place]) if seen[place] else unknown,
                "table": stands(state, place),
                "trust": style.number(state.trust[place]) if seen[place] else unknown,
                "come": style.percent(comes(state)[place])
                if state.table[place]
                else style.number(np.nan),
                "effect measured": style.number(state.report[place]),
                "need met, it seems": style.percent(met[place])
                if state.table[place]
                else style.number(np.nan),
                "people want": style.number(state.heard[place], 1),
                "the table does": style.number(state.practice[place], 1)
                if state.table[place]
                else style.number(np.nan),
            }
        )
    return pd.DataFrame(rows)


def stands(state: State, place: int) -> str:
    """Say in a few words what stands in a neighbourhood."""
    if not state.table[place]:
        return "being grown" if state.growing[place] else "no table"
    return (
        ("grown" if state.grown[place] > 0 else "handbook")
        + (", own" if state.devolved[place] else "")
        + (", joined" if state.joined[place] else "")
    )


def turns(state: State) -> list[str]:
    """Return what was done, one line a quarter, such as "Quarter 1: listen in Ash Grove"."""
    lines: list[list[str]] = [[]]
    for move in state.moves:
        if move.kind == END:
            lines.append([])
        else:
            lines[-1].append(f"{move.kind} {NAMES[move.place]}")
    if not lines[-1]:
        lines.pop()
    return [
        f"Quarter {count}: {', '.join(line) if line else 'nothing'}."
        for count, line in enumerate(lines, start=1)
    ]


# ---------------------------------------------------------------- afterwards


def relive(
    state: State,
    right: bool = False,
    heard: bool = False,
    grown: bool = False,
    near: bool = False,
) -> np.ndarray:
    """Return what share of need places meet if their time is lived again, changed or not.

    Parameters
    ----------
    state : State
    right : bool
        With what is right there, in every quarter.
    heard : bool
        After two quarters of listening that come on top, before the first.
    grown : bool
        With half of the process grown there before the first evening, as a quarter of growing does.
    near : bool
        With no layers above the table.

    Returns
    -------
    numpy.ndarray, shape (places,)
        Each place by itself: what others learn from it stays as it was.
    """
    now, total = state.region.trust, np.zeros(PLACES)
    nowhere = np.zeros(PLACES)
    for _ in range(BEFORE if heard else 0):
        days, reach = region.presence(state.region, np.ones(PLACES))
        now, _came = region.trust_over(now, days, reach, nowhere, nowhere)
    for each in state.past:
        gap = nowhere if right else each.gap
        had = np.maximum(each.grown, GROWS if grown else 0.0)
        imposed = region.imposition(each.open, each.devolved, had, gap)
        presence = region.presence(state.region, each.listened | each.grew)
        now, came = region.trust_over(now, *presence, each.open, imposed)
        effect = what_travels.effect(PROCESS, region.reception(gap), had)
        total += each.open * came * (1.0 if near else each.kept) * effect
    return total / QUARTERS


@lru_cache(maxsize=2)
def without_limit(state: State) -> dict[str, np.ndarray]:
    """Return the share of need that places would have met had one thing been otherwise.

    Returns
    -------
    dict of str to numpy.ndarray, shape (places,)
        For "fit", "trust", "process", "layers" and "time"; all else as it was, but trust follows.
        NaN where no table ever stood.
    """
    quarters = np.sum([each.open for each in state.past], axis=0)
    better = {
        "fit": relive(state, right=True),
        "trust": relive(state, heard=True),
        "process": relive(state, grown=True),
        "layers": relive(state, near=True),
        "time": relive(state) * QUARTERS / np.maximum(quarters, 1),
    }
    return {name: np.where(quarters > 0, met, np.nan) for name, met in better.items()}


WHY = {
    "trust": "What held it back most was trust: after two quarters of listening beforehand, it "
    "would have met {share}. Trust fills slowly, and only where somebody is present (lesson 2).",
    "fit": "What held it back most was the fit: doing what is right there, it would have met "
    "{share}. What fits one place need not fit the next (lesson 3), and what is right moves on "
    "(lesson 2).",
    "process": "What held it back most was the process: with half of it grown there from the "
    "start, it would have met {share}. No handbook holds it (lesson 2).",
    "layers": "What held it back most were layers: had it decided for itself, it would have met "
    "{share}. Each desk between centre and table costs something (lesson 4).",
    "time": "What held it back most was time: open from the first day, it would have met {share}. "
    "Trust and process take theirs (lesson 2), but who comes last has waited.",
}


def question(state: State, place: int) -> str:
    """Return what one would ask about a place, by how it did beside the whole region."""
    share, whole = state.met[place], state.total
    told = style.percent(share)
    if share < max(whole / 2, LITTLE):
        return f"Why did {NAMES[place]} fail? ({told})"
    if share > max(1.25 * whole, MUCH):
        return f"Why did {NAMES[place]} do well? ({told})"
    return f"What happened in {NAMES[place]}? ({told})"


def explain(state: State, place: int) -> str:
    """Tell what became of a place and what held it back, from the models that moved it.

    Parameters
    ----------
    state : State
        After at least one quarter.
    place : int
        Number of the neighbourhood.

    Raises
    ------
    ValueError
        If no quarter has passed yet.
    """
    if not state.past:
        raise ValueError("No quarter has passed yet, so there is nothing to explain.")
    lived = [each for each in state.past if each.open[place]]
    need = state.region.need[place]
    name = NAMES[place]
    if not lived:
        return (
            f"{name} never had a table, so none of its {need} people was helped. A sum can grow "
            "while somebody is left out (lesson 5)."
        )
    first, last = lived[0], lived[-1]
    came = np.mean([each.came[place] for each in lived])
    kept = np.mean([each.kept[place] for each in lived])
    facts = [
        f"A table stood in {name} for {number_of(len(lived), 'quarter')} of {QUARTERS}, and met "
        f"{style.percent(state.met[place])} of the need of {need} people over the two years.",
        f"Trust went from {style.number(first.trust[place])} to "
        f"{style.number(last.trust_after[place])}, so on average {style.percent(came)} came.",
        f"It was {style.number(abs(first.gap[place]))} away from what is right when it opened and "
        f"{style.number(abs(last.gap[place]))} in its last quarter: a reception of "
        f"{style.number(first.reception[place])}, then {style.number(last.reception[place])}.",
        f"{style.percent(last.grown[place])} of the process was grown there, and layers let "
        f"{style.percent(kept)} through.",
        *_promised(state, place),
    ]
    better = {name: met[place] for name, met in without_limit(state).items()}
    most = max(better, key=better.get)
    return " ".join([*facts, WHY[most].format(share=style.percent(better[most]))])


def _promised(state: State, place: int) -> list[str]:
    """Return the last report beside what was true in that quarter."""
    for each in reversed(state.past):
        if not np.isnan(each.report[place]):
            return [
                f"Its report said {style.number(each.report[place])} of the effect at home; it was "
                f"{style.number(each.effect[place])} (lesson 1)."
            ]
    return []


@lru_cache(maxsize=16)
def _simple(seed: int, kind: str) -> dict[str, tuple[float, float]]:
    ends = {name: play_all(seed, kind, name) for name in POLICIES}
    return {name: (end.total, end.lowest) for name, end in ends.items()}


def comparison(state: State) -> pd.DataFrame:
    """Return what simple policies would have met in the same region with the same luck.

    Returns
    -------
    pandas.DataFrame
        Columns ``way``, ``need met`` and ``in the lowest place``, the most first; "yours" among
        them.
    """
    rows = dict(_simple(state.region.seed, state.region.kind))
    rows["yours"] = (state.total, state.lowest)
    ordered = sorted(rows.items(), key=lambda row: -row[1][0])
    return pd.DataFrame(
        [
            {
                "way": name,
                "need met": style.percent(total),
                "in the lowest place": style.percent(lowest),
            }
            for name, (total, lowest) in ordered
        ]
    )


def verdict(state: State) -> str:
    """Say how the two years ended, beside the best of the simple policies."""
    rows = _simple(state.region.seed, state.region.kind)
    best = max(rows, key=lambda name: rows[name][0])
    lowest = np.flatnonzero(state.met <= state.lowest + 1e-9)
    met = style.percent
    return (
        f"The two years are over: {met(state.total)} of the need was met, and in {names(lowest)}, "
        f"where it was least, {met(state.lowest)}. The region was {state.region.kind}; of the "
        f"simple rules “{best}” would have met most here, {met(rows[best][0])}, and "
        f"{met(rows[best][1])} in its lowest place."
    )
