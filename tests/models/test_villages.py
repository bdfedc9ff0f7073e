"""Villages beside chance, counted again in plain numpy."""

import dataclasses
import math

import numpy as np
import pytest
from scipy import stats

from scaling import datasets
from scaling.size_context import villages

approx = pytest.approx


def counted(at_least, keep=lambda row: True):
    """Households and buyers by village, counted one household at a time."""
    size, bought = {}, {}
    for row in datasets.load("rice_insurance").itertuples():
        if keep(row):
            size[row.village] = size.get(row.village, 0) + 1
            bought[row.village] = bought.get(row.village, 0) + row.bought
    kept = [village for village in size if size[village] >= at_least]
    return np.array([size[v] for v in kept]), np.array([bought[v] for v in kept])


@pytest.mark.parametrize("at_least", [1, 5, 20, 33])
def test_villages_are_counted_as_by_hand(at_least):
    size, bought = counted(at_least)
    result = villages.run(at_least)
    share = bought / size
    assert result.share == approx(np.sort(share))
    assert result.common == approx(bought.sum() / size.sum())
    deviation = math.sqrt(((share - share.mean()) ** 2).sum() / (len(share) - 1))
    assert result.spread == approx(deviation)
    assert sorted(result.households) == sorted(size)


@pytest.mark.parametrize(
    ("whose", "default"), [(villages.DEFAULT_BUY, 1), (villages.DEFAULT_NOT, 0)]
)
def test_only_households_with_that_default_are_counted(whose, default):
    size, bought = counted(10, lambda row: row.default_buy == default)
    result = villages.run(10, whose)
    assert result.share == approx(np.sort(bought / size))
    assert result.common == approx(bought.sum() / size.sum())


def test_each_share_keeps_its_own_number_of_households():
    size, bought = counted(20)
    pairs = {(int(n), round(b / n, 9)) for n, b in zip(size, bought, strict=True)}
    result = villages.run(20)
    found = {(int(n), round(s, 9)) for n, s in zip(result.households, result.share, strict=True)}
    assert found == pairs


def test_31_villages_lie_0137_apart_where_chance_alone_gives_0084():
    result = villages.run(20)
    assert len(result.share) == 31
    assert (result.share.min(), result.share.max()) == approx((0.23, 0.85), abs=0.005)
    assert result.spread == approx(0.137, abs=0.0005)
    assert result.chance_spread.mean() == approx(0.084, abs=0.0005)
    assert result.as_far_apart == 0


@pytest.mark.parametrize("at_least", [5, 20, 33])
def test_the_chance_spread_is_that_of_binomial_villages(at_least):
    """E(s²) over villages is the mean of p(1 − p)/n: exact, whatever the numbers of households."""
    size, bought = counted(at_least)
    common = bought.sum() / size.sum()
    expected = (common * (1 - common) / size).mean()
    squares = villages.run(at_least).chance_spread ** 2
    error = squares.std(ddof=1) / math.sqrt(len(squares))
    assert squares.mean() == approx(expected, abs=4 * error)


def test_worlds_as_far_apart_are_counted_with_ties():
    result = villages.run(20)
    held = dataclasses.replace(result, spread=0.2, chance_spread=np.array([0.1, 0.2, 0.3]))
    assert held.as_far_apart == 2
    assert "2 set villages as far apart" in villages.words(held)


def test_smaller_villages_spread_further_and_so_does_chance():
    few, many = villages.run(20), villages.run(5)
    assert many.spread > few.spread
    assert many.chance_spread.mean() > few.chance_spread.mean()


def test_the_same_seed_draws_the_same_worlds():
    villages.run.cache_clear()
    first = villages.run(20, seed=7)
    villages.run.cache_clear()
    assert np.array_equal(first.chance_spread, villages.run(20, seed=7).chance_spread)
    assert not np.array_equal(first.chance_spread, villages.run(20, seed=8).chance_spread)


@pytest.mark.slow
def test_the_spread_beyond_chance_is_found_again_where_it_is_known():
    """Imagined villages whose true rates differ by 11 points, with the real numbers of people."""
    real, generator, found, kept = villages.run(), np.random.default_rng(2), [], 0
    for _ in range(200):
        rates = np.clip(generator.normal(0.45, 0.11, len(real.households)), 0, 1)
        share = generator.binomial(real.households, rates) / real.households
        common = float(np.average(share, weights=real.households))
        by_chance = np.sqrt(common * (1 - common) / real.households)
        draws = generator.normal(0, by_chance, (400, len(share))).std(axis=1, ddof=1)
        imagined = dataclasses.replace(
            real, share=share, common=common, spread=share.std(ddof=1), chance_spread=draws
        )
        found.append(imagined.beyond_chance**2)
        low, high = imagined.beyond_chance_interval()
        kept += low < 0.11 < high
    assert np.sqrt(np.mean(found)) == approx(0.11, abs=0.01)
    assert kept / 200 > 0.85
    assert real.share_of_variation == approx(
        real.beyond_chance**2 / (real.common * (1 - real.common))
    )


def test_the_band_of_chance_holds_19_of_20_such_villages():
    result = villages.run(20)
    band = villages.picture(result).data[0]
    low, high = (np.array(band.y) + side * np.array(band.error_y.array) for side in (-1, 1))
    count = np.arange(result.households.max() + 1)
    for n, share_low, share_high in zip(result.households, low, high, strict=True):
        inside = stats.binom.pmf(count[: n + 1], n, result.common)[
            (count[: n + 1] >= share_low * n - 1e-6) & (count[: n + 1] <= share_high * n + 1e-6)
        ].sum()
        assert 0.95 <= inside < 0.99


@pytest.mark.parametrize(
    ("at_least", "left"),
    [(76, "1 village has"), (72, "2 villages have"), (10_000, "0 villages have")],
)
def test_too_few_villages_are_refused_in_a_sentence(at_least, left):
    with pytest.raises(ValueError, match=f"Only {left} {at_least} .* choose a smaller number"):
        villages.run(at_least)


def test_an_unknown_group_of_households_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="whose must be one of everyone, buy and not; it is 'x'"):
        villages.run(whose="x")
