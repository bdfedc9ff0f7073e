"""Handing in and looking at what came of it, in a few lines."""

import copy
import json
from pathlib import Path

import nbformat
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import CheckCellMetadata

from scaling.grading import releasing

ROOT = Path(__file__).parents[3]
ASSIGNMENT = "03-size-and-context"
NOTEBOOK = f"{ASSIGNMENT}-exercise"
SOLUTION = ROOT / "solutions" / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
RELEASE = releasing.from_solution(SOLUTION)
LOCKED = [cell.grade_id for cell in RELEASE.cells if cell.locked]
ANSWERS = [cell.grade_id for cell in RELEASE.cells if cell.solution]
CHECKS = [cell.grade_id for cell in RELEASE.cells if cell.grade]


def solved():
    """The released exercise with the right answers, as the data of a notebook file."""
    file = ROOT / "exercises" / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
    nb = json.loads(file.read_text(encoding="utf-8"))
    right = {cell["id"]: cell for cell in json.loads(SOLUTION.read_text(encoding="utf-8"))["cells"]}
    for one in nb["cells"]:
        one["source"] = "".join(one["source"])
        if one["id"] in ANSWERS:
            lines = "".join(right[one["id"]]["source"]).splitlines()
            one["source"] = "\n".join(line for line in lines if "### " not in line)
    return nb


def cell(nb, cell_id):
    return next(one for one in nb["cells"] if one["id"] == cell_id)


def place(nb, cell_id):
    return nb["cells"].index(cell(nb, cell_id))


def remove(nb, *cell_ids):
    for cell_id in cell_ids:
        nb["cells"].remove(cell(nb, cell_id))


def insert(nb, at, source, kind="code", cell_id="mine", **metadata):
    one = {"cell_type": kind, "id": cell_id, "metadata": metadata, "source": source}
    if kind == "code":
        one |= {"outputs": [], "execution_count": None}
    nb["cells"].insert(at, one)


def strip(nb, ids=True):
    """Take away every mark, as some editors do, and the ids as well."""
    for one in nb["cells"]:
        one["metadata"] = {}
        if ids:
            del one["id"]
    if ids:
        nb["nbformat_minor"] = 4


def double(nb, cell_id, source=None):
    """Put a copy of a cell behind it, with its own text or another."""
    twin = copy.deepcopy(cell(nb, cell_id)) | {"id": f"{cell_id}-twin"}
    if source is not None:
        twin["source"] = source
    nb["cells"].insert(place(nb, cell_id) + 1, twin)


def small_notebook(answer="Because.", cell_type="markdown"):
    """An exercise with one question, an essay, as the data of a notebook file."""
    marks = {"schema_version": 3, "grade": True, "solution": True, "locked": False, "task": False,
             "grade_id": "s-essay", "points": 3}  # fmt: skip
    make = getattr(nbformat.v4, f"new_{cell_type}_cell")
    prompt = nbformat.v4.new_markdown_cell("# Small\n\nWhy?", id="s-prompt")
    prompt.metadata["nbgrader"] = {
        "schema_version": 3, "grade": False, "solution": False, "locked": True, "task": False,
        "grade_id": "s-prompt",
    }  # fmt: skip
    cells = [prompt, make(answer, id="s-essay", metadata={"nbgrader": marks})]
    return json.loads(nbformat.writes(nbformat.v4.new_notebook(cells=cells)))


def hand_in(folder, nb, name=f"{NOTEBOOK}.ipynb"):
    folder.mkdir(exist_ok=True)
    data = nb if isinstance(nb, bytes | str) else json.dumps(nb)
    data = data if isinstance(data, bytes) else data.encode()
    (folder / name).write_bytes(data)
    return folder


def texts(inspection, kind=None):
    found = inspection.findings if kind is None else inspection.of(kind)
    return "\n".join(finding.text for finding in found)


def sources(inspection):
    """The sources of the mended copy, by grade id; own cells by cell id."""
    return {
        one.metadata.get("nbgrader", {}).get("grade_id", one.id): one.source
        for one in inspection.notebook.cells
    }


def order(inspection):
    return [one.id for one in inspection.notebook.cells]


def assert_ready(inspection, release=RELEASE):
    """The copy is a valid notebook that nbgrader accepts, with every cell as it must be."""
    nb = inspection.notebook
    assert nb is not None, texts(inspection)
    nbformat.validate(nb)
    assert len({one.id for one in nb.cells}) == len(nb.cells)
    MetadataValidator().validate_nb(nb)
    CheckCellMetadata().preprocess(nb, {})
    marked = [one for one in nb.cells if "nbgrader" in one.metadata]
    assert [one.metadata.nbgrader.grade_id for one in marked] == [
        known.grade_id for known in release.cells
    ]
    for one, known in zip(marked, release.cells, strict=True):
        assert one.cell_type == known.cell_type
        assert dict(one.metadata.nbgrader) == known.marks
        if known.locked:
            assert one.source == known.source
    assert all(not one.get("outputs") for one in nb.cells)
    assert nb.metadata.get("kernelspec") == release.kernelspec


def assert_solved(inspection):
    """Every answer stands in its own cell, as it was written."""
    assert_ready(inspection)
    found, right = sources(inspection), solved()
    for grade_id in ANSWERS:
        assert found[grade_id] == cell(right, grade_id)["source"]


def run(notebook):
    """Run the copy's code cell by cell; return the ids of the checks that stop."""
    names, stopped = {}, []
    for one in notebook.cells:
        if one.cell_type != "code":
            continue
        try:
            exec(compile(one.source, one.id, "exec"), names)
        except Exception:
            stopped.append(one.id)
    return [cell_id for cell_id in stopped if cell_id in CHECKS]
