"""Labels and weeks of contact, pooled again from the table."""

import numpy as np
import pytest

from scaling import datasets, meta
from scaling.process_product import expectancy

approx = pytest.approx
TABLE = datasets.load("teacher_expectancy")


def dersimonian_laird(part):
    weight = 1 / part.variance
    fixed = (weight * part.effect_d).sum() / weight.sum()
    q = (weight * (part.effect_d - fixed) ** 2).sum()
    spread = weight.sum() - (weight**2).sum() / weight.sum()
    tau2 = max(0, (q - len(part) + 1) / spread)
    weight = 1 / (part.variance + tau2)
    return (weight * part.effect_d).sum() / weight.sum(), weight.sum() ** -0.5


@pytest.mark.parametrize("weeks", [0, 1, 2, 3, 5, 7])
@pytest.mark.parametrize("tester", ["all", "blind", "aware"])
def test_the_two_means_are_those_of_the_comparisons_on_either_side(weeks, tester):
    table = TABLE if tester == "all" else TABLE[TABLE.tester == tester]
    new, known = (
        table[table.weeks_prior_contact <= weeks],
        table[table.weeks_prior_contact > weeks],
    )
    if min(len(new), len(known)) < 2:
        with pytest.raises(ValueError, match="Fewer than two of these comparisons"):
            expectancy.run(weeks, tester)
        return
    result = expectancy.run(weeks, tester)
    for pooled, part in ((result.new, new), (result.known, known)):
        mean, error = dersimonian_laird(part)
        assert pooled.k == len(part)
        assert (pooled.mean, pooled.se) == approx((mean, error))


def test_a_label_moves_only_pupils_whom_the_teacher_hardly_knew():
    result = expectancy.run()
    assert (result.new.k, result.known.k) == (8, 11)
    assert result.new.mean == approx(0.38, abs=0.005)
    assert result.new.mean_interval() == approx((0.17, 0.59), abs=0.006)
    assert result.known.mean == approx(-0.02, abs=0.005)
    assert result.known.mean_interval() == approx((-0.10, 0.06), abs=0.006)


def test_testers_who_did_not_know_of_the_label_find_the_same():
    blind = expectancy.run(tester="blind")
    assert blind.new.mean_interval()[0] > 0
    assert abs(blind.known.mean) < 0.05


def test_the_difference_fades_when_the_border_moves_on():
    means = [expectancy.run(weeks).new.mean for weeks in range(8)]
    assert (np.diff(means) <= 1e-12).all()
    assert means[7] < means[1] / 2


def test_every_comparison_is_drawn_once_and_near_its_weeks():
    result = expectancy.run()
    dots = expectancy.picture(result).data[-2:]
    assert sum(len(trace.x) for trace in dots) == len(TABLE) == 19
    drawn = np.concatenate([2**trace.x - 1 for trace in dots])
    assert np.abs(np.sort(drawn) - np.sort(TABLE.weeks_prior_contact)).max() < 1.5
    assert len(set(np.round(np.concatenate([trace.x for trace in dots]), 6))) == 19


def test_the_table_ends_with_the_two_means():
    table = expectancy.table(expectancy.run())
    assert len(table) == 21
    assert table.study.is_unique
    assert table.effect.tolist()[-2:] == ["0.38", "−0.02"]


@pytest.mark.parametrize(
    ("argument", "bad", "allowed"),
    [("weeks", -1, "from 0 to 20"), ("weeks", 1.5, "whole number"), ("tester", "x", "all, blind")],
)
def test_what_cannot_be_is_refused_in_a_sentence(argument, bad, allowed):
    with pytest.raises(ValueError, match=f"{argument}.*{allowed}"):
        expectancy.run(**{argument: bad})


def test_few_studies_give_a_wider_interval_and_a_next_one_wider_still():
    result = expectancy.run()
    low, high = result.for_few_studies(is_new=True)
    plain_low, plain_high = result.new.mean_interval()
    next_low, next_high = result.new.next_place()
    assert next_low < low < plain_low < plain_high < high < next_high
    assert next_low < 0 < low
    part = result.studies[result.studies.is_new]
    assert (low, high) == pytest.approx(meta.hartung_knapp(part.effect_d, part.variance))
