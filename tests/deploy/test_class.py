"""A class on the server: from release to returned feedback, and who may not see what.

An instructor, two assistants and four students are users of one machine. What they would type is
run as them; pages are asked for at the hub, with what their browsers would send.
"""

import json
import os
import re
import sys
from pathlib import Path

import psutil
import pytest
import requests
from client import until
from machine import HUB
from school import ASSIGNMENT, HTTPS, PEOPLE, SET_UP, TEACH
from users import nbgrader, scaling

pytestmark = pytest.mark.slow

GRADER = "grader-does-it-scale"
STUDENTS = [name for name, kind in PEOPLE.items() if kind == "nbgrader"]
NOTEBOOK = f"{ASSIGNMENT}-exercise.ipynb"
EXERCISE = Path("does-it-scale/exercises") / ASSIGNMENT / NOTEBOOK
EXCHANGE = Path("/srv/does-it-scale/exchange/does-it-scale")
COMMENT = "Names trust, not how it could be seen."
# Each answers one question more than the one before.
ANSWERS = ["m3-voice-answer", "m3-pairs-answer", "m3-exception-answer"]


def graders(school, line):
    """Type a line in a terminal of the graders' server; return what it says."""
    words = line.split()
    do, arguments = (nbgrader, words[1:]) if words[0] == "nbgrader" else (scaling, words[3:])
    return school.machine.by(GRADER, do, *arguments, place="does-it-scale", settings="graders")


def answer(solutions, answers):
    """Write some of the right answers into the exercise, as a student who knows them."""
    nb = json.loads(EXERCISE.read_text(encoding="utf-8"))
    for cell in nb["cells"]:
        if cell["id"] in answers:
            cell["source"] = solutions[cell["id"]]
    EXERCISE.write_text(json.dumps(nb), encoding="utf-8")


def refused(attempts):
    """Return what of some attempts was not refused."""
    done = []
    for name, attempt in attempts.items():
        try:
            attempt()
        except PermissionError:
            continue
        done.append(name)
    print(json.dumps(done))


@pytest.fixture(scope="module")
def open_servers(school):
    """Ada has started her server, and the instructor that of the graders."""
    school.visitor("ada").start("ada")
    school.visitor("ines").start(GRADER)
    return school


@pytest.fixture(scope="module")
def handed_in(open_servers):
    """The exercise was released, and four students have handed it in and were collected."""
    school = open_servers
    generate, release, collect, *_ = TEACH
    graders(school, generate)
    graders(school, release)
    root = Path(__file__).parents[2]
    solved = json.loads((root / "solutions" / ASSIGNMENT / NOTEBOOK).read_text(encoding="utf-8"))
    solutions = {
        cell["id"]: [line for line in cell["source"] if "### " not in line]
        for cell in solved["cells"]
    }
    for number, name in enumerate(STUDENTS):
        if name != "ada":  # To her the hub has brought it.
            school.machine.by(name, nbgrader, "fetch_assignment", ASSIGNMENT)
        school.machine.by(name, answer, solutions, ANSWERS[:number])
        school.machine.by(name, nbgrader, "submit", ASSIGNMENT)
    graders(school, collect)
    return school


@pytest.fixture(scope="module")
def graded(handed_in):
    """What the table of grading says."""
    return graders(handed_in, f"{TEACH[3]} --jobs 1")


def test_the_readme_names_the_three_kinds_of_people_as_the_class_has_them():
    added = {line.split("#")[0].strip() for line in SET_UP if line.startswith("useradd")}
    assert added == {
        f"useradd --create-home --groups {PEOPLE[name]}-does-it-scale {name}"
        for name in ("ines", "tom", "ada")
    }
    assert {line for line in SET_UP if line.startswith("make")} == {
        "make -C deploy/jupyterhub install", "make -C deploy/jupyterhub run",
    }  # fmt: skip
    assert len(TEACH) == 5


def test_the_lock_of_the_proxy_names_no_address():
    lock = json.loads((HUB / "package-lock.json").read_text(encoding="utf-8"))
    assert [name for name, entry in lock["packages"].items() if "resolved" in entry] == []
    assert lock["packages"][""]["dependencies"].keys() == {"configurable-http-proxy"}


def test_what_students_hand_in_through_the_exchange_is_graded(graded):
    rows = re.findall(r"^(\w+) +graded +(\d+)/16", graded, re.MULTILINE)
    assert [name for name, _ in rows] == STUDENTS
    points = [int(number) for _, number in rows]
    assert points == sorted(set(points))


def test_an_assistant_marks_in_formgrader_and_the_student_reads_it(handed_in, graded):
    school, page = handed_in, f"/user/{GRADER}/formgrader"
    tom = school.visitor("tom")
    assert ASSIGNMENT in tom.open(f"{page}/api/assignments").text
    listed = tom.get(f"{page}/api/submitted_notebooks/{ASSIGNMENT}/{NOTEBOOK[:-6]}").json()
    (mine,) = (one["id"] for one in listed if one["student"] == "ada")
    (by_hand,) = (
        one for one in tom.get(f"{page}/api/grades?submission_id={mine}").json()
        if one["needs_manual_grade"]
    )  # fmt: skip
    (comment,) = (
        one for one in tom.get(f"{page}/api/comments?submission_id={mine}").json()
        if one["name"] == by_hand["name"]
    )  # fmt: skip
    marked = tom.send("PUT", f"{page}/api/grade/{by_hand['id']}", {"manual_score": 3})
    assert marked.json()["manual_score"] == 3
    said = tom.send("PUT", f"{page}/api/comment/{comment['id']}", {"manual_comment": COMMENT})
    assert said.ok
    graders(school, f"{TEACH[4]} --jobs 1")
    for name in ("ada", "ben"):
        school.machine.by(name, nbgrader, "fetch_feedback", ASSIGNMENT)
    read = school.machine.by("ada", _feedback)
    assert COMMENT in read
    assert COMMENT not in school.machine.by("ben", _feedback)


def _feedback():
    (page,) = EXERCISE.parent.glob("feedback/*/*.html")
    print(page.read_text(encoding="utf-8"))


def test_a_student_can_reach_nothing_of_others_by_files(handed_in, graded):
    machine = handed_in.machine
    home = Path("/home") / GRADER / "does-it-scale"
    (sent,) = json.loads(
        machine.root("python3", "-c", f"import glob, json; "
                     f"print(json.dumps(glob.glob('{EXCHANGE}/inbound/ada+*')))")
    )  # fmt: skip
    attempts = {
        "list solutions": lambda: list((home / "solutions").iterdir()),
        "read the gradebook": (home / "gradebook.db").read_bytes,
        "list submissions": lambda: list((home / "submitted").iterdir()),
        "list the home of another": lambda: list(Path("/home/ada").iterdir()),
        "read the work of another": (Path("/home/ada") / EXERCISE).read_bytes,
        "list what was handed in": lambda: list((EXCHANGE / "inbound").iterdir()),
        "list feedback": lambda: list((EXCHANGE / "feedback").iterdir()),
        "take away what was handed in": lambda: Path(sent).rename(f"{sent}-gone"),
        "take away the exchange": lambda: EXCHANGE.rename(f"{EXCHANGE}-gone"),
        "change a release": (EXCHANGE / "outbound" / ASSIGNMENT / NOTEBOOK).unlink,
        "change a lesson": lambda: Path("/opt/does-it-scale/lessons/course/x").write_text(""),
        "change the settings": lambda: Path("/opt/does-it-scale/etc/everyone/x").write_text(""),
        "read the hub's secret": Path("/srv/does-it-scale/hub/cookie_secret").read_bytes,
    }
    assert json.loads(machine.by("dov", refused, attempts)) == []


def test_a_student_can_reach_nothing_of_others_at_the_hub(open_servers):
    dov, hub = open_servers.visitor("dov"), open_servers.hub
    token = {"Authorization": f"token {dov.token()}"}
    own = hub.get("/hub/api/user", headers=token, timeout=60)
    assert own.json()["name"] == "dov"  # so the token is right
    for path, codes in {
        "/user/ada/api/contents/does-it-scale": {403},
        "/user/ada/api/kernels": {403},
        f"/user/{GRADER}/api/contents": {403},
        f"/user/{GRADER}/formgrader/manage_assignments": {403},
        "/hub/api/users": {403},
        "/hub/api/users/ada": {404},
        "/hub/api/proxy": {403},
    }.items():
        answer = hub.get(path, headers=token, timeout=60, allow_redirects=False)
        assert answer.status_code in codes, path
    stop = f"{hub.address}/hub/api/users/ada/server"
    stopped = requests.delete(stop, headers=token, timeout=60, verify=hub.trusted)
    assert stopped.status_code == 404
    for page in (f"/user/{GRADER}/formgrader", f"/hub/spawn/{GRADER}", "/user/ada/lab"):
        assert dov.open(page).status_code in {403, 404}, page
    assert "Formgrader" not in dov.get("/hub/home").text


def switched_off(lab):
    """Return which panels a page of JupyterLab does not show."""
    settings = re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', lab.text, re.DOTALL)
    return json.loads(settings[1])["disabledExtensions"]


def test_panels_and_formgrader_are_for_graders_only(open_servers):
    school, student = open_servers, open_servers.visitor("ada")
    panel = "@jupyter/nbgrader:create-assignment"
    assert panel in switched_off(student.open("/user/ada/lab"))
    assert student.get("/user/ada/formgrader").status_code == 404
    assert "cannot be written" in school.machine.by("ada", scaling, "panels", code=2)
    for name in ("ines", "uma"):
        grader = school.visitor(name)
        assert "Formgrader" in grader.get("/hub/home").text
        assert panel not in switched_off(grader.open(f"/user/{GRADER}/lab"))
        page = grader.open(f"/user/{GRADER}/formgrader")
        assert (page.status_code, page.url.rsplit("/", 1)[1]) == (200, "manage_assignments")


def test_nbgraders_own_autograde_does_not_run_with_graders_rights(handed_in, graded):
    ines = handed_in.visitor("ines")
    ines.open(f"/user/{GRADER}/formgrader")
    answer = ines.send(
        "POST", f"/user/{GRADER}/formgrader/api/submission/{ASSIGNMENT}/ada/autograde"
    ).json()
    assert not answer["success"]
    assert "python -m scaling grade ASSIGNMENT" in answer["error"] + answer["log"]


def test_a_server_brings_the_lessons_and_keeps_to_its_limits(open_servers):
    ada = open_servers.visitor("ada")
    ada.open("/user/ada/lab")
    names = {
        one["name"]
        for one in ada.get("/user/ada/api/contents/does-it-scale/course").json()["content"]
    }
    assert "03-size-and-context.ipynb" in names
    assert "for-instructors" not in names
    assert ada.get("/user/ada/api/contents/does-it-scale/data/README.md").ok
    kernel = ada.send("POST", "/user/ada/api/kernels", {"name": "python3"}).json()["id"]
    shown = json.loads(open_servers.machine.by("ada", _kernel, kernel))
    assert shown["transport"] == "ipc"
    assert shown["home"] == "0o700"
    assert shown["limit"] == 3 * 2**30


def _kernel(kernel):
    (file,) = Path.home().glob(f".local/share/jupyter/runtime/kernel-{kernel}.json")
    (process,) = (
        one for one in psutil.process_iter()
        if one.username() == "ada" and kernel in " ".join(one.cmdline())
    )  # fmt: skip
    print(json.dumps({
        "transport": json.loads(file.read_text())["transport"],
        "home": oct(Path.home().stat().st_mode & 0o777),
        "limit": process.rlimit(psutil.RLIMIT_AS)[1],
    }))  # fmt: skip


def preflight():
    """Type the command in a terminal of one's server, which has this variable from `start.py`."""
    server = next(
        one for one in psutil.process_iter()
        if one.username() == "ada" and "jupyterhub-singleuser" in " ".join(one.cmdline())
    )  # fmt: skip
    os.environ["SCALING_EXERCISES"] = server.environ()["SCALING_EXERCISES"]
    return scaling("preflight", str(EXERCISE))


def test_in_a_terminal_the_commands_of_the_course_are_found(open_servers):
    programs = str(Path(sys.executable).parent)
    for name, server in {"ada": "ada", "ines": GRADER}.items():
        says = open_servers.visitor(name).type(server, "echo =$PATH=$PWD=", "=(/.*)=(/.*)=")
        assert says[1].split(":")[0] == programs
        assert says[2] == {"ada": "/home/ada", "ines": f"/home/{GRADER}/does-it-scale"}[name]


def test_over_https_a_login_is_never_sent_without_it(open_servers):
    assert len(HTTPS) == 2
    ada = open_servers.visitor("ada")
    ada.open("/user/ada/lab")
    logins = {one.name: one.secure for one in ada.cookies() if one.name != "_xsrf"}
    assert logins == {
        "jupyterhub-hub-login": True, "jupyterhub-session-id": True, "jupyterhub-user-ada": True,
    }  # fmt: skip


def test_a_student_can_look_before_handing_in_without_solutions(open_servers):
    said = open_servers.machine.by("ada", preflight)
    assert "is in order and can be handed in" in said


def test_whom_the_machine_lets_go_the_hub_lets_go(open_servers):
    uma = open_servers.visitor("uma")
    assert uma.get("/hub/home").url.endswith("/hub/home")
    open_servers.machine.root("gpasswd", "--delete", "uma", "formgrade-does-it-scale")
    until(lambda: "/hub/login" in uma.get("/hub/home").url, "the hub asks who it is")
