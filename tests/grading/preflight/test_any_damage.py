"""Whatever happens to an honest notebook, by chance and all at once, its answers survive."""

import copy
import json
import random

import pytest
from nbgrader.preprocessors import ClearOutput, DeduplicateIds, OverwriteCells, OverwriteKernelspec

from scaling.grading.preflight import names
from scaling.grading.source import parse

from .builders import (
    ANSWERS,
    ASSIGNMENT,
    LOCKED,
    NOTEBOOK,
    assert_ready,
    assert_solved,
    insert,
    place,
    run,
    solved,
    sources,
)

pytestmark = pytest.mark.slow


def damages():
    """Ways in which an honest notebook gets damaged; each changes it in place."""

    def some(nb, rng, ids, most=6):
        there = [one for one in nb["cells"] if one.get("id") in ids]
        return rng.sample(there, min(len(there), rng.randint(1, most)))

    def lose_marks(nb, rng):
        for one in some(nb, rng, LOCKED + ANSWERS, 30):
            one["metadata"] = rng.choice([{}, {"nbgrader": {}}, {"nbgrader": None}])

    def change_marks(nb, rng):
        for one in some(nb, rng, LOCKED + ANSWERS):
            marks = one["metadata"].get("nbgrader")
            if marks:
                key = rng.choice(sorted(set(marks) - {"grade_id"}))
                marks[key] = rng.choice([True, False, 7, "x", None, [], {}])

    def retype(nb, rng):
        for one in some(nb, rng, LOCKED + ANSWERS):
            one["cell_type"] = rng.choice(["code", "markdown", "raw"])

    def change_locked(nb, rng):
        for one in some(nb, rng, LOCKED):
            one["source"] = rng.choice(["", one["source"] + "\n# mine", "pass"])

    def delete_locked(nb, rng):
        for one in some(nb, rng, LOCKED, 20):
            nb["cells"].remove(one)

    def double_any(nb, rng):
        for one in some(nb, rng, LOCKED + ANSWERS):
            nb["cells"].insert(nb["cells"].index(one) + 1, copy.deepcopy(one))

    def move(nb, rng):
        for one in some(nb, rng, LOCKED + ANSWERS, 3):
            nb["cells"].remove(one)
            nb["cells"].insert(rng.randint(0, len(nb["cells"])), one)

    def add_own(nb, rng):
        for n in range(rng.randint(1, 5)):
            kind = rng.choice(["code", "markdown", "raw"])
            insert(nb, rng.randint(0, len(nb["cells"])), f"mine_{n} = {n}", kind, f"mine-{n}")

    def break_outputs(nb, rng):
        for one in some(nb, rng, LOCKED + ANSWERS):
            one["outputs"] = rng.choice([None, [3], {"a": 1}, [{"output_type": "error"}]])

    return [lose_marks, change_marks, retype, change_locked, delete_locked, double_any, move,
            add_own, break_outputs]  # fmt: skip


def damaged(seed):
    nb, rng = solved(), random.Random(seed)
    for damage in rng.sample(damages(), rng.randint(1, 5)):
        damage(nb, rng)
    return nb


def broken(seed):
    """A notebook in which some values are replaced by others, mostly of another type."""
    rng, nb = random.Random(seed), solved()
    for _ in range(rng.randint(1, 20)):
        spot = nb
        while isinstance(spot, dict | list) and spot:
            keys = list(spot) if isinstance(spot, dict) else range(len(spot))
            key = rng.choice(list(keys))
            if rng.random() < 0.3 or not isinstance(spot[key], dict | list) or not spot[key]:
                spot[key] = rng.choice([None, 3, "x", [], {}, True, 1.5, ["a"], {"a": 1}])
                break
            spot = spot[key]
    return nb


@pytest.mark.parametrize("seed", range(60))
def test_an_honest_solution_survives_any_damage(look, seed):
    nb = damaged(seed)
    inspection = look(nb)
    assert_solved(inspection)
    kept = list(sources(inspection).values())
    for one in nb["cells"]:
        if one["id"].startswith("mine"):
            assert one["source"] in kept
    json.dumps(inspection.notebook)


@pytest.mark.parametrize("seed", range(100, 120))
def test_answers_are_found_where_marks_and_ids_are_lost_as_well(look, seed):
    nb, rng = damaged(seed), random.Random(seed)
    for one in nb["cells"]:
        if rng.random() < 0.7:
            one["metadata"] = {}
            del one["id"]
    inspection = look(nb | {"nbformat_minor": 4})
    assert_solved(inspection)
    assert run(inspection.notebook) == []


@pytest.mark.parametrize(
    ("source", "most"),
    [("!ls\n" * 3000, 0), ("%%time\n" * 999, 0), ("x = 1\n" * 99_999, 0), ("-" * 49_998, 1)],
)
def test_code_that_takes_long_to_read_is_given_up(look, monkeypatch, source, most):
    """IPython's reader needs time that grows with the square of the magics, or of the code."""
    read = []
    monkeypatch.setattr(names, "parse", lambda text: (read.append(text), parse(text))[1])
    nb = solved()
    insert(nb, place(nb, "m3-voice"), source)
    assert_solved(look(nb))
    assert sum(text.startswith(source[:40]) for text in read) == most


def test_nbgrader_finds_nothing_left_to_mend(look, course_folder):
    resources = {
        "nbgrader": {
            "notebook": NOTEBOOK,
            "assignment": ASSIGNMENT,
            "db_url": f"sqlite:///{course_folder / 'gradebook.db'}",
        }
    }
    for seed in range(3):
        nb = look(damaged(seed)).notebook
        before = copy.deepcopy(nb)
        for step in (ClearOutput(), DeduplicateIds(), OverwriteKernelspec(), OverwriteCells()):
            nb, _ = step.preprocess(nb, resources)
        assert nb == before


@pytest.mark.parametrize("seed", range(0, 60, 6))
def test_a_damaged_solution_still_passes_every_check(look, seed):
    assert run(look(damaged(seed)).notebook) == []


@pytest.mark.parametrize("seed", range(100))
def test_no_file_however_broken_brings_preflight_down(look, seed):
    inspection = look(broken(seed))
    assert inspection.ungraded if inspection.notebook is None else True
    if inspection.notebook is not None:
        assert_ready(inspection)
