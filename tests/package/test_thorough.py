"""What `make test` leaves for `make test-all` is listed here, so that nothing leaves it unseen.

Nothing that protects a learner's work or a mark may be on this list.
"""

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
LISTED = {
    # Every explorable and every lesson in every browser test; `make test` takes representatives of
    # them, and runs all lessons without a browser.
    "browser/conftest.py": {"rest_thorough": 1},
    # The checks of every exercise in a browser; `make test` runs all of them without one.
    "browser/test_exercise.py": {"exercise": 1},
    # A throttled browser, in which a lesson takes two minutes.
    "browser/test_slow_machine.py": {"the whole module": 1},
    # Every class graded by stock nbgrader; `make test` grades all with `python -m scaling grade`.
    "grading/conftest.py": {"pytest_generate_tests": 1},
    # Every exercise answered in the built site, and every slip of two; `make test` answers one, and
    # `tests/checks` tries every slip without a browser.
    "web/test_exercise_running.py": {
        "test_the_answers_of_a_solution_pass_every_check": 1,
        "test_every_slip_gets_the_hint_that_it_gets_in_jupyterlab": 1,
    },
    # All pages of exercises at two widths; `make test` takes one of each kind.
    "web/test_exercise_pages.py": {"test_a_page_is_small_fits_and_keeps_still": 1},
    # The same in the built site.
    "web/test_pages.py": {"lesson": 1},
    "web/test_redraw.py": {"test_a_picture_that_follows_is_the_one_drawn_whole": 1},
    # A second build of the site takes half a minute.
    "web/test_book.py": {"test_two_builds_are_the_same_byte_for_byte": 1},
    # All solutions in the browser's session beside IPython; `make test` compares two of them, and
    # sees that all pass there.
    "web/test_exercise_session.py": {
        "test_every_solution_shows_what_it_shows_in_a_notebook": 1,
        "test_a_browser_shows_of_every_solution_what_python_shows_here": 1,
    },
    # Nine students more of the kinds that three in `make test` are of already, and the answers of
    # all in a Jupyter kernel.
    "web/test_exercise_class.py": {"handed_in": 1},
    # Five hundred students with data of their own; `make test` takes forty.
    "checks/test_variants.py": {"test_in_many_draws_right_and_wrong_stay_apart": 1},
    # Other browsers.
    "web/test_other_engines.py": {"the whole module": 1},
    # The same class by dask's LocalCluster, with PostgreSQL; `make test` has those commands of the
    # guide, kills scheduler and worker, and has SQLite.
    "grading/clusters.py": {"cluster": 1},
    # What `nbgrader validate` says of a solution and of an untouched exercise.
    "grading/every_class.py": {
        "test_validate_says_that_the_solution_passes": 1,
        "test_validate_lists_what_is_open_in_the_untouched_exercise": 1,
    },
    # What attacks do to stock nbgrader; all of them are run against us in `make test`.
    "grading/test_attacks.py": {
        "test_stock_gives_marks_for_it": 1,
        "test_stock_lets_it_out": 1,
        "test_honest_students_have_the_same_marks_on_stock": 1,
        "test_on_stock_a_copied_test_cell_ends_the_run_for_everybody_after": 1,
    },
    # Every slip in a guest and here; `make test` grades each class, and takes all styles.
    "grading/test_marks.py": {"test_slips_have_the_same_marks_in_a_guest_as_at_home": 1},
    # An image once more, begun by a script of somebody's own; `make test` makes all of them by the
    # commands of the guide.
    "grading/test_prepare.py": {"test_a_script_without_a_guard_can_prepare": 1},
    # What stock nbgrader makes of a class in Understand; `make test` grades all in a guest.
    "grading/test_understand.py": {
        "test_stock_nbgrader_gives_the_same_marks_and_feedback_says_why": 1,
    },
    # The same of pages: our own are opened in `make test`.
    "grading/test_pages.py": {
        "test_the_attempt_works_in_the_page_of_stock_nbgrader": 1,
        "test_stock_nbgrader_hands_hidden_tests_out": 1,
    },
}


def marked(file):
    """Where a file marks tests as thorough: names of functions and classes, and how often."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    found = {}
    for block in tree.body:
        parts = block.body if isinstance(block, ast.ClassDef) else [block]
        decorators = getattr(block, "decorator_list", []) if block is not parts[0] else []
        for part in [*decorators, *parts]:
            count = sum(getattr(node, "attr", "") == "thorough" for node in ast.walk(part))
            if count:
                name = getattr(part, "name", getattr(block, "name", "the whole module"))
                found[name] = found.get(name, 0) + count
    return found


def test_only_what_is_listed_is_left_out_of_make_test():
    found = {
        file.relative_to(TESTS).as_posix(): names
        for file in sorted(TESTS.rglob("*.py"))
        if "thorough" in file.read_text(encoding="utf-8") and (names := marked(file))
    }
    assert found == LISTED


@pytest.mark.parametrize(
    ("target", "recipe"),
    [
        ("test", '$(PYTEST) -m "not thorough"'),
        ("test-all", "$(PYTEST)"),
        ("quick", '$(PYTEST) -m "not slow"'),
    ],
)
def test_a_target_leaves_out_nothing_else(target, recipe):
    makefile = (TESTS.parent / "Makefile").read_text(encoding="utf-8")
    (found,) = re.findall(rf"^{target}:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    assert found.strip() == recipe


def test_what_is_thorough_is_slow_so_that_no_target_loses_it(request):
    """Of the tests that are not slow, every target runs all."""
    quick = [item for item in request.session.items if not item.get_closest_marker("slow")]
    assert [item.nodeid for item in quick if item.get_closest_marker("thorough")] == []
