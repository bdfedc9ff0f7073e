"""County line: an ecological fallacy whose right answer is known.

Sudden infant deaths in 100 counties of North Carolina, 1974–78, against the share of births that
were not White (`infant_deaths_nc`). The ends of the line are compared with the rates among people,
1972–74 (`published_figures`, taken from an abstract). Each of these deaths was a child's.
Left out: what makes groups differ. A group marks how families are treated and live; it is no cause.
"""

import numpy as np
import pandas as pd
from scipy import special

from scaling import datasets, style
from scaling.explorable import Folded

PER = 1000  # births
PERIOD = "1974-78"


def line() -> tuple[float, float]:
    """Return the ends of the line through the counties, deaths per 1,000 births.

    Returns
    -------
    tuple of float
        Rates for a county in which all births are White, and for one in which none is; no real
        county is either. Counties are weighted with their births.
    """
    counties = _counties()
    share = counties.nonwhite_births / counties.births
    rate = PER * counties.sids_deaths / counties.births
    slope, intercept = np.polyfit(share, rate, 1, w=np.sqrt(counties.births))
    return float(intercept), float(intercept + slope)


def line_intervals() -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the 95 % intervals of the two ends of the line, deaths per 1,000 births.

    Returns
    -------
    tuple of tuple of float
        First the end at which all births are White. The intervals are those of weighted least
        squares, whose residuals hold chance as well as what else differs between counties.
    """
    counties = _counties()
    share = (counties.nonwhite_births / counties.births).to_numpy()
    rate = (PER * counties.sids_deaths / counties.births).to_numpy()
    weight = counties.births.to_numpy(dtype=float)
    design = np.column_stack([1 - share, share])
    spread = np.linalg.inv(design.T @ (weight[:, None] * design))
    ends = spread @ design.T @ (weight * rate)
    freedom = len(rate) - 2
    variance = np.sum(weight * (rate - design @ ends) ** 2) / freedom
    half = special.stdtrit(freedom, 0.975) * np.sqrt(variance * np.diag(spread))
    white, not_white = (
        (float(end - width), float(end + width)) for end, width in zip(ends, half, strict=True)
    )
    return white, not_white


def known_answer() -> Folded:
    """Return the rates that the line suggests for groups, beside the rates counted among people.

    Returns
    -------
    Folded
        A table with one row for each group, which opens once its section's prediction is made.
    """
    figures = datasets.load("published_figures")
    figures = figures[figures.case == "sids_by_race_nc"].set_index("group")
    counties = _counties()
    white, not_white = line()
    of_white, of_not_white = line_intervals()
    deaths = f"{counties.sids_deaths.sum():,} of {counties.births.sum():,}"
    dash = style.number(float("nan"))
    rows = {
        "White": (_with_interval(white, of_white), figures.value["White"]),
        "Black": (_with_interval(not_white, of_not_white), figures.value["Black"]),
        "American Indian": ("the same", figures.value["Indian"]),
        "ratio, Black to White": (
            style.number(not_white / white, 1),
            figures.value["Black"] / figures.value["White"],
        ),
        "all": (
            style.number(PER * counties.sids_deaths.sum() / counties.births.sum()),
            figures.value["all"],
        ),
    }
    table = pd.DataFrame(
        {
            "line through counties, 1974–78": [said for said, _ in rows.values()],
            "among people, 1972–74": [
                style.number(value, 1 if name.startswith("ratio") else 2)
                for name, (_, value) in rows.items()
            ],
            "children who died, 1974–78": [deaths if name == "all" else dash for name in rows],
        },
        index=pd.Index(rows, name="per 1,000 births"),
    )
    return Folded(table.reset_index())


def _with_interval(value: float, interval: tuple[float, float]) -> str:
    return f"{style.number(value)} ({style.interval(*interval, 1)})"


def _counties() -> pd.DataFrame:
    counties = datasets.load("infant_deaths_nc")
    return counties[counties.period == PERIOD]
