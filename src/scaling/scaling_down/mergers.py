"""Mergers: what is published on becoming larger by joining organisations, as a table with sources.

No model. English hospitals (Gaynor, Laudicella & Propper 2012), NHS trusts in London (Fulop and
others 2002), Danish municipalities (Blom-Hansen and others 2016). Each row says what was read.
Left out: mergers that nobody studied, and what would have become of those that did not merge.
"""

from __future__ import annotations

import pandas as pd

from scaling import datasets, style

CASES = {
    "nhs_trust_mergers_london": "NHS trusts, London",
    "english_hospital_mergers": "acute hospitals, England",
    "danish_municipal_mergers": "municipalities, Denmark",
}


def published() -> pd.DataFrame:
    """Return what is published on three waves of mergers in public services.

    Returns
    -------
    pandas.DataFrame
        One row a figure, with when, and what was read to find it; a dash where the source gives
        words and no figure.
    """
    figures = datasets.load("published_figures")
    chosen = figures[figures.case.isin(CASES)]
    chosen = chosen.assign(place=pd.Categorical(chosen.case, categories=list(CASES))).sort_values(
        "place", kind="stable"
    )
    return pd.DataFrame(
        {
            "who": chosen.case.map(CASES),
            "what": chosen.measure + ", " + chosen.group,
            "when": chosen.period,
            "figure": [style.number(value, 0) for value in chosen.value],
            "unit": chosen.unit.fillna(""),
            "in words": [note.partition("): ")[2] or note for note in _notes(chosen.note)],
            "read in": chosen.source_kind,
        }
    ).set_index("who")


def _notes(notes: pd.Series) -> list[str]:
    return [note.removeprefix("abstract: ") for note in notes.fillna("")]


def self_managing_teams() -> pd.DataFrame:
    """Return what is published on Buurtzorg's teams of nurses.

    Returns
    -------
    pandas.DataFrame
        Teams by year, with what was read.
    """
    figures = datasets.load("published_figures")
    chosen = figures[figures.case == "self_managing_nursing_teams"]
    return pd.DataFrame(
        {
            "who": chosen.group,
            "teams": [style.number(value, 0) for value in chosen.value],
            "note": chosen.note.fillna(""),
            "read in": chosen.source_kind,
        }
    ).set_index(pd.Index(chosen.period, name="year"))
