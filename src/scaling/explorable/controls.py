"""The controls of an explorable, each of which sets one argument of its model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from scaling import style
from scaling.rows import Rows


@dataclass(frozen=True)
class Slider:
    """A number that the learner moves: the model's argument ``name``, from ``low`` to ``high``."""

    name: str
    label: str
    low: float
    high: float
    start: float
    step: float = 1

    def __post_init__(self):
        if not self.low <= self.start <= self.high:
            raise ValueError(f"Slider {self.name}: start {self.start} is off its scale.")

    @property
    def digits(self) -> int:
        """The decimal places of its values; 0 where all of them are whole."""
        return max(map(style.decimals, (self.low, self.high, self.start, self.step)))

    @property
    def positions(self) -> list[float]:
        """All values that it can have, from the lowest; whole ones are integers."""
        count = round((self.high - self.low) / self.step)
        found = [round(self.low + place * self.step, 9) for place in range(count + 1)]
        return found if self.digits else [int(value) for value in found]


@dataclass(frozen=True)
class Choice:
    """One of several options: the model's argument ``name``; ``options`` maps label to value.

    Where the options follow from a table that the learner edits, ``among(result)`` gives them anew.
    """

    name: str
    label: str
    options: Mapping[str, Any]
    start: Any
    among: Callable[[Any], Mapping[str, Any]] | None = None

    def __post_init__(self):
        if self.start not in self.options.values():
            raise ValueError(f"Choice {self.name}: start {self.start!r} is not one of its options.")


@dataclass(frozen=True)
class Paste:
    """Text of several lines, such as a learner's own figures: the model's argument ``name``."""

    name: str
    label: str
    example: str
    start: str = ""


Control = Slider | Choice | Paste | Rows
