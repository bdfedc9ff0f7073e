"""Shared back-up: reserves against exact counting, simulation and the square-root law."""

import itertools

import numpy as np
import pytest
from scipy import stats

from scaling.scaling_down import shared_backup
from scaling.scaling_down.shared_backup import TEAMS

approx = pytest.approx


def by_counting(teams, calls, service):
    """Add up Poisson probabilities until they suffice, then take the mean off."""
    mean, count, chance = teams * calls, 0, np.exp(-teams * calls)
    so_far = chance
    while so_far < service:
        count += 1
        chance *= mean / count
        so_far += chance
    return count - mean


@pytest.mark.parametrize("teams", [1, 2, 10, 40])
@pytest.mark.parametrize("calls", [1.0, 4.0, 9.0])
@pytest.mark.parametrize("service", [0.8, 0.95, 0.99])
def test_the_reserve_is_the_one_found_by_counting_up(teams, calls, service):
    assert shared_backup.reserve(teams, calls, service) == approx(
        by_counting(teams, calls, service)
    )


@pytest.mark.parametrize(("together", "swing"), [(1, 0.0), (10, 0.0), (400, 0.0), (10, 0.3)])
def test_the_reserve_suffices_as_often_as_promised_in_simulated_weeks(together, swing):
    generator = np.random.default_rng(4)
    weeks = 60_000
    factor = generator.gamma(1 / swing**2, swing**2, weeks) if swing else np.ones(weeks)
    asked = generator.poisson(together * 4 * factor)
    ready = together * 4 + shared_backup.reserve(together, 4, 0.95, swing)
    suffices, with_one_less = np.mean(asked <= ready), np.mean(asked <= ready - 1)
    assert suffices >= 0.95 - 0.004
    assert with_one_less <= 0.95 + 0.004


@pytest.mark.parametrize("together", [1, 10, 100, 400])
@pytest.mark.parametrize("swing", [0.0, 0.3])
def test_simulated_weeks_are_served_equally_often_and_miss_as_many_calls(together, swing):
    """Each simulated group has by lot the whole number below or above the helpers on average."""
    generator = np.random.default_rng(5)
    weeks = 40_000
    factor = generator.gamma(1 / swing**2, swing**2, weeks) if swing else np.ones(weeks)
    asked = generator.poisson(together * 4 * factor)
    helpers, missed = shared_backup.at_equal_service(together, 4, 0.95, swing)
    ready = np.floor(together * 4 + helpers + generator.random(weeks))
    assert np.mean(asked <= ready) == approx(0.95, abs=0.004)
    assert missed == approx(np.maximum(0, asked - ready).mean(), rel=0.08, abs=0.05)


@pytest.mark.parametrize("calls", [3.9, 3.95, 4.0, 4.05])
def test_a_few_calls_more_need_no_more_than_a_few_helpers_more(calls):
    """With one whole number for all tables 1,220 helpers would become 1,600 at about 4 calls."""
    before, after = (shared_backup.total(1, each, 0.95)[0] for each in (calls, calls + 0.05))
    assert before < after < before + 20


@pytest.mark.parametrize("service", [0.8, 0.95, 0.99])
@pytest.mark.parametrize("together", [1, 4, 25, 100, 400])
def test_for_many_calls_the_reserve_follows_the_square_root_law(together, service):
    calls = 10_000.0
    # The normal approximation of all reserves together, (N/n)·z·√(nλ).
    law = TEAMS / together * stats.norm.ppf(service) * np.sqrt(together * calls)
    assert shared_backup.total(together, calls, service)[0] == approx(law, rel=0.03)


def test_by_the_law_a_hundred_times_the_teams_need_ten_times_the_reserve():
    one, hundred = (shared_backup.reserve(teams, 1000, 0.95) for teams in (1, 100))
    assert hundred == approx(10 * one, rel=0.02)


def test_sharing_never_lets_more_calls_go_unanswered_at_the_start():
    alone, shared, pooled = shared_backup.run().unanswered
    assert alone > shared > pooled > 0


def test_the_figures_of_the_start():
    result = shared_backup.run()
    assert (result.alone, result.reserve, result.pooled) == (1216, 408, 66)
    assert result.saved == approx((1216 - 408) / (1216 - 66))


@pytest.mark.parametrize("together", [1, 3, 7, 10, 100, 150, 399, 400])
def test_every_team_is_in_one_group(together):
    assert sum(size * count for size, count in shared_backup.split(together)) == TEAMS


def test_without_a_swing_calls_are_poisson_and_with_a_tiny_one_nearly_so():
    exact, nearly = shared_backup.demand(40), shared_backup.demand(40, 0.001)
    points = np.arange(20, 70, 5)
    assert nearly.cdf(points) == approx(exact.cdf(points), abs=1e-4)


@pytest.mark.parametrize("swing", [0.1, 0.3, 0.5])
def test_a_common_swing_has_the_mean_and_variance_of_a_shared_factor(swing):
    mean, variance = shared_backup.demand(40, swing).stats(moments="mv")
    assert mean == approx(40)
    assert variance == approx(40 + (40 * swing) ** 2)


def test_a_common_swing_cannot_be_shared_away():
    """For each team the reserve tends to the quantile of the common factor, less one."""
    swing = 0.3
    per_team = shared_backup.reserve(TEAMS, 10_000, 0.95, swing) / TEAMS / 10_000
    factor = stats.gamma(1 / swing**2, scale=swing**2)
    assert per_team == approx(factor.ppf(0.95) - 1, rel=0.01)


def test_the_part_saved_runs_from_none_alone_to_all_for_one_reserve():
    result = shared_backup.run()
    parts = result.parts(np.array([result.alone, result.reserve, result.pooled]))
    assert parts[0] == 0
    assert parts[2] == 1
    assert parts[1] == result.saved == pytest.approx((1216 - 408) / (1216 - 66))


@pytest.mark.parametrize(("calls", "service"), list(itertools.product([1, 4, 20], [80, 95, 99])))
def test_larger_groups_that_divide_evenly_never_need_more(calls, service):
    totals = [shared_backup.total(n, calls, service / 100)[0] for n in (1, 10, 100, 400)]
    assert totals == sorted(totals, reverse=True)


def test_tiny_on_a_massive_scale_is_arithmetic():
    table = shared_backup.tiny_on_a_massive_scale().table
    assert set(table["guests in all"]) == {f"{400 * 24:,}"}
    assert shared_backup.GUESTS == 24
    assert table["helpers in reserve"].tolist() == ["66", "1,216", "408", "66"]
    assert table["managers in line"].tolist() == [82, 0, 0, 0]
    assert table["layers up to the decision"].tolist() == [4, 0, 0, 0]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"together": 0}, "together must be a whole number from 1 to 400"),
        ({"together": 401}, "together must be a whole number from 1 to 400"),
        ({"together": 2.5}, "together must be a whole number"),
        ({"calls": 0}, "calls must be above 0"),
        ({"service": 50}, "service must lie between 50 and 100 per cent"),
        ({"service": 100}, "service must lie between 50 and 100 per cent"),
        ({"swing": -0.1}, "swing must lie between 0 and 1"),
    ],
)
def test_what_cannot_be_is_refused_by_name(values, message):
    with pytest.raises(ValueError, match=message):
        shared_backup.run(**values)
