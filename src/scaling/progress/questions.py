"""The questions of one exercise: where each stands in the notebook, and what its check said of it.

Questions are found by their prompts, so that a file from which another program has removed
nbgrader's marks loses none.
"""

from __future__ import annotations

import contextlib
import math
import re
import textwrap
import unicodedata
from dataclasses import dataclass
from typing import Any

from scaling import notebook_file
from scaling.checking import NOT_DONE
from scaling.progress.run import grading
from scaling.wording import number_of

DONE, PARTLY, NOT_YET, HINT = "done", "partly", "not yet", "hint"
PERSON, NOT_RUN = "for a person", "not run"

QUESTION = re.compile(r"\*\*Question (\d+)\*\*\s*(?:\(([^)]*)\))?[.:]?\s*")
NO_WORD = "Its check has not been run."

NO_CHECK = "Its check is missing from this file. Grading puts it back."
TITLE = 100  # characters
# The letters that Unicode spells differently from LaTeX.
UNICODE_NAMES = {"lambda": "LAMDA"}

TEXT_STUB = re.compile(r"\*?Write your answer here\.\*?")
# The stub of an answer cell in Understand.
BLANK = re.compile(r"^\w+ = \.\.\.$", re.MULTILINE)
CHECK = re.compile(r"\s*check\.\w+")


@dataclass(frozen=True)
class Question:
    """One question and its state.

    Parameters
    ----------
    grade_id : str
        Its name in the exercise, such as "m3-pairs".
    title : str
        The first words of its prompt, such as "Question 4: The Kettle moves to a hall."
    points : float
        Points that it gives.
    state : str
        "done", "partly", "not yet", "hint", "for a person" or "not run".
    says : str
        The check's own sentence or hint; for a person's question, how many words are written.
    reached : float
        Points that the answer has now: all, or the part that its check gives.
    """

    grade_id: str
    title: str
    points: float
    state: str
    says: str
    reached: float = 0


# ---------------------------------------------------------------- finding the questions


@dataclass(frozen=True)
class Place:
    """The cells of a question: its prompt, its answer, and its check if a program marks it."""

    grade_id: str
    title: str
    points: float
    prompt: str
    answers: tuple[int, ...]
    check: int | None
    is_for_a_person: bool


def find_places(cells: list) -> list[Place]:
    """Return the cells of each question, in the order of the exercise."""
    starts = [
        index
        for index, cell in enumerate(cells)
        if cell.cell_type == "markdown" and QUESTION.search(cell.source)
    ]
    ends = [*starts[1:], len(cells)]
    return [_place(cells, *ends_of) for ends_of in zip(starts, ends, strict=True)]


def _place(cells: list, start: int, end: int) -> Place:
    prompt = cells[start]
    found = QUESTION.search(prompt.source)
    number, stated = found.groups(default="") if found else ("", "")
    person = bool(grading(prompt).get("task")) or "marked by a person" in stated
    checks = [index for index in range(start + 1, end) if _is_check(cells[index])]
    check = checks[-1] if checks and not person else None
    named = prompt if check is None else cells[check]
    points = grading(named).get("points")
    if not isinstance(points, int | float):
        points = float((re.search(r"\d+", stated) or ["0"])[0])
    return Place(
        grade_id=grading(named).get("grade_id") or named.get("id") or f"question-{number}",
        title=f"Question {number}: {_first_words(prompt.source)}",
        points=tidy(points),
        prompt=prompt.source,
        answers=tuple(
            index
            for index in range(start + 1, end if check is None else check)
            if _is_theirs(cells[index], person)
        ),
        check=check,
        is_for_a_person=person,
    )


def tidy(points: float) -> float:
    """Return whole points as a whole number."""
    return int(points) if points == int(points) else points


def _is_check(cell: Any) -> bool:
    is_code = cell.cell_type == "code"
    return is_code and bool(grading(cell).get("grade") or CHECK.match(cell.source))


def _is_theirs(cell: Any, in_words: bool) -> bool:
    """Tell whether a cell between prompt and check holds an answer, or a part of one."""
    if grading(cell).get("locked"):
        return False
    return cell.cell_type != "code" if in_words else cell.cell_type == "code"


def _first_words(prompt: str) -> str:
    found = QUESTION.search(prompt)
    text = (prompt[found.end() :] if found else prompt).split("\n\n")[0]
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)|<[^>]*>", r"\1", text)
    text = re.sub(r"\$[^$]*\$", lambda formula: _in_letters(formula[0]), text).replace("….", "…")
    return textwrap.shorten(one_line(re.sub(r"[*`$]", "", text)), TITLE, placeholder=" …")


# Commands whose arguments stand above, below or around each other.
_UPRIGHT = re.compile(r"\\(d?frac|sqrt|left|operatorname|bar)\b")


def _in_letters(formula: str) -> str:
    """Return a formula in LaTeX as plain letters: Greek ones by their signs, the rest as it is.

    A formula that does not fit on one line, such as a fraction, is left out.
    """
    if _UPRIGHT.search(formula):
        return "…"

    def sign(command: re.Match) -> str:
        letter = UNICODE_NAMES.get(command[1].lower(), command[1].upper())
        case = "SMALL" if command[1].islower() else "CAPITAL"
        try:
            return unicodedata.lookup(f"GREEK {case} LETTER {letter}")
        except KeyError:
            return command[1]

    return re.sub(r"\\([A-Za-z]+)", sign, formula).replace("{", "").replace("}", "")


def is_touched(cell: Any) -> bool:
    """Tell whether an answer cell has been changed since its release."""
    if cell.cell_type != "code":
        return _words_in(cell.source) > 0
    released = grading(cell).get("checksum")
    if released:
        return checksum(cell) != released
    return bool(BLANK.sub("", cell.source).strip()) and NOT_DONE not in cell.source


def checksum(cell: Any) -> str:
    """Return what nbgrader notes of a cell at its release (``nbgrader.utils.compute_checksum``)."""
    return notebook_file.checksum(cell.source, cell.cell_type, grading(cell))


def _words_in(text: str) -> int:
    return len(re.findall(r"\w+(?:[’'.,-]\w+)*", TEXT_STUB.sub("", text)))


# ---------------------------------------------------------------- what its check said


def judge(place: Place, cells: list, stopped: dict[int, str], started: bool) -> Question:
    """Return the state of a question, given which cells had to be stopped, and why."""
    if place.is_for_a_person:
        state, says = PERSON, _written_so_far(place, cells)
    elif place.check is None:
        state, says = NOT_RUN, NO_CHECK
    elif not started:
        state, says = NOT_YET, f"{NOT_DONE}."
    else:
        state, says = _verdict(place, cells, stopped)
    reached = place.points if state == DONE else 0
    if state == PARTLY and place.check is not None:
        reached = tidy(_part_reached(cells[place.check]) or 0)
    return Question(place.grade_id, place.title, place.points, state, says, reached)


def _written_so_far(place: Place, cells: list) -> str:
    words = sum(_words_in(cells[index].source) for index in place.answers)
    wanted = re.search(r"(\d+) to (\d+) words", place.prompt)
    asked = f"; {wanted[0]} are asked for" if wanted else ""
    return f"{number_of(words, 'word')} written so far{asked}."


def _verdict(place: Place, cells: list, stopped: dict[int, str]) -> tuple[str, str]:
    """Return state and sentence, from what the check said and what happened on the way to it."""
    for index in place.answers:
        if index in stopped:
            return HINT, f"The answer cell {stopped[index]}"
    if place.check is not None and place.check in stopped:
        return HINT, f"The check of this answer {stopped[place.check]}"
    if place.check is None:
        return NOT_RUN, NO_CHECK
    state, says = _state_in_outputs(cells[place.check])
    says = says.removesuffix(" Run its answer cell first.")  # The answer cell has been run here.
    if state == NOT_YET and "does not exist yet" in says:
        # The check does not know why there is no answer, but the answer cell does.
        errors = filter(None, (error_of(cells[index]) for index in place.answers))
        reason = next((error for error in errors if NOT_DONE not in error), None)
        if reason:
            return HINT, f"The answer cell stops with {reason}"
    return state, says


def _state_in_outputs(cell: Any) -> tuple[str, str]:
    """Return the state and the sentence that the outputs of a check's cell hold."""
    error = error_of(cell)
    if error:
        return (NOT_YET if error.startswith(NOT_DONE) else HINT), error
    printed = "".join(
        output.get("text", "")
        for output in cell.outputs
        if output.get("output_type") == "stream" and output.get("name") == "stdout"
    )
    ticks = [line for line in printed.splitlines() if line.startswith("✔")]
    if ticks:
        return DONE, one_line(ticks[-1].removeprefix("✔"))
    if _part_reached(cell):
        return PARTLY, one_line(printed)
    if cell.get("execution_count"):
        return NOT_RUN, "Its check ran and said nothing. Is its cell as it was?"
    return NOT_RUN, NO_WORD


def _part_reached(cell: Any) -> float | None:
    """Return the points that a check gives for a part of an answer: the value of its last line."""
    for output in cell.outputs:
        if output.get("output_type") == "execute_result":
            shown = output.get("data", {}).get("text/plain", "")
            with contextlib.suppress(ValueError):
                points = float("".join(shown))
                return points if math.isfinite(points) and points > 0 else None
    return None


def error_of(cell: Any) -> str:
    """Return the last error of a cell in one line, a check's own words as they are."""
    errors = [output for output in cell.outputs if output.get("output_type") == "error"]
    if not errors:
        return ""
    kind, text = errors[-1].get("ename", "Error"), str(errors[-1].get("evalue", ""))
    lines = errors[-1].get("traceback", [])
    shown = one_line(re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(map(str, lines))))
    if shown.startswith(NOT_DONE):  # The notebook has already worded it.
        return shown
    text = one_line(text)
    return text if kind in ("Hint", "NotDone") or NOT_DONE in text else f"{kind}: {text}"


def one_line(text: str) -> str:
    """Return a text in one line, without what could move a terminal's cursor."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    return textwrap.shorten(shown, 600, placeholder=" …")
