"""Module 3: its figures, the words they stand in, and what they rest on."""

from functools import cache

import numpy as np
import pytest
from scipy import stats

from scaling import datasets, meta, style
from scaling.size_context import checks, emergencies, joining_up, next_place, ties, villages
from scaling.start_here import checks as first_checks

from .pages import BOUND, STATED, code, share, slider, words_for

LESSON, EXERCISE, CHECKS = "3 lesson", "3 exercise", "size_context.checks"

# fmt: off
FIGURES = [
    # the lesson
    (LESSON, "{} guests, one worker", lambda: first_checks.PEOPLE_EACH),
    (LESSON, "The case: {} Kettles", lambda: first_checks.KETTLES),
    (LESSON, "The ministry asks for {} of them", lambda: first_checks.KETTLES),
    (LESSON, "goes to {} neighbourhoods", lambda: first_checks.KETTLES),
    (LESSON, "One hall of 192 costs less than eight rooms of 24",
     lambda: 8 * first_checks.PEOPLE_EACH == 192),
    (LESSON, "Its bones are four times as strong;",
     lambda: ties.square_cube((2,))["times as strong"].item() == 4),
    (LESSON, "its weight is eight times what it was",
     lambda: ties.square_cube((2,))["times as heavy"].item() == 8),
    (LESSON, "each person keeps as many living ties as before, and the share of the group that "
     "each knows falls",
     lambda: ties.run(24).alive_each == pytest.approx(ties.run(200).alive_each)
     and ties.run(24).alive_share > ties.run(200).alive_share),
    (LESSON, "a group of six with no time has no ties", lambda: ties.run(6, 0).alive == 0),
    (LESSON, "A hall of {} with hosts",
     lambda: style.number(first_checks.KETTLES * first_checks.PEOPLE_EACH, 0)),
    (LESSON, "Four hundred tables of {} hold as many living ties per person as one table does",
     lambda: first_checks.PEOPLE_EACH),
    (LESSON, "was tested in {} trials", lambda: words_for(bcg().k)),
    (LESSON, "{} means no difference, 0.5 means half the risk", lambda: f"{np.exp(0.0):.0f}"),
    (LESSON, "A **95 % interval** is a range made so that about 95 in 100 such ranges",
     STATED),
    (LESSON, "though one odd trial can widen it", lambda: one_trial_widens()),
    (LESSON, "it stays as wide as the places differ",
     lambda: meta.RandomEffects(1000, 0, 0, bcg().tau2, 0, 0, 0).next_place_sd
     == pytest.approx(bcg().tau2**0.5)),
    (LESSON, "Move the next place to {0}° from the equator. That distance, the latitude, accounts "
     "for about four fifths of the between-site variance, and its 95 % prediction interval lies "
     "wholly below 1",
     lambda: 50 if next_place.run(latitude=50).at_latitude[1] < 0
     and 1 - next_place.run().line.tau2 / bcg().tau2 == pytest.approx(0.8, abs=0.03) else "no"),
    (LESSON, "later trials lay nearer the equator", lambda: year_and_latitude() < -0.3),
    (LESSON, "No trial lies nearer than {:.0f}° or beyond {:.0f}°",
     lambda: (next_place.bcg().latitude.min(), next_place.bcg().latitude.max())),
    (LESSON, "chance alone would give about $k - 1$",
     lambda: mean_q_by_chance() == pytest.approx(bcg().k - 1, rel=0.1)),
    (LESSON, "One product, {} villages", lambda: len(countries().share)),
    (LESSON, "No world of {} with households alone sets them as far apart",
     lambda: f"{villages.DRAWS:,}" if countries().as_far_apart == 0 else "no"),
    (LESSON, "Leave out the small ones, and about one in {} does: the village where most bought "
     "was one of them",
     lambda: one_world_in(30) if villages.run(30).share.max() < countries().share.max() else "no"),
    (LESSON, "about {:.0f} points are left beyond chance, with a 95 % interval from {:.0f} to "
     "{:.0f}. Go twice that far either way from the mean: {} to {}. Much. As a part of all "
     "variation, hamlets included, it is only {}",
     lambda: (100 * countries().beyond_chance,
              *(100 * end for end in countries().beyond_chance_interval()),
              *(share(countries().common + times * countries().beyond_chance)
                for times in (-2, 2)), share(countries().share_of_variation))),
    (LESSON, "the seven trials that drew lots allow the next place anything from {} to {}",
     lambda: ends(next_place.drawn_by_lot().next_place())
     if next_place.drawn_by_lot().k == 7 else ("no",) * 2),
    (LESSON, "a practice is ten yes-or-no choices", lambda: joining_up.CHOICES == 10),
    (LESSON, "Half alike, copying brings {} of the best that each place could have, and joining up "
     "about half as much again",
     lambda: share(joining_up.run().mean["scale up"]) if joining_up.run().likeness == 0.5
     and 1.4 < joining_up.run().mean["join up"] / joining_up.run().mean["scale up"] < 1.6
     else "no"),
    (LESSON, "Where places have nothing in common, the best place's practice is hardly better "
     "elsewhere than an average one", lambda: 0 <= curve().mean["scale up"][0] < 0.1),
    (LESSON, "Copying overtakes at a likeness of about {} ({} to {} in eight imagined worlds)",
     lambda: borders()),
    (LESSON, "on smooth ground copying never overtakes, and with ten periods it does so at {} to "
     "{}", lambda: borders(periods=10)[1:]
     if np.isnan([curve(ruggedness=0, seed=seed).overtaking for seed in (1, 2, 3)]).all()
     else ("no", "no")),
    (LESSON, "With {} periods that is best, unless all places are the same",
     lambda: slider(joining_up, "periods").start if doing_both_is_best() else "no"),
    (LESSON, "An offer that may be refused, among places that are joined, beats both",
     lambda: doing_both_is_best()),
    (LESSON, "Given time, joining up is never far behind",
     lambda: gap("scale up", "join up").max() < 0.15),
    (LESSON, "Room to experiment comes first, links second",
     lambda: curve(periods=60, links=2).mean["join up"].min()
     > curve(periods=10, links=22).mean["join up"].max()),
    (LESSON, "fell to {} of before, from 0.23 to 0.50, with no group to compare",
     lambda: teams("infections, as a share")
     if "0.23 to 0.50" in teams("infections, as a share", "note") else "no"),
    (LESSON, "rose by {} points more than elsewhere; by our count, the interval is {} to {}",
     lambda: (teams("virus suppressed, more than elsewhere"), *by_p_value())),
    (LESSON, "Of {} controlled studies or series over time, {:.0f} % report some gain",
     lambda: (64, teams("studies that report some gain"))
     if "64 studies" in teams("studies that report some gain", "note") else ("no", 0)),
    (LESSON, "that overtakes joining up once likeness reaches some {} to {}; with ten",
     lambda: first_ahead("offer, then adapt", "join up")),
    (LESSON, "with ten periods it is ahead everywhere",
     lambda: all(bool((table["offer, then adapt"] > table["join up"]).all()) for table in (
         joining_up.curve_table(periods=10, seed=seed) for seed in (1, 2, 3)))),
    (LESSON, "in our model that is best when time is short",
     lambda: offering_is_best_in_haste()),
    (LESSON, "Here are {} real emergencies", lambda: words_for(len(emergencies.events()))),
    (LESSON, "A rank correlation of 1 would mean the same order, 0 no relation", STATED),
    (LESSON, "In {} of the seven the leader is named most, though in {} of the {} the leader "
     "shares first place in being named. In one the leader has most staff",
     lambda: ({6: "six"}[int(leaders()["leader is named most"].sum())],
              {3: "three"}[shared_first_places()], {7: "seven"}[len(leaders())])
     if leaders()["largest leads command"].sum() == 1 else ("no",) * 3),
    (LESSON, "Twelve people have {} possible ties and 24 have {}, more than four times as many",
     lambda: (ties.pairs(12), ties.pairs(24)) if ties.pairs(24) > 4 * ties.pairs(12) else (0, 0)),
    (LESSON, "It is a risk ratio of {}, with an interval from {} to {}",
     lambda: (ratio(bcg().mean), *ends(bcg().mean_interval()))),
    (LESSON, "That is the **[prediction interval](glossary.md#prediction-interval)**, here from {} "
    "to {}",
     lambda: ends(bcg().next_place())),
    (LESSON, "Prominence in command is known for {} of the {} organisations; in {} emergencies it "
     "is not known for the largest",
     lambda: (int(emergencies.organisations().command_score.notna().sum()),
              len(emergencies.organisations()), {3: "three"}[unknown_giants()])),
    (LESSON, "being named by others goes with leading; size goes with it less",
     lambda: goes_with_leading()["named by others, where all staff is known"]
     > 2 * goes_with_leading()["paid staff and volunteers"]),
    (LESSON, "paid staff alone goes with leading too, if more weakly",
     lambda: 0.1 < goes_with_leading()["paid staff"]
     < goes_with_leading()["named by others"]
     and emergencies.correlations()["p-value"]["paid staff"] < 0.05),
    (LESSON, "the vaccine of section 2 halved the risk on average",
     lambda: np.exp(bcg().mean) == pytest.approx(0.5, abs=0.02)),
    (LESSON, "In our model copying beats joining up where places are alike, and loses where they "
     "differ and there is time", lambda: 0 < curve().overtaking < 1),
    (LESSON, "In seven emergencies, leading went with being connected more than with being large",
     lambda: leaders()["leader is named most"].sum() > leaders()["largest leads command"].sum()),
    # the exercise
    (EXERCISE, "The next place is to lie {0}° from the equator",
     lambda: 50 if (EXERCISE, "next_place.to_read(latitude=50)") in code() else "no"),
    (EXERCISE, "at {}° the trend's 95 % interval lies wholly below 1",
     lambda: 50 if next_place.run(latitude=50).at_latitude[1] < 0 else "no"),
    (EXERCISE, "In all trials less than 20° from the equator", STATED),
    (EXERCISE, "Among 12 there are {}", lambda: ties.pairs(12)),
    (EXERCISE, "returns a share between 0 and 1", STATED),
    (EXERCISE, "`n` people (at least 2)", STATED),
    (EXERCISE, "No share is larger than 1: `min(1, x)`", STATED),
    (EXERCISE, "hold a meeting of {} minutes", lambda: checks.mine.meeting_minutes),
    (EXERCISE, "Forty-eight guests", lambda: checks.mine.guests == 48),
    (EXERCISE, "The next cell loads the BCG trials", STATED),
    (EXERCISE, "Both hold {} numbers", lambda: words_for(bcg().k)),
    (EXERCISE, "*type:* {} numbers, in the order of the table", lambda: words_for(bcg().k)),
    (EXERCISE, "A square is `** 2`", STATED),
    (EXERCISE, "returns a number, 0 or more", STATED),
    (EXERCISE, "`max(0, x)` returns the larger", STATED),
    (EXERCISE, "both ends of the {} prediction interval",
     lambda: share(2 * checks.LEVEL - 1)),
    (EXERCISE, "`stats.t.ppf({}, d)`", lambda: checks.LEVEL),
    (EXERCISE, "the next place's risk ratio is above 1: no benefit, or harm? On the logarithmic "
     "scale that is an effect above {}", lambda: f"{np.log(1.0):.0f}"),
    (EXERCISE, "how far is 0 above the mean", lambda: bcg().mean < 0),
    (EXERCISE, "number between 0 and 1", STATED),
    (EXERCISE, "villages with at least {} households", lambda: checks.SMALLEST_VILLAGE),
    (EXERCISE, "lists the {} emergencies", lambda: words_for(len(leaders()))),
    (EXERCISE, "has one exception", lambda: len(checks.exception.expected()) == 1),
    (EXERCISE, "the prediction interval of {} to {} beside", lambda: ends(bcg().next_place())),
    (EXERCISE, "one chance in {} of no benefit", lambda: one_in(bcg().chance_above(0))),
    (EXERCISE, "leaves the next place about one chance in {} of no benefit",
     lambda: one_in(bcg().chance_above(0))),
    (EXERCISE, "a vaccine that halves the risk on average",
     lambda: np.exp(bcg().mean) == pytest.approx(0.5, abs=0.02)),
    (EXERCISE, "village spread of {} against {} by chance",
     lambda: (style.number(countries().spread, 3),
              style.number(by_formula(), 3))),
    (EXERCISE, "with only ten periods, copying overtakes joining up where places are half alike or "
     "a little more", lambda: all(0.5 < float(found) < 0.6 for found in borders(periods=10)[1:])),
    (EXERCISE, "in our model that is above a likeness of about {}, {} to {} in eight worlds, "
     "given {} periods", lambda: (*borders(), slider(joining_up, "periods").start)),
    (EXERCISE, "copying beats joining up once likeness passes about {}.", lambda: borders()[0]),
    # the explorables
    ("ties", "Twelve people round one table can form {0} pairs: {0} possible ties",
     lambda: ties.pairs(12)),
    ("ties", "into one group of twenty-four", lambda: slider(ties, "people").start == 24),
    ("ties", "twice the people, twice the ties",
     lambda: ties.explorable.ask.tempting == 2 * ties.pairs(12)),
    ("ties", "Of possible ties, living ties for each person and minutes of voice: which grows, "
     "which stays, which shrinks?",
     lambda: ties.run(60).pairs > ties.run(24).pairs
     and ties.run(60).alive_each == pytest.approx(ties.run(24).alive_each)),
    ("ties", "Among 24 people, how many hours a week must each give before every possible tie is "
     "alive? And among 48?",
     lambda: hours_for_all(24) <= hours_for_all(48) <= slider(ties, "hours_per_week").high),
    ("ties", "everyone in a group of {} is to speak", lambda: slider(ties, "people").high),
    ("next_place", "In {} trials a vaccine", lambda: words_for(bcg().k)),
    ("next_place", "cut the risk of tuberculosis to {0} of what it was, on average. The 95 % "
     "interval of that mean risk ratio runs from {1} to {2}",
     lambda: (ratio(bcg().mean), *ends(bcg().mean_interval()))),
    ("next_place", "at the same 95 %", lambda: slider(next_place, "level").start == 95),
    ("next_place", "the interval of the mean ends there",
     lambda: next_place.explorable.ask.tempting
     == pytest.approx(np.exp(bcg().mean_interval()[1]), abs=0.006)),
    ("next_place", "Move the next place from {}° to {}°. Where does the interval of the trend no "
     "longer contain 1?",
     lambda: (13, 55) if 13 < trend_falls_below_one() < 55
     and next_place.run(latitude=13).at_latitude[1] > 0 else "no"),
    ("next_place", "lower the certainty until the interval of the next place is as narrow as the "
     "95 % interval of the mean was",
     lambda: 100 * narrow_level() >= slider(next_place, "level").low),
    ("next_place", "With {} trials a trend can arise by luck", lambda: words_for(bcg().k)),
    ("villages", "was offered in {} villages with at least {} surveyed households each",
     lambda: (len(countries().share), slider(villages, "at_least").start)),
    ("villages", "Over all of them {} of households bought it", lambda: share(countries().common)),
    ("villages", "The dots spread further",
     lambda: villages.run(slider(villages, "at_least").low).spread > countries().spread),
    ("joining_up", "{} communities search for 60 periods",
     lambda: words_for(joining_up.COMMUNITIES) if slider(joining_up, "periods").start == 60
     else "no"),
    ("joining_up", "half alike (likeness {})", lambda: slider(joining_up, "likeness").start),
    ("joining_up", "Likeness of places, 0 to 1",
     lambda: (slider(joining_up, "likeness").low, slider(joining_up, "likeness").high) == (0, 1)),
    ("joining_up", "Make all places the same, then move the likeness to 0",
     lambda: slider(joining_up, "likeness").low == 0),
    ("joining_up", "Give 10 periods and 22 links; then 60 periods and 2 links. Which matters first",
     lambda: (slider(joining_up, "periods").low, slider(joining_up, "links").high) == (10, 22)
     and slider(joining_up, "links").low == 2),
    ("joining_up", "with {} periods it is at a likeness of {} to {} in eight imagined worlds, with "
     "ten at {} to {}, and on smooth ground nowhere",
     lambda: (slider(joining_up, "periods").start, *borders()[1:], *borders(periods=10)[1:])
     if np.isnan(curve(ruggedness=0).overtaking) else ("no",) * 5),
    ("joining_up", "no choice changes what another does (ruggedness {})",
     lambda: slider(joining_up, "ruggedness").low),
    ("emergencies", "in {} emergencies between {} and {} organisations",
     lambda: (words_for(len(leaders())), leaders().organisations.min(),
              leaders().organisations.max())),
    ("emergencies", "fail, and what do you see there?",
     lambda: len(checks.exception.expected()) == 1),
    # what checks say
    (CHECKS, "more than four times the ties: from {} to {}",
     lambda: (ties.pairs(12), ties.pairs(24)) if ties.pairs(24) > 4 * ties.pairs(12) else (0, 0)),
    (CHECKS, "{} minutes each, in a meeting of an hour and a half",
     lambda: checks.voice.expected() if checks.mine.meeting_minutes == 90 else "no"),
    (CHECKS, "from less than {} to more than {}, here",
     lambda: (int(np.ceil(checks.weights.expected().min())),
              int(checks.weights.expected().max() // 10 * 10))),
    (CHECKS, "For the BCG trials it is {}, not {}", lambda: (round(bcg().q), bcg().k - 1)),
    (CHECKS, "tuberculosis falls to about half on average: exp({}) = {}",
     lambda: (style.number(bcg().mean, 3), ratio(bcg().mean))),
    (CHECKS, "the plain average of the {} trials", lambda: bcg().k),
    (CHECKS, "{}: for the next place, about one chance in {} of no benefit",
     lambda: (style.number(bcg().chance_above(0), 3), one_in(bcg().chance_above(0)))),
    (CHECKS, "This is the round figure, one in {}", lambda: one_in(bcg().chance_above(0))),
    (CHECKS, "from a vaccine that halves the risk",
     lambda: np.exp(bcg().mean) == pytest.approx(0.5, abs=0.02)),
    (CHECKS, "With {} places use t", lambda: bcg().k),
    (CHECKS, "{}: villages lie about {} points from their mean",
     lambda: (style.number(countries().spread, 3), round(100 * countries().spread))),
    (CHECKS, "Keep those with {} or more", lambda: checks.SMALLEST_VILLAGE),
    (CHECKS, "About {}: chance alone would spread such villages by about {} points: in variance, "
     "over a third of what is seen",
     lambda: (style.number(countries().chance_spread.mean(), 3),
              round(100 * countries().chance_spread.mean()))
     if countries().chance_spread.mean() ** 2 > countries().spread ** 2 / 3 else "no"),
    (CHECKS, "From a likeness of about {} on, {} to {} in eight imagined worlds: copying beats "
     "joining up only where places are more than four fifths alike", lambda: borders()),
    (CHECKS, "at 50° the trend's interval lies below 1, if the trend holds",
     lambda: next_place.run(latitude=50).at_latitude[1] < 0 < bcg().next_place()[1]),
    (CHECKS, "some risk ratios lie near 1, others clearly below it",
     lambda: bool((abs(near_the_equator()) < 0.1).any() and (near_the_equator() < -0.5).any())),
    (CHECKS, "In {} another office is named by more of the others",
     lambda: checks.exception.expected()[0]),
]
# fmt: on

FORMULAS = {
    CHECKS: [
        r"1/\([^)]*\)",
        r"1/[(√]?\w+",
        r"0\.95\b",
        r"[kn] [−+-] \d",
        r"1\.96",
        r"0\.975",
        r"\b5 %",
        r"\b0 lies",
        BOUND,
        r"\(?\b1 − p\b\)?",
    ],
}

# Figures that are not ours stand in the paragraph of their citation, before it.
CITED = {
    LESSON: [("60 %", "Meager 2019")],
}


@cache
def bcg():
    return next_place.run().pooled


def ratio(log_ratio):
    return style.number(float(np.exp(log_ratio)))


def ends(interval):
    return tuple(ratio(end) for end in interval)


def teams(measure, column="value"):
    """What was published of improvement collaboratives."""
    figures = datasets.load("published_figures")
    figures = figures[figures.case == "improvement_collaboratives"]
    return figures[column][figures.measure == measure].item()


def by_p_value():
    """The interval of a difference whose abstract gives a p-value of 0.18 only."""
    assert "p = 0.18" in teams("virus suppressed, more than elsewhere", "note")
    difference = teams("virus suppressed, more than elsewhere")
    se = difference / stats.norm.isf(0.18 / 2)
    return tuple(style.number(difference + side * 1.96 * se, 0) for side in (-1, 1))


@cache
def countries():
    return villages.run()


def one_world_in(at_least):
    """Of how many worlds one sets such villages as far apart, over the draws of many seeds."""
    apart = sum(villages.run(at_least, seed=seed).as_far_apart for seed in range(1, 31))
    return round(30 * villages.DRAWS / apart)


def by_formula():
    """The spread that chance gives, as the exercise reckons it."""
    p, n = countries().common, countries().households
    return float(np.sqrt(np.mean(p * (1 - p) / n)))


@cache
def curve(**settings):
    return joining_up.curve(**settings)


def gap(of, over, **settings):
    return curve(**settings).mean[of] - curve(**settings).mean[over]


@cache
def leaders():
    return emergencies.leaders()


@cache
def goes_with_leading():
    table = emergencies.correlations()
    return {name: row["rank correlation"] for name, row in table.iterrows()}


def trend_falls_below_one():
    degrees = np.arange(0, 66)
    return int(next(d for d in degrees if next_place.run(latitude=int(d)).at_latitude[1] < 0))


def narrow_level():
    """The certainty at which the next place's interval is as narrow as the mean's at 95 %."""
    width = np.diff(bcg().mean_interval())[0]
    quantile = width / 2 / bcg().next_place_sd
    return float(2 * stats.t.cdf(quantile, bcg().k - 2) - 1)


def one_in(chance):
    return {8: "eight"}[round(1 / chance)]


def hours_for_all(people):
    """Hours a week each must give before every possible tie is alive, at the starting cost."""
    return slider(ties, "hours_per_tie").start * (people - 1)


def one_trial_widens():
    """Whether leaving some trial out narrows the interval of the mean: with it, it was wider."""
    return any(next_place.run(leave_out=row).pooled.se < bcg().se for row in range(1, bcg().k + 1))


def first_ahead(one, other):
    """The least and the largest likeness in eight worlds from which one yields more."""
    tables = [joining_up.curve_table(seed=seed) for seed in range(1, 9)]
    found = [table.likeness[table[one] > table[other]].min() for table in tables]
    return f"{min(found):.15g}", f"{max(found):.15g}"


@cache
def borders(**values):
    """About where copying overtakes joining up in eight worlds: middle, least and largest."""
    found = [curve(seed=seed, **values).overtaking for seed in range(1, 9)]
    # The middle is given in steps of a twentieth, as fine as the table of the exercise.
    middle = round(20 * float(np.mean(found))) / 20
    return tuple(style.number(value) for value in (middle, min(found), max(found)))


def doing_both_is_best():
    """Whether offering and joining leads in each of three worlds, up to a likeness of 0.9."""
    tables = [joining_up.curve_table(seed=seed) for seed in (1, 2, 3)]
    others = [name for name in joining_up.NAMES if name != joining_up.BOTH]
    alike = [table[joining_up.BOTH] > table[others].max(axis=1) for table in tables]
    return all(bool(ahead[tables[0].likeness <= 0.9].all()) for ahead in alike)


def offering_is_best_in_haste():
    """Whether an offer, adapted alone or among joined places, leads in ten periods up to 0.75."""
    table = joining_up.curve_table(periods=10)
    offers = [joining_up.OFFER, joining_up.BOTH]
    others = [name for name in joining_up.NAMES if name not in offers]
    ahead = table[offers].max(axis=1) > table[others].max(axis=1)
    return bool(ahead[table.likeness <= 0.751].all())


def shared_first_places():
    """In how many emergencies somebody else is named exactly as often as the leader."""
    shared = 0
    for _, group in emergencies.organisations().groupby("event"):
        leads = group.loc[group.command_score.idxmax()]
        most = group.named_by.max()
        shared += int(leads.named_by == most and (group.named_by == most).sum() > 1)
    return shared


def unknown_giants():
    """In how many emergencies command is not known for the organisation with most staff."""
    table = emergencies.organisations()
    largest = table.loc[table.groupby("event").staff.idxmax()]
    return int(largest.command_score.isna().sum())


def near_the_equator():
    studies = next_place.bcg()
    return studies.effects[studies.latitude < 20]


def year_and_latitude():
    trials = datasets.load("bcg_trials")
    return stats.spearmanr(trials.year, trials.latitude_deg).statistic


def mean_q_by_chance():
    generator = np.random.default_rng(3)
    variances = next_place.bcg().variances
    draws = generator.normal(0, np.sqrt(variances), (400, len(variances)))
    return np.mean([meta.random_effects(effects, variances).q for effects in draws])
