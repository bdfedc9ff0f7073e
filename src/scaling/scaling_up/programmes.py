"""Programmes: one method in the hands of researchers, of model programmes and of daily services.

58 comparisons of cognitive-behavioural programmes for people who have offended (Landenberger &
Lipsey 2005): odds ratios, averaged over studies (DerSimonian & Laird 1986), by who ran them.
Left out: programmes were not assigned to stages at random, so stages differ in other ways as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import overload

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from scaling import arguments, datasets, meta, style
from scaling.explorable import Ask, Choice, Explorable, Mark, Slider, Task
from scaling.style import Panel
from scaling.wording import was

STAGES = {"research": "research", "demonstration": "demonstration", "practice": "routine practice"}
LOOKS = {
    "research": (style.ORANGE, "square"),
    "demonstration": (style.PURPLE, "diamond"),
    "practice": (style.BLUE, "circle"),
}
ALL, RANDOMISED, OTHERS = "all", "randomised", "others"


@overload
def odds_ratio(
    treated_good: float, treated_bad: float, control_good: float, control_bad: float
) -> float: ...
@overload
def odds_ratio(
    treated_good: pd.Series | np.ndarray,
    treated_bad: pd.Series | np.ndarray,
    control_good: pd.Series | np.ndarray,
    control_bad: pd.Series | np.ndarray,
) -> np.ndarray: ...
def odds_ratio(
    treated_good: ArrayLike, treated_bad: ArrayLike, control_good: ArrayLike, control_bad: ArrayLike
) -> np.ndarray | float:
    """Return the odds of a good outcome with a programme, divided by those without.

    Parameters
    ----------
    treated_good, treated_bad, control_good, control_bad : array_like
        Numbers of people with and without the good outcome, in either group; all above 0.
    """
    treated = np.asarray(treated_good, dtype=float) / np.asarray(treated_bad, dtype=float)
    control = np.asarray(control_good, dtype=float) / np.asarray(control_bad, dtype=float)
    return (treated / control)[()]


@cache
def studies() -> pd.DataFrame:
    """Return the 58 comparisons with their odds ratios.

    Returns
    -------
    pandas.DataFrame
        ``cbt_programmes`` with ``people`` (both groups), ``odds_ratio`` (of not reoffending),
        ``log_odds_ratio`` and its ``variance`` (Woolf 1955). It is cached, so do not modify it.
    """
    table = datasets.load("cbt_programmes")
    treated_good = table.treated_n - table.treated_reoffended
    control_good = table.control_n - table.control_reoffended
    cells = (treated_good, table.treated_reoffended, control_good, table.control_reoffended)
    ratio = odds_ratio(*cells)
    return table.assign(
        people=table.treated_n + table.control_n,
        odds_ratio=ratio,
        log_odds_ratio=np.log(ratio),
        variance=sum(1 / cell for cell in cells),
    )


@dataclass(frozen=True)
class Programmes:
    """Effects by stage, and how routine practice compares with the other two.

    Attributes
    ----------
    design : {"all", "randomised", "others"}
        Which comparisons are counted.
    smallest : int
        The number of people that a comparison needs in order to be counted.
    studies : pandas.DataFrame
        The comparisons that are counted.
    stages : dict of str to scaling.meta.RandomEffects
        For each stage, the average of its log odds ratios.
    trend : scaling.meta.Trend
        Regression of log odds ratios on whether a comparison is routine practice (1) or not (0).
    """

    design: str
    smallest: int
    studies: pd.DataFrame
    stages: dict[str, meta.RandomEffects]
    trend: meta.Trend

    def ratio(self, stage: str) -> float:
        """Return the mean odds ratio of not reoffending at a stage."""
        return float(np.exp(self.stages[stage].mean))

    def interval(self, stage: str) -> tuple[float, float]:
        """Return the 95 % interval of that mean."""
        low, high = np.exp(self.stages[stage].mean_interval())
        return float(low), float(high)

    @property
    def practice_over_rest(self) -> float:
        """The odds ratio of routine practice, divided by that of the other two stages."""
        return float(np.exp(self.trend.slope))

    @property
    def practice_over_rest_interval(self) -> tuple[float, float]:
        """The 95 % interval of that ratio."""
        half = 1.96 * self.trend.slope_se
        return float(np.exp(self.trend.slope - half)), float(np.exp(self.trend.slope + half))

    @property
    def practice_over_rest_apart(self) -> tuple[float, tuple[float, float]]:
        """That ratio and its 95 % interval, where each side keeps its own between-site variance."""
        is_practice = self.studies.purpose == "practice"
        practice, rest = (
            meta.random_effects(part.log_odds_ratio, part.variance)
            for part in (self.studies[is_practice], self.studies[~is_practice])
        )
        found, (low, high) = meta.difference(practice, rest)
        return float(np.exp(found)), (float(np.exp(low)), float(np.exp(high)))


@lru_cache(maxsize=128)
def run(design: str = ALL, smallest: int = 0) -> Programmes:
    """Average the comparisons of each stage.

    Parameters
    ----------
    design : {"all", "randomised", "others"}
        Count all comparisons, only randomised ones, or only the others.
    smallest : int
        Count comparisons of at least this many people, 0 or more.

    Raises
    ------
    ValueError
        If an argument is out of its range, or a stage is left with fewer than two comparisons.
    """
    arguments.one_of("design", design, (ALL, RANDOMISED, OTHERS))
    arguments.at_least("smallest", smallest, 0, "people")
    table = studies()
    chosen = table[table.people >= smallest]
    if design != ALL:
        chosen = chosen[(chosen.design == RANDOMISED) == (design == RANDOMISED)]
    counts = chosen.purpose.value_counts()
    for stage, name in STAGES.items():
        if counts.get(stage, 0) < 2:
            raise ValueError(
                f"Fewer than two of these comparisons were {name}; choose smaller studies or "
                "another design."
            )
    return Programmes(
        design=design,
        smallest=smallest,
        studies=chosen,
        stages={
            stage: meta.random_effects(part.log_odds_ratio, part.variance)
            for stage, part in chosen.groupby("purpose")
        },
        trend=meta.trend(
            chosen.log_odds_ratio, chosen.variance, (chosen.purpose == "practice").astype(float)
        ),
    )


def picture(result: Programmes) -> go.Figure:
    """Draw each comparison over its size, beside the averages of the three stages."""
    ratio = {
        "type": "log",
        "range": list(np.log10([0.22, 16])),
        "tickvals": [0.25, 0.5, 1, 2, 4, 8],
        "ticktext": ["¼", "½", "1", "2", "4", "8"],
    }
    layout = style.panels(
        Panel(
            f"{len(result.studies)} comparisons by their size",
            (0, 0.55),
            {
                "type": "log",
                "range": list(np.log10([14, 4800])),
                "tickvals": [20, 50, 100, 200, 500, 1000, 3000],
                "ticktext": ["20", "50", "100", "200", "500", "1,000", "3,000"],
                "title": {"text": "people in both groups (equal steps multiply)"},
            },
            ratio
            | {"title": {"text": "odds of not reoffending, times as high<br>(each step doubles)"}},
        ),
        Panel(
            "their averages,<br>with 95 % intervals",
            (0.66, 1),
            {
                "range": [-0.5, 2.5],
                "tickvals": [0, 1, 2],
                "ticktext": ["research", "demon-<br>stration", "routine<br>practice"],
                "tickangle": 0,
                "tickfont": {"size": 12},
                "showgrid": False,
            },
            ratio,
        ),
    )
    layout["annotations"] += _labels(result)
    return go.Figure(
        [*_comparisons(result), *_averages(result)],
        layout
        | {
            "height": 450,
            "margin": {"t": 62, "l": 60},
            "shapes": [_line_of_no_difference("x", "y"), _line_of_no_difference("x2", "y2")],
        },
    )


def _line_of_no_difference(x: str, y: str) -> dict:
    """Return a horizontal line at an odds ratio of 1."""
    return {
        "type": "line",
        "xref": f"{x} domain",
        "yref": y,
        "x0": 0,
        "x1": 1,
        "y0": 1,
        "y1": 1,
        "line": {"color": style.GREY, "width": 1.5, "dash": "dot"},
    }


def _comparisons(result: Programmes) -> list[go.Scatter]:
    """Return the counted comparisons, by stage, and those that are left out."""
    left_out = studies().drop(result.studies.index)
    groups = [(left_out, style.GREY, "circle-open", 0.4)] + [
        (result.studies[result.studies.purpose == stage], *LOOKS[stage], 0.85) for stage in STAGES
    ]
    return [
        go.Scatter(
            x=part.people.to_numpy(),
            y=part.odds_ratio.to_numpy(),
            mode="markers",
            marker={"color": colour, "symbol": symbol, "size": 9, "opacity": opacity},
            customdata=part.study.to_numpy(),
            cliponaxis=False,
            hovertemplate="%{customdata}: %{y:.2f}, %{x} people<extra></extra>",
        )
        for part, colour, symbol, opacity in groups
    ]


def _averages(result: Programmes) -> list[go.Scatter]:
    """Return the mean odds ratio of each stage with its interval."""
    traces = []
    for place, stage in enumerate(STAGES):
        ratio, (low, high) = result.ratio(stage), result.interval(stage)
        colour, symbol = LOOKS[stage]
        traces.append(
            go.Scatter(
                x=[place],
                y=[ratio],
                error_y={
                    "array": [high - ratio],
                    "arrayminus": [ratio - low],
                    "color": colour,
                    "thickness": 3,
                    "width": 0,
                },
                mode="markers",
                marker={"color": colour, "symbol": symbol, "size": 14},
                xaxis="x2",
                yaxis="y2",
                hovertemplate="%{y:.2f}<extra></extra>",
            )
        )
    return traces


def _labels(result: Programmes) -> list[dict]:
    """Return the value of each average, in one row, and the label of the dotted line."""
    above = {"xref": "x2", "yref": "y2 domain", "y": 0.98, "yanchor": "top"}
    return [
        above | {"x": place, "text": f"<b>{style.number(result.ratio(stage))}</b>"}
        for place, stage in enumerate(STAGES)
    ] + [
        {
            "xref": "x domain",
            "yref": "y",
            "x": 1,
            "y": np.log10(1),
            "xanchor": "right",
            "yanchor": "top",
            "text": "no difference",
        }
    ]


def brief(result: Programmes, before: Programmes | None) -> str:
    """State how many times as high the odds are in practice, or in the stage that moved most."""
    practice, research = (style.number(result.ratio(stage)) for stage in ("practice", "research"))
    if before is None:
        return f"In routine practice the odds are {practice} times as high, in research {research}."
    moved = {stage: abs(np.log(result.ratio(stage) / before.ratio(stage))) for stage in STAGES}
    stage = max(moved, key=lambda one: moved[one])
    now, then = (style.number(one.ratio(stage)) for one in (result, before))
    if now == then:
        return f"Nothing moves: {practice} times as high in practice, {research} in research."
    return f"In {STAGES[stage]} the odds are now {now} times as high{was(now, then)}."


def words(result: Programmes) -> str:
    """State the average of each stage, and how routine practice compares with the other two."""
    which = {ALL: "", RANDOMISED: " that drew lots", OTHERS: " that did not draw lots"}
    many = f"{len(result.studies)} comparisons{which[result.design]}"
    if result.smallest:
        many += f" with at least {result.smallest} people"
    low, high = result.practice_over_rest_interval
    apart, ends = result.practice_over_rest_apart
    each = [
        f"{style.number(result.ratio(stage))} in {name} ({result.stages[stage].k} of them)"
        for stage, name in STAGES.items()
    ]
    return (
        f"Over {many}, the odds of not reoffending are {each[0]}, {each[1]} and {each[2]} times as "
        f"high with the programme as without. Routine practice reaches "
        f"{style.number(result.practice_over_rest)} of the odds ratio of the other two together "
        f"(95 % interval {style.interval(low, high)}, if both differ equally from place to place; "
        f"{style.number(apart)}, {style.interval(*ends)}, if each differs as it seems to)."
    )


def table(result: Programmes) -> pd.DataFrame:
    """Return sizes, averages and predictions for a next place, by stage."""
    rows = []
    for stage, name in STAGES.items():
        part, pooled = result.studies[result.studies.purpose == stage], result.stages[stage]
        following = pooled.next_place()
        rows.append(
            {
                "stage": name,
                "comparisons": pooled.k,
                "people in the middle one": style.number(float(part.people.median()), 0),
                "odds ratio, mean": style.number(result.ratio(stage)),
                "95 % interval": style.interval(*result.interval(stage)),
                "odds ratio, median": style.number(float(part.odds_ratio.median())),
                "a next place, 95 %": "too few to say"
                if following is None
                else style.interval(*np.exp(following)),
                "with at least": f"{result.smallest} people",
            }
        )
    return pd.DataFrame(rows)


def _randomised_only(at: Callable[..., Programmes]) -> str:
    result = at(design=RANDOMISED)
    low, high = result.practice_over_rest_interval
    apart, ends = result.practice_over_rest_apart
    return (
        f"Practice reaches {style.number(result.practice_over_rest)} of the rest, with an interval "
        f"from {style.number(low)} to {style.number(high)}; or {style.number(apart)}, from "
        f"{style.number(ends[0])} to {style.number(ends[1])}, if practice and the rest need not "
        "differ equally from place to place. Neither interval excludes that there is no gap."
    )


def _large_studies_only(at: Callable[..., Programmes]) -> str:
    result = at(smallest=90)
    return (
        f"It goes from {style.number(at().ratio('research'))} to "
        f"{style.number(result.ratio('research'))}, and rests on {result.stages['research'].k} "
        "comparisons. What looked like a large effect came from small ones. The "
        f"demonstrations hardly move: {style.number(at().ratio('demonstration'))}, and "
        f"{style.number(result.ratio('demonstration'))} without their small ones."
    )


def _median_sizes(at: Callable[..., Programmes]) -> str:
    sizes = at().studies.groupby("purpose").people.median()
    return (
        f"{sizes['research']:.0f} people in research, {sizes['demonstration']:.0f} in "
        f"demonstrations and {sizes['practice']:.0f} in routine practice. The small ones are those "
        "that chance can lift."
    )


explorable = Explorable(
    title="One method in three hands",
    ask=Ask(
        "A programme trains people who have offended to think before they act. Where researchers "
        "ran it themselves, the odds of not offending again were 2.44 times as high with it as "
        "without. Services have since run it in their daily work. How many times as high are the "
        "odds there?",
        low=0.5,
        high=3.5,
        step=0.05,
        unit="times",
        tempting=2.44,
        because="it is the same method, and it was tested.",
        otherwise="Services do reach something: their effect is modest, and it is the surest.",
    ),
    answer=lambda result: result.ratio("practice"),
    controls=(
        Choice(
            "design",
            "Comparisons counted",
            {"all 58": ALL, "that drew lots": RANDOMISED, "that did not": OTHERS},
            start=ALL,
        ),
        Slider("smallest", "Smallest comparison counted, in people", 0, 90, start=0, step=30),
    ),
    run=run,
    picture=picture,
    brief=brief,
    words=words,
    table=table,
    tasks=(
        Task(
            "Count only comparisons that drew lots. What is left of the gap, and how sure can one "
            "be?",
            {"design": RANDOMISED},
            _randomised_only,
        ),
        Task(
            "Count all again, and leave out small comparisons: all with fewer than 90 people. What "
            "happens to the researchers' own effect?",
            {"smallest": 90},
            _large_studies_only,
        ),
        Task(
            "Go back to the start and open “All figures” below. How large is the middle "
            "comparison of each stage?",
            {},
            _median_sizes,
        ),
    ),
    mark=Mark("y2"),
    limits=(
        "Nobody drew lots for who runs a programme: stages differ in people, places and follow-up "
        "as well. Without small comparisons few of the researchers' own are left, so their average "
        "says little. To be counted as not reoffending depends on how long and how closely "
        "somebody looks."
    ),
)
