"""A table that a learner edits: what is taken over, what a file may hold; nothing is lost."""

import pytest

from scaling import rows
from scaling.explorable import Rows
from scaling.explorable.frame import Frame
from scaling.rows import BadRow, Column
from scaling.three_scales import system_map
from scaling.widgets.rows_editor import MOST_STEPS_BACK, RowsEditor

COLUMNS = (
    Column("who", "Who"),
    Column("drinks", "Drinks", ("tea", "coffee")),
    Column("seat", "Seat", hidden=True),
)
START = (("Ada", "tea", "1"), ("Ben", "coffee", "2"))


def check(table):
    for number, (who, *_) in enumerate(table):
        if not who:
            raise BadRow(number, "a name is missing.")
    if not table:
        raise ValueError("Somebody must sit at the table.")


def seated(before, after):
    return tuple((who, drinks, str(number)) for number, (who, drinks, _) in enumerate(after, 1))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder of a learner's notebook."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def editor(folder):
    return fresh()


def fresh():
    return RowsEditor(Rows("table", "The table", COLUMNS, START, check, seated, "guests.csv"))


def read(text):
    return rows.from_csv(text.encode(), COLUMNS, check)


# Files


def test_what_is_written_is_read_again_whatever_the_names():
    table = (('Ada, "the first"', "tea", "1"), ("Ångström; Zoë", "coffee", ""), ("=1+1", "tea", ""))
    assert read(rows.to_csv(table, COLUMNS)) == table


@pytest.mark.parametrize(
    "text",
    [
        "who,drinks,seat\nAda,tea,1\nBen,coffee,2\n",
        "\ufeffwho;drinks;seat\r\nAda;tea;1\r\n\r\nBen;coffee;2",
        "seat\tdrinks\twho\n1\ttea\tAda\n2\tcoffee\t  Ben \n",
    ],
)
def test_a_file_of_a_spreadsheet_is_understood(text):
    assert read(text) == START


def test_a_hidden_column_may_be_missing():
    assert read("who,drinks\nAda,tea\n") == (("Ada", "tea", ""),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("who\nAda\n", "line 1 must name the columns, each once: who, drinks"),
        ("who,who,drinks\nAda,Ada,tea\n", "line 1 must name the columns, each once"),
        ("who,drinks,mood\nAda,tea,gay\n", "line 1 names the column “mood”"),
        ("who,drinks\nAda,tea\nBen\n", "line 3 has 1 part, but line 1 names 2 columns"),
        ("who,drinks\n\n\nAda,tea,1\n", "line 4 has 3 parts"),
        ("who,drinks\nAda,tea\nBen,beer\n", "line 3: “beer” cannot stand under drinks. Write tea"),
        ("who,drinks\nAda,tea\n\n,tea\n", "line 4: a name is missing"),
        ('who,drinks\nAda,tea\n"Ben,coffee\n', "line 3 is not CSV"),
        ("who,drinks\n", "Somebody must sit at the table"),
    ],
)
def test_a_file_that_makes_no_sense_is_answered_with_its_line(text, said):
    with pytest.raises(ValueError, match=said):
        read(text)


def test_a_line_is_counted_as_an_editor_does_after_a_name_of_two_lines():
    with pytest.raises(ValueError, match="line 4: “beer”"):
        read('who,drinks\n"Ada\nLovelace",tea\nBen,beer\n')


def test_a_file_that_is_no_text_is_answered_with_its_line():
    with pytest.raises(ValueError, match="line 2 holds a character that is not UTF-8"):
        rows.from_csv("who,drinks\nZoë,tea\n".encode("latin-1"), COLUMNS, check)
    with pytest.raises(ValueError, match="larger than 200 kilobytes"):
        rows.from_csv(b"x" * 300_000, COLUMNS, check)


# Edits


def test_an_edit_is_taken_over_with_what_follows_from_it(editor):
    assert editor.add(["  Cleo   K. ", "tea", ""])
    assert editor.value == (*START, ("Cleo K.", "tea", "3"))
    assert editor.rows == [list(row) for row in editor.value]
    assert editor.set(0, 1, "coffee")
    assert editor.remove(1)
    assert editor.value == (("Ada", "coffee", "1"), ("Cleo K.", "tea", "2"))


def test_an_edit_that_makes_no_sense_changes_nothing_and_says_why(editor):
    assert not editor.set(1, 0, "")
    assert editor.value == START
    assert editor.said == "Not taken over yet. Row 2: a name is missing."
    assert editor.trouble
    assert editor.set(1, 0, "Bea")
    assert (editor.said, editor.trouble) == ("", False)


def test_the_last_row_stays(editor):
    assert editor.remove(0)
    assert not editor.remove(0)
    assert len(editor.value) == 1


@pytest.mark.parametrize("row", [-1, 2, 99])
def test_a_row_that_is_not_there_is_left_alone(editor, row):
    assert not editor.remove(row)
    assert not editor.set(row, 0, "Eve")
    assert editor.value == START


def test_undo_goes_back_step_by_step_to_the_start(editor):
    states = [editor.value]
    editor.add(["Cleo", "tea", ""])
    states.append(editor.value)
    editor.remove(0)
    states.append(editor.value)
    editor.restart()
    for state in reversed(states):
        assert editor.undo()
        assert editor.value == state
    assert not editor.undo()
    assert editor.steps_back == 0
    assert editor.is_start


@pytest.mark.slow
def test_undo_goes_back_two_hundred_steps_and_no_further(editor):
    names = [f"Guest {number}" for number in range(MOST_STEPS_BACK + 3)]
    for name in names:
        assert editor.set(0, 0, name)
    assert MOST_STEPS_BACK == editor.steps_back == 200
    while editor.undo():
        pass
    assert editor.value[0][0] == names[2]  # two hundred edits before the last


def test_an_edit_that_changes_nothing_is_no_step(editor):
    assert editor.set(0, 0, "Ada ")
    assert editor.steps_back == 0


def test_the_browser_is_always_answered(editor, monkeypatch):
    told = []
    monkeypatch.setattr(editor, "send", told.append)
    editor._on_message(editor, {"do": "add", "with": [["Cleo", "tea", ""]], "number": 1}, [])
    editor._on_message(editor, {"do": "observe", "with": [print], "number": 2}, [])
    with pytest.raises(TypeError):
        editor._on_message(editor, {"do": "set", "with": [], "number": 3}, [])
    assert told == [{"answers": n, "done": done} for n, done in ((1, True), (2, False), (3, False))]


# Saving and loading


def test_a_saved_table_is_loaded_by_another_editor(editor, folder):
    editor.add(["Cleo", "tea", ""])
    assert editor.save("mine")
    assert "Saved 3 rows in mine.csv" in editor.said
    other = fresh()
    assert other.value == START
    assert other.load("mine.csv")
    assert other.value == editor.value
    assert other.undo()
    assert other.value == START


def test_loading_what_makes_no_sense_names_the_line_and_changes_nothing(editor, folder):
    editor.add(["Cleo", "tea", ""])
    before, steps = editor.value, editor.steps_back
    (folder / "bad.csv").write_text("who,drinks\nAda,tea\n,tea\n")
    assert not editor.load("bad.csv")
    assert editor.said == ("Not loaded, and nothing has changed: line 3: a name is missing.")
    assert (editor.value, editor.steps_back) == (before, steps)


def test_a_file_that_is_not_there_is_missed_and_others_are_named(editor, folder):
    (folder / "theirs.csv").touch()
    assert not editor.load("mine")
    assert "there is no mine.csv beside this notebook. CSV files here: theirs.csv." in editor.said


def test_a_file_of_somebody_else_is_not_replaced_without_a_word(editor, folder):
    theirs = folder / "theirs.csv"
    theirs.write_text("precious")
    assert not editor.save("theirs.csv")
    assert "holds something else. Press Save again to replace it" in editor.said
    assert theirs.read_text() == "precious"
    assert editor.save("theirs.csv")
    assert theirs.read_text().startswith("who,drinks")


def test_a_warning_holds_for_that_file_as_it_was_then(editor, folder):
    theirs, other = folder / "theirs.csv", folder / "other.csv"
    theirs.write_text("precious")
    other.write_text("precious too")
    assert not editor.save("theirs.csv")
    assert not editor.save("other.csv")
    theirs.write_text("and changed since")
    assert not editor.save("theirs.csv")
    assert (theirs.read_text(), other.read_text()) == ("and changed since", "precious too")


def test_one_s_own_file_is_saved_again_unless_somebody_changed_it(editor, folder):
    assert editor.save("mine.csv")
    editor.add(["Cleo", "tea", ""])
    assert editor.save("mine.csv")
    (folder / "mine.csv").write_text("changed by hand")
    assert not editor.save("mine.csv")


@pytest.mark.parametrize(
    "name",
    ["", "../mine.csv", "a/b.csv", "/tmp/x.csv", "..", ".hidden.csv", "a\\b", "guests.unsaved"],
)
def test_a_name_that_leads_elsewhere_is_refused(editor, folder, name):
    assert not editor.save(name)
    assert editor.said.startswith("Not saved: ")
    assert list(folder.iterdir()) == []


def test_a_crash_while_saving_leaves_the_old_file_whole(editor, folder, monkeypatch):
    assert editor.save("mine.csv")
    before = (folder / "mine.csv").read_text()
    editor.add(["Cleo", "tea", ""])

    def crash(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", crash)
    assert not editor.save("mine.csv")
    assert editor.said == "Not saved: No space left on device."
    assert (folder / "mine.csv").read_text() == before
    assert sorted(file.name for file in folder.iterdir()) == ["guests.unsaved.csv", "mine.csv"]


# What is not saved


def test_changes_outlive_the_kernel_without_being_saved(editor):
    editor.add(["Cleo", "tea", ""])
    later = fresh()
    assert later.value == editor.value
    assert "your changes of last time" in later.said
    assert later.undo()
    assert later.value == START


def test_saving_or_coming_back_to_the_start_leaves_no_draft(editor, folder):
    editor.add(["Cleo", "tea", ""])
    assert (folder / "guests.unsaved.csv").exists()
    editor.undo()
    assert list(folder.iterdir()) == []
    editor.add(["Cleo", "tea", ""])
    editor.save("mine.csv")
    assert [file.name for file in folder.iterdir()] == ["mine.csv"]


def test_a_broken_draft_is_set_aside_and_the_start_is_shown(folder):
    (folder / "guests.unsaved.csv").write_text("nonsense")
    editor = fresh()
    assert editor.value == START
    (aside,) = folder.iterdir()
    assert aside.name.startswith("guests.unsaved.broken-")
    assert aside.name in editor.said
    editor.add(["Cleo", "tea", ""])
    assert aside.read_text() == "nonsense"


def test_a_draft_of_another_notebook_is_never_overwritten(folder):
    one, other = fresh(), fresh()
    one.add(["Cleo", "tea", ""])
    other.add(["Dan", "coffee", ""])
    assert "of another notebook" in other.said
    kept = sorted(file.name for file in folder.iterdir())
    assert len(kept) == 2
    assert "Cleo" in (folder / kept[0]).read_text() + (folder / kept[1]).read_text()
    one.undo()
    assert fresh().value == other.value


def aside(folder):
    (found,) = (file for file in folder.iterdir() if ".other-" in file.name)
    return found


def test_the_learner_always_reads_where_another_notebooks_draft_is(folder, monkeypatch):
    one, other = fresh(), fresh()
    one.add(["Cleo", "tea", ""])

    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("scaling.widgets.rows_editor.write_text", refuse)
    other.add(["Dan", "coffee", ""])
    assert f"They are kept as {aside(folder).name}." in other.said
    assert "cannot be kept beside this notebook (No space left on device)" in other.said
    assert other.trouble


def test_going_back_says_so_and_where_another_notebook_s_draft_is(folder):
    one, other = fresh(), fresh()
    other.add(["Dan", "coffee", ""])
    other.add(["Eve", "tea", ""])
    (folder / "guests.unsaved.csv").unlink()
    one.add(["Cleo", "tea", ""])
    other.undo()
    assert other.said.startswith("One step back. Changes in guests.unsaved.csv are of another")
    assert f"They are kept as {aside(folder).name}." in other.said
    assert "Cleo" in aside(folder).read_text()


def test_loading_a_file_leaves_another_notebook_s_draft_where_it_is(folder):
    one, other = fresh(), fresh()
    one.add(["Cleo", "tea", ""])
    (folder / "mine.csv").write_text("who,drinks\nDan,tea\n")
    assert other.load("mine.csv")
    assert other.value == (("Dan", "tea", "1"),)
    assert sorted(file.name for file in folder.iterdir()) == ["guests.unsaved.csv", "mine.csv"]
    assert fresh().value == one.value


def test_a_draft_that_cannot_be_removed_is_said_after_what_was_saved(editor, folder, monkeypatch):
    editor.add(["Cleo", "tea", ""])

    def refuse(*_):
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr("pathlib.Path.unlink", refuse)
    assert editor.save("mine.csv")
    assert editor.said == (
        "Saved 3 rows in mine.csv, beside this notebook. guests.unsaved.csv cannot be removed: "
        "Operation not permitted."
    )


def test_a_draft_that_cannot_be_moved_is_not_overwritten(folder, monkeypatch):
    (folder / "guests.unsaved.csv").write_text("nonsense")

    def refuse(*_):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("scaling.widgets.rows_editor.rename_with_time", refuse)
    editor = fresh()
    assert editor.add(["Cleo", "tea", ""])
    assert "last until the kernel stops" in editor.said
    assert (folder / "guests.unsaved.csv").read_text() == "nonsense"


def test_where_nothing_can_be_written_the_learner_is_told_and_goes_on(editor, monkeypatch):
    def refuse(*_):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("scaling.widgets.rows_editor.write_text", refuse)
    assert editor.add(["Cleo", "tea", ""])
    assert len(editor.value) == 3
    assert "cannot be kept beside this notebook (Read-only file system)" in editor.said


# On the page


def shown(folder, monkeypatch):
    monkeypatch.setenv("SCALING_PREDICTIONS", str(folder / "elsewhere" / "predictions.json"))
    frame = system_map.explorable.widget()
    frame.question.skip.click()
    return frame


def boxes(widget):
    """The widget and all that is inside it, as far as it holds others."""
    if hasattr(widget, "children"):
        yield widget
        for child in widget.children:
            yield from boxes(child)


def test_a_table_stands_below_the_words_and_the_map_follows_it(folder, monkeypatch):
    frame = shown(folder, monkeypatch)
    editor = frame.controls["links"]
    beside = next(box.children for box in boxes(frame) if editor in box.children)
    assert beside.index(editor) == beside.index(frame.text_panel) + 1
    assert editor.remove(0)
    assert frame.text_panel.more == system_map.explorable.still(links=system_map.START[1:]).words
    assert editor.undo()
    assert frame.text_panel.more == system_map.explorable.still().words


def test_an_edit_that_makes_no_sense_leaves_words_and_picture_as_they_were(folder, monkeypatch):
    frame = shown(folder, monkeypatch)
    words, picture = frame.text_panel.words, frame.picture.drawn.to_json()
    assert not frame.controls["links"].set(0, 3, "Loneliness")
    assert (frame.text_panel.words, frame.text_panel.trouble) == (words, False)
    assert frame.picture.drawn.to_json() == picture


def test_a_draft_of_last_time_is_on_the_map_at_once(folder, monkeypatch):
    shown(folder, monkeypatch).controls["links"].remove(0)
    again = shown(folder, monkeypatch)
    assert again.text_panel.more == system_map.explorable.still(links=system_map.START[1:]).words


@pytest.mark.parametrize("line", range(2, len(system_map.START) + 2))
def test_whichever_line_of_a_saved_map_is_damaged_is_the_one_that_is_named(
    folder, monkeypatch, line
):
    editor = shown(folder, monkeypatch).controls["links"]
    assert editor.save("mine.csv")
    file = folder / "mine.csv"
    lines = file.read_text().splitlines()
    lines[line - 1] = lines[line - 1].replace("al,", "al;", 1).replace("wide,", "wild,", 1)
    file.write_text("\n".join(lines))
    assert not editor.load("mine.csv")
    assert f"line {line}" in editor.said
    assert editor.value == system_map.START


# What follows from an edit, and a table that a task sets


def fresh_map(folder):
    (control,) = (c for c in system_map.explorable.controls if isinstance(c, Rows))
    return RowsEditor(control)


def test_a_known_name_typed_with_another_scale_is_told_which_it_has(folder):
    editor = fresh_map(folder)
    assert editor.add(["Reporting", "individual", "raises", "Loneliness", "individual", "", ""])
    assert editor.value[-1][:2] == ("Reporting", "organisational")
    assert editor.said.startswith("Row 17 now says organisational in place of individual")
    assert not editor.trouble


def test_a_scale_that_is_chosen_in_one_row_says_where_else_it_changed(folder):
    editor = fresh_map(folder)
    assert editor.set(7, 1, "individual")
    assert editor.said == "Changed in row 7 as well."
    assert editor.set(0, 2, "lowers")
    assert editor.said == ""


def test_a_second_link_between_two_names_shows_the_row_of_the_first(folder):
    editor = fresh_map(folder)
    assert not editor.add(
        ["New tables", "organisational", "lowers", "Guests who return", "individual", "", ""]
    )
    assert "is there already: row 4 raises. Change it there" in editor.said


def test_a_table_that_a_task_shows_is_undone_by_one_step(editor):
    editor.add(["Cleo", "tea", ""])
    mine = editor.value
    editor.put(START[:1])
    assert editor.value == START[:1]
    assert "Undo brings back what was here" in editor.said
    editor.undo()
    assert editor.value == mine
    steps = editor.steps_back
    editor.put(mine)
    assert editor.steps_back == steps


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "a name is missing"),
        (" .csv", "a name is missing"),
        ("my kettle: v2", "the name of a file cannot hold :"),
        ("what?", "the name of a file cannot hold ?"),
        ("maps/mine", "beside this notebook, so its name is one without /"),
        ("maps\\mine", "so its name is one without \\"),
        (".mine", "begins with a dot"),
        ("a" * 200, "the name is too long"),
    ],
)
def test_what_is_wrong_with_the_name_of_a_file_is_said(editor, folder, name, said):
    assert not editor.save(name)
    assert said in editor.said
    assert editor.said.endswith("Write one such as my-map.csv.")
    assert list(folder.iterdir()) == []


# In the frame


@pytest.fixture
def frame(folder, monkeypatch):
    monkeypatch.setenv("SCALING_PREDICTIONS", str(folder / "predictions.json"))
    frame = Frame(system_map.explorable)
    frame.reveal()
    return frame


@pytest.mark.slow
def test_the_list_of_loops_follows_the_map(frame):
    choice, editor = frame.controls["shown"], frame.controls["links"]
    assert len(choice.options) == 1 + 7
    choice.value = 7
    assert frame.result.asked == 7
    editor.remove(15)  # Cost of living sits in no loop
    assert choice.value == 7
    editor.remove(3)  # New tables no longer bring guests
    assert [number for _, number in choice.options] == list(range(len(frame.result.loops) + 1))
    assert len(frame.result.loops) < 7
    assert (choice.value, frame.result.asked) == (0, 0)
    editor.undo()
    assert len(choice.options) == 1 + 7


def test_a_step_to_try_leaves_a_learner_s_own_map_alone(frame):
    editor = frame.controls["links"]
    editor.remove(15)
    mine = editor.value
    frame.set(longest=5)
    assert frame.controls["longest"].value == 5
    assert editor.value == mine
    assert frame.result.map.links == system_map.read(mine).links


@pytest.mark.slow
def test_back_to_the_start_brings_the_map_back_too_and_can_be_undone(frame):
    editor = frame.controls["links"]
    for row in (15, 3, 3):
        editor.remove(row)
    mine = editor.value
    frame.controls["shown"].value = len(frame.result.loops)
    frame.back.click()
    assert frame.values() == system_map.explorable.start
    assert len(frame.controls["shown"].options) == 1 + 7
    editor.undo()
    assert editor.value == mine
