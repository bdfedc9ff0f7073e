"""Module 2: its figures, the words they stand in, and what they rest on."""

import itertools
from functools import cache

import numpy as np
import pytest
from scipy import optimize

from scaling import datasets, meta, style
from scaling.process_product import checks, expectancy, fines, frozen, trust, what_travels
from scaling.start_here import checks as first_checks

from .pages import BOUND, STATED, notebook, share, slider

LESSON, EXERCISE, CHECKS = "2 lesson", "2 exercise", "process_product.checks"

# fmt: off
FIGURES = [
    # the lesson
    (LESSON, "{} guests, one worker", lambda: first_checks.PEOPLE_EACH),
    (LESSON, "The ministry wants {} of them", lambda: first_checks.KETTLES),
    (LESSON, "{:g} for keen, {:g} for indifferent, below 0 for hostile",
     lambda: (slider(what_travels, "reception").high, what_travels.effect(0, 0))
     if slider(what_travels, "reception").low < 0 else ("no", "no")),
    (LESSON, "A handbook leaves {} of the effect in each place, worth {} Kettles in all. With the "
     "process grown anew there are a third of the places, with nearly five times the effect in "
     "each: worth {}",
     lambda: (share(box(grown_anew=0).effect), round(box(grown_anew=0).total), round(box().total))
     if box().places == pytest.approx(box(grown_anew=0).places / 3)
     and 4.7 < box().effect / box(grown_anew=0).effect < 5 else ("no",) * 3),
    (LESSON, "The number of places multiplies whatever arrives, harm as well as good",
     lambda: box(reception=-0.5, grown_anew=0).total < box(reception=-0.5, grown_anew=0.1).total
     < 0),
    (LESSON, "Launched in the first week, the table draws {} visits in two years; after half a "
     "year of listening it draws {}, on fewer evenings",
     lambda: (round(plan(0).visits), style.number(plan(trust.HALF_A_YEAR).visits, 0))),
    (LESSON, "Try the third step, and ask what made the trap: the early date, or the changed role?",
     lambda: plan(0, meets=trust.EVERYONE).best == 0
     and trust.explorable.tasks[2].sets == {"listening": 0, "meets": trust.EVERYONE}),
    (LESSON, "trust fills at {} a day | {}, ours | {} | > |---|---|---|---|",
     lambda: (FILLS[0], trust.GAIN, FILLS[-1])),
    (LESSON, "| 4 | {} ({}) | {} ({}) | {} ({}) |", lambda: by_inventions(4)),
    (LESSON, "| 8, ours | {} ({}) | {} ({}) | {} ({}) |",
     lambda: by_inventions(8) if trust.STEEPNESS == 8 else "no"),
    (LESSON, "| 12 | {} ({}) | {} ({}) | {} ({}) |", lambda: by_inventions(12)),
    (LESSON, "launching at once draws more below a steepness of {}",
     lambda: style.number(no_trap_below(), 1)),
    (LESSON, "Not even the shape is safe",
     lambda: trust.of_inventions(gain=FILLS[-1], steepness=4)[0] < 1 < trust.of_inventions()[0]),
    (LESSON, "Small ones take long to show",
     lambda: frozen.run(**frozen.explorable.start).frozen_fit[-1] > 0.9),
    (LESSON, "with the larger ones of the first step a copy fits {} on average after five years. "
     "Luck differs: two in three copies range from {} to {}. One that moves three tenths of the "
     "way each month fits {}",
     lambda: (share(stepped(frozen.explorable.tasks[0]).frozen_fit[-1]),
              *(share(end) for end in frozen.run().frozen_band[:, -1]),
              share(frozen.run().adapted_fit[-1]))
     if (frozen.MONTHS, frozen.run().step) == (5 * 12, 0.3)
     and frozen.run().drift == stepped(frozen.explorable.tasks[0]).drift else ("no",) * 4),
    (LESSON, "in the second step the copy that stays is better off, as it is where nothing drifts",
     lambda: all(after.frozen_fit[-1] > after.adapted_fit[-1]
                 for after in (stepped(frozen.explorable.tasks[1]), frozen.run(drift=0)))),
    (LESSON, "the best part of the way is neither 0 nor 1",
     lambda: all(0 < frozen.best_step(drift, noise) < 1
                 for drift in (0.05, 0.2, 0.5) for noise in (0.1, 0.3, 2))),
    (LESSON, "In the six, late pick-ups per centre and week went from {:.1f} to {:.1f}",
     lambda: tuple(fines.run().means[period][0] for period in ("before", "during"))),
    (LESSON, "During the fine it is {:.1f}, with a 95 % interval from {:.1f} to {:.1f}",
     lambda: (fines.run().rise["during"], *fines.run().interval["during"])),
    (LESSON, "The six began a fifth lower",
     lambda: fines.run().means["before"][0]
     == pytest.approx(4 / 5 * fines.run().means["before"][1])),
    (LESSON, "Did the kindness come back when the price went? The second step tells",
     lambda: fines.explorable.tasks[1].sets == {"seen": fines.LAST_FINED}
     and fines.run().means["after"][0] > fines.run().means["during"][0]),
    (LESSON, "Of all {} ways to choose six centres of ten, no other gives so much",
     lambda: fines.run().choices
     if fines.run().chance == {"during": pytest.approx(1 / 210), "after": pytest.approx(1 / 210)}
     else "no"),
    (LESSON, "Nineteen comparisons from eighteen experiments",
     lambda: len(expectancy.run().studies) == 19),
    (LESSON, "the label raised IQ by {} standard deviations, from {} to {}; the interval made for "
     "few studies, in the table, is wider. The *next* study may find anything from {} to {}. Where "
     "longer, it is {}, from {} to {}",
     lambda: tuple(style.number(value) for value in (
         expectancy.run().new.mean, *expectancy.run().new.mean_interval(),
         *expectancy.run().new.next_place(),
         expectancy.run().known.mean, *expectancy.run().known.mean_interval()))
     if np.ptp(expectancy.run().for_few_studies(is_new=True))
     > np.ptp(expectancy.run().new.mean_interval()) else ("no",) * 8),
    (LESSON, "with two weeks {} becomes {}",
     lambda: tuple(style.number(expectancy.run(weeks).new.mean) for weeks in (1, 2))),
    (LESSON, "The weights of the exercise are simpler and give a lower mean",
     lambda: checks.label_new.expected() == pytest.approx(expectancy.run().new.fixed_mean)
     and checks.label_new.expected() < expectancy.run().new.mean),
    (LESSON, "the odds in a next one may be anything from {} to {} times as high",
     lambda: tuple(style.number(float(np.exp(end))) for end in meta.next_place_as_published(
         np.log(0.80), (np.log(0.67), np.log(0.96)), 0.732, 7))),
    (LESSON, "None of the four main outcomes improved",
     lambda: what_travels.family_nurse_partnership().loc[
         "primary outcomes improved", ["figure", "unit"]].tolist() == ["0", "of 4 outcomes"]),
    # the exercise
    (EXERCISE, "A fifth of its effect is process; new places take up nine tenths of the rest. To "
     "grow the process anew costs three handbooks more in each place",
     lambda: checks.IN_THE_PICTURE
     == {"process_share": 1 / 5, "reception": 9 / 10, "process_cost": 3}
     and "what_travels.to_read(process_share=0.2, reception=0.9, process_cost=3)"
     in [cell.source for cell in notebook(EXERCISE).cells]),
    (EXERCISE, "Suppose that seven tenths of what the Kettle does",
     lambda: checks.PROCESS_SHARE == 7 / 10),
    (EXERCISE, "take up half of the product: their reception is {}",
     lambda: checks.RECEPTION if checks.RECEPTION == 1 / 2 else "no"),
    (EXERCISE, "number between 0 and 1", STATED),
    (EXERCISE, "a share between 0 and 1", STATED),
    (EXERCISE, "A hostile place has a reception below 0", lambda: what_travels.HOSTILE < 0),
    (EXERCISE, "The ministry can pay for {} handbooks", lambda: checks.COPIES),
    (EXERCISE, "costs three handbooks more in each place, beside the handbook itself",
     lambda: checks.PROCESS_COST == 3),
    (EXERCISE, "if each costs as much as four handbooks? `fidelity({}, {}, 1)` is what",
     lambda: (checks.PROCESS_SHARE, checks.RECEPTION)
     if 1 + checks.PROCESS_COST == 4 else "no"),
    (EXERCISE, "is the reception (above 0)", STATED),
    (EXERCISE, "with a standard deviation of {}. A frozen copy", lambda: checks.DRIFT),
    (EXERCISE, "After five years, {} months",
     lambda: checks.MONTHS if checks.MONTHS == 5 * 12 else "no"),
    (EXERCISE, "in Python a square is `** 2`", STATED),
    (EXERCISE, "then `** 2`: `(1 - alpha) ** 2`", STATED),
    (EXERCISE, "With a drift of {} and a noise of {}, which α",
     lambda: (checks.DRIFT, checks.NOISE)),
    (EXERCISE, "a row of a hundred values of α, from 0.01 to 1",
     lambda: bool((np.arange(1, 101) / 100 == checks._HUNDREDTHS).all())),
    (EXERCISE, "`gaps = steady_gap(alphas, {}, {})` gives",
     lambda: (checks.DRIFT, checks.NOISE)),
    (EXERCISE, "`gaps = [steady_gap(alpha, {}, {}) for alpha in alphas]`",
     lambda: (checks.DRIFT, checks.NOISE)),
    (EXERCISE, "Here are the nineteen comparisons", lambda: len(weeks_known(0)) == 19),
    (EXERCISE, "for at most a week, in `known` for two weeks or more",
     lambda: checks.MOST_WEEKS_IF_NEW == 1 and weeks_known().min() == 2),
    (EXERCISE, "Ten day-care centres counted", lambda: fined().size == 10),
    (EXERCISE, "In six of them, drawn by lot (`group` is `fine`), parents who came late paid a "
     "fine in weeks {} to {}. The four others",
     lambda: weeks_of("during") if fined().sum() == 6 and (~fined()).sum() == 4 else "no"),
    (EXERCISE, "In the six centres with a fine", lambda: fined().sum() == 6),
    (EXERCISE, "After week {} the fine was dropped", lambda: weeks_of("during")[1]),
    (EXERCISE, "Examples: {} of the effect arriving; a hundred places worth {} beside {} worth "
     "{}; the break-even share of {}",
     lambda: (share(checks.kept.expected()), *worths(), kettle_breaks_even())),
    (EXERCISE, "a squared gap of {} for the frozen copy, a label's effect of {} among strangers, "
     "{} late pick-ups more after the fine had gone",
     lambda: (style.number(checks.frozen_gap.expected(), 1),
              style.number(checks.label_new.expected()),
              style.number(checks.extra_after.expected(), 1))),
    (EXERCISE, "such a copy keeps {0} of the effect, and {2} of them are worth {3} places like "
     "the first. A hundred grown anew are worth {1}",
     lambda: (share(checks.kept.expected()), *worths())),
    (EXERCISE, "if less than six tenths rested on the evenings, at those costs and that "
     "reception",
     lambda: kettle_breaks_even() == "0.6"),
    (EXERCISE, "late pick-ups stayed up by {} per centre and week",
     lambda: style.number(checks.extra_after.expected(), 1)),
    # the explorables
    ("what_travels", "Suppose {} of what the Kettle does for people comes from how it grew. Sent "
     "as a handbook to {} places, it does the good of {} Kettles like the first. Grown anew in "
     "each place it costs three times as much, so the same money reaches {} places",
     lambda: (share(box().process_share), what_travels.BUDGET, round(box(grown_anew=0).total),
              round(box().places)) if box().process_cost == 3 - 1 else ("no",) * 4),
    ("what_travels", "a third of the places, so a third of the good",
     lambda: box().places == pytest.approx(box(grown_anew=0).places / 3)
     and what_travels.explorable.ask.tempting == round(box(grown_anew=0).total / 3)),
    ("what_travels", "Reception of the product, −{} to {}",
     lambda: (-slider(what_travels, "reception").low, slider(what_travels, "reception").high)),
    ("what_travels", "Make the reception hostile (−0.5) and leave the process behind. Would you "
     "rather reach 400 places or 40?",
     lambda: what_travels.HOSTILE == -0.5 and stepped(what_travels.explorable.tasks[0]).total < 0),
    ("what_travels", "a share of process of 0.1 and a reception of 0.9. Is there any cost on the "
     "slider at which growing anew pays?",
     lambda: what_travels.explorable.tasks[1].sets == {"process_share": 0.1, "reception": 0.9}
     and what_travels.break_even_share(0.9, slider(what_travels, "process_cost").low) > 0.1),
    ("trust", "a table of {} seats opens once a week. If the worker first listens for half a year, "
     "{} visits are made to it",
     lambda: (trust.SEATS, style.number(plan(trust.HALF_A_YEAR).visits, 0))),
    ("trust", "if it opens ten weeks earlier, after {} weeks of listening",
     lambda: trust.HALF_A_YEAR - 10 if slider(trust, "listening").start == 16 else "no"),
    ("trust", "what is lost in trust by listening less is gained in evenings",
     lambda: plan(16).visits == pytest.approx(plan(26).visits, rel=0.06)),
    ("trust", "build most of the trust that half a year builds",
     lambda: plan(16).trust[16] > 0.5 * plan(26).trust[26]),
    ("trust", "It opens sixteen weeks earlier still",
     lambda: slider(trust, "listening").start == 16
     and trust.explorable.tasks[0].sets == {"listening": 0}),
    ("trust", "how steeply uptake rises with trust, {:.0f} here and invented: below {} launching",
     lambda: (trust.STEEPNESS, style.number(no_trap_below(), 1))),
    ("trust", "anywhere from {} to {} weeks", lambda: best_times()),
    ("trust", "How far it is imposed, 0 to 1",
     lambda: (slider(trust, "imposition").low, slider(trust, "imposition").high) == (0, 1)),
    ("trust", "Listen for half a year, then impose the programme in full (1), as when something "
     "else is closed for it. What becomes of the trust that was built?",
     lambda: stepped(trust.explorable.tasks[1]).trust[-1] < 0.1
     < plan(trust.HALF_A_YEAR).trust[-1]),
    ("frozen", "takes a small random step, up or down, of about {}. A copy that is off by 1 still "
     "has {} of its fit",
     lambda: (slider(frozen, "drift").start, share(float(frozen.fit(1))))),
    ("frozen", "How well does it fit after five years", lambda: frozen.MONTHS == 5 * 12),
    ("frozen", "Sixty steps of {} that lead up and down",
     lambda: slider(frozen, "drift").start if frozen.MONTHS == 60 else "no"),
    ("frozen", "take steps of {} a month, four times as large",
     lambda: 4 * slider(frozen, "drift").start
     if frozen.explorable.tasks[0].sets == {"drift": 0.2} else "no"),
    ("frozen", "Keep steps of 0.2, with readings off by 2 and all of them believed. Is that better "
     "than changing nothing?",
     lambda: frozen.explorable.tasks[1].sets == {"drift": 0.2, "noise": 2, "step": 1}),
    ("frozen", "Let the copy arrive with a gap of 1.5",
     lambda: frozen.explorable.tasks[2].sets == {"start_gap": 1.5}),
    ("fines", "In six of them there are {:.1f} late pick-ups a week",
     lambda: fines.run().means["before"][0] if fined().sum() == 6 else 0),
    ("fines", "Centre left out (0: none)", lambda: slider(fines, "left_out").low == 0),
    ("fines", "Move on week by week, up to week 8. When would you have told the owners to stop?",
     lambda: fines.run(8).rise["during"] > 5 > 2 > fines.run(5).rise["during"]),
    ("fines", "After week {} the fine is dropped. What do the next four weeks bring, and",
     lambda: fines.LAST_FINED if fines.WEEKS - fines.LAST_FINED == 4 else "no"),
    ("fines", "Does what you see hang on any of them?",
     lambda: min(fines.run(left_out=centre).rise["during"] for centre in range(11)) > 8),
    ("fines", "The rise takes some weeks, and the average counts the slow first ones too",
     lambda: fines.run().fine[4:6].mean() < fines.run().means["during"][0]
     < fines.run().fine[6:16].mean()),
    ("expectancy", "the label raised their later IQ by {} standard deviations on average",
     lambda: style.number(expectancy.run().new.mean)
     if expectancy.explorable.ask.tempting == round(expectancy.run().new.mean, 2) else "no"),
    ("expectancy", "Count up to seven weeks as new, then fewer again",
     lambda: expectancy.explorable.tasks[0].sets == {"weeks": 7}
     and expectancy.run(7).new.mean < expectancy.run(1).new.mean / 2),
    # what checks say
    (CHECKS, "Of the effect at home {} arrives: the product is {} of it",
     lambda: (share(checks.kept.expected()), share(1 - checks.PROCESS_SHARE))),
    (CHECKS, "counts in handbooks, of {} each",
     lambda: checks.COPIES // what_travels.BUDGET),
    (CHECKS, "Only 1 − {} of it is", lambda: checks.PROCESS_SHARE),
    (CHECKS, "This is what {} places are worth", lambda: checks.COPIES),
    (CHECKS, "divided by the whole cost, (1 + {})", lambda: checks.PROCESS_COST),
    (CHECKS, "There is money for {}", lambda: checks.COPIES),
    (CHECKS, "There are {} months in all", lambda: checks.MONTHS),
    (CHECKS, "there are {} steps", lambda: checks.MONTHS),
    (CHECKS, "Weeks {} to {} are twelve weeks: both ends count",
     lambda: weeks_of("during") if len(range(*weeks_of("during"))) == 12 - 1 else "no"),
    (CHECKS, "Weeks {} and {} belong to the fine as well", lambda: weeks_of("during")),
    (CHECKS, "Only six centres had a fine, for twelve weeks",
     lambda: fined().sum() == 6 and len(range(*weeks_of("during"))) == 12 - 1),
    (CHECKS, "first 1 − {}, then times {}",
     lambda: (checks.PROCESS_SHARE, checks.RECEPTION)),
    (CHECKS, "A hundred Kettles grown anew are worth {} like the first; {} handbooks are worth "
     "{}. Here fewer places do more good",
     lambda: worths() if worths()[0] > worths()[2] else "no"),
    (CHECKS, "This is what the {} handbooks are worth", lambda: checks.COPIES),
    (CHECKS, "does not reach for {} places", lambda: checks.COPIES),
    (CHECKS, "the handbook and the growing: 1 + {}", lambda: checks.PROCESS_COST),
    (CHECKS, "With the Kettle's costs and a reception of {} it is {}",
     lambda: (checks.RECEPTION, kettle_breaks_even())),
    (CHECKS, "by about {}, the root of {}",
     lambda: (style.number(checks.frozen_gap.expected() ** 0.5, 1),
              style.number(checks.frozen_gap.expected(), 1))),
    (CHECKS, "With α = {} and the drift and noise of this part it stays at {}, however long. "
     "The frozen copy is further off from the second month on",
     lambda: (0.3, style.number(steady(0.3), 3))
     if checks.DRIFT**2 < steady(0.3) < 2 * checks.DRIFT**2 else "no"),
    (CHECKS, "in Python a square is ** 2", STATED),
    (CHECKS, "At {:.2f}", lambda: checks.best_alpha.expected()),
    (CHECKS, "about half-way each month. Never moving lets the gap grow without end; at α = 1 "
     "one chases every noisy reading, and the gap is twice as large",
     lambda: steady(1) / steady(checks.best_alpha.expected()) == pytest.approx(2, abs=0.1)
     and checks.best_alpha.expected() == pytest.approx(0.5, abs=0.03)),
    (CHECKS, "a label from outside moved them by {:.3f}: over a third of a standard deviation",
     lambda: checks.label_new.expected() if 1 / 3 < checks.label_new.expected() < 1 / 2 else 0),
    (CHECKS, "The difference is {:.3f}: with two weeks or more",
     lambda: checks.label_gap.expected()),
    (CHECKS, "{:.1f} late pick-ups per centre each week",
     lambda: checks.late_each_week.expected()),
    (CHECKS, "the mean of all {} comparisons", lambda: len(weeks_known(0))),
    (CHECKS, "takes all {} comparisons in place", lambda: len(weeks_known(0))),
    (CHECKS, "the plain average of the eight",
     lambda: len(weeks_known(0)) - len(weeks_known()) == 8),
    (CHECKS, "{:.1f} more a week per centre than the controls",
     lambda: checks.extra_during.expected()),
    (CHECKS, "{:.1f} more a week, higher still", lambda: checks.extra_after.expected()),
]
# fmt: on

FORMULAS = {
    CHECKS: [r"1/[(√]?\w+", BOUND, r"rc/\(1 \+ rc\)", r"\(?1 − \(?[sα]\)*²?"],
}

# Figures that are not ours stand in the paragraph of their citation, before it.
CITED = {
    LESSON: [
        ("93 %", "Munos, Fischer Walker & Black 2010"),
        ("64 home visits", "Robling and others 2016"),
        ("1.24", "Robling and others 2022"),
        ("1.01 to 1.52", "Robling and others 2022"),
        ("122 professionals", "Sanders and others 2019"),
        ("20 % lower", "Prost and others 2013"),
        ("4 % to 33 %", "Prost and others 2013"),
        ("24 % lower", "Nair and others 2021"),
        ("2 % to 41 %", "Nair and others 2021"),
    ],
}


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


FILLS = (0.005, trust.GAIN, 0.015)  # of the missing trust, in a week, for each day of presence


def by_inventions(steepness):
    """The row of the grid: how many times the visits half a year brings, and the best weeks."""
    row = [trust.of_inventions(gain, steepness) for gain in FILLS]
    return tuple(
        part for times, best in row for part in (style.number(times, 1 if times < 10 else 0), best)
    )


@cache
def no_trap_below():
    """The steepness at which half a year of listening draws as many visits as none."""
    return optimize.brentq(lambda steepness: trust.of_inventions(steepness=steepness)[0] - 1, 1, 8)


def best_times():
    """The least and the most weeks of listening that are best, over three inventions."""
    found = [
        trust.of_inventions(*invented)[1]
        for invented in itertools.product(FILLS, (4, 8, 12), (0.3, 0.4, 0.5))
    ]
    return min(found), max(found)


def plan(listening, **settings):
    """Two years of trust, at the start of its explorable but for the settings."""
    return trust.run(**(trust.explorable.start | {"listening": listening} | settings))


def stepped(task):
    """The state that a step under an explorable of this module sets."""
    (explorable,) = (
        module.explorable
        for module in (what_travels, trust, frozen, fines, expectancy)
        if task in module.explorable.tasks
    )
    return explorable.run(**(explorable.start | dict(task.sets)))


def worths():
    """What a hundred Kettles grown anew are worth; the number of handbooks, and their worth."""
    model = what_travels.run(checks.PROCESS_SHARE, checks.RECEPTION, 1, checks.PROCESS_COST)
    assert model.places == 100
    return round(model.grown), checks.COPIES, round(model.exported)


def kettle_breaks_even():
    return style.number(what_travels.break_even_share(checks.RECEPTION, checks.PROCESS_COST), 1)


def steady(alpha):
    return checks.steady_gap.expected(alpha, checks.DRIFT, checks.NOISE)
