"""Layers: what is left of knowledge and of money after every desk between people and resources.

Control loss in a hierarchy (Williamson 1967): a span of control turns front-line people into
layers, and at each layer something is lost, so losses multiply. Pay that rises by the same factor
a layer is Simon's (1957).
Left out: what layers are for. They sum up, compare, protect and coordinate; some loss is meant.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from scaling import style
from scaling.explorable import Ask, Explorable, Mark, Slider, Task
from scaling.wording import number_of, was

DAYS = 2  # that a question, or its answer, lies on each desk
PAY_STEP = 1.3  # pay at one layer over pay at the layer below
WEEK = 35  # a manager's hours
DOTS, ROW = 400, 80  # most dots at the front line, and most in a row
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
    """Draw everybody as dots, beside knowledge on its way up and money on its way down."""
    left, right = (0, 0.52), (0.62, 1)
    levels = np.arange(result.layers + 1)  # 0 is the top
    up = result.knowledge ** (result.layers - levels)
    down = result.money**levels
    each = _people_to_a_dot(result)
    # Plain dictionaries, because a slider redraws this and make_subplots takes three times as long.
    beyond = 0.4 + 0.1 * result.layers
    level = {"range": [result.layers + beyond, -beyond], "ticks": "", "tickvals": levels}
    return go.Figure(
        [
            _everybody(result, each),
            _share(down, levels, MONEY, "diamond", "dash"),
            _share(up, levels, KNOWLEDGE, "circle", "solid"),
        ],
        {
            "height": 430,
            "margin": {"t": 62, "l": 10, "r": 30},
            "annotations": [
                style.heading(
                    f"{number_of(result.layers, 'layer')} of managers;<br>one dot is "
                    f"{'one person' if each == 1 else f'{each} people'}",
                    left,
                    1,
                ),
                style.heading("left of knowledge, up (●),<br>and of money, down (◆)", right, 1),
                *_labels(result, up, down),
            ],
            "xaxis": {
                "domain": left,
                "anchor": "y",
                "range": [-ROW / 2 - 1, ROW / 2 + 1],
                "visible": False,
            },
            "yaxis": level | {"anchor": "x", "showgrid": False, "ticktext": _names(result)},
            "xaxis2": {
                "domain": right,
                "anchor": "y2",
                "range": [-0.03, 1.08],
                "tickvals": [0, 0.5, 1],
                "tickformat": ".0%",
            },
            "yaxis2": level | {"anchor": "x2", "showticklabels": False},
        },
    )


def _people_to_a_dot(result: Layers) -> int:
    return -(-result.people // DOTS)  # −(−a // b) rounds up


def _names(result: Layers) -> list[str]:
    """Return how many people there are at each level, and who they are."""
    above = [number_of(count, "manager") for count in result.staff[1:-1]]
    return ["1 at the top", *above, number_of(result.people, "worker")][-len(result.staff) :]


def _everybody(result: Layers, each: int) -> go.Scatter:
    """Return a dot for so many people, in rows at their level; a last dot may be of fewer."""
    x, y, colours = [], [], []
    for level, count in enumerate(result.staff):
        dots = -(-count // each)
        rows = -(-dots // ROW)
        wide = -(-dots // rows)
        place = np.arange(dots)
        x.append(place % wide - (wide - 1) / 2)
        y.append(level + (place // wide - (rows - 1) / 2) * 0.6 / (DOTS // ROW))
        colours += [PEOPLE if level < result.layers else KNOWLEDGE] * dots
    return go.Scatter(
        x=np.concatenate(x),
        y=np.concatenate(y),
        mode="markers",
        marker={"size": 4, "color": colours},
        hoverinfo="skip",
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


def _arrives(share: float) -> str:
    """Return a share that arrives; a little is not nothing."""
    return "less than 1\N{NO-BREAK SPACE}%" if 0 < share < 0.005 else style.percent(share)


def brief(result: Layers, before: Layers | None) -> str:
    """Say what reaches the top; or what arrives of the money, if only that has changed."""
    now, layers_now = _arrives(result.knowledge_at_top), number_of(result.layers, "layer")
    if before is None or before.knowledge_at_top == result.knowledge_at_top:
        if before is not None and before.money_at_front != result.money_at_front:
            money = _arrives(result.money_at_front)
            earlier = _arrives(before.money_at_front)
            return f"Of the money, {money} reaches the front line{was(money, earlier)}."
        return f"Of what the workers know, {now} reaches the top, over {layers_now}."
    earlier = _arrives(before.knowledge_at_top)
    return f"Of what the workers know, {now} reaches the top{was(now, earlier)}."


def words(result: Layers) -> str:
    """Say how many layers there are and what arrives at either end."""
    return (
        f"Over {number_of(result.people, 'worker')} there are {number_of(result.layers, 'layer')} "
        f"with {number_of(result.managers, 'manager')}, if one leads {result.span}: at "
        f"{style.percent(result.knowledge)} a layer {_arrives(result.knowledge_at_top)} of what "
        f"workers know reaches the top, and at {style.percent(result.money)} a layer "
        f"{_arrives(result.money_at_front)} of the money reaches them. An answer takes "
        f"{result.days} days, and pay at the top is {style.number(result.top_pay, 1)} times that "
        f"at the front line."
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


def _good_enough(at: Callable[..., Layers], share: float) -> float:
    """Return the least step of the slider at which so much of what is known reaches the top."""
    (slider,) = [control for control in explorable.controls if control.name == "knowledge"]
    steps = np.arange(slider.low, slider.high + slider.step / 2, slider.step)
    return next(step for step in steps if at(knowledge=min(step, 1)).knowledge_at_top >= share)


def _seen_small(at: Callable[..., Layers]) -> str:
    large, small = at(), at(people=400)
    return (
        f"{small.layers} layers in place of {large.layers}, and "
        f"{style.percent(small.knowledge_at_top)} in place of "
        f"{style.percent(large.knowledge_at_top)}. What counts is the number of desks, "
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
        "there be 10,000 tables. What share reaches the top, in per cent?",
        low=0,
        high=100,
        step=1,
        unit="per cent",
        tempting=10,
        because="with twenty-five times the people, far more should be lost on the way.",
        otherwise="More people need more layers, and each of them keeps a tenth of what it hears.",
    ),
    answer=lambda result: 100 * result.knowledge_at_top,
    controls=(
        Slider("people", "Workers at the front line", 25, 20_000, start=10_000, step=25),
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
            "Go back to 400 tables. How many layers fewer are there, and how much more arrives?",
            {"people": 400},
            _seen_small,
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
            {},
            lambda at: (
                f"Only from {style.percent(_good_enough(at, 0.9))} a layer on. A desk that passes "
                f"on nine tenths does well, and is far from good enough."
            ),
        ),
    ),
    limits=(
        "Every layer loses the same share, for no reason. Real layers also sum up, so that "
        "someone can see the whole, and they protect and connect. The shares are invented; believe "
        "that losses multiply, not how large they are."
    ),
)
