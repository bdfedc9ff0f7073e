"""Possible ties grow with the square of a group, hours do not grow at all."""

import itertools
import math

import networkx as nx
import pytest

from scaling.size_context import ties

approx = pytest.approx


@pytest.mark.parametrize("people", [1, 2, 3, 12, 13, 24, 150])
def test_possible_ties_are_all_the_pairs_one_can_list(people):
    listed = list(itertools.combinations(range(people), 2))
    assert ties.pairs(people) == ties.run(people).pairs == len(listed)


def test_joining_two_tables_of_twelve_takes_the_ties_from_66_to_276():
    assert (ties.run(12).pairs, ties.run(24).pairs) == (66, 276)


@pytest.mark.parametrize("people", [2, 5, 11, 12, 24, 200])
@pytest.mark.parametrize("hours", [0, 0.5, 5, 20])
@pytest.mark.parametrize("hours_per_tie", [0.1, 0.5, 2])
def test_no_hour_is_overspent_or_left_while_a_tie_is_missing(people, hours, hours_per_tie):
    result = ties.run(people, hours, hours_per_tie)
    spent = result.alive_each * hours_per_tie
    assert spent == approx(min(hours, (people - 1) * hours_per_tie))
    assert 0 <= result.alive_share <= 1
    assert result.alive == approx(result.alive_share * math.comb(people, 2))
    assert result.alive == approx(people * result.alive_each / 2)  # each tie has two ends


def test_five_hours_keep_every_tie_of_eleven_people_and_not_of_twelve():
    assert ties.alive_share(11, 5, 0.5) == 1
    assert ties.alive_share(12, 5, 0.5) == approx(10 / 11)


def test_twice_the_people_means_half_the_voice():
    assert ties.run(24, meeting_minutes=60).voice_minutes == 2.5
    assert ties.run(48, meeting_minutes=60).voice_minutes == 1.25
    assert ties.run(1, meeting_minutes=60).voice_minutes == 60


def test_one_person_alone_lacks_no_tie():
    alone = ties.run(1, hours_per_week=0)
    assert (alone.pairs, alone.alive, alone.alive_each, alone.alive_share) == (0, 0, 0, 1)
    assert ties.ties_to_draw(1, 0).shape == (0, 2)
    assert "Among 1 person 0 ties are possible" in ties.words(alone)
    assert ties.table(alone)["people"].tolist() == [1, 2]


@pytest.mark.slow
@pytest.mark.parametrize("people", [1, 2, 3, 4, 5, 8, 9, 24, 25, 150])
@pytest.mark.parametrize("part", [0, 0.1, 0.5, 0.99, 1, 2])
def test_the_drawing_has_the_living_ties_each_once_none_with_oneself(people, part):
    possible = math.comb(people, 2)
    count = round(part * possible)
    ends = ties.ties_to_draw(people, count).tolist()
    assert len(ends) == min(count, possible)
    assert len({frozenset(pair) for pair in ends}) == len(ends)
    assert all(one != other for one, other in ends)
    assert all(0 <= person < people for pair in ends for person in pair)


@pytest.mark.parametrize("people", [12, 13, 40])
@pytest.mark.parametrize("each", [2, 4, 10])
def test_the_drawing_gives_everyone_the_same_number_of_living_ties(people, each):
    network = nx.Graph(ties.ties_to_draw(people, people * each // 2).tolist())
    assert {degree for _, degree in network.degree} == {each}


def test_ten_times_as_long_carries_ten_times_the_weight_on_its_strength():
    table = ties.square_cube()
    assert table.index.tolist() == [1, 2, 3, 10]
    assert table["times as strong"].tolist() == [1, 4, 9, 100]
    assert table["times as heavy"].tolist() == [1, 8, 27, 1000]
    assert table["weight on each unit of strength"].tolist() == approx([1, 2, 3, 10])


def test_what_is_built_smaller_is_stronger_for_its_weight():
    (half,) = ties.square_cube((0.5,))["weight on each unit of strength"]
    assert half == 0.5


@pytest.mark.parametrize("scales", [(0, 1), (2, -1)])
def test_nothing_is_built_at_scale_zero_or_below(scales):
    with pytest.raises(ValueError, match=f"above 0; the smallest here is {min(scales)}"):
        ties.square_cube(scales)


@pytest.mark.parametrize(
    ("argument", "bad", "allowed"),
    [
        ("people", 0, "at least 1"),
        ("people", -3, "at least 1"),
        ("people", 2.5, "whole number"),
        ("people", math.nan, "whole number"),
        ("people", math.inf, "whole number"),
        ("hours_per_tie", 0, "above 0"),
        ("hours_per_tie", -1, "above 0"),
        ("hours_per_tie", math.nan, "above 0"),
        ("hours_per_week", -1, "0 or more"),
        ("hours_per_week", math.nan, "0 or more"),
        ("meeting_minutes", -1, "0 or more"),
        ("meeting_minutes", math.nan, "0 or more"),
    ],
)
def test_an_impossible_group_is_refused_in_a_sentence(argument, bad, allowed):
    with pytest.raises(ValueError, match=f"{argument}.*{allowed}"):
        ties.run(**{argument: bad})


def test_the_table_sets_the_group_between_half_and_double_its_size():
    table = ties.table(ties.run(24)).set_index("people")
    assert table["possible ties"].to_dict() == {12: 66, 24: 276, 48: 1128}
    assert table["living ties"].to_dict() == {12: "60", 24: "120", 48: "240"}
    assert table["alive"].to_dict() == {12: "91\xa0%", 24: "43\xa0%", 48: "21\xa0%"}


@pytest.mark.parametrize("people", [1, 2, 24, 60])
def test_the_picture_draws_possible_ties_pale_and_living_ones_dark(people):
    result = ties.run(people)
    possible, alive, persons = ties.picture(result).data[:3]
    assert len(possible.x) // 3 == result.pairs
    assert len(alive.x) // 3 == round(result.alive)
    assert len(persons.x) == people
    assert possible.opacity < alive.opacity
