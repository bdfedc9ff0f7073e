"""Each word of the vocabulary of checks accepts what is right and names what is not."""

import contextlib
import decimal
import fractions
import io
import itertools
import math
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from scaling import checking
from scaling.checking import (
    Hint,
    NotDone,
    choice,
    estimate,
    function,
    matching,
    number,
    ordering,
    several,
    table,
    text,
)

RIGHT = 0.4375
check_share = number(
    name="share",
    unit="of all",
    tolerance=0.01,
    expected=lambda: RIGHT,
    meaning="Seven of sixteen.",
    slips={
        "That is the other part.": lambda: 1 - RIGHT,
        "That is nine over seven.": lambda: 9 / 7,
    },
)
FIVE = (0.5, 2.25, -1.0, 4.0, 3.0)
check_row = table(
    name="row",
    tolerance=0.01,
    expected=lambda: np.array(FIVE),
    meaning="Five numbers.",
    slips={"These are the squares.": lambda: np.array(FIVE) ** 2},
)
check_letter = choice(
    name="letter",
    expected=lambda: {"a": False, "b": True, "c": np.False_},
    meaning="Right, b.",
    slips={"Look left.": lambda: "a"},
)
check_place = text(
    name="place",
    expected=lambda: ["Mount St Helens", "Mt St Helens"],
    meaning="The volcano.",
    slips={"That is the lake.": lambda: "Lake Pomona"},
)
check_area = function(
    name="area",
    expected=lambda width, height: width * height,
    cases=[(2, 3), (4.0, 0.5), (7, 1)],
    meaning="Width times height.",
    slips={
        "That adds them.": lambda width, height: width + height,
        "That halves it.": lambda width, height: width * height / 2,
        "That divides them.": lambda width, height: height / width,
    },
)
check_rescale = function(
    name="rescale",
    expected=lambda values: np.asarray(values, float) / np.sum(np.asarray(values, float)),
    cases=[([1, 3],), (np.array([2.0, 2.0, 4.0]),), (pd.Series([1.0, 9.0], index=[8, 3]),)],
    meaning="Shares of the whole.",
    slips={"That is the share of the mean.": lambda values: np.asarray(values) / np.mean(values)},
)
EVERY_KIND = [check_share, check_row, check_letter, check_place, check_area, check_rescale]


def hint_of(check, answer):
    """The hint that an answer gets; fails if it is accepted, or if anything else is said."""
    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        pytest.raises(Hint) as caught,
    ):
        check(answer)
    assert (out.getvalue(), err.getvalue()) == ("", "")
    assert "\n" not in str(caught.value)
    return str(caught.value)


def accepts(check, answer):
    """Whether an answer passes, with one line of praise, no value, and nothing on stderr."""
    out, err = io.StringIO(), io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            value = check(answer)
    except Hint:
        assert (out.getvalue(), err.getvalue()) == ("", "")
        return False
    assert value is None  # nbgrader takes a number that a test returns as partial credit
    assert out.getvalue() == f"✔ {check.praise()}\n"
    assert err.getvalue() == ""
    return True


# What is right


ONE_NUMBER = {
    "float": RIGHT,
    "numpy float": np.float64(RIGHT),
    "short float": np.float32(RIGHT),
    "0-d array": np.array(RIGHT),
    "array of one": np.array([RIGHT]),
    "series of one": pd.Series([RIGHT]),
    "series of one, odd index": pd.Series({"share": RIGHT}),
    "frame of one": pd.DataFrame({"share": [RIGHT]}),
    "list of one": [RIGHT],
    "list of an array of one": [np.array([RIGHT])],
    "fraction": fractions.Fraction(7, 16),
    "decimal": decimal.Decimal("0.4375"),
    "nullable": pd.Series([RIGHT], dtype="Float64"),
    "rounded": 0.44,
}


@pytest.mark.parametrize("style", ONE_NUMBER)
def test_a_right_number_is_right_in_whatever_type_it_comes(style):
    assert accepts(check_share, ONE_NUMBER[style])


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3), pd.Series([3]), 3.0, [3]])
def test_a_whole_number_is_right_as_integer_too(value):
    check = number(name="n", expected=lambda: 3, tolerance=0.1, meaning="Three.")
    assert accepts(check, value)


SEVERAL_NUMBERS = {
    "list": list(FIVE),
    "tuple": FIVE,
    "array": np.array(FIVE),
    "short floats": np.array(FIVE, dtype=np.float32),
    "column of an array": np.array(FIVE).reshape(-1, 1),
    "series": pd.Series(FIVE),
    "series with another index": pd.Series(FIVE, index=[9, 1, 5, 3, 7]),
    "nullable series": pd.Series(FIVE, dtype="Float64"),
    "index": pd.Index(FIVE),
    "frame of one column": pd.DataFrame({"row": FIVE}),
    "dictionary": dict(zip("abcde", FIVE, strict=True)),
    "generator": (value for value in FIVE),
    "fractions": [fractions.Fraction(value) for value in FIVE],
}


@pytest.mark.parametrize("style", SEVERAL_NUMBERS)
def test_several_right_numbers_are_right_in_whatever_form_they_come(style):
    assert accepts(check_row, SEVERAL_NUMBERS[style])


@pytest.mark.parametrize("letter", ["b", "B", " b ", "(b)", "b)", "b.", '"b"', np.str_("b")])
def test_a_right_letter_is_right_with_whatever_stands_around_it(letter):
    assert accepts(check_letter, letter)


@pytest.mark.parametrize(
    "name", ["Mount St Helens", "mount st. helens", "MT. ST. HELENS", " Mount  St-Helens "]
)
def test_a_right_name_is_right_in_capitals_and_with_any_punctuation(name):
    assert accepts(check_place, name)


@pytest.mark.parametrize(
    "form",
    [
        list,
        tuple,
        np.array,
        pd.array,
        pd.Index,
        pd.Series,
        pd.DataFrame,
        lambda names: np.array(names[0]),
        lambda names: np.array(names[0], dtype=object),
    ],
)
def test_a_right_name_is_right_as_a_filter_on_a_table_gives_it(form):
    assert accepts(check_place, form(["Mount St Helens"]))


@pytest.mark.parametrize("name", ["The Mount St Helens", "the mt. st. helens", "Móunt St Hélens"])
def test_a_right_name_is_right_with_an_article_or_accents(name):
    assert accepts(check_place, name)
    assert not accepts(check_place, "The")


def area_by_adding(width, height):
    total = 0.0
    for _ in range(int(width * 2)):
        total += height / 2
    return total


class Multiply:
    def __call__(self, width, height):
        return width * height


@pytest.mark.parametrize(
    "area",
    [
        lambda width, height: width * height,
        area_by_adding,
        lambda width, height: np.prod([width, height]),
        lambda width, height: np.array(width * height),
        lambda width, height: pd.Series([width, height]).prod(),
        lambda width, height: [width * height],
        lambda *sides: math.prod(sides),
        np.vectorize(lambda width, height: float(width * height)),
        Multiply(),
    ],
)
def test_a_right_function_is_right_however_it_is_written(area):
    assert accepts(check_area, area)
    check_area.again(area, (3, 8), (1.5, 2.5))


def rescaled_by_loop(values):
    shares = []
    for value in values:
        shares.append(value / sum(values))
    return shares


@pytest.mark.parametrize(
    "rescale",
    [
        rescaled_by_loop,
        lambda values: tuple(rescaled_by_loop(values)),
        lambda values: np.array(values) / np.sum(values),
        lambda values: pd.Series(values) / pd.Series(values).sum(),
        lambda values: pd.DataFrame({"share": rescaled_by_loop(values)}),
        lambda values: (value / sum(values) for value in values),
        lambda values: map(lambda value: value / sum(values), values),  # noqa: C417
    ],
)
def test_a_right_function_of_several_numbers_may_return_them_in_any_form(rescale):
    assert accepts(check_rescale, rescale)


# What has not been done yet


def stub(*_):
    raise NotImplementedError("Not done yet: replace this line with your answer.")


def silent_stub(*_):
    raise NotImplementedError


@pytest.mark.parametrize("check", EVERY_KIND, ids=lambda check: check.name)
@pytest.mark.parametrize("blank", [None, ..., "", "   \n"])
def test_a_blank_is_not_wrong_but_not_done_yet(check, blank):
    with pytest.raises(NotDone, match=f"^Not done yet: {check.name} has no answer so far"):
        check(blank)


def test_a_function_that_returns_dots_has_no_answer_so_far():
    with pytest.raises(NotDone, match=r"^Not done yet: area has no answer so far\.$"):
        check_area(lambda *_: ...)


@pytest.mark.parametrize("unfinished", [stub, silent_stub, lambda *_: ...])
@pytest.mark.parametrize("check", [check_area, check_rescale], ids=lambda check: check.name)
def test_a_function_still_to_be_written_is_not_done_yet(check, unfinished):
    with pytest.raises(NotDone):
        check(unfinished)
    with pytest.raises(NotDone):
        check.again(unfinished, *check.cases)


@pytest.mark.parametrize("blank", [None, ...])
def test_a_blank_is_not_done_yet_in_hidden_tests_too(blank):
    with pytest.raises(NotDone):
        check_area.again(blank, (1, 2))


def test_a_function_that_calls_one_still_to_be_written_names_that_one():
    def corner():
        raise NotImplementedError("Not done yet: replace this line with your answer.")

    with pytest.raises(NotDone, match=r"^Not done yet: corner "):
        check_area(lambda width, height: width * height + corner())
    with pytest.raises(NotDone, match=r"^Not done yet: area "):
        check_area(lambda *_: (_ for _ in ()).throw(NotImplementedError))


def test_a_function_without_a_return_line_is_told_so():
    assert hint_of(check_area, lambda *_: None) == (
        "area(2, 3) returns nothing. Is there a return line that it reaches?"
    )


class Unreadable:
    """Fails in an unusual way whenever it is read."""

    def __iter__(self):
        raise KeyError("row")

    def __float__(self):
        raise RuntimeError("no value")


@pytest.mark.parametrize("answer", [[..., ...], [0.5, ..., -1, 4, 3], (..., 2.25)])
def test_dots_that_are_left_in_a_row_are_not_done_yet(answer):
    with pytest.raises(NotDone, match=r"^Not done yet: row still holds dots where a number"):
        check_row(answer)


# What is of the wrong kind


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("0.4375", "share is text. Write the number without quotes."),
        (b"0.4375", "share is text"),
        (["0.4375"], "share holds text. Write numbers without quotes."),
        (pd.Series(["0.4375"]), "share holds text"),
        (np.array(["0.4375"]), "share holds text"),
        (True, "share is True; a number is wanted."),
        (np.False_, "share is False"),
        ([True], "numbers only"),
        (lambda: RIGHT, "share is a function. Call it, with round brackets"),
        (float, "share is a function"),
        ([RIGHT, RIGHT], "share holds 2 values; a single number is wanted."),
        ([0.1, 0.2], "share holds 2 values; a single number is wanted."),
        ([np.array([]), RIGHT], "share holds a whole column where a number is wanted."),
        ((0, 4375), "Write a decimal point, not a comma."),
        ([], "share holds 0 values"),
        (pd.Series([], dtype=float), "share holds 0 values"),
        (pd.DataFrame({"a": [RIGHT], "b": [RIGHT]}), "share is a table of 2 columns"),
        ({"share": RIGHT, "rest": 1 - RIGHT}, "share holds 2 values"),
        ({RIGHT}, "share is a set"),
        (math.nan, "share is nan, not a finite number"),
        (np.float64("nan"), "share is nan"),
        (math.inf, "share is inf, not a finite number"),
        (-math.inf, "share is -inf"),
        (pd.NA, "numbers only; it is NAType"),
        (pd.NaT, "numbers only"),
        (complex(RIGHT, 0), "numbers only"),
        (np.complex128(RIGHT), "numbers only"),
        (np.timedelta64(1, "s"), "numbers only"),
        (pd.Timestamp("2024-01-01"), "numbers only; it is Timestamp"),
        pytest.param(10**400, "numbers only; it is int", id="huge"),
        (object(), "numbers only; it is object"),
        ([[1, 2], [3]], "numbers only; it is list"),
        (math, "numbers only; it is module"),
        (NotImplemented, "numbers only"),
    ],
)
def test_what_is_no_number_is_told_what_it_is(answer, said):
    assert said in hint_of(check_share, answer)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("0.5, 2.25", "row holds text"),
        (["0.5", "2.25", "-1", "4", "3"], "row holds text"),
        ([0.5, "2.25", -1, 4, 3], "row holds text"),
        (np.array([0.5, "2.25", -1, 4, 3], dtype=object), "row holds text"),
        ([True] * 5, "numbers only"),
        ([0.5, True, -1, "x", 3], "row holds text"),
        (FIVE[:4], "row holds 4 values; 5 are wanted."),
        ([*FIVE, 1], "row holds 6 values; 5 are wanted."),
        (0.5, "row holds 1 value; 5 are wanted."),
        (set(FIVE), "row is a set, which keeps no order"),
        ([0.5, math.nan, -1, 4, 3], "Value 2 of row is missing or infinite."),
        ([0.5, None, -1, 4, 3], "Value 2 of row is missing or infinite."),
        ([0.5, 2.25, -1, math.inf, 3], "Value 4 of row is missing or infinite."),
        (pd.DataFrame({"a": FIVE, "b": FIVE}), "row is a table of 2 columns; one column"),
        (sum, "row is a function. Call it, with round brackets, to get its values."),
        ([pd.Series(FIVE).mean] * 5, "row holds a function. Call it, with round brackets"),
        ([0.5, 2.25, min, 4, 3], "row holds a function"),
        (Unreadable(), "row should hold numbers only; it is Unreadable."),
        (FIVE[::-1], "right but in another order"),
        ([1, 1, 1, 1, 1], "No value of row is right yet. Begin with value 1, which is 1."),
        ([0.5, 1, -1, 1, 3], "2 of the 5 values of row are not right. Begin with value 2, which"),
        ((0.5, 2.25, -1.0, 4.0, 9.0), "One value of row is not right: value 5, which is 9."),
        ([v * v for v in FIVE], "These are the squares."),
    ],
)
def test_what_are_no_right_numbers_are_told_where(answer, said):
    assert said in hint_of(check_row, answer)


def test_of_one_value_it_is_not_said_that_none_is_right():
    one, two = (
        table(name="row", tolerance=0.1, expected=lambda n=n: [3] * n, meaning="Yes.")
        for n in (1, 2)
    )
    assert hint_of(one, [5]) == "One value of row is not right: value 1, which is 5."
    assert hint_of(two, [5, 6]).startswith("No value of row is right yet.")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("a", "Look left."),
        ("c", "Statement c is not what the picture says."),
        ("d", "one of the letters a, b, c."),
        ("a, b", "one of the letters a, b, c."),
        ("statement b", "one of the letters"),
        ("-", "one of the letters"),
        (2, "one letter in quotes"),
        (["b"], "one letter in quotes"),
        (str, "one letter in quotes"),
    ],
)
def test_a_wrong_letter_is_answered(answer, said):
    assert said in hint_of(check_letter, answer)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("lake pomona", "That is the lake."),
        ("Mount Si", "“Mount Si” is nearly a name of the table"),
        ("-", "“-” is not it."),
        (7, "text in quotes"),
        (["Mount St Helens", "Mount Si"], "text in quotes"),
        ({"Mount St Helens"}, "text in quotes"),
        ([7], "text in quotes"),
        (["Mount Si"], "“Mount Si” is nearly a name of the table"),
        ("Mount", "“Mount” is not it."),
        ([], "text in quotes"),
        ([["Mount St Helens"], ["a", "b"]], "text in quotes"),
        (pd.DataFrame({"a": ["Mount St Helens"], "b": ["Mount Si"]}), "text in quotes"),
    ],
)
def test_a_wrong_name_is_answered(answer, said):
    assert said in hint_of(check_place, answer)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (6, "area should be a function"),
        ("width * height", "area should be a function"),
        (lambda width: width, "area(2, 3) stops with TypeError: "),
        (lambda width, height: width / 0, "area(2, 3) stops with ZeroDivisionError: "),
        (lambda width, height: missing, "stops with NameError: name 'missing' is not defined"),  # noqa: F821
        (lambda width, height: sys.exit(), "stops with SystemExit"),
        (stats.t, "area(2, 3) "),  # has a method of the name expect
        (lambda width, height: "6", "area(2, 3) is text"),
        (lambda width, height: width < height, "area(2, 3) is True"),
        (lambda width, height: [width, height], "area(2, 3) holds 2 values"),
        (lambda width, height: math.nan, "area(2, 3) is nan"),
        (lambda width, height: np.array([width, height]) < 3, "numbers only"),
        (lambda width, height: print, "area(2, 3) is a function"),
        (lambda width, height: width * height + 1, "area(2, 3) gives 7, which is too large."),
        (lambda width, height: width * 3, "The result does not change with height."),
        (lambda width, height: height * 5, "The result does not change with width."),
        (lambda width, height: math.inf, "area(2, 3) is inf"),
        (lambda width, height: [], "area(2, 3) holds 0 values"),
    ],
)
def test_a_wrong_function_is_answered_with_the_call_that_goes_wrong(answer, said):
    assert said in hint_of(check_area, answer)


def test_a_case_that_returns_nothing_is_named_before_one_that_is_wrong():
    said = hint_of(check_area, lambda width, height: width * height + 1 if height > 1 else None)
    assert said.startswith("area(4, 0.5) returns nothing.")


@pytest.mark.parametrize("first", [1, 0, 2.5, 0.0])
@pytest.mark.parametrize("form", [list, tuple, np.array, lambda values: values[0]])
def test_an_argument_that_is_left_out_is_named_also_where_it_is_a_row_or_0(form, first):
    check = function(
        name="scaled",
        expected=lambda values, times: np.sum(values) * times,
        cases=[(form([first, 2]), 3), (form([5, 7]), 4)],
        meaning="Yes.",
    )
    assert hint_of(check, lambda values, times: 9.5 * times).startswith(
        "The result does not change with values."
    )


@pytest.mark.parametrize("odd", [True, "ab", [[1, 2]], []])
def test_of_an_argument_that_is_no_number_nothing_is_guessed(odd):
    check = function(
        name="f",
        expected=lambda odd, n: n * (7 if odd == 2 else 3),
        cases=[(odd, 2), (odd, 4)],
        meaning="Yes.",
    )
    assert hint_of(check, lambda odd, n: n * 2.5).startswith("f(")


def test_where_the_right_result_is_constant_a_constant_is_allowed():
    check = function(name="f", expected=lambda n: 1.0, cases=[(2,), (3,)], meaning="Yes.")
    assert hint_of(check, lambda n: 1.75).startswith("f(2) gives 1.75")


def test_a_function_in_another_process_gets_its_cases_at_once_and_no_other():
    class Remote:
        announced, called = [], []

        def expect_cases(self, cases):
            self.announced.extend(cases)

        def __call__(self, width, height):
            self.called.append((width, height))
            return 3 * width

    assert "gives 6" not in hint_of(check_area, lambda width, height: 3 * width)
    assert hint_of(check_area, Remote()).startswith("area(4, 0.5) gives 12")
    assert Remote.announced == Remote.called == check_area.cases


def test_a_function_that_calls_itself_for_ever_is_answered():
    def area(width, height):
        return area(width, height)

    assert "stops with RecursionError" in hint_of(check_area, area)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (sum, "rescale([1, 3]) holds 1 value; 2 are wanted."),
        (lambda values: [*values, 1], "rescale([1, 3]) holds 3 values; 2 are wanted."),
        (lambda values: np.asarray(values) / np.mean(values), "That is the share of the mean."),
        (
            lambda values: (value / np.mean(values) for value in values),
            "That is the share of the mean.",
        ),
    ],
)
def test_a_wrong_function_of_several_numbers_is_answered(answer, said):
    assert said in hint_of(check_rescale, answer)


# Slips and near misses


@pytest.mark.parametrize("check", EVERY_KIND, ids=lambda check: check.name)
def test_each_slip_has_a_hint_of_its_own(check):
    for hint, slip in check.slips.items():
        assert hint_of(check, slip if isinstance(check, function) else slip()) == hint


@pytest.mark.parametrize("side", [-1, 1])
def test_just_inside_the_tolerance_is_right_and_just_outside_is_not(side):
    assert accepts(check_share, RIGHT + side * 0.01)
    assert accepts(check_share, RIGHT + side * 0.00999)
    too = "large" if side > 0 else "small"
    assert hint_of(check_share, RIGHT + side * 0.01001) == (
        f"share = {RIGHT + side * 0.01001:.6g} of all is too {too}. Compare each number in "
        "your line with the question."
    )


@pytest.mark.parametrize("side", [-1, 1])
@pytest.mark.parametrize("place", range(5))
def test_every_value_of_a_row_must_lie_within_the_tolerance(side, place):
    inside, outside = np.array([FIVE, FIVE])
    inside[place] += side * 0.00999
    outside[place] += side * 0.01001
    assert accepts(check_row, inside)
    assert f"is not right: value {place + 1}, which is" in hint_of(check_row, outside)


@pytest.mark.parametrize("side", [-1, 1])
def test_a_function_is_held_to_its_tolerance_relative_to_the_right_value(side):
    assert accepts(check_area, lambda width, height: width * height * (1 + side * 0.9e-6))
    assert "which is too " in hint_of(
        check_area, lambda width, height: width * height * (1 + side * 1.2e-6)
    )


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (43.75, "100 times the answer: per cent where a share is wanted"),
        (44, "100 times the answer"),
        (0.004375, "a hundredth of the answer"),
        (-RIGHT, "The size is right, the sign is not."),
        (math.log(RIGHT), "the logarithm of the answer: take the exponential"),
        (math.exp(RIGHT), "the exponential of the answer: stay on the logarithmic scale"),
        (1 / RIGHT, "upside down: one divided by the answer"),
    ],
)
def test_what_people_do_to_any_number_is_recognised(answer, said):
    assert said in hint_of(check_share, answer)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda area: 100 * area, "100 times the answer"),
        (lambda area: -area, "the sign is not"),
        (lambda area: math.log(area), "logarithm of the answer"),
        (lambda area: 1 / area, "upside down"),
    ],
)
def test_what_people_do_to_any_number_is_recognised_in_functions_too(change, said):
    assert said in hint_of(check_area, lambda width, height: change(width * height))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda row: 100 * row, "100 times the answer: per cent where a share is wanted"),
        (lambda row: np.round(100 * row), "100 times the answer"),
        (lambda row: -row, "The size is right, the sign is not."),
        (lambda row: 1 / row, "upside down: one divided by the answer"),
    ],
)
def test_what_people_do_to_any_number_is_recognised_in_rows_too(change, said):
    row = np.array([0.2, 0.625, 1.75])
    check = table(name="row", tolerance=0.01, expected=lambda: row, meaning="A row.")
    assert said in hint_of(check, change(row))
    assert "One value of row" in hint_of(check, [*row[:2], change(row)[2]])


def test_a_slip_that_explains_only_one_case_explains_nothing():
    assert "area(2, 3) gives 600" in hint_of(
        check_area, lambda width, height: 100 * width * height if width < 4 else 1.0
    )


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (43.75 + 0.995, "100 times the answer"),
        (43.75 + 1.005, "too large"),
        (0.004375 + 0.0000995, "a hundredth of the answer"),
        (0.004375 + 0.0001005, "too small"),
        (0.0012, "too small"),
        (math.exp(RIGHT) * (1 + 0.0095), "the exponential of the answer"),
        (math.exp(RIGHT) * (1 + 0.0105), "too large"),
        (math.log(RIGHT) + 0.0095 / RIGHT, "the logarithm of the answer"),
        (math.log(RIGHT) + 0.0105 / RIGHT, "of the wrong sign"),
        (0, "share = 0 of all is far too small"),
        (-3, "share = -3 of all is of the wrong sign"),
    ],
)
def test_what_people_do_to_a_number_is_known_within_its_tolerance(answer, said):
    assert said in hint_of(check_share, answer)


def test_a_number_whose_exponential_is_beyond_all_floats_is_answered():
    assert "too small" in hint_of(loosely(800.0), 500)


@pytest.mark.parametrize(
    ("right", "answer", "said"),
    [
        (22 / 7, 3.1, "is right, but rounded too far"),
        (0.1048, 0.1, "is right, but rounded too far"),
        (0.0047, 0.005, "is right, but rounded too far"),
        (0.0473, 0.05, "is too large"),  # one digit of two decimals may be a guess
        (22 / 7, 3, "may be right, but rounded too far to tell"),
        (0.4, 0, "is far too small"),
    ],
)
def test_a_rounded_number_is_told_from_a_guess(right, answer, said):
    assert said in hint_of(loosely(right, 0.000001), answer)


@pytest.mark.parametrize("answer", [0.667, 0.67])
def test_a_right_number_rounded_too_far_is_told_so(answer):
    third = number(name="n", expected=lambda: 2 / 3, tolerance=0.0001, meaning="Yes.")
    assert "right, but rounded too far" in hint_of(third, answer)
    assert accepts(third, 0.6667)


def test_a_function_that_rounds_is_told_so():
    part = function(
        name="part", expected=lambda a, b: a / b, cases=[(2, 3), (22, 7)], meaning="Yes."
    )
    said = "part(2, 3) gives 0.67, which is right but rounded"
    assert said in hint_of(part, lambda a, b: round(a / b, 2))


def loosely(right, tolerance=0.5):
    return number(name="n", expected=lambda: right, tolerance=tolerance, meaning="Yes.")


@pytest.mark.parametrize("right", [0.0, 0.01, 0.5, 1.0, -1.0, 2.0])
@pytest.mark.parametrize("answer", [3.1, -3.7, 12, 40])
def test_no_slip_is_guessed_where_the_answer_is_only_loosely_known(right, answer):
    assert "n = " in hint_of(loosely(right), answer)
    assert "n = " in hint_of(loosely(10.0, 1.0), 1000)
    assert "100 times" in hint_of(loosely(10.0, 0.99), 1000)


@pytest.mark.parametrize("off", [1.01, -1.01, 1.5, 2.5])
def test_a_near_miss_of_one_is_not_called_upside_down(off):
    assert "n = " in hint_of(loosely(1.0, 0.01), 1 + off * 0.01)


def test_the_slips_of_a_check_come_before_what_people_do_to_any_number():
    check = number(
        name="n",
        expected=lambda: 0.25,
        tolerance=0.001,
        meaning="Yes.",
        slips={"That is the percentage of the village.": lambda: 25},
    )
    assert hint_of(check, 25) == "That is the percentage of the village."
    assert "100 times" in hint_of(loosely(0.25, 0.001), 25)


def test_a_slip_may_give_several_numbers_and_its_words_come_first():
    check = number(
        name="month",
        expected=lambda: 3,
        tolerance=0.1,
        meaning="Yes.",
        slips={
            "That is the last one.": lambda: 5,
            "Another month.": lambda: pd.Series(range(1, 6)).drop(2),
        },
    )
    assert accepts(check, 3)
    assert hint_of(check, 5) == "That is the last one."
    assert {hint_of(check, month) for month in (1, 2, 4)} == {"Another month."}
    assert "too large" in hint_of(check, 6)


def test_of_two_slips_near_one_another_the_nearer_is_named():
    check = number(
        name="n",
        expected=lambda: 0.1,
        tolerance=0.01,
        meaning="Yes.",
        slips={"Two hundredths.": lambda: 0.02, "A little more.": lambda: 0.023},
    )
    assert hint_of(check, 0.0199) == "Two hundredths."
    assert hint_of(check, 0.0231) == "A little more."


def test_a_long_complaint_of_python_is_cut_to_its_first_line():
    def area(*_):
        raise ValueError("first line.\nsecond line")

    assert hint_of(check_area, area) == "area(2, 3) stops with ValueError: first line."


def test_a_slip_that_cannot_be_computed_is_not_the_one_and_harms_nobody():
    check = number(
        name="n",
        expected=lambda: 2.0,
        tolerance=0.1,
        meaning="Yes.",
        slips={"Never.": lambda: 1 / 0, "Text.": lambda: "?", "Doubled.": lambda: 4},
    )
    assert accepts(check, 2)
    assert hint_of(check, 4) == "Doubled."
    assert "too large" in hint_of(check, 3)
    ratio = function(
        name="ratio",
        expected=lambda a, b: a / (a + b),
        cases=[(1, 0), (1, 3)],
        meaning="Yes.",
        slips={"Odds.": lambda a, b: a / b},
    )
    assert "ratio gives the same whatever stands in its brackets." in hint_of(ratio, lambda a, b: 5)


# What a learner's function may do


def test_what_a_function_prints_or_warns_stays_out_of_sight(capfd):
    def noisy(width, height):
        print("looking at", width)
        print("trouble", file=sys.stderr)
        sys.stderr.write("more trouble")
        warnings.warn("careful", stacklevel=1)
        np.log(np.array([-1.0, 0.0]))
        pd.Series([1.0]).iloc[0:].to_numpy().astype(complex).astype(float)
        return width * height

    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        check_area(noisy)
        check_area.again(noisy, (3, 8))
    out, err = capfd.readouterr()
    assert (out, err, heard) == ("✔ Width times height.\n", "", [])


def test_a_warning_in_our_own_procedures_stays_out_of_sight_too(capfd):
    def rough():
        warnings.warn("rough", stacklevel=1)
        print("rough", file=sys.stderr)
        return float(np.log(np.array([0.0, 1.0]))[1])

    check = number(
        name="n",
        expected=rough,
        tolerance=0.1,
        meaning="Yes.",
        slips={"Rough.": lambda: 5 + rough()},
    )
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        check(0)
        assert hint_of(check, 5) == "Rough."
    assert capfd.readouterr() == ("✔ 0: Yes.\n", "")
    assert heard == []


def test_a_function_may_spoil_its_arguments_without_harm():
    def spoiling(values):
        shares = np.asarray(values, float) / np.sum(values)
        values[:] = values * 0 if isinstance(values, np.ndarray | pd.Series) else [0] * len(values)
        return shares

    for _ in range(2):
        assert accepts(check_rescale, spoiling)
    assert check_rescale.cases[0] == ([1, 3],)
    assert check_rescale.cases[1][0].tolist() == [2, 2, 4]
    mine = [1.0, 4.0]
    check_rescale.again(spoiling, (mine,))
    assert mine == [1.0, 4.0]


def test_our_own_procedure_may_not_spoil_a_case_either():
    def expected(values):
        values.sort()
        return values[0]

    check = function(name="least", expected=expected, cases=[([3, 1, 2],)], meaning="Yes.")
    assert accepts(check, min)
    assert check.cases[0] == ([3, 1, 2],)


AREAS = {(2, 3): 6, (4.0, 0.5): 2, (7, 1): 7}


def test_answers_learnt_by_heart_pass_in_view_and_fail_again():
    def by_heart(width, height):
        return AREAS.get((width, height), 6)

    assert accepts(check_area, by_heart)
    with pytest.raises(Hint, match="right for the values in view but not for others"):
        check_area.again(by_heart, (3, 5))


def test_a_function_that_uses_a_number_from_outside_fails_again():
    height_of_the_house = 3
    assert "The result does not change with height." in hint_of(
        check_area, lambda width, height: width * height_of_the_house
    )
    with pytest.raises(Hint, match="no number or variable from outside"):
        check_area.again(lambda width, height: width * height_of_the_house, (2, 3), (2, 4))


def test_a_function_that_rounds_is_told_so_in_hidden_tests_too():
    part = function(
        name="part", expected=lambda a, b: a / b, cases=[(1, 4), (3, 2)], meaning="Yes."
    )
    parts = function(
        name="parts", expected=lambda a, b: [a / b, b / a], cases=[(1, 4)], meaning="Yes."
    )
    for check, rounding in [
        (part, lambda a, b: round(a / b, 2)),
        (parts, lambda a, b: [round(a / b, 2), round(b / a, 2)]),
    ]:
        assert accepts(check, rounding)
        with pytest.raises(Hint, match=rf"^{check.name} rounds what it returns\."):
            check.again(rounding, (2, 3), (5, 2), (22, 7))
    with pytest.raises(Hint, match="right for the values in view but not for others"):
        part.again(lambda a, b: 0.67 if a == 2 else 1.5, (2, 3), (22, 7))


def test_a_hint_writes_out_whole_numbers_and_lists_that_are_not_long():
    check = function(
        name="f",
        expected=lambda n, values: 1.0,
        cases=[(2_173_810, [1] * 20)],
        meaning="Yes.",
    )
    said = hint_of(check, lambda n, values: 2.5)
    assert said.startswith(f"f(2173810, [{', '.join('1' * 20)}]) gives 2.5,")
    check.cases[0][1].append(1)
    assert hint_of(check, lambda n, values: 2.5).startswith("f(2173810, […]) gives 2.5,")


def test_a_right_function_is_passed_again_in_silence(capsys):
    assert check_area.again(lambda width, height: width * height, (9, 9)) is None
    assert capsys.readouterr() == ("", "")


def test_a_slip_is_named_in_hidden_tests_too():
    with pytest.raises(Hint, match=r"^That adds them\.$"):
        check_area.again(lambda width, height: width + height, (9, 9))


# What tries to please


class Pleasing:
    """Agrees with everything it is compared with."""

    def _agree(self, *_):
        return True

    def _vanish(self, *_):
        return 0.0

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__ = __contains__ = _agree
    __sub__ = __rsub__ = __abs__ = __neg__ = __mul__ = __rmul__ = __truediv__ = _vanish
    __hash__ = object.__hash__


class PleasingFloat(Pleasing, float):
    __hash__ = float.__hash__


class PleasingInt(Pleasing, int):
    __hash__ = int.__hash__


class PleasingArray(np.ndarray):
    def _vanish(self, *_):
        return np.zeros(5)

    def _agree(self, *_):
        return np.array(True)

    __sub__ = __rsub__ = __abs__ = _vanish
    __eq__ = __le__ = __ge__ = __lt__ = __gt__ = all = any = _agree

    def __array_ufunc__(self, *_, **__):
        return np.zeros(5)

    def __array_function__(self, *_, **__):
        return np.zeros(5)


class PleasingSeries(pd.Series):
    def _vanish(self, *_):
        return pd.Series(np.zeros(5))

    __sub__ = __rsub__ = __abs__ = _vanish


class PleasingList(list):
    def __len__(self):
        return 5

    def __eq__(self, _):
        return True

    __hash__ = None


class PleasingText(Pleasing, str):
    __hash__ = str.__hash__

    def _truth(self, *_):
        return "b"

    strip = lower = casefold = __str__ = __format__ = _truth


WRONG_NUMBERS = [Pleasing(), PleasingFloat(9.0), PleasingInt(9)]


@pytest.mark.parametrize("answer", WRONG_NUMBERS, ids=lambda answer: type(answer).__name__)
def test_a_number_that_agrees_with_everything_is_judged_by_its_value(answer):
    assert not accepts(check_share, answer)
    assert not accepts(check_share, [answer])
    assert not accepts(check_row, [answer] * 5)
    assert not accepts(check_row, np.array([answer] * 5, dtype=object))
    assert not accepts(check_area, lambda *_: answer)
    assert not accepts(check_rescale, lambda values: [answer] * len(values))


def test_a_pleasing_number_whose_value_is_right_is_right():
    assert accepts(check_share, PleasingFloat(RIGHT))
    assert accepts(check_row, [PleasingFloat(value) for value in FIVE])


@pytest.mark.parametrize(
    "answer",
    [
        np.full(5, 9.0).view(PleasingArray),
        PleasingSeries(np.full(5, 9.0)),
        PleasingList([9.0] * 5),
        PleasingList([1.0]),
        Pleasing(),
    ],
    ids=lambda answer: type(answer).__name__,
)
def test_a_row_that_agrees_with_everything_is_judged_by_its_values(answer):
    assert not accepts(check_row, answer)
    assert not accepts(check_rescale, lambda values: answer)


@pytest.mark.parametrize("check", [check_letter, check_place], ids=lambda check: check.name)
@pytest.mark.parametrize("value", ["a", "", "x"])
def test_text_that_agrees_with_everything_is_judged_by_its_letters(check, value):
    assert not accepts(check, PleasingText(value))


def test_a_function_that_looks_through_its_callers_finds_no_right_value():
    found = []

    def spying(width, height):
        frame = sys._getframe(1)
        while frame is not None and frame.f_code.co_name != spying_call.__name__:
            found.append(frame.f_code.co_name)
            for value in frame.f_locals.values():
                if isinstance(value, float) and value == width * height:
                    return value
            frame = frame.f_back
        return -1.0

    def spying_call():
        with contextlib.suppress(Hint):
            check_area.again(spying, (6.25, 3.5))
            raise AssertionError("a value found among the callers was accepted")

    spying_call()
    assert "again" in found  # it did look


# How it speaks


def test_a_hint_is_shown_as_one_sentence_without_a_traceback():
    hint = Hint("Look at the units.")
    assert isinstance(hint, AssertionError)
    assert hint._render_traceback_() == ["Look at the units."]


@pytest.mark.parametrize("check", EVERY_KIND, ids=lambda check: check.name)
def test_a_lesson_can_have_a_verdict_said_without_being_stopped(check, capsys):
    for hint, slip in check.slips.items():
        assert check.say(slip if isinstance(check, function) else slip()) is None
        assert capsys.readouterr() == (hint + "\n", "")
    check.say(None)
    assert capsys.readouterr().out.startswith("Not done yet: ")


def test_a_right_answer_may_be_said_too(capsys):
    check_share.say(RIGHT)
    assert capsys.readouterr() == ("✔ 0.44: Seven of sixteen.\n", "")


def test_every_word_of_the_vocabulary_is_tried_here():
    words = {
        word
        for word in vars(checking).values()
        if isinstance(word, type) and issubclass(word, checking.Check)
    } - {checking.Check}
    in_test_choosing = {several, ordering, matching, estimate}
    assert {type(check) for check in EVERY_KIND} | in_test_choosing == words
    assert len(set(itertools.chain(*(check.slips for check in EVERY_KIND)))) >= 9


# What an answer still lacks


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ([0.25, 0.1875], "share holds 2 values: add them up, with np.sum."),
        (pd.Series([0.375, 0.5]), "share holds 2 values: take their mean, with np.mean."),
        ((100, 0), "Write a large number without a comma, such as 100000."),
        ([pd.DataFrame({"a": [1, 2]})], "share holds 1 table where numbers are wanted."),
        ([pd.Series([1, 2])], "share holds a whole column where a number is wanted."),
        (0.4, "share = 0.4 of all may be right, but rounded too far to tell."),
    ],
)
def test_what_is_missing_is_named(answer, said):
    assert said in hint_of(check_share, answer)


def test_a_function_with_the_numbers_of_one_case_is_told_to_use_its_names():
    assert hint_of(check_area, lambda width, height: 6.0).startswith(
        "area gives the same whatever stands in its brackets. Calculate with the names"
    )


def test_a_sum_left_out_of_a_function_is_named():
    total = function(
        name="total", expected=lambda values: sum(values), meaning="All.", cases=[([1, 2, 4],)]
    )
    assert hint_of(total, lambda values: np.asarray(values)) == (
        "total([1, 2, 4]) holds 3 values: add them up, with np.sum."
    )


@pytest.mark.parametrize(
    ("right", "tolerance", "meaning", "praise"),
    [
        (9600, 0.5, "So many people.", "9,600: So many people."),
        (0.656, 0.0005, "A third is lost.", "0.656: A third is lost."),
        (0.656, 0.0005, "Some 66 % arrive.", "Some 66 % arrive."),
        (3, 0.5, "Three loops.", "Three loops."),
        (1.875, 0.005, "Under two minutes.", "1.88: Under two minutes."),
        (-0.714, 0.005, "To half.", "−0.71: To half."),
        (12.7, 0.5, "So many.", "13: So many."),
        (1249.5, 50, "So many.", "1,250: So many."),
        (0.123456, 1e-6, "A part.", "0.1235: A part."),
        (0.0004, 0.01, "Next to nothing.", "0.0004: Next to nothing."),
        (0.001, 0.0005, "Less than 0.05.", "0.001: Less than 0.05."),
        (1.875, 0.0005, "Under 1.9 minutes.", "Under 1.9 minutes."),
        (0.12348, 0.005, "Some 0.1235 of all.", "Some 0.1235 of all."),
    ],
)
def test_the_praise_says_the_number_unless_the_meaning_does(right, tolerance, meaning, praise):
    check = number(name="x", expected=lambda: right, meaning=meaning, tolerance=tolerance)
    assert check.praise() == praise


def test_the_praise_of_a_row_says_its_numbers():
    row = table(name="x", expected=lambda: [1.5, 4.62], meaning="Both.", tolerance=0.01)
    assert row.praise() == "1.50 and 4.62: Both."
