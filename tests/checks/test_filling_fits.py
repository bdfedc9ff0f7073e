"""Each widget of an exercise offers the letters that the check of its question knows."""

import ast
import importlib
import re
from pathlib import Path

import nbformat
import pytest

from scaling.checking import choice, estimate, matching, number, ordering, several

ROOT = Path(__file__).parents[2]
SOLUTIONS = sorted(ROOT.glob("solutions/*-understand/*.ipynb"))
KINDS = {"choice": choice, "several": several, "order": ordering, "match": matching}


@pytest.mark.parametrize("solution", SOLUTIONS, ids=lambda file: file.parent.name)
def test_what_can_be_filled_in_is_what_the_check_knows(solution):
    cells = {cell.id: cell.source for cell in nbformat.read(solution, as_version=4).cells}
    imports = next(source for name, source in cells.items() if name.endswith("-imports"))
    module = re.search(r"from (scaling\.\w+\.understand) import checks as check", imports)[1]
    checks = importlib.import_module(f"{module}.checks")
    filled = [name.removesuffix("-fill") for name in cells if name.endswith("-fill")]
    assert filled == [name.removesuffix("-answer") for name in cells if name.endswith("-answer")]
    for question in filled:
        call = ast.parse(cells[f"{question}-fill"]).body[-1].value
        name, *letters = map(ast.literal_eval, call.args)
        check = getattr(checks, name)
        assert cells[question].startswith(f"check.{name}"), question
        if call.func.attr == "number":
            assert isinstance(check, number | estimate), question
            continue
        assert isinstance(check, KINDS[call.func.attr]), question
        known = "".join(map(str, check.expected()))
        wanted = [known, check.options] if isinstance(check, matching) else [known]
        assert letters == wanted, question
