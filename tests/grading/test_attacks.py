"""A class with more attackers than honest students is graded, and everybody gets what they deserve.

All hand in at once and are graded in one run. The attacks for marks and those that
reach outward are graded by stock nbgrader as well (in `make test-all`), where they work: they are
not straw men.
"""

import hashlib
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

import scaling
from scaling.grading.preflight.findings import printable

sys.path.insert(0, str(Path(__file__).parent))
import test_size_context as honest_class
from attacks import (
    ATTACKS,
    FOR_MARKS,
    HONEST,
    NOTEBOOK,
    OUTWARD,
    Attack,
    with_cells_that_are_hard_to_compare,
)

pytestmark = pytest.mark.slow

ASSIGNMENT = honest_class.ASSIGNMENT
JUDGEMENT = "m3-judgement"
SOLUTION = Path(__file__).parents[2] / "solutions" / ASSIGNMENT / NOTEBOOK
POINTS = {
    cell.id: cell.metadata.nbgrader.points
    for cell in nbformat.read(SOLUTION, as_version=4).cells
    if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade")
}
SECRET = "SECRET-of-the-grader"
FULL = {"00-honest": "complete", "mm-honest": "plain", "zz-honest": "numpy"}
# as everywhere, most are neither attackers nor perfect; "noisy" writes to stderr, not in a check
STYLES = FULL | {f"class-{name}": name for name in ("untouched", "half", "slips", "noisy", "cheat")}
LIMITS = {
    "cell-seconds": 2,  # of which honest cells need a fiftieth
    "memory-mb": 600,
    "disk-mb": 20,
    "jobs": 2,
}
# Some attack until they are given up; honest work has to end before, on a busy machine too.
SHORT = {"submission-seconds": 90}
STOCK_CONFIG = """
c = get_config()
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.ExecutePreprocessor.store_widget_state = False
"""
# Runs a command, and adopts every process that it leaves behind; prints those that stay.
GUARDIAN = """
import ctypes, os, subprocess, sys, time
from pathlib import Path
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
run = subprocess.Popen(sys.argv[2:])
Path(sys.argv[1]).write_text(str(run.pid))
run.wait()
def left():
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0: break
        except ChildProcessError: break
    mine = f"PPid:\\t{os.getpid()}\\n"
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if mine in (place / "status").read_text():
                found.append((place / "cmdline").read_text().replace("\\0", " "))
        except OSError: pass
    return found
until = time.monotonic() + 10
while left() and time.monotonic() < until: time.sleep(0.05)
Path(sys.argv[1]).write_text("\\n".join([str(run.pid), *left()]))
sys.exit(run.returncode if run.returncode >= 0 else 128 - run.returncode)
"""


# ---------------------------------------------------------------- a course, a class, a run


@dataclass(frozen=True)
class Ran:
    """What came of one command."""

    code: int
    said: str
    left: list

    @property
    def folders(self):
        """What it left in the folder for temporary files."""
        return list(Path(tempfile.gettempdir()).glob(f"scaling-{self.pid}-*"))

    @property
    def pid(self):
        return self.left[0]

    @property
    def processes(self):
        return self.left[1:]


@dataclass(frozen=True)
class Room:
    """A course folder of a test's own."""

    place: Path

    def environment(self, **more):
        here = str(Path(sys.executable).parent)
        usual = {name: of for name, of in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        return {
            **usual,
            "PATH": here + os.pathsep + os.environ["PATH"],
            "HOME": str(self.place / "home"),
            "SCALING_TEST_SECRET": f"{SECRET}-environment",
            **more,
        }

    def start(self, *command, **more):
        """Start a command under the eyes of a guardian; return a function that waits for it."""
        left = self.place / "left" / f"{time.monotonic_ns()}"
        left.parent.mkdir(exist_ok=True)
        process = subprocess.Popen(
            [sys.executable, "-c", GUARDIAN, str(left), *map(str, command)],
            cwd=self.place,
            env=self.environment(**more),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )

        def wait():
            said, _ = process.communicate(timeout=3000)  # a machine is prepared as well
            return Ran(process.returncode, said, left.read_text().splitlines())

        def pid():
            until(lambda: left.exists() and left.read_text())
            return int(left.read_text())

        wait.pid = pid
        return wait

    def grade(self, *more, **variables):
        return self.start(*grading(*more), **variables)()

    def hand_in(self, student, cells):
        self.attack(student, Attack(cells=cells), honest={})

    def attack(self, student, attack, honest=HONEST, port=0):
        """Hand in one attack."""
        source = self.place / "exercises" / ASSIGNMENT / NOTEBOOK
        nb = json.loads(source.read_text(encoding="utf-8"))
        given = f"COURSE, PORT, NOTEBOOK = {str(self.place)!r}, {port}, {NOTEBOOK!r}\n"
        code = {"m3-reading-answer": attack.code} if attack.code else {}
        sources = {**honest, **code, **attack.cells}
        for cell in nb["cells"]:
            if cell["id"] in sources:
                told = sources[cell["id"]].strip("\n")
                needs = any(name in told for name in ("COURSE", "PORT", "NOTEBOOK"))
                cell["source"] = given + told if needs else told
        if attack.change:
            attack.change(nb)
        folder = self.submitted(student)
        folder.mkdir(parents=True)
        (folder / NOTEBOOK).write_text(json.dumps(nb), encoding="utf-8")
        if attack.place:
            attack.place(folder)

    def submitted(self, student):
        return self.place / "submitted" / student / ASSIGNMENT

    def record(self, student):
        place = self.place / ".grading" / ASSIGNMENT / f"{student}.json"
        return json.loads(place.read_text(encoding="utf-8"))

    def graded(self, student):
        place = self.place / "autograded" / student / ASSIGNMENT / NOTEBOOK
        return place.read_text(encoding="utf-8")

    def book(self):
        return Gradebook(f"sqlite:///{self.place / 'gradebook.db'}")

    def scores(self, book, student):
        """Points by question, of those that checks mark; none where nothing is entered."""
        (notebook,) = book.find_submission(ASSIGNMENT, student).notebooks
        return {grade.name: grade.auto_score for grade in notebook.grades if grade.name in POINTS}

    def earned(self, student):
        """The questions that brought points."""
        with self.book() as book:
            try:
                found = self.scores(book, student)
            except Exception:  # nothing was entered
                return {}
        return {name: score for name, score in found.items() if score}

    def snapshot(self, *folders):
        """A checksum of every file below some folders."""
        return {
            str(place): hashlib.sha256(place.read_bytes()).hexdigest()
            for folder in folders
            for place in sorted((self.place / folder).rglob("*"))
            if place.is_file() and not place.is_symlink()
        }

    def markers(self):
        """What attacks left in the course folder."""
        found = [place.name for place in self.place.rglob("marker_*")]
        with sqlite3.connect(self.place / "gradebook.db") as book:
            names = book.execute("select name from sqlite_master where name like 'marker_%'")
            found += [name for (name,) in names]
        return found


def until(condition):
    """Wait until something is the case."""
    last = time.monotonic() + 1500
    while not condition():
        assert time.monotonic() < last, "it never came about"
        time.sleep(0.01)


def grading(*more, **limits):
    limits = {**LIMITS, **limits}
    named = [part for name, value in limits.items() for part in (f"--{name}", value)]
    return [sys.executable, "-m", "scaling", "grade", ASSIGNMENT, *named, *more]


@pytest.fixture(scope="module")
def room(course, tmp_path_factory):
    """Return a function that makes a course folder in which nobody has handed in yet."""

    def make(config=None):
        place = tmp_path_factory.mktemp("attacked")
        for folder in ("solutions", "exercises"):
            shutil.copytree(course.place / folder, place / folder)
        shutil.copy(course.place / "gradebook.db", place)
        shutil.copy(course.place / "nbgrader_config.py", place)
        if config:
            (place / "nbgrader_config.py").write_text(config)
        (place / "home").mkdir()
        (place / "home/letter.txt").write_text(f"{SECRET}-letter")
        return Room(place)

    return make


@contextmanager
def listening(place):
    """Listen on a port, a socket with a path and one without; give the port and what was heard."""
    heard = []
    tcp = socket.create_server(("127.0.0.1", 0))
    port = tcp.getsockname()[1]
    path, abstract = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
    here = Path.cwd()
    os.chdir(place)  # the path of a socket may not be long
    path.bind("socket")
    os.chdir(here)
    abstract.bind(f"\0scaling-{port}")

    def listen(server):
        server.listen()
        while True:
            try:
                heard.append(server.accept()[0].recv(99).decode())
            except OSError:
                return

    for server in (tcp, path, abstract):
        threading.Thread(target=listen, args=(server,), daemon=True).start()
    yield port, heard
    for server in (tcp, path, abstract):
        server.shutdown(socket.SHUT_RDWR)
        server.close()


@dataclass(frozen=True)
class Day:
    """A room after the class was graded, and what was the case before."""

    room: Room
    ran: Ran
    before: dict
    heard: list


def hand_in_all(here, honest, attacks, port):
    for student, style in STYLES.items():
        here.hand_in(student, honest[style])
    for student, attack in attacks.items():
        here.attack(student, attack, port=port)


@pytest.fixture(scope="module")
def ours(room, answers_of_everybody):
    """The class graded by us."""
    here = room()
    with listening(here.place) as (port, heard):
        hand_in_all(here, answers_of_everybody(honest_class), ATTACKS, port)
        before = here.snapshot("solutions", "submitted", "exercises")
        ran = here.start(*grading(**SHORT))()
    return Day(here, ran, before, heard)


@pytest.fixture(scope="module")
def stock(room, answers_of_everybody):
    """The class, with those attacks that are safe to run, graded by stock nbgrader."""
    here = room(STOCK_CONFIG)
    with listening(here.place) as (port, heard):
        hand_in_all(here, answers_of_everybody(honest_class), FOR_MARKS | OUTWARD, port)
        command = (sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT, "--log-level=ERROR")
        ran = here.start(*command)()
    return Day(here, ran, {}, heard)


# ---------------------------------------------------------------- behind the wall


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_brings_what_its_honest_answers_deserve(ours, name):
    earned, deserved = ours.room.earned(name), ATTACKS[name].deserves
    if deserved is None:
        assert set(earned) <= {"m3-voice"}, ours.room.record(name)
    else:
        right = {question: POINTS[question] for question in deserved}
        assert earned == right, ours.room.record(name)


@pytest.mark.parametrize("name", ATTACKS)
def test_the_record_says_what_happened(ours, name):
    record, attack = ours.room.record(name), ATTACKS[name]
    if attack.state:
        assert record["state"] == attack.state, record
    if attack.look is not None:
        assert bool(record["flags"]) == attack.look, record
    assert record["state"] != "ungraded" or record["remarks"], record


@pytest.mark.parametrize("name", ATTACKS)
def test_nothing_in_our_own_code_fails(ours, name):
    assert not ours.room.record(name)["details"]


@pytest.mark.parametrize("student", FULL)
def test_honest_students_get_every_point(ours, student):
    assert ours.room.earned(student) == POINTS
    record = ours.room.record(student)
    assert (record["state"], record["flags"]) == ("graded", [])


def test_the_table_names_or_counts_every_student(ours):
    lines = {line[:45] for line in ours.ran.said.splitlines()}
    students = [*STYLES, *ATTACKS]
    counted = [
        student
        for student in students
        if not any(line.startswith(printable(student)[:45]) for line in lines)
    ]
    assert f"and {len(counted)} more, which want no look." in lines
    for student in counted:
        record = ours.room.record(student)
        assert (record["state"] in ("graded", "repaired"), record["flags"]) == (True, []), student


def test_nothing_that_steers_a_terminal_is_in_the_table(ours):
    assert "\x1b" not in ours.ran.said
    assert not any(line.startswith("zoe") for line in ours.ran.said.splitlines())


def test_the_exit_code_says_that_some_are_ungraded(ours):
    assert ours.ran.code == 1, ours.ran.said


def test_solutions_and_submissions_stay_as_they_were(ours):
    assert ours.room.snapshot("solutions", "submitted", "exercises") == ours.before


def test_nothing_is_left_in_the_course_or_among_the_installed(ours):
    assert ours.room.markers() == []
    places = [Path(scaling.__file__).parent, Path(sys.prefix), Path(sys.base_prefix, "lib")]
    assert not [found for place in places for found in place.rglob("*marker_import*")]


def test_no_connection_arrives(ours):
    assert ours.heard == []


def test_no_process_and_no_folder_is_left(ours):
    assert ours.ran.processes == []
    assert ours.ran.folders == []


def test_no_secret_is_in_any_graded_notebook(ours):
    found = [
        student
        for student in [*STYLES, *ATTACKS]
        if (ours.room.place / "autograded" / student).exists()
        and SECRET in ours.room.graded(student)
    ]
    assert found == []


def test_no_graded_notebook_is_large(ours):
    sizes = {
        place.parts[-3]: place.stat().st_size
        for place in ours.room.place.glob(f"autograded/*/{ASSIGNMENT}/*.ipynb")
    }
    assert {student: size for student, size in sizes.items() if size > 3_000_000} == {}


@pytest.mark.parametrize("name", ["shuts_off_what_watches_it", "extends_the_kernel"])
def test_what_would_say_that_it_got_out_says_nothing(ours, name):
    nb = nbformat.reads(ours.room.graded(name), as_version=4)
    (cell,) = (cell for cell in nb.cells if cell.id == "m3-reading-answer")
    assert [output for output in cell.outputs if output.output_type != "error"] == []


# ---------------------------------------------------------------- the same on stock nbgrader


@pytest.mark.thorough
@pytest.mark.parametrize("name", FOR_MARKS)
def test_stock_gives_marks_for_it(stock, name):
    deserved = sum(POINTS[question] for question in FOR_MARKS[name].deserves)
    assert sum(stock.room.earned(name).values()) > deserved, stock.ran.said[-2000:]


STOCK_MARKERS = {
    "writes_the_gradebook": "marker_gradebook",
    "writes_into_the_solutions": "marker_solutions",
    "writes_beside_another_submission": "marker_submitted",
    "leaves_a_process_behind": "marker_daemon",
}
STOCK_HEARD = {
    "connects_to_the_machine": "marker_network",
    "connects_to_a_unix_socket": "marker_unix",
    "connects_to_an_abstract_socket": "marker_abstract",
}
STOCK_SHOWN = {
    "prints_the_environment": f"{SECRET}-environment",
    "reads_other_environments": f"{SECRET}-environment",
    "reads_the_grader's_home": f"{SECRET}-letter",
}


@pytest.mark.thorough
@pytest.mark.parametrize("name", OUTWARD)
def test_stock_lets_it_out(stock, name):
    if name in STOCK_MARKERS:
        assert STOCK_MARKERS[name] in stock.room.markers()
    elif name in STOCK_HEARD:
        assert STOCK_HEARD[name] in stock.heard
    else:
        assert STOCK_SHOWN[name] in stock.room.graded(name)


@pytest.mark.thorough
@pytest.mark.parametrize("student", STYLES)
def test_honest_students_have_the_same_marks_on_stock(ours, stock, student):
    # an attacker's database, a file in the solutions: stock's own course is no longer what it was,
    # but no attack here aims at what honest students have
    assert ours.room.earned(student) == stock.room.earned(student)


@pytest.fixture(scope="module")
def stock_aborted(room):
    """Stock nbgrader after a class in which one student has copied a test cell."""
    here = room(STOCK_CONFIG)
    here.attack("a_copies_a_test", ATTACKS["copies_a_test"])
    here.hand_in("zz-honest", {})
    command = (sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT)
    return here, here.start(*command)()


@pytest.mark.thorough
def test_on_stock_a_copied_test_cell_ends_the_run_for_everybody_after(stock_aborted):
    here, ran = stock_aborted
    assert ran.code != 0
    assert not (here.place / "autograded/zz-honest").exists()


# ---------------------------------------------------------------- the run itself is attacked

QUICK = {"m3-voice-answer": "voice = 1.875", "m3-judgement-answer": "Ask who hosts."}
SLOW = QUICK | {"m3-pairs-answer": "import time\ntime.sleep(1.5)\ndef pairs(n): return n"}
CREW = [f"student-{number}" for number in range(6)]


def manual_grade(here, student):
    with here.book() as book:
        grade = book.find_grade(JUDGEMENT, NOTEBOOK[:-6], ASSIGNMENT, student)
        (comment,) = [
            comment
            for comment in book.find_submission_notebook(
                NOTEBOOK[:-6], ASSIGNMENT, student
            ).comments
            if comment.name == JUDGEMENT
        ]
        return grade.manual_score, grade.needs_manual_grade, comment.manual_comment


def mark_by_hand(here, student):
    with here.book() as book:
        grade = book.find_grade(JUDGEMENT, NOTEBOOK[:-6], ASSIGNMENT, student)
        grade.manual_score, grade.needs_manual_grade = 3, False
        comment = book.find_comment(JUDGEMENT, NOTEBOOK[:-6], ASSIGNMENT, student)
        comment.manual_comment = "Who hosts in winter?"
        book.db.commit()


def done(here):
    return {place.stem for place in (here.place / ".grading" / ASSIGNMENT).glob("*.json")}


@pytest.fixture(scope="module")
def crew(room):
    """A small class, of which the first is graded and marked by hand."""
    here = room()
    for student in CREW:
        here.hand_in(student, SLOW)
    first = here.grade("--student", CREW[0])
    assert first.code == 0, first.said
    mark_by_hand(here, CREW[0])
    return here


@pytest.fixture(scope="module")
def killed_and_resumed(crew):
    """The run is killed when two more are graded, and started again."""
    killed = crew.start(*grading())
    pid = killed.pid()
    until(lambda: len(done(crew)) >= 3)
    os.kill(pid, signal.SIGKILL)
    killed, before = killed(), done(crew)
    return crew, killed, before, crew.grade()


def test_a_killed_run_leaves_no_process(killed_and_resumed):
    _, killed, before, _ = killed_and_resumed
    assert killed.code == 128 + signal.SIGKILL
    assert len(before) < len(CREW)
    assert killed.processes == []


@pytest.mark.parametrize("student", CREW)
def test_after_a_killed_run_the_next_loses_nothing(killed_and_resumed, student):
    here, _, _, resumed = killed_and_resumed
    assert resumed.code == 0, resumed.said
    assert here.earned(student) == {"m3-voice": POINTS["m3-voice"]}
    assert json.loads(here.graded(student))
    assert here.record(student)["state"] == "graded"


def test_a_killed_run_leaves_nothing_half_done_in_place(killed_and_resumed):
    here, _, _, resumed = killed_and_resumed
    assert [*here.place.glob("autograded/*/.new-*"), *here.place.glob("autograded/*/.old-*")] == []
    assert resumed.folders == []


def test_what_a_person_marked_outlives_killed_runs(killed_and_resumed):
    here = killed_and_resumed[0]
    assert manual_grade(here, CREW[0]) == (3, False, "Who hosts in winter?")


@pytest.fixture(scope="module")
def graded_again(killed_and_resumed):
    """All are graded again after two were marked by hand and one of these wrote something else."""
    here = killed_and_resumed[0]
    mark_by_hand(here, CREW[1])
    shutil.rmtree(here.submitted(CREW[1]).parent)
    here.hand_in(CREW[1], QUICK | {"m3-judgement-answer": "Ask who pays."})
    return here, here.grade("--again", "--student", CREW[0], "--student", CREW[1])


def test_unchanged_answers_do_not_come_before_a_person_again(graded_again):
    here, ran = graded_again
    assert ran.code == 0, ran.said
    assert manual_grade(here, CREW[0]) == (3, False, "Who hosts in winter?")


def test_changed_answers_come_before_a_person_again_with_their_mark(graded_again):
    assert manual_grade(graded_again[0], CREW[1]) == (3, True, "Who hosts in winter?")


@pytest.fixture(scope="module")
def worker_killed(room):
    """One worker process is killed while it is busy."""
    here = room()
    for student in CREW:
        here.hand_in(student, SLOW)
    run = here.start(*grading())
    pid = run.pid()
    until(lambda: len(done(here)) >= 1)
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    os.kill(int(children[0]), signal.SIGKILL)
    return here, run()


@pytest.mark.parametrize("student", CREW)
def test_a_killed_worker_touches_nobody(worker_killed, student):
    here, ran = worker_killed
    assert here.earned(student) == {"m3-voice": POINTS["m3-voice"]}, ran.said
    assert here.record(student)["state"] == "graded"


def test_after_a_killed_worker_nothing_is_left(worker_killed):
    _, ran = worker_killed
    assert (ran.code, ran.processes, ran.folders) == (0, [], [])


@pytest.fixture(scope="module")
def two_graders(room):
    """Two people grade at once, each some of the class."""
    here = room()
    for student in CREW:
        here.hand_in(student, QUICK)
    halves = CREW[::2], CREW[1::2]
    waits = [
        here.start(*grading(*(part for name in half for part in ("--student", name)), jobs=1))
        for half in halves
    ]
    return here, [wait() for wait in waits]


@pytest.mark.parametrize("student", CREW)
def test_two_graders_at_once_do_not_harm_each_other(two_graders, student):
    here, ran = two_graders
    assert [one.code for one in ran] == [0, 0], [one.said for one in ran]
    assert here.earned(student) == {"m3-voice": POINTS["m3-voice"]}


# ---------------------------------------------------------------- what cannot be looked at


def nested(folder):
    (folder / NOTEBOOK).unlink()
    here = os.open(folder, os.O_RDONLY)
    for _ in range(1200):  # deeper than any path can be
        os.mkdir("deep", dir_fd=here)
        below = os.open("deep", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)


def sparse(folder):
    with (folder / "large.bin").open("wb") as file:
        file.truncate(20_000_000_000)


FOLDERS = {
    "nested": Attack(place=nested, state="ungraded"),
    "many": Attack(
        place=lambda folder: [(folder / f"{n}.txt").touch() for n in range(10_001)],
        state="ungraded",
    ),
    "sparse": Attack(place=sparse, state="graded"),
    "hard-to-compare": Attack(change=with_cells_that_are_hard_to_compare, state="ungraded"),
    "n" * 252: Attack(state="graded"),
}


@pytest.fixture(scope="module")
def odd_folders(room):
    here = room()
    here.hand_in("00-honest", QUICK)
    for student, attack in FOLDERS.items():
        here.attack(student, attack)
    here.hand_in("zz-honest", QUICK)
    # One of them is looked at until it is given up, 20 seconds later than this, which honest work
    # needs a tenth of.
    ran = here.grade("--submission-seconds", 10)
    yield here, ran
    subprocess.run(["rm", "-rf", here.place / "submitted"], check=True)  # pytest does not get deep


def test_what_takes_too_long_to_look_at_is_given_up_for_that_reason(odd_folders):
    remarks = odd_folders[0].record("hard-to-compare")["remarks"]
    assert remarks == ["looking at what is in it took too long."]


@pytest.mark.parametrize("student", FOLDERS)
def test_a_folder_that_cannot_be_read_costs_nobody_else(odd_folders, student):
    here, ran = odd_folders
    (line,) = (line for line in ran.said.splitlines() if line.startswith(student))
    assert line.split()[1] == FOLDERS[student].state
    assert "Traceback" not in ran.said
    for name in ("00-honest", "zz-honest"):
        assert here.earned(name) == {"m3-voice": POINTS["m3-voice"]}, ran.said


# ---------------------------------------------------------------- exit codes


def test_what_was_never_released_cannot_be_graded(crew):
    ran = crew.start(sys.executable, "-m", "scaling", "grade", "99")()
    assert ran.code == 2
    assert "generate_assignment" in ran.said
