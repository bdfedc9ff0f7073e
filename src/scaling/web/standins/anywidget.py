"""A widget with JavaScript of its own: the page runs the same file that JupyterLab runs."""

from __future__ import annotations

from pathlib import Path

import ipywidgets


class AnyWidget(ipywidgets.Widget):
    """A widget that is drawn by the file ``_esm``."""

    _esm: Path
