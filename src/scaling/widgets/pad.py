"""A place to draw a line in, with finger, mouse or keys; ``pad.js`` draws it in both homes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike

from scaling.draw import Draw
from scaling.widgets.late import AnyWidget


class Pad(AnyWidget):
    """What a learner draws.

    Parameters
    ----------
    draw : scaling.draw.Draw

    Attributes
    ----------
    line : list of float or None, shape (points,)
        The y of each point; None where nothing is drawn yet.
    """

    _esm = Path(__file__).with_name("pad.js")

    about = traitlets.Dict().tag(sync=True)
    line: traitlets.List[float | None] = traitlets.List().tag(sync=True)

    def __init__(self, draw: Draw):
        self.draw = draw
        super().__init__(about=described(draw), line=[None] * len(draw.x))
        self.add_class("scaling-pad")  # at once, so that its place is kept

    @property
    def drawn(self) -> tuple[float, ...]:
        """The line once it reaches the end, within the ends of the pad; empty before."""
        line = [value for value in self.line if value is not None]
        if len(line) != len(self.draw.x):
            return ()
        low, high = self.draw.low, self.draw.high
        return tuple(float(min(high, max(low, value))) for value in line)

    @property
    def value(self) -> float:
        """The answer to the question, read off the line."""
        return float(self.draw.reading(self.drawn))


def described(draw: Draw) -> dict[str, Any]:
    """Return what a script has to know of the pad, words included."""
    curves: list[tuple[ArrayLike, ArrayLike]] = [draw.known()]
    curves.append(draw.given() if draw.given else ([], []))
    known, given = ([np.asarray(part, dtype=float).tolist() for part in curve] for curve in curves)
    return {
        "x": [float(value) for value in draw.x],
        "known": known,
        "given": given,
        "low": draw.low,
        "high": draw.high,
        "step": draw.step,
        "digits": max(0, -int(np.floor(np.log10(draw.step)))),
        "xTicks": [[float(value), text] for value, text in draw.x_ticks.items()],
        "yTicks": [[float(value), text] for value, text in draw.y_ticks.items()],
        "hand": [list(draw.x).index(value) for value in draw.by_hand],
        "words": {
            "group": "Your line",
            "title": draw.title,
            "picture": f"The place to draw in: {draw.title}. The sliders below it do the same.",
            "given": draw.given_name,
            "here": "draw here",
            "on": "draw on to the right",
            "hand": f"Or set it at five {draw.each}s:",
            "names": [f"{draw.each} {value:g}" for value in draw.by_hand],
            "unset": "not set yet",
        },
    }
