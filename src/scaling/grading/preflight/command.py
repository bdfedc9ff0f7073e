"""``python -m scaling preflight``: a learner asks whether a notebook is fit to be handed in.

It is compared with the course's own solution, without a gradebook; students who got the course
without its solutions are told so. Nothing is run, and the file is not changed.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode

from scaling.checking.explain import explain, unreadable

from .. import releasing
from ..release import SETTINGS
from .findings import Finding, Inspection, Kind
from .names import parsed
from .submission import inspect_file

_HEADINGS = {
    Kind.UNGRADED: "It cannot be graded as it is:",
    Kind.REPAIRED: "These things would be put right for grading (this file was not changed):",
    Kind.FLAGGED: "A person would look at these:",
    Kind.NOTE: "For your information:",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("file", type=Path, help="a notebook, as it would be handed in")


def main(given: argparse.Namespace | Path) -> int:
    """Look at a learner's notebook and say in words what was found.

    The exercise is found by the file's name, else by what is in the file, among the solutions of
    the course in a folder above the file, else above the working folder.

    Returns
    -------
    int
        0 where all is well; 1 where it would be graded, and things were mended or should be looked
        at; 2 where it cannot be graded, or there is nothing to compare it with.
    """
    file = given.file if isinstance(given, argparse.Namespace) else Path(given)
    if not file.is_file():
        print(f"There is no file {file}. Check the name and the folder.")
        return 2
    course = _course(file)
    if course is None:
        print(
            "The course was not found. Run this in the course's folder, the one that holds "
            f"exercises and {SETTINGS}."
        )
        return 2
    solutions = sorted((course / "solutions").glob("*/*.ipynb"))
    if not solutions:
        print(
            "This copy of the course holds no solutions to compare a notebook with: whoever "
            "teaches with it may have kept them. Hand your notebook in as it is. It is looked at "
            "in this way before it is graded, and no answer is lost."
        )
        return 2
    try:
        inspection = _inspect_as_exercise(file, solutions)
    except (ValueError, OSError) as error:
        print(f"The course's own solution cannot be read, so nothing was compared: {error}")
        return 2
    return _print_findings(file, inspection)


def _course(file: Path) -> Path | None:
    """Return the course's folder above a file, else above the working folder."""
    above = [*file.absolute().parents, Path.cwd(), *Path.cwd().parents]
    return next((up for up in above if (up / SETTINGS).is_file()), None)


def _inspect_as_exercise(file: Path, solutions: list[Path]) -> Inspection:
    """Inspect a file as the exercise of its name, or else as the one that it fits."""
    named = [solution for solution in solutions if solution.name == file.name]
    if named:
        return inspect_file(file, releasing.from_solution(named[0]))
    for solution in solutions:
        inspection = inspect_file(file, releasing.from_solution(solution))
        if inspection.notebook is not None:
            text = f"The file should be called {solution.name} when it is handed in."
            told = Finding(Kind.REPAIRED, "notebook", text)
            return Inspection((told, *inspection.findings), inspection.notebook)
    return inspect_file(file, releasing.from_solution(solutions[0]))


def _print_findings(file: Path, inspection: Inspection) -> int:
    """Print the findings under their headings; return the exit code."""
    for kind, heading in _HEADINGS.items():
        found = inspection.of(kind)
        if found:
            print(heading)
            print(*(f"  - {finding.text}" for finding in found), sep="\n")
    if inspection.notebook is None:
        return 2
    stuck = list(_unreadable(inspection.notebook))
    if stuck:
        print("Python cannot read these answers, and would stop there. They are graded as 0:")
        print(*(f"  - {said}" for said in stuck), sep="\n")
        if not (inspection.repaired or inspection.flagged):
            print(f"{file.name} can be graded otherwise.")
            return 1
    if inspection.repaired or inspection.flagged:
        print(f"{file.name} can be graded. Every answer in it is kept.")
        return 1
    print(f"{file.name} is in order and can be handed in.")
    return 0


def _unreadable(notebook: NotebookNode) -> Iterator[str]:
    """Yield which answers Python cannot read, each with the cause in plain words."""
    for cell in notebook.cells:
        noted = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and noted.get("solution") and parsed(cell.source) is None:
            error = unreadable(cell.source)
            why = explain(cell.source, error) if error else "It is too long, or too deeply nested."
            yield f"The answer cell {noted.get('grade_id')}: {why}"
