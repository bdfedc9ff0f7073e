"""A rule for a hamlet and a talk with a household: one experiment with pushes at two scales.

Data: rice farmers offered weather insurance (Cai, de Janvry & Sadoulet 2015). Lots drawn for
hamlets are shuffled among the hamlets of a village, and lots drawn for households among those of
one hamlet (randomisation tests; Fisher 1935). The households were asked in a second round; the rule
is that of the first round in their hamlet (Huntington-Klein 2021), so it reached them through
others.
Left out: who knew whom, and what people had heard about the first round.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from scipy import special

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
        Effects after the same lots were shuffled.
    effect : float
        Difference between those with and without the push within the same village or hamlet.
    interval : tuple of float
        Its 95 % interval, from errors clustered by hamlet (Liang & Zeger 1986).
    """

    name: str
    drawn: int
    with_it: float
    without: float
    shuffled: np.ndarray
    effect: float
    interval: tuple[float, float]

    @property
    def by_chance(self) -> tuple[float, float]:
        """Interval of 95 in 100 effects if the push did nothing."""
        low, high = np.percentile(self.shuffled, [2.5, 97.5])
        return float(low), float(high)

    @property
    def p(self) -> float:
        """Share of drawings at least as far from 0, the actual one included."""
        as_far = np.abs(self.shuffled) >= abs(self.effect) - 1e-12
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
    villages = table.village.to_numpy()
    rule, talk = table.default_buy.to_numpy(), table.intensive.to_numpy()
    bought, earlier = table.bought.to_numpy(), table.earlier_takeup.to_numpy()

    rule_of_hamlet = table.groupby("hamlet").default_buy.first().loc[hamlets].to_numpy()
    village_of_hamlet = table.groupby("hamlet").village.first().loc[hamlets].to_numpy()
    order = np.argsort(village_of_hamlet, kind="stable")
    mixed = np.argsort(village_of_hamlet + generator.random((DRAWS, len(hamlets))), axis=1)
    drawn_anew = np.empty((DRAWS, len(hamlets)), dtype=bool)
    drawn_anew[:, order] = rule_of_hamlet[mixed] == 1
    of_hamlets = drawn_anew[:, codes]
    # Sorting households by hamlet, in random order within it, shuffles their lots. This is done one
    # drawing at a time, because all of them at once take more memory than a small server has.
    within_hamlets = np.empty((DRAWS, len(table)), dtype=bool)
    by_hamlet = np.argsort(codes, kind="stable")
    for drawing in within_hamlets:
        drawing[by_hamlet] = talk[np.argsort(codes + generator.random(len(table)))]
    return (
        _push(
            "a rule, met by neighbours",
            len(hamlets),
            bought,
            rule,
            of_hamlets,
            place=villages,
            hamlet=codes,
        ),
        _push(
            "a talk with the household",
            len(table),
            bought,
            talk,
            within_hamlets,
            place=codes,
            hamlet=codes,
        ),
        _push(
            "the rule, on the neighbours",
            len(hamlets),
            earlier,
            rule,
            of_hamlets,
            place=villages,
            hamlet=codes,
        ),
    )


def _push(
    name: str,
    drawn: int,
    outcome: np.ndarray,
    lots: np.ndarray,
    drawn_anew: np.ndarray,
    *,
    place: np.ndarray,
    hamlet: np.ndarray,
) -> Push:
    with_it = float(outcome[lots == 1].mean())
    without = float(outcome[lots == 0].mean())
    effect, interval = _effect_and_interval(outcome, lots, place, hamlet)
    anew = _effects_within(outcome, drawn_anew, place)
    return Push(name, drawn, with_it, without, anew, effect, interval)


def _effects_within(outcome: np.ndarray, lots: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Return the difference among those of one place, for each row of many drawings of lots."""
    codes, places = pd.factorize(place)
    belongs = np.zeros((len(codes), len(places)))
    belongs[np.arange(len(codes)), codes] = 1
    sizes = belongs.sum(axis=0)
    lots = lots.astype(float)
    with_it = lots @ belongs
    centred = outcome - (outcome @ belongs / sizes)[codes]
    return lots @ centred / (with_it - with_it**2 / sizes).sum(axis=-1)


def _effect_and_interval(
    outcome: np.ndarray, lots: np.ndarray, place: np.ndarray, hamlet: np.ndarray
) -> tuple[float, tuple[float, float]]:
    """Return the difference among those of one place, and its interval with errors by hamlet."""
    frame = pd.DataFrame({"y": outcome, "x": lots.astype(float)})
    centred = frame - frame.groupby(place).transform("mean")
    square = float((centred.x**2).sum())
    effect = float((centred.x * centred.y).sum()) / square
    scores = (centred.x * (centred.y - effect * centred.x)).groupby(hamlet).sum()
    hamlets = len(scores)
    error = float(np.sqrt((scores**2).sum() * hamlets / (hamlets - 1))) / square
    half = float(special.stdtrit(hamlets - 1, 0.975)) * error
    return effect, (effect - half, effect + half)


def at_two_scales() -> Still:
    """Return the effects of the rule and of the talk, as picture, words and table."""
    found = pushes()
    rule, talk, _ = found
    words = (
        f"Where buying had been the rule in the first round, {style.percent(rule.with_it, 1)} of "
        f"households asked in the second bought, and {style.percent(rule.without, 1)} elsewhere; "
        f"within villages {_points(rule.effect)} points more, 95 % interval {_ends(rule)} (p = "
        f"{_chance(rule.p)}). A long session instead of a short one moved take-up by "
        f"{_points(talk.effect)} points within hamlets, {_ends(talk)} (p = {_chance(talk.p)})."
    )
    return Still("A rule and a talk", _picture(found), words, _table(found))


def _chance(p: float) -> str:
    return style.number(p, 3) if p >= 0.001 else "below 0.001"


def _ends(push: Push) -> str:
    return style.interval(100 * push.interval[0], 100 * push.interval[1], 1)


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
        x=[100 * push.effect for push in found],
        y=rows,
        mode="markers+text",
        text=[f"<b>{_points(push.effect)}</b>" for push in found],
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
            "a rule, met by<br>neighbours",
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
            "points more, in one place": [_points(push.effect) for push in found],
            "95 % interval": [_ends(push) for push in found],
            "by chance, 95 in 100": [
                style.interval(100 * low, 100 * high, 1)
                for low, high in (push.by_chance for push in found)
            ],
            "p": [_chance(push.p) for push in found],
        }
    )
