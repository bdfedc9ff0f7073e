"""Run a copy of a learner's exercise, and keep what its cells printed.

It runs in a temporary folder and a kernel of its own. A cell that does not end is interrupted, a
kernel that dies is replaced, and all cells that can run are run.
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

# Cells that came with the exercise may take longer: the first import on a cold machine does.
OUR_LIMIT = 120  # seconds
# A kernel whose cell goes on for this long after an interrupt is given up.
PATIENCE = 5  # seconds
MOST_KERNELS = 3  # per exercise
# A loop that prints without end must not fill the memory.
MOST_OUTPUTS = 300  # per cell
LONGEST_OUTPUT = 10_000  # characters
# Exercises that were released before their first cell called `watch` are explained as well.
WATCH = "from scaling import checking\nchecking.watch()\ndel checking"
# A larger file beside the exercise is not copied.
LARGEST_FILE = 50_000_000  # bytes


def run_copy(
    nb: nbformat.NotebookNode, file: Path, limit: float, whole: float
) -> tuple[dict[int, str], str]:
    """Run a notebook in a copy of its folder, filling in its outputs.

    Parameters
    ----------
    nb : nbformat.NotebookNode
        The notebook to run; its outputs are replaced.
    file : pathlib.Path
        Its path. The file is not written.
    limit : float
        Seconds that one cell of the learner's may take.
    whole : float
        Seconds that everything may take.

    Returns
    -------
    stopped : dict of int to str
        Messages about cells that were stopped or that ended the kernel, by their index.
    note : str
        A message about the whole run; often empty.
    """
    clear(nb)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        try:
            folder = _copy_around(file, Path(place))
        except OSError as error:  # a full disk or an unreadable file
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
                and (Path(folder) / name).stat().st_size > LARGEST_FILE
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
    """The run of one exercise in a kernel, or in a few if one is lost.

    After a loss the cells run again from the top, without those that did not end, because
    everything that the kernel knew is gone.
    """

    nb: nbformat.NotebookNode
    folder: Path
    limit: float
    ends: float  # seconds of the monotonic clock
    stopped: dict[int, str] = field(default_factory=dict)

    def go(self) -> str:
        """Run all cells that can be run; return a message about the whole run."""
        for _ in range(MOST_KERNELS):
            try:
                with _Kernel(self.folder) as kernel:
                    kernel.run(nbformat.v4.new_code_cell(WATCH), OUR_LIMIT)
                    note = self._run_cells(kernel)
            except (OSError, RuntimeError, ImportError) as error:
                # There is no kernel: no memory, no port, or an ipykernel that does not start.
                reason = " ".join(str(error).split())[:200] or type(error).__name__
                return f"Python could not be started for this exercise: {reason}"
            if note is not None:
                return note
        return f"The rest was not run: {MOST_KERNELS} cells brought Python to a stop."

    def _run_cells(self, kernel: _Kernel) -> str | None:
        """Run the cells in one kernel; return None when it was lost on the way."""
        for index, cell in enumerate(self.nb.cells):
            if cell.cell_type != "code" or index in self.stopped:
                continue
            seconds = min(self._allowed(cell), self.ends - time.monotonic())
            if seconds <= 0:
                return "The rest was not run: the exercise takes too long in all."
            how = kernel.run(cell, seconds)
            if how != "ended":
                self.stopped[index] = _why_stopped(how, seconds)
            if not kernel.is_usable:
                return None
        return ""

    def _allowed(self, cell: Any) -> float:
        noted = grading(cell)
        is_ours = noted.get("locked") and not noted.get("grade")
        return max(self.limit, OUR_LIMIT) if is_ours else self.limit


def _why_stopped(how: str, seconds: float) -> str:
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
        self.is_usable = True

    def __enter__(self) -> _Kernel:
        from jupyter_client.manager import start_new_kernel

        self._manager, self._client = start_new_kernel(
            startup_timeout=OUR_LIMIT,
            kernel_name="python3",  # the course's own, not the one in the file
            cwd=str(self.folder),
            extra_arguments=["--HistoryManager.hist_file=:memory:"],
            stdout=DEVNULL,  # A learner need not read what a kernel writes when it starts or dies.
            stderr=DEVNULL,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)

    def run(self, cell: Any, seconds: float) -> str:
        """Run a cell and keep its outputs; return "ended", "interrupted", "left" or "died"."""
        cell.execution_count = 1  # Any number shows that the cell has been run.
        asked = self._client.execute(cell.source, allow_stdin=False, stop_on_error=False)
        ends, how = time.monotonic() + seconds, "ended"
        while True:
            late = time.monotonic() - ends
            if late > 0 and how == "ended":
                how = "interrupted"
                self._manager.interrupt_kernel()
            if late > PATIENCE:  # a loop that catches even the interrupt
                self.is_usable = False
                return how
            try:
                message = self._client.get_iopub_msg(timeout=0.2)
            except queue.Empty:
                if self._manager.is_alive():
                    continue
                self.is_usable = False
                return "died"
            if message["parent_header"].get("msg_id") != asked:
                continue
            if message["content"].get("execution_state") == "idle":
                return self._exit_or_none(asked) or how
            _append_output(cell, message)

    def _exit_or_none(self, asked: str) -> str:
        """Return "left" if the cell has told Python to end, which it does a moment later."""
        with contextlib.suppress(queue.Empty):
            while True:
                reply = self._client.get_shell_msg(timeout=2)
                if reply["parent_header"].get("msg_id") != asked:
                    continue
                wishes = reply["content"].get("payload", [])
                if not any(wish.get("source") == "ask_exit" for wish in wishes):
                    break
                self.is_usable = False
                return "left"
        return ""


def _append_output(cell: Any, message: dict) -> None:
    """Append what was printed, up to a limit, the last value and errors to a cell's outputs."""
    kind, content = message["msg_type"], message["content"]
    if kind == "stream" and len(cell.outputs) < MOST_OUTPUTS:
        content["text"] = content["text"][:LONGEST_OUTPUT]
    elif kind == "execute_result":  # of a check: the points for an answer that is right in part
        content["data"] = {"text/plain": content["data"].get("text/plain", "")[:LONGEST_OUTPUT]}
    elif kind != "error":
        return
    cell.outputs.append(nbformat.v4.output_from_msg(message))


def grading(cell: Any) -> dict:
    """Return what nbgrader notes about a cell; empty where it has been stripped."""
    noted = cell.metadata.get("nbgrader")
    return noted if isinstance(noted, dict) else {}
