"""Understand 5: what its checks hold to be true follows by other routes too."""

import networkx as nx
import numpy as np
import pytest
from understand import verdict

from scaling.three_scales.understand import checks
from scaling.who_is_heard import voices


def furthest(society, organisations, people, up):
    """How far society is moved in forty quarters, step by step."""
    most = society
    for _ in range(40):
        society, organisations, people = (
            0.8 * society + up * organisations,
            0.2 * society + 0.6 * organisations + up * people,
            0.1 * society + 0.2 * organisations + 0.5 * people,
        )
        most = max(most, society)
    return most


def test_pushes_move_society_as_they_do_step_by_step():
    stepped = {
        "a": furthest(0, 0, 100, 0.05),
        "b": furthest(0, 0, 100, 0.2),
        "c": furthest(0, 100, 0, 0.05),
        "d": furthest(100, 100, 100, 0.05),
    }
    assert stepped == pytest.approx(checks.pushes.expected())


def acting(thresholds):
    count = 0
    while (now := sum(waits <= count for waits in thresholds)) != count:
        count = now
    return count


def test_ten_refuse_in_one_school_and_four_in_the_other():
    assert (acting(checks.EAST), acting(checks.WEST)) == (10, 4)
    readier = [0, 1, 2, 2, 4, 5, 6, 7, 8, 8]
    assert acting(readier) == 10
    assert np.sum(np.subtract(sorted(checks.WEST), readier)) == 1
    assert sum(checks.WEST) < sum(checks.EAST)


def test_each_way_to_share_is_best_of_the_four_by_the_rule_that_was_said():
    needs, have = np.array(checks.NEEDS), np.array(checks.HAVE)
    reached = {
        way: 1 - np.exp(-(have + np.array(hours)) / needs) for way, hours in checks.SHARED.items()
    }
    assert all(sum(hours) == checks.HOURS for hours in checks.SHARED.values())
    by_rule = {
        "a": max(reached, key=lambda way: reached[way].sum()),
        "b": min(checks.SHARED, key=lambda way: np.ptp(checks.SHARED[way])),
        "c": max(reached, key=lambda way: reached[way].min()),
    }
    shortfall = needs - have
    assert np.allclose(checks.SHARED["1"], checks.HOURS * shortfall / shortfall.sum(), atol=0.25)
    assert {way: rule for rule, way in by_rule.items()} | {"1": "d"} == checks.tutoring.expected()


def test_surveys_are_off_as_far_as_the_mean_weighted_by_chances_is():
    rating = voices.run().rating
    off = {
        survey: abs(np.average(rating, weights=voices.run(way, answers).chance) - rating.mean())
        for survey, (way, answers) in checks.SURVEYS.items()
    }
    assert off == pytest.approx(checks.bus_survey.expected())


def test_a_year_without_exclusion_comes_by_chance_in_a_third_of_schools():
    drawn = np.random.default_rng(5).binomial(40, 0.03, 20_000)
    assert np.mean(drawn == 0) == pytest.approx(0.3, abs=0.02)
    assert (10 / 5, 30 / 20) == (2, 1.5)
    assert 30 - 10 > 20 - 5


@pytest.mark.parametrize("points", [0.25, 0.3, 0.36])
def test_the_mean_of_the_tram_line_would_rise_by_about_a_third_of_a_point(points):
    grades = np.array([3] * 5 + [9] * 95)
    assert grades.mean() == 8.7
    assert 9 - grades.mean() == pytest.approx(0.3)
    assert verdict(checks.hidden_by_mean, points) is None


def test_loops_of_the_food_bank_have_the_signs_that_networkx_finds():
    net = nx.DiGraph()
    for link in checks.LINKS:
        net.add_edge(link.source, link.target, sign=link.sign)
    signs = {
        frozenset(loop): np.prod(
            [net[a][b]["sign"] for a, b in zip(loop, [*loop[1:], loop[0]], strict=True)]
        )
        for loop in nx.simple_cycles(net)
    }
    assert signs == {
        frozenset({"Guests", "Queue"}): -1,
        frozenset({"Guests", "Helpers", "Queue"}): 1,
        frozenset({"Guests", "Reports", "Helpers", "Queue"}): -1,
    }
    assert nx.descendants(net, "Food prices") == set(net) - {"Food prices"}
    assert net.in_degree("Food prices") == 0
