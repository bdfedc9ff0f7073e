"""A learner sees, question by question, how far the exercises have come, and nothing is touched."""

import argparse
import asyncio
import json
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import nbformat
import psutil
import pytest

from scaling import progress
from scaling.grading import releasing
from scaling.grading.preflight.submission import inspect_file
from scaling.progress import command as progress_command
from scaling.progress import questions as progress_questions
from scaling.progress.page import Page, as_html
from scaling.scaling_down.understand import checks as down_checks

ROOT = Path(__file__).parents[2]
NAME = "03-size-and-context"
RELEASE = releasing.from_solution(ROOT / f"solutions/{NAME}/{NAME}-exercise.ipynb")
PLACE = f"exercises/{NAME}/{NAME}-exercise.ipynb"
QUESTIONS, POINTS, FOR_A_PERSON = 15, 20, 4
NASTY = "<img src=x onerror=alert(1)>"
STUBBORN = (
    "while True:\n    try:\n        print('x' * 1000)\n    except BaseException:\n        pass"
)


class Course:
    """A copy of the course, with one exercise, that a learner works in."""

    def __init__(self, place):
        self.place = place
        for folder in ("course", "data", f"exercises/{NAME}"):
            shutil.copytree(ROOT / folder, place / folder, ignore=shutil.ignore_patterns(".*"))

    @property
    def file(self):
        return self.place / PLACE

    def change(self, change):
        nb = nbformat.read(self.file, as_version=4)
        change(nb)
        nbformat.write(nb, self.file)

    def write(self, sources):
        """Write into cells by their ids, without their ending "-answer"."""

        def fill(nb):
            cells = {cell.id.removesuffix("-answer"): cell for cell in nb.cells if _is_answer(cell)}
            for name, source in sources.items():
                cells[f"m3-{name}"].source = source

        self.change(fill)
        return self

    def add(self, cell_id, *outputs):
        """Save what a cell has shown."""

        def show(nb):
            (cell,) = [cell for cell in nb.cells if cell.id == cell_id]
            cell.outputs = [nbformat.from_dict(output) for output in outputs]

        self.change(show)
        return self

    def look(self, **options):
        (found,) = progress.look(self.place, **options)
        return found

    def saved(self):
        return self.look(run=False)


def _is_answer(cell):
    return cell.id.endswith("-answer")


def error(kind, text, *traceback):
    shown = list(traceback) or [text]
    return {"output_type": "error", "ename": kind, "evalue": text, "traceback": shown}


def printed(text):
    return {"output_type": "stream", "name": "stdout", "text": text}


def by_name(exercise):
    return {asked.grade_id.removeprefix("m3-"): asked for asked in exercise.questions}


@pytest.fixture
def course(tmp_path):
    return Course(tmp_path / "does it scale")


@pytest.fixture(scope="module")
def answers():
    """The answers of the solution, by question."""
    nb = nbformat.read(ROOT / "solutions" / NAME / f"{NAME}-exercise.ipynb", as_version=4)
    return {
        cell.id.removeprefix("m3-").removesuffix("-answer"): "\n".join(
            line for line in cell.source.splitlines() if "### " not in line
        )
        for cell in nb.cells
        if _is_answer(cell) and cell.cell_type == "code"
    }


# Finding the exercises


@pytest.mark.parametrize("inside", [".", "course", "exercises", f"exercises/{NAME}", "data"])
def test_exercises_are_found_from_anywhere_in_the_course(course, monkeypatch, inside):
    monkeypatch.chdir(course.place / inside)
    assert progress.find() == [course.file]


def test_where_there_is_no_course_it_says_what_to_do(tmp_path, capsys):
    with pytest.raises(FileNotFoundError, match="Go to the folder of the course"):
        progress.look(tmp_path)
    assert progress_command.main([str(tmp_path)]) == 2
    out, said = capsys.readouterr()
    assert out == ""
    assert "No exercises were found" in said
    assert len(said.splitlines()) == 1


def test_a_folder_that_does_not_exist_is_said_to_be_missing(tmp_path, capsys):
    assert progress_command.main([str(tmp_path / "nowhere")]) == 2
    assert "There is no folder" in capsys.readouterr().err


def test_solutions_are_nobodys_progress(tmp_path):
    shutil.copytree(ROOT / "solutions", tmp_path / "solutions")
    with pytest.raises(FileNotFoundError):
        progress.look(tmp_path / "solutions")


# What is not begun


def test_an_exercise_as_released_is_one_line_and_takes_no_kernel(course, capsys, monkeypatch):
    kernels = []
    monkeypatch.setattr(progress, "run_copy", lambda *named, **more: kernels.append(named))
    found = course.look()
    assert kernels == []
    assert not found.started
    assert len(found.questions) == QUESTIONS
    assert (found.points, found.points_possible, found.note) == (0, POINTS, "")
    assert found.count(progress.NOT_YET) == QUESTIONS - 1
    assert progress_command.main([str(course.place)]) == 0
    said = capsys.readouterr().out
    assert "Not started yet: 3: Size and context – Compute." in said
    assert "Question" not in said
    assert "Next: begin Exercise 3, Size and context – Compute" in said


def test_half_an_answer_counts_as_a_beginning(course):
    stub = 'raise NotImplementedError("Not done yet: replace this line with your answer.")'
    course.write({"voice": f"minutes = 90\n{stub}"})
    assert course.saved().started


def test_an_essay_alone_counts_as_a_beginning_and_its_words_are_counted(course):
    course.write({"judgement": "*Write your answer here.*\n\nA **well-known** place, 1.5 km away."})
    found = course.saved()
    assert found.started
    asked = by_name(found)["judgement"]
    assert (asked.state, asked.points) == ("for a person", FOR_A_PERSON)
    assert asked.says == "6 words written so far; 150 to 250 words are asked for."


def test_an_answer_written_into_a_further_cell_is_counted_too(course):
    course.change(lambda nb: nb.cells.append(nbformat.v4.new_markdown_cell("One more word.")))
    assert by_name(course.saved())["judgement"].says.startswith("3 words")


@pytest.mark.slow  # nbgrader takes a while to import
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_what_marks_a_cell_as_released_is_what_nbgrader_notes(course):
    from nbgrader.utils import compute_checksum

    cells = [cell for cell in progress._read(course.file).cells if "nbgrader" in cell.metadata]
    assert len(cells) > 3 * (QUESTIONS - 1)
    for cell in cells:
        noted = cell.metadata.nbgrader.checksum
        assert progress_questions.checksum(cell) == compute_checksum(cell) == noted


# Reading what is saved


SAVED = {
    "a tick": (printed("✔ Each has two minutes.\n"), "done", "Each has two minutes."),
    "a hint": (error("Hint", "Divide by n."), "hint", "Divide by n."),
    "a blank": (
        error("NotDone", "Not done yet: voice has no answer so far."),
        "not yet",
        "Not done yet: voice has no answer so far.",
    ),
    "a name that is missing": (
        error(
            "NameError", "name 'voice' is not defined", "Not done yet: voice does not exist yet."
        ),
        "not yet",
        "Not done yet: voice does not exist yet.",
    ),
    "a fault in colour": (
        error("TypeError", "no such thing", "\x1b[31mTypeError\x1b[39m", "in line 1"),
        "hint",
        "TypeError: no such thing",
    ),
    "nothing": (None, "not run", "Its check has not been run."),
}


def result(value):
    return nbformat.v4.new_output("execute_result", data={"text/plain": value}, execution_count=1)


@pytest.mark.parametrize(
    ("value", "state", "reached"),
    [("0.67", "partly", 0.67), ("1.0", "partly", 1), ("nan", "not run", 0), ("'x'", "not run", 0)],
)
def test_a_part_of_an_answer_counts_as_its_check_says(course, value, state, reached):
    course.write({"voice": "voice = 2"})
    said = printed("Look at 2 once more.\n0.67 of 1 point so far.\n")
    course.add("m3-voice", said, result(value))
    found = course.saved()
    asked = by_name(found)["voice"]
    assert (asked.state, asked.reached, found.points) == (state, reached, reached)
    if state == "partly":
        assert asked.says == "Look at 2 once more. 0.67 of 1 point so far."
        alone = replace(found, questions=(asked,))
        assert progress.next_step([alone]).startswith("question 4 of Exercise 3")


def test_the_two_parts_of_an_exercise_come_in_their_order(course):
    for name in ("04-scaling-down-understand", "03-size-and-context-understand"):
        folder = course.place / "exercises" / name
        folder.mkdir()
        (folder / f"{name}-exercise.ipynb").write_text(course.file.read_text())
    found = progress.find(course.place)
    assert [file.parent.name for file in found] == [
        "03-size-and-context-understand",
        "03-size-and-context",
        "04-scaling-down-understand",
    ]
    titles = [progress._title_from_folder(file) for file in found]
    assert titles[:2] == [
        "Exercise 3: Size and context – Understand",
        "Exercise 3: Size and context – Compute",
    ]


@pytest.mark.parametrize("what", SAVED)
def test_what_a_check_said_is_read_from_the_file(course, what):
    output, state, says = SAVED[what]
    course.write({"voice": "voice = 2"})
    if output:
        course.add("m3-voice", output)
    asked = by_name(course.saved())["voice"]
    assert (asked.state, asked.says, asked.points) == (state, says, 1)
    assert asked.title.startswith("Question 4: The Kettle moves to a hall.")


def test_a_failing_answer_cells_error_is_told_as_such(course):
    course.write({"voice": "voice = 90 / guests"})
    course.add("m3-voice-answer", error("NameError", "name 'guests' is not defined"))
    course.add("m3-voice", error("NotDone", "Not done yet: voice does not exist yet."))
    asked = by_name(course.saved())["voice"]
    assert asked.state == "hint"
    assert asked.says == "The answer cell stops with NameError: name 'guests' is not defined"


def test_points_add_up_and_the_first_open_question_comes_next(course):
    course.write({"reading": 'reading = "b"', "tau2": "tau2 = abs", "pairs": "pairs = 3"})
    course.add("m3-reading", printed("✔ Yes.\n")).add("m3-tau2", printed("✔ Yes.\n"))
    found = course.saved()
    assert (found.points, found.points_possible) == (3, POINTS)
    assert (
        progress.next_step([found])
        == f"question 2 of Exercise 3, Size and context – Compute; open {PLACE}"
    )


# Files that are not as they were


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"cells": 3}',
        b'{"cells": [3]}',
        b'{"cells": [{"cell_type": "code", "source": 3}], "nbformat": 4, "nbformat_minor": 5}',
        b"\xff\xfe\x00",
        b"<<<<<<< HEAD\n{}",
    ],
)
def test_a_file_that_is_no_notebook_is_said_to_be_one_and_left_alone(course, capsys, content):
    course.file.write_bytes(content)
    found = course.look()
    assert found.questions == ()
    assert found.note.startswith("This file cannot be read as a notebook.")
    assert found.note.endswith(" Nothing has been changed.")
    assert progress_command.main([str(course.place)]) == 0
    assert "cannot be read" in capsys.readouterr().out
    assert course.file.read_bytes() == content


@pytest.mark.parametrize(
    "content",
    [b"", b"<<<<<<< HEAD\n{}", b'{"cells": [', b"PK\3\4", b"%PDF-1", b"[]", b'{\n"cells": [}'],
)
def test_progress_and_preflight_say_the_same_of_a_file(course, capsys, content):
    course.file.write_bytes(content)
    (why,) = inspect_file(course.file, RELEASE).ungraded
    assert why.text in course.look().note


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252"])
def test_a_file_in_another_encoding_is_read_as_grading_reads_it(course, encoding):
    course.write({"voice": "voice = 2  # née"}).add("m3-voice", printed("✔ Yes.\n"))
    text = course.file.read_text(encoding="utf-8")
    course.file.write_bytes(text.encode(encoding, errors="replace"))
    assert inspect_file(course.file, RELEASE).notebook is not None
    assert course.saved().points_possible == POINTS


def test_lost_marks_are_no_trouble_by_progress_nor_by_grading(course):
    course.write({"voice": "voice = 2"})
    course.change(strip)
    assert "hand it in as it is" in course.saved().note
    assert inspect_file(course.file, RELEASE).notebook is not None


def test_a_broken_file_points_to_the_version_that_jupyter_keeps(course):
    spare = course.file.parent / ".ipynb_checkpoints" / f"{NAME}-exercise-checkpoint.ipynb"
    spare.parent.mkdir()
    shutil.copy(course.file, spare)
    course.file.write_text("{")
    assert str(spare) in course.look().note


def strip(nb):
    """Leave as little of a notebook as some programs do."""
    nb.metadata, nb.nbformat_minor = {}, 4
    for cell in nb.cells:
        cell.metadata = {}
        del cell["id"]


def test_without_metadata_every_question_is_still_found(course):
    course.write({"voice": "voice = 2"}).add("m3-voice", printed("✔ Yes.\n"))
    course.change(strip)
    found = course.saved()
    assert len(found.questions) == QUESTIONS
    assert (found.points, found.points_possible, found.started) == (1, POINTS, True)
    assert "removed the marks that grading needs" in found.note


def test_a_released_exercise_without_metadata_is_not_begun(course):
    course.change(strip)
    assert not course.saved().started


def test_a_check_or_a_question_that_is_gone_is_missed(course):
    def remove(*ids):
        course.change(lambda nb: nb.update(cells=[cell for cell in nb.cells if cell.id not in ids]))

    course.write({"voice": "voice = 2"})
    remove("m3-voice")
    asked = course.saved().questions[3]
    assert (asked.state, asked.points) == ("not run", 1)
    assert "check is missing" in asked.says
    remove("m3-voice-question", "m3-voice-answer")
    assert "19 points are left of 20" in course.saved().note


def test_copies_beside_the_exercise_are_named_because_they_do_not_count(course):
    shutil.copy(course.file, course.file.with_name(f"{NAME}-exercise-Copy1.ipynb"))
    assert f"Not looked at: {NAME}-exercise-Copy1.ipynb" in course.saved().note


# In words


def test_several_exercises_are_told_in_order_and_a_broken_one_hinders_none(course, capsys):
    for number, name in ((1, "scaling-up"), (2, "process-and-product")):
        folder = course.place / "exercises" / f"{number:02d}-{name}"
        folder.mkdir()
        text = course.file.read_text().replace(
            "# Exercise 3: Size and context – Compute", f"# Exercise {name}"
        )
        (folder / f"{folder.name}-exercise.ipynb").write_text(text if number == 1 else "{")
    course.write({"voice": "voice = 2"}).add("m3-voice", error("Hint", "Divide by n."))
    assert progress_command.main(["--saved", str(course.place)]) == 0
    said = capsys.readouterr().out
    assert "Exercise 1: Scaling up – Compute … not started" in said
    assert "Exercise 2: Process and product – Compute … cannot be read" in said
    assert "Exercise 3: Size and context – Compute … 0 of 20 points" in said
    assert "Divide by n." in said
    assert "Not started yet: scaling-up." in said
    assert "Next: question 1 of Exercise 3" in said, "what is begun comes first"


def test_signs_that_move_a_terminals_cursor_are_not_passed_on(course, capsys):
    course.write({"voice": "voice = 2"}).add("m3-voice", error("Hint", "\x1b[2J\rGone\x07"))
    progress_command.main(["--saved", str(course.place)])
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", capsys.readouterr().out)


def test_the_terminal_gets_aligned_lines_of_at_most_80_columns(course, capsys):
    course.write({"reading": 'reading = "b"', "pairs": "pairs = 3"})
    course.add("m3-reading", printed("✔ Yes.\n")).add("m3-pairs", error("Hint", "Too long. " * 30))
    assert progress_command.main(["--saved", str(course.place)]) == 0
    said = capsys.readouterr().out
    assert max(map(len, said.splitlines())) < 80
    rows = [line for line in said.splitlines() if re.match(r"  [✔·] .*\d points?$", line)]
    assert len(rows) == QUESTIONS
    assert len({len(row) for row in rows}) == 1
    assert all(re.match(r"  (✔ done|· (hint|not run|for a person)) ", row) for row in rows)
    assert "when you last saved; nothing is run" in said
    assert "Next: question 2 of Exercise 3" in said


def test_json_holds_the_same_and_nothing_else_stands_on_standard_output(course, capsys):
    course.write({"voice": "voice = 2"}).add("m3-voice", printed("✔ Yes.\n"))
    assert progress_command.main(["--saved", "--json", str(course.place)]) == 0
    said = json.loads(capsys.readouterr().out)
    (found,) = said["exercises"]
    assert found["file"] == str(course.file)
    assert found["questions"][3]["state"] == "done"
    assert said["saved_only"] is True
    assert said["next"].startswith("question 1")


def test_another_parser_can_take_the_arguments_over(course, capsys):
    parser = argparse.ArgumentParser()
    progress_command.add_arguments(parser)
    assert progress_command.main(parser.parse_args(["--saved", str(course.place)])) == 0
    assert "Not started yet" in capsys.readouterr().out


@pytest.mark.parametrize("limit", ["0", "never", "100000"])
def test_a_limit_that_makes_no_sense_is_refused(limit):
    with pytest.raises(SystemExit) as refused:
        progress_command.main(["--limit", limit])
    assert refused.value.code == 2


# On the page


def test_the_page_shows_what_is_saved_first_and_runs_nothing(course):
    course.write({"voice": "voice = 2"}).add("m3-voice", error("Hint", "Divide by n."))
    page = Page(course.place)
    assert "when you last saved" in page.status
    assert page.running is None
    assert "Divide by n." in page.content


def test_a_table_has_header_cells_and_a_caption(course):
    course.write({"voice": "voice = 2"})
    page = as_html([course.saved()])
    assert page.count('<th scope="col">') == 4
    assert page.count('<th scope="row">') == QUESTIONS
    assert "<caption>0 of 20 points" in page


def test_nothing_that_comes_from_the_file_is_taken_for_html(course):
    def spoil(nb):
        nb.cells[0].source = f"# Exercise {NASTY}"
        (prompt,) = [cell for cell in nb.cells if cell.id == "m3-voice-question"]
        prompt.source = f"**Question 4** (1 point). {NASTY} & `{NASTY}`"

    course.write({"voice": "voice = 2"}).add("m3-voice", error("Hint", NASTY))
    course.change(spoil)
    shutil.copy(course.file, course.file.with_name(f"{NASTY}.ipynb"))
    shown = as_html([course.saved()])
    assert "<img" not in shown
    assert "&lt;img src=x onerror=alert(1)&gt;" in shown


def test_the_page_says_so_where_there_is_no_course(tmp_path):
    page = Page(tmp_path)
    assert "No exercises were found" in page.status
    assert page.content == ""


# Running a copy


def test_a_folder_that_cannot_be_copied_is_said_to_be_so(course, monkeypatch):
    course.write({"voice": "voice = 2"})

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copytree", full)
    found = course.look()
    assert found.note.startswith("It was not run, because no copy of its folder could be made")
    assert by_name(found)["voice"].state == "not run"


@pytest.fixture(scope="module")
def before_and_after(tmp_path_factory, answers):
    """An exercise with a bit of everything, what a run found, and its folder before and after."""
    course = Course(tmp_path_factory.mktemp("learner") / "course")
    course.write(
        {
            "reading": answers["reading"],
            "pairs": "def pairs(n):\n    while True:\n        pass",
            "voice": "voice = 90 / 47",
            "weights": "weights = 1 / varyances",
            "q-statistic": answers["q-statistic"],
            "tau2": "import os\nos._exit(1)",
            "village-spread": STUBBORN,
            "chance-spread": "open('mine.txt', 'w').write('x')\n" + answers["chance-spread"],
            "overtaking": "import pandas as pd\nn = len(pd.read_csv('../../data/bcg_trials.csv'))\n"
            + answers["overtaking"],
            "exception": f'exception = "{NASTY}"',
            "next-place": "name = input('Your name?')",
            "chance-above-one": "print('x' * 10**7)\nchance_above_one = 2",
        }
    )
    course.add("m3-voice", printed("✔ As it was saved.\n"))
    contents = _contents(course.place)
    found = course.look(limit=2)
    return found, contents, _contents(course.place)


def _contents(place):
    return {
        file.relative_to(place): (file.read_bytes(), file.stat().st_mtime_ns)
        for file in place.rglob("*")
        if file.is_file()
    }


LOOP = r"was still running after 2 seconds and was stopped\. Is there a loop that never ends\?"
RUN = {
    "reading": ("done", r"Anywhere, the next place may see no benefit"),
    "pairs": ("hint", rf"The check of this answer {LOOP}"),
    "alive-share": ("not yet", r"Not done yet: alive_share stops at its raise line"),
    "voice": ("hint", r"Everybody in the room shares the minutes: divide by n, not by n − 1\."),
    "weights": ("hint", r"The answer cell stops with NameError: name 'varyances' is not defined"),
    "q-statistic": ("done", r"."),
    "tau2": ("hint", r"The answer cell brought Python itself to a stop\."),
    "pooled-effect": ("not yet", r"Not done yet: pooled_effect does not exist yet\."),
    "village-spread": ("hint", rf"The answer cell {LOOP}"),
    "chance-spread": ("done", r"."),
    "overtaking": ("done", r"."),
    "next-place": ("hint", r"The answer cell stops with StdinNotImplementedError"),
    "chance-above-one": ("hint", r"."),
    "exception": ("hint", r"“<img src=x onerror=alert\(1\)>” is not it\."),
    "judgement": ("for a person", r"0 words written so far"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", RUN)
def test_a_run_tells_how_each_question_stands_whatever_the_others_do(before_and_after, name):
    asked = by_name(before_and_after[0])[name]
    state, says = RUN[name]
    assert asked.state == state, asked.says
    assert re.match(says, asked.says), asked.says


@pytest.mark.slow
def test_a_run_counts_the_part_that_a_check_gives(tmp_path):
    """Of exercise 4, Understand: one of two true statements, and an answer that is right."""
    name = "04-scaling-down-understand"
    place = tmp_path / "exercises" / name
    shutil.copytree(ROOT / "exercises" / name, place, ignore=shutil.ignore_patterns(".*"))
    nb = nbformat.read(place / f"{name}-exercise.ipynb", as_version=4)
    truth = down_checks.scale_down.expected()
    first = next(letter for letter, is_true in truth.items() if is_true)
    right = next(
        letter for letter, is_true in down_checks.ten_mergers.expected().items() if is_true
    )
    answers = {
        "u4-scale-down-answer": f'scale_down = "{first}"',
        "u4-ten-mergers-answer": f'ten_mergers = "{right}"',
    }
    for cell in nb.cells:
        cell.source = answers.get(cell.id, cell.source)
    nbformat.write(nb, place / f"{name}-exercise.ipynb")
    (found,) = progress.look(tmp_path)
    asked = {question.grade_id: question for question in found.questions}
    part, whole = asked["u4-scale-down"], asked["u4-ten-mergers"]
    assert (part.state, whole.state) == ("partly", "done")
    assert 0 < part.reached < part.points
    assert found.points == round(part.reached + whole.points, 2)
    assert found.points_possible == 10


@pytest.mark.slow
def test_a_run_changes_no_byte_of_the_learners_folder(before_and_after):
    _, before, after = before_and_after
    assert after == before


@pytest.mark.slow
def test_with_all_answers_right_the_essay_comes_next(course, answers, capsys):
    course.write(answers)
    assert progress_command.main([str(course.place)]) == 0
    said = capsys.readouterr().out
    assert "16 of 20 points; 4 of the 20 are for a person to give" in said
    assert said.count("✔ done") == QUESTIONS - 1 + 1, "the questions, and what the tick means"
    assert "Next: question 15 of Exercise 3" in said


@pytest.mark.slow
def test_time_that_is_up_is_said_and_what_was_found_is_kept(course, answers):
    course.write({"reading": answers["reading"], "pairs": "import time\ntime.sleep(600)"})
    found = course.look(limit=30, whole=15)
    assert "takes too long in all" in found.note
    asked = by_name(found)
    assert asked["reading"].state == "done"
    assert asked["pairs"].state == "hint"
    assert asked["voice"].state == "not run"


@pytest.mark.slow
def test_three_lost_kernels_are_enough(course, answers):
    die = "import os\nos._exit(1)"
    course.write({"reading": answers["reading"], "pairs": die, "voice": die, "weights": die})
    found = course.look()
    assert "The rest was not run" in found.note
    states = {name: asked.state for name, asked in by_name(found).items()}
    assert states["reading"] == "done"
    assert states["pairs"] == states["voice"] == states["weights"] == "hint"
    assert states["alive-share"] == "not yet"
    assert states["exception"] == "not run"


@pytest.mark.slow
def test_exit_is_laid_to_the_cell_that_says_it(course, answers):
    course.write({"pairs": "exit()", "voice": "voice = 90 / 47"})
    asked = by_name(course.look())
    assert (
        asked["pairs"].says == "The answer cell ends Python with exit or quit. Take that line out."
    )
    assert asked["voice"].says.startswith("Everybody in the room shares the minutes")
    assert asked["exception"].state == "not yet"


@pytest.mark.slow
def test_it_runs_where_an_event_loop_is_running_as_in_a_notebook(course, answers):
    course.write({"reading": answers["reading"]}).change(strip)

    async def look():
        return course.look()

    found = asyncio.run(look())
    assert found.questions[0].state == "done"
    assert found.points == 1


@pytest.mark.slow
def test_the_button_runs_the_exercise_and_a_second_press_waits(course, answers):
    course.write({"reading": answers["reading"], "voice": "voice = 90 / 47"})
    page = Page(course.place)
    said = []
    page.observe(lambda change: said.append(change.new), "status")
    page._handle_custom_msg("look", [])
    first = page.running
    page.look_again()
    assert page.running is first
    assert page.busy
    first.join(timeout=600)
    assert not page.busy
    assert said[0] == "Running a copy of Exercise 3: Size and context – Compute …"
    assert re.fullmatch(r"Looked at \d\d:\d\d\. Exercise 3: 1 of 20 points; .*\.", said[-1])
    assert "divide by n, not by n − 1" in page.content


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl+C otherwise")
def test_ctrl_c_stops_at_once_and_leaves_no_kernel_behind(course, tmp_path):
    reached = tmp_path / "reached"
    course.write({"pairs": f"open({str(reached)!r}, 'w').close()\nwhile True:\n    pass"})
    running = subprocess.Popen(
        [sys.executable, "-m", "scaling", "progress", str(course.place)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell has what it runs in the background ignore Ctrl+C, and these tests may be there.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    _wait_for(reached)
    kernels = psutil.Process(running.pid).children(recursive=True)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=600)
    assert running.returncode == 2
    assert said == "stopped. Your files are as they were.\n"
    _, alive = psutil.wait_procs(kernels, timeout=60)
    assert kernels
    assert alive == []


def _wait_for(file, seconds=600):
    end = time.monotonic() + seconds
    while not file.exists():
        assert time.monotonic() < end, "the endless cell was not reached"
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (r"A mean $\mu$, a rate $\lambda$ and $x_{1}$.", "A mean μ, a rate λ and x_1."),
        (r"The variance, $\max\left(0, \dfrac{Q}{k}\right)$. Go on.", "The variance, … Go on."),
        (r"Both ends, $\mu \pm t_{k-2}\sqrt{\tau^2}$.", "Both ends, …"),
    ],
)
def test_a_formula_in_a_prompt_is_told_in_letters(course, asked, told):
    def ask(nb):
        (prompt,) = [cell for cell in nb.cells if cell.id == "m3-voice-question"]
        prompt.source = f"**Question 4** (1 point). {asked}"

    course.write({"voice": "voice = 2"})
    course.change(ask)
    assert by_name(course.saved())["voice"].title == f"Question 4: {told}"


def test_the_files_that_are_named_are_links_from_where_the_page_is(course, monkeypatch):
    course.write({"voice": "voice = 2"})
    monkeypatch.chdir(course.place)
    page = as_html([course.saved()])
    links = re.findall(r'<a href="([^"]+)" target="_blank">([^<]+)</a>', page)
    assert len(links) == 2, "what comes next, and the caption of the table"
    for address, name in links:
        assert (course.place / address).resolve() == course.file.resolve()
        assert name == course.saved().place
