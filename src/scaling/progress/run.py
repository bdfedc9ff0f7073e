"""Run a copy of a learner's exercise, whatever is written in it, and keep what it printed.

In a temporary folder and a kernel of its own. A cell that does not end is interrupted, a kernel
that dies is replaced, and the cells that can run do run.
"""

from __future__ import annotations

import contextlib
import queue
import shutil
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import DEVNULL
from typing import Any

import nbformat

from scaling.wording import number_of

OUR_LIMIT = 120  # for cells that came with the exercise: the first import on a cold machine
PATIENCE = 5  # seconds between interrupting a cell and giving its kernel up
LOSSES = 3  # kernels that one exercise may use up
MANY_OUTPUTS = 300  # of one cell; a loop that prints without end would fill the memory
MUCH_TEXT = 10_000  # characters of one output
# Exercises that were released before their first cell called this are to be explained as well.
WATCH = "from scaling import checking\nchecking.watch()\ndel checking"
LARGE_FILE = 50_000_000  # bytes; what is larger is not copied along


def run_copy(
    nb: nbformat.NotebookNode, file: Path, limit: float, whole: float
) -> tuple[dict[int, str], str]:
    """Run a notebook in a copy of its folder, filling in its outputs.

    Parameters
    ----------
    nb : nbformat.NotebookNode
        What is run; its outputs are replaced.
    file : pathlib.Path
        Where it stands. It is not written.
    limit : float
        Seconds that one cell of the learner's may take.
    whole : float
        Seconds that everything may take.

    Returns
    -------
    stopped : dict of int to str
        What is to be said of cells that were stopped or that ended the kernel.
    note : str
        What is to be said of the run as a whole.
    """
    clear(nb)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        try:
            folder = _copy_around(file, Path(place))
        except OSError as error:  # a full disk, or a file beside it that cannot be read
            reason = error.strerror or "a file beside it cannot be read"
            return {}, f"It was not run, because no copy of its folder could be made: {reason}."
        run = _Run(nb, folder, limit, time.monotonic() + whole)
        note = run.go()
        return run.stopped, note


def clear(nb: nbformat.NotebookNode) -> None:
    """Forget what the cells have shown."""
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None


def _copy_around(file: Path, place: Path) -> Path:
    """Copy what an exercise may read, so that its cells find it and cannot change the learner's."""

    def leave_out(folder: str, names: list[str]) -> list[str]:
        return [
            name
            for name in names
            if name.startswith(".")
            or (
                (Path(folder) / name).is_file()
                and (Path(folder) / name).stat().st_size > LARGE_FILE
            )
        ]

    course = file.parents[2]
    target = place / "exercises" / file.parent.name
    for source, copy in ((file.parent, target), (course / "data", place / "data")):
        if source.is_dir():
            shutil.copytree(source, copy, ignore=leave_out, ignore_dangling_symlinks=True)
    return target


@dataclass
class _Run:
    """One exercise on its way through a kernel, or a few: a lost one is replaced.

    After a loss the cells run again from the top, without those that did not end, because
    everything that the kernel knew is gone.
    """

    nb: nbformat.NotebookNode
    folder: Path
    limit: float
    ends: float  # by the monotonic clock
    stopped: dict[int, str] = field(default_factory=dict)

    def go(self) -> str:
        """Run everything that can be run; return what is to be said of the whole."""
        for _ in range(LOSSES):
            try:
                with _Kernel(self.folder) as kernel:
                    kernel.run(nbformat.v4.new_code_cell(WATCH), OUR_LIMIT)
                    note = self._through(kernel)
            except (OSError, RuntimeError, ImportError) as error:
                # no kernel at all: no memory, no port, an ipykernel that does not start
                reason = " ".join(str(error).split())[:200] or type(error).__name__
                return f"Python could not be started for this exercise: {reason}"
            if note is not None:
                return note
        return f"The rest was not run: {LOSSES} cells brought Python to a stop."

    def _through(self, kernel: _Kernel) -> str | None:
        """Run the cells in one kernel; return None when it was lost on the way."""
        for index, cell in enumerate(self.nb.cells):
            if cell.cell_type != "code" or index in self.stopped:
                continue
            seconds = min(self._allowed(cell), self.ends - time.monotonic())
            if seconds <= 0:
                return "The rest was not run: the exercise takes too long in all."
            how = kernel.run(cell, seconds)
            if how != "ended":
                self.stopped[index] = _why(how, seconds)
            if not kernel.listens:
                return None
        return ""

    def _allowed(self, cell: Any) -> float:
        noted = grading(cell)
        is_ours = noted.get("locked") and not noted.get("grade")
        return max(self.limit, OUR_LIMIT) if is_ours else self.limit


def _why(how: str, seconds: float) -> str:
    if how == "left":
        return "ends Python with exit or quit. Take that line out."
    if how == "died":
        return (
            "brought Python itself to a stop. Does a function call itself without end, or fill the "
            "memory?"
        )
    whole = max(1, round(seconds))
    return (
        f"was still running after {number_of(whole, 'second')} and was stopped. "
        "Is there a loop that never ends?"
    )


class _Kernel:
    """A fresh Python, as the notebook's own, for as long as a ``with`` block lasts.

    jupyter_client at first hand: after a cell that was interrupted, nbclient loses errors of the
    cells that follow, and with them what the checks say.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.listens = True

    def __enter__(self) -> _Kernel:
        from jupyter_client.manager import start_new_kernel

        self._manager, self._client = start_new_kernel(
            startup_timeout=OUR_LIMIT,
            kernel_name="python3",  # the course's own, whatever the file was last opened with
            cwd=str(self.folder),
            extra_arguments=["--HistoryManager.hist_file=:memory:"],
            stdout=DEVNULL,  # what a kernel writes while it starts or dies is not for the learner
            stderr=DEVNULL,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)

    def run(self, cell: Any, seconds: float) -> str:
        """Run a cell and keep its outputs; return "ended", "interrupted", "left" or "died"."""
        cell.execution_count = 1  # whichever: it has been run
        asked = self._client.execute(cell.source, allow_stdin=False, stop_on_error=False)
        ends, how = time.monotonic() + seconds, "ended"
        while True:
            late = time.monotonic() - ends
            if late > 0 and how == "ended":
                how = "interrupted"
                self._manager.interrupt_kernel()
            if late > PATIENCE:  # a loop that catches even the interruption
                self.listens = False
                return how
            try:
                message = self._client.get_iopub_msg(timeout=0.2)
            except queue.Empty:
                if self._manager.is_alive():
                    continue
                self.listens = False
                return "died"
            if message["parent_header"].get("msg_id") != asked:
                continue
            if message["content"].get("execution_state") == "idle":
                return self._left(asked) or how
            _keep(cell, message)

    def _left(self, asked: str) -> str:
        """Return "left" if the cell has told Python to end, which it does a moment later."""
        with contextlib.suppress(queue.Empty):
            while True:
                reply = self._client.get_shell_msg(timeout=2)
                if reply["parent_header"].get("msg_id") != asked:
                    continue
                wishes = reply["content"].get("payload", [])
                if not any(wish.get("source") == "ask_exit" for wish in wishes):
                    break
                self.listens = False
                return "left"
        return ""


def _keep(cell: Any, message: dict) -> None:
    """Add what was printed, as long as it is not too much, and errors to their cell."""
    kind, content = message["msg_type"], message["content"]
    if kind == "stream" and len(cell.outputs) < MANY_OUTPUTS:
        content["text"] = content["text"][:MUCH_TEXT]
    elif kind != "error":
        return
    cell.outputs.append(nbformat.v4.output_from_msg(message))


def grading(cell: Any) -> dict:
    """Return what nbgrader notes about a cell; empty where it has been stripped."""
    noted = cell.metadata.get("nbgrader")
    return noted if isinstance(noted, dict) else {}
