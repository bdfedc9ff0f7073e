"""The exported grades are a table that every program reads alike, and that runs nothing."""

import csv
import datetime
import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from nbgrader.api import Gradebook
from nbgrader.plugins import CsvExportPlugin

from scaling.grading import records
from scaling.grading.export import COLUMNS, SafeCsv, harmless, write_table
from scaling.grading.records import Record

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "\u00a0=1",
        "\u200b=1",
        "\ufeff=1",
        "＝1",
        "＋1",
        "－1",
        "＠A",
        "−1",
        '=HYPERLINK("https://elsewhere.example","click")',
        "=cmd|' /C calc'!A0",
    ],
)
def test_text_that_could_be_a_formula_gets_an_apostrophe(text):
    made = harmless(text)
    assert made.startswith("'")
    assert not set(made) & set("\t\r\n")


@pytest.mark.parametrize(
    "text", ["Ann", "O'Neill", "Wójcik, Jr.", 'the "late" one', "a=b", "李", ""]
)
def test_other_text_stays_as_it_is(text):
    assert harmless(text) == text


@pytest.mark.parametrize(
    ("value", "made"), [(3, 3), (-2.5, -2.5), (0.0, 0.0), (None, ""), (True, "yes"), (False, "no")]
)
def test_numbers_stay_numbers(value, made):
    assert harmless(value) == made
    assert type(harmless(value)) is type(made)


# ---------------------------------------------------------------- a gradebook

FORMULA = '=HYPERLINK("https://elsewhere.example","see here")'


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A gradebook: two assignments; Ann has handed in the first, late, its essay is not marked."""
    file = tmp_path_factory.mktemp("filled") / "gradebook.db"
    with Gradebook(f"sqlite:///{file}", "course") as book:
        for name in ("ps1", "ps2"):
            book.add_assignment(name, duedate="2026-03-01 12:00:00 UTC")
            book.add_notebook("nb", name)
            book.add_grade_cell("check", "nb", name, max_score=2, cell_type="code")
            book.add_grade_cell("essay", "nb", name, max_score=3, cell_type="markdown")
            book.add_solution_cell("essay", "nb", name)
        book.add_student("ann", first_name="Ann", last_name="Lee, Jr.", email="ann@example.org")
        book.add_student("007", first_name=FORMULA, last_name='"quoted"\nname')
        with book.db.no_autoflush:  # nbgrader makes the submission step by step.
            book.add_submission("ps1", "ann", timestamp=datetime.datetime(2026, 3, 1, 13))
        grade = book.find_grade("check", "nb", "ps1", "ann")
        grade.auto_score, grade.needs_manual_grade = 2.0, False
        book.find_grade("essay", "nb", "ps1", "ann").needs_manual_grade = True
        book.find_submission_notebook("nb", "ps1", "ann").late_submission_penalty = 0.5
        book.db.commit()
    return file


@pytest.fixture
def book(filled, tmp_path):
    """The gradebook, copied for one test; making one takes nbgrader seconds."""
    shutil.copy(filled, tmp_path)
    with Gradebook(f"sqlite:///{tmp_path / filled.name}", "course") as book:
        yield book


def exported(book, file, plugin=SafeCsv, **chosen):
    plugin = plugin()
    plugin.to = str(file)
    for name, value in chosen.items():
        setattr(plugin, name, value)
    plugin.export(book)
    return read(file)


def read(file):
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline="")))


@pytest.mark.slow
def test_there_is_a_row_for_every_student_in_every_assignment(book, tmp_path):
    rows = exported(book, tmp_path / "g.csv")
    found = sorted((row["assignment"], row["student_id"]) for row in rows)
    assert found == [("ps1", "007"), ("ps1", "ann"), ("ps2", "007"), ("ps2", "ann")]


@pytest.mark.slow
def test_points_penalty_and_what_is_still_to_be_marked(book, tmp_path):
    (row,) = exported(book, tmp_path / "g.csv", student=["ann"], assignment=["ps1"])
    points = [float(row[name]) for name in COLUMNS[7:11]]
    assert points == [2.0, 0.5, 1.5, 5.0]
    assert row["needs_manual_grade"] == "yes"
    assert row["timestamp"].startswith("2026-03-01 13:00")


@pytest.mark.slow
def test_nothing_handed_in_is_nothing_earned_and_nothing_to_mark(book, tmp_path):
    (row,) = exported(book, tmp_path / "g.csv", student=["007"], assignment=["ps1"])
    assert [float(row[name]) for name in COLUMNS[7:11]] == [0.0, 0.0, 0.0, 5.0]
    assert (row["timestamp"], row["needs_manual_grade"]) == ("", "no")


def test_what_could_not_be_graded_is_no_zero(book, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # nbgrader's command gives the plugin its course folder
    records.write(tmp_path, Record("007", "ps1", "ungraded", ["it took more than 180 seconds."]))
    records.write(tmp_path, Record("ann", "ps1", "repaired", ["A check was put back."]))
    rows = {
        row["student_id"]: row for row in exported(book, tmp_path / "g.csv", assignment=["ps1"])
    }
    assert [rows["007"][name] for name in COLUMNS[7:10]] == ["", "", ""]
    assert rows["007"]["state"] == "ungraded: it took more than 180 seconds."
    assert (rows["ann"]["state"], float(rows["ann"]["score"])) == ("repaired", 1.5)


def test_the_state_tells_graded_from_not_handed_in(book, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = {
        row["student_id"]: row for row in exported(book, tmp_path / "g.csv", assignment=["ps1"])
    }
    assert {name: row["state"] for name, row in rows.items()} == {
        "ann": "graded",
        "007": "not handed in",
    }


def test_names_move_columns_and_run_in_what_stock_nbgrader_writes(book, tmp_path):
    rows = {row["student_id"]: row for row in exported(book, tmp_path / "g.csv", CsvExportPlugin)}
    assert rows["ann"]["first_name"] == " Jr."
    assert f"\nname,{FORMULA}," in (tmp_path / "g.csv").read_text(encoding="utf-8")


def test_names_move_no_column_and_run_nothing(book, tmp_path):
    rows = {row["student_id"]: row for row in exported(book, tmp_path / "g.csv")}
    assert rows["ann"]["last_name"] == "Lee, Jr."
    assert rows["007"]["first_name"] == f"'{FORMULA}"
    assert rows["007"]["last_name"] == '"quoted" name'
    assert None not in rows["007"]  # no field beyond the last column


def test_pandas_reads_ids_as_text_if_told_and_points_as_numbers(book, tmp_path):
    exported(book, tmp_path / "g.csv")
    table = pd.read_csv(tmp_path / "g.csv", dtype={"student_id": str})
    assert list(table.columns) == list(COLUMNS)
    assert set(table["student_id"]) == {"ann", "007"}
    assert table["score"].dtype == float


def test_the_old_file_stays_whole_when_writing_fails(tmp_path):
    target = tmp_path / "g.csv"
    target.write_text("the old grades")

    def breaks():
        yield {"assignment": "ps1"}
        raise RuntimeError("the gradebook went away")

    with pytest.raises(RuntimeError):
        write_table(target, breaks())
    assert target.read_text() == "the old grades"
    assert [file.name for file in tmp_path.iterdir()] == ["g.csv"]


@pytest.mark.slow
def test_nbgrader_export_uses_it_by_our_settings(book, tmp_path):
    settings = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    (tmp_path / "nbgrader_config.py").write_text(settings, encoding="utf-8")
    (tmp_path / "grades.csv").write_text("the old grades")
    here = str(Path(sys.executable).parent)
    finished = subprocess.run(
        [sys.executable, "-m", "nbgrader", "export", "--student=['007']"],
        cwd=tmp_path,
        env={**os.environ, "PATH": here + os.pathsep + os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert finished.returncode == 0, finished.stderr
    assert "Replacing" in finished.stderr
    rows = read(tmp_path / "grades.csv")
    assert [row["first_name"] for row in rows] == [f"'{FORMULA}"] * 2
