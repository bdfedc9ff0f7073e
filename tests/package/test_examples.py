"""The examples in docstrings run and print what they say."""

import doctest
import re
from importlib import import_module

import pytest

from scaling import prediction
from scaling.checking import watching
from scaling.checking.kinds import Check
from scaling.explorable import Explorable
from scaling.form import Form
from scaling.game import Game
from tests.package.test_layout import MODULES

WITH_EXAMPLES = [
    module
    for module, file in MODULES.items()
    if re.search(r"^\s*>>> ", file.read_text(encoding="utf-8"), re.MULTILINE)
]


@pytest.mark.parametrize("module", WITH_EXAMPLES)
def test_examples_run(module, tmp_path, monkeypatch):
    monkeypatch.setenv("SCALING_PREDICTIONS", str(tmp_path / "predictions.json"))
    monkeypatch.setattr(prediction, "_unsaved", [])
    monkeypatch.setattr(watching, "_watch", None)
    failed, tried = doctest.testmod(import_module(module), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert tried > 0
    assert failed == 0


@pytest.mark.parametrize("kind", [Check, Explorable, Form, Game])
def test_what_an_author_declares_begins_with_an_example(kind):
    before, example, _ = kind.__doc__.partition(">>> ")
    assert example
    assert "Parameters" not in before
