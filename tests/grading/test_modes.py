"""What other users of a machine may read and change, and what is said and done about it."""

import argparse
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from scaling.grading import doctor, grade, guest, modes, prepare
from scaling.grading.course import CourseError, open_course

ROOT = Path(__file__).parents[2]
ASSIGNMENT = "03-size-and-context"
NOTEBOOK = f"{ASSIGNMENT}-exercise.ipynb"

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes mean nothing on Windows")


@pytest.fixture
def course(monkeypatch):
    """A course that other users can reach, with two submissions, one as ``collect`` leaves it."""
    place = Path(tempfile.mkdtemp(prefix="modes-")).resolve()
    before = os.umask(0o022)
    try:
        place.chmod(0o755)
        shutil.copy(ROOT / "nbgrader_config.py", place)
        (place / "solutions" / ASSIGNMENT).mkdir(parents=True)
        shutil.copy(ROOT / "solutions" / ASSIGNMENT / NOTEBOOK, place / "solutions" / ASSIGNMENT)
        for student in ("ada", "ben"):
            (place / "submitted" / student / ASSIGNMENT).mkdir(parents=True)
            (place / "submitted" / student / ASSIGNMENT / NOTEBOOK).write_text("{}")
        collected = place / "submitted" / "ada" / ASSIGNMENT
        collected.chmod(0o777)
        (collected / NOTEBOOK).chmod(0o666)
        monkeypatch.chdir(place)
        yield open_course(place)
    finally:
        os.umask(before)
        os.chdir(ROOT)
        subprocess.run(["/bin/rm", "-rf", place], check=True)  # nested deeper than Python removes


def mode(place):
    return stat.S_IMODE(place.stat().st_mode)


def states(course, about):
    return [one for one in doctor.examine(course.root) if one.about == about]


def test_what_collect_leaves_open_is_closed_and_the_rest_stays_as_it_is(course):
    modes.secure(course)
    collected = course.submitted("ada", ASSIGNMENT)
    assert mode(collected) == 0o770
    assert mode(collected / NOTEBOOK) == 0o666  # in a folder that is closed
    assert mode(course.submitted("ben", ASSIGNMENT)) == 0o755


@pytest.mark.parametrize("name", [".", "submitted"])
def test_grading_refuses_what_every_user_may_change(course, name):
    place = course.root / name
    place.chmod(0o777)
    with pytest.raises(CourseError, match="Nothing was graded") as refused:
        grade.grade(ASSIGNMENT, course=course.root)
    line = str(refused.value).splitlines()[-1].strip()
    assert any(one.state == "WRONG" and line in one.text for one in states(course, "modes"))
    subprocess.run(["sh", "-c", line], check=True)
    modes.secure(course)


def test_below_a_closed_folder_nothing_is_refused(course):
    (course.root / "submitted").chmod(0o777)
    course.root.chmod(0o700)
    modes.secure(course)
    assert modes.readable_solutions(course) == ""
    assert [one.state for one in states(course, "modes")] == ["ok"]


@pytest.mark.slow
def test_folders_nested_without_end_stop_no_run(course):
    place = course.submitted("ben", ASSIGNMENT)
    for _ in range(1200):
        place = place / "a"
        place.mkdir()
    place.chmod(0o777)
    modes.secure(course)
    assert mode(place) == 0o770
    course.root.chmod(0o2770)
    (found,) = states(course, "group")
    assert "1203 files or folders" in found.text


def test_a_link_in_a_submission_is_not_followed(course):
    outside = course.root / "mine"
    outside.mkdir()
    outside.chmod(0o777)
    (course.submitted("ada", ASSIGNMENT) / "link").symlink_to(outside)
    modes.secure(course)
    assert mode(outside) == 0o777


def test_it_is_said_that_solutions_are_readable_and_what_to_do(course, monkeypatch, capsys):
    def unable(*_, **__):
        raise CourseError("No further.")

    monkeypatch.setattr(grade, "grade", unable)
    parser = argparse.ArgumentParser()
    grade.add_arguments(parser)
    assert grade.main(parser.parse_args([ASSIGNMENT, "--course", str(course.root)])) == 2
    said = capsys.readouterr().err
    assert "can read the solutions" in said
    subprocess.run(["sh", "-c", said.split("close the folder:\n")[1].splitlines()[0]], check=True)
    assert modes.readable_solutions(course) == ""


def test_what_one_of_a_group_writes_the_others_can_write_too(course):
    course.root.chmod(0o2770)
    open_course(course.root)
    (course.root / "autograded" / "ada").mkdir(parents=True)
    assert mode(course.root / "autograded" / "ada") == 0o2775
    assert mode(course.root / "submitted") == 0o755  # made before the group shared the folder
    (found,) = states(course, "group")
    assert found.state == "WRONG"
    subprocess.run(["sh", "-c", found.text.split(": ")[-1]], check=True)
    (found,) = states(course, "group")
    assert found.state == "ok"


# ---------------------------------------------------------------- the doctor


def test_the_doctor_finds_a_folder_that_was_moved(course, tmp_path):
    moved = tmp_path / "moved"
    moved.mkdir()
    (moved / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.root = {str(course.root)!r}\n"
    )
    found = {one.about: one for one in doctor.examine(moved)}
    assert found["course"].state == "WRONG"
    assert str(course.root) in found["course"].text


@pytest.mark.slow
def test_the_doctor_says_how_to_begin_and_then_how_far_one_is(course):
    (found,) = states(course, "gradebook")
    assert found.state == "LOOK"
    assert "generate_assignment" in found.text
    assert not (course.root / "gradebook.db").exists()
    course.gradebook().close()
    (found,) = states(course, "gradebook")
    assert found.state == "ok"
    assert "0 assignments, 0 students" in found.text


def test_the_doctor_does_not_print_a_password(course):
    settings = course.root / "nbgrader_config_local.py"
    settings.write_text(
        "c = get_config()\nc.CourseDirectory.db_url = 'postgresql+psycopg://me:s3cret@[::1]:1/x'\n"
    )
    (found,) = states(course, "gradebook")
    assert found.state == "WRONG"
    assert "s3cret" not in doctor.table([found])


@pytest.mark.slow
def test_the_doctor_looks_at_the_exchange(course):
    assert [one.text for one in states(course, "exchange")] == ["not used"]
    exchange = course.root / "exchange"
    settings = course.root / "nbgrader_config_local.py"
    settings.write_text(f"c = get_config()\nc.Exchange.root = {str(exchange)!r}\n")
    assert "There is no folder" in states(course, "exchange")[0].text
    exchange.mkdir()
    (found,) = states(course, "exchange")
    assert found.state == "WRONG"
    subprocess.run(["sh", "-c", found.text.split(": ")[-1]], check=True)
    assert states(course, "exchange")[0].state == "ok"


def test_the_doctor_says_whether_the_wall_is_prepared(course, monkeypatch, tmp_path):
    monkeypatch.setenv(prepare.CACHE, str(tmp_path / "cache"))
    (found,) = states(course, "wall")
    assert (found.state, "The first run prepares this machine" in found.text) == ("ok", True)
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache").chmod(0o777)
    (found,) = states(course, "wall")
    assert (found.state, "can be written to by others" in found.text) == ("LOOK", True)


def test_the_doctor_finds_another_python_for_guests_than_was_tested(course, monkeypatch):
    monkeypatch.setitem(guest.PINNED, "python.wasm", "0" * 64)
    (found,) = states(course, "wall")
    assert (found.state, "make grading" in found.text) == ("WRONG", True)


@pytest.mark.parametrize(("free", "state"), [(1e8, "WRONG"), (2e9, "LOOK"), (9e9, "ok")])
def test_the_doctor_counts_what_is_free(course, monkeypatch, free, state):
    usage = argparse.Namespace(free=free)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: usage)
    assert {one.state for one in states(course, "disk")} == {state}


def test_the_doctor_compares_versions_and_looks_for_alembic(course, monkeypatch):
    shutil.copy(ROOT / "requirements.txt", course.root)
    here = str(Path(sys.executable).parent)
    monkeypatch.setenv("PATH", here + os.pathsep + os.environ["PATH"])
    assert [one.state for one in states(course, "versions")] == ["ok"]
    pins = (course.root / "requirements.txt").read_text(encoding="utf-8")
    (course.root / "requirements.txt").write_text(pins.replace("nbgrader==", "nbgrader==9"))
    monkeypatch.setenv("PATH", "/nowhere")
    old, missing = states(course, "versions")
    assert "instead of 9" in old.text
    assert "source .venv/bin/activate" in missing.text


def test_the_doctor_knows_a_file_system_of_a_network(course, monkeypatch):
    (course.root / "gradebook.db").write_text("x")
    monkeypatch.setattr(doctor, "_file_system", lambda _: "nfs4")
    (found,) = states(course, "gradebook")
    assert found.state == "WRONG"
    assert "PostgreSQL" in found.text


def test_the_doctors_exit_code_is_1_only_if_something_is_wrong(course, monkeypatch, capsys):
    given = argparse.Namespace(course=course.root)
    monkeypatch.setattr(doctor, "_LOOKS", {"disk": lambda _: iter([("LOOK", "a"), ("ok", "b")])})
    assert doctor.main(given) == 0
    monkeypatch.setattr(doctor, "_LOOKS", {"disk": lambda _: iter([("WRONG", "c")])})
    assert doctor.main(given) == 1
    assert capsys.readouterr().out.split("\n")[-2:] == ["WRONG  disk       c", ""]
    assert doctor.main(argparse.Namespace(course=Path("/"))) == 2


def test_the_doctors_table_holds_no_sign_that_moves_a_terminals_cursor():
    shown = doctor.table(
        [doctor.Finding("modes", doctor.LOOK, "submitted/\x1b[2Jada may be written")]
    )
    assert "\x1b" not in shown
    assert "ada may be written" in shown
