"""A learner's own overview: each exercise, question by question, without nbgrader's gradebook.

In a terminal ``python -m scaling progress``, in a notebook ``progress.show()``. A copy of each
exercise runs in a kernel of its own, in a temporary folder, and what every check says is read off;
or, quicker, what stands in the file from the last time it was saved. The learner's own files are
read and never written.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import textwrap
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import nbformat

from scaling.checking import NOT_DONE
from scaling.progress_run import clear, grading, run_copy
from scaling.wording import number_of, reason

DONE, NOT_YET, HINT = "done", "not yet", "hint"
PERSON, NOT_RUN = "for a person", "not run"

CELL_LIMIT = 30  # seconds for a cell of the learner's; a check takes well under one
WHOLE_LIMIT = 300  # for one exercise in all

QUESTION = re.compile(r"\*\*Question (\d+)\*\*\s*(?:\(([^)]*)\))?[.:]?\s*")
NO_WORD = "Its check has not been run."
WHAT_DONE_MEANS = "the check in the exercise passes. Grading tries functions on further values."

TEXT_STUB = re.compile(r"\*?Write your answer here\.\*?")
CHECK = re.compile(r"\s*check\.\w+")


@dataclass(frozen=True)
class Question:
    """One question and how it stands.

    Parameters
    ----------
    grade_id : str
        Its name in the exercise, such as "m3-pairs".
    title : str
        The first words of its prompt, such as "Question 4: The Kettle moves to a hall."
    points : float
        Points that it gives.
    state : str
        "done", "not yet", "hint", "for a person" or "not run".
    says : str
        The check's own sentence or hint; for a person's question, how many words are written.
    """

    grade_id: str
    title: str
    points: float
    state: str
    says: str


@dataclass(frozen=True)
class Exercise:
    """One exercise and how it stands.

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
        Points of the questions whose checks pass.
    of : float
        Points of all questions, those for a person included.
    note : str
        What is to be said about the file as a whole; empty when there is nothing.
    started : bool
        Whether anything has been written in it.
    """

    name: str
    title: str
    file: Path
    questions: tuple[Question, ...]
    points: float
    of: float
    note: str = ""
    started: bool = True

    @property
    def place(self) -> str:
        """The file as it is found in the course folder, with forward slashes."""
        return "/".join(self.file.parts[-3:])

    @property
    def idle(self) -> bool:
        """Whether there is nothing to tell but that it waits."""
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
        Anywhere inside the course folder; by default where one is.
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
            tell(_spoken(file), None)
        found.append(_look_at(file, run, limit, whole))
        if tell:
            tell(_spoken(file), found[-1])
    return tuple(found)


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
    files = sorted(folder.glob("[0-9]*/[0-9]*-exercise.ipynb"))
    # authors have the same names in solutions/: those are nobody's progress
    return [] if folder.name == "solutions" else files


def _look_at(file: Path, run: bool, limit: float, whole: float) -> Exercise:
    try:
        nb = _read(file)
    except (OSError, ValueError) as error:
        return Exercise(file.parent.name, _spoken(file), file, (), 0, 0, f"{error}{_spare(file)}")
    places = _places(nb.cells)
    started = any(_is_touched(nb.cells[index]) for place in places for index in place.answers)
    stopped, note = {}, ""
    if run and started:
        stopped, note = run_copy(nb, file, limit, whole)
    elif not started:
        clear(nb)
    questions = tuple(_judge(place, nb.cells, stopped, started) for place in places)
    return Exercise(
        name=file.parent.name,
        title=_heading(nb.cells) or _spoken(file),
        file=file,
        questions=questions,
        points=_tidy(sum(asked.points for asked in questions if asked.state == DONE)),
        of=_tidy(sum(asked.points for asked in questions)),
        note=" ".join(filter(None, [note, *_remarks(nb, file, places, stopped)])),
        started=started,
    )


def _read(file: Path) -> nbformat.NotebookNode:
    """Read a notebook leniently; raise ``ValueError`` in plain words where it is none."""
    try:
        text = file.read_text(encoding="utf-8-sig")
        if not isinstance(json.loads(text)["cells"], list):
            raise TypeError
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of missing ids and the like: nothing is written back
            nb = nbformat.reads(text, as_version=4)
        for cell in nb.cells:
            _mend(cell)
    except OSError as error:
        raise OSError(f"This file cannot be opened: {reason(error)}.") from None
    except (ValueError, LookupError, TypeError, AttributeError, nbformat.ValidationError) as error:
        line = f" It goes wrong in line {error.lineno}." if hasattr(error, "lineno") else ""
        raise ValueError(f"This file cannot be read as a notebook.{line}") from None
    return nb


def _mend(cell: Any) -> None:
    """Add what another program may have left out; raise ``TypeError`` where that is not enough."""
    cell.setdefault("metadata", nbformat.NotebookNode())
    cell.setdefault("source", "")
    if not (isinstance(cell.source, str) and isinstance(cell.metadata, dict)):
        raise TypeError
    if cell.cell_type == "code":
        cell.outputs = [each for each in cell.get("outputs", []) if isinstance(each, dict)]


def _spare(file: Path) -> str:
    """Point to the copy that Jupyter keeps of what was last saved by hand, if there is one."""
    spare = file.parent / ".ipynb_checkpoints" / f"{file.stem}-checkpoint.ipynb"
    if spare.exists():
        return f" Jupyter has kept an earlier version in {spare}; nothing has been changed."
    return " Nothing has been changed; ask for a fresh copy before you work on."


def _spoken(file: Path) -> str:
    number, _, words = file.parent.name.partition("-")
    return f"Exercise {number.lstrip('0') or '0'}: {words.replace('-', ' ').capitalize()}"


def _heading(cells: list) -> str:
    text = next((cell.source for cell in cells if cell.cell_type == "markdown"), "")
    found = re.match(r"#\s+(.+)", text)
    return _one_line(found[1]) if found else ""


def _tidy(points: float) -> float:
    return int(points) if points == int(points) else points


# ---------------------------------------------------------------- where the questions stand


@dataclass(frozen=True)
class _Place:
    """Where a question stands: its prompt, the cells of its answer, its check (none: a person)."""

    grade_id: str
    title: str
    points: float
    prompt: str
    answers: tuple[int, ...]
    check: int | None
    is_for_a_person: bool


def _places(cells: list) -> list[_Place]:
    """Return the questions, found by their prompts, so that lost metadata lose no question."""
    starts = [
        index
        for index, cell in enumerate(cells)
        if cell.cell_type == "markdown" and QUESTION.search(cell.source)
    ]
    ends = [*starts[1:], len(cells)]
    return [_place(cells, *ends_of) for ends_of in zip(starts, ends, strict=True)]


def _place(cells: list, start: int, end: int) -> _Place:
    prompt = cells[start]
    number, stated = QUESTION.search(prompt.source).groups(default="")
    person = bool(grading(prompt).get("task")) or "marked by a person" in stated
    checks = [index for index in range(start + 1, end) if _is_check(cells[index])]
    check = checks[-1] if checks and not person else None
    named = prompt if check is None else cells[check]
    points = grading(named).get("points")
    if not isinstance(points, int | float):
        points = float((re.search(r"\d+", stated) or ["0"])[0])
    return _Place(
        grade_id=grading(named).get("grade_id") or named.get("id") or f"question-{number}",
        title=f"Question {number}: {_first_words(prompt.source)}",
        points=_tidy(points),
        prompt=prompt.source,
        answers=tuple(
            index
            for index in range(start + 1, end if check is None else check)
            if _is_theirs(cells[index], person)
        ),
        check=check,
        is_for_a_person=person,
    )


def _is_check(cell: Any) -> bool:
    is_code = cell.cell_type == "code"
    return is_code and bool(grading(cell).get("grade") or CHECK.match(cell.source))


def _is_theirs(cell: Any, in_words: bool) -> bool:
    """Tell whether a cell between prompt and check holds an answer, or a part of one."""
    if grading(cell).get("locked"):
        return False
    return cell.cell_type != "code" if in_words else cell.cell_type == "code"


def _first_words(prompt: str) -> str:
    text = QUESTION.sub("", prompt[QUESTION.search(prompt).start() :], count=1).split("\n\n")[0]
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)|<[^>]*>", r"\1", text)
    return textwrap.shorten(_one_line(re.sub(r"[*`$]", "", text)), 48, placeholder=" …")


def _is_touched(cell: Any) -> bool:
    """Tell whether somebody has written in an answer cell."""
    if cell.cell_type != "code":
        return _words_in(cell.source) > 0
    released = grading(cell).get("checksum")
    if released:
        return _checksum(cell) != released
    return bool(cell.source.strip()) and NOT_DONE not in cell.source


def _checksum(cell: Any) -> str:
    """Return what nbgrader notes of a cell at its release (``nbgrader.utils.compute_checksum``).

    Done here because importing nbgrader takes longer than everything else, and warns on stderr.
    """
    noted = grading(cell)
    grade, solution = bool(noted.get("grade")), bool(noted.get("solution"))
    locked = not solution and (grade or bool(noted.get("locked")))
    parts = [cell.source, cell.cell_type, str(grade), str(solution), str(locked)]
    parts.append(str(noted.get("grade_id")))
    if grade:
        parts.append(str(float(noted.get("points", 0))))
    return hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest()


def _words_in(text: str) -> int:
    return len(re.findall(r"\w+(?:[’'.,-]\w+)*", TEXT_STUB.sub("", text)))


# ---------------------------------------------------------------- what the checks said


def _judge(place: _Place, cells: list, stopped: dict[int, str], started: bool) -> Question:
    if place.is_for_a_person:
        state, says = PERSON, _written_so_far(place, cells)
    elif place.check is None:
        state, says = NOT_RUN, "Its check is missing from this file. Ask for a fresh copy."
    elif not started:
        state, says = NOT_YET, f"{NOT_DONE}."
    else:
        state, says = _verdict(place, cells, stopped)
    return Question(place.grade_id, place.title, place.points, state, says)


def _written_so_far(place: _Place, cells: list) -> str:
    words = sum(_words_in(cells[index].source) for index in place.answers)
    wanted = re.search(r"(\d+) to (\d+) words", place.prompt)
    asked = f"; {wanted[0]} are asked for" if wanted else ""
    return f"{number_of(words, 'word')} written so far{asked}."


def _verdict(place: _Place, cells: list, stopped: dict[int, str]) -> tuple[str, str]:
    """Return state and sentence, from what the check said and what happened on the way to it."""
    for index in place.answers:
        if index in stopped:
            return HINT, f"The answer cell {stopped[index]}"
    if place.check in stopped:
        return HINT, f"The check of this answer {stopped[place.check]}"
    state, says = _said(cells[place.check])
    says = says.removesuffix(" Run its answer cell first.")  # that has been done here
    if state == NOT_YET and "does not exist yet" in says:
        # the check cannot know why there is no answer; the answer cell does
        errors = filter(None, (_error_of(cells[index]) for index in place.answers))
        reason = next((error for error in errors if NOT_DONE not in error), None)
        if reason:
            return HINT, f"The answer cell stops with {reason}"
    return state, says


def _said(cell: Any) -> tuple[str, str]:
    """Return state and sentence of one check."""
    error = _error_of(cell)
    if error:
        return (NOT_YET if error.startswith(NOT_DONE) else HINT), error
    for output in cell.outputs:
        if output.get("output_type") == "stream" and output.get("name") == "stdout":
            ticks = [line for line in output.get("text", "").splitlines() if line.startswith("✔")]
            if ticks:
                return DONE, _one_line(ticks[-1].removeprefix("✔"))
    if cell.get("execution_count"):
        return NOT_RUN, "Its check ran and said nothing. Is its cell as it was?"
    return NOT_RUN, NO_WORD


def _error_of(cell: Any) -> str:
    """Return the last error of a cell in one line, a check's own words as they are."""
    errors = [output for output in cell.outputs if output.get("output_type") == "error"]
    if not errors:
        return ""
    kind, text = errors[-1].get("ename", "Error"), str(errors[-1].get("evalue", ""))
    lines = errors[-1].get("traceback", [])
    shown = _one_line(re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(map(str, lines))))
    if shown.startswith(NOT_DONE):  # the notebook has put a name that is missing into plain words
        return shown
    text = _one_line(text)
    return text if kind in ("Hint", "NotDone") or NOT_DONE in text else f"{kind}: {text}"


def _one_line(text: str) -> str:
    """Return a text in one line, without what could move a terminal's cursor."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    return textwrap.shorten(shown, 600, placeholder=" …")


def _remarks(
    nb: nbformat.NotebookNode, file: Path, places: list[_Place], stopped: dict[int, str]
) -> Iterator[str]:
    """Yield what a learner should know about the file as a whole."""
    cells = nb.cells
    if not places:
        yield "There are no questions in this file. Ask for a fresh copy."
    elif not any(grading(cell) for cell in cells):
        yield (
            "Another program has removed the marks that grading needs. Your answers are there: "
            "copy them into a fresh exercise before you hand it in."
        )
    asked = {index for place in places for index in (*place.answers, place.check)}
    for index, cell in enumerate(cells):
        if index in asked or cell.cell_type != "code":
            continue
        error = grading(cell).get("locked") and _error_of(cell)
        reason = stopped.get(index) or (f"stops with {error}" if error else "")
        if reason:
            name = (cell.source.strip().splitlines() or [""])[0][:40]
            yield f"The cell that begins “{name}” {reason}"
            break
    stated = re.search(r"\*\*(\d+) points", cells[0].source) if cells else None
    points = sum(place.points for place in places)
    if places and stated and points < float(stated[1]):
        yield f"Questions are missing: {points:g} points are left of {stated[1]}."
    others = {other.name for other in file.parent.glob("*.ipynb")} - {file.name}
    if others:
        yield f"Not looked at: {', '.join(sorted(others))}. Only {file.name} counts."


# ---------------------------------------------------------------- in words


def points_in_words(exercise: Exercise) -> str:
    """Say how many points there are so far, and how many a person gives."""
    person = sum(asked.points for asked in exercise.questions if asked.state == PERSON)
    more = f"; {person:g} of the {exercise.of:g} are for a person to give" if person else ""
    return f"{exercise.points:g} of {number_of(exercise.of, 'point')}{more}"


def next_step(exercises: Sequence[Exercise]) -> str:
    """Say what to do next: the first open question of what is begun, else the next exercise."""
    for exercise in sorted(exercises, key=lambda exercise: not exercise.started):
        where = f"open {exercise.place}"
        if not exercise.questions:
            continue
        if not exercise.started:
            return f"begin {exercise.title.replace(': ', ', ')}; {where}"
        for asked in exercise.questions:
            is_unwritten = asked.state == PERSON and asked.says.startswith("0 words")
            if asked.state in (HINT, NOT_YET, NOT_RUN) or is_unwritten:
                number = asked.title.partition(":")[0].casefold()
                return f"{number} of {exercise.title.replace(': ', ', ')}; {where}"
    if any(not exercise.questions for exercise in exercises):
        return "get a fresh copy of the file that could not be read"
    return "everything is done; read your answers for a person once more, and hand in"


def not_started(exercises: Sequence[Exercise]) -> str:
    """Name, in one line, the exercises in which nothing is written yet."""
    names = [exercise.title.removeprefix("Exercise ") for exercise in exercises if exercise.idle]
    return f"Not started yet: {', '.join(names)}." if names else ""


def _as_text(exercise: Exercise) -> str:
    """Write one exercise for a terminal of 80 columns."""
    lines = ["", exercise.title, f"{exercise.place}", f"{points_in_words(exercise)}", ""]
    if exercise.note:
        lines += [*_wrapped(f"Note: {exercise.note}", 2), ""]
    for asked in exercise.questions:
        mark = "✔" if asked.state == DONE else "·"
        number, _, words = asked.title.removeprefix("Question ").partition(": ")
        state, points = f"{mark} {asked.state}", f"{number_of(asked.points, 'point')}"
        lines.append(f"  {state:<14}{number:>3}  {words:<48} {points:>9}")
        if asked.state in (HINT, PERSON, NOT_RUN) and asked.says != NO_WORD:
            lines += _wrapped(asked.says, 21)
    return "\n".join(lines)


def _wrapped(text: str, margin: int) -> list[str]:
    space = " " * margin
    # a long path stays in one piece, so that it can be copied
    return textwrap.wrap(
        text,
        79,
        initial_indent=space,
        subsequent_indent=space,
        break_long_words=False,
        break_on_hyphens=False,
    )


# ---------------------------------------------------------------- the command and the page


def main(arguments: Sequence[str] | argparse.Namespace | None = None) -> int:
    """Run ``python -m scaling progress``; return 0, or 2 when there was nothing to look at.

    Parameters
    ----------
    arguments : sequence of str or argparse.Namespace, optional
        What follows "progress" on the command line, or what a parser with the arguments of
        ``add_arguments`` made of it.
    """
    chosen = arguments
    if not isinstance(arguments, argparse.Namespace):
        parser = argparse.ArgumentParser(
            prog="python -m scaling progress",
            description="Your exercises, question by question. Your files are read, never written.",
        )
        add_arguments(parser)
        chosen = parser.parse_args(arguments)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # an old Windows console has no ✔
    aside = sys.stderr if chosen.json else sys.stdout

    def tell(title: str, exercise: Exercise | None) -> None:
        if exercise is None:  # before the work: whoever waits should see for what
            print(f"  {title} … ", end="", file=aside, flush=True)
        else:
            print(_in_short(exercise), file=aside, flush=True)

    try:
        find(chosen.folder)
        print(_how(chosen.saved), file=aside, flush=True)
        found = look(chosen.folder, not chosen.saved, limit=chosen.limit, tell=tell)
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped. Your files are as they were.", file=sys.stderr)
        return 2
    print(_as_json(found, chosen.saved) if chosen.json else _report(found))
    return 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command understands to a parser."""
    parser.add_argument("folder", nargs="?", help="anywhere in the course folder (default: here)")
    parser.add_argument(
        "--saved", action="store_true", help="run nothing; read what the checks said when you saved"
    )
    parser.add_argument("--json", action="store_true", help="write JSON to standard output")
    parser.add_argument(
        "--limit",
        type=_seconds,
        default=CELL_LIMIT,
        metavar="SECONDS",
        help=f"stop a cell of yours after so long (default: {CELL_LIMIT})",
    )


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 1 <= seconds <= WHOLE_LIMIT:
        raise argparse.ArgumentTypeError(f"from 1 to {WHOLE_LIMIT} seconds, not {text}")
    return seconds


def _how(saved: bool) -> str:
    if saved:
        return "What the checks said when you last saved; nothing is run."
    return (
        "A copy of each exercise that you have begun is run; yours stays as it is.\n"
        "Only what you have saved counts."
    )


def _in_short(exercise: Exercise) -> str:
    if exercise.idle:
        return "not started"
    if not exercise.questions:
        return "cannot be read"
    return f"{exercise.points:g} of {number_of(exercise.of, 'point')}"


def _report(exercises: Sequence[Exercise]) -> str:
    parts = [_as_text(exercise) for exercise in exercises if not exercise.idle]
    last = [not_started(exercises), f"Next: {next_step(exercises)}"]
    if any(exercise.count(DONE) for exercise in exercises):
        last.insert(0, f"✔ {DONE} means that {WHAT_DONE_MEANS}")
    return "\n".join([*parts, "", *(line for text in last for line in _wrapped(text, 0))])


def _as_json(exercises: Sequence[Exercise], saved: bool) -> str:
    told = [asdict(exercise) | {"file": str(exercise.file)} for exercise in exercises]
    content = {"saved_only": saved, "exercises": told, "next": next_step(exercises)}
    return json.dumps(content, ensure_ascii=False, indent=1)


def show(folder: str | Path | None = None) -> None:
    """Display the overview in a notebook: first what is saved; a button runs the exercises.

    Parameters
    ----------
    folder : str or pathlib.Path, optional
        Anywhere inside the course folder; by default where the notebook is.
    """
    from IPython.display import display

    from scaling.progress_page import Page

    display(Page(folder))
