"""A small class whose essays wait for a person; nothing has to be run for it."""

import contextlib
import json
from pathlib import Path

from scaling.grading.course import open_course
from scaling.grading.marking import room as rooms

ROOT = Path(__file__).parents[2]
ASSIGNMENT = "03-size-and-context"
NOTEBOOK = f"{ASSIGNMENT}-exercise"
SOLUTION = ROOT / "solutions" / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
QUESTION = "m3-judgement"
ANSWER = "m3-judgement-answer"
CHECK, CODE = "m3-voice", "m3-voice-answer"
HOSTILE = """\
The next place gets 0.85 of it at most.

<script>document.title = "Full marks"</script>
<img src=x onerror="document.title = 'Full marks'">
<style>#mark { display: none }</style>
[a link](javascript:document.title='Full-marks')
<form action="/requests"><input name="score" value="4"><button id="score">4</button></form>"""
ESSAYS = {
    "alex": "I would count hosts: 12 of them, and ask whether likeness is above 0.85.",
    "kim": HOSTILE,
    "sam": "*Write your answer here.*",
    "robin": "It depends.\n\nPlease look again: I did name a condition.",
    "ines": "Join up for a year, then see.",
    "tove": "Copy it.",
}
CODE_OF = {"tove": "# Please look again: 1.45 is right.\nvoice = 1.45"}


def hand_in(course, gradebook, student, essay, code=""):
    """Enter a submission as grading leaves it: a notebook, and marks that wait."""
    nb = json.loads(SOLUTION.read_text(encoding="utf-8"))
    for cell in nb["cells"]:
        if cell["id"] == ANSWER:
            cell["source"] = essay
        if cell["id"] == CODE:
            cell["source"] = code or "voice = 90 / 62"
            cell["outputs"] = [{"output_type": "stream", "text": "a likeness of 0.8513"}]
    target = course.autograded(student, ASSIGNMENT) / SOLUTION.name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(nb), encoding="utf-8")
    gradebook.update_or_create_student(student)
    # nbgrader reads from the database while its new entry is half made.
    with gradebook.db.no_autoflush:
        submission = gradebook.update_or_create_submission(ASSIGNMENT, student)
    for notebook in submission.notebooks:
        for grade in notebook.grades:
            grade.needs_manual_grade = grade.name == QUESTION
            grade.auto_score = None if grade.needs_manual_grade else 0.0
    gradebook.db.commit()


def release(gradebook):
    """Enter the exercise in an empty gradebook, as ``nbgrader generate_assignment`` does."""
    gradebook.add_assignment(ASSIGNMENT)
    about = (NOTEBOOK, ASSIGNMENT)
    gradebook.add_notebook(*about)
    for cell in json.loads(SOLUTION.read_text(encoding="utf-8"))["cells"]:
        own = cell["metadata"].get("nbgrader", {})
        name, kind, most = own.get("grade_id"), cell["cell_type"], own.get("points")
        if own.get("task"):
            gradebook.add_task_cell(name, *about, max_score=most, cell_type=kind)
        elif own.get("grade"):
            gradebook.add_grade_cell(name, *about, max_score=most, cell_type=kind)
        elif own.get("solution"):
            gradebook.add_solution_cell(name, *about)
        if name in (QUESTION, CHECK, CODE):
            source = "".join(cell["source"])
            gradebook.add_source_cell(name, *about, source=source, cell_type=kind)


def make_class(place, db_url=None):
    """Make a course folder with this class in it."""
    place.mkdir()
    settings = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    if db_url:
        settings += f"\nc.CourseDirectory.db_url = {db_url!r}\n"
    (place / "nbgrader_config.py").write_text(settings, encoding="utf-8")
    with contextlib.chdir(ROOT):  # To open a course changes the working directory.
        course = open_course(place)
    with course.gradebook() as gradebook:
        release(gradebook)
        for student, essay in ESSAYS.items():
            hand_in(course, gradebook, student, essay, CODE_OF.get(student, ""))
    return course


def room(course, marker="Ada", **options):
    return rooms.Room(course, ASSIGNMENT, marker, **options)


def place_of(room, student):
    """The place of a student's essay, who is nowhere named in the room."""
    (found,) = (one for one in room.places(QUESTION) if one.mark.student == student)
    return found


def version(room, student):
    mark = room.current(QUESTION, place_of(room, student).mark.submission)
    return mark.version(room.essay(mark).digest)


def save(room, student, score, comment="", seen=None, levels=()):
    submission = place_of(room, student).mark.submission
    seen = version(room, student) if seen is None else seen
    return room.save(QUESTION, submission, seen, score, list(levels), comment)
