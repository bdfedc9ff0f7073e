"""Fines: a price put on a relationship, and what was left when the price went.

The data are late pick-ups in ten day-care centres, six of which fined parents for twelve weeks
(Gneezy & Rustichini 2000). The effect is a difference in differences of means per centre and week,
with an exact permutation test over the choice of centres, and an interval from the rises of single
centres (Welch 1947).
Left out: why parents came later. The authors suggest information and social norms; a study with
imagined situations did not find the same effect (Metcalf and others 2020).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import scipy

from scaling import arguments, datasets, style
from scaling.explorable import Ask, Choice, Draw, Explorable, Mark, Slider, Sweep, Task

WEEKS = 20
# The fine ran from week 5 to week 16; the slices count weeks from 0.
BEFORE, DURING, AFTER = slice(0, 4), slice(4, 16), slice(16, 20)
PERIODS = {"before": BEFORE, "during": DURING, "after": AFTER}
FIRST_FINED, LAST_FINED = 5, 16
LAST_BEFORE = FIRST_FINED - 1
# The fine group is compared either with the controls or with its own past.
CONTROLS, PAST = "controls", "past"
FINE, CONTROL = style.VERMILLION, style.BLUE


@dataclass(frozen=True)
class Fines:
    """Late pick-ups in the weeks that have been revealed so far.

    Attributes
    ----------
    seen : int
        Number of weeks revealed so far, 4 to 20.
    against : {"controls", "past"}
        What the rise of the fine group is compared with.
    left_out : int
        The centre that is left out, 1 to 10, or 0 if all are included.
    fine, control : numpy.ndarray, shape (20,)
        Late pick-ups per centre in each week; NaN for weeks that are not revealed yet.
    means : dict of str to tuple of float
        For each period, the mean per centre and week of the fine group and of the controls; NaN if
        no week of the period is revealed yet.
    rise : dict of str to float
        For "during" and "after", the rise since the weeks before the fine. Where the comparison is
        the controls, their rise is subtracted.
    chance : dict of str to float
        For "during" and "after", the share of all choices of as many centres that give at least
        this rise over the others; NaN where the comparison is the past.
    interval : dict of str to tuple of float
        For "during" and "after", the 95 % interval of the rise, with centres as units; NaN where
        the comparison is the past, or no week of the period is revealed yet.
    choices : int
        Number of those choices.
    under_the_fine : float
        Mean per centre and week of the fine group over all twelve weeks of the fine, even if they
        are not revealed yet.
    """

    seen: int
    against: str
    left_out: int
    fine: np.ndarray
    control: np.ndarray
    means: dict[str, tuple[float, float]]
    rise: dict[str, float]
    chance: dict[str, float]
    interval: dict[str, tuple[float, float]]
    choices: int
    under_the_fine: float


@cache
def _pickups_by_centre() -> tuple[np.ndarray, np.ndarray]:
    """Return late pick-ups, shape (centres, weeks), and which centres fined parents."""
    table = datasets.load("daycare_fines")
    counts = table.pivot_table("late_pickups", index="centre", columns="week").to_numpy(float)
    fined = table.groupby("centre").group.first().to_numpy() == "fine"
    return counts, fined


def difference_in_differences(
    before: np.ndarray, later: np.ndarray, fined: np.ndarray
) -> float | np.ndarray:
    """Return how much more late pick-ups rose in the centres with a fine than in the others.

    Parameters
    ----------
    before, later : numpy.ndarray, shape (centres,)
        Mean late pick-ups a week in each centre, in the two periods.
    fined : numpy.ndarray of bool, shape (centres,) or (choices, centres)
        Which centres have a fine.

    Returns
    -------
    float or numpy.ndarray, shape (choices,)
        One difference for each row of ``fined``.
    """
    rise = later - before
    fined = np.asarray(fined, dtype=float)
    return fined @ rise / fined.sum(axis=-1) - (1 - fined) @ rise / (1 - fined).sum(axis=-1)


def all_choices(centres: int, fined: int) -> np.ndarray:
    """Return all choices of ``fined`` centres, as booleans of shape (choices, centres)."""
    rows = list(itertools.combinations(range(centres), fined))
    chosen = np.zeros((len(rows), centres), dtype=bool)
    np.put_along_axis(chosen, np.array(rows), True, axis=1)
    return chosen


def run(seen: int = WEEKS, against: str = CONTROLS, left_out: int = 0) -> Fines:
    """Compare the centres with a fine with those without one.

    Parameters
    ----------
    seen : int
        Number of weeks revealed so far, 4 to 20.
    against : {"controls", "past"}
        Compare with the rise of the controls, or only with the fine group's own past.
    left_out : int
        The centre to leave out, 1 to 10, or 0 to include all.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    arguments.whole("seen", seen, LAST_BEFORE, WEEKS)
    arguments.one_of("against", against, (CONTROLS, PAST))
    counts, fined = _pickups_by_centre()
    arguments.whole("left_out", left_out, 0, len(counts))
    keep = np.arange(1, len(counts) + 1) != left_out
    counts, fined = counts[keep].copy(), fined[keep]
    under_the_fine = float(counts[fined, DURING].mean())
    counts[:, int(seen) :] = np.nan
    choices = all_choices(len(fined), int(fined.sum()))
    means, rises, chances, intervals = {}, {}, {}, {}
    before = counts[:, BEFORE].mean(axis=1)
    for name, weeks in PERIODS.items():
        seen_weeks = counts[:, weeks.start : min(weeks.stop, int(seen))]
        if seen_weeks.shape[1] == 0:
            means[name] = (np.nan, np.nan)
            rises[name] = chances[name] = np.nan
            intervals[name] = (np.nan, np.nan)
            continue
        level = seen_weeks.mean(axis=1)
        means[name] = (float(level[fined].mean()), float(level[~fined].mean()))
        rises[name], chances[name] = _rise_and_chance(before, level, fined, choices, against)
        intervals[name] = (
            (np.nan, np.nan) if against == PAST else welch_interval(level - before, fined)
        )
    return Fines(
        seen=int(seen),
        against=against,
        left_out=int(left_out),
        fine=counts[fined].mean(axis=0),
        control=counts[~fined].mean(axis=0),
        means=means,
        rise={name: rises[name] for name in ("during", "after")},
        chance={name: chances[name] for name in ("during", "after")},
        interval={name: intervals[name] for name in ("during", "after")},
        choices=len(choices),
        under_the_fine=under_the_fine,
    )


def welch_interval(rise: np.ndarray, fined: np.ndarray, level: float = 0.95) -> tuple[float, float]:
    """Return the interval of the difference in rise, with centres as units (Welch 1947).

    Parameters
    ----------
    rise : numpy.ndarray, shape (centres,)
        How much late pick-ups a week rose in each centre.
    fined : numpy.ndarray of bool, shape (centres,)
        Which centres have a fine; at least two of either kind.
    level : float
        Between 0 and 1.
    """
    test = scipy.stats.ttest_ind(rise[fined], rise[~fined], equal_var=False)
    ends = test.confidence_interval(level)
    return float(ends.low), float(ends.high)


def _rise_and_chance(
    before: np.ndarray, later: np.ndarray, fined: np.ndarray, choices: np.ndarray, against: str
) -> tuple[float, float]:
    """Return the rise, and the share of all choices of centres that give at least as much.

    The share is NaN where the comparison is the past.
    """
    if against == PAST:
        return float((later - before)[fined].mean()), np.nan
    ours = difference_in_differences(before, later, fined)
    every = difference_in_differences(before, later, choices)
    return float(ours), float(np.mean(every >= ours - 1e-9))


def picture(result: Fines) -> go.Figure:
    """Draw late pick-ups week by week in both groups, with the weeks of the fine shaded."""
    weeks = np.arange(1, WEEKS + 1)
    ends = {
        "fine": float(result.fine[result.seen - 1]),
        "no fine": float(result.control[result.seen - 1]),
    }
    ends = style.apart(ends, 1.6)
    # The layout is one dictionary, because building a figure step by step slows a slider down.
    return go.Figure(
        [
            *_period_means(result),
            _expected_levels(result),
            _mean_under_the_fine(result),
            *(
                go.Scatter(
                    x=weeks,
                    y=values,
                    mode="lines+markers",
                    line={"color": colour, "width": 2.5, "dash": dash},
                    marker={"color": colour, "size": 8, "symbol": symbol},
                    opacity=opacity,
                    hovertemplate="week %{x}: %{y:.1f} late pick-ups per centre<extra></extra>",
                )
                for values, colour, dash, symbol, opacity in (
                    (result.fine, FINE, "solid", "square", 1),
                    (result.control, CONTROL, "dash", "circle", _opacity_of_controls(result)),
                )
            ),
        ],
        {
            "height": 420,
            "margin": {"t": 44},
            "title": {"text": "late pick-ups per centre and week"},
            "xaxis": {
                "range": [0.3, 24.5],
                "tickvals": [1, 4, 8, 12, 16, 20],
                "title": {"text": "week"},
            },
            "yaxis": {"range": [0, 26], "dtick": 5},
            "shapes": [
                {
                    "type": "rect",
                    "x0": FIRST_FINED - 0.5,
                    "x1": LAST_FINED + 0.5,
                    "y0": 0,
                    "y1": 1,
                    "yref": "paper",
                    "layer": "below",
                    "line": {"width": 0},
                    "fillcolor": "rgba(136,136,136,0.16)",
                }
            ],
            "annotations": [
                *_level_labels(result),
                *_rise_arrows(result),
                *(
                    {
                        "text": name,
                        "x": result.seen,
                        "y": y,
                        "xanchor": "left",
                        "xshift": 10,
                        "font": {"size": 14},
                    }
                    for name, y in ends.items()
                ),
            ],
        },
    )


def _level_labels(result: Fines) -> list[dict]:
    """Return labels for the mean under the fine, and for the level expected without it."""
    notes = [
        {
            "text": f"the fine runs;<br>on average <b>{_rounded(result.under_the_fine)}</b>",
            "x": FIRST_FINED - 0.3,
            "y": 25.7,
            "xanchor": "left",
            "yanchor": "top",
            "align": "left",
        }
    ]
    if result.seen >= FIRST_FINED:
        notes.append(
            {
                "text": "expected without a fine",
                "x": FIRST_FINED + 0.3,
                "y": _expected(result, "during"),
                "xanchor": "left",
                "yanchor": "top",
                "yshift": -4,
            }
        )
    return notes


def _opacity_of_controls(result: Fines) -> float:
    """Return the opacity of the controls, which are faint where they are not the comparison."""
    return 1 if result.against == CONTROLS else 0.25


def _mean_under_the_fine(result: Fines) -> go.Scatter:
    """Return the mean over all weeks of the fine, the answer to the question, as a thin line."""
    return go.Scatter(
        x=[FIRST_FINED - 0.4, LAST_FINED + 0.4],
        y=[result.under_the_fine] * 2,
        mode="lines",
        line={"color": FINE, "width": 1.5},
        hovertemplate="on average under the fine: %{y:.1f}<extra></extra>",
    )


def _period_means(result: Fines) -> list[go.Scatter]:
    """Return each period's mean as a horizontal band, for both groups."""
    traces = []
    for place, (colour, opacity) in enumerate(((FINE, 1), (CONTROL, _opacity_of_controls(result)))):
        x, y = [], []
        for name, weeks in PERIODS.items():
            stop = min(weeks.stop, result.seen)
            x += [weeks.start + 0.6, max(stop, weeks.start + 1) + 0.4, np.nan]
            y += [result.means[name][place], result.means[name][place], np.nan]
        traces.append(
            go.Scatter(
                x=np.array(x),
                y=np.array(y),
                mode="lines",
                line={"color": colour, "width": 7},
                opacity=0.3 * opacity,
                hoverinfo="skip",
            )
        )
    return traces


def _expected(result: Fines, period: str) -> float:
    """Return the level of the fine group if it had risen as its comparison did."""
    return result.means[period][0] - result.rise[period]


def _expected_levels(result: Fines) -> go.Scatter:
    """Return the levels expected without a fine, as dotted lines."""
    x, y = [], []
    for name, weeks in {"during": DURING, "after": AFTER}.items():
        stop = min(weeks.stop, result.seen)
        x += [weeks.start + 0.6, max(stop, weeks.start + 1) + 0.4, np.nan]
        y += [_expected(result, name)] * 2 + [np.nan]
    return go.Scatter(
        x=np.array(x),
        y=np.array(y),
        mode="lines",
        line={"color": FINE, "width": 2, "dash": "dot"},
        hovertemplate="expected without a fine: %{y:.1f}<extra></extra>",
    )


def _rise_arrows(result: Fines) -> list[dict]:
    """Return, for each period, an arrow from the expected to the observed level, with a label."""
    arrows = []
    for name, weeks in {"during": DURING, "after": AFTER}.items():
        if np.isnan(result.rise[name]):
            continue
        # Where few weeks are revealed, the names of the lines are on the right of the arrow.
        is_narrow = min(weeks.stop, result.seen) - weeks.start < 4
        middle = (weeks.start + 0.6 + min(weeks.stop, result.seen) + 0.4) / 2
        arrows.append(
            {
                "x": middle,
                "y": result.means[name][0],
                "ax": middle,
                "ay": _expected(result, name),
                "axref": "x",
                "ayref": "y",
                "showarrow": True,
                "arrowhead": 2,
                "arrowwidth": 1.5,
                "arrowcolor": FINE,
                "text": "",
            }
        )
        arrows.append(
            {
                "x": middle,
                "y": (result.means[name][0] + _expected(result, name)) / 2,
                "xanchor": "right" if is_narrow else "left",
                "xshift": -6 if is_narrow else 6,
                "text": f"<b>{_with_sign(result.rise[name])}</b>",
            }
        )
    return arrows


def _with_sign(value: float) -> str:
    return ("+" if value > 0 else "") + style.number(value, 1)


def brief(result: Fines, before: Fines | None) -> str:
    """State the mean under the fine, or what has just been revealed or changed."""
    mean = _rounded(result.under_the_fine)
    if before is None:
        return f"While the fine runs, {mean} pick-ups a week are late in each centre; move on."
    if result.left_out != before.left_out:
        which = f"Without centre {result.left_out}" if result.left_out else "With all centres"
        return f"{which}, {mean} a week come late under the fine."
    if result.against != before.against:
        return _compared(result)
    week = _rounded(result.fine[result.seen - 1])
    when = {LAST_BEFORE: ", the last without a fine"}.get(result.seen, "")
    when = ", after the fine was dropped" if result.seen > LAST_FINED else when
    return f"Week {result.seen}{when}: {week} late pick-ups in a centre with the fine."


def _compared(result: Fines) -> str:
    with_what = "the weeks before alone" if result.against == PAST else "the centres without a fine"
    if result.seen < FIRST_FINED:
        return f"Compared with {with_what}, nothing can be said before the fine begins."
    last = "after" if result.seen > LAST_FINED else "during"
    when = {"during": "under the fine", "after": "after it"}[last]
    return f"Compared with {with_what}, there are {_more_or_fewer(result.rise[last])} {when}."


def words(result: Fines) -> str:
    """State what is revealed so far, and how much more the fine group rose."""
    before, during = result.means["before"], result.means["during"]
    which = f" (without centre {result.left_out})" if result.left_out else ""
    said = f"In {result.seen} weeks{which} late pick-ups per centre and week "
    if result.seen < FIRST_FINED:
        other = "those weeks" if result.against == PAST else f"{_rounded(before[1])} in the others"
        return (
            f"{said}were {_rounded(before[0])} where the fine is to come, to be compared with "
            f"{other}. While it runs they will be {_rounded(result.under_the_fine)}."
        )
    said += f"went from {_rounded(before[0])} to {_rounded(during[0])} under the fine"
    if result.seen > LAST_FINED:
        said += f" and {_rounded(result.means['after'][0])} after it"
    said += f" (without a fine from {_rounded(before[1])} to {_rounded(during[1])}). "
    own_past = result.against == PAST
    said += "Beside the weeks before, " if own_past else "Beside the change in the others, "
    said += f"that is {_more_or_fewer(result.rise['during'])} during the fine"
    if result.seen > LAST_FINED:
        said += f" and {_more_or_fewer(result.rise['after'])} after it"
    if own_past:
        return f"{said}."
    as_much = _choices_with_as_much(result)
    return f"{said}; of {result.choices} ways to choose as many centres {as_much}."


def _choices_with_as_much(result: Fines) -> str:
    others = round(result.chance["during"] * result.choices) - 1
    return "no other gives as much" if others == 0 else f"{others} others give as much"


def _rounded(value: float) -> str:
    return style.number(value, 1)


def _more_or_fewer(value: float) -> str:
    return f"{style.number(abs(value), 1)} {'more' if value >= 0 else 'fewer'}"


def table(result: Fines) -> pd.DataFrame:
    """Return the means of both groups by period, and their rises."""
    rows = []
    for place, name in enumerate(("fine", "no fine")):
        levels = {period: _rounded(result.means[period][place]) for period in result.means}
        rises = {
            f"rise, {period}": _rounded(result.means[period][place] - result.means["before"][place])
            for period in ("during", "after")
        }
        rows.append({"centres": name} | levels | rises)
    compared = "difference in rise" if result.against == CONTROLS else "rise over their own past"
    last = {"centres": f"{compared} ({result.seen} weeks)"}
    dash = "\N{EN DASH}"
    last |= dict.fromkeys(result.means, dash)
    last |= {f"rise, {period}": _with_interval(result, period) for period in ("during", "after")}
    return pd.DataFrame([*rows, last])


def _with_interval(result: Fines, period: str) -> str:
    """Return the rise of a period, and its 95 % interval where there is one."""
    low, high = result.interval[period]
    rise = _rounded(result.rise[period])
    return rise if np.isnan(low) else f"{rise} ({style.interval(low, high, 1)})"


def _first_weeks_of_the_fine(at: Callable[..., Fines]) -> str:
    fourth = FIRST_FINED + 3
    weeks = at(seen=fourth).fine
    most_before = max(weeks[: FIRST_FINED - 1])
    above = next(week for week, late in enumerate(weeks, start=1) if late > most_before)
    return (
        f"In week {FIRST_FINED} it is {_rounded(weeks[FIRST_FINED - 1])}, in week {fourth} already "
        f"{_rounded(weeks[fourth - 1])}. From week {above} on it is above every week before the "
        "fine. Nothing so far tells what dropping it would do."
    )


def _after_the_fine(at: Callable[..., Fines]) -> str:
    means = at(seen=WEEKS).means
    return (
        f"Late pick-ups do not go back: {_rounded(means['after'][0])} a week, against "
        f"{_rounded(means['before'][0])} before the fine."
    )


def _each_centre_left_out(at: Callable[..., Fines]) -> str:
    rises = [at(seen=WEEKS, left_out=centre).rise["during"] for centre in range(1, 11)]
    return (
        f"No: whichever centre is left out, {_rounded(min(rises))} to {_rounded(max(rises))} more "
        "come under the fine than the change in the others would suggest."
    )


explorable = Explorable(
    title="A fine for coming late",
    ask=Ask(
        "Parents at ten day-care centres sometimes come late, and a teacher has to wait. In six of "
        "them there are 8.0 late pick-ups a week. These six now charge a fine of ten shekels each "
        "time, for twelve weeks, and then drop it. How many late pick-ups will each week bring?",
        low=0,
        high=25,
        step=0.5,
        unit="a week in each centre",
        tempting=4,
        because="what costs money is done less.",
        otherwise="The rise takes some weeks, and the average counts the slow first ones too.",
    ),
    answer=lambda result: result.under_the_fine,
    controls=(
        Slider("seen", "Weeks seen so far", LAST_BEFORE, WEEKS, start=LAST_BEFORE),
        Choice(
            "against",
            "Rise compared with",
            {"the centres without a fine": CONTROLS, "the weeks before alone": PAST},
            start=CONTROLS,
        ),
        Slider("left_out", "Centre left out (0: none)", 0, 10, start=0),
    ),
    run=run,
    brief=brief,
    picture=picture,
    words=words,
    table=table,
    tasks=(
        Task(
            "Move on week by week, up to week 8. When would you have told the owners to stop? "
            "What would you have promised them about the weeks after?",
            {"seen": FIRST_FINED},
            _first_weeks_of_the_fine,
        ),
        Task(
            "After week 16 the fine is dropped. What do the next four weeks bring, and what did "
            "your line?",
            {"seen": LAST_FINED},
            _after_the_fine,
        ),
        Task(
            "See all weeks, and leave out one centre after the other. Does what you see hang on "
            "any of them?",
            {"seen": WEEKS, "left_out": 1},
            _each_centre_left_out,
        ),
    ),
    mark=Mark("y"),
    draw=Draw(
        x=range(FIRST_FINED, WEEKS + 1),
        known=lambda: (range(1, FIRST_FINED), run(LAST_BEFORE).fine[BEFORE]),
        truth=lambda result: run(left_out=result.left_out).fine[LAST_BEFORE:],
        reading=lambda line: float(np.mean(line[: LAST_FINED - LAST_BEFORE])),
        low=0,
        high=25,
        step=0.5,
        x_ticks={1: "week 1", 5: "5", 16: "16", 20: "20"},
        y_ticks={late: str(late) for late in range(0, 26, 5)},
        each="week",
        title="late pick-ups a week in each of the six centres",
        where="on average while the fine runs",
        unit="late pick-ups",
        by_hand=(5, 10, 16, 17, 20),
        despite=("seen", "against"),
    ),
    play=Sweep(each="week", control="seen", seconds=8),
    limits=(
        "There are ten centres, one city and twenty weeks. Nobody asked the parents why. The fine "
        "was small; a large one may well work. When people in a later study were asked to imagine "
        "such a fine, they said they would be late less often. What people say and what they do "
        "may differ, and so may this city and other places."
    ),
)
