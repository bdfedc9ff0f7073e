"""Promises for a village: each is made without looking at it, and what is left is chance."""

import dataclasses

import numpy as np
import pytest
import statsmodels.api as sm
from pytest import approx

from scaling import datasets
from scaling.capstone import village_45


def by_hand(at_least):
    """One row a village, counted one household at a time."""
    rows = {}
    for row in datasets.load("rice_insurance").itertuples():
        rows.setdefault(row.village, []).append(row)
    kept = [households for households in rows.values() if len(households) >= at_least]
    return {
        "size": np.array([len(households) for households in kept]),
        "share": np.array([np.mean([one.bought for one in some]) for some in kept]),
        "before": np.array([np.mean([one.earlier_takeup for one in some]) for some in kept]),
        "rule": np.array([np.mean([one.default_buy for one in some]) for some in kept]),
    }


@pytest.mark.slow
@pytest.mark.parametrize("know", ["nothing", "before", "rule"])
@pytest.mark.parametrize("at_least", [5, 20])
def test_a_promise_is_a_weighted_line_through_all_other_villages(know, at_least):
    villages = by_hand(at_least)
    known = np.ones((len(villages["size"]), 1))
    if know != "nothing":
        known = np.column_stack([known, villages[know]])
    promised = []
    for left_out in range(len(known)):
        others = np.arange(len(known)) != left_out
        fit = sm.WLS(
            villages["share"][others], known[others], weights=villages["size"][others]
        ).fit()
        promised.append(fit.predict(known[[left_out]])[0])
    result = village_45.run(know, at_least)
    assert result.share == approx(villages["share"])
    assert result.promised == approx(np.array(promised))
    assert result.miss == approx(np.sqrt(np.mean((villages["share"] - promised) ** 2)))


def test_what_people_are_like_foretells_no_better_than_nothing():
    nothing, people, rule, before = (village_45.run(know) for know in village_45.KNOWN)
    assert people.miss > nothing.miss
    assert rule.miss > nothing.miss
    assert before.floor < before.miss < 0.7 * nothing.miss
    assert nothing.miss == nothing.without == people.without


def test_what_happened_there_before_foretells_more_than_chance_would():
    """Shuffled over villages, what was done before foretells nothing."""
    result = village_45.run(village_45.BEFORE)
    before = by_hand(20)["before"]
    weight = result.households.astype(float)
    generator = np.random.default_rng(4)
    shuffled = [
        village_45.root_mean_square(
            result.share
            - village_45.predicted_from_others(
                result.share, generator.permutation(before)[:, None], weight
            )
        )
        for _ in range(2000)
    ]
    assert np.mean(np.array(shuffled) <= result.miss) < 0.005


@pytest.mark.slow
def test_the_floor_is_what_a_known_rate_leaves():
    """In invented villages whose true rates are known, it is neither too high nor too low."""
    result = village_45.run(at_least=5)
    generator = np.random.default_rng(5)
    drawn = generator.binomial(result.households, result.share, (20_000, len(result.share)))
    seen = drawn / result.households
    floors = [dataclasses.replace(result, share=one).floor for one in seen]
    assert village_45.root_mean_square(floors) == approx(
        village_45.root_mean_square(seen - result.share), rel=0.005
    )


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"know": "luck"}, "know must be one of nothing, people, rule and before"),
        ({"at_least": 60}, "Count smaller ones too"),
    ],
)
def test_what_cannot_be_asked_is_refused(values, why):
    with pytest.raises(ValueError, match=why):
        village_45.run(**values)


@pytest.mark.parametrize("at_least", [5, 20, 40])
def test_every_value_of_the_slider_leaves_enough_villages(at_least):
    assert len(village_45.run(at_least=at_least).share) >= village_45.FEWEST


def test_the_gain_of_knowing_the_first_round_is_sure_and_no_other():
    low, high = village_45.gain_interval("before")
    gain = village_45.run("before").without - village_45.run("before").miss
    assert 0 < low < gain < high
    for know in ("people", "rule"):
        low, high = village_45.gain_interval(know)
        assert low < 0 < high
