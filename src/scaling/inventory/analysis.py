"""What a class made of the inventory: shares, gain, discrimination, reliability, wrong options.

Every interval is at 95 %. Half of the learners meet form A first and the others form B, so a
figure that compares before and after is the mean of both halves with equal weight: how much harder
one form is then cancels, however many learners are in each half.

The gain's interval is Fieller's (1954), not a bootstrap. A class is small, and of a small sample
the percentiles of a bootstrap are too narrow; and where nearly everything was right before, the
denominator may be nought, which Fieller's interval says and a bootstrap or the delta method hides.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from scaling.inventory import AFTER, BEFORE, FORMS, RIGHT, Item, items
from scaling.inventory.file import Answered, Answers

FEWEST = 5  # learners in a group that is shown, and in a cell of a table
SURE = 0.95  # level of the intervals


@dataclass(frozen=True)
class Estimate:
    """A figure with its interval.

    Attributes
    ----------
    value, low, high : float
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Drawn:
    """How many learners chose one wrong option, which has the same name in both forms.

    Attributes
    ----------
    slip : str
    before, after : int or None
        None where so few did that a person might be recognised, or none was asked.
    """

    slip: str
    before: int | None
    after: int | None


@dataclass(frozen=True)
class ItemFigures:
    """The figures of one item.

    Attributes
    ----------
    item : Item
    before, after : Estimate or None
        The share who chose the right option, of all who finished that sitting (Wilson, 1927).
    change : Estimate or None
        The mean difference of the two shares, of learners who finished both.
    discrimination_before, discrimination_after : Estimate or None
        The correlation of this item with the sum of the others, within forms.
    drawn : tuple of Drawn
        One for each slip, in the order of the item.
    """

    item: Item
    before: Estimate | None
    after: Estimate | None
    change: Estimate | None
    discrimination_before: Estimate | None
    discrimination_after: Estimate | None
    drawn: tuple[Drawn, ...]


@dataclass(frozen=True)
class ClassFigures:
    """The figures of a class.

    Attributes
    ----------
    finished_before, finished_after, finished_both : int
        Learners.
    is_balanced : bool
        Whether both orders of the forms have at least two learners, so that forms cancel.
    score_before, score_after, change : Estimate or None
        Mean numbers of right answers, and the mean of the learners' own differences; of learners
        who finished both.
    gain : Estimate or None
        Normalised gain of the class (Hake, 1998): change / (number of items − score before).
    is_at_ceiling : bool
        Whether so much was right before that the gain has no interval.
    alpha_before, alpha_after : Estimate or None
        Cronbach's alpha within forms.
    items : tuple of ItemFigures
        In the order of the inventory.
    """

    finished_before: int
    finished_after: int
    finished_both: int
    is_balanced: bool
    score_before: Estimate | None
    score_after: Estimate | None
    change: Estimate | None
    gain: Estimate | None
    is_at_ceiling: bool
    alpha_before: Estimate | None
    alpha_after: Estimate | None
    items: tuple[ItemFigures, ...]


@dataclass(frozen=True)
class Sheet:
    """The answers of several learners in one sitting.

    Attributes
    ----------
    slips : ndarray of str, shape (learners, items)
        ``RIGHT``, or the name of a slip.
    forms : ndarray of str, shape (learners,)
    """

    slips: NDArray[np.str_]
    forms: NDArray[np.str_]

    @property
    def right(self) -> NDArray[np.float64]:
        """1 for each right answer and 0 for each wrong one."""
        return (self.slips == RIGHT).astype(float)


def sheet(answered: Sequence[Answered]) -> Sheet:
    """Return the answers of sittings that are finished."""
    slips = [
        [item.forms[one.form].slip(one.chosen[item.id]) for item in items()] for one in answered
    ]
    return Sheet(
        np.array(slips, dtype=str).reshape(len(slips), len(items())),
        np.array([one.form for one in answered], dtype=str),
    )


def analyse(learners: Sequence[Answers]) -> ClassFigures:
    """Return the figures of a class; those of fewer than ``FEWEST`` learners are None."""
    before, after = (
        sheet([learner.of(when) for learner in learners if learner.of(when).finished])
        for when in (BEFORE, AFTER)
    )
    both = [one for one in learners if one.of(BEFORE).finished and one.of(AFTER).finished]
    return figures(
        before, after, *(sheet([one.of(when) for one in both]) for when in (BEFORE, AFTER))
    )


def figures(before: Sheet, after: Sheet, then: Sheet, now: Sheet) -> ClassFigures:
    """Return the figures of a class.

    Parameters
    ----------
    before, after : Sheet
        All who finished that sitting.
    then, now : Sheet
        Those who finished both, in the same order.
    """
    order, many = then.forms, len(then.forms)
    is_shown = many >= FEWEST
    is_balanced = all(np.sum(order == form) >= 2 for form in FORMS)
    scores = np.column_stack([then.right.sum(axis=1), now.right.sum(axis=1)])
    gain = normalised_gain(scores, order, len(items())) if is_shown else None
    changes = now.right - then.right
    covariances = [_within(one) for one in (before, after)]
    found = tuple(
        ItemFigures(
            item=item,
            before=_share(before, place),
            after=_share(after, place),
            change=mean_of_orders(changes[:, place], order) if is_shown else None,
            discrimination_before=discrimination(*covariances[0], place),
            discrimination_after=discrimination(*covariances[1], place),
            drawn=_drawn(item, before.slips[:, place], after.slips[:, place]),
        )
        for place, item in enumerate(items())
    )
    return ClassFigures(
        finished_before=len(before.forms),
        finished_after=len(after.forms),
        finished_both=many,
        is_balanced=is_balanced,
        score_before=mean_of_orders(scores[:, 0], order) if is_shown else None,
        score_after=mean_of_orders(scores[:, 1], order) if is_shown else None,
        change=mean_of_orders(scores[:, 1] - scores[:, 0], order) if is_shown else None,
        gain=gain,
        is_at_ceiling=is_shown and gain is None,
        alpha_before=alpha(*covariances[0]),
        alpha_after=alpha(*covariances[1]),
        items=found,
    )


# ---------------------------------------------------------------- before and after


def _mean_and_covariance(
    values: NDArray[np.float64], order: NDArray[np.str_]
) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
    """Return the mean of the orders' means, its covariance, and the degrees of freedom.

    Parameters
    ----------
    values : ndarray, shape (learners, variables)
    order : ndarray of str, shape (learners,)
        The form that each learner met first. Where one of them has fewer than two learners, the
        mean is that of all.
    """
    groups = [values[order == form] for form in FORMS]
    if min(len(group) for group in groups) < 2:
        groups = [values]
    spread, freedom = _pooled(groups)
    mean = np.mean([group.mean(axis=0) for group in groups], axis=0)
    weight = sum(1 / len(group) for group in groups) / len(groups) ** 2
    return mean, spread * weight, freedom


def _pooled(groups: Sequence[NDArray[np.float64]]) -> tuple[NDArray[np.float64], int]:
    """Return the covariance within groups, and its degrees of freedom."""
    freedom = sum(len(group) - 1 for group in groups)
    centred = [group - group.mean(axis=0) for group in groups]
    return sum(one.T @ one for one in centred) / freedom, freedom


def mean_of_orders(values: NDArray[np.float64], order: NDArray[np.str_]) -> Estimate:
    """Return a mean over learners in which both orders of the forms have the same weight.

    Parameters
    ----------
    values : ndarray, shape (learners,)
    order : ndarray of str, shape (learners,)

    Returns
    -------
    Estimate
        With Student's interval; the variance is pooled over the orders.
    """
    mean, covariance, freedom = _mean_and_covariance(values[:, None], order)
    reach = scipy.stats.t.ppf((1 + SURE) / 2, freedom) * math.sqrt(covariance[0, 0])
    return Estimate(float(mean[0]), float(mean[0] - reach), float(mean[0] + reach))


def normalised_gain(
    scores: NDArray[np.float64], order: NDArray[np.str_], most: float
) -> Estimate | None:
    """Return the gain of a class as a share of what could be gained (Hake, 1998).

    Parameters
    ----------
    scores : ndarray, shape (learners, 2)
        Before and after.
    order : ndarray of str, shape (learners,)
    most : float
        The highest score.

    Returns
    -------
    Estimate or None
        With Fieller's interval (1954): those gains g for which the mean of change − g · room, over
        the same learners, does not differ from 0. None where so much was right before that every
        gain would be in it.
    """
    values = np.column_stack([scores[:, 1] - scores[:, 0], most - scores[:, 0]])
    (change, room), covariance, freedom = _mean_and_covariance(values, order)
    reach = scipy.stats.t.ppf((1 + SURE) / 2, freedom) ** 2
    # The ends are the roots of a·g² − 2·b·g + c.
    a = room**2 - reach * covariance[1, 1]
    b = change * room - reach * covariance[0, 1]
    c = change**2 - reach * covariance[0, 0]
    if a <= 0:
        return None
    root = math.sqrt(max(0.0, b**2 - a * c))
    return Estimate(float(change / room), float((b - root) / a), float((b + root) / a))


# ---------------------------------------------------------------- one sitting


def _share(one: Sheet, place: int) -> Estimate | None:
    many = len(one.forms)
    if many < FEWEST:
        return None
    count = int(one.right[:, place].sum())
    low, high = scipy.stats.binomtest(count, many).proportion_ci(SURE, method="wilson")
    return Estimate(count / many, float(low), float(high))


def _within(one: Sheet) -> tuple[NDArray[np.float64] | None, int]:
    """Return the covariance of the items within forms, None for a small group, and its freedom."""
    if len(one.forms) < FEWEST:
        return None, 0
    groups = [one.right[one.forms == form] for form in FORMS]
    return _pooled([group for group in groups if len(group)])


def discrimination(
    covariance: NDArray[np.float64] | None, freedom: int, place: int
) -> Estimate | None:
    """Return the point-biserial correlation of an item with the sum of all others.

    Parameters
    ----------
    covariance : ndarray, shape (items, items), or None
    freedom : int
        Its degrees of freedom.
    place : int
        Which item.

    Returns
    -------
    Estimate or None
        With Fisher's interval (1921), which is approximate for answers that are right or wrong.
        None where all learners answered the item alike, or are too few.
    """
    if covariance is None or freedom < 3:
        return None
    own, with_all = covariance[place, place], covariance[place].sum()
    others = covariance.sum() - 2 * with_all + own
    if own <= 0 or others <= 0:
        return None
    value = float(np.clip((with_all - own) / math.sqrt(own * others), -0.9999, 0.9999))
    reach = scipy.stats.norm.ppf((1 + SURE) / 2) / math.sqrt(freedom - 2)
    low, high = np.tanh(np.arctanh(value) + np.array([-reach, reach]))
    return Estimate(value, float(low), float(high))


def alpha(covariance: NDArray[np.float64] | None, freedom: int) -> Estimate | None:
    """Return Cronbach's alpha (1951), for answers that are right or wrong the KR-20.

    Parameters
    ----------
    covariance : ndarray, shape (items, items), or None
    freedom : int
        Its degrees of freedom.

    Returns
    -------
    Estimate or None
        With Feldt's interval (1965), which supposes that all items measure the same, equally well.
        None where all learners have the same score, or are too few.
    """
    if covariance is None or covariance.sum() <= 0:
        return None
    many = len(covariance)
    value = many / (many - 1) * (1 - float(np.trace(covariance) / covariance.sum()))
    quantiles = scipy.stats.f.ppf([(1 + SURE) / 2, (1 - SURE) / 2], freedom, freedom * (many - 1))
    low, high = 1 - (1 - value) * quantiles
    return Estimate(value, float(low), float(high))


def _drawn(item: Item, before: NDArray[np.str_], after: NDArray[np.str_]) -> tuple[Drawn, ...]:
    counted = [
        hide_few({slip: int(np.sum(chosen == slip)) for slip in item.slips}, len(chosen))
        for chosen in (before, after)
    ]
    return tuple(Drawn(slip, *(counts[slip] for counts in counted)) for slip in item.slips)


def hide_few(counts: dict[str, int], many: int) -> dict[str, int | None]:
    """Return counts without those by which a person might be recognised.

    Cells of fewer than ``FEWEST``, empty ones among them, become None. If that is one cell alone,
    the next smallest goes too, because the first could be worked out from the others.

    Parameters
    ----------
    counts : dict of str to int
    many : int
        Learners in all; of fewer than ``FEWEST`` nothing is shown.
    """
    if many < FEWEST:
        return dict.fromkeys(counts)
    small = sorted(counts, key=lambda name: counts[name])
    hidden = sum(count < FEWEST for count in counts.values())
    gone = small[: max(hidden, 2) if hidden else 0]
    return {name: None if name in gone else count for name, count in counts.items()}
