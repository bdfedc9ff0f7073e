"""Pictures, words and controls can be read: narrow and wide, light and dark, at every end."""

from pprint import pformat

import pytest
from playwright.sync_api import expect
from shown import eventually

pytestmark = [pytest.mark.browser, pytest.mark.slow]
EVERY_EXPLORABLE = True  # each picture is read in a way of its own

# Of the window. The second leaves a picture some 600 pixels with its panels still side by side, and
# the third some 430, as JupyterLab's file panel does at 800: there panels are stacked.
WIDTHS = (1280, 768, 598)
LESSON_WIDTHS = (1280, 800)  # of a whole lesson: its wide tables scroll sideways in less


def faults(shown):
    """What is wrong with what can be seen; asked again while it still changes."""
    return eventually(
        lambda: shown.root.evaluate("(root) => look.faults(root)"), lambda found: not found, 2
    )


@pytest.fixture
def light_afterwards(shown):
    """Put the light theme back for the tests after this one, also when this one fails."""
    yield
    shown.use_theme(is_dark=False)


@pytest.mark.usefixtures("light_afterwards")
def test_all_can_be_read_from_the_question_to_the_ends_of_controls(shown):
    """In one visit: the question, the prediction in the picture, each width, each control."""
    found = {}
    shown.answer.press("End")
    expect(shown.button("Commit my prediction")).to_be_enabled()
    found["the question"] = faults(shown)
    shown.use_theme(is_dark=True)
    found["the question, dark"] = faults(shown)

    shown.button("Commit my prediction").click()
    shown.wait_until_drawn()
    shown.root.locator(".scaling-table summary").click()
    found["the picture, dark"] = faults(shown)
    shown.use_theme(is_dark=False)
    # What width moves, a theme does not: its colours are looked at once.
    for width in (WIDTHS[0], WIDTHS[2], WIDTHS[1]):
        shown.use_width(width)
        shown.wait_until_stacked(width == min(WIDTHS))
        found[f"the picture at {width} px"] = faults(shown)

    for control in shown.explorable.controls:
        for value in shown.go_through(control):
            found[f"{control.name} = {value}"] = faults(shown)
        shown.back_to_the_start()
    assert not any(found.values()), pformat({where: what for where, what in found.items() if what})


@pytest.fixture
def laid_out(lesson_page):
    """A lesson of which all is laid out; what is off screen keeps its old width otherwise."""
    everywhere = lesson_page.add_style_tag(content="* { content-visibility: visible !important }")
    yield lesson_page
    everywhere.evaluate("(style) => style.remove()")


def test_a_lesson_and_its_drawings_fit_a_narrow_window(laid_out):
    page = laid_out
    found = {}
    for width in LESSON_WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found[width] = eventually(
            lambda: page.evaluate("() => look.faultsOfPage()"), lambda faults: not faults, 5
        )
    assert not any(found.values()), pformat(found)
