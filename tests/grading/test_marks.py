"""A guest's Python gives each answer the mark that a learner's own Python gives it.

The two differ in version, in the width of integers and in some libraries' versions. Answers in all
styles, and every slip that the checks know, are run in both and marked question by question.
"""

import contextlib
import copy
import io
import json
from pathlib import Path

import nbformat
import pytest

from scaling.grading import carry, releasing, source
from scaling.grading import demo_answers as answers
from scaling.grading.examiner import Examiner
from scaling.grading.limits import Limits
from scaling.grading.outputs import is_test
from scaling.grading.prepare import prepare
from scaling.grading.worker import Worker

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SOLUTIONS = [
    file
    for file in sorted(ROOT.glob("solutions/*/*-exercise.ipynb"))
    if not file.parent.name.endswith("-understand")  # test_understand.py
]


def handed_in(file, sources):
    """The solution with other answers, by the id of their cells."""
    nb = nbformat.read(file, as_version=4)
    for cell in nb.cells:
        cell.source = sources.get(cell.id, cell.source)
    return nb


def in_every_style(file):
    """Notebooks by the style in which all questions are answered rightly."""
    questions = answers.questions(nbformat.read(file, as_version=4))
    return {
        style.__name__: handed_in(
            file, {one.answer_id: answers.right(one, style) for one in questions}
        )
        for style in answers.STYLES
    }


def with_every_slip(file):
    """Notebooks with a slip in each question, until none is left."""
    questions = answers.questions(nbformat.read(file, as_version=4))
    slips = [answers.slips(question) for question in questions]
    made = {}
    for place in range(max(map(len, slips))):
        known = [found[place] for found in slips if len(found) > place]
        made[f"slip {place}"] = handed_in(file, {slip.answer_id: slip.source for slip in known})
    return made


def marks_here(nb, release):
    """The points of each question where a notebook runs in this very Python."""
    examiner, values, marks = Examiner(release), {"__name__": "__main__"}, {}
    cells = {cell.grade_id: cell for cell in release.cells}

    def call(number, cases):
        with contextlib.redirect_stdout(io.StringIO()):
            return json.loads(json.dumps(carry.call(number, cases)._content))

    def fetch(names):
        packed = json.loads(json.dumps(carry.send(names, values)._content))
        return {name: carry.unpack(one, call) for name, one in packed.items()}

    for cell in nb.cells:
        if is_test(cell):
            name = cell.metadata.nbgrader.grade_id
            marks[name] = examiner.examine(cells[name], fetch).points
        elif cell.cell_type == "code":
            # A slip may raise anything; what it has made until then stays, as in a notebook.
            with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
                source.run(source.parse(cell.source), values)
    return marks


@pytest.fixture(scope="module", params=SOLUTIONS, ids=lambda file: file.parent.name)
def exercise(request, tmp_path_factory):
    """Return a function: notebooks in; by name, their marks in a guest and here out."""
    release = releasing.from_solution(request.param)
    place = tmp_path_factory.mktemp("marks")
    execution = Worker(prepare([release], place), Limits(), place)._execution(release)

    def marks(notebooks):
        here = {name: marks_here(nb, release) for name, nb in notebooks.items()}
        there = {}
        for name, nb in notebooks.items():
            _, verdicts = execution.grade(copy.deepcopy(nb), release, None)
            there[name] = {question: one.points for question, one in verdicts.items()}
        return there, here

    return request.param, marks


def differing(there, here):
    return {
        (name, question): (points, here[name][question])
        for name, found in there.items()
        for question, points in found.items()
        if points != here[name][question]
    }


# One style of answers warns on purpose, as learners' code does; here it runs at home as well.
@pytest.mark.filterwarnings("ignore:note to self:UserWarning")
def test_right_answers_have_every_point_in_a_guest_in_every_style(exercise):
    file, marks = exercise
    there, here = marks(in_every_style(file))
    assert differing(there, here) == {}
    assert all(min(found.values()) > 0 for found in there.values())


# A slip takes the root of a number below zero, and learns so.
@pytest.mark.filterwarnings("ignore:invalid value encountered in sqrt:RuntimeWarning")
@pytest.mark.thorough
def test_slips_have_the_same_marks_in_a_guest_as_at_home(exercise):
    file, marks = exercise
    there, here = marks(with_every_slip(file))
    assert len(there) > 20
    assert differing(there, here) == {}
