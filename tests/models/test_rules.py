"""The rules of the region at any share of process: straight lines hold what whole games meet."""

import numpy as np
import pytest

from scaling.capstone import policies, region, rules
from scaling.capstone.region import DEVOLVE, EXPORT, GROW, JOIN, KINDS, LISTEN, MEASURE, PLACES

approx = pytest.approx
every_kind = pytest.mark.parametrize("kind", KINDS)
SHARE = 0.4  # that of the game


@every_kind
@pytest.mark.parametrize("name", policies.POLICIES)
def test_two_plays_hold_what_is_met_at_every_share(name, kind):
    for seed, process in ((1, 0.0), (2, 0.35), (3, 0.85), (4, 1.0)):
        end = policies.play_all(seed, kind, name, process)
        line = policies.straight(seed, kind, name)
        assert line.met(process) == approx(end.met)
        assert line.total(process) == approx(end.total)


def test_they_do_so_on_both_sides_of_a_share_that_changes_the_moves():
    """In such a region chance decides which report is the best, and so what is copied."""
    name, kind = rules.COPY, rules.ALIKE
    lines = {seed: policies.straight(seed, kind, name) for seed in range(rules.REGIONS)}
    turned = {seed: line for seed, line in lines.items() if np.isfinite(line.border)}
    assert turned
    for seed, line in turned.items():
        for process in (line.border - 0.01, line.border + 0.01):
            assert line.total(process) == approx(policies.play_all(seed, kind, name, process).total)
        below, above = (policies.play_all(seed, kind, name, process) for process in (0, 1))
        assert below.moves != above.moves or (below.practice != above.practice).any()


def test_the_game_has_the_share_that_the_comparison_calls_its_own():
    assert region.new_region(3).region.process == region.PROCESS == rules.PROCESS == SHARE


@pytest.mark.parametrize("process", [-0.1, 1.1, "much"])
def test_a_share_out_of_range_is_refused(process):
    with pytest.raises(ValueError, match="process"):
        region.new_region(1, process=process)
    with pytest.raises(ValueError, match="process"):
        rules.run(process=process)
    with pytest.raises(ValueError, match="kind"):
        rules.run(kind="happy")


@pytest.mark.slow
def test_a_border_is_where_whole_games_change_the_order():
    found = rules.border(rules.JOIN, rules.ALONE, rules.DIFFERENT)
    for process, ahead in ((found - 0.02, True), (found + 0.02, False)):
        join, alone = (
            np.mean(
                [
                    policies.play_all(seed, rules.DIFFERENT, name, process).total
                    for seed in range(rules.REGIONS)
                ]
            )
            for name in (rules.JOIN, rules.ALONE)
        )
        assert (join > alone) == ahead


def test_where_nothing_changes_there_is_no_border():
    assert np.isnan(rules.border(rules.EXPORT, rules.JOIN, rules.DIFFERENT))


@pytest.mark.slow
def test_the_interval_covers_the_mean_of_many_more_regions_most_times():
    """Nearly all of ten sets of regions should; each is compared with all of them together."""
    totals = np.array(
        [policies.straight(seed, rules.ALIKE, rules.EXPORT).total(SHARE) for seed in range(200)]
    )
    covered = [
        low <= totals.mean() <= high
        for low, high in (rules.interval(part) for part in totals.reshape(10, 20))
    ]
    assert sum(covered) >= 8


# Players by a script: what pays in the game


def everywhere(_state):
    return np.ones(PLACES, dtype=bool)


def has_table(state):
    return state.table


def has_none(state):
    return ~state.table & ~state.growing


def largest(count):
    return lambda state: np.isin(
        range(PLACES), np.argsort(-state.region.people, kind="stable")[:count]
    )


def careful(state):
    """Listens everywhere for a quarter, grows two, sends handbooks, joins, devolves and listens."""
    if state.quarter == 0:
        return policies.spend(state, (LISTEN, everywhere))
    if state.quarter == 1:
        return policies.spend(state, (GROW, largest(2)))
    return policies.spend(
        state, (EXPORT, has_none), (JOIN, has_table), (DEVOLVE, has_table), (LISTEN, has_table)
    )


def exports_and_rests(state):
    return policies.spend(state, (EXPORT, has_none))


def listens_for_ever(state):
    """Grows two tables, and spends all that is left on listening where there is none."""
    if state.quarter == 1:
        state = policies.spend(state, (GROW, largest(2)))
    return policies.spend(state, (LISTEN, everywhere))


def measures_everything(state):
    return policies.spend(state, (EXPORT, has_none), (MEASURE, has_table))


def played(policy, kind):
    return np.array([policies.play_all(seed, kind, policy).total for seed in range(rules.REGIONS)])


@every_kind
def test_opening_and_looking_beats_exporting_at_once_in_every_region(kind):
    """To play as the course teaches pays: look for the kind of region, and help meanwhile."""
    ahead = played(policies.open_and_look, kind) - played(policies.export_at_once, kind)
    assert (ahead > 0).all()
    assert ahead.mean() > 0.05


@every_kind
def test_opening_and_looking_is_never_far_behind_the_winner(kind):
    found = rules.run(SHARE, kind).met
    best = max(policies.FIXED, key=lambda name: found[name].mean())
    assert found[policies.OPEN_AND_LOOK].mean() > 0.85 * found[best].mean()
    assert found[policies.OPEN_AND_LOOK].mean() > found[policies.LOOK_FIRST].mean() - 0.005


@every_kind
def test_care_without_help_meanwhile_does_not_beat_exporting_at_once(kind):
    ahead = played(careful, kind) - played(policies.export_at_once, kind)
    assert ahead.mean() < 2 * ahead.std(ddof=1) / np.sqrt(rules.REGIONS)


@pytest.mark.slow
@every_kind
@pytest.mark.parametrize("policy", [exports_and_rests, listens_for_ever, measures_everything])
def test_to_do_one_thing_only_falls_behind_opening_and_looking(policy, kind):
    assert (played(policies.open_and_look, kind) > played(policy, kind)).all()
