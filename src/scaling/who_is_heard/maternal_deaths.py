"""Maternal deaths: published rates of women who died in pregnancy or soon after.

Rates of the United Kingdom by group and by period (`published_figures`; MBRRACE-UK, from its
report and from pages of its university). Where the source gives a number of women, it is shown
beside the rate with the exact interval of that count; where it gives none, none is made up.
"""

import re

import pandas as pd

from scaling import datasets, style
from scaling.who_is_heard import averages

CASE = "uk_maternal_mortality"
ALL = "all women"
BY_GROUP = "2016-18"
DASH = style.number(float("nan"))


def by_group() -> pd.DataFrame:
    """Return the rates of 2016–18 for all women and for each group, with their ratio to White.

    Returns
    -------
    pandas.DataFrame
        One row for each group: all women first, then the groups from the lowest rate up.
    """
    rows = _rows()
    rows = rows[rows.period == BY_GROUP]
    reference = rows.value[rows.group == "White"].item()
    return pd.DataFrame(
        {
            "per 100,000": [f"{value:g}" for value in rows.value],
            "about one in": [
                style.number(round(averages.PER / value, -2), 0) for value in rows.value
            ],
            "against White women": [
                _compared_with(value, reference, group)
                for value, group in zip(rows.value, rows.group, strict=True)
            ],
        },
        index=pd.Index(rows.group, name=f"women, {_unbroken(BY_GROUP)}"),
    )


def by_period() -> pd.DataFrame:
    """Return the rate of all women in each period of three years, with the count and its interval.

    Returns
    -------
    pandas.DataFrame
        One row for each period. Neighbouring periods overlap.
    """
    rows = _rows()
    rows = rows[rows.group == ALL].sort_values("period")
    counts = [_counts(note) for note in rows.note]
    return pd.DataFrame(
        {
            "women who died": [_deaths_of_maternities(note) for note in rows.note],
            "per 100,000": [style.number(value) for value in rows.value],
            "95 % interval": [
                style.interval(*averages.rate_interval(*count), 1) if count else DASH
                for count in counts
            ],
        },
        index=pd.Index([_unbroken(period) for period in rows.period], name="period"),
    )


def narrowest_interval() -> tuple[int, tuple[float, float]]:
    """Return the narrowest interval that the ratio of Black to White women can have, 2016–18.

    The numbers of women by group could not be read. But the rate of all women, together with the
    rates of the two groups, allows only so many of the women who died to be Black: as many as if
    all the others were White, for no group's rate was lower. Fewer would widen the interval.

    Returns
    -------
    int
        The largest number of Black women that the rates and the number of all women allow.
    tuple of float
        The exact 95 % interval of the ratio for that number (`averages.ratio_interval`).
    """
    rows = _rows()
    rows = rows[rows.period == BY_GROUP].set_index("group")
    counted = _counts(rows.note[ALL])
    if counted is None:
        raise ValueError(f"The row of {ALL} in {BY_GROUP} does not note deaths and maternities.")
    deaths, maternities = counted
    white, black = rows.value["White"], rows.value["Black"]
    most = (averages.rate(deaths, maternities) - white) / (black - white) * maternities
    of_black = round(black * most / averages.PER)
    interval = averages.ratio_interval((of_black, deaths - of_black), (most, maternities - most))
    return of_black, interval


def _rows() -> pd.DataFrame:
    figures = datasets.load("published_figures")
    return figures[figures.case == CASE]


def _unbroken(period: str) -> str:
    """Return a period with an en dash at which a narrow column does not break the line."""
    return period.replace("-", "\N{WORD JOINER}\N{EN DASH}\N{WORD JOINER}")


def _counts(note: object) -> tuple[int, int] | None:
    """Return deaths and maternities, or None where the note does not give both."""
    found = re.match(r"(\d+) deaths, (\d+) maternities", note if isinstance(note, str) else "")
    return (int(found[1]), int(found[2])) if found else None


def _deaths_of_maternities(note: object) -> str:
    count = _counts(note)
    return f"{count[0]:,} of {count[1]:,}" if count else DASH


def _compared_with(value: float, reference: float, group: str) -> str:
    if group in (ALL, "White"):
        return DASH
    return (
        f"{style.number(averages.ratio(value, reference), 1)} times, "
        f"{style.number(averages.difference(value, reference), 0)} more per 100,000"
    )
