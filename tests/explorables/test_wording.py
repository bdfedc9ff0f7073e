"""Parts of sentences read well for one thing and for many, for a full disk and for a fault."""

import pytest

from scaling.wording import fault, listed, number_of, reason


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0 tables"),
        (1, "1 table"),
        (1.0, "1 table"),
        (1.25, "1.25 tables"),
        (1200, "1,200 tables"),
        (1_234_567, "1,234,567 tables"),
    ],
)
def test_only_one_is_said_in_the_singular(number, said):
    assert number_of(number, "table") == said


def test_names_are_listed_with_a_word_before_the_last():
    assert listed(["Ada"]) == "Ada"
    assert listed(("Ada", "Ben")) == "Ada and Ben"
    assert listed(["Ada", "Ben", "Cleo"], "or") == "Ada, Ben or Cleo"


@pytest.mark.parametrize(
    "error",
    [
        OSError(28, "No space left", "a.json"),
        OSError("No space left."),
        ValueError("No space left."),
    ],
)
def test_a_reason_is_neither_number_nor_file_and_has_no_stop(error):
    assert reason(error) == "No space left"


def test_a_fault_of_ours_is_called_one_and_says_what_to_do():
    said = fault(KeyError("x"), "Please report it.")
    assert said == "A fault of ours, not of yours (KeyError: 'x'). Please report it."
