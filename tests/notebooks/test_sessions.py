"""The session plans for instructors fit the lessons that they are about."""

import re

import pytest
from figures.pages import ROOT

PLANS = ROOT / "course/for-instructors"


def rows(text, header):
    """The rows of the table that begins with a header."""
    lines = text.split(header)[1].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.fixture
def plan(lesson):
    return (PLANS / f"{lesson.path.stem}.md").read_text(encoding="utf-8")


def test_every_lesson_has_its_plan_and_links_to_it(lesson, plan):
    assert f"](../{lesson.path.name})" in plan
    assert plan.startswith("# Session: ")


def test_a_session_takes_ninety_minutes(plan):
    minutes = [int(row[0]) for row in rows(plan, "| minutes | what happens |")]
    assert sum(minutes) == 90
    assert min(minutes) >= 5


def test_it_shows_explorables_of_its_lesson_and_no_others(lesson, plan):
    named = set(re.findall(r"`(\w+)\.explorable\.show\(big=True\)`", plan))
    code = "\n".join(cell.source for cell in lesson.code)
    assert named
    for name in named:
        assert f"{name}.explorable.show()" in code, name


def test_its_discussion_says_what_to_ask_what_is_said_and_what_to_do(plan):
    asked = rows(plan, "| You ask | They say | What to do with it |")
    assert len([row for row in asked if row[0]]) >= 4
    for question, said, then in asked:
        assert question.endswith(("?", ".")) or question == ""
        assert said
        assert len(then.split()) >= 5, then


def test_it_says_what_to_leave_out_and_what_to_watch_for(plan):
    assert "**If time is short**" in plan
    assert "**Watch for**" in plan
