"""The exercises as pages, made from the released notebooks only, and never from their solutions.

A page is complete before any script has run: prompts and hints, code with what it shows, the text
that each answer begins with, and the checks. ``web/js/exercise.js`` makes it one to answer on.
Given cells run here in their order; answers and checks do not.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import inspect
import io
import re
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
from markupsafe import Markup

from scaling import fill
from scaling.ending import title_of
from scaling.explorable import Explorable, Still, all_explorables
from scaling.fill import Filling
from scaling.still import scrolled
from scaling.web import released, reworded, still
from scaling.web.pieces import code, printed, raw, text
from scaling.web.still import Part

LONGEST_OPEN = 12  # lines of a cell's code that are not folded
ROOM = 88  # letters of a line of code
_COMMENT = re.compile(r"(?:^# .*\n)+", re.MULTILINE)
_QUESTION = re.compile(r"\*\*(Question \d+)\*\*")
_WORDS = re.compile(r"(\d+) to (\d+) words")
_STYLE = re.compile(r"<style\b.*?</style>", re.DOTALL)


def notebooks(root: Path) -> dict[str, Path]:
    """Return the released notebooks by the names of their exercises, in the order of the lessons.

    Of each lesson, the part without Python comes first.
    """
    return dict(sorted(released.files(root).items(), key=lambda one: (one[0][:2], -len(one[0]))))


def titles(root: Path) -> list[str]:
    """Return the entries of the contents: the title from its number on, and the page."""
    return [
        f"{title_of(file).partition(' ')[2]} <exercise-{name}>"
        for name, file in notebooks(root).items()
    ]


def progress(root: Path) -> Markup:
    """Return the list of exercises, in which ``web/js/progress.js`` tells how far a reader is.

    The points of an exercise are those that its checks give.
    """
    entries = []
    for name, file in notebooks(root).items():
        cells = nbformat.read(file, as_version=4).cells
        points = sum(cell.metadata.nbgrader.points for cell in cells if _is(cell, "grade"))
        entries.append(_ENTRY.format(name=name, points=f"{points:g}", title=title_of(file)))
    return _PROGRESS.format(Markup().join(entries))


def pages(root: Path) -> dict[str, list[Part]]:
    """Return the pages of the exercises by name, as pieces of Markdown and drawings.

    Raises
    ------
    ValueError
        If a passage that is reworded is in no exercise any more.
    """
    read = {name: nbformat.read(file, as_version=4) for name, file in notebooks(root).items()}
    texts = [cell.source for notebook in read.values() for cell in notebook.cells]
    if gone := reworded.left_behind(texts, reworded.OF_EXERCISES):
        raise ValueError(f"Bring web/reworded.py up to date. No exercise says any more: {gone[0]}")
    releases = {
        name: hashlib.sha256(file.read_bytes()).hexdigest()[:12]
        for name, file in notebooks(root).items()
    }
    return {
        f"exercise-{name}": list(Exercise(name, notebook.cells, releases[name]).parts())
        for name, notebook in read.items()
    }


class Exercise:
    """The page of one notebook.

    Parameters
    ----------
    name : str
        Its folder, such as "03-size-and-context".
    cells : iterable of nbformat.NotebookNode
    release : str
        The first 12 letters of the SHA-256 of its file; answers are kept beside it.
    """

    def __init__(self, name: str, cells: Iterable[Any], release: str = ""):
        self.name = name
        self.cells = list(cells)
        self.release = release
        self.names: dict[str, Any] = {}
        self.without_output: list[str] = []  # ids of cells that need what an answer makes
        self.question = ""

    def parts(self) -> Iterator[Part]:
        """Yield the page piece by piece."""
        for place, cell in enumerate(self.cells):
            if cell.cell_type == "markdown" and _is_locked(cell):
                yield from self._prompt(cell)
            elif cell.cell_type == "markdown":
                yield from self._judgement(cell)
            elif _is(cell, "solution"):
                yield from self._source(cell, "answer", grade=cell.id.removesuffix("-answer"))
            elif _is(cell, "grade"):
                points = cell.metadata.nbgrader.points
                yield from self._source(cell, "check", points=points)
            elif cell.id.endswith("-ending"):
                yield from self._source(cell, "ending")
            else:
                yield from self._given(cell)
            if place == 0:
                yield from raw([self._beginning()])

    def _beginning(self) -> Markup:
        file = f"exercises/{self.name}-exercise.ipynb"
        first = next(cell.id for cell in self.cells if _QUESTION.search(cell.source))
        return _BEGINNING.format(name=self.name, file=file, release=self.release, first=first)

    def _prompt(self, cell: Any) -> Iterator[Part]:
        """Yield a text; what comes after its heading is one element, named by the cell's id."""
        if found := _QUESTION.search(cell.source):
            self.question = found[1]
        source = reworded.reworded(cell.source, reworded.OF_EXERCISES)
        heading, body = "", source
        if source.startswith("#"):
            heading, _, body = source.partition("\n")
        yield text(f"\n\n{heading}\n\n")
        kind = "scaling-prompt" if found else "scaling-text"
        begin = Markup("<div class='{1}' id='{0}' data-id='{0}'>").format(cell.id, kind)
        if not body.strip():
            yield from raw([begin, Markup("</div>")])
            return
        yield from raw([begin])
        yield text(f"\n\n{body}\n\n")
        yield from raw([Markup("</div>")])

    def _judgement(self, cell: Any) -> Iterator[Part]:
        prompt = cell.id.removesuffix("-answer")
        (asked,) = (one for one in self.cells if one.id == prompt)
        found = _WORDS.search(asked.source)
        if found is None:
            raise ValueError(f"{prompt} does not say how many words are to be written.")
        points = asked.metadata.nbgrader.points
        yield from self._source(
            cell, "text", grade=prompt, points=points, least=found[1], most=found[2]
        )

    def _source(self, cell: Any, kind: str, **about: Any) -> Iterator[Part]:
        """Yield a cell that the script brings to life, with its source as text."""
        label = self.question if kind != "ending" else ""
        source = Markup("<pre class='scaling-source' tabindex='0'>{}</pre></scaling-cell>")
        yield from raw([_begin(cell.id, kind, label=label, **about), source.format(cell.source)])

    def _given(self, cell: Any) -> Iterator[Part]:
        """Yield a cell whose code is not the learner's: the code, and what it shows."""
        tree = ast.parse(cell.source)
        yield from raw([_begin(cell.id, "given")])
        if filling := _filling(tree):
            yield from raw([_filled(filling)])
        else:
            value, output, is_run = self._run(tree)
            if not is_run:
                self.without_output.append(cell.id)
            if isinstance(value, Explorable):
                (key,) = (key for key, one in all_explorables().items() if one is value)
                yield from raw(still.of(value, f"{key}.explorable"))
            else:
                yield from _code(cell.source)
                yield from raw([Markup("<div class='scaling-output'>")])
                yield printed(output)
                yield from raw(_shown(value)) if value is not None else ()
                yield from raw([Markup("</div>")])
        yield from raw([Markup("</scaling-cell>")])

    def _run(self, tree: ast.Module) -> tuple[Any, str, bool]:
        """Run a cell; return the value of its last line, what it printed, and whether it ran."""
        out = io.StringIO()
        *others, last = tree.body
        value = None
        try:
            with contextlib.redirect_stdout(out):
                exec(compile(ast.Module(others, []), "<cell>", "exec"), self.names)
                if explorable := self._explorable(last):
                    value = explorable
                elif isinstance(last, ast.Expr):
                    expression = compile(ast.Expression(last.value), "<cell>", "eval")
                    value = eval(expression, self.names)
                else:
                    exec(compile(ast.Module([last], []), "<cell>", "exec"), self.names)
        except NameError:
            return None, "", False
        return value, out.getvalue(), True

    def _explorable(self, last: ast.stmt) -> Explorable | None:
        """Return the explorable that a line shows; none if it does something else."""
        if not re.fullmatch(r"[\w.]+\.show\(\)", ast.unparse(last)):
            return None
        owner = eval(ast.unparse(last).removesuffix(".show()"), self.names)
        return owner if isinstance(owner, Explorable) else None


_PROGRESS = Markup("<scaling-progress><ul>{}</ul></scaling-progress>")
_ENTRY = Markup(
    "<li data-name='{name}' data-points='{points}'>"
    "<a href='exercise-{name}.html'>{title}</a> <span></span></li>"
)
_BEGINNING = Markup(
    "<scaling-exercise data-name='{name}' data-notebook='{file}' data-release='{release}'>"
    "<noscript><p>Scripts are not allowed here, so this page can only be read.</p></noscript>"
    "<p class='scaling-way'><span class='scaling-script'>You can answer here, beginning with "
    "<a href='#{first}'>question 1</a>: nothing is installed, and what you type stays in this "
    "browser.</span> You can also <a href='{file}' download>download the notebook</a> and work on "
    "it in <a href='jupyterlab.html'>JupyterLab</a>.</p>"
    "</scaling-exercise>"
)
_PARTS = {
    "given": "Code that is given",
    "answer": "{}: answer",
    "check": "{}: check",
    "text": "{}: answer",
    "ending": "Where you are",
}


def _is(cell: Any, what: str) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get(what))


def _is_locked(cell: Any) -> bool:
    return _is(cell, "locked") or _is(cell, "task")


def _begin(cell_id: str, kind: str, label: str = "", **about: Any) -> Markup:
    told = {"label": label, **about}
    data = Markup("").join(
        Markup(" data-{}='{}'").format(key, value) for key, value in told.items() if value != ""
    )
    words = _PARTS[kind].format(label)
    return Markup(
        "<scaling-cell id='{0}' data-id='{0}' data-kind='{1}'{2} role='group' aria-label='{3}'>"
    ).format(cell_id, kind, data, words)


def _code(source: str) -> Iterator[Part]:
    """Yield the code of a cell, folded where it is long."""
    source = _COMMENT.sub(_filled_anew, source)
    lines = len(source.splitlines())
    if lines <= LONGEST_OPEN:
        yield code(source)
        return
    opened = Markup("<details class='scaling-code'><summary>The code, {} lines</summary>")
    yield from raw([opened.format(lines)])
    yield code(source)
    yield from raw([Markup("</details>")])


def _filled_anew(comment: re.Match[str]) -> str:
    """Return the lines of a comment as long as the page has room for."""
    words = comment[0].replace("# ", "").split()
    return textwrap.fill(" ".join(words), ROOM, initial_indent="# ", subsequent_indent="# ") + "\n"


def _shown(value: Any) -> Iterator[Part]:
    """Yield what a notebook shows of the value of a cell's last line."""
    if isinstance(value, Still):
        yield Markup("<div class='scaling-explorable scaling-plain'><h3>{}</h3>").format(
            value.title
        )
        yield from still.still(value, is_for_phones=True)
        yield Markup("</div>")
    elif isinstance(value, pd.DataFrame):
        yield scrolled(Markup(_STYLE.sub("", value._repr_html_())))
    else:
        yield Markup("<pre class='scaling-value' tabindex='0'>{}</pre>").format(repr(value))


# ---------------------------------------------------------------- what fills in an answer


def _filling(tree: ast.Module) -> Filling | None:
    """Return what a cell such as ``fill.order("promise", "abcd")`` asks for; None for others."""
    last = tree.body[-1]
    if not (isinstance(last, ast.Expr) and isinstance(last.value, ast.Call)):
        return None
    owner, _, kind = ast.unparse(last.value.func).rpartition(".")
    if owner != "fill":
        return None
    given = [ast.literal_eval(one) for one in last.value.args]
    about = inspect.signature(getattr(fill, kind)).bind(*given).arguments
    letters, items = tuple(about.get("letters", "")), tuple(about.get("items", ""))
    return Filling(kind, about["name"], letters, items, about.get("unit", ""))


def _filled(one: Filling) -> Markup:
    return Markup(
        "<scaling-fill data-of='{}' data-name='{}' data-letters='{}' data-items='{}' "
        "data-unit='{}'></scaling-fill>"
    ).format(one.kind, one.name, "".join(one.letters), "".join(one.items), one.unit)
