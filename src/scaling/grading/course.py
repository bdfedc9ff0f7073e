"""The instructor's course folder, as nbgrader's own settings describe it."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.apps.baseapp import NbGrader
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from .moments import moment

SETTINGS = "nbgrader_config.py"


class CourseError(Exception):
    """An instructor has to do something first; the message says what."""


@dataclass(frozen=True)
class Course:
    """A course folder and its settings."""

    root: Path
    config: Config
    folders: CourseDirectory

    def gradebook(self) -> Gradebook:
        """Open the gradebook; close it, or use it as a context manager."""
        return Gradebook(self.folders.db_url, self.folders.course_id)

    def submitted(self, student: str, assignment: str) -> Path:
        """Return the folder of a student's submission."""
        return self._folder(self.folders.submitted_directory, student, assignment)

    def autograded(self, student: str, assignment: str) -> Path:
        """Return the folder for a graded submission."""
        return self._folder(self.folders.autograded_directory, student, assignment)

    def source(self, assignment: str) -> Path:
        """Return the folder of the assignment's own files."""
        return self._folder(self.folders.source_directory, ".", assignment)

    def students(self, assignment: str) -> list[str]:
        """Return the students who handed in, in alphabetical order."""
        place = self.submitted("*", assignment)
        above = Path(str(place).split("*", 1)[0])
        inside = place.relative_to(above).parts[1:]
        if not above.is_dir():
            return []
        return sorted(one.name for one in above.iterdir() if _may_be_folder(one.joinpath(*inside)))

    def handed_in_at(self, student: str, assignment: str) -> datetime | None:
        """Return when it was handed in, as the exchange or the learning platform wrote it down.

        Raises
        ------
        ValueError
            If ``timestamp.txt`` holds no date, or one that can be read in two ways.
        """
        text = (self.submitted(student, assignment) / "timestamp.txt").read_text(encoding="utf-8")
        return moment(text)

    def feedback(self, student: str, assignment: str) -> Path:
        """Return the folder for a student's pages of feedback."""
        return self._folder(self.folders.feedback_directory, student, assignment)

    def students_folder(self, kind: str) -> Path:
        """Return the folder in which the students' folders are, such as ``submitted``."""
        place = self._folder(kind, "*", "*")
        return Path(*place.parts[: place.parts.index("*")])

    def _folder(self, kind: str, student: str, assignment: str) -> Path:
        place = Path(self.folders.format_path(kind, student, assignment))
        return place if place.is_absolute() else self.root / place


def _may_be_folder(place: Path) -> bool:
    """Tell whether something is a folder, or may be one that cannot be looked into."""
    try:
        return place.is_dir()
    except PermissionError:
        return True


def open_course(place: Path | None = None) -> Course:
    """Return the course that a folder belongs to, and work in it from here on.

    Raises
    ------
    CourseError
        If neither the folder nor one above it holds ``nbgrader_config.py``.
    """
    start = Path(place or Path.cwd()).resolve()
    root = next((up for up in (start, *start.parents) if (up / SETTINGS).is_file()), None)
    if root is None:
        raise CourseError(
            f"{start} is not inside a course: no {SETTINGS} there or above. Go to the course's "
            "folder first, or name it with --course."
        )
    os.chdir(root)  # nbgrader looks for its settings in the working directory.
    app = NbGrader()
    app.log.setLevel(logging.WARNING)
    app.load_config_file()
    folders = CourseDirectory(config=app.config)
    return Course(Path(folders.root), app.config, folders)
