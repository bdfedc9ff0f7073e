"""Module 1: its figures, the words they stand in, and what they rest on."""

import re

import numpy as np
import pytest
from scipy import stats

from scaling import datasets, style
from scaling.scaling_up import (
    adoption,
    at_scale,
    corn,
    programmes,
    readiness,
    winners_curse,
)
from scaling.start_here import checks as first_checks

from .pages import ROOT, notebook, share, slider

LESSON = "1 lesson"

# fmt: off
FIGURES = [
    # the lesson
    (LESSON, "It now draws {} people a week", lambda: first_checks.PEOPLE_EACH),
    (LESSON, "each with {} people who take part and {} who do not",
     lambda: (best().n, best().n) if best().pilots == 20 else ("no", "no")),
    (LESSON, "An effect of {} takes somebody from the middle to about place {}. An effect of {} "
     "takes them to about place {}",
     lambda: (number(best().expected.reported), place(best().expected.reported),
              number(best().expected.delivered), place(best().expected.delivered))),
    (LESSON, "again in {} imagined **worlds**", lambda: f"{len(best().reported):,}"),
    (LESSON, "A **95 % interval** is a range made so that about 95 in 100 such ranges hold",
     lambda: True),
    (LESSON, "The best report is {} on average, and what comes of it is {}",
     lambda: (number(best().expected.reported), number(best().expected.delivered))),
    (LESSON, "With pilots of this size, {} of what is surprising in a report is to be believed. "
     "With {} people per arm it is {}; then the best reports {} and delivers {}",
     lambda: (share(winners_curse.reliability(0.1, best().n)), 800,
              share(winners_curse.reliability(0.1, 800)),
              number(winners_curse.expected(20, 800, 0.1).reported),
              number(winners_curse.expected(20, 800, 0.1).delivered))),
    (LESSON, "With {} people per arm it reports {} on average. Both pilots together bring the "
     "typical error of your promise from {} down to {}",
     lambda: (200, number(best(second=200).expected.delivered),
              number(best(second=200).off_after_first, 3),
              number(best(second=200).off_after_second, 3))),
    (LESSON, "An average town delivers {}, so the chosen one does almost twice as much",
     lambda: f"{winners_curse.MEAN:.2f}"
     if 1.7 < best().expected.delivered / winners_curse.MEAN < 2 else "no"),
    (LESSON, "In four worlds of five it does better than that",
     lambda: np.mean(best().delivered > winners_curse.MEAN) == pytest.approx(0.8, abs=0.02)),
    (LESSON, "Where true effects differ a lot and pilots are large, the best is what it says",
     lambda: winners_curse.expected(20, 1000, 0.2).overstatement < 0.05),
    (LESSON, "The Kettle can show {} statements of twenty, {} of 4 on average. Its weakest "
     "components have {} each: evidence and resources",
     lambda: (sum(kettle().now.values()), number(readiness.mean(kettle().now), 1),
              min(kettle().now.values()))
     if readiness.weakest(kettle().now) == ("evidence", "resources")
     and sum(len(four) for four in readiness.STATEMENTS.values()) == 20 else ("no",) * 3),
    (LESSON, "Work on communication, which it does best, and the mean rises to {} while the "
     "weakest stays",
     lambda: number(readiness.mean(kettle(component="communication", more=3).then), 1)
     if max(kettle().now, key=kettle().now.get) == "communication" else "no"),
    (LESSON, "Work on evidence alone, and the weakest stays too",
     lambda: min(kettle(component="evidence", more=3).then.values())
     == min(kettle().now.values())),
    (LESSON, "we could show {} statements for Grameen Bank and {} for the Harlem Children's Zone",
     lambda: tuple(sum(readiness.run(case).now.values()) for case in ("grameen", "harlem"))),
    (LESSON, "If 60 of 100 people stay clear of offending, the odds are 60 to 40, or 1.5",
     lambda: 60 / 40 == 1.5),
    (LESSON, "At {}, those 60 become {}; at {} they become {}; at 1 nothing changes",
     lambda: tuple(value for stage in ("research", "practice") for value in (
         number(hands().ratio(stage)), of_a_hundred(hands().ratio(stage))))),
    (LESSON, "the odds ratio falls: {}, {}, {}. Practice reaches {} of the others' odds ratio, "
     "with a 95 % interval from {} to {}",
     lambda: (*(number(hands().ratio(stage)) for stage in programmes.STAGES),
              number(hands().practice_over_rest),
              *map(number, hands().practice_over_rest_interval))),
    (LESSON, "The middle study by researchers has {} people, the middle one in practice {}",
     lambda: tuple(round(people("research", "practice")[stage].median())
                   for stage in ("research", "practice"))),
    (LESSON, "practice reaches {} of the rest, and the interval from {} to {} no longer excludes 1",
     lambda: (number(lots().practice_over_rest), *map(number, lots().practice_over_rest_interval))
     if lots().practice_over_rest_interval[1] > 1 else ("no",) * 3),
    (LESSON, "Leave out all with fewer than {} people, and the researchers' own effect is {}. "
     "That rests on two studies",
     lambda: (slider(programmes, "smallest").high,
              number(programmes.run(smallest=90).ratio("research")))
     if programmes.run(smallest=90).stages["research"].k == 2 else ("no", "no")),
    (LESSON, "In practice the odds ratio is {}, and its interval from {} to {} lies wholly above 1",
     lambda: (number(hands().ratio("practice")), *map(number, hands().interval("practice")))),
    (LESSON, "It is the smallest of the three and the surest, for it rests on {} people; the "
     "researchers' own rests on {}",
     lambda: tuple(f"{people('research', 'practice')[stage].sum():,}"
                   for stage in ("practice", "research"))
     if hands().stages["practice"].se == min(s.se for s in hands().stages.values())
     else ("no", "no")),
    (LESSON, "rose by {} points in journals and by {} in two government units. About 70 % of the "
     "gap comes from which results were published",
     lambda: tuple(published("nudges"))),
    (LESSON, "raised test scores by {} when an organisation hired them, and not at all when the "
     "government did",
     lambda: published("contract teachers, Kenya")[0]
     if published("contract teachers, Kenya")[1] == "0" else "no"),
    (LESSON, "It raised income by {} % in the first trial (`published_figures`)",
     lambda: published("No Lean Season, Bangladesh")[0]),
    (LESSON, "That is step 5, done honestly", lambda: "| 5. pilot the scaling |" in plain()),
    (LESSON, "in year {}.", lambda: adoption.explorable.start["years"]),
    (LESSON, "Twice the publicity brings {} by year {} instead of {}, and not {}",
     lambda: (share(spread().share(10, 2)), 10, share(spread().share(10)),
              share(2 * round(spread().share(10), 2)))),
    (LESSON, "the peak comes in year {} instead of {}",
     lambda: (number(spread().peak(2), 1), number(spread().peak(), 1))),
    (LESSON, "then twice the publicity makes it {} instead of {}, nearly twice as many. Twice the "
     "*word of mouth* brings {}",
     lambda: (share(spread(word_of_mouth=0).share(10, 2)), share(spread(word_of_mouth=0).share(10)),
              share(spread(word_of_mouth=0.8).share(10)))),
    (LESSON, "no publicity gets beyond {}",
     lambda: share(spread(resistance=0.5, publicity=0.05).share(30))
     if spread(resistance=0.5, publicity=0.05).share(1000) <= 0.5 else "no"),
    (LESSON, "Word of mouth misses the farmers' curve by {} points and no influence at all by {}",
     lambda: (number(100 * corn.run().influence.miss, 1),
              number(100 * corn.run().likeness.miss, 1))),
    (LESSON, "Fitted up to {}, word of mouth foresees {} for {}; one year more, and it foresees "
     "{}. Farmers recalled {}",
     lambda: (1955, share(corn.run(1955).influence.curve[-1]), corn.LAST,
              share(corn.run(1956).influence.curve[-1]), share(corn.run().shares[-1]))),
    (LESSON, "Fitted up to {}, it fits equally well whether nobody or {} will never plant it, and "
     "foresees anything from {} to {}",
     lambda: (1958, share(slider(corn, "resistance").high), *(
         share(corn.run(1958, never).influence.curve[-1]) for never in (0.4, 0)))
     if abs(corn.run(1958, 0).influence.miss - corn.run(1958, 0.4).influence.miss) < 0.001
     else ("no",) * 4),
    (LESSON, "The jump of {}", lambda: corn.ROUND_YEARS[1]),
    (LESSON, "In {} farmers in eleven Brazilian villages", lambda: corn.ROUND_YEARS[1] + 10
     if {"eleven Brazilian villages", "asked in 1966"} <= set(re.findall(
         "eleven Brazilian villages|asked in 1966", data_readme())) else "no"),
    (LESSON, "| {} tables | lessons 1, 2 and 3 |", lambda: first_checks.KETTLES),
    (LESSON, "We would like to see {} Kettles", lambda: first_checks.KETTLES),
    (LESSON, "*Before {} Kettles I should like to know", lambda: first_checks.KETTLES),
    (LESSON, "the box that is to be sent {} times", lambda: first_checks.KETTLES),
    (LESSON, "use the recipe, take step 5 first", lambda: "| 5. pilot the scaling |" in plain()),
    (LESSON, "the second pilot of section 1.", lambda: "## 1 The best of twenty" in plain()),
    (LESSON, "There is section 1 in this too", lambda: "## 1 The best of twenty" in plain()),
    (LESSON, "Now use section 1.", lambda: "## 1 The best of twenty" in plain()),
    (LESSON, "| lessons 2 and 5 |", lambda: True),
    # the explorables
    ("winners_curse", "each with {} people who take part and {} who do not. Each reports its "
     "effect honestly. The best town reports an effect of {}.",
     lambda: (best().n, best().n, number(best().expected.reported))),
    ("winners_curse", "Set the number of pilots to {}. Why does the gap vanish?",
     lambda: next(n for n in range(1, 50) if winners_curse.expected(n, 50, 0.1).overstatement
                  < 1e-9)),
    ("winners_curse", "Go back to {}, and give each pilot {} people per arm",
     lambda: (winners_curse.explorable.start["pilots"], 800)),
    ("winners_curse", "the pilots cannot be larger than {}. What does a second pilot of the best "
     "buy you, with {} people per arm?",
     lambda: (winners_curse.explorable.start["n"], 200)),
    ("adoption", "after ten years {} have a table", lambda: share(spread().share(10))
     if spread().publicity == 0.005 and spread().years == 10 else "no"),
    ("adoption", "Set word of mouth to {}. Now what",
     lambda: slider(adoption, "word_of_mouth").low),
    ("adoption", "Go back to {}. Which brings more",
     lambda: number(adoption.explorable.start["word_of_mouth"])),
    ("readiness", "nine are so: {} of {} on average over the five components",
     lambda: (number(readiness.mean(kettle().now), 1), readiness.MOST)
     if sum(kettle().now.values()) == 9 else ("no", "no")),
    ("programmes", "the odds of not offending again were {} times as high",
     lambda: number(hands().ratio("research"))),
    ("programmes", "step by step up to {} people", lambda: slider(programmes, "smallest").high),
    ("corn", "Between {} and {} hybrid corn spread among {} farmers. A curve made of publicity and "
     "word of mouth passes through the shares and typically misses them by {} points",
     lambda: (corn.run().years[0], corn.run().years[-1], farmers(),
              number(100 * corn.run().influence.miss, 1))),
    ("corn", "only up to {}, then to {}. What does one year do to what they foresee for {}?",
     lambda: (1955, 1956, corn.LAST)
     if corn.run(1956).influence.curve[-1] - corn.run(1955).influence.curve[-1] > 0.3
     else ("no",) * 3),
    ("corn", "Look at the bars of {} and {}, then share", lambda: corn.ROUND_YEARS),
    ("corn", "when asked in {}?", lambda: corn.ROUND_YEARS[1] + 10),
    ("corn", "Let the stories see up to {}, and move", lambda: 1958
     if abs(corn.run(1958, 0).influence.miss - corn.run(1958, 0.4).influence.miss) < 0.001
     else "no"),
    ("corn", "asked once, in {}, and recalled", lambda: corn.ROUND_YEARS[1] + 10),
]
# fmt: on

FORMULAS = {}

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
    return adoption.run(**(adoption.explorable.start | settings))


def plain():
    """The lesson's markdown, as it stands."""
    cells = [cell.source for cell in notebook(LESSON).cells if cell.cell_type == "markdown"]
    return "\n\n".join(cells)


def farmers():
    return datasets.load("hybrid_corn_adoption").farmers.iloc[0]


def data_readme():
    return re.sub(r"\s+", " ", (ROOT / "data/README.md").read_text(encoding="utf-8"))
