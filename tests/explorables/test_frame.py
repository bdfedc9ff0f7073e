"""The frame: predict first, then play; one picture that changes in place, and sentences for errors.

No browser is needed: ipywidgets work without one, and what they would send can be read.
"""

import base64
import json
import math

import ipywidgets
import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from scaling import prediction, style
from scaling.explorable import (
    Ask,
    Choice,
    Explorable,
    Mark,
    Paste,
    Rows,
    Slider,
    Task,
    all_explorables,
)
from scaling.explorable.frame import Frame
from scaling.still import as_html
from scaling.widgets.question import HOW_SURE
from scaling.widgets.screen import UNSET
from scaling.wording import was


@pytest.fixture(autouse=True)
def file(tmp_path, monkeypatch):
    """A learner who has not predicted anything yet."""
    place = tmp_path / "predictions.json"
    monkeypatch.setenv("SCALING_PREDICTIONS", str(place))
    monkeypatch.setattr(prediction, "_unsaved", [])
    monkeypatch.setattr(prediction, "_notes_shown", set())
    return place


def run(guests=3, share=0.5, drawn="line", note=""):
    if guests > 9:
        raise ValueError(f"guests must be 9 or fewer; they are {guests}.")
    if note == "no disk":
        raise OSError("the table is missing.")
    return guests, share, drawn, note


def picture(result):
    guests, share, drawn, _ = result
    line = np.where(np.arange(50) % 10 == 9, np.nan, np.arange(50) * float(guests))
    fixed = np.where(np.arange(50) % 5 == 4, np.nan, np.arange(50.0))
    kind = go.Scatter if drawn == "line" else go.Bar
    figure = go.Figure([kind(x=np.arange(50), y=line), go.Scatter(x=fixed, y=fixed, mode="lines")])
    figure.data[1].line.width = 1 + share
    figure.update_xaxes(range=[0, 10 * guests])
    figure.update_yaxes(title="cups")
    if share > 0.5:
        figure.update_yaxes(range=[0, share])
        figure.add_annotation(text=f"{share:.0%}", x=1, y=1)
    if guests % 2:
        figure.update_layout(title_text="an odd table")
    return figure


def toy(**changes):
    parts = {
        "title": "Cups & <saucers>",
        "ask": Ask(
            "How many <cups> for 3 & more?",
            0,
            20,
            "cups",
            tempting=3,
            because="one < each.",
            otherwise="Somebody spills & nobody refills.",
            step=0.5,
        ),
        "answer": lambda result: 2 * result[0] * result[1] + 1,
        "controls": (
            Slider("guests", "Guests at the table", 1, 12, start=3),
            Slider("share", "Share who drink tea", 0, 1, start=0.5, step=0.25),
            Choice("drawn", "Drawn as", {"a line": "line", "bars": "bars"}, start="line"),
            Paste("note", "Your note", example="Ash Grove"),
        ),
        "run": run,
        "picture": picture,
        "words": lambda result: f"{result[0]} guests at {result[1]}, {result[2]} {result[3]}.",
        "table": lambda result: pd.DataFrame(
            {"who": ["<us>"], "cups": [result[0]], "gap": [np.nan]}
        ),
        "tasks": (
            Task("Invite <one> more.", {"guests": 4}, lambda at: f"Now {at(guests=4)[0]} > 3."),
            Task("Find the most.", {}, lambda at: f"It is {at(guests=9)[0]}."),
        ),
        "brief": lambda result, before: (
            f"{result[0]} guests{was(str(result[0]), before and str(before[0]))}."
        ),
        "mark": Mark("x", scale=2),
        "limits": "Nobody spills & everybody stays.",
    }
    return Explorable(**(parts | changes))


def texts(widget):
    """All that the HTML widgets under a widget say."""
    if isinstance(widget, ipywidgets.HTML):
        return widget.value
    return "\n".join(texts(child) for child in getattr(widget, "children", ()))


def buttons(widget):
    if isinstance(widget, ipywidgets.Button):
        return [widget.description]
    return [name for child in getattr(widget, "children", ()) for name in buttons(child)]


def skipped(explorable=None):
    frame = Frame(explorable or toy())
    frame.question.skip.click()
    return frame


def plain(part):
    """A figure's parts as plain lists and numbers, without what is empty or no figure's own."""
    if isinstance(part, dict) and "bdata" in part:
        values = np.frombuffer(base64.b64decode(part["bdata"]), part["dtype"])
        return plain(values.reshape(json.loads(f"[{part.get('shape', len(values))}]")))
    if isinstance(part, dict):
        inner = {key: plain(value) for key, value in part.items() if key not in ("uid", "template")}
        return {key: value for key, value in inner.items() if value not in (None, {}, [])}
    if isinstance(part, np.ndarray | np.generic):
        return plain(part.tolist())
    if isinstance(part, list | tuple):
        return [plain(value) for value in part]
    return None if isinstance(part, float) and math.isnan(part) else part


def drawn(figure):
    return plain(figure.to_plotly_json())


def on_page(frame):
    """The figure that the page has been sent."""
    return plain(json.loads(frame.picture.figure))


def assert_shows(frame, explorable, **values):
    """Fail unless the frame shows just what these values of the controls give."""
    assert_is(frame, explorable, explorable.still(**values))


def assert_is(frame, explorable, still):
    assert frame.text_panel.more == still.words
    assert frame.text_panel.words == explorable.brief(frame.result, frame._before)
    assert not frame.text_panel.trouble
    assert frame.text_panel.table == as_html(still.table)
    expected = drawn(still.picture)
    assert on_page(frame) == expected


# Predict first


def test_before_a_prediction_nothing_is_revealed():
    frame = Frame(toy())
    assert not frame.text_panel.revealed
    assert frame.children[1:] == (frame.question, frame.text_panel)
    assert "Predict first." in texts(frame)
    assert buttons(frame) == ["Commit my prediction", "Show me without predicting"]
    assert "one &lt; each" not in texts(frame)  # the tempting answer
    assert "Try it" not in texts(frame)
    assert not any(widget in frame.children for widget in frame.controls.values())


def test_the_answers_slider_offers_the_whole_scale_and_begins_unset():
    answer = Frame(toy()).question.answer
    assert (answer.min, answer.max, answer.step, answer.value) == (0, 20, 0.5, 10)
    assert UNSET in answer._dom_classes
    answer.value = 0
    assert UNSET not in answer._dom_classes


def test_that_the_handle_must_be_moved_is_said():
    assert "Move the handle to where you think it is, then commit." in texts(Frame(toy()))


def test_nobody_commits_by_accident():
    question = Frame(toy()).question
    assert question.commit.disabled
    question.answer.value = 5
    assert not question.commit.disabled


def test_committing_keeps_the_prediction_tells_the_outcome_and_reveals():
    frame = Frame(toy())
    frame.question.answer.value = 7.5
    frame.question.commit.click()
    (kept,) = prediction.committed()
    assert (kept.key, kept.predicted, kept.outcome) == (toy().key, 7.5, 4.0)
    assert (kept.question, kept.unit) == ("How many <cups> for 3 & more?", "cups")
    said = texts(frame)
    assert "You said <b>7.5 cups</b>. Here it is <b>4.0 cups</b>." in said
    assert "Too high by 3.5 cups. Somebody spills &amp; nobody refills." in said
    assert frame.text_panel.revealed
    assert buttons(frame.question) == ["Predict again"]
    assert kept.confidence == ""  # the learner has not said it


def test_how_sure_the_learner_is_is_kept_and_asked_afresh():
    frame = Frame(toy())
    assert frame.question.sure.value is None
    offered = [words for words, _ in frame.question.sure.options]
    assert offered == ["a guess", "I think so", "I am sure"]
    for step in ("sure", "guess"):
        frame.question.answer.value += 1
        frame.question.sure.value = step
        frame.question.commit.click()
        frame.question.again.click()
        assert frame.question.sure.value is None
    frame.question.commit.click()
    assert [one.confidence for one in prediction.committed()] == ["sure", "guess", ""]


@pytest.mark.parametrize(
    ("predicted", "reply"),
    [
        (4, "Exactly so. The tempting answer is 3.0 cups"),
        (4.5, "Close, only 0.5 cups off. The tempting answer is 3.0 cups"),
        (3, "Close, only 1.0 cups off."),
        (2.5, "Too low by 1.5 cups. You gave the tempting answer: one &lt; each."),
        (0, "Too low by 4.0 cups. The tempting answer is 3.0 cups: one &lt; each."),
        (20, "Too high by 16.0 cups. Somebody spills &amp; nobody refills."),
    ],
)
def test_the_reply_depends_on_how_far_off_and_to_which_side(predicted, reply):
    frame = Frame(toy())
    frame.question.answer.value = predicted
    frame.question.commit.click()
    assert reply in texts(frame)


def shapes(frame):
    return len(frame.picture.drawn.layout.shapes)


def test_the_prediction_is_drawn_only_in_the_state_that_was_asked_about():
    frame = Frame(toy())
    frame.question.answer.value = 7.5
    frame.question.commit.click()
    line, gap = frame.picture.drawn.layout.shapes
    assert (line.x0, line.x1, line.xref) == (15, 15, "x")  # on an axis of twice the cups
    assert {gap.x0, gap.x1} == {15, 8}
    (note,) = frame.picture.drawn.layout.annotations
    assert note.text == "you said 7.5 cups"
    frame.controls["guests"].value = 4
    assert shapes(frame) == 0
    frame.back.click()
    assert shapes(frame) == 2


def test_a_prediction_beyond_the_axis_is_drawn_at_its_end_with_an_arrow():
    frame = Frame(toy())
    frame.question.answer.value = 20
    frame.question.commit.click()
    assert frame.picture.drawn.layout.shapes[0].x0 == 30
    assert frame.picture.drawn.layout.annotations[0].text == "you said 20.0 cups →"


def test_who_comes_back_sees_the_prediction_in_the_picture_too():
    explorable = toy()
    prediction.commit(explorable.key, explorable.ask.text, 6, 4, "cups")
    frame = Frame(explorable)
    frame.question.show.click()
    assert frame.picture.drawn.layout.annotations[0].text == "you said 6.0 cups"


def test_where_no_axis_holds_the_quantity_a_number_line_does():
    frame = Frame(toy(mark=None))
    frame.question.answer.value = 15
    frame.question.commit.click()
    assert shapes(frame) == 0
    said = texts(frame)
    assert "aria-label='You said 15.0 cups; it is 4.0 cups.'" in said
    assert "left:20.0%;width:55.0%" in said


def test_declining_tells_the_answer_reveals_and_keeps_nothing(file):
    frame = skipped()
    assert frame.text_panel.revealed
    assert prediction.committed() == []
    assert not file.exists()
    assert "Here it is <b>4.0 cups</b>. The tempting answer is 3.0 cups: one &lt; each." in texts(
        frame
    )
    assert "You said" not in texts(frame)
    assert buttons(frame.question) == []


def test_what_is_revealed_comes_in_the_order_of_use():
    frame = skipped()
    title, question, stage = frame.children
    shown, beside, left_out = stage.children
    controls, box, voice, *long = shown.children
    labelled = [*controls.children[:-1], *long]  # what is pasted comes below the picture
    to_try, *steps = beside.children
    assert question is frame.question
    assert [child.children[1] for child in labelled] == list(frame.controls.values())
    assert len(long) == 1
    assert controls.children[-1].children == (frame.back,)
    assert box.children == (frame.picture,)
    assert voice is frame.text_panel
    assert "Try it" in texts(to_try)
    assert "1. Invite &lt;one&gt; more." in texts(steps[0])
    assert "2. Find the most." in texts(steps[1])
    assert "Nobody spills &amp; everybody stays." in texts(left_out)
    assert "<h3>Cups &amp; &lt;saucers&gt;</h3>" in texts(title)
    labels = [texts(child.children[0]) for child in labelled]
    for label, control in zip(labels, toy().controls, strict=True):
        assert control.label in label


def steps_of(frame):
    return frame.children[-1].children[1].children[1:]


def test_a_step_sets_the_controls_and_the_start_button_undoes_it():
    frame = skipped()
    frame.controls["share"].value = 1
    steps_of(frame)[0].go.click()
    assert frame.values() == toy().start | {"guests": 4}
    assert_shows(frame, toy(), guests=4)
    frame.back.click()
    assert frame.values() == toy().start
    assert_shows(frame, toy())


def test_setting_several_controls_runs_the_model_once():
    runs = []
    frame = skipped(toy(run=lambda **values: runs.append(values) or run(**values)))
    frame.set(guests=4, share=1)
    runs.clear()
    frame.set(guests=5)
    assert runs == [toy().start | {"guests": 5}]


def test_what_there_was_to_see_is_told_only_to_those_who_have_looked():
    frame = skipped()
    first, second = steps_of(frame)
    assert buttons(first) == ["Set step 1", "I have looked at step 1"]
    assert buttons(second) == ["I have looked at step 2"]  # finding the values is the task
    assert "Now 4" not in texts(frame)
    first.look.click()
    assert "Now 4 &gt; 3." in texts(first)
    assert buttons(first) == ["Set step 1"]
    second.look.click()
    assert "It is 9." in texts(second)


def test_a_drag_is_compared_with_where_it_began(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr("scaling.explorable.frame.time.monotonic", lambda: clock[0])
    frame = skipped()
    assert frame.text_panel.words == "3 guests."
    for guests in (4, 5, 6):
        clock[0] += 0.1
        frame.controls["guests"].value = guests
    assert frame.text_panel.words == "6 guests (3 before)."
    clock[0] += 5
    frame.controls["guests"].value = 7
    assert frame.text_panel.words == "7 guests (6 before)."


def test_panels_are_stacked_on_a_narrow_page_and_abreast_on_a_wide_one():
    frame = skipped(all_explorables()["scaling_down.funnel"])
    abreast = on_page(frame)["layout"]
    frame.text_panel.narrow = True
    layout = frame.picture.drawn.layout
    assert layout.yaxis.domain[0] > layout.yaxis2.domain[1]
    assert layout.xaxis2.domain[0] == 0
    assert layout.height > abreast["height"]
    frame.text_panel.narrow = False
    wide = on_page(frame)["layout"]
    assert wide["xaxis"]["domain"] == abreast["xaxis"]["domain"]
    assert wide["height"] == abreast["height"]
    assert "domain" not in wide["yaxis"]


def test_an_earlier_prediction_is_told_and_nothing_else_is_revealed():
    explorable = toy()
    prediction.commit(explorable.key, explorable.ask.text, 6, 4, "cups")
    prediction.commit(explorable.key, explorable.ask.text, 5.5, 4, "cups")
    frame = Frame(explorable)
    when = prediction.committed()[-1].committed[:10]
    assert f"On {when} you said <b>5.5 cups</b>." in texts(frame)
    assert not frame.text_panel.revealed
    assert buttons(frame) == ["Show the picture", "Predict again"]
    frame.question.again.click()
    assert "Predict first." in texts(frame)
    frame.question.answer.value = 4
    frame.question.commit.click()
    assert [item.predicted for item in prediction.committed()] == [6, 5.5, 4]
    assert frame.text_panel.revealed


def test_an_answer_to_another_question_is_not_set_beside_this_one():
    """A course that is updated may ask something else, on another scale."""
    explorable = toy()
    prediction.commit(explorable.key, "How many spoons?", 500, 400, "spoons")
    frame = Frame(explorable)
    assert "Predict first." in texts(frame)
    frame.question.skip.click()
    assert shapes(frame) == 0


def test_the_outcome_is_that_of_the_start_wherever_the_controls_stand():
    frame = skipped()
    frame.controls["guests"].value = 9
    frame.question.children = [frame.question.answer]
    frame.question.answer.value = 1
    frame.question.commit.click()
    assert prediction.committed()[0].outcome == 4.0


def test_a_disk_that_cannot_be_written_is_mentioned_and_stops_nothing(monkeypatch):
    monkeypatch.setenv("SCALING_PREDICTIONS", "/dev/null/x")
    frame = Frame(toy())
    frame.question.answer.value = 7.5
    frame.question.commit.click()
    assert "Your predictions cannot be saved in /dev/null/x" in texts(frame)
    assert "You said <b>7.5 cups</b>" in texts(frame)
    assert frame.text_panel.revealed


def test_a_model_that_fails_at_its_start_says_so_and_keeps_nothing():
    frame = Frame(toy(run=lambda **_: run(guests=12)))
    assert frame.text_panel.words == (
        "This cannot be shown: guests must be 9 or fewer; they are 12."
    )
    frame.question.answer.value = 7.5
    frame.question.commit.click()
    assert "guests must be 9 or fewer" in texts(frame)
    assert prediction.committed() == []
    assert buttons(frame) == ["Show the picture"]  # and no dead end


def test_a_fault_of_ours_in_the_outcome_is_told_and_leaves_a_way_on():
    frame = Frame(toy(answer=lambda _: {}["missing"]))
    frame.question.answer.value = 7.5
    frame.question.commit.click()  # ipywidgets logs what a button's callback raises
    assert "fault of ours" in texts(frame)
    frame.question.show.click()
    assert frame.text_panel.revealed


# Play


def test_whole_numbers_stay_whole_and_parts_stay_parts():
    controls = Frame(toy()).controls
    kinds = [ipywidgets.IntSlider, ipywidgets.FloatSlider, ipywidgets.Dropdown, ipywidgets.Textarea]
    assert [type(widget) for widget in controls.values()] == kinds
    assert isinstance(controls["guests"].value, int)
    assert (controls["guests"].min, controls["guests"].max, controls["guests"].step) == (1, 12, 1)
    assert (controls["share"].min, controls["share"].max, controls["share"].step) == (0, 1, 0.25)
    assert controls["share"].readout_format == ".2f"
    assert controls["note"].placeholder == "Ash Grove"
    assert not controls["note"].continuous_update  # nobody is corrected in the middle of a line
    assert Frame(toy()).values() == toy().start


def test_moving_a_control_changes_picture_words_and_table():
    frame = skipped()
    assert_shows(frame, toy())
    frame.controls["guests"].value = 4
    assert_shows(frame, toy(), guests=4)
    frame.controls["note"].value = "tea"
    assert_shows(frame, toy(), guests=4, note="tea")
    frame.controls["guests"].value = 3
    frame.controls["note"].value = ""
    assert_shows(frame, toy())


def test_what_comes_and_goes_in_a_picture_comes_and_goes_on_the_page():
    """A range, an annotation and a title that only some states have."""
    frame = skipped()
    for share in (1, 0.5, 0.75, 0, 1):
        for guests in (3, 4):
            frame.controls["share"].value = share
            frame.controls["guests"].value = guests
            assert_shows(frame, toy(), **frame.values())


def test_the_picture_changes_in_place_while_its_traces_stay_of_one_kind():
    frame = skipped()
    first = frame.picture
    frame.controls["guests"].value = 4
    assert frame.picture is first
    frame.controls["drawn"].value = "bars"
    assert frame.picture is not first
    assert_shows(frame, toy(), guests=4, drawn="bars")
    assert frame.screen.box.children == (frame.picture,)


def test_a_table_shows_missing_figures_as_dashes_and_names_as_they_are():
    table = skipped().text_panel.table
    assert "&lt;us&gt;" in table
    assert "NaN" not in table
    assert "–" in table


def sent(frame, monkeypatch, change):
    """The messages that go to the page while something is done, as the state that each sets."""
    told = []
    monkeypatch.setattr(
        ipywidgets.Widget, "_send", lambda _, message, buffers=None: told.append(message["state"])
    )
    change()
    monkeypatch.undo()
    return told


def test_a_move_sends_one_message_each_for_picture_words_and_table(monkeypatch):
    frame = skipped()
    told = sent(frame, monkeypatch, lambda: setattr(frame.controls["guests"], "value", 5))
    assert [set(state) for state in told] == [{"value"}, {"figure"}, {"words", "more"}, {"table"}]


def test_words_alone_send_no_picture(monkeypatch):
    frame = skipped()
    told = sent(frame, monkeypatch, lambda: setattr(frame.controls["note"], "value", "tea"))
    assert not any("figure" in state for state in told)
    assert "tea" in frame.text_panel.more


def test_an_axis_that_nobody_zoomed_follows_the_model():
    frame = skipped()
    frame.controls["guests"].value = 7
    assert tuple(frame.picture.drawn.layout.xaxis.range) == (0, 70)


def test_a_model_that_cannot_says_so_over_a_dimmed_picture_and_recovers():
    frame = skipped()
    before = on_page(frame)
    frame.controls["guests"].value = 10
    assert frame.text_panel.words == (
        "This cannot be shown: guests must be 9 or fewer; they are 10."
    )
    assert frame.text_panel.trouble
    assert "scaling-outdated" in frame.screen.box._dom_classes
    assert on_page(frame) == before
    frame.controls["guests"].value = 9
    assert "scaling-outdated" not in frame.screen.box._dom_classes
    assert_shows(frame, toy(), guests=9)


def test_a_fault_of_ours_is_told_as_ours_and_reaches_the_log():
    def words(result):
        return "All is well 1." if result[0] < 5 else {}["missing"]

    frame = skipped(toy(words=words))
    with pytest.raises(KeyError):
        frame.controls["guests"].value = 6
    assert "fault of ours" in frame.text_panel.words
    assert "KeyError" in frame.text_panel.words
    assert frame.text_panel.trouble
    frame.controls["guests"].value = 4
    assert frame.text_panel.more == "All is well 1."
    assert not frame.text_panel.trouble


def test_the_dust_of_a_browsers_arithmetic_is_wiped_off():
    frame = skipped()
    frame.controls["share"].value = 0.75 - 1e-13
    assert frame.values()["share"] == 0.75
    assert_shows(frame, toy(), share=0.75)


def test_missing_data_give_a_sentence_too():
    frame = skipped()
    frame.controls["note"].value = "no disk"
    assert frame.text_panel.words == "This cannot be shown: the table is missing."
    assert frame.text_panel.trouble


def test_every_control_has_a_name_for_a_screen_reader_of_its_own():
    frames = [Frame(toy()), Frame(toy())]
    for frame in frames:
        asked = {
            "Your prediction (cups)": frame.question.answer,
            HOW_SURE: frame.question.sure,
        }
        widgets = asked | {
            control.label: frame.controls[control.name] for control in toy().controls
        }
        assert len(frame.text_panel.names) == len(widgets)
        for css_class, label in frame.text_panel.names.items():
            assert css_class in widgets[label]._dom_classes
        assert frame.text_panel.title == "Cups & <saucers>"
    assert not set(frames[0].text_panel.names) & set(frames[1].text_panel.names)


def test_the_picture_follows_the_theme():
    frame = skipped()

    def template():
        return json.loads(frame.picture.look)["template"]

    assert template() == plain_look(style.LIGHT)
    frame.text_panel.dark = True
    assert template() == plain_look(style.DARK)
    frame.controls["guests"].value = 4
    assert template() == plain_look(style.DARK)
    frame.controls["drawn"].value = "bars"  # a new picture begins in the theme of the page
    assert template() == plain_look(style.DARK)
    frame.text_panel.dark = False
    assert template() == plain_look(style.LIGHT)


def plain_look(template):
    return json.loads(json.dumps(template.to_plotly_json()))


def test_a_question_about_a_plain_number_has_no_unit_to_name():
    ask = Ask("How much?", 0, 1, "", tempting=1, because="it is all there is.")
    frame = Frame(toy(ask=ask, answer=lambda _: 0.25))
    assert frame.question.prompt == "Your prediction"
    frame.question.answer.value = 0.5
    frame.question.commit.click()
    assert "You said <b>0.50</b>. Here it is <b>0.25</b>." in texts(frame)


# Every explorable of the course


EXPLORABLES = all_explorables()


def stops(control):
    """A walk over a control: both ends, one step beside the start, some options, and back."""
    match control:
        case Slider():
            step = control.start + (control.step if control.start < control.high else -control.step)
            return [round(step, 9), control.high, control.low, control.start]
        case Choice():
            return [*list(control.options.values())[:4], control.start]
        case Paste():
            return [control.example, control.example.splitlines()[0], control.start]
        case Rows():
            return [control.start[:-1], control.start[:1], control.start]


@pytest.mark.slow
@pytest.mark.parametrize("explorable", EXPLORABLES.values(), ids=EXPLORABLES)
def test_a_walk_over_every_control_shows_what_a_fresh_picture_shows(explorable):
    frame, at_start = skipped(explorable), explorable.still()
    assert_is(frame, explorable, at_start)
    named_here = [one for one in explorable.controls if not isinstance(one, Rows)]
    # A place to draw in names its parts by itself.
    asked = ["your prediction", "how sure"] if explorable.draw is None else ["how sure"]
    # A table names its fields by itself.
    listed = [one for one in (explorable.details, explorable.arrange) if one]
    assert len(frame.text_panel.names) == len(asked) + len(named_here) + len(listed)
    for control in explorable.controls:
        for value in stops(control):
            frame.controls[control.name].value = value
            values = frame.values()
            assert values[control.name] == value
            try:
                still = at_start if values == explorable.start else explorable.still(**values)
            except ValueError as error:
                assert frame.text_panel.words == f"This cannot be shown: {error}"
            else:
                assert_is(frame, explorable, still)
    assert_is(frame, explorable, at_start)


@pytest.mark.slow
@pytest.mark.parametrize("explorable", EXPLORABLES.values(), ids=EXPLORABLES)
def test_the_tempting_answer_can_be_given_and_is_told_as_one(explorable):
    frame = Frame(explorable)
    ask = explorable.ask
    if explorable.draw is None:
        frame.question.answer.value = ask.tempting
    else:
        frame.question.answer.line = [ask.tempting] * len(explorable.draw.x)
    frame.question.commit.click()
    (kept,) = prediction.committed(explorable.key)
    assert kept.predicted == pytest.approx(ask.tempting)
    said = texts(frame)
    assert f"You said <b>{ask.write(ask.tempting)}</b>" in said
    assert f"Here it is <b>{ask.write(kept.outcome)}</b>" in said
