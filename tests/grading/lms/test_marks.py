"""Marks fill the file that the platform exported, where they are final, and extensions count."""

import csv
import datetime
import io
from types import SimpleNamespace

import invented
import pytest
from invented import ASSIGNMENT, NOTEBOOK
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from scaling.grading import extensions, records
from scaling.grading.course import open_course
from scaling.grading.examiner import Verdict
from scaling.grading.export import row
from scaling.grading.lms import sheets
from scaling.grading.lms.canvas import CANVAS
from scaling.grading.lms.marks import EARLY, NOT_YET, NOTHING, UNGRADED, WAITING, Wishes, marks
from scaling.grading.lms.moodle import MOODLE
from scaling.grading.lms.roster import roster
from scaling.grading.records import Record
from scaling.grading.worker import Outcome

IDS = ("done", "zero", "waits", "broken", "nothing", "new")
PEOPLE = [
    invented.Learner(name, name.title(), 100 + at, 200 + at, {}) for at, name in enumerate(IDS)
]
DUE = datetime.datetime(2026, 3, 12, 17)
LATER = datetime.datetime(2126, 3, 12)


@pytest.fixture
def graded(course, book):
    """One student of each kind: see ``IDS``; ``new`` has work that is not graded yet."""
    for one in PEOPLE:
        book.add_student(one.id, email=one.email)
    for name, points, essay in (("done", 13.0, 3.5), ("zero", 0.0, 0.0), ("waits", 9.0, None)):
        with book.db.no_autoflush:
            book.add_submission(ASSIGNMENT, name, timestamp=DUE + datetime.timedelta(hours=2))
        check = book.find_grade("check", NOTEBOOK, ASSIGNMENT, name)
        check.auto_score, check.needs_manual_grade = points, False
        by_hand = book.find_grade("essay", NOTEBOOK, ASSIGNMENT, name)
        by_hand.manual_score, by_hand.needs_manual_grade = essay, essay is None
        records.write(course.root, Record(name, ASSIGNMENT, "graded", digest="x"))
    book.db.commit()
    records.write(course.root, Record("broken", ASSIGNMENT, "ungraded", ["no notebook"]))
    course.submitted("new", ASSIGNMENT).mkdir(parents=True)
    return course


def fill(course, book, platform, data, **wishes):
    sheet = sheets.read(data)
    known = roster(platform.people(sheet), book)
    return marks(course, book, platform, ASSIGNMENT, sheet, known, Wishes(**wishes))


def read(data):
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def grades(found):
    """What is in Moodle's column, by student."""
    return {one.id: row["Grade"] for one, row in zip(PEOPLE, read(found.data), strict=True)}


def test_the_worksheet_gets_final_marks_and_blanks_for_the_rest(graded, book):
    data = invented.worksheet(PEOPLE, {"Feedback comments": {"done": 'Read "this",\nplease'}})
    found = fill(graded, book, MOODLE, data)
    assert grades(found) == dict.fromkeys(IDS, "") | {"done": "16.50", "zero": "0.00"}
    assert found.data.replace(b",16.50,", b",,").replace(b",0.00,", b",,") == data
    assert found.blank == {
        WAITING: ["waits"], UNGRADED: ["broken"], NOTHING: ["nothing"], NOT_YET: ["new"]
    }  # fmt: skip


def test_what_is_asked_for_is_written_too(graded, book):
    found = fill(graded, book, MOODLE, invented.worksheet(PEOPLE), with_waiting=True, zeros=True)
    expected = {"done": "16.50", "zero": "0.00", "waits": "9.00", "nothing": "0.00"}
    assert grades(found) == dict.fromkeys(IDS, "") | expected


def test_no_zero_is_written_before_the_due_date(graded, book):
    book.update_or_create_assignment(ASSIGNMENT, duedate="2126-03-12 17:00:00 UTC")
    found = fill(graded, book, MOODLE, invented.worksheet(PEOPLE), zeros=True)
    assert grades(found) == dict.fromkeys(IDS, "") | {"done": "16.50"}
    assert found.blank[EARLY] == ["zero"]
    assert found.blank[NOTHING] == ["nothing"]


def test_an_extension_is_a_due_date(graded, book):
    extensions.grant(book, ASSIGNMENT, {"nothing": LATER, "zero": LATER})
    found = fill(graded, book, MOODLE, invented.worksheet(PEOPLE), zeros=True)
    assert found.blank[NOTHING] == ["nothing"]
    assert found.blank[EARLY] == ["zero"]


def test_a_late_penalty_is_taken_off(graded, book):
    (notebook,) = book.find_submission(ASSIGNMENT, "done").notebooks
    notebook.late_submission_penalty = 2.0
    book.db.commit()
    assert grades(fill(graded, book, MOODLE, invented.worksheet(PEOPLE)))["done"] == "14.50"


def test_a_decimal_comma_is_kept_and_quoted_between_commas(graded, book):
    cells = {"Maximum Grade": dict.fromkeys(IDS, "20,00")}
    found = fill(graded, book, MOODLE, invented.worksheet(PEOPLE, cells))
    assert grades(found)["done"] == "16,50"
    assert b',"16,50","20,00",' in found.data


def test_other_marks_and_locked_ones_stay_and_are_told(graded, book):
    cells = {"Grade": {"done": "12.00", "zero": "0", "waits": "5"}}
    data = invented.worksheet(PEOPLE, cells)
    found = fill(graded, book, MOODLE, data)
    assert (found.data, found.written, found.same) == (data, 0, 1)
    assert "done (12.00 there, 16.50 here)" in str(found.blank)
    assert grades(fill(graded, book, MOODLE, data, replace=True))["done"] == "16.50"
    locked = invented.worksheet(PEOPLE, {"Grade can be changed": {"done": "No"}})
    found = fill(graded, book, MOODLE, locked, replace=True)
    assert grades(found)["done"] == ""
    assert found.blank["cannot be changed on the platform"] == ["done"]


def test_another_number_of_points_is_refused_or_carried_over(graded, book):
    data = invented.worksheet(PEOPLE, {"Maximum Grade": dict.fromkeys(IDS, "100.00")})
    with pytest.raises(ValueError, match="has 20 points, and 100 on the platform"):
        fill(graded, book, MOODLE, data)
    assert grades(fill(graded, book, MOODLE, data, scale=True))["done"] == "82.50"
    scale = invented.worksheet(PEOPLE, {"Maximum Grade": dict.fromkeys(IDS, "-")})
    with pytest.raises(ValueError, match="does not count points"):
        fill(graded, book, MOODLE, scale)


def test_newer_work_that_is_not_graded_has_no_mark(graded, book):
    records.write(graded.root, Record("done", ASSIGNMENT, "graded", digest=""))
    found = fill(graded, book, MOODLE, invented.worksheet(PEOPLE))
    assert grades(found)["done"] == ""
    assert sorted(found.blank[NOT_YET]) == ["done", "new"]


@pytest.mark.parametrize("hidden", [False, True])
def test_canvas_gets_one_column_and_all_else_stays(graded, book, hidden):
    data = invented.gradebook(PEOPLE, {"broken": "EX", "new": "N/A"}, hidden)
    found = fill(graded, book, CANVAS, data)
    marked = {row["SIS Login ID"]: row[f"{ASSIGNMENT} (502)"] for row in read(found.data)}
    expected = {"broken": "EX", "new": "N/A", "done": "16.50", "zero": "0.00", "test": ""}
    assert {one: marked[one] for one in (*IDS, "test")} == dict.fromkeys(IDS, "") | expected
    assert found.data.replace(b",16.50,", b",,").replace(b",7.50,0.00,", b",7.50,,") == data


def test_an_excused_person_stays_excused(graded, book):
    data = invented.gradebook(PEOPLE, {"done": "EX"})
    found = fill(graded, book, CANVAS, data, replace=True)
    assert b",EX," in found.data
    assert found.blank["cannot be changed on the platform"] == ["done"]


@pytest.mark.parametrize("wanted", ["501", "Size, and context", "Size, and context (501)"])
def test_a_column_of_canvas_is_named_by_title_or_number(graded, book, wanted):
    data = invented.gradebook(PEOPLE)
    found = fill(graded, book, CANVAS, data, column=wanted, scale=True, replace=True)
    assert read(found.data)[1]["Size, and context (501)"] == "8.25"


@pytest.mark.parametrize("wanted", ["Exercise", "Current Score", "Notes"])
def test_a_column_that_is_not_there_or_read_only_is_refused(graded, book, wanted):
    with pytest.raises(ValueError, match=r"Which column[\s\S]*Size, and context \(501\)"):
        fill(graded, book, CANVAS, invented.gradebook(PEOPLE), column=wanted)


def test_names_in_two_columns_are_read():
    text = b"LastName,FirstName,ID,SIS Login ID,Section,A (1)\n    Points Possible,,,,,5\n"
    (one,) = CANVAS.people(sheets.read(text + b"Moss,Alex,201,alex,S,\nTest,Student,9,x,S,\n"[:22]))
    assert (one.name, one.number, one.logins) == ("Moss, Alex", "201", ("alex",))


@pytest.mark.parametrize("platform", [MOODLE, CANVAS])
def test_another_file_is_refused_with_the_way_to_the_right_one(platform):
    with pytest.raises(ValueError, match="This is no grad"):
        platform.people(sheets.read(b"id,email\nalex,a@x.org\n"))


# ---------------------------------------------------------------- extensions


@pytest.mark.parametrize(("hours", "late"), [(1, 3600), (3, 0), (-5, 7200)])
def test_an_extension_moves_the_due_date_of_one_student(graded, book, hours, late):
    extensions.grant(book, ASSIGNMENT, {"done": DUE + datetime.timedelta(hours=hours)})
    for name in ("done", "zero"):
        submission = book.find_submission(ASSIGNMENT, name)
        extensions.apply(book, submission)
        book.db.commit()
        assert submission.total_seconds_late == (late if name == "done" else 7200)


def test_an_extension_is_new_once_and_can_be_taken_back(graded, book):
    assert extensions.granted(book, ASSIGNMENT) == {}
    assert extensions.grant(book, ASSIGNMENT, {"done": LATER, "zero": LATER}) == ["done", "zero"]
    assert extensions.grant(book, ASSIGNMENT, {"done": LATER}) == []
    assert extensions.grant(book, ASSIGNMENT, {"done": None}) == ["done"]
    submission = book.find_submission(ASSIGNMENT, "done")
    submission.extension = datetime.timedelta(days=9)
    extensions.apply(book, submission)
    assert submission.extension is None


def test_an_extension_of_nbgraders_own_stays(graded, book):
    book.grant_extension(ASSIGNMENT, "done", days=2)
    submission = book.find_submission(ASSIGNMENT, "done")
    extensions.apply(book, submission)
    assert submission.extension == datetime.timedelta(days=2)


@pytest.mark.parametrize(("until", "mark"), [(None, "0.00"), (DUE, "0.00"), (LATER, "16.00")])
def test_grading_takes_nothing_off_within_an_extension(course, tmp_path, until, mark):
    """The whole way: collected late, graded, the penalty of nbgrader's plugin, the worksheet."""
    (course.root / "nbgrader_config.py").write_text(
        'c = get_config()\nc.LateSubmissionPlugin.penalty_method = "zero"\n'
    )
    course = open_course(course.root)
    folder = course.submitted("done", ASSIGNMENT)
    folder.mkdir(parents=True)
    (folder / "timestamp.txt").write_text("2026-03-13 12:00:00 UTC")
    check, essay = (
        {"nbgrader": {"grade_id": one, "grade": True, "solution": one == "essay", "points": 1}}
        for one in ("check", "essay")
    )
    cells = [new_code_cell("", metadata=check), new_markdown_cell("", metadata=essay)]
    (tmp_path / "files").mkdir()
    outcome = Outcome(
        "done",
        notebooks={NOTEBOOK: new_notebook(cells=cells)},
        verdicts={NOTEBOOK: {"check": Verdict(16.0, [])}},
        files=tmp_path / "files",
    )
    job = SimpleNamespace(
        student="done", assignment=ASSIGNMENT, folder=folder, digest="x", releases=()
    )
    with course.gradebook() as book:
        book.add_student("done", email="done@example.org")
        if until:
            extensions.grant(book, ASSIGNMENT, {"done": until})
        assert records.enter(course, book, job, outcome).state == "graded"
        found = fill(course, book, MOODLE, invented.worksheet(PEOPLE[:1]), with_waiting=True)
        exported = row(book, book.find_assignment(ASSIGNMENT), book.find_student("done"))
    assert read(found.data)[0]["Grade"] == mark
    assert exported["duedate"] == f"{until or DUE} UTC"
