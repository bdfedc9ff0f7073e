"""Look at a submission before anything in it runs, and mend what can be mended.

What differs from the release by accident (a lost mark, a changed check, a moved cell) is put right
on a copy and reported. What cannot be graded is reported with its reason, never as a silent zero.
Nothing is run here, no link is followed, and the submission itself is never written to.

The rules, in short:

- A cell is recognised by nbgrader's mark, else by its id, else by its text, else by its place.
- Locked cells come back as they are graded. What a learner had added in one is kept beside it.
- The cells of the release stand in the order of the release. A learner's own cell stays behind the
  cell of the release that it followed; those right in front of a moved answer travel with it.
- Whatever a learner wrote in an answer is kept, in one copy or several, in the order they wrote it.
"""

from __future__ import annotations

import argparse
import ast
import bisect
import builtins
import contextlib
import enum
import importlib.machinery
import json
import os
import re
import stat
import sys
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import nbformat
from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode
from nbgrader.nbgraderformat import SCHEMA_VERSION
from rapidfuzz import fuzz

from scaling.grading.release import SETTINGS, Release, SourceCell

MOST_BYTES = 50_000_000  # of a notebook, and of all other files together
MOST_FILES = 200
MOST_NOTEBOOKS = 20  # that are looked into where the right one is missing
MOST_CELLS = 5_000
MOST_COMPARED = 200  # cells that are compared with one of the release
MOST_MAGICS = 50  # lines of a cell that IPython is asked to translate
LONGEST_CODE = 50_000  # characters of a cell that are still parsed
BIG_OUTPUT = 5_000_000  # characters; worth a word
FEW = 3  # more cells with the same trouble than this are told of in one sentence


class Kind(enum.StrEnum):
    """What became of a finding."""

    REPAIRED = "repaired"
    UNGRADED = "ungraded"
    FLAGGED = "flagged"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """One thing that was found: what it is about, and a sentence on what was done or what to do."""

    kind: Kind
    about: str
    text: str


@dataclass(frozen=True)
class Inspection:
    """What preflight found, and what is left to run.

    Attributes
    ----------
    findings : tuple of Finding
        In the order in which things were found.
    notebook : NotebookNode or None
        The mended copy, ready to run; None where it cannot be graded.
    files : tuple of Path
        Other files that may be copied beside it, relative to the submission's folder.
    """

    findings: tuple[Finding, ...]
    notebook: NotebookNode | None
    files: tuple[Path, ...] = ()

    @property
    def ungraded(self) -> list[Finding]:
        """The reasons why it cannot be graded."""
        return self._of(Kind.UNGRADED)

    @property
    def repaired(self) -> list[Finding]:
        """What was mended on the copy."""
        return self._of(Kind.REPAIRED)

    @property
    def flagged(self) -> list[Finding]:
        """What a person should look at."""
        return self._of(Kind.FLAGGED)

    def _of(self, kind: Kind) -> list[Finding]:
        return [finding for finding in self.findings if finding.kind is kind]


class _CannotGradeError(Exception):
    """A notebook that cannot be graded; its message is the reason, one plain sentence."""


def _printable(text: str) -> str:
    """Return a text fit for a terminal: names in a submission may hold control characters."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


@dataclass
class _Report:
    """Collects findings; many cells with the same trouble become one sentence."""

    findings: list[Finding] = field(default_factory=list)
    alike: dict[tuple[Kind, str], list[tuple[str, str]]] = field(default_factory=dict)

    def add(self, kind: Kind, about: str, text: str) -> None:
        self.findings.append(Finding(kind, _printable(about), _printable(text)))

    def each(self, kind: Kind, about: str, one: str, many: str) -> None:
        """Report one of several alike; ``many`` has places for ``{n}`` and ``{names}``."""
        self.alike.setdefault((kind, many), []).append((about, one))

    def closed(self) -> tuple[Finding, ...]:
        for (kind, many), found in self.alike.items():
            if len(found) <= FEW:
                for about, one in found:
                    self.add(kind, about, one)
            else:
                names = ", ".join([about for about, _ in found[:FEW]]) + " …"
                self.add(kind, "notebook", many.format(n=len(found), names=names))
        self.alike = {}
        return tuple(self.findings)


@dataclass(eq=False)
class _Cell:
    """A cell of the submission, reduced to what can be trusted to have the right type.

    ``marks`` is whatever stood under nbgrader in its metadata, of any type, or None.
    """

    cell_type: str
    source: str
    marks: object
    cell_id: str
    attachments: dict
    tags: list
    at: float

    @property
    def grade_id(self) -> str:
        name = self.marks.get("grade_id") if isinstance(self.marks, dict) else None
        return name if isinstance(name, str) else ""


# ---------------------------------------------------------------- one submission, one notebook


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
    folder, report = Path(folder), _Report()
    named = folder / f"{release.notebook}.ipynb"
    others = [file for file in _notebooks(folder) if file != named][:MOST_NOTEBOOKS]
    inspection = inspect_file(named, release) if _is_there(named) else None
    if inspection is None or inspection.notebook is None:
        fitting = _fitting(others, release)
        if len(fitting) == 1:
            inspection = _instead(fitting[0], named, inspection, release, report)
        elif inspection is None:
            report.add(Kind.UNGRADED, named.name, _nothing_there(named, fitting, others, release))
    files = _other_files(folder, report)
    _tell_suspicious_files(folder, files, release, report)
    found = inspection.findings if inspection else ()
    return Inspection(
        (*found, *report.closed()), inspection.notebook if inspection else None, files
    )


def inspect_file(file: Path, release: Release) -> Inspection:
    """Inspect one notebook, whatever its name is.

    Returns
    -------
    Inspection
        Without other files; ``notebook`` is None where it cannot be graded.
    """
    file, report = Path(file), _Report()
    try:
        data = _notebook_in(_text_of(file, report), report)
        cells = _cells_of(data, report)
        _tell_kernel(data, release, report)
        notebook = _mended(cells, release, report)
    except _CannotGradeError as reason:
        report.add(Kind.UNGRADED, file.name, str(reason))
        notebook = None
    except RecursionError:
        text = "The file is damaged: things are nested in it more deeply than in any notebook."
        report.add(Kind.UNGRADED, file.name, text)
        notebook = None
    return Inspection(report.closed(), notebook)


def _is_there(file: Path) -> bool:
    return os.path.lexists(file)


def _notebooks(folder: Path) -> list[Path]:
    """Return what may be a notebook in a submission, also with an ending added by a browser."""
    endings = (".ipynb", ".ipynb.txt", ".ipynb.json")
    return [
        folder / path
        for path, kind in _walk(folder)
        if kind == "file" and path.name.lower().endswith(endings) and not _is_hidden(path)
    ]


def _fitting(files: Iterable[Path], release: Release) -> list[Path]:
    """Return the notebooks that can be graded as this exercise; of equal ones, the first."""
    fitting = {}
    for file in files:
        inspection = inspect_file(file, release)
        if inspection.notebook is not None:
            fitting.setdefault(nbformat.writes(inspection.notebook), file)
    return list(fitting.values())


def _instead(
    file: Path, named: Path, before: Inspection | None, release: Release, report: _Report
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


def _nothing_there(named: Path, fitting: list[Path], others: list[Path], release: Release) -> str:
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


# ---------------------------------------------------------------- reading the file


def _text_of(file: Path, report: _Report) -> str:
    """Read a file as text, by whichever encoding it was saved in."""
    data = _bytes_of(file)
    if not data.strip(b"\0 \t\r\n"):
        raise _CannotGradeError(f"{file.name} is empty. Save the notebook and hand it in again.")
    encoding = json.detect_encoding(data)
    if encoding != "utf-8":
        text = f"{file.name} was saved as {encoding.upper()}; it was read as that."
        report.add(Kind.REPAIRED, "notebook", text)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        text = f"{file.name} is not saved as UTF-8; some accented letters may be wrong."
        report.add(Kind.REPAIRED, "notebook", text)
        return data.decode("cp1252", errors="replace")


def _bytes_of(file: Path) -> bytes:
    """Read an ordinary file of bearable size; a link or a pipe is none."""
    if not _is_there(file):
        raise _CannotGradeError(f"There is no file {file.name}.")
    if file.is_symlink():
        raise _CannotGradeError(f"{file.name} is a link. Hand in the notebook itself.")
    # the file may be another one a moment later, so what was opened is looked at once more
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        with os.fdopen(os.open(file, flags | getattr(os, "O_BINARY", 0)), "rb") as opened:
            about = os.fstat(opened.fileno())
            if not stat.S_ISREG(about.st_mode):
                raise _CannotGradeError(f"{file.name} is not an ordinary file.")
            if about.st_size > MOST_BYTES:
                size = about.st_size / 1e6
                raise _CannotGradeError(
                    f"{file.name} has {size:.0f} MB; {MOST_BYTES / 1e6:.0f} MB are allowed. Clear "
                    "all outputs, save, and hand it in again."
                )
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise _CannotGradeError(
            f"{file.name} cannot be opened ({error.strerror or error})."
        ) from None


def _notebook_in(text: str, report: _Report) -> dict:
    """Parse the text and return it as a notebook of format 4 as far as its shape goes."""
    try:
        data = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise _CannotGradeError(_why_no_json(text, error)) from None
    if isinstance(data, dict) and isinstance(data.get("cells"), list):
        if data.get("nbformat") != 4:
            report.add(Kind.REPAIRED, "notebook", "The version of the notebook format was mended.")
        return data
    if isinstance(data, dict) and isinstance(data.get("worksheets"), list):
        text = "The notebook was saved in an old format (3 or older); it was brought up to date."
        report.add(Kind.REPAIRED, "notebook", text)
        return data | {"cells": list(_old_cells(data["worksheets"]))}
    raise _CannotGradeError("The file can be read but is not a notebook: it has no list of cells.")


_OTHER_KINDS = {
    "PK": "a zip archive; unpack it and hand in the notebook",
    "%PDF": "a PDF; hand in the notebook itself",
    "<!DOCTYPE": "a web page, not the notebook; download the notebook itself",
    "<html": "a web page, not the notebook; download the notebook itself",
}


def _why_no_json(text: str, error: Exception) -> str:
    text = text.strip()
    for start, kind in _OTHER_KINDS.items():
        if text[:20].lower().startswith(start.lower()):
            return f"The file is {kind}."
    if re.search(r"^(<{7}|>{7})( |$)", text, re.MULTILINE):
        return (
            "The file holds two versions at once, with the marks of a merge that was not finished "
            "(<<<<<<<). Settle the merge, open the notebook once, and hand it in again."
        )
    if isinstance(error, json.JSONDecodeError):
        if error.pos >= len(text) or error.msg.startswith("Unterminated string"):
            return (
                "The file breaks off in the middle; it was probably not uploaded or saved in full. "
                "Save the notebook and hand it in again."
            )
        return (
            f"The file is not a notebook that can be read: line {error.lineno} is damaged. Open it "
            "in Jupyter; if that fails, copy the answers into a fresh exercise."
        )
    return "The file is not a notebook that can be read."


def _old_cells(worksheets: list) -> Iterator[dict]:
    """Bring the cells of format 3 into the shape of format 4."""
    for sheet in worksheets:
        cells = sheet.get("cells") if isinstance(sheet, dict) else None
        for cell in cells if isinstance(cells, list) else []:
            if not isinstance(cell, dict):
                continue
            kind, source = cell.get("cell_type"), _joined(cell.get("source")) or ""
            if kind == "code":
                source = _joined(cell.get("input")) or source
            elif kind == "heading":
                level = cell.get("level")
                source = "#" * (level if level in range(1, 7) else 1) + " " + source
            kind = kind if kind in ("code", "raw") else "markdown"
            yield {
                "cell_type": kind,
                "source": source,
                "metadata": cell.get("metadata", {}),
                "outputs": [],
                "execution_count": None,
            }


# ---------------------------------------------------------------- cells that can be trusted

_VALID_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_OUTPUTS = {
    "stream": {"name": str, "text": (str, list)},
    "display_data": {"data": dict, "metadata": dict},
    "execute_result": {"data": dict, "metadata": dict},
    "error": {"ename": str, "evalue": str, "traceback": list},
}


def _cells_of(data: dict, report: _Report) -> list[_Cell]:
    """Return the cells with every part of the right type, and report what was not."""
    raw = [cell for cell in data["cells"] if isinstance(cell, dict)]
    if len(raw) > MOST_CELLS:
        raise _CannotGradeError(f"The notebook has {len(raw)} cells; {MOST_CELLS} are allowed.")
    cells = [_as_cell(cell, at) for at, cell in enumerate(raw)]
    _tell_damage(data, raw, report)
    return cells


def _as_cell(raw: dict, at: int) -> _Cell:
    metadata = raw.get("metadata") if isinstance(raw.get("metadata"), dict) else {}
    kind, name, tags = raw.get("cell_type"), raw.get("id"), metadata.get("tags")
    return _Cell(
        cell_type=kind if kind in ("code", "markdown", "raw") else "raw",
        source=_tidied(_joined(raw.get("source")) or ""),
        marks=metadata.get("nbgrader"),
        cell_id=name if isinstance(name, str) else "",
        attachments=_sound_attachments(raw.get("attachments")),
        tags=tags if isinstance(tags, list) else [],
        at=at,
    )


def _joined(source: object) -> str | None:
    """Return a source as one text; None where it is neither text nor a list of lines."""
    if isinstance(source, str):
        return source
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        return "".join(source)
    return None


def _tidied(source: str) -> str:
    """Return a source with plain line ends and without half characters, which no file can hold."""
    return re.sub("[\ud800-\udfff]", "\ufffd", source.replace("\r\n", "\n").replace("\r", "\n"))


def _sound_attachments(found: object) -> dict:
    """Return the attached pictures of a text cell that fit the notebook format."""
    found = found if isinstance(found, dict) else {}
    return {
        name: bundle
        for name, bundle in found.items()
        if isinstance(bundle, dict) and all(_joined(part) is not None for part in bundle.values())
    }


def _tell_damage(data: dict, raw: list[dict], report: _Report) -> None:
    """Report what does not fit the notebook format; the copy is written afresh and fits it."""
    lost = len(data["cells"]) - len(raw)
    ids = [cell.get("id") for cell in raw]
    sound = [name for name in ids if isinstance(name, str) and _VALID_ID.fullmatch(name)]
    minor = data.get("nbformat_minor")
    wants_ids = isinstance(minor, int) and minor >= 5
    code = [cell for cell in raw if cell.get("cell_type") == "code"]
    outputs = [output for cell in code for output in _listed(cell.get("outputs"))]
    told = {
        "{n} entries of the notebook were not cells; they were left out.": lost,
        "{n} cells were of an unknown type; they were kept as plain text.": sum(
            cell.get("cell_type") not in ("code", "markdown", "raw") for cell in raw
        ),
        "{n} cells had no readable text; they were kept empty.": sum(
            _joined(cell.get("source")) is None for cell in raw
        ),
        "{n} cells had no metadata, or not of the right kind; it was mended.": sum(
            not isinstance(cell.get("metadata"), dict) for cell in raw
        ),
        "{n} cells had no valid id; they were given one.": wants_ids * (len(ids) - len(sound)),
        "{n} cells had the id of another; they were given one of their own.": len(sound)
        - len(set(sound)),
        "The outputs of {n} cells were damaged; they were left out.": sum(
            not _has_sound_outputs(cell) for cell in code
        ),
    }
    for text, count in told.items():
        if count:
            text = text.format(n=count)
            report.add(Kind.REPAIRED, "notebook", _singular(text) if count == 1 else text)
    size = sum(len(str(output)) for output in outputs)
    if size > BIG_OUTPUT:
        text = f"The outputs take {size / 1e6:.0f} MB; they were left out and will be made afresh."
        report.add(Kind.NOTE, "notebook", text)


def _singular(text: str) -> str:
    """Turn a sentence on several cells into one on a single cell."""
    swaps = {
        "1 entries": "1 entry",
        "1 cells": "1 cell",
        "not cells; they were": "not a cell; it was",
        " were not a": " was not a",
        "cell were": "cell was",
        "; they were": "; it was",
    }
    for old, new in swaps.items():
        text = text.replace(old, new)
    return text.replace(
        "The outputs of 1 cell was damaged; it was", "The outputs of 1 cell were damaged; they were"
    )


def _listed(found: object) -> list:
    return found if isinstance(found, list) else []


def _has_sound_outputs(cell: dict) -> bool:
    outputs = cell.get("outputs")
    return isinstance(outputs, list) and all(map(_is_sound_output, outputs))


def _is_sound_output(output: object) -> bool:
    if not isinstance(output, dict):
        return False
    kind = output.get("output_type")
    parts = _OUTPUTS.get(kind) if isinstance(kind, str) else None
    return parts is not None and all(isinstance(output.get(part), of) for part, of in parts.items())


def _tell_kernel(data: dict, release: Release, report: _Report) -> None:
    """Report a notebook that was set to run elsewhere; it runs where the release does."""
    metadata = data.get("metadata") if isinstance(data.get("metadata"), dict) else {}
    spec = metadata.get("kernelspec") if isinstance(metadata.get("kernelspec"), dict) else {}
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


# ---------------------------------------------------------------- which cell is which


@dataclass
class _Matches:
    """Which cells of the submission are which of the release.

    ``found`` maps grade ids to cells, several where there are copies; ``lost`` holds the grade ids
    that were recognised by something else than nbgrader's mark.
    """

    found: dict[str, list[_Cell]] = field(default_factory=lambda: defaultdict(list))
    lost: set[str] = field(default_factory=set)
    taken: set[_Cell] = field(default_factory=set)

    def take(self, grade_id: str, cells: Iterable[_Cell], marked: bool = False) -> None:
        for cell in cells:
            self.found[grade_id].append(cell)
            self.taken.add(cell)
            if not marked:
                self.lost.add(grade_id)

    def free(self, cells: Iterable[_Cell]) -> list[_Cell]:
        return [cell for cell in cells if cell not in self.taken]


def _match(cells: list[_Cell], release: Release) -> _Matches:
    """Recognise the cells of the release by mark, id, text and place, in this order."""
    matches = _Matches()
    _match_marks(cells, release, matches)
    _match_ids(cells, release, matches)
    _match_texts(cells, release, matches)
    if not _is_this_exercise(cells, release, matches):
        raise _CannotGradeError(_which_instead(cells, release))
    _match_names(cells, release, matches)
    _match_places(cells, release, matches)
    return matches


def _match_marks(cells: list[_Cell], release: Release, matches: _Matches) -> None:
    known = {cell.grade_id for cell in release.cells}
    for cell in cells:
        if cell.grade_id in known:
            matches.take(cell.grade_id, [cell], marked=True)


def _match_ids(cells: list[_Cell], release: Release, matches: _Matches) -> None:
    """Recognise cells by their id, which authors set to the grade id, where just one has it."""
    by_id = defaultdict(list)
    for cell in matches.free(cells):
        by_id[cell.cell_id].append(cell)
    for known in release.cells:
        if known.grade_id not in matches.found and len(by_id[known.grade_id]) == 1:
            matches.take(known.grade_id, by_id[known.grade_id])


def _match_texts(cells: list[_Cell], release: Release, matches: _Matches) -> None:
    """Recognise locked cells by their exact text; all copies, or one each where texts repeat."""
    known, found = defaultdict(list), defaultdict(list)
    for cell in release.cells:
        if cell.locked and cell.grade_id not in matches.found and cell.released.strip():
            known[_plain(cell.released)].append(cell.grade_id)
    for cell in matches.free(cells):
        found[_plain(cell.source)].append(cell)
    for text, grade_ids in known.items():
        if len(grade_ids) == 1:
            matches.take(grade_ids[0], found[text])
        else:
            for grade_id, cell in zip(grade_ids, found[text], strict=False):
                matches.take(grade_id, [cell])


def _plain(source: str) -> str:
    """Return a text without the white space that editors add or take away."""
    return "\n".join(line.rstrip() for line in source.strip().splitlines())


def _is_this_exercise(cells: list[_Cell], release: Release, matches: _Matches) -> bool:
    """Tell whether enough was recognised; a shared import cell alone does not make an exercise."""
    marked = len(matches.found) - len(matches.lost)
    strange = sum(1 for cell in cells if _is_strange(cell, release))
    if marked and marked >= strange:
        return True
    return len(matches.found) >= max(1, len(release.cells) / 5)


def _is_strange(cell: _Cell, release: Release) -> bool:
    """Tell whether a cell carries the mark of a question that this exercise does not have."""
    return bool(cell.grade_id) and all(cell.grade_id != known.grade_id for known in release.cells)


def _which_instead(cells: list[_Cell], release: Release) -> str:
    """Say which other notebook this is, by its own heading and the names of its questions."""
    heads = (re.match(r"#+ +(.+)", cell.source) for cell in cells if cell.cell_type == "markdown")
    title = next((f"“{head[1].strip()[:80]}”" for head in heads if head), "a notebook of its own")
    names = [cell.grade_id for cell in cells if cell.grade_id][:FEW]
    questions = f" (its cells are called {', '.join(names)} …)" if names else ""
    return (
        f"This is not {release.notebook}: it is {title}{questions}, and none of its cells, or too "
        f"few, belong to {release.notebook}. Hand in {release.notebook}.ipynb."
    )


def _match_names(cells: list[_Cell], release: Release, matches: _Matches) -> None:
    """Recognise answers by the name their check asks for, near their place or else anywhere."""
    answers = _answer_names(release)
    for place, known in enumerate(release.cells):
        wanted = answers.get(known.grade_id)
        if not wanted or known.grade_id in matches.found:
            continue
        others = set().union(*(names for name, names in answers.items() if name != known.grade_id))
        makers = [
            cell
            for cell in matches.free(cells)
            if (made := _bound_in(cell)) & wanted and not made & (others - wanted)
        ]
        near = set(_between(cells, release, matches, place))
        if makers:
            # of several the last: what a learner wrote last is what they mean
            matches.take(known.grade_id, [max(makers, key=lambda cell: (cell in near, cell.at))])


def _match_places(cells: list[_Cell], release: Release, matches: _Matches) -> None:
    """Recognise what is left between its neighbours: by likeness, answers also by their place."""
    for place, known in enumerate(release.cells):
        if known.grade_id in matches.found:
            continue
        between = matches.free(_between(cells, release, matches, place))[:MOST_COMPARED]
        scores = {cell: _likeness(cell, known) for cell in between}
        best = max(between, key=lambda cell: (scores[cell], cell.at), default=None)
        if best is not None and scores[best] > 0:
            matches.take(known.grade_id, [best])


def _between(cells: list[_Cell], release: Release, matches: _Matches, place: int) -> list[_Cell]:
    """Return the cells between the recognised neighbours of one cell of the release."""
    before = [matches.found.get(cell.grade_id) for cell in release.cells[:place]]
    after = [matches.found.get(cell.grade_id) for cell in release.cells[place + 1 :]]
    low = next((found[-1].at for found in reversed(before) if found), -1)
    high = next((found[0].at for found in after if found), len(cells))
    return [cell for cell in cells if low < cell.at < high]


def _likeness(cell: _Cell, known: SourceCell) -> float:
    """Score how much a cell looks like one of the release: 0 is not at all, 100 is surely."""
    alike = fuzz.ratio(cell.source[:5000], known.released[:5000])
    if known.solution and cell.cell_type == known.cell_type:
        return max(alike, 50) if cell.source.strip() else 1
    return alike if alike >= 75 else 0


# ---------------------------------------------------------------- names in code


_MAGIC = re.compile(r"^[ \t]*[%!?].*|.*\?[ \t]*$", re.MULTILINE)


@lru_cache(maxsize=2048)
def _parsed(source: str) -> ast.Module | None:
    """Parse a cell as IPython would read it, magics and all; None where that fails."""
    if len(source) > LONGEST_CODE:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the learner's escapes; not ours to print
        # IPython reads the whole cell again for every magic in it
        many = len(_MAGIC.findall(source)) > MOST_MAGICS
        for read in (_without_magics,) if many else (_as_python, _without_magics):
            try:
                return ast.parse(read(source))
            except (SyntaxError, ValueError, RuntimeError, MemoryError):
                continue
    return None


def _as_python(source: str) -> str:
    return TransformerManager().transform_cell(source)


def _without_magics(source: str) -> str:
    return "\n".join("" if _MAGIC.match(line) else line for line in source.splitlines())


_SCOPES = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_INNER = ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def _bound(tree: ast.AST) -> set[str]:
    """Return the names that code makes at its own level, not inside its functions."""
    names = set()
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, _SCOPES):
            names.add(node.name)
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        if not isinstance(node, _INNER):
            names |= _bound(node)
    return names


def _bound_in(cell: _Cell) -> set[str]:
    return _names_in(cell.source)


def _names_in(source: str) -> set[str]:
    tree = _parsed(source)
    try:
        return _bound(tree) if tree else set()
    except RecursionError:
        return set()


def _given_names(release: Release) -> set[str]:
    """Return the names that the locked cells make, and Python's own."""
    made = [_names_in(cell.released) for cell in release.cells if _is_locked_code(cell)]
    return set().union(set(dir(builtins)), *made)


def _is_locked_code(cell: SourceCell) -> bool:
    return cell.locked and cell.cell_type == "code"


def _wanted(check: SourceCell, given: set[str]) -> set[str]:
    """Return the names that a check asks for: what it uses and no locked cell makes."""
    tree = _parsed(check.released)
    nodes = ast.walk(tree) if tree else ()
    return {node.id for node in nodes if isinstance(node, ast.Name)} - given


def _answer_names(release: Release) -> dict[str, set[str]]:
    """Map each answer cell to the names that the checks up to the next answer ask for."""
    given, names, current = _given_names(release), {}, None
    for cell in release.cells:
        if cell.solution:
            current = cell.grade_id
            names[current] = set()
        elif cell.grade and current and cell.cell_type == "code":
            names[current] |= _wanted(cell, given)
    return names


# ---------------------------------------------------------------- mending


def _mended(cells: list[_Cell], release: Release, report: _Report) -> NotebookNode:
    """Return a notebook with every cell of the release once, and all that the learner wrote."""
    matches = _match(cells, release)
    graded: dict[str, _Cell | None] = {}
    kept: list[_Cell] = matches.free(cells)
    for known in release.cells:
        copies = sorted(matches.found.get(known.grade_id, []), key=lambda cell: cell.at)
        graded[known.grade_id] = chosen = _chosen(copies, known)
        kept += _copies_kept(copies, chosen, known, report)
        if chosen is None:
            _tell_missing(known, report)
        else:
            _tell_marks(chosen, known, known.grade_id in matches.lost, report)
            kept += _put_back(chosen, known, report)
    own = sorted(kept, key=lambda cell: cell.at)
    _tell_strange_marks(own, release, report)
    elsewhere = set().union(*(_bound_in(cell) for cell in own if cell.cell_type == "code"), set())
    elsewhere |= _made_in_answers(graded, release)
    ordered = _in_order(graded, own, release, report)
    _tell_suspicious(ordered, release, report)
    _tell_unanswered(graded, release, report)
    _tell_hidden(ordered, release, report)
    answers = _answer_names(release)
    nodes = [_as_node(known, cell, answers, elsewhere) for known, cell in ordered]
    return _finished(nodes, [cell for _, cell in ordered], release)


def _called(known: SourceCell) -> str:
    """Name a cell as a reader would."""
    if known.task:
        return f"the text of task {known.grade_id}"
    if known.grade and known.solution:
        return f"the answer to question {known.grade_id}"
    if known.grade:
        return f"the check of question {known.grade_id}"
    if known.solution:
        return f"the answer cell {known.grade_id}"
    return f"the locked cell {known.grade_id}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _is_stub(cell: _Cell, known: SourceCell) -> bool:
    return _plain(cell.source) in (_plain(known.released), "")


def _is_unchanged(cell: _Cell, known: SourceCell) -> bool:
    return _plain(cell.source) in (_plain(known.released), _plain(known.source))


def _chosen(copies: list[_Cell], known: SourceCell) -> _Cell | None:
    """Choose which of several copies is graded: the last answer written, the first true lock."""
    if not copies:
        return None
    if known.solution:
        return next((cell for cell in reversed(copies) if not _is_stub(cell, known)), copies[-1])
    return next((cell for cell in copies if _is_unchanged(cell, known)), copies[0])


def _copies_kept(
    copies: list[_Cell], chosen: _Cell | None, known: SourceCell, report: _Report
) -> list[_Cell]:
    """Return the copies that hold something of the learner's, as cells of their own."""
    others = [cell for cell in copies if cell is not chosen]
    if not others:
        return []
    is_nothing_new = _is_stub if known.solution else _is_unchanged
    kept = [cell for cell in others if not is_nothing_new(cell, known)]
    by_hand = known.task or (known.solution and known.grade)
    texts = {_plain(cell.source) for cell in [*kept, chosen]}
    if by_hand and known.solution:
        kept = [cell for cell in kept if _plain(cell.source) != _plain(chosen.source)]
    text = f"{_sentence(_called(known))} was there {len(copies)} times; one is graded"
    text += (
        ", and what the others hold is kept beside it." if kept else ", the copies were left out."
    )
    many = "{n} cells ({names}) were there more than once; one of each is graded."
    report.each(Kind.REPAIRED, known.grade_id, text, many)
    if by_hand and kept and len(texts) > 1:
        text = f"The copies of {known.grade_id} differ; read all of them before marking."
        report.add(Kind.FLAGGED, known.grade_id, text)
    return kept


def _tell_missing(known: SourceCell, report: _Report) -> None:
    text = f"{_sentence(_called(known))} was missing; it was put back as it was released."
    many = "{n} cells of the exercise ({names}) were missing; they were put back as released."
    report.each(Kind.REPAIRED, known.grade_id, text, many)


def _tell_marks(cell: _Cell, known: SourceCell, is_lost: bool, report: _Report) -> None:
    """Report what was wrong with the metadata by which nbgrader knows this cell."""
    name = _called(known)
    if is_lost:
        text = f"{_sentence(name)} had lost the mark by which it is graded; it was given back."
        many = "{n} cells ({names}) had lost the mark by which they are graded; it was given back."
        report.each(Kind.REPAIRED, known.grade_id, text, many)
    else:
        wrong = _wrong_marks(cell.marks, known)
        if wrong:
            said = ", ".join(wrong)
            text = f"The marks of {name} had been changed ({said}); they were put back."
            many = "The marks of {n} cells ({names}) had been changed; they were put back."
            report.each(Kind.REPAIRED, known.grade_id, text, many)
    if "skip-execution" in cell.tags and known.cell_type == "code":
        text = f"{_sentence(name)} was tagged to be skipped; the tag was taken away."
        report.add(Kind.FLAGGED, known.grade_id, text)


def _wrong_marks(marks: dict, known: SourceCell) -> list[str]:
    wrong = []
    if (known.grade or known.task) and not _is_points(marks.get("points"), known.points):
        points = marks.get("points")
        said = str(points)[:20] if isinstance(points, int | float | str) else "none"
        wrong.append(f"points: {said} instead of {known.points:g}")
    flags = ("grade", "solution", "locked", "task")
    wrong += [flag for flag in flags if bool(marks.get(flag, False)) != getattr(known, flag)]
    if marks.get("schema_version") != SCHEMA_VERSION:
        wrong.append("version")
    if marks.get("checksum") not in (known.checksum, known.released_checksum):
        wrong.append("checksum")
    return wrong


def _is_points(value: object, points: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == points


def _put_back(cell: _Cell, known: SourceCell, report: _Report) -> list[_Cell]:
    """Report a wrong type or text; return what the learner had added to a locked cell."""
    name = _sentence(_called(known))
    if cell.cell_type != known.cell_type:
        text = (
            f"{name} had been turned into a {cell.cell_type} cell; it is {known.cell_type} again."
        )
        many = "{n} cells ({names}) had been turned into another type; they were turned back."
        report.each(Kind.REPAIRED, known.grade_id, text, many)
    if not known.locked or _is_unchanged(cell, known):
        return []
    added = _added(cell, known)
    text = f"{name} had been changed; it was put back."
    many = "{n} locked cells ({names}) had been changed; they were put back."
    if added:
        text = text[:-1] + ", and what had been added is kept in a cell of its own."
        many = many[:-1] + ", and what had been added is kept in cells of their own."
    report.each(Kind.REPAIRED, known.grade_id, text, many)
    if not added:
        return []
    if known.task:
        text = f"Something was written into {_called(known)}; read it before marking."
        report.add(Kind.FLAGGED, known.grade_id, text)
    # in front of a check, which may need it; behind anything else, which it may need
    at = cell.at + (-0.5 if known.grade and known.cell_type == "code" else 0.5)
    return [_Cell(known.cell_type, added, None, "", {}, [], at)]


def _added(cell: _Cell, known: SourceCell) -> str:
    """Return what a learner had written into a locked cell that may be an answer or a set-up.

    Of code, the statements that make names the cell does not make itself; of text, the lines that
    are like none of the cell.
    """
    if known.cell_type == "markdown" and len(cell.source) > LONGEST_CODE:
        return cell.source
    if known.cell_type == "markdown":
        there = known.source.splitlines()
        lines = [line for line in cell.source.splitlines() if not _is_like_one_of(line, there)]
        return "\n".join(lines).strip()
    tree, there = _parsed(cell.source), _names_in(known.source)
    if tree is None or cell.source.lstrip().startswith(("%", "!")):
        return ""
    statements = [
        statement
        for statement in tree.body
        if not isinstance(statement, ast.Expr)
        and (made := _bound(ast.Module([statement], [])))
        and not made & there
    ]
    return "\n".join(ast.unparse(statement) for statement in statements)


def _is_like_one_of(line: str, lines: list[str]) -> bool:
    return not line.strip() or any(fuzz.ratio(line[:2000], other[:2000]) > 70 for other in lines)


def _tell_strange_marks(own: list[_Cell], release: Release, report: _Report) -> None:
    for cell in own:
        if cell.marks is not None and not isinstance(cell.marks, dict):
            text = (
                "A cell had a grading mark that cannot be read; it was taken away, the cell kept."
            )
            report.add(Kind.REPAIRED, "notebook", text)
        elif _is_strange(cell, release):
            name = cell.grade_id[:60]
            text = (
                f"A cell is marked {name}, which this exercise does not have; it is kept unmarked."
            )
            many = "{n} cells have marks that this exercise does not have; they are kept unmarked."
            report.each(Kind.REPAIRED, name, text, many)


def _tell_unanswered(graded: dict[str, _Cell | None], release: Release, report: _Report) -> None:
    """Note the answers that are still as they were released: a help for the learner."""
    blank = [
        known.grade_id
        for known in release.cells
        if known.solution and graded[known.grade_id] and _is_stub(graded[known.grade_id], known)
    ]
    if blank:
        text = f"Not answered so far: {', '.join(blank)}."
        report.add(Kind.NOTE, "notebook", text)


def _tell_hidden(ordered: list[_Placed], release: Release, report: _Report) -> None:
    """Flag an answer in another cell that an untouched answer cell, further down, undoes."""
    answers, made = _answer_names(release), set()
    for known, cell in ordered:
        if cell is None or (known or cell).cell_type != "code":
            continue
        names = _bound_in(cell)
        undone = names & made & answers.get(known.grade_id, set()) if known else set()
        if undone and known.solution and _is_stub(cell, known):
            text = (
                f"{_sentence(' and '.join(sorted(undone)))} is made in another cell, and the "
                f"untouched {known.grade_id} below undoes it; the answer belongs in that cell."
            )
            report.add(Kind.FLAGGED, known.grade_id, text)
        made |= names


# ---------------------------------------------------------------- order

_Placed = tuple[SourceCell | None, _Cell | None]  # of the release, of the submission, or of both


def _in_order(
    graded: dict[str, _Cell | None], own: list[_Cell], release: Release, report: _Report
) -> list[_Placed]:
    """Put the cells of the release into its order, each with the learner's own cells around it."""
    present = [known for known in release.cells if graded[known.grade_id] is not None]
    places = [graded[known.grade_id].at for known in present]
    steady = _longest_rising(places)
    moved = {present[i].grade_id for i in range(len(present)) if i not in steady}
    for known in present:
        if known.grade_id in moved:
            text = f"{_sentence(_called(known))} had been moved; it is in its place again."
            many = "{n} cells ({names}) had been moved; the exercise is in its order again."
            report.each(Kind.REPAIRED, known.grade_id, text, many)
    before, after = _companions(graded, own, release, moved)
    missing = {known.grade_id for known in release.cells} - {known.grade_id for known in present}
    return list(_laid_out(graded, before, after, release, missing))


def _longest_rising(values: list[float]) -> set[int]:
    """Return the positions of a longest rising run: the cells that need not be moved."""
    ends, ends_at, previous = [], [], {}
    for i, value in enumerate(values):
        place = bisect.bisect_left(ends, value)
        previous[i] = ends_at[place - 1] if place else None
        ends[place : place + 1] = [value]
        ends_at[place : place + 1] = [i]
    steady, i = set(), ends_at[-1] if ends_at else None
    while i is not None:
        steady.add(i)
        i = previous[i]
    return steady


def _companions(
    graded: dict[str, _Cell | None], own: list[_Cell], release: Release, moved: set[str]
) -> tuple[dict[str, list[_Cell]], dict[str, list[_Cell]]]:
    """Say which own cells go in front of, and which behind, which cell of the release.

    Own cells before everything are behind the empty name.
    """
    known = {id(graded[cell.grade_id]): cell for cell in release.cells}
    present = [cell for cell in graded.values() if cell is not None]
    before, after = defaultdict(list), defaultdict(list)
    anchor, waiting = "", []
    for cell in sorted([*present, *own], key=lambda cell: cell.at):
        of_release = known.get(id(cell))
        if of_release is None:
            waiting.append(cell)
        elif of_release.grade_id not in moved:
            after[anchor] += waiting
            anchor, waiting = of_release.grade_id, []
        elif of_release.solution:
            before[of_release.grade_id], waiting = waiting, []
    after[anchor] += waiting
    return before, after


def _laid_out(
    graded: dict[str, _Cell | None],
    before: dict[str, list[_Cell]],
    after: dict[str, list[_Cell]],
    release: Release,
    missing: set[str],
) -> Iterator[_Placed]:
    """Yield all cells in their final order."""
    given, waiting = _given_names(release), after[""]
    for known in release.cells:
        is_missing = known.grade_id in missing
        if not is_missing:
            yield from ((None, cell) for cell in waiting)
            waiting = []
        elif known.grade and known.cell_type == "code":
            # a check that is put back comes behind the cells that make what it asks for
            ready, waiting = _ready(waiting, _wanted(known, given))
            yield from ((None, cell) for cell in ready)
        yield from ((None, cell) for cell in before[known.grade_id])
        yield known, graded[known.grade_id]
        waiting = waiting + after[known.grade_id]
    yield from ((None, cell) for cell in waiting)


def _ready(waiting: list[_Cell], wanted: set[str]) -> tuple[list[_Cell], list[_Cell]]:
    """Split own cells behind the last one that makes a wanted name."""
    last = max((i for i, cell in enumerate(waiting) if wanted & _bound_in(cell)), default=-1)
    return waiting[: last + 1], waiting[last + 1 :]


# ---------------------------------------------------------------- writing the copy

FOUND_ELSEWHERE = "# This answer cell was missing; its answer was found in another cell."


def _made_in_answers(graded: dict[str, _Cell | None], release: Release) -> set[str]:
    """Return the names that answers make, apart from those still as they were released."""
    cells = [
        graded[known.grade_id]
        for known in release.cells
        if known.solution
        and known.cell_type == "code"
        and graded[known.grade_id] is not None
        and not _is_stub(graded[known.grade_id], known)
    ]
    return set().union(*(_bound_in(cell) for cell in cells), set())


def _as_node(
    known: SourceCell | None, cell: _Cell | None, answers: dict, elsewhere: set[str]
) -> NotebookNode:
    """Write one cell afresh: nothing of its old metadata, tags or outputs is taken over."""
    kind = known.cell_type if known else cell.cell_type
    node = {
        "cell_type": kind,
        "id": "",
        "metadata": {"nbgrader": known.marks} if known else {},
        "source": _source(known, cell, answers, elsewhere),
    }
    if kind == "code":
        node |= {"outputs": [], "execution_count": None}
    elif cell and cell.attachments:
        node["attachments"] = cell.attachments
    return nbformat.from_dict(node)


def _source(
    known: SourceCell | None, cell: _Cell | None, answers: dict, elsewhere: set[str]
) -> str:
    if known is None:
        return cell.source
    if known.locked:
        return known.source
    if cell is not None:
        return cell.source
    # a stub that defines a function would hide the learner's own, made in another cell
    found = answers.get(known.grade_id, set()) & elsewhere
    return FOUND_ELSEWHERE if found and known.cell_type == "code" else known.released


def _finished(
    nodes: list[NotebookNode], cells: list[_Cell | None], release: Release
) -> NotebookNode:
    """Give every cell an id of its own, and the notebook the kernel of the release."""
    used = {node.metadata.nbgrader.grade_id for node in nodes if "nbgrader" in node.metadata}
    for node, cell in zip(nodes, cells, strict=True):
        if "nbgrader" in node.metadata and _VALID_ID.fullmatch(node.metadata.nbgrader.grade_id):
            node.id = node.metadata.nbgrader.grade_id
            continue
        name = cell.cell_id if cell and "nbgrader" not in node.metadata else ""
        if not _VALID_ID.fullmatch(name) or name in used:
            name = next(f"own-{n}" for n in range(1, 10**9) if f"own-{n}" not in used)
        used.add(name)
        node.id = name
    notebook = nbformat.v4.new_notebook(cells=nodes, metadata={"language_info": {"name": "python"}})
    if release.kernelspec:
        notebook.metadata["kernelspec"] = nbformat.from_dict(release.kernelspec)
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        reason = str(error).splitlines()[0][:200]
        raise _CannotGradeError(f"The notebook is damaged beyond mending ({reason}).") from error
    return notebook


# ---------------------------------------------------------------- code to look at

_INSIDES = {"slips", "_hint", "_slip", "_judge", "_render_traceback_"}
_TRICKS = {
    "__import__", "__builtins__", "__globals__", "__closure__", "__subclasses__", "__code__",
    "_getframe", "f_back", "f_globals", "f_locals", "tb_frame", "settrace", "setprofile",
    "get_objects", "get_referrers", "NodeTransformer", "ast_transformers", "set_custom_exc",
    "input_transformers", "input_transformers_cleanup", "input_transformers_post", "_exit",
}  # fmt: skip
_MODULES = {"ctypes", "subprocess", "socket", "nbgrader", "builtins", "gc"}
_CHECKS = {"checks", "checking"}
_SYSTEM = {("os", "system"), ("os", "popen"), ("os", "fork"), ("sys", "modules")}
_PLACES = re.compile(r"(^|[/\\\s\"'])solutions[/\\]|gradebook", re.IGNORECASE)
_OPENERS = {"Path", "open", "join", "listdir", "glob", "rglob", "walk", "chdir", "scandir"}
_SETTINGS = {"options", "rcParams"}  # meant to be set, as in pd.options.display.max_rows = 10
_LOOKING = {"help", "print", "type", "dir"}


@dataclass(frozen=True)
class _Given:
    """What the locked cells of a release import: modules, names of checks, import lines."""

    modules: frozenset[str]
    checks: frozenset[str]
    imports: frozenset[str]

    @classmethod
    def by(cls, release: Release) -> _Given:
        modules, checks, imports = set(), {"check"}, set()
        for cell in filter(_is_locked_code, release.cells):
            for node in _imports(_parsed(cell.released)):
                for alias in node.names:
                    name = (alias.asname or alias.name).split(".")[0]
                    modules.add(name)
                    imports.add(_import_line(node, alias))
                    if alias.name.split(".")[-1] == "checks":
                        checks.add(name)
        return cls(frozenset(modules), frozenset(checks), frozenset(imports))


def _imports(tree: ast.AST | None) -> list[ast.Import | ast.ImportFrom]:
    nodes = ast.walk(tree) if tree else ()
    return [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]


def _import_line(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    module = (node.module or "") + "." if isinstance(node, ast.ImportFrom) else ""
    return f"{module}{alias.name} as {alias.asname or alias.name}"


def _tell_suspicious(ordered: list[_Placed], release: Release, report: _Report) -> None:
    """Flag cells of the learner's that reach for what no answer needs."""
    given, last = _Given.by(release), ""
    for known, cell in ordered:
        last = known.grade_id if known else last
        kind = known.cell_type if known else cell.cell_type
        if cell is None or kind != "code" or (known and known.locked):
            continue
        found = _suspicious(cell.source, given)
        if found:
            where = _called(known) if known else f"a cell after {last or 'the start'}"
            text = f"{_sentence(where)} uses {', '.join(found[:4])}; look at what it does."
            report.add(Kind.FLAGGED, last or "notebook", text)


def _suspicious(source: str, given: _Given) -> list[str]:
    """Return what is worth a look in a piece of code, each thing once, in the code's words."""
    tree = _parsed(source)
    if tree is None:
        words = re.findall(r"\w+", source)
        found = [word for word in words if word in _TRICKS | _MODULES - {"gc"}]
        long = ["more code than can be read"] if len(source) > LONGEST_CODE else []
        return list(dict.fromkeys([*found, *long]))
    look = _Look(given, _bound_safely(tree))
    try:
        look.visit(tree)
    except RecursionError:
        return ["code nested too deeply to be read"]
    return list(dict.fromkeys(look.found))


def _bound_safely(tree: ast.AST) -> set[str]:
    try:
        return _bound(tree)
    except RecursionError:
        return set()


def _is_worth_a_look(parts: list[str]) -> bool:
    """Tell whether an imported name, in its parts, reaches beyond an answer."""
    return (
        parts[0] in _MODULES
        or parts[-1] in _TRICKS
        or (parts[0], parts[-1]) in _SYSTEM
        or (parts[0] == "scaling" and not _CHECKS.isdisjoint(parts))
    )


class _Look(ast.NodeVisitor):
    """Walks through code and notes what reaches beyond an answer."""

    def __init__(self, given: _Given, bound: set[str]):
        self.given, self.found = given, []
        imported = set(given.modules)
        self.modules = imported - bound  # a name made anew is the learner's own
        self.own_checks: list[set[str]] = []  # names of checks that a function uses for itself
        self.allowed: set[int] = set()

    def note(self, text: str) -> None:
        self.found.append(text[:60])

    def visit_Import(self, node: ast.Import) -> None:
        self._look_at_import(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        self._look_at_import(node)

    def _look_at_import(self, node: ast.Import | ast.ImportFrom) -> None:
        module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
        for alias in node.names:
            if _import_line(node, alias) in self.given.imports:
                continue
            parts = [*module.split("."), *alias.name.split(".")]
            parts = [part for part in parts if part]
            name = alias.asname or alias.name.split(".")[0]
            if _is_worth_a_look(parts):
                self.note(".".join(parts))
            elif name in self.given.checks:
                self.note(f"another {name}")
            self.modules.add(name)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._look_at_scope(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._look_at_scope(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        if node.name in self.given.checks and not self.own_checks:
            self.note(f"another {node.name}")
        self.generic_visit(node)

    def _look_at_scope(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        if node.name in self.given.checks and not self.own_checks:
            self.note(f"another {node.name}")
        arguments = [
            *node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs,
            *filter(None, [node.args.vararg, node.args.kwarg]),
        ]  # fmt: skip
        own = {argument.arg for argument in arguments} | _bound(node)
        shared = {
            name for part in ast.walk(node) if isinstance(part, ast.Global) for name in part.names
        }
        self.own_checks.append(own - shared)
        self.generic_visit(node)
        self.own_checks.pop()

    def visit_Call(self, node: ast.Call) -> None:
        function = node.func
        name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
        if isinstance(function, ast.Attribute):
            self._look_at_called(node, function)
        if isinstance(function, ast.Name) and name in _LOOKING:
            self.allowed |= {id(_root(argument)) for argument in node.args}
        if isinstance(function, ast.Name) and name in ("getattr", "setattr", "delattr"):
            self._look_at_getattr(node)
        if isinstance(function, ast.Name) and name in ("exec", "eval", "compile"):
            self._look_at_code(node, name)
        if name == "import_module":
            self._look_at_import_module(node)
        if name in ("run_cell_magic", "system", "getoutput") and isinstance(
            function, ast.Attribute
        ):
            self._look_at_magic(node)
        if name in _OPENERS:
            for argument in node.args:
                if isinstance(argument, ast.Constant) and argument.value == "solutions":
                    self.note("solutions")
        self.generic_visit(node)

    def _look_at_called(self, node: ast.Call, function: ast.Attribute) -> None:
        if function.attr in ("expected", "again"):
            self.note(ast.unparse(function))
            self.allowed.add(id(_root(function)))  # said once is enough
        if isinstance(function.value, ast.Name):
            self.allowed.add(id(function.value))  # check.pairs(pairs)
        elif function.attr == "say":
            self.allowed.add(id(_root(function)))  # check.pairs.say(pairs)

    def _look_at_getattr(self, node: ast.Call) -> None:
        name = node.args[1] if len(node.args) > 1 else None
        if isinstance(name, ast.Constant) and name.value in _TRICKS | _INSIDES | {
            "expected",
            "again",
        }:
            self.note(f"{ast.unparse(node)}")
        root = _root(node.args[0]) if node.args else None
        is_module = isinstance(root, ast.Name) and root.id in self.modules
        if node.func.id != "getattr" and is_module and not _SETTINGS & set(_chain(node.args[0])):
            self.note(ast.unparse(node))

    def _look_at_code(self, node: ast.Call, name: str) -> None:
        code = node.args[0] if node.args else None
        if isinstance(code, ast.Constant) and isinstance(code.value, str):
            self.found += _suspicious(code.value, self.given)
        elif not (isinstance(code, ast.Call) and getattr(code.func, "id", "") == "input"):
            self.note(f"{name}()")

    def _look_at_import_module(self, node: ast.Call) -> None:
        module = node.args[0] if node.args else None
        if not (isinstance(module, ast.Constant) and isinstance(module.value, str)):
            self.note("import_module()")
        else:
            self.found += _suspicious(f"import {module.value}", self.given)

    def _look_at_magic(self, node: ast.Call) -> None:
        """Read the body of a cell magic as code where it is Python, such as under %%time."""
        texts = [part.value for part in node.args if isinstance(part, ast.Constant)]
        if len(texts) == 3 and texts[0] in ("time", "timeit", "capture", "prun", "python"):
            self.found += _suspicious(str(texts[2]), self.given)
        elif isinstance(node.func.value, ast.Name) and node.func.value.id == "os":
            self.note(f"os.{node.func.attr}")

    def visit_Attribute(self, node: ast.Attribute) -> None:
        chain = _chain(node)
        of_checks = chain[0] == "scaling" and node.attr in _CHECKS
        if node.attr in _INSIDES | _TRICKS or (chain[0], node.attr) in _SYSTEM or of_checks:
            self.note(ast.unparse(node))
        elif (
            isinstance(node.ctx, ast.Store | ast.Del)
            and chain[0] in self.modules
            and not _SETTINGS & set(chain)
        ):
            self.note(f"{ast.unparse(node)} = …")
        self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        if node.id in _TRICKS:
            self.note(node.id)
        if node.id not in self.given.checks or any(node.id in own for own in self.own_checks):
            return
        if isinstance(node.ctx, ast.Store):
            self.note(f"another {node.id}")
        elif id(node) not in self.allowed:
            self.note(f"{node.id} other than by calling it")

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and _PLACES.search(node.value):
            self.note(f"“{node.value.strip()[:40]}”")

    def visit_BinOp(self, node: ast.BinOp) -> None:
        is_path = isinstance(node.op, ast.Div) and isinstance(node.right, ast.Constant)
        if is_path and node.right.value == "solutions":
            self.note("solutions")
        self.generic_visit(node)


def _root(node: ast.AST) -> ast.AST:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node


def _chain(node: ast.AST) -> list[str]:
    """Return the names of an attribute from left to right; the first empty if it is no name."""
    names = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    names.append(node.id if isinstance(node, ast.Name) else "")
    return names[::-1]


# ---------------------------------------------------------------- other files

_COMPILED = {".so", ".pth", ".pyc", ".pyd", ".pyo", ".dll", ".dylib", ".egg-link"}
_SETTINGS_FILES = {
    "conftest.py", "ipython_config.py", "ipython_kernel_config.py", SETTINGS, "pyvenv.cfg",
}  # fmt: skip
_SETTINGS_FOLDERS = {".ipython", ".jupyter", ".local", ".config"}
_OURS = {"scaling", "sitecustomize", "usercustomize", "ipython_config"}


def _walk(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield all in a folder as relative paths with their kind; links are told, never followed."""
    for place, folders, files in os.walk(folder, followlinks=False):
        folders.sort()
        here = Path(place)
        links = [name for name in folders if (here / name).is_symlink()]
        for name in sorted([*links, *files]):
            path = here / name
            kind = "file" if path.is_file() else "special"
            yield path.relative_to(folder), "link" if path.is_symlink() else kind


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") or part in ("__pycache__", "__MACOSX") for part in path.parts)


def _other_files(folder: Path, report: _Report) -> tuple[Path, ...]:
    """Return the files that may be copied beside the notebook, and report the others."""
    kept, size = [], 0
    for path, kind in _walk(folder):
        reason = _why_not(path, kind)
        if reason:
            text = f"{path.as_posix()} {reason}; it was left out."
            many = "{n} files ({names}) could change how the notebook is run; they were left out."
            report.each(Kind.FLAGGED, path.as_posix(), text, many)
        elif not _is_hidden(path) and ".ipynb" not in path.name.lower():
            more = size + (folder / path).lstat().st_size
            if len(kept) == MOST_FILES or more > MOST_BYTES:
                text = f"{path.as_posix()} is beyond the limit for other files; it was left out."
                many = (
                    f"Beyond {MOST_FILES} files or {MOST_BYTES / 1e6:.0f} MB, "
                    "{n} files ({names}) were left out."
                )
                report.each(Kind.FLAGGED, path.as_posix(), text, many)
                continue
            kept.append(path)
            size = more
    return tuple(sorted(kept))


def _why_not(path: Path, kind: str) -> str:
    """Say why a file must not stand beside a notebook that is run; empty where it may."""
    if kind == "link":
        return "is a link, which is never followed"
    if kind == "special":
        return "is not an ordinary file"
    if path.name in _SETTINGS_FILES or _SETTINGS_FOLDERS & set(path.parts[:-1]):
        return "would change how the notebook is run"
    if _is_hidden(path):
        return ""  # not copied either, but nothing to look at: .DS_Store, .ipynb_checkpoints
    if path.suffix.lower() in _COMPILED:
        return "is compiled code, which nobody can read"
    top = path.stem if len(path.parts) == 1 else path.parts[0]
    if path.suffix == ".py" and _is_importable(top):
        return f"would stand in front of the installed module {top}"
    return ""


@lru_cache(maxsize=1024)
def _is_importable(name: str) -> bool:
    """Tell whether a module of this name is installed; nothing is imported to find out."""
    if name in _OURS or name in sys.stdlib_module_names or name in sys.builtin_module_names:
        return True
    # the working folder is on sys.path too, and says nothing about what is installed
    here = Path.cwd()
    path = [entry for entry in sys.path if entry and Path(entry).absolute() != here]
    return name.isidentifier() and importlib.machinery.PathFinder.find_spec(name, path) is not None


def _tell_suspicious_files(
    folder: Path, files: Iterable[Path], release: Release, report: _Report
) -> None:
    """Flag modules of the learner's that reach for what no answer needs."""
    given = _Given.by(release)
    for path in files:
        if path.suffix != ".py":
            continue
        with contextlib.suppress(_CannotGradeError):  # not readable now: nothing will import it
            found = _suspicious(_bytes_of(folder / path).decode(errors="replace"), given)
            if found:
                text = f"{path.as_posix()} uses {', '.join(found[:4])}; look at what it does."
                report.add(Kind.FLAGGED, path.as_posix(), text)


# ---------------------------------------------------------------- the learner's command


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
            f"solutions and {SETTINGS}."
        )
        return 2
    try:
        inspection = _best(file, sorted((course / "solutions").glob("*/*.ipynb")))
    except (ValueError, OSError) as error:
        print(f"The course's own solution cannot be read, so nothing was compared: {error}")
        return 2
    if inspection is None:
        print(f"{file.name} belongs to no exercise of this course. Is it the right file?")
        return 2
    return _say(file, inspection)


def _course(file: Path) -> Path | None:
    """Return the course's folder above a file, else above the working folder."""
    above = [*file.absolute().parents, Path.cwd(), *Path.cwd().parents]
    return next(
        (up for up in above if (up / "solutions").is_dir() and (up / SETTINGS).is_file()), None
    )


def _best(file: Path, solutions: list[Path]) -> Inspection | None:
    """Inspect a file as the exercise of its name, or else as the one that it fits."""
    named = [solution for solution in solutions if solution.name == file.name]
    if named:
        return inspect_file(file, Release.from_solution(named[0]))
    for solution in solutions:
        inspection = inspect_file(file, Release.from_solution(solution))
        if inspection.notebook is not None:
            text = f"The file should be called {solution.name} when it is handed in."
            told = Finding(Kind.REPAIRED, "notebook", text)
            return Inspection((told, *inspection.findings), inspection.notebook)
    return inspect_file(file, Release.from_solution(solutions[0])) if solutions else None


_HEADINGS = {
    Kind.UNGRADED: "It cannot be graded as it is:",
    Kind.REPAIRED: "These things would be put right for grading (this file was not changed):",
    Kind.FLAGGED: "A person would look at these:",
    Kind.NOTE: "For your information:",
}


def _say(file: Path, inspection: Inspection) -> int:
    """Print the findings under their headings; return the exit code."""
    for kind in (Kind.UNGRADED, Kind.REPAIRED, Kind.FLAGGED, Kind.NOTE):
        found = [finding for finding in inspection.findings if finding.kind is kind]
        if found:
            print(_HEADINGS[kind])
            print(*(f"  - {finding.text}" for finding in found), sep="\n")
    if inspection.notebook is None:
        return 2
    if inspection.repaired or inspection.flagged:
        print(f"{file.name} can be graded. Every answer in it is kept.")
        return 1
    print(f"{file.name} is in order and can be handed in.")
    return 0
