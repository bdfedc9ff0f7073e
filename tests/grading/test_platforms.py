"""Lists of students as spreadsheets save them."""

from pathlib import Path

import pytest

from scaling.grading import students

ROOT = Path(__file__).parents[2]
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


def test_what_was_downloaded_is_not_part_of_the_history():
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8")
    assert "/downloaded/" in ignored.splitlines()
