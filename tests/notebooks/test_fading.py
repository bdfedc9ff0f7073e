"""A new procedure in Compute comes as a worked example, then half done, then alone."""

import re

import pytest
from figures.pages import notebook

# For each procedure: its example, the questions that are half done, and those that are left alone.
FADED = {
    "1 exercise": [
        ("m1-example-odds", ["m1-one-study"], []),
        ("m1-example-function", ["m1-odds-ratio", "m1-shrink"], ["m1-peak-time"]),
        ("m1-example-median", ["m1-by-stage"], ["m1-still-left"]),
        ("m1-example-weighted", ["m1-pooled"], []),
        ("m1-example-root", [], ["m1-chance-spread"]),
        ("m1-example-loop", ["m1-smallest-n"], []),
        ("m1-example-fit", [], ["m1-fitted", "m1-forecast"]),
    ],
    "2 exercise": [
        ("m2-example-function", ["m2-fidelity"], ["m2-break-even", "m2-steady-gap"]),
        ("m2-example-smallest", ["m2-best-alpha"], []),
        ("m2-example-weighted", ["m2-label-new"], ["m2-label-gap"]),
        ("m2-example-means", ["m2-extra-during"], ["m2-extra-after"]),
    ],
    "3 exercise": [
        ("m3-example-function", ["m3-pairs"], ["m3-alive-share"]),
        ("m3-example-weights", ["m3-q-statistic", "m3-tau2"], ["m3-pooled-effect"]),
        ("m3-example-interval", ["m3-next-place"], ["m3-chance-above-one"]),
        ("m3-example-column", ["m3-village-spread"], ["m3-chance-spread"]),
        ("m3-example-rows", [], ["m3-overtaking"]),
    ],
}
every_procedure = pytest.mark.parametrize(
    ("where", "example", "half_done", "alone"),
    [(where, *row) for where, rows in FADED.items() for row in rows],
    ids=[row[0] for rows in FADED.values() for row in rows],
)


def cells(where):
    return {cell.id: cell for cell in notebook(where).cells}


def given(source):
    """The lines of code that a learner finds done: without the solution and the line of def."""
    left = re.sub(r" *### BEGIN SOLUTION.*?### END SOLUTION", "", source, flags=re.DOTALL)
    lines = [line for line in left.splitlines() if line.strip()]
    return [line for line in lines if not line.startswith("def ")]


@every_procedure
def test_what_is_done_for_the_learner_fades(where, example, half_done, alone):
    found, order = cells(where), list(cells(where))
    asked = [f"{name}-answer" for name in [*half_done, *alone]]
    places = [order.index(name) for name in [example, *asked]]
    assert places[0] == min(places)
    assert max([order.index(f"{name}-answer") for name in half_done[:1]], default=0) <= min(
        [order.index(f"{name}-answer") for name in alone], default=len(order)
    )
    for name in half_done:
        assert given(found[f"{name}-answer"].source), name
    for name in alone:
        assert not given(found[f"{name}-answer"].source), name


@every_procedure
def test_an_example_runs_locked_and_says_that_it_is_one(where, example, half_done, alone):
    cell = cells(where)[example]
    assert cell.cell_type == "code"
    assert cell.metadata.nbgrader.locked
    assert not cell.metadata.nbgrader.grade
    assert cell.source.startswith("# This is a worked example: ")


@pytest.mark.parametrize("where", FADED)
def test_no_example_makes_a_name_that_is_asked_for(where):
    found = cells(where)
    asked = re.findall(r"\*Name:\* `(\w+)`", "\n".join(cell.source for cell in found.values()))
    examples = [cell.source for name, cell in found.items() if "-example-" in name]
    made = re.findall(r"^(?:def )?(\w+)(?: = |\()", "\n".join(examples), re.MULTILINE)
    assert len(asked) > 10
    assert examples
    assert not set(asked) & set(made)


@pytest.mark.parametrize("where", FADED)
def test_every_example_is_followed_by_questions(where):
    examples = {name for name in cells(where) if "-example-" in name}
    assert examples == {example for example, _, _ in FADED[where]}
