"""Every number in prose is what the data or the model says, or marked as stated in the task.

The table is in ``figures/``, a file for each module of the course.
``test_no_number_is_left_unchecked`` finds the digits that no row covers, so neither prose nor model
can drift unnoticed.
"""

import re
from collections import Counter

import numpy as np
import pytest
from figures import CITED, FIGURES, FORMULAS
from figures.pages import NOTEBOOKS, STATED, code, explorables, notebook, pages, text


def filled(words, value):
    if isinstance(value, bool | np.bool_):
        assert value, f"“{words}” is not so"
        return words
    return words.format(*(value if isinstance(value, tuple) else (value,)))


@pytest.mark.parametrize(
    ("where", "words", "rests_on"), FIGURES, ids=[f"{row[0]}: {row[1][:60]}" for row in FIGURES]
)
def test_what_is_said_is_so_and_is_said_in_these_words(where, words, rests_on):
    assert filled(words, rests_on()) in text(where)


# How many rows of each page only state something.
STATED_ROWS = {
    "1 exercise": 5,
    "1a lesson": 1,
    "1b lesson": 1,
    "2 exercise": 5,
    "3 exercise": 9,
    "3 lesson": 2,
    "4 exercise": 5,
    "4 lesson": 3,
    "5 exercise": 7,
    "5a lesson": 2,
    "5b lesson": 2,
    "6 exercise": 3,
    "capstone.checks": 12,
    "equity": 1,
    "levels": 1,
    "process_product.checks": 1,
    "scaling_down.checks": 7,
    "rules": 2,
    "scaling_up.checks": 1,
    "three_scales.checks": 26,
    "village_45": 1,
}


def test_rows_that_only_state_something_are_counted():
    """A new one has to be added here, so that no claim slips in as a statement."""
    stated = Counter(where for where, _, rests_on in FIGURES if rests_on is STATED)
    assert stated == STATED_ROWS
    unmarked = [words for _, words, rests_on in FIGURES if _is_empty(rests_on)]
    assert unmarked == []


def _is_empty(rests_on):
    """Whether a function returns True and asks nothing, without being marked."""
    code = rests_on.__code__
    return rests_on is not STATED and code.co_consts[-1:] == (True,) and not code.co_names


# What stands in prose as a digit and is no figure about data or a model.
NO_FIGURES = [
    r"\$\$[^$]*\$\$|\$[^$]*\$",  # formulas
    r"\btau2\b|\bt2\b|`1 / [^`]*`",
    r"\[[^\]]*\]\([^)]*\)",  # links
    r"\bhttps?://\S+",
    r"### References?\b.*$",
    r"\([^()]*\b(?:1[6-9]|20)\d\d[^()]*\)",  # citations
    r"\((?:\d+ )?points?[^)]*\)|\((?:\d+|\d+ points), [^)]*\)",
    r"\(\d+ (?:minutes?|point|points)(?:, [^)]*)?\)",
    r"\*\*\d+ points, [^*]* minutes\b[^*]*\.\*\*",
    r"about \d+ minutes|\d+ to \d+ minutes",
    r"\d+ to \d+ words",
    r"#+ (?:Exercise )?\d+[ab]?:?(?= )|[Qq]uestion \d+|[Ll]esson \d[ab]?|[Mm]odule \d|\(Part \d\)",
    r"Lessons \d[ab]?(?:, \d[ab]?)*(?: and \d[ab]?)?",
    r"(?<= )\d\. ",  # lists
    r"\| \| 0 \| 1 \| 2 \|",  # the rubric's levels
    r"Sample answer \(\d+ points\)",
]


@pytest.mark.parametrize("where", pages())
def test_no_number_is_left_unchecked(where):
    left = text(where)
    for place, words, rests_on in FIGURES:
        if place == where:
            left = left.replace(filled(words, rests_on()), " ✓ ")
    for pattern in [*NO_FIGURES, *FORMULAS.get(where, ())]:
        left = re.sub(pattern, " ", left)
    cited = [(found.start(), found[0]) for found in re.finditer(r"\S*\d\S*", left)]
    unchecked = [left[max(0, at - 40) : at + 30] for at, _ in cited]
    outside = [figure for figure, _ in CITED.get(where, ())]
    unchecked = [part for part in unchecked if not any(figure in part for figure in outside)]
    assert not unchecked, "\n".join(unchecked)


@pytest.mark.parametrize(
    ("where", "figure", "citation"),
    [(where, *row) for where, rows in CITED.items() for row in rows],
)
def test_a_figure_of_somebody_else_is_followed_by_its_citation(where, figure, citation):
    cells = [cell.source for cell in notebook(where).cells if cell.cell_type == "markdown"]
    paragraphs = "\n\n".join(cells).replace("\N{NO-BREAK SPACE}", " ").split("\n\n")
    about = [paragraph for paragraph in paragraphs if figure in paragraph]
    assert about
    for paragraph in about:
        assert -1 < paragraph.find(figure) < paragraph.find(citation)


def test_every_row_names_a_page():
    assert {where for where, *_ in FIGURES} | {*FORMULAS} <= {*pages()}
    assert {*CITED} <= {*NOTEBOOKS}


def test_every_explorable_of_a_notebook_is_one_of_the_package():
    sources = " ".join(source for _, source in code())
    used = set(re.findall(r"(\w+)\.explorable\.(?:show|still)", sources))
    assert used
    assert used <= set(explorables())
