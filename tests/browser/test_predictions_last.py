"""What somebody has predicted is there again after a restart, a reload, and on a read-only disk."""

from datetime import UTC, datetime

import pytest
from conftest import EXPLORABLES, notebook_of, show, shown_by
from lab import execute, restart_kernel, run_all, wait_for_kernel
from playwright.sync_api import expect
from shown import Shown

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NOWHERE = "/dev/null/x/predictions.json"
(TOY,) = (name for name in EXPLORABLES if name.startswith("start_here."))
TWO = ("size_context.ties", "size_context.villages")


def commit(shown):
    shown.answer.press("ArrowRight")
    shown.button("Commit my prediction").click()
    expect(shown.question).to_contain_text("You said")
    shown.wait_until_drawn()
    return shown


def test_a_prediction_outlives_kernel_and_page(open_page, classroom):
    page = open_page("course/toy.ipynb", notebook=notebook_of(shown_by(TOY)))
    run_all(page)
    toy = Shown(page, EXPLORABLES[TOY])
    commit(toy)
    today = datetime.now(UTC).date().isoformat()
    remembered = f"On {today} you said {toy.explorable.ask.write(toy.one_step_right)}."
    assert classroom.predictions.exists()

    restart_kernel(page)
    run_all(page)
    expect(toy.question).to_contain_text(remembered)
    toy.reveal()

    page.reload()
    wait_for_kernel(page)
    run_all(page)
    expect(toy.question).to_contain_text(remembered)
    toy.button("Predict again").click()
    expect(toy.button("Commit my prediction")).to_be_visible()


def test_a_disk_that_cannot_be_written_is_named_once_and_stops_nothing(open_page):
    page = open_page("course/two.ipynb", notebook=notebook_of(*map(shown_by, TWO)))
    assert execute(page, f"import os; os.environ['SCALING_PREDICTIONS'] = {NOWHERE!r}") == ""
    run_all(page)
    first, second = (commit(Shown(page, EXPLORABLES[name])) for name in TWO)
    expect(first.question).to_contain_text(f"Your predictions cannot be saved in {NOWHERE}")
    expect(second.question).not_to_contain_text("cannot be saved")
    second.move(second.explorable.controls[0])
    second.wait_until_right()
    again = show(page, TWO[0])
    expect(again.question).to_contain_text("you said")
