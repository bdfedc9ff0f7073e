"""Recall questions: how they are worded, asked, kept, and reviewed in a notebook or a terminal."""

import html
import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nbformat
import pytest

from scaling import prediction, recall
from scaling.__main__ import main
from scaling.capstone.looking_back import _lesson
from scaling.explorable import all_explorables
from scaling.recall import file, schedule
from scaling.recall.page import CHOSEN, RIGHT, RecallPage, ReviewPage

COURSE = Path(__file__).parents[2] / "course"
QUESTIONS = recall.all_questions()
EACH = pytest.mark.parametrize("question", QUESTIONS.values(), ids=list(QUESTIONS))
NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def kept(tmp_path, monkeypatch):
    """The file of a learner who has not answered anything yet."""
    monkeypatch.setenv("SCALING_PREDICTIONS", str(tmp_path / "of theirs" / "predictions.json"))
    monkeypatch.setattr(prediction, "_unsaved", [])
    monkeypatch.setattr(file, "_unsaved", [])
    return tmp_path / "of theirs" / "predictions.recall.json"


# The questions


@pytest.mark.parametrize("lesson", recall.ABOUT)
def test_a_lesson_asks_three_questions_on_both_lessons_before_it(lesson):
    asked = recall.of_lesson(lesson)
    assert asked.lesson == lesson and len(asked.questions) == 3
    explorables = all_explorables()
    assert all(one.about in explorables for one in asked.questions)
    assert {_lesson(one.about) for one in asked.questions} == set(recall.ABOUT[lesson])


def test_a_lesson_is_asked_about_by_the_two_that_follow_it():
    order = ["1a", "1b", "2", "3", "4", "5a", "5b", "6"]
    assert {
        lesson: tuple(order[order.index(lesson) - 2 : order.index(lesson)]) for lesson in order[2:]
    } == recall.ABOUT


@pytest.mark.parametrize("lesson", recall.ABOUT)
def test_a_lesson_opens_with_its_questions(lesson):
    (notebook,) = COURSE.glob(f"{lesson:0>{2 if lesson.isdigit() else 3}}-*.ipynb")
    cells = nbformat.read(notebook, as_version=4).cells
    assert [cell.id for cell in cells[:3]] == ["title", "imports", "recall"]
    assert f'recall.show("{lesson}")' in cells[2].source


def test_a_lesson_without_questions_is_named():
    with pytest.raises(ValueError, match="2, 3, 4, 5a, 5b, 6 have recall questions, '1a' has not"):
        recall.of_lesson("1a")


@EACH
def test_options_are_parallel_and_every_one_has_its_reason(question):
    options = question.options()
    assert len(options) == len({one.text for one in options}) in (3, 4)
    lengths = [len(one.text) for one in options]
    assert max(lengths) <= 1.4 * min(lengths)
    for one in options:
        assert one.text[-1] in ".?"
        assert 1 <= len(re.findall(r"[.?](?= |$)", one.why)) <= 2
    assert len({one.why for one in options}) == len(options)


@EACH
def test_a_question_asks_for_no_figure(question):
    texts = [question.text, *(part for one in question.options() for part in (one.text, one.why))]
    assert not [text for text in texts if re.search(r"\d", text)]


def test_neither_place_nor_length_gives_the_right_option_away():
    places = Counter(one.options().index(one.right) for one in QUESTIONS.values())
    assert max(places.values()) <= len(QUESTIONS) / 2 and len(places) >= 3
    longest = [max(one.options(), key=lambda each: len(each.text)) for one in QUESTIONS.values()]
    right = {one.right for one in QUESTIONS.values()}
    assert len(right.intersection(longest)) <= len(QUESTIONS) / 2


def test_the_options_change_places_when_a_question_comes_back():
    for one in QUESTIONS.values():
        orders = {one.options(times) for times in range(6)}
        assert len(orders) > 1
        assert one.options(1) == one.options(1)
        assert all(set(order) == set(one.options()) for order in orders)


# Asked in a lesson


def press(page, text):
    (button,) = (one for one in [*page.options, *page.below.children] if one.description == text)
    button.click()


def asked(page):
    return html.unescape(page.asked.children[0].value)


def test_an_answer_is_told_with_its_reason_and_kept(kept):
    page = RecallPage(recall.of_lesson("3"))
    question = page.recall.questions[0]
    assert question.text in asked(page)
    assert page.panel.words == "Question 1 of 3."
    assert [one.description for one in page.options] == [one.text for one in question.options()]
    wrong = question.wrong[0]
    press(page, wrong.text)
    assert page.panel.words == (
        f"Not so. {wrong.why} The answer is: “{question.right.text}” {question.right.why}"
    )
    assert f"{wrong.text} <b>({CHOSEN})</b>" in asked(page)
    assert f"{question.right.text} <b>({RIGHT})</b>" in asked(page)
    (stored,) = json.loads(kept.read_text(encoding="utf-8"))["answers"]
    when = datetime.fromisoformat(stored.pop("answered"))
    assert abs(when - datetime.now(UTC)) < timedelta(minutes=1)
    assert stored == {"question": question.key, "chosen": wrong.text, "right": False}


def answer_all(page, right=True):
    while True:
        question = QUESTIONS[next(key for key, one in QUESTIONS.items() if one.text in asked(page))]
        press(page, (question.right if right else question.wrong[0]).text)
        if [one.description for one in page.below.children] != ["Next question"]:
            return
        press(page, "Next question")


def test_after_the_last_one_it_says_how_many_were_right_and_asks_again():
    page = RecallPage(recall.of_lesson("5a"))
    answer_all(page)
    assert "That was the last: 3 of 3 right." in page.panel.words
    press(page, "Answer again")
    assert page.panel.words == "Question 1 of 3."
    answer_all(page, right=False)
    assert "0 of 3 right" in page.panel.words
    assert len(file.kept()) == 6


def test_who_comes_back_goes_on_with_what_is_left_and_then_sees_the_result():
    questions = recall.of_lesson("4").questions
    file.keep(questions[0], questions[0].right)
    page = RecallPage(recall.of_lesson("4"))
    assert questions[1].text in asked(page)
    answer_all(page, right=False)
    again = RecallPage(recall.of_lesson("4"))
    assert again.panel.words.startswith("You have answered these on ")
    assert again.panel.words.endswith(": 1 of 3 right.")


def test_it_has_a_name_and_its_words_are_announced():
    page = RecallPage(recall.of_lesson("2"))
    assert page.panel.title == "What do you remember of lessons 1a and 1b?"
    assert page.panel.revealed
    assert page.panel.parts["question"] == "Question"


# The file


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[1]",
        b'{"format": 1}',
        b'{"format": 1, "answers": ["yes"]}',
        b'{"format": 1, "answers": [{"question": "2.curve"}]}',
        b'{"format": 1, "answers": [{"question": "a", "chosen": "b", "right": 1,'
        b' "answered": "2026-03-01T09:10:11+00:00"}]}',
        b'{"format": 1, "answers": [{"question": "a", "chosen": "b", "right": true,'
        b' "answered": "2026-03-01T09:10:11"}]}',
    ],
)
def test_a_broken_file_is_set_aside_and_the_learner_told(kept, content):
    kept.parent.mkdir()
    kept.write_bytes(content)
    assert file.kept() == []  # looking changes nothing
    assert kept.read_bytes() == content
    question = QUESTIONS["2.curve"]
    note = file.keep(question, question.right)
    (aside,) = kept.parent.glob("predictions.recall.broken-*.json")
    assert aside.name in note
    assert aside.read_bytes() == content
    assert [one.question for one in file.kept()] == ["2.curve"]


def test_a_file_of_the_first_kind_loads_and_stays(kept):
    old = {
        "question": "2.curve",
        "chosen": "Much.",
        "right": False,
        "answered": "2026-03-01T09:10:11.123456+00:00",
    }
    kept.parent.mkdir()
    kept.write_text(json.dumps({"format": 1, "answers": [old]}), encoding="utf-8")
    question = QUESTIONS["2.routine"]
    assert file.keep(question, question.right) == ""
    assert json.loads(kept.read_text(encoding="utf-8"))["answers"][0] == old


def test_a_file_of_a_later_course_is_left_untouched(kept):
    content = json.dumps({"format": file.FORMAT + 1, "answers": "of another shape"})
    kept.parent.mkdir()
    kept.write_text(content, encoding="utf-8")
    question = QUESTIONS["2.curve"]
    assert "later version of the course" in file.keep(question, question.right)
    assert kept.read_text(encoding="utf-8") == content
    assert [one.question for one in file.kept()] == ["2.curve"]


def test_where_nothing_can_be_written_the_answers_last_and_it_is_said(monkeypatch):
    monkeypatch.setenv("SCALING_PREDICTIONS", "/dev/null/x/predictions.json")
    page = RecallPage(recall.of_lesson("2"))
    answer_all(page)
    assert "cannot be saved in /dev/null/x/predictions.recall.json" in page.panel.words
    assert len(file.kept()) == 3


# The review


def answer_long_ago(*keys, right=True, days=30):
    for key in keys:
        question = QUESTIONS[key]
        chosen = question.right if right else question.wrong[0]
        file.keep(question, chosen, NOW - timedelta(days=days))


def test_without_anything_met_the_review_says_what_it_is():
    page = ReviewPage()
    assert page.panel.words == schedule.NOTHING_MET
    assert page.below.children == () and page.asked.children == ()


def test_the_review_asks_what_is_due_and_says_when_the_next_is():
    answer_long_ago("2.curve", "3.frozen")
    file.keep(QUESTIONS["4.fine"], QUESTIONS["4.fine"].right)
    page = ReviewPage()
    assert page.panel.words == "2 questions are due: about 1 minute."
    press(page, "Begin")
    answer_all(page)
    assert "That was the last: 2 of 2 right. Next: 1 question on " in page.panel.words
    assert page.below.children == ()
    assert [one.times for one in schedule.plan() if one.question.key == "2.curve"] == [2]


def test_after_a_sitting_it_offers_what_is_left():
    answer_long_ago(*list(QUESTIONS)[:10])
    page = ReviewPage()
    press(page, "Begin")
    assert page.panel.words == f"Question 1 of {schedule.AT_ONCE}."
    answer_all(page)
    assert page.panel.words.endswith("2 questions are due: about 1 minute.")
    press(page, "Begin")
    answer_all(page)
    assert page.below.children == ()


def test_a_prediction_of_an_earlier_day_brings_its_questions(kept):
    prediction.commit("scaling_up.corn", "How far?", 1, 2, "points")
    assert ReviewPage().below.children == ()  # on the same day nothing is asked
    predictions = kept.with_name("predictions.json")
    stored = json.loads(predictions.read_text(encoding="utf-8"))
    stored["predictions"][0]["committed"] = (NOW - timedelta(days=2)).isoformat()
    predictions.write_text(json.dumps(stored), encoding="utf-8")
    assert ReviewPage().panel.words == "1 question is due: about 1 minute."


# In a terminal


@pytest.fixture
def typed(monkeypatch):
    """Lines that a learner types; after the last one the input ends."""
    lines = []

    def read(prompt):
        print(prompt, end="")
        if not lines:
            raise EOFError
        line = lines.pop(0)
        if isinstance(line, BaseException):
            raise line
        return line

    monkeypatch.setattr("builtins.input", read)
    return lines


def letter(question, times, option):
    return "abcd"[question.options(times).index(option)]


def test_the_command_asks_by_letters_tells_the_reason_and_what_is_next(typed, capsys):
    answer_long_ago("2.curve")
    question = QUESTIONS["2.curve"]
    typed += ["x", "", f" {letter(question, 1, question.right).upper()}) "]
    assert main(["review"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "1 question is due: about 1 minute." in said
    assert said.count("Type one of the letters a, b, c. Ctrl+C stops.") == 2
    assert f"Right. {question.right.why}" in said
    assert "That was the last: 1 of 1 right. Next: 1 question on " in said
    assert [one.right for one in file.kept()] == [True, True]


@pytest.mark.parametrize("end", [KeyboardInterrupt(), EOFError()])
def test_the_command_stops_cleanly_and_what_was_answered_is_kept(typed, capsys, end):
    answer_long_ago("2.curve", "2.routine")
    first = schedule.plan()[0].question
    typed += [letter(first, 1, first.wrong[0]), end]
    assert main(["review"]) == 0
    assert capsys.readouterr().out.endswith("Stopped. Every answer that you have given is kept.\n")
    assert [one.right for one in file.kept() if one.question == first.key] == [True, False]


def test_the_command_says_so_when_nothing_is_due(typed, capsys):
    assert main(["review"]) == 0
    assert " ".join(capsys.readouterr().out.split()) == schedule.NOTHING_MET


def test_lines_are_narrow_enough_for_a_terminal(typed, capsys):
    answer_long_ago(*QUESTIONS)
    assert main(["review"]) == 0
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80
