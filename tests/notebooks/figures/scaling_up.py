"""Module 1: its figures, the words they stand in, and what they rest on."""

import re

import numpy as np
import pytest
from scipy import stats

from scaling import datasets, style
from scaling.scaling_up import (
    adoption,
    at_scale,
    checks,
    corn,
    programmes,
    readiness,
    winners_curse,
)
from scaling.start_here import checks as first_checks

from .pages import BOUND, ROOT, STATED, notebook, share, slider

LESSON, SECOND, EXERCISE, CHECKS = "1a lesson", "1b lesson", "1 exercise", "scaling_up.checks"
ONE_STUDY = "Leeman (1993)"  # whose counts the exercise usually asks about

# fmt: off
FIGURES = [
    # the lessons
    (LESSON, "It now draws {} people a week", lambda: first_checks.PEOPLE_EACH),
    (LESSON, "each with {} people who take part and {} who do not",
     lambda: (best().n, best().n) if best().pilots == 20 else ("no", "no")),
    (LESSON, "An effect of {} takes somebody from the middle to about place {}.",
     lambda: (number(best().expected.reported), place(best().expected.reported))),
    (LESSON, "again in {} imagined **worlds**", lambda: f"{len(best().reported):,}"),
    (LESSON, "A **[95 % interval](glossary.md#interval)** is a range made so that about 95 in 100 "
    "such ranges hold",
     STATED),
    (LESSON, "The best report is {} on average, and what comes of it is {}, or place {}.",
     lambda: (number(best().expected.reported), number(best().expected.delivered),
              place(best().expected.delivered))),
    (LESSON, "the average of all pilots, which is {} in our model",
     lambda: number(winners_curse.MEAN)),
    (LESSON, "With pilots of this size, a fifth of it is to be believed: of a report of {}, "
     "expect {}.",
     lambda: (number(best().expected.reported),
              number(winners_curse.shrink(0.52, winners_curse.MEAN, 0.1, best().n)))
     if winners_curse.reliability(0.1, best().n) == pytest.approx(1 / 5) else ("no", "no")),
    (LESSON, "here ${0:.2f} + {1:.2f}\\,({2} - {0:.2f})$",
     lambda: (winners_curse.MEAN, winners_curse.reliability(0.1, best().n),
              number(best().expected.reported))),
    (LESSON, "The larger the pilots, the less there is to shrink",
     lambda: winners_curse.reliability(0.1, best().n) < winners_curse.reliability(0.1, 800) < 1),
    (LESSON, "A second pilot of the winner was not chosen for its result, so it has no curse",
     lambda: np.mean(best(second=200).second_reports)
     == pytest.approx(best(second=200).expected.delivered, abs=0.005)
     and best(second=200).error_after_second < best(second=200).error_after_first),
    (LESSON, "The chosen town does almost twice as much as an average one, and better than it in "
     "four worlds of five",
     lambda: 1.7 < best().expected.delivered / winners_curse.MEAN < 2
     and np.mean(best().delivered > winners_curse.MEAN) == pytest.approx(0.8, abs=0.02)),
    (LESSON, "Where true effects differ a lot and pilots are large, the best is what it says",
     lambda: winners_curse.expected(20, 1000, 0.2).overstatement < 0.05),
    (LESSON, "A year's work on evidence lifts the mean to {}, and the weakest stays at {}, because "
     "resources are as weak as evidence was",
     lambda: (number(readiness.mean(kettle().then), 1), min(kettle().then.values()))
     if readiness.weakest(kettle().now) == ("evidence", "resources") else ("no", "no")),
    (LESSON, "the Kettle can show {} statements of twenty",
     lambda: sum(kettle().now.values())
     if sum(len(four) for four in readiness.STATEMENTS.values()) == 20 else "no"),
    (LESSON, "Grameen Bank, which makes small loans, and the Harlem Children's Zone, which helps "
     "children. We could show {} statements for the first and {} for the second",
     lambda: tuple(sum(readiness.run(case).now.values()) for case in ("grameen", "harlem"))),
    (LESSON, "If 60 of 100 people stay clear of offending, the odds are 60 to 40, or 1.5",
     lambda: 60 / 40 == 1.5),
    (LESSON, "Where nothing changes it is one; at {}, those 60 become {}.",
     lambda: (number(hands().ratio("research")), of_a_hundred(hands().ratio("research")))),
    (LESSON, "the odds ratio falls: {}, {}, {}.",
     lambda: tuple(number(hands().ratio(stage)) for stage in programmes.STAGES)),
    (LESSON, "In practice 60 of 100 become {}.",
     lambda: of_a_hundred(hands().ratio("practice"))),
    (LESSON, "The middle study by researchers has {} people, the middle one in practice {}",
     lambda: tuple(round(people("research", "practice")[stage].median())
                   for stage in ("research", "practice"))),
    (LESSON, "Without the small studies the researchers' own effect is unknown, for two studies "
     "are left; the demonstrations hardly move",
     lambda: programmes.run(smallest=90).interval("research")[0] < 1
     and programmes.run(smallest=90).interval("research")[1] > hands().ratio("demonstration")
     and programmes.run(smallest=90).stages["research"].k == 2
     and programmes.run(smallest=90).ratio("demonstration")
     == pytest.approx(hands().ratio("demonstration"), abs=0.2)),
    (LESSON, "Where lots were drawn, practice reaches {}, from {} to {}, of the odds ratio of "
     "the other two, or two thirds if counted another way. By neither count can one exclude that "
     "nothing is lost",
     lambda: (number(lots().practice_over_rest), *map(number, lots().practice_over_rest_interval))
     if lots().practice_over_rest_interval[1] > 1 and lots().practice_over_rest_apart[1][1] > 1
     and lots().practice_over_rest_apart[0] == pytest.approx(2 / 3, abs=0.01)
     else ("no",) * 3),
    (LESSON, "In practice the interval of the odds ratio, from {} to {}, lies wholly above 1.",
     lambda: tuple(map(number, hands().interval("practice")))),
    (LESSON, "The *next* service may get anything from {} to {} (lesson 3)",
     lambda: tuple(map(number, np.exp(hands().stages["practice"].next_place())))),
    (LESSON, "The average in practice is the smallest of the three and the surest.",
     lambda: hands().stages["practice"].se == min(s.se for s in hands().stages.values())),
    (LESSON, "raised take-up by {} points in journals and by {} in two government units. "
     "The authors put about 70 % of the gap down to which results were published",
     lambda: tuple(published("nudges"))),
    (LESSON, "raised test scores by {} standard deviations when an organisation hired them, and "
     "not at all when the government did",
     lambda: published("contract teachers, Kenya")[0]
     if published("contract teachers, Kenya")[1] == "0" else "no"),
    (LESSON, "In a first trial about one in five sent somebody because of the offer",
     lambda: round(100 / int(published("No Lean Season, Bangladesh")[0])) == 5),
    (LESSON, "Pilots raised migration by {} to {} points, the programme at scale by {}",
     lambda: tuple(published("No Lean Season, Bangladesh")[1:4])),
    (SECOND, "which has twice the publicity, in year {}.",
     lambda: adoption.explorable.start["years"]),
    (SECOND, "Where nobody tells anybody, twice the publicity brings twice the tables",
     lambda: 1.9 < spread().share(10, 2) / spread().share(10) <= 2),
    (SECOND, "With word of mouth it brings {} by year {} instead of {}, and not twice as many",
     lambda: (share(spoken().share(10, 2)), 10, share(spoken().share(10)))
     if spoken().share(10, 2) < 1.5 * spoken().share(10) else ("no",) * 3),
    (SECOND, "no publicity gets beyond {}",
     lambda: share(spoken(resistance=0.5, publicity=5).share(30))
     if spoken(resistance=0.5, publicity=5).share(1000) <= 0.5 else "no"),
    (SECOND, "Word of mouth misses the farmers' curve by {} points and no influence at all by {}",
     lambda: (number(100 * corn.run().influence.miss, 1),
              number(100 * corn.run().likeness.miss, 1))),
    (SECOND, "Nor does a young curve say where it will end, or how many will never plant it",
     lambda: corn.run(1956).influence.curve[-1] - corn.run(1955).influence.curve[-1] > 0.3
     and abs(corn.run(1958, 0).influence.miss - corn.run(1958, 0.4).influence.miss) < 0.001),
    (SECOND, "The jump of {}", lambda: corn.ROUND_YEARS[1]),
    (SECOND, "In {} farmers in eleven Brazilian villages", lambda: corn.ROUND_YEARS[1] + 10
     if {"eleven Brazilian villages", "asked in 1966"} <= set(re.findall(
         "eleven Brazilian villages|asked in 1966", data_readme())) else "no"),
    (SECOND, "| {} tables | lessons 1a, 1b, 2 and 3 |", lambda: first_checks.KETTLES),
    (SECOND, "We would like to see {} Kettles", lambda: first_checks.KETTLES),
    (SECOND, "*Before {} Kettles I should like to know", lambda: first_checks.KETTLES),
    (SECOND, "the box that is to be sent {} times", lambda: first_checks.KETTLES),
    (LESSON, "use the recipe, take step 5 first", lambda: "| 5. pilot the scaling |" in plain()),
    (LESSON, "the second pilot of section 1.", lambda: "## 1 The best of twenty" in plain()),
    (LESSON, "Section 1 is in this too", lambda: "## 1 The best of twenty" in plain()),
    (LESSON, "Now use section 1.", lambda: "## 1 The best of twenty" in plain()),
    (SECOND, "| lessons 2 and 5a |", STATED),
    # the exercise
    (EXERCISE, "Forty towns pilot the same idea, with {0} people in each **arm**: {0} who take "
     "part and {0} who do not. The idea does nearly as well everywhere. True effects differ with a "
     "standard deviation of {1}",
     lambda: (checks.IN_THE_PICTURE["n"], checks.IN_THE_PICTURE["tau"])
     if checks.IN_THE_PICTURE["pilots"] == 40
     and "winners_curse.explorable.still(pilots=40, n=50, tau=0.05, second=0)" in cells()
     else "no"),
    (EXERCISE, "Wherever a report lies below 0", STATED),
    (EXERCISE, "The lesson's table holds {} studies", lambda: len(programmes.studies())),
    (EXERCISE, "In the study of {} {} young people took part in the programme, and {} of them "
     "offended again. Of {} others, {} did",
     lambda: (ONE_STUDY, *one_study()) if is_of_young_people() else "no"),
    (EXERCISE, "use them, not {} and {}. </details>", lambda: tuple(one_study()[:2])),
    (EXERCISE, "In nineteen studies it was drawn by lot", lambda: len(lots().studies) == 19),
    (EXERCISE, "A median counts a study of {} people as much as one of {:,}",
     lambda: (lots().studies.people.min(), lots().studies.people.max())),
    (EXERCISE, "take {} as `tau2` for both", lambda: checks.TAU2),
    (EXERCISE, "practice.variance, {})`", lambda: checks.TAU2),
    (EXERCISE, "two **95 % intervals** from the lesson's model of the randomised studies: ranges "
     "made so that about 95 in 100 of them hold the true value", STATED),
    (EXERCISE, "the odds ratio may be half as large, or no smaller",
     lambda: lots().practice_over_rest_interval[0] == pytest.approx(0.5, abs=0.05)
     and lots().practice_over_rest_interval[1] > 1),
    (EXERCISE, "The ministry asks twenty towns", lambda: checks.PILOTS == 20),
    (EXERCISE, "with {} people per arm? *Name:*", lambda: checks.mine.people),
    (EXERCISE, "`** 0.5` is the square root", STATED),
    (EXERCISE, "`tau**2` is tau times tau", STATED),
    (EXERCISE, "Both are averages over many worlds, with $\\mu$ = {} and $\\tau$ = {}. At $n$ = "
     "100 the report is far more than a quarter larger",
     lambda: (checks.mine.mean, checks.TAU)
     if twenty(100).overstatement > 0.5 and "best_of_twenty(100)" in " ".join(cells())
     and "winners_curse.expected(pilots=20, n=n, tau=0.1, mean=0.2)" in " ".join(cells())
     else "no"),
    (EXERCISE, "the report below {} times what is delivered", lambda: 1 + checks.TOO_MUCH),
    (EXERCISE, "Change n until the result falls below {}.", lambda: 1 + checks.TOO_MUCH),
    (EXERCISE, "Your loop goes on while `reported >= {} * delivered`",
     lambda: 1 + checks.TOO_MUCH if twenty(2).overstatement > checks.TOO_MUCH else "no"),
    (EXERCISE, "The authors put about {} of the gap between the two down to selective publication "
     "(DellaVigna & Linos 2022)",
     lambda: share(checks._selective())
     if f"{100 * checks._selective():.0f} percent of the gap" in nudges() else "no"),
    (EXERCISE, "Then {} of it, that is {} times the gap",
     lambda: (share(checks._selective()), checks._selective())),
    (EXERCISE, "Suppose it is {}. Seven years of hybrid corn in eleven Brazilian villages",
     lambda: checks.LAST_KNOWN
     if len(farmers_until(checks.LAST_KNOWN)) == 7
     and "early = corn[corn.year <= 1952]" in " ".join(cells()) else "no"),
    (EXERCISE, "does this curve promise for {}?", lambda: checks.mine.year),
    (EXERCISE, "number between 0 and 1 ·", STATED),
    (EXERCISE, "How many years after {} is {}? Your p is `fitted[0]` and your q is `fitted[1]`, "
     "because Python counts from 0", lambda: (checks.START, checks.mine.year)),
    (EXERCISE, "how many of four statements", lambda: readiness.HIGHEST_SCORE == 4),
    (EXERCISE, "The ministry wants {} Kettles", lambda: first_checks.KETTLES),
    (EXERCISE, "Evidence and resources share the lowest score, {} of {}; partners and learning "
     "have {}, communication {}.",
     lambda: (kettle().now["evidence"], readiness.HIGHEST_SCORE, kettle().now["partners"],
              kettle().now["communication"])
     if readiness.weakest(kettle().now) == ("evidence", "resources")
     and kettle().now["partners"] == kettle().now["learning"] else "no"),
    (EXERCISE, "chance alone moves a report by {} with {} people per arm; the best of twenty "
     "pilots needs {} per arm before it overstates by less than a quarter",
     lambda: (number(checks.chance_spread.expected()), checks.mine.people,
              checks.smallest_n.expected())),
    (EXERCISE, "Or the odds ratio falling from {} in research to {} in practice, in medians",
     lambda: medians()),
    (EXERCISE, "Or the journals' {} points that shrink to {}, or the forecast of {} where {} came",
     lambda: (8.7, number(checks.without_selection.expected(), 1),
              share(checks.forecast.expected()), share(farmers_until(1965)[-1]))),
    (EXERCISE, "with {} people per arm chance alone moves the report by {}, nearly as much as "
     "contract teachers achieved in Kenya",
     lambda: (checks.mine.people, number(checks.chance_spread.expected()))
     if 0 < 0.18 - checks.chance_spread.expected() < 0.02 else "no"),
    (EXERCISE, "one statement of four each",
     lambda: {kettle().now[name] for name in readiness.weakest(kettle().now)} == {1}),
    (EXERCISE, "for it takes {} people per arm until", lambda: checks.smallest_n.expected()),
    (EXERCISE, "of another method, odds ratios fell from {} in research to {} in practice",
     lambda: medians()),
    # the checks
    (CHECKS, "the luckiest of forty", lambda: checks.IN_THE_PICTURE["pilots"] == 40),
    (CHECKS, "around the second odds: divide by all of {} / {}",
     lambda: (one_study()[2] - one_study()[3], one_study()[3])),
    (CHECKS, "From {} to {} to {}: the nearer",
     lambda: tuple(f"{value:.2f}" for value in checks.by_stage.expected())),
    (CHECKS, "all {} studies", lambda: len(programmes.studies())),
    (CHECKS, "reaches about {} times", lambda: number(checks.still_left.expected())),
    (CHECKS, "with {} as tau2", lambda: checks.TAU2),
    (CHECKS, "{} as tau2", lambda: checks.TAU2),
    (CHECKS, "comes in as {}. Use", lambda: checks.TAU2),
    (CHECKS, "Hand over {} as it is", lambda: checks.TAU2),
    (CHECKS, "Take {} for both", lambda: checks.TAU2),
    (CHECKS, "Take {} here", lambda: checks.TAU2),
    (CHECKS, "Chance alone moves such a report by about {}, up or down. That is nearly the whole "
     "effect of the NGO's contract teachers in Kenya, {}.",
     lambda: (number(checks.chance_spread.expected()), kenya())),
    (CHECKS, "There are {} in each arm: write 2/n in brackets", lambda: checks.mine.people),
    (CHECKS, "This takes the lesson's {} people per arm, or is rounded to one decimal. Here there "
     "are {};", lambda: (best().n, checks.mine.people)),
    (CHECKS, "how many people per arm bring it below {}.", lambda: 1 + checks.TOO_MUCH),
    (CHECKS, "first the gap, ({} − {}), then {} of it",
     lambda: (nudge("academic journals"), nudge("two government nudge units"),
              share(checks._selective()))),
    (CHECKS, "This is a part of {}. Take {} of the gap between the two",
     lambda: (nudge("two government nudge units"), share(checks._selective()))),
    (CHECKS, "The curve counts from the start, {}.", lambda: checks.START),
    (CHECKS, "What does the curve promise for {}?", lambda: checks.mine.year),
    (CHECKS, "so it is always 1. The last two arguments",
     lambda: checks._odds_ratio(20, 3, 20, 3) == 1),
    (CHECKS, "With {} people per arm and towns that hardly differ, a report of {} shrinks to {}.",
     lambda: (50, 0.62, number(winners_curse.shrink(0.62, 0.2, 0.1, 50)))),
    (CHECKS, "It takes {} people per arm", lambda: checks.smallest_n.expected()),
    (CHECKS, "reported below {} times delivered", lambda: 1 + checks.TOO_MUCH),
    (CHECKS, "the gap is below {} standard deviations", lambda: checks.TOO_MUCH),
    (CHECKS, "shrink towards their mean, {}.", lambda: checks.mine.mean),
    (CHECKS, "the lesson's mean of {0}. Here the mean is {1}: mean={1}",
     lambda: (winners_curse.MEAN, checks.mine.mean)),
    (CHECKS, "With {} it holds, but fewer will do",
     lambda: 10 * -(-checks.smallest_n.expected() // 10)),
    (CHECKS, "With {} it holds, but fewer will do",
     lambda: 100 * -(-checks.smallest_n.expected() // 100)),
    (CHECKS, "selection alone lifts {} points to {}",
     lambda: (number(checks.without_selection.expected(), 1), nudge("academic journals"))),
    (CHECKS, "Take it from {}.", lambda: nudge("academic journals")),
    (CHECKS, "Add it to the {} of the government", lambda: nudge("two government nudge units")),
    (CHECKS, "This takes {} of the whole {} away. Only the gap to {} is meant",
     lambda: (share(checks._selective()), nudge("academic journals"),
              nudge("two government nudge units"))),
    (CHECKS, "This is {0} of {1}. It is {0} of the gap between {1} and {2}, and",
     lambda: (share(checks._selective()), nudge("academic journals"),
              nudge("two government nudge units"))),
    (CHECKS, "This takes {} of the gap away. Selection explains {} of it",
     lambda: (share(1 - checks._selective()), share(checks._selective()))),
    (CHECKS, "This is the whole gap. {} of it", lambda: share(checks._selective())),
    (CHECKS, "This takes {0} of {1} away. Take {0} of the gap",
     lambda: (share(checks._selective()), nudge("two government nudge units"))),
    (CHECKS, "This takes {} points away. It is {} of the gap",
     lambda: (checks._selective(), share(checks._selective()))),
    (CHECKS, "This takes {:.0f} away, where {} is {} times the gap",
     lambda: (100 * checks._selective(), share(checks._selective()), checks._selective())),
    (CHECKS, "Between it and {} a part of the gap", lambda: nudge("academic journals")),
    (CHECKS, "Take {} of the gap away.", lambda: share(checks._selective())),
    (CHECKS, "Take {} of the gap away from {}.",
     lambda: (share(checks._selective()), nudge("academic journals"))),
    (CHECKS, "With p = {} and q = {} most adopt in year sixteen. Whoever counts after three years "
     "finds {},",
     lambda: (0.005, 0.25, share(adoption.bass(3, 0.005, 0.25)))
     if 15 < adoption.peak(0.005, 0.25) <= 16 else "no"),
    (CHECKS, "After seven years publicity seems to win {} of those left each year, and word of "
     "mouth up to {}.",
     lambda: (share(checks.fitted.expected()[0], 1), share(checks.fitted.expected()[1]))
     if checks.LAST_KNOWN - checks.START == 7 else "no"),
    (CHECKS, "Here {} is time 0. Count the years from {},",
     lambda: (checks.START + 1, checks.START)),
    (CHECKS, "These years end in {}, one too many. Take the first seven, up to {}",
     lambda: (checks.LAST_KNOWN + 1, checks.LAST_KNOWN)),
    (CHECKS, "These years end in {}, one too few. Take the first seven, up to {}",
     lambda: (checks.LAST_KNOWN - 1, checks.LAST_KNOWN)),
    (CHECKS, "such as 0.01", STATED),
    (CHECKS, "The early curve promised {}; in {} it was {}. Two years more, and it would have "
     "promised {}.",
     lambda: (share(checks.forecast.expected()), checks.mine.year, share(farmers_until(1965)[-1]),
              share(corn.run(known=checks.LAST_KNOWN + 2).influence.curve[-1]))),
    (CHECKS, "This is {}, the seventh year. Here t is {} − {}",
     lambda: (checks.LAST_KNOWN, checks.mine.year, checks.START)),
    (CHECKS, "This is {}. Here t is {} − {}",
     lambda: (checks.mine.year - 1, checks.mine.year, checks.START)),
    (CHECKS, "This is {}. Here t is {} − {}",
     lambda: (checks.mine.year + 1, checks.mine.year, checks.START)),
    (CHECKS, "counts years since {}, not", lambda: checks.START),
    (CHECKS, "leave out the {}", lambda: int(datasets.load("hybrid_corn_adoption").farmers[0])),
    (CHECKS, "in the year {} alone", lambda: checks.mine.year),
    # the explorables
    ("winners_curse", "each with {} people who take part and {} who do not. Each reports its "
     "effect honestly. The best town reports an effect of {}, which would take somebody from "
     "the middle of a hundred people to place {}.",
     lambda: (best().n, best().n, number(best().expected.reported),
              place(best().expected.reported))),
    ("winners_curse", "Set the number of pilots to {} and look at the average",
     lambda: next(n for n in range(1, 50) if winners_curse.expected(n, 50, 0.1).overstatement
                  < 1e-9)),
    ("winners_curse", "each of the twenty pilots {} people on either side",
     lambda: winners_curse.explorable.tasks[1].sets["n"] if best().pilots == 20 else "no"),
    ("winners_curse", "the pilots cannot be larger than {}. What does a second pilot of the best "
     "buy you, with {} people on either side?",
     lambda: (winners_curse.explorable.start["n"], 200)),
    ("adoption", "after ten years {} have a table",
     lambda: f"{number(100 * spread().share(10), 1)} %"
     if spread().publicity == 0.005 and spread().years == 10 else "no"),
    ("adoption", "set word of mouth to {}. Does twice", lambda: adoption.SPOKEN),
    ("adoption", "Double the word of mouth instead, to {}",
     lambda: adoption.explorable.tasks[1].sets["word_of_mouth"]
     if adoption.explorable.tasks[1].sets == {"word_of_mouth": 2 * adoption.SPOKEN} else "no"),
    ("readiness", "The Kettle scores {} of {} on average over five components: {} for evidence, "
     "then {}, {}, {} and {} for the others",
     lambda: (number(readiness.mean(kettle().now), 1), readiness.HIGHEST_SCORE,
              *kettle().now.values())
     if next(iter(kettle().now)) == "evidence" else ["no"] * 7),
    ("programmes", "the odds of not offending again were {} times as high",
     lambda: number(hands().ratio("research"))),
    ("programmes", "all with fewer than {} people", lambda: slider(programmes, "smallest").high),
    ("corn", "Hybrid corn came to eleven Brazilian villages in {}. By {}, {} of their {} farmers "
     "had planted it. How does the curve go on, and how many have planted it by {}",
     lambda: (corn.run().years[0], corn.DRAWN_FROM, f"{number(100 * corn.run().shares[9], 1)} %",
              farmers(), corn.run().years[-1])),
    ("corn", "only up to {}, then one year more. What does it do to what they foresee for {}?",
     lambda: (1955, corn.LAST)
     if corn.run(1956).influence.curve[-1] - corn.run(1955).influence.curve[-1] > 0.3
     else ("no",) * 2),
    ("corn", "Look at the bars of {} and {}, then even", lambda: corn.ROUND_YEARS),
    ("corn", "when asked in {}?", lambda: corn.ROUND_YEARS[1] + 10),
    ("corn", "Let the stories see up to {}, and move", lambda: 1958
     if abs(corn.run(1958, 0).influence.miss - corn.run(1958, 0.4).influence.miss) < 0.001
     else "no"),
    ("corn", "asked once, in {}, and recalled", lambda: corn.ROUND_YEARS[1] + 10),
]
# fmt: on

FORMULAS = {
    CHECKS: [
        r"\b[12]/n\b|\b1/variance|\*\* 0\.5|\* 0\.5",
        r"tau\*\*2|1 − B|\b[Tt]he 2\b",
        BOUND,
        r"\b2 (?:by|divided|times) |divided by 2\b|divide 1 by|\b(?:Above|to|include|includes) 1\b",
    ],
}

# Figures that are not ours stand in the paragraph of their citation, before it.
CITED = {LESSON: [("70 %", "DellaVigna & Linos 2022")]}


def best(**settings):
    """The best of many pilots, at the start of its explorable but for the settings."""
    return winners_curse.run(**(winners_curse.explorable.start | settings))


def place(effect):
    """Of a hundred people in order, where an effect takes somebody from the middle."""
    return round(100 * stats.norm.cdf(effect))


def number(value, digits=2):
    return style.number(value, digits)


def kettle(**settings):
    return readiness.run(**(readiness.explorable.start | {"case": "kettle"} | settings))


def hands():
    return programmes.run()


def lots():
    return programmes.run(programmes.RANDOMISED)


def people(*stages):
    """People in each comparison, by stage."""
    table = programmes.studies()
    return {stage: table.people[table.purpose == stage] for stage in stages}


def of_a_hundred(ratio):
    """How many of 100 people stay clear with a programme, where 60 do without."""
    odds = ratio * 60 / 40
    return round(100 * odds / (1 + odds))


def published(what):
    return list(at_scale.published().loc[what, "figure"])


def spread(**settings):
    return adoption.explorable.run(**(adoption.explorable.start | settings))


def spoken(**settings):
    """As `spread`, with the word of mouth of the tasks."""
    return spread(word_of_mouth=adoption.SPOKEN, **settings)


def plain():
    """The lesson's markdown, as it stands."""
    cells = [cell.source for cell in notebook(LESSON).cells if cell.cell_type == "markdown"]
    return "\n\n".join(cells)


def farmers():
    return datasets.load("hybrid_corn_adoption").farmers.iloc[0]


def data_readme():
    return re.sub(r"\s+", " ", (ROOT / "data/README.md").read_text(encoding="utf-8"))


def cells():
    """The code of the exercise, cell by cell."""
    return [cell.source for cell in notebook(EXERCISE).cells if cell.cell_type == "code"]


def one_study():
    """People and reoffenders of the study that the exercise tells of, with and without."""
    table = datasets.load("cbt_programmes").set_index("study")
    return [int(count) for count in table.loc[ONE_STUDY, checks.COUNTS]]


def is_of_young_people():
    table = datasets.load("cbt_programmes").set_index("study")
    return table.age_group[ONE_STUDY] == "juveniles"


def twenty(n):
    """What the best of the ministry's twenty towns does, with n people per arm."""
    return winners_curse.expected(checks.PILOTS, n, checks.TAU, checks.mine.mean)


def nudge(group):
    table = datasets.load("published_figures").query("case == 'nudge_units'")
    return table.set_index("group").value[group]


def nudges():
    """What the table remarks on nudges."""
    table = datasets.load("published_figures").query("case == 'nudge_units'")
    return " ".join(table.note.dropna())


def kenya():
    """The effect of contract teachers in an organisation's hands."""
    table = datasets.load("published_figures").query("case == 'kenya_contract_teachers'")
    return table.set_index("group").value["World Vision (NGO)"]


def farmers_until(year):
    """The share of farmers who had adopted by each year."""
    shown = corn.run()
    return shown.shares[shown.years <= year]


def medians():
    """The median odds ratio in research and in practice, among randomised studies."""
    research, _, practice = checks.by_stage.expected()
    return number(research, 1), number(practice, 1)
