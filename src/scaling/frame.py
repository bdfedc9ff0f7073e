"""How every explorable looks and behaves in a notebook: the file that knows widgets.

From top to bottom: question and prediction; then, once the learner has committed (or asked to see
without), controls, picture, words, table, tasks and limits. The live picture stands in
``picture.py``, picture with words and table in ``screen.py``, the editor of a learner's own table
in ``rows_editor.py``.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import ipywidgets

from scaling import prediction, style
from scaling.explorable import Choice, Control, Explorable, Paste, Rows, Slider
from scaling.picture import Picture
from scaling.question import Question
from scaling.rows_editor import RowsEditor
from scaling.screen import Screen, boxed, identify, labelled, left_out, prose, titled
from scaling.wording import fault


class Frame(ipywidgets.VBox):
    """One explorable on the page.

    Parameters
    ----------
    explorable : Explorable
        What to show.
    """

    def __init__(self, explorable: Explorable):
        self.explorable = explorable
        self.result: Any = None
        self.controls = {control.name: _widget(control) for control in explorable.controls}
        self.screen = Screen(explorable.title)
        self.voice = self.screen.voice
        # The picture is made before it is shown: the browser loads plotly while the learner thinks.
        self._refresh()
        self.question = _Prediction(explorable, self.reveal)
        super().__init__([titled(explorable.title), self.question, self.voice])
        self.add_class("scaling-explorable")
        self.voice.names = self._name_controls()

    @property
    def picture(self) -> Picture | None:
        """The live picture; None before there is one."""
        return self.screen.picture

    def reveal(self) -> None:
        """Show controls and picture; called when the learner commits or asks to see without."""
        if self.voice.revealed:
            return
        for widget in self.controls.values():
            widget.observe(self._refresh, "value")
        controls = [
            labelled(
                control.label,
                self.controls[control.name],
                "scaling-control-wide" if isinstance(control, Paste) else "scaling-control",
            )
            for control in self.explorable.controls
            if not isinstance(control, Rows)
        ]
        # Below the picture, which a long table would push out of sight.
        tables = [
            self.controls[control.name]
            for control in self.explorable.controls
            if isinstance(control, Rows)
        ]
        title, question, voice = self.children
        self.children = [
            title,
            question,
            boxed("scaling-controls", controls),
            self.screen.box,
            voice,
            *tables,
            _to_try(self.explorable.tasks),
            left_out(self.explorable.limits),
        ]
        voice.revealed = True

    def values(self) -> dict[str, Any]:
        """Return the state of all controls by name."""
        return {name: _clean(widget.value) for name, widget in self.controls.items()}

    # Called synchronously for each change. The front end holds back newer values of a slider until
    # the kernel has answered and then sends only the newest, so stale events never pile up here.
    def _refresh(self, _: object = None) -> None:
        try:
            self.result = self.explorable.run(**self.values())
            picture = self.explorable.picture(self.result)
            words = self.explorable.words(self.result)
            table = self.explorable.table(self.result)
        except (ValueError, OSError) as error:  # what models and data raise for a learner to read
            self.screen.say(f"This cannot be shown: {error}", trouble=True)
            return
        except Exception as error:
            said = fault(error, "Move the control back, and please report it.")
            self.screen.say(said, trouble=True)
            raise  # into the notebook's log; a widget's callback shows nobody else
        self.screen.show(picture, words, table)

    def _name_controls(self) -> dict[str, str]:
        named = {identify(self.question.answer): self.question.prompt}
        for control in self.explorable.controls:
            if isinstance(control, Rows):
                continue  # it names every field in it by itself
            named[identify(self.controls[control.name])] = control.label
        return named


class _Prediction(Question):
    """The prediction: asked first, committed or declined, then set beside what the model says."""

    def __init__(self, explorable: Explorable, reveal: Callable[[], None]):
        self.explorable, self.reveal = explorable, reveal
        super().__init__(explorable.ask, "Show me without predicting")
        self.again = ipywidgets.Button(description="Predict again")
        self.commit.on_click(self._on_commit)
        self.skip.on_click(self._on_skip)
        self.again.on_click(lambda _: self.put())
        earlier = prediction.committed(explorable.key)
        if earlier:
            last = earlier[-1]
            self._tell(f"On {last.day} you", last.predicted, last.outcome)
            self.children = [*self.children[:-1], boxed("scaling-buttons", [self.skip, self.again])]
        else:
            self.put()

    def _on_commit(self, _: object) -> None:
        explorable, ask = self.explorable, self.explorable.ask
        try:
            outcome = float(explorable.answer(explorable.run(**explorable.start)))
        except (ValueError, OSError) as error:
            self._give_up(f"This cannot be answered: {error}")
            return
        except Exception as error:
            self._give_up(fault(error, "Please report it."))
            raise  # into the notebook's log, as in Frame._refresh
        predicted = self.answer.value
        note = prediction.commit(explorable.key, ask.text, predicted, outcome, ask.unit)
        self._tell("You", predicted, outcome, note)
        self.reveal()

    def _give_up(self, why: str) -> None:
        """Say why there is no outcome, and leave a way to the controls."""
        said = prose(f"<p>{html.escape(why)}</p>")
        self.children = [said, boxed("scaling-buttons", [self.skip])]

    def _on_skip(self, _: object) -> None:
        self.children = [prose(f"<p>{html.escape(self.explorable.ask.text)}</p>")]
        self.reveal()

    def _tell(self, who: str, predicted: float, outcome: float, note: str = "") -> None:
        ask = self.explorable.ask
        said, here, tempting = map(ask.write, (predicted, outcome, ask.tempting))
        verdict = (
            f"<p>{html.escape(ask.text)}</p>"
            f"<p>{who} said <b>{html.escape(said)}</b>. Here it is <b>{html.escape(here)}</b>. "
            f"The tempting answer is {html.escape(tempting)}: {html.escape(ask.because)}</p>"
        )
        if note:
            verdict += f"<p class='scaling-small'>{html.escape(note)}</p>"
        self.children = [prose(verdict), boxed("scaling-buttons", [self.again])]


def _widget(control: Control) -> ipywidgets.DOMWidget:
    """Return the ipywidget of a control; whole numbers stay integers."""
    match control:
        case Slider():
            ends = (control.low, control.high, control.start, control.step)
            digits = max(map(style.decimals, ends))
            whole = digits == 0
            kind = ipywidgets.IntSlider if whole else ipywidgets.FloatSlider
            low, high, start, step = (int(end) if whole else float(end) for end in ends)
            layout = {"min": low, "max": high, "value": start, "step": step}
            return kind(**layout, readout_format="d" if whole else f".{digits}f")
        case Choice():
            return ipywidgets.Dropdown(options=list(control.options.items()), value=control.start)
        case Paste():
            # Read when the learner leaves the box: half a line would be a mistake at every key, and
            # a screen reader would be told of each.
            rows = max(4, len(control.example.splitlines()))  # or the last line would be hidden
            return ipywidgets.Textarea(
                value=control.start,
                placeholder=control.example,
                rows=rows,
                continuous_update=False,
            )
        case Rows():
            return RowsEditor(control)


def _clean(value: Any) -> Any:
    """Return a slider's value without the dust of the browser's arithmetic (4.999999999)."""
    return round(value, 9) if isinstance(value, float) else value


def _to_try(tasks: tuple[str, ...]) -> ipywidgets.HTML:
    items = "".join(f"<li>{html.escape(task)}</li>" for task in tasks)
    return prose(f"<p><b>Try it</b></p><ol>{items}</ol>")
