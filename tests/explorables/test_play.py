"""What *Play* shows, in every explorable that has one, and what its buttons are told."""

import json

import numpy as np
import pytest

from scaling import prediction
from scaling.explorable import Play, Slider, Sweep, all_explorables
from scaling.explorable.frame import Frame
from scaling.process_product import fines, trust
from scaling.scaling_up import winners_curse
from scaling.three_scales import collective_action
from scaling.widgets.player import Player

PLAYED = {key: thing for key, thing in all_explorables().items() if thing.play is not None}
every = pytest.mark.parametrize("explorable", PLAYED.values(), ids=PLAYED)


@pytest.fixture(autouse=True)
def file(tmp_path, monkeypatch):
    """A learner who has not predicted anything yet."""
    monkeypatch.setenv("SCALING_PREDICTIONS", str(tmp_path / "predictions.json"))
    monkeypatch.setattr(prediction, "_unsaved", [])


def run_of(explorable, **values):
    values = explorable.start | values
    return explorable.play.run(explorable, values, explorable.run(**values))


def drawn(figure):
    return json.loads(figure.to_json())


def states(explorable):
    """The start, and what each task sets."""
    return [{}, *(dict(task.sets) for task in explorable.tasks if task.sets)]


@every
def test_the_picture_where_a_run_rests_is_that_of_the_result(explorable):
    for values in states(explorable):
        run = run_of(explorable, **values)
        result = explorable.run(**(explorable.start | values))
        assert drawn(run.figure(run.at)) == drawn(explorable.picture(result))


@every
def test_traces_and_axes_stay_as_they_are_while_it_plays(explorable):
    """So that every picture can follow in place, and nothing jumps."""
    run = run_of(explorable)
    rest = drawn(run.figure(run.at))
    axes = [name for name in rest["layout"] if "axis" in name]
    for place in np.linspace(0, len(run.labels) - 1, 6).round().astype(int):
        now = drawn(run.figure(int(place)))
        assert [trace["type"] for trace in now["data"]] == [t["type"] for t in rest["data"]]
        assert now["layout"].get("height") == rest["layout"].get("height")
        for axis in axes:
            for name in ("range", "domain", "type", "tickvals"):
                assert now["layout"][axis].get(name) == rest["layout"][axis].get(name)


@every
def test_it_begins_with_another_picture_and_tells_what_each_one_shows(explorable):
    run = run_of(explorable)
    first = 0 if run.at == len(run.labels) - 1 else len(run.labels) - 1
    assert drawn(run.figure(first)) != drawn(run.figure(run.at))
    assert len(run.labels) == len(run.times) >= 10
    assert run.times[0] == 0
    assert run.times == sorted(run.times)
    assert run.times[-1] == explorable.play.seconds
    assert all(label.startswith(f"{explorable.play.each} ") for label in run.labels)


@every
def test_a_sweep_shows_the_results_of_its_control(explorable):
    if not isinstance(explorable.play, Sweep):
        return
    (slider,) = (one for one in explorable.controls if one.name == explorable.play.control)
    run = run_of(explorable)
    assert [run.sets(place)[slider.name] for place in (0, run.at, len(run.labels) - 1)] == [
        slider.low,
        slider.start,
        slider.high,
    ]
    for place in (0, len(run.labels) // 2, len(run.labels) - 1):
        result = explorable.run(**(explorable.start | run.sets(place)))
        assert drawn(run.figure(place)) == drawn(explorable.picture(result))


# What single models show on the way


def points(figure, number):
    trace = figure.data[number]
    return np.column_stack([trace.x, trace.y])


@pytest.mark.parametrize("drawn", [1, 7, 20, 100, winners_curse.WORLDS])
def test_every_world_that_is_drawn_is_in_the_heap(drawn):
    result = winners_curse.run()
    reports = winners_curse.picture(result, drawn).data[5]
    count, _ = np.histogram(result.reported[:drawn], np.arange(-1.05, 1.5, 0.025))
    assert count.sum() == drawn
    tallest = max(count.max(), 0.8 / winners_curse.BRICK)
    assert sum(reports.y - 3) * tallest / 0.8 == pytest.approx(drawn)


def test_a_world_is_told_in_the_order_in_which_a_ministry_learns_of_it():
    result = winners_curse.run()
    reported, chosen, delivered = (
        winners_curse.picture(result, 4 + part / 3) for part in (1, 2, 3)
    )
    best = [figure.data[2].marker["size"].max() for figure in (reported, chosen, delivered)]
    assert best[0] < best[1] == best[2]
    assert [len(figure.data[3].x) for figure in (reported, chosen, delivered)] == [0, 0, 20]
    worlds = [figure.layout.annotations[1].text for figure in (reported, chosen, delivered)]
    assert [text.split()[-2] for text in worlds] == ["4", "4", "5"]


def test_people_stand_up_in_the_rounds_of_the_cascade():
    result = collective_action.run()
    for number, acting in enumerate(result.steps):
        figure = collective_action.picture(result, number)
        assert f"<b>{acting} of 100 act</b>" in figure.layout.annotations[0].text
        sitting, _, standing, _ = (len(trace.x) for trace in figure.data[:4])
        assert (sitting, standing) == (100 - acting, acting)


def test_chairs_fill_as_seats_are_taken():
    result = trust.run(listening=26)
    for week in (1, 26, 40, trust.WEEKS):
        (chairs,) = (t for t in trust.picture(result, week).data if len(t.x) == trust.SEATS)
        taken = np.sum(np.asarray(chairs.marker.symbol) == "circle")
        assert taken == round(trust.SEATS * result.uptake[week - 1])


# The buttons


def player_of(explorable):
    frame = Frame(explorable)
    frame.question.skip.click()
    told = []
    frame.player.send = told.append
    return frame, frame.player, told


def ask(player, *places, edition=None):
    content = {"event": "asked", "edition": edition or player.edition, "places": list(places)}
    player._on_message(player, content, [])


def test_there_is_nothing_to_play_before_the_prediction():
    explorable = PLAYED["scaling_up.adoption"]
    frame = Frame(explorable)
    assert frame.player is None
    frame.question.skip.click()
    controls = frame.children[-1].children[0].children[0]
    assert isinstance(controls.children[-1].children[0], Player)


def test_pictures_are_told_by_what_differs_from_the_one_on_the_page():
    _, player, told = player_of(PLAYED["scaling_up.adoption"])
    ask(player, 0, player.resting)
    (answer,) = told
    assert answer["pictures"][player.resting] == {}
    differ = answer["pictures"][0]
    assert set(differ) == set(answer["base"])
    assert all(path.startswith(("data.", "layout.annotations")) for path in differ)
    json.loads(next(iter(differ.values())))


def test_after_another_result_pictures_of_the_one_before_are_not_sent():
    frame, player, told = player_of(PLAYED["scaling_up.adoption"])
    before = player.edition
    frame.controls["word_of_mouth"].value = 0.4
    assert player.edition > before
    ask(player, 0, edition=before)
    assert told == []


def test_a_control_that_cannot_be_shown_turns_the_buttons_off():
    frame, player, _ = player_of(PLAYED["three_scales.collective_action"])
    frame.controls["given"].value = "everybody"
    assert player.labels == []
    frame.controls["given"].value = "0, 1, 2"
    assert player.labels[-1] == "round 3 of 3"


def test_a_slider_stays_where_a_run_was_halted():
    frame, player, told = player_of(fines.explorable)
    assert player.follows
    edition = player.edition
    player._on_message(player, {"event": "halted", "place": 5}, [])
    assert frame.controls["seen"].value == 9
    assert frame.result.seen == 9
    assert "Week 9" in frame.text_panel.words
    assert (player.resting, player.edition) == (5, edition)
    assert told == [{"event": "settled"}]


def test_a_run_that_no_control_follows_changes_nothing_where_it_halts():
    frame, player, told = player_of(PLAYED["scaling_up.adoption"])
    before = frame.values(), frame.text_panel.words
    player._on_message(player, {"event": "halted", "place": 5}, [])
    assert (frame.values(), frame.text_panel.words) == before
    assert told == []


def played_after(key, set_answer):
    """The pictures at the base and at place 20, after a prediction was committed."""
    frame = Frame(PLAYED[key])
    set_answer(frame.question.answer)
    frame.question.commit.click()
    answers = []
    frame.player.send = answers.append
    ask(frame.player, 20)
    return answers[0]["pictures"][20]


def test_a_prediction_stays_in_the_picture_while_it_plays():
    parts = played_after("process_product.frozen", lambda answer: setattr(answer, "value", 20))
    notes = json.loads(parts["layout.annotations"])
    assert "you said 20 per cent" in [note["text"] for note in notes]
    assert "layout.shapes" not in parts


def test_a_drawn_line_stays_in_the_picture_while_it_plays():
    line = [2.0 * year for year in range(1, 11)]
    parts = played_after("scaling_up.adoption", lambda answer: setattr(answer, "line", line))
    notes = json.loads(parts["layout.annotations"])
    assert "your line" in [note["text"] for note in notes]
    assert "layout.shapes" not in parts


def test_a_play_is_declared_by_its_steps_and_its_picture():
    play = Play(each="day", steps=lambda result: [1, 1.5, 2], picture=lambda result, step: step)
    run = play.run(None, {}, "the result")
    assert run.labels == ["day 1 of 2", "day 2 of 2", "day 2 of 2"]
    assert [run.figure(place) for place in range(3)] == [1, 1.5, 2]
    assert (run.at, run.sets(1), run.times) == (2, {}, [0, 2.5, 5])


def test_a_slider_counts_all_of_its_positions():
    assert Slider("weeks", "Weeks", 4, 6, start=4).positions == [4, 5, 6]
    assert Slider("share", "Share", 0, 0.3, start=0.1, step=0.1).positions == [0, 0.1, 0.2, 0.3]


def test_a_run_that_leads_away_rests_at_its_first_picture():
    play = Play(
        each="day",
        steps=lambda result: [0, 1],
        picture=lambda result, step: step,
        outcome=lambda result: f"{result} is over.",
    )
    run = play.run(None, {}, "It")
    assert (run.at, run.labels, run.outcome) == (0, ["day 0 of 1", "day 1 of 1"], "It is over.")


def test_a_push_is_told_of_where_it_begins_and_anew_with_another_place():
    frame, player, _ = player_of(PLAYED["three_scales.system_map"])
    assert player.resting == 0
    assert player.outcome.startswith("Push Loneliness up, and 7 steps later Loneliness")
    frame.controls["place"].value = "Cost of living"
    assert player.outcome.startswith("Push Cost of living up")
    frame.controls["longest"].value = 3
    assert player.labels[-1] == "step 3 of 3"
