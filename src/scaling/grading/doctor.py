"""``python -m scaling doctor``: what is right and wrong with an instructor's installation.

Nothing is changed. Each line that is not right says what to do.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import stat
import sys
import tempfile
import textwrap
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.exchange.default.exchange import Exchange
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from . import claims, guest, modes, prepare
from .course import SETTINGS, Course, CourseError, open_course
from .preflight.findings import printable
from .report import COLUMNS

OK, LOOK, WRONG = "ok", "LOOK", "WRONG"
SUPPORTED = ((3, 11), (3, 13))
WANTED = 5e9  # bytes on a disk; a class of a thousand takes a fifth of a gigabyte per exercise
LEAST = 1e9  # bytes
# File systems of a network, on which SQLite's locks do not hold.
NETWORK = {"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "ceph", "glusterfs", "lustre"}


@dataclass(frozen=True)
class Finding:
    """One line of the table.

    Attributes
    ----------
    about : str
    state : str
        ``"ok"``, ``"LOOK"`` or ``"WRONG"``.
    text : str
        What was found and, where it is not right, what to do.
    """

    about: str
    state: str
    text: str


def examine(place: Path | None = None) -> list[Finding]:
    """Look at the course that a folder belongs to, and at what grading needs.

    Raises
    ------
    CourseError
        If the folder belongs to no course.
    """
    course = open_course(place)
    found = []
    for about, look in _LOOKS.items():
        try:
            found += [Finding(about, state, text) for state, text in look(course)]
        except (OSError, SQLAlchemyError) as problem:
            text = f"This could not be looked at: {getattr(problem, 'orig', None) or problem}"
            found.append(Finding(about, WRONG, text))
    return found


# ---------------------------------------------------------------- one look each


Lines = Iterator[tuple[str, str]]


def _python(_: Course) -> Lines:
    version = sys.version_info[:2]
    told = f"{version[0]}.{version[1]}, in {sys.prefix}"
    if SUPPORTED[0] <= version <= SUPPORTED[1]:
        yield OK, told
    else:
        yield WRONG, f"{told}. The course needs 3.11, 3.12 or 3.13: make clean, then make grading."


def _versions(course: Course) -> Lines:
    try:
        pins = (course.root / "requirements.txt").read_text(encoding="utf-8")
    except FileNotFoundError:
        yield LOOK, "requirements.txt is not in the course's folder; no version was compared."
        return
    pinned = defaultdict(set)  # A package may have several, each for another Python.
    for name, version in re.findall(r"^([\w.-]+)(?:\[.*\])?==([\w.+!-]+)", pins, re.MULTILINE):
        pinned[name].add(version)
    wanted = [
        _name(line)
        for line in metadata.requires("scaling") or []
        if "extra ==" not in line or re.search(r"""extra == ["']grading["']""", line)
    ]
    other = []
    for name in wanted:
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            version = "missing"
        if name in pinned and version not in pinned[name]:
            other.append(f"{name} {version} instead of {' or '.join(sorted(pinned[name]))}")
    if other:
        yield LOOK, f"{', '.join(other)}. Install what the course was tested with: make grading."
    else:
        yield OK, f"{len(wanted)} packages, as the course was tested with them"
    if shutil.which("alembic") is None:
        yield WRONG, "nbgrader does not find alembic. Type: source .venv/bin/activate"


def _name(requirement: str) -> str:
    return re.split(r"[^\w.-]", requirement, maxsplit=1)[0]


def _course_root(course: Course) -> Lines:
    here = Path.cwd()  # The folder of the settings, which `open_course` has gone to.
    if course.root.resolve() != here:
        text = (
            f"The settings in {here} name another folder, {course.root}. Has the folder been moved "
            f"or copied? Set c.CourseDirectory.root in {SETTINGS} anew."
        )
        yield WRONG, text
        return
    if not os.access(course.root, os.W_OK):
        yield WRONG, f"You may not write to {course.root}. Grade as the user who owns it."
        return
    yield OK, str(course.root)


def _gradebook(course: Course) -> Lines:
    url = make_url(course.folders.db_url)
    told = url.render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite":
        file = Path(url.database or "")
        if not (file.exists() and file.stat().st_size):
            text = (
                f"There is no {file} yet. Type: nbgrader generate_assignment "
                "03-size-and-context --force"
            )
            yield LOOK, text
            return
        if not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)):
            yield WRONG, f"You may not write to {file}. Its owner can allow it: chmod g+w '{file}'"
            return
        kind = _file_system(file)
        if kind in NETWORK:
            text = (
                f"{file} is on a network's file system ({kind}), where SQLite's locks do not hold. "
                "Keep it on a local disk, or take PostgreSQL (see the guide)."
            )
            yield WRONG, text
            return
    with Gradebook(course.folders.db_url, course.folders.course_id) as book:
        count = f"{len(book.assignments)} assignments, {len(book.students)} students"
        working = claims.valid_claims(book.engine)
    yield OK, f"{told}: {count}"
    for claim in working:
        yield OK, f"{claim.assignment} of {claim.student} is being graded by {claim}."


def _file_system(file: Path) -> str:
    """Return the kind of file system that holds a file, or "" where that is not known."""
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    fields = [line.split() for line in mounts.splitlines()]
    found = [(len(part[1]), part[2]) for part in fields if file.resolve().is_relative_to(part[1])]
    return max(found, default=(0, ""))[1]


def _modes(course: Course) -> Lines:
    wrong = False
    for place in (course.root, modes.students_work(course)[0]):
        if modes.may_write(place):
            wrong = True
            yield WRONG, f"Every user may change what is in {place}. Type: chmod o-w '{place}'"
    open_ones = [one for one in modes.students_work(course)[1:] if any(modes.open_in(one))]
    if open_ones:
        wrong = True
        named = ", ".join(one.name for one in open_ones[: modes.MOST_NAMED])
        text = (
            f"Every user may change submissions of {named}; `nbgrader collect` leaves them so. "
            "`grade` closes them."
        )
        yield LOOK, text
    if note := modes.readable_solutions(course):
        wrong = True
        yield LOOK, note
    if not wrong:
        yield OK, "Other users can neither read the solutions nor change a submission."


def _group(course: Course) -> Lines:
    if not modes.is_shared(course):
        yield OK, "The folder belongs to one user; no group of graders shares it."
        return
    import grp  # Windows has neither groups nor this module.

    group = course.root.stat().st_gid
    try:
        name, members = grp.getgrgid(group).gr_name, grp.getgrgid(group).gr_mem
    except KeyError:
        name, members = str(group), []
    closed = modes.closed_to_the_group(course)
    if closed:
        text = (
            f"{len(closed)} files or folders, such as {closed[0]}, are closed to the group {name}. "
            f"Their owner can open them: chmod -R g+rwX '{course.root}'"
        )
        yield WRONG, text
        return
    yield OK, f"shared by the group {name} ({', '.join(members) or 'its users'})"


def _wall(_: Course) -> Lines:
    try:
        guest.pinned("python.wasm")
    except RuntimeError as problem:
        yield WRONG, str(problem)
        return
    is_kept, text = prepare.told(prepare.cache())
    yield (OK if is_kept else LOOK), f"What students wrote runs in WebAssembly. {text}"


def _exchange(course: Course) -> Lines:
    exchange = Exchange(config=course.config)
    root = Path(exchange.root)
    if "root" not in course.config.get("Exchange", {}) and not root.exists():
        yield OK, "not used"
    elif not root.is_dir():
        yield WRONG, f"There is no folder {root}. Make it, or mend c.Exchange.root."
    elif not (os.access(root, os.W_OK | os.X_OK) and root.stat().st_mode & stat.S_IWOTH):
        yield WRONG, f"Not all may write to {root}. Its owner can allow it: chmod a+rwx '{root}'"
    else:
        yield OK, f"{root}, as {course.folders.course_id}"


def _disk(course: Course) -> Lines:
    for place in dict.fromkeys([course.root, Path(tempfile.gettempdir())]):
        free = shutil.disk_usage(place).free
        told = f"{free / 1e9:.1f} GB are free in {place}"
        if free < LEAST:
            yield WRONG, f"{told}. Make room: with less than 1 GB grading may stop halfway."
        elif free < WANTED:
            yield LOOK, f"{told}. Make room before a large class."
        else:
            yield OK, told


_LOOKS: dict[str, Callable[[Course], Lines]] = {
    "Python": _python,
    "versions": _versions,
    "course": _course_root,
    "gradebook": _gradebook,
    "modes": _modes,
    "group": _group,
    "wall": _wall,
    "exchange": _exchange,
    "disk": _disk,
}


# ---------------------------------------------------------------- the command


def table(found: list[Finding]) -> str:
    """Return the table, as text of at most a hundred columns unless a path is longer."""
    lines = []
    for finding in found:
        first, *rest = [
            line
            for part in finding.text.splitlines()
            for line in textwrap.wrap(
                printable(part), COLUMNS - 18, break_long_words=False, break_on_hyphens=False
            )
        ]
        lines.append(f"{finding.state:5}  {finding.about:10} {first}")
        lines += [" " * 18 + line for line in rest]
    return "\n".join(lines).encode(errors="backslashreplace").decode()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("--course", type=Path, help="the course folder, if not the present one")


def main(given: argparse.Namespace) -> int:
    """Print the table; return 0, or 1 if something is wrong, or 2 without a course."""
    try:
        found = examine(given.course)
    except CourseError as problem:
        print(problem, file=sys.stderr)
        return 2
    print(table(found))
    return 1 if any(finding.state == WRONG for finding in found) else 0
