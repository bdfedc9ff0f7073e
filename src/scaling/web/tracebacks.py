"""Errors as short as a beginner needs them: the lines of the cells, and what Python said.

It is laid out as IPython does it, without the line of dashes and the heading above. Functions of
libraries are left out, because their code does not travel to the browser and says little to a
beginner; the innermost one is named.
"""

from __future__ import annotations

import linecache
import re
import traceback
from types import TracebackType

BEFORE, AFTER = 4, 3  # lines of a cell around the one that stopped
MOST = 6  # frames
CAUSE = "The above exception was the direct cause of the following exception:"
CONTEXT = "During handling of the above exception, another exception occurred:"
_CELL = re.compile(r"<cell (\d+)>")


def file_of(count: int) -> str:
    """Return the name under which the source of a cell is known, such as "<cell 3>"."""
    return f"<cell {count}>"


def name_of(text: str) -> str:
    """Return a text in which cells are called as in a notebook, such as "Cell In[3]"."""
    return _CELL.sub(r"Cell In[\1]", text)


def lines_of(error: BaseException) -> list[str]:
    """Return an error as the lines that are shown for it."""
    if isinstance(error, SyntaxError):
        return [_unreadable(error)]
    shown: list[str] = []
    seen: set[int] = set()
    now: BaseException | None = error
    link = ""
    while now is not None and id(now) not in seen and len(seen) < MOST:
        seen.add(id(now))
        if now is error or _is_in_cell(now):
            shown = [*_one(now), *([f"\n{link}\n"] if link else []), *shown]
        if now.__cause__ is not None:
            now, link = now.__cause__, CAUSE
        elif now.__suppress_context__:
            now = None
        else:
            now, link = now.__context__, CONTEXT
    return shown


def said(error: BaseException) -> str:
    """Return the message of an error, also where making it fails."""
    try:
        return str(error)
    except Exception:
        return "<its message cannot be shown>"


def _one(error: BaseException) -> list[str]:
    return [*_frames(error.__traceback__), f"{type(error).__name__}: {said(error)}"]


def _is_in_cell(error: BaseException) -> bool:
    trace = error.__traceback__
    return trace is not None and _CELL.fullmatch(trace.tb_frame.f_code.co_filename) is not None


def _frames(trace: TracebackType | None) -> list[str]:
    """Return the frames that are in cells, and the name of the innermost function that is not."""
    found: list[str] = []
    inner = ""
    depth = 0
    while trace is not None and depth < 10_000:
        code, number = trace.tb_frame.f_code, trace.tb_lineno
        if _CELL.fullmatch(code.co_filename):
            found.append(_around(trace))
            inner = ""
        elif found:
            name = re.sub(
                r"^.*?(?:site-packages|\.zip|/course|lib/python3\.\d+)/", "", code.co_filename
            )
            inner = f"File {name}:{number}, in {code.co_qualname}"
        trace, depth = trace.tb_next, depth + 1
    if len(found) > MOST:
        between = len(found) - MOST
        found = [*found[: MOST // 2], f"    … {between} more\n", *found[-MOST // 2 :]]
    return [*found, *([f"{inner}\n"] if inner else [])]


def _around(trace: TracebackType) -> str:
    """Return the place of a frame in its cell, with the lines around it."""
    frame, number = trace.tb_frame, trace.tb_lineno
    code = frame.f_code
    lines = linecache.getlines(code.co_filename)
    first, last = max(1, number - BEFORE), min(len(lines), number + AFTER)
    where = f"{name_of(code.co_filename)}, line {number}"
    if code.co_name != "<module>":
        of_code = [line for *_, line in code.co_lines() if line]
        first = max(first, code.co_firstlineno)
        last = min(last, max(of_code, default=last))
        names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        where += f", in {code.co_qualname}({', '.join(names)})"
    shown = [where]
    for at in range(first, last + 1):
        line = lines[at - 1].rstrip("\n") if at <= len(lines) else ""
        arrow = f"{'-' * (5 - len(str(at)))}> {at}" if at == number else f"{at:>7}"
        shown.append(f"{arrow} {line}")
    return "\n".join(shown) + "\n"


def _unreadable(error: SyntaxError) -> str:
    """Return code that Python cannot read, with a mark below the place."""
    text = "".join(traceback.format_exception_only(type(error), error)).rstrip("\n")
    return re.sub(r'^  File "<cell (\d+)>", line', r"  Cell In[\1], line", text)
