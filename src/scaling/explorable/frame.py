"""How every explorable looks and behaves in a notebook.

From top to bottom: question and prediction; then, once the learner has committed (or asked to see
without), controls, picture, the brief sentence and all figures, tasks and limits. Picture, words
and table come from ``widgets/screen.py``, the editor of a learner's own table from
``widgets/rows_editor.py``, the drawn prediction from ``said.py``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, cast

import ipywidgets
import plotly.graph_objects as go
from IPython.display import display
from markupsafe import Markup

from scaling import prediction
from scaling.ask import Ask
from scaling.explorable import (
    Choice,
    Control,
    Details,
    Drag,
    Explorable,
    Paste,
    Rows,
    Slider,
    Sweep,
    Task,
    said,
)
from scaling.widgets.handles import Handles
from scaling.widgets.markup import prose
from scaling.widgets.picture import Picture
from scaling.widgets.player import Player
from scaling.widgets.question import HOW_SURE, Question
from scaling.widgets.rounds import RoundsPanel
from scaling.widgets.rows_editor import RowsEditor
from scaling.widgets.screen import (
    Screen,
    boxed,
    identify,
    kernel_ended_note,
    labelled,
    limits_note,
    titled,
)
from scaling.wording import fault

# Moves of one control that follow each other faster than this count as one change.
PAUSE = 1.5  # seconds
SHOW = "Show the picture"
TRY_IT = Markup("<p><b>Try it</b></p>")
NOTHING = ("nothing yet", "")  # chosen from what has a story
LEAVE = "then press Tab or tap elsewhere"  # A text is read when its box is left.


def show(explorable: Explorable, *, big: bool = False) -> None:
    """Display an explorable as the output of a notebook's cell, enlarged for a hall if wanted."""
    frame = Frame(explorable)
    if big:
        frame.add_class("scaling-big")
    display(frame, kernel_ended_note())


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
        self.back = ipywidgets.Button(description="Back to the start").add_class("scaling-aside")
        self.back.on_click(lambda _: self.set(**explorable.start))
        self.details = _list_of_details(explorable)
        self.screen = Screen(explorable.title)
        self.screen.on_click(self._touch)
        handles = [self._handle(drag) for drag in explorable.drags]
        free = () if explorable.arrange is None else explorable.arrange.traces
        self.handles = Handles(handles, free) if handles or free else None
        self.way = _list_of_ways(explorable)
        self.rounds = (
            None if explorable.rounds is None else RoundsPanel(explorable.rounds, explorable.key)
        )
        self.text_panel = self.screen.text_panel
        self.player: Player | None = None  # There is nothing to play before the prediction.
        self._before: Any = None  # The brief sentence compares the result with this one.
        self._last_move: tuple[str, float] = ("", 0.0)  # control, seconds of the monotonic clock
        self._is_setting = False
        # The picture is made before it is shown, so that the browser loads plotly meanwhile.
        self._refresh()
        self.question = _Prediction(explorable, self.reveal)
        self.title = titled(explorable.title)
        super().__init__([self.title, self.question, self.text_panel])
        self.add_class("scaling-explorable")
        if explorable.touch:
            self.add_class("scaling-touch")
        self.text_panel.names = self._name_controls()

    @property
    def picture(self) -> Picture | None:
        """The live picture; None before there is one."""
        return self.screen.picture

    def reveal(self) -> None:
        """Show controls and picture; called when the learner commits or asks to see without."""
        if self.player is None:
            self.player = self._player()
        self._refresh()  # The prediction is now part of the picture.
        if self.text_panel.revealed:
            return
        for name, widget in self.controls.items():
            widget.observe(lambda _, name=name: self._move(name), "value")
        hints = {
            each.control: each.hint
            for each in self.explorable.touch
            if not isinstance(each, Details)
        }

        def placed(control: Control) -> ipywidgets.Widget:
            widget = self.controls[control.name]
            if isinstance(control, Rows):
                return widget  # An editor of tables names its parts itself.
            if isinstance(control, Paste):
                return labelled(control.label, widget, "scaling-control-wide", LEAVE)
            return labelled(control.label, widget, hint=hints.get(control.name, ""))

        # What is long comes below the picture, because it would push it out of sight.
        controls: list[ipywidgets.Widget] = []
        long: list[ipywidgets.Widget] = []
        for control in self.explorable.controls:
            (long if isinstance(control, Paste | Rows) else controls).append(placed(control))
        if self.way is not None and self.explorable.arrange is not None:
            controls.append(labelled(self.explorable.arrange.label, self.way))
        buttons = [self.player, self.back] if self.player is not None else [self.back]
        looked_at = []
        handles = [] if self.handles is None else [self.handles]
        for widget in handles:
            widget.observe(self._drag, "moved")
            widget.observe(self._drop, "dropped")
        if self.details is not None and self.explorable.details is not None:
            self.details.observe(self._tell, "value")
            label, hint = self.explorable.details.label, self.explorable.details.hint
            looked_at = [labelled(label, self.details, "scaling-details", hint)]
        shown = ipywidgets.VBox(
            [
                boxed("scaling-controls", [*controls, boxed("scaling-buttons", buttons)]),
                self.screen.box,
                *handles,
                self.text_panel,
                *looked_at,
                *long,
            ]
        ).add_class("scaling-shown")
        aside = ipywidgets.VBox(
            [
                prose(TRY_IT),
                *(
                    _Step(number, task, self)
                    for number, task in enumerate(self.explorable.tasks, start=1)
                ),
            ]
        ).add_class("scaling-beside")
        stage = boxed("scaling-stage", [shown, aside, limits_note(self.explorable.limits)])
        rounds = [] if self.rounds is None else [self.rounds]
        self.children = [self.title, self.question, *rounds, stage]
        self.text_panel.revealed = True

    def set(self, **values: Any) -> None:
        """Set controls by name; others go back to their start, but for a learner's own table."""
        wanted = self.explorable.start | values
        for name, widget in self.controls.items():
            if isinstance(widget, RowsEditor) and name not in values:
                wanted[name] = widget.value
        if any(isinstance(one, Choice) and one.among for one in self.explorable.controls):
            # If the model refuses these values, `_refresh` will say so.
            with suppress(ValueError, OSError):
                self._offer(self.explorable.run(**wanted))
        self._before, self._last_move = self.result, ("", 0.0)
        with self._setting():
            self._look_at_nothing()
            for name, widget in self.controls.items():
                if isinstance(widget, RowsEditor):
                    widget.put(wanted[name])
                elif not _is_no_option(widget, wanted[name]):
                    widget.value = wanted[name]
        self._refresh()

    @contextmanager
    def _setting(self) -> Iterator[None]:
        """Let controls and lists be set, of which only the whole is shown."""
        before, self._is_setting = self._is_setting, True
        try:
            yield
        finally:
            self._is_setting = before

    def at(self, **values: Any) -> Any:
        """Run the model from its start state with some values changed."""
        return self.explorable.run(**(self.explorable.start | values))

    def values(self) -> dict[str, Any]:
        """Return the state of all controls by name."""
        return {name: _without_float_error(widget.value) for name, widget in self.controls.items()}

    def _move(self, name: str) -> None:
        """Show the result after a control has moved, unless several are being set at once."""
        if self._is_setting:
            return
        last, when = self._last_move
        self._last_move = (name, time.monotonic())
        if name != last or self._last_move[1] - when > PAUSE:
            self._before = self.result  # A drag is compared with the state in which it began.
        self._refresh()

    def _touch(self, trace: int, point: int) -> None:
        """Do what is declared for a point of the picture that was clicked."""
        if not self.text_panel.revealed:
            return
        for each in self.explorable.touch:
            if isinstance(each, Drag):
                continue
            values = each.points(self.result).get(trace, ())
            if point < len(values):
                widget = self.details if isinstance(each, Details) else self.controls[each.control]
                cast(ipywidgets.Dropdown, widget).value = values[point]

    def _drag(self, change: dict[str, Any]) -> None:
        """Set the slider whose point is being dragged."""
        drag = self.explorable.drags[change["new"]["handle"]]
        self.controls[drag.control].value = change["new"]["value"]

    def _drop(self, change: dict[str, Any]) -> None:
        """Change the table whose point was dropped somewhere; say why if that cannot be."""
        arrange, told = self.explorable.arrange, change["new"]
        if arrange is None or self.way is None:
            return
        names = arrange.points(self.result)
        ends = [(told["trace"], told["point"]), told["onto"] or (-1, 0)]
        # The page may still show points of another table.
        if any(trace >= 0 and point >= len(names.get(trace, ())) for trace, point in ends):
            return
        name, onto = (names[trace][point] if trace >= 0 else "" for trace, point in ends)
        editor = cast(RowsEditor, self.controls[arrange.control])
        at = (float(told["x"]), float(told["y"]))
        try:
            editor.take(arrange.dropped(editor.value, self.way.value, name, at, onto))
        except ValueError as error:
            self.screen.say(f"Not changed: {error}")

    def _handle(self, drag: Drag) -> dict[str, Any]:
        """Return where points can be dragged, and what they set."""
        slider = self.explorable.slider(drag.control)
        ends = {"low": slider.low, "high": slider.high, "step": slider.step}
        return {"traces": list(drag.traces), "along": drag.along} | ends

    def _stops(self, result: Any) -> dict[str, dict[str, list[list[float]]]]:
        """Return where points that can be dragged lie at each value of their slider."""
        found = {}
        for number, drag in enumerate(self.explorable.drags):
            if drag.stops is not None:
                places = drag.stops(result, self.explorable.slider(drag.control).positions)
                found[str(number)] = {str(trace): at.tolist() for trace, at in places.items()}
        return found

    def _tell(self, _: object) -> None:
        """Tell the story that was chosen."""
        if not self._is_setting:
            self._before, self._last_move = self.result, ("", 0.0)
            self._refresh(tells=True)

    def _story(self, result: Any) -> str:
        """Offer what has a story in a result, and return the one that is chosen."""
        details, found = self.explorable.details, self.details
        if details is None or found is None:
            return ""
        names = details.names(result)
        now = [NOTHING, *((name, name) for name in names)]
        if list(found.options) != now:
            chosen = found.value
            with self._setting():
                found.options = now
                found.value = chosen if chosen in names else ""
        return details.story(result, found.value) if found.value else ""

    def _look_at_nothing(self) -> None:
        if self.details is not None:
            self.details.value = ""

    # Called synchronously for each change. The front end holds back newer values of a slider until
    # the kernel has answered and then sends only the newest, so stale events never pile up here.
    def _refresh(self, place: int | None = None, tells: bool = False) -> None:
        """Show what the controls say.

        ``place`` is where a run has moved them; with ``tells`` the sentence is the chosen story.
        """
        explorable = self.explorable
        try:
            result = explorable.run(**self.values())
            if self._offer(result):
                result = explorable.run(**self.values())
            picture = explorable.picture(result)
            words = explorable.words(result)
            brief = explorable.brief(result, self._before)
            if story := self._story(result):
                words = f"{words} {story}"
                brief = story if tells else brief
        except (ValueError, OSError) as error:  # Models and data word these for learners.
            self._play_nothing()
            self.screen.say(f"This cannot be shown: {error}", trouble=True)
            return
        except Exception as error:
            self._play_nothing()
            self.screen.say(
                fault(error, "Move the control back, and please report it."), trouble=True
            )
            raise  # The notebook's log is the only place that shows errors of a callback.
        self.result = result
        self._draw_said(picture, self.values())
        self._draw_looked_at(picture)
        if place is None:
            self._play_this()
        elif self.player is not None:
            self.player.resting = place
        self.screen.show(picture, words, lambda: explorable.table(result), brief)
        if self.handles is not None:
            self.handles.stops = self._stops(result)

    def _offer(self, result: Any) -> bool:
        """Offer in each choice what there is to choose from now; return whether one has moved."""
        has_moved = False
        for control in self.explorable.controls:
            if not isinstance(control, Choice) or control.among is None:
                continue
            widget, now = self.controls[control.name], list(control.among(result).items())
            if list(widget.options) == now:
                continue
            chosen = widget.value
            with self._setting():  # New options move the choice to the first one for a moment.
                widget.options = now
                if _is_no_option(widget, chosen):
                    has_moved = True
                else:
                    widget.value = chosen
        return has_moved

    def _player(self) -> Player | None:
        """Return the buttons that play the picture, where it is declared how."""
        play = self.explorable.play
        if play is None:
            return None
        # The pictures of a run are stacked as the one on the page is.
        self.text_panel.observe(lambda _: self._play_this(), "narrow")
        return Player(play.each)

    def _play_this(self) -> None:
        """Have the buttons play the result that is about to be shown, if there are any."""
        play, player, now = self.explorable.play, self.player, self.values()
        if player is None or play is None or self.result is None:
            return
        run = play.run(self.explorable, now, self.result)

        def figure(place: int) -> go.Figure:
            shown = run.figure(place)
            self._draw_said(shown, now | run.sets(place))
            if place == run.at:
                self._draw_looked_at(shown)
            return self.screen.fitted(shown)

        def halt(place: int) -> None:
            self._stay_at(place, run.sets(place))

        is_sweep = isinstance(play, Sweep)
        halts = halt if is_sweep else None
        player.renew(run.labels, run.times, run.at, figure, halts, run.outcome)

    def _play_nothing(self) -> None:
        """Turn the buttons off while the controls ask for what cannot be shown."""
        if self.player is not None:
            self.player.renew()

    def _stay_at(self, place: int, values: dict[str, Any]) -> None:
        """Set the controls that a run has moved; the run remains the same."""
        self._before, self._last_move = self.result, ("", 0.0)
        with self._setting():
            self._look_at_nothing()  # The run has other points.
            for name, value in values.items():
                self.controls[name].value = value
        self._refresh(place)

    def _draw_said(self, picture: Any, values: dict[str, Any]) -> None:
        """Draw the learner's last prediction into the picture of a state that it is about."""
        explorable, draw = self.explorable, self.explorable.draw
        last = _last_prediction(explorable)
        if last is None:
            return
        moved = {name for name, value in explorable.start.items() if values[name] != value}
        if draw is not None and draw.fits(last.drawn):
            if moved <= set(draw.despite):
                draw.into(picture, last.drawn)
        elif explorable.mark is not None and not moved:
            said.draw(picture, explorable.mark, explorable.ask, last.predicted, last.outcome)

    def _draw_looked_at(self, picture: Any) -> None:
        """Write the name of what is looked at into the picture of the result."""
        details = self.explorable.details
        if details is not None and self.details is not None and self.details.value:
            details.mark(picture, self.result, self.details.value)

    def _name_controls(self) -> dict[str, str]:
        named = {identify(self.question.sure): HOW_SURE}
        if self.explorable.draw is None:  # The place to draw in names its parts itself.
            named[identify(self.question.answer)] = self.question.prompt
        for control in self.explorable.controls:
            if isinstance(control, Rows):
                continue  # A table editor names each of its fields itself.
            named[identify(self.controls[control.name])] = control.label
        if self.details is not None and self.explorable.details is not None:
            named[identify(self.details)] = self.explorable.details.label
        if self.way is not None and self.explorable.arrange is not None:
            named[identify(self.way)] = self.explorable.arrange.label
        return named


def told_without(ask: Ask, outcome: float) -> Markup:
    """Return the paragraph for a learner who has not predicted."""
    here = Markup("<p>Here it is <b>{}</b>. {}</p>")
    return here.format(ask.write(outcome), ask.temptation())


class _Prediction(Question):
    """The prediction: asked first, committed or declined, then set beside what the model says."""

    def __init__(self, explorable: Explorable, reveal: Callable[[], None]):
        self.explorable, self.reveal = explorable, reveal
        super().__init__(explorable.ask, "Show me without predicting", explorable.draw)
        self.again = ipywidgets.Button(description="Predict again").add_class("scaling-aside")
        self.show = ipywidgets.Button(description=SHOW, button_style="primary")
        self.commit.on_click(self._on_commit)
        self.skip.on_click(self._on_skip)
        self.show.on_click(self._on_show)
        self.again.on_click(lambda _: self.ask())
        last = _last_prediction(explorable)
        if last is not None:
            self._show_verdict(f"On {last.day} you", last.predicted, last.outcome, last.drawn)
            buttons = boxed("scaling-buttons", [self.show, self.again])
            self.children = [*self.children[:-1], buttons]
        else:
            self.ask()

    def _on_commit(self, _: object) -> None:
        outcome, drawn = self._outcome(), self.drawn
        if outcome is None or (self.explorable.draw is not None and not drawn):
            return
        explorable, predicted = self.explorable, self.answer.value
        ask = explorable.ask
        note = prediction.commit(
            explorable.key, ask.text, predicted, outcome, ask.unit, self.confidence, drawn
        )
        self._show_verdict("You", predicted, outcome, drawn, note)
        self.reveal()

    def _on_skip(self, _: object) -> None:
        outcome = self._outcome()
        if outcome is None:
            return
        told = told_without(self.explorable.ask, outcome)
        self.close(prose(told + self._folded_question()))
        self.reveal()

    def _on_show(self, _: object) -> None:
        self.children = [*self.children[:-1], boxed("scaling-buttons", [self.again])]
        self.reveal()

    def _folded_question(self) -> Markup:
        """Return the question, folded to leave room for picture and words."""
        folded = Markup("<details><summary>The question</summary><p>{}</p></details>")
        return folded.format(self.explorable.ask.text)

    def _outcome(self) -> float | None:
        """Return what the model says; say why there is nothing and return None if it cannot."""
        explorable = self.explorable
        try:
            return float(explorable.answer(explorable.run(**explorable.start)))
        except (ValueError, OSError) as error:
            self._show_failure(f"This cannot be answered: {error}")
            return None
        except Exception as error:
            self._show_failure(fault(error, "Please report it."))
            raise  # The notebook's log is the only place that shows errors of a callback.

    def _show_failure(self, why: str) -> None:
        """Show why there is no outcome, and a button that leads to the controls."""
        reason = prose(Markup("<p>{}</p>").format(why))
        self.children = [reason, boxed("scaling-buttons", [self.show])]

    def _show_verdict(
        self,
        who: str,
        predicted: float,
        outcome: float,
        drawn: tuple[float, ...],
        note: str = "",
    ) -> None:
        ask, draw = self.explorable.ask, self.explorable.draw
        answer, here = map(ask.write, (predicted, outcome))
        reply, where = ask.reply(predicted, outcome), ""
        if draw is not None and draw.fits(drawn):
            where = f", {draw.where}"
            start = self.explorable.run(**self.explorable.start)
            reply = f"{reply} {draw.told(drawn, start)}"
        verdict = Markup("<p>{} said <b>{}</b>{}. Here it is <b>{}</b>. {}</p>").format(
            who, answer, where, here, reply
        )
        if self.explorable.mark is None:
            verdict += said.number_line(ask, predicted, outcome)
        verdict += self._folded_question()
        if note:
            verdict += Markup("<p class='scaling-small'>{}</p>").format(note)
        self.close(prose(verdict), boxed("scaling-buttons", [self.again]))


class _Step(ipywidgets.VBox):
    """One thing to try: what to do, a button that does it, and what there was to see."""

    def __init__(self, number: int, task: Task, frame: Frame):
        self.task, self.frame = task, frame
        self.asked = prose(Markup("<p>{}. {}</p>").format(number, task.text))
        self.look = ipywidgets.Button(description=f"I have looked at step {number}")
        self.look.add_class("scaling-aside")
        self.look.on_click(self._on_look)
        self.others: list[ipywidgets.Button] = []
        if task.sets:
            self.go = ipywidgets.Button(description=f"Set step {number}").add_class("scaling-sets")
            self.go.on_click(lambda _: frame.set(**task.sets))
            self.others = [self.go]
        super().__init__([self.asked, boxed("scaling-buttons", [*self.others, self.look])])
        self.add_class("scaling-step")

    def _on_look(self, _: object) -> None:
        seen = Markup("<p class='scaling-seen' role='status'>{}</p>").format(
            self.task.seen(self.frame.at)
        )
        buttons = [boxed("scaling-buttons", self.others)] if self.others else []
        self.children = [self.asked, *buttons, prose(seen)]


def _last_prediction(explorable: Explorable) -> prediction.Prediction | None:
    """Return what the learner last answered to this very question, which an update may change."""
    earlier = prediction.committed(explorable.key)
    here = [item for item in earlier if item.question == explorable.ask.text]
    return here[-1] if here else None


def _list_of_details(explorable: Explorable) -> ipywidgets.Dropdown | None:
    """Return the list of what has a story, where anything has; it is filled with each result."""
    if explorable.details is None:
        return None
    return ipywidgets.Dropdown(options=[NOTHING], value=NOTHING[1])


def _list_of_ways(explorable: Explorable) -> ipywidgets.Dropdown | None:
    """Return the list of what a drag does, where points can be dragged anywhere."""
    if explorable.arrange is None:
        return None
    ways = list(explorable.arrange.ways.items())
    return ipywidgets.Dropdown(options=ways, value=ways[0][1])


def _widget(control: Control) -> ipywidgets.DOMWidget:
    """Return the ipywidget of a control; whole numbers stay integers."""
    match control:
        case Slider():
            ends = (control.low, control.high, control.start, control.step)
            whole = control.digits == 0
            kind = ipywidgets.IntSlider if whole else ipywidgets.FloatSlider
            low, high, start, step = (int(end) if whole else float(end) for end in ends)
            layout = {"min": low, "max": high, "value": start, "step": step}
            return kind(**layout, readout_format="d" if whole else f".{control.digits}f")
        case Choice():
            return ipywidgets.Dropdown(options=list(control.options.items()), value=control.start)
        case Paste():
            # The text is read when the learner leaves the box. Half a line would be reported as a
            # mistake at every key, and a screen reader would read out each report.
            rows = max(4, len(control.example.splitlines()))
            return ipywidgets.Textarea(
                value=control.start,
                placeholder=control.example,
                rows=rows,
                continuous_update=False,
            )
        case Rows():
            return RowsEditor(control)


def _is_no_option(widget: ipywidgets.DOMWidget, value: Any) -> bool:
    """Return whether a widget is a list of options that does not offer a value."""
    return isinstance(widget, ipywidgets.Dropdown) and value not in dict(widget.options).values()


def _without_float_error(value: Any) -> Any:
    """Return a slider's value without the browser's rounding error, such as 4.999999999."""
    return round(value, 9) if isinstance(value, float) else value
