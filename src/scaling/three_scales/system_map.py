"""A map of a system: which actors and conditions influence each other, over three scales.

A signed digraph, as in causal loop diagrams (Sterman 2000, ch. 5): a loop with an even number of
lowering links reinforces, one with an odd number balances (Maruyama 1963). networkx finds the
loops; ``system_map_table`` holds the rules of the table that a learner edits.
``signal`` runs a push along the links.
Left out: how strong a link is, how long it takes, and whether it is there at all.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise

import networkx as nx
import numpy as np
import pandas as pd
import plotly.graph_objects as go

from scaling import arguments, style
from scaling.explorable import (
    Arrange,
    Ask,
    Choice,
    Explorable,
    Pick,
    Play,
    Rows,
    Slider,
    Still,
    Task,
)
from scaling.rows import Table
from scaling.three_scales.map_layout import EDGE, STEPS, Layout, layout, lines
from scaling.three_scales.ripples import COLOURS, SCALES
from scaling.three_scales.signal import Signal, push
from scaling.three_scales.system_map_table import (
    COLUMNS,
    EFFECTS,
    MOST_IN_BAND,
    MOST_LINKS,
    Link,
    SystemMap,
    linked,
    moved,
    read,
    settle,
)
from scaling.wording import listed, number_of, was

# A map of thirty links can hold far more loops than anyone could read.
MOST_LOOPS = 100
LONGEST = 10  # links in a loop
MOMENTS = 8  # pictures for each step of a push


@dataclass(frozen=True)
class Loop:
    """A path along the links that returns to where it began.

    Attributes
    ----------
    links : tuple of Link
        Each link begins where the one before it ends, and the first begins where the last ends.
    """

    links: tuple[Link, ...]

    @property
    def actors(self) -> tuple[str, ...]:
        """The actors and conditions on the loop, each once."""
        return tuple(link.source for link in self.links)

    @property
    def sign(self) -> int:
        """Product of the signs: 1 or −1."""
        return int(np.prod([link.sign for link in self.links]))

    @property
    def kind(self) -> str:
        """How the loop answers a change: "reinforcing" for sign 1, "balancing" for −1."""
        return "reinforcing" if self.sign > 0 else "balancing"

    def __str__(self):
        arrows = "".join(f" {'+' if k.sign > 0 else style.MINUS}→ {k.target}" for k in self.links)
        return self.links[0].source + arrows


@dataclass(frozen=True)
class Lever:
    """How far an actor's influence reaches, and how many loops it is part of.

    Attributes
    ----------
    actor : str
    reached : int
        Number of other actors it reaches along the links, in any number of steps.
    closeness : float
        Sum of 1/steps over the actors it reaches (harmonic closeness).
    loops : int
        Number of loops it is part of.
    leverage : float
        Mean of closeness/(others on the map) and loops/(all loops), from 0 to 1.
    """

    actor: str
    reached: int
    closeness: float
    loops: int
    leverage: float


@dataclass(frozen=True)
class Tension:
    """An actor or condition that some others raise and some lower, with their names."""

    actor: str
    raised_by: tuple[str, ...]
    lowered_by: tuple[str, ...]


def graph(links: Iterable[Link]) -> nx.DiGraph:
    """Return the links as a networkx graph whose edges carry ``sign``."""
    made = nx.DiGraph()
    made.add_edges_from((link.source, link.target, {"sign": link.sign}) for link in links)
    return made


def loops(
    links: Iterable[Link], longest: int | None = None, most: int = MOST_LOOPS
) -> tuple[Loop, ...]:
    """Return the feedback loops of a map, shortest first.

    Parameters
    ----------
    links : iterable of Link
        At most one for each ordered pair.
    longest : int, optional
        Largest number of links in a loop; by default there is no limit.
    most : int
        Largest number of loops in the list. If there are more, the list ends with the greatest
        length at which all loops could be found.

    Returns
    -------
    tuple of Loop
        By length, then in the order of the links. A loop begins with the one of its actors that
        the table names first.
    """
    return search(tuple(links), longest, most)[0]


@lru_cache(maxsize=64)
def search(
    links: tuple[Link, ...], longest: int | None = None, most: int = MOST_LOOPS
) -> tuple[tuple[Loop, ...], int]:
    """Return the loops as ``loops`` does, and the length up to which all of them were found.

    Parameters
    ----------
    links, longest, most
        As for ``loops``.
    """
    net = graph(links)
    order = {name: place for place, name in enumerate(net)}
    by_ends = {(link.source, link.target): link for link in links}
    found: list[list[str]] = []
    end = len(net) if longest is None else min(longest, len(net))
    complete = 1
    for length in range(2, end + 1):
        cycles = list(islice(nx.simple_cycles(net, length_bound=length), most + 1))
        if len(cycles) > most:
            break
        found, complete = cycles, length
    return tuple(_loop(cycle, by_ends) for cycle in _sorted(found, order)), complete


def _sorted(cycles: list[list[str]], order: dict[str, int]) -> list[list[str]]:
    """Return the cycles, each begun with the actor named first, by length and then by order."""
    rotated = []
    for cycle in cycles:
        first = min(range(len(cycle)), key=lambda i: order[cycle[i]])
        rotated.append(cycle[first:] + cycle[:first])
    return sorted(rotated, key=lambda cycle: (len(cycle), [order[name] for name in cycle]))


def _loop(cycle: list[str], by_ends: dict[tuple[str, str], Link]) -> Loop:
    return Loop(tuple(by_ends[ends] for ends in pairwise([*cycle, cycle[0]])))


def levers(links: Iterable[Link], found: tuple[Loop, ...]) -> tuple[Lever, ...]:
    """Return every actor with its reach and its number of loops, most leverage first.

    Parameters
    ----------
    links : iterable of Link
    found : tuple of Loop
        The loops that are counted.
    """
    net = graph(links)
    others = max(len(net) - 1, 1)
    rows = []
    for name in net:
        inside = sum(name in loop.actors for loop in found)
        share = inside / len(found) if found else 0.0
        ways = nx.single_source_shortest_path_length(net, name)
        steps = [length for length in ways.values() if length]
        # fsum is exact. The last digit of networkx's own sum depends on the order of a set, which
        # differs from kernel to kernel: a learner would read 0.13 today and 0.14 tomorrow.
        closeness = math.fsum(1 / each for each in steps)
        leverage = (closeness / others + share) / 2
        rows.append(Lever(name, len(steps), closeness, inside, leverage))
    return tuple(sorted(rows, key=lambda row: -row.leverage))


def tensions(links: Iterable[Link]) -> tuple[Tension, ...]:
    """Return the actors that some links raise and others lower, in order of appearance."""
    by_target: dict[str, dict[int, list[str]]] = {}
    for link in links:
        pushed = by_target.setdefault(link.target, {1: [], -1: []})
        pushed[link.sign].append(link.source)
    return tuple(
        Tension(actor, tuple(pushed[1]), tuple(pushed[-1]))
        for actor, pushed in by_target.items()
        if pushed[1] and pushed[-1]
    )


# The lesson begins with this map of the Kettle and its ministry. Each name has the number of its
# scale in SCALES and its place in that band.
_KETTLE = {
    "Public concern": (0, 1),
    "Ministry's target": (0, 3),
    "Cost of living": (0, 5),
    "New tables": (1, 2),
    "Reporting": (1, 3),
    "Hours of listening": (1, 4),
    "Loneliness": (2, 1),
    "Guests who return": (2, 2),
    "Trust at the table": (2, 4),
    "Neighbours who run it": (2, 5),
}
_KETTLE_LINKS = """
Loneliness raises Public concern
Public concern raises Ministry's target
Ministry's target raises New tables
New tables raises Guests who return
Guests who return lowers Loneliness
New tables lowers Hours of listening
Ministry's target raises Reporting
Reporting lowers Hours of listening
Hours of listening raises Trust at the table
Trust at the table raises Guests who return
Guests who return raises Neighbours who run it
Neighbours who run it raises Trust at the table
Neighbours who run it raises Hours of listening
Ministry's target lowers Neighbours who run it
Cost of living raises Loneliness
Cost of living lowers Neighbours who run it
"""


def _kettle() -> Table:
    rows = []
    for line in _KETTLE_LINKS.strip().splitlines():
        effect = next(word for word in EFFECTS if f" {word} " in line)
        source, target = line.split(f" {effect} ")
        (above, left), (below, right) = _KETTLE[source], _KETTLE[target]
        scales = SCALES[above], SCALES[below]
        rows.append((source, scales[0], effect, target, scales[1], str(left), str(right)))
    return tuple(rows)


START = _kettle()
KETTLE = read(START)


@dataclass(frozen=True)
class Reading:
    """What a map shows: its loops, its levers and its tensions.

    Attributes
    ----------
    map : SystemMap
    loops : tuple of Loop
        Shortest first.
    longest : int
        Largest number of links in a loop, as requested.
    complete : int
        The length up to which all loops were found; below ``longest`` if there are too many.
    shown : Loop or None
        The loop that is highlighted.
    asked : int
        Number of the loop to highlight, counted from 1; 0 for none.
    place : str
        The place whose loops are highlighted, if no single one is; empty for none.
    signal : Signal
        A push at that place, or at the first of the table, for as many steps as ``longest``.
    levers : tuple of Lever
        Most leverage first.
    tensions : tuple of Tension
    """

    map: SystemMap
    loops: tuple[Loop, ...]
    longest: int
    complete: int
    shown: Loop | None
    asked: int
    place: str
    signal: Signal
    levers: tuple[Lever, ...]
    tensions: tuple[Tension, ...]

    @property
    def reinforcing(self) -> int:
        """Number of reinforcing loops."""
        return sum(loop.sign > 0 for loop in self.loops)

    @property
    def strong(self) -> tuple[Loop, ...]:
        """The loops that are highlighted: the one asked for, or those of the place."""
        if self.shown:
            return (self.shown,)
        return self.of_place if not self.asked else ()

    @property
    def of_place(self) -> tuple[Loop, ...]:
        """The loops through the place that is looked at."""
        return tuple(loop for loop in self.loops if self.place in loop.actors)

    @property
    def balancing(self) -> int:
        """Number of balancing loops."""
        return len(self.loops) - self.reinforcing


def run(links: Table = START, longest: int = 7, shown: int = 0, place: str = "") -> Reading:
    """Read a table of links and find its loops, its levers and its tensions.

    Parameters
    ----------
    links : tuple of tuple of str
        In the order of ``COLUMNS``.
    longest : int
        Largest number of links in a loop, 2 to 10.
    shown : int
        Number of the loop to highlight, counted from 1 in the order of the list; 0 for none.
    place : str
        The place to look at and to push; one that is not on the map is none.

    Raises
    ------
    ValueError
        If an argument is out of its range, or a row makes no sense (``BadRow``).
    """
    arguments.whole("longest", longest, 2, LONGEST)
    arguments.whole("shown", shown)
    system = read(links)
    found, complete = search(system.links, longest)
    place = place if place in system.scale else ""
    return Reading(
        map=system,
        loops=found,
        longest=longest,
        complete=complete,
        shown=found[int(shown) - 1] if 1 <= shown <= len(found) else None,
        asked=int(shown),
        place=place,
        signal=push(system.links, place or system.links[0].source, int(longest)),
        levers=levers(system.links, found),
        tensions=tensions(system.links),
    )


# ---------------------------------------------------------------- what a learner sees

RAISES, LOWERS = style.BLUE, style.VERMILLION
FIRST_BAND = 8  # the number of the trace of the society-wide places; the other bands follow


def picture(result: Reading, step: float = 0) -> go.Figure:
    """Draw the map in three bands, society on top; links bend, so that they can be told apart.

    Parameters
    ----------
    result : Reading
    step : float
        How many steps a push has run; between two whole numbers it is on its way.
    """
    return _figure(result, _legend(result, step), step=step)


def _figure(result: Reading, legend: str, faded: float = 0.22, step: float = 0) -> go.Figure:
    """Return the figure; ``faded`` is the opacity of links outside the highlighted loops."""
    laid_out = layout(
        tuple(
            (name, 2 - SCALES.index(scale), result.map.place[name])
            for name, scale in result.map.scale.items()
        ),
        tuple((link.source, link.target) for link in result.map.links),
    )
    strong = {link for loop in result.strong for link in loop.links}
    if step:  # The push alone stands out then.
        strong, faded = set(_passing(result, step)), 0.3
    groups = [
        (
            sign,
            is_strong,
            [k for k in result.map.links if k.sign == sign and (k in strong) == is_strong],
        )
        for is_strong in (False, True)
        for sign in (1, -1)
    ]
    faded = faded if strong or step else 0.8
    size = {lever.actor: 13 + 14 * lever.leverage for lever in result.levers}
    traces = [
        _arrows(links, laid_out, size, sign, 1.0 if is_strong else faded, 3.5 if is_strong else 1.8)
        for sign, is_strong, links in groups
    ]
    signs = [
        _signs(links, laid_out, sign, 1.0 if is_strong else max(faded, 0.4))
        for sign, is_strong, links in groups
    ]
    return go.Figure(
        [
            *traces,
            *signs,
            *_names(result, laid_out, size, result.signal.start if step else result.place),
            _on_the_way(result, laid_out, step),
            _moved(result.signal, laid_out, step),
        ],
        {
            "height": 590,
            "margin": {"t": 8, "l": 8, "r": 8, "b": 90},
            "shapes": [_band(i, colour) for i, colour in enumerate(COLOURS)],
            "annotations": [
                *(_heading(i, scale) for i, scale in enumerate(SCALES)),
                {
                    "text": legend,
                    "x": 0.5,
                    "y": 0,
                    "xref": "paper",
                    "yref": "paper",
                    "yanchor": "top",
                    "yshift": -8,
                    "font": {"size": 12},
                },
            ],
            "xaxis": {
                "visible": False,
                "range": [-EDGE, MOST_IN_BAND - 1 + EDGE],
                "fixedrange": True,
            },
            "yaxis": {"visible": False, "range": [0, 3], "fixedrange": True},
        },
    )


KEY = f"solid, with +: raises;  dashed, with {style.MINUS}: lowers"


def _legend(result: Reading, step: float) -> str:
    first = "▲ risen, ▼ fallen; ring: pushed<br>" if step else _strong(result)
    return (
        f"{number_of(len(result.loops), 'loop')} of up to {result.longest} links: "
        f"{result.reinforcing} reinforcing, {result.balancing} balancing<br>"
        f"{first}{KEY}<br>larger: more leverage;  diamond: pushed both ways"
    )


def _strong(result: Reading) -> str:
    """Return the line of the legend that says what is highlighted, if anything is."""
    if result.shown:
        return f"strong: loop {result.asked}<br>"
    if result.strong:
        count = number_of(len(result.strong), "loop")
        return f"strong: the {count} through {style.plain(result.place)}<br>"
    return ""


def _scatter(**parts: object) -> dict:
    """Return a scatter trace as a plain dictionary, which plotly accepts twice as fast."""
    return {"type": "scatter"} | parts


def _arrows(
    links: list[Link],
    laid_out: Layout,
    size: dict[str, float],
    sign: int,
    opacity: float,
    width: float,
) -> dict:
    gap = np.full((1, 2), np.nan)  # NaN interrupts the line between two links.
    paths = [part for k in links for part in (laid_out.ways[k.source, k.target], gap)]
    points = np.concatenate(paths) if paths else np.empty((0, 2))
    count = len(STEPS)
    heads = np.tile([0] * (count - 1) + [width + 9, 0], len(links))
    # An arrowhead ends at the rim of the mark that it points at.
    reach = np.repeat([size[link.target] / 2 + 3 for link in links], count + 1)
    return _scatter(
        x=points[:, 0],
        y=points[:, 1],
        mode="lines+markers",
        opacity=opacity,
        line={"color": RAISES if sign > 0 else LOWERS, "width": width}
        | {"dash": "solid" if sign > 0 else "dash", "backoff": 0},
        marker={
            "symbol": "arrow",
            "angleref": "previous",
            "standoff": reach,
            "size": heads,
            "opacity": 1,
            "color": RAISES if sign > 0 else LOWERS,
            "line": {"width": 0},
        },
        hoverinfo="skip",
    )


def _signs(links: list[Link], laid_out: Layout, sign: int, opacity: float) -> dict:
    """Return a plus or a minus on each link, white in a disc, where it covers least."""
    points = np.array([laid_out.signs[k.source, k.target] for k in links]).reshape(-1, 2)
    colour = RAISES if sign > 0 else LOWERS
    count = len(links)
    return _scatter(
        x=np.repeat(points[:, 0], 2),
        y=np.repeat(points[:, 1], 2),
        mode="markers",
        opacity=opacity,
        marker={
            "symbol": ["circle", "cross-thin" if sign > 0 else "line-ew"] * count,
            "size": [16, 9] * count,
            "color": [colour, "white"] * count,
            "line": {"color": [colour, "white"] * count, "width": [0, 2.5] * count},
            "opacity": 1,
        },
        customdata=[style.plain(str(link)) for link in links for _ in range(2)],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _names(result: Reading, laid_out: Layout, size: dict[str, float], ringed: str) -> list[dict]:
    """Return the marks and names of all actors, one trace for each band."""
    leverage = {lever.actor: lever.leverage for lever in result.levers}
    torn = {tension.actor for tension in result.tensions}
    traces = []
    for scale, colour in zip(SCALES, COLOURS, strict=True):
        names = [name for name, its_scale in result.map.scale.items() if its_scale == scale]
        traces.append(
            _scatter(
                x=[laid_out.where[name][0] for name in names],
                y=[laid_out.where[name][1] for name in names],
                mode="markers+text",
                text=["<br>".join(map(style.plain, lines(name))) for name in names],
                textposition=[laid_out.side[name] for name in names],
                textfont={"size": 13, "shadow": "auto"},
                marker={
                    "size": [size[name] for name in names],
                    "symbol": ["diamond" if name in torn else "circle" for name in names],
                    "color": colour,
                    "opacity": 1,
                    "line": {
                        "color": style.GREY,
                        "width": [4 * (name == ringed) for name in names],
                    },
                },
                customdata=[f"leverage {style.number(leverage[name])}" for name in names],
                hovertemplate="%{text}: %{customdata}<extra></extra>",
                cliponaxis=False,
            )
        )
    return traces


def _passing(result: Reading, step: float) -> list[Link]:
    """Return the links along which a push is under way between two steps."""
    before = math.floor(step)
    pulse = result.signal.pulses[before] if step > before else {}
    return [link for link in result.map.links if link.source in pulse]


def _on_the_way(result: Reading, laid_out: Layout, step: float) -> dict:
    """Return a triangle on each link along which a push is under way, up or down as it arrives."""
    before, along = math.floor(step), STEPS[:, 0]
    links = _passing(result, step)
    ups = [link.sign * result.signal.pulses[before][link.source] > 0 for link in links]
    x, y = (
        [np.interp(step - before, along, laid_out.ways[k.source, k.target][:, i]) for k in links]
        for i in (0, 1)
    )
    return _triangles(x, y, ups, 22)


def _moved(signal: Signal, laid_out: Layout, step: float) -> dict:
    """Return a triangle in the mark of each place that has risen or fallen by then."""
    change = signal.change(math.floor(step)) if step else {}
    x, y = ([laid_out.where[name][i] for name in change] for i in (0, 1))
    ups = [by > 0 for by in change.values()]
    return _triangles(x, y, ups, 16)


def _triangles(x: list[float], y: list[float], ups: list[bool], size: float) -> dict:
    return _scatter(
        x=x,
        y=y,
        mode="markers",
        marker={
            "symbol": ["triangle-up" if up else "triangle-down" for up in ups],
            "color": [RAISES if up else LOWERS for up in ups],
            "size": size,
            "opacity": 1,
            "line": {"color": "white", "width": 2},
        },
        hoverinfo="skip",
    )


def _band(number: int, colour: str) -> dict:
    return {
        "type": "rect",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": 2 - number + 0.02,
        "y1": 3 - number - 0.02,
        "fillcolor": colour,
        "opacity": 0.1,
        "line": {"width": 0},
        "layer": "below",
    }


def _heading(number: int, scale: str) -> dict:
    return {
        "text": f"<b>{scale}</b>",
        "x": 0,
        "y": 3 - number - 0.02,
        "xref": "paper",
        "yref": "y",
        "xanchor": "left",
        "yanchor": "top",
        "xshift": 4,
        "font": {"size": 14},
    }


def brief(result: Reading, before: Reading | None) -> str:
    """Say how many loops there are, or which one is highlighted."""
    count = number_of(len(result.loops), "loop")
    if before is None:
        return f"The map holds {count}, {result.balancing or 'none'} of them balancing."
    if result.shown and result.shown != before.shown:
        return f"Loop {result.asked}, drawn strongly, is {result.shown.kind}."
    if result.place and result.place != before.place:
        inside = len(result.of_place)
        strong = ", drawn strongly" if inside else ""
        return f"{result.place} is in {inside or 'none'} of {count}{strong}."
    if result.longest != before.longest:
        return f"Of up to {result.longest} links the map holds {count}."
    if result.loops == before.loops and result.map.links != before.map.links:
        return f"The map has changed, and still holds {count}."
    return f"The map holds {count}{was(str(len(result.loops)), str(len(before.loops)))}."


def words(result: Reading) -> str:
    """Say which loop is highlighted, which actor has most leverage, and which are in tension."""
    top = result.levers[0]
    reach = f"reaches {top.reached} of {number_of(len(result.levers) - 1, 'other')}"
    inside = (
        f" and sits in {top.loops} of {number_of(len(result.loops), 'loop')}"
        if result.loops
        else ""
    )
    torn = listed([tension.actor for tension in result.tensions] or ["nobody"])
    return (
        f"{_loops_in_words(result)}{_shown_in_words(result)}. Most leverage: "
        f"{top.actor}, which {reach}{inside}; pushed both ways: {torn}."
    )


def _loops_in_words(result: Reading) -> str:
    counted = min(result.longest, max(result.complete, 2))
    said = f"{number_of(len(result.loops), 'feedback loop')} of up to {counted} links"
    if result.loops:
        said += f", {result.reinforcing} reinforcing and {result.balancing} balancing"
    if result.complete < min(result.longest, len(result.map.scale)):
        said += f" (longer ones, up to {result.longest}, are too many to list)"
    elif counted < result.longest:
        said += f" (asked: {result.longest})"
    return said


def _shown_in_words(result: Reading) -> str:
    if not result.asked:
        return f"; {result.place} is in {len(result.of_place)} of them" if result.place else ""
    if result.shown is None:
        return f"; loop {result.asked} is not among them"
    return f"; loop {result.asked} is {result.shown.kind}: {result.shown}"


def table(result: Reading) -> pd.DataFrame:
    """Return the loops, the levers and the tensions, one in each row, described in words."""
    rows = [
        (
            f"loop {number}{', drawn' * (loop is result.shown)}",
            loop.kind,
            f"{len(loop.links)} links: {loop}",
        )
        for number, loop in enumerate(result.loops, 1)
    ]
    others = len(result.levers) - 1
    rows += [
        (
            f"leverage {style.number(lever.leverage)}",
            lever.actor,
            f"reaches {lever.reached} of {others}, in {lever.loops} of "
            f"{number_of(len(result.loops), 'loop')}",
        )
        for lever in result.levers
    ]
    rows += [
        (
            "tension",
            tension.actor,
            f"raised by {', '.join(tension.raised_by)}; lowered by {', '.join(tension.lowered_by)}",
        )
        for tension in result.tensions
    ]
    signal = result.signal
    rows += [
        (f"a push at {signal.start}", word, f"after {steps_of(signal)}: {listed(names)}")
        for word, names in (("risen", signal.moved(1)), ("fallen", signal.moved(-1)))
        if names
    ]
    return pd.DataFrame(rows, columns=["found", "kind, or who", "in words"])


def steps_of(signal: Signal) -> str:
    """Return how many steps a push ran, in words."""
    return number_of(signal.steps, "step")


def outcome(result: Reading) -> str:
    """Say what a push has raised and lowered, and after how many steps."""
    signal = result.signal
    if not signal.steps:
        return f"{signal.start} acts on nothing, so a push there ends where it began."
    parts = [
        f"{listed(names)} {'has' if len(names) == 1 else 'have'} {word}"
        for word, names in (("risen", signal.moved(1)), ("fallen", signal.moved(-1)))
        if names
    ]
    moved = "; ".join(parts) or "all is as it was"
    return f"Push {signal.start} up, and {steps_of(signal)} later {moved}."


def to_draw(result: Reading) -> dict[str, int]:
    """Return the number of each loop by its label, for the choice of the one to highlight.

    If a place is looked at, its loops are offered.
    """
    named = {
        f"{number}, {loop.kind}: {' → '.join(loop.actors)}": number
        for number, loop in enumerate(result.loops, 1)
        if not result.place or result.place in loop.actors
    }
    return {"none": 0} | named


def to_push(result: Reading) -> dict[str, str]:
    """Return the places by their labels, for the choice of the one to look at and to push."""
    first = result.map.links[0].source
    return {f"none (a push begins at {first})": ""} | {name: name for name in result.map.scale}


def places(result: Reading) -> dict[int, list[str]]:
    """Return the names of the places by the number of the trace that draws them."""
    bands = [
        [name for name, its_scale in result.map.scale.items() if its_scale == scale]
        for scale in SCALES
    ]
    return dict(enumerate(bands, FIRST_BAND))


def dropped(table: Table, way: str, name: str, at: tuple[float, float], onto: str) -> Table:
    """Return the table after a place was dragged in the picture.

    Parameters
    ----------
    table : tuple of tuple of str
    way : str
        One of ``EFFECTS`` for a link to the place it was dropped onto; empty to move it.
    name : str
        The place.
    at : tuple of float
        Where it was dropped, in places from the left and in bands from below.
    onto : str
        The place it was dropped onto; empty for none.
    """
    if not way:
        band = min(max(math.floor(at[1]), 0), len(SCALES) - 1)
        place = min(max(round(at[0]), 0), MOST_IN_BAND - 1)
        return moved(table, name, SCALES[len(SCALES) - 1 - band], place)
    if not onto:
        raise ValueError("Draw from one place to another, and let go on it.")
    return linked(table, name, way, onto)


MINISTRY = ("Loneliness", "Public concern", "Ministry's target", "New tables", "Guests who return")


def as_drawn() -> Still:
    """Return the map that the lesson begins with, the ministry's loop highlighted.

    The number of loops is not shown, because the learner predicts it next.
    """
    plain = run()
    (number,) = (i for i, loop in enumerate(plain.loops, 1) if loop.actors == MINISTRY)
    figure = _figure(
        run(shown=number),
        f"strong: what the ministry drew;  pale: added by others<br>{KEY}",
        faded=0.6,
    )
    links = pd.DataFrame(
        [(k.source, "raises" if k.sign > 0 else "lowers", k.target) for k in plain.map.links],
        columns=["more of this", "effect", "that"],
    )
    words = (
        "Strong: what the ministry drew. Pale: what somebody who knows a table added. Solid arrows "
        "raise, dashed ones lower."
    )
    figure.update_layout(template=style.LIGHT)
    return Still("The map of the Kettle", figure, words, links, folded=True)


def _map_without_reporting() -> Table:
    """Return the Kettle's map without reporting, and with a worker for each new table."""
    kept = [row for row in START if (row[0], row[3]) != ("Ministry's target", "Reporting")]
    return tuple(
        (*row[:2], "raises", *row[3:])
        if (row[0], row[3]) == ("New tables", "Hours of listening")
        else row
        for row in kept
    )


def _counteracting(result: Reading) -> list[Loop]:
    """Return the reinforcing loops through the ministry's target, which undo its plan."""
    return [k for k in result.loops if k.sign > 0 and "Ministry's target" in k.actors]


def _seen_loops(at: Callable[..., Reading]) -> str:
    result = at()
    number = next(i for i, loop in enumerate(result.loops, 1) if loop.actors == MINISTRY)
    return (
        f"Loop {number} is the ministry's, and {result.loops[number - 1].kind}. The "
        f"{len(_counteracting(result))} long ones come back through its target as more "
        "loneliness: by way of listening, reporting, or neighbours who find that it is no longer "
        "theirs."
    )


def _seen_short(at: Callable[..., Reading]) -> str:
    short, every = at(longest=5), at()
    return (
        f"{len(short.loops)} loops are left, and {len(_counteracting(short)) or 'none'} of them "
        f"works against the plan. The other {len(_counteracting(every))} take longer: they may be "
        "felt after the first good report."
    )


def _seen_helped(at: Callable[..., Reading]) -> str:
    left = _counteracting(at(links=_map_without_reporting(), longest=LONGEST))
    return (
        f"{len(left)} loops still work against the ministry, and both pass Neighbours who run it: "
        "what is left to lose is ownership."
    )


explorable = Explorable(
    title="A map you can change",
    ask=Ask(
        "The picture above shows sixteen links between ten people and conditions. The ministry "
        "drew one loop. Somebody who knows a table added what a target does to listening, "
        "reporting, trust and ownership. Follow the arrows: how many feedback loops does the whole "
        "map hold?",
        low=0,
        high=12,
        step=1,
        unit="loops",
        tempting=2,
        because="we see the loop we drew, and perhaps one more.",
        otherwise="Not every way comes back: nothing on this map acts on Cost of living.",
    ),
    answer=lambda result: len(result.loops),
    controls=(
        Slider("longest", "Links in a loop, at most", 2, LONGEST, start=7),
        Choice("place", "Place to look at, and to push", to_push(run()), start="", among=to_push),
        Choice("shown", "Loop to draw strongly", to_draw(run()), start=0, among=to_draw),
        Rows(
            "links",
            "The links of the map: change, add, remove",
            COLUMNS,
            start=START,
            check=read,
            settle=settle,
            file="my-map.csv",
        ),
    ),
    run=run,
    touch=(Pick(control="place", hint="or click it", points=places),),
    arrange=Arrange(
        control="links",
        label="Dragging in the picture",
        ways={"moves a place": ""} | {f"draws a link that {effect}": effect for effect in EFFECTS},
        traces=tuple(range(FIRST_BAND, FIRST_BAND + len(SCALES))),
        points=places,
        dropped=dropped,
    ),
    play=Play(
        each="step",
        steps=lambda result: np.arange(MOMENTS * result.signal.steps + 1) / MOMENTS,
        picture=picture,
        seconds=10,
        outcome=outcome,
    ),
    brief=brief,
    picture=picture,
    words=words,
    table=table,
    tasks=(
        Task(
            "Draw the loops strongly, one after the other. Which is the one that the ministry "
            "drew, and what do those of six and seven links do to it?",
            {},
            _seen_loops,
        ),
        Task(
            "Look at loops of up to 5 links only. What would somebody miss who looks no further?",
            {"longest": 5},
            _seen_short,
        ),
        Task(
            "Start from the other end: take away the link from Ministry's target to Reporting, and "
            "let New tables raise Hours of listening, as if each table had a worker of its own. "
            "Look at loops of up to 10 links. Which are left to work against the ministry?",
            {},
            _seen_helped,
        ),
    ),
    limits=(
        "How many loops there are hangs on who was asked: the first five links alone, of what the "
        "ministry drew, make 1. A map holds what its makers see: it is an argument, not a "
        "measurement. It does not say how strong a link is, how long it takes, or who could move "
        "it; a push here treats all links alike. Leverage here is nearness and loops, half and "
        "half; a place may have both and be nobody's to change. At most "
        f"{MOST_LINKS} links, {MOST_IN_BAND} names a scale, and {MOST_LOOPS} loops."
    ),
)
