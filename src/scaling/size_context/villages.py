"""Villages: one product at one price in many places, and how far chance alone spreads them.

Take-up of the same weather insurance for rice in villages of China (data of Cai, de Janvry &
Sadoulet 2015). It is compared with imagined villages that share one rate, by a parametric bootstrap
of the standard deviation between villages.
The households were asked in a second round; the default is that of their hamlet's first round.
Left out: that households of one village share hamlets, sessions and relatives. Independent chance
is therefore a low bar, and the size of the spread matters more than its p-value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import scipy

from scaling import arguments, datasets, style
from scaling.explorable import Ask, Choice, Explorable, Mark, Play, Slider, Task
from scaling.style import Panel
from scaling.wording import was

# In each of these imagined worlds villages differ by chance alone.
DRAWS = 4000
# When imagined worlds are drawn, so many are seen one by one, and then they pile up.
ONE_BY_ONE = 30
DRAWN = np.concatenate(
    [np.arange(1, ONE_BY_ONE + 1), np.geomspace(ONE_BY_ONE + 5, DRAWS, 40).round()]
)
# Where few worlds are drawn, each is so much of the height of their heap.
BRICK = 0.08
# The slider for the smallest village begins here.
SMALLEST = 5  # households
# The axis of standard deviations ends here, above all values that the controls allow.
SPREAD_AXIS_END = 0.25

EVERYONE, DEFAULT_BUY, DEFAULT_NOT = "everyone", "buy", "not"


@dataclass(frozen=True)
class Villages:
    """Take-up by village, beside what chance alone would give.

    Attributes
    ----------
    at_least : int
        Villages with fewer surveyed households than this are left out.
    households, share : numpy.ndarray, shape (villages,)
        Surveyed households, and the share of them that bought, with the lowest share first.
    common : float
        Share that bought among the households of all these villages.
    spread : float
        Standard deviation of the villages' shares.
    chance_spread : numpy.ndarray, shape (draws,)
        The same in imagined worlds where every household buys with probability ``common``.
    imagined : numpy.ndarray, shape (worlds, villages)
        The villages' shares in the first of these worlds.
    """

    at_least: int
    households: np.ndarray
    share: np.ndarray
    common: float
    spread: float
    chance_spread: np.ndarray
    imagined: np.ndarray

    @property
    def as_far_apart(self) -> int:
        """The number of imagined worlds in which villages differ at least as much as these."""
        return int(np.sum(self.chance_spread >= self.spread))

    @property
    def beyond_chance(self) -> float:
        """The standard deviation of the villages' true rates, chance taken away in squares."""
        beyond = self.spread**2 - np.mean(self.chance_spread**2)
        return float(np.sqrt(max(0.0, beyond)))

    @property
    def share_of_variation(self) -> float:
        """The part of all variation, p(1 − p), that lies between villages."""
        return self.beyond_chance**2 / (self.common * (1 - self.common))

    def beyond_chance_interval(self, seed: int = 1) -> tuple[float, float]:
        """Return the 95 % interval of ``beyond_chance`` from resampled villages.

        Parameters
        ----------
        seed : int
            The seed of the resamples.
        """
        villages = len(self.share)
        drawn = np.random.default_rng(seed).integers(0, villages, (DRAWS, villages))
        share, households = self.share[drawn], self.households[drawn]
        by_chance = (share * (1 - share) / (households - 1)).mean(axis=1)
        low, high = np.quantile(share.var(axis=1, ddof=1) - by_chance, [0.025, 0.975])
        return float(np.sqrt(max(0.0, low))), float(np.sqrt(max(0.0, high)))


@cache
def _by_village(whose: str) -> pd.DataFrame:
    households = datasets.load("rice_insurance")
    if whose != EVERYONE:
        households = households[households.default_buy == (whose == DEFAULT_BUY)]
    return households.groupby("village").bought.agg(["sum", "size"])


@lru_cache(maxsize=128)
def run(at_least: int = 20, whose: str = EVERYONE, seed: int = 1) -> Villages:
    """Compare the spread between villages with that of chance alone.

    Parameters
    ----------
    at_least : int
        Only villages with this many surveyed households or more are counted.
    whose : {"everyone", "buy", "not"}
        Whether all households are counted, or those of hamlets whose first round had buying, or not
        buying, as its default.
    seed : int
        The seed of the imagined worlds.

    Raises
    ------
    ValueError
        If fewer than three villages are left, or ``whose`` is none of the three.
    """
    arguments.one_of("whose", whose, (EVERYONE, DEFAULT_BUY, DEFAULT_NOT))
    villages = _by_village(whose)
    villages = villages[villages["size"] >= at_least]
    if len(villages) < 3:
        left = "1 village has" if len(villages) == 1 else f"{len(villages)} villages have"
        raise ValueError(
            f"Only {left} {at_least} surveyed households or more; choose a smaller number."
        )
    households = villages["size"].to_numpy()
    share = (villages["sum"] / villages["size"]).to_numpy()
    common = float(villages["sum"].sum() / households.sum())
    drawn = np.random.default_rng(seed).binomial(households, common, (DRAWS, len(households)))
    order = np.argsort(share, kind="stable")
    return Villages(
        at_least=at_least,
        households=households[order],
        share=share[order],
        common=common,
        spread=float(share.std(ddof=1)),
        chance_spread=(drawn / households).std(axis=1, ddof=1),
        imagined=(drawn[:ONE_BY_ONE] / households)[:, order],
    )


def picture(result: Villages, drawn: float = DRAWS) -> go.Figure:
    """Draw each village over the range that chance allows it, beside the spread of villages.

    Parameters
    ----------
    result : Villages
    drawn : float
        How many imagined worlds have been drawn. While they are seen one by one, the villages are
        those of the last one; in the end they are the real ones.
    """
    left, right = (0, 0.58), (0.68, 1)
    bars, line = _spread_traces(result, int(drawn))
    top = float(line.y[1])
    world = int(drawn) if drawn < DRAWS else 0
    share = result.imagined[min(world, ONE_BY_ONE) - 1] if world else result.share
    most, by_chance = float(share.max()), float(result.chance_spread[: int(drawn)].mean())
    layout = style.panels(
        Panel(
            f"imagined world {min(world, ONE_BY_ONE)}: who bought, by chance alone"
            if world
            else "households that bought, by village",
            left,
            {
                "title": {"text": f"villages of {result.at_least} households or more"},
                "range": [0, len(_by_village(EVERYONE)) + 1],
            },
            {"tickformat": ".0%", "range": [0, 1.06]},
        ),
        Panel(
            "spread of villages",
            right,
            {"title": {"text": "standard deviation"}, "range": [0, SPREAD_AXIS_END]},
            {"visible": False, "range": [0, 1.3 * top]},
        ),
    )
    layout["annotations"] += [
        {"text": "grey bar: where chance alone<br>keeps 95 % of such villages"}
        | {"x": 0.5, "y": 1.04, "xref": "x", "yref": "y"}
        | {"align": "left", "xanchor": "left", "yanchor": "top"},
        {"text": style.percent(most), "x": int(share.argmax()) + 1, "y": most}
        | {"xanchor": "left", "xshift": 8, "xref": "x", "yref": "y"},
        {"text": "chance<br>alone", "x": by_chance, "y": top, "yanchor": "bottom"}
        | {"xref": "x2", "yref": "y2"},
        {"text": "these<br>villages", "x": result.spread, "y": top, "xanchor": "left"}
        | {"xshift": 6, "yanchor": "top", "align": "left", "xref": "x2", "yref": "y2"},
    ]
    return go.Figure(
        [*_village_traces(result, share), bars, line], layout | {"height": 380, "bargap": 0}
    )


def _village_traces(result: Villages, share: np.ndarray) -> list[go.Scatter]:
    """Return a bar for the range that chance allows each village, and its share as a dot."""
    ends = scipy.stats.binom.interval(0.95, result.households, result.common)
    low, high = ends / result.households
    rank = np.arange(1, len(result.share) + 1)
    return [
        go.Scatter(
            x=rank,
            y=(low + high) / 2,
            error_y={"array": (high - low) / 2, "color": style.CHANCE, "thickness": 5, "width": 0},
            mode="none",
            opacity=0.45,
            hoverinfo="skip",
        ),
        go.Scatter(
            x=rank,
            y=share,
            mode="markers",
            marker={
                "color": style.OBSERVED if share is result.share else style.CHANCE,
                "size": 9,
            },
            customdata=result.households,
            hovertemplate="%{y:.0%} of %{customdata} households<extra></extra>",
        ),
    ]


def _spread_traces(result: Villages, drawn: int) -> tuple[go.Bar, go.Scatter]:
    """Return the histogram of spreads in imagined worlds, and the line of these villages."""
    axes = {"xaxis": "x2", "yaxis": "y2"}
    edges = np.arange(0, SPREAD_AXIS_END, 0.005)
    top = np.histogram(result.chance_spread, edges)[0].max() / DRAWS
    counts = np.histogram(result.chance_spread[:drawn], edges)[0]
    shares = top * counts / max(counts.max(), 1 / BRICK)
    return (
        go.Bar(
            **axes,
            x=edges[:-1] + 0.0025,
            y=shares,
            width=0.005,
            marker={"color": style.CHANCE, "line": {"width": 0}},
            hoverinfo="skip",
        ),
        go.Scatter(
            **axes,
            x=[result.spread, result.spread],
            y=[0, top],
            mode="lines",
            line={"color": style.OBSERVED, "width": 3},
            hoverinfo="skip",
        ),
    )


def brief(result: Villages, before: Villages | None) -> str:
    """State the middle and the highest share, or, if that stays, how chance alone would do."""
    most = style.percent(result.share.max())
    if before is None or before is result:
        middle = style.percent(float(np.median(result.share)))
        return f"In the middle village {middle} of households bought; in the highest, {most} did."
    earlier = style.percent(before.share.max())
    if most != earlier:
        return f"In the village where most bought, {most} of households did{was(most, earlier)}."
    return (
        f"The highest share is {most} as before; chance sets villages as far apart in "
        f"{_share_of_worlds(result)}."
    )


def _share_of_worlds(result: Villages) -> str:
    """State in how many of the imagined worlds villages differ at least as much as these."""
    share = result.as_far_apart / DRAWS
    if share == 0:
        return "none of its worlds"
    return f"{style.percent(share)} of its worlds" if share >= 0.01 else "hardly any of its worlds"


def words(result: Villages) -> str:
    """State how much villages differ, and how much they would by chance alone."""
    beyond = style.number(result.as_far_apart, 0) if result.as_far_apart else "none"
    return (
        f"In {_number_of_villages(result)} {style.percent(result.share.min())} to "
        f"{style.percent(result.share.max())} bought: a standard deviation of "
        f"{style.number(result.spread, 3)}, where chance alone gives "
        f"{style.number(result.chance_spread.mean(), 3)} on average. Of {DRAWS:,} imagined worlds "
        f"in which only chance differs, {beyond} set villages as far apart."
    )


def _number_of_villages(result: Villages) -> str:
    return f"{len(result.share)} villages of {result.at_least} or more households"


def table(result: Villages) -> pd.DataFrame:
    """Return the observed spread, beside mean and middle 95 % of the imagined worlds."""
    low, high = np.quantile(result.chance_spread, [0.025, 0.975])
    return pd.DataFrame(
        {
            "": [_number_of_villages(result), "chance alone, mean", "chance alone, middle 95 %"],
            "standard deviation between villages": [
                style.number(result.spread, 3),
                style.number(result.chance_spread.mean(), 3),
                style.interval(low, high, 3),
            ],
        }
    )


def _smaller_seen(at: Callable[..., Villages]) -> str:
    large, small = at(), at(at_least=SMALLEST)
    seen = [style.number(one.spread, 3) for one in (large, small)]
    by_chance = [style.number(one.chance_spread.mean(), 3) for one in (large, small)]
    return (
        f"The line moves from {seen[0]} to {seen[1]}, and the grey heap moves further: from "
        f"{by_chance[0]} to {by_chance[1]}. Small villages jump about by chance."
    )


def _default_seen(at: Callable[..., Villages]) -> str:
    bought = at(whose=DEFAULT_BUY)
    return (
        f"No: {style.percent(bought.share.min())} to {style.percent(bought.share.max())} bought, "
        f"and chance sets such villages as far apart in only {_share_of_worlds(bought)}."
    )


def _ends_seen(at: Callable[..., Villages]) -> str:
    share = at().share
    return (
        f"In one {style.percent(share.max())} of households bought, in another "
        f"{style.percent(share.min())}. The share of all told the middle well, and neither of them."
    )


explorable = Explorable(
    title="One product, many villages",
    ask=Ask(
        "The same insurance was offered in 31 villages with at least 20 surveyed households each. "
        "Over all of them 45 % of households bought it. In the middle village, with as many "
        "above it as below, what share was it, in per cent?",
        low=0,
        high=100,
        step=1,
        unit="per cent",
        tempting=45,
        is_right=True,
        because="villages lie on either side of what holds for all of them together.",
        otherwise="Villages differ widely, but the share of all lies inside their middle half.",
    ),
    answer=lambda result: 100 * float(np.median(result.share)),
    controls=(
        Slider("at_least", "Smallest village counted, in households", SMALLEST, 45, start=20),
        Choice(
            "whose",
            "Households counted",
            {
                "everyone": EVERYONE,
                "first round: buying was the default": DEFAULT_BUY,
                "first round: not buying was the default": DEFAULT_NOT,
            },
            start=EVERYONE,
        ),
    ),
    run=run,
    picture=picture,
    brief=brief,
    words=words,
    table=table,
    mark=Mark("y", scale=0.01),
    tasks=(
        Task(
            "Now look for the ends. The product is the same: how far apart are the highest and the "
            "lowest village?",
            {},
            _ends_seen,
        ),
        Task(
            "Count ever smaller villages. The dots spread further: how much of that is chance? "
            "Watch the grey heap as well as the line.",
            {"at_least": SMALLEST},
            _smaller_seen,
        ),
        Task(
            "Count only hamlets whose first round had buying as its default. Do the villages "
            "become alike?",
            {"whose": DEFAULT_BUY},
            _default_seen,
        ),
    ),
    play=Play(
        each="world",
        steps=lambda result: DRAWN,
        picture=picture,
        seconds=10,
        lasts=lambda step: 3 if step <= ONE_BY_ONE else 1,
    ),
    limits=(
        "These households took part in a second round; some had heard of the product from others. "
        "Households of one village also share a hamlet and a session, so they are not independent "
        "draws. The picture shows that villages differ by more than independent chance. It "
        "cannot say why."
    ),
)
