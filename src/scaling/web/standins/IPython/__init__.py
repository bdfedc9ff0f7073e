"""What the course's pages import of IPython, without IPython."""

from __future__ import annotations

import pkgutil
from typing import Any

# The pretty printer of IPython itself travels with the course (``runtime.py``).
__path__ = pkgutil.extend_path(__path__, __name__)

shell: Any = None  # the session of the exercise that is open (``web/session.py``)


def get_ipython() -> Any:
    """Return the session of the exercise that is open; None where there is none."""
    return shell
