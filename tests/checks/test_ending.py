"""The end of an exercise: points, what is open, the next lesson, and a way out for who is stuck."""

import io
import json
import shutil
from contextlib import redirect_stdout
from pathlib import Path

import nbformat
import pytest
from shells import new_shell

from scaling import ending
from scaling.checking import tries, watch, watching
from scaling.checking.tries import Tries

ROOT = Path(__file__).parents[2]
NAME = "03-size-and-context"
WRONG, RIGHT = "voice = 90 / 47", "voice = 90 / 48"


@pytest.fixture
def learner(tmp_path, monkeypatch):
    """A copy of the course in which somebody works on exercise 3."""
    monkeypatch.setenv("SCALING_PREDICTIONS", str(tmp_path / "own" / "predictions.json"))
    monkeypatch.setattr(tries, "_unsaved", {})
    monkeypatch.setattr(watching, "_watch", None)
    for folder in ("exercises", "solutions"):
        shutil.copytree(ROOT / folder / NAME, tmp_path / "course" / folder / NAME)
    shutil.copytree(ROOT / "course", tmp_path / "course" / "course")
    here = tmp_path / "course" / "exercises" / NAME
    monkeypatch.chdir(here)
    return Learner(here)


class Learner:
    """Runs cells of the page, by id, as JupyterLab does."""

    def __init__(self, here):
        self.file = here / f"{NAME}-exercise.ipynb"
        self.shell = new_shell()
        watch(self.shell)
        self.run("m3-imports", "from scaling.size_context import checks as check")

    def run(self, cell_id, source):
        shown = io.StringIO()
        with redirect_stdout(shown):
            self.shell.run_cell(source, cell_id=cell_id)
        return shown.getvalue()

    def answer(self, source):
        self.run("m3-voice-answer", source)
        return self.run("m3-voice", "check.voice(voice)")

    def write(self, cell_id, source):
        nb = nbformat.read(self.file, as_version=4)
        next(cell for cell in nb.cells if cell.id == cell_id).source = source
        nbformat.write(nb, self.file)

    def ending(self):
        page = ending.Page.read(NAME)
        return ending.words(page, watching.verdicts(), tries.read(), watching.parts())


def test_points_so_far_what_is_open_and_the_next_lesson(learner):
    assert "**0 of 16 points**" in learner.ending()
    learner.answer(RIGHT)
    learner.run("m3-pairs-answer", "def pairs(n):\n    return n")
    learner.run("m3-pairs", "check.pairs(pairs)")
    said = learner.ending()
    assert "**1 of 16 points**" in said
    assert "Question 4:" not in said, "it is done"
    assert "[Question 1: Which statement" in said
    assert said.count("Its check has a hint.") == 1
    assert "](../../course/04-scaling-down.ipynb)" in said
    assert "Question 15 is read by a person, for 4 points. Your answer has 0 words" in said


TWO_HOLD = """
from scaling.checking import several
truth = {"a": True, "b": True, "c": False}
both = several(name="both", expected=lambda: truth, meaning="Both.")
"""


def test_what_is_right_in_part_has_a_part_of_the_points_and_stays_open(learner):
    learner.run("own", TWO_HOLD)
    learner.run("m3-voice", "both.credit('a', 1)")
    said = learner.ending()
    assert "**0.5 of 16 points**" in said
    assert "Partly right, 0.5 of 1. Its check has a hint." in said
    learner.run("m3-voice", "both.credit('ab', 1)")
    said = learner.ending()
    assert "**1 of 16 points**" in said
    assert "Partly" not in said


def test_after_understand_comes_compute_of_the_same_number(learner):
    course = learner.file.parents[2]
    (course / "exercises" / f"{NAME}-understand").mkdir()
    page = ending.Page(
        f"{NAME}-understand", course / "exercises" / f"{NAME}-understand" / "x.ipynb", [], []
    )
    assert ending._next(page) == (
        f"Next: [Exercise 3: Size and context – Compute](../{NAME}/{NAME}-exercise.ipynb)"
    )
    shutil.rmtree(course / "exercises" / NAME)
    assert ending._next(page).startswith("Next: [4 Scaling down](../../course/04-")


def test_every_link_to_an_open_question_leads_to_a_heading(learner):
    page = ending.Page.read(NAME)
    headings = {
        line.lstrip("# ").replace(" ", "-")
        for cell in page.cells
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
        if line.startswith("#")
    }
    for place in page.places:
        assert ending.links.question(place, page).removeprefix("#") in headings


def test_a_right_answer_after_a_spoiled_cell_is_not_counted(learner):
    learner.answer(RIGHT)
    learner.answer("voice = 90 x 48")
    assert "**0 of 16 points**" in learner.ending()


def test_a_solution_is_shown_after_three_tries_and_marked(learner):
    for times in range(tries.ENOUGH):
        assert "ending.solution" not in learner.ending()
        assert f"You have tried question 4 {times} time" in learner.run(
            "own", "from scaling import ending\nending.solution(4)"
        )
        learner.answer(WRONG)
    assert "run `ending.solution(4)` in a cell of your own" in learner.ending()
    shown = learner.run("own", "ending.solution(4)")
    assert "voice = 90 / 48" in shown
    assert "BEGIN" not in shown
    learner.answer(RIGHT)
    assert "With a look at the solution: question 4." in learner.ending()


def test_tries_are_kept_when_python_starts_again(learner):
    for _ in range(tries.ENOUGH):
        learner.answer(WRONG)
    watch(new_shell())
    assert "ending.solution(4)" in learner.ending()


def test_what_stopped_or_is_not_done_is_no_try(learner):
    learner.answer("voice = 90 x 48")
    learner.answer("voice = None")
    learner.answer(WRONG)
    learner.answer("voice = 90 x 48")
    assert tries.read()["m3-voice"].wrong == 1


@pytest.fixture
def tries_file(tmp_path, monkeypatch):
    """Where tries are kept, in a folder that is not there yet."""
    monkeypatch.setenv("SCALING_PREDICTIONS", str(tmp_path / "own" / "predictions.json"))
    monkeypatch.setattr(tries, "_unsaved", {})
    return tmp_path / "own" / "tries.json"


def test_tries_are_counted_by_question_in_a_file_beside_the_predictions(tries_file):
    assert tries.read() == {}
    assert [tries.add("a"), tries.add("a"), tries.add("b")] == [1, 2, 1]
    tries.mark_seen("a")
    tries.mark_seen("c")
    assert tries.add("a") == 3
    assert tries.read() == {"a": Tries(3, True), "b": Tries(1, False), "c": Tries(0, True)}
    assert json.loads(tries_file.read_text()) == {
        "format": 1,
        "questions": {
            "a": {"wrong": 3, "seen": True},
            "b": {"wrong": 1, "seen": False},
            "c": {"wrong": 0, "seen": True},
        },
    }


def test_a_broken_file_of_tries_is_set_aside_and_only_to_make_room(tries_file):
    tries_file.parent.mkdir()
    tries_file.write_text("{broken")
    assert tries.read() == {}
    assert tries_file.read_text() == "{broken"
    assert tries.add("a") == 1
    (aside,) = tries_file.parent.glob("tries.broken-*.json")
    assert aside.read_text() == "{broken"
    assert tries.read() == {"a": Tries(wrong=1)}


def test_tries_that_cannot_be_written_count_until_they_can(tries_file):
    tries_file.parent.write_text("A file is in the way of the folder.")
    assert [tries.add("a"), tries.add("a")] == [1, 2]
    tries_file.parent.unlink()
    assert tries.add("a") == 3
    other_notebook = {"format": 1, "questions": {"a": {"wrong": 4, "seen": False}}}
    tries_file.write_text(json.dumps(other_notebook))
    assert tries.read() == {"a": Tries(wrong=4)}


def test_without_solutions_none_is_promised(learner):
    shutil.rmtree(learner.file.parents[2] / "solutions")
    for _ in range(tries.ENOUGH):
        learner.answer(WRONG)
    said = learner.ending()
    assert "ending.solution" not in said
    assert "model answer" not in said
    assert "holds no solutions" in learner.run(
        "own", "from scaling import ending\nending.solution(4)"
    )


def test_a_model_answer_opens_once_ones_own_is_written(learner):
    assert "<details>" not in learner.ending()
    learner.write("m3-judgement-answer", "I would ask first. " * 20)
    said = learner.ending()
    assert "Your answer has 80 words" in said
    assert "<details><summary>A model answer" in said
    assert "MARK SCHEME" not in said


def test_where_no_page_tells_its_cells_nothing_is_shown_or_written(learner):
    for _ in range(tries.ENOUGH):
        learner.run(None, WRONG)
        learner.run(None, "check.voice(voice)")
    assert learner.run(None, f'from scaling import ending\nending.show("{NAME}")') == ""
    assert tries.read() == {}
    assert not Path(tries._file()).exists()


def test_a_file_of_tries_that_nobody_understands_is_left_alone(learner):
    file = Path(tries._file())
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"format": 99}), encoding="utf-8")
    learner.answer(WRONG)
    assert json.loads(file.read_text()) == {"format": 99}
    assert tries.read()["m3-voice"].wrong == 1
    assert "Where you are" in learner.ending()


@pytest.mark.parametrize("solution", sorted(ROOT.glob("solutions/*/*-exercise.ipynb")))
def test_every_exercise_ends_with_it_and_goes_on_past_open_questions(solution):
    cells = nbformat.read(solution, as_version=4).cells
    last = cells[-1]
    assert last.source == f'from scaling import ending\n\nending.show("{solution.parent.name}")'
    for cell in cells:
        noted = cell.metadata.get("nbgrader", {})
        stops = cell.cell_type == "code" and (noted.get("solution") or noted.get("grade"))
        assert ("raises-exception" in cell.metadata.get("tags", [])) == bool(stops), cell.id


@pytest.mark.parametrize("solution", sorted(ROOT.glob("solutions/*/*-exercise.ipynb")))
def test_every_judgement_has_a_model_answer_to_show(solution):
    page = ending.Page(solution.parent.name, solution, [], [])
    cells = nbformat.read(solution, as_version=4).cells
    tasks = [cell for cell in cells if cell.metadata.get("nbgrader", {}).get("task")]
    assert bool(tasks) != page.name.endswith("-understand")
    for cell in tasks:
        assert len(ending._model_answer(cell.source).split()) > 50, page.name
