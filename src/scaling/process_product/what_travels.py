"""What travels: how much of an effect arrives, and how far the money reaches.

This accounting of fidelity follows the tradition of core components and adaptable periphery
(Damschroder and others 2009). Part of an effect is the product, which travels as far as it is
received; the other part is the process by which it grew, which has to be grown anew. A budget turns
the effect in one place into a total.
Left out: that process and product multiply each other, that the first bit of process may do most,
and what places learn from each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import overload

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from scaling import arguments, datasets, style
from scaling.explorable import Ask, Drag, Explorable, Mark, Slider, Still, Task
from scaling.style import Panel
from scaling.wording import was

# Costs are counted in handbooks, and the money is enough for this many.
BUDGET = 400
# In the worst reception, half of the product's effect turns into harm.
HOSTILE = -0.5
LOWEST_TOTAL, HIGHEST_TOTAL = HOSTILE * BUDGET, BUDGET
# The curve of totals is drawn at these parts of the process grown anew.
PARTS = np.linspace(0, 1, 41)
PROCESS, PRODUCT, NET = style.GREEN, style.BLUE, style.VERMILLION


@dataclass(frozen=True)
class WhatTravels:
    """The effect of a solution in new places.

    Attributes
    ----------
    process_share : float
        Share of the effect at home that is process, s, from 0 to 1.
    reception : float
        Share of the product's effect that a new place takes up, r, from −0.5 (hostile) to 1.
    grown_anew : float
        Part of the process that each new place grows anew, b, from 0 to 1.
    process_cost : float
        Cost of growing all of the process in one place, c_b, in handbooks (c_p = 1).
    effect : float
        Effect in a new place as a share of that at home, (1 − s)r + s·b.
    places : float
        Number of places that the budget reaches.
    total : float
        Places times effect, the number of Kettles like the first that they are worth.
    parts, totals : numpy.ndarray, shape (points,)
        Parts of the process grown anew, and the total at each of them.
    """

    process_share: float
    reception: float
    grown_anew: float
    process_cost: float
    effect: float
    places: float
    total: float
    parts: np.ndarray
    totals: np.ndarray

    @property
    def exported(self) -> float:
        """The total if only the product is sent, b = 0."""
        return float(self.totals[0])

    @property
    def grown(self) -> float:
        """The total if every place reached grows all of the process anew, b = 1."""
        return float(self.totals[-1])


@overload
def effect(process_share: float, reception: float, grown_anew: float = 0.0) -> float: ...
@overload
def effect(
    process_share: float, reception: float | np.ndarray, grown_anew: np.ndarray
) -> np.ndarray: ...
def effect(
    process_share: float, reception: float | np.ndarray, grown_anew: float | np.ndarray = 0.0
) -> float | np.ndarray:
    """Return the effect in a new place as a share of that at home, (1 − s)r + s·b.

    Parameters
    ----------
    process_share : float
        s, from 0 to 1.
    reception : float or numpy.ndarray
        r, from −0.5 to 1.
    grown_anew : float or numpy.ndarray
        b, from 0 to 1.
    """
    return (1 - process_share) * reception + process_share * grown_anew


@overload
def places(grown_anew: float, process_cost: float, budget: float = BUDGET) -> float: ...
@overload
def places(grown_anew: np.ndarray, process_cost: float, budget: float = BUDGET) -> np.ndarray: ...
def places(
    grown_anew: float | np.ndarray, process_cost: float, budget: float = BUDGET
) -> float | np.ndarray:
    """Return how many places a budget reaches, B/(c_p + c_b·b) with c_p = 1.

    Parameters
    ----------
    grown_anew : float or numpy.ndarray
        b, from 0 to 1.
    process_cost : float
        c_b, 0 or more, in handbooks.
    budget : float
        B, in handbooks.
    """
    return budget / (1 + process_cost * grown_anew)


def break_even_share(reception: float, process_cost: float) -> float:
    """Return the process share above which growing anew does more good than exporting.

    It solves (1 − s)r·c_b = s·c_p, and is s* = r·c_b/(c_p + r·c_b). The total over b is a ratio of
    two straight lines, so it rises or falls throughout and is largest at one of its ends.

    Parameters
    ----------
    reception : float
        r, from −0.5 to 1. At 0 and below, the result is 0: any process share is enough.
    process_cost : float
        c_b, 0 or more, in handbooks.
    """
    received = max(0.0, reception) * process_cost
    return received / (1 + received)


def run(
    process_share: float = 0.6,
    reception: float = 0.4,
    grown_anew: float = 0.0,
    process_cost: float = 2.0,
) -> WhatTravels:
    """Take a solution to new places, with the money for 400 handbooks.

    Parameters
    ----------
    process_share : float
        s, from 0 to 1.
    reception : float
        r, from −0.5 to 1.
    grown_anew : float
        b, from 0 to 1.
    process_cost : float
        c_b, 0 or more, in handbooks.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    arguments.between("process_share", process_share, 0, 1)
    arguments.between("reception", reception, HOSTILE, 1)
    arguments.between("grown_anew", grown_anew, 0, 1)
    arguments.at_least("process_cost", process_cost)
    effect_each = effect(process_share, reception, grown_anew)
    places_reached = places(grown_anew, process_cost)
    return WhatTravels(
        process_share=process_share,
        reception=reception,
        grown_anew=grown_anew,
        process_cost=process_cost,
        effect=effect_each,
        places=places_reached,
        total=places_reached * effect_each,
        parts=PARTS,
        totals=places(PARTS, process_cost) * effect(process_share, reception, PARTS),
    )


def picture(result: WhatTravels) -> go.Figure:
    """Draw what is lost between home and a new place, beside the total over what is grown anew."""
    zero = {"zeroline": True, "zerolinewidth": 1, "zerolinecolor": style.GREY}
    layout = style.panels(
        Panel(
            "effect in one place",
            (0, 0.56),
            {
                "tickvals": [0, 1, 2, 3],
                "ticktext": [
                    "at<br>home",
                    "process<br>missing",
                    "product<br>unused",
                    "new<br>place",
                ],
                "range": [-0.5, 3.5],
                "tickangle": 0,
                # Larger names would touch each other on a narrow page.
                "tickfont": {"size": 12},
            },
            zero | {"range": [-0.6, 1.22], "tickvals": [-0.5, 0, 0.5, 1], "tickformat": ".0%"},
        ),
        Panel(
            "all places, in Kettles<br>like the first",
            (0.68, 1),
            {
                "range": [-0.06, 1.06],
                "tickformat": ".0%",
                "tickvals": [0, 0.5, 1],
                "title": {"text": "part of the process<br>grown anew"},
            },
            zero | {"range": [1.15 * LOWEST_TOTAL, 1.08 * HIGHEST_TOTAL], "side": "right"},
        ),
    )
    layout["annotations"] += [*_bar_labels(result), *_total_labels(result)]
    return go.Figure(
        [*_waterfall(result), *_totals(result)],
        layout
        | {
            "height": 430,
            "margin": {"t": 62, "l": 50, "b": 70},
            "barmode": "overlay",
            "bargap": 0.3,
        },
    )


def _waterfall(result: WhatTravels) -> list[go.Bar]:
    """Return bars for the effect at home, both losses, and the effect in a new place."""
    share = result.process_share
    left_behind = share * (1 - result.grown_anew)
    not_taken_up = (1 - share) * (1 - result.reception)
    lost = {"shape": "/", "size": 6, "solidity": 0.35, "fillmode": "replace"}
    # Each tuple holds a column, the lower end of its bar, height, colour and pattern.
    bars: list[tuple[int, float, float, str, dict[str, object]]] = [
        (0, 0, 1 - share, PRODUCT, {}),
        (0, 1 - share, share, PROCESS, {}),
        (1, 1 - left_behind, left_behind, PROCESS, lost),
        (2, result.effect, not_taken_up, PRODUCT, lost),
        (3, 0, result.effect, NET, {}),
    ]
    return [
        go.Bar(
            x=[column],
            y=[height],
            base=[start],
            marker={"color": colour, "pattern": pattern, "line": {"color": colour, "width": 1.5}},
            hovertemplate="%{y:.0%} of the effect at home<extra></extra>",
        )
        for column, start, height, colour, pattern in bars
    ]


def _bar_labels(result: WhatTravels) -> list[dict]:
    """Return the percentages above the bars, and a key for the bar of home."""
    share = result.process_share
    left_behind = share * (1 - result.grown_anew)
    not_taken_up = (1 - share) * (1 - result.reception)
    above = {"yanchor": "bottom", "yshift": 3}
    percentages = [
        (1, 1, style.percent(-left_behind), above),
        (2, result.effect + not_taken_up, style.percent(-not_taken_up), above),
        (3, max(0.0, result.effect), f"<b>{style.percent(result.effect)}</b>", above),
    ]
    key = {
        "text": "at home,<br>above: process<br>below: product",
        "x": -0.45,
        "y": -0.32,
        "xanchor": "left",
        "align": "left",
    }
    return [key] + [{"x": x, "y": y, "text": text} | place for x, y, text, place in percentages]


def _total_labels(result: WhatTravels) -> list[dict]:
    """Return the totals as set and at both ends of the curve."""
    right_panel = {"xref": "x2", "yref": "y2"}
    here = result.grown_anew
    # The label lies on the side of the diamond that the curve leaves free.
    above = (result.grown > result.exported) == (here > 0.5)
    labels = [
        {
            "x": here,
            "y": result.total,
            "text": f"<b>{style.number(result.total, 0)}</b>",
            "xanchor": "right" if here > 0.5 else "left",
            "yanchor": "bottom" if above else "top",
            "yshift": 8 if above else -8,
            "font": {"size": 15},
        }
    ]
    for part, total in ((0.0, result.exported), (1.0, result.grown)):
        # Closer to the setting, this label would overlap the other.
        if abs(part - here) > 0.25:
            labels.append(
                {
                    "x": part,
                    "y": total,
                    "text": style.number(total, 0),
                    "xanchor": "right" if part else "left",
                    "yanchor": "bottom",
                    "yshift": 6,
                }
            )
    return [label | right_panel for label in labels]


def _totals(result: WhatTravels) -> list[go.Scatter]:
    axes = {"xaxis": "x2", "yaxis": "y2"}
    return [
        go.Scatter(
            x=result.parts,
            y=result.totals,
            mode="lines",
            line={"color": NET, "width": 2.5},
            hovertemplate="%{x:.0%} grown anew: %{y:.0f}<extra></extra>",
            **axes,
        ),
        go.Scatter(
            x=[0, 1],
            y=[result.exported, result.grown],
            mode="markers",
            marker={"size": 9, "color": NET, "symbol": "circle-open", "line": {"width": 2}},
            cliponaxis=False,
            hoverinfo="skip",
            **axes,
        ),
        go.Scatter(
            x=[result.grown_anew],
            y=[result.total],
            mode="markers",
            marker={"size": 13, "color": NET, "symbol": "diamond"},
            cliponaxis=False,
            hoverinfo="skip",
            **axes,
        ),
    ]


def brief(result: WhatTravels, before: WhatTravels | None) -> str:
    """State what all places together are worth, or the other end if that has not changed."""
    worth = _kettles(result.total)
    if before is None:
        return f"The {style.number(result.places, 0)} places are worth {worth} like the first."
    if worth != _kettles(before.total):
        last = _kettles(before.total).split()[0]
        harm = ": harm" if worth.startswith(style.MINUS) else ""
        return f"All places together are worth {worth}{was(worth, last)}{harm}."
    other, end = ("all", result.grown) if result.grown_anew == 0 else ("none", result.exported)
    return (
        f"All places together are still worth {worth}; with {other} of the process grown anew, "
        f"{style.number(end, 0)}."
    )


def _kettles(worth: float) -> str:
    number = style.number(worth, 0)
    return f"{number} Kettle{'' if number in ('1', f'{style.MINUS}1') else 's'}"


def words(result: WhatTravels) -> str:
    """State the effect in one place, the total of all places, and which end is better."""
    return (
        f"With {style.percent(result.grown_anew)} of the process grown anew, a new place has "
        f"{style.percent(result.effect)} of the effect at home, and "
        f"{style.number(result.places, 0)} places are worth {_kettles(result.total)} like the "
        f"first. Handbooks alone come to {style.number(result.exported, 0)}, all of it grown anew "
        f"to {style.number(result.grown, 0)}; {_better_end(result)}."
    )


def _better_end(result: WhatTravels) -> str:
    if max(result.exported, result.grown) < 0:
        return "not going at all is better than either"
    if result.reception <= 0:
        return "with such a reception growing anew is never the worse of the two"
    share = style.percent(break_even_share(result.reception, result.process_cost), 1)
    return f"growing anew does more good where the process is more than {share} of the effect"


def table(result: WhatTravels) -> pd.DataFrame:
    """Compare the handbook alone, the present setting, and growing all anew."""
    choices = {
        "handbook alone": 0.0,
        "as set": result.grown_anew,
        "all grown anew": 1.0,
    }
    share, reception = result.process_share, result.reception
    return pd.DataFrame(
        [
            {
                "choice": name,
                "process grown anew": style.percent(part),
                "product's part": style.percent((1 - share) * reception, 1),
                "process's part": style.percent(share * part, 1),
                "effect in a place": style.percent(effect(share, reception, part), 1),
                "places": style.number(places(part, result.process_cost), 0),
                "worth in Kettles": style.number(
                    places(part, result.process_cost) * effect(share, reception, part), 1
                ),
            }
            for name, part in choices.items()
        ]
    )


def to_read(process_share: float, reception: float, process_cost: float) -> Still:
    """Return a picture for an exercise, whose words describe it but do not give the answer.

    Parameters
    ----------
    process_share, reception, process_cost : float
        As in ``run``. Only the handbook is sent.
    """
    result = run(process_share, reception, 0.0, process_cost)
    words = (
        f"The handbook alone is sent to {style.number(result.places, 0)} places. On the right the "
        "diamond shows that choice, and the open circle at the other end what the same money does "
        "if all of the process is grown anew."
    )
    drawn = picture(result).update_layout(template=style.LIGHT)
    return Still("What travels, to read", drawn, words, table(result), folded=True)


def family_nurse_partnership() -> pd.DataFrame:
    """Return published figures on the Family Nurse Partnership in England.

    Returns
    -------
    pandas.DataFrame
        One row for each figure, with the kind of source.
    """
    figures = datasets.load("published_figures")
    chosen = figures[figures.case == "family_nurse_partnership"]
    return pd.DataFrame(
        {
            "what": chosen.measure,
            "figure": [f"{value:,g}" for value in chosen.value],
            "unit": chosen.unit,
            "95 % interval": [_published_interval(note) for note in chosen.note],
            "when": chosen.period,
            "read in": chosen.source_kind,
        }
    ).set_index("what")


def _published_interval(note: object) -> str:
    """Return the interval that a note gives, or a dash where it gives none."""
    found = re.search(r"95% interval ([\d.]+) to ([\d.]+)", note if isinstance(note, str) else "")
    return f"{found[1]} to {found[2]}" if found else style.number(float("nan"))


def _hostile_reception(at: Callable[..., WhatTravels]) -> str:
    hostile = at(reception=HOSTILE, grown_anew=0)
    return (
        f"Each place is left with {style.percent(hostile.effect)} of the effect at home, so "
        f"{style.number(hostile.places, 0)} places are worth {_kettles(hostile.total)}. Fewer "
        "places do less harm."
    )


def _oral_rehydration_salts(at: Callable[..., WhatTravels]) -> str:
    low = explorable.slider("process_cost").low
    cheapest = at(process_share=0.1, reception=0.9, process_cost=low)
    return (
        "No: even at the lowest cost, all of it grown anew is worth "
        f"{_kettles(cheapest.grown)}, and handbooks alone {style.number(cheapest.exported, 0)}."
    )


def _break_even(at: Callable[..., WhatTravels]) -> str:
    start = at()
    share = style.percent(break_even_share(start.reception, start.process_cost))
    return (
        f"At {share}, where the curve is flat. Below it handbooks alone do more good; above it, "
        "growing the process anew does."
    )


explorable = Explorable(
    title="What travels in the box?",
    ask=Ask(
        "Suppose 60 % of what the Kettle does for people comes from how it grew. Sent as a "
        "handbook to 400 places, it does the good of 64 Kettles like the first. Grown anew in each "
        "place it costs three times as much, so the same money reaches 133 places. How many "
        "Kettles are these worth?",
        low=0,
        high=200,
        step=1,
        unit="Kettles",
        tempting=21,
        because="a third of the places, so a third of the good.",
        otherwise="Grown anew, a table still lacks the part of the product that its place does not "
        "take up.",
    ),
    answer=lambda result: result.total,
    controls=(
        Slider("process_share", "Share of the effect that is process", 0, 1, start=0.6, step=0.05),
        Slider("reception", "Reception of the product, −0.5 to 1", -0.5, 1, start=0.4, step=0.1),
        Slider("grown_anew", "Part of the process grown anew", 0, 1, start=1, step=0.05),
        Slider("process_cost", "Cost of growing it, in handbooks", 0.5, 6, start=2, step=0.5),
    ),
    run=run,
    brief=brief,
    picture=picture,
    words=words,
    table=table,
    # The diamond follows the five bars, the curve and its ends.
    touch=(Drag(control="grown_anew", hint="or drag the diamond", traces=(7,)),),
    tasks=(
        Task(
            "Make the reception hostile (−0.5) and leave the process behind. Would you rather "
            "reach 400 places or 40?",
            {"reception": HOSTILE, "grown_anew": 0},
            _hostile_reception,
        ),
        Task(
            "Think of something like oral rehydration salts: a share of process of 0.1 and a "
            "reception of 0.9. Is there any cost on the slider at which growing anew pays?",
            {"process_share": 0.1, "reception": 0.9},
            _oral_rehydration_salts,
        ),
        Task(
            "Start from the other side: lower the share of process, step by step. Where do both "
            "ends of the curve come to the same?",
            {},
            _break_even,
        ),
    ),
    mark=Mark("y2"),
    limits=(
        "Which way does more good hangs on the share that is process, and nobody has measured it: "
        "below 0.44, at this reception and cost, copying wins. The parts add up here. In life "
        "they often multiply: without trust nobody opens the door, and then the best handbook "
        "does nothing. Every bit of process counts the same, so the best choice always lies at "
        "one end; if the first bit does most, a little of it in many places is best. And a total "
        "hides who gains: one deep change and ten faint ones weigh the same."
    ),
)
