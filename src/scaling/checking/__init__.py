"""Checks that know what happened: their vocabulary, and what they know of the notebook around.

``kinds`` holds the vocabulary: number, choice, table, function, text. ``watching`` notes which
answer cells ran and which stopped, and ``explain`` puts Python's errors into plain words.
"""

import sys

from .kinds import Check, Hint, NotDone, choice, function, number, table, text
from .watching import NOT_DONE, watch

__all__ = [
    "NOT_DONE",
    "Check",
    "Hint",
    "NotDone",
    "choice",
    "function",
    "number",
    "table",
    "text",
    "watch",
]

# In a notebook importing a module's checks is what begins the watch; elsewhere there is no shell.
watch(sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None)
