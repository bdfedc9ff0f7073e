"""A class answers exercise 3 in the browser, hands its downloads in, and is graded.

The files are those that nbformat writes with the same answers, and the marks those that the pages
showed, and those of the same answers run in a Jupyter kernel. What the guide has an instructor type
is typed here.
"""

import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from naming import case
from nbclient import NotebookClient
from nbgrader.api import Gradebook
from playwright.sync_api import expect

from scaling.grading import demo_answers, prepare
from scaling.grading.preflight.command import main as preflight

sys.path.insert(0, str(Path(__file__).parent))
from reader import PATIENCE, forget_all
from test_exercise_running import at_rest, cell, ready, text_of, visit_exercise, write

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
NAME = "03-size-and-context"
FILE = f"{NAME}-exercise.ipynb"
GUIDE = (ROOT / "course/for-instructors/guide.md").read_text(encoding="utf-8")
TYPED = GUIDE.split("## An address, and files", 1)[1].split("```bash\n", 1)[1].split("```", 1)[0]
JUDGEMENT = "m3-judgement-answer"
IN_JUPYTER = "-in-jupyter"  # ends the name under which the same answers are handed in once more
STOPPED_AFTER = 20  # seconds, in which every other cell ends on a busy machine
LOOP = "tries = 0\nwhile True:\n    tries = tries + 1"
# What each student does, by the name of their folder; the first one is the guide's.
CLASS = {"kim": "slips", "bo": "half", "cy": "loop"}
REST = {"ada": "right", "di": "slips", "ed": "right", "flo": "blank", "gus": "slips",
        "hal": "half", "ivy": "slips", "jo": "right", "lu": "loop"}  # fmt: skip


def released():
    return nbformat.read(ROOT / "exercises" / NAME / FILE, as_version=4)


def invented(students):
    """By student, what they write into which cell."""
    questions = demo_answers.questions(
        nbformat.read(ROOT / "solutions" / NAME / FILE, as_version=4)
    )
    slips = {one.answer_id: demo_answers.slips(one) for one in questions}
    found = {}
    for number, (student, kind) in enumerate(students.items()):
        style = demo_answers.STYLES[number % len(demo_answers.STYLES)]
        share = {"blank": 0, "half": 0.5}.get(kind, 1)
        answered = questions[: round(share * len(questions))]
        answers = {one.answer_id: demo_answers.right(one, style) for one in answered}
        if kind == "slips":
            for place in random.Random(number).sample(sorted(slips), 5):
                if slips[place]:
                    answers[place] = random.Random(number).choice(slips[place]).source
        if kind != "blank":
            answers[JUDGEMENT] = demo_answers.essay(random.Random(number))
        if kind == "loop":
            answers[questions[-1].answer_id] = LOOP
        found[student] = answers
    return found


# ---------------------------------------------------------------- what they do on the page


def begun(home, server):
    """The exercise as somebody finds it who has never been here."""
    forget_all(home, server.address)
    return ready(visit_exercise(home, server, NAME))


def typed(page, answers):
    """Type with the keyboard, in the place of what is there."""
    for name, text in answers.items():
        cell(page, name).locator(".cm-content").click()
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(text)


def checked(page):
    """Press every Check, one after the other."""
    for button in page.get_by_role("button", name=re.compile("^Check: ")).all():
        button.click()
    at_rest(page)


def in_two_sittings(page, answers):
    """Type half of it, have it checked, and come back to it."""
    names = list(answers)
    early = {name: answers[name] for name in names[:7]}
    typed(page, early)
    page.reload()
    ready(page)
    assert {name: text_of(page, name) for name in early} == early
    typed(page, {name: answers[name] for name in names[7:]})
    checked(page)


def at_once(page, answers):
    for name, text in answers.items():
        write(page, name, text)
    page.get_by_role("button", name="Run from the top").click()
    at_rest(page)


def begun_in_jupyterlab(page, answers, folder):
    """Bring a notebook along that was begun elsewhere, with what its cells showed."""
    nb = filled_by_hand(dict(list(answers.items())[:4]))
    for one in [one for one in nb.cells if one.cell_type == "code"]:
        one.outputs = [nbformat.v4.new_output("stream", text="step\n" * 2000)]
        one.execution_count = 7
    file = folder / "begun.ipynb"
    nbformat.write(nb, file)
    page.locator("scaling-exercise input[type=file]").set_input_files(file)
    expect(page.locator(".scaling-said")).to_contain_text("begun.ipynb is here now.")
    expect(page.locator(".scaling-findings li")).to_have_text(re.compile("^Not answered so far: "))
    for name, text in list(answers.items())[4:]:
        write(page, name, text)
    checked(page)


def with_a_loop(page, answers):
    """Have all other answers checked, run the last one, and stop it."""
    (place,) = (name for name, text in answers.items() if text == LOOP)
    at_once(page, {name: text for name, text in answers.items() if name != place})
    write(page, place, LOOP)
    cell(page, place).get_by_role("button", name="Run").click()
    cell(page, place).get_by_role("button", name="Stop").click(timeout=PATIENCE)
    expect(page.locator(".scaling-state")).to_contain_text("was stopped", timeout=PATIENCE)
    at_rest(page)
    assert text_of(page, place) == LOOP


def shown(page):
    """The points that the page shows, by check."""
    return page.eval_on_selector_all(
        'scaling-cell[data-kind="check"]',
        "all => Object.fromEntries(all.map(one => [one.dataset.id, one.points]))",
    )


def downloaded(page, place):
    with page.expect_download() as got:
        page.get_by_role("button", name="Download my notebook").click()
    assert got.value.suggested_filename == FILE
    place.parent.mkdir(parents=True, exist_ok=True)
    got.value.save_as(place)


def filled_by_hand(answers):
    nb = released()
    for one in nb.cells:
        one.source = answers.get(one.id, one.source)
    return nb


def run_in_jupyter(answers, place):
    """Have a kernel run the released notebook with these answers, and save it, as JupyterLab does.

    A cell that does not end is stopped by an interrupt.
    """
    nb = filled_by_hand(answers)
    place.parent.mkdir(parents=True)
    client = NotebookClient(
        nb, timeout=STOPPED_AFTER, interrupt_on_timeout=True, allow_errors=True,
        resources={"metadata": {"path": str(place.parent)}},
    )  # fmt: skip
    client.execute()
    assert len([one for one in nb.cells if one.get("outputs")]) > 20
    nbformat.write(nb, place)


# ---------------------------------------------------------------- what the instructor does


def run(course, home, *command):
    """Run a command in the course's folder, and return what it says."""
    here = str(Path(sys.executable).parent)
    done = subprocess.run(
        command, cwd=course, text=True, timeout=3000, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env=os.environ | {
            "PATH": here + os.pathsep + os.environ["PATH"], "HOME": str(home),
            prepare.CACHE: os.environ.get(prepare.CACHE, str(prepare.cache())),
        },
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    return done.stdout


@pytest.fixture(
    scope="module",
    params=[CLASS, pytest.param(CLASS | REST, marks=pytest.mark.thorough)],
    ids=["one of each", "twelve"],
)
def handed_in(request, home, server, tmp_path_factory):
    """The course's folder with what a class has handed in, and by student what came of it."""
    course, own = tmp_path_factory.mktemp("course"), tmp_path_factory.mktemp("home")
    shutil.copytree(ROOT / "solutions" / NAME, course / "solutions" / NAME)
    shutil.copy(ROOT / "nbgrader_config.py", course)
    run(course, own, sys.executable, "-m", "nbgrader", "generate_assignment", NAME)
    answers, points, requested = invented(request.param), {}, {}
    for number, (student, kind) in enumerate(request.param.items()):
        page = begun(home, server)
        if kind == "loop":
            with_a_loop(page, answers[student])
        elif kind == "half":
            begun_in_jupyterlab(page, answers[student], own)
        elif number == 0:
            in_two_sittings(page, answers[student])
        else:
            at_once(page, answers[student])
        points[student], requested[student] = shown(page), page.requested
        if number == 0:
            downloaded(page, own / "Downloads" / FILE)
            run(course, own, "bash", "-ec", TYPED)
        else:
            downloaded(page, course / "submitted" / student / NAME / FILE)
        assert page.faults == []
        page.close()
    if len(answers) == 12:
        for student, of_student in answers.items():
            run_in_jupyter(of_student, file_of(course, f"{student}{IN_JUPYTER}"))
    return course, answers, points, requested


@pytest.fixture(scope="module")
def graded(handed_in):
    course, *_ = handed_in
    command = ("-m", "scaling", "grade", NAME, "--cell-seconds", "3")
    return run(course, course, sys.executable, *command)


def file_of(course, student):
    return course / "submitted" / student / NAME / FILE


def test_a_download_is_what_nbformat_writes_with_the_same_answers(handed_in):
    course, answers, *_ = handed_in
    for student, of_student in answers.items():
        written = file_of(course, student).read_bytes().decode()
        assert written == nbformat.writes(filled_by_hand(of_student)) + "\n"


def test_preflight_finds_nothing_to_mend(handed_in, capsys):
    course, answers, *_ = handed_in
    for student in answers:
        assert preflight(file_of(course, student)) == 0
        said = capsys.readouterr().out
        assert said.endswith(f"{FILE} is in order and can be handed in.\n")
        assert "put right" not in said


def marks(course):
    """By student, the marks of each question that a check looks at."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        return {
            submission.student.id: {
                one.name: one.auto_score
                for one in submission.notebooks[0].grades
                if one.cell.cell_type == "code"
            }
            for submission in book.assignment_submissions(NAME)
        }


def test_marks_are_those_that_the_page_showed_and_jupyter_gives(handed_in, graded):
    course, answers, points, _ = handed_in
    given = marks(course)
    assert {student: given[student] for student in answers} == points
    # The class of twelve also handed the same answers in from a Jupyter kernel.
    in_jupyter = {student for student in given if student.endswith(IN_JUPYTER)}
    assert len(in_jupyter) == (12 if len(answers) == 12 else 0)
    for student in in_jupyter:
        with case(student):
            assert given[student] == points[student.removesuffix(IN_JUPYTER)]
    assert 0 < sum(points["kim"].values()) < 16
    assert 0 < sum(points["bo"].values()) < 10
    assert sum(points["cy"].values()) == 15


def test_all_were_graded_as_they_came(handed_in, graded):
    _, answers, *_ = handed_in
    number = len(answers) * (2 if len(answers) == 12 else 1)
    assert f"{number} submissions: {number} graded, 0 repaired and graded, 0 ungraded." in graded


def test_nothing_that_a_student_wrote_left_the_browser(handed_in, server):
    """A page asks for the site's own files, and says nothing with that."""
    *_, requested = handed_in
    for addresses in requested.values():
        assert len(addresses) > 5
        assert [one for one in addresses if not one.startswith((server.address, "blob:"))] == []
        versions = re.compile(r"\?v=[0-9a-f]+$")  # of the site's style sheets
        assert [one for one in addresses if "?" in one and not versions.search(one)] == []
