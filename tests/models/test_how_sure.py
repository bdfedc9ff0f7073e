"""How sure a learner was stands beside how often the prediction was close."""

import json
from dataclasses import replace

import pytest
from pytest import approx
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from scaling import prediction
from scaling.capstone import how_sure
from scaling.capstone.how_sure import TOO_FEW, Calibration, Step
from scaling.explorable import all_explorables

EXPLORABLES = all_explorables()


@pytest.fixture(autouse=True)
def file(nothing_predicted):
    return nothing_predicted


def invent(*learned):
    """Commit one prediction for each confidence and distance, in shares of the question's scale."""
    for (key, explorable), (confidence, off) in zip(EXPLORABLES.items(), learned, strict=False):
        ask = explorable.ask
        outcome = ask.low + (ask.high - ask.low) / 2
        said = outcome + off * (ask.high - ask.low)
        prediction.commit(key, ask.text, said, outcome, ask.unit, confidence)


CLOSE, FAR = 0.04, -0.06
LEARNED = [
    *[("guess", FAR)] * 6,
    ("guess", CLOSE),
    *[("think", CLOSE)] * 2,
    *[("sure", CLOSE)] * 7,
    ("sure", FAR),
    *[("", CLOSE)] * 3,
]


def test_each_step_counts_its_own_predictions_and_the_close_ones():
    invent(*LEARNED)
    found = how_sure.run()
    assert found.steps == (Step("guess", 7, 1), Step("think", 2, 2), Step("sure", 8, 7))
    assert found.unstated == Step("", 3, 3)


def test_only_the_first_prediction_of_a_question_counts():
    invent(("guess", FAR))
    invent(("sure", CLOSE))
    assert [step.made for step in how_sure.run().steps] == [1, 0, 0]


def test_predictions_of_the_old_kind_count_as_not_stated(file):
    invent(("sure", CLOSE), ("guess", FAR))
    stored = json.loads(file.read_text())
    for one in stored["predictions"]:
        del one["confidence"]
    file.write_text(json.dumps(stored | {"format": 1}))
    found = how_sure.run()
    assert found.unstated == Step("", 2, 1)
    assert "not said of any prediction" in how_sure.words(found)


@pytest.mark.parametrize(("close", "made"), [(0, 5), (1, 7), (7, 8), (12, 12)])
def test_the_interval_is_wilsons(close, made):
    assert Step("sure", made, close).interval == approx(
        proportion_confint(close, made, method="wilson")
    )


@pytest.mark.parametrize(("guess", "sure"), [((1, 7), (7, 8)), ((4, 5), (1, 9)), ((0, 6), (6, 6))])
def test_the_interval_of_the_gain_is_newcombes(guess, sure):
    steps = (Step("guess", guess[1], guess[0]), Step("think", 0, 0), Step("sure", sure[1], sure[0]))
    found, interval = Calibration(steps, Step("", 0, 0)).gain
    assert found == approx(sure[0] / sure[1] - guess[0] / guess[1])
    assert interval == approx(confint_proportions_2indep(*sure, *guess, method="newcomb"))


def test_words_and_table_give_counts_and_say_where_there_are_too_few():
    invent(*LEARNED)
    found = how_sure.run()
    said = how_sure.words(found)
    assert (
        "Of 7 that you called a guess, 1 came close (14\N{NO-BREAK SPACE}%, 95 % interval" in said
    )
    assert f"of 2 that you thought right, 2 came close, {TOO_FEW}" in said
    assert "came close more often than in your guesses, by 73 percentage points" in said
    assert "chance" not in said
    assert "Of 3 further predictions you did not say it." in said
    rows = how_sure.table(found).to_dict("records")
    assert [row["predictions"] for row in rows] == [7, 2, 8, 3]
    assert [row["95 % interval"] == TOO_FEW for row in rows] == [False, True, False, True]


def test_a_difference_that_may_be_chance_is_called_so():
    steps = (Step("guess", 6, 2), Step("think", 0, 0), Step("sure", 6, 3))
    found = Calibration(steps, Step("", 0, 0))
    assert "which may be chance" in how_sure.words(found)
    fewer = replace(found, steps=(*steps[:2], Step("sure", 6, 1)))
    assert "less often than in your guesses" in how_sure.words(fewer)


def test_the_picture_draws_a_share_only_where_there_are_enough():
    invent(*LEARNED)
    found = how_sure.run()
    figure = how_sure.picture(found)
    (drawn,) = figure.data
    assert list(drawn.y) == [0, 2]
    assert list(drawn.x) == approx([100 / 7, 700 / 8])
    low = [x - off for x, off in zip(drawn.x, drawn.error_x.arrayminus, strict=True)]
    assert low == approx([100 * found.steps[row].interval[0] for row in (0, 2)])
    assert [note.text for note in figure.layout.annotations] == [
        "1 of 7 close",
        f"2 of 2 close: {TOO_FEW}",
        "7 of 8 close",
    ]
