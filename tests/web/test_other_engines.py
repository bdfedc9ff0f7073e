"""Lesson 3 and the game in Firefox, and in WebKitGTK, which has the engine of Safari.

Neither has to be driven from outside: a page beside the site opens a lesson in a frame, does what a
reader does, and reports to the server of the test.
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

import pytest

from scaling.size_context import ties

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.thorough]

SECONDS = 180  # until an engine has to report, on a busy machine
READER = """<!DOCTYPE html><meta charset="utf-8"><title>A reader</title>
<iframe width="1200" height="800"></iframe>
<script type="module">
const frame = document.querySelector("iframe");
const until = async (found) => {
  for (;;) {
    const value = found();
    if (value) return value;
    await new Promise((go) => setTimeout(go, 50));
  }
};
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
try {
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
  await fetch("told", { method: "POST", body: JSON.stringify({ ...said, quarter: 2 }) });
} catch (error) {
  await fetch("told", { method: "POST", body: JSON.stringify({ error: String(error) }) });
}
</script>"""


def firefox(profile):
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    return program and [program, "--headless", "--no-remote", "--profile", str(profile)]


def webkit(_):
    found = sorted(Path("/usr/lib").glob("*/webkit2gtk-*/MiniBrowser"))
    if not found or not shutil.which("xvfb-run") or not shutil.which("dbus-run-session"):
        return None
    return ["dbus-run-session", "xvfb-run", "-a", str(found[-1])]


@pytest.fixture
def reported(site):
    """The address of the reading page, and the queue of what is reported."""
    told = queue.Queue()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def do_GET(self):
            if self.path == "/reader.html":
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(READER.encode())
            else:
                super().do_GET()

        def do_POST(self):
            told.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    handler = functools.partial(Handler, directory=site.parents[1])
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/reader.html", told
        server.shutdown()


@pytest.mark.parametrize("engine", [firefox, webkit], ids=["firefox", "webkit"])
def test_a_lesson_and_the_game_are_alive(engine, reported, tmp_path):
    address, told = reported
    command = engine(tmp_path)
    if command is None:
        why = f"{engine.__name__} is not here (Debian: firefox-esr; webkit2gtk-driver, xvfb, dbus)"
        if os.environ.get("SCALING_ENGINES") == "required":
            pytest.fail(why)
        pytest.skip(why)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    home = os.environ | {"HOME": str(tmp_path), "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}
    browser = subprocess.Popen([*command, address], env=home, start_new_session=True, **quiet)
    try:
        found = told.get(timeout=SECONDS)
    finally:
        os.killpg(browser.pid, signal.SIGKILL)
        browser.wait()
    start = ties.explorable.start
    before, after = ties.run(**start), ties.run(**(start | {"people": 60}))
    assert found == {
        "before": ties.brief(before, None),
        "after": ties.brief(after, before),
        "quarter": 2,
    }
