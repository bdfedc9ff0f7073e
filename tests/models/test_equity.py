"""Equity: four ways to share a budget, beside an optimiser that knows none of their formulas."""

import numpy as np
import pytest
from scipy import optimize

from scaling.who_is_heard import equity

approx = pytest.approx

RULES = (equity.equal, equity.proportional, equity.maximin, equity.greatest_sum)


def cases():
    """Budgets, needs and what people have, drawn at random; also ties and nothing at all."""
    generator = np.random.default_rng(1)
    for people in (1, 2, 3, 5, 8, 12):
        for _ in range(4):
            needs = generator.uniform(0.5, 15, people)
            has = generator.uniform(0, 8, people) * generator.integers(0, 2, people)
            yield generator.uniform(0, 60), needs, has
    yield 40.0, np.full(5, 4.0), np.full(5, 1.0)
    yield 0.0, np.array([1.0, 2.0]), np.array([0.0, 3.0])
    yield 3.0, np.array([1.0, 1.0, 9.0]), np.array([1.0, 1.0, 9.0])


every_case = pytest.mark.parametrize(("budget", "needs", "has"), list(cases()))


@every_case
@pytest.mark.parametrize("rule", RULES)
def test_every_rule_gives_the_whole_budget_and_takes_from_nobody(rule, budget, needs, has):
    gets = rule(budget, needs, has)
    assert gets.sum() == approx(budget)
    assert (gets >= 0).all()


@every_case
def test_the_lowest_is_as_high_as_a_linear_programme_can_lift_it(budget, needs, has):
    """Maximin on (has + gets)/need: maximise t with has + gets ≥ t·need and Σ gets ≤ budget."""
    people = len(needs)
    found = optimize.linprog(
        c=[-1] + [0] * people,
        A_ub=np.vstack([np.column_stack([needs, -np.eye(people)]), [0] + [1] * people]),
        b_ub=[*has, budget],
        bounds=[(None, None)] + [(0, None)] * people,
    )
    gets = equity.maximin(budget, needs, has)
    assert ((has + gets) / needs).min() == approx(-found.fun, abs=1e-7)


@every_case
def test_nobody_gets_help_who_stands_above_the_least_well_off(budget, needs, has):
    gets = equity.maximin(budget, needs, has)
    reached = equity.outcome(needs, has, gets)
    assert reached[gets > 1e-9] == approx(reached.min())


@every_case
def test_no_optimiser_finds_a_greater_sum(budget, needs, has):
    people = len(needs)
    found = optimize.minimize(
        lambda gets: -equity.outcome(needs, has, np.maximum(gets, 0)).sum(),
        x0=np.full(people, budget / people),
        jac=lambda gets: -np.exp(-(has + gets) / needs) / needs,
        bounds=[(0, None)] * people,
        constraints={"type": "eq", "fun": lambda gets: gets.sum() - budget},
        method="SLSQP",
        options={"ftol": 1e-12, "maxiter": 500},
    )
    best = equity.outcome(needs, has, equity.greatest_sum(budget, needs, has)).sum()
    assert found.success
    assert best == approx(-found.fun, abs=1e-6)


@every_case
def test_in_the_greatest_sum_an_hour_more_adds_the_same_everywhere(budget, needs, has):
    gets = equity.greatest_sum(budget, needs, has)
    adds = np.exp(-(has + gets) / needs) / needs
    given = gets > 1e-9
    assert adds[given] == approx(adds[given].mean() if given.any() else 0)
    assert (adds[~given] <= adds.max() + 1e-12).all()
    if given.any():
        assert (adds[~given] <= adds[given].min() + 1e-9).all()


@every_case
def test_no_other_rule_lifts_the_lowest_further_or_the_sum_higher(budget, needs, has):
    reached = {rule: equity.outcome(needs, has, rule(budget, needs, has)) for rule in RULES}
    for rule in RULES:
        assert reached[rule].min() <= reached[equity.maximin].min() + 1e-9
        assert reached[rule].sum() <= reached[equity.greatest_sum].sum() + 1e-9


def test_shares_by_shortfall_follow_the_shortfall():
    gets = equity.proportional(30, [4, 8, 2], [1, 2, 5])
    assert gets == approx([10, 20, 0])


def test_who_falls_short_of_nothing_gets_nothing_unless_nobody_does():
    assert equity.proportional(6, [1, 2, 3], [1, 2, 3]) == approx([2, 2, 2])


def test_where_all_are_alike_all_rules_give_the_same():
    for rule in RULES:
        assert rule(12, [3, 3, 3], [1, 1, 1]) == approx([4, 4, 4])


def test_the_first_hour_of_the_greatest_sum_goes_to_the_cheapest_to_help():
    small, large = equity.greatest_sum(0.5, [1, 5], [0, 0])
    assert (small, large) == approx((0.5, 0))


def test_hours_equal_to_the_need_bring_a_person_from_0_to_63_per_cent():
    assert equity.outcome([0.5, 1.0, 4.0], [0.0, 0.4, 4.0], [0.5, 0.6, 0.0]) == approx(
        [0.632] * 3, abs=0.0005
    )
    assert equity.outcome([1.0], [0.0]) == approx([0])


def test_each_further_need_met_closes_the_same_share_of_what_is_left():
    left = 1 - equity.outcome([3.0] * 4, [0.0, 3.0, 6.0, 9.0])
    assert left[1:] / left[:-1] == approx([left[1]] * 3)


def test_the_gini_coefficient_is_half_the_mean_distance_over_the_mean():
    generator = np.random.default_rng(2)
    for people in (2, 3, 8, 50):
        values = generator.uniform(0, 1, people)
        distances = np.abs(values[:, None] - values).mean()
        assert equity.gini(values) == approx(distances / (2 * values.mean()))
    assert equity.gini([1, 1, 1]) == 0
    assert equity.gini([0, 0]) == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((-1, [1], [0]), "budget must be 0 or more"),
        ((float("nan"), [1], [0]), "budget must be 0 or more"),
        ((1, [0, 1], [0, 0]), "Every need must be above 0"),
        ((1, [1, 1], [0, -1]), "have already must be 0 or more"),
        ((1, [1, 1], [0]), "one need and one number of hours"),
        ((1, [], []), "one need and one number of hours"),
    ],
)
@pytest.mark.parametrize("rule", RULES)
def test_what_cannot_be_is_refused_by_name(rule, arguments, message):
    with pytest.raises(ValueError, match=message):
        rule(*arguments)


def test_help_cannot_be_taken_away():
    with pytest.raises(ValueError, match="gets must be 0 or more"):
        equity.outcome([1, 2], [1, 1], [1, -1])


@pytest.mark.parametrize("rule", equity.RULES)
@pytest.mark.parametrize("fitted", [0, 35, 100])
def test_hours_that_are_not_spent_on_finding_out_reach_the_guests(rule, fitted):
    result = equity.run(fitted=fitted, rule=rule, finding_out=20)
    assert result.gets.sum() == approx(equity.HOURS * (1 - 0.2 * fitted / 100))


def test_guests_who_do_not_differ_have_the_mean_need():
    result = equity.run(differ=0)
    assert result.needs == approx([equity.NEEDS.mean()] * 8)
    assert result.has == approx([equity.HAS.mean()] * 8)


def test_the_four_ways_stand_side_by_side():
    ways, costly = (
        equity.four_rules(cost).table.set_index("hours are shared by") for cost in (0, 10)
    )
    assert ways.index[0] == "the same for all"
    assert ways["hours for Hal"].astype(float).idxmax() == "lifting the lowest first"
    mean = ways["mean"].str.rstrip("\N{NO-BREAK SPACE}%").astype(float)
    assert mean.idxmax() == "the greatest sum"
    assert costly.loc["the greatest sum", "lowest"] == "21\N{NO-BREAK SPACE}%"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"fitted": -1}, "fitted must lie between 0 and 100"),
        ({"differ": 101}, "differ must lie between 0 and 100"),
        ({"finding_out": float("nan")}, "finding_out must lie between 0 and 100"),
        ({"rule": "mine"}, "rule must be one of shortfall, lowest and sum"),
    ],
)
def test_a_sharing_that_cannot_be_is_refused_by_name(values, message):
    with pytest.raises(ValueError, match=message):
        equity.run(**values)
