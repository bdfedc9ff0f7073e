"""``python -m scaling panels``: the instructor's panels in JupyterLab, which learners do not see.

The course's package switches nbgrader's panels off for all who install it
(``src/jupyter/page_config.json``). This switches them on again in the present environment.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from jupyter_server.config_manager import BaseJSONConfigManager

# JupyterLab's name of each panel is mapped to the name that an instructor reads.
PANELS = {
    "@jupyter/nbgrader:create-assignment": "Create Assignment",
    "@jupyter/nbgrader:course-list": "Course List",
    "@jupyter/nbgrader:formgrader": "Formgrader",
    "@jupyter/nbgrader:validate-assignment": "Validate",
}


def settings() -> Path:
    """Return the folder of this environment in which JupyterLab looks for its page's settings."""
    return Path(sys.prefix, "etc", "jupyter", "labconfig")


def switch(on: bool) -> None:
    """Switch the panels on or off; other settings stay as they are.

    Raises
    ------
    OSError
        If the environment cannot be written.
    """
    place = settings()
    place.mkdir(parents=True, exist_ok=True)
    changes = {"disabledExtensions": dict.fromkeys(PANELS, not on)}
    BaseJSONConfigManager(config_dir=str(place)).update("page_config", changes)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("--off", action="store_true", help="hide them again, as learners have it")


def main(given: argparse.Namespace) -> int:
    """Switch the panels; return 0, or 2 where the environment cannot be written."""
    try:
        switch(on=not given.off)
    except OSError as error:
        print(f"{settings()} cannot be written ({error.strerror}). Ask who set up Python here.")
        return 2
    state = "hidden" if given.off else "shown"
    print(f"{', '.join(PANELS.values())}: {state} in JupyterLab from its next start on.")
    return 0
