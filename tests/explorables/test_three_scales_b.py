"""What the explorables of lesson 5b state is so; their tasks can be done."""

import numpy as np
import pytest
from stated import asks, outcome, slider

from scaling import datasets
from scaling.who_is_heard import averages, equity, immunisation, levels, score, sunlight, voices

approx = pytest.approx


def steps(module, name):
    control = slider(module, name)
    count = round((control.high - control.low) / control.step)
    return [control.low + step * control.step for step in range(count + 1)]


# Equity


def test_the_question_about_equal_hours_counts_rightly():
    asks(equity, "Eight guests", "from 2 to 14 hours", "from 0 to 2", "39 points", "same 5 hours")
    start = equity.run(**equity.explorable.start)
    assert (start.needs.min(), start.needs.max(), len(start.needs)) == (2, 14, 8)
    assert (start.has.min(), start.has.max()) == (0, 2)
    assert start.gets == approx([5] * 8)
    assert round(100 * np.ptp(start.before)) == 39 == equity.explorable.ask.tempting
    assert outcome(equity) == approx(60.2, abs=0.05)


def test_the_lowest_gains_six_lose_and_the_mean_falls_by_that_rule():
    """The first task."""
    fitted = equity.run(fitted=100)
    change = fitted.reaches - fitted.reaches_if_equal
    assert ((change > 0).sum(), (change < 0).sum()) == (2, 6)
    assert fitted.reaches.mean() < fitted.reaches_if_equal.mean()
    assert fitted.reaches.min() > fitted.reaches_if_equal.min()


def test_by_the_greatest_sum_the_neediest_gets_less_than_the_same_for_all():
    """The second task."""
    by_sum = equity.run(fitted=100, rule=equity.SUM)
    assert np.argmin(by_sum.gets) == np.argmax(by_sum.needs)
    assert by_sum.gets[-1] < 5
    assert by_sum.reaches.min() < by_sum.reaches_if_equal.min()


@pytest.mark.parametrize("rule", equity.RULES)
def test_where_all_are_alike_everybody_loses_what_finding_out_costs(rule):
    alike = equity.run(fitted=100, rule=rule, differ=0)
    assert (alike.reaches < alike.reaches_if_equal).all()
    free = equity.run(fitted=100, rule=rule, differ=0, finding_out=0)
    assert free.reaches == approx(free.reaches_if_equal)


def test_finding_out_may_take_three_fifths_before_the_lowest_is_worse_off():
    """The third task."""
    worse = [
        cost
        for cost in steps(equity, "finding_out")
        if (fitted := equity.run(fitted=100, finding_out=cost)).reaches.min()
        < fitted.reaches_if_equal.min()
    ]
    assert min(worse) == 65


# Averages


def test_the_question_about_the_ratio_counts_rightly():
    asks(averages, "one woman in ten", "group A 10", "group B 40", "four times", "4.0 to 3.4")
    result = averages.run(**averages.explorable.start)
    assert result.births[1] * 10 == sum(result.births)
    assert result.rates(0) == approx((10, 40))
    assert [round(result.ratio(period), 1) for period in (0, 1)] == [4.0, 3.4]
    assert result.rates(1)[0] == approx(10)
    assert outcome(averages) == approx(34) == approx(averages.explorable.ask.tempting)


def test_a_ratio_can_fall_while_both_groups_lose():
    """The first task."""
    worse = averages.run(**(averages.explorable.start | averages.explorable.tasks[0].sets))
    assert worse.ratio(1) < worse.ratio(0)
    assert all(now > then for now, then in zip(worse.rates(1), worse.rates(0), strict=True))
    assert round(worse.ratio(1), 1) == 3.3


def test_ratio_and_difference_do_not_tell_that_both_groups_are_better_off():
    """The second task."""
    both = averages.run(later_a=8, later_b=38)
    assert both.rates(1) < both.rates(0)
    assert both.rates(1)[1] < both.rates(0)[1]
    assert both.ratio(1) > both.ratio(0)
    assert both.difference(1) == approx(both.difference(0))


def test_the_axes_hold_every_setting_and_do_not_move():
    """Lines that jump with their axis cannot be compared."""
    for later_a in (5, 24):
        for later_b in (6, 50):
            result = averages.run(later_a, later_b, share_b=5, years=1)
            layout = averages.picture(result).layout
            assert [tuple(layout[f"yaxis{n}"].range) for n in ("", "2", "3")] == [
                averages.RATES,
                averages.RATIOS,
                averages.DIFFERENCES,
            ]
            _, high = averages.rate_interval(result.deaths[1][1], result.births[1])
            assert high < averages.RATES[1]
            assert result.ratio_interval(1)[1] < averages.RATIOS[1]
            low_end, high_end = averages.DIFFERENCES
            assert low_end < result.difference(1) < high_end


def test_in_a_small_group_the_average_moves_little_and_is_uncertain():
    """The third task."""
    small, few = averages.run(share_b=5), averages.run(share_b=5, years=1)
    assert small.overall(1) - small.rates(1)[0] < averages.run().overall(1) - 14

    def width(result):
        low, high = averages.rate_interval(result.deaths[1][1], result.births[1])
        return high - low

    assert width(few) > 1.5 * width(small) > 1.5 * width(averages.run())


def test_halving_both_rates_leaves_the_ratio_and_halves_the_difference():
    """So 60 women of group B and 135 of group A live."""
    halved = averages.run(later_a=5, later_b=20)
    assert halved.ratio(1) == approx(halved.ratio(0))
    assert halved.difference(1) == approx(halved.difference(0) / 2)
    assert np.subtract(*halved.deaths).tolist() == [135, 60]


def test_every_state_of_the_sliders_counts_whole_women_that_give_its_rates():
    for share in steps(averages, "share_b"):
        for rate in steps(averages, "later_b"):
            result = averages.run(later_b=rate, share_b=share, years=1)
            assert result.rates(1)[1] == approx(rate)


# Levels


def test_the_question_about_neighbours_counts_rightly():
    asks(levels, "Twelve neighbourhoods", "once a month more", "4 points lonelier")
    result = levels.run(**levels.explorable.start)
    assert len(result.visits) == 12
    assert result.slopes.between == approx(4) == approx(levels.explorable.ask.tempting)
    assert outcome(levels) == approx(-2)


def test_the_means_do_not_show_what_holds_among_neighbours():
    """The second task."""
    heights = [
        levels.run(within=within).loneliness.mean(axis=1) for within in steps(levels, "within")
    ]
    assert np.ptp(heights, axis=0) == approx(0, abs=1e-9)


def test_what_a_report_of_means_cannot_see_is_told_nowhere():
    report = levels.run(view=levels.MEANS)
    told = [
        levels.words(report),
        levels.brief(report, None),
        levels.brief(report, levels.run()),
        levels.table(report).to_csv(),
        str(levels.picture(report).layout.xaxis2.ticktext),
    ]
    assert all("4.0" in text for text in told)
    assert not any(hidden in text for text in told for hidden in ("2.0", "1.6"))


def test_neighbours_of_four_places_are_drawn_with_a_line_each():
    figure = levels.picture(levels.run())
    (lines,) = [trace for trace in figure.data if np.isnan(np.array(trace.y, float)).sum() == 4]
    people = [trace for trace in figure.data if len(trace.x) == 4 * levels.NEIGHBOURS]
    assert lines.mode == "lines"
    assert len(people) == 1


def test_where_both_slopes_are_the_same_so_is_that_over_all():
    """The third task."""
    assert levels.run(within=-2, between=-2).slopes.overall == approx(-2)


# Immunisation


def test_the_question_about_schooling_quotes_the_gap_over_all():
    asks(immunisation, "10.2 points")
    children = datasets.load("guatemala_immunisation")
    by_school = children.groupby("mother_education").immunised.mean()
    assert 100 * (by_school["primary"] - by_school["none"]) == approx(10.2, abs=0.05)
    assert outcome(immunisation) == approx(3.1, abs=0.05)


def test_schooling_is_mostly_place_in_villages_and_less_clearly_in_towns():
    """The first task."""
    kept = {
        who: (found := immunisation.run(who).slopes).within / found.overall
        for who in (immunisation.RURAL, immunisation.URBAN)
    }
    assert kept[immunisation.RURAL] < 0.35
    assert kept[immunisation.URBAN] > 0.5


def test_secondary_schooling_is_too_rare_to_say_anything_among_neighbours():
    """The second task."""
    low, high = immunisation.run(school=immunisation.SECONDARY).within_interval
    assert low < -0.1
    assert high > 0.1


# Sunlight


def test_the_question_about_sunlight_counts_rightly():
    asks(sunlight, "nine nations", "354 counties", "1.26", "0.71")
    everywhere = sunlight.run(sunlight.EVERYWHERE)
    assert len(everywhere.deaths) == 354
    assert everywhere.by_group[[0, -1]].round(2).tolist() == [1.26, 0.71]
    assert outcome(sunlight) == approx(1.23, abs=0.005)


def test_deaths_rise_with_sunlight_in_one_of_three_nations():
    """The first and the third task."""
    rises = {
        nation: (steps := sunlight.run(nation).by_group)[-1] > steps[0]
        for nation in ("UK", "Italy", "West Germany")
    }
    assert rises == {"UK": True, "Italy": False, "West Germany": False}


def test_a_finer_sorting_of_all_nations_does_not_find_the_slope_of_one():
    """The second task."""
    steps = sunlight.run(sunlight.EVERYWHERE, slider(sunlight, "groups").high).by_group
    assert steps[-1] < steps[0]


# Voices


def test_the_question_about_reminders_counts_rightly():
    asks(voices, "Six hundred", "50 of 100", "60 answer", "their mean is 57", "240")
    assert voices.PEOPLE == 600
    assert round(voices.run(answers=60).heard) == 57
    assert voices.run(answers=60).expected == approx(57.5, abs=0.1)
    result = voices.run(**voices.explorable.start)
    assert result.rating.mean() == approx(50)
    assert outcome(voices) == approx(57.5, abs=0.05)


def test_the_mean_comes_right_only_when_all_have_answered():
    """The first task."""
    off = [voices.run(answers=count).biases[voices.ONLINE] for count in (60, 240, 400, 600)]
    assert off[0] == approx(off[1], abs=0.1)
    assert off[2] > 0.5 * off[0]
    assert off[3] == approx(0)


def test_where_people_are_more_with_little_power_are_heard_for_more_hours():
    """The second task."""
    table = voices.explorable.still().table.set_index("asked")
    online, there = table.loc["online"], table.loc["where people are"]
    assert int(there["hours for 240 answers"]) == 15 * int(online["hours for 240 answers"])
    assert int(there["answers for 24 hours"]) == 16
    assert abs(voices.run().biases[voices.THERE]) < abs(voices.run().biases[voices.ONLINE]) / 2


def test_where_power_does_not_matter_going_where_people_are_is_off_most():
    """The third task: it misses those who seldom go out, who rate the service lower."""
    off = voices.run(link=0).biases
    assert max(off, key=lambda way: abs(off[way])) == voices.THERE
    assert off[voices.THERE] > 0


@pytest.mark.parametrize("way", voices.NAMES)
@pytest.mark.parametrize("answers", steps(voices, "answers"))
def test_exactly_as_many_answer_as_the_slider_says(way, answers):
    assert voices.run(way, answers).answered.sum() == answers


@pytest.mark.parametrize("way", voices.NAMES)
def test_everybody_answers_as_often_as_their_chance_says(way):
    often = np.mean([voices._answered(way, 240, draw) for draw in range(4000)], axis=0)
    assert often == approx(voices.run(way, 240).chance, abs=0.04)


def test_one_card_says_one_mean():
    """The first draw is off by what is usual: the mean drawn is the mean expected."""
    start = voices.run(**voices.explorable.start)
    assert round(start.heard, 1) == round(start.expected, 1) == 57.5
    assert round(voices.run(answers=60).heard) == 57


# Score


def test_the_question_about_the_score_counts_rightly():
    asks(score, "one size and equally ill", "25 % lower", "3 % of people", "Of 100 such places")
    start = score.run(**score.explorable.start)
    assert (start.illnesses[score.A] == start.illnesses[score.B]).all()
    assert start.explained[score.A] == approx(start.explained[score.B])
    assert outcome(score) == approx(31.8, abs=0.05)
    assert score.explorable.ask.tempting == 50


def test_costs_a_quarter_lower_take_more_than_a_quarter_of_the_places():
    """The answer to predictions off to the side."""
    assert outcome(score) < 0.75 * 50


def test_by_illness_the_lines_for_illness_are_one_and_those_for_costs_part():
    """The first task."""
    by_illness = score.run(score.ILLNESS)
    ill_a, ill_b = by_illness.by_score(by_illness.illnesses, score.RANKS)
    cost_a, cost_b = by_illness.by_score(by_illness.costs, score.RANKS)
    assert ill_b == approx(ill_a)
    assert cost_b == approx(0.75 * cost_a)
    assert by_illness.explained == approx(score.run().explained)


def test_a_quarter_recorded_nowhere_makes_illness_no_better_than_costs():
    """The second task."""
    task = score.explorable.tasks[1]
    said = task.seen(lambda **values: score.run(**(score.explorable.start | values)))
    assert said.startswith("At 25 %")
    no_better = [
        missed
        for missed in steps(score, "missed")
        if score.run(score.ILLNESS, missed=missed).places[score.B] <= outcome(score) + 1e-9
    ]
    assert min(no_better) == 25


def test_a_queue_brings_groups_closer_and_passes_over_the_most_ill():
    """The third task."""
    queue, by_costs = score.run(score.QUEUE), score.run()
    assert by_costs.places[score.B] < queue.places[score.B] < 50
    assert queue.illnesses_of_all_helped < by_costs.illnesses_of_all_helped / 3


def test_the_axes_of_costs_and_illness_hold_every_setting():
    for way in score.NAMES:
        for gap, missed in ((0, 0), (0, 40), (50, 0), (50, 40)):
            result = score.run(way, gap, 3, missed)
            for values, top in (
                (result.costs, score.TOP_COSTS),
                (result.illnesses, score.TOP_ILLNESSES),
            ):
                means = result.by_score(values, score.RANKS)
                assert 0 <= np.nanmin(means) <= np.nanmax(means) < top
