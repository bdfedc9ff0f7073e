"""The stub of an answer: a line that stops, and in Understand a blank to be filled in."""

import nbformat
import pytest
from traitlets.config import Config

from scaling.grading.blanks import Blanks

USUAL = "raise NotImplementedError('Not done yet.')"
SOLVED = "### BEGIN SOLUTION\n{}\n### END SOLUTION"


def cleared(assignment, source):
    """The source of an answer cell after its solution is cleared."""
    marks = {
        "schema_version": 3,
        "grade": False,
        "solution": True,
        "locked": False,
        "task": False,
        "grade_id": "u3-x-answer",
    }
    cell = nbformat.v4.new_code_cell(source, metadata={"nbgrader": marks})
    step = Blanks(config=Config({"ClearSolutions": {"code_stub": {"python": USUAL}}}))
    nb, _ = step.preprocess(
        nbformat.v4.new_notebook(cells=[cell]), {"nbgrader": {"assignment": assignment}}
    )
    assert step.code_stub == {"python": USUAL}
    return nb.cells[0].source


@pytest.mark.parametrize(
    ("answer", "stub"),
    [
        ('promise = "c a d b"', "promise = ..."),
        ("# Weakest first.\npromise = 'cadb'", "promise = ..."),
        ("a = 1\nb = 2", "a = ...\nb = ..."),
    ],
)
def test_in_understand_an_answer_is_a_blank_to_be_filled_in(answer, stub):
    assert cleared("03-size-and-context-understand", SOLVED.format(answer)) == stub
    kept = f"# Letters in order.\n{SOLVED.format(answer)}"
    assert cleared("03-size-and-context-understand", kept) == f"# Letters in order.\n{stub}"


@pytest.mark.parametrize("assignment", ["03-size-and-context", "understand", ""])
def test_in_all_other_assignments_it_is_the_line_that_stops(assignment):
    assert cleared(assignment, SOLVED.format("promise = 'c'")) == USUAL
    assert cleared(assignment, "promise = 'c'") == USUAL


def test_a_solution_without_a_name_is_refused():
    with pytest.raises(RuntimeError, match="makes no name"):
        cleared("x-understand", SOLVED.format("print(3)"))
