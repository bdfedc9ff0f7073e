"""What can be touched in a picture, in every explorable that declares it, and in both homes."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scaling import prediction
from scaling.explorable import Choice, Details, Drag, Pick, Slider, all_explorables
from scaling.explorable.frame import Frame
from scaling.scaling_down import devolve, funnel
from scaling.size_context import emergencies, joining_up, next_place
from scaling.three_scales import system_map
from scaling.who_is_heard import equity

sys.path.insert(0, str(Path(__file__).parents[1]))
import touching

TOUCHED = {key: thing for key, thing in all_explorables().items() if thing.touch}
DRAGGED = {key: thing for key, thing in TOUCHED.items() if thing.drags}
every = pytest.mark.parametrize("explorable", TOUCHED.values(), ids=TOUCHED)


@pytest.fixture(autouse=True)
def file(tmp_path, monkeypatch):
    """A learner who has not predicted anything yet."""
    monkeypatch.setenv("SCALING_PREDICTIONS", str(tmp_path / "predictions.json"))
    monkeypatch.setattr(prediction, "_unsaved", [])


def revealed(explorable):
    frame = Frame(explorable)
    frame.reveal()
    return frame


def clickable(explorable):
    return [touch for touch in explorable.touch if not isinstance(touch, Drag)]


def states(explorable):
    """The start, and what the last task sets."""
    return [{}, [dict(task.sets) for task in explorable.tasks if task.sets][-1]]


@every
def test_every_point_sets_what_its_control_offers_or_has_a_story(explorable):
    for values in states(explorable):
        result = explorable.run(**(explorable.start | values))
        figure = explorable.picture(result)
        for touch in clickable(explorable):
            points = touch.points(result)
            assert {name: len(each) for name, each in points.items()} == {
                name: len(figure.data[name].x) for name in points
            }
            assert all(figure.data[name].hoverinfo != "skip" for name in points)
            found = {name for names in points.values() for name in names}
            if isinstance(touch, Details):
                names = list(touch.names(result))
                assert len(set(names)) == len(names)
                assert found == set(names), "the list has what can be clicked, and nothing else"
            else:
                (control,) = [one for one in explorable.controls if one.name == touch.control]
                assert found <= set(offered(control))


def offered(control):
    if isinstance(control, Slider):
        return control.positions
    assert isinstance(control, Choice)
    return control.options.values()


@every
def test_a_story_is_brief_and_told_of_everything_that_has_one(explorable):
    if explorable.details is None:
        return
    for values in states(explorable):
        result = explorable.run(**(explorable.start | values))
        names = explorable.details.names(result)
        stories = [explorable.details.story(result, name) for name in names]
        for name, story in zip(names, stories, strict=True):
            assert re.fullmatch(r"[^\s].*\.", story), story
            assert name.split(". ")[-1].lower() in story.lower()
            assert len(story.split()) <= 30, story
            assert not re.search(r"\b(nan|inf|None|np\.\w+)\b", story), story
        assert len(set(stories)) == len(stories)


@every
def test_a_click_does_what_the_control_or_the_list_does(explorable):
    clicked, chosen = revealed(explorable), revealed(explorable)
    for touch in clickable(explorable):
        for trace, values in touch.points(clicked.result).items():
            touching.click(clicked.picture, trace, len(values) - 1)
            pick = isinstance(touch, Pick)
            control = chosen.controls[touch.control] if pick else chosen.details
            control.value = values[-1]
            assert clicked.values() == chosen.values()
            assert clicked.text_panel.words == chosen.text_panel.words
            assert clicked.picture.figure == chosen.picture.figure


@pytest.mark.parametrize("explorable", DRAGGED.values(), ids=DRAGGED)
def test_what_can_be_dragged_lies_where_its_slider_says(explorable):
    for drag in explorable.drags:
        slider = explorable.slider(drag.control)
        for value in (slider.low, slider.start, slider.high):
            result = explorable.run(**(explorable.start | {slider.name: value}))
            figure = explorable.picture(result)
            for trace in drag.traces:
                shown = figure.data[trace][drag.along]
                if drag.stops is None:
                    assert set(shown) == {value}
                else:
                    stops = drag.stops(result, slider.positions)[trace]
                    assert stops.shape == (len(shown), len(slider.positions))
                    assert shown == pytest.approx(stops[:, slider.positions.index(value)])


def test_a_page_knows_where_a_point_lies_at_each_step_of_its_slider():
    frame = revealed(equity.explorable)
    before = frame.handles.stops["0"][str(equity.DOTS)]
    frame.controls["fitted"].value = 100
    assert frame.handles.stops["0"][str(equity.DOTS)] == before
    frame.controls["differ"].value = 0
    assert frame.handles.stops["0"][str(equity.DOTS)] != before


def test_a_point_that_is_dragged_moves_its_slider_again_and_again():
    frame = revealed(devolve.explorable)
    (handle,) = frame.handles.places
    assert handle == {"traces": [7], "along": "x", "low": 0, "high": 2.5, "step": 0.05}
    frame.handles.set_state({"moved": {"handle": 0, "value": 1.5, "turn": 1}})
    assert frame.controls["diversity"].value == 1.5
    said = frame.text_panel.words
    frame.back.click()
    assert frame.text_panel.words != said
    frame.handles.set_state({"moved": {"handle": 0, "value": 1.5, "turn": 2}})
    assert frame.text_panel.words == said


def test_what_is_touched_has_to_be_there_and_only_once():
    toy = devolve.explorable
    with pytest.raises(ValueError, match="no control 'hours' to touch"):
        replace(toy, touch=(Drag(control="hours", hint="or drag it", traces=(1,)),))
    with pytest.raises(ValueError, match="one Details at most"):
        replace(toy, touch=(funnel.explorable.details,) * 2)


def test_both_homes_tell_the_same_of_every_touch_and_line(tmp_path):
    """So that a declaration that one of them does not honour fails here."""
    # What is chosen in rounds is kept, so each home has a folder of its own.
    script = [sys.executable, touching.__file__, str(tmp_path / "there")]
    there = json.loads(subprocess.run(script, capture_output=True, text=True, check=True).stdout)
    here = touching.told()
    drawn = [key for key, explorable in all_explorables().items() if explorable.draw is not None]
    assert len(here) >= len(TOUCHED) + len(DRAGGED) + len(drawn)
    assert there == here


def test_a_story_is_marked_told_once_and_forgotten_at_the_start():
    frame = revealed(funnel.explorable)
    labels = len(frame.picture.drawn.layout.annotations)
    frame.details.value = "service 7"
    assert frame.text_panel.words.startswith("Service 7 has")
    assert frame.text_panel.words in frame.text_panel.more
    assert frame.picture.drawn.layout.annotations[-1].text == "<b>service 7</b>"
    frame.controls["spread"].value = 5
    assert frame.text_panel.words.startswith("In the next year")
    assert len(frame.picture.drawn.layout.annotations) == labels + 1
    frame.back.click()
    assert frame.details.value == ""
    assert len(frame.picture.drawn.layout.annotations) == labels


def drop(frame, name, x, y, onto=""):
    """Drop a place of the map, in the words of the script."""
    spots = {
        each: [trace, point]
        for trace, names in system_map.places(frame.result).items()
        for point, each in enumerate(names)
    }
    (trace, point), turn = spots[name], frame.handles.dropped.get("turn", 0) + 1
    told = {"trace": trace, "point": point, "x": x, "y": y, "onto": spots.get(onto), "turn": turn}
    frame.handles.set_state({"dropped": told})


@pytest.fixture
def map_frame(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return revealed(system_map.explorable)


def test_a_place_is_moved_by_a_drag_and_the_table_keeps_where_it_is(map_frame):
    drop(map_frame, "Reporting", 5.2, 1.5)
    assert map_frame.result.map.place["Reporting"] == 5
    assert map_frame.result.map.scale["Reporting"] == "organisational"
    drop(map_frame, "Reporting", -0.4, 0.2)
    assert map_frame.result.map.place["Reporting"] == 0
    assert map_frame.result.map.scale["Reporting"] == "individual"
    assert revealed(system_map.explorable).result.map.place["Reporting"] == 0, "it was kept"
    drop(map_frame, "Reporting", 1, 0.2)
    assert map_frame.result.map.place["Loneliness"] == 0
    drop(map_frame, "Reporting", 3, 2.5)
    assert map_frame.text_panel.words.startswith("Not changed: “Ministry's target” is there.")
    editor = map_frame.controls["links"]
    assert editor.undo()
    assert map_frame.result.map.place["Loneliness"] == 1


def test_a_link_is_drawn_from_place_to_place_with_the_chosen_effect(map_frame):
    map_frame.way.value = "lowers"
    drop(map_frame, "Reporting", 1, 0.5, onto="Loneliness")
    assert str(map_frame.result.map.links[-1]) == "Reporting lowers Loneliness"
    map_frame.way.value = "raises"
    drop(map_frame, "Reporting", 1, 0.5, onto="Loneliness")
    assert str(map_frame.result.map.links[-1]) == "Reporting raises Loneliness"
    drop(map_frame, "Reporting", 1, 0.5)
    assert map_frame.text_panel.words.startswith("Not changed: Draw from one place to another")
    assert len(map_frame.result.map.links) == 17


def test_before_the_prediction_a_click_does_nothing():
    frame = Frame(emergencies.explorable)
    touching.click(frame.picture, 2, 6)
    assert frame.values() == emergencies.explorable.start


def test_the_label_stands_at_its_point_on_an_axis_that_multiplies():
    result = funnel.run()
    figure = funnel.picture(result)
    funnel.explorable.details.mark(figure, result, "service 100")
    note = figure.layout.annotations[-1]
    assert note.x == pytest.approx(np.log10(2000))
    assert note.y == pytest.approx(result.helped[0][99] / 20)
    assert (note.ax, note.xanchor) == (-26, "right")


def test_a_learners_own_studies_have_stories_even_if_they_share_a_name():
    own = "Ash Grove, -0.3, 0.1\nAsh Grove, -0.1, 0.2\nMillbank, 0.1, 0.1\nLow Quay, 0, 0.3"
    result = next_place.run(own=own)
    details = next_place.explorable.details
    assert list(details.names(result))[:2] == ["1. Ash Grove", "2. Ash Grove"]
    assert "\N{MINUS SIGN}0.10" in details.story(result, "2. Ash Grove")
    without = next_place.read_own("\n".join(own.splitlines()[1:]))
    low, high = next_place.meta.random_effects(without.effects, without.variances).next_place(0.95)
    assert f"{low:.2f} to {high:.2f}".replace("-", "\N{MINUS SIGN}") in details.story(
        result, "1. Ash Grove"
    )


def test_a_story_without_a_trial_tells_what_leaving_it_out_shows():
    details, result = next_place.explorable.details, next_place.run()
    for row, name in enumerate(details.names(result), 1):
        left_out = next_place.summaries(next_place.run(leave_out=row)).iloc[1]
        assert f"{left_out.low:.2f} to {left_out.high:.2f}." in details.story(result, name)


def test_a_community_is_told_of_by_what_it_reaches_in_the_first_world():
    result = joining_up.run(links=2)
    assert list(result.neighbours[0]) == [1, 23]
    beside = (result.first["join up"][1] + result.first["join up"][23]) / 2
    story = joining_up.explorable.details.story(result, "community 1")
    told = [int(found) for found in re.findall(r"(\d+)\N{NO-BREAK SPACE}%", story)]
    reached = [result.first[way][0] for way in ("join up", "scale up", "go it alone")]
    assert told == [round(100 * each) for each in (reached[0], beside, *reached[1:])]
