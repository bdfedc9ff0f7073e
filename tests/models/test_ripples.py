"""Ripples: what a push leaves at each scale is a power of the matrix, and a sum of powers."""

import itertools

import numpy as np
import pytest
from scipy import signal

from scaling.three_scales import ripples

approx = pytest.approx
UPS, BUFFERS = (0.0, 0.05, 0.13, 0.2), (0.0, 0.4, 1.0)
corners = pytest.mark.parametrize(("up", "buffer"), list(itertools.product(UPS, BUFFERS)))


@corners
@pytest.mark.parametrize("at", ripples.PUSHED)
def test_a_push_once_is_a_power_of_the_matrix(at, up, buffer):
    result = ripples.run(at, ripples.ONCE, up, buffer)
    a = ripples.matrix(up, buffer)
    push = 100 * np.array(ripples.PUSHED[at])
    for quarter in (0, 1, 2, 7, 40):
        assert result.path[quarter] == approx(np.linalg.matrix_power(a, quarter) @ push)


@corners
@pytest.mark.parametrize("at", ripples.PUSHED)
def test_a_lasting_push_is_the_sum_of_all_pushes_so_far(at, up, buffer):
    once = ripples.run(at, ripples.ONCE, up, buffer)
    lasting = ripples.run(at, ripples.LASTING, up, buffer)
    assert lasting.path == approx(once.path.cumsum(axis=0) / 10)


def test_the_path_is_the_one_of_scipy_s_linear_system():
    a = ripples.matrix(0.1, 0.3)
    push = np.array([1.0, 2.0, 3.0])
    system = signal.dlti(a, push[:, None], np.eye(3), np.zeros((3, 1)), dt=1)
    _, (answer,) = signal.dimpulse(system, n=31)
    # scipy's state feels a push one step after it is given
    assert ripples.responses(a, push, 29) == approx(answer[1:])


@corners
def test_every_change_dies_out_in_the_end(up, buffer):
    assert max(abs(np.linalg.eigvals(ripples.matrix(up, buffer)))) < 1


@corners
@pytest.mark.parametrize("at", ripples.PUSHED)
def test_the_long_run_is_where_a_very_long_path_ends(at, up, buffer):
    result = ripples.run(at, ripples.LASTING, up, buffer)
    push = 10 * np.array(ripples.PUSHED[at])
    path = ripples.responses(ripples.matrix(up, buffer), push, 2000, lasting=True)
    assert result.long_run == approx(path[-1])
    assert ripples.run(at, ripples.ONCE, up, buffer).long_run == approx(np.zeros(3))


def test_a_law_is_the_sum_of_three_pushes():
    parts = [ripples.run(at).path for at in ("society", "organisations", "people")]
    assert ripples.run("law").path == approx(sum(parts))


def test_nothing_passed_up_leaves_what_is_above_untouched():
    assert (ripples.run("people", up=0).path[:, :2] == 0).all()
    assert (ripples.run("organisations", up=0).path[:, 0] == 0).all()


def test_full_buffering_leaves_only_what_passes_organisations_by():
    path = ripples.run("society", up=0, buffer=1).path
    people = 0.0
    for quarter in range(ripples.QUARTERS):
        people = 0.5 * people + 0.1 * path[quarter, 0]
        assert path[quarter + 1, 2] == approx(people)


def test_a_matrix_that_were_symmetric_would_answer_alike_up_and_down():
    """Reciprocity: it is what is assumed of the scales, not the arithmetic, that is lopsided."""
    a = np.array([[0.6, 0.1, 0.0], [0.1, 0.6, 0.1], [0.0, 0.1, 0.6]])
    down = ripples.responses(a, [1, 0, 0], 30)[:, 2]
    up = ripples.responses(a, [0, 0, 1], 30)[:, 0]
    assert down == approx(up)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"at": "moon"}, "at must be one of society, organisations, people and law"),
        ({"kind": "twice"}, "kind must be one of once and lasting"),
        ({"up": 0.21}, "up must lie between 0 and 0.2"),
        ({"up": float("nan")}, "up must lie between"),
        ({"buffer": -0.1}, "buffer must lie between 0 and 1"),
    ],
)
def test_what_cannot_be_is_refused_by_name(values, message):
    with pytest.raises(ValueError, match=message):
        ripples.run(**values)


@pytest.mark.parametrize("society", [0.3, 0.6, 0.8])
def test_both_ways_alike_and_nothing_past_organisations_is_a_mirror(society):
    """The moral that up is less than down is put in by the shares, and not a result."""
    a = ripples.matrix(ripples.DOWN, 0, direct=0, inertia=(society, 0.6, 0.5))
    below, above = (ripples.responses(a, push, 60) for push in np.eye(3)[[2, 0]])
    assert below[:, 0] == pytest.approx(above[:, 2])
