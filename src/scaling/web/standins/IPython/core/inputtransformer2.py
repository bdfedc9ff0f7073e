"""What ``grading/source.py`` imports of IPython, which reads magics; here they are not Python."""


class TransformerManager:
    """Leaves a cell as it is."""

    def transform_cell(self, cell: str) -> str:
        """Return the cell."""
        return cell
