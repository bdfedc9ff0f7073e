"""How long a learner waits in JupyterLab: from Run all to the first question that can be answered.

Every lesson is opened in JupyterLab and chromium, with a kernel that has run nothing, and all its
cells are run. A question can be answered when its control is on the page and has its name.

    python benchmarks/opening.py [part of a lesson's name, ...]
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))
import lab

ROOT = Path(__file__).parents[1]
AIM = 3.0  # seconds from Run all to the first question
LESSONS = sorted(ROOT.glob("course/[0-9]*.ipynb"))
# The time from the command until a frame has been painted in which a question has its name.
FIRST = """() => new Promise((answered) => {
  const began = performance.now();
  window.jupyterapp.commands.execute('notebook:run-all-cells');
  const asked = '.scaling-question :is([role=slider], input[type=range])[aria-label]';
  const look = () => document.querySelector(asked)
    ? requestAnimationFrame(() => answered((performance.now() - began) / 1000))
    : setTimeout(look, 10);
  look();
})"""


def opened(browser: lab.Browser, address: str, lesson: str) -> tuple[float, float]:
    """Return seconds from Run all to the first question, and until all explorables are there."""
    page = lab.open_notebook(browser, address, lesson)
    began = time.monotonic()
    first = page.evaluate(FIRST)
    lab.wait_for_all(page)
    whole = time.monotonic() - began
    page.close()
    return first, whole


def main() -> None:
    """Time the lessons that are asked for, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", nargs="*", help="of a lesson's name; all without")
    parser.add_argument("--turns", type=int, default=3)
    asked = parser.parse_args()
    lessons = [
        path.name for path in LESSONS if not asked.part or any(map(path.name.count, asked.part))
    ]
    print(f"load {os.getloadavg()[0]:.1f}; the aim is {AIM:g} s\n")
    print("| lesson | first question, s: median (worst) | all explorables, s: median |")
    print("|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, lab.chromium() as browser:
        root = Path(folder) / "root"
        shutil.copytree(ROOT / "course", root / "course")
        shutil.copytree(ROOT / "data", root / "data")
        with lab.jupyterlab(root, Path(folder) / "home") as address:
            for lesson in lessons:
                turns = [opened(browser, address, f"course/{lesson}") for _ in range(asked.turns)]
                first, whole = zip(*turns, strict=True)
                middle = statistics.median(first)
                print(
                    f"| {lesson.removesuffix('.ipynb')} | {middle:.1f} ({max(first):.1f}) | "
                    f"{statistics.median(whole):.1f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
