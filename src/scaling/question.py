"""The question before everything else on the page, as explorables and games ask it alike.

What follows from an answer differs: an explorable knows the outcome at once, a game at its end.
"""

from __future__ import annotations

import html

import ipywidgets

from scaling.explorable import Ask
from scaling.screen import boxed, prose


class Question(ipywidgets.VBox):
    """A prediction, to be committed or declined; whoever asks listens to its buttons.

    Parameters
    ----------
    ask : scaling.explorable.Ask
    decline : str
        What stands on the button of those who would not predict.

    Attributes
    ----------
    prompt : str
        The name of the slider.
    answer : ipywidgets.FloatSlider
    commit, skip : ipywidgets.Button
    """

    def __init__(self, ask: Ask, decline: str):
        self.prompt = f"Your prediction ({ask.unit})" if ask.unit else "Your prediction"
        self.answer = ipywidgets.FloatSlider(
            min=ask.low,
            max=ask.high,
            step=ask.step or (ask.high - ask.low) / 100,
            value=ask.low,
            readout_format=f".{ask.digits}f",
        )
        self.commit = ipywidgets.Button(
            description="Commit my prediction", button_style="primary", disabled=True
        )
        self.skip = ipywidgets.Button(description=decline)
        # Nobody predicts by accident: the button wakes when the slider has been moved.
        self.answer.observe(lambda _: setattr(self.commit, "disabled", False), "value")
        self._asked = (
            f"<p><b>Predict first.</b> {html.escape(ask.text)}</p>"
            f"<p class='scaling-small'>{html.escape(self.prompt)}:</p>"
        )
        super().__init__([])
        self.add_class("scaling-question")

    def put(self, story: str = "") -> None:
        """Put the question, after a story as HTML where there is one."""
        buttons = boxed("scaling-buttons", [self.commit, self.skip])
        self.children = [prose(story + self._asked), self.answer, buttons]
