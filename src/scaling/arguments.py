"""Checks of a model's arguments, each with the same sentence for a learner everywhere.

Each function returns the value, so that it can be used where the value is needed. A value that is
no number at all, NaN included, is refused with the same sentence.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, TypeVar

from scaling.wording import listed

T = TypeVar("T")


def between(name: str, value: float, low: float, high: float, unit: str = "") -> float:
    """Return the value if it lies between ``low`` and ``high``, both included.

    Parameters
    ----------
    name : str
        The argument's name, with which the sentence begins.
    value : float
    low, high : float
        Ends of the scale.
    unit : str
        Unit in words, for example "degrees".

    Raises
    ------
    ValueError
        If it does not.
    """
    if not _holds(lambda: low <= value <= high):
        raise ValueError(f"{name} must lie between {low:g} and {high:g}{_unit(unit)}; {_it(value)}")
    return value


def at_least(name: str, value: float, low: float = 0, unit: str = "") -> float:
    """Return the value if it is finite and ``low`` or more.

    Raises
    ------
    ValueError
        If it is not.
    """
    if not _holds(lambda: low <= value < math.inf):
        raise ValueError(f"{name} must be {low:g}{_unit(unit)} or more; {_it(value)}")
    return value


def above(name: str, value: float, low: float = 0, high: float = math.inf, unit: str = "") -> float:
    """Return the value if it is finite, above ``low`` and no more than ``high``.

    Raises
    ------
    ValueError
        If it is not.
    """
    if not _holds(lambda: low < value <= high and value < math.inf):
        limit = "" if high == math.inf else f" and up to {high:g}"
        raise ValueError(f"{name} must be above {low:g}{limit}{_unit(unit)}; {_it(value)}")
    return value


def whole(name: str, value: float, low: int = 0, high: int | None = None) -> float:
    """Return the value if it is a whole number from ``low`` to ``high``, both included.

    Raises
    ------
    ValueError
        If it is not.
    """
    top = math.inf if high is None else high
    if not _holds(lambda: low <= value <= top and value < math.inf and value % 1 == 0):
        span = f"of at least {low:,}" if high is None else f"from {low:,} to {high:,}"
        raise ValueError(f"{name} must be a whole number {span}; {_it(value)}")
    return value


def one_of(name: str, value: T, options: Iterable[T]) -> T:
    """Return the value if it is one of the options.

    Raises
    ------
    ValueError
        If it is not.
    """
    known = list(options)
    if value not in known:
        raise ValueError(
            f"{name} must be one of {listed([str(one) for one in known], 'and')}; {_it(value)}"
        )
    return value


def _holds(condition: Any) -> bool:
    """Tell whether a comparison holds; one with something other than a number does not."""
    try:
        return bool(condition())
    except TypeError:
        return False


def _unit(unit: str) -> str:
    return f" {unit}" if unit else ""


def _it(value: object) -> str:
    return f"it is {value!r}." if isinstance(value, str) else f"it is {value}."
