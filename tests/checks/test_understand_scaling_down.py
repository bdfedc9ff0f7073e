"""Understand 4: what its checks hold to be true follows by other routes too."""

import numpy as np
import pytest
from scipy import stats
from understand import verdict

from scaling.scaling_down.understand import checks


def test_what_arrives_is_a_product_of_shares():
    by_hand = {"a": 0.9 * 0.9 * 0.9 * 0.9, "b": 0.5, "c": 0.7 * 0.7 * 0.7, "d": 0.9 * 0.9}
    assert checks.passed_on.expected() == pytest.approx(by_hand)


def test_the_toy_library_brings_a_few_more_families_together():
    then, now = 600 * 60 // 100, 2000 * 24 // 100
    assert (then, now) == (360, 480)
    assert f"From {then} families with friends to {now}, with {20 - 6} more" in (
        checks.annual_report.meaning
    )


def test_the_ten_mergers_lose_together_and_nine_of_them_save():
    assert sum(checks.SAVED) < 0
    assert np.quantile(checks.SAVED, 0.2) > 0


def drawn(advantage, worlds=200):
    """How often each finding comes in leagues of our own: 100 centres of 10 to 2,000 people."""
    generator = np.random.default_rng(45)
    size = np.round(np.geomspace(10, 2000, 100)).astype(int)
    rate = 0.6 + advantage * np.linspace(0.5, -0.5, 100)
    found = []
    for _ in range(worlds):
        first, later = generator.binomial(size, rate, (2, 100))
        order = np.argsort(first / size)
        shares = [first[half].sum() / size[half].sum() for half in (slice(50), slice(50, 100))]
        found.append(
            (
                order[-1] < 50,
                (order[:10] < 50).sum() <= 5,
                np.std((first / size)[:50]) > np.std((first / size)[50:]),
                shares[0] > shares[1] + 0.05,
                (np.argsort(later / size)[-10:] < 50).sum() >= 8,
            )
        )
    return dict(zip("abcde", np.mean(found, axis=0), strict=True))


def test_in_other_leagues_the_same_findings_speak_for_small_centres():
    chance, truly = drawn(0), drawn(0.15)
    for finding, speaks in checks.league.expected().items():
        if finding != "f":
            assert (truly[finding] - chance[finding] > 0.5) == speaks, finding
            assert speaks or chance[finding] > 0.85, "chance would not bring it"


def test_who_decides_follows_from_comparing_three_losses():
    loses = {
        item: {
            "a": said["diversity"] ** 2,
            "b": said["extra_cost"],
            "c": said["extra_cost"] * (1 - said["shared"]) + said["coordination"],
        }
        for item, said in checks.NEEDS.items()
    }
    least = {item: min(ways, key=ways.get) for item, ways in loses.items()}
    assert least == {"1": "a", "2": "b", "3": "c"}
    assert checks.who_decides.expected() == least | {"4": "a"}


def test_a_common_reserve_is_that_of_the_calls_of_all_posts():
    chances = np.cumsum(stats.poisson.pmf(np.arange(200), 25 * 4))
    assert checks.common_reserve.expected() == np.argmax(chances >= 0.95) - 100
    assert np.sum(stats.poisson.pmf(np.arange(4 + 4 + 1), 4)) >= 0.95
    for answer in (13, 17, 20, 23):
        assert verdict(checks.common_reserve, answer) is None, answer
    for answer in (100, 4, 50, 117):
        assert verdict(checks.common_reserve, answer) in checks.common_reserve.slips, answer
