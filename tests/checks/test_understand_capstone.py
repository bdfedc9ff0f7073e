"""Understand 6: what its checks hold to be true follows by other routes too."""

import numpy as np
import pytest
from understand import credit, verdict

from scaling.capstone import rules, village_45
from scaling.capstone.policies import FIXED
from scaling.capstone.understand import checks


def test_a_report_is_worth_what_such_reports_prove_to_be_in_drawn_worlds():
    generator = np.random.default_rng(6)
    true = generator.normal(0.1, 0.1, 400_000)
    for report, (effect, people) in checks.REPORTS.items():
        reported = true + generator.normal(0, np.sqrt(2 / people), len(true))
        slope = np.cov(reported, true)[0, 1] / np.var(reported)
        again = 0.1 + slope * (effect - 0.1)
        assert checks.expect_least.expected()[report] == pytest.approx(again, abs=0.01)


def test_the_parts_of_the_lead_are_those_that_the_exercise_prints():
    left = {people: 0.01 / (0.01 + 2 / people) for _, people in checks.REPORTS.values()}
    said = {10: 1 / 20, 50: 1 / 5, 400: 2 / 3, 1600: 0.89}
    assert left == pytest.approx(said, abs=0.01)


def test_in_each_county_the_best_rule_leads_by_more_than_chance():
    for setting in checks.TOWNS.values():
        result = rules.run(*setting)
        means = sorted(100 * result.met[rule].mean() for rule in FIXED)
        assert means[-1] - means[-2] > 2


def test_a_first_round_there_foretold_more_than_who_lives_there():
    miss = {know: village_45.run(know).miss for know in village_45.KNOWN}
    assert min(miss, key=miss.get) == village_45.BEFORE
    assert miss[village_45.PEOPLE] > miss[village_45.NOTHING]
    assert checks.next_town.expected()["c"]


def test_each_sentence_of_the_letter_counts():
    assert credit(checks.letter, "a c e", 2) == credit(checks.letter, "a b c e f", 2) == 1.5
    assert credit(checks.letter, "b d g", 2) == 0
    assert np.prod([0.9] * 4) == pytest.approx(2 / 3, abs=0.02)


@pytest.mark.parametrize("rooms", [40, 48, 50, 60])
def test_about_fifty_of_three_hundred_rooms_bring_no_benefit(rooms):
    drawn = np.random.default_rng(7).normal(0.15, 0.15, 200_000)
    assert checks.without_benefit.expected() == pytest.approx(300 * np.mean(drawn <= 0), rel=0.02)
    assert verdict(checks.without_benefit, rooms) is None


@pytest.mark.parametrize("rooms", [1, 7.5, 15, 100, 150, 250])
def test_each_wrong_way_to_count_the_rooms_is_named(rooms):
    assert verdict(checks.without_benefit, rooms) in checks.without_benefit.slips


def test_kits_meet_more_on_average_and_talks_more_in_four_districts():
    kits, talks = np.array(checks.KITS), np.array(checks.TALKS)
    assert (kits.mean(), talks.mean()) == (45, 40)
    assert (kits.min(), talks.min()) == (8, 36)
    assert (talks > kits).sum() == 4
    assert not ((kits >= 40) & (kits <= 50)).any()
