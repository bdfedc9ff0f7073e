"""Trust: a stock that fills slowly, drains quickly, and decides who comes.

Trust is a stock with an inflow from presence and an outflow from imposition (a system-dynamics
model in the manner of Sterman 2000); uptake is a logistic function of the stock. That trust is
easier to destroy than to create is Slovic's asymmetry principle (1993), which later work confirms
under some conditions only.
Left out: that people differ and talk to each other, that they trust persons rather than services,
and everything that a bad product does to trust.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from scaling import arguments, style
from scaling.explorable import Ask, Choice, Explorable, Mark, Play, Slider, Task
from scaling.style import Panel
from scaling.wording import number_of, was

# The worker's contract lasts two years.
WEEKS = 104
# From the launch on, the table opens once a week.
SEATS = 24
CHAIRS_IN_ROW = 4
# Every week, each day of presence adds this share of the trust that is still missing.
GAIN = 0.0075
# Every week, a programme that is imposed in full removes this share of the present trust.
EROSION = 0.08
# Strangers are trusted this much.
AT_FIRST = 0.1
# Uptake is a logistic function of trust, with this midpoint and this slope.
MIDPOINT = 0.4
STEEPNESS = 8.0
# After the launch, the worker meets either those who come or everyone.
COMERS, EVERYONE = "comers", "everyone"
LONGEST_LISTENING = 78  # weeks
# Every plan is compared with one that begins with this much listening.
HALF_A_YEAR = 26  # weeks
PLAN, LISTENED = style.SCALE_UP, style.JOIN_UP


@dataclass(frozen=True)
class Trust:
    """Two years of trust and uptake, for one plan.

    Attributes
    ----------
    listening : int
        Weeks of listening before the launch.
    imposition : float
        From 0 (requested and shaped by the people it is for) to 1 (imposed in full, and something
        else closed for it).
    days : float
        Days a week on which the worker is present.
    meets : {"comers", "everyone"}
        Whom the worker meets after the launch.
    trust, uptake : numpy.ndarray, shape (weeks,)
        Trust at the beginning of each week, and the share of seats taken (0 before the launch).
    trust_listened, uptake_listened : numpy.ndarray, shape (weeks,)
        The same for the plan with half a year of listening.
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
        return self.visits_by(WEEKS)

    def visits_by(self, until: int) -> float:
        """Return the visits in the first weeks under this plan."""
        return float(SEATS * self.uptake[:until].sum())

    @property
    def best(self) -> int:
        """The number of weeks of listening that brings the most visits."""
        return int(np.argmax(self.totals))


def uptake(
    trust: np.ndarray, steepness: float = STEEPNESS, midpoint: float = MIDPOINT
) -> np.ndarray:
    """Return the share of seats taken at a level of trust, 1/(1 + exp(−8(T − 0.4)))."""
    return 1 / (1 + np.exp(-steepness * (np.asarray(trust) - midpoint)))


def simulate(
    listening: int | np.ndarray,
    imposition: float,
    days: float,
    meets: str = COMERS,
    gain: float = GAIN,
    steepness: float = STEEPNESS,
    midpoint: float = MIDPOINT,
) -> tuple[np.ndarray, np.ndarray]:
    """Simulate trust and uptake for two years.

    Each week T' = T + g·days·reach·(1 − T) − e·imposition·T, where the last term applies from the
    launch on. Reach is 1 while the worker listens. After the launch it is 1 if the worker still
    meets everyone, and equals the uptake if the worker meets only those who come.

    Parameters
    ----------
    listening : int or numpy.ndarray, shape (plans,)
        Weeks before the launch.
    imposition : float
        0 to 1.
    days : float
        0 to 7.
    meets : {"comers", "everyone"}
    gain : float
        g, share of the missing trust that a day of presence adds in a week.
    steepness, midpoint : float
        Of the logistic function of trust that decides who comes.

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
        share = uptake(trust, steepness, midpoint)
        path[week], taken[week] = trust, share * is_open
        reach = np.where(is_open, share, 1.0) if meets == COMERS else 1.0
        inflow = gain * days * reach * (1 - trust)
        trust = trust + inflow - EROSION * imposition * is_open * trust
    return path, taken


def of_inventions(
    gain: float = GAIN, steepness: float = STEEPNESS, midpoint: float = MIDPOINT
) -> tuple[float, int]:
    """Return what listening brings with other invented numbers; all else is as at the start.

    Returns
    -------
    tuple of float and int
        Visits after half a year of listening as a multiple of those after none, and the weeks of
        listening that bring the most visits.
    """
    _, taken = simulate(
        np.arange(LONGEST_LISTENING + 1),
        imposition=0.25,
        days=4,
        gain=gain,
        steepness=steepness,
        midpoint=midpoint,
    )
    visits = taken.sum(axis=0)
    return float(visits[HALF_A_YEAR] / visits[0]), int(visits.argmax())


def run(
    listening: int = 0, imposition: float = 0.25, days: float = 4, meets: str = COMERS
) -> Trust:
    """Compare a plan with half a year of listening, and with plans that listen otherwise.

    Parameters
    ----------
    listening : int
        Weeks before the launch, 0 to 104.
    imposition : float
        How far the programme is imposed, 0 to 1.
    days : float
        Days a week of presence, 0 to 7.
    meets : {"comers", "everyone"}
        Whom the worker meets after the launch.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    arguments.whole("listening", listening, 0, WEEKS)
    arguments.between("imposition", imposition, 0, 1)
    arguments.between("days", days, 0, 7)
    arguments.one_of("meets", meets, (COMERS, EVERYONE))
    plans = np.append(np.arange(LONGEST_LISTENING + 1), int(listening))
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


def picture(result: Trust, until: int = WEEKS) -> go.Figure:
    """Draw trust and seats over two years for two plans, beside visits by weeks of listening.

    Parameters
    ----------
    result : Trust
    until : int
        The number of weeks that have passed.
    """
    left, right = (0, 0.56), (0.68, 1)
    # The axis is longer than the weeks, so that the names of the lines fit behind their ends.
    weeks = {"range": [0, 1.42 * WEEKS], "tickvals": [0, 26, 52, 78, 104]}
    layout = style.panels(
        Panel(
            "trust",
            left,
            weeks | {"showticklabels": False},
            {"range": [0, 1.04], "tickformat": ".0%", "nticks": 5},
            within=(0.58, 1),
        ),
        Panel(
            f"seats taken, of {SEATS}",
            left,
            weeks | {"title": {"text": "weeks"}},
            {"range": [0, 25], "tickvals": [0, 12, 24]},
            within=(0, 0.42),
        ),
        Panel(
            "visits in two years",
            right,
            {
                "range": [-2, LONGEST_LISTENING + 2],
                "tickvals": [0, 26, 52, 78],
                "title": {"text": "weeks of listening<br>before the launch"},
            },
            {"range": [0, 2500], "nticks": 6, "side": "right"},
        ),
    )
    layout["annotations"] += _labels(result, until)
    launch = {"type": "line", "x0": result.listening, "x1": result.listening, "y0": 0, "y1": 1}
    dotted = {"line": {"dash": "dot", "color": style.GREY, "width": 1.5}}
    return go.Figure(
        [
            *_over_time("", result.trust_listened[:until], result.trust[:until]),
            *_over_time("2", SEATS * result.uptake_listened[:until], SEATS * result.uptake[:until]),
            _chairs(round(SEATS * result.uptake[until - 1])),
            *_by_listening(result, until),
        ],
        layout
        | {
            "height": 500,
            "margin": {"t": 44, "b": 70},
            "shapes": [
                launch | dotted | {"xref": "x", "yref": "y domain"},
                launch | dotted | {"xref": "x2", "yref": "y2 domain"},
            ],
        },
    )


def _over_time(panel: str, listened: np.ndarray, plan: np.ndarray) -> list[go.Scatter]:
    axes = {"xaxis": f"x{panel}", "yaxis": f"y{panel}"}
    return [
        go.Scatter(
            x=np.arange(len(values)),
            y=values,
            mode="lines",
            line={"color": colour, "dash": dash, "width": 2.5},
            hovertemplate="week %{x}: %{y:.2f}<extra></extra>",
            **axes,
        )
        for values, colour, dash in ((listened, LISTENED, "dash"), (plan, PLAN, "solid"))
    ]


def _chairs(taken: int) -> go.Scatter:
    """Return the chairs round the table of this plan, a filled one for each that is taken."""
    number = np.arange(SEATS)
    column, row = number % CHAIRS_IN_ROW, number // CHAIRS_IN_ROW
    is_taken = number < taken
    return go.Scatter(
        x=WEEKS + 9 + 9 * column,
        y=2.4 + 4 * row,
        mode="markers",
        marker={
            "symbol": np.where(is_taken, "circle", "square-open"),
            "color": np.where(is_taken, PLAN, style.GREY),
            "size": np.where(is_taken, 11, 8),
        },
        hoverinfo="skip",
        xaxis="x2",
        yaxis="y2",
    )


def _by_listening(result: Trust, until: int) -> list[go.Scatter]:
    axes = {"xaxis": "x3", "yaxis": "y3", "hoverinfo": "skip"}
    points = [
        (result.best, result.totals.max(), style.GREY, "star", 13),
        (result.listening, result.visits_by(until), PLAN, "diamond", 13),
    ]
    return [
        go.Scatter(
            x=np.arange(LONGEST_LISTENING + 1),
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


def _labels(result: Trust, until: int) -> list[dict]:
    """Return the names of the two plans, the visits of this plan, and a key."""
    ends = {"this plan": float(result.trust[until - 1])}
    if result.listening != HALF_A_YEAR:
        ends["half a year"] = float(result.trust_listened[until - 1])
    ends = style.apart(ends, 0.16, 0.02, 0.96)
    at_end = {"x": until, "xanchor": "left", "xshift": 5}
    is_late, is_high = (
        result.listening > LONGEST_LISTENING / 2,
        abs(result.listening - result.best) < 9,
    )
    here = {
        "text": f"<b>{style.number(result.visits_by(until), 0)}</b>",
        "x": result.listening,
        "y": result.visits_by(until),
        "xanchor": "center" if is_high else "right" if is_late else "left",
        "xshift": 0 if is_high else -12 if is_late else 12,
        "yanchor": "bottom" if is_high else "top",
        "yshift": 8 if is_high else 4,
        "font": {"size": 15},
    }
    key = {
        "text": "◆ this plan<br>★ the most",
        "x": LONGEST_LISTENING,
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
    """State how many visits come, and what has been changed."""
    visits = number_of(round(result.visits), "visit")
    if before is None:
        return f"{_opening(result)}, the table draws {visits} in two years."
    last = style.number(before.visits, 0)
    return f"{_change(result, before)}, the table draws {visits}{was(visits.split()[0], last)}."


def _opening(result: Trust) -> str:
    return "After listening first" if result.listening else "Launched in the first week"


def _change(result: Trust, before: Trust) -> str:
    """Return a phrase that names the change since the last setting, without a number."""
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
    """State the visits of the plan, of half a year of listening, and of the best plan."""
    listened = number_of(result.listening, "week") if result.listening else "no weeks"
    return (
        f"After {listened} of listening the table opens at a trust of "
        f"{style.percent(_trust_at_launch(result))} and draws "
        f"{number_of(round(result.visits), 'visit')} on "
        f"{number_of(WEEKS - result.listening, 'evening')}. After {HALF_A_YEAR} weeks it draws "
        f"{style.number(result.totals[HALF_A_YEAR], 0)}; most come after "
        f"{_weeks_in_words(result.best)}, {style.number(result.totals.max(), 0)}."
    )


def _weeks_in_words(listening: int) -> str:
    return number_of(listening, "week") if listening else "none at all"


def _trust_at_launch(result: Trust) -> float:
    return float(result.trust[min(result.listening, WEEKS - 1)])


def table(result: Trust) -> pd.DataFrame:
    """Compare four plans: launch now, half a year of listening, as set, and the best."""
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


def _imposed_in_full(at: Callable[..., Trust]) -> str:
    full = at(listening=HALF_A_YEAR, imposition=1)
    return (
        f"It drains: from {style.percent(_trust_at_launch(full))} at the launch to "
        f"{style.percent(full.trust[-1])} at the end of two years. "
        f"{_visits_in_words(full.visits)}, in spite of the listening."
    )


def _launched_at_once(at: Callable[..., Trust]) -> str:
    at_once, later = at(listening=0), at()
    return (
        f"{_visits_in_words(at_once.visits)}, where {style.number(later.visits, 0)} were after "
        f"{number_of(later.listening, 'week')}. With little trust few come; the worker then meets "
        "few, and trust is not built."
    )


def _everyone_met(at: Callable[..., Trust]) -> str:
    now = at(listening=0, meets=EVERYONE)
    return (
        f"Launching at once wins: {style.number(now.visits, 0)} visits against "
        f"{style.number(now.totals[HALF_A_YEAR], 0)} after half a year. What held the table back "
        "was the changed role, not the early date."
    )


def _visits_in_words(visits: float) -> str:
    return f"{number_of(round(visits), 'visit')} are drawn"


explorable = Explorable(
    title="Listen first, or launch now?",
    ask=Ask(
        "A worker has two years in a new neighbourhood, and a table of 24 seats opens once a week. "
        "If the worker first listens for half a year, 1,449 visits are made to it. How many are "
        "made if it opens ten weeks earlier, after 16 weeks of listening?",
        low=0,
        high=2500,
        step=25,
        unit="visits",
        tempting=1450,
        is_right=True,
        because="what is lost in trust by listening less is gained in evenings by opening earlier.",
        otherwise="Sixteen weeks of listening build most of the trust that half a year builds.",
    ),
    answer=lambda result: result.visits,
    controls=(
        Slider("listening", "Weeks of listening before the launch", 0, LONGEST_LISTENING, start=16),
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
            "Open in the first week, without listening, while the same worker goes on building "
            "trust. It opens sixteen weeks earlier still: how many visits are made now?",
            {"listening": 0},
            _launched_at_once,
        ),
        Task(
            "Listen for half a year, then impose the programme in full (1), as when something else "
            "is closed for it. What becomes of the trust that was built?",
            {"listening": HALF_A_YEAR, "imposition": 1},
            _imposed_in_full,
        ),
        Task(
            "Start from the other side: open in the first week again, and let the worker go on "
            "meeting everyone, wherever they are. Which plan wins now, and why?",
            {"listening": 0, "meets": EVERYONE},
            _everyone_met,
        ),
    ),
    mark=Mark("y3"),
    play=Play(each="week", steps=lambda result: range(1, WEEKS + 1), picture=picture, seconds=3.5),
    limits=(
        "Whether listening pays hangs on how steeply uptake rises with trust, 8 here and invented: "
        "below 2.8 launching at once draws more visits than half a year of listening. With other "
        "inventions the best time lies anywhere from 5 to 58 weeks. Trust is one stock for a whole "
        "neighbourhood, where people differ and talk. And nothing is said of whether the table "
        "does any good: people can trust what does not help them, and be right to mistrust what "
        "would."
    ),
)
