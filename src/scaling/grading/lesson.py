"""Which files of this machine a guest may read: its Python, and what a lesson needs.

Everything is chosen by name and copied when a guest's image is made. Nothing that is not chosen
here can be read inside, in any form in which it may be on the disk now or later: no check, no
solution, no submission.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path, PurePosixPath

import scaling

SITE = "/usr/local/lib/lesson"
# Distributions of Python code that a lesson imports and the guest's own library does not have.
BROUGHT = (
    "anywidget",
    "asttokens",
    "comm",
    "executing",
    "filelock",
    "ipython",
    "ipython-pygments-lexers",
    "ipywidgets",
    "matplotlib-inline",
    "platformdirs",
    "plotly",
    "prompt-toolkit",
    "psygnal",
    "pure-eval",
    "pygments",
    "stack-data",
    "traitlets",
    "wcwidth",
)
KINDS = (".py", ".json", ".css", ".js", ".csv")
NAMED = ("METADATA", "entry_points.txt")  # what importlib.metadata is asked for
LEFT_OUT = {"tests", "test", "__pycache__", "sphinxext", "labextension"}
LARGEST = 4_000_000  # bytes: plotly's own copies of its script are larger
GRADING = {"__init__.py", "carry.py", "inside.py", "wide.py"}  # of this package
# A check knows the right procedure. In a guest, each module of checks is this in its place: every
# name is there, may be called, and says that the answer is checked elsewhere.
# A copy of such a module under another name is known by the vocabulary that it imports.
CHECKS = "checks.py"
WORDS = rb"(choice|estimate|function|matching|number|ordering|several|table|text)"
VOCABULARY = re.compile(
    rb"^\s*from [\w.]*checking(\.kinds|\.choosing)? import (\([^)]*|.*)\b" + WORDS + rb"\b"
    rb"|\bchecking\.(kinds\.|choosing\.)?" + WORDS + rb"\(",
    re.MULTILINE,
)
STAND_IN = b"""\
class _StandIn:
    def __init__(self, name):
        self.name = name

    def __call__(self, *_):
        print(f"{self.name} is checked outside of the notebook while it is graded.")

    say = again = credit = __call__


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return _StandIn(name)
"""


def files() -> Iterator[tuple[str, bytes]]:
    """Give each file that is brought: its path in the guest and its content."""
    for name in BROUGHT:
        about = distribution(name)
        for part in about.files or ():
            place = Path(str(about.locate_file(part)))
            is_wanted = _is_code(PurePosixPath(part)) and place.is_file()
            if is_wanted and place.stat().st_size <= LARGEST:
                yield f"{SITE}/{part}", place.read_bytes()
    package = Path(scaling.__file__).resolve().parent
    for place in sorted(package.rglob("*")):
        path = PurePosixPath(place.relative_to(package))
        if is_for_learners(path) and place.is_file():
            content = place.read_bytes()
            if path.name == CHECKS or VOCABULARY.search(content):
                content = STAND_IN
            yield f"{SITE}/scaling/{path}", content
    if not (package / "_data").is_dir():
        for place in sorted((package.parent.parent / "data").rglob("*")):
            if place.is_file() and place.suffix in (".csv", ".json"):
                file = place.relative_to(package.parent.parent / "data").as_posix()
                yield f"{SITE}/scaling/_data/{file}", place.read_bytes()


def _is_code(path: PurePosixPath) -> bool:
    if ".." in path.parts or LEFT_OUT & set(path.parts):
        return False
    return path.suffix in KINDS or path.name in NAMED


def is_for_learners(path: PurePosixPath) -> bool:
    """Tell whether a file of our own package belongs in a guest, checks as their stand-in.

    What cannot be imported, such as a checkpoint or a copy that an editor has made, does not.
    """
    is_named = all(part.isidentifier() for part in path.with_suffix("").parts)
    if not _is_code(path) or (path.suffix == ".py" and not is_named):
        return False
    return path.parts[0] != "grading" or (len(path.parts) == 2 and path.name in GRADING)
