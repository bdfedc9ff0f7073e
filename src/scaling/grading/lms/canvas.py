"""How Canvas names files and columns.

Files of an archive ("Download Submissions") are named in ``lib/content_zipper.rb`` (2024):
``NAME_NUMBER_FILE'S NUMBER_FILE``, with ``LATE_`` before the number where it applies, and
``NAME_NUMBER_text.html`` or ``…_link.html`` for what was typed. A name uploaded twice gets ``-1``
before its ending. The list is the gradebook ("Export"), as ``lib/gradebook_exporter.rb`` writes and
``lib/gradebook_importer.rb`` reads it (2024): a row of titles, perhaps one with "Manual Posting", a
row "Points Possible", in which "(read only)" marks columns that Canvas computes, then people.

"Re-Upload Submissions" finds person and file by the two numbers, and shows what comes back under
the name of the file that was handed in, with its ending
(https://github.com/instructure/canvas-lms/issues/2406, 2024). A page would come back as a notebook
that does not open. So it is put into a notebook.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from pathlib import PurePosixPath

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from .platform import Column, Platform, Upload
from .roster import Person
from .sheets import Sheet

_TITLE = re.compile(r"(?P<name>.*) \((?P<number>\d+)\)", re.DOTALL)
_TYPED = ("text.html", "link.html")
# The ending of a file that can carry a page back, the best first.
_CARRIERS = (".ipynb", ".html", ".htm", ".zip")


def people(sheet: Sheet) -> list[Person]:
    """Read the exported gradebook of a course."""
    number_at = sheet.column("ID")
    name, last = sheet.column("Student"), sheet.column("LastName")
    if number_at is None or (name is None and last is None):
        raise ValueError(
            "This is no gradebook of Canvas: it has no columns Student and ID. In the Gradebook "
            "choose Export, Export Entire Gradebook."
        )
    first = sheet.column("FirstName")
    logins = [sheet.column(title) for title in ("SIS Login ID", "SIS User ID")]
    found = []
    for row in range(1, len(sheet.rows)):
        number = sheet.value(row, number_at)
        called = sheet.value(row, name)
        if last is not None:
            called = f"{sheet.value(row, last)}, {sheet.value(row, first)}"
        if not number.isdecimal() or called == "Student, Test":
            continue
        ids = tuple(filter(None, (sheet.value(row, at) for at in logins)))
        email = next((one for one in ids if "@" in one), "")
        found.append(Person(number, called, email, ids, row, is_lasting=True))
    return found


def upload(path: PurePosixPath, known: Iterable[str]) -> Upload | None:
    """Say to whom a file belongs, by the numbers in its name; numbers of the list come first."""
    parts = path.name.split("_")
    numbers = set(known)

    def is_typed(at: int) -> bool:
        return "_".join(parts[at + 1 :]) in _TYPED

    places = [
        at
        for at in range(1, len(parts) - 1)
        if parts[at].isdecimal()
        and (is_typed(at) or (parts[at + 1].isdecimal() and len(parts) > at + 2))
    ]
    at = next((at for at in places if parts[at] in numbers), next(iter(places), None))
    if at is None:
        return None
    is_late = parts[at - 1] == "LATE"
    rest = "_".join(parts[at + 1 if is_typed(at) else at + 2 :])
    if not rest:
        return None
    return Upload(
        number=parts[at],
        name=" ".join(parts[: at - is_late]),
        path=PurePosixPath(rest),
        kept=path.name,
        order=0 if is_typed(at) else int(parts[at + 1]),
        is_late=is_late,
    )


def column(sheet: Sheet, wanted: str, assignment: str) -> Column:
    """Find an assignment's column by its title or number, or by the assignment's own name."""
    points = next(
        (row for row in range(1, len(sheet.rows)) if "Points Possible" in sheet.value(row, 0)), None
    )
    if points is None:
        raise ValueError("The gradebook lacks the row Points Possible. Export it again.")
    titles = {at: _TITLE.fullmatch(title.strip()) for at, title in enumerate(sheet.titles)}
    is_open = {at: "read only" not in sheet.value(points, at) for at in titles}
    found = {at: title for at, title in titles.items() if title and is_open[at]}
    asked = (wanted or assignment).casefold()
    fitting = [
        at
        for at, title in found.items()
        if asked in {title[0].casefold(), title["name"].strip().casefold(), title["number"]}
    ]
    if len(fitting) != 1:
        named = "".join(f"\n  {title[0]}" for title in found.values()) or " none"
        raise ValueError(
            f"Which column takes the marks of {assignment}? Name it with --column, by its title "
            f"or its number. There are:{named}"
        )
    (at,) = fitting
    most = {person.row: sheet.value(points, at) for person in people(sheet)}
    locked = {row for row in most if sheet.value(row, at).upper() in {"EX", "N/A"}}
    return Column(at, most, frozenset(locked))


def returned(kept: list[str], pages: dict[str, bytes]) -> list[tuple[str, bytes]]:
    """Return pages under the name of a file that was handed in, in a file of its kind."""
    numbered = [name for name in kept if not name.endswith(tuple(f"_{one}" for one in _TYPED))]
    for ending in _CARRIERS:
        for name in sorted(numbered, reverse=True):
            if name.lower().endswith(ending):
                return _carried(name, ending, pages)
    return [(f"{PurePosixPath(name).stem}.html", _joined(pages)) for name in numbered[:1]]


def _carried(name: str, ending: str, pages: dict[str, bytes]) -> list[tuple[str, bytes]]:
    if ending == ".ipynb":
        return [(name, _notebook(pages))]
    if ending == ".zip":
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
            for page, content in pages.items():
                archive.writestr(page, content)
        return [(name, data.getvalue())]
    return [(name, _joined(pages))]


def _joined(pages: dict[str, bytes]) -> bytes:
    return b"\n".join(pages.values())


def _notebook(pages: dict[str, bytes]) -> bytes:
    """Return a notebook that shows pages; Jupyter takes out of them what could run."""
    told = "This is your feedback. Canvas gives it the name of the notebook that you handed in."
    cells = [new_markdown_cell(told, id="told")]
    for at, page in enumerate(pages.values()):
        text = page.decode("utf-8")
        body = re.search(r"<body[^>]*>(.*)</body>", text, re.DOTALL)
        output = new_output("display_data", {"text/html": body[1] if body else text})
        cells.append(new_code_cell("", id=f"page-{at}", outputs=[output]))
    return nbformat.writes(new_notebook(cells=cells)).encode()


CANVAS = Platform("canvas", people, upload, column, returned)
