"""Cases that one test goes through; thousands of tests of a millisecond each would take longer."""

import contextlib


@contextlib.contextmanager
def case(name):
    """Name a case in the failure that it brings about."""
    try:
        yield
    except BaseException as problem:
        problem.add_note(f"in this case: {name}")
        raise
