"""What a class handed in goes from a platform's archive into ``submitted/``.

Archives are only read. What is in ``submitted/`` already stays as it is, unless the instructor asks
for the newer one; the older is then kept in ``downloaded/``. What belongs to no student is told.
"""

from __future__ import annotations

import shutil
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath

from nbgrader.api import Assignment, Gradebook, MissingEntry

from scaling import files

from .. import extensions, records
from ..course import Course, CourseError
from ..preflight.findings import printable
from ..preflight.folder import is_hidden
from ..records import FOLDER, TIMESTAMP
from . import dates
from .archives import Entry, entries
from .content import RESERVED, content_of
from .platform import Platform, Upload
from .roster import Roster, may_be_same

FORMAT = 1


@dataclass(frozen=True)
class Kept:
    """What is noted of a collected assignment, so that feedback can go back.

    ``names`` holds for each student what ``Upload.kept`` says of the files.
    """

    platform: str
    names: dict[str, list[str]]


@dataclass(frozen=True)
class Settings:
    """What an instructor asks of a collection.

    Attributes
    ----------
    zone : str
        In which moments are that name none, such as ``"Europe/Berlin"``; may be empty.
    update : bool
        Whether what differs from ``submitted/`` takes its place.
    dates : dates.Dates
        What the instructor knows better than the platform.
    """

    zone: str = ""
    update: bool = False
    dates: dates.Dates = field(default_factory=lambda: dates.Dates({}, {}))


@dataclass
class Report:
    """What came of a collection.

    Attributes
    ----------
    counts : Counter of str
        How many of each kind.
    remarks : list of str
        What a person should look at.
    extended : list of str
        Students whose extension is new.
    """

    counts: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)
    extended: list[str] = field(default_factory=list)

    def look(self, student: str, text: str) -> None:
        """Add a remark on one student."""
        self.remarks.append(f"{printable(student)}: {printable(text)}")


def kept_file(course: Course, assignment: str) -> Path:
    """Return the file in which ``Kept`` is written."""
    return course.root / FOLDER / assignment / ".lms.json"


def read_kept(course: Course, assignment: str) -> Kept | None:
    """Return what is noted of a collected assignment, if anything is."""
    found, _ = files.read(kept_file(course, assignment), FORMAT, files.decoder(Kept), "list")
    return found


def collect(
    course: Course,
    gradebook: Gradebook,
    platform: Platform,
    assignment: str,
    known: Roster,
    archives: list[Path],
    settings: Settings,
) -> Report:
    """Put the work of all students in place.

    Raises
    ------
    ArchiveError
        If an archive is refused. Nothing was then put in place.
    CourseError
        If the gradebook does not know the assignment.
    ValueError
        If moments need a zone that was not given.
    """
    entry = _assignment(gradebook, assignment)
    report = Report()
    belongs = _sorted_out(platform, known, archives, report)
    arrived = _moments(known, "handed_in", "when it came", settings, report)
    arrived |= settings.dates.submitted
    until: dict[str, datetime | None] = {
        **_moments(known, "extension", "the extension", settings, report),
        **settings.dates.due,
    }
    report.extended = extensions.grant(gradebook, assignment, until)
    if report.extended and entry.duedate is None:
        report.remarks.append(f"Extensions count once {assignment} has a due date.")
    extended = extensions.granted(gradebook, assignment)
    notebooks = {notebook.name for notebook in entry.notebooks}
    note = read_kept(course, assignment) or Kept(platform.name, {})
    for number, uploads in sorted(belongs.items()):
        student = known.students[number]
        content, remarks = content_of(uploads, notebooks)
        for remark in remarks:
            report.look(student, remark)
        when = arrived.get(student)
        has_time = (course.submitted(student, assignment) / TIMESTAMP).exists()
        if when is None and not has_time and any(upload.is_late for upload, _ in uploads):
            when = _just_late(entry, extended.get(student), student, report)
        if known.people[number].is_draft:
            report.look(student, "is a draft; the platform may still get another version.")
        if content:
            try:
                _place(course, assignment, student, content, when, settings, report)
            except OSError as problem:
                report.look(student, f"could not be put in place: {problem}.")
                continue
            names = {upload.kept for upload, _ in uploads} | set(note.names.get(student, ()))
            note.names[student] = sorted(names)
    place = kept_file(course, assignment)
    place.parent.mkdir(parents=True, exist_ok=True)
    files.write(place, FORMAT, Kept(platform.name, note.names))
    return report


def _assignment(gradebook: Gradebook, name: str) -> Assignment:
    try:
        return gradebook.find_assignment(name)
    except MissingEntry:
        raise CourseError(
            f"The gradebook knows no assignment {name}. Run this first:\n"
            f"    nbgrader generate_assignment {name} --force"
        ) from None


# ---------------------------------------------------------------- what belongs to whom


def _sorted_out(
    platform: Platform, known: Roster, archives: list[Path], report: Report
) -> dict[str, list[tuple[Upload, Entry]]]:
    """Return the files of each student by the person's number; tell what is no student's."""
    found: dict[str, list[tuple[Upload, Entry]]] = defaultdict(list)
    left: dict[str, str] = {}
    seen = set()
    for archive in archives:
        for entry in entries(archive, archive.name):
            upload = platform.upload(entry.path, known.people)
            if upload is None:
                left[str(entry.path)] = "its name holds no number of a person"
                continue
            seen.add(upload.number)
            why = _why_left(upload, known)
            if why:
                left[f"{upload.name} ({upload.number})"] = why
            else:
                found[upload.number].append((upload, entry))
    for what, why in left.items():
        report.counts["unmatched"] += 1
        report.remarks.append(f"{printable(what)} was left in the archive: {printable(why)}.")
    report.counts["nothing"] = len(known.people.keys() - seen)
    return found


def _why_left(upload: Upload, known: Roster) -> str:
    person = known.people.get(upload.number)
    if person is None:
        return "the list has no such number, and may be of another assignment or class"
    if not may_be_same(upload.name, person.name) and not person.is_lasting:
        return f"the list calls this number {person}, and may be of another assignment"
    if upload.number not in known.students:
        return (
            f"{person} is no student of the gradebook; enter them with python -m scaling students, "
            "with e-mail address, or with --enter"
        )
    return ""


# ---------------------------------------------------------------- when


def _moments(
    known: Roster, field: str, what: str, settings: Settings, report: Report
) -> dict[str, datetime]:
    """Return for each student the moment that the list has in a field of ``Person``."""
    found = {}
    for number, student in known.students.items():
        text = getattr(known.people[number], field)
        when = _moment(text, student, what, settings, report) if text else None
        if when is not None:
            found[student] = when
    return found


def _moment(
    text: str, student: str, what: str, settings: Settings, report: Report
) -> datetime | None:
    if not settings.zone:
        raise ValueError(
            f"The list says “{text}” without a time zone. Add the one of your own profile on the "
            "platform, such as --zone Europe/Berlin. Nothing was collected."
        )
    try:
        return dates.written(text, settings.zone)
    except ValueError as problem:
        report.look(student, f"{what} is in doubt and was left out. {problem}")
        return None


def _just_late(
    entry: Assignment, until: datetime | None, student: str, report: Report
) -> datetime | None:
    """Return the earliest moment at which late work can have come."""
    due = until or entry.duedate
    if due is None:
        report.look(student, "is LATE, and the gradebook has no due date; it counts as in time.")
        return None
    report.look(
        student,
        "is LATE, by how much the platform does not say; timestamp.txt has a second after the due "
        "date. Where it matters, give the moment with --dates.",
    )
    return due + timedelta(seconds=1)


# ---------------------------------------------------------------- putting it in place


def _place(
    course: Course,
    assignment: str,
    student: str,
    content: dict[PurePosixPath, bytes],
    when: datetime | None,
    settings: Settings,
    report: Report,
) -> None:
    target = course.submitted(student, assignment)
    if (
        target.is_symlink()
        or target.parent.is_symlink()
        or (target.exists() and not _is_dir(target))
    ):
        report.look(student, f"{target} is no folder of its own; nothing was put there.")
        return
    is_there = target.exists() and any(target.iterdir())
    if is_there and _holds(target, content):
        _note_time(target, when, student, student in settings.dates.submitted, report)
        report.counts["unchanged"] += 1
        return
    if is_there and not settings.update:
        report.look(
            student,
            "what is in submitted/ differs and was kept; --update puts this in its place.",
        )
        report.counts["kept"] += 1
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    new_as = f".new-{target.name}-"
    for left_over in target.parent.glob(f"{new_as}*"):
        shutil.rmtree(left_over)  # A run that was killed has left it.
    new = target.with_name(f"{new_as}{uuid.uuid4().hex}")
    new.mkdir()
    for path, data in content.items():
        place = new.joinpath(*path.parts)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    _note_time(new, when, student, True, report)
    if is_there:
        old = course.root / "downloaded" / assignment / "replaced" / student / files.stamp()
        old.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(target, old)
        _expect_grading(course, assignment, student)
        report.counts["replaced"] += 1
    elif target.exists():
        target.rmdir()  # It is empty, or else this fails.
    new.replace(target)
    report.counts["collected"] += 1


def _is_dir(place: Path) -> bool:
    return place.is_dir() and not place.is_symlink()


def _expect_grading(course: Course, assignment: str, student: str) -> None:
    """Take the checksum out of a record, so that no mark of the older work is handed on."""
    record = records.read(course.root, student, assignment)
    if record is not None:
        records.write(course.root, replace(record, digest=""))


def _holds(folder: Path, content: dict[PurePosixPath, bytes]) -> bool:
    """Return whether a folder holds just these files, apart from what graders write there."""
    there = {
        PurePosixPath(*place.relative_to(folder).parts): place
        for place in folder.rglob("*")
        if place.is_symlink() or not place.is_dir()
    }
    theirs = {path for path in there if str(path) not in RESERVED and not is_hidden(Path(path))}
    return theirs == set(content) and all(
        not there[path].is_symlink() and there[path].read_bytes() == data
        for path, data in content.items()
    )


def _note_time(
    folder: Path, when: datetime | None, student: str, is_certain: bool, report: Report
) -> None:
    """Write down when work came, over another moment only if an instructor has given this one."""
    if when is None:
        return
    place = folder / TIMESTAMP
    text = f"{when:%Y-%m-%d %H:%M:%S} UTC\n"
    if is_certain or not place.exists():
        files.write_text(place, text)
    elif place.read_text(encoding="utf-8", errors="replace").strip() != text.strip():
        report.look(student, f"timestamp.txt says another moment than {text.strip()}; it was kept.")
