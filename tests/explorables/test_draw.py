"""The rest of a curve, drawn before it is shown: what a line is worth, and that it is kept."""

import json

import numpy as np
import pytest
from markupsafe import Markup

from scaling import prediction
from scaling.capstone import looking_back
from scaling.explorable import all_explorables
from scaling.explorable.frame import Frame
from scaling.process_product import fines
from scaling.scaling_up import adoption, corn
from scaling.widgets.pad import described

DRAWN = {key: thing for key, thing in all_explorables().items() if thing.draw is not None}
every = pytest.mark.parametrize("explorable", DRAWN.values(), ids=DRAWN)


@pytest.fixture(autouse=True)
def file(nothing_predicted):
    return nothing_predicted


def committed(explorable, line):
    frame = Frame(explorable)
    frame.question.answer.line = line
    frame.question.commit.click()
    return frame


def lines_of(frame):
    """The paths in the picture: nothing else is drawn as one."""
    return [shape.path for shape in frame.picture.drawn.layout.shapes if shape.type == "path"]


@every
def test_the_pad_goes_on_where_the_known_curve_ends(explorable):
    draw = explorable.draw
    known_x, known_y = (list(values) for values in draw.known())
    x = [*known_x, *draw.x]
    assert x == sorted(x)
    assert len(set(x)) == len(x)
    truth = np.asarray(draw.truth(explorable.run(**explorable.start)))
    assert len(truth) == len(draw.x)
    assert all(draw.low <= value <= draw.high for value in [*known_y, *truth])
    assert set(draw.x_ticks) <= set(x)
    assert all(draw.low <= value <= draw.high for value in draw.y_ticks)
    given_x, given_y = draw.given() if draw.given else ([], [])
    assert set(given_x) <= set(x)
    assert all(draw.low <= value <= draw.high for value in given_y)
    assert bool(draw.given) == bool(draw.given_name)
    assert (draw.high - draw.low) / draw.step == pytest.approx(
        round((draw.high - draw.low) / draw.step)
    )
    assert set(draw.despite) <= set(explorable.start)


@every
def test_five_points_can_be_set_by_hand_and_the_last_is_the_end(explorable):
    draw = explorable.draw
    assert len(draw.by_hand) == 5
    assert list(draw.by_hand) == sorted(set(draw.by_hand) & set(draw.x))
    assert draw.by_hand[-1] == draw.x[-1]


@every
def test_who_draws_what_came_has_the_right_answer(explorable):
    result = explorable.run(**explorable.start)
    truth = list(explorable.draw.truth(result))
    assert explorable.draw.reading(truth) == pytest.approx(float(explorable.answer(result)))
    assert explorable.draw.mean_error(truth, result) == 0


def test_what_came_is_what_the_explorable_shows_when_all_is_seen():
    assert list(fines.explorable.draw.truth(fines.run(4))) == list(fines.run(20).fine[4:])
    assert list(corn.explorable.draw.truth(corn.run())) == list(100 * corn.run().shares[10:])
    assert adoption.explorable.draw.truth(adoption.run(word_of_mouth=0)) == [
        100 * adoption.bass(year, 0.01, 0) for year in range(1, 11)
    ]


def test_the_curve_that_is_given_is_the_one_of_the_question():
    draw = adoption.explorable.draw
    assert f"after ten years {draw.given()[1][-1]:.1f} %" in adoption.explorable.ask.text.replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert described(draw)["given"][1] == draw.given()[1]
    assert described(corn.explorable.draw)["given"] == [[], []]


@every
def test_a_line_is_committed_only_when_it_reaches_the_end(explorable):
    question = Frame(explorable).question
    count = len(explorable.draw.x)
    assert question.commit.disabled
    question.answer.line = [explorable.draw.low] * (count - 1) + [None]
    assert question.commit.disabled
    question.commit.click()
    assert prediction.committed() == []
    question.answer.line = [explorable.draw.low] * count
    assert not question.commit.disabled


def test_the_line_is_the_prediction_and_is_kept_and_told():
    line = [8.0] * 12 + [4.0] * 4
    frame = committed(fines.explorable, line)
    (kept,) = prediction.committed("process_product.fines")
    assert kept.drawn == tuple(line)
    assert kept.predicted == 8
    assert kept.outcome == pytest.approx(16.4, abs=0.05)
    said = Markup(frame.question.children[0].value).striptags()
    assert "You said 8.0 a week in each centre, on average while the fine runs." in said
    off = np.mean(np.abs(np.array(line) - fines.run(20).fine[4:]))
    assert f"your line is {off:.1f} late pick-ups from what came (mean absolute error)" in said


def test_the_line_stays_in_the_picture_while_that_is_about_the_same():
    frame = committed(fines.explorable, [10.0] * 16)
    (line,) = lines_of(frame)
    assert line.startswith("M 5,10 L 6,10 ")
    assert line.endswith("L 20,10")
    frame.controls["seen"].value = 12
    assert lines_of(frame) == [line]
    frame.controls["left_out"].value = 1
    assert lines_of(frame) == []
    frame.back.click()
    assert lines_of(frame) == [line]


def test_who_comes_back_finds_the_line_again():
    committed(corn.explorable, list(range(12, 62, 5)))
    frame = Frame(corn.explorable)
    assert "you said <b>57 per cent</b>" in frame.question.children[0].value
    frame.question.show.click()
    (line,) = lines_of(frame)
    assert line.endswith("L 1965,0.57")


def test_a_line_beyond_the_pad_is_kept_within_it():
    frame = Frame(corn.explorable)
    frame.question.answer.line = [-5, *[50] * 8, 140]
    assert frame.question.answer.drawn == (0, *[50] * 8, 100)


def test_predictions_of_an_earlier_course_load_and_are_told_apart(file):
    """Then corn asked for points, and a prediction had no line."""
    earlier = {"predicted": 10.0, "outcome": 2.2, "committed": "2026-01-02T10:00:00+00:00"}
    kept = [
        {"key": "scaling_up.corn", "question": "By how many points?", "unit": "points"} | earlier,
        {"key": "process_product.fines", "question": "How many?", "unit": "a week in each centre"}
        | earlier,
    ]
    file.write_text(json.dumps({"format": 2, "predictions": kept}))
    assert [one.drawn for one in prediction.committed()] == [(), ()]
    assert not Frame(corn.explorable).text_panel.revealed
    found = looking_back.run()
    assert [one.title for one in found.answers] == ["A fine for coming late"]
    assert [one.key for one in found.others] == ["scaling_up.corn"]
