"""The start page: news at one long table does what is said of it; the map counts its lessons."""

import itertools
import math

import numpy as np
import pytest
from stated import asks, outcome, slider

from scaling.start_here import course_map, round_table

approx = pytest.approx


# News at one long table


def test_the_question_about_news_counts_rightly():
    asks(round_table, "one table of 24", "after 12 minutes", "one ring of 240")
    start = round_table.run(**round_table.explorable.start)
    assert (start.people, len(start.friendships)) == (240, 0)
    assert round_table.run(1, 0).minutes == 12
    assert outcome(round_table) == start.minutes == 120 == round_table.explorable.ask.tempting


def test_six_friendships_cut_the_time_by_more_than_half():
    """The first task."""
    assert round_table.explorable.tasks[0].sets == {"friendships": 6}
    assert round_table.run(10, 6).minutes == 55


@pytest.mark.parametrize("tables", [1, 2, 10])
def test_without_friendships_news_takes_halfway_around_the_table(tables):
    result = round_table.run(tables, 0)
    seats = np.arange(result.people)
    assert list(result.heard) == list(np.minimum(seats, result.people - seats))
    assert result.minutes == 12 * tables


def test_every_minute_is_one_more_than_that_of_somebody_who_tells():
    result = round_table.run()
    tells = {seat: [(seat - 1) % 240, (seat + 1) % 240] for seat in range(240)}
    for one, other in result.friendships:
        tells[one].append(other)
        tells[other].append(one)
    for seat in range(1, 240):
        assert result.heard[seat] == 1 + min(result.heard[near] for near in tells[seat])


def test_one_more_friendship_never_slows_the_news_nor_moves_the_others():
    many = [round_table.run(10, friendships) for friendships in range(31)]
    minutes = [result.minutes for result in many]
    assert minutes == sorted(minutes, reverse=True)
    for fewer, more in itertools.pairwise(many):
        assert (more.friendships[:-1] == fewer.friendships).all()


def test_the_friends_that_are_drawn_are_typical():
    """Of many draws: near their average at the start, and where the tasks lead."""
    for friendships, tables in ((6, 10), (1, 10), (30, 10), (6, 1)):
        drawn = round_table.run(tables, friendships).minutes
        usual = np.mean([round_table.run(tables, friendships, d).minutes for d in range(100)])
        assert drawn == approx(usual, rel=0.15)
    assert round_table.run(10, 6).minutes == approx(
        np.mean([round_table.run(draw=draw).minutes for draw in range(100)]), rel=0.05
    )


def test_the_first_friendship_saves_more_than_the_last_twenty():
    """The first task, and the third."""
    none, one, ten, thirty = (round_table.run(10, many).minutes for many in (0, 1, 10, 30))
    assert none - one > 20
    assert ten - thirty < none - ten


def test_at_one_table_friendships_have_little_to_bridge():
    """The second task."""
    saved = {t: round_table.run(t, 0).minutes - round_table.run(t, 6).minutes for t in (1, 10)}
    assert saved[1] < 12 < saved[10]


def test_half_an_hour_can_be_found_on_the_slider():
    """The third task."""
    most = slider(round_table, "friendships").high
    assert round_table.run(10, most).minutes < 30 < round_table.run(10, 6).minutes


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"tables": 0}, "tables must be a whole number from 1 to 10"),
        ({"tables": 2.5}, "tables must be a whole number"),
        ({"friendships": 31}, "friendships must be a whole number from 0 to 30"),
        ({"friendships": -1}, "friendships must be"),
    ],
)
def test_what_cannot_be_is_refused_by_name(values, message):
    with pytest.raises(ValueError, match=message):
        round_table.run(**values)


def test_seats_are_equally_far_apart():
    x, y = round_table._seats(240)
    gaps = np.hypot(np.diff(x), np.diff(y))
    assert gaps.max() / gaps.min() < 1.01


# The map


def test_the_map_lists_every_lesson_with_its_question_and_minutes():
    shown = course_map.table()
    assert len(shown) == len(course_map.LESSONS) == 9
    for lesson in course_map.LESSONS:
        assert list(shown.loc[lesson.name]) == [lesson.question, lesson.span]


@pytest.mark.parametrize("hours", [0, 0.3, 0.5, 1, 2, 3.5, 7, 100])
def test_lessons_that_fit_take_no_longer_than_there_is(hours):
    route = course_map.run(hours)
    assert route.minutes <= 60 * hours
    left = [lesson for lesson in course_map.LESSONS if lesson not in route.lessons]
    assert all(lesson.minutes > 60 * hours - route.minutes for lesson in left)


@pytest.mark.parametrize("hours", [-1, math.nan])
def test_no_route_takes_less_than_no_time(hours):
    with pytest.raises(ValueError, match="hours must be 0 or more"):
        course_map.run(hours)
