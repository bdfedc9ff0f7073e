"""The demonstration class: it hands in what it says, and it leaves the real course alone."""

import functools
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest
from naming import case
from nbgrader.api import Gradebook

from scaling import checking
from scaling.grading import demo_answers, demo_class
from scaling.grading.preflight.scanning import Imported, suspicious
from scaling.grading.source import bound, parse

ROOT = Path(__file__).parents[2]
SOLUTIONS = sorted((ROOT / "solutions").glob("*/*.ipynb"))
EXERCISE = SOLUTIONS[0].parent.name
STUDENTS = 14  # each kind but the rarest


def questions(solution):
    return demo_answers.questions(nbformat.read(solution, as_version=4))


QUESTIONS = [
    pytest.param(question, id=question.grade_id)
    for solution in SOLUTIONS
    for question in questions(solution)
]
NOTHING_IMPORTED = Imported(frozenset(), frozenset({"check", "checks"}), frozenset())
every_question = pytest.mark.parametrize("question", QUESTIONS)

# ---------------------------------------------------------------- answers


@pytest.mark.parametrize("solution", SOLUTIONS, ids=lambda file: file.stem)
def test_every_check_of_an_exercise_is_found_with_its_answer(solution):
    nb = nbformat.read(solution, as_version=4)
    marks = [cell.metadata.get("nbgrader", {}) for cell in nb.cells if cell.cell_type == "code"]
    tests = [mark.grade_id for mark in marks if mark.get("grade") and not mark.get("solution")]
    assert {question.grade_id for question in questions(solution)} == set(tests)


@pytest.mark.parametrize("solution", SOLUTIONS, ids=lambda file: file.stem)
def test_every_judgement_has_a_cell_to_be_written_in(solution):
    nb = nbformat.read(solution, as_version=4)
    tasks = [cell for cell in nb.cells if cell.metadata.get("nbgrader", {}).get("task")]
    assert len(demo_answers.essay_cells(nb)) >= len(tasks)


@functools.cache
def slips(grade_id):
    (question,) = (param.values[0] for param in QUESTIONS if param.id == grade_id)
    return demo_answers.slips(question)


@pytest.mark.slow
@every_question
def test_most_slips_can_be_written_or_enough_for_a_class(question):
    """Some are made by a helper that takes a function; a question may know more than thirty."""
    known = question.check.slips
    written = slips(question.grade_id)
    assert len(written) >= max(1, min(5, 0.7 * len(known))) or not known
    assert {slip.hint for slip in written} <= set(known)


@pytest.mark.slow
@every_question
def test_a_written_slip_is_plain_python_without_the_checks(question):
    for slip in slips(question.grade_id):
        compile(slip.source, "slip", "exec")
        assert "checks" not in slip.source
        assert suspicious(slip.source, NOTHING_IMPORTED) == []
        assert "lambda: " not in slip.source


@every_question
def test_a_right_answer_in_any_style_still_makes_its_name(question):
    for style in demo_answers.STYLES:
        with case(style.__name__):
            assert question.check.name in bound(parse(demo_answers.right(question, style)))


def test_a_slip_that_uses_a_check_is_not_written():
    # the right answer would be in the cell
    source = "a = number(name='a', slips={})\nb = function(slips={'Hint.': lambda n: a.expected()})"
    tree = demo_answers.ast.parse(source)
    slip = demo_answers._source_of(tree, "Hint.")
    with pytest.raises(demo_answers._CannotBeWrittenError):
        demo_answers._needed(slip, demo_answers._statements(tree))


# ---------------------------------------------------------------- students


def test_the_same_seed_invents_the_same_students_and_another_seed_others():
    assert demo_class.invent(24, 5) == demo_class.invent(24, 5)
    assert demo_class.invent(24, 5) != demo_class.invent(24, 6)


def test_ids_stay_unique_in_a_very_large_class():
    ids = [student.id for student in demo_class.invent(2000, 1)]
    assert len(set(ids)) == 2000
    assert all(re.fullmatch(r"[a-z]+-[a-z]+(-\d+)?", name) for name in ids)


def test_a_class_of_twenty_four_has_all_kinds_and_some_who_are_late():
    group = demo_class.invent(24, 1)
    assert {student.kind for student in group} == set(demo_class.KINDS)
    assert 2 <= sum(student.late for student in group) <= 6
    assert all(student.email.endswith("@example.org") for student in group)


# ---------------------------------------------------------------- a class, graded


def environment(place):
    """That of somebody who has activated the course's Python and whose home is elsewhere."""
    here = str(Path(sys.executable).parent)
    home = {"HOME": str(place), "JUPYTER_CONFIG_DIR": str(place / ".jupyter")}
    return os.environ | home | {"PATH": here + os.pathsep + os.environ["PATH"]}


def command(place, *arguments, **more):
    return subprocess.run(
        [sys.executable, "-m", "scaling", "demo-class", *map(str, arguments)],
        cwd=place,
        env=environment(place) | more,
        capture_output=True,
        text=True,
        timeout=3000,
    )


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course whose settings name a real gradebook, which must stay as it is."""
    place = tmp_path_factory.mktemp("course")
    shutil.copytree(ROOT / "solutions", place / "solutions")
    settings = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    settings += f"\nc.CourseDirectory.db_url = 'sqlite:///{place / 'real.db'}'\n"
    (place / "nbgrader_config.py").write_text(settings, encoding="utf-8")
    (place / "real.db").write_bytes(b"")
    return place


@pytest.fixture(scope="module")
def made(course, tmp_path_factory):
    """A class made by the command, and what the command said."""
    folder = tmp_path_factory.mktemp("class")
    done = command(course, "--students", STUDENTS, "--folder", folder, "--seed", 3)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder, done.stdout


@pytest.fixture(scope="module")
def group(made):
    text = (made[0] / demo_class.WHO_IS_WHO).read_text(encoding="utf-8")
    return [demo_class.Student(**about) for about in json.loads(text)]


def points(folder, student):
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}", "demo-class") as book:
        (notebook,) = book.find_submission(EXERCISE, student.id).notebooks
        return {grade.name: grade.auto_score for grade in notebook.grades}


def graded(folder, student):
    (file,) = (folder / "autograded" / student.id / EXERCISE).glob("*.ipynb")
    return {cell.id: cell for cell in nbformat.read(file, as_version=4).cells}


def of_kind(group, kind):
    return [student for student in group if student.kind == kind]


@pytest.mark.slow
def test_everybody_who_handed_in_has_a_grade_feedback_and_a_line(made, group):
    folder, said = made
    lines = (folder / "grades.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 1 + STUDENTS
    for student in group:
        assert student.id in said
        assert list((folder / "feedback" / student.id / EXERCISE).glob("*.html"))
        assert any(f'"{student.id}"' in line for line in lines)


@pytest.mark.slow
def test_every_slip_is_marked_wrong_with_its_own_hint(made, group):
    folder, _ = made
    slipped = of_kind(group, "slips")
    assert len(slipped) >= 4
    for student in slipped:
        marks, cells = points(folder, student), graded(folder, student)
        hints = student.slips[EXERCISE]
        assert 1 <= len(hints) <= 5
        for question, hint in hints.items():
            said = "".join(output.get("evalue", "") for output in cells[question].outputs)
            assert (marks[question], said) == (0, hint)


@pytest.mark.slow
def test_nothing_else_is_wrong_but_what_builds_on_a_slip(made, group):
    folder, _ = made
    order = [question.grade_id for question in questions(SOLUTIONS[0])]
    for student in [*of_kind(group, "right"), *of_kind(group, "slips")]:
        wrong = {name for name, score in points(folder, student).items() if score == 0}
        slipped = set(student.slips.get(EXERCISE, {}))
        assert slipped <= wrong
        for other in wrong - slipped:
            assert any(order.index(slip) < order.index(other) for slip in slipped), student


@pytest.mark.slow
def test_odd_submissions_are_repaired_and_lose_nothing(made, group):
    folder, _ = made
    for kind in ("copied check", "renamed file", "deleted check"):
        (student,) = of_kind(group, kind)
        assert 0 not in points(folder, student).values(), kind


@pytest.mark.slow
def test_hostile_submissions_cost_themselves_one_question_and_find_nothing(made, group):
    folder, _ = made
    last = questions(ROOT / "solutions" / EXERCISE / f"{EXERCISE}-exercise.ipynb")[-1]
    for kind in ("endless loop", "reads the solutions"):
        (student,) = of_kind(group, kind)
        wrong = [name for name, score in points(folder, student).items() if score == 0]
        assert wrong == [last.grade_id]
    said = [output.get("text", "") for output in graded(folder, student)[last.answer_id].outputs]
    assert said == ["nothing found\n"]


@pytest.mark.slow
def test_late_work_shows_in_the_grades(made, group):
    folder, said = made
    late = [student for student in group if student.late]
    assert f"{len(late)} came late" in said
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}", "demo-class") as book:
        for student in group:
            submission = book.find_submission(EXERCISE, student.id)
            assert (submission.total_seconds_late > 0) == student.late


@pytest.mark.slow
def test_the_real_course_is_not_touched(course, made):
    assert (course / "real.db").read_bytes() == b""
    there = {place.name for place in course.iterdir() if not place.name.startswith(".")}
    assert there == {"solutions", "nbgrader_config.py", "real.db"}


@pytest.mark.slow
def test_the_same_seed_hands_in_the_same_files(made, group, tmp_path):
    folder, _ = made
    again = demo_class.invent(STUDENTS, 3)
    shutil.copytree(folder / "solutions", tmp_path / "solutions")
    shutil.copytree(folder / "exercises", tmp_path / "exercises")
    demo_class.hand_in(tmp_path, demo_class.exercise(tmp_path, EXERCISE), again, 3)
    assert again == group
    first, second = (
        {file.relative_to(top): file.read_bytes() for file in top.rglob("*") if file.is_file()}
        for top in (folder / "submitted", tmp_path / "submitted")
    )
    assert first == second


@pytest.mark.slow
def test_formgrader_opens_on_it_with_the_command_that_is_printed(made, group):
    folder, said = made
    where, start = re.search(r"\n    cd (.+)\n    (jupyter lab.*)\n", said).groups()
    assert where == str(folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", f"--port={port}", "--IdentityProvider.token=a-token"]
    server = subprocess.Popen(
        [*start.split(), *options],
        cwd=where,
        env=environment(folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        url = f"http://127.0.0.1:{port}/"
        _wait_for(url)
        listed = json.loads(_get(f"{url}formgrader/api/submissions/{EXERCISE}"))
        assert {one["student"] for one in listed} >= {student.id for student in group}
        by_hand = [one for one in listed if one["needs_manual_grade"]]
        assert len(by_hand) == STUDENTS
        assert "Formgrader" in _get(f"{url}formgrader/manage_assignments").title()
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


def _wait_for(url):
    until = time.monotonic() + 120
    while True:
        try:
            return _get(f"{url}api/status")
        except OSError:
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.5)


def _get(url):
    asked = urllib.request.Request(url, headers={"Authorization": "token a-token"})
    with urllib.request.urlopen(asked, timeout=60) as answer:
        return answer.read().decode()


# ---------------------------------------------------------------- what it refuses


def test_a_folder_that_is_not_empty_is_refused_and_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(demo_class.CourseError, match="not an empty folder"):
        demo_class.make(tmp_path, course=ROOT)
    assert [place.name for place in tmp_path.iterdir()] == ["mine.txt"]


def test_an_unknown_exercise_is_named_with_those_that_are_there(tmp_path):
    with pytest.raises(demo_class.CourseError, match=f"No solution 99.*{EXERCISE}"):
        demo_class.make(tmp_path / "new", course=ROOT, assignments=["99"])


def test_a_class_needs_a_student(tmp_path):
    with pytest.raises(demo_class.CourseError, match="at least one student"):
        demo_class.make(tmp_path / "new", course=ROOT, students=0)


def test_the_kinds_of_check_are_those_that_slips_are_written_for():
    kinds = {kind.__name__ for kind in checking.Check.__subclasses__()}
    with_a_procedure = {"number", "table", "text", "function"}
    assert kinds == with_a_procedure | {"choice", "several", "ordering", "matching", "estimate"}
