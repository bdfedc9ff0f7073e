"""Rounds in which a learner funds one town of twenty, and what the page says of them."""

import json

import numpy as np
import pytest

from scaling import prediction, style
from scaling.explorable.frame import Frame
from scaling.rounds import Offer
from scaling.rounds import file as rounds_file
from scaling.scaling_up import winners_curse
from scaling.widgets.rounds import RoundsPanel

KEY, ROUNDS = winners_curse.explorable.key, winners_curse.explorable.rounds


@pytest.fixture(autouse=True)
def file(tmp_path, monkeypatch):
    """A learner who has not predicted anything yet."""
    monkeypatch.setenv("SCALING_PREDICTIONS", str(tmp_path / "predictions.json"))
    monkeypatch.setattr(prediction, "_unsaved", [])


def best(offers):
    return max(offers, key=lambda one: one.reported)


def test_towns_are_drawn_as_in_the_question_and_its_worlds():
    """On average over games the best of them does what the closed form says."""
    chosen = [best(ROUNDS.offers(game, year)) for game in range(200) for year in range(1, 11)]
    expected = winners_curse.run().expected
    for name in ("reported", "delivered"):
        values = [getattr(one, name) for one in chosen]
        error = np.std(values) / np.sqrt(len(values))
        assert np.mean(values) == pytest.approx(getattr(expected, name), abs=4 * error)
    start = winners_curse.explorable.start
    assert (len(ROUNDS.offers(0, 1)), winners_curse.PEOPLE) == (start["pilots"], start["n"])
    assert start["tau"] == winners_curse.TAU


def test_a_choice_is_told_with_what_came_of_it_and_new_towns_follow():
    panel = RoundsPanel(ROUNDS, KEY)
    assert panel.state["said"] == ROUNDS.prompt
    before = panel.state["cards"]
    panel.choose(4)
    offer = ROUNDS.offers(0, 1)[4]
    reported, delivered = style.number(offer.reported), style.number(offer.delivered)
    assert panel.state["said"] == (
        f"{offer.name} reported {reported}. A year later it delivers {delivered}."
    )
    assert panel.state["heading"] == "Year 2 of 10"
    assert len(panel.state["cards"]) == len(before)
    assert not {name for name, _ in panel.state["cards"]} & {name for name, _ in before}
    assert panel.state["table"] == [["year 1", offer.name, reported, delivered]]


def test_no_town_comes_back_in_another_year():
    names = [one.name for year in range(1, ROUNDS.many + 1) for one in ROUNDS.offers(0, year)]
    assert len(set(names)) == len(names) == 200


def test_towns_that_do_no_better_than_others_are_told_so():
    unlucky = Offer("Kelham", 0.5, winners_curse.MEAN - 0.02)
    said = ROUNDS.end([unlucky] * ROUNDS.many)
    assert "nothing stayed" in said
    assert "%" not in said


def test_what_a_town_will_deliver_is_not_on_the_page_before_it_is_chosen():
    panel = RoundsPanel(ROUNDS, KEY)
    shown = [report for _, report in panel.state["cards"]]
    assert shown == [style.number(one.reported) for one in ROUNDS.offers(0, 1)]
    rest = {name: value for name, value in panel.state.items() if name != "cards"}
    assert rest["past"] == rest["means"] == rest["table"] == []


def test_ten_rounds_end_with_the_learners_own_winners_curse():
    panel = RoundsPanel(ROUNDS, KEY)
    for year in range(1, 11):
        offers = ROUNDS.offers(0, year)
        panel.choose(offers.index(best(offers)))
    assert panel.is_over
    reported, delivered = (
        np.mean([getattr(one, name) for one in panel.chosen]) for name in ("reported", "delivered")
    )
    said = panel.state["said"]
    assert f"reported {style.number(reported)} on average" in said
    assert f"delivered {style.number(delivered)}" in said
    stayed = (delivered - winners_curse.MEAN) / (reported - winners_curse.MEAN)
    assert f"{style.percent(stayed)} stayed" in said
    assert panel.state["cards"] == []
    panel.choose(0)
    assert len(panel.chosen) == 10


def test_another_game_has_other_years_and_an_old_press_chooses_nothing():
    panel = RoundsPanel(ROUNDS, KEY)
    cards = panel.state["cards"]
    panel._on_message(panel, {"event": "chosen", "round": 0, "place": 1}, [])
    panel._on_message(panel, {"event": "chosen", "round": 0, "place": 2}, [])
    assert len(panel.chosen) == 1
    panel._on_message(panel, {"event": "again"}, [])
    assert (panel.chosen, panel.state["round"]) == ([], 0)
    assert panel.state["cards"] != cards


def test_who_funds_what_does_not_stand_out_has_little_to_lose():
    chosen = [min(ROUNDS.offers(0, year), key=lambda one: one.reported) for year in range(1, 11)]
    assert "hardly stood out" in ROUNDS.end(chosen)
    assert "%" not in ROUNDS.end(chosen)


def test_towns_can_be_funded_only_once_the_learner_has_predicted():
    frame = Frame(winners_curse.explorable)
    assert frame.rounds not in frame.children
    frame.question.skip.click()
    assert frame.children[2] is frame.rounds


def test_every_mark_lies_within_the_axis_for_a_thousand_choices():
    offers = [
        one for game in range(5) for year in range(1, 11) for one in ROUNDS.offers(game, year)
    ]
    beyond = [
        one
        for one in offers
        if not all(ROUNDS.low < value < ROUNDS.high for value in (one.reported, one.delivered))
    ]
    assert len(offers) == 1000
    assert len(beyond) < 5


def test_who_comes_back_goes_on_where_they_were():
    panel = RoundsPanel(ROUNDS, KEY)
    for place in (4, 0, 19):
        panel.choose(place)
    later = RoundsPanel(ROUNDS, KEY)
    assert later.state == panel.state
    later.choose(2)
    assert RoundsPanel(ROUNDS, KEY).chosen == later.chosen
    assert RoundsPanel(ROUNDS, "another.explorable").chosen == []


def test_another_game_is_the_one_that_is_found_again_and_the_first_is_kept():
    panel = RoundsPanel(ROUNDS, KEY)
    for _ in range(ROUNDS.many):
        panel.choose(1)
    assert RoundsPanel(ROUNDS, KEY).state == panel.state
    panel.again()
    panel.choose(3)
    later = RoundsPanel(ROUNDS, KEY)
    assert [one.name for one in later.chosen] == [ROUNDS.offers(1, 1)[3].name]
    kept = json.loads(rounds_file.path().read_text(encoding="utf-8"))["choices"]
    assert [choice["game"] for choice in kept] == [0] * ROUNDS.many + [1]


def test_two_pages_that_play_the_same_game_lose_nothing_and_end():
    one, other = RoundsPanel(ROUNDS, KEY), RoundsPanel(ROUNDS, KEY)
    for _ in range(ROUNDS.many):
        one.choose(0)
        other.choose(1)
    assert len(RoundsPanel(ROUNDS, KEY).chosen) == ROUNDS.many
    kept = json.loads(rounds_file.path().read_text(encoding="utf-8"))["choices"]
    assert len(kept) == 2 * ROUNDS.many


@pytest.mark.parametrize("broken", ["{", '{"format": 1, "choices": [{"key": 3}]}', "[]"])
def test_a_file_that_cannot_be_read_is_set_aside_by_the_next_choice(broken):
    rounds_file.path().write_text(broken)
    panel = RoundsPanel(ROUNDS, KEY)
    panel.choose(0)
    assert "could not be read" in panel.state["said"]
    (aside,) = rounds_file.path().parent.glob("predictions.rounds.broken-*.json")
    assert aside.read_text() == broken
    assert len(RoundsPanel(ROUNDS, KEY).chosen) == 1


def test_a_place_that_is_there_no_more_is_passed_over():
    rounds_file.keep(KEY, 0, 99)
    rounds_file.keep(KEY, 0, 2)
    assert [one.name for one in RoundsPanel(ROUNDS, KEY).chosen] == [ROUNDS.offers(0, 1)[2].name]


def test_where_nothing_can_be_written_the_page_says_so_and_goes_on(monkeypatch):
    monkeypatch.setenv("SCALING_PREDICTIONS", "/dev/null/x/predictions.json")
    panel = RoundsPanel(ROUNDS, KEY)
    panel.choose(0)
    assert "cannot be saved in /dev/null/x/predictions.rounds.json" in panel.state["said"]
    panel.choose(0)
    assert len(panel.chosen) == 2
