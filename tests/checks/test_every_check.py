"""Every check of every module: right answers, slips, blanks, wrong kinds and near misses.

The checks are found by looking, so a new one is tried here as soon as it is written.
"""

import contextlib
import copy
import importlib
import io
import itertools
import math
import pkgutil
import re
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
from naming import case

import scaling
from scaling.checking import (
    Check,
    Hint,
    NotDone,
    choice,
    estimate,
    function,
    matching,
    number,
    ordering,
    several,
    table,
    text,
)


def found():
    """Every check of the package by module and name."""
    for module in pkgutil.walk_packages(scaling.__path__, "scaling."):
        if module.name.endswith(".checks"):
            names = vars(importlib.import_module(module.name))
            for name, check in names.items():
                if isinstance(check, Check):
                    folder = module.name.removeprefix("scaling.").removesuffix(".checks")
                    yield f"{folder}.{name}", check


CHECKS = dict(found())


def every(*kinds):
    """Parametrize a test over all checks of some kinds, named by module."""
    chosen = [
        pytest.param(check, id=name)
        for name, check in CHECKS.items()
        if isinstance(check, kinds or (Check,))
    ]
    return pytest.mark.parametrize("check", chosen)


def verdict(check, answer):
    """None if the answer passes (with one line of praise and no more), otherwise the hint."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            value = check(answer)
        except Hint as hint:
            said = str(hint)
        else:
            said = None
            assert value is None
    assert err.getvalue() == ""
    assert out.getvalue() == (f"✔ {check.praise()}\n" if said is None else "")
    return said


def test_there_are_checks_of_every_kind():
    assert len(CHECKS) >= 15
    for kind in (number, choice, table, text, function):
        assert any(isinstance(check, kind) for check in CHECKS.values()), kind


# How checks are written


@every()
def test_a_check_has_the_name_of_what_it_checks(check, request):
    name = request.node.callspec.id.rpartition(".")[2]
    assert check.name == name
    assert name.isidentifier()


@every()
def test_what_a_check_says_is_one_or_two_plain_sentences(check):
    for said in (check.meaning, *check.slips):
        assert "\n" not in said
        assert said == said.strip()
        assert said.endswith((".", "?")), said
        assert "!" not in said
        assert len(re.findall(r"[.?](?=\s|$)", said)) <= 3, said


@every(number, table, function)
def test_a_check_of_numbers_knows_at_least_two_slips(check):
    assert len(check.slips) >= 2


@every(number, table)
def test_the_right_answer_is_always_the_same_and_finite(check):
    once, again = np.asarray(check.expected(), float), np.asarray(check.expected(), float)
    assert np.array_equal(once, again)
    assert np.isfinite(once).all()
    assert check.tolerance > 0


# Right answers


def ways_of_one(value):
    yield float(value)
    yield np.float64(value)
    yield np.array(value)
    yield pd.Series([value])
    yield pd.Series({"only": value})
    yield [value]
    if float(value).is_integer():
        yield int(value)
        yield np.int64(value)


def ways_of_several(values):
    values = np.asarray(values, float)
    yield values
    yield values.tolist()
    yield tuple(values)
    yield pd.Series(values)
    yield pd.Series(values, index=range(100, 100 - len(values), -1))
    yield pd.DataFrame({"values": values})
    yield values.reshape(-1, 1)


@every(number)
def test_a_right_number_passes_in_every_type(check):
    for answer in ways_of_one(check.expected()):
        assert verdict(check, answer) is None


@every(table)
def test_right_numbers_pass_in_every_form(check):
    for answer in ways_of_several(check.expected()):
        assert verdict(check, answer) is None


@every(choice)
def test_exactly_one_letter_is_right_however_it_is_typed(check):
    truth = check.expected()
    (right,) = [letter for letter, is_true in truth.items() if is_true]
    assert all(re.fullmatch("[a-z]", letter) for letter in truth)
    for answer in (right, right.upper(), f" {right}) ", f"({right})", np.str_(right)):
        assert verdict(check, answer) is None


@every(text)
def test_a_right_name_passes_in_capitals_and_with_spaces(check):
    right = check.expected()
    rights = [right] if isinstance(right, str) else list(right)
    assert rights
    for name in rights:
        for answer in (name, name.upper(), name.lower(), f"  {name}. ", np.str_(name)):
            assert verdict(check, answer) is None


def returning(procedure, change):
    return lambda *case: change(procedure(*case))


def ways_of_calling(check):
    """The right function, returning its result in every type."""
    right = check.expected(*copy.deepcopy(check.cases[0]))
    ways = ways_of_several if np.ndim(right) else ways_of_one
    for i in range(len(list(ways(right)))):
        if np.ndim(right) or i < 6:
            yield returning(check.expected, lambda value, i=i: list(ways(value))[i])


@every(function)
def test_a_right_function_passes_whatever_type_it_returns(check):
    for answer in ways_of_calling(check):
        assert verdict(check, answer) is None
        check.again(answer, *check.cases)


# Slips


def wrong_numbers(check):
    """All wrong numbers that the slips of a check give; a slip may give several."""
    return [value for slip in check.slips.values() for value in np.ravel(slip()).tolist()]


@every(number, table, text, function)
def test_every_slip_gets_its_own_hint(check):
    for hint, slip in check.slips.items():
        answer = slip if isinstance(check, function) else slip()
        several = answer if isinstance(check, text) and not isinstance(answer, str) else [answer]
        if isinstance(check, number) and np.ndim(answer):
            said = [verdict(check, one) for one in answer]
            assert hint in said
            assert set(said) <= set(check.slips)  # a hint for one of them alone comes first
        else:
            for one in several:
                assert verdict(check, one) == hint


@every(choice)
def test_every_wrong_letter_gets_a_hint(check):
    truth = check.expected()
    answered = {slip(): hint for hint, slip in check.slips.items()}
    assert set(answered) <= {letter for letter, is_true in truth.items() if not is_true}
    for letter in truth:
        if not truth[letter]:
            said = verdict(check, letter)
            assert said == answered[letter] if letter in answered else said


@every(number)
def test_no_slip_is_mistaken_for_the_right_answer_or_for_another_slip(check):
    right = float(check.expected())
    assert all(abs(slip - right) > check.tolerance for slip in wrong_numbers(check))
    slips = sorted(float(slip()) for slip in check.slips.values() if not np.ndim(slip()))
    for one, other in itertools.pairwise(slips):
        # within the tolerance of both the nearer one is named: they must differ visibly
        assert other - one > min(0.01 * abs(one), 1.5 * check.tolerance)


@every(number)
def test_what_people_do_to_any_number_is_recognised(check):
    right = float(check.expected())
    slips = wrong_numbers(check)
    changed = {
        "100 times": 100 * right,
        "a hundredth": right / 100,
        "the sign": -right,
        "the exponential": math.exp(right) if right < 700 else math.inf,
        "upside down": 1 / right,
    }
    if right > 0:
        changed["the logarithm"] = math.log(right)
    recognised = 0
    for word, value in changed.items():
        if (
            math.isfinite(value)
            and min(abs(value - one) for one in [right, *slips]) > check.tolerance
        ):
            assert word in verdict(check, value), (word, value)
            recognised += 1
    assert recognised >= 3


# Letters and estimates


def styles(letters):
    """Ways in which letters, or pairs of a number and a letter, are typed."""
    yield " ".join(letters)
    yield ", ".join(letters).upper()
    yield "".join(letters)
    yield list(letters)
    yield np.array(letters)


@every(several)
def test_the_statements_that_hold_are_right_in_every_style(check):
    truth = check.expected()
    right = [letter for letter, is_true in truth.items() if is_true]
    assert 0 < len(right) < len(truth)
    for answer in (*styles(right), set(right), {one: bool(truth[one]) for one in truth}):
        assert verdict(check, answer) is None


@every(several)
def test_each_statement_that_is_taken_wrongly_has_a_hint(check):
    truth = check.expected()
    for letter in truth:
        chosen = [one for one in truth if bool(truth[one]) != (one == letter)]
        assert verdict(check, chosen or "none") in check.slips or not chosen
    named = [letter for slip in check.slips.values() for letter in slip()]
    assert set(named) <= set(truth)


@every(ordering)
def test_a_right_order_is_right_in_every_style(check):
    rank = check.expected()
    for answer in styles(sorted(rank, key=rank.get)):
        assert verdict(check, answer) is None


@every(ordering)
def test_some_order_gets_the_hint_of_each_slip(check):
    orders = map("".join, itertools.permutations(check.expected()))
    assert set(check.slips) <= {verdict(check, order) for order in orders}


@every(matching)
def test_a_right_match_is_right_in_every_style(check):
    right = check.expected()
    for answer in (*styles([item + right[item] for item in right]), right):
        assert verdict(check, answer) is None


@every(matching)
def test_each_wrong_pair_has_a_hint_and_each_slip_is_a_wrong_pair(check):
    right = check.expected()
    said = set()
    for item, option in itertools.product(right, check.options):
        if option != right[item]:
            said.add(verdict(check, right | {item: option}))
    assert said == set(check.slips)


@every(estimate)
def test_an_estimate_is_right_up_to_its_factor_and_not_beyond(check):
    for side in (1, -1):
        assert verdict(check, check.expected() * check.factor ** (0.999 * side)) is None
        assert verdict(check, check.expected() * check.factor ** (1.001 * side)) is not None


@every(estimate)
def test_each_wrong_estimate_gets_its_own_hint(check):
    for hint, slip in check.slips.items():
        for value in np.ravel(slip()).tolist():
            assert verdict(check, value) == hint


@every(choice, several, ordering, matching)
def test_the_form_that_a_hint_shows_is_no_answer(check):
    (form,) = re.findall(f'{check.name} = "(.*?)"', verdict(check, 7))
    with pytest.raises(Hint):
        check.credit(form, 2)


# Near misses


@every(number)
@pytest.mark.parametrize("side", [-1, 1])
def test_a_number_is_right_inside_its_tolerance_and_wrong_outside(check, side):
    right = float(check.expected())
    assert verdict(check, right + side * check.tolerance * 0.999) is None
    assert verdict(check, right + side * check.tolerance * 1.001) is not None


@every(table)
@pytest.mark.parametrize("side", [-1, 1])
def test_each_of_several_numbers_is_right_inside_and_wrong_outside(check, side):
    for place in range(len(check.expected())):
        inside, outside = (np.array(check.expected(), float) for _ in range(2))
        inside[place] += side * check.tolerance * 0.999
        outside[place] += side * check.tolerance * 1.001
        assert verdict(check, inside) is None
        assert f"value {place + 1}, which is" in verdict(check, outside)


@every(table)
def test_several_numbers_in_another_order_are_told_so(check):
    values = np.asarray(check.expected(), float)
    assert "another order" in verdict(check, values[::-1])
    assert "are wanted" in verdict(check, values[:-1])


@every(function)
@pytest.mark.parametrize("side", [-1, 1])
def test_a_function_is_right_inside_its_tolerance_and_wrong_outside(check, side):
    def off_by(part):
        def answer(*case):
            right = np.asarray(check.expected(*case), float)
            return right + side * part * check.tolerance * max(1.0, np.abs(right).max())

        return answer

    assert verdict(check, off_by(0.999)) is None
    assert verdict(check, off_by(1.001)) is not None


# Blanks and wrong kinds


@every()
def test_a_blank_is_not_done_yet(check):
    for blank in (None, ..., "", " "):
        told = f"^Not done yet: {check.name} has no answer"
        with case(repr(blank)), pytest.raises(NotDone, match=told):
            check(blank)


def stub(*_):
    raise NotImplementedError("Not done yet: replace this line with your answer.")


@every(function)
@pytest.mark.parametrize("unfinished", [stub, lambda *_: ...])
def test_a_function_still_to_be_written_is_not_done_yet(check, unfinished):
    with pytest.raises(NotDone):
        check(unfinished)
    with pytest.raises(NotDone):
        check.again(unfinished, *check.cases)


WRONG_KINDS = {
    "text": "a word that is no answer",
    "truth": True,
    "function": len,
    "lambda": lambda: 1,
    "several values": [1.5, 2.5],
    "nothing in a list": [],
    "table": pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]}),
    "not a number": math.nan,
    "infinite": math.inf,
    "list of text": ["1", "2"],
    "a set": {1.5, 2.5},
    "an object": object(),
    "missing": pd.NA,
}


@every()
def test_an_answer_of_the_wrong_kind_is_told_so_in_a_sentence(check):
    for kind, answer in WRONG_KINDS.items():
        with case(kind):
            said = verdict(check, answer)
            assert said is not None
            assert said.endswith((".", "?"))
            assert check.name in said or "is not it" in said
            assert "Traceback" not in said


@every(function)
def test_a_function_that_returns_the_wrong_kind_is_told_so(check):
    for kind in WRONG_KINDS.keys() - {"several values"}:
        with case(kind):
            said = verdict(check, lambda *_, kind=kind: WRONG_KINDS[kind])
            assert said.startswith(f"{check.name}(") or f" of {check.name}(" in said
            assert said.endswith((".", "?"))


@every(function)
def test_a_function_with_too_few_arguments_is_told_so(check):
    assert "stops with TypeError" in verdict(check, lambda: 1)
    assert "returns nothing" in verdict(check, lambda *_: None)


# Functions again, on other cases


def another(value, generator):
    """A value like this one, of the same kind and sign, but another; borders, 0 and 1, stay."""
    if isinstance(value, list | tuple):
        return type(value)(another(part, generator) for part in value)
    if isinstance(value, np.ndarray | pd.Series):
        return value * generator.uniform(0.6, 1.4, len(value))
    if isinstance(value, bool | str) or value in (0, 1):
        return value
    if isinstance(value, int | np.integer):
        return value + int(generator.integers(1, 7))
    return value * generator.uniform(0.6, 1.4)


def fresh_cases(check, seed, count=12):
    generator = np.random.default_rng(seed)
    return [another(check.cases[i % len(check.cases)], generator) for i in range(count)]


@every(function)
@pytest.mark.parametrize("seed", [1, 2])
def test_answers_learnt_by_heart_pass_in_view_and_fail_on_fresh_cases(check, seed):
    known = {repr(case): check.expected(*copy.deepcopy(case)) for case in check.cases}

    def by_heart(*case):
        return known.get(repr(case), known[repr(check.cases[0])])

    assert verdict(check, by_heart) is None
    with pytest.raises(Hint, match=f"^{check.name} is right for the values in view but not"):
        check.again(by_heart, *fresh_cases(check, seed))


@pytest.mark.slow
@every(function)
def test_the_right_function_passes_and_every_slip_fails_on_fresh_cases(check):
    cases = fresh_cases(check, 3, count=60)  # enough to tell every slip from what is right
    for answer in ways_of_calling(check):
        assert check.again(answer, *cases) is None
    for slip in check.slips.values():
        with pytest.raises(Hint):
            check.again(slip, *cases)


@every(function)
def test_a_noisy_function_that_spoils_its_arguments_does_no_harm(check, capfd):
    def careless(*case):
        print("noise")
        print("noise", file=sys.stderr)
        warnings.warn("noise", stacklevel=1)
        right = check.expected(*copy.deepcopy(case))
        for argument in case:
            if isinstance(argument, list | np.ndarray | pd.Series):
                argument[:] = [0] * len(argument)
        return right

    before = repr(check.cases)
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        check(careless)
        check(careless)
        check.again(careless, *check.cases)
    assert capfd.readouterr() == (f"✔ {check.praise()}\n" * 2, "")
    assert heard == []
    assert repr(check.cases) == before


@every(number, table, function)
def test_what_agrees_with_everything_does_not_pass(check):
    class Pleasing(float):
        __hash__ = float.__hash__

        def _agree(self, *_):
            return True

        def _vanish(self, *_):
            return 0.0

        __eq__ = __le__ = __ge__ = __lt__ = __gt__ = _agree
        __sub__ = __rsub__ = __abs__ = _vanish

    pleasing = Pleasing(-98765.4321)
    answers = [pleasing, [pleasing] * 13]
    if isinstance(check, function):
        answers = [lambda *_: pleasing, lambda *_: [pleasing] * 2]
    for answer in answers:
        assert verdict(check, answer) is not None
