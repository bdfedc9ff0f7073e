"""The checks of module 5: right procedures, and the slips people make, all computed from the data."""

from __future__ import annotations

import contextlib
import functools
import itertools
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from scaling import datasets
from scaling.checking import Draw, Variants, choice, function, number, table
from scaling.checking.worked_out import worked_out
from scaling.three_scales import collective_action, ripples, system_map
from scaling.who_is_heard import averages, equity, levels, voices

# These are the figures that the exercise states, in hours a week.
HOURS = 10
NEEDS = (4, 5, 6, 8, 10)
HAS = (5, 3, 3, 2, 1)
PER = 100_000  # maternities
NEIGHBOURS = (12, 0, 8, 5, 16, 1, 9, 19, 2, 14, 10, 1, 18, 4, 9, 13, 6, 17, 11, 15)


def _street(taking_part: int, first: int) -> tuple[int, ...]:
    """Return thresholds as those of the exercise: so many take part, and one visit wins all.

    The person with the lowest threshold has it here too, and so on, but the list begins with
    another person.
    """
    begin = [0, 1, 1, 2, *range(4, len(NEIGHBOURS))][:taking_part]
    wait = [taking_part + 1, *[taking_part + 2] * 2, *range(taking_part + 3, len(NEIGHBOURS))]
    thresholds = [0] * len(NEIGHBOURS)
    for place, threshold in zip(np.argsort(NEIGHBOURS, kind="stable"), begin + wait, strict=True):
        thresholds[place] = threshold
    return tuple(thresholds[first:] + thresholds[:first])


# Arrows that the map of the exercise has not. Each makes loops, all of which pass guests or trust.
_MORE_LINKS = (
    ("hosts", "+", "guests"),
    ("listening", "+", "guests"),
    ("complaints", "-", "trust"),
    ("complaints", "-", "guests"),
    ("guests", "+", "hosts"),
    ("crowding", "-", "trust"),
    ("trust", "+", "crowding"),
    ("trust", "+", "listening"),
)

mine = Variants(
    "05-three-scales",
    cells={
        "m5-people": """\
people.loc["D", "need"] = mine.need_of_d
people.loc["E", "need"] = mine.need_of_e
print(f"Your D needs {mine.need_of_d} hours, in place of 8, and your E {mine.need_of_e}, in place of 10.")
people""",
        "m5-ratio-and-difference-question": """\
print(f"Your difference is wanted in deaths per {mine.per:,} maternities,")
print("in place of 100,000. Write that into the line that is done, too.")""",
        "m5-schooling": """\
older = children[(children.age_2_plus == 1) & (children.community % mine.one_in != 0)]
groups = older.groupby("mother_education").immunised.agg(["mean", "size"])
print(f"Your groups are without the communities whose number can be divided by {mine.one_in}:")
groups""",
        "m5-neighbours": """\
neighbours = list(mine.neighbours)
print("Your neighbours have these thresholds, in place of those above:")
print(neighbours)""",
        "m5-links": """\
links = links[:11] + list(mine.more_links)
graph = nx.DiGraph((start, end) for start, sign, end in links)
print("Your map has more arrows, at the end of the table:")
pd.DataFrame(links, columns=["more of this", "sign", "acts on this"])""",
    },
    need_of_d=Draw(NEEDS[3], [6, 7, 9]),
    need_of_e=Draw(NEEDS[4], range(11, 17)),
    per=Draw(PER, [20_000, 25_000, 40_000, 50_000, 200_000, 250_000, 400_000, 500_000]),
    # communities whose number can be divided by this one are left out
    one_in=Draw(0, range(2, 16)),
    neighbours=Draw(
        NEIGHBOURS, [_street(k, first) for k in (5, 6, 8, 9, 10, 11) for first in range(20)]
    ),
    more_links=Draw(
        (), [links for many in (1, 2) for links in itertools.combinations(_MORE_LINKS, many)]
    ),
)

# ---------------------------------------------------------------- 1 reading a picture


IN_THE_PICTURE: dict[str, Any] = {"at": "organisations", "kind": "once", "up": 0.05, "buffer": 0.5}


def _statements() -> dict[str, bool]:
    """Return whether each statement about the picture is true."""
    shown = ripples.run(**IN_THE_PICTURE)
    society, organisations, people = shown.peak
    sooner = 0 < shown.peak_quarter[2] < shown.peak_quarter[0]
    return {
        "a": bool(shown.path[0, 0] > 0),
        "b": bool(society > people),
        "c": bool(sooner and 0 < society < people < organisations / 2),
        "d": bool((shown.path[-1] > 0.9 * shown.peak).all()),
    }


reading = choice(
    name="reading",
    expected=_statements,
    meaning=(
        "What an organisation does reaches people first, weakened by half here, and society late and "
        "faintly. A law would have moved all three at once."
    ),
    slips={
        "In which quarter does the curve of society begin, and where is its diamond?": lambda: "a",
        "Compare the filled dots of society and of people. Which are more?": lambda: "b",
        "Follow the three curves to their right-hand end. How much is left there?": lambda: "d",
    },
)

# ---------------------------------------------------------------- 2 the same for all, or by need


def _outcome(need: float, has: float, gets: float) -> float:
    """Return the outcome of one person, from 0 to 1."""
    return float(equity.outcome([need], [has], gets)[0])


outcome = function(
    name="outcome",
    expected=_outcome,
    cases=[(10, 1, 2), (4, 5, 0), (8, 2, 0.5), (0.5, 0.2, 0.1)],
    meaning=(
        "Two hours more take a person who needs ten from 10 % to 26 %. The first hours help most, and "
        "a large need swallows them."
    ),
    slips={
        "This is what is still missing. One minus this has been reached.": lambda need, has, gets: (
            math.exp(-(has + gets) / need)
        ),
        "This leaves out what the person has already. Add it to what the budget gives.": lambda need, has, gets: (
            1 - math.exp(-gets / need)
        ),
        "This leaves out what the budget gives. Add it to what the person has.": lambda need, has, gets: (
            1 - math.exp(-has / need)
        ),
        "The minus inside the exponential is missing: exp(−…).": lambda need, has, gets: (
            1 - math.exp((has + gets) / need)
        ),
        "Brackets are missing: first add what the person has and gets, then divide the sum by the "
        "need.": lambda need, has, gets: 1 - math.exp(-has + gets / need),
        "Brackets are missing: the whole sum is divided by the need, not only what the budget "
        "gives.": lambda need, has, gets: 1 - math.exp(-(has + gets / need)),
        "The minus belongs to the whole sum. Put has + gets in brackets before the minus.": lambda need, has, gets: (
            1 - math.exp((-has + gets) / need)
        ),
        "This is hours over need, in a straight line. Each further hour helps a little less: take 1 − "
        "exp(−…) of it.": lambda need, has, gets: (has + gets) / need,
        "Need and hours have changed places: divide the hours by the need.": lambda need, has, gets: (
            1 - math.exp(-need / (has + gets))
        ),
        "This multiplies by the need. The greater the need, the less an hour does: "
        "divide.": lambda need, has, gets: 1 - math.exp(-(has + gets) * need),
        "This is what the budget adds. What the person has already counts too.": lambda need, has, gets: (
            _outcome(need, has, gets) - _outcome(need, has, 0)
        ),
        "This is a power of ten. The exponential is np.exp.": lambda need, has, gets: (
            1 - 10 ** (-(has + gets) / need)
        ),
        "This is a power of two. The exponential is np.exp.": lambda need, has, gets: (
            1 - 2 ** (-(has + gets) / need)
        ),
        "Only the exponential is divided here: divide the hours by the need first, then take the "
        "exponential.": lambda need, has, gets: 1 - math.exp(-(has + gets)) / need,
        "The exponential is missing: 1 − exp(−…) of hours over need.": lambda need, has, gets: (
            1 - (has + gets) / need
        ),
        "The 1 − is missing: take the exponential from 1.": lambda need, has, gets: (
            -math.exp(-(has + gets) / need)
        ),
        "This multiplies the hours had with the hours got. Add them.": lambda need, has, gets: (
            1 - math.exp(-has * gets / need)
        ),
        "These are two outcomes, added. Add the hours first: the later ones help "
        "less.": lambda need, has, gets: 2 - math.exp(-has / need) - math.exp(-gets / need),
        "Brackets are missing, and so is the need under what the budget gives: first add, then divide "
        "the sum.": lambda need, has, gets: 1 - math.exp(-gets + has / need),
        "The minus is missing, and brackets: exp(−(has + gets) / need).": lambda need, has, gets: (
            1 - math.exp(has + gets / need)
        ),
        "This takes the hours from the need. The formula divides the hours by it.": lambda need, has, gets: (
            1 - math.exp(-(need - has - gets) / need)
        ),
        "This is a logarithm. The exponential is np.exp, with a minus inside.": lambda need, has, gets: (
            1 - math.log((has + gets) / need)
        ),
        "The minus inside is missing, and the 1 −: this grows above one.": lambda need, has, gets: (
            math.exp((has + gets) / need)
        ),
        "This squares hours over need. The formula takes it as it is.": lambda need, has, gets: (
            1 - math.exp(-(((has + gets) / need) ** 2))
        ),
        "This takes away what the person has from what the budget gives. Add the "
        "two.": lambda need, has, gets: 1 - math.exp(-(gets - has) / need),
    },
)


def _shortfall(needs: Sequence[float], has: Sequence[float]) -> np.ndarray:
    """Return what each person falls short of, 0 where there is enough."""
    return np.maximum(np.subtract(needs, has), 0)


def _in_proportion(budget: float, weights: ArrayLike) -> np.ndarray:
    """Return a budget shared in proportion to weights."""
    weights = np.asarray(weights, dtype=float)
    return budget * weights / weights.sum()


@dataclass(frozen=True, kw_only=True)
class _shares(function):  # noqa: N801 - the vocabulary of checks is written in lower case
    """A rule of sharing, with a hint of its own where everything goes to people with enough."""

    def _hint(self, answer: Any) -> str | None:
        said = super()._hint(answer)
        if said and said not in self.slips:
            with contextlib.suppress(Exception):
                if np.allclose(answer(*self.cases[0]), [HOURS, 0, 0, 0, 0]):
                    return (
                        "All goes to A, who has more than enough. What a person falls short of is "
                        "needs − has, or 0 if that is less: np.maximum(0, needs - has)."
                    )
        return said


def _needs() -> tuple[int, ...]:
    return (*NEEDS[:3], mine.need_of_d, mine.need_of_e)


by_need = _shares(
    name="by_need",
    varies=mine.of(
        "need_of_d",
        "need_of_e",
        words={"4.5 for E": lambda: f"{equity.proportional(HOURS, _needs(), HAS)[-1]:.1f} for E"},
    ),
    expected=equity.proportional,
    cases=[
        (HOURS, list(NEEDS), list(HAS)),
        (60, [20, 90, 70], [25, 10, 60]),
        (3.5, [1.5, 40.0], [0.5, 4.0]),
    ],
    meaning=(
        "The same ten hours, from none for A to 4.5 for E: fair in another sense than equal. Who says "
        "what each person needs?"
    ),
    slips={
        "These are equal shares. Give in proportion to what each person falls short of.": lambda budget, needs, has: (
            equity.equal(budget, needs, has)
        ),
        "This goes by need alone. Take what people have already from it: need minus has.": lambda budget, needs, has: (
            _in_proportion(budget, needs)
        ),
        "This goes by what people have: who has most gets most. Take the shortfall, need minus "
        "has.": lambda budget, needs, has: _in_proportion(budget, has),
        "Somebody has more than the need, and here gives the rest away. A shortfall below 0 counts as "
        "0: np.maximum(0, …).": lambda budget, needs, has: _in_proportion(
            budget, np.subtract(needs, has)
        ),
        "The shortfall below 0 is set to 0 too late, or in one place alone. First np.maximum(0, …), "
        "then the sum.": lambda budget, needs, has: np.maximum(
            0, _in_proportion(budget, np.subtract(needs, has))
        ),
        "This counts every shortfall as positive. Who has more than the need falls short of nothing: "
        "np.maximum(0, …).": lambda budget, needs, has: _in_proportion(
            budget, np.abs(np.subtract(needs, has))
        ),
        "These are shares of the whole. Multiply them by the budget.": lambda budget, needs, has: (
            _in_proportion(1, _shortfall(needs, has))
        ),
        "These are the shortfalls themselves. The budget is another sum: share it in proportion to "
        "them.": lambda budget, needs, has: _shortfall(needs, has),
        "This is what people have in the end. Only what the budget gives is asked "
        "for.": lambda budget, needs, has: np.add(has, equity.proportional(budget, needs, has)),
        "This divides by the greatest shortfall. Divide by the sum of all.": lambda budget, needs, has: (
            budget * _shortfall(needs, has) / _shortfall(needs, has).max()
        ),
        "This divides by the sum of needs. Divide by the sum of shortfalls, or part of the budget "
        "stays in the drawer.": lambda budget, needs, has: (
            budget * _shortfall(needs, has) / np.sum(needs)
        ),
        "This divides by the number of people once more. The shares should add up to the "
        "budget.": lambda budget, needs, has: equity.proportional(budget, needs, has) / len(needs),
        "This lifts the least well off first, which is a third rule. Here go by the "
        "shortfall.": equity.maximin,
        "This makes the sum of all outcomes greatest, which is another rule. Here go by the "
        "shortfall.": equity.greatest_sum,
        "These are outcomes. The hours that each person gets are asked for.": lambda budget, needs, has: (
            equity.outcome(needs, has, equity.proportional(budget, needs, has))
        ),
        "The sum below counts shortfalls from 0 up, the shortfalls above it do not. Use np.maximum(0, "
        "…) for both.": lambda budget, needs, has: (
            budget * np.subtract(needs, has) / _shortfall(needs, has).sum()
        ),
        "The product is divided by the number of people. Divide it by the sum of all "
        "shortfalls.": lambda budget, needs, has: budget * _shortfall(needs, has) / len(needs),
        "This divides by the mean shortfall. Divide by the sum, np.sum.": lambda budget, needs, has: (
            budget * _shortfall(needs, has) / _shortfall(needs, has).mean()
        ),
        "This multiplies only. Divide by the sum of all shortfalls, or more is given than there "
        "is.": lambda budget, needs, has: budget * _shortfall(needs, has),
        "This divides the shortfalls by the budget. Multiply them by it, and divide by their "
        "sum.": lambda budget, needs, has: _shortfall(needs, has) / budget,
        "This takes each shortfall from the budget. Share the budget: multiply by each shortfall, "
        "divide by their sum.": lambda budget, needs, has: budget - _shortfall(needs, has),
        "This divides by the sum of what people have. Divide by the sum of all "
        "shortfalls.": lambda budget, needs, has: budget * _shortfall(needs, has) / np.sum(has),
        "These are shares in per cent. Hours are asked for: the share times the "
        "budget.": lambda budget, needs, has: _in_proportion(100, _shortfall(needs, has)),
        "These are whole hours. Leave them unrounded, so that they add up to the "
        "budget.": lambda budget, needs, has: np.round(
            _in_proportion(budget, _shortfall(needs, has))
        ),
        "This divides needs by what people have. What they fall short of is the difference, needs − "
        "has.": lambda budget, needs, has: _in_proportion(budget, np.divide(needs, has)),
        "Needs are divided by what people have, and not by a sum. Share in proportion to needs − "
        "has.": lambda budget, needs, has: budget * np.divide(needs, has),
    },
)


def _per_cent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _lowest(share: Callable, least: Callable = min) -> float:
    """Return the lowest outcome under a rule of sharing."""
    return float(least(equity.outcome(_needs(), HAS, share(HOURS, _needs(), HAS))))


def _without_hours() -> float:
    """Return the lowest outcome without any hours of the Kettle."""
    return float(min(equity.outcome(_needs(), HAS, 0)))


_RULES = (equity.equal, equity.proportional)

worst_off = table(
    name="worst_off",
    varies=mine.of(
        "need_of_d",
        "need_of_e",
        words={
            "at 26 %": lambda: f"at {_per_cent(_lowest(equity.equal))}",
            "at 42 %": lambda: f"at {_per_cent(_lowest(equity.proportional))}",
            "with the same mean of 54 %": lambda: (
                f"with means of {_per_cent(_lowest(equity.equal, np.mean))} and "
                f"{_per_cent(_lowest(equity.proportional, np.mean))}"
            ),
        },
    ),
    tolerance=0.002,
    expected=lambda: [_lowest(rule) for rule in _RULES],
    meaning=(
        "Equal hours leave the least well off at 26 %, hours by need at 42 %, with the same mean of "
        "54 %. Who has enough pays for it: 71 % in place of 83 %."
    ),
    slips={
        "These are hours that the least well off gets. Equal input is not equal outcome: how far does "
        "it take that person?": lambda: [rule(HOURS, _needs(), HAS)[-1] for rule in _RULES],
        "These are the smallest numbers of hours. How far people get is asked for: use "
        "outcome.": lambda: [rule(HOURS, _needs(), HAS).min() for rule in _RULES],
        "These are the best off. The lowest outcome is asked for: min.": lambda: [
            _lowest(rule, max) for rule in _RULES
        ],
        "These are means over all five. The lowest outcome is asked for: min.": lambda: [
            _lowest(rule, np.mean) for rule in _RULES
        ],
        "Both are equal shares. The second goes by need.": lambda: [_lowest(equity.equal)] * 2,
        "Both go by need. The first is about equal shares, 10 / 5 hours for each.": lambda: (
            [_lowest(equity.proportional)] * 2
        ),
        "This leaves out what people have already.": lambda: [
            float(min(equity.outcome(_needs(), np.zeros(len(HAS)), rule(HOURS, _needs(), HAS))))
            for rule in _RULES
        ],
        "These are hours over need. How far people get is outcome(need, has, gets).": lambda: [
            float(min(np.add(HAS, rule(HOURS, _needs(), HAS)) / _needs())) for rule in _RULES
        ],
        "The second lifts the least well off first, which is a third rule. Take the shares of "
        "by_need.": lambda: [_lowest(equity.equal), _lowest(equity.maximin)],
        "The first gives all ten hours to each of the five. Share them: 10 / 5.": lambda: [
            float(min(equity.outcome(_needs(), HAS, HOURS))),
            _lowest(equity.proportional),
        ],
        "These are per cent. Write shares between 0 and 1, with three decimals.": lambda: np.round(
            [100 * _lowest(rule) for rule in _RULES]
        ),
        "The first leaves out the ten hours. With equal shares each of the five gets two of "
        "them.": lambda: [_without_hours(), _lowest(equity.proportional)],
        "The second leaves out the ten hours. Put the shares of by_need in the place of "
        "gets.": lambda: [_lowest(equity.equal), _without_hours()],
        "Both leave out the ten hours. Add what each person gets.": lambda: [_without_hours()] * 2,
        "This is what is still missing for the least well off. How far that person gets is one minus "
        "this.": lambda: [1 - _lowest(rule) for rule in _RULES],
        "The first is the person in the middle. The lowest of the five is asked for: "
        "min.": lambda: [_lowest(equity.equal, np.median), _lowest(equity.proportional)],
        "These are of the person in the middle. The lowest of the five is asked for: "
        "min.": lambda: [_lowest(rule, np.median) for rule in _RULES],
        "These are shares of the hours. How far people get is outcome(need, has, gets).": lambda: [
            rule(HOURS, _needs(), HAS)[-1] / HOURS for rule in _RULES
        ],
    },
)

# ---------------------------------------------------------------- 3 rates, groups, chance

EARLIER, LATER = "2017-19", "2020-22"


@functools.cache
def _deaths_and_maternities(period: str) -> tuple[int, int]:
    """Return maternal deaths and maternities of all women in the United Kingdom."""
    figures = datasets.load("published_figures").query(
        "case == 'uk_maternal_mortality' and group == 'all women' and period == @period"
    )
    pattern = r"(\d+) deaths, (\d+) maternities"
    deaths, maternities = re.findall(pattern, figures.note.item())[0]
    return int(deaths), int(maternities)


def _compared(later: str = LATER, earlier: str = EARLIER, per: float | None = None) -> list[float]:
    """Return the ratio and the difference of the rates of two periods.

    The difference is per so many maternities as the exercise asks for, if none are given.
    """
    per = mine.per if per is None else per
    rates = [averages.rate(*_deaths_and_maternities(period), per) for period in (later, earlier)]
    return [averages.ratio(*rates), averages.difference(*rates)]


def _rate(period: str) -> float:
    return averages.rate(*_deaths_and_maternities(period), mine.per)


def _compared_counts() -> list[float]:
    return [
        _deaths_and_maternities(LATER)[0] / _deaths_and_maternities(EARLIER)[0],
        _deaths_and_maternities(LATER)[0] - _deaths_and_maternities(EARLIER)[0],
    ]


ratio_and_difference = table(
    name="ratio_and_difference",
    varies=mine.of(
        "per",
        words={
            "100,000": lambda: f"{mine.per:,}",
            "4.6 more": lambda: f"{_compared()[1]:.1f} more",
        },
    ),
    tolerance=0.01,
    expected=_compared,
    meaning=(
        "1.53 times as high, and 4.6 more women in 100,000. The ratio says how much worse, the "
        "difference how many; neither says why."
    ),
    slips={
        "Both are turned round: take the later years first, the earlier ones second.": lambda: (
            _compared(EARLIER, LATER)
        ),
        "The ratio is upside down: divide the rate of the later years by that of the earlier "
        "ones.": lambda: [1 / _compared()[0], _compared()[1]],
        "The ratio is right. The difference has the wrong sign: how much higher is the later "
        "rate?": lambda: [_compared()[0], -_compared()[1]],
        "These compare numbers of deaths. There were fewer maternities in the later years: compare "
        "rates.": _compared_counts,
        "The ratio is that of the deaths. There were fewer maternities in the later years: divide "
        "rates.": lambda: [_compared_counts()[0], _compared()[1]],
        "The ratio is right. The difference is that of the deaths: subtract the rates.": lambda: [
            _compared()[0],
            _compared_counts()[1],
        ],
        "The first is the excess over one. A ratio is one rate divided by the other.": lambda: [
            _compared()[0] - 1,
            _compared()[1],
        ],
        "The first is the excess over one, in per cent. A ratio is one rate divided by the other.": lambda: [
            100 * (_compared()[0] - 1),
            _compared()[1],
        ],
        "The first is per cent. A ratio is one rate divided by the other.": lambda: [
            100 * _compared()[0],
            _compared()[1],
        ],
        "The second is per cent. A difference of rates has their unit, deaths per 100,000 "
        "maternities.": lambda: [_compared()[0], 100 * (_compared()[0] - 1)],
        "The difference is per 1,000 maternities here. Per 100,000 is asked for.": lambda: (
            _compared(per=1000)
        ),
        "The difference is for a single maternity here. Multiply the rates by 100,000.": lambda: (
            _compared(per=1)
        ),
        "The difference is per million maternities here. Per 100,000 is asked for.": lambda: (
            _compared(per=1_000_000)
        ),
        "These are the two rates. Divide the later one by the earlier one, then subtract.": lambda: [
            _rate(period) for period in (LATER, EARLIER)
        ],
        "These are the two rates. Divide the second by the first, then subtract.": lambda: [
            _rate(period) for period in (EARLIER, LATER)
        ],
        "These divide maternities by deaths. A rate is deaths divided by maternities.": lambda: [
            1 / _compared()[0],
            _deaths_and_maternities(LATER)[1] / _deaths_and_maternities(LATER)[0]
            - _deaths_and_maternities(EARLIER)[1] / _deaths_and_maternities(EARLIER)[0],
        ],
        "The ratio is on the logarithmic scale here. Leave the logarithm out.": lambda: [
            math.log(_compared()[0]),
            _compared()[1],
        ],
        "These compare maternities. The rates are deaths over maternities.": lambda: [
            _deaths_and_maternities(LATER)[1] / _deaths_and_maternities(EARLIER)[1],
            _deaths_and_maternities(LATER)[1] - _deaths_and_maternities(EARLIER)[1],
        ],
        "The first is the later rate. Divide it by the earlier one. The difference is "
        "right.": lambda: [_rate(LATER), _compared()[1]],
        "The first is the earlier rate. Divide the later one by it. The difference is "
        "right.": lambda: [_rate(EARLIER), _compared()[1]],
        "The ratio is right. The second is the excess over one: subtract the rates "
        "themselves.": lambda: [_compared()[0], _compared()[0] - 1],
        "Both periods are divided by the same maternities. Each rate has its own.": lambda: [
            _compared_counts()[0],
            mine.per * _compared_counts()[1] / _deaths_and_maternities(EARLIER)[1],
        ],
        "Both periods are divided by the same maternities, the later ones. Each rate has its "
        "own.": lambda: [
            _compared_counts()[0],
            mine.per * _compared_counts()[1] / _deaths_and_maternities(LATER)[1],
        ],
        "The first is the later rate as a part of both. Divide it by the earlier rate "
        "alone.": lambda: [_rate(LATER) / (_rate(LATER) + _rate(EARLIER)), _compared()[1]],
        "The first is a product. A ratio is one rate divided by the other.": lambda: [
            _rate(LATER) * _rate(EARLIER),
            _compared()[1],
        ],
    },
)


def _interval(deaths: int, births: float, level: float = 0.95, per: float = PER) -> np.ndarray:
    return np.array(averages.rate_interval(deaths, births, level, per))


def _from_chi2(
    deaths: float, births: float, low: float, high: float, half: float = 0.5
) -> np.ndarray:
    """Return the interval that other degrees of freedom would give."""
    quantiles = stats.chi2.ppf(0.025, low), stats.chi2.ppf(0.975, high)
    return PER * half * np.array(quantiles) / births


def _around(deaths: float, births: float, reach: float) -> np.ndarray:
    """Return the interval of a rate that reaches as many deaths to either side."""
    return PER * np.array([deaths - reach, deaths + reach]) / births


rate_interval = function(
    name="rate_interval",
    expected=_interval,
    cases=[(191, 2_173_810), (272, 2_028_543), (3, 20_000), (1, 5_000), (5, 1_200_000)],
    tolerance=1e-3,  # The exact binomial interval is accepted as well.
    meaning=(
        "From 7.6 to 10.1 before, from 11.9 to 15.1 later: they do not touch, so the rise was more than "
        "chance. Three deaths in 20,000 say little: from 3 to 44."
    ),
    slips={
        "This is the normal interval, 1.96 roots of the number of deaths. It is wrong where deaths are "
        "few: take the quantiles of χ².": lambda d, n: _around(d, n, 1.96 * math.sqrt(d)),
        "This is one root of the number of deaths on either side. Take the quantiles of "
        "χ².": lambda d, n: _around(d, n, math.sqrt(d)),
        "This is the normal interval of a logarithm. It is wrong where deaths are few: take the "
        "quantiles of χ².": lambda d, n: (
            PER * d / n * np.exp(np.array([-1.96, 1.96]) / math.sqrt(d))
        ),
        "The upper end has 2 · deaths degrees of freedom here; it needs 2 · deaths + 2.": lambda d, n: (
            _from_chi2(d, n, 2 * d, 2 * d)
        ),
        "The lower end has 2 · deaths + 2 degrees of freedom here; it needs 2 · deaths.": lambda d, n: (
            _from_chi2(d, n, 2 * d + 2, 2 * d + 2)
        ),
        "The upper end has 2 · deaths + 1 degrees of freedom here; it needs 2 · deaths + "
        "2.": lambda d, n: _from_chi2(d, n, 2 * d, 2 * d + 1),
        "The degrees of freedom have changed places: 2 · deaths for the lower end, 2 · deaths + 2 for "
        "the upper.": lambda d, n: _from_chi2(d, n, 2 * d + 2, 2 * d),
        "The degrees of freedom are too few: twice the deaths for the lower end, and two more for the "
        "upper.": lambda d, n: _from_chi2(d, n, d, d + 1),
        "The degrees of freedom are too few: twice the deaths for the lower end, and two more than "
        "that for the upper.": lambda d, n: _from_chi2(d, n, d, d + 2),
        "The quantiles are not halved: divide each by 2.": lambda d, n: _from_chi2(
            d, n, 2 * d, 2 * d + 2, half=1
        ),
        "The chances have changed places: 0.025 belongs to the lower end, 0.975 to the upper.": lambda d, n: (
            PER / 2 * stats.chi2.ppf([0.975, 0.025], [2 * d, 2 * d + 2]) / n
        ),
        "This is stats.chi2.cdf, which goes from a value to a chance. The quantile of a chance is "
        "stats.chi2.ppf.": lambda d, n: (
            PER / 2 * stats.chi2.cdf([0.025, 0.975], [2 * d, 2 * d + 2]) / n
        ),
        "These are numbers of deaths. Divide them by the maternities, and multiply by "
        "100,000.": lambda d, n: _interval(d, n) * n / PER,
        "The upper end is a number of deaths. Make it a rate as well, as you did with the "
        "lower.": lambda d, n: _interval(d, n) * [1, n / PER],
        "These are rates per maternity. Multiply by 100,000.": lambda d, n: _interval(d, n, per=1),
        "These are rates per 1,000. Per 100,000 is asked for.": lambda d, n: _interval(
            d, n, per=1000
        ),
        "These are per cent of maternities. Per 100,000 is asked for.": lambda d, n: _interval(
            d, n, per=100
        ),
        "This is an interval of 90 %. It should leave out 2.5 % at either end: 0.025 and "
        "0.975.": lambda d, n: _interval(d, n, level=0.9),
        "The upper end is first here: lower one first.": lambda d, n: _interval(d, n)[::-1],
        "Both ends are the rate itself. The interval lies around it.": lambda d, n: _around(
            d, n, 0
        ),
        "These are whole deaths. The interval is about the rate behind the count, which need not be "
        "whole: take the quantiles of χ².": lambda d, n: (
            PER * stats.poisson.ppf([0.025, 0.975], d) / n
        ),
        "The half is taken of the degrees of freedom here. Divide the quantiles by 2, behind the "
        "bracket.": lambda d, n: _from_chi2(d, n, d, d + 1, half=1),
        "The upper end has 2 · (deaths + 2) degrees of freedom here. Double the deaths first, then "
        "add 2.": lambda d, n: _from_chi2(d, n, 2 * d, 2 * d + 4),
        "This is upside down: divide the number of deaths by the maternities.": lambda d, n: (
            PER * n / (_interval(d, n) * n / PER)
        ),
        "Deaths and maternities have changed places. The quantiles belong to the "
        "deaths.": lambda d, n: _from_chi2(n, d, 2 * n, 2 * n + 2),
        "The half is taken of the chance here. Halve the quantile, behind the bracket.": lambda d, n: (
            PER / n * stats.chi2.ppf([0.0125, 0.4875], [2 * d, 2 * d + 2])
        ),
        "The upper end has the lower chance, 0.025. It needs 0.975.": lambda d, n: (
            PER / 2 / n * stats.chi2.ppf([0.025, 0.025], [2 * d, 2 * d + 2])
        ),
        "The lower end has the upper chance, 0.975. It needs 0.025.": lambda d, n: (
            PER / 2 / n * stats.chi2.ppf([0.975, 0.975], [2 * d, 2 * d + 2])
        ),
        "The lower quantile is not halved: divide both by 2.": lambda d, n: (
            _interval(d, n) * [2, 1]
        ),
        "The upper quantile is not halved: divide both by 2.": lambda d, n: (
            _interval(d, n) * [1, 2]
        ),
        "The lower chance is 0.25 here. A fortieth is 0.025.": lambda d, n: (
            PER / 2 / n * stats.chi2.ppf([0.25, 0.975], [2 * d, 2 * d + 2])
        ),
        "The upper end is per maternity. Multiply it by 100,000 too.": lambda d, n: (
            _interval(d, n) * [1, 1 / PER]
        ),
        "The lower end is per maternity. Multiply it by 100,000 too.": lambda d, n: (
            _interval(d, n) * [1 / PER, 1]
        ),
        "These are rates per million. Per 100,000 is asked for.": lambda d, n: _interval(
            d, n, per=1_000_000
        ),
        "The + 2 of the upper end stands outside the bracket: it belongs to the degrees of "
        "freedom.": lambda d, n: np.array(
            [_interval(d, n)[0], PER * (stats.chi2.ppf(0.975, 2 * d) + 2) / 2 / n]
        ),
        "The + 2 of the upper end stands behind the bracket, and is halved alone: it belongs to the "
        "degrees of freedom.": lambda d, n: np.array(
            [_interval(d, n)[0], PER * (stats.chi2.ppf(0.975, 2 * d) + 1) / n]
        ),
    },
)


@mine.cached("one_in")
def _by_schooling() -> pd.DataFrame:
    """Return the immunised share and the number of children aged two or more, by schooling."""
    children = datasets.load("guatemala_immunisation")
    older = children[children.age_2_plus == 1]
    if mine.one_in:
        older = older[older.community % mine.one_in != 0]
    return older.groupby("mother_education").immunised.agg(["mean", "size"])


def _overall() -> float:
    groups = _by_schooling()
    return averages.overall(tuple(groups["mean"]), tuple(groups["size"]))


overall = number(
    name="overall",
    varies=mine.of(
        "one_in",
        words={
            "49 % of all": lambda: f"{_per_cent(_overall())} of all",
            "says 55 %": lambda: f"says {_per_cent(_by_schooling()['mean'].mean())}",
            "109": lambda: str(_by_schooling()["size"]["secondary"]),
            "830": lambda: str(_by_schooling()["size"].max()),
        },
    ),
    unit="(a share)",
    tolerance=0.002,
    expected=_overall,
    meaning=(
        "49 % of all, where the plain average of the three says 55 %. The 109 children of the third "
        "group count as 109, not as a third."
    ),
    slips={
        "This is the plain average of three shares, or the share of the middle group alone. In the "
        "average 109 children count as much as 830: weight each share with its children.": lambda: [
            _by_schooling()["mean"].mean(),
            _by_schooling()["mean"]["primary"],
        ],
        "These are children, not a share: divide by the number of all children.": lambda: (
            _by_schooling().prod(axis=1).sum()
        ),
        "This is the share among children whose mother had no schooling. All three together are asked "
        "for.": lambda: _by_schooling()["mean"]["none"],
        "This is the share among children whose mother went to secondary school. All three together "
        "are asked for.": lambda: _by_schooling()["mean"]["secondary"],
        "This adds the three shares. Weight each with its children, and divide by all of "
        "them.": lambda: _by_schooling()["mean"].sum(),
        "This counts the younger children too. The table is about those of two years or "
        "more.": lambda: datasets.load("guatemala_immunisation").immunised.mean(),
        "This divides by the number of groups. Divide by the number of children.": lambda: (
            _by_schooling().prod(axis=1).sum() / 3
        ),
        "This divides by all children of the survey. Divide by those of the table, of two years or "
        "more.": lambda: (
            _by_schooling().prod(axis=1).sum() / len(datasets.load("guatemala_immunisation"))
        ),
        "This is the share of those not fully immunised. One minus this.": lambda: 1 - _overall(),
        "This divides by the sum of the shares. Divide by the number of all children.": lambda: (
            _by_schooling().prod(axis=1).sum() / _by_schooling()["mean"].sum()
        ),
        "That is the number of all children. How large a share of them is fully "
        "immunised?": lambda: _by_schooling()["size"].sum(),
        "This adds shares and adds children, then multiplies. Multiply group by group, then "
        "add.": lambda: _by_schooling()["mean"].sum() * _by_schooling()["size"].sum(),
        "This divides the shares by the children. Multiply them, group by group, then divide by all "
        "children.": lambda: _by_schooling()["mean"].sum() / _by_schooling()["size"].sum(),
        "This divides each share by its children. Multiply them, then divide the sum by all "
        "children.": lambda: (_by_schooling()["mean"] / _by_schooling()["size"]).sum(),
        "This divides by the children of a mean group. Divide by all of them, np.sum.": lambda: (
            _by_schooling().prod(axis=1).sum() / _by_schooling()["size"].mean()
        ),
        "This takes the plain average of the shares times all children. Multiply group by group, then "
        "divide.": lambda: _by_schooling()["mean"].mean() * _by_schooling()["size"].sum(),
        "This counts the immunised of one group alone over all children. Add the other two "
        "groups.": lambda: _by_schooling().prod(axis=1)["none"] / _by_schooling()["size"].sum(),
    },
)

# ---------------------------------------------------------------- 4 what lies at which scale


def _eta2(values: Sequence[float], groups: Sequence) -> float:
    """Return the share of the variance that lies between the means of groups, η²."""
    series = pd.Series(list(values), dtype=float)
    means = series.groupby(list(groups)).transform("mean")
    return float(means.var() / series.var())


def _group_means(values: Sequence[float], groups: Sequence) -> pd.Series:
    return pd.Series(list(values), dtype=float).groupby(list(groups)).mean()


def _variance(values: Sequence[float]) -> float:
    return float(np.var(np.asarray(values, dtype=float), ddof=1))


between_share = function(
    name="between_share",
    expected=_eta2,
    cases=[
        ([1, 2, 3, 7, 8, 9], ["a", "a", "a", "b", "b", "b"]),
        ([4.5, 0.5, 2.5, 2.0, 9.5], ["x", "x", "y", "y", "x"]),
        ([3, 8, 1, 6, 2, 30, 4], ["p", "q", "p", "q", "r", "r", "q"]),
    ],
    meaning=(
        "For these children 17 % lies between communities, where chance alone would put 7 %. Most of "
        "what differs, differs among neighbours."
    ),
    slips={
        "This is the share within groups. One minus this lies between them.": lambda y, g: (
            1 - _eta2(y, g)
        ),
        "This takes each group's mean once, large or small. Give every person the mean of the group "
        "first: transform, without agg.": lambda y, g: float(
            _group_means(y, g).var() / _variance(y)
        ),
        "This takes each group's mean once, large or small. Give every person the mean of the group "
        "first, with transform.": lambda y, g: float(_group_means(y, g).var(ddof=0) / np.var(y)),
        "This is the variance between groups. Divide it by the variance of all values.": lambda y, g: (
            _eta2(y, g) * _variance(y)
        ),
        "This is the variance between groups, with n below. Divide it by the variance of all "
        "values.": lambda y, g: _eta2(y, g) * float(np.var(y)),
        "This is the total variance, not the part between groups. Divide the variance of the means by "
        "it.": lambda y, g: _variance(y),
        "This divides by the variance within groups. Divide by the variance of all values.": lambda y, g: (
            _eta2(y, g) / (1 - _eta2(y, g))
        ),
        "This divides standard deviations. A share of variance needs variances: .var().": lambda y, g: (
            math.sqrt(_eta2(y, g))
        ),
        "This is upside down: the variance of the means over that of all values.": lambda y, g: (
            1 / _eta2(y, g)
        ),
        "This is the variance within groups. Divide the variance of the means by that of all "
        "values.": lambda y, g: (1 - _eta2(y, g)) * _variance(y),
        "One variance has n below, the other n − 1. Take .var() for both.": lambda y, g: (
            _eta2(y, g) * _variance(y) / float(np.var(y))
        ),
        "One variance has n − 1 below, the other n. Take .var() for both.": lambda y, g: (
            _eta2(y, g) * float(np.var(y)) / _variance(y)
        ),
        "This allows for chance, as the lesson's share does. Here the plain share is asked for: the "
        "variance of the means over that of all values.": lambda y, g: float(
            levels.shares(y, g)[0]
        ),
        "This divides means. Means of groups have the same mean as the values: compare their "
        "variances, .var().": lambda y, g: 1.0,
        "This divides by both variances together. Divide by that of all values alone.": lambda y, g: (
            _eta2(y, g) / (1 + _eta2(y, g))
        ),
        "This takes one variance from the other. Divide the variance of the means by that of all "
        "values.": lambda y, g: (_eta2(y, g) - 1) * _variance(y),
        "This is the mean variance within groups, as a share. Take the variance of the "
        "means.": lambda y, g: float(
            pd.Series(list(y), dtype=float).groupby(list(g)).var().mean() / _variance(y)
        ),
        "A standard deviation is divided by a variance here. Take .var() for both.": lambda y, g: (
            math.sqrt(_eta2(y, g) * _variance(y)) / _variance(y)
        ),
        "This multiplies the two variances. Divide the first by the second.": lambda y, g: (
            _eta2(y, g) * _variance(y) ** 2
        ),
        "This is squared once too often: .var() is a square already.": lambda y, g: (
            _eta2(y, g) ** 2
        ),
        'This gives each person the variance of the group. Give the mean: transform("mean").': lambda y, g: (
            float(
                pd.Series(list(y), dtype=float).groupby(list(g)).transform("var").var()
                / _variance(y)
            )
        ),
    },
)


def _children() -> pd.DataFrame:
    children = datasets.load("guatemala_immunisation")
    return children.assign(schooling=(children.mother_education != "none").astype(int))


def _slopes(schooling: str = "", youngest: int = 0) -> levels.Slopes:
    """Return how much more often children of mothers with schooling are immunised, by scale."""
    children = _children()
    children = children[children.age_2_plus >= youngest].copy()
    if schooling:
        children["schooling"] = children.mother_education == schooling
    return levels.slopes(children.schooling, children.immunised, children.community)


def _distances() -> tuple[pd.Series, pd.Series]:
    """Return schooling and immunisation as distances from the mean of the community."""
    children = _children()
    means = children.groupby("community")[["schooling", "immunised"]].transform("mean")
    return children.schooling - means.schooling, children.immunised - means.immunised


def _line(x: Sequence[float], y: Sequence[float]) -> float:
    """Return the slope of a straight line through points."""
    return float(np.polyfit(x, y, 1)[0])


def _line_through_communities() -> float:
    """Return the slope through the means of communities, each counted once."""
    means = _children().groupby("community")[["schooling", "immunised"]].mean()
    return _line(means.schooling, means.immunised)


two_slopes = table(
    name="two_slopes",
    tolerance=0.001,
    expected=lambda: [_slopes().overall, _slopes().within],
    meaning=(
        "11 points over all children, 3 among neighbours, and by chance these may be −2 to 8. Part of "
        "what looks like schooling goes with the place. With age it is otherwise: 21 points, and 21 among "
        "neighbours."
    ),
    slips={
        "Both are over all children. For the second take distances from the mean of the "
        "community.": lambda: [_slopes().overall] * 2,
        "Both are among neighbours. The first is about all children.": lambda: (
            [_slopes().within] * 2
        ),
        "The second is the slope between communities. Among neighbours, take the distances from "
        "their means.": lambda: [_slopes().overall, _slopes().between],
        "The second goes through the means of communities. Among neighbours, take each child's "
        "distance from them.": lambda: [_slopes().overall, _line_through_communities()],
        "These leave out the younger children. Take all in the table children.": lambda: [
            _slopes(youngest=1).overall,
            _slopes(youngest=1).within,
        ],
        "In the second only the children are compared with their community. Take the distances of "
        "schooling, too.": lambda: [
            _slopes().overall,
            _line(_children().schooling, _distances()[1]),
        ],
        "These are correlations. The slope is np.polyfit(x, y, 1)[0].": lambda: [
            float(_children().schooling.corr(_children().immunised)),
            float(_distances()[0].corr(_distances()[1])),
        ],
        "x and y have changed places: schooling first, then immunised.": lambda: [
            _line(_children().immunised, _children().schooling),
            _line(*_distances()[::-1]),
        ],
        "These are where the lines begin. The slope is the first number of np.polyfit, "
        "[0].": lambda: [
            float(np.polyfit(_children().schooling, _children().immunised, 1)[1]),
            float(np.polyfit(*_distances(), 1)[1]),
        ],
        "This counts secondary school alone. The column schooling has 1 for primary school "
        "too.": lambda: [_slopes("secondary").overall, _slopes("secondary").within],
        "This counts primary school alone. The column schooling has 1 for secondary school "
        "too.": lambda: [_slopes("primary").overall, _slopes("primary").within],
        "The second is right, but rounded too far: three decimals or more.": lambda: [
            _slopes().overall,
            round(_slopes().within, 2),
        ],
        "The second has the wrong sign: take the mean of the community from the child's own value, in "
        "both columns.": lambda: [_slopes().overall, -_slopes().within],
        "The second is a difference of slopes. Fit a line to the distances instead.": lambda: [
            _slopes().overall,
            _slopes().overall - _slopes().within,
        ],
        "The first is the slope between communities. Take the columns as they are.": lambda: [
            _slopes().between,
            _slopes().within,
        ],
        "The first is among neighbours, the second between communities. Take all children as they are, "
        "then the distances.": lambda: [_slopes().within, _slopes().between],
        "These are shares of children, not slopes. How much higher is one than the "
        "other?": lambda: _children().groupby("schooling").immunised.mean()[[1, 0]].tolist(),
        "These are shares of children, not slopes. By how much do they differ?": lambda: (
            _children().groupby("schooling").immunised.mean().tolist()
        ),
    },
)

# ---------------------------------------------------------------- 5 when enough others act


def _in_rounds(
    thresholds: Sequence[float], rounds: int, start: int = 0, strict: bool = False
) -> int:
    """Return how many people act after some rounds."""
    waiting_for = np.asarray(thresholds)
    acting = start
    for _ in range(rounds):
        acting = int(np.sum(waiting_for < acting if strict else waiting_for <= acting))
    return acting


def _exactly(thresholds: Sequence[float]) -> int:
    """Return how many people join if a threshold must be met exactly."""
    acting = 0
    for threshold in sorted(thresholds):
        acting += threshold == acting
    return int(acting)


def _with_the_comparison_reversed(thresholds: Sequence[float]) -> int:
    """Return how many people join if the comparison with the threshold is reversed."""
    acting = 0
    for threshold in sorted(thresholds):
        acting += threshold >= acting
    return int(acting)


def _in_the_order_given(thresholds: Sequence[float]) -> int:
    """Return how many people join if each is asked once, in the order of the list."""
    acting = 0
    for threshold in thresholds:
        acting += threshold <= acting
    return int(acting)


cascade = function(
    name="cascade",
    expected=collective_action.cascade,
    cases=[
        ([2, 0, 1, 3, 6],),
        ([5, 1, 0, 0, 2, 9, 4, 4],),
        ([3, 1, 2],),
        ([1, 0, 1, 3, 2],),
        ([6, 0, 4, 0, 3, 9, 0, 5, 0, 7, 0, 1, 0, 12, 2, 5],),
        ([0, 2, 2, 7],),
        ([11, 3, 8, 0, 5, 10, 2, 13, 7, 1, 9, 4, 12, 6],),
    ],
    meaning=(
        "Each who joins may be the one somebody else has waited for. Where the chain stops depends on "
        "single people, not on how willing people are on average."
    ),
    slips={
        "This asks the first person of the list alone. Does the return line stand inside the loop? It "
        "belongs below it.": lambda t: int(t[0] <= 0),
        "This stops after the first person. Does the return line stand inside the loop? It belongs "
        "below it, moved in as far as for.": lambda t: int(min(t) <= 0),
        "These are those who begin without anybody. Others follow them: go on until nobody "
        "joins, from the lowest threshold up.": lambda t: _in_rounds(t, 1),
        "This stops after two rounds. Others may follow: go on until nobody joins.": lambda t: (
            _in_rounds(t, 2)
        ),
        "This asks each only about the place in the sorted list. Who comes before may have stayed away: "
        "count those who take part.": lambda t: int(np.sum(np.sort(t) <= np.arange(len(t)))),
        "This goes through the list once in the order given. Who waited may join later: sort the list "
        "first, or go on until nobody joins.": _in_the_order_given,
        "Nobody is ever counted here. Ask for <=, not <, keep the new number, acting = acting + 1, and "
        "let return stand below the loop.": lambda t: _in_rounds(t, len(t) + 1, strict=True),
        "Here somebody who waits for k others joins only when k + 1 take part: <= in place of "
        "<.": lambda t: _in_rounds(t, len(t) + 1, start=1, strict=True),
        "This begins with one who takes part already. Begin with acting = 0: who waits for 0 others "
        "comes by themselves.": lambda t: _in_rounds(t, len(t) + 1, start=1),
        "Each counts themselves among the others here: threshold <= acting, without + 1.": lambda t: (
            max(collective_action.cascade(np.asarray(t) - 1), 0)
        ),
        "cascade counts all people in the list here. Who takes part in the end?": len,
        "These are those who stay away. Those who take part are asked for.": lambda t: (
            len(t) - collective_action.cascade(t)
        ),
        "One too many: count those who take part, from 0.": lambda t: (
            collective_action.cascade(t) + 1
        ),
        "This is the largest threshold that was reached. How many take part?": lambda t: max(
            (one for one in sorted(t)[: collective_action.cascade(t)]), default=0
        ),
        "This counts different thresholds. Two people with the same threshold are two.": lambda t: (
            len(set(sorted(t)[: collective_action.cascade(t)]))
        ),
        "Here only those join who wait for exactly as many as take part. Who waits for fewer joins "
        "too: <= in place of ==.": lambda t: _exactly(t),
        "The comparison is turned round: a person joins if the threshold is at most acting, "
        "threshold <= acting.": lambda t: _with_the_comparison_reversed(t),
        "This is the largest threshold of all. How many people take part?": max,
        "This is the smallest threshold. How many people take part?": min,
        "This adds the thresholds. Count the people who join: acting = acting + 1.": sum,
        "One too few: count those who take part, also the last one.": lambda t: (
            collective_action.cascade(t) - 1
        ),
        "This compares with the number of people in the list. Compare with those who take part so far, "
        "acting.": lambda t: int(np.sum(np.asarray(t) < len(t))),
        "This compares with the average threshold. Compare with those who take part so far, "
        "acting.": lambda t: int(np.sum(np.asarray(t) <= np.mean(t))),
    },
)

WON_OVER = 2  # people by which a visit lowers a threshold


def _after_a_visit(threshold: int) -> int:
    """Return how many people take part after a visit to one with this threshold."""
    thresholds = list(mine.neighbours)
    thresholds[thresholds.index(threshold)] = max(0, threshold - WON_OVER)
    return collective_action.cascade(thresholds)


@mine.cached("neighbours")
def _best_visit() -> int:
    """Return the threshold of the person to visit so that most people take part."""
    return max(set(mine.neighbours), key=_after_a_visit)


def _lowest_unmet_threshold() -> int:
    """Return the lowest threshold among people who stay away."""
    return min(t for t in mine.neighbours if t > collective_action.cascade(mine.neighbours))


persuade = number(
    name="persuade",
    varies=mine.of(
        "neighbours",
        words={
            "waits for 9": lambda: f"waits for {_best_visit()}",
            "wait for nine": lambda: f"wait for {_best_visit()}",
            "instead of seven": lambda: f"instead of {_best_visit() - 2}",
            "it is 8, and seven take": lambda: (
                f"it is {_best_visit() - 1}, and {_best_visit() - 2} take"
            ),
        },
    ),
    unit="(a threshold)",
    tolerance=0.1,
    expected=_best_visit,
    meaning=(
        "One visit to somebody who waits for 9, and instead of seven all twenty take part. The person "
        "nearest to joining would have come without any followers."
    ),
    slips={
        "That is the person nearest to joining, who comes; the next two still wait for nine. Try "
        "the others with your function.": _lowest_unmet_threshold,
        "That is the most hesitant. Lowered by 2 the threshold is still far away: try the others with "
        "your function.": lambda: max(mine.neighbours),
        "That person comes anyway, without anybody.": lambda: min(mine.neighbours),
        "That is how many take part without a visit; and a visit can bring a threshold there. State "
        "the threshold as it is in the list, before the visit.": lambda: collective_action.cascade(
            mine.neighbours
        ),
        "That is how many take part after the best visit. Whose threshold should be "
        "lowered?": lambda: _after_a_visit(_best_visit()),
        "A visit to this person brings nobody more. If you meant a place in the list, state the threshold "
        "that stands there.": lambda: mine.neighbours.index(_best_visit()),
        "A visit to that person brings nobody more. If you meant a place in the list, "
        "state the threshold that stands there.": lambda: mine.neighbours.index(
            _best_visit(), mine.neighbours.index(_best_visit()) + 1
        ),
        "With this one lowered by 2, it is 8, and seven take part. Nobody joins: try the others with "
        "your function.": lambda: _best_visit() + 1,
        "Visited, that person brings nobody more. Try each of them with your function: after which "
        "visit do most take part?": lambda: sorted(set(mine.neighbours) - {_best_visit()}),
        "Nobody in the list has this threshold. State one that stands there.": lambda: sorted(
            set(range(10 * len(mine.neighbours))) - set(mine.neighbours)
        ),
    },
)

# ---------------------------------------------------------------- 6 who is heard


def _heard(chances: Sequence[float], values: Sequence[float]) -> float:
    """Return the mean that a survey finds if each person answers with some chance."""
    return float(np.average(values, weights=chances))


def _covariance(chances: Sequence[float], values: Sequence[float], ddof: int = 0) -> float:
    return float(np.cov(chances, values, ddof=ddof)[0, 1])


survey_bias = function(
    name="survey_bias",
    expected=voices.bias,
    cases=[
        ([0.6, 0.5, 0.2, 0.1], [2, 3, 7, 8]),
        ([0.3, 0.25, 0.1, 0.05], [2, 3, 7, 8]),
        ([0.4, 0.4, 0.4], [1, 5, 9]),
        ([0.05, 0.7, 0.3, 0.2, 0.2], [4.5, 1.0, 12.0, 0.5, 30.0]),
        ([0.2, 0.3, 0.7], [1, 6, 5]),
    ],
    meaning=(
        "Those alone most answer least: the survey finds 3.5 evenings where 5 are true. Half the "
        "answers or twice as many, the bias is the same."
    ),
    slips={
        "This is what the survey finds. The bias is how far that is from the mean of all: take the "
        "mean of all from it.": _heard,
        "This is the mean of all. The bias is what the survey finds, less this.": lambda p, y: (
            float(np.mean(y))
        ),
        "The sign is turned round: what the survey finds, less the mean of all.": lambda p, y: (
            -voices.bias(p, y)
        ),
        "This drops the sign. Below 0 the survey finds too little: leave out abs.": lambda p, y: (
            abs(voices.bias(p, y))
        ),
        "This is below 0 always. Where those with most answer most, the survey finds too much: what "
        "it finds, less the mean of all.": lambda p, y: -abs(voices.bias(p, y)),
        "This is the covariance. Divide it by the mean chance of answering.": _covariance,
        "This covariance has n − 1 below. All people are in the lists, not a sample of them: divide "
        "by n.": lambda p, y: _covariance(p, y, 1) / np.mean(p),
        "This is a covariance with n − 1 below. All people are in the lists: divide by n, then by the "
        "mean chance of answering.": lambda p, y: _covariance(p, y, 1),
        "This multiplies by the mean chance of answering. Divide by it.": lambda p, y: (
            _covariance(p, y) * np.mean(p)
        ),
        "This is a correlation, without unit. Take the covariance, and divide it by the mean chance of "
        "answering.": lambda p, y: float(np.corrcoef(p, y)[0, 1]),
        "This is a slope. Divide the covariance by the mean chance of answering, not by its "
        "variance.": lambda p, y: _covariance(p, y) / float(np.var(p)),
        "This divides by the sum of the chances, after a mean was taken already. Divide the "
        "covariance by their mean.": lambda p, y: _covariance(p, y) / np.sum(p),
        "Chance times value is divided by the number of people here. Divide by the sum of the "
        "chances: those are the answers.": lambda p, y: float(
            np.mean(np.multiply(p, y)) - np.mean(y)
        ),
        "This is the sum of chance times value, less the mean. Divide that sum by the sum of the "
        "chances first.": lambda p, y: float(np.sum(np.multiply(p, y)) - np.mean(y)),
        "This counts the first person alone. Does the return line stand inside a loop? It belongs "
        "below it.": lambda p, y: float(p[0] * y[0] / np.sum(p) - np.mean(y)),
        "This is what is found, divided by the mean of all. The bias is a difference.": lambda p, y: (
            _heard(p, y) / float(np.mean(y))
        ),
        "This is the bias as a part of the mean. Leave it in the unit of the values.": lambda p, y: (
            voices.bias(p, y) / float(np.mean(y))
        ),
        "No bias at all would mean that everybody is as likely to answer. Weight each value with its "
        "chance.": lambda p, y: 0.0,
        "The sum of all values is taken away here, or their mean once for each person. Take the mean "
        "once, outside the bracket of np.sum.": lambda p, y: _heard(p, y) - float(np.sum(y)),
        "Chances and values are summed before they are multiplied. Multiply person by person, then "
        "sum.": lambda p, y: float(np.sum(y) - np.mean(y)),
        "This divides by the sum of the values. Divide by the sum of the chances.": lambda p, y: (
            float(np.sum(np.multiply(p, y)) / np.sum(y) - np.mean(y))
        ),
        "This takes the mean chance away. Take the mean of the values.": lambda p, y: (
            _heard(p, y) - float(np.mean(p))
        ),
        "These are two sums, one from the other. The survey's mean is a sum divided by the sum of the "
        "chances.": lambda p, y: float(np.sum(np.multiply(p, y)) - np.sum(y)),
        "This is the sum of chance times value. Divide it by the sum of the chances, then take the "
        "mean of all from it.": lambda p, y: float(np.sum(np.multiply(p, y))),
        "The mean is taken from the chances, below the line. Close the bracket after np.sum(chances) "
        "first.": lambda p, y: float(np.sum(np.multiply(p, y)) / (np.sum(p) - np.mean(y))),
        "This divides twice: by the number of people and by the sum of chances. Leave the number of "
        "people out.": lambda p, y: _heard(p, y) / len(y) - float(np.mean(y)),
        "The sum of chance times value is not divided, and the sign is turned round.": lambda p, y: (
            float(np.mean(y) - np.sum(np.multiply(p, y)))
        ),
        "This is the median less the mean. Weight each value with its chance.": lambda p, y: float(
            np.median(y) - np.mean(y)
        ),
        "This leaves the chances out above the line. Multiply each value by its chance "
        "first.": lambda p, y: float(np.sum(y) / np.sum(p) - np.mean(y)),
    },
)

# ---------------------------------------------------------------- 7 loops

LINKS = tuple(
    system_map.Link(source, sign, target)
    for source, sign, target in (
        ("guests", +1, "trust"),
        ("trust", +1, "guests"),
        ("guests", +1, "crowding"),
        ("crowding", -1, "guests"),
        ("crowding", +1, "complaints"),
        ("trust", +1, "hosts"),
        ("hosts", -1, "crowding"),
        ("hosts", +1, "listening"),
        ("listening", +1, "trust"),
        ("ministry", +1, "reports"),
        ("reports", -1, "listening"),
    )
)


def _links() -> tuple[system_map.Link, ...]:
    signs = {"+": 1, "-": -1}
    return LINKS + tuple(
        system_map.Link(source, signs[sign], target) for source, sign, target in mine.more_links
    )


@mine.cached("more_links")
def _loops() -> tuple[system_map.Loop, ...]:
    return tuple(system_map.loops(_links()))


def _is_reinforcing(loop: system_map.Loop) -> bool:
    return loop.sign > 0


def _both_kinds(
    among: Callable[[system_map.Loop], bool] = lambda loop: True,
    is_reinforcing: Callable[[system_map.Loop], bool] = _is_reinforcing,
    counted: Callable[[system_map.Loop], int] = lambda loop: 1,
) -> list[int]:
    """Return how many of the chosen loops are reinforcing, and how many are balancing."""
    found = [loop for loop in _loops() if among(loop)]
    return [
        sum(counted(loop) for loop in found if is_reinforcing(loop) is kind)
        for kind in (True, False)
    ]


@dataclass(frozen=True, kw_only=True)
class _counts(table):  # noqa: N801 - the vocabulary of checks is written in lower case
    """Numbers of loops, with a hint about too many or too few where no known slip fits."""

    def _hint(self, answer: Any) -> str | None:
        said = super()._hint(answer)
        if not said or said in self.slips:
            return said
        right, given = worked_out(self.expected), np.ravel(answer)
        is_counted = len(given) == len(right) and all(
            isinstance(k, Real) and k == round(k) for k in given.tolist()
        )
        if not is_counted or sorted(given) == sorted(right):
            return said
        if sum(given) == sum(right):
            return (
                "As many loops as there are, but of other kinds. Count the minus signs of each: with "
                "none or an even number of them it is reinforcing."
            )
        if sum(given) > sum(right):
            return (
                "These are more loops than the map has. Each must come back to where it began, pass "
                "nothing twice, and is counted once, wherever you enter it."
            )
        return (
            "A loop is missing. Follow every arrow out of guests and out of trust until it comes back, "
            "or ends."
        )


loops = _counts(
    name="loops",
    varies=mine.of(
        "more_links",
        words={
            "Three loops feed on themselves, one holds back": lambda: (
                "{} loops feed on themselves, {} hold back".format(*_both_kinds())
                if _both_kinds()[1] > 1
                else f"{_both_kinds()[0]} loops feed on themselves, one holds back"
            )
        },
    ),
    tolerance=0.1,
    expected=_both_kinds,
    meaning=(
        "Three loops feed on themselves, one holds back. The ministry sits in none: what it sends "
        "acts on the table, and nothing comes back to it."
    ),
    slips={
        "A loop with two minus signs is counted as balancing. They cancel: multiply the signs of all "
        "its links.": lambda: _both_kinds(
            is_reinforcing=lambda loop: all(link.sign > 0 for link in loop.links)
        ),
        "This counts a loop once for every place where it can begin. A loop is one, wherever you enter "
        "it.": lambda: _both_kinds(counted=lambda loop: len(loop.links)),
        "These are links, plus and minus. A loop is a way along the arrows, back to where it "
        "began.": lambda: [sum(link.sign == kind for link in _links()) for kind in (1, -1)],
        "These are the loops of two links. Longer ones count too.": lambda: _both_kinds(
            lambda loop: len(loop.links) == 2
        ),
        "A reinforcing loop is missing. Loops may pass three links, or four.": lambda: np.subtract(
            _both_kinds(), [1, 0]
        ),
        "The kinds are not told apart here. Multiply the signs of the links of each loop.": lambda: (
            _both_kinds(is_reinforcing=lambda loop: True)
        ),
        "A chain is counted as a loop, such as the one that begins with the ministry. No arrow leads "
        "back there.": lambda: np.add(_both_kinds(), [0, 1]),
    },
)
