"""Module 5, its exercise: figures, the words they stand in, and what they rest on."""

from functools import cache

import numpy as np

from scaling import datasets, style
from scaling.three_scales import checks, collective_action
from scaling.who_is_heard import averages, equity, levels, voices

from .pages import BOUND, STATED, code, share

EXERCISE, CHECKS = "5 exercise", "three_scales.checks"

# fmt: off
FIGURES = [
    # the exercise
    (EXERCISE, "This time organisations are pushed, once, by 100 points. They hold back half",
     lambda: (checks.IN_THE_PICTURE["at"], checks.IN_THE_PICTURE["kind"],
              checks.IN_THE_PICTURE["buffer"]) == ("organisations", "once", 0.5)
     and shows('ripples.to_read(at="organisations", kind="once", up=0.05, buffer=0.5)')),
    (EXERCISE, "has ten hours of support a week for five people, A to E",
     lambda: (checks.HOURS, len(checks.NEEDS)) == (10, 5)
     and shows(f'people["need"] = {list(checks.NEEDS)}')
     and shows(f'people["has"] = {list(checks.HAS)}')),
    (EXERCISE, "function of three numbers, returns a number between 0 and 1", STATED),
    (EXERCISE, "*type:* two numbers between 0 and 1, in square brackets", STATED),
    (EXERCISE, "What is missing may lie below 0: nobody falls short by less",
     lambda: min(np.subtract(checks.NEEDS, checks.HAS)) < 0),
    (EXERCISE, "of the same length, returns a number between 0 and 1", STATED),
    (EXERCISE, "With equal shares each gets two hours. `outcome(people.need, people.has, {:.0f})`",
     lambda: checks.HOURS / len(checks.NEEDS)),
    (EXERCISE, "`by_need({}, people.need, people.has)` holds the hours of A to E. Put it in the "
     "place of the {:.0f}.", lambda: (checks.HOURS, checks.HOURS / len(checks.NEEDS))),
    (EXERCISE, "in the years 2017–19 and 2020–22", lambda: counted() == (
        (191, 2_173_810), (272, 2_028_543)) and shows('maternal["deaths"] = [191, 272]')
     and shows('maternal["maternities"] = [2173810, 2028543]')),
    (EXERCISE, "the difference in deaths per {:,} maternities", lambda: checks.PER),
    (EXERCISE, "both ends of the 95 % interval, as deaths per {:,} maternities",
     lambda: checks.PER),
    (EXERCISE, "and multiply by {:,}. Python writes large numbers without a comma: `{}`",
     lambda: (checks.PER, checks.PER)),
    (EXERCISE, "children in {} communities, with at least one vaccine each. `immunised` is 1 if",
     lambda: children().community.nunique()),
    (EXERCISE, "*type:* number between 0 and 1 · three decimals or more", STATED),
    (EXERCISE, "`schooling` is 1 if a child's mother went to school, primary or secondary, and 0 "
     "if not. By how much is `immunised` higher where `schooling` is 1?",
     lambda: shows('children["schooling"] = (children.mother_education != "none").astype(int)')
     and {*children().mother_education} == {"none", "primary", "secondary"}),
    (EXERCISE, "Somebody with threshold 0 begins alone. Somebody with threshold 3 joins as soon as "
     "three others take part", lambda: collective_action.cascade([0]) == 1
     and [collective_action.cascade([0, 0, *more, 3]) for more in ([], [0])] == [2, 4]),
    (EXERCISE, "Who joins makes `acting` larger by 1", STATED),
    (EXERCISE, "thresholds of twenty people", lambda: len(checks.NEIGHBOURS) == 20
     and shows(f"sunny_side = {list(checks.NEIGHBOURS[:10])}")
     and shows(f"shady_side = {list(checks.NEIGHBOURS[10:])}")
     and shows("neighbours = sunny_side + shady_side")),
    (EXERCISE, "which lowers one person's threshold by {}", lambda: checks.WON_OVER),
    (EXERCISE, "tried = neighbours.copy() tried[0] = tried[0] - {} cascade(tried)",
     lambda: checks.WON_OVER),
    (EXERCISE, "Python counts from 0", STATED),
    (EXERCISE, "`for place in range({}):` repeats the lines moved in below it with `place` from 0 "
     "to {}. Put the lines of the first hint there, with `place` instead of 0",
     lambda: (len(checks.NEIGHBOURS), len(checks.NEIGHBOURS) - 1)),
    (EXERCISE, "it is {}, {}, {} and {} evenings. They answer with chances of {}, {}, {} and {}",
     lambda: (*four_people()[1], *four_people()[0])),
    (EXERCISE, "Draw the eight names and the eleven arrows",
     lambda: len(checks.LINKS) == 11 and len(names_on_the_map()) == 8
     and all(shows(f'("{link.source}", "{"+-"[link.sign < 0]}", "{link.target}")')
             for link in checks.LINKS)),
    (EXERCISE, "an outcome of {} for the least well off with equal hours and {} by need, while the "
     "best off falls from {} to {}", lambda: (*lowest(), *highest())),
    (EXERCISE, "Or a ratio of {} and a difference of {} in {:,}",
     lambda: (style.number(checks.ratio_and_difference.expected()[0], 1),
              style.number(checks.ratio_and_difference.expected()[1], 1), checks.PER)),
    (EXERCISE, "a survey that finds {} evenings where {} are true; one visit that makes twenty of "
     "seven", lambda: found_and_true() if visits() == (7, 20) else "no"),
    (EXERCISE, "or from 3 deaths to a trend", STATED),
    (EXERCISE, "equal hours left the least well off at {} and hours by need at {}; the person who "
     "had enough already fell from {} to {}", lambda: (*lowest(), *highest())),
    (EXERCISE, "such a survey found {} lonely evenings where {} were true, with few answers or "
     "many", lambda: found_and_true()
     if np.isclose(*(voices.bias(*case) for case in checks.survey_bias.cases[:2])) else "no"),
    # its checks
    (CHECKS, "keep the new number, acting = acting + 1", STATED),
    (CHECKS, "Two hours more take a person who needs ten from {} to {}",
     lambda: tuple(share(checks.outcome.expected(10, 1, gets)) for gets in (0, 2))),
    (CHECKS, "take 1 − exp(−…) of it", STATED),
    (CHECKS, "from none for A to {} for E", lambda: by_need()[-1] if by_need()[0] == 0 else "no"),
    (CHECKS, "A shortfall below 0 counts as 0: np.maximum", STATED),
    (CHECKS, "The shortfall below 0 is set to 0 too late", STATED),
    (CHECKS, "least well off at {}, hours by need at {}, with the same mean of {}. Who has enough "
     "pays for it: {} in place of {}",
     lambda: (*lowest(), *{*mean_outcomes()}, *highest()[::-1])),
    (CHECKS, "equal shares, {} / {} hours for each", lambda: (checks.HOURS, len(checks.NEEDS))),
    (CHECKS, "Share them: {} / {}.", lambda: (checks.HOURS, len(checks.NEEDS))),
    (CHECKS, "{:.2f} times as high, and {:.1f} more women in {:,}",
     lambda: (*checks.ratio_and_difference.expected(), checks.PER)),
    (CHECKS, "has their unit, deaths per {:,} maternities", lambda: checks.PER),
    (CHECKS, "The difference is per 1,000 maternities here. Per {:,}", lambda: checks.PER),
    (CHECKS, "for a single maternity here. Multiply the rates by {:,}", lambda: checks.PER),
    (CHECKS, "per million maternities here. Per {:,}", lambda: checks.PER),
    (CHECKS, "From {} to {} before, from {} to {} later: they do not touch",
     lambda: tuple(style.number(end, 1) for case in counted()
                   for end in averages.rate_interval(*case))),
    (CHECKS, "Three deaths in {:,} say little: from {} to {}",
     lambda: (20_000, *(style.number(end, 0) for end in averages.rate_interval(3, 20_000)))),
    (CHECKS, "and multiply by {:,}", lambda: checks.PER),
    (CHECKS, "rates per maternity. Multiply by {:,}", lambda: checks.PER),
    (CHECKS, "These are rates per 1,000. Per {:,} is asked for", lambda: checks.PER),
    (CHECKS, "per cent of maternities. Per {:,} is asked for", lambda: checks.PER),
    (CHECKS, "0.025 belongs to the lower end, 0.975 to the upper", STATED),
    (CHECKS, "stats.chi2.cdf, which goes from a value to a chance. The quantile of a chance is "
     "stats.chi2.ppf", STATED),
    (CHECKS, "This is an interval of 90 %. It should leave out 2.5 % at either end: 0.025 and "
     "0.975", STATED),
    (CHECKS, "{} of all, where the plain average of the three says {}. The {} children of the "
     "third",
     lambda: (share(checks.overall.expected()), share(by_schooling()["mean"].mean()),
              by_schooling()["size"]["secondary"])),
    (CHECKS, "group count as {}, not as a third", lambda: by_schooling()["size"]["secondary"]),
    (CHECKS, "In the average {} children count as much as {}",
     lambda: (by_schooling()["size"]["secondary"], by_schooling()["size"]["none"])),
    (CHECKS, "For these children {} lies between communities, where chance alone would put {}",
     lambda: between_communities()),
    (CHECKS, "One variance has n − 1 below, the other n", STATED),
    (CHECKS, "{} points over all children, {} among neighbours",
     lambda: slopes_in_points("schooling")),
    (CHECKS, "and by chance these may be −2 to 8", lambda: chance_among_neighbours() == (-2, 8)),
    (CHECKS, "With age it is otherwise: {} points, and {} among neighbours",
     lambda: slopes_in_points("age_2_plus")),
    (CHECKS, "The slope is np.polyfit(x, y, 1)[0]", STATED),
    (CHECKS, "the first number of np.polyfit, [0]", STATED),
    (CHECKS, "The column schooling has 1 for primary school too", STATED),
    (CHECKS, "The column schooling has 1 for secondary school too", STATED),
    (CHECKS, "joins only when k + 1 take part", STATED),
    (CHECKS, "Begin with acting = 0: who waits for 0 others", STATED),
    (CHECKS, "who waits for {}, and instead of seven all twenty take part",
     lambda: checks.persuade.expected() if visits() == (7, 20) else "no"),
    (CHECKS, "without + 1", STATED),
    (CHECKS, "Lowered by {} the threshold is still", lambda: checks.WON_OVER),
    (CHECKS, "With this one lowered by {}, it is {}, and seven take part",
     lambda: (checks.WON_OVER, 10 - checks.WON_OVER)
     if collective_action.cascade(checks.NEIGHBOURS) == 7 else "no"),
    (CHECKS, "finds {} evenings where {} are true", lambda: found_and_true()),
    (CHECKS, "Below 0 the survey finds too little",
     lambda: checks.survey_bias.expected([0.9, 0.1], [1, 9]) < 0),
    (CHECKS, "This is below 0 always.", STATED),
    (CHECKS, "This covariance has n − 1 below", STATED),
    (CHECKS, "a covariance with n − 1 below", STATED),
    (CHECKS, "The exponential is missing: 1 − exp(−…) of hours over need", STATED),
    (CHECKS, "The 1 − is missing", STATED),
    (CHECKS, "The minus inside is missing, and the 1 −", STATED),
    (CHECKS, "These are per cent. Write shares between 0 and 1", STATED),
    (CHECKS, "The upper end has the lower chance, 0.025. It needs 0.975", STATED),
    (CHECKS, "The lower end has the upper chance, 0.975. It needs 0.025", STATED),
    (CHECKS, "Double the deaths first, then add 2", STATED),
    (CHECKS, "The lower chance is 0.25 here. A fortieth is 0.025", lambda: 1 / 40 == 0.025),
    (CHECKS, "per maternity. Multiply it by {:,} too", lambda: checks.PER),
    (CHECKS, "These are rates per million. Per {:,} is asked for", lambda: checks.PER),
    (CHECKS, "The + 2 of the upper end", STATED),
]
# fmt: on

FORMULAS = {
    CHECKS: [
        BOUND,
        r"2 · deaths(?: \+ [12])?",
        r"2 · \(deaths \+ 2\)",
        r"\b1\.96 roots",
        r"np\.maximum\(0, …\)",
    ]
}
CITED = {}


def shows(source):
    """Tell whether a code cell of the exercise holds this."""
    return any(where == EXERCISE and source in cell for where, cell in code())


def counted():
    """Maternal deaths and maternities in both periods, as the published notes have them."""
    table = datasets.load("published_figures")
    rows = table[(table["case"] == "uk_maternal_mortality") & (table.group == "all women")]
    notes = rows.set_index("period").note[[checks.EARLIER, checks.LATER]]
    found = notes.str.extract(r"(\d+) deaths, (\d+) maternities").astype(int)
    return tuple(found.itertuples(index=False, name=None))


@cache
def children():
    table = datasets.load("guatemala_immunisation")
    return table.assign(schooling=(table.mother_education != "none").astype(int))


def by_schooling():
    older = children()[children().age_2_plus == 1]
    return older.groupby("mother_education").immunised.agg(["mean", "size"])


def by_need():
    return equity.proportional(checks.HOURS, checks.NEEDS, checks.HAS).tolist()


def outcomes():
    """Outcomes of the five under equal shares and by need."""
    return [
        equity.outcome(checks.NEEDS, checks.HAS, rule(checks.HOURS, checks.NEEDS, checks.HAS))
        for rule in (equity.equal, equity.proportional)
    ]


def lowest():
    return tuple(share(found.min()) for found in outcomes())


def highest():
    return tuple(share(found.max()) for found in outcomes())


def mean_outcomes():
    return tuple(share(found.mean()) for found in outcomes())


def between_communities():
    """Share of variance between communities, and what chance alone would put there."""
    table = children()
    found = checks.between_share.expected(table.immunised, table.community)
    by_chance = (table.community.nunique() - 1) / (len(table) - 1)
    return share(found), share(by_chance)


def slopes_in_points(column):
    found = levels.slopes(children()[column], children().immunised, children().community)
    return tuple(style.number(100 * slope, 0) for slope in (found.overall, found.within))


def chance_among_neighbours():
    """The 95 % interval of the second slope in points, communities drawn again and again."""
    means = children().groupby("community")[["schooling", "immunised"]].transform("mean")
    x, y = (children()[column] - means[column] for column in ("schooling", "immunised"))
    products = (x * y).groupby(children().community).sum().to_numpy()
    squares = (x * x).groupby(children().community).sum().to_numpy()
    drawn = np.random.default_rng(9).integers(0, len(squares), (4000, len(squares)))
    slopes = products[drawn].sum(axis=1) / squares[drawn].sum(axis=1)
    return tuple(round(100 * end) for end in np.quantile(slopes, (0.025, 0.975)))


def visits():
    """How many neighbours take part without a visit, and after the best one."""
    return (
        collective_action.cascade(checks.NEIGHBOURS),
        max(
            collective_action.cascade([*checks.NEIGHBOURS[:i], one - checks.WON_OVER,
                                       *checks.NEIGHBOURS[i + 1 :]])
            for i, one in enumerate(checks.NEIGHBOURS)
        ),
    )  # fmt: skip


def four_people():
    """Chances of answering, and evenings alone, of the survey in the exercise."""
    return checks.survey_bias.cases[0]


def found_and_true():
    chances, evenings = four_people()
    return style.number(np.average(evenings, weights=chances), 1), style.number(
        np.mean(evenings), 0
    )


def names_on_the_map():
    return {name for link in checks.LINKS for name in (link.source, link.target)}
