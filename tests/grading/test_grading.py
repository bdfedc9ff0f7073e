"""The real nbgrader gives a class the points it deserves, and tells everybody why."""

import html
import re
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from scaling.size_context import checks

pytestmark = pytest.mark.slow

SOLUTION = Path(__file__).parents[2] / "solutions/03-size-and-context"
POINTS = {  # of the questions that checks mark, in the order of the exercise
    cell.id: cell.metadata.nbgrader.points
    for cell in nbformat.read(SOLUTION / f"{SOLUTION.name}-exercise.ipynb", as_version=4).cells
    if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade")
}
JUDGEMENT, JUDGEMENT_POINTS = "m3-judgement", 4
ESSAY = "I would first ask who hosts, and whether the evening is free there."
MEGABYTE = 1_000_000

# ---------------------------------------------------------------- the class


def in_plain_python(_):
    """The same answers by somebody who likes loops, lists and whole numbers."""
    return {
        "m3-reading": 'reading = " B) "',
        "m3-pairs": "def pairs(n):\n    return sum(range(n))",
        "m3-alive-share": (
            "def alive_share(people, have, need):\n"
            "    others = people - 1\n"
            "    if have >= need * others:\n"
            "        return 1\n"
            "    return have / need / others"
        ),
        "m3-voice": "voice = round(90 / 48, 2)",
        "m3-weights": "weights = []\nfor variance in variances:\n    weights.append(1 / variance)",
        "m3-q-statistic": (
            "def q_statistic(effects, variances):\n"
            "    above = below = q = 0\n"
            "    for y, v in zip(effects, variances):\n"
            "        above += y / v\n"
            "        below += 1 / v\n"
            "    for y, v in zip(effects, variances):\n"
            "        q += (y - above / below) ** 2 / v\n"
            "    return q"
        ),
        "m3-tau2": (
            "def tau2(effects, variances):\n"
            "    w = [1 / v for v in variances]\n"
            "    left = q_statistic(effects, variances) - len(w) + 1\n"
            "    if left < 0:\n"
            "        return 0\n"
            "    return left / (sum(w) - sum(x * x for x in w) / sum(w))"
        ),
        "m3-pooled-effect": "pooled_effect = -0.714",
        "m3-next-place": (
            "import math\n"
            "def next_place_interval(m, s, t, n):\n"
            "    q = stats.t(n - 2).ppf(0.975)\n"
            "    return [m - q * math.sqrt(t + s * s), m + q * math.sqrt(t + s * s)]"
        ),
        "m3-chance-above-one": "chance_above_one = 0.123",
        "m3-village-spread": (
            "import statistics\nvillage_spread = statistics.stdev(list(villages['mean']))"
        ),
        "m3-chance-spread": (
            "total = 0\n"
            "for n in villages['size']:\n"
            "    total += 0.45 * 0.55 / n\n"
            "chance_spread = (total / len(villages)) ** 0.5"
        ),
        "m3-overtaking": "overtaking = 0.85",
        "m3-exception": "exception = 'cheyenne'",
    }


def in_numpy(_):
    """The same answers by somebody who knows numpy and scipy."""
    return {
        "m3-reading": "reading = 'b'",
        "m3-pairs": "from scipy.special import comb\npairs = lambda n: comb(n, 2)",
        "m3-alive-share": (
            "def alive_share(n, hours, hours_per_tie):\n"
            "    return np.minimum(1, np.asarray(hours) / (hours_per_tie * (n - 1)))"
        ),
        "m3-voice": "voice = np.array([1.875])",
        "m3-weights": "weights = np.reciprocal(variances.to_numpy()).reshape(-1, 1)",
        "m3-q-statistic": (
            "def q_statistic(effects, variances):\n"
            "    y, w = np.array(effects), 1 / np.array(variances)\n"
            "    return w @ (y - np.average(y, weights=w)) ** 2"
        ),
        "m3-tau2": (
            "def tau2(effects, variances):\n"
            "    w = 1 / np.array(variances)\n"
            "    q = q_statistic(effects, variances)\n"
            "    return np.clip((q - w.size + 1) / (w.sum() - w @ w / w.sum()), 0, None)"
        ),
        "m3-pooled-effect": (
            "t2 = tau2(effects, variances)\n"
            "pooled_effect = np.average(effects, weights=1 / (variances + t2))"
        ),
        "m3-next-place": (
            "def next_place_interval(mean, se, tau2, k):\n"
            "    return np.array(stats.t.interval(0.95, k - 2, mean, np.hypot(se, tau2**0.5)))"
        ),
        "m3-chance-above-one": (
            "spread = np.sqrt(t2 + 1 / np.sum(1 / (variances + t2)))\n"
            "chance_above_one = 1 - stats.t(k - 2, pooled_effect, spread).cdf(0)"
        ),
        "m3-village-spread": "village_spread = np.std(villages['mean'], ddof=1)",
        "m3-chance-spread": (
            "p = villages['mean'].mean()\n"
            "chance_spread = np.sqrt(p * (1 - p) * np.mean(1 / villages['size']))"
        ),
        "m3-overtaking": ("overtaking = curves.query('`scale up` > `join up`').likeness.iloc[0]"),
        "m3-exception": (
            "table = emergencies.leaders()\n"
            "exception = table.loc[~table['leader is named most'], 'emergency'].item()"
        ),
    }


# One slip a question: the answer, and a piece of the hint that names it.
SLIPS = {
    "m3-reading": ('reading = "a"', "This is the promise of the mean"),
    "m3-pairs": ("def pairs(n):\n    return n**2", "This counts n times n"),
    "m3-alive-share": (
        "def alive_share(n, hours, hours_per_tie):\n    return hours / (hours_per_tie * (n - 1))",
        "cap the share at 1",
    ),
    "m3-voice": ("voice = 90 / 47", "divide by n, not by n − 1"),
    "m3-weights": ("weights = 1 / np.sqrt(variances)", "This weighs by 1/standard error"),
    "m3-q-statistic": (
        "def q_statistic(effects, variances):\n"
        "    y, v = np.asarray(effects), np.asarray(variances)\n"
        "    return np.sum((y - y.mean()) ** 2 / v)",
        "The middle here is the plain average",
    ),
    "m3-tau2": (
        "def tau2(effects, variances):\n"
        "    w = 1 / np.asarray(variances)\n"
        "    mean = np.sum(w * effects) / np.sum(w)\n"
        "    q = np.sum(w * (np.asarray(effects) - mean) ** 2)\n"
        "    return (q - (len(w) - 1)) / (np.sum(w) - np.sum(w**2) / np.sum(w))",
        "A variance cannot be below 0",
    ),
    "m3-pooled-effect": (
        "plain = 1 / variances\npooled_effect = np.sum(plain * effects) / np.sum(plain)",
        "This is the fixed-effect mean",
    ),
    "m3-next-place": (
        "def next_place_interval(mean, se, tau2, k):\n"
        "    reach = 1.96 * np.sqrt(tau2 + se**2)\n"
        "    return mean - reach, mean + reach",
        "This uses 1.96 (z)",
    ),
    "m3-chance-above-one": (
        "chance_above_one = next_place.run().pooled.chance_above(1)",
        "A risk ratio of 1 is 0 on the log scale",
    ),
    "m3-village-spread": ("village_spread = villages['mean'].var()", "This is the variance"),
    "m3-chance-spread": (
        "chance_spread = np.sqrt(0.45 * 0.55)", "This is the chance spread of a single household"
    ),
    "m3-overtaking": (
        "overtaking = curves[curves['scale up'] > curves['join up']].index[0]",
        "This is a row of the table",
    ),
    "m3-exception": ('exception = "Texas Hill Country"', "also the one with most staff"),
}  # fmt: skip


def noisy(answers):
    """The right answers by somebody who prints and whose code warns, in and out of functions."""
    loud = (
        "import sys, warnings, logging\n"
        "print('working on it')\n"
        "warnings.warn('out of a cell')\n"
        "print('to stderr', file=sys.stderr)\n"
    )
    inside = (
        "    import sys, warnings, logging\n"
        "    print('in here')\n"
        "    print('and in here', file=sys.stderr)\n"
        "    warnings.warn('out of a function')\n"
        "    logging.warning('logged')\n"
        "    np.log(np.array([-1.0, 0.0]))\n"
    )
    changed = {}
    for question, answer in answers.items():
        first, *rest = answer.splitlines()
        if first.startswith("def "):
            changed[question] = "\n".join([first, inside.rstrip(), *rest])
        else:
            changed[question] = loud + answer
    return changed


def in_answer_cells(answers):
    return {f"{question}-answer": answer for question, answer in answers.items()}


HALF = list(POINTS)[:7]
CLASS = {  # student: the cells that differ from the released exercise, by cell id
    "complete": lambda answers: in_answer_cells({**answers, JUDGEMENT: ESSAY}),
    "untouched": lambda _: {},
    "half": lambda answers: in_answer_cells({question: answers[question] for question in HALF}),
    "plain": lambda answers: in_answer_cells(in_plain_python(answers)),
    "numpy": lambda answers: in_answer_cells(in_numpy(answers)),
    "slips": lambda _: in_answer_cells({name: answer for name, (answer, _) in SLIPS.items()}),
    "noisy": lambda answers: in_answer_cells(noisy(answers)),
    "cheat": lambda _: dict.fromkeys(POINTS, "print('✔ all is well')") | in_answer_cells({
        "m3-pairs": "def pairs(n):\n    return {2: 1, 12: 66, 24: 276, 400: 79800}[n]",
        "m3-voice": "voice = 1.875",
    }),
}  # fmt: skip

# ---------------------------------------------------------------- points


@pytest.mark.parametrize("student", ["complete", "plain", "numpy"])
def test_right_answers_get_every_point_in_whatever_style(graded, student):
    told = {question: graded.said(student, question) for question in POINTS}
    assert graded.points(student) == POINTS, told


def test_sixteen_points_are_given_by_checks_and_every_one_of_these_has_a_slip_here():
    assert sum(POINTS.values()) == 16
    assert list(SLIPS) == list(POINTS)


def test_an_untouched_exercise_gets_nothing_and_is_told_so_in_one_line_each(graded):
    assert graded.points("untouched") == dict.fromkeys(POINTS, 0)
    for question in POINTS:
        assert graded.said("untouched", question).startswith("Not done yet")
        assert "\n" not in graded.said("untouched", question)


def test_half_the_exercise_gets_its_half_of_the_points(graded):
    expected = {name: points * (name in HALF) for name, points in POINTS.items()}
    assert graded.points("half") == expected


def test_printing_and_warning_costs_nobody_a_point(graded):
    told = {question: graded.said("noisy", question) for question in POINTS}
    assert graded.points("noisy") == POINTS, told


def test_what_a_learner_prints_stays_out_of_the_checks(graded):
    for question in POINTS:
        assert graded.said("noisy", question).startswith("✔ ")
        assert graded.said("noisy", question).count("\n") == 1


# ---------------------------------------------------------------- slips


def test_every_slip_costs_its_question_and_only_its_points(graded):
    assert graded.points("slips") == dict.fromkeys(POINTS, 0)


def as_read(page):
    """A page of HTML as its reader sees it, without tags."""
    return html.unescape(re.sub(r"<[^>]+>", "", page))


@pytest.mark.parametrize("question", SLIPS)
def test_a_slip_is_named_in_the_output_and_in_the_feedback(graded, question):
    _, hint = SLIPS[question]
    said = graded.said("slips", question)
    assert hint in said
    assert "Traceback" not in said
    assert hint in as_read(graded.feedback("slips"))


def test_a_check_that_was_written_over_is_put_back_before_grading(graded):
    expected = {name: points * (name == "m3-voice") for name, points in POINTS.items()}
    assert graded.points("cheat") == expected
    assert not any("all is well" in graded.said("cheat", question) for question in POINTS)


def test_a_function_that_lists_the_values_in_view_meets_the_hidden_ones(graded):
    assert "pairs(7)" in graded.said("cheat", "m3-pairs")


# ---------------------------------------------------------------- the part a person marks


def test_the_judgement_waits_for_a_person(graded):
    waiting = [(name, most) for name, _, most, manual in graded.grades("complete") if manual]
    assert waiting == [(JUDGEMENT, JUDGEMENT_POINTS)]


def test_the_exercise_has_twenty_points_in_all(graded):
    assert sum(most for _, _, most, _ in graded.grades("complete")) == 20


def test_what_was_written_is_there_for_the_person_who_marks(graded):
    assert ESSAY in graded.file("autograded", "complete").read_text(encoding="utf-8")
    assert "Sample answer" in graded.file("autograded", "complete").read_text(encoding="utf-8")
    assert ESSAY in graded.feedback("complete")


@pytest.mark.parametrize("secret", ["Sample answer", "MARK SCHEME", "HIDDEN TESTS", "(613,)"])
def test_feedback_hands_out_no_sample_answer_and_no_hidden_test(graded, secret):
    # students keep what they get, and next year's class asks them for it
    assert secret not in as_read(graded.feedback("slips"))


# ---------------------------------------------------------------- files


@pytest.mark.parametrize("student", CLASS)
def test_graded_notebooks_stay_small_and_hold_no_widgets(graded, student):
    assert graded.file("autograded", student).stat().st_size < MEGABYTE
    assert graded.file("feedback", student).stat().st_size < MEGABYTE
    assert "widgets" not in graded.read("autograded", student).metadata


def test_grading_reports_no_error(graded):
    assert not re.search(r"\| (ERROR|CRITICAL)\]", graded.log)


def test_exported_grades_name_every_student(graded, course_folder):
    with Gradebook(f"sqlite:///{course_folder / 'gradebook.db'}") as book:
        assert {student.id for student in book.students} == set(CLASS)


# ---------------------------------------------------------------- validate


def test_validate_says_that_the_solution_passes(validate):
    assert "Success! Your notebook passes all the tests." in validate("solutions")


def test_validate_lists_what_is_open_in_the_untouched_exercise(validate):
    said = validate("exercises")
    assert f"VALIDATION FAILED ON {len(POINTS)} CELL(S)!" in said
    assert said.count("Not done yet") == len(POINTS)


def test_the_class_slips_in_ways_that_the_checks_know():
    known = " ".join(
        hint for check in vars(checks).values() for hint in getattr(check, "slips", ())
    )
    assert all(hint in known for _, hint in SLIPS.values())
