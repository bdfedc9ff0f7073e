"""What is tried on every question of an Understand notebook, whatever it is about."""

import contextlib
import io
import itertools

import numpy as np
import pandas as pd

from scaling.checking import Hint, choice, estimate, matching, ordering, several

BLANKS = [..., None, "", "  "]
WRONG_TYPES = {
    "a number": 12.5,
    "a truth": True,
    "a function": len,
    "a table": pd.DataFrame({"one": [1.5, 2.5], "two": [3.5, 4.5]}),
    "letters that do not exist": "x y z",
    "a sentence": "I think that it depends on the place.",
    "an object": object(),
    "bytes": b"abcd",
}


def verdict(check, answer):
    """None if the answer is right, otherwise the hint; nothing else may be said."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            check(answer)
        except Hint as hint:
            said = str(hint)
        else:
            said = None
    assert err.getvalue() == ""
    assert out.getvalue() == (f"✔ {check.praise()}\n" if said is None else "")
    return said


def credit(check, answer, points=1.0):
    """The points that an answer gets; 0 if the check stops with a hint."""
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            return check.credit(answer, points)
        except Hint:
            return 0.0


def in_order(check):
    rank = check.expected()
    return sorted(rank, key=rank.get)


def held(check):
    return [letter for letter, is_true in check.expected().items() if is_true]


def ways_to_be_right(check):
    """A right answer in the styles in which people type it."""
    if isinstance(check, choice):
        (letter,) = held(check)
        return [letter, letter.upper(), f" ({letter}) ", f"{letter}."]
    if isinstance(check, several):
        letters = held(check)
        return [
            " ".join(letters), "".join(letters), ", ".join(letters).upper(), letters,
            letters[::-1], tuple(letters), set(letters), np.array(letters), " and ".join(letters),
        ]  # fmt: skip
    if isinstance(check, ordering):
        letters = in_order(check)
        return [
            " ".join(letters), "".join(letters), ", ".join(letters).upper(), letters,
            tuple(letters), np.array(letters), pd.Series(letters), " < ".join(letters),
        ]  # fmt: skip
    if isinstance(check, matching):
        right = check.expected()
        pairs = [item + option for item, option in right.items()]
        return [
            " ".join(pairs), "".join(pairs), ", ".join(pairs).upper(), pairs, right,
            {int(item): option.upper() for item, option in right.items()},
            " ".join(right.values()), list(right.values()), "; ".join(pairs[::-1]),
        ]  # fmt: skip
    assert isinstance(check, estimate)
    value, edge = float(check.expected()), check.factor * 0.999
    return [value, np.float64(value), [value], round(value, 1), value * edge, value / edge]


def wrong_answers(check):
    """Every wrong answer that lies one step from a right one; for an order, every wrong order."""
    if isinstance(check, choice):
        return [letter for letter, is_true in check.expected().items() if not is_true]
    if isinstance(check, several):
        right = set(held(check))
        return [sorted(right ^ {letter}) for letter in check.expected()]
    if isinstance(check, ordering):
        every = itertools.permutations(check.expected())
        return [list(one) for one in every if list(one) != in_order(check)]
    assert isinstance(check, matching)
    right = check.expected()
    return [
        right | {item: option}
        for item in right
        for option in check.options
        if option != right[item]
    ]


def answers_of(check, slip):
    """The answers that hold a slip and are else as right as can be."""
    values = [slip] if isinstance(slip, str | int | float) else list(slip)
    if isinstance(check, choice | estimate):
        return values
    if isinstance(check, several):
        return [sorted(set(held(check)) ^ {letter}) for letter in values]
    if isinstance(check, matching):
        return [check.expected() | {pair[:-1]: pair[-1]} for pair in values]
    return [
        list(one)
        for value in values
        for one in itertools.permutations(check.expected())
        if [letter for letter in one if letter in value] == list(value)
    ]
