"""A copied cell, for stock ``nbgrader autograde``: one counts, the others lose their mark.

nbgrader's own step leaves an empty mark on the copies, which its next step takes for damage: the
whole run ends there, and all students later in the alphabet are left ungraded. (``python -m scaling
grade`` does not come this way; see ``preflight``.)
"""

from nbconvert.exporters.exporter import ResourcesDict
from nbformat.notebooknode import NotebookNode
from nbgrader.preprocessors import DeduplicateIds


class SafeDeduplicateIds(DeduplicateIds):
    """Takes the whole mark away where nbgrader empties it."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: ResourcesDict, cell_index: int
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Look at one cell, the last first."""
        cell, resources = super().preprocess_cell(cell, resources, cell_index)
        if "nbgrader" in cell.metadata and not cell.metadata.nbgrader:
            del cell.metadata["nbgrader"]
        return cell, resources
