"""A class graded by a cluster while parts of it are killed has the marks it has on one machine.

A scheduler and two workers run as commands of dask, with TLS, as the guide has them. A worker is
killed after the first mark that was entered, the scheduler after the second; then another scheduler
and another worker begin in their place. The thorough ones have a ``LocalCluster`` of three
processes, one of which is killed and started anew by dask, and two graders who work at the same
time with a gradebook in PostgreSQL.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from scaling.grading import records
from scaling.grading.course import open_course
from scaling.grading.feedback import feedback

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "course/for-instructors/guide.md").read_text(encoding="utf-8")
# Some of the class: those whose work is mended, stopped, loud, or tries to cheat are among them.
STUDENTS = ("complete", "untouched", "slips", "noisy", "cheat")
LOCAL_CLUSTER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(
        n_workers=3, threads_per_worker=1, memory_limit=0, dashboard_address=None
    ) as cluster:
        pids = [worker.pid for worker in cluster.workers.values()]
        print(cluster.scheduler_address, *pids, flush=True)
        sys.stdin.read()
"""
# A grader that also writes down whose marks it enters, each in a line. After the first and after
# the second it waits until something was killed, so that work is left for what takes its place.
GRADER = """
import sys, time
from pathlib import Path
from scaling.grading import records
entered, killed = map(Path, sys.argv[1:3])
enter = records.enter
def and_tell(course, gradebook, job, outcome):
    found = enter(course, gradebook, job, outcome)
    with entered.open("a") as told:
        told.write(job.student + "\\n")
    number = len(entered.read_text().splitlines())
    while len(killed.read_text().splitlines()) < min(number, 2):
        time.sleep(0.05)
    return found
records.enter = and_tell
from scaling.__main__ import main
sys.exit(main(sys.argv[3:]))
"""


class Commands:
    """A scheduler and its workers, each of them a command of dask."""

    GRADERS = 1
    TOLD = "does not answer"  # to a grader

    def __init__(self, place):
        self.place = place
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.address = f"tls://127.0.0.1:{self.port}"
        self.certificate = place / "cluster.pem"
        (line,) = re.findall(r"^openssl .*cluster\.pem.*$", GUIDE, re.MULTILINE)
        subprocess.run(["sh", "-c", line], cwd=place, check=True, stderr=subprocess.DEVNULL)
        self.options = ("--scheduler", self.address, "--certificate", self.certificate)
        self.processes = []
        self.scheduler = self._scheduler()
        self.workers = [self._worker() for _ in range(2)]
        wait_until(self._answers, self.scheduler)

    def _answers(self):
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 10):
            return True
        return False

    def _dask(self, *arguments):
        tls = ("--tls-ca-file", self.certificate, "--tls-cert", self.certificate)
        with (self.place / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *map(str, arguments), *map(str, tls)],
                cwd=self.place,
                env=os.environ | {"DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False"},
                stdout=log,
                stderr=log,
            )
        self.processes.append(process)
        return process

    def _scheduler(self):
        return self._dask(
            "scheduler", "--protocol", "tls", "--host", "127.0.0.1", "--port", self.port,
            "--no-dashboard", "--dashboard-address", "127.0.0.1:0",
        )  # fmt: skip

    def _worker(self):
        return self._dask("worker", self.address, "--no-nanny", "--nthreads", 1, "--no-dashboard")

    def lose_a_worker(self):
        self.workers[0].kill()

    def lose_more(self):
        """Kill the scheduler."""
        self.scheduler.kill()
        self.scheduler.wait()

    def replace(self):
        """Start another scheduler, and a worker."""
        self.scheduler = self._scheduler()
        self._worker()

    def end(self):
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait()


class Local:
    """A ``LocalCluster``, which starts a killed worker anew."""

    GRADERS = 2
    TOLD = "Grading by 3 workers"

    def __init__(self, place):
        with (place / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", LOCAL_CLUSTER],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip
        address, *self._workers = self._process.stdout.readline().split()
        self.options = ("--scheduler", address)

    def lose_a_worker(self):
        os.kill(int(self._workers[0]), signal.SIGKILL)

    def lose_more(self):
        """Lose nothing more: its scheduler is in the process that keeps the rest."""

    def replace(self):
        """Leave it to dask, which has started another worker."""

    def end(self):
        self._process.communicate()


@pytest.fixture(scope="module", params=[Commands, pytest.param(Local, marks=pytest.mark.thorough)])
def cluster(request, tmp_path_factory):
    running = request.param(tmp_path_factory.mktemp("cluster"))
    yield running
    running.end()


def wait_until(is_so, *processes):
    """Wait for a condition, as long as one of these processes is there."""
    while not is_so():
        are_there = any(one.poll() is None for one in processes)
        assert are_there or is_so(), "They ended before."
        time.sleep(0.05)


@pytest.fixture(scope="module")
def elsewhere(graded, course, cluster, tmp_path_factory, request):
    """Some of the submissions graded on a cluster, whose marks were entered, and what was said."""
    there = replace(course, place=tmp_path_factory.mktemp("cluster-course") / "course")
    place = there.place
    shutil.copytree(course.place, place)
    for student in STUDENTS:
        shutil.copytree(graded.place / "submitted" / student, place / "submitted" / student)
    if isinstance(cluster, Local):
        url = request.getfixturevalue("postgres")()
        settings = f"c = get_config()\nc.CourseDirectory.db_url = {url!r}\n"
        (place / "nbgrader_config_local.py").write_text(settings)
        there.nbgrader("generate_assignment", course.assignment, "--force")
    entered, killed = place.parent / "entered", place.parent / "killed"
    for file in (entered, killed):
        file.touch()
    line = [sys.executable, "-c", GRADER, entered, killed]
    line += ["grade", course.assignment, *cluster.options]
    graders, files = [], [place.parent / f"said-{number}" for number in range(cluster.GRADERS)]
    for file in files:
        with file.open("wb") as said:
            graders.append(
                subprocess.Popen(
                    list(map(str, line)), cwd=place, stdout=said, stderr=subprocess.STDOUT
                )
            )

    def are_entered(number):
        return len(entered.read_text().splitlines()) >= number

    def is_told():
        return any(cluster.TOLD in file.read_text() for file in files)

    try:
        wait_until(lambda: are_entered(1), *graders)
        cluster.lose_a_worker()
        killed.write_text("a worker\n")
        wait_until(lambda: are_entered(2), *graders)
        cluster.lose_more()
        killed.write_text("a worker\nand more\n")
        wait_until(is_told, *graders)
        cluster.replace()
        codes = [grader.wait(600) for grader in graders]
    finally:
        for grader in graders:
            grader.kill()
    said = [file.read_text() for file in files]
    return place, Counter(entered.read_text().splitlines()), codes, said


class OnACluster:
    """What a module inherits that has a class: it is graded on one machine, too."""

    OURS_ALONE = True

    def test_a_cluster_gives_the_marks_of_one_machine_question_by_question(self, elsewhere, graded):
        place, _, _, said = elsewhere
        with open_course(place).gradebook() as book:
            for student in STUDENTS:
                (notebook,) = book.find_submission(graded.assignment, student).notebooks
                found = [
                    (one.name, one.score, one.max_score, one.needs_manual_grade)
                    for one in notebook.grades
                ]
                # A database gives them in whatever order it likes.
                assert sorted(found) == sorted(graded.grades(student)), said

    def test_a_cluster_says_the_same_of_every_submission_as_one_machine(self, elsewhere, graded):
        for student in STUDENTS:
            one, other = (
                records.read(place, student, graded.assignment)
                for place in (graded.place, elsewhere[0])
            )
            for part in ("state", "remarks", "flags", "points", "most", "by_hand", "digest"):
                assert getattr(one, part) == getattr(other, part)

    def test_what_is_shown_to_a_person_is_the_same_byte_for_byte(self, elsewhere, graded):
        for student in STUDENTS:
            here = graded.place / "autograded" / student / graded.assignment
            there = elsewhere[0] / "autograded" / student / graded.assignment
            assert {file.name: file.read_bytes() for file in here.iterdir()} == {
                file.name: file.read_bytes() for file in there.iterdir()
            }

    def test_each_is_entered_once_though_parts_of_it_are_killed(self, elsewhere, cluster):
        _, entered, codes, said = elsewhere
        assert entered == dict.fromkeys(STUDENTS, 1), said
        assert all("Traceback" not in one for one in said)
        # A grader that is done before the other lists what that one still grades.
        assert 0 in codes, said
        assert any(cluster.TOLD in one for one in said)

    def test_feedback_made_in_parallel_is_what_nbgrader_makes_one_by_one(self, elsewhere, graded):
        _, pages = feedback(graded.assignment, course=elsewhere[0], jobs=2)
        assert [page.state for page in pages] == ["made"] * len(STUDENTS)
        for student in STUDENTS:
            (here,) = (graded.place / "feedback" / student).rglob("*.html")
            (there,) = (elsewhere[0] / "feedback" / student).rglob("*.html")
            assert here.read_bytes() == there.read_bytes()
