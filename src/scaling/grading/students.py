"""``python -m scaling students FILE``: enter a list of students as a spreadsheet saves it.

Commas, semicolons or tabs; UTF-8 with or without its mark, UTF-16, or the code page of Western
Windows. `nbgrader db student import` reads commas in plain UTF-8 alone. No student is taken away.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry

from .arrivals import alike
from .course import CourseError, open_course
from .preflight.findings import printable

COLUMNS = ("id", "last_name", "first_name", "email", "lms_user_id")
SEPARATORS = ",;\t"


def read(data: bytes) -> tuple[list[dict[str, str]], list[str]]:
    """Read a list of students.

    Returns
    -------
    tuple
        For each student the columns that are known and not empty; and remarks for a person.

    Raises
    ------
    ValueError
        If it has no column ``id``, or a line has none, or two lines have the same.
    """
    remarks = []
    try:
        text = data.decode(json.detect_encoding(data)).removeprefix("\ufeff")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
        remarks.append("The list is not saved as UTF-8; look whether accented letters are right.")
    header = text.partition("\n")[0]
    separator = max(SEPARATORS, key=header.count)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    names = [name.strip().casefold().replace(" ", "_") for name in next(table, [])]
    if "id" not in names:
        raise ValueError(
            f"The first line names no column id. It should name {', '.join(COLUMNS[:4])}; "
            "all but id may be missing."
        )
    unknown = [name for name in names if name not in COLUMNS]
    if unknown:
        remarks.append(f"Not entered, since a gradebook has no such column: {', '.join(unknown)}.")
    found: dict[str, dict[str, str]] = {}
    for cells in table:
        if not any(cell.strip() for cell in cells):
            continue
        values = dict(zip(names, (cell.strip() for cell in cells), strict=False))
        student = values.get("id", "")
        if not student:
            raise ValueError(f"Line {table.line_num} has no id. Nothing was entered.")
        if student in found:
            raise ValueError(f"{student} is there twice, again in line {table.line_num}.")
        found[student] = {name: values[name] for name in COLUMNS if values.get(name)}
    return list(found.values()), remarks


def enter(gradebook: Gradebook, students: list[dict[str, str]]) -> int:
    """Add students to the gradebook or bring them up to date; return how many are new."""
    new = 0
    for values in students:
        about = {name: value for name, value in values.items() if name != "id"}
        try:
            gradebook.find_student(values["id"])
        except MissingEntry:
            new += 1
        gradebook.update_or_create_student(values["id"], **about)
    return new


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("file", type=Path, help="a CSV file with the column id")
    parser.add_argument("--course", type=Path, help="the course folder, if not the present one")


def main(given: argparse.Namespace) -> int:
    """Enter the list; return 0, or 1 if something wants a look, or 2 if unable."""
    file = given.file.absolute()
    try:
        students, remarks = read(file.read_bytes())
        with open_course(given.course).gradebook() as gradebook:
            new = enter(gradebook, students)
            remarks += alike(one.id for one in gradebook.students)
    except (CourseError, ValueError, OSError) as problem:
        print(problem, file=sys.stderr)
        return 2
    print(f"{len(students)} students: {new} new, {len(students) - new} there already.")
    for remark in remarks:
        print(f"LOOK: {printable(remark)}")
    return 1 if remarks else 0
