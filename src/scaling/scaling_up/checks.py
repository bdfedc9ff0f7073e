"""The checks of module 1: right answers and common mistakes, all computed from the data."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from itertools import count
from typing import TypedDict

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from scaling import datasets, meta
from scaling.checking import Draw, Variants, choice, function, number, table
from scaling.scaling_up import adoption, programmes, winners_curse

mine = Variants(
    "01-scaling-up",
    cells={
        "m1-one-study-question": """\
print(
    "Your study, in place of Leeman's, is an invented one: {} young people took part in the "
    "programme, and {} of them offended again. Of {} others, {} did. Change the first line of the "
    "answer, too.".format(*mine.counts)
)""",
        "m1-chance-spread-question": """\
print(f"Your pilots: {mine.people} people per arm, in place of 72.")""",
        "m1-best-of-twenty": """\
print(f"Your twenty towns: true effects lie around a mean of {mine.mean}, in place of 0.2.")


def best_of_twenty(n):
    best = winners_curse.expected(pilots=20, n=n, tau=0.1, mean=mine.mean)
    return best.reported, best.delivered


best_of_twenty(100)""",
        "m1-without-selection-question": """\
print(f"Suppose that it were {mine.selected_percent} % of the gap, in place of 70 %.")""",
        "m1-forecast-question": """\
print(f"Your year: {mine.year}, in place of 1965.")""",
    },
    # of a study, as COUNTS are: usually those of Leeman (1993)
    counts=Draw(
        (20, 3, 37, 15),
        [
            (n, bad, n + more, bad + others_bad)
            for n in range(19, 42, 2)
            for bad in (3, 4, 5)
            for more in (7, 12, 17)
            for others_bad in (6, 9, 11)
            if (n + more, bad + others_bad) != (37, 15)
        ],
    ),
    # per arm of a pilot
    people=Draw(72, [people for people in range(41, 121) if people != 72]),
    # of the true effects of twenty pilots
    mean=Draw(
        0.2, [thousandths / 1000 for thousandths in (*range(120, 150, 5), *range(245, 335, 5))]
    ),
    # of the gap between journals and government units
    selected_percent=Draw(70, [percent for percent in range(45, 86) if percent != 70]),
    # that is forecast
    year=Draw(1965, range(1955, 1965)),
)

# ---------------------------------------------------------------- 1 reading a picture


class _Setting(TypedDict):
    pilots: int
    n: int
    tau: float
    second: int


IN_THE_PICTURE: _Setting = {"pilots": 40, "n": 50, "tau": 0.05, "second": 0}


def _statements() -> dict[str, bool]:
    """Return which of the statements about the picture are true."""
    shown = winners_curse.run(**IN_THE_PICTURE)
    reports, effects = shown.reports, shown.effects
    reported, delivered = reports[shown.best], effects[shown.best]
    return {
        "a": bool(effects.argmax() == shown.best),
        "b": bool(
            delivered < reported / 3
            and abs(shown.shrunken - delivered) < abs(reported - delivered) / 3
        ),
        "c": bool((effects[reports < 0] < 0).all()),
        "d": bool(reports.std() < 1.5 * effects.std()),
    }


reading = choice(
    name="reading",
    expected=_statements,
    meaning=(
        "Nobody cheated and nothing changed: the best report is the luckiest of forty. Shrunken "
        "towards what all towns have in common, it comes near the truth."
    ),
    slips={
        "Follow the topmost line from its report to its diamond. Does any other diamond lie further "
        "to the right?": lambda: "a",
        "Follow the lines of those reports to their diamonds. On which side of 0 do most of them "
        "lie?": lambda: "c",
        "Compare how far the circles are scattered, and how far the diamonds are.": lambda: "d",
    },
)

# ---------------------------------------------------------------- 2 from research to daily work

COUNTS = ["treated_n", "treated_reoffended", "control_n", "control_reoffended"]

# Each measure takes the number of people and of those who reoffended, with the programme and then
# without it.


def _odds_ratio(n: float, bad: float, control_n: float, control_bad: float) -> float:
    return programmes.odds_ratio(n - bad, bad, control_n - control_bad, control_bad)


def _risk_ratio(n: float, bad: float, control_n: float, control_bad: float) -> float:
    """Return the share who did not reoffend with the programme, divided by that without it."""
    return (1 - bad / n) / (1 - control_bad / control_n)


def _reoffending_ratio(n: float, bad: float, control_n: float, control_bad: float) -> float:
    return (bad / n) / (control_bad / control_n)


def _difference(n: float, bad: float, control_n: float, control_bad: float) -> float:
    return control_bad / control_n - bad / n


def _odds(n: float, bad: float) -> float:
    return (n - bad) / bad


def _for_one_study(measure: Callable[..., ArrayLike]) -> Callable[[], ArrayLike]:
    """Return a function without arguments, which measures the study that the exercise describes."""
    return lambda: measure(*map(float, mine.counts))


one_study = number(
    name="one_study",
    varies=mine.of(
        "counts",
        words={
            "nearly four times as high. It is one study, and a small one.": lambda: (
                f"{_for_one_study(_odds_ratio)():.1f} times as high. The study is invented, and a "
                "small one."
            ),
            "22 / 15": lambda: f"{mine.counts[2] - mine.counts[3]} / {mine.counts[3]}",
        },
    ),
    tolerance=0.01,
    expected=_for_one_study(_odds_ratio),
    meaning=(
        "In the programme the odds of staying clear of a new offence were nearly four times as high. "
        "It is one study, and a small one."
    ),
    slips={
        "This is a risk ratio: it divides those who did not reoffend by everybody. Odds divide them "
        "by those who did.": _for_one_study(_risk_ratio),
        "This is the ratio of two risks of reoffending. Odds divide those who did not by those who "
        "did, in each group.": _for_one_study(_reoffending_ratio),
        "This divides everybody by those who reoffended. First take those who reoffended from the "
        "group.": _for_one_study(lambda *counts: 1 / _reoffending_ratio(*counts)),
        "This is the odds ratio of reoffending. Turn it upside down: the odds of not reoffending, in "
        "the programme first.": _for_one_study(lambda *counts: 1 / _odds_ratio(*counts)),
        "This is a difference of two shares. Make the two odds and divide them.": _for_one_study(
            _difference
        ),
        "These are the odds in the programme alone. Divide them by the odds of the "
        "others.": _for_one_study(lambda n, bad, *_: _odds(n, bad)),
        "These are the odds of the others alone. Divide the odds in the programme by "
        "them.": _for_one_study(lambda _n, _bad, *others: _odds(*others)),
        "This multiplies the two odds, or a bracket is missing. Divide: brackets around each of the "
        "odds help.": _for_one_study(lambda n, bad, *others: _odds(n, bad) * _odds(*others)),
        "Brackets are missing around the second odds: divide by all of 22 / 15.": _for_one_study(
            lambda n, bad, m, others_bad: _odds(n, bad) / (m - others_bad) / others_bad
        ),
        "This takes one odds from the other. An odds ratio divides them.": _for_one_study(
            lambda n, bad, *others: _odds(n, bad) - _odds(*others)
        ),
        "This compares people, without asking out of how many. Make the odds of each group "
        "first.": _for_one_study(lambda n, bad, m, others_bad: (n - bad) / (m - others_bad)),
        "This is the logarithm of the odds ratio. Leave the logarithm out.": _for_one_study(
            lambda *counts: math.log(_odds_ratio(*counts))
        ),
        "These are shares of everybody, and brackets are missing. Divide those who did not reoffend "
        "by those who did, in brackets for each group.": _for_one_study(
            lambda n, bad, m, x: [
                (n - bad) / n / (m - x) / m,
                bad / n / x / m,
                n / bad / m / x,
            ]
        ),
        "Brackets are missing: first take those who reoffended from the group, then "
        "divide.": _for_one_study(
            lambda n, bad, m, x: [
                (n - bad / bad) / (m - x / x),
                n - bad / bad / m - x / x,
                n - bad / bad / (m - x / x),
            ]
        ),
        "The others are not treated like the programme: from them too, take those who reoffended, "
        "and divide by those.": _for_one_study(
            lambda n, bad, m, x: [
                _odds(n, bad) / (m / x),
                _odds(n, bad) / ((m - x) / m),
                _odds(n, bad) / (x / (m - x)) / (m / x),
            ]
        ),
        "The programme is not treated like the others: from it too, take those who reoffended, and "
        "divide by those.": _for_one_study(
            lambda n, bad, m, x: [n / bad / _odds(m, x), (n - bad) / n / _odds(m, x)]
        ),
        "These are odds of reoffending, in one group. Divide those who did not by those who did, in "
        "both groups, and divide the two odds.": _for_one_study(
            lambda n, bad, m, x: [1 / _odds(n, bad), 1 / _odds(m, x)]
        ),
        "This is a share of one group. Make the odds of both groups, and divide them.": _for_one_study(
            lambda n, bad, m, x: [bad / n, (n - bad) / n, x / m, (m - x) / m]
        ),
        "This compares those who reoffended, without asking out of how many. Make the odds of each "
        "group first.": _for_one_study(lambda n, bad, m, x: [bad / x, x / bad]),
        "This is right to the nearest whole number. Keep two decimals.": _for_one_study(
            lambda *counts: round(_odds_ratio(*counts))
        ),
    },
)

odds_ratio = function(
    name="odds_ratio",
    expected=_odds_ratio,
    cases=[(20, 3, 37, 15), (100, 20, 100, 40), (60, 24, 50, 20), (818, 180, 304, 97)],
    meaning=(
        "An odds ratio of 1 says that the programme makes no difference. Above 1, more people stay "
        "clear of a new offence."
    ),
    slips={
        "This is a risk ratio, of those who did not reoffend. Divide them by those who did, not by "
        "everybody.": _risk_ratio,
        "This is a risk ratio, of those who reoffended. Divide those who did not by those who did, in "
        "each group.": _reoffending_ratio,
        "This divides everybody by those who reoffended. First take those who reoffended from the "
        "group.": lambda *counts: 1 / _reoffending_ratio(*counts),
        "This is upside down, the odds ratio of reoffending. Divide those who did not by those who "
        "did.": lambda *counts: 1 / _odds_ratio(*counts),
        "This is the logarithm of the odds ratio. Leave the logarithm out.": lambda *counts: (
            math.log(_odds_ratio(*counts))
        ),
        "This is a difference of two shares. Make the two odds and divide them.": _difference,
        "This takes one odds from the other. An odds ratio divides them.": lambda n, bad, *others: (
            _odds(n, bad) - _odds(*others)
        ),
        "This multiplies the two odds, or a bracket is missing. Divide: brackets around each of the "
        "odds help.": lambda n, bad, *others: _odds(n, bad) * _odds(*others),
        "These are the odds in the programme alone. Divide them by those of the others.": lambda n, bad, *_: (
            _odds(n, bad)
        ),
        "These are the odds of the others alone. Divide those of the programme by "
        "them.": lambda _n, _bad, *others: _odds(*others),
        "Brackets are missing: first take those who reoffended from the group, then divide by "
        "them.": lambda n, bad, m, others_bad: (n - bad / bad) / (m - others_bad / others_bad),
        "Brackets are missing around the second odds: divide by all of them.": lambda n, bad, m, others_bad: (
            _odds(n, bad) / (m - others_bad) / others_bad
        ),
        "Double strokes // cut off what comes after the point. Divide with one, "
        "/.": lambda n, bad, m, others_bad: ((n - bad) // bad) / ((m - others_bad) // others_bad),
        "This compares people, without asking out of how many. Make the odds of each group "
        "first.": lambda n, bad, m, others_bad: (n - bad) / (m - others_bad),
        "The last number is the others who reoffended, the third all of them. They have changed "
        "places.": lambda n, bad, m, others_bad: _odds_ratio(n, bad, others_bad, m),
        "Brackets are missing around the difference of the others: take those who reoffended from "
        "them first.": lambda n, bad, m, x: _odds(n, bad) / m - x / x,
        "Brackets are missing: a division comes before a minus. Put each difference in brackets, and "
        "each of the odds.": lambda n, bad, m, x: n - bad / bad / m - x / x,
        "The others are not treated like the programme: from them too, take those who reoffended "
        "first.": lambda n, bad, m, x: _odds(n, bad) / (m / x),
        "The programme is not treated like the others: from it too, take those who reoffended "
        "first.": lambda n, bad, m, x: n / bad / _odds(m, x),
        "The others are divided by all of them. Odds divide by those who reoffended.": lambda n, bad, m, x: (
            _odds(n, bad) / ((m - x) / m)
        ),
        "Those in the programme are divided by all of them. Odds divide by those who "
        "reoffended.": lambda n, bad, m, x: (n - bad) / n / _odds(m, x),
        "This uses the same group twice, so it is always 1. The last two arguments are the "
        "others.": lambda n, bad, m, x: 1.0,
        "This is the share of the programme alone. Make the odds of both groups, and divide "
        "them.": lambda n, bad, m, x: (n - bad) / n,
        "This adds the two odds. Divide them.": lambda n, bad, m, x: _odds(n, bad) + _odds(m, x),
        "The sign says it: this is the share of those who reoffended in the programme minus that of "
        "the others. Make the two odds and divide them.": lambda *counts: -_difference(*counts),
    },
)


def _randomised() -> pd.DataFrame:
    return programmes.run(programmes.RANDOMISED).studies


def _by_stage(
    of: Callable[[pd.DataFrame], float], rows: Callable[[], pd.DataFrame] = _randomised
) -> list[float]:
    """Return one statistic for each stage, from research to practice."""
    return [float(of(rows()[rows().purpose == stage])) for stage in programmes.STAGES]


def _median(rows: pd.DataFrame) -> float:
    return rows.odds_ratio.median()


def _added_up(rows: pd.DataFrame) -> float:
    """Return the odds ratio of all people together, as if they had been in one study."""
    return _odds_ratio(*rows[COUNTS].sum())


by_stage = table(
    name="by_stage",
    tolerance=0.01,
    expected=lambda: _by_stage(_median),
    meaning=(
        "From 3.22 to 1.90 to 1.30: the nearer to daily work, the smaller. It is still above 1."
    ),
    slips={
        "These are medians of all 58 studies. Take those in randomised only.": lambda: _by_stage(
            _median, programmes.studies
        ),
        "These are medians of the studies that were not randomised. Take those in "
        "randomised.": lambda: _by_stage(
            _median, lambda: programmes.run(programmes.OTHERS).studies
        ),
        "These are averages, which one extreme study can carry far. Take the medians, "
        ".median().": lambda: _by_stage(lambda rows: rows.odds_ratio.mean()),
        "These are medians of the logarithms. Take the column odds_ratio.": lambda: _by_stage(
            lambda rows: rows.log_odds_ratio.median()
        ),
        "These are averages of the logarithms. Take the median of the column odds_ratio.": lambda: (
            _by_stage(lambda rows: rows.log_odds_ratio.mean())
        ),
        "These are geometric means. The median is the study in the middle, .median().": lambda: (
            _by_stage(lambda rows: np.exp(rows.log_odds_ratio.mean()))
        ),
        "These are weighted averages, as in the lesson. Here the medians are asked for.": lambda: (
            _by_stage(
                lambda rows: np.exp(meta.random_effects(rows.log_odds_ratio, rows.variance).mean)
            )
        ),
        "These add up the people of all studies of a stage. Take the median of the "
        "studies.": lambda: _by_stage(_added_up),
        "These are numbers of studies. Take the median of their odds ratios.": lambda: _by_stage(
            len
        ),
        "These are the largest odds ratios of each stage. Take the medians.": lambda: _by_stage(
            lambda rows: rows.odds_ratio.max()
        ),
        "These are the medians of the variances. Take the column odds_ratio.": lambda: _by_stage(
            lambda rows: rows.variance.median()
        ),
        "These are the smallest odds ratios of each stage. Take the medians.": lambda: _by_stage(
            lambda rows: rows.odds_ratio.min()
        ),
        "These are the medians of the numbers of people. Take the column odds_ratio.": lambda: (
            _by_stage(lambda rows: rows.people.median())
        ),
        "These are averages, and of all 58 studies. Take the medians, .median(), of those in "
        "randomised.": lambda: _by_stage(lambda rows: rows.odds_ratio.mean(), programmes.studies),
        "These are the medians of all but the stage. Two equals signs keep the rows of a stage.": lambda: [
            _randomised()[_randomised().purpose != stage].odds_ratio.median()
            for stage in programmes.STAGES
        ],
        "This is the median of all stages together, three times. Take the rows of one stage "
        "first.": lambda: [_median(_randomised())] * 3,
        "Here the rows of the last stage come from studies, and not from randomised.": lambda: [
            *_by_stage(_median)[:2],
            _by_stage(_median, programmes.studies)[2],
        ],
        "The middle one is practice: pandas sorts stages by the alphabet. The order asked for is "
        "research, demonstration, practice.": lambda: [
            _by_stage(_median)[place] for place in (1, 2, 0)
        ],
    },
)

# The exercise states this between-study variance of log odds ratios.
TAU2 = 0.05


Weight = Callable[[np.ndarray, float], np.ndarray]


def _inverse_variance(variances: np.ndarray, tau2: float) -> np.ndarray:
    return 1 / (variances + tau2)


def _weighted(
    logs: ArrayLike, variances: ArrayLike, tau2: float, *, weight: Weight = _inverse_variance
) -> float:
    """Return the weighted mean of log odds ratios."""
    weights = weight(np.asarray(variances, float), tau2)
    return float(np.average(np.asarray(logs, float), weights=weights))


def _pooled(
    logs: ArrayLike, variances: ArrayLike, tau2: float, *, weight: Weight = _inverse_variance
) -> float:
    """Return the pooled odds ratio, the exponential of the weighted mean."""
    return math.exp(_weighted(logs, variances, tau2, weight=weight))


_THREE = ([1.2, 0.4, 0.1], [0.5, 0.2, 0.02], 0.05)
_FOUR = ([-0.3, 0.8, 1.9, 0.6], [0.09, 0.4, 0.9, 0.16], 0.3)
_ALIKE = ([0.2, 0.5, 0.9], [0.01, 0.04, 0.16], 0.0)
_SERIES = (pd.Series(_THREE[0], index=[7, 3, 5]), pd.Series(_THREE[1], index=[7, 3, 5]), 0.12)

pooled = function(
    name="pooled",
    expected=_pooled,
    cases=[_THREE, _FOUR, _ALIKE, _SERIES],
    meaning=(
        "A large study weighs more than a small one. The more studies truly differ, the more alike "
        "their weights become."
    ),
    slips={
        "This is the logarithm. np.exp(…) of it is the odds ratio.": _weighted,
        "These are fixed-effect weights, 1/variance. Add tau2 to the variance "
        "first.": lambda *case: _pooled(*case, weight=lambda v, tau2: 1 / v),
        "tau2 is τ² already: do not square it again.": lambda *case: _pooled(
            *case, weight=lambda v, tau2: 1 / (v + tau2**2)
        ),
        "τ was added where τ² belongs. tau2 goes in as it is.": lambda *case: _pooled(
            *case, weight=lambda v, tau2: 1 / (v + tau2**0.5)
        ),
        "These weights have a root too many: one divided by (variances + tau2), without ** "
        "0.5.": lambda *case: _pooled(*case, weight=lambda v, tau2: (v + tau2) ** -0.5),
        "The standard error stands where the variance belongs. Leave out the root: one divided by "
        "(variances + tau2).": lambda *case: _pooled(
            *case, weight=lambda v, tau2: 1 / (v**0.5 + tau2)
        ),
        "The variances are squared here. They are variances already: one divided by "
        "(variances + tau2).": lambda *case: _pooled(
            *case, weight=lambda v, tau2: 1 / (v**2 + tau2)
        ),
        "This gives most weight to the least certain study. The weight is one divided by "
        "(variances + tau2).": lambda *case: _pooled(*case, weight=lambda v, tau2: v + tau2),
        "Brackets are missing: first add tau2 to the variance, then divide 1 by the "
        "sum.": lambda *case: _pooled(*case, weight=lambda v, tau2: 1 / v + tau2),
        "This is the plain average, without weights. A weighted mean is the sum of w·y, divided by "
        "the sum of w.": lambda *case: _pooled(*case, weight=lambda v, tau2: np.ones_like(v)),
        "This is the logarithm of the plain average. Weigh the studies, and take "
        "np.exp(…).": lambda *case: _weighted(*case, weight=lambda v, tau2: np.ones_like(v)),
        "This is the median. A weighted mean is asked for.": lambda logs, v, tau2: math.exp(
            np.median(logs)
        ),
        "This averages odds ratios. Average the logarithms, and take the exponential at the "
        "end.": lambda logs, v, tau2: _weighted(np.exp(np.asarray(logs, float)), v, tau2),
        "This is the exponential of a sum. Divide the sum of w·y by the sum of w "
        "first.": lambda logs, v, tau2: math.exp(
            np.sum(np.asarray(logs, float) / (np.asarray(v, float) + tau2))
        ),
        "This divides by the number of studies. Divide by the sum of the weights.": lambda logs, v, tau2: (
            math.exp(np.mean(np.asarray(logs, float) / (np.asarray(v, float) + tau2)))
        ),
        "The exponential comes too early: divide by the sum of the weights inside the brackets of "
        "np.exp.": lambda logs, v, tau2: (
            math.exp(np.sum(np.asarray(logs, float) / (np.asarray(v, float) + tau2)))
            / np.sum(1 / (np.asarray(v, float) + tau2))
        ),
        "tau2 counts only where it comes in as 0.05. Use the name tau2, not a number.": lambda logs, v, tau2: (
            _pooled(logs, v, TAU2)
        ),
        "tau2 is left out, and the least certain study weighs most. The weight is one divided by "
        "(variances + tau2).": lambda *case: _pooled(*case, weight=lambda v, tau2: v),
        "The weights are squared here. One divided by (variances + tau2) is the weight "
        "already.": lambda *case: _pooled(*case, weight=lambda v, tau2: (v + tau2) ** -2),
        "tau2 is taken from the variances. Add it to them.": lambda *case: _pooled(
            *case, weight=lambda v, tau2: 1 / (v - tau2)
        ),
        "The weights fall out of this: np.sum(w * y / w) is the sum of y. Make two sums, and divide "
        "the first by the second.": lambda logs, v, tau2: math.exp(np.sum(np.asarray(logs, float))),
        "The values have lost their weights: the upper sum is that of w * y.": lambda logs, v, tau2: (
            math.exp(np.sum(np.asarray(logs, float)) / np.sum(1 / (np.asarray(v, float) + tau2)))
        ),
        "This divides by the number of studies too: a mean stands above, a sum below. Write np.sum in "
        "both places.": lambda logs, v, tau2: math.exp(_weighted(logs, v, tau2) / len(logs)),
        "This multiplies two sums. Multiply each value by its weight, w * y, and then sum.": lambda logs, v, tau2: (
            math.exp(np.sum(np.asarray(logs, float)) * np.sum(1 / (np.asarray(v, float) + tau2)))
        ),
        "The exponential stands inside the sum. Average the logarithms first, and take np.exp of "
        "that.": lambda logs, v, tau2: (
            np.sum(np.exp(np.asarray(logs, float) / (np.asarray(v, float) + tau2)))
            / np.sum(1 / (np.asarray(v, float) + tau2))
        ),
    },
)


def _logs_and_variances(rows: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    return rows.log_odds_ratio, rows.variance


def _over_rest(
    of: Callable[[pd.DataFrame], float], rows: Callable[[], pd.DataFrame] = _randomised
) -> float:
    """Return a statistic of daily practice, divided by that of the other two stages."""
    is_practice = rows().purpose == "practice"
    return float(of(rows()[is_practice]) / of(rows()[~is_practice]))


def _pooled_at(tau2: float) -> Callable[[pd.DataFrame], float]:
    return lambda rows: _pooled(*_logs_and_variances(rows), tau2)


def _practice_over(stage: str) -> float:
    pooled_by_stage = _by_stage(_pooled_at(TAU2))
    return pooled_by_stage[2] / pooled_by_stage[list(programmes.STAGES).index(stage)]


still_left = number(
    name="still_left",
    tolerance=0.006,
    expected=lambda: _over_rest(_pooled_at(TAU2)),
    meaning=(
        "Among randomised studies daily practice reaches about 0.77 times the odds ratio of the other "
        "stages. How sure is that? See below."
    ),
    slips={
        "This is the rest divided by practice. The question asks for practice divided by the "
        "rest.": lambda: 1 / _over_rest(_pooled_at(TAU2)),
        "This leaves out τ², so that the largest studies decide nearly alone. Hand over 0.05 as "
        "tau2.": lambda: _over_rest(_pooled_at(0)),
        "This rests on all 58 studies. Take those in randomised only.": lambda: _over_rest(
            _pooled_at(TAU2), programmes.studies
        ),
        "This compares practice with research alone. The rest is research and demonstration "
        "together.": lambda: _practice_over("research"),
        "This compares practice with demonstration alone, or with all studies, practice among them. The "
        "rest is research and demonstration together.": lambda: [
            _practice_over("demonstration"),
            _pooled_at(TAU2)(_randomised().query("purpose == 'practice'"))
            / _pooled_at(TAU2)(_randomised()),
        ],
        "This is the average odds ratio of practice alone. Divide it by that of the "
        "rest.": lambda: _pooled_at(TAU2)(_randomised().query("purpose == 'practice'")),
        "This is the average odds ratio of the rest alone. Divide that of practice by "
        "it.": lambda: _pooled_at(TAU2)(_randomised().query("purpose != 'practice'")),
        "This divides two logarithms. Divide the odds ratios.": lambda: _over_rest(
            lambda rows: _weighted(*_logs_and_variances(rows), TAU2)
        ),
        "This is a difference of two odds ratios. Divide them.": lambda: (
            np.array([1, -1])
            * (
                _pooled_at(TAU2)(_randomised().query("purpose == 'practice'"))
                - _pooled_at(TAU2)(_randomised().query("purpose != 'practice'"))
            )
        ),
        "These weigh the odds ratios themselves. Hand over the column log_odds_ratio: pooled takes "
        "logarithms.": lambda: _over_rest(
            lambda rows: _pooled(rows.odds_ratio, rows.variance, TAU2)
        ),
        "The rest comes from all studies, or from research and demonstration one by one. Put these two "
        "of randomised into one table, the rest, and pool that.": lambda: [
            _pooled_at(TAU2)(_randomised().query("purpose == 'practice'"))
            / _pooled_at(TAU2)(programmes.studies().query("purpose != 'practice'")),
            _by_stage(_pooled_at(TAU2))[2] / np.mean(_by_stage(_pooled_at(TAU2))[:2]),
        ],
        "tau2 is squared here. It is τ² already.": lambda: _over_rest(_pooled_at(TAU2**2)),
        "This is what is lost, one minus the ratio. The question asks what is left: the ratio "
        "itself.": lambda: 1 - _over_rest(_pooled_at(TAU2)),
        "This is right, but rounded to one decimal. Keep two.": lambda: round(
            _over_rest(_pooled_at(TAU2)), 1
        ),
        "This divides medians. Use your function pooled, which weighs the studies.": lambda: (
            _over_rest(_median)
        ),
        "This divides plain averages. Use your function pooled, which weighs the "
        "studies.": lambda: _over_rest(lambda rows: rows.odds_ratio.mean()),
        "This divides averages without weights. Use your function pooled, with 0.05 as "
        "tau2.": lambda: _over_rest(lambda rows: np.exp(rows.log_odds_ratio.mean())),
        "τ stands where τ² belongs. Hand over 0.05 as it is.": lambda: _over_rest(
            _pooled_at(TAU2**0.5)
        ),
        "Each group has a τ² of its own here. Take 0.05 for both.": lambda: _over_rest(
            lambda rows: np.exp(meta.random_effects(*_logs_and_variances(rows)).mean)
        ),
        "This is the lesson's ratio, with a τ² that is estimated. Take 0.05 here.": lambda: (
            programmes.run(programmes.RANDOMISED).practice_over_rest
        ),
    },
)


def _conclusions() -> dict[str, bool]:
    """Return which of the conclusions hold for the randomised studies."""
    found = programmes.run(programmes.RANDOMISED)
    low, high = found.practice_over_rest_interval
    works = found.interval("practice")[0] > 1
    return {
        "a": not works,
        "b": high < 1,
        "c": 0.9 < low < 1 < high < 1.1,
        "d": works and low < 2 / 3 and high > 1,
    }


conclusion = choice(
    name="conclusion",
    expected=_conclusions,
    meaning=(
        "Daily practice still helps. How much of the gap is the stage, and how much is small studies "
        "and luck, these data cannot say."
    ),
    slips={
        "Look at the interval of daily practice. Does it reach down to 1, where a programme makes "
        "no difference?": lambda: "a",
        "Nineteen studies leave much to chance. Does the interval of the ratio include 1?": lambda: (
            "b"
        ),
        "An interval that includes 1 does not show that nothing is lost. How far down does it "
        "reach?": lambda: "c",
    },
)

# ---------------------------------------------------------------- 3 the best of many pilots

chance_spread = number(
    name="chance_spread",
    varies=mine.of(
        "people",
        words={
            "0.17, up or down. That is nearly the whole effect": lambda: (
                f"{(2 / mine.people) ** 0.5:.2f}, up or down. Compare that with the whole effect"
            ),
            "are 72": lambda: f"are {mine.people}",
        },
    ),
    unit="standard deviations",
    tolerance=0.0007,
    expected=lambda: (2 / mine.people) ** 0.5,
    meaning=(
        "Chance alone moves such a report by about 0.17, up or down. That is nearly the whole effect "
        "of the NGO's contract teachers in Kenya, 0.18."
    ),
    slips={
        "This is the variance, 2/n. The standard deviation is its root: ** 0.5.": lambda: (
            2 / mine.people
        ),
        "This counts the chance of one arm, or takes the people of both arms for n. Two means differ "
        "here, of n people each: 2/n under the root.": lambda: mine.people**-0.5,
        "This takes n for both arms together, or the root of n alone. There are 72 in each arm: write "
        "2/n in brackets, then take its root.": lambda: (4 / mine.people) ** 0.5,
        "Only the 2 stands under the root here. Divide 2 by n first, then take the root of all of "
        "it.": lambda: 2**0.5 / mine.people,
        "This is half of 2/n. The root is ** 0.5; with * 0.5 you halve.": lambda: 1 / mine.people,
        "This squares 2/n. The root is ** 0.5.": lambda: (2 / mine.people) ** 2,
        "This is the root of n divided by 2. Chance falls with n: the root of 2 divided by "
        "n.": lambda: (mine.people / 2) ** 0.5,
        "This is n divided by 2. Take the root of 2 divided by n.": lambda: mine.people / 2,
        "This is the root of n. Divide 2 by n first, in brackets, then take the root.": lambda: (
            mine.people**0.5
        ),
        "This multiplies 2 by n under the root. Divide 2 by n.": lambda: (2 * mine.people) ** 0.5,
        "This is the root of 2 alone. Divide 2 by n first, in brackets.": lambda: 2**0.5,
        "This takes the lesson's 50 people per arm, or is rounded to one decimal. Here there are 72; "
        "keep three decimals.": lambda: (2 / 50) ** 0.5,
        "This multiplies the root of n by 2. Divide 2 by n, in brackets, then take the "
        "root.": lambda: 2 * mine.people**0.5,
    },
)


def _reliability(tau: float, n: float) -> float:
    return winners_curse.reliability(tau, n)


def _shrunk(
    reported: float, mean: float, tau: float, n: float, chance: Callable[[float], float]
) -> float:
    """Return the shrunken report, with ``chance`` in place of the sampling variance 2/n."""
    return mean + tau**2 / (tau**2 + chance(n)) * (reported - mean)


shrink = function(
    name="shrink",
    expected=winners_curse.shrink,
    cases=[
        (0.62, 0.2, 0.1, 50),
        (0.05, 0.3, 0.2, 40),
        (0.9, 0.15, 0.25, 400),
        (0.4, 0.12, 0.05, 90),
        (0.7, 0.25, 0.5, 25),
        (-0.4, 0.1, 0.3, 12),
    ],
    meaning=(
        "With 50 people per arm and towns that hardly differ, a report of 0.62 shrinks to 0.28. "
        "Believe the mean more than the winner."
    ),
    slips={
        "This shrinks towards zero. What pilots have in common is their mean: mean + B·(reported − "
        "mean), with brackets.": lambda d, m, tau, n: _reliability(tau, n) * d,
        "The chance variance is 2/n, for two arms of n people each. This takes 1/n.": lambda d, m, tau, n: (
            _shrunk(d, m, tau, n, lambda n: 1 / n)
        ),
        "This takes n for all people of a pilot. It is the number in each arm: the chance variance is "
        "2/n.": lambda d, m, tau, n: _shrunk(d, m, tau, n, lambda n: 4 / n),
        "tau is a standard deviation. Square it in both places, tau**2.": lambda d, m, tau, n: (
            m + tau / (tau + 2 / n) * (d - m)
        ),
        "tau is squared only once here. B has tau**2 on top and tau**2 below.": lambda d, m, tau, n: (
            m + tau / (tau**2 + 2 / n) * (d - m)
        ),
        "B compares standard deviations here. Compare variances: tau**2 and 2/n.": lambda d, m, tau, n: (
            m + tau / (tau + (2 / n) ** 0.5) * (d - m)
        ),
        "tau**2 is a variance, and the root of 2/n is none. Leave out the root.": lambda d, m, tau, n: (
            _shrunk(d, m, tau, n, lambda n: (2 / n) ** 0.5)
        ),
        "The weights have changed places: B belongs to the report, 1 − B to the mean.": lambda d, m, tau, n: (
            d - _reliability(tau, n) * (d - m)
        ),
        "This is B itself. Go that part of the way from the mean to the report.": lambda d, m, tau, n: (
            _reliability(tau, n)
        ),
        "This is the step away from the mean. Add the mean.": lambda d, m, tau, n: (
            _reliability(tau, n) * (d - m)
        ),
        "This adds B times the whole report. Multiply B by the distance, (reported − mean).": lambda d, m, tau, n: (
            m + _reliability(tau, n) * d
        ),
        "The step goes the wrong way: mean + B·(reported − mean).": lambda d, m, tau, n: (
            m - _reliability(tau, n) * (d - m)
        ),
        "Brackets are missing: divide tau**2 by all of (tau**2 + 2/n).": lambda d, m, tau, n: (
            m + (tau**2 / tau**2 + 2 / n) * (d - m)
        ),
        "All brackets are missing: a division comes before a plus. Write B on a line of its own, with "
        "brackets below the fraction line.": lambda d, m, tau, n: (
            m + tau**2 / tau**2 + 2 / n * (d - m)
        ),
        "The division by n stands outside the brackets: divide tau**2 by all of (tau**2 + 2/n).": lambda d, m, tau, n: (
            m + tau**2 / (tau**2 + 2) / n * (d - m)
        ),
        "Brackets too many: the mean is added, and B alone is multiplied by (reported − mean).": lambda d, m, tau, n: (
            (m + _reliability(tau, n)) * (d - m)
        ),
        "The mean is multiplied where it is to be added: mean + B·(reported − mean).": lambda d, m, tau, n: (
            m * _reliability(tau, n) * (d - m)
        ),
        "This adds report and mean. B is multiplied by their difference, (reported − mean).": lambda d, m, tau, n: (
            m + _reliability(tau, n) * (d + m)
        ),
        "B is upside down: tau**2 on top, tau**2 + 2/n below.": lambda d, m, tau, n: (
            m + (d - m) / _reliability(tau, n)
        ),
        "The chance variance is 2 divided by n, not 2 times n.": lambda d, m, tau, n: _shrunk(
            d, m, tau, n, lambda n: 2 * n
        ),
        "The chance variance is 2 divided by n, not n divided by 2.": lambda d, m, tau, n: _shrunk(
            d, m, tau, n, lambda n: n / 2
        ),
        "The 2 is divided by the root of n here. A variance falls with n itself: 2/n.": lambda d, m, tau, n: (
            _shrunk(d, m, tau, n, lambda n: 2 / n**0.5)
        ),
        "2/n is squared here. It is a variance already.": lambda d, m, tau, n: _shrunk(
            d, m, tau, n, lambda n: (2 / n) ** 2
        ),
        "The root of B was taken. Leave it out: B compares variances already.": lambda d, m, tau, n: (
            m + _reliability(tau, n) ** 0.5 * (d - m)
        ),
        "tau is doubled where it should be squared: tau**2 is tau times tau.": lambda d, m, tau, n: (
            m + 2 * tau / (2 * tau + 2 / n) * (d - m)
        ),
        "This is the middle between report and mean. How far to go depends on tau and n.": lambda d, m, tau, n: (
            (d + m) / 2
        ),
        "This returns the report as it is. Chance has carried it: shrink it towards the "
        "mean.": lambda d, m, tau, n: d,
        "This returns the mean alone. The report tells something too: go a part of the "
        "way.": lambda d, m, tau, n: m,
        "Report and mean have changed places: start at the mean and go towards the report. Or is n "
        "left out of B?": lambda d, m, tau, n: m + tau**2 / (tau**2 + 2) * (d - m),
    },
)

# The exercise states these numbers, and asks for less overstatement than TOO_MUCH, which is a share
# of the true effect.
PILOTS, TAU = 20, 0.1
TOO_MUCH = 0.25
# Learners who search by trial and error try numbers of people per arm like these.
TRIED = (
    2, 10, 20, 50, 100, 120, 150, 180, 200, 220, 240, 250, 260, 280, 300, 310, 320, 325,
    330, 335, 338, 339, 342, 343, 345, 348, 355, 360, 370, 375, 380, 390, 420, 450, 500,
    600, 700, 750, 800, 900, 1000, 2000, 5000, 10000,
)  # fmt: skip


def _best_pilot(n: float) -> tuple[float, float]:
    """Return what the best pilot reports and delivers on average, with n people per arm."""
    found = winners_curse.expected(PILOTS, n, TAU, mine.mean)
    return found.reported, found.delivered


def _fewest_people(is_enough: Callable[[float, float], bool], halved: bool = False) -> int:
    """Return the fewest people per arm at which report and true effect are near enough.

    With ``halved`` the sampling variance is 1/n instead of 2/n.
    """
    return next(n for n in count(1) if is_enough(*_best_pilot(2 * n if halved else n)))


@mine.cached("mean")
def _smallest_n() -> int:
    return winners_curse.smallest_n(PILOTS, TAU, mine.mean, TOO_MUCH)


def _rounded_up(to: int) -> int:
    return to * math.ceil(_smallest_n() / to)


smallest_n = number(
    name="smallest_n",
    varies=mine.of(
        "mean",
        words={
            "341 people": lambda: f"{_smallest_n()} people",
            "With 350 it": lambda: f"With {_rounded_up(10)} it",
            "With 400 it": lambda: f"With {_rounded_up(100)} it",
            "mean, 0.2.": lambda: f"mean, {mine.mean}.",
            "mean is 0.2: mean=0.2.": lambda: f"mean is {mine.mean}: mean={mine.mean}.",
        },
    ),
    unit="people per arm",
    tolerance=0.5,
    expected=_smallest_n,
    meaning=(
        "It takes 341 people per arm in each of twenty pilots until the best can nearly be believed. "
        "A second pilot of the best, whatever its size, does not flatter it on average."
    ),
    slips={
        "With so many the report is still a quarter larger, or a little more. One more person per arm "
        "is needed.": lambda: _smallest_n() - 1,
        "This is a gap of a quarter of the report. Compare it with what is delivered: reported below "
        "1.25 times delivered.": lambda: _fewest_people(
            lambda reported, delivered: 1 - delivered / reported < TOO_MUCH
        ),
        "This is the number in both arms together, or chance is counted twice. People per arm are "
        "asked for.": lambda: 2 * _smallest_n() - 0.5,
        "The chance variance is 2/n here, for two arms of n people each. This takes 1/n.": lambda: (
            _fewest_people(
                lambda reported, delivered: reported < (1 + TOO_MUCH) * delivered, halved=True
            )
        ),
        "This compares the report with the truly best of twenty. The pilot that reports most is often "
        "another; take what it delivers itself.": lambda: _fewest_people(
            lambda reported, delivered: (
                reported < (1 + TOO_MUCH) * (mine.mean + TAU * winners_curse.largest(PILOTS))
            )
        ),
        "Here the gap is below 0.25 standard deviations. A quarter of what is delivered is asked "
        "for.": lambda: _fewest_people(lambda reported, delivered: reported - delivered < TOO_MUCH),
        "This shrinks towards zero before it compares. Pilots shrink towards their mean, "
        "0.2.": lambda: next(n for n in count(1) if _reliability(TAU, n) * (1 + TOO_MUCH) > 1),
        "This asks when less than a quarter of a report's distance from the mean is chance. Compare "
        "reported and delivered.": lambda: next(
            n for n in count(1) if 1 - _reliability(TAU, n) < TOO_MUCH
        ),
        "This is with the lesson's mean of 0.1. Here the mean is 0.2: mean=0.2.": lambda: (
            winners_curse.smallest_n(PILOTS, TAU, overstatement=TOO_MUCH)
        ),
        "With 350 it holds, but fewer will do. Go back in steps of 1.": lambda: _rounded_up(10),
        "With 400 it holds, but fewer will do. Go back in steps of 1.": lambda: _rounded_up(100),
        "This is the ratio of report and delivery. The question asks how many people per arm bring "
        "it below 1.25.": lambda: [np.divide(*_best_pilot(_smallest_n())), 1 + TOO_MUCH],
        "With so few the report is still more than a quarter larger. Try a larger n.": lambda: [
            n for n in TRIED if n < _smallest_n() - 1
        ],
        "With so many it holds already, but fewer will do. Try a smaller n, until one person fewer is "
        "not enough.": lambda: [
            n for n in TRIED if n > _smallest_n() and n not in (_rounded_up(10), _rounded_up(100))
        ],
    },
)

# ---------------------------------------------------------------- 4 what gets published


@cache
def _increase(group: str) -> float:
    rows = datasets.load("published_figures").query("case == 'nudge_units'").set_index("group")
    return float(rows.value[group])


def _journals() -> float:
    return _increase("academic journals")


def _nudge_units() -> float:
    return _increase("two government nudge units")


def _gap() -> float:
    return _journals() - _nudge_units()


def _selective() -> float:
    """Return the share of the gap that selection explains, as the table's remark says."""
    return mine.selected_percent / 100


without_selection = number(
    name="without_selection",
    varies=mine.of(
        "selected_percent",
        words={
            "By the authors' reckoning selection alone lifts 3.6 points": lambda: (
                f"Selection alone would then lift {_journals() - _selective() * _gap():.1f} points"
            ),
            "takes 70 away": lambda: f"takes {mine.selected_percent} away",
            "70 %": lambda: f"{mine.selected_percent} %",
            "30 %": lambda: f"{100 - mine.selected_percent} %",
            "0.7 ": lambda: f"{_selective()} ",
        },
    ),
    unit="percentage points",
    tolerance=0.06,
    expected=lambda: _journals() - _selective() * _gap(),
    meaning=(
        "By the authors' reckoning selection alone lifts 3.6 points to 8.7. Nobody has to lie for "
        "that; it is enough that winners are picked."
    ),
    slips={
        "This is the part of the gap that selection explains. Take it from 8.7.": lambda: (
            _selective() * _gap()
        ),
        "This is the part of the gap that is left. Add it to the 1.4 of the government "
        "units.": lambda: (1 - _selective()) * _gap(),
        "This takes 70 % of the whole 8.7 away. Only the gap to 1.4 is meant.": lambda: (
            (1 - _selective()) * _journals()
        ),
        "This is 70 % of 8.7. It is 70 % of the gap between 8.7 and 1.4, and it has to be taken "
        "away.": lambda: _selective() * _journals(),
        "This takes 30 % of the gap away. Selection explains 70 % of it.": lambda: (
            _journals() - (1 - _selective()) * _gap()
        ),
        "This is the whole gap. 70 % of it is put down to selection.": _gap,
        "This takes 70 % of 1.4 away. Take 70 % of the gap.": lambda: (
            _journals() - _selective() * _nudge_units()
        ),
        "This takes 0.7 points away. It is 70 % of the gap: multiply.": lambda: (
            _journals() - _selective()
        ),
        "This takes 70 away, where 70 % is 0.7 times the gap.": lambda: (
            _journals() - mine.selected_percent
        ),
        "This is what the government units found. Between it and 8.7 a part of the gap is "
        "left.": _nudge_units,
        "This is what the journals report. Take 70 % of the gap away.": _journals,
        "Brackets are missing: first the gap, (8.7 − 1.4), then 70 % of it.": lambda: [
            _journals() - _selective() * _journals() - _nudge_units(),
            _selective() * _journals() - _nudge_units(),
        ],
        "This takes the part of the gap from the government units. Take it from 8.7.": lambda: (
            _nudge_units() - _selective() * _gap()
        ),
        "This adds the part of the gap. Without it the number is smaller: take it away.": lambda: (
            _journals() + _selective() * _gap()
        ),
        "This is a part of 1.4. Take 70 % of the gap between the two.": lambda: [
            _selective() * _nudge_units(),
            (1 - _selective()) * _nudge_units(),
        ],
        "This is right to the nearest whole number. Keep one decimal.": lambda: round(
            _journals() - _selective() * _gap()
        ),
        "This is the middle between the two. Take 70 % of the gap away from 8.7.": lambda: (
            (_journals() + _nudge_units()) / 2
        ),
    },
)

# ---------------------------------------------------------------- 5 adoption

peak_time = function(
    name="peak_time",
    expected=adoption.peak,
    cases=[(0.03, 0.38), (0.01, 0.4), (0.005, 0.25), (0.02, 0.9), (0.4, 1.6)],
    # Answers that were found by trying out times are also right.
    tolerance=1e-3,
    meaning=(
        "With p = 0.005 and q = 0.25 most adopt in year sixteen. Whoever counts after three years "
        "finds 2 %, and may give up too early."
    ),
    slips={
        "This logarithm counts tens. The natural one is np.log.": lambda p, q: (
            math.log10(q / p) / (p + q)
        ),
        "This logarithm counts twos. The natural one is np.log.": lambda p, q: (
            math.log2(q / p) / (p + q)
        ),
        "p and q have changed places in the logarithm: it is ln(q/p).": lambda p, q: (
            math.log(p / q) / (p + q)
        ),
        "This is the logarithm alone. Divide it by (p + q).": lambda p, q: math.log(q / p),
        "This divides by q alone. Divide by (p + q).": lambda p, q: math.log(q / p) / q,
        "This divides by p alone. Divide by (p + q).": lambda p, q: math.log(q / p) / p,
        "This divides by q − p. Divide by (p + q).": lambda p, q: math.log(q / p) / (q - p),
        "This divides by p times q. Divide by (p + q).": lambda p, q: math.log(q / p) / (p * q),
        "This multiplies by (p + q). Divide by it.": lambda p, q: math.log(q / p) * (p + q),
        "Brackets are missing: divide by all of (p + q).": lambda p, q: math.log(q / p) / p + q,
        "The logarithm is missing: ln(q/p), np.log(q / p).": lambda p, q: q / p / (p + q),
        "The logarithm covers q alone. It is that of q/p.": lambda p, q: math.log(q) / p / (p + q),
        "The logarithm covers the division by (p + q) as well. Close its bracket after "
        "q / p.": lambda p, q: math.log(q / p / (p + q)),
        "This is the share who have adopted at the peak. The time of the peak is asked "
        "for.": lambda p, q: adoption.bass(adoption.peak(p, q), p, q),
        "This is how many adopt at the peak, a year. The time of the peak is asked for.": lambda p, q: (
            (p + q) ** 2 / (4 * q)
        ),
        "This divides two logarithms. Take the logarithm of the quotient, np.log(q / p).": lambda p, q: (
            math.log(q) / math.log(p) / (p + q)
        ),
        "The logarithm is that of q/p, not of q − p.": lambda p, q: math.log(q - p) / (p + q),
        "Brackets are missing around the difference of the two logarithms: divide all of it by "
        "(p + q).": lambda p, q: math.log(q) - math.log(p) / (p + q),
        "Brackets are missing below the line, and that of the logarithm closes too late: "
        "np.log(q / p), divided by (p + q).": lambda p, q: math.log(q / p / p + q),
        "This is the exponential. ln is the logarithm, np.log.": lambda p, q: (
            math.exp(q / p) / (p + q)
        ),
        "The logarithm is that of q/p, not of p times q.": lambda p, q: math.log(p * q) / (p + q),
        "This is when half have adopted. Most adopt at once a little earlier.": lambda p, q: (
            math.log(2 + q / p) / (p + q)
        ),
    },
)

# The exercise states these years.
START, LAST_KNOWN = 1945, 1952


def _corn() -> tuple[np.ndarray, np.ndarray]:
    """Return the years since the start, and the share of farmers who had adopted by each."""
    rows = datasets.load("hybrid_corn_adoption")
    return (
        rows.year.to_numpy(float) - START,
        (rows.adopters_so_far / rows.farmers).to_numpy(float),
    )


@cache
def _fitted(years: int = LAST_KNOWN - START, shift: int = 0) -> np.ndarray:
    """Return p and q, fitted to the first years; ``shift`` is added to every time."""
    times, shares = _corn()
    found = adoption.fit(times[:years] + shift, shares[:years])
    return np.array([found.p, found.q])


@cache
def _fitted_to_new() -> np.ndarray:
    """Return p and q, fitted by mistake to the new adopters of each year."""
    times, shares = _corn()
    known = LAST_KNOWN - START
    found = adoption.fit(times[:known], np.diff(shares, prepend=0)[:known])
    return np.array([found.p, found.q])


@cache
def _fitted_to_calendar() -> np.ndarray:
    """Return p and q, fitted by mistake to calendar years instead of years since the start."""
    times, shares = _corn()
    known = LAST_KNOWN - START
    found = adoption.fit(times[:known] + START, shares[:known])
    return np.array([found.p, found.q])


fitted = table(
    name="fitted",
    # p is about 0.002, so a looser tolerance would accept a p that is wrong in its first digit.
    tolerance=0.0002,
    expected=_fitted,
    meaning=(
        "After seven years publicity seems to win 0.2 % of those left each year, and word of mouth "
        "up to 40 %. Will that hold?"
    ),
    slips={
        "This curve rests on all twenty years. Take the first seven, early.": lambda: _fitted(20),
        "Here 1946 is time 0. Count the years from 1945, as the column t does.": lambda: _fitted(
            shift=-1
        ),
        "These years end in 1953, one too many. Take the first seven, up to 1952.": lambda: _fitted(
            LAST_KNOWN - START + 1
        ),
        "These years end in 1951, one too few. Take the first seven, up to 1952.": lambda: _fitted(
            LAST_KNOWN - START - 1
        ),
        "This curve runs through the new adopters of each year. Take the column share, the running "
        "total.": _fitted_to_new,
        "Here time is the calendar year. Count from the start: take the column t.": lambda: (
            _fitted_to_calendar()
        ),
        "These are per cent a year. Leave p and q as they are, such as 0.01.": lambda: (
            100 * _fitted()
        ),
    },
)


def _share_in(t: float, rates: np.ndarray) -> float:
    p, q = rates
    return float(adoption.bass(t, p, q))


def _share_of_farmers() -> float:
    """Return the share who had adopted in the year of the forecast."""
    return float(_corn()[1][mine.year - START - 1])


forecast = number(
    name="forecast",
    varies=mine.of(
        "year",
        words={
            "The early curve promised 95 %; in 1965 it was 78 %. Two years more, and it would have "
            "promised 56 %.": lambda: (
                f"The early curve promised {_share_in(mine.year - START, _fitted()):.0%}; in "
                f"{mine.year} it was {_share_of_farmers():.0%}.".replace("%", " %")
            ),
            "This is 1964. Here t is 1965": lambda: (
                f"This is {mine.year - 1}. Here t is {mine.year}"
            ),
            "This is 1966. Here t is 1965": lambda: (
                f"This is {mine.year + 1}. Here t is {mine.year}"
            ),
            "Here t is 1965": lambda: f"Here t is {mine.year}",
            "promise for 1965": lambda: f"promise for {mine.year}",
            "the year 1965": lambda: f"the year {mine.year}",
        },
    ),
    unit="(share of farmers)",
    tolerance=0.003,
    expected=lambda: _share_in(mine.year - START, _fitted()),
    meaning=(
        "The early curve promised 95 %; in 1965 it was 78 %. Two years more, and it would have "
        "promised 56 %. A young curve cannot tell how far an idea goes."
    ),
    slips={
        "This is what the farmers did. What would the curve of the first seven years have "
        "promised?": _share_of_farmers,
        "This curve rests on all twenty years. Take p and q of the first seven.": lambda: _share_in(
            mine.year - START, _fitted(20)
        ),
        "This is 1952, the seventh year. Here t is 1965 − 1945.": lambda: _share_in(
            LAST_KNOWN - START, _fitted()
        ),
        "This is 1964. Here t is 1965 − 1945.": lambda: _share_in(mine.year - START - 1, _fitted()),
        "This is 1966. Here t is 1965 − 1945.": lambda: _share_in(mine.year - START + 1, _fitted()),
        "This is everybody. The curve counts years since 1945, not calendar years; and the order is "
        "t, p, q.": lambda: [
            _share_in(mine.year, _fitted()),
            _share_in(mine.year - START, _fitted()[::-1]),
        ],
        "This is the number of farmers. The share is asked for: leave out the 692.": lambda: round(
            692 * _share_in(mine.year - START, _fitted())
        ),
        "This counts the years since the last one known. The curve counts from the start, "
        "1945.": lambda: _share_in(mine.year - LAST_KNOWN, _fitted()),
        "The order is t, p, q: the years come first.": lambda: float(
            adoption.bass(_fitted()[0], _fitted()[1], mine.year - START)
        ),
        "This is the share who would not have adopted. Take one minus it.": lambda: (
            1 - _share_in(mine.year - START, _fitted())
        ),
        "This is the share in the last year known. What does the curve promise for 1965?": lambda: (
            float(_corn()[1][LAST_KNOWN - START - 1])
        ),
        "This is when most adopt, in years. The share who have adopted is asked for: "
        "adoption.bass.": lambda: adoption.peak(*_fitted()),
        "This is the share who adopt in the year 1965 alone. Take the running share.": lambda: (
            _share_in(mine.year - START, _fitted()) - _share_in(mine.year - START - 1, _fitted())
        ),
    },
)
