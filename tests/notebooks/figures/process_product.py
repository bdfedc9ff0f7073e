"""Module 2: its figures, the words they stand in, and what they rest on."""

import numpy as np
import pytest

from scaling import datasets, style
from scaling.process_product import checks, expectancy, fines, frozen, trust, what_travels
from scaling.start_here import checks as first_checks

from .pages import BOUND, notebook, share, slider

LESSON, EXERCISE, CHECKS = "2 lesson", "2 exercise", "process_product.checks"

# fmt: off
FIGURES = [
    # the lesson
    (LESSON, "{} guests, one worker", lambda: first_checks.PEOPLE_EACH),
    (LESSON, "The ministry wants {} of them", lambda: first_checks.KETTLES),
    (LESSON, "{:g} for keen, {:g} for indifferent, below 0 for hostile",
     lambda: (slider(what_travels, "reception").high, what_travels.effect(0, 0))
     if slider(what_travels, "reception").low < 0 else ("no", "no")),
    (LESSON, "At the start that is {}: {} places are worth {} Kettles. Growing all of it anew "
     "reaches {} places with {} each, worth {}: for each 100 of good, {}",
     lambda: (share(box().effect), round(box().places), round(box().total),
              round(box(grown_anew=1).places), share(box(grown_anew=1).effect),
              round(box(grown_anew=1).total),
              round(what_travels.explorable.answer(box())))),
    (LESSON, "Where the product is resented, it multiplies harm",
     lambda: box(reception=-0.5).total < box(reception=-0.5, grown_anew=0.1).total < 0),
    (LESSON, "At the start it is {}",
     lambda: share(what_travels.break_even_share(box().reception, box().process_cost))),
    (LESSON, "Launched in the first week, the table draws {} visits in two years. After {} weeks "
     "of listening it draws {}, on fewer evenings",
     lambda: (round(plan(0).visits), 26, style.number(plan(26).visits, 0))),
    (LESSON, "Listening pays up to {} weeks", lambda: plan(0).best),
    (LESSON, "A launch imposed in full drains what was built: {} visits, in spite of the "
     "listening", lambda: round(plan(26, imposition=1).visits)),
    (LESSON, "launching at once wins: {} visits against {}",
     lambda: (style.number(plan(0, meets=trust.EVERYONE).visits, 0),
              style.number(plan(26, meets=trust.EVERYONE).visits, 0))),
    (LESSON, "If nothing is imposed, a launch in the first week still draws {}",
     lambda: style.number(plan(0, imposition=0).visits, 0)),
    (LESSON, "Without it the model says that trust ends at the same level whenever you launch",
     lambda: plan(0, meets=trust.EVERYONE).trust[-1]
     == pytest.approx(plan(26, meets=trust.EVERYONE).trust[-1], abs=0.01)),
    (LESSON, "After {} months it fits {} on average. That is an average over luck: two in three "
     "copies lie between {} and {}. One that moves {} of the way each month fits {}",
     lambda: (frozen.MONTHS, share(frozen.run().frozen_fit[-1]),
              *(share(end) for end in frozen.run().frozen_band[:, -1]), frozen.run().step,
              share(frozen.run().adapted_fit[-1]))),
    (LESSON, "If nothing drifts and readings are off by 1, a copy that arrived perfect stays at "
     "{}; the adapted one falls to {}",
     lambda: (share(frozen.run(drift=0.0, noise=1.0).frozen_fit[-1]),
              share(frozen.run(drift=0.0, noise=1.0).adapted_fit[-1]))),
    (LESSON, "With the drift of the start, readings off by 2 and all of them believed, it fits "
     "{}, worse than frozen",
     lambda: share(chasing()) if chasing() < frozen.run().frozen_fit[-1] else "no"),
    (LESSON, "the best part of the way is neither 0 nor 1",
     lambda: all(0 < frozen.best_step(drift, noise) < 1
                 for drift in (0.05, 0.2, 0.5) for noise in (0.1, 0.3, 2))),
    (LESSON, "In the six, late pick-ups per centre and week went from {:.1f} to {:.1f}, and to "
     "{:.1f} after the fine was dropped",
     lambda: tuple(fines.run().means[period][0] for period in ("before", "during", "after"))),
    (LESSON, "In the four they fell slightly",
     lambda: fines.run().means["before"][1] > fines.run().means["during"][1]
     > fines.run().means["after"][1]),
    (LESSON, "The difference in rise is {:.1f} during the fine and {:.1f} after it",
     lambda: tuple(fines.run().rise.values())),
    (LESSON, "Of all {} ways to choose six centres of ten, no other gives so much",
     lambda: fines.run().choices
     if fines.run().chance == {"during": pytest.approx(1 / 210), "after": pytest.approx(1 / 210)}
     else "no"),
    (LESSON, "At the start {} of the effect is process, and the reception is {}",
     lambda: (share(box().process_share), box().reception)),
    (LESSON, "A 95 % interval is a range made so that about 95 in 100 such ranges", lambda: True),
    (LESSON, "Nineteen comparisons from eighteen experiments",
     lambda: len(expectancy.run().studies) == 19),
    (LESSON, "the label raised IQ by {} standard deviations, with a 95 % interval from {} to {}. "
     "Where longer, by {}",
     lambda: (style.number(expectancy.run().new.mean),
              *(style.number(end) for end in expectancy.run().new.mean_interval()),
              style.number(expectancy.run().known.mean))),
    (LESSON, "The weights of the exercise are simpler and give {}",
     lambda: style.number(checks.label_new.expected())
     if checks.label_new.expected() == pytest.approx(expectancy.run().new.fixed_mean)
     else "no"),
    (LESSON, "None of the four main outcomes improved",
     lambda: what_travels.family_nurse_partnership().loc[
         "primary outcomes improved", ["figure", "unit"]].tolist() == ["0", "of 4 outcomes"]),
    # the exercise
    (EXERCISE, "A fifth of its effect is process; new places take up nine tenths of the rest. To "
     "grow the process anew costs three handbooks more in each place",
     lambda: checks.IN_THE_PICTURE
     == {"process_share": 1 / 5, "reception": 9 / 10, "process_cost": 3}
     and "what_travels.explorable.still(process_share=0.2, reception=0.9, process_cost=3)"
     in [cell.source for cell in notebook(EXERCISE).cells]),
    (EXERCISE, "Suppose that seven tenths of what the Kettle does",
     lambda: checks.PROCESS_SHARE == 7 / 10),
    (EXERCISE, "take up half of the product: their reception is {}",
     lambda: checks.RECEPTION if checks.RECEPTION == 1 / 2 else "no"),
    (EXERCISE, "number between 0 and 1", lambda: True),
    (EXERCISE, "a share between 0 and 1", lambda: True),
    (EXERCISE, "A hostile place has a reception below 0", lambda: what_travels.HOSTILE < 0),
    (EXERCISE, "with `process_share` in place of {} and `reception` in place of {}",
     lambda: (checks.PROCESS_SHARE, checks.RECEPTION)),
    (EXERCISE, "The ministry can pay for {} handbooks", lambda: checks.COPIES),
    (EXERCISE, "costs three handbooks more in each place, beside the handbook itself",
     lambda: checks.PROCESS_COST == 3),
    (EXERCISE, "if each costs as much as four handbooks? `fidelity({}, {}, 1)` is what",
     lambda: (checks.PROCESS_SHARE, checks.RECEPTION)
     if 1 + checks.PROCESS_COST == 4 else "no"),
    (EXERCISE, "is the reception (above 0)", lambda: True),
    (EXERCISE, "with a standard deviation of {}. A frozen copy", lambda: checks.DRIFT),
    (EXERCISE, "After five years, {} months",
     lambda: checks.MONTHS if checks.MONTHS == 5 * 12 else "no"),
    (EXERCISE, "in Python a square is `** 2`", lambda: True),
    (EXERCISE, "then `** 2`: `(1 - alpha) ** 2`", lambda: True),
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
     lambda: checks.A_WEEK == 1 and weeks_known().min() == 2),
    (EXERCISE, "`w = 1 / new.variance` makes", lambda: True),
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
    # what checks say
    (CHECKS, "Of the effect at home {} arrives: the product is {} of it",
     lambda: (share(checks.kept.expected()), share(1 - checks.PROCESS_SHARE))),
    (CHECKS, "counts in handbooks, of {} each",
     lambda: checks.COPIES // what_travels.BUDGET),
    (CHECKS, "Only 1 − {} of it is", lambda: checks.PROCESS_SHARE),
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
    (CHECKS, "in Python a square is ** 2", lambda: True),
    (CHECKS, "About half-way each month. Never moving lets the gap grow without end; at α = 1 "
     "one chases every noisy reading, and the gap is twice as large",
     lambda: steady(1) / steady(checks.best_alpha.expected()) == pytest.approx(2, abs=0.1)
     and checks.best_alpha.expected() == pytest.approx(0.5, abs=0.03)),
    (CHECKS, "a label from outside moved them by over a third of a standard deviation",
     lambda: 1 / 3 < checks.label_new.expected() < 1 / 2),
    (CHECKS, "the mean of all {} comparisons", lambda: len(weeks_known(0))),
    (CHECKS, "takes all {} comparisons in place", lambda: len(weeks_known(0))),
    (CHECKS, "the plain average of the eight",
     lambda: len(weeks_known(0)) - len(weeks_known()) == 8),
    (CHECKS, "about nine more a week per centre than the controls",
     lambda: round(checks.extra_during.expected()) == 9),
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


def plan(listening, **settings):
    """Two years of trust, at the start of its explorable but for the settings."""
    return trust.run(**(trust.explorable.start | {"listening": listening} | settings))


def chasing():
    """The fit after five years of a copy that believes every reading, when they are off by 2."""
    return frozen.run(noise=2.0, step=1.0).adapted_fit[-1]


def worths():
    """What a hundred Kettles grown anew are worth; the number of handbooks, and their worth."""
    model = what_travels.run(checks.PROCESS_SHARE, checks.RECEPTION, 1, checks.PROCESS_COST)
    assert model.places == 100
    return round(model.grown), checks.COPIES, round(model.exported)


def kettle_breaks_even():
    return style.number(what_travels.break_even_share(checks.RECEPTION, checks.PROCESS_COST), 1)


def steady(alpha):
    return checks.steady_gap.expected(alpha, checks.DRIFT, checks.NOISE)
