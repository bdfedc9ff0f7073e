"""Shared back-up: many small teams, one reserve, and no decision moved.

This is pooling of risk: the spread of a sum of independent calls grows with the square root of the
number of teams (de Moivre 1730), and so does a shared reserve (Eppen 1979). Calls follow a Poisson
distribution; a common swing that affects all teams in the same week makes it negative binomial.
Left out: the way from the reserve to the team, who may draw on it first, and the trust it takes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import scipy

from scaling import arguments, style
from scaling.explorable import Ask, Explorable, Folded, Mark, Slider, Task
from scaling.scaling_down import layers
from scaling.style import Panel
from scaling.wording import number_of

# The ministry asks for this many tables, each of which is a team.
TEAMS = 400
# Each table has this many guests.
GUESTS = 24
# Unanswered calls are added up until still more calls have a smaller probability than this.
TAIL = 1e-9
ALONE, SHARED, ALL = style.GO_ALONE, style.JOIN_UP, style.SCALE_UP
# The curve is drawn through these sizes of sharing groups.
GROUPS = np.array([1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 32, 40, 50, 65, 80, 100, 133, 200, 400])


@dataclass(frozen=True)
class SharedBackup:
    """The reserve that many teams hold ready, shared among some of them.

    Attributes
    ----------
    together : int
        Teams that share one reserve.
    calls : float
        Calls for extra help that a team has in a week, on average, λ.
    service : float
        Share of weeks in which a reserve suffices, q; the same for every way to share.
    swing : float
        Common swing, the coefficient of variation of a factor that all teams share.
    reserve : int
        Helpers held ready beyond the average, over all teams, if ``together`` teams share.
    alone, pooled : int
        The same if each team is on its own, and if all teams share one reserve.
    unanswered : tuple of float
        Calls a week for which no helper is left, in three cases: each team on its own,
        ``together`` teams sharing, and one reserve for all.
    groups, reserves : numpy.ndarray
        Sizes of sharing groups, and the helpers that all teams together then hold ready.
    """

    together: int
    calls: float
    service: float
    swing: float
    reserve: int
    alone: int
    pooled: int
    unanswered: tuple[float, float, float]
    groups: np.ndarray
    reserves: np.ndarray

    @property
    def saved(self) -> float:
        """The part of the whole saving, that of one reserve for all, which this sharing brings."""
        return float(self.parts(np.array([self.reserve]))[0])

    def parts(self, reserves: np.ndarray) -> np.ndarray:
        """Return the part of the whole saving that each reserve brings; 0 if nothing is saved."""
        whole = self.alone - self.pooled
        return (self.alone - reserves) / whole if whole > 0 else np.zeros(len(reserves))


def demand(mean: float | np.ndarray, swing: float = 0.0):  # noqa: ANN201 - scipy's type is private
    """Return the distribution of calls in a week.

    Parameters
    ----------
    mean : float or numpy.ndarray
        Expected calls, above 0.
    swing : float
        Coefficient of variation of a common factor, 0 or more. With 0 the distribution is Poisson.
        Otherwise the factor is gamma distributed with mean 1, which makes calls negative binomial.
    """
    if swing == 0:
        return scipy.stats.poisson(mean)
    shape = 1 / swing**2
    return scipy.stats.nbinom(shape, shape / (shape + np.asarray(mean)))


def reserve(teams: int, calls: float, service: float, swing: float = 0.0) -> int:
    """Return the helpers that a group of teams holds ready beyond the average.

    Parameters
    ----------
    teams : int
        Teams that share, n.
    calls : float
        Calls of one team in a week, on average, λ.
    service : float
        Share of weeks in which the reserve suffices at least, q.
    swing : float
        Common swing of all teams.

    Returns
    -------
    int
        Quantile of the group's calls minus their mean, rounded up to whole helpers.
    """
    mean = teams * calls
    return int(np.ceil(demand(mean, swing).ppf(service) - mean - 1e-9))


def split(together: int, teams: int = TEAMS) -> list[tuple[int, int]]:
    """Divide the teams into full groups and, if teams are left over, a smaller one.

    Parameters
    ----------
    together : int
        Teams in a full group, 1 to ``teams``.
    teams : int
        All teams.

    Returns
    -------
    list of tuple of int
        The size of the groups and their number, for full groups and for the smaller one.
    """
    full, rest = divmod(teams, together)
    return [(together, full)] + ([(rest, 1)] if rest else [])


def at_equal_service(
    teams: int, calls: float, service: float, swing: float = 0.0
) -> tuple[float, float]:
    """Return the helpers of a group that suffice in just this share of weeks, and what they miss.

    Helpers are whole people, so with one number for all groups small ones would be surer than large
    ones. Here some groups have one helper more than others, so many that on average the service is
    exactly that asked for.

    Parameters
    ----------
    teams, calls, service, swing
        As in ``reserve``.

    Returns
    -------
    tuple of float
        Helpers beyond the average, on average over such groups, and the calls a week for which no
        helper is left, E(D − R)₊.
    """
    helpers, missed = _each_at_equal_service(np.array([teams]), calls, service, swing)
    return float(helpers[0]), float(missed[0])


def _each_at_equal_service(
    sizes: np.ndarray, calls: float, service: float, swing: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the same for groups of several sizes, all at once: scipy is slow to begin."""
    means = sizes * calls
    of_group = demand(means, swing)
    most = of_group.ppf(service)
    enough, not_enough = of_group.cdf(most), of_group.cdf(most - 1)
    with_most = (service - not_enough) / (enough - not_enough)
    # E(D − R)₊ is the sum of P(D > x) over all x from R on.
    ends = of_group.isf(TAIL) + 1
    numbers = [np.arange(*span) for span in zip(most, ends, strict=True)]
    lengths = [len(each) for each in numbers]
    beyond = demand(np.repeat(means, lengths), swing).sf(np.concatenate(numbers))
    missed = np.array([part.sum() for part in np.split(beyond, np.cumsum(lengths)[:-1])])
    missed += (1 - with_most) * of_group.sf(most - 1)
    return most - 1 + with_most - means, missed


def total(together: int, calls: float, service: float, swing: float = 0.0) -> tuple[int, float]:
    """Return the helpers that all teams hold ready in groups, and the calls left unanswered.

    Parameters
    ----------
    together : int
        Teams that share one reserve, 1 to 400.
    calls, service, swing : float
        As in ``reserve``.

    Returns
    -------
    tuple of int and float
        Helpers beyond the average, rounded up, and unanswered calls a week, over all teams.
    """
    return _totals([together], calls, service, swing)[0]


def _totals(
    ways: Sequence[int], calls: float, service: float, swing: float
) -> list[tuple[int, float]]:
    """Return the same for several ways to share."""
    groups = {way: split(way) for way in ways}
    sizes = sorted({size for parts in groups.values() for size, _ in parts})
    found = _each_at_equal_service(np.array(sizes), calls, service, swing)
    helpers, missed = (dict(zip(sizes, each.tolist(), strict=True)) for each in found)
    return [
        (
            int(np.ceil(sum(count * helpers[size] for size, count in groups[way]) - 1e-9)),
            sum(count * missed[size] for size, count in groups[way]),
        )
        for way in ways
    ]


@lru_cache(maxsize=256)
def run(
    together: int = 10, calls: float = 4.0, service: float = 95, swing: float = 0.0
) -> SharedBackup:
    """Hold a reserve for 400 teams, shared in groups.

    Parameters
    ----------
    together : int
        Teams that share one reserve, 1 to 400.
    calls : float
        Calls of one team in a week, on average, above 0.
    service : float
        Per cent of weeks in which a reserve suffices, above 50 and below 100.
    swing : float
        Common swing of all teams, 0 to 1.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    arguments.whole("together", together, 1, TEAMS)
    arguments.above("calls", calls)
    arguments.strictly_between("service", service, 50, 100, such_as=95, unit="per cent")
    arguments.between("swing", swing, 0, 1)
    share = service / 100
    *found, (held, missed) = _totals([*GROUPS.tolist(), int(together)], calls, share, swing)
    reserves = np.array([held for held, _ in found])
    return SharedBackup(
        together=int(together),
        calls=calls,
        service=share,
        swing=swing,
        reserve=held,
        alone=int(reserves[0]),
        pooled=int(reserves[-1]),
        unanswered=(found[0][1], missed, found[-1][1]),
        groups=GROUPS,
        reserves=reserves,
    )


def picture(result: SharedBackup) -> go.Figure:
    """Draw the part of the saving over the size of sharing groups, beside the three reserves."""
    held = [result.alone, result.reserve, result.pooled]
    each = [value / result.alone for value in held]
    shared = "as set:<br>alone" if result.together == 1 else f"{result.together}<br>together"
    ticks = [1, 10, 100, 400]
    layout = style.panels(
        Panel(
            "part of the saving that one<br>reserve for all would bring",
            (0, 0.55),
            {
                "type": "log",
                "range": [-0.06, np.log10(TEAMS) + 0.06],
                "tickvals": ticks,
                "ticktext": [str(tick) for tick in ticks],
                "title": {"text": "teams that share one reserve (scale multiplies)"},
            },
            {"range": [-0.12, 1.1], "tickvals": [0, 0.25, 0.5, 0.75, 1], "tickformat": ".0%"},
        ),
        Panel(
            "helpers in reserve,<br>over each team alone",
            (0.68, 1),
            {
                "tickvals": [0, 1, 2],
                "ticktext": ["alone", shared, f"all<br>{TEAMS}"],
                "range": [-0.5, 2.5],
                "tickangle": 0,
            },
            {"range": [0, 1.12], "tickvals": [0, 0.5, 1], "tickformat": ".0%"},
        ),
    )
    layout["annotations"] += _labels(result, held, each)
    return go.Figure(
        [
            go.Scatter(
                x=result.groups,
                y=result.parts(result.reserves),
                customdata=result.reserves,
                mode="lines+markers",
                line={"color": style.GREY, "width": 2},
                marker={"color": style.GREY, "size": 5},
                hovertemplate="%{x} teams share: %{customdata:,} helpers<extra></extra>",
            ),
            go.Scatter(
                x=[1, result.together, TEAMS],
                y=result.parts(np.array(held)),
                mode="markers",
                marker={
                    "size": 13,
                    "color": [ALONE, SHARED, ALL],
                    "symbol": ["triangle-up", "circle", "square"],
                },
                cliponaxis=False,
                hoverinfo="skip",
            ),
            go.Bar(
                x=[0, 1, 2],
                y=each,
                customdata=held,
                marker={"color": [ALONE, SHARED, ALL]},
                width=0.6,
                xaxis="x2",
                yaxis="y2",
                hovertemplate="%{customdata:,} helpers<extra></extra>",
            ),
        ],
        layout | {"height": 420, "margin": {"t": 62, "b": 70}},
    )


def _labels(result: SharedBackup, held: list[int], each: list[float]) -> list[dict]:
    """Return the labels of the mark and of each bar, and a note on the service."""
    on_bars = [
        {"x": place, "y": share, "text": f"<b>{style.number(value, 0)}</b>", "xref": "x2"}
        | {"yref": "y2", "yanchor": "bottom"}
        for place, (value, share) in enumerate(zip(held, each, strict=True))
    ]
    is_few = result.together < TEAMS / 10
    beside = (
        {"xanchor": "left", "xshift": 12, "yshift": -4}
        if is_few
        else {"xanchor": "right", "xshift": 12, "yshift": -30}
    )
    saved = {"x": float(np.log10(result.together)), "y": result.saved, "yanchor": "top"}
    shared = "" if result.together == 1 else f", {_how_shared(result.together)}"
    note = {"x": np.log10(TEAMS), "y": -0.1, "xanchor": "right", "yanchor": "bottom"}
    return [
        *on_bars,
        saved | beside | {"text": f"<b>{style.percent(result.saved)}</b>{shared}"},
        note | {"text": "each suffices in as many weeks"},
    ]


def brief(result: SharedBackup, before: SharedBackup | None) -> str:
    """State the part of the saving that this sharing brings, or which reserves have changed."""
    if before is not None and before.together == result.together:
        return (
            f"On their own the teams hold {style.number(result.alone, 0)} helpers ready, in one "
            f"reserve for all {style.number(result.pooled, 0)}."
        )
    if result.together == 1:
        return "Each team keeps its own reserve, so nothing is saved: 0 per cent."
    now = style.percent(result.saved)
    return f"Groups of {result.together} bring {now} of what one reserve for all would save."


def words(result: SharedBackup) -> str:
    """State the reserves of teams on their own, of teams that share, and of all together."""
    calls = number_of(result.calls, "call")
    swing = f" and a common swing of {style.percent(result.swing)}" if result.swing else ""
    shared = (
        ""
        if result.together == 1
        else f"; if {_how_shared(result.together)}, {style.number(result.reserve, 0)}"
    )
    return (
        f"With {calls} a week to a team{swing}, {TEAMS} teams on their own hold "
        f"{style.number(result.alone, 0)} helpers in reserve to get through "
        f"{style.percent(result.service)} of weeks{shared}; and with one reserve for all "
        f"{style.number(result.pooled, 0)}{_saving_clause(result)}."
    )


def _how_shared(together: int) -> str:
    return "each keeps its own" if together == 1 else f"{together} together"


def _saving_clause(result: SharedBackup) -> str:
    if result.alone <= result.pooled:
        return ", for there is nothing to save"
    if result.together == 1:
        return ""
    return f". That is {style.percent(result.saved)} of the saving that one reserve for all brings"


def table(result: SharedBackup) -> pd.DataFrame:
    """Return the three ways of holding a reserve side by side."""
    ways = ("each alone", "shared as set", "one for all")
    sizes = (1, result.together, TEAMS)
    held = (result.alone, result.reserve, result.pooled)
    demanded = TEAMS * result.calls
    return pd.DataFrame(
        {
            "reserve": ways,
            "teams that share it": sizes,
            "helpers in reserve": [style.number(value, 0) for value in held],
            "for each team": [style.number(value / TEAMS) for value in held],
            "calls unanswered a week": [style.number(value, 1) for value in result.unanswered],
            "of all calls": [style.percent(value / demanded, 2) for value in result.unanswered],
        }
    )


def tiny_on_a_massive_scale(together: int = 10, span: int = 6, knowledge: float = 0.9) -> Folded:
    """Return four ways to run 400 tables, side by side.

    Parameters
    ----------
    together : int
        Tables that share one reserve in the third way.
    span : int
        People to a manager in the first way.
    knowledge : float
        Share of knowledge that survives each layer in the first way.

    Returns
    -------
    explorable.Folded
        One row for each way: guests, layers from the table up to the decision, the share of the
        table's knowledge that arrives there, managers, and helpers in reserve.
    """
    hierarchy = layers.run(TEAMS, span, knowledge)
    backup = run(together)
    ways = {
        "run from the top, one reserve": (
            hierarchy.layers,
            hierarchy.knowledge_at_top,
            hierarchy.managers,
            backup.pooled,
        ),
        "each table on its own": (0, 1.0, 0, backup.alone),
        f"tables decide, {together} share a reserve": (0, 1.0, 0, backup.reserve),
        "tables decide, all share a reserve": (0, 1.0, 0, backup.pooled),
    }
    return Folded(
        pd.DataFrame(
            {
                "way": list(ways),
                "guests in all": f"{TEAMS * GUESTS:,}",
                "layers up to the decision": [row[0] for row in ways.values()],
                "knowledge where it is made": [style.percent(row[1]) for row in ways.values()],
                "managers in line": [row[2] for row in ways.values()],
                "helpers in reserve": [style.number(row[3], 0) for row in ways.values()],
            }
        )
    )


def _seen_further(at: Callable[..., SharedBackup]) -> str:
    few, ten, many = (style.percent(at(together=teams).saved) for teams in (5, 10, 40))
    return (
        f"Five together bring {few} of the saving, ten {ten}, forty {many}. From about twenty on a "
        f"further neighbour hardly matters."
    )


def _seen_swing(at: Callable[..., SharedBackup]) -> str:
    rough = at(swing=0.3)
    return (
        f"One reserve for all needs {style.number(rough.pooled, 0)} helpers instead of "
        f"{style.number(at().pooled, 0)}, where {style.number(rough.alone, 0)} are held apart. "
        f"What strikes all at once cannot be shared away."
    )


def _seen_sure(at: Callable[..., SharedBackup]) -> str:
    usual, sure = at(), at(service=99)
    return (
        f"Teams alone: they need {style.number(sure.alone - usual.alone, 0)} helpers more. Ten by "
        f"ten it is {style.number(sure.reserve - usual.reserve, 0)} more, and with one reserve for "
        f"all {style.number(sure.pooled - usual.pooled, 0)}."
    )


explorable = Explorable(
    title="A reserve that many share",
    ask=Ask(
        "Each of 400 tables has 4 calls for extra help a week, on average, at random. To get "
        "through 95 % of weeks each on its own, they keep 1,216 helpers more than the average in "
        "all. One reserve for all 400 would need 66. Instead tables share with neighbours, ten by "
        "ten. What part of that whole saving do they get, in per cent?",
        low=0,
        high=100,
        step=1,
        unit="per cent",
        tempting=3,
        because="ten of 400 is a small part, so one reserve for all must do the rest.",
        otherwise="In a group of ten, chance still throws the number of calls about.",
    ),
    answer=lambda result: 100 * result.saved,
    controls=(
        Slider("together", "Teams that share one reserve", 1, 100, start=10),
        Slider("calls", "Calls a week to a team, on average", 1, 20, start=4),
        Slider("service", "Weeks it must suffice, per cent", 80, 99, start=95),
        Slider("swing", "Common swing: all teams at once", 0, 0.5, start=0, step=0.05),
    ),
    run=run,
    picture=picture,
    brief=brief,
    words=words,
    table=table,
    mark=Mark("y", scale=0.01),
    tasks=(
        Task(
            "Let more and more teams share. From how many on does a further neighbour hardly "
            "matter?",
            {"together": 20},
            _seen_further,
        ),
        Task(
            "Let a bad week hit all teams at once: a common swing of 0.3, as in an epidemic. What "
            "does sharing still save?",
            {"swing": 0.3},
            _seen_swing,
        ),
        Task(
            "Start from the other end: ask that the reserve suffice in 99 % of weeks. Who pays "
            "more for that, teams alone or teams that share?",
            {"service": 99},
            _seen_sure,
        ),
    ),
    limits=(
        "Helpers are taken to reach every team at once, and every team to ask only for what it "
        "needs. Real reserves are far away, and easy to overuse; sharing takes rules and trust, "
        "which cost something. A shared reserve also fails together: one bad week is everybody's. "
        "Most hangs on calls that come independently, which is invented: from a common swing of "
        "0.3 on even one reserve for all saves less than half."
    ),
)
