"""Pairs side by side on one self-contained page, and as a table. It asks and does not judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from markupsafe import Markup

from scaling import reports, style
from scaling.grading.similarity.documents import Work
from scaling.grading.similarity.pairs import COMMON, FEWEST_COMMON, MOST_COMMON, Pair
from scaling.wording import number_of

_HERE = Path(__file__).parent
_STYLES = (_HERE.parent / "templates" / "glance.css", _HERE / "report.css")
_PAGES = reports.templates(_HERE)
MOST_SHOWN = 40  # pairs on the page; the table has all
COLUMNS = ("kind", "first", "second", "shared", "share", "questions")


def to_html(
    assignment: str,
    works: Sequence[Work],
    pairs: Sequence[Pair],
    titles: Mapping[str, str],
    on: date | None = None,
) -> str:
    """Return the pairs as one page that needs nothing else.

    Parameters
    ----------
    assignment : str
    works : sequence of Work
        What was compared.
    pairs : sequence of Pair
        The closest first.
    titles : mapping of str to str
        The first words of each question.
    on : datetime.date, optional
        The date under the title; by default today.
    """
    on = on or date.today()
    return _PAGES.get_template("report.html").render(
        style=Markup("".join(file.read_text(encoding="utf-8") for file in _STYLES)),
        assignment=assignment,
        date=f"{on.day} {on:%B %Y}",
        works=works,
        pairs=pairs[:MOST_SHOWN],
        left=len(pairs) - MOST_SHOWN,
        titles=titles,
        common=style.percent(COMMON),
        fewest=FEWEST_COMMON,
        most=MOST_COMMON,
        per_cent=style.percent,
        number_of=number_of,
    )


def to_csv(pairs: Sequence[Pair]) -> str:
    """Return the pairs as CSV, one in a row."""
    return reports.as_csv(COLUMNS, map(_row, pairs))


def _row(pair: Pair) -> tuple[str | float, ...]:
    asked = " ".join(one.question for one in pair.passages)
    return (pair.kind.name, pair.first, pair.second, pair.shared, round(pair.share, 3), asked)
