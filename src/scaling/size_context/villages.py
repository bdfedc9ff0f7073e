"""Villages: one product, one price, many places, and what chance alone would spread.

Take-up of the same weather insurance for rice in villages of China (data of Cai, de Janvry &
Sadoulet 2015), beside villages drawn by chance from one common rate: a parametric bootstrap of the
standard deviation between villages.
Left out: that households of one village share hamlets, sessions and relatives; chance alone is
therefore a low bar, and the size of the spread matters more than its p-value.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots
from scipy import stats

from scaling import datasets, style
from scaling.explorable import Ask, Choice, Explorable, Slider

DRAWS = 4000  # imagined worlds without any difference between villages

EVERYONE, DEFAULT_BUY, DEFAULT_NOT = "everyone", "buy", "not"


@dataclass(frozen=True)
class Villages:
    """Take-up by village beside what chance alone would give.

    Attributes
    ----------
    at_least : int
        Smallest number of surveyed households for a village to count.
    households, share : numpy.ndarray, shape (villages,)
        Surveyed households and share of them that bought, lowest share first.
    common : float
        Share of all these households that bought.
    spread : float
        Standard deviation of the shares between villages.
    chance_spread : numpy.ndarray, shape (draws,)
        The same standard deviation in worlds where every household buys with chance ``common``.
    """

    at_least: int
    households: np.ndarray
    share: np.ndarray
    common: float
    spread: float
    chance_spread: np.ndarray

    @property
    def as_far_apart(self) -> int:
        """In how many of the chance worlds villages differ at least as much as these."""
        return int(np.sum(self.chance_spread >= self.spread))


@cache
def _by_village(whose: str) -> pd.DataFrame:
    households = datasets.load("rice_insurance")
    if whose != EVERYONE:
        households = households[households.default_buy == (whose == DEFAULT_BUY)]
    return households.groupby("village").bought.agg(["sum", "size"])


@lru_cache(maxsize=128)
def run(at_least: int = 20, whose: str = EVERYONE, seed: int = 1) -> Villages:
    """Compare villages with chance.

    Parameters
    ----------
    at_least : int
        Count only villages with this many surveyed households or more.
    whose : {"everyone", "buy", "not"}
        All households, or those for whom buying, or not buying, was the default.
    seed : int
        Of the chance worlds.

    Raises
    ------
    ValueError
        If fewer than three villages are left, or ``whose`` is none of the three.
    """
    if whose not in (EVERYONE, DEFAULT_BUY, DEFAULT_NOT):
        raise ValueError(f"whose must be one of everyone, buy and not; it is {whose!r}.")
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
    )


def picture(result: Villages) -> go.Figure:
    """Draw each village with the band that chance would keep it in, beside the spreads."""
    figure = make_subplots(
        cols=2,
        column_widths=[0.62, 0.38],
        horizontal_spacing=0.12,
        subplot_titles=["households that bought, by village", "spread between villages"],
    )
    _draw_villages(figure, result, {"row": 1, "col": 1})
    _draw_spreads(figure, result, {"row": 1, "col": 2})
    return figure.update_layout(height=380, bargap=0)


def _draw_villages(figure: go.Figure, result: Villages, panel: dict[str, int]) -> None:
    low, high = stats.binom.interval(0.95, result.households, result.common) / result.households
    rank = np.arange(1, len(result.share) + 1)
    figure.add_scatter(
        **panel,
        x=rank,
        y=(low + high) / 2,
        error_y={"array": (high - low) / 2, "color": style.CHANCE, "thickness": 5, "width": 0},
        mode="none",
        opacity=0.45,
        hoverinfo="skip",
    )
    figure.add_scatter(
        **panel,
        x=rank,
        y=result.share,
        mode="markers",
        marker={"color": style.OBSERVED, "size": 9},
        customdata=result.households,
        hovertemplate="%{y:.0%} of %{customdata} households<extra></extra>",
    )
    figure.add_annotation(
        **panel,
        text="grey bar: where chance alone<br>keeps 95 % of such villages",
        align="left",
        x=0.5,
        y=0,
        yanchor="bottom",
        xanchor="left",
    )
    figure.update_yaxes(**panel, tickformat=".0%", range=[0, 1])
    title = f"villages of {result.at_least} households or more, lowest first"
    figure.update_xaxes(**panel, title=title)


def _draw_spreads(figure: go.Figure, result: Villages, panel: dict[str, int]) -> None:
    edges = np.arange(0, 0.3, 0.005)
    shares = np.histogram(result.chance_spread, edges)[0] / DRAWS
    top = shares.max()
    figure.add_bar(
        **panel,
        x=edges[:-1] + 0.0025,
        y=shares,
        width=0.005,
        marker={"color": style.CHANCE, "line": {"width": 0}},
        hoverinfo="skip",
    )
    figure.add_scatter(
        **panel,
        x=[result.spread, result.spread],
        y=[0, top],
        mode="lines",
        line={"color": style.OBSERVED, "width": 3},
        hoverinfo="skip",
    )
    figure.add_annotation(
        **panel,
        text="chance<br>alone",
        x=float(result.chance_spread.mean()),
        y=top,
        yanchor="bottom",
    )
    figure.add_annotation(
        **panel,
        text="these<br>villages",
        x=result.spread,
        y=top,
        xanchor="left",
        xshift=6,
        yanchor="top",
        align="left",
    )
    figure.update_yaxes(**panel, visible=False, range=[0, top * 1.25])
    figure.update_xaxes(**panel, title="standard deviation", range=[0, 0.25])


def words(result: Villages) -> str:
    """Say how far villages lie apart, and how far chance alone would set them."""
    beyond = style.number(result.as_far_apart, 0) if result.as_far_apart else "none"
    return (
        f"In {_counted(result)} between {style.percent(result.share.min())} and "
        f"{style.percent(result.share.max())} of households bought: a standard deviation of "
        f"{style.number(result.spread, 3)} between villages, where chance alone gives "
        f"{style.number(result.chance_spread.mean(), 3)} on average. Of {DRAWS:,} imagined worlds "
        f"in which only chance differs, {beyond} set the villages as far apart."
    )


def _counted(result: Villages) -> str:
    return f"{len(result.share)} villages of {result.at_least} or more households"


def table(result: Villages) -> pd.DataFrame:
    """Return the observed figures beside the chance worlds' mean and their middle 95 %."""
    low, high = np.quantile(result.chance_spread, [0.025, 0.975])
    return pd.DataFrame(
        {
            "": [_counted(result), "chance alone, mean", "chance alone, middle 95 %"],
            "standard deviation between villages": [
                style.number(result.spread, 3),
                style.number(result.chance_spread.mean(), 3),
                style.interval(low, high, 3),
            ],
        }
    )


explorable = Explorable(
    title="One product, many villages",
    ask=Ask(
        "The same insurance was offered in 31 villages with at least 20 surveyed "
        "households each. Over all of them 45 % of households bought it. In the village "
        "where most bought, what share was it, in per cent?",
        low=0,
        high=100,
        step=1,
        unit="per cent",
        tempting=55,
        because="the product is the same, so villages should hardly differ.",
    ),
    answer=lambda result: 100 * result.share.max(),
    controls=(
        Slider("at_least", "Smallest village counted, in households", 5, 45, start=20),
        Choice(
            "whose",
            "Households counted",
            {
                "everyone": EVERYONE,
                "those for whom buying was the default": DEFAULT_BUY,
                "those for whom not buying was the default": DEFAULT_NOT,
            },
            start=EVERYONE,
        ),
    ),
    run=run,
    picture=picture,
    words=words,
    table=table,
    tasks=(
        "Count ever smaller villages. The dots spread further: how much of that is chance? Watch "
        "the grey heap as well as the line.",
        "Count only households for whom buying was the default. Do the villages become alike?",
    ),
    limits=(
        "These households took part in a second round; some had heard of the product from others. "
        "Households of one village also share a hamlet and a session, so they are not independent "
        "draws. The picture shows that villages differ by more than independent chance. It "
        "cannot say why."
    ),
)
