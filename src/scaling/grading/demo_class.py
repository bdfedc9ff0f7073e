"""A throwaway class: ``python -m scaling demo-class`` invents students, grades them and shows how.

For an instructor's first five minutes, and to see how long a class of some size takes. Everything
happens in a course folder of its own with a gradebook of its own; the real one is never opened.
The same seed invents the same class.
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import itertools
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook

import scaling

from . import demo_answers as answers
from . import feedback, grade, report
from .course import SETTINGS, CourseError
from .export import SafeCsv
from .limits import Limits
from .records import Record

DUE = datetime(2026, 3, 13, 17, 0, tzinfo=UTC)
# An endless loop is stopped after this time; a real class has longer.
LOOP_SECONDS = 3.0
WHO_IS_WHO = "who-is-who.json"

FIRST = (
    "mossy", "quiet", "brisk", "copper", "dappled", "early", "frosty", "gentle", "humming",
    "inky", "jolly", "knotty", "lofty", "misty", "nimble", "opal", "patient", "quick", "rusty",
    "silver", "tidy", "upbeat", "velvet", "windy", "zesty", "plaid", "salty", "chalky",
)  # fmt: skip
SECOND = (
    "heron", "otter", "badger", "lynx", "magpie", "newt", "osprey", "plover", "quail", "raven",
    "stoat", "tern", "urchin", "vole", "walrus", "yak", "beetle", "curlew", "dormouse", "egret",
    "ferret", "gecko", "hare", "ibis", "jackdaw", "kestrel", "lobster", "marten",
)  # fmt: skip

# These are kinds of submissions. A class takes them in this order, and a larger one starts again.
KINDS = (
    "right", "slips", "blank", "slips", "half", "copied check", "endless loop", "right",
    "slips", "renamed file", "right", "reads the solutions", "slips", "deleted check", "right",
    "half", "slips", "stray output", "right", "slips", "nothing", "right", "slips", "slips",
)  # fmt: skip
EVERY_NTH_IS_LATE = 8
# In a class that takes each kind in turn, a few slips are made by many, as in a class of learners.
COMMON_SLIPS = 3


@dataclass
class Student:
    """An invented student.

    Attributes
    ----------
    id, first_name, last_name, email : str
    kind : str
        What the student hands in, one of ``KINDS``.
    late : bool
    slips : dict
        By assignment and test cell: the hint that was provoked.
    """

    id: str
    first_name: str
    last_name: str
    email: str
    kind: str
    late: bool
    slips: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Exercise:
    """An exercise as it was released, and everything that can be answered in it."""

    assignment: str
    notebook: str
    released: NotebookNode
    questions: list[answers.Question]
    slips: dict[str, list[answers.Slip]]
    essays: list[str]


def make(
    folder: Path,
    *,
    course: Path,
    students: int = 24,
    assignments: list[str] | None = None,
    seed: int = 1,
    jobs: int | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> dict[str, list[Record]]:
    """Make a class in an empty folder and grade it.

    Parameters
    ----------
    folder : pathlib.Path
        Empty or not there yet.
    course : pathlib.Path
        Whose solutions and settings are copied.
    students : int
        How many, at least 1.
    assignments : list of str, optional
        Which; else the first of the course.
    seed : int
        Another seed invents another class.
    jobs : int, optional
        How many submissions at once; else as many as there are processors.
    tell : callable, optional
        Is told what happens next.

    Returns
    -------
    dict
        The records of each assignment.

    Raises
    ------
    CourseError
        If something has to be done first; the message says what.
    """
    if students < 1:
        raise CourseError(f"A class needs at least one student; --students is {students}.")
    wanted = _assignments(course, assignments)
    folder = _set_up(folder, course)
    tell(f"Generating {', '.join(wanted)} …")
    for assignment in wanted:
        _nbgrader(folder, "generate_assignment", assignment)
    tell(f"Handing in, {students} students …")
    group = invent(students, seed)
    exercises = [exercise(folder, assignment) for assignment in wanted]
    for one in exercises:
        hand_in(folder, one, group, seed)
    _register(folder, group, wanted)
    (folder / WHO_IS_WHO).write_text(
        json.dumps([asdict(student) for student in group], indent=1, ensure_ascii=False),
        encoding="utf-8",
    )
    tell("Grading …")
    with contextlib.chdir(folder):  # Grading changes the working directory.
        found = {
            assignment: grade.grade(
                assignment,
                course=folder,
                jobs=jobs,
                limits=Limits(cell_seconds=LOOP_SECONDS),
            )
            for assignment in wanted
        }
        tell("Writing feedback …")
        for assignment in wanted:
            _, pages = feedback.feedback(assignment, course=folder, jobs=jobs)
            if failed := [page for page in pages if page.state != "made"]:
                raise CourseError(f"Feedback for {failed[0].student}: {failed[0].state}")
        with _gradebook(folder) as gradebook:
            SafeCsv(to="grades.csv").export(gradebook)
    return found


# ---------------------------------------------------------------- the course folder


def _assignments(course: Path, wanted: list[str] | None) -> list[str]:
    there = sorted({file.parent.name for file in (course / "solutions").glob("*/*.ipynb")})
    if not there:
        raise CourseError(f"There is no solution in {course / 'solutions'} to make a class from.")
    if wanted == ["all"]:
        return there
    if unknown := sorted(set(wanted or ()) - set(there)):
        raise CourseError(f"No solution {', '.join(unknown)}. There is: {', '.join(there)}.")
    return wanted or there[:1]


def _set_up(folder: Path, course: Path) -> Path:
    """Make a course folder that shares nothing with the real one."""
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise CourseError(f"{folder} is not an empty folder. Name another, or a new one.")
    folder.mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()
    shutil.copytree(course / "solutions", folder / "solutions", symlinks=True)
    # These come last, and override all settings above: invented grades stay in this folder.
    own = f"""
# A demonstration class keeps to its own folder.
c.CourseDirectory.root = {str(folder)!r}
c.CourseDirectory.db_url = {f"sqlite:///{folder / 'gradebook.db'}"!r}
c.CourseDirectory.course_id = "demo-class"
"""
    settings = (course / SETTINGS).read_text(encoding="utf-8") + own
    (folder / SETTINGS).write_text(settings, encoding="utf-8")
    return folder


def _nbgrader(folder: Path, *arguments: str) -> None:
    # nbgrader calls alembic by name, which is found only where the environment is activated.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=folder,
        env=os.environ | {"PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        said = "\n".join(done.stdout.strip().splitlines()[-5:])
        raise CourseError(f"nbgrader {' '.join(arguments)} stopped:\n{said}")


def _gradebook(folder: Path) -> Gradebook:
    return Gradebook(f"sqlite:///{folder / 'gradebook.db'}", "demo-class")


def _register(folder: Path, group: list[Student], assignments: list[str]) -> None:
    """Enter names and the due date in the gradebook."""
    with _gradebook(folder) as gradebook:
        for assignment in assignments:
            gradebook.update_or_create_assignment(assignment, duedate=DUE.replace(tzinfo=None))
        for student in group:
            gradebook.add_student(
                student.id,
                first_name=student.first_name,
                last_name=student.last_name,
                email=student.email,
            )


# ---------------------------------------------------------------- students


def invent(number: int, seed: int) -> list[Student]:
    """Return invented students: the same for the same number and seed."""
    dice = random.Random(seed)
    pairs = [(first, second) for first in FIRST for second in SECOND]
    dice.shuffle(pairs)
    group = []
    for place in range(number):
        first, second = pairs[place % len(pairs)]
        again = place // len(pairs)
        name = f"{first}-{second}" + (f"-{again + 1}" if again else "")
        kind = KINDS[place % len(KINDS)]
        late = place % EVERY_NTH_IS_LATE == EVERY_NTH_IS_LATE // 2 - 1
        last = second.title() + (f" {again + 1}" if again else "")
        group.append(Student(name, first.title(), last, f"{name}@example.org", kind, late))
    return group


def exercise(folder: Path, assignment: str) -> Exercise:
    """Read an exercise and its solution from a course folder in which it was generated."""
    (solution,) = sorted((folder / "solutions" / assignment).glob("*.ipynb"))
    solved = nbformat.read(solution, as_version=4)
    questions = answers.questions(solved)
    slips: dict[str, list[answers.Slip]] = {}
    for question in questions:
        slips.setdefault(question.grade_id, []).extend(answers.slips(question))
    released = nbformat.read(folder / "exercises" / assignment / solution.name, as_version=4)
    essays = answers.essay_cells(released)
    return Exercise(assignment, solution.stem, released, questions, slips, essays)


def hand_in(folder: Path, one: Exercise, group: list[Student], seed: int) -> None:
    """Write the submissions of all students for one exercise."""
    dice = random.Random(f"{seed} {one.assignment}")
    every_slip = [slip for slips in one.slips.values() for slip in slips]
    dice.shuffle(every_slip)
    in_turn = _in_turn(every_slip)
    common = _in_turn(every_slip[:COMMON_SLIPS] if len(group) >= len(KINDS) else [])
    for student in group:
        if student.kind == "nothing":
            continue
        style = dice.choice(answers.STYLES)
        nb = copy.deepcopy(one.released)
        cells = {cell.id: cell for cell in nb.cells}
        for question in _answered(one, student.kind):
            cells[question.answer_id].source = answers.right(question, style)
        if student.kind != "blank":
            for cell_id in one.essays:
                cells[cell_id].source = answers.essay(dice)
        if student.kind == "slips":
            wanted = dice.randint(1, min(5, max(1, len(one.slips))))
            in_order = itertools.chain(itertools.islice(common, 1), in_turn)
            made = _take(in_order, wanted, len(every_slip))
            for slip in made:
                cells[slip.answer_id].source = slip.source
            student.slips[one.assignment] = {slip.grade_id: slip.hint for slip in made}
        name = ODD.get(student.kind, lambda *_: None)(nb, one) or one.notebook
        place = folder / "submitted" / student.id / one.assignment
        place.mkdir(parents=True)
        nbformat.write(nb, place / f"{name}.ipynb")
        at = DUE + timedelta(minutes=dice.randint(20, 3000) * (1 if student.late else -1))
        (place / "timestamp.txt").write_text(f"{at:%Y-%m-%d %H:%M:%S.%f} UTC", encoding="utf-8")


def _answered(one: Exercise, kind: str) -> list[answers.Question]:
    share = {"blank": 0.0, "half": 0.5}.get(kind, 1.0)
    return one.questions[: round(share * len(one.questions))]


def _in_turn(slips: list[answers.Slip]) -> Iterator[answers.Slip]:
    """Yield slips one after the other, without end, so that a large class makes all of them."""
    while slips:
        yield from slips


def _take(in_turn: Iterator[answers.Slip], number: int, most: int) -> list[answers.Slip]:
    """Take the next slips, at most one for each cell that is written in."""
    taken: dict[str, answers.Slip] = {}
    for _, slip in zip(range(most), in_turn, strict=False):
        taken.setdefault(slip.answer_id, slip)
        if len(taken) >= number:
            break
    return list(taken.values())


# ---------------------------------------------------------------- odd and hostile submissions


def _copied_check(nb: NotebookNode, one: Exercise) -> None:
    place = _test_cell(nb, one)
    twin = copy.deepcopy(nb.cells[place])
    twin.id = f"{twin.id}-copy"
    nb.cells.insert(place + 1, twin)


def _deleted_check(nb: NotebookNode, one: Exercise) -> None:
    del nb.cells[_test_cell(nb, one)]


def _renamed_file(nb: NotebookNode, one: Exercise) -> str:
    return f"{one.notebook} (1)"


def _stray_output(nb: NotebookNode, one: Exercise) -> None:
    """Leave what browsers would run, and far too much of it."""
    cell = nbformat.v4.new_code_cell("for step in range(100_000):\n    print('step', step)")
    cell.id = "trying-things"
    page = "<h1>Full marks</h1><script>document.title = 'Full marks'</script>"
    cell.outputs = [
        nbformat.v4.new_output("display_data", data={"text/html": page}),
        nbformat.v4.new_output("stream", name="stdout", text="step\n" * 20_000),
    ]
    nb.cells.append(cell)


def _endless_loop(nb: NotebookNode, one: Exercise) -> None:
    _answer_cell(nb, one).source = "tries = 0\nwhile True:\n    tries = tries + 1"


def _reads_the_solutions(nb: NotebookNode, one: Exercise) -> None:
    """Look where nbgrader keeps solutions and gradebook, seen from where it grades."""
    _answer_cell(nb, one).source = (
        "import pathlib, sqlite3\n"
        "course = pathlib.Path('../../..')\n"
        "for solution in course.glob('solutions/*/*.ipynb'):\n"
        "    print(solution.read_text())\n"
        "if (course / 'gradebook.db').exists():\n"
        "    book = sqlite3.connect(course / 'gradebook.db')\n"
        "    book.execute('update grade set manual_score = 100')\n"
        "    book.commit()\n"
        "print('nothing found')"
    )


ODD: dict[str, Callable[[NotebookNode, Exercise], str | None]] = {
    "copied check": _copied_check,
    "deleted check": _deleted_check,
    "renamed file": _renamed_file,
    "stray output": _stray_output,
    "endless loop": _endless_loop,
    "reads the solutions": _reads_the_solutions,
}


def _test_cell(nb: NotebookNode, one: Exercise) -> int:
    wanted = one.questions[0].grade_id
    ids = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in nb.cells]
    return ids.index(wanted)


def _answer_cell(nb: NotebookNode, one: Exercise) -> NotebookNode:
    """Return the cell of the last question, where a mistake spoils no other question."""
    return next(cell for cell in nb.cells if cell.id == one.questions[-1].answer_id)


# ---------------------------------------------------------------- telling


def words(folder: Path, group: list[Student], assignments: list[str], seconds: float) -> str:
    """Return what there is to see and how to see it."""
    late = sum(student.late and student.kind != "nothing" for student in group)
    kinds = Counter(student.kind for student in group)
    mix = ", ".join(f"{number} {kind}" for kind, number in kinds.most_common())
    loop = f"{LOOP_SECONDS:g} seconds here, after {Limits().cell_seconds:g} in a class of yours"
    root = " --allow-root" if hasattr(os, "geteuid") and os.geteuid() == 0 else ""
    first = assignments[0]
    return f"""
{len(group)} students invented, graded and answered in {seconds:.0f} seconds; {late} came late.
What they handed in: {mix}.
An endless loop is stopped after {loop}.

To see it as you would see your class, with the course's environment active:

    python -m scaling panels
    cd {folder}
    jupyter lab{root}

then choose Nbgrader ▸ Formgrader in the menu. "Manual Grading" has the judgements that wait
for you; "Gradebook" has everybody's marks.

    feedback   {folder / "feedback"}/STUDENT/{first}/
    grades     {folder / "grades.csv"}
    who is who {folder / WHO_IS_WHO}

Nothing of this is in your own course. To be rid of it, delete {folder}.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("--students", type=int, default=24, help="how many (24)")
    parser.add_argument(
        "--assignment",
        action="append",
        help='which exercise (may repeat; "all"; the first of the course)',
    )
    parser.add_argument("--seed", type=int, default=1, help="another number, another class (1)")
    parser.add_argument("--folder", type=Path, help="an empty one (a new temporary one)")
    parser.add_argument("--jobs", type=int, help="how many at once (as many as processors)")
    parser.add_argument("--course", type=Path, help="the course folder, if not the present one")


def main(given: argparse.Namespace) -> int:
    """Make a class as the command line says; return 0, or 2 if it cannot be made."""
    began = time.monotonic()
    made = None if given.folder else Path(tempfile.mkdtemp(prefix="demo-class-"))
    folder = Path.cwd() / (made or given.folder)
    try:
        found = make(
            folder,
            course=_course(given.course),
            students=given.students,
            assignments=given.assignment,
            seed=given.seed,
            jobs=given.jobs,
            tell=lambda text: print(text, flush=True),
        )
    except (CourseError, ValueError) as problem:
        print(problem, file=sys.stderr)
        if made is not None:
            shutil.rmtree(made)
        return 2
    for assignment, records in found.items():
        print(f"\n{assignment}\n\n{report.table(records)}")
    group = [Student(**about) for about in json.loads((folder / WHO_IS_WHO).read_text("utf-8"))]
    print(words(folder, group, list(found), time.monotonic() - began))
    return 0


def _course(named: Path | None) -> Path:
    """Return the named course, the one around the working directory, or the package's own."""
    start = (named or Path.cwd()).resolve()
    around = [up for up in (start, *start.parents) if (up / SETTINGS).is_file()]
    if around:
        return around[0]
    own = Path(scaling.__file__).resolve().parents[2]
    if named is None and (own / SETTINGS).is_file():
        return own
    raise CourseError(f"{start} is not inside a course: no {SETTINGS} there or above.")
