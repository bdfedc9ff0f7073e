"""The exercise opens, says what is not done without a fright, and praises what is right."""

import pytest
from lab import close, select, type_into
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAIRS = "def pairs(n):\n    return n * (n - 1) / 2"


@pytest.fixture(scope="module")
def exercise(classroom):
    """The exercise with its imports run."""
    page = classroom.open(
        "exercises/03-size-and-context/03-size-and-context-exercise.ipynb", view="lab"
    )
    run(page, "m3-imports")
    yield page
    close(page)


def run(page, cell_id):
    """Run a cell and wait for its number; return what it shows."""
    cell = select(page, cell_id)
    page.evaluate("() => jupyterapp.commands.execute('notebook:run-cell')")
    expect(cell.locator(".jp-InputPrompt")).to_contain_text("]:")
    return cell.locator(".jp-OutputArea-output").all_inner_texts()


@pytest.mark.parametrize("cell_id", ["m3-reading-answer", "m3-reading", "m3-voice-answer"])
def test_what_is_not_done_says_so_in_one_line(exercise, cell_id):
    (said,) = run(exercise, cell_id)
    assert said.startswith("Not done yet")
    assert len(said.splitlines()) == 1


def test_a_function_that_is_not_written_is_not_done_either(exercise):
    assert run(exercise, "m3-pairs-answer") == []
    (said,) = run(exercise, "m3-pairs")
    assert said.startswith("Not done yet")
    assert len(said.splitlines()) == 1


def test_the_right_answer_to_question_2_gets_its_tick(exercise):
    type_into(exercise, "m3-pairs-answer", PAIRS)
    assert run(exercise, "m3-pairs-answer") == []
    (said,) = run(exercise, "m3-pairs")
    assert said.startswith("✔ ")
    assert len(said.splitlines()) == 1


def test_a_wrong_answer_gets_a_hint_in_one_line(exercise):
    type_into(exercise, "m3-voice-answer", "voice = 90 / 47")
    run(exercise, "m3-voice-answer")
    (said,) = run(exercise, "m3-voice")
    assert said == "Everybody in the room shares the minutes: divide by n, not by n − 1."


def test_the_picture_of_question_1_is_drawn_with_its_words_and_table(exercise):
    run(exercise, "m3-forest")
    cell = select(exercise, "m3-forest")
    expect(cell.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    expect(cell.get_by_text("If it lies 50° from the equator")).to_be_visible()
    expect(cell.get_by_role("table")).to_be_visible()
    assert exercise.complaints == []
