"""Every headline number of data/README.md, computed again from the tables.

Permutation p-values are seeded; their tolerance is about four Monte Carlo standard errors. Where
all permutations can be listed, they are, and the p-value is exact.
"""

import itertools
import math
import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import optimize, stats

from scaling import meta
from scaling.capstone import village_45
from scaling.datasets import load
from scaling.process_product import expectancy, fines
from scaling.scaling_down import counties as counties_model
from scaling.scaling_down import hospitals as hospitals_model
from scaling.scaling_up import programmes as programmes_model
from scaling.size_context import next_place
from scaling.size_context import villages as villages_model
from scaling.three_scales import rule_and_talk
from scaling.who_is_heard import county_line, immunisation, levels, maternal_deaths

ROOT = Path(__file__).parents[2]

SEED = 20260101
NORMAL_95 = stats.norm.ppf(0.975)
approx = pytest.approx


# Tools


class Fit(NamedTuple):
    """A random-effects fit: one estimate for each column of the design, and tau squared."""

    estimates: np.ndarray
    errors: np.ndarray
    tau2: float

    def interval(self, which=0):
        half = NORMAL_95 * self.errors[which]
        return self.estimates[which] - half, self.estimates[which] + half

    def p_value(self, which=0):
        return 2 * stats.norm.sf(abs(self.estimates[which] / self.errors[which]))


def weighted_least_squares(effects, variances, design, tau2):
    weights = 1 / (variances + tau2)
    covariance = np.linalg.inv((design.T * weights) @ design)
    return covariance @ (design.T * weights) @ effects, covariance


def restricted_deviance(tau2, effects, variances, design):
    """Twice the negative restricted log-likelihood, but for a constant."""
    estimates, covariance = weighted_least_squares(effects, variances, design, tau2)
    residuals = effects - design @ estimates
    total = variances + tau2
    return np.log(total).sum() - np.linalg.slogdet(covariance)[1] + (residuals**2 / total).sum()


def reml(effects, variances, *moderators):
    """Random-effects (meta-regression) fit by restricted maximum likelihood."""
    effects, variances = np.asarray(effects, float), np.asarray(variances, float)
    columns = [np.ones(len(effects)), *(np.asarray(column, float) for column in moderators)]
    design = np.column_stack(columns)
    arguments = (effects, variances, design)
    found = optimize.minimize_scalar(
        restricted_deviance,
        args=arguments,
        bounds=(0, 10),
        method="bounded",
        options={"xatol": 1e-9},
    )
    tau2 = found.x if found.fun < restricted_deviance(0.0, *arguments) else 0.0
    estimates, covariance = weighted_least_squares(*arguments, tau2)
    return Fit(estimates, np.sqrt(np.diag(covariance)), tau2)


def der_simonian_laird(effects, variances, *moderators):
    """Random-effects (meta-regression) fit by the method of moments, as the course teaches it."""
    effects, variances = np.asarray(effects, float), np.asarray(variances, float)
    columns = [np.ones(len(effects)), *(np.asarray(column, float) for column in moderators)]
    design = np.column_stack(columns)
    weights = 1 / variances
    fixed, covariance = weighted_least_squares(effects, variances, design, 0.0)
    q = (weights * (effects - design @ fixed) ** 2).sum()
    spread = weights.sum() - np.trace(covariance @ (design.T * weights**2) @ design)
    tau2 = max(0.0, (q - (len(effects) - design.shape[1])) / spread)
    estimates, covariance = weighted_least_squares(effects, variances, design, tau2)
    return Fit(estimates, np.sqrt(np.diag(covariance)), tau2)


def cochran_q(effects, variances):
    weights = 1 / variances
    return (weights * (effects - (weights * effects).sum() / weights.sum()) ** 2).sum()


def permutations(values, times):
    """`times` random orders of the values, one in each row."""
    generator = np.random.default_rng(SEED)
    return generator.permuted(np.tile(np.asarray(values), (times, 1)), axis=1)


def two_sided(permuted, observed):
    return np.mean(np.abs(permuted) >= abs(observed) - 1e-12)


def correlations(rows, values):
    """Correlation of each row with the values."""
    rows = rows - rows.mean(axis=-1, keepdims=True)
    values = values - values.mean()
    return rows @ values / np.sqrt((rows**2).sum(axis=-1) * (values**2).sum())


def exponentials(pair):
    return tuple(np.exp(pair))


# Module 1: cbt_programmes


@pytest.fixture(scope="module")
def programmes():
    table = load("cbt_programmes")
    treated_good = table.treated_n - table.treated_reoffended
    control_good = table.control_n - table.control_reoffended
    odds_ratio = (treated_good / table.treated_reoffended) / (
        control_good / table.control_reoffended
    )
    cells = [table.treated_reoffended, treated_good, table.control_reoffended, control_good]
    return table.assign(
        log_odds_ratio=np.log(odds_ratio),
        variance=sum(1 / cell for cell in cells),
        practice=(table.purpose == "practice").astype(float),
    )


@pytest.mark.parametrize(
    ("purpose", "studies", "odds_ratio", "interval", "median"),
    [
        ("research", 9, 2.46, (1.31, 4.61), 3.00),
        ("demonstration", 18, 1.89, (1.44, 2.47), 1.78),
        ("practice", 31, 1.33, (1.21, 1.45), 1.36),
    ],
)
def test_the_effect_shrinks_from_research_to_routine_practice_but_stays(
    programmes, purpose, studies, odds_ratio, interval, median
):
    chosen = programmes[programmes.purpose == purpose]
    fit = reml(chosen.log_odds_ratio, chosen.variance)
    assert len(chosen) == studies
    assert np.exp(fit.estimates[0]) == approx(odds_ratio, abs=0.005)
    assert exponentials(fit.interval()) == approx(interval, abs=0.006)
    assert np.exp(chosen.log_odds_ratio).median() == approx(median, abs=0.005)


def test_practice_reaches_seven_tenths_of_the_odds_ratio_elsewhere(programmes):
    fit = reml(programmes.log_odds_ratio, programmes.variance, programmes.practice)
    assert np.exp(fit.estimates[1]) == approx(0.70, abs=0.005)
    assert exponentials(fit.interval(1)) == approx((0.55, 0.89), abs=0.005)


def test_chance_alone_seldom_makes_such_a_gap_beside_the_rest(programmes):
    others = int((programmes.practice == 0).sum())

    def gap(rows):
        return np.median(rows[:, :others], axis=1) - np.median(rows[:, others:], axis=1)

    ordered = programmes.sort_values("practice").log_odds_ratio.to_numpy()
    observed = gap(ordered[None, :])[0]
    assert observed == approx(0.34, abs=0.005)
    assert two_sided(gap(permutations(ordered, 20_000)), observed) == approx(0.004, abs=0.002)


def test_small_studies_of_programmes_report_larger_effects(programmes):
    fit = reml(programmes.log_odds_ratio, programmes.variance, np.sqrt(programmes.variance))
    assert fit.estimates[1] > 0
    assert fit.p_value(1) == approx(0.007, abs=0.0005)


def test_part_of_the_stage_effect_goes_once_small_studies_are_allowed_for(programmes):
    error = np.sqrt(programmes.variance)
    fit = reml(programmes.log_odds_ratio, programmes.variance, programmes.practice, error)
    assert np.exp(fit.estimates[1]) == approx(0.77, abs=0.005)
    assert fit.p_value(1) == approx(0.06, abs=0.005)


def test_among_randomised_studies_the_stage_effect_is_unsure(programmes):
    randomised = programmes[programmes.design == "randomised"]
    fit = reml(randomised.log_odds_ratio, randomised.variance, randomised.practice)
    assert len(randomised) == 19
    assert np.exp(fit.estimates[1]) == approx(0.77, abs=0.005)
    assert exponentials(fit.interval(1)) == approx((0.51, 1.16), abs=0.005)
    taught = der_simonian_laird(randomised.log_odds_ratio, randomised.variance, randomised.practice)
    assert np.exp(taught.estimates[1]) == approx(0.79, abs=0.005)
    assert exponentials(taught.interval(1)) == approx((0.53, 1.16), abs=0.005)


# Module 1: hybrid_corn_adoption


def test_hybrid_corn_reached_78_percent_of_farmers_by_1965():
    table = load("hybrid_corn_adoption")
    last = table.iloc[-1]
    assert (table.new_adopters.cumsum() == table.adopters_so_far).all()
    assert (last.year, last.farmers) == (1965, 692)
    assert last.adopters_so_far / last.farmers == approx(0.78, abs=0.005)


def test_adoption_follows_an_s_curve_whose_steepest_part_is_in_the_middle():
    table = load("hybrid_corn_adoption").set_index("year")
    five_years = table.new_adopters.groupby((table.index - 1946) // 5).sum()
    assert five_years.idxmax() == 3  # 1961 to 1965 is the last block; it must not be overtaken
    assert five_years.is_monotonic_increasing
    assert table.new_adopters.loc[1963:1965].is_monotonic_decreasing


@pytest.mark.parametrize("round_number_of_years_ago", [1951, 1956])
def test_farmers_recall_round_numbers_of_years(round_number_of_years_ago):
    adopters = load("hybrid_corn_adoption").set_index("year").new_adopters
    year = round_number_of_years_ago
    assert adopters[year] > 5 * max(adopters[year - 1], adopters[year + 1])


# Modules 1 to 5: published_figures


@pytest.fixture(scope="module")
def figures():
    table = load("published_figures")
    return table.set_index(["case", "group", "period", "measure"]).sort_index()


def figure(figures, case, group, measure, period=slice(None)):
    found = figures.loc[(case, group, period, measure), "value"]
    assert len(found) == 1
    return found.iloc[0]


def test_the_same_teachers_helped_with_an_ngo_not_with_the_government(figures):
    measure = "effect on test scores"
    assert figure(figures, "kenya_contract_teachers", "World Vision (NGO)", measure) == 0.18
    assert figure(figures, "kenya_contract_teachers", "Ministry of Education", measure) == 0


def test_nudges_shrink_from_journals_to_government_units(figures):
    measure = "increase in take-up"
    assert figure(figures, "nudge_units", "academic journals", measure) == 8.7
    units = figures.loc[("nudge_units", "two government nudge units")]
    assert units.value.tolist() == [1.4]
    assert "70 percent" in units.note.iloc[0]
    assert "selective publication" in units.note.iloc[0]


def test_the_family_nurse_partnership_missed_all_four_outcomes(figures):
    row = figures.loc[
        ("family_nurse_partnership", "England", slice(None), "primary outcomes improved")
    ]
    assert row.value.tolist() == [0]
    assert row.unit.tolist() == ["of 4 outcomes"]
    assert "valued" in row.note.iloc[0]


def test_collaboratives_gained_against_their_past_more_than_against_others(figures):
    teams = figures.loc["improvement_collaboratives"].value
    assert sorted(teams.dropna()) == [0.34, 5.7, 83]
    assert teams.isna().sum() == 1


def test_merged_trusts_in_london_saved_less_than_their_target(figures):
    trusts = figures.loc["nhs_trust_mergers_london"]
    savings = trusts.xs("saving in management costs", level="measure").value
    by_period = savings.droplevel("group")
    assert by_period.to_dict() == {
        "each year": 500_000,
        "first year": 178_700,
        "second year": 346_800,
    }


def test_danish_mergers_saved_nothing_on_balance(figures):
    row = figures.loc["danish_municipal_mergers"]
    assert row.value.isna().all()
    assert "null" in row.note.iloc[0]


def test_every_published_figure_says_what_was_read():
    table = load("published_figures")
    assert set(table.source_kind) == {
        "abstract",
        "news report of the article",
        "official report, read in a copy",
        "programme page",
        "report",
        "secondary",
        "university news",
    }
    assert table.source_url.str.startswith("http").all()


def test_maternal_deaths_of_uk_women_by_group(figures):
    rates = figures.loc[
        ("uk_maternal_mortality", slice(None), "2016-18", "maternal deaths"), "value"
    ]
    by_group = rates.droplevel([0, 2, 3]).to_dict()
    assert by_group == {"all women": 9.7, "White": 8, "Asian": 15, "Black": 34}


@pytest.mark.parametrize(
    ("period", "deaths", "rate"),
    [
        ("2016-18", 217, 9.7),
        ("2017-19", 191, 8.79),
        ("2018-20", 229, 10.9),
        ("2020-22", 272, 13.41),
        ("2021-23", 254, 12.67),
    ],
)
def test_maternal_death_rates_follow_from_the_counts_in_the_notes(figures, period, deaths, rate):
    row = figures.loc[("uk_maternal_mortality", "all women", period, "maternal deaths")]
    in_note = [int(number) for number in re.findall(r"(\d+) (?:deaths|maternities)", row.note)]
    assert in_note[0] == deaths
    assert row.value == rate
    assert 100_000 * in_note[0] / in_note[1] == approx(
        rate, abs=0.05 if period in ("2016-18", "2018-20") else 0.005
    )


def test_rates_of_sudden_infant_death_among_people(figures):
    rates = figures.loc["sids_by_race_nc"].value.droplevel([1, 2])
    assert rates[["White", "Black"]].tolist() == [1.23, 3.75]


# Module 2: daycare_fines


@pytest.fixture(scope="module")
def centres():
    table = load("daycare_fines")
    return table.pivot_table(index=["group", "centre"], columns="period", values="late_pickups")


@pytest.mark.parametrize(
    ("group", "before", "during", "after"),
    [("fine", 8.0, 16.4, 18.7), ("control", 10.0, 9.23, 8.25)],
)
def test_late_pick_ups_rise_with_the_fine_and_stay_when_it_goes(
    centres, group, before, during, after
):
    means = centres.loc[group].mean()[["before", "during", "after"]]
    assert means.tolist() == approx([before, during, after], abs=0.05)


@pytest.mark.parametrize(("period", "difference"), [("during", 9.2), ("after", 12.5)])
def test_no_other_choice_of_six_centres_gives_such_a_difference_in_rise(
    centres, period, difference
):
    rise = centres[period] - centres.before
    is_fine = rise.index.get_level_values("group") == "fine"
    values = rise.to_numpy()
    choices = list(itertools.combinations(range(10), 6))

    def more_than_the_others(chosen):
        chosen = list(chosen)
        return values[chosen].mean() - np.delete(values, chosen).mean()

    observed = more_than_the_others(np.flatnonzero(is_fine))
    every = [more_than_the_others(chosen) for chosen in choices]
    assert observed == approx(difference, abs=0.05)
    assert (len(choices), sum(np.abs(every) >= abs(observed) - 1e-9)) == (210, 1)


# Module 2: teacher_expectancy


@pytest.fixture(scope="module")
def experiments():
    table = load("teacher_expectancy")
    return table.assign(short=table.weeks_prior_contact <= 1)


@pytest.mark.parametrize(
    ("short", "studies", "effect", "interval"),
    [(True, 8, 0.37, (0.19, 0.56)), (False, 11, -0.02, (-0.10, 0.06))],
)
def test_a_label_moves_only_pupils_whom_the_teacher_hardly_knew(
    experiments, short, studies, effect, interval
):
    chosen = experiments[experiments.short == short]
    fit = reml(chosen.effect_d, chosen.variance)
    assert len(chosen) == studies
    assert fit.estimates[0] == approx(effect, abs=0.005)
    assert fit.interval() == approx(interval, abs=0.005)


@pytest.mark.parametrize(
    ("is_new", "effect", "interval"), [(True, 0.38, (0.17, 0.59)), (False, -0.02, (-0.10, 0.06))]
)
def test_the_formula_of_the_course_gives_nearly_the_same_effect_of_a_label(
    experiments, is_new, effect, interval
):
    chosen = experiments[(experiments.weeks_prior_contact <= 1) == is_new]
    fit = der_simonian_laird(chosen.effect_d, chosen.variance)
    assert fit.estimates[0] == approx(effect, abs=0.005)
    assert fit.interval() == approx(interval, abs=0.006)


def test_expectancy_pooled_over_all_experiments_agrees_with_metafor(experiments):
    fit = reml(experiments.effect_d, experiments.variance)
    assert fit.estimates[0] == approx(0.0837, abs=0.00005)
    assert fit.tau2 == approx(0.0188, abs=0.00005)
    assert cochran_q(experiments.effect_d, experiments.variance) == approx(35.83, abs=0.005)


def test_almost_no_other_choice_of_eight_experiments_differs_as_much(experiments):
    effects = experiments.effect_d.to_numpy()
    weights = 1 / experiments.variance.to_numpy()
    chosen = np.array(list(itertools.combinations(range(19), 8)))

    def gaps(rows):
        inside = (effects * weights)[rows].sum(axis=1), weights[rows].sum(axis=1)
        outside = (effects * weights).sum() - inside[0], weights.sum() - inside[1]
        return inside[0] / inside[1] - outside[0] / outside[1]

    observed = gaps(np.flatnonzero(experiments.short)[None, :])[0]
    p_value = two_sided(gaps(chosen), observed)
    assert len(chosen) == math.comb(19, 8)
    assert 1 / len(chosen) <= p_value < 0.0005


# Module 3: bcg_trials


@pytest.fixture(scope="module")
def trials():
    table = load("bcg_trials")
    risk_ratio = (table.vaccinated_tb / table.vaccinated_n) / (table.control_tb / table.control_n)
    variance = 1 / table.vaccinated_tb - 1 / table.vaccinated_n
    variance = variance + 1 / table.control_tb - 1 / table.control_n
    return table.assign(log_risk_ratio=np.log(risk_ratio), variance=variance)


def test_one_vaccine_halves_tuberculosis_on_average(trials):
    fit = reml(trials.log_risk_ratio, trials.variance)
    assert len(trials) == 13
    assert np.exp(fit.estimates[0]) == approx(0.4894, abs=0.00005)
    assert fit.tau2 == approx(0.3132, abs=0.00005)


def test_the_formula_of_the_course_gives_nearly_the_same_mean(trials):
    fit = der_simonian_laird(trials.log_risk_ratio, trials.variance)
    assert fit.estimates[0] == approx(-0.714, abs=0.0005)
    assert fit.errors[0] == approx(0.179, abs=0.0005)
    assert fit.tau2 == approx(0.309, abs=0.0005)


@pytest.mark.parametrize(
    ("fit_by", "quantile", "low", "high"),
    [
        pytest.param(reml, NORMAL_95, 0.15, 1.55, id="metafor: REML, normal quantile"),
        pytest.param(
            der_simonian_laird, stats.t.ppf(0.975, 11), 0.14, 1.77, id="course: DL, t with k - 2"
        ),
    ],
)
def test_the_next_place_may_see_no_benefit_at_all(trials, fit_by, quantile, low, high):
    fit = fit_by(trials.log_risk_ratio, trials.variance)
    half = quantile * np.sqrt(fit.tau2 + fit.errors[0] ** 2)
    interval = np.exp(fit.estimates[0] - half), np.exp(fit.estimates[0] + half)
    assert interval == approx((low, high), abs=0.006)


@pytest.mark.parametrize(
    ("north", "risk_ratio", "interval"), [(False, 0.77, (0.59, 1.00)), (True, 0.30, (0.21, 0.42))]
)
def test_the_vaccine_protects_better_far_from_the_equator(trials, north, risk_ratio, interval):
    chosen = trials[(trials.latitude_deg >= 40) == north]
    fit = reml(chosen.log_risk_ratio, chosen.variance)
    assert np.exp(fit.estimates[0]) == approx(risk_ratio, abs=0.005)
    assert exponentials(fit.interval()) == approx(interval, abs=0.006)


def test_each_degree_of_latitude_goes_with_three_percent_less_risk(trials):
    fit = reml(trials.log_risk_ratio, trials.variance, trials.latitude_deg)
    assert fit.estimates[1] == approx(-0.029, abs=0.0005)


def moment_slopes(latitudes, effects, variances):
    """Slope and z for each row of latitudes, tau squared by moments, all rows at once."""
    weights = 1 / variances
    design = np.stack([np.ones(latitudes.shape), latitudes], axis=-1)

    def fit(weights):
        moments = np.einsum("rki,rk,rkj->rij", design, weights, design)
        covariance = np.linalg.inv(moments)
        sums = np.einsum("rki,rk,k->ri", design, weights, effects)
        return covariance, np.einsum("rij,rj->ri", covariance, sums)

    rows = np.broadcast_to(weights, latitudes.shape)
    covariance, estimates = fit(rows)
    residuals = effects - np.einsum("rki,ri->rk", design, estimates)
    q = (weights * residuals**2).sum(axis=1)
    squared = np.einsum("rki,rk,rkj->rij", design, rows**2, design)
    spread = weights.sum() - np.einsum("rij,rji->r", covariance, squared)
    tau2 = np.maximum(0, (q - (len(effects) - 2)) / spread)
    covariance, estimates = fit(1 / (variances + tau2[:, None]))
    return estimates[:, 1], estimates[:, 1] / np.sqrt(covariance[:, 1, 1])


def test_latitude_shuffled_among_the_trials_seldom_explains_as_much(trials):
    effects, variances = trials.log_risk_ratio.to_numpy(), trials.variance.to_numpy()
    latitude = trials.latitude_deg.to_numpy(float)
    slope, z = moment_slopes(latitude[None, :], effects, variances)
    assert slope[0] == approx(-0.029, abs=0.0005)
    _, permuted = moment_slopes(permutations(latitude, 20_000), effects, variances)
    assert two_sided(permuted, z[0]) == approx(0.005, abs=0.002)


def test_without_weights_the_latitude_finding_is_fragile(trials):
    effects = trials.log_risk_ratio.to_numpy()
    permuted = correlations(permutations(trials.latitude_deg.astype(float), 20_000), effects)
    observed = trials.latitude_deg.corr(trials.log_risk_ratio)
    assert two_sided(permuted, observed) == approx(0.057, abs=0.007)


def test_latitude_and_year_are_entangled(trials):
    assert trials.latitude_deg.corr(trials.year) == approx(-0.66, abs=0.005)


# Module 3: rice_insurance


@pytest.fixture(scope="module")
def households():
    return load("rice_insurance")


def test_rice_insurance_covers_households_in_hamlets_in_villages(households):
    assert len(households) == 1410
    assert households.village.nunique() == 44
    assert households.hamlet.nunique() == 166
    assert len(households[["hamlet", "village"]].drop_duplicates()) == 166


def test_one_product_sells_from_23_to_85_percent_by_village(households):
    villages = households.groupby("village").bought.agg(["mean", "size"])
    larger = villages[villages["size"] >= 20]
    assert len(larger) == 31
    assert larger["mean"].min() == approx(0.23, abs=0.005)
    assert larger["mean"].max() == approx(0.85, abs=0.005)
    assert larger["mean"].std() == approx(0.137, abs=0.0005)


def test_chance_alone_would_spread_villages_much_less(households):
    sizes = households.groupby("village").size()
    sizes = sizes[sizes >= 20].to_numpy()
    generator = np.random.default_rng(SEED)
    takers = generator.binomial(sizes, households.bought.mean(), size=(20_000, len(sizes)))
    spreads = (takers / sizes).std(axis=1, ddof=1)
    assert spreads.mean() == approx(0.084, abs=0.002)
    assert np.quantile(spreads, 0.999) < 0.137


def nested_deviance(log_variances, counts):
    """Twice the negative restricted log-likelihood of households in hamlets in villages."""
    household, hamlet, village = np.exp(log_variances)
    precision = 1 / (hamlet + household / counts["size"])
    weighted = (precision * counts["mean"]).groupby(counts.village).sum()
    village_precision = precision.groupby(counts.village).sum()
    village_mean = weighted / village_precision
    outer = 1 / (village + 1 / village_precision)
    grand_mean = (outer * village_mean).sum() / outer.sum()
    within = (counts["sum"] * (1 - counts["mean"])).sum()
    around_village = precision * (counts["mean"] - counts.village.map(village_mean)) ** 2
    return (
        (counts["size"].sum() - len(counts)) * np.log(household)
        + within / household
        - np.log(precision).sum()
        + around_village.sum()
        + np.log(village_precision).sum()
        - np.log(outer).sum()
        + (outer * (village_mean - grand_mean) ** 2).sum()
        + np.log(outer.sum())
    )


def test_most_of_the_variation_lies_between_households_of_one_hamlet(households):
    counts = households.groupby(["village", "hamlet"]).bought.agg(["sum", "size", "mean"])
    counts = counts.reset_index("village")
    found = optimize.minimize(
        nested_deviance, np.log([0.2, 0.02, 0.02]), args=(counts,), method="Nelder-Mead"
    )
    household, hamlet, village = np.exp(found.x) / np.exp(found.x).sum()
    assert found.success
    assert village == approx(0.03, abs=0.005)
    assert hamlet == approx(0.05, abs=0.005)
    assert household == approx(0.92, abs=0.005)


def test_a_default_to_buy_raises_take_up_when_hamlets_are_shuffled(households):
    hamlets = households.groupby("hamlet").agg(
        default=("default_buy", "first"), bought=("bought", "sum"), size=("bought", "size")
    )
    assert len(households[["hamlet", "default_buy"]].drop_duplicates()) == len(hamlets)
    bought, size = hamlets.bought.to_numpy(), hamlets["size"].to_numpy()

    def difference(rows):
        with_default = rows @ bought / (rows @ size)
        return with_default - (1 - rows) @ bought / ((1 - rows) @ size)

    observed = difference(hamlets.default.to_numpy()[None, :])[0]
    assert observed == approx(0.106, abs=0.0005)
    p_value = two_sided(difference(permutations(hamlets.default, 20_000)), observed)
    assert p_value == approx(0.002, abs=0.0012)


def test_a_longer_session_changes_nothing_in_the_second_round(households):
    take_up = households.groupby("intensive").bought.mean()
    assert take_up.tolist() == approx([0.463, 0.465], abs=0.0005)


def test_earlier_take_up_is_itself_raised_by_the_default(households):
    earlier = households.groupby("default_buy").earlier_takeup.mean()
    assert earlier.tolist() == approx([0.359, 0.503], abs=0.0005)


# Module 3: rescue_orgs and rescue_ties


@pytest.fixture(scope="module")
def organisations():
    table, ties = load("rescue_orgs"), load("rescue_ties")
    named = ties.groupby(["event", "to_org"]).size()
    named_by = named.reindex(pd.MultiIndex.from_frame(table[["event", "org"]]), fill_value=0)
    staff = table.paid_staff.fillna(0) + table.volunteer_staff.fillna(0)
    return table.assign(named_by=named_by.to_numpy(), staff=staff)


def test_seven_emergencies_brought_140_organisations_together(organisations):
    assert (len(organisations), organisations.event.nunique()) == (140, 7)


def leaders(organisations):
    return organisations.loc[organisations.groupby("event").command_score.idxmax()].set_index(
        "event"
    )


def test_the_most_named_organisation_leads_in_six_of_seven_emergencies(organisations):
    most_named = organisations.groupby("event").named_by.max()
    assert (leaders(organisations).named_by == most_named).sum() == 6


def test_the_organisation_with_most_staff_leads_in_one_of_seven(organisations):
    most_staff = organisations.groupby("event").staff.max()
    assert (leaders(organisations).staff == most_staff).sum() == 1


def within_events(table, column, times=20_000):
    """Spearman of command with a column inside each event, and its permutation p-value."""
    table = table.dropna(subset=["command_score", column])
    generator = np.random.default_rng(SEED)
    observed, permuted = 0.0, np.zeros(times)
    for _, event in table.groupby("event"):
        ranks = event[column].rank().to_numpy()
        command = event.command_score.rank().to_numpy()
        share = len(event) / len(table)
        shuffled = generator.permuted(np.tile(ranks, (times, 1)), axis=1)
        observed += share * correlations(ranks, command)
        permuted += share * correlations(shuffled, command)
    return observed, two_sided(permuted, observed)


def test_command_goes_with_being_named_by_others(organisations):
    correlation, p_value = within_events(organisations, "named_by")
    assert correlation == approx(0.60, abs=0.005)
    assert p_value < 0.001


def test_command_hardly_goes_with_paid_and_volunteer_staff_together(organisations):
    known = organisations.dropna(subset=["paid_staff", "command_score"])
    correlation, p_value = within_events(known, "staff")
    assert len(known) == 81
    assert correlation == approx(0.16, abs=0.005)
    assert p_value == approx(0.17, abs=0.012)


def test_command_goes_with_paid_staff_though_less_than_with_contacts(organisations):
    correlation, p_value = within_events(organisations, "paid_staff")
    assert correlation == approx(0.34, abs=0.005)
    assert p_value == approx(0.004, abs=0.002)


@pytest.mark.parametrize(
    ("scale", "correlation", "p_value"),
    [
        pytest.param(lambda number: number, -0.37, 0.405, id="as they are"),
        pytest.param(np.log, -0.27, 0.55, id="logarithms"),
    ],
)
def test_density_does_not_clearly_fall_with_the_size_of_the_network(
    organisations, scale, correlation, p_value
):
    size = organisations.groupby("event").size()
    density = load("rescue_ties").groupby("event").size() / (size * (size - 1))
    every_order = np.array(list(itertools.permutations(scale(size.to_numpy(float)))))
    observed = correlations(scale(size.to_numpy(float)), scale(density.to_numpy()))
    assert len(every_order) == math.factorial(7)
    assert observed == approx(correlation, abs=0.005)
    permuted = correlations(every_order, scale(density.to_numpy()))
    assert two_sided(permuted, observed) == approx(p_value, abs=0.005)


# Module 4: infant_deaths_nc


@pytest.fixture(scope="module")
def counties():
    table = load("infant_deaths_nc")
    table = table.assign(rate=1000 * table.sids_deaths / table.births)
    return table.pivot_table(
        index="county", columns="period", values=["rate", "births", "sids_deaths"]
    )


BEFORE, AFTER = "1974-78", "1979-84"


def groups_of(counties):
    rate = counties["rate"][BEFORE]
    smaller_half = counties["births"][BEFORE].rank() <= 50
    return rate.nlargest(10).index, rate[rate == 0].index, smaller_half


def state_rate(counties, period):
    return 1000 * counties["sids_deaths"][period].sum() / counties["births"][period].sum()


def test_both_ends_of_the_league_table_are_small_counties(counties):
    worst, zero, smaller_half = groups_of(counties)
    assert len(counties) == 100
    assert len(zero) == 13
    assert smaller_half[zero].all()
    assert smaller_half[worst].sum() == 8


def test_chance_alone_would_fill_the_worst_ten_with_small_counties(counties):
    _, _, smaller_half = groups_of(counties)
    births = counties["births"][BEFORE].to_numpy()
    generator = np.random.default_rng(SEED)
    deaths = generator.poisson(state_rate(counties, BEFORE) / 1000 * births, (20_000, 100))
    worst = np.argsort(-deaths / births, axis=1)[:, :10]
    assert 10 * smaller_half.to_numpy()[worst].mean() == approx(8.2, abs=0.1)


@pytest.mark.parametrize(("which", "first", "second"), [("worst", 5.26, 3.05), ("zero", 0, 1.73)])
def test_counties_at_both_ends_move_to_the_middle(counties, which, first, second):
    worst, zero, _ = groups_of(counties)
    chosen = counties.loc[worst if which == "worst" else zero]
    rates = [state_rate(chosen, BEFORE), state_rate(chosen, AFTER)]
    assert rates == approx([first, second], abs=0.005)


def test_the_state_hardly_changed_meanwhile(counties):
    rates = [state_rate(counties, BEFORE), state_rate(counties, AFTER)]
    assert rates == approx([2.02, 1.98], abs=0.005)


def test_for_small_counties_the_state_predicts_better_than_their_own_past(counties):
    _, _, smaller_half = groups_of(counties)
    small = counties["rate"][smaller_half]
    own = (small[AFTER] - small[BEFORE]).abs().mean()
    state = (small[AFTER] - state_rate(counties, BEFORE)).abs().mean()
    assert (state, own) == approx((1.08, 1.57), abs=0.005)


def test_the_worst_ten_stay_above_the_state_so_not_all_is_noise(counties):
    worst, _, _ = groups_of(counties)
    later = counties.loc[worst]
    expected = later["births"][AFTER].sum() * state_rate(counties, AFTER) / 1000
    assert later["sids_deaths"][AFTER].sum() == 66
    assert expected == approx(42.8, abs=0.05)


@pytest.mark.parametrize(
    ("part", "lowest", "highest"), [(50, (17, 14), (11, 14)), (25, (12, 8), (4, 8))]
)
def test_at_each_end_only_the_lowest_are_smaller_than_shuffled_counties(
    counties, part, lowest, highest
):
    """Each end: how many of the smallest ``part`` are in it, and the 97.5 % point if shuffled."""
    small = (counties["births"][BEFORE].rank(method="first") <= part).to_numpy()
    order = counties["rate"][BEFORE].argsort().to_numpy()
    shuffled = permutations(small, 20_000)[:, :20].sum(axis=1)
    for end, (count, upper) in ((order[:20], lowest), (order[-20:], highest)):
        assert small[end].sum() == count
        assert np.quantile(shuffled, 0.975) == upper


def test_fifteen_counties_lie_outside_limits_that_five_should_leave(counties):
    births, deaths = counties["births"][BEFORE], counties["sids_deaths"][BEFORE]
    share = deaths.sum() / births.sum()
    half = NORMAL_95 * np.sqrt(share * (1 - share) / births)
    assert ((deaths / births - share).abs() > half).sum() == 15


# Module 4: child_heart_surgery


@pytest.fixture(scope="module")
def hospitals():
    table = load("child_heart_surgery")
    return table.assign(survival=1 - table.deaths / table.operations)


@pytest.mark.parametrize(
    ("period", "count", "correlation", "p_value"),
    [("1991-1995", 12, 0.85, 0.0008), ("2012-2015", 13, -0.03, 0.94)],
)
def test_volume_went_with_survival_once_and_later_told_nothing(
    hospitals, period, count, correlation, p_value
):
    chosen = hospitals[hospitals.period == period]
    volume, survival = chosen.operations.rank().to_numpy(), chosen.survival.rank().to_numpy()
    observed = correlations(volume, survival)
    assert len(chosen) == count
    assert observed == approx(correlation, abs=0.005)
    permuted = correlations(permutations(volume, 20_000), survival)
    assert two_sided(permuted, observed) == approx(p_value, abs=max(0.0008, 0.05 * p_value))


def test_the_finding_of_the_nineties_does_not_hang_on_bristol(hospitals):
    others = hospitals[(hospitals.period == "1991-1995") & (hospitals.hospital != "Bristol")]
    correlation = others.operations.corr(others.survival, method="spearman")
    assert correlation == approx(0.82, abs=0.005)


def test_the_simple_rate_gives_25_excess_deaths_in_bristol(hospitals, figures):
    early = hospitals[hospitals.period == "1991-1995"].set_index("hospital")
    others = early.drop("Bristol")
    expected = early.operations["Bristol"] * others.deaths.sum() / others.operations.sum()
    assert early.deaths["Bristol"] == 41
    assert early.deaths["Bristol"] - expected == approx(25.0, abs=0.05)
    published = figures.loc[("child_heart_surgery", "Bristol")].value
    assert 24.1 in published.to_list()


def test_volume_explains_little_of_bristol_and_much_elsewhere(figures):
    published = figures.loc["child_heart_surgery"].droplevel([0, 1]).value
    assert published["difference in mortality"] == -25
    assert published["excess deaths explained by low volume (upper bound)"] == 20


def odds_of_death_per_doubling(table):
    """Odds ratio of death when volume doubles, with an interval that allows for overdispersion."""
    outcome = np.column_stack([table.deaths, table.operations - table.deaths])
    design = sm.add_constant(np.log2(table.operations.to_numpy(float)))
    fit = sm.GLM(outcome, design, family=sm.families.Binomial()).fit()
    share = fit.fittedvalues
    expected, variance = table.operations * share, table.operations * share * (1 - share)
    freedom = len(table) - 2
    overdispersion = ((table.deaths - expected) ** 2 / variance).sum() / freedom
    half = stats.t.ppf(0.975, freedom) * fit.bse[1] * np.sqrt(overdispersion)
    return tuple(np.exp(fit.params[1] + np.array([0, -half, half])))


def test_the_later_period_does_not_exclude_a_moderate_effect_of_volume(hospitals):
    odds_ratio, low, high = odds_of_death_per_doubling(hospitals[hospitals.period == "2012-2015"])
    assert (odds_ratio, low, high) == approx((0.83, 0.55, 1.25), abs=0.006)


# Module 5: guatemala_immunisation


@pytest.fixture(scope="module")
def children():
    return load("guatemala_immunisation")


def chance_of_another(children, group, apart_from=None):
    """Chance that another child of the group is immunised, given that one is."""

    def pairs(keys):
        immunised = children.groupby(keys).immunised.agg(["sum", "size"])
        both = immunised["sum"] * (immunised["sum"] - 1)
        return both.sum(), (immunised["sum"] * (immunised["size"] - 1)).sum()

    both, given = pairs(group)
    if apart_from is not None:
        close_both, close_given = pairs([group, apart_from])
        both, given = both - close_both, given - close_given
    return both / given


def test_guatemala_covers_2159_children_in_161_communities(children):
    assert (len(children), children.community.nunique()) == (2159, 161)
    assert len(children[["mother", "community"]].drop_duplicates()) == children.mother.nunique()


def test_children_are_alike_within_communities_and_more_so_within_families(children):
    assert children.immunised.mean() == approx(0.447, abs=0.0005)
    assert chance_of_another(children, "community", "mother") == approx(0.484, abs=0.0005)
    assert chance_of_another(children, "mother") == approx(0.688, abs=0.0005)


def schooling_sums(children):
    """Sums of products for the slope of immunisation on primary schooling, by community."""
    known = children[children.mother_education != "secondary"]
    primary = (known.mother_education == "primary").astype(float)
    frame = pd.DataFrame({"community": known.community, "x": primary, "y": known.immunised})
    centred = frame[["x", "y"]] - frame.groupby("community")[["x", "y"]].transform("mean")
    products = pd.DataFrame({"xy": centred.x * centred.y, "xx": centred.x**2})
    return frame, products.groupby(frame.community).sum()


def test_most_of_the_advantage_of_schooling_is_shared_by_neighbours(children):
    frame, sums = schooling_sums(children)
    overall = frame.groupby("x").y.mean()
    assert overall[1.0] - overall[0.0] == approx(0.102, abs=0.0005)
    assert sums.xy.sum() / sums.xx.sum() == approx(0.031, abs=0.0005)


def test_the_advantage_among_neighbours_may_be_nothing(children):
    _, sums = schooling_sums(children)
    generator = np.random.default_rng(SEED)
    chosen = generator.multinomial(len(sums), np.full(len(sums), 1 / len(sums)), size=10_000)
    slopes = chosen @ sums.xy.to_numpy() / (chosen @ sums.xx.to_numpy())
    assert np.quantile(slopes, [0.025, 0.975]).tolist() == approx([-0.02, 0.09], abs=0.007)


@pytest.mark.parametrize(
    ("rural", "ethnicity", "share"), [(0, "ladino", 0.664), (1, "indigenous_no_spanish", 0.368)]
)
def test_completion_differs_widely_between_groups_at_two_years(children, rural, ethnicity, share):
    older = children[children.age_2_plus == 1]
    chosen = older[(older.rural == rural) & (older.ethnicity == ethnicity)]
    assert chosen.immunised.mean() == approx(share, abs=0.0005)


# Module 5: melanoma_counties


@pytest.fixture(scope="module")
def melanoma():
    return load("melanoma_counties")


@pytest.mark.parametrize(
    ("nation", "by_third"),
    [(None, (1.26, 0.97, 0.71)), ("UK", (0.86, 0.95, 1.23)), ("Italy", (1.04, 0.95, 0.49))],
)
def test_the_slope_of_melanoma_on_sunlight_depends_on_the_scale(melanoma, nation, by_third):
    chosen = melanoma if nation is None else melanoma[melanoma.nation == nation]
    sums = chosen.groupby(pd.qcut(chosen.uvb, 3), observed=True)[["deaths", "expected"]].sum()
    assert (sums.deaths / sums.expected).tolist() == approx(list(by_third), abs=0.005)


def test_nine_nations_as_points_show_no_clear_slope(melanoma):
    weighted = melanoma.assign(light=melanoma.uvb * melanoma.expected)
    nations = weighted.groupby("nation")[["light", "deaths", "expected"]].sum()
    light = (nations.light / nations.expected).to_numpy()
    deaths = (nations.deaths / nations.expected).to_numpy()
    observed = correlations(light, deaths)
    assert (len(melanoma), len(nations)) == (354, 9)
    assert observed == approx(-0.46, abs=0.005)
    permuted = correlations(permutations(light, 20_000), deaths)
    assert two_sided(permuted, observed) == approx(0.20, abs=0.012)


# Module 5: the ecological fallacy with a known answer


def test_the_line_through_counties_misses_the_rates_of_people():
    table = load("infant_deaths_nc")
    early = table[table.period == BEFORE]
    share = early.nonwhite_births / early.births
    rate = 1000 * early.sids_deaths / early.births
    slope, intercept = np.polyfit(share, rate, 1, w=np.sqrt(early.births))
    assert (intercept, intercept + slope) == approx((0.74, 4.77), abs=0.005)


# Intervals that the lessons give as well


def test_the_readme_gives_the_intervals_that_the_lessons_give():
    said = (ROOT / "data/README.md").read_text(encoding="utf-8")
    apart = programmes_model.run().practice_over_rest_apart
    lots = programmes_model.run(programmes_model.RANDOMISED).practice_over_rest_apart
    following = np.exp(programmes_model.run().stages["practice"].next_place())
    early, late = (
        hospitals_model.run(period) for period in (hospitals_model.EARLY, hospitals_model.LATE)
    )
    errors = counties_model.mean_errors()
    most, ratio = maternal_deaths.narrowest_interval()
    spread, ends = villages_model.run(), villages_model.run().beyond_chance_interval()
    rule, talk, before = rule_and_talk.pushes()
    gain = village_45.run().without - village_45.run("before").miss
    strangers = expectancy.run()
    lots_only = next_place.drawn_by_lot()
    few = meta.hartung_knapp(next_place.bcg().effects, next_place.bcg().variances)
    (white, not_white), spreads = county_line.line_intervals(), immunisation.run().spreads
    for words in (
        f"({bracketed(apart[0], *apart[1])} if each side keeps",
        f"{bracketed(lots[0], *lots[1])} with separate variances",
        f"anything from {following[0]:.2f} to {following[1]:.2f}",
        f"(Spearman {bracketed(early.correlation, *early.correlation_interval)};",
        f"later not ({bracketed(late.correlation, *late.correlation_interval)}).",
        f"({errors.iloc[2, 0]:.2f} and {errors.iloc[2, 1]:.2f})",
        f"that leaves {100 * spread.beyond_chance:.0f} points "
        f"[{100 * ends[0]:.0f}, {100 * ends[1]:.0f}]",
        f"within villages {points(rule.effect, rule.interval)})",
        f"(within hamlets {points(talk.effect, talk.interval, ' points')})",
        f"within villages by {points(before.effect, before.interval, ' points')}.",
        f"takes {points(gain, village_45.gain_interval('before'), ' points off the miss')}.",
        f"drew lots give {bracketed(*np.exp([lots_only.mean, *lots_only.mean_interval()]))}",
        "next place {:.2f} to {:.2f}".format(*np.exp(lots_only.next_place())),
        "all thirteen give {:.2f} to {:.2f}".format(*np.exp(few)),
        "by 9.2 [{:.1f}, {:.1f}] more".format(*fines.run().interval["during"]),
        "by 12.5 [{:.1f}, {:.1f}] more".format(*fines.run().interval["after"]),
        "from {:.2f} to {:.2f} (Hartung".format(*strangers.for_few_studies(is_new=True)),
        "from {:.2f} to {:.2f}.".format(*strangers.new.next_place()).replace("-", "−"),
        f"is {expectancy.run(2).new.mean:.2f}, of three {expectancy.run(3).new.mean:.2f}",
        f"at most {most} Black women among the 217",
        f"White women at {ratio[0]:.1f} to {ratio[1]:.1f} or wider",
        f"at 0.74 [{white[0]:.1f}, {white[1]:.1f}]",
        f"at 4.77 [{not_white[0]:.1f}, {not_white[1]:.1f}]",
        f"of {100 * spreads[0]:.0f} points [12, 18]",
        f"mothers within them by {100 * spreads[1]:.0f} [",
    ):
        assert words in said


def points(value, interval, unit=""):
    low, high = (f"{100 * end:.1f}".replace("-", "−") for end in interval)
    return f"{100 * value:.1f}{unit} [{low}, {high}]"


def bracketed(value, low, high):
    return f"{value:.2f} [{low:.2f}, {high:.2f}]".replace("-", "−")


@pytest.mark.slow
def test_spreads_of_immunisation_have_intervals_of_communities():
    children, generator, found = load("guatemala_immunisation"), np.random.default_rng(3), []
    communities = [group for _, group in children.groupby("community")]
    for _ in range(60):
        drawn = generator.integers(0, len(communities), len(communities))
        again = pd.concat([communities[one].assign(place=i) for i, one in enumerate(drawn)])
        parts = levels.shares(again.immunised, again.place, again.mother)[:2]
        p = again.immunised.mean()
        found.append(100 * np.sqrt(parts * p * (1 - p)))
    ends = np.quantile(found, [0.025, 0.975], axis=0)
    assert ends[:, 0] == approx([12, 18], abs=1.5)
    assert ends[:, 1] == approx([26, 33], abs=1.5)
    said = (ROOT / "data/README.md").read_text(encoding="utf-8")
    assert "15 points [12, 18], mothers within them by 29 [26, 33]" in said


@pytest.mark.parametrize("nation", ["UK", "Italy"])
def test_how_a_nation_is_cut_into_thirds_moves_them_little(nation):
    table = load("melanoma_counties")
    chosen = table[table.nation == nation]
    by_quantile = chosen.groupby(pd.qcut(chosen.uvb, 3), observed=True)[
        ["deaths", "expected"]
    ].sum()
    for ordered in (chosen, chosen.iloc[::-1]):
        rows = ordered.sort_values("uvb", kind="stable")
        thirds = [rows.iloc[part] for part in np.array_split(np.arange(len(rows)), 3)]
        ratios = [part.deaths.sum() / part.expected.sum() for part in thirds]
        assert ratios == approx((by_quantile.deaths / by_quantile.expected).tolist(), abs=0.02)
