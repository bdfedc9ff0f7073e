"""Where submissions are graded: in processes here, or by the workers of a scheduler elsewhere.

`outcomes` hands jobs to either of them, each as room for it comes free, and knows what to do when
one is not returned.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, ProcessPoolExecutor, wait
from contextlib import AbstractContextManager
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Protocol

from . import worker
from .examiner import Examiner
from .image import Images
from .limits import Limits
from .transport import CannotTravelError
from .worker import Job, Outcome
from .workspace import is_late

OFTEN = 30.0  # seconds after which claims are looked after, however long a submission takes


class KilledError(Exception):
    """The process that graded a submission was killed, as often as is allowed."""


class ReturnedError(Exception):
    """A submission came back ungraded and through no fault of its own; it is to be sent again."""


class Pool(AbstractContextManager, Protocol):
    """What grades submissions, as an executor of ``concurrent.futures`` does its work."""

    def room(self) -> int:
        """Return how many submissions it should have at once."""

    def submit(self, job: Job) -> Future:
        """Have a submission graded.

        Raises
        ------
        CannotTravelError
            If it can be graded only where it is.
        BrokenExecutor
            If a process was killed; the job was not taken.
        """

    def wait(self, running: set[Future]) -> set[Future]:
        """Return those that are done, as soon as there are any, or none after a while."""

    def outcome(self, job: Job, future: Future) -> Outcome:
        """Return what came of a submission that is done.

        Raises
        ------
        KilledError, ReturnedError
        BrokenExecutor
            If a process was killed, which may have been at work on any of those that run.
        """

    def begin_again(self) -> None:
        """Go on after it was broken."""

    def is_guilty(self, job: Job) -> bool:
        """Tell whether it is known that this submission ended its process."""

    def blamed(self, job: Job) -> Outcome:
        """Return the outcome of a submission that ended its process also when it was alone."""


class LocalPool:
    """Processes on this machine.

    Parameters
    ----------
    images : callable
        Returns the images of the exercises, prepared.
    limits : Limits
    place : pathlib.Path
        A folder for temporary files.
    jobs : int
        How many processes.
    context : multiprocessing context
        How they begin.
    """

    def __init__(
        self,
        images: Callable[[], Images],
        limits: Limits,
        place: Path,
        jobs: int,
        context: BaseContext,
    ):
        self.images, self.limits, self.place, self.jobs = images, limits, place, jobs
        self.context = context
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> LocalPool:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown()

    def room(self) -> int:
        """Return one more than there are processes, so that none waits."""
        return self.jobs + 1

    def submit(self, job: Job) -> Future:
        """Have a submission graded; a pool that is broken refuses it."""
        if self._pool is None:
            images = self.images()
            if self.context.get_start_method() == "fork":
                for release in job.releases:
                    Examiner(release).import_all()
            self._pool = ProcessPoolExecutor(
                self.jobs,
                mp_context=self.context,
                initializer=worker.start,
                initargs=(images, self.limits, self.place),
            )
        return self._pool.submit(worker.work, job)

    def wait(self, running: set[Future]) -> set[Future]:
        """Return those that are done."""
        return wait(running, OFTEN, FIRST_COMPLETED).done

    def outcome(self, job: Job, future: Future) -> Outcome:
        """Return what came of a submission."""
        return future.result()

    def begin_again(self) -> None:
        """Make new processes."""
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None

    def is_guilty(self, job: Job) -> bool:
        """Tell whether it took too long."""
        return is_late(self.place, job.student)

    def blamed(self, job: Job) -> Outcome:
        """Say that it took too long, or that its process was killed."""
        return worker.blamed(job.student, self.is_guilty(job))


def outcomes(
    todo: list[Job],
    pool: Pool,
    is_next: Callable[[deque[Job]], bool],
    look_after: Callable[[], None],
    left: list[Job],
) -> Iterator[tuple[Job, Outcome]]:
    """Grade submissions; give each outcome as it comes.

    If a process is killed, each submission it may have been working on is tried once more, one at a
    time, so that the culprit is known and no other submission suffers.

    Parameters
    ----------
    todo : list of Job
    pool : Pool
        It has been entered.
    is_next : callable
        Takes those that wait, takes out what others grade, and says whether there is one left.
    look_after : callable
        Called now and then.
    left : list of Job
        Gets what cannot be graded by this pool.
    """
    suspects = yield from _graded(todo, pool, pool.room, is_next, look_after, left)
    for job in suspects:
        again = [job]
        if not pool.is_guilty(job):
            again = yield from _graded([job], pool, lambda: 1, bool, look_after, left)
        if again:
            yield job, pool.blamed(job)


def _graded(
    todo: list[Job],
    pool: Pool,
    room: Callable[[], int],
    is_next: Callable[[deque[Job]], bool],
    look_after: Callable[[], None],
    left: list[Job],
) -> Generator[tuple[Job, Outcome], None, list[Job]]:
    """Give outcomes as they come; return those that may have ended a process."""
    suspects: list[Job] = []
    waiting = deque(todo)
    running: dict[Future, Job] = {}
    while True:
        look_after()
        try:
            while len(running) < room() and is_next(waiting):
                # A broken pool refuses the job, which must then still be in the queue.
                try:
                    running[pool.submit(waiting[0])] = waiting[0]
                except CannotTravelError:
                    left.append(waiting[0])
                waiting.popleft()
            if not running and not waiting:
                return suspects
            for future in pool.wait(set(running)):
                try:
                    outcome = pool.outcome(running[future], future)
                except KilledError:
                    suspects.append(running.pop(future))
                except ReturnedError:
                    waiting.appendleft(running.pop(future))
                else:
                    yield running.pop(future), outcome
        except BrokenExecutor:
            suspects += running.values()
            running.clear()
            pool.begin_again()
