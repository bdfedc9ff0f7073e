"""What was right is asked later than what was wrong, and the longer the better it is known."""

from datetime import UTC, datetime, timedelta

import pytest

from scaling import recall
from scaling.recall import schedule
from scaling.recall.file import Answer
from scaling.recall.schedule import Planned, planned

QUESTIONS = tuple(recall.all_questions().values())
ONE, OTHER, THIRD = QUESTIONS[:3]
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def answer(question, right, when):
    option = question.right if right else question.wrong[0]
    return Answer(question.key, option.text, right, when.isoformat())


def due(*answers, question=ONE):
    (found,) = planned([question], answers, {})
    return found.due


def test_a_question_that_was_right_is_asked_later_than_one_that_was_wrong():
    wrong, right = (due(answer(ONE, is_right, START)) for is_right in (False, True))
    assert START < wrong < right


def test_the_pauses_grow_while_it_is_known_and_shrink_when_it_is_not():
    answers, pauses, now = [], [], START
    for is_right in (True, True, True, False, True):
        answers.append(answer(ONE, is_right, now))
        pauses.append(due(*answers) - now)
        now += pauses[-1]
    assert pauses[0] < pauses[1] < pauses[2]
    assert pauses[3] < pauses[1]
    assert pauses[3] < pauses[4] < pauses[2]


def test_a_pause_is_a_day_at_least_and_a_year_at_most():
    now, answers = START, []
    for _ in range(12):
        answers.append(answer(ONE, True, now))
        now = due(*answers)
    assert now - answers[-1].when == timedelta(days=365)
    wrong = [answer(ONE, False, START + n * timedelta(minutes=1)) for n in range(9)]
    assert due(*wrong) - wrong[-1].when == DAY


def test_the_schedule_is_the_same_whatever_the_order_in_the_file():
    answers = [answer(ONE, n % 2 == 0, START + n * DAY) for n in range(5)]
    assert due(*answers) == due(*reversed(answers))


def test_what_is_due_first_comes_first_and_what_was_not_met_does_not_come():
    answers = [answer(ONE, True, START), answer(OTHER, False, START)]
    found = planned(QUESTIONS, answers, {})
    assert [one.question for one in found] == [OTHER, ONE]
    assert [one.times for one in found] == [1, 1]


def test_the_questions_of_one_day_are_mixed_and_the_mix_stays():
    met = {question.about: START for question in QUESTIONS}
    plans = [[one.question for one in planned(QUESTIONS, [], met)] for _ in range(2)]
    assert plans[0] == plans[1] != list(QUESTIONS)
    assert len({question.key.split(".")[0] for question in plans[0][: schedule.AT_ONCE]}) >= 4


def test_a_prediction_brings_the_questions_on_its_explorable_a_day_later():
    (found,) = planned([ONE, OTHER], [], {ONE.about: START})
    assert found == Planned(ONE, START + DAY, 0)


def test_an_answer_to_a_question_that_is_no_more_is_passed_over():
    gone = Answer("9.gone", "Yes", True, START.isoformat())
    assert planned(QUESTIONS, [gone], {}) == ()


def test_a_question_is_due_on_its_whole_day():
    noon = START.astimezone().replace(hour=12)
    one = Planned(ONE, noon, 1)
    assert one.is_due(noon.replace(hour=0, minute=1))
    assert not one.is_due(noon - DAY)


def test_a_sitting_is_short_and_takes_what_has_waited_longest():
    met = {question.about: START for question in QUESTIONS[1:]} | {ONE.about: START - DAY}
    plan = planned(QUESTIONS, [], met)
    sitting = schedule.sitting(plan, START + DAY)
    assert len(sitting) == schedule.AT_ONCE < len(plan) == len(QUESTIONS)
    assert sitting[0].question == ONE
    assert 3 <= schedule.minutes(schedule.AT_ONCE) <= 5


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "Nothing is due today. Next: 2 questions on 2026-03-02."),
        (1, "2 questions are due: about 1 minute."),
    ],
)
def test_it_says_what_is_due_or_when_something_will_be(days, said):
    plan = planned(QUESTIONS, [], {ONE.about: START, OTHER.about: START})
    assert schedule.offer(plan, START + days * DAY) == said


def test_what_comes_next_is_said_for_the_first_day_that_has_any():
    plan = planned(QUESTIONS, [], {ONE.about: START, OTHER.about: START + DAY})
    assert schedule.upcoming(plan, START) == "Next: 1 question on 2026-03-02."
    assert schedule.upcoming(plan, START + DAY) == "Next: 1 question on 2026-03-03."
    assert schedule.upcoming(plan, START + 2 * DAY) == ""


def test_more_than_one_sitting_is_announced_and_nothing_met_is_explained():
    met = {question.about: START for question in QUESTIONS}
    said = schedule.offer(planned(QUESTIONS, [], met), START + DAY)
    assert said == "18 questions are due, 8 of them at once: about 5 minutes."
    assert schedule.offer((), START) == schedule.NOTHING_MET
