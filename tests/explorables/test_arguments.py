"""An argument that cannot be is refused with a sentence that says what can."""

import numpy as np
import pytest

from scaling import arguments


@pytest.mark.parametrize(
    ("check", "fits"),
    [
        (lambda x: arguments.between("share", x, 0, 1), [0, 0.5, 1, np.float64(1)]),
        (lambda x: arguments.at_least("hours", x), [0, 3.5, 1e9]),
        (lambda x: arguments.at_least("places", x, 2), [2, 3]),
        (lambda x: arguments.at_least("share", x, 0, below=1), [0, 0.999]),
        (lambda x: arguments.strictly_between("level", x, 0, 1, such_as=0.9), [1e-9, 0.999]),
        (lambda x: arguments.above("hours", x), [1e-9, 7]),
        (lambda x: arguments.above("step", x, 0, 1), [0.1, 1]),
        (lambda x: arguments.whole("people", x, 1), [1, 50.0, np.int64(3), 10**12]),
        (lambda x: arguments.whole("weeks", x, 0, 20), [0, 20]),
        (lambda x: arguments.year("known", x, 1952, 1965), [1952, 1960.0, np.int64(1965)]),
        (lambda x: arguments.one_of("whose", x, ("all", "some")), ["all", "some"]),
    ],
)
def test_what_fits_is_returned(check, fits):
    for value in fits:
        assert check(value) is value


@pytest.mark.parametrize(
    ("check", "wrong", "sentence"),
    [
        (lambda x: arguments.between("share", x, 0, 1), -0.1, "between 0 and 1; it is -0.1."),
        (lambda x: arguments.between("share", x, 0, 1), 1.1, "between 0 and 1; it is 1.1."),
        (lambda x: arguments.between("latitude", x, 0, 90, "degrees"), 91, "90 degrees; it is 91."),
        (lambda x: arguments.at_least("hours", x), -1, "hours must be 0 or more; it is -1."),
        (lambda x: arguments.at_least("hours", x), np.inf, "0 or more; it is inf."),
        (
            lambda x: arguments.at_least("share", x, 0, below=1),
            1,
            "share must be 0 or more and below 1; it is 1.",
        ),
        (
            lambda x: arguments.strictly_between("level", x, 0, 1, such_as=0.95),
            1,
            "level must lie between 0 and 1, such as 0.95; it is 1.",
        ),
        (
            lambda x: arguments.strictly_between("level", x, 0, 1, such_as=0.95),
            0,
            "such as 0.95; it is 0.",
        ),
        (lambda x: arguments.above("hours", x), 0, "hours must be above 0; it is 0."),
        (lambda x: arguments.above("hours", x), np.inf, "above 0; it is inf."),
        (lambda x: arguments.above("step", x, 0, 1), 1.5, "above 0 and up to 1; it is 1.5."),
        (lambda x: arguments.whole("people", x, 1), 0, "whole number of at least 1; it is 0."),
        (lambda x: arguments.whole("people", x, 1), 2.5, "whole number of at least 1; it is 2.5."),
        (lambda x: arguments.whole("weeks", x, 0, 20), 21, "from 0 to 20; it is 21."),
        (lambda x: arguments.whole("people", x, 0), np.inf, "of at least 0; it is inf."),
        (
            lambda x: arguments.year("known", x, 1952, 1965),
            1966,
            "known must be a year from 1952 to 1965; it is 1966.",
        ),
        (lambda x: arguments.year("known", x, 1952, 1965), 1960.5, "1965; it is 1960.5."),
        (
            lambda x: arguments.one_of("whose", x, ("a", "b", "c")),
            "d",
            "one of a, b and c; it is 'd'.",
        ),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(check, wrong, sentence):
    with pytest.raises(ValueError) as refused:
        check(wrong)
    assert str(refused.value).endswith(sentence)


@pytest.mark.parametrize("value", [float("nan"), "7", None, [1, 2]])
@pytest.mark.parametrize(
    "check",
    [
        lambda x: arguments.between("x", x, 0, 10),
        lambda x: arguments.at_least("x", x),
        lambda x: arguments.strictly_between("x", x, 0, 10, such_as=1),
        lambda x: arguments.above("x", x),
        lambda x: arguments.whole("x", x, 0, 10),
        lambda x: arguments.year("x", x, 0, 10),
    ],
)
def test_what_is_no_number_is_refused_like_one_that_does_not_fit(check, value):
    with pytest.raises(ValueError, match=r"^x must .*; it is"):
        check(value)
