"""What a guest can read, what it cannot, and that a cell that is stopped costs that cell alone."""

import contextlib
import re
import time
from pathlib import Path

import nbformat
import numpy as np
import pytest

from scaling.grading import guest, lesson, releasing
from scaling.grading.limits import Limits
from scaling.grading.prepare import prepare
from scaling.grading.wasi import walk
from scaling.grading.worker import Worker

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SOLUTIONS = sorted(ROOT.glob("solutions/*/*-exercise.ipynb"))
(EXERCISE,) = (file for file in SOLUTIONS if file.parent.name == "03-size-and-context")
SHORT = Limits(cell_seconds=3, memory_mb=600, disk_mb=20)


@pytest.fixture(scope="module")
def release():
    return releasing.from_solution(EXERCISE)


@pytest.fixture(scope="module")
def worker(release, tmp_path_factory):
    place = tmp_path_factory.mktemp("guests")
    return Worker(prepare([release], place), SHORT, place)


@pytest.fixture(scope="module")
def execution(worker, release):
    return worker._execution(release)


def handed_in(release, answers):
    """A submission of the exercise with these answers, by the id of their cells."""
    nb = nbformat.read(EXERCISE, as_version=4)
    released = {cell.grade_id: cell.released for cell in release.cells}
    for cell in nb.cells:
        if cell.cell_type == "code":
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            cell.source = answers.get(cell.id, released.get(name, cell.source))
            cell.outputs = []
    return nb


@pytest.fixture
def graded(execution, release):
    """Return a function: answers in; points by question and what each cell showed out."""

    def grade(answers, files=None):
        nb, verdicts = execution.grade(handed_in(release, answers), release, files)
        points = {name: verdict.points for name, verdict in verdicts.items() if verdict.points}
        shown = {cell.id: cell.outputs for cell in nb.cells if cell.cell_type == "code"}
        return points, shown

    return grade


VOICE = {"m3-voice-answer": "voice = 1.875"}
PAIRS = "def pairs(n):\n    return n * (n - 1) / 2"


# ---------------------------------------------------------------- what can be read


@pytest.fixture(scope="module")
def readable(execution):
    """Everything that the guest of a submission can read, by its path."""
    return dict(walk(execution.image.state.system.root))


def test_each_file_of_checks_is_a_stand_in(readable):
    found = [bytes(part.content) for path, part in readable.items() if "checks" in Path(path).name]
    assert len(found) >= 7
    assert set(found) == {lesson.STAND_IN}


def test_of_grading_only_what_runs_inside_is_there(readable):
    found = {Path(path).name for path in readable if "/scaling/grading/" in path}
    assert found == lesson.GRADING


def found_in(text, lines):
    """Which lines of more than 40 characters are in a text that is too long to look for each."""
    keys = np.array([line[16:24] for line in lines], "S8").view(np.uint64)
    known = {}
    for line in lines:
        known.setdefault(line[16:24], []).append(line)
    # Few of eight letters have the hash of a key, so that only these are compared.
    taken = np.zeros(1 << 16, bool)
    taken[hashed(keys)] = True
    found = set()
    for start in range(8):
        part = text[start : start + (len(text) - start) // 8 * 8]
        for place in 8 * np.flatnonzero(taken[hashed(np.frombuffer(part, np.uint64))]):
            at = start + int(place)
            near = known.get(text[at : at + 8], ())
            found |= {line for line in near if text.startswith(line, at - 16)}
    return found


def hashed(numbers):
    """Numbers of 16 bits in the place of 64 (multiplicative hashing; Knuth, 1973)."""
    return numbers * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(48)


def test_what_looks_for_lines_finds_them():
    lines = {b"a line that is long enough, number " + str(n).encode() * 9 for n in range(7)}
    text = b"x".join(b"." * n + line for n, line in enumerate(sorted(lines)[:4]))
    assert found_in(b"=" * 50 + text, lines) == set(sorted(lines)[:4])


def test_no_line_of_a_check_or_an_answer_is_there(readable, execution):
    """Lines of the checks' procedures and of the authors' answers, in files and in memory.

    Lines that are in a lesson or an exercise too are no secret.
    """
    secret, known = set(), set()
    for file in ROOT.glob("src/scaling/**/checks.py"):
        secret |= {line.strip() for line in file.read_text(encoding="utf-8").splitlines()}
    for file in SOLUTIONS:
        for cell in nbformat.read(file, as_version=4).cells:
            answers = re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", cell.source, re.S)
            secret |= {line.strip() for part in answers for line in part.splitlines()}
    secret = {line.encode() for line in secret if len(line) > 40 and line.isascii()}
    for file in ROOT.glob("src/scaling/**/*.py"):
        if file.name != "checks.py":
            known |= {line.strip() for line in file.read_bytes().splitlines()}
    # An exercise shows its cells to everybody, and data of one's own replace some of them.
    for file in ROOT.glob("exercises/*/*.ipynb"):
        for cell in nbformat.read(file, as_version=4).cells:
            known |= {line.strip().encode() for line in cell.source.splitlines()}
    secret -= known
    assert len(secret) > 900
    places = [part.content for path, part in readable.items() if "/lesson/" in path]
    places = [*map(bytes, places), bytes(execution.image.state.base.content)]
    text = b"\n".join(b"\n".join(re.findall(rb"[ -~]{40,}", place)) for place in places)
    assert found_in(text, secret) == set()


def test_nothing_of_this_machine_is_there(readable, graded, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_GRADER", "seen")
    code = f"""
import os, pathlib
print(dict(os.environ), os.listdir("/"), pathlib.Path({str(ROOT)!r}).exists())
"""
    _, shown = graded({"m3-reading-answer": code})
    (output,) = shown["m3-reading-answer"]
    assert "SECRET" not in output.text
    assert "['usr', 'tmp', 'home'] False" in output.text


# ---------------------------------------------------------------- what is stopped


def test_the_solution_has_every_point(execution, release):
    nb = nbformat.read(EXERCISE, as_version=4)
    _, verdicts = execution.grade(nb, release, None)
    assert {name: one.points for name, one in verdicts.items()} == {
        cell.grade_id: cell.points for cell in release.cells if cell.grade and not cell.solution
    }


STOPPED = {
    "while True: pass": "longer than 3 seconds",
    "import time\ntime.sleep(100)": "longer than 3 seconds",
    "import os\nos._exit(3)": "exit code 3",
}


@pytest.mark.parametrize("code", STOPPED)
def test_a_cell_that_is_stopped_costs_itself_alone(graded, code):
    early = {"m3-reading-answer": "before = 1.875\n"}
    late = {"m3-voice-answer": "voice = before", "m3-pairs-answer": f"before = 0\n{code}"}
    points, shown = graded(early | late)
    assert set(points) == {"m3-voice"}
    assert STOPPED[code] in shown["m3-pairs-answer"][-1].evalue


@pytest.mark.parametrize(("at_most", "is_stopped"), [(60, False), (2, True)])
def test_time_without_a_processor_counts_for_the_outer_limit_only(
    worker, execution, at_most, is_stopped
):
    """Here the host keeps it waiting; on a busy machine other programs do."""
    if not hasattr(time, "pthread_getcpuclockid"):
        pytest.skip("No thread can tell another's processor time here.")
    running = guest.Guest(worker._runtime, execution.image.first, 6e8)
    running.system.said = lambda *_: time.sleep(4)
    ended = contextlib.nullcontext()
    if is_stopped:
        ended = pytest.raises(guest.Stopped, match="longer than 2 seconds")
    with ended:
        assert (
            running.run("import os\nos.write(1, b'x')\nfor n in range(10**6): pass", 2, at_most)
            == 0
        )
    running.close()


def test_what_takes_too_much_memory_is_an_error_inside(graded):
    code = "held = [bytearray(b'x') * 10**8 for _ in range(30)]"
    points, shown = graded({"m3-reading-answer": code} | VOICE)
    assert shown["m3-reading-answer"][-1].ename == "MemoryError"
    assert set(points) == {"m3-voice"}


def test_output_and_files_have_bounds(graded):
    code = """
try:
    with open("/tmp/x", "wb") as file:
        while True: file.write(bytes(1_000_000))
except OSError as error: print(error)
print("x" * 50_000_000)"""
    points, shown = graded({"m3-reading-answer": code} | VOICE)
    text = "".join(part.text for part in shown["m3-reading-answer"])
    assert "No space left" in text
    assert "cut off here, at 1 MB" in text
    assert len(text) < 1_100_000
    assert set(points) == {"m3-voice"}


def test_files_of_a_submission_can_be_read_and_changed_in_its_guest_only(graded, tmp_path):
    (tmp_path / "mine.txt").write_text("1.875")
    code = """
voice = float(open("mine.txt").read())
open("mine.txt", "w").write("0")"""
    assert set(graded({"m3-voice-answer": code}, tmp_path)[0]) == {"m3-voice"}
    assert (tmp_path / "mine.txt").read_text() == "1.875"


def test_modules_of_a_submission_are_imported_also_those_a_cell_writes(graded, tmp_path):
    (tmp_path / "mine.py").write_text("part = 1.5")
    writes = "import mine\nopen('later.py', 'w').write('rest = 0.375')"
    later = "import later\nvoice = mine.part + later.rest"
    points, _ = graded({"m3-reading-answer": writes, "m3-voice-answer": later}, tmp_path)
    assert set(points) == {"m3-voice"}


def test_tables_show_as_many_columns_as_in_a_notebook(graded):
    code = "import pandas as pd\npd.DataFrame({f'a long name {n}': [n] for n in range(12)})"
    _, shown = graded({"m3-weights-answer": code})
    assert "a long name 6" in shown["m3-weights-answer"][-1].data["text/plain"]


def test_nothing_of_one_submission_is_there_for_the_next(graded):
    leaves = "import sys, builtins\nbuiltins.voice = sys.voice = 1.875\nopen('x', 'w').write('x')"
    graded({"m3-reading-answer": leaves})
    code = "import os\nprint(os.listdir())\nvoice = __builtins__.voice"
    points, shown = graded({"m3-voice-answer": code})
    assert points == {}
    assert shown["m3-voice-answer"][0].text == "[]\n"


# ---------------------------------------------------------------- functions, hidden tests


def test_no_input_of_a_hidden_test_can_be_printed(graded):
    code = f"seen = []\n{PAIRS}".replace("    return", "    seen.append(n)\n    return")
    shows = "print(seen)\nvoice = 1.875"
    points, shown = graded({"m3-pairs-answer": code, "m3-voice-answer": shows})
    assert set(points) == {"m3-pairs", "m3-voice"}
    assert shown["m3-voice-answer"][0].text == "[]\n"


def test_a_function_is_asked_with_what_it_finds_where_its_test_stands(graded):
    code = "half = 2\ndef pairs(n):\n    return n * (n - 1) / half"
    points, _ = graded({"m3-pairs-answer": code, "m3-voice-answer": "half = 0\nvoice = 1.875"})
    assert set(points) == {"m3-pairs", "m3-voice"}


def test_a_function_that_never_ends_costs_its_question_alone(graded):
    code = "def pairs(n):\n    while True: pass"
    assert set(graded({"m3-pairs-answer": code} | VOICE)[0]) == {"m3-voice"}


# ---------------------------------------------------------------- as in a notebook


SHOWN = {
    "1 / 0": "ZeroDivisionError",
    "%matplotlib inline": None,
    "!pip install x": "UsageError",
    "input()": "cannot be answered",
    "exit()": None,
}


@pytest.mark.parametrize("code", SHOWN)
def test_magics_and_errors_come_out_as_in_a_notebook(graded, code):
    points, shown = graded({"m3-reading-answer": code} | VOICE)
    assert set(points) == {"m3-voice"}
    said = str(shown["m3-reading-answer"])
    assert (SHOWN[code] in said) if SHOWN[code] else said == "[]"


def test_tables_and_pictures_come_out_as_in_a_notebook(graded):
    _, shown = graded({})
    assert set(shown["m3-trials"][-1].data) == {"text/plain", "text/html"}
    assert "application/vnd.plotly.v1+json" in shown["m3-forest"][0].data


def test_pictures_of_a_students_own_are_shown_and_cost_nothing(graded):
    code = "import plotly.express as px\npicture = px.line(y=[1, 2])\npicture.show()\n"
    points, shown = graded({"m3-voice-answer": code + "voice = 1.875\npicture"})
    assert set(points) == {"m3-voice"}
    kinds = [(part.output_type, *part.data) for part in shown["m3-voice-answer"]]
    assert kinds == [("display_data", "application/vnd.plotly.v1+json")] * 2


def test_nothing_is_left_of_the_cells_that_have_warmed_a_guest_up(graded):
    code = "import sys\nprint([name for name in dir(sys) if name.startswith('last_')])\n%whos"
    _, shown = graded({"m3-reading-answer": code})
    (output,) = shown["m3-reading-answer"]
    assert output.text.startswith("[]\n")
    found = {line.split()[0] for line in output.text.splitlines()[3:]}
    assert found == {"np", "stats", "check", "checking", "datasets", "emergencies", "joining_up",
                     "next_place", "sys"}  # fmt: skip


FORGED = {
    "nested": "'[' * 900 + ']' * 900",
    "a number": "5",
    "a page that is a number": """'{"text/html": 5}'""",
}


@pytest.mark.parametrize("data", FORGED)
def test_a_forged_message_leaves_the_notebook_valid(graded, data):
    code = f"""
import os
from IPython.display import display
display(1, display_id="a")
for kind in ("update_display_data", "display_data", "error", "stream"):
    line = '{{"is_": "%s", "transient": {{"display_id": "a"}}, "metadata": {{}}, "data": %s}}'
    os.write(1, (line % (kind, {FORGED[data]}) + chr(10)).encode())"""
    points, shown = graded({"m3-reading-answer": code} | VOICE)
    assert set(points) == {"m3-voice"}
    first = shown["m3-reading-answer"][0]
    assert first.data == {"text/plain": "1"}
    nbformat.validate(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=[first])]))


def test_where_guests_cannot_share_memory_marks_are_the_same(graded, monkeypatch):
    """As on macOS and Windows: memory is copied, and what has changed is found by comparing."""
    monkeypatch.setattr(guest, "_share", lambda base, view: False)
    monkeypatch.setattr(guest, "_touched", lambda view: None)
    answers = {"m3-pairs-answer": PAIRS, "m3-reading-answer": "while True: pass"}
    assert set(graded(answers | VOICE)[0]) == {"m3-pairs", "m3-voice"}


def test_files_that_are_written_over_do_not_count_twice(graded):
    code = """
import os
for n in range(60):
    with open("new", "wb") as file:
        file.write(bytes(1_000_000))
    os.replace("new", "kept")
voice = 1.875"""
    assert set(graded({"m3-voice-answer": code})[0]) == {"m3-voice"}
