"""Checks that know what happened: their vocabulary, and what they know of the notebook around.

``kinds`` and ``choosing`` hold the vocabulary: number, choice, table, function, text; several,
ordering, matching, estimate. ``variants`` lets numbers differ from student to student. ``watching``
notes which answer cells ran and which stopped, and ``explain`` puts Python's errors into plain
words.

Importing this changes nothing in the reader's shell. The first cell of an exercise calls `watch`;
in an older copy of an exercise, which lacks that line, the first check that is called does.
"""

from .choosing import estimate, matching, ordering, several
from .hints import Hint, NotDone
from .kinds import Check, choice, function, number, table, text
from .variants import Draw, Variants
from .watching import NOT_DONE, watch

__all__ = [
    "NOT_DONE",
    "Check",
    "Draw",
    "Hint",
    "NotDone",
    "Variants",
    "choice",
    "estimate",
    "function",
    "matching",
    "number",
    "ordering",
    "several",
    "table",
    "text",
    "watch",
]
