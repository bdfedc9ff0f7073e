"""``python -m scaling variants ASSIGNMENT``: each student's token for data of their own.

A token is drawn from the student's id and the secret of the course, which never leaves the course's
folder. It holds for all exercises. The command writes a list of tokens, and the exercise once for
each student with the token in it, to be sent where no exchange hands it out.
"""

from __future__ import annotations

import argparse
import csv
import io
import secrets
import sys
import unicodedata
from pathlib import Path

import nbformat

from scaling import files
from scaling.checking.variants import token_for

from . import modes, varying
from .course import Course, CourseError, open_course
from .export import harmless
from .records import FOLDER
from .release import Release

SECRET = "secret.txt"
LEAST = 32  # letters of a secret
PERSONAL = "personal"
COLUMNS = ("id", "last_name", "first_name", "email", "token")


def secret_of(course: Course) -> bytes:
    """Return the secret of a course.

    Raises
    ------
    CourseError
        If there is none.
    """
    place = course.root / FOLDER / SECRET
    text = place.read_text(encoding="utf-8").strip() if place.is_file() else ""
    if len(text) < LEAST:
        raise CourseError(
            f"Students have data of their own, drawn with the secret of the course, and {place} is "
            "not there or not whole. Copy it from where the tokens were made; where none was sent "
            "out so far, type: python -m scaling variants ASSIGNMENT"
        )
    return text.encode()


def made_secret(course: Course) -> bytes:
    """Return the secret of a course, which is made where there is none."""
    place = course.root / FOLDER / SECRET
    with files.lock(place):
        if not place.exists():
            with files.replaced(place, 0o660 if modes.is_shared(course) else 0o600) as new:
                new.write_text(secrets.token_hex(LEAST) + "\n", encoding="utf-8")
    return secret_of(course)


def token_of(secret: bytes, student: str) -> str:
    """Return the token of a student; a name may be written in two ways that look the same."""
    alike = unicodedata.normalize("NFC", student)
    return token_for(secret, alike.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


def write(course: Course, assignment: str) -> list[str]:
    """Write the list of tokens and the personal notebooks; return the students' ids.

    Raises
    ------
    CourseError
        If the exercise was not generated with data of one's own, or there are no students.
    """
    above = Path(course.folders.format_path(course.folders.release_directory, ".", assignment))
    released = sorted((course.root / above).glob("*.ipynb"))
    notebooks = {file: nbformat.read(file, as_version=4) for file in released}
    if not any(
        varying.is_varied(Release.from_released(nb, assignment, file.stem))
        for file, nb in notebooks.items()
    ):
        raise CourseError(
            f"{assignment} has no data of one's own. Put this line into nbgrader_config_local.py, "
            f"and generate the exercise anew:\n    c.Vary.enabled = True\n"
            f"    nbgrader generate_assignment {assignment} --force"
        )
    with course.gradebook() as gradebook:
        students = [
            {name: getattr(one, name) or "" for name in COLUMNS if name != "token"}
            for one in gradebook.students
        ]
    if not students:
        raise CourseError(
            "The gradebook has no students. Enter them first: python -m scaling students FILE"
        )
    secret = made_secret(course)
    place = course.root / PERSONAL
    place.mkdir(exist_ok=True, mode=0o770 if modes.is_shared(course) else 0o700)
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS)
    table.writeheader()
    for about in sorted(students, key=lambda one: one["id"]):
        token = token_of(secret, about["id"])
        table.writerow({name: harmless(value) for name, value in {**about, "token": token}.items()})
        for file, nb in notebooks.items():
            varying.with_token(nb, token)
            target = place / assignment / about["id"] / file.name
            target.parent.mkdir(parents=True, exist_ok=True)
            files.write_text(target, nbformat.writes(nb) + "\n")
    files.write_text(place / "tokens.csv", f"\ufeff{text.getvalue()}")
    return [one["id"] for one in students]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("assignment", help="such as 03-size-and-context")
    parser.add_argument("--course", type=Path, help="the course folder, if not the present one")


def main(given: argparse.Namespace) -> int:
    """Write tokens and notebooks; return 0, or 2 if unable."""
    assignment = Path(given.assignment).name  # as the Tab key writes it
    try:
        course = open_course(given.course)
        students = write(course, assignment)
    except (CourseError, OSError) as problem:
        print(problem, file=sys.stderr)
        return 2
    print(
        f"{len(students)} students. Their tokens are in {PERSONAL}/tokens.csv, and the exercise "
        f"with the token in it is\nin {PERSONAL}/{assignment}/STUDENT/. Send one or the other.\n"
        f"Keep {FOLDER}/{SECRET}: the same tokens, and so the same marks, come from it alone."
    )
    return 0
