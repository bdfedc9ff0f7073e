"""Simple policies for the region, each of which follows one idea to the end.

They see only what a player sees: who lives where, trust where a worker has listened or there is a
table, reports, and money. Larger neighbourhoods come first. All but ``look_first`` do the same in
every region, and none is best in every kind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from scaling import arguments, style
from scaling.capstone.region import (
    DEVOLVE,
    END,
    EXPORT,
    GROW,
    JOIN,
    KINDS,
    LISTEN,
    MEASURE,
    PLACES,
    QUARTERS,
    Move,
    State,
    new_region,
    play,
    why_not,
)
from scaling.still import as_html

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
    for kind, where in wishes:
        wanted = where(state)
        for place in np.argsort(-state.region.people, kind="stable"):
            move = Move(kind, int(place))
            if wanted[place] and not why_not(state, move):
                state = play(state, move)
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
    if first.trust[first.listened].mean() < WARY:
        return listen_first(state)
    unlike = first.heard[first.listened].std() > UNLIKE
    return join_up(state) if unlike else copy_the_best(state)


FIXED: dict[str, Policy] = {
    "export at once": export_at_once,
    "copy the best everywhere": copy_the_best,
    "go it alone": go_it_alone,
    "join up": join_up,
    "listen first": listen_first,
    "mixed": mixed,
}
POLICIES = FIXED | {"look first, then choose": look_first}


def play_all(seed: int, kind: str | None = None, policy: Policy | str = "mixed") -> State:
    """Return the state after two years of following a policy.

    Parameters
    ----------
    seed : int
    kind : str, optional
        A name in ``region.KINDS``; by default the seed decides.
    policy : callable or str
        A function that takes a state and spends the quarter's money, or a name in ``POLICIES``.

    Returns
    -------
    State
        The state at the end of the two years.

    Raises
    ------
    ValueError
        If there is no such policy.
    """
    if isinstance(policy, str):
        policy = POLICIES[arguments.one_of("policy", policy, POLICIES)]
    state = new_region(seed, kind)
    for _ in range(QUARTERS):
        state = play(policy(state), Move(END))
    return state


@cache
def met(policy: str, kind: str, seeds: int) -> np.ndarray:
    """Return the shares of need that a policy meets in several regions of a kind.

    Parameters
    ----------
    policy : str
        A name in ``POLICIES``.
    kind : str
        A name in ``region.KINDS``.
    seeds : int
        Number of regions; their seeds are counted from 0.

    Returns
    -------
    numpy.ndarray, shape (seeds, 2)
        The share of all need, and the share in the neighbourhood where it is smallest.
    """
    ends = (play_all(seed, kind, policy) for seed in range(seeds))
    return np.array([(end.total, end.lowest) for end in ends])


def compared(seeds: int = 20) -> pd.DataFrame:
    """Return the mean share of need that each policy meets in each kind of region.

    Parameters
    ----------
    seeds : int
        Number of regions of each kind, at least 1.

    Returns
    -------
    pandas.DataFrame
        One row for each policy, one column for each kind; the share in the lowest place is in
        brackets.
    """
    return pd.DataFrame(
        {
            kind: {
                name: "{} (lowest {})".format(*map(style.percent, met(name, kind, seeds).mean(0)))
                for name in POLICIES
            }
            for kind in KINDS
        }
    ).rename_axis("rule")


@dataclass(frozen=True)
class AfterPlaying:
    """The table of all rules, folded, because it gives away which rule wins where."""

    table: pd.DataFrame

    def _repr_html_(self) -> str:
        return (
            "<details><summary>The table (open it when you have played two regions)</summary>"
            f"{as_html(self.table.reset_index())}</details>"
        )


def rules_compared(seeds: int = 20) -> AfterPlaying:
    """Return the table of `compared`, folded for a lesson."""
    return AfterPlaying(compared(seeds))
