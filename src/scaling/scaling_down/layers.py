"""Layers: what is left of knowledge and of money after every desk between people and resources.

Control loss in a hierarchy (Williamson 1967): a span of control turns front-line people into
layers, and at each layer something is lost, so losses multiply. That pay rises by the same factor
with each layer is from Simon (1957).
Left out: what layers are for. They sum up, compare, protect and coordinate; some loss is intended.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from scaling import arguments, style
from scaling.explorable import Ask, Explorable, Mark, Slider, Task
from scaling.style import Panel
from scaling.wording import number_of, was

# A question waits on each desk for this long, and so does its answer.
DAYS = 2  # days
# Pay at each layer is this many times the pay at the layer below.
PAY_STEP = 1.3
# A manager has this much time a week.
WEEK = 35  # hours
# The front line is drawn with at most this many dots, and each row with at most DOTS_IN_ROW.
DOTS, DOTS_IN_ROW = 400, 80
KNOWLEDGE, MONEY, PEOPLE = style.GREEN, style.ORANGE, style.BLUE


@dataclass(frozen=True)
class Layers:
    """A hierarchy, and what gets through it.

    Attributes
    ----------
    people : int
        Front-line people, F.
    span : int
        The most people that one manager leads, s.
    knowledge : float
        Share of knowledge that survives each layer on its way up, k.
    money : float
        Share of money that survives each layer on its way down, m.
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
        """The number of layers of managers above the front line, L."""
        return len(self.staff) - 1

    @property
    def managers(self) -> int:
        """The number of managers in all layers together."""
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
        """Pay at the top, as a multiple of pay at the front line."""
        return PAY_STEP**self.layers


def layers(people: int, span: int) -> int:
    """Return the least number of layers L for which s^L is at least F.

    Parameters
    ----------
    people : int
        Front-line people, F, at least 1.
    span : int
        The most people that one manager leads, s, at least 2.

    Notes
    -----
    The layers are counted in whole numbers. A rounded logarithm would give 5³ = 125 people a fourth
    layer.
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
        The most people that one manager leads, s, at least 2.
    """
    above = range(layers(people, span), -1, -1)
    return tuple(_divide_up(people, span**steps) for steps in above)


def _divide_up(total: int, by: int) -> int:
    """Return a quotient of whole numbers, rounded up."""
    return -(-total // by)


def run(people: int = 400, span: int = 6, knowledge: float = 0.9, money: float = 0.95) -> Layers:
    """Build a hierarchy above the people of the front line.

    Parameters
    ----------
    people : int
        Front-line people, at least 1.
    span : int
        The most people that one manager leads, at least 2.
    knowledge, money : float
        Shares that survive each layer, 0 to 1.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    arguments.whole("people", people, 1)
    arguments.whole("span", span, 2)
    arguments.between("knowledge", knowledge, 0, 1)
    arguments.between("money", money, 0, 1)
    people, span = int(people), int(span)
    return Layers(people, span, knowledge, money, staff(people, span))


def picture(result: Layers) -> go.Figure:
    """Draw all people as dots, beside knowledge on its way up and money on its way down."""
    # Levels are numbered from the top, which is 0.
    levels = np.arange(result.layers + 1)
    up = result.knowledge ** (result.layers - levels)
    down = result.money**levels
    each = _divide_up(result.people, DOTS)
    margin = 0.4 + 0.1 * result.layers
    level = {"range": [result.layers + margin, -margin], "ticks": "", "tickvals": levels}
    layout = style.panels(
        Panel(
            f"{number_of(result.layers, 'layer')} of managers;<br>one dot is "
            f"{'one person' if each == 1 else f'{each} people'}",
            (0, 0.52),
            {"range": [-DOTS_IN_ROW / 2 - 1, DOTS_IN_ROW / 2 + 1], "visible": False},
            level | {"showgrid": False, "ticktext": _level_names(result)},
        ),
        Panel(
            "left of knowledge, up (●),<br>and of money, down (◆)",
            (0.62, 1),
            {"range": [-0.03, 1.08], "tickvals": [0, 0.5, 1], "tickformat": ".0%"},
            level | {"showticklabels": False},
        ),
    )
    layout["annotations"] += _end_labels(result, up, down)
    return go.Figure(
        [
            _people_trace(result, each),
            _share_trace(down, levels, MONEY, "diamond", "dash"),
            _share_trace(up, levels, KNOWLEDGE, "circle", "solid"),
        ],
        layout | {"height": 430, "margin": {"t": 62, "l": 10, "r": 30}},
    )


def _level_names(result: Layers) -> list[str]:
    """Return the number of people at each level and what they are called, from the top down."""
    above = [number_of(count, "manager") for count in result.staff[1:-1]]
    return ["1 at the top", *above, number_of(result.people, "worker")][-len(result.staff) :]


def _people_trace(result: Layers, each: int) -> go.Scatter:
    """Return dots in rows at each level; a dot is ``each`` people, the last one maybe fewer."""
    x, y, colours = [], [], []
    for level, count in enumerate(result.staff):
        dots = _divide_up(count, each)
        rows = _divide_up(dots, DOTS_IN_ROW)
        in_row = _divide_up(dots, rows)
        place = np.arange(dots)
        x.append(place % in_row - (in_row - 1) / 2)
        y.append(level + (place // in_row - (rows - 1) / 2) * 0.6 / (DOTS // DOTS_IN_ROW))
        colours += [PEOPLE if level < result.layers else KNOWLEDGE] * dots
    return go.Scatter(
        x=np.concatenate(x),
        y=np.concatenate(y),
        mode="markers",
        marker={"size": 4, "color": colours},
        hoverinfo="skip",
    )


def _share_trace(
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


def _end_labels(result: Layers, up: np.ndarray, down: np.ndarray) -> list[dict]:
    """Return the shares of knowledge and money that arrive at both ends."""
    last = result.layers
    panel = {"xref": "x2", "yref": "y2"}
    ends = [
        {"x": up[0], "y": 0, "text": f"<b>{style.percent(up[0])}</b> of knowledge"},
        {"x": down[-1], "y": last, "text": f"<b>{style.percent(down[-1])}</b> of money"},
    ]
    places = [
        {"xanchor": "left", "xshift": 10}
        if end["x"] < 0.45
        else {"xanchor": "right", "xshift": -10}
        for end in ends
    ]
    return [end | panel | place for end, place in zip(ends, places, strict=True)]


def _arriving(share: float) -> str:
    """Return a share as a percentage, in which a small share does not become 0."""
    return "less than 1\N{NO-BREAK SPACE}%" if 0 < share < 0.005 else style.percent(share)


def brief(result: Layers, before: Layers | None) -> str:
    """State how much knowledge reaches the top, or what arrives of the money if that changed."""
    now, layers_now = _arriving(result.knowledge_at_top), number_of(result.layers, "layer")
    if before is None or before.knowledge_at_top == result.knowledge_at_top:
        if before is not None and before.money_at_front != result.money_at_front:
            money = _arriving(result.money_at_front)
            earlier = _arriving(before.money_at_front)
            return f"Of the money, {money} reaches the front line{was(money, earlier)}."
        return f"Of what the workers know, {now} reaches the top, over {layers_now}."
    earlier = _arriving(before.knowledge_at_top)
    return f"Of what the workers know, {now} reaches the top{was(now, earlier)}."


def words(result: Layers) -> str:
    """State how many layers there are, and what arrives at either end."""
    return (
        f"Over {number_of(result.people, 'worker')} there are {number_of(result.layers, 'layer')} "
        f"with {number_of(result.managers, 'manager')}, if one leads {result.span}: at "
        f"{style.percent(result.knowledge)} a layer {_arriving(result.knowledge_at_top)} of what "
        f"workers know reaches the top, and at {style.percent(result.money)} a layer "
        f"{_arriving(result.money_at_front)} of the money reaches them. An answer takes "
        f"{result.days} days, and pay at the top is {style.number(result.top_pay, 1)} times that "
        f"at the front line."
    )


def table(result: Layers) -> pd.DataFrame:
    """Return this hierarchy beside one with half its span and one with double its span."""
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


def _least_knowledge(at: Callable[..., Layers], people: int, share: float) -> float:
    """Return the least value of the slider for knowledge at which this share reaches the top."""
    slider = explorable.slider("knowledge")
    steps = np.arange(slider.low, slider.high + slider.step / 2, slider.step)
    return next(
        step
        for step in steps
        if at(people=people, knowledge=min(step, 1)).knowledge_at_top >= share
    )


def _seen_large(at: Callable[..., Layers]) -> str:
    large, small = at(people=10_000), at()
    return (
        f"{large.layers} layers in place of {small.layers}, and "
        f"{style.percent(large.knowledge_at_top)} in place of "
        f"{style.percent(small.knowledge_at_top)}. What counts is the number of layers, "
        f"and it grows far more slowly than the number of people."
    )


def _seen_wide(at: Callable[..., Layers]) -> str:
    wide = at(people=400, span=20)
    return (
        f"{wide.layers} layers, and {style.percent(wide.knowledge_at_top)} arrives. But a manager "
        f"with a week of {WEEK} hours has {style.number(WEEK / wide.span, 1)} for each person."
    )


explorable = Explorable(
    title="Between the tables and the top",
    ask=Ask(
        "Four hundred tables have one worker each. Every manager leads six people, every six "
        "managers have one of their own, up to a single person at the top. Each layer passes on "
        "nine tenths of what it hears, and 66 % of what the workers know reaches the top. Now let "
        "there be 1,000 tables. What share reaches the top, in per cent?",
        low=0,
        high=100,
        step=1,
        unit="per cent",
        tempting=66,
        is_right=True,
        because="as many layers as before suffice, and loss comes with layers, not with people.",
        otherwise="More people make more desks beside each other, and no further layer so far.",
    ),
    answer=lambda result: 100 * result.knowledge_at_top,
    controls=(
        Slider("people", "Workers at the front line", 25, 20_000, start=1_000, step=25),
        Slider("span", "People to a manager", 2, 20, start=6),
        Slider("knowledge", "Knowledge a layer passes on", 0.5, 1, start=0.9, step=0.01),
        Slider("money", "Money a layer passes on", 0.5, 1, start=0.95, step=0.01),
    ),
    run=run,
    picture=picture,
    brief=brief,
    words=words,
    table=table,
    mark=Mark("x2", scale=0.01),
    tasks=(
        Task(
            "Go on to 10,000 tables, ten times as many. Is far more lost on the way? Count the "
            "layers.",
            {"people": 10_000},
            _seen_large,
        ),
        Task(
            "With 400 tables, widen the span to 20. What do you gain, and what does a manager's "
            "week have left for each person?",
            {"people": 400, "span": 20},
            _seen_wide,
        ),
        Task(
            "Start from the other end, with 10,000 tables: how well must each layer pass on "
            "knowledge for nine tenths to reach the top?",
            {"people": 10_000},
            lambda at: (
                f"Only from {style.percent(_least_knowledge(at, 10_000, 0.9))} a layer on. A desk "
                f"that passes on nine tenths does well, and is far from good enough."
            ),
        ),
    ),
    limits=(
        "How little arrives hangs on a tenth lost in each layer, which is invented: if 98.3 % "
        "were kept, nine tenths would reach the top of 10,000 tables. Every layer loses the same "
        "share, for no reason. Real layers also sum up, so that someone can see the whole, and "
        "they protect and connect."
    ),
)
