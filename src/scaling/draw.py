"""A curve that the learner draws before it is shown: the rest of one that has begun.

As in "You Draw It" (Aisch, Cox & Quealy 2015): the line stays beside what came, and how far the two
are apart is told. The number that the question asks for is read off the line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from scaling import style

COLOUR = style.PURPLE


@dataclass(frozen=True, kw_only=True)
class Draw:
    """The rest of a curve, to be drawn with a finger or a mouse, or set at five points.

    Parameters
    ----------
    x : sequence of float, shape (points,)
        Where the line has its points, rising.
    known : callable
        ``known()`` gives the x and y of the curve up to there, the last point included.
    truth : callable
        ``truth(result)`` gives what came at ``x``, from the result at the start.
    reading : callable
        ``reading(line)`` gives the answer to the question, in its unit, from the y of a line.
    low, high, step : float
        The lower and upper end of the place to draw in, and the distance of two values.
    x_ticks, y_ticks : mapping of float to str
        The labels of its axes.
    each : str
        What a point is, such as "week".
    title : str
        What is drawn, above the place to draw in.
    where : str
        What the answer is read off, after "You said 8 a week", such as "in the last week".
    unit : str
        The unit of a difference, such as "percentage points".
    by_hand : sequence of float
        Five of ``x``; values in between are interpolated.
    scale : float
        The factor from y to the picture's axis, such as 0.01 from per cent to shares.
    despite : sequence of str
        The controls that may move while the line stays in the picture: it is still about the same.
    given : callable, optional
        ``given()`` gives the x and y of a curve that is shown beside the line, to compare it with.
    given_name : str
        What that curve is, at its end.
    """

    x: Sequence[float]
    known: Callable[[], tuple[ArrayLike, ArrayLike]]
    truth: Callable[[Any], ArrayLike]
    reading: Callable[[Sequence[float]], float]
    low: float
    high: float
    step: float
    x_ticks: Mapping[float, str]
    y_ticks: Mapping[float, str]
    each: str
    title: str
    where: str
    unit: str
    by_hand: Sequence[float]
    scale: float = 1
    despite: Sequence[str] = ()
    given: Callable[[], tuple[ArrayLike, ArrayLike]] | None = None
    given_name: str = ""

    def fits(self, line: Sequence[float]) -> bool:
        """Tell whether a line, kept by this or an earlier course, has a value for each point."""
        return len(line) == len(self.x)

    def mean_error(self, line: Sequence[float], result: Any) -> float:
        """Return the mean absolute error of a line, over all its points."""
        return float(np.mean(np.abs(np.asarray(line) - np.asarray(self.truth(result)))))

    def told(self, line: Sequence[float], result: Any) -> str:
        """Return how far a line is from what came, as a sentence."""
        off = style.number(self.mean_error(line, result), 1)
        count = len(self.x)
        return (
            f"Over the {count} {self.each}s you drew, your line is {off} {self.unit} from what "
            "came (mean absolute error)."
        )

    def into(self, figure: go.Figure, line: Sequence[float]) -> None:
        """Draw a line into the picture's first panel, beside what came."""
        x, y = self.x, [self.scale * value for value in line]
        points = " L ".join(f"{one:g},{other:.5g}" for one, other in zip(x, y, strict=True))
        figure.add_shape(
            type="path",
            path=f"M {points}",
            xref="x",
            yref="y",
            line={"color": COLOUR, "width": 3, "dash": "dot"},
        )
        middle = len(x) // 2
        figure.add_annotation(
            x=x[middle],
            y=y[middle],
            xref="x",
            yref="y",
            text="your line",
            showarrow=True,
            arrowhead=0,
            arrowcolor=COLOUR,
            ax=0,
            ay=-26,
        )
