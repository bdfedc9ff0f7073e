"""The checks of module 3: right procedures and common slips, all computed from the data."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from scaling import datasets, meta
from scaling.checking import Draw, Hint, Variants, choice, function, number, table, text
from scaling.size_context import emergencies, joining_up, next_place, ties, villages

# The middle 95 % of a distribution ends at this quantile.
LEVEL = 0.975
# The exercise counts villages with this many surveyed households or more.
SMALLEST_VILLAGE = 20  # households

mine = Variants(
    "03-size-and-context",
    cells={
        "m3-voice-question": """\
print(f"Your meeting: {mine.guests} guests, in place of forty-eight, and {mine.meeting_minutes} minutes.")""",
        "m3-trials": """\
trials = next_place.trials().drop(index=list(mine.left_out))
effects, variances, k = trials.effect, trials.variance, len(trials)
print(f"Your trials are these {k}, in place of thirteen:")
trials[["author", "year", "latitude_deg", "effect", "variance"]].round(3)""",
        "m3-villages": """\
villages = households.groupby("village").bought.agg(["mean", "size"])
villages = villages[villages["size"] >= 20]
villages = villages.drop(index=villages.index[mine.skipped_first :: mine.skipped_each])
print(f"Your villages are these {len(villages)}, one in {mine.skipped_each} is left out:")
villages.head()""",
    },
    guests=Draw(48, range(34, 89)),
    meeting_minutes=Draw(90, range(65, 136, 5)),
    # the rows of the BCG trials that a student does not have
    left_out=Draw(
        (), [rows for n in (1, 2, 3) for rows in itertools.combinations(range(13), n)][::3]
    ),
    # one village in so many is left out, from this one on
    skipped_each=Draw(0, range(5, 17)),
    skipped_first=Draw(0, range(5)),
)


@mine.cached("left_out")
def _bcg() -> tuple[np.ndarray, np.ndarray]:
    """Return log risk ratios and variances in the order of the file, as the exercise has them."""
    trials = next_place.trials().drop(index=list(mine.left_out))
    return trials.effect.to_numpy(), trials.variance.to_numpy()


@mine.cached("left_out")
def _pooled() -> meta.RandomEffects:
    return meta.random_effects(*_bcg())


# ---------------------------------------------------------------- 1 reading a picture


def _statements() -> dict[str, bool]:
    """Return whether each statement about the forest plot at 50° is true."""
    summaries = next_place.summaries(next_place.run(latitude=50))
    mean, place, at_50 = np.log(summaries[["low", "high"]].to_numpy())
    trials = next_place.trials()
    is_hot = trials.latitude_deg < 20
    return {
        "a": bool(place[0] >= mean[0] and place[1] <= mean[1]),
        "b": bool(place[1] > 0 > at_50[1]),
        "c": bool((trials.effect[is_hot] > 0).all()),
        "d": bool(at_50[1] - at_50[0] > place[1] - place[0]),
    }


reading = choice(
    name="reading",
    expected=_statements,
    meaning=(
        "Anywhere, the next place may see no benefit; at 50° the trend's interval lies below 1, if the trend holds. "
        "Knowing something about the place is worth more than another place that is unlike it."
    ),
    slips={
        "This is the promise of the mean. The interval of the mean says where the average over "
        "places lies; the next place has the wider one below it.": lambda: "a",
        "Look at the trials nearest the equator: some risk ratios lie near 1, others clearly "
        "below it.": lambda: "c",
        "Compare the lengths of the two lowest intervals: which one is longer?": lambda: "d",
    },
)

# ---------------------------------------------------------------- 2 ties and voice

pairs = function(
    name="pairs",
    expected=lambda n: n * (n - 1) / 2,
    cases=[(2,), (12,), (24,), (400,), (9,)],
    meaning="Twice the people, more than four times the ties: from 66 to 276.",
    slips={
        "This counts n times n: everybody with everybody, themselves included, and each tie twice. "
        "Leave out the self and halve.": lambda n: n**2,
        "Each tie is counted twice here, once from either end. Divide by 2.": lambda n: n * (n - 1),
        "This counts a tie of everyone with themselves. Use n − 1 in place of n + 1.": lambda n: (
            n * (n + 1) / 2
        ),
        "An odd number of people is halved too early, which cuts one off. Multiply first, then divide "
        "by 2.": lambda n: n // 2 * (n - 1),
        "Brackets are missing: take one away from n first, then halve the whole product.": lambda n: (
            n * n - 1 / 2
        ),
        "A bracket is missing round n − 1: n times n, less one, is not n times (n − 1).": lambda n: (
            (n * n - 1) / 2
        ),
        "A bracket is missing round n − 1, and each tie is counted twice.": lambda n: n * n - 1,
        "Only half of n is taken away. Put brackets round n − 1, and halve the whole "
        "product.": lambda n: n * n - n / 2,
        "This is the number of ties that one person can have. Count those of all n people, each tie "
        "once.": lambda n: n - 1,
        "This halves the people. How many others can each of them be tied to?": lambda n: n / 2,
        "This doubles n, as the example in the hint does. How many others can each person be tied "
        "to?": lambda n: n * 2,
        "This grows in proportion, so many ties for each person. Twice the people can form more than "
        "twice the pairs.": lambda n: n * ties.pairs(12) / 12,
        "One person too many is left out: each of n people has n − 1 others.": lambda n: (
            n * (n - 2) / 2
        ),
        "One person is missing in both factors: n people have n − 1 others each.": lambda n: (
            (n - 1) * (n - 2) / 2
        ),
        "The power in Python is **, not ^. And leave out the self, then halve.": lambda n: n ^ 2,
        "This is half of what one person can have. Multiply n − 1 by n before you halve.": lambda n: (
            (n - 1) / 2
        ),
        "Both factors are n − 1 here. There are n people, each with n − 1 others.": lambda n: (
            (n - 1) ** 2 / 2
        ),
        "A bracket is missing round n − 1: only one is taken away, at the end.": lambda n: (
            n * n / 2 - 1
        ),
        "This doubles what should be halved: each tie has two ends and counts once.": lambda n: (
            n * (n - 1) * 2
        ),
        "This counts groups of every size. A tie is a pair.": lambda n: 2**n,
        "Half of n squared still counts everyone with themselves, by halves. The other end of a "
        "tie is one of n − 1 people.": lambda n: n**2 / 2,
    },
)

# Each hint has the procedure that was used in place of hours / (h * (n - 1)), without the cap.
_WRONG_RATIOS = {
    "This is the number of ties that one person can keep alive. Divide it by the n − 1 that the "
    "person could have.": lambda n, hours, h: hours / h,
    "Each person has ties to n − 1 others, not to n.": lambda n, hours, h: hours / (h * n),
    "This divides by all pairs of the group, but the hours are those of one person, who has "
    "n − 1 possible ties.": lambda n, hours, h: hours / (h * n * (n - 1) / 2),
    "This counts each tie from both ends: the hours of all n people, but every pair once. Take one "
    "person: hours over n − 1 others.": lambda n, hours, h: hours * n / (h * n * (n - 1) / 2),
    "This multiplies by the hours a tie needs. The longer a tie takes, the fewer stay alive: "
    "divide.": lambda n, hours, h: hours * h / (n - 1),
    "A bracket is missing: n − 1 multiplies here, where it should divide. Write hours / "
    "(hours_per_tie * (n - 1)).": lambda n, hours, h: hours / h * (n - 1),
    "A bracket is missing round n − 1: the one is taken from the product.": lambda n, hours, h: (
        hours / (h * n - 1)
    ),
    "The hours a tie needs are left out: how many ties do these hours keep alive?": lambda n, hours, h: (
        hours / (n - 1)
    ),
    "The hours that each can give are left out.": lambda n, hours, h: 1 / (h * (n - 1)),
    "This is upside down: the hours that all ties would need, over the hours there are.": lambda n, hours, h: (
        h * (n - 1) / hours
    ),
    "A bracket is missing round n − 1: the one is taken away at the end.": lambda n, hours, h: (
        hours / h / n - 1
    ),
    "This divides twice. One person's living ties over that person's n − 1 possible ones.": lambda n, hours, h: (
        hours / h / n / (n - 1)
    ),
    "This is the part of a person's hours that one tie takes. How many ties do the hours keep, of "
    "n − 1?": lambda n, hours, h: h / hours,
    "This counts the living ties of the whole group. A share is wanted: living over "
    "possible.": lambda n, hours, h: n * hours / h / 2,
}

alive_share = function(
    name="alive_share",
    expected=ties.alive_share,
    cases=[
        (24, 5, 0.5),
        (5, 5, 0.5),
        (101, 10, 0.5),
        (48, 3, 1),
        (30, 4, 0.7),
        (3, 0.2, 0.5),
        (2, 3, 0.6),
    ],
    meaning=(
        "Hours do not grow with the group: once it is too large to know everybody, the share alive "
        "only falls."
    ),
    slips={
        "More than all ties cannot be alive: cap the share at 1 with min(1, …).": lambda n, hours, h: (
            hours / (h * (n - 1))
        ),
        "This returns the larger of two numbers. No share is above 1: min(1, …).": lambda n, hours, h: (
            max(1, hours / (h * (n - 1)))
        ),
        "This keeps whole ties only. Leave out int or //: part of a tie counts as a "
        "part.": lambda n, hours, h: min(1, int(hours / h) / (n - 1)),
        "This counts ties, as many as there are hours for or others. Divide by n − 1 for a "
        "share.": lambda n, hours, h: min(n - 1, hours / h),
        "The cap comes too early: first divide by n − 1, then take min(1, …).": lambda n, hours, h: (
            min(1, hours / h) / (n - 1)
        ),
        "The cap comes too early, and each person has n − 1 others: first divide, then take min(1, "
        "…).": lambda n, hours, h: min(1, hours / h) / n,
        "This counts the ties of all people from both ends. A share is wanted: take one person, and "
        "divide by n − 1.": lambda n, hours, h: n * hours / h,
        **{
            hint: lambda n, hours, h, ratio=ratio: min(1, ratio(n, hours, h))
            for hint, ratio in _WRONG_RATIOS.items()
        },
        **{
            f"{hint} And cap the share at 1: min(1, …).": ratio
            for hint, ratio in _WRONG_RATIOS.items()
        },
    },
)

voice = number(
    name="voice",
    varies=mine.of(
        "guests",
        "meeting_minutes",
        words={
            "1.875 minutes each, in a meeting of an hour and a half": lambda: (
                f"{mine.meeting_minutes / mine.guests:.2f} minutes each, in a meeting of "
                f"{mine.meeting_minutes} minutes"
            ),
            "forty-eight": lambda: str(mine.guests),
        },
    ),
    unit="minutes",
    tolerance=0.006,
    expected=lambda: (
        ties.run(people=mine.guests, meeting_minutes=mine.meeting_minutes).voice_minutes
    ),
    meaning="1.875 minutes each, in a meeting of an hour and a half: size takes voice first.",
    slips={
        "Everybody in the room shares the minutes: divide by n, not by n − 1.": lambda: (
            mine.meeting_minutes / (mine.guests - 1)
        ),
        "This is in seconds; minutes are wanted.": lambda: 60 * mine.meeting_minutes / mine.guests,
        "This is in hours; minutes are wanted.": lambda: mine.meeting_minutes / 60 / mine.guests,
        "This is people per minute. Turn it round.": lambda: mine.guests / mine.meeting_minutes,
        "This multiplies. The minutes are shared: divide them by the guests.": lambda: (
            mine.meeting_minutes * mine.guests
        ),
        "This cuts to whole minutes. Divide with / and keep the decimals.": lambda: [
            mine.meeting_minutes // mine.guests,
            round(mine.meeting_minutes / mine.guests),
        ],
        "These are the guests of one table. The hall holds forty-eight.": lambda: (
            2 * mine.meeting_minutes / mine.guests
        ),
        "This is a meeting of an hour. Here it takes longer.": lambda: 60 / mine.guests,
        "This takes the guests from the minutes. Each gets an equal part: divide.": lambda: (
            mine.meeting_minutes - mine.guests
        ),
        "This halves the minutes. Everybody in the hall has a part of them.": lambda: (
            mine.meeting_minutes / 2
        ),
        "This shares the minutes among the pairs. Voice is per person.": lambda: (
            mine.meeting_minutes / ties.pairs(mine.guests)
        ),
    },
)

# ---------------------------------------------------------------- 3 random effects by hand

weights = table(
    name="weights",
    varies=mine.of(
        "left_out",
        words={
            "from less than 2 to more than 250": lambda: (
                f"from {min(1 / _bcg()[1]):.1f} to {max(1 / _bcg()[1]):.0f}"
            )
        },
    ),
    expected=lambda: 1 / _bcg()[1],
    tolerance=0.005,
    meaning="A precise trial weighs more: from less than 2 to more than 250, here.",
    slips={
        "This weighs by 1/standard error. The weight is 1/variance, its square.": lambda: (
            _bcg()[1] ** -0.5
        ),
        "This is the variance itself: it gives most weight to the least certain trial.": lambda: (
            _bcg()[1]
        ),
        "This is the standard error. The weight is 1/variance.": lambda: _bcg()[1] ** 0.5,
        "These weights already contain τ². First the plain ones, 1/variance.": lambda: (
            1 / (_bcg()[1] + _pooled().tau2)
        ),
        "This is the sum of the weights. Give each trial its own: leave out the sum.": lambda: [
            (1 / _bcg()[1]).sum()
        ],
        "This divides by the sum of all variances. Each trial has its own weight, 1/variance.": lambda: (
            [1 / _bcg()[1].sum()]
        ),
        "This divides by the effects. Precision lies in the variances: 1/variance.": lambda: (
            1 / _bcg()[0]
        ),
        "The variances are squared here. The weight is 1/variance; a variance is a square "
        "already.": lambda: _bcg()[1] ** -2.0,
        "This takes the variance from one. The weight is one divided by it.": lambda: 1 - _bcg()[1],
        "This is each trial's part of all variance: most weight to the least certain. The weight is "
        "1/variance.": lambda: _bcg()[1] / _bcg()[1].sum(),
        "These are effects divided by variances. The weight alone is 1/variance.": lambda: (
            _bcg()[0] / _bcg()[1]
        ),
        "This squares the variance. The weight is one divided by it.": lambda: _bcg()[1] ** 2,
        "These are rounded to whole numbers. Keep the decimals.": lambda: np.round(1 / _bcg()[1]),
        "These weights are divided by their sum. Right as shares; here keep 1/variance.": lambda: (
            (1 / _bcg()[1]) / (1 / _bcg()[1]).sum()
        ),
    },
)


def _q(
    effects: ArrayLike,
    variances: ArrayLike,
    weight_power: float = -1.0,
    power: float = 2,
    centre: Callable[[np.ndarray], float] | None = None,
) -> float:
    """Return the weighted sum of the distances from the centre, raised to a power.

    With the defaults this is Cochran's Q: squared distances from the weighted mean, with 1/variance
    as weights.
    """
    y, v = np.asarray(effects, float), np.asarray(variances, float)
    weight = v**weight_power
    middle = np.sum(weight * y) / weight.sum() if centre is None else centre(y)
    return float(np.sum(weight * np.abs(y - middle) ** power))


def _weighted_sum(
    effects: ArrayLike,
    variances: ArrayLike,
    part: Callable[[np.ndarray, np.ndarray, float], np.ndarray],
) -> float:
    """Return the sum over trials of ``part(w, y, mean)``, where ``mean`` is the weighted mean."""
    y, w = np.asarray(effects, float), 1 / np.asarray(variances, float)
    return float(np.sum(part(w, y, np.sum(w * y) / np.sum(w))))


_THREE = ([0.1, 0.5, 0.9], [0.04, 0.01, 0.09])
_ALIKE = ([0.30, 0.31, 0.29, 0.30], [0.05, 0.02, 0.04, 0.03])
_FOUR = ([-0.8, 0.2, -0.1, -1.4], [0.02, 0.03, 0.01, 0.05])
_SERIES = tuple(pd.Series(values, index=[7, 3, 5]) for values in _THREE)

q_statistic = function(
    name="q_statistic",
    expected=_q,
    cases=[_THREE, _FOUR, _SERIES],
    meaning="Q is about k − 1 if places differ by chance alone. For the BCG trials it is 152, not 12.",
    slips={
        "The middle here is the plain average. Use the weighted one, Σwy/Σw.": lambda y, v: _q(
            y, v, centre=np.mean
        ),
        "The distances are not squared.": lambda y, v: _q(y, v, power=1),
        "The weights are 1/standard error here; they should be 1/variance.": lambda y, v: _q(
            y, v, weight_power=-0.5
        ),
        "The weights are squared as well. Close the bracket of the square before them: w times the "
        "squared distance.": lambda y, v: float(
            np.sum(
                ((np.asarray(y) - np.average(y, weights=1 / np.asarray(v))) / np.asarray(v)) ** 2
            )
        ),
        "This is the weighted mean. Q is the weighted sum of squared distances from it.": lambda y, v: (
            float(np.average(y, weights=1 / np.asarray(v)))
        ),
        "The squared distances are not weighted.": lambda y, v: float(
            np.sum((np.asarray(y) - np.average(y, weights=1 / np.asarray(v))) ** 2)
        ),
        "The distances are taken from 0, not from the weighted mean.": lambda y, v: _q(
            y, v, centre=lambda _: 0.0
        ),
        "This is the weighted sum of the effects. Q adds up squared distances from their weighted "
        "mean.": lambda y, v: _weighted_sum(y, v, lambda w, y, mean: w * y),
        "Two sums are multiplied. Weigh each squared distance first, then add up.": lambda y, v: (
            _weighted_sum(y, v, lambda w, y, mean: w.sum() * (y - mean) ** 2)
        ),
        "This divides by the weights. Multiply each squared distance by its weight.": lambda y, v: (
            _weighted_sum(y, v, lambda w, y, mean: (y - mean) ** 2 / w)
        ),
        "The root of the weights is used. Multiply by w itself, 1/variance.": lambda y, v: (
            _weighted_sum(y, v, lambda w, y, mean: np.sqrt(w) * (y - mean) ** 2)
        ),
        "Brackets are missing: y − mean is one distance. Square it, weigh it, then add up.": lambda y, v: (
            _weighted_sum(y, v, lambda w, y, mean: w * y - mean) ** 2
        ),
        "Only the mean is squared here. Put y − mean in brackets, square that, then weigh it.": lambda y, v: (
            _weighted_sum(y, v, lambda w, y, mean: w * y - mean**2)
        ),
        "Only the mean is squared here. Square the whole distance, y − mean.": lambda y, v: (
            _weighted_sum(y, v, lambda w, y, mean: w * (y - mean**2))
        ),
        "The distances cancel out. Square each of them before they are added up: the square belongs "
        "inside np.sum.": lambda y, v: 0.0,
        "This takes the mean of the weighted squares. Q is their sum.": lambda y, v: (
            _q(y, v) / len(y)
        ),
        "This divides by the sum of the weights, which gives a variance. Q is the sum "
        "alone.": lambda y, v: _q(y, v) * _inverse_sum(v),
        "The square root is one step too many: Q is the sum of squares itself.": lambda y, v: (
            _q(y, v) ** 0.5
        ),
        "The middle here is the weighted sum. A weighted mean is that divided by the sum of the "
        "weights.": lambda y, v: _q(y, v, centre=lambda y: np.sum(y / np.asarray(v, float))),
        "The middle here is divided by the number of trials. Divide by the sum of the weights, "
        "np.sum(w).": lambda y, v: _q(y, v, centre=lambda y: np.mean(y / np.asarray(v, float))),
        "A bracket is missing in the mean: Σwy and Σw are summed first, then divided.": lambda y, v: (
            _q(y, v, centre=lambda y: np.sum(y))
        ),
    },
)


def _tau2(effects: ArrayLike, variances: ArrayLike, lost: int = 1, cut: bool = True) -> float:
    """Return τ², from Q less the k − ``lost`` that chance gives; ``cut`` keeps it from below 0."""
    value = (_q(effects, variances) - (np.size(effects) - lost)) / _denominator(variances)
    return max(0.0, value) if cut else value


def _denominator(variances: ArrayLike) -> float:
    weight = 1 / np.asarray(variances, float)
    return float(weight.sum() - np.sum(weight**2) / weight.sum())


def _inverse_sum(variances: ArrayLike) -> float:
    return float(1 / np.sum(1 / np.asarray(variances, float)))


def _sum_of_squares(variances: ArrayLike) -> float:
    return float(np.sum(np.asarray(variances, float) ** -2.0))


# Each hint has the procedure that was used in place of the fraction, without max(0, …).
_WRONG_FRACTIONS = {
    "This uses k, the number of the BCG trials, from outside the function. Inside it the number "
    "of trials is len(w).": lambda y, v: _tau2(y, v, len(y) - len(_bcg()[0]) + 1, cut=False),
    "This takes k + 1 from Q. A bracket is missing: Q − (k − 1).": lambda y, v: _tau2(
        y, v, lost=-1, cut=False
    ),
    "A bracket is missing: all of Q − (k − 1) is divided by the denominator.": lambda y, v: (
        _q(y, v) - (len(y) - 1) / _denominator(v)
    ),
    "The denominator is Σw − (Σw²/Σw). Here all of Σw − Σw² is divided by Σw.": lambda y, v: (
        (_q(y, v) - (len(y) - 1)) / (1 - _sum_of_squares(v) * _inverse_sum(v))
    ),
    "The q that arrives here is not right yet: correct q_statistic first.": lambda y, v: (
        (_q(y, v, centre=np.mean) - (len(y) - 1)) / _denominator(v)
    ),
    "This takes k from Q. Chance alone gives k − 1, one less.": lambda y, v: _tau2(
        y, v, lost=0, cut=False
    ),
    "This takes k − 2 from Q. Chance alone gives k − 1; k − 2 comes later, with t.": lambda y, v: (
        _tau2(y, v, lost=2, cut=False)
    ),
    "The denominator is Σw − Σw²/Σw. Here it is only Σw.": lambda y, v: (
        (_q(y, v) - (len(y) - 1)) * _inverse_sum(v)
    ),
    "The denominator is Σw − Σw²/Σw. Here it is Σw − Σw², without the last division.": lambda y, v: (
        (_q(y, v) - (len(y) - 1)) / (1 / _inverse_sum(v) - _sum_of_squares(v))
    ),
    "The denominator is Σw − Σw²/Σw. Here Σw before the minus is left out.": lambda y, v: (
        (_q(y, v) - (len(y) - 1)) / (_sum_of_squares(v) * _inverse_sum(v))
    ),
    "The plus in the denominator should be a minus: Σw − Σw²/Σw.": lambda y, v: (
        (_q(y, v) - (len(y) - 1)) / (1 / _inverse_sum(v) + _sum_of_squares(v) * _inverse_sum(v))
    ),
    "This multiplies by the denominator. Divide by it.": lambda y, v: (
        (_q(y, v) - (len(y) - 1)) * _denominator(v)
    ),
    "This is only the top of the fraction, Q − (k − 1). Divide it by the denominator.": lambda y, v: (
        _q(y, v) - (len(y) - 1)
    ),
}


_WITHOUT_BRACKETS = {
    "Brackets are missing twice: Q − (k − 1) over the whole denominator.": lambda y, v: (
        _q(y, v) - (len(y) - 1) * _inverse_sum(v) - _sum_of_squares(v) * _inverse_sum(v)
    ),
    "A bracket is missing round the denominator: all of Σw − Σw²/Σw divides.": lambda y, v: (
        (_q(y, v) - (len(y) - 1)) * _inverse_sum(v) - _sum_of_squares(v) * _inverse_sum(v)
    ),
}


@dataclass(frozen=True, kw_only=True)
class _variance_function(function):  # noqa: N801 - every kind of check is named in lower case
    """A function that may divide by 0, because the sum of the weights was squared as a whole."""

    def _call(self, answer: Callable[..., Any], case: tuple) -> Any:
        try:
            value = super()._call(answer, case)
        except Hint as hint:
            # pandas says "ambiguous" if a whole column is compared as if it were one number.
            if "ambiguous" in str(hint):
                raise Hint(f"{hint} A sum is missing: np.sum(w**2) is one number.") from None
            raise
        with contextlib.suppress(TypeError, ValueError):
            # Depending on rounding, dividing by 0 gives infinity or a huge number.
            if np.ndim(value) == 0 and abs(float(value)) > 1e9:
                raise Hint(
                    f"{self.name}(…) divides by nothing. Square each weight, then add the squares up: "
                    "np.sum(w**2), not np.sum(w)**2."
                )
        return value


tau2 = _variance_function(
    name="tau2",
    varies=mine.of("left_out"),
    expected=_tau2,
    cases=[_THREE, _FOUR, _ALIKE, _SERIES],
    meaning="τ² is what is left of the differences once chance is taken out: how places really vary.",
    slips={
        "A variance cannot be below 0: take max(0, …).": lambda y, v: _tau2(y, v, cut=False),
        "This takes the smaller of two numbers. Keep the larger: max(0, …).": lambda y, v: min(
            0.0, _tau2(y, v, cut=False)
        ),
        "This is τ, a standard deviation. τ² is wanted: leave out the square root.": lambda y, v: (
            _tau2(y, v) ** 0.5
        ),
        **{
            hint: lambda y, v, procedure=procedure: max(0.0, procedure(y, v))
            for hint, procedure in _WRONG_FRACTIONS.items()
        },
        **{
            f"{hint} And keep what is below 0 out: max(0, …).": procedure
            for hint, procedure in _WRONG_FRACTIONS.items()
        },
        **_WITHOUT_BRACKETS,
        "Nothing is taken from Q here. Chance alone gives k − 1: take that away first.": lambda y, v: (
            _q(y, v) / _denominator(v)
        ),
        "This is 0 whatever comes in. Put brackets round Q − (k − 1), and round the whole "
        "denominator.": lambda y, v: 0.0,
    },
)


def _random_effects_weights() -> np.ndarray:
    """Return the weights of the mean over places, shape (k,)."""
    return 1 / (_bcg()[1] + _pooled().tau2)


pooled_effect = number(
    name="pooled_effect",
    varies=mine.of(
        "left_out",
        words={
            "about half on average: exp(−0.714) = 0.49": lambda: (
                f"{np.exp(_pooled().mean):.2f} of what it was, on average: "
                f"exp({_pooled().mean:.3f})".replace("-", "−")
            ),
            "the 13 trials": lambda: f"the {_pooled().k} trials",
        },
    ),
    unit="(log risk ratio)",
    tolerance=0.001,
    expected=lambda: _pooled().mean,
    meaning="Over places like these, tuberculosis falls to about half on average: exp(−0.714) = 0.49.",
    slips={
        "This is the plain average of the 13 trials. A random-effects mean gives each trial the "
        "weight 1/(variance + τ²).": lambda: _bcg()[0].mean(),
        "This is the fixed-effect mean: it leaves τ² out of the weights. Or brackets are missing in "
        "1/(variance + τ²).": lambda: [
            _pooled().fixed_mean,
            np.average(_bcg()[0], weights=1 / _bcg()[1] + _pooled().tau2),
        ],
        "This is the risk ratio. Keep the log scale here; take the exponential only to report.": lambda: (
            np.exp(_pooled().mean)
        ),
        "τ² was squared again: tau2(…) already returns τ².": lambda: np.average(
            _bcg()[0], weights=1 / (_bcg()[1] + _pooled().tau2 ** 2)
        ),
        "This is the weighted sum. A weighted mean is that divided by the sum of the weights.": lambda: (
            np.sum(_bcg()[0] / (_bcg()[1] + _pooled().tau2))
        ),
        "τ was added where τ² belongs: the weight is 1/(variance + τ²).": lambda: np.average(
            _bcg()[0], weights=1 / (_bcg()[1] + _pooled().tau2 ** 0.5)
        ),
        "The sign is lost: a risk below that of the others has a negative logarithm.": lambda: (
            -_pooled().mean
        ),
        "This is by how much the risk falls. Keep the mean of the logarithms themselves.": lambda: (
            1 - np.exp(_pooled().mean)
        ),
        "This gives most weight to the least certain trials: the weight is 1/(variance + "
        "τ²).": lambda: np.average(_bcg()[0], weights=_bcg()[1] + _pooled().tau2),
        "The weighted sum is divided by the number of trials. Divide by the sum of the "
        "weights.": lambda: [
            np.mean(_bcg()[0] * _random_effects_weights()),
            np.mean(_bcg()[0] / _bcg()[1]),
        ],
        "Two kinds of weights are mixed: those of question 5 and the new ones. Use the new ones above "
        "and below.": lambda: [
            np.sum(_bcg()[0] * _random_effects_weights()) / np.sum(1 / _bcg()[1]),
            np.sum(_bcg()[0] / _bcg()[1]) / np.sum(_random_effects_weights()),
        ],
        "This is right, but rounded to one decimal. Keep three.": lambda: round(_pooled().mean, 1),
        "This is τ², the between-site variance. It goes into the weights of the mean.": lambda: (
            _pooled().tau2
        ),
        "This is the middle trial. The weighted mean is asked for.": lambda: np.median(_bcg()[0]),
        "These weights come from the standard error, 1/(√variance + τ). Use 1/(variance + τ²).": lambda: (
            np.average(_bcg()[0], weights=1 / (_bcg()[1] ** 0.5 + _pooled().tau2 ** 0.5))
        ),
    },
)

# ---------------------------------------------------------------- 4 the next place


def _interval(mean: float, quantile: float, spread: float) -> np.ndarray:
    """Return mean ± quantile · spread, lower end first."""
    return np.array([mean - quantile * spread, mean + quantile * spread])


next_place_interval = function(
    name="next_place_interval",
    varies=mine.of("left_out"),
    expected=lambda mean, se, tau2, k: _interval(
        mean, stats.t.ppf(LEVEL, k - 2), np.sqrt(tau2 + se**2)
    ),
    cases=[(0.0, 0.1, 0.04, 10), (-0.7, 0.2, 0.3, 13), (0.4, 0.05, 0.0, 5)],
    tolerance=1e-3,
    meaning="More trials narrow the interval of the mean in the end; this one stops at the differences.",
    slips={
        "This is the interval of the mean, mean ± 1.96·se. The next place also differs by τ².": lambda mean, se, tau2, k: (
            _interval(mean, 1.96, se)
        ),
        "This uses 1.96 (z). With k places the quantile is t with k − 2 degrees of freedom: "
        "stats.t.ppf(0.975, k - 2).": lambda mean, se, tau2, k: _interval(
            mean, 1.96, np.sqrt(tau2 + se**2)
        ),
        "This uses t with k − 1 degrees of freedom. Two are lost here, one for the mean and one "
        "for τ²: k − 2.": lambda mean, se, tau2, k: _interval(
            mean, stats.t.ppf(LEVEL, k - 1), np.sqrt(tau2 + se**2)
        ),
        "This leaves out how places differ: the spread is the root of τ² + se².": lambda mean, se, tau2, k: (
            _interval(mean, stats.t.ppf(LEVEL, k - 2), se)
        ),
        "tau2 is already τ²: do not square it again.": lambda mean, se, tau2, k: _interval(
            mean, stats.t.ppf(LEVEL, k - 2), np.sqrt(tau2**2 + se**2)
        ),
        "Stay on the scale of the mean that comes in: leave out the exponential.": lambda mean, se, tau2, k: (
            np.exp(_interval(mean, stats.t.ppf(LEVEL, k - 2), np.sqrt(tau2 + se**2)))
        ),
        "This uses t with k degrees of freedom; the next place has k − 2.": lambda mean, se, tau2, k: (
            _interval(mean, stats.t.ppf(LEVEL, k), np.sqrt(tau2 + se**2))
        ),
        "τ stands where τ² belongs: the spread is the root of τ² + se².": lambda mean, se, tau2, k: (
            _interval(mean, stats.t.ppf(LEVEL, k - 2), np.sqrt(np.sqrt(tau2) + se**2))
        ),
        "The two standard deviations are added, τ + se. Add the variances, then take the "
        "root.": lambda mean, se, tau2, k: _interval(
            mean, stats.t.ppf(LEVEL, k - 2), np.sqrt(tau2) + se
        ),
        "The square root is missing: τ² + se² is a variance.": lambda mean, se, tau2, k: _interval(
            mean, stats.t.ppf(LEVEL, k - 2), tau2 + se**2
        ),
        "se should be squared before it is added to τ².": lambda mean, se, tau2, k: _interval(
            mean, stats.t.ppf(LEVEL, k - 2), np.sqrt(tau2 + se)
        ),
        "A bracket is missing in the root: √(τ² + se²), as a whole.": lambda mean, se, tau2, k: (
            _interval(mean, stats.t.ppf(LEVEL, k - 2), np.sqrt(tau2) + se**2)
        ),
        "A bracket is missing in the root: se² is added outside it, to the end itself.": lambda mean, se, tau2, k: (
            _interval(mean, stats.t.ppf(LEVEL, k - 2), np.sqrt(tau2)) + se**2
        ),
        "A bracket is in the wrong place: k − 2 belongs inside stats.t.ppf(0.975, k - 2).": lambda mean, se, tau2, k: (
            np.array(
                [
                    mean - stats.t.ppf(LEVEL, k) - 2 * np.sqrt(tau2 + se**2),
                    mean + stats.t.ppf(LEVEL, k) - 2 * np.sqrt(tau2 + se**2),
                ]
            )
        ),
        "The number of the BCG trials is used. Inside the function it is k, which comes in.": lambda mean, se, tau2, k: (
            _interval(mean, stats.t.ppf(LEVEL, len(_bcg()[0]) - 2), np.sqrt(tau2 + se**2))
        ),
        "This rounds the quantile to two. With k places it is stats.t.ppf(0.975, k - 2).": lambda mean, se, tau2, k: (
            _interval(mean, 2, np.sqrt(tau2 + se**2))
        ),
        "The spread is not divided by √k: the next place is a single one.": lambda mean, se, tau2, k: (
            _interval(mean, stats.t.ppf(LEVEL, k - 2), np.sqrt((tau2 + se**2) / k))
        ),
        "The quantile is left out: multiply the spread by stats.t.ppf(0.975, k - 2).": lambda mean, se, tau2, k: (
            _interval(mean, 1, np.sqrt(tau2 + se**2))
        ),
        "This is how far the interval reaches. Take it from the mean, and add it to the "
        "mean.": lambda mean, se, tau2, k: _interval(
            0, stats.t.ppf(LEVEL, k - 2), np.sqrt(tau2 + se**2)
        ),
        "This leaves out the uncertainty of the mean: add se² to τ².": lambda mean, se, tau2, k: (
            _interval(mean, stats.t.ppf(LEVEL, k - 2), np.sqrt(tau2))
        ),
        "The quantile is that of 0.95, which leaves 5 % on one side. Use 0.975.": lambda mean, se, tau2, k: (
            _interval(mean, stats.t.ppf(0.95, k - 2), np.sqrt(tau2 + se**2))
        ),
        "The ends are the wrong way round: lower end first. The quantile is that of 0.975; the other tail's is "
        "negative.": lambda mean, se, tau2, k: _interval(
            mean, stats.t.ppf(LEVEL, k - 2), np.sqrt(tau2 + se**2)
        )[::-1],
    },
)


def _t_at_zero(curve: Callable[..., float], spread: float) -> float:
    """Return a curve of Student's t, such as ``stats.t.sf``, at 0 on the scale of the effects.

    The distribution is centred at the mean of all places and has this spread.
    """
    return float(curve(-_pooled().mean / spread, _pooled().k - 2))


chance_above_one = number(
    name="chance_above_one",
    varies=mine.of(
        "left_out",
        words={
            "0.123: for the next place, about one chance in eight of no benefit, from a vaccine that "
            "halves the risk on average": lambda: (
                f"{_pooled().chance_above(0.0):.3f}: for the next place, about one chance in "
                f"{1 / _pooled().chance_above(0.0):.0f} of no benefit, from a vaccine that takes the "
                f"risk to {np.exp(_pooled().mean):.2f} of what it was on average"
            ),
            "one in eight": lambda: f"one in {1 / _pooled().chance_above(0.0):.0f}",
            "With 13 places": lambda: f"With {_pooled().k} places",
        },
    ),
    tolerance=0.0006,
    expected=lambda: _pooled().chance_above(0.0),
    meaning="0.123: for the next place, about one chance in eight of no benefit, from a vaccine that halves the risk on average.",
    slips={
        "This is the chance of a benefit. The other side is asked for: one minus this.": lambda: (
            1 - _pooled().chance_above(0.0)
        ),
        "This uses the normal distribution. With 13 places use t with k − 2 degrees of "
        "freedom.": lambda: stats.norm.sf(-_pooled().mean / _pooled().next_place_sd),
        "This is the chance that the mean is above 1: it leaves out how places differ, τ².": lambda: (
            stats.t.sf(-_pooled().mean / _pooled().se, _pooled().k - 2)
        ),
        "A risk ratio of 1 is 0 on the log scale. This asks for a log risk ratio above 1.": lambda: (
            _pooled().chance_above(1.0)
        ),
        "This leaves out the uncertainty of the mean: the spread is the root of τ² + se².": lambda: (
            stats.t.sf(-_pooled().mean / _pooled().tau2 ** 0.5, _pooled().k - 2)
        ),
        "The square root is missing: τ² + se² is a variance.": lambda: stats.t.sf(
            -_pooled().mean / _pooled().next_place_sd ** 2, _pooled().k - 2
        ),
        "This counts both sides. Only a risk ratio above 1 is asked for: half of it.": lambda: (
            2 * _pooled().chance_above(0.0)
        ),
        "This is in per cent, and whole. Write the share, with three decimals.": lambda: round(
            100 * _pooled().chance_above(0.0)
        ),
        "This is the height of the curve, stats.t.pdf. The chance beyond a point is "
        "stats.t.sf.": lambda: _t_at_zero(stats.t.pdf, _pooled().next_place_sd),
        "The standard deviations are added, τ + se. Add the variances, then take the root.": lambda: (
            _t_at_zero(stats.t.sf, _pooled().tau2 ** 0.5 + _pooled().se)
        ),
        "se should be squared before it is added to τ².": lambda: _t_at_zero(
            stats.t.sf, (_pooled().tau2 + _pooled().se) ** 0.5
        ),
        "This leaves out the uncertainty of the mean and the root: the spread is the root of τ² + "
        "se².": lambda: _t_at_zero(stats.t.sf, _pooled().tau2),
        "The standard error is too small here: it is 1/√Σw, with the root, and with the weights of "
        "question 8.": lambda: [
            _t_at_zero(stats.t.sf, (_pooled().tau2 + _pooled().se ** 4) ** 0.5),
            _t_at_zero(stats.t.sf, (_pooled().tau2 + _inverse_sum(_bcg()[1])) ** 0.5),
        ],
        "This starts from the plain weighted mean. Use pooled_effect, whose weights hold τ².": lambda: (
            stats.t.sf(-_pooled().fixed_mean / _pooled().next_place_sd, _pooled().k - 2)
        ),
        "This mixes two scales: a risk ratio, and the spread of logarithms. Ask for an effect above 0.": lambda: (
            stats.t.sf((1 - np.exp(_pooled().mean)) / _pooled().next_place_sd, _pooled().k - 2)
        ),
        "The spread is left out: divide the distance by it first.": lambda: _t_at_zero(
            stats.t.sf, 1.0
        ),
        "This multiplies by the spread. Divide the distance by it.": lambda: _t_at_zero(
            stats.t.sf, 1 / _pooled().next_place_sd
        ),
        "This is the share of the trials whose risk ratio is above 1. What chance has the next "
        "place?": lambda: np.mean(_bcg()[0] > 0),
        "This is a quantile. The chance beyond a point is stats.t.sf.": lambda: stats.t.ppf(
            LEVEL, _pooled().k - 2
        ),
        "This is the round figure, one in eight. Give it with three decimals or more.": lambda: [
            1 / round(1 / _pooled().chance_above(0.0))
        ],
        "This is how far 0 lies above the mean. Hand it to stats.t.sf.": lambda: (
            -_pooled().mean / _pooled().next_place_sd
        ),
        "This uses k or k − 1 degrees of freedom; the next place has k − 2.": lambda: [
            stats.t.sf(-_pooled().mean / _pooled().next_place_sd, _pooled().k - lost)
            for lost in (0, 1)
        ],
    },
)

# ---------------------------------------------------------------- 5 villages


@mine.cached("skipped_each", "skipped_first")
def _villages_counted() -> pd.DataFrame:
    """Return ``mean`` (share that bought) and ``size`` of the villages that are large enough."""
    groups = datasets.load("rice_insurance").groupby("village").bought.agg(["mean", "size"])
    counted = groups[groups["size"] >= SMALLEST_VILLAGE]
    if mine.skipped_each:
        counted = counted.drop(index=counted.index[mine.skipped_first :: mine.skipped_each])
    return counted


def _spread() -> float:
    return float(_villages_counted()["mean"].std())


village_spread = number(
    name="village_spread",
    varies=mine.of(
        "skipped_each",
        "skipped_first",
        words={
            "0.137: villages lie about 14 points": lambda: (
                f"{_spread():.3f}: villages lie about {100 * _spread():.0f} points"
            )
        },
    ),
    tolerance=0.003,
    expected=_spread,
    meaning="0.137: villages lie about 14 points from their mean, though all were offered the same product.",
    slips={
        "This is the variance. Take the square root.": lambda: _spread() ** 2,
        "This counts all villages, also those with only a few households. Keep those with 20 or "
        "more.": lambda: datasets.load("rice_insurance").groupby("village").bought.mean().std(),
        "This is the spread between households, who either buy or do not. Take the mean by village "
        "first.": lambda: datasets.load("rice_insurance").bought.std(),
        "This is the middle of the shares. How far they lie apart is asked for: .std().": lambda: [
            _villages_counted()["mean"].mean(),
            _villages_counted()["mean"].median(),
        ],
        "This is the standard error of their mean. How far villages lie apart is asked for: "
        ".std().": lambda: _villages_counted()["mean"].sem(),
        "This is the spread of the villages' sizes. Take the column of shares.": lambda: (
            _villages_counted()["size"].std()
        ),
        "This is right, but rounded to one decimal. Keep three.": lambda: round(_spread(), 1),
        "This is the highest share. How far all of them lie apart is asked for: .std().": lambda: (
            _villages_counted()["mean"].max()
        ),
        "The square root is one step too many: .std() has taken it.": lambda: _spread() ** 0.5,
        "This is how far the middle half reaches. The standard deviation is asked for: .std().": lambda: (
            float(np.diff(_villages_counted()["mean"].quantile([0.25, 0.75]))[0])
        ),
        "This is the distance between the highest and the lowest village. Take .std().": lambda: (
            np.ptp(_villages_counted()["mean"])
        ),
    },
)


def _common() -> float:
    """Return the share that bought, over all households of the villages that are counted."""
    counted = _villages_counted()
    return float((counted["mean"] * counted["size"]).sum() / counted["size"].sum())


@mine.cached("skipped_each", "skipped_first")
def _by_chance() -> float:
    """Return the mean spread between villages in worlds in which all share one chance."""
    if not mine.skipped_each:
        return float(villages.run(SMALLEST_VILLAGE).chance_spread.mean())
    households = _villages_counted()["size"].to_numpy()
    drawn = np.random.default_rng(1).binomial(
        households, _common(), (villages.DRAWS, len(households))
    )
    return float((drawn / households).std(axis=1, ddof=1).mean())


def _chance_sd(households: np.ndarray) -> float:
    """Return the root of the mean of p(1 − p)/n over villages with these n, and the common p."""
    common = _common()
    return float(np.sqrt(np.mean(common * (1 - common) / households)))


@dataclass(frozen=True, kw_only=True)
class _number_by_chance(number):  # noqa: N801 - every kind of check is named in lower case
    """A number that may be simulated, while a wrong procedure comes within its tolerance.

    ``near_slips`` maps the hint of such a procedure to its values. An answer is recognised as one of
    these by its decimals, because a simulation is very unlikely to give the same ones.
    """

    near_slips: Mapping[str, Callable[[], list[float]]]

    def _hint(self, answer: Any) -> str | None:
        hint = super()._hint(answer)
        if hint is None:
            # An answer that is right may have a form which is not that of a plain number.
            with contextlib.suppress(Exception):
                (value,) = np.asarray(answer, float).ravel()
                for near_hint, wrong in self.near_slips.items():
                    if any(_agrees_in_decimals(value, one) for one in wrong()):
                        return near_hint
        return hint


def _agrees_in_decimals(value: float, exact: float) -> bool:
    """Return whether a value is this one, in full or rounded to four or more decimals."""
    return any(abs(value - round(exact, places)) < 1e-9 for places in (4, 5, 6, 16))


_MEAN_OF_ROOTS = (
    "This is the mean of the standard deviations. Take the mean of the variances first, and then "
    "its root: variances add up, their roots do not."
)


def _common_chances() -> list[float]:
    """Return the common chance in each way that the question allows.

    The share may be taken over all households, over those of the villages counted, or as the mean
    of these villages' shares.
    """
    return [
        float(datasets.load("rice_insurance").bought.mean()),
        _common(),
        float(_villages_counted()["mean"].mean()),
    ]


chance_spread = _number_by_chance(
    near_slips={
        _MEAN_OF_ROOTS: lambda: [
            float(np.mean(np.sqrt(p * (1 - p) / _villages_counted()["size"])))
            for common in _common_chances()
            for p in (common, round(common, 2), round(common, 3))
        ]
    },
    name="chance_spread",
    varies=mine.of(
        "skipped_each",
        "skipped_first",
        words={
            "About 0.084: chance alone would spread such villages by about 8 points: in variance, "
            "over a third of what is seen": lambda: (
                f"About {_by_chance():.3f}: chance alone would spread such villages by about "
                f"{100 * _by_chance():.0f} points: in variance, "
                f"{100 * (_by_chance() / _spread()) ** 2:.0f} % of what is "
                "seen"
            )
        },
    ),
    # This admits the formula and a simulation, with each of the common chances.
    tolerance=0.0015,
    expected=_by_chance,
    meaning="About 0.084: chance alone would spread such villages by about 8 points: in variance, over a third of what is seen.",
    slips={
        "This is the variance. Take the square root.": lambda: _by_chance() ** 2,
        "This gives each village a chance of its own. By chance alone all share one: "
        "p = households.bought.mean().": lambda: np.sqrt(
            np.mean(
                _villages_counted()["mean"]
                * (1 - _villages_counted()["mean"])
                / _villages_counted()["size"]
            )
        ),
        "This is the chance spread of a single household. A village's share is a mean of n of them: "
        "divide by n inside the root.": lambda: _chance_sd(np.array([1])),
        "This is the spread that is seen. What would it be if only chance made villages differ?": lambda: (
            _spread()
        ),
        "This is the standard error over all households together. A village has only its own "
        "n.": lambda: _chance_sd(np.array([_villages_counted()["size"].sum()])),
        "The average number of households stands inside the root. Average p(1 − p)/n over the "
        "villages instead: small villages spread much further.": lambda: _chance_sd(
            np.array([_villages_counted()["size"].mean()])
        ),
        "This adds up the variances of the villages. Take their mean, then the root.": lambda: (
            float(_chance_sd(_villages_counted()["size"]) * len(_villages_counted()) ** 0.5)
        ),
        "The factor 1 − p is left out: the variance is p(1 − p)/n.": lambda: [
            float(np.sqrt(np.mean(p / _villages_counted()["size"]))) for p in _common_chances()
        ],
        "This is the common chance p itself. What spread does it give to shares of n "
        "households?": _common_chances,
        "This is the sum of the standard deviations. Take the mean of the variances, then its "
        "root.": lambda: [
            float(np.sum(np.sqrt(p * (1 - p) / _villages_counted()["size"])))
            for p in _common_chances()
        ],
        "This is the sum of the variances. Take their mean, then its root.": lambda: [
            float(np.sum(p * (1 - p) / _villages_counted()["size"])) for p in _common_chances()
        ],
        "This counts all villages, also the smallest. Use the sizes in the table villages.": lambda: (
            _chance_sd(datasets.load("rice_insurance").groupby("village").bought.size().to_numpy())
        ),
        "This divides by n outside the root: it should be √(p(1 − p)/n).": lambda: [
            float(np.mean(_chance_sd(np.array([1])) / _villages_counted()["size"])),
            float(_chance_sd(np.array([1])) / _villages_counted()["size"].mean()),
        ],
        "This divides by the number of villages. Each village has its own n of households.": lambda: (
            _chance_sd(np.array([len(_villages_counted())]))
        ),
        "This takes the smallest size for every village. Each has its own n.": lambda: _chance_sd(
            np.array([SMALLEST_VILLAGE])
        ),
        "This is the variance of a single household. Divide it by each village's n, take the mean, then "
        "the root.": lambda: _chance_sd(np.array([1])) ** 2,
        "This multiplies by n. The more households, the smaller the variance: p(1 − p)/n.": lambda: [
            float(np.sqrt(np.mean(p * (1 - p) * _villages_counted()["size"])))
            for p in _common_chances()
        ],
    },
)

# ---------------------------------------------------------------- 6 joining up


def _crossing(leader: str, other: str) -> float:
    """Return the first likeness in the table at which one strategy yields more than the other."""
    curve = joining_up.curve()
    ahead = curve.mean[leader] > curve.mean[other]
    return float(curve.likeness[np.flatnonzero(ahead)[0]])


def _overtaking() -> float:
    """Return the midpoint of where the curves cross and the first row in which copying leads."""
    return (joining_up.curve().overtaking + _crossing("scale up", "join up")) / 2


overtaking = number(
    name="overtaking",
    tolerance=0.012,
    expected=_overtaking,
    meaning=(
        "From a likeness of about 0.85 on, 0.83 to 0.88 in eight imagined worlds: copying beats "
        "joining up only where places are more than four fifths alike. Are yours?"
    ),
    slips={
        "Here copying overtakes going it alone. The question is about joining up.": lambda: (
            _crossing("scale up", "go it alone")
        ),
        "There joining up is still ahead. The first row where copying is ahead is the next one.": lambda: (
            _crossing("scale up", "join up") - 0.05
        ),
        "This is what copying yields in that row, or at most. A likeness is asked for.": lambda: [
            joining_up.curve()
            .mean["scale up"][joining_up.curve().likeness == _crossing("scale up", "join up")]
            .item(),
            joining_up.curve().mean["scale up"].max(),
        ],
        "Here offering, then adapting overtakes joining up. The question is about copying, scale "
        "up.": lambda: _crossing(joining_up.OFFER, "join up"),
        "This is the last row in which copying is ahead. The first is asked for: .min(), or the "
        "topmost.": lambda: joining_up.curve().likeness[-1],
        "This counts the rows in which copying is ahead. The likeness of the first is asked for.": lambda: (
            int(np.sum(joining_up.curve().mean["scale up"] > joining_up.curve().mean["join up"]))
        ),
        "This is a row of the table, not a likeness: take the value of likeness in that row.": lambda: (
            np.flatnonzero(
                joining_up.curve().mean["scale up"] > joining_up.curve().mean["join up"]
            )[0]
        ),
        "There copying is ahead already. The first row in which it is comes earlier.": lambda: [
            likeness
            for likeness in joining_up.curve().likeness
            if _crossing("scale up", "join up") < likeness < 1
        ],
        "There joining up is ahead. Compare the columns scale up and join up row by row.": lambda: [
            likeness
            for likeness in joining_up.curve().likeness
            if likeness < _crossing("scale up", "join up") - 0.06
        ],
    },
)

exception = text(
    name="exception",
    expected=lambda: list(
        emergencies.leaders().loc[~emergencies.leaders()["leader is named most"], "emergency"]
    ),
    meaning="In Cheyenne another office is named by more of the others: the slogan has its exception.",
    slips={
        "There the leader is also the one with most staff. Look for the emergency whose leader is "
        "not the one named most.": lambda: list(
            emergencies.leaders().loc[emergencies.leaders()["largest leads command"], "emergency"]
        ),
        "There the leader is the one named most: the table says True. Look for the row with False in "
        "that column.": lambda: list(
            emergencies.leaders().loc[
                emergencies.leaders()["leader is named most"]
                & ~emergencies.leaders()["largest leads command"],
                "emergency",
            ]
        ),
        "This is an organisation. The emergency is asked for: the first column of that row.": lambda: (
            sorted(
                set(emergencies.leaders()["leads command"])
                | set(emergencies.leaders()["has most staff"])
            )
        ),
        "That is what the table says of it. Write the name of the emergency in that row.": lambda: [
            "False",
            "True",
        ],
    },
)
