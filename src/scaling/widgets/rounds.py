"""Cards of which the learner chooses one in each round; ``rounds.js`` draws them in both homes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import traitlets

from scaling import style
from scaling.rounds import Offer, Rounds, file
from scaling.widgets.late import AnyWidget


class RoundsPanel(AnyWidget):
    """The cards of a round, and what came of those before.

    What a card will deliver is not sent before it is chosen.

    Parameters
    ----------
    rounds : scaling.rounds.Rounds
    key : str
        The key of their explorable, under which the choices are kept.

    Attributes
    ----------
    chosen : list of Offer
        What was chosen in each round of this game.
    """

    _esm = Path(__file__).with_name("rounds.js")

    parts = traitlets.Dict().tag(sync=True)
    # All of what changes, so that the page never shows cards of one round and words of another.
    state = traitlets.Dict().tag(sync=True)

    def __init__(self, rounds: Rounds, key: str):
        self.rounds, self.key = rounds, key
        self.chosen: list[Offer] = []
        self._game, places = file.last_game(key)
        super().__init__(parts=names_of_rounds(rounds), state={})
        self.add_class("scaling-rounds")
        self.on_msg(self._on_message)
        for place in places:
            self._take(place)
        self._show(self._told())

    @property
    def is_over(self) -> bool:
        """Whether all rounds have been played."""
        return len(self.chosen) == self.rounds.many

    def choose(self, place: int) -> None:
        """Choose one of the cards, by its place; after the last round nothing can be chosen."""
        if self._take(place):
            note = file.keep(self.key, self._game, place)
            self._show(" ".join(filter(None, [self._told(), note])))

    def again(self) -> None:
        """Begin another game."""
        self._game += 1
        self.chosen = []
        self._show(self._told())

    def _take(self, place: int) -> bool:
        """Note a choice; return whether there is a card at this place."""
        offers = self._offers()
        if not 0 <= place < len(offers):
            return False
        self.chosen.append(offers[place])
        return True

    def _told(self) -> str:
        """Return what came of the last choice, and at the end what all of them show."""
        if not self.chosen:
            return self.rounds.prompt
        told = self.rounds.told(self.chosen[-1])
        return f"{told} {self.rounds.end(self.chosen)}" if self.is_over else told

    def _offers(self) -> list[Offer]:
        if self.is_over:
            return []
        return list(self.rounds.offers(self._game, len(self.chosen) + 1))

    def _on_message(self, _: object, content: dict[str, Any], __: object) -> None:
        if content["event"] == "again":
            self.again()
        # A second press may come from cards that are gone by now.
        elif content["event"] == "chosen" and content["round"] == len(self.chosen):
            self.choose(content["place"])

    def _show(self, said: str) -> None:
        rounds, number = self.rounds, len(self.chosen)
        heading = (
            "" if self.is_over else f"{rounds.each.capitalize()} {number + 1} of {rounds.many}"
        )
        lines = [
            [f"{rounds.each} {place}", each.name, *self._both(each)]
            for place, each in enumerate(self.chosen, start=1)
        ]
        self.state = {
            "round": number,
            "heading": heading,
            "said": said,
            "cards": [[one.name, rounds.write(one.reported)] for one in self._offers()],
            "past": [
                [self._share(one.reported), self._share(one.delivered)] for one in self.chosen
            ],
            "means": self._means(),
            "table": lines,
        }

    def _both(self, one: Offer) -> list[str]:
        return [self.rounds.write(one.reported), self.rounds.write(one.delivered)]

    def _means(self) -> list[list[Any]]:
        """Return, of reports and deliveries so far, the place of their mean and what it says."""
        if not self.chosen:
            return []
        values = np.array([[one.reported, one.delivered] for one in self.chosen]).mean(axis=0)
        return [
            [self._share(float(value)), f"{word} {self.rounds.write(float(value))}"]
            for value, word in zip(values, ("reported", "delivered"), strict=True)
        ]

    def _share(self, value: float) -> float:
        """Return how far along the axis a value lies, from 0 to 1."""
        low, high = self.rounds.low, self.rounds.high
        return round(min(1.0, max(0.0, (value - low) / (high - low))), 4)


def names_of_rounds(rounds: Rounds) -> dict[str, Any]:
    """Return the words of the cards and of what came of them, for the script."""
    span = rounds.high - rounds.low
    ticks = np.linspace(rounds.low, rounds.high, 6)
    return {
        "title": rounds.title,
        "again": f"{rounds.many} other {rounds.each}s",
        "many": rounds.many,
        "picture": "What you chose: ○ reported, ◆ delivered; below, the means. The table has all.",
        "key": "○ reported, ◆ delivered; below: your means",
        "table": "Your choices",
        "columns": [rounds.each, "chosen", "reported", "delivered"],
        "ticks": [[(at - rounds.low) / span, style.number(at, 1)] for at in ticks.tolist()],
    }
