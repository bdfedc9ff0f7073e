"""``python -m scaling review``: the review in a terminal, in plain text, answered by letters."""

from __future__ import annotations

import argparse
import string
import sys
import textwrap
from datetime import UTC, datetime

from scaling.recall import Option, Question, file, schedule

WIDTH = 78  # characters


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to a parser: there are none."""


def main(_: argparse.Namespace) -> int:
    """Run ``python -m scaling review``; return 0, also when the learner stops early."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # An old Windows console lacks some characters.
    plan, now = schedule.plan(), datetime.now(UTC)
    due = schedule.sitting(plan, now)
    _say(schedule.offer(plan, now))
    right = 0
    try:
        for number, one in enumerate(due, start=1):
            options = one.question.options(one.times)
            chosen = _ask(f"{number} of {len(due)}: {one.question.text}", options)
            right += _take(one.question, chosen)
    except (KeyboardInterrupt, EOFError):
        print()
        _say("Stopped. Every answer that you have given is kept.")
        return 0
    if due:
        _say(f"That was the last: {right} of {len(due)} right.")
        plan, now = schedule.plan(), datetime.now(UTC)
        left = schedule.sitting(plan, now)
        _say(schedule.offer(plan, now) if left else schedule.upcoming(plan, now))
    return 0


def _ask(text: str, options: tuple[Option, ...]) -> Option:
    """Print a question with lettered options, and read letters until one of them is named."""
    print()
    _say(text)
    by_letter = dict(zip(string.ascii_lowercase, options, strict=False))
    for letter, option in by_letter.items():
        _say(f"{letter}) {option.text}", hanging="   ")
    letters = ", ".join(by_letter)
    while True:
        typed = input(f"Your answer ({letters}): ").strip().lower().rstrip(").")
        if typed in by_letter:
            return by_letter[typed]
        _say(f"Type one of the letters {letters}. Ctrl+C stops.")


def _take(question: Question, chosen: Option) -> bool:
    """Keep an answer and say whether it is right, which is returned."""
    note = file.keep(question, chosen)
    _say(question.verdict(chosen))
    if note:
        _say(note)
    return chosen == question.right


def _say(text: str, hanging: str = "") -> None:
    print(textwrap.fill(text, WIDTH, subsequent_indent=hanging), flush=True)
