"""Corn: a real curve of adoption, which two different explanations fit almost equally well.

The data are 692 farmers in eleven Brazilian villages, by the year in which they first planted
hybrid corn (Rogers, Ascroft & Röling 1970; Valente 1995). One explanation is word of mouth (Bass
1969). The other is that farmers do not influence each other, and become ready at times that follow
a normal distribution.
Left out: the villages, and who knew whom. The farmers were asked in 1966, and recalled the year.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import ArrayLike
from scipy import optimize, special

from scaling import arguments, datasets, style
from scaling.explorable import Ask, Choice, Draw, Explorable, Mark, Slider, Sweep, Task
from scaling.scaling_up import adoption
from scaling.style import Panel
from scaling.wording import was

# Time is counted from the year before the first adopters.
START = 1945
LAST = 1965
# The learner draws the years after this one.
DRAWN_FROM = 1955
# Asked in 1966, farmers who said "fifteen years ago" or "ten years ago" named these years.
ROUND_YEARS = (1951, 1956)
AS_TOLD, SHARED = "as told", "shared"
INFLUENCE, LIKENESS = style.BLUE, style.SCALE_UP


def ready(t: ArrayLike, middle: float, spread: float, resistance: float = 0.0) -> np.ndarray:
    """Return the share who are ready by time t if farmers do not influence each other.

    Parameters
    ----------
    t : array_like
        Years since the start.
    middle, spread : float
        Mean and standard deviation of the years at which farmers are ready; the spread is above 0.
    resistance : float
        Share who will never adopt, 0 to 1.
    """
    return (1 - resistance) * special.ndtr((np.asarray(t, dtype=float) - middle) / spread)


@dataclass(frozen=True)
class Story:
    """One explanation, fitted to the years that are known.

    Attributes
    ----------
    curve : numpy.ndarray, shape (years,)
        Share of farmers who, by the fitted curve, have adopted by each year up to 1965.
    miss : float
        Root-mean-square distance from the known years, as a share.
    values : tuple of float
        p and q of word of mouth, or middle and spread of readiness in years since 1945.
    """

    curve: np.ndarray
    miss: float
    values: tuple[float, float]


@dataclass(frozen=True)
class Corn:
    """The farmers' curve, and two explanations fitted to its beginning.

    Attributes
    ----------
    known : int
        The last year to which the two explanations are fitted.
    resistance : float
        The assumed share who will never adopt.
    recall : {"as told", "shared"}
        Whether the adopters of 1951 and 1956 are as told, or spread over the years on either side.
    years : numpy.ndarray of int, shape (20,)
        1946 to 1965.
    shares : numpy.ndarray, shape (20,)
        Share of farmers who have adopted by each year.
    influence, likeness : Story
        Word of mouth, and readiness without influence.
    """

    known: int
    resistance: float
    recall: str
    years: np.ndarray
    shares: np.ndarray
    influence: Story
    likeness: Story


@cache
def _recalled_shares(recall: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the years, and the share of farmers who have adopted by each."""
    table = datasets.load("hybrid_corn_adoption")
    new = table.new_adopters.to_numpy(dtype=float)
    years = table.year.to_numpy()
    if recall == SHARED:
        for year in ROUND_YEARS:
            beside = np.abs(years - year) <= 1
            new[beside] = new[beside].mean()
    return years, new.cumsum() / table.farmers.to_numpy()


@lru_cache(maxsize=256)
def run(known: int = LAST, resistance: float = 0.0, recall: str = AS_TOLD) -> Corn:
    """Fit two explanations to the farmers' curve up to a year.

    Parameters
    ----------
    known : int
        The last year to which they are fitted, 1952 to 1965.
    resistance : float
        Share who will never adopt, 0 or more and below 1.
    recall : {"as told", "shared"}
        Leave the adopters of 1951 and 1956 as told, or spread them over the years on either side.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    arguments.year("known", known, 1952, LAST)
    arguments.at_least("resistance", resistance, 0, below=1)
    arguments.one_of("recall", recall, (AS_TOLD, SHARED))
    years, shares = _recalled_shares(recall)
    since = years - START
    seen = years <= known
    found = adoption.fit(since[seen], shares[seen], resistance)
    return Corn(
        known=int(known),
        resistance=resistance,
        recall=recall,
        years=years,
        shares=shares,
        influence=Story(
            adoption.bass(since, found.p, found.q, resistance), found.miss, (found.p, found.q)
        ),
        likeness=_fit_readiness(since, shares, seen, resistance),
    )


def _fit_readiness(
    since: np.ndarray, shares: np.ndarray, seen: np.ndarray, resistance: float
) -> Story:
    def residuals(values: np.ndarray) -> np.ndarray:
        middle, spread = values
        return ready(since[seen], middle, spread, resistance) - shares[seen]

    found = optimize.least_squares(residuals, (15.0, 5.0), bounds=([0, 0.5], [100, 50]))
    middle, spread = (float(value) for value in found.x)
    miss = float(np.sqrt(np.mean(found.fun**2)))
    return Story(ready(since, middle, spread, resistance), miss, (middle, spread))


def picture(result: Corn) -> go.Figure:
    """Draw the farmers' curve and both explanations, beside the new adopters of each year."""
    years = {"range": [1945, 1966], "tickvals": [1950, 1955, 1960, 1965]}
    layout = style.panels(
        Panel(
            "share who have planted it,<br>and two stories",
            (0, 0.58),
            years,
            {"range": [0, 1.02], "tickformat": ".0%", "dtick": 0.25},
        ),
        Panel(
            "new each year,<br>in a hundred",
            (0.7, 1),
            years | {"tickvals": [1950, 1960]},
            {"range": [0, 14], "dtick": 5},
        ),
    )
    layout["annotations"] += _curve_names(result)
    return go.Figure(
        [*_curves(result), _farmers(result), _new_adopters(result)],
        layout
        | {
            "height": 430,
            "margin": {"t": 62, "l": 60},
            "bargap": 0.2,
            "shapes": [_end_of_known_years(result)],
        },
    )


def _curves(result: Corn) -> list[go.Scatter]:
    """Return both fitted curves, and a short line beside the name of each."""
    lines = [
        (result.influence.curve, INFLUENCE, "solid", 0.93),
        (result.likeness.curve, LIKENESS, "dash", 0.84),
    ]
    traces = []
    for curve, colour, dash, height in lines:
        look = {
            "mode": "lines",
            "line": {"color": colour, "dash": dash, "width": 3},
            "hoverinfo": "skip",
        }
        traces.append(go.Scatter(x=result.years, y=curve, **look))
        traces.append(go.Scatter(x=[1945.4, 1947], y=[height, height], **look))
    return traces


def _curve_names(result: Corn) -> list[dict]:
    """Return the name of each fitted curve, with the typical size of its error."""
    place = {"xref": "x", "yref": "y", "x": 1947.2, "xanchor": "left", "align": "left"}
    one, two = (_percentage_points(story) for story in (result.influence, result.likeness))
    return [
        place | {"y": 0.93, "text": f"word of mouth: misses by <b>{one}</b> points"},
        place | {"y": 0.84, "text": f"nobody heeds anybody: by <b>{two}</b>"},
    ]


def _percentage_points(story: Story) -> str:
    """Return the typical error of a fitted curve, in percentage points."""
    return style.number(100 * story.miss, 1)


def _farmers(result: Corn) -> go.Scatter:
    """Return the farmers' shares: filled in the known years, open after them."""
    seen = result.years <= result.known
    return go.Scatter(
        x=result.years,
        y=result.shares,
        mode="markers",
        marker={
            "color": style.GREY,
            "size": 9,
            "symbol": np.where(seen, "circle", "circle-open"),
            "line": {"width": 2},
        },
        cliponaxis=False,
        hovertemplate="%{x}: %{y:.0%}<extra></extra>",
    )


def _new_adopters(result: Corn) -> go.Bar:
    return go.Bar(
        x=result.years,
        y=100 * np.diff(result.shares, prepend=0),
        marker={"color": style.GREY},
        xaxis="x2",
        yaxis="y2",
        hovertemplate="%{x}: %{y:.1f} in a hundred<extra></extra>",
    )


def _end_of_known_years(result: Corn) -> dict:
    """Return a vertical line after the last known year."""
    x = result.known + 0.5
    return {
        "type": "line",
        "xref": "x",
        "yref": "y domain",
        "x0": x,
        "x1": x,
        "y0": 0,
        "y1": 0.78 if x < 1960 else 1,
        "line": {"color": style.GREY, "width": 1.5, "dash": "dot"},
    }


def brief(result: Corn, before: Corn | None) -> str:
    """State how it went on, how far both curves are off, or what word of mouth now foresees."""
    now = style.percent(result.influence.curve[-1])
    if before is not None and now != (then := style.percent(before.influence.curve[-1])):
        return f"Word of mouth now foresees {now} for the last year{was(now, then)}."
    one, two = _percentage_points(result.influence), _percentage_points(result.likeness)
    if before is None:
        had = style.percent(result.shares[-1])
        return (
            f"By the last year {had} had planted it; word of mouth misses the farmers' curve by "
            f"{one} points."
        )
    return (
        f"Word of mouth misses the farmers' curve by {one} points, nobody heeding anybody by {two}."
    )


def words(result: Corn) -> str:
    """State how well each curve fits the known years, and where it ends in 1965."""
    (one, one_miss, one_end), (two, two_miss, two_end) = (
        (name, _percentage_points(story), style.percent(story.curve[-1]))
        for name, story in (
            ("word of mouth", result.influence),
            ("farmers who heed nobody", result.likeness),
        )
    )
    given = f"Seen up to {result.known}"
    if result.resistance:
        given += f", with {style.percent(result.resistance)} who never will"
    if result.recall == SHARED:
        given += ", and with round years evened out"
    return (
        f"{given}, {one} misses the farmers' curve by {one_miss} points, {two} by {two_miss}. The "
        f"one puts 1965 at {one_end}, the other at {two_end}; farmers recalled "
        f"{style.percent(result.shares[-1])}."
    )


def table(result: Corn) -> pd.DataFrame:
    """Return the farmers' shares and both curves, in every fifth year and the last known one."""
    shown = sorted({1950, 1955, 1960, LAST, result.known})
    rows = np.flatnonzero(np.isin(result.years, shown))
    new = 100 * np.diff(result.shares, prepend=0)
    return pd.DataFrame(
        {
            "year": [str(result.years[row]) for row in rows],
            "seen by the stories": [
                "yes" if result.years[row] <= result.known else "no" for row in rows
            ],
            "new that year": [f"{style.number(new[row], 1)} in a hundred" for row in rows],
            "have planted it": [style.percent(result.shares[row], 1) for row in rows],
            "word of mouth says": [style.percent(result.influence.curve[row], 1) for row in rows],
            "heeding nobody says": [style.percent(result.likeness.curve[row], 1) for row in rows],
        }
    )


def _one_more_year_known(at: Callable[..., Corn]) -> str:
    young, older = (style.percent(at(known=year).influence.curve[-1]) for year in (1955, 1956))
    recalled = style.percent(at().shares[-1])
    return (
        f"Word of mouth foresees {young}; with one year more it foresees {older}. The farmers "
        f"recalled {recalled}. A young curve does not say where it will end."
    )


def _round_years_shared(at: Callable[..., Corn]) -> str:
    told, shared = (100 * np.diff(at(recall=how).shares, prepend=0) for how in (AS_TOLD, SHARED))
    years = list(at().years)
    falls = " and ".join(
        f"that of {year} from {style.number(told[years.index(year)], 1)} to "
        f"{style.number(shared[years.index(year)], 1)} in a hundred"
        for year in ROUND_YEARS
    )
    return (
        f"Both bars fall: {falls}. Asked in 1966, people may have said “fifteen years ago” or “ten "
        "years ago”, and meant about that."
    )


def _some_never_adopt(at: Callable[..., Corn]) -> str:
    none, many = (at(known=1958, resistance=share).influence for share in (0, 0.4))
    return (
        f"With nobody it misses what was known by {_percentage_points(none)} points, with two in "
        f"five by {_percentage_points(many)}; yet the ends are {style.percent(none.curve[-1])} and "
        f"{style.percent(many.curve[-1])}. The known years cannot tell."
    )


def _per_cent(result: Corn) -> np.ndarray:
    return 100 * result.shares


explorable = Explorable(
    title="A real curve, and two stories",
    ask=Ask(
        "Hybrid corn came to eleven Brazilian villages in 1946. By 1955, 10.5 % of their 692 "
        "farmers had planted it. How does the curve go on, and how many have planted it by 1965, "
        "in per cent?",
        low=0,
        high=100,
        step=1,
        unit="per cent",
        tempting=21,
        because="ten more years should bring as many again.",
        otherwise="Some farmers had not planted it twenty years after the first ones.",
    ),
    answer=lambda result: 100 * result.shares[-1],
    controls=(
        Slider("known", "Last year that the stories see", 1952, LAST, start=LAST),
        Slider("resistance", "Share who never will", 0, 0.4, start=0, step=0.05),
        Choice(
            "recall",
            "Years that farmers recalled as round numbers",
            {"as farmers told them": AS_TOLD, "evened out with the years beside": SHARED},
            start=AS_TOLD,
        ),
    ),
    run=run,
    picture=picture,
    brief=brief,
    words=words,
    table=table,
    tasks=(
        Task(
            "Let the stories see only up to 1955, then one year more. What does it do to what they "
            "foresee for 1965?",
            {"known": 1955},
            _one_more_year_known,
        ),
        Task(
            "Look at the bars of 1951 and 1956, then even them out. Why would so many farmers name "
            "those two years, when asked in 1966?",
            {"recall": SHARED},
            _round_years_shared,
        ),
        Task(
            "Let the stories see up to 1958, and move the share who never will. Could you have "
            "told it from the years that were known?",
            {"known": 1958, "resistance": 0.4},
            _some_never_adopt,
        ),
    ),
    mark=Mark("y", scale=0.01),
    draw=Draw(
        x=range(DRAWN_FROM + 1, LAST + 1),
        known=lambda: (range(START + 1, DRAWN_FROM + 1), _per_cent(run())[: DRAWN_FROM - START]),
        truth=lambda result: _per_cent(result)[DRAWN_FROM - START :],
        reading=lambda line: line[-1],
        low=0,
        high=100,
        step=1,
        x_ticks={year: str(year) for year in (1946, 1950, 1955, 1960, 1965)},
        y_ticks={share: f"{share} %" for share in range(0, 101, 25)},
        each="year",
        title="farmers who have planted it",
        where="in the last year",
        unit="percentage points",
        by_hand=(1956, 1958, 1960, 1963, 1965),
        scale=0.01,
        despite=("known", "resistance"),
    ),
    play=Sweep(each="year", control="known", seconds=6),
    limits=(
        "Farmers were asked once, in 1966, and recalled the year; in this table their villages are "
        "added together, and who knew whom is not in it. That two stories fit does not make either "
        "true: farmers may well have learnt from neighbours."
    ),
)
