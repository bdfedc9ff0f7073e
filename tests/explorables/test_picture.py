"""The live picture keeps a zoom while it changes, and ends it at the range it has by then."""

import threading

import plotly.graph_objects as go
import pytest

from scaling.widgets import picture as module
from scaling.widgets.picture import Picture


def drawn(low, high, value=1):
    return go.Figure(go.Bar(x=[1], y=[value])).update_yaxes(range=[low, high])


@pytest.fixture
def picture():
    return Picture(drawn(0, 5))


def in_the_browser(picture, low, high):
    """What plotly reports when somebody draws a rectangle or clicks twice."""
    picture.plotly_relayout({"yaxis.range[0]": low, "yaxis.range[1]": high})


def test_a_range_follows_where_nothing_is_zoomed(picture):
    picture.become(drawn(0, 7))
    assert picture.layout.yaxis.range == (0, 7)


def test_a_zoomed_axis_stays_as_it_is(picture):
    in_the_browser(picture, 1, 2)
    picture.become(drawn(0, 7, value=3))
    assert picture.layout.yaxis.range == (1, 2)
    assert picture.data[0].y == (3,)


@pytest.mark.parametrize("later", [(0, 7), (0, 5)])
def test_a_double_click_ends_at_the_range_of_now(picture, later):
    in_the_browser(picture, 1, 2)
    picture.become(drawn(0, 6))
    picture.become(drawn(*later))
    in_the_browser(picture, 0, 5)
    assert picture.layout.yaxis.range == later


def test_a_change_in_another_thread_is_sent_after_the_whole_figure(picture, monkeypatch):
    sent, copy = [], module.deepcopy
    monkeypatch.setattr(picture, "_send", lambda message, buffers: sent.append(message["state"]))
    other = threading.Thread(target=picture.become, args=[drawn(0, 7)])

    def copy_slowly(part):
        if other.ident is None:
            other.start()
            other.join(0.5)  # A change that did not wait for its turn would be over by then.
        return copy(part)

    picture.become(drawn(0, 6))
    sent.clear()
    monkeypatch.setattr(module, "deepcopy", copy_slowly)
    picture._catch_up(picture, {"event": "drawn"}, [])
    other.join()
    whole, *later = sent
    assert whole["_widget_layout"]["yaxis"]["range"] == [0, 6]
    (change,) = filter(None, (state.get("_py2js_update") for state in later))
    assert change["layout_data"] == {"yaxis.range": [0, 7]}
