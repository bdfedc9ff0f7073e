"""Voices: Bethlehem's identity holds exactly, and more of the same answers do not cure a bias."""

import numpy as np
import pytest

from scaling.who_is_heard import voices

approx = pytest.approx


@pytest.mark.parametrize("seed", range(5))
def test_the_bias_is_exactly_that_of_the_mean_weighted_with_the_chances(seed):
    generator = np.random.default_rng(seed)
    chance, y = generator.uniform(0.01, 1, 500), generator.normal(60, 20, 500)
    weighted = np.average(y, weights=chance)
    assert voices.bias(chance, y) == approx(weighted - y.mean(), abs=1e-10)


def test_the_bias_is_what_a_simulated_survey_is_off_by_on_average():
    generator = np.random.default_rng(6)
    y = generator.normal(50, 20, 3000)
    chance = np.clip(0.2 + 0.004 * (y - 50), 0.01, 1)
    means = [y[generator.random(len(y)) < chance].mean() for _ in range(2000)]
    assert np.mean(means) - y.mean() == approx(voices.bias(chance, y), abs=0.05)


def test_where_chances_are_alike_nothing_is_off():
    assert voices.bias([0.3, 0.3, 0.3], [1, 5, 9]) == approx(0)


def test_twice_the_answers_of_the_same_kind_leave_the_bias_as_it_is():
    generator = np.random.default_rng(7)
    chance, y = generator.uniform(0.01, 0.4, 400), generator.normal(0, 1, 400)
    assert voices.bias(2 * chance, y) == approx(voices.bias(chance, y))


def test_once_everybody_answers_nothing_is_off():
    assert voices.bias(voices.chances([1, 2, 9], 3), [4, 5, 6]) == approx(0)


@pytest.mark.parametrize("answers", [0.5, 3, 10, 40, 50])
def test_chances_add_up_to_the_answers_and_never_exceed_certainty(answers):
    inclined = np.random.default_rng(8).lognormal(0, 1.2, 50)
    chance = voices.chances(inclined, answers)
    assert chance.sum() == approx(answers)
    assert ((chance > 0) & (chance <= 1)).all()
    uncertain = chance < 1
    if uncertain.any():
        per_inclination = chance[uncertain] / inclined[uncertain]
        assert per_inclination == approx(per_inclination[0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: voices.bias([0.1], [1, 2]), "one chance and one answer for each person"),
        (lambda: voices.bias([], []), "one chance and one answer for each person"),
        (lambda: voices.bias([0.1, 1.2], [1, 2]), "between 0 and 1"),
        (lambda: voices.bias([0.1, np.nan], [1, 2]), "between 0 and 1"),
        (lambda: voices.bias([0, 0], [1, 2]), "Nobody can answer"),
        (lambda: voices.bias([0.1, 0.1], [1, np.inf]), "y is missing or infinite"),
        (lambda: voices.chances([1, 0], 1), "inclination must be above 0"),
        (lambda: voices.chances([1, 1], 3), "answers must be above 0 and up to 2"),
        (lambda: voices.chances([1, 1], 0), "answers must be above 0 and up to 2"),
    ],
)
def test_what_cannot_be_is_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# Six hundred people


@pytest.mark.parametrize("link", [0, 25, 50])
def test_everybody_s_mean_is_fifty_and_no_rating_leaves_its_scale(link):
    rating = voices.run(link=link).rating
    assert rating.mean() == approx(50)
    assert 0 <= rating.min() < rating.max() <= 100


@pytest.mark.parametrize("way", voices.NAMES)
def test_over_many_draws_the_answers_are_off_by_the_bias(way):
    results = [voices.run(way, 120, 40, draw) for draw in range(600)]
    found = np.array([result.heard for result in results])
    error = found.std() / np.sqrt(len(found))
    assert found.mean() == approx(results[0].expected, abs=4 * error)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"way": "post"}, "way must be one of online, office and there"),
        ({"answers": 5}, "answers must lie between 10 and 600"),
        ({"link": 60}, "link must lie between 0 and 50"),
    ],
)
def test_a_survey_that_cannot_be_is_refused_by_name(values, message):
    with pytest.raises(ValueError, match=message):
        voices.run(**values)


def test_the_biases_are_those_of_an_average_town():
    """Towns whose people stay at home, and differ, by lot: the mean over two hundred of them."""
    power, _, _ = voices._people()
    found = {way: [] for way in voices.NAMES}
    for seed in range(200):
        generator = np.random.default_rng(seed)
        at_home = generator.permutation(np.arange(600) < 150)
        rating = 50 + 40 * (power - 0.5) - 10 * (at_home - 0.25)
        rating = rating + generator.permutation(np.linspace(-15, 15, 600))
        for way in voices.NAMES:
            inclined = np.exp(voices.STEEP[way] * (power - 0.5))
            inclined = inclined * np.where(at_home, voices.SELDOM_OUT[way], 1.0)
            found[way].append(voices.bias(voices.chances(inclined, 240), rating))
    for way, biases in found.items():
        error = np.std(biases, ddof=1) / np.sqrt(len(biases))
        assert voices.run().biases[way] == pytest.approx(np.mean(biases), abs=3 * error + 0.02)
