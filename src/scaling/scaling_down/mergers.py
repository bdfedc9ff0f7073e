"""Mergers: what is published on becoming larger by joining organisations, as a table with sources.

There is no model here. The sources are on English hospitals (Gaynor, Laudicella & Propper 2012),
NHS trusts in London (Fulop and others 2002) and Danish municipalities (Blom-Hansen and others
2016). ``data/published_figures.csv`` notes which part of each source was read.
Left out: mergers without a study, and what would have become of those that did not merge.
"""

from __future__ import annotations

import pandas as pd

from scaling import datasets, style

CASES = {
    "nhs_trust_mergers_london": "NHS trusts, London",
    "english_hospital_mergers": "acute hospitals, England",
    "danish_municipal_mergers": "municipalities, Denmark",
}
# A note in place of a figure is shown in these words.
IN_WORDS = {
    "null": "none in all: some costs fell, others rose",
    "little evidence of gains other than a reduction in activity": "little evidence of any, apart "
    "from a reduction in activity",
}


def published() -> pd.DataFrame:
    """Return what is published on three waves of mergers in public services.

    Returns
    -------
    pandas.DataFrame
        One row for each figure: who merged, what was measured, when, and what came out, in words
        where the source gives no figure.
    """
    figures = datasets.load("published_figures")
    chosen = figures[figures.case.isin(CASES)]
    chosen = chosen.assign(place=pd.Categorical(chosen.case, categories=list(CASES))).sort_values(
        "place", kind="stable"
    )
    return pd.DataFrame(
        {
            "who merged": chosen.case.map(CASES),
            "what": [_what(*row) for row in zip(chosen.measure, chosen.group, strict=True)],
            "when": chosen.period,
            "what came out": [
                _found(*row) for row in zip(chosen.value, chosen.unit, chosen.note, strict=True)
            ],
        }
    ).set_index("who merged")


def _what(measure: str, group: str) -> str:
    """Return what was measured, and for whom if the measure alone does not say it."""
    return f"{measure}, as planned" if group == "target" else measure


def _found(value: float, unit: str, note: str) -> str:
    """Return a figure with its unit, or the words that take its place."""
    if pd.isna(value):
        return IN_WORDS[note.removeprefix("abstract: ").partition(";")[0]]
    if unit == "GBP":
        return f"£{style.number(value, 0)}"
    return f"{style.number(value, 0)} {unit}"
