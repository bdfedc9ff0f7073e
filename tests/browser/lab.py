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

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-dev-shm-usage",
]
MINUTE = 60_000  # milliseconds, the unit of Playwright's timeouts


@contextlib.contextmanager
def jupyterlab(root: Path, home: Path) -> Iterator[str]:
    """Serve ``root`` for as long as the block lasts; yields the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home.mkdir(parents=True, exist_ok=True)
    log = (home / "jupyterlab.log").open("w")
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "jupyterlab",
            "--no-browser",
            "--allow-root",
            f"--ServerApp.port={port}",
            f"--ServerApp.root_dir={root}",
            "--IdentityProvider.token=",
            "--ServerApp.disable_check_xsrf=True",
            "--LabApp.news_url=None",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
            "--LabApp.expose_app_in_browser=True",
        ],
        env=os.environ
        | {
            "HOME": str(home),
            "SCALING_PREDICTIONS": str(home / "predictions.json"),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        },
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/api/status", server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


def _wait_for(url: str, server: subprocess.Popen, seconds: float = 60) -> None:
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
    browser: Browser, address: str, path: str, width: int = 1280, height: int = 900
) -> Page:
    """Open a notebook in its own single-document page, with every browser message recorded.

    The messages are in ``page.complaints``: what the console or a script called an error.
    """
    page = browser.new_page(viewport={"width": width, "height": height})
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(f"pageerror: {error}"))
    page.on(
        "console",
        lambda message: (
            page.complaints.append(f"{message.text} ({message.location.get('url', '')})")
            if message.type == "error"
            else None
        ),
    )
    page.goto(f"{address}/doc/tree/{path}?reset", timeout=2 * MINUTE)
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=2 * MINUTE)
    # the kernel is chosen by the notebook itself; wait until it answers
    page.wait_for_function(
        "() => { const w = window.jupyterapp?.shell.currentWidget;"
        " return w?.sessionContext?.session?.kernel?.status === 'idle'; }",
        timeout=2 * MINUTE,
    )
    return page


def run_all(page: Page, timeout: float = 3 * MINUTE) -> None:
    """Run every cell and wait until the kernel is idle."""
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status"
        " === 'idle' && !document.querySelector('.jp-InputPrompt')?.textContent.includes('*')",
        timeout=timeout,
    )
