"""Step 3 of the plan: who is touched, with their power and what is at stake for them.

The picture is the power–interest grid (Mendelow 1981), with the three scales of lesson 5.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from scaling import style
from scaling.capstone.plan_shared import (
    number_in_row,
    plain_number,
    refuse_bad_names,
    short,
    table_of,
)
from scaling.explorable import Still
from scaling.form import Answers
from scaling.rows import BadRow, Table
from scaling.three_scales import ripples
from scaling.wording import listed

# Power and interest are given from 0 to TENTH, and count as high from HIGH on.
TENTH = 10
HIGH = 5
SCALES = ripples.SCALES
SYMBOLS = dict(zip(SCALES, ("square", "circle", "diamond"), strict=True))
COLOURS = dict(zip(SCALES, ripples.COLOURS, strict=True))


@dataclass(frozen=True)
class Stakeholder:
    """A person or an organisation that the plan touches.

    Attributes
    ----------
    who : str
    scale : str
        One of ``SCALES``.
    power, interest : float
        From 0 to 10.
    part : str
        How they take part; may be empty.
    """

    who: str
    scale: str
    power: float
    interest: float
    part: str


def stakeholders(rows: Table) -> tuple[Stakeholder, ...]:
    """Read the list of stakeholders.

    Raises
    ------
    BadRow
        If a name is missing or given twice, a scale is unknown, or a number is not from 0 to 10.
    """
    refuse_bad_names(rows, "a stakeholder")
    found = []
    for place, (who, scale, power, interest, part) in enumerate(rows):
        if scale not in SCALES:
            raise BadRow(place, f"“{scale}” is not one of {', '.join(SCALES)}.")
        numbers = (
            number_in_row(place, power, "power", TENTH),
            number_in_row(place, interest, "interest", TENTH),
        )
        found.append(Stakeholder(who, scale, *numbers, part))
    return tuple(found)


def unheard(found: Iterable[Stakeholder]) -> list[str]:
    """Return the names of stakeholders with much interest and little power, easily forgotten."""
    return [one.who for one in found if one.interest >= HIGH > one.power]


def grid(answers: Answers) -> Still:
    """Show the power, interest and scale of all stakeholders.

    Raises
    ------
    ValueError
        If no stakeholder is named yet.
    """
    found = stakeholders(table_of(answers, "stakeholders"))
    if not found:
        raise ValueError("Name somebody whom the plan touches.")
    missing = [scale for scale in SCALES if scale not in {one.scale for one in found}]
    quiet = unheard(found)
    said = (
        f"Much at stake and little power: {listed(quiet)}. "
        if quiet
        else "Nobody here has much at stake and little power; is somebody missing? "
    )
    said += (
        f"Nobody stands at the {listed(missing)} scale yet."
        if missing
        else "All three scales are there."
    )
    figure = go.Figure()
    for scale in SCALES:
        here = [one for one in found if one.scale == scale]
        figure.add_scatter(
            x=[one.interest for one in here],
            y=[one.power for one in here],
            mode="markers+text",
            text=[short(one.who) for one in here],
            textposition=[_label_position(one, found) for one in here],
            marker={"symbol": SYMBOLS[scale], "color": COLOURS[scale], "size": 13},
            name=scale,
            hoverinfo="skip",
        )
    border = {"line": {"color": style.GREY, "dash": "dot"}, "layer": "below"}
    figure.add_vline(HIGH, **border)
    figure.add_hline(HIGH, **border)
    ends = {"range": [-0.8, TENTH + 0.8], "dtick": 5}
    figure.update_layout(
        height=460,
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.01, "yanchor": "bottom"},
        xaxis={"title": "what is at stake for them, 0 to 10", **ends},
        yaxis={"title": "their power over it, 0 to 10", **ends},
    )
    table = pd.DataFrame(
        [
            (one.who, one.scale, plain_number(one.power), plain_number(one.interest), one.part)
            for one in found
        ],
        columns=["who", "scale", "power", "at stake", "how they take part"],
    )
    return Still("Power and interest at three scales", figure, said, table)


# Stakeholders close to each other have their names written on different sides of their marks.
_POSITIONS = ("top center", "bottom center", "middle right", "middle left")


def _label_position(one: Stakeholder, found: tuple[Stakeholder, ...]) -> str:
    near = [
        other
        for other in found
        if abs(other.power - one.power) < 1 and abs(other.interest - one.interest) < 4
    ]
    side = _POSITIONS[near.index(one) % len(_POSITIONS)]
    if one.interest > TENTH - 2 and side in ("top center", "middle right"):
        return "top left" if side == "top center" else "middle left"
    if one.interest < 2 and side in ("top center", "middle left"):
        return "top right" if side == "top center" else "middle right"
    return side
