"""What arrives: what is received of the product and grown anew of the process, times reach."""

import math

import numpy as np
import pytest

from scaling.process_product import what_travels

approx = pytest.approx


def simulated_total(share, reception, grown_anew, cost, seed=1):
    """Go from place to place with the money until it is spent; receptions scatter about r."""
    generator = np.random.default_rng(seed)
    money, total = 40_000.0, 0.0
    while money >= (price := 1 + cost * grown_anew):
        received = reception + generator.normal(0, 0.3)
        total += (1 - share) * received + share * grown_anew
        money -= price
    return total * what_travels.BUDGET / 40_000


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 1.0])
@pytest.mark.parametrize("reception", [-0.5, 0.0, 0.4, 1.0])
@pytest.mark.parametrize("grown_anew", [0.0, 0.5, 1.0])
def test_the_total_is_what_one_gets_by_going_from_place_to_place(share, reception, grown_anew):
    result = what_travels.run(share, reception, grown_anew, 2.0)
    simulated = simulated_total(share, reception, grown_anew, 2.0)
    assert result.total == approx(simulated, abs=4)


def test_at_home_nothing_is_lost():
    assert what_travels.run(0.6, reception=1, grown_anew=1).effect == approx(1)
    assert what_travels.run(0.0, reception=1, grown_anew=0).effect == approx(1)


def test_the_figures_of_the_start():
    result = what_travels.run()
    assert result.effect == approx(0.16)
    assert (result.places, result.total, result.exported) == approx((400, 64, 64))
    assert result.grown == approx(400 / 3 * 0.76)


@pytest.mark.parametrize("reception", [0.1, 0.4, 0.9, 1.0])
@pytest.mark.parametrize("cost", [0.5, 1, 2, 6])
def test_the_break_even_share_by_formula_is_the_one_found_by_trying_all(reception, cost):
    shares = np.linspace(0, 1, 20_001)
    exported = what_travels.places(0, cost) * what_travels.effect(shares, reception, 0)
    grown = what_travels.places(1, cost) * what_travels.effect(shares, reception, 1)
    found = shares[np.argmax(grown >= exported)]
    assert what_travels.break_even_share(reception, cost) == approx(found, abs=1e-4)


def test_the_inequality_of_the_design_agrees_with_the_break_even_share():
    """Exporting wins only if (1 − s)r/c_p > ((1 − s)r + s)/(c_p + c_b)."""
    generator = np.random.default_rng(2)
    for share, reception, cost in generator.uniform([0, 0.01, 0.1], [1, 1, 6], (500, 3)):
        by_design = (1 - share) * reception > ((1 - share) * reception + share) / (1 + cost)
        assert by_design == (share < what_travels.break_even_share(reception, cost))


@pytest.mark.parametrize("reception", [-0.5, -0.2, 0.0])
def test_where_the_product_is_not_welcome_growing_anew_is_never_the_worse(reception):
    assert what_travels.break_even_share(reception, 2) == 0
    for share in np.linspace(0, 1, 11):
        result = what_travels.run(share, reception)
        assert result.grown >= result.exported - 1e-12


@pytest.mark.parametrize("share", [0.0, 0.2, 0.44, 0.6, 1.0])
@pytest.mark.parametrize("reception", [-0.5, 0.0, 0.4, 1.0])
def test_the_best_part_to_grow_anew_always_lies_at_an_end(share, reception):
    totals = what_travels.run(share, reception).totals
    assert totals.max() == approx(max(totals[0], totals[-1]))
    steps = np.diff(totals)
    assert (steps >= -1e-9).all() or (steps <= 1e-9).all()


def test_more_places_do_more_harm_where_the_product_is_resented():
    hostile = what_travels.run(0.6, reception=-0.5)
    assert hostile.effect == approx(-0.2)
    assert hostile.total == approx(-80)
    assert "not going at all" in what_travels.words(what_travels.run(0.2, -0.5))


def test_the_bars_lead_without_a_gap_from_home_to_the_new_place():
    result = what_travels.run(0.6, 0.4, 0.5)
    product, process, behind, not_taken, arrives = what_travels.picture(result).data[:5]
    assert product.y[0] + process.y[0] == approx(1)
    assert behind.base[0] + behind.y[0] == approx(1)
    assert not_taken.base[0] + not_taken.y[0] == approx(behind.base[0])
    assert not_taken.base[0] == approx(arrives.y[0]) == approx(result.effect)


def test_the_table_sets_the_choice_between_the_two_ends():
    table = what_travels.table(what_travels.run(grown_anew=0.5)).set_index("choice")
    assert table["worth in Kettles"].tolist() == ["64.0", "92.0", "101.3"]
    assert table["places"].tolist() == ["400", "200", "133"]


@pytest.mark.parametrize(
    ("argument", "bad", "allowed"),
    [
        ("process_share", -0.1, "between 0 and 1"),
        ("process_share", 1.1, "between 0 and 1"),
        ("process_share", math.nan, "between 0 and 1"),
        ("reception", -0.6, "between -0.5 and 1"),
        ("reception", 1.2, "between -0.5 and 1"),
        ("grown_anew", 2, "between 0 and 1"),
        ("process_cost", -1, "0 or more"),
        ("process_cost", math.inf, "0 or more"),
        ("process_cost", math.nan, "0 or more"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(argument, bad, allowed):
    with pytest.raises(ValueError, match=f"{argument}.*{allowed}"):
        what_travels.run(**{argument: bad})


def test_the_family_nurse_partnership_is_shown_with_what_was_read():
    table = what_travels.family_nurse_partnership()
    assert table.loc["primary outcomes improved", "figure"] == "0"
    assert table.loc["women in the trial", "figure"] == "1,645"
    at_seven = table.loc["odds ratio, good level of development at 4 to 5"]
    assert (at_seven.figure, at_seven["95 % interval"]) == ("1.24", "1.01 to 1.52")
    assert set(table["read in"]) == {"programme page", "abstract"}
