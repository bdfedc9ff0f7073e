"""A picture that somebody has zoomed stays zoomed while controls move, until a double click."""

import re

import pytest
from conftest import EXPLORABLES, wanting
from shown import eventually

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# A drawing such as a map stays whole. They are named here, because to run all models would slow
# down every start of the tests.
DRAWINGS = {"three_scales.system_map"}
TRIES = 4  # Two clicks that a busy machine hears 300 ms apart are no double click to plotly.


def panel(shown):
    """The largest panel of the picture: what catches the mouse, and the names of its two axes."""
    panels = shown.root.locator(".js-plotly-plot .nsewdrag[data-subplot]").all()
    largest = max(panels, key=lambda panel: panel.bounding_box()["width"])
    subplot = largest.get_attribute("data-subplot")  # such as "x2y2"
    return largest, [f"{letter}axis{n}" for letter, n in re.findall(r"([xy])(\d*)", subplot)]


def ranges(shown):
    """The ends of both axes of the panel."""
    _, axes = panel(shown)
    return shown.root.evaluate("(root, axes) => look.axes(root, axes, 'range')", axes)


def is_whole(shown):
    """Whether both axes show what they show to somebody who has not zoomed."""
    _, axes = panel(shown)
    layout = shown.explorable.still(**shown.values).picture.layout
    automatic = shown.root.evaluate("(root, axes) => look.axes(root, axes, 'autorange')", axes)
    return all(
        is_automatic if layout[axis].range is None else list(layout[axis].range) == seen
        for axis, seen, is_automatic in zip(axes, ranges(shown), automatic, strict=True)
    )


def drag(shown):
    """Draw a rectangle with the mouse, which zooms into it."""
    page, (target, _) = shown.page, panel(shown)
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.7 * box["height"], steps=5)
    page.mouse.up()


def is_whole_after_a_double_click(shown):
    target, _ = panel(shown)
    target.dblclick()
    return eventually(lambda: is_whole(shown), bool, 5)


def test_what_cannot_be_zoomed_is_a_drawing():
    fixed = {key for key, one in EXPLORABLES.items() if one.still().picture.layout.xaxis.fixedrange}
    assert fixed == DRAWINGS


@wanting(lambda explorable: explorable.key not in DRAWINGS)
def test_zoom_stays_while_controls_move_and_a_double_click_ends_it(shown):
    shown.reveal()
    assert is_whole(shown)
    whole = ranges(shown)
    drag(shown)
    eventually(lambda: ranges(shown), lambda now: now != whole)
    shown.wait_until_still()
    picture = shown.picture()
    zoomed = ranges(shown)
    assert zoomed != whole
    assert not is_whole(shown)

    for control in shown.explorable.controls[:2]:
        shown.move(control)
        shown.wait_until_right()
        picture = shown.wait_until_drawn_otherwise(picture)
        assert ranges(shown) == zoomed
        # From the start for each, where every control is known to change the picture.
        picture = shown.back_to_the_start()
        assert ranges(shown) == zoomed

    # A range that has changed behind the zoom is the one that a double click ends at.
    shown.move(shown.explorable.controls[0])
    shown.wait_until_drawn_otherwise(picture)
    assert any(is_whole_after_a_double_click(shown) for _ in range(TRIES))
