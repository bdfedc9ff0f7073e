"""What the explorables of module 4 state is so; their tasks can be done."""

import numpy as np
import pytest
from stated import asks, outcome, slider

from scaling import datasets
from scaling.scaling_down import (
    counties,
    devolve,
    funnel,
    hospitals,
    layers,
    mergers,
    shared_backup,
)

approx = pytest.approx


def seen(module, step):
    """What one is told to have seen at a step."""
    explorable = module.explorable
    return explorable.tasks[step].seen(lambda **at: explorable.run(**(explorable.start | at)))


# Layers


def test_the_question_about_layers_counts_rightly():
    asks(layers, "Four hundred tables", "leads six people", "nine tenths", "66 %", "1,000 tables")
    start = layers.explorable.start
    assert (start["people"], start["span"], start["knowledge"]) == (1_000, 6, 0.9)
    assert round(100 * layers.run(400).knowledge_at_top) == 66
    assert outcome(layers) == approx(100 * 0.9**4)
    assert layers.explorable.ask.tempting == 66


def test_twenty_five_times_the_people_cost_two_layers():
    """The first task."""
    small, large = layers.run(400), layers.run(10_000)
    assert large.layers - small.layers == 2
    assert large.knowledge_at_top == approx(small.knowledge_at_top * 0.81)
    assert "6 layers in place of 4" in seen(layers, 0)


def test_a_span_of_twenty_saves_layers_and_leaves_no_time():
    """The second task."""
    assert layers.run(400, 20).layers == 2
    table = layers.explorable.still(span=20).table.set_index("people to a manager")
    assert float(table.loc[20, "manager's hours for each, a week"]) < 2


def test_nine_tenths_reach_the_top_if_each_layer_passes_on_almost_all():
    """The third task."""
    control = slider(layers, "knowledge")
    values = np.round(np.arange(control.low, control.high + 0.001, control.step), 2)
    enough = [value for value in values if layers.run(10_000, 6, value).knowledge_at_top >= 0.9]
    assert min(enough) == approx(0.99)
    assert "99" in seen(layers, 2)


@pytest.mark.parametrize("people", [400, 10_000, 20_000])
def test_people_are_drawn_in_proportion(people):
    """A dot for so many people, at the front line as among managers."""
    result = layers.run(people)
    dots = layers.explorable.still(people=people).picture.data[0]
    each = people / np.sum(np.round(dots.y) == result.layers)
    assert np.sum(np.round(dots.y) == result.layers) <= layers.DOTS
    for level, count in enumerate(result.staff):
        drawn = np.sum(np.round(dots.y) == level)
        assert count / each <= drawn < count / each + 1


# Funnel


def test_the_question_about_the_funnel_counts_rightly():
    asks(funnel, "A hundred services", "10 to 2,000 people", "ten best, nine belong")
    result = funnel.run(**funnel.explorable.start)
    assert (result.size.min(), result.size.max(), len(result.size)) == (10, 2000, 100)
    assert len(result.best) == len(result.worst) == 10
    assert result.small_among_best == 9
    assert outcome(funnel) == 10


def test_in_every_world_of_the_slider_both_ends_are_small():
    """The first task."""
    control = slider(funnel, "world")
    for world in range(control.low, control.high + 1):
        result = funnel.run(world=world)
        assert min(result.small_among_best, result.small_among_worst) >= 8


def test_the_best_stay_best_once_services_truly_differ():
    """The second task: what is kept of the lead over all, a year later."""

    def kept(spread):
        lead = []
        for year in (0, 1):
            results = [funnel.run(spread=spread, world=world) for world in range(1, 31)]
            lead.append(
                np.mean([r.rate(r.best, year) - r.rate(slice(None), year) for r in results])
            )
        return lead[1] / lead[0]

    assert kept(0) < 0.1
    assert kept(5) > 0.3
    assert kept(15) > 0.7


def test_the_worst_end_shows_that_it_is_no_longer_chance():
    """The third task."""
    chance, truly = funnel.run(), funnel.run(advantage=20)
    assert slider(funnel, "advantage").high == 20
    assert abs(truly.small_among_best - chance.small_among_best) <= 1
    assert truly.small_among_worst <= chance.small_among_worst - 5


# Counties


def test_the_question_about_counties_counts_rightly():
    asks(counties, "hundred counties", "1974–78", "95 in 100")
    assert slider(counties, "level").start == 95
    assert outcome(counties) == counties.run().outside
    assert counties.explorable.ask.tempting == counties.run().by_chance


def test_rings_are_drawn_around_those_that_are_counted():
    (rings,) = [
        trace
        for trace in counties.explorable.still().picture.data
        if trace.marker.symbol == "circle-open"
    ]
    assert len(rings.x) == counties.run().outside


def test_no_county_without_a_death_hides_another():
    """They stand one below the other at 0."""
    without = counties.explorable.still().picture.data[4]
    assert len(without.x) == 13
    assert set(without.customdata) == {0}
    places = np.column_stack([np.log10(np.array(without.x, dtype=float)), without.y])
    apart = np.abs(places[:, None] - places[None])
    together = (apart[..., 0] < 0.04) & (apart[..., 1] < 0.2)
    assert together.sum() == 13  # each with itself alone


def test_in_the_second_period_both_ends_have_moved_to_the_middle():
    """The first task."""
    result = counties.run()
    ends = [
        [result.rate(end, period) for period in (0, 1)] for end in (result.without, result.high)
    ]
    assert ends[0][0] < ends[0][1] < ends[1][1] < ends[1][0]
    table = datasets.load("infant_deaths_nc")
    first = table[table.period == "1974-78"].set_index("county")
    later = table[table.period == "1979-84"].set_index("county")
    none = first.index[first.sids_deaths == 0]
    rate = 1000 * later.sids_deaths[none].sum() / later.births[none].sum()
    assert f"{rate:.2f}" in seen(counties, 0)


def test_a_longer_list_of_the_highest_is_less_small():
    """The second task."""
    shares = [counties.run(highest=many) for many in (10, 20, 30)]
    shares = [result.small[result.high].mean() for result in shares]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.75
    assert shares[-1] < 0.6


def test_more_counties_than_chance_allows_lie_outside_the_widest_lines():
    """The third task."""
    assert counties.run(level=99).outside > 3 * counties.run(level=99).by_chance


def test_the_ten_highest_stay_above_what_the_state_s_rate_gives_them():
    row = counties.explorable.still().table.set_index("counties by 1974–78").loc["10 highest"]
    assert row["deaths 1979–84"].startswith("66 of")
    assert float(row["at the state's rate"]) == approx(42.8, abs=0.05)


# Hospitals


def test_the_question_on_hospitals_is_about_the_earlier_period():
    asks(hospitals, "Twelve English hospitals", "1991–95", "nearly five times as often")
    early = hospitals.run(hospitals.EARLY)
    assert outcome(hospitals) == early.correlation == approx(0.85, abs=0.005)
    assert len(early.names) == 12


def test_in_the_later_period_nothing_is_left_of_it():
    """The second task."""
    late = hospitals.run(**(hospitals.explorable.start | hospitals.explorable.tasks[1].sets))
    assert len(late.names) == 13
    assert late.correlation == approx(-0.03, abs=0.005)


def test_without_bristol_large_was_still_safer():
    """The first task."""
    assert hospitals.run(hospitals.EARLY, bristol=hospitals.LEFT_OUT).correlation > 0.8


def test_how_many_hospitals_are_called_good_or_bad_hangs_on_the_lines():
    """The third task."""
    counts = [int(np.abs(hospitals.run(level=level).position).sum()) for level in (80, 99)]
    assert counts[0] > counts[1] > 0


@pytest.mark.parametrize("period", hospitals.SHOWN)
def test_no_picture_shows_both_periods_at_once(period):
    picture = hospitals.explorable.still(period=period).picture
    other = next(shown for key, shown in hospitals.SHOWN.items() if key != period)
    assert other not in picture.to_json()


@pytest.mark.parametrize("period", hospitals.SHOWN)
@pytest.mark.parametrize("bristol", [hospitals.COUNTED, hospitals.LEFT_OUT])
def test_the_places_drawn_have_the_rank_correlation_that_is_stated(period, bristol):
    picture = hospitals.explorable.still(period=period, bristol=bristol).picture
    dots = picture.data[1]
    drawn = np.corrcoef(dots.x, dots.y)[0, 1]
    assert drawn == approx(hospitals.run(period, bristol=bristol).correlation)


def test_both_periods_are_drawn_on_the_same_axes():
    axes = [
        [axis.range for axis in hospitals.explorable.still(period=period).picture.select_yaxes()]
        for period in hospitals.SHOWN
    ]
    assert axes[0] == axes[1]


# Devolve


def test_the_question_about_the_third_way_counts_rightly():
    asks(devolve, "Twelve places", "lose 1.0", "0.8 points", "six hours")
    start = devolve.explorable.start
    assert start == {"diversity": 1, "extra_cost": 1.5, "shared": 0.6, "coordination": 0.2}
    result = devolve.run(**start)
    assert (result.central, result.devolved) == (1, approx(0.8))
    assert outcome(devolve) == sum(devolve.needs(1) ** 2 > 0.8)
    assert (devolve.PLACES, devolve.MEAN) == (12, 6)


def test_most_places_may_lose_though_all_gain_on_average():
    """What the question is there for."""
    result = devolve.run()
    assert result.devolved < result.central == approx(result.uniform_losses.mean())
    assert result.better_devolved < devolve.PLACES / 2


def test_where_all_need_the_same_one_service_loses_nothing():
    """The first task."""
    assert devolve.run(diversity=0).central == 0
    assert devolve.run(diversity=0).best == devolve.NAMES[0]


def test_twice_the_difference_is_four_times_the_loss():
    """The second task."""
    assert devolve.run(diversity=2).central == 4 * devolve.run(diversity=1).central


def test_coordination_may_cost_what_back_up_takes_over():
    """The third task: 0.9 at the start, and the slider goes beyond it."""
    assert devolve.run(coordination=0.9).devolved == approx(devolve.run().alone)
    assert slider(devolve, "coordination").high > 0.9


# Shared back-up


def test_the_question_about_the_reserve_counts_rightly():
    asks(
        shared_backup,
        "400 tables",
        "4 calls",
        "95 %",
        "1,216 helpers more",
        "66",
        "ten by ten",
    )
    result = shared_backup.run()
    assert (result.alone, result.pooled, result.together) == (1216, 66, 10)
    assert outcome(shared_backup) == approx(70.3, abs=0.05)
    assert shared_backup.explorable.ask.tempting == round(100 * 10 / 400 + 0.5)


def test_the_first_neighbours_save_most():
    """The first task."""
    saved = [shared_backup.run(together).saved for together in (5, 10, 20, 40, 100)]
    assert saved == sorted(saved)
    assert saved[0] > 0.5
    assert saved[-1] - saved[-2] < 0.07
    assert shared_backup.run(22).saved - shared_backup.run(20).saved < 0.02


def test_against_a_common_swing_sharing_saves_much_less():
    """The second task."""
    calm, rough = shared_backup.run(), shared_backup.run(swing=0.3)
    assert rough.pooled > 10 * calm.pooled
    assert rough.alone - rough.pooled < rough.alone / 2 < calm.alone - calm.pooled


def test_certainty_is_dearer_alone():
    """The third task, counted in helpers."""
    usual, sure = shared_backup.run(), shared_backup.run(service=99)
    assert sure.alone - usual.alone > 2 * (sure.reserve - usual.reserve)
    assert sure.reserve - usual.reserve > sure.pooled - usual.pooled


# Mergers


def test_the_table_of_mergers_holds_every_published_figure():
    table = mergers.published()
    figures = datasets.load("published_figures")
    assert len(table) == figures.case.isin(mergers.CASES).sum() == 6
    assert {"£500,000", "£178,700", "£346,800"} <= set(table["what came out"])
    assert table.loc["municipalities, Denmark", "what came out"].startswith("none in all")
    assert not table.astype(str).isin(["null", "nan", ""]).any(axis=None)
