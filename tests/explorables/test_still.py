"""Tables as a page shows them."""

import re
from pathlib import Path

import pandas as pd
import pytest

from scaling.explorable import all_explorables
from scaling.still import as_html

CSS = Path(as_html.__code__.co_filename).parents[1] / "widgets/screen.css"


def headings(table):
    return re.findall("<th>(.*?)</th>", as_html(table))


def lefts(table):
    return [int(place) for place in re.findall(r"scaling-left-(\d)", as_html(table))]


def test_an_index_that_has_a_name_is_the_first_column():
    table = pd.DataFrame({"lesson": ["1a", "1b"], "minutes": [90, 60]})
    assert headings(table.set_index("lesson")) == ["lesson", "minutes"]
    assert headings(table) == ["lesson", "minutes"]
    assert headings(table[table.minutes > 60]) == ["lesson", "minutes"]  # numbered rows


def test_columns_of_words_are_told_from_columns_of_figures():
    table = pd.DataFrame(
        {
            "group": ["group A", "group B"],
            "share": ["12 %", "−3 %"],
            "deaths": ["23 of 400", "–"],
            "lies": ["above", "between"],
            "number": [1, 2],
        }
    )
    assert lefts(table) == [1, 4]
    assert lefts(table.set_index("lies")) == [1, 2]


@pytest.mark.parametrize("key", all_explorables())
def test_the_style_sheet_knows_the_place_of_every_column_of_words(key):
    explorable = all_explorables()[key]
    ruled = set(map(int, re.findall(r"\.scaling-left-(\d) tr", CSS.read_text())))
    places = lefts(explorable.table(explorable.run(**explorable.start)))
    assert set(places) <= ruled | {1}  # the first column is always on the left
