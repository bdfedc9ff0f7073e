"""What a screen reader is told: names of all controls, the words as they change, the picture."""

import re

import pytest
from conftest import wanting
from playwright.sync_api import expect
from shown import eventually
from spoken import declared, told
from spoken import tree as tree_of

from scaling.explorable import Rows, Slider
from scaling.style import MINUS, decimals, number

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HANDLED = {"slider", "radio", "combobox", "textbox", "button", "spinbutton", "listbox", "checkbox"}


def place(shown):
    return f'.scaling-explorable[aria-label="{shown.explorable.title}"]'


def tree(shown):
    return tree_of(shown.page, place(shown))


def test_a_screen_reader_is_told_what_the_declaration_says(shown):
    shown.reveal()
    explorable = shown.explorable
    assert told(shown.page, place(shown), explorable) == declared(explorable, has_predicted=False)


def test_everything_that_can_be_handled_has_a_name(shown):
    asked = [node for node in tree(shown) if node[0] in HANDLED]
    assert {role for role, _ in asked} == {"slider", "radio", "button"}
    shown.answer.press("ArrowRight")  # before that its number would be an anchor
    if shown.explorable.draw is None:
        expect(shown.question.get_by_role("textbox")).to_be_visible()
        asked += [node for node in tree(shown) if node[0] in HANDLED]
        assert {role for role, _ in asked} == {"slider", "textbox", "radio", "button"}
    shown.reveal()
    handled = [node for node in tree(shown) if node[0] in HANDLED]
    assert [node for node in [*asked, *handled] if not node[1]] == []
    sliders = [c.label for c in shown.explorable.controls if isinstance(c, Slider)]
    assert [name for role, name in handled if role == "slider"] == sliders
    names = [name for _, name in handled]
    single = [c.label for c in shown.explorable.controls if not isinstance(c, Rows)]
    assert [label for label in single if label not in names] == []
    for control in shown.explorable.controls:
        if isinstance(control, Rows):  # a group of fields
            expect(shown.control(control)).to_be_visible()
    assert len(set(names)) == len(names)


def tells(slider, value, digits):
    """Fail unless a screen reader is told this value, as number and as text."""
    said = number(value, digits).replace(",", "")
    wanted = [said.replace(MINUS, "-"), said]
    attributes = ("aria-valuenow", "aria-valuetext")
    told = eventually(
        lambda: [slider.get_attribute(name) for name in attributes], lambda told: told == wanted
    )
    assert told == wanted


@wanting(lambda explorable: any(isinstance(control, Slider) for control in explorable.controls))
def test_a_slider_tells_its_value_with_as_many_decimals_as_it_shows(shown):
    expect(shown.answer).to_have_attribute("aria-valuetext", "not set yet")
    shown.answer.press("ArrowRight")
    if shown.explorable.draw is None:
        tells(shown.answer, shown.one_step_right, shown.explorable.ask.digits)
    else:
        expect(shown.answer).to_have_attribute("aria-valuetext", re.compile(r"^\d"))
    shown.reveal()
    for control in shown.explorable.controls:
        if isinstance(control, Slider):
            digits = max(map(decimals, (control.low, control.high, control.start, control.step)))
            tells(shown.control(control), control.start, digits)
            for _ in range(3):
                shown.move(control)
                shown.wait_until_right()
                tells(shown.control(control), shown.values[control.name], digits)


def test_the_picture_is_an_image_with_a_name(shown):
    shown.reveal()
    images = [name for role, name in tree(shown) if role in ("image", "img")]
    assert len(images) == 1
    assert shown.explorable.title in images[0]


def test_the_words_are_spoken_from_an_element_that_stays(shown):
    shown.reveal()
    expect(shown.words).to_have_role("status")
    expect(shown.words).to_have_attribute("aria-live", "polite")
    element = shown.words.element_handle()
    for control in shown.explorable.controls[:2]:
        shown.move(control)
        shown.wait_until_right()
        assert element.evaluate("(node) => node.isConnected")
        assert element.inner_text() == shown.words.inner_text()
