"""A form keeps what a learner types, loses nothing, and leaves the notebook as text."""

import json
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import nbconvert.filters.markdown_mistune as mistune
import pandas as pd
import plotly.graph_objects as go
import pytest

from scaling.explorable import Rows, Still
from scaling.form import Form, Step, Text
from scaling.form.export import as_text, to_html, to_markdown
from scaling.form.file import FORMAT, FormFile
from scaling.form.page import FormPage
from scaling.rows import BadRow, Column

NASTY = [
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "![x](http://example.org/x.png)",
    "# heading\n- list\n1. numbered\n> quoted\n\n    code",
    "| a | b |\n|---|---|",
    "`code` *x* _y_ ~~z~~ $a$ \\b",
    "text\n===\nmore\n---",
    "${alert(1)} {{ alert(1) }} %(x)s {title}",
    "&lt;b&gt; &amp; 5 < 6",
]


def check(rows):
    for place, (name, _) in enumerate(rows):
        if not name:
            raise BadRow(place, "a name is needed.")


def look(answers):
    if not answers["cups"]:
        raise ValueError("Name a cup first.")
    names = [name for name, _ in answers["cups"]]
    shown = [name.replace("&", "&amp;").replace("<", "&lt;") for name in names]
    figure = go.Figure(go.Bar(x=shown, y=[1] * len(shown)))
    return Still("Cups", figure, f"There are {', '.join(names)}.", pd.DataFrame({"cup": names}))


COLUMNS = (Column("cup", "Cup"), Column("size", "Size", ("small", "large")))
CUPS = Rows("cups", "Cups", COLUMNS, (), check, lambda _, after: after, file="")
form = Form(
    "Tea",
    "my-tea",
    (
        Step("Why", "Say why.", (Text("why", "Why tea?", "because", 2),)),
        Step("What", "Name cups.", (CUPS, Text("note", "A note")), look),
    ),
    example={"why": "It is warm.", "cups": (("blue", "small"),)},
)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Where the learner's notebook is."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def kept(folder):
    return json.loads((folder / "my-tea.json").read_text(encoding="utf-8"))["answers"]


def names(folder):
    return sorted(file.name for file in folder.iterdir())


# ---------------------------------------------------------------- what a form is


def test_answers_that_are_missing_are_those_of_the_start():
    assert form.checked({}) == form.empty == {"why": "", "cups": (), "note": ""}
    assert form.checked({"note": "x", "of another version": 1}) == {**form.empty, "note": "x"}


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({"why": 3}, "why should hold text; it holds int"),
        ({"why": "x" * 20_001}, "more than 20,000 characters"),
        ({"cups": "blue"}, "cups should hold rows of 2 texts each"),
        ({"cups": [["blue"]]}, "rows of 2 texts"),
        ({"cups": [["blue", 1]]}, "rows of 2 texts"),
        ({"cups": [["", "small"]]}, "Row 1: a name is needed"),
    ],
)
def test_answers_of_another_kind_are_refused(answers, why):
    with pytest.raises(ValueError, match=why):
        form.checked(answers)


def test_two_fields_of_one_name_are_refused():
    twice = (Step("a", "", (Text("x", "X"), Text("x", "Y"))),)
    with pytest.raises(ValueError, match="a name of its own"):
        Form("T", "t", twice, {})


# ---------------------------------------------------------------- kept as it is typed


def test_nothing_is_written_before_something_is_typed(folder):
    FormPage(form)
    assert names(folder) == []


def test_every_change_is_kept_at_once(folder):
    page = FormPage(form)
    for typed in ("I", "It", "It is"):
        page._pages[0].children[1].value = typed
        assert kept(folder)["why"] == typed
    page.go_to(1)
    page._pages[1].children[1].add(["blue", "small"])
    assert kept(folder)["cups"] == [["blue", "small"]]
    assert page.status.said == "Kept in my-tea.json, beside this notebook."


def test_a_restart_loses_nothing(folder):
    FormPage(form).fill_in({"why": "It is\n\nwarm. ☕", "cups": (("blue", "large"),)})
    page = FormPage(form)
    assert page.answers == {"why": "It is\n\nwarm. ☕", "cups": (("blue", "large"),), "note": ""}
    assert page.status.said == "Your answers of last time, from my-tea.json."
    assert page._pages[0].children[1].value == "It is\n\nwarm. ☕"


def test_the_longest_text_that_a_field_takes_is_there_after_a_restart(folder):
    field = FormPage(form)._pages[0].children[1]
    longest = "☕" * field.longest
    field.value = longest
    assert FormPage(form).answers["why"] == longest


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"format": "1"}',
        b'{"format": 1, "answers": {"why": 3}, "exported": {}}',
        b'{"format": 1, "answers": {}, "exported": []}',
        b'{"format": 1, "answers": [["why", "x"]], "exported": {}}',
        b"[" * 100_000,
    ],
)
def test_a_file_that_cannot_be_understood_is_set_aside_and_said(folder, content):
    (folder / "my-tea.json").write_bytes(content)
    page = FormPage(form)
    (aside,) = names(folder)
    assert aside.startswith("my-tea.broken-")
    assert aside in page.status.said
    page.set("why", "new")
    assert (folder / aside).read_bytes() == content
    assert kept(folder)["why"] == "new"


def test_a_file_of_a_later_version_is_left_alone_and_that_is_said(folder):
    content = json.dumps({"format": FORMAT + 1, "answers": "?"}).encode()
    (folder / "my-tea.json").write_bytes(content)
    page = FormPage(form)
    assert "later version" in page.status.said
    page.set("why", "new")
    assert page.status.trouble
    assert "lasts until the kernel stops" in page.status.said
    assert (folder / "my-tea.json").read_bytes() == content


def test_answers_to_what_this_version_does_not_ask_are_kept(folder):
    stored = {"format": FORMAT, "answers": {"why": "x", "milk": "much"}, "exported": {}}
    (folder / "my-tea.json").write_text(json.dumps(stored))
    FormPage(form).set("why", "y")
    assert kept(folder) == {"why": "y", "cups": [], "note": "", "milk": "much"}


def test_what_another_notebook_wrote_meanwhile_is_kept_too(folder):
    one, other = FormPage(form), FormPage(form)
    one.set("why", "one")
    other.set("why", "other")
    assert "had been changed elsewhere" in other.status.said
    (aside,) = [name for name in names(folder) if ".other-" in name]
    assert json.loads((folder / aside).read_text())["answers"]["why"] == "one"
    assert kept(folder)["why"] == "other"
    other.set("why", "other!")
    assert len(names(folder)) == 2


def test_a_folder_that_cannot_be_written_is_said_and_nothing_else_stops(folder, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("scaling.files.write_text", fail)
    page = FormPage(form)
    page.set("why", "x")
    assert page.status.trouble
    assert "No space left on device" in page.status.said
    page.export()
    assert page.status.said == "Not written: No space left on device."
    assert page.answers["why"] == "x"


def test_starting_anew_keeps_what_was_there(folder):
    page = FormPage(form)
    page.fill_in(form.example)
    before = kept(folder)
    page.start_anew()
    assert page.answers == form.empty
    (aside,) = names(folder)
    assert aside in page.status.said
    page.set("why", "new")
    assert json.loads((folder / aside).read_text())["answers"] == before


@pytest.mark.parametrize("when", ["from the start", "later", "of a later version"])
def test_starting_anew_never_drops_what_stands_in_no_file(folder, monkeypatch, when):
    if when == "of a later version":
        (folder / "my-tea.json").write_text(json.dumps({"format": FORMAT + 1}))
    page = FormPage(form)
    if when == "later":
        page.set("note", "first")
    if when != "of a later version":

        def fail(*_):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("scaling.files.write_text", fail)
    page.set("why", "an hour of work")
    page.start_anew()
    assert page.answers["why"] == "an hour of work"
    assert page.status.trouble
    assert "To begin without them, run this cell again." in page.status.said


def test_a_rename_that_fails_leaves_everything_as_it_was(folder, monkeypatch):
    stored = {"format": FORMAT, "answers": {"why": "x", "milk": "much"}, "exported": {}}
    (folder / "my-tea.json").write_text(json.dumps(stored))
    page = FormPage(form)

    def refuse(*_):
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr("scaling.files.rename_with_time", refuse)
    page.start_anew()
    assert page.answers["why"] == "x"
    page.set("why", "y")
    assert kept(folder)["milk"] == "much"


def test_half_a_character_does_not_stop_the_keeping(folder):
    page = FormPage(form)
    page.set("why", "tea \ud83d")
    assert kept(folder)["why"] == "tea ?"
    page.export()
    assert "my-tea.html" in names(folder)


def test_a_field_that_was_put_away_does_not_write_into_the_new_form(folder):
    page = FormPage(form)
    page.set("why", "x")
    old = page._pages[0].children[1]
    page.start_anew()
    old.value = "late"
    assert page.answers == form.empty


def test_others_may_read_what_is_exported(folder):
    page = FormPage(form)
    page.export()
    plain = folder / "plain"
    plain.write_text("")
    assert (folder / "my-tea.html").stat().st_mode == plain.stat().st_mode
    (folder / "my-tea.html").chmod(0o664)
    page.export()
    assert (folder / "my-tea.html").stat().st_mode & 0o777 == 0o664


def test_the_example_is_offered_to_an_empty_form_only():
    page = FormPage(form)
    assert not page.example.disabled
    assert page.anew.disabled
    page.set("note", "x")
    assert page.example.disabled
    assert not page.anew.disabled


# ---------------------------------------------------------------- what it shows


def test_a_step_shows_its_picture_once_there_is_something_to_show():
    page = FormPage(form)
    page.go_to(1)
    screen = page._pages[1].screen
    assert screen.text_panel.words == "Name a cup first."
    assert screen.box.layout.display == "none"
    page._pages[1].children[1].add(["blue", "small"])
    assert screen.text_panel.words == "There are blue."
    assert screen.box.layout.display is None
    assert list(screen.picture.drawn.data[0].x) == ["blue"]


def test_a_row_that_makes_no_sense_is_not_taken_over(folder):
    page = FormPage(form)
    page.go_to(1)
    assert not page._pages[1].children[1].add(["", "small"])
    assert page.answers["cups"] == ()
    assert names(folder) == []


def test_a_table_in_a_form_has_no_file_of_its_own(folder):
    page = FormPage(form)
    page.go_to(1)
    page._pages[1].children[1].add(["blue", "small"])
    assert names(folder) == ["my-tea.json"]


# ---------------------------------------------------------------- out of the notebook


class Tags(HTMLParser):
    """Names of all tags with their attributes, and the text between them."""

    def __init__(self, page):
        super().__init__()
        self.found, self.text = [], ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, tuple(name for name, _ in attributes)))

    def handle_data(self, data):
        self.text += data


def filled(text):
    one_line = " ".join(text.split())
    return form.checked({"why": text, "note": text, "cups": ((one_line, "small"),)})


@pytest.mark.parametrize("text", NASTY)
def test_typed_text_adds_no_tag_to_the_page(text):
    plain, nasty = (Tags(to_html(form, filled(typed))) for typed in ("plain", text))
    assert nasty.found == plain.found
    assert text.strip() in nasty.text


@pytest.mark.parametrize("text", NASTY)
def test_typed_text_adds_no_tag_to_the_markdown(text):
    rendered = mistune.markdown2html_mistune(to_markdown(form, filled(text)))
    plain = mistune.markdown2html_mistune(to_markdown(form, filled("plain")))
    allowed = {tag for tag, _ in Tags(plain).found} | {"br"}
    assert {tag for tag, _ in Tags(rendered).found} <= allowed
    assert " ".join(text.split()[:1]) in " ".join(Tags(rendered).text.split())


def test_ordinary_text_stays_as_it_is_in_markdown():
    said = "Two workers, 3.5 days a week (not more): what for? Somebody’s there – always."
    assert as_text(said) == said


def test_the_page_needs_nothing_else():
    page = to_html(form, filled("x"))
    outside = [tag for tag in Tags(page).found if "src" in tag[1] or tag[0] == "link"]
    assert outside == []
    assert page.count("Plotly.newPlot(") == 1


def test_only_what_was_written_is_there_and_what_is_open_at_the_end():
    answers = form.checked({"cups": (("blue", "small"), ("red", ""))})
    page = Tags(to_html(form, answers, date(2026, 2, 3))).text
    before, after = page.split("Still open")
    assert "Tea · 3 February 2026" in before
    assert "There are blue, red." in before
    assert "Why" not in before
    assert [after.count(each) for each in ("Why tea?", "A note", "Cups")] == [1, 1, 0]
    assert to_html(form, answers).count("<table>") == 1
    markdown = to_markdown(form, answers, date(2026, 2, 3))
    assert "## Still open\n\n- Why tea?\n- A note" in markdown
    assert markdown.count("blue") == 2  # in its table, and in the words of the picture
    assert "nothing written" not in page + markdown


def test_what_cannot_be_shown_yet_is_open_only_if_the_table_is_there():
    page = Tags(to_html(form, form.empty)).text
    assert "Name a cup first" not in page
    assert page.count("Cups") == 1


def test_a_column_that_nobody_filled_in_is_left_out():
    rows = (("blue", ""), ("red", ""))
    assert "<th>Size</th>" not in to_html(form, {**form.empty, "cups": rows})
    assert "Size" not in to_markdown(form, {**form.empty, "cups": rows})


def test_the_page_is_named_by_what_it_is_about_and_begins_with_the_brief():
    named = replace(
        form,
        named_by="note",
        author="why",
        headings={"note": "The project"},
        brief=lambda answers: (("In short", answers["why"]), ("At length", "")),
    )
    answers = named.checked({"why": "Ann <b>", "note": "  Tea\nfor all  "})
    page = Tags(to_html(named, answers, date(2026, 2, 3))).text
    assert "Tea for all" in page
    assert "Tea · Ann <b> · 3 February 2026" in page
    assert "In short" in page
    assert "At length" not in page
    assert "Annex" not in page  # all of it stands above
    assert to_markdown(named, answers).startswith("# Tea for all\n")


def test_the_tabs_show_what_is_filled_in():
    page = FormPage(form)
    assert [button.description for button in page.buttons] == ["1 Why", "2 What"]
    page.set("why", "x")
    page.set("note", "x")
    assert [button.description for button in page.buttons] == [
        "1 Why \N{CHECK MARK}",
        "2 What \N{HORIZONTAL ELLIPSIS}",
    ]


def test_why_the_example_is_not_offered_is_said():
    page = FormPage(form)
    assert page.example.description == "Fill in an example"
    page.set("why", "x")
    assert page.example.description == "Fill in an example (into an empty form only)"


def test_there_is_a_way_back_from_starting_anew_and_forth_again(folder):
    page = FormPage(form)
    assert page.back.disabled
    page.fill_in(form.example)
    page.start_anew()
    assert not page.back.disabled
    page.set("why", "new")
    page.back.click()
    assert page.answers == form.checked(form.example)
    assert kept(folder) == {**form.empty, "why": "It is warm.", "cups": [["blue", "small"]]}
    assert page.status.said == "Here it is again. What you had now is put away."
    FormPage(form).back.click()  # after a restart as well
    assert kept(folder)["why"] == "new"
    assert len(names(folder)) == 2


def test_what_was_put_away_and_then_spoilt_is_not_taken_up(folder):
    page = FormPage(form)
    page.set("why", "x")
    page.start_anew()
    (aside,) = names(folder)
    (folder / aside).write_text("{")
    page.set("why", "y")
    page.back.click()
    assert page.status.trouble
    assert "cannot be understood" in page.status.said
    assert page.answers["why"] == kept(folder)["why"] == "y"


def test_the_page_that_was_written_can_be_opened_from_here(folder):
    page = FormPage(form)
    page.set("why", "x")
    assert page.status.page == ""
    page.export()
    assert page.status.page == (folder / "my-tea.html").read_text()


def test_exporting_again_replaces_only_what_was_exported(folder):
    page = FormPage(form)
    page.set("why", "one")
    page.export()
    assert page.status.said == "Written beside this notebook: my-tea.html and my-tea.md."
    page.set("why", "two")
    page.export()
    assert names(folder) == ["my-tea.html", "my-tea.json", "my-tea.md"]
    (folder / "my-tea.md").write_text("mine now")
    page = FormPage(form)
    page.export()
    assert page.status.said == "Written beside this notebook: my-tea.html and my-tea-2.md."
    assert (folder / "my-tea.md").read_text() == "mine now"
    assert "two" in (folder / "my-tea-2.md").read_text()


def test_a_file_that_stood_there_before_is_never_replaced(folder):
    (folder / "my-tea.html").write_text("not yours")
    FormFile(form).export({".html": "page"})
    assert (folder / "my-tea.html").read_text() == "not yours"
    assert (folder / "my-tea-2.html").read_text() == "page"
