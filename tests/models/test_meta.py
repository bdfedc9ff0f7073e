"""The arithmetic of several studies, against published values, statsmodels and plain sums."""

import math
import warnings
from statistics import NormalDist

import numpy as np
import pytest
from scipy import integrate
from statsmodels.regression.linear_model import WLS
from statsmodels.stats.meta_analysis import combine_effects

from scaling import datasets, meta

approx = pytest.approx


def bcg():
    """Log risk ratios, their variances and latitudes, straight from the table of counts."""
    table = datasets.load("bcg_trials")
    log_ratio = np.log(
        table.vaccinated_tb / table.vaccinated_n / (table.control_tb / table.control_n)
    )
    variance = (
        1 / table.vaccinated_tb
        + 1 / table.control_tb
        - 1 / table.vaccinated_n
        - 1 / table.control_n
    )
    return log_ratio.to_numpy(), variance.to_numpy(), table.latitude_deg.to_numpy(float)


def expectancy():
    table = datasets.load("teacher_expectancy")
    return table.effect_d.to_numpy(), table.variance.to_numpy()


def imagined(seed, k, spread):
    generator = np.random.default_rng(seed)
    variances = generator.uniform(0.01, 0.5, k)
    return generator.normal(0.2, np.sqrt(variances + spread**2)), variances


def student_density(value, freedom):
    """Student's t, written out."""
    factor = math.gamma((freedom + 1) / 2) / math.gamma(freedom / 2) / math.sqrt(freedom * math.pi)
    return factor * (1 + value**2 / freedom) ** (-(freedom + 1) / 2)


# The mean of all places


def test_the_bcg_trials_come_out_as_published():
    """metafor's documentation of ``dat.bcg`` with ``method="DL"``; Q also in Colditz's review."""
    result = meta.random_effects(*bcg()[:2])
    assert result.k == 13
    assert result.tau2 == approx(0.3088, abs=5e-5)
    assert result.mean == approx(-0.7141, abs=5e-5)
    assert result.se == approx(0.1787, abs=5e-5)
    assert result.q == approx(152.23, abs=5e-3)


CASES = {
    "bcg": bcg()[:2],
    "expectancy": expectancy(),
    "alike": imagined(1, 30, 0.0),
    "spread out": imagined(2, 30, 1.0),
    "two": imagined(3, 2, 0.5),
    "many": imagined(4, 500, 0.3),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("method", ["dl", "chi2"])
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_the_mean_of_all_places_is_that_of_statsmodels(case, method):
    effects, variances = CASES[case]
    ours = meta.random_effects(effects, variances)
    theirs = combine_effects(effects, variances, method_re=method)
    fixed = theirs.mean_effect_fe, theirs.sd_eff_w_fe
    random = theirs.mean_effect_re, theirs.sd_eff_w_re
    assert ours.tau2 == approx(max(0.0, theirs.tau2), abs=1e-12)
    assert ours.q == approx(theirs.q)
    assert (ours.fixed_mean, ours.fixed_se) == approx(fixed)
    # statsmodels goes on with a variance below 0; cut at 0, the two means are the same
    assert (ours.mean, ours.se) == approx(random if theirs.tau2 > 0 else fixed)


def test_some_of_these_cases_differ_between_places_and_some_do_not():
    found = {case: meta.random_effects(*given).tau2 > 0 for case, given in CASES.items()}
    assert (found["spread out"], found["alike"]) == (True, False)


@pytest.mark.parametrize("level", [0.5, 0.8, 0.95, 0.99])
def test_the_interval_of_the_mean_uses_the_normal_quantile(level):
    result = meta.random_effects(*bcg()[:2])
    low, high = result.mean_interval(level)
    normal = NormalDist(result.mean, result.se)
    assert normal.cdf(high) - normal.cdf(low) == approx(level)
    assert (low + high) / 2 == approx(result.mean)


def test_the_bcg_mean_reaches_from_a_third_to_seven_tenths():
    low, high = np.exp(meta.random_effects(*bcg()[:2]).mean_interval())
    assert (low, high) == approx((0.34, 0.70), abs=0.005)


# The next place


def test_the_next_place_by_hand_for_the_bcg_trials():
    """t for 11 degrees of freedom is 2.201 in any printed table."""
    low, high = meta.random_effects(*bcg()[:2]).next_place()
    spread = math.sqrt(0.3088 + 0.1787**2)
    assert (low, high) == approx((-0.7141 - 2.201 * spread, -0.7141 + 2.201 * spread), abs=5e-4)
    assert (math.exp(low), math.exp(high)) == approx((0.14, 1.77), abs=0.005)


@pytest.mark.parametrize("k", [3, 4, 13, 40])
@pytest.mark.parametrize("level", [0.5, 0.95])
def test_the_next_place_holds_its_level_with_two_degrees_lost(k, level):
    result = meta.random_effects(*imagined(k, k, 0.6))
    low, high = result.next_place(level)
    spread = math.sqrt(result.tau2 + result.se**2)
    inside, _ = integrate.quad(
        lambda value: student_density((value - result.mean) / spread, k - 2) / spread, low, high
    )
    assert inside == approx(level, abs=1e-7)


@pytest.mark.parametrize("effect", [-1.5, -0.7, 0.0, 0.4])
def test_the_chance_above_an_effect_is_the_area_beyond_it(effect):
    result = meta.random_effects(*bcg()[:2])
    spread = math.sqrt(result.tau2 + result.se**2)
    start = (effect - result.mean) / spread
    area, _ = integrate.quad(student_density, start, math.inf, args=(11,))
    assert result.chance_above(effect) == approx(area, abs=1e-8)


def test_one_place_in_eight_should_expect_no_benefit_from_bcg():
    assert meta.random_effects(*bcg()[:2]).chance_above(0) == approx(1 / 8, abs=0.005)


def test_the_end_of_the_interval_is_passed_with_the_chance_left_over():
    result = meta.random_effects(*bcg()[:2])
    assert result.chance_above(result.next_place(0.95)[1]) == approx(0.025)
    assert result.chance_above(result.next_place(0.95)[0]) == approx(0.975)


def test_the_next_place_is_never_more_certain_than_the_mean():
    for effects, variances in CASES.values():
        result = meta.random_effects(effects, variances)
        if result.k > 2:
            mean, place = result.mean_interval(), result.next_place()
            assert place[0] < mean[0] < mean[1] < place[1]


def test_one_study_is_its_own_mean_and_promises_nothing_of_the_next_place():
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # nothing is divided by zero on the way
        result = meta.random_effects([0.3], [0.04])
    assert (result.k, result.mean, result.se, result.tau2, result.q) == (1, 0.3, 0.2, 0, 0)
    assert result.next_place() is None
    assert math.isnan(result.chance_above(0))


def test_two_studies_promise_nothing_of_the_next_place_either():
    result = meta.random_effects([0.0, 1.0], [0.01, 0.01])
    assert result.mean == approx(0.5)
    assert result.tau2 == approx(0.5 - 0.01)  # the sample variance less the chance in it
    assert result.next_place() is None
    assert math.isnan(result.chance_above(0))


def test_from_three_studies_on_a_next_place_has_an_interval_and_a_chance():
    result = meta.random_effects([0.0, 0.5, 1.0], [0.1, 0.1, 0.1])
    assert result.next_place() is not None
    assert result.chance_above(0.5) == approx(0.5)


def test_with_equal_variances_tau2_is_the_variance_less_chance():
    effects = np.array([-0.4, 0.1, 0.3, 0.9, 1.6])
    result = meta.random_effects(effects, np.full(5, 0.05))
    assert result.mean == approx(effects.mean())
    assert result.mean == approx(result.fixed_mean)
    assert result.tau2 == approx(effects.var(ddof=1) - 0.05)
    assert result.se == approx(effects.std(ddof=1) / math.sqrt(5))


def test_equal_effects_leave_nothing_between_places():
    result = meta.random_effects([0.3] * 6, [0.01, 0.02, 0.03, 0.04, 0.05, 0.06])
    assert result.tau2 == 0
    assert result.q == approx(0, abs=1e-20)
    assert (result.mean, result.se) == approx((0.3, result.fixed_se))


def test_the_order_of_studies_and_the_sign_of_effects_do_not_matter():
    effects, variances, _ = bcg()
    order = np.random.default_rng(5).permutation(13)
    result = meta.random_effects(effects, variances)
    shuffled = meta.random_effects(effects[order], variances[order])
    mirrored = meta.random_effects(-effects, variances)
    assert (shuffled.mean, shuffled.tau2) == approx((result.mean, result.tau2))
    assert (mirrored.mean, mirrored.tau2) == approx((-result.mean, result.tau2))


def test_a_change_of_unit_changes_the_result_by_that_unit():
    effects, variances, _ = bcg()
    result, scaled = (
        meta.random_effects(effects * factor, variances * factor**2) for factor in (1, 100)
    )
    assert (scaled.mean, scaled.se) == approx((100 * result.mean, 100 * result.se))
    assert (scaled.tau2, scaled.q) == approx((100**2 * result.tau2, result.q))


# A moderator


def test_the_trend_of_bcg_with_latitude_comes_out_as_published():
    """metafor's documentation: ``rma(yi, vi, mods = ~ ablat, data = dat, method = "DL")``."""
    line = meta.trend(*bcg())
    assert line.intercept == approx(0.2595, abs=5e-5)
    assert line.slope == approx(-0.0292, abs=5e-5)
    assert line.tau2 == approx(0.0633, abs=5e-5)
    assert line.slope_se == approx(0.0067, abs=5e-5)


def test_the_trend_is_the_weighted_regression_that_its_own_tau2_asks_for():
    effects, variances, latitude = bcg()
    line = meta.trend(effects, variances, latitude)
    design = np.column_stack([np.ones(13), latitude])
    fit = WLS(effects, design, weights=1 / (variances + line.tau2)).fit()
    assert (line.intercept, line.slope) == approx(tuple(fit.params))
    assert line.covariance == approx(fit.normalized_cov_params)


@pytest.mark.parametrize("seed", range(5))
def test_the_trends_tau2_makes_the_residual_q_just_what_is_to_be_expected(seed):
    """The moment equation: the Q that is expected with this τ² is the Q that is seen."""
    effects, variances = imagined(seed, 12, 0.8)
    moderator = np.random.default_rng(seed + 100).uniform(0, 60, 12)
    line = meta.trend(effects, variances, moderator)
    design = np.column_stack([np.ones(12), moderator])
    root = np.sqrt(1 / variances)
    whitened = design * root[:, None]
    residual = np.eye(12) - whitened @ np.linalg.pinv(whitened)  # takes the fixed-effect line out
    q = float((root * effects) @ residual @ (root * effects))
    total = np.diag(variances + line.tau2)
    expected_q = np.trace(np.diag(root) @ residual @ np.diag(root) @ total)
    assert line.tau2 > 0
    assert expected_q == approx(q)


def test_the_trend_at_a_latitude_matches_a_regression_centred_there():
    effects, variances, latitude = bcg()
    centred = meta.trend(effects, variances, latitude - 33.5)
    value, se = meta.trend(effects, variances, latitude).at(33.5)
    assert (value, se) == approx((centred.intercept, centred.covariance[0, 0] ** 0.5))


def test_the_next_place_on_the_trend_loses_three_degrees_of_freedom():
    line = meta.trend(*bcg())
    low, high = line.next_place(20)
    value, se = line.at(20)
    half = 2.228 * math.sqrt(line.tau2 + se**2)  # t for 10 degrees of freedom, from a table
    assert (low, high) == approx((value - half, value + half), abs=1e-3)


def test_effects_on_a_line_leave_nothing_unexplained():
    moderator = np.array([0.0, 10, 20, 30, 55])
    line = meta.trend(0.5 - 0.02 * moderator, np.full(5, 0.01), moderator)
    assert (line.intercept, line.slope, line.tau2) == approx((0.5, -0.02, 0), abs=1e-12)


def test_three_studies_have_a_trend_but_no_next_place_on_it():
    line = meta.trend([0, 1, 0], [0.1, 0.1, 0.1], [1, 2, 3])
    assert line.k == 3
    assert line.slope == approx(0, abs=1e-12)
    assert line.next_place(2) is None


def test_from_four_studies_on_a_trend_has_a_next_place():
    line = meta.trend([0, 1, 0, 1], [0.1] * 4, [1, 2, 3, 4])
    low, high = line.next_place(2.5)
    assert (low + high) / 2 == approx(0.5)
    value, se = line.at(2.5)
    assert high - value == approx(12.706 * math.hypot(se, line.tau2**0.5), rel=1e-4)  # t, 1 degree


# What cannot be pooled


@pytest.mark.parametrize(
    ("effects", "variances", "sentence"),
    [
        ([], [], "at least one of both"),
        ([0.1, 0.2], [0.1], "2 effects and 1 variances"),
        ([[0.1, 0.2]], [[0.1, 0.2]], "one variance for each effect"),
        (0.1, 0.1, "one variance for each effect"),
        ([0.1, math.nan], [0.1, 0.1], "missing or infinite"),
        ([0.1, 0.2], [0.1, math.nan], "missing or infinite"),
        ([0.1, None], [0.1, 0.1], "missing or infinite"),
        ([0.1, 0.2], [0.1, None], "missing or infinite"),
        ([0.1, math.inf], [0.1, 0.1], "missing or infinite"),
        ([0.1, 0.2], [0.1, math.inf], "missing or infinite"),
        ([0.1, 0.2], [0.1, 0.0], "variance of study 2 is 0, but .* above 0"),
        ([0.1, 0.2, 0.3], [-0.5, 0.1, -0.1], "variance of study 1 is -0.5, but .* above 0"),
    ],
)
def test_what_cannot_be_pooled_is_refused_in_a_sentence(effects, variances, sentence):
    with pytest.raises(ValueError, match=sentence):
        meta.random_effects(effects, variances)
    with pytest.raises(ValueError, match=sentence):
        meta.trend(effects, variances, np.arange(np.size(effects)))


@pytest.mark.parametrize(
    ("moderator", "sentence"),
    [
        ([1, 2], "one moderator value per study: 3"),
        ([1, 2, math.nan], "one moderator value per study"),
        ([1, 2, None], "one moderator value per study"),
        ([4, 4, 4], "moderator that differs"),
    ],
)
def test_a_trend_needs_a_moderator_that_is_known_and_differs(moderator, sentence):
    with pytest.raises(ValueError, match=sentence):
        meta.trend([0.1, 0.2, 0.3], [0.1, 0.1, 0.1], moderator)


def test_a_trend_through_two_studies_is_refused():
    with pytest.raises(ValueError, match="at least three studies, not 2"):
        meta.trend([0.1, 0.2], [0.1, 0.1], [1, 2])


@pytest.mark.parametrize("level", [0, 1, 95, -0.5, math.nan])
def test_a_level_is_a_share_between_none_and_all(level):
    result, line = meta.random_effects(*bcg()[:2]), meta.trend(*bcg())
    for ask in (result.mean_interval, result.next_place, lambda level: line.next_place(20, level)):
        with pytest.raises(ValueError, match=r"level must lie between 0 and 1, such as 0\.95"):
            ask(level)


def test_the_interval_for_few_studies_is_that_of_statsmodels():
    for name in ("bcg", "expectancy", "spread out"):
        effects, variances = CASES[name]
        theirs = combine_effects(effects, variances, method_re="dl", use_t=True)
        low, high = theirs.conf_int(use_t=True)[3]
        assert meta.hartung_knapp(effects, variances) == approx((low, high))
    with pytest.raises(ValueError, match="at least two studies"):
        meta.hartung_knapp([0.2], [0.1])


@pytest.mark.slow
def test_the_interval_for_few_studies_keeps_its_promise():
    """With five studies mean ± z · se misses far more often than one time in twenty."""
    generator, variances = np.random.default_rng(8), np.array([0.06, 0.08, 0.1, 0.12, 0.14])
    kept = {"hk": 0, "z": 0}
    for _ in range(1500):
        effects = generator.normal(0.3, np.sqrt(variances + 0.1))
        low, high = meta.hartung_knapp(effects, variances)
        kept["hk"] += low < 0.3 < high
        low, high = meta.random_effects(effects, variances).mean_interval()
        kept["z"] += low < 0.3 < high
    assert kept["hk"] / 1500 == approx(0.95, abs=0.025)
    assert kept["z"] / 1500 < 0.93


def test_a_difference_of_means_adds_their_variances():
    one, other = (meta.random_effects(*CASES[name]) for name in ("bcg", "expectancy"))
    found, (low, high) = meta.difference(one, other)
    assert found == one.mean - other.mean
    normal = NormalDist(found, math.sqrt(one.se**2 + other.se**2))
    assert (low, high) == approx((normal.inv_cdf(0.025), normal.inv_cdf(0.975)))


def test_a_published_summary_allows_nearly_the_same_next_place():
    generator = np.random.default_rng(12)
    variances = generator.uniform(0.03, 0.05, 12)
    pooled = meta.random_effects(generator.normal(0, np.sqrt(variances + 0.08)), variances)
    i_squared = (pooled.q - (pooled.k - 1)) / pooled.q
    rough = meta.next_place_as_published(pooled.mean, pooled.mean_interval(), i_squared, 12)
    assert rough == approx(pooled.next_place(), rel=0.08)
    with pytest.raises(ValueError, match="below 1"):
        meta.next_place_as_published(0, (-1, 1), 1, 5)
