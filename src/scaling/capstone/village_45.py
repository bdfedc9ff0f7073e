"""Village 45: what one needs to know to promise take-up in a village that is not in the data.

Take-up of a weather insurance for rice in 44 villages of China (data of Cai, de Janvry & Sadoulet
2015). Each village in turn is predicted from all others by weighted least squares on what is known
of it: leave-one-out cross-validation (Stone 1974). The typical miss is compared with the one that
chance alone would leave.
Left out: other ways to predict, and who knew whom. What predicts need not be a cause.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from scaling import arguments, datasets, style
from scaling.explorable import Ask, Choice, Explorable, Mark, Slider, Task
from scaling.style import Panel
from scaling.wording import was

NOTHING, PEOPLE, RULE, BEFORE = "nothing", "people", "rule", "before"
# What may be known of a village is held by these columns.
KNOWN: dict[str, tuple[str, ...]] = {
    NOTHING: (),
    PEOPLE: ("literate", "rice_area_mu"),
    RULE: ("default_buy",),
    BEFORE: ("earlier_takeup",),
}
LABELS = {
    NOTHING: "nothing but the other villages",
    PEOPLE: "who lives there (reading, land)",
    RULE: "the rule of the first round (default)",
    BEFORE: "what others there did in a first round",
}
# These are the labels' short forms, for the brief sentence.
KNOWING = {
    NOTHING: "only the other villages",
    PEOPLE: "who lives there",
    RULE: "which rule was used",
    BEFORE: "what others there did before",
}
FEWEST = 10  # villages


@dataclass(frozen=True)
class Promises:
    """Promises for villages, each made from all the other villages.

    Attributes
    ----------
    know : str
        A key of ``KNOWN``.
    at_least : int
        Smallest number of surveyed households for a village to count.
    households : numpy.ndarray of int, shape (villages,)
        Number of surveyed households.
    share, promised : numpy.ndarray, shape (villages,)
        Share of households that bought, and the share that was promised.
    without : float
        Typical miss (root mean square) of promises made without any knowledge of the village.
    """

    know: str
    at_least: int
    households: np.ndarray
    share: np.ndarray
    promised: np.ndarray
    without: float

    @property
    def miss(self) -> float:
        """Typical miss (root mean square) of these promises."""
        return root_mean_square(self.share - self.promised)

    @property
    def floor(self) -> float:
        """Typical miss if the true rate were known, because only few households were asked."""
        # The divisor is n − 1, because households lie closer to the observed share than to the
        # unknown true rate.
        return root_mean_square(np.sqrt(self.share * (1 - self.share) / (self.households - 1)))


def root_mean_square(misses: np.ndarray) -> float:
    """Return the root of the mean square of some misses, shape (villages,)."""
    return float(np.sqrt(np.mean(np.square(misses))))


@cache
def _by_village() -> pd.DataFrame:
    households = datasets.load("rice_insurance").astype({"literate": float})
    by_village = households.groupby("village")
    known = sorted({column for columns in KNOWN.values() for column in columns})
    return by_village[["bought", *known]].mean().assign(households=by_village.size())


def predicted_from_others(outcome: np.ndarray, known: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return each outcome as predicted by a weighted linear fit to all the others.

    Parameters
    ----------
    outcome, weight : numpy.ndarray, shape (places,)
    known : numpy.ndarray, shape (places, variables)
        Without columns, the prediction is the weighted mean of the others.

    Returns
    -------
    numpy.ndarray, shape (places,)

    Notes
    -----
    One fit is enough, because leaving a place out multiplies its residual by 1/(1 − leverage).
    """
    root = np.sqrt(weight)
    design = np.column_stack([np.ones(len(outcome)), known]) * root[:, None]
    basis = np.linalg.qr(design)[0]
    leverage = (basis**2).sum(axis=1)
    residual = outcome * root - basis @ (basis.T @ (outcome * root))
    return outcome - residual / (1 - leverage) / root


def gain_interval(know: str, at_least: int = 20, seed: int = 1) -> tuple[float, float]:
    """Return the 95 % interval of how much knowing something lowers the typical miss.

    Parameters
    ----------
    know, at_least
        As in `run`.
    seed : int
        The seed of 4,000 resamples of the villages.

    Returns
    -------
    tuple of float
        Shares of households; below 0 where knowing it makes the miss larger.

    Raises
    ------
    ValueError
        As in `run`.
    """
    known, nothing = run(know, at_least), run(NOTHING, at_least)
    villages = len(known.share)
    drawn = np.random.default_rng(seed).integers(0, villages, (4000, villages))
    before, after = (
        np.sqrt(((one.share - one.promised) ** 2)[drawn].mean(axis=1)) for one in (nothing, known)
    )
    low, high = np.quantile(before - after, [0.025, 0.975])
    return float(low), float(high)


@lru_cache(maxsize=128)
def run(know: str = PEOPLE, at_least: int = 20) -> Promises:
    """Promise the take-up of every village, each time from all the others.

    Parameters
    ----------
    know : {"nothing", "people", "rule", "before"}
        What is known of the village.
    at_least : int
        Smallest number of surveyed households for a village to count; at least 1.

    Raises
    ------
    ValueError
        If there is no such thing to know, or too few villages are left.
    """
    arguments.one_of("know", know, KNOWN)
    villages = _by_village()
    villages = villages[villages.households >= at_least]
    if len(villages) < FEWEST:
        raise ValueError(
            f"Only {len(villages)} villages have {at_least} households or more. Count smaller ones "
            f"too: at least {FEWEST} are needed to learn from."
        )
    share = villages.bought.to_numpy()
    weight = villages.households.to_numpy(dtype=float)

    def promise(columns: tuple[str, ...]) -> np.ndarray:
        return predicted_from_others(share, villages[list(columns)].to_numpy(), weight)

    return Promises(
        know=know,
        at_least=at_least,
        households=villages.households.to_numpy(),
        share=share,
        promised=promise(KNOWN[know]),
        without=root_mean_square(share - promise(())),
    )


SMALLEST, LARGEST, STEP = 5, 40, 5  # households


@cache
def _largest_miss() -> float:
    """Return the largest typical miss at any setting of the controls, in points."""
    sizes = range(SMALLEST, LARGEST + 1, STEP)
    return max(100 * run(know, size).miss for know in KNOWN for size in sizes)


def picture(result: Promises) -> go.Figure:
    """Draw promised and actual take-up in each village, and the typical misses beside them."""
    order = np.argsort(result.share, kind="stable")
    place = (np.arange(len(order)) + 0.5) / len(order)
    share, promised = 100 * result.share[order], 100 * result.promised[order]
    gaps = style.lines_between(
        np.r_[place, place],
        np.r_[share, promised],
        np.column_stack([np.arange(len(order)), np.arange(len(order)) + len(order)]),
    )
    key = (
        f"<span style='color:{style.OBSERVED}'>◆</span> bought   "
        f"<span style='color:{style.ORANGE}'>○</span> promised"
    )
    misses = {
        "chance alone": (result.floor, style.GREY),
        "nothing known": (result.without, style.GREY),
        "this known": (result.miss, style.OBSERVED),
    }
    layout = style.panels(
        Panel(
            "promised and came",
            (0.0, 0.6),
            {
                "title": {
                    "text": f"{len(order)} villages of {result.at_least} households or more,<br>"
                    "lowest first"
                },
                "range": [-0.02, 1.02],
                "showticklabels": False,
                "ticks": "",
                "showgrid": False,
            },
            {"title": {"text": "households that bought, per cent"}, "range": [0, 100]},
        ),
        Panel(
            "how far off",
            (0.68, 1.0),
            {
                "title": {"text": "typical miss, points"},
                # The range is the same at every setting, so that bars can be compared.
                "range": [0, 1.25 * _largest_miss()],
            },
            # There is room below for the learner's prediction.
            {"visible": False, "range": [-0.9, len(misses) - 0.3]},
        ),
    )
    layout["annotations"] = [
        {"x": 0, "y": 94, "xanchor": "left", "text": key},
        *(
            {"x": 0, "y": row, "xref": "x2", "yref": "y2", "xanchor": "left"}
            | {"yshift": 26, "text": f"{name}: {_points(miss)}"}
            for row, (name, (miss, _)) in enumerate(misses.items())
        ),
        *layout["annotations"],
    ]
    return go.Figure(
        [
            {"type": "scatter", "mode": "lines", "line": {"color": style.GREY, "width": 1.2}}
            | gaps
            | {"hoverinfo": "skip"},
            {
                "type": "scatter",
                "x": place,
                "y": promised,
                "mode": "markers",
                "marker": {"symbol": "circle-open", "size": 10, "color": style.ORANGE}
                | {"line": {"width": 2.5}},
                "hovertemplate": "promised %{y:.0f} %<extra></extra>",
            },
            {
                "type": "scatter",
                "x": place,
                "y": share,
                "mode": "markers",
                "marker": {"symbol": "diamond", "size": 9, "color": style.OBSERVED},
                "hovertemplate": "bought %{y:.0f} %<extra></extra>",
            },
            {
                "type": "bar",
                "orientation": "h",
                "x": [100 * miss for miss, _ in misses.values()],
                "y": list(range(len(misses))),
                "marker": {"color": [colour for _, colour in misses.values()]},
                "hoverinfo": "skip",
                "xaxis": "x2",
                "yaxis": "y2",
            },
        ],
        layout | {"height": 390, "margin": {"t": 40, "r": 30}, "bargap": 0.6},
    )


def brief(result: Promises, before: Promises | None) -> str:
    """Say how far a promise misses with what is known."""
    now = _points(result.miss)
    then = _points(before.miss) if before else None
    return (
        f"Knowing {KNOWING[result.know]}, a promise misses by {now} points, typically"
        f"{was(now, then)}."
    )


def words(result: Promises) -> str:
    """Say how far promises miss with what is known, with nothing known, and by chance alone."""
    beside = f"; one that knows nothing of it misses by {_points(result.without)}"
    return (
        f"Knowing {LABELS[result.know]}, a promise for one of these {len(result.share)} villages "
        f"misses by {_points(result.miss)} points, typically"
        f"{'' if result.know == NOTHING else beside}. With so few households asked, chance alone "
        f"would leave {_points(result.floor)}."
    )


def _points(miss: float) -> str:
    return style.number(100 * miss, 1)


def table(result: Promises) -> pd.DataFrame:
    """Return the typical miss for each thing that may be known."""
    return pd.DataFrame(
        [
            {
                "what is known of the village": LABELS[know],
                "typical miss, points": _points(run(know, result.at_least).miss),
                "less than with nothing, 95 %": _gained(know, result.at_least),
            }
            for know in KNOWN
        ]
        + [
            {
                "what is known of the village": "its true rate (chance alone)",
                "typical miss, points": _points(result.floor),
                "less than with nothing, 95 %": style.number(float("nan")),
            }
        ]
    )


def _gained(know: str, at_least: int) -> str:
    """Return the interval of what knowing this takes off the miss, in points."""
    if know == NOTHING:
        return style.number(float("nan"))
    low, high = gain_interval(know, at_least)
    return style.interval(100 * low, 100 * high, 1)


explorable = Explorable(
    title="A promise for village 45",
    ask=Ask(
        "Knowing only the other villages, a promise of take-up in one more is off by 14.1 points, "
        "typically. Now you also know what others there did when it was first offered, in an "
        "earlier round. By how many points will your promise be off?",
        low=0,
        high=20,
        step=0.5,
        unit="points",
        tempting=10,
        is_right=True,
        because="people of one village do alike, so what others did there should help, in part.",
        otherwise="What others did tells much, but few were asked in a village: chance stays.",
    ),
    answer=lambda result: 100 * result.miss,
    controls=(
        Choice(
            "know",
            "What you know of the village",
            {label[0].upper() + label[1:]: know for know, label in LABELS.items()},
            start=BEFORE,
        ),
        Slider(
            "at_least",
            "Smallest village counted, in households",
            SMALLEST,
            LARGEST,
            start=20,
            step=STEP,
        ),
    ),
    run=run,
    picture=picture,
    words=words,
    table=table,
    brief=brief,
    mark=Mark("x2"),
    tasks=(
        Task(
            "Forget the first round again. How much of the miss had it taken away, and how much "
            "can nothing take away?",
            {"know": NOTHING},
            lambda at: (
                f"It grows from {_points(at().miss)} to {_points(at(know=NOTHING).miss)} points. "
                f"Chance alone leaves {_points(at().floor)}, since so few households were asked."
            ),
        ),
        Task(
            "Count villages of 5 households or more. What happens to the miss, and is that the "
            "fault of the promise?",
            {"at_least": 5},
            lambda at: (
                f"It grows from {_points(at().miss)} to {_points(at(at_least=5).miss)} points. So "
                f"does what chance alone leaves, from {_points(at().floor)} to "
                f"{_points(at(at_least=5).floor)}: a handful of households tells little."
            ),
        ),
        Task(
            "Know instead who lives there: how many can read, and how much land they farm. It is "
            "people who buy. What does it bring to know the people?",
            {"know": PEOPLE},
            lambda at: (
                f"Nothing: without it a promise misses by {_points(at(know=NOTHING).miss)} points, "
                f"with it by {_points(at(know=PEOPLE).miss)}. A line through {len(at().share)} "
                "villages learns more noise than sense."
            ),
        ),
    ),
    limits=(
        "What others did in the first round was moved by the rule they were given, by who came to "
        "explain, and by the harvest. It foretells; that it works is not shown. Straight lines "
        "only, and 44 villages of one province. A 45th in another would be further off."
    ),
)
