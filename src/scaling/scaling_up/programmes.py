"""Programmes: one method in the hands of researchers, of model programmes and of daily services.

58 comparisons of cognitive-behavioural programmes for people who have offended (Landenberger &
Lipsey 2005): odds ratios, averaged over studies (DerSimonian & Laird 1986), by who ran them.
Left out: nobody drew lots for who runs a programme, so stages differ in more than their stage.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from scaling import datasets, meta

STAGES = {"research": "research", "demonstration": "demonstration", "practice": "routine practice"}
ALL, RANDOMISED, OTHERS = "all", "randomised", "others"


def odds_ratio(
    treated_good: ArrayLike, treated_bad: ArrayLike, control_good: ArrayLike, control_bad: ArrayLike
) -> np.ndarray | float:
    """Return the odds of a good outcome with a programme, over those without.

    Parameters
    ----------
    treated_good, treated_bad, control_good, control_bad : array_like
        People with and without the good outcome, in either group; all above 0.
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
        ``log_odds_ratio`` and its ``variance`` (Woolf 1955). Do not change it in place.
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
        Comparisons counted.
    smallest : int
        Comparisons with fewer people are not counted.
    studies : pandas.DataFrame
        The comparisons counted.
    stages : dict
        Name of a stage to the average of its log odds ratios, a `scaling.meta.RandomEffects`.
    trend : scaling.meta.Trend
        Regression of log odds ratios on being routine practice (1) or not (0).
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
        """The odds ratio of routine practice over that of the other two stages."""
        return float(np.exp(self.trend.slope))

    @property
    def practice_over_rest_interval(self) -> tuple[float, float]:
        """The 95 % interval of that ratio."""
        half = 1.96 * self.trend.slope_se
        return float(np.exp(self.trend.slope - half)), float(np.exp(self.trend.slope + half))


@lru_cache(maxsize=128)
def run(design: str = ALL, smallest: int = 0) -> Programmes:
    """Average the comparisons of each stage.

    Parameters
    ----------
    design : {"all", "randomised", "others"}
        Count all comparisons, those that drew lots, or those that did not.
    smallest : int
        Count comparisons of at least so many people, 0 or more.

    Raises
    ------
    ValueError
        If an argument is out of its range, or a stage is left with fewer than two comparisons.
    """
    if design not in (ALL, RANDOMISED, OTHERS):
        raise ValueError(f"design must be one of all, randomised and others; it is {design!r}.")
    if not smallest >= 0:
        raise ValueError(f"smallest must be 0 people or more; it is {smallest}.")
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
