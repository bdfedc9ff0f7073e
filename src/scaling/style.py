"""One look for the whole course: colours by meaning, two plotly templates, number formats.

The colours are those of Okabe and Ito (2008), which people with any colour vision can tell apart; a
picture never relies on them alone. Text takes its colour from the template, so that it stays
readable in JupyterLab's light and dark themes; a picture should therefore not set the colour of its
text.
"""

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

BLUE = "#0072B2"
VERMILLION = "#D55E00"
GREEN = "#009E73"
ORANGE = "#E69F00"
SKY = "#56B4E9"
PURPLE = "#CC79A7"
# This grey is readable both on white and on the dark theme's near-black.
GREY = "#888888"

# Each of these has the same colour in every lesson.
SCALE_UP = VERMILLION
JOIN_UP = GREEN
GO_ALONE = ORANGE
OBSERVED = BLUE
CHANCE = GREY
NEXT_PLACE = VERMILLION
MEAN = BLUE
SOCIETY_WIDE = PURPLE
ORGANISATIONAL = BLUE
INDIVIDUAL = GREEN

# Plotly draws every picture as wide as the page allows, and without its toolbar: a person who uses
# the keyboard would have to tab through each of the toolbar's buttons.
CONFIG = {"displayModeBar": False, "responsive": True}

MINUS = "\N{MINUS SIGN}"


def number(value: float, digits: int = 2) -> str:
    """Write a number for people: thousands separated, a true minus sign, "–" where there is none.

    Parameters
    ----------
    value : float
        Any number; NaN and None mean "no value".
    digits : int
        Decimal places.
    """
    if value is None or math.isnan(value):
        return "\N{EN DASH}"
    if math.isinf(value):
        return "without limit" if value > 0 else f"{MINUS}without limit"
    text = f"{value:,.{digits}f}"
    is_zero = not text.strip("-0.,")
    return text.lstrip("-") if is_zero else text.replace("-", MINUS)


def decimals(step: float) -> int:
    """Return the decimal places that a step needs: 2 for 0.25, none for 5."""
    return max(0, -int(Decimal(f"{step:g}").as_tuple().exponent))


def percent(share: float, digits: int = 0) -> str:
    """Write a share between 0 and 1 as a percentage, for example ``0.437`` as "44 %"."""
    return f"{number(100 * share, digits)}\N{NO-BREAK SPACE}%"


def interval(low: float, high: float, digits: int = 2) -> str:
    """Write an interval as "0.34 to 0.70"."""
    return f"{number(low, digits)} to {number(high, digits)}"


def plain(text: str) -> str:
    """Escape text, so that a picture shows it literally and does not read it as markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def heading(text: str, over: tuple[float, float], y: float) -> dict:
    """Return the annotation that is the heading of one panel in a figure.

    Parameters
    ----------
    text : str
    over : tuple of float
        The panel's left and right edge, as shares of the figure's width.
    y : float
        The panel's upper edge, as a share of the figure's height.
    """
    place = {"x": sum(over) / 2, "y": y, "xanchor": "center", "yanchor": "bottom"}
    return place | {"text": text, "xref": "paper", "yref": "paper", "font": {"size": 16}}


@dataclass(frozen=True)
class Panel:
    """One of several panels of a figure.

    Parameters
    ----------
    heading : str
        The text above the panel's upper edge; may be empty.
    over : tuple of float
        The panel's left and right edge, as shares of the figure's width.
    x, y : dict
        The panel's two axes, as plotly's layout has them, without domain and anchor.
    within : tuple of float
        The panel's lower and upper edge, as shares of the figure's height.
    """

    heading: str
    over: tuple[float, float]
    x: dict[str, Any]
    y: dict[str, Any]
    within: tuple[float, float] = (0, 1)


def panels(*parts: Panel) -> dict[str, Any]:
    """Return the layout of a figure with several panels: their axes and their headings.

    The first panel has the axes "x" and "y", the second "x2" and "y2", and so on. The layout is
    made of plain dictionaries, because a slider redraws its picture at every step, and drawing it
    with plotly's ``make_subplots`` takes three times as long.

    Parameters
    ----------
    *parts : Panel

    Returns
    -------
    dict
        ``xaxis``, ``yaxis``, ``xaxis2`` … and ``annotations``, a list of the headings that are not
        empty; a picture may append annotations of its own.
    """
    layout: dict[str, Any] = {
        "annotations": [
            heading(part.heading, part.over, part.within[1]) for part in parts if part.heading
        ]
    }
    for count, part in enumerate(parts, 1):
        place = "" if count == 1 else str(count)
        layout[f"xaxis{place}"] = {"domain": part.over, "anchor": f"y{place}"} | part.x
        within = {} if part.within == (0, 1) else {"domain": part.within}
        layout[f"yaxis{place}"] = within | {"anchor": f"x{place}"} | part.y
    return layout


def apart(
    heights: dict[str, float], gap: float, bottom: float = -math.inf, top: float = math.inf
) -> dict[str, float]:
    """Move labels apart where they would overlap, keeping their order.

    Parameters
    ----------
    heights : dict of str to float
        The best height for each label.
    gap : float
        The smallest distance allowed between two labels.
    bottom, top : float
        The range that the labels have to fit into. Of two labels that are too close, the lower one
        moves down, as long as there is room below it.

    Returns
    -------
    dict of str to float
        The height of each label, from the lowest to the highest.
    """
    placed = dict(sorted(heights.items(), key=lambda item: item[1]))
    ceiling = top + gap
    for name in reversed(placed):
        ceiling = placed[name] = min(placed[name], ceiling - gap)
    floor = bottom - gap
    for name in placed:
        floor = placed[name] = max(placed[name], floor + gap)
    return placed


def lines_between(x: np.ndarray, y: np.ndarray, ends: np.ndarray) -> dict[str, np.ndarray]:
    """Return the x and y of separate straight lines, for one trace of mode "lines".

    Parameters
    ----------
    x, y : numpy.ndarray, shape (points,)
        The coordinates of the points.
    ends : numpy.ndarray of int, shape (lines, 2)
        The two points that each line joins.
    """
    # Plotly does not draw through NaN, so each line ends where the next one begins.
    gap = np.full(len(ends), np.nan)
    return {
        "x": np.column_stack([x[ends], gap]).ravel(),
        "y": np.column_stack([y[ends], gap]).ravel(),
    }


def band(x: ArrayLike, low: ArrayLike, high: ArrayLike, colour: str) -> dict[str, object]:
    """Return a scatter trace that fills the space between two curves, without an outline.

    Parameters
    ----------
    x, low, high : array_like, shape (points,)
        The curves' common x, and the y of the lower and of the upper one.
    colour : str
        The colour of the fill, which is drawn pale so that lines and labels on it can be read.
    """
    x, low, high = map(np.asarray, (x, low, high))
    return {
        "x": np.concatenate([x, x[::-1]]),
        "y": np.concatenate([low, high[::-1]]),
        "type": "scatter",
        "fill": "toself",
        "mode": "none",
        "fillcolor": colour,
        "opacity": 0.18,
        "hoverinfo": "skip",
    }


def grown(x: ArrayLike, y: ArrayLike, until: float) -> dict[str, np.ndarray]:
    """Return the x and y of a curve as far as it has come, straight between its points.

    Parameters
    ----------
    x, y : array_like, shape (points,)
        The whole curve, from left to right.
    until : float
        The x at which it ends now, not before its first point.
    """
    x, y = np.asarray(x), np.asarray(y)
    seen = x <= until
    if until in x or until > x[-1]:
        return {"x": x[seen], "y": y[seen]}
    return {"x": np.append(x[seen], until), "y": np.append(y[seen], np.interp(until, x, y))}


def _template(ink: str, paper: str, grid: str) -> go.layout.Template:
    axis = {
        "gridcolor": grid,
        "linecolor": ink,
        "zeroline": False,
        "ticks": "outside",
        "tickcolor": grid,
        "automargin": True,
        "title": {"standoff": 8, "font": {"size": 14}},
        "tickfont": {"size": 13},
    }
    return go.layout.Template(
        layout={
            "font": {"family": "system-ui, sans-serif", "size": 14, "color": ink},
            "paper_bgcolor": paper,
            "plot_bgcolor": paper,
            "colorway": [BLUE, VERMILLION, GREEN, ORANGE, SKY, PURPLE],
            "margin": {"l": 60, "r": 20, "t": 40, "b": 50},
            "xaxis": axis,
            "yaxis": axis,
            "showlegend": False,
            "hovermode": "closest",
            "hoverlabel": {"font": {"size": 14}},
            "annotationdefaults": {"showarrow": False, "font": {"size": 13}},
            "title": {"font": {"size": 15}, "x": 0, "xanchor": "left", "xref": "paper"},
        }
    )


LIGHT = _template(ink="#1f1f1f", paper="#ffffff", grid="#dddddd")
DARK = _template(ink="#ececec", paper="#111111", grid="#444444")
