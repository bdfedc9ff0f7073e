"""A moment counts only where its zone is beyond doubt."""

from datetime import datetime

import pytest

from scaling.grading.moments import moment

SAME = datetime(2027, 3, 12, 17, 40)


@pytest.mark.parametrize(
    "text",
    [
        "2027-03-12 17:40:00 UTC",
        "2027-03-12 17:40:00.000000 UTC\r\n",
        "2027-03-12T17:40Z",
        "\ufeff2027-03-12 17:40:00 UTC",
        "2027-03-12 18:40:00 +0100",
        "2027-03-12 14:40:00.000000 -03",
        "2027-03-12 23:10:00 +05:30",
        "2027-03-12T18:40:00+01:00",
        "2027-03-12 18:40:00 Europe/Berlin",
    ],
)
def test_a_zone_beyond_doubt_is_read(text):
    assert moment(text) == SAME


@pytest.mark.parametrize(
    "text",
    [
        "2027-07-12 17:40:00 CEST",
        "2027-07-12 17:40:00 EDT",
        "2027-03-12 08:40:00 PST",
        "2027-03-12 17:40:00",
        "12.03.2027 17:40 UTC",
        "3/12/2027, 5:40:00 PM",
        "2027",
        "17:40",
        "",
        "2027-10-31 02:30:00 Europe/Berlin",  # this hour comes twice
        "2027-03-28 02:30:00 Europe/Berlin",  # and this one never
        "2027-03-12 17:40:00 No/Where",
        "2027-02-31 17:40:00 UTC",
        "2027-03-12 17:40:00 +9900",
    ],
)
def test_all_else_is_refused(text):
    with pytest.raises(ValueError, match=r"Write year|day is out of range"):
        moment(text)
