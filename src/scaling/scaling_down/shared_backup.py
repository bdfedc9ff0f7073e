"""Shared back-up: many small teams, one reserve, and no decision moved.

Pooling of risk: the spread of a sum of independent calls grows with the square root of the number
of teams (de Moivre 1730), so a shared reserve does too (Eppen 1979). Calls are Poisson; a common
swing that hits all teams in the same week makes them negative binomial.
Left out: the way from the reserve to the team, who may draw on it first, and the trust it takes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from scipy import stats

from scaling import style
from scaling.explorable import Ask, Explorable, Folded, Mark, Slider, Task
from scaling.scaling_down import layers
from scaling.wording import number_of

TEAMS = 400  # the tables that the ministry asks for
GUESTS = 24  # at each
TAIL = 1e-9  # chance beyond which unanswered calls are no longer counted
ALONE, SHARED, ALL = style.GO_ALONE, style.JOIN_UP, style.SCALE_UP
GROUPS = np.array([1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 32, 40, 50, 65, 80, 100, 133, 200, 400])


@dataclass(frozen=True)
class SharedBackup:
    """The reserve that many teams hold ready, shared among some of them.

    Attributes
    ----------
    together : int
        Teams that share one reserve.
    calls : float
        Calls on the reserve that a team has in a week, on average, λ.
    service : float
        Share of weeks in which a reserve suffices, q.
    swing : float
        Common swing: coefficient of variation of a factor that all teams share.
    reserve : int
        Helpers held ready beyond the average, over all teams, shared as set.
    alone, pooled : int
        The same with each team on its own, and with one reserve for all.
    unanswered : tuple of float
        Calls a week for which no helper is left: alone, shared as set, one for all.
    groups, reserves : numpy.ndarray
        Sizes of sharing groups, and the reserve over all teams.
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
        """Part of the whole saving, from each alone to one for all, that this sharing brings."""
        return float(self.parts(np.array([self.reserve]))[0])

    def parts(self, reserves: np.ndarray) -> np.ndarray:
        """Return the part of the whole saving that each reserve brings; 0 if there is none."""
        whole = self.alone - self.pooled
        return (self.alone - reserves) / whole if whole > 0 else np.zeros(len(reserves))


def demand(mean: float | np.ndarray, swing: float = 0.0):  # noqa: ANN201 - scipy's frozen type
    """Return the distribution of calls in a week.

    Parameters
    ----------
    mean : float or numpy.ndarray
        Expected calls, above 0.
    swing : float
        Coefficient of variation of a common factor, 0 or more. With 0 calls are Poisson; otherwise
        the factor is gamma distributed with mean 1, and calls are negative binomial.
    """
    if swing == 0:
        return stats.poisson(mean)
    shape = 1 / swing**2
    return stats.nbinom(shape, shape / (shape + np.asarray(mean)))


def reserve(teams: int, calls: float, service: float, swing: float = 0.0) -> int:
    """Return the helpers a group of teams holds ready beyond the average.

    Parameters
    ----------
    teams : int
        Teams that share, n.
    calls : float
        λ, calls of one team in a week.
    service : float
        q: the reserve suffices in at least this share of weeks.
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
    """Return sizes of groups and how many there are: as many full ones as go, then the rest.

    Parameters
    ----------
    together : int
        Teams in a full group, 1 to ``teams``.
    teams : int
        All teams.
    """
    full, rest = divmod(teams, together)
    return [(together, full)] + ([(rest, 1)] if rest else [])


def total(together: int, calls: float, service: float, swing: float = 0.0) -> int:
    """Return the helpers in reserve over all teams if they share in groups.

    Parameters
    ----------
    together : int
        1 to 400.
    calls, service, swing : float
        As in ``reserve``.
    """
    return sum(count * reserve(size, calls, service, swing) for size, count in split(together))


def unanswered(together: int, calls: float, service: float, swing: float = 0.0) -> float:
    """Return the calls a week, over all teams, for which no helper is left: E(D − R)₊.

    Parameters
    ----------
    together : int
        1 to 400.
    calls, service, swing : float
        As in ``reserve``.
    """
    sum_of_all = 0.0
    for size, count in split(together):
        ready = size * calls + reserve(size, calls, service, swing)
        several = demand(size * calls, swing)
        beyond = np.arange(np.floor(ready), several.isf(TAIL) + 1)
        # The mean beyond R is the area under the chance to exceed each number from R on.
        part = several.sf(beyond)
        part[0] *= 1 - (ready - np.floor(ready))
        sum_of_all += count * part.sum()
    return float(sum_of_all)


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
        Calls of one team in a week, above 0.
    service : float
        Per cent of weeks in which a reserve suffices, above 50 and below 100.
    swing : float
        Common swing, 0 to 1.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    if together not in range(1, TEAMS + 1):
        raise ValueError(f"together must be a whole number from 1 to {TEAMS}; it is {together}.")
    if not 0 < calls < np.inf:
        raise ValueError(f"calls must be above 0; it is {calls}.")
    if not 50 < service < 100:
        raise ValueError(f"service must lie above 50 and below 100 per cent; it is {service}.")
    if not 0 <= swing <= 1:
        raise ValueError(f"swing must lie between 0 and 1; it is {swing}.")
    share = service / 100
    reserves = np.array([total(int(size), calls, share, swing) for size in GROUPS])
    return SharedBackup(
        together=int(together),
        calls=calls,
        service=share,
        swing=swing,
        reserve=total(int(together), calls, share, swing),
        alone=int(reserves[0]),
        pooled=int(reserves[-1]),
        unanswered=tuple(
            unanswered(size, calls, share, swing) for size in (1, int(together), TEAMS)
        ),
        groups=GROUPS,
        reserves=reserves,
    )


def picture(result: SharedBackup) -> go.Figure:
    """Draw the part of the saving over the size of sharing groups, beside what is held ready."""
    left, right = (0, 0.55), (0.68, 1)
    held = [result.alone, result.reserve, result.pooled]
    each = [value / result.alone for value in held]
    shared = "as set:<br>alone" if result.together == 1 else f"{result.together}<br>together"
    ticks = [1, 10, 100, 400]
    # Plain dictionaries, because a slider redraws this and make_subplots takes three times as long.
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
        {
            "height": 420,
            "margin": {"t": 62, "b": 70},
            "annotations": [
                style.heading(
                    "part of the saving that one<br>reserve for all would bring", left, 1
                ),
                style.heading("helpers in reserve,<br>over each team alone", right, 1),
                *_notes(result, held, each),
            ],
            "xaxis": {
                "domain": left,
                "anchor": "y",
                "type": "log",
                "range": [-0.06, np.log10(TEAMS) + 0.06],
                "tickvals": ticks,
                "ticktext": [str(tick) for tick in ticks],
                "title": {"text": "teams that share one reserve (scale multiplies)"},
            },
            "yaxis": {
                "anchor": "x",
                "range": [-0.12, 1.1],
                "tickvals": [0, 0.25, 0.5, 0.75, 1],
                "tickformat": ".0%",
            },
            "xaxis2": {
                "domain": right,
                "anchor": "y2",
                "tickvals": [0, 1, 2],
                "ticktext": ["alone", shared, f"all<br>{TEAMS}"],
                "range": [-0.5, 2.5],
                "tickangle": 0,
            },
            "yaxis2": {
                "anchor": "x2",
                "range": [0, 1.12],
                "tickvals": [0, 0.5, 1],
                "tickformat": ".0%",
            },
        },
    )


def _notes(result: SharedBackup, held: list[int], each: list[float]) -> list[dict]:
    """Return the part saved beside its mark, and how many helpers each bar means."""
    on_bars = [
        {"x": place, "y": share, "text": f"<b>{style.number(value, 0)}</b>", "xref": "x2"}
        | {"yref": "y2", "yanchor": "bottom"}
        for place, (value, share) in enumerate(zip(held, each, strict=True))
    ]
    is_few = result.together < TEAMS / 10
    beside = (
        {"xanchor": "left", "xshift": 12, "yshift": -4}
        if is_few
        else ({"xanchor": "right", "xshift": 12, "yshift": -30})
    )
    saved = {"x": float(np.log10(result.together)), "y": result.saved, "yanchor": "top"}
    who = "" if result.together == 1 else f", {_who(result.together)}"
    steps = {"x": np.log10(TEAMS), "y": -0.1, "xanchor": "right", "yanchor": "bottom"}
    return [
        *on_bars,
        saved | beside | {"text": f"<b>{style.percent(result.saved)}</b>{who}"},
        steps | {"text": "Steps: helpers are whole people."},
    ]


def brief(result: SharedBackup, before: SharedBackup | None) -> str:
    """Say what part of the saving this sharing brings; what one reserve needs, if that changed."""
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
    """Say what is held ready alone, shared as set, and in one reserve for all."""
    calls = number_of(result.calls, "call")
    swing = f" and a common swing of {style.percent(result.swing)}" if result.swing else ""
    shared = (
        ""
        if result.together == 1
        else f"; if {_who(result.together)}, {style.number(result.reserve, 0)}"
    )
    return (
        f"With {calls} a week to a team{swing}, {TEAMS} teams on their own hold "
        f"{style.number(result.alone, 0)} helpers in reserve to get through "
        f"{style.percent(result.service)} of weeks{shared}; and with one reserve for all "
        f"{style.number(result.pooled, 0)}{_share_of_saving(result)}."
    )


def _who(together: int) -> str:
    return "each keeps its own" if together == 1 else f"{together} together"


def _share_of_saving(result: SharedBackup) -> str:
    if result.alone <= result.pooled:
        return ", for there is nothing to save"
    if result.together == 1:
        return ""
    return f". That is {style.percent(result.saved)} of the saving that one reserve for all brings"


def table(result: SharedBackup) -> pd.DataFrame:
    """Return three ways of holding a reserve side by side."""
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
    """Return four ways to have 400 tables, as arithmetic.

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
        One row a way: guests, layers between it and the table,
        what it knows of what the table knows, managers, and helpers in reserve.
    """
    line = layers.run(TEAMS, span, knowledge)
    model = run(together)
    ways = {
        "run from the top, one reserve": (
            line.layers,
            line.knowledge_at_top,
            line.managers,
            model.pooled,
        ),
        "each table on its own": (0, 1.0, 0, model.alone),
        f"tables decide, {together} share a reserve": (0, 1.0, 0, model.reserve),
        "tables decide, all share a reserve": (0, 1.0, 0, model.pooled),
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
        "through 95 % of weeks each keeps 4 helpers more than the average: 1,600 in all. One "
        "reserve for all 400 would need 66. Instead tables share with neighbours, ten by ten. What "
        "part of that whole saving do they get, in per cent?",
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
        "Numbers of calls are invented."
    ),
)
