"""With our settings a copied check no longer ends stock nbgrader's run for everybody after."""

import copy
from pathlib import Path

import nbformat
import pytest
from nbgrader.nbgraderformat import MetadataValidator, SchemaTooOldError
from nbgrader.preprocessors import DeduplicateIds
from traitlets.config.loader import PyFileConfigLoader

from scaling.grading.deduplicate import SafeDeduplicateIds

ROOT = Path(__file__).parents[2]
(RELEASED,) = ROOT.glob("exercises/03-size-and-context/*.ipynb")


@pytest.fixture
def with_a_copy():
    """The released exercise in which a student has copied one check and one answer."""
    nb = nbformat.read(RELEASED, as_version=4)
    for name in ("m3-voice-answer", "m3-voice"):
        (place,) = [place for place, cell in enumerate(nb.cells) if cell.id == name]
        again = copy.deepcopy(nb.cells[place])
        again.id = f"{name}-copy"
        nb.cells.insert(place + 1, again)
    return nb


def test_what_nbgrader_leaves_of_a_copy_is_not_valid(with_a_copy):
    nb, _ = DeduplicateIds().preprocess(with_a_copy, {})
    with pytest.raises(SchemaTooOldError):
        MetadataValidator().validate_nb(nb)


def test_a_copy_loses_its_whole_mark_and_the_last_one_counts(with_a_copy):
    nb, _ = SafeDeduplicateIds().preprocess(with_a_copy, {})
    MetadataValidator().validate_nb(nb)
    marked = [
        cell.id
        for cell in nb.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id", "").startswith("m3-voice")
    ]
    assert marked == ["m3-voice-question", "m3-voice-answer-copy", "m3-voice-copy"]
    assert len(nb.cells) == len(nbformat.read(RELEASED, as_version=4).cells) + 2


def test_the_settings_use_it_in_the_place_of_nbgraders():
    config = PyFileConfigLoader("nbgrader_config.py", str(ROOT)).load_config()
    steps = config.Autograde.sanitize_preprocessors
    assert "scaling.grading.deduplicate.SafeDeduplicateIds" in steps
    assert not any(step.endswith(".DeduplicateIds") for step in steps)
    assert config.OverwriteCells.add_missing_cells
