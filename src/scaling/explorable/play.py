"""How a result comes about: what the button *Play* of an explorable shows, picture by picture.

Two kinds cover the course. In ``Play`` a result grows: weeks pass, people join, or worlds that are
drawn at random pile up. In ``Sweep`` one of the controls moves through its positions.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import plotly.graph_objects as go

from scaling import style
from scaling.explorable.controls import Slider

# At normal speed, a run takes this long unless it is declared otherwise.
SECONDS = 5.0


class Played(Protocol):
    """What a run has to know of its explorable."""

    def slider(self, name: str) -> Slider:
        """Return one of the sliders, by its name."""

    @property
    def run(self) -> Callable[..., Any]:
        """The model."""

    @property
    def picture(self) -> Callable[[Any], go.Figure]:
        """The picture of a result."""


@dataclass(frozen=True)
class Run:
    """The pictures of a run, counted from 0.

    Attributes
    ----------
    labels : list of str
        What each picture shows, such as "week 3 of 104"; several may share a label.
    times : list of float
        The second at which each picture is due at normal speed.
    at : int
        The place of the picture that the controls show now.
    figure : callable
        ``figure(place)`` gives the picture at a place.
    sets : callable
        ``sets(place)`` gives the controls that stand elsewhere at this place, by name.
    outcome : str
        What is told at the end of a run that leads away from the picture at rest.
    """

    labels: list[str]
    times: list[float]
    at: int
    figure: Callable[[int], go.Figure]
    sets: Callable[[int], dict[str, Any]]
    outcome: str = ""


@dataclass(frozen=True, kw_only=True)
class Play:
    """A result that comes about step by step.

    Parameters
    ----------
    each : str
        What one step is, such as "week" or "world".
    steps : callable
        ``steps(result)`` gives the steps to be shown, as rising numbers; the last one is the whole
        result. A step between two whole numbers is a moment on the way to the second one.
    picture : callable
        ``picture(result, step)`` is the picture after that step. It has the traces and the axes of
        the explorable's picture, and after the last step it is that picture, unless there is an
        outcome.
    seconds : float
        How long it takes at normal speed.
    lasts : callable
        ``lasts(step)`` tells how long the picture after a step stays, compared with others.
    outcome : callable, optional
        ``outcome(result)`` tells in one sentence what came of it, where a run leads away from the
        explorable's picture. That is then the first of the run, and the last one stays until
        there is another result.
    """

    each: str
    steps: Callable[[Any], Sequence[float] | np.ndarray]
    picture: Callable[[Any, Any], go.Figure]
    seconds: float = SECONDS
    lasts: Callable[[float], float] = lambda step: 1
    outcome: Callable[[Any], str] | None = None

    def run(self, explorable: Played, values: Mapping[str, Any], result: Any) -> Run:
        """Return the run that ends in a result, or begins with it."""
        steps = self.steps(result)
        counted = [style.number(math.ceil(step), 0) for step in steps]
        return Run(
            labels=[f"{self.each} {step} of {counted[-1]}" for step in counted],
            times=_due([self.lasts(step) for step in steps], self.seconds),
            at=0 if self.outcome else len(steps) - 1,
            figure=lambda place: self.picture(result, steps[place]),
            sets=lambda place: {},
            outcome=self.outcome(result) if self.outcome else "",
        )


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """A slider that moves from where it stands to its high end, or from its low end if it is there.

    The slider stays where the run ends or is halted.

    Parameters
    ----------
    each : str
        What one position is, such as "week".
    control : str
        The name of the slider.
    seconds : float
        How long it takes at normal speed from the low end to the high one.
    """

    each: str
    control: str
    seconds: float = SECONDS

    def run(self, explorable: Played, values: Mapping[str, Any], result: Any) -> Run:
        """Return the run through all positions of the slider, with the other controls as set."""
        slider = explorable.slider(self.control)
        positions = slider.positions
        return Run(
            labels=[f"{self.each} {each:.{slider.digits}f}" for each in positions],
            times=_due([1] * len(positions), self.seconds),
            at=positions.index(values[self.control]),
            figure=lambda place: explorable.picture(
                explorable.run(**{**values, self.control: positions[place]})
            ),
            sets=lambda place: {self.control: positions[place]},
        )


def _due(lasts: list[float], seconds: float) -> list[float]:
    """Return when each picture is due; the last one ends the run and need not last."""
    begins = list(itertools.accumulate(lasts[:-1], initial=0.0))
    return [round(seconds * begin / (begins[-1] or 1), 3) for begin in begins]
