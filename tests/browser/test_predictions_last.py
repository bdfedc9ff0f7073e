"""What somebody has predicted is there again after a restart, a reload, and on a read-only disk."""

from datetime import UTC, datetime

import pytest
from conftest import EXPLORABLES, show
from lab import execute, restart_kernel, run_all, wait_for_kernel
from playwright.sync_api import expect
from shown import Shown

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NOWHERE = "/dev/null/x/predictions.json"


def commit(shown):
    shown.answer.press("ArrowRight")
    shown.button("Commit my prediction").click()
    expect(shown.question).to_contain_text("You said")
    shown.wait_until_drawn()
    return shown


def test_a_prediction_outlives_kernel_and_page(open_page, classroom):
    page = open_page("course/00-start-here.ipynb")
    run_all(page)
    map_of_the_course = Shown(page, EXPLORABLES["start_here.course_map"])
    commit(map_of_the_course)
    today = datetime.now(UTC).date().isoformat()
    remembered = f"On {today} you said 1 of the eight."
    assert classroom.predictions.exists()

    restart_kernel(page)
    run_all(page)
    expect(map_of_the_course.question).to_contain_text(remembered)
    map_of_the_course.reveal()

    page.reload()
    wait_for_kernel(page)
    run_all(page)
    expect(map_of_the_course.question).to_contain_text(remembered)
    map_of_the_course.button("Predict again").click()
    expect(map_of_the_course.button("Commit my prediction")).to_be_visible()


def test_a_disk_that_cannot_be_written_is_named_once_and_stops_nothing(open_page):
    page = open_page("course/03-size-and-context.ipynb")
    assert execute(page, f"import os; os.environ['SCALING_PREDICTIONS'] = {NOWHERE!r}") == ""
    run_all(page)
    first, second = (
        commit(Shown(page, EXPLORABLES[f"size_context.{name}"])) for name in ("ties", "villages")
    )
    expect(first.question).to_contain_text(f"Your predictions cannot be saved in {NOWHERE}")
    expect(second.question).not_to_contain_text("cannot be saved")
    second.move(second.explorable.controls[0])
    second.wait_until_right()
    again = show(page, "size_context.ties")
    expect(again.question).to_contain_text("you said")
