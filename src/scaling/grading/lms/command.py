"""``python -m scaling lms moodle|canvas collect|marks|feedback``: files in, files out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from nbgrader.api import Gradebook

from scaling import files

from .. import modes, records
from ..course import Course, CourseError, open_course
from ..feedback import feedback
from ..moments import moment
from ..preflight.findings import printable
from . import dates, sheets
from .canvas import CANVAS
from .collect import Report, Settings, collect
from .marks import NOTHING, Filled, Wishes, marks
from .moodle import MOODLE
from .pages import pack
from .platform import Platform
from .roster import Roster, enter, keep_numbers, roster

PLATFORMS = {platform.name: platform for platform in (MOODLE, CANVAS)}
MOST_TOLD = 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("platform", choices=PLATFORMS, help="from which files come")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    collecting = _action(actions, "collect", "put what a class handed in into submitted/")
    collecting.add_argument(
        "archives", nargs="+", type=Path,
        help="the zip files that the platform makes, or a folder of them",
    )  # fmt: skip
    _add_roster(collecting)
    collecting.add_argument(
        "--zone", default="", help="the time zone of your profile there, such as Europe/Berlin"
    )
    collecting.add_argument(
        "--dates", type=Path, help="a CSV file of yours with the columns id, submitted, due"
    )
    collecting.add_argument(
        "--enter", action="store_true", help="enter people of the list as students"
    )
    collecting.add_argument(
        "--update", action="store_true", help="let what is newer take the place of what is there"
    )
    marking = _action(actions, "marks", "fill in the list, to be imported")
    _add_roster(marking)
    marking.add_argument("--to", type=Path, help="the file to be made (beside the list)")
    marking.add_argument("--column", default="", help="in Canvas: its title or its number")
    for name, text in {
        "scale": "carry marks over to the platform's number of points",
        "with-waiting": "also marks that a person may still change",
        "replace": "write over other marks in the list",
        "zeros": "0 for who handed in nothing, once it is too late",
    }.items():
        marking.add_argument(f"--{name}", action="store_true", help=text)
    returning = _action(actions, "feedback", "make pages that changed, and pack them to go back")
    returning.add_argument("--to", type=Path, help="the archive to be made")
    returning.add_argument("--jobs", type=int, help="how many at once (as many as processors)")


def _action(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], name: str, does: str
) -> argparse.ArgumentParser:
    action = actions.add_parser(name, help=does, description=does)
    action.add_argument("assignment", help="such as 03-size-and-context")
    action.add_argument("--course", type=Path, help="the course folder, if not the present one")
    return action


def _add_roster(action: argparse.ArgumentParser) -> None:
    action.add_argument(
        "--roster", type=Path, required=True,
        help="what the platform exports: Moodle's grading worksheet, Canvas's gradebook",
    )  # fmt: skip


def main(given: argparse.Namespace) -> int:
    """Do what the command line says; return 0, or 1 if something wants a look, or 2 if unable."""
    given.assignment = Path(given.assignment).name  # as the Tab key writes it
    for name in ("roster", "dates", "to"):  # The course's folder becomes the working directory.
        if getattr(given, name, None):
            setattr(given, name, getattr(given, name).resolve())
    given.archives = [one.resolve() for one in getattr(given, "archives", ())]
    act: dict[str, Callable[[argparse.Namespace, Course, Platform], list[str]]]
    act = {"collect": _collect, "marks": _marks, "feedback": _feedback}
    try:
        course = open_course(given.course)
        looks = act[given.action](given, course, PLATFORMS[given.platform])
    except (CourseError, ValueError, OSError) as problem:
        print(printable_lines(problem), file=sys.stderr)
        return 2
    for remark in looks[:MOST_TOLD]:
        print(f"LOOK: {remark}")
    if len(looks) > MOST_TOLD:
        print(f"LOOK: and {len(looks) - MOST_TOLD} more of this kind.")
    return 1 if looks else 0


def printable_lines(problem: Exception) -> str:
    """Return a message fit for a terminal, in its lines."""
    return "\n".join(map(printable, str(problem).splitlines()))


def _known(given: argparse.Namespace, gradebook: Gradebook) -> tuple[sheets.Sheet, Roster]:
    sheet = sheets.read(given.roster.read_bytes())
    people = PLATFORMS[given.platform].people(sheet)
    for person in people:
        if len(sheet.rows[person.row]) != len(sheet.titles):
            raise ValueError(
                f"The line of {person} in {given.roster.name} has {len(sheet.rows[person.row])} "
                f"cells, and there are {len(sheet.titles)} titles. Export the list again, and do "
                "not change it."
            )
    return sheet, roster(people, gradebook)


def _collect(given: argparse.Namespace, course: Course, platform: Platform) -> list[str]:
    modes.secure(course)
    archives = [one for place in given.archives for one in _zips(place)]
    if given.zone:
        _check_zone(given.zone)
    with course.gradebook() as gradebook:
        _, known = _known(given, gradebook)
        new = enter(known, gradebook) if given.enter else []
        told = dates.Dates({}, {})
        if given.dates:
            told = dates.read(given.dates.read_bytes(), known, given.zone)
        settings = Settings(given.zone, given.update, told)
        report = collect(course, gradebook, platform, given.assignment, known, archives, settings)
        remarks = [*known.remarks, *keep_numbers(known, gradebook), *report.remarks]
    print(_summary(report, known, len(new)))
    graded = [
        student
        for student in report.extended
        if records.read(course.root, student, given.assignment) is not None
    ]
    if graded:
        options = "".join(f" --student '{printable(student)}'" for student in graded)
        print(f"To count them: python -m scaling grade {given.assignment} --again{options}")
    return remarks


def _zips(place: Path) -> list[Path]:
    """Return the archives that an argument names: itself, or those in it."""
    if not place.is_dir():
        return [place]
    found = sorted(one for one in place.iterdir() if one.suffix.lower() == ".zip")
    if not found:
        raise CourseError(
            f"{place} holds no zip file. If your browser has unpacked what the platform made, "
            "compress the folder again, as it is."
        )
    return found


def _check_zone(zone: str) -> None:
    try:
        moment(f"2027-01-15 12:00 {zone}")
    except ValueError:
        raise ValueError(
            f"{zone} is no time zone. Write one such as Europe/Berlin or UTC."
        ) from None


def _summary(report: Report, known: Roster, new: int) -> str:
    counts = report.counts
    parts = [
        f"{counts['collected']} collected",
        f"{counts['unchanged']} unchanged",
        f"{counts['kept']} kept as they were",
        f"{counts['nothing']} without work",
        f"{counts['unmatched']} files or people unmatched",
    ]
    more = f" {new} entered as students." if new else ""
    more += f" {counts['replaced']} replaced; the old is in downloaded/." * bool(counts["replaced"])
    more += f" New extensions: {_some(report.extended)}." * bool(report.extended)
    return f"{len(known.people)} in the list: {', '.join(parts)}.{more}"


def _marks(given: argparse.Namespace, course: Course, platform: Platform) -> list[str]:
    suffix = given.roster.suffix or ".csv"
    target = given.to or given.roster.with_name(f"{given.roster.stem}-marks{suffix}")
    if target.exists():
        raise CourseError(
            f"There is a file {target} already. Remove it, or name another with --to."
        )
    wishes = Wishes(given.column, given.scale, given.with_waiting, given.replace, given.zeros)
    with course.gradebook() as gradebook:
        sheet, known = _known(given, gradebook)
        found = marks(course, gradebook, platform, given.assignment, sheet, known, wishes)
    with files.replaced(target, 0o600) as new:
        new.write_bytes(found.data)
    print(f"{target}: {found.written} marks written, {found.same} there already.")
    return [*known.remarks, *_told(found)]


def _told(found: Filled) -> list[str]:
    """Say who got no mark; that nothing was handed in is no reason to look."""
    nothing = found.blank.pop(NOTHING, [])
    if nothing:
        print(f"{len(nothing)} {NOTHING} and stay blank: {_some(nothing)}")
    return [f"{why}: {_some(who)}" for why, who in found.blank.items()]


def _some(who: list[str]) -> str:
    more = f" and {len(who) - MOST_TOLD} more" if len(who) > MOST_TOLD else ""
    return ", ".join(who[:MOST_TOLD]) + more


def _feedback(given: argparse.Namespace, course: Course, platform: Platform) -> list[str]:
    target = given.to or course.root / "feedback" / f"{given.assignment}-{platform.name}.zip"
    if given.to and target.exists():
        raise CourseError(f"There is a file {target} already. Name another with --to.")
    _, pages = feedback(given.assignment, course=course.root, jobs=given.jobs)
    failed = [page for page in pages if page.state.startswith("no page")]
    there = [page.student for page in pages if page not in failed]
    packed = pack(course, platform, given.assignment, there, target)
    print(f"{target}: pages of {packed.students} students.")
    told = [f"{printable(page.student)}: {printable(page.state)}" for page in failed]
    return told + [f"{why}: {_some(who)}" for why, who in packed.left.items()]
