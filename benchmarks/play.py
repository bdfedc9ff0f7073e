"""How many pictures a second *Play* shows, in the web edition and in JupyterLab, in the same run.

Every explorable that plays is played once, from its start and at normal speed, so that its pictures
still have to come from Python. A picture counts when it is painted; those that come between two
frames count once. A run of few pictures cannot show more a second than it has: its own pace stands
beside what was seen.

    python benchmarks/play.py [--site site] [--width 1280] [part of a name, ...]
"""

from __future__ import annotations

import argparse
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path

import psutil
import sliders
from playwright.sync_api import Page

import web
from scaling.explorable import Explorable

AIMS = {"site": 30, "JupyterLab": 10}  # pictures a second
NEARLY = 0.9  # of its own pace is what a run of few pictures has to reach
# The moments at which pictures were painted, from the press of Play until nothing moves any more.
PLAYED = """(root) => new Promise((told) => {
  const moments = new Set();
  root.addEventListener("scaling-played", () => requestAnimationFrame((now) => moments.add(now)));
  const button = root.querySelector(".scaling-play");
  button.click();
  const look = () => {
    if (button.dataset.state === "pause") return setTimeout(look, 100);
    told([...moments].sort((one, other) => one - other));
  };
  setTimeout(look, 300);
})"""


def played(page: Page, root: str) -> tuple[int, float]:
    """Play the run of an explorable; return how many pictures were painted, and in what time."""
    moments = page.locator(root).evaluate(PLAYED)
    return len(moments), (moments[-1] - moments[0]) / 1000 if len(moments) > 1 else 0.0


def own_pace(explorable: Explorable) -> tuple[int, float]:
    """Return how many pictures the run has, and how many seconds it lasts at normal speed."""
    assert explorable.play is not None
    start = explorable.start
    run = explorable.play.run(explorable, start, explorable.run(**start))
    return len(run.times), run.times[-1]


def main() -> None:
    """Play each run once in both homes, and print a row for it."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("names", nargs="*", help="only modules whose name contains one of these")
    arguments.add_argument("--site", default="site", help="the folder of the built site")
    arguments.add_argument("--width", type=int, default=1280, help="pixels of the site's window")
    given = arguments.parse_args()
    playing = {module: one for module, one in sliders.explorables(given.names).items() if one.play}
    print(
        f"{'':<18}{'run':^18}{'site':>8}{'aim':>5}{'JupyterLab':>12}{'aim':>5}   pictures a second"
    )
    missed: dict[str, list[str]] = {home: [] for home in AIMS}
    with ExitStack() as stack:
        server = web.Server(Path(given.site))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        stack.callback(server.shutdown)
        chromium = stack.enter_context(sliders.lab.chromium())
        context = chromium.new_context(viewport={"width": given.width, "height": 900})
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        root = folder / "root"
        root.mkdir()
        address = stack.enter_context(sliders.lab.jupyterlab(root, folder / "home"))
        for module, explorable in playing.items():
            name = module.rpartition(".")[2]
            many, seconds = own_pace(explorable)
            site = web.in_site(context, server, explorable.key)
            there = web.in_lab(chromium, address, root, module)
            row = f"{name:<18}{many:>6} in {seconds:>4.1f} s   "
            for home, page, place in (
                ("site", site.page, f'scaling-live[data-page="{explorable.key}.explorable"]'),
                ("JupyterLab", there.page, ".scaling-explorable"),
            ):
                page.bring_to_front()
                shown, took = played(page, place)
                rate = (shown - 1) / took if took else 0.0
                aim = min(AIMS[home], NEARLY * (many - 1) / seconds)
                if rate < aim:
                    missed[home].append(name)
                row += f"{rate:>{8 if home == 'site' else 12}.1f}{aim:>5.0f}"
            print(row, flush=True)
            site.page.close()
            there.page.close()
    for home, names in missed.items():
        print(f"{home}: {len(playing) - len(names)} of {len(playing)} reach their aim.", *names)
    loads = ", ".join(f"{load:.1f}" for load in psutil.getloadavg())
    print(f"Programs running at the end, on {psutil.cpu_count()} cores: {loads} (1, 5, 15 min)")


if __name__ == "__main__":
    main()
