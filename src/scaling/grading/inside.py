"""What runs in a guest: a notebook's Python without a kernel around it.

It is IPython's own shell, so that errors, the last expression and ``display`` come out as they do
in a notebook; only what ipykernel would send to a page is written as lines of JSON to the one
stream that leads out. Nothing here is trusted: a student's code may change all of it, and changes
by that what its own notebook shows, nothing else.
"""

from __future__ import annotations

import base64
import builtins
import gc
import json
import os
import sys
import time
import types
from typing import Any

PIECE = 65_536  # characters that are kept back before they are sent
PAUSE = 0.1  # seconds for which they are
# Cells that have imported, read and parsed what the first table, picture or error of a notebook
# needs. Errors take most of it: a traceback shows code of the libraries that it went through.
FIRSTS = (
    "undefined",
    "def function(number):\n    return number + undefined\nfunction(1)",
    "1 + 'a'",
    "1 / 0",
    "import undefined",
    "if",
    "raise NotImplementedError",
    "import pandas as pd\ntable = pd.DataFrame({'a': [1, 2]})\ntable",
    "table['a']",
    "table['b']",
    "table.b",
    "table.merge(table, on='b')",
    "table.groupby('b')",
    "import numpy as np\nnp.mean('a')",
    "np.ones(2) + np.ones(3)",
    "np.sqrt(None)",
    "import warnings\nwarnings.warn('a')",
    "import plotly.express as px\npx.line(table, y='a')",
    "%matplotlib inline",
    "table?",
)


def _send(**message: Any) -> None:
    """Write one message to the host."""
    left = memoryview(json.dumps(message, default=_as_text).encode("utf-8", "replace") + b"\n")
    while left:
        left = left[os.write(1, left[: 1 << 20]) :]


def _as_text(value: Any) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return str(value)


class Stream:
    """Stdout or stderr in a guest: what is printed becomes a message."""

    encoding, errors, closed = "utf-8", "replace", False
    _kept: list[tuple[str, str]] = []  # noqa: RUF012 - in the order in which both were written to
    _size = 0
    _sent = 0.0

    def __init__(self, name: str):
        self.name = name

    def write(self, text: str) -> int:
        """Keep text back, until there is enough of it or some time has passed."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        Stream._kept.append((self.name, text))
        Stream._size += len(text)
        if Stream._size > PIECE or time.monotonic() - Stream._sent > PAUSE:
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Send what was kept back, of both streams."""
        kept, Stream._kept, Stream._size = Stream._kept, [], 0
        Stream._sent = time.monotonic()
        while kept:
            name, text = kept.pop(0)
            while kept and kept[0][0] == name:
                text += kept.pop(0)[1]
            for start in range(0, len(text), PIECE):
                _send(is_="stream", name=name, text=text[start : start + PIECE])

    def writelines(self, lines: Any) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)

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
        raise OSError("no file is behind this stream")


def _show(kind: str, **content: Any) -> None:
    sys.stdout.flush()
    _send(is_=kind, **content)


def _no_input(prompt: object = "") -> str:
    raise RuntimeError("input() cannot be answered while a notebook is graded.")


def make_shell() -> Any:
    """Return the one shell, which `run` uses."""
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.error import UsageError
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets import Type
    from traitlets.config import Config

    class Publisher(DisplayPublisher):
        def publish(  # type: ignore[override]  # without a parameter that IPython no longer uses
            self, data: Any, metadata: Any = None, *, transient: Any = None, update: bool = False,
            **_: Any,
        ) -> None:  # fmt: skip
            _show(
                "update_display_data" if update else "display_data",
                data=data, metadata=metadata or {}, transient=transient or {},
            )  # fmt: skip

        def clear_output(self, wait: bool = False) -> None:
            _show("clear_output", wait=wait)

    class Hook(DisplayHook):
        def start_displayhook(self) -> None:
            self.message: dict[str, Any] = {}

        def write_output_prompt(self) -> None:
            self.message["execution_count"] = self.prompt_count

        def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
            self.message |= {"data": format_dict, "metadata": md_dict or {}}

        def finish_displayhook(self) -> None:
            if self.message.get("data"):
                _show("execute_result", **self.message)

    class Shell(InteractiveShell):
        displayhook_class = Type(Hook)
        display_pub_class = Type(Publisher)

        def init_virtualenv(self) -> None:
            pass

        def init_io(self) -> None:
            pass

        def _showtraceback(self, etype: type, evalue: Any, stb: list[str]) -> None:
            _show("error", ename=str(etype.__name__), evalue=str(evalue), traceback=stb)

        def _no_command(self, cmd: str) -> None:
            raise UsageError("No command of the system is run while a notebook is graded.")

        system = getoutput = _no_command  # type: ignore[assignment]  # IPython calls it a variable

        def ask_exit(self) -> None:
            """Go on: exit() in a cell should not cost the cells after it."""

        def enable_gui(self, gui: Any = None) -> None:
            pass

        def enable_matplotlib(self, gui: Any = None) -> tuple[str, str]:
            return "inline", "inline"

    module = types.ModuleType("__main__")
    settings = Config()
    settings.HistoryManager.enabled = False
    own = sys.modules["__main__"]  # in which the host's orders run
    shell = Shell.instance(user_module=module, config=settings)
    sys.modules["__main__"] = own
    sys.stdout, sys.stderr = Stream("stdout"), Stream("stderr")
    builtins.input = _no_input
    return shell


def _stand_in_for_nbformat() -> None:
    """Let what reads notebook files be imported: there are none here."""
    nbformat = types.ModuleType("nbformat")
    vars(nbformat).update(NotebookNode=dict, ValidationError=ValueError)
    vars(nbformat)["__version__"] = "5"  # Plotly shows a picture only if it is 4.2 or later.
    sys.modules["nbformat"] = nbformat


# ---------------------------------------------------------------- what the host asks for


class Room:
    """What the host calls; see ``guest.py``."""

    def __init__(self, places: tuple[str, ...]):
        _stand_in_for_nbformat()
        import pandas as pd

        from scaling.grading import carry, wide

        self.carry = carry
        # As in a notebook; without one pandas shows as many as fit into a terminal.
        pd.set_option("display.max_columns", 20)
        self.shell = make_shell()
        if wide.install(places):
            self.shell.ast_transformers.append(wide.Widen())

    def serve(self, order: str) -> None:
        """Do one thing: run a cell, send answers, call a function."""
        todo = json.loads(order)
        own = sys.modules["__main__"]  # in which the host's order runs
        sys.modules["__main__"] = self.shell.user_module
        try:
            answer = getattr(self, todo.pop("do"))(**todo)
        finally:
            sys.modules["__main__"] = own
        sys.stdout.flush()
        _send(is_="reply", content=answer)

    def warm_up(self, cells: list[str]) -> None:
        """Run cells, and those of `FIRSTS`, and forget what they made: it is imported then."""
        for source in (*cells, *FIRSTS):
            self.shell.run_cell(source)
        self.shell.reset(new_session=False)
        self.shell.execution_count = 1
        for name in ("last_type", "last_value", "last_traceback", "last_exc"):
            vars(sys).pop(name, None)  # of the last error, as before a first one
        sys.stdout.flush()
        gc.collect()
        gc.freeze()  # a collection in a guest should not touch, and so copy, all of this

    def run(self, source: str) -> dict[str, Any]:
        """Run a cell as a notebook does."""
        # Here folders have no time of change by which Python would see that a module was added.
        sys.path_importer_cache.pop(os.getcwd(), None)  # noqa: PTH109
        self.shell.run_cell(source, store_history=True)
        return {"count": self.shell.execution_count - 1}

    def send(self, names: list[str]) -> dict[str, Any]:
        """Pack the variables that exist, by name."""
        return self.carry.send(names, self.shell.user_ns)._content

    def call(self, number: int, cases: str) -> dict[str, Any]:
        """Call a function that crossed earlier."""
        return self.carry.call(number, cases)._content
