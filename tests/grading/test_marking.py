"""The marking room without its pages: what is read, who marks what, what is saved."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import nbformat
import numpy as np
import pytest
from essays import (
    ASSIGNMENT,
    CHECK,
    CODE,
    QUESTION,
    hand_in,
    make_class,
    place_of,
    room,
    save,
    version,
)
from naming import case
from statsmodels.stats.inter_rater import cohens_kappa

from scaling.grading import feedback
from scaling.grading.marking import agreement, asking, log, rubric, saving, split
from scaling.grading.marking.figures import GIVEN, NOWHERE, OWN, figures, in_words
from scaling.grading.marking.log import Event

SOLUTIONS = sorted((Path(__file__).parents[2] / "solutions").glob("*/*-exercise.ipynb"))

# ---------------------------------------------------------------- what is read


def test_the_rubric_of_every_exercise_adds_up_to_its_points():
    found = 0
    for file in SOLUTIONS:
        for cell in nbformat.read(file, as_version=4).cells:
            own = cell.metadata.get("nbgrader", {})
            if own.get("task"):
                found += 1
                with case(own.grade_id):
                    read = rubric.parse(cell.source)
                    assert len(read.rows) >= 2 and read.scale(own.points) == 1
                    assert sum(row.levels[-1].points for row in read.rows) == own.points
                    assert {row.levels[0].points for row in read.rows} == {0}
                    assert "Sample answer" in read.scheme
                    assert read.words[0] < read.words[1]
                    assert "|" not in read.prompt and "MARK SCHEME" not in read.prompt
    assert found == 6


def test_points_follow_a_changed_maximum_and_no_other_table():
    read = rubric.parse("Why?\n\n| | 0 | 1 | 2 |\n|---|---|---|---|\n| **A** | no | so | yes |\n")
    assert read.scale(4) == 2
    assert rubric.parse("Why?\n\n| a | b |\n|---|---|\n| 1 | 2 |").rows == ()


def test_numbers_are_found_where_they_come_from():
    own, given = (
        ["a likeness of 0.8513 and 1,280 hours", "0.155"],
        ["in 8 worlds, given 60 periods"],
    )
    for essay, wanted in {
        "above 0.85": [("0.85", OWN)],
        "0.84 of it": [("0.84", NOWHERE)],
        "about 15.5 % arrive": [("15.5 %", OWN)],
        "after 60 periods, 60 of them": [("60", GIVEN)],
        "1280 hours": [("1280", OWN)],
        "m3 and v2.0.1 name no number": [],
    }.items():
        with case(essay):
            assert [(one.text, one.where) for one in figures(essay, own, given)] == wanted
    assert in_words("Ten weeks, then half of ten.") == ["ten", "half"]


def test_requests_are_read_from_markdown_and_from_code():
    for source, text, left in [
        ("Yes.\n\n**Please look again:** the\nnumber.\n\nNo.", "the\nnumber.", "Yes.\n\n\n\nNo."),
        ("# please look again: why\n# not?\nx = 1", "why\nnot?", "\nx = 1"),
        ("Please look again:", "(without a reason)", ""),
        ("I ask you: please look again: no", "", "I ask you: please look again: no"),
    ]:  # fmt: skip
        with case(source):
            assert asking.asked(source) == text
            assert asking.without(source) == left


def test_the_feedback_page_says_how_to_ask():
    page = (feedback.TEMPLATES / "index.html.j2").read_text(encoding="utf-8")
    assert f"<q>{asking.WORDS}</q>" in page


# ---------------------------------------------------------------- who marks what


def test_shares_are_whole_and_a_late_student_moves_nobody():
    students = [f"student-{number}" for number in range(60)]
    for of in (1, 2, 3):
        parts = [
            {one for one in students if split.is_in(one, part, of)} for part in range(1, of + 1)
        ]
        assert set.union(*parts) == set(students) and sum(map(len, parts)) == 60
        assert min(map(len, parts)) > 60 / of / 2
    order = split.in_order([*students, "late"], "q")
    assert [one for one in order if one != "late"] == split.in_order(students, "q")
    assert order != sorted(order)
    assert len(split.sample(students, "q", 10)) == 10
    for wrong in ("0/2", "3/2", "half", "1/2/3"):
        with case(wrong), pytest.raises(ValueError, match="first of two shares"):
            split.share(wrong)


# ---------------------------------------------------------------- agreement and drift


def test_kappa_is_that_of_another_library_with_an_interval_around():
    dice = np.random.default_rng(3)
    first = dice.integers(0, 5, 40)
    second = np.clip(first + dice.integers(-1, 2, 40), 0, 4)
    table = np.zeros((5, 5))
    np.add.at(table, (first, second), 1)
    other = cohens_kappa(table, wt="quadratic")
    found = agreement.agreement(list(zip(first, second, strict=True)))
    assert found.kappa == pytest.approx(other.kappa)
    assert found.low < found.kappa < found.high < 1
    # The normal interval of the other library is another method for the same thing.
    assert found.low == pytest.approx(other.kappa_low, abs=0.1)
    assert found.equal == (first == second).sum()


def test_few_pairs_or_marks_all_alike_get_no_kappa():
    assert np.isnan(agreement.agreement([(1, 2)] * (agreement.FEWEST_PAIRS - 1)).kappa)
    assert np.isnan(agreement.agreement([(3, 3)] * 20).kappa)


def test_drift_is_seen_in_later_marks_and_not_in_steady_ones():
    steady = agreement.drift("Ada", "q", [1, 2, 3] * 10)
    falling = agreement.drift("Ada", "q", [3, 4] * 10 + [1, 2] * 10)
    assert steady.low < 0 < steady.high
    assert falling.difference == -2 and falling.high < 0
    assert np.isnan(agreement.drift("Ada", "q", [1, 2]).low)


def test_only_marks_of_two_people_are_compared():
    def event(marker, what, score, submission="s"):
        return Event("a", "q", submission, marker, what, score)

    events = [
        event("Ada", log.MARK, 3.0), event("Ben", log.SECOND, 1.0), event("Ben", log.SECOND, 2.0),
        event("Ada", log.SECOND, 4.0), event("Ada", log.SECOND, 4.0, "not marked"),
    ]  # fmt: skip
    assert agreement.pairs_of(events, {("s", "q"): 3.0}) == {"q": [(3.0, 2.0)]}


# ---------------------------------------------------------------- what is saved


@pytest.fixture(params=["sqlite", "postgresql"])
def course(request, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    url = request.getfixturevalue("postgres")() if request.param == "postgresql" else None
    return make_class(tmp_path / "course", url)


@pytest.mark.slow
def test_two_people_never_overwrite_each_other(course):
    """Also when both save at the same moment, and when one of them marks in formgrader."""
    ada, ben = room(course, "Ada"), room(course, "Ben")
    seen = version(ada, "alex")
    both = Barrier(2)

    def saves(one, score):
        both.wait()
        try:
            save(one, "alex", score, f"by {one.marker}", seen)
        except saving.Changed:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        saved = list(pool.map(saves, (ada, ben), (3.0, 1.0)))
    assert sorted(saved) == [False, True]
    winner, loser = (ada, ben) if saved[0] else (ben, ada)
    mark = winner.current(QUESTION, place_of(ada, "alex").mark.submission)
    assert (mark.by_hand, mark.comment) == (
        {"Ada": 3.0, "Ben": 1.0}[winner.marker],
        f"by {winner.marker}",
    )
    assert mark.is_marked

    with course.gradebook() as book:  # formgrader
        (notebook,) = book.find_submission(ASSIGNMENT, "alex").notebooks
        (grade,) = (one for one in notebook.grades if one.name == QUESTION)
        assert (grade.manual_score, grade.needs_manual_grade) == (mark.by_hand, False)
        stale = version(loser, "alex")
        grade.manual_score = 2.5
        book.db.commit()
    with pytest.raises(saving.Changed):
        save(loser, "alex", 4.0, "late", stale)
    save(loser, "alex", 4.0, "seen")
    kept = [(one.what, one.score) for one in loser.events()]
    assert kept[-2:] == [(log.REPLACED, 2.5), (log.MARK, 4.0)]


@pytest.fixture(scope="module")
def six(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("here"))
        yield make_class(tmp_path_factory.mktemp("six") / "course")


def test_an_answer_that_changed_meanwhile_is_not_marked_unread(six):
    ada = room(six)
    seen = version(ada, "ines")
    with six.gradebook() as book:
        hand_in(six, book, "ines", "Join up, and say why.")
    with pytest.raises(saving.Changed):
        save(ada, "ines", 2.0, "", seen)


def test_comments_are_offered_again_until_they_are_forgotten(six):
    ada = room(six)
    save(ada, "alex", 3.0, "Say when.\nGood count.")
    save(ada, "tove", 1.0, "Say when.")
    assert log.phrases(ada.events(), QUESTION) == ["Say when.", "Good count."]
    ada.note(QUESTION, place_of(ada, "tove").mark.submission, log.FORGOTTEN, "Say when.")
    assert log.phrases(ada.events(), QUESTION) == ["Good count."]


def test_what_is_put_off_comes_last_and_a_mark_ends_it(six):
    ada = room(six, "Ada the second")
    queue = ada.queue(QUESTION)
    waiting = [one.mark.submission for one in queue if not one.is_done]
    ada.note(QUESTION, waiting[0], log.LATER, log.ON)
    ada.note(QUESTION, waiting[0], log.FLAG, log.ON)
    assert ada.next_open(ada.queue(QUESTION)).mark.submission == waiting[1]
    student = next(one.mark.student for one in queue if one.mark.submission == waiting[0])
    save(ada, student, 2.0)
    assert not place_of(ada, student).is_later
    assert place_of(ada, student).state.flag.marker == "Ada the second"


def test_a_second_mark_is_blind_and_stays_beside_the_gradebook(six):
    ada, ben = room(six), room(six, "Ben", second=4)
    save(ada, "alex", 3.0)
    before = version(ada, "alex")
    assert all(
        one.state.mark is None or one.state.mark.marker != "Ben" for one in ben.queue(QUESTION)
    )
    assert len(room(six, "Cleo", second=4).queue(QUESTION)) == 4
    save(ben, "alex", 1.0, levels=[1, 0])
    assert version(ada, "alex") == before
    assert ada.agreements()[QUESTION].pairs == 1
    assert ada.agreements()[QUESTION].difference == -2


def test_a_request_is_listed_answered_in_feedback_and_closed(six):
    ada = room(six)
    asked = {one.request.label: one for one in ada.asked()}
    assert {one.request.text for one in asked.values()} == {
        "I did name a condition.",
        "1.45 is right.",
    }
    (code,) = (one for one in asked.values() if one.request.question == CHECK)
    assert code.request.commented == CODE
    mark = ada.current(CHECK, code.submission, CODE)
    ada.answer(code.request, code.submission, mark.version(), 1.0, "You are right.")
    assert [one.is_answered for one in ada.asked()] == [False, True]
    with six.gradebook() as book:
        (notebook,) = book.find_submission(ASSIGNMENT, "tove").notebooks
        (comment,) = (one for one in notebook.comments if one.name == CODE)
        assert comment.comment == "You are right."
        assert next(one.score for one in notebook.grades if one.name == CHECK) == 1.0


def test_points_outside_of_the_question_are_refused():
    assert saving.score_from(" 2,5 ", 4) == 2.5 and saving.score_from("", 4) is None
    for wrong in ("5", "-1", "nan", "inf", "many"):
        with case(wrong), pytest.raises(ValueError, match="from 0 to 4"):
            saving.score_from(wrong, 4)
