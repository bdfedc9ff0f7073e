"""The live picture tells the page of a figure, and is told of clicks."""

import json
import re
from pathlib import Path

import plotly.graph_objects as go
import pytest
from plotly.offline import get_plotlyjs_version

from scaling import style
from scaling.widgets import picture as module
from scaling.widgets.picture import Picture

WEB = Path(__file__).parents[2] / "web"


def bar(high, value=1):
    return go.Figure(go.Bar(x=[1], y=[value])).update_yaxes(range=[0, high])


@pytest.fixture
def picture():
    return Picture(bar(5), style.LIGHT)


def test_figure_and_look_are_sent_together_the_look_if_it_changes(picture, monkeypatch):
    sent = []
    monkeypatch.setattr(picture, "_send", lambda message, buffers: sent.append(message["state"]))
    picture.become(bar(7, value=3), style.LIGHT)
    picture.become(bar(7, value=4), style.DARK)
    picture.become(bar(7, value=4), style.DARK)
    assert [set(state) for state in sent] == [{"figure"}, {"figure", "look"}]
    assert json.loads(sent[0]["figure"])["layout"] == {"yaxis": {"range": [0, 7]}}


def test_a_click_is_told_as_trace_and_point(picture):
    told = []
    picture.on_click(lambda *numbers: told.append(numbers))
    picture._handle_custom_msg({"trace": 2, "points": [6]}, [])
    assert told == [(2, 6)]


def test_only_traces_of_the_same_types_can_follow(picture):
    assert picture.can_become(bar(7))
    assert not picture.can_become(go.Figure(go.Scatter(x=[1], y=[1])))


def test_the_inside_of_plotly_is_used_in_the_version_that_is_tried():
    """Tests of the web edition compare what is drawn by it with what plotly draws."""
    packages = json.loads((WEB / "package.json").read_text("utf-8"))["dependencies"]
    script = Path(module.__file__).with_name("picture.js").read_text("utf-8")
    known = re.search(r'^const KNOWN = "(.+?)"', script, re.MULTILINE)[1]
    assert packages["plotly.js-basic-dist-min"] == known == get_plotlyjs_version()
