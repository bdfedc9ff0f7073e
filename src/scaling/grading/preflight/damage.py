"""What does not fit the notebook format, or was set to run elsewhere, told in words.

Nothing is mended here: the copy is written afresh, and fits.
"""

from __future__ import annotations

from ..release import Release
from .cells import CELL_TYPES, VALID_ID
from .findings import Kind, Report
from .reading import joined

BIG_OUTPUT = 5_000_000  # characters
_OUTPUTS: dict[str, dict[str, type | tuple[type, ...]]] = {
    "stream": {"name": str, "text": (str, list)},
    "display_data": {"data": dict, "metadata": dict},
    "execute_result": {"data": dict, "metadata": dict},
    "error": {"ename": str, "evalue": str, "traceback": list},
}
# Each kind of damage has a sentence for one case and one for several.
_DAMAGES = {
    "no cell": (
        "1 entry of the notebook was not a cell; it was left out.",
        "{n} entries of the notebook were not cells; they were left out.",
    ),
    "type": (
        "1 cell was of an unknown type; it was kept as plain text.",
        "{n} cells were of an unknown type; they were kept as plain text.",
    ),
    "text": (
        "1 cell had no readable text; it was kept empty.",
        "{n} cells had no readable text; they were kept empty.",
    ),
    "metadata": (
        "1 cell had no metadata, or not of the right kind; it was mended.",
        "{n} cells had no metadata, or not of the right kind; it was mended.",
    ),
    "no id": (
        "1 cell had no valid id; it was given one.",
        "{n} cells had no valid id; they were given one.",
    ),
    "same id": (
        "1 cell had the id of another; it was given one of its own.",
        "{n} cells had the id of another; they were given one of their own.",
    ),
    "outputs": (
        "The outputs of 1 cell were damaged; they were left out.",
        "The outputs of {n} cells were damaged; they were left out.",
    ),
}


def tell_damage(data: dict, report: Report) -> None:
    """Report what in a notebook does not fit the format, and outputs that are very large."""
    for name, count in _counted(data).items():
        if count:
            one, several = _DAMAGES[name]
            report.add(Kind.REPAIRED, "notebook", one if count == 1 else several.format(n=count))
    size = sum(len(str(output)) for cell in _code(data) for output in _outputs(cell))
    if size > BIG_OUTPUT:
        text = f"The outputs take {size / 1e6:.0f} MB; they were left out and will be made afresh."
        report.add(Kind.NOTE, "notebook", text)


def _counted(data: dict) -> dict[str, int]:
    """Count each kind of damage."""
    cells = [cell for cell in data["cells"] if isinstance(cell, dict)]
    ids = [cell.get("id") for cell in cells]
    sound = [name for name in ids if isinstance(name, str) and VALID_ID.fullmatch(name)]
    minor = data.get("nbformat_minor")
    wants_ids = isinstance(minor, int) and minor >= 5
    return {
        "no cell": len(data["cells"]) - len(cells),
        "type": sum(cell.get("cell_type") not in CELL_TYPES for cell in cells),
        "text": sum(joined(cell.get("source")) is None for cell in cells),
        "metadata": sum(not isinstance(cell.get("metadata"), dict) for cell in cells),
        "no id": len(ids) - len(sound) if wants_ids else 0,
        "same id": len(sound) - len(set(sound)),
        "outputs": sum(not _has_sound_outputs(cell) for cell in _code(data)),
    }


def _code(data: dict) -> list[dict]:
    cells = [cell for cell in data["cells"] if isinstance(cell, dict)]
    return [cell for cell in cells if cell.get("cell_type") == "code"]


def _outputs(cell: dict) -> list:
    outputs = cell.get("outputs")
    return outputs if isinstance(outputs, list) else []


def _has_sound_outputs(cell: dict) -> bool:
    return isinstance(cell.get("outputs"), list) and all(map(_is_sound_output, _outputs(cell)))


def _is_sound_output(output: object) -> bool:
    if not isinstance(output, dict):
        return False
    kind = output.get("output_type")
    parts = _OUTPUTS.get(kind) if isinstance(kind, str) else None
    return parts is not None and all(isinstance(output.get(part), of) for part, of in parts.items())


def tell_kernel(data: dict, release: Release, report: Report) -> None:
    """Report a notebook that was set to run elsewhere; it runs where the release does."""
    metadata = data.get("metadata")
    found = metadata.get("kernelspec") if isinstance(metadata, dict) else None
    spec = found if isinstance(found, dict) else {}
    wanted = release.kernelspec or {}
    if not spec or not wanted or spec.get("name") == wanted.get("name"):
        return
    other = spec.get("language", "python") not in ("python", wanted.get("language"))
    name = str(spec.get("display_name") or spec.get("name"))[:60]
    text = (
        f"The notebook was set to run in “{name}”; it is graded in "
        f"“{wanted.get('display_name') or wanted.get('name')}”."
    )
    report.add(Kind.REPAIRED if other else Kind.NOTE, "notebook", text)
