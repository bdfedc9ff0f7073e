"""Writing a mark: into the gradebook as formgrader does, and never over what was not seen.

Who saves says which version of the mark they saw. The gradebook is changed only where it still
holds that version, in one statement with its condition, so that of two people who save at the same
moment, on SQLite or on PostgreSQL, the second is told.
"""

from __future__ import annotations

import math
from dataclasses import replace

from nbgrader.api import Comment, Grade
from sqlalchemy import Connection, Engine, Table, update

from scaling.grading.claims import patiently

from . import book, log
from .log import Event


class Changed(Exception):
    """A mark is not any more what was seen; nothing was saved."""


def score_from(text: object, most: float) -> float | None:
    """Read points; None where there are none.

    Raises
    ------
    ValueError
        If it is no number from 0 to ``most``.
    """
    typed = str("" if text is None else text).strip().replace(",", ".")
    if not typed:
        return None
    try:
        score = float(typed)
    except ValueError:
        score = math.nan
    if not 0 <= score <= most:
        raise ValueError(f"Points are a number from 0 to {most:g}, not {typed[:20]}.")
    return score


def save(
    engine: Engine, event: Event, seen: str, answer: str = "", commented: str | None = None
) -> book.Mark:
    """Save points and comment; return the mark as it is now.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        Of the gradebook.
    event : Event
        Whose score, comment and marker are saved, and which goes into the log.
    seen : str
        ``Mark.version`` of what its marker saw.
    answer : str
        A checksum of the answer as it is now, as in ``Mark.version``.
    commented : str, optional
        The cell that carries the comment, if not that of the question.

    Raises
    ------
    Changed
        If the mark, the comment or the answer is another than was seen.
    nbgrader.api.MissingEntry
        If there is no such submission any more.
    """
    cell = commented or event.question

    def step() -> book.Mark:
        with engine.begin() as connection:
            now = book.mark(connection, event.submission, event.question, cell)
            if now.version(answer) != seen:
                raise Changed
            waits = event.score is None and now.by_checks is None
            of_grade = {"manual_score": now.by_hand, "needs_manual_grade": now.waits}
            new = {"manual_score": event.score, "needs_manual_grade": waits}
            _replace(connection, Grade.__table__, now.grade, of_grade, new)
            if now.comment_id is not None:
                text = event.text.strip() or None
                seen_comment = {"manual_comment": now.comment}
                of_comment = {"manual_comment": text}
                _replace(connection, Comment.__table__, now.comment_id, seen_comment, of_comment)
            _keep(connection, now, event)
            log.add(connection, event)
            return book.mark(connection, event.submission, event.question, cell)

    return patiently(step)


def _keep(connection: Connection, now: book.Mark, event: Event) -> None:
    """Put a mark into the log that is being replaced and came from elsewhere."""
    at = (connection, event.submission, event.question)
    if now.by_hand is not None and not log.has(*at, log.MARK, now.by_hand):
        kept = replace(event, what=log.REPLACED, score=now.by_hand, levels=())
        log.add(connection, replace(kept, text=now.comment or ""))


def note(engine: Engine, event: Event) -> None:
    """Write a line into the log that changes nothing in the gradebook."""

    def step() -> None:
        with engine.begin() as connection:
            log.add(connection, event)

    patiently(step)


def _replace(connection: Connection, table: Table, row: str, old: dict, new: dict) -> None:
    """Change a row that still is as it was seen; raise ``Changed`` if it is not."""
    is_same = [table.c[name].is_not_distinct_from(value) for name, value in old.items()]
    changed = update(table).where(table.c.id == row, *is_same).values(new)
    if connection.execute(changed).rowcount != 1:
        raise Changed
