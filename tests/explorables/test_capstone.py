"""What the explorables of lesson 6 state is so; their tasks can be done."""

import numpy as np
import pytest
from stated import asks, outcome

from scaling.capstone import policies, region, rules

approx = pytest.approx


def test_the_question_about_the_share_quotes_the_game_and_lesson_2():
    asks(rules, "was 0.4", "8 points ahead of going it alone", "a share of 0.6")
    assert rules.explorable.start == {"process": 0.6, "kind": rules.DIFFERENT}
    game = rules.run(region.PROCESS, rules.DIFFERENT)
    tempting = 100 * game.ahead(rules.JOIN, rules.ALONE)
    assert round(tempting) == 8 == rules.explorable.ask.tempting
    assert outcome(rules) == approx(-1.6, abs=0.1)


def test_joining_up_loses_more_of_its_lead_than_its_rival():
    assert "Joining up loses more" in rules.explorable.ask.otherwise
    lost = {
        name: rules.run(0.4).met[name].mean() - rules.run(0.6).met[name].mean()
        for name in (rules.JOIN, rules.ALONE)
    }
    assert lost[rules.JOIN] > lost[rules.ALONE] > 0


def test_at_the_share_of_the_game_three_rules_win_somewhere():
    """The first task."""
    found = [rules.run(region.PROCESS, kind).met for kind in region.KINDS]
    winners = [max(policies.FIXED, key=lambda name: met[name].mean()) for met in found]
    assert winners == [rules.COPY, rules.JOIN, rules.LISTEN]


def test_in_wary_regions_the_ministrys_rule_is_better_for_the_lowest():
    """The second task."""
    lowest = rules.run(region.PROCESS, rules.WARY).lowest
    assert lowest[rules.EXPORT].mean() > lowest[rules.LISTEN].mean() + 0.05


def test_going_it_alone_passes_copying_between_two_steps_of_the_slider():
    """The third task."""
    for process, copying in ((0.65, True), (0.70, False)):
        met = rules.run(process, rules.ALIKE).met
        assert (met[rules.COPY].mean() > met[rules.ALONE].mean()) == copying
    (told,) = [task.seen(None) for task in rules.explorable.tasks if not task.sets]
    assert "0.66" in told


def test_every_rule_is_drawn_with_all_its_regions():
    result = rules.run()
    dots, means, lowest = rules.picture(result).data
    assert len(dots.x) == rules.REGIONS * len(policies.POLICIES)
    assert sorted(means.x) == approx(sorted(100 * met.mean() for met in result.met.values()))
    assert sorted(lowest.x) == approx(sorted(100 * low.mean() for low in result.lowest.values()))
    low, high = rules.picture(result).layout.xaxis.range
    for process in (0, 1):
        for kind in region.KINDS:
            drawn = np.concatenate(
                [trace.x for trace in rules.picture(rules.run(process, kind)).data]
            )
            assert low < drawn.min()
            assert drawn.max() < high


def test_the_sentence_names_the_rule_that_lost_the_first_place():
    said = rules.brief(rules.run(0.6), rules.run(0.4))
    assert "Now “go it alone” meets most, 29" in said
    assert said.endswith("before, “open and look, then choose” did.")
