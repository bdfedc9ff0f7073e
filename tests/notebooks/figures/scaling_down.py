"""Module 4: its figures, the words they stand in, and what they rest on."""

import re
from functools import cache

import numpy as np
import pytest
from scipy import stats

from scaling import datasets, style
from scaling.scaling_down import checks, counties, devolve, funnel, hospitals, layers, shared_backup
from scaling.size_context import ties
from scaling.start_here import checks as first_checks

from .pages import BOUND, ROOT, STATED, notebook, share, slider

LESSON, EXERCISE, CHECKS = "4 lesson", "4 exercise", "scaling_down.checks"

# fmt: off
FIGURES = [
    # the lesson
    (LESSON, "weekly table with {} guests", lambda: shared_backup.GUESTS
     if shared_backup.GUESTS == first_checks.PEOPLE_EACH else "no"),
    (LESSON, "whether it can become {}. Now turn the question round",
     lambda: first_checks.KETTLES),
    (LESSON, "At one of the {} tables a guest", lambda: shared_backup.TEAMS
     if shared_backup.TEAMS == first_checks.KETTLES else "no"),
    (LESSON, "the manager of six tables, who asks a manager of six such managers, and so on, "
     "four desks up. The answer comes down over the same four. With two days on each desk it takes "
     "{} days", lambda: line().days
     if (line().span, line().layers, layers.DAYS) == (6, 4, 2) else "no"),
    (LESSON, "Over {} tables there are four layers. Nine tenths, four times over, leave "
     "two thirds: the rest of what the tables know",
     lambda: line().people
     if line().layers == 4 and line().knowledge_at_top == pytest.approx(2 / 3, abs=0.02)
     else "no"),
    (LESSON, "Of the money four fifths arrive. With {:,} tables two more layers leave {} of the "
     "knowledge",
     lambda: (10_000, share(line(people=10_000).knowledge_at_top))
     if line(people=10_000).layers - line().layers == 2
     and line().money_at_front == pytest.approx(4 / 5, abs=0.02) else ("no",) * 2),
    (LESSON, "If each layer earns {} times the one below, the top earns {} times the front line, "
     "and with two more layers {} times. The rule is old (Simon 1957), the first number ours",
     lambda: (layers.PAY_STEP, style.number(line().top_pay, 1),
              style.number(line(people=10_000).top_pay, 1))),
    (LESSON, "a manager who leads twenty has little time for each",
     lambda: layers.WEEK / 20 < 2),
    (LESSON, "somebody who sees {} tables at once", lambda: first_checks.KETTLES),
    (LESSON, "had {} nurses in {} teams in {}: 11 or 12 to a team", lambda: nurses()),
    (LESSON, "In a service of {}, one person more or less moves the share by ten points. In a "
     "service of {:,} nobody would notice",
     lambda: (funnel.SMALLEST, funnel.LARGEST) if 100 / funnel.SMALLEST == 10 else ("no",) * 2),
    (LESSON, "the equation of section 2", STATED),
    (LESSON, "they hold {:.0f} in 100 services if only chance differs",
     lambda: 100 * funnel.LEVEL),
    (LESSON, "nine of the ten best are of the smaller half, and so are all of the ten worst. "
     "Next year the best go from {} to {} and the worst from {} to {}",
     lambda: ends_of_the_funnel()
     if (funnel.run().small_among_best, funnel.run().small_among_worst) == (9, 10) else "no"),
    (LESSON, "Make the smallest truly better, and only the worst end shows it",
     lambda: funnel.run(advantage=20).small_among_best >= 9
     and funnel.run(advantage=20).small_among_worst < 5),
    (LESSON, "Give services a true spread, and the best stay ahead",
     lambda: funnel.run(spread=15).rate(funnel.run(spread=15).best, 1) > 0.7),
    (LESSON, "In 1974–78 sudden infant death syndrome took the lives of {} children",
     lambda: int(counties.run().deaths[0].sum())),
    (LESSON, "Each shows what 95 in 100 such worlds would hold", STATED),
    (LESSON, "all counties without a death are small, and so are {} of the ten with the highest "
     "rates",
     lambda: int(counties.run().small[counties.run().high].sum())
     if counties.run().small[counties.run().without].all() else "no"),
    (LESSON, "better than a county's own. Its mean error is almost a third less in the smaller "
     "half, and a seventh less in the larger. A county's own rate, shrunk as in lesson 1a, does as "
     "well",
     lambda: errors_beside_the_own_rate()[0] == pytest.approx((1 - 0.31, 1 - 1 / 7), abs=0.01)
     and errors_beside_the_own_rate()[1]
     == pytest.approx(errors_beside_the_own_rate()[0], abs=0.03)),
    (LESSON, "Among the twenty lowest are more small counties than shuffled sizes would give; "
     "chance alone would. Among the twenty highest there are no more than if size told nothing",
     lambda: len(small_in_tails()) == 4),
    (LESSON, "{} counties lie outside lines that only about {} should leave",
     lambda: (counties.run().outside, round(100 * (1 - counties.run().level)))),
    (LESSON, "The ten highest had {} deaths later, where the state's rate gives {}; some of them "
     "are large counties",
     lambda: (int(counties.run().deaths[1][counties.run().high].sum()), expected_of_the_ten())
     if not counties.run().small[counties.run().high].all() else ("no",) * 2),
    (LESSON, "A **[rank correlation](glossary.md#rank-correlation)** of 1 means that more "
     "operations always went with better survival; at 0 there is no relation", STATED),
    (LESSON, "In 1991–95 more operations went with fewer deaths: {}, with a 95 % interval from {} "
     "to {}. In 2012–15 it is {}, from {} to {}",
     lambda: tuple(style.number(value) for period in (hospitals.EARLY, hospitals.LATE)
                   for value in (hospitals.run(period).correlation,
                                 *hospitals.run(period).correlation_interval))),
    (LESSON, "finds no support in 1991–95: hospitals with {} open operations a year "
     "lost a quarter fewer children under one than those with a third as many",
     lambda: by_volume()),
    (LESSON, "low volume accounts for less than a fifth of its {} excess deaths",
     lambda: published("child_heart_surgery", "excess deaths among").value.item()
     if published("child_heart_surgery", "explained by low volume").value.item() == 20 else "no"),
    (LESSON, "One hospital was smaller than Bristol and lost a smaller share",
     lambda: smaller_than_bristol()),
    (LESSON, "may be anything from 0.55 to 1.25 of what they were",
     lambda: "[0.55, 1.25] when volume doubles" in (ROOT / "data/README.md").read_text("utf-8")),
    (LESSON, "had set out to save £{:,} a year in management costs. They saved £{:,} in the "
     "first year and £{:,} in the second, and new services came at least a year and a half late",
     lambda: tuple(int(value) for value in published("nhs_trust_mergers_london", "").value[:3])
     if published("nhs_trust_mergers_london", "delay").value.item() == 18 else ("no",) * 3),
    (LESSON, "Around half of England's acute hospitals merged between 1997 and 2006",
     lambda: set(published("english_hospital_mergers", "").period) == {"1997-2006"}),
    (LESSON, "Devolving is better for a third of the places, and one service for all for the "
     "others. Still devolving loses less on average, {} against {}: the few places far from the "
     "mean lose several points each",
     lambda: (style.number(devolve.run().devolved), style.number(devolve.run().central))
     if devolve.run().uniform_losses[:2].min() > 3
     and 3 * devolve.run().better_devolved == devolve.PLACES else ("no",) * 2),
    (LESSON, "each on its own loses {}", lambda: style.number(devolve.run().alone)),
    (LESSON, "local decisions pay from a difference of {} hours alone, and from {} with back-up",
     lambda: tuple(style.number(devolve.break_even(loss)) for loss in devolve.run().losses[1:])),
    (LESSON, "{:.0f} a week to a table on average", lambda: reserve().calls),
    (LESSON, "ten tables have ten times the calls, and only about three times the spread",
     lambda: abs(10**0.5 - 3) < 0.2),
    (LESSON, "four ways to have {} tables, each of {} guests, few enough to know one another",
     lambda: (shared_backup.TEAMS, shared_backup.GUESTS)
     if ties.run(shared_backup.GUESTS).alive_share > 0.4 else ("no",) * 2),
    (LESSON, "For equal service tables alone need {} or {} helpers each. Where ten neighbours "
     "share, a third of that will do; where all share, {} in all. Ten by ten already brings {} of "
     "the saving",
     lambda: (reserve().alone // shared_backup.TEAMS, reserve().alone // shared_backup.TEAMS + 1,
              reserve().pooled, share(reserve().saved))
     if reserve().together == 10
     and reserve().reserve / reserve().alone == pytest.approx(1 / 3, abs=0.01) else ("no",) * 4),
    (LESSON, "Equally many guests are reached in all four ways, always at a table of {}. The first "
     "way needs {} managers, and decides on two thirds of what the tables know, if each layer "
     "loses a tenth. The last has the same reserve of {}",
     lambda: four_ways()),
    (LESSON, "with a common swing of {}, one reserve for all needs {} instead of {}",
     lambda: (share(0.3), shared_backup.run(swing=0.3).pooled, reserve().pooled)),
    (LESSON, "the 95 % quantile of a Poisson distribution",
     lambda: reserve().service == 0.95),
    (LESSON, "more operations on children's hearts went with fewer deaths once, and later told "
     "nothing",
     lambda: hospitals.run(hospitals.EARLY).correlation > 0.8
     and abs(hospitals.run(hospitals.LATE).correlation) < 0.1),
    # the exercise
    (EXERCISE, "Places differ by σ = {} hours, on the axis to the right. A place on its own pays "
     "{} points more. Back-up takes over {} of that, and coordination costs {}",
     lambda: (three_ways().diversity, three_ways().extra_cost, share(three_ways().shared),
              three_ways().coordination)
     if "devolve.explorable.still(diversity=0.8, extra_cost=1.0, shared=0.6, coordination=0.1)"
     in [cell.source for cell in notebook(EXERCISE).cells] else "no"),
    (EXERCISE, "- **a** At σ = {} a place", lambda: three_ways().diversity),
    (EXERCISE, "- **b** At σ = {} one service for all is better than each on its own, yet local "
     "decisions with shared back-up are better than both",
     lambda: three_ways().diversity
     if three_ways().devolved < three_ways().central < three_ways().alone else "no"),
    (EXERCISE, "- **d** If places differed by {} only", lambda: checks.LESS_DIVERSE),
    (EXERCISE, "The ministry's {} Kettles report upward", lambda: first_checks.KETTLES),
    (EXERCISE, "Four layers lie above the tables. At each of them nine tenths ({}) of what "
     "reaches it is passed on",
     lambda: checks.KEPT if checks.LAYERS == 4 else "no"),
    (EXERCISE, "number between 0 and 1", STATED),
    (EXERCISE, "two numbers between 0 and 1", STATED),
    (EXERCISE, "After one layer {0} is left, after two {0} times {0}", lambda: checks.KEPT),
    (EXERCISE, "{} people with a span of {} need {} managers, for {} could lead only {}. These "
     "{} need",
     lambda: (400, 7, lowest_layer(400, 7), lowest_layer(400, 7) - 1,
              7 * (lowest_layer(400, 7) - 1), lowest_layer(400, 7))),
    (EXERCISE, "`while people > 1:`", lambda: checks.managers.expected(1, 7) == 0),
    (EXERCISE, "A place on its own pays {} more. From", lambda: checks.EXTRA_COST),
    (EXERCISE, "times itself, makes {}? </details>", lambda: checks.EXTRA_COST),
    (EXERCISE, "the hundred counties of North Carolina, in two periods, {} and {}",
     lambda: tuple(period.replace("-", "–") for period in (checks.FIRST, checks.LATER))
     if len(deaths_in(checks.FIRST)) == 100 else ("no", "no")),
    (EXERCISE, "About {:.0f} in 100 counties would lie between",
     lambda: 100 * (2 * stats.norm.cdf(checks.Z) - 1)),
    (EXERCISE, "A lower limit may fall below 0; leave it so. (The lines in the lesson are exact; "
     "this formula comes close.)",
     lambda: checks.control_limits.expected(0.002, 500)[0] < 0
     and counties.run().outside == checks.outside.expected()),
    (EXERCISE, "Then take {} times `error`", lambda: checks.Z),
    (EXERCISE, "in `without` the thirteen counties without a death, in `highest` the ten with",
     lambda: len(counties.run().without) == 13 and checks.HIGHEST == 10),
    (EXERCISE, "How many deaths per {:,} births were there", lambda: checks.PER),
    (EXERCISE, "(In the whole state it was {}, after {}.)",
     lambda: (state_rate(checks.LATER), state_rate(checks.FIRST))),
    (EXERCISE, "*unit:* deaths per {:,} births", lambda: checks.PER),
    (EXERCISE, "from questions 8 to 10?", STATED),
    (EXERCISE, "Each calls for help nine times a week on average",
     lambda: checks.DEMAND == 9),
    (EXERCISE, "Sixteen tables decide", lambda: checks.TEAMS == 16),
    (EXERCISE, "so many that they suffice in at least {} of weeks",
     lambda: share(checks.LEVEL)),
    (EXERCISE, "It should suffice in at least {} of weeks", lambda: share(checks.LEVEL)),
    (EXERCISE, "with `mean` in place of {}. </details>", lambda: checks.DEMAND),
    (EXERCISE, "“people are not ready”, gets no more than 1", STATED),
    (EXERCISE, "Examples: {} of knowledge arriving through four layers; {} managers for {} "
     "tables; a border of {} that back-up lowers to {}. Or fifteen counties outside their limits "
     "where chance puts about five",
     lambda: (share(checks.survives.expected()), checks.managers.expected(400, 7),
              first_checks.KETTLES, *borders())
     if checks.outside.expected() == 15 and round(outside_by_chance()) == 5 else "no"),
    (EXERCISE, "; {} helpers apart and {} in common", lambda: helpers()),
    (EXERCISE, "repairs up to 300 pounds", STATED),
    (EXERCISE, "is perhaps two thirds of it; {} at each of four layers makes {}",
     lambda: (checks.KEPT, share(checks.survives.expected()))
     if checks.survives.expected() == pytest.approx(2 / 3, abs=0.02) else "no"),
    (EXERCISE, "Sixteen tables that each keep their own hold {} helpers; in common {} do",
     lambda: helpers()),
    (EXERCISE, "Small estates will fill both ends of that list by chance, as the small counties "
     "did",
     lambda: min(checks.small_in_tails.expected()) > 0.5),
    # the explorables
    ("layers", "{} of what the workers know reaches the top. Now let there be {:,} tables",
     lambda: (share(line().knowledge_at_top), slider(layers, "people").start)
     if (line().people, line().span) == (400, 6) else ("no",) * 2),
    ("layers", "Go on to {:,} tables",
     lambda: 10_000 if layers.explorable.tasks[0].sets == {"people": 10_000} else "no"),
    ("layers", "With {} tables, widen the span to {}",
     lambda: (line().people, slider(layers, "span").high)),
    ("layers", "Start from the other end, with {:,} tables",
     lambda: 10_000 if layers.explorable.tasks[2].sets == {"people": 10_000} else "no"),
    ("funnel", "from {} to {:,} people each", lambda: (funnel.SMALLEST, funnel.LARGEST)),
    ("funnel", "Give the services a true spread of {} points, then more",
     lambda: 5 if funnel.explorable.tasks[1].sets == {"spread": 5} else "no"),
    ("funnel", "make the smallest truly better by {} points",
     lambda: slider(funnel, "advantage").high),
    ("counties", "births in 1974–78 and sudden infant deaths",
     lambda: counties.PERIODS[0] == "1974-78"),
    ("counties", "then about {:.0f} in 100 would lie between two lines",
     lambda: slider(counties, "level").start),
    ("counties", "Mark more counties as highest, up to {}",
     lambda: slider(counties, "highest").high),
    ("counties", "Let the lines hold {} per cent. Chance alone would put one county outside",
     lambda: slider(counties, "level").high if counties.run(level=99).by_chance == 1 else "no"),
    ("hospitals", "operated on the hearts of infants in 1991–95",
     lambda: hospitals.EARLY == "1991-1995"),
    ("hospitals", "one of them nearly five times as often as another",
     lambda: 4.7 < np.divide(*hospitals.run(hospitals.EARLY).operations[[-1, 0]]) < 5),
    ("hospitals", "would be {} if those with more operations always did better, 0 if neither "
     "went with the other, and −{} if they always did worse",
     lambda: tuple(round(sign * stats.spearmanr(np.arange(5), sign * np.arange(5))[0])
                   for sign in (1, -1))),
    ("hospitals", "Which slogan do these twelve points serve",
     lambda: len(hospitals.run(hospitals.EARLY).names) == 12),
    ("hospitals", "Go on to 2012–15, to thirteen hospitals",
     lambda: len(hospitals.run(hospitals.LATE).names) == 13),
    ("hospitals", "In 2012–15, let the lines hold {} per cent, then {}. How many hospitals would "
     "you have called good or bad at {}, and at {}",
     lambda: (slider(hospitals, "level").low, slider(hospitals, "level").high) * 2),
    ("devolve", "Being an hour off costs a place {} point, two hours {}, three hours {}; on "
     "average places lose {}. If places decide and share back-up, help fits, and costs each of "
     "them {} points",
     lambda: (1, 4, 9, style.number(devolve.run().central, 1),
              style.number(devolve.run().devolved, 1))),
    ("devolve", "Let places differ by {} hours instead of {}",
     lambda: (2, slider(devolve, "diversity").start)
     if devolve.run(2).central == 4 * devolve.run(1).central else ("no",) * 2),
    ("shared_backup", "Each of {} tables has {:.0f} calls for extra help a week, on average, at "
     "random. To get through {} of weeks each on its own, they keep {:,} helpers more than the "
     "average in all. One reserve for all {} would need {}",
     lambda: (shared_backup.TEAMS, reserve().calls, share(reserve().service), reserve().alone,
              shared_backup.TEAMS, reserve().pooled)),
    ("shared_backup", "from a common swing of {} on even one reserve for all saves less than half",
     lambda: half_is_saved()),
    ("shared_backup", "ten of {} is a small part", lambda: shared_backup.TEAMS),
    ("shared_backup", "a common swing of {}, as in an epidemic",
     lambda: 0.3 if shared_backup.run(swing=0.3).pooled > 10 * reserve().pooled else "no"),
    ("shared_backup", "ask that the reserve suffice in {} of weeks",
     lambda: f"{slider(shared_backup, 'service').high} %"),
    # what checks say
    (CHECKS, "leave the {} out", lambda: checks.TABLES if checks.TABLES == 400 else "no"),
    (CHECKS, "Begin with one table, whose mean is {}.", lambda: checks.DEMAND),
    (CHECKS, "the mean is {}, and there are sixteen tables", lambda: checks.DEMAND
     if checks.TEAMS == 16 else "no"),
    (CHECKS, "a mean of sixteen. The mean is {}.", lambda: checks.DEMAND),
    (CHECKS, "This takes {}, the number of tables, away", lambda: checks.TEAMS),
    (CHECKS, "the quantile of {:.2f}, a quiet week, in place of {}?",
     lambda: (1 - checks.LEVEL, checks.LEVEL)),
    (CHECKS, "This is the quantile of 0.99. Use {}.", lambda: checks.LEVEL),
    (CHECKS, "is it the quantile of 0.90? Use {}.", lambda: checks.LEVEL),
    (CHECKS, "This is the quantile of 0.90. Use {}.", lambda: checks.LEVEL),
    (CHECKS, "the quantile of a usual week. Use {}.", lambda: checks.LEVEL),
    (CHECKS, "Use the quantile of {} from stats.poisson.ppf", lambda: checks.LEVEL),
    (CHECKS, "This is {} of the mean", lambda: share(checks.LEVEL)),
    (CHECKS, "This is {} of the mean", lambda: share(1 - checks.LEVEL)),
    (CHECKS, "This takes {} of the reserve once more", lambda: share(checks.LEVEL)),
    (CHECKS, "This divides the mean by {}.", lambda: checks.LEVEL),
    (CHECKS, "The quantile is multiplied by {} once more", lambda: checks.LEVEL),
    (CHECKS, "multiplies one standard deviation by {:.2f}, which is close",
     lambda: stats.norm.ppf(checks.LEVEL)),
    (CHECKS, "The border is its root, ** 0.5", STATED),
    (CHECKS, "The square root is ** 0.5", STATED),
    (CHECKS, "extra_cost * (1 - shared) as a whole", STATED),
    (CHECKS, "Under the root stands 1 + p", STATED),
    (CHECKS, "This takes 5 % of the rate", STATED),
    (CHECKS, "Divide by births, and multiply by {:,}", lambda: checks.PER),
    (CHECKS, "These multiply deaths by {:,}", lambda: checks.PER),
    (CHECKS, "the example's {}, whatever", lambda: checks.DEMAND),
    (CHECKS, "Compare the losses at σ = {}: that", lambda: three_ways().diversity),
    (CHECKS, "to the left, to σ = {}. Does", lambda: checks.LESS_DIVERSE),
    (CHECKS, "Nine tenths at each layer, and after four of them a third is lost",
     lambda: pytest.approx(1 / 3, abs=0.02) == 1 - 0.9**4
     and (checks.KEPT, checks.LAYERS) == (0.9, 4)),
    (CHECKS, "nine tenths of what reaches it: {0} times {0}, and", lambda: checks.KEPT),
    (CHECKS, "have changed places: {0} is multiplied by itself, {0} ** {1}",
     lambda: (checks.KEPT, checks.LAYERS)),
    (CHECKS, "{} tables need four layers with a span of {}, and two with a span of {}",
     lambda: (first_checks.KETTLES, 7, 20)
     if [layers.layers(400, span) for span in (7, 20)] == [4, 2] else "no"),
    (CHECKS, "with a span of 7, three layers lead {} people at most", lambda: 7**3),
    (CHECKS, "8 times 8 is {}", lambda: 8 * 8),
    (CHECKS, "{} managers for {} tables with a span of {}",
     lambda: (layers.run(400, 7).managers, first_checks.KETTLES, 7)),
    (CHECKS, "{} people with a span of {} need {}, not 10", lambda: (27, 3, 27 // 3)),
    (CHECKS, "Put the two losses equal, σ² = {}.", lambda: checks.EXTRA_COST),
    (CHECKS, "Share half of what costs {} and the border falls from {} to {}",
     lambda: (checks.EXTRA_COST, *borders())),
    (CHECKS, "the border is the root, ** 0.5", STATED),
    (CHECKS, "For limits that hold {:.0f} in 100",
     lambda: 100 * (2 * stats.norm.cdf(checks.Z) - 1)),
    (CHECKS, "This takes {:.3f}, which leaves 5 % on each side",
     lambda: stats.norm.ppf(0.95)),
    (CHECKS, "Chance alone would put about five outside; fifteen are",
     lambda: round(outside_by_chance()) == 5 and checks.outside.expected() == 15),
    (CHECKS, "shares between 0 and 1 are wanted", STATED),
    (CHECKS, "From none to {}, and from {} to {}: both ends went towards the state's {}. The "
     "highest stayed above it, with {} deaths where {} were to be expected",
     lambda: both_ends()),
    (CHECKS, "Multiply by {:,}.", lambda: checks.PER),
    (CHECKS, "These are rates per 100,000 births. Per {:,} is asked",
     lambda: checks.PER),
    (CHECKS, "per cent of births. Per {:,} is asked", lambda: checks.PER),
    (CHECKS, "births of the group, and multiply by {:,}", lambda: checks.PER),
    (CHECKS, "with the state's {}", lambda: state_rate(checks.LATER)),
    (CHECKS, "Take its mean of {} from it", lambda: checks.DEMAND),
    (CHECKS, "This leaves 2.5 % of the weeks. Use the quantile of {}",
     lambda: checks.LEVEL),
    (CHECKS, "the quantile of {:.2f}, a quiet week. Use {}",
     lambda: (1 - checks.LEVEL, checks.LEVEL)),
]
# fmt: on

FORMULAS = {
    CHECKS: [r"1\.96", BOUND, r"\(?1 − \(?[sα]\)*²?", r"\(?\b1 − p\b\)?"],
}

# Figures that are not ours stand in the paragraph of their citation, before it.
CITED = {
    LESSON: [
        ("1998 to 2001", "Moeller, Schlingemann & Stulz 2005"),
        ("12 cents", "Moeller, Schlingemann & Stulz 2005"),
    ],
}


def line(**settings):
    """The hierarchy of the ministry's 400 tables, in its explorable, but for the settings."""
    return layers.run(**(layers.explorable.start | {"people": 400} | settings))


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
    """The larger number of operations a year, if a quarter fewer died than at a third of it."""
    row = published("child_heart_surgery", "difference in mortality").iloc[0]
    many, few = re.match(r"(\d+) against (\d+) open operations a year, under 1", row.group).groups()
    return many if int(many) == 3 * int(few) and row.value == -25 else "no"


def smaller_than_bristol():
    result = hospitals.run(hospitals.EARLY)
    rate = dict(zip(result.names, result.deaths / result.operations, strict=True))
    where = result.names.index(hospitals.CASE)  # names stand by size
    return where == 1 and rate[result.names[0]] < rate[hospitals.CASE]


def ends_of_the_funnel():
    result = funnel.run()
    return tuple(
        share(result.rate(group, year), 1)
        for group in (result.best, result.worst)
        for year in (0, 1)
    )


def errors_beside_the_own_rate():
    """Mean errors by the state's rate and by the shrunken one, as parts of those by the own."""
    own, state, shrunk = counties.mean_errors().to_numpy()
    return tuple(state / own), tuple(shrunk / own)


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


@cache
def half_is_saved():
    """The common swing from which one reserve for all saves less than half, in twentieths."""
    for swing in np.arange(0, 0.51, 0.05):
        found = shared_backup.run(swing=float(swing))
        if found.pooled > found.alone / 2:
            return f"{swing:.1f}"
    return "no"


def four_ways():
    table = shared_backup.tiny_on_a_massive_scale().table
    first, last = table.iloc[0], table.iloc[-1]
    assert table["guests in all"].nunique() == 1
    assert last["knowledge where it is made"] == share(1).replace(" ", "\N{NO-BREAK SPACE}")
    assert first["helpers in reserve"] == last["helpers in reserve"]
    known = int(first["knowledge where it is made"].removesuffix("\N{NO-BREAK SPACE}%"))
    assert known / 100 == pytest.approx(2 / 3, abs=0.02)
    return shared_backup.GUESTS, first["managers in line"], last["helpers in reserve"]


def three_ways():
    """What the picture of exercise 4 shows."""
    return devolve.run(**checks.IN_THE_PICTURE)


def lowest_layer(people, span):
    return layers.staff(people, span)[-2]


def borders():
    """The border of devolving at the exercise's cost, alone and with half of it shared."""
    cost = checks.EXTRA_COST
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
    rows = deaths_in(checks.FIRST)
    births, risk = rows.births.to_numpy(), rows.sids_deaths.sum() / rows.births.sum()
    rates = np.random.default_rng(6).binomial(births, risk, (4000, len(births))) / births
    low, high = checks.control_limits.expected(risk, births)
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
    teams, demand, level = checks.TEAMS, checks.DEMAND, checks.LEVEL
    apart = teams * shared_backup.reserve(1, demand, level)
    return apart, shared_backup.reserve(teams, demand, level)
