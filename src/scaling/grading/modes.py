"""Who may read and write a course on a machine that several people use.

Only what other users can reach counts: below a folder that is closed to them, modes do no harm.
Where modes mean nothing, as on Windows, nothing is looked at.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from .course import Course, CourseError
from .preflight.findings import printable

MOST_NAMED = 5


def is_reachable(place: Path) -> bool:
    """Return whether other users can go as far as the folder that holds something."""
    return all(_mode(up) & stat.S_IXOTH for up in place.absolute().parents)


def may_write(place: Path) -> bool:
    """Return whether every user may write to a file or a folder, or put files into it."""
    wanted = stat.S_IWOTH | (stat.S_IXOTH if stat.S_ISDIR(_mode(place)) else 0)
    return _is_open(place, wanted) and not _mode(place) & stat.S_ISVTX


def may_read(place: Path) -> bool:
    """Return whether every user may read a file, or list a folder."""
    return _is_open(place, stat.S_IROTH)


def _is_open(place: Path, wanted: int) -> bool:
    return os.name == "posix" and _mode(place) & wanted == wanted and is_reachable(place)


def _mode(place: Path, follow: bool = True) -> int:
    try:
        return place.stat(follow_symlinks=follow).st_mode
    except OSError:
        return 0


def students_work(course: Course) -> list[Path]:
    """Return the folders of all submissions that are there."""
    top = course.students_folder(course.folders.submitted_directory)
    return [top, *(one for one in _without_links(top) if stat.S_ISDIR(_mode(one)))]


def secure(course: Course) -> None:
    """Close what ``nbgrader collect`` leaves open; refuse a course that all users may change.

    Raises
    ------
    CourseError
        If other users may write the course's folder, its ``submitted/`` or a submission that
        belongs to another user, who has to close it.
    """
    for place in (course.root, students_work(course)[0]):
        if may_write(place):
            raise CourseError(
                f"Every user of this machine may change what is in {place}. Nothing was graded. "
                f"Close it first:\n    chmod o-w '{place}'"
            )
    left = []
    for student in students_work(course)[1:]:
        for place in open_in(student):
            try:
                place.chmod(stat.S_IMODE(_mode(place)) & ~stat.S_IRWXO)
            except PermissionError:
                left.append(printable(str(place)))
    if left:
        more = f" and {len(left) - MOST_NAMED} more" if len(left) > MOST_NAMED else ""
        raise CourseError(
            "Every user of this machine may change these submissions, and they belong to another "
            f"user, who can close them with chmod -R o-w: {', '.join(left[:MOST_NAMED])}{more}."
        )


def open_in(top: Path) -> Iterator[Path]:
    """Yield what every user may change in a folder; what is closed meanwhile is not looked into."""
    waiting = [top]  # Folders may be nested more deeply than functions can be.
    while waiting:
        place = waiting.pop()
        if may_write(place):
            yield place
        if _mode(place) & stat.S_IXOTH:
            waiting += _without_links(place)


def _without_links(folder: Path) -> list[Path]:
    return [one for one in _listed(folder) if not stat.S_ISLNK(_mode(one, follow=False))]


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def readable_solutions(course: Course) -> str:
    """Return a sentence that says that other users can read the solutions, or ""."""
    top = course.source(".")
    files = (file for file in top.glob("*/*.ipynb") if may_read(file))
    if next(files, None) is None:
        return ""
    return (
        f"Every user of this machine can read the solutions in {top}. If students have an account "
        f"here, close the folder:\n    chmod o-rx '{course.root}'"
    )


def is_shared(course: Course) -> bool:
    """Return whether a group of graders shares the course's folder."""
    return _mode(course.root) & stat.S_IWGRP != 0 and _mode(course.root) & stat.S_ISGID != 0


def closed_to_the_group(course: Course) -> list[Path]:
    """Return what grading writes and another grader of the group could not write anew."""
    if not is_shared(course):
        return []
    folders = course.folders
    kinds = (folders.submitted_directory, folders.autograded_directory, folders.feedback_directory)
    tops = [course.root / ".grading", *(course.students_folder(kind) for kind in kinds)]
    places = [course.root / "gradebook.db"]
    while tops:
        top = tops.pop()
        places.append(top)
        tops += [one for one in _without_links(top) if stat.S_ISDIR(_mode(one))]
    modes = {place: _mode(place) for place in places}
    return [place for place, mode in modes.items() if mode and not mode & stat.S_IWGRP]
