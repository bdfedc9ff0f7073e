"""Widgets that write an answer into the learner's own answer cell, where it can be changed.

A locked cell above an answer cell calls one of the functions below with the name of the answer and
its letters. What is chosen on the page becomes a line such as ``promise = "c a d b"`` in the answer
cell, as if it had been typed; the learner then runs that cell. Without a page, as while an exercise
is graded, nothing is shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scaling.checking import watching


@dataclass(frozen=True)
class Filling:
    """What is to be filled in.

    Parameters
    ----------
    kind : str
        "choice", "several", "order", "match" or "number".
    name : str
        The variable that the answer cell makes.
    letters : tuple of str
        What can be chosen or put in order; none for a number.
    items : tuple of str
        What letters are matched to; only for "match".
    unit : str
        Of a number.
    """

    kind: str
    name: str
    letters: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    unit: str = ""


def choice(name: str, letters: Iterable[str]) -> None:
    """Display one button for each letter, of which one can be chosen.

    Parameters
    ----------
    name : str
        The variable that the answer cell makes.
    letters : iterable of str
        Such as "abcd".
    """
    _show(Filling("choice", name, _checked(letters)))


def several(name: str, letters: Iterable[str]) -> None:
    """Display one box for each letter, of which any number can be ticked.

    Parameters
    ----------
    name : str
        The variable that the answer cell makes.
    letters : iterable of str
        Such as "abcde".
    """
    _show(Filling("several", name, _checked(letters)))


def order(name: str, letters: Iterable[str]) -> None:
    """Display a list of the letters, in which each can be moved up and down.

    Parameters
    ----------
    name : str
        The variable that the answer cell makes.
    letters : iterable of str
        Such as "abcd".
    """
    _show(Filling("order", name, _checked(letters)))


def match(name: str, items: Iterable[str], letters: Iterable[str]) -> None:
    """Display one menu of letters for each item.

    Parameters
    ----------
    name : str
        The variable that the answer cell makes.
    items : iterable of str
        The numbers of what is matched, such as "1234".
    letters : iterable of str
        The options, such as "abc".
    """
    _show(Filling("match", name, _checked(letters), _checked(items)))


def number(name: str, unit: str = "") -> None:
    """Display a field for a number.

    Parameters
    ----------
    name : str
        The variable that the answer cell makes.
    unit : str
        Shown behind the field.
    """
    _show(Filling("number", name, unit=unit))


def _checked(letters: Iterable[str]) -> tuple[str, ...]:
    found = tuple(letters)
    if len(found) < 2 or len(set(found)) < len(found):
        raise ValueError(f"At least two different letters are needed, not {found}.")
    return found


def _show(filling: Filling) -> None:
    if not filling.name.isidentifier():
        raise ValueError(f"The name of an answer is a name in Python, not {filling.name!r}.")
    watching.watch_from_here()
    if not watching.cell_id():
        return  # The exercise is graded, printed or tested.
    from scaling.fill import page  # imported late: only a notebook has widgets

    page.show(filling)
