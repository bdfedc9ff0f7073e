"""One JupyterLab and one chromium for all browser tests, on a copy of the course.

A test that names ``explorable`` is repeated for each of them, and one that names ``lesson`` for
each lesson. ``make test`` repeats it for the ``REPRESENTATIVES`` and for ``LESSONS_OFTEN`` only.
``shown`` is the explorable in a cell of its own, shown afresh; ``open_page`` opens any notebook for
one test alone.
"""

import itertools
import os
import shutil
import sys
from pathlib import Path

import nbformat
import pytest

from scaling.explorable import all_explorables

sys.path.insert(0, str(Path(__file__).parent))
import lab
from shown import Shown

ROOT = Path(__file__).parents[2]
LESSONS = {path.stem: path for path in sorted(ROOT.glob("course/[0-9]*.ipynb"))}
LOOK = Path(__file__).with_name("look.js")
EXPLORABLES = all_explorables()
# Together they have every kind of control and of picture, and the longest label: see
# test_representatives.py. The parts of the page are the same code for all explorables, so
# those with few controls and a quick model are taken.
REPRESENTATIVES = (
    "scaling_up.programmes",
    "process_product.expectancy",
    "three_scales.system_map",
    "three_scales.collective_action",
)
EXPLORABLES_ALONE = "explorables"
LESSON = "03-size-and-context"  # it has the most explorables
# In addition the first one, and that with the game and the plan. Without a browser,
# tests/notebooks/test_running.py runs all of them.
LESSONS_OFTEN = ("00-start-here", LESSON, "06-capstone")


def _cell(name):
    """The line of a lesson that shows the explorable with this name."""
    return f"{name.rpartition('.')[2]}.explorable.show()"


def shown_by(name):
    """The source of a cell that shows the explorable with this name."""
    part, _, module = name.rpartition(".")
    return f"from scaling.{part} import {module}\n{_cell(name)}"


def lesson_of(name):
    """The lesson that shows the explorable with this name."""
    (lesson,) = (stem for stem, path in LESSONS.items() if f'"{_cell(name)}"' in path.read_text())
    return lesson


def pytest_generate_tests(metafunc):
    if "explorable" in metafunc.fixturenames:
        wants = getattr(metafunc.function, "wants", lambda _: True)
        chosen = [name for name, thing in EXPLORABLES.items() if wants(thing)]
        metafunc.parametrize("explorable", rest_thorough(chosen, REPRESENTATIVES))
    if "lesson" in metafunc.fixturenames:
        # With this scope all tests of a lesson follow one another, and its page can be closed.
        metafunc.parametrize("lesson", rest_thorough(LESSONS, LESSONS_OFTEN), scope="module")


def rest_thorough(names, often):
    """Parameters for all names; ``make test`` leaves out those that are not among ``often``."""
    return [
        pytest.param(name, id=name, marks=[] if name in often else [pytest.mark.thorough])
        for name in names
    ]


def notebook_of(*cells):
    """A notebook with just these cells, named "cell-0" and so on."""
    return nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell(source, id=f"cell-{number}")
            for number, source in enumerate(cells)
        ],
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        },
    )


class Classroom:
    """The course in the browser, as somebody finds it who has just arrived."""

    def __init__(self, context, address, root, home):
        self.context, self.address, self.root = context, address, root
        self.predictions = home / "predictions.json"
        self.shared = {}
        self.idle = []  # pages whose test is over; another notebook can be opened there
        self.visits = itertools.count(1)

    def open(self, path, notebook=None, **options):
        """Open a notebook of a fresh copy of the course, for a learner without predictions.

        With ``notebook``, it is written there first. The page has one more attribute: ``copy``,
        the folder of its copy of the course.
        """
        copy = self.root / f"visit-{next(self.visits)}"
        for folder in ("course", "exercises", "data"):
            shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns(".*"))
        if notebook:
            nbformat.write(notebook, copy / path)
        self.forget()
        place = f"{copy.name}/{path}"
        if self.idle and not options:
            page = self.idle.pop()
            page.bring_to_front()
            lab.open_another(page, place)
        else:
            page = lab.open_notebook(self.context, self.address, place, **options)
        page.copy = copy
        return page

    def give_back(self, page):
        """Take a page from a test that is over, and make it as it was when it was opened."""
        if "/doc/" in page.url and not page.is_closed():
            lab.close_notebook(page)
            self.idle.append(page)
        else:
            lab.close(page)

    def forget(self):
        """Forget what learners before left: predictions, games beside them, drafts of tables."""
        for file in [
            *self.predictions.parent.glob(f"{self.predictions.stem}*.json"),
            *self.root.glob("*/course/*.unsaved.csv"),
        ]:
            file.unlink()

    def lesson(self, name):
        """A lesson that has run; opened once, for all tests that leave it as it was."""
        if name not in self.shared:
            page = self.shared[name] = self.open(f"course/{name}.ipynb")
            lab.run_all(page)
        page = self.shared[name]
        page.bring_to_front()
        page.set_viewport_size({"width": 1280, "height": 900})
        return page

    def explorables(self):
        """A notebook with a cell for each explorable, none of them shown: lighter than a lesson."""
        if EXPLORABLES_ALONE not in self.shared:
            path, cells = f"course/{EXPLORABLES_ALONE}.ipynb", map(shown_by, EXPLORABLES)
            self.shared[EXPLORABLES_ALONE] = self.open(path, notebook=notebook_of(*cells))
        page = self.shared[EXPLORABLES_ALONE]
        page.bring_to_front()
        page.evaluate("() => jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
        return page


@pytest.fixture(scope="package")
def classroom(tmp_path_factory):
    if not shutil.which("chromium"):
        why = "no chromium here: the browser tests need it (Debian: apt-get install chromium)"
        required = os.environ.get("SCALING_BROWSER") == "required"
        pytest.fail(why) if required else pytest.skip(why)
    place = tmp_path_factory.mktemp("browser")
    root, home = place / "courses", place / "home"
    root.mkdir()
    with lab.jupyterlab(root, home, forking=True) as address, lab.chromium() as browser:
        context = browser.new_context()
        context.add_init_script(path=LOOK)
        yield Classroom(context, address, root, home)
        for page in context.pages:
            lab.close(page)


@pytest.fixture
def open_page(classroom):
    """Open notebooks for one test alone."""
    pages = []

    def open_one(path, **options):
        pages.append(classroom.open(path, **options))
        return pages[-1]

    yield open_one
    for page in pages:
        classroom.give_back(page)


@pytest.fixture(scope="module")
def own_notebook(classroom, request):
    """A notebook with the ``CELLS`` of a test module, for all of its tests."""
    page = classroom.open("course/own.ipynb", notebook=notebook_of(*request.module.CELLS))
    yield page
    classroom.give_back(page)


@pytest.fixture
def afresh(classroom, own_notebook):
    """That notebook, run for a learner who has not been here before."""
    classroom.forget()
    own_notebook.bring_to_front()
    own_notebook.set_viewport_size({"width": 1280, "height": 900})
    own_notebook.evaluate("() => jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    lab.run_all(own_notebook)
    return own_notebook


@pytest.fixture
def lesson_page(classroom, lesson):
    return classroom.lesson(lesson)


@pytest.fixture
def shown(classroom, explorable):
    """The explorable shown afresh in a notebook of explorables, before any prediction."""
    page = classroom.explorables()
    page.set_viewport_size({"width": 1280, "height": 900})
    classroom.forget()
    return show(page, explorable)


def show(page, name):
    """Run the cell of an explorable once more, and wait for the new one."""
    page.evaluate(
        """async (line) => {
          const notebook = jupyterapp.shell.currentWidget.content;
          const place = notebook.widgets.findIndex(
            (cell) => cell.model.sharedModel.source.split('\\n').includes(line));
          notebook.activeCellIndex = place;
          notebook.mode = 'command';
          notebook.activeCell.node.querySelector('.scaling-explorable')?.classList.add('old');
          await jupyterapp.commands.execute('notebook:run-cell');
          notebook.activeCell.node.focus();
        }""",
        _cell(name),
    )
    found = Shown(page, EXPLORABLES[name])
    page.locator(".scaling-explorable.old").first.wait_for(state="detached")
    page.get_by_role("group", name=EXPLORABLES[name].title, exact=True).wait_for()
    # It takes the focus when its cell has run; every test begins beside it, in command mode.
    page.evaluate("() => jupyterapp.shell.currentWidget.content.activeCell.node.focus()")
    return found


def wanting(condition):
    """Mark a test as one for those explorables only that fulfil the condition."""

    def mark(test):
        test.wants = condition
        return test

    return mark
