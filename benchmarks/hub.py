"""A class that opens lesson 3 at once, on the hub of ``deploy/jupyterhub``.

Real users of this machine (see ``tests/deploy/machine.py``), a real server and a kernel each. All
log in and start their servers at once; all run every cell of the lesson at once; then each moves
sliders, one step at a time, with a pause before each. The browsers are simulated: their side of the
WebSocket is played by this program, which sends what JupyterLab sends. The clock runs from a
slider's message until the picture's update arrives. The work of drawing it is not in that; one real
page in chromium, among the others, shows how much it adds.

    python benchmarks/hub.py [--learners 10] [--moves 20] [--pause 2]

As root, with npm and chromium. What else the machine is doing counts: the load is printed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import shutil
import statistics
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import nbformat
import psutil
from playwright.sync_api import sync_playwright
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

COURSE = Path(__file__).resolve().parent.parent
sys.path += [str(COURSE / "tests" / folder) for folder in ("deploy", "grading", "browser")]
from client import Visitor  # noqa: E402
from lab import CHROMIUM_FLAGS, run_all, wait_for_kernel  # noqa: E402
from school import School  # noqa: E402

LESSON = "does-it-scale/course/03-size-and-context.ipynb"
PATIENCE = 900  # seconds
PICTURE = "scaling.widgets.picture.Picture"
WITHOUT = "Show me without predicting"
APP = "c.LabApp.expose_app_in_browser = True"  # so that one page can be told to run all cells
# From a key until the first change of the picture that it brings, in milliseconds.
WATCH = """() => {
  window.waits = [];
  let pressed = 0;
  document.addEventListener("keydown", () => { pressed = performance.now(); }, true);
  new MutationObserver((changes) => {
    const drawn = (change) => change.target.closest?.(".js-plotly-plot .main-svg");
    if (pressed && changes.some(drawn)) {
      window.waits.push(performance.now() - pressed);
      pressed = 0;
    }
  }).observe(document.body, { subtree: true, childList: true, attributes: true });
}"""


class Learner:
    """Somebody with a lesson open: one WebSocket to one kernel."""

    def __init__(self, school: School, name: str):
        self.school, self.name = school, name
        self.models: dict[str, dict] = {}
        self.waits: list[float] = []

    def arrive(self) -> float:
        """Log in and start a server; return the seconds until it answers."""
        began = time.perf_counter()
        self.visitor = Visitor(self.school.hub, self.name)
        self.token = self.visitor.token()
        self.visitor.start(self.name, every=3)
        return time.perf_counter() - began

    async def open(self) -> float:
        """Open the lesson and run all of it; return the seconds that it took."""
        began = time.perf_counter()
        base = f"{self.school.hub.address}/user/{self.name}/api"
        asked = {"path": LESSON, "name": LESSON, "type": "notebook", "kernel": {"name": "python3"}}
        answer = await asyncio.to_thread(
            self.visitor.call, "POST", f"{base}/sessions", self.token, asked
        )
        self.session = uuid.uuid4().hex
        kernel = answer["kernel"]["id"]
        address = f"{base}/kernels/{kernel}/channels?session_id={self.session}"
        head = {"Authorization": f"token {self.token}"}
        request = HTTPRequest(address.replace("http", "ws", 1), headers=head, request_timeout=600)
        self.socket = await websocket_connect(request, max_message_size=2**28)
        lesson = nbformat.read(COURSE / "course/03-size-and-context.ipynb", as_version=4)
        for cell in (cell for cell in lesson.cells if cell.cell_type == "code"):
            content = {
                "code": cell.source, "silent": False, "store_history": True,
                "user_expressions": {}, "allow_stdin": False, "stop_on_error": True,
            }  # fmt: skip
            await self.told("execute_request", content)
        took = time.perf_counter() - began
        for comm, state in list(self.models.items()):
            if state.get("description") == WITHOUT:
                await self.comm(comm, {"method": "custom", "content": {"event": "click"}})
        return took

    async def move(self, moves: int, pause: float) -> None:
        """Move sliders, each by a step, and note how long every picture took."""
        sliders = {
            comm: dict(state)
            for comm, state in self.models.items()
            if state.get("_model_name") in {"IntSliderModel", "FloatSliderModel"}
        }
        while len(self.waits) < moves:
            comm, state = random.choice(list(sliders.items()))
            await asyncio.sleep(random.uniform(0, 2 * pause))
            up = state["value"] + state["step"] <= state["max"]
            state["value"] += state["step"] if up else -state["step"]
            began = time.perf_counter()
            data = {"method": "update", "state": {"value": state["value"]}, "buffer_paths": []}
            if (seen := await self.comm(comm, data)) is None:
                del sliders[comm]  # It belongs to a game, or to nothing with a picture.
            else:
                self.waits.append(seen - began)

    async def comm(self, comm: str, data: dict) -> float | None:
        """Send what a widget sends; return when a picture's update came."""
        return await self.told("comm_msg", {"comm_id": comm, "data": data})

    async def told(self, kind: str, content: dict) -> float | None:
        """Send a message, and listen until the kernel has done what it asks."""
        header = {
            "msg_id": uuid.uuid4().hex, "msg_type": kind, "session": self.session,
            "username": self.name, "version": "5.3", "date": "",
        }  # fmt: skip
        message = {
            "header": header, "parent_header": {}, "metadata": {}, "content": content,
            "channel": "shell", "buffers": [],
        }  # fmt: skip
        await self.socket.write_message(json.dumps(message))
        seen = None
        while True:
            said = parsed(await asyncio.wait_for(self.socket.read_message(), PATIENCE))
            if said["msg_type"] == "comm_open":
                content = said["content"]
                self.models[content["comm_id"]] = content["data"].get("state", {})
            if said["parent_header"].get("msg_id") != header["msg_id"]:
                continue
            if said["msg_type"] in {"error", "stream"}:
                raise RuntimeError(f"{self.name}: {said['content']}")
            if said["msg_type"] == "comm_msg" and seen is None:
                state = self.models.get(said["content"]["comm_id"], {})
                if state.get("_anywidget_id") == PICTURE:
                    seen = time.perf_counter()
            if said["msg_type"] == "status" and said["content"]["execution_state"] == "idle":
                return seen


def parsed(message: str | bytes | None) -> dict:
    """Return what is in a message of the WebSocket, without its buffers."""
    if message is None:
        raise RuntimeError("the connection was closed")
    if isinstance(message, bytes):
        count = int.from_bytes(message[:4])
        ends = [int.from_bytes(message[4 + 4 * i : 8 + 4 * i]) for i in range(count)]
        message = message[ends[0] : ends[1] if count > 1 else None].decode()
    return json.loads(message)


class Processes:
    """The processes of the learners, and those of the hub: their memory, and what they used."""

    def __init__(self, school: School, names: list[str]):
        uids = school.machine.root("id", "--user", *names).split()
        self._users = {int(uid) for uid in uids}
        self._hub = psutil.Process(school.hub.pid)

    def of_learners(self) -> list[psutil.Process]:
        """Return every server and every kernel."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.NoSuchProcess):  # Others' processes end meanwhile.
                if process.uids().real in self._users:
                    found.append(process)
        return found

    def memory(self) -> dict[str, list[float]]:
        """Return each process's share of the memory in MB, by its kind."""
        found: dict[str, list[float]] = {"server": [], "kernel": []}
        for process in self.of_learners():
            kind = "kernel" if "ipykernel_launcher" in " ".join(process.cmdline()) else "server"
            found[kind].append(process.memory_full_info().pss / 2**20)
        return found

    def used(self) -> dict[str, float]:
        """Return the seconds of a processor that learners, and hub and proxy, have used."""
        return {
            "learners": seconds(self.of_learners()),
            "hub": seconds([self._hub, *self._hub.children()]),
        }


def seconds(processes: list[psutil.Process]) -> float:
    """Return the seconds of a processor that some processes have used."""
    return sum(sum(process.cpu_times()[:2]) for process in processes)


def in_chromium(school: School, name: str, presses: int) -> list[float]:
    """Open the lesson in a real page; return the waits for the picture after keys, in ms."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(f"{school.hub.address}/hub/login?next=/user/{name}/lab/tree/{LESSON}")
        page.fill("#username_input", name)
        page.fill("#password_input", name)
        page.click("#login_submit")
        wait_for_kernel(page, timeout=PATIENCE * 1000)
        run_all(page, timeout=PATIENCE * 1000)
        page.get_by_role("button", name=WITHOUT).first.click()
        page.wait_for_function("document.querySelector('.js-plotly-plot .main-svg')")
        page.get_by_role("slider").first.focus()
        page.evaluate(WATCH)
        for press in range(presses):
            page.keyboard.press("ArrowRight")
            page.wait_for_function(f"window.waits.length > {press}")
            page.wait_for_timeout(500)
        waits = page.evaluate("window.waits")
        browser.close()
    return waits


def told(what: str, values: list[float], unit: str, digits: int = 1) -> None:
    """Print a row: the middle, the 95th percentile and the most."""
    values = sorted(values)
    late = values[min(len(values) - 1, int(0.95 * len(values)))]
    middle = statistics.median(values)
    print(f"{what:44} {middle:8.{digits}f} {late:8.{digits}f} {values[-1]:8.{digits}f} {unit}")


async def lesson(learners: list[Learner], moves: int, pause: float, all_of: Processes) -> None:
    """Let all but the last open the lesson, then move sliders; the last has a real browser."""
    *learners, last = learners
    used = all_of.used()
    told("lesson opened, all cells run", await asyncio.gather(*[x.open() for x in learners]), "s")
    used = took(used, all_of.used(), len(learners), "a lesson")
    for kind, sizes in all_of.memory().items():
        told(f"memory of a {kind} (PSS)", sizes, "MB", 0)
    page = asyncio.create_task(asyncio.to_thread(in_chromium, last.school, last.name, moves))
    await asyncio.gather(*[x.move(moves, pause) for x in learners])
    told("slider's message to the picture's", [1000 * w for x in learners for w in x.waits], "ms")
    told("a key to the picture, in chromium", await page, "ms")
    took(used, all_of.used(), len(learners) * moves, "a move")


def took(
    before: dict[str, float], now: dict[str, float], times: int, what: str
) -> dict[str, float]:
    """Print what was used meanwhile, each time, and the machine's load; return what is used now."""
    each = ", ".join(f"{who} {(now[who] - before[who]) / times:.2f}" for who in now)
    print(f"  seconds of a processor for {what}: {each}; load {os.getloadavg()[0]:.0f}")
    return now


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--learners", type=int, default=10)
    parser.add_argument("--moves", type=int, default=20)
    parser.add_argument("--pause", type=float, default=2, help="seconds before a move, on average")
    given = parser.parse_args()
    names = [f"learner{number:02}" for number in range(given.learners)]
    school = School(dict.fromkeys(names, "nbgrader"))
    try:
        school.install(APP)
        print(
            f"{given.learners} learners, {os.cpu_count()} processors, load {os.getloadavg()[0]:.0f}"
        )
        print(f"{'':44} {'median':>8} {'p95':>8} {'most':>8}")
        free = psutil.virtual_memory().available
        all_of = Processes(school, names)
        learners = [Learner(school, name) for name in names]
        used = all_of.used()
        with ThreadPoolExecutor(given.learners) as threads:
            told("logged in, server started", list(threads.map(Learner.arrive, learners)), "s")
        took(used, all_of.used(), given.learners, "a server")
        asyncio.run(lesson(learners, given.moves, given.pause, all_of))
        lost = free - psutil.virtual_memory().available
        print(
            f"memory that the machine lacks now: {lost / 2**20 / given.learners:.0f} MB a learner"
        )
        problems = re.findall(r"^\[[EC] .*$", school.hub.log.read_text(), re.MULTILINE)
        print(f"errors in the hub's log: {len(problems)}", *problems[:5], sep="\n  ")
    finally:
        school.close()


if __name__ == "__main__":
    main()
