"""Step 5 of the plan: a pilot of the growing, and how much its result can tell."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from scaling import style
from scaling.capstone.plan_shared import amount, plain_number, text_of
from scaling.explorable import Still
from scaling.form import Answers
from scaling.scaling_up import winners_curse

# The axis is labelled at these numbers of people.
LABELLED = [5, 10, 20, 50, 100, 200, 500, 1000, 2000, 10_000, 100_000, 1_000_000]


def pilot(answers: Answers) -> Still:
    """Show how much chance moves the result of a pilot of the planned size.

    Raises
    ------
    ValueError
        If the number of people is missing, not whole, or too small.
    """
    if not text_of(answers, "pilot_size").strip():
        raise ValueError("Say how many people will take part in each of the two groups.")
    people = amount(text_of(answers, "pilot_size"), "The number of people", 1e6)
    if people < 2 or people % 1:
        raise ValueError(
            f"Two or more whole people must take part in each group; it is {people:g}."
        )
    sizes = np.unique(np.round(np.geomspace(5, max(2000, 1.5 * people), 60)))
    off_by = np.sqrt(2 / sizes)
    error = float(np.sqrt(2 / people))
    trusted = winners_curse.reliability(winners_curse.TAU, people)
    said = (
        f"With {plain_number(people)} people in each of the two groups, chance alone moves the "
        f"result by about {style.number(error)} of what people typically differ by (a standard "
        "deviation). "
        f"If results differ as those of other pilots do, only {style.percent(trusted)} of what is "
        "surprising in it would be found again."
    )
    figure = go.Figure()
    figure.add_scatter(
        x=sizes, y=off_by, mode="lines", line={"color": style.BLUE, "width": 2.5}, hoverinfo="skip"
    )
    figure.add_scatter(
        x=[people],
        y=[error],
        mode="markers+text",
        text=["your pilot"],
        textposition="top right" if people < 300 else "top center",
        marker={"size": 13, "color": style.VERMILLION, "symbol": "diamond"},
        hoverinfo="skip",
    )
    figure.update_layout(
        height=340,
        xaxis={
            "title": "people in each group",
            "type": "log",
            "tickvals": LABELLED,
            "ticktext": [f"{some:,}" for some in LABELLED],
        },
        yaxis={"title": "moved by chance<br>(standard deviations)", "rangemode": "tozero"},
    )
    table = pd.DataFrame(
        {
            "people in each group": [plain_number(people), plain_number(4 * people)],
            "moved by chance (standard deviations)": [style.number(error), style.number(error / 2)],
        }
    )
    return Still("What the pilot can tell", figure, said, table)
