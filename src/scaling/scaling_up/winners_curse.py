"""The winner's curse: the best of many honest pilots promises more than it delivers.

The best of a set regresses to the mean (Galton 1886; Efron 2011), and small studies exaggerate the
effects that are selected for being large (Gelman & Carlin 2014). True effects and errors are normal
here, so shrinking a report towards the mean of all pilots removes the exaggeration.
Left out: everything that changes when a pilot grows. Nothing does here, and yet the effect shrinks.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import overload

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import ArrayLike
from scipy import integrate, special

from scaling import arguments, style
from scaling.explorable import Ask, Explorable, Mark, Offer, Play, Rounds, Slider, Task
from scaling.style import Panel
from scaling.wording import number_of

# The true effects of the pilots have this mean μ and, at first, this standard deviation τ.
MEAN = 0.1  # standard deviations
TAU = 0.1  # standard deviations
# The right panel of the picture summarises this many simulated worlds.
WORLDS = 4000
MOST_PILOTS = 50
# When worlds are drawn one after the other, the first ones are told in three parts: towns report,
# the best is chosen, it delivers. So many are seen one by one, and then they pile up.
TOLD, ONE_BY_ONE = 6, 20
DRAWN = np.concatenate(
    [
        np.arange(1, 3 * TOLD + 1) / 3,
        np.arange(TOLD + 1, ONE_BY_ONE + 1),
        np.arange(25, 100, 5),
        np.geomspace(100, WORLDS, 25).round(),
    ]
)
# Where few worlds are drawn, each is so much of the height of its histogram.
BRICK = 0.1
PROMISED, SHRUNKEN, SECOND, DELIVERED = style.SCALE_UP, style.GREEN, style.PURPLE, style.OBSERVED
# In the rounds of a learner, so many years of towns with pilots as in the question are drawn.
YEARS, PEOPLE = 10, 50
# The names of a year's towns: each beginning with another ending every year, so that no town seems
# to come back.
BEGINNINGS = (
    *("Alder", "Ash", "Birch", "Bram", "Cald", "Deep", "East", "Fern", "Grey", "Hart"),
    *("Ingle", "Kel", "Lark", "Mill", "North", "Oak", "Pen", "Quar", "Rush", "Stone"),
)
ENDINGS = ("by", "combe", "ley", "well", "ham", "ford", "hill", "ton", "wick", "moor")
# In the world with this seed, which is drawn, the best pilot is typical to the second digit.
TYPICAL_SEED = 49636


def reliability(tau: float, n: float) -> float:
    """Return the share B of the variance between reports that is true, τ²/(τ² + 2/n).

    Parameters
    ----------
    tau : float
        Standard deviation of true effects between pilots, τ, 0 or more.
    n : float
        People per arm in each pilot, above 0.

    Notes
    -----
    The difference of two means of n people, each with variance 1, has variance 1/n + 1/n.
    """
    return tau**2 / (tau**2 + 2 / n)


@overload
def shrink(reported: float, mean: float, tau: float, n: float) -> float: ...
@overload
def shrink(reported: np.ndarray, mean: float, tau: float, n: float) -> np.ndarray: ...
def shrink(reported: ArrayLike, mean: float, tau: float, n: float) -> np.ndarray | float:
    """Return the expected true effect of a pilot, given the effect that it reports.

    Parameters
    ----------
    reported : array_like
        Reported effects d, in standard deviations.
    mean : float
        True effect of an average pilot, μ.
    tau : float
        Standard deviation of true effects between pilots, τ, 0 or more.
    n : float
        People per arm in each pilot, above 0.

    Returns
    -------
    numpy.ndarray or float
        μ + B(d − μ), in the shape of ``reported``.

    Notes
    -----
    This also holds for a pilot that was selected because of its report: given the report, the
    selection adds no information.
    """
    return mean + reliability(tau, n) * (np.asarray(reported, dtype=float) - mean)[()]


@cache
def largest(pilots: int) -> float:
    """Return the expected largest of J draws from a standard normal distribution.

    Parameters
    ----------
    pilots : int
        J, at least 1.

    Returns
    -------
    float
        ∫ x·J·φ(x)·Φ(x)^(J − 1) dx: 0 for one draw, 1.87 for twenty.
    """
    x = np.linspace(-9, 9, 1801)
    density = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    return float(integrate.trapezoid(x * pilots * density * special.ndtr(x) ** (pilots - 1), x))


@dataclass(frozen=True)
class Expected:
    """Report and true effect of the best of many pilots, on average over worlds.

    Attributes
    ----------
    reported : float
        The largest report, in standard deviations.
    delivered : float
        The true effect of the pilot with that report, in standard deviations.
    """

    reported: float
    delivered: float

    @property
    def overstatement(self) -> float:
        """How far the report exceeds the true effect, as a share of it (0.25: a quarter)."""
        return self.reported / self.delivered - 1


def expected(pilots: int, n: float, tau: float, mean: float = MEAN) -> Expected:
    """Return what the best of J pilots reports and delivers, on average over worlds.

    Parameters
    ----------
    pilots : int
        J, at least 1.
    n : float
        People per arm in each pilot, above 0.
    tau : float
        Standard deviation of true effects between pilots, τ, 0 or more.
    mean : float
        True effect of an average pilot, μ.
    """
    reported = mean + np.sqrt(tau**2 + 2 / n) * largest(pilots)
    return Expected(float(reported), float(shrink(reported, mean, tau, n)))


def smallest_n(
    pilots: int = 20, tau: float = TAU, mean: float = MEAN, overstatement: float = 0.25
) -> int:
    """Return the fewest people per arm at which the best pilot overstates by less than a share.

    Parameters
    ----------
    pilots : int
        J, at least 1.
    tau, mean : float
        Both above 0.
    overstatement : float
        Share of the true effect, above 0; 0.25 is a quarter.

    Raises
    ------
    ValueError
        If no number below a million is enough.
    """
    # The search keeps `low` too small and `high` large enough.
    low, high = 0, 1_000_000
    if not expected(pilots, high, tau, mean).overstatement < overstatement:
        raise ValueError("No pilot of less than a million people is large enough for that.")
    while high - low > 1:
        middle = (low + high) // 2
        enough = expected(pilots, middle, tau, mean).overstatement < overstatement
        low, high = (low, middle) if enough else (middle, high)
    return high


@lru_cache(maxsize=64)
def simulate(
    pilots: int, n: float, tau: float, mean: float = MEAN, worlds: int = WORLDS, seed: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Simulate many worlds, and keep the pilot with the largest report in each.

    Parameters
    ----------
    pilots, n, tau, mean
        As in `expected`; at most 50 pilots.
    worlds : int
        The number of worlds.
    seed : int
        The seed of the random numbers, which do not depend on the number of people or on τ.

    Returns
    -------
    reported, delivered : numpy.ndarray, shape (worlds,)
        Report and true effect of the best pilot of each world, in standard deviations.
    """
    true, error = _normal_draws(worlds, seed)
    effects = mean + tau * true[:, :pilots]
    reports = effects + np.sqrt(2 / n) * error[:, :pilots]
    best = reports.argmax(axis=1)
    each = np.arange(worlds)
    return reports[each, best], effects[each, best]


@lru_cache(maxsize=4)
def _normal_draws(worlds: int, seed: int) -> np.ndarray:
    """Return standard normal draws for true effects and for errors, shape (2, worlds, pilots)."""
    return np.random.default_rng(seed).standard_normal((2, worlds, MOST_PILOTS))


@cache
def _second_errors() -> np.ndarray:
    """Return a standard normal draw for the error of a second pilot in each world."""
    return np.random.default_rng(2).standard_normal(WORLDS)


@dataclass(frozen=True)
class Pilots:
    """The pilots of one idea in one world, and the best of them in many worlds.

    Attributes
    ----------
    n : int
        People per arm in each pilot.
    tau : float
        Standard deviation of true effects between pilots, τ.
    second : int
        People per arm in a second pilot of the best; 0 if there is none.
    effects, reports : numpy.ndarray, shape (pilots,)
        True and reported effects in the world that is drawn, in standard deviations.
    expected : Expected
        What the best pilot reports and delivers on average over worlds.
    reported, delivered : numpy.ndarray, shape (worlds,)
        What the best pilot reports and delivers in each of many worlds.
    second_reports : numpy.ndarray, shape (worlds,) or (0,)
        What a second pilot of the best reports in each world; empty if there is none.
    """

    n: int
    tau: float
    second: int
    effects: np.ndarray
    reports: np.ndarray
    expected: Expected
    reported: np.ndarray
    delivered: np.ndarray
    second_reports: np.ndarray

    @property
    def pilots(self) -> int:
        """The number of pilots, J."""
        return len(self.reports)

    @property
    def best(self) -> int:
        """The index of the pilot with the largest report, in the world that is drawn."""
        return int(self.reports.argmax())

    @property
    def shrunken(self) -> float:
        """The shrunken report of the best pilot, in the world that is drawn."""
        return float(shrink(self.reports[self.best], MEAN, self.tau, self.n))

    @property
    def promised(self) -> np.ndarray:
        """The shrunken report of the best pilot of each world."""
        return shrink(self.reported, MEAN, self.tau, self.n)

    @property
    def promised_after_second(self) -> np.ndarray:
        """The shrunken mean of both reports, weighted by the people in each pilot."""
        people = self.n + self.second
        together = (self.n * self.reported + self.second * self.second_reports) / people
        return shrink(together, MEAN, self.tau, people)

    @property
    def error_after_first(self) -> float:
        """The standard deviation of the error of a shrunken report."""
        return float(np.sqrt(self.tau**2 * (1 - reliability(self.tau, self.n))))

    @property
    def error_after_second(self) -> float:
        """The standard deviation of the error of the shrunken mean of both reports."""
        return float(np.sqrt(self.tau**2 * (1 - reliability(self.tau, self.n + self.second))))


def run(pilots: int = 20, n: int = 50, tau: float = TAU, second: int = 0) -> Pilots:
    """Pilot one idea in several towns, and select the best.

    Parameters
    ----------
    pilots : int
        J, 1 to 50.
    n : int
        People per arm in each pilot, at least 2.
    tau : float
        Standard deviation of true effects between pilots, τ, 0 or more.
    second : int
        People per arm in a second pilot of the best, 0 or more.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    arguments.whole("pilots", pilots, 1, MOST_PILOTS)
    arguments.at_least("n", n, 2, "people per arm")
    arguments.at_least("tau", tau)
    arguments.at_least("second", second, 0, "people per arm")
    true, error = _normal_draws(1, TYPICAL_SEED)[:, 0, :pilots]
    effects = MEAN + tau * true
    reported, delivered = simulate(pilots, n, tau)
    return Pilots(
        n=n,
        tau=tau,
        second=second,
        effects=effects,
        reports=effects + np.sqrt(2 / n) * error,
        expected=expected(pilots, n, tau),
        reported=reported,
        delivered=delivered,
        second_reports=delivered + np.sqrt(2 / second) * _second_errors()
        if second
        else np.array([]),
    )


def offers(game: int, year: int) -> list[Offer]:
    """Draw what twenty towns report in a year of a game, and what each would deliver.

    Parameters
    ----------
    game, year : int
        Each pair has towns of its own, drawn as in ``simulate``.
    """
    true, error = np.random.default_rng((3, game, year)).standard_normal((2, len(BEGINNINGS)))
    effects = MEAN + TAU * true
    reports = effects + np.sqrt(2 / PEOPLE) * error
    names = [
        begins + ENDINGS[(place + year) % len(ENDINGS)] for place, begins in enumerate(BEGINNINGS)
    ]
    return [Offer(*each) for each in zip(names, reports.tolist(), effects.tolist(), strict=True)]


def told_at_the_end(chosen: Sequence[Offer]) -> str:
    """Say what the funded towns reported and delivered, and how much of a surprise stayed."""
    reported = float(np.mean([one.reported for one in chosen]))
    delivered = float(np.mean([one.delivered for one in chosen]))
    numbers = [style.number(value) for value in (reported, delivered, MEAN)]
    said = (
        "Over the {} years your towns reported {} on average and delivered {}; an average town "
        "delivers {}."
    ).format(len(chosen), *numbers)
    if reported - MEAN < TAU:
        return f"{said} You chose reports that hardly stood out, so little could be lost."
    stayed = (delivered - MEAN) / (reported - MEAN)
    what = (
        f"Of what stood out in their reports, {style.percent(stayed)} stayed."
        if stayed > 0
        else "Of what stood out in their reports, nothing stayed: they are no better than others."
    )
    return f"{said} {what} Now let {WORLDS:,} others choose: press Play."


def picture(result: Pilots, drawn: float = WORLDS) -> go.Figure:
    """Draw the pilots of one world, beside the results of the best pilot in many worlds.

    Parameters
    ----------
    result : Pilots
    drawn : float
        How many worlds have been drawn. With a third of a world the towns of it have reported, with
        two thirds the best is chosen.
    """
    effect = {"range": [-0.75, 1.2], "dtick": 0.5, "title": {"text": "effect"}}
    number = math.ceil(drawn)
    whole = number if drawn == number else number - 1
    world = _world(result, number)
    layout = style.panels(
        Panel(
            f"{'one world' if world is result else f'world {number}'}:<br>"
            "each line a pilot, best on top",
            (0, 0.5),
            effect,
            {"range": [-0.12, 1.03], "visible": False},
        ),
        Panel(
            f"the best one,<br>in {number_of(whole, 'world')}",
            (0.69, 1),
            effect,
            {
                "range": [-0.4, 4],
                "tickvals": [3.35, 2.35, 1.35, 0.35],
                "ticktext": _row_names(result, whole),
                "ticks": "",
                "showgrid": False,
            },
        ),
    )
    layout["annotations"] += _marker_key()
    return go.Figure(
        [*_one_world(world, drawn - whole or 1), *_many_worlds(result, whole)],
        layout | {"height": 450, "margin": {"t": 62, "l": 20}},
    )


def _world(result: Pilots, number: int) -> Pilots:
    """Return the pilots of one of the first worlds that are drawn, or of the typical one."""
    if number > ONE_BY_ONE:
        return result
    true, error = _normal_draws(WORLDS, 1)[:, number - 1, : result.pilots]
    effects = MEAN + result.tau * true
    return replace(result, effects=effects, reports=effects + np.sqrt(2 / result.n) * error)


def _one_world(result: Pilots, told: float = 1) -> list[go.Scatter]:
    """Return lines from true to reported effects, and the best pilot's shrunken report.

    ``told`` is how much is told, as a share: the reports; the best of them, too; all.
    """
    order = np.argsort(result.reports, kind="stable")
    numbers = np.arange(result.pilots)
    # The heights lie between 0 and 1, so that the axis is the same for any number of pilots.
    heights = (numbers + 0.5) / result.pilots
    true, reported = result.effects[order], result.reports[order]
    ends = np.column_stack([numbers, numbers + result.pilots])
    both = np.concatenate([true, reported]), np.concatenate([heights, heights])
    last = result.pilots - 1
    is_best = (numbers == last) & (told > 0.5)
    delivers = slice(None) if told == 1 else slice(0)
    best = numbers[is_best]
    return [
        go.Scatter(
            **style.lines_between(*both, ends[~is_best][delivers]),
            mode="lines",
            line={"color": style.CHANCE, "width": 1},
            hoverinfo="skip",
        ),
        go.Scatter(
            x=[true[last], reported[last]][delivers],
            y=[heights[last], heights[last]][delivers],
            mode="lines",
            line={"color": PROMISED, "width": 4},
            hoverinfo="skip",
        ),
        _dots(reported, heights, PROMISED, "circle-open", np.where(is_best, 13, 8), "reports"),
        _dots(
            true[delivers],
            heights[delivers],
            DELIVERED,
            "diamond",
            np.where(is_best, 12, 7)[delivers],
            "delivers",
        ),
        _dots(
            [result.shrunken] * len(best),
            heights[best],
            SHRUNKEN,
            "x",
            [11],
            "should be expected to deliver",
        ),
    ]


def _dots(
    x: ArrayLike, y: ArrayLike, colour: str, symbol: str, size: ArrayLike, verb: str
) -> go.Scatter:
    return go.Scatter(
        x=x,
        y=y,
        mode="markers",
        marker={"color": colour, "symbol": symbol, "size": size, "line": {"width": 1.5}},
        cliponaxis=False,
        hovertemplate=f"{verb} %{{x:.2f}}<extra></extra>",
    )


def _marker_key() -> list[dict]:
    """Return the meaning of the markers, below the pilots."""
    text = "◆ delivers   ✕ shrunken   ○ reports"
    return [{"xref": "x", "yref": "y", "x": 0.22, "y": -0.075, "text": text}]


def _rows(result: Pilots, worlds: int) -> list[tuple[np.ndarray, str, float]]:
    """Return values, colour and mean of each row of the right panel, from top to bottom."""
    expected = result.expected.delivered
    rows = [
        (result.reported, PROMISED, result.expected.reported),
        (result.promised, SHRUNKEN, expected),
        (result.second_reports, SECOND, expected),
        (result.delivered, DELIVERED, expected),
    ]
    if worlds == WORLDS:
        return rows
    some = [(values[:worlds], colour) for values, colour, _ in rows]
    return [
        (values, colour, float(np.mean(values)) if len(values) else math.nan)
        for values, colour in some
    ]


def _row_names(result: Pilots, worlds: int) -> list[str]:
    reported, shrunken, second, delivered = (
        style.number(mean) for _, _, mean in _rows(result, worlds)
    )
    again = f"a second pilot<br><b>{second}</b>" if result.second else "(no second pilot)"
    return [
        f"it reports<br><b>{reported}</b>",
        f"shrunken<br><b>{shrunken}</b>",
        again,
        f"it delivers<br><b>{delivered}</b>",
    ]


def _many_worlds(result: Pilots, worlds: int) -> list[go.Scatter]:
    """Return a histogram of worlds for each row, with its mean as a line."""
    histograms, lines = [], []
    for row, (values, colour, mean) in zip((3, 2, 1, 0), _rows(result, worlds), strict=True):
        count, edges = np.histogram(values, np.arange(-1.05, 1.5, 0.025))
        height = 0.8 * count / max(count.max(), 0.8 / BRICK)
        x = (edges[:-1] + edges[1:]) / 2
        seen = np.flatnonzero(height) if len(values) else np.array([0])
        part = slice(max(seen[0] - 1, 0), seen[-1] + 2)
        histograms.append(
            go.Scatter(
                x=x[part],
                y=row + height[part],
                mode="lines",
                line={"color": colour, "width": 1.5, "shape": "hvh"},
                xaxis="x2",
                yaxis="y2",
                hoverinfo="skip",
            )
        )
        top = row + 0.9 if len(values) else row
        lines.append(
            go.Scatter(
                x=[mean, mean],
                y=[row, top],
                mode="lines",
                line={"color": colour, "width": 3, "dash": "dot" if row else "solid"},
                xaxis="x2",
                yaxis="y2",
                hoverinfo="skip",
            )
        )
    return histograms + lines


def brief(result: Pilots, before: Pilots | None) -> str:
    """State what the chosen town delivers, or what a second pilot of it adds."""
    now = style.number(result.expected.delivered)
    reported = style.number(result.expected.reported)
    if before is not None and before.second != result.second:
        error = result.error_after_second if result.second else result.error_after_first
        off = style.number(error, 3)
        if not result.second:
            return f"Without a second pilot, what you promise is typically off by {off}."
        return f"A second pilot reports {now} on average; both together are typically off by {off}."
    is_new = before is not None and now != style.number(before.expected.delivered)
    does = f"now reports {reported}" if is_new else f"reports {reported}"
    return f"On average the chosen town {does} and delivers {now}."


def words(result: Pilots) -> str:
    """State how sure the delivered effect is, how much is chance, and what a second pilot adds."""
    delivered = result.expected.delivered
    low, high = np.quantile(result.delivered, [0.025, 0.975])
    who = "the only pilot" if result.pilots == 1 else f"the best of {result.pilots} pilots"
    first = (
        f"With {style.number(result.n, 0)} people per arm and true effects that differ by "
        f"{style.number(result.tau)}, {who} reports {style.number(result.expected.reported)} and "
        f"delivers {style.number(delivered)} (in 19 of 20 worlds {style.interval(low, high)})."
    )
    share = style.percent(reliability(result.tau, result.n))
    believe = f"Of a report's distance from the average, {share} is to be believed"
    if not result.second:
        return f"{first} {believe}."
    return (
        f"{first} {believe}; a second pilot of {style.number(result.second, 0)} per arm takes the "
        f"typical error of the promise from {style.number(result.error_after_first, 3)} to "
        f"{style.number(result.error_after_second, 3)}."
    )


def table(result: Pilots) -> pd.DataFrame:
    """Compare the promises that could be made with what the best pilot delivers."""
    delivered = result.expected.delivered
    error = float(np.sqrt(np.mean((result.reported - result.delivered) ** 2)))
    rows = [
        ("the best pilot's report", result.expected.reported, result.reported, error),
        ("that report, shrunken", delivered, result.promised, result.error_after_first),
    ]
    if result.second:
        error = float(np.sqrt(2 / result.second))
        together = result.promised_after_second
        rows += [
            ("a second pilot's report", delivered, result.second_reports, error),
            ("both, shrunken", delivered, together, result.error_after_second),
        ]
    rows.append(("what it delivers", delivered, result.delivered, float("nan")))
    return pd.DataFrame(
        [
            {
                "promise": name,
                "on average": style.number(mean),
                "in 19 of 20 worlds": style.interval(*np.quantile(values, [0.025, 0.975])),
                "typically off by": style.number(error, 3),
            }
            for name, mean, values, error in rows
        ]
    )


def _without_selection(at: Callable[..., Pilots]) -> str:
    alone = at(pilots=1).expected
    return (
        f"Report and delivery are both {style.number(alone.delivered)} on average. Chance is still "
        "there, but nobody picked the town for being lucky."
    )


def _larger_pilots(at: Callable[..., Pilots]) -> str:
    large = at(n=800)
    share = style.percent(reliability(large.tau, large.n))
    return (
        f"The best reports {style.number(large.expected.reported)} and delivers "
        f"{style.number(large.expected.delivered)}. Of what is surprising in a report, {share} is "
        "now to be believed."
    )


def _second_pilot_of_the_best(at: Callable[..., Pilots]) -> str:
    result = at(second=200)
    return (
        f"It was not picked for its result, so it reports {style.number(result.expected.delivered)}"
        ", what the town delivers. Both pilots together take your typical error from "
        f"{style.number(result.error_after_first, 3)} to "
        f"{style.number(result.error_after_second, 3)}."
    )


explorable = Explorable(
    title="Twenty towns and their pilots",
    ask=Ask(
        "Twenty towns pilot the same idea, each with 50 people who take part and 50 who do not. "
        "Each reports its effect honestly. The best town reports an effect of 0.52, which would "
        "take somebody from the middle of a hundred people to place 70. It is chosen, and nothing "
        "about it changes. What effect will it have from now on, on average?",
        low=0,
        high=0.8,
        step=0.01,
        unit="",
        tempting=0.52,
        because="it is what was measured there, honestly.",
        otherwise="To come first among twenty it helps to be lucky, and it also helps to be good.",
    ),
    answer=lambda result: result.expected.delivered,
    controls=(
        Slider("pilots", "Pilots", 1, MOST_PILOTS, start=20),
        Slider("n", "People who take part in each pilot, and who do not", 20, 1000, 50, step=10),
        Slider("tau", "How much true effects differ between towns", 0, 0.2, start=TAU, step=0.01),
        Slider(
            "second", "People who take part in a second pilot of the best", 0, 500, start=0, step=20
        ),
    ),
    run=run,
    picture=picture,
    brief=brief,
    words=words,
    table=table,
    tasks=(
        Task(
            "Set the number of pilots to 1 and look at the average over the worlds. What has "
            "become of the gap?",
            {"pilots": 1},
            _without_selection,
        ),
        Task(
            "Give each of the twenty pilots 800 people on either side. What does the best report "
            "now, and what does it deliver?",
            {"n": 800},
            _larger_pilots,
        ),
        Task(
            "Start from the other end: the pilots cannot be larger than 50. What does a second "
            "pilot of the best buy you, with 200 people on either side?",
            {"second": 200},
            _second_pilot_of_the_best,
        ),
    ),
    mark=Mark("x2"),
    rounds=Rounds(
        title="Fund a town yourself",
        each="year",
        many=YEARS,
        prompt="Each year twenty other towns report what their pilots achieved. Choose the one "
        "that you fund.",
        offers=offers,
        end=told_at_the_end,
        low=-0.6,
        high=0.9,
    ),
    play=Play(
        each="world",
        steps=lambda result: DRAWN,
        picture=picture,
        seconds=14,
        lasts=lambda step: 5 if step <= TOLD else 3 if step <= ONE_BY_ONE else 1,
    ),
    limits=(
        "The moral hangs on how far true effects differ, 0.1 here: from 0.2 on, at least half of "
        "what surprises in a report of such pilots is real. Every pilot is honest, all are alike "
        "in size, and nothing changes when the best is rolled out. Real ones also lose something "
        "on the way, which comes on top. How much true effects differ is never known exactly; "
        "here it is set. The one world that is drawn was picked because its best pilot is a "
        "typical one."
    ),
)
