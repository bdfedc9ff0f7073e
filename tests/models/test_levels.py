"""Levels: variance components and slopes beside statsmodels, on the same data."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf

from scaling import datasets
from scaling.who_is_heard import levels

approx = pytest.approx


def people(places=30, families=4, children=3, seed=1, ragged=False):
    """Persons in families in places, of which every scale adds something."""
    generator = np.random.default_rng(seed)
    frame = pd.MultiIndex.from_product(
        [range(places), range(families), range(children)], names=["place", "family", "child"]
    ).to_frame(index=False)
    frame["y"] = (
        generator.normal(0, 1.0, places)[frame.place]
        + generator.normal(0, 1.4, (places, families))[frame.place, frame.family]
        + generator.normal(0, 0.8, len(frame))
    )
    return frame.sample(frac=0.7, random_state=seed).sort_index() if ragged else frame


def by_mixed_model(frame, values="y", place="place", family="family"):
    """Variances of places, of families and of persons by restricted maximum likelihood."""
    fitted = smf.mixedlm(
        f"{values} ~ 1", frame, groups=place, re_formula="1", vc_formula={"f": f"0 + C({family})"}
    ).fit()
    return np.array([fitted.cov_re.iloc[0, 0], fitted.vcomp[0], fitted.scale])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_families_of_one_size_give_the_mixed_models_components(seed):
    frame = people(seed=seed)
    assert levels.components(frame.y, frame.place, frame.family) == approx(
        by_mixed_model(frame), rel=2e-3
    )


def test_with_one_scale_the_components_are_those_of_the_mixed_model():
    frame = people()
    fitted = smf.mixedlm("y ~ 1", frame, groups="place").fit()
    expected = [fitted.cov_re.iloc[0, 0], fitted.scale]
    assert levels.components(frame.y, frame.place) == approx(expected, rel=1e-3)


@pytest.mark.parametrize("seed", [1, 2])
def test_families_of_many_sizes_come_close_to_the_mixed_models(seed):
    frame = people(places=60, seed=seed, ragged=True)
    own = levels.shares(frame.y, frame.place, frame.family)
    model = by_mixed_model(frame)
    assert own == approx(model / model.sum(), abs=0.04)


@pytest.mark.slow
def test_over_many_worlds_the_components_are_right_on_average():
    found = [
        levels.components(frame.y, frame.place, frame.family)
        for frame in (people(12, seed=seed, ragged=True) for seed in range(300))
    ]
    error = np.std(found, axis=0) / np.sqrt(len(found))
    assert (np.abs(np.mean(found, axis=0) - [1, 1.96, 0.64]) < 3 * error).all()


@pytest.mark.slow
def test_in_guatemala_the_shares_are_close_to_those_of_the_mixed_model():
    children = datasets.load("guatemala_immunisation")
    own = levels.shares(children.immunised, children.community, children.mother)
    model = by_mixed_model(children, "immunised", "community", "mother")
    assert own == approx(model / model.sum(), abs=0.02)
    assert own.round(2).tolist() == [0.10, 0.35, 0.55]


def test_a_share_below_nothing_counts_as_nothing():
    values, place = [0, 1, 0, 1], ["a", "a", "b", "b"]
    assert levels.components(values, place)[0] < 0
    assert levels.shares(values, place).tolist() == [0, 1]


def test_where_neighbours_are_all_the_same_everything_lies_between_places():
    assert levels.shares([1, 1, 2, 2, 5, 5], list("aabbcc")) == approx([1, 0])


def test_families_of_the_same_name_in_two_places_are_two_families():
    frame = people(places=6)
    own_name = frame.place * 100 + frame.family
    assert levels.components(frame.y, frame.place, frame.family) == approx(
        levels.components(frame.y, frame.place, own_name)
    )


# Slopes


def test_the_three_slopes_are_those_of_three_regressions():
    frame = people(ragged=True)
    frame["x"] = frame.y * 0.3 + np.random.default_rng(3).normal(0, 1, len(frame)) + frame.place
    means = frame.groupby("place")[["x", "y"]].transform("mean")
    found = levels.slopes(frame.x, frame.y, frame.place)
    assert found.overall == approx(sm.OLS(frame.y, sm.add_constant(frame.x)).fit().params["x"])
    assert found.between == approx(sm.OLS(means.y, sm.add_constant(means.x)).fit().params["x"])
    with_places = smf.ols("y ~ x + C(place)", frame).fit()
    assert found.within == approx(with_places.params["x"])


def test_the_overall_slope_lies_between_the_others_by_sorting():
    frame = people(ragged=True)
    found = levels.slopes(frame.child + frame.place % 4, frame.y, frame.place)
    mixed = found.sorted_share * found.between + (1 - found.sorted_share) * found.within
    assert found.overall == approx(mixed)


def test_a_slope_can_turn_between_the_scales():
    found = levels.slopes([1, 2, 3, 4], [2, 1, 4, 3], list("aabb"))
    assert (found.within, found.between) == approx((-1, 1))


def test_a_slope_that_nothing_can_show_is_missing():
    same_means = levels.slopes([1, 2, 1, 2], [0, 1, 0, 1], list("aabb"))
    assert np.isnan(same_means.between)
    same_neighbours = levels.slopes([1, 1, 2, 2], [0, 1, 2, 3], list("aabb"))
    assert np.isnan(same_neighbours.within)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: levels.components([1, 2]), "at least one group"),
        (lambda: levels.components([1, 2], ["a"]), "as many of them as there are values"),
        (lambda: levels.components([1, float("nan")], ["a", "b"]), "value is missing"),
        (lambda: levels.components([1, 2], ["a", "a"]), "more groups than the one above"),
        (lambda: levels.components([1, 2], ["a", "b"]), "fewer groups than persons"),
        (lambda: levels.shares([1, 1, 1], list("aab")), "All values are the same"),
        (lambda: levels.slopes([1, 2], [1], ["a", "b"]), "one x, one y and one place"),
        (lambda: levels.slopes([1, 1], [1, 2], ["a", "b"]), "x is the same for everyone"),
        (lambda: levels.slopes([1, np.nan], [1, 2], ["a", "b"]), "value is missing"),
    ],
)
def test_what_cannot_be_is_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# The neighbourhoods


@pytest.mark.parametrize("within", [-4, -2, 0, 3])
@pytest.mark.parametrize("between", [-3, 0, 4])
@pytest.mark.parametrize("sorted_percent", [5, 60, 95])
def test_the_neighbourhoods_have_exactly_the_slopes_asked_for(within, between, sorted_percent):
    found = levels.run(within, between, sorted_percent).slopes
    assert (found.within, found.between) == approx((within, between), abs=1e-9)
    assert found.sorted_share == approx(sorted_percent / 100)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"within": float("inf")}, "within must be a number"),
        ({"between": float("nan")}, "between must be a number"),
        ({"sorted_percent": 0}, "sorted_percent must lie between 0 and 100 per cent"),
        ({"view": "all"}, "view must be one of means and everybody"),
    ],
)
def test_neighbourhoods_that_cannot_be_are_refused_by_name(values, message):
    with pytest.raises(ValueError, match=message):
        levels.run(**values)
