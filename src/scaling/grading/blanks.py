"""What takes the place of an answer in a release: a line that stops, or a blank to be filled in.

In Compute an answer cell holds a line that raises "Not done yet", because a beginner sees at once
which cell is meant. In Understand an answer is one line, and the cell holds it with dots in place
of the value: ``promise = ...``. The checks take the dots for an answer that is not there yet.
"""

from __future__ import annotations

import re
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import ClearSolutions

from scaling.progress import UNDERSTAND

_NAME = re.compile(r"^(\w+) = ", re.MULTILINE)


class Blanks(ClearSolutions):
    """nbgrader's step that clears solutions, with its settings and another stub in Understand.

    Raises
    ------
    RuntimeError
        If a solution of such an assignment makes no name.
    """

    code_stub: Any  # by language, the text that takes the place of a solution
    _has_blanks = False

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Clear the solutions of a notebook."""
        assignment = resources.get("nbgrader", {}).get("assignment", "")
        self._has_blanks = assignment.endswith(UNDERSTAND)
        return super().preprocess(nb, resources)

    def preprocess_cell(
        self, cell: NotebookNode, resources: Any, cell_index: int
    ) -> tuple[NotebookNode, Any]:
        """Clear the solution of one cell."""
        usual = self.code_stub
        if self._has_blanks and self.begin_solution_delimeter in cell.source:
            names = _NAME.findall(cell.source.partition(self.begin_solution_delimeter)[2])
            if not names:
                raise RuntimeError(f"This solution makes no name to be filled in:\n{cell.source}")
            self.code_stub = {resources["language"]: "\n".join(f"{name} = ..." for name in names)}
        try:
            return super().preprocess_cell(cell, resources, cell_index)
        finally:
            self.code_stub = usual
