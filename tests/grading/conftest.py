"""A class hands in: each student answers in a way of their own, and all are graded at once.

Each class is graded by ``python -m scaling grade``, in ``make test-all`` by stock nbgrader as well.

Everything happens in a course folder of its own, one for each test module. The module names its
``ASSIGNMENT`` and the answers of its students; ``everybody`` makes the class of them. The whole
class is graded in one run, because starting nbgrader takes longer than grading.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for
from nbgrader.api import Gradebook
from nbgrader.nbgraderformat import common

from scaling.grading import prepare

sys.path.append(str(Path(__file__).parent))  # for every_class, what is true of each of them
pytest.register_assert_rewrite("every_class")

from clusters import cluster, elsewhere  # noqa: E402, F401 - fixtures, as is the next
from postgresql import postgres  # noqa: E402, F401 - that two modules share

# What guests begin from is made once on a machine, also by tests that have a home of their own.
os.environ.setdefault(prepare.CACHE, str(prepare.cache()))

ROOT = Path(__file__).parents[2]
ESSAY = "I would first ask who hosts, and whether the evening is free there."
STUDENTS = ("complete", "untouched", "half", "plain", "numpy", "slips", "noisy", "cheat")
# Both commands in one Python: to import what they need takes longer than what they do.
GRADE_AND_GIVE_FEEDBACK = """
import sys
from nbgrader.apps.nbgraderapp import NbGraderApp
from scaling.__main__ import main
assignment, root = sys.argv[1:]
assert main(["grade", assignment]) == 0
NbGraderApp.launch_instance(["generate_feedback", assignment, root])
"""


@dataclass(frozen=True)
class Course:
    """A course folder with one assignment, before and after a class has been graded."""

    place: Path
    assignment: str
    log: str = ""

    @property
    def module(self):
        """How its cells begin: m3 for 03-size-and-context."""
        return f"m{int(self.assignment[:2])}"

    @property
    def judgement(self):
        """The question that a person marks."""
        return f"{self.module}-judgement"

    def notebook(self, folder):
        return self.place / folder / self.assignment / f"{self.assignment}-exercise.ipynb"

    def cells(self, folder):
        """The cells of one notebook by their ids."""
        return {cell.id: cell for cell in nbformat.read(self.notebook(folder), as_version=4).cells}

    @property
    def most(self):
        """Points by question, of those that checks mark, in the order of the exercise."""
        return {
            name: cell.metadata.nbgrader.points
            for name, cell in self.cells("solutions").items()
            if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade")
        }

    def answers(self):
        """The answers of the solution, by question."""
        return {
            name.removesuffix("-answer"): "\n".join(
                line for line in cell.source.splitlines() if "### " not in line
            )
            for name, cell in self.cells("solutions").items()
            if cell.metadata.get("nbgrader", {}).get("solution")
        }

    def hand_in(self, student, sources):
        """Put a submission in place: the released exercise with these sources, by cell id."""
        nb = nbformat.read(self.notebook("exercises"), as_version=4)
        cells = {cell.id: cell for cell in nb.cells}
        for cell_id, source in sources.items():
            cells[cell_id].source = source
        target = self.notebook(f"submitted/{student}")
        target.parent.mkdir(parents=True)
        nbformat.write(nb, target)

    def nbgrader(self, *arguments):
        """Run one nbgrader command in the course folder; return what it said."""
        return self.python("-m", "nbgrader", *arguments)

    def python(self, *arguments):
        """Run Python in the course folder; return what it said."""
        finished = subprocess.run(
            [sys.executable, *map(str, arguments)],
            cwd=self.place,
            env=environment(self.place),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=3000,  # The machine may have to be prepared, too.
        )
        assert finished.returncode == 0, finished.stdout[-3000:]
        return finished.stdout

    def grade_and_give_feedback(self):
        """Run ``scaling grade`` and ``nbgrader generate_feedback``; return what they said."""
        root = f"--CourseDirectory.root={self.place}"
        return self.python("-c", GRADE_AND_GIVE_FEEDBACK, self.assignment, root)

    # What there is after grading

    def read(self, stage, student):
        return nbformat.read(self.file(stage, student), as_version=4)

    def file(self, stage, student):
        suffix = ".html" if stage == "feedback" else ".ipynb"
        return self.notebook(f"{stage}/{student}").with_suffix(suffix)

    def feedback(self, student):
        return self.file("feedback", student).read_text(encoding="utf-8")

    def gradebook(self):
        return Gradebook(f"sqlite:///{self.place / 'gradebook.db'}")

    def grades(self, student):
        """Each graded cell's points, maximum and whether a person still has to mark it."""
        with self.gradebook() as book:
            (notebook,) = book.find_submission(self.assignment, student).notebooks
            return [
                (grade.name, grade.score, grade.max_score, grade.needs_manual_grade)
                for grade in notebook.grades
            ]

    def points(self, student):
        """Points by question, without the question that a person marks."""
        return {name: score for name, score, _, manual in self.grades(student) if not manual}

    def outputs(self, student, cell_id):
        cells = {cell.id: cell for cell in self.read("autograded", student).cells}
        return cells[cell_id].get("outputs", [])

    def said(self, student, question):
        """What the check of one question printed, or the last line of its error."""
        said = ""
        for output in self.outputs(student, question):
            if output.output_type == "stream":  # one line may arrive in several pieces
                said += output.text
            elif output.output_type == "error":
                said += "\n".join(output.traceback)
        return said


def environment(place):
    """The environment of somebody who has activated the course's Python."""
    here = str(Path(sys.executable).parent)
    return {
        **os.environ,
        "PATH": here + os.pathsep + os.environ["PATH"],  # nbgrader calls alembic by name
        "SCALING_PREDICTIONS": str(place / "predictions.json"),
        "HOME": str(place),
        "JUPYTER_CONFIG_DIR": str(place / ".jupyter"),
        "IPYTHONDIR": str(place / ".ipython"),
    }


# ---------------------------------------------------------------- the class


def noisy(answers):
    """The right answers by somebody who prints and whose code warns, in and out of functions."""
    loud = (
        "import sys, warnings, logging\n"
        "print('working on it')\n"
        "warnings.warn('out of a cell')\n"
        "print('to stderr', file=sys.stderr)\n"
    )
    inside = (
        "    import sys, warnings, logging, numpy\n"
        "    print('in here')\n"
        "    print('and in here', file=sys.stderr)\n"
        "    warnings.warn('out of a function')\n"
        "    logging.warning('logged')\n"
        "    numpy.log(numpy.array([-1.0, 0.0]))\n"
    )
    changed = {}
    for question, answer in answers.items():
        first, *rest = answer.splitlines()
        if first.startswith("def "):
            changed[question] = "\n".join([first, inside.rstrip(), *rest])
        else:
            changed[question] = loud + answer
    return changed


def in_answer_cells(answers):
    return {f"{question}-answer": answer for question, answer in answers.items()}


def everybody(course, module):
    """Return what every student hands in: the cells that differ from the released exercise."""
    answers = course.answers()
    half = {name: answers[name] for name in list(course.most)[: module.HALF]}
    handed_in = {
        "complete": {**answers, course.judgement: ESSAY},
        "untouched": {},
        "half": half,
        "plain": module.PLAIN,
        "numpy": module.NUMPY,
        "slips": {name: answer for name, (answer, _) in module.SLIPS.items()},
        "noisy": noisy(answers),
        "cheat": {**module.CHEAT, module.HONEST: answers[module.HONEST]},
    }
    assert tuple(handed_in) == STUDENTS
    handed_in = {student: in_answer_cells(those) for student, those in handed_in.items()}
    handed_in["cheat"] |= dict.fromkeys(course.most, "print('✔ all is well')")
    return handed_in


@pytest.fixture(scope="session", autouse=True)
def schema_checked_once():
    """Let cells be validated without a check of nbgrader's own schema for each of them.

    That takes ten times as long as the validation, and the schema does not change.
    """
    validators = {}

    def validate(cell, schema):
        version = schema["properties"]["schema_version"]["maximum"]
        if version not in validators:
            validators[version] = validator_for(schema)(schema)
            validators[version].check_schema(schema)
        if error := best_match(validators[version].iter_errors(cell)):
            raise error

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(common, "jsonschema", SimpleNamespace(validate=validate))
        yield


@pytest.fixture(scope="session")
def essay():
    return ESSAY


@pytest.fixture(scope="module")
def judged(request):
    """How many of the twenty points a person gives: four, where the module says nothing else."""
    return getattr(request.module, "JUDGED", 4)


@pytest.fixture(scope="session")
def students():
    return STUDENTS


@pytest.fixture(scope="session")
def release_course(generated):
    """The function that makes a course folder with solutions, settings and released exercises."""

    def release(place, assignment):
        made = Course(place, assignment)
        shutil.copytree(ROOT / "solutions", made.place / "solutions")
        shutil.copytree(generated / "release", made.place / "exercises")
        shutil.copy(ROOT / "nbgrader_config.py", made.place)
        shutil.copy(generated / "gradebook.db", made.place)
        return made

    return release


@pytest.fixture(scope="module")
def course(release_course, tmp_path_factory, request):
    """The course folder of a test module that names its assignment."""
    return release_course(tmp_path_factory.mktemp("does-it-scale"), request.module.ASSIGNMENT)


@pytest.fixture(scope="session")
def course_folder(release_course, tmp_path_factory):
    """A course folder in which exercise 3 is released, for those who change nothing in it."""
    return release_course(tmp_path_factory.mktemp("released"), "03-size-and-context").place


@pytest.fixture(scope="module")
def answers_of_everybody(course):
    """Return a function: a test module with a class in, what each student hands in out."""
    return lambda module: everybody(course, module)


@pytest.fixture(scope="module")
def graded(course, tmp_path_factory, request):
    """The course after everybody has handed in and was graded, by us or by stock nbgrader."""
    here = Course(tmp_path_factory.mktemp("graded") / "course", course.assignment)
    shutil.copytree(course.place, here.place)
    for student, sources in everybody(here, request.module).items():
        here.hand_in(student, sources)
    if request.param == "stock":
        root = f"--CourseDirectory.root={here.place}"
        log = here.nbgrader("autograde", here.assignment, root)
        log += here.nbgrader("generate_feedback", here.assignment, root)
    else:
        log = here.grade_and_give_feedback()
    return Course(here.place, here.assignment, log)


def pytest_generate_tests(metafunc):
    """Repeat what names a student, a question or a secret for each that the module has."""
    module = metafunc.module
    if not hasattr(module, "SLIPS"):  # a module without a class
        return
    if "graded" in metafunc.fixturenames:
        graders = ["ours", pytest.param("stock", marks=pytest.mark.thorough)]
        if getattr(metafunc.cls, "OURS_ALONE", False):
            graders = graders[:1]
        metafunc.parametrize("graded", graders, indirect=True, scope="module")
    of = {
        "student": lambda: STUDENTS,
        "question": lambda: module.SLIPS,
        "secret": lambda: ["Sample answer", "MARK SCHEME", "HIDDEN TESTS", module.HIDDEN],
    }
    for name, values in of.items():
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, list(values()))
