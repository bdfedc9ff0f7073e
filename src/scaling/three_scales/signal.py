"""A push that runs along the links of a map: a pulse process on a signed digraph (Roberts 1976).

What rises or falls at one step raises or lowers at the next what it acts on. Every link passes all
of it on and takes one step, because a map says neither how strong a link is nor how long it takes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from scaling.three_scales.system_map_table import Link


@dataclass(frozen=True)
class Signal:
    """A push of one unit at one place, and what becomes of it.

    Attributes
    ----------
    start : str
        The place that is pushed up.
    pulses : tuple of dict of str to int
        By step, from the push itself on: what arrives at each place in that step. Places at which
        nothing arrives, or as much up as down, are left out.
    """

    start: str
    pulses: tuple[dict[str, int], ...]

    @property
    def steps(self) -> int:
        """How many steps it ran before it was over or halted."""
        return len(self.pulses) - 1

    def change(self, step: int) -> dict[str, int]:
        """Return what each place has risen or fallen by after a step, without those at 0."""
        total: Counter[str] = Counter()
        for pulse in self.pulses[: step + 1]:
            total.update(pulse)
        return {name: by for name, by in total.items() if by}

    def moved(self, sign: int) -> list[str]:
        """Return the places that have risen (1) or fallen (−1) at the end, first reached first."""
        return [name for name, by in self.change(self.steps).items() if by * sign > 0]


@lru_cache(maxsize=64)
def push(links: tuple[Link, ...], start: str, most: int) -> Signal:
    """Push one place up, and follow the push along the links.

    Parameters
    ----------
    links : tuple of Link
    start : str
        The place that is pushed.
    most : int
        The number of steps after which it is halted: where a loop reinforces, it has no end.
    """
    pulses = [{start: 1}]
    while len(pulses) <= most and (now := _passed_on(links, pulses[-1])):
        pulses.append(now)
    return Signal(start, tuple(pulses))


def _passed_on(links: Iterable[Link], pulse: dict[str, int]) -> dict[str, int]:
    arrives: Counter[str] = Counter()
    for link in links:
        arrives[link.target] += link.sign * pulse.get(link.source, 0)
    return {name: by for name, by in arrives.items() if by}
