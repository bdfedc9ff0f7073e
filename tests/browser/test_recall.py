"""Recall questions and the review in the page: by keyboard, with names, readable."""

import json
import re
from datetime import UTC, datetime, timedelta
from pprint import pformat

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import notebook_of
from lab import run_all, select, tab_to
from playwright.sync_api import expect
from shown import eventually

from scaling import recall
from scaling.recall.page import CHOSEN, REVIEW

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ASKED = recall.of_lesson("3")


@pytest.fixture
def page(open_page):
    """A notebook with the questions of a lesson and the review, of a learner who is new."""
    cells = ("from scaling import recall", 'recall.show("3")')
    review = "from scaling.recall import review\nreview.show()"
    page = open_page("course/recall.ipynb", notebook=notebook_of(*cells, review))
    run_all(page)
    sitting(page, REVIEW).wait_for()
    return page


def sitting(page, title):
    return page.get_by_role("group", name=title, exact=True)


def option(root, one):
    return root.get_by_role("button", name=one.text, exact=True)


def press(page, button):
    tab_to(page, button)
    page.keyboard.press("Enter")


def test_questions_are_answered_with_the_keyboard_alone(page, classroom):
    root = sitting(page, ASKED.title)
    said = root.get_by_role("status")
    select(page, "cell-1").locator(".cm-content").click()
    page.keyboard.press("Escape")
    cells = page.locator(".jp-Cell").count()
    for number, question in enumerate(ASKED.questions, start=1):
        chosen = question.wrong[0] if number == 1 else question.right
        expect(root).to_contain_text(question.text)
        expect(said).to_have_text(f"Question {number} of 3.")
        press(page, option(root, chosen))
        expect(said).to_contain_text(question.verdict(chosen))
        expect(root.get_by_role("listitem").filter(has_text=CHOSEN)).to_contain_text(chosen.text)
        # The button is gone, so the focus goes to the question; letters are no commands there.
        expect(root.get_by_role("group", name="Question", exact=True)).to_be_focused()
        for key in ("x", "d", "d"):
            page.keyboard.press(key)
        if number < 3:
            press(page, root.get_by_role("button", name="Next question"))
    expect(said).to_contain_text("That was the last: 2 of 3 right.")
    assert page.locator(".jp-Cell").count() == cells
    file = classroom.predictions.with_name("predictions.recall.json")
    kept = json.loads(file.read_text(encoding="utf-8"))["answers"]
    assert [one["right"] for one in kept] == [False, True, True]
    assert page.complaints == []


def test_the_review_asks_what_was_answered_long_ago(page, classroom):
    question = ASKED.questions[1]
    expect(sitting(page, REVIEW).get_by_role("status")).to_contain_text("nothing to review yet")
    long_ago = (datetime.now(UTC) - timedelta(days=30)).isoformat()
    answer = {"question": question.key, "chosen": "", "right": False, "answered": long_ago}
    file = classroom.predictions.with_name("predictions.recall.json")
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps({"format": 1, "answers": [answer]}), encoding="utf-8")
    run_all(page)
    root = sitting(page, REVIEW)
    expect(root.get_by_role("status")).to_have_text("1 question is due: about 1 minute.")
    press(page, root.get_by_role("button", name="Begin"))
    expect(root.get_by_role("group", name="Question", exact=True)).to_be_focused()
    press(page, option(root, question.right))
    expect(root.get_by_role("status")).to_have_text(re.compile("1 of 1 right. Next: 1 question on"))


def test_they_can_be_read_wide_and_narrow_light_and_dark(page):
    root = sitting(page, ASKED.title)
    found = {}
    for is_answered in (False, True):
        if is_answered:
            option(root, ASKED.questions[0].wrong[0]).click()
            root.get_by_role("button", name="Next question").wait_for()
        for theme in ("JupyterLab Dark", "JupyterLab Light"):
            page.evaluate(
                "(theme) => jupyterapp.commands.execute('apputils:change-theme', { theme })", theme
            )
            page.wait_for_function(
                "(light) => document.body.dataset.jpThemeLight === light",
                arg=str(theme.endswith("Light")).lower(),
            )
            for width in (1280, 800):
                page.set_viewport_size({"width": width, "height": 900})
                found[f"{is_answered}, {theme}, {width} px"] = eventually(
                    lambda: root.evaluate("(root) => look.faults(root)"),
                    lambda faults: not faults,
                    3,
                )
            rules = Axe().run(page, context={"include": [[".scaling-recall"]]}).response
            assert rules["passes"], "axe found nothing to look at"
            found[f"{is_answered}, {theme}, axe"] = [one["help"] for one in rules["violations"]]
    assert not any(found.values()), pformat(found)
