"""How the inventory looks and behaves in a notebook: all questions on one page, kept one by one.

``questions.js`` draws the questions as groups of radio buttons. Which answer is right never reaches
the browser before both sittings are finished.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ipywidgets
import traitlets
from IPython.display import display
from markupsafe import Markup

from scaling import form, wording
from scaling.form.page import TextField
from scaling.inventory import AFTER, BEFORE, LETTERS, Sitting, items
from scaling.inventory.file import (
    LONGEST_NAME,
    Answers,
    begin,
    change,
    choose,
    export,
    finish,
    load,
    missing,
    name_for_export,
    rename,
)
from scaling.inventory.results import in_words, results, score
from scaling.widgets.late import AnyWidget
from scaling.widgets.markup import bullets, prose
from scaling.widgets.screen import TextPanel, boxed, kernel_ended_note, names_of_parts, titled
from scaling.wording import listed, number_of, reason

_HERE = Path(__file__).parent
FINISH = "I have finished"
HAND_IN = "Write the file for my instructor"
OTHER_FORM = (
    "Another notebook has begun with these questions, so yours have been exchanged. Please answer "
    "those that are here now."
)


class Questions(AnyWidget):
    """The questions of one form, each with four options of which one can be chosen.

    Attributes
    ----------
    asked : list of dict
        ``id``, ``number`` (such as "Question 1 of 16"), ``stem`` and ``options``.
    chosen : dict of str to str
        Letters by id.
    """

    _esm = _HERE / "questions.js"
    _css = _HERE / "page.css"

    asked: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    chosen = traitlets.Dict().tag(sync=True)


class Name(TextField):
    """The field for a pseudonym, which looks as in a form."""

    _css = Path(form.__file__).with_name("page.css")


def show_page(sitting: Sitting) -> None:
    """Display a sitting as the output of a notebook's cell."""
    display(InventoryPage(sitting), kernel_ended_note())


class InventoryPage(ipywidgets.VBox):
    """One sitting on the page, where the learner left it.

    Parameters
    ----------
    sitting : scaling.inventory.Sitting
        Which of the two.
    """

    def __init__(self, sitting: Sitting):
        self.sitting = sitting
        kept, note = load()
        self.kept: Answers = kept or begin()
        self.questions = Questions()
        self.questions.observe(self._choose, "chosen")
        self.name = Name(
            label="A name for the file, if you like; not your own",
            hint="such as “blue teapot”",
            lines=1,
            longest=LONGEST_NAME,
            value=self.kept.name,
        )
        self.name.observe(self._rename, "value")
        # The same button ends the sitting and writes the file, so that it keeps the focus.
        self.button = ipywidgets.Button(description=FINISH, button_style="primary")
        self.button.on_click(lambda _: self._press())
        self.panel = TextPanel(
            title=sitting.title, parts=names_of_parts(sitting.title), revealed=True
        )
        self.told = prose("")
        self.part = boxed("scaling-inventory-part", [])
        super().__init__(
            [titled(sitting.title), self.part, boxed("scaling-buttons", [self.button]), self.panel]
        )
        self.add_class("scaling-explorable")
        self.add_class("scaling-inventory")
        self._ask()
        self._place_parts()
        self._say(" ".join(filter(None, [note, self._progress()])), trouble=bool(note))

    # ------------------------------------------------------------ actions of the learner

    def _choose(self, change_: dict[str, Any]) -> None:
        known = {question["id"] for question in self.questions.asked}
        chosen = {
            name: letter
            for name, letter in change_["new"].items()
            if name in known and letter in tuple(LETTERS)
        }
        if chosen == self._shown():
            return
        note = self._change(choose(self.sitting.when, chosen, self.form))
        if self.kept.form(self.sitting.when) != self.form:
            self._ask()
            note = OTHER_FORM
        self._say(note or self._progress(), trouble=bool(note))

    def _rename(self, change_: dict[str, Any]) -> None:
        note = self._change(rename(change_["new"]))
        self._say(note or "Your name for the file is kept.", trouble=bool(note))

    def _press(self) -> None:
        if self.kept.of(self.sitting.when).finished:
            self._export()
        else:
            self._finish()

    def _finish(self) -> None:
        note = self._change(finish(self.sitting.when))
        left = missing(self.kept.of(self.sitting.when))
        if left:
            which = listed([str(number) for number in left])
            noun = "Question" if len(left) == 1 else "Questions"
            verb = "has" if len(left) == 1 else "have"
            self._say(f"{noun} {which} {verb} no answer yet.", trouble=True)
            return
        self._place_parts()
        self._say(note or "Kept.", trouble=bool(note))

    def _export(self) -> None:
        name = name_for_export(self.kept)
        try:
            export(self.kept, Path.cwd() / name)
        except (ValueError, OSError) as error:
            self._say(f"Not written: {reason(error)}.", trouble=True)
            return
        held = ["your answers", "a random number", *["your name for it"] * bool(self.kept.name)]
        self._say(
            f"Written {wording.here.beside}: {name}. It holds {listed(held)}. Nothing is sent: you "
            "hand it in, or not."
        )

    # ------------------------------------------------------------ what is on the page

    def _change(self, update: Any) -> str:
        self.kept, note = change(self.kept, update)
        return note

    def _shown(self) -> dict[str, str]:
        """Return the kept answers to the questions that are on the page."""
        chosen = self.kept.of(self.sitting.when).chosen
        return {item.id: chosen[item.id] for item in items() if item.id in chosen}

    def _ask(self) -> None:
        """Put the questions of the form that is this learner's."""
        self.form = self.kept.form(self.sitting.when)
        with self.questions.hold_sync():
            self.questions.asked = [
                {
                    "id": item.id,
                    "number": f"Question {number} of {len(items())}",
                    "stem": item.forms[self.form].stem,
                    "options": [text for _, text in item.forms[self.form].options],
                }
                for number, item in enumerate(items(), start=1)
            ]
            self.questions.chosen = self._shown()

    def _place_parts(self) -> None:
        if not self.kept.of(self.sitting.when).finished:
            about = prose(Markup("<p>{}</p>").format(self.sitting.about))
            self.part.children = [about, self.questions]
            return
        self.told.value = self._result() if self.sitting.when == AFTER else _wait()
        self.part.children = [self.told, self.name]
        self.button.description = HAND_IN

    def _progress(self) -> str:
        answered = self.kept.of(self.sitting.when)
        if answered.finished:
            return f"Finished on {answered.finished}."
        done = len(items()) - len(missing(answered))
        kept = " Kept." if answered.chosen else ""
        return f"{done} of {number_of(len(items()), 'question')} answered.{kept}"

    def _result(self) -> Markup:
        """Return what a learner sees who has finished the second sitting."""
        before, now = (self.kept.of(when) for when in (BEFORE, AFTER))
        then = f", and {score(before)} before the course" if before.finished else ""
        said = Markup("<p><b>{} of {} right{}.</b> {}</p>").format(
            score(now),
            len(items()),
            then,
            "One answer can be luck; a handful of them says more.",
        )
        lines = [
            Markup("<b>{}</b><br>{}").format(result.item.idea, in_words(result))
            for result in results(self.kept)
        ]
        return said + Markup("<ul>{}</ul>").format(bullets(lines))

    def _say(self, words: str, trouble: bool = False) -> None:
        with self.panel.hold_sync():
            self.panel.words, self.panel.trouble = words, trouble


def _wait() -> Markup:
    return Markup("<p>{}</p>").format(
        "Thank you. What is right you will see in the capstone, when you have answered the other "
        "sixteen questions. If you take the course with a class, your instructor may ask for the "
        "file of your answers after that."
    )
