"""Several, ordering, matching and estimate: what is read, what is right, and what part of it is."""

import contextlib
import io
import math
from collections import OrderedDict

import numpy as np
import pandas as pd
import pytest
from naming import case

from scaling.checking import Hint, NotDone, choice, estimate, matching, number, ordering, several

check_both = several(
    name="both",
    expected=lambda: {"a": True, "b": False, "c": np.True_, "d": False},
    meaning="Right, a and c.",
    slips={
        "Look at b again.": lambda: "b",
        "A is missed.": lambda: "a",
    },
)
check_promise = ordering(
    name="promise",
    expected=lambda: {"a": 3, "b": 1, "c": 4, "d": np.float64(2)},
    meaning="From the weakest up.",
    slips={
        "This is the order of the alphabet.": lambda: "abcd",
        "These are sizes.": lambda: {"a": 1, "b": 4, "c": 2, "d": 3},
        "Is c weaker than b?": lambda: "cb",
    },
)
check_cases = matching(
    name="cases",
    expected=lambda: {"1": "b", "2": "a", "3": "b"},
    options="abcd",
    meaning="Each in its place.",
    slips={
        "A fourth thing is no place.": lambda: ["1d", "2d", "3d"],
        "Two is no c.": lambda: "2c",
    },
)
check_guess = estimate(
    name="guess",
    unit="kg",
    expected=lambda: 210.0,
    meaning="A heavy box.",
    slips={
        "This is one of the ten.": lambda: 21,
        "This counts the lids.": lambda: [2000, 4000],
    },
)
EVERY_KIND = [check_both, check_promise, check_cases, check_guess]
every_kind = pytest.mark.parametrize("check", EVERY_KIND, ids=lambda check: check.name)


def said(check, answer):
    """The hint that an answer gets, "" if it is right; fails where anything else is printed."""
    out, err = io.StringIO(), io.StringIO()
    hint = ""
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            assert check(answer) is None
        except Hint as problem:
            hint = str(problem)
            assert "\n" not in hint
    assert (out.getvalue(), err.getvalue()) == ("" if hint else f"✔ {check.praise()}\n", "")
    return hint


# What is right


BOTH = ["a c", "ac", "c, a", "A and C", "(a) (c)", "a; c.", "{a, c}", ["a", "c"], ("c", "a"),
        {"a", "c"}, np.array(["a", "c"]), pd.Series(["c", "a"]), np.str_("ac"), "aca",
        [["a", "c"]], pd.DataFrame({"x": ["a", "c"]}),
        {"a": True, "b": False, "c": True, "d": False}]  # fmt: skip


def as_typed(answer):
    """An answer as a name of a test: the same in every process, also for a set."""
    return f"set of {sorted(answer)}" if isinstance(answer, set) else repr(answer)


@pytest.mark.parametrize("answer", BOTH, ids=as_typed)
def test_letters_that_hold_are_right_in_whatever_way_they_are_typed(answer):
    assert said(check_both, answer) == ""


PROMISE = ["b d a c", "bdac", "B D A C", "b, d, a, c", "b < d < a < c", "b, then d, then a and c",
           "b→d→a→c", "(b) (d) (a) (c)", ["b", "d", "a", "c"], ("b", "d", "a", "c"), ["bd", "ac"],
           np.array(list("bdac")), pd.Series(list("BDAC")), ["b)", "d)", "a)", "c)"]]  # fmt: skip


@pytest.mark.parametrize("answer", PROMISE, ids=as_typed)
def test_a_right_order_is_right_in_whatever_way_it_is_typed(answer):
    assert said(check_promise, answer) == ""


def test_letters_of_equal_rank_may_come_in_either_order():
    check = ordering(name="tie", expected=lambda: {"a": 1, "b": 1, "c": 2}, meaning="Yes.")
    assert said(check, "abc") == said(check, "bac") == ""
    assert said(check, "acb") == "Nearly: one pair of neighbours in tie is the wrong way round."


CASES = ["1b 2a 3b", "1b2a3b", "1B, 2A, 3B", "1-b; 2-a; 3-b", "1: b 2: a 3: b", "1=b 2=a 3=b",
         "3b 1b 2a", "b1 a2 b3", "b a b", "bab", {"1": "b", "2": "a", "3": "b"},
         {1: "B", 2: " a ", 3: "(b)"}, ["1b", "2a", "3b"], ["b", "a", "b"],
         [("1", "b"), ("2", "a"), ("3", "b")], [(1, "b"), (2, "a"), (3, "b")],
         np.array(["1b", "2a", "3b"]), OrderedDict({"2": "a", "3": "b", "1": "b"})]  # fmt: skip


@pytest.mark.parametrize("answer", CASES, ids=as_typed)
def test_a_right_match_is_right_in_whatever_way_it_is_typed(answer):
    assert said(check_cases, answer) == ""


@pytest.mark.parametrize("answer", [105, 105.0, 210, 300, 420, [210], np.array(210)], ids=repr)
def test_an_estimate_within_the_factor_is_right(answer):
    assert said(check_guess, answer) == ""


def test_the_praise_of_an_estimate_tells_its_rough_value_once():
    assert check_guess.praise() == "about 210 kg: A heavy box."
    known = estimate(name="n", expected=lambda: 1437, meaning="Some 1,400 a day.")
    assert known.praise() == "Some 1,400 a day."


# What is not right


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        ("b", "Look at b again."),
        ("a b", "Look at b again."),
        ("c", "A is missed."),
        ("a", "What both chooses holds, but something is missing: read the others again."),
        ("a c d", "Read statement d of both once more: does it hold?"),
        ("none", "both chooses nothing, but at least one of the statements holds."),
        ([], "both chooses nothing, but at least one of the statements holds."),
        ("abcd", "Look at b again."),
    ],
)
def test_letters_that_do_not_hold_are_answered(answer, hint):
    assert said(check_both, answer) == hint


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        ("a b c d", "This is the order of the alphabet."),
        ("a c d b", "These are sizes."),
        ("c a b d", "Is c weaker than b?"),
        ("b d c a", "Nearly: one pair of neighbours in promise is the wrong way round."),
        ("b c a d", "Compare c with a: which of the two comes first in promise?"),
        ("b d a", "promise leaves out c: put all 4 letters in order."),
        ("b", "promise leaves out a, c and d: put all 4 letters in order."),
        ("b d a c a", "promise names a more than once; each comes once."),
        (
            {"b", "d", "a", "c"},
            'promise is a set, which keeps no order. Write promise = "… … … …".',
        ),
    ],
)
def test_a_wrong_order_is_answered(answer, hint):
    assert said(check_promise, answer) == hint


def test_an_order_the_other_way_round_is_recognised_by_itself():
    check = ordering(name="size", expected=lambda: {"a": 1, "b": 2, "c": 3}, meaning="Yes.")
    assert (
        said(check, "cba") == "This is the order the other way round: begin size at the other end."
    )


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        ("1b 2c 3b", "Two is no c."),
        ("1d 2c 3b", "A fourth thing is no place."),
        ("1a 2a 3b", "Look at 1 in cases once more: which letter fits it better?"),
        ("1b 2a", "cases has no letter yet for 3."),
        ({"2": "a", "1": None, "3": ""}, "cases has no letter yet for 1 and 3."),
        ("1b 1c 2a 3b", "cases names 1 more than once; each has one letter."),
    ],
)
def test_a_wrong_match_is_answered(answer, hint):
    assert said(check_cases, answer) == hint


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (21, "This is one of the ten."),
        (28, "This is one of the ten."),
        (3900, "This counts the lids."),
        (421, "guess = 421 kg is too large. Estimate its parts one by one, then multiply."),
        (104, "guess = 104 kg is too small. Estimate its parts one by one, then multiply."),
        (9e9, "guess = 9e+09 kg is far too large. Estimate its parts one by one, then multiply."),
        (0, "guess = 0 kg cannot be: a number above 0 is wanted."),
        (-210, "guess = -210 kg cannot be: a number above 0 is wanted."),
        ("210", "guess is text. Write the number without quotes."),
        (math.nan, "guess is nan, not a finite number."),
    ],
)
def test_a_wrong_estimate_is_answered(answer, hint):
    assert said(check_guess, answer).startswith(hint)


# Blanks and wrong kinds


@every_kind
@pytest.mark.parametrize("blank", [None, ..., "", " \n"])
def test_a_blank_is_not_done_yet_and_has_no_credit(check, blank):
    for ask in (check, lambda answer: check.credit(answer, 2)):
        with pytest.raises(NotDone, match=f"^Not done yet: {check.name} has no answer so far"):
            ask(blank)


@pytest.mark.parametrize("blank", ["...", "…", "?", [...], ["a", ...]])
@pytest.mark.parametrize("check", EVERY_KIND[:3], ids=lambda check: check.name)
def test_dots_in_quotes_or_in_a_list_are_not_done_yet(check, blank):
    with pytest.raises(NotDone):
        check(blank)


class Unreadable:
    """Fails in an unusual way whenever it is read."""

    def __iter__(self):
        raise KeyError("row")

    def __float__(self):
        raise RuntimeError("no value")


WRONG = [
    7, 1.5, True, np.True_, math.inf, print, lambda: "a", type, object(), pd.NA, pd.NaT, 2j, b"ac",
    "e", "z y", "1z", "xyz" * 5000, "a1b2z3", "x", [1.5, 2.5], [True, False], [None], [{}],
    [object()], {"a": 1}, {"z": True}, {1.5: "a"}, {"1": 2}, {True: "b"}, [["a", ["c"]]], range(3),
    10**400, pd.DataFrame({"a": [1.0], "b": [2.0]}),
    pd.DataFrame({"a": ["b"], "c": ["d"]}),
    np.array([["a", "c"], ["b", "d"]]), np.array("ac"), Unreadable(), [Unreadable()], math,
    {Unreadable(): "a"}, {"1": Unreadable()}, NotImplemented,
]  # fmt: skip


@every_kind
def test_what_is_of_the_wrong_kind_is_told_so_in_a_sentence(check):
    for place, answer in enumerate(WRONG):
        with case(f"number {place} of WRONG"):
            hint = said(check, answer)
            if check is not check_guess:
                assert hint.startswith(f"{check.name} should be ")
            assert hint.startswith(check.name) or hint in check.slips
            assert hint.endswith((".", "?"))
            with pytest.raises(Hint):
                check.credit(answer, 2)


# Points


@pytest.mark.parametrize(
    ("check", "answer", "points", "reached"),
    [
        (check_both, "ac", 2, 2),
        (check_both, "a", 2, 1),
        (check_both, "acd", 2, 1),
        (check_both, "c", 1, 0.5),
        (check_cases, "1b 2a 3b", 2, 2),
        (check_cases, "1b 2a 3c", 2, 1.33),
        (check_cases, "1b 2a", 2, 1.33),
        (check_cases, "1c 2c 3b", 1, 0.33),
        (check_promise, "bdac", 1, 1),
        (check_guess, 200, 1, 1),
    ],
)
def test_what_is_right_in_part_has_part_of_the_points(capsys, check, answer, points, reached):
    given = check.credit(answer, points)
    assert given == reached
    assert type(given) is float
    out, err = capsys.readouterr()
    assert err == ""
    if reached == points:
        assert out == f"✔ {check.praise()}\n"
    else:
        word = "point" if points == 1 else "points"
        assert out == f"{said(check, answer)}\n{reached:g} of {points} {word} so far.\n"


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        (check_both, "b"),
        (check_both, "ab"),
        (check_both, "abcd"),
        (check_both, "none"),
        (check_cases, "1c 2c 3c"),
        (check_cases, "1b 1c 2a 3b"),
        (check_promise, "bdca"),
        (check_guess, 21),
    ],
)
def test_what_has_no_right_part_has_a_hint_and_no_points(capsys, check, answer):
    with pytest.raises(Hint) as caught:
        check.credit(answer, 2)
    assert str(caught.value) == said(check, answer)
    assert capsys.readouterr() == ("", "")


def test_a_choice_and_a_number_can_be_asked_for_points_too(capsys):
    letter = choice(name="x", expected=lambda: {"a": True, "b": False}, meaning="Yes.")
    exact = number(name="n", expected=lambda: 3, tolerance=0.1, meaning="Three.")
    assert (letter.credit("a", 1), exact.credit(3, 2)) == (1.0, 2.0)
    assert capsys.readouterr().out == "✔ Yes.\n✔ 3: Three.\n"
    for check, answer in ((letter, "b"), (exact, 4)):
        with pytest.raises(Hint):
            check.credit(answer, 1)


@every_kind
def test_each_slip_has_a_hint_of_its_own(check):
    wrong = {
        "both": {"Look at b again.": "abc", "A is missed.": "c"},
        "promise": {
            "This is the order of the alphabet.": "abcd",
            "These are sizes.": "acdb",
            "Is c weaker than b?": "cdab",
        },
        "cases": {"A fourth thing is no place.": "1b 2a 3d", "Two is no c.": "1b 2c 3b"},
        "guess": {"This is one of the ten.": 21, "This counts the lids.": 2000},
    }[check.name]
    assert list(wrong) == list(check.slips)
    for hint, answer in wrong.items():
        assert said(check, answer) == hint
