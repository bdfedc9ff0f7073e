"""The start page works for somebody who has never run a cell."""

import pytest
from lab import close, select, type_into, wait_for_kernel
from playwright.sync_api import expect

from scaling.start_here.checks import KETTLES, PEOPLE_EACH

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def start_page(classroom):
    """The page as ``make lab`` opens it; each test goes on below the one before."""
    page = classroom.open("course/00-start-here.ipynb", view="lab")
    yield page
    close(page)


def run(page, cell_id):
    """Click into a cell and press Shift+Enter, as the page says; return where its output is."""
    cell = select(page, cell_id)
    cell.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    return cell.locator(".jp-OutputArea-output")


def test_shift_enter_on_the_first_cell_says_that_the_course_is_there(start_page):
    first = select(start_page, "imports")
    expect(run(start_page, "imports")).to_have_text("The course is here.")
    expect(first.locator(".jp-InputPrompt")).to_have_text("[1]:")
    expect(start_page.locator(".jp-Dialog, .Toastify__toast")).to_have_count(0)


def test_brackets_count_one_more_guest_at_each_table(start_page):
    expect(run(start_page, "first-sum")).to_have_text(str((PEOPLE_EACH + 1) * KETTLES))


def test_the_first_exercise_greets_hints_and_praises(start_page):
    run(start_page, "first-answer")
    expect(run(start_page, "first-check")).to_contain_text("Not done yet")
    for typed, said in (
        (f"people = {KETTLES} + {PEOPLE_EACH}", "This adds the two numbers."),
        (f"people = {KETTLES} * {PEOPLE_EACH}", "✔ "),
    ):
        type_into(start_page, "first-answer", typed)
        start_page.keyboard.press("Shift+Enter")
        expect(run(start_page, "first-check")).to_contain_text(said)


def test_the_link_to_the_next_lesson_opens_it(start_page):
    start_page.get_by_role("link", name="1a Scaling up").last.click()
    start_page.wait_for_function(
        "() => jupyterapp.shell.currentWidget.context?.path"
        ".endsWith('/course/01a-scaling-up.ipynb')"
    )
    wait_for_kernel(start_page)
    title = start_page.get_by_role("heading", name="1a Scaling up", level=1)
    expect(title).to_be_visible()
    start_page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")
