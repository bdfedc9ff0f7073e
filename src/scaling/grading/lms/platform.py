"""What Moodle and Canvas have in common: how files are named for people, and what a list holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from .roster import Person
from .sheets import Sheet


@dataclass(frozen=True)
class Upload:
    """What the name of a file in an archive says.

    Attributes
    ----------
    number : str
        The person's, as in ``Person``.
    name : str
        The person's name, as the platform writes it into paths.
    path : pathlib.PurePosixPath
        The file's own path, as the person called it.
    kept : str
        What has to be kept so that the platform takes feedback back: how a path begins in Moodle,
        the whole name in Canvas.
    order : int
        Grows with each upload where the platform counts them.
    is_late : bool
    """

    number: str
    name: str
    path: PurePosixPath
    kept: str
    order: int = 0
    is_late: bool = False


@dataclass(frozen=True)
class Column:
    """The column of a list in which marks are filled in.

    Attributes
    ----------
    at : int
    most : dict
        For each row that belongs to a person, the most points there, as text.
    locked : set of int
        Rows in which the platform does not let a mark be changed.
    """

    at: int
    most: dict[int, str]
    locked: frozenset[int]


@dataclass(frozen=True)
class Platform:
    """A learning platform.

    Attributes
    ----------
    name : str
    people : callable
        Reads a list of people; raises ``ValueError`` where it is not one of the platform's.
    upload : callable
        Says to whom a path in an archive belongs, given the numbers that are known; None where the
        path does not say it.
    column : callable
        Finds the column for marks in a list, given what the instructor calls it, or "".
    returned : callable
        Makes the files of an archive with feedback, given what ``Upload.kept`` holds for one
        person and the pages by name: pairs of path and content.
    """

    name: str
    people: Callable[[Sheet], list[Person]]
    upload: Callable[[PurePosixPath, Iterable[str]], Upload | None]
    column: Callable[[Sheet, str, str], Column]
    returned: Callable[[list[str], dict[str, bytes]], list[tuple[str, bytes]]]
