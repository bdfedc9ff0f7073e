"""Layout of a system map: where its links, signs and names are drawn, so that each can be read.

Names are placed above, below or beside their marks, links bend to either side, and signs move along
the links. Each takes the position at which it covers least of the others. Lengths are in pixels of
a picture that is 650 wide; a narrower one squeezes the links together but leaves marks and letters
at their size, so that what is covered is counted at both widths.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from textwrap import wrap

import numpy as np

SLOT, BAND = 98, 165  # pixels
# Widths at which the map is read, as shares, with the weight of what is covered there: a page, and
# a phone or half a window.
SQUEEZES = {1.0: 1.0, 0.55: 0.3}
# The picture extends this share of a slot beyond the outer places, which is room for half a name.
EDGE = 0.72
# Neighbouring marks are drawn at two heights, given as shares of the band, to make room for names.
HIGH, LOW = 0.6, 0.38
LETTERS_PER_LINE = 13  # letters
LETTER_WIDTH, LINE_HEIGHT = 7.2, 17  # pixels
NAME_DISTANCE = 15  # pixels
# These are plotly's words for the position of a text.
SIDES = ("top center", "bottom center", "middle right", "middle left")
# A link is drawn through 25 points, at these shares of its length.
STEPS = np.linspace(0, 1, 25)[:, None]
# A link may bend by one of these shares of its length, to the left or to the right.
BENDS = (0.16, 0.08, -0.08, -0.16, 0.26, -0.26, 0.38, -0.38, 0.52, -0.52)
# The sign of a link is drawn at one of these points of it; the middle is tried first.
SIGN_POINTS = (12, 14, 10, 16, 8, 18, 6)
# Each try routes all links again, so that their number decides how long a layout takes.
MOST_TRIES = 24
# The heading of a band covers this box, measured from its left and lower edge.
HEADING = (0.0, 120.0, 135.0, 160.0)

# A box is given by its left, right, lower and upper edge.
Box = tuple[float, float, float, float]
# A link is known by the names of its source and its target.
Ends = tuple[str, str]


@dataclass(frozen=True)
class Layout:
    """Positions of all parts of a map, in places from the left and in bands from below.

    Attributes
    ----------
    where : dict of str to tuple of float
        Position of the mark of every name.
    side : dict of str to str
        On which side of its mark a name is written, one of ``SIDES``.
    ways : dict of tuple of str to numpy.ndarray, shape (25, 2)
        Points along each link, by source and target.
    signs : dict of tuple of str to numpy.ndarray, shape (2,)
        Position of the sign of each link.
    """

    where: dict[str, tuple[float, float]]
    side: dict[str, str]
    ways: dict[Ends, np.ndarray]
    signs: dict[Ends, np.ndarray]


def lines(name: str) -> list[str]:
    """Return a name broken into the lines in which it is drawn."""
    return wrap(name, LETTERS_PER_LINE)


@lru_cache(maxsize=32)
def layout(seats: tuple[tuple[str, int, int], ...], links: tuple[Ends, ...]) -> Layout:
    """Return the positions of all parts of a map.

    Parameters
    ----------
    seats : tuple of (str, int, int)
        Name, band from below and place from the left.
    links : tuple of (str, str)
        Source and target.
    """
    where: dict[str, tuple[float, float]] = {
        name: (place, band + (HIGH if place % 2 else LOW)) for name, band, place in seats
    }
    marks = {name: np.array(at) * (SLOT, BAND) for name, at in where.items()}
    # Each name starts on the side away from its neighbours, which are at the other height, and
    # moves only if it covers something there.
    side = {name: SIDES[1 - place % 2] for name, _, place in seats}
    ways, cost = _routed_with_cost(links, marks, side)
    left = MOST_TRIES
    while left and (crossed := list(_covered(marks, side, ways))):
        before = cost
        tries = [(k, at) for k in crossed for at in SIDES if at != side[k]][:left]
        left -= len(tries)
        for name, at in tries:
            turned = side | {name: at}
            others, new_cost = _routed_with_cost(links, marks, turned)
            if new_cost < cost:
                side, ways, cost = turned, others, new_cost
        if cost == before:
            break
    signs = _sign_positions(ways, marks, side)
    unit = np.array([SLOT, BAND])
    return Layout(
        where=where,
        side=side,
        ways={ends: way / unit for ends, way in ways.items()},
        signs={ends: at / unit for ends, at in signs.items()},
    )


def _box(name: str, mark: np.ndarray, side: str) -> Box:
    """Return the box that a name fills."""
    drawn = lines(name)
    width, height = LETTER_WIDTH * max(map(len, drawn)), LINE_HEIGHT * len(drawn)
    away = NAME_DISTANCE - 2
    x, y = mark
    if side.endswith("center"):
        x, y = x - width / 2, (y + away if side.startswith("top") else y - away - height)
    else:
        x, y = (x + away if side.endswith("right") else x - away - width), y - height / 2
    return (x, x + width, y, y + height)


def _squeezed(points: np.ndarray, squeeze: float) -> np.ndarray:
    """Return points as they lie in a picture of this share of the full width."""
    return points * (squeeze, 1.0)


def _boxes(marks: dict[str, np.ndarray], side: dict[str, str], squeeze: float) -> dict[str, Box]:
    """Return the boxes that all names fill in a picture of this share of the full width."""
    return {name: _box(name, _squeezed(marks[name], squeeze), at) for name, at in side.items()}


def _inside(points: np.ndarray, boxes: np.ndarray, room: float = 3) -> np.ndarray:
    """Return for each point the number of boxes that it lies in or close to.

    Parameters
    ----------
    points : numpy.ndarray, shape (…, 2)
    boxes : numpy.ndarray, shape (boxes, 4)
    room : float
        Distance from a box that still counts, in pixels.
    """
    left, right, bottom, top = boxes.T
    x, y = points[..., :1], points[..., 1:]
    beside = (x > left - room) & (x < right + room)
    return (beside & (y > bottom - room) & (y < top + room)).sum(axis=-1)


def _distances(points: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the distance of each point, shape (…, 2), to the nearest of others, shape (n, 2)."""
    if not len(others):
        return np.full(points.shape[:-1], np.inf)
    apart = points[..., None, :] - others
    return np.sqrt((apart**2).sum(axis=-1)).min(axis=-1)


def _curves(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Return the curves that a link may follow, one for each bend, shape (bends, points, 2)."""
    across, up = end - start
    aside = np.array([-up, across])
    middles = (start + end) / 2 + np.outer(BENDS, aside)
    return (1 - STEPS) ** 2 * start + 2 * STEPS * (1 - STEPS) * middles[:, None, :] + STEPS**2 * end


def _routed(
    links: tuple[Ends, ...], marks: dict[str, np.ndarray], side: dict[str, str]
) -> dict[Ends, np.ndarray]:
    """Bend each link to cover least, starting with the longest, which have least choice."""
    by_length = sorted(links, key=lambda ends: -np.hypot(*(marks[ends[1]] - marks[ends[0]])))
    found: dict[Ends, np.ndarray] = {}
    drawn = np.empty((0, 2))
    names = [np.array(list(_boxes(marks, side, squeeze).values())) for squeeze in SQUEEZES]
    top = 3 * BAND
    for ends in by_length:
        source, target = ends
        curves = _curves(marks[source], marks[target])
        inner = curves[:, 2:-2:2]
        cost = 12 * np.abs(BENDS)
        others = np.array([at for name, at in marks.items() if name not in ends]).reshape(-1, 2)
        for squeeze, boxes in zip(SQUEEZES, names, strict=True):
            seen, rest = _squeezed(inner, squeeze), _squeezed(others, squeeze)
            covered = 6 * _inside(seen, boxes).sum(axis=1)
            covered = covered + 8 * (_distances(seen, rest) < 20).sum(axis=1)
            cost = cost + SQUEEZES[squeeze] * covered
        cost = cost + 2.5 * (_distances(inner[:, 2:-2], drawn) < 10).sum(axis=1)
        x, y = inner[..., 0], inner[..., 1]
        outside = (x < -0.5 * SLOT) | (x > 5.5 * SLOT) | (y < 4) | (y > top - 4)
        cost = cost + 20 * outside.sum(axis=1)
        found[ends] = curves[int(cost.argmin())]
        drawn = np.concatenate([drawn, found[ends][2:-2:2]])
    return {ends: found[ends] for ends in links}


def _routed_with_cost(
    links: tuple[Ends, ...], marks: dict[str, np.ndarray], side: dict[str, str]
) -> tuple[dict[Ends, np.ndarray], float]:
    """Return the points along all links, and how much all names then cover."""
    ways = _routed(links, marks, side)
    return ways, sum(_covered(marks, side, ways).values())


def _covered(
    marks: dict[str, np.ndarray], side: dict[str, str], ways: dict[Ends, np.ndarray]
) -> dict[str, float]:
    """Return how many points of links each name covers; another name or an edge counts as thirty.

    Names that cover nothing are left out.
    """
    points = np.concatenate([np.empty((0, 2)), *(way[1:-1] for way in ways.values())])
    # A name beside its mark costs half a point: above or below is preferred where it is free.
    cost = {name: 0.5 * (not at.endswith("center")) for name, at in side.items()}
    for squeeze, weight in SQUEEZES.items():
        boxes = _boxes(marks, side, squeeze)
        seen = _squeezed(points, squeeze)
        left, right = -EDGE * SLOT * squeeze, (5 + EDGE) * SLOT * squeeze
        for name, box in boxes.items():
            band = marks[name][1] // BAND * BAND
            heading = (left + HEADING[0], left + HEADING[1], band + HEADING[2], band + HEADING[3])
            others = (heading, *(other for one, other in boxes.items() if one != name))
            points_under = float(_inside(seen, np.array([box]), room=1).sum())
            is_outside = box[0] < left or box[1] > right or box[2] < band or box[3] > band + BAND
            covered = sum(_overlap(box, other) for other in others) + is_outside
            cost[name] += weight * (points_under + 30 * covered)
    return {name: each for name, each in cost.items() if each}


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]


def _sign_positions(
    ways: dict[Ends, np.ndarray], marks: dict[str, np.ndarray], side: dict[str, str]
) -> dict[Ends, np.ndarray]:
    """Return the position of each sign: the point of its link at which it covers least."""
    found: dict[Ends, np.ndarray] = {}
    at_marks = np.array(list(marks.values())).reshape(-1, 2)
    for ends, way in ways.items():
        spots = way[list(SIGN_POINTS)]
        others = [other[1:-1] for its_ends, other in ways.items() if its_ends != ends]
        lines_drawn = np.concatenate([np.empty((0, 2)), *others])
        signs_drawn = np.array(list(found.values())).reshape(-1, 2)
        cost = 0.1 * np.arange(len(SIGN_POINTS))
        for squeeze, weight in SQUEEZES.items():
            names = np.array(list(_boxes(marks, side, squeeze).values()))
            seen = _squeezed(spots, squeeze)
            covered = 3 * _inside(seen, names, room=9)
            covered = covered + 4 * (_distances(seen, _squeezed(signs_drawn, squeeze)) < 21)
            covered = covered + 4 * (_distances(seen, _squeezed(at_marks, squeeze)) < 24)
            covered = covered + 2 * (_distances(seen, _squeezed(lines_drawn, squeeze)) < 11)
            cost = cost + weight * covered
        found[ends] = spots[int(cost.argmin())]
    return found
