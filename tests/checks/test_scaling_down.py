"""The checks of module 4: right by other routes than their own, and true in what they say."""

import math
import re

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats
from statsmodels.stats.proportion import proportion_confint
from wording import says

from scaling import datasets
from scaling.checking import Check
from scaling.scaling_down import checks, devolve, funnel, shared_backup
from scaling.scaling_down import counties as counties_model
from scaling.scaling_down import layers as layers_model

approx = pytest.approx


@pytest.fixture(scope="module")
def counties():
    """Both periods as the exercise makes them."""
    table = datasets.load("infant_deaths_nc").set_index("county")
    first, later = (table[table.period == period] for period in ("1974-78", "1979-84"))
    first = first.assign(
        rate=first.sids_deaths / first.births, small=first.births < first.births.median()
    )
    return first, later


@pytest.fixture(scope="module")
def ends(counties):
    first, _ = counties
    return first[first.sids_deaths == 0], first.nlargest(10, "rate")


@pytest.fixture(scope="module")
def state(counties):
    """The rate of the whole state in both periods."""
    return [table.sids_deaths.sum() / table.births.sum() for table in counties]


@pytest.fixture(scope="module")
def imagined(counties, state):
    """Rates of the counties in 4,000 worlds where every birth has the state's risk."""
    births = counties[0].births.to_numpy()
    generator = np.random.default_rng(4)
    return generator.binomial(births, state[0], (4000, len(births))) / births


# Right by other routes


def layers_by_steps(people, span):
    count = 0
    while people > 1:
        people = math.ceil(people / span)
        count += 1
    return count


LAYERS = [
    layers_by_steps,
    lambda people, span: math.ceil(math.log(people) / math.log(span)),
    lambda people, span: math.ceil(math.log(people, span)),
    lambda people, span: np.ceil(np.log(people) / np.log(span)),
    lambda people, span: int(np.ceil(np.log2(people) / np.log2(span))),
    lambda people, span: next(count for count in range(99) if span**count >= people),
    lambda people, span: np.searchsorted(span ** np.arange(20), people),
    layers_model.layers,
    lambda people, span: layers_model.run(people, span).layers,
]


@pytest.mark.parametrize("layers", LAYERS)
def test_layers_may_be_counted_or_come_from_a_logarithm(layers):
    checks.layers(layers)
    checks.layers.again(layers, (250, 6), (49, 7), (11, 12), (5000, 9), (1, 4))


def managers_by_lists(people, span):
    waiting, count = list(range(people)), 0
    while len(waiting) > 1:
        waiting = [waiting[i : i + span] for i in range(0, len(waiting), span)]
        count += len(waiting)
    return count


MANAGERS = [
    managers_by_lists,
    lambda people, span: sum(
        math.ceil(people / span**up) for up in range(1, layers_by_steps(people, span) + 1)
    ),
    lambda people, span: sum(
        -(-people // span**up) for up in range(1, layers_by_steps(people, span) + 1)
    ),
    lambda people, span: np.ceil(
        people / span ** np.arange(1, layers_by_steps(people, span) + 1)
    ).sum(),
    lambda people, span: sum(layers_model.staff(people, span)[:-1]),
    lambda people, span: layers_model.run(people, span).managers,
]


@pytest.mark.parametrize("managers", MANAGERS)
def test_managers_may_be_counted_layer_by_layer_or_by_the_formula(managers):
    checks.managers(managers)
    checks.managers.again(managers, (250, 6), (64, 4), (9, 12), (5000, 9), (122, 11))


def loss_of_sharing(extra_cost, shared, coordination):
    return extra_cost - extra_cost * shared + coordination


def border_by_halving(*setting):
    low, high = 0, 100
    while high - low > 1e-9:
        middle = (low + high) / 2
        if middle**2 > loss_of_sharing(*setting):
            high = middle
        else:
            low = middle
    return low


BORDERS = [
    border_by_halving,
    lambda *setting: optimize.brentq(lambda s: s**2 - loss_of_sharing(*setting), 0, 100),
    lambda a, s, c: math.sqrt(a - a * s + c),
    lambda a, s, c: np.roots([1, 0, -(a * (1 - s) + c)]).max(),
    lambda a, s, c: np.sqrt(devolve.run(1, a, s, c).devolved),
    lambda a, s, c: devolve.break_even(devolve.run(1, a, s, c).devolved),
]


@pytest.mark.parametrize("border", BORDERS)
def test_the_border_of_devolving_may_be_solved_for_or_searched(border):
    checks.break_even_shared(border)
    checks.break_even_shared.again(border, (0.49, 0.35, 0.07), (3, 0.9, 0.01), (0.25, 0, 0))


def test_one_service_for_all_loses_the_variance_of_needs():
    """The theorem behind questions 5 and 6: it loses what needs vary, if set at their mean."""
    needs = np.random.default_rng(1).normal(3, checks.break_even.expected(), 200_000)
    assert np.mean((needs - needs.mean()) ** 2) == approx(checks.EXTRA_COST, rel=0.01)
    assert np.mean((needs - 3.2) ** 2) > np.mean((needs - needs.mean()) ** 2)


LIMITS = [
    lambda p, n: (p - 1.96 * math.sqrt(p * (1 - p) / n), p + 1.96 * math.sqrt(p * (1 - p) / n)),
    lambda p, n: p + np.array([-1.96, 1.96]) * np.sqrt(p * (1 - p)) / np.sqrt(n),
    lambda p, n: [p + side * 1.96 * stats.binom.std(n, p) / n for side in (-1, 1)],
    lambda p, n: pd.Series({"low": -1.96, "high": 1.96}) * (p * (1 - p) / n) ** 0.5 + p,
    funnel.limits,
]


@pytest.mark.parametrize("limits", LIMITS)
def test_control_limits_may_be_written_in_many_ways(limits):
    checks.control_limits(limits)
    checks.control_limits.again(limits, (0.0035, 780), (0.31, 57), (0.9, 2100), (0.00041, 93000))


def test_control_limits_are_walds_interval_around_the_common_rate():
    low, high = proportion_confint(30, 100, method="normal")
    assert checks.control_limits.expected(0.3, 100) == approx([low, high], abs=1e-4)


def test_the_first_numbers_may_be_worked_out_on_paper_or_by_the_model():
    for share in (0.6561, 0.9 * 0.9 * 0.9 * 0.9, np.prod([0.9] * 4), round(0.9**4, 3)):
        checks.survives(share)
    checks.survives(layers_model.run(400, 7, knowledge=0.9).knowledge_at_top)
    for border in (0.9, math.sqrt(0.81), devolve.break_even(0.81)):
        checks.break_even(border)
    for helpers in (80, 16 * 5, 16 * shared_backup.reserve(1, 9, 0.95)):
        checks.separate_reserve(helpers)


def test_counties_outside_may_be_counted_in_many_ways(counties, state):
    first, _ = counties
    z = (first.rate - state[0]) / np.sqrt(state[0] * (1 - state[0]) / first.births)
    checks.outside((abs(z) > 1.96).sum())
    checks.outside(len(first[(z > 1.96) | (z < -1.96)]))
    expected = first.births * state[0]
    checks.outside(np.sum((first.sids_deaths - expected) ** 2 / expected / (1 - state[0]) > 3.8416))
    low, high = funnel.limits(state[0], first.births.to_numpy())
    checks.outside(int(np.sum((first.rate < low) | (first.rate > high))))


def test_the_lessons_lines_leave_as_many_outside():
    """They are exact where the exercise uses a formula; a learner who reads them off is right."""
    checks.outside(counties_model.run().outside)


def test_the_smaller_half_at_both_ends_may_be_counted_in_many_ways(counties, ends):
    first, _ = counties
    checks.small_in_tails([end.small.mean() for end in ends])
    smaller = set(first.sort_values("births").index[:50])
    checks.small_in_tails([sum(name in smaller for name in end.index) / len(end) for end in ends])
    checks.small_in_tails(pd.Series([1, 0.8]))
    model = counties_model.run()
    checks.small_in_tails([model.small[model.without].mean(), model.small[model.high].mean()])


def test_the_next_period_may_be_computed_in_many_ways(counties, ends):
    _, later = counties
    rows = [later[later.index.isin(end.index)] for end in ends]
    checks.next_period([1000 * row.sids_deaths.sum() / row.births.sum() for row in rows])
    checks.next_period(
        [1000 * np.average(row.sids_deaths / row.births, weights=row.births) for row in rows]
    )
    checks.next_period((1.73, 3.05))
    checks.next_period([1000 * 17 / 9803, 1000 * 66 / 21619])
    model = counties_model.run()
    checks.next_period([model.rate(model.without, 1), model.rate(model.high, 1)])


def quantile_by_adding(mean, level=0.95):
    chance = so_far = math.exp(-mean)
    count = 0
    while so_far < level:
        count += 1
        chance *= mean / count
        so_far += chance
    return count


RESERVES = [
    lambda teams, demand: quantile_by_adding(teams * demand) - teams * demand,
    lambda teams, demand: stats.poisson(teams * demand).ppf(0.95) - teams * demand,
    lambda teams, demand: stats.poisson.isf(0.05, teams * demand) - teams * demand,
    lambda teams, demand: np.floor(stats.poisson.interval(0.9, teams * demand)[1] - teams * demand),
    lambda teams, demand: shared_backup.reserve(teams, demand, 0.95),
]


@pytest.mark.parametrize("reserve", RESERVES)
def test_the_common_reserve_may_be_found_in_many_ways(reserve):
    checks.pooled_reserve(reserve)
    checks.pooled_reserve.again(reserve, (7, 13), (31, 3), (3, 20), (120, 6))


def test_the_reserve_suffices_and_one_helper_less_does_not():
    for teams, demand in checks.pooled_reserve.cases:
        calls = stats.poisson(teams * demand)
        ready = teams * demand + checks.pooled_reserve.expected(teams, demand)
        assert calls.cdf(ready) >= 0.95 > calls.cdf(ready - 1)


def test_calls_of_all_tables_together_are_poisson_too():
    draws = np.random.default_rng(5).poisson(9, (100_000, 16)).sum(axis=1)
    ready = 16 * 9 + checks.pooled_reserve.expected(16, 9)
    assert np.mean(draws <= ready) == approx(stats.poisson.cdf(ready, 144), abs=0.005)


def test_the_statement_of_the_picture_that_is_true_is_b():
    """As the exercise words them, each read from the model that draws the picture."""
    assert checks.reading.expected() == {"a": False, "b": True, "c": False, "d": False}
    shown = devolve.run(**checks.IN_THE_PICTURE)
    assert shown.devolved < shown.central < shown.alone
    assert shown.coordination < shown.extra_cost * shown.shared
    alike = devolve.run(**(checks.IN_THE_PICTURE | {"diversity": checks.LESS_DIVERSE}))
    assert alike.central < alike.devolved
    assert shown.best == "devolved, shared back-up"
    assert alike.best == "one service for all"


def test_the_conclusion_that_holds_is_d(counties, ends, state):
    assert checks.conclusion.expected() == {"a": False, "b": False, "c": False, "d": True}
    _, later = counties
    for end in ends:
        assert end.small.mean() > 0.5
    high = later.loc[ends[1].index]
    chance = stats.poisson.sf(high.sids_deaths.sum() - 1, state[1] * high.births.sum())
    assert chance < 0.001


# The formulas themselves


def test_both_formulas_of_the_pyramid_agree_for_every_size_and_span():
    for span in range(2, 13):
        for people in range(1, 400):
            layers = checks.layers.expected(people, span)
            assert span**layers >= people
            assert layers == 0 or span ** (layers - 1) < people
            assert checks.managers.expected(people, span) == managers_by_lists(people, span)


def test_no_case_stands_where_a_logarithm_rounds_to_the_wrong_side():
    """A learner who takes logarithms is right; 125 and 5 would say four layers instead of three."""
    assert math.ceil(math.log(125) / math.log(5)) == 4
    for people, span in checks.layers.cases:
        for log in (math.log, math.log2, math.log10, np.log, np.log2, np.log10):
            assert math.ceil(log(people) / log(span)) == checks.layers.expected(people, span)


def test_four_times_the_births_halve_the_width_of_the_limits():
    wide, narrow = (np.ptp(checks.control_limits.expected(0.3, n)) for n in (100, 400))
    assert wide == approx(2 * narrow)


def test_about_95_in_100_lie_within_their_limits_if_only_chance_differs(imagined, counties, state):
    low, high = checks.control_limits.expected(state[0], counties[0].births.to_numpy())
    outside = ((imagined < low) | (imagined > high)).sum(axis=1)
    assert outside.mean() == approx(5, abs=0.5)
    assert (outside >= checks.outside.expected()).mean() < 0.001


def test_by_chance_alone_the_smaller_half_would_fill_both_ends_as_well(imagined, counties):
    small = counties[0].small.to_numpy()
    without = [small[world == 0].mean() for world in imagined]
    highest = [small[np.argsort(-world)[:10]].mean() for world in imagined]
    assert np.mean(without) > 0.95
    assert np.mean(highest) == approx(0.8, abs=0.05)


# Slips beyond their hints: the wrong way written out by somebody


def floor_all_the_way(people, span):
    total = 0
    while people > 1:
        people = people // span
        total = total + people
    return total


def one_more_all_the_way(people, span):
    total = 0
    while people > 1:
        people = people // span + 1
        total = total + people
    return total


def limits_by_scipy(rate, n):
    return stats.norm.interval(0.95, rate, math.sqrt(rate * (1 - rate) / n))


def test_the_exact_quantile_of_the_normal_distribution_is_as_good_as_1_96():
    checks.control_limits(limits_by_scipy)
    checks.control_limits.again(
        limits_by_scipy, (0.0035, 780), (0.31, 57), (0.9, 2100), (0.00041, 93000), (0.06, 12)
    )


def around(width):
    """Limits at some width on either side of the rate."""
    return lambda p, n: (p - width(p, n), p + width(p, n))


SLIPS = [
    (checks.survives, 4 * 0.9, "multiplies by the number of layers"),
    (checks.survives, 0.344, "the share that is lost"),
    (checks.survives, 0.6, "a tenth of the whole"),
    (checks.survives, 65.61, "per cent where a share is wanted"),
    (checks.survives, 0.66, "right, but rounded too far"),
    (checks.small_in_tails, [pd.Series([True] * 13), pd.Series([True] * 10)], "a whole column"),
    (checks.layers, lambda people, span: int(math.log(people, span)), "Rounded down"),
    (checks.layers, lambda people, span: people // span, "once, and rounds down"),
    (checks.layers, lambda people, span: people / span, "divides the people by the span, once"),
    (checks.layers, lambda people, span: math.log(people, span), "not a whole number"),
    (checks.layers, lambda people, span: layers_by_steps(people, span) + 1, "the front line as a"),
    (checks.managers, lambda people, span: math.ceil(people / span), "the lowest layer"),
    (checks.managers, lambda people, span: math.ceil(people / span), "return stand below"),
    (checks.managers, floor_all_the_way, "This rounds down"),
    (checks.managers, one_more_all_the_way, "even where it divides evenly"),
    (checks.managers, layers_by_steps, "the number of layers"),
    (checks.managers, lambda p, s: p + managers_by_lists(p, s), "counts the front line too"),
    (checks.break_even, 0.81, "the variance of needs"),
    (checks.break_even, 0.405, "This halves the cost"),
    (checks.break_even_shared, lambda a, s, c: a * (1 - s) + c, "This is σ², a variance"),
    (checks.break_even_shared, lambda a, s, c: (a * s + c) ** 0.5, "keeps the part that is shared"),
    (checks.break_even_shared, lambda a, s, c: (a - a * s) ** 0.5, "Coordination is left out"),
    (
        checks.control_limits,
        lambda p, n: (p - 1.96 * (p * (1 - p)) ** 0.5 / n, p + 1.96 * (p * (1 - p)) ** 0.5 / n),
        "The root covers p(1 − p) but not n",
    ),
    (
        checks.control_limits,
        lambda p, n: (p - 1.96 * (p * (1 - p)) ** 0.5, p + 1.96 * (p * (1 - p)) ** 0.5),
        "This leaves n out",
    ),
    (
        checks.control_limits,
        lambda p, n: (max(0, funnel.limits(p, n)[0]), funnel.limits(p, n)[1]),
        "A limit below 0 is cut off here",
    ),
    (checks.outside, 12, "above their upper limit"),
    (checks.outside, 3, "below their lower limit"),
    (checks.outside, 2, "the same for all counties, without √n"),
    (checks.outside, 5, "three standard errors"),
    (checks.outside, 100, "This counts all hundred"),
    (checks.outside, 0, "limits around its own rate"),
    (checks.outside, 10, "the later period"),
    (checks.small_in_tails, [13, 8], "These are counts"),
    (checks.small_in_tails, [0.8, 1.0], "another order"),
    (checks.small_in_tails, 1.0, "2 are wanted"),
    (checks.next_period, [1.9, 2.71], "averages of county rates"),
    (checks.next_period, [0, 5.263], "the first period again"),
    (checks.next_period, [17, 66], "numbers of deaths"),
    (checks.separate_reserve, 5, "the reserve of one team"),
    (checks.separate_reserve, 16 * 14, "all that has to be ready"),
    (checks.separate_reserve, 164 - 144, "one common reserve"),
    (checks.separate_reserve, 16 * 14 - 9, "Take the mean from each"),
    (checks.pooled_reserve, lambda n, mean: n * stats.poisson.ppf(0.95, mean), "times the teams"),
    (
        checks.pooled_reserve,
        lambda n, mean: n * stats.poisson.ppf(0.95, mean) - n * mean,
        "what the teams keep separately",
    ),
    (checks.pooled_reserve, lambda n, mean: 1.6448536 * (n * mean) ** 0.5, "normal distribution"),
    # typed from the prompts alone
    (checks.survives, 0.1**4, "multiplies what is lost"),
    (checks.survives, 0.4, "adds up what four layers would lose"),
    (checks.survives, 0.81, "after two layers"),
    (checks.survives, 0.9 * 400, "nine tenths of the tables"),
    (checks.survives, 0.9**4 * 400, "a number of tables"),
    (checks.survives, 66, "per cent, and rounded"),
    (checks.survives, 0.1, "a single layer loses"),
    (checks.layers, lambda p, s: s ** layers_by_steps(p, s), "This returns reach"),
    (checks.layers, lambda p, s: math.log(p), "knows nothing of the span"),
    (checks.layers, lambda p, s: math.ceil(math.log(p) / s), "divided by the span itself"),
    (checks.layers, lambda p, s: math.ceil(math.log(p / s)), "Close the bracket after people"),
    (checks.layers, lambda p, s: math.log(s) / math.log(p), "have changed places"),
    (checks.layers, lambda p, s: math.ceil(p / s / s), "divides by the span twice"),
    (checks.layers, lambda p, s: round(p / s), "divides by it once"),
    (checks.layers, managers_by_lists, "counts managers"),
    (checks.layers, lambda p, s: p * s, "multiplies the people by the span"),
    (checks.managers, lambda p, s: p / s, "the lowest layer, and not rounded"),
    (checks.managers, lambda p, s: p // s, "the lowest layer, rounded down"),
    (checks.managers, lambda p, s: round(p / s), "rounded to the nearest"),
    (
        checks.managers,
        lambda p, s: math.ceil(p / s) + math.ceil(p / s / s),
        "the two lowest layers",
    ),
    (checks.managers, lambda p, s: math.ceil(p / s) + 1, "There are layers between"),
    (checks.managers, lambda p, s: p + math.ceil(p / s), "the front line and the lowest layer"),
    (checks.managers, lambda p, s: s * layers_by_steps(p, s), "as many managers as one can lead"),
    (checks.break_even, 1.62, "This doubles the cost"),
    (checks.break_even, 0.9**0.5, "The root is taken twice"),
    (checks.break_even, 1.81, "adds one to the cost"),
    (checks.break_even, 0.45, "half of the root"),
    (checks.break_even, 1.2346, "divides one by the cost"),
    (checks.break_even_shared, lambda a, s, c: a * s, "the part that back-up takes over"),
    (checks.break_even_shared, lambda a, s, c: (a * s) ** 0.5, "the root of the part"),
    (checks.break_even_shared, lambda a, s, c: a * s + c, "adds coordination to the part"),
    (checks.break_even_shared, lambda a, s, c: a - a * s, "left out, and so is the root"),
    (checks.break_even_shared, lambda a, s, c: a - s + c, "Brackets are missing, and the root"),
    (checks.break_even_shared, lambda a, s, c: (a * (1 - s + c)) ** 0.5, "closes too late"),
    (checks.break_even_shared, lambda a, s, c: (1 - s + c) ** 0.5, "The extra cost is left out"),
    (checks.break_even_shared, lambda a, s, c: a * (1 - s) + c**0.5, "covers coordination alone"),
    (checks.break_even_shared, lambda a, s, c: (a / (1 - s) + c) ** 0.5, "divides by 1 − shared"),
    (
        checks.break_even_shared,
        lambda a, s, c: a**0.5 - (a * (1 - s) + c) ** 0.5,
        "by how much back-up lowers",
    ),
    (checks.control_limits, around(lambda p, n: 1.96 * ((1 - p) / n) ** 0.5), "p is missing under"),
    (checks.control_limits, around(lambda p, n: (1.96 * p * (1 - p) / n) ** 0.5), "1.96 stands"),
    (checks.control_limits, around(lambda p, n: 1.96 * p**0.5 * (1 - p) / n), "covers p alone"),
    (checks.control_limits, around(lambda p, n: 1.96 * (p * (1 - p) / (n - 1)) ** 0.5), "n − 1"),
    (checks.control_limits, around(lambda p, n: 1.96 / n**0.5), "The risk p is left out"),
    (checks.control_limits, lambda p, n: (funnel.limits(p, n)[0],) * 2, "Both are the lower limit"),
    (
        checks.control_limits,
        lambda p, n: (p, funnel.limits(p, n)[1]),
        "the lower one is the rate itself",
    ),
    (checks.outside, 9, "takes those below from those above"),
    (checks.outside, 24, "doubles those above"),
    (checks.outside, 185, "The signs are the wrong way round"),
    (checks.outside, 88, "not above"),
    (checks.outside, 97, "not below"),
    (checks.outside, 41, "above the rate of the state"),
    (checks.outside, 29, "one county of mean size"),
    (checks.outside, 86, "those of the whole state"),
    (checks.outside, 8, "later rates against the limits of the first"),
    (checks.small_in_tails, [8, 13], "that of `highest` first"),
    (checks.small_in_tails, [1, 8 / 13], "divided by the counties without a death"),
    (checks.small_in_tails, [1.3, 0.8], "divided by ten"),
    (checks.small_in_tails, [13 / 23, 8 / 23], "divided by all counties at the two ends"),
    (checks.small_in_tails, [0.5, 0.5], "small in the whole state"),
    (checks.next_period, [1.98, 2.02], "the two rates of the whole state"),
    (checks.next_period, [1.7342, 1.9792], "The second is that of the whole state"),
    (checks.next_period, [1.7342, 5.26], "the first period's rate"),
    (checks.next_period, [17_000, 66_000], "leave out the births"),
    (checks.next_period, [17 / 13, 6.6], "deaths for each county"),
    (checks.next_period, [9803, 21619], "These are births"),
    (checks.separate_reserve, 164, "one common reserve would have ready"),
    (checks.separate_reserve, 320, "the common reserve of all, sixteen times"),
    (checks.separate_reserve, 136.8, "95 % of the mean"),
    (checks.separate_reserve, -32, "the number of tables, away"),
    (checks.separate_reserve, -80, "not the quantile from the mean"),
    (checks.separate_reserve, 128, "the quantile of 0.99"),
    (checks.separate_reserve, 63, "have changed places"),
    (checks.separate_reserve, 21, "adds the reserve of one table"),
    (checks.pooled_reserve, lambda n, mean: n * mean, "the mean of all together"),
    (
        checks.pooled_reserve,
        lambda n, mean: stats.poisson.ppf(0.95, n * mean) - n,
        "takes the number of teams away",
    ),
    (
        checks.pooled_reserve,
        lambda n, mean: n * (stats.poisson.ppf(0.95, n * mean) - n * mean),
        "multiplies the common reserve by the teams",
    ),
    (
        checks.pooled_reserve,
        lambda n, mean: stats.poisson.ppf(0.95, n + mean) - n - mean,
        "adds teams and demand",
    ),
    (checks.pooled_reserve, lambda n, mean: stats.poisson.ppf(0.95, mean), "one team has ready"),
    (checks.pooled_reserve, lambda n, mean: 0.95 * n * mean, "95 % of the mean"),
]


@pytest.mark.parametrize(
    ("check", "answer", "said"), SLIPS, ids=[f"{row[0].name}: {row[2]}" for row in SLIPS]
)
def test_a_slip_as_somebody_would_write_it_is_named(check, answer, said):
    with pytest.raises(AssertionError, match=re.escape(said)):
        check(answer)


# True in what they say


def test_after_four_layers_a_third_is_lost():
    says(checks.survives, "Nine tenths at each layer", "after four of them a third is lost")
    says(checks.survives, "0.9 times 0.9", "0.9 ** 4")
    assert (checks.LAYERS, checks.KEPT) == (4, 0.9)
    assert 1 - math.prod([0.9] * 4) == approx(1 / 3, abs=0.02)


def test_the_ministry_needs_four_layers_or_two_with_a_span_of_20():
    says(checks.layers, "400 tables need four layers with a span of 7, and two with a span of 20")
    says(checks.layers, "with a span of 7, three layers lead 343 people at most", "8 times 8 is 64")
    assert [layers_by_steps(400, span) for span in (7, 20)] == [4, 2]
    assert 7**3 == 343 < 400
    assert 8 * 8 == 64
    assert (64, 8) in checks.layers.cases


def test_seventy_managers_stand_above_400_tables():
    says(checks.managers, "70 managers for 400 tables with a span of 7, about one for every six")
    assert round(400 / 70) == 6
    says(checks.managers, "27 people with a span of 3 need 9, not 10")
    assert managers_by_lists(400, 7) == 70
    assert 27 // 3 == 9
    assert layers_model.run(400, 7).managers == 70


def test_the_borders_are_ninety_and_sixty_five_hundredths():
    says(checks.break_even, "σ² = 0.81")
    says(checks.break_even_shared, "half of what costs 0.81", "from 0.90 to 0.65")
    assert checks.EXTRA_COST == 0.81
    assert f"{border_by_halving(0.81, 0, 0):.2f}" == "0.90"
    assert f"{border_by_halving(0.81, 0.5, 0.02):.2f}" == "0.65"
    assert (0.81, 0.5, 0.02) in checks.break_even_shared.cases


def test_the_smaller_half_fills_the_low_end_and_most_of_the_high_one(ends):
    says(checks.small_in_tails, "fills the low end and most of the high one, as chance")
    none, highest = ends
    assert none.small.all()
    assert 0.75 < highest.small.mean() < 1
    assert len(highest) == checks.HIGHEST == 10


def test_fifteen_lie_outside_where_chance_puts_five(imagined, counties, state):
    says(checks.outside, "Chance alone would put about five outside; fifteen are")
    low, high = funnel.limits(state[0], counties[0].births.to_numpy())
    assert checks.outside.expected() == 15
    outside = ((imagined < low) | (imagined > high)).sum(axis=1)
    assert round(outside.mean()) == 5
    far = funnel.limits(state[0], counties[0].births.to_numpy(), z=3)
    assert ((counties[0].rate < far[0]) | (counties[0].rate > far[1])).sum() == 5


def test_both_ends_went_towards_the_state(counties, ends, state):
    says(checks.next_period, "From none to 1.7, and from 5.3 to 3.1", "the state's 2.0")
    says(checks.next_period, "66 deaths where 43 were to be expected", "1,000", "100,000")
    says(checks.conclusion, "the state's 1.98", "question 10")
    first, later = counties
    for period, rates in ((first, (0, 5.3)), (later, (1.7, 3.1))):
        for end, rate in zip(ends, rates, strict=True):
            rows = period.loc[end.index]
            assert 1000 * rows.sids_deaths.sum() / rows.births.sum() == approx(rate, abs=0.05)
    high = later.loc[ends[1].index]
    assert high.sids_deaths.sum() == 66
    assert round(state[1] * high.births.sum()) == 43
    assert [f"{1000 * rate:.2f}" for rate in state] == ["2.02", "1.98"]


def test_twenty_in_common_do_what_eighty_do_apart():
    says(checks.separate_reserve, "five helpers", "all eighty", "There are sixteen", "mean of 9")
    says(checks.pooled_reserve, "Twenty helpers in common do what eighty do apart")
    one = quantile_by_adding(9) - 9
    assert (one, 16 * one, quantile_by_adding(144) - 144) == (5, 80, 20)
    assert (checks.TEAMS, checks.DEMAND, checks.LEVEL) == (16, 9, 0.95)


def test_one_standard_deviation_is_short_in_more_than_one_week_of_twenty():
    says(checks.separate_reserve, "short in more than one week of twenty")
    says(checks.pooled_reserve, "short in more than one week of twenty")
    for mean in (9, 144, 20, 100):
        assert stats.poisson.sf(mean + math.sqrt(mean), mean) > 1 / 20


METHOD = {  # numbers of the procedure, not of the data, and where they come from
    "0", "1", "0.5",  # 1 − p, a limit below 0, ** 0.5
    "0.9", "4", "0.81", "0.8", "0.4", "9",  # as the questions say
    "1.96", "1.645", "1.64", "95", "100", "5",  # of normal and other quantiles
    "0.95", "0.05", "2.5", "0.99", "16",
    "000", "10",  # of 1,000 births, 100,000 births, and question 10
}  # fmt: skip
RECOMPUTED = {
    "400", "7", "20", "343", "8", "64", "70", "27", "3", "0.90", "0.65",
    "1.7", "5.3", "3.1", "2.0", "66", "43", "1.98",
}  # fmt: skip


def test_no_other_figure_is_stated_without_being_computed_again_here():
    stated = set()
    for check in vars(checks).values():
        if isinstance(check, Check):
            stated |= set(re.findall(r"\d+(?:\.\d+)?", says(check)))
    assert stated - METHOD == RECOMPUTED
