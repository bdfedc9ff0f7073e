"""Everything an explorable offers can be had without a mouse."""

import pytest
from lab import tab_to
from playwright.sync_api import expect

from scaling import prediction
from scaling.explorable import Choice, Slider
from scaling.widgets.question import HOW_SURE

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_prediction_is_committed_with_tab_arrow_and_enter(shown):
    page, ask = shown.page, shown.explorable.ask
    commit = shown.button("Commit my prediction")
    expect(commit).to_be_disabled()
    tab_to(page, shown.answer)
    page.keyboard.press("ArrowRight")
    expect(commit).to_be_enabled()
    steps = shown.question.get_by_role("radiogroup", name=HOW_SURE, exact=True).get_by_role("radio")
    for step, words in zip(steps.all(), prediction.CONFIDENCE.values(), strict=True):
        expect(step).to_have_accessible_name(words)
    expect(steps.and_(page.locator(":checked"))).to_have_count(0)
    tab_to(page, steps.first)
    page.keyboard.press("ArrowRight")
    expect(steps.nth(1)).to_be_checked()
    tab_to(page, commit)
    page.keyboard.press("Enter")

    predicted, draw = shown.one_step_right, shown.explorable.draw
    where = f", {draw.where}" if draw else ""
    outcome = float(shown.explorable.answer(shown.explorable.run(**shown.explorable.start)))
    expect(shown.question).to_contain_text(
        f"You said {ask.write(predicted)}{where}. Here it is {ask.write(outcome)}. "
        f"{ask.reply(predicted, outcome)}"
    )
    expect(shown.question).to_be_focused()
    shown.wait_until_drawn()
    shown.wait_until_right()
    rounds = shown.explorable.rounds  # Every offer of its first round comes before the controls.
    offers = len(rounds.offers(0, 1)) if rounds else 0
    tab_to(page, shown.control(shown.explorable.controls[0]), at_most=15 + offers)


def test_an_arrow_key_on_any_control_changes_picture_words_and_table(shown):
    """Each from the start: where another stands elsewhere, one may rightly change nothing."""
    shown.reveal()
    for control in shown.explorable.controls:
        if isinstance(control, Slider | Choice):
            picture = shown.back_to_the_start()
            said = shown.more.text_content()
            shown.move(control)
            shown.wait_until_right()
            assert shown.more.text_content() != said
            shown.wait_until_drawn_otherwise(picture)
            expect(shown.control(control)).to_be_focused()


def test_plain_letters_on_a_control_do_not_cut_its_cell(shown):
    shown.reveal()
    page, control = shown.page, shown.explorable.controls[0]
    cells = page.locator(".jp-Cell").count()
    shown.control(control).focus()
    if isinstance(control, Slider):  # in a dropdown a letter chooses an option
        for key in ("x", "d", "d"):
            page.keyboard.press(key)
    shown.move(control)
    shown.wait_until_right()  # what the letters did would be done by now
    assert page.locator(".jp-Cell").count() == cells


def test_the_button_of_a_step_sets_the_controls_and_another_the_start(shown):
    shown.reveal()
    number, task = next(
        (number, task) for number, task in enumerate(shown.explorable.tasks, start=1) if task.sets
    )
    shown.button(f"Set step {number}").press("Enter")
    shown.values = shown.explorable.start | task.sets
    shown.wait_until_right()
    expect(shown.button(f"Set step {number}")).to_be_focused()
    shown.button(f"I have looked at step {number}").press("Enter")
    seen = task.seen(lambda **values: shown.explorable.run(**(shown.explorable.start | values)))
    expect(shown.root.locator(".scaling-seen")).to_have_text(seen)
    shown.back_to_the_start()
