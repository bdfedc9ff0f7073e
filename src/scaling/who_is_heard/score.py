"""A score and its places: right about what it foretells, and wrong about whom it serves.

A score that foretells the costs of care stands in for illness, as in a programme of hospitals in
the USA (Obermeyer, Powers, Vogeli and Mullainathan 2019). Two groups are equally ill; in the second
one the same illness leads to lower costs, because care is harder to reach. A score can then be
right about costs in both groups and pass over the second. The people are simulated: the authors
published a table of artificial patients, for which we found no licence.
Left out: how a score is estimated from files, and what being offered a place does for a person.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from scipy import special

from scaling import arguments, style, wording
from scaling.explorable import Ask, Choice, Explorable, Mark, Slider, Task
from scaling.style import Panel

COSTS, ILLNESS, QUEUE = "costs", "illness", "queue"
NAMES = {COSTS: "a score of costs", ILLNESS: "a score of illness", QUEUE: "a queue"}
MEAN_ILLNESSES = 2.0
COST_OF_ONE = 1.0  # thousand pounds a year, for one illness in group A
# Each group has a person for every pair of these many degrees of illness and habits of use.
DEGREES, HABITS = 400, 80
# The standard deviations of the logarithm: how much care people use at the same illness, which the
# score knows from their files, and how far a year's costs depart from those foretold.
HABIT, LUCK = 0.5, 1.0
# The curves are drawn through these ranks, from people whose ranks are this near.
RANKS = np.array([0.02, *np.arange(0.1, 0.91, 0.1), 0.94, 0.97, 0.985])
NEAR = 0.005
# The ends of the axes.
TOP_COSTS, TOP_ILLNESSES = 15, 10
A, B = 0, 1
GROUPS = ("A", "B")
COLOURS = (style.BLUE, style.VERMILLION)
SYMBOLS = (("circle", "●"), ("triangle-up", "▲"))


@dataclass(frozen=True)
class Places:
    """The places that a score, or a queue, gives to the people of two groups.

    Attributes
    ----------
    way : {"costs", "illness", "queue"}
        What decides on the places.
    gap : float
        Share by which costs are lower in group B for the same illness, from 0 to 1.
    share : float
        Share of all people who get a place.
    missed : float
        Share of group B's illness that is recorded nowhere.
    illnesses : numpy.ndarray, shape (2, people)
        Chronic illnesses of each person in group A and in group B; the same in both.
    costs : numpy.ndarray, shape (2, people)
        Expected costs of each person's care next year, in thousand pounds.
    score : numpy.ndarray, shape (2, people)
        What is foretold: costs in thousand pounds, or recorded illnesses; for a queue the access
        to it, 1 in group A.
    chance : numpy.ndarray, shape (2, people)
        Each person's chance of a place; with a score it is 0 or 1, except where scores are tied.
    """

    way: str
    gap: float
    share: float
    missed: float
    illnesses: np.ndarray
    costs: np.ndarray
    score: np.ndarray
    chance: np.ndarray

    @property
    def places(self) -> np.ndarray:
        """Of 100 places, those that go to group A and to group B."""
        return 100 * self.chance.sum(axis=1) / self.chance.sum()

    @property
    def illnesses_of_helped(self) -> np.ndarray:
        """Mean illnesses of the people with a place, in group A and in group B."""
        return (self.chance * self.illnesses).sum(axis=1) / self.chance.sum(axis=1)

    @property
    def illnesses_of_all_helped(self) -> float:
        """Mean illnesses of all people with a place."""
        return float((self.chance * self.illnesses).sum() / self.chance.sum())

    @property
    def excess_at_the_border(self) -> float:
        """How much more ill people of group B are where places begin, as a share of group A."""
        in_a, in_b = self.by_score(self.illnesses, np.array([1 - self.share]))[:, 0]
        return float(in_b / in_a - 1)

    @property
    def explained(self) -> np.ndarray:
        """Share of the variation of next year's costs that the score explains, in each group.

        Costs depart from those foretold by a factor of mean 1 that knows no group. Where the score
        foretells costs, its R² is Var(S)/(Var(S) + E(S²)(exp(σ²) − 1)); where it foretells illness,
        the squared correlation with costs. It is 0 for a queue.
        """
        if self.way == QUEUE:
            return np.zeros(2)
        squares = (self.costs**2).mean(axis=1)
        total = self.costs.var(axis=1) + squares * np.expm1(LUCK**2)
        with_score = [
            np.cov(*pair, bias=True)[0, 1] for pair in zip(self.score, self.costs, strict=True)
        ]
        return np.array(with_score) ** 2 / (self.score.var(axis=1) * total)

    def by_score(self, values: np.ndarray, ranks: np.ndarray) -> np.ndarray:
        """Return the mean of some values in each group, among people with nearly equal scores.

        Parameters
        ----------
        values : numpy.ndarray, shape (2, people)
        ranks : numpy.ndarray, shape (ranks,)
            Places among all people by score, from 0 to 1; people within `NEAR` of it are counted.

        Returns
        -------
        numpy.ndarray, shape (2, ranks)
            It is NaN where nobody of a group is near. A queue has the mean of the group everywhere.
        """
        if self.way == QUEUE:
            return np.repeat(values.mean(axis=1)[:, None], len(ranks), axis=1)
        # The limits are scores and not ranks, so that people with equal scores count together.
        lows, highs = np.quantile(self.score, [np.maximum(ranks - NEAR, 0), ranks + NEAR])
        means = np.full((2, len(ranks)), np.nan)
        for at, (low, high) in enumerate(zip(lows, highs, strict=True)):
            near = (self.score >= low) & (self.score <= high)
            count, total = near.sum(axis=1), (values * near).sum(axis=1)
            np.divide(total, count, out=means[:, at], where=count > 0)
        return means


@cache
def _people() -> tuple[np.ndarray, np.ndarray]:
    """Return the illnesses and the habits of use of one group's people.

    Illnesses follow an exponential distribution and habits a log-normal one of mean 1. Both are
    even steps through their distributions, every degree with every habit, so that nothing is luck.
    """
    illnesses = -np.log1p(-(np.arange(DEGREES) + 0.5) / DEGREES)
    illnesses *= MEAN_ILLNESSES / illnesses.mean()
    habit = np.exp(HABIT * special.ndtri((np.arange(HABITS) + 0.5) / HABITS))
    habit /= habit.mean()
    return np.repeat(illnesses, HABITS), np.tile(habit, DEGREES)


@lru_cache(maxsize=256)
def run(way: str = COSTS, gap: float = 25, share: float = 3, missed: float = 0) -> Places:
    """Give the places to the people with the highest scores, or along a queue.

    Parameters
    ----------
    way : {"costs", "illness", "queue"}
        A score of next year's costs, a score of recorded illness, or a queue in which people get
        a place in proportion to their access to care, however ill they are.
    gap : float
        Per cent by which costs are lower in group B for the same illness, 0 to 50.
    share : float
        Per cent of all people who get a place, 1 to 50.
    missed : float
        Per cent of group B's illness that is recorded nowhere, 0 to 40.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    arguments.one_of("way", way, NAMES)
    arguments.between("gap", gap, 0, 50, "per cent")
    arguments.between("share", share, 1, 50, "per cent")
    arguments.between("missed", missed, 0, 40, "per cent")
    one, habit = _people()
    illnesses = np.array([one, one])
    access = np.array([[1.0], [1 - gap / 100]])
    recorded = np.array([[1.0], [1 - missed / 100]])
    costs = COST_OF_ONE * illnesses * habit * access
    score = {
        COSTS: costs,
        # The score errs about illness as much as about costs, so that only the label differs.
        ILLNESS: illnesses * habit * recorded,
        QUEUE: np.broadcast_to(access, costs.shape),
    }[way]
    share /= 100
    chance = share * score / score.mean() if way == QUEUE else _highest(score, share)
    return Places(way, gap / 100, share, missed / 100, illnesses, costs, score, chance)


def _highest(score: np.ndarray, share: float) -> np.ndarray:
    """Return 1 for the share of people with the highest scores; ties at the border share a rest."""
    places = share * score.size
    border = np.sort(score, axis=None)[-int(np.ceil(places))]
    above, tied = score > border, score == border
    return above + tied * (places - above.sum()) / tied.sum()


def picture(result: Places) -> go.Figure:
    """Draw the places of both groups, beside their costs and their illness by score."""
    by_score = {
        "range": [0, 103],
        "tickvals": [0, 50, 100],
        "title": {"text": "place in the queue" if result.way == QUEUE else "rank by score, %"},
    }
    other = COSTS if result.way == ILLNESS else ILLNESS
    instead = run(other, 100 * result.gap, 100 * result.share, 100 * result.missed)
    key = " ".join(f"{mark} {name}" for (_, mark), name in zip(SYMBOLS, GROUPS, strict=True))
    layout = style.panels(
        Panel(
            f"of 100 places<br>(◇ by {NAMES[other].removeprefix('a score of ')})",
            (0, 0.28),
            {"range": [0, 118], "tickvals": [0, 50, 100]},
            # Below the bars there is room for the learner's prediction.
            {"range": [2.1, -0.6], "tickvals": [A, B], "ticktext": ["A", "B"]},
        ),
        Panel(f"costs, £1,000<br>({key})", (0.37, 0.65), by_score, {"range": [0, TOP_COSTS]}),
        Panel(f"illnesses<br>({key})", (0.72, 1), by_score, {"range": [0, TOP_ILLNESSES]}),
    )
    layout["annotations"] += [
        {
            "text": f"<b>{style.number(count, 0)}</b>",
            "x": count,
            "y": group,
            "xref": "x",
            "yref": "y",
            "xanchor": "left",
            "xshift": 4,
        }
        for group, count in enumerate(result.places)
    ]
    border = 100 * (1 - result.share)
    if result.way != QUEUE:
        layout["annotations"] += [
            {
                "text": "a place →",
                "xref": axis,
                "yref": f"y{axis[1]} domain",
                "x": border,
                "y": 0.98,
                "xanchor": "right",
                "xshift": -3,
            }
            for axis in ("x2", "x3")
        ]
    return go.Figure(
        [
            {
                "type": "bar",
                "orientation": "h",
                "x": result.places,
                "y": [A, B],
                "width": 0.6,
                "marker": {"color": COLOURS},
                "hoverinfo": "skip",
            },
            {
                "type": "scatter",
                "x": instead.places,
                "y": [A + 0.42, B + 0.42],
                "mode": "markers",
                "marker": {
                    "symbol": "diamond-open",
                    "size": 13,
                    "color": style.GREY,
                    "line": {"width": 2.5},
                },
                "hoverinfo": "skip",
            },
            *(
                _border(border, axis, top)
                for axis, top in (("2", TOP_COSTS), ("3", TOP_ILLNESSES))
                if result.way != QUEUE
            ),
            *(
                {
                    "type": "scatter",
                    "x": 100 * RANKS,
                    "y": means[group],
                    "mode": "lines+markers",
                    "line": {"color": COLOURS[group], "width": 2},
                    # Group B lies on top of group A, which shows where the two lines are one.
                    "marker": {"symbol": SYMBOLS[group][0], "size": (9, 7)[group]},
                    "xaxis": f"x{axis}",
                    "yaxis": f"y{axis}",
                    "hovertemplate": f"group {GROUPS[group]}: %{{y:.1f}}<extra></extra>",
                }
                for axis, means in (
                    ("2", result.by_score(result.costs, RANKS)),
                    ("3", result.by_score(result.illnesses, RANKS)),
                )
                for group in (A, B)
            ),
        ],
        layout | {"height": 400, "margin": {"t": 62, "l": 40}},
    )


def _border(rank: float, axis: str, top: float) -> dict:
    """Return the upright line from which on people get a place."""
    return {
        "type": "scatter",
        "x": [rank, rank],
        "y": [0, top],
        "mode": "lines",
        "line": {"color": style.GREY, "width": 1.5, "dash": "dash"},
        "xaxis": f"x{axis}",
        "yaxis": f"y{axis}",
        "hoverinfo": "skip",
    }


def brief(result: Places, before: Places | None) -> str:
    """State how many of a hundred places go to group B, and how many did."""
    now = style.number(result.places[B], 0)
    earlier = None if before is None else style.number(before.places[B], 0)
    if now == earlier:
        helped = style.number(result.illnesses_of_all_helped, 1)
        return f"Group B gets {now} places still; people with a place have {helped} illnesses."
    return f"Of a hundred places {now} go to group B{wording.was(now, earlier)}."


def words(result: Places) -> str:
    """State who gets the places, how good the score is, and how ill the people are."""
    in_a, in_b = (style.number(count, 0) for count in result.places)
    ill_a, ill_b = (style.number(mean, 1) for mean in result.illnesses_of_helped)
    fit_a, fit_b = (style.percent(share) for share in result.explained)
    score = (
        "it knows nothing of costs or illness"
        if result.way == QUEUE
        else f"it explains {fit_a} of the variation of costs in group A and {fit_b} in group B"
    )
    return (
        f"Where {style.percent(result.share)} of people get a place by {NAMES[result.way]}, of 100 "
        f"places {in_a} go to group A, to people with {ill_a} illnesses on average, and {in_b} to "
        f"group B, to people with {ill_b}; {score}. For the same illness costs are "
        f"{style.percent(result.gap)} lower in group B, and {style.percent(result.missed)} of its "
        "illness is recorded nowhere."
    )


def table(result: Places) -> pd.DataFrame:
    """Return what two scores and a queue would do with the same people."""
    rows = [run(way, 100 * result.gap, 100 * result.share, 100 * result.missed) for way in NAMES]
    fits = [[style.percent(share) for share in row.explained] for row in rows]
    return pd.DataFrame(
        {
            "places by": list(NAMES.values()),
            "of 100 to group A": [style.number(row.places[A], 0) for row in rows],
            "of 100 to group B": [style.number(row.places[B], 0) for row in rows],
            "illnesses of those helped, A": [
                style.number(row.illnesses_of_helped[A], 1) for row in rows
            ],
            "illnesses of those helped, B": [
                style.number(row.illnesses_of_helped[B], 1) for row in rows
            ],
            "costs explained, A": [fit[A] for fit in fits],
            "costs explained, B": [fit[B] for fit in fits],
        }
    )


def _label_seen(at: Callable[..., Places]) -> str:
    by_costs, by_illness = at(), at(way=ILLNESS)
    fit = style.percent(by_illness.explained[B])
    return (
        f"Group B gets {style.number(by_illness.places[B], 0)} places instead of "
        f"{style.number(by_costs.places[B], 0)}. Now the lines for illness are one, and those for "
        f"costs part. Within each group the score explains {fit} of costs, as before."
    )


def _missed_seen(at: Callable[..., Places]) -> str:
    by_costs = at()
    worse = next(
        missed
        for missed in range(0, 45, 5)
        if at(way=ILLNESS, missed=missed).places[B] <= by_costs.places[B]
    )
    return (
        f"At {worse} %: as much of its illness is then missed as of its costs. A label is no "
        "better than its records, and those too depend on who reaches a doctor."
    )


def _queue_seen(at: Callable[..., Places]) -> str:
    queue, score = at(way=QUEUE), at()
    ill = [style.number(of.illnesses_of_all_helped, 1) for of in (score, queue)]
    return (
        f"Group B gets {style.number(queue.places[B], 0)} places, so the groups are closer. But "
        f"people with a place have {ill[1]} illnesses instead of {ill[0]}: the most ill of both "
        "groups are passed over."
    )


explorable = Explorable(
    title="A score and its places",
    ask=Ask(
        "Two groups are of one size and equally ill. Care is harder to reach for group B, so for "
        "the same illness its costs are 25 % lower. A score foretells everybody's costs next year, "
        "equally well in both groups. The 3 % of people with the highest scores are offered a "
        "nurse of their own. Of 100 such places, how many go to group B?",
        low=0,
        high=100,
        step=1,
        unit="places",
        tempting=50,
        because="both groups are equally ill, and the score is equally good in both.",
        otherwise="Costs a quarter lower take more than a quarter of the places: among the highest "
        "scores, a small shift moves many people across the border.",
    ),
    answer=lambda result: result.places[B],
    controls=(
        Choice("way", "Places by", {name: way for way, name in NAMES.items()}, start=COSTS),
        Slider("gap", "Group B's costs lower by, %", 0, 50, start=25, step=5),
        Slider("share", "People who get a place, %", 1, 50, start=3),
        Slider("missed", "Illness in B recorded nowhere, %", 0, 40, start=0, step=5),
    ),
    run=run,
    picture=picture,
    brief=brief,
    words=words,
    table=table,
    mark=Mark("x"),
    tasks=(
        Task(
            "Give the places by a score of illness. Who gets them now, and which lines part?",
            {"way": ILLNESS},
            _label_seen,
        ),
        Task(
            "Start from the other end: how much of group B's illness must be recorded nowhere "
            "before this score serves it no better than the score of costs?",
            {"way": ILLNESS},
            _missed_seen,
        ),
        Task(
            "Throw the score away and let people queue. What do you gain, and who loses?",
            {"way": QUEUE},
            _queue_seen,
        ),
    ),
    limits=(
        "That a score which is right about costs passes over group B hangs on one invented "
        "number: its costs are 25 % lower. With equal costs each group gets half of the places. "
        "And a score of illness serves group B better only below 25 % of illness that is recorded "
        "nowhere. Both groups are equally ill, and the score is right on average in both, because "
        "we made them so. The queue is a harsh one: people come by their access to care and not "
        "by illness."
    ),
)
