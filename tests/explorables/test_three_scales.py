"""What the explorables of lesson 5a state is so; their tasks can be done."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from stated import asks, outcome, slider

from scaling import datasets
from scaling.three_scales import collective_action, map_layout, ripples, rule_and_talk, system_map

approx = pytest.approx
TARGET = "Ministry's target"


# Ripples


def test_the_question_about_ripples_counts_rightly():
    asks(ripples, "jolt of 100 points", "a fifth", "a tenth", "a twentieth")
    above = ripples.run("society")
    assert outcome(ripples) == above.peak[2] == approx(22, abs=0.5)
    assert ripples.explorable.ask.tempting == 100 * ripples.DOWN == 20
    assert ripples.explorable.start["up"] == 1 / 20
    assert ripples.DIRECT == 1 / 10


def test_a_jolt_from_below_hardly_moves_society():
    """The first task."""
    assert ripples.explorable.tasks[0].sets == {"at": "people"}
    assert ripples.run("people").peak[0] < 1 < 20 < ripples.run("society").peak[2]


def test_a_jolt_from_above_is_felt_within_a_year_and_is_gone_after_ten():
    """The first task."""
    result = ripples.run("society")
    assert 1 <= result.peak_quarter[2] <= 4
    assert result.path[-1].max() < 0.2


def test_what_organisations_hold_back_goes_past_them_in_part():
    """The second task."""
    none, all_of_it = ripples.run("society", buffer=0), ripples.run("society", buffer=1)
    assert slider(ripples, "buffer").high == 1
    assert none.peak[2] > all_of_it.peak[2] > 0.5 * none.peak[2]


def test_a_lasting_push_from_below_moves_society_once_enough_passes_up():
    """The third task."""
    little, much = (ripples.run("people", ripples.LASTING, up) for up in (0.05, 0.2))
    assert slider(ripples, "up").high == 0.2
    assert little.long_run[0] < 1
    assert much.peak[0] > 30


@pytest.mark.slow
def test_every_axis_stays_as_it_is_whatever_is_pushed():
    ranges = set()
    for at in ripples.PUSHED:
        for kind in ripples.POINTS:
            layout = ripples.explorable.still(at=at, kind=kind, up=0.2).picture.layout
            ranges.add(
                tuple(
                    tuple(layout[f"{letter}axis{number}"].range)
                    for letter in "xy"
                    for number in ("", 2, 3, 4)
                )
            )
    assert len(ranges) == 1
    (x, x2, x3, *_), *_ = ranges
    assert x == x2 == x3


def test_no_change_is_too_large_for_the_axis_of_the_curves():
    largest = ripples.run("law", ripples.LASTING, up=0.2).peak.max()
    assert 0.5 * ripples.MOST < largest < ripples.MOST


@pytest.mark.parametrize("at", ripples.PUSHED)
def test_as_many_dots_are_filled_as_a_scale_is_moved_by(at):
    result = ripples.run(at)
    strips = ripples.picture(result).data[:6]
    for peak, rings, dots in zip(result.peak, strips[::2], strips[1::2], strict=True):
        filled = np.asarray(dots.marker.size) / rings.marker.size
        assert (filled**2).sum() == approx(min(peak, 100))
        assert set(np.asarray(dots.marker.opacity)[filled > 0]) <= {1}


def test_what_is_next_to_nothing_is_not_written_as_three_zeros():
    for at in ripples.PUSHED:
        assert "0.00" not in ripples.words(ripples.run(at))
    assert "next to nothing is left" in ripples.words(ripples.run())


def test_the_sentence_about_ripples_says_what_it_was_before_the_same_push():
    before, now = ripples.run("society"), ripples.run("society", buffer=1)
    assert ripples.brief(now, before) == (
        "A jolt in society as a whole: people's lives move by at most 13 points (21.9 before)."
    )
    assert "before" not in ripples.brief(now, ripples.run())


def test_a_picture_to_read_does_not_say_what_is_to_be_read_from_it():
    still = ripples.to_read(at="organisations", kind="once", up=0.05, buffer=0.5)
    shown = ripples.run("organisations", buffer=0.5)
    assert "50" in still.words
    assert not any(ripples._points(peak) in still.words for peak in shown.peak[[0, 2]])
    assert still.folded


# Collective action


def test_the_question_about_two_estates_counts_rightly():
    asks(collective_action, "100 tenants", "25 others, give or take 12", "Three act", "take 13")
    start = collective_action.explorable.start
    assert (collective_action.run().mean, start["spread"], start["organisers"]) == (25, 13, 0)
    assert collective_action.run(25, 12).acting == 3
    assert outcome(collective_action) == 100


def test_the_narrow_place_is_where_as_many_are_ready_as_act():
    """The first task: with 12 nobody is left who is ready, with 13 there always is."""

    def room(spread):
        crowd = collective_action.run(spread=spread)
        acting = np.arange(80)
        return (np.searchsorted(crowd.thresholds, acting, side="right") - acting).min()

    assert room(12) <= 0 < room(13)


def test_with_people_almost_alike_it_takes_fourteen_organisers():
    """The second task."""
    ends = {count: collective_action.run(spread=5, organisers=count).acting for count in range(21)}
    assert ends[0] == 0
    assert min(count for count, acting in ends.items() if acting == 100) == 14
    assert slider(collective_action, "organisers").high >= 14


def test_one_person_who_waits_for_one_more_ends_it():
    """The third task."""
    assert collective_action.run(given="0–99").acting == 100
    assert collective_action.run(given="0, 2, 2–99").acting == 1


def test_the_box_says_what_to_type_and_its_example_can_be_typed():
    (box,) = [c for c in collective_action.explorable.controls if c.name == "given"]
    assert "type how many others each person waits for" in box.label
    assert "0–99" in box.label
    assert collective_action.run(given=box.example).people == 5


def drawn_people(result):
    """How many have heads, and how many of these are filled."""
    symbols = ("circle", "circle-open")
    filled, empty = (
        sum(len(trace.x) for trace in _drawn_with(result, symbol)) for symbol in symbols
    )
    return filled + empty, filled


def _drawn_with(result, symbol):
    *people, _, _, _ = collective_action.picture(result).data  # then ring, bars and diamond
    return [trace for trace in people if trace.marker.symbol == symbol]


@pytest.mark.parametrize("values", [{}, {"spread": 12}, {"until": 8}, {"given": "0, 1, 5-200"}])
def test_everybody_is_drawn_and_those_who_act_are_filled(values):
    result = collective_action.run(**values)
    heads, filled = drawn_people(result)
    assert heads == result.people
    assert filled == result.shown
    heading = collective_action.picture(result).layout.annotations[0].text
    assert f"{result.shown} of {result.people} act" in heading


def test_the_first_who_waits_for_more_is_ringed_and_named():
    result = collective_action.run(spread=12)
    figure = collective_action.picture(result)
    ring = figure.data[-3]
    assert (ring.x[0], ring.y[0]) == (result.acting, 0)
    assert "(ringed) waits for 4" in figure.layout.annotations[0].text
    assert 3 < result.thresholds[result.acting] <= 4
    assert not len(collective_action.picture(collective_action.run()).data[-3].x)


def test_rounds_run_from_nobody_to_the_end_of_every_crowd():
    start = collective_action.explorable.start
    shown = [collective_action.run(until=number).shown for number in range(start["until"] + 1)]
    assert shown == collective_action.run().steps.tolist()
    assert collective_action.run(given="0–99").shown == 100
    with pytest.raises(ValueError, match="until must be a whole number from 0 to 12"):
        collective_action.run(until=13)


def test_one_person_acts_and_more_act():
    assert collective_action.brief(collective_action.run(given="0"), None) == (
        "1 person acts in the end."
    )
    assert (
        collective_action.brief(collective_action.run(spread=12), collective_action.run())
        == "3 people act in the end (100 before)."
    )


# The map


def test_the_question_about_the_map_counts_rightly():
    asks(system_map, "sixteen links between ten people and conditions")
    assert len(system_map.KETTLE.links) == 16
    assert len(system_map.KETTLE.scale) == 10
    assert outcome(system_map) == len(system_map.loops(system_map.KETTLE.links)) == 7


def against(reading):
    return [k for k in reading.loops if k.sign > 0 and TARGET in k.actors]


def test_the_ministrys_loop_is_the_third_and_longer_ones_oppose_it():
    """The first task."""
    reading = system_map.run(shown=3)
    assert reading.shown.kind == "balancing"
    assert TARGET in reading.shown.actors
    longer = [loop for loop in reading.loops if len(loop.links) in (6, 7)]
    assert longer == against(reading)
    assert all("Loneliness" in loop.actors for loop in longer)


def test_the_list_of_what_to_draw_names_every_loop():
    (choice,) = [c for c in system_map.explorable.controls if c.name == "shown"]
    reading = system_map.run()
    assert list(choice.options.values()) == list(range(len(reading.loops) + 1))
    for label, number in list(choice.options.items())[1:]:
        loop = reading.loops[number - 1]
        assert loop.kind in label
        assert all(actor in label for actor in loop.actors)


def test_the_map_can_be_seen_before_it_is_asked_about_and_counts_no_loops():
    still = system_map.as_drawn()
    assert "loops" not in still.words + still.picture.layout.annotations[-1].text
    assert len(still.table) == len(system_map.KETTLE.links)
    strong = [
        trace for trace in still.picture.data if trace.opacity == 1 and trace.line.width == 3.5
    ]
    drawn = sum(np.isnan(np.asarray(trace.x, dtype=float)).sum() for trace in strong)
    assert drawn == len(system_map.MINISTRY)


def kettle_drawn():
    system = system_map.KETTLE
    return system, map_layout.layout(
        tuple(
            (name, 2 - system_map.SCALES.index(scale), system.place[name])
            for name, scale in system.scale.items()
        ),
        tuple((link.source, link.target) for link in system.links),
    )


def test_no_link_of_the_kettle_s_map_runs_through_a_name():
    _, lies = kettle_drawn()
    unit = np.array([map_layout.SLOT, map_layout.BAND])
    for name, side in lies.side.items():
        box = np.array([map_layout._box(name, np.array(lies.where[name]) * unit, side)])
        for ends, way in lies.ways.items():
            assert not map_layout._inside(way * unit, box, room=0).any(), (name, ends)


def test_no_two_names_and_no_two_signs_of_the_kettles_map_overlap():
    _, lies = kettle_drawn()
    unit = np.array([map_layout.SLOT, map_layout.BAND])
    boxes = [map_layout._box(k, np.array(lies.where[k]) * unit, lies.side[k]) for k in lies.where]
    signs = [at * unit for at in lies.signs.values()]
    for i, one in enumerate(boxes):
        assert not any(map_layout._overlap(one, other) for other in boxes[:i])
    for i, one in enumerate(signs):
        assert all(np.hypot(*(one - other)) > 16 for other in signs[:i])


def test_the_sentence_about_the_map_says_what_has_changed():
    start = system_map.run()
    fewer = system_map.run(system_map.START[1:])
    assert system_map.brief(fewer, start) == (
        f"The map holds {len(fewer.loops)} loops ({len(start.loops)} before)."
    )
    assert system_map.brief(system_map.run(shown=3), start) == (
        "Loop 3, drawn strongly, is balancing."
    )
    assert system_map.brief(system_map.run(longest=5), start) == (
        "Of up to 5 links the map holds 3 loops."
    )


def test_who_looks_at_five_links_sees_nothing_against_the_plan():
    """The second task."""
    assert against(system_map.run(longest=5)) == []
    assert len(against(system_map.run(longest=7))) == 4


def test_without_reports_and_with_a_worker_only_ownership_can_be_lost():
    """The third task."""
    assert slider(system_map, "longest").high == 10
    changed = system_map._map_without_reporting()
    assert len(changed) == 15
    rows = {(row[0], row[3]): row[2] for row in changed}
    assert (TARGET, "Reporting") not in rows
    assert rows["New tables", "Hours of listening"] == "raises"
    left = against(system_map.run(changed, longest=10))
    assert len(left) == 2
    assert all("Neighbours who run it" in loop.actors for loop in left)


def test_a_loop_drawn_strongly_is_the_one_that_is_named():
    reading = system_map.run(shown=4)
    assert f"loop 4 is {reading.loops[3].kind}: {reading.loops[3]}" in system_map.words(reading)
    strong = system_map.picture(reading).data[2:4]
    drawn = sum(np.isnan(np.asarray(trace.x, dtype=float)).sum() for trace in strong)
    assert drawn == len(reading.loops[3].links)


def test_a_place_has_its_loops_drawn_strongly_and_offered():
    reading = system_map.run(place="Reporting")
    (loop,) = [loop for loop in reading.loops if "Reporting" in loop.actors]
    strong = system_map.picture(reading).data[2:4]
    drawn = sum(np.isnan(np.asarray(trace.x, dtype=float)).sum() for trace in strong)
    assert drawn == len(loop.links)
    assert list(system_map.to_draw(reading).values()) == [0, reading.loops.index(loop) + 1]
    assert system_map.brief(reading, system_map.run()) == (
        "Reporting is in 1 of 7 loops, drawn strongly."
    )


def test_a_place_that_is_no_longer_on_the_map_is_none():
    rows = tuple(row for row in system_map.START if "Reporting" not in (row[0], row[3]))
    assert system_map.run(rows, place="Reporting").strong == ()


def test_more_loneliness_comes_back_as_more_once_the_long_loops_are_felt():
    """After five steps the ministry's loop has answered; the longer ones undo it."""
    signal = system_map.run(longest=10).signal
    by_step = [signal.change(step).get("Loneliness", 0) for step in range(11)]
    assert by_step[:6] == [1, 1, 1, 1, 1, 0]
    assert by_step[10] > 1


def test_triangles_are_on_the_links_that_the_push_is_passing():
    reading = system_map.run()
    for step in (0, 1, 2.5, 7):
        on_the_way, moved = system_map.picture(reading, step).data[11:]
        at = int(step)
        sources = reading.signal.pulses[at]
        passing = [link for link in reading.map.links if link.source in sources]
        assert len(on_the_way.x) == (len(passing) if step % 1 else 0)
        assert len(moved.x) == (len(reading.signal.change(at)) if step else 0)


def test_a_loop_that_is_not_there_is_said_to_be_missing():
    assert "loop 9 is not among them" in system_map.explorable.still(shown=9).words


def test_too_many_loops_are_said_to_be_too_many():
    rows = tuple(
        (a, "individual", "raises", b, "individual", "", "")
        for a in "ABCDEF"
        for b in "ABCDEF"
        if a != b
    )
    still = system_map.explorable.still(links=rows, longest=10)
    assert "55 feedback loops of up to 3 links" in still.words
    assert "longer ones, up to 10, are too many to list" in still.words


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_a_full_map_is_drawn_with_every_name_and_every_link(seed):
    generator = np.random.default_rng(seed)
    names = [f"A name of thirty letters, no. {i:02d}"[-30:] for i in range(18)]
    scale = {name: system_map.SCALES[i // 6] for i, name in enumerate(names)}
    pairs = [(a, b) for a in names for b in names if a != b]
    ring = [(name, names[(i + 1) % 18]) for i, name in enumerate(names)]
    rest = [pairs[i] for i in generator.permutation(len(pairs)) if pairs[i] not in ring][:12]
    rows = tuple((a, scale[a], "lowers", b, scale[b], "", "") for a, b in ring + rest)
    still = system_map.explorable.still(links=rows)
    shown = [text.replace("<br>", " ") for trace in still.picture.data[8:11] for text in trace.text]
    assert sorted(shown) == sorted(names)
    hovered = {text for trace in still.picture.data[4:8] for text in trace.customdata}
    assert len(hovered) == 30


# A rule and a talk


@pytest.mark.slow
def test_the_shares_are_those_of_the_table():
    table = datasets.load("rice_insurance")
    rule, talk, before = rule_and_talk.pushes()
    assert rule.with_it == table[table.default_buy == 1].bought.mean()
    assert talk.without == table[table.intensive == 0].bought.mean()
    assert before.with_it == table[table.default_buy == 1].earlier_takeup.mean()


@pytest.mark.slow
def test_an_effect_and_its_interval_are_those_of_a_regression_by_place():
    """With a dummy for each village or hamlet, and errors clustered by hamlet (statsmodels)."""
    table = datasets.load("rice_insurance")
    pairs = zip(
        rule_and_talk.pushes(),
        ("bought ~ default_buy + C(village)", "bought ~ intensive + C(hamlet)"),
        strict=False,
    )
    for push, formula in pairs:
        codes = pd.factorize(table.hamlet)[0]
        fitted = smf.ols(formula, table).fit(cov_type="cluster", cov_kwds={"groups": codes})
        name = "default_buy" if "default" in formula else "intensive"
        assert push.effect == approx(fitted.params[name])
        low, high = push.interval
        assert (high - low) / 2 / 1.97 == approx(fitted.bse[name], rel=0.08)
        assert low < push.effect < high


def test_lots_are_drawn_again_for_those_for_whom_they_were_drawn():
    """Shuffled over single households, the same rule would look surer than it is."""
    table = datasets.load("rice_insurance")
    assert table.groupby("hamlet").default_buy.nunique().max() == 1
    rule, talk, _ = rule_and_talk.pushes()
    assert (rule.drawn, talk.drawn) == (166, 1410)
    generator = np.random.default_rng(1)
    given, bought = table.default_buy.to_numpy(), table.bought.to_numpy()
    naive = []
    for _ in range(400):
        lots = generator.permutation(given)
        naive.append(bought[lots == 1].mean() - bought[lots == 0].mean())
    assert rule.shuffled.std() > 1.2 * np.std(naive)
    assert rule.shuffled.mean() == approx(0, abs=0.003)
    assert 0.0005 < rule.p < 0.005
    assert talk.p > 0.5


def test_the_picture_has_words_and_a_table():
    still = rule_and_talk.at_two_scales()
    assert "10.6 points more" in still.words
    assert list(still.table.push) == [push.name for push in rule_and_talk.pushes()]
