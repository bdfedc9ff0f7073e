"""Every question of Understand: ways to be right, slips with their hints, blanks, wrong types."""

import importlib

import pytest
from understand import (
    BLANKS,
    WRONG_TYPES,
    answers_of,
    credit,
    verdict,
    ways_to_be_right,
    wrong_answers,
)

from scaling.checking import Check, NotDone, choice, estimate, matching, ordering, several

FOLDERS = (
    "scaling_up",
    "process_product",
    "size_context",
    "scaling_down",
    "three_scales",
    "capstone",
)
MODULES = {
    folder: importlib.import_module(f"scaling.{folder}.understand.checks") for folder in FOLDERS
}
QUESTIONS = {
    f"{folder}.{name}": check
    for folder, module in MODULES.items()
    for name, check in vars(module).items()
    if isinstance(check, Check)
}


def every(*kinds):
    """Parametrize a test over all questions of some kinds, named by folder."""
    chosen = {name: one for name, one in QUESTIONS.items() if isinstance(one, kinds or (Check,))}
    return pytest.mark.parametrize("check", chosen.values(), ids=chosen)


@every()
def test_a_right_answer_is_right_in_every_style(check):
    for answer in ways_to_be_right(check):
        assert verdict(check, answer) is None, answer
        assert credit(check, answer, 2) == 2


@every()
def test_every_slip_reaches_its_own_hint(check):
    for hint, slip in check.slips.items():
        said = [verdict(check, answer) for answer in answers_of(check, slip())]
        assert hint in said
        assert None not in said
        if not isinstance(check, ordering):  # There one answer can hold two slips.
            assert set(said) == {hint}


@every(choice, several, ordering, matching)
def test_every_wrong_answer_is_told_which_misconception_it_shows(check):
    for answer in wrong_answers(check):
        assert verdict(check, answer) in check.slips, answer


@every()
def test_what_is_blank_is_not_done(check):
    for blank in BLANKS:
        with pytest.raises(NotDone):
            check(blank)
        with pytest.raises(NotDone):
            check.credit(blank, 1)


@every()
def test_an_answer_of_the_wrong_type_gets_a_hint_and_nothing(check):
    for kind, answer in WRONG_TYPES.items():
        if isinstance(check, estimate) and kind == "a number":
            continue  # It is the right type there.
        assert check.name in verdict(check, answer), kind
        assert credit(check, answer) == 0, kind


@every(matching)
def test_each_pair_that_is_right_counts(check):
    share = 1 - 1 / len(check.expected())
    assert {credit(check, answer) for answer in wrong_answers(check)} == {round(share, 2)}


@pytest.mark.parametrize("folder", FOLDERS)
def test_five_kinds_of_question_are_mixed(folder):
    kinds = {type(check) for check in vars(MODULES[folder]).values() if isinstance(check, Check)}
    assert kinds == {choice, several, ordering, matching, estimate}
