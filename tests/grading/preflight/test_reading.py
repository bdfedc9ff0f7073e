"""What can be read is read, however it was saved; what cannot be is said with its reason."""

import json

import nbformat
import pytest

from scaling.grading.preflight import Kind, folder

from .builders import assert_ready, assert_solved, insert, solved, sources, texts

# ---------------------------------------------------------------- files that cannot be read


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b'{"cells": [{"cell_type": "code", "sou', "breaks off in the middle"),
        (b'{"cells": [{"metadata": {"editable": fal', "breaks off in the middle"),
        (b'{"cells": [\n<<<<<<< HEAD\n1,\n=======\n2\n>>>>>>> mine\n]}', "merge"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b"PK\x03\x04abc", "zip"),
        (b"%PDF-1.7 abc", "PDF"),
        (b'{"cells": [1,,2]}', "line 1 is damaged"),
        (b'{"cells": ' + b"[" * 100_000, "cannot|can be read|breaks off"),
        (b"[1, 2]", "not a notebook"),
        (b'{"name": "data"}', "not a notebook"),
        (b'{"cells": {}, "nbformat": 4}', "not a notebook"),
    ],
)
def test_what_is_no_notebook_is_ungraded_with_its_reason(look, data, said):
    inspection = look(data)
    assert inspection.notebook is None
    (finding,) = inspection.ungraded
    assert any(part in finding.text for part in said.split("|")), finding.text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_another_encoding_is_mended(look, encoding):
    inspection = look(json.dumps(solved(), ensure_ascii=False).encode(encoding))
    assert_solved(inspection)
    assert "was saved as" in texts(inspection, Kind.REPAIRED)


def test_an_old_windows_encoding_is_mended(look):
    nb = solved()
    insert(nb, 3, "Zürich", kind="markdown")
    text = json.dumps(nb, ensure_ascii=False)
    inspection = look(text.encode("cp1252", errors="replace"))
    assert_ready(inspection)
    assert sources(inspection)["mine"] == "Zürich"


def test_an_enormous_file_is_ungraded(look, monkeypatch):
    monkeypatch.setattr(folder, "MOST_BYTES", 1000)
    inspection = look(solved())
    assert inspection.notebook is None
    assert "MB are allowed" in texts(inspection)


def test_a_notebook_of_format_3_is_brought_up_to_date(look):
    nb = solved()
    cells = [
        {"cell_type": "heading", "level": 2, "source": one["source"][3:], "metadata": {}}
        if one["source"].startswith("## ") and "\n" not in one["source"]
        else {"cell_type": "code", "input": one["source"], "metadata": one["metadata"],
              "language": "python", "outputs": [{"output_type": "pyout"}]}
        if one["cell_type"] == "code"
        else {"cell_type": one["cell_type"], "source": one["source"], "metadata": one["metadata"]}
        for one in nb["cells"]
    ]  # fmt: skip
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}
    inspection = look(old)
    assert_solved(inspection)
    assert "old format" in texts(inspection, Kind.REPAIRED)


# ---------------------------------------------------------------- damage to the format


def test_whatever_does_not_fit_the_format_is_mended(look):
    nb = solved()
    cells = nb["cells"]
    del cells[1]["id"]
    cells[2]["id"] = cells[3]["id"]
    cells[4]["id"] = "not valid!"
    cells[5]["outputs"] = [{"output_type": "stream"}, "text", 3]
    cells[6]["outputs"] = None
    del cells[10]["metadata"]
    cells[12]["metadata"] = ["nbgrader"]
    cells[13]["source"] = ["a", 1]
    cells.insert(20, "no cell")
    insert(nb, 22, "x", kind="sql", cell_id="strange")
    nb["metadata"] = None
    nb["nbformat"] = 9
    inspection = look(nb)
    assert_ready(inspection)
    said = texts(inspection, Kind.REPAIRED)
    for part in (
        "1 entry of the notebook was not a cell; it was left out.",
        "1 cell was of an unknown type; it was kept as plain text.",
        "1 cell had no readable text; it was kept empty.",
        "2 cells had no metadata",
        "2 cells had no valid id",
        "1 cell had the id of another; it was given one of its own.",
        "The outputs of 2 cells were damaged; they were left out.",
        "version of the notebook format",
    ):
        assert part in said


@pytest.mark.slow
@pytest.mark.parametrize("depth", [900, 990, 3000])
def test_what_is_nested_too_deeply_is_survived(look, depth):
    nb = json.dumps(solved()).replace('"outputs": []', '"outputs": ' + "[" * depth + "]" * depth)
    inspection = look(nb.replace('"points": 1', '"points": ' + "[" * depth + "]" * depth))
    assert inspection.notebook is not None or inspection.ungraded


def test_findings_hold_no_control_characters(look):
    nb = solved()
    insert(nb, 4, "x = 1", nbgrader={"grade_id": "\x1b[2J\n"})
    assert texts(look(nb)).isprintable()


def test_half_characters_and_foreign_line_ends_are_mended(look):
    nb = solved()
    insert(nb, 3, "a\r\nb\ud800", kind="markdown")
    inspection = look(nb)
    assert sources(inspection)["mine"] == "a\nb\ufffd"
    nbformat.writes(inspection.notebook).encode()


def test_broken_attachments_go_and_sound_ones_stay(look):
    nb = solved()
    insert(nb, 3, "![](attachment:a.png)", kind="markdown")
    nb["cells"][3]["attachments"] = {"a.png": {"image/png": "AAAA"}, "b.png": 3}
    inspection = look(nb)
    assert inspection.notebook.cells[3].attachments == {"a.png": {"image/png": "AAAA"}}


def test_another_kernel_is_replaced(look):
    nb = solved()
    nb["metadata"]["kernelspec"] = {"name": "ir", "display_name": "R", "language": "R"}
    inspection = look(nb)
    assert_solved(inspection)
    assert "“R”" in texts(inspection, Kind.REPAIRED)
