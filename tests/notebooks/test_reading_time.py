"""Lessons state the minutes that they take by one measure, and no bound is put on them."""

import re

import pytest
import reading_time

from scaling.start_here.course_map import LESSONS

MAP = {lesson.number: lesson for lesson in LESSONS}
STATED = re.compile(r"\((?:optional, )?(\d+) minutes?\)")


@pytest.fixture
def measured(lesson):
    return reading_time.of_sections(lesson.nb.cells)


def test_a_section_states_the_minutes_that_it_takes(measured):
    for heading, minutes in measured.items():
        if stated := STATED.search(heading):
            assert abs(int(stated[1]) - minutes) <= max(1, 0.15 * minutes), heading


def test_only_the_way_on_may_lack_minutes(measured):
    without = {heading for heading in measured if heading and not STATED.search(heading)}
    assert without <= {"Next"}


def test_the_map_has_the_minutes_of_the_whole_lesson(lesson, measured):
    whole = sum(minutes for heading, minutes in measured.items() if "optional" not in heading)
    assert MAP[lesson.number].minutes == pytest.approx(whole, rel=0.05, abs=1)


def test_the_box_says_from_when_to_when_as_the_map_does(lesson):
    said = re.search(r"\(about (\d+ to \d+) minutes\)", lesson.box)[1]
    assert said == MAP[lesson.number].span


def test_reading_and_doing_have_their_time():
    """A section with a hundred and eighty words and one explorable, counted by hand."""
    from nbformat.v4 import new_code_cell, new_markdown_cell

    from scaling.size_context import ties

    cells = [
        new_markdown_cell("## 1 Ties (9 minutes)\n\n" + "word " * 180),
        new_code_cell("from scaling.size_context import ties\nties.explorable.show()"),
        new_markdown_cell(
            "<details><summary><b>The arithmetic in two lines</b>" + "x " * 900 + "</details>"
        ),
    ]
    (_, minutes) = reading_time.of_sections(cells).values()
    heading = 4 / 180
    doing = 1 + 1.25 * len(ties.explorable.tasks)
    assert 1 + heading + doing < minutes < 1 + heading + doing + 4
