"""Collective action: Granovetter's crowds to the last person, and random ones person by person."""

import itertools

import numpy as np
import pytest
from scipy import optimize, stats

from scaling.three_scales import collective_action as model

approx = pytest.approx


def person_by_person(thresholds):
    """Let whoever has seen enough others act join, one at a time, until nobody does."""
    waiting, acting = list(thresholds), 0
    while True:
        ready = next((i for i, threshold in enumerate(waiting) if threshold <= acting), None)
        if ready is None:
            return acting
        waiting.pop(ready)
        acting += 1


def test_granovetter_s_ladder_moves_everybody():
    assert model.cascade(range(100)) == 100


def test_with_one_threshold_of_1_made_2_one_person_acts():
    assert model.cascade([0, 2, *range(2, 100)]) == 1


@pytest.mark.parametrize("seed", range(60))
def test_a_random_crowd_ends_where_people_joining_one_by_one_end(seed):
    generator = np.random.default_rng(seed)
    people = int(generator.integers(1, 60))
    crowd = generator.normal(generator.uniform(0, 30), generator.uniform(0, 20), people)
    if seed % 2:
        crowd = np.round(crowd)  # ties, and thresholds exactly met
    assert model.cascade(crowd) == person_by_person(crowd)
    assert model.rounds(crowd)[-1] == person_by_person(crowd)


def test_many_crowds_at_once_end_where_each_does():
    crowds = np.random.default_rng(1).normal(10, 8, (200, 40)).round()
    together = model.cascades(crowds)
    assert together.tolist() == [model.cascade(crowd) for crowd in crowds]
    assert len(set(together)) > 3


def test_the_end_is_the_least_fixed_point():
    for crowd in np.random.default_rng(2).integers(0, 30, (200, 30)):
        counts = [int((crowd <= acting).sum()) for acting in range(31)]
        fixed = [acting for acting, count in enumerate(counts) if acting == count]
        assert model.cascade(crowd) == min(fixed)


def test_every_round_is_who_was_content_with_the_round_before():
    crowd = np.random.default_rng(3).normal(25, 14, 100)
    steps = model.rounds(crowd)
    for before, after in itertools.pairwise(steps):
        assert after == (crowd <= before).sum() > before
    assert (crowd <= steps[-1]).sum() == steps[-1]


def test_granovetter_s_critical_spread_is_about_twelve():
    """His figure 2: normal thresholds of mean 25, and an equilibrium that leaps near 12.2."""

    def gap_above_the_fixed_point(spread):
        acting = np.linspace(0, 90, 9001)
        return (100 * stats.norm.cdf((acting - 25) / spread) - acting).min()

    critical = optimize.brentq(gap_above_the_fixed_point, 8, 20)
    assert critical == approx(12.2, abs=0.1)
    below, above = (model.cascade(model.even_crowd(25, s, 10_000) * 100) for s in (12.0, 12.5))
    assert below < 1000
    assert above > 9900


def test_the_figures_of_the_start():
    assert model.run(25, 12).acting == 3
    assert model.run().acting == 100
    assert model.run().people == 100


def test_the_even_crowd_has_the_mean_and_nearly_the_spread_that_was_set():
    crowd = model.even_crowd(25, 13)
    assert crowd.mean() == approx(25)
    assert crowd.std() == approx(13, rel=0.03)


def test_the_crowds_like_it_have_the_mean_and_spread_that_were_set():
    """Their number of people who act is as in a fresh simulation, person by person."""
    result = model.run(25, 13)
    generator = np.random.default_rng(4)
    fresh = [person_by_person(generator.normal(25, 13, 100)) for _ in range(400)]
    share = np.mean(np.array(fresh) > 50)
    assert len(result.others) == 500
    assert result.most_act == approx(share, abs=4 * np.sqrt(0.25 / 400 + 0.25 / 500))


def test_organisers_begin_and_take_the_place_of_others():
    result = model.run(60, 5, organisers=7)
    assert (result.acting, result.people) == (7, 100)
    assert (result.others == 7).all()


def test_more_organisers_never_move_fewer_people():
    ends = [model.run(25, 10, organisers=count).acting for count in range(0, 40)]
    assert ends == sorted(ends)


def test_thresholds_of_the_learner_s_own_are_followed_and_varied_by_one():
    result = model.run(given="0–99")
    assert (result.acting, result.is_given) == (100, True)
    # each waits for one more than before: the cascade stops at that very person
    assert result.others.tolist() == list(range(100))


def test_organisers_come_on_top_of_thresholds_given():
    result = model.run(given="0, 2, 2–99", organisers=1)
    assert (result.people, result.acting) == (101, 101)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0, 1, 2", [0, 1, 2]),
        ("0;1 2\n\n5", [0, 1, 2, 5]),
        ("0-3", [0, 1, 2, 3]),
        ("7–7", [7]),
        ("  ", []),
    ],
)
def test_own_thresholds_are_read(text, expected):
    assert model.read(text).tolist() == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1\nabc", "Line 2: “abc” is not a threshold"),
        ("-1", "Line 1: “-1” is not a threshold"),
        ("1.5", "Line 1: “1.5” is not a threshold"),
        ("9-1", "Line 1: “9-1” must run upwards"),
        ("0–999999", "must run upwards, over at most 500"),
        ("0–400 0–400", "At most 500 thresholds"),
        ("²", "Line 1: “²” is not a threshold"),
    ],
)
def test_what_is_no_threshold_is_named_with_its_line(text, message):
    with pytest.raises(ValueError, match=message):
        model.read(text)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"mean": -1}, "mean must lie between 0 and 100"),
        ({"spread": -1}, "spread must be 0 or more"),
        ({"spread": float("nan")}, "spread must be 0 or more"),
        ({"organisers": 101}, "organisers must be a whole number from 0 to 100"),
        ({"organisers": 1.5}, "organisers must be a whole number"),
    ],
)
def test_what_cannot_be_is_refused_by_name(values, message):
    with pytest.raises(ValueError, match=message):
        model.run(**values)


@pytest.mark.parametrize("thresholds", [[], [[]], 3, [1, float("nan")]])
def test_a_crowd_of_nobody_or_nothing_is_refused(thresholds):
    with pytest.raises(ValueError, match="thresholds must"):
        model.cascade(thresholds)
