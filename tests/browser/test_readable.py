"""Pictures, words and controls can be read: narrow and wide, light and dark, at every end."""

import itertools
from pprint import pformat

import pytest
from conftest import show
from shown import eventually

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDTHS = (1280, 800)


def faults(shown):
    """What is wrong with what can be seen; asked again while it still changes."""
    return eventually(
        lambda: shown.root.evaluate("(root) => look.faults(root)"), lambda found: not found, 2
    )


@pytest.fixture
def open_wide(shown):
    """The explorable with its picture and its table in view; the theme is put back."""
    shown.reveal()
    shown.root.locator("summary").click()
    yield shown
    shown.use_theme(is_dark=False)


def test_it_can_be_read_at_two_widths_and_in_both_themes(open_wide):
    found = {}
    for is_dark, width in itertools.product((False, True), WIDTHS):
        open_wide.use_width(width)
        open_wide.use_theme(is_dark)
        found[f"{width} px, {'dark' if is_dark else 'light'}"] = faults(open_wide)
    assert not any(found.values()), pformat(found)


def test_it_can_be_read_in_little_room_at_the_ends_of_every_control(shown, explorable):
    found = {}
    shown.page.set_viewport_size({"width": min(WIDTHS), "height": 900})
    for control in shown.explorable.controls:
        shown = show(shown.page, explorable).reveal()
        for value in shown.go_through(control):
            found[f"{control.name} = {value}"] = faults(shown)
    assert not any(found.values()), pformat({where: what for where, what in found.items() if what})


def test_a_lesson_and_its_drawings_fit_a_narrow_window(lesson_page):
    page = lesson_page
    found = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found[width] = eventually(
            lambda: page.evaluate("() => look.faultsOfPage()"), lambda faults: not faults, 5
        )
    assert not any(found.values()), pformat(found)
