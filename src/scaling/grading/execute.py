"""Run a submission: the student's cells behind the wall, the test cells outside of it.

`SandboxedExecute` is nbgrader's own preprocessor ``Execute`` with three differences. Its kernels
are forked from a `ForkServer`. Test cells are not run in the kernel but by an `Examiner`. And a
cell that ends its kernel, or cannot be interrupted, costs that cell alone: a new kernel is forked,
what ran before runs again, and the rest of the notebook is graded.
"""

from __future__ import annotations

import math
import time
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbclient.util import ensure_async
from nbformat import NotebookNode, ValidationError
from nbformat.v4 import new_output
from nbgrader.preprocessors import Execute

from . import carry
from .carry import GivenUp, KernelEnded, NotCarried, TooSlow
from .examiner import LONGEST_ERROR, Examiner, Verdict
from .kernel import ForkedKernel, ForkServer, manager
from .limits import MEGABYTE
from .release import Release

STOPPED = "Stopped"
SHOWN = ("stream", "display_data", "update_display_data", "execute_result", "error")
# All cells of a notebook together may show as much as this number of cells at their limit.
FULL_CELLS = 20
# An interrupted kernel has this long to come back.
PATIENCE = 5  # seconds
CARRY = "__import__('scaling.grading.carry', fromlist=['carry'])"


class SandboxedExecute(Execute):
    """Runs one notebook; the docstring of the module says how.

    Parameters
    ----------
    server : ForkServer
        Where kernels come from.
    examiner : Examiner
        Runs the test cells of this exercise.
    """

    def __init__(self, server: ForkServer, examiner: Examiner, **traits: Any):
        traits.setdefault("store_widget_state", False)
        super().__init__(shutdown_kernel="immediate", **traits)
        self.server, self.examiner = server, examiner
        self.limits = server.limits

    def grade(
        self, nb: NotebookNode, release: Release, files: Path | None
    ) -> tuple[NotebookNode, dict[str, Verdict]]:
        """Run a notebook.

        Parameters
        ----------
        nb : NotebookNode
            As preflight returns it. Its outputs are filled in.
        release : Release
            The exercise it answers.
        files : pathlib.Path or None
            A folder with the files that the notebook finds beside it.

        Returns
        -------
        nb : NotebookNode
        verdicts : dict
            By the id of each test cell.

        Raises
        ------
        GivenUp
            If it takes too long or ends too many kernels.
        """
        self._reset(nb, files)
        sources = {cell.grade_id: cell for cell in release.cells}
        verdicts: dict[str, Verdict] = {}
        try:
            for index, cell in enumerate(nb.cells):
                if cell.cell_type != "code":
                    continue
                self._ensure_kernel(index)
                if _is_test(cell):
                    grade_id = cell.metadata.nbgrader.grade_id
                    verdict = self.examiner.examine(sources[grade_id], self._fetch)
                    verdicts[grade_id] = verdict
                    cell.outputs, cell.execution_count = verdict.outputs, None
                else:
                    self._run(cell, index)
        finally:
            self._shut_down()
        return self.nb, verdicts

    # ------------------------------------------------------------ kernels

    def _reset(self, nb: NotebookNode, files: Path | None) -> None:
        self.nb, self._files = nb, files
        self.reset_execution_trackers()
        self._deadline = time.monotonic() + self.limits.submission_seconds
        self._kernels = 0
        self._skipped: set[int] = set()
        self._output_left_in_all = FULL_CELLS * self.limits.output_mb * MEGABYTE
        self.km: AsyncKernelManager | None = None
        self.kc: AsyncKernelClient | None = None
        self._ended: str | None = None

    def _ensure_kernel(self, index: int) -> None:
        """Make sure that there is a kernel in which the cells above have run."""
        if self.kc is not None and self._ended is None:
            return
        while True:
            self._shut_down()
            self._kernels += 1
            if self._kernels > self.limits.restarts:
                raise GivenUp(f"it ended {self.limits.restarts:.0f} kernels one after the other")
            self.km = manager(self.server, self._files)
            self.owns_km = True
            self.start_new_kernel()
            self.start_new_kernel_client()
            self._ended = None
            for earlier, cell in enumerate(self.nb.cells[:index]):
                if cell.cell_type == "code" and not _is_test(cell) and earlier not in self._skipped:
                    self._run(cell, earlier)
                if self._ended is not None:
                    break
            else:
                return

    def _shut_down(self) -> None:
        if self.km is not None:
            self._cleanup_kernel()
        self.km = self.kc = None

    # ------------------------------------------------------------ a student's cell

    def _run(self, cell: NotebookNode, index: int) -> None:
        """Run a cell; if its kernel is lost, say so in its output and remember it."""
        before = self._output_left = min(self.limits.output_mb * MEGABYTE, self._output_left_in_all)
        self.timeout = max(1, math.ceil(self._seconds_left()))
        try:
            self.execute_cell(cell, index, store_history=True)
            if _timed_out(cell):
                cell.outputs[-1] = _stopped(f"it took longer than {self.timeout} seconds")
                with suppress(TooSlow, NotCarried):  # Any answer shows that the kernel is back.
                    self._evaluate("0", PATIENCE)
        except (DeadKernelError, CellTimeoutError, KernelEnded):
            why = self._why_ended()
            self._ended = why
            self._skipped.add(index)
            outputs = [part for part in cell.outputs if part.output_type != "error"]
            cell.outputs = [*outputs, _stopped(why)]
        cell.outputs = [_cut(part) for part in cell.outputs if _is_valid(part)]
        self._output_left_in_all -= before - max(self._output_left, 0)

    @property
    def _kernel(self) -> ForkedKernel:
        """The kernel that runs at the moment."""
        kernel = self.km.provisioner if self.km is not None else None
        if not isinstance(kernel, ForkedKernel):
            raise RuntimeError("There is no kernel at the moment.")
        return kernel

    def _seconds_left(self) -> float:
        """Return how long the next step may take, or give up."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise GivenUp(f"it took more than {self.limits.submission_seconds:.0f} seconds")
        return min(left, self.limits.cell_seconds)

    def _why_ended(self) -> str:
        run_sync(self._kernel.poll)()
        return self._kernel.ended or "it could not be interrupted"

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> Any:
        """Keep an output, unless it is malformed or this cell has shown too much already."""
        if str(msg["msg_type"]).startswith("comm"):
            # A widget cannot be used here, and its messages have no limit of size.
            return None
        if msg["msg_type"] in SHOWN:
            left = self._output_left
            self._output_left -= len(str(msg["content"]))
            if left < 0:
                return None
            if self._output_left < 0:
                note = f"\n… The output is cut off here, at {self.limits.output_mb:g} MB.\n"
                text = str(msg["content"].get("text", ""))[: int(left)] + note
                cell.outputs.append(new_output("stream", name="stdout", text=text))
                return None
        with suppress(LookupError, TypeError, ValueError, AttributeError, ValidationError):
            return super().process_message(msg, cell, cell_index)
        return None  # The message is malformed, as a tampered kernel may send it.

    # ------------------------------------------------------------ what a test cell asks for

    def _fetch(self, names: list[str]) -> dict[str, Any]:
        """Return those variables that exist in the kernel, as data."""
        if not names:
            return {}
        content = self._evaluate(f"{CARRY}.send({names!r}, globals())", self._seconds_left())
        return {name: carry.unpack(content[name], self._call) for name in names if name in content}

    def _call(self, number: int, cases: str) -> dict[str, Any]:
        """Call a student's function where it lives."""
        if self._ended is not None:
            raise KernelEnded(self._ended)
        return self._evaluate(f"{CARRY}.call({number}, {cases!r})", self._seconds_left())

    def _evaluate(self, expression: str, seconds: float) -> dict[str, Any]:
        """Evaluate an expression of ours in the kernel; return the parcel that it gives."""
        try:
            reply = run_sync(self._reply)(expression, seconds)
        except KernelEnded as problem:
            self._ended = str(problem)
            raise
        try:
            shown = reply["content"]["user_expressions"]["it"]["data"].get(carry.MIME)
        except (LookupError, TypeError, AttributeError):
            raise NotCarried("the notebook's Python does not answer properly") from None
        return carry.read(shown) if expression.startswith(CARRY) else {}

    async def _reply(self, expression: str, seconds: float) -> dict[str, Any]:
        client = self.kc
        if client is None:
            raise RuntimeError("A kernel is asked for something before it has been started.")
        asked = client.execute(
            "", silent=True, store_history=False, user_expressions={"it": expression}
        )
        patience = [seconds, PATIENCE]  # The answer has the first, an interrupt the second.
        until = time.monotonic() + patience.pop(0)
        while True:
            try:
                reply = await ensure_async(client.shell_channel.get_msg(timeout=0.1))
                if reply["parent_header"].get("msg_id") == asked:
                    if patience:
                        return reply
                    raise TooSlow(f"it took longer than {seconds:.0f} seconds")
            except Empty:
                if await self._kernel.poll() is not None:
                    raise KernelEnded(self._kernel.ended or "") from None
                if time.monotonic() < until:
                    continue
                if not patience:
                    await self._kernel.kill()
                    raise KernelEnded("it could not be interrupted") from None
                until = time.monotonic() + patience.pop(0)
                await self._kernel.send_signal(2)


def _is_test(cell: NotebookNode) -> bool:
    """Return whether a cell is a test cell, which marks by itself."""
    about = cell.metadata.get("nbgrader", {})
    return bool(about.get("grade")) and not about.get("solution") and cell.cell_type == "code"


def _timed_out(cell: NotebookNode) -> bool:
    return any(
        part.output_type == "error" and part.ename == "CellTimeoutError" for part in cell.outputs
    )


def _stopped(why: str) -> NotebookNode:
    """Return the output of a cell that had to be stopped."""
    text = f"This cell was stopped: {why}."
    return new_output("error", ename=STOPPED, evalue=text, traceback=[text])


def was_stopped(cell: NotebookNode) -> str:
    """Return why a cell was stopped, or ""."""
    if cell.cell_type != "code":
        return ""
    said = [part.evalue for part in cell.outputs if part.get("ename") == STOPPED]
    return said[-1] if said else ""


def _cut(output: NotebookNode) -> NotebookNode:
    """Cut an error that comes with the kernel's reply, which the limit of output does not count."""
    if output.output_type == "error":
        output.evalue = output.evalue[:LONGEST_ERROR]
        if sum(map(len, output.traceback)) > 10 * LONGEST_ERROR:
            output.traceback = [output.evalue]
    return output


def _is_valid(output: NotebookNode) -> bool:
    """Return whether an output is valid: a kernel may send anything."""
    match output:
        case {"output_type": "stream", "name": str(), "text": str()}:
            return True
        case {"output_type": "error", "ename": str(), "evalue": str(), "traceback": list(lines)}:
            return all(isinstance(line, str) for line in lines)
        case {
            "output_type": "display_data" | "execute_result",
            "data": dict(data),
            "metadata": dict(),
        }:
            return all(
                isinstance(value, str) or str(kind).endswith("json") for kind, value in data.items()
            )
    return False
