"""Grading on other machines: jobs go to the workers of a scheduler of ``dask.distributed``.

A worker of dask that is lost costs nothing: its scheduler gives the job to another. Where the line
to the scheduler is lost, or it is started anew, what was under way is sent once more. Marks are
entered by the grader alone, who holds the claim, so none is entered twice.

A program that reaches a scheduler or a worker can run code there and read what travels. So an
address beyond this machine and its private network needs TLS, where both sides show a certificate.
"""

from __future__ import annotations

import ipaddress
import logging
import socket
import sys
import time
from collections.abc import Callable
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tqdm import tqdm

from . import remote, worker
from .course import CourseError
from .limits import Limits
from .pool import KilledError, ReturnedError
from .transport import pack_job, unpack_outcome
from .worker import Job, Outcome

TURN = 1.0  # seconds between two looks at who is there
LOOK = 0.05  # seconds between two looks at what is done
ANSWER = 10.0  # seconds in which a scheduler has to answer at first
LONGEST = 600.0  # seconds that a scheduler, or the last worker, may be away
MISSING = """\
--scheduler needs dask.distributed, which is not installed. In the course's folder, type:
python -m pip install -c requirements.txt distributed\
"""
OPEN = """\
{address} is reached over an open network. Students' work would cross it in the clear, and anyone
who reaches the scheduler can run code on every worker. Use an address that begins with tls://, and
name the certificate with --certificate; the guide for instructors says how to make one.\
"""
GONE = """\
The scheduler at {address} does not answer. Nothing that was entered is lost. When it is there
again, type the same command once more, or leave out --scheduler to go on with this machine alone.
"""
NO_WORKER = """\
The scheduler at {address} has had no worker for ten minutes. Nothing that was entered is lost.
Start workers, and type the same command once more.\
"""


class ClusterError(CourseError):
    """The scheduler or its workers cannot be used; the message says what to do."""


class Cluster:
    """The workers of a scheduler, as a `Pool`.

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``"tls://scheduler.example.org:8786"``.
    certificate : pathlib.Path or None
        A file with a key and a certificate, which scheduler and workers have too.
    limits : Limits
    place : pathlib.Path
        A folder for temporary files.
    tell : callable
        Is told what the grader should know.

    Raises
    ------
    ClusterError
        If the address is not safe to use, dask is missing, or there is no answer.
    """

    def __init__(
        self,
        address: str,
        certificate: Path | None,
        limits: Limits,
        place: Path,
        tell: Callable[[str], None] | None = None,
    ):
        self.address, self.limits, self.place = address, limits, place
        self.tell = tell or (lambda text: tqdm.write(text, file=sys.stderr))
        self._client = _connect(address, certificate)
        self._refused: dict[str, str] = {}  # by a worker's address: why it does not grade
        self._good: list[str] = []
        self._threads = 0
        self._looked = -TURN
        self._last_seen = time.monotonic()
        self._said = ""

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def room(self) -> int:
        """Return a little more than the workers have threads, so that none waits for a job.

        Raises
        ------
        ClusterError
            If the scheduler is gone, or there has been no worker for ten minutes.
        """
        if time.monotonic() - self._looked > TURN:
            self._look()
        return self._threads + self._threads // 4 + 1 if self._threads else 0

    def _look(self) -> None:
        """See who is there."""
        self._looked = time.monotonic()
        if self._client.status not in ("running", "connecting"):
            raise ClusterError(GONE.format(address=self.address))
        threads: dict[str, int] = {}
        if self._client.status == "running":  # Else a call would wait for the scheduler.
            try:
                threads = self._client.nthreads()
            except OSError:  # It is busy, or just going down: what was known still holds.
                return
        good = {name: of for name, of in threads.items() if name not in self._refused}
        if threads and not good:
            raise ClusterError("\n".join(self._told(name) for name in threads))
        self._tell(len(good), sum(good.values()))
        self._good, self._threads = list(good), sum(good.values())
        if good:
            self._last_seen = self._looked
        elif self._looked - self._last_seen > LONGEST:
            raise ClusterError(NO_WORKER.format(address=self.address))

    def _tell(self, workers: int, threads: int) -> None:
        """Tell who is there, once each time that somebody comes or all have gone."""
        if workers:
            now = f"{workers} worker{'s' * (workers != 1)} with {threads} threads"
            text = f"Grading by {now} at {self.address}."
        elif self._client.status == "running":
            now, text = "no worker", f"Waiting for workers at {self.address}."
        else:
            now, text = "lost", f"The scheduler at {self.address} does not answer. Waiting for it."
        if (now == self._said) or (workers and self._threads):
            return
        self._said = now
        self.tell(text)

    def _told(self, name: str) -> str:
        why = self._refused[name]
        return f"The worker {name} does not grade. {why} Install the same on all machines."

    def submit(self, job: Job) -> Any:
        """Send a submission to a worker, to any but those that cannot grade."""
        parcel = pack_job(job, self.limits)
        # Where all of these have gone meanwhile, others take it.
        where = {"workers": self._good, "allow_other_workers": True} if self._refused else {}
        return self._client.submit(remote.grade, job.student, parcel, pure=False, **where)

    def wait(self, running: set[Any]) -> set[Any]:
        """Return those that are done; none, after a second, where there are none.

        They are dask's own, and are looked at. What its executor gives in their place is never done
        where a worker is lost with an outcome and then the scheduler.
        """
        until = time.monotonic() + TURN
        while not (done := {one for one in running if one.done()}) and time.monotonic() < until:
            time.sleep(LOOK)
        return done

    def outcome(self, job: Job, future: Any) -> Outcome:
        """Return what came of a submission.

        Raises
        ------
        KilledError, ReturnedError
        ClusterError
            If a worker knows no such course.
        """
        from distributed import KilledWorker
        from distributed.comm import CommClosedError

        try:
            answer: remote.Answer = future.result()
        except KilledWorker as problem:
            raise KilledError from problem
        except (CancelledError, CommClosedError) as problem:  # The line was lost.
            self._looked = -TURN
            raise ReturnedError from problem
        except (ImportError, AttributeError) as problem:
            raise ClusterError(
                f"A worker at {self.address} has another version of the course, or none "
                f"({problem}). Install the same on all machines."
            ) from problem
        if answer.refused:
            if answer.worker not in self._refused:
                self._refused[answer.worker] = answer.refused
                self.tell(self._told(answer.worker))
            self._looked = -TURN
            raise ReturnedError
        if answer.is_late or answer.is_killed:
            return worker.blamed(job.student, answer.is_late)
        found = unpack_outcome(answer.outcome, self.place)
        if found.student != job.student:
            raise RuntimeError(f"An outcome of {found.student} came for {job.student}.")
        return found

    def begin_again(self) -> None:
        """Do nothing: no single worker breaks a cluster."""

    def is_guilty(self, job: Job) -> bool:
        """Return False: a worker says itself what took too long."""
        return False

    def blamed(self, job: Job) -> Outcome:
        """Say that the workers which graded it were killed."""
        return worker.blamed(job.student, is_late=False)


def _connect(address: str, certificate: Path | None) -> Any:
    try:
        from distributed import Client, Security
    except ModuleNotFoundError as missing:
        raise ClusterError(MISSING) from missing
    if not address.startswith("tls://") and not _is_private(address):
        raise ClusterError(OPEN.format(address=address))
    security = None
    if certificate is not None:
        if not certificate.is_file():
            raise ClusterError(f"There is no file {certificate}.")
        both = str(certificate.absolute())
        security = Security(require_encryption=True, tls_ca_file=both, tls_client_cert=both)
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # We say ourselves what matters.
    try:
        with socket.create_connection(_place(address), ANSWER):
            pass
        # The same time is given to a scheduler that goes away later.
        return Client(address, security=security, set_as_default=False, timeout=LONGEST)
    except (OSError, ValueError, TypeError) as problem:
        told = str(problem).splitlines() or [""]
        raise ClusterError(f"{GONE.format(address=address)}({told[0]})") from problem


def _place(address: str) -> tuple[str, int]:
    """Return host and port of an address."""
    parts = urlsplit(address if "://" in address else f"tcp://{address}")
    if not parts.hostname or not parts.port:
        raise ClusterError(f"{address} is no address of a scheduler, such as tls://HOST:8786.")
    return parts.hostname, parts.port


def _is_private(address: str) -> bool:
    """Tell whether an address is on this machine or in a network that is closed to the world."""
    try:
        found = {about[4][0] for about in socket.getaddrinfo(_place(address)[0], None)}
    except OSError:
        return False
    return all(ipaddress.ip_address(str(one).partition("%")[0]).is_private for one in found)
