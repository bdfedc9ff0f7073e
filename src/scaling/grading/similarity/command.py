"""``python -m scaling similarity``: which answers of a class are more alike than by chance."""

from __future__ import annotations

import argparse

from scaling.grading.course import Course
from scaling.grading.insight.command import add_folders, write_pages
from scaling.grading.similarity.documents import read
from scaling.grading.similarity.pairs import compare
from scaling.grading.similarity.report import to_csv, to_html


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    add_folders(parser)


def main(given: argparse.Namespace) -> int:
    """Write page and table; return 0, or 2 if unable."""
    return write_pages(given, "-similarity", _pages)


def _pages(course: Course, given: argparse.Namespace) -> dict[str, str]:
    works, titles = read(course, given.assignment)
    pairs = [pair for work in works for pair in compare(work.kind, work.everybody, work.known)]
    pairs.sort(key=lambda pair: -pair.share)
    page = to_html(given.assignment, works, pairs, titles)
    return {".html": page, ".csv": to_csv(pairs)}
