"""Simple policies for the region: each one idea, followed wherever it leads.

They see what a player sees and no more: who lives where, trust where somebody has listened or a
table stands, reports, and money. Larger neighbourhoods come first. All but ``look_first`` do the
same in every region, and none is best in every kind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from scaling import style
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

PILOTS = 2  # places to try it in before it is copied
HALF = 6  # places to listen in at first
HEARD = 0.2  # trust from which a table is opened: above that of strangers
ENOUGH = 0.6  # trust at which a listener goes on to the next place
WARY = 0.35  # mean trust below which people count as wary
UNLIKE = 0.6  # spread of wishes above which places count as unlike each other


def spend(state: State, *wishes: tuple[str, Where]) -> State:
    """Spend the quarter's money on one wish after the other, in large neighbourhoods first."""
    for kind, where in wishes:
        wanted = where(state)
        for place in np.argsort(-state.region.people, kind="stable"):
            move = Move(kind, int(place))
            if wanted[place] and not why_not(state, move):
                state = play(state, move)
    return state


def _no_table(state: State) -> np.ndarray:
    return ~state.table & ~state.growing


def _table(state: State) -> np.ndarray:
    return state.table


def _hardly_grown(state: State) -> np.ndarray:
    return state.grown < 0.4


def _few_come(state: State) -> np.ndarray:
    """Where a table shows that trust is short of what fills it."""
    return state.table & (state.trust < ENOUGH)


def _largest(count: int) -> Where:
    return lambda state: np.isin(
        np.arange(PLACES), np.argsort(-state.region.people, kind="stable")[:count]
    )


def export_at_once(state: State) -> State:
    """Send the handbook everywhere, as the ministry asks; then listen where tables stand."""
    return spend(state, (EXPORT, _no_table), (LISTEN, _table))


def copy_the_best(state: State) -> State:
    """Grow two, measure them, copy the better one everywhere; then hand over and deepen."""
    if not state.table.any():
        return spend(state, (GROW, _largest(PILOTS)))
    if np.isnan(state.report).all():
        return spend(state, (MEASURE, _table))
    return spend(state, (EXPORT, _no_table), (DEVOLVE, _table), (GROW, _hardly_grown))


def go_it_alone(state: State) -> State:
    """Grow a table anew in one place after the other, and let each decide for itself."""
    return spend(state, (DEVOLVE, _table), (GROW, _hardly_grown))


def join_up(state: State) -> State:
    """Open tables cheaply, let each decide for itself, and have all learn from each other."""
    return spend(
        state,
        (DEVOLVE, _table),
        (EXPORT, _no_table),
        (JOIN, _table),
        (DEVOLVE, _table),
        (LISTEN, _few_come),
        (GROW, _hardly_grown),
    )


def listen_first(state: State) -> State:
    """Only listen for a quarter; open where people were heard, stay until they come, hand over."""
    if state.quarter == 0:
        return spend(state, (LISTEN, _largest(HALF)))
    return spend(
        state,
        (EXPORT, lambda s: _no_table(s) & s.known & (s.trust >= HEARD)),
        (LISTEN, _few_come),
        (DEVOLVE, _table),
        (LISTEN, lambda s: _no_table(s) & ~(s.known & (s.trust >= ENOUGH))),
        (GROW, _hardly_grown),
    )


def mixed(state: State) -> State:
    """Do something of everything: handbooks, joining, listening, a little growing."""
    return spend(
        state, (JOIN, _table), (EXPORT, _no_table), (LISTEN, _few_come), (GROW, _hardly_grown)
    )


def look_first(state: State) -> State:
    """Only listen for a quarter, as above; then follow whatever suits what was heard."""
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
    """Follow a policy through the two years.

    Parameters
    ----------
    seed : int
    kind : str, optional
        A name in ``region.KINDS``; by default the seed decides.
    policy : callable or str
        Takes a state and spends this quarter's money, or a name in ``POLICIES``.

    Returns
    -------
    State
        At the end.

    Raises
    ------
    ValueError
        If there is no such policy.
    """
    if isinstance(policy, str):
        if policy not in POLICIES:
            raise ValueError(f"policy must be one of {', '.join(POLICIES)}; it is {policy!r}.")
        policy = POLICIES[policy]
    state = new_region(seed, kind)
    for _ in range(QUARTERS):
        state = play(policy(state), Move(END))
    return state


@cache
def met(policy: str, kind: str, seeds: int) -> np.ndarray:
    """Return what a policy meets in some regions of a kind: shape (seeds, 2).

    Parameters
    ----------
    policy : str
        A name in ``POLICIES``.
    kind : str
        A name in ``region.KINDS``.
    seeds : int
        How many regions, those from number 0.

    Returns
    -------
    numpy.ndarray
        The share of all need, and the share in the neighbourhood where it is smallest.
    """
    ends = (play_all(seed, kind, policy) for seed in range(seeds))
    return np.array([(end.total, end.lowest) for end in ends])


def compared(seeds: int = 20) -> pd.DataFrame:
    """Return what each policy meets on average, and in the lowest place, in each kind of region.

    Parameters
    ----------
    seeds : int
        How many regions of each kind, at least 1.
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
    """The table of all rules, folded: it tells which rule wins where."""

    table: pd.DataFrame

    def _repr_html_(self) -> str:
        return (
            "<details><summary>The table (open it when you have played two regions)</summary>"
            f"{as_html(self.table.reset_index())}</details>"
        )


def rules_compared(seeds: int = 20) -> AfterPlaying:
    """Return what each policy meets, as `compared` does, folded for a lesson."""
    return AfterPlaying(compared(seeds))
