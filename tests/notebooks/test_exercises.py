"""Exercises are what the solutions generate, give nothing away, and lose nobody's work."""

import importlib.util
import re

import pytest

STUB = 'raise NotImplementedError("Not done yet: replace this line with your answer.")'
TEXT_STUB = "Write your answer here."
REGIONS = {
    "answers": ("### BEGIN SOLUTION", "### END SOLUTION"),
    "hidden tests": ("### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"),
    "mark scheme": ("### BEGIN MARK SCHEME", "### END MARK SCHEME"),
}


@pytest.fixture
def make_exercises(root):
    """The script behind ``make exercises``, freshly loaded."""
    place = root / "solutions" / "make_exercises.py"
    spec = importlib.util.spec_from_file_location("make_exercises", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def contents(folder):
    """Every file under a folder by its name; without what Jupyter and we keep in hidden ones."""
    names = [file.relative_to(folder) for file in folder.rglob("*") if file.is_file()]
    open_to_see = [name for name in names if not any(part.startswith(".") for part in name.parts)]
    return {str(name): (folder / name).read_bytes() for name in open_to_see}


def secret(page, what):
    """The lines between the marks of one kind, in all cells of a solution."""
    begin, end = REGIONS[what]
    lines = []
    for cell in page.nb.cells:
        for region in re.findall(f"{begin}\n(.*?){end}", cell.source, re.DOTALL):
            lines += [line.strip() for line in region.splitlines() if line.strip()]
    return lines


def partner(page, pages, kind):
    """The exercise of a solution, or the solution of an exercise."""
    return next(other for other in pages[kind] if other.path.name == page.path.name)


# Generated


@pytest.mark.slow
def test_make_exercises_generates_byte_for_byte_what_is_committed(generated, root):
    made, committed = contents(generated / "release"), contents(root / "exercises")
    assert sorted(made) == sorted(committed)
    assert [name for name in made if made[name] != committed[name]] == []


def test_every_solution_has_an_exercise_and_the_other_way_round(pages, make_exercises):
    solutions, exercises = (
        [page.path.relative_to(page.path.parents[1]) for page in pages[kind]]
        for kind in ("solution", "exercise")
    )
    assert solutions == exercises
    assert make_exercises.assignments() == [name.parts[0] for name in solutions]


# Kept


@pytest.fixture
def moved(make_exercises, tmp_path, monkeypatch):
    """The script working on a course in a temporary folder, with one exercise in it."""
    monkeypatch.setattr(make_exercises, "COURSE", tmp_path)
    monkeypatch.setattr(make_exercises, "EXERCISES", tmp_path / "exercises")
    release, standing = tmp_path / "release" / "09-x", tmp_path / "exercises" / "09-x"
    release.mkdir(parents=True)
    standing.mkdir(parents=True)
    (release / "09-x-exercise.ipynb").write_text("new")
    return make_exercises, standing / "09-x-exercise.ipynb", tmp_path


def kept(place):
    return [file.read_text() for file in (place / "exercises" / ".kept").glob("*.ipynb")]


def test_what_somebody_wrote_in_an_exercise_is_kept_aside(moved, capsys):
    script, standing, place = moved
    standing.write_text("a learner's hours of work")
    assert script.copy_changed(place / "release") == [standing]
    assert standing.read_text() == "new"
    assert kept(place) == ["a learner's hours of work"]
    assert "is kept in 09-x-exercise-" in capsys.readouterr().out


def test_an_exercise_that_did_not_change_is_left_alone(moved):
    script, standing, place = moved
    standing.write_text("new")
    before = standing.stat().st_mtime_ns
    assert script.copy_changed(place / "release") == []
    assert standing.stat().st_mtime_ns == before
    assert kept(place) == []


def test_a_new_exercise_is_copied_and_nothing_needs_keeping(moved):
    script, standing, place = moved
    standing.parent.rmdir()
    assert script.copy_changed(place / "release") == [standing]
    assert standing.read_text() == "new"
    assert kept(place) == []


def test_two_works_kept_within_one_second_are_both_there(moved):
    script, standing, place = moved
    for work in ("first", "second"):
        standing.write_text(work)
        script.copy_changed(place / "release")
    assert sorted(kept(place)) == ["first", "second"]


# Nothing given away


@pytest.mark.parametrize("what", REGIONS)
def test_a_solution_has_something_to_hide(solution, what):
    assert bool(secret(solution, what)) == (what == "answers" or not solution.is_understand)


@pytest.mark.parametrize("what", REGIONS)
def test_an_exercise_gives_nothing_of_it_away(exercise, pages, what):
    whole = re.sub(r"\s+", " ", exercise.path.read_text(encoding="utf-8").replace("\\n", "\n"))
    whole = whole.replace('\\"', '"')
    solution = partner(exercise, pages, "solution")
    hints = re.sub(r"### BEGIN.*?### END", "", solution.text, flags=re.DOTALL)
    for line in secret(solution, what):
        if len(line) > 8 and line not in hints:  # a bracket, or what a hint says anyway
            assert line not in whole, line


def test_an_exercise_carries_no_marks_of_what_was_taken_out(exercise):
    text = exercise.path.read_text(encoding="utf-8")
    assert re.findall(r"(?:BEGIN|END) (?:SOLUTION|HIDDEN TESTS|MARK SCHEME)", text) == []


def test_every_answer_cell_holds_the_stub_and_no_other_cell_does(exercise):
    for cell in exercise.code:
        is_answer = cell.metadata.get("nbgrader", {}).get("solution", False)
        is_blank = re.fullmatch(r"\w+ = \.\.\.", cell.source) is not None
        assert (STUB in cell.source) == (is_answer and not exercise.is_understand), cell.id
        assert is_blank == (is_answer and exercise.is_understand), cell.id
        assert cell.id.endswith("-answer") == is_answer, cell.id


def test_there_is_a_place_to_write_after_every_task_for_a_person(exercise):
    cells = exercise.nb.cells
    for place, cell in enumerate(cells):
        if cell.metadata.get("nbgrader", {}).get("task"):
            assert TEXT_STUB in cells[place + 1].source
            assert "nbgrader" not in cells[place + 1].metadata, "it must stay the learner's own"


def test_a_learner_can_change_answers_and_nothing_else(exercise):
    for cell in exercise.nb.cells:
        settings = cell.metadata.get("nbgrader")
        if settings:
            assert settings.locked != settings.solution, cell.id
            assert cell.metadata.get("editable", True) == settings.solution, cell.id
            assert cell.metadata.deletable is False, cell.id


# Untouched


def checks(page):
    return [cell.id for cell in page.code if cell.source.startswith("check.")]


@pytest.mark.slow
def test_every_check_of_an_untouched_exercise_says_not_done_in_one_line(compute, run):
    finished = run(compute, allow_errors=True)
    said = {cell.id: error for cell, error in finished.errors()}
    for name in checks(compute):
        assert len(said[name].traceback) == 1, name
        (line,) = said[name].traceback[0].splitlines()
        assert line.startswith("Not done yet"), name
        assert "Traceback" not in line


@pytest.mark.slow
def test_untouched_answers_stop_in_one_line_too_and_all_other_cells_run(compute, run):
    finished = run(compute, allow_errors=True)
    for cell, error in finished.errors():
        assert cell.id in checks(compute) or cell.id.endswith("-answer"), cell.id
        assert error.traceback[0].startswith("Not done yet"), cell.id
        assert len("".join(error.traceback).splitlines()) == 1, cell.id


@pytest.mark.slow
def test_an_untouched_exercise_writes_nothing_to_stderr(compute, run):
    finished = run(compute, allow_errors=True)
    assert finished.printed("stderr") == []
    assert finished.left_behind == set()
