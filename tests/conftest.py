"""How the tests are shared between processes, and which of them only ``make test-all`` runs.

A test marked ``thorough`` proves something of stock nbgrader, or repeats for every explorable what
four of them show already. What may be marked is listed in ``tests/package/test_thorough.py``.
"""

import gc
import importlib.util
import os
import sys
from collections import Counter
from pathlib import Path

import pytest
from filelock import FileLock

sys.path.append(str(Path(__file__).parent))  # for naming.py and spoken.py

LEFT_OUT = pytest.StashKey()


ROOT = Path(__file__).parents[1]
BROWSER = ("tests/browser/", "tests/web/")


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Keep Python from looking for garbage among all the tests, now and while they run."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Bring long files before short ones, so that no process has a long file left at the end.

    Folders that need a browser come first, one after the other: each starts Playwright for itself,
    and a process can have it only once at a time. The type checker takes long although it is one
    test.
    """
    slow = Counter(item.path for item in items if item.get_closest_marker("slow"))
    tests = Counter(item.path for item in items)

    def place(path):
        inside = path.relative_to(ROOT).as_posix()
        folder = next((i for i, one in enumerate(BROWSER) if inside.startswith(one)), 99)
        types = path.name == "test_types.py"
        return folder, -slow[path], not types, -tests[path], inside

    order = {path: number for number, path in enumerate(sorted(tests, key=place))}
    items.sort(key=lambda item: order[item.path])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    from xdist.scheduler import LoadFileScheduling

    class OneBrowser(LoadFileScheduling):
        """Keep the tests of a file in one process, and so all with a JupyterLab, or the site.

        Two JupyterLabs with a browser each make pages crash on two cores.
        """

        def _split_scope(self, nodeid):
            folder = next((folder for folder in BROWSER if nodeid.startswith(folder)), None)
            return folder or super()._split_scope(nodeid)

    return OneBrowser(config, log)


@pytest.fixture(scope="session")
def generated(tmp_path_factory):
    """What ``make exercises`` generates, once for all processes: release/ and gradebook.db."""
    place = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # each process has a folder inside that of all
        place = place.parent
    made = place / "generated"
    with FileLock(place / "generated.lock"):
        if not made.exists():
            script = ROOT / "solutions" / "make_exercises.py"
            spec = importlib.util.spec_from_file_location("make_exercises_once", script)
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            work = tmp_path_factory.mktemp("generating")
            with pytest.MonkeyPatch.context() as patch:
                patch.delenv("JUPYTER_CONFIG_DIR", raising=False)
                module.generate(work / "release", work)
            work.rename(made)
    return made


def pytest_deselected(items):
    config = items[0].config
    left = sum(1 for item in items if item.get_closest_marker("thorough"))
    config.stash[LEFT_OUT] = config.stash.get(LEFT_OUT, 0) + left


def pytest_sessionfinish(session):
    if hasattr(session.config, "workeroutput"):  # in a process of pytest-xdist
        session.config.workeroutput["left_out"] = session.config.stash.get(LEFT_OUT, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    # Every process collects all tests and leaves out the same ones.
    left = getattr(node, "workeroutput", {}).get("left_out", 0)
    node.config.stash[LEFT_OUT] = max(left, node.config.stash.get(LEFT_OUT, 0))


def pytest_terminal_summary(terminalreporter, config):
    if left := config.stash.get(LEFT_OUT, 0):
        terminalreporter.write_line(f"{left} thorough tests left out: `make test-all` runs them.")


@pytest.fixture
def nothing_predicted(tmp_path, monkeypatch):
    """The file of a learner who has not predicted anything yet."""
    from scaling import prediction

    place = tmp_path / "predictions.json"
    monkeypatch.setenv("SCALING_PREDICTIONS", str(place))
    monkeypatch.setattr(prediction, "_unsaved", [])
    return place
