"""Several graders at once on one PostgreSQL gradebook: every mark arrives and none is lost.

A real server from Debian's package ``postgresql`` runs in a temporary folder, with a socket there
and no port. Without one these tests are skipped, unless SCALING_POSTGRES=required.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook, MissingEntry

from scaling.grading import demo_class, releasing

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
EXERCISE = sorted((ROOT / "solutions").glob("*/*.ipynb"))[0].parent.name
GRADERS, STUDENTS_EACH = 3, 2
BY_HAND, COMMENT = 3.0, "Marked while others were grading."


@pytest.fixture(scope="module")
def url(postgres):
    """The address of an empty database."""
    return postgres()


def environment():
    here = str(Path(sys.executable).parent)
    return os.environ | {"PATH": here + os.pathsep + os.environ["PATH"]}


def in_course(folder, *arguments):
    return subprocess.Popen(
        [sys.executable, "-m", *map(str, arguments)],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def done(process):
    said = process.communicate(timeout=3000)[0]
    assert process.returncode == 0, said[-3000:]
    return said


@pytest.fixture(scope="module")
def course(url, tmp_path_factory):
    """A course whose settings name the server, with a class that has handed in."""
    folder = demo_class._set_up(tmp_path_factory.mktemp("course"), ROOT)
    with (folder / "nbgrader_config.py").open("a", encoding="utf-8") as settings:
        settings.write(f"c.CourseDirectory.db_url = {url!r}\n")
    done(in_course(folder, "nbgrader", "generate_assignment", EXERCISE))
    return folder


@pytest.fixture(scope="module")
def group(course):
    """Right answers and answers with slips, in turn."""
    students = demo_class.invent(GRADERS * STUDENTS_EACH + 1, 7)
    for place, student in enumerate(students):
        student.kind = ("right", "slips")[place % 2]
    demo_class.hand_in(course, demo_class.exercise(course, EXERCISE), students, 7)
    return students


def marks(book, student):
    (notebook,) = book.find_submission(EXERCISE, student).notebooks
    return list(notebook.grades)


def mark_by_hand(book, student):
    """Mark what waits for a person, as formgrader does; tell whether it was there already."""
    try:
        waiting = [grade for grade in marks(book, student) if grade.needs_manual_grade]
    except MissingEntry:
        return False
    finally:
        book.db.rollback()  # look afresh next time
    if not waiting:
        return False
    (notebook,) = book.find_submission(EXERCISE, student).notebooks
    for grade in waiting:
        found = next(one for one in notebook.grades if one.name == grade.name)
        found.manual_score, found.needs_manual_grade = BY_HAND, False
    for comment in notebook.comments:
        comment.manual_comment = COMMENT
    book.db.commit()
    return True


@pytest.fixture(scope="module")
def graded(course, url, group):
    """Three graders at work, and somebody who marks by hand meanwhile."""
    ids = [student.id for student in group]
    first, rest = ids[0], ids[1:]
    grade = ("scaling", "grade", EXERCISE, "--jobs", 1)
    done(in_course(course, *grade, "--student", first))
    graders = []
    for place in range(GRADERS):
        theirs = [("--student", student) for student in rest[place::GRADERS]]
        graders.append(in_course(course, *grade, *sum(theirs, ())))
    marked = []
    with Gradebook(url, "demo-class") as book:
        until = time.monotonic() + 300
        while len(marked) < len(ids) and time.monotonic() < until:
            marked += [name for name in ids if name not in marked and mark_by_hand(book, name)]
            time.sleep(0.05)
    said = [done(grader) for grader in graders]
    return marked, said


def test_everybody_is_graded_and_was_marked_by_hand_meanwhile(graded, group):
    marked, said = graded
    assert sorted(marked) == sorted(student.id for student in group)
    assert all(f"{STUDENTS_EACH} submissions: " in one and ", 0 ungraded" in one for one in said)


def test_every_mark_of_every_check_is_in_the_gradebook(graded, course, url, group):
    with Gradebook(url, "demo-class") as book:
        for student in group:
            record = course / ".grading" / EXERCISE / f"{student.id}.json"
            points = json.loads(record.read_text(encoding="utf-8"))["points"]
            found = {one.name: one.auto_score for one in marks(book, student.id)}
            assert sum(score or 0 for score in found.values()) == points
            for question in student.slips.get(EXERCISE, {}):
                assert found[question] == 0


def test_right_answers_get_every_point(graded, url, group):
    with Gradebook(url, "demo-class") as book:
        for student in group:
            if student.kind == "right":
                assert 0 not in [one.auto_score for one in marks(book, student.id)]


def test_no_mark_and_no_comment_by_hand_is_lost(graded, url, group):
    with Gradebook(url, "demo-class") as book:
        for student in group:
            by_hand = [one.manual_score for one in marks(book, student.id)]
            assert by_hand.count(BY_HAND) >= 1
            (notebook,) = book.find_submission(EXERCISE, student.id).notebooks
            comments = {comment.manual_comment for comment in notebook.comments}
            assert comments == {COMMENT}
            assert not any(one.needs_manual_grade for one in notebook.grades)


def test_grading_all_again_changes_no_mark(graded, course, url, group):
    def everything():
        with Gradebook(url, "demo-class") as book:
            return {
                (student.id, one.name): (one.auto_score, one.manual_score, one.needs_manual_grade)
                for student in group
                for one in marks(book, student.id)
            }

    before = everything()
    done(in_course(course, "scaling", "grade", EXERCISE, "--again"))
    assert everything() == before


def test_feedback_and_export_come_from_the_same_gradebook(graded, course, group):
    done(in_course(course, "nbgrader", "generate_feedback", EXERCISE))
    done(in_course(course, "nbgrader", "export"))
    lines = (course / "grades.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 1 + len(group)
    for student in group:
        assert list((course / "feedback" / student.id / EXERCISE).glob("*.html"))
    assert not (course / "gradebook.db").exists()


def test_a_release_has_its_cells_in_order_after_it_was_generated_again(graded, course, url):
    done(in_course(course, "nbgrader", "generate_assignment", EXERCISE, "--force"))
    (file,) = (course / "exercises" / EXERCISE).glob("*.ipynb")
    cells = nbformat.read(file, as_version=4).cells
    wanted = [cell.metadata.nbgrader.grade_id for cell in cells if "nbgrader" in cell.metadata]
    with Gradebook(url, "demo-class") as book:
        source = course / "solutions" / EXERCISE / file.name
        release = releasing.from_gradebook(book, EXERCISE, file.stem, source)
    assert [cell.grade_id for cell in release.cells] == wanted
