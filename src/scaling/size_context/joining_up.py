"""Joining up: copying the best, going it alone, or learning from neighbours.

Communities in a network search on NK landscapes (Kauffman & Levin 1987; Lazer & Friedman 2007). One
thing is added: how alike the places are. Two of Pritchard's arguments, context and networks, meet
in this model, and it shows where each of them holds.
Left out: that trying, copying and linking cost money, that places change while one learns, and that
a neighbour's practice can be misread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import networkx as nx
import numpy as np
import pandas as pd
import plotly.graph_objects as go

from scaling import arguments, style
from scaling.explorable import Ask, Details, Drag, Explorable, Mark, Play, Slider, Task
from scaling.style import Panel
from scaling.wording import was

# A practice consists of this many yes/no choices (N in NK).
CHOICES = 10
# Each practice is a whole number, whose binary digits are its choices.
PRACTICES = 1 << CHOICES
COMMUNITIES = 24
# The search is repeated on independent sets of landscapes, to show how much of a result is chance.
RUNS = 40
# The curves are computed at these values of likeness.
LIKENESSES = np.linspace(0, 1, 21)
# Landscapes are drawn in groups of this many.
AT_ONCE = 100
# A longer search changes nothing any more.
MOST_PERIODS = 500

# These strategies are rivals to the three that the lesson begins with.
OFFER, BOTH = "offer, then adapt", "offer and join"
# Each strategy has a colour, a dash and a symbol of its own.
NAMES = {
    "scale up": style.SCALE_UP,
    "join up": style.JOIN_UP,
    "go it alone": style.GO_ALONE,
    OFFER: style.BLUE,
    BOTH: style.PURPLE,
}
DASHES = {
    "scale up": "solid",
    "join up": "solid",
    "go it alone": "dash",
    OFFER: "dot",
    BOTH: "longdash",
}
SYMBOLS = {
    "scale up": "square",
    "join up": "circle",
    "go it alone": "diamond",
    OFFER: "cross",
    BOTH: "triangle-up",
}
# On a phone the longest names would cover the ticks of the axis.
SHORTER = {OFFER: "offer, adapt", BOTH: "offer, join"}
# Two in three of the runs lie between these quantiles.
MIDDLE = (1 / 6, 5 / 6)
# A sentence names the strategies by these words.
IN_WORDS = {
    "scale up": "copying the best",
    "join up": "joining up",
    "go it alone": "going it alone",
    OFFER: "offering, then adapting",
    BOTH: "offering and joining up",
}


@dataclass(frozen=True)
class Landscapes:
    """The yield of every practice, in every place and every run.

    Attributes
    ----------
    shared : numpy.ndarray, shape (runs, practices)
        The part of the yield that is the same everywhere, g.
    local : numpy.ndarray, shape (runs, communities, practices)
        The part that differs from place to place, h. Both parts have mean 0 and standard deviation
        1 over all practices.
    """

    shared: np.ndarray
    local: np.ndarray

    @cached_property
    def both(self) -> np.ndarray:
        """Both parts of every yield: local + i·shared, of shape (runs × communities × practices,).

        They lie side by side, so that one look finds both.
        """
        both = np.empty(self.local.shape, dtype=np.complex64)
        both.real, both.imag = self.local, self.shared[:, None]
        return both.ravel()

    @cached_property
    def candidates(self) -> tuple[np.ndarray, np.ndarray]:
        """The practices that may be best at some likeness: no other beats them in both parts.

        Two arrays of shape (most candidates, runs, communities): their shared and their local part.
        A place with fewer candidates has its last one several times.
        """
        order = np.argsort(-self.shared, axis=1, kind="stable")
        shared = np.take_along_axis(self.shared, order, axis=1)
        local = np.take_along_axis(self.local, order[:, None], axis=2)
        highest = np.maximum.accumulate(local, axis=2)
        # From the best shared part downwards, a candidate has a better local part than all before.
        is_first = np.concatenate(
            [np.ones_like(local[..., :1], dtype=bool), highest[..., 1:] > highest[..., :-1]], axis=2
        )
        run, community, place = np.unravel_index(np.flatnonzero(is_first), is_first.shape)
        count = is_first.sum(axis=2)
        rank = np.arange(len(place)) - np.repeat(
            np.cumsum(count.ravel()) - count.ravel(), count.ravel()
        )
        at = np.zeros((count.max(), *count.shape), dtype=np.intp)
        at[rank, run, community] = place
        at = np.maximum.accumulate(at, axis=0)
        runs, communities = np.indices(count.shape)
        return shared[runs, at], local[runs, communities, at]


@dataclass(frozen=True)
class Outcome:
    """What each community reaches with each strategy, as a share of its best practice's yield.

    1 means the best practice for that place, 0 an average one; a share below 0 is worse than
    average. Each array has shape (likenesses, runs, communities).
    """

    scale_up: np.ndarray
    go_alone: np.ndarray
    join_up: np.ndarray
    offer: np.ndarray
    offer_and_join: np.ndarray


@dataclass(frozen=True)
class Curve:
    """Mean share of the local best over likeness.

    Attributes
    ----------
    likeness : numpy.ndarray, shape (points,)
    mean, spread : dict of str to numpy.ndarray, shape (points,)
        By strategy: the mean over runs, and the standard deviation between runs.
    middle : dict of str to numpy.ndarray, shape (2, points)
        By strategy: the lower and upper end of the middle two thirds of the runs.
    """

    likeness: np.ndarray
    mean: dict[str, np.ndarray]
    spread: dict[str, np.ndarray]
    middle: dict[str, np.ndarray]

    @property
    def overtaking(self) -> float:
        """The likeness above which copying the best always beats joining up (NaN if none)."""
        ahead = self.mean["scale up"] - self.mean["join up"]
        behind = np.flatnonzero(ahead <= 0)
        if len(behind) == 0:
            return float(self.likeness[0])
        last = behind[-1]
        if last == len(ahead) - 1:
            return float("nan")
        part = -ahead[last] / (ahead[last + 1] - ahead[last])
        return float(self.likeness[last] + part * (self.likeness[last + 1] - self.likeness[last]))


@dataclass(frozen=True)
class JoiningUp:
    """All strategies at one likeness, and the curves over all of them.

    Attributes
    ----------
    likeness : float
        ρ, from 0 (each place entirely its own) to 1 (all places the same).
    periods, links, ruggedness : int
        T, links per community, and K.
    mean, spread : dict of str to float
        By strategy, at this likeness: mean share of the local best, and the standard deviation of
        that mean between runs.
    first : dict of str to numpy.ndarray, shape (communities,)
        By strategy: the share that each community reaches in the first run.
    neighbours : numpy.ndarray, shape (communities, links)
        The communities that each community is linked with.
    curve : Curve
    seed : int
        The seed of landscapes and draws.
    """

    likeness: float
    periods: int
    links: int
    ruggedness: int
    mean: dict[str, float]
    spread: dict[str, float]
    first: dict[str, np.ndarray]
    neighbours: np.ndarray
    curve: Curve
    seed: int


def landscapes(
    communities: int, runs: int, ruggedness: int, generator: np.random.Generator
) -> Landscapes:
    """Draw NK landscapes: each choice's yield depends on itself and the ``ruggedness`` next ones.

    Parameters
    ----------
    communities, runs : int
        The number of places, and of independent repetitions.
    ruggedness : int
        K, from 0 (choices do not interact, so there is one summit) to 9 (the yield of every choice
        depends on all others).
    generator : numpy.random.Generator

    Raises
    ------
    ValueError
        If K is out of its range.
    """
    arguments.whole("ruggedness", ruggedness, 0, CHOICES - 1)
    count = runs * (communities + 1)
    digits = (np.arange(PRACTICES)[:, None] >> np.arange(CHOICES)) & 1
    place_value = 1 << np.arange(ruggedness + 1)
    # Whole rows are looked up fastest, so here each practice has a row with some of the landscapes,
    # as many as fit into the processor's cache.
    firsts = range(0, count, AT_ONCE)
    parts = [
        np.zeros((PRACTICES, min(AT_ONCE, count - first)), dtype=np.float32) for first in firsts
    ]
    for choice in range(CHOICES):
        yields = generator.random((count, 1 << (ruggedness + 1)), dtype=np.float32)
        depends_on = (choice + np.arange(ruggedness + 1)) % CHOICES
        index = digits[:, depends_on] @ place_value
        for first, part in zip(firsts, parts, strict=True):
            part += yields[first : first + AT_ONCE].T.take(index, axis=0)
    total = np.ascontiguousarray(np.concatenate(parts, axis=1).T)
    total -= total.mean(axis=1, keepdims=True)
    total /= total.std(axis=1, keepdims=True)
    by_run = total.reshape(runs, communities + 1, PRACTICES)
    return Landscapes(shared=by_run[:, 0].copy(), local=by_run[:, 1:].copy())


def network(communities: int, links: int) -> np.ndarray:
    """Arrange the communities in a ring, and link each with the ``links`` nearest ones.

    Parameters
    ----------
    communities : int
        At least 3.
    links : int
        Links of each community, an even number from 2 to ``communities`` − 1.

    Returns
    -------
    numpy.ndarray, shape (communities, links)
        The neighbours of each community.

    Raises
    ------
    ValueError
        If ``links`` is odd or out of its range.
    """
    if links % 2 or not 2 <= links < communities:
        raise ValueError(
            f"links must be an even number from 2 to {(communities - 1) // 2 * 2}, as many to one "
            f"side as to the other; it is {links}."
        )
    graph = nx.circulant_graph(communities, range(1, int(links) // 2 + 1))
    return np.array([sorted(graph[community]) for community in range(communities)])


@dataclass(frozen=True)
class Draws:
    """All random draws of a simulation.

    The same draws serve every likeness, so that the curves differ by likeness and not by luck.

    Attributes
    ----------
    start : numpy.ndarray of int, shape (runs, communities)
        The practice that each community begins with.
    flip : numpy.ndarray of int, shape (periods, runs, communities)
        The one choice that a community would reverse, as a power of two.
    asks : numpy.ndarray of bool, shape (periods, runs, communities)
        Whether a community would instead try choices of a neighbour's.
    teacher : numpy.ndarray of int, shape (periods, runs, communities)
        The neighbour whose choices it would try.
    mask : numpy.ndarray of int, shape (periods, runs, communities)
        The choices that it would take from this neighbour, as binary digits.
    offer : int
        The number of periods after which the practice of the most successful place is offered.
    """

    start: np.ndarray
    flip: np.ndarray
    asks: np.ndarray
    teacher: np.ndarray
    mask: np.ndarray
    offer: int

    def until(self, period: int) -> Draws:
        """Return the draws of the first ``period`` periods."""
        parts = {name: getattr(self, name)[:period] for name in ("flip", "asks", "teacher", "mask")}
        return replace(self, **parts)


def draw(neighbours: np.ndarray, runs: int, periods: int, generator: np.random.Generator) -> Draws:
    """Draw what communities try: in half of the cases one change, in half a neighbour's choices.

    Parameters
    ----------
    neighbours : numpy.ndarray, shape (communities, links)
        As ``network`` returns them.
    runs, periods : int
        The number of independent repetitions, and of periods in each.
    generator : numpy.random.Generator
    """
    communities, links = neighbours.shape
    shape = (periods, runs, communities)
    link = generator.integers(0, links, shape)
    return Draws(
        start=generator.integers(0, PRACTICES, shape[1:]),
        flip=1 << generator.integers(0, CHOICES, shape),
        asks=generator.random(shape) < 0.5,
        teacher=neighbours[np.arange(communities), link],
        mask=generator.integers(0, PRACTICES, shape),
        offer=periods // 2,
    )


def simulate(lands: Landscapes, draws: Draws, likeness: np.ndarray) -> Outcome:
    """Let every community search, under every strategy, at each likeness.

    The yield of practice x in place i is √ρ·g(x) + √(1 − ρ)·h_i(x). It is expressed as a share of
    the best yield in that place.

    Parameters
    ----------
    lands : Landscapes
    draws : Draws
    likeness : numpy.ndarray, shape (likenesses,)
        Values of ρ from 0 to 1.

    Returns
    -------
    Outcome

    Raises
    ------
    ValueError
        If a likeness lies outside 0 to 1.
    """
    likeness = np.asarray(likeness, dtype=float)
    if likeness.ndim != 1 or not ((likeness >= 0) & (likeness <= 1)).all():
        raise ValueError("likeness must lie between 0 (nothing alike) and 1 (all the same).")
    yields = _Yields(lands, likeness)
    alone, practice, offered = _go_alone(yields, draws)
    joined, offered_joined = _join_up(yields, draws)
    return Outcome(
        scale_up=yields.of(_most_successful(yields, alone, practice)) / yields.best,
        go_alone=alone,
        join_up=joined,
        offer=offered,
        offer_and_join=offered_joined,
    )


class _Yields:
    """The yields of practices in all places.

    A practice is given with its place, as ``in_place`` returns it. For one likeness the yields are
    tabulated, which is fastest. For several, the table would not fit into the processor's cache, so
    the two parts of each yield are looked up and added instead.
    """

    def __init__(self, lands: Landscapes, likeness: np.ndarray):
        runs, communities, _ = lands.local.shape
        self.shape = (len(likeness), runs, communities)
        self.row = (np.arange(runs * communities) * PRACTICES).reshape(runs, communities)
        weights = (weight[:, None, None] for weight in _weights(likeness))
        self._shared_weight, self._local_weight = weights
        shared, local = (part[:, None] for part in lands.candidates)
        self.best = (self._local_weight * local + self._shared_weight * shared).max(axis=0)
        self._both = lands.both
        self._table = None
        if len(likeness) == 1:
            table = self._local_weight * lands.local
            table += self._shared_weight * lands.shared[:, None]
            self._table = table.ravel()

    def in_place(self, practice: np.ndarray) -> np.ndarray:
        """Return practices with their places, as indices of all yields.

        The practice is in the last binary digits, so that choices are reversed as in a practice.
        """
        return np.broadcast_to((self.row + practice).astype(np.intp), self.shape).copy()

    def of(self, placed: np.ndarray) -> np.ndarray:
        """Return the yields of placed practices, of shape (likenesses, runs, communities)."""
        # In WebAssembly this is four times as quick as `take`, and nowhere slower.
        if self._table is not None:
            return self._table[placed]
        found = self._both[placed]
        yields = found.real * self._local_weight
        yields += found.imag * self._shared_weight
        return yields


def _go_alone(yields: _Yields, draws: Draws) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Let every place change one choice at a time.

    Returns
    -------
    tuple of numpy.ndarray
        The share of the local best that is reached alone, the placed practice that reaches it, and
        the share reached if, after half of the periods, the practice of the most successful place
        is offered to all. A place accepts it only if it yields more there.
    """
    practice = yields.in_place(draws.start)
    reached = yields.of(practice)
    flips = draws.flip.astype(np.intp)
    for flip in flips[: draws.offer]:
        _keep_if_better(yields, practice, reached, practice ^ flip)
    offered, then = practice.copy(), reached.copy()
    if len(flips) >= draws.offer:
        offer = _most_successful(yields, reached / yields.best, practice)
        _keep_if_better(yields, offered, then, offer)
    for flip in flips[draws.offer :]:
        _keep_if_better(yields, practice, reached, practice ^ flip)
        _keep_if_better(yields, offered, then, offered ^ flip)
    return reached / yields.best, practice, then / yields.best


def _most_successful(yields: _Yields, share: np.ndarray, practice: np.ndarray) -> np.ndarray:
    """Return for every community, in its place, the practice of the best one in its run."""
    best = share.argmax(axis=2)[..., None]
    return yields.in_place(np.take_along_axis(practice, best, axis=2) % PRACTICES)


def _join_up(yields: _Yields, draws: Draws) -> tuple[np.ndarray, np.ndarray]:
    """Let every place try changes and neighbours' choices.

    Returns
    -------
    tuple of numpy.ndarray
        The share of the local best that is reached so, and the share reached if in addition, after
        half of the periods, the practice of the most successful place is offered to all.
    """
    practice = yields.in_place(draws.start)
    reached = yields.of(practice)
    runs, communities = draws.start.shape
    seats = ((np.arange(runs) * communities)[:, None] + draws.teacher).reshape(
        -1, runs * communities
    )
    rows = np.arange(len(practice))[:, None] * (runs * communities)
    # In each period a community takes these choices from a neighbour, or else reverses one choice.
    masks = np.where(draws.asks, draws.mask, 0).astype(np.intp)
    flips = np.where(draws.asks, 0, draws.flip).astype(np.intp)

    def search(practice: np.ndarray, reached: np.ndarray, periods: slice) -> None:
        for seat, mask, flip in zip(seats[periods], masks[periods], flips[periods], strict=True):
            trial = practice.ravel()[rows + seat].reshape(yields.shape)
            trial ^= practice
            trial &= mask
            trial ^= flip
            trial ^= practice
            _keep_if_better(yields, practice, reached, trial)

    search(practice, reached, slice(draws.offer))
    offered, then = practice.copy(), reached.copy()
    if len(flips) >= draws.offer:
        best = _most_successful(yields, reached / yields.best, practice)
        _keep_if_better(yields, offered, then, best)
    search(practice, reached, slice(draws.offer, None))
    search(offered, then, slice(draws.offer, None))
    return reached / yields.best, then / yields.best


def _keep_if_better(
    yields: _Yields, practice: np.ndarray, reached: np.ndarray, trial: np.ndarray
) -> None:
    """Replace ``practice`` and ``reached``, in place, wherever the trial yields more."""
    trial_yield = yields.of(trial)
    better = trial_yield > reached
    np.copyto(practice, trial, where=better)
    np.maximum(reached, trial_yield, out=reached)


@lru_cache(maxsize=4)
def _world(ruggedness: int, seed: int) -> Landscapes:
    return landscapes(COMMUNITIES, RUNS, ruggedness, np.random.default_rng([seed, ruggedness]))


@lru_cache(maxsize=8)
def _chances(links: int, periods: int, seed: int) -> tuple[np.ndarray, Draws]:
    neighbours = network(COMMUNITIES, links)
    return neighbours, draw(neighbours, RUNS, periods, np.random.default_rng([seed, 1]))


@dataclass(frozen=True)
class _Reached:
    """What the curves and the marks on them are made of.

    Attributes
    ----------
    by_run : dict of str to numpy.ndarray, shape (likenesses, runs)
        By strategy: the mean share of the local best.
    first : dict of str to numpy.ndarray, shape (likenesses, communities)
        By strategy: the share that each community reaches in the first run.
    """

    by_run: dict[str, np.ndarray]
    first: dict[str, np.ndarray]


def _reached(lands: Landscapes, draws: Draws, likeness: np.ndarray) -> _Reached:
    shares = _by_strategy(simulate(lands, draws, likeness))
    return _Reached(
        by_run={name: each.mean(axis=2) for name, each in shares.items()},
        first={name: each[:, 0].copy() for name, each in shares.items()},
    )


@lru_cache(maxsize=32)
def _at_all(periods: int, links: int, ruggedness: int, seed: int, until: int) -> _Reached:
    """Return what is reached at each of ``LIKENESSES`` after ``until`` of the periods."""
    _, draws = _chances(links, periods, seed)
    return _reached(_world(ruggedness, seed), draws.until(until), LIKENESSES)


def _weights(likeness: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the weights of the shared and of the local part of a yield, √ρ and √(1 − ρ)."""
    return np.sqrt(likeness).astype(np.float32), np.sqrt(1 - likeness).astype(np.float32)


@lru_cache(maxsize=32)
def curve(
    periods: int = 60, links: int = 4, ruggedness: int = 4, seed: int = 1, until: int | None = None
) -> Curve:
    """Return the mean share of the local best over likeness, for each strategy.

    With ``until`` it is the share after the first ones of the periods.
    """
    until = periods if until is None else until
    by_run = _at_all(periods, links, ruggedness, seed, until).by_run
    return Curve(
        likeness=LIKENESSES,
        mean={name: shares.mean(axis=1) for name, shares in by_run.items()},
        spread={name: shares.std(axis=1, ddof=1) for name, shares in by_run.items()},
        middle={name: np.quantile(shares, MIDDLE, axis=1) for name, shares in by_run.items()},
    )


def curve_table(
    periods: int = 60, links: int = 4, ruggedness: int = 4, seed: int = 1
) -> pd.DataFrame:
    """Return the curves as a table.

    Returns
    -------
    pandas.DataFrame
        One row for each likeness, one column for each strategy; mean shares of the local best.
    """
    found = curve(periods, links, ruggedness, seed)
    columns = {name: np.round(found.mean[name], 3) for name in NAMES}
    return pd.DataFrame({"likeness": np.round(found.likeness, 2), **columns})


def run(
    likeness: float = 0.5, periods: int = 60, links: int = 4, ruggedness: int = 4, seed: int = 1
) -> JoiningUp:
    """Let 24 communities search for a practice that works for them.

    Parameters
    ----------
    likeness : float
        ρ, how alike the places are: 0 to 1.
    periods : int
        T, 1 to 500.
    links : int
        Links per community, an even number from 2 to 22.
    ruggedness : int
        K, 0 to 9.
    seed : int
        The seed of landscapes and draws.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    arguments.whole("periods", periods, 1, MOST_PERIODS)
    arguments.whole("ruggedness", ruggedness, 0, CHOICES - 1)
    arguments.between("likeness", likeness, 0, 1)
    # Whole numbers may arrive as floats, such as 60.0, which cannot count periods.
    return _after(likeness, int(periods), links, int(ruggedness), seed, int(periods))


def after(result: JoiningUp, period: int) -> JoiningUp:
    """Return what had been reached after ``period`` of the periods, by the same draws."""
    same = (result.likeness, result.periods, result.links, result.ruggedness, result.seed)
    return _after(*same, period)


def _after(
    likeness: float, periods: int, links: int, ruggedness: int, seed: int, until: int
) -> JoiningUp:
    neighbours, draws = _chances(links, periods, seed)
    # Likeness acts through its weights alone, and the curve has most values of the slider.
    shared, local = _weights(LIKENESSES)
    here = _weights(np.array([likeness], dtype=float))
    (found,) = np.nonzero((shared == here[0]) & (local == here[1]))
    if len(found):
        reached, at = _at_all(periods, links, ruggedness, seed, until), found[0]
    else:
        lands = _world(ruggedness, seed)
        reached, at = _reached(lands, draws.until(until), np.array([likeness])), 0
    by_run = {name: shares[at] for name, shares in reached.by_run.items()}
    return JoiningUp(
        likeness=likeness,
        periods=periods,
        links=links,
        ruggedness=ruggedness,
        mean={name: float(shares.mean()) for name, shares in by_run.items()},
        spread={name: float(shares.std(ddof=1)) for name, shares in by_run.items()},
        first={name: shares[at] for name, shares in reached.first.items()},
        neighbours=neighbours,
        curve=curve(periods, links, ruggedness, seed, until),
        seed=seed,
    )


def _moments(result: JoiningUp) -> np.ndarray:
    """Return the periods after which a picture is shown, close together at first."""
    return np.unique(np.round(result.periods * np.linspace(0, 1, 17) ** 2).astype(int))


def _by_strategy(outcome: Outcome) -> dict[str, np.ndarray]:
    return {
        "scale up": outcome.scale_up,
        "go it alone": outcome.go_alone,
        "join up": outcome.join_up,
        OFFER: outcome.offer,
        BOTH: outcome.offer_and_join,
    }


def picture(result: JoiningUp) -> go.Figure:
    """Draw curves over likeness, on which this likeness is marked, beside the network."""
    curves = [trace for name in NAMES for trace in _strategy_traces(name, result)]
    begin = style.apart(
        {name: 0.04 + float(result.curve.mean[name][0]) for name in NAMES}, gap=0.075
    )
    lift = max(0.0, -min(begin.values()))  # The note on the bands is below 0.
    left, right = (0, 0.68), (0.72, 1)
    title = "100 %: local best · 0 %: average"
    copied = result.mean["scale up"]
    if result.likeness < 0.2:
        beside = {"xanchor": "left", "yanchor": "top", "xshift": 8}
    else:
        # A high number goes below its mark, where the word "now" does not cover it.
        above_or_below = "top" if copied > 0.85 else "bottom"
        beside = {"xanchor": "right", "yanchor": above_or_below, "xshift": -6}
    square = {"visible": False, "constrain": "domain"}
    layout = style.panels(
        Panel(
            title,
            left,
            {
                "title": {"text": "likeness: 0 nothing alike, 1 all the same"},
                "range": [-0.6, 1.03],
                "tickvals": [0, 0.2, 0.4, 0.6, 0.8, 1],
            },
            {"range": [-0.12, 1.06], "tickformat": ".0%"},
        ),
        Panel(
            "joined up",
            right,
            square | {"range": [-1.2, 1.2], "scaleanchor": "y2"},
            square | {"range": [-1.7, 1.2]},
        ),
    )
    layout["annotations"] += [
        *(
            {"x": 0, "y": height + lift, "xref": "x", "yref": "y"}
            | {"text": SHORTER.get(name, name), "xshift": -6, "xanchor": "right"}
            for name, height in begin.items()
        ),
        {"text": style.percent(copied), "x": result.likeness, "y": copied}
        | {"xref": "x", "yref": "y"}
        | beside,
        {"text": "now", "x": result.likeness, "y": 1.06, "xref": "x", "yref": "y"}
        | {"xanchor": "right", "yanchor": "top", "xshift": -3},
        {"text": f"bands: two in three of {RUNS} worlds"}
        | {"x": -0.59, "y": -0.11, "xref": "x", "yref": "y"}
        | {"xanchor": "left", "yanchor": "bottom"},
        {"text": "24 communities; large<br>and dark: near its best"}
        | {"x": 0, "y": -1.2, "xref": "x2", "yref": "y2", "yanchor": "top"},
    ]
    now = {"type": "line", "x0": result.likeness, "x1": result.likeness, "y0": 0, "y1": 1}
    layout["shapes"] = [
        now
        | {"xref": "x", "yref": "y domain"}
        | {"line": {"dash": "dot", "color": style.GREY, "width": 1.5}}
    ]
    return go.Figure(
        [*curves, *_network_traces(result)],
        layout | {"height": 450, "margin": {"t": 44, "r": 10}},
    )


def _strategy_traces(name: str, result: JoiningUp) -> list[go.Scatter]:
    """Return one strategy's curve with its band of chance, and the mark at this likeness."""
    curve, colour = result.curve, NAMES[name]
    low, high = curve.middle[name]
    return [
        go.Scatter(style.band(curve.likeness, low, high, colour)),
        go.Scatter(
            x=curve.likeness,
            y=curve.mean[name],
            mode="lines",
            line={"color": colour, "dash": DASHES[name], "width": 2.5},
            hovertemplate=f"{name}, likeness %{{x:.2f}}: %{{y:.0%}}<extra></extra>",
        ),
        go.Scatter(
            x=[result.likeness],
            y=[result.mean[name]],
            mode="markers",
            marker={"size": 12, "color": colour, "symbol": SYMBOLS[name]},
            hovertemplate=f"{name}: %{{y:.0%}}<extra></extra>",
        ),
    ]


def _network_traces(result: JoiningUp) -> list[go.Scatter]:
    """Return the links as lines, and the communities as dots that grow with what they reach."""
    count, links = result.neighbours.shape
    angle = 2 * np.pi * np.arange(count) / count
    x, y = np.sin(angle), np.cos(angle)
    ends = np.column_stack([np.repeat(np.arange(count), links), result.neighbours.ravel()])
    ends = ends[ends[:, 0] < ends[:, 1]]
    share = np.clip(result.first["join up"], 0, 1)
    return [
        go.Scatter(
            **style.lines_between(x, y, ends),
            xaxis="x2",
            yaxis="y2",
            mode="lines",
            line={"width": 0.8, "color": style.GREY},
            hoverinfo="skip",
        ),
        go.Scatter(
            x=x,
            y=y,
            xaxis="x2",
            yaxis="y2",
            mode="markers",
            marker={
                "size": 5 + 13 * share**2,
                "color": share,
                "cmin": 0.3,
                "cmax": 1,
                "colorscale": [[0, "#b8e0d2"], [1, style.JOIN_UP]],
                "line": {"color": style.GREY, "width": 1},
            },
            customdata=result.first["join up"],
            hovertemplate="reaches %{customdata:.0%} of its best<extra></extra>",
        ),
    ]


COMMUNITY = tuple(f"community {number}" for number in range(1, COMMUNITIES + 1))
# The dots of the network follow all curves, with their bands and marks, and the links.
DOTS = 3 * len(NAMES) + 1


def _story(result: JoiningUp, name: str) -> str:
    """Return what one community reaches in the first world, alone, joined up and by copying."""
    community = COMMUNITY.index(name)
    joined, copied, alone = (
        style.percent(result.first[way][community])
        for way in ("join up", "scale up", "go it alone")
    )
    beside = style.percent(result.first["join up"][result.neighbours[community]].mean())
    return (
        f"Joined up, {name} reaches {joined} of its best, its neighbours {beside}. Copying would "
        f"bring it {copied}, going alone {alone}."
    )


def brief(result: JoiningUp, before: JoiningUp | None) -> str:
    """State what copying and the leading strategy bring, or what has become of joining up."""
    copied, joined = (style.percent(result.mean[name]) for name in ("scale up", "join up"))
    leader = max(result.mean, key=lambda name: result.mean[name])
    if before is None or result.mean == before.mean:
        most = style.percent(result.mean[leader])
        ahead = "nothing brings more" if leader == "scale up" else f"{IN_WORDS[leader]} {most}"
        return f"Copying brings {copied} of what each place could have; {ahead}."
    earlier, joined_earlier = (style.percent(before.mean[name]) for name in ("scale up", "join up"))
    if copied == earlier and joined != joined_earlier:
        return (
            f"Joining up brings {joined}{was(joined, joined_earlier)}; copying stays where it was."
        )
    return f"Copying brings {copied}{was(copied, earlier)}; most comes of {IN_WORDS[leader]}."


def words(result: JoiningUp) -> str:
    """State what each strategy yields here, and where copying overtakes joining up."""
    mean = {name: style.percent(value) for name, value in result.mean.items()}
    overtaking = result.curve.overtaking
    if np.isnan(overtaking):
        where = "Copying the best never clearly overtakes joining up here."
    elif overtaking <= 0:
        where = "Copying the best is ahead of joining up at every likeness here."
    else:
        where = f"Copying overtakes joining up where likeness passes {style.number(overtaking)}."
    return (
        f"At a likeness of {style.number(result.likeness)}, after {result.periods} periods with "
        f"{result.links} links and ruggedness {result.ruggedness}, copying the best place brings "
        f"{mean['scale up']} of what is best locally, joining up {mean['join up']}, going it alone "
        f"{mean['go it alone']}, offering the best, then adapting {mean[OFFER]}, and offering and "
        f"joining up {mean[BOTH]}. {where}"
    )


def table(result: JoiningUp) -> pd.DataFrame:
    """Return what each strategy yields at this likeness, with its spread, and at both ends."""
    curve = result.curve
    return pd.DataFrame(
        [
            {
                "strategy": name,
                f"at {style.number(result.likeness)}": style.percent(result.mean[name], 1),
                f"standard deviation over {RUNS} worlds": style.percent(result.spread[name], 1),
                "nothing alike (0)": style.percent(curve.mean[name][0], 1),
                "all the same (1)": style.percent(curve.mean[name][-1], 1),
            }
            for name in NAMES
        ]
    )


def _ends_seen(at: Callable[..., JoiningUp]) -> str:
    alike, unlike = (
        [style.percent(at(likeness=end).mean[name]) for name in ("scale up", "join up")]
        for end in (1, 0)
    )
    return (
        f"All the same, copying wins, {alike[0]} against {alike[1]} for joining up; with nothing "
        f"alike it brings {unlike[0]} against {unlike[1]}. From inside one place the two worlds "
        "look the same."
    )


def _time_seen(at: Callable[..., JoiningUp]) -> str:
    links = style.percent(at(periods=10, links=22).mean["join up"])
    time = style.percent(at(periods=60, links=2).mean["join up"])
    return (
        f"With little time and all the links joining up brings {links}; with much time and two "
        f"links {time}. Time to try comes first."
    )


def _smooth_seen(at: Callable[..., JoiningUp]) -> str:
    smooth = at(ruggedness=0).mean
    return (
        f"Little: joining up and going it alone both bring {style.percent(smooth['join up'])}. "
        "Where one choice does not change another, each place finds its best by itself."
    )


explorable = Explorable(
    title="Copy the best, go it alone, or join up",
    ask=Ask(
        "Twenty-four communities search for 60 periods for a practice that works for them. Then "
        "the practice of the most successful one is copied to all. The places are half alike "
        "(likeness 0.5). How much of the best that each place could have does copying bring, on "
        "average, in per cent?",
        low=0,
        high=100,
        step=1,
        unit="per cent",
        tempting=90,
        because="it is the best practice there is, so it should be good anywhere.",
        otherwise="Half alike is not nothing alike: part of what works there works everywhere.",
    ),
    answer=lambda result: 100 * result.mean["scale up"],
    controls=(
        Slider("likeness", "Likeness of places, 0 to 1", 0, 1, start=0.5, step=0.05),
        Slider("periods", "Periods of trying", 10, 120, start=60, step=10),
        Slider("links", "Links of each community", 2, 22, start=4, step=2),
        Slider("ruggedness", "Ruggedness: other choices that each depends on", 0, 9, start=4),
    ),
    run=run,
    picture=picture,
    brief=brief,
    words=words,
    table=table,
    mark=Mark("y", scale=0.01),
    touch=(
        # Each strategy has a band, a curve and a mark.
        Drag(control="likeness", hint="or drag a mark", traces=tuple(range(2, 3 * len(NAMES), 3))),
        Details(
            label="Look at a community",
            hint="or click its dot",
            names=lambda result: COMMUNITY,
            story=_story,
            points=lambda result: {DOTS: COMMUNITY},
        ),
    ),
    tasks=(
        Task(
            "Make all places the same, then move the likeness to 0. Which way would you swear by "
            "in each world, and could you tell from inside which world you live in?",
            {"likeness": 1},
            _ends_seen,
        ),
        Task(
            "Give 10 periods and 22 links; then 60 periods and 2 links. Which matters first, time "
            "to try or links?",
            {"periods": 10, "links": 22},
            _time_seen,
        ),
        Task(
            "Start from the friend of copying: no choice changes what another does (ruggedness 0). "
            "What becomes of the argument for joining up?",
            {"ruggedness": 0},
            _smooth_seen,
        ),
    ),
    play=Play(
        each="period",
        steps=_moments,
        picture=lambda result, step: picture(after(result, int(step))),
        seconds=5,
    ),
    limits=(
        "The border between copying and joining up hangs on invented numbers: with 60 periods it "
        "is at a likeness of 0.83 to 0.88 in eight imagined worlds, with ten at 0.51 to 0.58, and "
        "on smooth ground nowhere. Linking, trying and copying are free here, and a neighbour's "
        "practice is always read rightly; in life joining up takes people and years. A copied "
        "vaccine also protects the neighbours. Copying is slavish here; an offer can be refused."
    ),
)
