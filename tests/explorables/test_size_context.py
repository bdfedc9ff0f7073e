"""What the explorables of module 3 and the start page state is so; their tasks can be done."""

import math

import numpy as np
import pytest
from stated import asks, outcome, slider

from scaling import datasets, meta
from scaling.size_context import emergencies, joining_up, next_place, ties, villages
from scaling.start_here import course_map

approx = pytest.approx


# Ties


def test_the_question_about_ties_counts_rightly():
    asks(ties, "Twelve people", "66 pairs: 66 possible ties", "one group of twenty-four")
    assert math.comb(12, 2) == 66
    assert ties.explorable.start["people"] == 24
    assert outcome(ties) == math.comb(24, 2) == 276
    assert ties.explorable.ask.tempting == 2 * 66


@pytest.mark.parametrize(("people", "hours"), [(24, 11.5), (48, 23.5)])
def test_hours_enough_for_every_tie_can_be_reached_with_the_slider(people, hours):
    """The second task: h(n − 1) hours, and half an hour less is not enough."""
    control = slider(ties, "hours_per_week")
    assert hours == ties.explorable.start["hours_per_tie"] * (people - 1)
    assert control.low <= hours <= control.high
    assert ties.explorable.still(people=people, hours_per_week=hours).words.count("100\xa0%") == 1
    assert "100\xa0%" not in ties.explorable.still(people=people, hours_per_week=hours - 0.5).words


def test_a_group_of_200_would_need_ten_hours_for_three_minutes_each():
    """The third task; no meeting on the slider is as long, which is the point of it."""
    assert ties.run(200, meeting_minutes=600).voice_minutes == 3
    assert slider(ties, "people").high == 200
    assert slider(ties, "meeting_minutes").high < 600


# The next place


def test_the_question_about_the_next_place_quotes_the_thirteen_trials():
    asks(next_place, "thirteen trials", "a risk ratio of 0.49", "from 0.34 to 0.70", "95 %")
    table = datasets.load("bcg_trials")
    ratio = (table.vaccinated_tb / table.vaccinated_n) / (table.control_tb / table.control_n)
    variance = 1 / table.vaccinated_tb - 1 / table.vaccinated_n
    variance += 1 / table.control_tb - 1 / table.control_n
    result = meta.random_effects(np.log(ratio), variance)
    assert len(table) == 13
    assert np.exp([result.mean, *result.mean_interval()]) == approx([0.49, 0.34, 0.70], abs=0.005)
    assert next_place.explorable.ask.tempting == 0.70
    assert next_place.explorable.start["level"] == 95
    assert outcome(next_place) == approx(math.exp(result.next_place()[1]))


def test_the_next_places_interval_can_be_made_as_narrow_as_that_of_the_mean_was():
    """The third task, read on the axis of the picture and in plain ratios."""
    control = slider(next_place, "level")
    wanted = next_place.run(level=95).pooled.mean_interval(0.95)
    narrow = next_place.run(level=control.low).pooled.next_place(control.low / 100)
    start = next_place.run(level=95).pooled.next_place(0.95)
    assert np.ptp(narrow) <= np.ptp(wanted) < np.ptp(start)
    assert np.ptp(np.exp(narrow)) <= np.ptp(np.exp(wanted)) < np.ptp(np.exp(start))


def test_no_trial_left_out_changes_whether_the_next_place_may_see_no_benefit():
    high = {
        row: next_place.explorable.still(leave_out=row).table["to"].iloc[14] for row in range(14)
    }
    assert all(float(value) > 1 for value in high.values())


# Villages


def test_the_question_about_villages_quotes_the_households():
    asks(villages, "31 villages with at least 20", "45 % of households bought it")
    households = datasets.load("rice_insurance")
    sizes = households.groupby("village").bought.transform("size")
    counted = households[sizes >= 20]
    assert counted.village.nunique() == 31
    assert round(100 * counted.bought.mean()) == 45
    assert villages.explorable.start == {"at_least": 20, "whose": villages.EVERYONE}
    assert outcome(villages) == approx(100 * counted.groupby("village").bought.mean().max())


def test_smaller_villages_spread_further_partly_by_chance():
    """The first task."""
    small, large = villages.run(5), villages.run(20)
    assert small.spread > large.spread
    assert small.chance_spread.mean() > large.chance_spread.mean()


def test_villages_do_not_become_alike_among_those_for_whom_buying_was_the_default():
    """The second task."""
    assert villages.run(20, villages.DEFAULT_BUY).as_far_apart < villages.DRAWS / 20


# Joining up


def test_the_question_about_copying_describes_the_start():
    asks(joining_up, "Twenty-four communities search for 60 periods", "half alike (likeness 0.5)")
    start = joining_up.explorable.start
    assert joining_up.COMMUNITIES == 24
    assert (start["periods"], start["likeness"]) == (60, 0.5)
    assert outcome(joining_up) == approx(100 * joining_up.run().mean["scale up"])


def test_each_end_of_likeness_has_another_winner():
    """The first task."""
    winners = [max(one, key=one.get) for one in (joining_up.run(0).mean, joining_up.run(1).mean)]
    assert winners == ["join up", "scale up"]


def test_those_who_search_for_themselves_suffer_most_from_having_little_time():
    """The second task, at the likeness where it begins."""
    long, short = joining_up.run(periods=60).mean, joining_up.run(periods=10).mean
    lost = {name: long[name] - short[name] for name in long}
    assert lost["join up"] > lost["scale up"]


def test_on_smooth_landscapes_joining_up_has_nothing_over_going_it_alone():
    """The third task."""
    mean = joining_up.run(ruggedness=0).mean
    assert mean["join up"] == approx(mean["go it alone"], abs=0.02)
    assert mean["go it alone"] == approx(1, abs=0.02)


# Emergencies


def test_the_question_about_emergencies_counts_the_organisations():
    asks(emergencies, "in seven emergencies between 13 and 27 organisations", "of the seven")
    sizes = datasets.load("rescue_orgs").groupby("event").size()
    assert (len(sizes), sizes.min(), sizes.max()) == (7, 13, 27)
    assert outcome(emergencies) == 1


def test_connection_fails_as_a_slogan_in_one_emergency_and_the_words_show_it():
    """The first task."""
    second = [
        event
        for event in emergencies.events()
        if "is number 1 of" not in emergencies.explorable.still(event=event).words
    ]
    assert second == ["Cheyenne"]


def test_with_continuous_contact_only_the_picture_of_who_leads_changes():
    """The second task."""
    every, continuous = (
        emergencies.leaders(rarest).set_index("emergency")["leader is named most"]
        for rarest in (4, 1)
    )
    assert (every != continuous).any()


# The map


def test_the_question_about_the_course_counts_its_lessons():
    asks(course_map, "two hours", "eight lessons")
    assert course_map.explorable.start["hours"] == 2
    assert len(course_map.LESSONS) == 8
    assert outcome(course_map) == len(course_map.run(2).lessons)
    assert course_map.run(2).minutes <= 120


def test_in_the_longest_time_on_the_slider_there_is_time_for_every_lesson():
    assert len(course_map.run(slider(course_map, "hours").high).lessons) == 8


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
