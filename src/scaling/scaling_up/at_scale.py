"""At scale: published results of three ideas that were tested small, taken up, and tested again.

There is no model here. The cases are contract teachers in Kenya (Bold and others 2018), nudges
(DellaVigna & Linos 2022), and loans for the journey to work in a lean season in Bangladesh (Bryan,
Chowdhury & Mobarak 2014; Mitchell and others; Evidence Action 2019). Each row names the kind of
source that was read.
Left out: ideas that kept their effect. Three cases are not an average.
"""

from __future__ import annotations

import pandas as pd

from scaling import datasets

CASES = {
    "kenya_contract_teachers": "contract teachers, Kenya",
    "no_lean_season": "No Lean Season, Bangladesh",
    "nudge_units": "nudges",
}
UNITS = {"percent": "%", "percentage points": "points"}
# The table shows the arms of the contract teachers' experiment one by one, without these summaries.
LEFT_OUT = ("both arms", "each of the three arms")


def published() -> pd.DataFrame:
    """Return what three ideas did when tested small, and at scale.

    Returns
    -------
    pandas.DataFrame
        One row for each figure, with the kind of source; a dash where the source gives words but no
        figure.
    """
    figures = datasets.load("published_figures")
    chosen = figures[figures.case.isin(CASES) & ~figures.group.isin(LEFT_OUT)]
    chosen = chosen.assign(place=pd.Categorical(chosen.case, categories=list(CASES))).sort_values(
        "place", kind="stable"
    )
    return pd.DataFrame(
        {
            "what": chosen.case.map(CASES),
            "in whose hands": chosen.group,
            "measure": chosen.measure + " (" + chosen.unit.replace(UNITS) + ")",
            "figure": chosen.value.map("{:g}".format, na_action="ignore").fillna("\N{EN DASH}"),
            "remark": [_first_remark(note) for note in chosen.note.fillna("")],
            "read in": chosen.source_kind,
        }
    ).set_index("what")


def _first_remark(note: str) -> str:
    """Return the first remark of a note, without the part that says where it was read."""
    return note.partition(";")[0].removeprefix("abstract: ").removesuffix(" reported")
