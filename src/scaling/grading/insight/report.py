"""The figures of a class as one self-contained page, and as a table for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from markupsafe import Markup

from scaling import reports, style
from scaling.grading.insight.figures import Figures, Met, QuestionFigures
from scaling.grading.insight.lessons import Answered, answered
from scaling.grading.insight.said import State
from scaling.inventory.analysis import FEWEST, Estimate
from scaling.inventory.report import plain, share
from scaling.wording import number_of

_HERE = Path(__file__).parent
_PAGES = reports.templates(_HERE)
COLUMNS = ("figure", "question", "what", "students", "value", "low", "high")
FEW = "few"
# The picture's measures, in pixels.
LABELS, ROOM, ROW, TOP = 110, 480, 26, 8


@dataclass(frozen=True)
class ToSay:
    """One thing to say in class: what many did, in which question, and where it is answered."""

    question: QuestionFigures
    met: Met
    where: Answered | None
    address: str


def to_html(
    figures: Figures, assignment: str, names: bool, site: str = "", on: date | None = None
) -> str:
    """Return the figures as one page that needs nothing else.

    Parameters
    ----------
    figures : Figures
    assignment : str
    names : bool
        Whether the list of students to look after is on it.
    site : str
        Where the course is published, for links to its lessons; "" for none.
    on : datetime.date, optional
        The date under the title; by default today.
    """
    on = on or date.today()
    return _PAGES.get_template("report.html").render(
        style=Markup((_HERE.parent / "templates" / "glance.css").read_text(encoding="utf-8")),
        assignment=assignment,
        date=f"{on.day} {on:%B %Y}",
        figures=figures,
        names=names,
        to_say=[_to_say(*pair, site) for pair in figures.to_say],
        words=_in_words(figures),
        times=_times(figures),
        few=FEW,
        fewest=FEWEST,
        share=share,
        plain=plain,
        number_of=number_of,
        per_cent=style.percent,
        state=State,
        LABELS=LABELS,
        ROOM=ROOM,
        ROW=ROW,
        TOP=TOP,
    )


def _to_say(question: QuestionFigures, met: Met, site: str) -> ToSay:
    where = answered(question.question.id)
    return ToSay(question, met, where, where.address(site) if where else "")


def _in_words(figures: Figures) -> str:
    """Say what the picture of facility shows."""
    said = "For each question the mean share of its points, with its interval."
    shown = [one for one in figures.checked if one.facility]
    if not shown:
        return said
    hard, easy = (
        choose(shown, key=lambda one: one.facility.value if one.facility else 0)
        for choose in (min, max)
    )
    return (
        f"{said} Hardest: {hard.question.short}, {share(hard.facility)}; "
        f"easiest: {easy.question.short}, {share(easy.facility)}."
    )


def _times(figures: Figures) -> str:
    """Say what is known of time."""
    if not figures.timed:
        return "Nobody's time of handing in is known: there is no timestamp.txt beside the work."
    return (
        f"The time of handing in is known of {figures.timed} of {figures.graded}; "
        f"{figures.late} came after the due date."
    )


def to_csv(figures: Figures) -> str:
    """Return the figures as CSV, one in a row. No student is named in it."""
    return reports.as_csv(COLUMNS, _rows(figures))


def _rows(figures: Figures) -> Iterator[tuple[str | float, ...]]:
    yield ("enrolled", "", "", figures.enrolled, "", "", "")
    yield ("graded", "", "", figures.graded, "", "", "")
    yield ("mean share of points", "", "", figures.graded, *_ends(figures.mean))
    for one in (*figures.checked, *figures.essays):
        name = one.question.id
        yield ("facility", name, "", one.marked, *_ends(one.facility))
        yield ("discrimination", name, "", one.marked, *_ends(one.discrimination))
        yield ("blank", name, "", FEW if one.blank is None else one.blank, "", "", "")
        for met in one.met:
            yield (met.said.state.value, name, met.said.words, met.students, "", "", "")


def _ends(estimate: Estimate | None) -> tuple[str | float, str | float, str | float]:
    return (estimate.value, estimate.low, estimate.high) if estimate else ("", "", "")
