"""``python -m scaling progress``: a learner's own overview in a terminal, or as JSON."""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import asdict

from scaling.progress import (
    CELL_LIMIT,
    WHAT_DONE_MEANS,
    WHOLE_LIMIT,
    Exercise,
    find,
    look,
    next_step,
    not_started,
    points_in_words,
)
from scaling.progress.questions import DONE, HINT, NO_WORD, NOT_RUN, PARTLY, PERSON
from scaling.wording import number_of


def main(arguments: Sequence[str] | argparse.Namespace | None = None) -> int:
    """Run ``python -m scaling progress``; return 0, or 2 when there was nothing to look at.

    Parameters
    ----------
    arguments : sequence of str or argparse.Namespace, optional
        What follows "progress" on the command line, or what a parser with the arguments of
        ``add_arguments`` made of it.
    """
    if isinstance(arguments, argparse.Namespace):
        chosen = arguments
    else:
        parser = argparse.ArgumentParser(
            prog="python -m scaling progress",
            description="Your exercises, question by question. Your files are read, never written.",
        )
        add_arguments(parser)
        chosen = parser.parse_args(arguments)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # An old Windows console cannot show ✔.
    aside = sys.stderr if chosen.json else sys.stdout

    def tell(title: str, exercise: Exercise | None) -> None:
        if exercise is None:  # The work begins; the learner should see what it is.
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
    """Add the command's arguments to a parser."""
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
    return f"{exercise.points:g} of {number_of(exercise.points_possible, 'point')}"


def _report(exercises: Sequence[Exercise]) -> str:
    parts = [_as_text(exercise) for exercise in exercises if not exercise.idle]
    last = [not_started(exercises), f"Next: {next_step(exercises)}"]
    if any(exercise.count(DONE) for exercise in exercises):
        last.insert(0, f"✔ {DONE} means that {WHAT_DONE_MEANS}")
    return "\n".join([*parts, "", *(line for text in last for line in _wrapped(text, 0))])


def _as_json(exercises: Sequence[Exercise], saved: bool) -> str:
    listed = [asdict(exercise) | {"file": str(exercise.file)} for exercise in exercises]
    for exercise in listed:
        exercise["of"] = exercise.pop("points_possible")  # the name that readers of the JSON know
    content = {"saved_only": saved, "exercises": listed, "next": next_step(exercises)}
    return json.dumps(content, ensure_ascii=False, indent=1)


def _as_text(exercise: Exercise) -> str:
    """Write one exercise for a terminal of 80 columns."""
    lines = ["", exercise.title, f"{exercise.place}", f"{points_in_words(exercise)}", ""]
    if exercise.note:
        lines += [*_wrapped(f"Note: {exercise.note}", 2), ""]
    for asked in exercise.questions:
        mark = "✔" if asked.state == DONE else "·"
        number, _, words = asked.title.removeprefix("Question ").partition(": ")
        words = textwrap.shorten(words, 48, placeholder=" …")
        state, points = f"{mark} {asked.state}", f"{number_of(asked.points, 'point')}"
        lines.append(f"  {state:<14}{number:>3}  {words:<48} {points:>9}")
        if asked.state in (PARTLY, HINT, PERSON, NOT_RUN) and asked.says != NO_WORD:
            lines += _wrapped(asked.says, 21)
    return "\n".join(lines)


def _wrapped(text: str, margin: int) -> list[str]:
    space = " " * margin
    # A long path is not broken, so that it can be copied.
    return textwrap.wrap(
        text,
        79,
        initial_indent=space,
        subsequent_indent=space,
        break_long_words=False,
        break_on_hyphens=False,
    )
