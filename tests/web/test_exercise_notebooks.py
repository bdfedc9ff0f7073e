"""A notebook written by a page of the site is the learner's; one that is opened loses nothing.

What writes runs in Node, what opens in a Python without Jupyter and nbgrader, as in the browser.
"""

import base64
import copy
import functools
import json
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import CheckCellMetadata
from nbgrader.utils import compute_checksum

from scaling.grading import clean, pages
from scaling.grading.preflight import folder
from scaling.grading.preflight.command import main as preflight
from scaling.grading.preflight.submission import inspect_file
from scaling.grading.release import Release
from scaling.web import opening
from scaling.web.build import copy_own_scripts
from tests.grading.preflight import builders
from tests.grading.preflight.test_any_damage import broken, damaged
from tests.package.test_layout import NOT_EVERYWHERE

ROOT = Path(__file__).parents[2]
NAME = "03-size-and-context"
RELEASED = {
    file.parent.name: file for file in sorted((ROOT / "exercises").glob("*/*-exercise.ipynb"))
}
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
STAND_INS = {"IPython", "ipywidgets", "anywidget", "filelock", "traitlets"}

# Each line that is read is a question, and each line that is written its answer.
OPENS = f"""
import json, os, sys
from importlib.abc import MetaPathFinder

class Refuse(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {sorted(set(NOT_EVERYWHERE) - STAND_INS)!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Refuse())
from scaling.web import instead
sys.path.insert(0, str(instead.STANDINS))
os.environ["RAPIDFUZZ_IMPLEMENTATION"] = "python"
from scaling.web.opening import open_notebook
for line in sys.stdin:
    print(json.dumps(open_notebook(*json.loads(line))), flush=True)
"""
WRITES = """
globalThis.HTMLElement = class {};
const notebook = await import(process.argv[1]);
const { createInterface } = await import("node:readline");
for await (const line of createInterface({ input: process.stdin })) {
  const { filled, bytes, big } = JSON.parse(line);
  let answer;
  if (filled) answer = notebook.filled(...filled);
  else if (big) answer = await notebook.take("03-size-and-context", big);
  else answer = notebook.readable(new Uint8Array(Buffer.from(bytes, "base64")));
  console.log(JSON.stringify(answer));
}
"""


def asked(process, question):
    process.stdin.write(json.dumps(question) + "\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


def begun(*command):
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    )
    return process, functools.partial(asked, process)


@pytest.fixture(scope="module")
def scripts(tmp_path_factory):
    if shutil.which("node") is None:
        pytest.fail("Node, which runs the scripts of the site, is not installed.")
    folder = tmp_path_factory.mktemp("scripts")
    copy_own_scripts(folder)
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    script = (folder / "notebook.js").as_uri()
    process, ask = begun("node", "--input-type=module", "--eval", WRITES, script)
    yield ask
    process.stdin.close()
    process.wait()


@pytest.fixture(scope="module")
def take(scripts):
    """What the page takes out of a file: scripts and Python together."""
    process, ask = begun(sys.executable, "-c", OPENS)

    def taken(nb, name=NAME):
        data = nb if isinstance(nb, bytes) else json.dumps(nb).encode()
        parts = scripts({"bytes": base64.b64encode(data).decode()})
        return parts if parts is None else ask([name, *parts])

    yield taken
    process.stdin.close()
    process.wait()


@pytest.fixture(scope="module")
def filled(scripts):
    def text_of(name=NAME, answers=(), own=(), attachments=()):
        released = json.loads(RELEASED[name].read_text(encoding="utf-8"))
        work = {"answers": dict(answers), "own": list(own), "attachments": dict(attachments)}
        return scripts({"filled": [released, work]})

    return text_of


def right(name=NAME):
    """The answers of a solution, by cell id."""
    nb = nbformat.read(ROOT / "solutions" / name / f"{name}-exercise.ipynb", as_version=4)
    released = {cell.id: cell for cell in nbformat.read(RELEASED[name], as_version=4).cells}
    marker = re.compile(r"^[ \t]*### (BEGIN|END) SOLUTION[^\n]*\n?", re.MULTILINE)
    found = {cell.id: marker.sub("", cell.source).rstrip() for cell in nb.cells}
    return {
        one: source
        for one, source in found.items()
        if not released[one].metadata.get("nbgrader", {}).get("locked")
        and source != released[one].source
    } | {one: "Because." for one in released if one.endswith("ment-answer")}


# ---------------------------------------------------------------- writing


@pytest.fixture
def in_course(tmp_path, monkeypatch):
    """A folder for a notebook, while the working folder is the course's."""
    monkeypatch.chdir(ROOT)
    return tmp_path


@pytest.mark.parametrize("name", RELEASED)
def test_a_notebook_without_answers_is_the_released_one(filled, name):
    assert filled(name).encode() == RELEASED[name].read_bytes()


@pytest.mark.parametrize("name", RELEASED)
def test_a_notebook_with_answers_is_in_order_for_grading(in_course, filled, name, capsys):
    answers = right(name)
    text = filled(name, answers)
    file = in_course / RELEASED[name].name
    file.write_text(text, encoding="utf-8")
    nb = nbformat.read(file, as_version=4)
    assert nbformat.writes(nb) + "\n" == text
    nbformat.validate(nb)
    MetadataValidator().validate_nb(nb)
    CheckCellMetadata().preprocess(nb, {})
    released = {cell.id: cell for cell in nbformat.read(RELEASED[name], as_version=4).cells}
    assert [cell.id for cell in nb.cells] == list(released)
    for cell in nb.cells:
        assert cell.metadata == released[cell.id].metadata
        assert cell.source == answers.get(cell.id, released[cell.id].source)
        if "nbgrader" in cell.metadata and cell.id not in answers:
            assert compute_checksum(cell) == cell.metadata.nbgrader.checksum
    assert preflight(file) == 0
    assert capsys.readouterr().out == f"{file.name} is in order and can be handed in.\n"


def test_a_notebook_with_blanks_and_own_cells_is_in_order(in_course, filled, capsys):
    answers = right()
    for blank in ("m3-voice-answer", "m3-pairs-answer"):
        del answers[blank]
    own = [
        {"after": "", "id": "first", "cell_type": "markdown", "source": "My notes"},
        {"after": "m3-pairs", "id": "m3-pairs", "cell_type": "code", "source": "a = 1"},
        {"after": "m3-pairs", "id": "", "cell_type": "raw", "source": "b"},
    ]
    file = in_course / RELEASED[NAME].name
    file.write_text(filled(NAME, answers, own), encoding="utf-8")
    assert preflight(file) == 0
    assert "Not answered so far: m3-pairs-answer, m3-voice-answer." in capsys.readouterr().out
    ids = [cell.id for cell in nbformat.read(file, as_version=4).cells]
    assert ids[0] == "first"
    at = ids.index("m3-pairs")
    assert ids[at + 1 : at + 3] == ["own-1", "own-2"]


def test_work_for_cells_that_are_gone_is_kept_at_the_end(filled):
    own = [{"after": "m3-gone", "id": "mine", "cell_type": "code", "source": "a = 1"}]
    nb = json.loads(filled(NAME, {"m3-gone-answer": "gone = 2"}, own))
    ends = {cell["id"]: cell["source"] for cell in nb["cells"][-2:]}
    assert ends == {"mine": ["a = 1"], "m3-gone-answer": ["gone = 2"]}


# ---------------------------------------------------------------- there and back

ODD = (
    "text = 'ä–“”🙂\\n'\n\n\n",
    "\tif x:\n\t\tpass\n  ",
    "line\u2028line\x0cline\x85line\x1cline\x0bline",
    "''' \" \\ \\n \x00\x07\x7f '''",
    "\n\n# begins late",
    "<script>alert(1)</script>\u200b",
    "",
)


@pytest.mark.parametrize("name", RELEASED)
def test_there_and_back_is_the_identity(filled, take, name):
    answers = right(name)
    ids = [cell["id"] for cell in json.loads(RELEASED[name].read_text(encoding="utf-8"))["cells"]]
    own = [
        {"after": after, "id": f"mine-{n}", "cell_type": kind, "source": f"{kind} {n}"}
        for n, after in enumerate(["", *ids[::7], *ids[::7][-1:]])
        for kind in [random.Random(n).choice(["code", "markdown", "raw"])]
    ]
    own.sort(key=lambda one: ["", *ids].index(one["after"]))
    pasted = {"a b.png": {"image/png": "AAAA"}}
    next(one for one in own if one["cell_type"] == "markdown")["attachments"] = pasted
    judgements = {one: pasted for one in ids if one.endswith("judgement-answer")}
    found = take(filled(name, answers, own, judgements).encode(), name)
    assert found == {
        "answers": answers, "own": own, "attachments": judgements,
        "findings": [], "refused": "", "other": None,
    }  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
def test_every_character_that_is_typed_comes_back(filled, take, odd):
    answers = {"m3-pairs-answer": odd, "m3-judgement-answer": odd + "."}
    found = take(filled(NAME, answers).encode())
    assert found["answers"] == answers


def test_half_a_character_becomes_one_that_a_file_can_hold(filled, take):
    found = take(filled(NAME, {"m3-pairs-answer": "x = '\ud83d'"}).encode())
    assert found["answers"] == {"m3-pairs-answer": "x = '\ufffd'"}


# ---------------------------------------------------------------- what other programs save


def jupyterlab(nb):
    nb["metadata"] |= {"widgets": {"application/vnd.jupyter.widget-state+json": {"state": {}}}}
    for n, one in enumerate(nb["cells"]):
        one["source"] = one["source"].splitlines(keepends=True)
        one["metadata"] |= {"collapsed": True, "jupyter": {"outputs_hidden": False}}
        if one["cell_type"] == "code":
            page = {"text/html": ["<b>Table</b>"], "text/plain": ["Table"]}
            one["execution_count"] = n
            one["outputs"] = [
                {"name": "stdout", "output_type": "stream", "text": ["a\n"]},
                {
                    "output_type": "execute_result",
                    "data": page,
                    "metadata": {},
                    "execution_count": n,
                },
            ]


def vs_code(nb):
    """It writes no ids and its own metadata, and asks for another kernel."""
    nb["metadata"] = {"kernelspec": {"name": "venv", "display_name": ".venv", "language": "python"}}
    nb["nbformat_minor"] = 4
    for one in nb["cells"]:
        del one["id"]
        one["metadata"] = {"vscode": {"languageId": "python"}}


def colab(nb):
    """It keeps nbgrader's marks, not the ids, and puts large outputs into the metadata."""
    nb["nbformat_minor"] = 0
    nb["metadata"] = {"colab": {"provenance": []}, "kernelspec": {"name": "python3"}}
    for one in nb["cells"]:
        one["metadata"] = {"id": one.pop("id"), "outputId": "x" * 50_000} | {
            key: value for key, value in one["metadata"].items() if key == "nbgrader"
        }


def megabytes(nb):
    """Outputs of 30 MB, as a loop that prints and a few large pictures leave them."""
    picture = {"image/png": "A" * 5_000_000}
    for one in [one for one in nb["cells"] if one["cell_type"] == "code"][:5]:
        one["outputs"] = [
            {"name": "stdout", "output_type": "stream", "text": ["step\n"] * 200_000},
            {"output_type": "display_data", "data": picture, "metadata": {}},
        ]


@pytest.mark.parametrize("program", [jupyterlab, vs_code, colab, megabytes])
def test_answers_are_taken_from_what_another_program_saved(take, program):
    nb = json.loads(RELEASED[NAME].read_text(encoding="utf-8"))
    answers = right()
    for one in nb["cells"]:
        one["source"] = answers.get(one["id"], "".join(one["source"]))
    builders.insert(nb, builders.place(nb, "m3-pairs") + 1, "mine = 1")
    program(nb)
    found = take(nb)
    assert found["answers"] == answers
    assert [(one["after"], one["source"]) for one in found["own"]] == [("m3-pairs", "mine = 1")]
    assert not found["refused"]


def test_an_answer_that_was_split_stays_in_its_order(take):
    nb = builders.solved()
    at = builders.place(nb, "m3-pairs-answer")
    builders.insert(nb, at + 1, "more = 2")
    builders.insert(nb, builders.place(nb, "m3-judgement-answer") + 1, "And more.", "markdown")
    nb["cells"][builders.place(nb, "m3-judgement-answer")]["source"] = "Because."
    builders.strip(nb)
    found = take(nb)
    assert found["answers"]["m3-judgement-answer"] == "Because."
    assert [(one["after"], one["source"]) for one in found["own"]] == [
        ("m3-pairs-answer", "more = 2"),
        ("m3-judgement-answer", "And more."),
    ]


def as_preflight(nb, tmp_path):
    """What preflight makes of a notebook: its answers by cell id, and its findings."""
    released = json.loads(RELEASED[NAME].read_text(encoding="utf-8"))
    release = Release.from_released(released, NAME, f"{NAME}-exercise")
    file = tmp_path / RELEASED[NAME].name
    file.write_text(json.dumps(nb), encoding="utf-8")
    inspection = inspect_file(file, release)
    known = {one.grade_id: one for one in release.cells}
    answers = {
        cell.id: cell.source
        for cell in (inspection.notebook.cells if inspection.notebook else ())
        if cell.id in known and not known[cell.id].locked
        and cell.source != known[cell.id].released
    }  # fmt: skip
    findings = {(one.kind.value, one.text) for one in inspection.findings}
    return answers, findings


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_notebook_is_taken_and_told_as_preflight_does(take, tmp_path, seed):
    nb, rng = damaged(seed), random.Random(seed)
    if seed % 4 == 3:
        nb["nbformat_minor"] = 4
        for one in nb["cells"]:
            if rng.random() < 0.7 and not one["id"].startswith("mine"):
                one["metadata"] = {}
                del one["id"]
    found = take(nb)
    answers, findings = as_preflight(nb, tmp_path)
    judgement = found["answers"].pop("m3-judgement-answer", None)
    assert found["answers"] == answers
    assert {one: builders.cell(builders.solved(), one)["source"] for one in answers} == answers
    assert len(answers) == len(builders.ANSWERS)
    assert findings <= {(one["kind"], one["text"]) for one in found["findings"]}
    kept = [one["source"] for one in found["own"]] + [judgement]
    mine = [one["source"] for one in nb["cells"] if one.get("id", "").startswith("mine")]
    assert [source for source in mine if source not in kept] == []


@pytest.mark.parametrize("seed", range(30))
def test_no_file_however_broken_brings_opening_down(take, tmp_path, seed):
    nb = broken(seed)
    found = take(nb)
    answers, findings = as_preflight(nb, tmp_path)
    assert {key: found["answers"][key] for key in answers} == answers
    if not found["refused"]:
        assert findings <= {(one["kind"], one["text"]) for one in found["findings"]}


# ---------------------------------------------------------------- other versions, other files


def test_a_notebook_of_an_earlier_version_is_taken_over(take):
    nb = nbformat.from_dict(builders.solved())
    for cell in nb.cells:
        if cell.id == "m3-pairs-question":
            cell.source = "**Question 2** (1 point). An older wording."
            cell.metadata.nbgrader.checksum = compute_checksum(cell)
    old = copy.deepcopy(builders.cell(nb, "m3-voice-answer"))
    old.id = old.metadata.nbgrader.grade_id = "m3-dropped-answer"
    old.source = "dropped = 3"
    nb.cells.insert(4, old)
    found = take(nb)
    assert found["answers"].keys() >= set(builders.ANSWERS)
    assert [one["source"] for one in found["own"]] == ["dropped = 3"]
    told = [one["text"] for one in found["findings"]]
    assert told == [
        "The locked cell m3-pairs-question was of another version of the exercise; it is as in "
        "this one.",
        "A cell is marked m3-dropped-answer, which this exercise does not have; it is kept "
        "unmarked.",
    ]
    assert not found["refused"]


def test_pictures_in_texts_are_taken_as_far_as_there_is_room(take):
    most = opening.ROOM_FOR_PICTURES * 1000 * 4 // 3
    nb = builders.solved()
    one = builders.cell(nb, "m3-judgement-answer")
    bundles = {
        "a.png": {"image/png": "A" * (most // 2)},
        "large.png": {"image/png": "A" * most},
        "b.jpeg": {"image/jpeg": ["AA\n", "AA\n"]},
        "c.svg": {"image/svg+xml": "<svg/>"},
    }
    one |= {"source": "![](attachment:a.png)", "attachments": bundles}
    builders.cell(nb, "m3-pairs-question")["attachments"] = {"d.png": {"image/png": "AAAA"}}
    found = take(nb)
    kept = {"a.png": bundles["a.png"], "b.jpeg": {"image/jpeg": "AA\nAA\n"}}
    assert found["attachments"] == {"m3-judgement-answer": kept}
    assert found["answers"]["m3-judgement-answer"] == "![](attachment:a.png)"
    (said,) = [one["text"] for one in found["findings"] if "pasted" in one["text"]]
    assert said.startswith("3 pictures that were pasted into a text cell cannot be taken over")
    assert "750 kB in all" in said


def test_pasted_pictures_are_handed_in_and_shown_in_feedback(in_course, filled, capsys):
    pasted = {"a b.png": {"image/png": base64.b64encode(PNG).decode()}}
    own = [{"after": "m3-pairs", "id": "mine", "cell_type": "markdown", "attachments": pasted}]
    own[0]["source"] = "![x](<attachment:a b.png>)"
    file = in_course / RELEASED[NAME].name
    text = filled(NAME, right(), own, {"m3-judgement-answer": pasted})
    file.write_text(text, encoding="utf-8")
    nb = nbformat.read(file, as_version=4)
    nbformat.validate(nb)
    assert nbformat.writes(nb) + "\n" == text
    assert preflight(file) == 0
    assert capsys.readouterr().out == f"{file.name} is in order and can be handed in.\n"
    release = Release.from_released(json.loads(RELEASED[NAME].read_text()), NAME, file.stem)
    graded = inspect_file(file, release).notebook
    found = {cell.id: cell.attachments for cell in graded.cells if "attachments" in cell}
    assert found == {"mine": pasted, "m3-judgement-answer": pasted}
    shown = pages._defused_cell(next(cell for cell in graded.cells if cell.id == "mine"), 0)
    assert "data:image/png;base64" in clean.render(shown.source, shown.attachments)


@pytest.mark.parametrize("stripped", [False, True])
@pytest.mark.parametrize("name", RELEASED)
def test_a_notebook_of_another_exercise_is_refused_with_its_page(filled, take, name, stripped):
    here = NAME if name != NAME else "04-scaling-down"
    nb = json.loads(filled(name, right(name)))
    if stripped:
        builders.strip(nb)
    found = take(nb, here)
    title = nb["cells"][0]["source"][0].strip("# \n")
    assert found["refused"] == (
        f"This notebook belongs to another exercise, “{title}”, which has a page of its own. "
        "Nothing here was changed."
    )
    assert found["other"] == {"title": title, "page": f"exercise-{name}.html"}
    assert (found["answers"], found["own"]) == ({}, [])


OF_ONE_S_OWN = json.dumps(builders.small_notebook()).encode()
SOLVED = json.dumps(builders.solved()).encode()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "Your file is empty."),
        (b" \n\0", "Your file is empty."),
        (b"Dear students", "The file is not a notebook that can be read: line 1 is damaged."),
        (b"\x7fELF\xff\xfe\x00\x01" * 500, "The file is not a notebook"),
        (b"PK\x03\x04" + b"\0" * 99, "The file is a zip archive; unpack it"),
        (b"%PDF-1.7 \xff", "The file is a PDF; hand in the notebook itself"),
        (b"<!DOCTYPE html><p>Log in</p>", "The file is a web page, not the notebook"),
        (SOLVED[:-500], "The file breaks off in the middle"),
        (b"<<<<<<< HEAD\n" + SOLVED, "marks of a merge that was not finished"),
        (b"[1, 2]", "not a notebook: it has no list of cells"),
        (b"null", "not a notebook: it has no list of cells"),
        (b"[" * 99_999, "The file is not a notebook that can be read"),
        (b'{"cells": []}', "This is not 03-size-and-context-exercise"),
        (OF_ONE_S_OWN, "it is “Small”"),
        (b"%PDF-1.7 \xff" + b"\0" * 20_000_000, "The file is a PDF"),
        (b"\x89PNG" + b"\xff" * 20_000_000, "The file is not a notebook"),
    ],
)  # fmt: skip
def test_what_is_no_notebook_of_this_exercise_is_refused(take, data, said):
    found = take(data)
    assert said in found["refused"]
    assert found["refused"].endswith(" Nothing here was changed.")
    assert (found["answers"], found["own"], found["other"]) == ({}, [], None)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252"])
def test_a_notebook_in_another_encoding_is_read(take, encoding):
    nb = builders.solved()
    builders.cell(nb, "m3-judgement-answer")["source"] = "Fräulein Müller"
    text = json.dumps(nb, ensure_ascii=False).replace("✔", "x")
    found = take(text.encode(encoding, errors="replace"))
    assert found["answers"]["m3-judgement-answer"] == "Fräulein Müller"


def test_text_of_20_mb_that_is_no_json_is_too_large(take):
    assert take(b'{"cells": [' + b" " * 20_000_000) is None


def test_a_file_is_refused_by_its_size_before_it_is_read(scripts):
    source = (ROOT / "web/js/notebook.js").read_text(encoding="utf-8")
    (most,) = re.findall(r"MOST_BYTES = ([\d_]+);", source)
    assert int(most) == folder.MOST_BYTES
    found = scripts({"big": {"name": "mine.ipynb", "size": folder.MOST_BYTES + 1}})
    assert found["refused"].startswith("mine.ipynb has 50 MB; a page opens 50 MB at most.")
