"""Builds the web edition: ``python -m scaling.web SITE``.

Sphinx makes the book of ``book.py``; then the pages get what brings them to life, a policy that
allows nothing but the site's own files, and no script inside a page.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from scaling.explorable import all_explorables
from scaling.web import OTHER_PAGES, book, draw, exercises, runtime
from scaling.web.still import Drawing

_HERE = Path(__file__).parent
ROOT = _HERE.parents[2]
TITLE = "Does It Scale?"
POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'"
)
_WEB = ROOT / "web"
_MODULES = _WEB / "node_modules"


def main(target: Path, whole: bool = False) -> None:
    """Build the site into a folder, which is made afresh."""
    missing = _missing()
    if missing:
        raise SystemExit(missing)
    # The predictions of the person who builds are not in the pages.
    os.environ["SCALING_PREDICTIONS"] = f"{os.devnull}/none"
    shutil.rmtree(target, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder, "source"), Path(folder, "out")
        _write_sources(source)
        _run_sphinx(source, out, Path(folder, "cache"))
        shutil.copytree(
            out, target, ignore=shutil.ignore_patterns(".buildinfo", "*.inv", "_sources")
        )
    (target / "exercises").mkdir()
    for notebook in exercises.notebooks(ROOT).values():
        shutil.copy(notebook, target / "exercises")
    place = _write_scripts(target, whole)
    for page in sorted(target.rglob("*.html")):
        _finish(page, target, place)
    _write_service_worker(target)


def _missing() -> str:
    """Return what has to be installed first; an empty text if nothing is missing."""
    if shutil.which("node") is None:
        return "The site needs Node (nodejs.org, or apt-get install nodejs npm) for its scripts."
    if not _MODULES.exists():
        return "The scripts of other people are missing. Run: npm ci --prefix web"
    if draw.browser() is None:
        return "The pictures are drawn by Chromium or Chrome, and neither is here."
    return ""


# ---------------------------------------------------------------- the book


def _write_sources(source: Path) -> None:
    source.mkdir()
    pages = book.pages(ROOT)
    drawings = [part for parts in pages.values() for part in parts if isinstance(part, Drawing)]
    plotly = _MODULES / "plotly.js-basic-dist-min/plotly-basic.min.js"
    drawn = dict(
        zip(map(id, drawings), draw.svgs([one.figure for one in drawings], plotly), strict=True)
    )
    for name, parts in pages.items():
        text = ""
        for part in parts:
            if isinstance(part, Drawing):
                text += draw.PLACE.format(part.label, drawn[id(part)])
            else:
                text += part
        (source / f"{name}.md").write_text(text, encoding="utf-8")
    shutil.copytree(ROOT / "course/images", source / "images")


def _run_sphinx(source: Path, out: Path, cache: Path) -> None:
    settings: dict[str, Any] = {
        "project": TITLE,
        "copyright": "the authors of Does It Scale?, CC BY 4.0",
        "extensions": ["myst_parser", "scaling.web.mathml"],
        "myst_enable_extensions": ["dollarmath"],
        "myst_heading_anchors": 3,
        "suppress_warnings": ["myst.header", "myst.xref_missing", "misc.highlighting_failure"],
        "html_theme": "furo",
        "html_title": TITLE,
        "html_copy_source": False,
        "html_show_sphinx": False,
        "html_theme_options": {"footer_icons": []},
        "html_math_renderer": "mathml",
        "html_last_updated_fmt": None,
        "language": "en",
        "pygments_style": "a11y-high-contrast-light",
    }
    with patch_docutils(), docutils_namespace():
        app = Sphinx(
            source, None, out, cache, "html", confoverrides=settings, status=None, freshenv=True
        )
        app.build()


# ---------------------------------------------------------------- what brings it to life

# Scripts of widgets, which JupyterLab and the site have in common.
_SHARED = (
    "widgets/handles.js",
    "widgets/pad.js",
    "widgets/rounds.js",
    "widgets/redraw.js",
    "widgets/player.js",
    "widgets/rows_editor.js",
    "form/page.js",
    "form/text.js",
    "inventory/questions.js",
)


def copy_own_scripts(folder: Path) -> None:
    """Copy our own scripts to where they import each other in the site: its folder of scripts."""
    for file in (_WEB / "js").glob("*.js"):
        if file.name != "sw.js":
            shutil.copy(file, folder)
    package = _HERE.parent
    (folder / "widgets").mkdir()
    for script in _SHARED:
        shutil.copy(package / script, folder / "widgets")
    shutil.copy(package / "fill/page.js", folder / "widgets/fill.js")


def _write_scripts(target: Path, whole: bool) -> str:
    """Write scripts, styles and runtime; return the folder of scripts, from the site's root."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_own_scripts(folder)
        _write_libraries(folder)
        shim = _MODULES / "@bjorn3/browser_wasi_shim/dist"
        shutil.copytree(shim, folder / "wasi", ignore=shutil.ignore_patterns("*.tsbuildinfo"))
        shutil.copy(
            _MODULES / "plotly.js-basic-dist-min/plotly-basic.min.js", folder / "plotly.min.js"
        )
        package = _HERE.parent
        sheets = (
            "widgets/screen.css",
            "widgets/rows_editor.css",
            "form/page.css",
            "inventory/page.css",
            "fill/page.css",
        )
        styles = [_OF_JUPYTERLAB.sub("", (package / sheet).read_text("utf-8")) for sheet in sheets]
        styles.append((_WEB / "web.css").read_text("utf-8"))
        for copied in ("running.css", "icon.svg"):
            shutil.copy(_WEB / copied, folder)
        (folder / "web.css").write_text("\n".join(styles), encoding="utf-8")
        assets = runtime.pack(ROOT, target / "_web/runtime", whole)
        for part in ("wasm", "library", "course"):
            assets[part] = f"../runtime/{assets[part]}"
        pages = [f"{key}.explorable" for key in all_explorables()]
        answered = [f"exercise-{name}" for name in exercises.notebooks(ROOT)]
        assets["pages"] = [*pages, *OTHER_PAGES, *answered]
        (folder / "assets.json").write_text(json.dumps(assets, indent=1), encoding="utf-8")
        place = f"_web/{_hash_of(folder)}"
        shutil.copytree(folder, target / place)
    return place


# Modules of other people, and the file that each consists of.
LIBRARIES = {
    "@codemirror/autocomplete": "dist/index.js",
    "@codemirror/commands": "dist/index.js",
    "@codemirror/lang-python": "dist/index.js",
    "@codemirror/language": "dist/index.js",
    "@codemirror/state": "dist/index.js",
    "@codemirror/streamparser": "dist/index.js",
    "@codemirror/view": "dist/index.js",
    "@lezer/common": "dist/index.js",
    "@lezer/highlight": "dist/index.js",
    "@lezer/lr": "dist/index.js",
    "@lezer/python": "dist/index.js",
    "@marijn/find-cluster-break": "src/index.js",
    "crelt": "index.js",
    "dompurify": "dist/purify.es.mjs",
    "marked": "lib/marked.esm.js",
    "style-mod": "src/style-mod.js",
    "w3c-keyname": "index.js",
}
_IMPORTED = re.compile(r"""^((?:import|export)\b[^;'"]*?\bfrom\s+)(['"])([^.'"][^'"]*)\2""", re.M)


def _write_libraries(folder: Path) -> None:
    """Copy the libraries without what only people read, and with their licences.

    Every script imports by address, because a browser can import nothing else.
    """
    places = {name: f"libraries/{name.strip('@').replace('/', '-')}.js" for name in LIBRARIES}
    places["@bjorn3/browser_wasi_shim"] = "wasi/index.js"
    (folder / "libraries").mkdir()
    for name, file in LIBRARIES.items():
        shutil.copy(_MODULES / name / file, folder / places[name])
    for script in [*folder.glob("*.js"), *folder.glob("libraries/*.js")]:
        up = "../" if script.parent != folder else "./"
        source = script.read_text(encoding="utf-8")

        def addressed(found: re.Match[str], up: str = up) -> str:
            return f'{found[1]}"{up}{places[found[3]]}"'

        script.write_text(_IMPORTED.sub(addressed, source), encoding="utf-8")
    # Half of what is fetched before Python would be their comments and indentation.
    libraries = sorted(map(str, folder.glob("libraries/*.js")))
    options = ["--minify", "--allow-overwrite", "--log-level=warning"]
    subprocess.run(
        [_MODULES / ".bin/esbuild", *libraries, f"--outdir={folder / 'libraries'}", *options],
        check=True,
    )
    licences = [min((_MODULES / name).glob("LICENSE*")) for name in LIBRARIES]
    texts = [
        f"{name}\n\n{file.read_text(encoding='utf-8').strip()}"
        for name, file in zip(LIBRARIES, licences, strict=True)
    ]
    (folder / "libraries/licences.txt").write_text("\n\n\n".join(texts) + "\n", encoding="utf-8")


def _hash_of(folder: Path) -> str:
    found = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            found.update(file.relative_to(folder).as_posix().encode() + file.read_bytes())
    return found.hexdigest()[:12]


# A rule that asks what most of the page has (`:has`) is looked at whenever an element comes, and
# plotly lets one come for each word that it measures.
_OF_JUPYTERLAB = re.compile(r"^\.jp-[^\n]*\n", re.MULTILINE)
_SCROLLS = 'tabindex="0" role="region" aria-label="Table"'
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def _finish(page: Path, target: Path, place: str) -> None:
    """Put policy, styles and scripts into a page, and its own scripts into files."""
    up = "../" * (len(page.relative_to(target).parts) - 1)
    html = page.read_text(encoding="utf-8")

    def moved(found: re.Match[str]) -> str:
        name = f"_static/inline-{hashlib.sha256(found[1].encode()).hexdigest()[:12]}.js"
        (target / name).write_text(found[1].strip() + "\n", encoding="utf-8")
        return f'<script src="{up}{name}"></script>'

    html = _INLINE.sub(moved, html)
    # Where a window is narrow these scroll sideways, which a keyboard can do only with the focus.
    html = html.replace('<div class="table-wrapper', f'<div {_SCROLLS} class="table-wrapper')
    html = html.replace('<div class="highlight"><pre>', '<div class="highlight"><pre tabindex="0">')
    head = (
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f'<link rel="icon" type="image/svg+xml" href="{up}{place}/icon.svg">'
        f'<script src="{up}{place}/boot.js"></script>'
        f'<link rel="stylesheet" href="{up}{place}/web.css">'
        f'<script type="module" src="{up}{place}/live.js"></script>'
    )
    if "<scaling-exercise" in html:
        sheet = "running.css"
        head += f'<link rel="stylesheet" href="{up}{place}/{sheet}">'
        for script in ("exercise.js", "fill.js"):
            head += f'<script type="module" src="{up}{place}/{script}"></script>'
    if "<scaling-progress" in html:
        head += f'<script type="module" src="{up}{place}/progress.js"></script>'
    html = html.replace("</head>", f"{head}</head>", 1)
    page.write_text(html, encoding="utf-8")


def _write_service_worker(target: Path) -> None:
    files = [
        file.relative_to(target).as_posix()
        for file in sorted(target.rglob("*"))
        if file.is_file() and "_web/runtime" not in file.as_posix()
    ]
    script = (_WEB / "js/sw.js").read_text(encoding="utf-8")
    version = _hash_of(target)
    head = f'const VERSION = "{version}";\nconst FILES = {json.dumps(files)};\n'
    (target / "sw.js").write_text(head + script, encoding="utf-8")
