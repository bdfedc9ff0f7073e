"""Choices of the learner, one after the other, each followed by what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scaling import style


@dataclass(frozen=True)
class Offer:
    """One that can be chosen: its name, what it reports, and what it will deliver."""

    name: str
    reported: float
    delivered: float


@dataclass(frozen=True, kw_only=True)
class Rounds:
    """Several rounds, in each of which one of many is chosen.

    Parameters
    ----------
    title : str
        What the learner does, such as "Fund a town yourself".
    each : str
        What a round is, such as "year".
    many : int
        How many rounds there are.
    prompt : str
        What to choose, in a sentence.
    offers : callable
        ``offers(game, number)`` draws those that can be chosen in a round, counted from 1; another
        game, counted from 0, has others.
    end : callable
        ``end(chosen)`` says what the rounds show, in at most three sentences.
    low, high : float
        The ends of the axis for what is reported and delivered.
    digits : int
        The decimal places of both.
    """

    title: str
    each: str
    many: int
    prompt: str
    offers: Callable[[int, int], Sequence[Offer]]
    end: Callable[[Sequence[Offer]], str]
    low: float
    high: float
    digits: int = 2

    def write(self, value: float) -> str:
        """Return a report or a delivery for people."""
        return style.number(value, self.digits)

    def told(self, chosen: Offer) -> str:
        """Return what came of a choice, as a sentence."""
        reported, delivered = self.write(chosen.reported), self.write(chosen.delivered)
        return f"{chosen.name} reported {reported}. A {self.each} later it delivers {delivered}."
