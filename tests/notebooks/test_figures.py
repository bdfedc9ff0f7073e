"""Every number in prose is what the data or the model says, and stands where it is said to stand.

``FIGURES`` is a table: where, the words, and what they rest on. Numbers go into the words' braces;
a claim without a number is True or False. ``test_no_number_is_left_unchecked`` finds the digits
that no row of the table covers, so neither prose nor model can drift unnoticed.
"""

import importlib
import re
from functools import cache
from pathlib import Path

import nbformat
import numpy as np
import pytest
from scipy import stats

from scaling import datasets, meta, style
from scaling.process_product import checks as process_checks
from scaling.process_product import expectancy, fines, frozen, trust, what_travels
from scaling.scaling_down import checks as down_checks
from scaling.scaling_down import counties, devolve, funnel, hospitals, layers, shared_backup
from scaling.size_context import checks, emergencies, joining_up, next_place, ties, villages
from scaling.start_here import checks as first_checks
from scaling.start_here import course_map

ROOT = Path(__file__).parents[2]
LESSON, EXERCISE, START = "3 lesson", "3 exercise", "0 lesson"
LESSON_2, EXERCISE_2 = "2 lesson", "2 exercise"
LESSON_4, EXERCISE_4 = "4 lesson", "4 exercise"

# ---------------------------------------------------------------- what the figures rest on


@cache
def bcg():
    return next_place.run().pooled


def ratio(log_ratio):
    return style.number(float(np.exp(log_ratio)))


def ends(interval):
    return tuple(ratio(end) for end in interval)


def share(value, digits=0):
    return style.percent(value, digits).replace("\N{NO-BREAK SPACE}", " ")


@cache
def countries():
    return villages.run()


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


def slider(module, name):
    return next(control for control in module.explorable.controls if control.name == name)


def one_in(chance):
    return {8: "eight"}[round(1 / chance)]


def words_for(count):
    return {2: "two", 7: "seven", 13: "thirteen", 24: "Twenty-four"}[count]


# ---------------------------------------------------------------- the table

# fmt: off
FIGURES = [
    # the start page
    (START, "how many evenings a weekly table has in two years",
     lambda: (START, "52 * 2") in code()),
    (START, "The ministry asks for {} Kettles", lambda: first_checks.KETTLES),
    (START, "It now draws {} people", lambda: first_checks.PEOPLE_EACH),
    (START, "come each week to {} Kettles, if each drew {}?",
     lambda: (first_checks.KETTLES, first_checks.PEOPLE_EACH)),
    (START, "Change 2 to another number", lambda: True),
    (START, "Try `{} + {}` and see",
     lambda: (first_checks.KETTLES, first_checks.PEOPLE_EACH)),
    (START, "Something like `people = 2 * 3`, with other numbers",
     lambda: first_checks.people.expected() != 6),
    # the lesson: size
    (LESSON, "{} guests, one worker", lambda: first_checks.PEOPLE_EACH),
    (LESSON, "The case: {} Kettles", lambda: first_checks.KETTLES),
    (LESSON, "The ministry asks for {} of them", lambda: first_checks.KETTLES),
    (LESSON, "goes to {} neighbourhoods", lambda: first_checks.KETTLES),
    (LESSON, "One hall of 192 costs less than eight rooms of 24",
     lambda: 8 * first_checks.PEOPLE_EACH == 192),
    (LESSON, "Its bones are four times as strong",
     lambda: ties.square_cube((2,))["times as strong"].item() == 4),
    (LESSON, "Its weight is eight times what it was",
     lambda: ties.square_cube((2,))["times as heavy"].item() == 8),
    (LESSON, "Look at the last column: each unit of strength has to carry as many times more as "
     "the animal is longer",
     lambda: bool((ties.square_cube().iloc[:, -1] == ties.square_cube().index).all())),
    (LESSON, "the number of living ties per person stays the same, while the share of the group "
     "that each person knows falls",
     lambda: ties.run(24).alive_each == pytest.approx(ties.run(200).alive_each)
     and ties.run(24).alive_share > ties.run(200).alive_share),
    (LESSON, "a group of six with no time has no ties", lambda: ties.run(6, 0).alive == 0),
    (LESSON, "A hall of {} with hosts",
     lambda: style.number(first_checks.KETTLES * first_checks.PEOPLE_EACH, 0)),
    (LESSON, "Four hundred tables of {} hold as many living ties per person as one table does",
     lambda: first_checks.PEOPLE_EACH),
    # the lesson: context
    (LESSON, "was tested in {} trials", lambda: words_for(bcg().k)),
    (LESSON, "{} means no difference, 0.5 means half the risk", lambda: f"{np.exp(0.0):.0f}"),
    (LESSON, "A **95 % interval** is a range made so that about 95 in 100 such ranges",
     lambda: True),
    (LESSON, "though one odd trial can widen it", lambda: one_trial_widens()),
    (LESSON, "it stays as wide as the places differ",
     lambda: meta.RandomEffects(1000, 0, 0, bcg().tau2, 0, 0, 0).next_place_sd
     == pytest.approx(bcg().tau2**0.5)),
    (LESSON, "Move the next place to {0}°. Latitude accounts for about four fifths of the "
     "between-site variance, and the 95 % interval of the trend lies wholly below 1",
     lambda: 50 if next_place.run(latitude=50).at_latitude[1] < 0
     and 1 - next_place.run().line.tau2 / bcg().tau2 == pytest.approx(0.8, abs=0.03) else "no"),
    (LESSON, "later trials lay nearer the equator", lambda: year_and_latitude() < -0.3),
    (LESSON, "No trial lies nearer than {:.0f}° or beyond {:.0f}°",
     lambda: (next_place.bcg().latitude.min(), next_place.bcg().latitude.max())),
    (LESSON, "chance alone would give about $k - 1$",
     lambda: mean_q_by_chance() == pytest.approx(bcg().k - 1, rel=0.1)),
    # the lesson: villages
    (LESSON, "One product, {} villages", lambda: len(countries().share)),
    (LESSON, "None of {} imagined worlds sets these {} villages as far apart",
     lambda: (f"{villages.DRAWS:,}", len(countries().share))
     if countries().as_far_apart == 0 else "no"),
    (LESSON, "Count only villages of 30 households or more, and {} do: the extremes were small",
     lambda: villages.run(30).as_far_apart
     if villages.run(30).share.max() < countries().share.max() else "no"),
    (LESSON, "about {} points are left beyond chance",
     lambda: round(100 * (countries().spread**2 - countries().chance_spread.mean() ** 2) ** 0.5)),
    (LESSON, "Most of the variation, 92 %, lies between households of one hamlet "
     "(`data/README.md`)",
     lambda: bool(re.search(r"92 %", (ROOT / "data/README.md").read_text(encoding="utf-8")))),
    # the lesson: joining up
    (LESSON, "a practice is ten yes-or-no choices", lambda: joining_up.CHOICES == 10),
    (LESSON, "Where places have nothing in common, the best place's practice is hardly better "
     "elsewhere than an average one", lambda: 0 <= curve().mean["scale up"][0] < 0.1),
    (LESSON, "Where all are the same, copying wins: {} against {}",
     lambda: (share(curve().mean["scale up"][-1]), share(curve().mean["join up"][-1]))),
    (LESSON, "In between joining up leads, by {} to {} points over going it alone",
     lambda: (round(100 * gap("join up", "go it alone").min()),
              round(100 * gap("join up", "go it alone").max()))),
    (LESSON, "Copying overtakes at a likeness of about {}; in other imagined worlds up to {}",
     lambda: (style.number(curve().overtaking),
              style.number(max(curve(seed=seed).overtaking for seed in range(1, 9))))),
    (LESSON, "With {} periods joining up is never far behind",
     lambda: slider(joining_up, "periods").start
     if gap("scale up", "join up").max() < 0.15 else "no"),
    (LESSON, "Sixty periods with two links beat ten periods with twenty-two",
     lambda: curve(periods=60, links=2).mean["join up"].min()
     > curve(periods=10, links=22).mean["join up"].max()),
    (LESSON, "with ten periods copying overtakes it at a likeness near one half",
     lambda: curve(periods=10).overtaking == pytest.approx(0.5, abs=0.05)),
    (LESSON, "(ruggedness 0), sixty periods let every place find its best alone",
     lambda: curve(ruggedness=0).mean["go it alone"].min() > 0.99),
    (LESSON, "In our model more links help a little",
     lambda: 0 < curve(links=22).mean["join up"][10] - curve(links=2).mean["join up"][10] < 0.1),
    (LESSON, "It overtakes joining up from a likeness of about {}",
     lambda: first_ahead("offer, then adapt", "join up")),
    (LESSON, "with ten periods it is ahead everywhere",
     lambda: all(bool((table["offer, then adapt"] > table["join up"]).all()) for table in (
         joining_up.curve_table(periods=10, seed=seed) for seed in (1, 2, 3)))),
    (LESSON, "in our model that is best when time is short",
     lambda: bool((joining_up.curve_table(periods=10)["offer, then adapt"]
                   > joining_up.curve_table(periods=10)[list(joining_up.NAMES)].max(axis=1))
                  .loc[:15].all())),
    # the lesson: emergencies
    (LESSON, "Here are {} real emergencies", lambda: words_for(len(emergencies.events()))),
    (LESSON, "A rank correlation of 1 would mean the same order, 0 no relation", lambda: True),
    (LESSON, "In {} of the {} the leader shares first place in being named",
     lambda: ({3: "three"}[shared_first_places()], {7: "seven"}[len(leaders())])),
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
    (LESSON, "In one emergency somebody else is named more often than the leader",
     lambda: int((~leaders()["leader is named most"]).sum()) == 1),
    (LESSON, "Section 4 calls this keeping what works here", lambda: True),
    (LESSON, "the vaccine of section 2 halved the risk on average",
     lambda: np.exp(bcg().mean) == pytest.approx(0.5, abs=0.02)),
    (LESSON, "Copying wins where places are alike or time is short; joining up where they differ",
     lambda: 0 < curve().overtaking < 1),
    (LESSON, "In seven emergencies, leading went with being connected more than with being large",
     lambda: leaders()["leader is named most"].sum() > leaders()["largest leads command"].sum()),
    # the exercise
    (EXERCISE, "The next place is to lie {0}° from the equator",
     lambda: 50 if (EXERCISE, "next_place.explorable.still(latitude=50)") in code() else "no"),
    (EXERCISE, "at {}° the trend's 95 % interval lies wholly below 1",
     lambda: 50 if next_place.run(latitude=50).at_latitude[1] < 0 else "no"),
    (EXERCISE, "In all trials less than 20° from the equator", lambda: True),
    (EXERCISE, "Among 12 there are {}", lambda: ties.pairs(12)),
    (EXERCISE, "return n * 2", lambda: True),
    (EXERCISE, "returns a share between 0 and 1", lambda: True),
    (EXERCISE, "`n` people (at least 2)", lambda: True),
    (EXERCISE, "No share is larger than 1: `min(1, x)`", lambda: True),
    (EXERCISE, "hold a meeting of {} minutes", lambda: checks.MEETING_MINUTES),
    (EXERCISE, "Forty-eight guests", lambda: checks.GUESTS == 48),
    (EXERCISE, "The next cell loads the BCG trials", lambda: True),
    (EXERCISE, "Both hold {} numbers", lambda: words_for(bcg().k)),
    (EXERCISE, "*type:* {} numbers, in the order of the table", lambda: words_for(bcg().k)),
    (EXERCISE, "`2 * variances` doubles all", lambda: True),
    (EXERCISE, "A square is `** 2`", lambda: True),
    (EXERCISE, "returns a number, 0 or more", lambda: True),
    (EXERCISE, "`max(0, x)` returns the larger", lambda: True),
    (EXERCISE, "both ends of the {} prediction interval",
     lambda: share(2 * checks.LEVEL - 1)),
    (EXERCISE, "`stats.t.ppf({}, d)`", lambda: checks.LEVEL),
    (EXERCISE, "the next place's risk ratio is above 1: no benefit, or harm? On the logarithmic "
     "scale that is an effect above {}", lambda: f"{np.log(1.0):.0f}"),
    (EXERCISE, "how far is 0 above the mean", lambda: bcg().mean < 0),
    (EXERCISE, "number between 0 and 1", lambda: True),
    (EXERCISE, "villages with at least {} households", lambda: checks.SMALLEST_VILLAGE),
    (EXERCISE, "lists the {} emergencies", lambda: words_for(len(leaders()))),
    (EXERCISE, "has one exception", lambda: len(checks.exception.expected()) == 1),
    (EXERCISE, "(in our model above a likeness of about {}, given 60 periods)",
     lambda: style.number(curve().overtaking)),
    (EXERCISE, "copying wins once likeness passes about {}",
     lambda: style.number(curve().overtaking)),
    (EXERCISE, "the prediction interval of {} to {} beside", lambda: ends(bcg().next_place())),
    (EXERCISE, "one chance in {} of no benefit", lambda: one_in(bcg().chance_above(0))),
    (EXERCISE, "leaves the next place about one chance in {} of no benefit",
     lambda: one_in(bcg().chance_above(0))),
    (EXERCISE, "a vaccine that halves the risk on average",
     lambda: np.exp(bcg().mean) == pytest.approx(0.5, abs=0.02)),
    (EXERCISE, "village spread of {} against {} by chance",
     lambda: (style.number(countries().spread, 3),
              style.number(countries().chance_spread.mean(), 3))),
    (EXERCISE, "with only ten periods, copying overtakes joining up at a likeness near one half",
     lambda: curve(periods=10).overtaking == pytest.approx(0.5, abs=0.05)),
    # the lesson of module 2
    (LESSON_2, "{} guests, one worker", lambda: first_checks.PEOPLE_EACH),
    (LESSON_2, "The ministry wants {} of them", lambda: first_checks.KETTLES),
    (LESSON_2, "{:g} for keen, {:g} for indifferent, below 0 for hostile",
     lambda: (slider(what_travels, "reception").high, what_travels.effect(0, 0))
     if slider(what_travels, "reception").low < 0 else ("no", "no")),
    (LESSON_2, "At the start that is {}: {} places are worth {} Kettles. Growing all of it anew "
     "reaches {} places with {} each, worth {}",
     lambda: (share(box().effect), round(box().places), round(box().total),
              round(box(grown_anew=1).places), share(box(grown_anew=1).effect),
              round(box(grown_anew=1).total))),
    (LESSON_2, "Where the product is resented, it multiplies harm",
     lambda: box(reception=-0.5).total < box(reception=-0.5, grown_anew=0.1).total < 0),
    (LESSON_2, "At the start it is {}",
     lambda: share(what_travels.break_even_share(box().reception, box().process_cost))),
    (LESSON_2, "Launched in the first week, the table draws {} visits in two years. After {} weeks "
     "of listening it draws {}, on fewer evenings",
     lambda: (round(plan(0).visits), 26, style.number(plan(26).visits, 0))),
    (LESSON_2, "Listening pays up to {} weeks", lambda: plan(0).best),
    (LESSON_2, "A launch imposed in full drains what was built: {} visits, in spite of the "
     "listening", lambda: round(plan(26, imposition=1).visits)),
    (LESSON_2, "launching at once wins: {} visits against {}",
     lambda: (style.number(plan(0, meets=trust.EVERYONE).visits, 0),
              style.number(plan(26, meets=trust.EVERYONE).visits, 0))),
    (LESSON_2, "If nothing is imposed, a launch in the first week still draws {}",
     lambda: style.number(plan(0, imposition=0).visits, 0)),
    (LESSON_2, "Without it the model says that trust ends at the same level whenever you launch",
     lambda: plan(0, meets=trust.EVERYONE).trust[-1]
     == pytest.approx(plan(26, meets=trust.EVERYONE).trust[-1], abs=0.01)),
    (LESSON_2, "After {} months it fits {} on average. That is an average over luck: two in three "
     "copies lie between {} and {}. One that moves {} of the way each month fits {}",
     lambda: (frozen.MONTHS, share(frozen.run().frozen_fit[-1]),
              *(share(end) for end in frozen.run().frozen_band[:, -1]), frozen.run().step,
              share(frozen.run().adapted_fit[-1]))),
    (LESSON_2, "If nothing drifts and readings are off by 1, a copy that arrived perfect stays at "
     "{}; the adapted one falls to {}",
     lambda: (share(frozen.run(drift=0.0, noise=1.0).frozen_fit[-1]),
              share(frozen.run(drift=0.0, noise=1.0).adapted_fit[-1]))),
    (LESSON_2, "With the drift of the start, readings off by 2 and all of them believed, it fits "
     "{}, worse than frozen",
     lambda: share(chasing()) if chasing() < frozen.run().frozen_fit[-1] else "no"),
    (LESSON_2, "the best part of the way is neither 0 nor 1",
     lambda: all(0 < frozen.best_step(drift, noise) < 1
                 for drift in (0.05, 0.2, 0.5) for noise in (0.1, 0.3, 2))),
    (LESSON_2, "In the six, late pick-ups per centre and week went from {:.1f} to {:.1f}, and to "
     "{:.1f} after the fine was dropped",
     lambda: tuple(fines.run().means[period][0] for period in ("before", "during", "after"))),
    (LESSON_2, "In the four they fell slightly",
     lambda: fines.run().means["before"][1] > fines.run().means["during"][1]
     > fines.run().means["after"][1]),
    (LESSON_2, "The difference in rise is {:.1f} during the fine and {:.1f} after it",
     lambda: tuple(fines.run().rise.values())),
    (LESSON_2, "Of all {} ways to choose six centres of ten, no other gives so much",
     lambda: fines.run().choices
     if fines.run().chance == {"during": pytest.approx(1 / 210), "after": pytest.approx(1 / 210)}
     else "no"),
    (LESSON_2, "Nineteen comparisons from eighteen experiments",
     lambda: len(expectancy.run().studies) == 19),
    (LESSON_2, "the label raised IQ by {} standard deviations, with a 95 % interval from {} to {}. "
     "Where longer, by {}",
     lambda: (style.number(expectancy.run().new.mean),
              *(style.number(end) for end in expectancy.run().new.mean_interval()),
              style.number(expectancy.run().known.mean))),
    (LESSON_2, "The weights of the exercise are simpler and give {}",
     lambda: style.number(process_checks.label_new.expected())
     if process_checks.label_new.expected() == pytest.approx(expectancy.run().new.fixed_mean)
     else "no"),
    (LESSON_2, "None of the four main outcomes improved",
     lambda: what_travels.family_nurse_partnership().loc[
         "primary outcomes improved", ["figure", "unit"]].tolist() == ["0", "of 4 outcomes"]),
    # the exercise of module 2
    (EXERCISE_2, "A fifth of its effect is process; new places take up nine tenths of the rest. To "
     "grow the process anew costs three handbooks more in each place",
     lambda: process_checks.IN_THE_PICTURE
     == {"process_share": 1 / 5, "reception": 9 / 10, "process_cost": 3}
     and "what_travels.explorable.still(process_share=0.2, reception=0.9, process_cost=3)"
     in [cell.source for cell in notebook(EXERCISE_2).cells]),
    (EXERCISE_2, "Suppose that seven tenths of what the Kettle does",
     lambda: process_checks.PROCESS_SHARE == 7 / 10),
    (EXERCISE_2, "take up half of the product: their reception is {}",
     lambda: process_checks.RECEPTION if process_checks.RECEPTION == 1 / 2 else "no"),
    (EXERCISE_2, "number between 0 and 1", lambda: True),
    (EXERCISE_2, "a share between 0 and 1", lambda: True),
    (EXERCISE_2, "A hostile place has a reception below 0", lambda: what_travels.HOSTILE < 0),
    (EXERCISE_2, "with `process_share` in place of {} and `reception` in place of {}",
     lambda: (process_checks.PROCESS_SHARE, process_checks.RECEPTION)),
    (EXERCISE_2, "The ministry can pay for {} handbooks", lambda: process_checks.COPIES),
    (EXERCISE_2, "costs three handbooks more in each place, beside the handbook itself",
     lambda: process_checks.PROCESS_COST == 3),
    (EXERCISE_2, "if each costs as much as four handbooks? `fidelity({}, {}, 1)` is what",
     lambda: (process_checks.PROCESS_SHARE, process_checks.RECEPTION)
     if 1 + process_checks.PROCESS_COST == 4 else "no"),
    (EXERCISE_2, "is the reception (above 0)", lambda: True),
    (EXERCISE_2, "with a standard deviation of {}. A frozen copy", lambda: process_checks.DRIFT),
    (EXERCISE_2, "After five years, {} months",
     lambda: process_checks.MONTHS if process_checks.MONTHS == 5 * 12 else "no"),
    (EXERCISE_2, "in Python a square is `** 2`", lambda: True),
    (EXERCISE_2, "then `** 2`: `(1 - alpha) ** 2`", lambda: True),
    (EXERCISE_2, "With a drift of {} and a noise of {}, which α",
     lambda: (process_checks.DRIFT, process_checks.NOISE)),
    (EXERCISE_2, "a row of a hundred values of α, from 0.01 to 1",
     lambda: bool((np.arange(1, 101) / 100 == process_checks._HUNDREDTHS).all())),
    (EXERCISE_2, "`gaps = steady_gap(alphas, {}, {})` gives",
     lambda: (process_checks.DRIFT, process_checks.NOISE)),
    (EXERCISE_2, "`gaps = [steady_gap(alpha, {}, {}) for alpha in alphas]`",
     lambda: (process_checks.DRIFT, process_checks.NOISE)),
    (EXERCISE_2, "Here are the nineteen comparisons", lambda: len(weeks_known(0)) == 19),
    (EXERCISE_2, "for at most a week, in `known` for two weeks or more",
     lambda: process_checks.A_WEEK == 1 and weeks_known().min() == 2),
    (EXERCISE_2, "`w = 1 / new.variance` makes", lambda: True),
    (EXERCISE_2, "Ten day-care centres counted", lambda: fined().size == 10),
    (EXERCISE_2, "In six of them, drawn by lot (`group` is `fine`), parents who came late paid a "
     "fine in weeks {} to {}. The four others",
     lambda: weeks_of("during") if fined().sum() == 6 and (~fined()).sum() == 4 else "no"),
    (EXERCISE_2, "In the six centres with a fine", lambda: fined().sum() == 6),
    (EXERCISE_2, "After week {} the fine was dropped", lambda: weeks_of("during")[1]),
    (EXERCISE_2, "Examples: {} of the effect arriving; a hundred places worth {} beside {} worth "
     "{}; the break-even share of {}",
     lambda: (share(process_checks.kept.expected()), *worths(), kettle_breaks_even())),
    (EXERCISE_2, "a squared gap of {} for the frozen copy, a label's effect of {} among strangers, "
     "{} late pick-ups more after the fine had gone",
     lambda: (style.number(process_checks.frozen_gap.expected(), 1),
              style.number(process_checks.label_new.expected()),
              style.number(process_checks.extra_after.expected(), 1))),
    (EXERCISE_2, "such a copy keeps {0} of the effect, and {2} of them are worth {3} places like "
     "the first. A hundred grown anew are worth {1}",
     lambda: (share(process_checks.kept.expected()), *worths())),
    (EXERCISE_2, "if less than six tenths rested on the evenings, at those costs and that "
     "reception",
     lambda: kettle_breaks_even() == "0.6"),
    (EXERCISE_2, "late pick-ups stayed up by {} per centre and week",
     lambda: style.number(process_checks.extra_after.expected(), 1)),
    # the exercise of module 4
    (EXERCISE_4, "Places differ by σ = {}. A place on its own pays {} more. Back-up takes over {} "
     "of that, and coordination costs {}",
     lambda: (three_ways().diversity, three_ways().extra_cost, share(three_ways().shared),
              three_ways().coordination)
     if "devolve.explorable.still(diversity=0.8, extra_cost=1.0, shared=0.6, coordination=0.1)"
     in [cell.source for cell in notebook(EXERCISE_4).cells] else "no"),
    (EXERCISE_4, "- **a** At σ = {} a place", lambda: three_ways().diversity),
    (EXERCISE_4, "- **b** At σ = {} one service for all is better than each on its own, yet local "
     "decisions with shared back-up are better than both",
     lambda: three_ways().diversity
     if three_ways().devolved < three_ways().central < three_ways().alone else "no"),
    (EXERCISE_4, "- **d** If places differed by {} only", lambda: down_checks.LESS_DIVERSE),
    (EXERCISE_4, "The ministry's {} Kettles report upward", lambda: first_checks.KETTLES),
    (EXERCISE_4, "Four layers lie above the tables. At each of them nine tenths ({}) of what "
     "reaches it is passed on",
     lambda: down_checks.KEPT if down_checks.LAYERS == 4 else "no"),
    (EXERCISE_4, "number between 0 and 1", lambda: True),
    (EXERCISE_4, "two numbers between 0 and 1", lambda: True),
    (EXERCISE_4, "After one layer {0} is left, after two {0} times {0}", lambda: down_checks.KEPT),
    (EXERCISE_4, "and `2**3` is 2 times 2 times 2", lambda: True),
    (EXERCISE_4, "before it reaches 100: ```python def doublings(total): years = 0 while total < "
     "100: total = total * 2 years = years + 1 return years ```", lambda: True),
    (EXERCISE_4, "{} people with a span of {} need {} managers, for {} could lead only {}. These "
     "{} need",
     lambda: (400, 7, lowest_layer(400, 7), lowest_layer(400, 7) - 1,
              7 * (lowest_layer(400, 7) - 1), lowest_layer(400, 7))),
    (EXERCISE_4, "`while people > 1:`", lambda: down_checks.managers.expected(1, 7) == 0),
    (EXERCISE_4, "A place on its own pays {} more. From", lambda: down_checks.EXTRA_COST),
    (EXERCISE_4, "times itself, makes {}? In Python `x ** 0.5`", lambda: down_checks.EXTRA_COST),
    (EXERCISE_4, "If back-up takes over {} of the extra cost", lambda: three_ways().shared),
    (EXERCISE_4, "the hundred counties of North Carolina, in two periods, {} and {}",
     lambda: tuple(period.replace("-", "–") for period in (down_checks.FIRST, down_checks.LATER))
     if len(deaths_in(down_checks.FIRST)) == 100 else ("no", "no")),
    (EXERCISE_4, "About {:.0f} in 100 counties would lie between",
     lambda: 100 * (2 * stats.norm.cdf(down_checks.Z) - 1)),
    (EXERCISE_4, "A lower limit may fall below 0; leave it so. (The lines in the lesson are exact; "
     "this formula comes close.)",
     lambda: down_checks.control_limits.expected(0.002, 500)[0] < 0
     and counties.run().outside == down_checks.outside.expected()),
    (EXERCISE_4, "Then take {} times `error`", lambda: down_checks.Z),
    (EXERCISE_4, "in `without` the thirteen counties without a death, in `highest` the ten with",
     lambda: len(counties.run().without) == 13 and down_checks.HIGHEST == 10),
    (EXERCISE_4, "How many deaths per {:,} births were there", lambda: down_checks.PER),
    (EXERCISE_4, "(In the whole state it was {}, after {}.)",
     lambda: (state_rate(down_checks.LATER), state_rate(down_checks.FIRST))),
    (EXERCISE_4, "*unit:* deaths per {:,} births", lambda: down_checks.PER),
    (EXERCISE_4, "and then `{} * group.sids_deaths.sum()", lambda: down_checks.PER),
    (EXERCISE_4, "from questions 8 to 10?", lambda: True),
    (EXERCISE_4, "Each calls for help nine times a week on average",
     lambda: down_checks.DEMAND == 9),
    (EXERCISE_4, "Sixteen tables decide", lambda: down_checks.TEAMS == 16),
    (EXERCISE_4, "so many that they suffice in at least {} of weeks",
     lambda: share(down_checks.LEVEL)),
    (EXERCISE_4, "`stats.poisson.ppf({}, {})` is the number of calls that is not exceeded in {} of "
     "weeks if the mean is {}. Take",
     lambda: (down_checks.LEVEL, down_checks.DEMAND, share(down_checks.LEVEL),
              down_checks.DEMAND)),
    (EXERCISE_4, "It should suffice in at least {} of weeks", lambda: share(down_checks.LEVEL)),
    (EXERCISE_4, "with `mean` in place of {}. </details>", lambda: down_checks.DEMAND),
    (EXERCISE_4, "“people are not ready”, gets no more than 1", lambda: True),
    (EXERCISE_4, "Examples: {} of knowledge arriving through four layers; {} managers for {} "
     "tables; a border of {} that back-up lowers to {}. Or fifteen counties outside their limits "
     "where chance puts about five",
     lambda: (share(down_checks.survives.expected()), down_checks.managers.expected(400, 7),
              first_checks.KETTLES, *borders())
     if down_checks.outside.expected() == 15 and round(outside_by_chance()) == 5 else "no"),
    (EXERCISE_4, "; {} helpers apart and {} in common", lambda: helpers()),
    (EXERCISE_4, "repairs up to 300 pounds", lambda: True),
    (EXERCISE_4, "is perhaps two thirds of it; {} at each of four layers makes {}",
     lambda: (down_checks.KEPT, share(down_checks.survives.expected()))
     if down_checks.survives.expected() == pytest.approx(2 / 3, abs=0.02) else "no"),
    (EXERCISE_4, "Sixteen tables that each keep their own hold {} helpers; in common {} do",
     lambda: helpers()),
    (EXERCISE_4, "Small estates will fill both ends of that list by chance, as the small counties "
     "did",
     lambda: min(down_checks.small_in_tails.expected()) > 0.5),
    # the explorables
    ("course_map", "How many of the {} lessons", lambda: words_for(len(course_map.LESSONS))),
    ("ties", "Twelve people round one table can form {0} pairs: {0} possible ties",
     lambda: ties.pairs(12)),
    ("ties", "into one group of twenty-four", lambda: slider(ties, "people").start == 24),
    ("ties", "twice the people, twice the ties",
     lambda: ties.explorable.ask.tempting == 2 * ties.pairs(12)),
    ("ties", "Of possible ties, the share alive and the minutes of voice, which grows, and which "
     "shrink?", lambda: ties.run(200).pairs > ties.run(24).pairs),
    ("ties", "Go back to 24 people. How many hours a week must each give before every possible "
     "tie is alive? Now do the same for 48.",
     lambda: hours_for_all(24) <= hours_for_all(48) <= slider(ties, "hours_per_week").high),
    ("ties", "in a group of 200", lambda: slider(ties, "people").high == 200),
    ("next_place", "In {} trials a vaccine", lambda: words_for(bcg().k)),
    ("next_place", "cut the risk of tuberculosis to {0} of what it was, on average: a risk ratio "
     "of {0}. The 95 % interval for that mean runs from {1} to {2}",
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
    ("joining_up", "Move the likeness to 0 and then to 1", lambda: True),
    ("joining_up", "Give 10 periods and 22 links; then 60 periods and 2 links. Which matters first",
     lambda: (slider(joining_up, "periods").low, slider(joining_up, "links").high) == (10, 22)
     and slider(joining_up, "links").low == 2),
    ("joining_up", "set the ruggedness to {} (no choice changes what another does)",
     lambda: slider(joining_up, "ruggedness").low),
    ("emergencies", "in {} emergencies between {} and {} organisations",
     lambda: (words_for(len(leaders())), leaders().organisations.min(),
              leaders().organisations.max())),
    ("emergencies", "fail, and what do you see there?",
     lambda: len(checks.exception.expected()) == 1),
    ("what_travels", "Suppose {} of what the Kettle does for people comes from how it grew, and "
     "new places take up {} of the rest: a reception of {}. The money sends the handbook to {} "
     "places. Growing the process anew as well costs two handbooks more in each, so the same money "
     "reaches {} places. For every 100 of good done by the {} handbooks, how much do the {} places "
     "do?",
     lambda: (share(box().process_share), share(box().reception), box().reception,
              what_travels.BUDGET,
              round(box(grown_anew=1).places), what_travels.BUDGET,
              round(box(grown_anew=1).places)) if box().process_cost == 2 else "no"),
    ("what_travels", "a third of the places, so a third of the good",
     lambda: box(grown_anew=1).places == pytest.approx(box().places / 3)
     and what_travels.explorable.ask.tempting == round(100 / 3)),
    ("what_travels", "Reception of the product, −{} to {}",
     lambda: (-slider(what_travels, "reception").low, slider(what_travels, "reception").high)),
    ("what_travels", "Make the reception hostile (−0.5) and leave the process behind. Would you "
     "rather reach 400 places or 40?",
     lambda: what_travels.HOSTILE == -0.5 and box(reception=-0.5).total < 0),
    ("what_travels", "set the share of process to 0.1 and the reception to 0.9. Is there any cost "
     "on the slider at which growing anew pays?",
     lambda: what_travels.break_even_share(0.9, slider(what_travels, "process_cost").low) > 0.1),
    ("trust", "a table of {} seats opens once a week from the launch. If the worker first listens "
     "for {} weeks, the remaining {} evenings draw {} visits",
     lambda: (trust.SEATS, 26, trust.WEEKS - 26, style.number(plan(26).visits, 0))),
    ("trust", "building trust meanwhile: {} evenings", lambda: trust.WEEKS),
    ("trust", "should come to about the same",
     lambda: trust.explorable.ask.tempting == pytest.approx(plan(26).visits, rel=0.05)),
    ("trust", "How far it is imposed, 0 to 1",
     lambda: (slider(trust, "imposition").low, slider(trust, "imposition").high) == (0, 1)),
    ("trust", "Let the programme be imposed in full (1), as when something else is closed for it. "
     "What becomes of the trust that {} weeks of listening have built?",
     lambda: slider(trust, "listening").start
     if plan(26, imposition=1).trust[-1] < 0.1 < plan(26).trust[-1] else "no"),
    ("trust", "Impose nothing (0). Is listening still worth its weeks? Try to launch at once",
     lambda: plan(0, imposition=0).best > 0),
    ("frozen", "takes a small random step, up or down, of about {}. A copy that is off by 1 still "
     "has {} of its fit",
     lambda: (slider(frozen, "drift").start, share(float(frozen.fit(1))))),
    ("frozen", "How well does it fit after {} months, on average", lambda: frozen.MONTHS),
    ("frozen", "Set the drift to 0 and the noise to 1. Who is better off now",
     lambda: frozen.run(drift=0.0, noise=1.0).best == 0),
    ("frozen", "Back to a drift of {}. Set the noise to 2 and the part of the way to 1: whoever "
     "believes every reading does worse than the frozen copy",
     lambda: slider(frozen, "drift").start
     if chasing() < frozen.run().frozen_fit[-1] and slider(frozen, "noise").high >= 2 else "no"),
    ("frozen", "Let the copy arrive with a gap of 1.5",
     lambda: slider(frozen, "start_gap").high >= 1.5),
    ("fines", "In six of them there are {:.1f} late pick-ups a week",
     lambda: fines.run().means["before"][0] if fined().sum() == 6 else 0),
    ("fines", "Centre left out (0: none)", lambda: slider(fines, "left_out").low == 0),
    ("fines", "Go back to week {}", lambda: slider(fines, "seen").low),
    ("fines", "Does what you see hang on any of them?",
     lambda: min(fines.run(left_out=centre).rise["during"] for centre in range(11)) > 8),
    ("fines", "although the answer hardly changes here",
     lambda: fines.run(against=fines.PAST).rise["during"]
     == pytest.approx(fines.run().rise["during"], abs=1)),
    ("expectancy", "the label raised their later IQ by {} standard deviations on average",
     lambda: style.number(expectancy.run().new.mean)
     if expectancy.explorable.ask.tempting == round(expectancy.run().new.mean, 2) else "no"),
    ("expectancy", "Move the weeks to {} and then on to {}. Where does the difference between both "
     "sides begin to fade",
     lambda: (slider(expectancy, "weeks").low, slider(expectancy, "weeks").high)
     if expectancy.run(7).new.mean < expectancy.run(1).new.mean / 2 else "no"),
    # what the checks of module 2 say
    ("checks 2", "Of the effect at home {} arrives: the product is {} of it",
     lambda: (share(process_checks.kept.expected()), share(1 - process_checks.PROCESS_SHARE))),
    ("checks 2", "counts in handbooks, of {} each",
     lambda: process_checks.COPIES // what_travels.BUDGET),
    ("checks 2", "Only 1 − {} of it is", lambda: process_checks.PROCESS_SHARE),
    ("checks 2", "first 1 − {}, then times {}",
     lambda: (process_checks.PROCESS_SHARE, process_checks.RECEPTION)),
    ("checks 2", "A hundred Kettles grown anew are worth {} like the first; {} handbooks are worth "
     "{}. Here fewer places do more good",
     lambda: worths() if worths()[0] > worths()[2] else "no"),
    ("checks 2", "This is what the {} handbooks are worth", lambda: process_checks.COPIES),
    ("checks 2", "does not reach for {} places", lambda: process_checks.COPIES),
    ("checks 2", "the handbook and the growing: 1 + {}", lambda: process_checks.PROCESS_COST),
    ("checks 2", "With the Kettle's costs and a reception of {} it is {}",
     lambda: (process_checks.RECEPTION, kettle_breaks_even())),
    ("checks 2", "by about {}, the root of {}",
     lambda: (style.number(process_checks.frozen_gap.expected() ** 0.5, 1),
              style.number(process_checks.frozen_gap.expected(), 1))),
    ("checks 2", "With α = {} and the drift and noise of this part it stays at {}, however long. "
     "The frozen copy is further off from the second month on",
     lambda: (0.3, style.number(steady(0.3), 3))
     if process_checks.DRIFT**2 < steady(0.3) < 2 * process_checks.DRIFT**2 else "no"),
    ("checks 2", "in Python a square is ** 2", lambda: True),
    ("checks 2", "About half-way each month. Never moving lets the gap grow without end; at α = 1 "
     "one chases every noisy reading, and the gap is twice as large",
     lambda: steady(1) / steady(process_checks.best_alpha.expected()) == pytest.approx(2, abs=0.1)
     and process_checks.best_alpha.expected() == pytest.approx(0.5, abs=0.03)),
    ("checks 2", "a label from outside moved them by over a third of a standard deviation",
     lambda: 1 / 3 < process_checks.label_new.expected() < 1 / 2),
    ("checks 2", "the mean of all {} comparisons", lambda: len(weeks_known(0))),
    ("checks 2", "takes all {} comparisons in place", lambda: len(weeks_known(0))),
    ("checks 2", "the plain average of the eight",
     lambda: len(weeks_known(0)) - len(weeks_known()) == 8),
    ("checks 2", "about nine more a week per centre than the controls",
     lambda: round(process_checks.extra_during.expected()) == 9),
    # what the checks of module 4 say
    ("checks 4", "Compare the losses at σ = {}: that", lambda: three_ways().diversity),
    ("checks 4", "to the left, to σ = {}. Does", lambda: down_checks.LESS_DIVERSE),
    ("checks 4", "Nine tenths at each layer, and after four of them a third is lost",
     lambda: pytest.approx(1 / 3, abs=0.02) == 1 - 0.9**4
     and (down_checks.KEPT, down_checks.LAYERS) == (0.9, 4)),
    ("checks 4", "nine tenths of what reaches it: {0} times {0}, and", lambda: down_checks.KEPT),
    ("checks 4", "have changed places: {0} is multiplied by itself, {0} ** {1}",
     lambda: (down_checks.KEPT, down_checks.LAYERS)),
    ("checks 4", "{} tables need four layers with a span of {}, and two with a span of {}",
     lambda: (first_checks.KETTLES, 7, 20)
     if [layers.layers(400, span) for span in (7, 20)] == [4, 2] else "no"),
    ("checks 4", "with a span of 7, three layers lead {} people at most", lambda: 7**3),
    ("checks 4", "8 times 8 is {}", lambda: 8 * 8),
    ("checks 4", "{} managers for {} tables with a span of {}",
     lambda: (layers.run(400, 7).managers, first_checks.KETTLES, 7)),
    ("checks 4", "{} people with a span of {} need {}, not 10", lambda: (27, 3, 27 // 3)),
    ("checks 4", "Put the two losses equal, σ² = {}.", lambda: down_checks.EXTRA_COST),
    ("checks 4", "Share half of what costs {} and the border falls from {} to {}",
     lambda: (down_checks.EXTRA_COST, *borders())),
    ("checks 4", "the border is the root, ** 0.5", lambda: True),
    ("checks 4", "For limits that hold {:.0f} in 100",
     lambda: 100 * (2 * stats.norm.cdf(down_checks.Z) - 1)),
    ("checks 4", "This takes {:.3f}, which leaves 5 % on each side",
     lambda: stats.norm.ppf(0.95)),
    ("checks 4", "Chance alone would put about five outside; fifteen are",
     lambda: round(outside_by_chance()) == 5 and down_checks.outside.expected() == 15),
    ("checks 4", "shares between 0 and 1 are wanted", lambda: True),
    ("checks 4", "From none to {}, and from {} to {}: both ends went towards the state's {}. The "
     "highest stayed above it, with {} deaths where {} were to be expected",
     lambda: both_ends()),
    ("checks 4", "Multiply by {:,}.", lambda: down_checks.PER),
    ("checks 4", "These are rates per 100,000 births. Per {:,} is asked",
     lambda: down_checks.PER),
    ("checks 4", "per cent of births. Per {:,} is asked", lambda: down_checks.PER),
    ("checks 4", "births of the group, and multiply by {:,}", lambda: down_checks.PER),
    ("checks 4", "with the state's {}", lambda: state_rate(down_checks.LATER)),
    ("checks 4", "Take its mean of {} from it", lambda: down_checks.DEMAND),
    ("checks 4", "This leaves 2.5 % of the weeks. Use the quantile of {}",
     lambda: down_checks.LEVEL),
    ("checks 4", "the quantile of {:.2f}, a quiet week. Use {}",
     lambda: (1 - down_checks.LEVEL, down_checks.LEVEL)),
    # the lesson of module 4
    (LESSON_4, "weekly table with {} guests", lambda: shared_backup.GUESTS
     if shared_backup.GUESTS == first_checks.PEOPLE_EACH else "no"),
    (LESSON_4, "whether it can become {}. Now turn the question round",
     lambda: first_checks.KETTLES),
    (LESSON_4, "At one of the {} tables a guest", lambda: shared_backup.TEAMS
     if shared_backup.TEAMS == first_checks.KETTLES else "no"),
    (LESSON_4, "the manager of six tables, who asks a manager of six such managers, and so on, "
     "four desks up. The answer comes down over the same four. With two days on each desk it takes "
     "{} days", lambda: line().days
     if (line().span, line().layers, layers.DAYS) == (6, 4, 2) else "no"),
    (LESSON_4, "Nine tenths, four times over, leave {}: a third of what the tables know",
     lambda: share(line().knowledge_at_top)
     if 1 - line().knowledge_at_top == pytest.approx(1 / 3, abs=0.02) else "no"),
    (LESSON_4, "Of the money {} arrives. With {:,} people instead of {}, two more layers leave {} "
     "of the knowledge",
     lambda: (share(line().money_at_front), slider(layers, "people").high, line().people,
              share(line(people=10_000).knowledge_at_top))
     if line(people=10_000).layers - line().layers == 2 else ("no",) * 4),
    (LESSON_4, "If each layer earns {} times the one below, the top earns {} times the front line, "
     "and {} times with {:,} people. The rule is old (Simon 1957), the {} is ours",
     lambda: (layers.PAY_STEP, style.number(line().top_pay, 1),
              style.number(line(people=10_000).top_pay, 1), 10_000, layers.PAY_STEP)),
    (LESSON_4, "With a span of {} two layers are enough, but a week of {} hours leaves a manager "
     "{} for each person",
     lambda: (20, layers.WEEK, style.number(layers.WEEK / 20, 1))
     if line(span=20).layers == 2 else ("no",) * 3),
    (LESSON_4, "somebody who sees {} tables at once", lambda: first_checks.KETTLES),
    (LESSON_4, "had {} nurses in {} teams in {}: 11 or 12 to a team", lambda: nurses()),
    (LESSON_4, "In a service of {}, one person more or less moves the share by ten points. In a "
     "service of {:,} nobody would notice",
     lambda: (funnel.SMALLEST, funnel.LARGEST) if 100 / funnel.SMALLEST == 10 else ("no",) * 2),
    (LESSON_4, "the equation of section 2", lambda: True),
    (LESSON_4, "they hold {:.0f} in 100 services if only chance differs",
     lambda: 100 * funnel.LEVEL),
    (LESSON_4, "the ten best are small, nine of them of the smaller half. So are the ten worst, "
     "all ten. Next year the best go from {} to {} and the worst from {} to {}",
     lambda: ends_of_the_funnel()
     if (funnel.run().small_among_best, funnel.run().small_among_worst) == (9, 10) else "no"),
    (LESSON_4, "Make the smallest truly better by {} points: now only {} of the ten worst are "
     "small. The best end looks the same",
     lambda: (slider(funnel, "advantage").high, funnel.run(advantage=20).small_among_worst)
     if funnel.run(advantage=20).small_among_best >= 9 else ("no",) * 2),
    (LESSON_4, "Give services a true spread, and the best stay ahead",
     lambda: funnel.run(spread=15).rate(funnel.run(spread=15).best, 1) > 0.7),
    (LESSON_4, "In 1974–78 sudden infant death syndrome took the lives of {} children",
     lambda: int(counties.run().deaths[0].sum())),
    (LESSON_4, "Each shows what 95 in 100 such worlds would hold", lambda: True),
    (LESSON_4, "All {} counties without a death are small, and so are {} of the ten with the "
     "highest rates",
     lambda: (int(counties.run().small[counties.run().without].sum()),
              int(counties.run().small[counties.run().high].sum()))
     if counties.run().small[counties.run().without].all() else ("no",) * 2),
    (LESSON_4, "the {} had {} deaths, {} per 1,000 births, close to the state's {}. The ten fell "
     "from {} to {}", lambda: both_ends_later()),
    (LESSON_4, "The mean error is {} against {}",
     lambda: tuple(style.number(value) for value in
                   counties.mean_errors()["mean error per 1,000 births"].iloc[::-1])),
    (LESSON_4, "Among the twenty lowest are {} counties of the smaller half and {} of the smallest "
     "quarter, more than shuffled sizes allow. Chance alone gives as many. Among the twenty "
     "highest it is {} and {}, no more than if size told nothing", lambda: small_in_tails()),
    (LESSON_4, "A longer list of the worst is less small",
     lambda: counties.run(highest=20).small[counties.run(highest=20).high].mean() < 0.6),
    (LESSON_4, "{} counties lie outside lines that only about {} should leave",
     lambda: (counties.run().outside, round(100 * (1 - counties.run().level)))),
    (LESSON_4, "The ten highest had {} deaths later, where the state's rate gives {}; some of them "
     "are large counties",
     lambda: (int(counties.run().deaths[1][counties.run().high].sum()), expected_of_the_ten())
     if not counties.run().small[counties.run().high].all() else ("no",) * 2),
    (LESSON_4, "A **rank correlation** of 1 means that more operations always went with better "
     "survival; at 0 there is no relation", lambda: True),
    (LESSON_4, "In 1991–95 hospitals with more operations lost fewer children: {}, and {} without "
     "Bristol. In 2012–15 the correlation is {}",
     lambda: tuple(style.number(hospitals.run(*of).correlation) for of in (
         (hospitals.EARLY,), (hospitals.EARLY, 95, hospitals.LEFT_OUT), (hospitals.LATE,)))),
    (LESSON_4, "would have cost lives in 1991–95: by one estimate, hospitals with {} open "
     "operations a year lost {} fewer children under one than those with {}", lambda: by_volume()),
    (LESSON_4, "low volume accounts for less than a fifth of its {} excess deaths",
     lambda: published("child_heart_surgery", "excess deaths among").value.item()
     if published("child_heart_surgery", "explained by low volume").value.item() == 20 else "no"),
    (LESSON_4, "One hospital was smaller than Bristol and lost a smaller share",
     lambda: smaller_than_bristol()),
    (LESSON_4, "may be anything from 0.55 to 1.25 of what they were (`data/README.md`)",
     lambda: "[0.55, 1.25] when volume doubles" in (ROOT / "data/README.md").read_text("utf-8")),
    (LESSON_4, "had set out to save £{:,} a year in management costs. They saved £{:,} in the "
     "first year and £{:,} in the second, and new services came at least {} months late",
     lambda: tuple(int(value) for value in
                   published("nhs_trust_mergers_london", "").value)),
    (LESSON_4, "Half of England's acute hospitals merged between 1997 and 2006",
     lambda: merged_hospitals() == pytest.approx(0.5, abs=0.005)),
    (LESSON_4, "One service loses {} a place and each on its own {}",
     lambda: tuple(style.number(loss) for loss in devolve.run().losses[:2])),
    (LESSON_4, "The third way loses {}", lambda: style.number(devolve.run().devolved)),
    (LESSON_4, "Let places differ twice as much, and the loss of one service for all is four times "
     "as large", lambda: devolve.run(2).central == 4 * devolve.run(1).central),
    (LESSON_4, "Local decisions pay from a difference of {} alone, and from {} with back-up",
     lambda: tuple(style.number(devolve.break_even(loss)) for loss in devolve.run().losses[1:])),
    (LESSON_4, "At the start that is from {} on",
     lambda: style.number(devolve.run().extra_cost * devolve.run().shared, 1)),
    (LESSON_4, "{:.0f} a week to a table on average", lambda: reserve().calls),
    (LESSON_4, "Ten tables have ten times the calls, and only about three times the spread",
     lambda: abs(10**0.5 - 3) < 0.2),
    (LESSON_4, "four ways to have {} tables, each of {} guests, few enough to know one another",
     lambda: (shared_backup.TEAMS, shared_backup.GUESTS)
     if ties.run(shared_backup.GUESTS).alive_share > 0.4 else ("no",) * 2),
    (LESSON_4, "Each table alone needs {} helpers in reserve, {:,} over all {}. Where ten "
     "neighbours share it is {}; where all share, {}. Ten by ten already brings {} of the saving. "
     "Fewer calls go unanswered as well",
     lambda: (reserve().alone // shared_backup.TEAMS, reserve().alone, shared_backup.TEAMS,
              reserve().reserve, reserve().pooled, share(reserve().saved))
     if reserve().together == 10 and reserve().unanswered[0] > reserve().unanswered[1]
     else ("no",) * 6),
    (LESSON_4, "{} guests are reached in all four ways, always at a table of {}. The first way "
     "needs {} managers, and decides on {} of what the tables know, if each layer loses a "
     "tenth. The last has the same reserve of {}",
     lambda: four_ways()),
    (LESSON_4, "with a common swing of {}, one reserve for all needs {} instead of {}",
     lambda: (share(0.3), shared_backup.run(swing=0.3).pooled, reserve().pooled)),
    (LESSON_4, "the 95 % quantile of a Poisson distribution",
     lambda: reserve().service == 0.95),
    (LESSON_4, "large was safer once for children's hearts, later it told nothing",
     lambda: hospitals.run(hospitals.EARLY).correlation > 0.8
     and abs(hospitals.run(hospitals.LATE).correlation) < 0.1),
    # the explorables of module 4
    ("layers", "What share of the workers' knowledge reaches the top", lambda: True),
    ("layers", "Let the front line grow from {} people to {:,}",
     lambda: (slider(layers, "people").start, slider(layers, "people").high)),
    ("layers", "Go back to {} and widen the span to {}",
     lambda: (slider(layers, "people").start, slider(layers, "span").high)),
    ("funnel", "from {} to {:,} people each", lambda: (funnel.SMALLEST, funnel.LARGEST)),
    ("funnel", "make the smallest truly better by {} points",
     lambda: slider(funnel, "advantage").high),
    ("counties", "In 1974–78 thirteen of the hundred counties",
     lambda: len(counties.run().without) == 13),
    ("counties", "The whole state recorded {} for each 1,000 births",
     lambda: style.number(counties.run().rate(slice(None), 0))),
    ("counties", "In the next period, how many were there for each 1,000 births", lambda: True),
    ("counties", "Mark more counties as highest, from {} to {}",
     lambda: (slider(counties, "highest").low, slider(counties, "highest").high)),
    ("hospitals", "operated on the hearts of infants in 1991–95",
     lambda: hospitals.EARLY == "1991-1995"),
    ("hospitals", "a rank correlation of {} with survival, where 1 would be the same order and 0 "
     "no relation. In 2012–15 there were thirteen hospitals",
     lambda: style.number(hospitals.run(hospitals.EARLY).correlation)
     if len(hospitals.run(hospitals.LATE).names) == 13 else "no"),
    ("hospitals", "Go back to 1991–95. Which slogan would these twelve points have served",
     lambda: len(hospitals.run(hospitals.EARLY).names) == 12),
    ("hospitals", "In 2012–15, widen the lines from {} to {} per cent. How many hospitals would "
     "you have called good or bad at {}, and at {}",
     lambda: (slider(hospitals, "level").low, slider(hospitals, "level").high) * 2),
    ("devolve", "a loss of {} a place, on average. If each place does everything itself it fits, "
     "but pays {} more. A third way: each place decides, and shared back-up takes over {} of that "
     "extra cost, while coordination costs each place {}",
     lambda: (style.number(devolve.run().central, 1), devolve.run().extra_cost,
              share(devolve.run().shared), devolve.run().coordination)),
    ("devolve", "Let all places need the same ({})", lambda: slider(devolve, "diversity").low),
    ("devolve", "Let places differ by {} instead of {}",
     lambda: (2, slider(devolve, "diversity").start)
     if devolve.run(2).central == 4 * devolve.run(1).central else ("no",) * 2),
    ("shared_backup", "Each of {} tables has {:.0f} calls for extra help a week, on average, at "
     "random. To get through {} of weeks each keeps {} helpers more than the average: {:,} in all. "
     "One reserve for all {} would need {}",
     lambda: (shared_backup.TEAMS, reserve().calls, share(reserve().service),
              reserve().alone // shared_backup.TEAMS, reserve().alone, shared_backup.TEAMS,
              reserve().pooled)),
    ("shared_backup", "ten of {} is a small part", lambda: shared_backup.TEAMS),
    ("shared_backup", "a common swing of {}, as in an epidemic",
     lambda: 0.3 if shared_backup.run(swing=0.3).pooled > 10 * reserve().pooled else "no"),
    ("shared_backup", "ask that the reserve suffice in {} of weeks",
     lambda: f"{slider(shared_backup, 'service').high} %"),
    # what checks say
    ("checks 0", "Each Kettle has {} people: multiply", lambda: first_checks.PEOPLE_EACH),
    ("checks 0", "This is {} divided by {}",
     lambda: (first_checks.PEOPLE_EACH, first_checks.KETTLES)),
    ("checks 0", "if {} Kettles filled like the first", lambda: first_checks.KETTLES),
    ("checks 3", "more than four times the ties: from {} to {}",
     lambda: (ties.pairs(12), ties.pairs(24)) if ties.pairs(24) > 4 * ties.pairs(12) else (0, 0)),
    ("checks 3", "Under two minutes each, in a meeting of an hour and a half",
     lambda: 1 < checks.voice.expected() < 2 and checks.MEETING_MINUTES == 90),
    ("checks 3", "from less than {} to more than {}, here",
     lambda: (int(np.ceil(checks.weights.expected().min())),
              int(checks.weights.expected().max() // 10 * 10))),
    ("checks 3", "For the BCG trials it is {}, not {}", lambda: (round(bcg().q), bcg().k - 1)),
    ("checks 3", "tuberculosis falls to about half on average: exp({}) = {}",
     lambda: (style.number(bcg().mean, 3), ratio(bcg().mean))),
    ("checks 3", "the plain average of the {} trials", lambda: bcg().k),
    ("checks 3", "For the next place, about one chance in {} of no benefit",
     lambda: one_in(bcg().chance_above(0))),
    ("checks 3", "from a vaccine that halves the risk",
     lambda: np.exp(bcg().mean) == pytest.approx(0.5, abs=0.02)),
    ("checks 3", "With {} places use t", lambda: bcg().k),
    ("checks 3", "Villages lie about {} points from their mean",
     lambda: round(100 * countries().spread)),
    ("checks 3", "Keep those with {} or more", lambda: checks.SMALLEST_VILLAGE),
    ("checks 3", "by about {} points: in variance, over a third of what is seen",
     lambda: round(100 * countries().chance_spread.mean())
     if countries().chance_spread.mean() ** 2 > countries().spread ** 2 / 3 else "no"),
    ("checks 3", "copying wins only where places are more than four fifths alike",
     lambda: 0.8 < curve().overtaking < 0.85),
    ("checks 3", "at 50° the trend's interval lies below 1, if the trend holds",
     lambda: next_place.run(latitude=50).at_latitude[1] < 0 < bcg().next_place()[1]),
    ("checks 3", "some risk ratios lie near 1, others clearly below it",
     lambda: bool((abs(near_the_equator()) < 0.1).any() and (near_the_equator() < -0.5).any())),
    ("checks 3", "There another office is named by more of the others",
     lambda: len(checks.exception.expected()) == 1),
]


# fmt: on


def line(**settings):
    """A hierarchy, at the start of its explorable but for the settings."""
    return layers.run(**(layers.explorable.start | settings))


def reserve():
    """The shared reserve at the start of its explorable."""
    return shared_backup.run(**shared_backup.explorable.start)


def published(case, measure):
    """The published figures of a case whose measure holds these words."""
    table = datasets.load("published_figures")
    return table[(table.case == case) & table.measure.str.contains(measure, regex=False)]


def nurses():
    """Nurses, teams and year of the self-managing teams, if 11 or 12 is a team's size."""
    row = published("self_managing_nursing_teams", "teams").iloc[-1]
    count, teams = int(row.note.split()[0]), int(row.value)
    return (f"{count:,}", teams, row.period) if 11 <= count / teams <= 12 else ("no",) * 3


def by_volume():
    """Operations a year that are compared, and how many fewer died where there were more."""
    row = published("child_heart_surgery", "difference in mortality").iloc[0]
    many, few = re.match(r"(\d+) against (\d+) open operations a year, under 1", row.group).groups()
    return many, f"{-row.value:.0f} %", few


def smaller_than_bristol():
    result = hospitals.run(hospitals.EARLY)
    rate = dict(zip(result.names, result.deaths / result.operations, strict=True))
    where = result.names.index(hospitals.CASE)  # names stand by size
    return where == 1 and rate[result.names[0]] < rate[hospitals.CASE]


def merged_hospitals():
    """The share of acute hospitals in England that merged."""
    table = published("english_hospital_mergers", "hospitals").set_index("group").value
    return table["merged"] / table["acute hospitals"]


def ends_of_the_funnel():
    result = funnel.run()
    return tuple(
        share(result.rate(group, year), 1)
        for group in (result.best, result.worst)
        for year in (0, 1)
    )


def both_ends_later():
    result = counties.run()
    rates = [result.rate(which, 1) for which in (result.without, slice(None))]
    ten = [result.rate(result.high, period) for period in (0, 1)]
    deaths = int(result.deaths[1][result.without].sum())
    return len(result.without), deaths, *(style.number(rate) for rate in [*rates, *ten])


def expected_of_the_ten():
    result = counties.run()
    births = result.births[1][result.high].sum()
    return style.number(births * result.rate(slice(None), 1) / 1000, 1)


def small_in_tails():
    """Small counties among the twenty lowest and highest, if they keep to what is said of them."""
    table = counties.small_in_tails()
    shuffled, chance = (
        table[name].str.split(" to ", expand=True).astype(int)
        for name in ("if size told nothing", "if only chance differed")
    )
    is_low = table.index.get_level_values("end") == "20 lowest rates"
    assert ((table.counties > shuffled[1]) == is_low).all()
    assert (table.counties >= shuffled[0]).all()
    assert table.counties.between(chance[0], chance[1]).all()
    return tuple(table.counties[is_low]) + tuple(table.counties[~is_low])


def four_ways():
    table = shared_backup.tiny_on_a_massive_scale()
    first, last = table.iloc[0], table.iloc[-1]
    assert table["guests in all"].nunique() == table["guests at a table"].nunique() == 1
    assert last["knowledge where it is made"] == share(1).replace(" ", "\N{NO-BREAK SPACE}")
    assert first["helpers in reserve"] == last["helpers in reserve"]
    known = first["knowledge where it is made"].replace("\N{NO-BREAK SPACE}", " ")
    return (
        first["guests in all"],
        first["guests at a table"],
        first["managers in line"],
        known,
        last["helpers in reserve"],
    )


def hours_for_all(people):
    """Hours a week each must give before every possible tie is alive, at the starting cost."""
    return slider(ties, "hours_per_tie").start * (people - 1)


def one_trial_widens():
    """Whether leaving some trial out narrows the interval of the mean: with it, it was wider."""
    return any(next_place.run(leave_out=row).pooled.se < bcg().se for row in range(1, bcg().k + 1))


def first_ahead(one, other):
    table = joining_up.curve_table()
    return f"{table.likeness[table[one] > table[other]].min():.1f}"


def weeks_known(at_least=2):
    """Weeks of prior contact of the experiments with two weeks or more of it."""
    weeks = datasets.load("teacher_expectancy").weeks_prior_contact
    return weeks[weeks >= at_least]


def fined():
    """Which day-care centres had a fine."""
    return (datasets.load("daycare_fines").groupby("centre").group.first() == "fine").to_numpy()


def weeks_of(period):
    table = datasets.load("daycare_fines")
    weeks = table[table.period == period].week
    return int(weeks.min()), int(weeks.max())


def box(**settings):
    """What travels, at the start of its explorable but for the settings."""
    return what_travels.run(**(what_travels.explorable.start | settings))


def plan(listening, **settings):
    """Two years of trust, at the start of its explorable but for the settings."""
    return trust.run(**(trust.explorable.start | {"listening": listening} | settings))


def chasing():
    """The fit after five years of a copy that believes every reading, when they are off by 2."""
    return frozen.run(noise=2.0, step=1.0).adapted_fit[-1]


def worths():
    """What a hundred Kettles grown anew are worth; the number of handbooks, and their worth."""
    model = what_travels.run(
        process_checks.PROCESS_SHARE, process_checks.RECEPTION, 1, process_checks.PROCESS_COST
    )
    assert model.places == 100
    return round(model.grown), process_checks.COPIES, round(model.exported)


def kettle_breaks_even():
    return style.number(
        what_travels.break_even_share(process_checks.RECEPTION, process_checks.PROCESS_COST), 1
    )


def steady(alpha):
    return process_checks.steady_gap.expected(alpha, process_checks.DRIFT, process_checks.NOISE)


def three_ways():
    """What the picture of exercise 4 shows."""
    return devolve.run(**down_checks.IN_THE_PICTURE)


def lowest_layer(people, span):
    return layers.staff(people, span)[-2]


def borders():
    """The border of devolving at the exercise's cost, alone and with half of it shared."""
    cost = down_checks.EXTRA_COST
    backed = devolve.run(1, cost, 0.5, 0.02).devolved
    return tuple(style.number(devolve.break_even(value)) for value in (cost, backed))


def deaths_in(period):
    table = datasets.load("infant_deaths_nc")
    return table[table.period == period]


def state_rate(period):
    rows = deaths_in(period)
    return style.number(1000 * rows.sids_deaths.sum() / rows.births.sum())


@cache
def outside_by_chance():
    """How many counties lie outside their limits on average if all births have one risk."""
    rows = deaths_in(down_checks.FIRST)
    births, risk = rows.births.to_numpy(), rows.sids_deaths.sum() / rows.births.sum()
    rates = np.random.default_rng(6).binomial(births, risk, (4000, len(births))) / births
    low, high = down_checks.control_limits.expected(risk, births)
    return ((rates < low) | (rates > high)).sum(axis=1).mean()


def both_ends():
    """Rates of both ends, later and before, the state's, and the later deaths of the highest."""
    model = counties.run()
    low, high = (model.rate(end, 1) for end in (model.without, model.high))
    before, state = model.rate(model.high, 0), model.rate(slice(None), 1)
    expected = model.births[1][model.high].sum() * state / 1000
    assert model.rate(model.without, 0) == 0
    rates = (style.number(value, 1) for value in (low, before, high, state))
    return (*rates, int(model.deaths[1][model.high].sum()), round(expected))


def helpers():
    """The reserve of sixteen tables apart and in common."""
    teams, demand, level = down_checks.TEAMS, down_checks.DEMAND, down_checks.LEVEL
    apart = teams * shared_backup.reserve(1, demand, level)
    return apart, shared_backup.reserve(teams, demand, level)


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


# ---------------------------------------------------------------- where the words stand


@cache
def notebook(where):
    number, kind = where.split()
    folder = {"lesson": "course", "exercise": "solutions"}[kind]
    (path,) = ROOT.glob(f"{folder}/**/0{number}-*.ipynb")
    return nbformat.read(path, as_version=4)


@cache
def code():
    """Every code cell of a page that is quoted here, as (page, source)."""
    return {
        (where, cell.source)
        for where in (LESSON, EXERCISE, LESSON_2, EXERCISE_2, LESSON_4, EXERCISE_4, START)
        for cell in notebook(where).cells
        if cell.cell_type == "code"
    }


MODULES = {
    "course_map": course_map, "ties": ties, "next_place": next_place, "villages": villages,
    "joining_up": joining_up, "emergencies": emergencies, "what_travels": what_travels,
    "trust": trust, "frozen": frozen, "fines": fines, "expectancy": expectancy,
    "layers": layers, "funnel": funnel, "counties": counties, "hospitals": hospitals,
    "devolve": devolve, "shared_backup": shared_backup,
}  # fmt: skip


@cache
def text(where):
    if where in MODULES:
        explorable = MODULES[where].explorable
        ask, labels = explorable.ask, [control.label for control in explorable.controls]
        parts = [ask.text, ask.because, *labels, *explorable.tasks, explorable.limits]
    elif where.startswith("checks"):
        numbered = {"0": first_checks, "2": process_checks, "3": checks, "4": down_checks}
        module = numbered[where.split()[1]]
        found = [value for value in vars(module).values() if hasattr(value, "slips")]
        parts = [part for check in found for part in (check.meaning, *check.slips)]
    else:
        parts = [cell.source for cell in notebook(where).cells if cell.cell_type == "markdown"]
    return re.sub(r"\s+", " ", "\n\n".join(parts)).replace("\N{NO-BREAK SPACE}", " ")


def filled(words, value):
    if isinstance(value, bool | np.bool_):
        assert value, f"“{words}” is not so"
        return words
    return words.format(*(value if isinstance(value, tuple) else (value,)))


@pytest.mark.parametrize(
    ("where", "words", "rests_on"), FIGURES, ids=[f"{row[0]}: {row[1][:60]}" for row in FIGURES]
)
def test_what_is_said_is_so_and_is_said_in_these_words(where, words, rests_on):
    assert filled(words, rests_on()) in text(where)


# What stands in prose as a digit and is no figure about data or a model.
NO_FIGURES = [
    r"\$\$[^$]*\$\$|\$[^$]*\$",  # formulas
    r"\btau2\b|\bt2\b|`1 / [^`]*`",
    r"\[[^\]]*\]\([^)]*\)",  # links
    r"\bhttps?://\S+",
    r"### References?\b.*$",
    r"\([^()]*\b(?:1[6-9]|20)\d\d[^()]*\)",  # citations
    r"\((?:\d+ )?points?[^)]*\)|\((?:\d+|\d+ points), [^)]*\)",
    r"\(\d+ (?:minutes|point|points)(?:, [^)]*)?\)",
    r"\*\*\d+ points, about \d+ minutes\.\*\*",
    r"about \d+ minutes",
    r"\d+ to \d+ words",
    r"#+ (?:Exercise )?\d+:?(?= )|[Qq]uestion \d+|[Ll]esson \d|[Mm]odule \d|\(Part \d\)",
    r"Lessons \d(?:, \d)*(?: and \d)?",
    r"(?<= )\d\. ",  # lists
    r"\| \| 0 \| 1 \| 2 \|",  # the rubric's levels
    r"Sample answer \(4 points\)",
]
CHECK_FORMULAS = (
    r"1/\([^)]*\)|1/[(√]?\w+|0\.95\b|[kn] [−+-] \d|1\.96|stats\.t\.ppf\(0\.975, k - 2\)|0\.975|"
    r"\b5 %|\b0 lies|"
    r"(?:below|from|at|above|is|of|by) [012]\b(?!\.\d)|\b100\b|√\(p\(1 − p\)/n\)|p\(1 − p\)/n|"
    r"\(1, …\)|\(0, …\)|/h \+ 1|s/\(1 − s\)|rc/\(1 \+ rc\)|"
    r"(?:1 )?− \([sα1][^)]*\)²?|\(?1 − \(?[sα]\)*²?|p\(1 − p\)|\(?\b1 − p\b\)?"
)


@pytest.mark.parametrize(
    "where",
    [
        *(START, LESSON, LESSON_2, LESSON_4, EXERCISE, EXERCISE_2, EXERCISE_4, *MODULES),
        *(f"checks {module}" for module in (0, 2, 3, 4)),
    ],
)
def test_no_number_is_left_unchecked(where):
    left = text(where)
    for place, words, rests_on in FIGURES:
        if place == where:
            left = left.replace(filled(words, rests_on()), " ✓ ")
    patterns = [*NO_FIGURES, CHECK_FORMULAS] if where.startswith("checks") else NO_FIGURES
    for pattern in patterns:
        left = re.sub(pattern, " ", left)
    cited = [(found.start(), found[0]) for found in re.finditer(r"\S*\d\S*", left)]
    unchecked = [left[max(0, at - 40) : at + 30] for at, _ in cited]
    outside = [figure for figure, _ in CITED.get(where, ())]
    unchecked = [part for part in unchecked if not any(figure in part for figure in outside)]
    assert not unchecked, "\n".join(unchecked)


# Figures that are not ours stand in the paragraph of their citation, before it.
CITED = {
    LESSON_4: [
        ("1998 to 2001", "Moeller, Schlingemann & Stulz 2005"),
        ("12 cents", "Moeller, Schlingemann & Stulz 2005"),
    ],
    LESSON: [("60 %", "Meager 2019")],
    LESSON_2: [
        ("93 %", "Munos, Fischer Walker & Black 2010"),
        ("64 home visits", "Robling and others 2016"),
        ("122 professionals", "Sanders and others 2019"),
        ("20 % lower", "Prost and others 2013"),
        ("4 % to 33 %", "Prost and others 2013"),
        ("24 % lower", "Nair and others 2021"),
        ("2 % to 41 %", "Nair and others 2021"),
    ],
}


@pytest.mark.parametrize(
    ("where", "figure", "citation"),
    [(where, *row) for where, rows in CITED.items() for row in rows],
)
def test_a_figure_of_somebody_else_is_followed_by_its_citation(where, figure, citation):
    cells = [cell.source for cell in notebook(where).cells if cell.cell_type == "markdown"]
    paragraphs = "\n\n".join(cells).replace("\N{NO-BREAK SPACE}", " ").split("\n\n")
    about = [paragraph for paragraph in paragraphs if figure in paragraph]
    assert about
    for paragraph in about:
        assert -1 < paragraph.find(figure) < paragraph.find(citation)


def test_joining_up_leads_until_copying_overtakes_it():
    """What the lesson may say: it leads below that likeness, not wherever places differ."""
    ahead = gap("join up", "scale up")
    likeness = curve().likeness
    assert (ahead[likeness < curve().overtaking] > 0).all()
    assert (ahead[likeness > curve().overtaking] < 0).all()
    assert "Joining up leads wherever places differ" not in text(LESSON)


def test_every_explorable_of_these_lessons_is_in_the_table():
    sources = " ".join(source for _, source in code())
    used = set(re.findall(r"(\w+)\.explorable\.(?:show|still)", sources))
    assert used <= set(MODULES)
    for name in used:
        assert importlib.import_module(MODULES[name].__name__).explorable
