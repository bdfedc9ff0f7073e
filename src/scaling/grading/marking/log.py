"""What happens in the marking room and nbgrader has no place for: a log that only grows.

It is a table of ours in the gradebook's own database, SQLite or PostgreSQL, as claims are: so a
mark and its line in the log are written in one transaction, and all who mark share it. Nothing in
it is ever changed, so a mark that another has replaced can still be read.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    insert,
    select,
)

from scaling.grading.claims import LONGEST, patiently

MARK, SECOND, REPLACED = "mark", "second", "replaced"
LATER, FLAG, ANSWERED, FORGOTTEN = "later", "flag", "answered", "forgotten"
ON, OFF = "on", ""
LONGEST_PHRASE = 400  # characters of a line that is offered again

_table = Table(
    "scaling_marking",
    MetaData(),
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("assignment", String(LONGEST), nullable=False, index=True),
    Column("question", String(LONGEST), nullable=False),
    Column("submission", String(32), nullable=False),  # nbgrader's id of the submitted notebook
    Column("marker", String(LONGEST), nullable=False),
    Column("what", String(16), nullable=False),
    Column("score", Float(53)),
    Column("levels", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Float(53), nullable=False),  # seconds since 1970
)


@dataclass(frozen=True)
class Event:
    """One line of the log.

    Attributes
    ----------
    assignment, question, submission, marker : str
    what : str
        ``MARK``; ``SECOND``, a mark that is not in the gradebook; ``REPLACED``, what formgrader had
        written; ``LATER`` and ``FLAG``, each ``ON`` or ``OFF``; ``ANSWERED``, a request;
        ``FORGOTTEN``, a phrase that is not offered again.
    score : float or None
        None also for a mark that was taken back.
    levels : tuple of int or None
        For each row of the rubric the place of its level.
    text : str
        The comment, or what the other kinds are about.
    at : float
        Seconds since 1970.
    number : int
        Later lines have higher ones.
    """

    assignment: str
    question: str
    submission: str
    marker: str
    what: str
    score: float | None = None
    levels: tuple[int | None, ...] = ()
    text: str = ""
    at: float = field(default_factory=time.time)
    number: int = 0


@dataclass
class State:
    """What the log says about one answer.

    Attributes
    ----------
    mark : Event or None
        The last mark that was given here.
    seconds : dict
        The second marks by marker.
    later : set of str
        Who has put it off.
    flag : Event or None
        Who asks for a second opinion.
    answered : set of str
        The requests that were answered.
    """

    mark: Event | None = None
    seconds: dict[str, Event] = field(default_factory=dict)
    later: set[str] = field(default_factory=set)
    flag: Event | None = None
    answered: set[str] = field(default_factory=set)


def prepare(engine: Engine) -> None:
    """Make the table where it is missing."""
    patiently(lambda: _table.create(engine, checkfirst=True))


def add(connection: Connection, event: Event) -> None:
    """Write one line, as part of a transaction."""
    values = {name: value for name, value in vars(event).items() if name != "number"}
    values["levels"] = json.dumps(event.levels)
    connection.execute(insert(_table).values(values))


def has(connection: Connection, submission: str, question: str, what: str, score: float) -> bool:
    """Return whether such points were the last of their kind for an answer."""
    wanted = select(_table.c.score).where(
        _table.c.submission == submission, _table.c.question == question, _table.c.what == what
    )
    return connection.execute(wanted.order_by(_table.c.number.desc())).scalar() == score


def read(engine: Engine, assignment: str) -> list[Event]:
    """Return the log of an assignment, the oldest line first; empty where there is none."""
    with engine.connect() as connection:
        if not engine.dialect.has_table(connection, _table.name):
            return []
        wanted = select(_table).where(_table.c.assignment == assignment).order_by(_table.c.number)
        rows = [dict(row) for row in connection.execute(wanted).mappings()]
    return [Event(**row | {"levels": tuple(json.loads(row["levels"]))}) for row in rows]


def states(events: Iterable[Event]) -> dict[tuple[str, str], State]:
    """Return the state of each answer, by submission and question."""
    found: dict[tuple[str, str], State] = {}
    for event in events:
        state = found.setdefault((event.submission, event.question), State())
        if event.what == MARK:
            state.mark = event
            if event.score is not None:
                state.later.discard(event.marker)
        elif event.what == SECOND:
            state.seconds[event.marker] = event
            state.later.discard(event.marker)
        elif event.what == LATER:
            (state.later.add if event.text else state.later.discard)(event.marker)
        elif event.what == FLAG:
            state.flag = event if event.text else None
        elif event.what == ANSWERED:
            state.answered.add(event.text)
    return found


def phrases(events: Iterable[Event], question: str, most: int = 9) -> list[str]:
    """Return the lines of comments on a question that were used most, the comment bank.

    A line counts once for each submission whose last comment holds it.
    """
    comments: dict[str, str] = {}
    forgotten: set[str] = set()
    for event in events:
        if event.question != question:
            continue
        if event.what == MARK:
            comments[event.submission] = event.text
            forgotten -= set(lines(event.text))
        elif event.what == FORGOTTEN:
            forgotten.add(event.text)
    used = Counter(line for comment in comments.values() for line in lines(comment))
    kept = [line for line, _ in used.most_common() if line not in forgotten]
    return kept[:most]


def lines(comment: str) -> list[str]:
    """Return the lines of a comment that may be offered again, each once."""
    found = (line.strip() for line in comment.splitlines())
    return list(dict.fromkeys(line for line in found if 0 < len(line) <= LONGEST_PHRASE))
