"""Puts into place what the web edition has instead of Jupyter; the first thing that runs there."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

STANDINS = Path(__file__).parent / "standins"


def put_in_place() -> None:
    """Have the course's pages import the stand-ins, and call their surroundings by name.

    To be called before anything that draws has been imported.
    """
    sys.path.insert(0, str(STANDINS))
    sys.modules["scaling.widgets.picture"] = importlib.import_module("scaling.web.picture")
    from scaling import wording
    from scaling.form import export
    from scaling.web.picture import described

    wording.here = wording.Surroundings(
        "in this browser", "until you close this page", "press the button again"
    )
    export._drawn = described
