"""How a form looks and behaves in a notebook: one step at a time, kept as the learner types.

Every change goes at once into the learner's file (``file.py``); what the answers show is below
them (``widgets/screen.py``).
"""

from __future__ import annotations

from pathlib import Path

import ipywidgets
import traitlets
from IPython.display import display
from markupsafe import Markup

from scaling import files, wording
from scaling.form import LONGEST, Answers, Form, Step, Text
from scaling.form.export import shown_by, to_html, to_markdown
from scaling.form.file import FormFile
from scaling.rows import Rows, Table
from scaling.widgets.late import AnyWidget
from scaling.widgets.markup import prose
from scaling.widgets.rows_editor import RowsEditor
from scaling.widgets.screen import Screen, boxed, titled
from scaling.wording import reason

_HERE = Path(__file__).parent
# The marks of a step in which some or all fields are filled in.
SOME, ALL = "\N{HORIZONTAL ELLIPSIS}", "\N{CHECK MARK}"


class TextField(AnyWidget):
    """One field for text, under its label."""

    _esm = _HERE / "text.js"

    value = traitlets.Unicode().tag(sync=True)
    label = traitlets.Unicode().tag(sync=True)
    hint = traitlets.Unicode().tag(sync=True)
    lines = traitlets.Int(3).tag(sync=True)
    number = traitlets.Bool(False).tag(sync=True)
    longest = traitlets.Int(LONGEST).tag(sync=True)


class Status(AnyWidget):
    """The line that says what has been kept, and the look of the whole form."""

    _esm = _HERE / "page.js"
    _css = _HERE / "page.css"

    said = traitlets.Unicode().tag(sync=True)
    trouble = traitlets.Bool(False).tag(sync=True)
    page = traitlets.Unicode().tag(sync=True)  # The page that was exported last, to be linked to.


def show(form: Form) -> None:
    """Display a form as the output of a notebook's cell."""
    display(FormPage(form))


class FormPage(ipywidgets.VBox):
    """A form on the page.

    Parameters
    ----------
    form : scaling.form.Form
        What to ask. Answers are read from the present folder and kept there.
    """

    def __init__(self, form: Form):
        self.form = form
        self.file = FormFile(form)
        self.answers, note = self.file.read()
        self.status = Status(said=note)
        self.place = 0
        self._pages: dict[int, _StepPage] = {}
        self.buttons = [
            _button(f"{number} {step.title}", lambda _, at=number - 1: self.go_to(at))
            for number, step in enumerate(form.steps, start=1)
        ]
        self.example = _button("Fill in an example", lambda _: self.fill_in(form.example))
        self.anew = _button("Start anew", lambda _: self.start_anew())
        self.back = _button("Bring back the one before", lambda _: self.bring_back())
        self.out = _button("Save as web page and Markdown", lambda _: self.export())
        # Only this box changes its children, so that the focus elsewhere is not lost.
        self.step = boxed("scaling-form-step", [])
        super().__init__(
            [
                titled(form.title),
                boxed("scaling-buttons", self.buttons),
                self.step,
                boxed("scaling-buttons", [self.out, self.example, self.anew, self.back]),
                self.status,
            ]
        )
        self.add_class("scaling-explorable")
        self.add_class("scaling-form")
        self.go_to(0)

    # ------------------------------------------------------------ actions of the learner

    def go_to(self, place: int) -> None:
        """Show a step, counted from 0."""
        self.place = place
        for number, button in enumerate(self.buttons):
            button.button_style = "primary" if number == place else ""
        self._show()

    def set(self, name: str, value: str | Table) -> None:
        """Store one answer, write the file, and show what the answers say now."""
        self.answers[name] = files.encodable(value) if isinstance(value, str) else value
        self._write()
        self._page().look(self.answers)
        self._update_buttons()

    def fill_in(self, answers: Answers) -> None:
        """Put other answers in place of these."""
        self.answers = self.form.checked(answers)
        self._pages.clear()
        self._write()
        self._show()

    def start_anew(self) -> None:
        """Set the file aside and begin with an empty form."""
        try:
            self.file.write(self.answers)  # Answers that are in no file would be lost.
            said = self.file.archive()
        except OSError as error:
            self._say(f"{error} To begin without them, {wording.here.again}.", trouble=True)
            return
        self.answers = self.form.empty
        self._pages.clear()
        self._say(said)
        self._show()

    def bring_back(self) -> None:
        """Return to the answers before the last "Start anew"."""
        try:
            if self.answers != self.form.empty:
                self.file.write(self.answers)
            answers = self.file.bring_back()
        except OSError as error:
            self._say(str(error), trouble=True)
            return
        is_empty = self.answers == self.form.empty
        self.answers = answers
        self._pages.clear()
        self._say("Here it is again." + ("" if is_empty else " What you had now is put away."))
        self._show()

    def export(self) -> None:
        """Write the form as a web page and as Markdown beside the notebook."""
        pages = {
            ".html": to_html(self.form, self.answers),
            ".md": to_markdown(self.form, self.answers),
        }
        try:
            names = self.file.export(pages)
        except OSError as error:
            self._say(f"Not written: {reason(error)}.", trouble=True)
            return
        self._write()
        self.status.page = pages[".html"]
        self._say(f"Written {wording.here.beside}: {' and '.join(names)}.")

    # ------------------------------------------------------------ what is on the page

    def _page(self) -> _StepPage:
        if self.place not in self._pages:
            step = self.form.steps[self.place]
            self._pages[self.place] = _StepPage(self, self.place + 1, step)
        return self._pages[self.place]

    def shows(self, page: _StepPage) -> bool:
        """Tell whether a step belongs to the present answers, and not to archived ones."""
        return page in self._pages.values()

    def _show(self) -> None:
        page = self._page()
        page.look(self.answers)
        self._update_buttons()
        self.step.children = [page]

    def _update_buttons(self) -> None:
        is_empty = self.answers == self.form.empty
        self.example.disabled, self.anew.disabled = not is_empty, is_empty
        why = "" if is_empty else " (into an empty form only)"
        self.example.description = f"Fill in an example{why}"
        self.back.disabled = self.file.last_archived is None
        self.back.layout.display = "none" if self.back.disabled else None
        for number, (button, step) in enumerate(
            zip(self.buttons, self.form.steps, strict=True), start=1
        ):
            filled = self.form.filled(step, self.answers)
            mark = f" {ALL}" if filled == len(step.fields) else f" {SOME}" if filled else ""
            button.description = f"{number} {step.title}{mark}"

    def _write(self) -> None:
        try:
            self._say(self.file.write(self.answers))
        except OSError as error:
            self._say(str(error), trouble=True)

    def _say(self, words: str, trouble: bool = False) -> None:
        with self.status.hold_sync():
            self.status.said, self.status.trouble = words, trouble


class _StepPage(ipywidgets.VBox):
    """One step: its fields, and below them what the answers show."""

    def __init__(self, page: FormPage, number: int, step: Step):
        self.page, self.step = page, step
        self.screen = Screen(f"{page.form.title}, step {number}: {step.title}")
        self.screen.text_panel.revealed = True
        fields = []
        for field in step.fields:
            widget = _widget(field)
            widget.value = page.answers[field.name]
            widget.observe(lambda change, name=field.name: self._set(name, change["new"]), "value")
            fields.append(widget)
        title = Markup("<h4>{} {}</h4><p>{}</p>").format(number, step.title, step.why)
        super().__init__([prose(title), *fields, self.screen.box, self.screen.text_panel])

    def _set(self, name: str, value: str | Table) -> None:
        if self.page.shows(self):  # A field that was replaced may still send its last letters.
            self.page.set(name, value)

    def look(self, answers: Answers) -> None:
        """Show what the answers say, or why they cannot yet."""
        shown = shown_by(self.step, answers)
        self.screen.box.layout.display = "none" if shown is None or isinstance(shown, str) else None
        if isinstance(shown, str):
            self.screen.text_panel.table = ""
            self.screen.say(shown)
        elif shown is not None:
            self.screen.show(shown.picture, shown.words, shown.table)


def _widget(field: Text | Rows) -> AnyWidget:
    if isinstance(field, Rows):
        return RowsEditor(field)
    return TextField(label=field.label, hint=field.hint, lines=field.lines, number=field.is_number)


def _button(text: str, on_click: object) -> ipywidgets.Button:
    button = ipywidgets.Button(description=text)
    button.on_click(on_click)
    return button
