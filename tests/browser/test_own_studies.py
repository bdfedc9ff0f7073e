"""A learner pastes studies of their own into the explorable of the next place."""

import re

import pytest
from conftest import show
from playwright.sync_api import expect

from scaling.explorable import Paste

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STUDIES = "Ash Grove, -0.30, 0.12\nBirch Lane, 0.05, 0.20\nCedar Hill, -0.55, 0.15"


@pytest.fixture
def next_place(classroom):
    """The explorable, and its box for studies."""
    classroom.forget()
    shown = show(classroom.lesson("03-size-and-context"), "size_context.next_place").reveal()
    (control,) = (c for c in shown.explorable.controls if isinstance(c, Paste))
    return shown, control


def test_unreadable_text_is_answered_with_a_sentence_and_can_be_cleared(next_place):
    shown, box = next_place
    outputs = shown.page.locator(".jp-OutputArea-output").count()
    shown.paste(box, "abc")
    expect(shown.words).to_have_text(
        re.compile("This cannot be shown: Line 1, “abc”, does not end in two numbers"),
    )
    expect(shown.words).to_have_class(re.compile("scaling-trouble"))
    assert shown.page.locator(".jp-OutputArea-output").count() == outputs
    assert "Traceback" not in shown.page.locator("body").inner_text()

    shown.paste(box, "")
    shown.wait_until_right()
    expect(shown.words).not_to_have_class(re.compile("scaling-trouble"))
    expect(shown.root.locator(".scaling-outdated")).to_have_count(0)


def test_three_studies_are_pooled_and_drawn(next_place):
    shown, box = next_place
    before = shown.picture()
    shown.paste(box, STUDIES)
    shown.wait_until_right()
    assert "Birch Lane" in shown.wait_until_drawn_otherwise(before)
    assert "Aronson" not in shown.picture()
