"""Readiness: scores count statements, the weakest is found, and a learner's own are read."""

import pytest

from scaling.scaling_up import readiness

approx = pytest.approx


def test_every_component_has_four_statements_and_every_case_answers():
    assert list(readiness.STATEMENTS) == list(readiness.COMPONENTS)
    assert all(len(four) == readiness.HIGHEST_SCORE for four in readiness.STATEMENTS.values())
    for case in readiness.CASES.values():
        assert list(case.findings) == list(readiness.COMPONENTS)
        for answers in case.findings.values():
            assert len(answers) == readiness.HIGHEST_SCORE
            for answer, why in answers:
                assert answer in (readiness.YES, readiness.NO, readiness.OPEN)
                assert why


def test_the_scores_of_the_kettle():
    """As the lesson tells it: counted, no comparison; a partner in writing, no list; and so on."""
    result = readiness.run()
    assert result.now == {
        "evidence": 1,
        "partners": 2,
        "learning": 2,
        "resources": 1,
        "communication": 3,
    }
    assert readiness.mean(result.now) == approx(1.8)
    assert readiness.weakest(result.now) == ("evidence", "resources")
    assert sum(result.unknown.values()) == 0  # it is invented, so everything is known


def test_what_is_not_known_of_an_initiative_is_open_and_never_met():
    for case in ("grameen", "harlem"):
        result = readiness.run(case)
        for key, answers in result.findings.items():
            no = sum(answer == readiness.NO for answer, _ in answers)
            assert result.now[key] + result.unknown[key] + no == readiness.HIGHEST_SCORE
        assert sum(result.unknown.values()) >= 10


def test_work_on_one_component_raises_its_score_and_no_other():
    result = readiness.run(component="evidence", more=2)
    assert result.then == result.now | {"evidence": 3}


def test_no_score_rises_above_four():
    assert (
        readiness.run(component="communication", more=3).then["communication"]
        == readiness.HIGHEST_SCORE
    )


def test_polishing_the_best_lifts_the_mean_and_not_the_weakest():
    result = readiness.run(component="communication", more=1)
    assert readiness.mean(result.then) == approx(readiness.mean(result.now) + 0.2)
    assert min(result.then.values()) == min(result.now.values())


@pytest.mark.parametrize(
    "text",
    [
        "evidence 2\npartners 1\nlearning 0\nresources 4\ncommunication 3",
        "Evidence-based design: 2\n\nStrategic partnerships: 1\nReflective learning: 0\n"
        "Resource allocation: 4\nCommunication: 3\n",
        "communication, 3\nresources;4\n learning\t0\nPARTNERS 1\nevidence 2",
    ],
)
def test_a_learner_s_own_scores_are_read_in_any_order_and_style(text):
    result = readiness.run(own=text)
    assert list(result.now.values()) == [2, 1, 0, 4, 3]
    assert result.name == "your initiative"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("evidence 5", "“evidence 5” cannot be read"),
        ("evidence", "“evidence” cannot be read"),
        ("luck 3", "“luck 3” cannot be read"),
        ("evidence 12", "“evidence 12” cannot be read"),
        ("evidence 2", "missing for partners, learning, resources, communication"),
    ],
)
def test_own_scores_that_cannot_be_read_are_named(text, message):
    with pytest.raises(ValueError, match=message):
        readiness.read_own(text)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"case": "other"}, "case must be one of"),
        ({"component": "luck"}, "component must be one of"),
        ({"more": 5}, "more must be a whole number from 0 to 4"),
        ({"more": 0.5}, "more must be a whole number"),
    ],
)
def test_what_cannot_be_is_refused_by_name(values, message):
    with pytest.raises(ValueError, match=message):
        readiness.run(**values)
