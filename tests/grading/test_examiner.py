"""Test cells run outside of a student's process; a mark needs a test that ran to its end."""

import math

import numpy as np
import pytest

from scaling.grading.carry import NotCarried
from scaling.grading.examiner import Examiner
from scaling.grading.release import Release, SourceCell


def locked(name, source):
    return SourceCell(name, "code", source, source, False, False, True, False, 0, "")


def a_test(source, points=2.0):
    return SourceCell("test", "code", source, source, True, False, True, False, points, "")


def examine(source, answers=None, *, own=(), points=2.0):
    """Run one test cell against the answers that a student's kernel would give."""
    cells = [locked(f"own-{place}", text) for place, text in enumerate(own)]
    test = a_test(source, points)
    answers, asked = answers or {}, []

    def fetch(names):
        asked.extend(names)
        return {name: answers[name] for name in names if name in answers}

    release = Release("assignment", "notebook", (*cells, test), None)
    return Examiner(release).examine(test, fetch), asked


CHECK = "from scaling.size_context import checks as check"


# ---------------------------------------------------------------- marks


def test_a_test_that_runs_to_its_end_gives_all_points():
    verdict, asked = examine("assert x == 1", {"x": 1})
    assert (verdict.points, verdict.outputs, verdict.doubt) == (2, [], "")
    assert asked == ["x"]


def test_a_test_that_fails_gives_none_and_says_why():
    verdict, _ = examine("assert x == 1, 'x should be one'", {"x": 3})
    assert verdict.points == 0
    (output,) = verdict.outputs
    assert (output.ename, output.evalue) == ("AssertionError", "x should be one")


def test_our_checks_say_what_they_say_in_the_notebook():
    verdict, _ = examine("check.voice(voice)", {"voice": 1.875}, own=[CHECK])
    assert verdict.points == 2
    assert verdict.outputs[0].text.startswith("✔ ")
    verdict, _ = examine("check.voice(voice)", {"voice": 90 / 47}, own=[CHECK])
    assert verdict.points == 0
    assert verdict.outputs[0].traceback == [verdict.outputs[0].evalue]
    assert "divide by n, not by n − 1" in verdict.outputs[0].evalue


def test_a_missing_answer_is_not_done_yet_rather_than_an_error():
    verdict, _ = examine("check.voice(voice)", own=[CHECK])
    assert verdict.points == 0
    assert verdict.outputs[0].evalue.startswith("Not done yet: voice does not exist yet.")


def test_an_answer_that_cannot_be_read_gives_none_and_wants_a_look():
    def fetch(names):
        raise NotCarried("it is larger than an answer may be")

    test = a_test("assert x")
    verdict = Examiner(Release("a", "n", (test,), None)).examine(test, fetch)
    assert verdict.points == 0
    assert "x could not be read: it is larger" in verdict.doubt
    assert "could not be read" in verdict.outputs[0].evalue


@pytest.mark.parametrize("part", [0, 0.5, 2, np.float64(1.5), np.int64(1)])
def test_part_of_the_points_is_what_the_last_line_gives(part):
    verdict, _ = examine("assert True\nx", {"x": part})
    assert verdict.points == float(part)
    assert verdict.doubt == ""


@pytest.mark.parametrize(
    "score", [math.nan, math.inf, -1, 2.001, 1e9, "2", True, [2], 1 + 0j, np.array([2.0])], ids=repr
)
def test_a_score_that_is_none_is_refused_and_wants_a_look(score):
    verdict, _ = examine("x", {"x": score})
    assert verdict.points == 0
    assert "is no score from 0 to 2" in verdict.doubt


# ---------------------------------------------------------------- whose names


def test_a_locked_cell_that_works_with_an_answer_makes_an_answer():
    own = ["base = 2", "double = 2 * x", "limit = base + double"]
    answers = {"x": 3, "double": 6, "limit": 8}
    verdict, asked = examine("assert (x, double, limit, base) == (3, 6, 8, 2)", answers, own=own)
    assert (verdict.points, asked) == (2, ["double", "limit", "x"])


def test_locked_cells_run_with_those_they_need_and_no_others():
    own = ["base = 2", "broken = 1 / 0", "limit = base + 1"]
    verdict, asked = examine("assert x == limit", {"x": 3, "limit": 99}, own=own)
    assert (verdict.points, asked) == (2, ["x"])


def test_a_student_cannot_hand_in_a_check_or_a_builtin():
    fake = {"check": print, "AssertionError": print, "print": print, "voice": 0}
    verdict, asked = examine("check.voice(voice)\nprint(AssertionError)", fake, own=[CHECK])
    assert asked == ["voice"]
    assert verdict.points == 0


def test_nothing_of_one_student_is_there_for_the_next():
    test = a_test("x = y\nassert x == 1")
    examiner = Examiner(Release("a", "n", (locked("own", "z = 5"), test), None))
    assert examiner.examine(test, lambda _: {"y": 1}).points == 2
    assert examiner.examine(test, lambda _: {}).points == 0


def test_names_that_the_test_itself_makes_are_not_asked_for():
    source = "import math\nfor n in [1, 2]:\n    assert f(n) == math.sqrt(n)\nlambda q: q"
    _, asked = examine(source, {"f": math.sqrt})
    assert asked == ["f"]


def test_what_a_test_prints_is_shown():
    verdict, _ = examine("print('well', x)", {"x": 1})
    assert verdict.outputs[0].text == "well 1\n"
