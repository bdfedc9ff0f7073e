"""The one check of the start page says what its page says."""

import pytest

from scaling.start_here import checks


def test_four_hundred_kettles_of_24_hold_9600_people():
    assert checks.people.expected() == 400 * 24 == 9600
    for answer in (9600, 9600.0, sum([24] * 400)):
        checks.people(answer)
    assert "9,600 people a week, if 400 Kettles filled like the first" in checks.people.meaning


@pytest.mark.parametrize(
    ("answer", "hint"), [(424, "adds"), (400 / 24, "divides"), (24 / 400, "24 divided by 400")]
)
def test_another_sign_between_the_two_numbers_is_named(answer, hint):
    with pytest.raises(AssertionError, match=hint) as caught:
        checks.people(answer)
    assert "multiply, with *" in str(caught.value).lower()


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (400 * (24 + 1), "a worker at each table"),
        (400, "one of the two numbers"),
        (24, "one of the two numbers"),
        (400 * 24 * 52, "a year's count"),
    ],
)
def test_another_count_than_that_of_the_guests_each_week_is_named(answer, hint):
    with pytest.raises(AssertionError, match=hint):
        checks.people(answer)
