"""Fines: a price put on a relationship, and what was left when the price went.

Late pick-ups in ten day-care centres, six of which fined parents for twelve weeks (data of Gneezy &
Rustichini 2000): difference in differences of means per centre and week, with an exact permutation
test over the choice of centres.
Left out: why parents came later. The authors offer information and social norms; a study with
imagined situations did not see it again (Metcalf and others).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from scaling import datasets, style
from scaling.explorable import Ask, Choice, Explorable, Slider

WEEKS = 20
BEFORE, DURING, AFTER = slice(0, 4), slice(4, 16), slice(16, 20)  # weeks 1–4, 5–16, 17–20
FIRST_FINED, LAST_FINED = 5, 16
CONTROLS, PAST = "controls", "past"  # what the fine group is compared with
FINE, CONTROL = style.VERMILLION, style.BLUE


@dataclass(frozen=True)
class Fines:
    """Late pick-ups as far as they are known after some weeks.

    Attributes
    ----------
    seen : int
        Weeks seen so far, 5 to 20.
    against : {"controls", "past"}
        What the rise of the fine group is compared with.
    left_out : int
        The centre left out, 1 to 10; 0 for none.
    fine, control : numpy.ndarray, shape (20,)
        Late pick-ups per centre in each week; NaN for weeks not seen.
    means : dict of str to tuple of float
        By period: mean per centre and week of the fine group and of the controls (NaN if no week of
        it was seen).
    rise : dict of str to float
        During and after: the rise over the weeks before, less that of the controls if those are the
        comparison.
    chance : dict of str to float
        During and after: the share of all choices of as many centres that give at least this rise
        over the others; NaN where the comparison is the past.
    choices : int
        Number of those choices.
    """

    seen: int
    against: str
    left_out: int
    fine: np.ndarray
    control: np.ndarray
    means: dict[str, tuple[float, float]]
    rise: dict[str, float]
    chance: dict[str, float]
    choices: int


@cache
def _pickups() -> tuple[np.ndarray, np.ndarray]:
    """Return late pick-ups, shape (centres, weeks), and which centres fined."""
    table = datasets.load("daycare_fines")
    counts = table.pivot_table("late_pickups", index="centre", columns="week").to_numpy(float)
    fined = table.groupby("centre").group.first().to_numpy() == "fine"
    return counts, fined


def difference_in_differences(
    before: np.ndarray, later: np.ndarray, fined: np.ndarray
) -> float | np.ndarray:
    """Return how much more the fined centres rose than the others.

    Parameters
    ----------
    before, later : numpy.ndarray, shape (centres,)
        Mean late pick-ups a week in each centre, in the two periods.
    fined : numpy.ndarray of bool, shape (centres,) or (choices, centres)
        Which centres fined; one answer for each row.
    """
    rise = later - before
    fined = np.asarray(fined, dtype=float)
    return fined @ rise / fined.sum(axis=-1) - (1 - fined) @ rise / (1 - fined).sum(axis=-1)


def all_choices(centres: int, fined: int) -> np.ndarray:
    """Return every way to choose ``fined`` of the centres, shape (choices, centres)."""
    rows = list(itertools.combinations(range(centres), fined))
    chosen = np.zeros((len(rows), centres), dtype=bool)
    np.put_along_axis(chosen, np.array(rows), True, axis=1)
    return chosen


def run(seen: int = WEEKS, against: str = CONTROLS, left_out: int = 0) -> Fines:
    """Compare the centres that fined with those that did not.

    Parameters
    ----------
    seen : int
        Weeks seen so far: 5 to 20.
    against : {"controls", "past"}
        Compare with the controls' rise, or with the fine group's own past alone.
    left_out : int
        A centre to leave out, 1 to 10, or 0.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    if seen not in range(FIRST_FINED, WEEKS + 1):
        raise ValueError(f"seen must be a whole number of weeks from 5 to {WEEKS}; it is {seen}.")
    if against not in (CONTROLS, PAST):
        raise ValueError(f"against must be {CONTROLS} or {PAST}; it is {against!r}.")
    counts, fined = _pickups()
    if left_out not in range(len(counts) + 1):
        raise ValueError(f"left_out must be a centre from 1 to 10, or 0; it is {left_out}.")
    keep = np.arange(1, len(counts) + 1) != left_out
    counts, fined = counts[keep].copy(), fined[keep]
    counts[:, int(seen) :] = np.nan
    choices = all_choices(len(fined), int(fined.sum()))
    means, rises, chances = {}, {}, {}
    before = counts[:, BEFORE].mean(axis=1)
    for name, weeks in {"before": BEFORE, "during": DURING, "after": AFTER}.items():
        seen_weeks = counts[:, weeks.start : min(weeks.stop, int(seen))]
        if seen_weeks.shape[1] == 0:
            means[name] = (np.nan, np.nan)
            rises[name] = chances[name] = np.nan
            continue
        level = seen_weeks.mean(axis=1)
        means[name] = (float(level[fined].mean()), float(level[~fined].mean()))
        rises[name], chances[name] = _rise(before, level, fined, choices, against)
    return Fines(
        seen=int(seen),
        against=against,
        left_out=int(left_out),
        fine=counts[fined].mean(axis=0),
        control=counts[~fined].mean(axis=0),
        means=means,
        rise={name: rises[name] for name in ("during", "after")},
        chance={name: chances[name] for name in ("during", "after")},
        choices=len(choices),
    )


def _rise(
    before: np.ndarray, later: np.ndarray, fined: np.ndarray, choices: np.ndarray, against: str
) -> tuple[float, float]:
    """Return the rise, and the share of all choices of centres that give at least as much."""
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
    ends = style.apart(ends, 1.4)
    last = min(result.seen, LAST_FINED)
    # Plain dictionaries, because a slider redraws this and figures built step by step are slower.
    return go.Figure(
        [
            *_means(result),
            _without_a_fine(result),
            *(
                go.Scatter(
                    x=weeks,
                    y=values,
                    mode="lines+markers",
                    line={"color": colour, "width": 2.5, "dash": dash},
                    marker={"color": colour, "size": 8, "symbol": symbol},
                    hovertemplate="week %{x}: %{y:.1f} late pick-ups per centre<extra></extra>",
                )
                for values, colour, dash, symbol in (
                    (result.fine, FINE, "solid", "square"),
                    (result.control, CONTROL, "dash", "circle"),
                )
            ),
        ],
        {
            "height": 420,
            "margin": {"t": 44},
            "title": {"text": "late pick-ups per centre and week"},
            "xaxis": {
                "range": [0.3, 22.6],
                "tickvals": [1, 4, 8, 12, 16, 20],
                "title": {"text": "week"},
            },
            "yaxis": {"range": [0, 26], "dtick": 5},
            "shapes": [
                {
                    "type": "rect",
                    "x0": FIRST_FINED - 0.5,
                    "x1": last + 0.5,
                    "y0": 0,
                    "y1": 1,
                    "yref": "paper",
                    "layer": "below",
                    "line": {"width": 0},
                    "fillcolor": "rgba(136,136,136,0.16)",
                }
            ],
            "annotations": [
                {
                    "text": "the fine runs",
                    "x": FIRST_FINED - 0.3,
                    "y": 25.5,
                    "xanchor": "left",
                    "yanchor": "top",
                },
                *_rises(result),
                {
                    "text": "expected without a fine",
                    "x": FIRST_FINED + 0.3,
                    "y": _expected(result, "during"),
                    "xanchor": "left",
                    "yanchor": "top",
                    "yshift": -4,
                },
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


def _means(result: Fines) -> list[go.Scatter]:
    """Return each period's mean as a thin level line, for both groups."""
    traces = []
    for place, colour in enumerate((FINE, CONTROL)):
        x, y = [], []
        for name, weeks in {"before": BEFORE, "during": DURING, "after": AFTER}.items():
            stop = min(weeks.stop, result.seen)
            x += [weeks.start + 0.6, max(stop, weeks.start + 1) + 0.4, np.nan]
            y += [result.means[name][place], result.means[name][place], np.nan]
        traces.append(
            go.Scatter(
                x=np.array(x),
                y=np.array(y),
                mode="lines",
                line={"color": colour, "width": 7},
                opacity=0.3,
                hoverinfo="skip",
            )
        )
    return traces


def _expected(result: Fines, period: str) -> float:
    """Return what the fine group would have come to, had it risen as its comparison did."""
    return result.means[period][0] - result.rise[period]


def _without_a_fine(result: Fines) -> go.Scatter:
    """Return, as dotted lines, what the fine group would have come to without the fine."""
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


def _rises(result: Fines) -> list[dict]:
    """Return an arrow from what was to be expected up to what came, for each period seen."""
    arrows = []
    for name, weeks in {"during": DURING, "after": AFTER}.items():
        if np.isnan(result.rise[name]):
            continue
        is_narrow = min(weeks.stop, result.seen) - weeks.start < 4  # then names stand on the right
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
                "text": f"<b>{_plus(result.rise[name])}</b>",
            }
        )
    return arrows


def _plus(value: float) -> str:
    return ("+" if value > 0 else "") + style.number(value, 1)


def words(result: Fines) -> str:
    """Say what is seen so far, and how much more the fine group rose."""
    before, during = result.means["before"], result.means["during"]
    which = f" without centre {result.left_out}" if result.left_out else ""
    said = (
        f"In the first {result.seen} weeks{which} late pick-ups per centre and week went from "
        f"{_one(before[0])} to {_one(during[0])} under the fine"
    )
    if result.seen > LAST_FINED:
        said += f" and {_one(result.means['after'][0])} after it was dropped"
    said += f" (without a fine from {_one(before[1])} to {_one(during[1])}). "
    own_past = result.against == PAST
    said += "Beside the weeks before, " if own_past else "Allowing for the change in the controls, "
    said += f"that is {_signed(result.rise['during'])} during the fine"
    if result.seen > LAST_FINED:
        said += f" and {_signed(result.rise['after'])} after it"
    if own_past:
        return f"{said}."
    return f"{said}; of {result.choices} ways to choose as many centres {_as_much(result)}."


def _as_much(result: Fines) -> str:
    others = round(result.chance["during"] * result.choices) - 1
    return "no other gives as much" if others == 0 else f"{others} others give as much"


def _one(value: float) -> str:
    return style.number(value, 1)


def _signed(value: float) -> str:
    return f"{style.number(abs(value), 1)} {'more' if value >= 0 else 'fewer'}"


def table(result: Fines) -> pd.DataFrame:
    """Return the means of both groups by period, and the rises."""
    rows = []
    for place, name in enumerate(("fine", "no fine")):
        levels = {period: _one(result.means[period][place]) for period in result.means}
        rises = {
            f"rise, {period}": _one(result.means[period][place] - result.means["before"][place])
            for period in ("during", "after")
        }
        rows.append({"centres": name} | levels | rises)
    compared = "difference in rise" if result.against == CONTROLS else "rise over their own past"
    last = {"centres": f"{compared} ({result.seen} weeks)"}
    dash = "\N{EN DASH}"
    last |= dict.fromkeys(result.means, dash)
    last |= {f"rise, {period}": _one(result.rise[period]) for period in ("during", "after")}
    return pd.DataFrame([*rows, last])


explorable = Explorable(
    title="A fine for coming late",
    ask=Ask(
        "Parents at ten day-care centres sometimes come late, and a teacher has to wait. In six of "
        "them there are 8.0 late pick-ups a week. These six now charge a fine of ten shekels each "
        "time. How many late pick-ups a week will there be while the fine runs?",
        low=0,
        high=30,
        step=0.5,
        unit="a week in each centre",
        tempting=4,
        because="what costs money is done less.",
    ),
    answer=lambda result: result.means["during"][0],
    controls=(
        Slider("seen", "Weeks seen so far", 5, WEEKS, start=WEEKS),
        Choice(
            "against",
            "Rise compared with",
            {"the centres without a fine": CONTROLS, "the weeks before alone": PAST},
            start=CONTROLS,
        ),
        Slider("left_out", "Centre left out (0: none)", 0, 10, start=0),
    ),
    run=run,
    picture=picture,
    words=words,
    table=table,
    tasks=(
        "Go back to week 5 and move on week by week. When would you have told the owners to stop? "
        "What would you have promised them about the weeks after?",
        "Leave out one centre after the other. Does what you see hang on any of them?",
        "Compare with the weeks before alone. Why do the centres without a fine matter, although "
        "the answer hardly changes here?",
    ),
    limits=(
        "There are ten centres, one city and twenty weeks. Nobody asked the parents why. The fine "
        "was small; a large one may well work. When people in a later study were asked to imagine "
        "such a fine, they said they would be late less often. What people say and what they do "
        "may differ, and so may this city and other places."
    ),
)
