"""Answers that are alike: made pairs are found, independent ones seldom, and the page only asks."""

import csv
import io
import random
import shutil
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from rapidfuzz.distance import LCSseq
from scipy import stats

sys.path.append(str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parents[1] / "browser"))

import lab
from handed_in import ASSIGNMENT, DUE, ROOT, a_course, hand_in
from made_pairs import DISGUISES, EXERCISES, class_of_code, class_of_prose, in_other_words, renamed
from written import TEXTS

from scaling import __main__ as commands
from scaling.grading.similarity.pairs import CODE, PROSE, compare, pieces
from scaling.grading.similarity.tokens import of_code, of_prose
from scaling.grading.similarity.winnowing import fingerprints
from scaling.style import number

GUIDE = (ROOT / "course/for-instructors/guide.md").read_text(encoding="utf-8")
SOURCE = """\
def rate(a, b):
    part = a / b  # of all
    if part > 0.5:
        return np.sqrt(part)
"""


def words(tokens):
    return [token.text for token in tokens]


# ---------------------------------------------------------------- tokens and fingerprints


def test_names_numbers_comments_and_layout_of_code_do_not_count():
    other = "def f(x,y):\n\n  z=(x/y)\n  if z>12:\n\n     # mine\n     return np.sqrt(z)\n"
    assert words(of_code(renamed(SOURCE, None) + "\n")) == words(of_code(SOURCE))
    assert words(of_code(other.replace("(x/y)", "x/y"))) == words(of_code(SOURCE))
    assert words(of_code(other)) != words(of_code(SOURCE))
    without = words(of_code(SOURCE))
    assert "sqrt" in without
    assert "rate" not in without


def test_code_that_cannot_be_read_is_read_as_far_as_it_goes():
    broken = of_code("total = (1 +\n'never closed")
    assert words(broken)[:2] == ["name", "="]
    assert of_code("") == []


def test_a_token_knows_where_it_stands():
    text = "a = 'é'\nbc = 22\n"
    assert [text[one.start : one.end] for one in of_code(text) if one.text in ("0", "name")] == [
        "a",
        "bc",
        "22",
    ]
    assert words(of_prose("The Kettle, again!")) == ["the", "kettle", "again"]


def test_a_match_long_enough_shares_a_fingerprint_wherever_it_is():
    """The guarantee of winnowing, on random sequences."""
    dice = random.Random(4)
    for _ in range(200):
        shared = [str(dice.randrange(4)) for _ in range(8 + 3 - 1)]
        texts = [
            " ".join(
                [
                    *(f"{side}{dice.randrange(9)}" for _ in range(dice.randrange(12))),
                    *shared,
                    *(f"{side}{dice.randrange(9)}" for _ in range(dice.randrange(12))),
                ]
            )
            for side in "xy"
        ]
        one, other = (fingerprints(of_prose(text), 8, 3) for text in texts)
        assert one.keys() & other.keys()


def test_a_text_is_cut_where_spans_begin_and_end_and_loses_nothing():
    assert pieces("abcdefgh", [(1, 3), (2, 4), (6, 7)]) == (
        ("a", False),
        ("bcd", True),
        ("ef", False),
        ("g", True),
        ("h", False),
    )
    assert pieces("abc", []) == (("abc", False),)


# ---------------------------------------------------------------- what is no evidence


def test_short_answers_and_what_many_have_are_no_evidence():
    short = {f"s{at}": {"q": "def pairs(n):\n    return n * (n - 1) / 2"} for at in range(2)}
    assert compare(CODE, short, []) == []
    long = {"essay": TEXTS[0]}
    alike = {f"s{at}": long for at in range(4)} | {"other": {"essay": TEXTS[1]}}
    assert compare(PROSE, alike, []) == []
    two = {"s0": long, "s1": long, "s2": {"essay": TEXTS[1]}}
    (pair,) = compare(PROSE, two, [])
    assert (pair.first, pair.second, pair.share) == ("s0", "s1", 1)
    assert compare(PROSE, two, [TEXTS[0]]) == []


# ---------------------------------------------------------------- made pairs

KINDS = {"code": (CODE, class_of_code, 12), "prose": (PROSE, class_of_prose, 12)}


@cache
def tried(name):
    """How many of each disguise were listed, how many others, and those of honest classes."""
    kind, make, classes = KINDS[name]
    found, chance = Counter(), Counter()
    for number_ in range(classes):
        group, made, known = make(number_)
        for pair in compare(kind, group, known):
            found[made.get(frozenset((pair.first, pair.second)), "nobody's")] += 1
        honest = {student: texts for student, texts in group.items() if student not in DISGUISES}
        chance["listed"] += len(compare(kind, honest, known))
        chance["pairs"] += len(honest) * (len(honest) - 1) // 2
    return found, chance, classes


def of(right, many):
    """A share with its interval, as the guide has it."""
    low, high = stats.binomtest(right, many).proportion_ci(method="wilson")
    shown = (number(100 * value, 0) for value in (right / many, low, high))
    return "{} ({} to {})".format(*shown)


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test_precision_and_recall_are_those_of_the_guide(name):
    found, _, classes = tried(name)
    made = sum(found[how] for how in DISGUISES)
    cells = [of(found[how], classes) for how in DISGUISES]
    row = f"| {name} | {' | '.join(cells)} | {of(made, found.total())} |"
    assert row in GUIDE, row


@pytest.mark.slow
def test_honest_classes_are_listed_as_seldom_as_the_guide_says():
    said = []
    for name in KINDS:
        _, chance, _ = tried(name)
        said.append(f"{chance['listed']} of {chance['pairs']:,} pairs of {name}")
    sentence = f"Where nobody had copied, it listed {said[0]} and {said[1]}"
    assert sentence in GUIDE, sentence


def test_made_pairs_are_what_they_are_called():
    _, made, _ = class_of_code(0)
    assert sorted(made.values()) == sorted(DISGUISES)
    assert len(EXERCISES) == 6
    one, other = TEXTS[0].split(), in_other_words(TEXTS[0], random.Random(0)).split()
    assert 0.3 < LCSseq.normalized_similarity(sorted(one), sorted(other)) < 0.9
    assert len(set(TEXTS)) == len(TEXTS) >= 15


# ---------------------------------------------------------------- the page


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The page and the table of a class in which two have the same essay, one of them hostile."""
    place = tmp_path_factory.mktemp("similarity") / "course"
    students = {f"s{at}": ("", "") for at in range(6)}
    own = "<script>document.title = 'x'</script> " + TEXTS[0]
    essays = [own, own.replace("I would", "We should"), *TEXTS[1:5]]
    work = {
        student: ({"m3-judgement-answer": essay}, {}, {}, DUE)
        for student, essay in zip(students, essays, strict=True)
    }
    hand_in(a_course(place, students), work)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        assert commands.main(["similarity", ASSIGNMENT]) == 0
    return place / "insight"


def test_the_table_has_the_pair_and_where_it_is_alike(written):
    text = (written / f"{ASSIGNMENT}-similarity.csv").read_text(encoding="utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["kind"], row["first"], row["second"]) == ("prose", "s0", "s1")
    assert row["questions"] == "m3-judgement"
    assert float(row["share"]) > 0.5


def test_the_page_asks_and_gives_other_reasons(written):
    text = (written / f"{ASSIGNMENT}-similarity.html").read_text(encoding="utf-8")
    assert "Could these two have worked together?" in text
    assert "Other reasons are" in text
    for verdict in ("plagiar", "cheat", "guilty", "copied from", "fraud"):
        assert verdict not in text.lower()
    assert "<script" not in text


@pytest.mark.slow
def test_the_page_is_clean_for_axe_and_puts_both_side_by_side(written):
    if not shutil.which("chromium"):
        pytest.skip("no chromium here: this test needs it (Debian: apt-get install chromium)")
    file = written / f"{ASSIGNMENT}-similarity.html"
    with lab.chromium() as browser:
        for width, beside in ((360, False), (1280, True)):
            page = browser.new_page(viewport={"width": width, "height": 900})
            asked = []
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            page.goto(file.as_uri())
            first, second = (page.locator(".sides pre").nth(at).bounding_box() for at in (0, 1))
            assert (first["y"] == second["y"]) == beside
            assert page.locator("mark").count() >= 2
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            found = Axe().run(page).response
            assert found["passes"]
            assert [rule["id"] for rule in found["violations"]] == []
            assert asked == [file.as_uri()]
