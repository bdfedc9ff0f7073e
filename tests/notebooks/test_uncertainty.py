"""Every estimate in the prose of a lesson has its interval, or a reason why it has none.

The rule is in ``data/README.md``, under “One rule for uncertainty”.
"""

import re
from collections import Counter

import pytest
from figures.pages import NOTEBOOKS, ROOT, notebook

from scaling.process_product import expectancy, fines, what_travels
from scaling.scaling_up import programmes
from scaling.who_is_heard import immunisation, sunlight

# What looks like an estimate: a percentage, a number with a decimal point, or points.
ESTIMATE = re.compile(r"\d(?:[\d.,]*\d)?\s?%|(?<![\d.])[−-]?\d+\.\d+|\b\d+(?:\.\d+)? points")
# An interval follows its estimate, or its paragraph calls it by its name.
INTERVAL = re.compile(
    r"\binterval|anything from [−\d]"
    r"|\d(?: ?%| points| of the rest| standard deviations| times as high)?, from [−\d.]+(?: %)? to"
)
NO_ESTIMATE = [
    r"\([^()]*\b(?:1[6-9]|20)\d\d[^()]*\)",  # citations
    r"\$[^$]*\$",  # formulas
    r"^#+ .*$",  # headings
    r"95 % interval(?:\]\([^)]*\))?\*\* is a range made so that about 95 in 100",
]

# Cells whose numbers come from a model: what its inventions do to them is said in its own prose.
MODELS = {
    "1a lesson": {"winner-text", "winner-after", "recipe-after"},
    "1b lesson": {"adoption-after"},
    "2 lesson": {"box-after", "trust-after", "frozen-after"},
    "3 lesson": {"joining-up-after"},
    "4 lesson": {"layers-after", "funnel-after", "devolve-after", "backup-after"},
    "5a lesson": {"ripples-after", "crowds-after"},
    "5b lesson": {"equity-after", "averages-after", "levels-after", "voices-after", "score-after"},
    "6 lesson": {"region-after"},
}

EXPLAINED = "a number that explains a term, and no estimate"
CITED = "a figure of somebody else, read in an abstract that gives no interval"
COUNTED = "a count of what happened, or the error that a prediction made, and no estimate"
WORKED_OUT = "its interval is in data/README.md"
BESIDE = "its interval is in the picture or the table beside it"

# Paragraphs without an interval: where, the words with which they begin, and why.
WITHOUT = [
    ("1a lesson", "If 60 of 100 people stay clear of offending", EXPLAINED),
    ("1a lesson", "An **[odds ratio](glossary.md#odds-ratio)** says how many times", EXPLAINED),
    ("1a lesson", "**What it shows.** From research to demonstration", BESIDE),
    ("1a lesson", "- **Nudges**, small changes", CITED),
    ("1b lesson", "**What it shows.** Word of mouth misses", COUNTED),
    ("2 lesson", "**Where the slogan fails.** Lots were drawn for pupils", BESIDE),
    ("3 lesson", "Each trial compares the vaccinated", EXPLAINED),
    ("3 lesson", "**Where the slogan fails.** Chance can be most of it", CITED),
    ("3 lesson", "Of 64 controlled studies", CITED),
    ("4 lesson", "**Where the slogan fails.** The ten highest had", COUNTED),
    ("5a lesson", "So does a rule act, and a talk not?", CITED),
    ("5b lesson", "In 2021–23 Black women were more", BESIDE),
    ("5b lesson", "A survey of 1987 in Guatemala", BESIDE),
    ("5b lesson", "**What it shows.** Where one child has all vaccines", BESIDE),
    ("5b lesson", "> **Careful** As parts of all variation", WORKED_OUT),
    ("5b lesson", "Primary schooling goes with", BESIDE),
    ("5b lesson", "**What it shows.** Over all nine nations", BESIDE),
    ("5b lesson", "In North Carolina the line says", BESIDE),
]


def paragraphs(where):
    """The paragraphs of a lesson that hold what looks like an estimate, without model cells."""
    for cell in notebook(where).cells:
        if cell.cell_type != "markdown" or cell.id in MODELS.get(where, ()):
            continue
        body = cell.source.replace("\N{NO-BREAK SPACE}", " ").split("### References")[0]
        for paragraph in body.split("\n\n"):
            if paragraph.startswith("**Limits of the models.**"):
                continue
            bare = paragraph
            for pattern in NO_ESTIMATE:
                bare = re.sub(pattern, " ", bare, flags=re.MULTILINE)
            if ESTIMATE.search(bare):
                yield paragraph


LESSONS = sorted(where for where in NOTEBOOKS if where.endswith("lesson") and where[0] != "0")


@pytest.mark.parametrize("where", LESSONS)
def test_an_estimate_has_its_interval_or_a_reason(where):
    excused = [words for lesson, words, _ in WITHOUT if lesson == where]
    bare = [
        paragraph
        for paragraph in paragraphs(where)
        if not INTERVAL.search(paragraph) and not paragraph.startswith(tuple(excused))
    ]
    assert bare == []


@pytest.mark.parametrize(("where", "words", "reason"), WITHOUT)
def test_a_reason_is_given_only_where_there_is_no_interval(where, words, reason):
    excused = [paragraph for paragraph in paragraphs(where) if paragraph.startswith(words)]
    assert len(excused) == 1
    assert not INTERVAL.search(excused[0]), "it has its interval now"
    assert reason in {EXPLAINED, CITED, COUNTED, WORKED_OUT, BESIDE}


@pytest.mark.parametrize("where", sorted(MODELS))
def test_the_cells_of_models_are_there(where):
    assert {cell.id for cell in notebook(where).cells} >= MODELS[where]


def test_a_cited_paragraph_names_its_source():
    for where, words, reason in WITHOUT:
        (excused,) = [paragraph for paragraph in paragraphs(where) if paragraph.startswith(words)]
        if reason == CITED:
            assert re.search(r"\([^()]*\b(?:19|20)\d\d\)", excused), words


@pytest.mark.parametrize(
    "table",
    [
        programmes.table(programmes.run()),
        expectancy.table(expectancy.run()),
        fines.table(fines.run()),
        what_travels.family_nurse_partnership(),
        immunisation.table(immunisation.run()),
        sunlight.table(sunlight.run()),
    ],
    ids=["programmes", "expectancy", "fines", "nurses", "immunisation", "sunlight"],
)
def test_the_table_beside_it_holds_intervals(table):
    assert table.astype(str).apply(lambda column: column.str.contains(r"\d to \d")).any().any()


def test_the_readme_of_the_data_states_the_rule_and_counts_what_it_finds():
    """Paragraphs with an interval, and those without one, by reason."""
    found = {where: list(paragraphs(where)) for where in LESSONS}
    with_one = sum(bool(INTERVAL.search(text)) for texts in found.values() for text in texts)
    reasons = Counter(reason for *_, reason in WITHOUT)
    said = (ROOT / "data/README.md").read_text(encoding="utf-8")
    rule = said.split("## One rule for uncertainty")[1].split("\n## ")[0]
    assert f"{with_one} paragraphs" in rule
    assert f"{len(WITHOUT)} have a reason" in rule
    for reason, count in reasons.items():
        assert f"| {reason} | {count} |" in rule
