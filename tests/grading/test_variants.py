"""Students with data of their own: tokens go out, and each answer is graded with its own data."""

import csv
import json
import os
from pathlib import Path

import nbformat
import pytest

from scaling.checking.variants import read_token
from scaling.grading import feedback as returning
from scaling.grading import variants, varying
from scaling.grading.course import CourseError, open_course
from scaling.grading.grade import grade
from scaling.size_context.checks import mine
from scaling.web.opening import open_notebook

SOLUTIONS = Path(__file__).parents[2] / "solutions"
ASSIGNMENT = "03-size-and-context"
ROSTER = "id,last_name,first_name\nalex,Moss,Alex\nkim,=Ito,Kim\nsam,Cole,Sam\n"
RELEASE = """
import sys
from nbgrader.apps.nbgraderapp import NbGraderApp
from scaling.__main__ import main
assignment, roster = sys.argv[1:]
try:
    NbGraderApp.launch_instance(["generate_assignment", assignment, "--force"])
except SystemExit as end:
    assert not end.code
assert main(["students", roster]) == 0
assert main(["variants", assignment]) == 0
"""


def tokens(place):
    with (place / "personal" / "tokens.csv").open(encoding="utf-8-sig", newline="") as opened:
        return {row["id"]: row["token"] for row in csv.DictReader(opened)}


def told(course, student, question="m3-voice"):
    return course.said(student, question)


@pytest.fixture(scope="module")
def varied(course):
    """Alex works with a token of Alex's; Sam copies the numbers; Kim has no token, and slips."""
    place = course.place
    (place / "nbgrader_config_local.py").write_text("c = get_config()\nc.Vary.enabled = True\n")
    (place / "roster.csv").write_text(ROSTER)
    course.python("-c", RELEASE, ASSIGNMENT, place / "roster.csv")
    of = tokens(place)
    alex = mine.values(of["alex"])
    answers = {f"{name}-answer": text for name, text in course.answers().items()}
    answers["m3-voice-answer"] = f"voice = {alex['meeting_minutes']} / {alex['guests']}"
    token = {"m3-mine": f'mine = check.mine("{of["alex"]}")'}
    course.hand_in("alex", answers | token)
    course.hand_in("sam", answers | token)
    slip = "voice = mine.meeting_minutes / (mine.guests - 1)"
    course.hand_in("kim", answers | {"m3-voice-answer": slip})
    os.chdir(place)
    records = grade(ASSIGNMENT, course=place, jobs=1)
    return course, {record.student: record for record in records}


@pytest.mark.parametrize("file", sorted(SOLUTIONS.glob("*/*.ipynb")), ids=lambda file: file.stem)
def test_cells_are_added_where_an_exercise_has_such_data_alone(file):
    usual = nbformat.read(file, as_version=4)
    here, _ = varying.Vary().preprocess(nbformat.read(file, as_version=4), {})
    own = varying.variants_of(cell.source for cell in usual.cells)
    added = [cell.id for cell in here.cells if "-mine" in cell.id]
    assert len(added) == (1 + len(own.cells) if own else 0)
    assert [cell for cell in here.cells if cell.id not in added] == usual.cells


@pytest.mark.slow
def test_right_answers_with_data_of_ones_own_get_all_points(varied):
    course, records = varied
    assert course.points("alex") == course.most
    assert (records["alex"].state, records["alex"].flags) == ("graded", [])
    values = mine.values(tokens(course.place)["alex"])
    assert f"in a meeting of {values['meeting_minutes']} minutes" in told(course, "alex")


@pytest.mark.slow
def test_the_token_of_another_is_noticed_and_the_page_says_why(varied):
    course, records = varied
    of = tokens(course.place)
    (flag,) = records["sam"].flags
    assert f"the token {of['alex']}, which is not this student's" in flag
    lost = {name for name, points in course.points("sam").items() if points < course.most[name]}
    assert lost == {"m3-voice"}  # the code of the others works with any data
    returning.feedback(ASSIGNMENT, course=course.place, jobs=1)
    guests = mine.values(of["sam"])["guests"]
    page = course.feedback("sam")
    assert "token" in page and f"guests = {guests}" in page and "which is not yours" in page


@pytest.mark.slow
def test_without_a_token_a_hint_has_the_numbers_of_the_student(varied):
    course, records = varied
    assert records["kim"].flags == [
        "No token is in the notebook; it was graded with this student's own data."
    ]
    assert "divide by n, not by n − 1" in told(course, "kim")
    guests = mine.values(tokens(course.place)["kim"])["guests"]
    assert f"guests={guests}" in course.file("autograded", "kim").read_text(encoding="utf-8")


@pytest.mark.slow
def test_grading_again_gives_the_same_and_nothing_new_is_left_alone(varied):
    course, records = varied
    before = {student: course.grades(student) for student in records}
    same = grade(ASSIGNMENT, course=course.place, jobs=1)
    assert {one.student: one.graded_at for one in same} == {
        name: one.graded_at for name, one in records.items()
    }
    grade(ASSIGNMENT, course=course.place, jobs=1, again=True, students=["sam"])
    assert {student: course.grades(student) for student in records} == before


@pytest.mark.slow
def test_personal_notebooks_hold_the_token_and_nothing_else(varied):
    course, _ = varied
    released = nbformat.read(course.notebook("exercises"), as_version=4)
    for student, token in tokens(course.place).items():
        file = course.place / "personal" / ASSIGNMENT / student / course.notebook("x").name
        nb = nbformat.read(file, as_version=4)
        assert read_token(token) == token
        (changed,) = [
            one.id
            for one, other in zip(nb.cells, released.cells, strict=True)
            if one.source != other.source
        ]
        assert changed == "m3-mine"
        assert token in file.read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_page_takes_such_a_notebook_with_its_data(varied):
    course, _ = varied
    file = course.place / "personal" / ASSIGNMENT / "alex" / course.notebook("x").name
    taken = open_notebook(ASSIGNMENT, file.read_text(encoding="utf-8"))
    assert taken["refused"] == ""
    assert {one["kind"] for one in taken["findings"]} == {"note"}  # of what is not answered so far
    here = {cell["id"]: cell for cell in taken["own"]}
    assert [(name, one["after"]) for name, one in here.items()] == [
        ("m3-mine", "m3-imports"),
        *(("m3-mine-" + name.removeprefix("m3-"), name) for name in mine.cells),
    ]
    assert tokens(course.place)["alex"] in here["m3-mine"]["source"]


@pytest.mark.slow
def test_only_cells_are_added_to_the_exercise(varied, course_folder):
    course, _ = varied
    usual = json.loads(
        (course_folder / course.notebook("exercises").relative_to(course.place)).read_text()
    )
    here = json.loads(course.notebook("exercises").read_text())
    added = [cell for cell in here["cells"] if cell["id"].startswith("m3-mine")]
    assert len(added) == 1 + len(mine.cells)
    assert [cell for cell in here["cells"] if cell not in added] == usual["cells"]


@pytest.mark.slow
def test_without_the_secret_nothing_is_graded_and_it_is_not_made_anew(varied):
    course, _ = varied
    place = course.place / ".grading" / "secret.txt"
    kept = place.read_text()
    place.unlink()
    try:
        with pytest.raises(CourseError, match="Copy it from where the tokens were made"):
            grade(ASSIGNMENT, course=course.place, jobs=1)
    finally:
        place.write_text(kept)
    assert variants.made_secret(open_course(course.place)) == kept.strip().encode()
