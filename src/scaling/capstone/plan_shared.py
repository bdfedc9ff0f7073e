"""Helpers of all steps of the plan: reading what people type, and drawing lists."""

from __future__ import annotations

import re

from scaling import style
from scaling.form import Answers
from scaling.rows import BadRow, Table

# A table with more rows could not be drawn, and a longer name would not fit into a picture.
MOST_ROWS = 30
LONGEST_LABEL = 28  # letters

# ---------------------------------------------------------------- answers, numbers and names


def table_of(answers: Answers, name: str) -> Table:
    """Return the answer to a field that is a table.

    Raises
    ------
    TypeError
        If it is a text, which is a fault of the form and not of a learner.
    """
    answer = answers[name]
    if isinstance(answer, str):
        raise TypeError(f"The answer to {name} is a text, not a table.")
    return answer


def text_of(answers: Answers, name: str) -> str:
    """Return the answer to a field that is a text.

    Raises
    ------
    TypeError
        If it is a table, which is a fault of the form and not of a learner.
    """
    answer = answers[name]
    if not isinstance(answer, str):
        raise TypeError(f"The answer to {name} is a table, not a text.")
    return answer


def amount(text: str, name: str, most: float = 1e12) -> float:
    """Read a number of 0 or more as people write it: 12, 1.5, 12,500 or £6,000.

    Parameters
    ----------
    text : str
    name : str
        What the number is, with which the error's sentence begins.
    most : float
        The largest number allowed.

    Raises
    ------
    ValueError
        If it cannot be read or is too large; the message says how to write it.
    """
    bare = re.sub(r"^[£€$]\s*|\s*[£€$]$", "", text.strip())
    if not re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?|\d{1,15}(\.\d+)?", bare):
        raise ValueError(f"{name} must be a number such as 12 or 1.5; it is “{text}”.")
    value = float(bare.replace(",", ""))
    if value > most:
        raise ValueError(f"{name} can be at most {style.number(most, 0)}; it is “{text}”.")
    return value


def number_in_row(row: int, text: str, name: str, most: float = 1e12, least: float = 0) -> float:
    """Read a number in a row of a table, as ``amount`` does.

    Parameters
    ----------
    row : int
        Number of the row, from 0.
    text, name, most
        As for ``amount``.
    least : float
        The smallest number allowed.

    Raises
    ------
    BadRow
        If it cannot be read or is out of its range.
    """
    try:
        value = amount(text, name, most)
    except ValueError as error:
        raise BadRow(row, str(error)) from None
    if value < least:
        raise BadRow(row, f"{name} must be at least {least:g}; it is “{text}”.")
    return value


def refuse_bad_names(rows: Table, what: str) -> None:
    """Refuse a table with too many rows, or with a row that does not begin with a name of its own.

    Raises
    ------
    BadRow
        If a name is missing or given twice, or there are too many rows.
    """
    seen = set()
    for place, row in enumerate(rows):
        if place >= MOST_ROWS:
            raise BadRow(place, f"{MOST_ROWS} rows can be drawn. Join some of them.")
        if not row[0]:
            raise BadRow(place, f"{what} needs a name.")
        if row[0].casefold() in seen:
            raise BadRow(place, f"“{row[0]}” is there already. Give it another name.")
        seen.add(row[0].casefold())


# ---------------------------------------------------------------- pictures


def plain_number(value: float) -> str:
    """Write a number without decimals or, if it is not whole, with one."""
    return style.number(value, 0 if float(value).is_integer() else 1)


def money(value: float) -> str:
    """Write a sum of money in whole units."""
    return style.number(value, 0)


def short(name: str) -> str:
    """Return a name cut to fit into a picture, in which plotly finds no markup."""
    cut = name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1]}…"
    return style.plain(cut)


def list_layout(rows: int) -> dict[str, object]:
    """Return the layout of a bar chart with one bar for each row of a table."""
    return {
        "height": 150 + 34 * rows,
        "margin": {"t": 50},
        "bargap": 0.35,
        "legend": {"orientation": "h", "x": 0, "y": 1.01, "yanchor": "bottom"},
    }


def names_from_above(names: list[str]) -> dict[str, object]:
    """Return an axis that names rows, the first on top.

    Rows are numbered, because two names may be the same once they are cut.
    """
    return {
        "tickvals": list(range(len(names))),
        "ticktext": names,
        "range": [len(names) - 0.5, -0.5],
    }
