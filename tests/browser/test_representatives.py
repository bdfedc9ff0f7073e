"""The explorables that `make test` takes through every browser test stand for all of them."""

import pytest
from conftest import EXPLORABLES, REPRESENTATIVES

CHOSEN = [EXPLORABLES[name] for name in REPRESENTATIVES]


def drawn(explorable):
    """What its picture is made of: kinds of marks, areas, axes by powers of ten, a drawing."""
    picture = explorable.still().picture
    kinds = set()
    for trace in picture.data:
        kinds |= {trace.type, *(getattr(trace, "mode", None) or "").split("+")}
        kinds |= {"area"} if getattr(trace, "fill", None) else set()
    axes = picture.layout.xaxis, picture.layout.yaxis
    kinds |= {"log" for axis in axes if axis.type == "log"}
    kinds |= {"fixed" for axis in axes if axis.fixedrange}
    return kinds - {"", "none"}


def test_they_have_every_kind_of_control():
    kinds = {type(control) for thing in EXPLORABLES.values() for control in thing.controls}
    assert {type(control) for thing in CHOSEN for control in thing.controls} == kinds


@pytest.mark.slow
def test_they_have_every_kind_of_picture():
    kinds = set().union(*map(drawn, EXPLORABLES.values()))
    assert {"bar", "scatter", "area", "log", "fixed"} <= kinds
    assert set().union(*map(drawn, CHOSEN)) == kinds


def test_they_have_the_longest_label():
    longest = max(
        len(control.label) for thing in EXPLORABLES.values() for control in thing.controls
    )
    assert longest in {len(control.label) for thing in CHOSEN for control in thing.controls}
