"""Tests that only ``make test-all`` runs: ``make test`` leaves them out, and says how many.

A test marked ``thorough`` proves something of stock nbgrader, or repeats for every explorable what
six of them show already. What may be marked is listed in ``tests/package/test_thorough.py``.
"""

import pytest

LEFT_OUT = pytest.StashKey()


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
