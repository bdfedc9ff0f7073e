"""A form as one self-contained web page, and as Markdown.

Whatever a learner typed stands in both as text: none of it becomes a tag or a script. An address
that is written out stays one.
"""

from __future__ import annotations

import html
import re
from pathlib import Path

import plotly.graph_objects as go
import plotly.io

from scaling import style
from scaling.explorable import Rows, Still, as_html
from scaling.form import Answers, Form, Step
from scaling.rows import Table

STYLE = Path(__file__).with_suffix(".css")
NOTHING = "(nothing written yet)"
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<h1>{title}</h1>
{sections}
<p>Written with the form of the course Does It Scale?</p>
</body>
</html>
"""


def to_html(form: Form, answers: Answers) -> str:
    """Return the form as one page that needs nothing else, pictures and their words included."""
    sections, first = [], True
    for number, step in enumerate(form.steps, start=1):
        parts = [f"<h2>{number}. {html.escape(step.title)}</h2>"]
        for field in step.fields:
            parts.append(f"<h3>{html.escape(field.label)}</h3>")
            given = answers[field.name]
            is_table = isinstance(field, Rows)
            parts.append(_html_table(field, given) if is_table else _html_text(given))
        shown = looked_at(step, answers)
        if isinstance(shown, str):
            parts.append(f"<p class='nothing'>{html.escape(shown)}</p>")
        elif shown is not None:
            parts.append(_html_still(shown, with_plotly=first))
            first = False
        sections.append("<section>\n" + "\n".join(parts) + "\n</section>")
    return PAGE.format(
        title=html.escape(form.title), style=STYLE.read_text(), sections="\n".join(sections)
    )


def to_markdown(form: Form, answers: Answers) -> str:
    """Return the form as Markdown, with the words and tables of its pictures."""
    parts = [f"# {form.title}"]
    for number, step in enumerate(form.steps, start=1):
        parts.append(f"## {number}. {step.title}")
        for field in step.fields:
            parts.append(f"### {field.label}")
            given = answers[field.name]
            is_table = isinstance(field, Rows)
            parts.append(_markdown_table(field, given) if is_table else _markdown_text(given))
        shown = looked_at(step, answers)
        if shown is not None:
            parts.append(_markdown_text(shown if isinstance(shown, str) else shown.words))
    return "\n\n".join(parts) + "\n"


def looked_at(step: Step, answers: Answers) -> Still | str | None:
    """Return what a step's answers show, the sentence why they cannot yet, or None."""
    if step.look is None:
        return None
    try:
        return step.look(answers)
    except ValueError as error:
        return str(error)


# ---------------------------------------------------------------- HTML


def _html_text(text: str) -> str:
    if not text.strip():
        return f"<p class='nothing'>{NOTHING}</p>"
    return f"<p class='text'>{html.escape(text.strip())}</p>"


def _html_table(field: Rows, rows: Table) -> str:
    if not rows:
        return f"<p class='nothing'>{NOTHING}</p>"
    shown = [place for place, column in enumerate(field.columns) if not column.hidden]
    head = "".join(f"<th>{html.escape(field.columns[place].label)}</th>" for place in shown)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(row[place])}</td>" for place in shown) + "</tr>"
        for row in rows
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f"<div class='scroll'>{table}</div>"


def _html_still(still: Still, with_plotly: bool) -> str:
    figure = go.Figure(still.picture).update_layout(template=style.LIGHT)
    drawn = plotly.io.to_html(
        figure,
        include_plotlyjs=with_plotly,
        full_html=False,
        config=style.CONFIG,
    )
    words = html.escape(still.words)
    return (
        f"<div role='img' aria-label='{words}'>{drawn}</div>\n<p>{words}</p>\n"
        f"<div class='scroll'>{as_html(still.table)}</div>"
    )


# ---------------------------------------------------------------- Markdown

_MARKS = re.compile(r"([\\`*_\[\]|~$])|(?<![^\n])([#+=-])|(?<![^\n])(\d+)([.)])")


def as_text(text: str) -> str:
    """Return text so that Markdown shows it as it was typed: no tag, list, heading or emphasis."""

    def escape(found: re.Match) -> str:
        anywhere, first, number, after = found.groups()
        return f"{number}\\{after}" if number else f"\\{anywhere or first}"

    return _MARKS.sub(escape, html.escape(text, quote=False))


def _markdown_text(text: str) -> str:
    if not text.strip():
        return f"*{NOTHING}*"
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return "\n\n".join("  \n".join(map(_line, one.splitlines())) for one in paragraphs)


def _line(line: str) -> str:
    return as_text(line.strip())  # four spaces would make it code


def _markdown_table(field: Rows, rows: Table) -> str:
    if not rows:
        return f"*{NOTHING}*"
    shown = [place for place, column in enumerate(field.columns) if not column.hidden]
    lines = [[field.columns[place].label for place in shown], ["---"] * len(shown)]
    lines += [[as_text(row[place]) for place in shown] for row in rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
