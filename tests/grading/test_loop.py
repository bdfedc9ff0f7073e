"""The loop closes: what arrives is told, what changes is returned anew."""

import argparse
import json
import os
import shutil
import unicodedata

import nbformat
import pytest

from scaling.grading import feedback as returning
from scaling.grading import grade as grading
from scaling.grading import reasons
from scaling.grading.arrivals import alike, is_link, strays
from scaling.grading.course import CourseError, open_course
from scaling.grading.grade import grade

ASSIGNMENT = "03-size-and-context"
ODD = "x[1]"


@pytest.fixture(scope="module")
def loop(course):
    """Two have handed in and were graded; one has a page of HTML and a doubtful date beside."""
    course.hand_in("ada", {})
    course.hand_in(ODD, {"m3-voice-answer": "voice = float(input()) / 48"})
    beside = course.notebook("submitted/ada")
    beside.with_suffix(".html").write_text("mine")
    (beside.parent / "timestamp.txt").write_text("2027-07-12 17:40:00 CEST")
    os.chdir(course.place)
    found = grade(ASSIGNMENT, course=course.place, jobs=1)
    return course, {record.student: record for record in found}


def pages(loop):
    _, found = returning.feedback(ASSIGNMENT, course=loop[0].place, jobs=1)
    return {page.student: page.state for page in found}


@pytest.mark.slow
def test_a_doubtful_date_is_told_and_costs_nothing(loop):
    course, found = loop
    assert any("names no moment beyond doubt" in flag for flag in found["ada"].flags)
    with course.gradebook() as book:
        assert book.find_submission(ASSIGNMENT, "ada").timestamp is None


@pytest.mark.slow
def test_pages_are_made_once_and_again_when_a_person_has_marked(loop):
    course, _ = loop
    assert pages(loop) == {"ada": "made", ODD: "made"}
    assert pages(loop) == {"ada": "unchanged", ODD: "unchanged"}
    with course.gradebook() as book:
        (notebook,) = book.find_submission(ASSIGNMENT, "ada").notebooks
        for comment in notebook.comments:
            comment.manual_comment = "A word of mine"
        book.db.commit()
    assert pages(loop) == {"ada": "made", ODD: "unchanged"}
    assert "A word of mine" in course.feedback("ada")


@pytest.mark.slow
def test_the_page_says_why_an_answer_that_was_right_got_nothing(loop):
    course, found = loop
    assert any("waits for input()" in flag for flag in found[ODD].flags)
    pages(loop)
    page = course.feedback(ODD)
    assert page.count("m3-voice-answer waits for input(), which is not there in grading") == 2
    assert "voice does not exist yet. Run its answer cell first" not in page
    assert "waits for input()" not in course.feedback("ada")


@pytest.mark.parametrize(
    "kept",
    [None, 3, {}, {"reasons": 3}, {"reasons": {"m3-voice": 3}}, {"reasons": {"m3-voice": [3]}}],
)
def test_reasons_in_another_form_are_passed_over(kept):
    nb = nbformat.v4.new_notebook(metadata={reasons.KEY: kept})
    assert not any(reasons.noted(nb).values())


@pytest.mark.slow
def test_a_page_that_cannot_be_made_costs_no_other(loop):
    course, _ = loop
    broken = course.place / "autograded" / "broken" / ASSIGNMENT
    shutil.copytree(course.place / "autograded" / "ada" / ASSIGNMENT, broken)
    shutil.rmtree(course.place / "feedback")
    try:
        found = pages(loop)
    finally:
        shutil.rmtree(broken.parent)
    assert found["broken"].startswith("no page: ")
    assert {found["ada"], found[ODD]} == {"made"}


@pytest.mark.slow
def test_release_goes_on_past_a_submission_placed_by_hand(loop, tmp_path, capsys):
    course, _ = loop
    settings = course.place / "nbgrader_config_local.py"
    settings.write_text(f"c = get_config()\nc.Exchange.root = {str(tmp_path)!r}\n")
    (course.place / "submitted" / ODD / ASSIGNMENT / returning.SECRET).write_text("s3cret")
    shutil.rmtree(course.place / "feedback", ignore_errors=True)
    asked = argparse.Namespace(assignment=ASSIGNMENT, course=course.place, jobs=1, release=True)
    try:
        assert returning.main(asked) == 0
    finally:
        settings.unlink()
    said = capsys.readouterr().out
    assert "1 released" in said
    assert "return it yourself: ada" in said
    assert len(list(tmp_path.glob("*/feedback/*.html"))) == 1


@pytest.mark.slow
def test_what_is_not_in_its_place_is_told_and_exits_with_1(loop):
    course, _ = loop
    place = course.place / "submitted"
    made = [place / "loose.ipynb", place / "no-level" / "a.ipynb", place / "b" / "03" / "a.ipynb"]
    for file in made:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("{}")
    eve = place / "eve"
    eve.mkdir()
    (eve / ASSIGNMENT).symlink_to(place / "ada" / ASSIGNMENT)
    try:
        told = grading.outside(course.place, ASSIGNMENT)
        here = open_course(course.place)
        assert is_link(here, "eve", ASSIGNMENT)
        assert not is_link(here, "ada", ASSIGNMENT)
        with pytest.raises(CourseError, match="Nothing was handed in by eve"):
            grade(ASSIGNMENT, students=["eve"], course=course.place)
    finally:
        made[0].unlink()
        for name in ("no-level", "b", "eve"):
            shutil.rmtree(place / name)
    for part in ("loose.ipynb is a file", "no-level/a.ipynb", "b/03 is a folder", "is a link"):
        assert part in told
    assert strays(open_course(course.place), ASSIGNMENT, []) == []


def test_two_spellings_of_one_name_are_told():
    name = "J\u00f6rg"
    (said,) = alike([name, unicodedata.normalize("NFD", name), "ada"])
    assert "two spellings" in said
    assert alike(["Ada", "ada "])
    assert not alike(["ada", "adam"])


@pytest.mark.slow
def test_an_assignment_named_nearly_right_is_not_generated(loop):
    with pytest.raises(CourseError, match=f"Did you mean {ASSIGNMENT}"):
        grade("03-Size-Context", course=loop[0].place)


@pytest.mark.slow
def test_another_grader_of_the_group_can_read_the_record(loop):
    file = loop[0].place / ".grading" / ASSIGNMENT / "ada.json"
    assert json.loads(file.read_text(encoding="utf-8"))["student"] == "ada"
    assert file.stat().st_mode & 0o040
