"""Each lesson opens in a browser and runs from top to bottom without a word of complaint."""

import re

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BUNDLE_ONCE = 10_000_000  # bytes; plotly's JavaScript alone is five million
# Explorables and the game; neither a form nor questions on lessons before asks for a prediction.
ASKING = ".scaling-explorable:not(.scaling-form, .scaling-recall, .scaling-inventory)"


@pytest.fixture
def opened(lesson_page):
    """A lesson after all its cells have run; tests of other files may have looked at it."""
    return lesson_page


def test_every_cell_runs_and_shows_no_error(opened):
    for sign in ("application/vnd.jupyter.error", "application/vnd.jupyter.stderr"):
        assert opened.locator(f'[data-mime-type="{sign}"]').all_text_contents() == []
    prompts = opened.locator(".jp-CodeCell .jp-InputPrompt").all_text_contents()
    assert prompts == [f"[{count}]:" for count in range(1, len(prompts) + 1)]
    text = opened.locator(".jp-Notebook").text_content()
    for sign in ("model not found", "Error displaying widget", "Error creating widget"):
        assert sign not in text


def test_every_explorable_of_the_lesson_asks_first(opened):
    shown = opened.locator(ASKING).all()
    assert shown != []
    for explorable in shown:
        asks, declines = explorable.get_by_role("button").all_text_contents()
        assert asks == "Commit my prediction"
        assert declines in ("Show me without predicting", "Play without predicting")
        assert explorable.locator(".main-svg").count() == 0


def test_the_console_has_no_complaint(opened):
    assert opened.complaints == []


def test_no_popup_covers_the_lesson(opened):
    assert opened.locator(".jp-Dialog, .Toastify__toast").all_text_contents() == []


def test_plotly_is_sent_to_the_page_once(opened):
    declines = re.compile("^(Show me|Play) without predicting$")
    for explorable in opened.locator(ASKING).all():
        explorable.get_by_role("button", name=declines).click()
        explorable.locator(".js-plotly-plot .main-svg").first.wait_for()
    assert opened.received() < BUNDLE_ONCE
