"""Trust fills slowly and drains quickly; whether that makes a trap depends on whom one meets."""

import math

import numpy as np
import pytest

from scaling.process_product import trust

approx = pytest.approx


def one_plan(listening, imposition, days, meets):
    """The same two years, week by week in plain Python."""
    level, visits, levels = trust.AT_FIRST, 0.0, []
    for week in range(trust.WEEKS):
        levels.append(level)
        comes = 1 / (1 + math.exp(-trust.STEEPNESS * (level - trust.MIDPOINT)))
        if week < listening:
            level += trust.GAIN * days * (1 - level)
        else:
            visits += trust.SEATS * comes
            reach = comes if meets == trust.COMERS else 1
            fills = trust.GAIN * days * reach * (1 - level)
            level += fills - trust.EROSION * imposition * level
    return levels, visits


@pytest.mark.parametrize("listening", [0, 1, 26, 78, 104])
@pytest.mark.parametrize("imposition", [0, 0.25, 1])
@pytest.mark.parametrize("meets", [trust.COMERS, trust.EVERYONE])
def test_all_plans_at_once_are_as_one_by_one(listening, imposition, meets):
    levels, visits = one_plan(listening, imposition, 4, meets)
    result = trust.run(listening, imposition, 4, meets)
    assert result.trust == approx(np.array(levels))
    assert result.visits == approx(visits)
    if listening <= trust.LONGEST_LISTENING:
        assert result.totals[listening] == approx(visits)


def test_the_first_weeks_come_out_as_by_hand():
    """Four days a week win 0.0075 each of the 0.9 that is missing; then a quarter is imposed."""
    first, second = 0.1, 0.1 + 4 * 0.0075 * 0.9
    comes = 1 / (1 + math.exp(8 * (0.4 - second)))
    third = second + 4 * 0.0075 * comes * (1 - second) - 0.25 * 0.08 * second
    result = trust.run(listening=1, imposition=0.25, days=4)
    assert result.trust[:3] == approx([first, second, third])
    assert result.uptake[:2] == approx([0, comes])


def test_beside_a_plan_are_half_a_year_and_each_week_to_eighteen_months():
    result, half_a_year = trust.run(), trust.run(26)
    assert result.listening == 0
    assert result.trust_listened == approx(half_a_year.trust)
    assert result.uptake_listened == approx(half_a_year.uptake)
    assert result.totals.shape == (79,)
    assert result.totals[26] == approx(24 * half_a_year.uptake.sum())


@pytest.mark.parametrize("days", [1, 4, 5])
def test_while_the_worker_listens_missing_trust_shrinks_at_a_steady_rate(days):
    weeks = np.arange(78)
    missing = (1 - trust.AT_FIRST) * (1 - trust.GAIN * days) ** weeks
    assert 1 - trust.run(78, days=days).trust[:78] == approx(missing)


@pytest.mark.parametrize("imposition", [0.1, 0.25, 0.6, 1])
def test_if_everyone_is_met_trust_ends_where_the_formula_says(imposition):
    """If the worker meets everybody, it has no memory: launching now and later end alike."""
    ends = [trust.run(weeks, imposition, 5, trust.EVERYONE).trust[-1] for weeks in (0, 13, 26)]
    fills, drains = trust.GAIN * 5, trust.EROSION * imposition
    assert ends == approx([fills / (fills + drains)] * 3, abs=0.04)


def test_if_only_comers_are_met_the_start_decides():
    now, later = trust.run(0), trust.run(26)
    assert now.trust[-1] < 0.15 < 0.5 < later.trust[-1]
    assert later.visits > 5 * now.visits


def test_launching_now_wins_if_the_worker_goes_on_meeting_everyone():
    result = trust.run(26, meets=trust.EVERYONE)
    assert result.best == 0
    assert result.totals[0] > result.visits


def test_trust_is_slow_to_fill_and_quick_to_drain():
    """In the middle, full presence adds less in a week than full imposition takes."""
    assert trust.GAIN * 5 * 0.5 < trust.EROSION * 1 * 0.5


@pytest.mark.parametrize("imposition", [0, 0.25, 0.5, 1])
def test_more_imposition_never_brings_more_visits(imposition):
    more = trust.run(26, min(1, imposition + 0.25))
    assert more.visits <= trust.run(26, imposition).visits


def test_the_more_is_imposed_the_longer_listening_pays():
    best = [trust.run(0, imposition).best for imposition in (0, 0.2, 0.4, 0.6)]
    assert best == sorted(best)
    assert best[0] > 0


def test_nobody_comes_before_the_launch_and_all_seats_are_never_overfilled():
    result = trust.run(26)
    assert (result.uptake[:26] == 0).all()
    assert (result.uptake[26:] > 0).all()
    assert result.uptake.max() <= 1
    assert trust.uptake(trust.MIDPOINT) == 0.5


def test_two_years_of_listening_open_no_table():
    result = trust.run(104)
    assert result.visits == 0
    assert "0 visits on 0 evenings" in trust.words(result)


def test_trust_stays_between_none_and_full():
    for imposition in (0, 1):
        for days in (0, 7):
            path = trust.run(10, imposition, days).trust
            assert (path >= 0).all()
            assert (path <= 1).all()


def test_with_no_presence_and_no_imposition_trust_stays():
    assert trust.run(0, 0, 0).trust == approx(np.full(trust.WEEKS, trust.AT_FIRST))


@pytest.mark.parametrize(
    ("argument", "bad", "allowed"),
    [
        ("listening", -1, "whole number"),
        ("listening", 105, "from 0 to 104"),
        ("listening", 2.5, "whole number"),
        ("imposition", 1.5, "between 0 and 1"),
        ("imposition", math.nan, "between 0 and 1"),
        ("days", 8, "between 0 and 7"),
        ("days", -1, "between 0 and 7"),
        ("meets", "nobody", "comers and everyone"),
    ],
)
def test_an_impossible_plan_is_refused_in_a_sentence(argument, bad, allowed):
    with pytest.raises(ValueError, match=f"{argument}.*{allowed}"):
        trust.run(**{argument: bad})


def test_the_inventions_of_the_start_give_what_the_explorable_shows():
    times, best = trust.of_inventions()
    result = trust.run()
    assert times == pytest.approx(result.totals[trust.HALF_A_YEAR] / result.totals[0])
    assert best == result.best


def test_where_trust_hardly_decides_who_comes_there_is_no_trap():
    assert trust.of_inventions(steepness=1)[0] < 1 < trust.of_inventions(steepness=4)[0]
    assert trust.of_inventions(steepness=1e-9)[0] == pytest.approx(
        (trust.WEEKS - trust.HALF_A_YEAR) / trust.WEEKS
    )
