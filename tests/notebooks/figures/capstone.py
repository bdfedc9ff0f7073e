"""Module 6: the figures of its exercise, the words they stand in, and what they rest on."""

import pytest

from scaling import style
from scaling.capstone import checks, draft, plan, rules
from scaling.start_here import checks as first_checks

from .pages import STATED, code

EXERCISE, CHECKS = "6 exercise", "capstone.checks"

# fmt: off
FIGURES = [
    # the exercise
    (EXERCISE, "The ministry wants {} Kettles, and has asked for a plan",
     lambda: first_checks.KETTLES),
    (EXERCISE, "Both go from 0 to {}, and from {} on they count as high",
     lambda: (plan.TENTH, plan.HIGH)),
    (EXERCISE, "number between 0 and 1", STATED),
    (EXERCISE, "month 1 is the first", lambda: draft.tasks().start.min() == 1),
    (EXERCISE, "A task of two months that starts in month 5 runs in months 5 and 6",
     lambda: runs(5, 2) == [5, 6]),
    (EXERCISE, "from the beginning of month 1 to the end", STATED),
    (EXERCISE, "One that starts in month 5 and takes two months ends with month 6",
     lambda: runs(5, 2)[-1] == 6),
    (EXERCISE, "There are {:,} pounds. The draft stays below that, for it counts `cost` alone",
     lambda: draft.BUDGET if draft.tasks().cost.sum() < draft.BUDGET else "no"),
    (EXERCISE, "at {} pounds an hour", lambda: draft.WAGE),
    (EXERCISE, "and multiply that sum by {}", lambda: draft.WAGE),
    (EXERCISE, "In a month in which it does not run, that is 0",
     lambda: checks.spent.expected(9, 5, 2, 900) == 0),
    (EXERCISE, "Below, return 0", STATED),
    (EXERCISE, "have a mean of $\\mu$ = {}, in", lambda: checks.MEAN),
    (EXERCISE, "is $se$ = {}. True effects differ", lambda: checks.ERROR),
    (EXERCISE, "deviation of $\\tau$ = {}. Effects", lambda: checks.TAU),
    (EXERCISE, "Six other towns", lambda: checks.TOWNS == 6),
    (EXERCISE, "The draft promises {}, because the first table reported it",
     lambda: style.number(first_report())),
    (EXERCISE, "costs $c_p$ = {} thousand", lambda: checks.PRODUCT_COST),
    (EXERCISE, "costs $c_b$ = {} thousand more", lambda: checks.PROCESS_COST),
    (EXERCISE, "Suppose that $s$ = {} of the effect", lambda: checks.PROCESS_SHARE),
    (EXERCISE, "with Student's $t$ for {} − 2 = {} degrees of freedom",
     lambda: (checks.TOWNS, checks.TOWNS - 2)),
    (EXERCISE, "In the region of lesson 6, joining up or going it alone meets more where places "
     "differ and drift, according",
     lambda: lead_of_joining_up()[0.5] > 0 > lead_of_joining_up()[0.6]),
    (EXERCISE, "on average over twenty regions", lambda: rules.REGIONS == 20),
    (EXERCISE, "The lead in the row of {} is done",
     lambda: draft.SHARES[1] if shows("before = {:.2f} - {:.2f}".format(
         *draft.shares().loc[1, ["join_up", "go_it_alone"]])) else "no"),
    (EXERCISE, "the lead falls from {} to {}. It reaches zero after `{} / ({} + {})` of the way. "
     "The way is {:.1f} long, and it begins at {}", lambda: from_row_to_row()),
    (EXERCISE, "the share of process of {}, where the advice of a model turns round",
     lambda: style.number(checks.flip.expected())),
    (EXERCISE, "The ministry asks for {} Kettles. *What", lambda: first_checks.KETTLES),
    (EXERCISE, "for {} or against it, as such", lambda: first_checks.KETTLES),
    (EXERCISE, "may come to any advice, {} included", lambda: first_checks.KETTLES),
    (EXERCISE, "“it reported {0}, so expect {0}”", lambda: style.number(first_report())),
    (EXERCISE, "One for about {}, or for the mean of {}, with the reason why it is less than {}",
     lambda: (style.number(checks.promise.expected()), checks.MEAN, style.number(first_report()))),
    (EXERCISE, "about one place in five without benefit; the decision after month {:.0f} instead "
     "of month {:.0f}", lambda: decision()
     if checks.no_benefit.expected() == pytest.approx(1 / 5, abs=0.01) else ("no", "no")),
    (EXERCISE, "The reception of {} is one such border",
     lambda: style.number(checks.enough_reception.expected())),
    (EXERCISE, "You ask for {} Kettles. Do not expect the {} that",
     lambda: (first_checks.KETTLES, style.number(first_report()))),
    (EXERCISE, "leave about {}. That is worth having",
     lambda: style.number(checks.promise.expected())),
    (EXERCISE, "in about one place in five I expect no benefit, or harm, and of {} that is some "
     "eighty", lambda: first_checks.KETTLES
     if first_checks.KETTLES * checks.no_benefit.expected() == pytest.approx(80, abs=5) else "no"),
    (EXERCISE, "after month {:.0f} and not in month {:.0f}", lambda: decision()),
    (EXERCISE, "more than {} of it, copying does more good",
     lambda: style.number(checks.enough_reception.expected())),
    (EXERCISE, "People who never go out have most at stake and no part so far",
     lambda: checks.unheard.expected() == [draft.stakeholders().set_index("who").at_stake.idxmax()]
     ),
    (EXERCISE, "Neighbours give {:,} hours",
     lambda: int(draft.tasks().unpaid_hours.sum())),
    (EXERCISE, "one service with {} branches", lambda: first_checks.KETTLES),
    (EXERCISE, "If the effect is below {} there, we stop",  # chosen, well below what to expect
     lambda: "0.05" if checks.promise.expected() > 2 * 0.05 else "no"),
    # what checks say
    (CHECKS, "less than {}. They have", lambda: plan.HIGH),
    (CHECKS, "A row of {} weeks counts", lambda: draft.process().weeks.max()),
    (CHECKS, "A task of two months that starts in month 1 runs in months 1 and 2, and 1 + 2 is 3",
     lambda: runs(1, 2) == [1, 2]),
    (CHECKS, "Does it begin in month 1?", STATED),
    (CHECKS, "The handbook is done in month {:.0f}, and the listening goes on until month {:.0f}",
     lambda: (ends(draft.HANDBOOK), ends(draft.LISTEN))),
    (CHECKS, "The listening ends with month {:.0f}", lambda: ends(draft.LISTEN)),
    (CHECKS, "multiplies by {} multiplies them as well", lambda: first_checks.KETTLES),
    (CHECKS, "Add {} pounds for each of them", lambda: draft.WAGE),
    (CHECKS, "Add {} pounds for each. ", lambda: draft.WAGE),
    (CHECKS, "An hour is worth {} pounds here", lambda: draft.WAGE),
    (CHECKS, "All costs are multiplied by {}. Only", lambda: draft.WAGE),
    (CHECKS, "the listening costs {:,.0f} pounds a month for seven months",
     lambda: listening().cost / listening().months if listening().months == 7 else "no"),
    (CHECKS, "An hour is worth {} pounds; then add the costs", lambda: draft.WAGE),
    (CHECKS, "To square is {}**2, with two stars", lambda: checks.TAU),
    (CHECKS, "both products together, divided by {}.",
     lambda: both_pilots()[0] + both_pilots()[1]),
    (CHECKS, "1 − s needs brackets of its own: (1 - {}) * {}.",
     lambda: (checks.PROCESS_SHARE, checks.PROCESS_COST)),
    (CHECKS, "and to square is {}**2. This asks", lambda: checks.TAU),
    (CHECKS, "Zero lies (0 - {}) / sd from it", lambda: checks.MEAN),
    (CHECKS, "by the standard deviation: (0 - {}) / sd.", lambda: checks.MEAN),
    (CHECKS, "Give back 0 before", STATED),
    (CHECKS, "a task of two months from month 5 runs in months 5 and 6, not in 7",
     lambda: runs(5, 2) == [5, 6]),
    (CHECKS, "one of two months from month 5 still runs in month 6", lambda: 6 in runs(5, 2)),
    (CHECKS, "a task that starts in month 5 spends in month 5", lambda: 5 in runs(5, 2)),
    (CHECKS, "as if the rows were 1 apart", STATED),
    (CHECKS, "This begins in month 1. Before", STATED),
    (CHECKS, "a task of four months from month 1 has four, 1 to 4",
     lambda: runs(1, 4) == [1, 2, 3, 4]),
    (CHECKS, "This gives back 0 always", STATED),
    (CHECKS, "let return 0 stand below it", STATED),
    (CHECKS, "towards the mean of all towns, {}, with τ in B. B has 1/n here, or",
     lambda: checks.MEAN),
    (CHECKS, "make the variance 2/n", STATED),
    (CHECKS, "This takes 1 − B for B", STATED),
    (CHECKS, "Together they have {} people per arm", lambda: both_pilots()[0] + both_pilots()[1]),
    (CHECKS, "1 − s is missing", STATED),
    (CHECKS, "s on one side and 1 − s on the other. s and 1 − s have changed", STATED),
    (CHECKS, "what multiplies r: (1 − s) times", STATED),
    (CHECKS, "with a reception of {0}. Here s is {0}", lambda: checks.PROCESS_SHARE),
    (CHECKS, "divide by (1 − s) times the cost", STATED),
    (CHECKS, "Of {} places that is some eighty", lambda: first_checks.KETTLES),
    (CHECKS, "With six towns the tails are wider: stats.t.cdf with {} degrees",
     lambda: checks.TOWNS - 2 if checks.TOWNS == 6 else "no"),
    (CHECKS, "This has {} degrees of freedom. Two are used up, by the mean and by τ: {} − 2",
     lambda: (checks.TOWNS - 1, checks.TOWNS)),
    (CHECKS, "This has {0} degrees of freedom, or is rounded to one decimal. Two degrees are used "
     "up, by the mean and by τ: {0} − 2", lambda: checks.TOWNS),
    (CHECKS, "Put it into stats.t.cdf(…, {})", lambda: checks.TOWNS - 2),
    (CHECKS, "put minus this into stats.t.cdf(…, {})", lambda: checks.TOWNS - 2),
]
# fmt: on
FORMULAS = {}
CITED = {}


def shows(source):
    """Tell whether a code cell of the exercise holds this."""
    return any(where == EXERCISE and source in cell for where, cell in code())


def runs(start, months):
    """The months, of the first ten, in which a task spends something."""
    return [month for month in range(1, 11) if checks.spent.expected(month, start, months, 900)]


def task(name):
    return draft.tasks().set_index("task").loc[name]


def ends(name):
    """The month with which a task ends."""
    return task(name).start + task(name).months - 1


def listening():
    return task(draft.LISTEN)


def decision():
    """The month with which the last answers are in, and that in which the ministry decides."""
    assert ends(draft.ASK) == checks.duration.expected()
    return ends(draft.ASK), ends(draft.DECIDE)


def lead_of_joining_up():
    return draft.shares().set_index("process_share").eval("join_up - go_it_alone")


def from_row_to_row():
    """The numbers of the hint: the leads, and the rows between which the lead is lost."""
    (first, ahead), (second, behind) = list(lead_of_joining_up().items())[1:3]
    size, gap = style.number(ahead), style.number(-behind)
    return size, style.number(behind), size, size, gap, second - first, first


def first_report():
    return draft.pilots().reported.iloc[0]


def both_pilots():
    """The numbers of the hint: both sizes, and size and report of each."""
    (first, said), (second, again) = (
        (row.people_per_arm, style.number(row.reported)) for row in draft.pilots().itertuples()
    )
    return first, second, first, said, second, again
