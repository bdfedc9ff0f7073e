"""The buttons that play a picture: how what it shows comes about, without the kernel in between.

The pictures of a run are asked for in small groups, while the first ones are shown already.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import traitlets

from scaling.widgets.late import AnyWidget

_HERE = Path(__file__).parent
AT_ONCE = 8  # pictures that a run which begins by itself has from the start


class Player(AnyWidget):
    """Play, one step back or on, and speed.

    ``labels`` has what each picture of the run shows, ``times`` when it is due in seconds, and
    ``resting`` is the place of the one that is on the page while nothing plays. ``edition`` changes
    with the result; pictures of an earlier one are forgotten. Pictures are sent as what differs
    from the one at the place ``base``. ``follows`` tells that a control stays where a run halts;
    ``outcome`` is told at the end of a run that leads away from the picture at rest.

    Parameters
    ----------
    each : str
        What one step is, such as "week".
    """

    _esm = _HERE / "player.js"

    parts = traitlets.Dict().tag(sync=True)
    labels: traitlets.List[str] = traitlets.List().tag(sync=True)
    times: traitlets.List[float] = traitlets.List().tag(sync=True)
    resting = traitlets.Int(0).tag(sync=True)
    base = traitlets.Int(0).tag(sync=True)
    edition = traitlets.Int(0).tag(sync=True)
    follows = traitlets.Bool(False).tag(sync=True)
    outcome = traitlets.Unicode().tag(sync=True)

    def __init__(self, each: str):
        super().__init__(parts=names_of_player(each))
        self.add_class(
            "scaling-player"
        )  # at once, so that its place is kept until its script comes
        self._figure: Callable[[int], go.Figure] | None = None
        self._halt: Callable[[int], None] | None = None
        self._at_base: dict[str, str] = {}  # the parts of the picture at the base, once worked out
        self.on_msg(self._on_message)

    def renew(
        self,
        labels: Sequence[str] = (),
        times: Sequence[float] = (),
        resting: int = 0,
        figure: Callable[[int], go.Figure] | None = None,
        halt: Callable[[int], None] | None = None,
        outcome: str = "",
    ) -> None:
        """Stop, because there is another result; to be called before its picture is shown.

        Parameters
        ----------
        labels : sequence of str
            What each picture of the new run shows; empty where there is nothing to play.
        times : sequence of float
            When each is due, in seconds.
        resting : int
            The place of the picture that is shown now.
        figure : callable, optional
            ``figure(place)`` gives the picture at a place of the run.
        halt : callable, optional
            ``halt(place)`` is called where a run ends or is halted, if controls follow it.
        outcome : str
            What is told at its end, if that is not the picture that is shown now.
        """
        self.edition += 1  # first, so that the page stops while it still has what it shows
        self._figure, self._halt, self._at_base = figure, halt, {}
        with self.hold_sync():
            self.labels, self.times = list(labels), list(times)
            self.resting = self.base = resting
            self.follows, self.outcome = halt is not None, outcome

    def begin(self) -> None:
        """Play what was renewed last, unless it is out of sight or little motion is wanted."""
        if self._figure is not None:
            self._send_pictures(self._figure, list(range(min(AT_ONCE, len(self.labels)))))
            self.send({"event": "begin"})

    def _on_message(self, _: object, content: dict[str, Any], __: object) -> None:
        if content["event"] == "halted" and self._halt is not None:
            self._halt(content["place"])
            self.send({"event": "settled"})
        # A page that has not heard yet of another result asks for pictures of the one before.
        elif content["event"] == "asked" and content["edition"] == self.edition and self._figure:
            self._send_pictures(self._figure, content["places"])

    def _send_pictures(self, figure: Callable[[int], go.Figure], places: list[int]) -> None:
        """Send in which parts pictures differ from the one at the base, and how they are there."""
        base = self._at_base = self._at_base or dict(_parts(figure(self.base)))
        pictures: dict[int, dict[str, str]] = {}
        at_base: dict[str, str] = {}
        for place in places:
            now = dict(_parts(figure(place)))
            differ = [path for path in now.keys() | base.keys() if now.get(path) != base.get(path)]
            pictures[place] = {path: now.get(path, "null") for path in sorted(differ)}
            at_base |= {path: base.get(path, "null") for path in differ}
        told = {"event": "pictures", "edition": self.edition}
        self.send(told | {"pictures": pictures, "base": at_base})


def names_of_player(each: str) -> dict[str, str]:
    """Return the words of the buttons, for the script that makes them."""
    return {
        "group": "Play it",
        "play": "Play",
        "pause": "Pause",
        "back": f"One {each} back",
        "on": f"One {each} on",
        "speed": "Speed",
        "slow": "slow",
        "normal": "normal",
        "fast": "fast",
        "next": "Next still picture",
        "still": "Stills only, because your device asks for little motion.",
        "wait": "one moment",
    }


def _parts(figure: go.Figure) -> Iterator[tuple[str, str]]:
    """Yield the parts of a figure by dotted path, as JSON, without the template."""
    plain = json.loads(figure.to_json())
    plain["layout"].pop("template", None)
    for number, trace in enumerate(plain["data"]):
        yield from _leaves(trace, f"data.{number}.")
    yield from _leaves(plain["layout"], "layout.")


def _leaves(part: dict[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in part.items():
        # plotly writes an array as a dictionary of its type and its bytes, which is one value.
        if isinstance(value, dict) and "bdata" not in value:
            yield from _leaves(value, f"{prefix}{name}.")
        else:
            yield prefix + name, json.dumps(value)
