"""Predict first, in the page: focus comes in, what the lesson tells opens with the commitment."""

import lab
import nbformat
import pytest
from conftest import EXPLORABLES, notebook_of
from playwright.sync_api import expect
from shown import Shown

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TIES = EXPLORABLES["size_context.ties"]
SHOW = "from scaling.size_context import ties\nties.explorable.show()"
FOLD = """<details class="scaling-after"><summary>What it shows</summary>

**A secret** of the lesson.

</details>"""


def two_sections():
    """A notebook with an explorable and its fold, and another section with a fold of its own."""
    nb = notebook_of("1 + 1", SHOW, "2 + 2", "3 + 3")
    for place, (name, text) in enumerate([("told", FOLD), ("next", "## Next"), ("later", FOLD)]):
        nb.cells.insert(2 + place, nbformat.v4.new_markdown_cell(text, id=name))
    return nb


@pytest.fixture
def page(open_page):
    return open_page("course/trial.ipynb", notebook=two_sections())


def run_by_shift_enter(page, cell_id):
    lab.select(page, cell_id).locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    shown = Shown(page, TIES)
    shown.root.wait_for()
    return shown


def active(page):
    return page.evaluate("() => jupyterapp.shell.currentWidget.content.activeCell.model.id")


def test_after_shift_enter_the_arrows_answer_and_shift_enter_goes_on(page):
    shown = run_by_shift_enter(page, "cell-1")
    expect(shown.answer).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(shown.button("Commit my prediction")).to_be_enabled()
    page.keyboard.press("Shift+Enter")
    assert active(page) == "told"
    assert lab.select(page, "cell-1").locator(".jp-InputPrompt").inner_text() == "[1]:", "run once"


def test_run_all_leaves_the_focus_where_it_was(page):
    lab.run_all(page)
    assert page.locator(".scaling-explorable :focus").count() == 0


def test_the_explanation_opens_with_the_commitment_up_to_the_next_section(page):
    shown = run_by_shift_enter(page, "cell-1")
    told, later = (
        lab.select(page, name).locator("details.scaling-after") for name in ("told", "later")
    )
    expect(told.get_by_text("A secret")).to_be_hidden()
    shown.answer.press("ArrowRight")
    shown.button("Commit my prediction").click()
    expect(told.get_by_text("A secret")).to_be_visible()
    expect(later.get_by_text("A secret")).to_be_hidden()


def test_the_prediction_is_drawn_and_goes_with_another_state(page):
    shown = run_by_shift_enter(page, "cell-1")
    shown.answer.press("ArrowRight")
    shown.button("Commit my prediction").click()
    shown.wait_until_drawn()
    said = f"you said {TIES.ask.write(shown.one_step_right)}"
    in_picture = shown.root.locator(".js-plotly-plot").get_by_text(said)
    expect(in_picture).to_be_visible()
    shown.move(TIES.controls[0])
    expect(in_picture).to_have_count(0)
    shown.button("Back to the start").click()
    expect(in_picture).to_be_visible()


def test_an_explorable_without_its_kernel_says_how_to_wake_it(page):
    asleep = page.get_by_text("This picture is asleep")
    run_by_shift_enter(page, "cell-1")
    expect(asleep).to_be_hidden()
    page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("() => !jupyterapp.shell.currentWidget.context.model.dirty")
    page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    page.reload()
    lab.wait_for_kernel(page)
    expect(asleep).to_be_visible()
    shown = run_by_shift_enter(page, "cell-1")
    expect(shown.answer).to_be_visible()
    expect(asleep).to_be_hidden()


def test_sliders_and_buttons_keep_their_edges_in_forced_colours(page):
    shown = run_by_shift_enter(page, "cell-1")
    page.emulate_media(forced_colors="active")
    edges = shown.root.evaluate(
        """(root) => [".noUi-target", ".noUi-handle", "button"].map((part) => {
          const style = getComputedStyle(root.querySelector(part));
          return parseFloat(style.borderTopWidth) > 0 && style.borderTopStyle !== "none";
        })"""
    )
    assert edges == [True, True, True]
