"""Who grades a submission at this moment: several graders never work on the same one.

A claim is a row in a table of ours in the gradebook's own database, SQLite or PostgreSQL, so that
all who write marks see it. A grader claims one submission after the other, and several who give the
same command share a class. The claim of a grader that has died is taken over: at once on the same
machine, else when its time is over. A grader that lost a claim in this way enters nothing.
"""

from __future__ import annotations

import getpass
import hashlib
import os
import platform
import random
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError

T = TypeVar("T")
MOST_TRIES = 8
LONGEST = 128  # characters, as in nbgrader's own tables
SPARE = 120  # seconds for entering marks, in which other submissions may be entered first

_table = Table(
    "scaling_claims",
    MetaData(),
    Column("assignment", String(LONGEST), primary_key=True),
    Column("student", String(LONGEST), primary_key=True),
    Column("token", String(32), nullable=False),
    Column("owner", String(LONGEST), nullable=False),
    Column("machine", String(256), nullable=False),
    Column("process", Integer, nullable=False),
    Column("since", Float(53), nullable=False),  # seconds since 1970, as is the next
    Column("until", Float(53), nullable=False),
)


@dataclass(frozen=True)
class Claim:
    """Who grades a submission, where and since when.

    Attributes
    ----------
    assignment, student : str
    token : str
        Of one run of ``grade``; no two are alike.
    owner, machine : str
        The name of the user, and of the computer and its space of processes.
    process : int
    since, until : float
        Seconds since 1970, by the clock of the database.
    """

    assignment: str
    student: str
    token: str
    owner: str
    machine: str
    process: int
    since: float
    until: float

    def __str__(self) -> str:
        since = datetime.fromtimestamp(self.since, UTC)
        computer = self.machine.partition(" ")[0]
        return f"{self.owner} on {computer}, since {since:%H:%M:%S} UTC"


class Claims:
    """The claims of one run of ``grade``.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        Of the gradebook.
    assignment : str
    seconds : float
        How long one submission may take.
    """

    def __init__(self, engine: Engine, assignment: str, seconds: float):
        self.engine, self.assignment = engine, assignment
        self.lasts = 2 * seconds + SPARE
        self.token = uuid.uuid4().hex
        self.began = datetime.now(UTC)
        patiently(lambda: _table.create(engine, checkfirst=True))

    def take(self, student: str) -> Claim | None:
        """Claim a submission; return the claim of another grader where there is one."""

        def step() -> Claim | None:
            with self.engine.begin() as connection:
                now = _now(connection)
                found = self._claim(connection, student)
                if found is not None:
                    if found.token != self.token and _is_valid(found, now):
                        return found
                    # Of two that take it over, the second deletes nothing, and cannot insert.
                    self._delete(connection, student, found.token)
                connection.execute(
                    insert(_table).values(
                        assignment=self.assignment,
                        student=_key(student),
                        token=self.token,
                        owner=_user(),
                        machine=_machine(),
                        process=os.getpid(),
                        since=now,
                        until=now + self.lasts,
                    )
                )
                return None

        return patiently(step)

    def renew(self, student: str) -> bool:
        """Prolong all claims of this run; return whether one submission is still claimed by it."""

        def step() -> bool:
            with self.engine.begin() as connection:
                self._prolong(connection)
                found = self._claim(connection, student)
                return found is not None and found.token == self.token

        return patiently(step)

    def prolong(self) -> None:
        """Prolong all claims of this run."""

        def step() -> None:
            with self.engine.begin() as connection:
                self._prolong(connection)

        patiently(step)

    def _prolong(self, connection: Connection) -> None:
        mine = _table.c.token == self.token
        until = _now(connection) + self.lasts
        connection.execute(update(_table).where(mine).values(until=until))

    def give_back(self, student: str | None = None) -> None:
        """End the claim on one submission, or all claims of this run."""

        def step() -> None:
            with self.engine.begin() as connection:
                if student is not None:
                    self._delete(connection, student, self.token)
                else:
                    connection.execute(delete(_table).where(_table.c.token == self.token))

        patiently(step)

    def _claim(self, connection: Connection, student: str) -> Claim | None:
        wanted = select(_table).where(
            _table.c.assignment == self.assignment, _table.c.student == _key(student)
        )
        row = connection.execute(wanted).mappings().first()
        return Claim(**row) if row else None

    def _delete(self, connection: Connection, student: str, token: str) -> None:
        connection.execute(
            delete(_table).where(
                _table.c.assignment == self.assignment,
                _table.c.student == _key(student),
                _table.c.token == token,
            )
        )


def valid_claims(engine: Engine) -> list[Claim]:
    """Return the claims of all graders that are at work."""
    with engine.connect() as connection:
        if not engine.dialect.has_table(connection, _table.name):
            return []
        now = _now(connection)
        found = [Claim(**row) for row in connection.execute(select(_table)).mappings()]
    return [claim for claim in found if _is_valid(claim, now)]


def _is_valid(claim: Claim, now: float) -> bool:
    return claim.until > now and not (claim.machine == _machine() and _is_dead(claim.process))


def _is_dead(process: int) -> bool:
    """Return whether a process of this machine has ended; of another user's this is seen too."""
    if os.name == "nt":  # There this signal would end the process.
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _key(student: str) -> str:
    """Return an id as a database can hold it; names of folders may be longer, or not UTF-8."""
    plain = student.encode(errors="backslashreplace").decode()
    if len(plain) <= LONGEST:
        return plain
    return plain[:90] + hashlib.sha256(plain.encode()).hexdigest()[:32]


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # In a container a user may have a number alone.
        return "a user without a name"


def _machine() -> str:
    """Return the computer's name, and which space of processes in it, as containers have them."""
    try:
        space = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        return platform.node()
    return f"{platform.node()} {space}"


def _now(connection: Connection) -> float:
    """Return the time by the clock of the database, which all graders share."""
    if connection.dialect.name == "postgresql":
        asked = text("SELECT extract(epoch FROM clock_timestamp())")
        return float(connection.execute(asked).scalar_one())
    return time.time()


def patiently(step: Callable[[], T]) -> T:
    """Do a step; try it again when another grader was writing at the same time."""
    for tried in range(MOST_TRIES):
        try:
            return step()
        except DBAPIError:
            if tried == MOST_TRIES - 1:
                raise
            time.sleep(random.uniform(0.05, 0.1) * 2**tried)
    raise AssertionError("unreachable")
