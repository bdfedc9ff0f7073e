"""Simple policies for the region of the capstone: does one of them win in every kind.

First the table of the policies that the game compares a learner with. Then, with ``--hunt``, a
search for a policy that beats the best of them in every kind: lists of wishes in three stages, at
random and then bettered by small changes. It is judged on seeds that it has not seen.

    python benchmarks/region.py [--seeds 200] [--hunt SECONDS] [--process 0.6]
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterable

import numpy as np

from scaling.capstone import region
from scaling.capstone.policies import FIXED, POLICIES, Policy, play_all, spend
from scaling.capstone.region import (
    DEVOLVE,
    EXPORT,
    GROW,
    JOIN,
    KINDS,
    LISTEN,
    MEASURE,
    NAMES,
    PLACES,
    QUARTERS,
    State,
)

Wish = tuple[str, Callable[[State], np.ndarray]]
Genes = tuple[tuple[int, int], tuple[tuple[str, ...], ...]]
TRAINING, FRESH = range(1000, 1006), range(2000, 2040)


def results(policy: Policy | str, seeds: Iterable[int]) -> np.ndarray:
    """Return need met, and in the lowest place: shape (kinds, seeds, 2)."""
    return np.array(
        [
            [(end.total, end.lowest) for end in (play_all(seed, kind, policy) for seed in seeds)]
            for kind in KINDS
        ]
    )


def compare(seeds: int) -> None:
    """Print the table of the simple policies, and how clear the winners are."""
    found = {name: 100 * results(name, range(seeds)) for name in POLICIES}
    print(f"\nNeed met in per cent (± standard error), {seeds} seeds; in the lowest place\n")
    print("| policy | " + " | ".join(KINDS) + " |")
    print("|---|" + "---|" * len(KINDS))
    for name, values in found.items():
        cells = [
            f"{met.mean():.1f} ± {met.std(ddof=1) / np.sqrt(seeds):.1f}; {low.mean():.1f}"
            for met, low in (each.T for each in values)
        ]
        print(f"| {name} | " + " | ".join(cells) + " |")
    print()
    for number, kind in enumerate(KINDS):
        means = {name: found[name][number, :, 0].mean() for name in FIXED}
        first, second = sorted(means, key=means.get, reverse=True)[:2]
        ahead = found[first][number, :, 0] - found[second][number, :, 0]
        error = ahead.std(ddof=1) / np.sqrt(seeds)
        print(
            f"{kind}: “{first}” is {ahead.mean():.1f} points ahead of “{second}”, "
            f"{ahead.mean() / error:.0f} standard errors; in {np.mean(ahead > 0):.0%} of seeds"
        )


# ---------------------------------------------------------------- the hunt


def wishes() -> dict[str, Wish]:
    """Return what a policy can be made of, by name; a player can see all of it."""

    def at(count: int, least: bool = False) -> Callable[[State], np.ndarray]:
        sign = 1 if least else -1
        return lambda s: np.isin(
            np.arange(PLACES), np.argsort(sign * s.region.people, kind="stable")[:count]
        )

    def trusted(low: float, high: float) -> Callable[[State], np.ndarray]:
        return lambda s: s.known & (s.trust >= low) & (s.trust < high)

    def both(*conditions: Callable[[State], np.ndarray]) -> Callable[[State], np.ndarray]:
        return lambda s: np.all([condition(s) for condition in conditions], axis=0)

    def no_table(s: State) -> np.ndarray:
        return ~s.table

    def tables(s: State) -> np.ndarray:
        return s.table

    def grown(part: float) -> Callable[[State], np.ndarray]:
        return lambda s: s.grown < part

    found = {
        "join": (JOIN, tables),
        "devolve": (DEVOLVE, tables),
        "measure": (MEASURE, lambda s: s.table & np.isnan(s.report)),
        "copy again": (EXPORT, tables),
        "listen where unheard": (LISTEN, lambda s: ~s.known),
        "listen where it does not fit": (
            LISTEN,
            lambda s: s.table & (np.abs(s.heard - s.practice) > 0.5),
        ),
        "grow in tables": (GROW, both(tables, grown(0.7))),
    }
    for count in (1, 2, 3, 4, 6, 8, 12):
        found[f"grow in the largest {count}"] = (GROW, both(at(count), grown(0.4)))
        found[f"deepen the largest {count}"] = (GROW, both(at(count), grown(0.7)))
        found[f"export to the largest {count}"] = (EXPORT, both(at(count), no_table))
        found[f"listen in the largest {count}"] = (LISTEN, at(count))
        found[f"grow in the smallest {count}"] = (GROW, both(at(count, least=True), grown(0.4)))
    for trust in (0.2, 0.35, 0.5, 0.6, 0.7, 0.8):
        found[f"listen in tables below {trust}"] = (LISTEN, both(tables, trusted(0, trust)))
        found[f"listen below {trust}"] = (LISTEN, trusted(0, trust))
        found[f"grow from {trust}"] = (GROW, both(trusted(trust, 2), grown(0.4)))
        found[f"export from {trust}"] = (EXPORT, both(trusted(trust, 2), no_table))
    for place, name in enumerate(NAMES):
        found[f"grow in {name}"] = (GROW, lambda s, place=place: np.arange(PLACES) == place)
    return found


WISHES = wishes()


def policy(genes: Genes) -> Policy:
    """Return a policy in three stages, each a list of wishes in order of preference."""
    (first, second), stages = genes

    def follow(state: State) -> State:
        stage = (state.quarter >= first) + (state.quarter >= second)
        return spend(state, *(WISHES[name] for name in stages[stage]))

    return follow


def changed(genes: Genes, chance: random.Random) -> Genes:
    """Return the same with one thing otherwise."""
    borders, stages = genes
    lists = [list(stage) for stage in stages]
    kind = chance.random()
    if kind < 0.15:
        borders = tuple(sorted(chance.sample(range(QUARTERS), 2)))
    else:
        stage = chance.choice(lists)
        name = chance.choice(list(WISHES))
        if kind < 0.45 or not stage:
            stage.insert(chance.randint(0, len(stage)), name)
        elif kind < 0.65:
            stage.pop(chance.randrange(len(stage)))
        elif kind < 0.85:
            stage[chance.randrange(len(stage))] = name
        else:
            chance.shuffle(stage)
    return borders, tuple(tuple(stage) for stage in lists)


def winners(seeds: Iterable[int]) -> np.ndarray:
    """Return need met by the best fixed policy in each kind."""
    return np.max([results(name, seeds)[..., 0].mean(axis=1) for name in FIXED], axis=0)


def hunt(seconds: float, seed: int = 1) -> None:
    """Look for a policy that comes near, or passes, the best fixed one in all kinds at once."""
    chance, best = random.Random(seed), winners(TRAINING)
    # It starts from the winners themselves, and from chance.
    start: list[Genes] = [
        (
            (1, 2),
            (
                ("grow in the largest 2",),
                ("measure",),
                ("export to the largest 12", "devolve", "grow in the largest 12"),
            ),
        ),
        ((0, 0), ((), (), ("devolve", "export to the largest 12", "join", "devolve"))),
        ((1, 1), (("listen in the largest 6",), (), ("export from 0.2", "devolve"))),
    ]
    start += [
        (
            tuple(sorted(chance.sample(range(QUARTERS), 2))),
            tuple(tuple(chance.sample(list(WISHES), chance.randint(1, 6))) for _ in range(3)),
        )
        for _ in range(20)
    ]

    def value(genes: Genes) -> float:
        return float((results(policy(genes), TRAINING)[..., 0].mean(axis=1) / best).min())

    kept = [(value(genes), genes) for genes in start]
    end, tried = time.monotonic() + seconds, len(start)
    while time.monotonic() < end:
        kept = sorted(kept, key=lambda each: -each[0])[:12]
        genes = changed(chance.choice(kept)[1], chance)
        worth, tried = value(genes), tried + 1
        if all(worth != known for known, _ in kept):
            kept.append((worth, genes))
    worth, genes = max(kept, key=lambda each: each[0])
    there = results(policy(genes), FRESH)[..., 0].mean(axis=1)
    print(f"\n{tried} policies tried. The most even one beside each kind's winner, on fresh seeds:")
    for kind, mine, theirs in zip(KINDS, there, winners(FRESH), strict=True):
        print(
            f"  {kind}: {100 * mine:.1f} beside {100 * theirs:.1f}, a ratio of {mine / theirs:.2f}"
        )
    print(f"  It changes in quarters {genes[0]}: " + "; then ".join(map(", ".join, genes[1])))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument(
        "--process", type=float, default=region.PROCESS, help="share of the effect that is process"
    )
    parser.add_argument("--hunt", type=float, default=0, metavar="SECONDS")
    options = parser.parse_args()
    region.PROCESS = options.process
    compare(options.seeds)
    if options.hunt:
        hunt(options.hunt)
