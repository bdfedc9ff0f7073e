"""Every model says which invented number its moral hangs on, and where the moral flips."""

import re

import pytest
from figures import inventions
from figures.pages import explorables

CONFESSED = {where for where, *_ in inventions.FIGURES if not where.endswith("lesson")}


def test_every_explorable_shows_data_or_says_what_its_moral_hangs_on():
    told = CONFESSED | inventions.ELSEWHERE
    assert told.isdisjoint(inventions.OBSERVED)
    assert told | inventions.OBSERVED == set(explorables())


@pytest.mark.parametrize("name", sorted(CONFESSED | inventions.ELSEWHERE))
def test_the_limits_of_a_model_say_what_its_moral_hangs_on(name):
    limits = explorables()[name].limits
    assert re.search(r"\bhangs? on\b|that pushes from below fade was put in", limits), limits


@pytest.mark.parametrize("name", sorted(inventions.OBSERVED))
def test_what_shows_data_alone_gives_no_value_for_invented(name):
    assert "invented" not in explorables()[name].limits
