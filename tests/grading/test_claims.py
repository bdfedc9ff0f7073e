"""Two graders never work on one submission, and the claim of one that died is taken over."""

import collections
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from scaling.grading import claims, records
from scaling.grading.claims import Claims, valid_claims
from scaling.grading.course import open_course
from scaling.grading.records import Record
from scaling.grading.sharing import Sharing
from scaling.grading.worker import Job, Outcome

ROOT = Path(__file__).parents[2]
ASSIGNMENT = "03-size-and-context"
# Another grader: it says which of its names it could claim, and waits until its input ends.
OTHER = """
import sys
from sqlalchemy import create_engine
from scaling.grading.claims import Claims
mine = Claims(create_engine(sys.argv[1]), sys.argv[2], 60)
print(*[name for name in sys.argv[3:] if mine.take(name) is None], flush=True)
sys.stdin.read()
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'gradebook.db'}"
    return request.getfixturevalue("postgres")()


@pytest.fixture
def grader(url):
    """Start graders, each in a process; end those that are left."""
    running = []

    def start(*students):
        line = [sys.executable, "-c", OTHER, url, ASSIGNMENT, *students]
        process = subprocess.Popen(
            line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()


@pytest.mark.slow
def test_a_submission_is_claimed_once_and_it_is_said_by_whom(url, grader):
    other = grader("ada")
    assert other.stdout.readline() == "ada\n"
    mine = Claims(create_engine(url), ASSIGNMENT, 60)
    found = mine.take("ada")
    assert found.process == other.pid
    assert str(found).startswith(f"{claims._user()} on {os.uname().nodename}, since ")
    assert mine.take("ben") is None
    assert Claims(create_engine(url), "another-assignment", 60).take("ada") is None


@pytest.mark.slow
def test_the_claim_of_a_dead_grader_is_taken_over(url, grader):
    other = grader("ada")
    other.stdout.readline()
    mine = Claims(create_engine(url), ASSIGNMENT, 60)
    assert len(valid_claims(mine.engine)) == 1
    other.kill()
    other.wait()
    assert valid_claims(mine.engine) == []
    assert mine.take("ada") is None
    assert mine.renew("ada")


@pytest.mark.slow
def test_of_many_who_begin_at_once_each_submission_has_one(url, grader):
    names = [f"student-{place}" for place in range(6)]
    others = [grader(*names), grader(*reversed(names))]
    taken = [name for other in others for name in other.stdout.readline().split()]
    assert sorted(taken) == names


@pytest.mark.slow
def test_on_another_machine_a_claim_lasts_for_its_time_and_no_longer(url, monkeypatch):
    lost = Claims(create_engine(url), ASSIGNMENT, 60)
    with monkeypatch.context() as patch:
        patch.setattr(claims, "_machine", lambda: "far-away 1")
        assert lost.take("ada") is None
    mine = Claims(create_engine(url), ASSIGNMENT, 60)
    assert mine.take("ada").machine == "far-away 1"
    with mine.engine.begin() as connection:
        connection.execute(text("UPDATE scaling_claims SET until = 1"))
    assert mine.take("ada") is None
    assert not lost.renew("ada")
    lost.give_back()
    assert mine.renew("ada")


def test_any_name_of_a_folder_can_be_claimed(url):
    mine = Claims(create_engine(url), ASSIGNMENT, 60)
    for name in ("x" * 200, "\udcff", "new\nline", "a'; DROP TABLE scaling_claims; --"):
        assert mine.take(name) is None
        assert mine.renew(name)
    mine.give_back()
    assert valid_claims(mine.engine) == []


# ---------------------------------------------------------------- what a run of grade does with it


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Return a function that begins a run of grading on a gradebook of its own."""
    monkeypatch.chdir(ROOT)
    here = open_course(ROOT)
    here = type(here)(tmp_path, here.config, here.folders)

    class Book:
        engine = create_engine(f"sqlite:///{tmp_path / 'gradebook.db'}")

    return lambda again=False: Sharing(here, Book(), ASSIGNMENT, 60, again)


class Name:
    assignment = ASSIGNMENT


def job(student):
    return Job(student, Path(), "digest", (Name(),), Path())


def record(student, when="2000-01-01 00:00:00 UTC"):
    return Record(student, ASSIGNMENT, "graded", points=7.0, digest="digest", graded_at=when)


def test_what_another_is_grading_is_passed_over_and_said(run):
    with run() as first, run() as second:
        assert first.is_next(collections.deque([job("ada")]))
        waiting = collections.deque([job("ada"), job("ben")])
        assert second.is_next(waiting)
        assert [one.student for one in waiting] == ["ben"]
        (told,) = second.by_others()
    assert told.student == "ada"
    assert told.state == "ungraded"
    assert f"is being graded by {claims._user()} on " in told.remarks[0]
    assert records.read(first.course.root, "ada", ASSIGNMENT) is None


def test_what_another_has_graded_meanwhile_is_not_graded_twice(run):
    with run() as sharing:
        records.write(sharing.course.root, record("ada"))
        waiting = collections.deque([job("ada")])
        assert not sharing.is_next(waiting)
        assert [one.points for one in sharing.by_others()] == [7.0]
        assert valid_claims(sharing.claims.engine) == []


def test_again_leaves_out_what_another_has_graded_since(run):
    with run(again=True) as sharing:
        records.write(sharing.course.root, record("ada"))
        assert sharing.is_next(collections.deque([job("ada")]))
        records.write(sharing.course.root, record("ben", "2999-01-01 00:00:00 UTC"))
        assert not sharing.is_next(collections.deque([job("ben")]))


def test_a_run_that_lost_its_claim_enters_nothing(run):
    with run() as sharing:
        sharing.is_next(collections.deque([job("ada")]))
        Claims(sharing.claims.engine, ASSIGNMENT, 60).give_back()
        sharing.claims.give_back("ada")
        files = sharing.course.root / "files"
        files.mkdir()
        assert sharing.enter(job("ada"), Outcome("ada", files=files)) is None
        assert not files.exists()
        (told,) = sharing.by_others()
    assert "another" in told.remarks[0]


def test_claims_end_with_the_run(run):
    with pytest.raises(KeyboardInterrupt), run() as sharing:
        sharing.is_next(collections.deque([job("ada")]))
        raise KeyboardInterrupt
    assert valid_claims(sharing.claims.engine) == []


def test_time_of_a_claim_is_renewed_for_all_of_a_run(url):
    mine = Claims(create_engine(url), ASSIGNMENT, 60)
    mine.take("ada")
    mine.take("ben")
    before = {claim.student: claim.until for claim in valid_claims(mine.engine)}
    time.sleep(0.01)
    assert mine.renew("ada")
    after = {claim.student: claim.until for claim in valid_claims(mine.engine)}
    assert all(after[name] > before[name] for name in ("ada", "ben"))
