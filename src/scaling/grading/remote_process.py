"""The process below a worker of dask, which grades: ``python -m scaling.grading.remote_process``.

It takes jobs on standard input and gives outcomes on standard output, as `transport` writes them,
and ends with the worker that started it. Its argument is a folder for temporary files.
"""

from __future__ import annotations

import os
import pickle
import queue
import shutil
import signal
import sys
import tempfile
import threading
import traceback
from pathlib import Path
from typing import BinaryIO

from .limits import Limits
from .prepare import prepare
from .release import Release
from .transport import difference, pack_outcome, unpack_job, versions
from .worker import Worker

KEPT = 4  # exercises for which a process keeps what it has loaded


class _Workers:
    """What is loaded for the exercises that were asked for."""

    def __init__(self, place: Path):
        self.place = place
        self._kept: list[tuple[tuple[Release, ...], Limits, Worker]] = []

    def grade(self, given: bytes) -> tuple[bytes, str]:
        """Grade a submission; return its outcome, or why this machine cannot grade."""
        try:
            theirs, packed = pickle.loads(given)
            if found := difference(versions(), theirs):
                return b"", f"It has {found}."
            with tempfile.TemporaryDirectory(dir=self.place) as folder:
                job, limits = unpack_job(packed, Path(folder))
                outcome = self._worker(job.releases, limits).grade(job)
            answer = pack_outcome(outcome)
            if outcome.files is not None:
                shutil.rmtree(outcome.files, ignore_errors=True)
        except Exception as problem:  # A submission's own are caught: this is of the machine.
            traceback.print_exc()
            return b"", f"It failed with {type(problem).__name__}: {problem}."
        return answer, ""

    def _worker(self, releases: tuple[Release, ...], limits: Limits) -> Worker:
        for known, under, found in self._kept:
            if (known, under) == (releases, limits):
                return found
        made = Worker(prepare(releases, self.place), limits, self.place)
        self._kept = [(releases, limits, made), *self._kept[: KEPT - 1]]
        return made


def _read(stream: BinaryIO, asked: queue.SimpleQueue[bytes]) -> None:
    """Read jobs; end this process together with the one that sends them."""
    try:
        while True:
            asked.put(pickle.load(stream))
    finally:  # The other end was closed, or killed in the middle of a job.
        os._exit(0)


def main() -> None:
    """Grade what comes on standard input until that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # The process that started this one ends it.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # Whatever else is printed must not be taken for an answer.
    asked: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(sys.stdin.buffer, asked), daemon=True).start()
    workers = _Workers(Path(sys.argv[1]))
    while True:
        pickle.dump(workers.grade(asked.get()), answers)
        answers.flush()


if __name__ == "__main__":
    main()
