"""One explorable in the page, handled as a reader handles it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import numpy as np
import plotly.graph_objects as go
from playwright.sync_api import Locator, Page, expect

from scaling import stacking, style
from scaling.draw import Draw
from scaling.explorable import Choice, Control, Explorable, Paste, Rows, Slider
from scaling.still import Still

PATIENCE = 60  # seconds until something that should have happened counts as missing
expect.set_options(timeout=PATIENCE * 1000)
ROLES = {Slider: "slider", Choice: "combobox", Rows: "group"}
T = TypeVar("T")


def eventually(
    question: Callable[[], T], wanted: Callable[[T], bool], seconds: float = PATIENCE
) -> T:
    """Ask until the answer is wanted; return the last answer, wanted or not."""
    end = time.monotonic() + seconds
    while not wanted(answer := question()) and time.monotonic() < end:
        time.sleep(0.05)
    return answer


def one_step_up(draw: Draw) -> list[float]:
    """Return the line whose first slider is a step above where the known curve ends."""

    def rounded(value: float) -> float:
        return draw.low + draw.step * math.floor((value - draw.low) / draw.step + 0.5)

    start = rounded(float(list(draw.known()[1])[-1]))
    line = np.interp(draw.x, draw.by_hand[:2], [start + draw.step, start])
    return [rounded(value) for value in line]


class Shown:
    """An explorable that a cell has just shown, prediction first.

    Parameters
    ----------
    page : playwright.sync_api.Page
    explorable : scaling.explorable.Explorable
    """

    def __init__(self, page: Page, explorable: Explorable):
        self.page, self.explorable = page, explorable
        # Roles and names are worked out for all of a page each time that they are asked for.
        self.root = page.locator(
            f'.scaling-explorable[role=group][aria-label="{explorable.title}"]'
        )
        self.question = self.root.locator(".scaling-question")
        self.words = self.root.locator(".scaling-words")
        self.more = self.root.locator(".scaling-table > p")
        self.values = dict(explorable.start)

    # ------------------------------------------------------------ prediction

    @property
    def answer(self) -> Locator:
        """The slider of the prediction; of a line that is drawn the first one."""
        return self.question.get_by_role("slider").first

    @property
    def one_step_right(self) -> float:
        """What is predicted after one press of the right arrow."""
        ask, draw = self.explorable.ask, self.explorable.draw
        if draw is not None:
            return float(draw.reading(one_step_up(draw)))
        step = ask.step or (ask.high - ask.low) / 100
        return ask.low + step * (round((ask.high - ask.low) / 2 / step) + 1)

    def button(self, name: str) -> Locator:
        """One of its buttons."""
        return self.root.get_by_role("button", name=name, exact=True)

    def reveal_with(self, **values: Any) -> Shown:
        """Show the picture without predicting, where some controls do not stand at their start."""
        self.values |= values
        return self.reveal()

    def reveal(self) -> Shown:
        """Show the picture without predicting."""
        # The second where a prediction was made before.
        decline, show = map(self.button, ("Show me without predicting", "Show the picture"))
        decline.or_(show).click()
        self.wait_until_drawn()
        self.wait_until_right()
        return self

    def wait_until_drawn(self) -> None:
        """Wait for the picture."""
        self.root.locator(".js-plotly-plot[role=img] .main-svg").first.wait_for()
        self.wait_until_still()

    # ------------------------------------------------------------ controls

    def back_to_the_start(self) -> str:
        """Press the button for it, wait for the start state, and return its picture."""
        self.button("Back to the start").press("Enter")
        self.values = dict(self.explorable.start)
        self.wait_until_right()
        self.wait_until_still()
        return self.picture()

    def control(self, control: Control) -> Locator:
        """The part of a control that takes the keys, by the name that a screen reader speaks."""
        role = ROLES.get(type(control), "textbox")
        return self.root.get_by_role(role, name=control.label, exact=True)

    def move(self, control: Slider | Choice, presses: int = 1) -> None:
        """Press the arrow that moves a control on, and back where it starts at its end."""
        for _ in range(presses):
            key, value = self._next(control)
            self.control(control).press(key)
            self.values[control.name] = value

    def _next(self, control: Slider | Choice) -> tuple[str, Any]:
        now = self.values[control.name]
        if isinstance(control, Choice):
            options = list(control.options.values())
            place = options.index(now)
            is_last = place == len(options) - 1
            return ("ArrowUp", options[place - 1]) if is_last else ("ArrowDown", options[place + 1])
        is_last = now >= control.high
        return (
            "ArrowLeft" if is_last else "ArrowRight",
            round(now + (-control.step if is_last else control.step), 9),
        )

    def go_to(self, control: Slider, key: str) -> None:
        """Press Home or End on a slider."""
        self.control(control).press(key)
        self.values[control.name] = control.low if key == "Home" else control.high

    def go_through(self, control: Control) -> Iterator[Any]:
        """Set a control to one end after the other, or each option; yield once it shows that."""
        match control:
            case Slider():
                moves = [lambda key=key: self.go_to(control, key) for key in ("Home", "End")]
            case Choice():
                moves = [lambda: self.move(control)] * (len(control.options) - 1)
            case Paste():
                moves = [lambda: self.paste(control, control.example)]
            case Rows():
                moves = [lambda: self.remove_row(control, len(control.start))]
        for move in moves:
            move()
            self.wait_until_right()
            self.wait_until_still()
            yield self.values[control.name]

    def paste(self, control: Paste, text: str) -> None:
        """Paste text in place of what stands in a box; no text clears it."""
        box = self.control(control)
        box.click()
        self.page.keyboard.press("ControlOrMeta+a")
        if text:
            self.page.keyboard.insert_text(text)
        else:
            self.page.keyboard.press("Delete")
        self.page.keyboard.press("Tab")  # as its label says: it is read when the learner leaves it
        self.values[control.name] = text

    def remove_row(self, control: Rows, number: int) -> None:
        """Press the button that takes out a row, counted from 1."""
        table = self.control(control)
        table.get_by_role("button", name=f"Remove row {number}", exact=True).click()
        rows = self.values[control.name]
        self.values[control.name] = rows[: number - 1] + rows[number:]

    # ------------------------------------------------------------ what it shows

    def wait_until_right(self) -> None:
        """Wait until words, table and picture are those of the values the controls should have."""
        expected = _still(self.explorable, self.values)
        html = expected.table.to_html(index=False, border=0, na_rep="\N{EN DASH}")
        # It is waited for in the page: where Playwright expects something that is not there yet, it
        # describes all of the page at every look.
        wrong = self.root.evaluate(
            "(root, [words, html, points, most]) =>"
            " look.comesToShow(root, words, html, points, most)",
            [expected.words, html, _points(expected.picture), 20 * PATIENCE],
        )
        assert not wrong, f"not what the controls' values give: {wrong}"

    def picture(self) -> str:
        """All that is drawn, as text."""
        return self.root.evaluate("(root) => look.picture(root)")

    def wait_until_still(self) -> None:
        """Wait until the picture does not change any more."""
        is_still = self.root.evaluate("(root, most) => look.comesToRest(root, most)", 10 * PATIENCE)
        assert is_still, "the picture never comes to rest"

    def wait_until_drawn_otherwise(self, before: str) -> str:
        """Wait for a picture other than before, and return it once it is still."""
        now = eventually(self.picture, lambda now: now != before)
        assert now != before, "the picture stays as it was"
        self.wait_until_still()
        return self.picture()

    def use_theme(self, is_dark: bool) -> None:
        """Change JupyterLab's theme and wait until the picture, if there is one, has followed."""
        name = "JupyterLab Dark" if is_dark else "JupyterLab Light"
        self.page.evaluate(
            "(theme) => jupyterapp.commands.execute('apputils:change-theme', { theme })", name
        )
        self.page.wait_for_function(
            "(light) => document.body.dataset.jpThemeLight === light", arg=str(not is_dark).lower()
        )
        ink = (style.DARK if is_dark else style.LIGHT).layout.font.color
        followed = eventually(
            lambda: self.root.evaluate(
                "(root) => look.plots(root).map((plot) => plot._fullLayout.font.color)"
            ),
            lambda inks: set(inks) <= {ink},
        )
        assert set(followed) <= {ink}, f"the picture does not follow the theme {name}"
        if followed:
            self.wait_until_still()

    def use_width(self, width: int) -> None:
        """Make the window so many pixels wide."""
        self.page.set_viewport_size({"width": width, "height": 900})
        self.wait_until_still()

    def wait_until_stacked(self, stacked: bool) -> None:
        """Wait until the panels lie above one another, or side by side again."""
        still = _still(self.explorable, self.values).picture
        wanted = (stacking.stacked(still) if stacked else still).layout.height
        height = "(root) => look.plots(root)[0]._fullLayout.height"
        found = eventually(lambda: self.root.evaluate(height), lambda found: found == wanted)
        assert found == wanted, "the panels do not follow the width"
        self.wait_until_still()


_STILLS: dict[tuple[str, str], Still] = {}


def _still(explorable: Explorable, values: dict[str, Any]) -> Still:
    """Return what an explorable shows; the same states, above all starts, are asked for often."""
    state = explorable.key, repr(sorted(values.items()))
    if state not in _STILLS:
        _STILLS[state] = explorable.still(**values)
    return _STILLS[state]


def _points(figure: go.Figure) -> list[list[Any]]:
    """Return x and y of every trace, with None for what is missing, as the browser does."""
    return [[_listed(trace.x), _listed(trace.y)] for trace in figure.data]


def _listed(values: Any) -> list[Any]:
    return [None if value != value else value for value in np.asarray(values).tolist()]
