"""IPython's shell as a notebook has it, for tests that run cells in their own process."""

import atexit

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

WITHOUT_HISTORY = Config({"HistoryManager": {"enabled": False}})


def new_shell():
    """A shell that is not emptied when Python ends, for a hundred of them take a minute."""
    shell = InteractiveShell(config=WITHOUT_HISTORY)
    atexit.unregister(shell.atexit_operations)
    return shell
