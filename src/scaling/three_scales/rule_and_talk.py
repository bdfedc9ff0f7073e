"""A rule for a hamlet and a talk with a household: one experiment with pushes at two scales.

Data: rice farmers offered weather insurance (Cai, de Janvry & Sadoulet 2015). Lots drawn for
hamlets are shuffled among hamlets, and lots drawn for households among those of one hamlet
(randomisation tests; Fisher 1935).
Left out: who knew whom, and what people had heard about the first round.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from scaling import datasets, style
from scaling.explorable import Still

DRAWS = 4000


@dataclass(frozen=True)
class Push:
    """One push and its effect.

    Attributes
    ----------
    name : str
        What was done, and to whom it was assigned by lot.
    drawn : int
        Number of units that drew a lot, hamlets or households.
    with_it, without : float
        Shares of households that bought, with the push and without it.
    shuffled : numpy.ndarray, shape (DRAWS,)
        Differences after the same lots were shuffled.
    """

    name: str
    drawn: int
    with_it: float
    without: float
    shuffled: np.ndarray

    @property
    def difference(self) -> float:
        """Share with the push minus share without."""
        return self.with_it - self.without

    @property
    def by_chance(self) -> tuple[float, float]:
        """Interval of 95 in 100 differences if the push had no effect."""
        low, high = np.percentile(self.shuffled, [2.5, 97.5])
        return float(low), float(high)

    @property
    def p(self) -> float:
        """Share of drawings at least as far from 0, the actual one included."""
        as_far = np.abs(self.shuffled) >= abs(self.difference) - 1e-12
        return float((as_far.sum() + 1) / (len(self.shuffled) + 1))


@cache
def pushes(seed: int = 2015) -> tuple[Push, Push, Push]:
    """Return the rule, the talk, and the rule in the first round.

    Parameters
    ----------
    seed : int
        Seed of the shuffling.
    """
    table = datasets.load("rice_insurance")
    generator = np.random.default_rng(seed)
    codes, hamlets = pd.factorize(table.hamlet)
    rule, talk = table.default_buy.to_numpy(), table.intensive.to_numpy()
    bought, earlier = table.bought.to_numpy(), table.earlier_takeup.to_numpy()

    rule_of_hamlet = table.groupby("hamlet").default_buy.first().loc[hamlets].to_numpy()
    of_hamlets = generator.permuted(np.tile(rule_of_hamlet == 1, (DRAWS, 1)), axis=1)[:, codes]
    # Sorting households by hamlet, in random order within it, shuffles their lots. This is done one
    # drawing at a time, because all of them at once take more memory than a small server has.
    within_hamlets = np.empty((DRAWS, len(table)), dtype=bool)
    by_hamlet = np.argsort(codes, kind="stable")
    for drawing in within_hamlets:
        drawing[by_hamlet] = talk[np.argsort(codes + generator.random(len(table)))]
    return (
        _push("a rule for the hamlet", len(hamlets), bought, rule, of_hamlets),
        _push("a talk with the household", len(table), bought, talk, within_hamlets),
        _push("the rule, on neighbours before", len(hamlets), earlier, rule, of_hamlets),
    )


def _push(
    name: str, drawn: int, outcome: np.ndarray, lots: np.ndarray, drawn_anew: np.ndarray
) -> Push:
    with_it, without = _shares(outcome, lots)
    anew = np.subtract(*_shares(outcome, drawn_anew))
    return Push(name, drawn, float(with_it), float(without), anew)


def _shares(outcome: np.ndarray, lots: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean outcome with and without, for one drawing of lots or for each row of many."""
    lots = lots.astype(float)
    with_it, number = lots @ outcome, lots.sum(axis=-1)
    return with_it / number, (outcome.sum() - with_it) / (lots.shape[-1] - number)


def at_two_scales() -> Still:
    """Return the effects of the rule and of the talk, as picture, words and table."""
    found = pushes()
    rule, talk, _ = found
    words = (
        f"Where buying was the rule, {style.percent(rule.with_it, 1)} of households bought, and "
        f"{style.percent(rule.without, 1)} elsewhere: {_points(rule.difference)} points more (p = "
        f"{_chance(rule.p)}). A long session instead of a short one moved take-up by "
        f"{_points(talk.difference)} points (p = {_chance(talk.p)})."
    )
    return Still("A rule and a talk", _picture(found), words, _table(found))


def _chance(p: float) -> str:
    return style.number(p, 3) if p >= 0.001 else "below 0.001"


def _points(share: float) -> str:
    return style.number(100 * share, 1)


def _picture(found: tuple[Push, ...]) -> go.Figure:
    rows = np.arange(len(found))
    figure = go.Figure()
    for row, push in zip(rows, found, strict=True):
        low, high = push.by_chance
        figure.add_scatter(
            x=[100 * low, 100 * high],
            y=[row, row],
            mode="lines",
            line={"color": style.CHANCE, "width": 10},
            opacity=0.5,
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=[100 * push.difference for push in found],
        y=rows,
        mode="markers+text",
        text=[f"<b>{_points(push.difference)}</b>" for push in found],
        textposition="top center",
        marker={
            "size": 14,
            "color": [style.ORGANISATIONAL, style.INDIVIDUAL, style.ORGANISATIONAL],
            "symbol": ["diamond", "circle", "diamond-open"],
            "line": {"width": [0, 0, 3]},
        },
        hoverinfo="skip",
    )
    figure.update_xaxes(
        title="percentage points more that bought (grey: by chance)", range=[-11, 19]
    )
    figure.update_yaxes(
        tickvals=rows,
        ticktext=[
            "a rule for<br>the hamlet",
            "a talk with<br>the household",
            "the rule, on<br>neighbours",
        ],
        range=[len(found) - 0.5, -0.6],
        showgrid=False,
    )
    figure.add_vline(x=0, line={"dash": "dot", "color": style.GREY, "width": 1.5})
    return figure.update_layout(height=290, margin={"t": 10}, template=style.LIGHT)


def _table(found: tuple[Push, ...]) -> pd.DataFrame:
    drawn = ("hamlets", "households", "hamlets")
    return pd.DataFrame(
        {
            "push": [push.name for push in found],
            "drawn by lot": [
                f"{style.number(push.drawn, 0)} {unit}"
                for push, unit in zip(found, drawn, strict=True)
            ],
            "bought with it": [style.percent(push.with_it, 1) for push in found],
            "without": [style.percent(push.without, 1) for push in found],
            "points more": [_points(push.difference) for push in found],
            "by chance, 95 in 100": [
                style.interval(100 * low, 100 * high, 1)
                for low, high in (push.by_chance for push in found)
            ],
            "p": [_chance(push.p) for push in found],
        }
    )
