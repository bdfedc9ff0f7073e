"""Play in JupyterLab: by keyboard, to its end, and stopped by whatever else is touched."""

import re
import sys
from pathlib import Path

import pytest
from conftest import wanting
from playwright.sync_api import expect
from test_accessible import grave

from scaling.explorable import Play, Slider, Sweep

sys.path.insert(0, str(Path(__file__).parents[1]))
from playing import Playing

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def grows(explorable):
    """Whether a run ends in the picture; for one that leads away from it see test_own_map.py."""
    return isinstance(explorable.play, Play) and explorable.play.outcome is None


def sweeps(explorable):
    return isinstance(explorable.play, Sweep)


def run_of(shown):
    explorable, values = shown.explorable, shown.values
    return explorable.play.run(explorable, values, explorable.run(**values))


@wanting(grows)
def test_it_plays_to_its_end_and_tells_the_words_once(shown):
    playing = Playing(shown.reveal().root)
    said = shown.words.text_content()
    playing.watch()
    playing.at_speed("fast")
    playing.press("Play")
    playing.wait_until_over()
    seen = playing.seen()
    last = len(run_of(shown).labels) - 1
    assert seen["places"][0] == 0
    assert seen["places"][-1] == last
    assert seen["places"] == sorted(set(seen["places"]))
    assert len(seen["places"]) >= 5
    assert seen["words"] == ["", said]
    shown.wait_until_right()


@wanting(grows)
def test_it_is_paused_and_stepped_by_keys_until_a_control_is_touched(shown):
    playing = Playing(shown.reveal().root)
    explorable, run = shown.explorable, run_of(shown)
    whole = shown.picture()
    playing.at_speed("slow")
    playing.button.focus()
    shown.page.keyboard.press("Space")
    expect(playing.button).to_have_text("Pause")
    expect(playing.place).to_have_text(re.compile(f"^(?!{run.labels[0]}).* of "))
    shown.page.keyboard.press("Space")
    expect(playing.button).to_have_text("Play")
    expect(playing.button).to_be_focused()
    playing.assert_on_the_way()
    shown.wait_until_still()
    assert shown.picture() != whole

    label = playing.place.text_content()
    earlier = run.labels[run.labels.index(label) - 1]
    playing.press(f"One {explorable.play.each} back")
    expect(playing.place).to_have_text(earlier)
    playing.press(f"One {explorable.play.each} on")
    expect(playing.place).to_have_text(label)
    playing.assert_on_the_way()
    assert grave(shown.page) == {}

    slider = next(one for one in explorable.controls if isinstance(one, Slider))
    shown.move(slider)
    shown.wait_until_right()
    expect(playing.place).to_be_empty()
    expect(shown.words).not_to_be_empty()


@wanting(grows)
def test_with_little_motion_it_shows_four_stills_and_says_so(shown):
    shown.page.emulate_media(reduced_motion="reduce")
    try:
        playing = Playing(shown.reveal().root)
        expect(playing.group).to_contain_text("Stills only")
        expect(playing.group.get_by_role("combobox")).to_have_count(0)
        playing.watch()
        for _ in range(3):
            playing.press("Next still picture")
            expect(playing.place).to_contain_text(" of ")
            playing.assert_on_the_way()
        playing.press("Next still picture")
        playing.wait_until_over()
        places = playing.seen()["places"]
        assert len(places) == 4
        assert places == sorted(places)
        shown.wait_until_right()
    finally:
        shown.page.emulate_media(reduced_motion="no-preference")


@wanting(grows)
def test_it_halts_when_it_is_out_of_sight(shown):
    playing = Playing(shown.reveal().root)
    playing.at_speed("slow")
    playing.press("Play")
    expect(playing.place).to_contain_text(" of ")
    shown.root.evaluate("(root) => { root.closest('.jp-Cell').style.display = 'none'; }")
    expect(playing.button).to_have_text("Play")
    shown.root.evaluate("(root) => { root.closest('.jp-Cell').style.display = ''; }")
    playing.assert_on_the_way()


@wanting(sweeps)
def test_a_slider_stays_where_a_run_through_its_values_is_halted(shown):
    playing = Playing(shown.reveal().root)
    run, control = run_of(shown), shown.explorable.play.control
    playing.at_speed("fast")
    playing.press("Play")
    playing.wait_until_over()
    shown.values[control] = run.sets(len(run.labels) - 1)[control]
    shown.wait_until_right()
    playing.press(f"One {shown.explorable.play.each} back")
    shown.values[control] = run.sets(len(run.labels) - 2)[control]
    shown.wait_until_right()
    expect(shown.words).not_to_be_empty()
