"""What one student writes takes no time without end, and steers no terminal."""

import numpy as np

from scaling.checking import kinds
from scaling.grading import carry, clean, report
from scaling.grading.records import Record


def test_of_a_long_answer_in_words_only_the_beginning_is_read():
    phrase = kinds._plain("Cheyenne" + "\u0315\u0300" * 500_000)
    assert phrase == "cheyenne"


def test_what_is_below_a_mask_is_no_answer():
    value = np.ma.array([1.0, 2.0], mask=[True, False])
    found = carry.unpack(carry.pack(value), None)
    assert np.isnan(found[0])
    assert found[1] == 2


def test_the_table_holds_nothing_that_steers_a_terminal():
    record = Record("zoe\x1b[2J\nann", "assignment", "graded", flags=["\x1b[Hann 16/16"])
    shown = report.table([record])
    assert "\x1b" not in shown
    assert not any(line.startswith("ann") for line in shown.splitlines())


def test_a_text_of_many_formulas_is_shown_as_it_was_typed():
    assert "<math" not in clean.render("\\\\(" * 30_000)
