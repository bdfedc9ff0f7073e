"""From the press of an arrow key to the changed picture, in a real browser.

Every explorable in the package is measured slider by slider, beside the plain way to the same
figure: ``ipywidgets.interact`` calling ``picture(run(**values)).show()``. Both are measured in turn
in the same run, and for both the clock stops at the same event: the first painted frame in which
the picture's SVG is what it will stay.

    python benchmarks/sliders.py [--presses 40] [--holds 3] [part of a name, ...]
"""

from __future__ import annotations

import argparse
import ast
import json
import math
import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import numpy as np
import psutil

from scaling.explorable import Explorable, Slider, all_explorables
from scaling.size_context import joining_up

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))
import lab

TARGET = 100  # milliseconds, 95th percentile
TARGET_ANEW = 200  # where a value is met for the first time and the model simulates anew
HELD_PRESSES = 20
HELD_EVERY = 0.030  # seconds, the repeat rate of a held key
CALM = 40  # per cent of the processors in use, by anything, above which a press waits
PATIENCE = 1  # seconds that a press waits at most for other programs to leave room
STILL_FOR = 150  # milliseconds without a change after which a picture counts as settled

# What both notebooks begin with. The kernel forgets every value but the present one before a press,
# so that a press always meets a new value, as a learner's first does. Bounded caches hold a model's
# results and are emptied; unbounded ones hold tables that were read from files, and stay.
COMMON = """\
import importlib, json
import ipywidgets, numpy as np
module = importlib.import_module({module!r})
explorable = module.explorable

def memos():
    found = {{name: thing for name, thing in vars(module).items() if hasattr(thing, "cache_info")}}
    return {{name: memo for name, memo in found.items() if memo.cache_parameters()["maxsize"]}}

def forget():
    for memo in memos().values():
        memo.cache_clear()
    explorable.picture(explorable.run(**values()))
    misses.update({{name: memo.cache_info().misses for name, memo in memos().items()}})

def made_anew():
    return [name for name, memo in memos().items() if memo.cache_info().misses > misses[name]]

def expected():
    figure = explorable.picture(explorable.run(**values()))
    return [[plain(trace.x), plain(trace.y)] for trace in figure.data]

def plain(array):
    numbers = [] if array is None else [as_number(part) for part in array]
    return [None if isinstance(part, float) and part != part else part for part in numbers]

def as_number(part):
    return float(part) if isinstance(part, (int, float, np.number)) else str(part)

misses = {{}}
"""
OURS = """\
frame = explorable.widget()
controls = frame.controls
def values():
    return frame.values()
frame
"""
PLAIN = """\
def slider(control):
    ends = (control.low, control.high, control.step, control.start)
    if all(float(end).is_integer() for end in ends):
        low, high, step, start = map(int, ends)
        return ipywidgets.IntSlider(min=low, max=high, step=step, value=start)
    low, high, step, start = ends
    return ipywidgets.FloatSlider(min=low, max=high, step=step, value=start)

def show(**chosen):
    explorable.picture(explorable.run(**chosen)).show()

sliders = {each.name: slider(each) for each in explorable.controls if hasattr(each, "low")}
others = explorable.start.keys() - sliders.keys()
rest = {name: ipywidgets.fixed(explorable.start[name]) for name in others}
controls = sliders
def values():
    return explorable.start | {name: widget.value for name, widget in sliders.items()}
ipywidgets.interact(show, **sliders, **rest);
"""

# The stopwatch in the page. A change of the document under ``root`` is looked at in the next frame;
# just after that frame is painted its time is noted, and only then is the SVG read, so that reading
# it costs the measured interval nothing.
STOPWATCH = """(root) => {
  const here = document.querySelector(root);
  const watch = { pressed: null, before: "", frames: [], version: 0, last: 0 };
  const PLOT = ".js-plotly-plot";
  const plot = () => [...here.querySelectorAll(PLOT)].at(-1);
  watch.drawing = () => {
    const picture = plot();
    if (!picture?._fullLayout?._uid) return "";
    const own = [picture._fullLayout._uid, ...picture._fullData.map((trace) => trace.uid)];
    let svg = [...picture.querySelectorAll(".main-svg")].map((part) => part.innerHTML).join("");
    for (const uid of own) svg = svg.replaceAll(uid, "");
    return svg;
  };
  watch.arrays = () => plot()._fullData.map((trace) => [trace.x, trace.y].map((axis) =>
    Array.from(axis ?? [], (part) => (Number.isNaN(part) || part === undefined ? null : part))));
  let waiting = false;
  const look = () => {
    const version = watch.version;
    const painted = new MessageChannel();
    painted.port1.onmessage = () => {
      const time = performance.now();
      if (version !== watch.version) return void requestAnimationFrame(look);
      waiting = false;
      watch.frames.push({ time, svg: watch.drawing() });
    };
    painted.port2.postMessage(0); // its turn comes after this frame's painting
  };
  const drawn = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest(PLOT);
  new MutationObserver((changes) => {
    if (!changes.some(({ target }) => drawn(target))) return;
    watch.version += 1;
    watch.last = performance.now();
    if (!waiting) { waiting = true; requestAnimationFrame(look); }
  }).observe(here, { subtree: true, childList: true, attributes: true, characterData: true });
  document.addEventListener("keydown", (event) => { watch.pressed = event.timeStamp; }, true);
  watch.start = () => { watch.before = watch.drawing(); watch.frames = []; watch.pressed = null; };
  watch.isStill = () => !waiting && performance.now() - watch.last > STILL_FOR;
  watch.read = () => {
    const last = watch.frames.at(-1)?.svg;
    if (last === undefined || last === watch.before) return null;
    const other = watch.frames.findLastIndex((frame) => frame.svg !== last);
    return watch.frames[other + 1].time - watch.pressed;
  };
  window.watch = watch;
}""".replace("STILL_FOR", str(STILL_FOR))


@dataclass
class Timings:
    """Milliseconds of one slider in one of the two ways."""

    single: list[float] = field(default_factory=list)
    held: list[float] = field(default_factory=list)
    crowded: list[float] = field(default_factory=list)
    unchanged: int = 0
    anew: set[str] = field(default_factory=set)

    @property
    def counted(self) -> list[float]:
        """The presses that met a calm machine, if they are half of all or more; otherwise all."""
        is_calm = len(self.single) >= len(self.crowded)
        return self.single if is_calm else self.single + self.crowded


class Notebook:
    """One explorable on a page of its own, drawn in one of the two ways."""

    def __init__(self, page, root: str, handles: str):
        self.page, self.handles = page, handles
        page.wait_for_selector(f"{root} .js-plotly-plot .main-svg", timeout=lab.MINUTE)
        page.evaluate(STOPWATCH, root)
        self.settle()

    def python(self, code: str, expression: str = "None"):
        """Run hidden code in the page's kernel and return the value of an expression."""
        reply = self.page.evaluate(
            "async ([code, expression]) => {"
            " const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;"
            " const reply = await kernel.requestExecute({ code, silent: false,"
            "  store_history: false, user_expressions: { value: expression } }).done;"
            " return reply.content; }",
            [code, f"json.dumps({expression})"],
        )
        value = reply.get("user_expressions", {}).get("value", {})
        if value.get("status") != "ok":
            raise RuntimeError(f"{code!r}, {expression!r}: {reply.get('evalue') or value}")
        return json.loads(ast.literal_eval(value["data"]["text/plain"]))

    def settle(self, changed: bool = False, seconds: float = 10) -> None:
        """Wait until kernel and picture rest; with ``changed``, not before the picture differs."""
        kernel = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            still = f"watch.isStill() && {kernel}.status === 'idle'"
            if changed:
                still += " && watch.read() !== null"
            if self.page.evaluate(still):
                return
            time.sleep(0.02)
        if not changed:
            raise RuntimeError("The picture never came to rest.")

    def reset(self, slider: Slider) -> None:
        """Put a slider back to its start and the focus on its handle."""
        self.page.bring_to_front()
        self.python(f"controls[{slider.name!r}].value = {slider.start!r}")
        self.settle()

    def focus(self, place: int) -> None:
        """Put the keyboard's focus on the handle of one slider."""
        self.page.locator(self.handles).nth(place).focus()

    def press(self, key: str) -> float | None:
        """Press one key; return the milliseconds to the changed picture, None if none came."""
        self.page.evaluate("watch.start()")
        self.page.keyboard.press(key)
        self.settle(changed=True, seconds=3)
        return self.page.evaluate("watch.read()")

    def hold(self, keys: list[str], name: str, end: float) -> float | None:
        """Press keys as fast as a held key repeats; return the milliseconds after the last.

        The kernel is given ten seconds to arrive at ``end``, the newest value.
        """
        self.page.evaluate("watch.start()")
        for key in keys:
            start = time.monotonic()
            self.page.keyboard.press(key)
            time.sleep(max(0, HELD_EVERY - (time.monotonic() - start)))
        self.settle(changed=True, seconds=10)
        latest = time.monotonic() + 10
        while time.monotonic() < latest and not self.is_at(name, end):
            self.settle()
        self.settle()
        return self.page.evaluate("watch.read()")

    def is_at(self, name: str, value: float) -> bool:
        """Tell whether the kernel holds this value of a slider."""
        return math.isclose(self.python("", f"values()[{name!r}]"), value, abs_tol=1e-9)


def rest() -> bool:
    """Wait until the machine is otherwise idle, not for ever; return whether it is."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if psutil.cpu_percent(interval=0.1) < CALM:
            return True
    return False


def explorables(parts: list[str]) -> dict[str, Explorable]:
    """Return every explorable in the package whose module's name contains one of ``parts``."""
    return {
        f"scaling.{key}": explorable
        for key, explorable in all_explorables().items()
        if not parts or any(part in key for part in parts)
    }


def open_both(browser, address: str, folder: Path, module: str) -> tuple[Notebook, Notebook]:
    """Open the explorable and the plain way, each in a notebook and a kernel of its own."""
    pages = []
    for way, code in (("ours", OURS), ("plain", PLAIN)):
        path = f"{module.rpartition('.')[2]}-{way}.ipynb"
        cells = [nbformat.v4.new_code_cell(COMMON.format(module=module) + code)]
        notebook = nbformat.v4.new_notebook(cells=cells)
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
        nbformat.write(notebook, folder / path)
        page = lab.open_notebook(browser, address, path, height=1400)
        lab.run_all(page)
        pages.append(page)
    ours, plain = pages
    ours.get_by_role("button", name="Show me without predicting").click(timeout=lab.MINUTE)
    return (
        Notebook(ours, ".scaling-explorable", ".scaling-controls .noUi-handle"),
        Notebook(plain, ".jp-Notebook", ".widget-interact .noUi-handle"),
    )


def walk(slider: Slider, presses: int) -> tuple[list[str], float]:
    """Return keys that walk up and down a slider's whole scale, and where they end."""
    steps = round((slider.high - slider.low) / slider.step)
    at = start = round((slider.start - slider.low) / slider.step)
    keys, up = [], at < steps
    while len(keys) < presses or at == start:
        up = up if 0 < at < steps else at == 0
        keys.append("ArrowRight" if up else "ArrowLeft")
        at += 1 if up else -1
    return keys, slider.low + at * slider.step


def measure(
    both: tuple[Notebook, Notebook], slider: Slider, place: int, presses: int, holds: int
) -> tuple[Timings, Timings]:
    """Time one slider in both ways by turns."""
    timings = Timings(), Timings()
    first = "ArrowRight" if slider.start < slider.high else "ArrowLeft"
    keys = [first, "ArrowLeft" if first == "ArrowRight" else "ArrowRight"]
    blocks = 4
    for _ in range(blocks):
        for notebook, times in zip(both, timings, strict=True):
            notebook.reset(slider)
            notebook.focus(place)
            for i in range(2 * math.ceil(presses / blocks / 2)):
                notebook.python("forget()")
                is_calm = rest()
                took = notebook.press(keys[i % 2])
                times.anew.update(notebook.python("", "made_anew()"))
                if took is None:
                    times.unchanged += 1
                else:
                    (times.single if is_calm else times.crowded).append(took)
            agree(notebook, slider)
    for _ in range(holds):
        for notebook, times in zip(both, timings, strict=True):
            notebook.reset(slider)
            notebook.focus(place)
            notebook.python("forget()")
            rest()
            keys_held, end = walk(slider, HELD_PRESSES)
            took = notebook.hold(keys_held, slider.name, end)
            agree(notebook, slider, end)
            if took is not None:
                times.held.append(took)
            notebook.reset(slider)
    return timings


def agree(notebook: Notebook, slider: Slider, end: float | None = None) -> None:
    """Stop unless the page shows exactly the figure that belongs to the newest value."""
    value = notebook.python("", f"values()[{slider.name!r}]")
    if end is not None and not notebook.is_at(slider.name, end):
        handle = notebook.page.evaluate("document.activeElement.ariaValueText")
        raise AssertionError(
            f"{slider.name} should be at {end}; the kernel has {value}, the slider {handle}."
        )
    expected, shown = notebook.python("", "expected()"), notebook.page.evaluate("watch.arrays()")
    if len(expected) != len(shown):
        raise AssertionError(f"{slider.name}: {len(shown)} traces shown, {len(expected)} expected.")
    for number, (want, have) in enumerate(zip(expected, shown, strict=True)):
        if not all(map(same, want, have)):
            raise AssertionError(f"{slider.name} at {value}: trace {number} is not the model's.")


def same(want: list, have: list) -> bool:
    """Tell whether two lists hold the same labels, or the same numbers to single precision."""
    if len(want) != len(have):
        return False
    for one, other in zip(want, have, strict=True):
        if one is None or isinstance(one, str):
            if one != other and str(one) != str(other):
                return False
        elif other is None or not math.isclose(one, float(other), rel_tol=1e-5, abs_tol=1e-6):
            return False
    return True


def load() -> str:
    """Return the average number of running programs in the last 1, 5 and 15 minutes."""
    return ", ".join(f"{average:.1f}" for average in psutil.getloadavg())


def p95(times: list[float]) -> float:
    """Return the 95th percentile."""
    return float(np.percentile(times, 95))


def report(name: str, slider: Slider, ours: Timings, plain: Timings) -> bool:
    """Print one row; return whether the slider meets its target."""
    target = TARGET_ANEW if ours.anew else TARGET
    if not all(times.counted for times in (ours, plain)):
        print(f"{name:<14} {slider.name:<16} never changed the picture")
        return False
    medians = [statistics.median(times.counted) for times in (ours, plain)]
    tails = [p95(times.counted) for times in (ours, plain)]
    # A walk may end on a picture that is the first one over again; then there is no time.
    held = [statistics.median(times.held or [math.nan]) for times in (ours, plain)]
    met = tails[0] <= target and medians[0] <= medians[1] and not held[0] > held[1]
    print(
        f"{name:<14} {slider.name:<16} {medians[0]:>5.0f} {tails[0]:>5.0f} {medians[1]:>7.0f} "
        f"{tails[1]:>5.0f} {medians[1] / medians[0]:>7.1f} {held[0]:>7.0f} {held[1]:>6.0f} "
        f"{target:>7} {'yes' if met else 'NO':>4}  {', '.join(sorted(ours.anew))}",
        flush=True,
    )
    for way, times in (("ours", ours), ("interact", plain)):
        if times.unchanged:
            print(f"{'':<14} {way}: {times.unchanged} presses left the picture as it was")
        if times.crowded:
            what = "left out" if times.counted is times.single else "counted, being most"
            print(f"{'':<14} {way}: {len(times.crowded)} presses on a busy machine, {what}")
    return met


def in_process(repeats: int = 60) -> None:
    """Print how long ``joining_up.run`` takes without notebook or browser."""
    run = joining_up.run
    memos = (joining_up._world, joining_up._chances, joining_up._at_all, joining_up.curve)

    def forget() -> None:
        for memo in memos:
            memo.cache_clear()

    def timed(**values: float) -> float:
        start = time.perf_counter()
        run(**values)
        return (time.perf_counter() - start) * 1000

    forget()
    run()
    likeness = [timed(likeness=0.05 * (i % 21)) for i in range(repeats)]
    ruggedness, periods, links = [], [], []
    for i in range(repeats):
        forget()
        run(ruggedness=(i + 1) % 10)
        ruggedness.append(timed(ruggedness=i % 10))
        forget()
        run(periods=60)
        periods.append(timed(periods=(50, 70)[i % 2]))
        forget()
        run(links=4)
        links.append(timed(links=(2, 6)[i % 2]))
    print("\njoining_up.run without a browser, milliseconds: median, 95th percentile (aim)")
    for label, times, aim in (
        ("only likeness moves", likeness, "20"),
        ("new periods: new draws, new curve", periods, "120"),
        ("new links: new draws, new curve", links, "120"),
        ("new ruggedness: new landscapes, new curve", ruggedness, "120"),
    ):
        print(f"  {label:<42} {statistics.median(times):>6.1f} {p95(times):>6.1f}  ({aim})")


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("names", nargs="*", help="only modules whose name contains one of these")
    arguments.add_argument("--presses", type=int, default=40, help="single presses a slider")
    arguments.add_argument("--holds", type=int, default=3, help="times the key is held down")
    chosen = arguments.parse_args()
    print(
        "Milliseconds from key press to changed picture: median and 95th percentile of "
        f"{chosen.presses} single presses,\neach on a value not met before; held: from the last of "
        f"{HELD_PRESSES} presses to the newest picture.\n"
    )
    print(f"{'':<31} {'ours':^11} {'interact':^13} {'times':>7} {'held, median':^14}")
    print(
        f"{'explorable':<14} {'slider':<16} {'50 %':>5} {'95 %':>5} {'50 %':>7} {'95 %':>5} "
        f"{'faster':>7} {'ours':>7} {'inter.':>6} {'target':>7} {'met':>4}  made anew"
    )
    with tempfile.TemporaryDirectory() as folder:
        root, home = Path(folder) / "root", Path(folder) / "home"
        root.mkdir()
        with lab.jupyterlab(root, home) as address, lab.chromium() as browser:
            for module, explorable in explorables(chosen.names).items():
                sliders = [each for each in explorable.controls if isinstance(each, Slider)]
                if not sliders:
                    continue
                both = open_both(browser, address, root, module)
                for place, slider in enumerate(sliders):
                    timings = measure(both, slider, place, chosen.presses, chosen.holds)
                    report(module.rpartition(".")[2], slider, *timings)
                for notebook in both:
                    notebook.page.close()
    in_process()
    print(f"\nPrograms running at the end, on {os.cpu_count()} cores: {load()} (1, 5, 15 minutes)")


if __name__ == "__main__":
    main()
