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

from . import namespaces, reasons
from .carry import GivenUp
from .examiner import Examiner, Verdict
from .execute import SandboxedExecute, was_stopped
from .kernel import ForkServer, SandboxError
from .limits import Limits
from .preflight import Kind, inspect_submission
from .release import Release


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
    """

    student: str
    folder: Path
    digest: str
    releases: tuple[Release, ...]
    source: Path

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
    """A fork server, and an examiner for each exercise."""

    def __init__(self, server: ForkServer):
        self.server = server
        self._examiners: dict[str, Examiner] = {}

    def grade(self, job: Job) -> Outcome:
        """Grade one submission; this returns in time, even if the submission does not end.

        Raises
        ------
        SandboxError
            If nothing can be graded here at all.
        """
        self.server.wait_until_ready()  # The first submission's time starts only after this.
        began = time.monotonic()
        outcome = Outcome(job.student)
        for release in job.releases:
            try:
                self._grade_notebook(job, release, outcome)
            except SandboxError:
                raise
            except Exception as problem:  # It is a mistake of ours; other submissions go on.
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
            # A folder may have the name that the graded notebook will need.
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
        reasons.note(nb, found.findings)
        outcome.notebooks[release.notebook] = nb
        outcome.verdicts[release.notebook] = verdicts
        outcome.flags += [verdict.doubt for verdict in verdicts.values() if verdict.doubt]
        outcome.flags += [f"{cell.id}: {why}" for cell in nb.cells if (why := was_stopped(cell))]

    def _examiner(self, release: Release) -> Examiner:
        return self._examiners.setdefault(release.notebook, Examiner(release))


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Interrupt what is done inside when it takes longer."""

    def give_up(*_: object) -> None:
        raise GivenUp(f"looking at it before it is run took more than {seconds:.0f} seconds")

    before = signal.signal(signal.SIGALRM, give_up)
    # The signal is repeated each second, in case the first is swallowed by an ``except`` clause.
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)
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

_worker: Worker | None = None  # There is one in each process.


def start(warm_up: list[str], limits: Limits, unsafe: bool, place: Path) -> None:
    """Prepare a process of the pool, which ends with the process that made it."""
    global _worker
    namespaces.die_with_parent(signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # The process that started this one tidies up.
    _worker = Worker(ForkServer(warm_up, limits, unsafe=unsafe, place=place).__enter__())


def work(job: Job) -> Outcome:
    """Grade one submission in a process of the pool."""
    if _worker is None:
        raise RuntimeError("A process of the pool has to be started before it can work.")
    return _worker.grade(job)
