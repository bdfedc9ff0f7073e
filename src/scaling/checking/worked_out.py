"""What a procedure of a check gives, worked out once.

A wrong answer is compared with every slip, and a class gives many wrong answers. The procedures
depend on their arguments, on the course's tables and on data of a student's own (``variants``), so
each is worked out once and remembered for as long as Python runs.
"""

from __future__ import annotations

import functools
import pickle
from collections.abc import Callable
from typing import Any

from . import variants

# A class that is graded for hours must not fill the memory: the least recently used are forgotten.
REMEMBERED = 10_000  # results


def worked_out(procedure: Callable[..., Any], case: tuple = ()) -> Any:
    """Return what a procedure gives for some arguments.

    Parameters
    ----------
    procedure : callable
        The right procedure or a wrong one; it may change its arguments, which are copies.
    case : tuple
        The arguments, in order.

    Returns
    -------
    object
        The result, not to be changed: the next caller gets the same one.

    Raises
    ------
    Exception
        What the procedure raises, each time anew.
    """
    return _result(procedure, pickle.dumps(case), variants.seen())


@functools.lru_cache(maxsize=REMEMBERED)
def _result(procedure: Callable[..., Any], case: bytes, _data: tuple[Any, ...]) -> Any:
    return procedure(*pickle.loads(case))
