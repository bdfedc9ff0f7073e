"""The table of a system map: how its rows become a map, and what follows from an edit.

Each row is one link: what acts, its effect, and what it acts on, each end with its scale. Two
hidden columns keep where the ends are drawn, so that a map looks the same when it is loaded again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scaling import arguments
from scaling.rows import BadRow, Column, Table
from scaling.three_scales.ripples import SCALES

EFFECTS = {"raises": 1, "lowers": -1}
# Beyond these limits the picture could not be read: links could not be told apart, names would not
# fit side by side into a band of 700 pixels, and a name would take more than three lines.
MOST_LINKS = 30
MOST_IN_BAND = 6
MOST_LETTERS = 30
COLUMNS = (
    Column("from", "More of this"),
    Column("from_scale", "Its scale", SCALES),
    Column("effect", "Effect", tuple(EFFECTS)),
    Column("to", "That"),
    Column("to_scale", "Its scale", SCALES),
    Column("from_place", "Place", hidden=True),
    Column("to_place", "Place", hidden=True),
)
# The columns that hold the name, the scale and the place of a link's source and of its target.
END_COLUMNS = ((0, 1, 5), (3, 4, 6))
PLACES = tuple(str(place) for place in range(MOST_IN_BAND))
# A band is filled from the middle, so that a short list of names is not pushed to one side.
FILL_ORDER = (2, 3, 1, 4, 0, 5)


@dataclass(frozen=True)
class Link:
    """One influence: more of ``source`` raises (+1) or lowers (−1) ``target``."""

    source: str
    sign: int
    target: str

    def __post_init__(self) -> None:
        arguments.one_of("sign", self.sign, EFFECTS.values())

    def __str__(self):
        return f"{self.source} {'raises' if self.sign > 0 else 'lowers'} {self.target}"


@dataclass(frozen=True)
class SystemMap:
    """A map as read from its table.

    Attributes
    ----------
    links : tuple of Link
        In the order of the table.
    scale : dict of str to str
        The scale of every actor or condition, one of ``SCALES``, in order of appearance.
    place : dict of str to int
        The place of each in the band of its scale, from 0 on the left to 5.
    """

    links: tuple[Link, ...]
    scale: dict[str, str]
    place: dict[str, int]


def read(rows: Table) -> SystemMap:
    """Read a table of links.

    Parameters
    ----------
    rows : tuple of tuple of str
        In the order of ``COLUMNS``; the two places may be empty.

    Raises
    ------
    BadRow
        If a row makes no sense; the message names the row, what is wrong and what to do.
    ValueError
        If the table is empty; a table with too many links is a ``BadRow``.
    """
    if not rows:
        raise ValueError("A map needs at least one link. Add one, or load a map.")
    if len(rows) > MOST_LINKS:
        raise BadRow(MOST_LINKS, f"a map can hold {MOST_LINKS} links, or nobody could read it.")
    seen: dict[tuple[str, str], int] = {}
    scale: dict[str, str] = {}
    first: dict[str, int] = {}
    spelled: dict[str, str] = {}
    found = []
    for number, row in enumerate(rows):
        for name, its_scale, _ in _both_ends(row):
            _refuse_bad_name(number, name, spelled)
            _refuse_bad_scale(number, name, its_scale, scale, first)
        source, effect, target = row[0], row[2], row[3]
        if effect not in EFFECTS:
            raise BadRow(number, f"“{effect}” is no effect. Write raises or lowers.")
        if source == target:
            raise BadRow(number, f"“{source}” acts on itself. Name what lies between.")
        if (ends := (source, target)) in seen:
            raise BadRow(
                number,
                f"the link from “{source}” to “{target}” is there already: row {seen[ends] + 1} "
                f"{rows[seen[ends]][2]}. Change it there; if it works both ways, name what lies "
                "between.",
            )
        seen[ends] = number
        found.append(Link(source, EFFECTS[effect], target))
    _refuse_full_bands(scale, first)
    return SystemMap(tuple(found), scale, _assigned_places(rows, scale))


def _refuse_bad_name(number: int, name: str, spelled: dict[str, str]) -> None:
    if not name:
        raise BadRow(number, "a name is missing. A link runs from something to something.")
    if len(name) > MOST_LETTERS:
        raise BadRow(
            number, f"“{name}” has {len(name)} letters; at most {MOST_LETTERS} can be drawn."
        )
    known = spelled.setdefault(name.casefold(), name)
    if known != name:
        raise BadRow(number, f"“{name}” is “{known}” with other capital letters. Write both alike.")


def _refuse_bad_scale(
    number: int, name: str, its_scale: str, scale: dict[str, str], first: dict[str, int]
) -> None:
    if its_scale not in SCALES:
        raise BadRow(
            number, f"“{its_scale}” is no scale. Write {', '.join(SCALES[:2])} or individual."
        )
    first.setdefault(name, number)
    if scale.setdefault(name, its_scale) != its_scale:
        raise BadRow(
            number,
            f"“{name}” is {its_scale} here and {scale[name]} further up. Choose one scale for it.",
        )


def _refuse_full_bands(scale: dict[str, str], first: dict[str, int]) -> None:
    for band in SCALES:
        names = [name for name, its_scale in scale.items() if its_scale == band]
        if len(names) > MOST_IN_BAND:
            raise BadRow(
                first[names[MOST_IN_BAND]],
                f"“{names[MOST_IN_BAND]}” has no room: {MOST_IN_BAND} names fit into the "
                f"{band} band. Join some of them under one name.",
            )


def _both_ends(row: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """Return the name, scale and place of a link's source, and those of its target."""
    return [(row[name], row[scale], row[place]) for name, scale, place in END_COLUMNS]


def _assigned_places(rows: Table, scale: dict[str, str]) -> dict[str, int]:
    """Return each name's place: the one the table keeps for it, or else the first free one."""
    place: dict[str, int] = {}
    taken: set[tuple[str, int]] = set()
    for name, band, kept in (end for row in rows for end in _both_ends(row)):
        if name not in place and kept in PLACES and (band, int(kept)) not in taken:
            place[name] = int(kept)
            taken.add((band, place[name]))
    for name, band in scale.items():
        if name not in place:
            place[name] = next(i for i in FILL_ORDER if (band, i) not in taken)
            taken.add((band, place[name]))
    return place


def settle(before: Table, after: Table) -> Table:
    """Return an edited table together with the changes that follow from the edit.

    A scale chosen in one row holds for that name in every row, and a known name brings its scale
    along. Every name keeps its place in the picture, so that the map does not jump.

    Parameters
    ----------
    before, after : tuple of tuple of str
        The table before and after one edit, in the order of ``COLUMNS``. Where ``before`` is empty,
        as for a table from a file, the places are those of ``after``.
    """
    earlier = {name: (scale, place) for row in before for name, scale, place in _both_ends(row)}
    scales = _scales_after_edit(before, after)
    if before:
        # A place belongs to a name, not to a row; a name that moves to another band loses it.
        kept = {
            name: place for name, (scale, place) in earlier.items() if scales.get(name) == scale
        }
        after = tuple(_filled_in(row, scales, lambda name: kept.get(name, "")) for row in after)
    try:
        place = read(after).place
    except ValueError:  # The caller reads the table next, and shows what is wrong with it.
        return after
    return tuple(_filled_in(row, scales, lambda name: str(place[name])) for row in after)


def moved(rows: Table, name: str, scale: str, place: int) -> Table:
    """Return the table with a name at another place; what stands there takes the place it leaves.

    Parameters
    ----------
    rows : tuple of tuple of str
        In the order of ``COLUMNS``, of a map that makes sense.
    name : str
        A name of the map.
    scale : str
        The band it goes to, one of ``SCALES``.
    place : int
        The place in that band, from 0 on the left to 5.

    Raises
    ------
    ValueError
        If the place in another band is taken: two names cannot swap their scales by a drag.
    """
    system = read(rows)
    old_scale, old_place = system.scale[name], system.place[name]
    taken = [
        other
        for other, its_scale in system.scale.items()
        if (its_scale, system.place[other]) == (scale, place) and other != name
    ]
    if taken and scale != old_scale:
        raise ValueError(f"“{taken[0]}” is there. Drop “{name}” between two names.")
    scales = system.scale | {name: scale}
    places = system.place | dict.fromkeys(taken, old_place) | {name: place}
    return tuple(_filled_in(row, scales, lambda one: str(places[one])) for row in rows)


def linked(rows: Table, source: str, effect: str, target: str) -> Table:
    """Return the table with a link between two of its names; one that is there is turned.

    Parameters
    ----------
    rows : tuple of tuple of str
        In the order of ``COLUMNS``, of a map that makes sense.
    source, target : str
        Names of the map.
    effect : str
        One of ``EFFECTS``.
    """
    system = read(rows)
    ends = [(one, system.scale[one], str(system.place[one])) for one in (source, target)]
    (source, its_scale, its_place), (target, that_scale, that_place) = ends
    link = (source, its_scale, effect, target, that_scale, its_place, that_place)
    there = [row for row in rows if (row[0], row[3]) == (source, target)]
    if there:
        return tuple(link if row in there else row for row in rows)
    return (*rows, link)


def _scales_after_edit(before: Table, after: Table) -> dict[str, str]:
    """Return the scale of every name; a scale chosen in this edit replaces the earlier one."""
    chosen = {name: scale for row in before for name, scale, _ in _both_ends(row)}
    is_same_length = len(before) == len(after)
    for i, row in enumerate(after):
        earlier = _both_ends(before[i]) if is_same_length else [("", "", "")] * 2
        pairs = zip(_both_ends(row), earlier, strict=True)
        for (name, scale, _), (old_name, old_scale, _) in pairs:
            if name == old_name and scale != old_scale:
                chosen[name] = scale
            chosen.setdefault(name, scale)
    return chosen


def _filled_in(
    row: tuple[str, ...], scales: dict[str, str], place: Callable[[str], str]
) -> tuple[str, ...]:
    """Return a row in which the scales and places of both names are filled in."""
    changed = list(row)
    for name, its_scale, its_place in END_COLUMNS:
        changed[its_scale], changed[its_place] = scales[row[name]], place(row[name])
    return tuple(changed)
