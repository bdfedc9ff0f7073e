"""How many pictures a second *Play* shows, in the web edition and in JupyterLab, in the same run.

Every explorable that plays is played once, and a quarter of the game, from its start and at normal
speed, so that its pictures still have to come from Python. A picture counts when it is painted;
those that come between two frames count once. A run of few pictures cannot show more a second than
it has, so its own pace stands beside what was seen.

    python benchmarks/play.py [--site site] [--width 1280] [part of a name, ...]
"""

from __future__ import annotations

import argparse
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
import sliders
from playwright.sync_api import Page

import web
from scaling.capstone import board, region
from scaling.explorable import Explorable

AIMS = {"site": 30, "JupyterLab": 10}  # pictures a second
NEARLY = 0.9  # of its own pace is what a run of few pictures has to reach
QUARTER = "capstone.board.game"
IN_LAB = ".scaling-explorable"
# Presses a button, and tells the moments at which pictures were painted until all rests again.
PLAYED = """([root, name]) => new Promise((told) => {
  const place = document.querySelector(root);
  const moments = new Set();
  place.addEventListener("scaling-played", () => requestAnimationFrame((now) => moments.add(now)));
  [...place.querySelectorAll("button")].find((one) => one.textContent.startsWith(name)).click();
  const look = () => {
    const { state } = place.querySelector(".scaling-play").dataset;
    if (moments.size < 2 || state !== "play") return setTimeout(look, 100);
    told([...moments].sort((one, other) => one - other));
  };
  look();
})"""


def rate(page: Page, root: str, button: str) -> float:
    """Press a button that begins a run, and return the pictures painted in a second."""
    page.bring_to_front()
    moments = page.evaluate(PLAYED, [root, button])
    return 1000 * (len(moments) - 1) / (moments[-1] - moments[0])


def own_pace(explorable: Explorable) -> tuple[int, float]:
    """Return how many pictures the run has, and how many seconds it lasts at normal speed."""
    assert explorable.play is not None
    start = explorable.start
    run = explorable.play.run(explorable, start, explorable.run(**start))
    return len(run.times), run.times[-1]


@contextmanager
def homes(site: Path, width: int) -> Iterator[Callable[..., dict[str, float]]]:
    """Serve the site and JupyterLab; yields what plays a run in both, and returns their rates."""
    with ExitStack() as stack:
        server = stack.enter_context(web.Server(site))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        stack.callback(server.shutdown)
        chromium = stack.enter_context(sliders.lab.chromium())
        context = chromium.new_context(viewport={"width": width, "height": 900})
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder = place / "notebooks"
        folder.mkdir()
        address = stack.enter_context(sliders.lab.jupyterlab(folder, place / "home"))

        def play(name: str, skip: str, button: str) -> dict[str, float]:
            module, _, thing = name.rpartition(".")
            code = f"from scaling.{module} import {thing}\n{thing}.show()"
            roots = {"site": f'scaling-live[data-page="{name}"]', "JupyterLab": IN_LAB}
            pages = {
                "site": web.in_site(context, server, name).page,
                "JupyterLab": web.in_lab(chromium, address, folder / f"{name}.ipynb", code, skip),
            }
            found = {}
            for home, page in pages.items():
                root = page.locator(roots[home])
                root.get_by_role("button", name=button).first.wait_for()
                root.locator(".js-plotly-plot").first.scroll_into_view_if_needed()
                found[home] = rate(page, roots[home], button)
            for page in pages.values():
                page.close()
            return found

        yield play


def main() -> None:
    """Play each run once in both homes, and print a row for it."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("names", nargs="*", help="only modules whose name contains one of these")
    arguments.add_argument("--site", default="site", help="the folder of the built site")
    arguments.add_argument("--width", type=int, default=1280, help="pixels of the site's window")
    given = arguments.parse_args()
    print(f"{'':<31}{'site':>11}{'JupyterLab':>18}   pictures a second")
    missed: dict[str, list[str]] = {home: [] for home in AIMS}

    def report(name: str, run: tuple[int, float], seen: dict[str, float]) -> None:
        many, seconds = run
        row = f"{name:<18}{many:>4} in {seconds:>4.1f} s"
        for home, found in seen.items():
            aim = min(AIMS[home], NEARLY * (many - 1) / seconds)
            missed[home] += [name] * (found < aim)
            row += f"{found:>8.1f} (aim {aim:.1f})"
        print(row, flush=True)

    with homes(Path(given.site), given.width) as play:
        for module, explorable in sliders.explorables(given.names).items():
            if explorable.play:
                seen = play(f"{explorable.key}.explorable", "Show me without predicting", "Play")
                report(module.rpartition(".")[2], own_pace(explorable), seen)
        if not given.names or any(name in QUARTER for name in given.names):
            run = (region.WEEKS * board.PICTURES + 1, board.QUARTER_TAKES)
            report("the game", run, play(QUARTER, "Play without predicting", "End the quarter"))
    for home, names in missed.items():
        print(f"{home}: below the aim: {', '.join(names) or 'none'}.")
    loads = ", ".join(f"{load:.1f}" for load in psutil.getloadavg())
    print(f"Programs running at the end, on {psutil.cpu_count()} cores: {loads} (1, 5, 15 min)")


if __name__ == "__main__":
    main()
