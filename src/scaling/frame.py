"""How every explorable looks and behaves in a notebook: the file that knows widgets.

From top to bottom: question and prediction; then, once the learner has committed (or asked to see
without), controls, picture, words, table, tasks and limits. The live picture stands in
``picture.py``. A small anywidget (``frame.js``) speaks the words to screen readers, names the
controls for them, and reports whether JupyterLab's theme is dark.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
import plotly.graph_objects as go
import traitlets

from scaling import prediction, style
from scaling.explorable import Choice, Control, Explorable, Paste, Slider, as_html
from scaling.picture import Picture

_HERE = Path(__file__).parent


class Voice(anywidget.AnyWidget):
    """The words under the picture, the table behind it, and the names of the controls.

    ``words`` is written into an element that stays, with role "status", because screen readers
    announce a change of its text but not a new element; ``names`` maps a CSS class to the
    accessible name of the control inside it, which ipywidgets' sliders lack; ``dark`` is set by
    the browser.
    """

    _esm = _HERE / "frame.js"
    _css = _HERE / "frame.css"

    words = traitlets.Unicode().tag(sync=True)
    trouble = traitlets.Bool(False).tag(sync=True)
    table = traitlets.Unicode().tag(sync=True)
    names = traitlets.Dict().tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    revealed = traitlets.Bool(False).tag(sync=True)
    dark = traitlets.Bool(False).tag(sync=True)


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
        self.picture: Picture | None = None
        self.controls = {control.name: _widget(control) for control in explorable.controls}
        self._picture_box = boxed("scaling-picture", [])
        self.voice = Voice(title=explorable.title)
        # The picture is made before it is shown: the browser loads plotly while the learner thinks.
        self._refresh()
        self.question = _Question(explorable, self.reveal)
        super().__init__(
            [prose(f"<h3>{html.escape(explorable.title)}</h3>"), self.question, self.voice]
        )
        self.add_class("scaling-explorable")
        self.voice.names = self._name_controls()
        self.voice.observe(self._change_theme, "dark")

    def reveal(self) -> None:
        """Show controls and picture; called when the learner commits or asks to see without."""
        if self.voice.revealed:
            return
        for widget in self.controls.values():
            widget.observe(self._refresh, "value")
        controls = [
            ipywidgets.VBox([_label(control), self.controls[control.name]]).add_class(
                "scaling-control-wide" if isinstance(control, Paste) else "scaling-control"
            )
            for control in self.explorable.controls
        ]
        title, question, voice = self.children
        self.children = [
            title,
            question,
            boxed("scaling-controls", controls),
            self._picture_box,
            voice,
            prose(_after(self.explorable)),
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
            self._say(f"This cannot be shown: {error}", trouble=True)
            return
        except Exception as error:
            self._say(
                f"A fault of ours, not of yours ({type(error).__name__}: {error}). "
                "Move the control back, and please report it.",
                trouble=True,
            )
            raise  # into the notebook's log; a widget's callback shows nobody else
        self._draw(picture)
        self.voice.table = as_html(table)
        self._say(words, trouble=False)

    def _say(self, words: str, trouble: bool) -> None:
        with self.voice.hold_sync():
            self.voice.words, self.voice.trouble = words, trouble
        box = self._picture_box
        (box.add_class if trouble else box.remove_class)("scaling-outdated")

    def _draw(self, figure: go.Figure) -> None:
        figure.update_layout(template=self._template(), autosize=True)
        if self.picture is not None and self.picture.can_become(figure):
            self.picture.become(figure)
        else:
            self.picture = Picture(figure)
            self._picture_box.children = [self.picture]

    def _template(self) -> go.layout.Template:
        return style.DARK if self.voice.dark else style.LIGHT

    def _change_theme(self, _: object) -> None:
        if self.picture is not None:
            self.picture.layout.template = self._template()

    def _name_controls(self) -> dict[str, str]:
        named = {identify(self.question.answer): self.question.prompt}
        for control in self.explorable.controls:
            named[identify(self.controls[control.name])] = control.label
        return named


class _Question(ipywidgets.VBox):
    """The prediction: asked first, committed or declined, then set beside what the model says."""

    def __init__(self, explorable: Explorable, reveal: Callable[[], None]):
        self.explorable, self.reveal = explorable, reveal
        ask = explorable.ask
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
        self.skip = ipywidgets.Button(description="Show me without predicting")
        self.again = ipywidgets.Button(description="Predict again")
        # Nobody predicts by accident: the button wakes when the slider has been moved.
        self.answer.observe(lambda _: setattr(self.commit, "disabled", False), "value")
        self.commit.on_click(self._on_commit)
        self.skip.on_click(self._on_skip)
        self.again.on_click(lambda _: self._ask())
        super().__init__([])
        self.add_class("scaling-question")
        earlier = prediction.committed(explorable.key)
        if earlier:
            last = earlier[-1]
            self._tell(f"On {last.day} you", last.predicted, last.outcome)
            self.children = [*self.children[:-1], boxed("scaling-buttons", [self.skip, self.again])]
        else:
            self._ask()

    def _ask(self) -> None:
        text = prose(
            f"<p><b>Predict first.</b> {html.escape(self.explorable.ask.text)}</p>"
            f"<p class='scaling-small'>{html.escape(self.prompt)}:</p>"
        )
        self.children = [text, self.answer, boxed("scaling-buttons", [self.commit, self.skip])]

    def _on_commit(self, _: object) -> None:
        explorable, ask = self.explorable, self.explorable.ask
        try:
            outcome = float(explorable.answer(explorable.run(**explorable.start)))
        except (ValueError, OSError) as error:
            self._give_up(f"This cannot be answered: {error}")
            return
        except Exception as error:
            self._give_up(f"A fault of ours, not of yours ({type(error).__name__}: {error}).")
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
            return ipywidgets.Textarea(
                value=control.start, placeholder=control.example, rows=4, continuous_update=False
            )


def _clean(value: Any) -> Any:
    """Return a slider's value without the dust of the browser's arithmetic (4.999999999)."""
    return round(value, 9) if isinstance(value, float) else value


def identify(widget: ipywidgets.DOMWidget) -> str:
    """Give a widget a CSS class that nothing else on the page has, and return it."""
    name = f"scaling-{widget.model_id}"  # unlike a counter, no other kernel's too
    widget.add_class(name)
    return name


def _label(control: Control) -> ipywidgets.HTML:
    return label_of(control.label)


def label_of(name: str) -> ipywidgets.HTML:
    """Return the line that stands over a control."""
    return prose(f"<span class='scaling-label'>{html.escape(name)}</span>")


def boxed(css_class: str, children: list[ipywidgets.Widget]) -> ipywidgets.Box:
    """Return a box that the style sheet knows by its class."""
    return ipywidgets.Box(children).add_class(css_class)


def prose(text: str) -> ipywidgets.HTML:
    """Return HTML as a widget; what comes from elsewhere must have been escaped."""
    return ipywidgets.HTML(text)


def _after(explorable: Explorable) -> str:
    tasks = "".join(f"<li>{html.escape(task)}</li>" for task in explorable.tasks)
    return (
        f"<p><b>Try it</b></p><ol>{tasks}</ol>"
        "<p class='scaling-small'><b>What this leaves out.</b> "
        f"{html.escape(explorable.limits)}</p>"
    )
