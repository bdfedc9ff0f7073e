"""The page of a game in turns: it goes on where the learner was, whatever happens to the file.

No browser is needed: ipywidgets work without one, and what they would send can be read.
"""

import errno
import html
import json
from pathlib import Path

import ipywidgets
import pytest
from traitlets.config import Application

from scaling import prediction, style
from scaling.capstone import board, looking_back, policies, region
from scaling.capstone.board import game
from scaling.capstone.region import DEVOLVE, END, EXPORT, GROW, JOIN, LISTEN, MEASURE, NAMES, Move
from scaling.game import saved
from scaling.game.page import ALL_PLACES, Page
from scaling.still import as_html
from scaling.widgets.player import Player


@pytest.fixture(autouse=True)
def file(tmp_path, monkeypatch):
    """The file of games of a learner who has not played yet."""
    monkeypatch.setenv("SCALING_PREDICTIONS", str(tmp_path / "of theirs" / "predictions.json"))
    monkeypatch.setattr(prediction, "_unsaved", [])
    monkeypatch.setattr(prediction, "_notes_shown", set())
    return tmp_path / "of theirs" / "predictions.region.json"


@pytest.fixture(autouse=True)
def nothing_plays_by_itself(monkeypatch):
    """Leave out the pictures that each quarter sends ahead; other files look at what plays."""
    monkeypatch.setattr(Player, "begin", lambda player: None)


@pytest.fixture
def focused(monkeypatch):
    """The widgets that were given the focus, in order."""
    given = []
    monkeypatch.setattr(ipywidgets.Button, "focus", lambda button: given.append(button))
    return given


def playing():
    page = Page(game)
    page.question.skip.click()
    return page


def do(page, kind, place=ALL_PLACES):
    page.kinds[kind].click()
    page.place.value = place
    page.do.click()


def end(page, times=1):
    for _ in range(times):
        page.end.click()


def assert_shows(page, state):
    """Fail unless the page shows just this state, in picture, table, heading and prices."""
    assert page.state.moves == state.moves
    place = page.place.value
    expected = board.picture(state, None if place == ALL_PLACES else place)
    for drawn, meant in zip(page.picture.drawn.data, expected.data, strict=True):
        assert list(drawn.marker.size) == list(meant.marker.size)
        assert drawn.marker.line.color == meant.marker.line.color
    assert [a.text for a in page.picture.drawn.layout.annotations] == [
        a.text for a in expected.layout.annotations
    ]
    assert page.text_panel.table == as_html(game.table(state))
    assert game.heading(state) in page._prose["heading"].value
    assert game.score(state).words in html.unescape(page._prose["score"].value)
    price = f"({region.cost(state, 'devolve'):g})"
    assert page.kinds["devolve"].description.endswith(f"Devolve with back-up {price}")


def stored(file):
    return json.loads(file.read_text(encoding="utf-8"))["games"]


def texts(widget):
    """All that stands in HTML widgets, in order."""
    inside = [texts(child) for child in getattr(widget, "children", ())]
    return " ".join([getattr(widget, "value", "") if not inside else "", *map(str, inside)])


# Predict first


def test_before_a_prediction_there_are_only_story_and_question(file):
    page = Page(game)
    assert page.children[1:] == (page.question, page.text_panel)
    assert not page.text_panel.revealed
    assert page.question.commit.disabled
    assert not file.exists()


@pytest.mark.slow
def test_a_prediction_is_kept_with_the_game_and_joins_others_at_the_end():
    page = Page(game)
    page.question.answer.value = 70
    page.question.sure.value = "think"
    page.question.commit.click()
    assert page.text_panel.revealed
    assert prediction.committed() == []
    page = Page(game)  # as after a restart
    end(page, 8)
    (made,) = prediction.committed("capstone.region")
    assert (made.predicted, made.outcome, made.question) == (70, 0.0, game.ask.text)
    assert made.confidence == "think"
    assert "You said 70 per cent; it became 0 per cent." in page.text_panel.words
    page.undo.click()
    end(page)
    assert len(prediction.committed()) == 1
    assert "You said 70 per cent" in Page(game).text_panel.words
    (answer,) = looking_back.run().answers
    assert (answer.title, answer.predicted, answer.outcome) == (game.title, 70, 0.0)


def test_without_a_prediction_nothing_is_compared():
    page = playing()
    end(page, 8)
    assert prediction.committed() == []
    assert "You said" not in page.text_panel.words


# A turn


def test_a_move_is_made_shown_told_and_kept(file):
    page = playing()
    do(page, EXPORT, 3)
    expected = region.play(region.new_region(1), Move(EXPORT, 3))
    assert_shows(page, expected)
    assert page.text_panel.words == (
        "A table opens in Dovecote, with the Kettle’s own handbook. That costs 1; 11 left."
    )
    assert stored(file)[-1]["steps"] == [[["export", 3]]]
    end(page)
    assert_shows(page, region.play(expected, Move(END)))
    assert page.text_panel.words.startswith("Quarter 1 is over:")
    assert "Quarter 1: export in Dovecote." in page._prose["log"].value


def test_everywhere_means_as_far_as_the_money_goes_largest_first():
    page = playing()
    do(page, GROW)
    largest = page.state.region.people.argsort(kind="stable")[::-1]
    places = [move.place for move in page.state.moves]
    people = page.state.region.people
    assert len(places) == 2
    assert sorted(people[places]) == sorted(people[largest[:2]])
    page.undo.click()
    assert page.state.moves == ()


def test_the_kettles_handbook_for_all_leaves_alone_what_tables_have_learnt():
    page = playing()
    for kind in (EXPORT, LISTEN):
        do(page, kind, 4)
    end(page)
    do(page, EXPORT)
    assert {move.place for move in page.state.moves[3:]} == set(range(len(NAMES))) - {4}
    assert page.state.practice[4] != 0
    assert page.kinds[EXPORT].disabled
    assert page.kinds[EXPORT].tooltip == board.AGAIN
    page.place.value = 4
    assert not page.kinds[EXPORT].disabled
    assert page.do.description == "Do it: Export the Kettle in Eastgate: 1 point"


def test_what_cannot_be_done_is_said_and_changes_nothing(file):
    page = playing()
    do(page, JOIN, 0)
    assert page.text_panel.words == "Ash Grove has no table yet."
    assert page.text_panel.trouble
    do(page, MEASURE)
    assert page.text_panel.words == "That needs a table, and there is none yet."
    page.undo.click()
    assert page.text_panel.words.startswith("Nothing has been done yet")
    assert_shows(page, region.new_region(1))
    do(page, LISTEN, 0)
    assert not page.text_panel.trouble


@pytest.mark.slow
def test_undo_takes_back_one_turn_after_the_other_and_is_counted(file):
    page = playing()
    seen = [page.state]
    for kind, place in ((EXPORT, ALL_PLACES), (JOIN, 2), (LISTEN, ALL_PLACES)):
        do(page, kind, place) if kind != LISTEN else end(page)
        seen.append(page.state)
    for before in reversed(seen[:-1]):
        page.undo.click() if page.state is not before else None
        assert_shows(page, before)
    assert stored(file)[-1]["steps"] == []
    assert stored(file)[-1]["undone"] >= 2
    end(page, 8)
    assert "Moves taken back in this game" in page._prose["ending"].value


@pytest.mark.slow
def test_the_parts_stay_the_same_to_the_end_so_that_the_focus_stays():
    page = playing()
    before = page.children
    do(page, EXPORT)
    end(page, 8)
    assert page.children == before
    for button in (page.undo, page.another, page.again, page.go_to):
        assert not button.disabled
    page.again.click()
    assert page.children == before


def test_when_nothing_can_be_done_buttons_are_off_and_undo_wakes_them(focused):
    page = playing()
    end(page, 8)
    assert focused == [page.undo]
    assert page.do.disabled
    assert page.end.disabled
    assert all(button.disabled for button in page.kinds.values())
    page.end.click()
    assert page.text_panel.words == "The two years are over."
    page.undo.click()
    assert not page.end.disabled


def test_a_move_that_is_possible_nowhere_is_off_with_the_reason(focused):
    page = playing()
    off = {kind for kind, button in page.kinds.items() if button.disabled}
    assert off == {JOIN, DEVOLVE, MEASURE}
    assert page.kinds[JOIN].tooltip == "That needs a table, and there is none yet."
    do(page, LISTEN)
    assert page.do.disabled
    assert page.do.description == "Listen: not now"
    assert "That can be done nowhere now." in page._prose["price"].value
    assert focused == [page.end]
    end(page)
    assert not page.do.disabled


def test_the_button_names_what_it_will_do_and_what_that_costs():
    page = playing()
    assert page.do.description == "Do it: Listen in 12 places: 12 points"
    page.place.value = 0
    assert page.do.description == "Do it: Listen in Ash Grove: 1 point"
    page.kinds[GROW].click()
    assert page.do.description == "Do it: Grow it anew in Ash Grove: 6 points"
    assert page.kinds[GROW].description == "\N{CHECK MARK} Grow it anew (6)"


@pytest.mark.slow
def test_what_is_not_spent_is_said_before_the_quarter_ends():
    page = playing()
    do(page, LISTEN, 0)
    assert page.end.description == "End the quarter (11 points stay)"
    end(page, 7)
    assert page.end.description == "End the quarter (95 points are lost)"
    page.again.click()
    do(page, LISTEN)
    assert page.end.description == "End the quarter"


def test_a_click_in_the_picture_chooses_the_place_and_marks_it():
    page = playing()
    page._on_click(0, 7)
    assert page.place.value == 7
    assert_shows(page, region.new_region(1))
    assert page.picture.drawn.data[0].marker.line.color[7] == style.ORANGE
    end(page, 8)
    page._on_click(0, 3)
    assert page.place.value == 7


def test_the_score_is_drawn_with_the_prediction_then_with_the_effect():
    page = Page(game)
    page.question.answer.value = 60
    page.question.commit.click()
    assert "You said 60 per cent" in page._prose["score"].value
    do(page, EXPORT)
    end(page, 8)
    measured, promised = board.telling.measured_and_promised(page.state)
    assert (measured == 0).all()
    assert (
        page.state.total < (promised * page.state.region.need).sum() / page.state.region.need.sum()
    )
    assert f"two years: {100 * page.state.total:.0f} %" in page._prose["score"].value


@pytest.mark.slow
def test_what_the_learner_takes_the_region_for_is_kept_and_told_at_the_end(file):
    page = playing()
    end(page)
    page.guess.value = "wary"
    assert stored(file)[-1]["guess"] == "wary"
    page = Page(game)
    assert page.guess.value == "wary"
    end(page, 7)
    kind = page.state.region.kind
    right = "and so it was" if kind == "wary" else f"and it was {kind}"
    assert f"You took the region for wary, {right}." in page.text_panel.words
    assert page.guess.disabled
    page.again.click()
    assert page.guess.value == ""
    assert not page.guess.disabled


@pytest.mark.slow
def test_the_kind_is_told_only_to_those_who_have_chosen_one():
    page = playing()
    end(page, 8)
    kind = page.state.region.kind
    assert kind not in page.text_panel.words
    assert "Which kind of region is it? Choose it" in page.text_panel.words
    page.guess.value = kind
    assert f"You took the region for {kind}, and so it was." in page.text_panel.words
    assert page.guess.disabled
    page.undo.click()
    assert not page.guess.disabled


def coins(page):
    """How many coins are drawn that stay, and that the chosen moves take."""
    drawn = page._prose["coins"].value
    return drawn.count("class=''"), drawn.count("class='scaling-goes'")


def test_points_are_drawn_and_those_that_a_move_takes_are_marked_before():
    page = playing()
    assert coins(page) == (0, 12)
    page.place.value = 4
    assert coins(page) == (11, 1)
    do(page, GROW, 4)
    page.kinds[EXPORT].click()
    page.place.value = 5
    assert coins(page) == (5, 1)
    end(page, 4)
    page.again.click()
    end(page, 3)
    page.place.value = 0
    assert coins(page) == (23, 1)
    assert "and 24 more" in page._prose["coins"].value


def test_what_cannot_be_done_now_is_said_in_words_before_a_point_is_spent():
    page = playing()
    told = "Join up, Devolve with back-up and Measure: That needs a table, and there is none yet."
    assert told in page._prose["price"].value
    do(page, EXPORT, 0)
    assert told not in page._prose["price"].value
    do(page, LISTEN)
    assert all(button.disabled for button in page.kinds.values())
    assert "you have 0 left in this quarter" in page._prose["price"].value


def test_what_is_known_of_the_chosen_place_stands_beside_it():
    page = playing()
    page.place.value = 0
    assert "nobody has asked whom they trust" in page._prose["about"].value
    do(page, LISTEN, 0)
    end(page)
    state = page.state
    assert f"trust {state.trust[0]:.2f}, they want" in page._prose["about"].value
    page.place.value = ALL_PLACES
    assert board.telling.about(state, 0) not in page._prose["about"].value


def test_the_rules_are_in_sight_and_a_newcomer_is_led_through_one_quarter():
    page = playing()
    assert all(rule in html.unescape(page._prose["rules"].value) for rule in game.rules)
    for count, (kind, place) in enumerate(((LISTEN, 0), (EXPORT, 0), (EXPORT, 1)), start=1):
        assert f"{min(count, 3)} of 4" in page._prose["guide"].value
        do(page, kind, place)
    end(page)
    assert "4 of 4" in page._prose["guide"].value
    do(page, MEASURE, 0)
    assert page._prose["guide"].value == ""
    page.another.click()
    assert page._prose["guide"].value == ""


def test_a_quarter_plays_from_trust_before_to_the_picture_at_rest():
    page = playing()
    assert not page.player.labels
    do(page, EXPORT)
    page.place.value = 3
    before = page.state
    end(page)
    assert page.player.labels[-1] == "week 13 of 13"
    drawn = board.replay(page.states, 3)
    first, last = drawn.figure(0), drawn.figure(len(drawn.labels) - 1)
    lengths = [round(length / board.TRUST, 9) for length in first.data[4].marker.size]
    assert lengths == [round(trust, 9) for trust in before.trust * before.known]
    assert last == board.picture(page.state, 3)
    do(page, LISTEN, 3)
    drawn = board.replay(page.states, 3)
    assert drawn.figure(len(drawn.labels) - 1) == board.picture(page.state, 3)


@pytest.mark.slow
def test_at_the_end_two_years_play_and_the_curve_grows_beside_all_rules():
    page = playing()
    do(page, EXPORT)
    end(page, 8)
    assert page.player.labels[-1] == "week 104 of 104"
    drawn = board.replay(page.states)
    nothing, half = drawn.figure(0), drawn.figure(52)
    assert max(nothing.data[2].marker.size) == 0 < max(half.data[2].marker.size)
    curve = board.curve(page.state)
    assert len(curve.data) == 1 + len(policies.POLICIES) + 1
    race = board.race(page.state)
    assert race.figure(len(race.labels) - 1) == curve
    assert [line.y[-1] for line in race.figure(52).data[:-1]] == pytest.approx(
        [100 * path[4] for path in board.telling.met_by_way(page.state).values()]
    )
    assert curve.data[0].y[-1] == pytest.approx(100 * page.state.total)


@pytest.mark.slow
def test_nothing_is_taken_for_what_would_come_after_the_two_years():
    page = playing()
    do(page, EXPORT, 0)
    end(page, 7)
    for kind, place, why in (
        (GROW, 1, "would open after the two years"),
        (JOIN, 0, "would come after the two years"),
        (LISTEN, 1, "has no table that could use it"),
    ):
        before = page.state
        do(page, kind, place)
        assert why in page.text_panel.words
        assert page.state is before
    do(page, LISTEN, 0)
    assert page.state.moves[-1] == Move(LISTEN, 0)


def test_the_chosen_move_stays_chosen_while_its_price_changes():
    page = playing()
    do(page, EXPORT)
    end(page)
    do(page, DEVOLVE, 0)
    assert page.kind == DEVOLVE
    assert page.kinds[DEVOLVE].description == "\N{CHECK MARK} Devolve with back-up (1.25)"
    assert "costs 1.25 points a place" in page._prose["price"].value


def test_every_control_has_a_name():
    page = playing()
    assert sorted(page.text_panel.names.values()) == [
        "How sure are you? (optional)",
        "Region number",
        "Where",
        "Which kind of region is it?",
        "Your prediction (per cent)",
    ]


def test_the_end_brings_comparison_and_the_story_of_every_place():
    page = playing()
    do(page, EXPORT)
    end(page, 8)
    for name in (*policies.POLICIES, "yours"):
        assert f"<td>{name}</td>" in page._prose["ending"].value
    assert page._prose["ending"].value.count("<summary>") == 1 + 2 * len(NAMES)
    assert len(page._curve.children) == 4
    assert page.text_panel.words.startswith("The two years are over:")
    page.undo.click()
    assert page._prose["ending"].value == ""
    assert page._curve.children == ()


def test_a_fault_of_ours_is_told_as_one_and_logged(monkeypatch, caplog):
    page = playing()

    def fail(*_):
        raise RuntimeError("upset")

    monkeypatch.setattr(board.telling, "what_was_done", fail)
    # Tests of grading begin applications, which have logs of their own, and make this one quiet.
    monkeypatch.setattr(Application, "_instance", None)
    caplog.set_level("WARNING", logger="traitlets")
    do(page, EXPORT)
    assert "RuntimeError: upset" in caplog.text
    assert page.text_panel.words.startswith("A fault of ours, not of yours (RuntimeError: upset).")


def test_the_picture_follows_the_theme():
    page = playing()
    light = page.picture.look
    page.text_panel.dark = True
    dark = page.picture.look
    assert dark != light
    do(page, EXPORT)
    assert page.picture.look == dark
    page.text_panel.dark = False
    assert page.picture.look == light


# Where the learner was


def test_after_a_restart_it_goes_on_where_the_learner_was():
    page = playing()
    do(page, EXPORT)
    end(page, 2)
    do(page, LISTEN, 4)
    again = Page(game)
    assert again.text_panel.revealed
    assert_shows(again, page.state)
    assert again.text_panel.words.endswith("In this quarter you have made 1 move.")
    again.undo.click()
    assert again.text_panel.words.endswith("In this quarter you have made 0 moves.")
    end(again)
    assert again.state.quarter == 3


def test_after_a_restart_in_the_first_quarter_it_says_what_has_been_done():
    do(playing(), EXPORT, 2)
    assert Page(game).text_panel.words == "The first quarter has begun; you have made 1 move."


def test_another_region_leaves_the_one_before_to_come_back_to(file):
    page = playing()
    do(page, EXPORT)
    first = page.state
    page.seed.value = 77
    page.go_to.click()
    assert page.state.region.seed == 77
    end(page)
    page.seed.value = 1
    page.go_to.click()
    assert_shows(page, first)
    assert page.text_panel.words.startswith("You have been here before.")
    page.again.click()
    assert_shows(page, region.new_region(1))
    assert len(stored(file)) == 3
    page.another.click()
    assert len(stored(file)) == 4
    page.go_to.click()
    assert page.text_panel.words.startswith(f"You are in region {page.state.region.seed}.")


@pytest.mark.slow
def test_two_notebooks_that_go_on_with_one_game_are_both_kept(file):
    one = playing()
    do(one, EXPORT, 0)
    other = Page(game)
    do(one, EXPORT, 1)
    do(other, EXPORT, 2)
    assert "played on elsewhere as well" in other.text_panel.words
    do(one, EXPORT, 3)
    do(other, EXPORT, 4)
    assert "elsewhere" not in one.text_panel.words + other.text_panel.words
    steps = [[step[0][1] for step in kept["steps"]] for kept in stored(file)]
    assert sorted(steps) == [[0, 1, 3], [0, 2, 4]]


BROKEN = {
    "cut short": b'{"format": 1, "games": [{"number": "a',
    "empty": b"",
    "another thing": b"[1, 2]",
    "not text": b"\xff\xfe\x00",
    "no games": b'{"format": 1}',
    "half a game": b'{"format": 1, "games": [{"seed": 1}]}',
    "an unknown field": b'{"format": 1, "games": [{"number": "a", "seed": 1, "mood": 2}]}',
    "a seed in words": b'{"format": 1, "games": [{"number": "a", "seed": "one"}]}',
    "a seed below nothing": b'{"format": 1, "games": [{"number": "a", "seed": -1}]}',
    "steps in words": b'{"format": 1, "games": [{"number": "a", "seed": 1, "steps": ["export"]}]}',
    "steps without end": b'{"format": 1, "games": [{"number": "a", "seed": 1, "steps": 7}]}',
    "deep": b"[" * 100_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_is_set_aside_and_the_learner_told(file, kind):
    file.parent.mkdir()
    file.write_bytes(BROKEN[kind])
    page = Page(game)
    (aside,) = file.parent.glob("*.broken-*")
    assert aside.read_bytes() == BROKEN[kind]
    assert aside.name in page.text_panel.words
    page.question.skip.click()
    do(page, EXPORT, 0)
    assert len(stored(file)) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "step", [["fly", 3], ["join", 3], ["export"], ["export", 99], ["export", "Ash Grove"], [[], {}]]
)
def test_a_game_of_other_rules_is_followed_as_far_as_it_goes_and_kept(file, step):
    page = playing()
    do(page, EXPORT, 0)
    content = json.loads(file.read_text())
    content["games"][-1]["steps"].append([step])
    file.write_text(json.dumps(content))
    again = Page(game)
    assert "can be followed for 1 step only" in again.text_panel.words
    assert_shows(again, page.state)
    do(again, EXPORT, 1)
    assert stored(file)[0] == content["games"][-1]
    assert len(stored(file)) == 2


def test_a_file_of_a_later_course_is_left_untouched(file):
    file.parent.mkdir()
    content = json.dumps({"format": saved.FORMAT + 1, "games": "of another shape"})
    file.write_text(content)
    page = playing()
    do(page, EXPORT, 0)
    assert "later version of the course" in page.text_panel.words
    assert file.read_text() == content
    assert page.state.table[0]


def test_where_nothing_can_be_written_the_game_goes_on(monkeypatch):
    monkeypatch.setenv("SCALING_PREDICTIONS", "/dev/null/x/predictions.json")
    page = playing()
    do(page, EXPORT, 0)
    assert (
        "Your game cannot be saved in /dev/null/x/predictions.region.json" in page.text_panel.words
    )
    end(page)
    assert page.state.quarter == 1


def test_a_full_disk_leaves_the_game_as_it_was_saved_before(file, monkeypatch):
    page = playing()
    do(page, EXPORT, 0)
    before = file.read_bytes()

    def fail(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", fail)
        do(page, EXPORT, 1)
        assert "No space left on device" in page.text_panel.words
    assert file.read_bytes() == before
    do(page, EXPORT, 2)
    assert len(stored(file)) == 1
    assert [step[0][1] for step in stored(file)[-1]["steps"]] == [0, 1, 2]


def test_two_learners_on_one_account_have_files_of_their_own(monkeypatch, tmp_path):
    places = []
    for name in ("ann.json", "ben.json"):
        monkeypatch.setenv("SCALING_PREDICTIONS", str(tmp_path / name))
        places.append(saved.path(game.key).name)
    assert places == ["ann.region.json", "ben.region.json"]


def test_a_game_that_no_file_takes_is_there_again_in_this_session(monkeypatch):
    monkeypatch.setenv("SCALING_PREDICTIONS", "/dev/null/x/predictions.json")
    page = playing()
    do(page, EXPORT, 0)
    seed, played = page.saved.seed, page.saved.steps
    page.seed.value = seed + 1
    page.go_to.click()
    assert page.saved.steps == ()
    page.seed.value = seed
    page.go_to.click()
    assert page.saved.steps == played
    assert page.state.table[0]


def test_a_game_that_goes_on_as_a_copy_keeps_its_prediction(file):
    page = Page(game)
    page.question.answer.value = 60
    page.question.commit.click()
    do(page, EXPORT, 0)
    content = json.loads(file.read_text())
    content["games"][-1]["steps"].append([["fly", 3]])
    file.write_text(json.dumps(content))
    assert Page(game).saved.predicted == 60


def test_a_prediction_that_cannot_be_kept_is_said(monkeypatch):
    monkeypatch.setenv("SCALING_PREDICTIONS", "/dev/null/x/predictions.json")
    page = Page(game)
    page.question.answer.value = 60
    page.question.commit.click()
    assert "cannot be saved" in page.text_panel.words
