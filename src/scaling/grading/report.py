"""What a run of grading shows: a bar while it lasts, a table at its end."""

from __future__ import annotations

import textwrap
from collections import Counter

from tqdm import tqdm

from .preflight.findings import printable
from .records import FOLDER, Record

COLUMNS = 100
MOST_REMARKS = 4
WIDEST = 40  # columns of a student's name; a longer one moves what is beside it
STATES = ("graded", "repaired", "ungraded")
MOST_LINES = 100  # submissions up to which those that need nothing have a line each


class Progress:
    """A bar with counts and the time left; nothing where the output is not a terminal."""

    def __init__(self, total: int):
        tqdm.monitor_interval = 0  # It would start a thread, and workers are forked later.
        self._bar = tqdm(total=total, unit="submission", disable=None if total else True)
        self._counts = Counter(dict.fromkeys(STATES, 0))

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def tell(self, record: Record) -> None:
        """Count one more submission."""
        self._counts[record.state] += 1
        self._bar.set_postfix(self._counts, refresh=False)
        self._bar.update()


def table(found: list[Record]) -> str:
    """Return the table with which a run ends, as text of at most a hundred columns.

    What is ungraded comes first, then what wants a look. In a large class the rest is one line.
    """
    in_order = sorted(found, key=lambda one: (one.state != "ungraded", not one.flags))
    is_long = len(found) > MOST_LINES
    shown = [one for one in in_order if not is_long or one.flags or one.state == "ungraded"]
    width = max(7, *(min(len(record.student), WIDEST) for record in shown or found))
    lines = [f"{'student':{width}}  {'state':8}  {'checks':>7}  {'by hand':>7}  remarks"]
    for record in shown:
        student = printable(record.student)
        checks = f"{record.points:g}/{record.most:g}" if record.most else "–"
        waiting = str(record.by_hand or "")
        remarks = record.remarks + [f"LOOK: {flag}" for flag in record.flags]
        remarks = [printable(remark) for remark in remarks]  # They may quote what students wrote.
        first, *rest = _wrapped(remarks, COLUMNS - width - 30) or [""]
        lines.append(f"{student:{width}}  {record.state:8}  {checks:>7}  {waiting:>7}  {first}")
        lines += [" " * (width + 30) + more for more in rest]
    if len(shown) < len(found):
        lines.append(f"and {len(found) - len(shown)} more, which want no look.")
    counts = Counter(record.state for record in found)
    flagged = sum(bool(record.flags) for record in found)
    by_hand = sum(record.by_hand for record in found)
    lines += [
        "",
        f"{len(found)} submission{'s' * (len(found) != 1)}: {counts['graded']} graded, "
        f"{counts['repaired']} repaired and graded, {counts['ungraded']} ungraded. "
        f"{flagged} want a look; {by_hand} answers wait for a person.",
    ]
    text = "\n".join(line.rstrip() for line in lines)
    return text.encode(errors="backslashreplace").decode()  # A file name may not be UTF-8.


def _wrapped(remarks: list[str], width: int) -> list[str]:
    shown = remarks[:MOST_REMARKS]
    if len(remarks) > len(shown):
        shown.append(f"and {len(remarks) - len(shown)} more, in {FOLDER}/")
    return [line for remark in shown for line in textwrap.wrap(remark, max(30, width))]
