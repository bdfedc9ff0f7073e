"""One submission, file or text that is odd ends no run, takes no time and steers no terminal."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scaling.checking import kinds
from scaling.grading import carry, clean, pool, records, report, worker
from scaling.grading.image import Images
from scaling.grading.limits import Limits
from scaling.grading.preflight.findings import CannotGradeError
from scaling.grading.records import Record
from scaling.grading.release import Release
from scaling.grading.worker import Job

RELEASE = Release("assignment", "notebook", (), None)


class Pretended(Images):
    """Images of which none is needed."""

    def __init__(self):
        self.cache = Path()


@pytest.fixture
def pretended(monkeypatch):
    """Let submissions be looked at by a function, and none be run."""

    def by(look):
        monkeypatch.setattr(worker, "Runtime", lambda cache: None)
        monkeypatch.setattr(worker.Worker, "_execution", lambda self, release: None)
        monkeypatch.setattr(worker.Worker, "_grade_notebook", look)
        monkeypatch.setattr(worker, "PATIENCE", 1)

    return by


def outcomes(place, students):
    todo = [Job(name, place / name, "", (RELEASE,), place) for name in students]

    limits, context = Limits(submission_seconds=1), worker.processes()
    with pool.LocalPool(Pretended, limits, place, 2, context) as local:
        found = pool.outcomes(todo, local, bool, lambda: None, [])
        return {job.student: one for job, one in found}


@pytest.mark.slow
def test_what_takes_too_long_outside_of_a_guest_ends_its_process_alone(pretended, tmp_path):
    def look(self, job, *_):
        while job.student == "endless":
            max(range(10**7))  # holds Python's own lock for a while each time

    pretended(look)
    found = outcomes(tmp_path, ["ann", "bob", "endless", "cem", "dov"])
    assert {name: one.ungraded for name, one in found.items() if one.ungraded} == {
        "endless": ["looking at what is in it took too long."]
    }
    assert len(found) == 5


@pytest.mark.slow
def test_a_process_that_is_killed_costs_its_submission_alone(pretended, tmp_path):
    def look(self, job, *_):
        if job.student == "kills":
            os._exit(9)

    pretended(look)
    found = outcomes(tmp_path, ["ann", "kills", "cem"])
    assert [name for name, one in found.items() if one.ungraded] == ["kills"]


def test_a_folder_that_may_be_listed_and_not_entered_is_unreadable(tmp_path, monkeypatch):
    (tmp_path / "sub").mkdir()

    def refuse(place):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(CannotGradeError, match="cannot be read: Permission denied"):
        records.digest(tmp_path, [RELEASE])


def test_a_changed_file_changes_the_checksum_and_a_large_one_is_not_read(tmp_path):
    (tmp_path / "a.txt").write_text("a")
    with (tmp_path / "large").open("wb") as file:
        file.truncate(10**12)
    first = records.digest(tmp_path, [RELEASE])
    assert records.digest(tmp_path, [RELEASE]) == first
    (tmp_path / "a.txt").write_text("b")
    assert records.digest(tmp_path, [RELEASE]) != first


def test_a_student_with_a_very_long_name_has_a_record_of_her_own(tmp_path):
    names = ["ü" * 126 + end for end in "ab"]
    for place, name in enumerate(names):
        records.write(tmp_path, Record(name, "assignment", "graded", points=place))
    assert [records.read(tmp_path, name, "assignment").points for name in names] == [0, 1]


@pytest.mark.parametrize("text", ["[" * 100_000, "", "{}", "[]"])
def test_a_broken_record_is_one_that_is_not_there(tmp_path, text):
    records.write(tmp_path, Record("ann", "assignment", "graded"))
    (place,) = tmp_path.rglob("ann.json")
    place.write_text(text)
    assert records.read(tmp_path, "ann", "assignment") is None


def test_a_record_that_cannot_be_written_leaves_nothing_behind(tmp_path):
    (tmp_path / ".grading/assignment/ann.json").mkdir(parents=True)
    with pytest.raises(OSError, match="irectory"):
        records.write(tmp_path, Record("ann", "assignment", "graded"))
    assert [place.name for place in tmp_path.rglob("*.new")] == []


def test_of_a_long_answer_in_words_only_the_beginning_is_read():
    phrase = kinds._plain("Cheyenne" + "\u0315\u0300" * 500_000)
    assert phrase == "cheyenne"


def test_what_is_below_a_mask_is_no_answer():
    value = np.ma.array([1.0, 2.0], mask=[True, False])
    found = carry.unpack(carry.pack(value), None)
    assert np.isnan(found[0])
    assert found[1] == 2


def test_the_table_holds_nothing_that_steers_a_terminal():
    record = Record("zoe\x1b[2J\nann", "assignment", "graded", flags=["\x1b[Hann 16/16"])
    shown = report.table([record])
    assert "\x1b" not in shown
    assert not any(line.startswith("ann") for line in shown.splitlines())


def test_what_asks_for_a_person_comes_first_and_the_rest_of_many_in_a_line():
    found = [Record(f"s{number:03}", "a", "graded") for number in range(report.MOST_LINES)]
    found[3] = replace(found[3], flags=["Look here."])
    found[5] = replace(found[5], state="ungraded")
    few = report.table(found).splitlines()
    assert [line.split()[0] for line in few[1:4]] == ["s005", "s003", "s000"]
    assert len([line for line in few if line.startswith("s")]) == 1 + len(found)
    many = report.table([*found, Record("last", "a", "repaired")]).splitlines()
    assert [line.split()[0] for line in many[1:3]] == ["s005", "s003"]
    assert many[3] == f"and {len(found) - 1} more, which want no look."
    assert many[-1].startswith(f"{len(found) + 1} submissions: ")


def test_a_text_of_many_formulas_is_shown_as_it_was_typed():
    assert "<math" not in clean.render("\\\\(" * 30_000)


def test_a_half_of_a_record_that_a_killed_run_left_goes(tmp_path):
    record = records.Record("alex", "03-size-and-context", "graded")
    records.write(tmp_path, record)
    (place,) = tmp_path.rglob("*.json")
    for name in (f".{place.name}-half", ".alexa.json-half"):
        (place.parent / name).write_text("{")
    records.write(tmp_path, record)
    assert {one.name for one in place.parent.iterdir()} == {place.name, ".alexa.json-half"}
