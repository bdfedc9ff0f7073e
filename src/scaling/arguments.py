"""Checks of a model's arguments: each refuses with one wording, the same in every lesson.

Each function returns the value, so that a call can be written where the value is needed. NaN, and
anything that is not a number, is refused with the same sentence as a number out of range.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TypeVar

from scaling.wording import listed

T = TypeVar("T")


def between(name: str, value: float, low: float, high: float, unit: str = "") -> float:
    """Return the value if it lies between ``low`` and ``high``, which are both allowed.

    Parameters
    ----------
    name : str
        The argument's name, which begins the error's sentence.
    value : float
    low, high : float
        The smallest and the largest value allowed.
    unit : str
        The unit in words, for example "degrees"; may be empty.

    Raises
    ------
    ValueError
        If the value is out of this range.
    """
    if not _holds(lambda: low <= value <= high):
        raise ValueError(
            f"{name} must lie between {low:g} and {high:g}{_unit(unit)}; {_found(value)}"
        )
    return value


def strictly_between(
    name: str, value: float, low: float, high: float, such_as: float, unit: str = ""
) -> float:
    """Return the value if it lies between ``low`` and ``high``, neither of which is allowed.

    Parameters
    ----------
    such_as : float
        An allowed value, which the error gives as an example.

    Raises
    ------
    ValueError
        If the value is out of this range.
    """
    if not _holds(lambda: low < value < high):
        raise ValueError(
            f"{name} must lie between {low:g} and {high:g}{_unit(unit)}, such as {such_as:g}; "
            f"{_found(value)}"
        )
    return value


def at_least(
    name: str, value: float, low: float = 0, unit: str = "", below: float = math.inf
) -> float:
    """Return the value if it is ``low`` or more, finite, and less than ``below``.

    Raises
    ------
    ValueError
        If the value is out of this range.
    """
    if not _holds(lambda: low <= value < below):
        limit = "" if below == math.inf else f" and below {below:g}"
        raise ValueError(f"{name} must be {low:g}{_unit(unit)} or more{limit}; {_found(value)}")
    return value


def above(name: str, value: float, low: float = 0, high: float = math.inf, unit: str = "") -> float:
    """Return the value if it is above ``low``, finite, and ``high`` or less.

    Raises
    ------
    ValueError
        If the value is out of this range.
    """
    if not _holds(lambda: low < value <= high and value < math.inf):
        limit = "" if high == math.inf else f" and up to {high:g}"
        raise ValueError(f"{name} must be above {low:g}{limit}{_unit(unit)}; {_found(value)}")
    return value


def whole(name: str, value: float, low: int = 0, high: int | None = None) -> float:
    """Return the value if it is a whole number from ``low`` to ``high``, which are both allowed.

    Raises
    ------
    ValueError
        If the value is not whole, or out of this range.
    """
    top = math.inf if high is None else high
    if not _holds(lambda: low <= value <= top and value < math.inf and value % 1 == 0):
        span = f"of at least {low:,}" if high is None else f"from {low:,} to {high:,}"
        raise ValueError(f"{name} must be a whole number {span}; {_found(value)}")
    return value


def year(name: str, value: int, first: int, last: int) -> int:
    """Return the value if it is a year from ``first`` to ``last``, which are both allowed.

    Raises
    ------
    ValueError
        If the value is not whole, or out of this range.
    """
    if not _holds(lambda: first <= value <= last and value % 1 == 0):
        raise ValueError(f"{name} must be a year from {first} to {last}; {_found(value)}")
    return value


def one_of(name: str, value: T, options: Iterable[T]) -> T:
    """Return the value if it is one of the options.

    Raises
    ------
    ValueError
        If the value is none of them.
    """
    known = list(options)
    if value not in known:
        named = listed([str(one) for one in known])
        raise ValueError(f"{name} must be one of {named}; {_found(value)}")
    return value


def _holds(comparison: Callable[[], bool]) -> bool:
    """Return whether a comparison holds; where the value is not a number, it does not."""
    try:
        return bool(comparison())
    except TypeError:
        return False


def _unit(unit: str) -> str:
    return f" {unit}" if unit else ""


def _found(value: object) -> str:
    return f"it is {value!r}." if isinstance(value, str) else f"it is {value}."
