"""``python -m scaling insight``: a page and a table on what a class made of an assignment."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from scaling import files
from scaling.grading.course import CourseError, open_course
from scaling.grading.insight.figures import figures
from scaling.grading.insight.reading import read
from scaling.grading.insight.report import to_csv, to_html
from scaling.wording import reason

FOLDER = "insight"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("assignment", help="such as 03-size-and-context")
    parser.add_argument("--no-names", action="store_true", help="without the list of students")
    parser.add_argument(
        "--site", default="", metavar="ADDRESS", help="of the published course, to link to lessons"
    )
    parser.add_argument("--out", type=Path, help=f"a folder (default: {FOLDER}/ of the course)")
    parser.add_argument("--course", type=Path, help="the course folder, if not the present one")


def main(given: argparse.Namespace) -> int:
    """Write page and table; return 0, or 2 if unable."""
    out = given.out.resolve() if given.out else None  # before the working directory changes
    try:
        course = open_course(given.course)
        found = figures(read(course, given.assignment))
        out = out or course.root / FOLDER
        out.mkdir(parents=True, exist_ok=True)
        names = not given.no_names
        for ending, text in (
            (".html", to_html(found, given.assignment, names, given.site)),
            (".csv", to_csv(found)),
        ):
            target = out / f"{given.assignment}{ending}"
            files.write_text(target, text)
            print(f"Written: {target}")
    except (CourseError, OSError) as problem:
        print(f"{reason(problem)}.", file=sys.stderr)
        return 2
    return 0
