"""The package is built in floors: imports point down, and what is declared knows no page.

A room is a folder or a single file at the top of the package. Imports inside functions count. Only
a thing and its own page, which share a room, import each other.
"""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import scaling

PACKAGE = Path(scaling.__file__).parent
# From the ground up. A room imports only from floors below its own.
FLOORS = (
    {"wording", "files", "notebook_file", "stacking", "reports"},
    {"style", "arguments", "rows", "prediction"},
    {"ask", "draw", "rounds", "still", "datasets", "meta", "checking"},
    {"widgets"},
    {"progress"},
    {"explorable", "form", "game", "ending", "fill", "recall"},
    {"inventory"},
    {"start_here", "scaling_up", "process_product", "size_context", "scaling_down", "who_is_heard"},
    {"three_scales"},  # its checks are those of the exercise that lessons 5a and 5b share
    {"capstone"},
    {"grading"},
    {"__main__", "web"},
)
# What only Jupyter, a grader or a disk of one's own has.
NOT_EVERYWHERE = (
    "IPython", "ipywidgets", "anywidget", "ipykernel", "jupyter_client", "jupyter_core",
    "jupyterlab", "traitlets", "nbgrader", "nbclient", "nbconvert", "nbformat", "notebook",
    "sqlalchemy", "zmq", "filelock", "platformdirs",
)  # fmt: skip


def module_of(file):
    parts = ("scaling", *file.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(file): file for file in sorted(PACKAGE.rglob("*.py"))}
ROOMS = {name.split(".")[1] for name in MODULES if "." in name}


def imported(module, node):
    """Names of the modules that one import statement reaches."""
    if isinstance(node, ast.Import):
        return [name.name for name in node.names]
    base = node.module or ""
    if node.level:
        is_folder = MODULES[module].name == "__init__.py"
        above = module.split(".")[: None if is_folder else -1]
        above = above[: len(above) - node.level + 1]
        base = ".".join([*above, node.module] if node.module else above)
    inner = [f"{base}.{name.name}" for name in node.names]
    return [name if name in MODULES else base for name in inner]


def imports(module):
    """All modules of ours that a module imports, wherever in it."""
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    found = {name for node in statements for name in imported(module, node)}
    return {name for name in found if name.startswith("scaling.")}


def floor(room):
    (at,) = (height for height, rooms in enumerate(FLOORS) if room in rooms)
    return at


def test_every_room_has_one_floor():
    on_floors = [room for rooms in FLOORS for room in rooms]
    assert sorted(on_floors) == sorted(ROOMS)


@pytest.mark.parametrize("module", [name for name in MODULES if "." in name])
def test_imports_point_down(module):
    room = module.split(".")[1]
    others = {name.split(".")[1] for name in imports(module)} - {room}
    assert [other for other in sorted(others) if floor(other) >= floor(room)] == []


def test_the_picture_in_contributing_shows_every_room_on_its_floor():
    """From the top down, as ``FLOORS`` has them from the ground up."""
    text = (PACKAGE.parents[1] / "CONTRIBUTING.md").read_text(encoding="utf-8")
    drawn = re.search(r"^```\n(__main__.+?)^```", text, re.MULTILINE | re.DOTALL)[1]
    rows = [re.split(r" {2,}| ?[┐│┘]", line)[0].split() for line in drawn.splitlines()]
    heights = [floor(room) for row in rows for room in row if room != "…"]
    assert heights == sorted(heights, reverse=True)
    lessons_between = FLOORS[floor("start_here")] - {"start_here", "who_is_heard"}
    assert {room for row in rows for room in row} - {"…"} == ROOMS - lessons_between


@pytest.mark.parametrize("room", sorted(ROOMS - {"checking", "grading"}))
def test_only_a_description_imports_its_own_page_late(room):
    """Inside a room the description is imported by its pages, and imports one in a function."""
    inner = {name for name in MODULES if name.split(".")[1:2] == [room]}
    late = {
        (module, name)
        for module in inner
        for name in imports(module) & inner
        if module in imports(name) | {name}
    }
    pages = {f"scaling.{room}.{page}" for page in ("frame", "page", "notebook", "export")}
    assert {name for pair in late for name in pair} <= pages | {f"scaling.{room}"}


@pytest.mark.slow
def test_pages_are_told_from_what_they_show():
    """Only a page imports what draws it; ruff's banned-api holds every other file to that."""
    draws = {"IPython", "ipywidgets", "anywidget"}
    found = set()
    for module, file in MODULES.items():
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom) and not getattr(node, "level", 0):
                names = [name.name for name in node.names]
                roots = [node.module] if isinstance(node, ast.ImportFrom) else names
                if draws & {root.partition(".")[0] for root in roots}:
                    found.add(module)
    pages = {
        "scaling.ending",  # displays one text, in a function
        "scaling.explorable.frame",
        "scaling.fill.page",
        "scaling.form.page",
        "scaling.game.page",
        "scaling.inventory.page",
        "scaling.progress.page",
        "scaling.recall.page",
        "scaling.still.notebook",
    }
    code = {
        "scaling.grading.inside",  # has IPython's shell run cells
        "scaling.grading.source",  # reads magics with IPython's own parser
    }
    widgets = {name for name in MODULES if name.startswith("scaling.widgets.")}
    web = {name for name in MODULES if name.startswith("scaling.web.")}
    assert found - widgets - web == pages | code


EVERYTHING_WITHOUT = f"""
import sys
from importlib.abc import MetaPathFinder

class Refuse(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {NOT_EVERYWHERE!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Refuse())
from importlib import import_module
from scaling.explorable import LESSONS, all_explorables
import pkgutil, scaling
found = [
    f"scaling.{{folder}}.{{file.name}}"
    for folder in LESSONS
    for file in pkgutil.iter_modules(import_module(f"scaling.{{folder}}").__path__)
]
parts = [name for name in found if not name.endswith((".checks", ".understand"))]
assert len(LESSONS) < len(parts) < len(found)
for name in parts:
    import_module(name)
# It takes as long to import as all else that a lesson needs: models import it when they need it.
assert "scipy.stats" not in sys.modules
for name in found:
    import_module(name)
for name in ("ask", "checking", "explorable.said", "fill", "form", "game"):
    import_module(f"scaling.{{name}}")
for name in ("prediction", "rows", "still"):
    import_module(f"scaling.{{name}}")
shown = [thing.still() for thing in all_explorables().values()]
assert all(still.words and still.picture.data is not None for still in shown)
print(len(shown))
"""


@pytest.mark.slow
def test_lessons_work_where_there_is_no_jupyter_and_no_grader():
    done = subprocess.run(
        [sys.executable, "-c", EVERYTHING_WITHOUT], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 30
