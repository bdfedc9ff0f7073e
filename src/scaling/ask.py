"""A question that a learner answers before anything moves, and the reply to the answer."""

from __future__ import annotations

from dataclasses import dataclass

from scaling import style

# A prediction within this distance of the outcome counts as close.
NEAR = 0.05  # share of the scale


@dataclass(frozen=True)
class Ask:
    """The question a learner answers before anything moves.

    Parameters
    ----------
    text : str
        The question, complete without the picture.
    low, high : float
        Ends of the scale on which the learner answers, in ``unit``.
    unit : str
        Unit in words, for example "ties".
    tempting : float
        The answer most people are drawn to; shown only after the learner has committed.
    because : str
        Why it is tempting, one short sentence.
    otherwise : str
        What an answer on the other side of the outcome overlooks; a whole sentence. Where the
        tempting answer is right: what any answer far from it overlooks.
    step : float, optional
        Distance between two answers; by default a hundredth of the scale.
    is_right : bool
        Whether the tempting answer is right here, to within `NEAR` of the scale. It is so in about
        a third of the course's questions, so that learners do not simply answer against their
        first thought.
    """

    text: str
    low: float
    high: float
    unit: str
    tempting: float
    because: str
    otherwise: str = ""
    step: float | None = None
    is_right: bool = False

    def __post_init__(self):
        if not self.low < self.high:
            raise ValueError(f"An Ask needs low below high, not {self.low} and {self.high}.")
        if not self.low <= self.tempting <= self.high:
            raise ValueError("The tempting answer must lie on the scale that the Ask offers.")

    @property
    def digits(self) -> int:
        """Decimal places in which answers are written."""
        return style.decimals(self.step or (self.high - self.low) / 100)

    def write(self, value: float) -> str:
        """Return a value on this scale in words, with its unit."""
        return f"{style.number(value, self.digits)} {self.unit}".strip()

    def is_close(self, predicted: float, outcome: float) -> bool:
        """Tell whether a prediction is within ``NEAR`` of the outcome."""
        return abs(predicted - outcome) <= NEAR * (self.high - self.low)

    def reply(self, predicted: float, outcome: float) -> str:
        """Return the comment on a prediction: how far off it is, to which side, and why.

        Parameters
        ----------
        predicted, outcome : float
            On this scale.
        """
        off = predicted - outcome
        if self.is_close(predicted, outcome):
            exactly = self.write(predicted) == self.write(outcome)
            praise = "Exactly so." if exactly else f"Close, only {self._gap(off)} off."
            return f"{praise} {self.temptation()}"
        said = f"Too {'high' if off > 0 else 'low'} by {self._gap(off)}."
        if self.is_right or off * (self.tempting - outcome) < 0:
            return f"{said} {self.otherwise}".strip()
        if self.is_close(predicted, self.tempting):
            return f"{said} You gave the tempting answer: {self.because}"
        return f"{said} {self.temptation()}"

    def _gap(self, off: float) -> str:
        """Return the difference of two answers, in the unit of a difference."""
        if self.unit.startswith("per cent"):
            unit = "percentage points"
        else:
            unit = "" if self.unit.startswith(("of ", "times")) else self.unit
        return f"{style.number(abs(off), self.digits)} {unit}".strip()

    def temptation(self) -> str:
        """Return the tempting answer and why it tempts, or is right, as one sentence."""
        if self.is_right:
            return f"The first thought, {self.write(self.tempting)}, is right here: {self.because}"
        return f"The tempting answer is {self.write(self.tempting)}: {self.because}"


@dataclass(frozen=True)
class Mark:
    """The axis of the picture that holds the quantity asked for, where a prediction is drawn.

    Parameters
    ----------
    axis : str
        As plotly names it, such as "y" or "x2".
    scale : float
        The factor from an answer to a value on that axis, such as 0.01 from per cent to shares.
    """

    axis: str
    scale: float = 1
