"""Lesson 5b: its figures, the words they stand in, and what they rest on."""

import re

import numpy as np
import pytest

from scaling import datasets, style
from scaling.scaling_down import counties
from scaling.start_here import checks as first_checks
from scaling.who_is_heard import (
    averages,
    county_line,
    equity,
    immunisation,
    levels,
    maternal_deaths,
    score,
    sunlight,
    voices,
)

from .pages import STATED, share, slider

LESSON = "5b lesson"

approx = pytest.approx

# fmt: off
FIGURES = [
    # the case, and section 1
    (LESSON, "a helper for {:.0f} hours a month", lambda: equity.HOURS),
    (LESSON, "Eight guests put their names down, so each gets {:.0f} hours",
     lambda: equity.HOURS / len(equity.GUESTS) if len(equity.GUESTS) == 8 else "no"),
    (LESSON, "Five hours each set guests further apart: {} points become {}",
     lambda: tuple(round(100 * np.ptp(of)) for of in (same().before, same().reaches))
     if set(same().gets) == {5} else ("no",) * 2),
    (LESSON, "With thirteen it would not.", lambda: hours_that_bring_together() == 13),
    (LESSON, "The **[Gini coefficient](glossary.md#gini-coefficient)** is {:.0f} where all get "
    "equally far",
     lambda: equity.gini([0.4] * 8)),
    (LESSON, "Where hours follow a rule, a tenth of them goes into finding out",
     lambda: same().finding_out == 0.1),
    (LESSON, "Lift the lowest first, and Hal goes from {} to {}. But most guests lose by it, and "
     "so does the mean",
     lambda: (share(same().reaches[-1]), share(lifted().reaches[-1]))
     if equity.GUESTS[-1] == "Hal" and gains(lifted()) == (2, 6)
     and lifted().reaches.mean() < same().reaches.mean() else ("no",) * 2),
    (LESSON, "Let all guests be alike: now every one of them loses what finding out costs",
     lambda: gains(equity.run(100, differ=0)) == (0, 8)),
    # section 2
    (LESSON, "In the first step the ratio fell from {} to {}, and in group B {} women more died "
    "than before",
     lambda: (*(style.number(news().ratio(period), 1) for period in (0, 1)),
              news().deaths[1][1] - news().deaths[0][1])),
    (LESSON, "The **[difference](glossary.md#difference)** rose, from {:.0f} to {:.0f} for {:,} "
    "births",
     lambda: (news().difference(0), news().difference(1), averages.PER)),
    (LESSON, "here, deaths for {:,} births", lambda: averages.PER),
    (LESSON, "Let group A fall to {:.0f} and group B to {:.0f}. The difference falls too, and "
     "it takes the ratio, now {:.0f}, to see who was left behind",
     lambda: left_behind()),
    (LESSON, "died {} times as often as White women in 2021, at the height of the covid pandemic, "
     "and again in 2022",
     lambda: round(69.9 / 26.6, 1) if round(69.9 / 26.6, 1) == round(49.5 / 19.0, 1) else "no"),
    # section 3
    (LESSON, "In 2016–18, {} women died",
     lambda: count("2016-18")[0]
     if averages.rate(*count("2016-18")) == approx(uk("all women", "2016-18"), abs=0.05)
     else "no"),
    (LESSON, "Among White women it was {:.0f} in {:,}, among Black women {:.0f}: about four times "
     "the risk",
     lambda: (uk("White", "2016-18"), averages.PER, uk("Black", "2016-18"))
     if 4 < uk("Black", "2016-18") / uk("White", "2016-18") < 4.5 else ("no",) * 3),
    (LESSON, "allow at most {} Black women among them. Even then the 95 % interval of the ratio "
     "runs from {} to {}",
     lambda: (maternal_deaths.narrowest_interval()[0],
              *(style.number(end, 1) for end in maternal_deaths.narrowest_interval()[1]))),
    (LESSON, "In 2021–23 Black women were more than twice as likely to die", STATED),
    (LESSON, "the rate of all women rose, from {} to {}",
     lambda: (uk("all women", "2016-18"), uk("all women", "2021-23"))),
    (LESSON, "We could not read its rates by group, so we cannot say which",
     lambda: set(maternal().period[maternal().group == "Black"]) == {"2016-18"}),
    (LESSON, "Neighbouring periods share years",
     lambda: max(np.diff([int(p[:4]) for p in
                          maternal().period[maternal().group == "all women"]])) < 3),
    # section 4
    (LESSON, "Where people go once a month more, they are {:.0f} points lonelier",
     lambda: report().slopes.between),
    (LESSON, "the one who goes once more is {:.0f} points *less* lonely",
     lambda: -report().slopes.within),
    (LESSON, "Over everybody the slope is +{:.1f}, a mixture of the two by how far visits are "
     "sorted by place",
     lambda: report().slopes.overall
     if report().slopes.overall == approx(np.average(
         [report().slopes.between, report().slopes.within],
         weights=[report().slopes.sorted_share, 1 - report().slopes.sorted_share]))
     else "no"),
    # section 5
    (LESSON, "Of {:,} children with at least one vaccine, {} had all of them",
     lambda: (immunisation.run().children, share(immunisation.run().anyone, 1))),
    (LESSON, "so do {} of the children of other mothers nearby, and {} of siblings. "
     "Communities differ by {:.0f} points (a standard deviation), and the mothers of one community "
     "by about twice as much",
     lambda: (share(immunisation.run().neighbour, 1), share(immunisation.run().sibling, 1),
              100 * immunisation.run().spreads[0])
     if np.divide(*immunisation.run().spreads) == approx(0.5, abs=0.05) else ("no",) * 3),
    (LESSON, "As parts of all variation these are only {} and {}, for most of the rest is the "
     "chance in any yes or no",
     lambda: tuple(share(part) for part in immunisation.run().shares[:2])),
    (LESSON, "Primary schooling goes with {:.1f} points; among neighbours {:.1f} are left",
     lambda: (100 * immunisation.run().slopes.overall, 100 * immunisation.run().slopes.within)),
    (LESSON, "The interval among neighbours is {} to {}: most of the {} points may",
     lambda: (*(style.number(100 * end, 0) for end in immunisation.run().within_interval),
              style.number(100 * immunisation.run().slopes.overall, 0))),
    # section 6
    (LESSON, "so 1 is neither more nor fewer", STATED),
    (LESSON, "the {} children of lesson 4, who died of sudden infant death syndrome in North "
     "Carolina in 1974–78",
     lambda: children_who_died()
     if children_who_died() == counties.run().deaths[0].sum() else "no"),
    (LESSON, "Over all nine nations deaths fall with sunlight, from {} to {}. In the UK they "
     "rise, from {} to {}; in Italy they fall",
     lambda: (*steps(sunlight.EVERYWHERE), *steps("UK"))
     if sunlight.run("Italy").by_group[0] > sunlight.run("Italy").by_group[-1] else ("no",) * 4),
    (LESSON, "Black children died {:.1f} times as often as White children. Among people it was "
     "{:.1f} times",
     lambda: (county_line.line()[1] / county_line.line()[0], people("Black") / people("White"))),
    (LESSON, "No county lay at either end", lambda: county_shares().between(0, 1, "neither").all()),
    # section 7
    (LESSON, "With {} answers the survey is {} points too high on average, and with four times as "
     "many it still is",
     lambda: (60, off("online", 60)) if off("online", 60) == off("online", 240) else ("no",) * 2),
    (LESSON, "people with little power answer even less, and the error grows. Where people are at "
     "ease, at the bus stop and in the laundry, it is {}",
     lambda: off("there") if float(off("office")) > float(off("online")) else "no"),
    (LESSON, "for the hours of {} answers online you hear {} people, and chance alone moves "
     "their mean by {:.0f} points", lambda: people_and_chance()),
    (LESSON, "Yet of {} places {:.0f} go to group B", lambda: (100, in_b())),
    (LESSON, "Let the same machine foretell illness, and each group gets half",
     lambda: np.allclose(score.run(score.ILLNESS).places, 50)),
    (LESSON, "at the same score both groups cost the same",
     lambda: np.allclose(*cost_by_score(), rtol=0.05, atol=0.02)),
    (LESSON, "Once a quarter of group B's illness is recorded nowhere, illness serves it no better "
     "than costs",
     lambda: score.run(score.ILLNESS, missed=25).places == approx(score.run().places)),
    (LESSON, "Let people queue: group B gets {:.0f} places, but those helped have {:.0f} "
     "illnesses, not {:.0f}",
     lambda: (in_b(score.QUEUE), score.run(score.QUEUE).illnesses_of_all_helped,
              score.run().illnesses_of_all_helped)),
    (LESSON, "Then look up what was counted among people, in 1972–74",
     lambda: "among people, 1972–74" in county_line.known_answer().table.columns),
    (LESSON, "that there are {} Kettles", lambda: first_checks.KETTLES),
    (LESSON, "what you think of its {} Kettles", lambda: first_checks.KETTLES),

    # what the explorables ask and suggest
    ("equity", "Eight guests of a Kettle need from {:.0f} to {:.0f} hours of help a month, and "
     "have from {:.0f} to {:.0f} from elsewhere. So far {:.0f} points lie",
     lambda: (equity.NEEDS.min(), equity.NEEDS.max(), equity.HAS.min(), equity.HAS.max(),
              100 * np.ptp(same().before)) if len(equity.GUESTS) == 8 else ("no",) * 5),
    ("equity", "(of 100, all that help can do)", STATED),
    ("equity", "the same {:.0f} hours", lambda: same().gets[0]),
    ("averages", "In group A {:.0f} women died per {:,} births, in group B {:.0f}: four times",
     lambda: (averages.THEN[0], averages.PER, averages.THEN[1])),
    ("averages", "fallen from {} to {}. How many women in group B die per {:,} births now?",
     lambda: (*(style.number(start().ratio(period), 1) for period in (0, 1)), averages.PER)),
    ("averages", "{} times the {:.0f} of group A",
     lambda: (style.number(start().ratio(1), 1), averages.THEN[0])
     if start().rates(1)[0] == averages.THEN[0] else ("no",) * 2),
    ("averages", "Another report has the ratio at {}, with group A at {:.0f} and group B at {:.0f}",
     lambda: (style.number(news().ratio(1), 1), *news().rates(1))),
    ("averages", "Group A later, per 100,000 Group B later, per 100,000",
     lambda: averages.PER == 100_000),
    ("averages", "Bring group A to {} and group B to {}: both are better off",
     lambda: tuple(averages.explorable.tasks[1].sets.values())
     if averages.run(8, 38).rates(1) < averages.THEN else ("no",) * 2),
    ("averages", "Set births in group B to {} of a hundred",
     lambda: slider(averages, "share_b").low),
    ("levels", "they are {:.0f} points lonelier", lambda: report().slopes.between),
    ("levels", "(below 0: less lonely)", STATED),
    ("levels", "lonelier by {} points. What of the squares",
     lambda: levels.explorable.tasks[1].sets["within"]),
    ("levels", "set both slopes to −2",
     lambda: levels.run(-2, -2).slopes.overall == approx(-2)),
    ("immunisation", "were {:.1f} points ahead",
     lambda: 100 * immunisation.run().slopes.overall),
    ("sunlight", "{} counties were put into thirds by sunlight. Where there was least, {} times as "
     "many men died of melanoma of the skin as expected; where there was most, {} times",
     lambda: (len(sunlight.run(sunlight.EVERYWHERE).deaths), *steps(sunlight.EVERYWHERE))),
    ("score", "for the same illness its costs are {} % lower", lambda: slider(score, "gap").start),
    ("score", "The {} % of people with the highest scores", lambda: slider(score, "share").start),
    ("score", "Of {} such places, how many go to group B?", lambda: 100),
    ("voices", "would rate it {:.0f} of 100 on average. In an online survey 60 answer, and their "
     "mean is {:.0f}", lambda: (voices.MEAN, voices.run(answers=60).heard)),
    ("voices", "ratings rise by {:.0f} points and the inclination to answer online grows "
     "twelvefold. If either is 0, the online survey is off by nothing",
     lambda: slider(voices, "link").start
     if round(np.exp(voices.STEEP[voices.ONLINE])) == 12 and flat() < 0.1 else "no"),
    ("voices", "four times as many have answered, {}. They move",
     lambda: voices.explorable.start["answers"]
     if voices.explorable.start["answers"] == 4 * 60 else "no"),
    ("voices", "the mean of the {} answers?",
     lambda: voices.explorable.start["answers"]),
    ("voices", "Raise the answers to {}, and then to {} by hand",
     lambda: (voices.explorable.tasks[0].sets["answers"], slider(voices, "answers").high)),
    ("voices", "Go back to {} answers and ask", lambda: voices.explorable.start["answers"]),
    ("voices", "have nothing to do with power ({})", lambda: slider(voices, "link").low),
]
# fmt: on

FORMULAS = {LESSON: [r"\(optional, \d+ minutes\)"]}

# Figures that are not ours stand in the paragraph of their citation, before it.
CITED = {
    LESSON: [
        ("69.9", "Hoyert 2023; Hoyert 2024"),
        ("49.5", "Hoyert 2023; Hoyert 2024"),
        ("12 of 103", "Cosstick and others 2022"),
        ("22 of 60", "Cosstick and others 2022"),
        ("16 of the 103, against 3 of 93", "Cosstick and others 2022"),
        ("54 of the women", "Knight and others 2021"),
        ("survey of 1987", "Pebley, Goldman & Rodríguez 1996"),
        ("In 2021 a survey", "Bradley and others 2021"),
        ("250,000", "Bradley and others 2021"),
        ("17 points too high", "Bradley and others 2021"),
        ("about 1,000 a week", "Bradley and others 2021"),
        ("26.3 % more chronic illnesses", "Obermeyer and others 2019"),
        ("from 17.7 to 46.5 %", "Obermeyer and others 2019"),
        ("43 studies", "Nordin and others 2023"),
        ("20 years before campaigners", "Women and Equalities Committee 2023"),
    ],
}


def same():
    return equity.run(**equity.explorable.start)


def hours_that_bring_together():
    """The first whole number of hours for each guest that leaves them no further apart."""
    apart = np.ptp(same().before)
    return next(
        hours
        for hours in range(1, 50)
        if np.ptp(equity.outcome(same().needs, same().has, hours)) < apart
    )


def lifted():
    return equity.run(100, equity.LOWEST)


def gains(result):
    """How many gain and how many lose against the same for all."""
    change = result.reaches - result.reaches_if_equal
    return int((change > 1e-9).sum()), int((change < -1e-9).sum())


def start():
    return averages.run(**averages.explorable.start)


def news():
    """The report of the first step, in which both rates have risen."""
    return averages.run(**(averages.explorable.start | averages.explorable.tasks[0].sets))


def left_behind():
    result = averages.run(later_a=5, later_b=30)
    assert result.difference(1) < result.difference(0)
    return *result.rates(1), result.ratio(1)


def maternal():
    figures = datasets.load("published_figures")
    return figures[figures.case == maternal_deaths.CASE]


def uk(group, period):
    table = maternal()
    return table.value[(table.group == group) & (table.period == period)].item()


def note(period):
    table = maternal()
    return table.note[(table.group == "all women") & (table.period == period)].item()


def count(period):
    deaths, maternities = re.match(r"(\d+) deaths, (\d+) maternities", note(period)).groups()
    return int(deaths), int(maternities)


def report():
    return levels.run(**levels.explorable.start)


def steps(nation):
    return tuple(style.number(value) for value in sunlight.run(nation).by_group[[0, -1]])


def people(group):
    figures = datasets.load("published_figures")
    figures = figures[figures.case == "sids_by_race_nc"].set_index("group")
    return figures.value[group]


def children_who_died():
    table = datasets.load("infant_deaths_nc")
    return int(table.sids_deaths[table.period == county_line.PERIOD].sum())


def flat():
    """How far an online survey is off where ratings, or where answering, go not with power."""
    rating = voices.run().rating
    return max(
        abs(voices.run(link=0).biases[voices.ONLINE]),
        abs(voices.bias(voices.chances(np.ones(voices.PEOPLE), 240), rating)),
    )


def off(way, answers=240, link=40):
    return style.number(voices.run(way, answers, link).biases[way], 1)


def people_and_chance():
    table = voices.explorable.still().table.set_index("asked")
    hours = int(table.loc["online", "hours for 240 answers"])
    heard = int(table.loc["where people are", f"answers for {hours} hours"])
    spread = voices.run().rating.std(ddof=1)
    chance = 1.96 * spread * np.sqrt((1 - heard / voices.PEOPLE) / heard)
    return 240, heard, chance


def in_b(way=score.COSTS):
    return score.run(way).places[score.B]


def cost_by_score():
    result = score.run()
    return result.by_score(result.costs, score.RANKS)


def county_shares():
    """The share of births in each county that were not White."""
    counties = datasets.load("infant_deaths_nc")
    counties = counties[counties.period == county_line.PERIOD]
    return counties.nonwhite_births / counties.births
