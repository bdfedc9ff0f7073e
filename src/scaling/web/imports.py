"""Finds out which modules the web edition imports: ``python -m scaling.web.imports SITE``.

The site has to be built with ``--whole``. Chromium opens everything once, answers all exercises as
their solutions do, and runs what learners type besides. ``imported.txt`` gets the names of all
modules that are there then.
"""

from __future__ import annotations

import functools
import shutil
import sys
import threading
from http.server import ThreadingHTTPServer
from pathlib import Path

import nbformat

from scaling.grading.inside import FIRSTS
from scaling.web.build import ROOT
from scaling.web.runtime import IMPORTED
from scaling.web.serve import Handler

# Cells, with blank lines between them, of what learners use although no answer needs it.
USUAL = Path(__file__).with_name("usual_cells.txt")
_ASK = """async ([exercises, usual]) => {
  const ask = (call, ...values) => scalingEngine.ask({ call, values, files: {} }, 0);
  await scalingEngine.load();
  const waiting = scalingEngine.later.splice(0).filter((next) => next.call);
  const names = waiting.map((next) => next.values[0]);
  for (const name of names) {
    const { fault } = await ask("warm", name);
    if (fault) throw new Error(fault);
  }
  await ask("still", names[0], {});
  for (const [name, cells] of Object.entries(exercises)) {
    await ask("begin_exercise", name);
    for (const cell of cells) {
      const { fault } = await ask("run_cell", ...cell);
      if (fault) throw new Error(fault);
    }
  }
  for (const source of usual) await ask("run_cell", "usual", source);
  await ask("open_notebook", "03-size-and-context", "");
  return (await ask("imported")).value;
}"""


def main(site: str) -> None:
    """Write the list anew."""
    from playwright.sync_api import sync_playwright  # with the tests only

    usual = USUAL.read_text(encoding="utf-8").split("\n\n")
    handler = functools.partial(Handler, directory=site)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, sync_playwright() as driver:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/your-files.html")
        names = page.evaluate(_ASK, [_exercises(), [*usual, *FIRSTS]])
        browser.close()
        server.shutdown()
    kept = [name for name in names if not name.startswith(("__m", "scaling"))]
    IMPORTED.write_text("\n".join(kept) + "\n", encoding="utf-8")
    print(f"{len(kept)} modules are in {IMPORTED.name}.")


def _exercises() -> dict[str, list[tuple[str, str, str]]]:
    """Return id and source of each cell, and its notebook's text, of the solutions by name."""
    found = {}
    for file in sorted((ROOT / "solutions").glob("*/*.ipynb")):
        text = file.read_text(encoding="utf-8")
        cells = nbformat.reads(text, as_version=4).cells
        found[file.parent.name] = [
            (cell.id, cell.source, text) for cell in cells if cell.cell_type == "code"
        ]
    return found


if __name__ == "__main__":
    main(sys.argv[1])
