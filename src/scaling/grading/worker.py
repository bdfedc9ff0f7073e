"""Grade one submission after another, in a process of its own.

A worker reads submissions and runs them; it knows neither the gradebook nor where results belong.
"""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field
from multiprocessing.context import BaseContext
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.preprocessors import LimitOutput

from . import reasons
from .carry import GivenUp
from .examiner import Examiner, Verdict
from .execute import GuestExecute
from .guest import Runtime
from .image import Exercise, Images
from .limits import Limits
from .outputs import was_stopped
from .preflight import Kind
from .preflight.submission import inspect_submission
from .release import Release
from .varying import Given, is_varied
from .workspace import late

PATIENCE = 20  # seconds for what is done with a notebook before and after it runs


@dataclass(frozen=True)
class Job:
    """One submission to be graded.

    Attributes
    ----------
    student : str
    folder : pathlib.Path
        Where the submission is.
    digest : str
        A checksum of everything that the mark depends on; see `records.digest`.
    releases : tuple of Release
        The notebooks of the assignment, at least one.
    source : pathlib.Path
        The folder of the assignment's own files, which replace a student's files of the same name.
    token : str
        The student's, where students have data of their own; else empty.
    """

    student: str
    folder: Path
    digest: str
    releases: tuple[Release, ...]
    source: Path
    token: str = ""

    @property
    def assignment(self) -> str:
        """The name of the assignment."""
        return self.releases[0].assignment


@dataclass
class Outcome:
    """What came of one submission.

    Attributes
    ----------
    student : str
    notebooks : dict
        The notebooks that were graded, by name.
    verdicts : dict
        By the name of the notebook and the id of the test cell.
    files : pathlib.Path or None
        A folder of files that belong beside the notebooks; the caller removes it.
    repaired, ungraded, flags : list of str
        What was repaired, why a notebook could not be graded, and why a person should look at it.
    seconds : float
    details : str
        The traceback, if our own code failed.
    """

    student: str
    notebooks: dict[str, NotebookNode] = field(default_factory=dict)
    verdicts: dict[str, dict[str, Verdict]] = field(default_factory=dict)
    files: Path | None = None
    repaired: list[str] = field(default_factory=list)
    ungraded: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    seconds: float = 0.0
    details: str = ""


class Worker:
    """What runs the notebooks of each exercise, in one process.

    Parameters
    ----------
    images : Images
        Where guests begin; they have been prepared.
    limits : Limits
    place : pathlib.Path
        A folder for files that belong beside graded notebooks.
    """

    def __init__(self, images: Images, limits: Limits, place: Path):
        self.images, self.limits, self.place = images, limits, place
        self._runtime = Runtime(images.cache)
        self._executions: dict[str, GuestExecute] = {}

    def grade(self, job: Job) -> Outcome:
        """Grade one submission; this returns in time, or ends the process.

        What runs in a guest is stopped by `GuestExecute`. If anything else that touches what a
        student wrote takes too long, no exception could stop all of it.
        """
        executions = [self._execution(release) for release in job.releases]  # before time starts
        began = time.monotonic()
        outcome = Outcome(job.student)
        with late(self.place, job.student).open("w") as told:
            seconds = len(job.releases) * (self.limits.submission_seconds + PATIENCE)
            faulthandler.dump_traceback_later(seconds, exit=True, file=told)
            try:
                for release, execution in zip(job.releases, executions, strict=True):
                    try:
                        self._grade_notebook(job, release, execution, outcome)
                    except Exception as problem:  # It is a mistake of ours; others go on.
                        name = type(problem).__name__
                        outcome.ungraded.append(f"grading it failed with {name}: {problem}.")
                        outcome.details = traceback.format_exc()
            finally:
                faulthandler.cancel_dump_traceback_later()
        outcome.seconds = time.monotonic() - began
        return outcome

    def _grade_notebook(
        self, job: Job, release: Release, execution: GuestExecute, outcome: Outcome
    ) -> None:
        found = inspect_submission(job.folder, release)
        several = len(job.releases) > 1
        for finding in found.findings:
            text = f"{release.notebook}: {finding.text}" if several else finding.text
            where = {
                Kind.REPAIRED: outcome.repaired,
                Kind.UNGRADED: outcome.ungraded,
                Kind.FLAGGED: outcome.flags,
            }
            where.get(finding.kind, []).append(text)
        if found.notebook is None:
            return
        if outcome.files is None:
            outcome.files = Path(tempfile.mkdtemp(prefix="files-", dir=self.place))
            # A folder may have the name that the graded notebook will need.
            files = [name for name in found.files if not name.parts[0].endswith(".ipynb")]
            outcome.flags += _gather(job, files, outcome.files)
        given = Given(release, job.token) if job.token and is_varied(release) else None
        try:
            with given.in_use(found.notebook) if given else nullcontext():
                nb, verdicts = execution.grade(found.notebook, release, outcome.files)
        except GivenUp as problem:
            outcome.ungraded.append(f"{release.notebook}: {problem}." if several else f"{problem}.")
            return
        LimitOutput().preprocess(nb, {})
        reasons.note(nb, [*found.findings, *(given.findings if given else ())])
        outcome.flags += given.flags if given else []
        outcome.notebooks[release.notebook] = nb
        outcome.verdicts[release.notebook] = verdicts
        outcome.flags += [verdict.doubt for verdict in verdicts.values() if verdict.doubt]
        outcome.flags += [f"{cell.id}: {why}" for cell in nb.cells if (why := was_stopped(cell))]

    def _execution(self, release: Release) -> GuestExecute:
        if release.notebook not in self._executions:
            image = self.images.of(Exercise.of(release))
            made = GuestExecute(self._runtime, image, self.limits, Examiner(release))
            self._executions[release.notebook] = made
        return self._executions[release.notebook]


def blamed(student: str, is_late: bool) -> Outcome:
    """Return what came of a submission whose process took too long, or was killed each time."""
    if is_late:
        return Outcome(student, ungraded=["looking at what is in it took too long."])
    why = "the process that graded it was killed, probably for want of memory."
    return Outcome(student, ungraded=[why], details=why)


def _gather(job: Job, files: Iterable[Path], folder: Path) -> list[str]:
    """Copy the files of a submission to a folder, and the assignment's own over them.

    Return a remark for each that could not be read.
    """
    remarks = []
    for name in files:
        try:
            _copy(job.folder / name, folder / name)
        except OSError as error:
            remarks.append(f"{name.as_posix()} cannot be read ({error.strerror}); it was left out.")
    if job.source.is_dir():
        for place in sorted(job.source.rglob("*")):
            if (
                place.is_file()
                and place.suffix != ".ipynb"
                and ".ipynb_checkpoints" not in str(place)
            ):
                _copy(place, folder / place.relative_to(job.source))
    return remarks


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


# ---------------------------------------------------------------- in a pool of processes

_worker: Worker | None = None  # There is one in each process.


def processes(has_threads: bool = False) -> BaseContext:
    """Return the way in which processes of a pool begin on this system."""
    # A fork imports nothing again. It is safe on Linux as long as there are no threads.
    forks = sys.platform.startswith("linux") and not has_threads
    return multiprocessing.get_context("fork" if forks else "spawn")


def start(images: Images, limits: Limits, place: Path) -> None:
    """Prepare a process of the pool, which ends with the process that made it."""
    global _worker
    threading.Thread(target=_end_with_parent, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # The process that started this one tidies up.
    _worker = Worker(images, limits, place)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def work(job: Job) -> Outcome:
    """Grade one submission in a process of the pool."""
    if _worker is None:
        raise RuntimeError("A process of the pool has to be started before it can work.")
    return _worker.grade(job)
