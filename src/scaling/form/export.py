"""A form as one self-contained web page, and as Markdown, fit to be sent.

First the brief, on one page; then what was written, step by step, under plain headings; at the end,
once, what is still open. Empty answers are not shown. In both, the learner's text stays text: none
of it becomes a tag or a script.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import plotly.graph_objects as go
import plotly.io
from markupsafe import Markup

from scaling import reports, style
from scaling.form import Answers, Form, Step
from scaling.rows import Rows, Table
from scaling.still import Still

OPEN = "Still open"
_HERE = Path(__file__).parent
_PAGES = reports.templates(_HERE)


@dataclass(frozen=True)
class Annex:
    """One step on paper.

    Attributes
    ----------
    title : str
    written : tuple of (str, str or Rows, str or Table)
        A heading, its field for a table, and what was written there.
    shown : Still or None
        What the answers show.
    open : tuple of str
        What has not been written, or why nothing can be shown.
    """

    title: str
    written: tuple[tuple[str, Rows | None, str | Table], ...]
    shown: Still | None
    open: tuple[str, ...]


def annexes(form: Form, answers: Answers) -> list[Annex]:
    """Return one annex for each step, those of empty steps included."""
    empty, found = form.empty, []
    is_said = {text.strip() for _, text in form.brief(answers)}
    for step in form.steps:
        written, missing = [], []
        for field in step.fields:
            heading, given = form.heading(field), answers[field.name]
            is_blank = not (given.strip() if isinstance(given, str) else given)
            if is_blank or given == empty[field.name]:
                missing.append(heading)
            elif field.name not in (form.named_by, form.author) and given not in is_said:
                written.append((heading, field if isinstance(field, Rows) else None, given))
        shown = shown_by(step, answers)
        if isinstance(shown, str):
            # A missing table is on the list of open points already.
            is_open = any(isinstance(f, Rows) and form.heading(f) in missing for f in step.fields)
            missing += [] if is_open else [shown.rstrip(".")]
            shown = None
        found.append(Annex(step.title, tuple(written), shown, tuple(missing)))
    return found


def to_html(form: Form, answers: Answers, on: date | None = None) -> str:
    """Return the form as one page that needs nothing else, pictures and their words included.

    Parameters
    ----------
    form, answers
    on : datetime.date, optional
        The date under the title; by default today.
    """
    found = annexes(form, answers)
    written: list[tuple[int, Annex, Markup | None]] = []
    has_plotly = False  # plotly's JavaScript comes with the first picture
    for number, annex in enumerate(found, start=1):
        if not annex.written:
            continue
        drawn = None
        if annex.shown is not None:
            drawn = _drawn(annex.shown, with_plotly=not has_plotly)
            has_plotly = True
        written.append((number, annex, drawn))
    return _PAGES.get_template("export.html").render(
        title=form.name(answers),
        subtitle=_subtitle(form, answers, on),
        style=Markup((_HERE / "export.css").read_text(encoding="utf-8")),
        brief=_brief(form, answers),
        annexes=written,
        columns=_columns_in_use,
        still_open_title=OPEN,
        still_open=_open(found),
    )


def to_markdown(form: Form, answers: Answers, on: date | None = None) -> str:
    """Return the form as Markdown, with the words of its pictures."""
    found = annexes(form, answers)
    parts = [f"# {as_text(form.name(answers))}", as_text(_subtitle(form, answers, on))]
    for heading, text in _brief(form, answers):
        parts += [f"## {heading}", _markdown_text(text)]
    for number, annex in enumerate(found, start=1):
        if not annex.written:
            continue
        parts.append(f"## Annex {number}. {annex.title}")
        for heading, table, given in annex.written:
            parts.append(f"### {heading}")
            parts.append(_markdown_answer(table, given))
        if annex.shown is not None:
            parts.append(_markdown_text(annex.shown.words))
    still_open = _open(found)
    if still_open:
        parts += [f"## {OPEN}", "\n".join(f"- {as_text(each)}" for each in still_open)]
    return "\n\n".join(parts) + "\n"


def shown_by(step: Step, answers: Answers) -> Still | str | None:
    """Return what a step's answers show, the sentence why they cannot yet, or None."""
    if step.look is None:
        return None
    try:
        return step.look(answers)
    except ValueError as error:
        return str(error)


def _brief(form: Form, answers: Answers) -> list[tuple[str, str]]:
    return [(heading, text) for heading, text in form.brief(answers) if text.strip()]


def _subtitle(form: Form, answers: Answers, on: date | None) -> str:
    """Return the line under the title: form, author and date."""
    on = on or date.today()
    author = str(answers.get(form.author, "")).strip()
    by = [author] if author else []
    return " · ".join([form.title, *by, f"{on.day} {on:%B %Y}"])


def _open(found: list[Annex]) -> list[str]:
    return [each for annex in found for each in annex.open]


def _columns_in_use(field: Rows, rows: Table) -> list[int]:
    """Return the columns that say something in at least one row."""
    return [
        place
        for place, column in enumerate(field.columns)
        if not column.hidden and any(row[place].strip() for row in rows)
    ]


def _drawn(still: Still, with_plotly: bool) -> Markup:
    """Return a picture that a browser draws, with plotly's JavaScript where it is the first."""
    figure = go.Figure(still.picture).update_layout(template=style.LIGHT)
    # plotly writes the figure as JSON in which no tag can end or begin.
    return Markup(
        plotly.io.to_html(
            figure, include_plotlyjs=with_plotly, full_html=False, config=style.CONFIG
        )
    )


# ---------------------------------------------------------------- Markdown

_MARKS = re.compile(r"([\\`*_\[\]|~$])|(?<![^\n])([#+=-])|(?<![^\n])(\d+)([.)])")


def as_text(text: str) -> str:
    """Return text so that Markdown shows it as it was typed: no tag, list, heading or emphasis."""

    def escape(found: re.Match) -> str:
        anywhere, first, number, after = found.groups()
        return f"{number}\\{after}" if number else f"\\{anywhere or first}"

    return _MARKS.sub(escape, style.plain(text))


def _markdown_answer(field: Rows | None, given: str | Table) -> str:
    if isinstance(given, str):
        return _markdown_text(given)
    if field is None:
        raise TypeError("A table is written with the field that names its columns.")
    return _markdown_table(field, given)


def _markdown_text(text: str) -> str:
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return "\n\n".join("  \n".join(map(_line, one.splitlines())) for one in paragraphs)


def _line(line: str) -> str:
    return as_text(line.strip())  # Markdown reads four leading spaces as code.


def _markdown_table(field: Rows, rows: Table) -> str:
    shown = _columns_in_use(field, rows)
    lines = [[field.columns[place].label for place in shown], ["---"] * len(shown)]
    lines += [[as_text(row[place]) for place in shown] for row in rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
