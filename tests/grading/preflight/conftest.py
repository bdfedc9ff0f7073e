"""What the tests of preflight share: a look at one notebook, and an exercise with one question."""

import json

import pytest

from scaling.grading import releasing
from scaling.grading.preflight.submission import inspect_submission

pytest.register_assert_rewrite(f"{__package__}.builders")

from .builders import RELEASE, hand_in, small_notebook  # noqa: E402


@pytest.fixture
def look(tmp_path):
    """Hand in a notebook and inspect it."""

    def inspect(nb, release=RELEASE, **name):
        return inspect_submission(hand_in(tmp_path / "ada", nb, **name), release)

    return inspect


@pytest.fixture
def small(tmp_path_factory):
    """The release of an exercise with one question, an essay."""
    file = tmp_path_factory.mktemp("small") / "small.ipynb"
    file.write_text(json.dumps(small_notebook("YOUR ANSWER HERE")))
    return releasing.from_solution(file)
