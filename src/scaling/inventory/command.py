"""``python -m scaling inventory``: what a class made of the inventory; or a learner's own file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from scaling import files
from scaling.inventory import AFTER, BEFORE
from scaling.inventory.analysis import analyse
from scaling.inventory.file import export, load, path
from scaling.inventory.reading import read, shown
from scaling.inventory.report import main_sentences, to_csv, to_html
from scaling.wording import reason

REPORT = "inventory-report"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("folder", nargs="?", type=Path, help="the files that a class handed in")
    parser.add_argument(
        "--out", type=Path, metavar="FOLDER", help="where the report goes (default: beside them)"
    )
    parser.add_argument(
        "--export", type=Path, metavar="FILE", help="for a learner: write the file to hand in"
    )


def main(given: argparse.Namespace) -> int:
    """Write the report, or the learner's file; return 0, 1 to look at remarks, 2 if unable."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # An old Windows console cannot show every letter.
    try:
        if given.export is not None:
            return _export(given.export)
        if given.folder is None:
            raise ValueError(
                "Name the folder with the learners' files: python -m scaling inventory "
                "CLASS_FOLDER. A learner writes the file to hand in with --export FILE."
            )
        return _report(given.folder, given.out or given.folder)
    except (ValueError, OSError) as problem:
        print(shown(str(problem)), file=sys.stderr)
        return 2


def _export(target: Path) -> int:
    kept, note = load()
    if kept is None or not any(kept.of(when).finished for when in (BEFORE, AFTER)):
        raise ValueError(
            note
            or f"Neither of the two sittings is finished yet, as {path()} says. Answer the "
            "questions in lesson 0 or lesson 6 first."
        )
    export(kept, target)
    print(f"Written: {shown(str(target))}. Nothing was sent; hand it in, or do not.")
    return 0


def _report(folder: Path, out: Path) -> int:
    found = read(folder)
    figures = analyse(found.learners)
    for ending, text in (
        (".html", to_html(figures, found.remarks)),
        (".csv", to_csv(figures)),
    ):
        target = out / f"{REPORT}{ending}"
        try:
            files.write_text(target, text)
        except OSError as error:
            raise OSError(f"{target} cannot be written: {reason(error)}.") from None
        print(f"Written: {shown(str(target))}")
    for sentence in main_sentences(figures):
        print(sentence)
    for remark in found.remarks:
        print(f"LOOK: {remark}")
    return 1 if found.remarks else 0
