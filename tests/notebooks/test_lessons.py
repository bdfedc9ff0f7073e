"""Every lesson has the parts a lesson has, in their order, and its minutes and links are right."""

import itertools
import re

import pytest
from answers import numbers, outcome, without_folds
from figures.pages import explorables

from scaling.start_here import course_map
from scaling.start_here.course_map import LESSONS

ROUTE = re.compile(r"\[[^\]]+\]\(([^)#\s]+)[^)]*\)")
OUTSIDE = ("http://", "https://", "mailto:")
START_PAGE = "0"  # teaches how to read a lesson and is none itself
BY_NUMBER = {lesson.number: lesson for lesson in LESSONS}


def headings(page):
    """All headings of a page as (level, text), in their order; comments in code are none."""
    lines = re.sub(r"```.*?```", "", page.text, flags=re.DOTALL).splitlines()
    found = [re.match(r"(#+) (.+)", line) for line in lines]
    return [(len(match[1]), match[2]) for match in found if match]


def is_proper(page):
    return page.number != START_PAGE


def test_headings_begin_with_one_title_and_never_skip_a_level(authored):
    levels = [level for level, _ in headings(authored)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_numbered_sections_count_up_from_one(authored):
    numbers = [re.match(r"(\d+) ", text) for level, text in headings(authored) if level == 2]
    counted = [int(match[1]) for match in numbers if match]
    assert counted == list(range(1, len(counted) + 1))


def test_the_first_cell_holds_title_question_and_box(lesson):
    title, question, *_ = [part for part in lesson.prose[0].source.split("\n\n") if part.strip()]
    assert title.startswith("# ")
    assert re.fullmatch(r"\*\*[^*]+\?\*\*", question), "the question, in bold"
    assert re.search(r"will( be able to)?\b", lesson.box)
    assert re.search(r"You need", lesson.box)


def test_the_box_promises_three_or_four_things_that_begin_with_a_verb(lesson):
    promises = re.findall(r"^> - (.+)$", lesson.box, flags=re.MULTILINE)
    assert 3 <= len(promises) <= 4
    if is_proper(lesson):
        assert all(re.match(r"\*[a-z ]+\* ", promise) for promise in promises)


def test_the_first_code_says_what_to_do_where_the_course_is_not_installed(lesson):
    imports = next(cell for cell in lesson.code if cell.id == "imports")
    assert "except ModuleNotFoundError:" in imports.source
    assert "README.md" in imports.source
    if is_proper(lesson):
        assert lesson.code[0] is imports


def test_a_cell_that_shows_an_explorable_can_be_run_alone(lesson):
    for cell in lesson.code:
        for name in re.findall(r"^(\w+)\.explorable\.show\(\)", cell.source, re.MULTILINE):
            assert re.search(rf"^from scaling[\w.]* import .*\b{name}\b", cell.source), cell.id


@pytest.mark.parametrize(
    "part",
    [
        r"^## The case",
        r"^## In the source",
        r"^## What to take with you",
        r"^### References$",
        r"^\*\*Limits of the models\.\*\*",
        r"^\*\*What comes next\.\*\*",
        r"^\*\*The strongest objection\.\*\*",
    ],
)
def test_a_lesson_has_each_of_its_parts_once(lesson, part):
    if is_proper(lesson):
        assert len(re.findall(part, lesson.text, re.MULTILINE)) == 1


def sections(page):
    """The cells of each section, as lists, from one heading of the second level to the next."""
    found = [[]]
    for cell in page.nb.cells:
        if cell.cell_type == "markdown" and re.search(r"^## ", cell.source, re.MULTILINE):
            found.append([])
        found[-1].append(cell)
    return found


def explorables_in(cells):
    shown = [re.search(r"(\w+)\.explorable\.show\(\)", cell.source) for cell in cells]
    return [explorables()[match[1]] for match in shown if match]


def test_every_explorables_section_says_what_it_shows_and_where_it_fails(lesson):
    if not is_proper(lesson):
        return
    playing = [cells for cells in sections(lesson) if explorables_in(cells)]
    assert playing
    for cells in playing:
        text = "\n\n".join(cell.source for cell in cells)
        folds = re.findall(r"<details class=.scaling-after.>.*?</details>", text, re.DOTALL)
        told = "\n".join(folds)
        look, tells, fails = (
            told.find(mark)
            for mark in ("*Look for:*", "**What it shows.**", "**Where the slogan fails.**")
        )
        assert -1 < look < tells < fails, text.splitlines()[0]
        assert text.find(".explorable.show()") < text.find("scaling-after")
        for mark in ("*Look for:*", "**What it shows.**"):
            assert mark not in without_folds(text), "in view before the prediction"


def test_nothing_in_view_before_the_prediction_gives_the_answer(lesson):
    for cells in sections(lesson):
        prose = [cell.source for cell in cells if cell.cell_type == "markdown"]
        seen = without_folds("\n\n".join(prose))
        seen = re.sub(
            r"^## \d+|\(\d+ minutes\)|\([^()]*\b(?:1[6-9]|20)\d\d[^()]*\)", " ", seen, flags=re.M
        )
        seen = re.sub(r"\[[^\]]*\]\([^)]*\)", " ", seen)  # links
        for explorable in explorables_in(cells):
            assert outcome(explorable) not in numbers(seen), explorable.key


def test_there_are_three_to_five_takeaways(lesson):
    if is_proper(lesson):
        part = lesson.text.split("## What to take with you")[1].split("**Limits")[0]
        assert 3 <= len(re.findall(r"^\d\. ", part, re.MULTILINE)) <= 5


def test_every_work_cited_is_in_the_references_and_the_reverse(lesson):
    if not is_proper(lesson):
        return
    body, references = lesson.text.split("### References")
    listed = re.findall(r"^- (.+)$", references, re.MULTILINE)
    cited = re.findall(r"\(([^()]*?\b(?:1[6-9]|20)\d\d[^()]*)\)", body)
    cited += [f"{name} {year}" for name, year in re.findall(r"(\w+) \(((?:1[6-9]|20)\d\d)\)", body)]
    works = [work.strip() for group in cited for work in group.split(";")]
    works = [work for work in works if re.search("[a-z]", work)]
    known = [(re.match(r"\w+", entry)[0], re.search(r"\((\d{4})\)", entry)) for entry in listed]
    for work in works:
        year = re.search(r"\d{4}", work)[0]
        who = re.findall(r"[A-Z]\w+", work)
        assert any(
            when and when[1] == year and (name in who or name[:5] in work) for name, when in known
        ), f"({work}) is not in the references"
    for name, when in known:
        where = body if when is None else " ".join(works)
        assert name[:5] in where, f"{name} is listed, but cited nowhere"


def test_links_lead_to_files_that_are_there(authored):
    links = [link for link in ROUTE.findall(authored.text) if not link.startswith(OUTSIDE)]
    missing = [link for link in links if not (authored.path.parent / link).resolve().exists()]
    assert missing == []


def test_data_and_files_that_are_named_exist(authored, root):
    tables = re.search(r"^Data: (.+?);", authored.text, re.MULTILINE)
    for name in re.findall(r"`(\w+)`", tables[1]) if tables else []:
        assert (root / "data" / f"{name}.csv").exists(), name
    for name in re.findall(
        r"`((?:data|src|course|exercises|solutions)(?:/[\w./-]+)?)`", authored.text
    ):
        assert (root / name).exists(), name


# The map of the course


def test_the_map_names_exactly_the_lessons_that_are_here(pages):
    assert set(BY_NUMBER) == {page.number for page in pages["lesson"]}


def test_the_map_has_every_lesson_once_in_order():
    modules = [lesson.module for lesson in LESSONS]
    assert sorted(set(modules)) == list(range(max(modules) + 1))
    assert [lesson.number for lesson in LESSONS] == sorted(BY_NUMBER)


def test_the_map_gives_a_lesson_the_title_and_the_question_that_it_has(lesson):
    entry = BY_NUMBER[lesson.number]
    if is_proper(lesson):
        assert headings(lesson)[0] == (1, entry.name)
        assert f"**{entry.question}" in lesson.prose[0].source


def test_a_lesson_is_called_by_its_title_in_its_file_name_and_its_exercise(pages):
    for page in pages["lesson"]:
        entry = BY_NUMBER[page.number]
        expected = f"{entry.number.zfill(2 + entry.number[-1].isalpha())}-{_slug(entry.title)}"
        assert page.path.stem == expected
    for page in pages["solution"]:
        # the exercise of a module of two lessons is called by the first
        title = next(lesson.title for lesson in LESSONS if lesson.module == page.module)
        part = "-understand" if page.is_understand else ""
        expected = f"{page.module:02d}-{_slug(title)}{part}"
        assert page.path.stem == f"{expected}-exercise"
        assert page.path.parent.name == expected


def _slug(title):
    return title.casefold().replace(" ", "-")


def test_the_start_page_leads_to_the_first_lesson(pages):
    first = next(lesson for lesson in LESSONS if lesson.number != START_PAGE)
    onward = pages["lesson"][0].text.split("## Next")[1]
    (link,) = ROUTE.findall(onward)
    assert link.startswith(f"{first.module:02d}")
    assert first.name in onward


def test_the_start_page_and_the_map_agree_on_what_fits_into_two_hours(pages):
    fits = [lesson.number for lesson in course_map.run(2).lessons]
    line = re.search(r"^- \*\*Two hours\.\*\* (.+)$", pages["lesson"][0].text, re.MULTILINE)[1]
    links = [link.split("-")[0].removeprefix("0") for link in ROUTE.findall(line)]
    named = [START_PAGE, *links]
    assert "This page" in line
    assert named == fits


def test_the_readme_lists_the_lessons_as_the_map_does(root):
    rows = re.findall(
        r"^\| (.+?) \| (.+?) \| (.+?) \|$",
        (root / "README.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    for lesson in LESSONS:
        (row,) = [row for row in rows if lesson.name in row[0]]
        assert row[0].startswith(f"[{lesson.name}](course/"), lesson.name
        assert row[2] == lesson.span, lesson.name


def test_each_lesson_links_to_its_exercise_and_says_how_long_it_takes(pages):
    exercises = {page.module: page for page in pages["solution"] if not page.is_understand}
    last = {page.module: page for page in pages["lesson"]}  # that of a module, if there are two
    for module, page in last.items():
        if module in exercises and page.number == _last_of(module):
            onward = page.text.split("**What comes next.**")[1]
            exercise = exercises[module]
            assert f"../exercises/{exercise.path.parent.name}/{exercise.path.name}" in onward
            first = f"{exercise.path.parent.name}-understand"
            assert f"../exercises/{first}/{first}-exercise.ipynb" in onward
            stated = re.search(r"\d+ to \d+ minutes", exercise.prose[0].source)[0]
            assert f"{stated} for people new to Python" in onward


def _last_of(module):
    return [lesson.number for lesson in LESSONS if lesson.module == module][-1]
