"""A worker's side: each submission is graded in a process of its own, behind the same wall.

A worker of dask stays free for its scheduler, and no submission can end it: what is graded is
graded by a process below it, which is made once and kept. Where that process is killed or takes too
long, the submission is known at once, as it is on one machine.

Nothing that takes long to import is imported here.
"""

from __future__ import annotations

import pickle
import queue
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass

from .workspace import is_late, late, workspace

COMMAND = [sys.executable, "-P", "-m", "scaling.grading.remote_process"]


@dataclass(frozen=True)
class Answer:
    """What a worker says to a job.

    Attributes
    ----------
    outcome : bytes
        For `transport.unpack_outcome`; none in the cases that follow.
    is_late, is_killed : bool
        Whether the process that graded it took too long, or was killed both times.
    refused : str
        Why this machine cannot grade, or "".
    worker : str
        The worker's address.
    """

    outcome: bytes = b""
    is_late: bool = False
    is_killed: bool = False
    refused: str = ""
    worker: str = ""


class _Process:
    """A process that grades one submission after another."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self.place = self._stack.enter_context(workspace())
        self._running: subprocess.Popen | None = None

    def grade(self, student: str, job: bytes, worker: str) -> Answer:
        """Grade a submission; begin a second time where the process is killed."""
        for _ in range(2):
            late(self.place, student).unlink(missing_ok=True)
            try:
                outcome, refused = self._ask(job)
                return Answer(outcome, refused=refused, worker=worker)
            except (EOFError, BrokenPipeError, pickle.UnpicklingError):
                self._end()  # It was killed.
            except BaseException:
                self._end()  # An unread answer must not be taken for that to another job.
                raise
            if is_late(self.place, student):
                return Answer(is_late=True, worker=worker)
        return Answer(is_killed=True, worker=worker)

    def _ask(self, job: bytes) -> tuple[bytes, str]:
        if self._running is None:
            self._running = subprocess.Popen(
                [*COMMAND, str(self.place)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        assert self._running.stdin is not None and self._running.stdout is not None
        pickle.dump(job, self._running.stdin)
        self._running.stdin.flush()
        return pickle.load(self._running.stdout)

    def _end(self) -> None:
        if self._running is not None:
            self._running.kill()
            self._running.communicate()
            self._running = None


_idle: queue.LifoQueue[_Process] = queue.LifoQueue()  # as many as a worker has threads, at most


def grade(student: str, job: bytes) -> Answer:
    """Grade a submission in a process of this machine; this is what a worker of dask calls.

    Parameters
    ----------
    student : str
    job : bytes
        As `transport.pack_job` returns it.
    """
    from distributed import get_worker  # is there wherever this is called

    try:
        process = _idle.get_nowait()
    except queue.Empty:
        process = _Process()
    try:
        return process.grade(student, job, get_worker().address)
    finally:
        _idle.put(process)
