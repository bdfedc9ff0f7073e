"""Play, drag and draw in the site, as in JupyterLab, in one lesson that has all of them."""

import re
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from scaling.scaling_up import adoption, corn
from scaling.who_is_heard import equity

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))
from playing import Playing
from reader import come_alive, live, opened, words
from test_pages import grave

pytestmark = [pytest.mark.browser, pytest.mark.slow]

POINTS = """(root) => JSON.stringify(root.querySelector(".js-plotly-plot")._fullData
  .map(({ x, y }) => [[...x], [...y]]))"""

# Where a place on the axes of the first panel is in the window.
SPOT = """(root, [x, y]) => {
  const plot = root.querySelector(".js-plotly-plot");
  const { xaxis, yaxis } = plot._fullLayout;
  const box = plot.getBoundingClientRect();
  return [box.left + xaxis._offset + xaxis.d2p(x), box.top + yaxis._offset + yaxis.d2p(y)];
}"""
POINT = """(root, [trace, point]) => {
  const { x, y } = root.querySelector(".js-plotly-plot")._fullData[trace];
  return [x[point], y[point]];
}"""
RANGES = """(root) => {
  const { xaxis, xaxis2 } = root.querySelector(".js-plotly-plot")._fullLayout;
  return [xaxis.range, xaxis2.range];
}"""


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
    # The words come back at once; the figures tell that Python has answered, which ends any run.
    figures = spreading.root.locator(".scaling-table > p")
    said = figures.text_content()
    slider.press("ArrowRight")
    expect(figures).not_to_have_text(said)
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


def test_a_point_is_dragged_in_the_place_of_its_slider(spreading, page):
    slider = spreading.root.get_by_role("slider", name="Counted in year", exact=True)
    spreading.root.locator(".js-plotly-plot").scroll_into_view_if_needed()
    year = float(slider.input_value())
    x, y = spreading.root.evaluate(SPOT, spreading.root.evaluate(POINT, [4, 0]))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y, steps=6)
    page.mouse.up()
    expect(slider).not_to_have_value(f"{year:g}")
    assert float(slider.input_value()) > year
    assert spreading.root.evaluate(RANGES) == [[0, adoption.YEARS_DRAWN]] * 2, "nothing is zoomed"


def test_a_dot_is_dragged_to_where_its_slider_brings_it(server, home):
    page = opened(home, f"{server.address}/05b-who-is-heard.html")
    root = alive(page, "who_is_heard.equity.explorable").root
    slider = root.get_by_role("slider", name="Hours given by the rule, per cent", exact=True)
    root.locator(".js-plotly-plot").scroll_into_view_if_needed()
    now, row = root.evaluate(POINT, [equity.DOTS, 0])
    half = equity.run(fitted=50)
    page.mouse.move(*root.evaluate(SPOT, [now, row]))
    page.mouse.down()
    page.mouse.move(*root.evaluate(SPOT, [100 * half.reaches[0], row]), steps=6)
    expect(slider).to_have_value("50")
    expect(words(root)).to_have_text(re.compile(f"^{half.apart:.0f} points now"))
    page.mouse.move(*root.evaluate(SPOT, [0, row]), steps=6)
    page.mouse.up()
    expect(slider).to_have_value("100")
    assert page.faults == []
    page.close()


def draw(page, pad, *spots):
    """Draw with the mouse, from spot to spot, each a share of the pad's width and height."""
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    (first, *rest) = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in spots]
    page.mouse.move(*first)
    page.mouse.down()
    for spot in rest:
        page.mouse.move(*spot, steps=4)
    page.mouse.up()


def test_the_rest_of_a_curve_is_drawn_and_is_the_prediction(page):
    place = live(page, "scaling_up.corn.explorable")
    pad = place.locator(".scaling-pad svg")
    commit = place.get_by_role("button", name="Commit my prediction", exact=True)
    last = place.get_by_role("slider", name="year 1965", exact=True)
    draw(page, pad, (0.55, 0.6), (0.75, 0.4))
    expect(last).to_have_attribute("aria-valuetext", "not set yet")
    expect(commit).to_be_disabled()
    draw(page, pad, (0.75, 0.4), (0.99, 0.2))
    expect(last).to_have_attribute("aria-valuetext", re.compile(r"^\d+$"))
    expect(commit).to_be_enabled()
    last.press("End")
    expect(last).to_have_attribute("aria-valuetext", "100")
    commit.press("Enter")
    said = place.locator(".scaling-question")
    expect(said).to_contain_text("You said 100 per cent, in the last year.")
    expect(said).to_contain_text("(mean absolute error)")
    expect(place.locator(".js-plotly-plot").get_by_text("your line")).to_be_visible()


def test_a_slider_goes_with_a_run_through_its_values(page):
    learning = Playing(live(page, "scaling_up.corn.explorable"))
    slider = learning.root.get_by_role("slider", name="Last year that the stories see", exact=True)
    learning.press("One year back")
    expect(slider).to_have_value("1964")
    learning.at_speed("fast")
    learning.press("Play")
    learning.wait_until_over()
    expect(slider).to_have_value(str(corn.LAST))
