"""What is committed is clean: no outputs, stable readable ids, formatted, nothing of an editor."""

import json
import re
import subprocess
import sys
from collections import Counter

import nbformat
import pytest

METADATA = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}
READABLE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
RANDOM = re.compile(r"[0-9a-f]{8}(-[0-9a-f-]+)?")  # what nbformat and JupyterLab make up
LONGEST_CODE = 10  # lines in a lesson; longer code lives in the package


def graded(page):
    """Cells that nbgrader knows, by their grade id."""
    cells = [cell for cell in page.nb.cells if "nbgrader" in cell.metadata]
    return [(cell.metadata.nbgrader.grade_id, cell) for cell in cells]


def test_a_notebook_is_valid_and_of_the_present_format(notebook):
    nbformat.validate(notebook.nb)
    assert (notebook.nb.nbformat, notebook.nb.nbformat_minor) == (4, 5)


def test_a_notebook_holds_no_outputs_and_no_execution_counts(notebook):
    assert [cell.id for cell in notebook.code if cell.outputs or cell.execution_count] == []


def test_a_notebook_names_its_kernel_and_nothing_of_an_editor(notebook):
    assert notebook.nb.metadata == METADATA


def test_cells_carry_no_metadata_but_what_grading_needs(notebook):
    allowed = {
        "course": set(),
        "solutions": {"nbgrader", "tags"},
        "exercises": {"nbgrader", "tags", "deletable", "editable"},
    }[notebook.folder]
    found = {key for cell in notebook.nb.cells for key in cell.metadata}
    assert found <= allowed


def test_only_answers_and_checks_may_fail_without_stopping_the_rest(notebook):
    # JupyterLab's Run All ends at the first error, unless the cell's tags say that it may stop
    for cell in notebook.nb.cells:
        noted = cell.metadata.get("nbgrader", {})
        may_stop = cell.cell_type == "code" and (noted.get("grade") or noted.get("solution"))
        assert cell.metadata.get("tags", []) == (["raises-exception"] if may_stop else []), cell.id


def test_cell_ids_are_unique_readable_and_not_made_up_by_a_program(notebook):
    ids = [cell.id for cell in notebook.nb.cells]
    assert [name for name, count in Counter(ids).items() if count > 1] == []
    assert [name for name in ids if not READABLE.fullmatch(name) or RANDOM.fullmatch(name)] == []


def test_grade_ids_begin_with_their_module_and_are_the_ids_of_their_cells(solution):
    for grade_id, cell in graded(solution):
        assert grade_id == cell.id
        assert grade_id.startswith(f"{'u' if solution.is_understand else 'm'}{solution.module}-")


def test_grade_ids_are_unique_across_the_course(pages):
    names = Counter(name for page in pages["solution"] for name, _ in graded(page))
    assert [name for name, count in names.items() if count > 1] == []


def test_every_question_has_a_prompt_an_answer_and_a_check_by_name(solution):
    names = dict(graded(solution))
    for grade_id, cell in names.items():
        settings = cell.metadata.nbgrader
        if settings.grade and not settings.task:
            assert names[f"{grade_id}-question"].metadata.nbgrader.locked
            answer = names[f"{grade_id}-answer"].metadata.nbgrader
            assert answer.solution
            assert not answer.locked
            assert settings.locked


def test_a_task_for_a_person_is_not_counted_twice(solution):
    # nbgrader's own task cells say "grade": false; with true their points enter the total twice
    for grade_id, cell in graded(solution):
        settings = cell.metadata.nbgrader
        assert not (settings.task and settings.grade), grade_id


def points_by_question(page):
    return {
        grade_id: cell.metadata.nbgrader.points
        for grade_id, cell in graded(page)
        if cell.metadata.nbgrader.get("points")
    }


def test_every_prompt_states_the_points_that_its_check_gives(solution):
    names = dict(graded(solution))
    for grade_id, points in points_by_question(solution).items():
        prompt = names.get(f"{grade_id}-question", names[grade_id]).source
        stated = re.search(r"\*\*Question \d+\*\* \((\d+) points?\b", prompt)
        assert stated, grade_id
        assert int(stated[1]) == points, grade_id


def test_the_points_of_all_questions_add_up_to_the_points_of_the_title(solution):
    stated = re.search(r"\*\*(\d+) points, [^*]* minutes\b[^*]*\.\*\*", solution.prose[0].source)
    assert sum(points_by_question(solution).values()) == int(stated[1])


def test_questions_are_numbered_without_a_gap(solution):
    numbers = [int(number) for number in re.findall(r"\*\*Question (\d+)\*\*", solution.text)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_cells_of_a_lesson_hold_at_most_ten_lines_of_code(lesson):
    longest = {cell.id: len(cell.source.splitlines()) for cell in lesson.code}
    assert [name for name, lines in longest.items() if lines > LONGEST_CODE] == []


def test_no_cell_is_empty(notebook):
    assert [cell.id for cell in notebook.nb.cells if not cell.source.strip()] == []


def test_files_are_written_as_jupyter_writes_them(authored):
    text = authored.path.read_text(encoding="utf-8")
    again = json.dumps(json.loads(text), indent=1, ensure_ascii=False, sort_keys=False)
    assert text == again + "\n"


@pytest.mark.parametrize("command", [["format", "--check"], ["check"]], ids=["format", "lint"])
def test_all_code_is_as_ruff_wants_it_notebooks_included(root, command):
    finished = subprocess.run(
        [sys.executable, "-m", "ruff", *command, "--no-cache", "--quiet", "."],
        cwd=root,
        capture_output=True,
        text=True,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
