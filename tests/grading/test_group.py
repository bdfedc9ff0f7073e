"""Three users of one group share a course: the guide's steps, marks by hand, and what comes after.

Each step is taken by another user than the one before, with the usual umask, on SQLite and on
PostgreSQL.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from users import GROUP, ROOT, USERS, Running, nbgrader, scaling, skip_without_users

from scaling.grading import releasing
from scaling.grading.course import open_course
from scaling.grading.prepare import prepare

pytestmark = pytest.mark.slow

ASSIGNMENT = "03-size-and-context"
NOTEBOOK = f"{ASSIGNMENT}-exercise.ipynb"
GUIDE = (ROOT / "course/for-instructors/guide.md").read_text(encoding="utf-8")
BY_HAND, COMMENT = 3.0, "Names trust, not how it could be seen."


def by(user, place, do, *arguments, code=0):
    """What one user did and saw."""
    found, said = Running(user, place, do, *arguments).result()
    assert found == code, said
    return said


def grade(*more):
    return scaling("grade", ASSIGNMENT, "--jobs", "1", *more)


def hand_in(student, answers):
    """Put the exercise with some of the right answers in place, as handed in after the due date."""
    os.umask(0o007)  # What is put in place by hand follows the shell's own, as the guide says.
    folder = Path("submitted", student, ASSIGNMENT)
    folder.mkdir(parents=True, exist_ok=True)
    nb = json.loads(Path("exercises", ASSIGNMENT, NOTEBOOK).read_text(encoding="utf-8"))
    right = json.loads(Path("solutions", ASSIGNMENT, NOTEBOOK).read_text(encoding="utf-8"))
    for cell, known in zip(nb["cells"], right["cells"], strict=True):
        if cell["id"] in answers:
            cell["source"] = [line for line in known["source"] if "### " not in line]
    (folder / NOTEBOOK).unlink(missing_ok=True)
    (folder / NOTEBOOK).write_text(json.dumps(nb), encoding="utf-8")
    (folder / "timestamp.txt").write_text("2027-03-12 18:00:00 UTC")


def mark_by_hand(student):
    """Mark the judgement and comment on it, as formgrader does."""
    with open_course().gradebook() as book:
        (notebook,) = book.find_submission(ASSIGNMENT, student).notebooks
        for one in notebook.grades:
            if one.needs_manual_grade:
                one.manual_score, one.needs_manual_grade = BY_HAND, False
        for comment in notebook.comments:
            comment.manual_comment = COMMENT
        book.db.commit()


def due(when):
    return nbgrader("db", "assignment", "add", ASSIGNMENT, f"--duedate={when}")


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request):
    """A course's folder, shared by a group as the guide says, on a machine prepared by root."""
    skip_without_users()
    (solution,) = (ROOT / "solutions" / ASSIGNMENT).glob("*.ipynb")
    prepare([releasing.from_solution(solution)], Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix="group-", dir="/tmp"))
    for name in ("solutions", "exercises"):
        shutil.copytree(ROOT / name / ASSIGNMENT, folder / name / ASSIGNMENT)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    settings = "c = get_config()\nc.LateSubmissionPlugin.penalty_method = 'zero'\n"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres")()
        settings += f"c.CourseDirectory.db_url = {url!r}\n"
    (folder / "nbgrader_config_local.py").write_text(settings)
    for file in (folder, *folder.rglob("*")):
        os.chown(file, USERS["alice"], GROUP)
    (line,) = re.findall(r"^touch gradebook.db && .*$", GUIDE, re.MULTILINE)
    subprocess.run(["sh", "-c", line.replace("graders", str(GROUP))], cwd=folder, check=True)
    before = os.umask(0o022)
    yield folder
    os.umask(before)  # The settings of a shared folder change it when a test reads them.
    os.chdir(ROOT)
    shutil.rmtree(folder)


def submission(place, student):
    here = open_course(place)
    with Gradebook(here.folders.db_url, here.folders.course_id) as book:
        found = book.find_submission(ASSIGNMENT, student)
        return found.score, found.late_submission_penalty or 0.0, found.needs_manual_grade


def page(place, student):
    file = place / "feedback" / student / ASSIGNMENT / NOTEBOOK
    return file.with_suffix(".html").read_text(encoding="utf-8")


def test_three_users_of_a_group_take_every_step_in_turn(place):
    by("alice", place, nbgrader, "generate_assignment", ASSIGNMENT, "--force")
    by("alice", place, due, "2027-03-12 17:00 UTC")
    by("ben", place, hand_in, "ada", ["m3-voice-answer"])
    by("cleo", place, hand_in, "zoe", [])
    # Two begin at the same time, and together grade each once.
    runs = [Running(user, place, grade) for user in ("alice", "cleo")]
    said = [run.result()[1] for run in runs]
    assert all("Traceback" not in one for one in said)
    assert by("ben", place, grade).count("  graded ") == 2
    assert submission(place, "ada") == (1.0, 1.0, True)  # late
    by("alice", place, scaling, "feedback", ASSIGNMENT)
    assert COMMENT not in page(place, "ada")

    by("ben", place, mark_by_hand, "ada")
    assert "pages of 1 made, of 1 unchanged" in by("ben", place, scaling, "feedback", ASSIGNMENT)
    assert COMMENT in page(place, "ada")

    # Ada hands in anew, and all get two hours more.
    by("cleo", place, hand_in, "ada", ["m3-voice-answer", "m3-pairs-answer"])
    by("ben", place, due, "2027-03-12 19:00 UTC")
    by("cleo", place, grade)
    score, penalty, waits = submission(place, "ada")
    assert score > 1 + BY_HAND
    assert (penalty, waits) == (0.0, True)
    said = by("alice", place, scaling, "feedback", ASSIGNMENT)
    assert "pages of 1 made, of 1 unchanged" in said
    by("alice", place, nbgrader, "export", "--to", "grades.csv")
    assert by("cleo", place, nbgrader, "export", "--to", "grades.csv")
    doctor = by("cleo", place, scaling, "doctor")
    assert "shared by the group" in doctor
