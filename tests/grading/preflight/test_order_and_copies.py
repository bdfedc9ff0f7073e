"""What is missing, moved or doubled comes right, and what a learner wrote is kept."""

import pytest

from scaling.grading.preflight import Kind

from .builders import (
    ANSWERS,
    RELEASE,
    assert_ready,
    assert_solved,
    cell,
    double,
    insert,
    order,
    place,
    remove,
    run,
    small_notebook,
    solved,
    sources,
    strip,
    texts,
)

pytestmark = pytest.mark.slow

# ---------------------------------------------------------------- missing, moved, doubled


def test_a_missing_check_is_restored_after_its_answer(look):
    nb = solved()
    remove(nb, "m3-pairs")
    inspection = look(nb)
    assert_solved(inspection)
    assert "m3-pairs was missing" in texts(inspection, Kind.REPAIRED)
    assert run(inspection.notebook) == []


def test_a_missing_answer_is_not_done(look):
    nb = solved()
    remove(nb, "m3-pairs-answer")
    inspection = look(nb)
    assert_ready(inspection)
    assert "raise NotImplementedError" in sources(inspection)["m3-pairs-answer"]
    assert run(inspection.notebook) == ["m3-pairs"]


@pytest.mark.parametrize("at", ["m3-pairs", "m3-part-2", "m3-imports"])
def test_an_answer_made_in_another_cell_is_not_lost(look, at):
    nb = solved()
    insert(nb, place(nb, at), cell(nb, "m3-pairs-answer")["source"])
    remove(nb, "m3-pairs-answer")
    inspection = look(nb)
    assert_ready(inspection)
    assert run(inspection.notebook) == []


def test_a_whole_question_deleted_and_answered_in_own_cells_is_graded(look):
    nb = solved()
    at = place(nb, "m3-pairs-question")
    remove(nb, "m3-pairs-question", "m3-pairs-answer", "m3-pairs")
    insert(nb, at, "def half(x):\n    return x / 2", cell_id="half")
    insert(nb, at + 1, "def pairs(n):\n    return half(n * (n - 1))", cell_id="whole")
    inspection = look(nb)
    assert_ready(inspection)
    assert run(inspection.notebook) == []


def test_only_the_answers_handed_in_are_graded(look):
    nb = solved()
    nb["cells"] = [one for one in nb["cells"] if one["id"] in ANSWERS]
    inspection = look(nb)
    assert_solved(inspection)
    assert run(inspection.notebook) == []


def test_a_check_moved_before_its_answer_goes_back(look):
    nb = solved()
    at = place(nb, "m3-pairs")
    nb["cells"][at - 1], nb["cells"][at] = nb["cells"][at], nb["cells"][at - 1]
    inspection = look(nb)
    assert_solved(inspection)
    assert "had been moved" in texts(inspection, Kind.REPAIRED)


def test_own_cells_travel_with_a_moved_answer(look):
    nb = solved()
    answer = cell(nb, "m3-pairs-answer")
    answer["source"] = "def pairs(n):\n    return half(n * (n - 1))"
    remove(nb, "m3-pairs-answer")
    nb["cells"].append(answer)
    insert(nb, len(nb["cells"]) - 1, "def half(x):\n    return x / 2", cell_id="half")
    inspection = look(nb)
    assert_ready(inspection)
    ids = order(inspection)
    assert ids.index("half") + 1 == ids.index("m3-pairs-answer")
    assert run(inspection.notebook) == []


def test_own_cells_at_the_end_stay_there(look):
    nb = solved()
    title = nb["cells"].pop(0)
    nb["cells"].append(title)
    insert(nb, len(nb["cells"]), "print(pairs(3))")
    inspection = look(nb)
    assert_solved(inspection)
    assert order(inspection)[-1] == "mine"


def test_an_answer_that_an_untouched_cell_undoes_is_flagged(look):
    nb = solved()
    answer = cell(nb, "m3-pairs-answer")
    insert(nb, place(nb, "m3-pairs-answer"), answer["source"])
    answer["source"] = next(c.released for c in RELEASE.cells if c.grade_id == "m3-pairs-answer")
    (finding,) = look(nb).flagged
    assert finding.about == "m3-pairs-answer"


def test_a_doubled_check_is_kept_once(look):
    nb = solved()
    double(nb, "m3-pairs")
    inspection = look(nb)
    assert_solved(inspection)
    assert "there 2 times" in texts(inspection, Kind.REPAIRED)
    assert len(inspection.notebook.cells) == len(nb["cells"]) - 1


def test_a_changed_copy_of_a_check_is_an_own_cell(look):
    nb = solved()
    double(nb, "m3-pairs", "print(pairs(5))")
    inspection = look(nb)
    assert_solved(inspection)
    assert "print(pairs(5))" in sources(inspection).values()


def test_all_copies_of_an_answer_are_run_and_the_last_is_graded(look):
    nb = solved()
    right = cell(nb, "m3-pairs-answer")["source"]
    double(nb, "m3-pairs-answer")
    cell(nb, "m3-pairs-answer")["source"] = "def pairs(n):\n    return n"
    inspection = look(nb)
    assert_solved(inspection)
    assert sources(inspection)["m3-pairs-answer"] == right
    assert "def pairs(n):\n    return n" in sources(inspection).values()
    assert run(inspection.notebook) == []


def test_a_split_answer_still_works(look):
    nb = solved()
    cell(nb, "m3-chance-spread-answer")["source"] = "p = households.bought.mean()"
    rest = 'chance_spread = np.sqrt(np.mean(p * (1 - p) / villages["size"]))'
    double(nb, "m3-chance-spread-answer", rest)
    inspection = look(nb)
    assert_ready(inspection)
    assert run(inspection.notebook) == []


def test_an_untouched_copy_does_not_undo_an_answer(look):
    nb = solved()
    stub = next(known.released for known in RELEASE.cells if known.grade_id == "m3-pairs-answer")
    double(nb, "m3-pairs-answer", stub)
    inspection = look(nb)
    assert_solved(inspection)
    assert run(inspection.notebook) == []


# ---------------------------------------------------------------- questions marked by a person


def test_copies_of_an_essay_that_differ_are_flagged(look, small):
    nb = small_notebook()
    double(nb, "s-essay", "On second thoughts.")
    inspection = look(nb, small, name="small.ipynb")
    assert_ready(inspection, small)
    assert sources(inspection)["s-essay"] == "On second thoughts."
    assert "Because." in sources(inspection).values()
    assert [finding.about for finding in inspection.flagged] == ["s-essay"]


def test_equal_copies_of_an_essay_are_one(look, small):
    nb = small_notebook()
    double(nb, "s-essay")
    inspection = look(nb, small, name="small.ipynb")
    assert_ready(inspection, small)
    assert len(inspection.notebook.cells) == 2
    assert not inspection.flagged


def test_an_essay_in_a_code_cell_is_text_again(look, small):
    inspection = look(small_notebook("Because.", "code"), small, name="small.ipynb")
    assert_ready(inspection, small)
    assert sources(inspection)["s-essay"] == "Because."


def test_a_stripped_essay_is_found_by_its_place(look, small):
    nb = small_notebook()
    strip(nb)
    inspection = look(nb, small, name="small.ipynb")
    assert_ready(inspection, small)
    assert sources(inspection)["s-essay"] == "Because."


def test_copies_of_a_task_that_differ_are_flagged(look):
    nb = solved()
    double(nb, "m3-judgement", "My judgement, written here.")
    inspection = look(nb)
    assert_solved(inspection)
    assert "My judgement, written here." in sources(inspection).values()
    assert [finding.about for finding in inspection.flagged] == ["m3-judgement"]
