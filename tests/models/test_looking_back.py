"""Looking back: every first prediction of the course stands beside what came out."""

from pathlib import Path

import pytest
from pytest import approx

from scaling import prediction
from scaling.capstone import board, looking_back
from scaling.explorable import all_explorables
from scaling.still import as_html

COURSE = Path(__file__).parents[2] / "course"
TIES, FROZEN, FUNNEL = "size_context.ties", "process_product.frozen", "scaling_down.funnel"


@pytest.fixture(autouse=True)
def file(nothing_predicted):
    return nothing_predicted


def ask(key):
    return all_explorables()[key].ask


def commit(key, predicted, outcome):
    known = {**all_explorables(), board.game.key: board.game}.get(key)
    question, unit = (known.ask.text, known.ask.unit) if known else ("An old question?", "cups")
    prediction.commit(key, question, predicted, outcome, unit)


def test_without_predictions_it_says_what_to_do():
    result = looking_back.run()
    assert result.answers == ()
    assert "none of the course's" in looking_back.words(result)
    assert looking_back.table(result).empty
    assert "No prediction" in looking_back.picture(result).layout.annotations[0].text


def test_every_question_of_the_course_can_be_looked_back_on():
    for key, explorable in all_explorables().items():
        commit(key, explorable.ask.tempting, explorable.answer(explorable.run(**explorable.start)))
    commit(board.game.key, board.game.ask.tempting, 30)
    result = looking_back.run()
    assert len(result.answers) == result.asked == len(all_explorables()) + 1
    assert board.game.title in {answer.title for answer in result.answers if answer.lesson == "6"}
    assert all(answer.tempted != answer.ask.is_right for answer in result.answers)
    assert len(looking_back.table(result)) == result.asked


def test_an_answer_in_another_unit_was_to_another_question():
    prediction.commit("scaling_up.corn", "By how many points?", 10, 2.2, "points")
    commit(TIES, 4, 5)
    result = looking_back.run()
    assert [answer.title for answer in result.answers] == [all_explorables()[TIES].title]
    assert [one.key for one in result.others] == ["scaling_up.corn"]


def test_an_answer_is_of_the_lesson_that_shows_its_explorable():
    for key, explorable in all_explorables().items():
        commit(key, explorable.ask.tempting, explorable.answer(explorable.run(**explorable.start)))
    said = {answer.title: answer.lesson for answer in looking_back.run().answers}
    for key, explorable in all_explorables().items():
        cell = f'"{key.split(".")[1]}.explorable.show()"'
        (page,) = [file for file in COURSE.glob("*.ipynb") if cell in file.read_text("utf-8")]
        assert said[explorable.title] == page.name.split("-")[0].removeprefix("0"), key


def test_the_largest_surprise_comes_first_on_each_questions_own_scale():
    for key, share in ((TIES, 0.1), (FROZEN, 0.5), (FUNNEL, 0.3)):
        scale = ask(key)
        commit(key, scale.low, scale.low + share * (scale.high - scale.low))
    surprises = [answer.surprise for answer in looking_back.run().answers]
    assert surprises == approx([0.5, 0.3, 0.1])


def test_the_first_prediction_counts():
    commit(TIES, 100, 276)
    commit(TIES, 276, 276)
    (answer,) = looking_back.run().answers
    assert answer.predicted == 100


def test_being_tempted_is_being_near_the_tempting_answer():
    scale = ask(TIES)
    width = scale.high - scale.low
    for off, tempted in ((0.09, True), (0.11, False)):
        answer = looking_back.Answer(3, "Ties", scale, scale.tempting + off * width, 276)
        assert answer.tempted == tempted


@pytest.mark.parametrize(("value", "place"), [(-50, 0), (0, 0), (200, 50), (400, 100), (999, 100)])
def test_what_lies_off_the_scale_is_drawn_at_its_end(value, place):
    scale = type(ask(TIES))("How many?", 0, 400, "ties", 1, "it looks so.")
    answer = looking_back.Answer(3, "Ties", scale, 0, 0)
    assert answer.place(value) == place


def test_the_picture_sets_each_prediction_beside_its_outcome():
    commit(TIES, ask(TIES).low, ask(TIES).high)
    commit(FROZEN, ask(FROZEN).high, ask(FROZEN).high)
    figure = looking_back.picture(looking_back.run())
    drawn = {trace.name: list(trace.x) for trace in figure.data if trace.name}
    assert drawn["your prediction"] == [100, 0]  # the largest surprise is drawn on top
    assert drawn["what came out"] == [100, 100]
    assert [(line.x0, line.x1) for line in figure.layout.shapes] == [(100, 100), (0, 100)]


def test_the_words_name_the_largest_surprise_with_both_numbers():
    commit(FUNNEL, 1, 10)
    commit(TIES, 276, 276)
    said = looking_back.words(looking_back.run())
    title = all_explorables()[FUNNEL].title
    assert f"“{title}”: you said 1 of the ten, and it was 10 of the ten." in said
    asked = len(all_explorables()) + 1  # with the game's
    assert f"You committed 2 of the course's {asked} predictions, 1 of them" in said


def test_what_another_version_asked_is_kept_in_the_table():
    commit("size_context.cups", 7, 9)
    result = looking_back.run()
    assert result.answers == ()
    (row,) = looking_back.table(result).to_dict("records")
    assert (row["question"], row["you said"], row["it was"]) == (
        "An old question?",
        "7 cups",
        "9 cups",
    )


def test_what_stands_in_the_file_does_not_run_as_html():
    prediction.commit("x.y", "<script>alert(1)</script>", 1, 2, "<img src=x onerror=alert(1)>")
    shown = as_html(looking_back.still().table)
    assert "<script" not in shown
    assert "<img" not in shown


def test_the_lesson_that_asked_is_named():
    commit(TIES, 1, 2)
    assert looking_back.run().answers[0].lesson == "3"
