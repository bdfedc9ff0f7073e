"""Honest code passes; what reaches further is shown to a person and still kept."""

import pytest

from .builders import cell, insert, place, solved, sources, texts

HONEST = [
    "import math\nvoice = math.fsum([90]) / 48",
    "import numpy as np, pandas as pd, statistics\nfrom scipy import optimize, stats",
    "check.pairs(pairs)",
    "check.pairs.say(pairs)",
    "help(check.pairs)",
    "from scaling.size_context import checks as check\nfrom scaling import datasets",
    "pd.options.display.max_rows = 10",
    "print('There are two solutions')",
    "df = trials.assign(expected=1)\nprint(df.expected.mean())",
    "def f(check):\n    return check + 1",
    "%timeit pairs(3)\n!pip list\n%matplotlib inline\npairs?",
    "%%time\npairs(3)",
    "import sys\nsys.path",
    "import os\nos.getcwd()\nos.path.join('a', 'b')",
    "import re\nre.compile('a')\ntrials.eval('a + b')",
    "stats = trials.describe()\nstats.columns = ['a']",
    "trials.columns = trials.columns.str.lower()",
    "import matplotlib.pyplot as plt\nplt.rcParams['a'] = 1",
    "rng = np.random.default_rng(1)\nsocket = 3\nagain = 2",
    "from scaling import checking, datasets\nchecking.watch()",  # the first cell once more
    "while again > 0:\n    again -= 1",
    "x = input('n?')\ny = eval(input())",
    "def broken(:\n    pass",
    "print('résumé \\d')",
]

WORTH_A_LOOK = {
    "pairs = check.pairs.expected": "check other than by calling it",
    "voice = check.voice.expected()": "check.voice.expected",
    "c = check\nc.voice.slips": "c.voice.slips",
    "check.pairs.again(pairs, (3,))": "check.pairs.again",
    "check.pairs._hint(3)": "_hint",
    "getattr(check.pairs, 'expected')": "expected",
    "class check:\n    pairs = print": "another check",
    "def check(x): pass": "another check",
    "check = None": "another check",
    "import json as check": "another check",
    "from scaling import checking as c": "scaling.checking",
    "from scaling.checking import watching": "scaling.checking.watching",
    "from scaling import checking\nchecking.Check.__call__ = print": "checking other than by",
    "checking.kinds._near = print": "checking.kinds",
    "c = checking": "checking other than by calling it",
    "from scaling.size_context.checks import pairs as p": "scaling.size_context.checks",
    "import scaling\nscaling.size_context.checks.pairs": "scaling.size_context.checks",
    "open('../../solutions/03/x.ipynb').read()": "solutions",
    "from pathlib import Path\nPath('..', 'solutions')": "solutions",
    "open('gradebook.db')": "gradebook",
    "!cat ../solutions/a.ipynb": "solutions",
    "__import__('os')": "__import__",
    "import ctypes": "ctypes",
    "import gc\ngc.get_objects()": "gc",
    "import sys\nsys._getframe(1)": "sys._getframe",
    "import sys\nsys.settrace(print)": "settrace",
    "import ast\nclass T(ast.NodeTransformer): pass": "NodeTransformer",
    "get_ipython().input_transformers_post.append(1)": "input_transformers_post",
    "get_ipython().ast_transformers.append(1)": "ast_transformers",
    "get_ipython().set_custom_exc((Exception,), print)": "set_custom_exc",
    "import os\nos._exit(0)": "os._exit",
    "from os import _exit": "_exit",
    "import os\nos.system('ls')": "os.system",
    "import subprocess as s": "subprocess",
    "import socket": "socket",
    "import sys\nsys.modules['scaling'] = 1": "sys.modules",
    "np.isfinite = print": "np.isfinite = …",
    "setattr(np, 'log', print)": "setattr",
    "exec('import ctypes')": "ctypes",
    "exec(code)": "exec()",
    "%%time\nimport ctypes": "ctypes",
    "import ctypes\ndef broken(:": "ctypes",
}


@pytest.mark.parametrize("source", HONEST)
def test_honest_code_is_not_flagged(look, source):
    nb = solved()
    insert(nb, place(nb, "m3-voice") + 1, source)
    inspection = look(nb)
    assert not inspection.flagged, texts(inspection)


def test_the_solution_itself_is_not_flagged(look):
    assert not look(solved()).flagged


@pytest.mark.parametrize("source", WORTH_A_LOOK)
def test_code_that_reaches_further_is_flagged_and_kept(look, source):
    nb = solved()
    cell(nb, "m3-voice-answer")["source"] = source
    inspection = look(nb)
    (finding,) = [one for one in inspection.flagged if "look at what it does" in one.text]
    assert finding.about == "m3-voice-answer"
    assert WORTH_A_LOOK[source] in finding.text
    assert sources(inspection)["m3-voice-answer"] == source


def test_an_own_cell_is_named_by_the_cell_before_it(look):
    nb = solved()
    insert(nb, place(nb, "m3-voice") + 1, "import ctypes")
    (finding,) = look(nb).flagged
    assert finding.text == "A cell after m3-voice uses ctypes; look at what it does."
