"""The overview on the start page works with the keyboard alone, and reads well at both widths."""

import nbformat
import pytest
from lab import close, execute, restart_kernel, run_all, select
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EXERCISE = "exercises/03-size-and-context/03-size-and-context-exercise.ipynb"
NASTY = "<img src=x onerror=document.title='ran'>"
WRITTEN = {
    "m3-pairs-answer": "def pairs(n):\n    return n * (n - 1) / 2",
    "m3-voice-answer": "voice = 90 / 47",
    "m3-exception-answer": f'exception = "{NASTY}"',
    "m3-judgement-answer": "A second place asks for it.",
}
A_RUN = 120_000  # milliseconds


@pytest.fixture(scope="module")
def start_page(classroom):
    """The start page, of a learner who has answered some questions, with its cells run."""
    page = classroom.open("course/00-start-here.ipynb")
    exercise = nbformat.read(page.copy / EXERCISE, as_version=4)
    for cell in exercise.cells:
        cell.source = WRITTEN.get(cell.id, cell.source)
    nbformat.write(exercise, page.copy / EXERCISE)
    run_all(page)
    yield page
    close(page)


def overview(page):
    return page.get_by_role("group", name="Your exercises so far")


def test_first_it_shows_what_is_saved(start_page):
    shown = overview(start_page)
    expect(shown.get_by_role("status")).to_contain_text("nothing has been run yet")
    expect(shown.get_by_role("columnheader")).to_have_text(
        ["Question", "State", "Points", "What its check says"]
    )
    expect(shown.get_by_role("rowheader")).to_have_count(15)
    expect(shown.get_by_role("row", name="Question 15")).to_contain_text("6 words written so far")


def test_the_button_works_with_tab_and_enter_and_keeps_the_focus(start_page):
    shown = overview(start_page)
    button, status = shown.get_by_role("button", name="Look again"), shown.get_by_role("status")
    cells = start_page.locator(".jp-Cell").count()
    select(start_page, "progress").locator(".cm-content").click()
    start_page.keyboard.press("Escape")
    for _ in range(6):
        start_page.keyboard.press("Tab")
        if button.evaluate("(node) => node === document.activeElement"):
            break
    expect(button).to_be_focused()
    start_page.keyboard.press("Enter")
    expect(status).to_contain_text("Running a copy of Exercise 3: Size and context – Compute …")
    expect(button).to_have_attribute("aria-disabled", "true")
    # the notebook goes on meanwhile, and plain letters are not JupyterLab's commands in here
    assert execute(start_page, "print(6 * 7)").strip() == "42"
    for key in ("x", "d", "d", "Enter"):
        start_page.keyboard.press(key)
    expect(status).to_contain_text("Looked at", timeout=A_RUN)
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-disabled", "false")
    assert start_page.locator(".jp-Cell").count() == cells


def test_then_it_says_what_each_check_says(start_page):
    shown = overview(start_page)

    def row(number):
        return shown.get_by_role("row", name=f"Question {number}:")

    expect(row(2)).to_contain_text("done")
    expect(row(3)).to_contain_text("Not done yet")
    expect(row(4)).to_contain_text("divide by n, not by n − 1")
    expect(row(14)).to_contain_text(NASTY)
    expect(shown.locator("img")).to_have_count(0)
    assert start_page.title() != "ran"
    expect(shown).to_contain_text("Next: question 1 of Exercise 3, Size and context – Compute")
    assert start_page.complaints == []


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
@pytest.mark.parametrize("width", [1280, 800])
def test_it_can_be_read_at_two_widths_and_in_both_themes(start_page, width, theme, tmp_path):
    start_page.set_viewport_size({"width": width, "height": 1700})
    start_page.evaluate(
        "(theme) => jupyterapp.commands.execute('apputils:change-theme', { theme })", theme
    )
    is_light = str(theme.endswith("Light")).lower()
    start_page.wait_for_function(
        "(light) => document.body.dataset.jpThemeLight === light", arg=is_light
    )
    start_page.wait_for_timeout(500)  # until its colours have come
    shown = overview(start_page)
    shown.scroll_into_view_if_needed()
    wide, room = shown.evaluate("(node) => [node.scrollWidth, node.clientWidth]")
    assert wide <= room
    assert shown.evaluate("(node) => look.faults(node)") == []
    shown.screenshot(path=tmp_path / "progress.png")


def test_when_the_kernel_has_been_restarted_the_button_says_what_to_do(start_page):
    restart_kernel(start_page)
    shown = overview(start_page)
    shown.get_by_role("button", name="Look again").press("Space")
    expect(shown.get_by_role("status")).to_contain_text("run this cell once more")
