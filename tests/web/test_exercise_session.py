"""The session of an exercise in the browser shows what a notebook shows, and outlives any cell.

It runs here in a Python of its own with the stand-ins in place (``cells.py``), beside IPython's own
shell. The last tests ask the Python in the built site.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from naming import case
from playwright.sync_api import Error
from reader import ask, opened

from scaling.checking import Check, function
from scaling.size_context import checks
from scaling.size_context.understand import checks as understand_checks
from scaling.start_here.course_map import LESSONS
from scaling.web.imports import USUAL
from scaling.web.links import page_of

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SOLUTIONS = {file.parent.name: file for file in sorted(ROOT.glob("solutions/[0-9]*/*.ipynb"))}
COMPARED = ("03-size-and-context", "03-size-and-context-understand")
LONGEST = 100_000  # characters that one cell shows
WATCH = (
    "from scaling import checking\nfrom scaling.size_context import checks as check\n"
    "checking.watch()"
)
SLIPS = {
    COMPARED[0]: (WATCH, checks),
    COMPARED[1]: (WATCH.replace("size_context", "size_context.understand"), understand_checks),
}

# ---------------------------------------------------------------- beside a notebook

# Cells whose outputs are the same to the letter. Errors of libraries are shorter here.
ALIKE = (
    "undefined",
    "def function(number):\n    return number + undefined\n\nfunction(1)",
    "1 + 'a'",
    "import undefined",
    "(lambda x: x / 0)(3)",
    "raise ValueError('a\\nb')",
    "int('a')",
    "{}['a']",
    "open('no file')",
    "assert 1 == 2, 'no'",
    "raise KeyboardInterrupt",
    "x = (1,\n     2,\n     undefined,\n     4)\ny = 2",
    "def total(n):\n    sum_ = 0\n    for i in range(n):\n        sum_ += 1\n        sum_ += 2\n"
    "        sum_ += undefined\n        sum_ += 4\n        sum_ += 5\n    return sum_",
    "total(3)",
    "class A:\n    def __repr__(self):\n        return 1 / 0\nA()",
    "import numpy as np\nnp.ones(2) + np.ones(3)",
    "check.voice(voice)",
    "voice = 3\ncheck.voice(voice)",
    "voice = 90 / 48\ncheck.voice(voice)",
    'raise NotImplementedError("Not done yet: replace this line with your answer.")',
    "check.voice(voice)",
    "print = 5",
    "print('a')",
    "del print",
    "'abc\\n'",
    "{'a': 1, 'b': list(range(40)), 'c': {1, 2}, 'd': (1,)}",
    "list(range(2000))",
    "np.arange(3) / 7",
    "np.float64(0.1), 1e-10 / 3, None, int, print, len",
    "lambda x: x",
    "function",
    "import pandas as pd\ntable = pd.DataFrame({'a': [1, 2.5], 'b': ['x', None]})\ntable",
    "table.a",
    "display(table, 3)",
    "pd.DataFrame(np.arange(4000).reshape(100, 40))",
    "from IPython.display import HTML, Markdown\ndisplay(Markdown('*a*'), HTML('<b>b</b>'))",
    "display({'text/plain': 'a', 'text/markdown': '*a*'}, raw=True)",
    "x = [1, 2]\nx;",
    "x",
    "_",
    "x = 5; x  # a comment",
    "if True:\n    3",
    "  y = 1\n  y + 1",
    ">>> 1 + 1",
    "print('a', end='')\nprint('b')\n3",
    "%matplotlib inline\n3",
    "said = 'import warnings; warnings.warn(\"old\", DeprecationWarning)'\n"
    "exec(said, {'__name__': 'library'})",
)
# Cells that Python cannot read: the same error, the same place and the same words about it.
UNREADABLE = (
    "if",
    "x = 1\nfor i in range(3)\n    print(i)",
    "def f(:\n  pass",
    "  x = 1\n y = 2",
    "x = 90 x 48",
    "print 3",
    "'a",
)


def _slips_of(module):
    """One cell for each slip of a lesson's checks, which answers so and asks the check."""
    for name, check in vars(module).items():
        if not isinstance(check, Check):
            continue
        for hint in check.slips:
            call = "" if isinstance(check, function) else "()"
            answer = f"{check.name} = check.{name}.slips[{hint!r}]{call}"
            yield name, f"{answer}\ncheck.{name}({check.name})"


def _cells_of(name):
    """Every code cell of a solution: id, source, and the notebook's text for its end."""
    text = SOLUTIONS[name].read_text(encoding="utf-8")
    return [
        (cell.id, cell.source, text if cell.id.endswith("-ending") else None)
        for cell in nbformat.reads(text, as_version=4).cells
        if cell.cell_type == "code"
    ]


def _numbered(first, sources):
    return [(f"c{i}", source, None) for i, source in enumerate([first, *sources])]


# ---------------------------------------------------------------- what a cell may do

AFTER = "3 * 7"  # runs after each of these
HOSTILE = {
    "names of its own": "print = len = open = 5",
    "no stdout": "import sys\nsys.stdout = sys.stderr = None",
    "a closed stdout": "import sys\nsys.__stdout__.close()\nsys.stdout.close()",
    "functions of Python": "import builtins\nbuiltins.len = builtins.print = builtins.str = None",
    "json": "import json\njson.dumps = json.loads = json.JSONDecoder = None",
    "modules": "import sys\nsys.modules['json'] = sys.modules['os'] = None\nsys.path.clear()",
    "another main": "import sys\nsys.modules['__main__'] = None\ndel sys.modules['linecache']",
    "recursion": "def again(n):\n    return again(n + 1) + 1\nagain(1)",
    "a value that shows itself without end": (
        "class A:\n    def __repr__(self):\n        return repr(self)\nA()"
    ),
    "deep lists": "deep = []\nfor i in range(100_000):\n    deep = [deep]\ndeep",
    "memory": "kept = []\nwhile True:\n    kept.append(' ' * 10**8)",
    "one large text": "' ' * 2_000_000_000",
    "output": "for i in range(100_000):\n    print('x' * 1000)",
    "one long line": "print('x' * 10**8)",
    "a long value": "'x' * 10**8",
    "large HTML": "from IPython.display import HTML\nHTML('x' * 10**7)",
    "many displays": "for i in range(5000):\n    display(i)",
    "what is no JSON": "display({'application/json': {'a': float('nan'), 'b': {1}}}, raw=True)",
    "lone surrogates": "print('\\ud800')\n'\\ud800'",
    "control signs": "print('\\x02{}\\x00\\x1b[31m')",
    "a write past Python": "import os\nos.write(1, b'\\x02{}\\nabc')",
    "exit": "exit()",
    "sys.exit": "import sys\nsys.exit(3)",
    "a stop in a method": "class A:\n    def _repr_html_(self):\n        raise SystemExit\nA()",
    "a trace": "import sys\nsys.settrace(lambda *_: 1 / 0)\nsys.setprofile(lambda *_: 1 / 0)",
    "another folder": "import os\nos.makedirs('a', exist_ok=True)\nos.chdir('a')",
    "a folder that is gone": "import os, shutil\nshutil.rmtree(os.getcwd())",
    "warnings as errors": "import warnings\nwarnings.simplefilter('error')",
    "any attribute": (
        "class A:\n    def __getattr__(self, name):\n        return lambda *_, **__: name\nA()"
    ),
    "an error that cannot be said": (
        "class Odd(Exception):\n    def __str__(self):\n        return 1 / 0\nraise Odd"
    ),
    "a stub that cannot be said": (
        "class Odd(NotImplementedError):\n    def __str__(self):\n        return 1 / 0\nraise Odd"
    ),
    "an error that has every attribute": (
        "class Odd(Exception):\n    def __getattr__(self, name):\n        return 1 / 0\nraise Odd"
    ),
    "an error that is its own cause": "e = ValueError('a')\ne.__cause__ = e\nraise e",
    "a generator": "next(i for i in ())",
    "null in the source": "x = '\0'",
    "nothing": "",
    "a comment": "# nothing",
}
NAMED = (
    "shown = display(1, display_id=True)\nshown.update(2)",
    "display(1, display_id='a')\ndisplay(2, display_id='a', update=True)",
    "from IPython.display import clear_output\nprint(1)\nclear_output()",
    "print(1)\nclear_output(wait=True)\nprint('a')\ndisplay(2)",
)
RELEASED = ROOT / f"exercises/{COMPARED[0]}/{COMPARED[0]}-exercise.ipynb"
ENDING = f"from scaling import ending\nending.show('{COMPARED[0]}')"
# What a cell says in a browser, and in a notebook not.
SAID = {
    "input()": "input() cannot ask anything on this page. Give the value a name in the cell",
    "await x": "On this page await works inside a function only",
    "!ls": "There is no command line in a browser",
    "%run x.py": "In a browser there is no %run.",
    "%%bash\nls": "In a browser there is no %%bash.",
    "%pip install numpy": "Nothing is installed here, and nothing has to be",
    "files = !ls": "A name cannot be given to a % or ! line here",
    "exit()": "The cell ended here",
    "%time 3 + 4": "7",
    "%timeit -n 3 3 + 4": "7",
    "x = 8\nx?": "class int(object)",
    "import warnings\nwarnings.warn('careful')": "UserWarning: careful",
    "warnings.warn('old', DeprecationWarning)": "DeprecationWarning: old",
    "warnings.simplefilter('ignore')": "[]",
    "warnings.warn('careful')\n5": '[["execute_result", {"text/plain": "5"}]]',
    "from scaling.size_context import joining_up\njoining_up.explorable.show()": (
        "It is on this page already"
    ),
    "' ' * 2_000_000_000": "needs more memory than a page has",
}


def run(shell, notebooks):
    """Begin to run notebooks in a process of its own; ``finished`` returns what cells returned."""
    process = subprocess.Popen(
        [sys.executable, Path(__file__).with_name("cells.py"), shell],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    process.stdin.write(json.dumps([{"name": n, "cells": cells} for n, cells in notebooks]))
    process.stdin.close()
    return process


def finished(process):
    out = process.stdout.read()
    assert process.wait() == 0
    return json.loads(out)


@pytest.fixture(scope="module")
def shown():
    """Every cell of this file by what it is for, in the browser's session and in a notebook."""
    both = {
        f"slips {name}": (name, _numbered(first, (source for _, source in _slips_of(module))))
        for name, (first, module) in SLIPS.items()
    }
    both |= {name: (name, _cells_of(name)) for name in COMPARED}
    both["alike"] = (COMPARED[0], _numbered(WATCH, ALIKE))
    both["unreadable"] = (COMPARED[0], _numbered(WATCH, UNREADABLE))
    own = {name: (name, _cells_of(name)) for name in SOLUTIONS if name not in COMPARED}
    text = RELEASED.read_text(encoding="utf-8")
    own["released"] = (COMPARED[0], [("m3-imports", WATCH, None), ("m3-ending", ENDING, text)])
    own["named"] = (COMPARED[0], _numbered(WATCH, NAMED))
    own["said"] = (COMPARED[0], _numbered(WATCH, SAID))
    own |= {
        what: (COMPARED[0], _numbered(WATCH, [source, AFTER, "check.voice(90 / 48)"]))
        for what, source in HOSTILE.items()
    }
    jobs = {"browser": both | own, "notebook": both}
    processes = {shell: run(shell, some.values()) for shell, some in jobs.items()}
    return {
        shell: dict(zip(jobs[shell], finished(process), strict=True))
        for shell, process in processes.items()
    }


def words(outputs):
    """What outputs show, as far as both shells can be the same."""
    found = []
    for output in outputs:
        if output["output_type"] == "stream":
            if found and found[-1][:2] == ["stream", output["name"]]:
                found[-1][2] += output["text"]
            else:
                found.append(["stream", output["name"], output["text"]])
        elif output["output_type"] == "error":
            trace = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(output["traceback"]))
            trace = re.sub(r"^(-{75}|\w+ +Traceback \(.*\))\n", "", trace, flags=re.MULTILINE)
            # How many lines are shown around the one that stopped differs with the front end.
            trace = re.sub(r"^ +\d+ .*\n", "", trace, flags=re.MULTILINE)
            trace = re.sub(r"^(-+> \d+) +", r"\1 ", trace, flags=re.MULTILINE)
            found.append(["error", output["ename"], output["evalue"], trace])
        else:
            kinds = ("text/plain", "text/html", "text/markdown")
            data = {kind: output["data"][kind] for kind in kinds if kind in output["data"]}
            found.append([output["output_type"], data])
    return found


def text_of(outputs):
    return json.dumps(words(outputs), ensure_ascii=False)


def rounded(outputs, digits):
    """What outputs show as text, with numbers as exactly as two systems compute them alike."""
    number = re.compile(r"\d+\.\d+(?:e[+-]?\d+)?")
    return number.sub(lambda found: f"{float(found[0]):.{digits}g}", text_of(outputs))


def is_same_in_both(source):
    """Whether a cell shows the same in both: not widgets, and not what leads elsewhere."""
    return ".explorable.show(" not in source and "ending.show(" not in source


def compare(cells, session, notebook):
    for (cell_id, source, _), here, there in zip(cells, session, notebook, strict=True):
        if is_same_in_both(source) and not source.startswith("fill."):
            with case(f"{cell_id}: {source}"):
                assert words(here["outputs"]) == words(there["outputs"])
                assert [here[key] for key in ("status", "passed", "points")] == [
                    there[key] for key in ("status", "passed", "points")
                ]


# ---------------------------------------------------------------- tests without a browser


def test_every_check_of_every_solution_passes_in_the_session(shown):
    for name in SOLUTIONS:
        cells = _cells_of(name)
        for (cell_id, source, _), ran in zip(cells, shown["browser"][name], strict=True):
            with case(f"{name} {cell_id}"):
                assert ran["status"] == "ok"
                assert ran["passed"] is (True if source.startswith("check.") else None)
                assert ran["points"] is None  # of a part; all of it is right
    assert sum(ran["passed"] is True for name in SOLUTIONS for ran in shown["browser"][name]) == 134


@pytest.mark.parametrize("name", COMPARED)
def test_a_solution_shows_what_it_shows_in_a_notebook(shown, name):
    compare(_cells_of(name), shown["browser"][name], shown["notebook"][name])


@pytest.mark.thorough
def test_every_solution_shows_what_it_shows_in_a_notebook():
    cells = {name: (name, _cells_of(name)) for name in SOLUTIONS}
    session, notebook = (
        finished(process)
        for process in [run(shell, cells.values()) for shell in ("browser", "notebook")]
    )
    for name, here, there in zip(SOLUTIONS, session, notebook, strict=True):
        with case(name):
            compare(cells[name][1], here, there)


def test_values_and_errors_look_as_in_a_notebook(shown):
    cells = _numbered(WATCH, ALIKE)
    compare(cells, shown["browser"]["alike"], shown["notebook"]["alike"])
    assert {ran["status"] for ran in shown["browser"]["alike"]} == {"ok", "error"}


def test_code_that_cannot_be_read_is_explained_as_in_a_notebook(shown):
    both = (shown[shell]["unreadable"][1:] for shell in ("browser", "notebook"))
    for source, here, there in zip(UNREADABLE, *both, strict=True):
        with case(source):
            (mine, *said), (theirs, *also_said) = words(here["outputs"]), words(there["outputs"])
            assert (mine[0], mine[1]) == (theirs[0], theirs[1]) and mine[0] == "error"
            assert said == also_said
            place = re.search(r"Cell In\[\d+\], line \d+", theirs[3])[0]
            assert mine[3].strip().startswith(place)
            assert "<cell" not in text_of(here["outputs"])


@pytest.mark.parametrize("name", COMPARED)
def test_every_slip_gets_the_hint_that_it_gets_in_a_notebook(shown, name):
    first, module = SLIPS[name]
    slips = list(_slips_of(module))
    cells = _numbered(first, (source for _, source in slips))
    session, notebook = (shown[shell][f"slips {name}"] for shell in ("browser", "notebook"))
    compare(cells, session, notebook)
    for (check, source), ran in zip(slips, session[1:], strict=True):
        with case(source):
            assert ran["passed"] is False
            (error,) = [one for one in ran["outputs"] if one["output_type"] == "error"]
            assert error["ename"] == "Hint" and error["traceback"] == [error["evalue"]]
            assert len(getattr(module, check).slips) > 0
    assert len(slips) > 20


@pytest.mark.parametrize("what", HOSTILE)
def test_the_session_outlives_what_a_cell_does(shown, what):
    first, ran, after, check = shown["browser"][what]
    assert words(after["outputs"]) == [["execute_result", {"text/plain": "21"}]]
    assert check["passed"] is True and "✔" in text_of(check["outputs"])
    assert first["count"] == 1 and check["count"] == 4
    shown_ = sum(len(json.dumps(part)) for part in ran["outputs"])
    assert shown_ < 1.5 * LONGEST


def test_what_is_too_much_is_cut_and_said(shown):
    for what in ("output", "one long line", "a long value", "many displays"):
        with case(what):
            said = text_of(shown["browser"][what][1]["outputs"])
            assert said.count("The rest is left out") == 1
    assert "too large to be shown" in text_of(shown["browser"]["large HTML"][1]["outputs"])
    for what in ("memory", "one large text"):
        with case(what):
            said = text_of(shown["browser"][what][1]["outputs"])
            assert said.count("more memory than a page has") == 2  # message and traceback


def test_what_a_cell_shows_is_told_while_it_runs(shown):
    """All but the value of its last line; a page shows it where a cell is stopped."""
    heard = {
        f"{name} {number}": one["heard"]
        for name, ran in shown["browser"].items()
        for number, one in enumerate(ran)
    }
    assert [where for where, number in heard.items() if number is None] == []
    assert sum(heard.values()) > 500


def test_what_is_displayed_by_name_can_be_replaced_and_forgotten(shown):
    outputs = [words(ran["outputs"]) for ran in shown["browser"]["named"][1:]]
    two = ["display_data", {"text/plain": "2"}]
    assert outputs == [[two], [two], [], [["stream", "stdout", "a\n"], two]]


def test_the_end_of_an_exercise_leads_to_pages_of_the_site(shown):
    for name in SOLUTIONS:
        (said,) = shown["browser"][name][-1]["outputs"]
        text = said["data"]["text/markdown"]
        with case(name):
            assert "*Run from the top* counts them anew" in text and "Run All Cells" not in text
            assert "No question is open." in text
            (address,) = re.findall(r"\]\(([^)]*)\)", text)
            pages = {f"exercise-{one}.html" for one in SOLUTIONS} | {"index.html"}
            pages |= {f"{file.stem}.html" for file in ROOT.glob("course/0*.ipynb")}
            assert address in pages
    assert {page_of(lesson) for lesson in LESSONS} == {
        f"{file.stem}.html" for file in ROOT.glob("course/0*.ipynb")
    }


def test_open_questions_lead_to_their_prompts(shown):
    text = shown["browser"]["released"][-1]["outputs"][0]["data"]["text/markdown"]
    assert "**0 of 16 points**" in text and "has 0 words, as it is now" in text
    cells = nbformat.read(RELEASED, as_version=4).cells
    prompts = {cell.id for cell in cells if "**Question " in cell.source}
    linked = re.findall(r"\]\(#([^)]*)\)", text)
    assert len(linked) == 14 and set(linked) <= prompts


@pytest.mark.parametrize("source", SAID)
def test_what_only_jupyter_can_do_is_said(shown, source):
    ran = shown["browser"]["said"][1 + list(SAID).index(source)]
    assert SAID[source] in text_of(ran["outputs"])


# ---------------------------------------------------------------- in the built site

RUN = """async ([name, cells]) => {
  await scalingEngine.call("begin_exercise", [name]);
  const ran = [];
  for (const cell of cells) {
    const answer = await scalingEngine.call("run_cell", cell);
    ran.push(answer.fault ?? answer.value);
  }
  return ran;
}"""


@pytest.fixture(scope="module")
def python(home, server):
    """A page of the site whose Python is asked."""
    page = opened(home, f"{server.address}/glossary.html")
    yield page
    page.close()


def test_what_learners_import_is_in_the_pack(python):
    cells = _numbered(WATCH, USUAL.read_text(encoding="utf-8").split("\n\n"))
    for cell, ran in zip(cells, python.evaluate(RUN, [COMPARED[0], cells]), strict=True):
        with case(cell[1]):
            assert ran["status"] == "ok" and "ModuleNotFound" not in text_of(ran["outputs"])
    assert len(cells) > 20


# Bytes of all arrays that are in Python's memory.
HELD = """import gc
import numpy as np
held = {id(one): one.nbytes for some in gc.get_objects() for one in gc.get_referents(some)
        if type(one) is np.ndarray and one.base is None}
sum(held.values())"""


def test_what_is_opened_in_advance_leaves_no_results_in_memory(python):
    ask(python, "reset")
    drawn = ("scaling_up.winners_curse", "who_is_heard.immunisation", "size_context.joining_up")
    for name in (
        *(f"{one}.explorable" for one in drawn),
        "exercise-03-size-and-context-understand",
    ):
        ask(python, "warm", name)
    ask(python, "begin_exercise", COMPARED[0])
    (held,) = ask(python, "run_cell", "", HELD)["outputs"]
    assert 1e6 < int(held["data"]["text/plain"]) < 4e6  # of numbers that are drawn for all states


# A curve is fitted by a search that ends within a tolerance, at another digit on each system.
DIGITS = {"m1-example-fit": 8}


@pytest.mark.thorough
def test_a_browser_shows_of_every_solution_what_python_shows_here(python, shown):
    """Tables to the last row, in the same order, and numbers to twelve digits, unless fitted."""
    for name in SOLUTIONS:
        cells = _cells_of(name)
        ran = python.evaluate(RUN, [name, cells])
        for (cell_id, _, _), there, here in zip(cells, ran, shown["browser"][name], strict=True):
            with case(f"{name} {cell_id}"):
                digits = DIGITS.get(cell_id, 12)
                assert rounded(there["outputs"], digits) == rounded(here["outputs"], digits)


def test_a_wrong_try_is_kept_among_the_readers_files(python):
    python.evaluate(RUN, [COMPARED[0], [("c0", WATCH, None), ("c1", "voice = 90 / 47", None)]])
    answer = python.evaluate(
        "cell => scalingEngine.call('run_cell', cell)", ["m3-voice", "check.voice(voice)", None]
    )
    assert answer["value"]["passed"] is False
    tried = json.loads(answer["files"]["tries.json"])
    assert tried["questions"]["m3-voice"]["wrong"] == 1
    assert "tries.json" in python.evaluate("JSON.stringify(localStorage)")


def test_a_cell_that_takes_too_much_memory_is_stopped_and_python_goes_on(python):
    sources = [HOSTILE["memory"], AFTER, HOSTILE["one large text"], AFTER]
    ran = python.evaluate(RUN, [COMPARED[0], _numbered(WATCH, sources)])[1:]
    for cell in (ran[0], ran[2]):
        assert "more memory than a page has" in text_of(cell["outputs"])
    for cell in (ran[1], ran[3]):
        assert words(cell["outputs"]) == [["execute_result", {"text/plain": "21"}]]


def test_a_cell_that_breaks_python_ends_it_and_the_next_begins_anew(python):
    endless = "import sys\nsys.setrecursionlimit(10**9)\n" + HOSTILE["recursion"]
    for source in (endless, "import os\nos.close(1)"):
        with case(source):
            with pytest.raises(Error, match="Broken"):
                python.evaluate(RUN, [COMPARED[0], _numbered(WATCH, [source])])
            ran = python.evaluate(RUN, [COMPARED[0], _numbered(WATCH, [AFTER])])
            assert words(ran[1]["outputs"]) == [["execute_result", {"text/plain": "21"}]]
