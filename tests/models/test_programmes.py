"""Programmes: averages by stage are those of the table, computed otherwise."""

import numpy as np
import pytest

from scaling import datasets, meta
from scaling.scaling_up import programmes

approx = pytest.approx


def test_an_odds_ratio_is_odds_over_odds():
    assert programmes.odds_ratio(30, 10, 20, 20) == approx(3.0)
    assert programmes.odds_ratio([30, 10], [10, 10], [20, 5], [20, 5]) == approx([3.0, 1.0])


def test_every_comparison_is_read_as_people_who_did_not_reoffend():
    """Row by row, in plain arithmetic."""
    for (_, row), (_, mine) in zip(
        datasets.load("cbt_programmes").iterrows(), programmes.studies().iterrows(), strict=True
    ):
        a, b = row.treated_n - row.treated_reoffended, row.treated_reoffended
        c, d = row.control_n - row.control_reoffended, row.control_reoffended
        assert mine.odds_ratio == approx(a * d / (b * c))
        assert mine.variance == approx(1 / a + 1 / b + 1 / c + 1 / d)
        assert mine.people == row.treated_n + row.control_n


def test_the_effect_shrinks_from_stage_to_stage_and_stays_above_one():
    result = programmes.run()
    assert {stage: result.stages[stage].k for stage in programmes.STAGES} == {
        "research": 9,
        "demonstration": 18,
        "practice": 31,
    }
    ratios = [result.ratio(stage) for stage in programmes.STAGES]
    assert ratios == approx([2.44, 1.89, 1.33], abs=0.005)
    assert result.interval("practice") == approx((1.21, 1.46), abs=0.005)
    assert result.practice_over_rest == approx(0.70, abs=0.005)
    assert result.practice_over_rest_interval == approx((0.55, 0.89), abs=0.005)


def test_among_randomised_comparisons_less_is_left_within_chance():
    result = programmes.run(programmes.RANDOMISED)
    assert len(result.studies) == 19
    assert set(result.studies.design) == {"randomised"}
    assert result.practice_over_rest == approx(0.79, abs=0.005)
    low, high = result.practice_over_rest_interval
    assert low < 1 < high


def test_the_regression_on_a_group_is_the_difference_of_two_weighted_means():
    """With one τ² for both, as the weights of the regression say."""
    result = programmes.run()
    weight = 1 / (result.studies.variance + result.trend.tau2)
    is_practice = result.studies.purpose == "practice"
    means = [
        np.average(result.studies.log_odds_ratio[side], weights=weight[side])
        for side in (is_practice, ~is_practice)
    ]
    assert result.trend.slope == approx(means[0] - means[1])


def test_without_small_studies_the_researchers_own_effect_is_no_larger():
    result = programmes.run(smallest=70)
    assert result.studies.people.min() >= 70
    assert result.ratio("research") < result.ratio("practice")
    assert result.stages["research"].k == 3


def test_studies_by_design_make_up_all():
    counts = [
        len(programmes.run(design).studies)
        for design in (programmes.ALL, programmes.RANDOMISED, programmes.OTHERS)
    ]
    assert counts[0] == counts[1] + counts[2] == 58


def test_the_average_of_a_stage_is_that_of_its_studies():
    result = programmes.run()
    chosen = result.studies[result.studies.purpose == "demonstration"]
    pooled = meta.random_effects(chosen.log_odds_ratio, chosen.variance)
    assert result.stages["demonstration"] == pooled


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"design": "matched"}, "design must be one of"),
        ({"smallest": -1}, "smallest must be 0"),
        ({"smallest": 5000}, "Fewer than two of these comparisons were research"),
    ],
)
def test_what_cannot_be_is_refused_by_name(values, message):
    with pytest.raises(ValueError, match=message):
        programmes.run(**values)
