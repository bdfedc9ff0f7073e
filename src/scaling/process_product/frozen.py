"""Frozen: a copy that never changes, beside one that is adapted every month.

What is right in a place drifts as a random walk. A frozen copy does not change; a practice that is
adapted moves, each month, part of the way towards a noisy reading of what is right. This is
exponential smoothing of a random walk with noise (Muth 1960), and the best part of the way is the
steady-state gain of Kalman (1960).
Left out: what reading and changing cost, that people tire of change, and drift with a direction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from scaling import arguments, style
from scaling.explorable import Ask, Explorable, Mark, Play, Slider, Task
from scaling.style import Panel
from scaling.wording import was

MONTHS = 60
# The bands of the picture summarise this many simulated places.
PLACES = 400
# The picture shows the path of this place, which is neither lucky nor unlucky.
DRAWN_PLACE = 295
# The path of that place and its two practices stay within this range at every setting.
PATH_RANGE = (-4.6, 7.4)
STEPS = np.round(np.linspace(0, 1, 101), 2)
FROZEN, ADAPTED, RIGHT = style.SCALE_UP, style.JOIN_UP, style.GREY


@dataclass(frozen=True)
class Frozen:
    """A frozen copy and one that is kept adapted, over five years.

    Attributes
    ----------
    start_gap : float
        Distance on arrival between the copy and what is right in the new place. A gap of 1 leaves
        61 % of the fit, exp(−1/2).
    drift : float
        Typical monthly step of what is right, σ.
    noise : float
        Typical error of a month's reading, ν.
    step : float
        The part of the way to the reading that the practice moves each month, α.
    right, adapted : numpy.ndarray, shape (months + 1,)
        What is right in one simulated place, and the practice that is adapted there. The frozen
        copy stays at 0.
    frozen_fit, adapted_fit : numpy.ndarray, shape (months + 1,)
        Expected fit of either copy.
    frozen_band, adapted_band : numpy.ndarray, shape (2, months + 1)
        Lower and upper end of the fit of the middle two thirds of simulated places.
    fit_by_step : numpy.ndarray, shape (101,)
        Expected fit after five years, at each of ``STEPS``.
    """

    start_gap: float
    drift: float
    noise: float
    step: float
    right: np.ndarray
    adapted: np.ndarray
    frozen_fit: np.ndarray
    adapted_fit: np.ndarray
    frozen_band: np.ndarray
    adapted_band: np.ndarray
    fit_by_step: np.ndarray

    @property
    def best(self) -> float:
        """The part of the way at which the expected fit after five years is greatest."""
        return float(STEPS[np.argmax(self.fit_by_step)])

    def fits_by_step(self, until: float) -> np.ndarray:
        """Return the expected fit after some months, at each of ``STEPS``."""
        if until == MONTHS:
            return self.fit_by_step
        return expected_fit(*gap_moments(until, self.drift, self.noise, STEPS, self.start_gap))


def gap_moments(
    months: float | np.ndarray,
    drift: float,
    noise: float,
    step: float | np.ndarray,
    start_gap: float = 0.0,
) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and variance of the gap between what is right and the practice.

    Each month what is right takes a step, and then the practice moves the part ``step`` of the way
    towards a reading of it: g' = (1 − α)(g + σz) − ανe. With step 0 the practice is frozen, and the
    variance is tσ².

    Parameters
    ----------
    months : float or numpy.ndarray
        t, 0 or more.
    drift, noise : float
        σ and ν, 0 or more.
    step : float or numpy.ndarray
        α, from 0 to 1.
    start_gap : float
        Gap on arrival.

    Returns
    -------
    tuple of numpy.ndarray
        Mean and variance of the gap, in the broadcast shape of ``months`` and ``step``.
    """
    months, step = np.broadcast_arrays(np.asarray(months, float), np.asarray(step, float))
    remaining = (1 - step) ** 2
    added = remaining * drift**2 + step**2 * noise**2
    # The variance is a geometric series; at step 0 its terms are equal and its closed form is 0/0.
    is_moving = step > 0
    denominator = np.where(is_moving, 1 - remaining, 1)
    terms = np.where(is_moving, (1 - remaining**months) / denominator, months)
    return (1 - step) ** months * start_gap, added * terms


def steady_gap(drift: float, noise: float, step: float) -> float:
    """Return the expected squared gap in the long run, ((1 − α)²σ² + α²ν²)/(1 − (1 − α)²).

    Parameters
    ----------
    drift, noise : float
        σ and ν, 0 or more.
    step : float
        α, above 0 and up to 1. A frozen copy has no steady state: its squared gap grows by σ² a
        month.

    Raises
    ------
    ValueError
        If ``step`` is out of its range.
    """
    arguments.above("step", step, 0, 1)
    remaining = (1 - step) ** 2
    return (remaining * drift**2 + step**2 * noise**2) / (1 - remaining)


def best_step(drift: float, noise: float) -> float:
    """Return the part of the way at which the long-run gap is smallest, the steady Kalman gain.

    With q = σ²/ν² it is (√(q² + 4q) − q)/2. It is 1 without noise, 0 without drift, and strictly
    between the two otherwise.

    Parameters
    ----------
    drift, noise : float
        σ and ν, 0 or more, not both 0.

    Raises
    ------
    ValueError
        If both are 0, because all steps are then equally good.
    """
    if drift <= 0 and noise <= 0:
        raise ValueError("drift and noise must not both be 0: then every step is as good.")
    if noise == 0:
        return 1.0
    ratio = (drift / noise) ** 2
    return float((np.sqrt(ratio**2 + 4 * ratio) - ratio) / 2)


def fit(gap: np.ndarray) -> np.ndarray:
    """Return how well a practice fits at a distance from what is right, exp(−gap²/2)."""
    return np.exp(-(np.asarray(gap) ** 2) / 2)


def expected_fit(mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Return the expected fit where the gap is normal: exp(−m²/2(1 + V))/√(1 + V)."""
    return np.exp(-(np.asarray(mean) ** 2) / (2 * (1 + variance))) / np.sqrt(1 + variance)


@cache
def _normal_draws(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return standard normal steps and reading errors, each of shape (months, places)."""
    generator = np.random.default_rng(seed)
    steps = generator.standard_normal((MONTHS, PLACES))
    return steps, generator.standard_normal((MONTHS, PLACES))


def simulate(
    drift: float, noise: float, step: float, start_gap: float = 0.0, seed: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Simulate 400 places for five years.

    Parameters
    ----------
    drift, noise, step, start_gap : float
        As in ``run``.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    tuple of numpy.ndarray, each of shape (months + 1, places)
        What is right, and the practice that is adapted, which starts at 0.
    """
    steps, errors = _normal_draws(seed)
    right = np.empty((MONTHS + 1, PLACES))
    right[0] = start_gap
    np.cumsum(drift * steps, axis=0, out=right[1:])
    right[1:] += start_gap
    practice = np.zeros((MONTHS + 1, PLACES))
    readings = right[1:] + noise * errors
    for month in range(MONTHS):
        practice[month + 1] = practice[month] + step * (readings[month] - practice[month])
    return right, practice


def run(
    start_gap: float = 0.0,
    drift: float = 0.2,
    noise: float = 0.3,
    step: float = 0.3,
    seed: int = 1,
) -> Frozen:
    """Compare a frozen copy with one that is adapted every month.

    Parameters
    ----------
    start_gap : float
        Gap on arrival, 0 or more.
    drift, noise : float
        σ and ν, 0 or more.
    step : float
        α, from 0 (never adapt) to 1 (believe every reading in full).
    seed : int
        Seed of the simulated places.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    for name, value in {"start_gap": start_gap, "drift": drift, "noise": noise}.items():
        arguments.at_least(name, value)
    arguments.between("step", step, 0, 1)
    right, practice = simulate(drift, noise, step, start_gap, seed)
    months = np.arange(MONTHS + 1)
    return Frozen(
        start_gap=start_gap,
        drift=drift,
        noise=noise,
        step=step,
        right=right[:, DRAWN_PLACE],
        adapted=practice[:, DRAWN_PLACE],
        frozen_fit=expected_fit(*gap_moments(months, drift, noise, 0.0, start_gap)),
        adapted_fit=expected_fit(*gap_moments(months, drift, noise, step, start_gap)),
        frozen_band=_middle_two_thirds(fit(right)),
        adapted_band=_middle_two_thirds(fit(right - practice)),
        fit_by_step=expected_fit(*gap_moments(MONTHS, drift, noise, STEPS, start_gap)),
    )


def _middle_two_thirds(fits: np.ndarray) -> np.ndarray:
    """Return lower and upper end of the middle two thirds of places, shape (2, months + 1)."""
    ordered = np.sort(fits, axis=1)
    return ordered[:, [PLACES // 6, PLACES - PLACES // 6]].T


def picture(result: Frozen, until: float = MONTHS) -> go.Figure:
    """Draw one place's practices and the fit over time, beside the fit by step.

    Parameters
    ----------
    result : Frozen
    until : float
        The number of months that have passed; between two of them lines are straight.
    """
    left, right = (0, 0.56), (0.7, 1)
    # The axis is longer than the months, so that the names of the lines fit behind their ends.
    months = {"range": [0, 1.36 * MONTHS], "tickvals": np.arange(0, MONTHS + 1, 12)}
    layout = style.panels(
        Panel(
            "in one place: what is<br>right, and two practices",
            left,
            months | {"showticklabels": False},
            {"range": PATH_RANGE, "tickvals": [-4, 0, 4]},
            within=(0.56, 1),
        ),
        Panel(
            "fit, on average<br><span style='font-size:13px'>"
            f"bands: two in three of {PLACES} places</span>",
            left,
            months | {"title": {"text": "months"}},
            {"range": [0, 1.04], "tickformat": ".0%", "nticks": 5},
            within=(0, 0.38),
        ),
        Panel(
            "fit after five years" if until == MONTHS else f"fit after {int(until)} months",
            right,
            {
                "range": [-0.05, 1.05],
                "tickvals": [0, 0.5, 1],
                "title": {"text": "part of the way<br>moved each month"},
            },
            {"range": [0, 1.04], "tickformat": ".0%", "side": "right"},
        ),
    )
    layout["annotations"] += _labels(result, until)
    return go.Figure(
        [*_paths(result, until), *_fits(result, until), *_by_step(result, until)],
        layout | {"height": 560, "margin": {"t": 62, "b": 70}},
    )


def _paths(result: Frozen, until: float) -> list[go.Scatter]:
    months = np.arange(MONTHS + 1)
    lines = [
        (result.right, RIGHT, "dot", 2),
        (np.zeros(MONTHS + 1), FROZEN, "solid", 2.5),
        (result.adapted, ADAPTED, "dash", 2.5),
    ]
    return [
        go.Scatter(
            **style.grown(months, values, until),
            mode="lines",
            line={"color": colour, "dash": dash, "width": width},
            hovertemplate="month %{x}: %{y:.2f}<extra></extra>",
        )
        for values, colour, dash, width in lines
    ]


def _fits(result: Frozen, until: float) -> list[go.Scatter]:
    months = np.arange(MONTHS + 1)
    axes = {"xaxis": "x2", "yaxis": "y2"}
    traces = []
    for expected, (low, high), colour, dash in (
        (result.frozen_fit, result.frozen_band, FROZEN, "solid"),
        (result.adapted_fit, result.adapted_band, ADAPTED, "dash"),
    ):
        ends = [style.grown(months, end, until) for end in (low, high)]
        band = style.band(ends[0]["x"], ends[0]["y"], ends[1]["y"], colour)
        traces += [
            go.Scatter(band | axes),
            go.Scatter(
                **style.grown(months, expected, until),
                mode="lines",
                line={"color": colour, "dash": dash, "width": 2.5},
                hovertemplate="month %{x}: %{y:.0%} on average<extra></extra>",
                **axes,
            ),
        ]
    return traces


def _by_step(result: Frozen, until: float) -> list[go.Scatter]:
    fits = result.fits_by_step(until)
    axes = {"xaxis": "x3", "yaxis": "y3", "hoverinfo": "skip"}
    points = [(0.0, FROZEN, "square"), (result.step, ADAPTED, "circle")]
    return [
        go.Scatter(
            x=STEPS,
            y=fits,
            mode="lines",
            line={"color": style.GREY, "width": 2},
            **axes,
        ),
        *(
            go.Scatter(
                x=[step],
                y=[float(fits[_index_of_nearest(step)])],
                mode="markers",
                marker={"color": colour, "symbol": symbol, "size": 13},
                cliponaxis=False,
                **axes,
            )
            for step, colour, symbol in points
        ),
        go.Scatter(
            x=[float(STEPS[np.argmax(fits)])],
            y=[float(fits.max())],
            mode="markers",
            marker={"color": style.GREY, "symbol": "star", "size": 12},
            cliponaxis=False,
            **axes,
        ),
    ]


def _index_of_nearest(step: float) -> int:
    return int(np.argmin(np.abs(STEPS - step)))


def _labels(result: Frozen, until: float) -> list[dict]:
    """Return the names of the lines, moved apart where they would overlap, and a key."""

    def now(values: np.ndarray) -> float:
        return float(np.interp(until, np.arange(MONTHS + 1), values))

    ends = {"right": now(result.right), "frozen": 0.0, "adapted": now(result.adapted)}
    bottom, top = PATH_RANGE
    heights = style.apart(ends, 1.3, bottom, top)
    # The names are shifted so that, on average, they are as high as the ends of their lines;
    # otherwise a name could end up beside the line of another.
    shift = (sum(ends.values()) - sum(heights.values())) / len(ends)
    heights = {name: min(height + shift, top - 0.5) for name, height in heights.items()}
    fits = {"frozen": now(result.frozen_fit), "adapted": now(result.adapted_fit)}
    named = {name: f"{name}<br><b>{style.percent(fit)}</b>" for name, fit in fits.items()}
    fits = style.apart(fits, 0.28, 0.12, 0.9)
    at_end = {"x": until, "xanchor": "left", "xshift": 5, "align": "left"}
    key = {
        "text": "■ frozen<br>● as set<br>★ the best",
        "x": 0.5,
        "y": 0.02,
        "xref": "x3",
        "yref": "y3",
        "align": "left",
        "yanchor": "bottom",
    }
    return [
        *({"text": name, "y": y} | at_end for name, y in heights.items()),
        *(
            {"text": named[name], "y": y, "xref": "x2", "yref": "y2"} | at_end
            for name, y in fits.items()
        ),
        key,
    ]


def brief(result: Frozen, before: Frozen | None) -> str:
    """State the fit of the frozen copy after five years, or of the other if only that changed."""
    frozen, adapted = _fits_at_end(result)
    if before is None:
        return f"After five years the frozen copy fits {frozen} on average."
    frozen_before, adapted_before = _fits_at_end(before)
    if frozen != frozen_before:
        return (
            f"After five years the frozen copy fits {frozen} on average ({frozen_before} before)."
        )
    return (
        f"After five years the adapted copy fits {adapted}{was(adapted, adapted_before)}; the "
        "frozen one fits as before."
    )


def _fits_at_end(result: Frozen) -> tuple[str, str]:
    """Return the fits of the frozen and of the adapted copy after five years, as percentages."""
    return style.percent(result.frozen_fit[-1]), style.percent(result.adapted_fit[-1])


def words(result: Frozen) -> str:
    """State how both copies fit after five years, and the best step."""
    frozen, adapted = _fits_at_end(result)
    gap = style.number(result.start_gap, 1)
    arrived = f"arrived {gap} away from what is right" if result.start_gap else "arrived perfect"
    return (
        f"After {MONTHS} months a copy that {arrived} fits {frozen} on average if it is frozen, "
        f"and {adapted} if it moves "
        f"{style.number(result.step)} of the way each month. {_best_in_words(result)}"
    )


def _best_in_words(result: Frozen) -> str:
    if np.ptp(result.fit_by_step) < 1e-9:
        return "Every step is as good here: nothing drifts, and every reading is right."
    return (
        f"Best would be {style.number(result.best)} of the way, which fits "
        f"{style.percent(result.fit_by_step.max())}."
    )


def table(result: Frozen) -> pd.DataFrame:
    """Return the fit of both copies and of the best step, year by year."""
    years = np.arange(0, MONTHS + 1, 12)
    best = expected_fit(
        *gap_moments(years, result.drift, result.noise, result.best, result.start_gap)
    )
    return pd.DataFrame(
        {
            "after months": years,
            "frozen": [style.percent(value, 1) for value in result.frozen_fit[years]],
            f"moving {style.number(result.step)} of the way": [
                style.percent(value, 1) for value in result.adapted_fit[years]
            ],
            f"best, {style.number(result.best)} of the way, each month": [
                style.percent(value, 1) for value in best
            ],
            "two in three frozen copies lie between": [
                f"{style.percent(low)} and {style.percent(high)}"
                for low, high in result.frozen_band[:, years].T
            ],
        }
    )


def _larger_steps(at: Callable[..., Frozen]) -> str:
    little, much = (style.percent(1 - result.frozen_fit[-1]) for result in (at(), at(drift=0.2)))
    return (
        f"More: it loses {much} of its fit on average, and {little} with the small steps. Steps up "
        "and down do not cancel out, they pile up."
    )


def _every_reading_believed(at: Callable[..., Frozen]) -> str:
    result = at(drift=0.2, noise=2.0, step=1.0)
    frozen, adapted = _fits_at_end(result)
    return (
        f"No: it fits {adapted}, and the frozen copy {frozen}. Best is {style.number(result.best)} "
        f"of the way each month, which fits {style.percent(result.fit_by_step.max())}."
    )


def _gap_on_arrival(at: Callable[..., Frozen]) -> str:
    result = at(start_gap=1.5)
    first, frozen, adapted = (
        style.percent(fit)
        for fit in (result.frozen_fit[0], result.frozen_fit[12], result.adapted_fit[12])
    )
    return (
        f"Both arrive with {first}. After a year the adapted copy fits {adapted}, the frozen one "
        f"{frozen}."
    )


explorable = Explorable(
    title="A frozen copy beside an adapted one",
    ask=Ask(
        "A copy fits its new place perfectly on the day it arrives. Then, each month, what is "
        "right there takes a small random step, up or down, of about 0.05. A copy that is off by 1 "
        "still has 61 % of its fit. Nobody changes the copy. How well does it fit after five "
        "years, on average?",
        low=0,
        high=100,
        step=1,
        unit="per cent",
        tempting=90,
        is_right=True,
        because="steps as small as this need many years to add up to a gap that shows.",
        otherwise="Sixty steps of 0.05 that lead up and down seldom lead far from where they "
        "began.",
    ),
    answer=lambda result: 100 * result.frozen_fit[-1],
    controls=(
        Slider("start_gap", "Gap on the day of arrival", 0, 2, start=0, step=0.1),
        Slider("drift", "Monthly step of what is right", 0, 0.5, start=0.05, step=0.05),
        Slider("noise", "Error in a month's reading", 0, 2, start=0.3, step=0.1),
        Slider("step", "Part of the way moved each month", 0, 1, start=0.3, step=0.05),
    ),
    run=run,
    brief=brief,
    picture=picture,
    words=words,
    table=table,
    tasks=(
        Task(
            "Now let what is right take steps of 0.2 a month, four times as large. Does the frozen "
            "copy lose four times as much?",
            {"drift": 0.2},
            _larger_steps,
        ),
        Task(
            "Keep steps of 0.2, with readings off by 2 and all of them believed. Is that better "
            "than changing nothing? How small a part of the way is best?",
            {"drift": 0.2, "noise": 2.0, "step": 1.0},
            _every_reading_believed,
        ),
        Task(
            "Let the copy arrive with a gap of 1.5, as one from elsewhere would. How does it fit "
            "after a year if it is adapted? And if it is frozen?",
            {"start_gap": 1.5},
            _gap_on_arrival,
        ),
    ),
    mark=Mark("y3", scale=0.01),
    play=Play(
        each="month",
        steps=lambda result: np.linspace(0, MONTHS, 2 * MONTHS + 1),
        picture=picture,
        seconds=4,
    ),
    limits=(
        "That a frozen copy falls behind hangs on drift, 0.05 a month and invented: below 0.016 it "
        "fits better than one that follows misheard readings. Right practice is one number here; "
        "in life it is many things that hang together. Reading and changing cost nothing, and "
        "nobody is confused by a practice that keeps moving. Real change often has a direction, "
        "which hurts a frozen copy more. And the reading is taken to be honest: a place that "
        "cannot listen has no reading at all."
    ),
)
