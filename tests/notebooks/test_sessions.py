"""The session plans for instructors fit the lessons that they are about."""

import re

import pytest
from figures.pages import ROOT, notebook

LESSONS = sorted((ROOT / "course").glob("[0-9]*.ipynb"))
PLANS = ROOT / "course/for-instructors"


def rows(text, header):
    """The rows of the table that begins with a header."""
    lines = text.split(header)[1].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.fixture(params=LESSONS, ids=lambda file: file.stem)
def plan(request):
    return request.param, (PLANS / f"{request.param.stem}.md").read_text(encoding="utf-8")


def test_every_lesson_has_its_plan_and_links_to_it(plan):
    lesson, text = plan
    assert f"](../{lesson.name})" in text
    assert text.startswith("# Session: ")


def test_a_session_takes_ninety_minutes(plan):
    minutes = [int(row[0]) for row in rows(plan[1], "| minutes | what happens |")]
    assert sum(minutes) == 90
    assert min(minutes) >= 5


def test_it_shows_explorables_of_its_lesson_and_no_others(plan):
    lesson, text = plan
    named = set(re.findall(r"`(\w+)\.explorable\.show\(big=True\)`", text))
    code = "\n".join(
        cell.source
        for cell in notebook(f"{lesson.stem.split('-')[0].lstrip('0') or '0'} lesson").cells
        if cell.cell_type == "code"
    )
    assert named
    for name in named:
        assert f"{name}.explorable.show()" in code, name


def test_its_discussion_says_what_to_ask_what_is_said_and_what_to_do(plan):
    asked = rows(plan[1], "| You ask | They say | What to do with it |")
    assert len([row for row in asked if row[0]]) >= 4
    for question, said, then in asked:
        assert question.endswith(("?", ".")) or question == ""
        assert said
        assert len(then.split()) >= 5, then


def test_it_says_what_to_leave_out_and_what_to_watch_for(plan):
    text = plan[1]
    assert "**If time is short**" in text
    assert "**Watch for**" in text
