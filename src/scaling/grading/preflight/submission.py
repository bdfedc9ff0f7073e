"""One notebook of an assignment is found in a student's folder and inspected.

A notebook under another name is taken where it is the only one that fits, or the only one in which
somebody has worked. Of two that differ, none is chosen here.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from ..release import ADDED, Release
from .beside import other_files, tell_suspicious_files
from .elsewhere import not_handed_in
from .findings import FEW, CannotGradeError, Inspection, Kind, Report
from .folder import is_hidden, is_there, walk
from .inside import course_folders, found_notebooks
from .matching import plain
from .mending import mended_text
from .names import answer_names, names_in
from .reading import kind_of, text_of
from .writing import written

# This many others are inspected where the right one is missing.
MOST_NOTEBOOKS = 20


def inspect_submission(folder: Path, release: Release) -> Inspection:
    """Inspect one student's folder for one notebook of an assignment.

    Parameters
    ----------
    folder : Path
        What the student handed in for the assignment.
    release : Release
        The notebook that is looked for, as it was released.

    Returns
    -------
    Inspection
        With ``notebook=None`` and a reason where there is nothing to grade.
    """
    folder, report = Path(folder), Report()
    named = folder / f"{release.notebook}.ipynb"
    try:
        return _inspect(folder, named, release, report)
    except CannotGradeError as reason:
        report.add(Kind.UNGRADED, named.name, f"It was not looked at: {reason}.")
        return Inspection(report.closed(), None)


def _inspect(folder: Path, named: Path, release: Release, report: Report) -> Inspection:
    others = [file for file in found_notebooks(folder) if file != named][:MOST_NOTEBOOKS]
    inspection = inspect_file(named, release) if is_there(named) else None
    if inspection is None or inspection.notebook is None:
        fitting = _fitting(others, release)
        if len(fitting) > 1:  # Of copies, the one that somebody has worked in is meant.
            worked = [file for file in fitting if _is_worked_in(file, release)]
            fitting = worked if len(worked) == 1 else fitting
        if len(fitting) == 1:
            inspection = _inspect_instead(fitting[0], folder, inspection, release, report)
        elif inspection is None:
            why = _why_missing(folder, fitting, others, release)
            report.add(Kind.UNGRADED, named.name, why)
    elif others:
        inspection = _compare(folder, inspection, others, release, report)
    for course in course_folders(folder):
        text = (
            f"The course itself was handed in along ({course.as_posix()}/); of its own files only "
            "the exercise was read."
        )
        report.add(Kind.REPAIRED, "notebook", text.replace(" (./)", ""))
    files = other_files(folder, report)
    tell_suspicious_files(folder, files, release, report)
    if inspection is not None and inspection.notebook is not None:
        _tell_not_handed_in(inspection.notebook, folder, release, report)
    found = inspection.findings if inspection else ()
    return Inspection(
        (*found, *report.closed()), inspection.notebook if inspection else None, files
    )


def inspect_file(file: Path, release: Release) -> Inspection:
    """Inspect one notebook under any name.

    Returns
    -------
    Inspection
        Without other files; ``notebook`` is None where it cannot be graded.
    """
    file, report = Path(file), Report()
    notebook = None
    with report.reasons(file.name):
        mended = mended_text(text_of(file, report), release, report)
        notebook = written(mended, release)
    return Inspection(report.closed(), notebook)


def _fitting(files: Iterable[Path], release: Release) -> list[Path]:
    """Return the notebooks that can be graded as this exercise; of equal ones, the first."""
    fitting: dict[str, Path] = {}
    for file in files:
        inspection = inspect_file(file, release)
        if inspection.notebook is not None:
            fitting.setdefault(nbformat.writes(inspection.notebook), file)
    return list(fitting.values())


def is_worked_in(notebook: NotebookNode, release: Release) -> bool:
    """Return whether a mended copy holds more than the exercise as it was released."""
    known = {cell.grade_id: cell for cell in release.cells}
    wanted = set().union(*answer_names(release).values())
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader")
        if marks is None and cell.cell_type == "code" and names_in(cell.source) & wanted:
            return True
        if marks and known[marks.grade_id].solution and not ADDED.fullmatch(marks.grade_id):
            released = known[marks.grade_id].released
            if plain(cell.source) not in ("", plain(released)):
                return True
    return False


def _is_worked_in(file: Path, release: Release) -> bool:
    notebook = inspect_file(file, release).notebook
    return notebook is not None and is_worked_in(notebook, release)


def other_work(named: NotebookNode, others: Iterable[Path], release: Release) -> list[Path]:
    """Return the other notebooks that somebody has worked in and that differ; of equal ones one."""
    found: dict[str, Path] = {}
    for file in others:
        notebook = inspect_file(file, release).notebook
        if notebook is not None and is_worked_in(notebook, release):
            found.setdefault(_answers(notebook), file)
    return [file for text, file in found.items() if text != _answers(named)]


def _answers(notebook: NotebookNode) -> str:
    return repr([(cell.cell_type, plain(cell.source)) for cell in notebook.cells])


def _compare(
    folder: Path, inspection: Inspection, others: list[Path], release: Release, report: Report
) -> Inspection:
    """Tell other notebooks in which somebody has worked; take one if the named one is untouched."""
    if inspection.notebook is None:
        return inspection
    named = f"{release.notebook}.ipynb"
    work = other_work(inspection.notebook, others, release)
    names = _names(folder, work)
    if not work:
        return inspection
    if is_worked_in(inspection.notebook, release):
        text = f"{named} was graded. {names} fits too, and differs; ask which one is meant."
        report.add(Kind.FLAGGED, "notebook", text)
        return inspection
    if len(work) == 1:
        text = f"{named} is untouched; {names}, which was handed in beside it, was graded instead."
        report.add(Kind.FLAGGED, "notebook", text)
        return inspect_file(work[0], release)
    text = (
        f"{named} is untouched, and {len(work)} other notebooks that differ could be meant: "
        f"{names}. Keep one of them and call it {named}."
    )
    report.add(Kind.UNGRADED, named, text)
    return Inspection((), None)


def _tell_not_handed_in(
    notebook: NotebookNode, folder: Path, release: Release, report: Report
) -> None:
    """Flag a file or a module that an answer needs and that is not there."""
    answers = {cell.grade_id for cell in release.cells if cell.solution}
    folders = [folder, *([release.folder] if release.folder else [])]
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if cell.cell_type == "code" and name in answers:
            for what in dict.fromkeys(not_handed_in(cell.source, folders)):
                report.explain(name, f"{name} needs {what}, which is not there.")


def _names(folder: Path, files: Iterable[Path]) -> str:
    return " and ".join(file.relative_to(folder).as_posix() for file in files)


def _inspect_instead(
    file: Path, folder: Path, before: Inspection | None, release: Release, report: Report
) -> Inspection:
    """Take another notebook in the place of one that is missing or cannot be graded."""
    named, name = f"{release.notebook}.ipynb", _names(folder, [file])
    if before is not None:
        why = " ".join(finding.text for finding in before.ungraded)
        text = f"{named} could not be used. {why} {name} was graded in its place."
        report.add(Kind.FLAGGED, "notebook", text)
    elif file.name == named:
        text = f"The notebook is in a folder of its own, as {name}; it was taken from there."
        report.add(Kind.REPAIRED, "notebook", text)
    else:
        text = f"The notebook is called {name}, not {named}; it was taken as if it were."
        report.add(Kind.REPAIRED, "notebook", text)
    return inspect_file(file, release)


def _why_missing(folder: Path, fitting: list[Path], others: list[Path], release: Release) -> str:
    named = f"{release.notebook}.ipynb"
    if fitting:
        return (
            f"{named} is missing, and {len(fitting)} other notebooks could be meant: "
            f"{_names(folder, fitting)}. Keep one of them and call it {named}."
        )
    reasons = [
        f"{_names(folder, [file])}: {finding.text}"
        for file in others[:FEW]
        for finding in inspect_file(file, release).ungraded
    ]
    if not others:
        reasons = ["There is no other notebook."]
    there = [
        f"{path.as_posix()}{kind_of(folder / path)}"
        for path, kind in walk(folder)
        if kind == "file" and not is_hidden(path) and folder / path not in others
    ]
    if there and not course_folders(folder):
        more = f" and {len(there) - FEW} more" if len(there) > FEW else ""
        reasons.append(f"What is there: {', '.join(there[:FEW])}{more}.")
    return " ".join([f"{named} is missing.", *reasons])
