"""A check knows whether the cell of its answer stopped, and never judges an older answer."""

import io
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import IPython
import nbformat
import numpy as np
import pytest
from shells import new_shell

import scaling
from scaling.checking import watch, watching

IMPORT = "import numpy as np\nfrom scaling.size_context import checks as check"
STUB = 'raise NotImplementedError("Not done yet: replace this line with your answer.")'
RIGHT = "✔ "
OLDER = "Your answer cell stopped with an error; this is still your earlier answer."


class Page:
    """A notebook's Python, with cells that may be run again and again."""

    def __init__(self, tells_ids):
        self.tells_ids = tells_ids
        self.shell = new_shell()
        watch(self.shell)
        self.run("imports", IMPORT)

    def run(self, cell_id, source):
        """Run a cell; return all that it shows, and whether it ran to its end."""
        shown, wrong = io.StringIO(), io.StringIO()
        with redirect_stdout(shown), redirect_stderr(wrong):
            result = self.shell.run_cell(
                source, store_history=True, cell_id=cell_id if self.tells_ids else None
            )
        assert wrong.getvalue() == ""
        return shown.getvalue(), result.success

    def answer(self, source, name="voice"):
        """Answer, then check; return what the check shows and whether it ended well."""
        self.run(f"m3-{name}-answer", source)
        return self.run(f"m3-{name}", f"check.{name}({name})")


@pytest.fixture(params=[True, False], ids=["ids told", "no ids"])
def page(request, tmp_path, monkeypatch):
    monkeypatch.setenv("SCALING_PREDICTIONS", str(tmp_path / "predictions.json"))
    before = watching._watch
    yield Page(request.param)
    watching._watch = before


def test_a_number_is_shown_without_the_name_of_its_type(page):
    made = "row = np.array([3, 1, 2])\n"
    shown, _ = page.run(
        "own", f"{made}np.argmin(row), row.mean(), {{'largest': row.max()}}, row > 1"
    )
    assert shown.endswith("(1, 2.0, {'largest': 3}, array([ True, False,  True]))\n")
    watching.forget()
    assert repr(np.float64(2)) == "np.float64(2.0)"


STOPPED = {
    "voice = 90 x 48": "Write * for “times”, not x.",
    "voice = 90 / 48 minutes": "Leave words and units out",
    "voice = (90 / 48": "A bracket is opened and never closed",
    "voice = 90 / people": "There is no “people”.",
    "voice = 90\n  voice = 48": "The line begins with blanks",
    "voice = 0,0123": "Write a decimal point, not a comma.",
    "=90/48": "A line cannot begin with =",
    "90 × 48": "Write * for “times”, not ×.",
    "voice == 90 / 48": "One = gives a name to a value",
}


@pytest.mark.parametrize("source", STOPPED)
def test_a_check_says_what_stopped_its_answer_cell(page, source):
    shown, well = page.answer(source)
    assert not well
    (line,) = shown.strip().splitlines()
    assert line.startswith("Not done yet: voice does not exist yet. ")
    assert STOPPED[source] in line
    assert "Run its answer cell first" not in line


@pytest.mark.parametrize("source", [one for one in STOPPED if "==" not in one])
def test_an_older_answer_is_never_praised(page, source):
    assert RIGHT in page.answer("voice = 90 / 48")[0]
    shown, well = page.answer(source)
    assert well  # a graded run is not touched
    assert "✔" not in shown
    assert shown.startswith(OLDER)
    assert STOPPED[source] in shown


def test_an_older_answer_is_never_called_wrong_in_words(page):
    assert "divide by n" in page.answer("voice = 90 / 47")[0]
    shown, well = page.answer("voice = 90 / 48 people")
    assert not well
    assert shown.strip().startswith(OLDER)
    assert "divide by n" not in shown


def test_the_answer_cell_itself_says_it_below_pythons_error(page):
    shown, _ = page.run("m3-voice-answer", "voice = 90 x 48")
    assert "SyntaxError" in shown
    assert shown.strip().splitlines()[-1] == "Write * for “times”, not x."
    shown, _ = page.run("m3-voice-answer", "voice = sqrt(90)")
    assert "NameError" in shown
    assert shown.strip().splitlines()[-1] == "In Python sqrt is np.sqrt."


def test_a_value_without_a_name_is_told_to_have_none(page):
    shown, _ = page.answer("90 / 48")
    assert "begin its line with voice =" in shown
    page.answer("voice = 90 / 47")
    shown, _ = page.answer("90 / 48")
    assert shown.strip().startswith("This is still your earlier answer.")
    assert "begin its line with voice =" in shown


def test_a_comparison_instead_of_a_name_is_told(page):
    page.answer("voice = 90 / 47")
    shown, _ = page.answer("voice == 90 / 48")
    assert "One = gives a name to a value, and == compares: write voice = …" in shown


def test_a_name_with_other_capitals_is_told(page):
    shown, _ = page.answer("Voice = 90 / 48")
    assert "Your answer cell makes Voice: capitals and small letters count." in shown


def test_a_function_that_cannot_be_read_is_not_judged_by_the_one_before(page):
    assert "✔" in page.answer("def pairs(n):\n    return n * (n - 1) / 2", "pairs")[0]
    shown, _ = page.answer("def pairs(n):\nreturn n * (n - 1) / 2", "pairs")
    assert shown.startswith(OLDER)
    assert "Indent the line below the colon" in shown


def test_a_value_that_was_made_before_the_cell_stopped_is_judged(page):
    shown, well = page.answer("voice = 90 / 48\nprint(vioce)")
    assert well
    assert RIGHT in shown


def test_an_answer_mended_in_another_cell_is_judged(page):
    page.answer("voice = 90 x 48")
    page.run("mine", "voice = 90 / 48")
    assert RIGHT in page.run("m3-voice", "check.voice(voice)")[0]


def test_a_stub_that_still_stands_beside_the_answer(page):
    shown, _ = page.answer(STUB)
    assert "still holds the line that begins with raise" in shown
    shown, _ = page.run("m3-voice-answer", f"{STUB}\nvoice = 90 / 48")
    assert "delete that line, so that the lines below it run" in shown
    shown, well = page.answer(f"voice = 90 / 48\n{STUB}")
    assert well
    assert RIGHT in shown


def test_a_check_that_is_run_first_says_to_run_its_answer(page):
    shown, _ = page.run("m3-voice", "check.voice(voice)")
    assert shown.strip() == "Not done yet: voice does not exist yet. Run its answer cell first."


ANSWER_FIRST = "Not done yet: voice does not exist yet. Run its answer cell first."


@pytest.mark.parametrize("source", ["other = 3", "other = 1 / 0", "import math", "# 90 / 48"])
def test_a_cell_that_answers_something_else_is_not_blamed(page, source):
    page.run("mine", source)
    assert page.run("m3-voice", "check.voice(voice)")[0].strip().endswith(ANSWER_FIRST)


def test_a_value_without_a_name_is_looked_for_in_the_last_cell_alone(page):
    page.run("mine", "90 / 48")
    page.run("mine too", "other = 3")
    assert page.run("m3-voice", "check.voice(voice)")[0].strip() == ANSWER_FIRST


def test_a_value_without_a_name_is_blamed_only_if_it_may_be_the_answers(page):
    page.run("mine", "90 / 48")
    for _ in range(2):
        shown, _ = page.run("m3-voice", "check.voice(voice)")
        assert ("begin its line with voice =" in shown) == (not page.tells_ids)


def test_a_function_without_a_name_is_told_to_have_none(page):
    shown, _ = page.answer("lambda n: n * (n - 1) / 2", "pairs")
    assert "Your answer cell makes no function of this name: begin with def pairs(…):" in shown


def test_an_answer_cell_that_makes_only_another_name_is_to_be_run(page):
    assert page.answer("other = 3")[0].strip() == ANSWER_FIRST


def test_an_answer_that_was_deleted_since_is_to_be_run_again(page):
    page.answer("voice = 90 / 48")
    page.run("mine", "del voice\nother = 1")
    assert page.run("m3-voice", "check.voice(voice)")[0].strip() == ANSWER_FIRST


def test_a_cell_that_made_the_name_once_is_its_answer_cell(page):
    page.run("mine", "voice = 90 / 48")
    page.run("mine", "90 / 48")
    shown, _ = page.run("m3-voice", "check.voice(voice)")
    assert shown.startswith("This is still your earlier answer.")


def test_a_line_that_is_not_reached_is_told(page):
    shown, _ = page.answer("if 1 > 2:\n    voice = 90 / 48")
    assert "Your answer cell ran, but not the line that makes voice" in shown


@pytest.mark.parametrize(
    "source",
    [
        "raise NotImplementedError('of mine')\nvoice = 3",
        "raise ValueError('Not done yet')\nvoice = 3",
    ],
)
def test_only_the_stubs_own_line_is_a_stub(page, source):
    shown, _ = page.answer(source)
    assert "Its answer cell stopped with an error." in shown


LOST = {
    "check = 5": ("check", "run the first cell of the page again"),
    "np = 5": ("np", "run the first cell of the page again"),
    "max = 3": ("max", "del max"),
    "sum = 0\nfor i in range(3):\n    sum = sum + i": ("sum", "del sum"),
}


@pytest.mark.parametrize("source", LOST)
def test_a_name_that_is_given_away_is_noticed_at_once(page, source):
    name, what_to_do = LOST[source]
    shown, well = page.run("mine", source)
    assert well
    assert shown.startswith(f"Careful: {name} ")
    assert what_to_do in shown
    assert ("is a function of Python's own" in shown) == (name in ("max", "sum"))
    assert page.run("mine too", "other = 1") == ("", True)  # said once
    page.run("mine", f"del {name}")
    assert page.run("mine too", f"{name}_of_mine = 1") == ("", True)


@pytest.mark.slow
def test_a_function_overwritten_by_its_own_value_is_noticed(page):
    page.run("m3-pairs-answer", "def pairs(n):\n    return n * (n - 1) / 2")
    shown, _ = page.run("m3-voice-answer", "voice = 90 / 48\npairs = pairs(24)")
    assert "Careful: pairs was a function" in shown
    shown, _ = page.run("m3-voice", "check.voice(voice)")
    praise, notice = shown.splitlines()
    assert praise.startswith(RIGHT)
    assert notice.startswith("Careful: pairs ")
    assert notice.endswith("run the cell that makes pairs again.")
    page.run("m3-pairs-answer", "def pairs(n):\n    return n * (n - 1) / 2")
    shown, _ = page.run("m3-voice", "check.voice(voice)")
    assert "Careful" not in shown


def test_an_error_because_of_it_names_it(page):
    page.run("mine", "check = 5")
    shown, _ = page.run("m3-voice", "check.voice(3)")
    assert "Careful: check came with the page" in shown


@pytest.mark.parametrize("source", ["abs('a')", "[max][1]"])
def test_an_error_that_has_another_cause_does_not_name_it(page, source):
    page.run("mine", "max = 3")
    assert "Careful" not in page.run("mine too", source)[0]


@pytest.mark.parametrize(
    "source", [f"{STUB}\n# 90 / 48", f"def f(n):\n    {STUB}\n    return n\nf(3)"]
)
def test_a_stub_without_an_answer_below_it_is_not_to_be_deleted(page, source):
    shown, _ = page.run("m3-voice-answer", source)
    assert "Not done yet" in shown
    assert "delete that line" not in shown


@pytest.mark.parametrize(
    "source",
    [
        "check.voice\nguests * 2",
        "for _ in range(2):\n    check.voice\n    guests * 2",
        "def double(n):\n    return guests * n\ncheck.voice(double(4))",
    ],
)
def test_a_name_that_is_missing_beside_a_check_is_pythons_error(page, source):
    shown, _ = page.run("mine", source)
    assert "NameError" in shown
    assert "Not done yet" not in shown


def test_a_name_that_is_missing_in_a_check_in_a_block_is_not_done_yet(page):
    shown, _ = page.run("mine", "for _ in range(2):\n    check.voice(\n        voice\n    )")
    assert shown.strip().startswith("Not done yet: voice does not exist yet.")


def test_honest_names_are_not_noticed(page):
    for source in ["n = 3\nn = 4", "x = 3\nx = np.array([1])", "def f(n):\n    return n\nf = f"]:
        assert page.run("mine", source) == ("", True)


# ---------------------------------------------------------------- where the watch begins

LESSONS = sorted(file.parent.name for file in Path(scaling.__file__).parent.glob("*/checks.py"))
IMPORT_THEN_CALL = """
import sys
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()

def hooks():
    events = {name: list(calls) for name, calls in shell.events.callbacks.items()}
    return events, shell.custom_exceptions, shell.CustomTB, sys.excepthook

def run(source):
    assert shell.run_cell(source).success

before = hooks()
run("from scaling import checking, ending")
for lesson in sys.argv[1:]:
    run(f"from scaling.{lesson} import checks as check")
assert hooks() == before, "an import changed the shell"
run("checking.watch()")
events, exceptions, _, _ = hooks()
assert exceptions == (Exception,)
for name in ("pre_run_cell", "post_run_cell"):
    assert len(events[name]) == len(before[0][name]) + 1, name
once = hooks()
run("checking.watch()")
assert hooks() == once, "a second call changed the shell again"
"""


@pytest.mark.slow
def test_importing_checks_leaves_the_shell_alone_and_watch_does_not():
    assert len(LESSONS) == 7
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_THEN_CALL, *LESSONS],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def older(tmp_path, monkeypatch):
    """A page of an older copy of an exercise in JupyterLab, where no cell calls `watch`."""
    monkeypatch.setenv("SCALING_PREDICTIONS", str(tmp_path / "predictions.json"))
    monkeypatch.setattr(watching, "_watch", None)
    page = Page.__new__(Page)
    page.tells_ids, page.shell = True, new_shell()
    request = {"header": {"msg_type": "execute_request"}}

    def run(cell_id, source):
        request.update(metadata={"cellId": cell_id}, content={"code": source})
        return Page.run(page, cell_id, source)

    page.run = run
    monkeypatch.setattr(page.shell, "get_parent", lambda: request, raising=False)
    monkeypatch.setattr(IPython, "get_ipython", lambda: page.shell)
    page.run("imports", IMPORT)
    return page


def test_in_an_older_copy_the_first_check_counts_already(older):
    assert watching._watch is None
    shown, well = older.answer("voice = 90 / 48")
    assert (well, shown.startswith(RIGHT)) == (True, True)
    assert watching.verdicts() == {"m3-voice": True}


def test_in_an_older_copy_what_happens_after_the_first_check_is_noted(older):
    older.answer("voice = 90 / 47")
    assert watching.verdicts() == {"m3-voice": False}
    shown, _ = older.answer("voice = 90 x 48")
    assert shown.startswith(OLDER)


def test_the_first_cell_of_every_exercise_calls_the_watch(older):
    root = Path(__file__).parents[2]
    files = sorted(root.glob("exercises/*/*.ipynb"))
    assert len(files) >= 6
    for file in files:
        watching._watch = None
        cells = nbformat.read(file, as_version=4).cells
        first = next(cell for cell in cells if cell.cell_type == "code")
        assert first.metadata.nbgrader.locked
        older.run(first.id, first.source)
        assert watching._watch is not None, file.name


def test_running_the_first_cell_again_forgets_nothing(page):
    page.answer("voice = 90 / 48")
    noted = watching._watch
    watch(page.shell)
    assert watching._watch is noted
