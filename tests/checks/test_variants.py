"""Data of one's own: each draw is solvable, tells right from wrong, and is spoken of as it is."""

import contextlib
import io
import json
import re
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from naming import case

from scaling.checking import Hint, NotDone, number, table
from scaling.checking.variants import DRAWN, LETTERS, read_token, token_for

ROOT = Path(__file__).parents[2]
DRAWS = 500
SOLVED = 12  # of them with the whole solution
EXERCISES = {
    "scaling_up": "01-scaling-up",
    "process_product": "02-process-and-product",
    "size_context": "03-size-and-context",
}
# Where a solution types numbers of its prompt, the same line with the student's own.
TYPED = {
    "m1-one-study-answer": """\
n, bad, others, others_bad = mine.counts
one_study = ((n - bad) / bad) / ((others - others_bad) / others_bad)""",
    "m1-chance-spread-answer": "chance_spread = (2 / mine.people) ** 0.5",
    "m1-without-selection-answer": """\
without_selection = 8.7 - mine.selected_percent / 100 * (8.7 - 1.4)""",
    "m1-forecast-answer": "forecast = adoption.bass(mine.year - 1945, fitted[0], fitted[1])",
    "m2-kept-answer": "kept = (1 - mine.process_share) * mine.reception",
    "m2-grown-total-answer": (
        "each = fidelity(mine.process_share, mine.reception, 1)\n"
        "grown_total = mine.copies / (1 + mine.process_cost) * each"
    ),
    "m2-frozen-gap-answer": "frozen_gap = mine.months * mine.drift**2",
    "m2-best-alpha-answer": (
        "alphas = np.arange(1, 101) / 100\n"
        "best_alpha = alphas[np.argmin(steady_gap(alphas, mine.drift, mine.noise))]"
    ),
    "m2-late-each-week-answer": (
        'fined = yours[(yours.group == "fine") & (yours.period == "during")]\n'
        "late_each_week = fined.late_pickups.mean()"
    ),
    "m3-voice-answer": "voice = mine.meeting_minutes / mine.guests",
}
every_exercise = pytest.mark.parametrize("lesson", EXERCISES)


def checks_of(lesson):
    return import_module(f"scaling.{lesson}.checks")


def tokens(many):
    return [token_for(b"the secret of a course", f"student {one}") for one in range(many)]


def distinct(mine, check):
    """A token for each of the different data that a check has in all draws."""
    found = {}
    for token in tokens(DRAWS):
        values = mine.values(token)
        found.setdefault(tuple(values[name] for name in check.varies.names), token)
    return found.values()


def verdict(check, answer):
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            check(answer)
        except Hint as hint:
            return str(hint)
    return None


def code_of(lesson):
    """The code cells of a solution by id, without those that only show something."""
    name = EXERCISES[lesson]
    nb = json.loads((ROOT / f"solutions/{name}/{name}-exercise.ipynb").read_text(encoding="utf-8"))
    cells = {cell["id"]: "".join(cell["source"]) for cell in nb["cells"]}
    kinds = {cell["id"]: cell["cell_type"] for cell in nb["cells"]}
    shown = re.compile(r"\.still\(|to_read\(|ending\.show")
    return {
        name: re.sub(r"^checking\.watch.*$", "", text, flags=re.MULTILINE)
        for name, text in cells.items()
        if kinds[name] == "code" and not shown.search(text)
    }


# ---------------------------------------------------------------- tokens


def test_a_token_is_read_however_it_is_typed_and_never_with_a_slip():
    token = token_for(b"a secret", "alex")
    typed = token.upper().replace("-", " ").replace("0", "o").replace("1", "l")
    assert read_token(token) == read_token(typed) == token
    others = {
        token[:place] + letter + token[place + 1 :]
        for place in range(DRAWN)
        for letter in LETTERS
        if token[place] not in ("-", letter)
    }
    read = [one for one in others if read_token(one)]
    assert len(read) <= len(others) / 100  # one in 1,024 on average
    assert read_token("") is read_token("k") is None


def test_a_token_depends_on_the_student_and_on_the_secret():
    made = {token_for(secret, student) for secret in (b"a", b"b") for student in ("alex", "sam")}
    assert len(made) == 4


def test_no_token_is_not_done_yet_and_a_wrong_one_is_told():
    mine = checks_of("size_context").mine
    with pytest.raises(NotDone, match="needs the token"):
        mine("")
    with pytest.raises(Hint, match="This is no token"):
        mine(token_for(b"a", "alex")[:-1])
    assert mine.in_use is None


# ---------------------------------------------------------------- every exercise


@every_exercise
def test_at_least_a_third_of_the_automatic_questions_vary(lesson):
    module = checks_of(lesson)
    asked = [text for name, text in code_of(lesson).items() if not name.endswith("-answer")]
    questions = set(re.findall(r"^check\.(\w+)\(", "\n".join(asked), re.MULTILINE))
    mine, varying = module.mine, set()
    for check in mine.checks:
        answers = {tuple(np.ravel(right(mine, check, one))) for one in distinct(mine, check)}
        if len(answers) > 4:
            varying.add(check.name)
    assert 3 * len(questions & varying) >= len(questions)


def right(mine, check, token):
    """The right answer with the data of a token; 0 for a function, whose cases are the same."""
    if not isinstance(check, number | table):
        return 0.0
    with mine.using(token), check.varies.seen():
        return np.round(np.asarray(check.expected(), float), 9)


@every_exercise
def test_in_500_draws_right_and_wrong_stay_apart(lesson):
    mine = checks_of(lesson).mine
    for check in mine.checks:
        if not isinstance(check, number | table):
            continue
        usual = {hint for hint, slip in check.slips.items() if is_number(slip)}
        for token in distinct(mine, check):
            with case(f"{check.name} {token}"), mine.using(token):
                with check.varies.seen():
                    answer = np.asarray(check.expected(), float)
                    wrong = {hint: slip() for hint, slip in check.slips.items() if is_number(slip)}
                assert set(wrong) == usual  # as many mistakes are recognised
                assert np.isfinite(answer).all()
                assert verdict(check, answer) is None
                for values in wrong.values():
                    if isinstance(check, number):
                        assert np.min(np.abs(np.ravel(values) - answer)) > check.tolerance
                    elif np.shape(values) == answer.shape:
                        assert np.max(np.abs(values - answer)) > check.tolerance


def is_number(slip):
    try:
        return bool(np.isfinite(np.asarray(slip(), float)).all())
    except Exception:
        return False


@every_exercise
def test_slips_with_own_data_get_the_hint_of_the_usual_exercise(lesson):
    mine = checks_of(lesson).mine
    for check in mine.checks:
        if not isinstance(check, number):
            continue
        for token in list(distinct(mine, check))[:SOLVED]:
            with mine.using(token):
                for hint, slip in check.slips.items():
                    with check.varies.seen():
                        wrong, said = np.ravel(slip()), check.varies.said(hint)
                    with case(f"{check.name} {token} {hint}"):
                        assert said in [verdict(check, one) for one in wrong]


@every_exercise
def test_the_solution_is_right_with_any_data_of_ones_own(lesson):
    mine, cells = checks_of(lesson).mine, code_of(lesson)
    for token in tokens(SOLVED):
        namespace = {"__name__": "__main__"}
        with case(token), mine.using(token) as values, contextlib.redirect_stdout(io.StringIO()):
            namespace["mine"] = type("Mine", (), values)
            for name, text in cells.items():
                exec(TYPED.get(name, text), namespace)
                exec(mine.cells.get(name, ""), namespace)
            for name in set(mine.cells) - set(cells):  # they stand behind a prompt
                exec(mine.cells[name], namespace)


@every_exercise
def test_passages_that_change_are_in_what_the_check_says(lesson):
    mine = checks_of(lesson).mine
    for check in mine.checks:
        for usual in check.varies.words:
            assert any(usual in said for said in (check.meaning, *check.slips)), usual
        for token in list(distinct(mine, check))[:SOLVED]:
            with mine.using(token), check.varies.seen():
                for said in (check.meaning, *check.slips):
                    assert not [one for one in check.varies.words if one in check.varies.said(said)]


@every_exercise
def test_without_a_token_a_check_says_what_it_always_said(lesson):
    mine = checks_of(lesson).mine
    for check in mine.checks:
        before = check.praise()
        with mine.using(tokens(1)[0]):
            pass
        assert (check.praise(), mine.in_use) == (before, None)
        assert check.varies.said(check.meaning) == check.meaning
