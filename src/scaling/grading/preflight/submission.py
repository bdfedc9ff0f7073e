"""One notebook of an assignment is found in a student's folder and inspected.

A notebook under another name is taken where it is the only one that fits. Of two that differ, none
is chosen here.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import nbformat

from ..release import Release
from .beside import other_files, tell_suspicious_files
from .cells import cells_of
from .damage import tell_damage, tell_kernel
from .findings import FEW, CannotGradeError, Inspection, Kind, Report
from .folder import is_hidden, is_there, walk
from .mending import mended
from .reading import notebook_in, text_of

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
    others = [file for file in _notebooks(folder) if file != named][:MOST_NOTEBOOKS]
    inspection = inspect_file(named, release) if is_there(named) else None
    if inspection is None or inspection.notebook is None:
        fitting = _fitting(others, release)
        if len(fitting) == 1:
            inspection = _inspect_instead(fitting[0], named, inspection, release, report)
        elif inspection is None:
            report.add(Kind.UNGRADED, named.name, _why_missing(named, fitting, others, release))
    files = other_files(folder, report)
    tell_suspicious_files(folder, files, release, report)
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
    try:
        data = notebook_in(text_of(file, report), report)
        cells = cells_of(data)
        tell_damage(data, report)
        tell_kernel(data, release, report)
        notebook = mended(cells, release, report)
    except CannotGradeError as reason:
        report.add(Kind.UNGRADED, file.name, str(reason))
        notebook = None
    except RecursionError:
        text = "The file is damaged: things are nested in it more deeply than in any notebook."
        report.add(Kind.UNGRADED, file.name, text)
        notebook = None
    return Inspection(report.closed(), notebook)


def _notebooks(folder: Path) -> list[Path]:
    """Return what may be a notebook in a submission, also with an ending added by a browser."""
    endings = (".ipynb", ".ipynb.txt", ".ipynb.json")
    return [
        folder / path
        for path, kind in walk(folder)
        if kind == "file" and path.name.lower().endswith(endings) and not is_hidden(path)
    ]


def _fitting(files: Iterable[Path], release: Release) -> list[Path]:
    """Return the notebooks that can be graded as this exercise; of equal ones, the first."""
    fitting: dict[str, Path] = {}
    for file in files:
        inspection = inspect_file(file, release)
        if inspection.notebook is not None:
            fitting.setdefault(nbformat.writes(inspection.notebook), file)
    return list(fitting.values())


def _inspect_instead(
    file: Path, named: Path, before: Inspection | None, release: Release, report: Report
) -> Inspection:
    """Take another notebook in the place of one that is missing or cannot be graded."""
    if before is None:
        text = f"The notebook is called {file.name}, not {named.name}; it was taken as if it were."
        report.add(Kind.REPAIRED, "notebook", text)
    else:
        why = " ".join(finding.text for finding in before.ungraded)
        text = f"{named.name} could not be used. {why} {file.name} was graded in its place."
        report.add(Kind.FLAGGED, "notebook", text)
    return inspect_file(file, release)


def _why_missing(named: Path, fitting: list[Path], others: list[Path], release: Release) -> str:
    if fitting:
        names = " and ".join(file.name for file in fitting)
        return (
            f"{named.name} is missing, and {len(fitting)} other notebooks could be meant: {names}. "
            f"Keep one of them and call it {named.name}."
        )
    if not others:
        return f"{named.name} is missing, and there is no other notebook."
    reasons = [
        finding.text for file in others[:FEW] for finding in inspect_file(file, release).ungraded
    ]
    return " ".join([f"{named.name} is missing.", *reasons])
