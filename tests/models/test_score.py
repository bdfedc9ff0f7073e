"""Scores and places: exact integrals and simulated people agree, and the moral flips where told."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.stats import norm

from scaling.who_is_heard import score

approx = pytest.approx
A, B = score.A, score.B


def above(border, access):
    """The share of a group with a score above the border, by an integral over habits of use."""

    def at(z):
        habit = np.exp(score.HABIT * z - score.HABIT**2 / 2)
        return norm.pdf(z) * np.exp(-border / (score.MEAN_ILLNESSES * habit * access))

    return quad(at, -8, 8)[0]


@pytest.mark.slow
@pytest.mark.parametrize("gap", [0, 10, 25, 50])
@pytest.mark.parametrize("share", [1, 3, 10, 50])
def test_places_are_those_of_the_integral(gap, share):
    access = 1 - gap / 100

    def excess(border):
        return above(border, 1) + above(border, access) - 2 * share / 100

    border = brentq(excess, 1e-9, 60)
    expected = 100 * above(border, access) / (2 * share / 100)
    assert score.run(score.COSTS, gap, share).places[B] == approx(expected, abs=1)


@pytest.mark.slow
def test_simulated_people_get_the_same_places_and_are_as_ill():
    generator = np.random.default_rng(4)
    people = 1_000_000
    illnesses = generator.exponential(score.MEAN_ILLNESSES, (2, people))
    habit = np.exp(generator.normal(-(score.HABIT**2) / 2, score.HABIT, (2, people)))
    foretold = illnesses * habit * np.array([[1], [0.75]])
    helped = foretold >= np.quantile(foretold, 0.97)
    result = score.run()
    assert result.places[B] == approx(100 * helped[B].sum() / helped.sum(), abs=0.7)
    for group in (A, B):
        expected = illnesses[group][helped[group]].mean()
        assert result.illnesses_of_helped[group] == approx(expected, rel=0.02)
    near = np.abs(foretold / np.quantile(foretold, 0.97) - 1) < 0.02
    ill = [illnesses[group][near[group]].mean() for group in (A, B)]
    assert result.excess_at_the_border == approx(ill[B] / ill[A] - 1, abs=0.04)


@pytest.mark.parametrize("way", [score.COSTS, score.ILLNESS])
def test_the_score_explains_as_much_of_simulated_costs_as_it_says(way):
    generator = np.random.default_rng(5)
    result = score.run(way)
    for group in (A, B):
        shape = (40, result.costs[group].size)
        luck = generator.normal(-(score.LUCK**2) / 2, score.LUCK, shape)
        foretold = np.broadcast_to(result.score[group], shape).ravel()
        spent = (result.costs[group] * np.exp(luck)).ravel()
        fit = np.corrcoef(spent, foretold)[0, 1] ** 2
        assert result.explained[group] == approx(fit, abs=0.01)


def test_a_score_of_costs_is_as_good_in_both_groups_and_right_on_average():
    result = score.run()
    assert result.explained[A] == approx(result.explained[B])
    in_a, in_b = result.by_score(result.costs, score.RANKS)
    assert in_b == approx(in_a, rel=0.05, abs=0.02)
    in_a, in_b = result.by_score(result.illnesses, score.RANKS)
    assert (in_b > 1.1 * in_a).all()


def test_both_groups_are_equally_ill_and_a_place_is_given_once():
    for way in score.NAMES:
        for share in (1, 3, 50):
            result = score.run(way, 50, share, 40)
            assert (result.illnesses[A] == result.illnesses[B]).all()
            assert result.illnesses.mean() == approx(score.MEAN_ILLNESSES)
            assert ((result.chance >= 0) & (result.chance <= 1)).all()
            assert result.chance.mean() == approx(share / 100)


# Where the moral flips


def test_without_a_gap_in_costs_each_group_gets_half():
    assert score.run(gap=0).places == approx([50, 50])
    few = [score.run(gap=gap).places[B] for gap in range(0, 55, 5)]
    assert (np.diff(few) < 0).all()


@pytest.mark.parametrize("gap", [10, 25, 35])
def test_illness_is_the_worse_label_once_more_of_it_is_missed(gap):
    by_costs = score.run(score.COSTS, gap).places[B]

    def by_illness(missed):
        return score.run(score.ILLNESS, gap, 3, missed).places[B]

    assert by_illness(gap - 5) > by_costs
    assert by_illness(gap) == approx(by_costs)
    assert by_illness(gap + 5) < by_costs


def test_a_queue_serves_groups_by_their_access_and_nobody_by_illness():
    result = score.run(score.QUEUE, 25)
    assert result.places[B] == approx(100 * 0.75 / 1.75)
    assert result.illnesses_of_helped == approx([score.MEAN_ILLNESSES] * 2)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"way": "chance"}, "way must be one of costs, illness and queue"),
        ({"gap": 60}, "gap must lie between 0 and 50"),
        ({"share": 0}, "share must lie between 1 and 50"),
        ({"missed": -5}, "missed must lie between 0 and 40"),
    ],
)
def test_places_that_cannot_be_given_are_refused_by_name(values, message):
    with pytest.raises(ValueError, match=message):
        score.run(**values)
