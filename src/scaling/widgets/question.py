"""The question that explorables and games ask before anything else on the page.

An explorable knows the outcome as soon as it is answered, a game at its end.
"""

from __future__ import annotations

from typing import Any

import ipywidgets
from markupsafe import Markup

from scaling import prediction
from scaling.ask import Ask
from scaling.draw import Draw
from scaling.widgets.markup import prose
from scaling.widgets.pad import Pad
from scaling.widgets.screen import UNSET, boxed, labelled

HOW_SURE = "How sure are you? (optional)"
MOVE = "{}. Move the handle to where you think it is, then commit."
CLOSED = "scaling-closed"  # CSS class of a question that is answered
DRAW = "Draw the curve with a finger or the mouse, then commit."


class Question(ipywidgets.VBox):
    """A prediction, to be committed or declined; its owner listens to the buttons.

    Parameters
    ----------
    ask : scaling.explorable.Ask
    decline : str
        The label of the button that declines.
    draw : scaling.draw.Draw, optional
        The line to be drawn, where the answer is read off one.

    Attributes
    ----------
    prompt : str
        The name of the slider.
    answer : ipywidgets.FloatSlider or Pad
        A slider begins in the middle and looks unset: a handle at one end would suggest an answer.
    sure : ipywidgets.RadioButtons
        How sure the learner is, in one click. No step is chosen at first, and a prediction can be
        committed without one: a step that was set beforehand, or demanded, would be recorded for
        everyone who does not care to say, and could not be told from one that is meant.
    commit, skip : ipywidgets.Button
        The second is small and comes last.
    """

    def __init__(self, ask: Ask, decline: str, draw: Draw | None = None):
        self.prompt = f"Your prediction ({ask.unit})" if ask.unit else "Your prediction"
        self.answer: Any = _slider(ask) if draw is None else Pad(draw)
        steps = [(words, name) for name, words in prediction.CONFIDENCE.items()]
        self.sure = ipywidgets.RadioButtons(options=steps, value=None)
        self.commit = ipywidgets.Button(
            description="Commit my prediction", button_style="primary", disabled=True
        )
        self.skip = ipywidgets.Button(description=decline).add_class("scaling-aside")
        # The button is enabled once the slider has been moved, to prevent commits by accident.
        self.answer.observe(self._set, "value" if draw is None else "line")
        how = MOVE.format(self.prompt) if draw is None else DRAW
        self._asked = Markup(
            "<p><b>Predict first.</b> {}</p><p class='scaling-small scaling-handle'>{}</p>"
        ).format(ask.text, how)
        super().__init__([])
        self.add_class("scaling-question")

    def _set(self, _: object) -> None:
        self.answer.remove_class(UNSET)
        self.commit.disabled = isinstance(self.answer, Pad) and not self.answer.drawn

    @property
    def drawn(self) -> tuple[float, ...]:
        """The line that is drawn; empty where the answer is a number."""
        return self.answer.drawn if isinstance(self.answer, Pad) else ()

    @property
    def confidence(self) -> str:
        """The step of ``prediction.CONFIDENCE`` that is chosen; empty if none is."""
        return self.sure.value or ""

    def ask(self, story: str = "") -> None:
        """Put the question, after a story where there is one."""
        self.sure.value = None
        sure = labelled(HOW_SURE, self.sure, "scaling-sure")
        buttons = boxed("scaling-buttons", [self.commit, self.skip])
        asked = prose(Markup("{}{}").format(story, self._asked))
        self.children = [asked, self.answer, sure, buttons]
        self.remove_class(CLOSED)

    def close(self, *said: ipywidgets.Widget) -> None:
        """Put what came of the question into its place, in as little room as it needs."""
        self.children = list(said)
        self.add_class(CLOSED)


def _slider(ask: Ask) -> ipywidgets.FloatSlider:
    return ipywidgets.FloatSlider(
        min=ask.low,
        max=ask.high,
        step=ask.step or (ask.high - ask.low) / 100,
        value=_middle(ask),
        readout_format=f".{ask.digits}f",
    ).add_class(UNSET)


def _middle(ask: Ask) -> float:
    """Return the middle of a scale, on one of its steps."""
    step = ask.step or (ask.high - ask.low) / 100
    return round(ask.low + step * round((ask.high - ask.low) / 2 / step), 9)
