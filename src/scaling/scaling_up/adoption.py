"""Adoption: how an idea spreads by publicity and by word of mouth, and where it stops.

In the model of Bass (1969), each year a share p of those who have not adopted yet does so because
of publicity, and a share q·F because of the share F who have adopted before them.
Left out: who talks to whom, that people give things up again, and that an idea may not be good.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import overload

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import ArrayLike
from scipy import optimize

from scaling import arguments, style
from scaling.explorable import Ask, Drag, Draw, Explorable, Mark, Play, Slider, Task
from scaling.style import Panel

YEARS_DRAWN = 30
# Curves are drawn through these moments; in between they are straight.
MOMENTS = np.linspace(0, YEARS_DRAWN, 121)  # years
# The strength of word of mouth in the tasks, a year.
SPOKEN = 0.4
# The highest share who adopt in one year, at any setting of the sliders, lies just below this.
LARGEST_YEARLY_SHARE = 0.32
DRAWN_UNTIL = 10  # the year up to which the learner draws a line
PRESENT, TWICE = style.BLUE, style.SCALE_UP


@overload
def bass(t: float, p: float, q: float, resistance: float = 0.0) -> float: ...
@overload
def bass(
    t: np.ndarray | Sequence[float], p: float, q: float, resistance: float = 0.0
) -> np.ndarray: ...
def bass(t: ArrayLike, p: float, q: float, resistance: float = 0.0) -> np.ndarray | float:
    """Return the share of all who have adopted by time t (Bass 1969).

    Parameters
    ----------
    t : array_like
        Time since the start, 0 or more, in the unit of 1/p and 1/q (here years).
    p : float
        Yearly rate of adoption because of publicity, above 0.
    q : float
        Yearly rate of adoption because of word of mouth, 0 or more.
    resistance : float
        Share r who will never adopt, 0 to 1.

    Returns
    -------
    numpy.ndarray or float
        (1 − r)(1 − e^(−(p + q)t)) / (1 + (q/p)e^(−(p + q)t)), in the shape of ``t``.
    """
    decay = np.exp(-(p + q) * np.asarray(t, dtype=float))
    return ((1 - resistance) * (1 - decay) / (1 + q / p * decay))[()]


def peak(p: float, q: float) -> float:
    """Return the time at which adoption is fastest, ln(q/p)/(p + q), in years.

    Parameters
    ----------
    p : float
        Yearly rate of adoption because of publicity, above 0.
    q : float
        Yearly rate of adoption because of word of mouth, 0 or more.

    Returns
    -------
    float
        0 where q is p or less: adoption is then fastest at the start.
    """
    return float(np.log(q / p) / (p + q)) if q > p else 0.0


@dataclass(frozen=True)
class Fit:
    """A Bass curve fitted to observed shares.

    Attributes
    ----------
    p, q : float
        Rates of adoption because of publicity and of word of mouth, per unit of time.
    resistance : float
        The share who will never adopt, as it was given.
    miss : float
        Root-mean-square distance between the curve and the observed shares, as a share.
    """

    p: float
    q: float
    resistance: float
    miss: float


def fit(times: ArrayLike, shares: ArrayLike, resistance: float = 0.0) -> Fit:
    """Find the p and q whose curve fits observed shares best, by least squares.

    Parameters
    ----------
    times : array_like, shape (k,)
        Times since the start, 0 or more; at least three.
    shares : array_like, shape (k,)
        Share of all who had adopted by then, 0 to 1.
    resistance : float
        Share who will never adopt, 0 or more and below 1. It is given and not fitted, because the
        beginning of a curve does not determine it.

    Returns
    -------
    Fit

    Raises
    ------
    ValueError
        If times or shares are too few, differ in number, are missing or out of range.
    """
    times, shares = np.asarray(times, dtype=float), np.asarray(shares, dtype=float)
    if times.ndim != 1 or times.shape != shares.shape or len(times) < 3:
        raise ValueError("A curve needs one share for each time, at least three of both.")
    if not (np.isfinite(times).all() and (times >= 0).all() and times.max() > 0):
        raise ValueError("Times must be 0 or more, counted from the start.")
    if not ((shares >= 0) & (shares <= 1)).all():
        raise ValueError("Shares must lie between 0 and 1; 78 per cent is 0.78.")
    arguments.at_least("resistance", resistance, 0, below=1)
    if shares.max() == 0:
        raise ValueError("Nobody has adopted yet; there is no curve to find.")

    def residuals(log_rates: np.ndarray) -> np.ndarray:
        # The rates are fitted on the scale of logarithms, because both have to stay above 0.
        p, q = np.exp(log_rates)
        return bass(times, p, q, resistance) - shares

    start = np.log(np.array([0.1, 5.0]) / times.max())
    found = optimize.least_squares(residuals, start, bounds=(start - 12, start + 5), x_scale=1.0)
    p, q = (float(rate) for rate in np.exp(found.x))
    return Fit(p, q, resistance, float(np.sqrt(np.mean(found.fun**2))))


@dataclass(frozen=True)
class Adoption:
    """How an idea spreads, and how it would with twice the publicity.

    Attributes
    ----------
    publicity, word_of_mouth : float
        Yearly rates p and q.
    resistance : float
        Share who will never adopt, r.
    years : float
        The number of years after which adopters are counted.
    """

    publicity: float
    word_of_mouth: float
    resistance: float
    years: float

    @overload
    def share(self, t: float, times: float = 1.0) -> float: ...
    @overload
    def share(self, t: np.ndarray, times: float = 1.0) -> np.ndarray: ...
    def share(self, t: float | np.ndarray, times: float = 1.0) -> float | np.ndarray:
        """Return the share of all who have adopted by ``t`` with ``times`` the publicity."""
        return bass(t, times * self.publicity, self.word_of_mouth, self.resistance)

    def peak(self, times: float = 1.0) -> float:
        """Return the year in which adoption is fastest with ``times`` the publicity."""
        return peak(times * self.publicity, self.word_of_mouth)


@lru_cache(maxsize=256)
def run(
    publicity: float = 0.005,
    word_of_mouth: float = 0.4,
    resistance: float = 0.0,
    years: float = 10,
) -> Adoption:
    """Let an idea spread.

    Parameters
    ----------
    publicity : float
        Yearly rate p, above 0. Without publicity the first adopters would be missing.
    word_of_mouth : float
        Yearly rate q, 0 or more.
    resistance : float
        Share who will never adopt, 0 to 1.
    years : float
        The number of years after which adopters are counted, above 0.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    arguments.above("publicity", publicity)
    arguments.at_least("word_of_mouth", word_of_mouth)
    arguments.between("resistance", resistance, 0, 1)
    arguments.above("years", years)
    return Adoption(publicity, word_of_mouth, resistance, years)


def run_in_per_cent(
    publicity: float = 0.5, word_of_mouth: float = 0.4, resistance: float = 0.0, years: float = 10
) -> Adoption:
    """Call ``run`` with publicity in per cent a year, which is easier to read on a slider."""
    return run(publicity / 100, word_of_mouth, resistance, years)


def picture(result: Adoption, until: float = YEARS_DRAWN) -> go.Figure:
    """Draw the share who have adopted and who adopt each year, also with twice the publicity.

    Parameters
    ----------
    result : Adoption
    until : float
        The year up to which the curves are drawn.
    """
    t = MOMENTS[until >= MOMENTS]
    once, twice = (_yearly_share(result, t, times) for times in (1, 2))
    counted = min(until, result.years)
    shares = [style.percent(float(result.share(counted, times))) for times in (1, 2)]
    peaks = [
        style.number(peak if peak <= until else math.nan, 1) for peak in map(result.peak, (1, 2))
    ]
    years = {"range": [0, YEARS_DRAWN], "dtick": 10, "title": {"text": "years"}}
    layout = style.panels(
        Panel(
            f"have adopted by year {int(counted)}: solid {shares[0]},<br>"
            f"dashed (twice the publicity) {shares[1]}",
            (0, 0.5),
            years,
            {"range": [0, 1.02], "tickformat": ".0%", "dtick": 0.25},
        ),
        Panel(
            f"most new in year:<br>solid {peaks[0]}, dashed {peaks[1]}",
            (0.62, 1),
            years,
            {"range": [0, LARGEST_YEARLY_SHARE], "tickformat": ".1~%", "nticks": 6},
        ),
    )
    return go.Figure(
        [*_adopted_so_far(result, t, counted), *_adopting_each_year(t, once, twice)],
        layout | {"height": 430, "margin": {"t": 62, "l": 60}},
    )


def _yearly_share(result: Adoption, t: np.ndarray, times: float) -> np.ndarray:
    """Return the share of all who adopt per year at time t, the slope of the curve."""
    adopted = bass(t, times * result.publicity, result.word_of_mouth)
    rate = times * result.publicity + result.word_of_mouth * adopted
    return (1 - result.resistance) * rate * (1 - adopted)


def _adopted_so_far(result: Adoption, t: np.ndarray, counted: float) -> list[go.Scatter]:
    """Return both curves, the share who might ever adopt, and both points in a year."""
    most = 1 - result.resistance
    plain = {"mode": "lines", "hoverinfo": "skip"}
    shares = [result.share(counted, times) for times in (1, 2)]
    return [
        go.Scatter(
            x=[0, YEARS_DRAWN], y=[most, most], line={"color": style.GREY, "dash": "dot"}, **plain
        ),
        go.Scatter(x=[counted, counted], y=[0, shares[1]], line={"color": style.GREY}, **plain),
        _line(t, result.share(t), PRESENT, "solid"),
        _line(t, result.share(t, 2), TWICE, "dash"),
        go.Scatter(
            x=[counted] * 2,
            y=shares,
            mode="markers",
            marker={"size": 11, "color": [PRESENT, TWICE], "symbol": ["circle", "diamond"]},
            cliponaxis=False,
            hovertemplate="%{y:.0%}<extra></extra>",
        ),
    ]


def _line(t: np.ndarray, y: np.ndarray, colour: str, dash: str, **place: str) -> go.Scatter:
    return go.Scatter(
        x=t,
        y=y,
        mode="lines",
        line={"color": colour, "dash": dash, "width": 2.5},
        hovertemplate="year %{x:.0f}: %{y:.1%}<extra></extra>",
        **place,
    )


def _adopting_each_year(t: np.ndarray, once: np.ndarray, twice: np.ndarray) -> list[go.Scatter]:
    place = {"xaxis": "x2", "yaxis": "y2"}
    return [_line(t, once, PRESENT, "solid", **place), _line(t, twice, TWICE, "dash", **place)]


def _peak_in_words(years: float) -> str:
    return f"comes in year {style.number(years, 1)}" if years else "is at the start"


def brief(result: Adoption, before: Adoption | None) -> str:
    """State how many have adopted in the chosen year with twice the publicity."""
    once, twice = (style.percent(float(result.share(result.years, times))) for times in (1, 2))
    if once == twice:
        return f"With twice the publicity it is {twice}, as without."
    return f"With twice the publicity it is {twice}, and {once} without."


def words(result: Adoption) -> str:
    """State how many have adopted by the chosen year, and what twice the publicity changes."""
    once, twice = (float(result.share(result.years, times)) for times in (1, 2))
    more = f", {style.number(twice / once)} times as many" if once else ""
    return (
        f"With publicity of {style.number(100 * result.publicity)} % a year, word of mouth of "
        f"{style.number(result.word_of_mouth)} and {style.percent(result.resistance)} who never "
        f"will, {style.percent(once, 1)} have adopted by year {result.years:g}, and the peak "
        f"{_peak_in_words(result.peak())}. Twice the publicity makes it "
        f"{style.percent(twice, 1)}{more}, and the peak {_peak_in_words(result.peak(2))}."
    )


def table(result: Adoption) -> pd.DataFrame:
    """Compare doubling publicity, doubling word of mouth, and halving resistance."""
    p, q, r = result.publicity, result.word_of_mouth, result.resistance
    ways = {
        "as it is": (p, q, r),
        "twice the publicity": (2 * p, q, r),
        "twice the word of mouth": (p, 2 * q, r),
        "half the resistance": (p, q, r / 2),
    }
    after = f"by year {result.years:g}"
    return pd.DataFrame(
        [
            {
                "way": way,
                "publicity": style.number(values[0], 4),
                "word of mouth": style.number(values[1]),
                "never will": style.percent(values[2], 1),
                after: style.percent(float(bass(result.years, *values)), 1),
                "in the end": style.percent(1 - values[2], 1),
                "peak in year": style.number(peak(*values[:2]), 1),
            }
            for way, values in ways.items()
        ]
    )


def _doubled_with_word_of_mouth(at: Callable[..., Adoption]) -> str:
    result = at(word_of_mouth=SPOKEN)
    once, twice = (style.percent(result.share(result.years, times)) for times in (1, 2))
    return (
        f"It brings {twice} instead of {once}, far from twice as many. Most tables now come by "
        "word of mouth; publicity only starts it earlier."
    )


def _publicity_or_word_of_mouth(at: Callable[..., Adoption]) -> str:
    publicity = at(word_of_mouth=SPOKEN).share(10, 2)
    spoken = at(word_of_mouth=2 * SPOKEN).share(10)
    return (
        f"Twice the publicity brings {style.percent(publicity)}, twice the word of mouth "
        f"{style.percent(spoken)}. Publicity begins the story; people tell it on."
    )


def _half_never_adopt(at: Callable[..., Adoption]) -> str:
    most = at(word_of_mouth=SPOKEN, resistance=0.5, publicity=5, years=YEARS_DRAWN).share(
        YEARS_DRAWN, 2
    )
    return (
        f"Even the loudest publicity stays below {style.percent(0.5)}: after {YEARS_DRAWN} years "
        f"{style.percent(most)} have one. Those who never will have reasons, and can be asked."
    )


def _per_cent_by_year(result: Adoption, times: float = 1) -> list[float]:
    """Return how many per cent have adopted by each year that is drawn, from 0 on."""
    return (100 * result.share(np.arange(DRAWN_UNTIL + 1), times)).tolist()


explorable = Explorable(
    title="How an idea spreads",
    ask=Ask(
        "Neighbourhoods hear of open tables by publicity alone. It wins half a per cent of them "
        "each year, nobody tells anybody, and after ten years 4.9 % have a table. Suppose the "
        "publicity had been twice as strong from the start. How does its line run, and how many "
        "have one after ten years, in per cent?",
        low=0,
        high=25,
        step=1,
        unit="per cent",
        tempting=10,
        is_right=True,
        because="twice the publicity brings twice the tables as long as nobody passes it on.",
        otherwise="Nobody tells anybody, so nothing but the publicity itself can bring more.",
    ),
    answer=lambda result: 100 * result.share(result.years, 2),
    controls=(
        Slider("publicity", "Publicity: won each year, per cent", 0.25, 5, start=0.5, step=0.25),
        Slider("word_of_mouth", "Strength of word of mouth", 0, 1, start=0, step=0.02),
        Slider("resistance", "Share who never will", 0, 0.9, start=0, step=0.05),
        Slider("years", "Counted in year", 1, YEARS_DRAWN, start=10),
    ),
    run=run_in_per_cent,
    picture=picture,
    brief=brief,
    words=words,
    table=table,
    tasks=(
        Task(
            "Now let people tell others: set word of mouth to 0.4. Does twice the publicity still "
            "bring twice the tables after ten years?",
            {"word_of_mouth": SPOKEN},
            _doubled_with_word_of_mouth,
        ),
        Task(
            "Double the word of mouth instead, to 0.8. Which brings more after ten years: twice "
            "the publicity, or twice the word of mouth?",
            {"word_of_mouth": 2 * SPOKEN},
            _publicity_or_word_of_mouth,
        ),
        Task(
            "Start from the other end: let half of the neighbourhoods never want one. What can "
            "publicity do about that?",
            {"word_of_mouth": SPOKEN, "resistance": 0.5},
            _half_never_adopt,
        ),
    ),
    mark=Mark("y", scale=0.01),
    draw=Draw(
        x=range(1, DRAWN_UNTIL + 1),
        known=lambda: ([0], [0]),
        given=lambda: (range(DRAWN_UNTIL + 1), _per_cent_by_year(run_in_per_cent(word_of_mouth=0))),
        given_name="as it is",
        truth=lambda result: _per_cent_by_year(result, 2)[1:],
        reading=lambda line: line[-1],
        low=0,
        high=25,
        step=0.5,
        x_ticks={0: "start", 2: "year 2", 4: "year 4", 6: "year 6", 8: "year 8", 10: "10"},
        y_ticks={share: f"{share} %" for share in range(0, 26, 5)},
        each="year",
        title="neighbourhoods with a table, with twice the publicity",
        where="in year 10",
        unit="percentage points",
        by_hand=(2, 4, 6, 8, 10),
        scale=0.01,
        despite=("years",),
    ),
    touch=(Drag(control="years", hint="or drag a point", traces=(4,)),),
    play=Play(each="year", steps=lambda result: MOMENTS, picture=picture, seconds=4),
    limits=(
        "The rates are invented, and that twice the publicity brings twice the tables hangs on "
        "word of mouth, 0 at the start: with 0.4 it adds 18 points to 41, and not 41. "
        "Everyone hears of everyone, nobody gives up again, and those who never will do not speak "
        "against it. To have adopted is not to be helped: a curve like this counts tables, and "
        "good and bad ideas draw the same one."
    ),
)
