"""What the explorables of module 2 state is so; their tasks can be done."""

import pytest
from stated import asks, outcome, slider

from scaling import datasets
from scaling.explorable import Slider
from scaling.process_product import expectancy, fines, frozen, trust, what_travels

approx = pytest.approx


# What travels


def test_the_question_about_the_box_counts_rightly():
    asks(
        what_travels,
        "60 %",
        "40 % of the rest: a reception of 0.4",
        "400 places",
        "two handbooks more",
        "133 places",
    )
    start = what_travels.explorable.start
    assert start == {
        "process_share": 0.6,
        "reception": 0.4,
        "grown_anew": 0,
        "process_cost": 2,
    }
    exported, grown = 400 * 0.4 * 0.4, 400 / 3 * (0.4 * 0.4 + 0.6)
    assert outcome(what_travels) == approx(100 * grown / exported)
    assert what_travels.explorable.ask.tempting == round(100 * (400 / 3) / 400)


def test_to_a_hostile_place_nobody_would_send_more():
    """The first task."""
    still = what_travels.explorable.still(reception=-0.5)
    assert "worth −80" in still.words
    assert slider(what_travels, "reception").low == -0.5


def test_for_something_like_salts_growing_anew_never_pays_on_the_slider():
    """The second task."""
    control = slider(what_travels, "process_cost")
    for cost in (control.low, control.start, control.high):
        result = what_travels.run(0.1, 0.9, 0, cost)
        assert result.exported > result.grown


# Trust


def test_the_question_about_trust_quotes_the_other_plan():
    asks(trust, "24 seats", "26 weeks", "78 evenings", "1,449 visits", "104 evenings")
    assert trust.WEEKS == 26 + 78 == 104
    assert round(trust.run(26).visits) == 1449
    assert trust.explorable.start["listening"] == 26
    assert outcome(trust) == approx(trust.run(0).visits)
    assert trust.explorable.ask.tempting == approx(1449, abs=60)


def test_full_imposition_drains_what_listening_has_built():
    """The first task."""
    mild, full = trust.run(26), trust.run(26, imposition=1)
    assert mild.trust[26] == full.trust[26] > 0.5
    assert full.trust[-1] < 0.1
    assert full.visits < mild.visits / 4


def test_where_nothing_is_imposed_listening_still_pays_but_less_of_it():
    """The second task."""
    free = trust.run(0, imposition=0)
    assert 0 < free.best < trust.run(0).best
    assert free.totals[0] > free.totals.max() / 2


def test_where_everyone_is_met_launching_now_wins():
    """The third task."""
    assert trust.run(0, meets=trust.EVERYONE).best == 0


# Frozen


def test_the_question_about_the_copy_describes_the_start():
    asks(frozen, "fits its new place perfectly", "about 0.2", "61 %", "60 months")
    start = frozen.explorable.start
    assert (start["start_gap"], start["drift"]) == (0, 0.2)
    assert float(frozen.fit(1)) == approx(0.61, abs=0.005)
    assert outcome(frozen) == approx(100 / (1 + 60 * 0.2**2) ** 0.5)


def test_fidelity_wins_where_nothing_drifts():
    """The first task."""
    result = frozen.run(drift=0.0, noise=1.0)
    assert result.frozen_fit[-1] == 1 > result.adapted_fit[-1]
    assert result.best == 0


def test_whoever_believes_every_bad_reading_does_worse_than_the_frozen_copy():
    """The second task; a small part of the way is best."""
    result = frozen.run(noise=2.0, step=1.0)
    assert slider(frozen, "noise").high == 2
    assert result.adapted_fit[-1] < result.frozen_fit[-1]
    assert 0 < result.best < 0.2


def test_a_copy_from_elsewhere_fits_within_a_year_if_it_is_adapted():
    """The third task."""
    table = frozen.explorable.still(start_gap=1.5).table
    frozen_column, adapted_column = table["frozen"], table["moving 0.30 of the way"]
    assert adapted_column[0] == frozen_column[0]
    assert float(adapted_column[1].split()[0]) > 95
    assert max(float(cell.split()[0]) for cell in frozen_column) < 50


# Fines


def test_the_question_about_the_fine_counts_the_centres():
    asks(fines, "ten day-care centres", "In six of them", "8.0 late pick-ups")
    table = datasets.load("daycare_fines")
    fined = table[table.group == "fine"]
    assert (table.centre.nunique(), fined.centre.nunique()) == (10, 6)
    before, during = (
        fined[fined.period == period].late_pickups.mean() for period in ("before", "during")
    )
    assert before == approx(8.0, abs=0.05)
    assert outcome(fines) == approx(during)


def test_the_weeks_can_be_seen_one_by_one_and_already_the_eighth_is_alarming():
    """The first task."""
    control = slider(fines, "seen")
    assert (control.low, control.high, control.step) == (5, 20, 1)
    assert fines.run(5).rise["during"] < 2 < 5 < fines.run(8).rise["during"]


def test_without_the_controls_the_answer_hardly_changes_here():
    """The third task."""
    with_controls, alone = fines.run(), fines.run(against=fines.PAST)
    for period in ("during", "after"):
        assert alone.rise[period] == approx(with_controls.rise[period], abs=2)


# Expectancy


def test_the_question_about_the_label_quotes_the_one_mean_and_asks_for_the_other():
    asks(expectancy, "a week at most", "0.38 standard deviations")
    result = expectancy.run()
    assert round(result.new.mean, 2) == 0.38 == expectancy.explorable.ask.tempting
    assert outcome(expectancy) == result.known.mean


def test_the_border_can_be_moved_to_both_sides_of_a_week():
    """The first task."""
    control = slider(expectancy, "weeks")
    assert isinstance(control, Slider)
    assert (control.low, control.high) == (0, 7)
    assert expectancy.run(0).new.mean > expectancy.run(7).new.mean > expectancy.run(7).known.mean


def test_counting_testers_who_did_not_know_leaves_the_finding():
    """The second task."""
    blind = expectancy.run(tester=expectancy.BLIND)
    assert blind.new.mean > 0.3 > 0.1 > blind.known.mean
