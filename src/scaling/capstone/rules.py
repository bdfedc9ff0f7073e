"""Rules: what simple policies meet in many regions, at any share of the effect that is process.

The region was given a share at which each idea of the course wins somewhere. Here the share can be
moved, to see how much of the outcome hangs on it.
Left out: policies that nobody has written down, and the other invented numbers of the region, such
as what a move costs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from scipy import special

from scaling import arguments, style
from scaling.capstone.policies import FIXED, POLICIES, met, straight_in_all
from scaling.capstone.region import KINDS, PROCESS
from scaling.explorable import Ask, Choice, Explorable, Slider, Task
from scaling.wording import was

REGIONS = 20  # of each kind
SURE = 0.95
ALIKE, DIFFERENT, WARY = KINDS
COPY, ALONE, JOIN, LISTEN, EXPORT = (
    "copy the best everywhere",
    "go it alone",
    "join up",
    "listen first",
    "export at once",
)
# What lesson 2 begins with.
OF_LESSON_2 = 0.6
COLOURS = {COPY: style.SCALE_UP, ALONE: style.GO_ALONE, JOIN: style.JOIN_UP}


@dataclass(frozen=True)
class Rules:
    """What each policy meets in regions of one kind.

    Attributes
    ----------
    process : float
        s, share of the effect that is process.
    kind : str
        A name in ``region.KINDS``.
    met, lowest : dict of str to numpy.ndarray, shape (regions,)
        By policy: the share of all need that is met in two years, and the share in the
        neighbourhood where it is smallest.
    """

    process: float
    kind: str
    met: dict[str, np.ndarray]
    lowest: dict[str, np.ndarray]

    @property
    def best(self) -> str:
        """The policy that meets most on average."""
        return max(self.met, key=lambda name: self.met[name].mean())

    def ahead(self, one: str, other: str) -> float:
        """Return by how much one policy is ahead of another on average, as a share of the need."""
        return float((self.met[one] - self.met[other]).mean())


def run(process: float = PROCESS, kind: str = DIFFERENT) -> Rules:
    """Play two years by every policy, in twenty regions of a kind.

    Parameters
    ----------
    process : float
        s, share of the effect that is process, 0 to 1.
    kind : str
        A name in ``region.KINDS``.

    Raises
    ------
    ValueError
        If the share is out of its range, or there is no such kind.
    """
    arguments.between("process", process, 0, 1)
    arguments.one_of("kind", kind, KINDS)
    found = {name: met(name, kind, REGIONS, float(process)) for name in POLICIES}
    return Rules(
        process=float(process),
        kind=kind,
        met={name: shares[:, 0] for name, shares in found.items()},
        lowest={name: shares[:, 1] for name, shares in found.items()},
    )


def border(one: str, other: str, kind: str, regions: range = range(REGIONS)) -> float:
    """Return the share of process at which two policies meet equally much on average.

    Parameters
    ----------
    one, other : str
        Names in ``POLICIES``. The first is ahead at shares below the border, the second above it.
    kind : str
        A name in ``region.KINDS``.
    regions : range
        The seeds of the regions.

    Returns
    -------
    float
        NaN if the second does not overtake the first between 0 and 1.
    """
    mine, theirs = (straight_in_all(regions, kind, policy) for policy in (one, other))

    def ahead(process: float) -> float:
        return float((mine.total(process) - theirs.total(process)).sum())

    if ahead(0.0) <= 0 or ahead(1.0) >= 0:
        return float("nan")
    low, high = 0.0, 1.0
    while high - low > 1e-6:
        middle = (low + high) / 2
        low, high = (middle, high) if ahead(middle) > 0 else (low, middle)
    return (low + high) / 2


def interval(shares: np.ndarray) -> tuple[float, float]:
    """Return the 95 % interval of the mean over regions, by Student's t."""
    error = shares.std(ddof=1) / np.sqrt(len(shares))
    half = special.stdtrit(len(shares) - 1, (1 + SURE) / 2) * error
    return float(shares.mean() - half), float(shares.mean() + half)


def two_shares(one: str, other: str, kind: str, at: tuple[float, ...]) -> pd.DataFrame:
    """Return what two policies meet at some shares of process, in per cent, as a table."""
    found = {
        name.replace(" ", "_"): [100 * met(name, kind, REGIONS, share)[:, 0].mean() for share in at]
        for name in (one, other)
    }
    return pd.DataFrame({"process_share": at, **found}).round(2)


def _in_order(result: Rules) -> list[str]:
    """Return the policies, that which meets least first."""
    return sorted(result.met, key=lambda name: result.met[name].mean())


def picture(result: Rules) -> go.Figure:
    """Draw every region as a dot in its policy's row, with the mean and the lowest place."""
    order = _in_order(result)
    row = np.arange(len(order))
    colour = [COLOURS.get(name, style.BLUE) for name in order]
    dots = np.array([100 * result.met[name] for name in order])
    means = dots.mean(axis=1)
    lowest = [100 * float(result.lowest[name].mean()) for name in order]
    labels = [
        {"x": -19, "y": height, "xanchor": "left", "yshift": 20, "text": _label(result, name)}
        for height, name in enumerate(order)
    ]
    return go.Figure(
        [
            {
                "type": "scatter",
                "x": dots.ravel(),
                "y": row.repeat(REGIONS),
                "mode": "markers",
                "marker": {"size": 7, "opacity": 0.35, "color": np.repeat(colour, REGIONS)},
                "hovertemplate": "in one region: %{x:.0f} %<extra></extra>",
            },
            {
                "type": "scatter",
                "x": means,
                "y": row,
                "mode": "markers",
                "marker": {"size": 15, "symbol": "line-ns", "line": {"width": 4, "color": colour}},
                "hovertemplate": "on average: %{x:.0f} %<extra></extra>",
            },
            {
                "type": "scatter",
                "x": lowest,
                "y": row,
                "mode": "markers",
                "marker": {"size": 11, "symbol": "triangle-up-open", "color": colour}
                | {"line": {"width": 2}},
                "hovertemplate": "lowest neighbourhood: %{x:.0f} %<extra></extra>",
            },
        ],
        {
            "height": 520,
            "margin": {"t": 10, "l": 10, "r": 14, "b": 76},
            "xaxis": {
                "title": {
                    "text": "need met in two years, per cent<br>dot region · bar mean · △ lowest"
                },
                "range": [-20, 80],
            },
            "yaxis": {"visible": False, "range": [-0.5, len(order) - 0.2]},
            "annotations": labels,
        },
    )


def _label(result: Rules, name: str) -> str:
    """Return a row's name and means in per cent, short enough for a phone."""
    mean, lowest = (
        style.number(100 * float(part[name].mean()), 0) for part in (result.met, result.lowest)
    )
    return f"<b>{name}</b>: {mean} · △ {lowest}"


def brief(result: Rules, before: Rules | None) -> str:
    """Say how far joining up is ahead of going it alone, or which policy now meets most."""
    if before is None:
        gap = style.number(100 * result.ahead(JOIN, ALONE), 0)
        return f"Joining up less going it alone: {gap} points. “{result.best}” meets most."
    now, then = (style.percent(float(each.met[each.best].mean())) for each in (result, before))
    if result.best != before.best:
        return f"Now “{result.best}” meets most, {now}; before, “{before.best}” did."
    return f"“{result.best}” meets most, {now}{was(now, then)}."


def words(result: Rules) -> str:
    """Say which policy meets most, what follows, and what each leaves in the lowest place."""
    first, second = _in_order(result)[:-3:-1]
    low, high = interval(result.met[first] - result.met[second])
    fairest = max(result.lowest, key=lambda name: result.lowest[name].mean())
    share = {name: style.percent(float(result.met[name].mean())) for name in result.met}
    lowest = {name: style.percent(float(result.lowest[name].mean())) for name in result.met}
    return (
        f"With a share of process of {style.number(result.process)}, in {REGIONS} regions that are "
        f"{result.kind}, “{first}” meets {share[first]} of the need and “{second}” {share[second]} "
        f"(the difference has a 95 % interval of {style.interval(100 * low, 100 * high, 1)} "
        f"points). In the lowest neighbourhood “{first}” meets {lowest[first]}, “{fairest}” most, "
        f"{lowest[fairest]}, and “{EXPORT}” {lowest[EXPORT]}."
    )


def table(result: Rules) -> pd.DataFrame:
    """Return what each policy meets, with its interval and the lowest place, the most first."""
    return pd.DataFrame(
        [
            {
                "rule": name,
                "need met, per cent": style.number(100 * float(result.met[name].mean()), 1),
                "95 % interval of the mean": style.interval(*interval(100 * result.met[name]), 1),
                "in the lowest neighbourhood": style.number(
                    100 * float(result.lowest[name].mean()), 1
                ),
            }
            for name in reversed(_in_order(result))
        ]
    )


def _winners_seen(at: Callable[..., Rules]) -> str:
    found = [at(process=PROCESS, kind=kind) for kind in KINDS]
    fixed = [max(FIXED, key=lambda name: each.met[name].mean()) for each in found]
    return (
        f"Of the rules that do not look, “{fixed[0]}” wins where places are alike, “{fixed[1]}” "
        f"where they differ, and “{fixed[2]}” where people are wary. This share was chosen because "
        "each wins somewhere."
    )


def _lowest_seen(at: Callable[..., Rules]) -> str:
    there = at(process=PROCESS, kind=WARY)
    met, lowest = (
        {name: style.percent(float(part[name].mean())) for name in part}
        for part in (there.met, there.lowest)
    )
    return (
        f"“{LISTEN}” meets {met[LISTEN]} and leaves the lowest place with {lowest[LISTEN]}; "
        f"“{EXPORT}” meets {met[EXPORT]} and leaves it with {lowest[EXPORT]}. By the lowest, the "
        "ministry is right here."
    )


def _alike_seen(_at: Callable[..., Rules]) -> str:
    passes = style.number(border(COPY, ALONE, ALIKE))
    return (
        f"At about {passes}. Above it what people grow for themselves outweighs what can be "
        "copied, even where all places want nearly the same."
    )


explorable = Explorable(
    title="One number behind the scenes",
    ask=Ask(
        "In your region the share of the effect that is process was 0.4. There, where places "
        "differ and drift, joining up ends 8 points ahead of going it alone. Lesson 2 began with a "
        "share of 0.6. By how many points is joining up ahead then, below 0 if it is behind?",
        low=-10,
        high=20,
        step=1,
        unit="points",
        tempting=8,
        because="a number that nobody sees should not decide which way is best.",
        otherwise="Joining up loses more, since a handbook brings no process; but joined tables "
        "still come to fit.",
    ),
    answer=lambda result: 100 * result.ahead(JOIN, ALONE),
    controls=(
        Slider(
            "process", "Share of the effect that is process, 0 to 1", 0, 1, OF_LESSON_2, step=0.05
        ),
        Choice(
            "kind",
            "Kind of region",
            {kind[0].upper() + kind[1:]: kind for kind in KINDS},
            start=DIFFERENT,
        ),
    ),
    run=run,
    picture=picture,
    words=words,
    table=table,
    brief=brief,
    tasks=(
        Task(
            "Go back to the share of the game, 0.4, and look at each kind of region. How many of "
            "the rules that do not look win somewhere?",
            {"process": PROCESS},
            _winners_seen,
        ),
        Task(
            "Choose the wary region, at 0.4, and look at the triangles. For whom is the ministry's "
            "rule, to export at once, the better one?",
            {"process": PROCESS, "kind": WARY},
            _lowest_seen,
        ),
        Task(
            "Find the share at which going it alone passes copying the best, where places are "
            "alike and calm.",
            {},
            _alike_seen,
        ),
    ),
    limits=(
        "Which rule wins hangs on the share of process, and nobody has measured it. Going it alone "
        "overtakes joining up where places differ at 0.57, copying where they are alike at 0.66, "
        "and listening first where people are wary at 0.79. Costs, trust and the three kinds are "
        "invented as well. The rules are eight of very many, each in the same 20 regions."
    ),
)
