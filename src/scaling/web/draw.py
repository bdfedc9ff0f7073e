"""Pictures as SVG, drawn at build time by the same plotly that draws them in the reader's browser.

Chromium or Chrome draws them all in one go, without a window; no other program knows how wide the
labels are.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import plotly.graph_objects as go
from markupsafe import Markup

BROWSERS = ("chromium", "google-chrome", "chromium-browser", "google-chrome-stable")
WIDTH = 680  # pixels
DEFAULT_HEIGHT = 450  # pixels, plotly's own
PLACE = Markup("<div class='scaling-drawn' role='img' aria-label='{}'>{}</div>")

_PAGE = """<!DOCTYPE html><meta charset="utf-8"><body><script src="{plotly}"></script>
<script type="application/json" id="figures">{figures}</script>
<script>
(async () => {{
  const drawn = [];
  for (const figure of JSON.parse(document.getElementById("figures").textContent)) {{
    const place = document.createElement("div");
    document.body.append(place);
    const width = figure.layout.width ?? {width}, height = figure.layout.height ?? {height};
    const layout = {{ ...figure.layout, width, height, autosize: false }};
    await Plotly.newPlot(place, figure.data, layout, {{ staticPlot: true }});
    const wanted = {{ format: "svg", imageDataOnly: true, width, height }};
    drawn.push(await Plotly.toImage(place, wanted));
    place.remove();
  }}
  const out = document.createElement("pre");
  out.id = "drawn";
  out.textContent = btoa(unescape(encodeURIComponent(JSON.stringify(drawn))));
  document.body.append(out);
}})();
</script>"""


def browser() -> str | None:
    """Return the path of a browser that can draw; None if there is none."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def svgs(figures: Sequence[go.Figure], plotly_js: Path) -> list[Markup]:
    """Draw figures.

    Parameters
    ----------
    figures : sequence of plotly.graph_objects.Figure
    plotly_js : pathlib.Path
        The file of plotly's JavaScript.

    Returns
    -------
    list of Markup
        One ``<svg>`` each, as wide as its place, without a background and with text in the colour
        of the page.

    Raises
    ------
    RuntimeError
        If the browser fails.
    """
    data = "[" + ",".join(str(figure.to_json()) for figure in figures) + "]"
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "draw.html")
        page.write_text(
            _PAGE.format(
                plotly=plotly_js.resolve().as_uri(),
                figures=data.replace("<", "\\u003c"),
                width=WIDTH,
                height=DEFAULT_HEIGHT,
            ),
            encoding="utf-8",
        )
        program = browser()
        if program is None:
            raise RuntimeError("No browser was found to draw the pictures.")
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
        flags += ["--disable-background-networking", "--allow-file-access-from-files"]
        flags += [f"--user-data-dir={folder}/profile", "--virtual-time-budget=600000"]
        done = subprocess.run(
            [program, *flags, "--dump-dom", page.as_uri()],
            capture_output=True,
            text=True,
            check=False,
        )
    found = re.search(r'<pre id="drawn">([^<]*)</pre>', done.stdout)
    if not found:
        raise RuntimeError(f"{program} could not draw the pictures:\n{done.stderr[-2000:]}")
    drawn = json.loads(base64.b64decode(found[1]))
    return [_tidy(svg, number) for number, svg in enumerate(drawn)]


def _tidy(svg: str, number: int) -> Markup:
    """Return an SVG fit for a page: with names of its own, and as wide as its place."""
    # Plotly draws these names by lot, and two pictures of a page must not share them.
    known = list(dict.fromkeys(re.findall(r'\bid="([^"]+)"', svg)))
    names = {one: f"p{number}-{place}" for place, one in enumerate(known)}
    if known:
        longest_first = sorted(known, key=len, reverse=True)
        found = re.compile("|".join(map(re.escape, longest_first)))
        svg = found.sub(lambda match: names[match[0]], svg)
    svg = re.sub(r' class="[^"]*"', "", svg)
    svg = re.sub(r"(\d\.\d\d)\d+", r"\1", svg)
    svg = re.sub(r'<svg ([^>]*)width="(\d+)" height="(\d+)"', r"<svg \1", svg, count=1)
    return Markup(svg.replace("<svg ", '<svg aria-hidden="true" ', 1))
