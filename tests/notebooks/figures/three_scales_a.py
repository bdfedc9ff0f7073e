"""Lesson 5a: its figures, the words they stand in, and what they rest on."""

from functools import cache

import numpy as np
import pytest

from scaling import datasets, style
from scaling.start_here import checks as first_checks
from scaling.three_scales import collective_action, ripples, rule_and_talk, system_map

from .pages import STATED, share, slider

LESSON = "5a lesson"


def points(value):
    return style.number(value, 1).removesuffix(".0")


KEEPS = (0.6, ripples.INERTIA[0], 0.9)  # of a change, society, in a quarter


def furthest(up, society=ripples.INERTIA[0], **invented):
    """How far society moves after a jolt among people, and people after one in society."""
    a = ripples.matrix(up, 0, inertia=(society, *ripples.INERTIA[1:]), **invented)
    if np.abs(np.linalg.eigvals(a)).max() >= 1:
        return np.inf, np.inf
    below, above = (ripples.responses(a, 100 * push, 400) for push in np.eye(3)[[2, 0]])
    return below[:, 0].max(), above[:, 2].max()


def by_inertia(up):
    """The row of the grid: how far society moves after a jolt in people's lives."""
    found = [furthest(up, society)[0] for society in KEEPS]
    return tuple("without end" if np.isinf(value) else style.number(value, 1) for value in found)


@cache
def jolt(at, **settings):
    return ripples.run(at, **settings)


def fewer_than_ten(crowds):
    """The share, of the crowds in which at most half act, that end with fewer than ten."""
    return np.mean(crowds.others[crowds.others <= collective_action.PEOPLE / 2] < 10)


@cache
def drawn():
    return rule_and_talk.pushes()


def against(longest=system_map.LONGEST):
    """The loops that come back to the ministry's target as more of it."""
    return [
        loop
        for loop in system_map.loops(system_map.KETTLE.links, longest)
        if "Ministry's target" in loop.actors and loop.sign > 0
    ]


def map_now():
    return system_map.run()


# fmt: off
FIGURES = [
    # the lesson
    (LESSON, "weekly table with {} guests, and the ministry that wants {} of them",
     lambda: (first_checks.PEOPLE_EACH, first_checks.KETTLES)),
    (LESSON, "We count it in points, with {:.0f} for the whole push",
     lambda: ripples.POINTS[ripples.ONCE]),
    (LESSON, "A jolt in people's lives moves organisations by {} points, and society by {}. A jolt "
     "in organisations moves people by {}, and society a third as far",
     lambda: (points(jolt("people").peak[1]), points(jolt("people").peak[0]),
              points(jolt("organisations").peak[2]))
     if jolt("organisations").peak[0] == pytest.approx(jolt("organisations").peak[2] / 3)
     else ("no",) * 3),
    (LESSON, "{:.0f} points in people's lives in every quarter, for ever, move society by {}.",
     lambda: (ripples.POINTS[ripples.LASTING], points(jolt("people", kind="lasting").long_run[0]))),
    (LESSON, "we let a twentieth pass up and a fifth down",
     lambda: (slider(ripples, "up").start, ripples.DOWN) == (1 / 20, 1 / 5)),
    (LESSON, "With a fifth both ways, and nothing past organisations, both arrive alike",
     lambda: furthest(ripples.DOWN, direct=0)[0]
     == pytest.approx(furthest(ripples.DOWN, direct=0)[1])),
    (LESSON, "| society keeps {} of a change | {}, ours | {} |",
     lambda: (KEEPS[0], ripples.INERTIA[0], KEEPS[-1])),
    (LESSON, "| {}, ours | {} | {} | {} |",
     lambda: (slider(ripples, "up").start, *by_inertia(slider(ripples, "up").start))),
    (LESSON, "| {} | {} | {} | {} |", lambda: (0.1, *by_inertia(0.1))),
    (LESSON, "| {}, as much as down | {} | {} | {} |",
     lambda: (ripples.DOWN, *by_inertia(ripples.DOWN))),
    (LESSON, "In the words of section 1, more is passed up", STATED),
    (LESSON, "In 1915 landlords in Glasgow", STATED),  # followed by its source
    (LESSON, "threshold 0 begins in any case. Somebody with threshold 3 joins as soon as three",
     lambda: collective_action.cascade([0, 1, 2, 3]) == 4
     and collective_action.cascade([0, 1, 3]) == 2),
    (LESSON, "the rounds, from {} upwards", lambda: slider(collective_action, "until").low),
    (LESSON, "With a spread of {} three people act. With {} all do, if their thresholds",
     lambda: (12, collective_action.run().spread)
     if collective_action.run(spread=12).acting == 3
     and collective_action.run().acting == collective_action.PEOPLE else ("no",) * 2),
    (LESSON, "in {} of them more than half act, in nearly all others fewer than ten",
     lambda: share(collective_action.run().most_act)
     if fewer_than_ten(collective_action.run()) > 0.95 else "no"),
    (LESSON, "on the quiet estate {} people may be waiting",
     lambda: 100 - collective_action.run(spread=12).acting),
    (LESSON, "a session of {} minutes or of {}", lambda: sessions()),
    (LESSON, "A bar holds what {} in 100 drawings", lambda: 95),  # of ``Push.by_chance``
    (LESSON, "whose first round had met the rule, more of those asked second bought: within "
     "villages {} points more, with a 95 % interval from {} to {}. The long session "
     "moved {} points, from {} to {}. The last row is about the neighbours asked first: {} points, "
     "from {} to {}",
     lambda: tuple(style.number(100 * value, 1) for push in drawn()
                   for value in (push.effect, *push.interval))
     if drawn()[0].p < 0.01 and drawn()[1].p > 0.5 and drawn()[0].with_it > drawn()[0].without
     else ("no",) * 9),
    (LESSON, "The talk came to these {} households themselves",
     lambda: f"{len(datasets.load('rice_insurance')):,}"),
    (LESSON, "The map holds {} loops, and one of them balances: the ministry's own",
     lambda: len(map_now().loops) if map_now().balancing == 1 else "no"),
    (LESSON, "The other {} pass through the ministry's target and come back as more loneliness",
     lambda: len(against())
     if all("Loneliness" in loop.actors for loop in against())
     and len(map_now().loops) == len(against()) + 3 else "no"),
    (LESSON, "They have {} or {} links. If each link takes its time",
     lambda: tuple(sorted({len(loop.links) for loop in against()}))),
    (LESSON, "*Guests who return* has most leverage: it sits in all {} loops. *Cost of living* "
     "reaches all {} others and sits in no loop",
     lambda: leverage()),
    (LESSON, "Three places are pushed both ways, and one of them is the worker's hours of "
     "listening",
     lambda: len(map_now().tensions) == 3
     and "Hours of listening" in {tension.actor for tension in map_now().tensions}),
    (LESSON, "Here the ministry's target has much leverage",
     lambda: map_now().levers[1].actor == "Ministry's target"),
    # the explorables
    ("ripples", "A jolt of {:.0f} points hits society as a whole. Each quarter a fifth of a change "
     "is passed down one scale, from society to organisations and from these to people, a tenth "
     "goes past organisations, and a twentieth is passed up",
     lambda: 100 if (ripples.DOWN, ripples.DIRECT, slider(ripples, "up").start)
     == (1 / 5, 1 / 10, 1 / 20) else "no"),
    ("ripples", "With {} both ways, and nothing past organisations, both arrive alike",
     lambda: ripples.DOWN if furthest(ripples.DOWN, direct=0)[0]
     == pytest.approx(furthest(ripples.DOWN, direct=0)[1]) else "no"),
    ("ripples", "raise the part that is passed up to {}, as much as is passed down",
     lambda: slider(ripples, "up").high if slider(ripples, "up").high == ripples.DOWN else "no"),
    ("collective_action", "On an estate of {} tenants", lambda: collective_action.PEOPLE),
    ("collective_action", "a tenant waits for {} others, give or take {}, spread like a "
     "bell curve. Three act",
     lambda: (25, 12) if collective_action.run(25, 12).acting == 3 else "no"),
    ("collective_action", "the average is {} as well, give or take {}",
     lambda: (collective_action.run().mean, collective_action.run().spread)),
    ("collective_action", "Round to show ({}: the end)",
     lambda: slider(collective_action, "until").high
     if collective_action.run().round == collective_action.LAST else "no"),
    ("collective_action", "or 0–99 for all from {} to {} (empty: as the sliders say)",
     lambda: tuple(map(int, collective_action.read("0–99")[[0, -1]]))),
    ("collective_action", "Take the first estate, with a spread of {}. At whom does it end? Then "
     "go to {}, and draw the rounds from {} upwards",
     lambda: (12, slider(collective_action, "spread").start,
              slider(collective_action, "until").low)),
    ("collective_action", "Set the spread to {}: people are almost alike, and nobody moves",
     lambda: 5 if collective_action.run(spread=5).acting == 0 else "no"),
    ("collective_action", "type 0–99 into the box, a ladder of thresholds. Then type 0, 2, 2–99: "
     "one person who waited for 1 waits for 2",
     lambda: (collective_action.run(given="0–99").acting,
              collective_action.run(given="0, 2, 2–99").acting) == (100, 1)),
    ("system_map", "Look at loops of up to {} links only",
     lambda: 5 if not against(longest=5) else "no"),
    ("system_map", "Look at loops of up to {} links. Which",
     lambda: slider(system_map, "longest").high),
    ("system_map", "At most {} links, {} names a scale, and {} loops",
     lambda: (system_map.MOST_LINKS, system_map.MOST_IN_BAND, system_map.MOST_LOOPS)),
]
# fmt: on


def sessions():
    described = datasets.describe("rice_insurance").set_index("column").loc["intensive", "meaning"]
    assert "45 minutes" in described
    assert "20 minutes" in described
    return 45, 20


def leverage():
    levers = {lever.actor: lever for lever in map_now().levers}
    first, cost = map_now().levers[0], levers["Cost of living"]
    assert first.actor == "Guests who return"
    assert cost.loops == 0
    assert cost.reached == len(levers) - 1
    assert first.loops == pytest.approx(len(map_now().loops))
    return first.loops, cost.reached


FORMULAS = {}

CITED = {
    LESSON: [
        ("1989", "(Joubert & Hodkinson 2018)"),
        ("13 %", "(Cai, de Janvry & Sadoulet 2015)"),
    ]
}
