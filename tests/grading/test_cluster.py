"""What goes wrong on the way to other machines is told, costs no other submission and no mark.

The whole of it, with a real scheduler and workers that are killed, is in ``clusters.py``.
"""

import os
import sys
from concurrent.futures import CancelledError, Future
from dataclasses import replace
from pathlib import Path

import pytest

from scaling.grading import cluster, pool, remote, remote_process, transport
from scaling.grading.cluster import Cluster, ClusterError
from scaling.grading.limits import Limits
from scaling.grading.release import Release
from scaling.grading.remote import Answer
from scaling.grading.transport import CannotTravelError, pack_job, unpack_job
from scaling.grading.worker import Job, Outcome

RELEASE = Release("assignment", "notebook", (), None)
# In place of a process that grades: it is killed by one student's work, and answers to all others.
PROCESS = """
import os, pickle, sys
answers = os.fdopen(os.dup(1), "wb")
while True:
    student = pickle.load(sys.stdin.buffer)
    if student == b"kills":
        os.kill(os.getpid(), 9)
    pickle.dump((student, ""), answers)
    answers.flush()
"""


def job(place, student="ann"):
    folder = place / student
    folder.mkdir(exist_ok=True)
    return Job(student, folder, "", (replace(RELEASE, folder=place),), place / "source")


class Pretended:
    """A client of dask: who its workers are, and what they answer."""

    def __init__(self, workers, answer):
        self.workers, self.answer, self.status = workers, answer, "running"
        self.sent = []

    def nthreads(self):
        return dict.fromkeys(self.workers, 2)

    def submit(self, function, student, job, pure, **where):
        self.sent.append((student, where.get("workers")))
        future = Future()
        given = self.answer(student, len(self.sent))
        if isinstance(given, BaseException):
            future.set_exception(given)
        else:
            future.set_result(given)
        return future

    def close(self):
        self.status = "closed"


@pytest.fixture
def graded(monkeypatch, tmp_path):
    """Grade by a pretended client; return outcomes, who was asked, and what was told."""
    monkeypatch.setattr(cluster, "TURN", 0.0)

    def by(workers, answer, students):
        client, told = Pretended(workers, answer), []
        monkeypatch.setattr(cluster, "_connect", lambda *_: client)
        jobs = [job(tmp_path, student) for student in students]
        with Cluster("tls://host:1", None, Limits(), tmp_path, told.append) as there:
            found = list(pool.outcomes(jobs, there, bool, lambda: None, []))
        return {one.student: outcome for one, outcome in found}, client.sent, told

    return by


def fine(student, worker="good"):
    return Answer(transport.pack_outcome(Outcome(student)), worker=worker)


def test_who_kills_workers_again_and_again_is_named_and_others_are_graded(graded):
    from distributed import KilledWorker

    def answer(student, _):
        return KilledWorker("grade", None, 3) if student == "kills" else fine(student)

    found, sent, _ = graded(["good"], answer, ["ann", "kills", "cem"])
    assert [name for name, one in found.items() if one.ungraded] == ["kills"]
    assert len(found) == 3
    assert [name for name, _ in sent].count("kills") == 2  # once more, alone


def test_what_was_under_way_when_the_line_was_lost_is_sent_again(graded):
    def answer(student, number):
        return CancelledError() if number <= 2 else fine(student)

    found, sent, _ = graded(["good"], answer, ["ann", "bob", "cem"])
    assert not any(one.ungraded for one in found.values())
    assert len(found) == 3
    assert len(sent) == 5


def test_a_worker_with_another_version_is_named_and_asked_no_more(graded):
    def answer(student, number):
        refused = Answer(refused="It has numpy 1, not 2.", worker="old")
        return refused if number == 1 else fine(student)

    found, sent, told = graded(["old", "good"], answer, ["ann", "bob"])
    assert len(found) == 2
    assert ("ann", ["good"]) in sent
    assert "The worker old does not grade. It has numpy 1, not 2." in "\n".join(told)


def test_where_no_worker_can_grade_the_run_ends_and_says_why(graded):
    refused = Answer(refused="It has numpy 1, not 2.", worker="old")
    with pytest.raises(ClusterError, match="old does not grade"):
        graded(["old"], lambda *_: refused, ["ann"])


def test_an_outcome_of_somebody_else_is_never_entered(graded):
    with pytest.raises(RuntimeError, match="of bob came for ann"):
        graded(["good"], lambda *_: fine("bob"), ["ann"])


def test_a_scheduler_that_stays_away_ends_the_run_with_what_to_do(graded, monkeypatch):
    monkeypatch.setattr(Pretended, "nthreads", lambda self: {})
    monkeypatch.setattr(cluster, "LONGEST", -1.0)
    with pytest.raises(ClusterError, match="type the same command once more"):
        graded([], None, ["ann"])


@pytest.mark.parametrize("address", ["tcp://93.184.216.34:8786", "93.184.216.34:8786"])
def test_an_open_network_is_refused_without_tls(address):
    with pytest.raises(ClusterError, match="tls://"):
        cluster._connect(address, None)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "10.0.0.1:8786", "tcp://[::1]:1"])
def test_this_machine_and_a_private_network_may_do_without_tls(address):
    assert cluster._is_private(address)


@pytest.mark.parametrize("address", ["host", "tls://host", "tcp://:1"])
def test_what_is_no_address_is_said_to_be_none(address):
    with pytest.raises(ClusterError, match="no address of a scheduler"):
        cluster._place(address)


# ---------------------------------------------------------------- a worker's side


def test_a_process_that_is_killed_twice_names_its_submission(monkeypatch, tmp_path):
    monkeypatch.setattr(remote, "COMMAND", [sys.executable, "-c", PROCESS])
    process = remote._Process()
    said = [process.grade(name, name.encode(), "here") for name in ("ann", "kills", "cem")]
    assert said == [
        Answer(b"ann", worker="here"),
        Answer(is_killed=True, worker="here"),
        Answer(b"cem", worker="here"),
    ]
    process._end()


def test_a_worker_says_in_what_its_version_differs(monkeypatch, tmp_path):
    packed = pack_job(job(tmp_path), Limits())
    mine = transport.versions()
    monkeypatch.setattr(remote_process, "versions", lambda: mine | {"numpy": "1.0"})
    _, why = remote_process._Workers(tmp_path).grade(packed)
    assert why == f"It has numpy 1.0, not {mine['numpy']}."


def test_a_changed_check_makes_another_version_of_the_course():
    mine = transport.versions()
    theirs = mine | {"the course": "0.1.0 (other)"}
    assert transport.difference(mine, mine) == ""
    assert transport.difference(theirs, mine).startswith("the course 0.1.0 (other), not ")


# ---------------------------------------------------------------- as bytes


def test_a_job_arrives_with_every_file_and_its_limits(tmp_path):
    sent = job(tmp_path)
    (sent.folder / "deep/er").mkdir(parents=True)
    (sent.folder / "deep/er/a b.txt").write_bytes(b"\x00\xff")
    (sent.folder / os.fsdecode(b"\xff.txt")).write_bytes(b"odd name")
    sent.source.mkdir()
    (sent.source / "table.csv").write_text("1,2")
    (sent.source / "notebook.ipynb").write_text("the solution")
    place = tmp_path / "there"
    place.mkdir()
    given = Limits(cell_seconds=7)
    _, packed = transport.pickle.loads(pack_job(sent, given))
    found, limits = unpack_job(packed, place)

    def files(folder):
        return {
            os.fsencode(file.relative_to(folder)): file.read_bytes()
            for file in folder.rglob("*")
            if file.is_file()
        }

    assert files(found.folder) == files(sent.folder)
    assert files(found.source) == {b"table.csv": b"1,2", b"notebook.ipynb": b""}
    assert (found.student, found.releases, limits) == ("ann", sent.releases, given)
    assert found.releases[0].folder == found.source


def test_what_can_only_be_seen_where_it_is_stays_there(tmp_path):
    sent, other = job(tmp_path, "linked"), job(tmp_path, "ann")
    (sent.folder / "link").symlink_to("/etc/hostname")
    with pytest.raises(CannotTravelError):
        pack_job(sent, Limits())
    large = job(tmp_path, "large")
    with (large.folder / "file").open("wb") as file:
        file.truncate(transport.MOST_BYTES + 1)
    with pytest.raises(CannotTravelError):
        pack_job(large, Limits())
    pack_job(other, Limits())


def test_files_beside_a_notebook_come_back_with_its_outcome(tmp_path):
    folder = tmp_path / "files-x"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep/table.csv").write_text("1,2")
    made = Outcome("ann", files=folder, flags=["LOOK"])
    found = transport.unpack_outcome(transport.pack_outcome(made), tmp_path)
    assert found.files != folder
    assert (found.files / "deep/table.csv").read_text() == "1,2"
    assert replace(found, files=folder) == made
    assert transport.unpack_outcome(transport.pack_outcome(Outcome("bob")), Path()).files is None
