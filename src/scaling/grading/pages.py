"""Pages of student work that are safe to open: feedback, and formgrader for those who mark.

nbgrader prints what a notebook holds unchanged: its HTML and JavaScript run in the feedback page
and in formgrader, where they could mark themselves. ``nbgrader_config.py`` puts these preprocessors
into nbgrader's own pipeline:

- ``Defuse`` runs for every page and leaves only what cannot run (with the filters in ``clean.py``);
- ``HideTests`` and ``HideScheme`` take out what the next class must not read;
- ``Grades`` and ``Summary`` gather what each check said, for our feedback template.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from markupsafe import escape
from nbconvert.filters import strip_ansi
from nbconvert.preprocessors import Preprocessor
from nbformat.notebooknode import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import (
    ClearHiddenTests,
    ClearMarkScheme,
    GetGrades,
    NbGraderPreprocessor,
)
from traitlets import List, Unicode

from scaling.checking import NOT_DONE
from scaling.grading import clean, reasons

MOST_OUTPUTS = 50  # in one cell
Pages = tuple[NotebookNode, dict[str, Any]]

# ---------------------------------------------------------------- nothing that runs


class Defuse(Preprocessor):
    """Make a notebook anew from the parts that a page may show."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Pages:
        """Return the notebook without anything that could run, load or pass for the page itself."""
        # The title, the widgets and the language of a notebook are all printed somewhere.
        known = reasons.noted(nb)
        nb.metadata = NotebookNode(
            language_info=NotebookNode(name="python", pygments_lexer="ipython3")
        )
        if known:
            nb.metadata[reasons.KEY] = {"reasons": known}
        nb.cells = [_defused_cell(cell, place) for place, cell in enumerate(nb.cells)]
        for name in ("last_name", "first_name", "student", "notebook_path"):
            if isinstance(resources.get(name), str):  # Formgrader does not escape these.
                resources[name] = str(escape(resources[name]))
        return nb, resources


def _defused_cell(cell: NotebookNode, place: int) -> NotebookNode:
    metadata = NotebookNode()
    if own := _nbgrader_metadata(cell.metadata.get("nbgrader")):
        metadata.nbgrader = own
    kind = "code" if cell.cell_type == "code" else "markdown"
    made = NotebookNode(cell_type=kind, metadata=metadata, source=_as_text(cell.source))
    if "id" in cell:
        is_valid = re.fullmatch(r"[\w-]{1,64}", str(cell.id), re.ASCII)
        made.id = cell.id if is_valid else f"cell-{place}"
    if kind == "code":
        count = cell.get("execution_count")
        made.execution_count = count if isinstance(count, int) else None
        made.outputs = _defused_outputs(cell.get("outputs", []))
    elif cell.cell_type != "markdown":  # nbconvert writes raw cells into a page unescaped.
        made.source = _fenced(made.source)
    elif pictures := _valid_pictures(cell.get("attachments")):
        made.attachments = pictures
    return made


def _nbgrader_metadata(claimed: Any) -> NotebookNode | None:
    """Return what nbgrader itself has written about a cell; scores are not read from here."""
    if not isinstance(claimed, dict):
        return None
    name = claimed.get("grade_id")
    if not (isinstance(name, str) and re.fullmatch(r"[\w-]+", name, re.ASCII)):
        return None
    own = NotebookNode(grade_id=name)
    for flag in ("grade", "solution", "locked", "task"):
        own[flag] = claimed.get(flag) is True
    if isinstance(claimed.get("schema_version"), int):
        own.schema_version = claimed["schema_version"]
    if isinstance(claimed.get("points"), int | float):
        own.points = claimed["points"]
    if claimed.get("cell_type") in {"code", "markdown"}:
        own.cell_type = claimed["cell_type"]
    return own


def _defused_outputs(outputs: Any) -> list[NotebookNode]:
    shown = _without_repetition(
        [made for made in map(_defused_output, outputs[:MOST_OUTPUTS]) if made]
    )
    if len(outputs) > MOST_OUTPUTS:
        left_out = f"[… {len(outputs) - MOST_OUTPUTS:,} more outputs left out …]\n"
        shown.append(NotebookNode(output_type="stream", name="stdout", text=left_out))
    return shown


def _without_repetition(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Cut from a picture's stand-in the words that the next output says again.

    An explorable's picture needs JavaScript; its title and words stand in for it, and the words
    follow once more below it.
    """
    for before, after in pairwise(outputs):
        stand_in = before.get("data", {}).get("text/plain", "")
        words = after.get("data", {}).get("text/plain", "")
        if before.get("data", {}).keys() == {"text/plain"} and words and stand_in.endswith(words):
            title = stand_in.removesuffix(words).strip()
            before.data["text/plain"] = title and f"[A picture in the notebook: {title}]"
    return [output for output in outputs if output.get("data", {}).get("text/plain", "-")]


def _defused_output(output: NotebookNode) -> NotebookNode | None:
    """Return an output reduced to what a page may show, or nothing."""
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return NotebookNode(output_type=kind, name=name, text=_as_plain_text(output.get("text")))
    if kind == "error":
        return NotebookNode(
            output_type=kind,
            ename=clean.shorten(_as_plain_text(output.get("ename")), 100),
            evalue=clean.shorten(_as_plain_text(output.get("evalue")), 2_000),
            traceback=[_as_plain_text(part) for part in output.get("traceback", [])[:50]],
        )
    if kind in {"display_data", "execute_result"}:
        made = NotebookNode(output_type=kind, metadata=NotebookNode(), data=_defused_data(output))
        if kind == "execute_result":
            made.execution_count = None
        return made if made.data else None
    return None


def _defused_data(output: NotebookNode) -> NotebookNode:
    """Return the forms of a result that a page can show: HTML, pictures, markdown, plain text.

    The metadata of a result goes: its width and height are printed into a tag unescaped.
    """
    given = output.get("data", {})
    data = NotebookNode()
    if "text/html" in given:
        table = clean.html(_as_text(given["text/html"]))
        if "<img" in table or re.sub(r"<[^>]*>", "", table).strip():
            data["text/html"] = table
    for kind in ("image/png", "image/jpeg"):
        encoded = "".join(_as_text(given.get(kind)).split())
        if encoded and clean.is_picture(f"data:{kind};base64,{encoded}"):
            data[kind] = encoded
    if "text/markdown" in given:
        data["text/markdown"] = _as_text(given["text/markdown"])
    if "text/plain" in given:
        data["text/plain"] = _as_plain_text(given["text/plain"])
    return data


def _valid_pictures(attachments: Any) -> NotebookNode:
    pictures = NotebookNode()
    for name, bundle in attachments.items() if isinstance(attachments, dict) else ():
        kept = {
            kind: "".join(_as_text(encoded).split())
            for kind, encoded in (bundle.items() if isinstance(bundle, dict) else ())
            if clean.is_picture(f"data:{kind};base64,{_as_text(encoded)}")
        }
        if kept:
            pictures[str(name)] = NotebookNode(kept)
    return pictures


def _as_text(text: Any) -> str:
    """Return the text of a notebook's field, which may be a string or a list of lines."""
    joined = "".join(map(str, text)) if isinstance(text, list | tuple) else text
    return clean.encodable(joined)


def _as_plain_text(text: Any) -> str:
    # The colours of a terminal could hide words.
    return clean.shorten(strip_ansi(_as_text(text)))


def _fenced(source: str) -> str:
    longest = max((len(run) for run in re.findall("`+", source)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{source}\n{fence}"


class _ForFeedback(Preprocessor):
    """Accepts a setting of nbconvert's pages, of which nbgrader's own classes warn at each run."""

    display_data_priority = List(Unicode()).tag(config=True)


# ---------------------------------------------------------------- nothing of next year's tests

IN_PLACE_OF_A_HIDDEN_LINE = "[hidden test]"


class HideTests(_ForFeedback, ClearHiddenTests):
    """Take hidden tests out of the cells, and out of all that quotes them."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Pages:
        """Return the notebook without hidden tests in sources, tracebacks and other outputs."""
        hidden = self.hidden_lines(nb)
        for cell in nb.cells:
            if cell.cell_type == "code":
                own = _is_check(cell) and self.begin_test_delimeter in cell.source
                cell.outputs = [
                    _scrubbed(hidden, output, cell.execution_count if own else None)
                    for output in cell.outputs
                ]
        return super().preprocess(nb, resources)

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], cell_index: int
    ) -> Pages:
        """Take the hidden tests out of a check.

        Other cells are a student's, who may write these words into them; the stock preprocessor
        would then stop, and with it the feedback of all students.
        """
        if _is_check(cell):
            return super().preprocess_cell(cell, resources, cell_index)
        return cell, resources

    def hidden_lines(self, nb: NotebookNode) -> list[str]:
        """Return the lines of hidden tests that give something away, longest first."""
        hidden, in_view = {self.begin_test_delimeter, self.end_test_delimeter}, set()
        for cell in nb.cells:
            inside = False
            for line in map(str.strip, cell.source.splitlines()):
                if self.begin_test_delimeter in line or self.end_test_delimeter in line:
                    inside = _is_check(cell) and self.begin_test_delimeter in line
                elif inside:
                    hidden.add(line)
                else:
                    in_view.add(line)
        telling = {line for line in hidden - in_view if _gives_away(line)}
        # A list of commands, as a student's print(In) shows it, writes quotes with a backslash.
        telling |= {repr(line)[1:-1] for line in telling}
        return sorted(telling, key=len, reverse=True)


class HideScheme(_ForFeedback, ClearMarkScheme):
    """Take mark schemes out of tasks only: elsewhere the words are a student's own."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], cell_index: int
    ) -> Pages:
        """Take the mark scheme out of a task."""
        if utils.is_task(cell):
            return super().preprocess_cell(cell, resources, cell_index)
        return cell, resources


def _is_check(cell: NotebookNode) -> bool:
    return bool(utils.is_grade(cell) and not utils.is_solution(cell))


def _gives_away(line: str) -> bool:
    """Return whether a line of a hidden test gives it away, unlike a bracket or ``else:``."""
    return len(line) >= 8 and re.search(r"[(\[{=]|HIDDEN", line) is not None


def _scrubbed(hidden: Iterable[str], output: NotebookNode, in_cell: int | None) -> NotebookNode:
    """Return an output that quotes no hidden line; ``in_cell`` is the number of a hiding check."""

    def scrub(text: str) -> str:
        for line in hidden:
            text = text.replace(line, IN_PLACE_OF_A_HIDDEN_LINE)
        return text

    def quotes(text: str) -> bool:
        return any(line in text for line in hidden)

    if output.output_type == "stream":
        output.text = scrub(output.text)
    elif output.output_type == "error":
        output.evalue = scrub(output.evalue)
        frames = output.traceback
        if len(frames) > 1:  # A hint is one line; more is a traceback with a part for each frame.
            of_this_cell = re.compile(rf"\s*(Cell )?In ?\[{in_cell}\]")
            frames = [part for part in frames if not (quotes(part) or of_this_cell.match(part))]
        output.traceback = [scrub(part) for part in frames]
    else:
        if quotes(_text_of_html(output.data.get("text/html", ""))):
            del output.data["text/html"]
        for kind in output.data.keys() & {"text/plain", "text/markdown"}:
            output.data[kind] = scrub(output.data[kind])
    return output


def _text_of_html(table: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", table))


# ---------------------------------------------------------------- what each check said


class Grades(GetGrades):
    """nbgrader's grades and comments, and which of them still wait for a person."""

    def _get_score(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        super()._get_score(cell, resources)
        grade = self.gradebook.find_grade(
            cell.metadata.nbgrader.grade_id, self.notebook_id, self.assignment_id, self.student_id
        )
        cell.metadata.nbgrader["waits"] = bool(grade.needs_manual_grade)
        cell.metadata.nbgrader["by_hand"] = grade.manual_score is not None


class Summary(_ForFeedback, NbGraderPreprocessor):
    """Gather, for the feedback template, each question's points and what its check said."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Pages:
        """Put ``feedback`` into the resources, and into the metadata of every cell."""
        question, answer, rows = "", None, []
        known = reasons.noted(nb)
        for cell in nb.cells:
            role = _role(cell)
            told = NotebookNode(role=role)
            if role in {"given", "task"}:
                question = question_label(cell.source) or question
            if role == "answer":
                answer = cell
            if "score" in cell.metadata.get("nbgrader", {}):
                own = cell.metadata.nbgrader
                told.update(_state_and_messages(cell, answer), score=own.score, points=own.points)
                told.update(question=question or own.grade_id, grade_id=own.grade_id)
                rows.append(told)
                if role == "check":
                    cell.outputs = [
                        one for one in cell.outputs if not _is_repetition(told.said, one)
                    ]
                if told.state in ("none", "part"):
                    answered = answer.metadata.nbgrader.grade_id if answer else ""
                    why = [*known.get(answered, []), *known.get(own.grade_id, [])]
                    told.said = reasons.explained(told.said, why)
                answer = None
            cell.metadata.feedback = told
        resources["feedback"] = {
            "title": _title(nb) or resources["nbgrader"]["notebook"],
            "rows": rows,
            "waiting": [row for row in rows if row.state == "waits"],
        }
        return nb, resources


def _role(cell: NotebookNode) -> str:
    if utils.is_task(cell):
        return "task"
    if utils.is_solution(cell):
        return "answer"
    if utils.is_grade(cell):
        return "check"
    return "given" if utils.is_locked(cell) else "own"


def _title(nb: NotebookNode) -> str:
    """Return the first heading that the authors wrote."""
    given = (cell.source for cell in nb.cells if _role(cell) == "given")
    found = (re.search(r"^# +(.+?)\s*$", source, re.MULTILINE) for source in given)
    return next((match[1] for match in found if match), "")


def question_label(source: str) -> str:
    """Return the label at the start of a prompt, such as "Question 3"."""
    found = re.search(r"^\*\*([^*\n]{1,40}?)\.?\*\* \(", source, re.MULTILINE)
    return found[1] if found else ""


def _state_and_messages(cell: NotebookNode, answer: NotebookNode | None) -> dict[str, Any]:
    """Return the state of a graded cell and what to say about it, the hint first."""
    own = cell.metadata.nbgrader
    if own.waits:
        return {"state": "waits", "said": ["A person will mark this."]}
    comment = ["There is a comment."] if own.get("comment") else []
    if own.by_hand or not _is_check(cell):
        return {"state": "marked", "said": comment}
    state = "full" if own.score >= own.points else "part" if own.score > 0 else "none"
    return {"state": state, "said": _check_messages(cell, answer) + comment}


def _check_messages(check: NotebookNode, answer: NotebookNode | None) -> list[str]:
    """Return what a check said: its hint, or what stopped it, or what a right answer means."""
    errors = [output for output in check.outputs if output.output_type == "error"]
    if errors:
        said = [_hint(errors[0]), *_failed_answer(answer)]
        # An answer that stopped is the reason why its check finds nothing.
        return said[::-1] if said[0].startswith(NOT_DONE) else said
    streams = [output for output in check.outputs if output.output_type == "stream"]
    if any(output.name == "stderr" for output in streams):
        return ["The check wrote a warning, which counts as not passed. Ask whoever marks."]
    lines = "".join(output.text for output in streams).splitlines()
    return [line for line in lines if line.startswith("✔ ")][:1] or lines[:1]


def _is_repetition(said: list[str], output: NotebookNode) -> bool:
    """Return whether an output would only repeat what is said about its check."""
    if output.output_type == "error":
        return "\n".join(output.traceback).strip() in said
    return output.output_type == "stream" and output.text.strip() in said


def _hint(error: NotebookNode) -> str:
    """Return a hint unchanged, or an ordinary error in one line."""
    if len(error.traceback) == 1 and "\n" not in error.traceback[0].strip():
        return error.traceback[0].strip()
    first = next(iter(error.evalue.strip().splitlines()), "")
    return f"The check stopped with {error.ename}" + (f": {first}" if first else ".")


def _failed_answer(answer: NotebookNode | None) -> list[str]:
    """Return a sentence if the answer cell itself failed, which a check alone cannot know."""
    outputs = answer.get("outputs", []) if answer else []
    for error in (output for output in outputs if output.output_type == "error"):
        if error.ename != "NotImplementedError":
            first = next(iter(error.evalue.strip().splitlines()), "")
            return [f"The answer cell stopped with {error.ename}: {first}".rstrip(": ") + "."]
    return []
