"""Module 6, the lesson: its figures, the words they stand in, and what they rest on."""

import math
from functools import cache

import numpy as np

from scaling import inventory, style
from scaling.capstone import policies, region, rules, village_45
from scaling.process_product import what_travels
from scaling.start_here import checks as first_checks

from .pages import STATED, share, slider

LESSON = "6 lesson"

# fmt: off
FIGURES = [
    (LESSON, "Sixteen questions more (optional, {} minutes)",
     lambda: inventory.MINUTES if len(inventory.items()) == 16 else "no"),
    (LESSON, "The letter still lies on the table: {} Kettles", lambda: first_checks.KETTLES),
    (LESSON, "cannot hear {} tables", lambda: first_checks.KETTLES),
    (LESSON, "twelve neighbourhoods, eight quarters",
     lambda: (region.PLACES, region.QUARTERS) == (12, 8)),
    (LESSON, "how much need eight simple rules meet in twenty of each kind",
     lambda: (len(policies.POLICIES), rules.REGIONS) == (8, 20)),
    (LESSON, "We set the share of process to {}, because there each idea wins somewhere. Lesson 2 "
     "began with {}",
     lambda: (region.PROCESS, begins_with())
     if len({winner(kind, region.PROCESS) for kind in region.KINDS}) == 3 else "no"),
    (LESSON, "Of the six rules that never look", lambda: len(policies.FIXED) == 6),
    (LESSON, "| {} | copy {} | join up {} | listen first {} |", lambda: clear_winners(0.2)),
    (LESSON, "| {}, as you played | copy {} | join up {} | listen first {} |",
     lambda: clear_winners(region.PROCESS)),
    (LESSON, "| {}, as in lesson 2 | copy {}, alone {} | alone {}, join up {} | listen first {} |",
     lambda: (begins_with(), *first_two(0.6, rules.COPY, rules.ALONE, rules.ALIKE),
              *first_two(0.6, rules.ALONE, rules.JOIN, rules.DIFFERENT),
              won(0.6, rules.LISTEN, rules.WARY))),
    (LESSON, "| {} | alone {}, copy {} | alone {} | listen first {} |",
     lambda: (0.7, *first_two(0.7, rules.ALONE, rules.COPY, rules.ALIKE),
              won(0.7, rules.ALONE, rules.DIFFERENT), won(0.7, rules.LISTEN, rules.WARY))),
    (LESSON, "would move these means by about two points ({} % intervals)",
     lambda: f"{100 * rules.SURE:.0f}" if widest_interval() == 2 else "no"),
    (LESSON, "on average the rule is up to {} points behind the winner, in a single region {}, and "
     "at {} going it alone beats it in two kinds",
     lambda: (*points_behind(), begins_with()) if alone_beats_looking(0.6) == 2 else "no"),
    (LESSON, "meets {} to {} at the share you played, in all sixty regions more than to export "
     "at once", lambda: ends(policies.OPEN_AND_LOOK) if opening_always_pays() else "no"),
    (LESSON, "then handbooks for all meets {} to {}; exporting at once {} to {}",
     lambda: (*careful(), *ends(rules.EXPORT))),
    (LESSON, "Where people are wary, listening first leaves it {}, the ministry's export {}. ",
     lambda: (lowest(rules.LISTEN, rules.WARY), lowest(rules.EXPORT, rules.WARY))),
    (LESSON, "joining up where places differ, and copying where they are alike, leave it more than "
     "export",
     lambda: worst(rules.JOIN, rules.DIFFERENT) > worst(rules.EXPORT, rules.DIFFERENT)
     and worst(rules.COPY, rules.ALIKE) > worst(rules.EXPORT, rules.ALIKE)),
    (LESSON, "wins nowhere, always meets at least {} of what the winner does", lambda: mixed()),
    (LESSON, "leaves the lowest better off than looking first in every kind",
     lambda: all(worst("mixed", kind) > worst(policies.LOOK_FIRST, kind) for kind in region.KINDS)),
    (LESSON, "only while the share of process is below {} to {}",
     lambda: borders(rules.JOIN, rules.ALONE, rules.DIFFERENT)),
    (LESSON, "The {} tables of lesson 4 and lesson 5 were only supposed",
     lambda: first_checks.KETTLES),
    (LESSON, "Lesson 3 counted only the {} villages with at least twenty households",
     lambda: len(village_45.run().share)),
    (LESSON, "offered in {} villages in China", lambda: len(village_45.run(at_least=1).share)),
    (LESSON, "how many will take it up in a {}th",
     lambda: len(village_45.run(at_least=1).share) + 1),
    (LESSON, "Knowing nothing of a village, the promise misses by {} points. Knowing who lives "
     "there, or knowing the rule, it misses by more: a line through these villages learns more "
     "noise than sense from either. Knowing what *others in their hamlets* did in a first round, "
     "it misses by {} points less, with a 95 % interval from {} to {}. Even if you knew everything "
     "it would miss by {}, because",
     lambda: (missed("nothing"),
              points(village_45.run().without - village_45.run("before").miss),
              *(points(end) for end in village_45.gain_interval("before")),
              points(village_45.run().floor))
     if min(village_45.run(known).miss for known in ("people", "rule")) > village_45.run().without
     else ("no",) * 5),
    (LESSON, "A table that helps {} people to live well", lambda: first_checks.PEOPLE_EACH),
    (LESSON, "A programme of {} that has grown distant", lambda: first_checks.KETTLES),
    ("rules", "the share of the effect that is process was {}. There, where places differ and "
     "drift, joining up ends {:.0f} points ahead of going it alone. Lesson 2 began with a share of "
     "{}. By",
     lambda: (region.PROCESS, 100 * rules.run().ahead(rules.JOIN, rules.ALONE), begins_with())),
    ("rules", "below 0 if it is behind", STATED),
    ("rules", "Share of the effect that is process, 0 to 1", STATED),
    ("rules", "the share of the game, {}, and look at each", lambda: region.PROCESS),
    ("rules", "Choose the wary region, at {}, and", lambda: region.PROCESS),
    ("rules", "Going it alone overtakes joining up where places differ at {}, copying where they "
     "are alike at {}, and listening first where people are wary at {}",
     lambda: tuple(style.number(rules.border(one, rules.ALONE, kind)) for one, kind in (
         (rules.JOIN, rules.DIFFERENT), (rules.COPY, rules.ALIKE), (rules.LISTEN, rules.WARY)))),
    ("rules", "each in the same {} regions", lambda: rules.REGIONS),
    ("village_45", "Knowing only the other villages, a promise of take-up in one more is off by "
     "{} points, typically", lambda: missed("nothing")),
    ("village_45", "Count villages of {} households or more", lambda: village_45.SMALLEST),
    ("village_45", "{} villages of one province", lambda: len(village_45.run(at_least=1).share)),
    ("village_45", "A 45th in another would be further off", STATED),
]
# fmt: on

FORMULAS = {
    LESSON: [r"\| \d (?=[a-z])", r"\bstep \d\b", r"\blesson 5a\b"],
}
CITED = {}


def met(policy, kind, process=region.PROCESS):
    return rules.run(process, kind).met[policy].mean()


def begins_with():
    """The share of process with which lesson 2 begins."""
    assert slider(what_travels, "process_share").start == rules.OF_LESSON_2
    return rules.OF_LESSON_2


def winner(kind, process):
    """The rule that meets most, of those that do not look."""
    return max(policies.FIXED, key=lambda name: met(name, kind, process))


def won(process, policy, kind):
    found = winner(kind, process)
    return share(met(policy, kind, process)) if found == policy else f"{found} wins"


def clear_winners(process):
    by_kind = ((rules.COPY, rules.ALIKE), (rules.JOIN, rules.DIFFERENT), (rules.LISTEN, rules.WARY))
    return process, *(won(process, policy, kind) for policy, kind in by_kind)


def first_two(process, first, second, kind):
    """What the best two rules meet."""
    rest = [name for name in policies.FIXED if name not in (first, second)]
    assert met(second, kind, process) > max(met(name, kind, process) for name in rest)
    return won(process, first, kind), share(met(second, kind, process))


def widest_interval():
    """The largest half width of an interval of what a winner meets, in whole points."""
    halves = []
    for process in (0.2, region.PROCESS, 0.6, 0.7):
        for kind in region.KINDS:
            low, high = rules.interval(rules.run(process, kind).met[winner(kind, process)])
            halves.append(100 * (high - low) / 2)
    return round(max(halves))


def points_behind():
    """How far looking first is behind the best rule that does not look, on average and at most."""
    behind = [
        found.met[winner(kind, region.PROCESS)] - found.met[policies.LOOK_FIRST]
        for kind in region.KINDS
        for found in [rules.run(kind=kind)]
    ]
    return math.ceil(100 * max(each.mean() for each in behind)), round(100 * np.max(behind))


def alone_beats_looking(process):
    return sum(
        met(rules.ALONE, kind, process) > met(policies.LOOK_FIRST, kind, process)
        for kind in region.KINDS
    )


def opening_always_pays():
    found = [rules.run(kind=kind).met for kind in region.KINDS]
    assert sum(len(met[rules.EXPORT]) for met in found) == 60
    return all((met[policies.OPEN_AND_LOOK] > met[rules.EXPORT]).all() for met in found)


def ends(policy):
    found = [met(policy, kind) for kind in region.KINDS]
    return share(min(found)), share(max(found))


def play_carefully(state):
    """Listen everywhere for a quarter, grow two tables, send handbooks, then join up and listen."""
    everywhere = np.ones(region.PLACES, dtype=bool)
    if state.quarter == 0:
        return policies.spend(state, (region.LISTEN, lambda _: everywhere))
    if state.quarter == 1:
        large = np.argsort(-state.region.people, kind="stable")[:2]
        return policies.spend(state, (region.GROW, lambda _: np.isin(range(region.PLACES), large)))
    return policies.spend(
        state,
        (region.EXPORT, lambda now: ~now.table & ~now.growing),
        *((kind, lambda now: now.table) for kind in (region.JOIN, region.DEVOLVE, region.LISTEN)),
    )


@cache
def careful():
    """What such a player meets on average in the kinds of region: least and most."""
    found = [
        np.mean(
            [policies.play_all(seed, kind, play_carefully).total for seed in range(rules.REGIONS)]
        )
        for kind in region.KINDS
    ]
    return share(min(found)), share(max(found))


def worst(policy, kind):
    return rules.run(kind=kind).lowest[policy].mean()


def lowest(policy, kind):
    return share(worst(policy, kind))


def mixed():
    parts = [met("mixed", kind) / met(winner(kind, region.PROCESS), kind) for kind in region.KINDS]
    return share(min(parts)) if max(parts) < 1 else "no"


@cache
def borders(one, other, kind):
    """The least and the largest border in eight sets of twenty regions."""
    found = [
        rules.border(one, other, kind, range(first, first + rules.REGIONS))
        for first in range(0, 8 * rules.REGIONS, rules.REGIONS)
    ]
    return style.number(min(found)), style.number(max(found))


def points(miss):
    return style.number(100 * miss, 1)


def missed(know):
    return points(village_45.run(know).miss)
