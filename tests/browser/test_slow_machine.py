"""On a machine six times slower every explorable still comes up and answers."""

import pytest
from conftest import EXPLORABLES, lesson_of
from lab import run_all
from shown import Shown

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.thorough]

SLOWER = 6


def test_every_explorable_answers_on_a_machine_six_times_slower(open_page):
    page = open_page("course/03-size-and-context.ipynb")
    client = page.context.new_cdp_session(page)
    client.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    run_all(page)
    for name, explorable in EXPLORABLES.items():
        if lesson_of(name) == "03-size-and-context":
            shown = Shown(page, explorable).reveal()
            picture = shown.picture()
            shown.move(explorable.controls[0])
            shown.wait_until_right()
            shown.wait_until_drawn_otherwise(picture)
    assert page.complaints == []
