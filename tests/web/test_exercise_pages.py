"""The exercises as pages: complete, nothing of the answers in them, and an editor to write in."""

import gzip
import hashlib
import html
import json
import re
import sys
from pathlib import Path

import nbformat
import pytest

from scaling.web import exercises, reworded

sys.path.insert(0, str(Path(__file__).parent))
from test_book import OF_JUPYTER

ROOT = Path(__file__).parents[2]
RELEASED = exercises.notebooks(ROOT)
BETWEEN = re.compile(r"[*`$|_#>]+|<[^>]*>|\n|^- ", re.MULTILINE)  # what Markdown takes for its own
MARKER = re.compile(r"^\s*(#+|=+) (BEGIN|END) ")


def cells(name, folder="exercises"):
    return nbformat.read(ROOT / folder / name / f"{name}-exercise.ipynb", as_version=4).cells


def shown(source):
    """The text of a page without its tags, with every gap as one space."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", source)).replace("’", "'").split())


def page_of(site, name):
    return (site / f"exercise-{name}.html").read_text(encoding="utf-8")


# ---------------------------------------------------------------- without a site


def test_every_passage_that_is_reworded_is_in_an_exercise():
    texts = [cell.source for name in RELEASED for cell in cells(name)]
    assert reworded.left_behind(texts, reworded.OF_EXERCISES) == []


def test_the_exercises_of_the_site_do_not_speak_of_cells_and_kernels():
    texts = [
        reworded.reworded(cell.source, reworded.OF_EXERCISES)
        for name in RELEASED
        for cell in cells(name)
        if cell.cell_type == "markdown"
    ]
    assert len(texts) > 150
    assert [found[0] for text in texts for found in OF_JUPYTER.finditer(text)] == []


def test_understand_and_compute_of_each_lesson_are_side_by_side():
    lessons = [name.removesuffix("-understand") for name in RELEASED]
    assert lessons[::2] == lessons[1::2] == sorted(set(lessons))
    assert list(RELEASED)[::2] == [f"{lesson}-understand" for lesson in lessons[::2]]


@pytest.mark.parametrize("name", RELEASED)
def test_given_cells_show_what_they_show_without_any_answer(name, monkeypatch):
    # How an explorable looks is drawn with the stand-ins of the web edition, which are not here.
    monkeypatch.setattr(exercises.still, "of", lambda found, page: iter(()))
    page = exercises.Exercise(name, cells(name))
    made = "".join(str(part) for part in page.parts())
    assert made.count("<scaling-cell ") == sum(
        cell.cell_type == "code" or cell.id.endswith("-judgement-answer") for cell in page.cells
    )
    assert page.without_output == []


def test_a_cell_that_needs_an_answer_shows_its_code_only():
    needs_answer = nbformat.v4.new_code_cell("print('so far')\npeople + 1", id="m0-more")
    page = exercises.Exercise("00-none", [needs_answer])
    made = "".join(map(str, page._given(needs_answer)))
    assert page.without_output == ["m0-more"]
    assert "people + 1" in made and "```text" not in made


# ---------------------------------------------------------------- the built site

RELEASES = "\n".join(cell.source for name in RELEASED for cell in cells(name))
SHORTEST = 12  # letters of a line that is looked for; less, and a page says it for another reason
OF_THE_SITE = (".html", ".js", ".css", ".json", ".ipynb", ".txt")


def hidden_in(name):
    """The lines of a solution that no release holds: answers and hidden tests."""
    lines = [line for cell in cells(name, "solutions") for line in cell.source.splitlines()]
    stripped = {line.strip() for line in lines if not MARKER.search(line)}
    return {
        " ".join(line.split())
        for line in stripped
        if len(line) >= SHORTEST and line not in RELEASES
    }


@pytest.fixture(scope="module")
def everything(site):
    """All texts of the site by file, those of pages without tags, except other people's scripts."""
    found = {}
    for file in site.rglob("*"):
        if file.suffix in OF_THE_SITE and "libraries" not in file.parts:
            text = file.read_text(encoding="utf-8")
            is_page = file.suffix == ".html"
            found[file.relative_to(site)] = shown(text) if is_page else " ".join(text.split())
    return found


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("name", RELEASED)
def test_no_answer_and_no_hidden_test_is_in_the_site(everything, name):
    answers = [cell.id for cell in cells(name) if cell.id.endswith("-answer")]
    hidden = hidden_in(name)
    assert len(hidden) >= len(answers) - 1  # A judgement has no answer.
    assert len(everything) > 50
    found = {(line, file) for line in hidden for file, text in everything.items() if line in text}
    assert found == set()


@pytest.mark.browser
@pytest.mark.slow
def test_the_pack_of_the_course_holds_checks_but_no_solution_and_no_hidden_test(site):
    """Each ``checks.py`` travels, as it is on the disk of a learner who works in JupyterLab."""
    (file,) = site.glob("_web/runtime/course-*.pack.gz")
    index, _, body = gzip.decompress(file.read_bytes()).partition(b"\n")
    names = [name for name, _ in json.loads(index)]
    assert [name for name in names if "solutions" in name] == []
    assert len([name for name in names if name.endswith("/checks.py")]) >= len(RELEASED)
    text = " ".join(body.decode("utf-8").split())
    tests = {line for name in RELEASED for line in hidden_in(name) if ".again(" in line}
    assert len(tests) > 20
    assert [line for line in tests if line in text] == []


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("name", RELEASED)
def test_a_page_holds_every_cell_once_and_its_notebook_byte_for_byte(site, name):
    page = page_of(site, name)
    ids = re.findall(r"data-id='([^']+)'", page)
    assert ids == [cell.id for cell in cells(name)]
    assert [one for one in ids if page.count(f"id='{one}'") != 2] == []  # id and data-id
    released = RELEASED[name].read_bytes()
    assert (site / f"exercises/{name}-exercise.ipynb").read_bytes() == released
    assert f"data-release='{hashlib.sha256(released).hexdigest()[:12]}'" in page


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("name", RELEASED)
def test_a_page_without_scripts_holds_what_its_notebook_says(site, name):
    page = page_of(site, name)
    text = shown(page)
    for cell in cells(name):
        if cell.cell_type == "code" and ".show(" not in cell.source and "fill." not in cell.source:
            assert " ".join(cell.source.split()) in text
    assert f"exercises/{name}-exercise.ipynb' download>" in page
    passages = [
        " ".join(part.split()).replace("’", "'")
        for cell in cells(name)
        if cell.cell_type == "markdown"
        for part in BETWEEN.split(reworded.reworded(cell.source, reworded.OF_EXERCISES))
    ]
    long = [part for part in passages if len(part) > 40 and "\\" not in part]
    assert len(long) > 40
    assert [part for part in long if part not in text] == []
