"""Simple policies for the region, each of which follows one idea to the end.

They see only what a player sees: who lives where, trust where a worker has listened or there is a
table, reports, and money. Larger neighbourhoods come first. The policies in ``FIXED`` do the same
in every region, and none of them is best in every kind; the other two look, and then choose.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache

import numpy as np

from scaling import arguments
from scaling.capstone.region import (
    DEVOLVE,
    END,
    EXPORT,
    GROW,
    JOIN,
    LISTEN,
    MEASURE,
    PLACES,
    PROCESS,
    QUARTERS,
    Move,
    State,
    cost,
    made,
    new_region,
    play,
    why_not,
)
from scaling.process_product import what_travels

Policy = Callable[[State], State]
Where = Callable[[State], np.ndarray]

# The best is copied after a trial in this number of places.
PILOTS = 2
# The policies that listen first begin in this number of places.
FIRST_PLACES = 6
# A table is opened once trust has reached this level, which is above that in strangers.
TRUST_TO_OPEN = 0.2
# A worker goes on to the next place once trust has reached this level.
TRUST_ENOUGH = 0.6
# People count as wary if their mean trust is lower than this.
WARY = 0.35
# Places count as different if their wishes have a larger standard deviation than this.
UNLIKE = 0.6  # steps


def spend(state: State, *wishes: tuple[str, Where]) -> State:
    """Return the state after spending on each kind of move in turn, large neighbourhoods first.

    Parameters
    ----------
    state : State
    *wishes : tuple of (str, callable)
        A kind of move, and a function that returns where it is wanted, shape (places,).
    """
    order = np.argsort(-state.region.people, kind="stable")
    for kind, where in wishes:
        wanted = where(state)
        for place in order[wanted[order]]:
            if cost(state, kind) > state.money:
                break  # A move of this kind costs the same everywhere.
            move = Move(kind, int(place))
            if not why_not(state, move):
                state = made(state, move)
    return state


def _has_no_table(state: State) -> np.ndarray:
    return ~state.table & ~state.growing


def _has_table(state: State) -> np.ndarray:
    return state.table


def _hardly_grown(state: State) -> np.ndarray:
    return state.grown < 0.4


def _few_come(state: State) -> np.ndarray:
    """Return where there is a table but too little trust for people to come."""
    return state.table & (state.trust < TRUST_ENOUGH)


def _largest(count: int) -> Where:
    return lambda state: np.isin(
        np.arange(PLACES), np.argsort(-state.region.people, kind="stable")[:count]
    )


def export_at_once(state: State) -> State:
    """Send the handbook everywhere, as the ministry asks, then listen where there are tables."""
    return spend(state, (EXPORT, _has_no_table), (LISTEN, _has_table))


def copy_the_best(state: State) -> State:
    """Grow two tables, copy the better one everywhere, then let all decide and grow the process."""
    if not state.table.any():
        return spend(state, (GROW, _largest(PILOTS)))
    if np.isnan(state.report).all():
        return spend(state, (MEASURE, _has_table))
    return spend(state, (EXPORT, _has_no_table), (DEVOLVE, _has_table), (GROW, _hardly_grown))


def go_it_alone(state: State) -> State:
    """Grow a table anew in one place after another, and let each decide for itself."""
    return spend(state, (DEVOLVE, _has_table), (GROW, _hardly_grown))


def join_up(state: State) -> State:
    """Open tables cheaply, let each decide for itself, and let all learn from each other."""
    return spend(
        state,
        (DEVOLVE, _has_table),
        (EXPORT, _has_no_table),
        (JOIN, _has_table),
        (DEVOLVE, _has_table),
        (LISTEN, _few_come),
        (GROW, _hardly_grown),
    )


def listen_first(state: State) -> State:
    """Listen for a quarter, open where people were heard, stay until they come, and hand over."""
    if state.quarter == 0:
        return spend(state, (LISTEN, _largest(FIRST_PLACES)))
    return spend(
        state,
        (EXPORT, lambda s: _has_no_table(s) & s.known & (s.trust >= TRUST_TO_OPEN)),
        (LISTEN, _few_come),
        (DEVOLVE, _has_table),
        (LISTEN, lambda s: _has_no_table(s) & ~(s.known & (s.trust >= TRUST_ENOUGH))),
        (GROW, _hardly_grown),
    )


def mixed(state: State) -> State:
    """Do a little of everything: handbooks, joining, listening and growing."""
    return spend(
        state,
        (JOIN, _has_table),
        (EXPORT, _has_no_table),
        (LISTEN, _few_come),
        (GROW, _hardly_grown),
    )


def look_first(state: State) -> State:
    """Listen for a quarter as ``listen_first`` does, then follow a policy that fits the region."""
    if state.quarter == 0:
        return listen_first(state)
    first = state.past[0]
    if _are_wary(state):
        return listen_first(state)
    unlike = first.heard[first.listened].std() > UNLIKE
    return join_up(state) if unlike else copy_the_best(state)


def open_and_look(state: State) -> State:
    """Open tables and listen there in the first quarter; then listen first, or join tables up."""
    if state.quarter == 0:
        return spend(state, (EXPORT, _largest(FIRST_PLACES)), (LISTEN, _has_table))
    return listen_first(state) if _are_wary(state) else join_up(state)


def _are_wary(state: State) -> bool:
    """Return whether people were wary where a worker listened in the first quarter."""
    first = state.past[0]
    return bool(first.trust[first.listened].mean() < WARY)


FIXED: dict[str, Policy] = {
    "export at once": export_at_once,
    "copy the best everywhere": copy_the_best,
    "go it alone": go_it_alone,
    "join up": join_up,
    "listen first": listen_first,
    "mixed": mixed,
}
LOOK_FIRST, OPEN_AND_LOOK = "look first, then choose", "open and look, then choose"
POLICIES = FIXED | {LOOK_FIRST: look_first, OPEN_AND_LOOK: open_and_look}


def play_all(
    seed: int,
    kind: str | None = None,
    policy: Policy | str = "mixed",
    process: float = PROCESS,
) -> State:
    """Return the state after two years of following a policy.

    Parameters
    ----------
    seed : int
    kind : str, optional
        A name in ``region.KINDS``; by default the seed decides.
    policy : callable or str
        A function that takes a state and spends the quarter's money, or a name in ``POLICIES``.
    process : float
        s, share of the effect that is process, 0 to 1.

    Returns
    -------
    State
        The state at the end of the two years.

    Raises
    ------
    ValueError
        If there is no such policy, or ``region.new_region`` refuses an argument.
    """
    if isinstance(policy, str):
        policy = POLICIES[arguments.one_of("policy", policy, POLICIES)]
    state = new_region(seed, kind, process)
    for _ in range(QUARTERS):
        state = play(policy(state), Move(END))
    return state


@dataclass(frozen=True)
class Straight:
    """What a policy meets in one region, at any share of the effect that is process.

    As long as the moves are the same, what is met in a place is a straight line over the share. The
    share can change the moves only by way of reports: from a certain share on, another place may
    have the best one. So two plays, at shares of 0 and 1, hold every share between them.

    Where it holds several regions (`straight_in_all`), their axis comes first.

    Attributes
    ----------
    below, above : numpy.ndarray, shape (..., 2, places)
        The share of need met at shares of 0 and 1, with the moves made below and above the border.
    border : float or numpy.ndarray, shape (...)
        The share from which on the moves are those above; infinite if they never change.
    need : numpy.ndarray, shape (..., places)
        Number of people whom a table would be for.
    """

    below: np.ndarray
    above: np.ndarray
    border: float | np.ndarray
    need: np.ndarray

    def met(self, process: float) -> np.ndarray:
        """Return the share of need met in each place, shape (..., places)."""
        is_below = np.asarray(process < self.border)[..., None, None]
        ends = np.where(is_below, self.below, self.above)
        return (1 - process) * ends[..., 0, :] + process * ends[..., 1, :]

    def total(self, process: float) -> np.ndarray:
        """Return the share of the need of all places that is met, shape (...)."""
        return np.average(self.met(process), axis=-1, weights=self.need)


def _with_these_moves(end: State) -> np.ndarray:
    """Return the share of need that these moves meet at shares of process of 0 and 1."""
    return np.array(
        [
            np.sum(
                [
                    each.open
                    * each.came
                    * each.kept
                    * what_travels.effect(process, each.reception, each.grown)
                    for each in end.past
                ],
                axis=0,
            )
            / QUARTERS
            for process in (0, 1)
        ]
    )


def _first_reports(end: State) -> np.ndarray:
    """Return the reports of the first quarter in which anything was measured; all NaN if none."""
    measured = (each.report for each in end.past if not np.isnan(each.report).all())
    return next(measured, np.full(PLACES, np.nan))


@cache
def straight(seed: int, kind: str, policy: str) -> Straight:
    """Play two years by a policy that measures once at most, for all shares of process at once.

    Parameters
    ----------
    seed : int
    kind : str
        A name in ``region.KINDS``.
    policy : str
        A name in ``POLICIES``.
    """
    low = play_all(seed, kind, policy, process=0)
    below, reports = _with_these_moves(low), _first_reports(low)
    if np.isnan(reports).all():
        return Straight(below, below, np.inf, low.region.need)
    high = play_all(seed, kind, policy, process=1)
    later = _first_reports(high)
    first, last = int(np.nanargmax(reports)), int(np.nanargmax(later))
    # Each report is a straight line over the share, so the best one changes where two lines cross.
    ahead, behind = reports[first] - reports[last], later[last] - later[first]
    border = np.inf if first == last else ahead / (ahead + behind)
    return Straight(below, _with_these_moves(high), border, low.region.need)


@cache
def straight_in_all(seeds: range, kind: str, policy: str) -> Straight:
    """Return what `straight` finds in several regions, as arrays with an axis for these in front.

    A slider asks for it at every step.
    """
    lines = [straight(seed, kind, policy) for seed in seeds]
    return Straight(
        *(np.array([getattr(one, field.name) for one in lines]) for field in fields(Straight))
    )


def met(policy: str, kind: str, seeds: int, process: float = PROCESS) -> np.ndarray:
    """Return the shares of need that a policy meets in several regions of a kind.

    Parameters
    ----------
    policy : str
        A name in ``POLICIES``.
    kind : str
        A name in ``region.KINDS``.
    seeds : int
        Number of regions; their seeds are counted from 0.
    process : float
        s, share of the effect that is process, 0 to 1.

    Returns
    -------
    numpy.ndarray, shape (seeds, 2)
        The share of all need, and the share in the neighbourhood where it is smallest.
    """
    lines = straight_in_all(range(seeds), kind, policy)
    return np.column_stack([lines.total(process), lines.met(process).min(axis=-1)])
