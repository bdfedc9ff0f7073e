"""Layers: what is left of knowledge and of money after every desk between people and resources.

Control loss in a hierarchy (Williamson 1967): a span of control turns front-line people into
layers, and at each layer something is lost, so losses multiply. Pay that rises by the same factor
a layer is Simon's (1957).
Left out: what layers are for. They sum up, compare, protect and coordinate; some loss is meant.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from scaling import style
from scaling.explorable import Ask, Explorable, Slider

DAYS = 2  # that a question, or its answer, lies on each desk
PAY_STEP = 1.3  # pay at one layer over pay at the layer below
WEEK = 35  # a manager's hours
KNOWLEDGE, MONEY, PEOPLE = style.GREEN, style.ORANGE, style.BLUE


@dataclass(frozen=True)
class Layers:
    """A hierarchy and what it lets through.

    Attributes
    ----------
    people : int
        Front-line people, F.
    span : int
        People each manager leads at most, s.
    knowledge : float
        Share of what is known below that survives each layer upward, k.
    money : float
        Share of the money that survives each layer downward, m.
    staff : tuple of int
        People at each level, from the top (1) to the front line (F).
    """

    people: int
    span: int
    knowledge: float
    money: float
    staff: tuple[int, ...]

    @property
    def layers(self) -> int:
        """Layers of managers above the front line, L."""
        return len(self.staff) - 1

    @property
    def managers(self) -> int:
        """Managers on all layers together."""
        return sum(self.staff[:-1])

    @property
    def knowledge_at_top(self) -> float:
        """Share of what the front line knows that reaches the top, k^L."""
        return self.knowledge**self.layers

    @property
    def money_at_front(self) -> float:
        """Share of the money that reaches the front line, m^L."""
        return self.money**self.layers

    @property
    def days(self) -> int:
        """Days until a question from the front line is answered from the top, 2·L·d."""
        return 2 * self.layers * DAYS

    @property
    def top_pay(self) -> float:
        """Pay at the top, with pay at the front line as 1."""
        return PAY_STEP**self.layers


def layers(people: int, span: int) -> int:
    """Return the least number of layers L with s^L of at least F.

    Parameters
    ----------
    people : int
        Front-line people, F, at least 1.
    span : int
        s, at least 2.

    Notes
    -----
    Counted in whole numbers: a logarithm would round 5³ = 125 up to a fourth layer.
    """
    count, reach = 0, 1
    while reach < people:
        count, reach = count + 1, reach * span
    return count


def staff(people: int, span: int) -> tuple[int, ...]:
    """Return the people at each level, from the top to the front line: ⌈F/s^(L − l)⌉.

    Parameters
    ----------
    people : int
        Front-line people, F, at least 1.
    span : int
        s, at least 2.
    """
    above = range(layers(people, span), -1, -1)
    return tuple(-(-people // span**steps) for steps in above)  # −(−a // b) rounds up


def run(people: int = 400, span: int = 6, knowledge: float = 0.9, money: float = 0.95) -> Layers:
    """Build a hierarchy over some front-line people.

    Parameters
    ----------
    people : int
        At least 1.
    span : int
        At least 2.
    knowledge, money : float
        0 to 1.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    if not people >= 1 or people % 1:
        raise ValueError(f"people must be a whole number of at least 1; it is {people}.")
    if not span >= 2 or span % 1:
        raise ValueError(f"span must be a whole number of at least 2; it is {span}.")
    for name, value in (("knowledge", knowledge), ("money", money)):
        if not 0 <= value <= 1:
            raise ValueError(f"{name} must lie between 0 and 1; it is {value}.")
    people, span = int(people), int(span)
    return Layers(people, span, knowledge, money, staff(people, span))


def picture(result: Layers) -> go.Figure:
    """Draw the pyramid, beside what is left of knowledge going up and of money coming down."""
    left, right = (0, 0.52), (0.62, 1)
    levels = np.arange(result.layers + 1)  # 0 is the top
    up = result.knowledge ** (result.layers - levels)
    down = result.money**levels
    # Plain dictionaries, because a slider redraws this and make_subplots takes three times as long.
    level = {"range": [result.layers + 0.6, -0.6], "showticklabels": False, "ticks": "", "dtick": 1}
    return go.Figure(
        [
            _pyramid(result, levels),
            _share(down, levels, MONEY, "diamond", "dash"),
            _share(up, levels, KNOWLEDGE, "circle", "solid"),
        ],
        {
            "height": 430,
            "margin": {"t": 62, "l": 10, "r": 30},
            "bargap": 0.25,
            "annotations": [
                style.heading(f"{result.layers} layers above the front line", left, 1),
                style.heading("knowledge left, going up,<br>and money, coming down", right, 1),
                *_labels(result, up, down),
            ],
            "xaxis": {
                "domain": left,
                "anchor": "y",
                "range": [-4.6, 4.6],
                "visible": False,
            },
            "yaxis": level | {"anchor": "x", "showgrid": False},
            "xaxis2": {
                "domain": right,
                "anchor": "y2",
                "range": [-0.03, 1.08],
                "tickvals": [0, 0.5, 1],
                "tickformat": ".0%",
            },
            "yaxis2": level | {"anchor": "x2"},
        },
    )


def _pyramid(result: Layers, levels: np.ndarray) -> go.Bar:
    """Return one bar a level; its length follows the number of digits, or 400 would hide 2."""
    width = 0.35 + 2 * np.log10(np.array(result.staff, dtype=float))
    return go.Bar(
        orientation="h",
        y=levels,
        x=width,
        base=-width / 2,
        marker={
            "color": [PEOPLE if level < result.layers else KNOWLEDGE for level in levels],
            "opacity": 0.35,
        },
        customdata=result.staff,
        hovertemplate="%{customdata} people<extra></extra>",
    )


def _share(
    share: np.ndarray, levels: np.ndarray, colour: str, symbol: str, dash: str
) -> go.Scatter:
    return go.Scatter(
        x=share,
        y=levels,
        mode="lines+markers",
        line={"color": colour, "width": 2.5, "dash": dash},
        marker={"color": colour, "symbol": symbol, "size": 10},
        xaxis="x2",
        yaxis="y2",
        cliponaxis=False,
        hovertemplate="%{x:.0%}<extra></extra>",
    )


def _labels(result: Layers, up: np.ndarray, down: np.ndarray) -> list[dict]:
    """Return the number at each level, and what arrives at both ends."""
    last = result.layers
    on_bars = []
    for level, count in enumerate(result.staff):
        who = "at the front line" if level == last else ("manager", "managers")[count > 1]
        on_bars.append({"x": 0, "y": level, "text": f"{style.number(count, 0)} {who}"})
    panel = {"xref": "x2", "yref": "y2"}
    ends = [
        {"x": up[0], "y": 0, "text": f"<b>{style.percent(up[0])}</b> of knowledge"},
        {"x": down[-1], "y": last, "text": f"<b>{style.percent(down[-1])}</b> of money"},
    ]
    shifts = [{"yanchor": "bottom", "yshift": 8}, {"yanchor": "top", "yshift": -8}]
    for end, shift in zip(ends, shifts, strict=True):
        place = {"xanchor": "left" if end["x"] < 0.35 else "right", "xshift": 12}
        on_bars.append(end | panel | shift | place)
    return on_bars


def words(result: Layers) -> str:
    """Say how many layers there are and what arrives at either end."""
    return (
        f"With {style.number(result.people, 0)} people at the front line and {result.span} to a "
        f"manager there are {result.layers} layers with {style.number(result.managers, 0)} "
        f"managers: at {style.percent(result.knowledge)} a layer "
        f"{style.percent(result.knowledge_at_top)} of what people know reaches the top, and at "
        f"{style.percent(result.money)} a layer {style.percent(result.money_at_front)} of the "
        f"money reaches them. An answer takes {result.days} days, and pay at the top is "
        f"{style.number(result.top_pay, 1)} times that at the front line."
    )


def table(result: Layers) -> pd.DataFrame:
    """Return narrower and wider spans beside the present one."""
    spans = sorted({max(2, result.span // 2), result.span, 2 * result.span})
    rows = [run(result.people, span, result.knowledge, result.money) for span in spans]
    return pd.DataFrame(
        {
            "people to a manager": [row.span for row in rows],
            "manager's hours for each, a week": [style.number(WEEK / row.span, 1) for row in rows],
            "layers": [row.layers for row in rows],
            "managers": [style.number(row.managers, 0) for row in rows],
            "knowledge at the top": [style.percent(row.knowledge_at_top) for row in rows],
            "money at the front": [style.percent(row.money_at_front) for row in rows],
            "days to an answer": [row.days for row in rows],
            "pay at the top": [f"{style.number(row.top_pay, 1)} times" for row in rows],
        }
    )


explorable = Explorable(
    title="Layers: what is left after each desk",
    ask=Ask(
        "Four hundred tables have one worker each. Every manager leads six people, and every "
        "six managers have a manager of their own, up to one at the top. At each layer nine tenths "
        "of what people know below is passed on. What share of the workers' knowledge reaches the "
        "top, in per cent?",
        low=0,
        high=100,
        step=1,
        unit="per cent",
        tempting=90,
        because="nine tenths a layer is almost everything.",
    ),
    answer=lambda result: 100 * result.knowledge_at_top,
    controls=(
        Slider("people", "People at the front line", 25, 10_000, start=400, step=25),
        Slider("span", "People to a manager", 2, 20, start=6),
        Slider("knowledge", "Knowledge a layer passes on", 0.5, 1, start=0.9, step=0.01),
        Slider("money", "Money a layer passes on", 0.5, 1, start=0.95, step=0.01),
    ),
    run=run,
    picture=picture,
    words=words,
    table=table,
    tasks=(
        "Let the front line grow from 400 people to 10,000. How many layers are added, and how "
        "much knowledge do they cost?",
        "Go back to 400 and widen the span to 20. What do you gain? Then open the figures behind "
        "the picture: what does a manager's week have left for each person?",
        "Start from the other end: how well must each layer pass on knowledge for nine tenths to "
        "reach the top?",
    ),
    limits=(
        "Every layer loses the same share, for no reason. Real layers also sum up, so that "
        "someone can see the whole, and they protect and connect. The shares are invented; believe "
        "that losses multiply, not how large they are. Length of the bars follows the number of "
        "digits, not of people."
    ),
)
