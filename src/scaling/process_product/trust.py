"""Trust: a stock that fills slowly, drains quickly, and decides who comes.

A stock with an inflow from presence and an outflow from imposition (a system-dynamics model in the
manner of Sterman 2000), with uptake as a logistic function of the stock. That trust is easier to
destroy than to create is Slovic's asymmetry principle (1993); later work finds it in some
conditions and not in others.
Left out: that people differ and talk to each other, that trust is owed to persons rather than to
services, and everything a bad product does to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from scaling import style
from scaling.explorable import Ask, Choice, Explorable, Mark, Slider, Task
from scaling.wording import number_of, was

WEEKS = 104  # two years, the worker's contract
SEATS = 24  # at the table, once a week from the launch
GAIN = 0.0075  # of the trust still missing, for each day a week of presence
EROSION = 0.08  # of the trust there is, each week, where everything is imposed
AT_FIRST = 0.1  # trust that a stranger is met with
MIDDLE = 0.4  # trust at which half of the seats are taken
STEEPNESS = 8.0  # of uptake over trust
COMERS, EVERYONE = "comers", "everyone"  # whom the worker meets after the launch
LONGEST = 78  # weeks of listening up to which the total is drawn
HALF_A_YEAR = 26  # weeks of listening of the plan beside which all others are set


@dataclass(frozen=True)
class Trust:
    """Two years of trust and of evenings, for one plan.

    Attributes
    ----------
    listening : int
        Weeks of listening before the launch.
    imposition : float
        From 0 (asked for and shaped by those it is for) to 1 (imposed in full, and something else
        closed for it).
    days : float
        Days a week that the worker is present.
    meets : {"comers", "everyone"}
        Whom the worker meets after the launch.
    trust, uptake : numpy.ndarray, shape (weeks,)
        Trust at the beginning of each week, and the share of seats taken (0 before the launch).
    trust_listened, uptake_listened : numpy.ndarray, shape (weeks,)
        The same after half a year of listening.
    totals : numpy.ndarray, shape (longest + 1,)
        Visits in two years, by weeks of listening.
    """

    listening: int
    imposition: float
    days: float
    meets: str
    trust: np.ndarray
    uptake: np.ndarray
    trust_listened: np.ndarray
    uptake_listened: np.ndarray
    totals: np.ndarray

    @property
    def visits(self) -> float:
        """Visits in two years under this plan."""
        return float(SEATS * self.uptake.sum())

    @property
    def best(self) -> int:
        """The weeks of listening that bring the most visits."""
        return int(np.argmax(self.totals))


def uptake(trust: np.ndarray) -> np.ndarray:
    """Return the share of seats taken at a level of trust, 1/(1 + exp(−8(T − 0.4)))."""
    return 1 / (1 + np.exp(-STEEPNESS * (np.asarray(trust) - MIDDLE)))


def simulate(
    listening: int | np.ndarray, imposition: float, days: float, meets: str = COMERS
) -> tuple[np.ndarray, np.ndarray]:
    """Let trust fill and drain for two years.

    Each week T' = T + g·days·reach·(1 − T) − e·imposition·T, the last part from the launch on.
    Reach is 1 while the worker listens; afterwards it is 1 if the worker still goes to everyone,
    and the uptake if the worker meets only those who come.

    Parameters
    ----------
    listening : int or numpy.ndarray, shape (plans,)
        Weeks before the launch.
    imposition : float
        0 to 1.
    days : float
        0 to 7.
    meets : {"comers", "everyone"}

    Returns
    -------
    tuple of numpy.ndarray, each of shape (weeks, plans)
        Trust at the beginning of each week, and the share of seats taken.
    """
    launch = np.atleast_1d(np.asarray(listening))
    trust = np.full(launch.shape, AT_FIRST)
    path = np.empty((WEEKS, *launch.shape))
    taken = np.empty_like(path)
    for week in range(WEEKS):
        is_open = week >= launch
        comes = uptake(trust)
        path[week], taken[week] = trust, comes * is_open
        reach = np.where(is_open, comes, 1.0) if meets == COMERS else 1.0
        filling = GAIN * days * reach * (1 - trust)
        trust = trust + filling - EROSION * imposition * is_open * trust
    return path, taken


def run(
    listening: int = 0, imposition: float = 0.25, days: float = 4, meets: str = COMERS
) -> Trust:
    """Compare a plan with half a year of listening, and with all other weeks of listening.

    Parameters
    ----------
    listening : int
        Weeks before the launch, 0 to 104.
    imposition : float
        0 to 1.
    days : float
        Days a week of presence, 0 to 7.
    meets : {"comers", "everyone"}
        Whom the worker meets after the launch.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    if listening not in range(WEEKS + 1):
        raise ValueError(
            f"listening must be a whole number of weeks from 0 to {WEEKS}; it is {listening}."
        )
    if not 0 <= imposition <= 1:
        raise ValueError(f"imposition must lie between 0 and 1; it is {imposition}.")
    if not 0 <= days <= 7:
        raise ValueError(f"days must lie between 0 and 7; it is {days}.")
    if meets not in (COMERS, EVERYONE):
        raise ValueError(f"meets must be one of {COMERS} and {EVERYONE}; it is {meets!r}.")
    plans = np.append(np.arange(LONGEST + 1), int(listening))
    trust, taken = simulate(plans, imposition, days, meets)
    return Trust(
        listening=int(listening),
        imposition=imposition,
        days=days,
        meets=meets,
        trust=trust[:, -1],
        uptake=taken[:, -1],
        trust_listened=trust[:, HALF_A_YEAR],
        uptake_listened=taken[:, HALF_A_YEAR],
        totals=SEATS * taken[:, :-1].sum(axis=0),
    )


def picture(result: Trust) -> go.Figure:
    """Draw trust and seats over two years for two plans, beside visits by weeks of listening."""
    left, right, upper, lower = (0, 0.56), (0.68, 1), (0.58, 1), (0, 0.42)
    # Behind the last week there is room for the names of the lines.
    weeks = {"range": [0, 1.42 * WEEKS], "domain": left, "tickvals": [0, 26, 52, 78, 104]}
    share = {"range": [0, 1.04], "tickformat": ".0%", "nticks": 5}
    headings = [
        style.heading("trust", left, 1),
        style.heading(f"seats taken, of {SEATS}", left, 0.42),
        style.heading("visits in two years", right, 1),
    ]
    launch = {"type": "line", "x0": result.listening, "x1": result.listening, "y0": 0, "y1": 1}
    dotted = {"line": {"dash": "dot", "color": style.GREY, "width": 1.5}}
    # Plain dictionaries, because a slider redraws this and make_subplots takes three times as long.
    return go.Figure(
        [
            *_over_time("", result.trust_listened, result.trust),
            *_over_time("2", SEATS * result.uptake_listened, SEATS * result.uptake),
            *_by_listening(result),
        ],
        {
            "height": 500,
            "margin": {"t": 44, "b": 70},
            "annotations": [*headings, *_notes(result)],
            "shapes": [
                launch | dotted | {"xref": "x", "yref": "y domain"},
                launch | dotted | {"xref": "x2", "yref": "y2 domain"},
            ],
            "xaxis": weeks | {"anchor": "y", "showticklabels": False},
            "yaxis": share | {"domain": upper, "anchor": "x"},
            "xaxis2": weeks | {"anchor": "y2", "title": {"text": "weeks"}},
            "yaxis2": {"domain": lower, "anchor": "x2", "range": [0, 25], "tickvals": [0, 12, 24]},
            "xaxis3": {
                "domain": right,
                "anchor": "y3",
                "range": [-2, LONGEST + 2],
                "tickvals": [0, 26, 52, 78],
                "title": {"text": "weeks of listening<br>before the launch"},
            },
            "yaxis3": {"anchor": "x3", "range": [0, 2500], "nticks": 6, "side": "right"},
        },
    )


PLAN, LISTENED = style.SCALE_UP, style.JOIN_UP


def _over_time(panel: str, listened: np.ndarray, plan: np.ndarray) -> list[go.Scatter]:
    axes = {"xaxis": f"x{panel}", "yaxis": f"y{panel}"}
    return [
        go.Scatter(
            x=np.arange(WEEKS),
            y=values,
            mode="lines",
            line={"color": colour, "dash": dash, "width": 2.5},
            hovertemplate="week %{x}: %{y:.2f}<extra></extra>",
            **axes,
        )
        for values, colour, dash in ((listened, LISTENED, "dash"), (plan, PLAN, "solid"))
    ]


def _by_listening(result: Trust) -> list[go.Scatter]:
    axes = {"xaxis": "x3", "yaxis": "y3", "hoverinfo": "skip"}
    points = [
        (result.best, result.totals.max(), style.GREY, "star", 13),
        (result.listening, result.visits, PLAN, "diamond", 13),
    ]
    return [
        go.Scatter(
            x=np.arange(LONGEST + 1),
            y=result.totals,
            mode="lines",
            line={"color": style.GREY, "width": 2},
            **axes,
        ),
        *(
            go.Scatter(
                x=[x],
                y=[y],
                mode="markers",
                marker={"color": colour, "symbol": symbol, "size": size},
                cliponaxis=False,
                **axes,
            )
            for x, y, colour, symbol, size in points
        ),
    ]


def _notes(result: Trust) -> list[dict]:
    """Return the names of the two plans, of the present point, and of the best one."""
    ends = {"this plan": float(result.trust[-1])}
    if result.listening != HALF_A_YEAR:
        ends["half a year"] = float(result.trust_listened[-1])
    ends = style.apart(ends, 0.16, 0.02, 0.96)
    at_end = {"x": WEEKS, "xanchor": "left", "xshift": 5}
    is_late, is_high = result.listening > LONGEST / 2, abs(result.listening - result.best) < 9
    here = {
        "text": f"<b>{style.number(result.visits, 0)}</b>",
        "x": result.listening,
        "y": result.visits,
        "xanchor": "center" if is_high else "right" if is_late else "left",
        "xshift": 0 if is_high else -12 if is_late else 12,
        "yanchor": "bottom" if is_high else "top",
        "yshift": 8 if is_high else 4,
        "font": {"size": 15},
    }
    key = {
        "text": "◆ this plan<br>★ the most",
        "x": LONGEST,
        "y": 2450,
        "xanchor": "right",
        "yanchor": "top",
        "align": "left",
    }
    return [
        *({"text": name, "y": y} | at_end for name, y in ends.items()),
        *(note | {"xref": "x3", "yref": "y3"} for note in (here, key)),
    ]


def brief(result: Trust, before: Trust | None) -> str:
    """Say how many visits come, and what has been changed."""
    visits = number_of(round(result.visits), "visit")
    if before is None:
        return f"{_opening(result)}, the table draws {visits} in two years."
    last = style.number(before.visits, 0)
    return f"{_change(result, before)}, the table draws {visits}{was(visits.split()[0], last)}."


def _opening(result: Trust) -> str:
    return "After listening first" if result.listening else "Launched in the first week"


def _change(result: Trust, before: Trust) -> str:
    """Return what has been changed since, without a number."""
    changes = [
        "With more listening" * (result.listening > before.listening),
        "With less listening" * (result.listening < before.listening),
        "With more of it imposed" * (result.imposition > before.imposition),
        "With less of it imposed" * (result.imposition < before.imposition),
        "With the worker there more often" * (result.days > before.days),
        "With the worker there less often" * (result.days < before.days),
        "With everyone met" * (result.meets == EVERYONE != before.meets),
        "With only those met who come" * (result.meets == COMERS != before.meets),
    ]
    changes = [change for change in changes if change]
    return changes[0] if len(changes) == 1 else "With these settings"


def words(result: Trust) -> str:
    """Say what the plan brings, what half a year of listening brings, and how long it pays."""
    listened = number_of(result.listening, "week") if result.listening else "no weeks"
    return (
        f"After {listened} of listening the table opens at a trust of "
        f"{style.percent(_at_launch(result))} and draws {number_of(round(result.visits), 'visit')} "
        f"on {number_of(WEEKS - result.listening, 'evening')}. After {HALF_A_YEAR} weeks it draws "
        f"{style.number(result.totals[HALF_A_YEAR], 0)}; most come after {_weeks(result.best)}, "
        f"{style.number(result.totals.max(), 0)}."
    )


def _weeks(listening: int) -> str:
    return number_of(listening, "week") if listening else "none at all"


def _at_launch(result: Trust) -> float:
    return float(result.trust[min(result.listening, WEEKS - 1)])


def table(result: Trust) -> pd.DataFrame:
    """Return four plans side by side: launch now, half a year, as set, and the best."""
    plans = {
        "launch now": 0,
        "half a year": HALF_A_YEAR,
        "this plan": result.listening,
        "the most visits": result.best,
    }
    trust, taken = simulate(
        np.array(list(plans.values())), result.imposition, result.days, result.meets
    )
    return pd.DataFrame(
        [
            {
                "plan": name,
                "weeks of listening": weeks,
                "evenings": WEEKS - weeks,
                "trust at the launch": style.percent(trust[min(weeks, WEEKS - 1), place]),
                "trust after two years": style.percent(trust[-1, place], 1),
                "visits in two years": style.number(SEATS * taken[:, place].sum(), 0),
            }
            for place, (name, weeks) in enumerate(plans.items())
        ]
    )


def _drained(at: Callable[..., Trust]) -> str:
    full = at(listening=HALF_A_YEAR, imposition=1)
    return (
        f"It drains: from {style.percent(_at_launch(full))} at the launch to "
        f"{style.percent(full.trust[-1])} at the end of two years. {_came(full.visits)}, in spite "
        "of the listening."
    )


def _free(at: Callable[..., Trust]) -> str:
    free = at(imposition=0)
    return (
        f"{_came(free.visits)} without any listening, and {style.number(free.totals.max(), 0)} "
        f"after {number_of(free.best, 'week')} of it. Listening still pays, but for less long."
    )


def _everyone(at: Callable[..., Trust]) -> str:
    now = at(meets=EVERYONE)
    return (
        f"Launching at once wins: {style.number(now.visits, 0)} visits against "
        f"{style.number(now.totals[HALF_A_YEAR], 0)} after half a year. What held the table back "
        "was the changed role, not the early date."
    )


def _came(visits: float) -> str:
    return f"{number_of(round(visits), 'visit')} are drawn"


explorable = Explorable(
    title="Listen first, or launch now?",
    ask=Ask(
        "A worker has two years in a new neighbourhood, and a table of 24 seats opens once a week. "
        "If the worker first listens for half a year, 1,449 visits are made to it. How many are "
        "made if it opens in the first week, with the same worker building trust meanwhile?",
        low=0,
        high=2500,
        step=25,
        unit="visits",
        tempting=1500,
        because="the same worker and the same weeks should come to about the same.",
        otherwise="Some people come even to a table that few trust yet, week after week.",
    ),
    answer=lambda result: result.visits,
    controls=(
        Slider("listening", "Weeks of listening before the launch", 0, LONGEST, start=0),
        Slider("imposition", "How far it is imposed, 0 to 1", 0, 1, start=0.25, step=0.05),
        Slider("days", "Days a week that the worker is present", 1, 5, start=4),
        Choice(
            "meets",
            "After the launch the worker meets",
            {"only those who come": COMERS, "everyone, wherever they are": EVERYONE},
            start=COMERS,
        ),
    ),
    run=run,
    brief=brief,
    picture=picture,
    words=words,
    table=table,
    tasks=(
        Task(
            "Listen for half a year, then impose the programme in full (1), as when something else "
            "is closed for it. What becomes of the trust that was built?",
            {"listening": HALF_A_YEAR, "imposition": 1},
            _drained,
        ),
        Task(
            "Impose nothing (0). Is listening still worth its weeks?",
            {"imposition": 0},
            _free,
        ),
        Task(
            "Start from the other side: let the worker go on meeting everyone, wherever they are. "
            "Which plan wins now, and why?",
            {"meets": EVERYONE},
            _everyone,
        ),
    ),
    mark=Mark("y3"),
    limits=(
        "The numbers that say how quickly trust fills and drains are made up; what to trust is the "
        "shape. Trust is one stock for a whole neighbourhood, where real people differ and talk. "
        "And nothing is said of whether the table does any good: people can trust what does not "
        "help them, and be right to mistrust what would."
    ),
)
