"""Make ``exercises/`` afresh from ``solutions/``: the same notebooks without answers.

Run by ``make exercises``. nbgrader writes into a temporary folder first; only what differs is then
copied. A notebook in ``exercises/`` that somebody has written in is never lost: what stood there is
kept in ``exercises/.kept/`` with the time of day.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

COURSE = Path(__file__).resolve().parent.parent
SOLUTIONS, EXERCISES = COURSE / "solutions", COURSE / "exercises"


def assignments() -> list[str]:
    """Return the names of all assignments, in the order of the course."""
    return sorted({notebook.parent.name for notebook in SOLUTIONS.glob("*/*-exercise.ipynb")})


def generate(release: Path, work: Path) -> None:
    """Let nbgrader release all assignments into ``release``, with a gradebook in ``work``."""
    # nbgrader calls alembic by name, which is found only where the environment is activated
    here = str(Path(sys.executable).parent)
    subprocess.run(
        [
            sys.executable,
            "-m",
            "nbgrader",
            "generate_assignment",
            "[0-9]*",  # all at once, because to start nbgrader takes longer than to release one
            "--force",
            f"--CourseDirectory.release_directory={release}",
            f"--CourseDirectory.db_url=sqlite:///{work / 'gradebook.db'}",
            "--Application.log_level=WARN",
        ],
        cwd=COURSE,
        env=os.environ | {"PATH": here + os.pathsep + os.environ.get("PATH", "")},
        check=True,
    )


def copy_changed(release: Path) -> list[Path]:
    """Copy what differs into ``exercises/``; return the files that were made or changed."""
    changed = []
    for made in sorted(file for file in release.rglob("*") if file.is_file()):
        target = EXERCISES / made.relative_to(release)
        if target.exists() and target.read_bytes() == made.read_bytes():
            continue
        if target.exists():
            keep = (
                EXERCISES
                / ".kept"
                / f"{target.stem}-{datetime.now():%Y%m%d-%H%M%S-%f}{target.suffix}"
            )
            keep.parent.mkdir(exist_ok=True)
            shutil.copy2(target, keep)
            print(f"{target.relative_to(COURSE)}: what stood there is kept in {keep.name}")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made, target)
        changed.append(target)
    return changed


def main() -> None:
    """Generate, copy, and say what changed."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        generate(work / "release", work)
        changed = copy_changed(work / "release")
    print(f"{len(changed)} of {len(assignments())} exercises changed.")


if __name__ == "__main__":
    main()
