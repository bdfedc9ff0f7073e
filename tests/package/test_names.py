"""Names of tests are sentences, short enough for a report and for `-k`, and each is used once."""

import ast
from collections import Counter
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parents[1]
LONGEST = 70  # characters


@cache
def names():
    """The names of all tests, each with its file."""
    return [
        (file.relative_to(TESTS).as_posix(), node.name)
        for file in sorted(TESTS.rglob("test_*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


def test_a_name_has_at_most_seventy_characters():
    assert [name for _, name in names() if len(name) > LONGEST] == []


def test_no_test_of_a_file_replaces_another_of_its_name():
    assert [name for name, count in Counter(names()).items() if count > 1] == []
