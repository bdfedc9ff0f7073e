"""Trust: a stock that fills slowly, drains quickly, and decides who comes.

A stock with an inflow from presence and an outflow from imposition (a system-dynamics model in the
manner of Sterman 2000), with uptake as a logistic function of the stock. That trust is easier to
destroy than to create is Slovic's asymmetry principle (1993); later work finds it in some
conditions and not in others.
Left out: that people differ and talk to each other, that trust is owed to persons rather than to
services, and everything a bad product does to it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from scaling import style
from scaling.explorable import Ask, Choice, Explorable, Slider

WEEKS = 104  # two years, the worker's contract
SEATS = 24  # at the table, once a week from the launch
GAIN = 0.0075  # of the trust still missing, for each day a week of presence
EROSION = 0.08  # of the trust there is, each week, where everything is imposed
AT_FIRST = 0.1  # trust that a stranger is met with
MIDDLE = 0.4  # trust at which half of the seats are taken
STEEPNESS = 8.0  # of uptake over trust
COMERS, EVERYONE = "comers", "everyone"  # whom the worker meets after the launch
LONGEST = 78  # weeks of listening up to which the total is drawn


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
    trust_now, uptake_now : numpy.ndarray, shape (weeks,)
        The same for a launch in the first week.
    totals : numpy.ndarray, shape (longest + 1,)
        Visits in two years, by weeks of listening.
    """

    listening: int
    imposition: float
    days: float
    meets: str
    trust: np.ndarray
    uptake: np.ndarray
    trust_now: np.ndarray
    uptake_now: np.ndarray
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
    listening: int = 26, imposition: float = 0.25, days: float = 4, meets: str = COMERS
) -> Trust:
    """Compare a plan with a launch in the first week, and with all other weeks of listening.

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
        trust_now=trust[:, 0],
        uptake_now=taken[:, 0],
        totals=SEATS * taken[:, :-1].sum(axis=0),
    )


def picture(result: Trust) -> go.Figure:
    """Draw trust and seats over two years for two plans, beside visits by weeks of listening."""
    left, right, upper, lower = (0, 0.5), (0.69, 1), (0.58, 1), (0, 0.42)
    weeks = {"range": [0, WEEKS], "domain": left, "dtick": 26}
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
            *_over_time("", result.trust_now, result.trust),
            *_over_time("2", SEATS * result.uptake_now, SEATS * result.uptake),
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
            "yaxis3": {"anchor": "x3", "range": [0, 2300], "nticks": 6, "side": "right"},
        },
    )


NOW, LISTENED = style.SCALE_UP, style.JOIN_UP


def _over_time(panel: str, now: np.ndarray, planned: np.ndarray) -> list[go.Scatter]:
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
        for values, colour, dash in ((now, NOW, "solid"), (planned, LISTENED, "dash"))
    ]


def _by_listening(result: Trust) -> list[go.Scatter]:
    axes = {"xaxis": "x3", "yaxis": "y3", "hoverinfo": "skip"}
    points = [
        (0, result.totals[0], NOW, "square", 13),
        (result.listening, result.visits, LISTENED, "circle", 11),
        (result.best, result.totals.max(), style.GREY, "star", 12),
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
    now, planned = float(result.trust_now[-1]), float(result.trust[-1])
    at_end = {"x": WEEKS, "xanchor": "left", "xshift": 5, "align": "left"}
    same = result.listening == 0
    labels = [("launch now", now if same or abs(now - planned) > 0.13 else min(now, planned))]
    if not same:
        other = planned if abs(now - planned) > 0.13 else min(now, planned) + 0.13
        labels.append(("listen first", other))
    return [
        *({"text": text, "y": y} | at_end for text, y in labels),
        {
            "text": "square: now<br>star: the best",
            "x": LONGEST,
            "y": 2250,
            "xref": "x3",
            "yref": "y3",
            "xanchor": "right",
            "yanchor": "top",
        },
    ]


def words(result: Trust) -> str:
    """Say what the plan brings, what launching now brings, and how long listening pays."""
    whom = "everyone" if result.meets == EVERYONE else "only those who come"
    return (
        f"With {result.listening} weeks of listening, an imposition of "
        f"{style.number(result.imposition)}, {style.number(result.days, 0)} days a week and a "
        f"worker who then meets {whom}, the table opens at a trust of "
        f"{style.percent(_at_launch(result))} and draws {style.number(result.visits, 0)} visits on "
        f"{WEEKS - result.listening} evenings. Launched in the first week it draws "
        f"{style.number(result.totals[0], 0)}; best would be {result.best} weeks of listening, "
        f"with {style.number(result.totals.max(), 0)}."
    )


def _at_launch(result: Trust) -> float:
    return float(result.trust[min(result.listening, WEEKS - 1)])


def table(result: Trust) -> pd.DataFrame:
    """Return three plans side by side: launch now, as set, and the best."""
    plans = {"launch now": 0, "as set": result.listening, "best": result.best}
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


explorable = Explorable(
    title="Trust: listen first, or launch now?",
    ask=Ask(
        "A worker has two years in a new neighbourhood, and a table of 24 seats opens once a week "
        "from the launch. If the worker first listens for 26 weeks, the remaining 78 evenings draw "
        "1,449 visits. Instead the table could open in the first week, with the same worker "
        "building trust meanwhile: 104 evenings. How many visits would they draw?",
        low=0,
        high=2500,
        step=25,
        unit="visits",
        tempting=1500,
        because="the same worker and the same weeks should come to about the same.",
    ),
    answer=lambda result: result.totals[0],
    controls=(
        Slider("listening", "Weeks of listening before the launch", 0, LONGEST, start=26),
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
    picture=picture,
    words=words,
    table=table,
    tasks=(
        "Let the programme be imposed in full (1), as when something else is closed for it. What "
        "becomes of the trust that 26 weeks of listening have built?",
        "Impose nothing (0). Is listening still worth its weeks? Try to launch at once.",
        "Start from the other side: let the worker go on meeting everyone, wherever they are. "
        "Which plan wins now, and why?",
    ),
    limits=(
        "The numbers that say how quickly trust fills and drains are made up; what to trust is the "
        "shape. Trust is one stock for a whole neighbourhood, where real people differ and talk. "
        "And nothing is said of whether the table does any good: people can trust what does not "
        "help them, and be right to mistrust what would."
    ),
)
