"""Which names a piece of code makes, and which names a check asks for.

Code is parsed as IPython would read it and never run. So a name made by ``exec`` or by ``import *``
is not seen.
"""

from __future__ import annotations

import ast
import builtins
import re
import warnings
from functools import lru_cache

from ..release import Release, SourceCell
from ..source import bound, parse

LONGEST_CODE = 50_000  # characters in one cell
MOST_MAGICS = 50  # lines in one cell
_MAGIC = re.compile(r"^[ \t]*[%!?].*|.*\?[ \t]*$", re.MULTILINE)


@lru_cache(maxsize=2048)
def parsed(source: str) -> ast.Module | None:
    """Parse a cell as IPython would read it, magics and all; None where that fails."""
    if len(source) > LONGEST_CODE:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python warns of backslashes in the learner's text.
        # IPython reads the whole cell again for every magic in it.
        many = len(_MAGIC.findall(source)) > MOST_MAGICS
        ways = [_without_magics] if many else [parse, _without_magics]
        for read in ways:
            try:
                return read(source)
            except (SyntaxError, ValueError, RuntimeError, MemoryError):
                continue
    return None


def _without_magics(source: str) -> ast.Module:
    lines = source.splitlines()
    return ast.parse("\n".join("" if _MAGIC.match(line) else line for line in lines))


@lru_cache(maxsize=2048)
def names_in(source: str) -> frozenset[str]:
    """Return the names that a cell makes; none where it cannot be read."""
    tree = parsed(source)
    try:
        return frozenset(bound(tree) if tree else ())
    except RecursionError:
        return frozenset()


def given_names(release: Release) -> set[str]:
    """Return the names that the locked cells make, and Python's own."""
    made = [names_in(cell.released) for cell in release.cells if is_locked_code(cell)]
    return set(dir(builtins)).union(*made)


def is_locked_code(cell: SourceCell) -> bool:
    """Return whether a cell of the release is code that learners are not to change."""
    return cell.locked and cell.cell_type == "code"


def asked_for(check: SourceCell, given: set[str]) -> set[str]:
    """Return the names that a check asks for: what it uses and no locked cell makes."""
    tree = parsed(check.released)
    nodes = ast.walk(tree) if tree else ()
    return {node.id for node in nodes if isinstance(node, ast.Name)} - given


def answer_names(release: Release) -> dict[str, set[str]]:
    """Map each answer cell to the names that the checks up to the next answer ask for."""
    given, current = given_names(release), None
    names: dict[str, set[str]] = {}
    for cell in release.cells:
        if cell.solution:
            current = cell.grade_id
            names[current] = set()
        elif cell.grade and current and cell.cell_type == "code":
            names[current] |= asked_for(cell, given)
    return names
