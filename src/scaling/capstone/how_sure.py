"""How sure a learner was, and how often the prediction was close: calibration in three steps.

A prediction is close if it lies within ``ask.NEAR`` of what came out. The share of close ones has
Wilson's interval (Wilson 1927), which also holds for few predictions; the difference of two shares
has the one that Newcombe (1998) makes of two such intervals. There is no model here.
Left out: that questions differ in difficulty, and that most were chosen to tempt, so that the
shares say little of what the learner predicts elsewhere; and second predictions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go
import scipy

from scaling import prediction, style, wording
from scaling.ask import NEAR
from scaling.capstone import looking_back
from scaling.explorable import Still
from scaling.wording import number_of

TITLE = "How sure you were, and how often you were close"
# Of fewer predictions the interval leaves nearly everything open.
FEWEST = 5
TOO_FEW = "too few to say"
STATED = {"guess": "called a guess", "think": "thought right", "sure": "were sure of"}


@dataclass(frozen=True)
class Step:
    """The predictions that were made with one confidence.

    Attributes
    ----------
    confidence : str
        As in ``prediction.CONFIDENCE``; empty for those without one.
    made, close : int
        How many predictions, and how many of them were close.
    """

    confidence: str
    made: int
    close: int

    @property
    def label(self) -> str:
        """The words on the page."""
        return prediction.CONFIDENCE.get(self.confidence, looking_back.NOT_STATED)

    @property
    def is_enough(self) -> bool:
        """Whether there are predictions enough to give a share."""
        return self.made >= FEWEST

    @property
    def share(self) -> float:
        """The share of close ones, from 0 to 1; NaN without a prediction."""
        return self.close / self.made if self.made else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share; needs at least one prediction."""
        low, high = scipy.stats.binomtest(self.close, self.made).proportion_ci(
            0.95, method="wilson"
        )
        return float(low), float(high)


@dataclass(frozen=True)
class Calibration:
    """A learner's first predictions by confidence, the least sure first.

    Attributes
    ----------
    steps : tuple of Step
        One for each confidence, also where no prediction was made with it.
    unstated : Step
        Those without a confidence.
    """

    steps: tuple[Step, ...]
    unstated: Step

    @property
    def gain(self) -> tuple[float, tuple[float, float]] | None:
        """The share close when sure minus that of guesses, with its 95 % interval, from −1 to 1.

        It is None where one of the two has too few predictions.
        """
        guess, sure = self.steps[0], self.steps[-1]
        if not (guess.is_enough and sure.is_enough):
            return None
        (low_guess, high_guess), (low_sure, high_sure) = guess.interval, sure.interval
        found = sure.share - guess.share
        down = math.hypot(sure.share - low_sure, high_guess - guess.share)
        up = math.hypot(high_sure - sure.share, guess.share - low_guess)
        return found, (found - down, found + up)


def run() -> Calibration:
    """Read the learner's own file of predictions."""
    answers = looking_back.run().answers

    def step(confidence: str) -> Step:
        made = [one for one in answers if one.confidence == confidence]
        close = sum(one.ask.is_close(one.predicted, one.outcome) for one in made)
        return Step(confidence, len(made), close)

    return Calibration(tuple(step(name) for name in prediction.CONFIDENCE), step(""))


def picture(result: Calibration) -> go.Figure:
    """Draw the share of close predictions with its interval, the least sure at the bottom."""
    steps = result.steps
    figure = go.Figure()
    enough = [(row, step) for row, step in enumerate(steps) if step.is_enough]
    figure.add_scatter(
        x=[100 * step.share for _, step in enough],
        y=[row for row, _ in enough],
        mode="markers",
        marker={"size": 12, "color": style.OBSERVED},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [100 * (step.interval[1] - step.share) for _, step in enough],
            "arrayminus": [100 * (step.share - step.interval[0]) for _, step in enough],
            "thickness": 2,
            "color": style.OBSERVED,
        },
        hoverinfo="skip",
    )
    for row, step in enumerate(steps):
        counted = f"{step.close} of {step.made} close"
        text = counted if step.is_enough else f"{counted}: {TOO_FEW}"
        figure.add_annotation(x=0, y=row + 0.32, text=text, xanchor="left")
    figure.update_layout(
        height=300,
        margin={"l": 90, "t": 20},
        xaxis={"title": "Close predictions, per cent", "range": [-3, 103]},
        yaxis={
            "tickvals": list(range(len(steps))),
            "ticktext": [step.label for step in steps],
            "range": [-0.5, len(steps) - 0.3],
        },
    )
    return figure


def words(result: Calibration) -> str:
    """Say for each confidence how often the predictions made with it were close."""
    stated = [step for step in result.steps if step.made]
    if not stated:
        return (
            "You have not said of any prediction how sure you were, so there is nothing to "
            f"compare. Choose a step beside your next predictions and {wording.here.again}."
        )
    told = "; ".join(_told(step) for step in stated)
    unstated = (
        f" Of {number_of(result.unstated.made, 'further prediction')} you did not say it."
        if result.unstated.made
        else ""
    )
    near = f" Close is within {style.percent(NEAR)} of the question's scale."
    return f"{told[0].upper()}{told[1:]}. {_compared(result)}{unstated}{near}"


def _told(step: Step) -> str:
    counted = f"of {step.made} that you {STATED[step.confidence]}, {step.close} came close"
    if not step.is_enough:
        return f"{counted}, {TOO_FEW}"
    low, high = step.interval
    return f"{counted} ({style.percent(step.share)}, 95 % interval {_percents(low, high)})"


def _compared(result: Calibration) -> str:
    if result.gain is None:
        return (
            f"To tell whether being sure is worth anything takes {FEWEST} guesses and {FEWEST} "
            "predictions that you are sure of."
        )
    found, (low, high) = result.gain
    more = "more" if found >= 0 else "less"
    points = style.number(100 * abs(found), 0)
    between = style.interval(100 * low, 100 * high, 0)
    chance = ", which may be chance" if low <= 0 <= high else ""
    return (
        f"When you were sure you came close {more} often than in your guesses, by {points} "
        f"percentage points (interval {between}){chance}."
    )


def _percents(low: float, high: float) -> str:
    return f"{style.interval(100 * low, 100 * high, 0)}\N{NO-BREAK SPACE}%"


def table(result: Calibration) -> pd.DataFrame:
    """Return the counts, shares and intervals, also of predictions without a confidence."""
    steps = [*result.steps, result.unstated]
    return pd.DataFrame(
        {
            "how sure": [step.label for step in steps],
            "predictions": [step.made for step in steps],
            "close": [step.close for step in steps],
            "share close": [
                style.percent(step.share) if step.is_enough else TOO_FEW for step in steps
            ],
            "95 % interval": [
                _percents(*step.interval) if step.is_enough else TOO_FEW for step in steps
            ],
        }
    )


def still() -> Still:
    """Return picture, words and table of the learner's calibration, for display in a notebook."""
    result = run()
    drawn = picture(result).update_layout(template=style.LIGHT)
    return Still(TITLE, drawn, words(result), table(result))
