"""Shown large, an explorable can be read in a lecture hall and works as it does in a lesson."""

import lab
import pytest
from conftest import EXPLORABLES, notebook_of
from shown import Shown, eventually

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NAME = "size_context.ties"
# Letters on a screen of 1080 lines, which the last row reads when they are a fiftieth of it high.
LEAST = 21  # pixels


@pytest.fixture
def hall(classroom):
    source = "from scaling.size_context import ties\nties.explorable.show(big=True)"
    page = classroom.open("course/hall.ipynb", notebook=notebook_of(source))
    page.set_viewport_size({"width": 1920, "height": 1080})
    lab.run_all(page)
    yield Shown(page, EXPLORABLES[NAME])
    classroom.give_back(page)


def test_it_is_large_fits_the_screen_and_follows_mouse_and_keys(hall):
    hall.root.wait_for()
    hall.reveal()
    sizes = hall.root.evaluate(
        """(root) => ['.scaling-words', '.scaling-beside p', '.js-plotly-plot text']
          .map((part) => root.querySelector(part))
          .map((part) => parseFloat(getComputedStyle(part).fontSize) * part.currentCSSZoom)"""
    )
    assert sizes[0] >= LEAST
    assert min(sizes) >= 0.8 * LEAST
    overflow = hall.root.evaluate("(root) => root.scrollWidth - root.clientWidth")
    assert overflow <= 1
    picture = hall.root.locator(".js-plotly-plot").bounding_box()
    words = hall.root.locator(".scaling-words").bounding_box()
    controls = hall.root.locator(".scaling-controls").bounding_box()
    assert words["y"] + words["height"] - controls["y"] <= 1080, "more than a screen"
    assert picture["width"] > 1000
    people = hall.explorable.controls[0]
    hall.move(people)
    hall.wait_until_right()
    # With the mouse the handle goes where it is put, though everything is enlarged.
    track = hall.control(people).locator("xpath=ancestor::*[contains(@class, 'noUi-target')]")
    box = track.bounding_box()
    hall.page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
    middle = (people.low + people.high) / 2
    now = eventually(
        lambda: float(hall.control(people).get_attribute("aria-valuenow")),
        lambda value: abs(value - middle) <= 2,
    )
    assert abs(now - middle) <= 2
