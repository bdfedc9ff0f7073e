"""Levels: how much of the variation lies at each scale, and how a slope changes between scales.

People live in families, and families in places. Variance components come from a nested analysis of
variance (Henderson 1953; Gower 1962); the first share is the intraclass correlation of people in
one place. The slopes over places, among neighbours and over all people are three different slopes:
mistaking one for another is the ecological fallacy (Robinson 1950).
Left out: what makes places differ, and that people move to places that suit them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TypeAlias

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from scaling import arguments, style
from scaling.explorable import Ask, Choice, Explorable, Mark, Slider, Task
from scaling.style import Panel

# Group labels, one for each person, may come as a list, an array or a column of a table.
Groups: TypeAlias = Sequence[Hashable] | np.ndarray

# ---------------------------------------------------------------- variance at each scale


def components(values: ArrayLike, *groups: Groups) -> np.ndarray:
    """Return the variance that each scale adds, coarsest scale first, persons last.

    Sums of squares of a nested analysis of variance are set equal to their expected values
    (Henderson 1953, method 1; coefficients by Gower 1962). With groups of the same size, and where
    no estimate falls below 0, the result is that of restricted maximum likelihood.

    Parameters
    ----------
    values : array_like, shape (persons,)
        One measured value for each person.
    *groups : sequence, shape (persons,)
        The group of each person, one sequence for each scale, coarsest first: for example
        communities, then families. Equal labels in different communities are different families.

    Returns
    -------
    numpy.ndarray, shape (scales + 1,)
        Variances, in squared units of the values. An estimate may fall below 0; see `shares`.

    Raises
    ------
    ValueError
        If lengths differ, a value is missing, or a scale has no more groups than the one above it.
    """
    values = np.asarray(values, dtype=float)
    if not groups or any(len(group) != len(values) for group in groups):
        raise ValueError(
            "Give at least one group for each person: as many of them as there are values."
        )
    if not np.isfinite(values).all():
        raise ValueError("A value is missing or infinite; leave that person out.")
    codes = _nested(groups)
    counts = [len(np.unique(code)) for code in codes]
    if any(finer <= coarser for coarser, finer in itertools.pairwise(counts)):
        raise ValueError(
            "Each scale needs more groups than the one above it, and the finest fewer groups than "
            f"persons; from all to persons there are {', '.join(map(str, counts))}."
        )
    sizes = [np.bincount(code) for code in codes]
    explained = [
        np.sum(np.bincount(code, values) ** 2 / size)
        for code, size in zip(codes, sizes, strict=True)
    ]
    # The expected sum of squares of each scale contains the variance of each finer scale with these
    # weights.
    weights = [
        [_weight(codes, sizes, of, at) for of in range(1, len(codes))] for at in range(len(codes))
    ]
    return np.linalg.solve(np.diff(weights, axis=0), np.diff(explained))


def shares(values: ArrayLike, *groups: Groups) -> np.ndarray:
    """Return the share of the variation that lies at each scale, coarsest first, persons last.

    Parameters
    ----------
    values, *groups
        As in `components`.

    Returns
    -------
    numpy.ndarray, shape (scales + 1,)
        They add up to 1. An estimate below 0 counts as 0. With one scale of groups the first share
        is the intraclass correlation.

    Raises
    ------
    ValueError
        As in `components`; or if nothing varies.
    """
    found = np.maximum(components(values, *groups), 0)
    if found.sum() == 0:
        raise ValueError("All values are the same: there is no variation to share out.")
    return found / found.sum()


def _nested(groups: tuple[Groups, ...]) -> list[np.ndarray]:
    """Return group codes for each scale, from one group of everyone down to single persons."""
    codes = [np.zeros(len(groups[0]), dtype=int)]
    for group in groups:
        _, here = np.unique(np.asarray(group), return_inverse=True)
        _, within = np.unique(codes[-1] * (here.max() + 1) + here, return_inverse=True)
        codes.append(within)
    return [*codes, np.arange(len(groups[0]))]


def _weight(codes: list[np.ndarray], sizes: list[np.ndarray], of: int, at: int) -> float:
    if of <= at:
        return float(len(codes[0]))
    return float(np.sum(sizes[of][codes[of]] / sizes[at][codes[at]]))


# ---------------------------------------------------------------- slopes at three scales


@dataclass(frozen=True)
class Slopes:
    """Slopes of y on x at three scales.

    Attributes
    ----------
    overall : float
        Over all persons, regardless of their place.
    between : float
        Over the means of places, each weighted with its number of persons.
    within : float
        Among neighbours, over distances from the mean of a person's own place.
    sorted_share : float
        Share of the variation in x that lies between places, η²;
        overall = sorted_share · between + (1 − sorted_share) · within.
    """

    overall: float
    between: float
    within: float
    sorted_share: float


def slopes(x: ArrayLike, y: ArrayLike, place: Groups) -> Slopes:
    """Return the slope of y on x over all persons, between places and among neighbours.

    Parameters
    ----------
    x, y : array_like, shape (persons,)
    place : sequence, shape (persons,)

    Returns
    -------
    Slopes
        In units of y for one unit of x. ``between`` is NaN where the places' means of x are all
        the same, and ``within`` where no person differs from the mean of the place.

    Raises
    ------
    ValueError
        If lengths differ, a value is missing, or x is the same everywhere.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if x.ndim != 1 or not len(x) == len(y) == len(place):
        raise ValueError("Give one x, one y and one place for each person.")
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("A value is missing or infinite; leave that person out.")
    if np.ptp(x) == 0:
        raise ValueError("x is the same for everyone, so nothing can go with it.")
    _, code = np.unique(np.asarray(place), return_inverse=True)
    size = np.bincount(code)
    means = [(np.bincount(code, value) / size)[code] for value in (x, y)]
    among, along = x - means[0], means[0] - x.mean()
    total = np.sum((x - x.mean()) ** 2)
    between_x, within_x = (
        square if square > 1e-12 * total else np.nan
        for square in (np.sum(along**2), np.sum(among**2))
    )
    return Slopes(
        overall=float(np.sum((x - x.mean()) * y) / total),
        between=float(np.sum(along * y) / between_x),
        within=float(np.sum(among * y) / within_x),
        sorted_share=float(np.sum(along**2) / total),
    )


# ---------------------------------------------------------------- neighbourhoods of known slopes

PLACES, NEIGHBOURS = 12, 12
# These are means over all people.
VISITS, SCORE = 5.0, 50.0  # visits a month, points of loneliness
VISITS_SD = 1.5  # visits a month
MEANS, EVERYBODY = "means", "everybody"
# The people of these neighbourhoods are drawn strongly, with a line through each of the four.
HIGHLIGHTED = (1, 4, 7, 10)
BETWEEN, WITHIN = style.VERMILLION, style.BLUE


@dataclass(frozen=True)
class Levels:
    """People in neighbourhoods, as a report shows them and as they are.

    Attributes
    ----------
    view : {"means", "everybody"}
        Whether only the means of neighbourhoods are shown, as in a report, or all people.
    visits, loneliness : numpy.ndarray, shape (places, neighbours)
        Visits a month, and points on a scale of loneliness.
    slopes : Slopes
        Difference in points of loneliness for each additional visit.
    shares : numpy.ndarray, shape (2,)
        Shares of the variation in loneliness between neighbourhoods and among neighbours.
    """

    view: str
    visits: np.ndarray
    loneliness: np.ndarray
    slopes: Slopes
    shares: np.ndarray


@lru_cache(maxsize=256)
def run(
    within: float = -2.0, between: float = 4.0, sorted_percent: float = 60, view: str = EVERYBODY
) -> Levels:
    """Make twelve neighbourhoods of twelve people in which the slopes are as given.

    Parameters
    ----------
    within, between : float
        Points of loneliness for each additional visit, among neighbours and between
        neighbourhoods.
    sorted_percent : float
        Per cent of the variation in visits that lies between neighbourhoods; above 0, below 100.
    view : {"means", "everybody"}

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    for name, value in {"within": within, "between": between}.items():
        if not np.isfinite(value):
            raise ValueError(f"{name} must be a number; it is {value}.")
    arguments.strictly_between(
        "sorted_percent", sorted_percent, 0, 100, such_as=60, unit="per cent"
    )
    arguments.one_of("view", view, (MEANS, EVERYBODY))
    of_places, of_people, rest_of_places, rest_of_people = _patterns()
    part = sorted_percent / 100
    of_places = VISITS_SD * np.sqrt(part) * of_places
    of_people = VISITS_SD * np.sqrt(1 - part) * of_people
    visits = VISITS + of_places + of_people
    loneliness = (
        SCORE
        + between * of_places
        + within * of_people
        + 1.5 * rest_of_places
        + 3.0 * rest_of_people
    )
    place = np.repeat(np.arange(PLACES), NEIGHBOURS).tolist()
    return Levels(
        view=view,
        visits=visits,
        loneliness=loneliness,
        slopes=slopes(visits.ravel(), loneliness.ravel(), place),
        shares=shares(loneliness.ravel(), place),
    )


@cache
def _patterns() -> tuple[np.ndarray, ...]:
    """Return the variation in visits, and the rest of that in loneliness, at both scales.

    Each pattern has mean 0 and variance 1. The rest of loneliness is unrelated to the visits at its
    scale, so that the slopes come out exactly as given.

    Returns
    -------
    tuple of numpy.ndarray, shape (places, neighbours)
        Visits of places and of people within them; rest of loneliness of places and of people.
    """
    generator = np.random.default_rng(5)
    even = (np.arange(NEIGHBOURS) + 0.5) / NEIGHBOURS - 0.5
    of_places = np.repeat(np.linspace(-1, 1, PLACES)[:, None], NEIGHBOURS, axis=1)
    of_people = np.array([generator.permutation(even) for _ in range(PLACES)])
    rest_of_places = np.repeat(generator.normal(size=(PLACES, 1)), NEIGHBOURS, axis=1)
    rest_of_places = rest_of_places - rest_of_places.mean()
    rest_of_people = generator.normal(size=(PLACES, NEIGHBOURS))
    rest_of_people = rest_of_people - rest_of_people.mean(axis=1, keepdims=True)
    rest_of_places = _without(rest_of_places, of_places)
    rest_of_people = _without(rest_of_people, of_people)
    patterns = (of_places, of_people, rest_of_places, rest_of_people)
    return tuple(pattern / pattern.std() for pattern in patterns)


def _without(values: np.ndarray, pattern: np.ndarray) -> np.ndarray:
    """Return the values less their regression on a pattern of mean 0."""
    return values - pattern * np.sum(pattern * values) / np.sum(pattern**2)


def picture(result: Levels) -> go.Figure:
    """Draw people or the means of their neighbourhoods, beside the three slopes."""
    means = [values.mean(axis=1) for values in (result.visits, result.loneliness)]
    shows_people = result.view == EVERYBODY
    highlighted = np.isin(np.arange(PLACES), HIGHLIGHTED)
    slopes_shown = _slopes_in_view(result)
    neighbours = f"<span style='color:{WITHIN}'>▬</span> neighbours in four of them"
    layout = style.panels(
        Panel(
            f"<span style='color:{BETWEEN}'>■</span> means of places,<br>"
            + (neighbours if shows_people else "no persons"),
            (0, 0.62),
            {"range": [0, 10], "title": {"text": "visits to the table, a month"}},
            {"range": [28, 72], "title": {"text": "loneliness, points"}},
        ),
        Panel(
            "points that go with<br>one visit more",
            (0.74, 1),
            {
                "range": [-0.6, 2.6],
                "tickvals": [0, 1, 2],
                "ticktext": [
                    f"<b>{'?' if slope is None else _signed(slope)}</b><br>{name}"
                    for name, slope in zip(
                        ("places", "neigh-<br>bours", "all"), slopes_shown, strict=True
                    )
                ],
                "tickangle": 0,
                "showgrid": False,
            },
            {"range": [-6.6, 6.6], "zeroline": True, "zerolinecolor": style.GREY},
        ),
    )
    return go.Figure(
        [
            *(
                go.Scatter(
                    x=result.visits[which].ravel() if shows_people else [],
                    y=result.loneliness[which].ravel() if shows_people else [],
                    mode="markers",
                    marker={"color": WITHIN, "size": size, "opacity": opacity},
                    hoverinfo="skip",
                )
                for which, size, opacity in ((~highlighted, 4, 0.3), (highlighted, 6, 0.75))
            ),
            _lines_among_neighbours(result, shows_people),
            go.Scatter(
                x=means[0],
                y=means[1],
                mode="markers",
                marker={"color": BETWEEN, "size": 12, "symbol": "square"},
                hovertemplate="%{x:.1f} visits, %{y:.0f} points<extra></extra>",
            ),
            go.Scatter(
                x=means[0][[0, -1]],
                y=SCORE + result.slopes.between * (means[0][[0, -1]] - VISITS),
                mode="lines",
                line={"color": BETWEEN, "width": 3},
                hoverinfo="skip",
            ),
            go.Scatter(
                x=[at for at, slope in enumerate(slopes_shown) if slope is not None],
                y=[slope for slope in slopes_shown if slope is not None],
                mode="markers",
                marker={
                    "color": [BETWEEN, WITHIN, style.GREY],
                    "size": 13,
                    "symbol": ["square", "diamond", "circle"],
                },
                xaxis="x2",
                yaxis="y2",
                cliponaxis=False,
                hoverinfo="skip",
            ),
        ],
        layout | {"height": 440, "margin": {"t": 62, "l": 55}},
    )


def _slopes_in_view(result: Levels) -> list[float | None]:
    """Return the slopes between places, among neighbours and over all, None where not in view."""
    found = result.slopes
    if result.view == MEANS:
        return [found.between, None, None]
    return [found.between, found.within, found.overall]


def _lines_among_neighbours(result: Levels, shows_people: bool) -> go.Scatter:
    """Return the lines among neighbours of four places, or none where only means are shown."""
    near = list(HIGHLIGHTED)
    ends = [result.visits[near].min(axis=1), result.visits[near].max(axis=1)]
    middle = [values[near].mean(axis=1) for values in (result.visits, result.loneliness)]
    heights = [middle[1] + result.slopes.within * (end - middle[0]) for end in ends]
    order = np.arange(len(near))
    lines = style.lines_between(
        np.concatenate(ends), np.concatenate(heights), np.column_stack([order, order + len(near)])
    )
    return go.Scatter(
        x=lines["x"] if shows_people else [],
        y=lines["y"] if shows_people else [],
        mode="lines",
        line={"color": WITHIN, "width": 2.5},
        hoverinfo="skip",
    )


def _signed(slope: float) -> str:
    text = style.number(slope, 1)
    return text if slope <= 0 or float(text) == 0 else f"+{text}"


def brief(result: Levels, before: Levels | None) -> str:
    """Say what goes with one visit more, at the scale at which that has changed."""
    places, near, everyone = (
        _signed(slope)
        for slope in (result.slopes.between, result.slopes.within, result.slopes.overall)
    )
    if result.view == MEANS:
        return (
            f"The report shows {places} points for one visit more; what holds among neighbours "
            "cannot be seen in it."
        )
    if before and before.view == EVERYBODY:
        old_places, old_near, old_everyone = (
            _signed(slope)
            for slope in (before.slopes.between, before.slopes.within, before.slopes.overall)
        )
        if old_near != near:
            return f"Among neighbours one visit more goes with {near} points ({old_near} before)."
        if old_places != places:
            return f"Between places one visit more goes with {places} points ({old_places} before)."
        if old_everyone != everyone:
            return (
                f"Over all people one visit more goes with {everyone} points "
                f"({old_everyone} before)."
            )
    return (
        f"Among neighbours one visit more goes with {near} points of loneliness; between places "
        f"with {places}."
    )


def words(result: Levels) -> str:
    """Say what goes with one visit more at the scales in view, and where the variation lies."""
    found = result.slopes
    if result.view == MEANS:
        return (
            f"The report shows twelve means: a place with one visit more is "
            f"{_points(found.between)}. What holds among neighbours, or over all people, cannot be "
            "seen in it."
        )
    return (
        f"A place with one visit more is {_points(found.between)}, the neighbour who goes once "
        f"more {_points(found.within)}, and of all {result.visits.size} people who goes once more "
        f"{_points(found.overall)}. Between places lie {style.percent(result.shares[0])} of the "
        f"variation in loneliness, and {style.percent(found.sorted_share)} of that in visits."
    )


def _points(slope: float) -> str:
    points = style.number(abs(slope), 1)
    if float(points) == 0:
        return "no lonelier and no less lonely"
    return f"{points} points {'lonelier' if slope > 0 else 'less lonely'}"


def table(result: Levels) -> pd.DataFrame:
    """Return the slope and the share of the variation at each scale that is in view."""
    found = result.slopes
    unknown = result.view == MEANS
    dash = style.number(float("nan"))
    return pd.DataFrame(
        {
            "compared": ["places", "neighbours", "all people"],
            "points for a visit more": [
                dash if slope is None else style.number(slope, 2)
                for slope in _slopes_in_view(result)
            ],
            "variation in visits": [
                dash if unknown else style.percent(share)
                for share in (found.sorted_share, 1 - found.sorted_share, 1)
            ],
            "variation in loneliness": [
                dash if unknown else style.percent(share) for share in (*result.shares, 1)
            ],
        }
    )


def _seen_means_only(at: Callable[..., Levels]) -> str:
    found = at(view=MEANS).slopes
    return (
        f"Only that between places, {_signed(found.between)}. What goes with a visit among "
        "neighbours is nowhere in the report."
    )


def _seen_unmoved(at: Callable[..., Levels]) -> str:
    before, now = (at(view=MEANS, within=slope).loneliness.mean(axis=1) for slope in (-2, 4))
    moved = int((np.abs(now - before) > 1e-6).sum())
    return (
        f"{moved or 'Not one'} of the {PLACES} squares moved. Among neighbours everything is the "
        "other way round, and the report says the same as before."
    )


def _seen_alike(at: Callable[..., Levels]) -> str:
    found = at(between=-2).slopes
    return (
        f"Over all people the slope is {_signed(found.overall)} now, as at both scales. But the "
        "means alone cannot tell you that you are in such a case."
    )


explorable = Explorable(
    title="Places and neighbours",
    ask=Ask(
        "Twelve neighbourhoods have a table, with most evenings where people asked for them most. "
        "A report shows the means: where people go once a month more, they are 4 points lonelier. "
        "Now compare two people of the same neighbourhood, with the same evenings on offer, of "
        "whom one goes once a month more. By how many points is that one lonelier (below 0: less "
        "lonely)?",
        low=-6,
        high=6,
        step=0.1,
        unit="points",
        tempting=4,
        because="what holds between places should hold between the people in them.",
        otherwise="You suspected that the sign may turn; by how much it turns, no report of means "
        "can say.",
    ),
    answer=lambda result: result.slopes.within,
    controls=(
        Choice(
            "view",
            "Shown",
            {"everybody": EVERYBODY, "means only, as in the report": MEANS},
            start=EVERYBODY,
        ),
        Slider("within", "Points for a visit more, neighbours", -4, 4, start=-2, step=0.5),
        Slider("between", "Points for a visit more, places", -4, 4, start=4, step=0.5),
        Slider("sorted_percent", "Visits sorted by place, per cent", 5, 95, start=60, step=5),
    ),
    run=run,
    brief=brief,
    picture=picture,
    words=words,
    table=table,
    tasks=(
        Task(
            "Show the means only, as in the report. Which of the slopes can you still see?",
            {"view": MEANS},
            _seen_means_only,
        ),
        Task(
            "Stay with the means, and let neighbours who go more often be lonelier by 4 points. "
            "What of the squares changes?",
            {"view": MEANS, "within": 4},
            _seen_unmoved,
        ),
        Task(
            "Start from the other side: set both slopes to −2. When is it safe to read people off "
            "places?",
            {"between": -2},
            _seen_alike,
        ),
    ),
    mark=Mark("y2"),
    limits=(
        "That all people together show the wrong sign hangs on sorting, 60 % here: below 33 % it "
        "turns. Slopes are the same in every neighbourhood, and a "
        "slope is no cause: lonely people may move to some places, tables may be opened where "
        "need is greatest. Twelve people stand for a neighbourhood."
    ),
)
