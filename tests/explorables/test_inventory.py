"""The inventory: items by the rules of item writing, answers that last, and no early verdict."""

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from scaling import inventory
from scaling.inventory import AFTER, BEFORE, FORMS, LETTERS, RIGHT, items
from scaling.inventory import file as kept_file
from scaling.inventory.file import Answered, Answers, missing, name_for_export
from scaling.inventory.page import FINISH, HAND_IN, OTHER_FORM, InventoryPage
from scaling.inventory.results import in_words, results, score
from scaling.start_here.course_map import LESSONS

# An id whose learner begins with form A, and one who begins with form B.
FIRST_A, FIRST_B = "0" * 32, "1" + "0" * 31
VERSIONS = [(item, form) for item in items() for form in FORMS]
BY_VERSION = pytest.mark.parametrize(
    ("item", "form"), VERSIONS, ids=[f"{item.id} {form}" for item, form in VERSIONS]
)
# Options that test takers may choose or rule out without the case (Haladyna and others, 2002).
FORBIDDEN = re.compile(r"\b(all|none|both|neither) of (the above|these|them)\b|\b[a-d] and [a-d]\b")
NEGATED = re.compile(r"\b(not|except|never)\b[^?]*\?$", re.IGNORECASE)


def right_letter(item, form):
    (at,) = (at for at, (slip, _) in enumerate(item.forms[form].options) if slip == RIGHT)
    return LETTERS[at]


def all_right(form):
    return {item.id: right_letter(item, form) for item in items()}


# The items


def test_there_are_sixteen_items_on_every_lesson_with_ideas():
    assert len({item.id for item in items()}) == 16
    taught = {item.lesson for item in items()}
    assert taught == {lesson.number for lesson in LESSONS} - {"0", "6"}


@BY_VERSION
def test_an_item_has_one_right_option_and_one_for_each_slip(item, form):
    names = [slip for slip, _ in item.forms[form].options]
    assert sorted(names) == sorted([RIGHT, *item.slips])
    assert len(names) == len(LETTERS)


@BY_VERSION
def test_a_stem_is_complete_and_ends_with_a_plain_question(item, form):
    stem = item.forms[form].stem
    assert stem.endswith("?") and stem[0].isupper()
    last = re.split(r"(?<=[.?”]) ", stem)[-1]
    assert not NEGATED.search(last)
    assert len(stem.split()) <= 75


@BY_VERSION
def test_options_are_parallel_and_the_right_one_does_not_stick_out(item, form):
    texts = dict(item.forms[form].options)
    lengths = {slip: len(text) for slip, text in texts.items()}
    wrong = [length for slip, length in lengths.items() if slip != RIGHT]
    assert lengths[RIGHT] <= max(wrong)
    assert max(lengths.values()) <= 1.2 * min(lengths.values())
    assert not any(FORBIDDEN.search(text) for text in texts.values())
    assert not any(text.endswith(".") for text in texts.values())
    assert len(set(texts.values())) == len(texts)
    # No option is told from the others by the way in which it is built.
    joints = Counter(
        re.search(r"[,:]", text)[0] if re.search("[,:]", text) else "" for text in texts.values()
    )
    assert len(joints) == 1


@BY_VERSION
def test_options_that_are_amounts_are_in_order(item, form):
    texts = [text for _, text in item.forms[form].options]
    amounts = [re.match(r"(?:About|Between|More than) ([\d,]+)", text) for text in texts]
    if all(amounts):
        found = [
            float(amount[1].replace(",", "")) + (text.startswith(("Between", "More")) and 0.5)
            for amount, text in zip(amounts, texts, strict=True)
        ]
        assert found in (sorted(found), sorted(found, reverse=True))


@pytest.mark.parametrize("form", FORMS)
def test_the_right_letters_are_spread_evenly_and_follow_no_pattern(form):
    letters = [right_letter(item, form) for item in items()]
    assert set(Counter(letters).values()) == {4}
    assert not re.search(r"(.)\1\1", "".join(letters))


@pytest.mark.parametrize("form", FORMS)
def test_the_length_of_the_right_option_says_nothing(form):
    ranks = Counter()
    for item in items():
        lengths = {slip: len(text) for slip, text in item.forms[form].options}
        if len(set(lengths.values())) > 1:
            ranks[sum(length > lengths[RIGHT] for length in lengths.values())] += 1
    assert max(ranks.values()) <= 7


@pytest.mark.parametrize("item", items(), ids=[item.id for item in items()])
def test_both_forms_have_the_same_mistakes_and_another_case(item):
    one, other = (item.forms[form] for form in FORMS)
    assert {slip for slip, _ in one.options} == {slip for slip, _ in other.options}
    assert one.stem.rsplit(". ", 1)[0] != other.stem.rsplit(". ", 1)[0]
    words = [len(version.stem.split()) for version in (one, other)]
    assert max(words) <= 1.35 * min(words)


def test_the_letter_of_a_form_does_not_give_away_that_of_the_other():
    same = sum(len({right_letter(item, form) for form in FORMS}) == 1 for item in items())
    assert same <= 5  # four by chance


@pytest.mark.parametrize("form", FORMS)
def test_a_form_can_be_read_in_eight_minutes_and_answered_in_twelve(form):
    texts = [
        text
        for item in items()
        for text in (item.forms[form].stem, *dict(item.forms[form].options).values())
    ]
    words = sum(len(text.split()) for text in texts)
    assert words / 180 <= 8 <= inventory.MINUTES


def test_no_case_of_an_item_is_a_case_of_the_course():
    course = "\n".join(
        file.read_text(encoding="utf-8")
        for file in sorted(Path(__file__).parents[2].glob("course/0[1-6]*.ipynb"))
    )
    cases = (
        "overdue", "choir", "debts", "glasses", "online form", "nursery", "car-sharing",
        "hearing test", "swimming pool", "museum", "concert", "clearing up", "walking bus",
        "text message", "litter", "free fruit", "can swim", "cafés", "youth club",
        "training course", "repairs in flats", "buses", "reading club", "insulate", "solar panel",
        "hikers", "keep a dog", "community kitchen", "stand-in", "lends bicycles", "save heat",
    )  # fmt: skip
    stems = "\n".join(item.forms[form].stem for item, form in VERSIONS)
    assert [case for case in cases if case.casefold() not in stems.casefold()] == []
    assert [case for case in cases if case.casefold() in course.casefold()] == []


def test_the_numbers_of_the_steps_are_what_each_mistake_gives():
    (item,) = (item for item in items() if item.id == "many-steps")
    for form, steps in (("A", 6), ("B", 5)):
        said = {slip: int(re.sub(r"\D", "", text)) for slip, text in item.forms[form].options}
        assert said[RIGHT] == round(1000 * 0.9**steps, -1)
        assert said["as-one"] == 900
        assert said["subtract"] == 1000 - 100 * steps
        assert said["divide"] == 900 / steps


# The learner's file


@pytest.fixture
def file(tmp_path, monkeypatch):
    """The file of a learner who has answered nothing yet."""
    monkeypatch.setenv("SCALING_PREDICTIONS", str(tmp_path / "theirs" / "predictions.json"))
    monkeypatch.setattr(kept_file, "_unsaved", [])
    monkeypatch.chdir(tmp_path)
    return kept_file.path()


def stored(file):
    return json.loads(file.read_text(encoding="utf-8"))


def as_learner(monkeypatch, number):
    monkeypatch.setattr("scaling.inventory.page.begin", lambda: Answers(number))


def answer_all(page, letters=None):
    page.questions.chosen = letters or all_right(page.form)
    page._press()


def test_nothing_is_written_before_the_first_answer(file):
    page = InventoryPage(inventory.before)
    assert not file.exists()
    page.questions.chosen = {items()[0].id: "b"}
    assert file.name == "predictions.inventory.json"
    assert stored(file)["before"] == {
        "form": page.form,
        "chosen": {items()[0].id: "b"},
        "finished": "",
    }


def test_answers_are_there_when_the_page_is_opened_again(file):
    one = InventoryPage(inventory.before)
    one.questions.chosen = {items()[2].id: "c"}
    again = InventoryPage(inventory.before)
    assert again.form == one.form
    assert again.questions.chosen == {items()[2].id: "c"}
    assert again.panel.words == "1 of 16 questions answered. Kept."


@pytest.mark.parametrize(("number", "first"), [(FIRST_A, "A"), (FIRST_B, "B")])
def test_a_learner_meets_one_form_before_and_the_other_after(file, monkeypatch, number, first):
    as_learner(monkeypatch, number)
    assert InventoryPage(inventory.before).form == first
    answer_all(InventoryPage(inventory.before))
    assert {first, InventoryPage(inventory.after).form} == set(FORMS)


def test_about_half_of_all_learners_begin_with_each_form():
    first = Counter(kept_file.begin().form(BEFORE) for _ in range(2000))
    assert 900 < first["A"] < 1100  # more than four standard errors


def test_a_form_stays_that_of_the_learner_when_the_rule_changes():
    kept = Answers(FIRST_A, before=Answered("B"))
    assert (kept.form(BEFORE), kept.form(AFTER)) == ("B", "A")


def test_a_sitting_ends_only_when_every_question_has_an_answer(file):
    page = InventoryPage(inventory.before)
    answers = all_right(page.form)
    del answers[items()[3].id], answers[items()[6].id]
    answer_all(page, answers)
    assert page.panel.words == "Questions 4 and 7 have no answer yet."
    assert page.panel.trouble
    assert stored(file)["before"]["finished"] == ""
    answer_all(page)
    assert page.button.description == HAND_IN
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", stored(file)["before"]["finished"])


def test_no_verdict_is_given_before_both_sittings_are_finished(file):
    page = InventoryPage(inventory.before)
    page.questions.chosen = {items()[0].id: right_letter(items()[0], page.form)}
    told = [page.panel.words]
    answer_all(page)
    told += [page.panel.words, page.told.value]
    after = InventoryPage(inventory.after)
    told += [after.panel.words, after.told.value]
    assert not re.search(r"\d+ right|[Rr]ight:|: right", " ".join(told))
    whole = json.dumps([told, page.questions.asked, after.questions.asked], ensure_ascii=False)
    assert not any(item.idea in whole for item in items())
    assert not any(words in whole for item in items() for words in item.slips.values())


def test_answers_stay_as_they_were_once_a_sitting_is_finished(file):
    page = InventoryPage(inventory.before)
    answer_all(page)
    before = stored(file)
    page.questions.chosen = dict.fromkeys(all_right(page.form), "a")
    assert stored(file) == before


def test_afterwards_a_learner_sees_idea_by_idea_what_has_changed(file):
    page = InventoryPage(inventory.before)
    answer_all(page, dict.fromkeys(all_right(page.form), "a"))
    page = InventoryPage(inventory.after)
    answers = all_right(page.form)
    wrong = items()[4]
    answers[wrong.id] = next(
        letter for letter in LETTERS if wrong.forms[page.form].slip(letter) == "cure"
    )
    answer_all(page, answers)
    assert "15 of 16 right, and 4 before the course." in page.told.value
    assert all(item.idea in page.told.value.unescape() for item in items())
    first = results(page.kept)[0]
    assert first.item is wrong
    assert in_words(first).endswith(
        f"Now: an answer that {wrong.slips['cure']}. Lesson {wrong.lesson} is about it."
    )


def test_who_skipped_the_first_sitting_still_sees_the_second(file):
    page = InventoryPage(inventory.after)
    answer_all(page)
    assert "16 of 16 right." in page.told.value
    assert "before the course" not in page.told.value


def test_a_score_counts_the_answers_that_are_right():
    assert score(Answered("B", all_right("B"), "2026-03-01")) == 16
    assert score(Answered("A", dict.fromkeys(all_right("A"), "d"), "2026-03-01")) == 4


def test_two_notebooks_keep_the_answers_of_both(file):
    one, other = InventoryPage(inventory.before), InventoryPage(inventory.after)
    one.questions.chosen = {items()[0].id: "a"}
    if other.form == one.form:  # Neither knew of the other: one of them is asked anew.
        other.questions.chosen = {items()[1].id: "b"}
        assert other.panel.words == OTHER_FORM
        assert other.form != one.form
    other.questions.chosen = {items()[1].id: "b"}
    one.questions.chosen = {items()[0].id: "a", items()[2].id: "c"}
    now = stored(file)
    assert now["before"]["chosen"] == {items()[0].id: "a", items()[2].id: "c"}
    assert now["after"]["chosen"] == {items()[1].id: "b"}
    assert now["before"]["form"] != now["after"]["form"]


@pytest.mark.parametrize("letter", ["e", "ab", "", None, 1, ["a"]])
def test_what_is_no_letter_is_not_kept(file, letter):
    page = InventoryPage(inventory.before)
    page.questions.chosen = {items()[0].id: letter, "no such item": "a"}
    assert not file.exists()


def test_an_old_file_loads_and_ids_that_are_gone_are_kept(file):
    file.parent.mkdir()
    older = {"format": 1, "id": FIRST_A, "kind": kept_file.KIND}
    older["before"] = {"form": "A", "chosen": {"an-old-item": "c"}}
    file.write_text(json.dumps(older), encoding="utf-8")
    page = InventoryPage(inventory.before)
    page.questions.chosen = {items()[0].id: "a"}
    assert stored(file)["before"]["chosen"] == {"an-old-item": "c", items()[0].id: "a"}
    assert stored(file)["id"] == FIRST_A


@pytest.mark.parametrize(
    "text",
    [
        "{", "[]", "\x00", '{"format": 1}', '{"format": 1, "id": "short"}',
        json.dumps({"format": 1, "id": FIRST_A, "kind": kept_file.KIND, "before": {"form": "C"}}),
        json.dumps({"format": 1, "id": FIRST_A, "kind": "other"}),
    ],
)  # fmt: skip
def test_a_broken_file_is_set_aside_at_the_first_answer(file, text):
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    page = InventoryPage(inventory.before)
    page.questions.chosen = {items()[0].id: "a"}
    (aside,) = file.parent.glob("*.broken-*")
    assert aside.read_text(encoding="utf-8") == text
    assert aside.name in page.panel.words
    assert stored(file)["before"]["chosen"] == {items()[0].id: "a"}


def test_the_file_of_a_later_version_is_left_alone_and_the_session_goes_on(file):
    file.parent.mkdir()
    file.write_text('{"format": 99}', encoding="utf-8")
    page = InventoryPage(inventory.before)
    assert "cannot be kept" in page.panel.words
    answer_all(page)
    assert file.read_text(encoding="utf-8") == '{"format": 99}'
    assert InventoryPage(inventory.before).button.description == HAND_IN


def test_a_sitting_finished_with_older_questions_stays_as_it_was(file):
    file.parent.mkdir()
    letters = all_right("A")
    letters["an-old-item"] = letters.pop(items()[5].id)
    older = Answers(FIRST_A, before=Answered("A", letters, "2026-03-01"))
    kept_file.export(older, file)
    assert InventoryPage(inventory.before).button.description == HAND_IN
    page = InventoryPage(inventory.after)
    answer_all(page)
    assert "16 of 16 right, and 15 before the course." in page.told.value
    found = {result.item.id: in_words(result) for result in results(page.kept)}
    assert found[items()[5].id] == "Now: right."
    assert stored(file)["before"]["chosen"] == letters
    assert list(file.parent.glob("*broken*")) == []


def test_the_questions_without_an_answer_are_told_by_number():
    assert missing(Answered("A", {items()[0].id: "a"})) == [*range(2, 17)]


# Handing in


def test_what_is_handed_in_holds_letters_a_number_and_the_pseudonym(file, tmp_path):
    page = InventoryPage(inventory.before)
    answer_all(page)
    page.name.value = "  blue\n teapot "
    page._press()
    (written,) = tmp_path.glob("inventory-*.json")
    assert written.name == name_for_export(page.kept)
    assert stored(written) == stored(file)
    assert set(stored(written)) == {"format", "id", "name", "before", "after", "kind"}
    assert stored(written)["name"] == "blue teapot"
    assert written.name in page.panel.words


def test_another_file_of_that_name_is_not_replaced(file, tmp_path):
    page = InventoryPage(inventory.before)
    answer_all(page)
    target = tmp_path / name_for_export(page.kept)
    for content in ("mine", json.dumps({"format": 1, "id": FIRST_B, "kind": kept_file.KIND})):
        target.write_text(content, encoding="utf-8")
        page._press()
        assert page.panel.words.startswith("Not written:")
        assert target.read_text(encoding="utf-8") == content


def test_an_earlier_hand_in_is_brought_up_to_date(file, tmp_path):
    page = InventoryPage(inventory.before)
    answer_all(page)
    page._press()
    page.name.value = "teapot"
    page._press()
    (written,) = tmp_path.glob("inventory-*.json")
    assert stored(written)["name"] == "teapot"


def test_show_names_the_two_sittings_when_another_is_asked_for():
    with pytest.raises(
        ValueError, match=r'inventory.show\("before"\) or inventory.show\("after"\)'
    ):
        inventory.show("now")


def test_a_name_that_is_too_long_is_no_name_of_ours():
    with pytest.raises(ValueError, match="at most 60"):
        replace(Answers(FIRST_A), name="x" * 61)


def test_a_page_begins_with_its_questions_and_a_button_to_finish(file):
    page = InventoryPage(inventory.after)
    assert page.button.description == FINISH
    assert [question["number"] for question in page.questions.asked][::15] == [
        "Question 1 of 16", "Question 16 of 16",
    ]  # fmt: skip
