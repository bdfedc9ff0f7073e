"""``python -m scaling insight``: a page and a table on what a class made of an assignment."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from scaling import files
from scaling.grading.course import Course, CourseError, open_course
from scaling.grading.insight import research
from scaling.grading.insight.figures import figures
from scaling.grading.insight.reading import Class, read
from scaling.grading.insight.report import to_csv, to_html
from scaling.wording import reason

OUT = "insight"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    add_folders(parser)
    parser.add_argument("--no-names", action="store_true", help="without the list of students")
    parser.add_argument(
        "--research", type=Path, metavar="FILE", help="also a table without names, and a codebook"
    )
    parser.add_argument(
        "--site", default="", metavar="ADDRESS", help="of the published course, to link to lessons"
    )


def add_folders(parser: argparse.ArgumentParser) -> None:
    """Describe what this command and ``similarity`` share."""
    parser.add_argument("assignment", help="such as 03-size-and-context")
    parser.add_argument("--out", type=Path, help=f"a folder (default: {OUT}/ of the course)")
    parser.add_argument("--course", type=Path, help="the course folder, if not the present one")


def main(given: argparse.Namespace) -> int:
    """Write page and table; return 0, or 2 if unable."""
    if given.research:
        given.research = given.research.resolve()  # before the working directory changes
    return write_pages(given, "", _pages)


def _pages(course: Course, given: argparse.Namespace) -> dict[str, str]:
    found = read(course, given.assignment)
    if given.research:
        _export(found, given.research)
    told = figures(found)
    page = to_html(told, given.assignment, not given.no_names, given.site)
    return {".html": page, ".csv": to_csv(told)}


def _export(found: Class, target: Path) -> None:
    book = target.with_name(f"{target.stem}-codebook.md")
    for file in (target, book):
        if file.exists():
            raise CourseError(f"{file} is there already. Move it away, or name another file.")
    text = research.to_csv(found)
    files.write_text(target, text)
    files.write_text(book, research.codebook(found))
    print(f"Written: {target}\nWritten: {book}")


def write_pages(
    given: argparse.Namespace,
    name: str,
    pages: Callable[[Course, argparse.Namespace], Mapping[str, str]],
) -> int:
    """Write files on an assignment; return 0, or 2 if unable, after saying why.

    Parameters
    ----------
    given : argparse.Namespace
        With what `add_folders` describes.
    name : str
        What the files' names have behind the assignment.
    pages : callable
        Returns the files' contents by their endings.
    """
    out = given.out.resolve() if given.out else None  # before the working directory changes
    try:
        course = open_course(given.course)
        made = pages(course, given)
        out = out or course.root / OUT
        out.mkdir(parents=True, exist_ok=True)
        for ending, text in made.items():
            target = out / f"{given.assignment}{name}{ending}"
            files.write_text(target, text)
            print(f"Written: {target}")
    except (CourseError, OSError) as problem:
        print(f"{reason(problem)}.", file=sys.stderr)
        return 2
    return 0
