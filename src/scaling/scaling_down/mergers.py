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
            "what": [_what(*row) for row in zip(chosen.measure, chosen.group, strict=True)],
            "when": chosen.period,
            "figure": [style.number(value, 0) for value in chosen.value],
            "unit": chosen.unit.fillna(""),
            "in words": [_gist(note) for note in chosen.note.fillna("")],
            "read in": chosen.source_kind,
        }
    ).set_index("who")


def _what(measure: str, group: str) -> str:
    """Return what was measured, and of whom where that is not plain."""
    if measure == "hospitals":
        return "hospitals that merged" if group == "merged" else "hospitals in all"
    return f"{measure}, {group}" if group == "target" else measure


def _gist(note: str) -> str:
    """Return what an abstract says first, without where it was read."""
    said = note.partition("): ")[2] or note.removeprefix("abstract: ")
    return said.partition(";")[0]
