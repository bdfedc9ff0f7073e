"""Ripples: how a change at one scale reaches the other two, and how much of it is left there.

A linear dynamic system over three scales, x(t+1) = A x(t) + b u(t), read by its impulse responses
(Lütkepohl 2005, ch. 2). Bronfenbrenner (1977) is the usual source for persons nested in settings
nested in society.
Left out: thresholds and tipping (see ``collective_action``), and that people are not averages.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from scaling import style
from scaling.explorable import Ask, Choice, Explorable, Slider

SCALES = ("society-wide", "organisational", "individual")
COLOURS = (style.SOCIETY_WIDE, style.ORGANISATIONAL, style.INDIVIDUAL)
INERTIA = (0.8, 0.6, 0.5)  # share of a change still there a quarter later, by scale
DOWN = 0.2  # of a change above that is passed down one scale in a quarter
DIRECT = 0.1  # of a society-wide change that reaches people past any organisation
QUARTERS = 40
ONCE, LASTING = "once", "lasting"
POINTS = {ONCE: 100.0, LASTING: 10.0}  # in the first quarter only; in every quarter
PUSHED = {  # the share of a push that acts at each scale
    "society": (1.0, 0.0, 0.0),
    "organisations": (0.0, 1.0, 0.0),
    "people": (0.0, 0.0, 1.0),
    "law": (1.0, 1.0, 1.0),
}


@dataclass(frozen=True)
class Ripples:
    """What a push does at three scales over time.

    Attributes
    ----------
    at : str
        Where the push acts, a key of ``PUSHED``.
    kind : str
        ``ONCE``, 100 points in quarter 0; or ``LASTING``, 10 points in every quarter.
    up : float
        Share of a change that is passed up one scale in a quarter.
    buffer : float
        Share of what would come to people through organisations that these hold back.
    path : numpy.ndarray, shape (41, 3)
        Change in points, one row a quarter from 0 on, one column a scale from society down.
    long_run : numpy.ndarray, shape (3,)
        Where the three scales end if this goes on for ever; zeros for a push that comes once.
    """

    at: str
    kind: str
    up: float
    buffer: float
    path: np.ndarray
    long_run: np.ndarray

    @property
    def peak(self) -> np.ndarray:
        """Largest change at each scale within the ten years, in points, shape (3,)."""
        return self.path.max(axis=0)

    @property
    def peak_quarter(self) -> np.ndarray:
        """Quarter in which each scale has moved furthest, shape (3,)."""
        return self.path.argmax(axis=0)


def matrix(up: float, buffer: float) -> np.ndarray:
    """Return A: what each scale (row) takes over in a quarter from each scale (column).

    Parameters
    ----------
    up : float
        Passed up one scale, from people to organisations and from these to society, 0 to 0.2.
    buffer : float
        Held back by organisations, 0 to 1.

    Returns
    -------
    numpy.ndarray, shape (3, 3)
        Rows and columns in the order of ``SCALES``. Up to ``up`` = 0.2 no row sums to more than 1
        and the last one to less, so that every change dies out in the end.
    """
    society, organisations, people = INERTIA
    return np.array(
        [
            [society, up, 0.0],
            [DOWN, organisations, up],
            [DIRECT, DOWN * (1 - buffer), people],
        ]
    )


def responses(a: np.ndarray, push: np.ndarray, steps: int, lasting: bool = False) -> np.ndarray:
    """Return x(0), …, x(steps) of x(t+1) = A x(t) + push, with x(0) = push.

    Parameters
    ----------
    a : numpy.ndarray, shape (n, n)
        A.
    push : numpy.ndarray, shape (n,)
        What is added at each scale.
    steps : int
        0 or more.
    lasting : bool
        Whether the push comes again at every step; otherwise only at step 0.

    Returns
    -------
    numpy.ndarray, shape (steps + 1, n)
    """
    push = np.asarray(push, dtype=float)
    path = np.empty((steps + 1, len(push)))
    path[0] = push
    for step in range(steps):
        path[step + 1] = a @ path[step] + (push if lasting else 0.0)
    return path


def run(at: str = "people", kind: str = ONCE, up: float = 0.05, buffer: float = 0.0) -> Ripples:
    """Push at one scale, or at all three, and follow the change for ten years.

    Parameters
    ----------
    at : {"society", "organisations", "people", "law"}
        Where the push acts; a law acts on all three at once.
    kind : {"once", "lasting"}
        100 points in one quarter, or 10 points in every quarter.
    up : float
        0 to 0.2; what is passed down is 0.2.
    buffer : float
        0 to 1.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    if at not in PUSHED:
        raise ValueError(f"at must be one of {', '.join(PUSHED)}; it is {at!r}.")
    if kind not in POINTS:
        raise ValueError(f"kind must be {ONCE} or {LASTING}; it is {kind!r}.")
    if not 0 <= up <= DOWN:
        raise ValueError(f"up must lie between 0 and {DOWN}, which is passed down; it is {up}.")
    if not 0 <= buffer <= 1:
        raise ValueError(f"buffer must lie between 0 and 1; it is {buffer}.")
    a = matrix(up, buffer)
    push = POINTS[kind] * np.array(PUSHED[at])
    lasting = kind == LASTING
    return Ripples(
        at=at,
        kind=kind,
        up=up,
        buffer=buffer,
        path=responses(a, push, QUARTERS, lasting),
        long_run=np.linalg.solve(np.eye(3) - a, push) if lasting else np.zeros(3),
    )


BANDS = ((0.72, 0.94), (0.36, 0.58), (0.0, 0.22))  # of the picture's height, society on top
WHERE = {
    "society": "in society as a whole",
    "organisations": "in organisations",
    "people": "in people's lives",
    "law": "at all three scales at once",
}


def picture(result: Ripples) -> go.Figure:
    """Draw three bands, society on top, with the change at each scale over ten years."""
    quarters = np.arange(QUARTERS + 1)
    traces, axes, labels = [], {}, []
    for i, (scale, colour, band) in enumerate(zip(SCALES, COLOURS, BANDS, strict=True)):
        number = "" if i == 0 else str(i + 1)
        panel = {"xaxis": f"x{number}", "yaxis": f"y{number}"}
        traces.append(
            go.Scatter(
                x=quarters,
                y=result.path[:, i],
                mode="lines",
                line={"color": colour, "width": 2.5},
                fill="tozeroy",
                hovertemplate="quarter %{x}: %{y:.1f} points<extra></extra>",
                **panel,
            )
        )
        traces.append(
            go.Scatter(
                x=[result.peak_quarter[i]],
                y=[result.peak[i]],
                mode="markers",
                marker={"color": colour, "size": 10, "symbol": "diamond"},
                cliponaxis=False,
                hoverinfo="skip",
                **panel,
            )
        )
        axes[f"xaxis{number}"] = {
            "anchor": f"y{number}",
            "range": [-0.6, QUARTERS + 0.6],
            "dtick": 4,
            "showticklabels": i == 2,
            "title": {"text": "quarters since the push" if i == 2 else ""},
        }
        axes[f"yaxis{number}"] = {
            "anchor": f"x{number}",
            "domain": band,
            "rangemode": "tozero",
            "nticks": 4,
        } | ({"matches": "y"} if i else {})
        labels.append(
            {
                "text": f"<b>{scale}</b>: {_furthest(result, i)}",
                "x": 0,
                "y": band[1],
                "xref": "paper",
                "yref": "paper",
                "xanchor": "left",
                "yanchor": "bottom",
                "yshift": 3,
                "font": {"size": 15},
            }
        )
    return go.Figure(traces, {"height": 470, "margin": {"t": 8}, "annotations": labels} | axes)


def _furthest(result: Ripples, scale: int) -> str:
    if not result.peak[scale]:
        return "does not move"
    return f"at most {_points(result.peak[scale])} points, in quarter {result.peak_quarter[scale]}"


def _points(value: float) -> str:
    return style.number(value, 2 if 0 < value < 1 else 1).removesuffix(".0")


def words(result: Ripples) -> str:
    """Say how far each scale is moved, and what stays."""
    society, organisations, people = map(_points, result.peak)
    once = result.kind == ONCE
    end = result.path[-1] if once else result.long_run
    how = "100 points once" if once else "10 points every quarter"
    left = "after ten years" if once else "in the long run"
    return (
        f"A push of {how} {WHERE[result.at]} moves society by at most {society} points within "
        f"ten years, organisations by {organisations} and people by {people}. With "
        f"{style.percent(result.up)} passed up and {style.percent(DOWN)} down a scale each "
        f"quarter, and {style.percent(result.buffer)} held back by organisations, the three stand "
        f"at {', '.join(map(_points, end[:2]))} and {_points(end[2])} {left}."
    )


def table(result: Ripples) -> pd.DataFrame:
    """Return the push, the furthest point and the end of each scale."""
    push = POINTS[result.kind] * np.array(PUSHED[result.at])
    rows = {
        "scale": SCALES,
        "push, in points": [_points(value) for value in push],
        "furthest, in points": [_points(value) for value in result.peak],
        "in quarter": [
            str(quarter) if peak else "\N{EN DASH}"
            for quarter, peak in zip(result.peak_quarter, result.peak, strict=True)
        ],
        "after five years": [_points(value) for value in result.path[QUARTERS // 2]],
        "after ten years": [_points(value) for value in result.path[-1]],
        "in the long run": [_points(value) for value in result.long_run],
    }
    return pd.DataFrame(rows)


explorable = Explorable(
    title="Ripples: up is not down",
    ask=Ask(
        "A jolt of 100 points hits society as a whole, and within a year it has moved people's "
        "lives by 22 points. Now the same jolt of 100 points comes from below, in people's lives. "
        "Each quarter a twentieth of a change is passed up one scale, and a fifth passed down. How "
        "many points does society move, at most?",
        low=0,
        high=40,
        step=0.5,
        unit="points",
        tempting=22,
        because="what travels down should travel up as well.",
    ),
    answer=lambda result: result.peak[0],
    controls=(
        Choice(
            "at",
            "Where the push acts",
            {
                "people's lives": "people",
                "organisations": "organisations",
                "society as a whole": "society",
                "a law: all three at once": "law",
            },
            start="people",
        ),
        Choice(
            "kind",
            "How long",
            {"once: 100 points": ONCE, "lasting: 10 points every quarter": LASTING},
            start=ONCE,
        ),
        Slider("up", "Part of a change passed up", 0, 0.2, start=0.05, step=0.01),
        Slider("buffer", "Part held back by organisations", 0, 1, start=0, step=0.05),
    ),
    run=run,
    picture=picture,
    words=words,
    table=table,
    tasks=(
        "Push society as a whole, once. In which quarter do people feel it most, and how much is "
        "left after ten years?",
        "Let organisations hold back everything. How much still reaches people, and by which way?",
        "Start from the other end: push people's lives for good, every quarter, and raise the part "
        "that is passed up to 0.2. Is society moved now?",
    ),
    limits=(
        "All shares are invented; believe the pattern. Effects add up here and none is ever lost "
        "or turned round; real changes meet resistance, tip, or end a government. “People” is an "
        "average: a law that moves it by two points may upend one life. The next model shows what "
        "an average hides."
    ),
)
