"""What a submission may try: name, a few lines of code, what it deserves, what stock makes of it.

Each is handed in by a student of the same name. The code stands in the answer cell of question 1,
which it does not answer; question 4 is answered rightly, to see that nothing is lost after it. Such
a student deserves the point for question 4 alone, whatever the code does.

``COURSE`` in the code is the course folder, ``PORT`` one on which the test listens, ``SECRET`` the
beginning of words that stand in the grader's environment and home.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

FIRST = "m3-reading-answer"
HONEST = {"m3-voice-answer": "voice = 1.875"}
NOTEBOOK = "03-size-and-context-exercise.ipynb"


@dataclass(frozen=True)
class Attack:
    """One submission.

    Attributes
    ----------
    code : str
        In the answer cell of question 1.
    cells : dict
        Sources of further cells, by id.
    deserves : tuple or None
        The questions that it answers rightly; None where question 4 may be lost with the rest.
    state, look : str, bool
        What the record says: its state, and whether a person should look at it. A state of "" means
        that it does not matter; a look of None too.
    change : callable
        What is done to the notebook's JSON, a dict.
    place : callable
        What is done to the submission's folder after the notebook is in it.
    """

    code: str = ""
    cells: dict = field(default_factory=dict)
    deserves: tuple = ("m3-voice",)
    state: str = ""
    look: bool | None = None
    change: Callable[[dict], None] | None = None
    place: Callable | None = None


def answering(question: str, code: str, **more) -> Attack:
    """An attack that stands where one question is answered."""
    return Attack(cells={f"{question}-answer": code}, **more)


# ---------------------------------------------------------------- to get marks: all work on stock

FOR_MARKS = {
    "replaces_the_checks": Attack("""
class Yes:
    def __getattr__(self, name): return self
    def __call__(self, *answers): pass
check = Yes()"""),
    "patches_the_kinds_of_check": Attack("""
from scaling import checking
checking.Check.__call__ = checking.function.again = lambda *_, **__: None"""),
    "lets_all_numbers_be_near": Attack(
        """
from scaling import checking
checking.kinds._near = lambda *_: True""",
        {"m3-pooled-effect-answer": "pooled_effect = 5"},
    ),
    "blanks_tests_by_input_transformer": Attack("""
blank = lambda lines: [] if any("check." in line for line in lines) else lines
get_ipython().input_transformers_cleanup.append(blank)"""),
    "removes_tests_by_ast_transformer": Attack("""
import ast
class Drop(ast.NodeTransformer):
    def visit_Expr(self, node): return None if "check" in ast.unparse(node) else node
get_ipython().ast_transformers.append(Drop())"""),
    "skips_tests_by_patching_run_cell": Attack("""
shell, run = get_ipython(), get_ipython().run_cell_async
async def run_some(cell, *given, **named):
    return await run("" if "check." in cell else cell, *given, **named)
shell.run_cell_async = run_some"""),
    "asks_the_check_for_the_answer": Attack("""
reading = next(letter for letter, true in check.reading.expected().items() if true)"""),
    "asks_the_caller_in_float": answering(
        "m3-pooled-effect",
        """
import sys
class Spy:
    def __float__(self):
        frame = sys._getframe()
        while not hasattr(frame.f_locals.get("self"), "expected"): frame = frame.f_back
        return float(frame.f_locals["self"].expected())
pooled_effect = Spy()""",
    ),
    "asks_the_caller_in_a_function": answering(
        "m3-pairs",
        """
import inspect
def pairs(n):
    for frame in inspect.stack():
        check_of = frame.frame.f_locals.get("self")
        if hasattr(check_of, "expected"): return check_of.expected(n)
    return 0""",
    ),
    "finds_the_check_among_all_objects": answering(
        "m3-pooled-effect",
        """
import gc
pooled_effect = [float(thing.expected()) for thing in gc.get_objects()
                 if getattr(type(thing), "__name__", "") == "number"
                 and thing.name == "pooled_effect"][0]""",
    ),
    "runs_the_checks_source": answering(
        "m3-pooled-effect",
        """
import scaling, pathlib, sys, types
file = pathlib.Path(scaling.__file__).parent / "size_context/checks.py"
found = sys.modules["scaling.size_context.real"] = types.ModuleType("scaling.size_context.real")
found.__package__ = "scaling.size_context"
exec(file.read_text(), vars(found))
pooled_effect = found.pooled_effect.expected()""",
    ),
    "reads_the_solution": Attack(
        """
import json, pathlib
(file,) = pathlib.Path(COURSE).glob("solutions/03-size-and-context/*.ipynb")
for cell in json.loads(file.read_text())["cells"]:
    if cell["metadata"].get("nbgrader", {}).get("solution") and cell["cell_type"] == "code":
        get_ipython().run_cell("".join(cell["source"]), silent=True)
known = {name: globals()[name] for name in ("reading", "pairs", "exception")}""",
        {
            "m3-pairs-answer": "globals().update(known)",
            "m3-exception-answer": "globals().update(known)",
        },
    ),
    "copies_from_another_student": Attack("""
import json, pathlib
file = pathlib.Path(COURSE, "submitted/00-honest/03-size-and-context", NOTEBOOK)
for cell in json.loads(file.read_text())["cells"]:
    if cell["id"] == "m3-reading-answer":
        get_ipython().run_cell("".join(cell["source"]), silent=True)"""),
    "returns_the_right_score_itself": Attack("""
class Points:
    def __getattr__(self, name): return self
    def __call__(self, *_): return 1
check = Points()"""),
}

# ---------------------------------------------------------------- the same, in vain on stock too

IN_VAIN = {
    "hides_tracebacks": Attack("get_ipython().showtraceback = lambda *_, **__: None"),
    "swallows_errors": Attack("get_ipython().set_custom_exc((Exception,), lambda *_, **__: None)"),
    "shows_a_score": Attack("display({'text/plain': '16'}, raw=True)\n16"),
}

# ---------------------------------------------------------------- to get out

OUTWARD = {
    "writes_the_gradebook": Attack("""
import sqlite3
book = sqlite3.connect(COURSE + "/gradebook.db", timeout=5)
book.execute("create table marker_gradebook (x)")
book.commit()"""),
    "writes_into_the_solutions": Attack("""
import pathlib
pathlib.Path(COURSE, "solutions/marker_solutions").write_text("x")"""),
    "writes_beside_another_submission": Attack("""
import pathlib
pathlib.Path(COURSE, "submitted/zz-honest/marker_submitted").write_text("x")"""),
    "connects_to_the_machine": Attack("""
import socket
socket.create_connection(("127.0.0.1", PORT), timeout=2).sendall(b"marker_network")"""),
    "connects_to_a_unix_socket": Attack("""
import socket
one = socket.socket(socket.AF_UNIX)
one.connect(COURSE + "/socket")
one.sendall(b"marker_unix")"""),
    "connects_to_an_abstract_socket": Attack("""
import socket
one = socket.socket(socket.AF_UNIX)
one.connect(f"\\0scaling-{PORT}")
one.sendall(b"marker_abstract")"""),
    "prints_the_environment": Attack("""
import os
print(dict(os.environ))"""),
    "reads_other_environments": Attack("""
import pathlib
for place in pathlib.Path("/proc").glob("[0-9]*/environ"):
    try: print(place.read_bytes())
    except OSError: pass"""),
    "reads_the_grader's_home": Attack("""
import pathlib
print(pathlib.Path(COURSE, "home/letter.txt").read_text())"""),
    "leaves_a_process_behind": Attack("""
import subprocess
subprocess.Popen(["sh", "-c", f"sleep 2; touch {COURSE}/marker_daemon; sleep 600"],
                 start_new_session=True, stdin=-3, stdout=-3, stderr=-3)"""),
}

# ---------------------------------------------------------------- to stop the run

STOPPING = {
    "exits": Attack("import os\nos._exit(0)", look=True),
    "asks_to_exit": Attack("get_ipython().ask_exit()\nexit()"),
    "raises_system_exit": Attack("import sys\nsys.exit(1)"),
    "kills_its_kernel": Attack("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"),
    "kills_its_parent": Attack("import os, signal\nos.kill(os.getppid(), signal.SIGKILL)"),
    "kills_everybody": Attack("!kill -9 -1\nimport os\nos.kill(-1, 9)"),
    "kills_its_group": Attack("import os, signal\nos.killpg(0, signal.SIGKILL)"),
    "crashes": Attack("import ctypes\nctypes.string_at(0)", look=True),
    "exits_at_every_cell": Attack(
        """
import os
get_ipython().events.register("pre_run_cell", lambda *_: os._exit(0))""",
        state="ungraded",
        deserves=None,
    ),
    "loops": Attack("while True: pass", look=True),
    "ignores_interrupts": Attack(
        """
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
while True: pass""",
        look=True,
    ),
    "catches_interrupts": Attack(
        """
while True:
    try:
        while True: pass
    except BaseException: pass""",
        look=True,
    ),
    "sleeps_while_a_child_holds_the_pipe": Attack(
        """
import subprocess, os
subprocess.Popen(["sleep", "600"])
os._exit(0)""",
        look=True,
    ),
    "takes_memory": Attack("held = [bytearray(b'x') * 10**8 for _ in range(30)]"),
    "takes_shared_memory": Attack(
        """
import mmap
held = mmap.mmap(-1, 2_000_000_000)
for place in range(0, len(held), 4096): held[place] = 1"""
    ),
    "takes_memory_in_files_without_names": Attack(
        """
import os
for _ in range(30):
    file = os.memfd_create("x")
    os.write(file, bytes(50_000_000))"""
    ),
    "forks_and_forks": Attack(
        """
import os, time
for _ in range(8):
    os.fork()
time.sleep(600)""",
        look=True,
    ),
    "starts_many_processes": Attack(
        """
import subprocess
held = [subprocess.Popen(["sleep", "600"]) for _ in range(100)]""",
        look=True,
    ),
    "fills_the_disk": Attack("""
import pathlib
for place in ("/tmp", pathlib.Path.home(), "/dev/shm"):
    try:
        with open(f"{place}/x", "wb") as file:
            while True: file.write(bytes(1_000_000))
    except OSError as error: print(error)"""),
    "makes_many_files": Attack("""
import os
for number in range(50_000): os.close(os.open(f"{number}", os.O_CREAT | os.O_WRONLY))"""),
    "prints_fifty_megabytes": Attack("print('x' * 50_000_000)"),
    "fails_with_fifty_megabytes": Attack("""
class Quiet(Exception):
    def _render_traceback_(self): return ["short"]
raise Quiet("x" * 50_000_000)"""),
    "updates_a_display_with_fifty_megabytes": Attack("""
shown = display("x", display_id=True)
shown.update("x" * 50_000_000)"""),
    "sends_a_message_beyond_all_bounds": Attack("print('x' * 100_000_000)", deserves=None),
    "sends_many_widget_states": Attack("""
from ipykernel.comm import Comm
held = [Comm(target_name="jupyter.widget", data={"state": {"x": "x" * 10_000_000}})
        for _ in range(30)]"""),
    "prints_to_stderr": Attack("""
import sys, warnings
print("to stderr", file=sys.stderr)
warnings.warn("out of a cell")"""),
    "recurses": Attack("def dive(): return dive()\ndive()"),
    "recurses_in_c": Attack(
        """
import sys
sys.setrecursionlimit(10**9)
def dive(): return [*map(lambda _: dive(), [0])]
dive()""",
        look=None,
    ),
    "holds_the_lock": Attack("x = 10**10**8", look=True),
}

# ---------------------------------------------------------------- to fool the person who grades

CLEARS = "\x1b[2J\x1b[H"  # what empties a terminal
FOOLING = {
    "forges_a_stopped_cell": Attack(
        f"class Stopped(Exception): pass\nraise Stopped({CLEARS + 'alice graded 16/16'!r})",
        look=False,
    ),
    f"named{CLEARS}": Attack(),
    "named\nzoe  graded  16": Attack(),
}

# ---------------------------------------------------------------- to confuse what is sent

SENDS = """
from scaling.grading import carry
carry.send = lambda names, _: carry.Parcel({{name: {packed} for name in names}})
"""


def sending(packed: str) -> Attack:
    """An attack on those who read what a kernel sends: it sends this instead of any answer."""
    return Attack(SENDS.format(packed=packed), deserves=())


CONFUSING = {
    "sends_nonsense": sending("{'is': 'nonsense', 'values': 5}"),
    "sends_a_list": sending("[1, 2, 3]"),
    "sends_what_is_not_finite": sending("{'is': 'float', 'text': 'nan'}"),
    "sends_deep_nesting": Attack(
        """
from scaling.grading import carry
class Deep:
    def _repr_mimebundle_(self, **_):
        return {carry.MIME: '{"reading": ' + '{"is": "list", "values": [' * 9000}
carry.send = lambda *_: Deep()""",
        deserves=(),
        look=True,
    ),
    "sends_a_pickle": sending(
        "{'is': 'array', 'dtype': '|O', 'shape': [1], 'bytes': 'gASVAAAAAAAAAA=='}"
    ),
    "sends_an_impossible_array": sending(
        "{'is': 'array', 'dtype': '<f8', 'shape': [2**40], 'bytes': ''}"
    ),
    "sends_a_structured_array": sending(
        "{'is': 'array', 'dtype': 'f8,f8', 'shape': [1], 'bytes': 'AAAAAAAAAAAAAAAAAAAAAA=='}"
    ),
    "sends_half_a_character": sending("chr(0xD800) * 10"),
    "sends_eight_megabytes_of_text": sending("'x' * 7_900_000"),
    "sends_a_table_that_grows": sending("""{'is': 'frame', 'names': list(map(str, range(200))),
        'index': {'is': 'list', 'values': []},
        'columns': [{'is': 'dict', 'pairs': [[f'{a},{b}', True] for b in range(300)]}
                    for a in range(200)]}"""),
    "sends_keys_that_collide": sending("""{'is': 'set', 'values': [
        {'is': 'int', 'text': str(n * (2**61 - 1))} for n in range(1, 60_000)]}"""),
    "sends_a_function_of_its_own": sending("{'is': 'function', 'number': -1}"),
    "sends_an_exception_of_its_own": Attack(
        """
from scaling.grading import carry
stopped = {"kind": "KeyboardInterrupt", "text": "x" * 10_000, "inside": "<img>"}
carry.call = lambda number, cases: carry.Parcel({"found": [{"stopped": stopped}] * 99})""",
        {
            "m3-pairs-answer": "def pairs(n): return 0",
        },
    ),
    "sends_other_replies": Attack(
        """
get_ipython().user_expressions = lambda asked: {"it": {"data": "text", "status": []}}"""
    ),
    "sends_replies_that_are_none": Attack(
        """
from jupyter_client.session import Session
send = Session.send
def forge(self, stream, kind, content=None, *given, **named):
    if kind == "execute_reply" and content.get("user_expressions"): content = ["x"]
    return send(self, stream, kind, content, *given, **named)
Session.send = forge""",
        # its kernel is ended for it; the next forges no more
        {"m3-pairs-answer": "Session.send = send"},
    ),
    "sends_outputs_that_are_none": Attack(
        """
kernel = get_ipython().kernel
for content in ({"name": 5, "text": ["x"]}, {"name": "stdout", "text": {"a": 1}}):
    kernel.session.send(kernel.iopub_socket, "stream", content, parent=kernel.get_parent())
for data in (5, {"text/plain": 5}, {"text/html": ["<b>"]}, {5: 5}):
    kernel.session.send(kernel.iopub_socket, "display_data", {"data": data, "metadata": []},
                        parent=kernel.get_parent())
kernel.session.send(kernel.iopub_socket, "error", {}, parent=kernel.get_parent())""",
        deserves=None,
    ),
    "says_that_it_is_idle": Attack("""
import time
kernel = get_ipython().kernel
kernel.session.send(kernel.iopub_socket, "status", {"execution_state": "idle"},
                    parent=kernel.get_parent())
time.sleep(1)"""),
    "replaces_globals": Attack("globals = lambda: {}"),
    "replaces_import": Attack("__import__ = get_ipython = None"),
    "replaces_what_python_is_made_of": Attack(
        """
import builtins
builtins.isinstance = builtins.callable = lambda *_: True
builtins.AssertionError = builtins.float = str
builtins.print = builtins.abs = lambda *_, **__: 0""",
        deserves=None,
    ),
    "replaces_what_numpy_is_made_of": Attack(
        """
np.allclose = np.isclose = lambda *_, **__: True
np.asarray = np.array = lambda *_, **__: []""",
        deserves=None,
    ),
    "resets_everything": Attack("%reset -f"),
    "captures_everything": Attack("%%capture\nreading = 'a'"),
    "runs_a_script": Attack("%%script bash\nkill -9 $PPID; cat /etc/passwd /etc/shadow"),
    "changes_answers_from_a_thread": Attack("""
import threading, time
def change():
    while True:
        globals().update(voice=1.875, reading="a")
        time.sleep(0.001)
threading.Thread(target=change, daemon=True).start()"""),
    "acts_when_it_ends": Attack("""
import atexit, signal, time
atexit.register(time.sleep, 600)
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
    signal.signal(number, lambda *_: None)"""),
    "writes_where_the_next_one_imports": Attack("""
import os, pathlib, sys, scaling, IPython
places = [*sys.path, pathlib.Path(scaling.__file__).parent / "__pycache__", "/run/scaling",
          "/tmp", "/dev/shm", pathlib.Path.home() / ".ipython/profile_default/startup", "/", "/usr"]
for place in places:
    for name in ("marker_import.pth", "sitecustomize.py", "usercustomize.py", "00-marker.py"):
        try:
            pathlib.Path(place).mkdir(parents=True, exist_ok=True)
            with open(pathlib.Path(place, name), "x") as file:
                file.write("import scaling.checking as c; c.Check.__call__ = lambda *_: None")
        except OSError: pass"""),
    "speaks_to_every_open_socket": Attack(
        """
import os, socket
for number in range(512):
    try:
        one = socket.socket(fileno=os.dup(number))
        if one.family == socket.AF_UNIX and not one.getsockopt(socket.SOL_SOCKET, 30):
            one.setblocking(False)
            one.send(b'kill\\n{"ended": "marker"}\\n')
    except OSError: pass""",
        deserves=None,
    ),
    "shuts_off_what_watches_it": Attack("""
import ctypes
c = ctypes.CDLL(None, use_errno=True)
done = [c.unshare(flag) for flag in (0x10000000, 0x20000, 0x20000000, 0x40000000)]
done += [c.umount2(place, 2) for place in (b"/proc", b"/run/scaling", b"/tmp", b"/")]
done += [c.mount(None, b"/", None, 32 | 4096, None), c.ptrace(16, 1, 0, 0), c.ptrace(16, 2, 0, 0)]
done += [c.chroot(b"/tmp"), c.sethostname(b"x", 1)]
if any(result != -1 for result in done): voice = reading = "out"; print("GOT OUT", done)"""),
}

# ---------------------------------------------------------------- odd answers

ANSWERS = {
    "answers_that_equal_everything": Attack(
        """
class Same(float):
    def __eq__(self, other): return True
    def __sub__(self, other): return 0.0
    __rsub__ = __sub__
    def __hash__(self): return 0
    def __le__(self, other): return True
    __lt__ = __ge__ = __gt__ = __le__
class Word(str):
    def __eq__(self, other): return True
    def casefold(self): return self
    def __hash__(self): return hash("b")
reading = Word("a")""",
        {
            "m3-pooled-effect-answer": "pooled_effect = Same(5)",
            "m3-chance-above-one-answer": "chance_above_one = np.array([Same(7)], dtype=object)",
            "m3-exception-answer": "exception = Word('Texas')",
        },
    ),
    "answers_that_lie_about_their_class": Attack(
        """
class Liar:
    __class__ = float
    def __float__(self): raise SystemExit
    def __array__(self, *_, **__): raise KeyboardInterrupt
    def __iter__(self): return self
    def __next__(self): return self
reading = Liar()""",
        {"m3-pooled-effect-answer": "pooled_effect = Liar()"},
    ),
    "answers_that_end_the_kernel": answering(
        "m3-pairs",
        """
import os
class Last:
    def __float__(self): os._exit(0)
pairs = Last()""",
        deserves=("m3-voice",),
    ),
    "answers_without_end": Attack(
        """
import itertools
reading = itertools.count()""",
        {
            "m3-weights-answer": "weights = (1 for _ in iter(int, 1))",
        },
    ),
    "answers_too_large": Attack(
        "reading = 'b' * 60_000_000",
        {
            "m3-weights-answer": "weights = np.ones(5_000_000)",
            "m3-pooled-effect-answer": "pooled_effect = 10**5000",
            "m3-village-spread-answer": "village_spread = np.broadcast_to(1.0, 10**12)",
        },
    ),
    "answers_in_accents_alone": answering(
        "m3-exception", "exception = 'a' + '\\u0315\\u0300' * 500_000"
    ),
    "answers_below_a_mask": Attack(
        cells={"m3-pooled-effect-answer": "pooled_effect = np.ma.array([1.0], mask=[True])"}
    ),
    "answers_that_hold_themselves": Attack(
        "reading = []\nreading.append(reading)",
        {
            "m3-weights-answer": "weights = {}\nweights['x'] = weights",
            "m3-pooled-effect-answer": "pooled_effect = pd.Series([reading])",
        },
    ),
    "answers_that_are_not_finite": Attack(
        cells={
            "m3-pooled-effect-answer": "pooled_effect = np.nan",
            "m3-chance-above-one-answer": "chance_above_one = float('inf')",
            "m3-village-spread-answer": "village_spread = pd.NA",
            "m3-chance-spread-answer": "chance_spread = pd.NaT",
        }
    ),
    "answers_with_a_function_that_returns_itself": answering(
        "m3-pairs", "def pairs(n): return pairs"
    ),
    "answers_with_a_function_that_never_ends": answering(
        "m3-pairs",
        """
def pairs(n):
    while True: pass""",
    ),
    "answers_rightly_only_in_view": answering(
        "m3-pairs",
        """
def pairs(n):
    known = {2: 1, 12: 66, 24: 276, 400: 79800, 9: 36}
    while n not in known: pass
    return known[n]""",
    ),
    "answers_with_a_function_that_exits": answering(
        "m3-pairs",
        """
import os
def pairs(n): os._exit(0)""",
    ),
    "answers_with_a_function_that_prints_much": answering(
        "m3-pairs",
        """
def pairs(n):
    print("x" * 30_000_000)
    return 0""",
    ),
    "answers_with_half_a_character": answering("m3-exception", "exception = chr(0xD800)"),
    "answers_with_a_repr_that_explodes": Attack("""
class Zip:
    def __repr__(self): return "x" * 3 * 10**7
    def _repr_html_(self): return "x" * 3 * 10**7
reading = Zip()
reading"""),
}

# ---------------------------------------------------------------- odd files


def tagged(nb):
    for cell in nb["cells"]:
        if cell["id"] in ("m3-reading", "m3-pairs", "m3-pairs-answer"):
            cell["metadata"]["tags"] = ["skip-execution", "raises-exception", "hide"]


def with_another_kernel(nb):
    nb["metadata"]["kernelspec"] = {"name": "../../evil", "display_name": "x", "language": "sh"}


def with_huge_widgets(nb):
    nb["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": "x" * 20_000_000}


def with_emptied_tests(nb):
    for cell in nb["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade") and cell["cell_type"] == "code":
            cell["source"] = "print('fine')"


def with_a_copied_test(nb):
    (test,) = (cell for cell in nb["cells"] if cell["id"] == "m3-reading")
    nb["cells"].append({**test, "id": "copy", "source": "print('fine')"})


def with_more_points(nb):
    for cell in nb["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            cell["metadata"]["nbgrader"]["points"] = 1000


def without_metadata(nb):
    for cell in nb["cells"]:
        cell["metadata"] = {}


def with_tests_as_text(nb):
    for cell in nb["cells"]:
        if cell["id"] == "m3-reading":
            cell["cell_type"] = "markdown"
            del cell["outputs"], cell["execution_count"]


def with_half_a_character(nb):
    nb["cells"].append({
        "id": "half", "cell_type": "markdown", "metadata": {"x": "\ud800"}, "source": "\ud800",
    })  # fmt: skip


def with_many_cells(nb):
    cells = [
        {
            "id": f"c{number}",
            "cell_type": "code",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "source": f"{'x' * 500} = {number}",
        }
        for number in range(300)
    ]
    nb["cells"] += cells


def with_cells_that_are_hard_to_compare(nb):
    without_metadata(nb)
    letters = "abcdef \n" * 600
    for number in range(2500):
        cell = {"id": f"h{number}", "cell_type": "code", "metadata": {}, "outputs": []}
        source = f"raise NotImplementedError {letters[number % 97 :]}{number}"
        nb["cells"].append({**cell, "execution_count": None, "source": source})
    for number, cell in enumerate(nb["cells"]):
        cell["id"] = f"hard-{number}"


def links(folder):
    (folder / "solution.ipynb").symlink_to("../../../solutions/03-size-and-context/" + NOTEBOOK)
    (folder / "gradebook.db").symlink_to("../../../gradebook.db")
    (folder / "all").symlink_to("/")
    (folder / "data").symlink_to("../../../solutions")


def linked_notebook(folder):
    (folder / NOTEBOOK).unlink()
    (folder / NOTEBOOK).symlink_to("../../../solutions/03-size-and-context/" + NOTEBOOK)


def many_files(folder):
    for number in range(400):
        (folder / f"{number}.txt").write_text("x")


def deep_folders(folder):
    deep = folder
    for _ in range(60):
        deep /= "deep"
    deep.mkdir(parents=True)
    (deep / "x.txt").write_text("x")


def shadowing(folder):
    for name in ("numpy.py", "scaling.py", "ast.py", "usercustomize.py", "ipython_config.py",
                 "conftest.py", "debugpy.py", "trio.py", "appnope.py", "gi.py"):  # fmt: skip
        (folder / name).write_text("import os\nprint('MARKER shadow')\nos._exit(0)\n")


def extending(folder):
    """Bring a module that IPython looks for while the kernel starts, before it is shut in."""
    (folder / "storemagic.py").write_text(
        "import pathlib\n"
        "pathlib.Path('/run/scaling/marker_extension').write_text('x')\n"
        "print('GOT OUT')\n"
        "def load_ipython_extension(shell): pass\n"
    )


def stamped(text):
    return lambda folder: (folder / "timestamp.txt").write_text(text)


def stamped_without_end(folder):
    (folder / "timestamp.txt").symlink_to("/dev/zero")


def folder_named_like_the_notebook(folder):
    (folder / NOTEBOOK).rename(folder / "mine.ipynb")
    (folder / NOTEBOOK).mkdir()
    (folder / NOTEBOOK / "x.txt").write_text("x")


def named_in_no_encoding(folder):
    (folder / "r\udce9sum\udce9.txt").write_text("x")


FILES = {
    "tags_cells_to_be_skipped": Attack(change=tagged),
    "names_another_kernel": Attack(change=with_another_kernel),
    "brings_huge_widgets": Attack(change=with_huge_widgets),
    "empties_the_tests": Attack(change=with_emptied_tests, state="repaired"),
    "copies_a_test": Attack(change=with_a_copied_test, state="repaired"),
    "changes_the_points": Attack(change=with_more_points),
    "loses_all_metadata": Attack(change=without_metadata, state="repaired"),
    "turns_a_test_into_text": Attack(change=with_tests_as_text, state="repaired"),
    "writes_half_a_character": Attack(change=with_half_a_character),
    "adds_many_cells": Attack(change=with_many_cells),
    "links_files": Attack(place=links, look=True),
    "links_the_notebook": Attack(place=linked_notebook, state="ungraded", deserves=None),
    "hands_in_many_files": Attack(place=many_files, look=True),
    "hands_in_deep_folders": Attack(place=deep_folders),
    "shadows_modules": Attack(place=shadowing, look=True),
    "extends_the_kernel": Attack(
        "import os\nif os.path.exists('/run/scaling/marker_extension'): print('GOT OUT')",
        place=extending,
    ),
    "stamps_nonsense": Attack(place=stamped("next Tuesday\n"), look=True),
    "stamps_the_far_future": Attack(place=stamped("9999-12-31 23:59:59 UTC")),
    "stamps_beyond_all_time": Attack(place=stamped("9999-12-31 23:59:59 -1400"), look=None),
    "stamps_without_end": Attack(place=stamped_without_end, look=True),
    "is_no_json": Attack(
        place=lambda folder: (folder / NOTEBOOK).write_text("PK\3\4"),
        state="ungraded",
        deserves=None,
    ),
    "renames_the_notebook": Attack(
        place=lambda folder: (folder / NOTEBOOK).rename(folder / "final (1).ipynb"),
        state="repaired",
    ),
    "makes_a_folder_named_like_the_notebook": Attack(place=folder_named_like_the_notebook),
    "names_a_file_in_no_encoding": Attack(place=named_in_no_encoding),
    'O\'Brien  "x"; rm -rf ~': Attack(),
    "--again": Attack(),
    "Łukasz Ñandú 张伟": Attack(),
    "=cmd|'x'!A1": Attack(),
    "<img src=x>": Attack(),
}

ATTACKS = FOR_MARKS | IN_VAIN | OUTWARD | STOPPING | FOOLING | CONFUSING | ANSWERS | FILES
