"""Equity: the same for all, fitted to need, or where it does the most good.

A budget is shared among people with different needs, each of whom has something already. A
person's outcome grows ever more slowly with hours, 1 − exp(−(has + gets)/need). There are four
rules: equal shares, shares in proportion to the shortfall, lifting the least well off first
(maximin, Rawls 1971; by water-filling), and the greatest sum over all, which favours people who are
cheap to help.
Left out: who decides what a person needs, what people can do for each other, and what a rule does
to people who must prove their need to get anything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from scaling import arguments, style, wording
from scaling.explorable import Ask, Choice, Drag, Explorable, Folded, Mark, Slider, Task
from scaling.style import Panel

# ---------------------------------------------------------------- the four rules


def outcome(needs: ArrayLike, has: ArrayLike, gets: ArrayLike = 0.0) -> np.ndarray:
    """Return each person's outcome, 1 − exp(−(has + gets)/need).

    Parameters
    ----------
    needs : array_like, shape (people,)
        Hours that bring a person from 0 to 63 %; above 0.
    has : array_like, shape (people,)
        Hours from elsewhere; 0 or more.
    gets : array_like, shape (people,), or float
        Hours from the budget; 0 or more.

    Returns
    -------
    numpy.ndarray, shape (people,)
        From 0 to 1, which is all that help can do.

    Raises
    ------
    ValueError
        If a need is not above 0, or hours are below 0.
    """
    needs, has = _valid_needs(needs, has)
    gets = np.asarray(gets, dtype=float)
    if not (np.isfinite(gets).all() and (gets >= 0).all()):
        raise ValueError("gets must be 0 or more for everyone: help cannot be taken away.")
    return -np.expm1(-(has + gets) / needs)


def equal(budget: float, needs: ArrayLike, has: ArrayLike) -> np.ndarray:
    """Return the same share for everyone, budget / people.

    Parameters
    ----------
    budget : float
        Hours to share; 0 or more.
    needs, has : array_like, shape (people,)
        As in `outcome`.

    Returns
    -------
    numpy.ndarray, shape (people,)
        Hours for each person; they add up to the budget.

    Raises
    ------
    ValueError
        If the budget or a person's hours are below 0, or a need is not above 0.
    """
    needs, _ = _valid_needs(needs, has)
    return np.full(len(needs), arguments.at_least("budget", budget) / len(needs))


def proportional(budget: float, needs: ArrayLike, has: ArrayLike) -> np.ndarray:
    """Return shares in proportion to each person's shortfall, need − has.

    Parameters
    ----------
    budget, needs, has
        As in `equal`. A person with more than the need has no shortfall and gets nothing; if there
        is no shortfall at all, the shares are equal.

    Returns
    -------
    numpy.ndarray, shape (people,)

    Raises
    ------
    ValueError
        As in `equal`.
    """
    needs, has = _valid_needs(needs, has)
    arguments.at_least("budget", budget)
    shortfall = np.maximum(needs - has, 0)
    if shortfall.sum() == 0:
        return equal(budget, needs, has)
    return budget * shortfall / shortfall.sum()


def maximin(budget: float, needs: ArrayLike, has: ArrayLike) -> np.ndarray:
    """Return the shares that lift the least well off as far as the budget goes.

    The lowest values of (has + gets)/need rise together; see `_water_filled`.

    Parameters
    ----------
    budget, needs, has
        As in `equal`.

    Returns
    -------
    numpy.ndarray, shape (people,)

    Raises
    ------
    ValueError
        As in `equal`.
    """
    needs, has = _valid_needs(needs, has)
    return _water_filled(arguments.at_least("budget", budget), has, needs)


def greatest_sum(budget: float, needs: ArrayLike, has: ArrayLike) -> np.ndarray:
    """Return the shares that make the sum of all outcomes as large as it can be.

    The next hour goes where it adds most, exp(−(has + gets)/need)/need: at first to people whose
    need is small. In the end another hour would add the same for everyone who gets something
    (Lagrange's condition).

    Parameters
    ----------
    budget, needs, has
        As in `equal`.

    Returns
    -------
    numpy.ndarray, shape (people,)

    Raises
    ------
    ValueError
        As in `equal`.
    """
    needs, has = _valid_needs(needs, has)
    # On a logarithmic scale the first hour adds −(has + need·log need)/need, and each further hour
    # adds 1/need less. Water is therefore filled in as for `maximin`, over another ground.
    return _water_filled(arguments.at_least("budget", budget), has + needs * np.log(needs), needs)


def _water_filled(budget: float, ground: np.ndarray, needs: np.ndarray) -> np.ndarray:
    """Return shares by water-filling: the budget rises over uneven ground to one level.

    Each person with ground/need below the level L gets L·need − ground, the others get nothing.
    """
    lowest_first = np.argsort(ground / needs, kind="stable")
    # If the k lowest people got a share, the level would be (budget + Σ ground) / Σ need.
    levels = (budget + np.cumsum(ground[lowest_first])) / np.cumsum(needs[lowest_first])
    # Including one more person lowers the level as long as that person is below it, so that the
    # lowest of these levels is the right one.
    level = levels.min()
    return np.maximum(level * needs - ground, 0)


def gini(values: ArrayLike) -> float:
    """Return the Gini coefficient of some outcomes (Gini 1912).

    Parameters
    ----------
    values : array_like, shape (people,)
        0 or more.

    Returns
    -------
    float
        0 if all are the same or all are 0; close to 1 if one person has everything.
    """
    values = np.sort(np.asarray(values, dtype=float))
    if values.sum() == 0:
        return 0.0
    rank = np.arange(1, len(values) + 1)
    return float(np.sum((2 * rank - len(values) - 1) * values) / (len(values) * values.sum()))


def _valid_needs(needs: ArrayLike, has: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return needs and hours as arrays, or refuse them."""
    needs, has = np.asarray(needs, dtype=float), np.asarray(has, dtype=float)
    if needs.ndim != 1 or needs.shape != has.shape or len(needs) == 0:
        raise ValueError(
            f"There must be one need and one number of hours for each person; here are "
            f"{needs.size} needs and {has.size} numbers of hours."
        )
    if not (np.isfinite(needs).all() and (needs > 0).all()):
        raise ValueError("Every need must be above 0; leave out a person who needs nothing.")
    if not (np.isfinite(has).all() and (has >= 0).all()):
        raise ValueError("What people have already must be 0 or more.")
    return needs, has


# ---------------------------------------------------------------- eight guests and one helper

HOURS = 40.0  # hours a month
GUESTS = ("Ines", "Bola", "Carl", "Dita", "Emre", "Fran", "Gwen", "Hal")
NEEDS = np.array([2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 14.0])
HAS = np.array([1.0, 0.0, 2.0, 1.0, 1.0, 2.0, 0.0, 1.0])
SHORTFALL, LOWEST, SUM = "shortfall", "lowest", "sum"
RULES = {SHORTFALL: proportional, LOWEST: maximin, SUM: greatest_sum}
SAYS = {
    SHORTFALL: "shares by shortfall",
    LOWEST: "lifting the lowest first",
    SUM: "the greatest sum",
}
NOW, BEFORE, BY_RULE = style.OBSERVED, style.CHANCE, style.ORANGE
DOTS = 3  # the number of the trace that shows how far each guest gets now


@dataclass(frozen=True)
class Shared:
    """Hours of help shared among eight guests, partly the same for all and partly by a rule.

    Attributes
    ----------
    fitted : float
        Share of the hours given by the rule, from 0 (the same for all) to 1.
    rule : {"shortfall", "lowest", "sum"}
    differ : float
        How much guests differ in need and in what they have, from 0 (all alike) to 1.
    finding_out : float
        Share of the hours given by the rule that is spent on finding out who needs what.
    needs, has : numpy.ndarray, shape (guests,)
        Hours a month that each guest needs, and has from elsewhere.
    gets, by_rule : numpy.ndarray, shape (guests,)
        Hours a month that each guest gets now, and would get if all were given by the rule.
    """

    fitted: float
    rule: str
    differ: float
    finding_out: float
    needs: np.ndarray
    has: np.ndarray
    gets: np.ndarray
    by_rule: np.ndarray

    @property
    def before(self) -> np.ndarray:
        """Each guest's outcome without the helper."""
        return outcome(self.needs, self.has)

    @property
    def reaches(self) -> np.ndarray:
        """Each guest's outcome now."""
        return outcome(self.needs, self.has, self.gets)

    @property
    def apart(self) -> float:
        """Difference between the highest and the lowest outcome, in points of a hundred."""
        return 100 * float(np.ptp(self.reaches))

    @property
    def reaches_by_rule(self) -> np.ndarray:
        """Each guest's outcome if all hours were given by the rule."""
        return outcome(self.needs, self.has, self.by_rule)

    @property
    def reaches_if_equal(self) -> np.ndarray:
        """Each guest's outcome with the same hours for all."""
        return outcome(self.needs, self.has, equal(HOURS, self.needs, self.has))


def run(
    fitted: float = 0, rule: str = LOWEST, differ: float = 100, finding_out: float = 10
) -> Shared:
    """Share the hours of one helper.

    Parameters
    ----------
    fitted : float
        Per cent of the hours given by the rule, 0 to 100; the rest is shared equally.
    rule : {"shortfall", "lowest", "sum"}
    differ : float
        Per cent of the difference between guests that is kept, 0 to 100. At 0 all have the mean
        need and the mean of what guests have.
    finding_out : float
        Per cent of the hours given by the rule that are spent on finding out, 0 to 100.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    arguments.between("fitted", fitted, 0, 100, "per cent")
    arguments.between("differ", differ, 0, 100, "per cent")
    arguments.between("finding_out", finding_out, 0, 100, "per cent")
    arguments.one_of("rule", rule, RULES)
    fitted, differ, finding_out = fitted / 100, differ / 100, finding_out / 100
    needs, has = (values.mean() + differ * (values - values.mean()) for values in (NEEDS, HAS))
    by_rule = RULES[rule](HOURS * (1 - finding_out), needs, has)
    gets = (1 - fitted) * equal(HOURS, needs, has) + fitted * by_rule
    return Shared(fitted, rule, differ, finding_out, needs, has, gets, by_rule)


def picture(result: Shared) -> go.Figure:
    """Draw each guest's outcome before, now and by the rule, and how far these are apart."""
    order = np.arange(len(GUESTS))
    rows = order[::-1]  # plotly counts rows from below; the first guest belongs on top.
    ways = style.lines_between(
        100 * np.concatenate([result.before, result.reaches]),
        np.tile(rows, 2).astype(float),
        np.column_stack([order, order + len(GUESTS)]),
    )
    marks = [
        (result.before, BEFORE, "line-ns", 14, "before"),
        (result.reaches_by_rule, BY_RULE, "diamond-open", 13, "wholly by the rule"),
        (result.reaches, NOW, "circle", 11, "now"),
    ]
    apart = [100 * np.ptp(values) for values in (result.before, result.reaches)]
    layout = style.panels(
        Panel(
            "how far each gets, by need:<br>│ before, ● now (+hours),<br>◇ all by the rule",
            (0, 0.64),
            {
                "range": [-2, 132],
                "tickvals": [0, 25, 50, 75, 100],
                "title": {"text": "per cent of what help can do"},
            },
            {
                "range": [-0.6, len(rows) - 0.4],
                "tickvals": rows,
                "ticktext": [
                    f"{guest}, {style.number(need, 1)} h"
                    for guest, need in zip(GUESTS, result.needs, strict=True)
                ],
            },
        ),
        Panel(
            "points, lowest<br>to highest",
            (0.79, 1),
            {
                "range": [-0.6, 1.6],
                "tickvals": [0, 1],
                "ticktext": [
                    f"{when}<br><b>{style.number(points, 0)}</b>"
                    for when, points in zip(("before", "now"), apart, strict=True)
                ],
                "tickangle": 0,
                "showgrid": False,
            },
            {"range": [0, 100]},
        ),
    )
    return go.Figure(
        [
            go.Scatter(**ways, mode="lines", line={"color": NOW, "width": 2}, hoverinfo="skip"),
            *(
                go.Scatter(
                    x=100 * values,
                    y=rows,
                    mode="markers",
                    marker={
                        "color": colour,
                        "symbol": symbol,
                        "size": size,
                        "line": {"color": colour, "width": 2.5},
                    },
                    text=GUESTS,
                    hovertemplate="%{text}, " + name + ": %{x:.0f} %<extra></extra>",
                    cliponaxis=False,
                )
                for values, colour, symbol, size, name in marks
            ),
            go.Scatter(
                x=np.full(len(GUESTS), 103),
                y=rows,
                mode="text",
                text=[f"+{style.number(hours, 1)}" for hours in result.gets],
                textposition="middle right",
                textfont={"size": 13},
                hoverinfo="skip",
            ),
            go.Bar(
                x=[0, 1],
                y=apart,
                width=0.55,
                marker={"color": [BEFORE, NOW], "pattern": {"shape": ["/", ""]}, "opacity": 0.6},
                xaxis="x2",
                yaxis="y2",
                hoverinfo="skip",
            ),
        ],
        layout | {"height": 460, "margin": {"t": 84, "l": 90, "r": 20}},
    )


def _stops(result: Shared, shares: Sequence[float]) -> dict[int, np.ndarray]:
    """Return where each guest's dot lies at each share given by the rule, in per cent."""
    return {DOTS: _lie(result.rule, 100 * result.differ, 100 * result.finding_out, tuple(shares))}


# A drag changes none of these.
@lru_cache(maxsize=4)
def _lie(rule: str, differ: float, finding_out: float, shares: tuple[float, ...]) -> np.ndarray:
    reached = [run(share, rule, differ, finding_out).reaches for share in shares]
    return 100 * np.transpose(reached)


def brief(result: Shared, before: Shared | None) -> str:
    """Say how far apart the guests are or, where that has not changed, the lowest outcome."""
    now = style.number(result.apart, 0)
    points = wording.number_of(float(now), "point")
    earlier = style.number(before.apart, 0) if before else None
    if now == earlier:
        lowest = style.percent(result.reaches.min())
        return f"Still {points} between the highest and the lowest, who reaches {lowest} now."
    return f"{points} now lie between the highest and the lowest{wording.was(now, earlier)}."


def words(result: Shared) -> str:
    """Say what the lowest, highest and mean outcomes are, and what the rule would make of them."""
    now, rule, same = result.reaches, result.reaches_by_rule, result.reaches_if_equal
    gain, lose = (int((sign * (now - same) > 5e-4).sum()) for sign in (1, -1))
    way, change = "With the same for all", ""
    if result.fitted:
        way = f"With {style.percent(result.fitted)} of the hours given by {SAYS[result.rule]}"
        change = f"; against the same for all {gain} of 8 gain and {lose} lose"
    return (
        f"{way} the lowest reaches {style.percent(now.min())}, the highest "
        f"{style.percent(now.max())} and the mean {style.percent(now.mean(), 1)} (Gini "
        f"{style.number(gini(now))}){change}. By {SAYS[result.rule]} alone, with "
        f"{style.percent(result.finding_out)} of the hours spent on finding out, the lowest would "
        f"reach {style.percent(rule.min())} and the mean {style.percent(rule.mean(), 1)}."
    )


def table(result: Shared) -> pd.DataFrame:
    """Return each guest's need, hours and outcome, compared with the same for all."""
    now, same = 100 * result.reaches, 100 * result.reaches_if_equal
    change = [
        ("+" if value > 0.05 else "") + style.number(value, 1) for value in np.round(now - same, 1)
    ]
    return pd.DataFrame(
        {
            "guest": GUESTS,
            "needs, hours": [style.number(hours, 1) for hours in result.needs],
            "has, hours": [style.number(hours, 1) for hours in result.has],
            "gets, hours": [style.number(hours, 1) for hours in result.gets],
            "all by the rule": [style.number(hours, 1) for hours in result.by_rule],
            "before": [style.percent(share) for share in result.before],
            "now": [style.percent(share) for share in result.reaches],
            "against the same for all": [f"{points} points" for points in change],
        }
    )


def four_rules(finding_out: float = 10) -> Folded:
    """Return the lowest, highest and mean outcome and their spread under four ways of sharing.

    Parameters
    ----------
    finding_out : float
        Per cent of the hours spent on finding out, where shares follow a rule.

    Returns
    -------
    Folded
        A table with one row for each way. It answers the question, so it opens only once a
        prediction is made.
    """
    ways = {"the same for all": run(0)}
    ways |= {name: run(100, rule, finding_out=finding_out) for rule, name in SAYS.items()}
    rows = {
        name: {
            "lowest": style.percent(result.reaches.min()),
            "highest": style.percent(result.reaches.max()),
            "mean": style.percent(result.reaches.mean(), 1),
            "Gini": style.number(gini(result.reaches)),
            f"hours for {GUESTS[-1]}": style.number(result.gets[-1], 1),
        }
        for name, result in ways.items()
    }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("hours are shared by")
    return Folded(table.reset_index())


def _seen_lifted(at: Callable[..., Shared]) -> str:
    result = at(fitted=100)
    now, same = result.reaches, result.reaches_if_equal
    gain, lose = int((now > same + 1e-9).sum()), int((now < same - 1e-9).sum())
    return (
        f"{wording.number_of(gain, 'guest')} gain and {lose} lose. All reach "
        f"{style.percent(now.min())}; the mean goes from {style.percent(same.mean(), 1)} to "
        f"{style.percent(now.mean(), 1)}."
    )


def _seen_greatest_sum(at: Callable[..., Shared]) -> str:
    result = at(fitted=100, rule=SUM)
    return (
        f"{GUESTS[-1]} gets {style.number(result.gets[-1], 1)} hours instead of "
        f"{style.number(at().gets[-1], 1)}, and reaches {style.percent(result.reaches[-1])}. An "
        "hour does less for a person who needs much."
    )


def _seen_too_dear(at: Callable[..., Shared]) -> str:
    dear = next(
        cost
        for cost in range(0, 81, 5)
        if (fitted := at(fitted=100, finding_out=cost)).reaches.min()
        < fitted.reaches_if_equal.min()
    )
    return (
        f"From {dear} per cent on, even the lowest would be better off with the same for all. Up "
        "to there the lowest gains, at the cost of the others."
    )


explorable = Explorable(
    title="The same for all, or fitted to each",
    ask=Ask(
        "Eight guests of a Kettle need from 2 to 14 hours of help a month, and have from 0 to 2 "
        "from elsewhere. So far 39 points lie between the one who gets furthest and the one who "
        "gets least far (of 100, all that help can do). Now a helper gives each of the eight the "
        "same 5 hours. How many points lie between the highest and the lowest then?",
        low=0,
        high=100,
        step=1,
        unit="points",
        tempting=39,
        because="what is the same for all should set nobody further apart.",
        otherwise="Everybody gains by the hours, also the one who needs most; help does least for "
        "those who have nearly all it can do.",
    ),
    answer=lambda result: result.apart,
    controls=(
        Slider("fitted", "Hours given by the rule, per cent", 0, 100, start=0, step=5),
        Choice(
            "rule",
            "The rule",
            {
                "lift the lowest first": LOWEST,
                "by shortfall": SHORTFALL,
                "greatest sum": SUM,
            },
            start=LOWEST,
        ),
        Slider("differ", "How much guests differ, per cent", 0, 100, start=100, step=5),
        Slider("finding_out", "Spent on finding out, per cent", 0, 80, start=10, step=5),
    ),
    run=run,
    brief=brief,
    picture=picture,
    words=words,
    table=table,
    tasks=(
        Task(
            "Give all hours by the rule that lifts the lowest. Who gains, who loses, and what "
            "happens to the mean?",
            {"fitted": 100},
            _seen_lifted,
        ),
        Task(
            "Give all hours so that the sum is greatest. What does Hal get now, who needs most?",
            {"fitted": 100, "rule": SUM},
            _seen_greatest_sum,
        ),
        Task(
            "Start from the other side: all hours lift the lowest, and finding out takes two "
            "fifths of them. How much dearer may it become before the lowest is worse off than "
            "with the same for all?",
            {"fitted": 100, "finding_out": 40},
            _seen_too_dear,
        ),
    ),
    mark=Mark("y2"),
    touch=(Drag(control="fitted", hint="or drag a dot", traces=(DOTS,), stops=_stops),),
    limits=(
        "That fitting helps the lowest hangs on what finding out costs, a tenth of the hours here "
        "and invented: from 65 % on the lowest is worse off. Need is one number that somebody "
        "knows; real needs are told to those who are trusted. Help has a curve of our making, and "
        "guests do nothing for each other. Being examined for one's need may hurt, and may keep "
        "people away."
    ),
)
