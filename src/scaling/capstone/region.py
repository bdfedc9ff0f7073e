"""Region: twelve neighbourhoods and two years, with the models of modules 1 to 4 in one game.

Each quarter brings some money; moves spend it; then thirteen weeks pass. What a move does is what
the lesson of the same idea says: the product travels and the process does not (lesson 2), trust
fills slowly and drains fast (2), a practice that stands still falls behind (2), neighbours' ideas
are kept only where they are better (3), layers let less through (4), many share one reserve (4),
and the best report promises too much (1). Who is left out stands beside the sum (5).
Left out: people who move or leave, what spills over from one place to the next, elections, and
that neighbourhoods do not wait for a player.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

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
WEEKS = trust.WEEKS // QUARTERS  # eight quarters are the two years of lesson 2
INCOME = 12.0  # points that a quarter brings; what is not spent stays
# Share of the effect that is process, s. With the 0.6 of lesson 2 going it alone draws level with
# joining up where places differ; who wins where depends on it.
PROCESS = 0.4
DAYS = 4  # days a week that a worker is present, as in lesson 2
EVENINGS = 1  # days a week that a table is open, and is a presence to those who come
HOURS, TIE = layers.WEEK, 0.5  # a worker's hours a week, and what a tie takes (lessons 4 and 3)
STEP = 0.5  # part of the way that a practice moves towards what is heard, α
NOISE = 0.3  # error of what is heard in a quarter, ν, as in lesson 2
GROWS = 0.5  # part of the process still missing that a quarter of growing adds
TRIALS = WEEKS  # a joined table tries something every week
TRIAL = 0.6  # typical size of a trial of its own
SPAN, KEPT = 6, 0.9  # tables to a coordinator, and what is left after each layer, as in lesson 4
CALLS, SERVICE = 4.0, 0.95  # on the reserve, as in lesson 4
HELPER = 0.25  # points for one helper in reserve

LISTEN, EXPORT, GROW, JOIN, DEVOLVE, MEASURE, END = (
    "listen",
    "export",
    "grow",
    "join",
    "devolve",
    "measure",
    "end",
)
# A handbook is the unit, as in lesson 2; a quarter of growing costs what the dearest process there
# does, so that it cannot be done everywhere.
COSTS = {LISTEN: 1.0, EXPORT: 1.0, GROW: 6.0, JOIN: 1.0, DEVOLVE: 1.0, MEASURE: 1.0}


@dataclass(frozen=True)
class Kind:
    """What kind of region it is; the learner is not told.

    Attributes
    ----------
    likeness : float
        ρ, from 0 to 1: how alike what is right is in its neighbourhoods, as in lesson 3.
    drift : float
        σ: typical step that what is right takes in a quarter.
    trust : float
        Typical trust at the start, 0 to 1.
    away : float
        Typical distance from what is right at the Kettle's home to what the region shares.
    spread : float
        Typical distance between neighbourhoods in what they do not share.
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
    """Twelve neighbourhoods, and all the chances of two years, whatever is done in them.

    Attributes
    ----------
    seed : int
    kind : str
        A name in ``KINDS``.
    people, need : numpy.ndarray of int, shape (places,)
        Who lives there, and how many of them a table would be for.
    trust : numpy.ndarray, shape (places,)
        Trust that a programme is met with at the start.
    right : numpy.ndarray, shape (quarters, places)
        What is right there, as a distance from what is right at the Kettle's home.
    misheard : numpy.ndarray, shape (quarters, places)
        By how much somebody who listens would be off.
    trials : numpy.ndarray, shape (quarters, trials, places)
        Steps that a table would try.
    asks : numpy.ndarray of bool, shape (quarters, trials, places)
        True where it would try what another does instead.
    which : numpy.ndarray, shape (quarters, trials, places)
        From 0 to 1: which other.
    luck : numpy.ndarray, shape (quarters, places)
        Error of a report, in its standard errors.
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


@dataclass(frozen=True)
class Move:
    """One move: its kind, and the number of its neighbourhood (None for the end of a quarter)."""

    kind: str
    place: int | None = None


@dataclass(frozen=True)
class Quarter:
    """What thirteen weeks were like; every array has shape (places,).

    Attributes
    ----------
    open, devolved, listened, grew : numpy.ndarray of bool
        Where a table stood, where it decided for itself, where somebody listened, where a table
        was grown anew.
    trust : numpy.ndarray
        At the beginning.
    trust_after : numpy.ndarray
        At the end.
    imposed : numpy.ndarray
        Imposition, from 0 (theirs, or fitting) to 1.
    came : numpy.ndarray
        Share of those it is for who came or would have come, on average over the weeks.
    gap : numpy.ndarray
        Distance between what is right and what was done.
    reception : numpy.ndarray
        r, from −0.5 to 1.
    grown : numpy.ndarray
        Part of the process grown there, b, at the beginning.
    kept : numpy.ndarray
        What the layers above let through.
    effect : numpy.ndarray
        Effect on those who came, as a share of the effect at home.
    met : numpy.ndarray
        People whose need was met; below 0 where a table did harm.
    heard : numpy.ndarray
        What people said is right; NaN where nobody asked in this quarter.
    report : numpy.ndarray
        The effect that was measured; NaN where nobody measured in this quarter.
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


@dataclass(frozen=True, eq=False)  # a state is itself and no other: what follows can be cached
class State:
    """Where the region stands; arrays have shape (places,).

    Attributes
    ----------
    region : Region
    money : float
        Points left.
    table : numpy.ndarray of bool
        Where a table stands.
    practice : numpy.ndarray
        What the table does, as a distance from what the Kettle does.
    trust, grown : numpy.ndarray
    joined, devolved : numpy.ndarray of bool
    listening, growing, measuring : numpy.ndarray of bool
        What has been ordered for this quarter.
    heard, report : numpy.ndarray
        What people said is right, and the effect last measured; NaN where nobody has asked.
    past : tuple of Quarter
    moves : tuple of Move
        All that was done, from the start.
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
        """Quarters that have passed."""
        return len(self.past)

    @property
    def over(self) -> bool:
        """Whether the two years are over."""
        return self.quarter == QUARTERS

    @property
    def known(self) -> np.ndarray:
        """Where trust can be seen: somebody has listened, or a table shows who comes."""
        return self.table | ~np.isnan(self.heard)

    @property
    def met(self) -> np.ndarray:
        """Share of the need of two years met so far, shape (places,)."""
        if not self.past:
            return np.zeros(PLACES)
        return sum(quarter.met for quarter in self.past) / (QUARTERS * self.region.need)

    @property
    def total(self) -> float:
        """Share of the need of all neighbourhoods in two years that has been met."""
        return float((self.met * self.region.need).sum() / self.region.need.sum())

    @property
    def lowest(self) -> float:
        """The same in the neighbourhood where it is smallest."""
        return float(self.met.min())


@lru_cache(maxsize=64)
def _region(seed: int, kind: str) -> Region:
    def chance(purpose: int) -> np.random.Generator:
        return np.random.default_rng([seed, purpose])  # one stream a purpose: none disturbs another

    model = KINDS[kind]
    quarters = (QUARTERS, PLACES)
    people = chance(1).integers(4, 17, PLACES) * 100
    away = model.away * chance(4).uniform(0.8, 1.2) * chance(5).choice([-1, 1])
    shared = away + np.r_[0, model.drift * chance(6).standard_normal(QUARTERS - 1)].cumsum()
    steps = model.drift * chance(7).standard_normal(quarters)
    steps[0] = model.spread * chance(8).standard_normal(PLACES)
    own = steps.cumsum(axis=0)
    # The form of lesson 3: √ρ of what all share and √(1 − ρ) of what is a place's own.
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
            values.setflags(write=False)  # every game with this seed shares them
    return drawn


def new_region(seed: int, kind: str | None = None) -> State:
    """Draw a region, before the first move.

    Parameters
    ----------
    seed : int
        0 or more. The same seed gives the same region and the same luck.
    kind : str, optional
        A name in ``KINDS``; by default the seed decides.

    Raises
    ------
    ValueError
        If the seed is no whole number of 0 or more, or there is no such kind.
    """
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise ValueError(f"seed must be a whole number, 0 or more; it is {seed!r}.")
    if kind is None:
        kind = list(KINDS)[np.random.default_rng([int(seed), 0]).integers(len(KINDS))]
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}; it is {kind!r}.")
    region = _region(int(seed), kind)
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


@lru_cache(maxsize=PLACES + 1)
def _reserve(tables: int) -> int:
    return shared_backup.reserve(tables, CALLS, SERVICE) if tables else 0


def cost(state: State, kind: str) -> float:
    """Return the points that a move costs now.

    Devolving one more table adds what the shared reserve grows by (lesson 4): four helpers for the
    first, hardly one for the next.
    """
    if kind == END:
        return 0.0
    points = COSTS[kind]
    if kind == DEVOLVE:
        tables = int(state.devolved.sum())
        points += HELPER * (_reserve(tables + 1) - _reserve(tables))
    return points


def handbook(state: State) -> tuple[float, int | None]:
    """Return what an export would bring: the practice, and the number of the place it is from.

    It is the practice of the place with the best report; until something is measured, the Kettle's.
    """
    if np.isnan(state.report).all():
        return 0.0, None
    best = int(np.nanargmax(state.report))
    return float(state.practice[best]), best


def why_not(state: State, move: Move) -> str:
    """Return why a move cannot be made now, as a sentence, or an empty text if it can."""
    kind, place = move.kind, move.place
    if kind not in (*COSTS, END):
        return f"There is no move {kind!r}; the moves are {', '.join(COSTS)} and {END}."
    if state.over:
        return "The two years are over."
    if kind == END:
        return "" if place is None else "The end of a quarter has no neighbourhood."
    if isinstance(place, bool) or place not in range(PLACES):
        return f"The neighbourhoods have the numbers 0 to {PLACES - 1}; {place!r} is none."
    reason = _unfit(state, kind, int(place))
    if reason:
        return f"{reason}."
    needed = cost(state, kind)
    if needed > state.money + 1e-9:
        points = number_of(needed, "point")
        return f"That costs {points}; you have {state.money:g} left in this quarter."
    return ""


def _unfit(state: State, kind: str, place: int) -> str:
    """Return what about the neighbourhood rules the move out."""
    name = NAMES[place]
    if kind in (JOIN, DEVOLVE, MEASURE) and not state.table[place]:
        return f"{name} has no table yet"
    ruled_out = {
        LISTEN: (state.listening, f"Somebody listens in {name} this quarter already"),
        GROW: (state.growing, f"A table is being grown in {name} this quarter already"),
        MEASURE: (state.measuring, f"{name} is being measured this quarter already"),
        JOIN: (state.joined, f"{name} has joined up already"),
        DEVOLVE: (state.devolved, f"{name} decides for itself already"),
    }
    if kind in ruled_out and ruled_out[kind][0][place]:
        return ruled_out[kind][1]
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
        A new one; the old one stays as it was.

    Raises
    ------
    ValueError
        If the move cannot be made, with a sentence for the learner.
    """
    reason = why_not(state, move)
    if reason:
        raise ValueError(reason)
    if move.kind == END:
        return _pass(replace(state, moves=(*state.moves, move)))
    place = int(move.place)
    changed = {
        LISTEN: {"listening": True},
        EXPORT: {"table": True, "practice": handbook(state)[0]},
        GROW: {"growing": True},
        JOIN: {"joined": True},
        DEVOLVE: {"devolved": True},
        MEASURE: {"measuring": True},
    }[move.kind]
    if move.kind == EXPORT:
        changed["report"] = np.nan  # what was measured was another practice
    return replace(
        state,
        money=state.money - cost(state, move.kind),
        moves=(*state.moves, Move(move.kind, place)),
        **{name: _put(getattr(state, name), place, value) for name, value in changed.items()},
    )


def _put(values: np.ndarray, place: int, value: float | bool) -> np.ndarray:
    values = values.copy()
    values[place] = value
    return values


def let_through(state: State) -> np.ndarray:
    """Return what layers leave of a table's effect, k^L, by place: 1 where the table decides.

    L is the number of layers over all tables that are run from the centre (lesson 4).
    """
    central = int((state.table & ~state.devolved).sum())
    height = layers.layers(central, SPAN) if central else 0
    return np.where(state.devolved, 1.0, KEPT**height)


def reception(gap: np.ndarray) -> np.ndarray:
    """Return how a practice is received, r from −0.5 to 1, by its fit exp(−gap²/2) (lesson 2)."""
    worst = what_travels.HOSTILE
    return worst + (1 - worst) * frozen.fit(gap)


def trust_over(
    start: np.ndarray, days: np.ndarray, reach: np.ndarray, is_open: np.ndarray, imposed: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Let trust fill and drain for a quarter, week by week, as in lesson 2.

    Parameters
    ----------
    start : numpy.ndarray, shape (places,)
        Trust at the beginning.
    days : numpy.ndarray
        Days a week that a worker is present.
    reach : numpy.ndarray
        Share of the people whom the worker can know.
    is_open : numpy.ndarray of bool
        Whether a table stands: one more day, with those who come.
    imposed : numpy.ndarray
        Imposition, 0 to 1.

    Returns
    -------
    tuple of numpy.ndarray
        Trust at the end, and the mean share over the weeks of people who come or would come.
    """
    now, came = start, np.zeros_like(start)
    for _ in range(WEEKS):
        comes = trust.uptake(now)
        came += comes / WEEKS
        presence = days * reach + EVENINGS * comes * is_open
        now = now + trust.GAIN * presence * (1 - now) - trust.EROSION * imposed * now
    return now, came


def imposition(
    is_open: np.ndarray, devolved: np.ndarray, grown: np.ndarray, gap: np.ndarray
) -> np.ndarray:
    """Return how imposed a table is, 0 to 1: what people did not shape and what does not fit.

    (1 − b)(1 − fit) where it is run from the centre, 0 where people decide for themselves.
    """
    return np.where(is_open & ~devolved, (1 - grown) * (1 - frozen.fit(gap)), 0.0)


def presence(region: Region, asked: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return days a week of a worker, and the share of people a worker can know (lesson 3)."""
    reach = np.array([ties.alive_share(int(people), HOURS, TIE) for people in region.need])
    return DAYS * asked, reach


def _lived(state: State) -> Quarter:
    """Return what the coming thirteen weeks are like."""
    region = state.region
    gap = region.right[state.quarter] - state.practice
    received = reception(gap)
    imposed = imposition(state.table, state.devolved, state.grown, gap)
    asked = state.listening | state.growing
    after, came = trust_over(state.trust, *presence(region, asked), state.table, imposed)
    kept = let_through(state)
    effect = kept * what_travels.effect(PROCESS, received, state.grown)
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
    """Return the error of a report about so many people, √(2/n), as in lesson 1.

    An effect as at home counts as one standard deviation.
    """
    return np.sqrt(2 / np.maximum(comers, 2))


def _pass(state: State) -> State:
    """Let a quarter pass, with what has been ordered for it."""
    lived = _lived(state)
    asked = state.listening | state.growing
    practice = np.where(
        state.table,
        np.where(asked, state.practice + STEP * (lived.heard - state.practice), state.practice),
        np.where(state.growing, lived.heard, state.practice),  # a new table begins with it
    )
    no = np.zeros(PLACES, dtype=bool)
    last = state.quarter + 1 == QUARTERS
    return replace(
        state,
        money=state.money + (0.0 if last else INCOME),
        table=state.table | state.growing,
        practice=_try_out(state, practice),
        trust=lived.trust_after,
        grown=state.grown + GROWS * state.growing * (1 - state.grown),
        listening=no,
        growing=no,
        measuring=no,
        heard=np.where(asked, lived.heard, state.heard),
        report=np.where(state.measuring, lived.report, state.report),
        past=(*state.past, lived),
    )


def _try_out(state: State, practice: np.ndarray) -> np.ndarray:
    """Let joined tables try a step of their own or what another does, kept if better (lesson 3)."""
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
            other += other >= seat  # nobody asks themselves
            trial = np.where(asks[members], mine[other], trial)
        practice[members] = np.where(np.abs(right - trial) < np.abs(right - mine), trial, mine)
    return practice
