"""The checks of module 6: reading a draft plan, adding it up, and what the models say about it."""

from __future__ import annotations

import functools
import math

import numpy as np
import pandas as pd
from scipy import stats

from scaling.capstone import draft, plan
from scaling.checking import Draw, Variants, choice, function, number, text
from scaling.process_product import what_travels
from scaling.scaling_up import winners_curse

# The exercise states these results of six towns, in standard deviations.
TOWNS, MEAN, ERROR, TAU = 6, 0.15, 0.07, 0.15
# The exercise states the share of the effect that is process, and two costs.
PROCESS_SHARE = 0.45
PRODUCT_COST, PROCESS_COST = 2, 6  # thousand pounds
# Two rows of the process record, and their weeks.
IN_KITCHENS, MENDING = 0, 4
KITCHEN_WEEKS, MENDING_WEEKS = draft.process().weeks[[IN_KITCHENS, MENDING]].tolist()

mine = Variants(
    "06-capstone",
    cells={
        "m6-process": """\
process = draft.process()
process.loc[0, "weeks"] = mine.kitchen_weeks
process.loc[4, "weeks"] = mine.mending_weeks
print(f"Your weeks: {mine.kitchen_weeks} in kitchens and at bus stops, in place of 17,")
print(f"and {mine.mending_weeks} of mending, in place of 8.")
process""",
        "m6-missing-money-question": """\
print(f"Your budget: {mine.budget:,} pounds, in place of 80,000. Your price of an hour:")
print(f"{mine.wage} pounds, in place of 12.")""",
        "m6-enough-reception-question": """\
print(f"Your share of process s: {mine.process_share}, in place of 0.45. To grow it anew costs")
print(f"{mine.process_cost} thousand pounds more for you, in place of 6.")""",
        "m6-no-benefit-question": """\
print(f"Your standard error se: {mine.standard_error}, in place of 0.07.")
print("Write that into the line that is done, too.")""",
    },
    kitchen_weeks=Draw(KITCHEN_WEEKS, [*range(9, 17), *range(18, 27)]),
    mending_weeks=Draw(MENDING_WEEKS, [4, 5, 6, 10, 11, 12]),
    # The draft stays within each of these budgets as long as nobody is paid for the hours.
    budget=Draw(draft.BUDGET, [*range(77_000, 80_000, 1000), *range(81_000, 86_000, 1000)]),
    wage=Draw(draft.WAGE, [9, 10, 11, 13, 14, 15, 16]),
    process_share=Draw(PROCESS_SHARE, [0.3, 0.35, 0.4, 0.55, 0.6]),
    process_cost=Draw(PROCESS_COST, [5, 7, 8, 9, 10]),
    # With any of these, about one place in five has no benefit, as the last answer may say.
    standard_error=Draw(ERROR, [0.06, 0.065, 0.085, 0.09, 0.1, 0.105, 0.115]),
)

# ---------------------------------------------------------------- 1 who is touched


def _names_where(is_so: pd.Series) -> list[str]:
    return draft.stakeholders().who[is_so].tolist()


def _without_part() -> pd.Series:
    return draft.stakeholders().part == ""


def _at_stake() -> pd.Series:
    return draft.stakeholders().at_stake >= plan.HIGH


def _has_power() -> pd.Series:
    return draft.stakeholders().power >= plan.HIGH


unheard = text(
    name="unheard",
    expected=lambda: _names_where(_at_stake() & ~_has_power() & _without_part()),
    meaning=(
        "Nobody has more at stake or less power, and the draft asks nothing of them. They will not "
        "come to a meeting; somebody has to go to them."
    ),
    slips={
        "The draft has no part for them either, but little is at stake for them: less than "
        "5.": lambda: _names_where(~_at_stake() & ~_has_power() & _without_part()),
        "They have no part, but they have power, and little at stake. Look in the lower half of the "
        "picture.": lambda: _names_where(~_at_stake() & _has_power() & _without_part()),
        "They have power as well. Much at stake and little power is the lower right of the "
        "picture.": lambda: _names_where(_at_stake() & _has_power()),
        "They have much at stake and little power, but the last column gives them a part. Whose part "
        "is blank?": lambda: _names_where(_at_stake() & ~_has_power() & ~_without_part()),
    },
)

# ---------------------------------------------------------------- 2 what travels


@mine.cached("kitchen_weeks", "mending_weeks")
def _process() -> pd.DataFrame:
    record = draft.process()
    record.loc[[IN_KITCHENS, MENDING], "weeks"] = mine.kitchen_weeks, mine.mending_weeks
    return record


@mine.cached("kitchen_weeks", "mending_weeks")
def _weeks_by_way() -> dict[str, float]:
    return _process().groupby("elsewhere").weeks.sum().to_dict()


def _weeks(*ways: str) -> float:
    """Return the weeks of work that travel in the given ways, or in any way if none is given."""
    by_way = _weeks_by_way()
    return float(sum(by_way[way] for way in ways or plan.TRAVELS))


def _is_grown() -> pd.Series:
    return _process().elsewhere == plan.GROWN_ANEW


def _grown_share() -> float:
    return _weeks(plan.GROWN_ANEW) / _weeks()


grown_share = number(
    name="grown_share",
    varies=mine.of(
        "kitchen_weeks",
        "mending_weeks",
        words={
            "More than six weeks of ten": lambda: f"{100 * _grown_share():.0f} % of all weeks",
            "17 weeks": lambda: f"{mine.kitchen_weeks} weeks",
        },
    ),
    unit="(share of the weeks)",
    tolerance=0.002,
    expected=_grown_share,
    meaning=(
        "More than six weeks of ten have to be worked again in each place. A handbook cannot hold "
        "them; somebody has to spend them."
    ),
    slips={
        "This is the number of weeks. Divide it by all weeks of work.": lambda: _weeks(
            plan.GROWN_ANEW
        ),
        "This is a share of the rows. A row of 17 weeks counts for more than a row of one: add up the "
        "weeks.": lambda: _is_grown().mean(),
        "What is adapted is counted too. Take only what is grown anew.": lambda: (
            _weeks(plan.GROWN_ANEW, plan.ADAPTED) / _weeks()
        ),
        "The weeks that are adapted are missing below the line. Divide by all weeks of "
        "work.": lambda: _weeks(plan.GROWN_ANEW) / _weeks(plan.GROWN_ANEW, plan.AS_IT_IS),
        "This divides by the weeks that travel as they are or adapted. A share is a part of all "
        "weeks.": lambda: _weeks(plan.GROWN_ANEW) / _weeks(plan.AS_IT_IS, plan.ADAPTED),
        "The weeks that travel as they are, are missing below the line. Divide by all weeks of "
        "work.": lambda: _weeks(plan.GROWN_ANEW) / _weeks(plan.GROWN_ANEW, plan.ADAPTED),
        "This is what need not be grown anew (then one minus this), or the first row alone. Add up all "
        "rows that are grown anew.": lambda: [
            1 - _weeks(plan.GROWN_ANEW) / _weeks(),
            _process().weeks.iloc[0] / _weeks(),
        ],
        "A bracket is missing above the line: Python divides the last number only. Write (a + b + c) / "
        "d.": lambda: [
            _weeks(plan.GROWN_ANEW) - last + last / _weeks()
            for last in _process().weeks[_is_grown()]
        ],
        "A bracket is missing below the line: Python divides by the first number only. Write a / (b + "
        "c + d).": lambda: [
            _weeks(plan.GROWN_ANEW) / first + _weeks() - first for first in _process().weeks
        ],
        "This divides by the number of rows. Divide by all weeks of work.": lambda: (
            _weeks(plan.GROWN_ANEW) / len(_process())
        ),
        "This is the share that is adapted.": lambda: _weeks(plan.ADAPTED) / _weeks(),
        "This is the share that travels as it is.": lambda: _weeks(plan.AS_IT_IS) / _weeks(),
        "This is the mean of the weeks of such a row. Add them up, and divide by all "
        "weeks.": lambda: _process().weeks[_is_grown()].mean(),
    },
)

# ---------------------------------------------------------------- 3 the plan in time and money


def _last_month() -> pd.Series:
    """Return the last month of each task."""
    tasks = draft.tasks().set_index("task")
    return tasks.start + tasks.months - 1


duration = number(
    name="duration",
    unit="months",
    tolerance=0.1,
    expected=lambda: _last_month().max(),
    meaning=(
        "Nineteen months. A plan ends when its last task does, and that need not be the last row."
    ),
    slips={
        "This adds up the months of all tasks. Many of them run at the same time.": lambda: (
            draft.tasks().months.sum()
        ),
        "One month too many. A task of two months that starts in month 1 runs in months 1 and 2, and "
        "1 + 2 is 3.": lambda: _last_month().max() + 1,
        "One month too few: the first month counts as well, and so does the task that ends "
        "last.": lambda: _last_month().max() - draft.tasks().start.min(),
        "This is the month in which the last task starts. It is not done yet.": lambda: (
            draft.tasks().start.max()
        ),
        "This is the end of the last row. Does another task go on for longer?": lambda: (
            _last_month().iloc[-1]
        ),
        "This is the longest task. Does it begin in month 1?": lambda: draft.tasks().months.max(),
        "This is when the ministry decides. Other tasks still run then.": lambda: _last_month()[
            draft.DECIDE
        ],
        "This is how many tasks there are. In which month does each of them end?": lambda: len(
            draft.tasks()
        ),
        "This adds the longest task to the latest start. They are not the same task: work out the end "
        "of each.": lambda: draft.tasks().start.max() + draft.tasks().months.max(),
    },
)


def _first_month() -> pd.Series:
    return draft.tasks().set_index("task").start


def _order() -> dict[str, bool]:
    """Return whether each statement about the order of the draft is true."""
    first, last = _first_month(), _last_month()
    return {
        "a": first[draft.HANDBOOK] > last[draft.LISTEN],
        "b": first[draft.OPEN] <= last[draft.LISTEN],
        "c": last[draft.DECIDE] < last[draft.ASK] and first[draft.LAUNCH] <= last[draft.ASK],
        "d": first[draft.RULES] > first[draft.OPEN],
    }


order = choice(
    name="order",
    expected=_order,
    meaning=(
        "The decision falls four months before the last answers are in, and the launch before them "
        "too. Such a pilot cannot change anything."
    ),
    slips={
        "The handbook is done in month 3, and the listening goes on until month 8. What could a "
        "handbook hold by then? It is a mistake of the draft, but it is not what a says.": lambda: (
            "a"
        ),
        "The listening ends with month 8. In which month do the tables open?": lambda: "b",
        "Compare the months in which both start. Rules that are still talked about when the tables "
        "open are no mistake.": lambda: "d",
    },
)


@functools.cache
def _paid() -> float:
    return float(draft.tasks().cost.sum())


@functools.cache
def _hours() -> float:
    return float(draft.tasks().unpaid_hours.sum())


@functools.cache
def _hours_where(is_paid: bool) -> float:
    tasks = draft.tasks()
    return float(tasks.unpaid_hours[(tasks.cost > 0) == is_paid].sum())


missing_money = number(
    name="missing_money",
    varies=mine.of(
        "budget",
        "wage",
        words={
            "12 pounds": lambda: f"{mine.wage} pounds",
            "multiplied by 12": lambda: f"multiplied by {mine.wage}",
        },
    ),
    unit="pounds",
    tolerance=0.5,
    expected=lambda: _paid() + mine.wage * _hours() - mine.budget,
    meaning=(
        "On paper the draft stays within its budget, because neighbours' hours are free there. A "
        "ministry that multiplies by 400 multiplies them as well."
    ),
    slips={
        "This is what is left over while nobody is paid for those hours. Add 12 pounds for each of "
        "them.": lambda: mine.budget - _paid(),
        "The hours are missing: this is negative, because something is left over without them. Add 12 "
        "pounds for each.": lambda: _paid() - mine.budget,
        "This is what the draft pays for, without the unpaid hours, and without taking the budget "
        "away.": _paid,
        "This is the whole cost. Take the budget from it.": lambda: _paid() + mine.wage * _hours(),
        "This is what the unpaid hours are worth. Add what is paid, and take the budget "
        "away.": lambda: mine.wage * _hours(),
        "This adds hours to pounds. An hour is worth 12 pounds here.": lambda: (
            _paid() + _hours() - mine.budget
        ),
        "The hours of the task that costs no money are left out. Count every row.": lambda: (
            _paid() + mine.wage * _hours_where(is_paid=True) - mine.budget
        ),
        "Only the hours of the task that costs no money are counted. Count every row.": lambda: (
            _paid() + mine.wage * _hours_where(is_paid=False) - mine.budget
        ),
        "The unpaid hours are taken away here. They would cost something: add them.": lambda: (
            _paid() - mine.wage * _hours() - mine.budget
        ),
        "The paid costs are left out. What would be missing is costs and hours together, less what "
        "there is.": lambda: mine.wage * _hours() - mine.budget,
        "This is how many hours are unpaid. An hour is worth 12 pounds; then add the costs and take the "
        "budget away.": _hours,
        "All costs are multiplied by 12. Only the hours are.": lambda: (
            mine.wage * (_paid() + _hours()) - mine.budget
        ),
    },
)


def _runs(month: float, start: float, months: float) -> bool:
    return start <= month < start + months


def _spent(month: float, start: float, months: float, cost: float) -> float:
    return cost / months if _runs(month, start, months) else 0.0


spent = function(
    name="spent",
    expected=_spent,
    cases=[
        (3, 1, 4, 2000),
        (4, 1, 4, 2000),
        (5, 5, 2, 900),
        (6, 5, 2, 900),
        (7, 5, 2, 900),
        (4, 5, 2, 900),
        (8, 2, 7, 24_500),
        (9, 9, 1, 1300),
        (12, 3, 5, 1300),
        (10, 4, 6, 3000),
        (7, 6, 3, 2000),
    ],
    meaning=(
        "Spread evenly, the listening costs 3,500 pounds a month for seven months. A bill in one "
        "month would be another plan."
    ),
    slips={
        "The whole cost falls into the first month here. Spread it over all months of the "
        "task.": lambda month, start, months, cost: cost if month == start else 0,
        "The whole cost falls into the last month here. Spread it over all months of the "
        "task.": lambda month, start, months, cost: cost if month == start + months - 1 else 0,
        "Only the first month of the task spends here. In a loop, let return 0 stand below it, not "
        "inside; without one, ask for month < start + months.": lambda month, start, months, cost: (
            cost / months if month == start else 0
        ),
        "Each month of the task pays the whole cost here. Divide it by the number of "
        "months.": lambda month, start, months, cost: cost if _runs(month, start, months) else 0,
        "This spends in months in which the task does not run. Give back 0 before its start and after "
        "its end.": lambda month, start, months, cost: cost / months,
        "One month too many: a task of two months from month 5 runs in months 5 and 6, not in 7. Ask "
        "for month < start + months.": lambda month, start, months, cost: (
            cost / months if start <= month <= start + months else 0
        ),
        "The task seems to end a month early here: one of two months from month 5 still runs in month "
        "6.": lambda month, start, months, cost: (
            cost / months if start <= month < start + months - 1 else 0
        ),
        "The first month is left out: a task that starts in month 5 spends in month 5. Ask for start "
        "<= month.": lambda month, start, months, cost: (
            cost / months if start < month < start + months else 0
        ),
        "This is one month late: it leaves the first month out and adds one at the "
        "end.": lambda month, start, months, cost: (
            cost / months if start < month <= start + months else 0
        ),
        "This takes months for the month in which the task ends. It is how many there are: the end is "
        "before start + months.": lambda month, start, months, cost: (
            cost / months if start <= month <= months else 0
        ),
        "This takes months for the month before which the task ends. It is how many there are: ask "
        "for month < start + months.": lambda month, start, months, cost: (
            cost / months if start <= month < months else 0
        ),
        "This never ends: after its last month a task spends nothing.": lambda month, start, months, cost: (
            cost / months if month >= start else 0
        ),
        "This begins in month 1. Before its first month a task spends nothing.": lambda month, start, months, cost: (
            cost / months if month < start + months else 0
        ),
        "This is all that has been spent up to then. What is spent in that one month is "
        "asked.": lambda month, start, months, cost: (
            cost / months * min(max(month - start + 1, 0), months)
        ),
        "This divides by one month too many: a task of four months from month 1 has four, 1 to "
        "4.": lambda month, start, months, cost: (
            cost / (months + 1) if _runs(month, start, months) else 0
        ),
        "This divides by the month. Divide by the number of months that the task "
        "has.": lambda month, start, months, cost: (
            cost / month if _runs(month, start, months) else 0
        ),
        "This is upside down: divide the cost by the months.": lambda month, start, months, cost: (
            months / cost if _runs(month, start, months) else 0
        ),
        "This multiplies by the months. The cost is for all of them: divide.": lambda month, start, months, cost: (
            cost * months if _runs(month, start, months) else 0
        ),
        "The pence are cut off: // divides without what is left over. Divide with /.": lambda month, start, months, cost: (
            cost // months if _runs(month, start, months) else 0
        ),
        "This is rounded to whole pounds. Return it in full.": lambda month, start, months, cost: (
            round(cost / months) if _runs(month, start, months) else 0
        ),
        "This gives back 0 always. Does a return line come before the cost is "
        "worked out?": lambda month, start, months, cost: 0,
    },
)


# ---------------------------------------------------------------- 4 what models say


def _people() -> np.ndarray:
    """Return the people per arm of both pilots, beginning with the first table."""
    return draft.pilots().people_per_arm.to_numpy(float)


def _reports() -> np.ndarray:
    return draft.pilots().reported.to_numpy(float)


def _pooled(people: np.ndarray | None = None) -> float:
    """Return the mean of both reports, weighted by their people or by the given numbers."""
    return float(np.average(_reports(), weights=_people() if people is None else people))


def _reliability() -> float:
    """Return the reliability B of both pilots together."""
    return winners_curse.reliability(TAU, float(_people().sum()))


def _shrunken(reported: float, people: float, mean: float = MEAN) -> float:
    return float(winners_curse.shrink(reported, mean, TAU, people))


def _shrunken_as_both(reported: float, mean: float = MEAN) -> float:
    """Return a report shrunken as if it rested on the people of both pilots."""
    return _shrunken(reported, _people().sum(), mean)


def _with_reliability(share: float) -> float:
    """Return the pooled report, shrunken with another reliability than B."""
    return MEAN + share * (_pooled() - MEAN)


promise = number(
    name="promise",
    unit="standard deviations",
    tolerance=0.001,
    expected=lambda: _shrunken_as_both(_pooled()),
    meaning=(
        "A third of what the first table reported, and half as much again as an average town. That is "
        "what the ministry should be told to expect."
    ),
    slips={
        "This is what the best of twelve reported. It was lucky as well as good: take both pilots, and "
        "shrink.": lambda: _reports()[0],
        "This is what the second pilot reported. Take both together, and shrink.": lambda: (
            _reports()[1]
        ),
        "This is halfway between both reports. The larger pilot says more: weigh each by its "
        "people, then shrink.": lambda: _reports().mean(),
        "Both pilots are weighed rightly. Now shrink this towards the mean of all towns; if you did, mind "
        "the brackets in B.": _pooled,
        "This shrinks the first pilot alone. The second has seven times as many people: take both "
        "together.": lambda: [
            _shrunken(_reports()[0], _people()[0]),
            _shrunken_as_both(_reports()[0]),
        ],
        "This shrinks the second pilot alone. The first tells something too: take both "
        "together.": lambda: [
            _shrunken(_reports()[1], _people()[1]),
            _shrunken_as_both(_reports()[1]),
        ],
        "This shrinks the plain average of both reports. The larger pilot says more: weigh each by its "
        "people.": lambda: _shrunken_as_both(_reports().mean()),
        "The weights have changed places: the larger pilot has the larger weight.": lambda: (
            _shrunken_as_both(_pooled(_people()[::-1]))
        ),
        "This is the plain average of two shrunken reports. Take both pilots together first, then "
        "shrink once.": lambda: np.mean(
            [_shrunken(*pilot) for pilot in zip(_reports(), _people(), strict=True)]
        ),
        "Here each pilot is shrunk by itself, and then weighed by its people. Take both pilots together "
        "first, then shrink once.": lambda: np.average(
            [_shrunken(*pilot) for pilot in zip(_reports(), _people(), strict=True)],
            weights=_people(),
        ),
        "This shrinks towards zero, or B has se in place of τ. Shrink towards the mean of all towns, "
        "0.15, with τ in B.": lambda: [
            _shrunken_as_both(_pooled(), mean=0),
            _with_reliability(ERROR**2 / (ERROR**2 + 2 / _people().sum())),
        ],
        "B has 1/n here, or n counts both arms. Two arms of n people each make the variance 2/n.": lambda: (
            _shrunken(_pooled(), 2 * _people().sum())
        ),
        "This takes 1 − B for B. The larger the pilots, the more of the report is to be "
        "believed.": lambda: _with_reliability(1 - _reliability()),
        "n is the average of both pilots here. Together they have 240 people per arm.": lambda: (
            _shrunken(_pooled(), _people().mean())
        ),
        "τ is a standard deviation: square it in B.": lambda: _with_reliability(
            TAU / (TAU + 2 / _people().sum())
        ),
        "This doubles τ. To square is 0.15**2, with two stars.": lambda: _with_reliability(
            2 * TAU / (2 * TAU + 2 / _people().sum())
        ),
        "n is the number of pilots here. It is the people per arm of both together.": lambda: (
            _shrunken(_pooled(), len(_people()))
        ),
        "Brackets are missing in d: both products together, divided by 240.": lambda: (
            _shrunken_as_both(
                _people()[0] * _reports()[0] + _people()[1] * _reports()[1] / _people().sum()
            )
        ),
        "This is B, the share of a surprise to believe. Multiply the surprise by it, and add the mean "
        "of all towns.": _reliability,
        "This is the shrunken surprise. Add the mean of all towns.": lambda: (
            _shrunken_as_both(_pooled()) - MEAN
        ),
        "This is the mean of all towns. What do the two pilots add to it?": lambda: MEAN,
    },
)


def _reception(
    share: float | None = None, product: float = PRODUCT_COST, process: float | None = None
) -> float:
    """Return the reception at which copying and growing anew do equal good for the money.

    The share of the effect that is process, and the cost of it, are those of the exercise if none
    is given.
    """
    share = mine.process_share if share is None else share
    process = mine.process_cost if process is None else process
    return share * product / ((1 - share) * process)


enough_reception = number(
    name="enough_reception",
    varies=mine.of(
        "process_share",
        "process_cost",
        words={
            "0.45": lambda: str(mine.process_share),
            "(1 - 0.45) * 6": lambda: f"(1 - {mine.process_share}) * {mine.process_cost}",
            "three handbooks": lambda: f"{mine.process_cost / PRODUCT_COST:g} handbooks",
        },
    ),
    unit="(reception)",
    tolerance=0.002,
    expected=_reception,
    meaning=(
        "Where a place takes up more than that of the handbook, copying does more good for the money; "
        "where less, growing anew. So find out before you choose."
    ),
    slips={
        "1 − s is missing: the handbook carries only the part that is product.": lambda: (
            mine.process_share * PRODUCT_COST / mine.process_cost
        ),
        "The costs are missing. Growing anew costs three handbooks more.": lambda: (
            mine.process_share / (1 - mine.process_share)
        ),
        "Both shares are missing. The equation has s on one side and 1 − s on the other.": lambda: (
            PRODUCT_COST / mine.process_cost
        ),
        "s and 1 − s have changed places.": lambda: _reception(share=1 - mine.process_share),
        "The costs have changed places. Divide by what multiplies r: (1 − s) times the cost of the "
        "process.": lambda: _reception(product=mine.process_cost, process=PRODUCT_COST),
        "The cost of the process comes on top of the handbook, and the equation has it alone. Do not "
        "add them here.": lambda: _reception(process=PRODUCT_COST + mine.process_cost),
        "This is one minus the reception.": lambda: 1 - _reception(),
        "This solves the equation for s with a reception of 0.45. Here s is 0.45, and r is "
        "asked for.": lambda: what_travels.break_even_share(
            mine.process_share, mine.process_cost / PRODUCT_COST
        ),
        "The cost of growing anew is missing: r is multiplied by it as well.": lambda: (
            mine.process_share * PRODUCT_COST / (1 - mine.process_share)
        ),
        "The cost of a handbook is missing: s is multiplied by it.": lambda: (
            mine.process_share / ((1 - mine.process_share) * mine.process_cost)
        ),
        "1 − s needs brackets of its own: (1 - 0.45) * 6.": lambda: (
            mine.process_share * PRODUCT_COST / (1 - mine.process_share * mine.process_cost)
        ),
        "A bracket is missing: divide by (1 − s) times the cost, as a whole.": lambda: (
            mine.process_share * PRODUCT_COST / (1 - mine.process_share) * mine.process_cost
        ),
    },
)


def _below_zero(sd: float, freedom: float = TOWNS - 2) -> float:
    """Return the chance that the effect in a next place is below 0."""
    return float(stats.t.cdf(-MEAN / sd, freedom))


def _sd() -> float:
    """Return the standard deviation of the effect in a next place around the mean."""
    return math.sqrt(TAU**2 + mine.standard_error**2)


no_benefit = number(
    name="no_benefit",
    varies=mine.of(
        "standard_error",
        words={
            "Of 400 places that is some eighty": lambda: (
                f"Of 400 places that is some {round(400 * _below_zero(_sd()), -1):.0f}"
            )
        },
    ),
    unit="(chance between 0 and 1)",
    tolerance=0.002,
    expected=lambda: _below_zero(_sd()),
    meaning=(
        "About one place in five would have no benefit, or harm, though the mean of all towns lies "
        "above zero. Of 400 places that is some eighty."
    ),
    slips={
        "This is the chance that the next place does benefit. One minus this.": lambda: (
            1 - _below_zero(_sd())
        ),
        "This uses the normal distribution. With six towns the tails are wider: stats.t.cdf with 4 "
        "degrees of freedom.": lambda: stats.norm.cdf(-MEAN / _sd()),
        "This has 5 degrees of freedom. Two are used up, by the mean and by τ: 6 − 2.": lambda: (
            _below_zero(_sd(), TOWNS - 1)
        ),
        "This has 6 degrees of freedom, or is rounded to one decimal. Two degrees are used up, by the "
        "mean and by τ: 6 − 2.": lambda: _below_zero(_sd(), TOWNS),
        "This is about the mean of all towns. A next place lies around it with τ: take the root of "
        "τ² + se².": lambda: _below_zero(mine.standard_error),
        "This has the normal distribution, and the standard error of the mean is missing: τ² + se² "
        "under the root, and stats.t.cdf.": lambda: stats.norm.cdf(-MEAN / TAU),
        "This is about the mean of all towns, and with the normal distribution. A next place lies "
        "around it with τ: take the root of τ² + se².": lambda: stats.norm.cdf(
            -MEAN / mine.standard_error
        ),
        "The standard error of the mean is missing: take the root of τ² + se².": lambda: (
            _below_zero(TAU)
        ),
        "Standard deviations do not add up. Add their squares, then take the root.": lambda: (
            _below_zero(TAU + mine.standard_error)
        ),
        "The root is missing: this divides by a variance.": lambda: _below_zero(_sd() ** 2),
        "The squares are missing under the root: τ² + se².": lambda: _below_zero(
            math.sqrt(TAU + mine.standard_error)
        ),
        "This counts both tails, or doubles where it should square. Only below zero is asked for, and "
        "to square is 0.15**2.": lambda: [
            2 * _below_zero(_sd()),
            _below_zero(math.sqrt(2 * TAU + 2 * mine.standard_error)),
        ],
        "This asks for the chance below the mean. Zero lies (0 - 0.15) / sd from it: put that into "
        "stats.t.cdf.": lambda: float(stats.t.cdf(0, TOWNS - 2)),
        "The distance is not divided by the standard deviation: (0 - 0.15) / sd.": lambda: (
            _below_zero(1)
        ),
        "This is how many standard deviations zero lies from the mean. Put it into "
        "stats.t.cdf(…, 4).": lambda: -MEAN / _sd(),
        "This is how many standard deviations the mean lies above zero. Zero lies below it: put minus "
        "this into stats.t.cdf(…, 4).": lambda: MEAN / _sd(),
        "This is the standard deviation for a next place. Divide the distance by it, and ask "
        "stats.t.cdf.": _sd,
        "This is the height of the curve, stats.t.pdf. A chance is the area up to there, "
        "stats.t.cdf.": lambda: stats.t.pdf(-MEAN / _sd(), TOWNS - 2),
    },
)


def _lead() -> pd.Series:
    """Return the lead of joining up over going it alone in per cent of the need, by share."""
    table = draft.shares().set_index("process_share")
    return table.join_up - table.go_it_alone


def _last_ahead() -> float:
    """Return the last share of the table at which joining up is ahead."""
    lead = _lead()
    return float(lead.index[lead > 0].max())


def _first_behind() -> float:
    lead = _lead()
    return float(lead.index[lead < 0].min())


def _part_of_the_way() -> float:
    """Return how far zero lies from the last share ahead to the first behind, from 0 to 1."""
    lead = _lead()
    return float(lead[_last_ahead()] / (lead[_last_ahead()] - lead[_first_behind()]))


def _step() -> float:
    return _first_behind() - _last_ahead()


def _flip(part: float) -> float:
    return _last_ahead() + _step() * part


def _both_meet() -> float:
    """Return what both rules meet where they meet the same, in per cent."""
    table = draft.shares().set_index("process_share").join_up
    first, then = table[_last_ahead()], table[_first_behind()]
    return float(first + _part_of_the_way() * (then - first))


def _alone_stays() -> float:
    """Return the share at which joining up falls to what going it alone meets in the first row."""
    table = draft.shares()
    slope = (table.join_up.iloc[0] - table.join_up.iloc[-1]) / np.ptp(table.process_share)
    return float(table.process_share.iloc[0] + _lead().iloc[0] / slope)


flip = number(
    name="flip",
    unit="(share of process)",
    tolerance=0.002,
    expected=lambda: _flip(_part_of_the_way()),
    meaning=(
        "Below it a model advises to join up, above it to leave each place to itself, and nobody has "
        "measured which side we are on. Lesson 2 began on the other side of it."
    ),
    slips={
        "This is how far it lies between the two rows, or the step times that. Take that part of the "
        "step, and add the share where the step begins.": lambda: [
            _part_of_the_way(),
            _step() * _part_of_the_way(),
        ],
        "This goes the right way from the wrong end: the part is that from the row where joining up "
        "is still ahead.": lambda: _flip(1 - _part_of_the_way()),
        "This is halfway between two rows. The lead is larger in the one than it is below zero in the "
        "other.": lambda: _flip(0.5),
        "Here joining up is still ahead. Look between this row and the next.": _last_ahead,
        "Here going it alone is ahead already. Look between this row and the one "
        "before.": _first_behind,
        "The lead in the second row is below zero: add both distances from zero.": lambda: _flip(
            _lead()[_last_ahead()] / (_lead()[_last_ahead()] + _lead()[_first_behind()])
        ),
        "This adds the part of the way as if the rows were 1 apart. Multiply it by the "
        "step.": lambda: _last_ahead() + _part_of_the_way(),
        "This is what both meet there. Which share is it?": _both_meet,
        "This lets going it alone stay where it is in the first row. It falls as well, only more "
        "slowly.": _alone_stays,
        "This is the lead of joining up in one row. Where is the lead zero?": lambda: [
            abs(value) for value in _lead()
        ],
    },
)
