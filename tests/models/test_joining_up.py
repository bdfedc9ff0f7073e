"""Copying, going alone and joining up, against plain loops and what NK landscapes are known for."""

import math

import networkx as nx
import numpy as np
import pytest

from scaling.size_context import joining_up

approx = pytest.approx

CHOICES, PRACTICES = 10, 1024
STRATEGIES = ("scale up", "go it alone", "join up")


def shares(outcome):
    return dict(zip(STRATEGIES, (outcome.scale_up, outcome.go_alone, outcome.join_up), strict=True))


def drawn(seed, communities=24, runs=40, periods=60, links=4, ruggedness=4):
    """A world and its chances, made as the model makes them but with another seed."""
    generator = np.random.default_rng(seed)
    lands = joining_up.landscapes(communities, runs, ruggedness, generator)
    neighbours = joining_up.network(communities, links)
    return lands, joining_up.draw(neighbours, runs, periods, generator)


# The landscapes


@pytest.fixture(scope="module", params=[0, 4, 9])
def lands(request):
    generator = np.random.default_rng(11)
    return request.param, joining_up.landscapes(24, 10, request.param, generator)


def test_every_landscape_has_mean_0_and_standard_deviation_1(lands):
    _, (shared, local) = lands[0], (lands[1].shared, lands[1].local)
    assert shared.shape == (10, PRACTICES)
    assert local.shape == (10, 24, PRACTICES)
    for part in (shared.astype(float), local.astype(float)):
        assert part.mean(axis=-1) == approx(0, abs=1e-5)
        assert part.std(axis=-1) == approx(1, abs=1e-5)


def summits(landscape):
    """Practices that no single change improves."""
    practices = np.arange(PRACTICES)
    changed = np.stack([landscape[..., practices ^ (1 << i)] for i in range(CHOICES)])
    return (landscape > changed.max(axis=0)).sum(axis=-1)


def test_without_interaction_there_is_one_summit():
    generator = np.random.default_rng(12)
    smooth = joining_up.landscapes(24, 10, 0, generator)
    assert (summits(smooth.local) == 1).all()
    assert (summits(smooth.shared) == 1).all()


def test_where_all_choices_interact_summits_are_as_in_a_random_order():
    """2^N/(N + 1) are expected when every practice yields by chance (Kauffman & Levin 1987)."""
    rugged = joining_up.landscapes(24, 20, 9, np.random.default_rng(13))
    found = summits(rugged.local).ravel()
    error = found.std(ddof=1) / math.sqrt(len(found))
    assert error < 0.5
    assert found.mean() == approx(PRACTICES / (CHOICES + 1), abs=4 * error)


@pytest.mark.parametrize("ruggedness", [0, 2, 4, 9])
def test_two_choices_interact_only_if_one_is_among_the_next_k_of_another(ruggedness):
    lands = joining_up.landscapes(1, 3, ruggedness, np.random.default_rng(14))
    yields, x = lands.local[:, 0].astype(float), np.arange(PRACTICES)
    for one in range(CHOICES):
        for other in range(one):
            a, b = 1 << one, 1 << other
            both = yields[:, x ^ a ^ b] - yields[:, x ^ a] - yields[:, x ^ b] + yields[:, x]
            interacts = np.abs(both).max() > 1e-3
            apart = min(one - other, other - one + CHOICES)
            assert interacts == (apart <= ruggedness), (one, other)


def test_the_same_seed_gives_the_same_landscapes_and_another_seed_others():
    made = [joining_up.landscapes(3, 2, 4, np.random.default_rng(s)).local for s in (1, 1, 2)]
    assert np.array_equal(made[0], made[1])
    assert not np.array_equal(made[0], made[2])


@pytest.mark.parametrize("ruggedness", [-1, 10, 2.5])
def test_a_landscape_of_another_ruggedness_is_refused(ruggedness):
    with pytest.raises(ValueError, match=r"ruggedness.* 0 .*9"):
        joining_up.landscapes(3, 1, ruggedness, np.random.default_rng(1))


# The network and the draws


@pytest.mark.parametrize(("communities", "links"), [(24, 2), (24, 4), (24, 22), (7, 6), (3, 2)])
def test_everybody_has_as_many_nearest_neighbours_and_links_are_mutual(communities, links):
    neighbours = joining_up.network(communities, links)
    assert neighbours.shape == (communities, links)
    for community, others in enumerate(neighbours.tolist()):
        right = [(other - community) % communities for other in others]
        distance = [min(steps, communities - steps) for steps in right]
        assert sorted(distance) == sorted([*range(1, links // 2 + 1)] * 2)
        assert all(community in neighbours[other] for other in others)
    graph = nx.Graph([(c, o) for c, others in enumerate(neighbours.tolist()) for o in others])
    assert nx.is_connected(graph)


def test_half_the_trials_are_single_changes_and_half_ask_a_neighbour():
    neighbours = joining_up.network(24, 4)
    draws = joining_up.draw(neighbours, 40, 60, np.random.default_rng(3))
    trials = draws.asks.size
    assert draws.asks.mean() == approx(0.5, abs=4 * 0.5 / math.sqrt(trials))
    assert sorted(np.unique(draws.flip).tolist()) == [1 << i for i in range(CHOICES)]
    counts = np.unique(draws.flip, return_counts=True)[1]
    assert counts / trials == approx(0.1, abs=4 * 0.3 / math.sqrt(trials))
    for community in range(24):
        assert set(draws.teacher[..., community].ravel().tolist()) == set(
            neighbours[community].tolist()
        )
    start = joining_up.draw(neighbours, 1000, 1, np.random.default_rng(3)).start
    for practice in (start, draws.mask):
        assert np.unique(practice).tolist() == list(range(PRACTICES))


def test_among_seven_places_the_most_links_are_six():
    with pytest.raises(ValueError, match="even number from 2 to 6"):
        joining_up.network(7, 8)


# The three strategies


def plain_search(lands, draws, likeness, strategy):
    """The design's three strategies, one community at a time, in as few words as possible."""
    shared_weight, local_weight = np.sqrt(np.float64([likeness, 1 - likeness]))
    periods, runs, communities = draws.flip.shape
    reached = np.zeros((runs, communities))
    for run in range(runs):
        yields = [
            shared_weight * lands.shared[run].astype(float)
            + local_weight * lands.local[run, place].astype(float)
            for place in range(communities)
        ]
        practice = [int(draws.start[run, place]) for place in range(communities)]
        for period in range(periods):
            before = list(practice)
            for place in range(communities):
                trial = before[place] ^ int(draws.flip[period, run, place])
                if strategy == "join up" and draws.asks[period, run, place]:
                    teacher = before[int(draws.teacher[period, run, place])]
                    mask = int(draws.mask[period, run, place])
                    trial = (before[place] & ~mask) | (teacher & mask)
                if yields[place][trial] > yields[place][before[place]]:
                    practice[place] = trial
        share = [
            yields[place][practice[place]] / yields[place].max() for place in range(communities)
        ]
        if strategy == "scale up":
            best = practice[int(np.argmax(share))]
            share = [yields[place][best] / yields[place].max() for place in range(communities)]
        reached[run] = share
    return reached


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("ruggedness", [0, 4, 9])
def test_the_fast_search_ends_where_one_written_as_plain_loops_ends(strategy, ruggedness):
    likenesses = np.array([0.0, 0.3, 0.85, 1.0])
    lands, draws = drawn(
        seed=ruggedness, communities=8, runs=3, periods=40, ruggedness=ruggedness, links=4
    )
    fast = shares(joining_up.simulate(lands, draws, likenesses))[strategy]
    slow = np.stack([plain_search(lands, draws, one, strategy) for one in likenesses])
    assert fast.shape == (4, 3, 8)
    # Shares of 1024 practices lie further apart than this, so equal shares are equal practices.
    assert fast == approx(slow, abs=2e-6)


def test_an_offer_among_joined_places_leads_them_all_where_there_is_time():
    for seed in (1, 2, 3):
        table = joining_up.curve_table(seed=seed)
        others = [name for name in joining_up.NAMES if name != joining_up.BOTH]
        ahead = table[joining_up.BOTH] - table[others].max(axis=1)
        assert (ahead[table.likeness <= 0.9] > 0).all()
        assert (ahead > -0.02).all()


def test_an_offer_among_joined_places_is_taken_where_it_is_better():
    """With one period the offer comes before the only trial, and the better of both is kept."""
    lands, draws = drawn(seed=8, runs=4, periods=1)
    outcome = joining_up.simulate(lands, draws, np.array([0.0, 0.6, 1.0]))
    start = joining_up._Yields(lands, np.array([0.0, 0.6, 1.0]))
    begun = start.of(start.in_place(draws.start)) / start.best
    assert (outcome.offer_and_join >= begun - 1e-6).all()
    assert outcome.offer_and_join[2].min() >= begun[2].max(axis=1).min() - 1e-6
    assert (outcome.offer_and_join > outcome.join_up + 1e-6).any()


def plain_offer(lands, draws, likeness):
    """Search alone, take the best place's practice at half-time where better, search on alone."""
    runs, communities, _ = lands.local.shape
    found = np.empty((runs, communities))
    half = len(draws.flip) // 2
    for run in range(runs):
        yields = (
            np.float32(math.sqrt(likeness)) * lands.shared[run]
            + np.float32(math.sqrt(1 - likeness)) * lands.local[run]
        )
        best = yields.max(axis=1)
        practice = draws.start[run].tolist()
        for period, flips in enumerate(draws.flip[:, run]):
            if period == half:
                reached = [yields[place][x] / best[place] for place, x in enumerate(practice)]
                offered = practice[int(np.argmax(reached))]
                for place, x in enumerate(practice):
                    if yields[place][offered] > yields[place][x]:
                        practice[place] = offered
            for place, flip in enumerate(flips.tolist()):
                if yields[place][practice[place] ^ flip] > yields[place][practice[place]]:
                    practice[place] ^= flip
        found[run] = [yields[place][x] / best[place] for place, x in enumerate(practice)]
    return found


@pytest.mark.parametrize("likeness", [0.0, 0.5, 1.0])
def test_an_offer_that_may_be_refused_ends_as_one_of_plain_loops_does(likeness):
    lands, draws = drawn(seed=6, runs=3, periods=15)
    fast = joining_up.simulate(lands, draws, np.array([likeness])).offer
    assert fast[0] == approx(plain_offer(lands, draws, likeness), abs=1e-4)


def test_an_offer_overtakes_joining_up_where_places_are_alike_enough():
    table = joining_up.curve_table()
    ahead = table["offer, then adapt"] > table["join up"]
    assert not ahead[table.likeness <= 0.4].any()
    assert ahead[table.likeness >= 0.7].all()


def test_with_little_time_an_offer_beats_joining_up_everywhere():
    for seed in (1, 2, 3):
        table = joining_up.curve_table(periods=10, seed=seed)
        assert (table["offer, then adapt"] > table["join up"]).all()


def test_on_a_smooth_landscape_all_who_try_long_enough_find_the_best():
    lands, draws = drawn(seed=21, runs=5, periods=500, ruggedness=0)
    found = shares(joining_up.simulate(lands, draws, np.array([0.0, 0.5, 1.0])))
    assert found["go it alone"] == approx(1, abs=1e-6)
    assert found["join up"] == approx(1, abs=1e-6)
    assert found["scale up"][2] == approx(1, abs=1e-6)  # places all the same: the best is shared


def test_a_smooth_landscape_does_not_rescue_copying_between_unlike_places():
    lands, draws = drawn(seed=22, runs=20, periods=500, ruggedness=0)
    copied = joining_up.simulate(lands, draws, np.array([0.0])).scale_up
    assert copied.mean() < 0.2


def test_the_pioneer_keeps_its_own_yield_when_its_practice_is_copied():
    lands, draws = drawn(seed=23, runs=10)
    outcome = joining_up.simulate(lands, draws, np.array([0.0, 0.5, 1.0]))
    pioneer = outcome.go_alone.argmax(axis=2)[..., None]
    kept = np.take_along_axis(outcome.scale_up, pioneer, axis=2)
    assert kept == approx(np.take_along_axis(outcome.go_alone, pioneer, axis=2), abs=1e-6)


def test_where_all_places_are_the_same_the_copy_yields_the_same():
    lands, draws = drawn(seed=24, runs=10)
    copied = joining_up.simulate(lands, draws, np.array([1.0])).scale_up[0]
    assert np.ptp(copied, axis=1) == approx(0, abs=1e-6)


def test_nobody_yields_more_than_the_best_there_is():
    for ruggedness in (0, 4, 9):
        lands, draws = drawn(seed=25, runs=5, ruggedness=ruggedness)
        for reached in shares(joining_up.simulate(lands, draws, joining_up.LIKENESSES)).values():
            assert reached.max() <= 1 + 1e-6


def test_more_time_never_harms_those_who_keep_only_what_is_better():
    lands, draws = drawn(seed=26, runs=5, periods=40)
    shorter = draws.until(15)
    likeness = np.array([0.4])
    long, short = (joining_up.simulate(lands, chances, likeness) for chances in (draws, shorter))
    assert (long.go_alone >= short.go_alone).all()
    assert (long.join_up >= short.join_up).all()


# What the course says comes out


@pytest.fixture(scope="module")
def many():
    """Mean share and its spread between runs at both ends, over many more runs than the lesson."""
    lands, draws = drawn(seed=31, runs=200)
    outcome = joining_up.simulate(lands, draws, np.array([0.0, 1.0]))
    found = {name: reached.astype(float) for name, reached in shares(outcome).items()}
    return {
        name: (reached.mean(axis=(1, 2)), reached.mean(axis=2).std(axis=1, ddof=1))
        for name, reached in found.items()
    }


@pytest.mark.parametrize(
    ("strategy", "end", "stated"),
    [("scale up", 0, 0.03), ("join up", 0, 0.78), ("scale up", 1, 0.99), ("join up", 1, 0.86)],
)
def test_both_ends_of_likeness_come_out_as_the_courses_design_states(many, strategy, end, stated):
    """Stated from 30 runs to two digits: allow four standard errors of both and the rounding."""
    mean, spread = many[strategy]
    tolerance = 4 * spread[end] * math.sqrt(1 / 30 + 1 / 200) + 0.005
    assert tolerance < 0.1
    assert mean[end] == approx(stated, abs=tolerance)


def test_both_ends_are_true(many):
    (copied, _), (joined, _), (alone, _) = (
        many[name] for name in ("scale up", "join up", "go it alone")
    )
    assert joined[0] > alone[0] > copied[0] + 0.5
    assert copied[1] > joined[1] > alone[1]


def test_with_little_time_copying_overtakes_near_a_likeness_of_a_half():
    assert joining_up.curve(periods=10).overtaking == approx(0.5, abs=0.1)


def test_the_table_of_the_curves_holds_the_curves():
    table, curve = joining_up.curve_table(), joining_up.curve()
    assert table["likeness"].tolist() == approx([0.05 * i for i in range(21)])
    for name in STRATEGIES:
        assert table[name].to_numpy() == approx(curve.mean[name], abs=0.00051)
        assert table[name].equals(table[name].round(3))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_copying_overtakes_only_where_places_are_four_fifths_alike(seed):
    curve = joining_up.curve(seed=seed)
    assert 0.8 < curve.overtaking < 1
    ahead = curve.mean["join up"] - curve.mean["scale up"]
    assert (ahead[curve.likeness < curve.overtaking] > 0).all()
    assert (ahead[curve.likeness > curve.overtaking] < 0).all()


def curve_of(copied, joined):
    likeness = np.linspace(0, 1, len(copied))
    mean = {"scale up": np.array(copied), "join up": np.array(joined)}
    return joining_up.Curve(likeness, mean, spread={}, middle={})


@pytest.mark.parametrize(
    ("copied", "joined", "overtaking"),
    [
        ([0.0, 0.5, 1.0], [0.6, 0.6, 0.6], 0.6),  # lines cross at a fifth of the second half
        ([0.0, 0.9, 0.3, 1.0], [0.6, 0.6, 0.6, 0.6], 2 / 3 + (0.3 / 0.7) / 3),  # for good
        ([0.9, 0.9, 0.9], [0.6, 0.6, 0.6], 0.0),
        ([0.0, 0.0, 0.6], [0.6, 0.6, 0.6], math.nan),  # drawing level is not overtaking
        ([0.0, 0.9, 0.5], [0.6, 0.6, 0.6], math.nan),
    ],
)
def test_overtaking_is_where_the_lines_cross_for_good(copied, joined, overtaking):
    assert curve_of(copied, joined).overtaking == approx(overtaking, nan_ok=True)


@pytest.mark.parametrize("likeness", [0.0, 0.25, 0.85, 1.0])
def test_a_single_likeness_is_a_point_of_the_curve(likeness):
    result = joining_up.run(likeness=likeness)
    point = int(np.argmin(np.abs(result.curve.likeness - likeness)))
    for name in STRATEGIES:
        assert result.mean[name] == approx(result.curve.mean[name][point], abs=1e-6)
        assert result.spread[name] == approx(result.curve.spread[name][point], abs=1e-6)


def test_the_start_is_60_periods_with_4_links_and_a_ruggedness_of_4():
    result, stated = joining_up.run(), joining_up.run(0.5, 60, 4, 4, seed=1)
    assert result.mean == stated.mean
    assert result.curve.mean["join up"].tolist() == stated.curve.mean["join up"].tolist()
    assert (result.periods, result.links, result.ruggedness) == (60, 4, 4)


def test_the_ring_shows_the_first_run_and_the_band_the_middle_two_thirds():
    _, draws = joining_up._chances(links=4, periods=60, seed=1)
    outcome = joining_up.simulate(joining_up._world(4, 1), draws, np.array([0.5]))
    result = joining_up.run(likeness=0.5)
    assert result.first["join up"] == approx(outcome.join_up[0, 0])
    by_run = outcome.join_up[0].mean(axis=1)
    low, high = result.curve.middle["join up"][:, 10]
    assert ((low < by_run) & (by_run < high)).mean() == approx(2 / 3, abs=1.5 / 40)
    assert (by_run < low).mean() == approx((by_run > high).mean())


def test_the_same_seed_tells_the_same_story_and_another_seed_a_similar_one():
    values = {"likeness": 0.35, "periods": 20, "links": 2, "ruggedness": 3}
    first = joining_up.run(**values, seed=5)
    for memo in vars(joining_up).values():
        getattr(memo, "cache_clear", lambda: None)()
    again, other = joining_up.run(**values, seed=5), joining_up.run(**values, seed=6)
    assert first.mean == again.mean
    assert np.array_equal(first.first["join up"], again.first["join up"])
    for name in STRATEGIES:
        assert first.mean[name] != other.mean[name]
        error = math.hypot(first.spread[name], other.spread[name]) / math.sqrt(joining_up.RUNS)
        assert first.mean[name] == approx(other.mean[name], abs=5 * error)


@pytest.mark.slow
def test_the_words_count_as_the_model_does():
    always, never = (joining_up.run(ruggedness=k, periods=p) for k, p in ((9, 10), (0, 500)))
    for result in (always, never, joining_up.run()):
        overtaking = result.curve.overtaking
        said = joining_up.words(result)
        assert ("never clearly overtakes" in said) == math.isnan(overtaking)
        if overtaking > 0:
            assert f"likeness passes {overtaking:.2f}" in said


# What cannot be asked


@pytest.mark.parametrize(
    ("argument", "bad", "allowed"),
    [
        ("likeness", -0.01, "between 0 and 1"),
        ("likeness", 1.01, "between 0 and 1"),
        ("likeness", math.nan, "between 0 and 1"),
        ("periods", 0, "1 to 500"),
        ("periods", 501, "1 to 500"),
        ("periods", 10.5, "whole number.* 1 to 500"),
        ("links", 3, "even number from 2 to 22"),
        ("links", 0, "even number from 2 to 22"),
        ("links", -2, "even number from 2 to 22"),
        ("links", 24, "even number from 2 to 22"),
        ("links", 2.5, "even number from 2 to 22"),
        ("ruggedness", -1, "0 to 9"),
        ("ruggedness", 10, "0 to 9"),
        ("ruggedness", 1.5, "whole number.* 0 to 9"),
    ],
)
def test_an_impossible_search_is_refused_in_a_sentence(argument, bad, allowed):
    with pytest.raises(ValueError, match=f"{argument}.* {allowed}"):
        joining_up.run(**{argument: bad})


@pytest.mark.parametrize("likeness", [[-0.1], [0.5, 1.1], [math.nan], 0.5])
def test_a_simulation_takes_a_row_of_likenesses_between_0_and_1(likeness):
    lands, draws = drawn(seed=1, runs=1, periods=1)
    with pytest.raises(ValueError, match="likeness must"):
        joining_up.simulate(lands, draws, likeness)


@pytest.mark.parametrize("likeness", [0, 0.15, 0.35, 0.5, 1, 0.123])
def test_a_mark_on_the_curve_is_what_a_simulation_there_gives(likeness):
    result = joining_up.run(likeness, periods=20)
    _, draws = joining_up._chances(links=4, periods=20, seed=1)
    alone = joining_up.simulate(joining_up._world(4, 1), draws, np.array([likeness]))
    assert result.mean["offer and join"] == alone.offer_and_join[0].mean(axis=1).mean()
    assert np.array_equal(result.first["join up"], alone.join_up[0, 0])


def test_period_by_period_the_same_draws_lead_to_the_result():
    result = joining_up.run(periods=20)
    begun, half, ended = (joining_up.after(result, period) for period in (0, 9, 20))
    assert begun.mean["join up"] == begun.mean["go it alone"] == begun.mean["offer and join"]
    # Nothing is offered before half of the periods have passed.
    assert half.mean["offer and join"] == half.mean["join up"]
    assert ended.mean["offer and join"] != ended.mean["join up"]
    assert ended.mean == result.mean
    for name in ("join up", "go it alone", "offer and join"):
        reached = [joining_up.after(result, period).mean[name] for period in range(21)]
        assert reached == sorted(reached)  # Nobody keeps what yields less.
    # Copying the best is ahead at first, and overtaken by those who search.
    assert begun.mean["scale up"] > begun.mean["join up"]
    assert ended.mean["scale up"] < ended.mean["join up"]
