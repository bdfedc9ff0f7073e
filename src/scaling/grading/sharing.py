"""How several runs of ``grade`` share a class: each submission is graded by one of them."""

from __future__ import annotations

import shutil
import time
from collections import deque
from contextlib import suppress

from nbgrader.api import Gradebook
from sqlalchemy.exc import DBAPIError

from . import records
from .claims import Claim, Claims
from .course import Course
from .records import Record
from .worker import Job, Outcome

RENEWED = 60.0  # seconds after which claims are prolonged, though no outcome has come


class Sharing:
    """One run's part in grading an assignment; its claims end with the ``with`` block.

    Parameters
    ----------
    course : Course
    gradebook : nbgrader.api.Gradebook
        The open gradebook of the course.
    assignment : str
    seconds : float
        How long one submission may take.
    again : bool
        Whether also what was graded before this run began is graded.
    """

    def __init__(
        self, course: Course, gradebook: Gradebook, assignment: str, seconds: float, again: bool
    ):
        self.course, self.gradebook, self.again = course, gradebook, again
        self.claims = Claims(gradebook.engine, assignment, seconds)
        self._began = f"{self.claims.began:%Y-%m-%d %H:%M:%S} UTC"
        self._renewed = time.monotonic()
        self._done: list[Record] = []
        self._elsewhere: list[tuple[Job, Claim | None]] = []

    def __enter__(self) -> Sharing:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(DBAPIError):  # The claims of a process that has ended do not count.
            self.claims.give_back()

    def is_next(self, waiting: deque[Job]) -> bool:
        """Claim the first job that no other run has; return whether there is one.

        Those before it, which others are grading or have graded, are taken out.
        """
        while waiting:
            job = waiting[0]
            other = self.claims.take(job.student)
            if other is None:
                record = self._graded_meanwhile(job)
                if record is None:
                    return True
                self.claims.give_back(job.student)
                self._done.append(record)
            else:
                self._elsewhere.append((job, other))
            waiting.popleft()
        return False

    def keep(self) -> None:
        """Prolong all claims now and then, while outcomes are waited for."""
        if time.monotonic() - self._renewed > RENEWED:
            self._renewed = time.monotonic()
            self.claims.prolong()

    def enter(self, job: Job, outcome: Outcome) -> Record | None:
        """Write down what came of a job; None where another run has taken it over meanwhile."""
        if not self.claims.renew(job.student):
            if outcome.files is not None:
                shutil.rmtree(outcome.files, ignore_errors=True)
            self._elsewhere.append((job, None))
            return None
        record = records.enter(self.course, self.gradebook, job, outcome)
        self.claims.give_back(job.student)
        return record

    def by_others(self) -> list[Record]:
        """Return what came of the submissions that other runs have graded, or are grading."""
        found = list(self._done)
        for job, claim in self._elsewhere:
            record = self._graded_meanwhile(job)
            if record is None:
                who = str(claim) if claim else "another, since this run took very long"
                why = f"is being graded by {who}. Type the same command again to see its points."
                record = Record(job.student, job.assignment, "ungraded", remarks=[why])
            found.append(record)
        return found

    def _graded_meanwhile(self, job: Job) -> Record | None:
        record = records.read(self.course.root, job.student, job.assignment)
        if record is None or record.digest != job.digest:
            return None
        return None if self.again and record.graded_at <= self._began else record
