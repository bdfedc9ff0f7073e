"""Maternal deaths: women who died in pregnancy or soon after, as published, with what was read.

Rates of the United Kingdom by group and by period (`published_figures`; MBRRACE-UK, mostly as
quoted on pages of others). Where a number of women was given it stands beside the rate, with the
exact interval of that count; where none was given, none is made up.
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
        One row a group, lowest rate first below all women.
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
                _against(value, reference, group)
                for value, group in zip(rows.value, rows.group, strict=True)
            ],
        },
        index=pd.Index(rows.group, name=f"women, {_shown(BY_GROUP)}"),
    )


def by_period() -> pd.DataFrame:
    """Return the rate of all women in each period of three years, with the count and its interval.

    Returns
    -------
    pandas.DataFrame
        One row a period. Periods overlap: two neighbours share two of their three years.
    """
    rows = _rows()
    rows = rows[rows.group == ALL].sort_values("period")
    counts = [_counted(note) for note in rows.note]
    return pd.DataFrame(
        {
            "women who died": [_women(note) for note in rows.note],
            "per 100,000": [style.number(value) for value in rows.value],
            "95 % interval": [
                style.interval(*averages.rate_interval(*count), 1) if len(count) == 2 else DASH
                for count in counts
            ],
        },
        index=pd.Index([_shown(period) for period in rows.period], name="period"),
    )


def _rows() -> pd.DataFrame:
    figures = datasets.load("published_figures")
    return figures[figures.case == CASE]


def _shown(period: str) -> str:
    return period.replace("-", "\N{WORD JOINER}\N{EN DASH}\N{WORD JOINER}")  # kept in one line


def _counted(note: str) -> tuple[int, ...]:
    """Return deaths and maternities where the note gives both."""
    found = re.match(r"(\d+) deaths, (\d+) maternities", note if isinstance(note, str) else "")
    return tuple(int(count) for count in found.groups()) if found else ()


def _women(note: str) -> str:
    count = _counted(note)
    return f"{count[0]:,} of {count[1]:,}" if count else DASH


def _against(value: float, reference: float, group: str) -> str:
    if group in (ALL, "White"):
        return DASH
    return (
        f"{style.number(averages.ratio(value, reference), 1)} times, "
        f"{style.number(averages.difference(value, reference), 0)} more per 100,000"
    )
