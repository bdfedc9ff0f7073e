"""The joining-up model beside the same model in Mesa 3, one agent a community.

First that both say the same: with the same chances every community must end exactly where the other
model puts it, and with chances of their own the means must agree within three standard errors.
Then how long each takes, by turns in one run. The Mesa model is written for speed as far as Mesa's
own way of modelling goes: a practice is an int, a landscape a list, agents act in two phases.

    python benchmarks/peers.py [--repeats 9]
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
import time
from collections.abc import Callable, Iterator

import mesa
import numpy as np

from scaling.size_context import joining_up
from scaling.size_context.joining_up import CHOICES, PRACTICES

LIKENESS, PERIODS, LINKS, RUGGEDNESS = 0.5, 60, 4, 4
SIZES = ((24, 20), (1000, 2))  # communities, runs
OURS_A_TURN = 10  # calls of ours for one of Mesa in each turn; the mean counts
STRATEGIES = ("scale up", "go it alone", "join up")
AIMS = {"same landscapes": 80, "landscapes included": 20}


class Community(mesa.Agent):
    """A place with its landscape, a list of what each practice yields there, and its practice."""

    def __init__(self, model: mesa.Model, place: int, land: np.ndarray):
        super().__init__(model)
        self.place = place
        self.land = land.tolist()  # a list answers faster than an array when asked one by one
        self.best = max(self.land)
        self.practice = self.first()
        self.reached = self.land[self.practice]
        self.trial = self.practice

    @property
    def share(self) -> float:
        """What is reached, as a share of the best there is here."""
        return self.reached / self.best

    def first(self) -> int:
        """Draw the practice to begin with."""
        return self.random.getrandbits(CHOICES)

    def one_change(self) -> int:
        """Draw one choice, as a power of two."""
        return 1 << self.random.randrange(CHOICES)

    def adopt(self) -> None:
        """Keep what was tried if it yields more here."""
        found = self.land[self.trial]
        if found > self.reached:
            self.practice, self.reached = self.trial, found


class Alone(Community):
    """Tries one change at a time and looks at nobody."""

    def step(self) -> None:
        """Try one change and keep it if it is better."""
        self.trial = self.practice ^ self.one_change()
        self.adopt()


class Joined(Community):
    """Tries one change, or some of a neighbour's choices, half the time each."""

    neighbours: list[Joined]

    def change(self) -> int:
        """Draw which choices to do otherwise, as a mask."""
        chance = self.random
        if chance.random() < 0.5:
            teacher = chance.choice(self.neighbours)
            return (self.practice ^ teacher.practice) & chance.getrandbits(CHOICES)
        return self.one_change()

    def propose(self) -> None:
        """Decide what to try while all neighbours still do what they did."""
        self.trial = self.practice ^ self.change()


class Search(mesa.Model):
    """Communities searching in their landscapes by one strategy."""

    def __init__(
        self,
        lands: np.ndarray,
        ring: np.ndarray | None = None,
        kind: type[Community] = Alone,
        seed: int | None = None,
        chances: joining_up.Draws | None = None,
    ):
        super().__init__(seed=seed)
        self.chances = chances
        for place, land in enumerate(lands):
            kind(self, place, land)
        self.joined = ring is not None
        if self.joined:
            places = list(self.agents)
            for community in places:
                community.neighbours = [places[other] for other in ring[community.place].tolist()]

    def step(self) -> None:
        """Let one period pass."""
        if self.joined:
            self.agents.do("propose")
            self.agents.do("adopt")
        else:
            self.agents.do("step")

    def search(self, periods: int) -> list[float]:
        """Let periods pass and return what every community reaches."""
        for _ in range(periods):
            self.step()
        return self.agents.get("share")

    def copied(self) -> list[float]:
        """Return every community's share once all do what the most successful one does."""
        practice = max(self.agents, key=lambda community: community.share).practice
        return [community.land[practice] / community.best for community in self.agents]


class _Dealt:
    """Takes the chances that the other model drew, instead of its own."""

    def first(self) -> int:
        return int(self.model.chances.start[self.place])

    def _now(self, name: str) -> int:
        return int(getattr(self.model.chances, name)[self.model.steps - 1, self.place])

    def one_change(self) -> int:
        return self._now("flip")


class DealtAlone(_Dealt, Alone):
    """Goes it alone with dealt chances."""


class DealtJoined(_Dealt, Joined):
    """Joins up with dealt chances."""

    def change(self) -> int:
        """Return the dealt mask."""
        if self._now("asks"):
            places = {neighbour.place: neighbour for neighbour in self.neighbours}
            teacher = places[self._now("teacher")]
            return (self.practice ^ teacher.practice) & self._now("mask")
        return self.one_change()


def mix(shared: np.ndarray, local: np.ndarray, likeness: float = LIKENESS) -> np.ndarray:
    """Return what practices yield in the places of one run, shape (communities, practices)."""
    a, b = np.float32(np.sqrt(likeness)), np.float32(np.sqrt(1 - likeness))
    return b * local + a * shared


def mesa_landscape(generator: np.random.Generator, parts: list[np.ndarray]) -> np.ndarray:
    """Draw one NK landscape with numpy, as a modeller would for one community at a time."""
    total = np.zeros(PRACTICES)
    for part in parts:
        total += generator.random(1 << (RUGGEDNESS + 1))[part]
    return (total - total.mean()) / total.std()


def which_part() -> list[np.ndarray]:
    """Return, for each choice, which entry of its table each practice reads."""
    practice = np.arange(PRACTICES)
    return [
        sum(((practice >> (choice + k) % CHOICES) & 1) << k for k in range(RUGGEDNESS + 1))
        for choice in range(CHOICES)
    ]


def mesa_worlds(communities: int, runs: int, seed: int) -> Iterator[np.ndarray]:
    """Build the places of one run after another."""
    generator, parts = np.random.default_rng(seed), which_part()
    for _ in range(runs):
        shared = mesa_landscape(generator, parts)
        local = np.array([mesa_landscape(generator, parts) for _ in range(communities)])
        yield mix(shared, local)


def simulate_mesa(worlds: Iterator[np.ndarray], ring: np.ndarray, seed: int) -> np.ndarray:
    """Return shares by strategy, run and community."""
    shares = []
    for run, lands in enumerate(worlds):
        alone = Search(lands, seed=1000 * seed + run)
        together = Search(lands, ring, Joined, seed=1000 * seed + run + 500)
        by_alone, by_joining = alone.search(PERIODS), together.search(PERIODS)
        shares.append((alone.copied(), by_alone, by_joining))
    return np.array(shares).swapaxes(0, 1)


def simulate_ours(lands: joining_up.Landscapes, ring: np.ndarray, seed: int) -> np.ndarray:
    """Return shares by strategy, run and community; the chances are drawn here as well."""
    runs = len(lands.shared)
    draws = joining_up.draw(ring, runs, PERIODS, np.random.default_rng(seed))
    return stack(joining_up.simulate(lands, draws, np.array([LIKENESS])))


def stack(outcome: joining_up.Outcome) -> np.ndarray:
    """Return an outcome at one likeness as one array, in the order of ``STRATEGIES``."""
    return np.array([outcome.scale_up[0], outcome.go_alone[0], outcome.join_up[0]])


def curve_mesa(lands: joining_up.Landscapes, ring: np.ndarray, seed: int) -> np.ndarray:
    """Return shares by likeness, strategy, run and community: what one picture shows."""
    return np.array(
        [
            simulate_mesa(
                (mix(*run, rho) for run in zip(lands.shared, lands.local, strict=True)), ring, seed
            )
            for rho in joining_up.LIKENESSES
        ]
    )


def curve_ours(lands: joining_up.Landscapes, ring: np.ndarray, seed: int) -> joining_up.Outcome:
    """Return the same as ``curve_mesa``, from one call."""
    draws = joining_up.draw(ring, len(lands.shared), PERIODS, np.random.default_rng(seed))
    return joining_up.simulate(lands, draws, joining_up.LIKENESSES)


def our_landscapes(communities: int, runs: int, seed: int) -> joining_up.Landscapes:
    """Draw the landscapes of all runs at once."""
    return joining_up.landscapes(communities, runs, RUGGEDNESS, np.random.default_rng(seed))


def agree_exactly(communities: int, runs: int) -> bool:
    """Deal both models the same landscapes and chances and compare every single community."""
    ring = joining_up.network(communities, LINKS)
    lands = our_landscapes(communities, runs, 7)
    draws = joining_up.draw(ring, runs, PERIODS, np.random.default_rng(8))
    ours = stack(joining_up.simulate(lands, draws, np.array([LIKENESS])))
    theirs = np.empty_like(ours)
    for run in range(runs):
        mixed = mix(lands.shared[run], lands.local[run])
        of_run = {
            name: getattr(draws, name)[:, run] for name in ("flip", "asks", "teacher", "mask")
        }
        chances = joining_up.Draws(start=draws.start[run], **of_run)
        alone = Search(mixed, kind=DealtAlone, chances=chances)
        together = Search(mixed, ring, DealtJoined, chances=chances)
        theirs[1, run], theirs[2, run] = alone.search(PERIODS), together.search(PERIODS)
        theirs[0, run] = alone.copied()
    gap = float(np.abs(ours - theirs).max())
    is_same = gap < 1e-6
    print(
        f"  same chances, {communities} communities, {runs} runs: largest difference between any "
        f"two shares {gap:.1e}: {'the same' if is_same else 'DIFFERENT'}"
    )
    return is_same


def agree_on_average(communities: int, runs: int) -> bool:
    """Let both models draw everything for themselves and compare their means over runs."""
    ring = joining_up.network(communities, LINKS)
    ours = simulate_ours(our_landscapes(communities, runs, 11), ring, 12).mean(axis=2)
    theirs = simulate_mesa(mesa_worlds(communities, runs, 13), ring, 14).mean(axis=2)
    all_near = True
    for name, one, other in zip(STRATEGIES, ours, theirs, strict=True):
        error = np.sqrt((one.var(ddof=1) + other.var(ddof=1)) / runs)
        apart = abs(one.mean() - other.mean()) / error
        all_near &= bool(apart < 3)
        print(
            f"  own chances, {runs} runs, {name:<12} ours {one.mean():.3f}, Mesa "
            f"{other.mean():.3f}: {apart:.1f} standard errors apart"
        )
    return all_near


def seconds(work: Callable[[int], object], seed: int, times: int = 1) -> float:
    """Return the mean processor time of ``times`` calls, others' rubbish cleared away before.

    Both models keep to one processor, so that its time does not depend on what else runs.
    """
    gc.collect()
    start = time.process_time()
    for i in range(times):
        work(seed + i)
    return (time.process_time() - start) / times


def compare(label: str, ours: Callable, theirs: Callable, repeats: int, aim: int) -> None:
    """Time both by turns and print the ratio of each turn's two times."""
    ours(0), theirs(0)
    # A call of ours is so short that one alone would time the machine's other work.
    pairs = [
        (seconds(ours, 100 * i, OURS_A_TURN), seconds(theirs, i)) for i in range(1, repeats + 1)
    ]
    ratios = [other / one for one, other in pairs]
    one, other = (statistics.median(times) * 1000 for times in zip(*pairs, strict=True))
    median = statistics.median(ratios)
    print(
        f"  {label:<52} {one:>8.1f} {other:>9.1f} {median:>7.0f} {min(ratios):>6.0f} "
        f"{max(ratios):>6.0f} {aim:>5} {'yes' if median >= aim else 'NO':>4}",
        flush=True,
    )


def main() -> int:
    """Compare results, then times; return 1 if the results disagree."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--repeats", type=int, default=9, help="turns of each measurement")
    repeats = arguments.parse_args().repeats
    print(f"joining up: numpy beside Mesa {mesa.__version__}, {PERIODS} periods, one likeness\n")
    print("Do they say the same?")
    agreed = [agree_exactly(24, 20), agree_exactly(1000, 1), agree_on_average(24, 100)]
    print(f"\nHow long do they take? Medians of up to {repeats} turns, milliseconds")
    print(
        f"  {'':<52} {'numpy':>8} {'Mesa':>9} {'times':>7} {'least':>6} {'most':>6} {'aim':>5} "
        f"{'met':>4}"
    )
    for communities, runs in SIZES:
        ring = joining_up.network(communities, LINKS)
        lands = our_landscapes(communities, runs, 1)
        mixed = [mix(g, h) for g, h in zip(lands.shared, lands.local, strict=True)]
        size = f"{communities:,} communities, {runs} runs"
        compare(
            f"{size}, same landscapes",
            lambda seed, lands=lands, ring=ring: simulate_ours(lands, ring, seed),
            lambda seed, mixed=mixed, ring=ring: simulate_mesa(mixed, ring, seed),
            repeats,
            AIMS["same landscapes"],
        )
        compare(
            f"{size}, landscapes included",
            lambda seed, c=communities, r=runs, ring=ring: simulate_ours(
                our_landscapes(c, r, seed), ring, seed
            ),
            lambda seed, c=communities, r=runs, ring=ring: simulate_mesa(
                mesa_worlds(c, r, seed), ring, seed
            ),
            repeats,
            AIMS["landscapes included"],
        )
    ring, runs = joining_up.network(24, LINKS), joining_up.RUNS
    lands, points = our_landscapes(24, runs, 1), len(joining_up.LIKENESSES)
    compare(
        f"one picture: {points} likenesses, 24 communities, {runs} runs",
        lambda seed: curve_ours(lands, ring, seed),
        lambda seed: curve_mesa(lands, ring, seed),
        min(repeats, 3),
        AIMS["same landscapes"],
    )
    return 0 if all(agreed) else 1


if __name__ == "__main__":
    sys.exit(main())
