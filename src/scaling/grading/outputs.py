"""What a cell shows once it has run, and which cells are tests."""

from __future__ import annotations

from nbformat import NotebookNode
from nbformat.v4 import new_output

from .examiner import LONGEST_ERROR

STOPPED = "Stopped"
MARK = "scaling_stopped"  # The key in the metadata of a cell that was stopped.
# All cells of a notebook together may show as much as this number of cells at their limit.
FULL_CELLS = 20


def is_test(cell: NotebookNode) -> bool:
    """Return whether a cell is a test cell, which marks by itself."""
    about = cell.metadata.get("nbgrader", {})
    return bool(about.get("grade")) and not about.get("solution") and cell.cell_type == "code"


def stopped(why: str) -> NotebookNode:
    """Return the output of a cell that had to be stopped."""
    text = f"This cell was stopped: {why}."
    return new_output("error", ename=STOPPED, evalue=text, traceback=[text])


def was_stopped(cell: NotebookNode) -> str:
    """Return why a cell was stopped, or ""."""
    if cell.cell_type != "code":
        return ""
    return str(cell.metadata.get(MARK, ""))


def begin(cell: NotebookNode) -> None:
    """Forget what a cell showed before, and what its metadata say of its having been stopped."""
    cell.outputs, cell.execution_count = [], None
    cell.metadata.pop(MARK, None)


def stop(cell: NotebookNode, why: str) -> None:
    """Let a cell end with a sentence that says why it was stopped.

    What was stopped is noted in the metadata, which the student's code cannot reach: an error that
    looks like this one may be raised by any code.
    """
    cell.outputs = [part for part in cell.outputs if part.output_type != "error"]
    cell.outputs.append(stopped(why))
    cell.metadata[MARK] = stopped(why).evalue


def cut(output: NotebookNode) -> NotebookNode:
    """Cut an error that comes with the kernel's reply, which the limit of output does not count."""
    if output.output_type == "error":
        output.evalue = output.evalue[:LONGEST_ERROR]
        if sum(map(len, output.traceback)) > 10 * LONGEST_ERROR:
            output.traceback = [output.evalue]
    return output


def is_valid(output: NotebookNode) -> bool:
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
