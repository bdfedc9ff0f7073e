"""Every claim of the essays is in ``course/ideas.csv``, with how deep it is taught, if at all."""

import csv
import re
from collections import Counter

import pytest
from figures.pages import NOTEBOOKS, ROOT, code, notebook

from scaling.capstone.plan import plan
from scaling.explorable import all_explorables

IDEAS = list(csv.DictReader((ROOT / "course/ideas.csv").open(encoding="utf-8")))
WANTED = {"P": 14, "J": 12, "D": 9, "T": 15, "U": 9}  # how many each essay holds
KNOWN = {
    "depth": {"section", "paragraph", "sentence", "missed"},
    "played": {"yes", "put in", "stand-in", "no"},
    "data": {"real", "by analogy", "cited", "none"},
    "asked": {"judgement", "reading", "formula", "no"},
    "corrected": {"yes", "partly", "no"},
}
every_idea = pytest.mark.parametrize("idea", IDEAS, ids=[idea["id"] for idea in IDEAS])


def graded():
    """The ids of all questions that are graded."""
    return {
        cell.metadata.nbgrader.grade_id
        for where in NOTEBOOKS
        if where.endswith(("exercise", "understand"))
        for cell in notebook(where).cells
        if cell.metadata.get("nbgrader", {}).get("grade_id")
    }


def test_all_ideas_are_there_once():
    wanted = [f"{essay}{number + 1}" for essay, last in WANTED.items() for number in range(last)]
    assert sorted(idea["id"] for idea in IDEAS) == sorted(wanted)


@every_idea
def test_it_is_taught_where_the_table_says(idea):
    places = [place.split(":") for place in idea["cells"].split()]
    assert {lesson for lesson, _ in places} == set(idea["lesson"].split())
    for lesson, name in places:
        cells = {cell.id: cell for cell in notebook(f"{lesson} lesson").cells}
        assert name in cells, f"lesson {lesson} has no cell {name}"
        assert cells[name].source.strip()


@every_idea
def test_what_is_said_of_it_fits_together(idea):
    for column, words in KNOWN.items():
        assert idea[column] in words, column
    assert (idea["depth"] == "missed") == (idea["cells"] == "")
    assert (idea["played"] == "no") == (idea["explorable"] == "")
    assert (idea["asked"] == "no") == (idea["exercise"] == "")
    if idea["asked"] == "judgement":
        assert idea["exercise"].endswith("judgement")


@every_idea
def test_its_explorables_are_shown_in_its_lessons(idea):
    sources = " ".join(
        source
        for where, source in code()
        if where.removesuffix(" lesson") in idea["lesson"].split()
    )
    shown = set(re.findall(r"(\w+)\.(?:explorable\.)?show\(", sources))
    names = set(idea["explorable"].split())
    assert names <= shown
    assert names <= {key.split(".")[1] for key in all_explorables()} | {plan.file.split("-")[-1]}


@every_idea
def test_its_question_is_in_an_exercise(idea):
    assert set(idea["exercise"].split()) <= graded()


@every_idea
def test_it_is_asked_by_interpretation(idea):
    asked = set(idea["understand"].split())
    assert asked <= {name for name in graded() if name.startswith("u")}
    assert asked


def test_every_essay_is_asked_about():
    asked = {idea["id"][0] for idea in IDEAS if idea["exercise"]}
    assert asked == set(WANTED)


def test_the_readme_shows_the_same_table():
    rows = re.findall(r"^\| ([PJDTU]\d+) \| (.+) \|$", readme(), re.MULTILINE)
    columns = ("idea", "lesson", "depth", "explorable", "played", "data", "exercise", "asked")
    for (name, cells), idea in zip(rows, IDEAS, strict=True):
        shown = [cell.strip() for cell in cells.split(" | ")]
        wanted = [idea[column] for column in (*columns, "corrected")]
        for listed in (1, 3, 6):
            wanted[listed] = wanted[listed].replace(" ", ", ")
        wanted[1] = wanted[1] or "\N{EN DASH}"
        assert [name, *shown] == [idea["id"], *wanted]


def test_the_readme_counts_how_deep_the_claims_are_taught():
    depth = Counter(idea["depth"] for idea in IDEAS)
    assert (
        f"Of the {len(IDEAS)} claims {depth['section']} have a section, {depth['paragraph']} a "
        f"paragraph and {depth['sentence']} a sentence; {depth['missed']} are not taught"
    ) in readme()


def readme():
    return (ROOT / "README.md").read_text(encoding="utf-8")
