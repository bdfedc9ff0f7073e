"""The text of the pages, and whether two builds are the same."""

import re
import sys
from pathlib import Path

import nbformat
import pytest

from scaling.web import reworded

sys.path.insert(0, str(Path(__file__).parent))
from conftest import build

ROOT = Path(__file__).parents[2]
OF_JUPYTER = re.compile(r"\b(cells?|kernels?|Binder)\b|<kbd>Shift|beside this notebook", re.I)


def cells():
    for file in sorted((ROOT / "course").glob("*.ipynb")):
        yield from nbformat.read(file, as_version=4).cells


def test_every_passage_that_is_reworded_is_in_a_lesson():
    assert reworded.left_behind(cell.source for cell in cells()) == []
    assert {cell.id for cell in cells()} >= reworded.REMOVED


def test_the_lessons_of_the_site_do_not_speak_of_cells_and_kernels():
    texts = [reworded.reworded(cell.source) for cell in cells() if cell.cell_type == "markdown"]
    assert len(texts) > 50
    assert [found[0] for text in texts for found in OF_JUPYTER.finditer(text)] == []


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.thorough
def test_two_builds_are_the_same_byte_for_byte(site, tmp_path):
    build(tmp_path / "again")
    first, again = (
        {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*.*")}
        for folder in (site, tmp_path / "again")
    )
    assert first.keys() == again.keys()
    assert [name for name in first if first[name] != again[name]] == []
