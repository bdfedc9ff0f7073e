"""The references of the lessons are those of ``course/references.csv``: what was read of each."""

import csv
import re
from collections import Counter

import pytest
from figures.pages import NOTEBOOKS, ROOT, notebook

WORKS = list(csv.DictReader((ROOT / "course/references.csv").open(encoding="utf-8", newline="")))
LESSONS = sorted(where for where in NOTEBOOKS if where.endswith("lesson") and where[0] != "0")
CHECKED = {"full", "abstract", "account", "not"}
# Pages that no figure and no reference rests on: they quote others, and nobody answers for them.
WEAK = re.compile(r"scribd|boyesturner|sarawickham|yorkshirepost|hohmature")


def as_listed(work):
    """A work as a lesson lists it."""
    if not work["year"]:
        before = f"{work['authors']}. " if work["authors"] else ""
        return f"{before}{work['title']} ({work['published']})."
    stop = "" if work["title"].endswith("?") else "."
    after = f" {work['published']}" if work["published"] else ""
    end = "." if after else ""
    return f"{work['authors']} ({work['year']}). {work['title']}{stop}{after}{end}"


def listed(where):
    body = "\n\n".join(cell.source for cell in notebook(where).cells)
    return re.findall(r"^- (.+)$", body.split("### References")[1], re.MULTILINE)


@pytest.mark.parametrize("where", LESSONS)
def test_a_lesson_lists_the_works_that_the_table_gives_it(where):
    lesson = where.split()[0]
    assert sorted(listed(where)) == sorted(
        as_listed(work) for work in WORKS if lesson in work["lessons"].split()
    )


def test_no_work_is_in_the_table_twice_or_without_a_lesson():
    assert len({as_listed(work) for work in WORKS}) == len(WORKS)
    lessons = {where.split()[0] for where in LESSONS}
    assert all(work["lessons"] and set(work["lessons"].split()) <= lessons for work in WORKS)


@pytest.mark.parametrize("work", WORKS, ids=[as_listed(work)[:40] for work in WORKS])
def test_the_table_says_how_a_work_was_checked_and_where(work):
    assert work["checked"] in CHECKED
    is_essay = work["published"].startswith("blog")
    assert bool(work["read_at"]) == (work["checked"] != "not" and not is_essay)
    assert re.fullmatch(r"(https?://\S+)?", work["read_at"])
    assert re.fullmatch(r"(10\.\d{4,}/\S+)?", work["doi"])
    if work["checked"] == "account":
        assert work["note"], "whose account?"


def test_nothing_rests_on_a_page_that_quotes_without_answering_for_it():
    rows = csv.DictReader((ROOT / "data/published_figures.csv").open(encoding="utf-8", newline=""))
    assert not [work["read_at"] for work in WORKS if WEAK.search(work["read_at"])]
    assert not [row["measure"] for row in rows if WEAK.search(row["source_url"] + row["note"])]


def test_the_readme_of_the_data_counts_how_the_works_were_checked():
    counts = Counter(work["checked"] for work in WORKS)
    said = (ROOT / "data/README.md").read_text(encoding="utf-8")
    for kind, count in counts.items():
        assert re.search(rf"^\| `{kind}` \| .+ \| {count} \|$", said, re.MULTILINE), (kind, count)
