"""The game of the capstone: played with the keyboard alone, readable, and there after a restart."""

import json
import re
from pprint import pformat

import pytest
from lab import EXECUTE, restart_kernel, run_all, select, tab_to
from playing import Playing
from playwright.sync_api import expect
from shown import eventually

from scaling.capstone import board, region
from scaling.capstone.region import END, EXPORT, LISTEN, Move

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CELLS = ("from scaling.capstone import board", "board.game.show()")


class Board:
    """The game in the page, handled as a player handles it."""

    def __init__(self, page):
        self.page = page
        self.root = page.get_by_role("group", name=board.game.title, exact=True)
        self.words = self.root.get_by_role("status").first
        self.where = self.root.get_by_role("combobox", name="Where", exact=True)

    def button(self, name):
        """A button by how its name begins: what it will do and cost stands behind that."""
        mark = "\N{CHECK MARK}"
        return self.root.get_by_role("button", name=re.compile(f"^({mark} )?{name}"))

    def shows(self, state):
        """Wait until heading, table and picture are those of a state."""
        expect(self.root).to_contain_text(board.game.heading(state))
        wanted = [note.text for note in board.picture(state).layout.annotations]
        drawn = "(root) => look.plots(root)[0]._fullLayout.annotations.map((note) => note.text)"
        shown = eventually(lambda: self.root.evaluate(drawn), lambda texts: texts == wanted)
        assert shown == wanted
        cells = "(html) => look.cellsOf(html)"
        table = self.page.evaluate(cells, board.game.table(state).to_html(index=False))
        found = "(root) => look.cells(root.querySelector('.scaling-table'))"
        shown = eventually(lambda: self.root.evaluate(found), lambda cells: cells == table)
        assert shown == table

    def do(self, name):
        """Choose a move, and do it once the page offers it."""
        self.button(name).click()
        # Until Python has answered, the button may be off or name the move before.
        expect(self.button(f"Do it: {name}")).to_be_enabled()
        # The line with the price may move this button, so that a click of the mouse could miss it.
        self.button("Do it").press("Enter")

    def press(self, name):
        tab_to(self.page, self.button(name), at_most=40)
        self.page.keyboard.press("Enter")


@pytest.fixture
def playing(afresh):
    """The game in a notebook of its own, for a learner who has never played."""
    afresh.emulate_media(reduced_motion="reduce")  # A quarter does not play by itself then.
    found = Board(afresh)
    found.root.wait_for()
    yield found
    afresh.emulate_media(reduced_motion="no-preference")


def test_a_turn_an_undo_and_a_restart_with_the_keyboard_alone(playing, classroom):
    page = playing.page
    select(page, "cell-1").locator(".cm-content").click()
    page.keyboard.press("Escape")
    slider = playing.root.get_by_role("slider")
    tab_to(page, slider)
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    commit = playing.button("Commit my prediction")
    expect(commit).to_be_enabled()
    tab_to(page, commit)
    page.keyboard.press("Enter")
    expect(playing.root).to_contain_text("you predict 1 per cent")

    state = region.new_region(1)
    playing.shows(state)
    playing.press("Export")
    tab_to(page, playing.where)
    for name in region.NAMES[:2]:  # one after the other, as the button names them
        page.keyboard.press("ArrowDown")
        expect(playing.button("Do it")).to_contain_text(name)
    playing.press("Do it")
    opened = region.play(state, Move(EXPORT, 1))
    playing.shows(opened)
    expect(playing.words).to_contain_text("A table opens in Brickfields")
    # Its handbook is there now, so the button is off and the focus has gone on.
    expect(playing.button("Export the Kettle: not now")).to_be_disabled()
    expect(playing.button("End the quarter")).to_be_focused()
    page.keyboard.press("Enter")
    later = region.play(opened, Move(END))
    playing.shows(later)
    expect(playing.words).to_have_text(board.words(opened, later))
    expect(playing.button("End the quarter")).to_be_focused()
    cells = page.locator(".jp-Cell").count()
    for key in ("x", "d", "d", "ArrowUp"):  # JupyterLab's commands elsewhere
        page.keyboard.press(key)
    assert page.locator(".jp-Cell").count() == cells

    playing.press("Undo")
    playing.shows(opened)
    playing.press("Undo")
    playing.shows(state)
    expect(playing.button("Undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(playing.words).to_contain_text("nothing to undo")

    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(playing.button("Do it")).to_be_focused()
    page.keyboard.press("Enter")
    playing.shows(opened)
    (kept,) = json.loads(
        classroom.predictions.with_name("predictions.region.json").read_text(encoding="utf-8")
    )["games"]
    assert kept["steps"] == [[["export", 1]]]

    restart_kernel(page)
    run_all(page)
    playing.shows(opened)
    expect(playing.root).to_contain_text("you predict 1 per cent")
    playing.press("End the quarter")
    playing.shows(later)
    assert page.complaints == []


def test_one_region_after_the_other_keeps_picture_and_words_together(playing):
    playing.button("Play without predicting").click()
    number = playing.root.get_by_label("Region number")
    state = region.new_region(1)
    playing.shows(state)
    for way in ("This region again", "Another region", "Go to this region", "This region again"):
        playing.where.select_option(label=region.NAMES[0])
        playing.do("Listen")
        listening = region.play(state, Move(LISTEN, 0))
        playing.shows(listening)
        playing.button("End the quarter").click()
        later = region.play(listening, Move(END))
        playing.shows(later)
        expect(playing.words).to_have_text(board.words(listening, later))
        if way == "Go to this region":
            number.fill("77")
            playing.page.keyboard.press("Tab")
            # A page may hold a number back while Python answers, and the button overtakes it.
            playing.page.evaluate(EXECUTE, "pass")
        playing.button(way).click()
        expect(playing.words).to_contain_text("Nobody has asked anything yet")
        state = region.new_region(int(number.input_value()))
        playing.shows(state)
    assert playing.page.complaints == []


def test_controls_have_names_and_the_words_stay_where_they_are_spoken(playing):
    playing.button("Play without predicting").click()
    playing.shows(region.new_region(1))
    playing.where.select_option(label=region.NAMES[0])
    names = playing.root.evaluate(
        """(root) => [...root.querySelectorAll('select, input, button')].map((node) =>
             node.getAttribute('aria-label') || node.textContent.trim())"""
    )
    assert all(names)
    assert len(set(names)) == len(names)
    element = playing.words.element_handle()
    playing.button("Listen").click()
    playing.button("Do it: Listen in Ash Grove: 1 point").click()
    playing.shows(region.play(region.new_region(1), Move(LISTEN, 0)))
    assert element.evaluate("(node) => node.isConnected")
    plot = playing.root.locator(".js-plotly-plot")
    expect(plot).to_have_attribute("role", "img")


def test_map_and_moves_stand_on_one_screen_and_a_click_chooses_the_place(playing):
    page = playing.page
    page.set_viewport_size({"width": 1280, "height": 800})
    playing.button("Play without predicting").click()
    playing.shows(region.new_region(1))
    playing.root.locator("h3").first.evaluate("(node) => node.scrollIntoView()")
    for name in ("Listen", "Measure", "Do it", "End the quarter", "Undo"):
        expect(playing.button(name)).to_be_in_viewport(ratio=1)
    plot = playing.root.locator(".js-plotly-plot").first
    expect(plot).to_be_in_viewport(ratio=0.95)
    at = plot.evaluate(
        """(plot) => {
          const { xaxis, yaxis } = plot._fullLayout, { x, y } = plot._fullData[0];
          return { x: xaxis._offset + xaxis.l2p(x[7]), y: yaxis._offset + yaxis.l2p(y[7]) };
        }"""
    )
    plot.click(position=at)
    expect(playing.where).to_have_value(region.NAMES[7])
    expect(playing.button("Do it: Listen in High Cross: 1 point")).to_be_enabled()


def test_a_quarter_plays_when_it_ends_and_can_be_stepped_and_played_again(playing):
    playing.button("Play without predicting").click()
    playing.shows(region.new_region(1))
    playing.do("Export")
    expect(playing.words).to_contain_text("That costs")
    playing.page.emulate_media(reduced_motion="no-preference")
    run = Playing(playing.root)
    run.watch()
    playing.root.locator(".js-plotly-plot").first.scroll_into_view_if_needed()
    playing.button("End the quarter").press("Enter")
    expect(playing.words).to_contain_text("Quarter 1 is over")
    last = region.WEEKS * board.PICTURES
    seen = eventually(lambda: run.seen()["places"], lambda places: last in places, 90)
    assert seen == sorted(set(seen))
    assert (seen[0], seen[-1]) == (0, last)
    run.wait_until_over()
    run.press("One week back")
    run.assert_on_the_way()
    playing.where.select_option(label=region.NAMES[2])
    run.wait_until_over()
    assert playing.page.complaints == []


def test_it_can_be_read_from_start_to_end_wide_narrow_light_and_dark(playing):
    page, found = playing.page, {}

    def look(when):
        for theme in ("JupyterLab Dark", "JupyterLab Light"):
            page.evaluate(
                "(theme) => jupyterapp.commands.execute('apputils:change-theme', { theme })", theme
            )
            page.wait_for_function(  # one theme at a time: JupyterLab trips over its own haste
                "(light) => document.body.dataset.jpThemeLight === light",
                arg=str(theme.endswith("Light")).lower(),
            )
            # What width moves, a theme does not: its colours are looked at once.
            for width in (1280, 800) if theme.endswith("Light") else (1280,):
                page.set_viewport_size({"width": width, "height": 900})
                faults = eventually(
                    lambda: playing.root.evaluate("(root) => look.faults(root)"),
                    lambda faults: not faults,
                    3,
                )
                found[f"{when}, {theme}, {width} px"] = faults

    look("question")
    playing.button("Play without predicting").click()
    state = region.new_region(1)
    playing.shows(state)
    look("start")
    playing.where.select_option(label="as far as the money goes, largest first")
    for number, quarter in enumerate(("Export", "Join", "Devolve", "Measure", "Grow")):
        playing.do(quarter)
        expect(playing.words).to_contain_text("That costs")
        playing.button("End the quarter").click()
        expect(playing.words).to_contain_text(f"Quarter {number + 1} is over")
    playing.root.locator(".scaling-table summary").click()
    look("middle")
    for number in range(5, 8):
        playing.button("End the quarter").click()
        expect(playing.words).to_contain_text(
            "The two years are over" if number == 7 else f"Quarter {number + 1} is over"
        )
    for summary in playing.root.locator("summary").all():
        if summary.evaluate("(node) => !node.parentElement.open"):
            summary.click()
    look("end")
    assert not any(found.values()), pformat({at: what for at, what in found.items() if what})
