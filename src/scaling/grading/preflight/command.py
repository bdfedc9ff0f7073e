"""``python -m scaling preflight``: a learner asks whether a notebook is fit to be handed in.

It is compared with the course's own solution, without a gradebook. Where students have none, a
server can name what was handed out in ``SCALING_EXERCISES``; else they are told. Nothing is run,
and the file is not changed.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from nbformat import NotebookNode

from scaling.checking.explain import explain, unreadable

from .. import releasing
from ..release import SETTINGS, Release
from .findings import Finding, Inspection, Kind
from .names import parsed
from .submission import inspect_file

# A variable that names folders of exercises as they were handed out; what comes first counts.
EXERCISES = "SCALING_EXERCISES"
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
    the course in a folder above the file, else above the working folder, else among the exercises
    that were handed out.

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
    known, read = _solutions(course), releasing.from_solution
    if not known:
        known, read = _handed_out(), _exercise
    if course is None and not known:
        print(
            "The course was not found. Run this in the course's folder, the one that holds "
            f"exercises and {SETTINGS}."
        )
        return 2
    if not known:
        print(
            "This copy of the course holds no solutions to compare a notebook with: whoever "
            "teaches with it may have kept them. Hand your notebook in as it is. It is looked at "
            "in this way before it is graded, and no answer is lost."
        )
        return 2
    try:
        inspection = _inspect_as_exercise(file, known, read)
    except (ValueError, OSError) as error:
        print(f"The course's own notebook cannot be read, so nothing was compared: {error}")
        return 2
    return _print_findings(file, inspection)


def _course(file: Path) -> Path | None:
    """Return the course's folder above a file, else above the working folder."""
    above = [*file.absolute().parents, Path.cwd(), *Path.cwd().parents]
    return next((up for up in above if (up / SETTINGS).is_file()), None)


def _solutions(course: Path | None) -> list[Path]:
    return sorted((course / "solutions").glob("*/*.ipynb")) if course else []


def _handed_out() -> list[Path]:
    """Return the exercises in the folders that the variable names, each name once."""
    folders = os.environ.get(EXERCISES, "").split(os.pathsep)
    found: dict[str, Path] = {}
    for folder in filter(None, folders):
        for file in sorted(Path(folder).glob("*/*.ipynb")):
            found.setdefault(file.name, file)
    return list(found.values())


def _exercise(file: Path) -> Release:
    nb = json.loads(file.read_text(encoding="utf-8"))
    return Release.from_released(nb, file.parent.name, file.stem)


def _inspect_as_exercise(
    file: Path, known: list[Path], read: Callable[[Path], Release]
) -> Inspection:
    """Inspect a file as the exercise of its name, or else as the one that it fits."""
    named = [one for one in known if one.name == file.name]
    if named:
        return inspect_file(file, read(named[0]))
    for one in known:
        inspection = inspect_file(file, read(one))
        if inspection.notebook is not None:
            text = f"The file should be called {one.name} when it is handed in."
            told = Finding(Kind.REPAIRED, "notebook", text)
            return Inspection((told, *inspection.findings), inspection.notebook)
    return inspect_file(file, read(known[0]))


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
