"""The checks of module 3: right by other routes than their own, and true in what they say."""

import math
import re

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects
from wording import says

from scaling import datasets
from scaling.checking import Check
from scaling.size_context import checks, joining_up

approx = pytest.approx


@pytest.fixture(scope="module")
def trials():
    """Log risk ratios and variances as the exercise makes them: Series in the order of the file."""
    table = datasets.load("bcg_trials")
    effects = np.log(
        (table.vaccinated_tb / table.vaccinated_n) / (table.control_tb / table.control_n)
    )
    variances = (
        1 / table.vaccinated_tb
        - 1 / table.vaccinated_n
        + 1 / table.control_tb
        - 1 / table.control_n
    )
    return effects, variances


@pytest.fixture(scope="module")
def pooled(trials):
    return combine_effects(*(part.to_numpy() for part in trials), method_re="dl")


@pytest.fixture(scope="module")
def shares():
    """Share bought and households of the villages with at least 20, and everybody's share."""
    households = datasets.load("rice_insurance")
    villages = households.groupby("village").bought.agg(["mean", "size"])
    return villages[villages["size"] >= 20], households.bought.mean()


# Right by other routes


def pairs_by_loop(n):
    count = 0
    for person in range(n):
        for _ in range(person):
            count += 1
    return count


PAIRS = [
    pairs_by_loop,
    lambda n: n * (n - 1) // 2,
    lambda n: math.comb(n, 2),
    lambda n: np.arange(n).sum(),
    lambda n: np.triu(np.ones((n, n)), 1).sum(),
    lambda n: pd.Series(range(n)).sum(),
    lambda n: nx.complete_graph(n).number_of_edges(),
]


@pytest.mark.parametrize("pairs", PAIRS)
def test_pairs_may_be_counted_in_many_ways(pairs):
    checks.pairs(pairs)
    checks.pairs.again(pairs, (7,), (31,), (1,), (613,))


def alive_by_cases(n, hours, hours_per_tie):
    could_keep = hours / hours_per_tie
    if could_keep > n - 1:
        return 1
    return could_keep / (n - 1)


ALIVE = [
    alive_by_cases,
    lambda n, hours, per_tie: np.minimum(1, hours / per_tie / (n - 1)),
    lambda n, hours, per_tie: pd.Series([1, hours / (per_tie * (n - 1))]).min(),
    lambda n, hours, per_tie: np.clip(hours / (per_tie * (n - 1)), 0, 1),
]


@pytest.mark.parametrize("alive_share", ALIVE)
def test_the_share_alive_may_be_computed_in_many_ways(alive_share):
    checks.alive_share(alive_share)
    checks.alive_share.again(alive_share, (13, 4, 0.8), (2, 9, 3), (77, 6.5, 0.7))


def q_by_loop(effects, variances):
    effects, variances = list(effects), list(variances)
    top = bottom = 0
    for effect, variance in zip(effects, variances, strict=True):
        top += effect / variance
        bottom += 1 / variance
    q = 0
    for effect, variance in zip(effects, variances, strict=True):
        q += (effect - top / bottom) ** 2 / variance
    return q


def q_by_numpy(effects, variances):
    effects, weights = np.array(effects), 1 / np.array(variances)
    return weights @ (effects - np.average(effects, weights=weights)) ** 2


def q_by_pandas(effects, variances):
    table = pd.DataFrame({"y": list(effects), "w": 1 / pd.Series(list(variances))})
    return (table.w * (table.y - (table.w * table.y).sum() / table.w.sum()).pow(2)).sum()


def q_by_statsmodels(effects, variances):
    return combine_effects(np.array(effects), np.array(variances)).q


Q = [q_by_loop, q_by_numpy, q_by_pandas, q_by_statsmodels]


@pytest.mark.parametrize("q_statistic", Q)
def test_q_may_be_computed_in_many_ways(q_statistic):
    checks.q_statistic(q_statistic)
    checks.q_statistic.again(q_statistic, ([-1.7, -0.4], [0.3, 0.019]))


def tau2_by_loop(effects, variances):
    weights = [1 / variance for variance in variances]
    squares = sum(weight**2 for weight in weights)
    value = (q_by_loop(effects, variances) - (len(weights) - 1)) / (
        sum(weights) - squares / sum(weights)
    )
    return value if value > 0 else 0


def tau2_by_numpy(effects, variances):
    w = 1 / np.asarray(variances)
    return np.clip(
        (q_by_numpy(effects, variances) - len(w) + 1) / (w.sum() - w @ w / w.sum()), 0, None
    )


def tau2_by_pandas(effects, variances):
    w = 1 / pd.Series(list(variances))
    value = (q_by_pandas(effects, variances) - (w.count() - 1)) / (
        w.sum() - w.pow(2).sum() / w.sum()
    )
    return pd.Series([value]).clip(lower=0)


def tau2_by_statsmodels(effects, variances):
    return max(0, combine_effects(np.array(effects), np.array(variances), method_re="dl").tau2)


TAU2 = [tau2_by_loop, tau2_by_numpy, tau2_by_pandas, tau2_by_statsmodels]


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize("tau2", TAU2)
def test_tau2_may_be_computed_in_many_ways(tau2):
    checks.tau2(tau2)
    checks.tau2.again(tau2, ([0.2, 0.21, 0.19], [0.4, 0.3, 0.2]), ([-1.7, -0.4], [0.3, 0.019]))


def interval_by_hand(mean, se, tau2, k):
    t = -stats.t.ppf(0.025, k - 2)
    return mean - t * (tau2 + se * se) ** 0.5, mean + t * (tau2 + se * se) ** 0.5


INTERVALS = [
    interval_by_hand,
    lambda mean, se, tau2, k: stats.t.interval(0.95, k - 2, mean, math.hypot(se, math.sqrt(tau2))),
    lambda mean, se, tau2, k: (
        pd.Series([-1, 1]) * stats.t.isf(0.025, k - 2) * np.sqrt(tau2 + se**2) + mean
    ),
    lambda mean, se, tau2, k: {
        "low": interval_by_hand(mean, se, tau2, k)[0],
        "high": interval_by_hand(mean, se, tau2, k)[1],
    },
]


@pytest.mark.parametrize("next_place_interval", INTERVALS)
def test_the_next_places_interval_may_be_computed_in_many_ways(next_place_interval):
    checks.next_place_interval(next_place_interval)
    checks.next_place_interval.again(next_place_interval, (0.3, 0.07, 0.011, 4))


def test_the_weights_are_those_of_the_exercise(trials):
    _, variances = trials
    checks.weights(1 / variances)
    checks.weights([1 / variance for variance in variances])
    checks.weights((1 / variances).to_frame())
    checks.weights(np.power(variances.to_numpy(), -1).round(2))


def test_the_pooled_effect_is_that_of_statsmodels(pooled):
    checks.pooled_effect(pooled.mean_effect_re)
    checks.pooled_effect(round(pooled.mean_effect_re, 3))


def test_the_chance_above_one_is_that_of_a_shifted_t(pooled):
    spread = math.sqrt(pooled.tau2 + pooled.sd_eff_w_re**2)
    chance = 1 - stats.t(11, pooled.mean_effect_re, spread).cdf(0)
    checks.chance_above_one(chance)
    checks.chance_above_one(round(chance, 3))


def test_the_spread_of_villages_may_be_of_these_or_of_all_villages(shares):
    villages, _ = shares
    checks.village_spread(villages["mean"].std())
    checks.village_spread(np.std(villages["mean"]))  # numpy divides by n
    checks.village_spread(round(villages["mean"].std(), 2))


def test_the_spread_of_chance_may_be_computed_or_drawn(shares):
    villages, everybody = shares
    n = villages["size"].to_numpy()
    here = (villages["mean"] * n).sum() / n.sum()
    generator = np.random.default_rng(1)
    for common in (everybody, here):
        checks.chance_spread(np.sqrt(np.mean(common * (1 - common) / n)))
        checks.chance_spread(math.sqrt(sum(common * (1 - common) / size for size in n) / len(n)))
        drawn = generator.binomial(n, common, (2000, len(n))) / n
        checks.chance_spread(drawn.std(axis=1, ddof=1).mean())
        checks.chance_spread(pd.DataFrame(drawn).std(axis=1).mean())


def test_overtaking_may_be_read_from_the_table_or_between_its_rows():
    curve = joining_up.curve_table()
    ahead = curve[curve["scale up"] > curve["join up"]]
    checks.overtaking(ahead["likeness"].min())
    checks.overtaking(float(ahead["likeness"].iloc[0]))
    gap = (curve["scale up"] - curve["join up"]).to_numpy()
    checks.overtaking(np.interp(0, gap[15:20], curve["likeness"].to_numpy()[15:20]))


def test_copying_overtakes_going_it_alone_earlier_than_joining_up():
    curve = joining_up.curve_table()
    ahead = curve[curve["scale up"] > curve["go it alone"]]
    with pytest.raises(AssertionError, match="overtakes going it alone"):
        checks.overtaking(ahead["likeness"].min())


def test_the_exception_is_found_by_counting_arrows():
    organisations, ties = datasets.load("rescue_orgs"), datasets.load("rescue_ties")
    exceptions = []
    for event, rows in organisations.groupby("event"):
        network = nx.DiGraph(
            ties.loc[ties.event == event, ["from_org", "to_org"]].to_numpy().tolist()
        )
        leader = rows.set_index("org").command_score.idxmax()
        if network.in_degree(leader) < max(degree for _, degree in network.in_degree):
            exceptions.append(event)
    (exception,) = exceptions
    checks.exception(exception)


def test_the_statement_of_the_picture_that_is_true_is_b():
    """As the exercise words them: a and d by the intervals, c by the trials below 20 degrees."""
    assert checks.reading.expected() == {"a": False, "b": True, "c": False, "d": False}


# Slips beyond their hints: the wrong way written out by somebody


def weights_squared_too(effects, variances):
    w = 1 / np.asarray(variances, float)
    return np.sum((w * (np.asarray(effects, float) - np.average(effects, weights=w))) ** 2)


def q_with(effects, variances, brackets=True, square="each"):
    w, y = 1 / np.asarray(variances, float), np.asarray(effects, float)
    mean = np.sum(w * y) / np.sum(w)
    distance = w * (y - mean) if brackets else w * y - mean
    return (
        np.sum(w * (y - mean) ** 2)
        if (square, brackets) == ("each", True)
        else (np.sum(distance) ** 2)
    )


def tau2_with(effects, variances, what):
    w, q, k = 1 / np.asarray(variances, float), q_with(effects, variances), len(effects)
    denominator = np.sum(w) - np.sum(w**2) / np.sum(w)
    match what:
        case "w.sum()**2":
            return max(0, (q - (k - 1)) / (np.sum(w) - np.sum(w) ** 2 / np.sum(w)))
        case "q - (k-1)/d":
            return max(0, q - (k - 1) / denominator)
        case "q/d":
            return q / denominator
    return (q - (k - 1)) / denominator


SLIPS = [
    (checks.pairs, lambda n: int(n / 2) * (n - 1), "An odd number of people is halved too early"),
    (checks.alive_share, lambda n, hours, h: min(1, hours / h // 1 / (n - 1)), "whole ties only"),
    (checks.alive_share, lambda n, hours, h: max(1, hours / h / (n - 1)), "the larger of two"),
    (checks.q_statistic, weights_squared_too, "The weights are squared as well"),
    (
        checks.q_statistic,
        lambda y, v: np.average(y, weights=1 / np.array(v)),
        "weighted mean. Q is",
    ),
    (checks.pooled_effect, -0.4323, "Or brackets are missing"),
    (checks.chance_above_one, 0.12144, "This uses k or k − 1 degrees of freedom"),
    (checks.village_spread, 0.475, "This is the middle of the shares"),
    (checks.chance_spread, 0.4726, "This adds up the variances"),
    (checks.pairs, lambda n: n * n - 1 / 2, "Brackets are missing"),
    (checks.pairs, lambda n: (n**2 - 1) / 2, "A bracket is missing round n − 1"),
    (checks.pairs, lambda n: n * n - n / 2, "halve the whole product"),
    (checks.pairs, lambda n: n - 1, "the number of ties that one person can have"),
    (checks.pairs, lambda n: 66 / 12 * n, "This grows in proportion"),
    (checks.pairs, lambda n: n ^ 2, "The power in Python is **"),
    (checks.tau2, lambda y, v: max(0, np.asarray(v)), "A sum is missing: np.sum(w**2)"),
    (checks.chance_above_one, 2 / 13, "the share of the trials whose risk ratio is above 1"),
    (checks.chance_above_one, 0.125, "This is the round figure"),
    (checks.chance_spread, math.sqrt(0.4638 * 0.5362 / 20), "the smallest size for every village"),
    (checks.overtaking, 0.9, "There copying is ahead already"),
    (checks.overtaking, 0.5, "There joining up is ahead."),
    (checks.pairs, lambda n: n * 2, "as the example in the hint does"),
    (checks.alive_share, lambda n, hours, h: hours / h, "ties that one person can keep alive"),
    (checks.alive_share, lambda n, hours, h: min(1, hours / h), "that one person can keep alive"),
    (checks.alive_share, lambda n, hours, h: hours / h / n, "not to n. And cap the share"),
    (checks.alive_share, lambda n, hours, h: min(1, hours / h / n), "n − 1 others, not to n."),
    (
        checks.alive_share,
        lambda n, hours, h: min(1, hours / h * (n - 1)),
        "n − 1 multiplies here, where it should divide",
    ),
    (checks.alive_share, lambda n, hours, h: min(1, hours / (n - 1)), "a tie needs are left out"),
    (checks.voice, 90 * 48, "This multiplies"),
    (checks.voice, 2, "whole minutes"),
    (checks.voice, 90 / 24, "the guests of one table"),
    (checks.weights, [(1 / checks._bcg()[1]).sum()], "This is the sum of the weights"),
    (checks.weights, 1 - checks._bcg()[1], "takes the variance from one"),
    (checks.q_statistic, lambda y, v: q_with(y, v, brackets=False), "y − mean is one distance"),
    (checks.q_statistic, lambda y, v: q_with(y, v, square="sum"), "Square each of them before"),
    (checks.q_statistic, lambda y, v: q_with(y, v) / len(y), "Q is their sum"),
    (checks.q_statistic, lambda y, v: np.sqrt(q_with(y, v)), "The square root is one step too"),
    (checks.tau2, lambda y, v: tau2_with(y, v, "w.sum()**2"), "np.sum(w**2), not np.sum(w)**2"),
    (checks.tau2, lambda y, v: tau2_with(y, v, "q - (k-1)/d"), "is divided by the denominator."),
    (checks.tau2, lambda y, v: tau2_with(y, v, "q/d"), "Nothing is taken from Q here."),
    (checks.tau2, lambda y, v: min(0, tau2_with(y, v, "")), "This takes the smaller"),
    (checks.pooled_effect, 0.7141, "The sign is lost"),
    (checks.pooled_effect, 1 - 0.4897, "by how much the risk falls"),
    (
        checks.next_place_interval,
        lambda m, s, t, k: (m - 2 * (t + s**2) ** 0.5, m + 2 * (t + s**2) ** 0.5),
        "This rounds the quantile to two",
    ),
    (checks.chance_above_one, 12, "in per cent, and whole"),
    (checks.chance_above_one, 0.2467, "This counts both sides"),
    (checks.village_spread, 0.1372 / 31**0.5, "the standard error of their mean"),
    (checks.overtaking, 0.6, "Here offering, then adapting overtakes"),
    (checks.overtaking, 1.0, "This is the last row"),
    (checks.exception, "Mount Si", "Look for the row with False"),
    (checks.exception, "Texas Highway Patrol", "This is an organisation."),
    (checks.exception, "False", "Write the name of the emergency"),
]


@pytest.mark.parametrize(
    ("check", "answer", "said"),
    SLIPS,
    ids=[f"{row[0].name}: {i}: {row[2]}" for i, row in enumerate(SLIPS)],
)
def test_a_slip_as_somebody_would_write_it_is_named(check, answer, said):
    with pytest.raises(AssertionError, match=re.escape(said)):
        check(answer)


def test_the_mean_of_standard_deviations_is_told_from_what_may_be_drawn(shares, capsys):
    """It lies within what imagined worlds give, so it is told by its decimals."""
    counted, common = shares
    for p in (common, round(common, 2), counted["mean"].mean()):
        mean_of_roots = np.sqrt(p * (1 - p) / counted["size"]).mean()
        for answer in (mean_of_roots, round(mean_of_roots, 4), pd.Series([mean_of_roots])):
            with pytest.raises(AssertionError, match="variances add up, their roots do not"):
                checks.chance_spread(answer)
    generator = np.random.default_rng(5)
    for p in (common, counted["mean"].mean()):
        drawn = generator.binomial(counted["size"], p, (2000, len(counted))) / counted["size"].array
        checks.chance_spread(drawn.std(axis=1, ddof=1).mean())
        checks.chance_spread(math.sqrt((p * (1 - p) / counted["size"]).mean()))
    assert capsys.readouterr().out.count("✔") == 4


# True in what they say


def test_two_tables_joined_have_more_than_four_times_the_ties():
    says(checks.pairs, "Twice the people, more than four times the ties: from 66 to 276.")
    twelve, twenty_four = (pairs_by_loop(n) for n in (12, 24))
    assert (twelve, twenty_four) == (66, 276)
    assert twenty_four > 4 * twelve


def test_once_a_group_is_too_large_the_share_alive_only_falls():
    says(checks.alive_share, "once it is too large to know everybody, the share alive only falls")
    hours, per_tie = 5, 0.5
    most = int(hours / per_tie + 1)
    assert alive_by_cases(most, hours, per_tie) == 1
    shares = [alive_by_cases(n, hours, per_tie) for n in range(most, 200)]
    assert shares == sorted(shares, reverse=True)
    assert len(set(shares)) == len(shares)


def test_each_guest_speaks_for_less_than_two_minutes_of_an_hour_and_a_half():
    says(checks.voice, "1.875 minutes each, in a meeting of an hour and a half")
    assert (checks.mine.guests, checks.mine.meeting_minutes) == (48, 60 * 1.5)
    assert 90 / 48 == 1.875


def test_the_weights_reach_from_less_than_2_to_more_than_250(trials):
    says(checks.weights, "from less than 2 to more than 250")
    weights = 1 / trials[1]
    assert weights.min() < 2
    assert weights.max() > 250


def test_q_is_152_where_chance_would_give_12(trials, pooled):
    says(checks.q_statistic, "Q is about k − 1", "For the BCG trials it is 152, not 12.")
    assert round(pooled.q) == round(q_by_loop(*trials)) == 152
    assert len(trials[0]) - 1 == 12
    chance = np.random.default_rng(1).normal(0, np.sqrt(trials[1].to_numpy()), (4000, 13))
    by_chance = np.array([q_by_numpy(effects, trials[1]) for effects in chance])
    assert by_chance.mean() == approx(12, abs=4 * by_chance.std() / math.sqrt(4000))


def test_tuberculosis_falls_to_about_half_on_average(pooled, trials):
    says(checks.pooled_effect, "about half on average: exp(−0.714) = 0.49", "the 13 trials")
    assert round(pooled.mean_effect_re, 3) == -0.714
    assert round(math.exp(-0.714), 2) == 0.49
    assert len(trials[0]) == 13


def test_trials_narrow_the_means_interval_and_the_next_places_stops(pooled):
    says(
        checks.next_place_interval,
        "More trials narrow the interval of the mean in the end; this one",
    )
    tau2 = pooled.tau2
    widths = [
        np.ptp(checks.next_place_interval.expected(0.0, math.sqrt((tau2 + 0.05) / k), tau2, k))
        for k in (5, 50, 5000, 5_000_000)
    ]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] == approx(2 * 1.96 * math.sqrt(tau2), rel=1e-4)


def test_the_next_place_has_one_chance_in_eight_of_no_benefit():
    says(checks.chance_above_one, "0.123", "one chance in eight", "With 13 places", "k − 2")
    assert round(checks.chance_above_one.expected(), 3) == 0.123
    assert round(1 / checks.chance_above_one.expected()) == 8


def test_villages_lie_14_points_from_their_mean_and_chance_gives_8(shares):
    says(checks.village_spread, "about 14 points", "20 or more")
    says(checks.chance_spread, "about 8 points: in variance, over a third of what")
    villages, common = shares
    seen = villages["mean"].std()
    chance = math.sqrt((common * (1 - common) / villages["size"]).mean())
    assert (round(100 * seen), round(100 * chance)) == (14, 8)
    says(checks.village_spread, "0.137")
    says(checks.chance_spread, "0.084")
    assert round(seen, 3) == 0.137
    assert checks.chance_spread.expected() == approx(0.084, abs=0.0005)
    assert 1 / 3 < (chance / seen) ** 2 < 0.5
    assert villages["size"].min() >= checks.SMALLEST_VILLAGE == 20


def test_small_villages_spread_further_than_their_average_size_tells(shares):
    says(checks.chance_spread, "small villages spread much further")
    sizes, common = shares[0]["size"], shares[1]
    assert (common * (1 - common) / sizes).mean() > common * (1 - common) / sizes.mean()


def test_copying_wins_only_where_places_are_more_than_four_fifths_alike():
    says(
        checks.overtaking,
        "copying beats joining up only where places are more than four fifths alike",
    )
    assert checks.overtaking.expected() > 4 / 5
    says(checks.overtaking, "a likeness of about 0.85 on, 0.83 to 0.88 in eight imagined worlds")
    found = [joining_up.curve(seed=seed).overtaking for seed in range(1, 9)]
    assert [round(value, 2) for value in (min(found), np.median(found), max(found))] == [
        0.83,
        0.86,
        0.88,
    ]
    curve = joining_up.curve_table()
    assert not (curve["scale up"] > curve["join up"])[curve["likeness"] <= 0.8].any()


def test_the_hints_on_reading_the_forest_plot_are_true():
    says(checks.reading, "at 50°", "some risk ratios lie near 1, others clearly below it")
    table = datasets.load("bcg_trials")
    ratio = (table.vaccinated_tb / table.vaccinated_n) / (table.control_tb / table.control_n)
    near_equator = ratio[table.latitude_deg < 20]
    assert (abs(near_equator - 1) < 0.1).any()
    assert (near_equator < 0.9).any()


def test_the_leader_who_is_also_largest_is_no_exception():
    says(checks.exception, "There the leader is also the one with most staff.")
    (hint,) = [hint for hint in checks.exception.slips if "also the one with most staff" in hint]
    organisations = datasets.load("rescue_orgs")
    (event,) = checks.exception.slips[hint]()
    rows = organisations[organisations.event == event].set_index("org")
    staff = rows[["paid_staff", "volunteer_staff"]].astype(float).fillna(0).sum(axis=1)
    assert rows.command_score.idxmax() == staff.idxmax()


METHOD = {  # numbers of the procedure, not of the data, and where they come from
    "0", "1", "2",  # k − 1, n + 1, 1/variance, max(0, …), divide by 2
    "0.975", "0.95", "5", "1.96",  # quantiles of 95 % intervals
    "20", "50",  # as the questions ask
}  # fmt: skip
RECOMPUTED = {"66", "276", "250", "152", "12", "13", "0.714", "0.49", "14", "8"}
RECOMPUTED |= {"1.875", "0.123", "0.137", "0.084", "0.85", "0.83", "0.88"}


def test_no_other_figure_is_stated_without_being_computed_again_here():
    stated = set()
    for check in vars(checks).values():
        if isinstance(check, Check):
            stated |= set(re.findall(r"\d+(?:\.\d+)?", says(check)))
    assert stated - METHOD == RECOMPUTED


def test_1_96_and_0_975_are_the_quantiles_of_95_per_cent():
    assert stats.norm.ppf(0.975) == approx(1.96, abs=0.0001)
    assert stats.norm.cdf(1.96) - stats.norm.cdf(-1.96) == approx(0.95, abs=0.0001)
    assert checks.LEVEL == 0.975
