"""Next place: what thirteen trials say about the next place.

Random-effects meta-analysis (DerSimonian & Laird 1986) with a prediction interval (Higgins,
Thompson & Spiegelhalter 2009), and a regression on one moderator. Data: the BCG trials (Colditz
and others 1994), or a learner's own studies.
Left out: that published studies are a selection, and that places differ in more than latitude.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from scaling import arguments, datasets, meta, style
from scaling.explorable import (
    Ask,
    Choice,
    Details,
    Explorable,
    Mark,
    Paste,
    Slider,
    Still,
    Task,
)

# Trials are numbered from 1, so this number leaves none of them out.
NO_TRIAL = 0
# More rows than this could not be read in one picture.
MOST_OWN_STUDIES = 40
# The axis of risk ratios has these ends; no interval that the controls allow goes beyond them.
RATIO_AXIS = (0.03, 8)
SUMMARIES = ("Mean of all places", "Next place", "Next place, by latitude")  # in the picture


@dataclass(frozen=True)
class Studies:
    """k studies to be pooled.

    Attributes
    ----------
    names : tuple of str
        One name for each study.
    effects, variances : numpy.ndarray, shape (k,)
        Effects and their variances, on the scale on which they are averaged (log risk ratios for
        the BCG trials).
    latitude : numpy.ndarray, shape (k,), or None
        Degrees from the equator; None for studies whose latitude is not known.
    """

    names: tuple[str, ...]
    effects: np.ndarray
    variances: np.ndarray
    latitude: np.ndarray | None

    @property
    def half_width(self) -> np.ndarray:
        """Half the width of each study's 95 % interval, shape (k,)."""
        return 1.96 * np.sqrt(self.variances)

    def without(self, row: int) -> Studies:
        """Return these studies without the one in ``row``, counted from 0."""
        keep = np.arange(len(self.names)) != row
        return Studies(
            tuple(name for name, kept in zip(self.names, keep, strict=True) if kept),
            self.effects[keep],
            self.variances[keep],
            None if self.latitude is None else self.latitude[keep],
        )


@dataclass(frozen=True)
class NextPlace:
    """What the studies say about the mean of all places, and about the next place.

    Attributes
    ----------
    studies : Studies
        All studies, in the order in which they are drawn.
    left_out : int or None
        Row of the study that is drawn but not pooled, counted from 0.
    pooled : meta.RandomEffects
        The meta-analysis of all other studies.
    level : float
        Level of all intervals of mean and next place, between 0 and 1.
    latitude : float
        Degrees from the equator of the next place, for which the trend predicts.
    line : meta.Trend or None
        The trend with latitude; None if latitudes are not known.
    is_ratio : bool
        Whether effects are log ratios, which are shown as ratios.
    """

    studies: Studies
    left_out: int | None
    pooled: meta.RandomEffects
    level: float
    latitude: float
    line: meta.Trend | None
    is_ratio: bool

    def shown(self, effects: np.ndarray) -> np.ndarray:
        """Return effects in the unit of the picture: ratios in place of their logarithms."""
        return np.exp(effects) if self.is_ratio else effects

    @property
    def at_latitude(self) -> tuple[float, float] | None:
        """The prediction interval for a next place at ``latitude``; None without a trend."""
        return None if self.line is None else self.line.next_place(self.latitude, self.level)


def trials() -> pd.DataFrame:
    """Return the thirteen BCG trials and their effects, in the order of the file.

    Returns
    -------
    pandas.DataFrame
        ``bcg_trials`` with ``effect``, the logarithm of the risk ratio, and its ``variance``.
    """
    table = datasets.load("bcg_trials")
    vaccinated = table.vaccinated_tb / table.vaccinated_n
    others = table.control_tb / table.control_n
    variance = (
        1 / table.vaccinated_tb
        - 1 / table.vaccinated_n
        + 1 / table.control_tb
        - 1 / table.control_n
    )
    return table.assign(effect=np.log(vaccinated / others), variance=variance)


def _trials_by_latitude() -> pd.DataFrame:
    return trials().sort_values(["latitude_deg", "trial"])


@cache
def bcg() -> Studies:
    """Return the thirteen BCG trials as log risk ratios, those nearest the equator first."""
    table = _trials_by_latitude()
    return Studies(
        tuple(table.author + " " + table.year.astype(str)),
        table.effect.to_numpy(),
        table.variance.to_numpy(),
        table.latitude_deg.to_numpy(float),
    )


def drawn_by_lot() -> meta.RandomEffects:
    """Return the mean over the BCG trials that drew lots for who was vaccinated.

    The others took, for instance, every second person. How trials were run is part of how they
    differ, and so part of their between-site variance.
    """
    table = _trials_by_latitude()
    table = table[table.allocation == "random"]
    return meta.random_effects(table.effect, table.variance)


def read_own(text: str) -> Studies:
    """Read a learner's own studies.

    Parameters
    ----------
    text : str
        One study on each line: an optional name, the effect and its standard error, separated by
        commas, semicolons, tabs or spaces. Numbers have a decimal point; empty lines are skipped.

    Raises
    ------
    ValueError
        If there are no studies or more than 40, or a line cannot be read. The message then names
        the line and says what it should look like.
    """
    rows = [_read_line(i, line) for i, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not rows:
        raise ValueError("There is no study in what was pasted: one line a study is needed.")
    if len(rows) > MOST_OWN_STUDIES:
        raise ValueError(f"At most {MOST_OWN_STUDIES} studies can be drawn, not {len(rows)}.")
    names, effects, errors = zip(*rows, strict=True)
    return Studies(names, np.array(effects), np.array(errors) ** 2, None)


def _read_line(number: int, line: str) -> tuple[str, float, float]:
    parts = [part for part in re.split(r"[,;\s]+", line.strip()) if part]
    # This finds the 0,30 of a decimal comma, but not the 30,0 inside of -0.30,0.12.
    if re.search(r"(?<![\d.])\d+,\d+(?![\d.])", line):
        raise ValueError(
            f"Line {number}, “{line.strip()}”: is the comma inside a number? Write numbers with a "
            "decimal point, such as -0.30, and put a space after a comma between them."
        )
    try:
        effect, error = (float(part.replace(style.MINUS, "-")) for part in parts[-2:])
    except ValueError:
        raise ValueError(
            f"Line {number}, “{line.strip()}”, does not end in two numbers. Write the effect and "
            "its standard error, such as: Ash Grove, -0.30, 0.12 (with decimal points)."
        ) from None
    if not np.isfinite(effect):
        raise ValueError(
            f"Line {number}, “{line.strip()}”: the effect must be a finite number. Leave the line "
            "out if it is not known."
        )
    if not (np.isfinite(error) and error > 0):
        raise ValueError(
            f"Line {number}, “{line.strip()}”: a standard error must be a number above 0, "
            "because no study is perfectly certain."
        )
    return " ".join(parts[:-2]) or f"Study {number}", effect, error


def run(
    latitude: float = 20, leave_out: int = NO_TRIAL, level: float = 95, own: str = ""
) -> NextPlace:
    """Pool the studies and predict the next place.

    Parameters
    ----------
    latitude : float
        Degrees from the equator of the next place, 0 to 90.
    leave_out : int
        The trial to leave out, counted from 1; 0 leaves none out. It is ignored with ``own``.
    level : float
        Certainty of the intervals in per cent, above 0 and below 100.
    own : str
        The learner's own studies, as ``read_own`` reads them; empty for the BCG trials.

    Raises
    ------
    ValueError
        If an argument is out of its range or ``own`` cannot be read.
    """
    arguments.between("latitude", latitude, 0, 90, "degrees")
    arguments.strictly_between("level", level, 0, 100, such_as=95, unit="per cent")
    is_own = bool(own.strip())
    studies = read_own(own) if is_own else bcg()
    if not is_own:
        arguments.whole("leave_out", leave_out, 0, len(studies.names))
    left_out = None if is_own or leave_out == NO_TRIAL else leave_out - 1
    used = studies if left_out is None else studies.without(left_out)
    return NextPlace(
        studies=studies,
        left_out=left_out,
        pooled=meta.random_effects(used.effects, used.variances),
        level=level / 100,
        latitude=latitude,
        line=None
        if used.latitude is None
        else meta.trend(used.effects, used.variances, used.latitude),
        is_ratio=not is_own,
    )


def summaries(result: NextPlace) -> pd.DataFrame:
    """Return mean and next place with their intervals, in the unit of the picture.

    Returns
    -------
    pandas.DataFrame
        Columns ``name``, ``value``, ``low`` and ``high``. The last row is the prediction at the
        latitude, if there is a trend. The ends are NaN if there are too few studies for an
        interval.
    """
    rows = [
        (SUMMARIES[0], result.pooled.mean, result.pooled.mean_interval(result.level)),
        (SUMMARIES[1], result.pooled.mean, result.pooled.next_place(result.level)),
    ]
    if result.line is not None:
        value, _ = result.line.at(result.latitude)
        rows.append((f"Next place at {result.latitude:g}°", value, result.at_latitude))
    return pd.DataFrame(
        [
            (name, *result.shown(np.array([value, *(ends or (np.nan, np.nan))])))
            for name, value, ends in rows
        ],
        columns=["name", "value", "low", "high"],
    )


def picture(result: NextPlace) -> go.Figure:
    """Draw a forest plot: studies from the equator outwards, with mean and next place below."""
    studies, below = result.studies, summaries(result)
    count, half_width = len(studies.names), studies.half_width
    rows = np.arange(count)
    value = result.shown(studies.effects)
    weight = 1 / (studies.variances + result.pooled.tau2)
    low = result.shown(studies.effects - half_width)
    high = result.shown(studies.effects + half_width)
    figure = go.Figure()
    figure.add_scatter(
        x=value,
        y=rows,
        error_x=_error_bars(value, low, high, style.GREY),
        mode="markers",
        marker={
            "size": 5 + 11 * np.sqrt(weight / weight.max()),
            "color": style.GREY,
            "symbol": np.where(rows != result.left_out, "square", "square-open"),
        },
        hovertemplate="%{x:.2f}<extra></extra>",
    )
    ends = RATIO_AXIS if result.is_ratio else _axis_for_own(low, high)
    heights = count + 0.6 + np.arange(len(below))
    colours = [style.MEAN, style.NEXT_PLACE, style.PURPLE]
    for i, summary in enumerate(below.itertuples()):
        figure.add_scatter(
            x=[summary.value],
            y=[heights[i]],
            error_x=_error_bars(
                np.array([summary.value]), summary.low, summary.high, colours[i], width=5
            ),
            mode="markers",
            marker={"size": 14, "color": colours[i], "symbol": ["diamond", "x", "cross"][i]},
            hovertemplate=f"{summary.name}: %{{x:.2f}}<extra></extra>",
        )
        for end, side in ((summary.low, "right"), (summary.high, "left")):
            if np.isfinite(end):
                figure.add_annotation(_end_label(end, heights[i], side, ends, result.is_ratio))
    figure.update_yaxes(
        tickvals=[*rows, *heights],
        # The last name is without its latitude: a picture whose axes stay is drawn twice as fast.
        ticktext=[*(_short_name(studies, row) for row in range(count)), *SUMMARIES[: len(below)]],
        # The row at the foot is left free for the learner's own answer.
        range=[count + len(below) + 0.9, -0.8],
        showgrid=False,
    )
    figure.add_vline(
        x=1 if result.is_ratio else 0, line={"dash": "dot", "color": style.GREY, "width": 1.5}
    )
    if result.is_ratio:
        ticks = [0.05, 0.1, 0.2, 0.5, 1, 2, 5]
        figure.update_xaxes(
            type="log",
            tickvals=ticks,
            ticktext=[f"{tick:g}" for tick in ticks],
            range=np.log10(RATIO_AXIS),
            title="risk ratio<br>(below 1: protected;<br>scale multiplies)",
        )
    else:
        figure.update_xaxes(title="effect, in your unit", range=ends)
    return figure.update_layout(height=138 + 18 * (count + len(below)), margin={"t": 16})


def _short_name(studies: Studies, row: int) -> str:
    """Return a name that fits into a narrow picture: first author, year and latitude."""
    if studies.latitude is None:
        return style.plain(studies.names[row])
    first = re.sub(r" (&|et al).*(?= \d{4})", "", studies.names[row])
    return f"{first}, {studies.latitude[row]:.0f}°"


def _axis_for_own(low: np.ndarray, high: np.ndarray) -> tuple[float, float]:
    """Return the ends of the axis for own studies, which do not depend on the level."""
    least, most = min(float(low.min()), 0), max(float(high.max()), 0)
    margin = (most - least) / 2
    return least - margin, most + margin


def _end_label(
    value: float, height: float, side: str, ends: tuple[float, float], is_log: bool
) -> dict:
    """Return the number at one end of an interval, kept on the axis if the end lies beyond."""
    place = min(max(value, ends[0]), ends[1])
    is_beyond = place != value
    if is_beyond:
        side = "left" if side == "right" else "right"
    return {
        "x": np.log10(place) if is_log else place,
        "y": height,
        "text": style.number(value),
        "xanchor": side,
        "xshift": 5 if side == "left" else -5,
        "yshift": 11 if is_beyond else 0,
    }


def _error_bars(
    value: np.ndarray,
    low: float | np.ndarray,
    high: float | np.ndarray,
    colour: str,
    width: float = 1.5,
) -> dict:
    """Return plotly's error bars from ``low`` to ``high``; an end that is NaN has no bar."""
    return {
        "type": "data",
        "symmetric": False,
        "array": np.nan_to_num(high - value),
        "arrayminus": np.nan_to_num(value - low),
        "color": colour,
        "thickness": width,
        "width": 0 if width < 2 else 7,
    }


def brief(result: NextPlace, before: NextPlace | None) -> str:
    """State what the next place may bring, or what the trend expects if the latitude changed."""
    if result.pooled.k < 3:
        return f"With {_studies(result.pooled.k)} there is no interval for the next place."
    what = "risk ratio" if result.is_ratio else "effect"
    has_moved = before is not None and before.line is not None and result.line is not None
    if before is not None and has_moved and result.latitude != before.latitude:
        _, _, (_, _, low, high) = summaries(result).to_numpy()
        return f"At this latitude the trend expects a {what} from {style.interval(low, high)}."
    _, (_, _, low, high), *_ = summaries(result).to_numpy()
    return f"In the next place the {what} may lie anywhere from {style.interval(low, high)}."


def words(result: NextPlace) -> str:
    """State what holds on average, what the next place may bring, and what latitude adds."""
    below, level = summaries(result), style.percent(result.level)
    mean, place = below.iloc[0], below.iloc[1]
    what = "risk ratio" if result.is_ratio else "effect"
    first = (
        f"Over all places the {what} is {style.number(mean.value)} ({level} interval "
        f"{style.interval(mean.low, mean.high)})"
    )
    if result.pooled.k < 3:
        return (
            f"{first}. With {_studies(result.pooled.k)} there is no interval for the next place: "
            "at least three studies are needed to see how places differ."
        )
    # An effect of 0 is a risk ratio of 1 where effects are logarithms.
    beyond = style.percent(result.pooled.chance_above(0.0))
    first += (
        f"; in the next place it may be {style.interval(place.low, place.high)}, with a chance of "
        f"{beyond} above {1 if result.is_ratio else 0}."
    )
    if result.line is None:
        tau = result.pooled.tau2**0.5
        return f"{first} True effects differ between places by about {style.number(tau)}."
    trend = below.iloc[2]
    return (
        f"{first} If it lies {result.latitude:g}° from the equator, the trend with latitude says "
        f"{style.interval(trend.low, trend.high)}."
    )


def _studies(count: int) -> str:
    return "one study" if count == 1 else f"{count} studies"


def table(result: NextPlace) -> pd.DataFrame:
    """Return every study with its 95 % interval and weight, then mean and next place."""
    studies = result.studies
    half_width = studies.half_width
    weight = 1 / (studies.variances + result.pooled.tau2)
    if result.left_out is not None:
        weight[result.left_out] = 0
    rows = pd.DataFrame(
        {
            "name": studies.names,
            "value": result.shown(studies.effects),
            "low": result.shown(studies.effects - half_width),
            "high": result.shown(studies.effects + half_width),
            "weight": [style.percent(share, 1) for share in weight / weight.sum()],
        }
    )
    below = summaries(result).assign(weight="")
    below["name"] += f", {style.percent(result.level)} interval"
    both = pd.concat([rows, below], ignore_index=True)
    for column in ("value", "low", "high"):
        both[column] = both[column].map(style.number)
    what = "risk ratio" if result.is_ratio else "effect"
    return both.rename(columns={"name": "study", "value": what, "low": "from", "high": "to"})


def to_read(latitude: float) -> Still:
    """Return the forest plot for an exercise; its words describe it and draw no conclusion.

    Parameters
    ----------
    latitude : float
        Degrees from the equator of the next place, as for ``run``.
    """
    result = run(latitude)
    words = (
        f"From top to bottom: {result.pooled.k} trials with their 95 % intervals, those nearest "
        "the equator first; then the mean of all places, the next place anywhere, and the next "
        f"place at {latitude:g}°, each with its {style.percent(result.level)} interval."
    )
    drawn = picture(result).update_layout(template=style.LIGHT)
    return Still("The forest plot, to read", drawn, words, table(result), folded=True)


def _trial_options() -> dict[str, int]:
    """Return the choice of a trial to leave out: its number by its name."""
    names = bcg().names
    return {"none": NO_TRIAL} | {name: row for row, name in enumerate(names, 1)}


def trend_with_latitude() -> Still:
    """Return the regression of the trials' risk ratios on latitude, as picture, words and table."""
    studies = bcg()
    latitude = _trials_by_latitude().latitude_deg.to_numpy(float)
    line = meta.trend(studies.effects, studies.variances, latitude)
    degrees = np.arange(10, 61)
    risk_ratio = np.exp(line.intercept + line.slope * degrees)
    low, high = np.exp(np.array([line.next_place(float(degree)) for degree in degrees])).T
    figure = go.Figure()
    figure.add_trace(style.band(degrees, low, high, style.PURPLE))
    figure.add_scatter(x=degrees, y=risk_ratio, mode="lines", line={"color": style.PURPLE})
    figure.add_scatter(
        x=latitude,
        y=np.exp(studies.effects),
        mode="markers",
        text=studies.names,
        marker={
            "color": style.GREY,
            "symbol": "square",
            "size": 4 + 5 * (studies.variances + line.tau2) ** -0.25,
        },
        hovertemplate="%{text}: %{y:.2f}<extra></extra>",
    )
    figure.add_hline(y=1, line={"dash": "dot", "color": style.GREY, "width": 1.5})
    figure.add_annotation(x=60, y=np.log10(low[-1]), text="next place", xanchor="right", yshift=-14)
    ticks = [0.1, 0.2, 0.5, 1, 2]
    figure.update_yaxes(
        type="log", tickvals=ticks, ticktext=[f"{tick:g}" for tick in ticks], title="risk ratio"
    )
    figure.update_xaxes(title="degrees from the equator")
    figure.update_layout(template=style.LIGHT, height=360, margin={"t": 16})
    shown = [degrees.tolist().index(degree) for degree in (13, 20, 33, 44, 55)]
    return Still(
        title="Thirteen trials and their latitude",
        picture=figure,
        words=(
            f"With every ten degrees from the equator the risk ratio falls to "
            f"{style.number(np.exp(10 * line.slope))} of what it was."
        ),
        table=pd.DataFrame(
            {
                "degrees": degrees[shown],
                "risk ratio": [style.number(value) for value in risk_ratio[shown]],
                "next place from": [style.number(value) for value in low[shown]],
                "to": [style.number(value) for value in high[shown]],
            }
        ),
    )


def _names(result: NextPlace) -> list[str]:
    """Return a name for each study; those of a learner's own need not differ without a number."""
    names = result.studies.names
    return (
        list(names) if result.is_ratio else [f"{row}. {name}" for row, name in enumerate(names, 1)]
    )


def _story(result: NextPlace, name: str) -> str:
    """Return what one study found, and what the next place may bring without it."""
    studies = result.studies
    row = _names(result).index(name)
    if result.is_ratio:
        trial = _trials_by_latitude().iloc[row]
        found = (
            f"{name}, at {trial.latitude_deg}°: {trial.vaccinated_tb:,} of "
            f"{trial.vaccinated_n:,} vaccinated fell ill, {trial.control_tb:,} of "
            f"{trial.control_n:,} others"
        )
    else:
        effect, half = studies.effects[row], studies.half_width[row]
        found = (
            f"{name}: {style.number(effect)}, from {style.interval(effect - half, effect + half)}"
        )
    others = studies.without(row)
    if len(others.names) < 3:
        return f"{found}."
    ends = meta.random_effects(others.effects, others.variances).next_place(result.level)
    low, high = result.shown(np.array(ends))
    return f"{found}. Without it the next place would be {style.interval(low, high)}."


def _latitude_seen(at: Callable[..., NextPlace]) -> str:
    degrees = next(
        degree
        for degree in range(10, 61)
        if (ends := at(latitude=degree).at_latitude) and ends[1] < 0
    )
    return (
        f"From {degrees}° on the interval lies wholly below 1. Where the next place lies says "
        "more than that it is one more place."
    )


def _leaving_out_seen(at: Callable[..., NextPlace]) -> str:
    highest = [summaries(at(leave_out=row)).high[1] for row in _trial_options().values()]
    return (
        f"No: whichever is left out, the upper end stays between "
        f"{style.number(min(highest))} and {style.number(max(highest))}, above 1."
    )


def _certainty_seen(at: Callable[..., NextPlace]) -> str:
    width_of_mean = np.diff(summaries(at()).loc[0, ["low", "high"]])[0]
    level = next(
        level
        for level in range(95, 39, -1)
        if np.diff(summaries(at(level=level)).loc[1, ["low", "high"]])[0] <= width_of_mean
    )
    return (
        f"At about {level} % certainty. You would promise it knowing that {100 - level} in 100 "
        "such promises break."
    )


explorable = Explorable(
    title="Thirteen places, and the next",
    ask=Ask(
        "In thirteen trials a vaccine cut the risk of tuberculosis to 0.49 of what it was, on "
        "average. The 95 % interval of that mean risk ratio runs from 0.34 to 0.70. A further "
        "place is about to start. What is the highest (worst) risk ratio it should reckon with, "
        "at the same 95 %?",
        low=0,
        high=3,
        step=0.05,
        unit="",
        tempting=0.70,
        because="the interval of the mean ends there, and it looks like a promise.",
        otherwise="Thirteen trials do say something: none of them found a risk ratio as high.",
    ),
    answer=lambda result: summaries(result).high[1],
    controls=(
        Slider("latitude", "Next place: degrees from the equator", 10, 60, start=20),
        Slider("level", "Certainty of the intervals, per cent", 40, 99, start=95),
        Choice("leave_out", "Leave out one trial", _trial_options(), start=NO_TRIAL),
        Paste(
            "own",
            "Your own studies instead, one a line: name, effect (a difference, or the logarithm of "
            "a ratio), its standard error",
            example="Ash Grove, -0.30, 0.12\nMillbank, -0.05, 0.09\nHarbour Street, -0.41, 0.20",
        ),
    ),
    run=run,
    picture=picture,
    brief=brief,
    words=words,
    table=table,
    mark=Mark("x"),
    touch=(
        Details(
            label="Look at a study",
            hint="or click its square",
            names=_names,
            story=_story,
            points=lambda result: {0: _names(result)},
            has_names=True,
        ),
    ),
    tasks=(
        Task(
            "Move the next place from 13° to 55°. Where does the interval of the trend no longer "
            "contain 1?",
            {"latitude": 55},
            _latitude_seen,
        ),
        Task(
            "Click one trial after the other, to read what leaving it out would do. Does any of "
            "them decide whether the next place may see no benefit?",
            {},
            _leaving_out_seen,
        ),
        Task(
            "Turn it round: lower the certainty until the interval of the next place is as narrow "
            "as the 95 % interval of the mean was. What would you be promising?",
            {},
            _certainty_seen,
        ),
    ),
    limits=(
        "Latitude may stand for something else: earlier contact with related bacteria, climate, "
        "the year of the trial. With thirteen trials a trend can arise by luck. Both intervals "
        "assume that the next place is drawn from the same kind of places; a place unlike all of "
        "them is not covered."
    ),
)
