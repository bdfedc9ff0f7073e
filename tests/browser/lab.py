"""A real JupyterLab with a real browser on it, for tests and benchmarks."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    sync_playwright,
)

# Chromium fills the suggestions of every window's address bar, which no test ever sees, with two
# pages of its own: more work than most pages of ours. Of this flag only the last one counts, so
# that what Playwright switches off is here as well.
SWITCHED_OFF = (
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"),
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"),
    *("HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding"),
    *("ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect"),
    *("OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch"),
)
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-dev-shm-usage",
    f"--disable-features={','.join(SWITCHED_OFF)}",
]
MINUTE = 60_000  # milliseconds, the unit of Playwright's timeouts
PAUSE = 100  # milliseconds; to ask at every frame, as Playwright does, has all frames drawn

NOTEBOOK = "window.jupyterapp?.shell?.currentWidget"
KERNEL = f"{NOTEBOOK}?.sessionContext?.session?.kernel"

# A cell that shows an explorable is finished when the explorable stands in the page and its own
# JavaScript has taken it up, or when the cell has failed.
EXPLORABLES_STAND = """() => {
  const cells = window.jupyterapp.shell.currentWidget.content.widgets;
  return cells
    .filter((cell) => cell.model.type === 'code')
    .filter((cell) => /^\\w+\\.explorable\\.show\\(\\)$/m.test(cell.model.sharedModel.source))
    .every((cell) => cell.node.querySelector('.scaling-explorable[role=group]') ||
      cell.node.querySelector('[data-mime-type="application/vnd.jupyter.error"]'));
}"""

EXECUTE = """async (code) => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const future = kernel.requestExecute({ code, store_history: false });
  let said = '';
  future.onIOPub = ({ header, content }) => {
    if (header.msg_type === 'stream') said += content.text;
    if (header.msg_type === 'error') said += `${content.ename}: ${content.evalue}`;
  };
  await future.done;
  return said;
}"""


FORKING = Path(__file__).with_name("forking_lab.py")


@contextlib.contextmanager
def jupyterlab(root: Path, home: Path, forking: bool = False) -> Iterator[str]:
    """Serve ``root`` for as long as the block lasts; yields the address.

    With ``forking``, kernels have imported the libraries of other people when they begin.
    """
    port = free_port()
    home.mkdir(parents=True, exist_ok=True)
    log = (home / "jupyterlab.log").open("w")
    server = subprocess.Popen(
        [
            sys.executable,
            *([str(FORKING)] if forking else ["-m", "jupyterlab"]),
            "--no-browser",
            "--allow-root",
            f"--ServerApp.port={port}",
            f"--ServerApp.root_dir={root}",
            "--IdentityProvider.token=",
            "--ServerApp.disable_check_xsrf=True",
            "--LabApp.expose_app_in_browser=True",
        ],
        env=environment(home),
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    address = f"http://127.0.0.1:{port}"
    with log, stopped_afterwards(server):
        wait_for_server(f"{address}/api/status", server)
        yield address


def free_port() -> int:
    """Return the number of a port that nothing listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextlib.contextmanager
def stopped_afterwards(server: subprocess.Popen) -> Iterator[None]:
    """Stop a server when the block ends, however it ends."""
    try:
        yield
    finally:
        server.terminate()
        try:
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def environment(home: Path) -> dict[str, str]:
    """Return the environment of somebody who has just arrived: settings and data of their own."""
    theirs = ("JUPYTER", "XDG_", "IPYTHON", "SCALING_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(theirs)}
    return kept | {
        "HOME": str(home),
        "SCALING_PREDICTIONS": str(home / "predictions.json"),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }


def wait_for_server(url: str, server: subprocess.Popen, seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2):
            return
        time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not answer at {url}; its log is jupyterlab.log in its home")


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Start Debian's chromium, headless."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS
        )
        yield browser
        browser.close()


def open_notebook(
    browser: Browser | BrowserContext,
    address: str,
    path: str,
    width: int = 1280,
    height: int = 900,
    view: str = "doc",
) -> Page:
    """Open a notebook and wait until its kernel answers.

    Parameters
    ----------
    browser : playwright.sync_api.Browser or BrowserContext
        Pages of one context share what they have loaded.
    address : str
        As ``jupyterlab`` yields it.
    path : str
        From the root that is served.
    width, height : int
        Of the window, in pixels.
    view : {"doc", "lab"}
        The notebook alone, or with JupyterLab's side bars and tabs.

    Returns
    -------
    playwright.sync_api.Page
        With two more attributes: ``complaints``, what the console or a script called an error, and
        ``received()``, the number of bytes that the kernel has sent so far.
    """
    return open_address(browser, f"{address}/{view}/tree/{path}?reset", width, height)


def open_address(
    browser: Browser | BrowserContext, address: str, width: int = 1280, height: int = 900
) -> Page:
    """Open a notebook by its whole address; the rest is as in ``open_notebook``."""
    page = browser.new_page()
    page.set_default_timeout(MINUTE)
    page.set_viewport_size({"width": width, "height": height})
    _listen(page)
    page.goto(address, timeout=2 * MINUTE)
    wait_for_kernel(page)
    return page


# anywidget says this where a script takes more than two seconds, as on a busy machine. The widgets
# of the course work all the same: test_late_scripts.py.
GAVE_UP = "[anywidget] Failed to initialize model."


def _listen(page: Page) -> None:
    page.complaints = []
    sizes: list[int] = []
    page.received = lambda: sum(sizes)

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            page.complaints.append(f"{message.text} ({message.location.get('url', '')})")

    def note_error(error: object) -> None:
        if GAVE_UP not in str(error):
            page.complaints.append(f"pageerror: {error}")

    page.on("console", note)
    page.on("pageerror", note_error)
    page.on("dialog", lambda dialog: dialog.accept())  # "leave this page?"
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda payload: sizes.append(len(payload))),
    )


def wait_for_kernel(page: Page, timeout: float = 2 * MINUTE) -> None:
    """Wait until the notebook is there and the kernel that it has chosen is idle."""
    page.wait_for_function(
        f"() => {NOTEBOOK}?.content?.widgets?.length && {KERNEL}?.status === 'idle'",
        timeout=timeout,
        polling=PAUSE,
    )


def run_all(page: Page, timeout: float = 3 * MINUTE) -> None:
    """Run every cell; wait until the kernel is idle and all explorables stand in the page."""
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    wait_for_all(page, timeout)


def wait_for_all(page: Page, timeout: float = 3 * MINUTE) -> None:
    """Wait until no cell is running and all explorables stand in the page."""
    page.wait_for_function(
        f"() => {KERNEL}.status === 'idle' && ![...document.querySelectorAll('.jp-InputPrompt')]"
        ".some((prompt) => prompt.textContent.includes('*'))",
        timeout=timeout,
        polling=PAUSE,
    )
    page.wait_for_function(EXPLORABLES_STAND, timeout=timeout, polling=PAUSE)


def select(page: Page, cell_id: str) -> Locator:
    """Choose a cell by its id, as a click beside it does, and return it."""
    place = page.evaluate(
        """(id) => {
          const notebook = jupyterapp.shell.currentWidget.content;
          notebook.mode = 'command';
          return notebook.activeCellIndex =
            notebook.widgets.findIndex((cell) => cell.model.id === id);
        }""",
        cell_id,
    )
    # Of the notebook in view: others may be open behind it.
    return page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook-cell").nth(place)


def type_into(page: Page, cell_id: str, text: str) -> None:
    """Write text into a cell in place of what stands there."""
    select(page, cell_id).locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(text)


def execute(page: Page, code: str) -> str:
    """Run some Python in the notebook's kernel, beside its cells; return what it printed."""
    return page.evaluate(EXECUTE, code)


def restart_kernel(page: Page) -> None:
    """Restart the notebook's kernel, as its menu does after asking."""
    page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
    )
    wait_for_kernel(page)


def tab_to(page: Page, target: Locator, at_most: int = 15) -> None:
    """Press Tab until the target has the focus."""
    for _ in range(at_most):
        page.keyboard.press("Tab")
        if target.evaluate("(node) => node === document.activeElement"):
            return
    raise AssertionError(f"{at_most} times Tab did not reach {target}")


def open_another(page: Page, path: str) -> None:
    """Open a notebook in a page that shows none, which is quicker than another page."""
    page.evaluate(
        """async (path) => {
          await jupyterapp.commands.execute('docmanager:open', { path, factory: 'Notebook' });
        }""",
        path,
    )
    wait_for_kernel(page)


def close_notebook(page: Page) -> None:
    """Stop the kernel and close the notebook without saving it; the page stays, as if new."""
    page.evaluate(
        """async () => {
          const shown = jupyterapp.shell.currentWidget;
          await shown.sessionContext.shutdown();
          shown.dispose();
        }"""
    )
    page.set_viewport_size({"width": 1280, "height": 900})
    page.complaints.clear()


def close(page: Page) -> None:
    """Close the page and stop its kernel."""
    page.evaluate("() => window.jupyterapp.shell.currentWidget?.sessionContext?.shutdown()")
    page.close()
