"""Sunlight: a slope that rises within one nation and falls over all of Europe.

Deaths of men from melanoma of the skin, divided by those expected, in 354 counties of nine nations
(Langford, Bentham & McDonald 1998). Counties are grouped by sunlight, in all nations or in one.
Left out: persons. The counties have no skin types and no holidays, and age enters only through the
deaths expected.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from scipy import special

from scaling import arguments, datasets, style
from scaling.explorable import Ask, Choice, Explorable, Mark, Slider, Task

EVERYWHERE = "all nine nations"
ASKED = "UK"
OFFERED = (ASKED, EVERYWHERE, "Italy", "France", "West Germany")
PER_GROUP = 10  # counties


@dataclass(frozen=True)
class Sunlight:
    """Counties of one nation or of all, in groups by sunlight.

    Attributes
    ----------
    nation : str
    sunlight : numpy.ndarray, shape (counties,)
        Ultraviolet B at the ground, in units of the source, centred.
    deaths, expected : numpy.ndarray, shape (counties,)
        Deaths of men from melanoma, counted and expected.
    group : numpy.ndarray of int, shape (counties,)
        Number of each county's group, from 0 for least sunlight.
    """

    nation: str
    sunlight: np.ndarray
    deaths: np.ndarray
    expected: np.ndarray
    group: np.ndarray

    @property
    def by_group(self) -> np.ndarray:
        """Deaths over expected deaths in each group, least sunlight first."""
        return _by_group(self.deaths, self.expected, self.group)


@cache
def _counties_of(nation: str) -> pd.DataFrame:
    counties = datasets.load("melanoma_counties")
    return counties if nation == EVERYWHERE else counties[counties.nation == nation]


def _grouped(counties: pd.DataFrame, groups: int) -> np.ndarray:
    return pd.qcut(counties.uvb, groups, labels=False).to_numpy()


def _by_group(deaths: np.ndarray, expected: np.ndarray, group: np.ndarray) -> np.ndarray:
    return np.bincount(group, deaths) / np.bincount(group, expected)


@lru_cache(maxsize=64)
def run(nation: str = ASKED, groups: int = 3) -> Sunlight:
    """Put the counties of one nation, or of all, into groups by sunlight.

    Parameters
    ----------
    nation : str
        A nation of the table, or "all nine nations".
    groups : int
        Number of groups: at least 2, and at most so many that each holds about ten counties.

    Raises
    ------
    ValueError
        If there is no such nation, or there are too few or too many groups.
    """
    arguments.one_of("nation", nation, (EVERYWHERE, *sorted(set(_counties_of(EVERYWHERE).nation))))
    arguments.whole("groups", groups, 2)
    counties = _counties_of(nation)
    if len(counties) < PER_GROUP * groups:
        raise ValueError(
            f"{nation} has {len(counties)} counties; choose at most "
            f"{len(counties) // PER_GROUP} groups, so that each holds about ten."
        )
    return Sunlight(
        nation=nation,
        sunlight=counties.uvb.to_numpy(),
        deaths=counties.deaths.to_numpy(float),
        expected=counties.expected.to_numpy(),
        group=_grouped(counties, groups),
    )


def group_intervals(result: Sunlight) -> list[tuple[float, float]]:
    """Return the 95 % interval of deaths over expected deaths in each group.

    They are those of a ratio of sums (Cochran 1977), with counties as units, because counties
    differ by more than chance.

    Parameters
    ----------
    result : Sunlight
    """
    intervals = []
    for group, value in enumerate(result.by_group):
        here = result.group == group
        deaths, expected = result.deaths[here], result.expected[here]
        many = len(deaths)
        variance = np.sum((deaths - value * expected) ** 2) * many / (many - 1)
        half = special.stdtrit(many - 1, 0.975) * np.sqrt(variance) / expected.sum()
        intervals.append((float(value - half), float(value + half)))
    return intervals


def picture(result: Sunlight) -> go.Figure:
    """Draw the counties, dots as large as their expected deaths, with a step for each group."""
    ratio = result.deaths / result.expected
    groups = np.arange(result.group.max() + 1)
    lows = np.array([result.sunlight[result.group == group].min() for group in groups])
    highs = np.array([result.sunlight[result.group == group].max() for group in groups])
    steps = style.lines_between(
        np.concatenate([lows, highs]),
        np.tile(result.by_group, 2),
        np.column_stack([groups, groups + len(groups)]),
    )
    return go.Figure(
        [
            go.Scatter(
                x=result.sunlight,
                y=ratio,
                mode="markers",
                marker={
                    "color": style.GREY,
                    "opacity": 0.5,
                    "size": 3 + 1.6 * np.sqrt(np.minimum(result.expected, 80)),
                    "line": {"width": 0},
                },
                customdata=result.deaths,
                hovertemplate="%{y:.2f} times expected, %{customdata:.0f} deaths<extra></extra>",
            ),
            go.Scatter(
                **steps,
                mode="lines",
                line={"color": style.BLUE, "width": 5},
                hoverinfo="skip",
            ),
            go.Scatter(
                x=[-9.6, 14.2],
                y=[1, 1],
                mode="lines",
                line={"color": style.GREY, "width": 2, "dash": "dot"},
                hoverinfo="skip",
            ),
        ],
        {
            "height": 420,
            "margin": {"t": 44, "l": 55},
            "annotations": [
                style.heading(
                    f"{_named(result.nation)}: counties, and in blue groups of them",
                    (0, 1),
                    1,
                ),
                *_labels_of_ends(lows, highs, result.by_group),
            ],
            "xaxis": {
                "range": [-9.6, 14.2],
                # The source's unit says nothing to a reader, and has its 0 in the middle.
                "showticklabels": False,
                "ticks": "",
                "showgrid": False,
                "title": {"text": "cloudier ← ultraviolet sunlight → sunnier"},
            },
            "yaxis": {"range": [-0.1, 3.5], "title": {"text": "deaths over expected deaths"}},
        },
    )


def _labels_of_ends(lows: np.ndarray, highs: np.ndarray, by_group: np.ndarray) -> list[dict]:
    """Return the values of the first and the last group, with arrows to their steps."""
    arrow = {"showarrow": True, "arrowhead": 2, "arrowwidth": 1.5, "arrowcolor": style.BLUE}
    middle = (lows + highs) / 2
    return [
        arrow
        | {
            "x": middle[at],
            "y": by_group[at],
            "ayref": "y",
            "ay": height,
            "ax": 0,
            "xanchor": anchor,
            "text": f"{name}: <b>{style.number(by_group[at])}</b>",
        }
        for at, height, anchor, name in (
            (0, 3.3, "left", "least sun"),
            (-1, 2.95, "center", "most sun"),
        )
    ]


def brief(result: Sunlight, before: Sunlight | None) -> str:
    """Say how many men died where there is most sunlight, and where there is least."""
    least, most = (style.number(value) for value in result.by_group[[0, -1]])
    return (
        f"In {_named(result.nation)}, {most} times as many died as expected where there is most "
        f"sun, {least} where least."
    )


def words(result: Sunlight) -> str:
    """Say how deaths vary with sunlight here, and on how many counties and deaths that rests."""
    first, last = (style.number(value) for value in result.by_group[[0, -1]])
    more = "more" if result.by_group[-1] > result.by_group[0] else "fewer"
    return (
        f"In {_named(result.nation)}, {len(result.deaths)} counties with "
        f"{style.number(result.deaths.sum(), 0)} deaths are put into {result.group.max() + 1} "
        f"groups: where there is most sunlight there are {more} deaths than where there is least, "
        f"{last} times those expected against {first}. No dot is a person."
    )


def _named(nation: str) -> str:
    return "the UK" if nation == "UK" else nation


def table(result: Sunlight) -> pd.DataFrame:
    """Return counties, deaths and expected deaths of each group."""
    rows = []
    for group, (value, interval) in enumerate(
        zip(result.by_group, group_intervals(result), strict=True)
    ):
        here = result.group == group
        rows.append(
            {
                "group by sunlight": f"{group + 1} of {result.group.max() + 1}",
                "counties": int(here.sum()),
                "deaths": style.number(result.deaths[here].sum(), 0),
                "expected": style.number(result.expected[here].sum(), 1),
                "deaths over expected": style.number(value),
                "95 % interval": style.interval(*interval),
            }
        )
    return pd.DataFrame(rows)


def _range_in(result: Sunlight) -> str:
    return f"from {style.number(result.by_group[0])} to {style.number(result.by_group[-1])}"


def _seen_all_nations(at: Callable[..., Sunlight]) -> str:
    return (
        f"They fall, {_range_in(at(nation=EVERYWHERE))}, where in the UK they rise. Men in sunny "
        "nations differ from men under cloudier skies in more than the sun."
    )


def _seen_finer(at: Callable[..., Sunlight]) -> str:
    return (
        f"No: deaths still fall, {_range_in(at(nation=EVERYWHERE, groups=7))}. A finer sorting of "
        "all nations still sorts nations."
    )


def _seen_italy(at: Callable[..., Sunlight]) -> str:
    return (
        f"No: in Italy they fall, {_range_in(at(nation='Italy'))}. One nation is not like another, "
        "so the UK is no rule either."
    )


explorable = Explorable(
    title="Sunlight, near and far",
    ask=Ask(
        "In nine nations of Europe, 354 counties were put into thirds by sunlight. Where there was "
        "least, 1.26 times as many men died of melanoma of the skin as expected; where there was "
        "most, 0.71 times. Now take the UK alone, in thirds of its own. How many times as many as "
        "expected died in its sunniest third?",
        low=0,
        high=2,
        step=0.01,
        unit="times",
        tempting=0.71,
        because="the counties of one nation are counties like the others.",
        otherwise="All of the UK is cloudy: its sunniest third gets only a little more sun than "
        "the rest of it.",
    ),
    answer=lambda result: float(result.by_group[-1]),
    controls=(
        Choice(
            "nation",
            "Counties of",
            {_named(nation): nation for nation in OFFERED},
            start=ASKED,
        ),
        Slider("groups", "Groups by sunlight", 2, 7, start=3),
    ),
    run=run,
    brief=brief,
    picture=picture,
    words=words,
    table=table,
    tasks=(
        Task(
            "Look at all nine nations. Which way do deaths go with sunlight now?",
            {"nation": EVERYWHERE},
            _seen_all_nations,
        ),
        Task(
            "Stay with all nine nations and make seven groups. Does a finer sorting find the slope "
            "that the UK has?",
            {"nation": EVERYWHERE, "groups": 7},
            _seen_finer,
        ),
        Task(
            "Start from another nation, Italy. Do deaths rise with sunlight there as well?",
            {"nation": "Italy"},
            _seen_italy,
        ),
    ),
    mark=Mark("y"),
    limits=(
        "No persons, no skin type, no migration: who lives in a sunny nation differs from who "
        "lives in a cloudy one. Small counties have few deaths, so chance moves them far. Nine "
        "nations settle nothing."
    ),
)
