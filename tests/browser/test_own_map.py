"""A learner changes the map of a system, by keyboard too, saves it, loads it, and loses nothing."""

import re
import sys
from pathlib import Path

import lab
import pytest
from conftest import notebook_of, show, shown_by
from playwright.sync_api import expect
from test_by_keyboard import tab_to

from scaling.explorable import Rows
from scaling.three_scales import system_map
from scaling.three_scales.system_map_table import linked, moved

sys.path.insert(0, str(Path(__file__).parents[1]))
from playing import Playing

pytestmark = [pytest.mark.browser, pytest.mark.slow]

KEY = "three_scales.system_map"
(CONTROL,) = (c for c in system_map.explorable.controls if isinstance(c, Rows))


class Editor:
    """The table of links as a reader meets it."""

    def __init__(self, shown):
        self.shown, self.page = shown, shown.page
        self.root = shown.control(CONTROL)
        self.said = self.root.get_by_role("status")

    def field(self, row, column):
        return self.root.get_by_label(f"{row}, {column}", exact=True)

    def button(self, name):
        return self.root.get_by_role("button", name=name, exact=True)

    def write(self, row, column, text):
        self.field(row, column).fill(text)
        self.field(row, column).press("Tab")

    def choose_file(self, name):
        self.root.get_by_label("Name of the CSV file").fill(name)

    def expect_links(self, table):
        self.shown.values[CONTROL.name] = table
        self.shown.wait_until_right()


@pytest.fixture(scope="module")
def notebook(classroom):
    """The table in a notebook of its own, between cells that a stray key could cut."""
    page = classroom.open("course/map.ipynb", notebook=notebook_of("1 + 1", shown_by(KEY), "2 + 2"))
    yield page
    classroom.give_back(page)


@pytest.fixture
def editor(classroom, notebook):
    """The table, without the files of tests before."""
    notebook.bring_to_front()
    classroom.forget()
    for file in (notebook.copy / "course").glob("*.csv"):
        file.unlink()
    return Editor(show(notebook, KEY).reveal())


def changed(rows, row, column, text):
    after = [list(one) for one in rows]
    after[row][column] = text
    return system_map.settle(rows, tuple(map(tuple, after)))


def places(shown):
    """Where every name stands in the picture."""
    return shown.root.evaluate(
        """(root) => Object.fromEntries(look.plots(root)[0]._fullData
          .filter((trace) => trace.text)
          .flatMap((trace) => trace.text.map((name, i) => [name, [trace.x[i], trace.y[i]]])))"""
    )


# Where the mark of a place lies, in the window.
SPOT = """(root, name) => {
  const plot = look.plots(root)[0];
  const { xaxis, yaxis } = plot._fullLayout;
  const trace = plot._fullData.find(({ text }) => text?.includes?.(name));
  const at = trace.text.indexOf(name);
  const box = plot.getBoundingClientRect();
  const [across, upwards] = [xaxis.d2p(trace.x[at]), yaxis.d2p(trace.y[at])];
  return [box.left + xaxis._offset + across, box.top + yaxis._offset + upwards];
}"""


def test_a_place_is_clicked_for_its_loops_and_pushed_until_words_tell(editor):
    shown, page = editor.shown, editor.page
    shown.root.locator(".js-plotly-plot").scroll_into_view_if_needed()
    page.mouse.click(*shown.root.evaluate(SPOT, "Reporting"))
    words = shown.root.locator(".scaling-words")
    expect(words).to_have_text("Reporting is in 1 of 7 loops, drawn strongly.")
    said = words.text_content()
    playing = Playing(shown.root)
    playing.at_speed("fast")
    playing.press("Play")
    outcome = system_map.outcome(system_map.run(place="Reporting"))
    expect(words).to_have_text(outcome, timeout=60_000)
    expect(playing.place).to_have_text("step 7 of 7")
    shown.root.get_by_role("button", name="Back to the start", exact=True).click()
    expect(words).to_have_text("The map holds 7 loops.")
    assert said != outcome
    expect(playing.place).to_be_empty()


def drag(editor, name, by=(0, 0), onto=""):
    """Drag the mark of a place with the mouse, by some pixels or onto another mark."""
    mouse, (x, y) = editor.page.mouse, editor.shown.root.evaluate(SPOT, name)
    end = editor.shown.root.evaluate(SPOT, onto) if onto else (x + by[0], y + by[1])
    mouse.move(x, y)
    mouse.down()
    mouse.move(*end, steps=6)
    mouse.up()


def test_places_are_dragged_and_links_drawn_and_undone_in_the_table(editor):
    editor.shown.root.locator(".js-plotly-plot").scroll_into_view_if_needed()
    drag(editor, "Reporting", onto="New tables")
    place = system_map.KETTLE.place["New tables"]
    editor.expect_links(rows := moved(system_map.START, "Reporting", "organisational", place))
    way = editor.shown.root.get_by_role("combobox", name="Dragging in the picture", exact=True)
    way.select_option("draws a link that lowers")
    editor.shown.root.locator(".js-plotly-plot").scroll_into_view_if_needed()
    drag(editor, "Reporting", onto="Loneliness")
    editor.expect_links(linked(rows, "Reporting", "lowers", "Loneliness"))
    for _ in range(2):
        editor.button("Undo").click()
    editor.expect_links(system_map.START)


def test_a_link_is_turned_removed_and_added_and_the_map_stays_in_place(editor):
    before = places(editor.shown)
    editor.field("Row 1", "Effect").select_option("lowers")
    rows = changed(system_map.START, 0, 2, "lowers")
    editor.expect_links(rows)
    editor.button("Remove row 16").click()
    editor.expect_links(rows := rows[:-1])
    expect(editor.button("Remove row 15")).to_be_focused()
    editor.field("New row", "More of this").fill("Rumours")
    editor.field("New row", "Its scale (of “More of this”)").select_option("individual")
    editor.field("New row", "That").fill("Loneliness")
    editor.button("Add this row").click()
    new = ("Rumours", "individual", "raises", "Loneliness", "society-wide", "", "")
    editor.expect_links(system_map.settle(rows, (*rows, new)))
    expect(editor.field("New row", "More of this")).to_be_focused()
    after = places(editor.shown)
    assert set(after) - set(before) == {"Rumours"}
    assert {name: after[name] for name in before} == before
    for _ in range(3):
        editor.button("Undo").click()
    editor.expect_links(system_map.START)
    expect(editor.button("Undo")).to_be_disabled()


def test_a_scale_chosen_in_one_row_holds_in_all(editor):
    editor.field("Row 5", "Its scale (of “That”)").select_option("organisational")
    editor.expect_links(changed(system_map.START, 4, 4, "organisational"))
    expect(editor.field("Row 1", "Its scale (of “More of this”)")).to_have_value("organisational")


def test_what_makes_no_sense_stays_in_its_field_and_the_map_as_it_was(editor):
    editor.write("Row 2", "That", "Public concern")
    expect(editor.said).to_have_text(
        "Not taken over yet. Row 2: “Public concern” acts on itself. Name what lies between."
    )
    field = editor.field("Row 2", "That")
    expect(field).to_have_value("Public concern")
    expect(field).to_have_attribute("aria-invalid", "true")
    editor.expect_links(system_map.START)
    before = places(editor.shown)
    editor.write("Row 2", "That", "Rumours")
    expect(field).not_to_have_attribute("aria-invalid", "true")
    editor.expect_links(changed(system_map.START, 1, 3, "Rumours"))
    after = places(editor.shown)
    assert {name: after[name] for name in before} == before


def test_a_link_is_added_with_the_keyboard_alone_and_no_cell_is_harmed(editor):
    page = editor.page
    cells = page.locator(".jp-Cell").count()
    editor.field("Row 16", "Effect").focus()
    tab_to(page, editor.field("New row", "More of this"))
    page.keyboard.type("Xenia, dd MM x")
    tab_to(page, editor.field("New row", "That"))
    page.keyboard.type("Reporting")
    page.keyboard.press("Enter")
    new = ("Xenia, dd MM x", "society-wide", "raises", "Reporting", "organisational", "", "")
    editor.expect_links(system_map.settle(system_map.START, (*system_map.START, new)))
    tab_to(page, editor.field("New row", "Effect"))
    page.keyboard.press("ArrowDown")
    expect(editor.field("New row", "Effect")).to_have_value("lowers")
    assert page.locator(".jp-Cell").count() == cells


def test_a_map_is_saved_and_loaded_and_a_bad_file_changes_nothing(editor):
    editor.button("Remove row 1").click()
    editor.expect_links(rows := system_map.START[1:])
    editor.choose_file("ash-grove")
    editor.button("Save").click()
    expect(editor.said).to_have_text("Saved 15 rows in ash-grove.csv, beside this notebook.")
    file = editor.page.copy / "course" / "ash-grove.csv"
    bad = file.with_name("bad.csv")
    bad.write_text(file.read_text().replace("raises", "rases", 1))
    editor.button("Table back to the start").click()
    editor.expect_links(system_map.START)
    editor.choose_file("bad.csv")
    editor.button("Load").click()
    expect(editor.said).to_have_text(
        "Not loaded, and nothing has changed: line 2: “rases” cannot stand under effect. Write "
        "raises or lowers."
    )
    editor.expect_links(system_map.START)
    editor.button("Save").click()
    expect(editor.said).to_have_text(re.compile("bad.csv is there already"))
    editor.choose_file("ash-grove.csv")
    editor.button("Load").click()
    editor.expect_links(rows)


def test_changes_are_there_again_after_another_run_or_a_restart(editor):
    page = editor.page
    editor.button("Remove row 16").click()
    editor.expect_links(rows := system_map.START[:-1])
    again = Editor(show(page, KEY).reveal_with(links=rows))
    expect(again.said).to_have_text(re.compile("your changes of last time"))
    lab.restart_kernel(page)
    lab.run_all(page)
    Editor(show(page, KEY).reveal_with(links=rows))


def test_a_refused_new_row_keeps_its_text_and_is_marked_while_refused(
    editor,
):
    first, that = (editor.field("New row", column) for column in ("More of this", "That"))
    first.fill("Reporting")
    that.fill("Reporting")
    editor.button("Add this row").click()
    expect(editor.said).to_have_text(re.compile("Row 17: “Reporting” acts on itself"))
    expect(first).to_have_attribute("aria-invalid", "true")
    expect(first).to_have_attribute("title", re.compile("acts on itself"))
    editor.choose_file("nowhere")
    editor.button("Load").click()
    expect(editor.said).to_have_text(re.compile("there is no nowhere.csv"))
    for field in (first, that):
        expect(field).not_to_have_attribute("aria-invalid", "true")
        expect(field).to_have_value("Reporting")


def test_the_list_of_loops_changes_with_the_map(editor):
    (choice,) = (c for c in system_map.explorable.controls if c.name == "shown")
    loops = editor.shown.control(choice).locator("option")
    expect(loops).to_have_count(1 + 7)
    editor.button("Remove row 1").click()
    left = len(system_map.run(system_map.START[1:]).loops)
    expect(loops).to_have_count(1 + left)
    editor.button("Undo").click()
    expect(loops).to_have_count(1 + 7)
    # A menu's spaces are no-break spaces.
    expect(loops.nth(3)).to_have_text(re.compile(r"3,\sbalancing:\sLoneliness\s→\sPublic\sconcern"))
