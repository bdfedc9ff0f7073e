"""How a learner's overview looks in a notebook: tables, a button and a line with its status.

The overview itself (``__init__.py``) also runs in a terminal, where there are no widgets. One
anywidget (``page.js``) writes the status into an element that is never replaced, because screen
readers announce a change of its text but not a new element.
"""

from __future__ import annotations

import os
import threading
import urllib.parse
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import traitlets
from IPython.display import display
from markupsafe import Markup, escape

from scaling import progress
from scaling.progress import Exercise
from scaling.progress.questions import DONE, Question
from scaling.widgets.late import AnyWidget
from scaling.widgets.markup import Html
from scaling.wording import fault

_HERE = Path(__file__).parent
COLUMNS = ("Question", "State", "Points", "What its check says")
SAVED = "This is what the checks said when you last saved; nothing has been run yet."


def show(folder: str | Path | None) -> None:
    """Display the overview of the exercises as the output of a notebook's cell."""
    display(Page(folder))


class Page(AnyWidget):
    """The overview on the page: first what is saved, and what a run finds once it is asked for.

    Parameters
    ----------
    folder : str or pathlib.Path, optional
        Anywhere inside the course folder; by default where the notebook is.
    """

    _esm = _HERE / "page.js"
    _css = _HERE / "page.css"

    content = Html().tag(sync=True)
    status = traitlets.Unicode().tag(sync=True)  # plain text
    busy = traitlets.Bool(False).tag(sync=True)

    def __init__(self, folder: str | Path | None = None):
        super().__init__()
        self.folder = Path(folder or ".").resolve()  # A later cell may change the folder.
        self.running: threading.Thread | None = None
        self.on_msg(self._on_message)
        self._look(run=False)

    def look_again(self) -> None:
        """Run the exercises in a thread, while the notebook goes on."""
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
            raise  # The notebook's log is the only place that shows errors of a thread.
        finally:
            self.busy = False

    def _tell(self, title: str, exercise: Exercise | None) -> None:
        if exercise is None:
            self.status = f"Running a copy of {title} …"


def as_html(exercises: Sequence[Exercise]) -> Markup:
    """Return the overview as HTML: what comes next, then one table an exercise."""
    begun = [exercise for exercise in exercises if not exercise.idle]
    done = any(exercise.count(DONE) for exercise in exercises)
    return (
        Markup("<p><b>Next:</b> {}</p>").format(_next(exercises))
        + Markup().join(map(_table, begun))
        + _paragraph(f"✔ {DONE} means that {progress.WHAT_DONE_MEANS}" if done else "")
        + _paragraph(progress.not_started(exercises))
    )


def _next(exercises: Sequence[Exercise]) -> Markup:
    """Return what to do next, with the file that it names as a link."""
    said = escape(progress.next_step(exercises))
    for exercise in exercises:
        said = said.replace(escape(exercise.place), _link(exercise))
    return said


def _link(exercise: Exercise) -> Markup:
    """Return a link to an exercise, which JupyterLab opens beside the page that shows it."""
    route = os.path.relpath(exercise.file, Path.cwd())
    address = urllib.parse.quote(Path(route).as_posix())
    link = Markup('<a href="{}" target="_blank">{}</a>')
    return link.format(address, exercise.place)


def _paragraph(text: str) -> Markup:
    return Markup("<p>{}</p>").format(text) if text else Markup()


def _table(exercise: Exercise) -> Markup:
    head = Markup().join(Markup('<th scope="col">{}</th>').format(name) for name in COLUMNS)
    rows = Markup().join(map(_row, exercise.questions))
    points = progress.points_in_words(exercise)
    caption = Markup("{}. The file: {}").format(points, _link(exercise))
    note = _paragraph(f"Note: {exercise.note}" if exercise.note else "")
    table = Markup(
        "<table><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>"
    ).format(caption, head, rows)
    return Markup("<h4>{}</h4>{}{}").format(exercise.title, note, table if rows else "")


def _row(asked: Question) -> Markup:
    mark = "✔" if asked.state == DONE else "·"
    return Markup(
        '<tr><th scope="row">{}</th><td><span aria-hidden="true">{}</span> {}</td>'
        "<td>{:g}</td><td>{}</td></tr>"
    ).format(asked.title, mark, asked.state, asked.points, asked.says)


def _looked(exercises: Sequence[Exercise]) -> str:
    begun = [exercise for exercise in exercises if exercise.started and exercise.questions]
    points = " ".join(
        f"{exercise.title.partition(':')[0]}: {progress.points_in_words(exercise)}."
        for exercise in begun
    )
    when = f"Looked at {datetime.now():%H:%M}."
    return f"{when} {points}" if begun else f"{when} No exercise has been begun and saved yet."
