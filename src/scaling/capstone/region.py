"""Region: twelve neighbourhoods and two years, with the models of modules 1 to 4 in one game.

Each quarter brings some money; moves spend it; then thirteen weeks pass. Every move has the effect
that its lesson teaches: the product travels and the process does not (lesson 2), trust fills slowly
and drains fast (2), a practice that does not change falls behind (2), neighbours' ideas are kept
only where they are better (3), layers weaken an effect (4), many tables share one reserve (4), and
the best report promises too much (1). The lowest place is shown beside the sum (5).
Left out: people who move or leave, effects that spill over from one place to the next, elections,
and that real neighbourhoods do not wait for a player.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

import numpy as np

from scaling import arguments
from scaling.process_product import frozen, trust, what_travels
from scaling.scaling_down import layers, shared_backup
from scaling.size_context import ties
from scaling.wording import number_of

NAMES = (
    "Ash Grove",
    "Brickfields",
    "Canal Side",
    "Dovecote",
    "Eastgate",
    "Fairholm",
    "Gasworks",
    "High Cross",
    "Iron Row",
    "Jubilee",
    "Kiln Lane",
    "Low Quay",
)
PLACES = len(NAMES)
QUARTERS = 8
# Eight quarters are the two years of lesson 2.
WEEKS = trust.WEEKS // QUARTERS
# Money that is not spent in a quarter is kept for the next.
INCOME = 12.0  # points a quarter
# This share of the effect is process, s. Lesson 2 begins with 0.6, but there going it alone draws
# level with joining up where places differ. At 0.4 each idea wins somewhere; rules.py compares.
PROCESS = 0.4
# A worker's days are those of lesson 2. A table is open on one evening, which counts as presence
# for the people who come.
DAYS = 4  # days a week
EVENINGS = 1  # days a week
# A worker's week is that of lesson 4, and a tie takes the hours of lesson 3.
HOURS, TIE = layers.WEEK, 0.5  # hours a week
# A practice moves this part of the way towards what is heard, α.
STEP = 0.5
# What is heard in a quarter has this error, ν, as in lesson 2.
NOISE = 0.3
# A quarter of growing adds this part of the process that is still missing.
GROWS = 0.5
# A joined table tries something every week; a step of its own has this typical size.
TRIALS = WEEKS
TRIAL = 0.6
# A coordinator has six tables, and each layer lets this share through, as in lesson 4.
SPAN, KEPT = 6, 0.9
# Calls on the reserve, and the share of them that it must answer, are those of lesson 4.
CALLS, SERVICE = 4.0, 0.95
HELPER = 0.25  # points

LISTEN, EXPORT, GROW, JOIN, DEVOLVE, MEASURE, END = (
    "listen",
    "export",
    "grow",
    "join",
    "devolve",
    "measure",
    "end",
)
# A handbook is the unit of cost, as in lesson 2. A quarter of growing costs as much as the dearest
# process of that lesson, so that a table cannot be grown everywhere.
COSTS = {LISTEN: 1.0, EXPORT: 1.0, GROW: 6.0, JOIN: 1.0, DEVOLVE: 1.0, MEASURE: 1.0}
# What a move orders is noted in this array of the state.
ORDERS = {
    LISTEN: "listening",
    GROW: "growing",
    JOIN: "joined",
    DEVOLVE: "devolved",
    MEASURE: "measuring",
}
ALREADY = {
    LISTEN: "Somebody listens in {} this quarter already",
    GROW: "A table is being grown in {} this quarter already",
    MEASURE: "{} is being measured this quarter already",
    JOIN: "{} has joined up already",
    DEVOLVE: "{} decides for itself already",
}


@dataclass(frozen=True)
class Kind:
    """A kind of region, which the learner is not told.

    In each neighbourhood one practice would be right. Practices are numbers, measured as distances
    from the one that is right at the Kettle's home.

    Attributes
    ----------
    likeness : float
        ρ, from 0 to 1: how alike the right practices of its neighbourhoods are, as in lesson 3.
    drift : float
        σ: typical step of the right practice in a quarter.
    trust : float
        Typical trust at the start, 0 to 1.
    away : float
        Typical distance of the part of the right practice that all neighbourhoods share.
    spread : float
        Typical distance between neighbourhoods in the part that they do not share.
    """

    likeness: float
    drift: float
    trust: float
    away: float
    spread: float


KINDS = {
    "alike and calm": Kind(likeness=0.95, drift=0.05, trust=0.6, away=1.2, spread=1.0),
    "different and drifting": Kind(likeness=0.3, drift=0.5, trust=0.6, away=1.0, spread=0.9),
    "wary": Kind(likeness=0.5, drift=0.1, trust=trust.AT_FIRST, away=0.8, spread=0.8),
}


@dataclass(frozen=True)
class Region:
    """Twelve neighbourhoods and every random number of two years, drawn before the first move.

    Attributes
    ----------
    seed : int
    kind : str
        A name in ``KINDS``.
    people, need : numpy.ndarray of int, shape (places,)
        Number of people who live there, and number of them whom a table would be for.
    trust : numpy.ndarray, shape (places,)
        Trust in a programme at the start, 0 to 1.
    right : numpy.ndarray, shape (quarters, places)
        The right practice, as a distance from the right one at the Kettle's home.
    misheard : numpy.ndarray, shape (quarters, places)
        Error of a worker who listens.
    trials : numpy.ndarray, shape (quarters, trials, places)
        Steps that a table would try.
    asks : numpy.ndarray of bool, shape (quarters, trials, places)
        Whether a table would try another table's practice instead of a step of its own.
    which : numpy.ndarray, shape (quarters, trials, places)
        A number from 0 to 1 that picks the other table.
    luck : numpy.ndarray, shape (quarters, places)
        Error of a report, in units of its standard error.
    process : float
        s, share of the effect that is process, 0 to 1.
    """

    seed: int
    kind: str
    people: np.ndarray
    need: np.ndarray
    trust: np.ndarray
    right: np.ndarray
    misheard: np.ndarray
    trials: np.ndarray
    asks: np.ndarray
    which: np.ndarray
    luck: np.ndarray
    process: float = PROCESS


@dataclass(frozen=True)
class Move:
    """One move: its kind, and the number of its neighbourhood (None for the end of a quarter)."""

    kind: str
    place: int | None = None


@dataclass(frozen=True)
class Quarter:
    """The thirteen weeks of one quarter; every array has shape (places,).

    Attributes
    ----------
    open, devolved, listened, grew : numpy.ndarray of bool
        Whether there was a table, whether it decided for itself, whether a worker listened, and
        whether a table was being grown anew.
    trust, trust_after : numpy.ndarray
        Trust at the beginning and at the end.
    imposed : numpy.ndarray
        Imposition, from 0 (shaped by people, or fitting) to 1.
    came : numpy.ndarray
        Share of the people it is for who came or would have come, on average over the weeks.
    gap : numpy.ndarray
        Distance between the right practice and that of the table.
    reception : numpy.ndarray
        r, from −0.5 to 1.
    grown : numpy.ndarray
        Part of the process grown there, b, at the beginning.
    kept : numpy.ndarray
        Share of the effect that the layers above let through.
    effect : numpy.ndarray
        Effect on the people who came, as a share of the effect at home.
    met : numpy.ndarray
        Number of people whose need was met; below 0 where a table did harm.
    heard : numpy.ndarray
        The practice that people asked for; NaN where no worker asked in this quarter.
    report : numpy.ndarray
        The measured effect; NaN where nothing was measured in this quarter.
    """

    open: np.ndarray
    devolved: np.ndarray
    listened: np.ndarray
    grew: np.ndarray
    trust: np.ndarray
    trust_after: np.ndarray
    imposed: np.ndarray
    came: np.ndarray
    gap: np.ndarray
    reception: np.ndarray
    grown: np.ndarray
    kept: np.ndarray
    effect: np.ndarray
    met: np.ndarray
    heard: np.ndarray
    report: np.ndarray


# States are compared by identity, which makes them hashable, so that results can be cached.
@dataclass(frozen=True, eq=False)
class State:
    """The region between two moves; arrays have shape (places,).

    Attributes
    ----------
    region : Region
    money : float
        Points left.
    table : numpy.ndarray of bool
        Whether there is a table.
    practice : numpy.ndarray
        Practice of the table, as a distance from that of the Kettle.
    trust, grown : numpy.ndarray
        Trust, and part of the process grown there.
    joined, devolved : numpy.ndarray of bool
        Whether the table has joined up, and whether it decides for itself.
    listening, growing, measuring : numpy.ndarray of bool
        Whether this has been ordered for the current quarter.
    heard, report : numpy.ndarray
        The practice that people last asked for, and the effect last measured; NaN where no one has
        asked or measured.
    past : tuple of Quarter
        The quarters that have passed.
    moves : tuple of Move
        All moves from the start.
    """

    region: Region
    money: float
    table: np.ndarray
    practice: np.ndarray
    trust: np.ndarray
    grown: np.ndarray
    joined: np.ndarray
    devolved: np.ndarray
    listening: np.ndarray
    growing: np.ndarray
    measuring: np.ndarray
    heard: np.ndarray
    report: np.ndarray
    past: tuple[Quarter, ...] = ()
    moves: tuple[Move, ...] = ()

    @property
    def quarter(self) -> int:
        """Number of quarters that have passed."""
        return len(self.past)

    @property
    def over(self) -> bool:
        """Whether the two years are over."""
        return self.quarter == QUARTERS

    @property
    def known(self) -> np.ndarray:
        """Whether trust is known: a worker has listened, or a table shows who comes."""
        return self.table | ~np.isnan(self.heard)

    @property
    def met(self) -> np.ndarray:
        """Share of the need of two years met so far, shape (places,)."""
        if not self.past:
            return np.zeros(PLACES)
        people = np.sum([quarter.met for quarter in self.past], axis=0)
        return people / (QUARTERS * self.region.need)

    @property
    def total(self) -> float:
        """Share of the need of all neighbourhoods in two years met so far."""
        return float((self.met * self.region.need).sum() / self.region.need.sum())

    @property
    def lowest(self) -> float:
        """Share of the need met so far in the neighbourhood where it is smallest."""
        return float(self.met.min())


@lru_cache(maxsize=64)
def _region(seed: int, kind: str) -> Region:
    def chance(purpose: int) -> np.random.Generator:
        """Return a stream of random numbers for one purpose, which none of the others changes."""
        return np.random.default_rng([seed, purpose])

    model = KINDS[kind]
    quarters = (QUARTERS, PLACES)
    people = chance(1).integers(4, 17, PLACES) * 100
    away = model.away * chance(4).uniform(0.8, 1.2) * chance(5).choice([-1, 1])
    shared = away + np.r_[0, model.drift * chance(6).standard_normal(QUARTERS - 1)].cumsum()
    steps = model.drift * chance(7).standard_normal(quarters)
    steps[0] = model.spread * chance(8).standard_normal(PLACES)
    own = steps.cumsum(axis=0)
    # As in lesson 3, what all share has the weight √ρ, and what is a place's own has √(1 − ρ).
    right = np.sqrt(model.likeness) * shared[:, None] + np.sqrt(1 - model.likeness) * own
    trials = (QUARTERS, TRIALS, PLACES)
    drawn = Region(
        seed=seed,
        kind=kind,
        people=people,
        need=np.round(people * chance(2).uniform(0.06, 0.12, PLACES)).astype(int),
        trust=np.clip(model.trust * (1 + 0.2 * chance(3).standard_normal(PLACES)), 0.02, 0.9),
        right=right,
        misheard=NOISE * chance(9).standard_normal(quarters),
        trials=TRIAL * chance(10).standard_normal(trials),
        asks=chance(11).random(trials) < 0.5,
        which=chance(12).random(trials),
        luck=chance(13).standard_normal(quarters),
    )
    for values in vars(drawn).values():
        if isinstance(values, np.ndarray):
            values.setflags(write=False)  # All games with this seed share these arrays.
    return drawn


def new_region(seed: int, kind: str | None = None, process: float = PROCESS) -> State:
    """Draw a region, before the first move.

    Parameters
    ----------
    seed : int
        0 or more. The same seed gives the same region and the same luck.
    kind : str, optional
        A name in ``KINDS``; by default the seed decides.
    process : float
        s, share of the effect that is process, 0 to 1.

    Raises
    ------
    ValueError
        If the seed is not a whole number of at least 0, there is no such kind, or the share is out
        of its range.
    """
    if isinstance(seed, bool):
        raise ValueError(f"seed must be a whole number of at least 0; it is {seed}.")
    arguments.whole("seed", seed)
    if kind is None:
        kind = list(KINDS)[np.random.default_rng([int(seed), 0]).integers(len(KINDS))]
    arguments.one_of("kind", kind, KINDS)
    arguments.between("process", process, 0, 1)
    region = replace(_region(int(seed), kind), process=process)
    no, nothing = np.zeros(PLACES, dtype=bool), np.full(PLACES, np.nan)
    return State(
        region=region,
        money=INCOME,
        table=no,
        practice=np.zeros(PLACES),
        trust=region.trust,
        grown=np.zeros(PLACES),
        joined=no,
        devolved=no,
        listening=no,
        growing=no,
        measuring=no,
        heard=nothing,
        report=nothing,
    )


# ---------------------------------------------------------------- what a move needs and costs


@cache
def _reserve(tables: int) -> int:
    return shared_backup.reserve(tables, CALLS, SERVICE) if tables else 0


def cost(state: State, kind: str) -> float:
    """Return the points that a move costs now.

    Devolving one more table also costs the helpers by which the shared reserve grows (lesson 4):
    four for the first table, hardly one for the next.
    """
    if kind == END:
        return 0.0
    points = COSTS[kind]
    if kind == DEVOLVE:
        tables = int(state.devolved.sum())
        points += HELPER * (_reserve(tables + 1) - _reserve(tables))
    return points


def handbook(state: State) -> tuple[float, int | None]:
    """Return the practice that an export would bring, and the number of the place it is from.

    It is the practice of the place with the best report. Until something is measured, it is that of
    the Kettle, and the place is None.
    """
    if np.isnan(state.report).all():
        return 0.0, None
    best = int(np.nanargmax(state.report))
    return float(state.practice[best]), best


def why_not(state: State, move: Move) -> str:
    """Return a sentence that says why a move cannot be made now, or an empty text if it can."""
    kind, place = move.kind, move.place
    if kind not in (*COSTS, END):
        return f"There is no move {kind!r}; the moves are {', '.join(COSTS)} and {END}."
    if state.over:
        return "The two years are over."
    if kind == END:
        return "" if place is None else "The end of a quarter has no neighbourhood."
    if place is None or isinstance(place, bool) or place not in range(PLACES):
        return f"The neighbourhoods have the numbers 0 to {PLACES - 1}; {place!r} is none."
    reason = _ruled_out(state, kind, int(place))
    if reason:
        return f"{reason}."
    needed = cost(state, kind)
    if needed > state.money + 1e-9:
        points = number_of(needed, "point")
        return f"That costs {points}; you have {state.money:g} left in this quarter."
    return ""


def _ruled_out(state: State, kind: str, place: int) -> str:
    """Return the reason for which the neighbourhood's state rules a move out, if there is one."""
    name = NAMES[place]
    if kind in (JOIN, DEVOLVE, MEASURE) and not state.table[place]:
        return f"{name} has no table yet"
    if kind in ORDERS and getattr(state, ORDERS[kind])[place]:
        return ALREADY[kind].format(name)
    if kind == LISTEN and state.growing[place]:
        return f"Growing a table in {name} includes listening"
    if kind == GROW and state.listening[place]:
        return f"Somebody listens in {name} this quarter; grow a table in the next"
    if kind == EXPORT and state.growing[place]:
        return f"A table is being grown in {name}; a handbook would only be in the way"
    if kind == EXPORT and (state.joined[place] or state.devolved[place]):
        return f"{name} decides for itself what it does; it refuses a handbook"
    if kind == EXPORT and state.grown[place] > 0:
        return f"{name} has grown its own table; a handbook would undo it"
    if kind == EXPORT and state.table[place] and state.practice[place] == handbook(state)[0]:
        return f"{name} has that handbook already"
    return ""


# ---------------------------------------------------------------- what happens


def play(state: State, move: Move) -> State:
    """Make one move.

    Parameters
    ----------
    state : State
    move : Move

    Returns
    -------
    State
        A new state; the old one is not changed.

    Raises
    ------
    ValueError
        If the move cannot be made, with a sentence for the learner.
    """
    reason = why_not(state, move)
    if reason:
        raise ValueError(reason)
    return made(state, move)


def made(state: State, move: Move) -> State:
    """Make one move as ``play`` does, without asking once more whether it can be made.

    Parameters
    ----------
    state : State
    move : Move
        One for which ``why_not`` gives no reason.

    Returns
    -------
    State
        A new state; the old one is not changed.
    """
    if move.kind == END or move.place is None:
        return _end_quarter(replace(state, moves=(*state.moves, move)))
    kind, place = move.kind, int(move.place)
    moves = (*state.moves, Move(kind, place))
    changed: dict[str, Any]
    if kind == EXPORT:
        changed = {
            "table": _with(state.table, place, True),
            "practice": _with(state.practice, place, handbook(state)[0]),
            # The last report, if any, was about another practice.
            "report": _with(state.report, place, np.nan),
        }
    else:
        changed = {ORDERS[kind]: _with(getattr(state, ORDERS[kind]), place, True)}
    return replace(state, money=state.money - cost(state, kind), moves=moves, **changed)


def _with(values: np.ndarray, place: int, value: float | bool) -> np.ndarray:
    """Return a copy of the values with another value at one place."""
    changed = values.copy()
    changed[place] = value
    return changed


def let_through(state: State) -> np.ndarray:
    """Return the share of a table's effect that layers let through, k^L; 1 where it decides.

    L is the number of layers above all tables that are run from the centre (lesson 4).
    """
    central = int((state.table & ~state.devolved).sum())
    height = layers.layers(central, SPAN) if central else 0
    return np.where(state.devolved, 1.0, KEPT**height)


def reception(gap: np.ndarray) -> np.ndarray:
    """Return the reception r of a practice, from −0.5 to 1, by its fit exp(−gap²/2) (lesson 2)."""
    worst = what_travels.HOSTILE
    return worst + (1 - worst) * frozen.fit(gap)


def trust_over(
    start: np.ndarray, days: np.ndarray, reach: np.ndarray, is_open: np.ndarray, imposed: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return trust after a quarter in which it fills and drains each week, as in lesson 2.

    Parameters
    ----------
    start : numpy.ndarray, shape (places,)
        Trust at the beginning.
    days : numpy.ndarray
        Days a week on which a worker is present.
    reach : numpy.ndarray
        Share of the people whom the worker can know.
    is_open : numpy.ndarray of bool
        Whether a table is open, which is presence on one more day, for the people who come.
    imposed : numpy.ndarray
        Imposition, 0 to 1.

    Returns
    -------
    tuple of numpy.ndarray
        Trust at the end, and the share of people who come or would come, averaged over the weeks.
    """
    after, came = start, np.zeros_like(start)
    for comes, now in _weeks(start, days * reach, is_open, imposed):
        came += comes / WEEKS
        after = now
    return after, came


def _weeks(
    start: np.ndarray, presence: np.ndarray, is_open: np.ndarray, imposed: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield, week by week, the share of people who come and the trust at the end of the week."""
    now = start
    for _ in range(WEEKS):
        comes = trust.uptake(now)
        present = presence + EVENINGS * comes * is_open
        now = now + trust.GAIN * present * (1 - now) - trust.EROSION * imposed * now
        yield comes, now


def trust_by_week(region: Region, lived: Quarter) -> np.ndarray:
    """Return trust at the beginning of a quarter and after each week, shape (weeks + 1, places)."""
    days, reach = presence(region, lived.listened | lived.grew)
    weeks = _weeks(lived.trust, days * reach, lived.open, lived.imposed)
    return np.array([lived.trust, *(after for _, after in weeks)])


def imposition(
    is_open: np.ndarray, devolved: np.ndarray, grown: np.ndarray, gap: np.ndarray
) -> np.ndarray:
    """Return how imposed a table is, from 0 to 1.

    A table that is run from the centre is imposed as far as people did not shape it and it does not
    fit, (1 − b)(1 − fit); one that decides for itself is not imposed.
    """
    return np.where(is_open & ~devolved, (1 - grown) * (1 - frozen.fit(gap)), 0.0)


def presence(region: Region, asked: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a worker's days a week, and the share of people that a worker can know (lesson 3)."""
    reach = np.array([ties.alive_share(int(people), HOURS, TIE) for people in region.need])
    return DAYS * asked, reach


def _coming_quarter(state: State) -> Quarter:
    """Return the coming thirteen weeks, given what has been ordered for them."""
    region = state.region
    gap = region.right[state.quarter] - state.practice
    received = reception(gap)
    imposed = imposition(state.table, state.devolved, state.grown, gap)
    asked = state.listening | state.growing
    after, came = trust_over(state.trust, *presence(region, asked), state.table, imposed)
    kept = let_through(state)
    effect = kept * what_travels.effect(region.process, received, state.grown)
    wish = region.right[state.quarter] + region.misheard[state.quarter]
    error = standard_error(region.need * came) * region.luck[state.quarter]
    return Quarter(
        open=state.table,
        devolved=state.devolved,
        listened=state.listening,
        grew=state.growing,
        trust=state.trust,
        trust_after=after,
        imposed=imposed,
        came=came,
        gap=gap,
        reception=received,
        grown=state.grown,
        kept=kept,
        effect=effect,
        met=np.where(state.table, region.need * came * effect, 0.0),
        heard=np.where(asked, wish, np.nan),
        report=np.where(state.measuring, effect + error, np.nan),
    )


def standard_error(comers: np.ndarray) -> np.ndarray:
    """Return the standard error of a report about this many people, √(2/n), as in lesson 1a.

    The effect at home is taken to be one standard deviation.
    """
    return np.sqrt(2 / np.maximum(comers, 2))


def _end_quarter(state: State) -> State:
    """Return the state after a quarter, given what has been ordered for it."""
    lived = _coming_quarter(state)
    asked = state.listening | state.growing
    # A table that listens moves towards what is heard; a newly grown one begins with it.
    practice = np.where(
        state.table,
        np.where(asked, state.practice + STEP * (lived.heard - state.practice), state.practice),
        np.where(state.growing, lived.heard, state.practice),
    )
    no = np.zeros(PLACES, dtype=bool)
    last = state.quarter + 1 == QUARTERS
    return replace(
        state,
        money=state.money + (0.0 if last else INCOME),
        table=state.table | state.growing,
        practice=_after_trials(state, practice),
        trust=lived.trust_after,
        grown=state.grown + GROWS * state.growing * (1 - state.grown),
        listening=no,
        growing=no,
        measuring=no,
        heard=np.where(asked, lived.heard, state.heard),
        report=np.where(state.measuring, lived.report, state.report),
        past=(*state.past, lived),
    )


def _after_trials(state: State, practice: np.ndarray) -> np.ndarray:
    """Return practices after the trials of joined tables, which keep what is better (lesson 3).

    A trial is a step of the table's own, or the practice of another joined table.
    """
    region, now = state.region, state.quarter
    members = np.flatnonzero(state.joined)
    if len(members) == 0:
        return practice
    practice, right = practice.copy(), region.right[now, members]
    seat = np.arange(len(members))
    for step, asks, which in zip(
        region.trials[now], region.asks[now], region.which[now], strict=True
    ):
        mine = practice[members]
        trial = mine + step[members]
        if len(members) > 1:
            other = (which[members] * (len(members) - 1)).astype(int)
            other += other >= seat  # This skips the table itself.
            trial = np.where(asks[members], mine[other], trial)
        practice[members] = np.where(np.abs(right - trial) < np.abs(right - mine), trial, mine)
    return practice
