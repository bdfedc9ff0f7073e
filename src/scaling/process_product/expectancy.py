"""Expectancy: a label from outside, and how long the teacher had known the pupil.

In nineteen comparisons, teachers were told that some of their pupils, in fact chosen at random,
were about to bloom (Raudenbush 1984; Raudenbush & Bryk 1985). Random-effects means (DerSimonian &
Laird 1986) are compared on either side of a number of weeks of prior contact, with the interval of
Hartung and Knapp (2001) for few studies and the prediction for a next study.
Left out: the weeks were not assigned at random, so early and late studies may differ in other ways;
and labels that name a lack were, rightly, never tried.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from scaling import arguments, datasets, meta, style
from scaling.explorable import Ask, Choice, Explorable, Mark, Slider, Task
from scaling.wording import was

EVERYONE, BLIND, AWARE = "all", "blind", "aware"
STRANGERS, KNOWN = style.VERMILLION, style.BLUE
WEEKS_ON_AXIS = (0, 1, 2, 3, 5, 7, 10, 20)


@dataclass(frozen=True)
class Expectancy:
    """Effects of a label on either side of a number of weeks.

    Attributes
    ----------
    weeks : int
        Teachers who had known their pupils for at most this many weeks count as new to them.
    tester : {"all", "blind", "aware"}
        Which comparisons are counted, by whether the pupils' testers knew of the label.
    studies : pandas.DataFrame
        The comparisons that are counted: ``name``, ``weeks_prior_contact``, ``effect_d`` (standard
        deviations of IQ), ``variance``, and ``is_new`` (at most ``weeks`` of contact).
    new, known : scaling.meta.RandomEffects
        Mean effect where the teacher was new to the pupils, and where the teacher knew them.
    """

    weeks: int
    tester: str
    studies: pd.DataFrame
    new: meta.RandomEffects
    known: meta.RandomEffects

    def for_few_studies(self, *, is_new: bool) -> tuple[float, float]:
        """Return the 95 % interval of a mean that is made for few studies.

        Parameters
        ----------
        is_new : bool
            The mean where the teacher was new to the pupils, or the other.
        """
        part = self.studies[self.studies.is_new == is_new]
        return meta.hartung_knapp(part.effect_d, part.variance)


@cache
def _studies() -> pd.DataFrame:
    table = datasets.load("teacher_expectancy")
    table["name"] = table.author + " " + table.year.astype(str)
    return table.sort_values(["weeks_prior_contact", "study"]).reset_index(drop=True)


def run(weeks: int = 1, tester: str = EVERYONE) -> Expectancy:
    """Average the label's effect on either side of ``weeks``.

    Parameters
    ----------
    weeks : int
        Weeks of prior contact, 0 to 20.
    tester : {"all", "blind", "aware"}
        Count all comparisons, those whose testers did not know of the label, or those whose testers
        did.

    Raises
    ------
    ValueError
        If an argument is out of its range, or if fewer than two comparisons are on one side.
    """
    arguments.whole("weeks", weeks, 0, 20)
    arguments.one_of("tester", tester, (EVERYONE, BLIND, AWARE))
    studies = _studies()
    if tester != EVERYONE:
        studies = studies[studies.tester == tester]
    is_new = studies.weeks_prior_contact <= weeks
    for side, count in (("at most", is_new.sum()), ("more than", (~is_new).sum())):
        if count < 2:
            raise ValueError(
                f"Fewer than two of these comparisons have {side} {weeks} weeks of contact; choose "
                "another number of weeks."
            )
    new, known = (
        meta.random_effects(part.effect_d, part.variance)
        for part in (studies[is_new], studies[~is_new])
    )
    return Expectancy(
        weeks=int(weeks),
        tester=tester,
        studies=studies.assign(is_new=is_new).reset_index(drop=True),
        new=new,
        known=known,
    )


def picture(result: Expectancy) -> go.Figure:
    """Draw each comparison over weeks of contact, with the two means and their intervals."""
    left, edge, right = (_axis_position(weeks) for weeks in (-0.3, result.weeks + 0.5, 29))
    sides = [
        (result.new, left, edge, STRANGERS, "square"),
        (result.known, edge, right, KNOWN, "circle"),
    ]
    parts = [result.studies[result.studies.is_new == is_new] for is_new in (True, False)]
    above = {"y": 1, "xref": "x domain", "yref": "y domain", "yanchor": "bottom", "yshift": 4}
    # The layout is one dictionary, because building a figure step by step slows a slider down.
    return go.Figure(
        [
            *(trace for side in sides for trace in _mean_with_interval(*side[:-1])),
            *(_dots(part, *side[-2:]) for part, side in zip(parts, sides, strict=True)),
        ],
        {
            "height": 430,
            "margin": {"t": 54},
            "xaxis": {
                "range": [left, right],
                "tickvals": [_axis_position(weeks) for weeks in WEEKS_ON_AXIS],
                "ticktext": [str(weeks) for weeks in WEEKS_ON_AXIS],
                "tickangle": 0,
                "title": {
                    "text": "weeks the teacher knew them before<br>(the first ones drawn wider)"
                },
            },
            "yaxis": {
                "range": [-0.9, 1.95],
                "zeroline": True,
                "zerolinewidth": 1,
                "zerolinecolor": style.GREY,
                "tickvals": [-0.5, 0, 0.5, 1, 1.5],
                "title": {"text": "effect on IQ, in standard deviations"},
            },
            "shapes": [
                {
                    "type": "line",
                    "x0": edge,
                    "x1": edge,
                    "y0": 0,
                    "y1": 1,
                    "yref": "y domain",
                    "line": {"dash": "dot", "color": style.GREY, "width": 1.5},
                }
            ],
            "annotations": [
                {
                    "text": f"{_contact_in_words(result.weeks)}<br>"
                    f"<b>{style.number(result.new.mean)}</b>",
                    "x": 0,
                    "xanchor": "left",
                    "align": "left",
                }
                | above,
                {
                    "text": f"longer<br><b>{style.number(result.known.mean)}</b>",
                    "x": 1,
                    "xanchor": "right",
                    "align": "right",
                }
                | above,
            ],
        },
    )


def _axis_position(weeks: float) -> float:
    """Return the position of a number of weeks on the axis, on which early weeks are wider."""
    return float(np.log2(1 + weeks))


def _mean_with_interval(
    pooled: meta.RandomEffects, left: float, right: float, colour: str
) -> list[go.Scatter]:
    """Return the interval of a mean as a band, and the mean itself as a line."""
    low, high = pooled.mean_interval()
    return [
        go.Scatter(style.band([left, right], [low, low], [high, high], colour)),
        go.Scatter(
            x=[left, right],
            y=[pooled.mean, pooled.mean],
            mode="lines",
            line={"color": colour, "width": 2.5},
            hoverinfo="skip",
        ),
    ]


def _dots(studies: pd.DataFrame, colour: str, symbol: str) -> go.Scatter:
    """Return comparisons with their intervals, side by side where their weeks are the same."""
    weeks = studies.groupby("weeks_prior_contact").study
    beside = weeks.cumcount() - (weeks.transform("size") - 1) / 2
    return go.Scatter(
        x=np.log2(1 + studies.weeks_prior_contact) + 0.07 * beside,
        y=studies.effect_d,
        error_y={
            "array": 1.96 * np.sqrt(studies.variance),
            "color": colour,
            "thickness": 1,
            "width": 0,
        },
        mode="markers",
        marker={"color": colour, "size": 8, "symbol": symbol},
        customdata=studies.name,
        hovertemplate="%{customdata}: %{y:.2f}<extra></extra>",
    )


def brief(result: Expectancy, before: Expectancy | None) -> str:
    """State the label's effect where pupils were known, or where not if only that changed."""
    known, new = style.number(result.known.mean), style.number(result.new.mean)
    longer = "Where teachers had known the pupils longer"
    if before is None:
        return f"{longer}, the label moved IQ by {known} standard deviations."
    last, last_new = style.number(before.known.mean), style.number(before.new.mean)
    if known == last and new != last_new:
        return f"Where teachers were new to the pupils, the mean is {new}{was(new, last_new)}."
    return f"{longer}, the mean is {known}{was(known, last)}."


def words(result: Expectancy) -> str:
    """State the label's effect on either side, with the intervals."""
    which = {
        EVERYONE: "",
        BLIND: ", counting testers who did not know of the label",
        AWARE: ", counting testers who knew of the label",
    }[result.tester]
    return (
        f"Where the teacher had known the pupils for {_contact_in_words(result.weeks)}{which}, the "
        f"label moved IQ by {_mean_in_words(result.new)}; where longer, by "
        f"{_mean_in_words(result.known)}."
    )


def _contact_in_words(weeks: int) -> str:
    return {0: "less than a week", 1: "at most a week"}.get(weeks, f"at most {weeks} weeks")


def _mean_in_words(pooled: meta.RandomEffects) -> str:
    return (
        f"{style.number(pooled.mean)} standard deviations (95 % interval "
        f"{style.interval(*pooled.mean_interval())}, {pooled.k} comparisons)"
    )


def table(result: Expectancy) -> pd.DataFrame:
    """Return each comparison, followed by the two means."""
    half = 1.96 * np.sqrt(result.studies.variance)
    rows = pd.DataFrame(
        {
            "study": [
                f"{name} (study {number})"
                for name, number in zip(result.studies.name, result.studies.study, strict=True)
            ],
            "weeks of contact": result.studies.weeks_prior_contact.astype(str),
            "effect": [style.number(value) for value in result.studies.effect_d],
            "95 % interval": [
                style.interval(value - width, value + width)
                for value, width in zip(result.studies.effect_d, half, strict=True)
            ],
        }
    )
    means = pd.DataFrame(
        [
            {
                "study": f"mean of {pooled.k}",
                "weeks of contact": contact,
                "effect": style.number(pooled.mean),
                "95 % interval": style.interval(*pooled.mean_interval()),
                "made for few studies": style.interval(*result.for_few_studies(is_new=is_new)),
                "a next study": "too few to say"
                if following is None
                else style.interval(*following),
            }
            for pooled, contact, is_new, following in (
                (result.new, f"at most {result.weeks}", True, result.new.next_place()),
                (result.known, f"more than {result.weeks}", False, result.known.next_place()),
            )
        ]
    )
    return pd.concat([rows, means], ignore_index=True).fillna(style.number(float("nan")))


def _more_weeks_counted_as_new(at: Callable[..., Expectancy]) -> str:
    one, all_of_them = at(), at(weeks=explorable.slider("weeks").high)
    return (
        f"The mean of the new falls from {style.number(one.new.mean)} to "
        f"{style.number(all_of_them.new.mean)}, because weeks are counted as new in which the "
        "label no longer did anything. So the border lies early, but not at one week for sure."
    )


def _blind_testers_only(at: Callable[..., Expectancy]) -> str:
    blind = at(tester=BLIND)
    return (
        f"Hardly: with them the label still moved IQ by {style.number(blind.new.mean)} where the "
        f"teacher was new to the pupils, and by {style.number(blind.known.mean)} where not."
    )


explorable = Explorable(
    title="A label from outside",
    ask=Ask(
        "Pupils drawn by lot are named to their teachers as about to bloom. Where the teacher had "
        "known them for a week at most, the label raised their later IQ by 0.38 standard "
        "deviations on average. By how much did it where the teacher had known them longer?",
        low=-0.5,
        high=1,
        step=0.01,
        unit="standard deviations",
        tempting=0.38,
        because="the same label should do the same.",
        otherwise="Pupils were named as about to bloom, and that did no harm that can be told.",
    ),
    answer=lambda result: result.known.mean,
    controls=(
        Slider("weeks", "Weeks of contact that still count as new", 0, 7, start=1),
        Choice(
            "tester",
            "Comparisons counted, by who tested the pupils",
            {"all": EVERYONE, "testers who did not know": BLIND, "testers who knew": AWARE},
            start=EVERYONE,
        ),
    ),
    run=run,
    brief=brief,
    picture=picture,
    words=words,
    table=table,
    tasks=(
        Task(
            "Count up to seven weeks as new, then fewer again. What becomes of the difference "
            "between both sides, and what does that say about one week as the border?",
            {"weeks": 7},
            _more_weeks_counted_as_new,
        ),
        Task(
            "Count only testers who did not know of the label. Is the finding a matter of wishful "
            "testing?",
            {"tester": BLIND},
            _blind_testers_only,
        ),
    ),
    mark=Mark("y"),
    limits=(
        "Lots were drawn for pupils, not for weeks: early and late studies may differ in other "
        "ways, and the border of a week was chosen after looking. A teacher who knows a pupil may "
        "also doubt the label, which is another way of saying the same. All labels here were "
        "kind ones. Nobody knows from these data what a label that names a lack would do."
    ),
)
