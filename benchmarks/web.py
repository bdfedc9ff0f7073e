"""The web edition as a reader meets it: visits, memory, sliders and checks beside JupyterLab.

The built site is served on this machine. A visit is timed from the click that asks for a picture to
the frame in which it is live. Sliders are timed by the rule of ``sliders.py``, in the site and in
JupyterLab in the same run.

    python benchmarks/web.py [--site site] [--visits 5] [--checks 20] [--presses 20] [name, ...]

A name is a part of an explorable's. ``--visits 0``, ``--checks 0`` and ``--presses 0`` leave out
visits, exercises and sliders; ``--alone`` leaves JupyterLab out. After ``--minutes`` no further
explorable is begun; the last lines name every slider that was not timed.
"""

from __future__ import annotations

import argparse
import functools
import http.server
import importlib
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import nbformat
import psutil
import sliders
from memory import MEGABYTE
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from scaling.explorable import Explorable, Slider

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))
import lab

TARGET = 50  # milliseconds, 95th percentile
TARGET_ANEW = 120  # where the model makes something anew
FIRST, LATER = "03-size-and-context", "04-scaling-down"
TIES, LAYERS = "size_context.ties.explorable", "scaling_down.layers.explorable"
AIMS = {"first visit": 6, "later page": 2, "later visit": 2, "restart": 0.5}  # seconds
READING = 3  # seconds that a reader looks at a page before the click
PATIENCE = 120_000  # milliseconds
# From the click, or from the moment a stuck model is stopped, to the picture's first frame.
TIMED = """([name, begin]) => new Promise((told) => {
  const place = document.querySelector(`scaling-live[data-page="${name}"]`);
  const start = performance.now();
  const drawn = () => place.querySelector(".js-plotly-plot .main-svg")?.closest(".js-plotly-plot");
  const before = drawn();
  const look = () => {
    if (!drawn() || drawn() === before) return requestAnimationFrame(look);
    const painted = new MessageChannel();
    painted.port1.onmessage = () => told((performance.now() - start) / 1000);
    painted.port2.postMessage(0);
  };
  if (begin === "restart") {
    scalingEngine.restart();
  } else {
    [...place.querySelectorAll("button[data-part=skip], button[data-part=open]")]
      .find((button) => button.checkVisibility()).click();
  }
  look();
})"""

EXERCISE, QUESTION = "03-size-and-context", "m3-pairs"
AIMS_OF_CHECKS = {"first visit": 6, "later visit": 2, "a check": 0.1}  # seconds
RIGHT = "def pairs(n):\n    return n * (n - 1) / 2"
TWICE = "def pairs(n):\n    return n * (n - 1)"
# From the moment a page is asked for to its first verdict.
FIRST_CHECK = """async ([question, text]) => {
  const until = async (found) => {
    while (!found()) await new Promise((go) => requestAnimationFrame(go));
  };
  await until(() => document.querySelector("scaling-exercise.scaling-alive"));
  const cell = (id) => document.querySelector(`scaling-cell[data-id="${id}"]`);
  cell(`${question}-answer`).text = text;
  cell(question).querySelector("button").click();
  await until(() => cell(question).querySelector(".scaling-verdict").textContent);
  return performance.now() / 1000;
}"""
# From the press of Check, which runs the changed answer first, to the verdict.
CHECKS = """async ([question, texts, times]) => {
  const cell = (id) => document.querySelector(`scaling-cell[data-id="${id}"]`);
  const exercise = document.querySelector("scaling-exercise");
  const took = [];
  for (let time = 0; time < times; time++) {
    cell(`${question}-answer`).text = texts[time % texts.length];
    await new Promise((go) => setTimeout(go, 100));
    const start = performance.now();
    cell(question).querySelector("button").click();
    await exercise.last;
    took.push((performance.now() - start) / 1000);
  }
  return took;
}"""


class Server(http.server.ThreadingHTTPServer):
    """Serves the site, and counts the bytes of the bodies that it sends."""

    def __init__(self, folder: Path):
        server = self
        self.folder, self.sent = folder, 0

        class Handler(http.server.SimpleHTTPRequestHandler):
            def copyfile(self, source, outputfile):
                server.sent += os.fstat(source.fileno()).st_size
                super().copyfile(source, outputfile)

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), functools.partial(Handler, directory=folder))
        self.address = f"http://127.0.0.1:{self.server_port}"

    def taken(self) -> float:
        """Return the megabytes sent since this was asked last."""
        megabytes, self.sent = self.sent / MEGABYTE, 0
        return megabytes


@contextmanager
def browser(home: Path) -> Iterator[BrowserContext]:
    """Open a chromium that keeps what it fetched in a folder, as a reader's own does."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            home,
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            viewport={"width": 1280, "height": 900},
        )
        yield context
        context.close()


def visit(context: BrowserContext, server: Server, lesson: str, name: str, reading: float) -> Page:
    """Open a lesson, scroll to a picture, and read for some seconds."""
    page = context.new_page()
    page.goto(f"{server.address}/{lesson}.html")
    page.locator(f'scaling-live[data-page="{name}"]').scroll_into_view_if_needed()
    time.sleep(reading)
    return page


def kept(page: Page, whole: bool) -> None:
    """Wait until the memory of Python is kept, with the first lesson's modules or with all."""
    page.evaluate(
        "(whole) => new Promise((told) => scalingEngine.addEventListener('kept',"
        " ({ detail }) => { if (detail.isWhole || !whole) told(); }))",
        whole,
    )


def renderers() -> dict[int, float]:
    """Return the megabytes of memory of each page's process, by its number."""
    found = {}
    for process in psutil.Process().children(recursive=True):
        if "--type=renderer" in process.cmdline():
            found[process.pid] = process.memory_full_info().uss / MEGABYTE
    return found


def visits(server: Server, times: int) -> None:
    """Time visits, each with a browser of its own, and print them."""
    seconds: dict[str, list[float]] = {name: [] for name in AIMS}
    seconds["later page, at once"] = []
    megabytes: dict[str, list[float]] = {name: [] for name in AIMS}
    # As a restart ends, the worker before it is still on its way out, for about a second.
    memory: dict[str, list[float]] = {"of a later page": [], "as its restart ends": []}
    for _ in range(times):
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            with browser(home) as context:
                server.taken()
                page = visit(context, server, FIRST, TIES, reading=0)
                seconds["first visit"].append(page.evaluate(TIMED, [TIES, "click"]))
                kept(page, whole=True)
                page.evaluate("navigator.serviceWorker.ready.then(() => null)")
                megabytes["first visit"].append(server.taken())
                page.reload()  # through the service worker, which keeps what it fetches
                page.evaluate(TIMED, [TIES, "click"])
                time.sleep(READING)
                page.close()
                server.taken()
                for label, reading in (("later page, at once", 0), ("later page", READING)):
                    page = visit(context, server, LATER, LAYERS, reading)
                    seconds[label].append(page.evaluate(TIMED, [LAYERS, "click"]))
                    if reading:
                        megabytes["later page"].append(server.taken())
                        memory["of a later page"].append(max(renderers().values()))
                        seconds["restart"].append(page.evaluate(TIMED, [LAYERS, "restart"]))
                        megabytes["restart"].append(server.taken())
                        memory["as its restart ends"].append(max(renderers().values()))
                    page.close()
            with browser(home) as context:
                page = visit(context, server, FIRST, TIES, READING)
                seconds["later visit"].append(page.evaluate(TIMED, [TIES, "click"]))
                megabytes["later visit"].append(server.taken())
    print(f"{'':<24}{'median':>8}{'worst':>8}{'aim':>6}   seconds from the click{'MB':>8}")
    for name, found in seconds.items():
        sent = f"{statistics.median(megabytes[name]):.2f}" if name in megabytes else ""
        print(
            f"{name:<24}{statistics.median(found):>8.2f}{max(found):>8.2f}"
            f"{AIMS.get(name, 2):>6}{'':<25}{sent:>8}"
        )
    for name, taken in memory.items():
        print(f"memory {name}: {statistics.median(taken):.0f} MB, at most {max(taken):.0f}")
    print()


def exercises(server: Server, visits: int, times: int, is_alone: bool) -> None:
    """Time an exercise from its opening to the first check, and checks, and print them."""
    seconds: dict[str, list[float]] = {name: [] for name in AIMS_OF_CHECKS}
    for _ in range(visits):
        with tempfile.TemporaryDirectory() as folder:
            with browser(Path(folder)) as context:
                page = open_exercise(context, server)
                seconds["first visit"].append(page.evaluate(FIRST_CHECK, [QUESTION, RIGHT]))
                page.evaluate("navigator.serviceWorker.ready.then(() => null)")
                page.reload()  # through the service worker, which keeps what it fetches
                page.evaluate(FIRST_CHECK, [QUESTION, TWICE])
                time.sleep(READING)
            with browser(Path(folder)) as context:
                page = open_exercise(context, server)
                seconds["later visit"].append(page.evaluate(FIRST_CHECK, [QUESTION, RIGHT]))
                asked = [QUESTION, [TWICE, RIGHT], times]
                seconds["a check"] += page.evaluate(CHECKS, asked)
    print(f"{'':<24}{'median':>8}{'worst':>8}{'aim':>6}   seconds to a verdict, exercise 3")
    for name, found in seconds.items():
        print(
            f"{name:<24}{statistics.median(found):>8.3f}{max(found):>8.3f}{AIMS_OF_CHECKS[name]:>6}"
        )
    if not is_alone:
        there = checks_in_kernel(times)
        print(f"{'in a kernel of Jupyter':<24}{statistics.median(there):>8.3f}{max(there):>8.3f}\n")


def open_exercise(context: BrowserContext, server: Server) -> Page:
    """Open the page of the exercise that is timed."""
    page = context.new_page()
    page.goto(f"{server.address}/exercise-{EXERCISE}.html", wait_until="commit")
    return page


def checks_in_kernel(times: int) -> list[float]:
    """Return the seconds of the same checks in a kernel of Jupyter, without a page around it."""
    from jupyter_client.manager import start_new_kernel

    root = Path(__file__).parents[1]
    notebook = nbformat.read(root / f"exercises/{EXERCISE}/{EXERCISE}-exercise.ipynb", 4)
    cells = {cell.id: cell for cell in notebook.cells if cell.cell_type == "code"}
    given = [one.source for one in cells.values() if not one.metadata.nbgrader.solution]
    with tempfile.TemporaryDirectory() as folder:
        manager, client = start_new_kernel(cwd=folder)
        try:

            def run(source: str) -> None:
                client.execute_interactive(source, output_hook=lambda _: None, timeout=120)

            run(given[0])
            took = []
            for place in range(times):
                time.sleep(0.1)
                start = time.monotonic()
                run([TWICE, RIGHT][place % 2])
                run(cells[QUESTION].source)
                took.append(time.monotonic() - start)
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
    return took


class SitePage(sliders.Notebook):
    """One explorable of the site, alive, with the stopwatch of ``sliders.py``."""

    def __init__(self, page: Page, name: str):
        root = f'scaling-live[data-page="{name}"]'
        super().__init__(page, root, f"{root} .scaling-controls input[type=range]")

    def settle(self, changed: bool = False, seconds: float = 10) -> None:
        """Wait until Python and picture rest; with ``changed``, not before the picture differs."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            rests = "watch.isStill() && scalingEngine.waiting.size === 0"
            if self.page.evaluate(rests + (" && watch.read() !== null" if changed else "")):
                return
            time.sleep(0.02)
        if not changed:
            raise RuntimeError("The picture never came to rest.")


def walk(page: sliders.Notebook, place: int, presses: int, forgets: bool) -> sliders.Timings:
    """Go up a slider from its lower end, so that each press meets a value for the first time."""
    times = sliders.Timings()
    page.page.bring_to_front()
    page.focus(place)
    page.page.keyboard.press("Home")
    page.settle()
    for _ in range(presses):
        if forgets:
            page.python("forget()")
        sliders.rest()
        took = page.press("ArrowRight")
        if took is not None:
            times.single.append(took)
    return times


def side_by_side(
    server: Server, names: list[str], presses: int, minutes: float, is_alone: bool
) -> None:
    """Time every slider in the site and, unless ``is_alone``, in JupyterLab; print a row each."""
    print(f"{'':<31} {'site':^11} {'JupyterLab':^13} {'times':>7}")
    print(
        f"{'explorable':<14} {'slider':<16} {'50 %':>5} {'95 %':>5} {'50 %':>7} {'95 %':>5} "
        f"{'faster':>7} {'aim':>5} {'met':>4}  made anew"
    )
    met: dict[str, bool] = {}
    missing: list[str] = []
    end = time.monotonic() + 60 * minutes
    with ExitStack() as stack:
        chromium = stack.enter_context(lab.chromium())
        context = chromium.new_context(viewport={"width": 1280, "height": 1400})
        if not is_alone:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            root = folder / "root"
            root.mkdir()
            address = stack.enter_context(lab.jupyterlab(root, folder / "home"))
        for module, explorable in sliders.explorables(names).items():
            controls = [each for each in explorable.controls if isinstance(each, Slider)]
            labels = [f"{module.rpartition('.')[2]} {each.name}" for each in controls]
            if not controls:
                continue
            if time.monotonic() > end:
                missing += [f"{label} (out of time)" for label in labels]
                continue
            site = in_site(context, server, f"{explorable.key}.explorable")
            other = None if is_alone else explorable_in_lab(chromium, address, root, module)
            for place, (control, label) in enumerate(zip(controls, labels, strict=True)):
                steps = round((control.high - control.low) / control.step)
                there = sliders.Timings()
                try:
                    here = walk(site, place, min(presses, steps), forgets=False)
                    if other is not None:
                        there = walk(other, place, min(presses, steps), forgets=True)
                except (RuntimeError, PlaywrightError) as why:
                    missing.append(f"{label} ({str(why).splitlines()[0]})")
                    continue
                if here.single and (is_alone or there.single):
                    anew = made_anew(module, explorable, control)
                    met[label] = report(module.rpartition(".")[2], control, here, there, anew)
                else:
                    missing.append(f"{label} (never changed the picture)")
            site.page.close()
            if other is not None:
                other.page.close()
    print(f"\n{sum(met.values())} of {len(met)} sliders meet their aim.")
    print(f"Not timed: {', '.join(missing) or 'none'}.")


def made_anew(module: str, explorable: Explorable, slider: Slider) -> set[str]:
    """Return the results that have to be computed when this slider moves by a step."""
    memos = {
        name: thing
        for name, thing in vars(importlib.import_module(module)).items()
        if hasattr(thing, "cache_info") and thing.cache_parameters()["maxsize"]
    }
    for memo in memos.values():
        memo.cache_clear()
    step = slider.step if slider.start < slider.high else -slider.step
    explorable.run(**explorable.start)
    before = {name: memo.cache_info().misses for name, memo in memos.items()}
    explorable.run(**(explorable.start | {slider.name: slider.start + step}))
    return {name for name, memo in memos.items() if memo.cache_info().misses > before[name]}


def in_site(context: BrowserContext, server: Server, name: str) -> SitePage:
    """Open an explorable, or the game, in the site, on the page of its lesson."""
    page = context.new_page()
    for lesson in sorted(Path(server.folder).glob("0*.html")):
        if f"data-page='{name}'" in lesson.read_text(encoding="utf-8"):
            page.goto(f"{server.address}/{lesson.name}")
    page.evaluate(TIMED, [name, "click"])
    if page.evaluate("scalingEngine.later.length"):
        kept(page, whole=True)
    return SitePage(page, name)


def in_lab(
    chromium: Browser, address: str, file: Path, code: str, skip: str = "Show me without predicting"
) -> Page:
    """Write a notebook of one cell, run it in JupyterLab, and press the button ``skip``."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, file)
    page = lab.open_notebook(chromium, address, file.name, height=1400)
    lab.run_all(page)
    page.get_by_role("button", name=skip).click(timeout=lab.MINUTE)
    return page


def explorable_in_lab(
    chromium: Browser, address: str, folder: Path, module: str
) -> sliders.Notebook:
    """Open an explorable in JupyterLab, in a notebook and a kernel of its own."""
    code = sliders.COMMON.format(module=module) + sliders.OURS
    page = in_lab(chromium, address, folder / f"{module.rpartition('.')[2]}.ipynb", code)
    return sliders.Notebook(page, ".scaling-explorable", ".scaling-controls .noUi-handle")


def report(
    name: str, slider: Slider, site: sliders.Timings, other: sliders.Timings, anew: set[str]
) -> bool:
    """Print one row; return whether the site meets its aim."""
    aim = TARGET_ANEW if anew else TARGET
    median, tail = statistics.median(site.single), sliders.p95(site.single)
    met = tail <= aim
    beside = f"{'-':>7} {'-':>5} {'-':>7}"
    if other.single:
        there = statistics.median(other.single)
        beside = f"{there:>7.0f} {sliders.p95(other.single):>5.0f} {there / median:>7.1f}"
    print(
        f"{name:<14} {slider.name:<16} {median:>5.0f} {tail:>5.0f} {beside} "
        f"{aim:>5} {'yes' if met else 'NO':>4}  "
        f"{', '.join(sorted(anew))}",
        flush=True,
    )
    return met


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("names", nargs="*", help="only modules whose name contains one of these")
    arguments.add_argument("--site", default="site", help="the folder that make site has built")
    arguments.add_argument("--visits", type=int, default=5, help="visits of each kind")
    arguments.add_argument("--checks", type=int, default=20, help="checks of an exercise a visit")
    arguments.add_argument("--presses", type=int, default=20, help="presses a slider")
    arguments.add_argument("--alone", action="store_true", help="without JupyterLab beside it")
    arguments.add_argument("--minutes", type=float, default=60, help="for sliders, at most")
    chosen = arguments.parse_args()
    folder = Path(chosen.site).resolve()
    if not (folder / "index.html").exists():
        raise SystemExit("There is no site yet: make site")
    with Server(folder) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        if chosen.visits:
            visits(server, chosen.visits)
        if chosen.checks:
            exercises(server, max(1, chosen.visits), chosen.checks, chosen.alone)
        if chosen.presses:
            side_by_side(server, chosen.names, chosen.presses, chosen.minutes, chosen.alone)
        server.shutdown()
    print(
        f"Programs running at the end, on {os.cpu_count()} cores: {sliders.load()} (1, 5, 15 min)"
    )


if __name__ == "__main__":
    main()
