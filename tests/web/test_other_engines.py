"""Lesson 3, the game and exercise 3 in Firefox, and in WebKitGTK, which has Safari's engine.

Neither has to be driven from outside: a page beside the site opens a page of it in a frame, does
what a reader does, and reports to the server of the test.
"""

import functools
import http.server
import json
import os
import queue
import shutil
import signal
import subprocess
import threading
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from test_exercise_running import NAME, RIGHT, TWICE, said_here

from scaling.size_context import checks, ties
from scaling.web.bundles import plain

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.thorough]

ROOT = Path(__file__).parents[2]
SECONDS = 600  # until an engine has to report, on a busy machine
# Tables with ties in what they are sorted by.
TABLES = {
    "02-process-and-product": "m2-comparisons",
    "04-scaling-down": "m4-counties",
}
READER = """<!DOCTYPE html><meta charset="utf-8"><title>A reader</title>
<iframe width="1200" height="800"></iframe>
<script type="module">
const frame = document.querySelector("iframe");
const until = async (found) => {
  for (;;) {
    const value = await found();
    if (value) return value;
    await new Promise((go) => setTimeout(go, 50));
  }
};
const tell = (said) => fetch("told", { method: "POST", body: JSON.stringify(said) });
const read = async () => {
%s
};
read().then(tell, (error) => tell({ error: String(error) }));
</script>"""
LESSON = """
const open = async (lesson, name) => {
  frame.src = `user/course/${lesson}.html`;
  const place = await until(() =>
    frame.contentDocument?.querySelector(`scaling-live[data-page="${name}"][data-begun]`));
  [...place.querySelectorAll("button[data-part=skip], button[data-part=open]")].at(0).click();
  await until(() => place.matches(".scaling-alive"));
  await until(() => place.querySelector(".js-plotly-plot .main-svg"));
  return place;
};
const press = async (place, label) => (await until(() =>
  [...place.querySelectorAll("button")].find((one) => one.textContent.includes(label)))).click();
const lesson = await open("03-size-and-context", "size_context.ties.explorable");
const words = () => lesson.querySelector(".scaling-words").textContent;
const before = words();
const slider = lesson.querySelector("input[aria-label='People in the group']");
slider.value = 60;
slider.dispatchEvent(new frame.contentWindow.Event("input", { bubbles: true }));
await until(() => words() !== before);
const said = { before, after: words() };
const game = await open("06-capstone", "capstone.board.game");
await press(game, "Do it: Listen");
await press(game, "End the quarter");
await until(() => game.textContent.includes("Quarter 2 of 8"));
return { ...said, quarter: 2 };
"""
EXERCISE = """
const given = %s;
const page = () => frame.contentDocument;
const cell = (id) => page().querySelector(`scaling-cell[data-id="${id}"]`);
const button = (place, words) =>
  [...place.querySelectorAll("button")].find((one) => one.textContent.startsWith(words));
const state = () => page()?.querySelector(".scaling-state")?.textContent ?? "";
const ready = async () => {
  await until(() => page()?.querySelector("scaling-exercise.scaling-alive"));
  const start = button(page(), "Start Python");
  if (!start.hidden) start.click();
  await until(() => state() === "Python is ready.");
};
// Typed by the editing command, which fires the events that keys do.
const type = (id, text) => {
  const editor = cell(id).querySelector(".cm-content");
  editor.focus();
  page().execCommand("selectAll");
  page().execCommand("insertText", false, text);
};
const checked = async (id) => {
  const line = cell(id).querySelector(".scaling-verdict");
  const before = line.textContent;
  button(cell(id), "Check").click();
  return until(() => line.textContent !== before && line.textContent);
};
const told = {};
frame.src = `user/course/exercise-${given.name}.html`;
await ready();
type("m3-pairs-answer", given.twice);
told.wrong = await checked("m3-pairs");
type("m3-pairs-answer", given.right);
told.right = await checked("m3-pairs");
type("m3-judgement-answer", "One two three");
type("m3-alive-share-answer", "print('before')\\nwhile True: pass");
button(cell("m3-alive-share-answer"), "Run").click();
const output = () => cell("m3-alive-share-answer").querySelector(".scaling-output").textContent;
await until(() => output() === "before");
(await until(() => button(cell("m3-alive-share-answer"), "Stop"))).click();
await until(() => state().includes("Python is ready again"));
told.stopped = output();
let file = null;
frame.contentWindow.HTMLAnchorElement.prototype.click = function () {
  file = fetch(this.href).then((response) => response.text());
};
button(page(), "Download my notebook").click();
told.notebook = await (await until(() => file));
frame.contentWindow.location.reload();
await until(() => page()?.readyState !== "complete" || !state().includes("again"));
await ready();
told.kept = [cell("m3-pairs-answer").text, cell("m3-judgement-answer").text];
told.points = page().querySelector(".scaling-points").textContent;
told.tables = {};
for (const [name, [id, sources]] of Object.entries(given.tables)) {
  const { scalingEngine } = frame.contentWindow;
  await scalingEngine.call("begin_exercise", [name]);
  for (const source of sources) {
    const { value } = await scalingEngine.call("run_cell", ["", source]);
    told.tables[id] = value.outputs.at(-1)?.data?.["text/plain"] ?? null;
  }
}
return told;
"""


def firefox(profile):
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    return program and [program, "--headless", "--no-remote", "--profile", str(profile)]


def webkit(_):
    found = sorted(Path("/usr/lib").glob("*/webkit2gtk-*/MiniBrowser"))
    if not found or not shutil.which("xvfb-run") or not shutil.which("dbus-run-session"):
        return None
    return ["dbus-run-session", "xvfb-run", "-a", str(found[-1])]


@pytest.fixture
def told_by(site, tmp_path):
    """Have an engine read as a script says, and return what it reports."""

    def told_by(engine, script):
        command = engine(tmp_path)
        if command is None:
            name = engine.__name__
            why = f"{name} is not here (Debian: firefox-esr; webkit2gtk-driver, xvfb, dbus)"
            if os.environ.get("SCALING_ENGINES") == "required":
                pytest.fail(why)
            pytest.skip(why)
        told = queue.Queue()

        class Handler(http.server.SimpleHTTPRequestHandler):
            def do_GET(self):
                if self.path == "/reader.html":
                    self.send_response(200)
                    self.send_header("Content-Type", "text/html")
                    self.end_headers()
                    self.wfile.write((READER % script).encode())
                else:
                    super().do_GET()

            def do_POST(self):
                told.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        handler = functools.partial(Handler, directory=site.parents[1])
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        home = {"HOME": str(tmp_path), "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            address = f"http://127.0.0.1:{server.server_port}/reader.html"
            browser = subprocess.Popen(
                [*command, address], env=os.environ | home, start_new_session=True, **quiet
            )
            try:
                return told.get(timeout=SECONDS)
            finally:
                os.killpg(browser.pid, signal.SIGKILL)
                browser.wait()
                server.shutdown()

    return told_by


ENGINES = pytest.mark.parametrize("engine", [firefox, webkit], ids=["firefox", "webkit"])


@ENGINES
def test_a_lesson_and_the_game_are_alive(engine, told_by):
    found = told_by(engine, LESSON)
    start = ties.explorable.start
    before, after = ties.run(**start), ties.run(**(start | {"people": 60}))
    assert found == {
        "before": ties.brief(before, None),
        "after": ties.brief(after, before),
        "quarter": 2,
    }


def given_until(name, cell_id):
    """The sources of an exercise's given cells up to one of them."""
    nb = nbformat.read(ROOT / f"exercises/{name}/{name}-exercise.ipynb", as_version=4)
    sources = {
        cell.id: cell.source
        for cell in nb.cells
        if cell.cell_type == "code"
        and not cell.metadata.nbgrader.solution
        and not cell.metadata.nbgrader.grade
    }
    return list(sources.values())[: list(sources).index(cell_id) + 1]


def value_here(sources):
    """What the last line of the last source gives, in this Python, as a notebook prints it."""
    names = {}
    *lines, last = "\n".join(sources).split("\n")
    exec("\n".join(lines), names)
    return plain(eval(last, names))


@ENGINES
def test_an_exercise_is_answered_checked_handed_in_and_kept(engine, told_by):
    sources = {name: given_until(name, cell_id) for name, cell_id in TABLES.items()}
    tables = {name: (TABLES[name], sources[name]) for name in TABLES}
    given = {"name": NAME, "right": RIGHT, "twice": TWICE, "tables": tables}
    found = told_by(engine, EXERCISE % json.dumps(given))
    assert "error" not in found, found
    assert found["wrong"] == said_here(checks, f"{TWICE}\ncheck.pairs(pairs)")
    assert found["right"] == said_here(checks, f"{RIGHT}\ncheck.pairs(pairs)")
    assert found["stopped"] == "beforeIt was stopped here."
    nb = nbformat.reads(found["notebook"], as_version=4)
    answers = {cell.id: cell.source for cell in nb.cells if cell.id.endswith("-answer")}
    assert answers["m3-pairs-answer"] == RIGHT
    assert found["kept"] == [RIGHT, answers["m3-judgement-answer"]] == [RIGHT, "One two three"]
    assert found["points"] == "1 of 16 points so far"
    with pd.option_context("display.max_columns", 20):
        here = {TABLES[name]: value_here(sources[name]) for name in TABLES}
    assert found["tables"] == here
