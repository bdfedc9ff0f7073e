"""A widget with a script of its own, which may come late.

``late.js`` says why that needs help. In the web edition the script comes before anything else, and
the plain class of ``web/standins/anywidget.py`` takes the place of this one.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import anywidget
import traitlets

_EXPORTED = re.compile(r"^export default (.+);$", re.MULTILINE)
_LATE = Path(__file__).with_name("late.js").read_text(encoding="utf-8")


class AnyWidget(anywidget.AnyWidget):
    """A widget that is drawn by the file ``_esm``, however long the browser takes to load it."""

    _esm: Any  # the file of the script; of a widget its text
    _late = traitlets.Bool(False).tag(sync=True)  # set by the browser

    def __init__(self, *args: Any, **values: Any):
        self._esm = _LATE + _EXPORTED.sub(r"export default orLate(\1);", str(self._esm))
        super().__init__(*args, **values)

    @traitlets.observe("_late")
    def _send_again(self, _: object) -> None:
        """Send everything once more: what was sent before the script came is lost."""
        if self._late:
            self.send_state([name for name in self.keys if name not in ("_esm", "_css", "_late")])
