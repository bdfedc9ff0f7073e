"""What the explorables of module 2 state is so; their tasks can be done."""

import itertools
import re

import numpy as np
import pytest
from stated import asks, outcome, slider

from scaling import datasets
from scaling.explorable import Choice, Slider
from scaling.process_product import expectancy, fines, frozen, trust, what_travels

approx = pytest.approx


EXPLORABLES = {
    module.explorable.key: module.explorable
    for module in (what_travels, trust, frozen, fines, expectancy)
}
every = pytest.mark.parametrize("explorable", EXPLORABLES.values(), ids=EXPLORABLES)


def states(explorable):
    """The results at all ends of all controls, and at the start, as far as the model has any."""
    values = [
        sorted({control.low, control.start, control.high})
        if isinstance(control, Slider)
        else list(control.options.values())
        for control in explorable.controls
    ]
    for combination in itertools.product(*values):
        try:
            yield explorable.run(**dict(zip(explorable.start, combination, strict=True)))
        except ValueError:
            continue


def axis_ranges(explorable, **values):
    layout = explorable.still(**values).picture.layout
    names = [name for name in layout if re.fullmatch(r"[xy]axis\d*", name)]
    return {name: layout[name].range for name in names}


def numbers(text):
    return re.findall(r"\d[\d,.]*", text)


# Of all five


@every
def test_the_first_sentence_and_the_first_picture_tell_what_was_asked(explorable):
    result = explorable.run(**explorable.start)
    outcome = explorable.ask.write(explorable.answer(result)).split()[0]
    assert outcome in explorable.brief(result, None).replace("\N{NO-BREAK SPACE}", " ").split()
    notes = [note.text or "" for note in explorable.picture(result).layout.annotations]
    assert any(outcome in note for note in notes)


@every
def test_the_sentence_under_the_picture_stays_short_wherever_one_goes(explorable):
    start = explorable.run(**explorable.start)
    found = list(states(explorable))
    assert len(found) > 5
    pairs = [(result, None) for result in found]
    pairs += [(result, start) for result in found] + [(start, result) for result in found]
    for result, before in pairs:
        said = explorable.brief(result, before)
        assert len(said.split()) <= 20, said
        assert len(numbers(said)) <= 2, said
        assert "nan" not in said


@every
def test_axes_stay_where_they_are_while_controls_move(explorable):
    first = axis_ranges(explorable)
    assert len(first) >= 2
    for control in explorable.controls:
        if not isinstance(control, Choice):
            for value in {control.low, control.high}:
                assert axis_ranges(explorable, **{control.name: value}) == first, control.name


@every
def test_the_prediction_is_drawn_on_an_axis_that_holds_every_answer(explorable):
    mark, ask = explorable.mark, explorable.ask
    axis = explorable.still().picture.layout[f"{mark.axis[0]}axis{mark.axis[1:]}"]
    low, high = axis.range
    assert low <= ask.low * mark.scale <= ask.high * mark.scale <= high


@every
def test_no_letter_of_a_formula_stands_on_a_control(explorable):
    labels = [control.label for control in explorable.controls]
    assert not re.findall(r"[α-ω]", " ".join(labels))


@every
def test_a_task_says_what_was_to_be_seen_and_does_not_say_it_before(explorable):
    def at(**changed):
        return explorable.run(**(explorable.start | changed))

    for task in explorable.tasks:
        assert set(task.sets) <= set(explorable.start)
        at(**task.sets)
        seen = task.seen(at)
        assert len(seen.split()) < 40
        weeks = re.findall(r"week (\d+)", seen)
        told = {*numbers(seen)} - {*weeks, *numbers(explorable.ask.text)}
        assert not told & {*numbers(task.text)}, seen


# What travels


def test_the_question_about_the_box_counts_rightly():
    asks(what_travels, "60 %", "400 places", "64 Kettles", "three times as much", "133 places")
    start = what_travels.explorable.start
    assert start == {
        "process_share": 0.6,
        "reception": 0.4,
        "grown_anew": 1,
        "process_cost": 2,
    }
    exported, grown = 400 * 0.4 * 0.4, 400 / 3 * (0.4 * 0.4 + 0.6)
    assert exported == approx(64)
    assert outcome(what_travels) == approx(grown)
    assert what_travels.explorable.ask.tempting == round(64 / 3)


def test_to_a_hostile_place_nobody_would_send_more():
    """The first task."""
    task = what_travels.explorable.tasks[0]
    still = what_travels.explorable.still(**task.sets)
    assert "worth −80" in still.words
    assert "−80 Kettles" in task.seen(lambda **at: what_travels.run(**at))
    assert slider(what_travels, "reception").low == -0.5


def test_for_something_like_salts_growing_anew_never_pays_on_the_slider():
    """The second task."""
    control = slider(what_travels, "process_cost")
    for cost in (control.low, control.start, control.high):
        result = what_travels.run(0.1, 0.9, 0, cost)
        assert result.exported > result.grown


def test_at_the_break_even_share_both_ends_of_the_curve_come_to_the_same():
    """The third task."""
    steps = np.arange(0, 1.01, 0.05)
    results = [what_travels.run(share) for share in steps]
    nearest = min(results, key=lambda result: abs(result.grown - result.exported))
    assert nearest.process_share == approx(0.45)
    said = what_travels.explorable.tasks[2].seen(lambda **at: what_travels.run(**at))
    assert said.startswith("At 44\N{NO-BREAK SPACE}%")


def test_growing_dearer_changes_no_handbook_and_the_sentence_says_so():
    """The total stays as it was, so what changed is named."""
    said = what_travels.brief(what_travels.run(process_cost=2.5), what_travels.run())
    assert said.startswith("All places together are still worth 64 Kettles; with all")


def test_a_picture_to_read_does_not_say_what_is_to_be_read_from_it():
    still = what_travels.to_read(process_share=0.2, reception=0.9, process_cost=3)
    shown = what_travels.run(0.2, 0.9, 0, 3)
    assert still.folded
    assert {"288", "92"} == {f"{total:.0f}" for total in (shown.exported, shown.grown)}
    assert numbers(still.words) == ["400"]
    notes = [note.text for note in still.picture.layout.annotations]
    assert {"<b>288</b>", "92"} <= set(notes)


# Trust


def test_the_question_about_trust_quotes_the_other_plan():
    asks(trust, "two years", "24 seats", "half a year", "1,449 visits", "ten weeks earlier")
    assert trust.WEEKS == 104
    assert trust.HALF_A_YEAR == 26
    assert round(trust.run(26).visits) == 1449
    assert trust.explorable.start["listening"] == trust.HALF_A_YEAR - 10
    assert outcome(trust) == approx(trust.run(16).visits)
    assert trust.explorable.ask.tempting == approx(1449, abs=1)


def test_a_launch_in_the_first_week_draws_far_fewer_visits():
    """The first task."""
    assert trust.explorable.tasks[0].sets == {"listening": 0}
    assert trust.run(0).visits < trust.run(16).visits / 5


def test_the_dashed_lines_are_those_of_half_a_year():
    first, listened = trust.run(0, 0.5), trust.run(26, 0.5)
    assert first.trust_listened == approx(listened.trust)
    assert first.uptake_listened == approx(listened.uptake)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"listening": 10}, "With more listening"),
        ({"imposition": 0.5}, "With more of it imposed"),
        ({"imposition": 0.0}, "With less of it imposed"),
        ({"days": 5}, "With the worker there more often"),
        ({"days": 1}, "With the worker there less often"),
        ({"meets": trust.EVERYONE}, "With everyone met"),
        ({"listening": 10, "days": 5}, "With these settings"),
    ],
)
def test_the_sentence_about_trust_names_what_was_changed(change, named):
    assert trust.brief(trust.run(**change), trust.run()).startswith(named)


def test_full_imposition_drains_what_listening_has_built():
    """The second task."""
    mild, full = trust.run(26), trust.run(26, imposition=1)
    assert mild.trust[26] == full.trust[26] > 0.5
    assert full.trust[-1] < 0.1
    assert full.visits < mild.visits / 4


def test_where_nothing_is_imposed_listening_still_pays_but_less_of_it():
    free = trust.run(0, imposition=0)
    assert 0 < free.best < trust.run(0).best
    assert free.totals[0] > free.totals.max() / 2


def test_where_everyone_is_met_launching_now_wins():
    """The third task."""
    assert trust.run(0, meets=trust.EVERYONE).best == 0


# Frozen


def test_the_question_about_the_copy_describes_the_start():
    asks(frozen, "fits its new place perfectly", "about 0.05", "61 %", "five years")
    assert frozen.MONTHS == 5 * 12
    start = frozen.explorable.start
    assert (start["start_gap"], start["drift"]) == (0, 0.05)
    assert float(frozen.fit(1)) == approx(0.61, abs=0.005)
    assert outcome(frozen) == approx(100 / (1 + 60 * 0.05**2) ** 0.5)


def test_four_times_the_step_costs_more_than_four_times_the_fit():
    """The first task."""
    lost = [1 - frozen.run(drift=drift).frozen_fit[-1] for drift in (0.05, 0.2)]
    assert frozen.explorable.tasks[0].sets == {"drift": 4 * 0.05}
    assert lost[1] > 6 * lost[0]


def test_fidelity_wins_where_nothing_drifts():
    result = frozen.run(drift=0.0, noise=1.0)
    assert result.frozen_fit[-1] == 1 > result.adapted_fit[-1]
    assert result.best == 0


def test_believing_every_bad_reading_does_worse_than_the_frozen_copy():
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


def test_the_name_of_each_line_is_nearest_to_its_own_end():
    picture = frozen.explorable.still(drift=0.2).picture
    ends = {
        name: trace.y[-1]
        for name, trace in zip(("right", "frozen", "adapted"), picture.data, strict=False)
    }
    names = {note.text: note.y for note in picture.layout.annotations if note.text in ends}
    assert names["frozen"] == approx(ends["frozen"], abs=0.6)
    assert names["right"] > names["adapted"] > names["frozen"]
    assert abs(names["adapted"] - ends["adapted"]) < abs(names["adapted"] - ends["frozen"])


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


def test_it_opens_in_the_week_before_the_fine():
    assert fines.explorable.start["seen"] == 4 == fines.LAST_BEFORE
    start = fines.run(**fines.explorable.start)
    assert np.isnan(start.fine[4:]).all()
    assert np.isnan([*start.means["during"], *start.means["after"]]).all()
    assert start.under_the_fine == approx(fines.run(20).means["during"][0])


def test_the_weeks_can_be_seen_and_already_the_eighth_is_alarming():
    """The first task."""
    control = slider(fines, "seen")
    assert (control.low, control.high, control.step) == (4, 20, 1)
    assert fines.run(5).rise["during"] < 2 < 5 < fines.run(8).rise["during"]


def test_after_the_fine_late_pick_ups_stay_up():
    """The second task."""
    means = fines.run().means
    assert means["after"][0] > means["during"][0] > 2 * means["before"][0]


def test_no_single_centre_carries_what_is_seen():
    """The third task."""
    rises = [fines.run(left_out=centre).rise["during"] for centre in range(1, 11)]
    said = fines.explorable.tasks[2].seen(lambda **at: fines.run(**at))
    assert f"{min(rises):.1f} to {max(rises):.1f} more" in said


def test_without_the_controls_the_answer_hardly_changes_here():
    with_controls, alone = fines.run(), fines.run(against=fines.PAST)
    for period in ("during", "after"):
        assert alone.rise[period] == approx(with_controls.rise[period], abs=2)


@pytest.mark.parametrize(
    ("values", "before", "said"),
    [
        ({"seen": 8}, {"seen": 7}, "Week 8: 17.2 late pick-ups"),
        ({"seen": 4}, {"seen": 5}, "Week 4, the last without a fine: 7.8"),
        ({"seen": 17}, {"seen": 16}, "Week 17, after the fine was dropped: 16.2"),
        ({"left_out": 5}, {}, "Without centre 5, 14.8 a week"),
        ({}, {"left_out": 5}, "With all centres, 16.4 a week"),
        ({"against": fines.PAST}, {}, "the weeks before alone, there are 10.7 more after it"),
        ({"seen": 4, "against": fines.PAST}, {"seen": 4}, "nothing can be said before the fine"),
    ],
)
def test_the_sentence_about_the_fine_says_what_came_into_view(values, before, said):
    assert said in fines.brief(fines.run(**values), fines.run(**before))


# Expectancy


def test_the_question_on_the_label_quotes_one_mean_and_asks_the_other():
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
