"""The three commands, from the platform's files to the platform's files."""

import io
import re
import zipfile
from pathlib import PurePosixPath

import invented
import nbformat
import pytest
from invented import ASSIGNMENT, FILE, NOTEBOOK

from scaling.__main__ import main
from scaling.grading import extensions, records
from scaling.grading.export import row
from scaling.grading.feedback import Page
from scaling.grading.lms import command
from scaling.grading.lms.canvas import CANVAS
from scaling.grading.lms.moodle import MOODLE
from scaling.grading.records import Record

ALEX = invented.Learner("alex", "Alex Moss", 101, 201, {FILE: b"alex"})
ZOE = invented.Learner("zoe", "Zoe\u0308 Bront\u00eb", 102, 202, {"work (1).ipynb": b"zoe"})
PEOPLE = [ALEX, ZOE]
FIRST = "a_1_2_x.ipynb"
LAYOUTS = [
    ("moodle", invented.in_folders),
    ("moodle", invented.in_old_folders),
    ("moodle", invented.flat),
    ("canvas", invented.canvas),
]


def downloaded(course, platform, layout, **more):
    """Write a platform's two files beside the course; return where."""
    outside = course.root.parent
    make = invented.worksheet if platform == "moodle" else invented.gradebook
    (outside / "list.csv").write_bytes(make(PEOPLE, **more))
    (outside / "all.zip").write_bytes(invented.archive(PEOPLE, layout))
    return outside / "list.csv", outside / "all.zip"


def collect(platform, files, *more):
    roster, archive = map(str, files)
    return main(["lms", platform, "collect", ASSIGNMENT, "--roster", roster, archive, *more])


@pytest.mark.parametrize(("platform", "layout"), LAYOUTS)
def test_a_class_that_is_not_known_yet_is_entered_and_collected(platform, layout, course, capsys):
    files = downloaded(course, platform, layout)
    assert collect(platform, files) == 1
    assert "0 collected" in capsys.readouterr().out
    assert collect(platform, files, "--enter") == 0
    told = capsys.readouterr().out
    assert told.startswith(
        "2 in the list: 2 collected, 0 unchanged, 0 kept as they were, 0 without"
    )
    assert "2 entered as students" in told
    assert collect(platform, files) == 0
    assert "2 unchanged" in capsys.readouterr().out


def test_a_folder_stands_for_the_archives_in_it(course, capsys):
    roster, archive = downloaded(course, "moodle", invented.flat)
    place = archive.with_name("archives")
    place.mkdir()
    assert collect("moodle", (roster, place), "--enter") == 2
    assert "compress the folder again" in capsys.readouterr().err
    archive.rename(place / "all.zip")
    assert collect("moodle", (roster, place), "--enter") == 0
    assert course.submitted("alex@example.org", ASSIGNMENT).is_dir()


def test_the_worksheets_extensions_are_entered_and_told(course, capsys):
    until = "Submitted for grading - Extension granted until: Sunday, 15 March 2026, 6:00 PM"
    cells = {"Status": {"alex": until}}
    files = downloaded(course, "moodle", invented.in_folders, cells=cells)
    assert collect("moodle", files, "--enter") == 2
    assert "--zone Europe/Berlin" in capsys.readouterr().err
    assert collect("moodle", files, "--enter", "--zone", "Europe/Berlin") == 0
    told = capsys.readouterr().out
    assert "New extensions: alex@example.org" in told
    assert "--again" not in told  # Nothing has been graded so far.
    with course.gradebook() as book:
        (until,) = extensions.granted(book, ASSIGNMENT).values()
    assert str(until) == "2026-03-15 17:00:00"
    records.write(course.root, Record("alex@example.org", ASSIGNMENT, "graded"))
    roster = files[0].read_text(encoding="utf-8").replace("15 March", "22 March")
    files[0].write_text(roster, encoding="utf-8")
    assert collect("moodle", files, "--zone", "Europe/Berlin") == 0
    assert f"grade {ASSIGNMENT} --again --student 'alex@example.org'" in capsys.readouterr().out


def test_a_list_with_a_shifted_line_is_refused(course, capsys):
    files = downloaded(course, "moodle", invented.in_folders)
    files[0].write_bytes(files[0].read_bytes().replace(b"Yes,-,-,\n", b"Yes,a,b,c,-,-,\n", 1))
    assert collect("moodle", files, "--enter") == 2
    assert "The line of Alex Moss in list.csv has 13 cells" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--zone", "Berlin"], "Berlin is no time zone"),
        (["--dates", "no.csv"], "No such file"),
        (["no.zip"], "There is no file no.zip"),
    ],
)
def test_what_is_given_wrongly_is_said(arguments, why, course, capsys):
    files = downloaded(course, "moodle", invented.in_folders)
    assert collect("moodle", files, *arguments) == 2
    assert why in capsys.readouterr().err


def test_an_assignment_that_was_not_generated_is_said(course, capsys):
    roster, archive = downloaded(course, "moodle", invented.in_folders)
    given = ["lms", "moodle", "collect", "04-x", str(archive), "--roster", str(roster)]
    assert main(given) == 2
    assert "nbgrader generate_assignment 04-x --force" in capsys.readouterr().err


def test_marks_are_a_new_file_beside_the_list_that_is_kept(course, capsys):
    roster, _ = downloaded(course, "canvas", invented.canvas)
    before = roster.read_bytes()
    assert collect("canvas", downloaded(course, "canvas", invented.canvas), "--enter") == 0
    arguments = ["lms", "canvas", "marks", ASSIGNMENT, "--roster", str(roster)]
    assert main(arguments) == 1
    told = capsys.readouterr().out
    assert "0 marks written, 0 there already" in told
    assert "not graded yet: alex, zoe" in told
    made = roster.with_name("list-marks.csv")
    assert made.read_bytes() == roster.read_bytes() == before
    assert main(arguments) == 2
    assert "--to" in capsys.readouterr().err
    assert main([*arguments, "--to", str(roster)]) == 2
    assert roster.read_bytes() == before


def test_numbers_of_the_platform_are_kept_and_exported(course):
    collect("canvas", downloaded(course, "canvas", invented.canvas), "--enter")
    with course.gradebook() as book:
        assignment = book.find_assignment(ASSIGNMENT)
        rows = [row(book, assignment, student) for student in book.students]
    assert {one["student_id"]: one["lms_user_id"] for one in rows} == {"alex": "201", "zoe": "202"}


# ---------------------------------------------------------------- feedback


def page(course, student, text):
    folder = course.feedback(student, ASSIGNMENT)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{NOTEBOOK}.html").write_text(f"<h1>{text}</h1>", encoding="utf-8")


@pytest.fixture
def made(course, monkeypatch):
    """Pages of the two, as ``feedback`` makes them, and of one who handed in otherwise."""

    def pages_of(_assignment, **_):
        students = [place.name for place in course.students_folder("submitted").iterdir()]
        for student in (*students, "mail"):
            page(course, student, f"für {student}")
        return course, [Page(student, "made") for student in (*students, "mail")]

    monkeypatch.setattr(command, "feedback", pages_of)


@pytest.mark.parametrize(("platform", "layout"), LAYOUTS)
def test_every_page_goes_back_to_the_one_who_handed_in(platform, layout, course, made, capsys):
    collect(platform, downloaded(course, platform, layout), "--enter")
    assert main(["lms", platform, "feedback", ASSIGNMENT]) == 1
    told = capsys.readouterr().out
    assert "pages of 2 students" in told
    assert "did not hand in by this platform: mail" in told
    target = course.root / "feedback" / f"{ASSIGNMENT}-{platform}.zip"
    handed_in = invented.archive(PEOPLE, layout)
    kind = {"moodle": MOODLE, "canvas": CANVAS}[platform]
    with zipfile.ZipFile(target) as archive, zipfile.ZipFile(io.BytesIO(handed_in)) as before:
        names = archive.namelist()
        for one in PEOPLE:
            number = str(one.participant if platform == "moodle" else one.user)
            uploads = {name: kind.upload(PurePosixPath(name), [number]) for name in names}
            (name,) = [name for name, upload in uploads.items() if upload.number == number]
            student = one.id if platform == "canvas" else one.email
            assert f"für {student}" in archive.read(name).decode().replace("\\u00fc", "ü")
            if platform == "canvas":
                assert name in before.namelist()
            else:
                assert name.endswith(f"{NOTEBOOK}.html")
                start = re.match(r".*_assignsubmission_file_?/?", name)[0].removeprefix("all/")
                assert any(start in other for other in before.namelist())


@pytest.mark.parametrize(
    ("handed_in", "kind"),
    [
        (["a_1_2_x.ipynb", "a_1_3_x.zip"], FIRST),
        (["a_1_3_x.zip", "a_1_4_x.txt"], "a_1_3_x.zip"),
        (["a_1_4_x.html"], "a_1_4_x.html"),
        (["a_1_5_x.txt"], "a_1_5_x.html"),
        (["a_1_text.html"], None),
    ],
)
def test_a_page_for_canvas_is_a_file_of_the_kind_that_was_handed_in(handed_in, kind):
    head = "<html><head><title>t</title></head><body class='x'>" if kind == FIRST else ""
    page = f"{head}<h1>für</h1>" + ("</body></html>" if head else "")
    made = CANVAS.returned(handed_in, {"p.html": page.encode()})
    assert [name for name, _ in made] == ([kind] if kind else [])
    for name, data in made:
        if name.endswith(".ipynb"):
            nb = nbformat.reads(data.decode(), as_version=4)
            nbformat.validate(nb)
            assert nb.cells[1].outputs[0].data["text/html"] == "<h1>für</h1>"
        elif name.endswith(".zip"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                assert archive.read("p.html").decode() == "<h1>für</h1>"
        else:
            assert data.decode() == "<h1>für</h1>"


def test_feedback_needs_what_collect_noted(course, made, capsys):
    course.students_folder("submitted").mkdir()
    assert main(["lms", "moodle", "feedback", ASSIGNMENT]) == 2
    assert "lms moodle collect" in capsys.readouterr().err
    collect("canvas", downloaded(course, "canvas", invented.canvas), "--enter")
    assert main(["lms", "moodle", "feedback", ASSIGNMENT]) == 2
    assert not list((course.root / "feedback").glob("*.zip"))


def test_an_archive_is_not_written_over(course, made, capsys):
    files = downloaded(course, "moodle", invented.flat)
    collect("moodle", files, "--enter")
    before = files[1].read_bytes()
    assert main(["lms", "moodle", "feedback", ASSIGNMENT, "--to", str(files[1])]) == 2
    assert files[1].read_bytes() == before


def test_the_commands_are_listed(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "lms" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["lms", "--help"])
    told = capsys.readouterr().out
    assert all(word in told for word in ("moodle", "canvas", "collect", "marks", "feedback"))
