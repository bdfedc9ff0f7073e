"""Markup in a value is shown as the text that it is: at every place where a text becomes HTML.

Titles and labels are the authors'; predictions, tables and forms are a learner's; the sentences of
errors quote either. Whatever they hold, the page has the same tags as with an innocent text.
"""

import functools
from dataclasses import replace
from html.parser import HTMLParser

import ipywidgets
import pandas as pd
import plotly.graph_objects as go
import pytest
from markupsafe import Markup

from scaling import prediction
from scaling.capstone.board import game as region
from scaling.explorable import Ask, Choice, Explorable, Slider, Task
from scaling.explorable.frame import Frame
from scaling.explorable.said import number_line
from scaling.form import Form, Step, Text
from scaling.form.export import to_html
from scaling.form.page import FormPage
from scaling.game import saved
from scaling.game.page import Page as GamePage
from scaling.progress import Exercise
from scaling.progress.page import Page as ProgressPage
from scaling.progress.page import as_html as progress_as_html
from scaling.progress.questions import DONE, HINT, Question
from scaling.rows import Column, Rows
from scaling.still import Folded, Still, as_html
from scaling.widgets.markup import Prose, bullets, prose
from scaling.widgets.player import Player
from scaling.widgets.screen import Screen, labelled, limits_note, titled

HOSTILE = [
    "<script>alert(1)</script>",
    "</p></details></style></textarea><img src=x onerror=alert(1)>",
    'x"onload="alert(1)',
    "x' onfocus='alert(1)",
    "&amp; &lt;b&gt; &#60;i&#62;",
    "{0} {title} {{ 7 * 7 }} {% for %} %s",
]


class Tags(HTMLParser):
    """All tags with the names of their attributes, and all text, attributes' values included."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(str(page))

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, tuple(name for name, _ in attributes)))
        self.text += "".join(value or "" for _, value in attributes)

    def handle_data(self, data):
        self.text += data


def html_in(widget):
    """All HTML below a widget, in the page's order."""
    if isinstance(widget, ipywidgets.HTML):
        return widget.value
    found = "".join(map(html_in, getattr(widget, "children", ())))
    return found + getattr(widget, "table", "")


def holds_as_text(made, text):
    """Whether what is made of a text has the tags of a harmless one, and shows the text."""
    hostile = Tags(made(text))
    return hostile.tags == tags_of_harmless(made) and text in hostile.text


@functools.cache
def tags_of_harmless(made):
    return Tags(made("harmless")).tags


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SCALING_PREDICTIONS", str(tmp_path / "predictions.json"))
    monkeypatch.setattr(prediction, "_unsaved", [])
    monkeypatch.setattr(prediction, "_notes_shown", set())


def run(cups=1, kind="a", fails=""):
    if fails:
        raise ValueError(fails)
    return cups, kind


def toy(text, run=run):
    return Explorable(
        title=text,
        ask=Ask(text, 0, 10, text, 5, text, text),
        answer=lambda result: float(result[0]),
        controls=(Slider("cups", text, 0, 9, 1), Choice("kind", text, {text: "a"}, "a")),
        run=run,
        picture=lambda _: go.Figure(go.Scatter(x=[1], y=[2])),
        words=lambda _: text,
        table=lambda _: pd.DataFrame({text: [text]}),
        tasks=(Task(text, {"cups": 2}, lambda at: text),),
        limits=text,
        brief=lambda result, before: text,
    )


def before(text):
    return html_in(Frame(toy(text)))


def committed(text):
    frame = Frame(toy(text))
    frame.question.answer.value = 3
    frame.question.commit.click()
    steps = frame.children[-1].children[1].children
    steps[1].look.click()
    return html_in(frame)


def declined(text):
    frame = Frame(toy(text))
    frame.question.skip.click()
    return html_in(frame)


def told_again(text):
    prediction.commit(toy(text).key, text, 3, 1, text)
    return html_in(Frame(toy(text)))


def refused(text):
    frame = Frame(toy(text, run=lambda cups, kind: run(fails=text)))
    frame.question.skip.click()
    return html_in(frame)


def unsaved(text):
    """The note that names a file which cannot be written."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prediction, "commit", lambda *_: text)
        return committed("x" if text == "harmless" else text)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("made", [before, committed, declined, told_again, refused, unsaved])
def test_an_explorable_shows_it_as_text(made, text):
    assert holds_as_text(made, text)


def step(text):
    form = Form(text, "f", (Step(text, text, (Text("why", text, text),)),), {})
    return html_in(FormPage(form))


def exported(text):
    """Everything that a learner writes in a form, and everything around it."""
    flat = " ".join(text.split())
    cups = Rows("cups", text, (Column("cup", text),), (), lambda _: None, lambda _, new: new, "")
    shown = Still(text, go.Figure(), text, pd.DataFrame())
    form = Form(
        text,
        "f",
        (
            Step(text, text, (Text("why", text), cups, Text("note", text)), lambda _: shown),
            Step(text, text, (Text("late", text),), lambda _: run(fails=text)),
        ),
        {},
        named_by="note",
        author="note",
        brief=lambda answers: ((text, answers["why"]),),
    )
    return to_html(form, form.checked({"why": text, "note": text, "cups": ((flat,),)}))


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("made", [step, exported])
def test_a_form_shows_it_as_text(made, text):
    assert holds_as_text(made, text)


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE)
def test_a_page_that_is_exported_has_no_script_but_that_of_its_pictures(text):
    harmless, hostile = (
        [tag for tag, _ in Tags(exported(one)).tags].count("script") for one in ("harmless", text)
    )
    assert hostile == harmless


def played(text):
    said = {
        "advice": text,
        "best": (text, text),
        "comparison": pd.DataFrame({text: [text]}),
        "path": pd.DataFrame({text: [text]}),
        "stories": ((text, text, text),),
    }
    game = replace(
        region,
        title=text,
        story=(text,),
        rules=(text,),
        world=text,
        ask=replace(region.ask, text=text, unit=text, because=text),
        heading=lambda _: text,
        price=lambda *_: text,
        words=lambda *_: text,
        known=lambda _: (text,),
        turns=lambda _: [text],
        table=lambda _: pd.DataFrame({text: [text]}),
        score=lambda state: replace(region.score(state), words=text),
        judge=lambda *_: text,
        ending=lambda state: replace(region.ending(state), **said),
        limits=text,
    )
    opening = html_in(GamePage(game))
    page = GamePage(game)
    page.question.answer.value = 7
    page.question.commit.click()
    while not game.is_over(page.state):
        page.end.click()
    saved.path(game.key).unlink()
    return opening + html_in(page)


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE)
def test_a_game_shows_it_as_text_to_its_end(text, monkeypatch):
    # The pictures that each quarter sends ahead are drawn by plotly, and not part of the page.
    monkeypatch.setattr(Player, "begin", lambda player: None)
    assert holds_as_text(played, text)


def overview(text):
    asked = tuple(Question("q", text, 1, state, text) for state in (DONE, HINT))
    return progress_as_html(
        [
            Exercise(text, text, ProgressPage().folder / "a" / "b" / "c.ipynb", asked, 1, 2, text),
            Exercise(text, text, ProgressPage().folder / "d.ipynb", (), 0, 0, started=False),
        ]
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_the_overview_shows_it_as_text(text):
    assert holds_as_text(overview, text)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_path_in_a_link_stays_in_its_quotes(text):
    file = ProgressPage().folder / text.replace("/", "|") / "e.ipynb"
    exercise = Exercise("a", "a", file, (Question("q", "q", 1, HINT, "h"),), 0, 1)
    tags = Tags(progress_as_html([exercise])).tags
    assert [names for tag, names in tags if tag == "a"] == [("href", "target")] * 2


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    "made",
    [
        titled,
        limits_note,
        prose,
        lambda text: labelled(text, ipywidgets.Checkbox()),
        lambda text: prose(bullets([text])),
        lambda text: Prose(as_html(pd.DataFrame({text: [text]}))),
        lambda text: Prose(Markup(Folded(pd.DataFrame({text: [text]}))._repr_html_())),
        lambda text: Prose(number_line(Ask("?", 0, 9, text, 5, "."), 1, 2)),
    ],
)
def test_a_part_of_a_page_shows_it_as_text(made, text):
    assert holds_as_text(lambda said: html_in(made(said)), text)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_plain_string_that_is_set_later_is_escaped_too(text):
    """No raw HTML can be forgotten: the trait itself escapes what is not ``Markup``."""
    paragraph = prose(Markup("<b>bold</b>"))
    assert paragraph.value == "<b>bold</b>"
    paragraph.value = text
    screen, page = Screen("x"), ProgressPage()
    screen.text_panel.table = page.content = text
    for value in (paragraph.value, screen.text_panel.table, page.content):
        assert Tags(value).tags == []
        assert Tags(value).text == text
