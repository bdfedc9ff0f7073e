"""Lines of a cell that are IPython's and not Python's: magics, commands of the system, questions.

Some mean nothing in a browser and are left out, some have their code run, and the rest stop the
cell with a sentence that says what to do. Code that Python can read is never touched.
"""

from __future__ import annotations

import re
import textwrap

_LEFT_OUT = (
    "matplotlib config precision load_ext reload_ext autoreload pylab autosave colors xmode pdb"
)
LEFT_OUT = frozenset(_LEFT_OUT.split())
RUN = frozenset(["time", "timeit", "prun", "capture", "memit"])
INSTALLS = frozenset(["pip", "conda", "mamba", "uv"])
_LINE = re.compile(r"^(\s*)(%%?|!!?)\s*(\w*)[ \t]*(.*)$")
_PROMPT = re.compile(r"^(\s*)(?:>>> ?|\.\.\. ?|In \[\d+\]: |   \.\.\.: )")
_HELP = re.compile(r"^(\s*)(?:\?{1,2}\s*([\w.]+)|([\w.]+)\s*\?{1,2})\s*$")
_ASSIGNED = re.compile(r"^(\s*)[\w, ]+=\s*[%!]")


def as_python(source: str) -> str:
    """Return a cell's text as Python, as far as it can be.

    Parameters
    ----------
    source : str
        As it was typed. The number of its lines does not change.
    """
    source = source if source.endswith("\n") else source + "\n"
    if _is_python(source):
        return source
    lines = source.split("\n")
    first = next((line for line in lines if line.strip()), "")
    if first[:1] in " \t" and not first.lstrip().startswith(("%", "!")):
        moved = textwrap.dedent(source)
        if _is_python(moved):
            return moved
    if _PROMPT.match(first):
        lines = [_PROMPT.sub(r"\1", line) for line in lines]
    return "\n".join(_line(line) for line in lines)


def _is_python(source: str) -> bool:
    try:
        compile(source, "cell", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, MemoryError, RecursionError, OverflowError):
        return False
    return True


def _line(line: str) -> str:
    if _ASSIGNED.match(line):
        return _refusal(_ASSIGNED.match(line)[1], "A name cannot be given to a % or ! line here.")  # type: ignore[index]
    asked = _HELP.match(line)
    if asked:
        return f"{asked[1]}help({asked[2] or asked[3]})"
    found = _LINE.match(line)
    if found is None:
        return line
    indent, sign, name, rest = found.groups()
    if name in INSTALLS:
        return _refusal(
            indent, "Nothing is installed here, and nothing has to be: the course is complete."
        )
    if sign.startswith("!"):
        return _refusal(
            indent, "There is no command line in a browser, so that lines with ! do not run."
        )
    if name in LEFT_OUT:
        return f"{indent}pass"
    if name in RUN:
        return indent + (re.sub(r"^(-\w+\s*\d*\s+)+", "", rest) or "pass")
    return _refusal(
        indent, f"In a browser there is no {sign}{name}. Take the line out, or write it in Python."
    )


def _refusal(indent: str, sentence: str) -> str:
    return f"{indent}get_ipython().refuse({sentence!r})"
