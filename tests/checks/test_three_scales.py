"""The checks of module 5: right by other routes than their own, and true in what they say."""

import itertools
import math
import re

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats
from statsmodels.formula.api import ols
from statsmodels.stats.proportion import proportion_confint
from wording import says

from scaling import datasets
from scaling.checking import Check
from scaling.three_scales import checks, collective_action, ripples, system_map
from scaling.who_is_heard import averages, equity, levels, voices

approx = pytest.approx


@pytest.fixture(scope="module")
def people():
    """The five people as the exercise makes them."""
    return pd.DataFrame({"need": [4, 5, 6, 8, 10], "has": [5, 3, 3, 2, 1]}, index=list("ABCDE"))


@pytest.fixture(scope="module")
def children():
    """The children of Guatemala as the exercise makes them."""
    table = datasets.load("guatemala_immunisation")
    return table.assign(schooling=(table.mother_education != "none").astype(int))


@pytest.fixture(scope="module")
def older(children):
    """Children of two years or more by their mother's schooling."""
    return children[children.age_2_plus == 1].groupby("mother_education").immunised


@pytest.fixture(scope="module")
def maternal():
    """Deaths and maternities of two periods, as the exercise makes them."""
    table = pd.DataFrame(index=["2017-19", "2020-22"])
    return table.assign(deaths=[191, 272], maternities=[2_173_810, 2_028_543])


# Right by other routes

OUTCOMES = [
    lambda need, has, gets: 1 - math.exp(-(has + gets) / need),
    lambda need, has, gets: 1 - math.e ** ((-has - gets) / need),
    lambda need, has, gets: 1 - 1 / np.exp((has + gets) / need),
    lambda need, has, gets: stats.expon.cdf(has + gets, scale=need),
    lambda need, has, gets: -np.expm1(-np.array([has + gets]) / need),
    lambda need, has, gets: equity.outcome([need], [has], [gets]),
]


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_an_outcome_may_be_computed_in_many_ways(outcome):
    checks.outcome(outcome)
    checks.outcome.again(outcome, (7, 1.5, 3), (2.5, 0, 0), (30, 11, 8), (0.9, 0.4, 1.3))


def by_need_in_a_loop(budget, needs, has):
    shortfalls = []
    for need, hours in zip(needs, has, strict=True):
        shortfalls.append(need - hours if need > hours else 0)
    return [budget * shortfall / sum(shortfalls) for shortfall in shortfalls]


BY_NEED = [
    by_need_in_a_loop,
    lambda budget, needs, has: pd.Series(
        {i: budget * gap for i, gap in enumerate(np.clip(np.subtract(needs, has), 0, None))}
    ).pipe(lambda gaps: gaps / (gaps.sum() / budget)),
    lambda budget, needs, has: budget * stats.rv_discrete(
        values=(range(len(needs)), np.divide(by_need_in_a_loop(budget, needs, has), budget))
    ).pmf(range(len(needs))),
    equity.proportional,
]  # fmt: skip


@pytest.mark.parametrize("by_need", BY_NEED)
def test_hours_by_need_may_be_shared_in_many_ways(by_need):
    checks.by_need(by_need)
    checks.by_need.again(
        by_need, (24, [12, 7, 31], [2, 9.5, 30]), (1.5, [0.8, 3.3, 2.1, 5], [0, 3.4, 1.1, 0.2])
    )


def test_hours_by_need_use_up_the_budget_and_skip_those_with_enough():
    for budget, needs, has in checks.by_need.cases:
        hours = np.asarray(checks.by_need.expected(budget, needs, has))
        assert hours.sum() == approx(budget)
        assert ((hours > 0) == (np.array(needs) > np.array(has))).all()


def test_the_least_well_off_may_be_found_person_by_person_or_by_columns(people):
    equal = [1 - math.exp(-(row.has + 2) / row.need) for row in people.itertuples()]
    shares = by_need_in_a_loop(10, people.need, people.has)
    fitted = [
        1 - math.exp(-(row.has + share) / row.need)
        for row, share in zip(people.itertuples(), shares, strict=True)
    ]
    checks.worst_off([min(equal), min(fitted)])
    checks.worst_off(np.array([sorted(equal)[0], sorted(fitted)[0]]))
    checks.worst_off((0.259, 0.423))


def test_ratio_and_difference_may_come_from_counts_or_from_rates(maternal):
    earlier, later = 100_000 * maternal.deaths / maternal.maternities
    checks.ratio_and_difference([later / earlier, later - earlier])
    checks.ratio_and_difference((1.53, 4.62))
    published = datasets.load("published_figures").query("group == 'all women'")
    earlier, later = published.set_index("period").value[["2017-19", "2020-22"]]
    checks.ratio_and_difference(pd.Series([later / earlier, later - earlier]))
    odds = maternal.deaths / (maternal.maternities - maternal.deaths)
    checks.ratio_and_difference([odds["2020-22"] / odds["2017-19"], 4.62])


def interval_by_search(deaths, maternities):
    """Garwood's interval from its meaning: tails of 2.5 % (Garwood 1936)."""
    low = optimize.brentq(lambda mean: stats.poisson.sf(deaths - 1, mean) - 0.025, 1e-9, deaths)
    high = optimize.brentq(
        lambda mean: stats.poisson.cdf(deaths, mean) - 0.025, deaths, 4 * deaths + 20
    )
    return [100_000 * end / maternities for end in (low, high)]


INTERVALS = [
    interval_by_search,
    lambda d, n: 1e5 / n * stats.gamma.ppf([0.025, 0.975], [d, d + 1]),
    lambda d, n: pd.Series(
        [stats.chi2.isf(0.975, 2 * d), stats.chi2.isf(0.025, 2 * (d + 1))]
    ) * 50_000 / n,
    lambda d, n: np.multiply(100_000, proportion_confint(d, n, method="beta")),
    lambda d, n: averages.rate_interval(d, n),
]  # fmt: skip


@pytest.mark.parametrize("interval", INTERVALS)
def test_the_exact_interval_may_be_found_in_many_ways(interval):
    checks.rate_interval(interval)
    checks.rate_interval.again(interval, (7, 61_000), (2, 40_000), (131, 1_408_000), (1, 350_000))


def test_the_exact_interval_covers_the_truth_at_least_as_often_as_it_says():
    deaths = np.random.default_rng(8).poisson(6.0, 20_000)
    low = np.where(deaths > 0, stats.chi2.ppf(0.025, 2 * np.maximum(deaths, 1)) / 2, 0)
    high = stats.chi2.ppf(0.975, 2 * deaths + 2) / 2
    assert np.mean((low <= 6) & (high >= 6)) >= 0.95
    case = checks.rate_interval.expected(6, 100_000)
    assert case == approx([low[deaths == 6][0], high[deaths == 6][0]])


def test_the_share_of_all_groups_may_be_counted_or_weighted(children, older):
    checks.overall(children[children.age_2_plus == 1].immunised.mean())
    checks.overall(np.average(older.mean(), weights=older.size()))
    checks.overall(824 / 1666)
    checks.overall(0.495)
    checks.overall(pd.Series([older.sum().sum() / older.size().sum()]))


def share_by_sums_of_squares(values, groups):
    values = list(values)
    mean = sum(values) / len(values)
    total = sum((value - mean) ** 2 for value in values)
    between = 0
    for group in set(groups):
        inside = [v for v, g in zip(values, groups, strict=True) if g == group]
        between += len(inside) * (sum(inside) / len(inside) - mean) ** 2
    return between / total


SHARES = [
    share_by_sums_of_squares,
    lambda y, g: ols("y ~ C(g)", pd.DataFrame({"y": list(y), "g": list(g)})).fit().rsquared,
    lambda y, g: (
        1 - pd.Series(list(y)).groupby(list(g)).transform(lambda v: v - v.mean()).var()
        / pd.Series(list(y)).var()
    ),
    lambda y, g: levels.slopes(y, y, g).sorted_share,
]  # fmt: skip


@pytest.mark.parametrize("share", SHARES)
def test_the_share_between_groups_may_be_computed_in_many_ways(share):
    checks.between_share(share)
    checks.between_share.again(
        share,
        ([0, 1, 1, 0, 1, 1, 1, 0, 0], [3, 3, 1, 1, 2, 2, 2, 2, 1]),
        ([12.5, 3.0, 8.25, -4.0, 7.5, 6.0], ["n", "s", "n", "s", "w", "w"]),
    )


def test_the_share_between_groups_takes_columns_with_an_index_of_their_own(children):
    check_on = children[children.age_2_plus == 1]
    share = checks.between_share.expected(check_on.immunised, check_on.community)
    assert share == approx(share_by_sums_of_squares(check_on.immunised, check_on.community))


def test_both_slopes_may_be_found_in_many_ways(children):
    means = children.groupby("schooling").immunised.mean()
    one = ols("immunised ~ schooling", children).fit().params["schooling"]
    own = ols("immunised ~ schooling + C(community)", children).fit().params["schooling"]
    checks.two_slopes([means[1] - means[0], own])
    checks.two_slopes((one, own))
    found = levels.slopes(children.schooling, children.immunised, children.community)
    checks.two_slopes([found.overall, found.within])
    checks.two_slopes([0.111, 0.026])


def cascade_by_rounds(thresholds):
    acting = -1
    while sum(threshold <= acting for threshold in thresholds) > max(acting, 0) or acting < 0:
        acting = max(0, sum(threshold <= max(acting, 0) for threshold in thresholds))
        if acting == 0:
            return 0
    return acting


def cascade_person_by_person(thresholds):
    waiting, acting = list(thresholds), 0
    while any(threshold <= acting for threshold in waiting):
        waiting.remove(next(threshold for threshold in waiting if threshold <= acting))
        acting += 1
    return acting


def cascade_in_steps(thresholds):
    acting, before = 0, None
    while acting != before:
        before = acting
        acting = int(np.sum(np.array(thresholds) <= before))
    return acting


CASCADES = [
    cascade_by_rounds,
    cascade_person_by_person,
    cascade_in_steps,
    lambda t: next(r for r in range(len(t) + 1) if sum(one <= r for one in t) == r),
    lambda t: np.cumprod(np.sort(t) <= np.arange(len(t))).sum(),
    lambda t: collective_action.rounds(t)[-1],
    collective_action.cascade,
]


@pytest.mark.parametrize("cascade", CASCADES)
def test_a_cascade_may_be_followed_in_many_ways(cascade):
    checks.cascade(cascade)
    checks.cascade.again(
        cascade,
        ([4, 2, 2, 0, 1],),
        ([1, 1, 2],),
        ([0, 0],),
        ([3, 8, 1, 5, 0, 2, 4, 9, 4],),
        ([2, 7, 0, 11, 3, 0, 5, 4, 3, 8, 14, 10],),
    )


def after_each_visit():
    """How many take part after a visit to each of the neighbours, by threshold."""
    taking_part = {}
    for place, threshold in enumerate(checks.NEIGHBOURS):
        tried = list(checks.NEIGHBOURS)
        tried[place] -= checks.WON_OVER
        taking_part[threshold] = cascade_person_by_person(tried)
    return taking_part


def test_one_visit_is_the_best_and_its_threshold_may_be_given_in_any_type():
    found = after_each_visit()
    best = max(found, key=found.get)
    assert sorted(found.values())[-2] < found[best]
    for answer in (best, float(best), np.int64(best)):
        checks.persuade(answer)
    assert [found[one] for one in (8, 9, 10)] == [8, 20, 7]


BIASES = [
    lambda p, y: sum(a * b for a, b in zip(p, y, strict=True)) / sum(p) - sum(y) / len(y),
    lambda p, y: np.cov(p, y, ddof=0)[0, 1] / np.mean(p),
    lambda p, y: np.cov(p, y, bias=True)[1, 0] / np.mean(p),
    lambda p, y: np.average(y, weights=p) - np.mean(y),
    lambda p, y: np.corrcoef(p, y)[0, 1] * np.std(p) * np.std(y) / np.mean(p) if np.ptp(p) else 0,
    lambda p, y: np.dot(p, np.asarray(y) - np.mean(y)) / np.sum(p),
    voices.bias,
]


@pytest.mark.parametrize("bias", BIASES)
def test_the_bias_of_a_survey_may_be_computed_in_many_ways(bias):
    checks.survey_bias(bias)
    checks.survey_bias.again(bias, ([0.9, 0.15, 0.45], [10, 60, 25]), ([1, 0.25], [4, 4.5]))


def test_the_bias_is_what_a_survey_of_many_people_is_off_by():
    chances, values = checks.survey_bias.cases[0]
    people = np.tile(values, 50_000)
    answers = np.random.default_rng(3).random(len(people)) < np.tile(chances, 50_000)
    off = people[answers].mean() - people.mean()
    assert off == approx(checks.survey_bias.expected(chances, values), abs=0.02)


def loops_by_trying():
    """Loops found without networkx: every order of every choice of names that the arrows allow."""
    arrows = {(link.source, link.target): link.sign for link in checks.LINKS}
    names = sorted({name for arrow in arrows for name in arrow})
    signs = []
    for size in range(2, len(names) + 1):
        for first, *others in itertools.permutations(names, size):
            way = [first, *others, first]
            if first == min(way) and all(step in arrows for step in itertools.pairwise(way)):
                signs.append(math.prod(arrows[step] for step in itertools.pairwise(way)))
    return [signs.count(1), signs.count(-1)]


def test_loops_may_be_found_by_hand_or_by_networkx():
    checks.loops([3, 1])
    checks.loops(loops_by_trying())
    signs = {(link.source, link.target): link.sign for link in checks.LINKS}
    found = [
        math.prod(signs[step] for step in itertools.pairwise([*loop, loop[0]]))
        for loop in nx.simple_cycles(nx.DiGraph(list(signs)))
    ]
    checks.loops(pd.Series(found).value_counts()[[1, -1]])


def test_the_statement_of_the_picture_that_is_true_is_c():
    """As the exercise words them, each read from the model that draws the picture."""
    assert checks.reading.expected() == {"a": False, "b": False, "c": True, "d": False}
    shown = ripples.run(**checks.IN_THE_PICTURE)
    society, organisations, people = shown.path.T
    assert society[0] == people[0] == 0
    assert society.max() < people.max() < 0.12 * organisations.max()
    assert 0 < people.argmax() < society.argmax()
    assert shown.path[-1].max() < 0.1


# Slips beyond their hints: the wrong way written out by somebody


def through_the_list_once(thresholds):
    acting = 0
    for threshold in thresholds:
        if threshold <= acting:
            acting = acting + 1
    return acting


def returns_after_the_first(thresholds):  # noqa: RET503
    acting = 0
    for threshold in sorted(thresholds):
        if threshold <= acting:
            acting = acting + 1
        return acting


def returns_when_somebody_joins(thresholds):  # noqa: RET503
    acting = 0
    for threshold in sorted(thresholds):
        if threshold <= acting:
            acting = acting + 1
            return acting  # noqa: RET504


def only_who_waits_for_just_as_many(thresholds):
    acting = 0
    for threshold in sorted(thresholds):
        if threshold == acting:
            acting = acting + 1
    return acting


def ten_rounds(thresholds):
    acting = 0
    for _ in range(10):
        acting = sum(one <= acting for one in thresholds)
    return acting


def one_begins(thresholds):
    acting = 1
    while sum(one <= acting for one in thresholds) > acting:
        acting = sum(one <= acting for one in thresholds)
    return acting


SLIPS = [
    (checks.outcome, lambda need, has, gets: (has + gets) / need, "in a straight line"),
    (checks.outcome, lambda need, has, gets: math.exp(-(has + gets) / need), "still missing"),
    (checks.outcome, lambda need, has, gets: 1 - math.exp(-has + gets / need), "Brackets"),
    (checks.outcome, lambda need, has, gets: 1 - math.exp(-(has + gets)) / need, "Only the exp"),
    (checks.outcome, lambda need, has, gets: 1 - (has + gets) / need, "exponential is missing"),
    (checks.outcome, lambda need, has, gets: -math.exp(-(has + gets) / need), "The 1 − is missing"),
    (checks.outcome, lambda need, has, gets: 1 - math.exp(-has * gets / need), "Add them"),
    (
        checks.outcome,
        lambda need, has, gets: (1 - math.exp(-has / need)) + (1 - math.exp(-gets / need)),
        "two outcomes, added",
    ),
    (checks.outcome, lambda need, has, gets: 1 - math.exp(-gets + has / need), "Brackets"),
    (checks.outcome, lambda need, has, gets: 1 - math.exp(has + gets / need), "minus is missing"),
    (
        checks.outcome,
        lambda need, has, gets: 1 - math.exp(-(need - has - gets) / need),
        "takes the hours from the need",
    ),
    (checks.outcome, lambda need, has, gets: 1 - math.log((has + gets) / need), "a logarithm"),
    (checks.outcome, lambda need, has, gets: math.exp((has + gets) / need), "grows above one"),
    (checks.outcome, lambda need, has, gets: 1 - math.exp(-(gets - has) / need), "Add the two"),
    (
        checks.by_need,
        lambda b, n, h: b * np.subtract(n, h) / np.maximum(0, np.subtract(n, h)).sum(),
        "np.maximum(0, …) for both",
    ),
    (
        checks.by_need,
        lambda b, n, h: b * np.maximum(0, np.subtract(n, h)) / np.sum(np.subtract(n, h)),
        "in one place alone",
    ),
    (
        checks.by_need,
        lambda b, n, h: (
            b * np.maximum(0, np.subtract(h, n)) / np.maximum(0, np.subtract(h, n)).sum()
        ),
        "All goes to A",
    ),
    (
        checks.by_need,
        lambda b, n, h: b * np.maximum(0, np.subtract(n, h)) / len(n),
        "number of peo",
    ),
    (checks.by_need, lambda b, n, h: b * np.maximum(0, np.subtract(n, h)), "multiplies only"),
    (checks.by_need, lambda b, n, h: b - np.maximum(0, np.subtract(n, h)), "from the budget"),
    (checks.by_need, lambda b, n, h: np.maximum(0, np.subtract(n, h)) / b, "by the budget"),
    (
        checks.by_need,
        lambda b, n, h: np.round(checks.by_need.expected(b, n, h)),
        "These are whole hours",
    ),
    (checks.by_need, lambda b, n, h: b * np.divide(n, h), "not by a sum"),
    (checks.by_need, lambda b, needs, has: [b / len(needs)] * len(needs), "equal shares"),
    (checks.by_need, lambda b, n, h: b * np.array(n) / np.sum(n), "goes by need alone"),
    (
        checks.by_need,
        lambda b, n, h: b * (np.array(n) - h) / np.sum(np.array(n) - h),
        "here gives the rest away",
    ),
    (checks.worst_off, [2, 4.5], "Equal input is not equal outcome"),
    (checks.worst_off, [26, 42], "These are per cent"),
    (checks.worst_off, [0.0952, 0.4231], "The first leaves out the ten hours"),
    (checks.worst_off, [0.2592, 0.0952], "The second leaves out the ten hours"),
    (checks.worst_off, [0.7408, 0.5769], "still missing for the least well off"),
    (checks.worst_off, [0.2, 0.45], "shares of the hours"),
    (checks.worst_off, [pd.Series([0.2]).min, pd.Series([0.4]).min], "holds a function. Call it"),
    (checks.worst_off, [0.259, ...], "still holds dots"),
    (checks.worst_off, [0.535, 0.536], "means over all five"),
    (checks.worst_off, [25.92, 42.31], "per cent"),
    (checks.ratio_and_difference, [0.655, -4.622], "Both are turned round"),
    (checks.ratio_and_difference, [0.655, 4.622], "The ratio is upside down"),
    (checks.ratio_and_difference, [272 / 191, 272 - 191], "These compare numbers of deaths"),
    (checks.ratio_and_difference, [272 / 191, 4.622], "The ratio is that of the deaths"),
    (checks.ratio_and_difference, [1.526, 0.0462], "per 1,000 maternities"),
    (checks.ratio_and_difference, [13.41, 8.79], "These are the two rates"),
    (checks.ratio_and_difference, [4.622, 1.526], "another order"),
    (checks.ratio_and_difference, [0.9332, -145267], "These compare maternities"),
    (checks.ratio_and_difference, [13.409, 4.622], "The first is the later rate"),
    (checks.ratio_and_difference, [8.786, 4.622], "The first is the earlier rate"),
    (checks.ratio_and_difference, [1.526, 0.526], "The second is the excess over one"),
    (checks.ratio_and_difference, [272 / 191, 3.726], "divided by the same maternities"),
    (checks.ratio_and_difference, [52.6, 4.622], "the excess over one, in per cent"),
    (
        checks.rate_interval,
        lambda d, n: [round(end, 2) for end in interval_by_search(d, n)],
        "right, but rounded too far",
    ),
    (
        checks.rate_interval,
        lambda d, n: [
            1e5 * interval_by_search(d, n)[0] / 1e5,
            interval_by_search(d, n)[1] * n / 1e5,
        ],
        "The upper end is a number of deaths",
    ),
    (
        checks.rate_interval,
        lambda d, n: [
            5e4 / n * stats.chi2.ppf(0.975, 2 * d),
            5e4 / n * stats.chi2.ppf(0.025, 2 * d + 2),
        ],
        "The chances have changed places",
    ),
    (
        checks.rate_interval,
        lambda d, n: [
            5e4 / n * stats.chi2.ppf(0.025, 2 * d + 2),
            5e4 / n * stats.chi2.ppf(0.975, 2 * d),
        ],
        "The degrees of freedom have changed places",
    ),
    (
        checks.rate_interval,
        lambda d, n: [
            5e4 / n * stats.chi2.cdf(0.025, 2 * d),
            5e4 / n * stats.chi2.cdf(0.975, 2 * d + 2),
        ],
        "This is stats.chi2.cdf",
    ),
    (
        checks.rate_interval,
        lambda d, n: [1e5 * (d + side * 1.96 * d**0.5) / n for side in (-1, 1)],
        "This is the normal interval, 1.96 roots",
    ),
    (
        checks.rate_interval,
        lambda d, n: stats.chi2.ppf([0.025, 0.975], 2 * d) / 2 * 1e5 / n,
        "it needs 2 · deaths + 2",
    ),
    (
        checks.rate_interval,
        lambda d, n: np.array(interval_by_search(d, n)) / 100,
        "rates per 1,000",
    ),
    (
        checks.rate_interval,
        lambda d, n: (
            1e5 * stats.chi2.ppf(0.025, 2 * d / 2) / n,
            1e5 * stats.chi2.ppf(0.975, (2 * d + 2) / 2) / n,
        ),
        "The half is taken of the degrees of freedom",
    ),
    (
        checks.rate_interval,
        lambda d, n: (interval_by_search(d, n)[0], 5e4 * stats.chi2.ppf(0.975, 2 * (d + 2)) / n),
        "Double the deaths first",
    ),
    (
        checks.rate_interval,
        lambda d, n: (interval_by_search(d, n)[0], 5e4 * stats.chi2.ppf(0.025, 2 * d + 2) / n),
        "The upper end has the lower chance",
    ),
    (
        checks.rate_interval,
        lambda d, n: (5e4 * stats.chi2.ppf(0.975, 2 * d) / n, interval_by_search(d, n)[1]),
        "The lower end has the upper chance",
    ),
    (
        checks.rate_interval,
        lambda d, n: (2 * interval_by_search(d, n)[0], interval_by_search(d, n)[1]),
        "The lower quantile is not halved",
    ),
    (
        checks.rate_interval,
        lambda d, n: (interval_by_search(d, n)[0], interval_by_search(d, n)[1] / 1e5),
        "The upper end is per maternity",
    ),
    (checks.rate_interval, lambda d, n: 10 * np.array(interval_by_search(d, n)), "per million"),
    (checks.rate_interval, lambda d, n: interval_by_search(d, n)[::-1], "lower one first"),
    (checks.overall, 0.5474, "plain average of three shares"),
    (checks.overall, 0.5447, "share of the middle group"),
    (checks.overall, 501.7843, "divides by the sum of the shares"),
    (checks.overall, 1666, "the number of all children"),
    (checks.overall, 2735.805, "Multiply group by group"),
    (checks.overall, 824, "These are children, not a share"),
    (checks.overall, 49.46, "per cent where a share is wanted"),
    (checks.overall, 0.4465, "counts the younger children too"),
    (checks.overall, 824 / 2159, "divides by all children of the survey"),
    (
        checks.between_share,
        lambda y, g: pd.Series(y).groupby(g).mean().var() / pd.Series(y).var(),
        "each group's mean once",
    ),
    (checks.between_share, lambda y, g: 1 - share_by_sums_of_squares(y, g), "within groups"),
    (checks.between_share, lambda y, g: share_by_sums_of_squares(y, g) ** 0.5, "deviations"),
    (
        checks.between_share,
        lambda y, g: pd.Series(y).groupby(g).transform("mean").var(),
        "Divide it by the variance of all",
    ),
    (checks.between_share, lambda y, g: 1, "This divides means"),
    (
        checks.between_share,
        lambda y, g: share_by_sums_of_squares(y, g) / (1 + share_by_sums_of_squares(y, g)),
        "both variances together",
    ),
    (
        checks.between_share,
        lambda y, g: pd.Series(y).groupby(g).transform("mean").std() / pd.Series(y).var(),
        "Take .var() for both",
    ),
    (
        checks.between_share,
        lambda y, g: pd.Series(y).groupby(g).transform("var").var() / pd.Series(y).var(),
        "variance of the group",
    ),
    (checks.between_share, lambda y, g: share_by_sums_of_squares(y, g) ** 2, "squared once too"),
    (checks.between_share, lambda y, g: np.var(y, ddof=1), "This is the total variance"),
    (checks.between_share, lambda y, g: levels.shares(y, g)[0], "This allows for chance"),
    (checks.two_slopes, [0.111, 0.111], "Both are over all children"),
    (checks.two_slopes, [11.1, 2.6], "per cent"),
    (checks.two_slopes, [0.111, -0.026], "the wrong sign"),
    (checks.two_slopes, [0.111, 0.085], "a difference of slopes"),
    (checks.two_slopes, [0.2787, 0.026], "The first is the slope between communities"),
    (checks.two_slopes, [0.11, 0.03], "rounded too far"),
    (checks.two_slopes, [0.111, 0.0172], "Take the distances of schooling, too"),
    (checks.two_slopes, [0.111, 0.2787], "slope between communities"),
    (checks.two_slopes, [0.026, 0.111], "another order"),
    (checks.two_slopes, [0.111, 0.361], "goes through the means of communities"),
    (checks.two_slopes, [0.1333, 0.0469], "leave out the younger children"),
    (checks.cascade, through_the_list_once, "once in the order given"),
    (checks.cascade, returns_after_the_first, "stops after the first person"),
    (checks.cascade, returns_when_somebody_joins, "cascade([3, 1, 2]) returns nothing"),
    (checks.cascade, lambda t: int(t[0] <= 0), "asks the first person of the list alone"),
    (checks.cascade, lambda t: sum(one <= 0 for one in t), "begin without anybody"),
    (checks.cascade, one_begins, "begins with one who takes part already"),
    (checks.cascade, len, "counts all people"),
    (checks.cascade, only_who_waits_for_just_as_many, "<= in place of =="),
    (checks.cascade, max, "largest threshold of all"),
    (checks.cascade, sum, "adds the thresholds"),
    (checks.cascade, lambda t: sum(one < len(t) for one in t), "number of people in the list"),
    (checks.cascade, lambda t: sum(one <= sum(t) / len(t) for one in t), "average threshold"),
    (checks.cascade, lambda t: 0, "Nobody is ever counted"),
    (checks.cascade, ten_rounds, "12, 6]) gives 10, which is too small"),
    (
        checks.cascade,
        lambda t: sum(one <= place for place, one in enumerate(sorted(t))),
        "Who comes before may have stayed away",
    ),
    (checks.persuade, 8, "nearest to joining"),
    (checks.persuade, 19, "most hesitant"),
    (checks.persuade, 20, "after the best visit"),
    (checks.persuade, 15, "Visited, that person brings nobody more"),
    (checks.persuade, 1, "Visited, that person brings nobody more"),
    (checks.persuade, 7, "before the visit"),
    (checks.persuade, 3, "Nobody in the list has this threshold"),
    (checks.persuade, 21, "Nobody in the list has this threshold"),
    (checks.survey_bias, lambda p, y: np.cov(p, y)[0, 1] / np.mean(p), "has n − 1 below"),
    (checks.survey_bias, lambda p, y: np.cov(p, y, ddof=0)[0, 1], "This is the covariance"),
    (
        checks.survey_bias,
        lambda p, y: p[0] * y[0] / sum(p) - np.mean(y),
        "counts the first person alone",
    ),
    (checks.survey_bias, lambda p, y: np.average(y, weights=p), "what the survey finds"),
    (checks.survey_bias, lambda p, y: np.mean(y) - np.average(y, weights=p), "turned round"),
    (checks.survey_bias, lambda p, y: abs(voices.bias(p, y)), "This drops the sign"),
    (checks.survey_bias, lambda p, y: -abs(voices.bias(p, y)), "This is below 0 always"),
    (
        checks.survey_bias,
        lambda p, y: sum(np.multiply(p, y)) / sum(p) - sum(y),
        "sum of all values is taken away",
    ),
    (
        checks.survey_bias,
        lambda p, y: sum(p) * sum(y) / sum(p) - np.mean(y),
        "Multiply person by person",
    ),
    (
        checks.survey_bias,
        lambda p, y: sum(np.multiply(p, y)) / sum(y) - np.mean(y),
        "Divide by the sum of the chances",
    ),
    (
        checks.survey_bias,
        lambda p, y: sum(np.multiply(p, y)) / sum(p) - np.mean(p),
        "takes the mean chance away",
    ),
    (
        checks.survey_bias,
        lambda p, y: sum(np.multiply(p, y)) / len(y) / sum(p) - np.mean(y),
        "This divides twice",
    ),
    (checks.loops, [4, 1], "more loops than the map has"),
    (checks.loops, [4, 2], "more loops than the map has"),
    (checks.loops, [3, 0], "A loop is missing"),
    (checks.loops, [0, 4], "but of other kinds"),
    (checks.loops, [2, 2], "two minus signs"),
    (checks.loops, [9, 2], "once for every place"),
    (checks.loops, [3, 2], "A chain is counted"),
    (checks.loops, [1, 1], "Longer ones count too"),
    (checks.loops, [1, 3], "another order"),
]


@pytest.mark.parametrize(
    ("check", "answer", "said"), SLIPS, ids=[f"{row[0].name}: {row[2]}" for row in SLIPS]
)
def test_a_slip_as_somebody_would_write_it_is_named(check, answer, said):
    with pytest.raises(AssertionError, match=re.escape(said)):
        check(answer)


# Borders of what counts as right


def test_the_normal_interval_and_an_approximation_are_not_the_exact_one():
    def byar(d, n):  # Breslow & Day 1987, formula 2.12
        low = d * (1 - 1 / (9 * d) - 1.96 / (3 * math.sqrt(d))) ** 3
        high = (d + 1) * (1 - 1 / (9 * (d + 1)) + 1.96 / (3 * math.sqrt(d + 1))) ** 3
        return 1e5 * low / n, 1e5 * high / n

    assert byar(191, 2_173_810) == approx(checks.rate_interval.expected(191, 2_173_810), rel=1e-3)
    with pytest.raises(AssertionError):
        checks.rate_interval(byar)


def test_no_fixed_number_of_rounds_is_enough():
    def a_hundred_rounds(thresholds):
        acting = 0
        for _ in range(100):
            acting = sum(one <= acting for one in thresholds)
        return acting

    with pytest.raises(AssertionError, match="no number or variable from outside"):
        checks.cascade.again(a_hundred_rounds, (list(range(129, -1, -1)),))
    for cascade in CASCADES:
        checks.cascade.again(cascade, (list(range(129, -1, -1)),))


def test_a_survey_errs_in_either_direction_among_the_cases_in_view():
    signs = {np.sign(voices.bias(*case)) for case in checks.survey_bias.cases}
    assert signs == {-1, 0, 1}


def test_whoever_is_visited_in_vain_is_told_so():
    best = checks.persuade.expected()
    for threshold in set(checks.NEIGHBOURS) - {best}:
        assert checks._after_a_visit(threshold) <= 8
        with pytest.raises(AssertionError) as raised:
            checks.persuade(threshold)
        assert str(raised.value) in checks.persuade.slips


def test_the_notebook_shows_the_network_that_the_checks_know(people):
    assert people.need.tolist() == list(checks.NEEDS)
    assert people.has.tolist() == list(checks.HAS)


# True in what they say


def per_cent(*shares):
    return tuple(f"{100 * share:.0f} %" for share in shares)


def test_two_more_hours_take_the_fifth_person_from_10_to_26_per_cent():
    says(checks.outcome, "Two hours more take a person who needs ten from 10 % to 26 %")
    assert per_cent(1 - math.exp(-0.1), 1 - math.exp(-0.3)) == ("10 %", "26 %")
    gains = np.diff([checks.outcome.expected(10, 0, hours) for hours in range(12)])
    assert (np.diff(gains) < 0).all(), "The first hours help most"


def test_by_need_gives_none_to_the_first_and_four_and_a_half_to_the_last():
    says(checks.by_need, "from none for A to 4.5 for E")
    hours = by_need_in_a_loop(checks.HOURS, checks.NEEDS, checks.HAS)
    assert (hours[0], max(hours), hours[-1]) == (0, 4.5, 4.5)
    assert sum(hours) == checks.HOURS == 10


def test_the_least_well_off_gain_what_the_best_off_lose():
    says(checks.worst_off, "at 26 %, hours by need at 42 %", "the same mean of 54 %", "10 / 5")
    says(checks.worst_off, "Who has enough pays for it: 71 % in place of 83 %")
    rules = [equity.equal, equity.proportional]
    outcomes = [
        equity.outcome(checks.NEEDS, checks.HAS, rule(10, checks.NEEDS, checks.HAS))
        for rule in rules
    ]
    assert per_cent(*(found.min() for found in outcomes)) == ("26 %", "42 %")
    assert per_cent(*(found[0] for found in outcomes)) == ("83 %", "71 %")
    assert per_cent(*(found.mean() for found in outcomes)) == ("54 %", "54 %")
    assert [found.argmax() for found in outcomes] == [0, 0]
    assert checks.HAS[0] >= checks.NEEDS[0], "who has enough"
    assert all(found.argmin() == 4 for found in outcomes)


def test_half_as_high_again_and_nearly_five_more_women(maternal):
    says(checks.ratio_and_difference, "1.53 times as high, and 4.6 more women in 100,000")
    says(checks.ratio_and_difference, "There were fewer maternities in the later years")
    earlier, later = 100_000 * maternal.deaths / maternal.maternities
    assert (f"{later / earlier:.2f}", f"{later - earlier:.1f}") == ("1.53", "4.6")
    assert maternal.maternities["2020-22"] < maternal.maternities["2017-19"]
    assert checks.PER == 100_000


def test_both_intervals_do_not_touch_and_three_deaths_say_little(maternal):
    says(checks.rate_interval, "From 7.6 to 10.1 before, from 11.9 to 15.1 later")
    says(checks.rate_interval, "Three deaths in 20,000 say little: from 3 to 44")
    cases = list(maternal.itertuples(index=False, name=None))
    assert checks.rate_interval.cases[:2] == cases
    before, later = (interval_by_search(*case) for case in cases)
    assert [f"{end:.1f}" for end in [*before, *later]] == ["7.6", "10.1", "11.9", "15.1"]
    share = maternal.maternities["2020-22"] / maternal.maternities.sum()
    assert stats.binomtest(272, 272 + 191, share).pvalue < 0.001, "more than chance"
    assert [f"{end:.0f}" for end in interval_by_search(3, 20_000)] == ["3", "44"]
    assert (3, 20_000) in checks.rate_interval.cases


def test_the_counts_of_the_exercise_stand_in_the_published_notes(maternal):
    table = datasets.load("published_figures")
    for deaths, maternities in maternal.itertuples(index=False, name=None):
        assert table.note.str.startswith(f"{deaths} deaths, {maternities} maternities").sum() == 1


def test_the_plain_average_of_three_groups_overstates(older):
    says(checks.overall, "49 % of all, where the plain average of the three says 55 %")
    says(checks.overall, "The 109 children of the third group", "109 children count as much as 830")
    counts, sizes = older.sum(), older.size()
    assert per_cent(counts.sum() / sizes.sum(), older.mean().mean()) == ("49 %", "55 %")
    assert sizes.tolist() == [830, 727, 109]


@pytest.mark.slow
def test_more_lies_between_communities_than_chance_would_put_there(children):
    says(checks.between_share, "17 % lies between communities, where chance alone would put 7 %")
    generator = np.random.default_rng(2)
    by_chance = [
        share_by_sums_of_squares(generator.permutation(children.immunised), children.community)
        for _ in range(20)
    ]
    found = share_by_sums_of_squares(children.immunised, children.community)
    assert per_cent(found, np.mean(by_chance)) == ("17 %", "7 %")
    assert found > max(by_chance)


def test_schooling_goes_partly_with_the_place_and_age_does_not(children):
    says(
        checks.two_slopes,
        "11 points over all children, 3 among neighbours",
        "21 points, and 21 among",
    )
    place, y = children.community, children.immunised
    schooling, age = (
        levels.slopes(children[column], y, place) for column in ("schooling", "age_2_plus")
    )
    assert per_cent(schooling.overall, schooling.within) == ("11 %", "3 %")
    assert per_cent(age.overall, age.within) == ("21 %", "21 %")


def test_what_is_left_among_neighbours_is_not_well_known(children):
    says(checks.two_slopes, "by chance these may be −2 to 8")
    means = children.groupby("community")[["schooling", "immunised"]].transform("mean")
    away = children[["schooling", "immunised"]] - means
    fitted = ols("immunised ~ schooling - 1", away).fit(
        cov_type="cluster", cov_kwds={"groups": children.community}
    )
    assert per_cent(*fitted.conf_int().loc["schooling"]) == ("-2 %", "8 %")


def test_one_visit_makes_twenty_of_seven():
    says(checks.persuade, "who waits for 9, and instead of seven all twenty take part")
    assert checks.persuade.expected() == 9
    says(checks.persuade, "the next two still wait for nine", "Lowered by 2", "it is 8")
    found = after_each_visit()
    assert cascade_person_by_person(checks.NEIGHBOURS) == 7
    assert max(found.values()) == len(checks.NEIGHBOURS) == 20
    assert found[8] == 8, "comes without any followers"
    assert checks.NEIGHBOURS.count(9) == 2
    assert checks.WON_OVER == 2
    assert min(one for one in checks.NEIGHBOURS if one > 7) == 8


def test_the_survey_finds_three_and_a_half_evenings_where_five_are_true():
    says(checks.survey_bias, "finds 3.5 evenings where 5 are true", "Half the answers")
    (chances, values), (half, same) = checks.survey_bias.cases[:2]
    assert np.average(values, weights=chances) == approx(3.5)
    assert np.mean(values) == 5
    assert [chance / 2 for chance in chances] == half
    assert values == same
    assert voices.bias(half, same) == approx(voices.bias(chances, values))


def test_the_ministry_sits_in_no_loop():
    says(checks.loops, "Three loops feed on themselves, one holds back")
    says(checks.loops, "Loops may pass three links, or four")
    found = system_map.loops(checks.LINKS)
    assert loops_by_trying() == [3, 1]
    assert sorted(len(loop.links) for loop in found) == [2, 2, 3, 4]
    assert not any("ministry" in loop.actors for loop in found)
    assert any(link.source == "ministry" for link in checks.LINKS)


def test_half_of_what_is_passed_on_is_held_back_and_a_law_moves_all():
    says(checks.reading, "weakened by half here", "A law would have moved all three at once")
    assert checks.IN_THE_PICTURE["buffer"] == 0.5
    assert (ripples.run(at="law").path[0] > 0).all()


METHOD = {  # numbers of the procedure, not of the data, and where they come from
    "0", "1", "2", "8", "9",  # 1 − exp, 2 · deaths, thresholds
    "1.96", "0.025", "0.975", "0.25", "2.5", "90",  # of quantiles
    "000", "100",  # of 1,000 and 100,000 maternities
    "10", "5",  # ten hours for five people
}  # fmt: skip
RECOMPUTED = {
    "1.53", "4.6", "26", "4.5", "42", "54", "83", "71", "7.6", "10.1", "11.9", "15.1", "20", "3",
    "44", "49",
    "55", "109", "830", "17", "7", "11", "21", "3.5",
}  # fmt: skip


def test_no_other_figure_is_stated_without_being_computed_again_here():
    stated = set()
    for check in vars(checks).values():
        if isinstance(check, Check):
            stated |= set(re.findall(r"\d+(?:\.\d+)?", says(check)))
    assert stated - METHOD == RECOMPUTED
