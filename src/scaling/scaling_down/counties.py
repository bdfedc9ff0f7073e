"""Counties: sudden infant deaths in North Carolina, and how much of a league table is chance.

Births and sudden infant deaths in 100 counties in two periods (Symons, Grimson & Yuan 1983; Cressie
1991), drawn as in ``funnel``: with exact binomial limits, and with both ends of the first period
followed into the next. These are children, so the table gives deaths and births, not only rates.
Left out: who the families are, and why places differ where they truly do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import scipy

from scaling import arguments, datasets, meta, style
from scaling.explorable import Ask, Choice, Details, Explorable, Slider, Task
from scaling.scaling_down import funnel

PERIODS = ("1974-78", "1979-84")
SHOWN = ("1974–78", "1979–84")
# Rates are shown for this number of births.
PER = 1000
# In each of these imagined worlds counties differ by chance alone.
WORLDS = 4000


@dataclass(frozen=True)
class Counties:
    """Both ends of the league table, and where they are in the next period.

    Attributes
    ----------
    period : {0, 1}
        The period that the funnel shows.
    highest : int
        The number of counties that are marked at the high end.
    level : float
        The share of counties that the limits hold if only chance differs, between 0 and 1.
    names : tuple of str
        The names of the counties.
    births, deaths : numpy.ndarray, shape (2, counties)
        Births and deaths in both periods.
    without, high : numpy.ndarray of int
        The counties without a death in the first period, and those with its highest rates.
    """

    period: int
    highest: int
    level: float
    names: tuple[str, ...]
    births: np.ndarray
    deaths: np.ndarray
    without: np.ndarray
    high: np.ndarray

    def rate(self, which: np.ndarray | slice, period: int) -> float:
        """Return deaths per 1,000 births in some counties taken together."""
        return PER * funnel.pooled(self.deaths[period], self.births[period], which)

    @property
    def small(self) -> np.ndarray:
        """Whether each county belongs to the half with fewer births in the first period."""
        return funnel.smaller_half(self.births[0])

    @property
    def outside(self) -> int:
        """The number of counties outside their limits in the period shown."""
        births, deaths = self.births[self.period], self.deaths[self.period]
        share = funnel.pooled(deaths, births)
        return int(np.abs(funnel.outside(deaths, births, share, self.level)).sum())

    @property
    def by_chance(self) -> int:
        """The approximate number of counties outside their limits if only chance differed."""
        return round(len(self.names) * (1 - self.level))


@cache
def _read() -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    wide = datasets.load("infant_deaths_nc").pivot_table(index="county", columns="period")
    births, deaths = (
        wide[column][list(PERIODS)].to_numpy().T.astype(int) for column in ("births", "sids_deaths")
    )
    return tuple(wide.index), births, deaths


@lru_cache(maxsize=256)
def run(period: int = 0, highest: int = 10, level: float = 95) -> Counties:
    """Mark both ends of the first period, and follow them into the next.

    Parameters
    ----------
    period : {0, 1}
        The period that the funnel shows: 1974–78 or 1979–84.
    highest : int
        The number of counties to mark at the high end, 1 to 50.
    level : float
        Per cent of counties that the limits hold if only chance differs, above 0 and below 100.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    arguments.one_of("period", period, (0, 1))
    arguments.whole("highest", highest, 1, 50)
    arguments.strictly_between("level", level, 0, 100, such_as=95, unit="per cent")
    names, births, deaths = _read()
    order = np.argsort(deaths[0] / births[0], kind="stable")
    return Counties(
        period=period,
        highest=int(highest),
        level=level / 100,
        names=names,
        births=births,
        deaths=deaths,
        without=np.flatnonzero(deaths[0] == 0),
        high=order[-int(highest) :],
    )


def picture(result: Counties) -> go.Figure:
    """Draw the funnel of one period, beside both ends in the two periods."""
    look = funnel.Look(
        per=PER,
        size_title="births in the county (scale multiplies)",
        rate_title="deaths per 1,000 births",
        size_ticks=(300, 1000, 3000, 10_000),
        top=10,
        low=f"{len(result.without)} without",
        high=f"{result.highest} highest",
        periods=SHOWN,
        below=2,
        rings=True,
    )
    ends = (result.without, result.high)
    return funnel.draw(result.births, result.deaths, ends, look, result.level, result.period)


def brief(result: Counties, before: Counties | None) -> str:
    """State how many counties lie outside, or how many of those newly marked are small."""
    if before is not None and before.highest != result.highest:
        return (
            f"Of the {result.highest} counties with the highest rates, "
            f"{int(result.small[result.high].sum())} belong to the smaller half."
        )
    period = ("first", "later")[result.period]
    return (
        f"In the {period} period {result.outside} counties lie outside the lines; chance alone "
        f"would put about {result.by_chance} there."
    )


def words(result: Counties) -> str:
    """State how many are small at both ends, how many lie outside, and the rates that follow."""
    small_without, small_high = (int(result.small[end].sum()) for end in _ends(result))
    low, high, state = (result.rate(end, 1) for end in (*_ends(result), slice(None)))
    return (
        f"Small are {small_without} of the {len(result.without)} counties without a death in "
        f"{SHOWN[0]} and {small_high} of the {result.highest} with the highest rates; in "
        f"{SHOWN[result.period]} {result.outside} of 100 lie outside the "
        f"{style.percent(result.level)} lines. In {SHOWN[1]} there were {style.number(low)} deaths "
        f"per 1,000 births in the first, {style.number(high)} in the second, and "
        f"{style.number(state)} in the state."
    )


def _ends(result: Counties) -> tuple[np.ndarray, np.ndarray]:
    return result.without, result.high


def _story(result: Counties, name: str) -> str:
    """Return births and deaths of one county in both periods."""
    county = result.names.index(name)
    told = (
        f"{deaths[county]} among {births[county]:,} births in {period} "
        f"({style.number(PER * deaths[county] / births[county], 1)} per 1,000)"
        for deaths, births, period in zip(result.deaths, result.births, SHOWN, strict=True)
    )
    return f"{name} County, sudden infant deaths: {' and '.join(told)}."


def table(result: Counties) -> pd.DataFrame:
    """Return births, deaths and rates of both ends and of the state, in both periods."""
    groups = {
        f"{len(result.without)} without a death": result.without,
        f"{result.highest} highest": result.high,
        "all 100": np.arange(len(result.names)),
    }
    state = result.rate(slice(None), 1)
    rows = []
    for name, group in groups.items():
        births, deaths = result.births[:, group].sum(axis=1), result.deaths[:, group].sum(axis=1)
        rows.append(
            {
                f"counties by {SHOWN[0]}": name,
                "in the smaller half": int(result.small[group].sum()),
                f"deaths {SHOWN[0]}": f"{deaths[0]:,} of {births[0]:,}",
                f"per 1,000 {SHOWN[0]}": style.number(PER * deaths[0] / births[0]),
                f"deaths {SHOWN[1]}": f"{deaths[1]:,} of {births[1]:,}",
                f"per 1,000 {SHOWN[1]}": style.number(PER * deaths[1] / births[1]),
                "at the state's rate": style.number(births[1] * state / PER, 1),
                f"outside the {style.percent(result.level)} lines": _outside(result, group),
            }
        )
    return pd.DataFrame(rows)


def _outside(result: Counties, group: np.ndarray) -> str:
    births, deaths = result.births[result.period], result.deaths[result.period]
    share = funnel.pooled(deaths, births)
    found = np.abs(funnel.outside(deaths[group], births[group], share, result.level)).sum()
    return f"{found} ({SHOWN[result.period]})"


def small_in_tails(tail: int = 20, seed: int = 1) -> pd.DataFrame:
    """Return how many small counties there are at both ends, and how many chance would put there.

    Parameters
    ----------
    tail : int
        The number of counties at each end, 13 to 50. Thirteen have no death, so a shorter low end
        would be arbitrary.
    seed : int
        The seed of the imagined worlds.

    Returns
    -------
    pandas.DataFrame
        One row for each end and each part of the counties. *If size told nothing*: the middle 95 %
        of all ways to shuffle sizes over counties. *If only chance differed*: the middle 95 % of
        imagined worlds in which every birth carries the state's risk.

    Raises
    ------
    ValueError
        If ``tail`` is out of its range.
    """
    arguments.whole("tail", tail, 13, 50)
    _, births, deaths = _read()
    count = births.shape[1]
    order = np.argsort(deaths[0] / births[0], kind="stable")
    worlds = _chance_orders(seed)
    rows = []
    for part, many in (("smaller half", count // 2), ("smallest quarter", count // 4)):
        small = np.argsort(np.argsort(births[0], kind="stable"), kind="stable") < many
        low, high = scipy.stats.hypergeom.ppf([0.025, 0.975], count, many, tail)
        for end, where in (("lowest", slice(0, tail)), ("highest", slice(count - tail, count))):
            by_chance = small[worlds[:, where]].sum(axis=1)
            chance_low, chance_high = np.quantile(by_chance, [0.025, 0.975])
            rows.append(
                {
                    "end": f"{tail} {end} rates",
                    "of the": part,
                    "counties": int(small[order[where]].sum()),
                    "if size told nothing": style.interval(low, high, 0),
                    "if only chance differed": style.interval(chance_low, chance_high, 0),
                }
            )
    return pd.DataFrame(rows).set_index(["end", "of the"])


@cache
def _chance_orders(seed: int) -> np.ndarray:
    """Return the counties in the order of their rates in each imagined world.

    Equal rates are put in a random order. The shape is (worlds, counties).
    """
    _, births, deaths = _read()
    generator = np.random.default_rng(seed)
    share = funnel.pooled(deaths[0], births[0])
    rates = generator.binomial(births[0], share, (WORLDS, births.shape[1])) / births[0]
    return np.lexsort((generator.random(rates.shape), rates))


def mean_errors() -> pd.DataFrame:
    """Return the errors of three predictions of the next period's rate.

    The third shrinks each county's own rate towards the state's, by the share of its distance that
    chance explains (lesson 1a), with the between-county variance of DerSimonian and Laird (1986).

    Returns
    -------
    pandas.DataFrame
        Mean absolute error per 1,000 births over the smaller half of the counties and over the
        larger, with a row each for the county's own past rate, the state's, and the shrunken one.
    """
    result = run()
    past, later = (PER * result.deaths[period] / result.births[period] for period in (0, 1))
    state = result.rate(slice(None), 0)
    by_chance = state * (PER - state) / result.births[0]
    believed = 1 / (1 + by_chance / meta.random_effects(past, by_chance).tau2)
    guesses = {
        "the county's own past rate": past,
        "the state's past rate": np.full(len(past), state),
        "the county's, shrunk to the state's": state + believed * (past - state),
    }
    errors = {name: np.abs(later - guess) for name, guess in guesses.items()}
    return pd.DataFrame(
        {
            "smaller half": [float(error[result.small].mean()) for error in errors.values()],
            "larger half": [float(error[~result.small].mean()) for error in errors.values()],
        },
        index=pd.Index(guesses, name="guess for 1979–84"),
    ).round(2)


def _seen_later(at: Callable[..., Counties]) -> str:
    there = at()
    low, high, state = (
        style.number(there.rate(end, 1)) for end in (there.without, there.high, slice(None))
    )
    return (
        f"Those without a death came to {low} per 1,000 births, close to the state's {state}. The "
        f"ten highest fell from {style.number(there.rate(there.high, 0))} to {high}."
    )


def _seen_longer(at: Callable[..., Counties]) -> str:
    small = [int(there.small[there.high].sum()) for there in (at(highest=n) for n in (10, 30))]
    return (
        f"Of ten, {small[0]} are small, and of thirty {small[1]}. A short list of the highest is a "
        f"list of small counties; a long one is not."
    )


explorable = Explorable(
    title="A hundred counties, two periods",
    ask=Ask(
        "For each of the hundred counties of North Carolina we count births in 1974–78 and sudden "
        "infant deaths among them. Suppose that every birth carried the same risk, and that "
        "counties differed by chance alone: then about 95 in 100 would lie between two lines. How "
        "many of the hundred lie outside these lines?",
        low=0,
        high=40,
        step=1,
        unit="counties",
        tempting=5,
        because="so many would chance put there, and the services before this differed by nothing "
        "else.",
        otherwise="Most counties differ by no more than chance makes them.",
    ),
    answer=lambda result: result.outside,
    controls=(
        Choice("period", "Period in the funnel", dict(zip(SHOWN, (0, 1), strict=True)), start=0),
        Slider("highest", "Counties marked as highest", 5, 30, start=10),
        Slider("level", "Lines hold, per cent", 80, 99, start=95),
    ),
    run=run,
    picture=picture,
    brief=brief,
    words=words,
    table=table,
    touch=(
        Details(
            label="Look at a county",
            hint="or click it",
            names=lambda result: result.names,
            story=_story,
            points=lambda result: funnel.names_at_points(result.names, _ends(result)),
        ),
    ),
    tasks=(
        Task(
            "Show the later period. Where have both ends gone?",
            {"period": 1},
            _seen_later,
        ),
        Task(
            "Mark more counties as highest, up to 30. How many of them are small? What does that "
            "say about a list of ten?",
            {"highest": 30},
            _seen_longer,
        ),
        Task(
            "Let the lines hold 99 per cent. Chance alone would put one county outside; how many "
            "are there?",
            {"level": 99},
            lambda at: (
                f"There are {at(level=99).outside}. Most of what differs is chance, and not all "
                f"of it; which cause stands behind the rest, no list can tell."
            ),
        ),
    ),
    limits=(
        "The lines treat every birth alike, while risks differ between families and places, and "
        "recording may differ too. Rates of single counties rest on a few children. That most of "
        "both ends is chance does not mean that all of it is; nor that nothing could be done."
    ),
)
