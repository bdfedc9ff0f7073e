"""The fine's figures, counted again from the table one row at a time."""

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from scaling import datasets
from scaling.process_product import fines

approx = pytest.approx
TABLE = datasets.load("daycare_fines")


def mean(group, period, but=None, up_to=20):
    counts = [
        row.late_pickups
        for row in TABLE.itertuples()
        if row.group == group and row.period == period and row.centre != but and row.week <= up_to
    ]
    return sum(counts) / len(counts)


@pytest.mark.parametrize("period", ["before", "during", "after"])
def test_the_means_are_those_of_the_table(period):
    assert fines.run().means[period] == approx((mean("fine", period), mean("control", period)))


@pytest.mark.parametrize("left_out", [0, 1, 5, 7, 10])
@pytest.mark.parametrize("period", ["during", "after"])
def test_the_rise_is_a_difference_in_differences(left_out, period):
    rises = [
        mean(group, period, left_out) - mean(group, "before", left_out)
        for group in ("fine", "control")
    ]
    result = fines.run(left_out=left_out)
    assert result.rise[period] == approx(rises[0] - rises[1])
    alone = fines.run(left_out=left_out, against=fines.PAST)
    assert alone.rise[period] == approx(rises[0])


@pytest.mark.parametrize("period", ["during", "after"])
def test_the_chance_counts_every_choice_of_six_centres(period):
    levels = TABLE.groupby(["centre", "period"]).late_pickups.mean().unstack()
    rise = levels[period] - levels["before"]
    every = []
    for chosen in itertools.combinations(range(1, 11), 6):
        others = [centre for centre in range(1, 11) if centre not in chosen]
        every.append(rise[list(chosen)].mean() - rise[others].mean())
    result = fines.run()
    assert len(every) == result.choices == 210
    assert result.chance[period] == approx(np.mean(np.array(every) >= result.rise[period] - 1e-9))
    assert result.chance[period] == approx(1 / 210)


@pytest.mark.parametrize("seen", [5, 8, 12, 16])
def test_until_the_fine_is_dropped_nothing_is_said_of_what_comes_after(seen):
    result = fines.run(seen)
    assert math.isnan(result.rise["after"])
    assert math.isnan(result.means["after"][0])
    assert "after it" not in fines.words(result)
    assert result.means["during"][0] == approx(mean("fine", "during", up_to=seen))
    assert np.isnan(result.fine[seen:]).all()


def test_no_single_centre_carries_the_finding():
    for centre in range(1, 11):
        result = fines.run(left_out=centre)
        assert result.rise["during"] > 8
        assert result.choices == (126 if centre <= 6 else 84)
        assert "no other gives as much" in fines.words(result)


def test_without_any_effect_every_choice_is_as_likely():
    """Under pure chance the p-value is uniform: its mean lies near one half."""
    generator = np.random.default_rng(5)
    choices = fines.all_choices(10, 6)
    fined = choices[0]
    found = []
    for _ in range(400):
        before, later = generator.normal(8, 2, (2, 10))
        every = fines.difference_in_differences(before, later, choices)
        ours = fines.difference_in_differences(before, later, fined)
        found.append(np.mean(every >= ours - 1e-9))
    assert np.mean(found) == approx(0.5, abs=0.05)


def test_a_shift_shared_by_all_leaves_the_difference_in_rise_as_it_was():
    before, later = np.array([8.0, 9, 10, 7]), np.array([15.0, 17, 10, 8])
    fined = np.array([True, True, False, False])
    plain = fines.difference_in_differences(before, later, fined)
    assert fines.difference_in_differences(before, later + 5, fined) == approx(plain)
    assert plain == approx(7.5 - 0.5)


def test_before_the_fine_nothing_is_known_but_what_is_asked():
    result = fines.run(4)
    assert result.means["before"] == approx((mean("fine", "before"), mean("control", "before")))
    assert all(math.isnan(value) for value in (*result.rise.values(), *result.chance.values()))
    assert result.under_the_fine == approx(mean("fine", "during"))
    assert fines.run(4, left_out=3).under_the_fine == approx(mean("fine", "during", but=3))
    dotted = fines.picture(result).data[2]
    assert np.isnan(dotted.y).all()


def test_the_dotted_line_is_as_far_below_the_mean_as_the_arrow_says():
    result = fines.run()
    dotted = fines.picture(result).data[2]
    assert result.means["during"][0] - dotted.y[0] == approx(result.rise["during"])
    assert result.means["after"][0] - dotted.y[3] == approx(result.rise["after"])


@pytest.mark.parametrize(
    ("argument", "bad", "allowed"),
    [
        ("seen", 3, "from 4 to 20"),
        ("seen", 21, "from 4 to 20"),
        ("seen", 7.5, "whole number"),
        ("against", "nothing", "controls and past"),
        ("left_out", 11, "from 0 to 10"),
        ("left_out", -1, "from 0 to 10"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(argument, bad, allowed):
    with pytest.raises(ValueError, match=f"{argument}.*{allowed}"):
        fines.run(**{argument: bad})


def test_the_interval_is_that_of_welch_over_centres():
    """By hand: the variance of either group's rises, and the freedom of Satterthwaite."""
    table = datasets.load("daycare_fines")
    means = table.pivot_table("late_pickups", ["group", "centre"], "period")
    for period in ("during", "after"):
        rise = means[period] - means.before
        fine, control = rise["fine"], rise["control"]
        parts = [group.var(ddof=1) / len(group) for group in (fine, control)]
        freedom = sum(parts) ** 2 / (parts[0] ** 2 / 5 + parts[1] ** 2 / 3)
        half = stats.t.ppf(0.975, freedom) * sum(parts) ** 0.5
        middle = fine.mean() - control.mean()
        assert fines.run().interval[period] == pytest.approx((middle - half, middle + half))
    assert np.isnan(fines.run(against="past").interval["during"]).all()
