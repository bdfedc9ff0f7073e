"""Where the links, the signs and the names of a map lie, so that each can be read.

Names stand above, below or beside their marks, links bend to either side, and signs move along
them. Each takes the place at which it covers least of the others. Lengths are in pixels of a
picture that is 650 wide; a narrower one squeezes links together, and leaves marks and letters as
they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from textwrap import wrap

import numpy as np

SLOT, BAND = 98, 165  # pixels between two places and between two bands
EDGE = 0.72  # of a slot left of the first place and right of the last, for half a name
HIGH, LOW = 0.6, 0.38  # of a band: neighbours stand at different heights, to make room for names
LETTERS = 17  # in a line of a name
LETTER, LINE = 7.2, 17  # pixels that a letter is wide and a line is high
MARK = 15  # pixels from the middle of a mark to its name
SIDES = ("top center", "bottom center", "middle right", "middle left")  # as plotly names them
STEPS = np.linspace(0, 1, 25)[:, None]  # points along a link
BOWS = (0.16, 0.08, -0.08, -0.16, 0.26, -0.26, 0.38, -0.38, 0.52, -0.52)
SIGNS = (12, 14, 10, 16, 8, 18, 6)  # points of a link at which its sign may stand
TRIES = 24  # of moving a name and bending all links again
HEADING = (-70.0, 50.0, 135.0, 160.0)  # left, right, bottom, top of a band's name in its band

Box = tuple[float, float, float, float]  # left, right, bottom, top
Ends = tuple[str, str]


@dataclass(frozen=True)
class Layout:
    """Where everything lies, in places from the left and in bands from below.

    Attributes
    ----------
    where : dict of str to tuple of float
        The mark of every name.
    side : dict of str to str
        Where a name stands at its mark, one of ``SIDES``.
    ways : dict of tuple of str to numpy.ndarray, shape (25, 2)
        Points along each link, by source and target.
    signs : dict of tuple of str to numpy.ndarray, shape (2,)
        Where the sign of each link stands.
    """

    where: dict[str, tuple[float, float]]
    side: dict[str, str]
    ways: dict[Ends, np.ndarray]
    signs: dict[Ends, np.ndarray]


def lines(name: str) -> list[str]:
    """Return a name in the lines in which it is drawn."""
    return wrap(name, LETTERS)


@lru_cache(maxsize=32)
def layout(seats: tuple[tuple[str, int, int], ...], links: tuple[Ends, ...]) -> Layout:
    """Return where everything lies.

    Parameters
    ----------
    seats : tuple of (str, int, int)
        Name, band from below and place from the left.
    links : tuple of (str, str)
        Source and target.
    """
    where = {name: (place, band + (HIGH if place % 2 else LOW)) for name, band, place in seats}
    marks = {name: np.array(at) * (SLOT, BAND) for name, at in where.items()}
    # Away from the neighbours, who stand at the other height, unless that covers a link.
    side = {name: SIDES[1 - place % 2] for name, _, place in seats}
    ways, cost = _drawn(links, marks, side)
    left = TRIES
    while left and (crossed := [k for k in marks if _covers(k, marks, side, ways)]):
        before = cost
        tries = [(k, at) for k in crossed for at in SIDES if at != side[k]][:left]
        left -= len(tries)
        for name, at in tries:
            turned = side | {name: at}
            others, less = _drawn(links, marks, turned)
            if less < cost:
                side, ways, cost = turned, others, less
        if cost == before:
            break
    boxes = {name: _box(name, marks[name], at) for name, at in side.items()}
    signs = _placed(ways, marks, boxes)
    unit = np.array([SLOT, BAND])
    return Layout(
        where=where,
        side=side,
        ways={ends: way / unit for ends, way in ways.items()},
        signs={ends: at / unit for ends, at in signs.items()},
    )


def _box(name: str, mark: np.ndarray, side: str) -> Box:
    """Return the room that a name takes."""
    drawn = lines(name)
    width, height = LETTER * max(map(len, drawn)), LINE * len(drawn)
    x, y = mark
    if side.endswith("center"):
        x, y = x - width / 2, (y + MARK - 2 if side.startswith("top") else y - MARK + 2 - height)
    else:
        x, y = (x + MARK - 2 if side.endswith("right") else x - MARK + 2 - width), y - height / 2
    return (x, x + width, y, y + height)


def _inside(points: np.ndarray, boxes: np.ndarray, room: float = 3) -> np.ndarray:
    """Return in how many boxes, or within some pixels of them, each point lies.

    Parameters
    ----------
    points : numpy.ndarray, shape (…, 2)
    boxes : numpy.ndarray, shape (boxes, 4)
    room : float
    """
    left, right, bottom, top = boxes.T
    x, y = points[..., :1], points[..., 1:]
    beside = (x > left - room) & (x < right + room)
    return (beside & (y > bottom - room) & (y < top + room)).sum(axis=-1)


def _distances(points: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return how far each point, shape (…, 2), is from the nearest of others, shape (n, 2)."""
    if not len(others):
        return np.full(points.shape[:-1], np.inf)
    apart = points[..., None, :] - others
    return np.sqrt((apart**2).sum(axis=-1)).min(axis=-1)


def _curves(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Return the ways a link may take, one for each bow, shape (bows, points, 2)."""
    across, up = end - start
    aside = np.array([-up, across])
    middles = (start + end) / 2 + np.outer(BOWS, aside)
    return (1 - STEPS) ** 2 * start + 2 * STEPS * (1 - STEPS) * middles[:, None, :] + STEPS**2 * end


def _routed(
    links: tuple[Ends, ...], marks: dict[str, np.ndarray], boxes: dict[str, Box]
) -> dict[Ends, np.ndarray]:
    """Bend each link so that it covers least; the longest first, which have least choice."""
    by_length = sorted(links, key=lambda ends: -np.hypot(*(marks[ends[1]] - marks[ends[0]])))
    found: dict[Ends, np.ndarray] = {}
    drawn = np.empty((0, 2))
    names = np.array(list(boxes.values()))
    top = 3 * BAND
    for ends in by_length:
        source, target = ends
        curves = _curves(marks[source], marks[target])
        inner = curves[:, 2:-2:2]
        cost = 12 * np.abs(BOWS)
        cost = cost + 6 * _inside(inner, names).sum(axis=1)
        others = np.array([at for name, at in marks.items() if name not in ends]).reshape(-1, 2)
        cost = cost + 4 * (_distances(inner, others) < 16).sum(axis=1)
        cost = cost + 1.2 * (_distances(inner[:, 2:-2], drawn) < 10).sum(axis=1)
        x, y = inner[..., 0], inner[..., 1]
        outside = (x < -0.5 * SLOT) | (x > 5.5 * SLOT) | (y < 4) | (y > top - 4)
        cost = cost + 20 * outside.sum(axis=1)
        found[ends] = curves[int(cost.argmin())]
        drawn = np.concatenate([drawn, found[ends][2:-2:2]])
    return {ends: found[ends] for ends in links}


def _drawn(
    links: tuple[Ends, ...], marks: dict[str, np.ndarray], side: dict[str, str]
) -> tuple[dict[Ends, np.ndarray], float]:
    """Return the ways of all links, and how much the names cover then."""
    boxes = {name: _box(name, marks[name], at) for name, at in side.items()}
    ways = _routed(links, marks, boxes)
    return ways, sum(_covers(name, marks, side, ways) for name in marks)


def _covers(
    name: str,
    marks: dict[str, np.ndarray],
    side: dict[str, str],
    ways: dict[Ends, np.ndarray],
) -> float:
    """Return how much a name covers, in points of links; a name or an edge counts as many."""
    box = _box(name, marks[name], side[name])
    band = marks[name][1] // BAND * BAND
    heading = (*HEADING[:2], band + HEADING[2], band + HEADING[3])
    others = [_box(k, marks[k], side[k]) for k in marks if k != name]
    points = np.concatenate([np.empty((0, 2)), *(way[1:-1] for way in ways.values())])
    return (
        _inside(points, np.array([box]), room=1).sum()
        + 30 * sum(_overlap(box, other) for other in (*others, heading))
        + 30
        * (
            box[2] < band
            or box[3] > band + BAND
            or box[0] < -EDGE * SLOT
            or box[1] > (5 + EDGE) * SLOT
        )
        + 0.5 * (not side[name].endswith("center"))  # above or below, unless that covers more
    )


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]


def _placed(
    ways: dict[Ends, np.ndarray], marks: dict[str, np.ndarray], boxes: dict[str, Box]
) -> dict[Ends, np.ndarray]:
    """Put each sign where it lies on nothing else."""
    found: dict[Ends, np.ndarray] = {}
    names = np.array(list(boxes.values()))
    at_marks = np.array(list(marks.values())).reshape(-1, 2)
    for ends, way in ways.items():
        spots = way[list(SIGNS)]
        others = [other[1:-1] for its_ends, other in ways.items() if its_ends != ends]
        cost = 0.1 * np.arange(len(SIGNS))
        cost = cost + 3 * _inside(spots, names, room=9)
        cost = cost + 4 * (_distances(spots, np.array(list(found.values())).reshape(-1, 2)) < 21)
        cost = cost + 4 * (_distances(spots, at_marks) < 24)
        cost = cost + 2 * (_distances(spots, np.concatenate([np.empty((0, 2)), *others])) < 11)
        found[ends] = spots[int(cost.argmin())]
    return found
