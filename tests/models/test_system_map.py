"""The system map: loops as networkx and a search of all orders find them; rows that make sense."""

import itertools

import networkx as nx
import numpy as np
import pytest

from scaling.rows import BadRow
from scaling.three_scales import system_map as model
from scaling.three_scales.signal import push
from scaling.three_scales.system_map import Link
from scaling.three_scales.system_map_table import linked, moved

approx = pytest.approx


def random_links(seed, actors=6, share=0.4):
    generator = np.random.default_rng(seed)
    return tuple(
        Link(source, int(generator.choice([1, -1])), target)
        for source, target in itertools.permutations("ABCDEFGH"[:actors], 2)
        if generator.random() < share
    )


def every_order(links):
    """All loops by trying every order of every choice of actors, each with its sign."""
    sign = {(link.source, link.target): link.sign for link in links}
    names = sorted({name for ends in sign for name in ends})
    found = {}
    for length in range(2, len(names) + 1):
        for chosen in itertools.combinations(names, length):
            for rest in itertools.permutations(chosen[1:]):
                way = (chosen[0], *rest)
                ends = list(zip(way, (*way[1:], way[0]), strict=True))
                if all(pair in sign for pair in ends):
                    found[way] = int(np.prod([sign[pair] for pair in ends]))
    return found


def turned(actors):
    first = actors.index(min(actors))
    return actors[first:] + actors[:first]


@pytest.mark.parametrize("seed", range(20))
def test_the_loops_and_their_signs_are_those_of_a_search_of_all_orders(seed):
    links = random_links(seed)
    found = model.loops(links)
    assert {turned(loop.actors): loop.sign for loop in found} == every_order(links)
    assert len(found) == len(every_order(links))


@pytest.mark.parametrize("seed", range(20, 30))
def test_the_loops_are_those_of_networkx(seed):
    links = random_links(seed, actors=8, share=0.25)
    net = nx.DiGraph([(link.source, link.target) for link in links])
    expected = {turned(tuple(cycle)) for cycle in nx.simple_cycles(net)}
    assert {turned(loop.actors) for loop in model.loops(links)} == expected


def test_a_loop_reinforces_when_a_nudge_comes_back_with_its_own_sign():
    for loop in model.loops(random_links(1)):
        nudge = 1
        for link in loop.links:
            nudge *= link.sign
        assert loop.kind == ("reinforcing" if nudge > 0 else "balancing")
        assert loop.links[-1].target == loop.links[0].source


def test_loops_come_shortest_first_and_no_longer_than_asked():
    links = random_links(3)
    lengths = [len(loop.links) for loop in model.loops(links)]
    assert lengths == sorted(lengths)
    short = model.loops(links, longest=3)
    assert [len(loop.links) for loop in short] == [length for length in lengths if length <= 3]


def test_where_loops_are_too_many_whole_lengths_are_left_out():
    links = tuple(Link(a, 1, b) for a, b in itertools.permutations("ABCDEF", 2))
    assert len(model.loops(links, most=10_000)) == 409  # every cycle of a complete graph of six
    found, complete = model.search(links, most=200)
    assert complete == 4
    assert len(found) == 15 + 40 + 90
    assert {len(loop.links) for loop in found} == {2, 3, 4}


@pytest.mark.parametrize("seed", range(10))
def test_reach_and_steps_are_those_of_a_walk(seed):
    links = random_links(seed, actors=7, share=0.2)
    for lever in model.levers(links, model.loops(links)):
        seen, front, steps, closeness = {lever.actor}, {lever.actor}, 0, 0.0
        while front:
            front = {link.target for link in links if link.source in front} - seen
            steps += 1
            closeness += len(front) / steps
            seen |= front
        assert (lever.reached, lever.closeness) == (len(seen) - 1, approx(closeness))


def test_leverage_is_the_same_to_the_last_digit_whatever_the_names():
    """Else the order of a set, another in every kernel, would show in the second decimal."""
    rows = [list(row) for row in model.START]
    rows[1][3] = "Rumours"
    links = model.read(model.settle(model.START, tuple(map(tuple, rows)))).links
    order = {name: place for place, name in enumerate(model.graph(links))}
    found = set()
    for salt in range(30):
        renamed = tuple(
            Link(f"{salt} {order[link.source]}", link.sign, f"{salt} {order[link.target]}")
            for link in links
        )
        found.add(tuple(lever.leverage for lever in model.levers(renamed, model.loops(renamed))))
    assert len(found) == 1


def test_leverage_is_the_mean_of_nearness_and_of_the_share_of_loops():
    links = (Link("A", 1, "B"), Link("B", 1, "A"), Link("B", -1, "C"))
    first, second, third = model.levers(links, model.loops(links))
    assert (first.actor, first.leverage) == ("B", 1.0)
    assert (second.actor, second.leverage) == ("A", approx((0.75 + 1) / 2))
    assert (third.actor, third.leverage, third.reached) == ("C", 0.0, 0)


def test_a_tension_is_pushed_both_ways():
    links = (Link("A", 1, "C"), Link("B", -1, "C"), Link("C", 1, "A"), Link("B", 1, "A"))
    (tension,) = model.tensions(links)
    assert (tension.actor, tension.raised_by, tension.lowered_by) == ("C", ("A",), ("B",))


def test_the_kettle_s_map_holds_one_balancing_loop_and_six_that_reinforce():
    found = model.loops(model.KETTLE.links)
    (policy,) = [loop for loop in found if loop.kind == "balancing"]
    assert policy.actors == (
        "Loneliness",
        "Public concern",
        "Ministry's target",
        "New tables",
        "Guests who return",
    )
    assert len(found) == 7
    assert {model.KETTLE.scale[name] for name in policy.actors} == set(model.SCALES)


# The table


def link(source="A", effect="raises", target="B", above="society-wide", below="individual"):
    return (source, above, effect, target, below, "", "")


def test_the_start_is_read_and_everybody_has_a_place_of_their_own():
    system = model.read(model.START)
    seats = {(system.scale[name], system.place[name]) for name in system.scale}
    assert len(seats) == len(system.scale) == 10
    assert system == model.KETTLE


def test_names_without_a_place_get_a_free_one():
    rows = (link("A", target="B"), link("C", target="D"), link("A", target="D"))
    system = model.read(rows)
    assert system.place["A"] != system.place["C"]
    assert system.place["B"] != system.place["D"]


def test_two_on_one_place_are_seated_apart():
    rows = (
        ("A", "individual", "raises", "B", "individual", "3", "3"),
        ("B", "individual", "raises", "C", "individual", "3", "nonsense"),
    )
    place = model.read(rows).place
    assert place["A"] == 3
    assert len(set(place.values())) == 3


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (link(source=""), "a name is missing"),
        (link(target="x" * 31), "has 31 letters; at most 30"),
        (link(effect="pushes"), "“pushes” is no effect"),
        (link(above="global"), "“global” is no scale"),
        (link("P", target="P", below="society-wide"), "“P” acts on itself"),
        (link("A", target="B"), "from “A” to “B” is there already"),
        (link("A", target="Q", above="individual"), "“A” is individual here and society-wide"),
        (link("a", target="Q"), "“a” is “A” with other capital letters"),
    ],
)
def test_a_row_that_makes_no_sense_is_named(bad, why):
    with pytest.raises(BadRow, match=why) as caught:
        model.read((link(), link("C", target="D"), bad))
    assert caught.value.row == 2
    assert str(caught.value).startswith("Row 3: ")


def test_an_empty_map_a_full_band_and_a_full_table_are_refused():
    with pytest.raises(ValueError, match="at least one link"):
        model.read(())
    crowded = tuple(link(f"A{i}", target="B") for i in range(7))
    with pytest.raises(BadRow, match="Row 7: “A6” has no room"):
        model.read(crowded)
    names = [f"{band}{i}" for band in "mno" for i in range(6)]
    scale = {name: model.SCALES["mno".index(name[0])] for name in names}
    many = [link(a, "raises", b, scale[a], scale[b]) for a, b in itertools.pairwise(names)]
    many += [link(b, "raises", a, scale[b], scale[a]) for a, b in itertools.pairwise(names)]
    with pytest.raises(BadRow, match="Row 31: a map can hold 30 links"):
        model.read(tuple(many))


# Settling an edit


def edited(rows, row, column, text):
    changed = [list(one) for one in rows]
    changed[row][column] = text
    return tuple(map(tuple, changed))


def test_a_scale_chosen_in_one_row_holds_in_all():
    after = edited(model.START, 4, 4, "organisational")  # Loneliness, at the end of row 5
    settled = model.settle(model.START, after)
    assert model.read(settled).scale["Loneliness"] == "organisational"
    others = {name: scale for name, scale in model.KETTLE.scale.items() if name != "Loneliness"}
    assert others.items() <= model.read(settled).scale.items()


def test_a_known_name_brings_its_scale_along():
    after = (*model.START, link("Loneliness", target="Reporting"))
    settled = model.settle(model.START, after)
    assert settled[-1][1] == "individual"
    assert settled[-1][4] == "organisational"


def test_a_new_name_keeps_the_scale_chosen_for_it():
    after = (*model.START, link("Rumours", target="Loneliness", above="individual"))
    assert model.read(model.settle(model.START, after)).scale["Rumours"] == "individual"


@pytest.mark.parametrize("row", range(len(model.START)))
def test_everybody_keeps_the_place_when_a_link_goes_or_turns(row):
    gone = model.START[:row] + model.START[row + 1 :]
    turned_round = edited(
        model.START, row, 2, "lowers" if model.START[row][2] == "raises" else "raises"
    )
    added = (*model.START, link("Rumours", target="Reporting", above="society-wide"))
    for after in (gone, turned_round, added):
        place = model.read(model.settle(model.START, after)).place
        for name in place.keys() & model.KETTLE.place.keys():
            assert place[name] == model.KETTLE.place[name]


@pytest.mark.parametrize("row", range(len(model.START)))
@pytest.mark.parametrize("column", [0, 3])
def test_a_new_name_in_a_row_takes_nobody_s_place(row, column):
    after = model.settle(model.START, edited(model.START, row, column, "Rumours"))
    place, scale = model.read(after).place, model.read(after).scale
    assert scale["Rumours"] == model.START[row][column + 1]
    for name in place.keys() & model.KETTLE.place.keys():
        assert place[name] == model.KETTLE.place[name]


@pytest.mark.parametrize("name", model.KETTLE.scale)
@pytest.mark.parametrize("band", model.SCALES)
def test_who_moves_to_another_band_takes_nobody_s_place(name, band):
    row = next(i for i, row in enumerate(model.START) if name in row)
    column = model.START[row].index(name) + 1
    system = model.read(model.settle(model.START, edited(model.START, row, column, band)))
    assert system.scale == model.KETTLE.scale | {name: band}
    others = {other: place for other, place in model.KETTLE.place.items() if other != name}
    assert others.items() <= system.place.items()


def test_a_loaded_map_keeps_the_places_of_its_file():
    assert model.settle((), model.START) == model.START
    moved = tuple((*row[:5], "", "") for row in model.START)
    assert len(model.read(model.settle((), moved)).place) == 10


def test_what_is_no_map_yet_is_left_as_it_is():
    after = edited(model.START, 3, 0, "")
    settled = model.settle(model.START, after)
    assert [row[:5] for row in settled] == [row[:5] for row in after]


def test_settling_twice_changes_nothing_more():
    after = (*model.START, link("Rumours", target="Reporting"))
    once = model.settle(model.START, after)
    assert model.settle(once, once) == once == model.settle(model.START, once)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"longest": 1}, "longest must be a whole number from 2 to 10"),
        ({"longest": 2.5}, "longest must be a whole number"),
        ({"shown": -1}, "shown must be a whole number of at least 0"),
    ],
)
def test_what_cannot_be_is_refused_by_name(values, message):
    with pytest.raises(ValueError, match=message):
        model.run(**values)


def test_a_sign_is_one_of_two():
    with pytest.raises(ValueError, match="sign must be one of 1 and -1"):
        Link("A", 2, "B")


@pytest.mark.parametrize("seed", range(5))
def test_a_push_runs_along_the_links_as_powers_of_their_matrix_say(seed):
    """Pulses are powers of the signed adjacency matrix (Roberts 1976)."""
    links = random_links(seed)
    names = sorted({name for link in links for name in (link.source, link.target)})
    place = {name: number for number, name in enumerate(names)}
    matrix = np.zeros((len(names), len(names)), dtype=int)
    for link in links:
        matrix[place[link.target], place[link.source]] = link.sign
    signal = push(links, names[0], 6)
    for step in range(signal.steps + 1):
        powers = [np.linalg.matrix_power(matrix, k)[:, 0] for k in range(step + 1)]
        expected = dict(zip(names, sum(powers).tolist(), strict=True))
        assert signal.change(step) == {name: by for name, by in expected.items() if by}


def test_a_push_ends_where_nothing_is_acted_on_and_loops_halt_at_the_limit():
    chain = (Link("a", 1, "b"), Link("b", -1, "c"))
    signal = push(chain, "a", 7)
    assert (signal.steps, signal.moved(1), signal.moved(-1)) == (2, ["a", "b"], ["c"])
    assert push(chain, "c", 7).steps == 0
    assert push((*chain, Link("c", -1, "a")), "a", 7).steps == 7


def test_a_name_that_is_moved_swaps_its_place_and_every_link_stays():
    system = model.read(model.START)
    rows = moved(model.START, "Reporting", "organisational", system.place["New tables"])
    after = model.read(rows)
    assert after.links == system.links
    assert after.place["Reporting"] == system.place["New tables"]
    assert after.place["New tables"] == system.place["Reporting"]
    rest = set(system.place) - {"Reporting", "New tables"}
    assert {name: after.place[name] for name in rest} == {name: system.place[name] for name in rest}
    assert model.settle((), rows) == rows, "as when it is loaded again"


def test_a_name_moves_to_another_scale_only_where_there_is_room():
    rows = moved(model.START, "Reporting", "individual", 0)
    after = model.read(rows)
    assert (after.scale["Reporting"], after.place["Reporting"]) == ("individual", 0)
    with pytest.raises(ValueError, match="“Loneliness” is there"):
        moved(model.START, "Reporting", "individual", 1)


def test_a_link_is_added_between_two_names_or_turned():
    rows = linked(model.START, "Reporting", "lowers", "Loneliness")
    assert len(rows) == len(model.START) + 1
    assert model.read(rows).links[-1] == Link("Reporting", -1, "Loneliness")
    assert model.read(rows).place == model.KETTLE.place
    turned_back = linked(rows, "Reporting", "raises", "Loneliness")
    assert len(turned_back) == len(rows)
    assert model.read(turned_back).links[-1] == Link("Reporting", 1, "Loneliness")
    with pytest.raises(BadRow, match="acts on itself"):
        model.read(linked(rows, "Reporting", "lowers", "Reporting"))
