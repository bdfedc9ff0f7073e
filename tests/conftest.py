"""How the tests are shared between processes, and which of them only ``make test-all`` runs.

A test marked ``thorough`` proves something of stock nbgrader, or repeats for every explorable what
seven of them show already. What may be marked is listed in ``tests/package/test_thorough.py``.
"""

from collections import Counter

import pytest

LEFT_OUT = pytest.StashKey()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Keep the tests of a file in one process, and those with a browser in another one, first.

    Two JupyterLabs with a browser each make pages crash on two cores. Slow files come before quick
    ones, so that no process is left with a long file at the end.
    """
    slow = Counter(item.path for item in items if item.get_closest_marker("slow"))

    def place(item):
        with_browser = item.get_closest_marker("browser") is not None
        return not with_browser, -slow[item.path], item.path

    items.sort(key=place)
    for item in items:
        with_browser = item.get_closest_marker("browser")
        item.add_marker(pytest.mark.xdist_group("browser" if with_browser else str(item.path)))


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
