"""The figures of a class as one self-contained page, and as a table for a spreadsheet.

Neither names a learner, nor holds a pseudonym.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from markupsafe import Markup

from scaling import reports, style
from scaling.inventory import AFTER, BEFORE, Item, items
from scaling.inventory.analysis import FEWEST, ClassFigures, Estimate, ItemFigures
from scaling.wording import number_of

_HERE = Path(__file__).parent
_PAGES = reports.templates(_HERE)
FEW = "few"
NO_FIGURE = "\N{EN DASH}"
COLUMNS = ("figure", "item", "slip", "time", "learners", "value", "low", "high")

# The picture's measures, in pixels.
LABELS, ROOM, ROW, TOP = 170, 440, 30, 26


@dataclass(frozen=True)
class Row:
    """One row of a picture.

    Attributes
    ----------
    label : str
    before, after : Estimate or None
    """

    label: str
    before: Estimate | None
    after: Estimate | None


def label(item: Item) -> str:
    """Return the short name of an item."""
    return item.id.replace("-", " ").capitalize()


def per_cent(value: float) -> str:
    """Write a share for people."""
    return f"{style.number(100 * value, 0)} %"


def share(estimate: Estimate | None) -> str:
    """Write a share and its interval."""
    if estimate is None:
        return NO_FIGURE
    low, high = (style.number(100 * end, 0) for end in (estimate.low, estimate.high))
    return f"{per_cent(estimate.value)} ({low} to {high})"


def points(estimate: Estimate | None) -> str:
    """Write a difference of shares in percentage points, with its interval."""
    if estimate is None:
        return NO_FIGURE
    value, low, high = (
        style.number(100 * end, 0) for end in (estimate.value, estimate.low, estimate.high)
    )
    if estimate.low == estimate.high:
        return f"{value} (all alike)"
    return f"{value} ({low} to {high})"


def plain(estimate: Estimate | None, digits: int = 2) -> str:
    """Write a figure and its interval."""
    if estimate is None:
        return NO_FIGURE
    value, low, high = (
        style.number(end, digits) for end in (estimate.value, estimate.low, estimate.high)
    )
    return f"{value} ({low} to {high})"


def count(number: int | None) -> str:
    """Write how many chose an option."""
    return FEW if number is None else str(number)


def main_sentences(figures: ClassFigures) -> list[str]:
    """Return what the class gained, in sentences."""
    many = len(items())
    handed = (
        f"{number_of(figures.finished_before, 'learner')} finished the sixteen questions before "
        f"the course, {figures.finished_after} those after it, and {figures.finished_both} both."
    )
    if figures.change is None or figures.score_before is None or figures.score_after is None:
        return [
            handed,
            f"Figures of fewer than {FEWEST} learners are not shown, so there is no gain yet.",
        ]
    said = [
        handed,
        f"Of {many} questions {plain(figures.score_before, 1)} were right before and "
        f"{plain(figures.score_after, 1)} after, of those who finished both. The mean of their own "
        f"differences is {plain(figures.change, 1)}. Brackets hold 95 % intervals.",
    ]
    if figures.gain is None:
        said.append(
            "So much was right before the course that a share of what could be gained has no "
            "interval: look at the differences."
        )
    else:
        said.append(f"That is {share(figures.gain)} of what could be gained (normalised gain).")
    if not figures.is_balanced:
        said.append(
            "Nearly all began with the same form. If one form is harder, that is in these figures."
        )
    return said


def to_html(figures: ClassFigures, remarks: tuple[str, ...], on: date | None = None) -> str:
    """Return the figures as one page that needs nothing else.

    Parameters
    ----------
    figures : ClassFigures
    remarks : tuple of str
        On files that were passed over or want a look.
    on : datetime.date, optional
        The date under the title; by default today.
    """
    on = on or date.today()
    shares = [Row(label(one.item), one.before, one.after) for one in figures.items]
    told = [
        Row(label(one.item), one.discrimination_before, one.discrimination_after)
        for one in figures.items
    ]
    return _PAGES.get_template("report.html").render(
        style=Markup((_HERE / "report.css").read_text(encoding="utf-8")),
        date=f"{on.day} {on:%B %Y}",
        sentences=main_sentences(figures),
        figures=figures,
        remarks=remarks,
        shares=shares if any(row.before or row.after for row in shares) else [],
        told=told if any(row.before or row.after for row in told) else [],
        shares_words=_shares_in_words(figures),
        told_words=_told_in_words(figures),
        few=FEW,
        fewest=FEWEST,
        label=label,
        share=share,
        points=points,
        plain=plain,
        count=count,
        LABELS=LABELS,
        ROOM=ROOM,
        ROW=ROW,
        TOP=TOP,
    )


def _shares_in_words(figures: ClassFigures) -> str:
    def named(one: ItemFigures) -> str:
        return f"“{label(one.item)}”"

    asked = [one for one in figures.items if one.before]
    said = ["For each idea, the share who chose the right option before (ring) and after (dot)."]
    if asked:
        hardest = min(asked, key=lambda one: one.before.value if one.before else 1)
        said.append(f"Hardest before: {named(hardest)}, {share(hardest.before)}.")
    changed = [one for one in figures.items if one.change]
    if changed:
        most, least = (
            choose(changed, key=lambda one: one.change.value if one.change else 0)
            for choose in (max, min)
        )
        said.append(
            f"The largest change: {named(most)}, {points(most.change)} points; the smallest: "
            f"{named(least)}, {points(least.change)} points."
        )
    return " ".join(said)


def _told_in_words(figures: ClassFigures) -> str:
    negative = [
        f"“{label(one.item)}”"
        for one in figures.items
        for found in (one.discrimination_before, one.discrimination_after)
        if found and found.high < 0
    ]
    said = (
        "For each idea, the correlation of its question with the sum of all others, before (ring) "
        "and after (dot)."
    )
    if negative:
        return f"{said} Below 0 with its whole interval: {', '.join(dict.fromkeys(negative))}."
    return f"{said} No interval lies wholly below 0."


def to_csv(figures: ClassFigures) -> str:
    """Return the figures as CSV, one in a row, with what it is about."""
    return reports.as_csv(COLUMNS, _rows(figures))


def _rows(figures: ClassFigures) -> Iterator[tuple[str | float, ...]]:
    many = {BEFORE: figures.finished_before, AFTER: figures.finished_after}
    both = figures.finished_both
    for name, time, learners, found in (
        ("mean score", BEFORE, both, figures.score_before),
        ("mean score", AFTER, both, figures.score_after),
        ("mean change", "", both, figures.change),
        ("normalised gain", "", both, figures.gain),
        ("alpha", BEFORE, many[BEFORE], figures.alpha_before),
        ("alpha", AFTER, many[AFTER], figures.alpha_after),
    ):
        yield (name, "", "", time, learners, *_ends(found))
    for one in figures.items:
        for name, time, learners, found in (
            ("share right", BEFORE, many[BEFORE], one.before),
            ("share right", AFTER, many[AFTER], one.after),
            ("change of share", "", both, one.change),
            ("discrimination", BEFORE, many[BEFORE], one.discrimination_before),
            ("discrimination", AFTER, many[AFTER], one.discrimination_after),
        ):
            yield (name, one.item.id, "", time, learners, *_ends(found))
        for drawn in one.drawn:
            for time, number in ((BEFORE, drawn.before), (AFTER, drawn.after)):
                value = "" if number is None else number
                yield ("chose", one.item.id, drawn.slip, time, many[time], value, "", "")


def _ends(estimate: Estimate | None) -> tuple[str | float, str | float, str | float]:
    if estimate is None:
        return "", "", ""
    return estimate.value, estimate.low, estimate.high
