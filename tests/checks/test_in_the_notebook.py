"""What a learner sees under a check cell: one line, whatever happened, and nothing on stderr."""

import nbclient
import nbformat
import pytest

pytestmark = pytest.mark.slow  # two kernels are started

IMPORT = """from scaling import checking
from scaling.size_context import checks as check
checking.watch()"""
OLDER = "from scaling.size_context import checks as check"  # as exercises began before `watch`
STUB = 'raise NotImplementedError("Not done yet: replace this line with your answer.")'

SCENES = {
    "right": [IMPORT, "voice = 90 / 48", "check.voice(voice)"],
    "wrong": [IMPORT, "voice = 90 / 47", "check.voice(voice)"],
    "before its answer": [IMPORT, "check.voice(voice)"],
    "after a stub": [IMPORT, STUB, "check.voice(voice)"],
    "over several lines": [IMPORT, "check.pairs.again(\n    pairs,\n    (7,),\n    (31,),\n)"],
    "last of several": [IMPORT, "import math\nx = 1\n\ncheck.voice(\n    voice\n)"],
    "in a block": [IMPORT, "for times in range(2):\n    check.voice(voice)"],
    "with a magic": [IMPORT, "%precision 3\ncheck.voice(voice)"],
    "said in a lesson": [IMPORT, "check.voice.say(90 / 47)\ncheck.voice.say(None)"],
    "a stub in a function": [IMPORT, f"def pairs(n):\n    {STUB}", "check.pairs(pairs)"],
    "a function by itself": [IMPORT, f"def pairs(n):\n    {STUB}", "pairs(3)"],
    "a function that fails": [IMPORT, "def pairs(n):\n    return m * n", "check.pairs(pairs)"],
    "another name": [IMPORT, "guests * 2"],
    "another name beside": [IMPORT, "check.voice\nguests * 2"],
    "another name in a function": [IMPORT, "def double(n):\n    return m * n", "double(4)"],
    "no import": ["x = 1", "check.voice(voice)"],
    "another stub": [IMPORT, 'raise NotImplementedError("no such thing here")'],
    "a stub that says nothing": [IMPORT, "raise NotImplementedError"],
    "a noisy function": [
        IMPORT,
        "import sys, warnings\n"
        "def pairs(n):\n"
        "    print(n)\n    print(n, file=sys.stderr)\n    warnings.warn('x')\n"
        "    return n * (n - 1) / 2",
        "check.pairs(pairs)",
    ],
    "not kept in history": [IMPORT, "%config HistoryManager.enabled = False", "check.voice(voice)"],
}


@pytest.fixture(scope="module")
def notebook():
    """Every scene in one real kernel; each begins without the names of the one before."""
    made = nbformat.v4.new_notebook()
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    for name, cells in SCENES.items():
        for i, source in enumerate(["%reset -f\n" + cells[0], *cells[1:]], start=1):
            cell = nbformat.v4.new_code_cell(
                source, metadata={"scene": name, "last": i == len(cells)}
            )
            made.cells.append(cell)
    nbclient.NotebookClient(made, timeout=600, startup_timeout=600, allow_errors=True).execute()
    return made


@pytest.fixture
def seen(notebook):
    """What stands under the last cell of a scene: text, sentence of an error, lines of it."""

    def look(scene):
        (cell,) = [
            cell
            for cell in notebook.cells
            if (cell.metadata.scene, cell.metadata.last) == (scene, True)
        ]
        assert not [o for o in cell.outputs if o.get("name") == "stderr"], cell.outputs
        text = "".join(output.text for output in cell.outputs if output.output_type == "stream")
        errors = [output for output in cell.outputs if output.output_type == "error"]
        if not errors:
            return text, None, []
        (error,) = errors
        return text, f"{error.ename}: {error.evalue}", error.traceback

    return look


def assert_not_made(lines, name):
    """Fail unless all that is shown is one line: the name, and to run its answer cell."""
    (line,) = lines
    assert line.startswith(f"Not done yet: {name} does not exist yet. Run its answer cell")


def test_a_right_answer_shows_one_line(seen):
    text, error, _ = seen("right")
    assert error is None
    assert text.startswith("✔ 1.875 minutes each")
    assert text.count("\n") == 1


def test_a_wrong_answer_shows_a_hint_no_traceback_and_fails_the_cell(seen):
    text, error, lines = seen("wrong")
    assert text == ""
    assert error.startswith("Hint: Everybody in the room shares the minutes")
    assert lines == ["Everybody in the room shares the minutes: divide by n, not by n − 1."]


@pytest.mark.parametrize("scene", ["before its answer", "in a block", "with a magic"])
def test_a_check_run_before_its_answer_says_that_it_is_not_done_yet(seen, scene):
    _, error, lines = seen(scene)
    assert error.startswith("NameError")  # nbgrader sees that the cell failed
    assert_not_made(lines, "voice")


def test_a_check_after_a_stub_tells_to_replace_it(seen):
    _, error, lines = seen("after a stub")
    assert error.startswith("NameError")
    assert lines == [
        "Not done yet: voice does not exist yet. Its answer cell still holds the line that begins "
        "with raise: replace that line."
    ]


@pytest.mark.parametrize(
    ("scene", "name"), [("over several lines", "pairs"), ("last of several", "voice")]
)
def test_a_check_written_over_several_lines_says_so_too(seen, scene, name):
    assert_not_made(seen(scene)[2], name)


def test_a_check_says_so_where_no_history_is_kept(seen):
    assert_not_made(seen("not kept in history")[2], "voice")


def test_a_lesson_goes_on_after_a_wrong_answer(seen):
    text, error, _ = seen("said in a lesson")
    assert error is None
    assert text == (
        "Everybody in the room shares the minutes: divide by n, not by n − 1.\n"
        "Not done yet: voice has no answer so far.\n"
    )


def test_a_stub_in_a_function_is_not_done_yet(seen):
    assert seen("a stub in a function")[2] == [
        "Not done yet: pairs stops at its raise line; replace that line."
    ]


def test_a_stub_that_is_run_says_what_to_do_in_one_line(seen):
    assert seen("a function by itself")[2] == ["Not done yet: replace this line with your answer."]


def test_a_function_that_fails_shows_the_call_and_no_traceback(seen):
    assert seen("a function that fails")[2] == [
        "pairs(2) stops with NameError: name 'm' is not defined. There is no “m”. Inside a "
        "function, use the names in its brackets."
    ]


@pytest.mark.parametrize(
    ("scene", "said"),
    [
        ("another name", "NameError: name 'guests' is not defined"),
        ("another name beside", "NameError: name 'guests' is not defined"),
        ("another name in a function", "NameError: name 'm' is not defined"),
        ("no import", "NameError: name 'check' is not defined"),
        ("another stub", "NotImplementedError: no such thing here"),
        ("a stub that says nothing", "NotImplementedError: "),
    ],
)
def test_any_other_error_keeps_its_traceback(seen, scene, said):
    _, error, lines = seen(scene)
    assert error == said
    assert "Not done yet" not in "".join(lines)
    assert "Traceback (most recent call last)" in "".join(lines)


def test_a_noisy_function_leaves_no_trace_but_the_praise(seen):
    text, error, _ = seen("a noisy function")
    assert error is None
    assert text == "✔ Twice the people, more than four times the ties: from 66 to 276.\n"


def test_in_an_older_copy_the_first_check_begins_the_watch():
    cells = [OLDER, "guests * 2", "voice = 90 / 47", "check.voice(voice)", "check.pairs(pairs)"]
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbclient.NotebookClient(made, timeout=600, startup_timeout=600, allow_errors=True).execute()
    before, wrong, after = (made.cells[place].outputs for place in (1, 3, 4))
    assert len(before) == 1  # Python's own error, and no cause below it
    assert "Traceback (most recent call last)" in "".join(before[0].traceback)
    assert wrong[0].traceback == [
        "Everybody in the room shares the minutes: divide by n, not by n − 1."
    ]
    assert_not_made(after[0].traceback, "pairs")
