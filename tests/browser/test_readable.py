"""Pictures, words and controls can be read: narrow and wide, light and dark, at every end."""

from pprint import pformat

import pytest
from playwright.sync_api import expect
from shown import eventually

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Of the window. The second leaves a picture some 570 pixels, with its panels side by side and the
# controls beside it, as JupyterLab's file panel does at 1280. The third leaves some 430, as that
# panel does at 800: there panels are stacked.
WIDTHS = (1280, 1020, 598)
SCREEN = 800  # pixels
# How much of the notebook is in view; the question, and from the controls and the picture to the
# sentence. In pixels.
ROOM = "document.querySelector('.jp-NotebookPanel-notebook').clientHeight"
TAKEN = """(root) => {
  const box = (part) => root.querySelector(part).getBoundingClientRect();
  return box(".scaling-question").height + box(".scaling-words").bottom - box(".scaling-stage").top;
}"""
LESSON_WIDTHS = (1280, 800)  # of a whole lesson: its wide tables scroll sideways in less


def faults(shown):
    """What is wrong with what can be seen; asked again while it still changes."""
    return eventually(
        lambda: shown.root.evaluate("(root) => look.faults(root)"), lambda found: not found, 2
    )


@pytest.fixture
def themes(shown):
    """Go through both themes and put the light one back."""

    def both():
        for is_dark in (False, True):
            shown.use_theme(is_dark)
            yield "dark" if is_dark else "light"

    yield both
    shown.use_theme(is_dark=False)


def test_the_question_can_be_read_in_both_themes(shown, themes):
    shown.answer.press("ArrowRight")
    expect(shown.button("Commit my prediction")).to_be_enabled()
    found = {theme: faults(shown) for theme in themes()}
    assert not any(found.values()), pformat(found)


def test_it_fits_a_screen_and_can_be_read_at_three_widths_in_both_themes(shown, themes):
    shown.reveal()
    for width in WIDTHS[:2]:
        shown.page.set_viewport_size({"width": width, "height": SCREEN})
        room = shown.page.evaluate(ROOM)
        assert room > SCREEN / 2
        taken = eventually(lambda: shown.root.evaluate(TAKEN), lambda now, room=room: now <= room)
        assert taken <= room, f"more than the screen at {width} px"
    shown.root.locator(".scaling-table summary").click()
    found = {}
    for theme in themes():
        # What width moves, a theme does not: its colours are looked at once.
        for width in WIDTHS if theme == "light" else WIDTHS[:1]:
            shown.use_width(width)
            shown.wait_until_stacked(width == min(WIDTHS))
            found[f"{width} px, {theme}"] = faults(shown)
    assert not any(found.values()), pformat(found)


def test_the_picture_can_be_read_with_the_prediction_in_it(shown):
    shown.answer.press("End")
    shown.button("Commit my prediction").click()
    shown.wait_until_drawn()
    found = {}
    for width in (WIDTHS[0], WIDTHS[-1]):
        shown.use_width(width)
        shown.wait_until_stacked(width == min(WIDTHS))
        found[width] = faults(shown)
    assert not any(found.values()), pformat(found)


def test_it_can_be_read_in_little_room_at_the_ends_of_every_control(shown):
    found = {}
    shown.page.set_viewport_size({"width": WIDTHS[1], "height": 900})
    shown.reveal()
    for control in shown.explorable.controls:
        shown.back_to_the_start()
        for value in shown.go_through(control):
            found[f"{control.name} = {value}"] = faults(shown)
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
