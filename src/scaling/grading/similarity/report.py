"""Pairs side by side on one self-contained page, and as a table. It asks and does not judge."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import jinja2
from markupsafe import Markup

from scaling import style
from scaling.grading.similarity.documents import Work
from scaling.grading.similarity.pairs import COMMON, FEWEST_COMMON, MOST_COMMON, Pair
from scaling.wording import number_of

_HERE = Path(__file__).parent
_STYLES = (_HERE.parent / "templates" / "glance.css", _HERE / "report.css")
# Every value in the page is escaped, unless it is ``Markup``.
_PAGES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(_HERE),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
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
    buffer = io.StringIO(newline="")
    table = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC)
    table.writerow(COLUMNS)
    for pair in pairs:
        asked = " ".join(one.question for one in pair.passages)
        row = (pair.kind.name, pair.first, pair.second, pair.shared, round(pair.share, 3), asked)
        table.writerow(row)
    # Without a byte order mark Excel would misread what is not ASCII.
    return "\ufeff" + buffer.getvalue()
