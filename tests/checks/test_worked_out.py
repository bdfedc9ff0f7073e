"""What a check works out, it works out once, and cannot be changed from outside."""

import pytest

from scaling.checking import Hint, function, number
from scaling.checking.worked_out import worked_out


def test_a_procedure_is_run_once_for_each_case():
    runs = []

    def double(n):
        runs.append(n)
        return 2 * n

    assert [worked_out(double, (n,)) for n in (1, 2, 1, 2)] == [2, 4, 2, 4]
    assert runs == [1, 2]


def test_a_procedure_that_changes_its_arguments_changes_a_copy():
    case = ([1, 2],)
    assert worked_out(lambda values: values.pop(), case) == 2
    assert case == ([1, 2],)


def test_what_fails_is_tried_again():
    with pytest.raises(ZeroDivisionError):
        worked_out(lambda: 1 / 0)
    tries = iter([0, 2])

    def third():
        return 6 / next(tries)

    with pytest.raises(ZeroDivisionError):
        worked_out(third)
    assert worked_out(third) == 3


def test_equal_cases_of_other_types_are_told_apart():
    assert worked_out(kind := lambda value: type(value).__name__, (1,)) == "int"
    assert worked_out(kind, (1.0,)) == "float"
    assert worked_out(kind, (True,)) == "bool"


def test_a_second_answer_costs_no_second_run_of_the_slips():
    runs = []
    check = number(
        name="a",
        expected=lambda: runs.append("right") or 4.0,
        meaning="meaning.",
        slips={"Hint.": lambda: runs.append("slip") or 8.0},
        tolerance=0.1,
    )
    for _ in range(3):
        with pytest.raises(Hint, match=r"Hint\."):
            check(8)
    assert runs == ["right", "slip"]


def test_a_function_that_changes_its_arguments_changes_no_case():
    check = function(
        name="last", expected=lambda values: values[-1], meaning="meaning.", cases=[([3, 5],)]
    )
    check(lambda values: values.pop())
    check(lambda values: values.pop())
    assert check.cases == [([3, 5],)]
