"""Data of one's own: each draw is solvable, tells right from wrong, and is spoken of as it is."""

import contextlib
import io
import itertools
import json
import re
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from naming import case

from scaling.checking import Draw, Hint, NotDone, Variants, number, table
from scaling.checking.kinds import PRINTED
from scaling.checking.variants import DRAWN, LETTERS, read_token, token_for
from scaling.checking.worked_out import worked_out
from scaling.wording import listed

ROOT = Path(__file__).parents[2]
DRAWS, FEW = 500, 40
SOLVED = 3  # of them with the whole solution
EXERCISES = {
    "scaling_up": "01-scaling-up",
    "process_product": "02-process-and-product",
    "size_context": "03-size-and-context",
    "scaling_down": "04-scaling-down",
    "three_scales": "05-three-scales",
    "capstone": "06-capstone",
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
    "m4-survives-answer": "survives = mine.kept**4",
    "m4-break-even-answer": "break_even = mine.extra_cost**0.5",
    "m4-separate-reserve-answer": """\
calls_at_a_table = stats.poisson.ppf(0.95, mine.demand)
separate_reserve = mine.teams * (calls_at_a_table - mine.demand)""",
    "m5-ratio-and-difference-answer": """\
ratio_and_difference = [
    mine.per * 272 / 2028543 / (mine.per * 191 / 2173810),
    mine.per * 272 / 2028543 - mine.per * 191 / 2173810,
]""",
    "m5-loops-answer": """\
minus = {(start, end) for start, sign, end in links if sign == "-"}
cycles = list(nx.simple_cycles(graph))
odd = [sum(link in minus for link in zip(one, one[1:] + one[:1])) % 2 for one in cycles]
loops = [odd.count(0), odd.count(1)]""",
    "m6-missing-money-answer": """\
missing_money = tasks.cost.sum() + mine.wage * tasks.unpaid_hours.sum() - mine.budget""",
    "m6-enough-reception-answer": """\
enough_reception = mine.process_share * 2 / ((1 - mine.process_share) * mine.process_cost)""",
    "m6-no-benefit-answer": """\
sd = (0.15**2 + mine.standard_error**2) ** 0.5
no_benefit = stats.t.cdf((0 - 0.15) / sd, 4)""",
}
every_exercise = pytest.mark.parametrize("lesson", EXERCISES)


def checks_of(lesson):
    return import_module(f"scaling.{lesson}.checks")


def tokens(many):
    return [token_for(b"the secret of a course", f"student {one}") for one in range(many)]


def distinct(mine, check, draws=FEW):
    """A token for each of the different data that a check has in these draws."""
    found = {}
    for token in tokens(draws):
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
    """The code of a solution's cells by id; "" for prose, and for what only shows something."""
    name = EXERCISES[lesson]
    nb = json.loads((ROOT / f"solutions/{name}/{name}-exercise.ipynb").read_text(encoding="utf-8"))
    shown = re.compile(r"\.still\(|to_read\(|ending\.show")
    found = {}
    for cell in nb["cells"]:
        text = "".join(cell["source"])
        is_left_out = cell["cell_type"] != "code" or shown.search(text)
        found[cell["id"]] = "" if is_left_out else re.sub(r"(?m)^checking\.watch.*$", "", text)
    return found


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


def test_no_token_is_not_done_yet_and_a_wrong_one_is_told(monkeypatch):
    checks = checks_of("size_context")
    mine, usual = checks.mine, 90 / 48
    monkeypatch.setattr(mine, "is_asked", False)  # as it is before and after, in a class of none
    monkeypatch.setattr(mine, "in_use", None)
    assert verdict(checks.voice, usual) is None
    for text, kind, said in [
        ("", NotDone, "needs the token"),
        (token_for(b"a", "alex")[:-1], Hint, "This is no token"),
    ]:
        with pytest.raises(kind, match=said):
            mine(text)
        assert mine.in_use is None
        # The numbers of all are not praised, since they would get no points.
        with pytest.raises(NotDone, match="needs the token"):
            checks.voice(usual)
    with contextlib.redirect_stdout(io.StringIO()):
        given = mine(token_for(b"a", "alex"))
    assert verdict(checks.voice, given.meeting_minutes / given.guests) is None


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


def test_the_guide_names_the_exercises_with_data_of_ones_own():
    lessons = {file.parent.name for file in (ROOT / "src/scaling").glob("*/checks.py")}
    assert {one for one in lessons if hasattr(checks_of(one), "mine")} == set(EXERCISES)
    guide = (ROOT / "course/for-instructors/guide.md").read_text(encoding="utf-8")
    named = listed([name[1] for name in sorted(EXERCISES.values())])
    assert f"in exercises {named} at least a third of the questions" in guide


def right(mine, check, token):
    """The right answer with the data of a token; 0 for a function, whose cases are the same."""
    if not isinstance(check, number | table):
        return 0.0
    with mine.using(token), check.varies.seen():
        return np.round(np.asarray(check.expected(), float), 9)


@every_exercise
@pytest.mark.parametrize(
    "draws", [FEW, pytest.param(DRAWS, marks=[pytest.mark.slow, pytest.mark.thorough])]
)
def test_in_many_draws_right_and_wrong_stay_apart(lesson, draws):
    mine = checks_of(lesson).mine
    for check in mine.checks:
        if not isinstance(check, number | table):
            continue
        usual = wrong_answers(check)
        for token in distinct(mine, check, draws):
            with case(f"{check.name} {token}"), mine.using(token):
                with check.varies.seen():
                    answer = np.asarray(worked_out(check.expected), float)
                    wrong = wrong_answers(check)
                assert set(wrong) == set(usual)  # as many mistakes are recognised
                assert alike(check, wrong) <= alike(check, usual)  # and told apart
                assert np.isfinite(answer).all()
                assert verdict(check, answer) is None
                for values in wrong.values():
                    if isinstance(check, number):
                        assert np.min(np.abs(np.ravel(values) - answer)) > check.tolerance
                    elif np.shape(values) == answer.shape:
                        assert np.max(np.abs(values - answer)) > check.tolerance


def alike(check, wrong):
    """Pairs of hints for wrong answers that are the same, so that only one hint is ever given."""
    if isinstance(check, table):
        return {
            (one, other)
            for one, other in itertools.combinations(wrong, 2)
            if np.shape(wrong[one]) == np.shape(wrong[other])
            and np.allclose(wrong[one], wrong[other], rtol=0, atol=check.tolerance)
        }
    hints = np.repeat(list(wrong), [np.size(values) for values in wrong.values()])
    values = np.concatenate([np.ravel(one) for one in wrong.values()])
    same = np.isclose(values[:, None], values, rtol=1e-6, atol=0)
    pairs = [(hints[one], hints[other]) for one, other in np.argwhere(np.triu(same, 1))]
    return {(one, other) for one, other in pairs if one != other}


def wrong_answers(check):
    """What the slips of a check give, by their hints; a few give no numbers, and are left out."""
    found = {}
    for hint, slip in check.slips.items():
        with contextlib.suppress(Exception):
            values = np.asarray(worked_out(slip), float)
            if np.isfinite(values).all():
                found[hint] = values
    return found


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
                        wrong, said = np.ravel(worked_out(slip)), check.varies.said(hint)
                    with case(f"{check.name} {token} {hint}"):
                        assert said in [verdict(check, one) for one in wrong]


@every_exercise
def test_who_takes_the_printed_numbers_is_told_so(lesson):
    mine, told = checks_of(lesson).mine, set()
    for check in mine.checks:
        if not isinstance(check, number | table):
            continue
        for token in distinct(mine, check):
            with mine.using(token):
                said = verdict(check, worked_out(check.expected))
                with check.varies.seen():
                    slips = {check.varies.said(hint) for hint in check.slips}
            with case(f"{check.name} {token}"):
                # It may be near enough to the student's own, or a mistake with these as well.
                assert said in {None, PRINTED, *slips}
            if said == PRINTED:
                told.add(check.name)
    assert len(told) > 2


@every_exercise
def test_the_solution_is_right_with_any_data_of_ones_own(lesson):
    mine, cells = checks_of(lesson).mine, code_of(lesson)
    assert set(mine.cells) <= set(cells)
    for token in tokens(SOLVED):
        namespace = {"__name__": "__main__"}
        with case(token), mine.using(token) as values, contextlib.redirect_stdout(io.StringIO()):
            namespace["mine"] = type("Mine", (), values)
            for name, text in cells.items():
                exec(TYPED.get(name, text), namespace)
                for _ in range(2):  # somebody who runs a cell again has the same data
                    exec(mine.cells.get(name, ""), namespace)


@every_exercise
def test_passages_that_change_are_in_what_the_check_says(lesson):
    mine = checks_of(lesson).mine
    for check in mine.checks:
        for usual in check.varies.words:
            assert any(usual in said for said in (check.meaning, *check.slips)), usual
        for token in list(distinct(mine, check))[:SOLVED]:
            with mine.using(token), check.varies.seen():
                others = [usual for usual, own in check.varies.words.items() if own() != usual]
                for said in (check.meaning, *check.slips):
                    assert not [one for one in others if one in check.varies.said(said)]


@every_exercise
def test_without_a_token_a_check_says_what_it_always_said(lesson):
    mine = checks_of(lesson).mine
    for check in mine.checks:
        before = check.praise()
        with mine.using(tokens(1)[0]):
            pass
        assert (check.praise(), mine.in_use) == (before, None)
        assert check.varies.said(check.meaning) == check.meaning


def test_what_is_cached_is_computed_once_for_the_same_numbers():
    mine, computed = Variants("a test", {}, guests=Draw(48, [35, 36])), []

    @mine.cached("guests")
    def minutes(of=90):
        """Return the minutes of each."""
        computed.append((of, mine.guests))
        return of / mine.guests

    own = mine.of("guests")
    assert [minutes(), minutes(), minutes(48)] == [90 / 48, 90 / 48, 1]
    assert minutes.__doc__ == "Return the minutes of each."
    mine.in_use = {"guests": 36}
    assert minutes() == 90 / 48  # A check that does not read the number has the usual one.
    with own.seen():
        assert [minutes(), minutes()] == [2.5, 2.5]
    assert computed == [(90, 48), (48, 48), (90, 36)]
