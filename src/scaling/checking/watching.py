"""What happened to the answer cells: which ran, which stopped and why, which names they made.

A check sees only what a name means at the moment. Where an answer cell stopped, that is an older
value or none. So the notebook's Python is watched from the call of `watch` on: before and after
each cell it is noted which names the cell is to make, also where it cannot be parsed, and whether
it made them. Checks ask `earlier` and `missing`. Without a notebook (tests, grading) nothing is
noted, and both say so.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import linecache
import re
import sys
import types
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .explain import explain

NOT_DONE = "Not done yet"
_STUB = "raise NotImplementedError"
_MAKES = re.compile(
    r"^[ \t]*(?:def[ \t]+(\w+)|(\w+(?:[ \t]*,[ \t]*\w+)*)[ \t]*=(?!=))", re.MULTILINE
)
_NOTHING = object()


@dataclass
class Run:
    """One run of one cell.

    Parameters
    ----------
    number : int
        The number of the run, counted from 0.
    cell_id : str
        The id of the cell, if the page sends it; else "".
    source : str
        The cell's text.
    before : dict
        The values, before the run, of the names that the cell is to make.
    made : set of str
        The names that it made.
    error : BaseException or None
        The error that stopped it.
    cause : str
        The cause in plain words, where one is likely.
    verdict : bool or None
        Whether its check passed; None if none has spoken.
    part : float or None
        The points of a check that passed in part.
    """

    number: int
    cell_id: str
    source: str
    before: dict[str, Any] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)
    error: BaseException | None = None
    cause: str = ""
    verdict: bool | None = None
    part: float | None = None

    @property
    def is_stub(self) -> bool:
        """Tell whether it stopped at the line that every answer cell begins with."""
        return isinstance(self.error, NotImplementedError) and str(self.error).startswith(NOT_DONE)

    @property
    def is_a_check(self) -> bool:
        """Tell whether the cell asks a check, and answers nothing."""
        return re.search(r"^\s*check\.", self.source, re.MULTILINE) is not None

    @property
    def makes_no_name(self) -> bool:
        """Tell whether there is code in the cell, and none of it makes a name."""
        code = re.sub(r"#.*|^\s*[%!].*", "", self.source, flags=re.MULTILINE)
        return bool(code.strip()) and not _names(self.source) and not _imports(code)


def _names(source: str) -> list[str]:
    """Return the names that a cell is to make, found also where Python cannot read it."""
    found = [name for pair in _MAKES.findall(source) for name in pair if name]
    return [name for group in found for name in re.findall(r"\w+", group)]


def _imports(code: str) -> bool:
    return re.search(r"^\s*(import|from)\b", code, re.MULTILINE) is not None


class Watch:
    """Notes what the cells of one notebook do."""

    def __init__(self, shell: Any):
        self.shell = shell
        self.runs: list[Run] = []
        self.current: Run | None = None
        # By name, a function or module that the name no longer means, and what kind of thing it is.
        self.overwritten: dict[str, tuple[Any, str]] = {}

    @property
    def cell_id(self) -> str:
        """The id of the cell that runs now, if the page sends it."""
        return self.current.cell_id if self.current else ""

    # ------------------------------------------------------------ noting

    def before(self, info: Any) -> None:
        """Note that a cell begins."""
        source = str(info.raw_cell)
        names = self.shell.user_ns
        run = Run(len(self.runs), str(getattr(info, "cell_id", None) or ""), source)
        run.before = {name: names.get(name, _NOTHING) for name in _names(source)}
        self.current = run

    def after(self, result: Any) -> None:
        """Note how a cell ended."""
        run, self.current = self.current, None
        if run is None:  # The watch began in this cell.
            return
        names = self.shell.user_ns
        run.error = result.error_before_exec or result.error_in_exec
        for name, was in run.before.items():
            now = names.get(name, _NOTHING)
            if now is not _NOTHING and (now is not was or run.error is None):
                run.made.add(name)
                self._note_overwritten(name, was, now)
        run.before = {}
        if run.error is not None and not run.cause:
            run.cause = explain(run.source, run.error, names)
        self.runs.append(run)
        fresh = [name for name in self._lost_names() if name in run.made]
        if fresh and not run.is_a_check:
            print(*map(self._overwritten_note, fresh), sep="\n")

    def _note_overwritten(self, name: str, was: Any, now: Any) -> None:
        """Remember a function or a module whose name now means something else."""
        if callable(now) or isinstance(now, types.ModuleType):
            self.overwritten.pop(name, None)
        elif isinstance(was, types.ModuleType):
            self.overwritten[name] = (was, "module")
        elif callable(was):
            self.overwritten[name] = (was, "function")
        elif was is _NOTHING and callable(getattr(builtins, name, None)):
            self.overwritten[name] = (getattr(builtins, name), "builtin")

    # ------------------------------------------------------------ asking

    def last_of(self, name: str) -> Run | None:
        """Return the last run of the cell that is to make a name."""
        own = {run.cell_id for run in self.runs if name in _names(run.source)} - {""}
        if self.cell_id:
            own.add(f"{self.cell_id}-answer")
        for run in reversed(self.runs):
            if run.is_a_check:
                continue
            if name.lower() in map(str.lower, _names(run.source)) or run.cell_id in own:
                return run
            if not run.cell_id and run is self._last() and run.makes_no_name:
                return run  # Without ids it is taken for the cell right before.
        return None

    def _last(self) -> Run | None:
        return next((run for run in reversed(self.runs) if not run.is_a_check), None)

    def _lost_names(self) -> list[str]:
        names = self.shell.user_ns
        return [
            name
            for name, (was, _) in self.overwritten.items()
            if name in names and names[name] is not was and not callable(names[name])
        ]

    def _overwritten_note(self, name: str) -> str:
        how = self.overwritten[name][1]
        what = {"module": "came with the page", "builtin": "is a function of Python's own"}
        again = {
            "module": "run the first cell of the page again",
            "builtin": f"run this in a cell of its own: del {name}",
        }
        return (
            f"Careful: {name} {what.get(how, 'was a function')}, and a cell of yours gives its "
            "name to a value. Choose another name there, and "
            f"{again.get(how, f'run the cell that makes {name} again')}."
        )


_watch: Watch | None = None


def earlier(name: str) -> str:
    """Return what to say where a name holds an older answer than its cell; else ""."""
    run = _watch.last_of(name) if _watch else None
    if run is None or name in run.made:
        return ""
    if run.is_stub:
        return ""  # The learner answers in another cell, and leaves the stub as it is.
    if run.error is not None:
        said = "Your answer cell stopped with an error; this is still your earlier answer."
        return f"{said} {run.cause}".rstrip()
    if run.makes_no_name:
        return f"This is still your earlier answer. {_no_name_hint(name, run)}"
    return ""


def missing(name: str) -> str:
    """Return why there is no such name where a check asks for it."""
    run = _watch.last_of(name) if _watch else None
    if run is None or name in run.made:  # It was never run, or the name was deleted since.
        return "Run its answer cell first."
    if run.is_stub:
        return "Its answer cell still holds the line that begins with raise: replace that line."
    if run.error is not None:
        return f"Its answer cell stopped with an error. {run.cause}".rstrip()
    if name in _names(run.source):
        return f"Your answer cell ran, but not the line that makes {name}: look at its condition."
    others = [other for other in _names(run.source) if other.lower() == name.lower()]
    if others:
        return f"Your answer cell makes {others[0]}: capitals and small letters count."
    return _no_name_hint(name, run) if run.makes_no_name else "Run its answer cell first."


def _no_name_hint(name: str, run: Run) -> str:
    if re.search(rf"^\s*{name}\s*==", run.source, re.MULTILINE):
        return f"One = gives a name to a value, and == compares: write {name} = …"
    check = getattr(_watch.shell.user_ns.get("check"), name, None) if _watch else None
    if type(check).__name__ == "function":  # the kind of check, not Python's type
        return f"Your answer cell makes no function of this name: begin with def {name}(…):"
    return f"Your answer cell gives its value no name: begin its line with {name} ="


def notices() -> list[str]:
    """Return a sentence for each function or module whose name has been given away."""
    return [_watch._overwritten_note(name) for name in _watch._lost_names()] if _watch else []


def note_verdict(is_right: bool) -> None:
    """Note whether the check in the cell that runs has passed."""
    if _watch and _watch.current:
        _watch.current.verdict, _watch.current.part = is_right, None


def note_part(points: float) -> None:
    """Note the points for the part of an answer that is right, in the check that runs."""
    if _watch and _watch.current:
        _watch.current.part = points


def last_verdict() -> tuple[bool | None, float | None]:
    """Return whether the check in the cell that ran last passed, and its points if in part."""
    run = _watch.runs[-1] if _watch and _watch.runs else None
    return (run.verdict, run.part) if run else (None, None)


def verdicts() -> dict[str, bool]:
    """Return, by the cell's id, whether its check passed when it last ran."""
    return {name: run.verdict for name, run in _last_checks().items() if run.verdict is not None}


def parts() -> dict[str, float]:
    """Return, by the cell's id, the points of checks that last passed in part."""
    return {name: run.part for name, run in _last_checks().items() if run.part is not None}


def _last_checks() -> dict[str, Run]:
    """Return, by the cell's id, the last run of each check that has spoken."""
    runs = [*_watch.runs, _watch.current] if _watch else []
    return {run.cell_id: run for run in runs if run and run.cell_id and run.verdict is not None}


def cell_id() -> str:
    """Return the id of the cell that runs, if the page sends it; "" in grading and in tests."""
    return _watch.cell_id if _watch else ""


# ---------------------------------------------------------------- the notebook's Python


def watch(shell: Any = None) -> None:
    """Note what the cells of a notebook do, put errors into plain words, and show plain numbers.

    The first cell of every exercise calls this. Nothing here changes the shell before it is called;
    called once more for the same shell, it keeps what has been noted. A number of numpy's is shown
    without the name of its type from then on: 1.5 in place of ``np.float64(1.5)``.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell, optional
        By default the one that runs this code. Without one, as in a test or while an exercise is
        graded, nothing happens.
    """
    global _watch
    if shell is None and "IPython" in sys.modules:
        shell = sys.modules["IPython"].get_ipython()
    if shell is None or (_watch is not None and _watch.shell is shell):
        return
    forget()
    _watch = Watch(shell)
    _watch.current = _running_cell(shell)
    shell.events.register("pre_run_cell", _watch.before)
    shell.events.register("post_run_cell", _watch.after)
    shell.set_custom_exc((Exception,), _show)
    np.set_printoptions(legacy="1.25")  # As numpy 1.25 did; arrays are shown as today.


def forget() -> None:
    """End the watch; the next call of `watch` begins one that knows nothing."""
    global _watch
    if _watch is not None:
        with contextlib.suppress(ValueError):  # It may have been unregistered before.
            _watch.shell.events.unregister("pre_run_cell", _watch.before)
            _watch.shell.events.unregister("post_run_cell", _watch.after)
        np.set_printoptions(legacy=False)
    _watch = None


def watch_from_here() -> None:
    """Begin to watch where no cell has called `watch`, as in older copies of an exercise."""
    if _watch is None:
        watch()


def _running_cell(shell: Any) -> Run | None:
    """Return the cell that runs while the watch begins, where the kernel tells which one it is."""
    request = shell.get_parent() if hasattr(shell, "get_parent") else None
    if not request or request.get("header", {}).get("msg_type") != "execute_request":
        return None
    cell_id = str(request.get("metadata", {}).get("cellId") or "")
    return Run(0, cell_id, str(request["content"].get("code", "")))


def _show(shell: Any, kind: type, error: Exception, trace: Any, tb_offset: Any = None) -> list:
    """Show an error: a check's as one line, any other as Python does, with its likely cause."""
    message = _one_line(shell, error, trace)
    if message:
        shown = [message]
        vars(error)["_render_traceback_"] = lambda: shown  # IPython calls this
    shell.showtraceback((kind, error, trace), tb_offset=tb_offset, running_compiled_code=True)
    said = "" if message or isinstance(error, AssertionError) else _cause(shell, error)
    if said:
        print(said)
    return []


def _one_line(shell: Any, error: Exception, trace: Any) -> str:
    """Return "not done yet" where a check meets a name that no cell has made, or a stub."""
    name = isinstance(error, NameError) and error.name
    if name and name != "check" and _is_in_a_check(shell, trace):
        return f"{NOT_DONE}: {name} does not exist yet. {missing(name)}"
    if isinstance(error, NotImplementedError) and str(error).startswith(NOT_DONE):
        return f"{error}{_beside_a_stub()}"
    return ""


def _beside_a_stub() -> str:
    """Return what to do if an answer is below the line that it should have replaced."""
    run = _watch.current if _watch else None
    if run is None:
        return ""
    after = run.source.partition(_STUB)[2].partition("\n")[2]
    if re.sub(r"#.*", "", after).strip() and "def " not in run.source:
        return " Your cell stops there: delete that line, so that the lines below it run."
    return ""


def _cause(shell: Any, error: Exception) -> str:
    if _watch is None or _watch.current is None:
        return ""
    run = _watch.current
    for name in _watch._lost_names():
        if isinstance(error, TypeError | AttributeError) and re.search(rf"\b{name}\b", run.source):
            return _watch._overwritten_note(name)
    run.cause = explain(run.source, error, shell.user_ns)
    return run.cause


def _is_in_a_check(shell: Any, trace: Any) -> bool:
    """Tell whether the statement that stopped is one of a cell's and calls a check."""
    while trace.tb_next is not None:
        trace = trace.tb_next
    if trace.tb_frame.f_globals is not shell.user_ns:
        return False
    source = "".join(linecache.getlines(trace.tb_frame.f_code.co_filename))
    try:
        statements = [part for part in ast.walk(ast.parse(source)) if isinstance(part, ast.stmt)]
    except SyntaxError:
        return False
    around = [part for part in statements if part.lineno <= trace.tb_lineno <= _end(part)]
    last = max(around, key=lambda part: (part.lineno, -_end(part)), default=None)
    names = {part.id for part in ast.walk(last) if isinstance(part, ast.Name)} if last else set()
    return "check" in names


def _end(statement: ast.stmt) -> int:
    """Return the last line of a statement."""
    return statement.end_lineno or statement.lineno
