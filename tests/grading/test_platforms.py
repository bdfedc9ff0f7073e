"""Lists of students and downloads as spreadsheets and learning platforms make them."""

import io
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from scaling.grading import students

ROOT = Path(__file__).parents[2]
ASSIGNMENT = "03-size-and-context"
NOTEBOOK = f"{ASSIGNMENT}-exercise.ipynb"
LIST = "id,last_name,first_name,email\nalex,Moss,Jörg,a@x.org\nsam,Reed,Sam,s@x.org\n"
EXPECTED = [
    {"id": "alex", "last_name": "Moss", "first_name": "Jörg", "email": "a@x.org"},
    {"id": "sam", "last_name": "Reed", "first_name": "Sam", "email": "s@x.org"},
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_list_out_of_a_spreadsheet_is_read(encoding, separator, newline):
    text = LIST.replace(",", separator).replace("\n", newline)
    found, remarks = students.read(text.encode(encoding))
    assert found == EXPECTED
    assert len(remarks) == (encoding == "cp1252")


def test_titles_may_differ_in_case_and_columns_and_cells_be_missing():
    found, remarks = students.read(b"ID;First Name;group\nalex;Alex;a\n\n;;\nsam\n")
    assert found == [{"id": "alex", "first_name": "Alex"}, {"id": "sam"}]
    assert remarks == ["Not entered, since a gradebook has no such column: group."]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "names no column id"),
        (b"name,email\na,b\n", "names no column id"),
        (b"id,email\n,b\n", "Line 2 has no id"),
        (b"id\nalex\nsam\nalex\n", "alex is there twice, again in line 4"),
    ],
)
def test_a_list_that_leaves_doubt_enters_nothing(data, why):
    with pytest.raises(ValueError, match=why):
        students.read(data)


class Book:
    """A gradebook's students alone."""

    def __init__(self):
        self.students = {}

    def find_student(self, name):
        if name not in self.students:
            raise students.MissingEntry(name)

    def update_or_create_student(self, name, **values):
        self.students.setdefault(name, {}).update(values)


def test_a_list_entered_again_keeps_what_it_does_not_name():
    book = Book()
    assert students.enter(book, EXPECTED) == 2
    assert students.enter(book, [{"id": "sam", "email": "new@x.org"}]) == 0
    assert book.students["sam"] == {
        "last_name": "Reed", "first_name": "Sam", "email": "new@x.org",
    }  # fmt: skip


def zipped(names, notebook):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in names:
            archive.write(notebook, name)
    return data.getvalue()


@pytest.mark.slow
def test_downloads_of_moodle_and_canvas_are_collected_with_our_settings(tmp_path):
    shutil.copytree(ROOT / "exercises" / ASSIGNMENT, tmp_path / "exercises" / ASSIGNMENT)
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    archive = tmp_path / "downloaded" / ASSIGNMENT / "archive"
    archive.mkdir(parents=True)
    notebook = tmp_path / "exercises" / ASSIGNMENT / NOTEBOOK
    folder = "Müller Jörg_1234568_assignsubmission_file_"
    moodle = [f"Moss Alex_1234567_assignsubmission_file/{NOTEBOOK}", f"{folder}/{NOTEBOOK}"]
    canvas = [
        f"reedsam_12345_67890_{NOTEBOOK}",
        f"doejo_LATE_12346_67891_{ASSIGNMENT}-exercise-1.ipynb",
    ]
    (archive / "moodle.zip").write_bytes(zipped(moodle, notebook))
    (archive / "submissions.zip").write_bytes(zipped(canvas, notebook))
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "zip_collect", ASSIGNMENT], cwd=tmp_path, check=True
    )
    found = sorted((tmp_path / "submitted").glob(f"*/{ASSIGNMENT}/{NOTEBOOK}"))
    assert [file.parts[-3] for file in found] == ["Moss Alex", "Müller Jörg", "doejo", "reedsam"]


def test_what_was_downloaded_is_not_part_of_the_history():
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8")
    assert "/downloaded/" in ignored.splitlines()
