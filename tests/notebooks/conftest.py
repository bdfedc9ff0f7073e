"""The course's notebooks as tests see them: read once, run once, never where they stand.

A test that names ``lesson``, ``solution``, ``exercise``, ``authored`` (lessons and solutions) or
``notebook`` (all three) is repeated for each of them, one that names ``compute`` for the second
part of each exercise. The first part runs untouched in ``tests/grading/test_understand.py``.
"""

import os
import shutil
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nbformat
import pytest
from jupyter_client.provisioning import local_provisioner
from nbclient import NotebookClient

sys.path.append(str(Path(__file__).parent))  # for figures/ and forked.py
import forked

ROOT = Path(__file__).parents[2]
LESSONS = sorted(ROOT.glob("course/[0-9]*.ipynb"))
SOLUTIONS = sorted(ROOT.glob("solutions/[0-9]*/*.ipynb"))
EXERCISES = sorted(ROOT.glob("exercises/[0-9]*/*.ipynb"))  # not what is kept of learners' work
COMPUTE = [path for path in EXERCISES if not path.parent.name.endswith("-understand")]
KINDS = {
    "compute": COMPUTE,
    "lesson": LESSONS,
    "solution": SOLUTIONS,
    "exercise": EXERCISES,
    "authored": [*LESSONS, *SOLUTIONS],
    "notebook": [*LESSONS, *SOLUTIONS, *EXERCISES],
}


@dataclass(frozen=True)
class Page:
    """One notebook of the course."""

    path: Path

    @cached_property
    def nb(self):
        return nbformat.read(self.path, as_version=4)

    @property
    def folder(self):
        """The folder of the course it stands in: course, solutions or exercises."""
        return self.path.relative_to(ROOT).parts[0]

    @property
    def number(self):
        """What it is called by: "3" for 03-size-and-context.ipynb, "5a" for 05a-three-scales."""
        return self.path.name.split("-")[0].removeprefix("0")

    @property
    def module(self):
        """The number of its module: 5 for the lessons 5a and 5b and for their exercise."""
        return int(self.path.name[:2])

    @property
    def is_understand(self):
        """Whether it is the first part of an exercise, which is answered without Python."""
        return self.path.parent.name.endswith("-understand")

    @property
    def code(self):
        return [cell for cell in self.nb.cells if cell.cell_type == "code"]

    @property
    def prose(self):
        return [cell for cell in self.nb.cells if cell.cell_type == "markdown"]

    @property
    def text(self):
        return "\n\n".join(cell.source for cell in self.prose)

    @property
    def box(self):
        """The blockquote in the first cell: what one will be able to do, and how long it takes."""
        lines = self.prose[0].source.splitlines()
        return "\n".join(line for line in lines if line.startswith(">"))


@dataclass(frozen=True)
class Run:
    """A notebook after all its cells have run."""

    nb: nbformat.NotebookNode
    left_behind: set  # files that were not in the copied course before

    @property
    def code(self):
        return [cell for cell in self.nb.cells if cell.cell_type == "code"]

    def printed(self, stream):
        """What each cell printed; on a busy machine one line may arrive in several pieces."""
        found = {}
        for cell in self.code:
            for output in cell.outputs:
                if output.output_type == "stream" and output.name == stream:
                    found[cell.id] = found.get(cell.id, "") + output.text
        return list(found.items())

    def errors(self):
        return [
            (cell, output)
            for cell in self.code
            for output in cell.outputs
            if output.output_type == "error"
        ]

    @property
    def widgets(self):
        """The state of every widget of the page, by its id."""
        stored = self.nb.metadata.get("widgets", {})
        return stored.get("application/vnd.jupyter.widget-state+json", {}).get("state", {})


def pytest_generate_tests(metafunc):
    for kind, paths in KINDS.items():
        if kind in metafunc.fixturenames:
            names = [str(path.relative_to(ROOT)) for path in paths]
            metafunc.parametrize(kind, [Page(path) for path in paths], ids=names, scope="session")


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def pages():
    """All notebooks, by kind."""
    return {kind: [Page(path) for path in paths] for kind, paths in KINDS.items()}


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    """Run a notebook in a copy of the course; each notebook only once."""
    finished = {}

    def run_once(page, allow_errors=False):
        if page.path not in finished:
            finished[page.path] = _run(page, tmp_path_factory.mktemp("course"), allow_errors)
        return finished[page.path]

    return run_once


def _run(page, place, allow_errors):
    for folder in ("course", "solutions", "exercises"):
        shutil.copytree(ROOT / folder, place / folder, ignore=shutil.ignore_patterns(".*", "__*"))
    before = set(place.rglob("*"))
    nb = nbformat.read(page.path, as_version=4)
    environment = {
        **os.environ,
        "SCALING_PREDICTIONS": str(place / "course" / "predictions.json"),
        "HOME": str(place),
        "IPYTHONDIR": str(place / ".ipython"),
    }
    client = NotebookClient(
        nb,
        kernel_name="python3",
        timeout=600,
        startup_timeout=600,
        allow_errors=allow_errors,
        resources={"metadata": {"path": str(place / page.path.parent.relative_to(ROOT))}},
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local_provisioner, "launch_kernel", forked.launch)
        client.execute(env=environment)
    made = {file for file in set(place.rglob("*")) - before if file.is_file()}
    hidden = {file for file in made if file.relative_to(place).parts[0].startswith(".")}
    return Run(nb, made - hidden)
