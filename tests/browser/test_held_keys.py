"""A key that is held ends at the newest value, however slow the model."""

import pytest
from conftest import notebook_of, wanting
from lab import run_all
from playwright.sync_api import expect

from scaling.explorable import Slider

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PRESSES, EVERY = 20, 30  # milliseconds, as keyboards repeat

SLOW = """\
import time

import pandas as pd
import plotly.graph_objects as go
from scaling.explorable import Ask, Explorable, Slider

runs = []


def run(steps=0):
    time.sleep(1)
    runs.append(steps)
    return steps


class slow:
    explorable = Explorable(
        title="A slow model",
        ask=Ask("How slow?", low=0, high=1, unit="", tempting=0, because="it is."),
        answer=float,
        controls=(Slider("steps", "Steps", 0, 100, start=0),),
        run=run,
        picture=lambda steps: go.Figure(go.Scatter(x=[0, steps], y=[0, steps])),
        brief=lambda steps, before: f"There are {steps} steps.",
        words=lambda steps: f"There are {steps} steps, all figures told.",
        table=lambda steps: pd.DataFrame({"steps": [steps], "runs": [len(runs)]}),
        tasks=(),
        limits="Everything.",
    )


slow.explorable.show()
"""


def hold(control):
    control.focus()
    for _ in range(PRESSES):
        control.page.keyboard.press("ArrowRight")
        control.page.wait_for_timeout(EVERY)


@wanting(lambda explorable: isinstance(explorable.controls[0], Slider))
def test_a_held_key_ends_at_the_newest_value(shown):
    shown.reveal()
    slider = shown.explorable.controls[0]
    end = min(slider.high, round(slider.start + PRESSES * slider.step, 9))
    hold(shown.control(slider))
    shown.values[slider.name] = end
    shown.wait_until_right()
    assert float(shown.control(slider).get_attribute("aria-valuenow")) == pytest.approx(end)


def test_a_slow_model_is_not_run_for_values_that_are_already_past(open_page):
    page = open_page("course/slow.ipynb", notebook=notebook_of(SLOW))
    run_all(page)
    page.get_by_role("button", name="Show me without predicting").click()
    page.locator(".js-plotly-plot[role=img]").wait_for()
    hold(page.get_by_role("slider", name="Steps"))
    expect(page.locator(".scaling-words")).to_have_text(f"There are {PRESSES} steps.")
    steps, runs = page.locator(".scaling-table td").all_text_contents()
    assert int(steps) == PRESSES
    assert int(runs) - 1 < PRESSES, "one run is that of the start"
