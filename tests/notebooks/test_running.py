"""Every page runs from top to bottom, says nothing on stderr and shows real widgets."""

import json
import re
import subprocess
import sys

import pytest
from answers import numbers, outcome, without_folds
from figures.pages import explorables
from forked import LIBRARIES

WIDGET = "application/vnd.jupyter.widget-view+json"

NO_EXPLORABLES = ("progress.show()", "board.game.show()", "plan.show()")  # other live widgets

pytestmark = pytest.mark.slow


def shown(page):
    return [cell.id for cell in page.code if cell.source.rstrip().endswith(".explorable.show()")]


def recalled(page):
    """Cells with questions in words alone, which are live widgets and no explorables."""
    shows = re.compile(r"^(?:recall|review|inventory)\.show\(", re.MULTILINE)
    return [cell.id for cell in page.code if shows.search(cell.source)]


def test_every_cell_runs_and_nothing_is_written_to_stderr(authored, run):
    finished = run(authored)
    assert finished.errors() == []
    assert finished.printed("stderr") == []
    assert all(cell.execution_count for cell in finished.code)


def test_what_kernels_have_imported_before_writes_nothing_to_stderr():
    code = f"import {', '.join(LIBRARIES)}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


def test_reading_a_page_leaves_nothing_behind(authored, run):
    assert run(authored).left_behind == set()


def test_every_explorable_appears_as_one_live_widget(lesson, run):
    finished = run(lesson)
    views = {
        cell.id: output.data[WIDGET]["model_id"]
        for cell in finished.code
        for output in cell.outputs
        if WIDGET in output.get("data", {})
        and not cell.source.endswith(NO_EXPLORABLES)
        and cell.id not in recalled(lesson)
    }
    assert list(views) == shown(lesson)
    for view in views.values():
        state = finished.widgets[view]["state"]
        assert "scaling-explorable" in state["_dom_classes"]
        assert len(state["children"]) == 3, "title, question and words come before the picture"


def test_beside_every_live_widget_is_said_what_to_do_without_a_kernel(lesson, run):
    for cell in run(lesson).code:
        if cell.source.rstrip().endswith(".explorable.show()"):
            pages = [output.data.get("text/html", "") for output in cell.outputs]
            assert any("scaling-asleep" in page and "Run All Cells" in page for page in pages)


def test_no_table_gives_an_answer_away_before_the_learner_has_predicted(lesson, run):
    """Also after Run All: what follows an explorable is folded until it has been answered."""
    asked = []
    for cell in run(lesson).nb.cells:
        if cell.cell_type == "markdown" and re.search(r"^## ", cell.source, re.MULTILINE):
            asked = []
        if found := re.search(r"(\w+)\.explorable\.show\(\)", cell.source):
            asked.append(outcome(explorables()[found[1]]))
            continue
        for output in cell.get("outputs", ()):
            page = output.get("data", {}).get("text/html", "")
            seen = numbers(re.sub(r"<[^>]*>", " ", without_folds(page)))
            assert not seen & set(asked), cell.id


def test_every_explorable_and_the_game_have_a_figure_changed_in_place(lesson, run):
    states = [widget["state"] for widget in run(lesson).widgets.values()]
    figures = [json.loads(state["figure"]) for state in states if "figure" in state]
    games = [cell.id for cell in lesson.code if cell.source.rstrip().endswith(".game.show()")]
    assert len(figures) == len(shown(lesson)) + len(games) > 0
    assert all(figure["data"] and figure["layout"] for figure in figures)
    voices = [state for state in states if "revealed" in state]
    of_words = ("What do you remember", "Review:", "Sixteen questions")
    recalls = [voice for voice in voices if voice["title"].startswith(of_words)]
    assert len(recalls) == len(recalled(lesson))
    voices = [voice for voice in voices if voice not in recalls]
    open_at_once = [voice["title"] for voice in voices if voice["revealed"]]
    assert len(open_at_once) == len(games), "a prediction comes first, in all but a game"
    speaking = [voice for voice in voices if voice["words"]]  # the plan's first page has no picture
    assert len(speaking) == len(figures)
    assert all("<table" in voice["table"] for voice in speaking)


def test_figures_and_tables_are_shown_as_such(authored, run):
    drawn, tables = 0, 0
    for cell in run(authored).code:
        for output in cell.outputs:
            drawn += "application/vnd.plotly.v1+json" in output.get("data", {})
            tables += "text/html" in output.get("data", {})
    assert drawn == sum(
        bool(
            re.search(
                r"^next_place\.trend|^draft\.grid|\.at_two_scales\(|"
                r"\.(?:still|to_read|as_drawn)\(",
                cell.source,
                re.MULTILINE,
            )
        )
        for cell in authored.code
    )
    assert tables >= drawn


def test_exercises_hold_no_live_widget(solution, run):
    shows = any("explorable.show()" in cell.source for cell in solution.code)
    assert (run(solution).widgets != {}) == (shows and solution.is_understand)


def test_every_check_of_a_solution_passes_with_one_sentence_of_meaning(solution, run):
    said = dict(run(solution).printed("stdout"))
    checks = [cell.id for cell in solution.code if cell.source.startswith("check.")]
    assert list(said) == checks
    assert all(text.startswith("✔ ") and text.count("\n") == 1 for text in said.values())


def test_the_start_page_says_that_the_course_is_there_and_greets(pages, run):
    said = dict(run(pages["lesson"][0]).printed("stdout"))
    assert said["imports"] == "The course is here.\n"
    assert said["first-check"].startswith("Not done yet")
