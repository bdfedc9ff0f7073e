"""Immunisation: how alike neighbours and siblings are, and whether schooling is the mother's own.

Children in Guatemala with at least one vaccine, their mothers and communities (survey of 1987;
Pebley, Goldman & Rodríguez 1996; Rodríguez & Goldman 2001), with the models of ``levels``: chances
for pairs of children, variance at three scales, and the advantage of a mother's schooling over all
children and among neighbours, with intervals from resampled communities.
Left out: children without any vaccine, so that the results are about completing, not about access.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from scaling import arguments, datasets, style
from scaling.explorable import Ask, Choice, Explorable, Mark, Task
from scaling.style import Panel
from scaling.who_is_heard import levels

EVERYONE, OLDER, RURAL, URBAN = "everyone", "older", "rural", "urban"
WHO = {
    EVERYONE: "all children",
    OLDER: "children of two years or more",
    RURAL: "children in rural communities",
    URBAN: "children in urban communities",
}
PRIMARY, SECONDARY = "primary", "secondary"
RESAMPLES = 4000
SEED = 1


@dataclass(frozen=True)
class Immunisation:
    """How alike children are at each scale, and how they differ by their mother's schooling.

    Attributes
    ----------
    who : {"everyone", "older", "rural", "urban"}
    school : {"primary", "secondary"}
        Schooling that is compared with none.
    children, communities : int
        Numbers of children and of their communities.
    anyone, neighbour, sibling : float
        Chance that a child has all vaccines: for any child, for a child of another mother in the
        community of a child who has them, and for a sibling of a child who has them.
    shares : numpy.ndarray, shape (3,)
        Shares of the variation between communities, mothers and children.
    schooled : int
        Number of children whom the slopes compare: their mothers have this schooling or none.
    slopes : Slopes
        Difference in the share of immunised children: over all, between communities, and among
        neighbours.
    overall_interval, within_interval : tuple of float
        95 % intervals from resampled communities.
    """

    who: str
    school: str
    children: int
    communities: int
    anyone: float
    neighbour: float
    sibling: float
    shares: np.ndarray
    schooled: int
    slopes: levels.Slopes
    overall_interval: tuple[float, float]
    within_interval: tuple[float, float]

    @property
    def spreads(self) -> tuple[float, float]:
        """Standard deviation between communities, and between the mothers of one, as shares.

        A yes-or-no outcome with mean p has the variance p(1 − p) in all. So a scale that holds a
        small part of the variation may still differ by many points.
        """
        total = self.anyone * (1 - self.anyone)
        communities, mothers = np.sqrt(np.clip(self.shares[:2], 0, None) * total)
        return float(communities), float(mothers)


@cache
def _children_counted(who: str) -> pd.DataFrame:
    children = datasets.load("guatemala_immunisation")
    keep = {
        EVERYONE: children.immunised >= 0,
        OLDER: children.age_2_plus == 1,
        RURAL: children.rural == 1,
        URBAN: children.rural == 0,
    }
    return children[keep[who]]


def _pairs(children: pd.DataFrame, group: list[str]) -> np.ndarray:
    """Return by community the ordered pairs within groups whose first child is immunised.

    Returns
    -------
    numpy.ndarray of int, shape (communities, 2)
        Number of pairs whose second child is immunised too, and number of all pairs.
    """
    counted = children.groupby(group).immunised.agg(["sum", "size"])
    both = counted["sum"] * (counted["sum"] - 1)
    pairs = pd.DataFrame({"both": both, "all": counted["sum"] * (counted["size"] - 1)})
    return pairs.groupby("community").sum().to_numpy()


@lru_cache(maxsize=32)
def run(who: str = EVERYONE, school: str = PRIMARY) -> Immunisation:
    """Compare children with their neighbours and siblings.

    Parameters
    ----------
    who : {"everyone", "older", "rural", "urban"}
    school : {"primary", "secondary"}

    Raises
    ------
    ValueError
        If an argument is none of these.
    """
    arguments.one_of("who", who, WHO)
    arguments.one_of("school", school, (PRIMARY, SECONDARY))
    children = _children_counted(who)
    in_family = _pairs(children, ["community", "mother"]).sum(axis=0)
    in_community = _pairs(children, ["community"]).sum(axis=0)
    compared = children[children.mother_education.isin(["none", school])]
    has = (compared.mother_education == school).to_numpy(float)
    overall, within = _intervals(has, compared.immunised, compared.community)
    return Immunisation(
        who=who,
        school=school,
        children=len(children),
        communities=children.community.nunique(),
        anyone=float(children.immunised.mean()),
        neighbour=float((in_community[0] - in_family[0]) / (in_community[1] - in_family[1])),
        sibling=float(in_family[0] / in_family[1]),
        shares=levels.shares(children.immunised, children.community, children.mother),
        schooled=len(compared),
        slopes=levels.slopes(has, compared.immunised, compared.community),
        overall_interval=overall,
        within_interval=within,
    )


@cache
def _resampled(communities: int) -> np.ndarray:
    """Return how often each community is drawn in each resample, shape (resamples, communities).

    A count takes one byte, of which a memo holds 640,000. Make floats of them to multiply, which is
    ten times as fast.
    """
    equal = np.full(communities, 1 / communities)
    drawn = np.random.default_rng(SEED).multinomial(communities, equal, RESAMPLES)
    return drawn.astype(np.uint8)


def _intervals(x: np.ndarray, y: pd.Series, place: pd.Series) -> list[tuple[float, float]]:
    """Return 95 % intervals of the overall slope and of the slope among neighbours."""
    frame = pd.DataFrame({"n": 1.0, "x": x, "y": y, "xx": x * x, "xy": x * y})
    sums = frame.groupby(place.to_numpy()).sum().to_numpy()
    drawn = _resampled(len(sums)).astype(float)
    n, sum_x, sum_y, xx, xy = (drawn @ sums).T
    overall = (xy - sum_x * sum_y / n) / (xx - sum_x**2 / n)
    own_n, own_x, own_y, own_xx, own_xy = sums.T
    within = (drawn @ (own_xy - own_x * own_y / own_n)) / (drawn @ (own_xx - own_x**2 / own_n))
    ends = (np.quantile(slopes, [0.025, 0.975]) for slopes in (overall, within))
    return [(float(low), float(high)) for low, high in ends]


@lru_cache(maxsize=8)
def chance_intervals(who: str = EVERYONE) -> list[tuple[float, float]]:
    """Return 95 % intervals of the chances of any child, a neighbour and a sibling.

    Parameters
    ----------
    who : {"everyone", "older", "rural", "urban"}

    Returns
    -------
    list of tuple of float
        From resampled communities.

    Raises
    ------
    ValueError
        If ``who`` is none of these.
    """
    arguments.one_of("who", who, WHO)
    children = _children_counted(who)
    counted = children.groupby("community").immunised.agg(["sum", "size"]).to_numpy()
    in_family = _pairs(children, ["community", "mother"])
    nearby = _pairs(children, ["community"]) - in_family
    sums = np.hstack([counted, nearby, in_family])
    drawn = _resampled(len(sums)).astype(float) @ sums.astype(float)
    shares = drawn[:, 0::2] / drawn[:, 1::2]
    return [
        (float(low), float(high)) for low, high in np.quantile(shares, [0.025, 0.975], axis=0).T
    ]


def picture(result: Immunisation) -> go.Figure:
    """Draw three chances for a child, beside the advantage of schooling at two scales."""
    chances = [result.anyone, result.neighbour, result.sibling]
    values = [100 * result.slopes.overall, 100 * result.slopes.within]
    ends = 100 * np.array([result.overall_interval, result.within_interval])
    layout = style.panels(
        Panel(
            "has all vaccines: any child,<br>or beside one who has them",
            (0, 0.5),
            {"showgrid": False},
            {"range": [0, 100], "title": {"text": "per cent"}},
        ),
        Panel(
            f"ahead where mothers<br>had {result.school} school",
            (0.66, 1),
            {"range": [-0.6, 1.6], "showgrid": False},
            {
                "range": [-22, 42],
                "zeroline": True,
                "zerolinecolor": style.GREY,
                "title": {"text": "points"},
            },
        ),
    )
    return go.Figure(
        [
            go.Bar(
                x=["any<br>child", "neighbour", "sibling"],
                y=[100 * chance for chance in chances],
                marker={
                    "color": [style.GREY, style.VERMILLION, style.BLUE],
                    "pattern": {"shape": ["", "/", "x"]},
                },
                text=[style.percent(chance, 1) for chance in chances],
                textposition="outside",
                textfont={"size": 13},
                cliponaxis=False,
                hoverinfo="skip",
            ),
            go.Scatter(
                x=["over all", "among<br>neighbours"],
                y=values,
                error_y={
                    "array": ends[:, 1] - values,
                    "arrayminus": values - ends[:, 0],
                    "thickness": 2,
                    "width": 6,
                },
                mode="markers+text",
                text=[_signed_points(value) for value in values],
                textposition=["middle left", "middle right"],
                textfont={"size": 13},
                cliponaxis=False,
                marker={
                    "size": 13,
                    "color": [style.GREY, style.BLUE],
                    "symbol": ["circle", "diamond"],
                },
                xaxis="x2",
                yaxis="y2",
                hovertemplate="%{y:+.1f} points<extra></extra>",
            ),
        ],
        layout | {"height": 420, "margin": {"t": 62, "l": 50}},
    )


def _signed_points(points: float) -> str:
    text = style.number(points, 1)
    return f" +{text} " if points > 0 else f" {text} "


def brief(result: Immunisation, before: Immunisation | None) -> str:
    """Say how much of the advantage of schooling is left among neighbours."""
    near, everyone = (
        style.number(100 * slope, 1) for slope in (result.slopes.within, result.slopes.overall)
    )
    return (
        f"With {result.school} schooling goes an advantage of {near} points among neighbours, of "
        f"{everyone} over all."
    )


def words(result: Immunisation) -> str:
    """Say how alike neighbours and siblings are, and how much of the advantage is left there."""
    low, high = (style.number(100 * end, 0) for end in result.within_interval)
    return (
        f"Of {style.number(result.children, 0)} {WHO[result.who].removeprefix('all ')} "
        f"{style.percent(result.anyone, 1)} have all vaccines; where one has, so do "
        f"{style.percent(result.neighbour, 1)} of other mothers' children near by and "
        f"{style.percent(result.sibling, 1)} of siblings. Where the mother has {result.school} "
        f"schooling, children are {_points_ahead(result.slopes.overall)} those whose mother has "
        f"none; among neighbours they are {_points_ahead(result.slopes.within)} them (95 % "
        f"interval {low} to {high})."
    )


def _points_ahead(slope: float) -> str:
    ahead = "ahead of" if slope >= 0 else "behind"
    return f"{style.number(abs(100 * slope), 1)} points {ahead}"


def table(result: Immunisation) -> pd.DataFrame:
    """Return the shares of the variation, and the advantage of schooling, at each scale."""
    found = result.slopes
    points = [
        style.number(100 * slope, 1) for slope in (found.between, found.within, found.overall)
    ]
    intervals = [style.number(float("nan"))] + [
        style.interval(100 * low, 100 * high, 0)
        for low, high in (result.within_interval, result.overall_interval)
    ]
    return pd.DataFrame(
        {
            "scale": ["communities", "mothers", "children", "all"],
            "share of the variation": [style.percent(share) for share in (*result.shares, 1)],
            "chance beside one who has all vaccines": [
                *(
                    f"{style.percent(chance)} ({style.interval(100 * low, 100 * high, 0)})"
                    for chance, (low, high) in zip(
                        (result.neighbour, result.sibling),
                        chance_intervals(result.who)[1:],
                        strict=True,
                    )
                ),
                style.number(float("nan")),
                style.number(float("nan")),
            ],
            "spread, points": [
                *(style.number(100 * spread, 0) for spread in result.spreads),
                style.number(float("nan")),
                style.number(float("nan")),
            ],
            f"ahead with {result.school} schooling, points": [
                points[0],
                f"{points[1]} (of one community)",
                style.number(float("nan")),
                points[2],
            ],
            "95 % interval": [
                intervals[0],
                intervals[1],
                style.number(float("nan")),
                intervals[2],
            ],
        }
    )


def _seen_in_both(at: Callable[..., Immunisation]) -> str:
    rural, urban = (
        f"{style.number(100 * found.within, 1)} of {style.number(100 * found.overall, 1)} points"
        for found in (at(who=who).slopes for who in (RURAL, URBAN))
    )
    return (
        f"Among neighbours {rural} are left in rural communities, and {urban} in urban ones: "
        "there schooling is less clearly a matter of place."
    )


def _seen_secondary(at: Callable[..., Immunisation]) -> str:
    low, high = at(school=SECONDARY).within_interval
    return (
        f"It runs from {style.number(100 * low, 0)} to {style.number(100 * high, 0)} points: too "
        "few mothers had secondary schooling to say anything of neighbours."
    )


explorable = Explorable(
    title="Schooling and place",
    ask=Ask(
        "In a survey in Guatemala, children whose mother had been to primary school were 10.2 "
        "points ahead of those whose mother had no schooling: more of them had all their vaccines. "
        "Now compare only children of the same community. By how many points are they ahead?",
        low=-10,
        high=20,
        step=0.5,
        unit="points",
        tempting=10,
        because="a mother's schooling is her own, wherever she lives.",
        otherwise="Schooling may count for something even where clinic and road are the same.",
    ),
    answer=lambda result: 100 * result.slopes.within,
    controls=(
        Choice("who", "Children counted", {name: who for who, name in WHO.items()}, EVERYONE),
        Choice(
            "school",
            "Schooling compared with none",
            {"primary": PRIMARY, "secondary": SECONDARY},
            start=PRIMARY,
        ),
    ),
    run=run,
    brief=brief,
    picture=picture,
    words=words,
    table=table,
    tasks=(
        Task(
            "Count rural communities only, and then urban ones. Is the advantage still mostly a "
            "matter of place?",
            {"who": RURAL},
            _seen_in_both,
        ),
        Task(
            "Start from the other side: compare secondary schooling with none, which far fewer "
            "mothers have. What becomes of the interval?",
            {"school": SECONDARY},
            _seen_secondary,
        ),
    ),
    mark=Mark("y2"),
    limits=(
        "Only children with at least one vaccine are counted, so this is about completing. "
        "Neighbours share clinics, roads, language and how they are received there; the data do "
        "not say which of these counts. Among neighbours the schooled differ in more than school."
    ),
)
