"""What a visitor's machine needs: time and memory of JupyterLab and of each lesson's kernel.

A visitor on Binder has one or two gigabytes for everything. Each notebook of the course is run from
top to bottom in a kernel of its own, as "Run all" does it, while JupyterLab serves the course.

    python benchmarks/memory.py [part of a name, ...]
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import nbformat
import psutil
from nbclient import NotebookClient

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))
import lab

ROOT = Path(__file__).parents[1]
MEGABYTE = 1_000_000
AIM = 450  # megabytes, server and one kernel together
EVERY = 0.05  # seconds between two looks
NOTEBOOKS = sorted([*ROOT.glob("course/[0-9]*.ipynb"), *ROOT.glob("solutions/[0-9]*/*.ipynb")])


class Watch:
    """The largest memory of a process and its children while it is watched, in megabytes.

    Memory counts as Linux's proportional set size: what several processes share is divided.
    """

    def __init__(self, process: psutil.Process):
        self.process, self.most, self._over = process, 0.0, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(EVERY):
            self.most = max(self.most, memory(self.process))


def memory(process: psutil.Process) -> float:
    """Return what a process and its children hold now, in megabytes; 0 if it is gone."""
    total = 0.0
    with suppress(psutil.NoSuchProcess):
        for one in (process, *process.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):  # a child that has just ended holds nothing
                total += one.memory_full_info().pss
    return total / MEGABYTE


def run(path: Path, folder: Path) -> tuple[float, float]:
    """Run a copy of a notebook where it stands in the course; return seconds and megabytes."""
    nb = nbformat.read(path, as_version=4)
    place = folder / path.relative_to(ROOT).parent
    client = NotebookClient(nb, timeout=300, resources={"metadata": {"path": str(place)}})
    began = time.perf_counter()
    with client.setup_kernel():
        process = psutil.Process(client.km.provisioner.process.pid)
        with Watch(process) as watch:
            for number, cell in enumerate(nb.cells):
                client.execute_cell(cell, number)
        most = max(watch.most, memory(process))
    return time.perf_counter() - began, most


def main() -> int:
    """Measure all notebooks, or those named; return 1 if one needs more than the aim."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="parts of names of notebooks; all if none")
    wanted = parser.parse_args().names
    chosen = [path for path in NOTEBOOKS if not wanted or any(part in path.name for part in wanted)]
    if not chosen:
        parser.error("no notebook has such a name")
    with tempfile.TemporaryDirectory() as place:
        folder, home = Path(place, "course"), Path(place, "home")
        home.mkdir()
        for part in ("course", "data", "solutions"):
            shutil.copytree(ROOT / part, folder / part)
        os.environ["SCALING_PREDICTIONS"] = str(home / "predictions.json")
        with lab.jupyterlab(folder, home):
            (server,) = [
                child
                for child in psutil.Process().children()
                if "jupyterlab" in " ".join(child.cmdline())
            ]
            time.sleep(5)  # until it has loaded its extensions
            serving = memory(server)
            print(f"{'':46}{'seconds':>9}{'kernel':>9}{'with JupyterLab':>17}   megabytes")
            most = 0.0
            for path in chosen:
                seconds, megabytes = run(path, folder)
                most = max(most, megabytes)
                print(f"{path.stem:46}{seconds:9.1f}{megabytes:9.0f}{megabytes + serving:17.0f}")
    print(f"JupyterLab alone: {serving:.0f}. The aim is {AIM} together.")
    return int(most + serving > AIM)


if __name__ == "__main__":
    sys.exit(main())
