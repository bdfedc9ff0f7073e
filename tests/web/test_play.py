"""Play in the site: the same buttons as in JupyterLab, in one lesson that has both kinds of run."""

import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from scaling.scaling_up import adoption, corn

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))
from playing import Playing
from reader import come_alive, opened
from test_pages import grave

pytestmark = [pytest.mark.browser, pytest.mark.slow]

POINTS = """(root) => JSON.stringify(root.querySelector(".js-plotly-plot")._fullData
  .map(({ x, y }) => [[...x], [...y]]))"""


@pytest.fixture(scope="module")
def page(server, home):
    page = opened(home, f"{server.address}/01b-how-ideas-spread.html")
    yield page
    assert page.faults == []
    page.close()


def alive(page, name):
    place = come_alive(page, name)
    place.locator(".js-plotly-plot .main-svg").first.wait_for()
    return Playing(place)


@pytest.fixture(scope="module")
def spreading(page):
    before = page.locator("scaling-live", has_text="Predict first").first
    expect(before.get_by_role("group", name="Play it")).to_have_count(0)
    return alive(page, "scaling_up.adoption.explorable")


def test_a_run_ends_with_the_picture_and_its_words_told_once(spreading):
    said, drawn = spreading.words.text_content(), spreading.root.evaluate(POINTS)
    spreading.watch()
    spreading.at_speed("fast")
    spreading.press("Play")
    spreading.wait_until_over()
    seen = spreading.seen()
    assert seen["places"] == sorted(set(seen["places"]))
    assert (seen["places"][0], seen["places"][-1]) == (0, len(adoption.MOMENTS) - 1)
    assert seen["words"] == ["", said]
    assert spreading.root.evaluate(POINTS) == drawn


def test_a_run_is_paused_and_stepped_until_a_control_is_touched(spreading, page):
    spreading.at_speed("slow")
    spreading.button.focus()
    page.keyboard.press("Space")
    expect(spreading.place).to_contain_text(" of 30")
    page.keyboard.press("Space")
    expect(spreading.button).to_have_text("Play")
    expect(spreading.button).to_be_focused()
    spreading.assert_on_the_way()
    spreading.press("One year on")
    expect(spreading.place).to_contain_text(" of 30")
    spreading.press("One year back")
    expect(spreading.place).to_contain_text(" of 30")
    spreading.assert_on_the_way()
    assert grave(page) == {}
    slider = spreading.root.get_by_role("slider", name="Strength of word of mouth", exact=True)
    said = spreading.words.text_content()
    slider.press("ArrowRight")
    expect(spreading.words).not_to_have_text(said)
    expect(spreading.words).not_to_be_empty()
    expect(spreading.place).to_be_empty()


def test_a_run_halts_out_of_sight_and_with_little_motion_shows_stills(spreading, page):
    spreading.press("Play")
    expect(spreading.place).to_contain_text(" of 30")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    expect(spreading.button).to_have_text("Play")
    page.emulate_media(reduced_motion="reduce")
    spreading.root.scroll_into_view_if_needed()
    expect(spreading.group).to_contain_text("Stills only")
    expect(spreading.place).to_contain_text(" of 30")
    for _ in range(4):  # at most; the run was halted somewhere on its way
        if spreading.place.text_content():
            spreading.press("Next still picture")
    spreading.wait_until_over()
    page.emulate_media(reduced_motion="no-preference")


def test_a_slider_goes_with_a_run_through_its_values(page):
    learning = alive(page, "scaling_up.corn.explorable")
    slider = learning.root.get_by_role("slider", name="Last year that the stories see", exact=True)
    learning.press("One year back")
    expect(slider).to_have_value("1964")
    learning.at_speed("fast")
    learning.press("Play")
    learning.wait_until_over()
    expect(slider).to_have_value(str(corn.LAST))
