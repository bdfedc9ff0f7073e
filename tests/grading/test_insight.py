"""A class at a glance: its figures, what it names, and what it keeps to itself."""

import csv
import io
import json
import re
import shutil
import sys
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from nbformat.v4 import new_code_cell, new_output
from scipy import stats

sys.path.append(str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parents[1] / "browser"))

import lab
from handed_in import ASSIGNMENT, DUE, ROOT, a_course, grade_ids, hand_in

from scaling import __main__ as commands
from scaling.checking import NOT_DONE
from scaling.checking.variants import token_for
from scaling.explorable import all_explorables
from scaling.grading.course import open_course
from scaling.grading.insight import research
from scaling.grading.insight.figures import facility, figures, item_rest, mean_share
from scaling.grading.insight.lessons import answered, rows
from scaling.grading.insight.reading import patterns, read
from scaling.grading.insight.said import State, in_general, said
from scaling.grading.marking import log
from scaling.size_context import checks

SLIP = next(iter(checks.pairs.slips))
RARE = list(checks.pairs.slips)[3]
OWN = "<img src=x onerror=alert(1)>"

# ---------------------------------------------------------------- formulas


@pytest.mark.parametrize(("right", "many"), [(0, 5), (3, 9), (41, 60), (60, 60)])
def test_facility_of_a_question_right_or_wrong_is_wilsons(right, many):
    found = facility(np.repeat([1.0, 0.0], [right, many - right]))
    wilson = stats.binomtest(right, many).proportion_ci(method="wilson")
    assert (found.value, found.low, found.high) == pytest.approx((right / many, *wilson))


def test_facility_with_parts_of_points_holds_the_truth_often_enough():
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(400):
        found = facility(rng.choice([0, 1 / 3, 2 / 3, 1], size=30, p=[0.1, 0.2, 0.3, 0.4]))
        held += found.low <= 2 / 3 <= found.high
    assert held >= 0.95 * 400


def test_discrimination_is_the_correlation_with_the_rest():
    rng = np.random.default_rng(2)
    ability = rng.normal(size=40)
    points = (ability[:, None] + rng.normal(size=(40, 6)) > 0).astype(float)
    found = item_rest(points, 2)
    by_hand = stats.pearsonr(points[:, 2], np.delete(points, 2, axis=1).sum(axis=1))
    ends = by_hand.confidence_interval()
    assert (found.value, found.low, found.high) == pytest.approx((by_hand.statistic, *ends))


def test_the_mean_has_students_interval():
    shares = np.array([0.2, 0.5, 0.9, 0.4, 0.7, 0.6])
    ends = stats.ttest_1samp(shares, 0).confidence_interval()
    found = mean_share(shares)
    assert (found.value, found.low, found.high) == pytest.approx((shares.mean(), *ends))


def test_nothing_is_shown_of_fewer_than_five():
    assert facility(np.ones(4)) is None
    assert item_rest(np.eye(4), 0) is None
    assert mean_share(np.ones(4)) is None


def test_a_hint_in_general_quotes_nobody():
    assert in_general("“Cheyenne, Wyo.” is not it, but -3.5e-3 of 1,200 is.") == (
        "“…” is not it, but … of … is."
    )


def test_a_hint_with_numbers_of_ones_own_is_known_as_its_slip():
    hint = next(hint for hint in checks.voice.slips if "forty-eight" in hint)
    with checks.mine.using(token_for(b"a secret", "alex")), checks.voice.varies.seen():
        told = checks.voice.varies.said(hint)
    check = new_code_cell(outputs=[new_output("error", ename="Hint", evalue=told)])
    found = said(check, [new_code_cell("voice = 2")], patterns(checks.voice))
    assert told != hint and (found.state, found.words) == (State.SLIP, hint)


# ---------------------------------------------------------------- where it is answered


def test_every_question_has_one_lesson_that_shows_its_explorable():
    graded = {
        cell["metadata"]["nbgrader"]["grade_id"]
        for file in sorted((ROOT / "solutions").glob("*/*.ipynb"))
        for cell in json.loads(file.read_text(encoding="utf-8"))["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade")
    }
    assert set(rows()) == graded
    for question, (lesson, key) in rows().items():
        text = (ROOT / "course" / f"{lesson}.ipynb").read_text(encoding="utf-8")
        if key:
            assert key in all_explorables(), question
            assert f"{key.partition('.')[2]}.explorable.show()" in text, question


def test_it_agrees_with_the_table_of_ideas():
    with (ROOT / "course/ideas.csv").open(encoding="utf-8") as file:
        ideas = list(csv.DictReader(file))
    played = {}
    for idea in ideas:
        for question in f"{idea['exercise']} {idea['understand']}".split():
            played.setdefault(question, set()).update(idea["explorable"].split())
    for question, (_, key) in rows().items():
        if key and played.get(question):
            assert key.partition(".")[2] in played[question], question


# ---------------------------------------------------------------- a class

STUDENTS = {f"s{at:02}": ("Kim", f"Name{at}") for at in range(14)} | {"s13": ("<b>Kim</b>", OWN)}
EVERY = list(grade_ids("grade"))
ANSWERS = {f"{name}-answer": "answer = 1" for name in EVERY} | {"m3-judgement-answer": "Words."}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Twelve of fourteen whose work is graded, one of them blank."""
    place = a_course(tmp_path_factory.mktemp("insight") / "course", STUDENTS)
    work = {}
    for at, student in enumerate(list(STUDENTS)[2:]):
        said = {}
        if at < 5:
            said["m3-pairs"] = ("Hint", SLIP)
        elif at < 7:
            said["m3-pairs"] = ("Hint", RARE)
        if at in range(3, 9):
            said["m3-exception"] = ("Hint", f"“{OWN} {at}” is not it. Go through the table again.")
        sources, marks = ANSWERS, {"m3-judgement": at % 5} if at < 10 else {}
        if student == "s13":
            sources, said = {}, dict.fromkeys(EVERY, ("NotDone", f"{NOT_DONE}: x."))
        late = timedelta(minutes=30 if at < 3 else -30)
        work[student] = (sources, said, marks, None if at == 4 else DUE + late)
    return hand_in(place, work)


@pytest.fixture(scope="module")
def found(place):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        return figures(read(open_course(place), ASSIGNMENT))


def of(found, name):
    return next(one for one in (*found.checked, *found.essays) if one.question.id == name)


def test_slips_and_hints_are_counted_by_name(found):
    pairs, exception = of(found, "m3-pairs"), of(found, "m3-exception")
    assert [(met.said.state, met.said.words, met.students) for met in pairs.met] == [
        (State.SLIP, SLIP, 5)
    ]
    assert pairs.rare == 1
    assert pairs.facility.value == pytest.approx(4 / 12)
    (hint,) = exception.met
    assert (hint.said.state, hint.students) == (State.HINT, 6)
    assert hint.said.words == "“…” is not it. Go through the table again."


def test_blanks_essays_and_times_are_told_apart(found):
    assert (found.graded, found.enrolled, found.timed, found.late) == (12, 14, 11, 3)
    assert of(found, "m3-voice").blank is None
    essay = of(found, "m3-judgement")
    assert (essay.marked, essay.blank) == (10, None)
    assert essay.facility.value == pytest.approx(np.mean([at % 5 for at in range(10)]) / 4)


def test_those_to_look_after_are_named_with_reasons(found):
    why = {one.student.id: " ".join(one.why) for one in found.behind}
    assert why["s00"] == why["s01"] == "nothing graded"
    assert "0 of 16 points" in why["s13"]
    assert "15 of 15 questions blank" in why["s13"]


def test_what_to_say_is_the_commonest_slip_and_where_it_is_played(found):
    ((question, met),) = found.to_say
    assert (question.question.id, met.said.words) == ("m3-pairs", SLIP)
    assert answered("m3-pairs").words == "“Ties in a group”, lesson 3"
    assert answered("m3-pairs").address("https://a.org/") == (
        "https://a.org/03-size-and-context.html"
    )


@pytest.fixture(scope="module")
def written(place):
    """The page and the table without names, and the page with them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        out = place / "without"
        assert commands.main(["insight", ASSIGNMENT, "--no-names", "--out", str(out)]) == 0
        assert commands.main(["insight", ASSIGNMENT]) == 0
    return out, place / "insight" / f"{ASSIGNMENT}.html"


def test_without_names_no_student_is_on_page_or_table(written):
    for file in written[0].iterdir():
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"\bs\d\d\b|Kim|Name\d", text), file
        assert "onerror" not in text
    table = (written[0] / f"{ASSIGNMENT}.csv").read_text(encoding="utf-8-sig")
    counted = [
        int(row["students"])
        for row in csv.DictReader(io.StringIO(table))
        if row["figure"] in {"slip", "hint", "stopped"}
    ]
    assert min(counted) >= 5
    assert "s13" in written[1].read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_page_is_clean_for_axe_runs_nothing_and_asks_for_nothing(written):
    if not shutil.which("chromium"):
        pytest.skip("no chromium here: this test needs it (Debian: apt-get install chromium)")
    with lab.chromium() as browser:
        for width, scheme in ((360, "dark"), (1280, "light")):
            page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
            asked = []
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            page.goto(written[1].as_uri())
            assert page.locator("th", has_text="s13").count() == 1
            assert page.locator("img, script, td b").count() == 0
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            found = Axe().run(page).response
            assert found["passes"]
            assert [rule["id"] for rule in found["violations"]] == []
            assert asked == [written[1].as_uri()]


def test_means_of_those_who_marked_are_told_by_name(place, found):
    assert found.markers == ()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        course = open_course(place)
    with course.gradebook() as book, book.engine.begin() as connection:
        log.prepare(book.engine)
        for at in range(7):
            marker, points = ("Ada", at % 4) if at < 6 else ("Ben", 4)
            about = (ASSIGNMENT, "m3-judgement", f"n{at}", marker, log.MARK)
            log.add(connection, log.Event(*about, score=points, levels=(), text="", at=0.0))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        ada, ben = figures(read(course, ASSIGNMENT)).markers
    assert (ada.name, ada.answers, ben.name, ben.answers) == ("Ada", 6, "Ben", 1)
    assert ada.mean.value == pytest.approx(np.mean([0, 1, 2, 3, 0, 1]) / 4)
    assert ben.mean is None


def test_an_export_for_research_names_nobody_and_is_never_overwritten(place, tmp_path, capsys):
    targets = [tmp_path / "one.csv", tmp_path / "two.csv", tmp_path / "one.csv"]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        codes = [commands.main(["insight", ASSIGNMENT, "--research", str(at)]) for at in targets]
    assert codes == [0, 0, 2]
    assert "is there already" in capsys.readouterr().err
    tables = [
        list(csv.DictReader(io.StringIO(target.read_text(encoding="utf-8-sig"))))
        for target in targets[:2]
    ]
    ids = [{row["learner"] for row in table} for table in tables]
    assert len(ids[0]) == len(ids[1]) == len(STUDENTS)
    assert not ids[0] & ids[1]
    assert set(tables[0][0]) == set(research.COLUMNS)
    for file in (targets[0], tmp_path / "one-codebook.md"):
        assert not re.search(r"\bs\d\d\b|Kim|Name\d|onerror|16:30|17:30", file.read_text("utf-8"))
    pairs = [row for row in tables[0] if row["question"] == "m3-pairs"]
    assert sorted(row["mistake"] for row in pairs if row["state"] == "slip") == sorted(
        [SLIP] * 5 + [research.RARE] * 2
    )
    assert {row["day"] for row in pairs} == {"", "2026-03-12"}


def test_what_was_never_graded_is_refused_with_the_next_command(tmp_path, monkeypatch, capsys):
    place = a_course(tmp_path / "course", {"s00": ("", "")})
    monkeypatch.chdir(place)
    assert commands.main(["insight", ASSIGNMENT]) == 2
    assert f"python -m scaling grade {ASSIGNMENT}" in capsys.readouterr().err
    assert commands.main(["insight", "99-none"]) == 2
    assert "nbgrader generate_assignment 99-none" in capsys.readouterr().err
