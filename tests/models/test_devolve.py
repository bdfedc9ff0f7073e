"""Devolve: the loss of one service for all is the variance of needs; the border is its root."""

import itertools

import numpy as np
import pytest

from scaling.scaling_down import devolve

approx = pytest.approx


@pytest.mark.parametrize("diversity", [0.0, 0.5, 1.0, 2.5])
def test_one_service_for_all_loses_what_a_simulation_of_places_loses(diversity):
    generator = np.random.default_rng(1)
    wanted = generator.normal(3.0, diversity, 400_000)
    assert devolve.run(diversity).central == approx(np.mean((wanted - 3.0) ** 2), rel=0.01)


def test_no_other_single_service_would_lose_less_than_the_mean():
    generator = np.random.default_rng(2)
    wanted = generator.normal(0, 1, 10_000)
    offers = np.linspace(-1, 1, 201)
    losses = ((wanted[:, None] - offers) ** 2).mean(axis=0)
    assert offers[np.argmin(losses)] == approx(wanted.mean(), abs=0.01)


@pytest.mark.parametrize("extra_cost", [0.0, 0.2, 0.81, 1.5, 4.0])
def test_the_break_even_by_formula_is_the_one_found_by_trying_all(extra_cost):
    spread = np.linspace(0, 3, 30_001)
    found = spread[np.argmax(spread**2 >= extra_cost)]
    assert devolve.break_even(extra_cost) == approx(found, abs=1e-4)


@pytest.mark.parametrize(
    ("extra_cost", "shared", "coordination"),
    list(itertools.product([0.5, 1.5, 3.0], [0.0, 0.6, 1.0], [0.0, 0.2, 1.0])),
)
def test_the_break_even_with_back_up_is_the_one_found_by_trying_all(
    extra_cost, shared, coordination
):
    spread = np.linspace(0, 3, 3001)
    model = [devolve.run(value, extra_cost, shared, coordination) for value in spread]
    found = next(value for value, m in zip(spread, model, strict=True) if m.devolved <= m.central)
    assert devolve.break_even(model[0].devolved) == approx(found, abs=1.1e-3)


def test_back_up_pays_exactly_while_it_saves_more_than_it_costs():
    generator = np.random.default_rng(3)
    for extra_cost, shared, coordination in generator.uniform(0, [4, 1, 2], (500, 3)):
        result = devolve.run(1, extra_cost, shared, coordination)
        assert (result.devolved < result.alone) == (coordination < extra_cost * shared)


def test_the_figures_of_the_start():
    result = devolve.run()
    assert result.losses == approx((1.0, 1.5, 0.8))
    assert result.best == "devolved, shared back-up"


def test_where_places_are_alike_one_service_is_best():
    assert devolve.run(diversity=0).best == "one service for all"


@pytest.mark.parametrize("places", [2, 12, 50])
@pytest.mark.parametrize("diversity", [0.0, 1.0, 2.3])
def test_the_places_drawn_have_exactly_that_diversity(places, diversity):
    wanted = devolve.needs(diversity, places)
    assert wanted.mean() == approx(0, abs=1e-12)
    assert np.mean(wanted**2) == approx(diversity**2)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"diversity": -1}, "diversity must be 0 or more"),
        ({"extra_cost": float("inf")}, "extra_cost must be 0 or more"),
        ({"coordination": float("nan")}, "coordination must be 0 or more"),
        ({"shared": 1.2}, "shared must lie between 0 and 1"),
    ],
)
def test_what_cannot_be_is_refused_by_name(values, message):
    with pytest.raises(ValueError, match=message):
        devolve.run(**values)


@pytest.mark.parametrize("diversity", [0, 0.5, 1, 2.5])
def test_what_single_places_lose_is_on_average_what_one_service_loses(diversity):
    result = devolve.run(diversity)
    assert result.uniform_losses.mean() == approx(result.central)
    assert list(result.uniform_losses) == sorted(result.uniform_losses, reverse=True)


@pytest.mark.parametrize(("cost", "better"), [(0, 12), (0.8, 4), (1.5, 2), (4, 0)])
def test_places_that_lose_more_than_devolved_are_counted(cost, better):
    result = devolve.run(1, extra_cost=cost, shared=0, coordination=0)
    assert result.better_devolved == better == sum(loss > cost for loss in result.uniform_losses)
