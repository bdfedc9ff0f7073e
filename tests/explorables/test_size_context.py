"""What the explorables of module 3 and the start page state is so; their tasks can be done."""

import math
import re

import numpy as np
import pytest
from stated import asks, outcome, slider

from scaling import datasets, meta
from scaling.size_context import emergencies, joining_up, next_place, ties, villages

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


def test_the_longest_meeting_gives_three_minutes_each_to_the_largest_group():
    """The third task."""
    longest = slider(ties, "meeting_minutes").high
    assert slider(ties, "people").high == ties.LARGEST == 60
    assert ties.run(ties.LARGEST, meeting_minutes=longest).voice_minutes == 3
    assert ties.run(ties.LARGEST, meeting_minutes=longest - 10).voice_minutes < 3


def test_the_first_picture_draws_every_possible_tie_and_counts_them():
    picture = ties.explorable.still().picture
    possible, alive = (np.isnan(np.asarray(trace.x, float)).sum() for trace in picture.data[:2])
    assert (possible, alive) == (276, 120)
    assert "276 possible ties" in picture.layout.annotations[0].text


def test_the_axes_of_ties_stay_where_they_are_when_a_slider_moves():
    first = ties.explorable.still().picture.layout
    for values in ({"people": 60}, {"people": 2}, {"hours_per_week": 24}, {"meeting_minutes": 180}):
        moved = ties.explorable.still(**values).picture.layout
        for axis in ("xaxis2", "yaxis2", "xaxis3", "yaxis3"):
            assert moved[axis].range == first[axis].range


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"people": 60}, "1,770 ties are possible (276 before); each person keeps as many alive"),
        ({"people": 5}, "10 ties are possible (276 before); each person keeps fewer alive"),
        ({"hours_per_week": 2}, "48 ties are alive (120 before), fewer than are possible."),
        ({"hours_per_week": 24}, "Every possible tie can be alive now: all 276."),
        ({"meeting_minutes": 120}, "each voice gets 5.0 minutes (2.5 before)"),
    ],
)
def test_the_sentence_about_ties_says_what_has_just_changed(values, said):
    before = ties.run(**ties.explorable.start)
    assert said in ties.brief(ties.run(**(ties.explorable.start | values)), before)


# The next place


def test_the_question_about_the_next_place_quotes_the_thirteen_trials():
    asks(next_place, "thirteen trials", "to 0.49 of what it was", "from 0.34 to 0.70", "95 %")
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


def test_the_next_places_interval_can_be_as_narrow_as_that_of_the_mean():
    """The third task, read on the axis of the picture and in plain ratios."""
    control = slider(next_place, "level")
    wanted = next_place.run(level=95).pooled.mean_interval(0.95)
    narrow = next_place.run(level=control.low).pooled.next_place(control.low / 100)
    start = next_place.run(level=95).pooled.next_place(0.95)
    assert np.ptp(narrow) <= np.ptp(wanted) < np.ptp(start)
    assert np.ptp(np.exp(narrow)) <= np.ptp(np.exp(wanted)) < np.ptp(np.exp(start))


@pytest.mark.slow
def test_no_trial_left_out_changes_whether_the_next_place_may_not_gain():
    high = {
        row: next_place.explorable.still(leave_out=row).table["to"].iloc[14] for row in range(14)
    }
    assert all(float(value) > 1 for value in high.values())


def test_no_trial_found_a_risk_ratio_as_high_as_the_next_place_may_have():
    assert next_place.explorable.ask.otherwise.endswith("none of them found a risk ratio as high.")
    assert np.exp(next_place.bcg().effects).max() < outcome(next_place)


def test_the_first_picture_writes_the_ends_of_all_three_intervals():
    notes = [note.text for note in next_place.explorable.still().picture.layout.annotations]
    assert notes[:6] == ["0.34", "0.70", "0.14", "1.77", "0.39", "1.35"]


def test_the_axis_of_own_studies_stays_while_the_certainty_changes():
    own = {"own": "-0.30 0.12\n-0.05 0.09\n-0.41 0.20"}
    ranges = {
        next_place.explorable.still(**own, level=level).picture.layout.xaxis.range
        for level in (40, 95, 99)
    }
    (ends,) = ranges
    notes = next_place.explorable.still(**own, level=99).picture.layout.annotations
    assert all(ends[0] <= note.x <= ends[1] for note in notes)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "In the next place the risk ratio may lie anywhere from 0.14 to 1.77."),
        ({"latitude": 50}, "At this latitude the trend expects a risk ratio from"),
        ({"own": "0.1 0.2"}, "With one study there is no interval for the next place."),
        ({"own": "1 1\n2 1\n3 1"}, "In the next place the effect may lie anywhere from"),
    ],
)
def test_the_sentence_about_the_next_place_says_what_was_asked_or_changed(values, said):
    start = next_place.explorable.start
    before = next_place.run(**start)
    assert said in next_place.brief(next_place.run(**(start | values)), before)


def test_own_studies_are_asked_for_on_a_scale_that_can_be_averaged():
    (paste,) = [c for c in next_place.explorable.controls if c.name == "own"]
    assert "a difference, or the logarithm of a ratio" in paste.label


# Villages


def test_the_question_about_villages_quotes_the_households():
    asks(villages, "31 villages with at least 20", "45 % of households bought it")
    households = datasets.load("rice_insurance")
    sizes = households.groupby("village").bought.transform("size")
    counted = households[sizes >= 20]
    assert counted.village.nunique() == 31
    assert round(100 * counted.bought.mean()) == 45
    assert villages.explorable.start == {"at_least": 20, "whose": villages.EVERYONE}
    shares = counted.groupby("village").bought.mean()
    assert outcome(villages) == approx(100 * shares.median())
    assert villages.explorable.ask.tempting == 45


def test_the_ends_are_far_from_what_holds_for_all_villages():
    """The first task."""
    shares = villages.run().share
    seen = villages.explorable.tasks[0].seen(lambda **_: villages.run())
    for end in (shares.max(), shares.min()):
        assert f"{100 * end:.0f}\N{NO-BREAK SPACE}%" in seen
        assert abs(end - 0.45) > 0.2


def test_smaller_villages_spread_further_partly_by_chance():
    """The second task."""
    small, large = villages.run(5), villages.run(20)
    assert small.spread > large.spread
    assert small.chance_spread.mean() > large.chance_spread.mean()


def test_villages_do_not_become_alike_where_buying_was_the_default():
    """The third task."""
    assert villages.run(20, villages.DEFAULT_BUY).as_far_apart < villages.DRAWS / 20


def test_the_share_of_all_lies_inside_the_middle_half_of_the_villages():
    assert "the share of all lies inside their middle half" in villages.explorable.ask.otherwise
    low, high = np.quantile(villages.run().share, [0.25, 0.75])
    assert low < 0.45 < high


def test_the_village_where_most_bought_is_named_in_the_first_picture():
    notes = [note.text for note in villages.explorable.still().picture.layout.annotations]
    assert "85\N{NO-BREAK SPACE}%" in notes


@pytest.mark.slow
def test_the_spreads_of_villages_all_lie_on_an_axis_that_stays():
    for whose in (villages.EVERYONE, villages.DEFAULT_BUY, villages.DEFAULT_NOT):
        for at_least in range(villages.SMALLEST, 31):
            result = villages.run(at_least, whose)
            assert max(result.spread, result.chance_spread.max()) < villages.SPREAD_AXIS_END
            axis = villages.picture(result).layout.xaxis2
            assert axis.range == (0, villages.SPREAD_AXIS_END)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"at_least": 30},
            "57\N{NO-BREAK SPACE}% of households did (85\N{NO-BREAK SPACE}% before)",
        ),
        ({"at_least": 19}, "as before; chance sets villages as far apart in none of its worlds."),
        ({"at_least": 5}, "as before; chance sets villages as far apart in hardly any of its"),
    ],
)
def test_the_sentence_about_villages_says_what_has_just_changed(values, said):
    assert said in villages.brief(villages.run(**values), villages.run())


# Joining up


def test_the_question_about_copying_describes_the_start():
    asks(joining_up, "Twenty-four communities search for 60 periods", "half alike (likeness 0.5)")
    start = joining_up.explorable.start
    assert joining_up.COMMUNITIES == 24
    assert (start["periods"], start["likeness"]) == (60, 0.5)
    assert outcome(joining_up) == approx(100 * joining_up.run().mean["scale up"])


def test_each_end_of_likeness_has_another_winner():
    """The first task."""
    first = ("scale up", "join up", "go it alone")
    found = [joining_up.run(likeness).mean for likeness in (0, 1)]
    assert [max(first, key=mean.get) for mean in found] == ["join up", "scale up"]


def test_those_who_search_alone_suffer_most_from_having_little_time():
    """The second task, at the likeness where it begins."""
    long, short = joining_up.run(periods=60).mean, joining_up.run(periods=10).mean
    lost = {name: long[name] - short[name] for name in long}
    assert lost["join up"] > lost["scale up"]


def test_time_matters_before_links():
    few, long = joining_up.run(periods=10, links=22), joining_up.run(periods=60, links=2)
    assert long.mean["join up"] > few.mean["join up"] + 0.1


def test_on_smooth_landscapes_joining_up_has_nothing_over_going_it_alone():
    """The third task."""
    mean = joining_up.run(ruggedness=0).mean
    assert mean["join up"] == approx(mean["go it alone"], abs=0.02)
    assert mean["go it alone"] == approx(1, abs=0.02)


def test_all_five_ways_are_curves_within_what_there_is():
    picture = joining_up.explorable.still().picture
    lines = [trace for trace in picture.data if trace.mode == "lines" and trace.xaxis is None]
    assert len(lines) == len(joining_up.NAMES) == 5
    notes = [note.text for note in picture.layout.annotations]
    assert {"scale up", "join up", "go it alone", "offer, adapt", "offer, join"} <= set(notes)
    for values in ({}, {"ruggedness": 0}, {"periods": 10, "likeness": 1}):
        for trace in joining_up.explorable.still(**values).picture.data[:15:3]:
            assert np.nanmax(trace.y) <= 1 + 1e-6, "a band above the best there is"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"likeness": 1},
            "Copying brings 98\N{NO-BREAK SPACE}% (54\N{NO-BREAK SPACE}% before); most",
        ),
        ({"links": 22}, "(80\N{NO-BREAK SPACE}% before); copying stays where it was."),
        ({"periods": 10}, "most comes of offering, then adapting."),
    ],
)
def test_the_sentence_about_joining_up_says_what_has_just_changed(values, said):
    before = joining_up.run()
    assert said in joining_up.brief(joining_up.run(**values), before)


def test_no_letter_of_a_model_is_a_label():
    for module in (ties, next_place, joining_up, villages, emergencies):
        for control in module.explorable.controls:
            assert not re.search(r"[α-ωΑ-Ω]|\b[B-HJ-Z]\b", control.label), control.label


# Emergencies


def test_the_question_about_emergencies_counts_the_organisations():
    asks(emergencies, "in seven emergencies between 13 and 27 organisations", "of the seven")
    sizes = datasets.load("rescue_orgs").groupby("event").size()
    assert (len(sizes), sizes.min(), sizes.max()) == (7, 13, 27)
    assert outcome(emergencies) == 6 == emergencies.explorable.ask.tempting
    seen = emergencies.explorable.tasks[0].seen(lambda **_: emergencies.run())
    assert seen.startswith("In 1 of the seven")


def test_connection_fails_as_a_slogan_in_one_emergency():
    """The second task."""
    second = [
        event
        for event in emergencies.events()
        if "is number 1 of" not in emergencies.explorable.still(event=event).words
    ]
    assert second == ["Cheyenne"]


def test_with_continuous_contact_only_the_picture_of_who_leads_changes():
    """The third task."""
    every, continuous = (
        emergencies.leaders(rarest).set_index("emergency")["leader is named most"]
        for rarest in (4, 1)
    )
    assert (every != continuous).any()


def test_the_picture_counts_the_leaders_who_have_most_staff():
    picture = emergencies.explorable.still().picture
    filled = [list(picture.data[row].marker.symbol).count("square") for row in (2, 4)]
    assert filled == [1, outcome(emergencies)]
    notes = [note.text for note in picture.layout.annotations]
    assert "has most staff: 1 of 7" in notes
    assert "is named by most: 6 of 7" in notes


@pytest.mark.parametrize("event", emergencies.events())
def test_the_ring_is_round_the_emergency_that_is_drawn(event):
    picture = emergencies.picture(emergencies.run(event))
    for squares, ring in ((2, 3), (4, 5)):
        place = list(picture.data[squares].x).index(picture.data[ring].x[0])
        assert picture.data[squares].hovertext[place] == event


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"event": "Cheyenne"},
            "Cheyenne: in being named by others, the leader is number 2 of 14.",
        ),
        ({"rarest": 1}, "Counted so, the leader here is number 3 of 21"),
    ],
)
def test_the_sentence_about_emergencies_says_what_has_just_changed(values, said):
    assert said in emergencies.brief(emergencies.run(**values), emergencies.run())


def test_tables_that_answer_are_folded():
    for table in (ties.square_cube_table(), emergencies.correlation_table()):
        assert 'class="scaling-after"' in table._repr_html_()
    assert "times as long" in ties.square_cube_table()._repr_html_()
    assert "paid staff" in emergencies.correlation_table()._repr_html_()
