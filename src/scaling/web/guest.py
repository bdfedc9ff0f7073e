"""The course inside the browser: opens explorables, forms and games, and takes what a reader does.

The worker calls ``answer`` with one line of JSON and gets one back. The reader's own files are in
``KEPT``; those that a turn has changed go back to the page, which keeps them in its storage.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import json
import os
import shutil
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import IPython
import ipywidgets
import nbformat

from scaling.explorable import Explorable, Rows, Still
from scaling.explorable.frame import Frame
from scaling.form import Form
from scaling.form.export import to_html
from scaling.form.page import FormPage
from scaling.game import Game
from scaling.game.page import Page
from scaling.inventory import Sitting
from scaling.inventory.page import InventoryPage
from scaling.recall import Recall, review, schedule
from scaling.recall.page import RecallPage, ReviewPage
from scaling.still import as_html
from scaling.web import released, session
from scaling.widgets.screen import Screen, titled, waiting

KEPT = Path("/tmp/kept")
EXERCISE = "exercise-"  # begins the name of an exercise's page
_MEMO = type(functools.lru_cache(str))
MARK = "\x02"  # begins the line of an answer, as ``worker.js`` reads it
SHOWN = "\x03"  # begins the line of what a cell shows while it runs
_dumps = json.dumps  # also where a cell puts another into its place
_files: dict[str, str] = {}  # the reader's files, by name, as the page has them
_opened: set[str] = set()  # the pages whose modules are in this memory


def answer(asked: str) -> str:
    """Do what a page asks.

    Parameters
    ----------
    asked : str
        JSON of ``do`` (the name of a function below), ``with`` (its arguments) and ``files``: the
        reader's files that have changed in the page's storage, None for one that is gone.

    Returns
    -------
    str
        JSON of ``value``, of what ``ipywidgets.collect`` gives, of ``files`` in the same form, of
        ``fault``, the traceback of an error of ours, and of ``follows``, whether ``follow`` is to
        be asked for.
    """
    request = json.loads(asked)
    _put(request.get("files", {}))
    fault = value = None
    try:
        value = ACTIONS[request["do"]](*request.get("with", ()))
        if request["do"] != "react":
            follow()
    except Exception:
        fault = traceback.format_exc()
    told = ipywidgets.collect()
    told |= {"value": value, "fault": fault, "files": _taken(), "follows": bool(waiting)}
    return json.dumps(told)


def tell(answer: str) -> None:
    """Write an answer for the worker, on a line of its own, past what a learner's code prints."""
    with contextlib.suppress(Exception):  # The stream may have been closed or replaced.
        sys.__stdout__.flush()  # type: ignore[union-attr]
    _write(f"{MARK}{answer}")


def tell_shown(at: int, what: Any) -> None:
    """Write a change of what the cell that runs shows, as ``bundles.Outputs`` tells it."""
    # The cell may have taken from Python what this needs. All is in the answer at its end.
    with contextlib.suppress(Exception):
        _write(f"{SHOWN}{_dumps([at, what])}")


def _write(line: str, write: Callable[[int, Any], int] = os.write) -> None:
    left = memoryview(f"\n{line}\n".encode())
    while left:
        left = left[write(1, left) :]


def open_page(name: str) -> dict[str, Any]:
    """Place an explorable, a form, a game, recall questions or a picture on the page.

    Parameters
    ----------
    name : str
        Folder, module and what is in it, such as ``size_context.ties.explorable``.

    Returns
    -------
    dict
        ``root``: its number; ``question``: the numbers of its slider, steps and buttons by what
        they are for, if it asks one.
    """
    module, _, thing = name.rpartition(".")
    found = getattr(importlib.import_module(f"scaling.{module}"), thing)
    page = _page(found)
    _opened.add(name)
    question = getattr(page, "question", None)
    parts: dict[str, str] = {}
    if question is not None and question.answer in question.children:
        names = ("answer", "sure", "commit", "skip")
        parts = {part: getattr(question, part).model_id for part in names}
    elif isinstance(page, Frame):
        parts = {"show": page.question.show.model_id}  # It was answered before.
    return {"root": ipywidgets.announce_root(page), "question": parts}


def _page(found: Any) -> ipywidgets.Widget:
    if isinstance(found, Explorable):
        return Frame(found)
    if isinstance(found, Form):
        return FormPage(found)
    if isinstance(found, Game):
        return Page(found)
    if isinstance(found, Recall):
        return RecallPage(found)
    if found is review.show:
        return ReviewPage()
    if isinstance(found, Sitting):
        return InventoryPage(found)
    still: Still = found()  # a function that looks at the reader's files
    screen = Screen(still.title)
    screen.text_panel.revealed = True
    screen.show(still.picture, still.words, still.table)
    shown = ipywidgets.VBox([titled(still.title), screen.box, screen.text_panel])
    return shown.add_class("scaling-explorable")


def react(events: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Take what a reader did.

    Parameters
    ----------
    events : list of dict
        Each has the ``id`` of a widget, and ``set`` (traits) or ``message``.

    Returns
    -------
    dict
        By the number of an explorable: where it is, for ``restore``.
    """
    for event in events:
        widget = ipywidgets.widgets[event["id"]]
        if "set" in event:
            widget.take(event["set"])
        else:
            widget.receive(event["message"])
    if not all("set" in event for event in events):
        follow()  # After a button no other value is on its way.
    frames = {
        number: widget for number, widget in ipywidgets.widgets.items() if isinstance(widget, Frame)
    }
    return {
        number: {
            "values": {
                control.name: frame.values()[control.name]
                for control in frame.explorable.controls
                if not isinstance(control, Rows)  # Tables are in the reader's files.
            },
            "story": "" if frame.details is None else frame.details.value,
        }
        for number, frame in frames.items()
    }


def follow() -> None:
    """Do what follows the pictures that were sent, which is to fill their tables."""
    while waiting:
        _, act = waiting.popitem()
        act()


def restore(root: str, state: dict[str, Any]) -> None:
    """Bring an explorable back to where it was before the worker was begun anew.

    Parameters
    ----------
    root : str
        The number of its page.
    state : dict
        What ``react`` told of it last: ``values`` of its controls, and whose ``story`` was shown.
    """
    frame = ipywidgets.widgets[root]
    if isinstance(frame, Frame):
        frame.reveal()
        frame.set(**state.get("values", {}))
        if frame.details is not None:
            frame.details.value = state.get("story", "")


def still(name: str, values: dict[str, Any]) -> dict[str, Any]:
    """Return one state of an explorable: its figure as JSON, and its words, table and answer."""
    module, _, thing = name.rpartition(".")
    found: Explorable = getattr(importlib.import_module(f"scaling.{module}"), thing)
    result = found.run(**(found.start | values))
    return {
        "figure": found.picture(result).to_json(),
        "words": [found.words(result), found.brief(result, None)],
        "table": as_html(found.table(result)),
        "answer": float(found.answer(result)),
    }


def warm(name: str) -> None:
    """Do once what a page needs, so that its modules are imported when the memory is kept.

    Parameters
    ----------
    name : str
        As ``open_page`` takes it, or the name of an exercise's page.
    """
    if name.startswith(EXERCISE):
        _warm_exercise(name)
        return
    before = len(ipywidgets.widgets)
    number = open_page(name)["root"]
    page = ipywidgets.widgets[number]
    if isinstance(page, Frame):
        page.reveal()
    if isinstance(page, ReviewPage):
        schedule.scheduler()
    if isinstance(page, FormPage):
        to_html(page.form, page.form.checked(page.form.example))
    ipywidgets.collect()
    ipywidgets.forget(before)
    _forget_results()


def _forget_results() -> None:
    """Empty the memos of models; those without a limit hold tables, which are read once.

    Memory never shrinks, so that the next page should find room in it.
    """
    for name in [name for name in sys.modules if name.startswith("scaling.")]:
        for thing in vars(sys.modules[name]).values():
            if isinstance(thing, _MEMO) and thing.cache_parameters()["maxsize"]:
                thing.cache_clear()
    gc.collect()


def _warm_exercise(page: str) -> None:
    """Run the cells that an exercise gives, and errors, unless the reader has an exercise open."""
    if IPython.shell is not None:
        return
    name = page.removeprefix(EXERCISE)
    cells = nbformat.read(released.files()[name], as_version=4).cells
    own = [cell for cell in cells if cell.cell_type == "code"]
    given = [cell.source for cell in own if not cell.metadata["nbgrader"]["solution"]]
    begin_exercise(name)
    for source in (*given, "1 / 0", "print()\nundefined"):
        run_cell("", source)
    session.end()
    _opened.add(page)
    _forget_results()


def reset() -> list[str]:
    """Forget all pages: this memory was kept while another page was open.

    Returns
    -------
    list of str
        The names of the pages whose modules are imported.
    """
    ipywidgets.forget()
    session.end()
    _files.clear()
    shutil.rmtree(KEPT, ignore_errors=True)
    return sorted(_opened)


def begin_exercise(name: str) -> None:
    """Open an exercise: no cell of it has run so far.

    Parameters
    ----------
    name : str
        Its folder, such as "03-size-and-context".
    """
    folder = KEPT / "exercises" / name
    folder.mkdir(parents=True, exist_ok=True)
    if name in released.files():  # until there is a notebook of the reader's
        shutil.copy(released.files()[name], folder)
    session.begin(name, folder, tell_shown)


def run_cell(cell_id: str, source: str, notebook: str | None = None) -> dict[str, Any]:
    """Run a cell of the exercise that is open; see ``Session.run_cell``.

    Parameters
    ----------
    cell_id : str
    source : str
    notebook : str, optional
        The learner's notebook as it is now, for the cell at its end.
    """
    shell = IPython.shell
    if shell is None:
        raise ValueError("No exercise is open: call begin_exercise first.")
    if notebook is not None:
        folder = KEPT / "exercises" / shell.name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{shell.name}-exercise.ipynb").write_text(notebook, encoding="utf-8")
    return shell.run_cell(cell_id, source)


def open_notebook(name: str, text: str, is_bytes: bool = False) -> dict[str, Any]:
    """Take a learner's notebook back, by ``opening.open_notebook``."""
    from scaling.web import opening  # Most pages open no notebook.

    return opening.open_notebook(name, text, is_bytes)


def imported() -> list[str]:
    """Return the names of all modules that are imported now, or on first use."""
    seen: set[str] = set()
    while waiting := sorted(sys.modules.keys() - seen):
        for name in waiting:
            seen.add(name)
            for attribute in tuple(vars(sys.modules[name])):
                getattr(sys.modules[name], attribute)  # imports what is imported on first use
    return sorted(seen)


ACTIONS: dict[str, Callable[..., Any]] = {
    "open": open_page,
    "react": react,
    "follow": follow,
    "restore": restore,
    "still": still,
    "warm": warm,
    "reset": reset,
    "open_notebook": open_notebook,
    "imported": imported,
    "begin_exercise": begin_exercise,
    "run_cell": run_cell,
}


def _put(changed: dict[str, str | None]) -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    os.chdir(KEPT)
    os.environ["SCALING_PREDICTIONS"] = str(KEPT / "predictions.json")
    for name, text in changed.items():
        if text is None:
            (KEPT / name).unlink(missing_ok=True)
            _files.pop(name, None)
        else:
            (KEPT / name).write_text(text, encoding="utf-8", newline="")
            _files[name] = text


def _taken() -> dict[str, str | None]:
    """Return the reader's files that have changed since they were put or taken last."""
    KEPT.mkdir(parents=True, exist_ok=True)  # A reader's own code may have removed it.
    now = {
        file.name: file.read_bytes().decode("utf-8", "replace")
        for file in KEPT.iterdir()
        if file.is_file() and not file.name.startswith(".")
    }
    changed: dict[str, str | None] = {
        name: text for name, text in now.items() if _files.get(name) != text
    }
    changed |= {name: None for name in _files if name not in now}
    _files.clear()
    _files.update(now)
    return changed
