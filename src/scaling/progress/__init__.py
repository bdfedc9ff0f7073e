"""A learner's own overview: each exercise, question by question, without nbgrader's gradebook.

It is shown in a terminal by ``python -m scaling progress`` (``command.py``) and in a notebook by
``progress.show()`` (``page.py``). A copy of each exercise runs in a kernel and a temporary folder
of its own (``run.py``), and the result of every check is read from its outputs (``questions.py``).
Without a run, the outputs that were last saved are read. The learner's files are never written.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from scaling.notebook_file import MARKS_LOST, notebook_in, text_in
from scaling.progress.questions import (
    HINT,
    NOT_RUN,
    NOT_YET,
    PARTLY,
    PERSON,
    Place,
    Question,
    error_of,
    find_places,
    is_touched,
    judge,
    one_line,
    tidy,
)
from scaling.progress.run import clear, grading, run_copy
from scaling.wording import number_of, reason

CELL_LIMIT = 30  # seconds for one cell of the learner
WHOLE_LIMIT = 300  # seconds for one exercise
# Each exercise has two parts: the folder of the first has this ending, that of the second none.
UNDERSTAND = "-understand"
WHAT_DONE_MEANS = "the check in the exercise passes. Grading tries functions on further values."


@dataclass(frozen=True)
class Exercise:
    """One exercise and its state.

    Parameters
    ----------
    name : str
        Its folder's name, such as "03-size-and-context".
    title : str
        Its heading.
    file : pathlib.Path
        The learner's file. It is only ever read.
    questions : tuple of Question
        In the order of the exercise.
    points : float
        Points that checks give, those for answers that are right in part included.
    points_possible : float
        Points of all questions, those for a person included.
    note : str
        A message about the file as a whole; often empty.
    started : bool
        Whether anything has been written in it.
    """

    name: str
    title: str
    file: Path
    questions: tuple[Question, ...]
    points: float
    points_possible: float
    note: str = ""
    started: bool = True

    @property
    def place(self) -> str:
        """The file's path in the course folder, with forward slashes."""
        return "/".join(self.file.parts[-3:])

    @property
    def idle(self) -> bool:
        """Whether it has not been started and there is no message about it."""
        return not self.started and not self.note

    def count(self, state: str) -> int:
        """Return how many questions are in a state."""
        return sum(question.state == state for question in self.questions)


def look(
    folder: str | Path | None = None,
    run: bool = True,
    *,
    limit: float = CELL_LIMIT,
    whole: float = WHOLE_LIMIT,
    tell: Callable[[str, Exercise | None], None] | None = None,
) -> tuple[Exercise, ...]:
    """Look at every exercise of the course.

    Parameters
    ----------
    folder : str or pathlib.Path, optional
        Anywhere inside the course folder; by default the current folder.
    run : bool
        Run a copy of each exercise that has been started. If False, read what is saved in it.
    limit : float
        Seconds that one cell of the learner's may take.
    whole : float
        Seconds that one exercise may take.
    tell : callable, optional
        Called twice for each exercise: with its title and None before the work, and with its title
        and the ``Exercise`` after it.

    Returns
    -------
    tuple of Exercise
        In the order of the course.

    Raises
    ------
    FileNotFoundError
        If there is no folder of exercises, with what to do.
    """
    found = []
    for file in find(folder):
        if tell:
            tell(_title_from_folder(file), None)
        found.append(_look_at(file, run, limit, whole))
        if tell:
            tell(_title_from_folder(file), found[-1])
    return tuple(found)


def show(folder: str | Path | None = None) -> None:
    """Display the overview in a notebook: first what is saved; a button runs the exercises.

    Parameters
    ----------
    folder : str or pathlib.Path, optional
        Anywhere inside the course folder; by default where the notebook is.
    """
    from scaling.progress import page  # imported late: only a notebook has widgets

    page.show(folder)


# ---------------------------------------------------------------- finding and reading the files


def find(folder: str | Path | None = None) -> list[Path]:
    """Return the exercises' files, looking from a folder upwards for ``exercises``."""
    start = Path(folder or ".").expanduser().resolve()
    if not start.exists():
        raise FileNotFoundError(f"There is no folder {start}. Name the folder of the course.")
    for place in (start, *start.parents):
        files = _exercises_in(place) or _exercises_in(place / "exercises")
        if files:
            return files
    raise FileNotFoundError(
        f"No exercises were found in {start} or above it. Go to the folder of the course, the one "
        "that holds “course” and “exercises”, or name it: python -m scaling progress FOLDER"
    )


def _exercises_in(folder: Path) -> list[Path]:
    files = sorted(folder.glob("[0-9]*/[0-9]*-exercise.ipynb"), key=_first_to_do)
    # The notebooks in solutions/ have the same names, but they are the authors'.
    return [] if folder.name == "solutions" else files


def _first_to_do(file: Path) -> tuple[str, bool]:
    """Return what sorts the parts of an exercise: Understand comes before Compute."""
    name = file.parent.name
    return name.removesuffix(UNDERSTAND), not name.endswith(UNDERSTAND)


def _look_at(file: Path, run: bool, limit: float, whole: float) -> Exercise:
    try:
        nb = _read(file)
    except (OSError, ValueError) as error:
        return Exercise(
            file.parent.name,
            _title_from_folder(file),
            file,
            (),
            0,
            0,
            f"{error}{_checkpoint_hint(file)}",
        )
    places = find_places(nb.cells)
    started = any(is_touched(nb.cells[index]) for place in places for index in place.answers)
    note = ""
    stopped: dict[int, str] = {}
    if run and started:
        stopped, note = run_copy(nb, file, limit, whole)
    elif not started:
        clear(nb)
    questions = tuple(judge(place, nb.cells, stopped, started) for place in places)
    return Exercise(
        name=file.parent.name,
        title=_heading(nb.cells) or _title_from_folder(file),
        file=file,
        questions=questions,
        points=tidy(round(sum(asked.reached for asked in questions), 2)),
        points_possible=tidy(sum(asked.points for asked in questions)),
        note=" ".join(filter(None, [note, *_remarks(nb, file, places, stopped)])),
        started=started,
    )


def _read(file: Path) -> nbformat.NotebookNode:
    """Read a notebook leniently; raise ``ValueError`` in plain words where it is none."""
    try:
        text, _ = text_in(file.read_bytes(), file.name)
        data, _ = notebook_in(text)
    except OSError as error:
        raise OSError(f"This file cannot be opened: {reason(error)}.") from None
    except ValueError as why:
        raise ValueError(f"This file cannot be read as a notebook. {why}") from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Missing ids do not matter: nothing is written back.
            nb = nbformat.reads(json.dumps(data | {"nbformat": 4}), as_version=4)
        for cell in nb.cells:
            _complete(cell)
    except (ValueError, LookupError, TypeError, AttributeError, nbformat.ValidationError):
        raise ValueError("This file cannot be read as a notebook. A cell is damaged.") from None
    return nb


def _complete(cell: Any) -> None:
    """Add fields that another program may omit; raise ``TypeError`` if the cell is malformed."""
    cell.setdefault("metadata", nbformat.NotebookNode())
    cell.setdefault("source", "")
    if not (isinstance(cell.source, str) and isinstance(cell.metadata, dict)):
        raise TypeError
    if cell.cell_type == "code":
        cell.outputs = [each for each in cell.get("outputs", []) if isinstance(each, dict)]


def _checkpoint_hint(file: Path) -> str:
    """Return a sentence on the copy that Jupyter keeps of the last save, if there is one."""
    spare = file.parent / ".ipynb_checkpoints" / f"{file.stem}-checkpoint.ipynb"
    if spare.exists():
        return f" Jupyter has kept an earlier version in {spare}; nothing has been changed."
    return " Nothing has been changed."


def _title_from_folder(file: Path) -> str:
    number, _, words = file.parent.name.partition("-")
    part = "Understand" if words.endswith(UNDERSTAND) else "Compute"
    words = words.removesuffix(UNDERSTAND).replace("-", " ").capitalize()
    return f"Exercise {number.lstrip('0') or '0'}: {words} – {part}"


def _heading(cells: list) -> str:
    text = next((cell.source for cell in cells if cell.cell_type == "markdown"), "")
    found = re.match(r"#\s+(.+)", text)
    return one_line(found[1]) if found else ""


def _remarks(
    nb: nbformat.NotebookNode, file: Path, places: list[Place], stopped: dict[int, str]
) -> Iterator[str]:
    """Yield what a learner should know about the file as a whole."""
    cells = nb.cells
    if not places:
        yield "There are no questions in this file. Ask for a fresh copy."
    elif not any(grading(cell) for cell in cells):
        yield MARKS_LOST
    asked = {index for place in places for index in (*place.answers, place.check)}
    for index, cell in enumerate(cells):
        if index in asked or cell.cell_type != "code":
            continue
        error = grading(cell).get("locked") and error_of(cell)
        why = stopped.get(index) or (f"stops with {error}" if error else "")
        if why:
            name = (cell.source.strip().splitlines() or [""])[0][:40]
            yield f"The cell that begins “{name}” {why}"
            break
    stated = re.search(r"\*\*(\d+) points", cells[0].source) if cells else None
    points = sum(place.points for place in places)
    if places and stated and points < float(stated[1]):
        yield f"Questions are missing: {points:g} points are left of {stated[1]}."
    others = {other.name for other in file.parent.glob("*.ipynb")} - {file.name}
    if others:
        yield f"Not looked at: {', '.join(sorted(others))}. Hand in one alone, as {file.name}."


# ---------------------------------------------------------------- in words


def points_in_words(exercise: Exercise) -> str:
    """Return the points so far, and how many a person gives, in words."""
    person = sum(asked.points for asked in exercise.questions if asked.state == PERSON)
    more = (
        f"; {person:g} of the {exercise.points_possible:g} are for a person to give"
        if person
        else ""
    )
    return f"{exercise.points:g} of {number_of(exercise.points_possible, 'point')}{more}"


def next_step(exercises: Sequence[Exercise]) -> str:
    """Return what to do next: the first open question, else the next exercise."""
    for exercise in sorted(exercises, key=lambda exercise: not exercise.started):
        where = f"open {exercise.place}"
        if not exercise.questions:
            continue
        if not exercise.started:
            return f"begin {exercise.title.replace(': ', ', ')}; {where}"
        for asked in exercise.questions:
            is_unwritten = asked.state == PERSON and asked.says.startswith("0 words")
            if asked.state in (PARTLY, HINT, NOT_YET, NOT_RUN) or is_unwritten:
                number = asked.title.partition(":")[0].casefold()
                return f"{number} of {exercise.title.replace(': ', ', ')}; {where}"
    if any(not exercise.questions for exercise in exercises):
        return "mend the file that could not be read, or ask for a fresh copy"
    return "everything is done; read your answers for a person once more, and hand in"


def not_started(exercises: Sequence[Exercise]) -> str:
    """Return a line that names the exercises in which nothing is written yet."""
    names = [exercise.title.removeprefix("Exercise ") for exercise in exercises if exercise.idle]
    return f"Not started yet: {', '.join(names)}." if names else ""
