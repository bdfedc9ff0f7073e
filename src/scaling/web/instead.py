"""Puts into place what the web edition has instead of Jupyter; the first thing that runs there."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

STANDINS = Path(__file__).parent / "standins"


def put_in_place() -> None:
    """Have the course's pages import the stand-ins, and call their surroundings by name.

    To be called before anything that draws has been imported.
    """
    sys.path.insert(0, str(STANDINS))
    os.environ["RAPIDFUZZ_IMPLEMENTATION"] = "python"  # Its compiled parts are not there.
    sys.modules["scaling.widgets.late"] = importlib.import_module("anywidget")
    sys.modules["scaling.widgets.picture"] = importlib.import_module("scaling.web.picture")
    from scaling import wording
    from scaling.form import export
    from scaling.web.picture import described
    from scaling.widgets import screen

    wording.here = wording.Surroundings(
        beside="in this browser",
        until="until you close this page",
        again="press the button again",
        from_the_top="*Run from the top*",
        state="as it is now",
    )
    export._drawn = described
    screen.follow = screen.waiting.__setitem__


def import_lazily() -> None:
    """Import what the lessons use of scipy, and let it import the rest of itself on first use.

    ``scipy.stats`` imports nearly all of scipy, four fifths of which no lesson uses. Python 3.15
    can put this off (PEP 810); it is asked to for scipy only, and not any longer than needed.
    """
    importlib.import_module("pandas")
    if sys.version_info >= (3, 15):  # What tests run here is older.
        sys.set_lazy_imports_filter(lambda importer, *_: importer.startswith("scipy."))
        sys.set_lazy_imports("all")
        for name in ("integrate", "optimize", "special", "stats"):
            importlib.import_module(f"scipy.{name}")
        sys.set_lazy_imports("normal")
        sys.set_lazy_imports_filter(None)
