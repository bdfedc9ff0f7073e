"""Immunisation: chances of pairs and slopes by other routes than the model takes."""

import itertools

import numpy as np
import pytest
import statsmodels.formula.api as smf

from scaling import datasets
from scaling.who_is_heard import immunisation, levels

approx = pytest.approx


@pytest.fixture(scope="module")
def children():
    return datasets.load("guatemala_immunisation")


def counted(children, same_mother):
    """Pairs counted one by one: of those with one immunised child, how often the other is too."""
    both = given = 0
    for _, group in children.groupby("community"):
        for one, other in itertools.permutations(group.itertuples(), 2):
            if (one.mother == other.mother) == same_mother and one.immunised:
                given += 1
                both += other.immunised
    return both / given


@pytest.mark.parametrize(("same_mother", "name"), [(True, "sibling"), (False, "neighbour")])
def test_the_chance_for_another_child_is_that_of_pairs_counted_one_by_one(
    children, same_mother, name
):
    assert getattr(immunisation.run(), name) == approx(counted(children, same_mother))


def test_a_spread_in_points_is_found_again_in_imagined_communities():
    """Communities whose true rates differ by that much, asked with yes or no, give the share."""
    result, generator = immunisation.run(), np.random.default_rng(5)
    rates = np.clip(generator.normal(result.anyone, result.spreads[0], 2000), 0, 1)
    answers = generator.random((2000, 40)) < rates[:, None]
    place = np.repeat(np.arange(2000), 40)
    found = levels.shares(answers.ravel().astype(float), place)[0]
    assert found == approx(result.shares[0], abs=0.01)


@pytest.mark.parametrize("school", ["primary", "secondary"])
def test_the_slope_among_neighbours_is_that_of_a_regression(children, school):
    compared = children[children.mother_education.isin(["none", school])]
    compared = compared.assign(x=(compared.mother_education == school).astype(float))
    fitted = smf.ols("immunised ~ x + C(community)", compared).fit()
    result = immunisation.run(school=school)
    assert result.slopes.within == approx(fitted.params["x"])
    gap = compared.groupby("x").immunised.mean()
    assert result.slopes.overall == approx(gap[1.0] - gap[0.0])
    assert result.schooled == len(compared)


def test_the_interval_is_about_that_of_errors_clustered_by_community(children):
    compared = children[children.mother_education != "secondary"]
    compared = compared.assign(x=(compared.mother_education == "primary").astype(float))
    fitted = smf.ols("immunised ~ x + C(community)", compared).fit(
        cov_type="cluster", cov_kwds={"groups": compared.community}
    )
    expected = fitted.conf_int().loc["x"]
    assert immunisation.run().within_interval == approx(tuple(expected), abs=0.012)


def test_the_groups_of_children_are_those_named(children):
    assert immunisation.run("older").children == (children.age_2_plus == 1).sum()
    assert (
        immunisation.run("rural").children + immunisation.run("urban").children
        == immunisation.run().children
        == 2159
    )
    assert np.isclose(
        immunisation.run("urban").anyone, children[children.rural == 0].immunised.mean()
    )


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"who": "girls"}, "who must be one of"),
        ({"school": "none"}, "school must be one of primary and secondary"),
    ],
)
def test_what_cannot_be_is_refused_by_name(values, message):
    with pytest.raises(ValueError, match=message):
        immunisation.run(**values)


@pytest.mark.slow
def test_chances_lie_in_their_intervals_and_siblings_are_surely_more_alike():
    result = immunisation.run()
    anyone, neighbour, sibling = immunisation.chance_intervals()
    assert anyone[0] < result.anyone < anyone[1]
    assert neighbour[0] < result.neighbour < neighbour[1] < sibling[0] < result.sibling < sibling[1]
    with pytest.raises(ValueError, match="who"):
        immunisation.chance_intervals("nobody")
