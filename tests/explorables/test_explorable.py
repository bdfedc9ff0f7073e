"""What an explorable is made of, and how one state of it is shown without widgets."""

import json
import subprocess
import sys

import pandas as pd
import plotly.graph_objects as go
import pytest

from scaling import style
from scaling.explorable import LONGEST_OPEN_TABLE, Ask, Choice, Explorable, Paste, Slider


def ask(**changes):
    asked = {"low": 0, "high": 10, "unit": "cups", "tempting": 8, "because": "it looks so."}
    return Ask("How many?", **(asked | changes))


def explorable(**changes):
    parts = {
        "title": "Cups",
        "ask": ask(),
        "answer": lambda result: result,
        "controls": (Slider("guests", "Guests", 1, 9, start=3),),
        "run": lambda guests: guests * 2,
        "picture": lambda result: go.Figure(go.Bar(x=[1, 2], y=[float("nan"), result])),
        "words": lambda result: f"{result} cups.",
        "table": lambda result: pd.DataFrame({"cups": [result]}),
        "tasks": ("Invite one more.", "Invite nobody."),
        "limits": "Nobody spills anything here.",
        "brief": lambda result, before: f"{result} cups.",
    }
    return Explorable(**(parts | changes))


def test_a_question_needs_a_scale_that_rises():
    with pytest.raises(ValueError, match="low below high, not 10 and 10"):
        ask(low=10)


@pytest.mark.parametrize("tempting", [-0.1, 10.1])
def test_the_tempting_answer_lies_on_the_scale(tempting):
    with pytest.raises(ValueError, match="tempting answer must lie on the scale"):
        ask(tempting=tempting)


@pytest.mark.parametrize(
    ("changes", "value", "written"),
    [
        ({}, 3, "3.0 cups"),
        ({"step": 1}, 3.4, "3 cups"),
        ({"step": 0.05}, 3.4, "3.40 cups"),
        ({"step": 5, "high": 2000}, 1234.5, "1,234 cups"),
        ({"step": 1, "low": -10}, -3, "−3 cups"),
        ({"step": 0.25}, 0.75, "0.75 cups"),
        ({"unit": "", "step": 0.1}, 3, "3.0"),
        ({"high": 1, "tempting": 1}, 0.125, "0.12 cups"),
    ],
)
def test_an_answer_is_written_as_finely_as_it_can_be_given(changes, value, written):
    assert ask(**changes).write(value) == written


@pytest.mark.parametrize("start", [0, 10])
def test_a_slider_starts_on_its_scale(start):
    with pytest.raises(ValueError, match=f"Slider guests: start {start} is off its scale"):
        Slider("guests", "Guests", 1, 9, start=start)


def test_a_choice_starts_with_one_of_its_options():
    with pytest.raises(ValueError, match="start 'tea' is not one of its options"):
        Choice("drink", "Drink", {"coffee": "c", "water": "w"}, start="tea")


def test_a_fifth_control_is_refused():
    five = tuple(Slider(f"s{i}", "Guests", 1, 9, start=3) for i in range(5))
    assert explorable(controls=five[:4])
    with pytest.raises(ValueError, match="Cups: at most four controls, not 5"):
        explorable(controls=five)


def test_a_still_takes_what_is_given_and_leaves_the_rest_at_its_start():
    controls = (
        Slider("guests", "Guests", 1, 9, start=3),
        Choice("cups", "Cups each", {"one": 1, "two": 2}, start=2),
        Paste("note", "A note", example="…"),
    )
    shown = explorable(controls=controls, run=lambda guests, cups, note: guests * cups)
    assert shown.start == {"guests": 3, "cups": 2, "note": ""}
    assert shown.still().words == "6 cups."
    assert shown.still(guests=5).words == "10 cups."
    assert shown.still(guests=5, cups=1).words == "5 cups."
    assert shown.start == {"guests": 3, "cups": 2, "note": ""}
    assert shown.still().picture.layout.template == go.layout.Template(style.LIGHT)


def test_a_still_passes_on_the_models_own_sentence():
    def run(guests):
        raise ValueError("guests must be fewer.")

    with pytest.raises(ValueError, match=r"^guests must be fewer\.$"):
        explorable(run=run).still()


SCRIPT = """
import json, sys
from scaling.explorable import all_explorables
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

shell = InteractiveShell.instance()
shown = {}
for key in all_explorables():
    name = f"scaling.{key}"
    with capture_output() as captured:
        done = shell.run_cell(f"import {name} as one\\none.explorable.still()", store_history=True)
    done.raise_error()
    shown[name] = [output.data for output in captured.outputs], captured.stdout, captured.stderr
loaded = [name for name in ("ipywidgets", "anywidget", "comm") if name in sys.modules]
print(json.dumps([loaded, shown], allow_nan=False))
"""


@pytest.fixture(scope="module")
def displayed():
    """What a notebook receives from every still, and which widget libraries were loaded for it."""
    finished = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    return json.loads(finished.stdout)


@pytest.mark.slow
def test_a_still_needs_no_widgets(displayed):
    loaded, shown = displayed
    assert len(shown) >= 6
    assert loaded == []


@pytest.mark.slow
def test_a_still_displays_picture_words_and_table(displayed):
    for outputs, _, stderr in displayed[1].values():
        picture, words, table = outputs
        figure = picture["application/vnd.plotly.v1+json"]
        assert set(figure) >= {"data", "layout"}
        assert figure["data"]
        assert figure["config"] == {"displayModeBar": False, "responsive": False}
        assert words["text/plain"] in picture["text/plain"]  # where a picture cannot be drawn
        assert words["text/markdown"] == words["text/plain"]
        assert table["text/html"].count("<tr") >= 3
        assert stderr == ""


@pytest.mark.slow
def test_a_long_table_under_a_still_is_folded_and_a_short_one_is_not(displayed):
    tables = [outputs[2]["text/html"] for outputs, _, _ in displayed[1].values()]
    folded = [table for table in tables if table.startswith("<details>")]
    assert 0 < len(folded) < len(tables)
    for table in tables:
        rows = table.count("<tr") - 1  # without that of the names of columns
        assert (table in folded) == (rows > LONGEST_OPEN_TABLE)
        assert (f"The figures behind the picture ({rows} rows)" in table) == (table in folded)


@pytest.mark.slow
def test_a_still_writes_no_script_and_no_widget_and_little_of_anything(displayed):
    for outputs, _, _ in displayed[1].values():
        kinds = {kind for output in outputs for kind in output}
        assert kinds <= {
            "application/vnd.plotly.v1+json",
            "text/plain",
            "text/markdown",
            "text/html",
        }
        written = json.dumps(outputs)
        assert "<script" not in written.lower()
        assert len(written) < 200_000


@pytest.mark.parametrize(
    ("unit", "said"),
    [
        ("per cent", "Too high by 30 percentage points."),
        ("of seven", "Too high by 30."),
        ("times as many", "Too high by 30."),
        ("visits", "Too high by 30 visits."),
    ],
)
def test_a_gap_between_two_answers_has_a_unit_that_a_difference_can_have(unit, said):
    ask = Ask("How many?", 0, 100, unit, tempting=20, because="it is.", otherwise="No.", step=1)
    assert ask.reply(80, 50) == f"{said} No."
