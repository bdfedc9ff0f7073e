"""A paragraph of a lesson holds at most three numbers; those with more are listed, and counted.

A number is written in digits. An estimate and its interval are one number, and so are any “from a
to b” and a share with its base (“12 of 103”). Years, citations, formulas, the numbers of lessons,
sections and list items, the 95 of a “95 % interval” and the unit of a rate (“per 100,000”) are
none.
"""

import re
from collections import defaultdict

import pytest
from figures.pages import NOTEBOOKS, notebook

MOST = 3

NO_NUMBERS = [
    r"\$\$[^$]*\$\$|\$[^$]*\$",  # formulas
    r"\]\([^)]*\)",  # where links lead
    r"\bhttps?://\S+",
    r"\([^()]*\b(?:1[6-9]|20)\d\d[^()]*\)",  # citations
    r"\b(?:1[6-9]|20)\d\d(?:\N{EN DASH}\d\d(?:\d\d)?)?(?![\d.,]*\d|\s?%)",  # years
    r"\b(?:[Ll]essons?|[Ss]ections?|[Ee]xercises?|[Qq]uestions?|[Mm]odules?|[Pp]art|[Ss]teps?)"
    r" \d[ab]?"
    r"(?:(?:,| and|, and) \d[ab]?\b)*",
    r"^\s*\d+\. ",  # list items
    r"^#+ .*$",  # headings
    r"\b95 %(?= \**(?:prediction )?interval)",
    r"\b(?:in|for|per|of) 100,000\b(?: births)?",
]
END = r"[−+-]?\d(?:[\d.,]*\d)?"
UNIT = r"(?:\s?%|°|\s?points?)?"
RANGES = [
    rf"{END}{UNIT}[^\d.;:()]{{0,60}}\binterval\w*,? from {END}{UNIT} to {END}{UNIT}",
    rf"(?:{END}{UNIT}(?: [a-z]+){{0,2}}, )?\bfrom {END}{UNIT} to {END}{UNIT}",
    rf"{END}{UNIT} \({END}{UNIT} to {END}{UNIT}",
    rf"{END}{UNIT} (?:to|or) {END}{UNIT}|{END} of (?:the )?{END}|{END}\N{{EN DASH}}{END}{UNIT}",
]
NUMBER = re.compile(rf"{END}")

# By module and cell, the numbers in each paragraph that has more than three. Cutting some of them
# changes this table; nothing may be added to it.
TOO_MANY = {
    "0": {"run-a-cell-after": [4]},
}


def paragraphs(source):
    """The paragraphs of a cell before its references; an item of a list is one, a table none."""
    body = source.replace("\N{NO-BREAK SPACE}", " ").split("### References")[0]
    body = re.sub(r"^(?:> )?\|.*$", "", body, flags=re.MULTILINE)
    return re.split(r"\n(?:> ?)?[ ]*\n|\n(?=(?:> )?\s*(?:[-*]|\d+\.) )", body)


def numbers(paragraph):
    """How many numbers a paragraph asks its reader to hold."""
    for pattern in NO_NUMBERS:
        paragraph = re.sub(pattern, " ", paragraph, flags=re.MULTILINE)
    for pattern in RANGES:
        paragraph = re.sub(pattern, " 7 ", paragraph)
    return len(NUMBER.findall(paragraph))


def too_many():
    """The counts above three, by module and cell."""
    found = defaultdict(lambda: defaultdict(list))
    for where in NOTEBOOKS:
        if not where.endswith("lesson"):
            continue
        for cell in notebook(where).cells:
            if cell.cell_type == "markdown":
                counts = [numbers(paragraph) for paragraph in paragraphs(cell.source)]
                if max(counts) > MOST:
                    found[where[0]][cell.id] += [count for count in counts if count > MOST]
    return found


def test_a_paragraph_has_at_most_three_numbers_or_is_listed():
    assert {module: dict(cells) for module, cells in too_many().items()} == TOO_MANY


@pytest.mark.parametrize(
    ("paragraph", "count"),
    [
        ("Of 12 guests 3 stay, 2.5 more than 1,000 others.", 4),
        ("It is 0.49, from 0.34 to 0.70, and then anything from 0.14 to 1.77.", 2),
        ("About 11 points are left beyond chance, with a 95 % interval from 5 to 15.", 1),
        ("Overtaking comes at 0.85 (0.83 to 0.88), and deaths rose from 1.26 to 0.71.", 2),
        ("Three or more for 12 of 103 women, and for 16 of the 60.", 2),
        ("In 2016\N{EN DASH}18 it was 34 in 100,000 (Knight and others 2020).", 1),
        ("Section 2 and lessons 4, 5a and 6 say $n(n-1)/2$ of 1998.", 0),
        ("1. Read [lesson 3](03-size-and-context.ipynb).", 0),
        ("In 1,700 towns 20 % and 2000 % are 2 numbers.", 4),
    ],
)
def test_the_counter_counts_what_it_says(paragraph, count):
    assert numbers(paragraph) == count


def test_an_item_of_a_list_is_a_paragraph_and_a_table_is_none():
    source = "One.\n\n- Two 2.\n- Three 3.\n\n> | 1 | 2 |\n> |---|---|\n\n### References\n\n- 4"
    assert [numbers(paragraph) for paragraph in paragraphs(source) if paragraph.strip()] == [
        0,
        1,
        1,
    ]
