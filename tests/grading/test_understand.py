"""Understand: solutions have full marks, untouched exercises none, and parts of answers a part."""

import contextlib
import copy
import io
from pathlib import Path

import nbformat
import pytest
from test_marks import handed_in, marks_here

from scaling import checking
from scaling.checking import Hint
from scaling.grading import demo_answers as answers
from scaling.grading import releasing
from scaling.grading.limits import Limits
from scaling.grading.prepare import prepare
from scaling.grading.worker import Worker

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SOLUTIONS = sorted(ROOT.glob("solutions/*-understand/*-exercise.ipynb"))
ASSIGNMENT = "04-scaling-down-understand"
IN_PARTS = checking.several | checking.matching


def questions(file):
    return answers.questions(nbformat.read(file, as_version=4))


def most(release):
    return {cell.grade_id: cell.points for cell in release.cells if cell.grade}


def complete(file):
    """All answers right, as lists, dictionaries, capitals and numbers that were typed."""
    return {
        one.answer_id: answers.right(one, answers.worked_out_elsewhere) for one in questions(file)
    }


def with_a_slip_each(file):
    """The first slip of each question that can be written."""
    return {one.answer_id: slips[0].source for one in questions(file) if (slips := _slips(one))}


def _slips(question):
    """Those that leave a part of the answer right come first, where there are parts."""
    found = answers.slips(question)
    return sorted(found, key=lambda slip: not _points(question, slip.source))


def _points(question, source):
    namespace = {}
    exec(source, namespace)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(Hint):
        return question.check.credit(namespace[question.check.name], 1)
    return 0


def untouched(release):
    return {cell.grade_id: cell.released for cell in release.cells if cell.solution}


def test_every_exercise_gives_the_marks_that_its_answers_deserve(tmp_path):
    """In a guest as at home, for all exercises at once: what is common to them is made once."""
    releases = {file: releasing.from_solution(file) for file in SOLUTIONS}
    assert releases
    worker = Worker(prepare([*releases.values()], tmp_path), Limits(), tmp_path)
    for file, release in releases.items():
        name, asked = file.parent.name, questions(file)
        assert sum(most(release).values()) == 10, name
        assert {one.grade_id for one in asked} == set(most(release)), name
        execution = worker._execution(release)
        found = {}
        for kind, sources in (
            ("complete", complete(file)),
            ("slips", with_a_slip_each(file)),
            ("untouched", untouched(release)),
        ):
            nb = handed_in(file, sources)
            graded, verdicts = execution.grade(copy.deepcopy(nb), release, None)
            found[kind] = {question: one.points for question, one in verdicts.items()}
            assert found[kind] == marks_here(nb, release), (name, kind)
            assert [cell.id for cell in graded.cells if _wrote_to_stderr(cell)] == [], (name, kind)
            if kind == "untouched":
                for question, verdict in verdicts.items():
                    (error,) = verdict.outputs
                    assert error.traceback[0].startswith("Not done yet"), question
        assert found["complete"] == most(release), name
        assert found["untouched"] == dict.fromkeys(most(release), 0), name
        for one in asked:
            reached, of = found["slips"][one.grade_id], most(release)[one.grade_id]
            assert 0 <= reached < of, one.grade_id
            if not isinstance(one.check, IN_PARTS):
                assert reached == 0, one.grade_id
        assert any(found["slips"].values()), f"{name} has no question with partial credit"


def _wrote_to_stderr(cell):
    return any(output.get("name") == "stderr" for output in cell.get("outputs", ()))


# ---------------------------------------------------------------- one class


@pytest.mark.thorough
def test_stock_nbgrader_gives_the_same_marks_and_feedback_says_why(tmp_path, release_course):
    """Question by question; the page of feedback names what is right in part, and its hint."""
    course = release_course(tmp_path / "course", ASSIGNMENT)
    (file,) = (file for file in SOLUTIONS if file.parent.name == ASSIGNMENT)
    handed = {"right": complete(file), "slips": with_a_slip_each(file), "untouched": {}}
    for student, sources in handed.items():
        course.hand_in(student, sources)
    root = f"--CourseDirectory.root={course.place}"
    course.python("-m", "scaling", "grade", ASSIGNMENT)
    ours = {student: course.points(student) for student in handed}
    course.nbgrader("generate_feedback", ASSIGNMENT, root)
    told = course.feedback("slips")
    course.nbgrader("autograde", ASSIGNMENT, root, "--force")
    stock = {student: course.points(student) for student in handed}
    assert ours == stock
    assert ours["right"] == course.most
    assert 0 < sum(ours["slips"].values()) < 10
    assert sum(ours["untouched"].values()) == 0
    in_part = {name for name, points in ours["slips"].items() if points}
    hints = {slips[0].grade_id: slips[0].hint for one in questions(file) if (slips := _slips(one))}
    for name in in_part:
        assert hints[name].split("’")[0][:40] in told, name
