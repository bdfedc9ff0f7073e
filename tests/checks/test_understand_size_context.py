"""Understand 3: what its checks hold to be true follows by other routes too."""

import numpy as np
import pytest
from scipy import stats
from understand import credit, verdict

from scaling.size_context import joining_up
from scaling.size_context.understand import checks, clinics


def test_a_line_left_out_or_put_in_costs_a_third_of_the_plan():
    assert credit(checks.county_plan, "b c", 2) == credit(checks.county_plan, "abce", 2) == 1.33
    assert credit(checks.county_plan, "a d f", 2) == credit(checks.county_plan, "abcdef", 2) == 0


def test_what_becomes_of_an_assembly_follows_from_counting_pairs():
    def quantities(people, hours=5, per_tie=0.5):
        each = min(people - 1, hours / per_tie)
        wanted = (people - 1) * per_tie
        return [each, people * (people - 1) / 2, 60 / people, people * each / 2, wanted]

    times = np.divide(quantities(60), quantities(20))
    assert times == pytest.approx([1, 9, 1 / 3, 3, 3], rel=0.05)
    letters = {"a": 1 / 3, "b": 1, "c": 3, "d": 9}
    said = [letters[letter] for letter in checks.assembly.expected().values()]
    assert times == pytest.approx(said, rel=0.05)


def test_promises_are_kept_as_often_as_clinics_drawn_by_chance_keep_them():
    pooled, generator = clinics.pooled(), np.random.default_rng(3)
    drawn = stats.t.rvs(pooled.k - 2, size=200_000, random_state=generator)
    effects = pooled.mean + drawn * np.sqrt(pooled.tau2 + pooled.se**2)
    low, high = pooled.mean - 1.96 * pooled.se, pooled.mean + 1.96 * pooled.se
    kept = {
        "a": np.mean(effects > 0),
        "b": np.mean(effects > 9),
        "d": np.mean((effects > low) & (effects < high)),
    }
    stated = checks.promise.expected()
    assert kept == pytest.approx({letter: stated[letter] for letter in kept}, abs=0.01)
    assert stated["b"] < 0.1 < 0.4 < stated["d"] < 0.5 < 0.85 < stated["a"] < 0.95 < stated["c"]


def test_four_of_the_ten_clinics_lie_inside_the_interval_of_the_mean():
    low, high = clinics.pooled().mean_interval()
    effects = [float(line.split(",")[1]) for line in clinics.STUDIES.splitlines()]
    assert sum(low < effect < high for effect in effects) == 4


def test_with_many_clinics_the_next_interval_is_as_wide_as_clinics_differ():
    wide = 2 * 1.96 * clinics.pooled().tau2 ** 0.5
    assert checks.many_clinics.expected() == pytest.approx(wide, rel=0.02)
    assert verdict(checks.many_clinics, np.diff(clinics.pooled().next_place())[0]) is None
    assert "shrink like the mean" in verdict(checks.many_clinics, 0.6)
    assert "far too small" in verdict(checks.many_clinics, 0.001)


def test_hostels_that_are_alike_lie_sixty_points_apart_by_luck():
    by_chance = stats.binom.cdf(np.arange(11), 10, 0.5)
    # The chance that all of thirty hostels lie within 30 to 70 per cent, or nearer.
    inside = (by_chance[7] - by_chance[2]) ** 30
    assert inside < 0.05
    assert checks.hostels.expected()["c"]


@pytest.mark.parametrize("seed", [2, 3])
def test_in_other_worlds_the_changes_come_in_the_same_order(seed):
    def bring(strategy, **changed):
        values = {"likeness": 0.3, "periods": 10, "links": 2, "seed": seed}
        return joining_up.run(**(values | changed)).mean[strategy]

    brought = [
        bring("scale up"),
        bring("join up", links=22),
        bring(joining_up.BOTH),
        bring("join up", periods=60),
    ]
    assert brought == sorted(brought)
    assert "".join(sorted("abcd", key=checks.next_step.expected().get)) == "abdc"


@pytest.mark.parametrize("seed", [2, 3])
def test_in_other_worlds_the_same_news_speaks_for_copying(seed):
    news = {
        "a": {"ruggedness": 0},
        "b": {"periods": 10},
        "c": {"links": 22},
        "d": {"likeness": 0.95},
    }
    for letter, changed in news.items():
        mean = joining_up.run(**({"likeness": 0.7, "seed": seed} | changed)).mean
        copying_leads = mean["scale up"] > mean["join up"]
        assert copying_leads == checks.change_mind.expected()[letter]
