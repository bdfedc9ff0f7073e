"""How a learner's overview looks in a notebook: tables, a button and a line that says what goes on.

A file of its own, because ``__init__.py`` also runs in a terminal, where there are no widgets. One
anywidget (``page.js``) is enough, because the line has to stand in an element that stays:
screen readers announce a change of its text, but not a new element.
"""

from __future__ import annotations

import html
import os
import threading
import urllib.parse
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import anywidget
import traitlets
from IPython.display import display

from scaling import progress
from scaling.progress import Exercise
from scaling.progress.questions import DONE, Question
from scaling.wording import fault

_HERE = Path(__file__).parent
COLUMNS = ("Question", "State", "Points", "What its check says")
SAVED = "This is what the checks said when you last saved; nothing has been run yet."


def show(folder: str | Path | None) -> None:
    """Display the overview of the exercises as the output of a notebook's cell."""
    display(Page(folder))


class Page(anywidget.AnyWidget):
    """The overview on the page: first what is saved, and what a run finds once it is asked for.

    Parameters
    ----------
    folder : str or pathlib.Path, optional
        Anywhere inside the course folder; by default where the notebook is.
    """

    _esm = _HERE / "page.js"
    _css = _HERE / "page.css"

    content = traitlets.Unicode().tag(sync=True)  # HTML, everything in it escaped
    status = traitlets.Unicode().tag(sync=True)  # plain text
    busy = traitlets.Bool(False).tag(sync=True)

    def __init__(self, folder: str | Path | None = None):
        super().__init__()
        self.folder = Path(folder or ".").resolve()  # a later cell may change where one is
        self.running: threading.Thread | None = None
        self.on_msg(self._on_message)
        self._look(run=False)

    def look_again(self) -> None:
        """Run the exercises, beside whatever else the notebook does."""
        if self.busy:
            return
        self.busy = True
        self.running = threading.Thread(target=self._look, kwargs={"run": True}, daemon=True)
        self.running.start()

    def _on_message(self, _: object, message: object, __: object) -> None:
        if message == "look":
            self.look_again()

    def _look(self, run: bool) -> None:
        try:
            found = progress.look(self.folder, run, tell=self._tell if run else None)
            self.content = as_html(found)
            self.status = _looked(found) if run else SAVED
        except FileNotFoundError as error:
            self.status = str(error)
        except Exception as error:
            self.status = fault(error, "Your files are as they were; please report it.")
            raise  # into the notebook's log; a thread shows nobody else
        finally:
            self.busy = False

    def _tell(self, title: str, exercise: Exercise | None) -> None:
        if exercise is None:
            self.status = f"Running a copy of {title} …"


def as_html(exercises: Sequence[Exercise]) -> str:
    """Return the overview as HTML: what comes next, then one table an exercise."""
    begun = [exercise for exercise in exercises if not exercise.idle]
    done = any(exercise.count(DONE) for exercise in exercises)
    return (
        f"<p><b>Next:</b> {_next(exercises)}</p>"
        + "".join(map(_table, begun))
        + _paragraph(f"✔ {DONE} means that {progress.WHAT_DONE_MEANS}" if done else "")
        + _paragraph(progress.not_started(exercises))
    )


def _next(exercises: Sequence[Exercise]) -> str:
    """Return what to do next, with the file that it names as a link."""
    said = html.escape(progress.next_step(exercises))
    for exercise in exercises:
        said = said.replace(html.escape(exercise.place), _link(exercise))
    return said


def _link(exercise: Exercise) -> str:
    """Return a link to an exercise, which JupyterLab opens beside the page that shows it."""
    route = os.path.relpath(exercise.file, Path.cwd())
    address = urllib.parse.quote(Path(route).as_posix())
    return f'<a href="{address}" target="_blank">{html.escape(exercise.place)}</a>'


def _paragraph(text: str) -> str:
    return f"<p>{html.escape(text)}</p>" if text else ""


def _table(exercise: Exercise) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in COLUMNS)
    rows = "".join(map(_row, exercise.questions))
    points = html.escape(progress.points_in_words(exercise))
    caption = f"{points}. The file: {_link(exercise)}"
    note = _paragraph(f"Note: {exercise.note}" if exercise.note else "")
    table = (
        f"<table><caption>{caption}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )
    return f"<h4>{html.escape(exercise.title)}</h4>{note}{table if rows else ''}"


def _row(asked: Question) -> str:
    mark = "✔" if asked.state == DONE else "·"
    state = f'<span aria-hidden="true">{mark}</span> {html.escape(asked.state)}'
    return (
        f'<tr><th scope="row">{html.escape(asked.title)}</th><td>{state}</td>'
        f"<td>{asked.points:g}</td><td>{html.escape(asked.says)}</td></tr>"
    )


def _looked(exercises: Sequence[Exercise]) -> str:
    begun = [exercise for exercise in exercises if exercise.started and exercise.questions]
    points = " ".join(
        f"{exercise.title.partition(':')[0]}: {progress.points_in_words(exercise)}."
        for exercise in begun
    )
    when = f"Looked at {datetime.now():%H:%M}."
    return f"{when} {points}" if begun else f"{when} No exercise has been begun and saved yet."
