"""How a release is made with nbgrader: from its gradebook, or from a solution.

The gradebook has it once the exercise was generated. From a solution it is made by the steps of
``nbgrader generate_assignment``, done in memory.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import (
    ClearHiddenTests,
    ClearMarkScheme,
    ComputeChecksums,
)
from traitlets.config import Config

from .blanks import Blanks
from .release import SETTINGS, Release, SourceCell
from .varying import behind


def from_gradebook(
    gradebook: Gradebook, assignment: str, notebook: str, solution: Path | None = None
) -> Release:
    """Read a release from nbgrader's gradebook.

    Parameters
    ----------
    gradebook : nbgrader.api.Gradebook
        An open gradebook.
    assignment, notebook : str
        Their names there.
    solution : pathlib.Path, optional
        The notebook it was generated from, for the order of its cells. The gradebook keeps
        none: SQLite happens to return cells in order, PostgreSQL does not.

    Raises
    ------
    nbgrader.api.MissingEntry
        Where the gradebook has no such notebook: the assignment was not generated yet.
    """
    found = gradebook.find_notebook(notebook, assignment)
    graded = {cell.name: cell for cell in found.grade_cells}
    tasks = {cell.name: cell for cell in found.task_cells}
    solutions = {cell.name for cell in found.solution_cells}
    cells = [
        SourceCell(
            grade_id=cell.name,
            cell_type=cell.cell_type,
            source=cell.source or "",
            released="",
            grade=cell.name in graded,
            solution=cell.name in solutions,
            locked=cell.locked,
            task=cell.name in tasks,
            points=_points(graded.get(cell.name) or tasks.get(cell.name)),
            checksum=cell.checksum,
        )
        for cell in found.source_cells
    ]
    if solution is not None and solution.is_file():
        cells.sort(key=_position_in(solution))
    kernelspec = json.loads(found.kernelspec or "{}") or None
    folder = solution.parent if solution is not None else None
    return Release(assignment, notebook, _with_released_source(cells), kernelspec, folder)


def from_solution(file: Path) -> Release:
    """Make a release from a solution: in memory, without a gradebook.

    The stubs are those of the nearest ``nbgrader_config.py`` above the file. That file is read,
    not run, so only settings that are written out as plain values count.

    Raises
    ------
    ValueError
        Where the solution's nbgrader metadata is not valid.
    """
    file = Path(file).resolve()
    nb = nbformat.read(file, as_version=4)
    try:
        MetadataValidator().validate_nb(nb)
    except Exception as error:  # There are several kinds, and none names the file.
        raise ValueError(f"{file.name} has nbgrader metadata that is not valid: {error}") from error
    for step in (Blanks(config=settings(file)), ComputeChecksums()):
        nb, _ = step.preprocess(nb, {"nbgrader": {"assignment": file.parent.name}})
    cells = [_as_source_cell(cell) for cell in nb.cells if _is_nbgrader_cell(cell)]
    kernelspec = dict(nb.metadata.get("kernelspec", {})) or None
    released = _with_released_source(cells)
    return Release(file.parent.name, file.stem, released, kernelspec, file.parent)


def _position_in(solution: Path) -> Callable[[SourceCell], tuple[int, bool]]:
    """Return what tells the place of a cell in the solution; one that is not there comes last.

    Cells for data of one's own are in the release alone.
    """
    cells = nbformat.read(solution, as_version=4).cells
    names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in cells]
    places = {name: place for place, name in enumerate(names)}

    def position(cell: SourceCell) -> tuple[int, bool]:
        before = behind(cell.grade_id)
        return places.get(before or cell.grade_id, len(places)), bool(before)

    return position


def settings(file: Path) -> Config:
    """Read the settings that decide how a stub looks, without running anything.

    Lines such as ``c.ClearSolutions.text_stub = "Write here."`` in the nearest
    ``nbgrader_config.py`` above ``file`` count; what is not a plain value is passed over.
    """
    config = Config()
    found = next((up / SETTINGS for up in Path(file).parents if (up / SETTINGS).is_file()), None)
    for statement in ast.parse(found.read_text(encoding="utf-8")).body if found else ():
        match statement:
            case ast.Assign(
                targets=[
                    ast.Attribute(
                        value=ast.Attribute(value=ast.Name(id="c"), attr="ClearSolutions"),
                        attr=name,
                    )
                ],
                value=value,
            ) if _is_plain(value):
                config.ClearSolutions[name] = ast.literal_eval(value)
    return config


def _is_plain(value: ast.expr) -> bool:
    try:
        ast.literal_eval(value)
    except ValueError:
        return False
    return True


def _is_nbgrader_cell(cell: NotebookNode) -> bool:
    """Return whether nbgrader's SaveCells would keep this cell in the gradebook."""
    kinds = (utils.is_grade, utils.is_solution, utils.is_locked, utils.is_task)
    return any(is_this(cell) for is_this in kinds)


def _as_source_cell(cell: NotebookNode) -> SourceCell:
    marks = cell.metadata.nbgrader
    grade, task = bool(utils.is_grade(cell)), bool(utils.is_task(cell))
    return SourceCell(
        grade_id=marks.grade_id,
        cell_type=cell.cell_type,
        source=cell.source,
        released="",
        grade=grade,
        solution=bool(utils.is_solution(cell)),
        locked=bool(utils.is_locked(cell)),
        task=task,
        points=float(marks.get("points", 0)) if grade or task else 0.0,
        checksum=marks.checksum if "checksum" in marks else utils.compute_checksum(cell),
    )


def _with_released_source(cells: Iterable[SourceCell]) -> tuple[SourceCell, ...]:
    """Fill in ``released``, by the two steps with which nbgrader takes away what is hidden."""
    cells = list(cells)
    nb = nbformat.v4.new_notebook(cells=[_as_node(cell, cell.source) for cell in cells])
    for step in (ClearHiddenTests(), ClearMarkScheme()):
        nb, _ = step.preprocess(nb, {})
    return tuple(
        SourceCell(**{**vars(cell), "released": node.source})
        for cell, node in zip(cells, nb.cells, strict=True)
    )


def _as_node(cell: SourceCell, source: str) -> NotebookNode:
    make = nbformat.v4.new_code_cell if cell.cell_type == "code" else nbformat.v4.new_markdown_cell
    return make(source, metadata={"nbgrader": cell.marks})


def _points(found: Any) -> float:
    return float(found.max_score) if found is not None else 0.0
