"""Layers: a hierarchy counted by formula is the one that somebody builds, person by person."""

import itertools

import pytest

from scaling.scaling_down import layers

approx = pytest.approx


def built(people, span):
    """Build the tree from below: groups of at most ``span``, one manager each, up to one person."""
    levels = [list(range(people))]
    while len(levels[0]) > 1:
        below = levels[0]
        levels.insert(0, [below[i : i + span] for i in range(0, len(below), span)])
    return tuple(len(level) for level in levels)


@pytest.mark.parametrize("span", [2, 3, 5, 6, 10, 20])
@pytest.mark.parametrize("people", [1, 2, 5, 6, 7, 25, 124, 125, 126, 216, 217, 400, 1000, 1001])
def test_the_hierarchy_is_the_one_that_somebody_builds_from_below(people, span):
    assert layers.staff(people, span) == built(people, span)
    result = layers.run(people, span)
    assert result.layers == len(built(people, span)) - 1
    assert result.managers == sum(built(people, span)[:-1])


@pytest.mark.parametrize("people", range(1, 300, 7))
def test_no_fewer_layers_would_reach_everybody(people):
    for span in (2, 3, 7):
        count = layers.layers(people, span)
        assert span**count >= people
        assert count == 0 or span ** (count - 1) < people


def test_a_power_of_the_span_needs_no_layer_more():
    """A logarithm in floating point says 3.0000000000000004 for 125 people in fives."""
    assert layers.layers(125, 5) == 3
    assert layers.layers(1000, 10) == 3
    assert layers.layers(126, 5) == 4


def test_what_arrives_is_lost_desk_by_desk():
    result = layers.run(400, 6, knowledge=0.9, money=0.95)
    known = paid = 1.0
    for _ in range(result.layers):
        known, paid = 0.9 * known, 0.95 * paid
    assert (result.knowledge_at_top, result.money_at_front) == approx((known, paid))


def test_the_figures_of_the_start():
    result = layers.run()
    assert result.staff == (1, 2, 12, 67, 400)
    assert (result.layers, result.managers, result.days) == (4, 82, 16)
    assert result.knowledge_at_top == approx(0.6561)
    assert result.money_at_front == approx(0.8145, abs=5e-5)
    assert result.top_pay == approx(1.3**4)


def test_one_person_alone_has_nobody_above_and_loses_nothing():
    result = layers.run(1, 6)
    assert (result.layers, result.managers, result.days) == (0, 0, 0)
    assert (result.knowledge_at_top, result.money_at_front, result.top_pay) == (1, 1, 1)


def test_more_people_never_need_fewer_layers_and_a_wider_span_never_more():
    for fewer, more in itertools.pairwise(range(1, 500, 9)):
        assert layers.layers(fewer, 4) <= layers.layers(more, 4)
        assert layers.layers(more, 5) <= layers.layers(more, 4)


def test_pay_at_the_top_grows_with_a_power_of_size():
    """Simon 1957: a thousand times the people is three times ten, whatever good they do."""
    small, large = layers.run(1000, 10), layers.run(1_000_000, 10)
    assert large.top_pay == approx(small.top_pay**2)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"people": 0}, "people must be a whole number of at least 1"),
        ({"people": 2.5}, "people must be a whole number"),
        ({"people": float("nan")}, "people must be a whole number"),
        ({"span": 1}, "span must be a whole number of at least 2"),
        ({"span": 2.5}, "span must be a whole number"),
        ({"knowledge": 1.1}, "knowledge must lie between 0 and 1"),
        ({"money": -0.1}, "money must lie between 0 and 1"),
    ],
)
def test_what_cannot_be_is_refused_by_name(values, message):
    with pytest.raises(ValueError, match=message):
        layers.run(**values)
