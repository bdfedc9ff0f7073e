"""What the explorables of module 1 state is so; their tasks can be done."""

import numpy as np
import pytest
from stated import asks, outcome, slider

from scaling import datasets
from scaling.scaling_up import (
    adoption,
    at_scale,
    corn,
    programmes,
    readiness,
    winners_curse,
)

approx = pytest.approx


# The best of many pilots


def test_the_question_about_pilots_counts_rightly():
    asks(winners_curse, "Twenty towns", "each with 50 people", "an effect of 0.52")
    start = winners_curse.run(**winners_curse.explorable.start)
    assert (start.pilots, start.n, start.second) == (20, 50, 0)
    assert start.expected.reported == approx(0.52, abs=0.005)
    assert winners_curse.explorable.ask.tempting == 0.52
    assert outcome(winners_curse) == approx(0.1835, abs=0.0005)


def test_one_pilot_alone_has_no_gap():
    """The first task."""
    assert slider(winners_curse, "pilots").low == 1
    assert winners_curse.run(1).expected.overstatement == approx(0)


def test_large_pilots_say_nearly_what_they_deliver():
    """The second task."""
    large = winners_curse.run(n=800).expected
    assert (large.reported, large.delivered) == approx((0.31, 0.27), abs=0.005)


def test_a_second_pilot_has_no_curse_and_makes_the_promise_surer():
    """The third task."""
    table = winners_curse.explorable.still(second=200).table.set_index("promise")
    assert (
        table.loc["a second pilot's report", "on average"]
        == table.loc["what it delivers", "on average"]
    )
    off = table["typically off by"]
    assert float(off["both, shrunken"]) < float(off["that report, shrunken"])
    assert float(off["that report, shrunken"]) < float(off["a second pilot's report"])
    assert float(off["a second pilot's report"]) < float(off["the best pilot's report"])


def test_a_second_pilot_reports_what_the_best_delivers_on_average():
    result = winners_curse.run(second=200)
    error = result.second_reports - result.delivered
    assert error.mean() == approx(0, abs=4 * error.std() / np.sqrt(len(error)))
    assert error.std() == approx(np.sqrt(2 / 200), rel=0.03)
    assert result.promised_after_second.mean() == approx(result.expected.delivered, abs=0.005)


def test_the_world_that_is_drawn_has_a_typical_best_pilot():
    """As the limits say: near what the best reports and delivers on average."""
    result = winners_curse.run()
    assert result.reports[result.best] == approx(result.expected.reported, abs=0.005)
    assert result.effects[result.best] == approx(result.expected.delivered, abs=0.005)


# How an idea spreads


def test_the_question_about_spreading_counts_rightly():
    asks(adoption, "half a per cent of them each year", "after ten years 4.9 %")
    start = adoption.explorable.run(**adoption.explorable.start)
    assert (start.publicity, start.years, start.resistance) == (0.005, 10, 0)
    assert 100 * start.share(10) == approx(4.9, abs=0.05)
    assert adoption.explorable.ask.tempting == round(2 * 4.9)
    assert outcome(adoption) == approx(9.5, abs=0.05)


def test_with_word_of_mouth_twice_the_publicity_is_far_from_twice_as_much():
    """The first task."""
    result = adoption.run_in_per_cent(
        **(adoption.explorable.start | adoption.explorable.tasks[0].sets)
    )
    assert 100 * result.share(10) == approx(41, abs=0.5)
    assert 100 * result.share(10, 2) == approx(59, abs=0.5)


def test_without_word_of_mouth_twice_the_publicity_is_nearly_twice_as_much():
    result = adoption.run(word_of_mouth=slider(adoption, "word_of_mouth").low)
    assert 1.9 < result.share(10, 2) / result.share(10) < 2


def test_twice_the_word_of_mouth_brings_more_than_twice_the_publicity():
    """The second task."""
    still = adoption.explorable.still(word_of_mouth=adoption.SPOKEN)
    table = still.table.set_index("way")["by year 10"]
    shares = table.str.removesuffix("\N{NO-BREAK SPACE}%").astype(float)
    assert shares["twice the word of mouth"] > shares["twice the publicity"] + 20


def test_no_publicity_reaches_those_who_never_will():
    """The third task."""
    most = slider(adoption, "publicity").high
    assert adoption.run_in_per_cent(most, resistance=0.5).share(1000, 2) <= 0.5


# Readiness


def test_the_question_about_readiness_counts_rightly():
    asks(readiness, "scores 1.8 of 4 on average", "1 for evidence, then 2, 2, 1 and 3")
    start = readiness.run(**readiness.explorable.start)
    assert start.name == "the Kettle"
    assert readiness.mean(start.now) == approx(1.8)
    assert list(start.now.values()) == [1, 2, 2, 1, 3]
    assert next(iter(start.now)) == "evidence"
    assert start.then["evidence"] == readiness.HIGHEST_SCORE
    assert readiness.mean(start.then) == approx(readiness.explorable.ask.tempting)
    assert outcome(readiness) == 1


def test_polishing_communication_lifts_the_mean_alone():
    """The first task."""
    before, after = readiness.run(), readiness.run(component="communication", more=1)
    assert max(before.now, key=before.now.get) == "communication"
    assert readiness.mean(after.then) > readiness.mean(before.then)
    assert min(after.then.values()) == min(before.then.values())


def test_neither_evidence_nor_resources_alone_lifts_the_weakest():
    """The second task: the two are equally weak."""
    for component, other in (("evidence", "resources"), ("resources", "evidence")):
        after = readiness.run(component=component, more=slider(readiness, "more").high)
        assert after.then[component] == readiness.HIGHEST_SCORE
        assert readiness.weakest(after.then) == (other,)


def test_the_sentence_names_the_weakest_or_says_that_only_the_mean_moved():
    explorable = readiness.explorable
    start = explorable.run(**explorable.start)
    assert explorable.brief(start, None).startswith("Resource allocation is weakest, with 1.0")
    polished = explorable.run(**explorable.start | {"component": "communication"})
    assert (
        explorable.brief(polished, start) == "The mean moves to 2.0, and the weakest stays at 1.0."
    )
    known_in_part = explorable.run(**explorable.start | {"case": "grameen"})
    assert explorable.brief(known_in_part, start).startswith("In what we found, resource")


def test_the_words_name_the_next_statement_that_is_not_shown_yet():
    first, second = (readiness.explorable.still(more=more).words for more in (0, 1))
    assert readiness.STATEMENTS["evidence"][1] in first
    assert readiness.STATEMENTS["evidence"][2] in second


def test_the_words_say_whether_mean_and_weakest_agree():
    even = "evidence 2\npartners 2\nlearning 2\nresources 2\ncommunication 2"
    assert "agree" in readiness.explorable.still(own=even, more=0).words
    assert "disagree" not in readiness.explorable.still(own=even, more=0).words
    assert "disagree" in readiness.explorable.still().words
    assert "we do not know" in readiness.explorable.still(case="grameen").words
    assert (
        "2 of 4 statements are still to be shown"
        in readiness.explorable.still(own=even, more=0).words
    )


# One method in three hands


def test_the_question_about_programmes_counts_rightly():
    asks(programmes, "2.44 times as high")
    assert programmes.run().ratio("research") == approx(2.44, abs=0.005)
    assert programmes.explorable.ask.tempting == 2.44
    assert outcome(programmes) == approx(1.33, abs=0.005)


def test_among_those_that_drew_lots_the_gap_is_not_sure():
    """The first task."""
    low, high = programmes.run(programmes.RANDOMISED).practice_over_rest_interval
    assert low < 1 < high


def test_without_small_comparisons_the_researchers_effect_goes():
    """The second task."""
    control = slider(programmes, "smallest")
    ratios = [
        programmes.run(smallest=size).ratio("research")
        for size in range(control.low, control.high + 1, control.step)
    ]
    assert ratios == sorted(ratios, reverse=True)
    assert ratios[-1] == approx(1.03, abs=0.005)


def test_the_middle_comparison_of_researchers_is_the_smallest():
    """The third task."""
    table = programmes.explorable.still().table.set_index("stage")
    sizes = table["people in the middle one"].astype(int)
    assert list(sizes.sort_values().index) == ["research", "demonstration", "routine practice"]


# A real curve


def test_the_question_about_corn_counts_rightly():
    asks(corn, "in 1946", "By 1955, 10.5 %", "692 farmers", "by 1965")
    table = datasets.load("hybrid_corn_adoption")
    assert (table.year.min(), table.year.max()) == (1946, 1965)
    assert set(table.farmers) == {692}
    assert 100 * corn.run().shares[9] == approx(10.5, abs=0.05)
    assert outcome(corn) == approx(78, abs=0.05)
    assert corn.explorable.ask.tempting == round(2 * 10.5)


def test_one_year_doubles_what_a_young_curve_foresees():
    """The first task."""
    before, after = (corn.run(year).influence.curve[-1] for year in (1955, 1956))
    assert after > 2 * before


def test_sharing_round_years_takes_the_highest_bar_away():
    """The second task."""
    told, shared = (np.diff(corn.run(recall=r).shares) for r in (corn.AS_TOLD, corn.SHARED))
    assert corn.run().years[1:][told.argmax()] == 1956
    assert corn.run().years[1:][shared.argmax()] > 1957


def test_a_young_curve_does_not_tell_who_never_will():
    """The third task."""
    none, many = corn.run(1958), corn.run(1958, slider(corn, "resistance").high)
    assert none.influence.miss == approx(many.influence.miss, abs=0.001)
    assert none.influence.curve[-1] - many.influence.curve[-1] > 0.2


# At scale


def test_the_three_cases_are_those_of_the_table_with_what_was_read():
    shown, figures = at_scale.published(), datasets.load("published_figures")
    assert set(shown.index) == set(at_scale.CASES.values())
    for case, name in at_scale.CASES.items():
        rows = figures[(figures.case == case) & ~figures.group.isin(at_scale.LEFT_OUT)]
        assert list(shown.loc[name, "read in"]) == list(rows.source_kind)
        written = [value if value != "–" else "nan" for value in shown.loc[name, "figure"]]
        assert np.array(written, dtype=float) == approx(rows.value.to_numpy(), nan_ok=True)


def test_no_cell_of_the_published_figures_is_so_long_that_pandas_cuts_it():
    cells = at_scale.published().astype(str).to_numpy().ravel()
    assert max(map(len, cells)) <= 50
    assert "zero impact" in cells
