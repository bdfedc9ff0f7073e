"""The glossary is whole: every term that a lesson teaches is in it, and lessons lead to it."""

import re

from figures.pages import ROOT

TEXT = (ROOT / "course/glossary.md").read_text(encoding="utf-8")
ENTRY = re.compile(
    r"^### (?P<term>.+)\n\n(?P<says>.+) \(\[Lesson (\w+)\]\((?P<file>[\w-]+\.ipynb)\)\)$"
)
ENTRIES = [ENTRY.match(part) for part in re.split(r"\n\n(?=### )", TEXT.strip())[1:]]
LINK = re.compile(r"\*\*\[([^\]]+)\]\(glossary\.md#([\w-]+)\)\*\*")
# Words in bold that are no terms: what to press or to read first, and headings inside a text.
NO_TERMS = {
    "notebook", "cells", "Try it", "The Kettle", "Commit my prediction", "All figures", "Hint",
    "Look again", "Careful", "Download", "Note", "Save", "Load", "Undo", "Nudges",
    "Contract teachers", "No Lean Season", "worlds", "standard deviations", "out", "up", "deep",
    "joining up", "scaling down", "One service for all", "each is on its own",
    "how will you scale down", "artificial intelligence", "label", "score", "export", "grow",
    "join up", "devolve", "listen", "measure", "seed", "share of process", "Before you send it",
    "Save as web page and Markdown", "Resistance", "Money", "Momentum", "On this page",
    "You will be able to", "95 % interval", "between-study variance",
}  # fmt: skip


def slug(term):
    """The end of an address that JupyterLab, GitHub and the web edition all make of a heading."""
    return term.lower().replace(" ", "-")


def test_every_entry_is_one_sentence_with_its_lesson():
    assert len(ENTRIES) > 70
    for entry in ENTRIES:
        assert entry, "an entry is a heading, one sentence and the link to its lesson"
        assert entry["says"].endswith(".")
        assert len(re.findall(r"[.!?](?= [A-Z])", entry["says"])) == 0, entry["term"]
        assert len(entry["says"].split()) <= 30, entry["term"]


def test_the_entries_are_in_alphabetical_order_and_none_is_there_twice():
    terms = [entry["term"].lower() for entry in ENTRIES]
    assert terms == sorted(set(terms))


def test_the_end_of_an_address_has_nothing_that_homes_spell_differently():
    for entry in ENTRIES:
        assert re.fullmatch(r"[A-Za-z -]+", entry["term"]), entry["term"]


def test_every_link_of_a_lesson_leads_to_an_entry_that_leads_back(lesson):
    back = {slug(entry["term"]): entry["file"] for entry in ENTRIES}
    for shown, end in LINK.findall(lesson.text):
        assert end in back, f"“{shown}” leads to #{end}, which the glossary does not have"
        assert back[end] == lesson.path.name, (
            f"“{shown}”: the glossary says that {back[end]} teaches it"
        )


def test_every_entry_is_reached_from_the_lesson_that_teaches_it(pages):
    reached = {
        (end, lesson.path.name)
        for lesson in pages["lesson"]
        for _, end in LINK.findall(lesson.text)
    }
    for entry in ENTRIES:
        assert (slug(entry["term"]), entry["file"]) in reached, entry["term"]


def test_no_term_in_bold_is_missing_from_the_glossary(lesson):
    text = re.sub(r"```.*?```", "", lesson.text, flags=re.DOTALL)
    bold = {one.strip() for one in re.findall(r"\*\*([^*\n]{2,60})\*\*", text)}
    terms = {
        one
        for one in bold
        if not one.startswith("[") and one[-1] not in ".?:…" and not re.match(r"\d|Kernel|\W", one)
    }
    missing = terms - NO_TERMS
    assert not missing, f"add to course/glossary.md and link, or to NO_TERMS: {sorted(missing)}"
