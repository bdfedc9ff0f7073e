"""Grade one submission after another, in a process of its own with a fork server of its own.

A worker reads submissions and runs them; it knows neither the gradebook nor where results belong.
"""

from __future__ import annotations

import shutil
import signal
import tempfile
import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.preprocessors import LimitOutput

from . import namespaces
from .carry import GivenUp
from .examiner import Examiner, Verdict
from .execute import SandboxedExecute, was_stopped
from .kernel import ForkServer, SandboxError
from .limits import Limits
from .preflight import Kind, inspect_submission
from .release import Release


@dataclass(frozen=True)
class Job:
    """One submission to be graded: whose, where it lies, and against what."""

    student: str
    folder: Path
    digest: str  # of all that the mark rests on: see `records.digest`
    releases: tuple[Release, ...]
    source: Path  # the assignment's own files, which come before the student's


@dataclass
class Outcome:
    """What came of one submission; a notebook that could not be graded is not in ``notebooks``."""

    student: str
    notebooks: dict[str, NotebookNode] = field(default_factory=dict)
    verdicts: dict[str, dict[str, Verdict]] = field(default_factory=dict)
    files: Path | None = None  # to be put beside the notebooks; whoever takes it removes it
    repaired: list[str] = field(default_factory=list)
    ungraded: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    seconds: float = 0.0
    details: str = ""


class Worker:
    """A fork server, and an examiner for each exercise."""

    def __init__(self, server: ForkServer):
        self.server = server
        self._examiners: dict[str, Examiner] = {}

    def grade(self, job: Job) -> Outcome:
        """Grade one submission; whatever it does, this returns."""
        self.server.wait_until_ready()  # whoever comes first should not pay for it
        began = time.monotonic()
        outcome = Outcome(job.student)
        for release in job.releases:
            try:
                self._grade_notebook(job, release, outcome)
            except SandboxError:
                raise  # nothing can be graded here
            except Exception as problem:  # of ours: this one is not graded, all others are
                name = type(problem).__name__
                outcome.ungraded.append(f"grading it failed with {name}: {problem}.")
                outcome.details = traceback.format_exc()
        outcome.seconds = time.monotonic() - began
        return outcome

    def _grade_notebook(self, job: Job, release: Release, outcome: Outcome) -> None:
        try:
            with _at_most(self.server.limits.submission_seconds):
                found = inspect_submission(job.folder, release)
        except GivenUp as problem:
            outcome.ungraded.append(f"{release.notebook}: {problem}.")
            return
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
            outcome.files = Path(tempfile.mkdtemp(prefix="files-", dir=self.server.place))
            # a folder may have the name of a notebook, which will be needed
            files = [name for name in found.files if not name.parts[0].endswith(".ipynb")]
            _gather(job, files, outcome.files)
        try:
            nb, verdicts = SandboxedExecute(self.server, self._examiner(release)).grade(
                found.notebook, release, outcome.files
            )
        except GivenUp as problem:
            outcome.ungraded.append(f"{release.notebook}: {problem}." if several else f"{problem}.")
            return
        LimitOutput().preprocess(nb, {})
        outcome.notebooks[release.notebook] = nb
        outcome.verdicts[release.notebook] = verdicts
        outcome.flags += [verdict.doubt for verdict in verdicts.values() if verdict.doubt]
        outcome.flags += [f"{cell.id}: {why}" for cell in nb.cells if (why := was_stopped(cell))]

    def _examiner(self, release: Release) -> Examiner:
        return self._examiners.setdefault(release.notebook, Examiner(release))


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Give up what is done inside when it takes longer."""

    def give_up(*_: object) -> None:
        raise GivenUp(f"looking at it before it is run took more than {seconds:.0f} seconds")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)  # again each second, should one be swallowed
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _gather(job: Job, files: Iterable[Path], folder: Path) -> None:
    """Copy the files of a submission to a folder, and the assignment's own over them."""
    for name in files:
        _copy(job.folder / name, folder / name)
    if job.source.is_dir():
        for place in sorted(job.source.rglob("*")):
            if (
                place.is_file()
                and place.suffix != ".ipynb"
                and ".ipynb_checkpoints" not in str(place)
            ):
                _copy(place, folder / place.relative_to(job.source))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


# ---------------------------------------------------------------- in a pool of processes

_worker: Worker | None = None


def start(warm_up: list[str], limits: Limits, unsafe: bool, place: Path) -> None:
    """Begin a process of the pool: it ends with the process that made it."""
    global _worker
    namespaces.die_with_parent(signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who started us tidies up
    _worker = Worker(ForkServer(warm_up, limits, unsafe=unsafe, place=place).__enter__())


def work(job: Job) -> Outcome:
    """Grade one submission in a process of the pool."""
    return _worker.grade(job)
