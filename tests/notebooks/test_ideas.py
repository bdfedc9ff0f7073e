"""No idea of the essays is missing: ``course/ideas.csv`` says where each is taught and asked."""

import csv
import re

import pytest
from figures.pages import NOTEBOOKS, ROOT, code, notebook

from scaling.capstone.plan import plan
from scaling.explorable import all_explorables

IDEAS = list(csv.DictReader((ROOT / "course/ideas.csv").open(encoding="utf-8")))
WANTED = {"P": 10, "J": 6, "D": 7, "T": 9, "U": 7}  # how many each essay holds
every_idea = pytest.mark.parametrize("idea", IDEAS, ids=[idea["id"] for idea in IDEAS])


def graded():
    """The ids of all questions that are graded."""
    return {
        cell.metadata.nbgrader.grade_id
        for where in NOTEBOOKS
        if where.endswith("exercise")
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


def test_every_essay_is_asked_about():
    asked = {idea["id"][0] for idea in IDEAS if idea["exercise"]}
    assert asked == set(WANTED)


def test_the_readme_shows_the_same_table():
    rows = re.findall(r"^\| ([PJDTU]\d+) \| (.+?) \| (.+?) \| (.*?) \| (.*?) \|$", readme(), re.M)
    assert [row[:2] for row in rows] == [(idea["id"], idea["idea"]) for idea in IDEAS]
    for (_, _, lesson, explorable, exercise), idea in zip(rows, IDEAS, strict=True):
        assert lesson == idea["lesson"].replace(" ", ", ")
        assert explorable == idea["explorable"].replace(" ", ", ")
        assert exercise == idea["exercise"].replace(" ", ", ")


def readme():
    return (ROOT / "README.md").read_text(encoding="utf-8")
