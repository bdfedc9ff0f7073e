"""The Python of one exercise in the browser: what IPython's shell is in a notebook.

The course's checks and pages ask ``get_ipython()`` for a shell; here they get a ``Session``. It
runs one cell at a time and returns what the cell shows as nbformat's outputs. What a learner's code
does to Python's own functions and streams is undone after each cell, so that the worker can answer.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import gc
import io
import json
import linecache
import os
import sys
import tokenize
import types
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import IPython
import ipywidgets
import pandas as pd
from IPython.display import DisplayHandle, display

from scaling import ending
from scaling.checking import variants, watching
from scaling.web import magics, tracebacks
from scaling.web.bundles import Outputs, bundle
from scaling.web.links import Pages

NO_INPUT = (
    "input() cannot ask anything on this page. Give the value a name in the cell instead, such as "
    "answer = 5."
)
NO_AWAIT = "On this page await works inside a function only, and no answer needs it."
NO_THREADS = "A page has one thread. Take the thread out, and call its function instead."
NO_MEMORY = (
    "This cell needs more memory than a page has, so it was stopped, and the names that it made "
    "are gone. Is there a list that grows without end?"
)
ENDED = "The cell ended here, as exit() says. The cells after it can be run."
ON_THE_PAGE = "It is on this page already, where it can be moved."
REMEMBERED = 20  # runs, the values of which are in ``Out``: they take memory
# Modules that answering needs; what a cell changes in them is put back.
_GUARDED = (builtins, json, json.decoder, json.encoder, os, os.path, io, gc, linecache, warnings)
# Warnings that Python shows to the authors of a library only.
_NOT_FOR_READERS = (PendingDeprecationWarning, ImportWarning, ResourceWarning)
_STREAMS = ("stdin", "stdout", "stderr", "displayhook", "excepthook", "modules", "path", "exit")


class UsageError(Exception):
    """A line of a cell that only a notebook of Jupyter can run; shown as one sentence."""

    def _render_traceback_(self) -> list[str]:
        return [f"UsageError: {self}"]


class Stream:
    """Stdout or stderr of a cell."""

    encoding, errors, closed = "utf-8", "replace", False

    def __init__(self, name: str, session: ZMQInteractiveShell):
        self.name = f"<{name}>"
        self._name, self._session = name, session

    def write(self, text: str) -> int:
        """Show text below the cell."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._session.outputs.stream(self._name, str(text))
        return len(text)

    def writelines(self, lines: Any) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Do nothing: all is shown at once."""

    def close(self) -> None:
        """Do nothing: the next cell prints as well."""

    def isatty(self) -> bool:
        """Tell that it is no terminal."""
        return False

    def writable(self) -> bool:
        """Tell that it can be written to."""
        return True

    def readable(self) -> bool:
        """Tell that it cannot be read."""
        return False

    def fileno(self) -> int:
        """Refuse, as in a notebook."""
        raise io.UnsupportedOperation("fileno")


class Events:
    """Functions that are called before and after each cell.

    Parameters
    ----------
    on_error : callable
        Called where one of them fails, while its error is handled.
    """

    def __init__(self, on_error: Callable[[], None]):
        self._on_error = on_error
        self._listeners: dict[str, list[Callable[..., None]]] = {}

    def register(self, event: str, function: Callable[..., None]) -> None:
        """Have a function called; ``event`` is such as "pre_run_cell"."""
        listeners = self._listeners.setdefault(event, [])
        if function not in listeners:
            listeners.append(function)

    def unregister(self, event: str, function: Callable[..., None]) -> None:
        """Have it called no more; a ``ValueError`` if it was not registered."""
        self._listeners.get(event, []).remove(function)

    def trigger(self, event: str, *values: Any) -> None:
        """Call all that are registered now."""
        for function in list(self._listeners.get(event, ())):
            try:
                function(*values)
            except Exception:
                self._on_error()


@dataclass
class Info:
    """What is known of a cell before it runs."""

    raw_cell: str
    cell_id: str
    store_history: bool = True
    silent: bool = False


@dataclass
class Result:
    """How a cell ended."""

    info: Info
    error_before_exec: BaseException | None = None
    error_in_exec: BaseException | None = None
    result: Any = None

    @property
    def success(self) -> bool:
        """Tell whether it ended without an error."""
        return self.error_before_exec is None and self.error_in_exec is None


class ZMQInteractiveShell:  # Libraries ask by this name whether they run in a notebook.
    """The session of an exercise.

    Parameters
    ----------
    name : str
        The exercise's folder, such as "03-size-and-context".
    folder : pathlib.Path
        Where its cells run, and find and write files.
    tell : callable, optional
        What a cell shows is told to it while the cell runs, as ``bundles.Outputs`` does it.
    """

    def __init__(self, name: str, folder: Path, tell: Callable[[int, Any], None] | None = None):
        self.name = name
        self.folder = folder
        self._tell = tell
        self.user_module = types.ModuleType("__main__")
        self.user_ns: dict[str, Any] = vars(self.user_module)
        self.user_ns["Out"] = {}
        self.events = Events(self.showtraceback)
        self.outputs = Outputs()
        self.count = 0
        self._asked: dict[str, Any] = {}
        self._handled: tuple[type[BaseException], ...] = ()
        self._handle: Callable[..., Any] | None = None
        self._filters: list[Any] | None = None
        self._own = {
            "display": display,
            "get_ipython": lambda: self,
            "exit": _Exit(),
            "quit": _Exit(),
            "input": _no_input,
            "help": _help,
        }

    # ------------------------------------------------------------ what the course asks for

    def get_parent(self) -> dict[str, Any]:
        """Return the request to run the present cell, as a kernel has it."""
        return self._asked

    def set_custom_exc(
        self, kinds: tuple[type[BaseException], ...], handle: Callable[..., Any]
    ) -> None:
        """Have errors of some kinds shown by ``handle(shell, kind, error, trace, tb_offset)``."""
        self._handled, self._handle = kinds, handle

    def showtraceback(self, exc_tuple: Any = None, **_: Any) -> None:
        """Show an error, by default the one that is handled now."""
        error = exc_tuple[1] if exc_tuple else sys.exception()
        if error is None:
            return
        try:
            render = getattr(error, "_render_traceback_", None)
            lines = [str(line) for line in render()] if callable(render) else None
        except Exception:
            lines = None
        if lines is None:
            lines = tracebacks.lines_of(error)
        message = tracebacks.name_of(tracebacks.said(error))
        self.outputs.error(type(error).__name__, message, lines)

    def refuse(self, sentence: str) -> NoReturn:
        """Stop a cell at a line that cannot be run in a browser."""
        raise UsageError(sentence)

    def display(
        self,
        values: tuple[Any, ...],
        raw: bool = False,
        display_id: Any = None,
        update: bool = False,
        metadata: dict[str, Any] | None = None,
        **_: Any,
    ) -> DisplayHandle | None:
        """Show values below the cell that runs."""
        name = f"{self.count}-{len(self.outputs.kept)}" if display_id is True else display_id
        if any(isinstance(value, ipywidgets.Widget) for value in values):
            values, raw = ({"text/plain": ON_THE_PAGE},), True
        for value in values:
            if raw:
                data, about = dict(value), dict[str, Any]()
            elif self._displays_itself(value):
                continue
            else:
                data, about = bundle(value, self.showtraceback)
            self.outputs.show(
                "display_data", data, about | (metadata or {}), str(name or ""), update
            )
        return DisplayHandle(str(name)) if name and not update else None

    def clear_output(self, wait: bool) -> None:
        """Forget what the cell has shown."""
        self.outputs.clear(wait)

    # ------------------------------------------------------------ running

    def run_cell(self, cell_id: str, source: str) -> dict[str, Any]:
        """Run a cell.

        Parameters
        ----------
        cell_id : str
        source : str

        Returns
        -------
        dict
            ``outputs``: as nbformat has them; ``status``: "ok" or "error"; ``count``: the number
            of the run; ``passed`` and ``points``: what a check in it has noted, else None.
        """
        self.count += 1
        self.outputs = Outputs(self._tell)
        self._asked = {
            "header": {"msg_type": "execute_request"},
            "metadata": {"cellId": cell_id},
            "content": {"code": source},
        }
        result = Result(Info(source, cell_id))
        widgets = len(ipywidgets.widgets)
        with self._in_place():
            self.events.trigger("pre_run_cell", result.info)
            self._run(result)
        with self._in_place():
            self.events.trigger("post_run_cell", result)
        ipywidgets.forget(widgets)
        error = result.error_before_exec or result.error_in_exec
        passed, points = watching.last_verdict()
        if error is not None:
            error.__traceback__ = None  # It would keep all that the cell had in memory.
        return {
            "outputs": self.outputs.as_list(),
            "status": "ok" if error is None or isinstance(error, SystemExit) else "error",
            "count": self.count,
            "passed": passed,
            "points": points,
        }

    def _run(self, result: Result) -> None:
        before = dict(self.user_ns)
        try:
            source = magics.as_python(result.info.raw_cell)
            name = tracebacks.file_of(self.count)
            lines = source.splitlines(keepends=True)
            linecache.cache[name] = (len(source), None, lines, name)
            try:
                tree = ast.parse(source, name)
                last = tree.body.pop() if tree.body and _is_value(tree.body[-1]) else None
                code = compile(tree, name, "exec", dont_inherit=True)
                value_of = (
                    compile(ast.Expression(last.value), name, "eval", dont_inherit=True)
                    if isinstance(last, ast.Expr)
                    else None
                )
            except Exception as error:  # Python cannot read it.
                result.error_before_exec = error
                if isinstance(error, SyntaxError) and error.text is None and error.lineno:
                    error.text = lines[error.lineno - 1]
                self._show_error(error)
                return
            exec(code, self.user_ns)
            if value_of is not None:
                value = eval(value_of, self.user_ns)
                result.result = value
                if not _ends_quietly(source):
                    self._show_value(value)
        except MemoryError as error:
            result.error_in_exec = error
            error.__traceback__ = None
            for made in set(self.user_ns) - set(before):
                del self.user_ns[made]
            self.user_ns.update(before)
            gc.collect()
            self.outputs.error("MemoryError", NO_MEMORY, [f"MemoryError: {NO_MEMORY}"])
        except SystemExit as error:
            result.error_in_exec = error
            self.outputs.stream("stdout", ENDED + "\n")
        except BaseException as error:
            result.error_in_exec = error
            error.__traceback__ = _without_ours(error.__traceback__)
            self._show_error(error)

    def _show_error(self, error: BaseException) -> None:
        is_await = isinstance(error, SyntaxError) and "'await' outside" in str(error)
        shown = (type(error), error, error.__traceback__)
        if self._handle is not None and isinstance(error, self._handled) and not is_await:
            try:
                self._handle(self, *shown, None)
            except Exception:  # of an error that cannot even be said
                self.showtraceback(shown)
        else:
            self.showtraceback(shown)
        if is_await:
            self.outputs.stream("stdout", NO_AWAIT + "\n")
        if isinstance(error, RuntimeError) and "start new thread" in tracebacks.said(error):
            self.outputs.stream("stdout", NO_THREADS + "\n")

    def _show_value(self, value: Any) -> None:
        if isinstance(value, _Exit):
            value()
        if value is None:
            return
        if isinstance(value, ipywidgets.Widget):
            self.outputs.show("display_data", {"text/plain": ON_THE_PAGE}, {})
        elif not self._displays_itself(value):
            data, metadata = bundle(value, self.showtraceback)
            self.outputs.show("execute_result", data, metadata, count=self.count)
        names = self.user_ns
        if not {"_", "__", "___"} & set(vars(builtins)):
            names.update({"___": names.get("__", ""), "__": names.get("_", ""), "_": value})
        if isinstance(names.get("Out"), dict):
            names["Out"][self.count] = value
            names["Out"].pop(self.count - REMEMBERED, None)

    def _displays_itself(self, value: Any) -> bool:
        show = getattr(value, "_ipython_display_", None)
        if isinstance(value, type) or not callable(show):
            return False
        show()
        return True

    @contextlib.contextmanager
    def _in_place(self) -> Iterator[None]:
        """Have this session's streams and names in place while a cell runs, and nothing after."""
        kept = [(vars(module), dict(vars(module))) for module in _GUARDED]
        streams = {name: getattr(sys, name, None) for name in _STREAMS}
        modules, path = dict(sys.modules), list(sys.path)
        limit, place, filters = sys.getrecursionlimit(), Path.cwd(), list(warnings.filters)
        self.folder.mkdir(parents=True, exist_ok=True)
        os.chdir(self.folder)
        sys.stdout, sys.stderr = Stream("stdout", self), Stream("stderr", self)
        sys.modules["__main__"] = self.user_module
        vars(builtins).update(self._own)
        if self._filters is None:
            warnings.simplefilter("default")
            for kind in (*_NOT_FOR_READERS, DeprecationWarning):
                warnings.simplefilter("ignore", kind)
            warnings.filterwarnings("default", category=DeprecationWarning, module="__main__")
        else:
            warnings.filters[:] = self._filters  # type: ignore[index]
        try:
            yield
        finally:
            for names, was in kept:
                names.update(was)
            for name in self._own:
                if name not in kept[0][1]:
                    vars(builtins).pop(name, None)
            sys.settrace(None)
            sys.setprofile(None)
            for name, value in streams.items():
                setattr(sys, name, value)
            sys.setrecursionlimit(limit)
            for name, module in modules.items():
                sys.modules[name] = module
            sys.path[:] = path
            self._filters = list(warnings.filters)
            warnings.filters[:] = filters  # type: ignore[index]
            with contextlib.suppress(OSError):
                self.folder = Path.cwd()  # A cell may have gone to another folder.
            os.chdir(place)


def _is_value(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr)


def _ends_quietly(source: str) -> bool:
    """Tell whether the last sign of a cell is a semicolon, by which its value is not shown."""
    if ";" not in source:
        return False
    skipped = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER, tokenize.DEDENT}
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):
        return False
    signs = [token.string for token in tokens if token.type not in skipped]
    return bool(signs) and signs[-1] == ";"


def _without_ours(trace: types.TracebackType | None) -> types.TracebackType | None:
    """Return a traceback from the first line of a cell on; as it is where there is none."""
    first = trace
    while trace is not None and not trace.tb_frame.f_code.co_filename.startswith("<cell "):
        trace = trace.tb_next
    return trace or first


class _Exit:
    """``exit`` and ``quit``: they end a cell."""

    def __call__(self, code: object = None) -> NoReturn:
        raise SystemExit(code)


def _no_input(prompt: object = "") -> NoReturn:
    raise UsageError(NO_INPUT)


def _help(thing: Any = None) -> None:
    """Print the description of a function or a module."""
    import pydoc

    if thing is None:
        print("Put a name into the brackets, such as help(len).")
        return
    print(pydoc.plain(pydoc.render_doc(thing)))


# ---------------------------------------------------------------- the exercise that is open


def begin(name: str, folder: Path, tell: Callable[[int, Any], None] | None = None) -> None:
    """Open an exercise with a namespace of its own, and forget the one before."""
    end()
    ending.links = Pages()
    pd.set_option("display.max_columns", 20)  # as in a notebook, which is no terminal
    IPython.shell = ZMQInteractiveShell(name, folder, tell)


def end() -> None:
    """Close the exercise that is open, if one is."""
    watching.forget()
    variants.forget()
    IPython.shell = None
    for name in [name for name in linecache.cache if name.startswith("<cell ")]:
        del linecache.cache[name]
