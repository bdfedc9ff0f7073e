"""The words of the region: what happened in a quarter and why, and at the end each place's story.

While the game goes on, the words hold only what a player could know: who comes, what people say
where a worker listens, and what is measured. Afterwards they explain everything, with the same
equations that the game used.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pandas as pd

from scaling import style
from scaling.capstone import region
from scaling.capstone.policies import POLICIES, UNLIKE, WARY, play_all
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
    QUARTERS,
    Quarter,
    State,
    cost,
    handbook,
    standard_error,
)
from scaling.game import Score
from scaling.process_product import frozen, trust, what_travels
from scaling.wording import listed, number_of

# Two answers differ by this much where nothing has changed, because both are misheard.
MISHEARD = region.NOISE * 2**0.5
# A handbook promises the effect at home to everyone who comes.
PROMISE = 1.0
# The end says what two quarters of listening in advance would have brought.
LISTENING_BEFORE = 2  # quarters
# This many places, or more, are described together.
SEVERAL = 3
# What the learner's own game is called beside the simple policies.
YOU = "you"
# Where fewer of those whom the tables are for come, trust is what is missing.
FEW = 0.25
# A smaller loss of trust in a quarter is not worth a sentence.
NOTICED = 0.015
LABELS = {
    LISTEN: "Listen",
    EXPORT: "Export the Kettle",
    GROW: "Grow it anew",
    JOIN: "Join up",
    DEVOLVE: "Devolve with back-up",
    MEASURE: "Measure",
}
# Each move is explained in the words of its lesson.
EXPLAINED = {
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
    "copies the place with the best report (lesson 1a).",
}


def names(places: Sequence[int]) -> str:
    """Return the names of neighbourhoods in words, such as "Ash Grove and 3 others"."""
    if len(places) == PLACES:
        return "all neighbourhoods"
    first = [NAMES[place] for place in places]
    if len(first) <= 2:
        return " and ".join(first)
    return f"{first[0]} and {len(first) - 1} others"


# ---------------------------------------------------------------- while it goes on


def share_coming(state: State) -> np.ndarray:
    """Return the share of the people in need who come now, or would come, shape (places,)."""
    return trust.uptake(state.trust)


def seemingly_met(state: State) -> np.ndarray:
    """Return the share of the need that seems to be met now, shape (places,); NaN without a table.

    It is the share of people who come times the measured effect or, until the effect is measured,
    the promised one.
    """
    effect = np.where(np.isnan(state.report), PROMISE, state.report)
    return np.where(state.table, share_coming(state) * effect, np.nan)


def measured_and_promised(state: State) -> tuple[np.ndarray, np.ndarray]:
    """Return the share of two years' need that seems to have been met so far.

    Returns
    -------
    tuple of numpy.ndarray, shape (places,)
        The part that rests on measured effects, and the part that rests on promised ones.
    """
    known = np.full(PLACES, np.nan)
    measured, promised = np.zeros(PLACES), np.zeros(PLACES)
    quarters = iter(state.past)
    for move in state.moves:
        if move.kind == EXPORT:
            known[move.place] = np.nan  # The last report was about another practice.
        if move.kind == END:
            lived = next(quarters)
            known = np.where(np.isnan(lived.report), known, lived.report)
            came = lived.open * lived.came / QUARTERS
            measured += np.where(np.isnan(known), 0.0, came * known)
            promised += np.where(np.isnan(known), came * PROMISE, 0.0)
    return measured, promised


def overall(state: State, shares: np.ndarray) -> float:
    """Return the mean of shares of the need, weighted with the need of each neighbourhood."""
    need = state.region.need
    return float((shares * need).sum() / need.sum())


def score(state: State) -> Score:
    """Say how much of the need of two years has been met so far, by measures and by promises."""
    measured, promised = (100 * overall(state, shares) for shares in measured_and_promised(state))
    if state.over:
        met = 100 * state.total
        said = (
            f"Need met in two years: {style.number(met, 0)} %. By promises and measures it "
            f"seemed {style.number(measured + promised, 0)} %."
        )
        return Score(said, met, max(measured + promised - met, 0.0))
    said = (
        f"Need met: {style.number(measured, 0)} % measured, {style.number(promised, 0)} % promised."
    )
    return Score(said, measured, promised)


def known(state: State) -> tuple[str, ...]:
    """Say what the player has found out about the kind of region, with a limit to compare it."""
    return _how_trusting(state), _how_alike(state), _how_calm(state)


def _how_trusting(state: State) -> str:
    first: dict[int, float] = {}
    for lived in state.past:
        for place in np.flatnonzero(lived.open | lived.listened | lived.grew):
            first.setdefault(int(place), float(lived.trust[place]))
    if not first:
        return "Trusting or wary? Not known yet: listen, or open a table."
    mean = float(np.mean(list(first.values())))
    kind = (
        f"less than {WARY:g}, so people are wary"
        if mean < WARY
        else f"not below {WARY:g}, so people are trusting"
    )
    return (
        f"Trusting or wary? On average trust was {style.number(mean)} when you came "
        f"({number_of(len(first), 'place')}). That is {kind}."
    )


def _how_alike(state: State) -> str:
    rounds = [lived.heard[~np.isnan(lived.heard)] for lived in state.past]
    rounds = [wishes for wishes in rounds if len(wishes) >= SEVERAL]
    if not rounds:
        return f"Alike or different? Not known yet: listen in {SEVERAL} places or more at a time."
    apart = float(np.mean([wishes.std(ddof=1) for wishes in rounds]))
    kind = (
        f"more than {UNLIKE:g}, so places are different"
        if apart > UNLIKE
        else f"not more than {UNLIKE:g}, so places are alike"
    )
    return (
        f"Alike or different? Wishes in one quarter differ by {style.number(apart)} steps. "
        f"That is {kind}."
    )


def _how_calm(state: State) -> str:
    last = np.full(PLACES, np.nan)
    changes: list[float] = []
    for lived in state.past:
        change = lived.heard - last
        changes.extend(change[~np.isnan(change)])
        last = np.where(np.isnan(lived.heard), last, lived.heard)
    if len(changes) < SEVERAL:
        return (
            f"Calm or drifting? Not known yet: listen again in the same places, {SEVERAL} or more."
        )
    size = float(np.sqrt(np.mean(np.square(changes))))
    return (
        f"Calm or drifting? Wishes moved by {style.number(size)} steps from one time you asked to "
        f"the next. Mishearing alone would move them by {style.number(MISHEARD)}."
    )


def price(state: State, kind: str) -> str:
    """Say what a move does and what it costs now."""
    source = handbook(state)[1]
    whose = (
        ""
        if kind != EXPORT
        else " Now it would be the Kettle’s own handbook."
        if source is None
        else f" Now it would be that of {NAMES[source]}, which has the best report."
    )
    points = number_of(cost(state, kind), "point")
    return f"{LABELS[kind]} costs {points} a place. {EXPLAINED[kind]}{whose}"


def about(state: State, place: int) -> str:
    """Say in a line what is known of a neighbourhood."""
    people = f"{state.region.people[place]:,} people"
    if not state.known[place]:
        return f"{people}; nobody has asked whom they trust or what they want."
    known = f"{people}, trust {style.number(state.trust[place])}"
    if np.isnan(state.heard[place]):
        return f"{known}; nobody has asked what they want."
    does = f"; the table is {style.number(state.practice[place], 1)}" if state.table[place] else ""
    wish = style.number(state.heard[place], 1)
    return f"{known}, they want {wish} steps from the Kettle’s{does}."


def guide(state: State) -> str:
    """Return what a newcomer can try next, from the first move to the first quarter's end."""
    if state.quarter == 0:
        can_spend = state.money >= min(region.COSTS.values())
        if can_spend and not (state.listening | state.growing).any():
            return (
                f"1 of 4: choose “{LABELS[LISTEN]}”, click a neighbourhood in the picture or take "
                "it from the list, and do it. Striped coins go."
            )
        if can_spend and not state.table.any():
            return (
                f"2 of 4: “{LABELS[EXPORT]}” in the same place. The circle inside is open: "
                "its effect is only promised."
            )
        return (
            "3 of 4: spend on or keep it, then end the quarter. Watch the bars of trust; it is "
            "light where people come."
        )
    if state.quarter == 1 and state.moves[-1].kind == END:
        return (
            "4 of 4: the words under the picture say what happened; “Play” shows it again. "
            f"“{LABELS[MEASURE]}” tells what a promise is worth."
        )
    return ""


def what_was_done(before: State, after: State) -> str:
    """Say what was done between two states: one move in one or more places, or a quarter's end."""
    done = after.moves[len(before.moves) :]
    if not done:
        return "Nothing has been done."
    if done[-1].kind == END:
        return quarter_in_words(after)
    kind = done[0].kind
    where = [move.place for move in done if move.place is not None]
    spent = before.money - after.money
    said = {
        LISTEN: f"Somebody will listen in {names(where)} this quarter",
        EXPORT: f"A table opens in {names(where)}, with {_author(before)} handbook",
        GROW: f"A table is being grown anew in {names(where)} and opens next quarter",
        JOIN: f"{names(where)} will learn from the other joined tables, and they from it"
        if len(where) == 1
        else f"{names(where)} will learn from each other and all joined tables",
        DEVOLVE: f"From now on {names(where)} "
        + ("decides" if len(where) == 1 else "decide")
        + " what is done there, with "
        + (
            "a reserve that others can share later"
            if after.devolved.sum() == 1
            else f"a reserve shared by {int(after.devolved.sum())} tables"
        ),
        MEASURE: f"{names(where)} will be measured this quarter",
    }[kind]
    return f"{said[0].upper()}{said[1:]}. That costs {spent:g}; {after.money:g} left."


def _author(state: State) -> str:
    """Return whose handbook an export would bring, as a possessive."""
    source = handbook(state)[1]
    return "the Kettle’s own" if source is None else f"{NAMES[source]}’s"


def quarter_in_words(state: State) -> str:
    """Say what happened in the last quarter and why, as far as a player can know."""
    lived = state.past[-1]
    tables = int(lived.open.sum())
    came = float((lived.came * state.region.need)[lived.open].sum())
    first = (
        f"Quarter {state.quarter} is over: {style.number(came, 0)} people came to "
        f"{number_of(tables, 'table')}."
        if tables
        else f"Quarter {state.quarter} is over; no table was open yet."
    )
    news = [*_measured(state, lived), *_heard(state, lived), *_lost_trust(state)]
    return " ".join([first, *(news or _fewest_guests(lived)), *_missing_trust(state, lived)])


def _missing_trust(state: State, lived: Quarter) -> list[str]:
    """Return what is missing where few came to the tables and no worker was anywhere."""
    if not lived.open.any() or (lived.listened | lived.grew).any():
        return []
    share = np.average(lived.came[lived.open], weights=state.region.need[lived.open])
    if share >= FEW:
        return []
    return [
        f"Of those they are for, {style.percent(float(share))} came. What is missing is trust: "
        "more tables, and better ones, stay empty until somebody has listened."
    ]


def _fewest_guests(lived: Quarter) -> list[str]:
    """Return where fewest people came and why, for a quarter without other news."""
    if not lived.open.any():
        return []
    place = int(np.where(lived.open, lived.came, np.inf).argmin())
    before, after = (style.number(value[place]) for value in (lived.trust, lived.trust_after))
    went = f"stayed at {before}" if before == after else f"went from {before} to {after}"
    came = f"{style.percent(lived.came[place])} of those it is for"
    first = (
        f"In {NAMES[place]}, {came} came"
        if lived.open.sum() == 1
        else f"Fewest came in {NAMES[place]}, {came}"
    )
    return [f"{first}: trust there {went} (lesson 2)."]


def _measured(state: State, lived: Quarter) -> list[str]:
    """Return the best of the effects measured in a quarter, with the error of its report."""
    where = np.flatnonzero(~np.isnan(lived.report))
    if len(where) == 0:
        return []
    best = where[lived.report[where].argmax()]
    met = style.percent(seemingly_met(state)[best])
    error = 1.96 * standard_error(state.region.need * lived.came)[best] * share_coming(state)[best]
    report = f"meets {met} of the need, give or take {style.percent(error)}"
    if len(where) == 1:
        return [f"Measured: the table in {NAMES[best]} {report}."]
    return [
        f"Of {len(where)} tables measured, the one in {NAMES[best]} does most for those who come. "
        f"It {report}; the best of several promises too much (lesson 1a)."
    ]


def _heard(state: State, lived: Quarter) -> list[str]:
    """Return where trust did best with a worker present, and what people said they want."""
    asked = lived.listened | lived.grew
    if not asked.any():
        return []
    gained = np.where(asked, lived.trust_after - lived.trust, -np.inf)
    best = int(gained.argmax())
    count = int(asked.sum())
    change = f"from {style.number(lived.trust[best])} to {style.number(lived.trust_after[best])}"
    trust_there = (
        f"In {NAMES[best]} trust went {change}."
        if count == 1
        else f"Of {count} places with a worker, trust did best in {NAMES[best]}: it went {change}."
    )
    wishes = state.heard[~np.isnan(state.heard)]
    wish = (
        f"People there want a table {style.number(lived.heard[best], 1)} steps from the Kettle’s; "
        "the Kettle’s own would keep "
        f"{style.percent(float(frozen.fit(lived.heard[best])))} of the fit."
        if len(wishes) < SEVERAL
        else f"People want tables between {style.number(wishes.min(), 1)} and "
        f"{style.number(wishes.max(), 1)} steps from the Kettle’s; the Kettle’s own would keep "
        f"{style.percent(float(frozen.fit(wishes).mean()))} of the fit on average."
    )
    return [trust_there, wish]


def _largest_loss(lived: Quarter) -> tuple[int, float]:
    """Return the place with a table where trust fell most, and by how much."""
    lost = np.where(lived.open, lived.trust - lived.trust_after, -np.inf)
    return int(lost.argmax()), float(lost.max())


def _lost_trust(state: State) -> list[str]:
    """Return where trust fell most, if it did, and the first time in a game also why."""
    lived = state.past[-1]
    worst, lost = _largest_loss(lived)
    if lost < NOTICED:
        return []
    fell = (
        f"In {NAMES[worst]} trust fell from {style.number(lived.trust[worst])} to "
        f"{style.number(lived.trust_after[worst])}"
    )
    if any(_largest_loss(before)[1] >= NOTICED for before in state.past[:-1]):
        return [f"{fell}."]
    return [
        f"{fell}: what people did not shape and what does not fit is felt as imposed (lesson 2). "
        "Listening there, growing and devolving work against it."
    ]


def table(state: State) -> pd.DataFrame:
    """Return what a player knows of each neighbourhood."""
    seen, unknown = state.known, "not known"
    met = seemingly_met(state)
    rows = []
    for place in range(PLACES):
        rows.append(
            {
                "neighbourhood": NAMES[place],
                "people": f"{state.region.people[place]:,}",
                "it is for": str(state.region.need[place]) if seen[place] else unknown,
                "table": table_in_words(state, place),
                "trust": style.number(state.trust[place]) if seen[place] else unknown,
                "come": style.percent(share_coming(state)[place])
                if state.table[place]
                else style.number(np.nan),
                "effect measured, on those who come": style.number(state.report[place]),
                "need met now, it seems": style.percent(met[place])
                if state.table[place]
                else style.number(np.nan),
                "people want": style.number(state.heard[place], 1),
                "the table does": style.number(state.practice[place], 1)
                if state.table[place]
                else style.number(np.nan),
            }
        )
    return pd.DataFrame(rows)


def table_in_words(state: State, place: int) -> str:
    """Say in a few words what table there is in a neighbourhood."""
    if not state.table[place]:
        return "being grown" if state.growing[place] else "no table"
    return (
        ("grown" if state.grown[place] > 0 else "handbook")
        + (", own" if state.devolved[place] else "")
        + (", joined" if state.joined[place] else "")
    )


def moves_by_quarter(state: State) -> list[str]:
    """Return what was done, one line for each quarter, such as "Quarter 1: listen in Ash Grove"."""
    lines: list[dict[str, list[int]]] = [{}]
    for move in state.moves:
        if move.kind == END or move.place is None:
            lines.append({})
        else:
            lines[-1].setdefault(move.kind, []).append(move.place)
    if not lines[-1]:
        lines.pop()
    return [
        f"Quarter {count}: {', '.join(map(_move_in_words, line.items())) if line else 'nothing'}."
        for count, line in enumerate(lines, start=1)
    ]


def _move_in_words(move: tuple[str, list[int]]) -> str:
    """Return a move with its places, or with their number, such as "listen in Ash Grove"."""
    kind, places = move
    where = listed([NAMES[place] for place in places])
    return f"{kind} in {where if len(places) <= SEVERAL else f'{len(places)} places'}"


# ---------------------------------------------------------------- afterwards


def met_if(
    state: State,
    right: bool = False,
    heard: bool = False,
    grown: bool = False,
    near: bool = False,
) -> np.ndarray:
    """Return the share of need that places would have met under other conditions.

    Parameters
    ----------
    state : State
        The game as it was played; without any condition the result is ``state.met``.
    right : bool
        If every table had the right practice in every quarter.
    heard : bool
        If a worker had listened for two more quarters before the first.
    grown : bool
        If a quarter of growing had come before the first evening.
    near : bool
        If there were no layers above the table.

    Returns
    -------
    numpy.ndarray, shape (places,)
        Each place is followed by itself: what others learnt from it stays as it was.
    """
    now, total = state.region.trust, np.zeros(PLACES)
    nowhere = np.zeros(PLACES)
    for _ in range(LISTENING_BEFORE if heard else 0):
        days, reach = region.presence(state.region, np.ones(PLACES))
        now, _came = region.trust_over(now, days, reach, nowhere, nowhere)
    for each in state.past:
        gap = nowhere if right else each.gap
        had = np.maximum(each.grown, GROWS if grown else 0.0)
        imposed = region.imposition(each.open, each.devolved, had, gap)
        presence = region.presence(state.region, each.listened | each.grew)
        now, came = region.trust_over(now, *presence, each.open, imposed)
        effect = what_travels.effect(state.region.process, region.reception(gap), had)
        total += each.open * came * (1.0 if near else each.kept) * effect
    return total / QUARTERS


@lru_cache(maxsize=2)
def met_without_limit(state: State) -> dict[str, np.ndarray]:
    """Return the share of need that places would have met without one of the things that limit it.

    Returns
    -------
    dict of str to numpy.ndarray, shape (places,)
        For "fit", "trust", "process", "layers" and "time". Trust follows from the change;
        everything else stays as it was. NaN where there was never a table.
    """
    quarters = np.sum([each.open for each in state.past], axis=0)
    better = {
        "fit": met_if(state, right=True),
        "trust": met_if(state, heard=True),
        "process": met_if(state, grown=True),
        "layers": met_if(state, near=True),
        "time": met_if(state) * QUARTERS / np.maximum(quarters, 1),
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


def stories(state: State) -> tuple[tuple[str, str, str], ...]:
    """Return the story of each place, the lowest first; places without a table share one story.

    Returns
    -------
    tuple of (str, str, str)
        A question, its answer in a sentence or two, and the figures behind it.
    """
    stood = np.any([each.open for each in state.past], axis=0)
    order = np.argsort(state.met, kind="stable")
    told = [
        (
            f"What became of {NAMES[place]}? ({style.percent(state.met[place])} met)",
            explain(state, place),
            figures(state, place),
        )
        for place in order
        if stood[place]
    ]
    without = np.flatnonzero(~stood)
    if len(without) == 0:
        return tuple(told)
    need = int(state.region.need[without].sum())
    nobody = (
        f"No table ever stood in {listed([NAMES[place] for place in without])}, so none of "
        f"{need:,} people there was helped. A sum can grow while somebody is left out (lesson 5)."
    )
    return (("Where did no table stand?", nobody, ""), *told)


def explain(state: State, place: int) -> str:
    """Say in a sentence or two what held a place back most, according to the models of the game.

    Parameters
    ----------
    state : State
        After at least one quarter with a table in the neighbourhood.
    place : int
        Number of the neighbourhood.

    Raises
    ------
    ValueError
        If there has been no table in the neighbourhood for a whole quarter.
    """
    if not any(each.open[place] for each in state.past):
        raise ValueError(f"No table has stood in {NAMES[place]} yet: there is nothing to explain.")
    better = {name: met[place] for name, met in met_without_limit(state).items()}
    most = max(better, key=lambda name: better[name])
    return WHY[most].format(share=style.percent(better[most]))


def figures(state: State, place: int) -> str:
    """Return the figures behind the story of a place that had a table."""
    lived = [each for each in state.past if each.open[place]]
    first, last = lived[0], lived[-1]
    came = np.mean([each.came[place] for each in lived])
    kept = np.mean([each.kept[place] for each in lived])
    facts = [
        f"A table stood in {NAMES[place]} for {number_of(len(lived), 'quarter')} of {QUARTERS}, "
        f"and met {style.percent(state.met[place])} of the need of {state.region.need[place]} "
        "people over the two years.",
        f"Trust went from {style.number(first.trust[place])} to "
        f"{style.number(last.trust_after[place])}, so on average {style.percent(came)} came.",
        f"It was {style.number(abs(first.gap[place]))} steps away from what is right when it "
        f"opened and {style.number(abs(last.gap[place]))} in its last quarter.",
        f"It was received with {style.number(first.reception[place])}, then with "
        f"{style.number(last.reception[place])}, where 1 is best and less than 0 does harm.",
        f"{style.percent(last.grown[place])} of the process was grown there, and layers let "
        f"{style.percent(kept)} through.",
        *_last_report(state, place),
    ]
    return " ".join(facts)


def _last_report(state: State, place: int) -> list[str]:
    """Return the last report on a place, beside its true effect in that quarter."""
    for each in reversed(state.past):
        if not np.isnan(each.report[place]):
            return [
                f"Its report said {style.number(each.report[place])} of the effect at home; it was "
                f"{style.number(each.effect[place])} (lesson 1a)."
            ]
    return []


@lru_cache(maxsize=16)
def _ends_of_policies(seed: int, kind: str) -> dict[str, State]:
    return {name: play_all(seed, kind, name) for name in POLICIES}


def best_rule(state: State) -> tuple[str, State]:
    """Return the simple policy that would have met most in this region, and its final state."""
    ends = _ends_of_policies(state.region.seed, state.region.kind)
    name = max(ends, key=lambda each: ends[each].total)
    return name, ends[name]


def met_by_quarter(state: State) -> np.ndarray:
    """Return the share of two years' need met by the end of each quarter, beginning with 0."""
    met = [float(each.met.sum()) for each in state.past]
    return np.r_[0, np.cumsum(met)] / (QUARTERS * state.region.need.sum())


def met_by_way(state: State) -> dict[str, np.ndarray]:
    """Return what ``met_by_quarter`` does, for the learner first, then for all policies."""
    ends = _ends_of_policies(state.region.seed, state.region.kind)
    return {name: met_by_quarter(end) for name, end in ({YOU: state} | ends).items()}


def comparison(state: State) -> pd.DataFrame:
    """Return what simple policies would have met in the same region with the same random numbers.

    Returns
    -------
    pandas.DataFrame
        Columns ``way``, ``need met`` and ``in the lowest place``, the most first, with a row for
        the learner's own game ("yours").
    """
    ends = _ends_of_policies(state.region.seed, state.region.kind) | {"yours": state}
    ordered = sorted(ends.items(), key=lambda row: -row[1].total)
    return pd.DataFrame(
        [
            {
                "way": name,
                "need met": style.percent(end.total),
                "in the lowest place": style.percent(end.lowest),
            }
            for name, end in ordered
        ]
    )


def verdict(state: State) -> str:
    """Say how the two years ended."""
    lowest = np.flatnonzero(state.met <= state.lowest + 1e-9)
    least = (
        "the same everywhere"
        if len(lowest) == PLACES
        else f"least in {names(lowest.tolist())}, {style.percent(state.lowest)}"
    )
    total = style.percent(state.total)
    return f"The two years are over: {total} of the need was met, and {least}."


# Each thing that can hold places back has its advice for the next game.
ADVICE = {
    "trust": "listen where people do not come yet, before you open a table or beside it",
    "fit": "listen before you open, or join tables up early, so that they come to fit",
    "process": "grow the process anew in a place or two early on",
    "layers": "devolve earlier: each layer between you and a table takes a part away",
    "time": "open tables earlier, since every quarter counts from the first",
}
# If more than this share of all points is left, the advice is to spend them.
MOST_UNSPENT = 0.25


def advice(state: State) -> str:
    """Return the result of the learner beside the best rule's, and one thing to try next time."""
    name, best = best_rule(state)
    ahead = state.total - best.total
    beside = (
        f"You met {style.percent(state.total)}; the best simple rule here, “{name}”, "
        f"{style.percent(best.total)}."
    )
    opening = "It worked. Next time, still" if ahead > 0 else "Next time"
    return f"{beside} {opening}: {_next_time(state)}."


def _next_time(state: State) -> str:
    """Return what to try in the next game, as a clause without its full stop."""
    total = QUARTERS * region.INCOME
    if state.money > MOST_UNSPENT * total:
        return f"spend what you have, for {state.money:g} of {total:g} points were left"
    gains = {
        limit: overall(state, np.nan_to_num(met - state.met))
        for limit, met in met_without_limit(state).items()
    }
    return ADVICE[max(gains, key=lambda limit: gains[limit])]


def judge(state: State, guess: str) -> str:
    """Say what kind of region it was, and whether the learner's guess was right."""
    kind = state.region.kind
    right = "and so it was" if guess == kind else f"and it was {kind}"
    return f"You took the region for {guess}, {right}."
