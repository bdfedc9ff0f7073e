"""Ripples: how a change at one scale reaches the other two, and how much of it arrives.

A linear dynamic system over three scales, x(t+1) = A x(t) + b u(t), read by its impulse responses
(Lütkepohl 2005, ch. 2). Bronfenbrenner (1977) is the usual source for persons nested in settings
nested in society.
Left out: thresholds and tipping (see ``collective_action``), and that people are not averages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from scaling import arguments, style
from scaling.explorable import Ask, Choice, Explorable, Mark, Play, Slider, Still, Task
from scaling.style import Panel
from scaling.wording import was

SCALES = ("society-wide", "organisational", "individual")
COLOURS = (style.SOCIETY_WIDE, style.ORGANISATIONAL, style.INDIVIDUAL)
# Of a change, these shares are still there a quarter later, one for each scale.
INERTIA = (0.8, 0.6, 0.5)
# In each quarter this share of a change is passed down to the next scale.
DOWN = 0.2
# This share of a society-wide change reaches people directly, past any organisation.
DIRECT = 0.1
QUARTERS = 40  # quarters
ONCE, LASTING = "once", "lasting"
# A push comes in the first quarter only, or in every quarter.
POINTS = {ONCE: 100.0, LASTING: 10.0}
# For each place of a push, these are the shares of it that act at the three scales.
PUSHED = {
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
        Place of the push, a key of ``PUSHED``.
    kind : str
        ``ONCE``, 100 points in quarter 0; or ``LASTING``, 10 points in every quarter.
    up : float
        Share of a change that is passed up one scale in a quarter.
    buffer : float
        Share that organisations hold back of what would reach people through them.
    path : numpy.ndarray, shape (41, 3)
        Change in points: one row for each quarter from 0, one column for each scale from society
        down.
    long_run : numpy.ndarray, shape (3,)
        Limits of the three scales if the push lasts for ever; zeros for a push that comes once.
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
        """Quarter of the largest change at each scale, shape (3,)."""
        return self.path.argmax(axis=0)


def matrix(
    up: float, buffer: float, direct: float = DIRECT, inertia: tuple[float, ...] = INERTIA
) -> np.ndarray:
    """Return A: the share of a change that each scale (row) takes over from each scale (column).

    Parameters
    ----------
    up : float
        Share passed up in a quarter, from people to organisations and from these to society, 0 to
        0.2.
    buffer : float
        Share held back by organisations, 0 to 1.
    direct : float
        Share of a society-wide change that reaches people past organisations.
    inertia : tuple of float
        Share of a change that is left after a quarter, one for each scale.

    Returns
    -------
    numpy.ndarray, shape (3, 3)
        Rows and columns in the order of ``SCALES``. Up to ``up`` = 0.2 no row sums to more than 1
        and the last one to less, so that every change dies out in the end.
    """
    society, organisations, people = inertia
    return np.array(
        [
            [society, up, 0.0],
            [DOWN, organisations, up],
            [direct, DOWN * (1 - buffer), people],
        ]
    )


def responses(a: np.ndarray, push: np.ndarray, steps: int, lasting: bool = False) -> np.ndarray:
    """Return x(0), …, x(steps) of x(t+1) = A x(t) + push, with x(0) = push.

    Parameters
    ----------
    a : numpy.ndarray, shape (n, n)
        The matrix A.
    push : numpy.ndarray, shape (n,)
        Points added at each scale.
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
        Place of the push; a law acts on all three scales at once.
    kind : {"once", "lasting"}
        100 points in one quarter, or 10 points in every quarter.
    up : float
        Share passed up in a quarter, 0 to 0.2; the share passed down is 0.2.
    buffer : float
        Share held back by organisations, 0 to 1.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    arguments.one_of("at", at, PUSHED)
    arguments.one_of("kind", kind, POINTS)
    arguments.between("up", up, 0, DOWN)
    arguments.between("buffer", buffer, 0, 1)
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


# ---------------------------------------------------------------- what a learner sees

WHERE = {
    "society": "in society as a whole",
    "organisations": "in organisations",
    "people": "in people's lives",
    "law": "at all three scales at once",
}
# A strip has one dot for each point, in columns of five.
DOTS, HIGH = 100, 5
# These are shares of the picture's height, society on top.
STRIPS = ((0.68, 0.86), (0.34, 0.52), (0.0, 0.18))
LEFT, RIGHT = (0, 0.52), (0.65, 0.99)
# The axis runs on after the last quarter, so that there is room for the names of the curves.
ROOM_FOR_NAMES = 34  # quarters
# The axis of the curves holds the largest change, 266 points of society after a lasting law.
LEAST, MOST = 0.01, 300  # points


def picture(result: Ripples, until: float = QUARTERS) -> go.Figure:
    """Draw how far each scale is moved, one dot for each point, and the ten years beside it.

    Parameters
    ----------
    result : Ripples
    until : float
        The number of quarters that have passed. Until all have, the dots show where each scale
        stands now, with those pale that it has come back from.
    """
    traces, strips, labels = [], [], []
    is_over = until == QUARTERS
    furthest = result.path[: int(until) + 1].max(axis=0)
    now = furthest if is_over else result.path[int(until)]
    for i, (scale, strip) in enumerate(zip(SCALES, STRIPS, strict=True)):
        traces += _dots(now[i], furthest[i], COLOURS[i], "" if i == 0 else str(i + 1))
        x_axis = {
            "range": [0, DOTS],
            "dtick": 20,
            "showgrid": False,
            "showticklabels": i == 2,
            "title": {"text": "points, of 100 in one jolt" if i == 2 else ""},
        }
        y_axis = {"range": [-0.6, HIGH - 0.4], "visible": False}
        strips.append(Panel("", LEFT, x_axis, y_axis, within=strip))
        labels.append(
            {
                "text": f"<b>{scale}</b>: "
                + (_peak_in_words(result, i) if is_over else f"{_points(now[i])} points"),
                "x": 0,
                "y": strip[1],
                "xref": "paper",
                "yref": "paper",
                "xanchor": "left",
                "yanchor": "bottom",
                "yshift": 2,
                "font": {"size": 14},
            }
        )
    curves, names = _curves(result, until)
    ten_years = Panel(
        "points of change;<br>each line is ten<br>times the one below",
        RIGHT,
        {
            "range": [-1, QUARTERS + ROOM_FOR_NAMES],
            "tickvals": list(range(0, QUARTERS + 1, 10)),
            "title": {"text": "quarters since the push;<br>diamond: the furthest"},
        },
        {
            "type": "log",
            "range": np.log10([LEAST, MOST]).tolist(),
            "tickvals": [0.01, 0.1, 1, 10, 100],
            "ticktext": ["0.01", "0.1", "1", "10", "100"],
        },
        within=(STRIPS[2][0], STRIPS[0][1]),
    )
    layout = style.panels(*strips, ten_years)
    layout["annotations"] = [*labels, *layout["annotations"], *names]
    return go.Figure([*traces, *curves], layout | {"height": 450, "margin": {"t": 12}})


def _dots(points: float, furthest: float, colour: str, number: str) -> list[go.Scatter]:
    """Return a strip of a hundred rings, and a dot in one for each point, the last in part.

    Dots beyond ``points``, up to the furthest so far, are pale.
    """
    order = np.arange(DOTS)
    filled = np.clip(furthest - order, 0, 1)
    place = {
        "x": order // HIGH * HIGH + HIGH / 2,
        "y": order % HIGH,
        "mode": "markers",
        "hoverinfo": "skip",
        "xaxis": f"x{number}",
        "yaxis": f"y{number}",
    }
    ring = {"size": 13, "color": style.GREY, "symbol": "circle-open", "opacity": 0.45}
    dot = {
        "size": 13 * np.sqrt(filled),
        "color": colour,
        "opacity": np.where(filled == 0, 0, np.where(order < points, 1, 0.3)),
    }
    return [go.Scatter(place | {"marker": ring}), go.Scatter(place | {"marker": dot})]


def _curves(result: Ripples, until: float) -> tuple[list[go.Scatter], list[dict]]:
    """Return the curve of each scale over ten years, and the names at the ends of the curves."""
    drawn = np.where(result.path >= LEAST, result.path, np.nan)
    seen = result.path[: int(until) + 1]
    peaks, peak_quarters = seen.max(axis=0), seen.argmax(axis=0)
    ends = {scale: float(np.log10(max(seen[-1, i], LEAST))) for i, scale in enumerate(SCALES)}
    low, high = np.log10([LEAST, MOST])
    heights = style.apart(ends, 0.3, bottom=low + 0.1, top=high - 0.1)
    curves, names = [], []
    for i, (scale, dash) in enumerate(zip(SCALES, ("solid", "dash", "dot"), strict=True)):
        curves.append(
            go.Scatter(
                **style.grown(np.arange(QUARTERS + 1), drawn[:, i], until),
                mode="lines",
                line={"color": COLOURS[i], "width": 2.5, "dash": dash},
                hovertemplate=f"{scale}, quarter %{{x}}: %{{y:.2f}} points<extra></extra>",
                xaxis="x4",
                yaxis="y4",
            )
        )
        curves.append(
            go.Scatter(
                x=[peak_quarters[i]],
                y=[peaks[i] if peaks[i] >= LEAST else None],
                mode="markers",
                marker={"color": COLOURS[i], "size": 10, "symbol": "diamond"},
                hoverinfo="skip",
                xaxis="x4",
                yaxis="y4",
            )
        )
        names.append(
            {
                "text": scale,
                "x": until + 1,
                "y": heights[scale],
                "xref": "x4",
                "yref": "y4",
                "xanchor": "left",
            }
        )
    return curves, names


def _peak_in_words(result: Ripples, scale: int) -> str:
    if not result.peak[scale]:
        return "does not move"
    return f"at most {_points(result.peak[scale])} points"


def _points(value: float) -> str:
    return style.number(value, 2 if 0 < value < 0.1 else 1).removesuffix(".0")


def _far_scale_and_peak(result: Ripples) -> tuple[str, float]:
    """Return the subject of the brief sentence, the scale far from the push, and its peak."""
    if result.at in ("society", "organisations"):
        return "people's lives move", result.peak[2]
    return "society moves", result.peak[0]


def brief(result: Ripples, before: Ripples | None) -> str:
    """Say how far the scale moves that is furthest from the push."""
    (who, now), how = (
        _far_scale_and_peak(result),
        "A lasting push" if result.kind == LASTING else "A jolt",
    )
    then = None
    if before is not None and (before.at, before.kind) == (result.at, result.kind):
        then = _points(_far_scale_and_peak(before)[1])
    back = was(_points(now), then)
    return f"{how} {WHERE[result.at]}: {who} by at most {_points(now)} points{back}."


def words(result: Ripples) -> str:
    """Say how far each scale is moved, and how much is left in the end."""
    society, organisations, people = map(_points, result.peak)
    if result.kind == ONCE:
        left = style.number(result.path[-1].max(), 1)
        end = "next to nothing is left" if left == "0.0" else f"no scale keeps more than {left}"
        end = f"After ten years {end}."
    else:
        low, high = result.long_run.min(), result.long_run.max()
        end = f"In the long run the three end between {_points(low)} and {_points(high)}."
    return (
        f"With {style.percent(result.up)} passed up and {style.percent(result.buffer)} held back, "
        f"society moves by at most {society} points, organisations by {organisations} and people "
        f"by {people}. {end}"
    )


def table(result: Ripples) -> pd.DataFrame:
    """Return the push, the peak and the later values of each scale."""
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


def to_read(at: str, kind: str, up: float, buffer: float) -> Still:
    """Return a picture for an exercise; its words name the push but not its effect.

    Parameters
    ----------
    at, kind, up, buffer
        As for ``run``.
    """
    result = run(at, kind, up, buffer)
    how = "once, by 100 points" if kind == ONCE else "by 10 points every quarter"
    words = (
        f"A push {WHERE[at]}, {how}: {style.percent(up)} passed up each quarter, "
        f"{style.percent(DOWN)} down, and {style.percent(buffer)} held back by organisations. Each "
        "diamond marks the furthest point of a curve."
    )
    drawn = picture(result).update_layout(template=style.LIGHT)
    return Still("Ripples to read", drawn, words, table(result), folded=True)


def _seen_a_jolt_from_below(at: Callable[..., Ripples]) -> str:
    above, below = at(), at(at="people")
    return (
        f"By {_points(below.peak[0])} points, where from above people moved by "
        f"{_points(above.peak[2])} and most in quarter {above.peak_quarter[2]}. What travels down "
        "readily does not travel up."
    )


def _seen_held_back(at: Callable[..., Ripples]) -> str:
    none, everything = at(at="society"), at(at="society", buffer=1)
    return (
        f"People move by {_points(everything.peak[2])} points in place of "
        f"{_points(none.peak[2])}. That goes past organisations, as prices do."
    )


def _seen_from_below(at: Callable[..., Ripples]) -> str:
    little, much = (at(at="people", kind=LASTING, up=up) for up in (at().up, DOWN))
    return (
        f"Society moves by {_points(much.peak[0])} points within ten years, and by "
        f"{_points(much.long_run[0])} in the end. At the start's share the same push ends at "
        f"{_points(little.long_run[0])}."
    )


explorable = Explorable(
    title="Ripples through three scales",
    ask=Ask(
        "A jolt of 100 points hits society as a whole. Each quarter a fifth of a change is passed "
        "down one scale, from society to organisations and from these to people, a tenth goes past "
        "organisations, and a twentieth is passed up. By how many points does the jolt move "
        "people's lives, at most?",
        low=0,
        high=40,
        step=0.5,
        unit="points",
        tempting=20,
        is_right=True,
        because="a fifth is passed down, and quarter by quarter about so much gathers in the end.",
        otherwise="Society keeps passing it down, quarter after quarter, while what has come "
        "fades.",
    ),
    answer=lambda result: result.peak[2],
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
            start="society",
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
    brief=brief,
    picture=picture,
    words=words,
    table=table,
    mark=Mark("x3"),
    tasks=(
        Task(
            "Now give the same jolt from below, in people's lives. How many points does society "
            "move, at most?",
            {"at": "people"},
            _seen_a_jolt_from_below,
        ),
        Task(
            "Push society again, and let organisations hold back everything. How much still "
            "reaches people, and by which way?",
            {"at": "society", "buffer": 1},
            _seen_held_back,
        ),
        Task(
            "Start from the other end: push people's lives for good, every quarter, and raise the "
            "part that is passed up to 0.2, as much as is passed down. Is society moved now?",
            {"at": "people", "kind": LASTING, "up": DOWN},
            _seen_from_below,
        ),
    ),
    play=Play(
        each="quarter",
        steps=lambda result: np.linspace(0, QUARTERS, 3 * QUARTERS + 1),
        picture=picture,
    ),
    limits=(
        "All shares are invented, and that pushes from below fade was put in: less is passed up "
        "than down. With 0.2 both ways, and nothing past organisations, both arrive alike. Effects "
        "add up here and none is ever lost or turned round; real changes meet resistance, tip, or "
        "end a government. “People” is an average: a law that moves it by two points may upend one "
        "life. The next model shows what an average hides."
    ),
)
