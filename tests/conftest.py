"""How all tests are shared out among processes, and which of them only ``make test-all`` runs.

A test marked ``thorough`` proves something of stock nbgrader, or repeats for every explorable what
six of them show already. ``make test`` leaves these out and says how many; what may be marked is
listed in ``tests/package/test_thorough.py``.
"""

import pytest

LEFT_OUT = pytest.StashKey()
# Tests that count key presses or milliseconds never run beside each other.
TIMED = {"test_held_keys.py", "test_slow_machine.py"}
# From the longest to the shortest, so that no process is left with a long file at the end.
LONG = (
    "test_attacks.py", "test_readable.py", "test_accessible.py", "test_pages.py", "test_region.py",
    "test_size_context.py", "test_lessons_open.py", "test_own_map.py", "test_running.py",
    "test_by_keyboard.py", "test_screen_reader.py", "test_progress.py", "test_first_command.py",
)  # fmt: skip


def _length(item):
    """Sort slow files before quick ones, and the longest of them first."""
    name = item.path.name
    is_quick = item.get_closest_marker("slow") is None
    return is_quick, LONG.index(name) if name in LONG and not is_quick else len(LONG)


def _group(item):
    """Return the tests that one process runs: those of a file, which share its fixtures."""
    if item.path.name in TIMED:
        return "timed"
    speed = "slow" if item.get_closest_marker("slow") else "quick"
    return f"{item.path.parent.name}/{item.path.stem}/{speed}"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    items.sort(key=_length)
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item)))


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
