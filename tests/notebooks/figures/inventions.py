"""What the moral of each model hangs on: the invented number, and the value at which it flips."""

from functools import cache

import numpy as np
from scipy import optimize

from scaling import style
from scaling.process_product import frozen, what_travels
from scaling.scaling_down import devolve, funnel, layers
from scaling.scaling_up import adoption, readiness, winners_curse
from scaling.size_context import ties
from scaling.start_here import round_table
from scaling.three_scales import collective_action, system_map
from scaling.who_is_heard import averages, equity, levels, score

from .pages import slider

# fmt: off
FIGURES = [
    ("round_table", "hangs on nobody having a friend across the ring, {} at the start: with one "
     "pair it takes {:.0f} minutes",
     lambda: (slider(round_table, "friendships").start, outcome(round_table, friendships=1))),
    ("adoption", "hangs on word of mouth, {} at the start: with {} it adds {:.0f} "
     "points to {:.0f}, and not {:.0f}",
     lambda: (slider(adoption, "word_of_mouth").start, adoption.SPOKEN,
              *twice_adds(adoption.SPOKEN))),
    ("readiness", "hangs on our rule of the weakest: by the mean it would go from {} to {}",
     lambda: means_before_and_after()),
    ("winners_curse", "hangs on how far true effects differ, {} here: from {} on, at least half of "
     "what surprises in a report of such pilots is real",
     lambda: (slider(winners_curse, "tau").start, style.number(half_is_real(), 1))),
    ("frozen", "hangs on drift, {} a month and invented: below {} it fits better than one that "
     "follows misheard readings", lambda: (slider(frozen, "drift").start, too_calm_to_follow())),
    ("what_travels", "below {}, at this reception and cost, copying wins",
     lambda: style.number(copying_wins_below())),
    ("ties", "That most ties among {} go cold hangs on {} hours a week and half an hour a tie: "
     "with {} hours all would be alive",
     lambda: (slider(ties, "people").start, slider(ties, "hours_per_week").start, all_alive())),
    ("devolve", "hangs on how far places differ, {} hour here: below {} one service for all loses "
     "less than devolving with back-up",
     lambda: (slider(devolve, "diversity").start,
              style.number(devolve.break_even(devolve.run().losses[2])))),
    ("funnel", "with a true spread of {} points fewer than six of the ten worst are small, on "
     "average over {} worlds, where a lot would give five",
     lambda: (slider(funnel, "spread").high, slider(funnel, "world").high)
     if 5 < small_among_the_worst(slider(funnel, "spread").high) < 6
     < 9 < small_among_the_worst(0) else ("no", "no")),
    ("layers", "if {} % were kept, nine tenths would reach the top of {:,} tables",
     lambda: (style.number(100 * enough_is_kept(), 1), 10_000)),
    ("collective_action", "hangs on the average of {}, which is invented: with 24 it comes at a "
     "spread of {}, with 26 at {}",
     lambda: (25, leap(24), leap(26)) if leap(25) == 13 else ("no",) * 3),
    ("system_map", "the first five links alone, of what the ministry drew, make {}",
     lambda: len(system_map.run(system_map.START[:5]).loops)),
    ("averages", "hangs on group A's later rate, {} as before and invented: had it risen to {}, {} "
     "in group B would give a lower ratio too",
     lambda: (slider(averages, "later_a").start, *averages.explorable.tasks[0].sets.values())
     if averages.run(*averages.explorable.tasks[0].sets.values()).ratio(1) < 4 else ("no",) * 3),
    ("equity", "from {} % on the lowest is worse off", lambda: finding_out_is_too_dear()),
    ("levels", "hangs on sorting, {} % here: below {:.0f} % it turns",
     lambda: (slider(levels, "sorted_percent").start, sign_turns())),
    ("score", "hangs on one invented number: its costs are {} % lower. With equal costs "
     "each group gets half of the places",
     lambda: slider(score, "gap").start
     if np.allclose(score.run(gap=0).places, 50) else "no"),
    ("score", "only below {} % of illness that is recorded nowhere", lambda: label_serves_below()),
    # the lessons
    ("1a lesson", "from a spread of {} on, half of a surprise is real",
     lambda: style.number(half_is_real(), 1)),
    ("2 lesson", "Copying wins below a share of process of {}, a frozen copy below a drift of {} a "
     "month", lambda: (style.number(copying_wins_below()), too_calm_to_follow())),
    ("3 lesson", "with {} hours a week all ties among {} live",
     lambda: (all_alive(), slider(ties, "people").start)),
    ("4 lesson", "with {} % kept in each layer nine tenths of what 10,000 tables know arrive",
     lambda: style.number(100 * enough_is_kept(), 1)
     if layers.explorable.tasks[0].sets == {"people": 10_000} else "no"),
    ("4 lesson", "with a true spread of {} points the worst are hardly the small",
     lambda: slider(funnel, "spread").high if small_among_the_worst(15) < 6 else "no"),
    ("5a lesson", "with an average of 24 the crowd leaps at a spread of {}", lambda: leap(24)),
    ("5b lesson", "fitting helps the lowest until finding out costs {} %",
     lambda: finding_out_is_too_dear()),
    ("5b lesson", "all people together show the wrong sign above {:.0f} % of sorting, the ratio "
     "falls above a later rate of {} in group A", lambda: (sign_turns(), ratio_stays())),
]
# fmt: on
FORMULAS = {}
CITED = {}

# In these explorables nobody invented a number: they show data, and choices of what to count.
OBSERVED = {
    "corn",
    "programmes",
    "expectancy",
    "fines",
    "emergencies",
    "next_place",
    "villages",
    "counties",
    "hospitals",
    "immunisation",
    "sunlight",
    "village_45",
}
# What these hang on is told beside their other figures.
ELSEWHERE = {"trust", "joining_up", "shared_backup", "ripples", "voices", "rules"}


def outcome(module, **values):
    explorable = module.explorable
    return float(explorable.answer(explorable.run(**(explorable.start | values))))


def twice_adds(word_of_mouth):
    """Return what twice the publicity adds after ten years, and twice what there is without it.

    In points; the explorable's answer is for twice the publicity.
    """
    usual = slider(adoption, "publicity").start
    once, twice = (
        outcome(adoption, word_of_mouth=word_of_mouth, publicity=publicity)
        for publicity in (usual / 2, usual)
    )
    return twice - once, once, once


def means_before_and_after():
    result = readiness.run(**readiness.explorable.start)
    before = readiness.run(**(readiness.explorable.start | {"more": 0}))
    return tuple(style.number(readiness.mean(one.then), 1) for one in (before, result))


@cache
def half_is_real():
    people = slider(winners_curse, "n").start
    return optimize.brentq(lambda tau: winners_curse.reliability(tau, people) - 0.5, 0.01, 1)


@cache
def too_calm_to_follow():
    """The drift below which a frozen copy fits better after five years than one that follows."""

    def ahead(drift):
        result = frozen.run(drift=drift)
        return result.adapted_fit[-1] - result.frozen_fit[-1]

    return style.number(optimize.brentq(ahead, 0.001, 0.1), 3)


def copying_wins_below():
    start = what_travels.explorable.start
    return what_travels.break_even_share(start["reception"], start["process_cost"])


def all_alive():
    """Hours a week with which every tie is alive."""
    people = slider(ties, "people").start
    hours = slider(ties, "hours_per_tie").start * (people - 1)
    assert ties.run(people, hours).alive_share == 1 > ties.run(people, hours - 0.5).alive_share
    return hours


@cache
def small_among_the_worst(spread):
    worlds = range(1, slider(funnel, "world").high + 1)
    return np.mean([outcome(funnel, spread=spread, world=world) for world in worlds])


@cache
def enough_is_kept():
    """Share kept in each layer with which nine tenths arrive at the top."""
    return optimize.brentq(lambda kept: outcome(layers, people=10_000, knowledge=kept) - 90, 0.9, 1)


def leap(mean):
    """The first whole spread with which most of a crowd acts."""
    crowds = ((spread, collective_action.even_crowd(mean, spread)) for spread in range(1, 41))
    return next(spread for spread, crowd in crowds if collective_action.cascade(crowd) > 50)


def ratio_stays():
    """The later rate of group A at which the ratio is what it was."""
    result = averages.run(**(averages.explorable.start | averages.explorable.tasks[0].sets))
    return f"{result.rates(1)[1] / result.ratio(0):g}"


def finding_out_is_too_dear():
    """The first cost on the slider, in per cent, at which fitting harms the lowest."""
    control = slider(equity, "finding_out")
    for cost in np.arange(control.low, control.high + 1, control.step):
        fitted = equity.run(fitted=100, finding_out=float(cost))
        if fitted.reaches.min() < fitted.reaches_if_equal.min():
            return f"{cost:g}"
    return "no"


@cache
def sign_turns():
    """Per cent of sorting at which the slope over all people together is 0."""
    return optimize.brentq(lambda part: levels.run(sorted_percent=part).slopes.overall, 5, 95)


def label_serves_below():
    """The first share of illness recorded nowhere at which a score of costs is as good."""
    by_costs = score.run().places[score.B]
    return next(
        missed
        for missed in range(41)
        if score.run(score.ILLNESS, missed=missed).places[score.B] <= by_costs + 1e-9
    )
