"""Pages of feedback as an archive that the platform takes back.

To whom a page goes is decided by what ``collect`` noted of the files that came from the platform.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from scaling import files

from ..course import Course, CourseError
from ..preflight.findings import printable
from .collect import read_kept
from .platform import Platform


@dataclass
class Packed:
    """How many students' pages are in an archive, and whose are not, by the reason."""

    students: int = 0
    left: dict[str, list[str]] = field(default_factory=dict)

    def leave(self, student: str, why: str) -> None:
        """Note a student whose pages are not in the archive."""
        self.left.setdefault(why, []).append(printable(student))


def pack(
    course: Course, platform: Platform, assignment: str, students: list[str], target: Path
) -> Packed:
    """Write the archive.

    Parameters
    ----------
    students : list of str
        Those who have pages.

    Raises
    ------
    CourseError
        If nothing was collected from this platform.
    """
    kept = read_kept(course, assignment)
    if kept is None or kept.platform != platform.name:
        raise CourseError(
            f"Nothing was collected from {platform.name} for {assignment}, so nothing says whose "
            f"page is whose there. Run this first:\n"
            f"    python -m scaling lms {platform.name} collect {assignment} --roster LIST ARCHIVE"
        )
    packed = Packed()
    with (
        files.replaced(target, 0o600) as new,
        zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for student in sorted(students):
            pages = {
                page.name: page.read_bytes()
                for page in sorted(course.feedback(student, assignment).glob("*.html"))
            }
            names = kept.names.get(student)
            if not names:
                packed.leave(student, "did not hand in by this platform")
                continue
            made = platform.returned(names, pages) if pages else []
            if not made:
                why = "have no page" if not pages else "handed in no file that a page can answer"
                packed.leave(student, why)
                continue
            for path, content in made:
                archive.writestr(path, content)
            packed.students += 1
    return packed
